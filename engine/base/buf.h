/*
 * buf: growing memory. struct tcs_buf is a byte buffer, struct tcs_str a borrowed span of bytes, and
 * TCS_GROW makes room in any typed array that has `cap` beside it. Nothing here prints or aborts: what
 * cannot be allocated is TOCSIN_E_NOMEM. Buffers belong to one thread at a time.
 */
#ifndef TOCSIN_BUF_H
#define TOCSIN_BUF_H

#include <stdarg.h>
#include <strings.h>

#include "tocsin.h"

/* Borrowed bytes: dies with its owner. data may be NULL when len is 0. */
struct tcs_str {
    const char *data;
    size_t len;
};

/* A string literal as a tcs_str. */
#define TCS_STR(literal) ((struct tcs_str){(literal), sizeof(literal) - 1})

/* Owned, growing bytes. All zero is an empty buffer. */
struct tcs_buf {
    char *data;
    size_t len;
    size_t cap;
};

/*
 * Makes room for `extra` bytes behind len. On failure the buffer is unchanged. Inline where there is room, as there mostly
 * is.
 */
TOCSIN_MUST_CHECK tocsin_status tcs_buf_make_room(struct tcs_buf *buf, size_t extra);
TOCSIN_MUST_CHECK static inline tocsin_status tcs_buf_reserve(struct tcs_buf *buf, size_t extra)
{
    return buf->cap - buf->len >= extra ? TOCSIN_OK : tcs_buf_make_room(buf, extra);
}
/* The same for much that is read here and there: asks the system for large pages, of which fewer must be filled and found. */
TOCSIN_MUST_CHECK tocsin_status tcs_buf_reserve_large(struct tcs_buf *buf, size_t extra);
/* Appends len bytes; data may be NULL when len is 0. */
TOCSIN_MUST_CHECK tocsin_status tcs_buf_append(struct tcs_buf *buf, const char *data, size_t len);
TOCSIN_MUST_CHECK tocsin_status tcs_buf_append_str(struct tcs_buf *buf, struct tcs_str text);
TOCSIN_MUST_CHECK tocsin_status tcs_buf_putc(struct tcs_buf *buf, char byte);
/* Appends formatted text; the NUL that vsnprintf writes is not counted. */
TOCSIN_MUST_CHECK tocsin_status tcs_buf_printf(struct tcs_buf *buf, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
TOCSIN_MUST_CHECK tocsin_status tcs_buf_vprintf(struct tcs_buf *buf, const char *format, va_list args)
    __attribute__((format(printf, 2, 0)));
/* Forgets the content, keeps the memory. */
void tcs_buf_reset(struct tcs_buf *buf);
/* Gives the memory back; the buffer is empty afterwards and may be used again. */
void tcs_buf_release(struct tcs_buf *buf);
/* The content as a borrowed span, valid until the buffer changes. */
struct tcs_str tcs_buf_view(const struct tcs_buf *buf);

/*
 * Makes room for `need` elements of elem_size bytes in *data, whose capacity is *cap; grows by doubling.
 * Checks the multiplication. On failure nothing changes. Use through TCS_GROW.
 */
TOCSIN_MUST_CHECK tocsin_status tcs_array_make_room(void **data, size_t *cap, size_t need, size_t elem_size);
TOCSIN_MUST_CHECK static inline tocsin_status tcs_array_reserve(void **data, size_t *cap, size_t need, size_t elem_size)
{
    return need <= *cap ? TOCSIN_OK : tcs_array_make_room(data, cap, need, elem_size);
}
#define TCS_GROW(array, cap, need) \
    tcs_array_reserve((void **)&(array), &(cap), (need), sizeof *(array))

/* A NUL-terminated copy of a span (which may hold NULs); NULL when memory cannot be had. */
char *tcs_str_dup(struct tcs_str text);
/* The bytes of a NUL-terminated text, which may be NULL. */
struct tcs_str tcs_str_from(const char *text);
bool tcs_str_equal(struct tcs_str a, struct tcs_str b);
/* ASCII case-insensitive. */
static inline bool tcs_str_equal_nocase(struct tcs_str a, struct tcs_str b)
{
    return a.len == b.len && (!a.len || strncasecmp(a.data, b.data, a.len) == 0);
}
/* Nothing but ASCII white space? */
bool tcs_str_is_blank(struct tcs_str text);
/* Without ASCII white space at both ends. */
struct tcs_str tcs_str_trim(struct tcs_str text);

#endif
