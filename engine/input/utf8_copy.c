/*
 * What is well formed is passed over in vectors where the processor has them (utf8_block.h). Behind that ASCII is skipped a
 * word at a time and three-byte sequences (nearly all of Chinese) by four compares; every other lead byte goes through
 * tcs_utf8_decode, which alone knows what is ill-formed and how long.
 */
#include "input/utf8_copy.h"

#include <string.h>

#include "base/utf8.h"
#include "input/utf8_block.h"

#define HIGH_BITS 0x8080808080808080u

static const char *skip_ascii(const char *p, const char *end)
{
    uint64_t a, b;

    while (end - p >= 16) {
        memcpy(&a, p, 8);
        memcpy(&b, p + 8, 8);
        if ((a | b) & HIGH_BITS)
            break;
        p += 16;
    }
    while (p < end && (unsigned char)*p < 0x80)
        p++;
    return p;
}

/*
 * Skips three-byte sequences whose lead is neither E0 nor ED: their second byte has no range of its
 * own.
 */
static const char *skip_triples(const char *p, const char *end)
{
    while (end - p >= 3) {
        unsigned char lead = (unsigned char)p[0];

        if ((lead & 0xF0) != 0xE0 || lead == 0xE0 || lead == 0xED)
            break;
        if (!tcs_utf8_is_continuation(p[1]) || !tcs_utf8_is_continuation(p[2]))
            break;
        p += 3;
    }
    return p;
}

size_t tcs_utf8_count_prefix(struct tcs_str text, size_t *sequences)
{
    const char *p = text.data, *end, *run;
    bool is_bad = false;
    size_t len;

    if (!text.len)
        return 0;
    end = p + text.len;
    if (tcs_utf8_has_blocks()) {
        p = tcs_utf8_skip_blocks(p, end, sequences);
        if (p == end)
            return text.len;
    }
    for (;;) {
        run = skip_ascii(p, end);
        p = skip_triples(run, end);
        *sequences += (size_t)(p - run) / 3;
        if (p == end)
            return text.len;
        if ((unsigned char)*p < 0x80)
            continue;
        (void)tcs_utf8_decode(p, end, &len, &is_bad);
        if (is_bad)
            return (size_t)(p - text.data);
        p += len;
        ++*sequences;
    }
}

size_t tcs_utf8_valid_prefix(struct tcs_str text)
{
    size_t sequences = 0;

    return tcs_utf8_count_prefix(text, &sequences);
}

tocsin_status tcs_utf8_append(struct tcs_buf *out, struct tcs_str text)
{
    while (text.len) {
        size_t good = tcs_utf8_valid_prefix(text);
        tocsin_status st = tcs_buf_append(out, text.data, good);
        size_t bad;

        if (st != TOCSIN_OK)
            return st;
        text.data += good;
        text.len -= good;
        if (!text.len)
            break;
        (void)tcs_utf8_decode(text.data, text.data + text.len, &bad, NULL);
        st = tcs_buf_append(out, "\xEF\xBF\xBD", 3);
        if (st != TOCSIN_OK)
            return st;
        text.data += bad;
        text.len -= bad;
    }
    return TOCSIN_OK;
}
