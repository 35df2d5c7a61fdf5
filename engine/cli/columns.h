/*
 * columns: a table for people. Cells are collected row by row and aligned by the width that a terminal gives them: an East
 * Asian wide character takes two columns, a combining one none. Owned by the caller; all zero but heads and count is empty.
 */
#ifndef TOCSIN_COLUMNS_H
#define TOCSIN_COLUMNS_H

#include "base/buf.h"

struct tcs_column {
    const char *head;
    bool is_right; /* aligned to the right: numbers */
};

struct tcs_columns {
    const struct tcs_column *heads;
    size_t count;        /* of columns */
    struct tcs_buf text; /* of all cells */
    size_t *ends;        /* of each cell in text */
    size_t cells, cap;
};

/* How many columns of a terminal a text takes. */
size_t tcs_columns_width(struct tcs_str text);

/* The next cell, left to right; control characters become spaces. */
TOCSIN_MUST_CHECK tocsin_status tcs_columns_add(struct tcs_columns *columns, struct tcs_str cell);
TOCSIN_MUST_CHECK tocsin_status tcs_columns_addf(struct tcs_columns *columns, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* Appends the heads and all whole rows to out, two spaces before each row and between columns. */
TOCSIN_MUST_CHECK tocsin_status tcs_columns_write(const struct tcs_columns *columns, struct tcs_buf *out);
void tcs_columns_release(struct tcs_columns *columns);

#endif
