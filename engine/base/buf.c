/* Growth by doubling, so that n appends cost O(n); sizes are checked before they are multiplied. */
#include "base/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

tocsin_status tcs_array_make_room(void **data, size_t *cap, size_t need, size_t elem_size)
{
    size_t next = *cap ? *cap : 16;
    void *grown;

    if (need <= *cap)
        return TOCSIN_OK;
    while (next < need) {
        if (next > SIZE_MAX / 2)
            return TOCSIN_E_NOMEM;
        next *= 2;
    }
    if (next > SIZE_MAX / elem_size)
        return TOCSIN_E_NOMEM;
    grown = realloc(*data, next * elem_size);
    if (!grown)
        return TOCSIN_E_NOMEM;
    *data = grown;
    *cap = next;
    return TOCSIN_OK;
}

tocsin_status tcs_buf_make_room(struct tcs_buf *buf, size_t extra)
{
    if (extra > SIZE_MAX - buf->len)
        return TOCSIN_E_NOMEM;
    return TCS_GROW(buf->data, buf->cap, buf->len + extra);
}

tocsin_status tcs_buf_reserve_large(struct tcs_buf *buf, size_t extra)
{
    tocsin_status st = tcs_buf_reserve(buf, extra);
#if defined(MADV_HUGEPAGE)
    const uintptr_t page = (uintptr_t)2 << 20;
    uintptr_t from = ((uintptr_t)buf->data + page - 1) & ~(page - 1), to = ((uintptr_t)buf->data + buf->cap) & ~(page - 1);

    if (st == TOCSIN_OK && from < to) /* advice, that may be refused */
        (void)madvise((void *)from, to - from, MADV_HUGEPAGE);
#endif
    return st;
}

tocsin_status tcs_buf_append(struct tcs_buf *buf, const char *data, size_t len)
{
    tocsin_status st;

    if (!len)
        return TOCSIN_OK;
    st = tcs_buf_reserve(buf, len);
    if (st != TOCSIN_OK)
        return st;
    memcpy(buf->data + buf->len, data, len);
    buf->len += len;
    return TOCSIN_OK;
}

tocsin_status tcs_buf_append_str(struct tcs_buf *buf, struct tcs_str text)
{
    return tcs_buf_append(buf, text.data, text.len);
}

tocsin_status tcs_buf_putc(struct tcs_buf *buf, char byte)
{
    return tcs_buf_append(buf, &byte, 1);
}

tocsin_status tcs_buf_vprintf(struct tcs_buf *buf, const char *format, va_list args)
{
    tocsin_status st;
    va_list again;
    int need;

    va_copy(again, args);
    need = vsnprintf(NULL, 0, format, again);
    va_end(again);
    if (need < 0)
        return TOCSIN_E_INTERNAL;
    st = tcs_buf_reserve(buf, (size_t)need + 1);
    if (st != TOCSIN_OK)
        return st;
    (void)vsnprintf(buf->data + buf->len, (size_t)need + 1, format, args);
    buf->len += (size_t)need;
    return TOCSIN_OK;
}

tocsin_status tcs_buf_printf(struct tcs_buf *buf, const char *format, ...)
{
    tocsin_status st;
    va_list args;

    va_start(args, format);
    st = tcs_buf_vprintf(buf, format, args);
    va_end(args);
    return st;
}

void tcs_buf_reset(struct tcs_buf *buf)
{
    buf->len = 0;
}

void tcs_buf_release(struct tcs_buf *buf)
{
    free(buf->data);
    *buf = (struct tcs_buf){0};
}

struct tcs_str tcs_buf_view(const struct tcs_buf *buf)
{
    return (struct tcs_str){buf->data, buf->len};
}

char *tcs_str_dup(struct tcs_str text)
{
    char *copy = malloc(text.len + 1);

    if (!copy)
        return NULL;
    if (text.len)
        memcpy(copy, text.data, text.len);
    copy[text.len] = '\0';
    return copy;
}

struct tcs_str tcs_str_from(const char *text)
{
    return (struct tcs_str){text, text ? strlen(text) : 0};
}

bool tcs_str_equal(struct tcs_str a, struct tcs_str b)
{
    return a.len == b.len && (!a.len || memcmp(a.data, b.data, a.len) == 0);
}

static bool is_blank(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

struct tcs_str tcs_str_trim(struct tcs_str text)
{
    while (text.len && is_blank(text.data[0])) {
        text.data++;
        text.len--;
    }
    while (text.len && is_blank(text.data[text.len - 1]))
        text.len--;
    return text;
}

bool tcs_str_is_blank(struct tcs_str text)
{
    return tcs_str_trim(text).len == 0;
}
