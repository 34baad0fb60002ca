#ifndef CBYTES_SCAN_H
#define CBYTES_SCAN_H

// The loops over JSON text that decide its speed. Sixteen bytes a step where the processor
// can, a byte a step elsewhere; no load ever reaches past `end`.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#if defined(__SSE2__)
#include <emmintrin.h>
#elif defined(__aarch64__) && defined(__ARM_NEON)
#include <arm_neon.h>
#endif

#if defined(__aarch64__) && defined(__ARM_NEON) && !defined(__SSE2__)
/// One nibble per byte of a comparison's result, so that counting zeros finds the first hit.
static inline uint64_t scan_nibbles(uint8x16_t hits) {
  return vget_lane_u64(
      vreinterpret_u64_u8(vshrn_n_u16(vreinterpretq_u16_u8(hits), 4)), 0);
}
#endif

/// The first position from `at` whose byte a JSON string cannot simply hold: a quote, a
/// backslash, a control character or a byte outside ASCII; `end` when there is none.
static inline intptr_t scan_plain(const uint8_t *_Nonnull bytes, intptr_t at, intptr_t end) {
#if defined(__SSE2__)
  const __m128i quote = _mm_set1_epi8('"');
  const __m128i backslash = _mm_set1_epi8('\\');
  const __m128i space = _mm_set1_epi8(0x20);
  while (end - at >= 16) {
    const __m128i block = _mm_loadu_si128((const __m128i *)(bytes + at));
    // The comparison is signed: below a space lie the control characters and all non-ASCII.
    const __m128i hits = _mm_or_si128(
        _mm_or_si128(_mm_cmpeq_epi8(block, quote), _mm_cmpeq_epi8(block, backslash)),
        _mm_cmplt_epi8(block, space));
    const unsigned mask = (unsigned)_mm_movemask_epi8(hits);
    if (mask) return at + __builtin_ctz(mask);
    at += 16;
  }
#elif defined(__aarch64__) && defined(__ARM_NEON)
  while (end - at >= 16) {
    const uint8x16_t block = vld1q_u8(bytes + at);
    const uint8x16_t hits = vorrq_u8(
        vorrq_u8(vceqq_u8(block, vdupq_n_u8('"')), vceqq_u8(block, vdupq_n_u8('\\'))),
        vcltq_s8(vreinterpretq_s8_u8(block), vdupq_n_s8(0x20)));
    const uint64_t mask = scan_nibbles(hits);
    if (mask) return at + (__builtin_ctzll(mask) >> 2);
    at += 16;
  }
#endif
  while (at < end) {
    const uint8_t byte = bytes[at];
    if (byte == '"' || byte == '\\' || byte < 0x20 || byte >= 0x80) return at;
    at += 1;
  }
  return end;
}

/// The first position from `at` whose byte is not JSON white space; `end` when there is none.
static inline intptr_t scan_space(const uint8_t *_Nonnull bytes, intptr_t at, intptr_t end) {
#if defined(__SSE2__)
  const __m128i space = _mm_set1_epi8(' ');
  const __m128i feed = _mm_set1_epi8('\n');
  const __m128i back = _mm_set1_epi8('\r');
  const __m128i tab = _mm_set1_epi8('\t');
  while (end - at >= 16) {
    const __m128i block = _mm_loadu_si128((const __m128i *)(bytes + at));
    const __m128i hits = _mm_or_si128(
        _mm_or_si128(_mm_cmpeq_epi8(block, space), _mm_cmpeq_epi8(block, feed)),
        _mm_or_si128(_mm_cmpeq_epi8(block, back), _mm_cmpeq_epi8(block, tab)));
    const unsigned mask = (unsigned)_mm_movemask_epi8(hits) ^ 0xFFFFu;
    if (mask) return at + __builtin_ctz(mask);
    at += 16;
  }
#endif
  while (at < end) {
    const uint8_t byte = bytes[at];
    if (byte != ' ' && byte != '\n' && byte != '\r' && byte != '\t') return at;
    at += 1;
  }
  return end;
}

/// How many line feeds stand from `at` up to `end`.
static inline intptr_t scan_feeds(const uint8_t *_Nonnull bytes, intptr_t at, intptr_t end) {
  intptr_t feeds = 0;
#if defined(__SSE2__)
  const __m128i feed = _mm_set1_epi8('\n');
  while (end - at >= 16) {
    const __m128i block = _mm_loadu_si128((const __m128i *)(bytes + at));
    feeds += __builtin_popcount((unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(block, feed)));
    at += 16;
  }
#endif
  for (; at < end; at += 1) feeds += bytes[at] == '\n';
  return feeds;
}

/// Whether `count` bytes at both places are the same; short ones, as keys are, without a call.
static inline bool scan_equal(
    const uint8_t *_Nonnull one, const uint8_t *_Nonnull other, intptr_t count) {
  if (count > 16) return __builtin_memcmp(one, other, (size_t)count) == 0;
  if (count >= 8) {
    uint64_t a, b, c, d;
    __builtin_memcpy(&a, one, 8);
    __builtin_memcpy(&b, other, 8);
    __builtin_memcpy(&c, one + count - 8, 8);
    __builtin_memcpy(&d, other + count - 8, 8);
    return ((a ^ b) | (c ^ d)) == 0;
  }
  if (count >= 4) {
    uint32_t a, b, c, d;
    __builtin_memcpy(&a, one, 4);
    __builtin_memcpy(&b, other, 4);
    __builtin_memcpy(&c, one + count - 4, 4);
    __builtin_memcpy(&d, other + count - 4, 4);
    return ((a ^ b) | (c ^ d)) == 0;
  }
  for (intptr_t at = 0; at < count; at += 1) {
    if (one[at] != other[at]) return false;
  }
  return true;
}

#endif
