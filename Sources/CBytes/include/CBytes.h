#ifndef CBYTES_H
#define CBYTES_H

#include "scan.h"
#include "sha256.h"

#endif
