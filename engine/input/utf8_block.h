/*
 * utf8_block: passes over well-formed UTF-8 in vectors of 32 bytes, on processors with AVX2. Internal to utf8_copy.c,
 * which knows the rules and looks at what this stops at. The method is Keiser and Lemire's ("Validating UTF-8 In Less Than
 * One Instruction Per Byte", 2021): three tables of sixteen, by the halves of a byte and by the high half of the next,
 * each say which faults are still possible; what all three leave is a fault.
 */
#ifndef TOCSIN_UTF8_BLOCK_H
#define TOCSIN_UTF8_BLOCK_H

#include <stdbool.h>
#include <string.h>

#include "base/utf8.h"

#if defined(__x86_64__)
#include <immintrin.h>

#define TCS_UTF8_BLOCK 32

enum tcs_utf8_fault {
    TCS_UTF8_SHORT = 1 << 0,    /* a lead that is not followed by a continuation */
    TCS_UTF8_LONG = 1 << 1,     /* ASCII that is */
    TCS_UTF8_OVER_3 = 1 << 2,   /* three bytes where two would do */
    TCS_UTF8_LARGE = 1 << 3,    /* above U+10FFFF, by the second byte */
    TCS_UTF8_SURROGATE = 1 << 4,
    TCS_UTF8_OVER_2 = 1 << 5,
    TCS_UTF8_OVER_4 = 1 << 6,   /* or a lead above F4 */
    TCS_UTF8_TWO = 1 << 7       /* two continuations: right behind a lead of three or four bytes only */
};

#define TCS_UTF8_TARGET static inline __attribute__((target("avx2"), always_inline))

TCS_UTF8_TARGET __m256i tcs_utf8_table(char b0, char b1, char b2, char b3, char b4, char b5, char b6, char b7, char b8,
                                       char b9, char ba, char bb, char bc, char bd, char be, char bf)
{
    return _mm256_setr_epi8(b0, b1, b2, b3, b4, b5, b6, b7, b8, b9, ba, bb, bc, bd, be, bf, b0, b1, b2, b3, b4, b5, b6,
                            b7, b8, b9, ba, bb, bc, bd, be, bf);
}

TCS_UTF8_TARGET __m256i tcs_utf8_high(__m256i v)
{
    return _mm256_and_si256(_mm256_srli_epi16(v, 4), _mm256_set1_epi8(0x0F));
}

/* Not 0 where bytes of v, or the sequences before that reach into it, are ill-formed. before: the 32 bytes before v. */
TCS_UTF8_TARGET __m256i tcs_utf8_faults(__m256i v, __m256i before)
{
    const char any = (char)(TCS_UTF8_SHORT | TCS_UTF8_LONG | TCS_UTF8_TWO);
    const char large = (char)(any | TCS_UTF8_LARGE | TCS_UTF8_OVER_4);
    const char cut = TCS_UTF8_SHORT, late = TCS_UTF8_LONG, two = (char)TCS_UTF8_TWO;
    const char low = (char)(TCS_UTF8_LONG | TCS_UTF8_OVER_2 | TCS_UTF8_TWO);
    const __m256i first_high = tcs_utf8_table(
        late, late, late, late, late, late, late, late, two, two, two, two, TCS_UTF8_SHORT | TCS_UTF8_OVER_2, cut,
        TCS_UTF8_SHORT | TCS_UTF8_OVER_3 | TCS_UTF8_SURROGATE, TCS_UTF8_SHORT | TCS_UTF8_LARGE | TCS_UTF8_OVER_4);
    const __m256i first_low = tcs_utf8_table(
        (char)(any | TCS_UTF8_OVER_3 | TCS_UTF8_OVER_2 | TCS_UTF8_OVER_4), (char)(any | TCS_UTF8_OVER_2), any, any,
        (char)(any | TCS_UTF8_LARGE), large, large, large, large, large, large, large, large,
        (char)(large | TCS_UTF8_SURROGATE), large, large);
    const __m256i second_high = tcs_utf8_table(
        cut, cut, cut, cut, cut, cut, cut, cut, (char)(low | TCS_UTF8_OVER_3 | TCS_UTF8_OVER_4),
        (char)(low | TCS_UTF8_OVER_3 | TCS_UTF8_LARGE), (char)(low | TCS_UTF8_SURROGATE | TCS_UTF8_LARGE),
        (char)(low | TCS_UTF8_SURROGATE | TCS_UTF8_LARGE), cut, cut, cut, cut);
    __m256i turned = _mm256_permute2x128_si256(before, v, 0x21);
    __m256i prev1 = _mm256_alignr_epi8(v, turned, 15);
    __m256i faults = _mm256_and_si256(
        _mm256_and_si256(_mm256_shuffle_epi8(first_high, tcs_utf8_high(prev1)),
                         _mm256_shuffle_epi8(first_low, _mm256_and_si256(prev1, _mm256_set1_epi8(0x0F)))),
        _mm256_shuffle_epi8(second_high, tcs_utf8_high(v)));
    __m256i third = _mm256_subs_epu8(_mm256_alignr_epi8(v, turned, 14), _mm256_set1_epi8(0xE0 - 0x80));
    __m256i fourth = _mm256_subs_epu8(_mm256_alignr_epi8(v, turned, 13), _mm256_set1_epi8(0xF0 - 0x80));
    __m256i due = _mm256_and_si256(_mm256_or_si256(third, fourth), _mm256_set1_epi8((char)0x80));

    return _mm256_xor_si256(due, faults);
}

/* Behind some of the ASCII from p on, before end: most of a page is markup. */
TCS_UTF8_TARGET const char *tcs_utf8_skip_ascii(const char *p, const char *end)
{
    for (; end - p >= 4 * TCS_UTF8_BLOCK; p += 4 * TCS_UTF8_BLOCK) {
        const __m256i *v = (const __m256i *)(const void *)p;
        __m256i a = _mm256_or_si256(_mm256_loadu_si256(v), _mm256_loadu_si256(v + 1));
        __m256i b = _mm256_or_si256(_mm256_loadu_si256(v + 2), _mm256_loadu_si256(v + 3));

        if (_mm256_movemask_epi8(_mm256_or_si256(a, b)))
            break;
    }
    return p;
}

/*
 * Up to where [p, end), which begins at a character, is seen to be well formed: end, or at a character, short of what is not.
 * Adds the sequences other than ASCII up to there to *sequences. Behind the end zeros stand for bytes, so that a sequence cut
 * off there is a fault.
 */
__attribute__((target("avx2,popcnt"))) static const char *tcs_utf8_skip_blocks(const char *p, const char *end,
                                                                               size_t *sequences)
{
    const char *start = p;
    __m256i before = _mm256_setzero_si256();
    unsigned high_before = 0, back;
    char tail[TCS_UTF8_BLOCK] = {0};

    for (;; p += TCS_UTF8_BLOCK) {
        bool is_last;
        __m256i v;
        unsigned high; /* bytes above 7F */

        if (!high_before)
            p = tcs_utf8_skip_ascii(p, end);
        is_last = end - p < TCS_UTF8_BLOCK;
        if (is_last)
            memcpy(tail, p, (size_t)(end - p));
        v = _mm256_loadu_si256((const __m256i *)(const void *)(is_last ? tail : p));
        high = (unsigned)_mm256_movemask_epi8(v);
        if (high | high_before) {
            __m256i faults = tcs_utf8_faults(v, before);

            if (!_mm256_testz_si256(faults, faults))
                break;
            *sequences += (unsigned)__builtin_popcount(high & (unsigned)_mm256_movemask_epi8(_mm256_add_epi8(v, v)));
        }
        if (is_last)
            return end;
        before = v;
        high_before = high;
    }
    for (back = 0; p > start && back < 4 && (unsigned char)p[-1] >= 0x80; back++) { /* the last one may be unfinished */
        if (!tcs_utf8_is_continuation(*--p)) {
            --*sequences;
            break;
        }
    }
    return p;
}

static inline bool tcs_utf8_has_blocks(void)
{
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("popcnt");
}
#else
static const char *tcs_utf8_skip_blocks(const char *p, const char *end, size_t *sequences)
{
    (void)end;
    (void)sequences;
    return p;
}

static inline bool tcs_utf8_has_blocks(void)
{
    return false;
}
#endif

#endif
