/* Under --emit all and fields, and without a sieve, there is no check either: the judge sees everything. */
#include "run/examine.h"

#include <string.h>

#include "match/language.h"

static bool wants_everything(const struct tcs_worker *w)
{
    return w->options->no_sieve || w->options->emit == TCS_EMIT_ALL || w->options->emit == TCS_EMIT_FIELDS;
}

/* Is it a record that nobody asked for? */
static bool is_passed_over(const struct tcs_worker *w, const struct tcs_pointer *pointer)
{
    return w->options->only_record && pointer->record != w->options->only_record;
}

static bool is_flagged(const struct tcs_worker *w)
{
    const struct tcs_verdict *verdict = &w->judge.verdict;

    if (!verdict->is_flagged)
        return false;
    return !verdict->rule_count || verdict->score >= w->options->min_score;
}

static void count_flagged(struct tcs_worker *w)
{
    size_t i;

    w->stats.flagged++;
    if (w->judge.label != TCS_NO_LABEL)
        w->stats.by_label[w->judge.label]++;
    for (i = 0; i < w->judge.verdict.rule_count; i++)
        w->stats.by_rule[w->judge.verdict.rules[i]]++;
    for (i = 0; i < w->stats.lexicon_count; i++)
        w->stats.by_lexicon[i] += w->line.counts[i] > 0;
}

/* Where the document does not say its date, its address may. */
static void complete_date(struct tcs_worker *w)
{
    if (w->doc.date.len || !tcs_url_date(w->doc.url, w->url_date))
        return;
    w->doc.date = (struct tcs_str){w->url_date, TCS_URL_DATE_SIZE - 1};
    w->doc.date_from = TCS_STR("url");
}

/* Where the document does not say its language, its characters may. */
static void complete_language(struct tcs_worker *w)
{
    struct tcs_language_counts counts = {0};
    const char *language;
    size_t i;

    if (w->doc.lang.len)
        return;
    for (i = 0; i < w->doc.field_count; i++)
        tcs_language_count(&counts, w->doc.fields[i].text);
    language = tcs_language_of(&counts);
    w->doc.lang = (struct tcs_str){language, strlen(language)};
}

/*
 * --as: the record's bytes up to its last `}`, and our line as one more member. The record is a JSON object, so it has
 * that bracket.
 */
static tocsin_status write_record(struct tcs_worker *w, struct tcs_str line)
{
    struct tcs_str record = tcs_str_trim(w->record), inside;
    struct tcs_buf *out = &w->lines.output;
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
        st = tcs_json_write_string(out, (struct tcs_str){w->options->as_key, strlen(w->options->as_key)});
    if (st == TOCSIN_OK)
        st = tcs_buf_putc(out, ':');
    if (st == TOCSIN_OK)
        st = tcs_buf_append(out, line.data, line.len - 1); /* less its line feed */
    return st == TOCSIN_OK ? tcs_buf_append(out, "}\n", 2) : st;
}

/* Judges the fields and writes the line. */
static tocsin_status judge(struct tcs_worker *w, const struct tcs_pointer *pointer, struct tocsin_error *err)
{
    struct tcs_line_options line = {w->options->max_hits, w->options->emit == TCS_EMIT_FLAGGED};
    struct tcs_buf *out = w->options->as_key ? &w->as_line : &w->lines.output;
    size_t at = out->len;
    tocsin_status st;
    bool flagged, keep;

    if (w->options->emit == TCS_EMIT_FIELDS) {
        w->stats.emitted++;
        return tcs_line_fields(&w->lines.output, &w->doc, pointer) == TOCSIN_OK ? TOCSIN_OK : tcs_fail_nomem(err);
    }
    st = tcs_judge_document(&w->judge, &w->doc, err);
    if (st != TOCSIN_OK)
        return st;
    flagged = is_flagged(w);
    if (!flagged && !w->judge.hits.count && w->options->emit != TCS_EMIT_ALL)
        return TOCSIN_OK;
    complete_date(w);
    complete_language(w);
    if (w->options->visit)
        return w->options->visit(w->options->visit_context, &w->judge, &w->doc, pointer, err);
    if (tcs_line_document(out, &w->line, &w->judge, &w->doc, pointer, &line) != TOCSIN_OK)
        return tcs_fail_nomem(err);
    w->stats.with_hits += w->judge.hits.count > 0;
    w->stats.hits += w->judge.hits.count;
    if (flagged)
        count_flagged(w);
    keep = w->options->emit == TCS_EMIT_ALL || (w->options->emit == TCS_EMIT_HITS && w->line.hits_total) ||
           (w->options->emit == TCS_EMIT_FLAGGED && flagged);
    if (keep && w->options->as_key && w->json.has_watched) /* asked of what is written only: the same in every run */
        return tcs_fail(err, TOCSIN_E_ARG, w->input.path, 0,
                        "record %llu has a key \"%s\" already; choose another name for --as",
                        (unsigned long long)pointer->record, w->options->as_key);
    w->stats.emitted += keep;
    if (keep && w->options->as_key)
        st = write_record(w, tcs_buf_view(out));
    if (!keep || w->options->as_key)
        out->len = at;
    return st == TOCSIN_OK ? st : tcs_fail_nomem(err);
}

static tocsin_status timed_judge(struct tcs_worker *w, const struct tcs_pointer *pointer, struct tocsin_error *err)
{
    double start = tcs_worker_clock();
    tocsin_status st = judge(w, pointer, err);

    w->stats.judge_seconds += tcs_worker_clock() - start;
    return st;
}

tocsin_status tcs_examine_document(struct tcs_worker *w, const struct tcs_pointer *pointer, struct tocsin_error *err)
{
    double start = tcs_worker_clock();
    size_t i;

    if (is_passed_over(w, pointer))
        return TOCSIN_OK;
    if (!wants_everything(w)) {
        tcs_check_begin(&w->judge);
        for (i = 0; i < w->doc.field_count; i++)
            if (tcs_check_text(&w->judge, w->doc.fields[i].text, w->doc.fields[i].lf_paragraph) != TOCSIN_OK)
                return tcs_fail_nomem(err);
        w->stats.check_seconds += tcs_worker_clock() - start;
        if (!tcs_check_passes(&w->judge, w->mode))
            return TOCSIN_OK;
    }
    w->stats.check_candidates++;
    return timed_judge(w, pointer, err);
}

tocsin_status tcs_examine_page(struct tcs_worker *w, struct tcs_str html, const struct tcs_pointer *pointer,
                               struct tocsin_error *err)
{
    double start = tcs_worker_clock();
    struct tcs_str url = w->doc.url;
    tocsin_status st;

    if (is_passed_over(w, pointer))
        return TOCSIN_OK;
    if (!wants_everything(w)) {
        st = tcs_html_flatten(html, &w->html, err);
        tcs_check_begin(&w->judge);
        if (st == TOCSIN_OK && tcs_check_text(&w->judge, tcs_buf_view(&w->html.flat), false) != TOCSIN_OK)
            st = tcs_fail_nomem(err);
        w->stats.check_seconds += tcs_worker_clock() - start;
        if (st != TOCSIN_OK || !tcs_check_passes(&w->judge, w->mode))
            return st;
    }
    w->stats.check_candidates++;
    start = tcs_worker_clock();
    st = tcs_html_document(html, &w->html, &w->doc, err);
    w->stats.judge_seconds += tcs_worker_clock() - start;
    if (!w->doc.url.len)
        w->doc.url = url;
    return st == TOCSIN_OK ? timed_judge(w, pointer, err) : st;
}
