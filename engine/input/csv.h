/*
 * csv: rows and fields of RFC 4180 as they are met in the field. A field that begins with a quotation mark is quoted: it
 * may hold delimiters, line breaks and doubled quotation marks; a quotation mark anywhere else is text (37.8"N). A row
 * ends at LF or CRLF; CR alone is text. The delimiter is a comma, a semicolon or a tab. Reentrant; a scratch belongs to
 * one thread.
 */
#ifndef TOCSIN_CSV_H
#define TOCSIN_CSV_H

#include "base/buf.h"
#include "base/error.h"

/* Where reading stands between two bytes. */
struct tcs_csv_state {
    bool is_quoted; /* inside a quoted field */
    bool may_open;  /* outside: a quotation mark here opens a field, or goes on with one that has just been closed */
};
/* At the start of a row. */
#define TCS_CSV_ROW_START ((struct tcs_csv_state){.may_open = true})

struct tcs_csv_rows {
    size_t *ends; /* offsets of the line feeds that end rows */
    size_t count, cap;
};
void tcs_csv_rows_release(struct tcs_csv_rows *rows);

/*
 * Appends the ends of the rows in bytes to rows; *state is that before the first byte and becomes that behind the last, so
 * that any split of an input gives the same ends. TOCSIN_E_NOMEM is the only failure.
 */
TOCSIN_MUST_CHECK tocsin_status tcs_csv_rows(struct tcs_str bytes, char delimiter, struct tcs_csv_state *state,
                                             struct tcs_csv_rows *rows);
/*
 * bytes begin at the start of a row and end inside a quoted field: the offset of the quotation mark that opened it.
 * SIZE_MAX where they don't end inside one.
 */
size_t tcs_csv_unclosed(struct tcs_str bytes, char delimiter);

/* The fields of a row: borrowed from the row or from text, until the next use. */
struct tcs_csv_scratch {
    struct tcs_str *fields;
    size_t count, cap;
    struct tcs_buf text; /* fields that do not stand in the row as they are */
};
void tcs_csv_scratch_release(struct tcs_csv_scratch *scratch);

/*
 * Decodes one row, given without its line feed; a CR at its end belongs to the line break. An empty row has one empty
 * field. Errors: TOCSIN_E_CORRUPT with the offset in the row (text after a closing quotation mark, a quoted field without
 * an end), where the fields are filled all the same, as well as they can be read; TOCSIN_E_NOMEM.
 */
TOCSIN_MUST_CHECK tocsin_status tcs_csv_read_row(struct tcs_str row, char delimiter, struct tcs_csv_scratch *scratch,
                                                 struct tocsin_error *err);

/*
 * Appends text as a field: in quotation marks where it holds the delimiter, a quotation mark, a line break or space at an
 * end.
 */
TOCSIN_MUST_CHECK tocsin_status tcs_csv_write_field(struct tcs_buf *out, struct tcs_str text, char delimiter);

/*
 * The first row of text without its line feed; false where its end is not in text (row_out is then all of text). Under
 * delimiter 0 a quotation mark opens a field behind any of the three.
 */
bool tcs_csv_first_row(struct tcs_str text, char delimiter, struct tcs_str *row_out);
/* The delimiter that cuts a first row into most columns: ',' ';' or '\t'; of equals the first of these. */
char tcs_csv_delimiter(struct tcs_str first_row);

#endif
