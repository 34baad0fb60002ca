#ifndef CBYTES_H
#define CBYTES_H
#endif
