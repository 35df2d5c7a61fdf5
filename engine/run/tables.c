/*
 * One pass over the chunk lists where its rows end (input/csv); a hit finds its row in that list. A chunk begins where a row
 * does. What is given up (a row over the limit, a quoted field without an end) is decided by the bytes from the row's start
 * alone, so that neither the size of chunks nor the sieve changes what is found.
 *
 * Why a field without an end is left at its first line feed: one stray quotation mark at the start of a field would else
 * swallow all rows behind it. From there no second such field can begin before the first one was seen to be open:
 * all runs of quotation marks up to there are even, so each run opens and closes. Hence this costs one more pass.
 */
#include "run/tables.h"

#include <string.h>

#include "run/examine.h"
#include "run/record.h"
#include "run/rows.h"

struct rows {
    struct tcs_worker *w;
    struct tcs_str data; /* whole rows */
    const size_t *ends;  /* of each, in data */
    size_t count;
    size_t first;        /* the first that may be a document: behind the header */
    bool is_damaged;     /* the last row is unfinished by damage */
};

static struct tcs_str row_at(const struct rows *rows, size_t index)
{
    size_t start = index ? rows->ends[index - 1] + 1 : 0;

    return (struct tcs_str){rows->data.data + start, rows->ends[index] - start};
}

static bool locate_row(void *context, size_t at, struct tcs_span *span)
{
    const struct rows *rows = context;
    size_t low = 0, high = rows->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (rows->ends[middle] < at)
            low = middle + 1;
        else
            high = middle;
    }
    if (low < rows->first || low == rows->count)
        return false;
    *span = (struct tcs_span){low ? rows->ends[low - 1] + 1 : 0, rows->ends[low], low};
    return true;
}

static tocsin_status lose(struct tcs_worker *w, const struct tcs_pointer *pointer, const char *kind,
                          const struct tocsin_error *why, struct tocsin_error *err)
{
    return tcs_worker_lose(w, pointer, kind, why) == TOCSIN_OK ? TOCSIN_OK : tcs_fail_nomem(err);
}

static struct tcs_pointer pointer_to(const struct rows *rows, size_t index)
{
    struct tcs_str row = row_at(rows, index);
    size_t start = (size_t)(row.data - rows->data.data);
    struct tcs_pointer pointer = {.file = rows->w->input.path, .record = rows->w->input.records + index + 1};

    tcs_worker_point(rows->w, start, start + row.len, &pointer);
    return pointer;
}

/* ---- one row ---- */

/* The fields of a row, well-formed UTF-8, into w->row. *st_row tells whether it could be read. */
static tocsin_status read_fields(struct tcs_worker *w, struct tcs_str row, bool is_well_formed, struct tocsin_error *why,
                                 tocsin_status *st_row)
{
    struct tcs_charset utf8 = {.name = "utf-8", .from = "utf-8"};

    if (!is_well_formed) {
        tocsin_status st;

        tcs_buf_reset(&w->repaired);
        st = tcs_charset_convert(row, &utf8, &w->charset, &w->repaired, why);
        if (st != TOCSIN_OK)
            return st;
        row = tcs_buf_view(&w->repaired);
    }
    *st_row = tcs_csv_read_row(row, w->input.delimiter, &w->table.row, why);
    return *st_row == TOCSIN_E_NOMEM ? TOCSIN_E_NOMEM : TOCSIN_OK;
}

/* Fills w->doc; a damaged document keeps what came before the break. */
static tocsin_status make_document(struct tcs_worker *w, struct tcs_str row, struct tocsin_error *why,
                                   tocsin_status *st_row)
{
    bool is_well_formed = tcs_utf8_is_valid(row);
    tocsin_status st = read_fields(w, row, is_well_formed, why, st_row);

    tcs_document_reset(&w->doc);
    w->doc.charset = w->input.charset;
    w->doc.charset_from = w->input.charset_from;
    w->doc.charset_errors = tcs_worker_charset_errors(w, row, is_well_formed);
    if (st != TOCSIN_OK)
        return st;
    if (*st_row == TOCSIN_OK && w->table.row.count > w->input.columns)
        *st_row = tcs_fail(why, TOCSIN_E_CORRUPT, NULL, 0, "the row has %zu fields, the header %zu", w->table.row.count,
                           w->input.columns);
    return tcs_layout_document_columns(w->options->layout, &w->table.columns, w->table.row.fields, w->table.row.count,
                                       &w->doc);
}

static tocsin_status lose_row(struct tcs_worker *w, struct tcs_str row, const struct tcs_pointer *pointer,
                              bool through_sieve, const struct tocsin_error *why, struct tocsin_error *err)
{
    bool report = through_sieve || w->options->layout->has_html || w->options->validate; /* see run/rows.c */
    tocsin_status st = TOCSIN_OK;

    if (!report)
        st = tcs_worker_is_candidate(w, TCS_SYNTAX_CSV, row, &report, err);
    return st == TOCSIN_OK && report ? lose(w, pointer, "document", why, err) : st;
}

/* through_sieve: the sieve let it through; else it is here because every document is (examine) or only to be parsed. */
static tocsin_status one_row(const struct rows *rows, size_t index, bool through_sieve, bool examine,
                             struct tocsin_error *err)
{
    struct tcs_worker *w = rows->w;
    struct tcs_pointer pointer = pointer_to(rows, index);
    struct tcs_str row = row_at(rows, index);
    struct tocsin_error why = {0};
    tocsin_status st, st_row = TOCSIN_OK;

    if (row.len && row.data[row.len - 1] == '\r')
        row.len--;

    if (tcs_str_is_blank(row))
        return TOCSIN_OK;
    if (make_document(w, row, &why, &st_row) != TOCSIN_OK)
        return tcs_fail_nomem(err);
    w->doc.is_damaged = rows->is_damaged && index + 1 == rows->count;
    tcs_rows_note_parsed(w);
    w->record = row;
    if (st_row != TOCSIN_OK && (!w->doc.is_damaged || w->options->as_key))
        return lose_row(w, row, &pointer, through_sieve, &why, err);
    if (w->options->layout->has_html)
        return tcs_examine_fields(w, &pointer, err);
    if (!through_sieve && !examine)
        return TOCSIN_OK;
    st = tcs_worker_admit(w, TCS_SYNTAX_CSV, row, err);
    return st == TOCSIN_OK ? tcs_examine_document(w, &pointer, err) : st;
}

/* ---- the rows of a chunk ---- */

static tocsin_status all_rows(const struct rows *rows, struct tocsin_error *err)
{
    tocsin_status st = TOCSIN_OK;
    size_t i;

    for (i = rows->first; i < rows->count && st == TOCSIN_OK; i++)
        st = one_row(rows, i, false, true, err);
    return st;
}

static tocsin_status sieved_rows(struct rows *rows, const struct tcs_sieve *sieve, struct tocsin_error *err)
{
    struct tcs_worker *w = rows->w;
    const struct tcs_sieve_scratch *scratch = &w->sieve;
    size_t next = 0, i;
    tocsin_status st = tcs_worker_sift(w, sieve, rows->data, locate_row, rows, err);

    if (st != TOCSIN_OK)
        return st;
    for (i = rows->first; i < rows->count && tcs_rows_parse_all(w) && st == TOCSIN_OK; i++) {
        bool is_candidate = next < scratch->candidate_count && scratch->candidates[next].number == i;

        next += is_candidate;
        st = one_row(rows, i, is_candidate, false, err);
    }
    for (; next < scratch->candidate_count && st == TOCSIN_OK; next++)
        st = one_row(rows, scratch->candidates[next].number, true, false, err);
    /*
     * A row that the input's break cut off may be damaged in itself, and its fields are then no spelling that the sieve
     * knows.
     */
    if (st == TOCSIN_OK && rows->is_damaged &&
        !(next && scratch->candidates[next - 1].number == rows->count - 1) && rows->count > rows->first)
        st = one_row(rows, rows->count - 1, false, true, err);
    return st;
}

/* The first row that is not blank names the columns. A damaged one is told, and names what can be read of it. */
static tocsin_status take_header(struct rows *rows, struct tocsin_error *err)
{
    struct tcs_worker *w = rows->w;
    struct tocsin_error why = {0};
    struct tcs_str header;
    tocsin_status st, st_row = TOCSIN_OK;

    while (rows->first < rows->count && tcs_str_is_blank(row_at(rows, rows->first)))
        rows->first++;
    if (rows->first == rows->count)
        return TOCSIN_OK;
    header = row_at(rows, rows->first);
    st = read_fields(w, header, tcs_utf8_is_valid(header), &why, &st_row);
    if (st == TOCSIN_OK)
        st = tcs_layout_columns(w->options->layout, w->table.row.fields, w->table.row.count, &w->table.columns);
    if (st != TOCSIN_OK)
        return tcs_fail_nomem(err);
    w->input.columns = w->table.row.count;
    if (st_row != TOCSIN_OK && w->options->as_key)
        return tcs_fail(err, TOCSIN_E_ARG, w->input.path, 0, "--as cannot add columns to a damaged header: %s", why.message);
    if (w->options->as_key)
        st = tcs_record_header(w, row_at(rows, rows->first), err);
    if (st_row != TOCSIN_OK) {
        struct tcs_pointer pointer = pointer_to(rows, rows->first);

        st = lose(w, &pointer, "document", &why, err);
    }
    rows->first++;
    return st;
}

static tocsin_status run_rows(struct rows *rows, struct tocsin_error *err)
{
    struct tcs_worker *w = rows->w;
    const struct tcs_sieve *sieve = NULL;
    tocsin_status st = w->input.columns ? TOCSIN_OK : take_header(rows, err);
    size_t i;

    for (i = rows->first; i < rows->count; i++)
        w->stats.documents += !tcs_str_is_blank(row_at(rows, i));
    if (st == TOCSIN_OK && !w->options->layout->has_html)
        st = tcs_worker_sieve(w, TCS_SYNTAX_CSV, &sieve, err);
    if (st == TOCSIN_OK)
        st = sieve ? sieved_rows(rows, sieve, err) : all_rows(rows, err);
    w->input.records += rows->count;
    return st;
}

/* ---- where rows end ---- */

/* Passes over the rest of a row that was given up. */
static size_t skip_row(struct tcs_worker *w)
{
    const char *feed = memchr(w->chunk.data.data, '\n', w->chunk.data.len);

    if (!feed)
        return w->chunk.data.len;
    w->input.is_skipping = false;
    w->input.records++;
    return (size_t)(feed - w->chunk.data.data) + 1;
}

/* The first line feed inside the quoted field that is open at the end of bytes, which begin a row; or bytes.len. */
static size_t feed_in_open_field(struct tcs_str bytes, char delimiter)
{
    size_t opened = tcs_csv_unclosed(bytes, delimiter);
    const char *feed = opened == SIZE_MAX ? NULL : memchr(bytes.data + opened, '\n', bytes.len - opened);

    return feed ? (size_t)(feed - bytes.data) : bytes.len;
}

/* A row that does not fit the limit, at the chunk's start: one loss; reading goes on behind a line feed of it. */
static tocsin_status lose_long_row(struct tcs_worker *w, size_t *used_out, struct tocsin_error *err)
{
    struct tcs_pointer pointer = {.file = w->input.path, .record = w->input.records + 1};
    struct tcs_str seen = {w->chunk.data.data, w->options->record_limit + 1};
    struct tocsin_error why = {0};
    size_t feed = feed_in_open_field(seen, w->input.delimiter);

    tcs_worker_point(w, 0, seen.len, &pointer);
    (void)tcs_fail(&why, TOCSIN_E_LIMIT, NULL, 0, "a row is longer than %zu bytes; --record-limit raises the limit",
                   w->options->record_limit);
    *used_out = feed < seen.len ? feed + 1 : seen.len;
    w->input.is_skipping = feed == seen.len;
    w->input.records += feed < seen.len;
    return lose(w, &pointer, "limit", &why, err);
}

static bool is_long(const struct tcs_worker *w, const struct rows *rows, size_t index)
{
    return row_at(rows, index).len > w->options->record_limit;
}

/* The last row of an input, which no line feed ends, becomes one of rows; *used is where reading goes on. */
static tocsin_status add_last_row(struct rows *rows, struct tcs_csv_rows *ends, bool is_quoted, size_t *used)
{
    struct tcs_worker *w = rows->w;
    struct tcs_str last = {w->chunk.data.data + *used, w->chunk.data.len - *used};
    size_t end = is_quoted && !rows->is_damaged ? feed_in_open_field(last, w->input.delimiter) : last.len;

    if (TCS_GROW(ends->ends, ends->cap, ends->count + 1) != TOCSIN_OK)
        return TOCSIN_E_NOMEM;
    ends->ends[ends->count++] = *used + end;
    *used += end + (end < last.len);
    return TOCSIN_OK;
}

/* Lists the rows to be worked off now in rows; *used_out is where they end. The first may be over the limit. */
static tocsin_status list_rows(struct rows *rows, bool at_end, size_t *used_out)
{
    struct tcs_worker *w = rows->w;
    struct tcs_csv_rows *ends = &w->table.ends;
    struct tcs_csv_state state = TCS_CSV_ROW_START;
    bool has_rest;
    tocsin_status st;

    ends->count = 0;
    st = tcs_csv_rows(tcs_buf_view(&w->chunk.data), w->input.delimiter, &state, ends);
    *used_out = ends->count ? ends->ends[ends->count - 1] + 1 : 0;
    has_rest = *used_out < w->chunk.data.len;
    rows->is_damaged = rows->is_damaged && has_rest;
    if (st == TOCSIN_OK && has_rest && at_end && w->chunk.data.len - *used_out <= w->options->record_limit)
        st = add_last_row(rows, ends, state.is_quoted, used_out);
    else
        rows->is_damaged = false;
    rows->data = (struct tcs_str){w->chunk.data.data, *used_out};
    rows->ends = ends->ends;
    rows->count = ends->count;
    return st;
}

/* The delimiter, from the first row; false where that is not in the chunk yet. */
static bool find_delimiter(struct tcs_worker *w, bool at_end)
{
    struct tcs_str seen = tcs_buf_view(&w->chunk.data), row;

    if (w->options->delimiter)
        w->input.delimiter = w->options->delimiter;
    if (w->input.delimiter)
        return true;
    if (seen.len > w->options->record_limit + 1)
        seen.len = w->options->record_limit + 1;
    while (seen.len && (*seen.data == '\n' || *seen.data == '\r'))
        seen = (struct tcs_str){seen.data + 1, seen.len - 1};
    if (!tcs_csv_first_row(seen, 0, &row) && !at_end && w->chunk.data.len <= w->options->record_limit)
        return false;
    w->input.delimiter = tcs_csv_delimiter(row);
    return true;
}

static bool has_bom(const struct tcs_worker *w)
{
    return w->chunk.base == 0 && w->chunk.data.len >= 3 && !memcmp(w->chunk.data.data, "\xEF\xBB\xBF", 3);
}

tocsin_status tcs_tables_process(struct tcs_worker *w, bool at_end, bool is_damaged, size_t *used_out,
                                 struct tocsin_error *err)
{
    struct rows rows = {.w = w, .is_damaged = is_damaged};
    size_t i = 0;

    *used_out = 0;
    if (w->input.is_skipping) {
        *used_out = skip_row(w);
        return TOCSIN_OK;
    }
    if (has_bom(w)) {
        *used_out = 3;
        return TOCSIN_OK;
    }
    if (!find_delimiter(w, at_end))
        return TOCSIN_OK;
    if (list_rows(&rows, at_end, used_out) != TOCSIN_OK)
        return tcs_fail_nomem(err);
    if (rows.count ? is_long(w, &rows, 0) : w->chunk.data.len > w->options->record_limit)
        return lose_long_row(w, used_out, err);
    while (i < rows.count && !is_long(w, &rows, i))
        i++;
    if (i < rows.count) { /* the next call begins with the long one */
        rows.count = i;
        rows.is_damaged = false;
        *used_out = rows.ends[i - 1] + 1;
        rows.data.len = *used_out;
    }
    return rows.count ? run_rows(&rows, err) : TOCSIN_OK;
}
