/* Character by character; what is no control is copied as it stands, ill-formed bytes included. */
#include "base/shown.h"

#include "base/utf8.h"

tocsin_status tcs_shown_append(struct tcs_buf *out, struct tcs_str text)
{
    const char *at = text.data, *end = text.len ? text.data + text.len : text.data;
    tocsin_status st = TOCSIN_OK;
    size_t len;

    for (; at < end && st == TOCSIN_OK; at += len) {
        uint32_t cp = tcs_utf8_decode(at, end, &len, NULL);

        if (cp == '\f')
            st = tcs_buf_append_str(out, TCS_STR("\xC2\xB6"));
        else if (cp == '\n')
            st = tcs_buf_append_str(out, TCS_STR("\xE2\x86\xB5"));
        else if (cp < 0x20 || (cp >= 0x7F && cp < 0xA0) || cp == 0x2028 || cp == 0x2029)
            st = tcs_buf_printf(out, "\\u%04x", (unsigned)cp);
        else
            st = tcs_buf_append(out, at, len);
    }
    return st;
}
