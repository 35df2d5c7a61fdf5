/*
 * Where lines end is listed for the whole chunk, at the speed of the memory; only those around sieve hits are looked at.
 * Documents of a JSONL input are parsed in any case until every role that is asked for has a key, 1,000 at most; all of
 * them where all damage is to be told (--validate).
 */
#include "run/rows.h"

#include <string.h>

#include "base/utf8.h"
#include "run/examine.h"

struct rows {
    struct tcs_worker *w;
    enum tcs_syntax syntax;
    struct tcs_str data; /* whole lines */
    const struct tcs_lines *lines; /* of it */
    bool is_damaged;     /* the last line is unfinished by damage */
};

static bool locate_line(void *context, size_t at, struct tcs_span *span)
{
    const struct rows *rows = context;

    span->number = tcs_lines_at(rows->lines, at);
    span->start = tcs_lines_start(rows->lines, span->number);
    span->end = tcs_lines_end(rows->lines, span->number);
    return true;
}

static tocsin_status read_json(struct rows *rows, struct tcs_str line, bool is_well_formed, struct tocsin_error *why)
{
    struct tcs_worker *w = rows->w;
    bool is_object = false;
    tocsin_status st;

    w->json.is_well_formed = is_well_formed;
    st = tcs_json_read(line, &w->options->layout->paths, &w->json, &is_object, why);

    if (st == TOCSIN_OK && !is_object)
        st = tcs_fail(why, TOCSIN_E_CORRUPT, NULL, 0, "a line of JSONL must be a JSON object");
    return st;
}

/*
 * Fills w->doc. For JSONL *st_json tells whether the line could be read; a damaged document keeps what came before the
 * break.
 */
static tocsin_status make_document(struct rows *rows, struct tcs_str line, struct tocsin_error *why,
                                   tocsin_status *st_json)
{
    struct tcs_worker *w = rows->w;
    struct tcs_charset utf8 = {.name = "utf-8", .from = "utf-8"};
    bool is_well_formed = tcs_utf8_is_valid(line);

    tcs_document_reset(&w->doc);
    w->doc.charset = w->input.charset;
    w->doc.charset_from = w->input.charset_from;
    w->doc.charset_errors = tcs_worker_charset_errors(w, line, is_well_formed);
    *st_json = TOCSIN_OK;
    if (rows->syntax == TCS_SYNTAX_JSON) {
        *st_json = read_json(rows, line, is_well_formed, why);
        if (*st_json == TOCSIN_E_NOMEM)
            return *st_json;
        return tcs_layout_document(w->options->layout, &w->json, &w->doc);
    }
    if (!is_well_formed) {
        tocsin_status st;

        tcs_buf_reset(&w->repaired);
        st = tcs_charset_convert(line, &utf8, &w->charset, &w->repaired, why);
        if (st != TOCSIN_OK)
            return st;
        line = tcs_buf_view(&w->repaired);
    }
    return tcs_document_add(&w->doc, "text", TCS_ROLE_TEXT, line);
}

/* Then the sieve reads fields, of every line; and all damage is told, because what is not read might have held anything. */
static bool has_html(const struct rows *rows)
{
    return rows->syntax == TCS_SYNTAX_JSON && rows->w->options->layout->has_html;
}

static tocsin_status lose_line(struct rows *rows, struct tcs_str line, const struct tcs_pointer *pointer,
                               bool through_sieve, const struct tocsin_error *why, struct tocsin_error *err)
{
    bool report = through_sieve || has_html(rows) || rows->w->options->validate;
    tocsin_status st = TOCSIN_OK;

    if (!report)
        st = tcs_worker_is_candidate(rows->w, rows->syntax, line, &report, err);
    if (st == TOCSIN_OK && report && tcs_worker_lose(rows->w, pointer, "document", why) != TOCSIN_OK)
        st = tcs_fail_nomem(err);
    return st;
}

/*
 * One line of the data. through_sieve: the sieve let it through; else it is here because every document is
 * (examine) or only to be parsed.
 */
static tocsin_status row(struct rows *rows, size_t number, bool through_sieve, bool examine, struct tocsin_error *err)
{
    struct tcs_worker *w = rows->w;
    struct tcs_pointer pointer = {.file = w->input.path, .record = w->input.records + number + 1};
    size_t start = tcs_lines_start(rows->lines, number), end = tcs_lines_end(rows->lines, number);
    struct tocsin_error why = {0};
    struct tcs_str line;
    tocsin_status st, st_json;

    tcs_worker_point(w, start, end + (end < rows->data.len), &pointer); /* a member of the line holds its line feed */
    if (w->input.is_plain)
        pointer.length = end - start;
    line = (struct tcs_str){rows->data.data + start, end - start};
    if (line.len && line.data[line.len - 1] == '\r')
        line.len--;
    if (w->chunk.base == 0 && start == 0 && line.len >= 3 && !memcmp(line.data, "\xEF\xBB\xBF", 3))
        line = (struct tcs_str){line.data + 3, line.len - 3};
    if (tcs_str_is_blank(line))
        return TOCSIN_OK;
    st = make_document(rows, line, &why, &st_json);
    if (st != TOCSIN_OK)
        return tcs_fail_nomem(err);
    w->doc.is_damaged = rows->is_damaged && end == rows->data.len;
    tcs_rows_note_parsed(w);
    w->record = line;
    if (st_json != TOCSIN_OK && (!w->doc.is_damaged || w->options->as_key))
        return lose_line(rows, line, &pointer, through_sieve, &why, err);
    if (has_html(rows))
        return tcs_examine_fields(w, &pointer, err);
    if (!through_sieve && !examine)
        return TOCSIN_OK;
    st = tcs_worker_admit(w, rows->syntax, (struct tcs_str){rows->data.data + start, end - start}, err);
    return st == TOCSIN_OK ? tcs_examine_document(w, &pointer, err) : st;
}

/* Are lines parsed that are no candidates? */
static bool parses_all(const struct rows *rows)
{
    return rows->syntax == TCS_SYNTAX_JSON && tcs_rows_parse_all(rows->w);
}

/* Every line, with examine; else as long as all are parsed. *done is how many candidates were among them. */
static tocsin_status all_rows(struct rows *rows, bool examine, size_t *done, struct tocsin_error *err)
{
    struct tcs_sieve_scratch *sieve = &rows->w->sieve;
    size_t count = tcs_lines_count(rows->lines), next = 0, i;
    tocsin_status st = TOCSIN_OK;

    for (i = 0; i < count && (examine || parses_all(rows)) && st == TOCSIN_OK; i++) {
        bool candidate = !examine && next < sieve->candidate_count && sieve->candidates[next].number == i;

        next += candidate;
        st = row(rows, i, candidate, examine, err);
    }
    *done = next;
    return st;
}

static tocsin_status sieved_rows(struct rows *rows, const struct tcs_sieve *sieve, struct tocsin_error *err)
{
    struct tcs_worker *w = rows->w;
    size_t i = 0;
    tocsin_status st = tcs_worker_sift(w, sieve, rows->data, locate_line, rows, err);

    if (st != TOCSIN_OK)
        return st;
    st = all_rows(rows, false, &i, err);
    for (; i < w->sieve.candidate_count && st == TOCSIN_OK; i++)
        st = row(rows, w->sieve.candidates[i].number, true, false, err);
    return st;
}

/* A line that does not fit the limit: one loss, then everything up to its line feed is passed over. */
static tocsin_status lose_long_line(struct tcs_worker *w, struct tocsin_error *err)
{
    struct tcs_pointer pointer = {.file = w->input.path, .record = w->input.records + 1};
    struct tocsin_error why = {0};

    tcs_worker_point(w, 0, w->chunk.data.len, &pointer);
    (void)tcs_fail(&why, TOCSIN_E_LIMIT, NULL, 0, "a line is longer than %zu bytes; --record-limit raises the limit",
                   w->options->record_limit);
    return tcs_worker_lose(w, &pointer, "limit", &why) == TOCSIN_OK ? TOCSIN_OK : tcs_fail_nomem(err);
}

/* Passes over the rest of a line that was given up. Returns false where its end is not in the chunk. */
static bool skip_line(struct tcs_worker *w, size_t *start)
{
    const char *feed = memchr(w->chunk.data.data, '\n', w->chunk.data.len);

    *start = feed ? (size_t)(feed - w->chunk.data.data) + 1 : w->chunk.data.len;
    if (feed) {
        w->input.is_skipping = false;
        w->input.records++;
    }
    return feed != NULL;
}

/*
 * Where the lines to be worked off end, of those that end at `end`. A member that began with the last line may end with
 * it, which the line's pointer tells; where that is not known yet, the line waits for more bytes.
 */
static size_t settled_end(const struct tcs_worker *w, size_t end)
{
    const struct tcs_chunk *chunk = &w->chunk;
    const struct tcs_member *last = chunk->member_count ? &chunk->members[chunk->member_count - 1] : NULL;
    const char *data = chunk->data.data;

    if (!last || w->input.is_plain || end != chunk->data.len || last->end != SIZE_MAX || !last->starts_here ||
        last->start >= end || end - last->start > w->options->record_limit)
        return end;
    if (last->start && data[last->start - 1] != '\n')
        return end;
    return memchr(data + last->start, '\n', end - last->start) == data + end - 1 ? last->start : end;
}

bool tcs_rows_are_known(const struct tcs_worker *w)
{
    return w->input.parsed >= TCS_ROWS_PARSED || tcs_layout_is_answered(w->options->layout, w->input.roles);
}

bool tcs_rows_parse_all(const struct tcs_worker *w)
{
    return w->options->validate || !tcs_rows_are_known(w);
}

void tcs_rows_note_parsed(struct tcs_worker *w)
{
    w->input.has_documents = true;
    if (w->input.parsed >= TCS_ROWS_PARSED)
        return;
    w->input.parsed++;
    w->input.roles |= tcs_document_roles(&w->doc);
}

tocsin_status tcs_rows_process(struct tcs_worker *w, bool at_end, bool is_damaged, size_t *used_out,
                               struct tocsin_error *err)
{
    struct rows rows = {.w = w, .is_damaged = is_damaged};
    const struct tcs_sieve *sieve = NULL;
    size_t end = w->chunk.data.len, ignored;
    const char *feed;
    tocsin_status st;

    *used_out = 0;
    if (w->input.is_skipping) {
        (void)skip_line(w, used_out);
        return TOCSIN_OK;
    }
    feed = memrchr(w->chunk.data.data, '\n', end);
    if (!at_end)
        end = settled_end(w, feed ? (size_t)(feed - w->chunk.data.data) + 1 : 0);
    if (!feed && w->chunk.data.len > w->options->record_limit) {
        w->input.is_skipping = true;
        *used_out = w->chunk.data.len;
        return lose_long_line(w, err);
    }
    rows.syntax = w->input.format == TCS_FORMAT_JSONL ? TCS_SYNTAX_JSON : TCS_SYNTAX_TEXT;
    rows.data = (struct tcs_str){w->chunk.data.data, end};
    rows.is_damaged = is_damaged && end && rows.data.data[end - 1] != '\n';
    rows.lines = &w->ends;
    if (tcs_lines_find(&w->ends, rows.data) != TOCSIN_OK)
        return tcs_fail_nomem(err);
    w->stats.documents += tcs_lines_count_filled(rows.lines);
    st = has_html(&rows) ? TOCSIN_OK : tcs_worker_sieve(w, rows.syntax, &sieve, err);
    if (st == TOCSIN_OK)
        st = sieve ? sieved_rows(&rows, sieve, err) : all_rows(&rows, true, &ignored, err);
    w->input.records += tcs_lines_count(rows.lines);
    *used_out = end;
    return st;
}
