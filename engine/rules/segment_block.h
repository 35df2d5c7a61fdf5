/*
 * segment_block: units of plain text in vectors of 32 bytes, on processors with AVX2. Internal to segment.c, which decides by
 * its tables what this stops at. Plain are ASCII without controls, Han from U+4E00 to U+9FFF, the punctuation that Chinese is
 * full of (U+2010-2027, 3001-3002, 3008-3011, FF01-FF0F, FF1A-FF20) and emoji (U+1F300-1FAFF): none of them but the space
 * is white space, and besides ASCII letters and digits only Han counts. The text is taken to be well formed.
 */
#ifndef TOCSIN_SEGMENT_BLOCK_H
#define TOCSIN_SEGMENT_BLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/utf8.h"

/* Readable bytes that a block needs: its last character may begin at its end. */
#define TCS_SEGMENT_REACH (32 + 3)

#if defined(__x86_64__)
#include <immintrin.h>

#define TCS_SEGMENT_TARGET static inline __attribute__((target("avx2,bmi,popcnt"), always_inline))

static inline bool tcs_segment_has_blocks(void)
{
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") && __builtin_cpu_supports("popcnt");
}

TCS_SEGMENT_TARGET uint32_t tcs_segment_bytes(__m256i v, unsigned byte)
{
    return (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(v, _mm256_set1_epi8((char)byte)));
}

TCS_SEGMENT_TARGET uint32_t tcs_segment_range(__m256i v, unsigned first, unsigned last)
{
    __m256i from = _mm256_sub_epi8(v, _mm256_set1_epi8((char)first));

    return (uint32_t)_mm256_movemask_epi8(
        _mm256_cmpeq_epi8(_mm256_min_epu8(from, _mm256_set1_epi8((char)(last - first))), from));
}

/* Bytes where a plain character begins that is not ASCII. v1, v2: what stands one and two bytes behind. */
TCS_SEGMENT_TARGET uint32_t tcs_segment_wide(__m256i v, __m256i v1, __m256i v2, uint32_t *han)
{
    uint32_t general = tcs_segment_bytes(v, 0xE2), cjk = tcs_segment_bytes(v, 0xE3), wide = tcs_segment_bytes(v, 0xEF);
    uint32_t emoji = tcs_segment_bytes(v, 0xF0) & tcs_segment_bytes(v1, 0x9F) & tcs_segment_range(v2, 0x8C, 0xAB);

    *han = tcs_segment_range(v, 0xE5, 0xE9) | (tcs_segment_bytes(v, 0xE4) & tcs_segment_range(v1, 0xB8, 0xBF));
    wide &= tcs_segment_bytes(v1, 0xBC) & (tcs_segment_range(v2, 0x81, 0x8F) | tcs_segment_range(v2, 0x9A, 0xA0));
    general &= tcs_segment_range(v2, 0x90, 0xA7);
    cjk &= tcs_segment_range(v2, 0x81, 0x82) | tcs_segment_range(v2, 0x88, 0x91);
    return *han | wide | emoji | ((general | cjk) & tcs_segment_bytes(v1, 0x80));
}

/* What a block holds: bytes that are not plain, Han, letters and digits of ASCII. */
struct tcs_segment_block {
    uint32_t other, han, words;
};

TCS_SEGMENT_TARGET struct tcs_segment_block tcs_segment_look(const char *p)
{
    __m256i v = _mm256_loadu_si256((const __m256i *)(const void *)p);
    uint32_t high = (uint32_t)_mm256_movemask_epi8(v);
    struct tcs_segment_block block = {.other = tcs_segment_range(v, 0, 0x1F)};

    block.words = tcs_segment_range(_mm256_or_si256(v, _mm256_set1_epi8(0x20)), 'a', 'z') | tcs_segment_range(v, '0', '9');
    if (high) {
        uint32_t starts = high & (uint32_t)_mm256_movemask_epi8(_mm256_add_epi8(v, v)); /* above BF */

        block.other |= starts & ~tcs_segment_wide(v, _mm256_loadu_si256((const __m256i *)(const void *)(p + 1)),
                                                  _mm256_loadu_si256((const __m256i *)(const void *)(p + 2)), &block.han);
    }
    return block;
}

TCS_SEGMENT_TARGET uint32_t tcs_segment_units(uint32_t han, uint32_t words, uint32_t before)
{
    return (uint32_t)__builtin_popcount(han) + 2 * (uint32_t)__builtin_popcount(words & ~(words << 1 | before));
}

/*
 * The length of the plain text that begins at p, of which `have` bytes can be read, as far as its last character that is no
 * space, and at most a block short of where there are more than `most` units; *is_near is set if that is why it ends.
 * *in_run and *units go on. Blocks follow each other at every 32 bytes: a character may begin in one and end in the next,
 * which sees nothing in its end.
 */
__attribute__((target("avx2,bmi,popcnt"))) static size_t
tcs_segment_take_blocks(const char *p, size_t have, uint32_t most, bool *in_run, uint32_t *units, bool *is_near)
{
    uint32_t before = *in_run, count = *units;
    size_t at = 0;

    for (; have - at >= TCS_SEGMENT_REACH; at += 32) {
        struct tcs_segment_block block = tcs_segment_look(p + at);
        uint32_t taken = block.other ? (block.other & (0 - block.other)) - 1 : UINT32_MAX; /* below the first of them */
        uint32_t words = block.words & taken, more = count + tcs_segment_units(block.han & taken, words, before);

        if (more > most) {
            *is_near = true;
            break;
        }
        count = more;
        if (block.other) {
            unsigned len = (unsigned)__builtin_ctz(block.other);

            before = len ? words >> (len - 1) & 1 : before;
            at += len;
            break;
        }
        before = words >> 31;
    }
    while (at < have && tcs_utf8_is_continuation(p[at]))
        at++;
    while (at && p[at - 1] == ' ') /* white space may be what ends the paragraph; behind it no run goes on */
        at--;
    *in_run = before;
    *units = count;
    return at;
}
#else
static inline bool tcs_segment_has_blocks(void)
{
    return false;
}

static inline size_t tcs_segment_take_blocks(const char *p, size_t have, uint32_t most, bool *in_run, uint32_t *units,
                                             bool *is_near)
{
    (void)p;
    (void)have;
    (void)most;
    (void)in_run;
    (void)units;
    (void)is_near;
    return 0;
}
#endif

#endif
