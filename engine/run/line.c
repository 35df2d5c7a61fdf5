/* Keys come in the order of docs/formats.md; absent values are left out. */
#include "run/line.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "input/json.h"
#include "rules/segment.h"

#define CONTEXT_CHARS 30
#define AHEAD_MARK '\x1E'

/* A sticky writer: after a failure every call is a no-op, and the end asks once. */
struct writer {
    struct tcs_buf *out;
    tocsin_status st;
    bool needs_comma;
};

static void raw(struct writer *w, const char *text)
{
    if (w->st == TOCSIN_OK)
        w->st = tcs_buf_append(w->out, text, strlen(text));
}

static void string(struct writer *w, struct tcs_str text)
{
    if (w->st == TOCSIN_OK)
        w->st = tcs_json_write_string(w->out, text);
}

static void number(struct writer *w, uint64_t value)
{
    if (w->st == TOCSIN_OK)
        w->st = tcs_buf_printf(w->out, "%llu", (unsigned long long)value);
}

static void key(struct writer *w, const char *name)
{
    if (w->needs_comma)
        raw(w, ",");
    raw(w, "\"");
    raw(w, name);
    raw(w, "\":");
    w->needs_comma = true;
}

static struct tcs_str from_c(const char *text)
{
    return (struct tcs_str){text, text ? strlen(text) : 0};
}

static void text_key(struct writer *w, const char *name, struct tcs_str text)
{
    if (!text.len)
        return;
    key(w, name);
    string(w, text);
}

static void number_key(struct writer *w, const char *name, uint64_t value)
{
    key(w, name);
    number(w, value);
}

static void open_object(struct writer *w)
{
    raw(w, "{");
    w->needs_comma = false;
}

static void close_object(struct writer *w)
{
    raw(w, "}");
    w->needs_comma = true;
}

static void write_record(struct writer *w, const struct tcs_pointer *pointer)
{
    static const char mark[] = {AHEAD_MARK, '\0'};

    if (pointer->is_ahead)
        raw(w, mark);
    number(w, pointer->record);
    if (pointer->is_ahead)
        raw(w, mark);
}

static void write_id(struct writer *w, const struct tcs_document *doc, const struct tcs_pointer *pointer)
{
    if (doc->id.len) {
        text_key(w, "id", doc->id);
        return;
    }
    key(w, "id");
    string(w, from_c(pointer->file));
    if (w->st == TOCSIN_OK)
        w->out->len--; /* the closing quotation mark */
    raw(w, "#");
    write_record(w, pointer);
    raw(w, "\"");
}

static void write_pointer(struct writer *w, const struct tcs_pointer *pointer)
{
    key(w, "input");
    open_object(w);
    text_key(w, "file", from_c(pointer->file));
    key(w, "record");
    write_record(w, pointer);
    number_key(w, "offset", pointer->offset);
    if (pointer->length)
        number_key(w, "length", pointer->length);
    close_object(w);
}

static const struct tcs_field *field_of_role(const struct tcs_document *doc, enum tcs_role role)
{
    size_t i;

    for (i = 0; i < doc->field_count; i++)
        if (doc->fields[i].role == role && doc->fields[i].text.len)
            return &doc->fields[i];
    return NULL;
}

/* The lead for the reader's eye: of any source at most as long as the lead view. */
static void write_lead(struct writer *w, const struct tcs_document *doc)
{
    const struct tcs_field *field = field_of_role(doc, TCS_ROLE_LEAD);
    struct tcs_str text;

    if (!field)
        field = field_of_role(doc, TCS_ROLE_TEXT);
    if (!field)
        return;
    text = field->text;
    text.len = tcs_segment_lead_end(text, field->lf_paragraph);
    text_key(w, "lead", tcs_str_trim(text));
}

static void write_head(struct writer *w, const struct tcs_judge *judge, const struct tcs_document *doc,
                       const struct tcs_pointer *pointer)
{
    const struct tcs_field *title = field_of_role(doc, TCS_ROLE_TITLE);

    number_key(w, "v", 1);
    text_key(w, "db", from_c(tcs_ruleset_hash(judge->ruleset)));
    write_id(w, doc, pointer);
    write_pointer(w, pointer);
    text_key(w, "url", doc->url);
    text_key(w, "source", doc->source);
    text_key(w, "date", doc->date);
    text_key(w, "date_from", doc->date.len ? doc->date_from : (struct tcs_str){NULL, 0});
    text_key(w, "lang", doc->lang);
    text_key(w, "charset", from_c(doc->charset));
    text_key(w, "charset_from", from_c(doc->charset_from));
    if (doc->charset_errors)
        number_key(w, "charset_errors", doc->charset_errors);
    if (title)
        text_key(w, "title", title->text);
    write_lead(w, doc);
}

void tcs_line_score(double score, char text_out[TCS_LINE_SCORE_SIZE])
{
    size_t len = (size_t)snprintf(text_out, TCS_LINE_SCORE_SIZE, "%.3f", score);

    while (len && text_out[len - 1] == '0')
        len--;
    text_out[len && text_out[len - 1] == '.' ? len - 1 : len] = '\0';
}

static void write_verdict(struct writer *w, const struct tcs_judge *judge)
{
    const struct tcs_patterns *patterns = tcs_ruleset_patterns(judge->ruleset);
    const struct tcs_verdict *verdict = &judge->verdict;
    char score[TCS_LINE_SCORE_SIZE];
    size_t i;

    if (!verdict->rule_count)
        return;
    if (judge->label != TCS_NO_LABEL)
        text_key(w, "label", from_c(patterns->labels[judge->label].name));
    tcs_line_score(verdict->score, score);
    key(w, "score");
    raw(w, score);
    key(w, "rules");
    for (i = 0; i < verdict->rule_count; i++) {
        raw(w, i ? "," : "[");
        string(w, from_c(patterns->rules[verdict->rules[i]].name));
    }
    raw(w, "]");
}

/* ---- hits ---- */

static size_t count_chars(const char *from, const char *to)
{
    size_t count = 0;

    for (; from < to; from++)
        count += !tcs_utf8_is_continuation(*from);
    return count;
}

static struct tcs_str context_before(struct tcs_str text, size_t at)
{
    size_t start = at, chars = 0;

    while (start && chars < CONTEXT_CHARS) {
        start--;
        while (start && tcs_utf8_is_continuation(text.data[start]))
            start--;
        chars++;
    }
    return (struct tcs_str){text.data + start, at - start};
}

static struct tcs_str context_after(struct tcs_str text, size_t at)
{
    size_t end = at, chars = 0;

    while (end < text.len && chars < CONTEXT_CHARS) {
        end++;
        while (end < text.len && tcs_utf8_is_continuation(text.data[end]))
            end++;
        chars++;
    }
    return (struct tcs_str){text.data + at, end - at};
}

/* Where code points were counted to, so that a field is gone through once. */
struct counted {
    uint32_t field;
    size_t byte, chars;
};

static size_t chars_at(struct counted *c, uint32_t field, struct tcs_str text, size_t byte)
{
    if (c->field != field || byte < c->byte)
        *c = (struct counted){.field = field};
    c->chars += count_chars(text.data + c->byte, text.data + byte);
    c->byte = byte;
    return c->chars;
}

static void write_hit(struct writer *w, const struct tcs_judge *judge, const struct tcs_document *doc,
                      const struct tcs_hit *hit, struct counted *counted)
{
    const struct tcs_field *field = &doc->fields[hit->field];
    size_t start = chars_at(counted, hit->field, field->text, hit->start_byte);

    open_object(w);
    text_key(w, "lexicon", from_c(tcs_judge_lexicon_name(judge, tcs_judge_lexicon(judge, hit))));
    text_key(w, "term", from_c(tcs_ruleset_patterns(judge->ruleset)->terms[hit->term].authored));
    text_key(w, "field", from_c(field->name));
    number_key(w, "start", start);
    number_key(w, "end", start + count_chars(field->text.data + hit->start_byte, field->text.data + hit->end_byte));
    number_key(w, "start_byte", hit->start_byte);
    number_key(w, "end_byte", hit->end_byte);
    text_key(w, "text", (struct tcs_str){field->text.data + hit->start_byte, hit->end_byte - hit->start_byte});
    text_key(w, "before", context_before(field->text, hit->start_byte));
    text_key(w, "after", context_after(field->text, hit->end_byte));
    close_object(w);
}

static bool is_shown(const struct tcs_line_scratch *scratch, const struct tcs_judge *judge,
                     const struct tcs_line_options *options, const struct tcs_hit *hit)
{
    return tcs_ruleset_is_reported(judge->ruleset)[hit->term] && (!options->only_used || scratch->used[hit->term]);
}

/*
 * Hits in their order: field, span, then the order of lexicons, "rules" behind all; pattern terms already stand in it,
 * because quoted terms are numbered last.
 */
static void write_hits(struct writer *w, const struct tcs_line_scratch *scratch, const struct tcs_judge *judge,
                       const struct tcs_document *doc, const struct tcs_line_options *options)
{
    struct counted counted = {.field = UINT32_MAX};
    size_t i, written = 0;

    key(w, "hits");
    raw(w, "[");
    for (i = 0; i < judge->hits.count && written < options->max_hits; i++) {
        if (!is_shown(scratch, judge, options, &judge->hits.items[i]))
            continue;
        if (written++)
            raw(w, ",");
        write_hit(w, judge, doc, &judge->hits.items[i], &counted);
    }
    raw(w, "]");
    number_key(w, "hits_total", scratch->hits_total);
}

static void write_lexicons(struct writer *w, const struct tcs_line_scratch *scratch, const struct tcs_judge *judge)
{
    size_t count = tcs_ruleset_patterns(judge->ruleset)->lexicon_count + 1, i;

    key(w, "lexicons");
    open_object(w);
    for (i = 0; i < count; i++)
        if (scratch->counts[i])
            number_key(w, tcs_judge_lexicon_name(judge, (uint32_t)i), scratch->counts[i]);
    close_object(w);
}

static tocsin_status count_hits(struct tcs_line_scratch *scratch, const struct tcs_judge *judge,
                                const struct tcs_line_options *options)
{
    const struct tcs_patterns *patterns = tcs_ruleset_patterns(judge->ruleset);
    tocsin_status st = TCS_GROW(scratch->used, scratch->used_cap, patterns->term_count + 1);
    size_t i;

    if (st == TOCSIN_OK)
        st = TCS_GROW(scratch->counts, scratch->counts_cap, patterns->lexicon_count + 1);
    if (st != TOCSIN_OK)
        return st;
    memset(scratch->counts, 0, (patterns->lexicon_count + 1) * sizeof *scratch->counts);
    scratch->hits_total = 0;
    tcs_judge_mark_used(judge, scratch->used);
    for (i = 0; i < judge->hits.count; i++) {
        if (!is_shown(scratch, judge, options, &judge->hits.items[i]))
            continue;
        scratch->counts[tcs_judge_lexicon(judge, &judge->hits.items[i])]++;
        scratch->hits_total++;
    }
    return TOCSIN_OK;
}

tocsin_status tcs_line_document(struct tcs_buf *out, struct tcs_line_scratch *scratch, const struct tcs_judge *judge,
                                const struct tcs_document *doc, const struct tcs_pointer *pointer,
                                const struct tcs_line_options *options)
{
    struct writer w = {.out = out};

    w.st = count_hits(scratch, judge, options);
    open_object(&w);
    write_head(&w, judge, doc, pointer);
    write_verdict(&w, judge);
    if (w.st == TOCSIN_OK) {
        write_lexicons(&w, scratch, judge);
        write_hits(&w, scratch, judge, doc, options);
    }
    if (doc->is_damaged) {
        key(&w, "damaged");
        raw(&w, "true");
    }
    close_object(&w);
    raw(&w, "\n");
    return w.st;
}

tocsin_status tcs_line_fields(struct tcs_buf *out, const struct tcs_document *doc, const struct tcs_pointer *pointer)
{
    static const char *const roles[] = {"title", "lead", "text", "other"};
    struct writer w = {.out = out};
    size_t i;

    open_object(&w);
    number_key(&w, "v", 1);
    write_id(&w, doc, pointer);
    write_pointer(&w, pointer);
    key(&w, "fields");
    raw(&w, "[");
    for (i = 0; i < doc->field_count; i++) {
        const struct tcs_field *field = &doc->fields[i];

        raw(&w, i ? "," : "");
        open_object(&w);
        text_key(&w, "name", from_c(field->name));
        text_key(&w, "role", from_c(roles[field->role]));
        if (field->lf_paragraph) {
            key(&w, "lf_paragraph");
            raw(&w, "true");
        }
        key(&w, "text");
        string(&w, field->text);
        close_object(&w);
    }
    raw(&w, "]");
    close_object(&w);
    raw(&w, "\n");
    return w.st;
}

tocsin_status tcs_line_loss(struct tcs_buf *out, const struct tcs_pointer *pointer, const char *kind,
                            const struct tocsin_error *why)
{
    struct writer w = {.out = out};

    open_object(&w);
    number_key(&w, "v", 1);
    text_key(&w, "file", from_c(pointer->file));
    if (pointer->record) {
        key(&w, "record");
        write_record(&w, pointer);
    }
    number_key(&w, "offset", pointer->offset);
    text_key(&w, "kind", from_c(kind));
    text_key(&w, "status", from_c(tocsin_status_name(why->status)));
    text_key(&w, "reason", from_c(why->message));
    close_object(&w);
    raw(&w, "\n");
    return w.st;
}

void tcs_line_scratch_release(struct tcs_line_scratch *scratch)
{
    free(scratch->used);
    free(scratch->counts);
    *scratch = (struct tcs_line_scratch){0};
}

/* The number between the marks, of which the first stands at mark; *end is behind the second. */
static uint64_t marked_number(const char *mark, const char **end)
{
    uint64_t value = 0;

    while (*++mark != AHEAD_MARK)
        value = value * 10 + (uint64_t)(*mark - '0');
    *end = mark + 1;
    return value;
}

tocsin_status tcs_line_settle(struct tcs_buf *lines, uint64_t before)
{
    const char *at = lines->data, *end = at + lines->len, *mark;
    struct tcs_buf settled = {0};
    tocsin_status st = TOCSIN_OK;

    if (!lines->len)
        return TOCSIN_OK;
    while (st == TOCSIN_OK && (mark = memchr(at, AHEAD_MARK, (size_t)(end - at))) != NULL) {
        st = tcs_buf_append(&settled, at, (size_t)(mark - at));
        if (st == TOCSIN_OK)
            st = tcs_buf_printf(&settled, "%llu", (unsigned long long)(before + marked_number(mark, &at)));
    }
    if (st == TOCSIN_OK)
        st = tcs_buf_append(&settled, at, (size_t)(end - at));
    if (st != TOCSIN_OK) {
        tcs_buf_release(&settled);
        return st;
    }
    tcs_buf_release(lines);
    *lines = settled;
    return TOCSIN_OK;
}
