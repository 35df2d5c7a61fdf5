/*
 * word: eight bytes at a time in plain C, for what needs no wider vector. The lowest byte of a word is the first in memory.
 * Flags are the high bits of bytes. Everything here is inline.
 */
#ifndef TOCSIN_WORD_H
#define TOCSIN_WORD_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* The first bytes as a number, the first lowest. */
static inline uint32_t tcs_load32(const char *p)
{
    uint32_t word;

    memcpy(&word, p, sizeof word);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    word = __builtin_bswap32(word);
#endif
    return word;
}

static inline uint64_t tcs_load64(const char *p)
{
    uint64_t word;

    memcpy(&word, p, sizeof word);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    word = __builtin_bswap64(word);
#endif
    return word;
}

static inline void tcs_store32(char *p, uint32_t word)
{
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    word = __builtin_bswap32(word);
#endif
    memcpy(p, &word, sizeof word);
}

static inline void tcs_store64(char *p, uint64_t word)
{
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    word = __builtin_bswap64(word);
#endif
    memcpy(p, &word, sizeof word);
}

/* Below, what is flagged in bytes that are not ASCII is of no account. */
#define TCS_ONES 0x0101010101010101u
#define TCS_HIGHS (TCS_ONES << 7)

/* Flags bytes (ASCII) that are at least low: low from 1 to 128. */
static inline uint64_t tcs_word_from(uint64_t v, unsigned low)
{
    return ((v & ~TCS_HIGHS) + TCS_ONES * (128 - low)) & TCS_HIGHS;
}

static inline uint64_t tcs_word_range(uint64_t v, unsigned first, unsigned last)
{
    return tcs_word_from(v, first) & ~tcs_word_from(v, last + 1);
}

static inline uint64_t tcs_word_lower(uint64_t v)
{
    return v ^ tcs_word_range(v, 'A', 'Z') >> 2;
}

/* Letters of any case; ASCII only. */
static inline uint64_t tcs_word_letters(uint64_t v)
{
    return tcs_word_range(v | TCS_ONES << 5, 'a', 'z') & ~v;
}

static inline uint64_t tcs_word_alnum(uint64_t v)
{
    return tcs_word_letters(v) | (tcs_word_range(v, '0', '9') & ~v);
}

/* Bytes that continue a UTF-8 sequence: the high bit is set, the next is not. */
static inline uint64_t tcs_word_continuations(uint64_t v)
{
    return v & ~(v << 1) & TCS_HIGHS;
}

static inline unsigned tcs_word_count(uint64_t flags)
{
    return (unsigned)((flags >> 7) * TCS_ONES >> 56);
}

/* Up to eight bytes at p, zeros behind the end. Loads overlap, which costs less than a copy that is read back. */
static inline uint64_t tcs_word_load(const char *p, const char *end)
{
    ptrdiff_t len = end - p;

    if (len >= 8)
        return tcs_load64(p);
    if (len >= 4)
        return tcs_load32(p) | (uint64_t)tcs_load32(end - 4) << 8 * (len - 4);
    if (len <= 0)
        return 0;
    return (uint64_t)(unsigned char)p[0] | (uint64_t)(unsigned char)p[len / 2] << 8 * (len / 2) |
           (uint64_t)(unsigned char)p[len - 1] << 8 * (len - 1);
}

#endif
