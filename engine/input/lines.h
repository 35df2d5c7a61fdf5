/*
 * lines: where the lines of a buffer end, found many bytes at a step. A list is filled again for each buffer and keeps its
 * memory.
 */
#ifndef TOCSIN_LINES_H
#define TOCSIN_LINES_H

#include "base/buf.h"

/* All zero is empty. */
struct tcs_lines {
    struct tcs_str data; /* borrowed */
    size_t *feeds;       /* where its line feeds stand */
    size_t feed_count, cap;
};

void tcs_lines_release(struct tcs_lines *lines);
TOCSIN_MUST_CHECK tocsin_status tcs_lines_find(struct tcs_lines *lines, struct tcs_str data);
/* How many lines there are; the last may lack its feed. */
size_t tcs_lines_count(const struct tcs_lines *lines);
/* How many hold something: all but empty ones and such as hold only a carriage return. */
size_t tcs_lines_count_filled(const struct tcs_lines *lines);
/* The line that byte `at` stands in; a feed ends its line. */
size_t tcs_lines_at(const struct tcs_lines *lines, size_t at);

static inline size_t tcs_lines_start(const struct tcs_lines *lines, size_t line)
{
    return line ? lines->feeds[line - 1] + 1 : 0;
}

/* Without its feed. */
static inline size_t tcs_lines_end(const struct tcs_lines *lines, size_t line)
{
    return line < lines->feed_count ? lines->feeds[line] : lines->data.len;
}

#endif
