/* Runs that stand for themselves are appended whole; only what needs an escape is spelled out. */
#include "input/json.h"

#include <string.h>

#include "base/utf8.h"

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

static tocsin_status write_content(struct tcs_buf *out, struct tcs_str text)
{
    const char *p = text.len ? text.data : "";
    const char *end = p + text.len;
    const char *run = p;
    tocsin_status st = TOCSIN_OK;
    size_t len, n;
    char bytes[6];

    while (st == TOCSIN_OK && p < end) {
        bool is_bad = false;
        uint32_t cp = tcs_utf8_decode(p, end, &len, &is_bad);

        n = is_bad ? tcs_utf8_encode(TCS_UTF8_REPLACEMENT, bytes) : escape(cp, bytes);
        if (n) {
            st = tcs_buf_append(out, run, (size_t)(p - run));
            if (st == TOCSIN_OK)
                st = tcs_buf_append(out, bytes, n);
            run = p + len;
        }
        p += len;
    }
    return st == TOCSIN_OK ? tcs_buf_append(out, run, (size_t)(p - run)) : st;
}

tocsin_status tcs_json_write_string(struct tcs_buf *out, struct tcs_str text)
{
    size_t mark = out->len;
    tocsin_status st = tcs_buf_putc(out, '"');

    if (st == TOCSIN_OK)
        st = write_content(out, text);
    if (st == TOCSIN_OK)
        st = tcs_buf_putc(out, '"');
    if (st != TOCSIN_OK)
        out->len = mark;
    return st;
}
