/*
 * segment_block: units of plain text in vectors of 32 bytes, on processors with AVX2. Internal to segment.c, which decides by
 * its tables what this stops at. Plain are ASCII without controls, Han from U+4E00 to U+9FFF and the punctuation that Chinese
 * is full of: none of them but the space is white space, and besides ASCII letters and digits only Han counts. The text is
 * taken to be well formed.
 */
#ifndef TOCSIN_SEGMENT_BLOCK_H
#define TOCSIN_SEGMENT_BLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Readable bytes that a block needs: the last character may begin at its end. */
#define TCS_SEGMENT_REACH (32 + 2)

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

/* The bytes that begin plain punctuation of three: U+2010-2027, 3001-3002, 3008-3011, FF01-FF0F, FF1A-FF20. */
TCS_SEGMENT_TARGET uint32_t tcs_segment_punctuation(__m256i v, uint32_t e2, uint32_t e3, uint32_t ef)
{
    uint32_t found = 0;

    if (ef)
        found = ef & tcs_segment_bytes(v, 0xBC) >> 1 &
                (tcs_segment_range(v, 0x81, 0x8F) | tcs_segment_range(v, 0x9A, 0xA0)) >> 2;
    if (e2 | e3)
        found |= tcs_segment_bytes(v, 0x80) >> 1 &
                 ((e2 & tcs_segment_range(v, 0x90, 0xA7) >> 2) |
                  (e3 & (tcs_segment_range(v, 0x81, 0x82) | tcs_segment_range(v, 0x88, 0x91)) >> 2));
    return found;
}

/*
 * The plain text that begins at p, at most a block, as far as its last character that is no space: its length, and the units
 * that it adds. 0 where there is none.
 */
TCS_SEGMENT_TARGET size_t tcs_segment_take_block(const char *p, bool *in_run, uint32_t *units)
{
    __m256i v = _mm256_loadu_si256((const __m256i *)(const void *)p);
    uint32_t high = (uint32_t)_mm256_movemask_epi8(v), han = 0, other = tcs_segment_range(v, 0, 0x1F), taken, visible, words;
    size_t len;

    if (high) {
        uint32_t starts = high & (uint32_t)_mm256_movemask_epi8(_mm256_add_epi8(v, v)); /* above BF */
        uint32_t e2 = tcs_segment_bytes(v, 0xE2), e3 = tcs_segment_bytes(v, 0xE3), ef = tcs_segment_bytes(v, 0xEF);

        han = tcs_segment_range(v, 0xE5, 0xE9) | (tcs_segment_bytes(v, 0xE4) & tcs_segment_range(v, 0xB8, 0xBF) >> 1);
        other |= starts & ~han & ~tcs_segment_punctuation(v, e2, e3, ef);
    }
    taken = _blsmsk_u32(other) >> (other != 0); /* below the first that is not plain */
    visible = taken & ~tcs_segment_bytes(v, ' ');
    if (!visible)
        return 0;
    len = 32 - (size_t)__builtin_clz(visible);
    words = (tcs_segment_range(_mm256_or_si256(v, _mm256_set1_epi8(0x20)), 'a', 'z') | tcs_segment_range(v, '0', '9')) & taken;
    *units += (uint32_t)__builtin_popcount(han & taken) + 2 * (uint32_t)__builtin_popcount(words & ~(words << 1 | *in_run));
    *in_run = words >> (len - 1) & 1;
    if (len == 32)
        len += han >> 31 ? 2 : han >> 30 & 1;
    return len;
}

/*
 * Blocks of plain text from p on, of which `have` bytes can be read, as long as there are no more than `most` units: their length.
 * *in_run and *units go on.
 */
__attribute__((target("avx2,bmi,popcnt"))) static size_t tcs_segment_take_blocks(const char *p, size_t have, uint32_t most,
                                                                                 bool *in_run, uint32_t *units)
{
    size_t at = 0, len;

    while (have - at >= TCS_SEGMENT_REACH) {
        bool run = *in_run;
        uint32_t more = *units;

        len = tcs_segment_take_block(p + at, &run, &more);
        if (!len || more > most)
            break;
        at += len;
        *in_run = run;
        *units = more;
    }
    return at;
}
#else
static inline bool tcs_segment_has_blocks(void)
{
    return false;
}

static inline size_t tcs_segment_take_blocks(const char *p, size_t have, uint32_t most, bool *in_run, uint32_t *units)
{
    (void)p;
    (void)have;
    (void)most;
    (void)in_run;
    (void)units;
    return 0;
}
#endif

#endif
