/* Keys come in the order of docs/formats.md; absent values are left out. */
#include "run/line.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8_count.h"
#include "input/json_writer.h"
#include "rules/segment.h"

#define CONTEXT_CHARS 30
#define AHEAD_MARK '\x1E'

static void write_record(struct tcs_json_writer *w, const struct tcs_pointer *pointer)
{
    static const char mark[] = {AHEAD_MARK, '\0'};

    if (pointer->is_ahead)
        tcs_json_put_raw(w, mark);
    tcs_json_put_number(w, pointer->record);
    if (pointer->is_ahead)
        tcs_json_put_raw(w, mark);
}

static void write_id(struct tcs_json_writer *w, const struct tcs_document *doc, const struct tcs_pointer *pointer)
{
    if (doc->id.len) {
        tcs_json_text_key(w, "id", doc->id);
        return;
    }
    tcs_json_key(w, "id");
    tcs_json_put_string(w, tcs_str_from(pointer->file));
    if (w->st == TOCSIN_OK)
        w->out->len--; /* the closing quotation mark */
    tcs_json_put_raw(w, "#");
    write_record(w, pointer);
    tcs_json_put_raw(w, "\"");
}

void tcs_line_pointer(struct tcs_json_writer *w, const struct tcs_pointer *pointer)
{
    tcs_json_key(w, "input");
    tcs_json_open_object(w);
    tcs_json_text_key(w, "file", tcs_str_from(pointer->file));
    tcs_json_key(w, "record");
    write_record(w, pointer);
    tcs_json_number_key(w, "offset", pointer->offset);
    if (pointer->length)
        tcs_json_number_key(w, "length", pointer->length);
    tcs_json_close_object(w);
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
static void write_lead(struct tcs_json_writer *w, const struct tcs_document *doc)
{
    const struct tcs_field *field = field_of_role(doc, TCS_ROLE_LEAD);
    struct tcs_str text;

    if (!field)
        field = field_of_role(doc, TCS_ROLE_TEXT);
    if (!field)
        return;
    text = field->text;
    text.len = tcs_segment_lead_end(text, field->lf_paragraph);
    tcs_json_field_key(w, "lead", tcs_str_trim(text));
}

static void write_head(struct tcs_json_writer *w, const struct tcs_judge *judge, const struct tcs_document *doc,
                       const struct tcs_pointer *pointer)
{
    const struct tcs_field *title = field_of_role(doc, TCS_ROLE_TITLE);

    tcs_json_number_key(w, "v", 1);
    tcs_json_text_key(w, "db", tcs_str_from(tcs_ruleset_hash(judge->ruleset)));
    write_id(w, doc, pointer);
    tcs_line_pointer(w, pointer);
    tcs_json_text_key(w, "url", doc->url);
    tcs_json_text_key(w, "source", doc->source);
    tcs_json_text_key(w, "date", doc->date);
    tcs_json_text_key(w, "date_from", doc->date.len ? doc->date_from : (struct tcs_str){NULL, 0});
    tcs_json_text_key(w, "lang", doc->lang);
    tcs_json_text_key(w, "charset", tcs_str_from(doc->charset));
    tcs_json_text_key(w, "charset_from", tcs_str_from(doc->charset_from));
    if (doc->charset_errors)
        tcs_json_number_key(w, "charset_errors", doc->charset_errors);
    if (title)
        tcs_json_field_key(w, "title", title->text);
    write_lead(w, doc);
}

void tcs_line_score(double score, char text_out[TCS_LINE_SCORE_SIZE])
{
    size_t len = (size_t)snprintf(text_out, TCS_LINE_SCORE_SIZE, "%.3f", score);

    while (len && text_out[len - 1] == '0')
        len--;
    text_out[len && text_out[len - 1] == '.' ? len - 1 : len] = '\0';
}

static void write_verdict(struct tcs_json_writer *w, const struct tcs_judge *judge)
{
    const struct tcs_patterns *patterns = tcs_ruleset_patterns(judge->ruleset);
    const struct tcs_verdict *verdict = &judge->verdict;
    char score[TCS_LINE_SCORE_SIZE];
    size_t i;

    if (!verdict->rule_count)
        return;
    if (judge->label != TCS_NO_LABEL)
        tcs_json_text_key(w, "label", tcs_str_from(patterns->labels[judge->label].name));
    tcs_line_score(verdict->score, score);
    tcs_json_key(w, "score");
    tcs_json_put_raw(w, score);
    tcs_json_key(w, "rules");
    for (i = 0; i < verdict->rule_count; i++) {
        tcs_json_put_raw(w, i ? "," : "[");
        tcs_json_put_string(w, tcs_str_from(patterns->rules[verdict->rules[i]].name));
    }
    tcs_json_put_raw(w, "]");
}

/* ---- hits ---- */

static struct tcs_str context_before(struct tcs_str text, size_t at)
{
    size_t start = tcs_utf8_back(text, at, CONTEXT_CHARS);

    return (struct tcs_str){text.data + start, at - start};
}

static struct tcs_str context_after(struct tcs_str text, size_t at)
{
    return (struct tcs_str){text.data + at, tcs_utf8_forth(text, at, CONTEXT_CHARS) - at};
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
    c->chars += tcs_utf8_count((struct tcs_str){text.data + c->byte, byte - c->byte});
    c->byte = byte;
    return c->chars;
}

struct tcs_line_head {
    size_t at, len;
};

/* What a hit begins with: the object, its lexicon and its term. Hits of one term are many, their names ever the same. */
static void write_head_of_hit(struct tcs_json_writer *w, struct tcs_line_scratch *scratch, const struct tcs_judge *judge,
                              const struct tcs_hit *hit)
{
    struct tcs_line_head *head = &scratch->head_of[hit->term];

    if (!head->len) {
        struct tcs_json_writer maker = {.out = &scratch->heads};
        size_t at = scratch->heads.len;

        tcs_json_open_object(&maker);
        tcs_json_text_key(&maker, "lexicon", tcs_str_from(tcs_judge_lexicon_name(judge, tcs_judge_lexicon(judge, hit))));
        tcs_json_text_key(&maker, "term", tcs_str_from(tcs_ruleset_patterns(judge->ruleset)->terms[hit->term].authored));
        if (maker.st != TOCSIN_OK) {
            w->st = maker.st;
            return;
        }
        *head = (struct tcs_line_head){at, scratch->heads.len - at};
    }
    if (tcs_json_has_room(w, head->len)) {
        memcpy(w->out->data + w->out->len, scratch->heads.data + head->at, head->len);
        w->out->len += head->len;
    }
    w->needs_comma = true;
}

static void write_hit(struct tcs_json_writer *w, struct tcs_line_scratch *scratch, const struct tcs_judge *judge,
                      const struct tcs_document *doc, const struct tcs_hit *hit, struct counted *counted)
{
    const struct tcs_field *field = &doc->fields[hit->field];
    struct tcs_str text = {field->text.data + hit->start_byte, hit->end_byte - hit->start_byte};
    size_t start = chars_at(counted, hit->field, field->text, hit->start_byte);

    write_head_of_hit(w, scratch, judge, hit);
    tcs_json_text_key(w, "field", tcs_str_from(field->name));
    tcs_json_number_key(w, "start", start);
    tcs_json_number_key(w, "end", start + tcs_utf8_count(text));
    tcs_json_number_key(w, "start_byte", hit->start_byte);
    tcs_json_number_key(w, "end_byte", hit->end_byte);
    tcs_json_field_key(w, "text", text);
    tcs_json_field_key(w, "before", context_before(field->text, hit->start_byte));
    tcs_json_field_key(w, "after", context_after(field->text, hit->end_byte));
    tcs_json_close_object(w);
}

static bool is_shown(const struct tcs_line_scratch *scratch, const struct tcs_judge *judge,
                     const struct tcs_line_options *options, const struct tcs_hit *hit)
{
    return tcs_ruleset_is_reported(judge->ruleset)[hit->term] &&
           (!options->only_used ||
            scratch->used[tcs_patterns_group_of(tcs_ruleset_patterns(judge->ruleset), hit->term)]);
}

/*
 * Hits in their order: field, span, then the order of lexicons, "rules" behind all; pattern terms already stand in it,
 * because quoted terms are numbered last.
 */
static void write_hits(struct tcs_json_writer *w, struct tcs_line_scratch *scratch, const struct tcs_judge *judge,
                       const struct tcs_document *doc, const struct tcs_line_options *options)
{
    struct counted counted = {.field = UINT32_MAX};
    size_t i, written = 0;

    tcs_json_key(w, "hits");
    tcs_json_put_raw(w, "[");
    for (i = 0; i < judge->hits.count && written < options->max_hits; i++) {
        if (!is_shown(scratch, judge, options, &judge->hits.items[i]))
            continue;
        if (written++)
            tcs_json_put_raw(w, ",");
        write_hit(w, scratch, judge, doc, &judge->hits.items[i], &counted);
    }
    tcs_json_put_raw(w, "]");
    tcs_json_number_key(w, "hits_total", scratch->hits_total);
}

static void write_lexicons(struct tcs_json_writer *w, const struct tcs_line_scratch *scratch, const struct tcs_judge *judge)
{
    size_t count = tcs_ruleset_patterns(judge->ruleset)->lexicon_count + 1, i;

    tcs_json_key(w, "lexicons");
    tcs_json_open_object(w);
    for (i = 0; i < count; i++)
        if (scratch->counts[i])
            tcs_json_number_key(w, tcs_judge_lexicon_name(judge, (uint32_t)i), scratch->counts[i]);
    tcs_json_close_object(w);
}

static tocsin_status count_hits(struct tcs_line_scratch *scratch, const struct tcs_judge *judge,
                                const struct tcs_line_options *options)
{
    const struct tcs_patterns *patterns = tcs_ruleset_patterns(judge->ruleset);
    tocsin_status st = TCS_GROW(scratch->used, scratch->used_cap, (size_t)tcs_patterns_group_count(patterns) + 1);
    size_t i;

    if (st == TOCSIN_OK)
        st = TCS_GROW(scratch->counts, scratch->counts_cap, patterns->lexicon_count + 1);
    if (st == TOCSIN_OK && !scratch->head_of) {
        scratch->head_of = calloc(patterns->term_count + 1, sizeof *scratch->head_of);
        st = scratch->head_of ? st : TOCSIN_E_NOMEM;
    }
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
    struct tcs_json_writer w = {.out = out};

    w.st = count_hits(scratch, judge, options);
    tcs_json_open_object(&w);
    write_head(&w, judge, doc, pointer);
    write_verdict(&w, judge);
    if (w.st == TOCSIN_OK) {
        write_lexicons(&w, scratch, judge);
        write_hits(&w, scratch, judge, doc, options);
    }
    if (doc->is_damaged) {
        tcs_json_key(&w, "damaged");
        tcs_json_put_raw(&w, "true");
    }
    tcs_json_close_object(&w);
    tcs_json_put_raw(&w, "\n");
    return w.st;
}

tocsin_status tcs_line_fields(struct tcs_buf *out, const struct tcs_document *doc, const struct tcs_pointer *pointer)
{
    static const char *const roles[] = {"title", "lead", "text", "other"};
    struct tcs_json_writer w = {.out = out};
    size_t i;

    tcs_json_open_object(&w);
    tcs_json_number_key(&w, "v", 1);
    write_id(&w, doc, pointer);
    tcs_line_pointer(&w, pointer);
    tcs_json_key(&w, "fields");
    tcs_json_put_raw(&w, "[");
    for (i = 0; i < doc->field_count; i++) {
        const struct tcs_field *field = &doc->fields[i];

        tcs_json_put_raw(&w, i ? "," : "");
        tcs_json_open_object(&w);
        tcs_json_text_key(&w, "name", tcs_str_from(field->name));
        tcs_json_text_key(&w, "role", tcs_str_from(roles[field->role]));
        if (field->lf_paragraph) {
            tcs_json_key(&w, "lf_paragraph");
            tcs_json_put_raw(&w, "true");
        }
        tcs_json_key(&w, "text");
        tcs_json_put_well_formed(&w, field->text);
        tcs_json_close_object(&w);
    }
    tcs_json_put_raw(&w, "]");
    tcs_json_close_object(&w);
    tcs_json_put_raw(&w, "\n");
    return w.st;
}

tocsin_status tcs_line_loss(struct tcs_buf *out, const struct tcs_pointer *pointer, const char *kind,
                            const struct tocsin_error *why)
{
    struct tcs_json_writer w = {.out = out};

    tcs_json_open_object(&w);
    tcs_json_number_key(&w, "v", 1);
    tcs_json_text_key(&w, "file", tcs_str_from(pointer->file));
    if (pointer->record) {
        tcs_json_key(&w, "record");
        write_record(&w, pointer);
    }
    tcs_json_number_key(&w, "offset", pointer->offset);
    tcs_json_text_key(&w, "kind", tcs_str_from(kind));
    tcs_json_text_key(&w, "status", tcs_str_from(tocsin_status_name(why->status)));
    tcs_json_text_key(&w, "reason", tcs_str_from(why->message));
    tcs_json_close_object(&w);
    tcs_json_put_raw(&w, "\n");
    return w.st;
}

void tcs_line_scratch_release(struct tcs_line_scratch *scratch)
{
    free(scratch->used);
    free(scratch->counts);
    free(scratch->head_of);
    tcs_buf_release(&scratch->heads);
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
