/* The last column, where it is aligned to the left, is not padded: no line ends in spaces. */
#include "cli/columns.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unicode/uchar.h>

#include "base/utf8.h"

static size_t width_of(uint32_t cp)
{
    int category = u_charType((UChar32)cp), width;

    if (category == U_NON_SPACING_MARK || category == U_ENCLOSING_MARK || category == U_FORMAT_CHAR)
        return 0;
    width = u_getIntPropertyValue((UChar32)cp, UCHAR_EAST_ASIAN_WIDTH);
    return width == U_EA_WIDE || width == U_EA_FULLWIDTH ? 2 : 1;
}

size_t tcs_columns_width(struct tcs_str text)
{
    const char *p = text.data, *end = text.len ? p + text.len : p;
    size_t width = 0, len;

    for (; p < end; p += len)
        width += width_of(tcs_utf8_decode(p, end, &len, NULL));
    return width;
}

static tocsin_status end_cell(struct tcs_columns *columns, size_t from)
{
    size_t i;

    if (TCS_GROW(columns->ends, columns->cap, columns->cells + 1) != TOCSIN_OK)
        return TOCSIN_E_NOMEM;
    for (i = from; i < columns->text.len; i++)
        if ((unsigned char)columns->text.data[i] < 0x20 || columns->text.data[i] == 0x7F)
            columns->text.data[i] = ' ';
    columns->ends[columns->cells++] = columns->text.len;
    return TOCSIN_OK;
}

tocsin_status tcs_columns_add(struct tcs_columns *columns, struct tcs_str cell)
{
    size_t from = columns->text.len;
    tocsin_status st = tcs_buf_append_str(&columns->text, cell);

    return st == TOCSIN_OK ? end_cell(columns, from) : st;
}

tocsin_status tcs_columns_addf(struct tcs_columns *columns, const char *format, ...)
{
    char text[64];
    va_list args;
    int len;

    va_start(args, format);
    len = vsnprintf(text, sizeof text, format, args);
    va_end(args);
    return tcs_columns_add(columns, (struct tcs_str){text, len < (int)sizeof text ? (size_t)len : sizeof text - 1});
}

static struct tcs_str cell_at(const struct tcs_columns *columns, size_t row, size_t column)
{
    size_t cell, start;

    if (!row)
        return (struct tcs_str){columns->heads[column].head, strlen(columns->heads[column].head)};
    cell = (row - 1) * columns->count + column;
    start = cell ? columns->ends[cell - 1] : 0;
    return (struct tcs_str){columns->text.data ? columns->text.data + start : NULL, columns->ends[cell] - start};
}

static tocsin_status write_row(const struct tcs_columns *columns, const size_t *widths, size_t row, struct tcs_buf *out)
{
    tocsin_status st = TOCSIN_OK;
    size_t i;

    for (i = 0; st == TOCSIN_OK && i < columns->count; i++) {
        struct tcs_str cell = cell_at(columns, row, i);
        int pad = (int)(widths[i] - tcs_columns_width(cell));
        bool is_right = columns->heads[i].is_right, is_last = i + 1 == columns->count;

        st = tcs_buf_printf(out, "  %*s", is_right ? pad : 0, "");
        if (st == TOCSIN_OK)
            st = tcs_buf_append_str(out, cell);
        if (st == TOCSIN_OK)
            st = tcs_buf_printf(out, "%*s", is_right || is_last ? 0 : pad, "");
    }
    while (out->len && out->data[out->len - 1] == ' ')
        out->len--;
    return st == TOCSIN_OK ? tcs_buf_putc(out, '\n') : st;
}

tocsin_status tcs_columns_write(const struct tcs_columns *columns, struct tcs_buf *out)
{
    size_t rows = columns->cells / columns->count + 1, row, i;
    size_t *widths = calloc(columns->count, sizeof *widths);
    tocsin_status st = widths ? TOCSIN_OK : TOCSIN_E_NOMEM;

    for (row = 0; widths && row < rows; row++)
        for (i = 0; i < columns->count; i++) {
            size_t width = tcs_columns_width(cell_at(columns, row, i));

            widths[i] = width > widths[i] ? width : widths[i];
        }
    for (row = 0; st == TOCSIN_OK && row < rows; row++)
        st = write_row(columns, widths, row, out);
    free(widths);
    return st;
}

void tcs_columns_release(struct tcs_columns *columns)
{
    tcs_buf_release(&columns->text);
    free(columns->ends);
    columns->ends = NULL;
    columns->cells = columns->cap = 0;
}
