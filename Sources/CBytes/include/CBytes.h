#ifndef CBYTES_H
#define CBYTES_H
#include "scan.h"
#endif
