#include "text.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

void die(const char *format, ...)
{
    va_list args;

    fputs("generate: ", stderr);
    va_start(args, format);
    vfprintf(stderr, format, args);
    va_end(args);
    fputc('\n', stderr);
    exit(2);
}

void *grow(void *data, size_t bytes)
{
    void *grown = realloc(data, bytes);

    if (!grown)
        die("no memory for %zu bytes", bytes);
    return grown;
}

void text_reserve(struct text *text, size_t extra)
{
    size_t need = text->len + extra;

    if (need < extra)
        die("a text is too long");
    if (need <= text->cap)
        return;
    text->cap = need < 2048 ? 4096 : need * 2;
    text->data = grow(text->data, text->cap);
}

void putf(struct text *out, const char *format, ...)
{
    va_list args;
    int len;

    va_start(args, format);
    len = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (len < 0)
        die("a text cannot be formatted");
    text_reserve(out, (size_t)len + 1);
    va_start(args, format);
    vsnprintf(out->data + out->len, (size_t)len + 1, format, args);
    va_end(args);
    out->len += (size_t)len;
}

void text_read(struct text *out, const char *path)
{
    FILE *file = fopen(path, "rb");
    size_t got;

    if (!file)
        die("%s: %s", path, strerror(errno));
    do {
        text_reserve(out, 65536);
        got = fread(out->data + out->len, 1, out->cap - out->len, file);
        out->len += got;
    } while (got);
    if (ferror(file))
        die("%s: %s", path, strerror(errno));
    fclose(file);
}
