/*
 * escape: JSON's \uXXXX in raw bytes, for those who read the bytes of documents without parsing them. Pure functions.
 */
#ifndef TOCSIN_ESCAPE_H
#define TOCSIN_ESCAPE_H

#include <stdint.h>

#define TCS_ESCAPE_BYTES 6 /* of \uXXXX */

static inline int tcs_escape_hex(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if ((c | 0x20) >= 'a' && (c | 0x20) <= 'f')
        return (c | 0x20) - 'a' + 10;
    return -1;
}

/* The UTF-16 unit of \uXXXX at p, or -1. */
static inline int32_t tcs_escape_utf16(const char *p, const char *end)
{
    int32_t value = 0;
    int i, digit;

    if (end - p < TCS_ESCAPE_BYTES || p[0] != '\\' || p[1] != 'u')
        return -1;
    for (i = 2; i < TCS_ESCAPE_BYTES; i++) {
        digit = tcs_escape_hex(p[i]);
        if (digit < 0)
            return -1;
        value = value << 4 | digit;
    }
    return value;
}

#endif
