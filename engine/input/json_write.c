/*
 * Text is copied 16 bytes at a step, and the same step tells which of them may begin a character that is escaped. Room is
 * reserved for the whole text and a block more, and again at each escape, so that a block is always stored whole.
 */
#include "input/json.h"

#include <string.h>

#include "base/utf8.h"
#include "base/word.h"
#include "input/utf8_copy.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#define BLOCK 16
#define ESCAPE_MAX 6 /* the length of \u00e9 */

/* Is cp escaped? */
static bool is_escaped(uint32_t cp)
{
    return cp < 0x20 || cp == '"' || cp == '\\' || (cp >= 0x7F && cp <= 0x9F) || cp == 0x2028 || cp == 0x2029;
}

/* Writes the escape of cp at out, room for ESCAPE_MAX bytes, and returns its length. */
static size_t escape(uint32_t cp, char *out)
{
    static const char hex[] = "0123456789abcdef";
    static const char names[] = {['"'] = '"', ['\\'] = '\\', ['\b'] = 'b', ['\f'] = 'f',
                                 ['\n'] = 'n', ['\r'] = 'r', ['\t'] = 't'};
    int i;

    out[0] = '\\';
    if (cp < sizeof names && names[cp]) {
        out[1] = names[cp];
        return 2;
    }
    out[1] = 'u';
    for (i = 0; i < 4; i++)
        out[2 + i] = hex[cp >> (12 - 4 * i) & 0xF];
    return 6;
}

/*
 * Copies len bytes, at most BLOCK, to out, which has room for BLOCK. Returns a bit for each at which an escaped character may
 * begin: C2 begins U+0080 to U+00BF, E2 U+2000 to U+2FFF.
 */
static inline unsigned copy_block(const char *p, size_t len, char *out)
{
#ifdef __SSE2__
    __m128i v, hit;

    if (len == BLOCK)
        v = _mm_loadu_si128((const __m128i *)(const void *)p);
    else if (len > 8)
        v = _mm_set_epi64x((int64_t)(tcs_load64(p + len - 8) >> 8 * (BLOCK - len)), (int64_t)tcs_load64(p));
    else
        v = _mm_set_epi64x(0, (int64_t)tcs_word_load(p, p + len));
    _mm_storeu_si128((__m128i *)(void *)out, v);
    hit = _mm_or_si128(_mm_cmpeq_epi8(v, _mm_set1_epi8('"')), _mm_cmpeq_epi8(v, _mm_set1_epi8('\\')));
    hit = _mm_or_si128(hit, _mm_cmpeq_epi8(_mm_min_epu8(v, _mm_set1_epi8(0x1F)), v));
    hit = _mm_or_si128(hit, _mm_cmpeq_epi8(v, _mm_set1_epi8(0x7F)));
    hit = _mm_or_si128(hit, _mm_cmpeq_epi8(_mm_and_si128(v, _mm_set1_epi8((char)0xDF)), _mm_set1_epi8((char)0xC2)));
    return (unsigned)_mm_movemask_epi8(hit) & ((1u << len) - 1);
#else
    unsigned mask = 0;
    size_t i;

    memcpy(out, p, len);
    for (i = 0; i < len; i++) {
        unsigned char c = (unsigned char)p[i];

        mask |= (unsigned)(c < 0x20 || c == '"' || c == '\\' || c == 0x7F || (c & 0xDF) == 0xC2) << i;
    }
    return mask;
#endif
}

/* Appends well-formed text; there is room for text.len and one block more, and at least for one byte behind it. */
static tocsin_status write_content(struct tcs_buf *out, struct tcs_str text)
{
    const char *p = text.data, *end = p + text.len;

    while (p < end) {
        size_t len, taken, used, char_len;
        char *o = out->data + out->len;
        unsigned mask = 0;
        uint32_t cp = 0;

        for (; end - p >= BLOCK && !(mask = copy_block(p, BLOCK, o)); p += BLOCK)
            o += BLOCK;
        out->len = (size_t)(o - out->data);
        taken = used = len = end - p < BLOCK ? (size_t)(end - p) : BLOCK;
        if (len < BLOCK)
            mask = len ? copy_block(p, len, o) : 0;
        for (; mask; mask &= mask - 1) {
            unsigned at = (unsigned)__builtin_ctz(mask);

            cp = tcs_utf8_decode(p + at, end, &char_len, NULL);
            if (is_escaped(cp)) {
                taken = at;
                used = at + char_len;
                break;
            }
        }
        p += used;
        out->len += taken;
        if (mask) {
            if (tcs_buf_reserve(out, (size_t)(end - p) + BLOCK + ESCAPE_MAX) != TOCSIN_OK)
                return TOCSIN_E_NOMEM;
            out->len += escape(cp, out->data + out->len);
        }
    }
    return TOCSIN_OK;
}

/* Appends text; each maximal subpart that is ill-formed becomes U+FFFD. */
static tocsin_status repair_content(struct tcs_buf *out, struct tcs_str text)
{
    tocsin_status st = TOCSIN_OK;

    while (text.len && st == TOCSIN_OK) {
        size_t good = tcs_utf8_valid_prefix(text), bad;

        st = tcs_buf_reserve(out, text.len + BLOCK);
        if (st == TOCSIN_OK)
            st = write_content(out, (struct tcs_str){text.data, good});
        if (good == text.len || st != TOCSIN_OK)
            break;
        (void)tcs_utf8_decode(text.data + good, text.data + text.len, &bad, NULL);
        st = tcs_buf_append(out, "\xEF\xBF\xBD", 3);
        text.data += good + bad;
        text.len -= good + bad;
    }
    return st;
}

static bool is_ascii(struct tcs_str text)
{
    const char *p = text.data, *end = p + text.len;
    uint64_t all = 0;

    for (; end - p > 8; p += 8)
        all |= tcs_load64(p);
    return !((all | tcs_word_load(p, end)) & TCS_HIGHS);
}

static tocsin_status write_string(struct tcs_buf *out, struct tcs_str text, bool is_well_formed)
{
    size_t mark = out->len;
    tocsin_status st = tcs_buf_reserve(out, text.len + BLOCK + 2); /* mostly all that it takes */

    if (st != TOCSIN_OK)
        return st;
    out->data[out->len++] = '"';
    st = is_well_formed || is_ascii(text) ? write_content(out, text) : repair_content(out, text);
    if (st == TOCSIN_OK)
        out->data[out->len++] = '"';
    else
        out->len = mark;
    return st;
}

tocsin_status tcs_json_write_string(struct tcs_buf *out, struct tcs_str text)
{
    return write_string(out, text, false);
}

tocsin_status tcs_json_write_well_formed(struct tcs_buf *out, struct tcs_str text)
{
    return write_string(out, text, true);
}
