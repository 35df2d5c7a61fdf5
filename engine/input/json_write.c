/* Runs that stand for themselves are appended whole, found 16 bytes at a step; only what needs an escape is spelled out. */
#include "input/json.h"

#include <string.h>

#include "base/utf8.h"
#include "input/utf8_copy.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

/* Writes the escape of cp at out, room for 6 bytes; 0 if cp stands for itself. */
static size_t escape(uint32_t cp, char *out)
{
    static const char hex[] = "0123456789abcdef";
    const char *name;

    if (cp == 0x2028 || cp == 0x2029 || (cp >= 0x7F && cp <= 0x9F) || cp < 0x20 || cp == '"' || cp == '\\') {
        static const char bytes[] = "\"\\\b\f\n\r\t", names[] = "\"\\bfnrt";

        out[0] = '\\';
        name = cp && cp < 0x7F ? strchr(bytes, (int)cp) : NULL;
        if (name) {
            out[1] = names[name - bytes];
            return 2;
        }
        out[1] = 'u';
        for (int i = 0; i < 4; i++)
            out[2 + i] = hex[cp >> (12 - 4 * i) & 0xF];
        return 6;
    }
    return 0;
}

/* May a character that is escaped begin with this byte? C2 begins U+0080 to U+00BF, E2 U+2000 to U+2FFF. */
static bool may_escape(char c)
{
    unsigned char byte = (unsigned char)c;

    return byte < 0x20 || byte == '"' || byte == '\\' || byte == 0x7F || byte == 0xC2 || byte == 0xE2;
}

/* The first such byte from p, or end. */
static const char *skip_content(const char *p, const char *end)
{
#ifdef __SSE2__
    while (end - p >= 16) {
        __m128i v = _mm_loadu_si128((const __m128i *)(const void *)p);
        __m128i hit = _mm_or_si128(_mm_cmpeq_epi8(v, _mm_set1_epi8('"')), _mm_cmpeq_epi8(v, _mm_set1_epi8('\\')));
        unsigned mask;

        hit = _mm_or_si128(hit, _mm_cmpeq_epi8(_mm_min_epu8(v, _mm_set1_epi8(0x1F)), v));
        hit = _mm_or_si128(hit, _mm_cmpeq_epi8(v, _mm_set1_epi8(0x7F)));
        hit = _mm_or_si128(hit, _mm_cmpeq_epi8(v, _mm_set1_epi8((char)0xC2)));
        hit = _mm_or_si128(hit, _mm_cmpeq_epi8(v, _mm_set1_epi8((char)0xE2)));
        mask = (unsigned)_mm_movemask_epi8(hit);
        if (mask)
            return p + __builtin_ctz(mask);
        p += 16;
    }
#endif
    while (p < end && !may_escape(*p))
        p++;
    return p;
}

/* Appends text, which is well formed. */
static tocsin_status write_valid(struct tcs_buf *out, struct tcs_str text)
{
    const char *p = text.data, *end = p + text.len, *run = p;
    tocsin_status st = TOCSIN_OK;
    size_t len, n;
    char bytes[6];

    for (p = skip_content(p, end); p < end; p = skip_content(p + len, end)) {
        n = escape(tcs_utf8_decode(p, end, &len, NULL), bytes);
        if (!n)
            continue;
        st = tcs_buf_append(out, run, (size_t)(p - run));
        if (st == TOCSIN_OK)
            st = tcs_buf_append(out, bytes, n);
        if (st != TOCSIN_OK)
            return st;
        run = p + len;
    }
    return tcs_buf_append(out, run, (size_t)(end - run));
}

static tocsin_status write_content(struct tcs_buf *out, struct tcs_str text)
{
    tocsin_status st = TOCSIN_OK;
    size_t bad;

    while (text.len && st == TOCSIN_OK) {
        size_t good = tcs_utf8_valid_prefix(text);

        st = write_valid(out, (struct tcs_str){text.data, good});
        if (good == text.len || st != TOCSIN_OK)
            break;
        (void)tcs_utf8_decode(text.data + good, text.data + text.len, &bad, NULL);
        st = tcs_buf_append(out, "\xEF\xBF\xBD", 3);
        text.data += good + bad;
        text.len -= good + bad;
    }
    return st;
}

tocsin_status tcs_json_write_string(struct tcs_buf *out, struct tcs_str text)
{
    size_t mark = out->len, plain = 0;
    tocsin_status st = tcs_buf_reserve(out, text.len + 2); /* mostly all that it takes */

    if (st != TOCSIN_OK)
        return st;
    if (text.len && tcs_utf8_valid_prefix(text) == text.len)
        plain = (size_t)(skip_content(text.data, text.data + text.len) - text.data);
    out->data[out->len++] = '"';
    if (plain) {
        memcpy(out->data + out->len, text.data, plain);
        out->len += plain;
    }
    if (plain < text.len)
        st = write_content(out, (struct tcs_str){text.data + plain, text.len - plain});
    if (st == TOCSIN_OK)
        st = tcs_buf_putc(out, '"');
    if (st != TOCSIN_OK)
        out->len = mark;
    return st;
}
