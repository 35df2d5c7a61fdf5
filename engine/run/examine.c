/*
 * Under --emit all and fields, and without a sieve, there is no check either: the judge sees everything. Under --emit
 * hits the check is the search for hits itself, which nearly all documents with a piece of a term have: the judge goes
 * on from them.
 */
#include "run/examine.h"

#include <string.h>

#include "input/url_join.h"
#include "match/language.h"
#include "run/record.h"

static bool wants_everything(const struct tcs_worker *w)
{
    return w->options->no_sieve || w->options->emit == TCS_EMIT_ALL || w->options->emit == TCS_EMIT_FIELDS;
}

/* Is it a record that nobody asked for? */
static bool is_passed_over(const struct tcs_worker *w, const struct tcs_pointer *pointer)
{
    return w->options->only_record && pointer->record != w->options->only_record;
}

/* A hit of -e flags whatever the rules say; --min-score is about rules. */
static bool is_flagged(const struct tcs_worker *w)
{
    const struct tcs_verdict *verdict = &w->judge.verdict;

    return verdict->has_ad_hoc_hit || (verdict->rule_count && verdict->score >= w->options->min_score);
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

/* What is left for the judge to do. */
typedef tocsin_status (*judging)(struct tcs_judge *judge, const struct tcs_document *doc, struct tocsin_error *err);

/* Judges the fields and writes the line. */
static tocsin_status judge(struct tcs_worker *w, judging decide, const struct tcs_pointer *pointer, struct tocsin_error *err)
{
    struct tcs_line_options line = {w->options->max_hits, w->options->emit == TCS_EMIT_FLAGGED};
    struct tcs_buf *out = w->options->as_key ? &w->as_line : &w->lines.output;
    size_t at = out->len;
    tocsin_status st;
    bool flagged, keep;

    if (w->options->emit == TCS_EMIT_FIELDS && w->options->visit)
        return w->options->visit(w->options->visit_context, &w->judge, &w->doc, pointer, err);
    if (w->options->emit == TCS_EMIT_FIELDS) {
        w->stats.emitted++;
        return tcs_line_fields(&w->lines.output, &w->doc, pointer) == TOCSIN_OK ? TOCSIN_OK : tcs_fail_nomem(err);
    }
    st = decide(&w->judge, &w->doc, err);
    if (st != TOCSIN_OK)
        return st;
    flagged = is_flagged(w);
    w->stats.with_hits += w->judge.hits.count > 0;
    w->stats.hits += w->judge.hits.count;
    if (!flagged && w->options->emit != TCS_EMIT_ALL && (w->options->emit == TCS_EMIT_FLAGGED || !w->judge.hits.count))
        return TOCSIN_OK;
    complete_date(w);
    complete_language(w);
    if (w->options->visit)
        return w->options->visit(w->options->visit_context, &w->judge, &w->doc, pointer, err);
    if (tcs_line_document(out, &w->line, &w->judge, &w->doc, pointer, &line) != TOCSIN_OK)
        return tcs_fail_nomem(err);
    if (flagged)
        count_flagged(w);
    keep = !w->options->profile &&
           (w->options->emit == TCS_EMIT_ALL || (w->options->emit == TCS_EMIT_HITS && w->line.hits_total) ||
            (w->options->emit == TCS_EMIT_FLAGGED && flagged));
    w->stats.emitted += keep;
    if (keep && w->options->as_key) /* a key that exists is asked of what is written only: the same in every run */
        st = tcs_record_write(w, tcs_buf_view(out), pointer, err);
    if (!keep || w->options->as_key)
        out->len = at;
    return st;
}

/* start: the clock as the check left it; reading it costs as much as ten words of text. */
static tocsin_status timed_judge(struct tcs_worker *w, judging decide, const struct tcs_pointer *pointer, double start,
                                 struct tocsin_error *err)
{
    tocsin_status st = judge(w, decide, pointer, err);

    w->stats.judge_seconds += tcs_worker_stage_clock(w) - start;
    return st;
}

/* ---- under a profile ---- */

struct clocks {
    double check, judge;
};

/*
 * What became of the candidate. Where the check stopped it, its fields are judged all the same, off the clock, for the
 * hits that there are. before: the clocks when it came.
 */
static tocsin_status profile(struct tcs_worker *w, bool has_passed, struct clocks before, struct tocsin_error *err)
{
    struct tcs_profile_end end = {.has_passed = has_passed,
                                  .check_seconds = w->stats.check_seconds - before.check,
                                  .judge_seconds = w->stats.judge_seconds - before.judge};
    tocsin_status st = has_passed ? TOCSIN_OK : tcs_judge_document(&w->judge, &w->doc, err);

    if (st != TOCSIN_OK)
        return st;
    end.is_flagged = has_passed && is_flagged(w);
    tcs_profile_end(&w->profile, &w->judge, &end);
    return TOCSIN_OK;
}

/* ---- documents ---- */

static tocsin_status check_document(struct tcs_worker *w, bool *passes, struct tocsin_error *err)
{
    size_t i;

    tcs_check_begin(&w->judge);
    for (i = 0; i < w->doc.field_count; i++)
        if (tcs_check_text(&w->judge, w->doc.fields[i].text, w->doc.fields[i].lf_paragraph) != TOCSIN_OK)
            return tcs_fail_nomem(err);
    *passes = tcs_check_passes(&w->judge);
    return TOCSIN_OK;
}

/* Is the document one for the judge, and what is left to do for it? *clock: that of stages, at the end. */
static tocsin_status check(struct tcs_worker *w, bool *passes, judging *decide, double *clock, struct tocsin_error *err)
{
    double start = *clock = tcs_worker_stage_clock(w);
    tocsin_status st;

    if (wants_everything(w)) {
        *passes = true;
        *decide = tcs_judge_document;
        return TOCSIN_OK;
    }
    if (w->mode == TCS_PLAN_HITS) {
        *decide = tcs_judge_decide;
        st = tcs_judge_find(&w->judge, &w->doc, err);
        *passes = tcs_judge_has_reported(&w->judge);
    } else {
        *decide = tcs_judge_checked;
        st = check_document(w, passes, err);
    }
    *clock = tcs_worker_stage_clock(w);
    w->stats.check_seconds += *clock - start;
    return st;
}

tocsin_status tcs_examine_document(struct tcs_worker *w, const struct tcs_pointer *pointer, struct tocsin_error *err)
{
    const struct clocks before = {w->stats.check_seconds, w->stats.judge_seconds};
    judging decide;
    bool passes = false;
    double clock;
    tocsin_status st;

    if (is_passed_over(w, pointer))
        return TOCSIN_OK;
    st = check(w, &passes, &decide, &clock, err);
    if (st == TOCSIN_OK && passes) {
        w->stats.check_candidates++;
        st = timed_judge(w, decide, pointer, clock, err);
    }
    return st == TOCSIN_OK && w->options->profile ? profile(w, passes, before, err) : st;
}

/* The fields of a page, into w->doc, whose address is where it was fetched. */
static tocsin_status make_fields(struct tcs_worker *w, struct tcs_str html, struct tocsin_error *err)
{
    struct tcs_str url = w->doc.url;
    tocsin_status st;

    w->doc.url = (struct tcs_str){NULL, 0}; /* the page's own, if it has one */
    st = tcs_html_document(html, &w->html, &w->doc, err);
    if (st == TOCSIN_OK && tcs_url_join(url, w->doc.url, &w->url) != TOCSIN_OK)
        return tcs_fail_nomem(err);
    w->doc.url = tcs_buf_view(&w->url);
    return st;
}

/*
 * The fields one behind the other, as one document of the sieve: its terms may meet across them. NUL is in no piece or gap.
 */
static tocsin_status join_fields(struct tcs_worker *w)
{
    tocsin_status st = TOCSIN_OK;
    size_t i;

    tcs_buf_reset(&w->fields);
    for (i = 0; i < w->doc.field_count && st == TOCSIN_OK; i++) {
        st = tcs_buf_append_str(&w->fields, w->doc.fields[i].text);
        if (st == TOCSIN_OK)
            st = tcs_buf_putc(&w->fields, '\0');
    }
    return st;
}

/* HTML's sieve reads plain text too: what it may name too much is weeded out by the check. */
static tocsin_status sieve_fields(struct tcs_worker *w, bool *is_candidate, struct tocsin_error *err)
{
    const struct tcs_sieve *sieve;
    tocsin_status st = tcs_worker_sieve(w, TCS_SYNTAX_HTML, &sieve, err);

    if (st == TOCSIN_OK && join_fields(w) != TOCSIN_OK)
        st = tcs_fail_nomem(err);
    *is_candidate = st == TOCSIN_OK && !sieve;
    if (st != TOCSIN_OK || !sieve)
        return st;
    st = tcs_worker_sift(w, sieve, tcs_buf_view(&w->fields), tcs_worker_locate_whole, &w->fields.len, err);
    *is_candidate = st == TOCSIN_OK && w->sieve.candidate_count;
    return st;
}

tocsin_status tcs_examine_fields(struct tcs_worker *w, const struct tcs_pointer *pointer, struct tocsin_error *err)
{
    bool is_candidate;
    tocsin_status st;

    if (is_passed_over(w, pointer))
        return TOCSIN_OK;
    st = sieve_fields(w, &is_candidate, err);
    if (st == TOCSIN_OK && is_candidate)
        st = tcs_worker_admit(w, TCS_SYNTAX_HTML, tcs_buf_view(&w->fields), err);
    if (st != TOCSIN_OK || !is_candidate)
        return st;
    st = tcs_html_decode_fields(&w->doc, &w->html, err);
    return st == TOCSIN_OK ? tcs_examine_document(w, pointer, err) : st;
}

tocsin_status tcs_examine_page(struct tcs_worker *w, struct tcs_str html, const struct tcs_pointer *pointer,
                               struct tocsin_error *err)
{
    double start = tcs_worker_stage_clock(w);
    tocsin_status st;

    if (is_passed_over(w, pointer))
        return TOCSIN_OK;
    st = make_fields(w, html, err);
    w->stats.check_seconds += tcs_worker_stage_clock(w) - start;
    return st == TOCSIN_OK ? tcs_examine_document(w, pointer, err) : st;
}
