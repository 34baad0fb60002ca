#ifndef CBYTES_H
#define CBYTES_H

#include "sha256.h"

#endif
