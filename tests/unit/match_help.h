/*
 * match_help: what the tests of engine/match share: strings, numbers that are the same on every machine, and the
 * code points that make folding hard.
 */
#ifndef TOCSIN_MATCH_HELP_H
#define TOCSIN_MATCH_HELP_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/utf8.h"
#include "match/term.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

static inline void must(tocsin_status st)
{
    assert_int_equal(st, TOCSIN_OK);
}

static inline struct tcs_str str(const char *text)
{
    return (struct tcs_str){text, strlen(text)};
}

static inline uint32_t next_random(uint32_t *state, uint32_t below)
{
    *state = *state * 1664525u + 1013904223u;
    return (uint32_t)((uint64_t)(*state >> 8) * below >> 24);
}

static inline void put_cp(struct tcs_buf *out, uint32_t cp)
{
    char bytes[4];

    must(tcs_buf_append(out, bytes, tcs_utf8_encode(cp, bytes)));
}

static inline void put_cps(struct tcs_buf *out, const uint32_t *cps, size_t count)
{
    size_t i;

    for (i = 0; i < count; i++)
        put_cp(out, cps[i]);
}

static inline void put_str(struct tcs_buf *out, const char *text)
{
    must(tcs_buf_append(out, text, strlen(text)));
}

/* Makes the content a C string (the NUL is not counted). */
static inline const char *c_str(struct tcs_buf *buf)
{
    must(tcs_buf_reserve(buf, 1));
    buf->data[buf->len] = '\0';
    return buf->data;
}

static inline bool is_surrogate(uint32_t cp)
{
    return cp >= 0xD800 && cp <= 0xDFFF;
}

/* The code points of text, into cps, which has room for text.len of them. */
static inline size_t code_points(struct tcs_str text, uint32_t *cps)
{
    const char *p = text.data, *end = text.data + text.len;
    size_t count = 0, len;

    for (; p < end; p += len)
        cps[count++] = tcs_utf8_decode(p, end, &len, NULL);
    return count;
}

/* Letters, marks, ignorables, compatibility forms, stops, quotation marks, white space, Han of one class, Kana, Hangul. */
static inline uint32_t nasty_code_point(uint32_t *seed)
{
    static const uint32_t nasty[] = {
        'a', 'A', 'b', 'I', 'e', 'E', 's', 'd', 'i', 'n', 'g', '4', 'k', '.', '.', '.', ' ', ' ', '-', '\'', '"', '*', '_',
        '\n', '\r', '\f', '\v', 0x85, 0xA0, 0xAD, 0xB2, 0xC6, 0xD8, 0xDF, 0xE9, 0x130, 0x131, 0x149, 0x17F, 0x2BC, 0x300,
        0x301, 0x307, 0x323, 0x345, 0x34F, 0x3B1, 0x3C2, 0x660, 0x9BE, 0x9C7, 0xE01, 0xE33, 0x1100, 0x1161, 0x11A8, 0x180B,
        0x1E9E, 0x1FB3, 0x2003, 0x200B, 0x200D, 0x2010, 0x2014, 0x2018, 0x2019, 0x201C, 0x201D, 0x2024, 0x2028, 0x2029,
        0x2032, 0x2033, 0x2060, 0x2122, 0x212A, 0x2160, 0x2212, 0x2460, 0x2488, 0x24B6, 0x2F00, 0x2FBC, 0x3000, 0x300A,
        0x300C, 0x300D, 0x300E, 0x3010, 0x304B, 0x3099, 0x30AB, 0x30FC, 0x3131, 0x320E, 0x337F, 0x33C2, 0x33C7, 0x4E00,
        0x6362, 0x63DB, 0x8138, 0x81C9, 0x94FE, 0x9346, 0xAC00, 0xF900, 0xFA1A, 0xFB01, 0xFDFA, 0xFE0F, 0xFE41, 0xFE52,
        0xFEFF, 0xFF02, 0xFF07, 0xFF0D, 0xFF0E, 0xFF21, 0xFF22, 0xFF29, 0xFF49, 0xFF61, 0xFF62, 0xFF76, 0xFF9E, 0xFFFD,
        0x1D400, 0x1D7DC, 0x1F100, 0x1F130, 0x1F3FB, 0x20000, 0x2F800, 0x2F81A, 0xE0020, 0xE0100};

    return nasty[next_random(seed, COUNT(nasty))];
}

/* A text of up to most nasty code points, into out. */
static inline void nasty_text(struct tcs_buf *out, uint32_t *seed, uint32_t most)
{
    uint32_t count = next_random(seed, most + 1);

    tcs_buf_reset(out);
    while (count--)
        put_cp(out, nasty_code_point(seed));
}

/*
 * A term from its text and options: i inflect, v version, w word, and a number of letters that may follow.
 */
static inline tocsin_status init_term(struct tcs_term *term, const char *text, const char *options,
                                      struct tocsin_error *err)
{
    struct tcs_term_spec spec = {.text = str(text)};
    struct tcs_folded folded = {0};
    tocsin_status st;

    for (; *options; options++) {
        spec.inflect |= *options == 'i';
        spec.version |= *options == 'v';
        spec.word |= *options == 'w';
        if (*options >= '0' && *options <= '9')
            spec.prefix_up_to = spec.prefix_up_to * 10 + (uint32_t)(*options - '0');
    }
    st = tcs_term_init(term, &spec, &folded, err);
    tcs_folded_release(&folded);
    return st;
}

#endif
