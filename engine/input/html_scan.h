/*
 * html_scan: how the tokenizer passes over bytes, 16 or more at a step. Each function stops at the first byte that may
 * matter, or where too few bytes are left for a step: the caller goes on byte by byte, which is also all that happens where
 * the processor has no vectors. Nothing here knows more of HTML than these sets of bytes.
 */
#ifndef TOCSIN_HTML_SCAN_H
#define TOCSIN_HTML_SCAN_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#ifdef __SSE2__
#include <emmintrin.h>

typedef __m128i tcs_html_block;

static inline tcs_html_block tcs_html_scan_equal(tcs_html_block block, char c)
{
    return _mm_cmpeq_epi8(block, _mm_set1_epi8(c));
}

/* Moves p to the first byte of which EXPR, a vector made from `block`, is set; 16 bytes at a step while there are so many. */
#define TCS_HTML_SCAN(p, end, EXPR)                                                                                    \
    for (; (end) - (p) >= 16; (p) += 16) {                                                                             \
        tcs_html_block block = _mm_loadu_si128((const __m128i *)(const void *)(p));                                    \
        unsigned stops = (unsigned)_mm_movemask_epi8(EXPR);                                                            \
        if (stops)                                                                                                     \
            return (p) + __builtin_ctz(stops);                                                                         \
    }

/* A control character, a space, `/`, `=` or `>`: what may end a name. */
static inline const char *tcs_html_scan_name(const char *p, const char *end)
{
    TCS_HTML_SCAN(p, end,
                  _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(_mm_min_epu8(block, _mm_set1_epi8(' ')), block),
                                            tcs_html_scan_equal(block, '/')),
                               _mm_or_si128(tcs_html_scan_equal(block, '='), tcs_html_scan_equal(block, '>'))))
    return p;
}

/* A control character, a space or `>`: what may end a value without quotes. */
static inline const char *tcs_html_scan_value(const char *p, const char *end)
{
    TCS_HTML_SCAN(p, end,
                  _mm_or_si128(_mm_cmpeq_epi8(_mm_min_epu8(block, _mm_set1_epi8(' ')), block),
                               tcs_html_scan_equal(block, '>')))
    return p;
}

/* `=`, `>` or a quotation mark: what decides where a tag ends. */
static inline const char *tcs_html_scan_tag(const char *p, const char *end)
{
    TCS_HTML_SCAN(p, end,
                  _mm_or_si128(_mm_or_si128(tcs_html_scan_equal(block, '='), tcs_html_scan_equal(block, '>')),
                               _mm_or_si128(tcs_html_scan_equal(block, '"'), tcs_html_scan_equal(block, '\''))))
    return p;
}

static inline const char *tcs_html_scan_byte(const char *p, const char *end, char c)
{
    TCS_HTML_SCAN(p, end, tcs_html_scan_equal(block, c))
    return p;
}

#undef TCS_HTML_SCAN

/* `<`, or `--`: what may end the state of a script behind `<!--`. */
static inline const char *tcs_html_scan_escaped(const char *p, const char *end)
{
    for (; end - p >= 17; p += 16) {
        tcs_html_block block = _mm_loadu_si128((const __m128i *)(const void *)p);
        tcs_html_block next = _mm_loadu_si128((const __m128i *)(const void *)(p + 1));
        tcs_html_block dashes = _mm_and_si128(tcs_html_scan_equal(block, '-'), tcs_html_scan_equal(next, '-'));
        unsigned stops = (unsigned)_mm_movemask_epi8(_mm_or_si128(dashes, tcs_html_scan_equal(block, '<')));

        if (stops)
            return p + __builtin_ctz(stops);
    }
    return p;
}

#else
static inline const char *tcs_html_scan_name(const char *p, const char *end)
{
    (void)end;
    return p;
}

static inline const char *tcs_html_scan_value(const char *p, const char *end)
{
    (void)end;
    return p;
}

static inline const char *tcs_html_scan_tag(const char *p, const char *end)
{
    (void)end;
    return p;
}

static inline const char *tcs_html_scan_byte(const char *p, const char *end, char c)
{
    (void)end;
    (void)c;
    return p;
}

static inline const char *tcs_html_scan_escaped(const char *p, const char *end)
{
    (void)end;
    return p;
}
#endif

/* The first `<`, or end: of text between tags, which is mostly short. */
static inline const char *tcs_html_scan_less(const char *p, const char *end)
{
#ifdef __SSE2__
    if (end - p >= 16) {
        tcs_html_block block = _mm_loadu_si128((const __m128i *)(const void *)p);
        unsigned stops = (unsigned)_mm_movemask_epi8(tcs_html_scan_equal(block, '<'));

        if (stops)
            return p + __builtin_ctz(stops);
        p += 16;
    }
#endif
    p = p < end ? memchr(p, '<', (size_t)(end - p)) : NULL;
    return p ? p : end;
}

/* Two pairs of bytes, small letters or marks; of letters their capitals are meant too. */
struct tcs_html_pairs {
    char first[2], second[2];
};

/* A `<` with one of the pairs behind it, or end. For long stretches. */
const char *tcs_html_scan_pairs(const char *p, const char *end, const struct tcs_html_pairs *pairs);

/* The first eight bytes of a name, the first in the lowest byte, zeros behind a shorter one; A to Z in lower case. */
static inline uint64_t tcs_html_scan_key(const char *name, size_t len, const char *end)
{
    const uint64_t ones = UINT64_C(0x0101010101010101);
    uint64_t key = 0, low, upper;

    if (end - name >= 8) {
        memcpy(&key, name, 8);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
        key = __builtin_bswap64(key);
#endif
        if (len < 8)
            key &= (UINT64_C(1) << 8 * len) - 1;
    } else {
        for (size_t i = 0; i < len && i < 8; i++)
            key |= (uint64_t)(unsigned char)name[i] << 8 * i;
    }
    low = key & ones * 0x7F;
    upper = (low + ones * (0x80 - 'A')) & ~(low + ones * (0x7F - 'Z')) & ~key & ones * 0x80;
    return key | upper >> 2;
}

#endif
