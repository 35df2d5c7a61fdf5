/*
 * utf8: decoding and encoding of UTF-8, one code point at a time. Ill-formed bytes decode to U+FFFD, one
 * per maximal subpart (The Unicode Standard, chapter 3, "U+FFFD Substitution of Maximal Subparts"; the
 * same as the WHATWG decoder), and hide no neighbour. Everything here is inline: it stands in hot loops.
 */
#ifndef TOCSIN_UTF8_H
#define TOCSIN_UTF8_H

#include <stddef.h>
#include <stdint.h>

#include "tocsin.h"

#define TCS_UTF8_REPLACEMENT 0xFFFDu

static inline bool tcs_is_ascii_digit(uint32_t cp)
{
    return cp >= '0' && cp <= '9';
}

/* An ASCII letter or digit? */
static inline bool tcs_is_ascii_word(uint32_t cp)
{
    return tcs_is_ascii_digit(cp) || ((cp | 0x20) >= 'a' && (cp | 0x20) <= 'z');
}

/* True for a byte that continues a UTF-8 sequence. */
static inline bool tcs_utf8_is_continuation(char byte)
{
    return ((unsigned char)byte & 0xC0) == 0x80;
}

/* tcs_utf8_decode of a sequence that is not ASCII. */
static inline uint32_t tcs_utf8_decode_sequence(const char *text, const char *end, size_t *len, bool *is_bad)
{
    const unsigned char *p = (const unsigned char *)text;
    size_t have = (size_t)(end - text);
    uint32_t c = p[0];
    unsigned low = 0x80, high = 0xBF;
    size_t need, i;

    if (is_bad)
        *is_bad = false;
    *len = 1;
    if (c >= 0xC2 && c <= 0xDF) {
        need = 1;
        c &= 0x1F;
    } else if (c >= 0xE0 && c <= 0xEF) {
        need = 2;
        if (c == 0xE0)
            low = 0xA0;
        if (c == 0xED)
            high = 0x9F;
        c &= 0x0F;
    } else if (c >= 0xF0 && c <= 0xF4) {
        need = 3;
        if (c == 0xF0)
            low = 0x90;
        if (c == 0xF4)
            high = 0x8F;
        c &= 0x07;
    } else {
        if (is_bad)
            *is_bad = true;
        return TCS_UTF8_REPLACEMENT;
    }
    for (i = 1; i <= need; i++) {
        if (i >= have || p[i] < low || p[i] > high) {
            if (is_bad)
                *is_bad = true;
            return TCS_UTF8_REPLACEMENT;
        }
        c = c << 6 | (p[i] & 0x3Fu);
        *len = i + 1;
        low = 0x80;
        high = 0xBF;
    }
    return c;
}

/*
 * Decodes the code point at p (p < end) and stores how many bytes it took in *len (at least 1).
 * Returns TCS_UTF8_REPLACEMENT for an ill-formed sequence; *is_bad, if not NULL, tells it from a real one. What most text
 * is made of, ASCII and three bytes with a lead that any two continuations may follow, is seen at once.
 */
static inline uint32_t tcs_utf8_decode(const char *text, const char *end, size_t *len, bool *is_bad)
{
    const unsigned char *p = (const unsigned char *)text;

    if (is_bad)
        *is_bad = false;
    if (p[0] < 0x80) {
        *len = 1;
        return p[0];
    }
    if (p[0] - 0xE1u <= 0xECu - 0xE1u && end - text >= 3 && tcs_utf8_is_continuation(text[1]) &&
        tcs_utf8_is_continuation(text[2])) {
        *len = 3;
        return (p[0] & 0x0Fu) << 12 | (p[1] & 0x3Fu) << 6 | (p[2] & 0x3Fu);
    }
    return tcs_utf8_decode_sequence(text, end, len, is_bad);
}

/* Encodes cp (a scalar value) at out, which has room for 4 bytes; returns the number written. */
static inline size_t tcs_utf8_encode(uint32_t cp, char *out)
{
    unsigned char *o = (unsigned char *)out;

    if (cp < 0x80) {
        o[0] = (unsigned char)cp;
        return 1;
    }
    if (cp < 0x800) {
        o[0] = (unsigned char)(0xC0 | cp >> 6);
        o[1] = (unsigned char)(0x80 | (cp & 0x3F));
        return 2;
    }
    if (cp < 0x10000) {
        o[0] = (unsigned char)(0xE0 | cp >> 12);
        o[1] = (unsigned char)(0x80 | (cp >> 6 & 0x3F));
        o[2] = (unsigned char)(0x80 | (cp & 0x3F));
        return 3;
    }
    o[0] = (unsigned char)(0xF0 | cp >> 18);
    o[1] = (unsigned char)(0x80 | (cp >> 12 & 0x3F));
    o[2] = (unsigned char)(0x80 | (cp >> 6 & 0x3F));
    o[3] = (unsigned char)(0x80 | (cp & 0x3F));
    return 4;
}

#endif
