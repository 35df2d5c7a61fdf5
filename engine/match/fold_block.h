/*
 * fold_block: sixteen bytes at a time for the fold's fast path, with SSE2 where compiled for it, in words (base/word.h)
 * where not (or with TCS_FOLD_PORTABLE). Internal to fold_fast.c. Bit i of a mask is byte i of the block.
 */
#ifndef TOCSIN_FOLD_BLOCK_H
#define TOCSIN_FOLD_BLOCK_H

#include "base/word.h"

#if defined(__SSE2__) && !defined(TCS_FOLD_PORTABLE)
#include <emmintrin.h>
#define TCS_FOLD_SSE2 1
#else
#define TCS_FOLD_SSE2 0
#endif

#define TCS_BLOCK 16u

struct tcs_block {
    uint32_t other; /* not ASCII, or VT, FF or CR: the block's plain part ends before it */
    uint32_t white; /* space, tab or LF */
    uint32_t gap;   /* white, or one of " ' * _ */
    uint32_t stop;  /* full stop */
};

/* How many bytes at the start are ASCII, at least '0' and not _, so neither gap characters nor stops. */
static inline unsigned tcs_word_plain_len(uint64_t v)
{
    uint64_t plain = tcs_word_from(v, '0') & ~tcs_word_range(v, '_', '_') & ~v;
    uint64_t rest = ~plain & TCS_HIGHS;

    return rest ? (unsigned)__builtin_ctzll(rest) / 8 : 8;
}

#if TCS_FOLD_SSE2

/* start[i] = at + i and end[i] = at + i + 1 for count bytes, a multiple of four. */
static inline void tcs_block_map(uint32_t *start, uint32_t *end, uint32_t at, unsigned count)
{
    __m128i v = _mm_add_epi32(_mm_set1_epi32((int)at), _mm_setr_epi32(0, 1, 2, 3));
    unsigned i;

    for (i = 0; i < count; i += 4) {
        _mm_storeu_si128((__m128i *)(void *)(start + i), v);
        _mm_storeu_si128((__m128i *)(void *)(end + i), _mm_add_epi32(v, _mm_set1_epi32(1)));
        v = _mm_add_epi32(v, _mm_set1_epi32(4));
    }
}

static inline __m128i tcs_block_range(__m128i v, char first, char last)
{
    return _mm_and_si128(_mm_cmpgt_epi8(v, _mm_set1_epi8((char)(first - 1))),
                         _mm_cmplt_epi8(v, _mm_set1_epi8((char)(last + 1))));
}

static inline __m128i tcs_block_equal(__m128i v, char byte)
{
    return _mm_cmpeq_epi8(v, _mm_set1_epi8(byte));
}

static inline uint32_t tcs_block_mask(__m128i v)
{
    return (uint32_t)_mm_movemask_epi8(v);
}

/* Masks of the block at in, and at out its bytes in lower case, a tab as a space and LF as line. */
static inline struct tcs_block tcs_block_fold(const char *in, char *out, char line)
{
    __m128i v = _mm_loadu_si128((const __m128i *)(const void *)in);
    __m128i tab = tcs_block_equal(v, '\t'), lf = tcs_block_equal(v, '\n');
    __m128i white = _mm_or_si128(_mm_or_si128(tab, lf), tcs_block_equal(v, ' '));
    __m128i marks = _mm_or_si128(_mm_or_si128(tcs_block_equal(v, '"'), tcs_block_equal(v, '\'')),
                                 _mm_or_si128(tcs_block_equal(v, '*'), tcs_block_equal(v, '_')));
    __m128i change = _mm_and_si128(tcs_block_range(v, 'A', 'Z'), _mm_set1_epi8('A' ^ 'a'));

    change = _mm_or_si128(change, _mm_and_si128(tab, _mm_set1_epi8('\t' ^ ' ')));
    change = _mm_or_si128(change, _mm_and_si128(lf, _mm_set1_epi8((char)('\n' ^ line))));
    _mm_storeu_si128((__m128i *)(void *)out, _mm_xor_si128(v, change));
    return (struct tcs_block){
        .other = tcs_block_mask(_mm_or_si128(v, tcs_block_range(v, '\v', '\r'))),
        .white = tcs_block_mask(white),
        .gap = tcs_block_mask(_mm_or_si128(white, marks)),
        .stop = tcs_block_mask(tcs_block_equal(v, '.')),
    };
}

#else

static inline void tcs_block_map(uint32_t *start, uint32_t *end, uint32_t at, unsigned count)
{
    unsigned i;

    for (i = 0; i < count; i++) {
        start[i] = at + i;
        end[i] = at + i + 1;
    }
}

static inline uint32_t tcs_word_mask(uint64_t flags)
{
    return (uint32_t)((flags >> 7) * 0x0102040810204080u >> 56);
}

static inline void tcs_word_fold(const char *in, char *out, char line, struct tcs_block *block, unsigned shift)
{
    uint64_t v = tcs_load64(in);
    uint64_t tab = tcs_word_range(v, '\t', '\t'), lf = tcs_word_range(v, '\n', '\n');
    uint64_t white = tab | lf | tcs_word_range(v, ' ', ' ');
    uint64_t marks = tcs_word_range(v, '"', '"') | tcs_word_range(v, '\'', '\'') | tcs_word_range(v, '*', '*') |
                     tcs_word_range(v, '_', '_');
    uint64_t folded = tcs_word_lower(v) ^ (tab >> 7) * (uint64_t)('\t' ^ ' ') ^ (lf >> 7) * (uint64_t)('\n' ^ line);

    tcs_store64(out, folded);
    block->other |= tcs_word_mask((v & TCS_HIGHS) | tcs_word_range(v, '\v', '\r')) << shift;
    block->white |= tcs_word_mask(white) << shift;
    block->gap |= tcs_word_mask(white | marks) << shift;
    block->stop |= tcs_word_mask(tcs_word_range(v, '.', '.')) << shift;
}

static inline struct tcs_block tcs_block_fold(const char *in, char *out, char line)
{
    struct tcs_block block = {0};

    tcs_word_fold(in, out, line, &block, 0);
    tcs_word_fold(in + 8, out + 8, line, &block, 8);
    return block;
}

#endif

#endif
