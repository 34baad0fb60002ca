#ifndef CBYTES_SHA256_H
#define CBYTES_SHA256_H

#include <stddef.h>
#include <stdint.h>

/// Folds whole 64-byte blocks into a SHA-256 state, with the processor's own instructions where it has them.
void cbytes_sha256_blocks(uint32_t state[8], const uint8_t *data, size_t blocks);

/// The same without special instructions: what other processors run, and what the tests compare against.
void cbytes_sha256_blocks_portable(uint32_t state[8], const uint8_t *data, size_t blocks);

#endif
