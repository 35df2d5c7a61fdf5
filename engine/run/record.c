/*
 * A row that is shorter than its header gets the delimiters that it lacks, so that our columns are under their names. Rows
 * end as the header does: the last one of a file often has no line end of its own.
 */
#include "run/record.h"

#include <string.h>

static const char *const columns[] = {"label", "score", "rules"};

#define COLUMNS (sizeof columns / sizeof *columns)

static struct tcs_str as_key(const struct tcs_worker *w)
{
    return (struct tcs_str){w->options->as_key, strlen(w->options->as_key)};
}

/* The record's bytes up to its last `}`, and our line as one more member. The record is an object, so it has that bracket. */
static tocsin_status write_object(struct tcs_worker *w, struct tcs_str line, struct tcs_buf *out)
{
    struct tcs_str record = tcs_str_trim(w->record), inside;
    const char *comma = ",";
    tocsin_status st;

    record.len--; /* the bracket */
    inside = tcs_str_trim(record);
    if (inside.len && inside.data[inside.len - 1] == '{')
        comma = "";
    st = tcs_buf_append_str(out, record);
    if (st == TOCSIN_OK)
        st = tcs_buf_printf(out, "%s", comma);
    if (st == TOCSIN_OK)
        st = tcs_json_write_string(out, as_key(w));
    if (st == TOCSIN_OK)
        st = tcs_buf_putc(out, ':');
    if (st == TOCSIN_OK)
        st = tcs_buf_append(out, line.data, line.len - 1); /* less its line feed */
    return st == TOCSIN_OK ? tcs_buf_append(out, "}\n", 2) : st;
}

/* ---- tables ---- */

static tocsin_status end_row(const struct tcs_worker *w, struct tcs_buf *out)
{
    return w->table.has_crlf ? tcs_buf_append(out, "\r\n", 2) : tcs_buf_putc(out, '\n');
}

static tocsin_status write_rules(const struct tcs_worker *w, struct tcs_buf *out)
{
    const struct tcs_patterns *patterns = tcs_ruleset_patterns(w->judge.ruleset);
    const struct tcs_verdict *verdict = &w->judge.verdict;
    tocsin_status st = TOCSIN_OK;
    size_t i;

    for (i = 0; i < verdict->rule_count && st == TOCSIN_OK; i++)
        st = tcs_buf_printf(out, "%s%s", i ? " " : "", patterns->rules[verdict->rules[i]].name);
    return st;
}

/* Names of rules are words without punctuation, so that only the label may need quotation marks. */
static tocsin_status write_cells(const struct tcs_worker *w, struct tcs_buf *out)
{
    const struct tcs_patterns *patterns = tcs_ruleset_patterns(w->judge.ruleset);
    const char *label = w->judge.label == TCS_NO_LABEL ? "" : patterns->labels[w->judge.label].name;
    char score[TCS_LINE_SCORE_SIZE] = "", delimiter = w->input.delimiter;
    tocsin_status st = tcs_buf_putc(out, delimiter);

    if (w->judge.verdict.rule_count)
        tcs_line_score(w->judge.verdict.score, score);
    else
        label = "";
    if (st == TOCSIN_OK)
        st = tcs_csv_write_field(out, (struct tcs_str){label, strlen(label)}, delimiter);
    if (st == TOCSIN_OK)
        st = tcs_buf_printf(out, "%c%s%c", delimiter, score, delimiter);
    return st == TOCSIN_OK ? write_rules(w, out) : st;
}

static tocsin_status write_row(const struct tcs_worker *w, struct tcs_buf *out)
{
    tocsin_status st = tcs_buf_append_str(out, w->record);
    size_t i;

    for (i = w->table.row.count; i < w->input.columns && st == TOCSIN_OK; i++)
        st = tcs_buf_putc(out, w->input.delimiter);
    if (st == TOCSIN_OK)
        st = write_cells(w, out);
    return st == TOCSIN_OK ? end_row(w, out) : st;
}

tocsin_status tcs_record_write(struct tcs_worker *w, struct tcs_str line, const struct tcs_pointer *pointer,
                               struct tocsin_error *err)
{
    struct tcs_buf *out = &w->lines.output;
    tocsin_status st;

    if (w->input.format == TCS_FORMAT_CSV) {
        st = write_row(w, out);
    } else {
        if (w->json.has_watched)
            return tcs_fail(err, TOCSIN_E_ARG, w->input.path, 0,
                            "record %llu has a key \"%s\" already; choose another name for --as",
                            (unsigned long long)pointer->record, w->options->as_key);
        st = write_object(w, line, out);
    }
    return st == TOCSIN_OK ? st : tcs_fail_nomem(err);
}

static bool is_column(struct tcs_str field, struct tcs_str name)
{
    return tcs_str_equal(tcs_str_trim(field), tcs_str_trim(name));
}

tocsin_status tcs_record_header(struct tcs_worker *w, struct tcs_str row, struct tocsin_error *err)
{
    struct tcs_buf *out = &w->lines.header, name = {0};
    tocsin_status st;
    size_t i, k;

    w->table.has_crlf = row.len && row.data[row.len - 1] == '\r';
    row.len -= w->table.has_crlf;
    tcs_buf_reset(out);
    st = tcs_buf_append_str(out, row);
    for (i = 0; i < COLUMNS && st == TOCSIN_OK; i++) {
        tcs_buf_reset(&name);
        st = tcs_buf_printf(&name, "%s.%s", w->options->as_key, columns[i]);
        for (k = 0; k < w->table.row.count && st == TOCSIN_OK; k++)
            if (is_column(w->table.row.fields[k], tcs_buf_view(&name)))
                st = TOCSIN_E_ARG;
        if (st == TOCSIN_OK)
            st = tcs_buf_putc(out, w->input.delimiter);
        if (st == TOCSIN_OK)
            st = tcs_csv_write_field(out, tcs_buf_view(&name), w->input.delimiter);
    }
    if (st == TOCSIN_OK)
        st = end_row(w, out);
    if (st == TOCSIN_E_ARG)
        (void)tcs_fail(err, st, w->input.path, 0, "the table has a column \"%.*s\" already; choose another name for --as",
                       (int)name.len, name.data);
    else if (st != TOCSIN_OK)
        (void)tcs_fail_nomem(err);
    tcs_buf_release(&name);
    return st;
}
