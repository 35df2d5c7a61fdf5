/*
 * All terms' texts stand in one buffer, a document each, as a scan has them, and the buffer is scanned at every place of a
 * 16-byte vector, since what a CPU's instructions miss may depend on that. Whoever finds more than it must is no fault here.
 */
#include "rules/own_text.h"

#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "input/json.h"

#define SHIFTS 16

/* How a text is written into a document. */
enum form { FORM_TEXT, FORM_JSON, FORM_JSON_ESCAPED, FORM_HTML, FORM_CSV, FORM_COUNT };
static const struct {
    enum tcs_syntax syntax;
    const char *sieve;
} forms[FORM_COUNT] = {[FORM_TEXT] = {TCS_SYNTAX_TEXT, "the sieve of text"},
                       [FORM_JSON] = {TCS_SYNTAX_JSON, "the sieve of JSON"},
                       [FORM_JSON_ESCAPED] = {TCS_SYNTAX_JSON, "the sieve of JSON, escaped"},
                       [FORM_HTML] = {TCS_SYNTAX_HTML, "the sieve of HTML"},
                       [FORM_CSV] = {TCS_SYNTAX_CSV, "the sieve of CSV"}};

struct tester {
    struct tcs_ruleset *ruleset;
    const struct tcs_patterns *patterns;
    struct tcs_own_text *report;
    struct tcs_sieve_scratch sieve;
    struct tcs_finder_scratch finder;
    struct tcs_folded folded;
    struct tcs_hits hits;
    uint8_t *seen;
    struct tcs_buf bytes;
    struct tcs_span *spans; /* of the terms' documents in bytes */
    uint8_t *found;         /* by term: candidates of the last scan */
};

static void lose(struct tester *t, uint32_t term, const char *where)
{
    t->report->lost_count++;
    if (t->report->lost)
        t->report->lost(t->report->context, term, where);
}

static struct tcs_str text_of(const struct tester *t, uint32_t term)
{
    return t->patterns->terms[term].spec.text;
}

/* ---- the finder ---- */

static bool has_hit(const struct tcs_hits *hits, uint32_t term)
{
    size_t i;

    for (i = 0; i < hits->count; i++)
        if (hits->items[i].term == term)
            return true;
    return false;
}

static tocsin_status try_finder(struct tester *t, uint32_t term)
{
    const struct tcs_finder *finder = tcs_ruleset_finder(t->ruleset);
    struct tcs_str text = text_of(t, term);
    tocsin_status st = tcs_fold(text, false, true, &t->folded);

    t->hits.count = 0;
    memset(t->seen, 0, t->patterns->term_count / 8 + 1);
    tcs_finder_begin(&t->finder);
    if (st == TOCSIN_OK)
        st = tcs_finder_search(finder, &t->finder, 0, tcs_buf_view(&t->folded.text));
    if (st == TOCSIN_OK)
        st = tcs_finder_find(finder, &t->finder, 0, text, &t->folded, &t->hits);
    if (st == TOCSIN_OK && !has_hit(&t->hits, term))
        lose(t, term, "the judge");
    if (st == TOCSIN_OK)
        tcs_finder_seen(finder, &t->finder, 0, &t->folded, t->seen);
    if (st == TOCSIN_OK && !(t->seen[term / 8] & 1u << term % 8))
        lose(t, term, "the check");
    return st;
}

/* ---- the sieves ---- */

/* \uXXXX for every character, in pairs above U+FFFF. */
static tocsin_status write_escaped(struct tcs_buf *out, struct tcs_str text)
{
    const char *at = text.data, *end = text.data + text.len;
    tocsin_status st = tcs_buf_putc(out, '"');
    size_t len;

    for (; at < end && st == TOCSIN_OK; at += len) {
        uint32_t cp = tcs_utf8_decode(at, end, &len, NULL);

        if (cp > 0xFFFF)
            st = tcs_buf_printf(out, "\\u%04x\\u%04x", (unsigned)(0xD7C0 + (cp >> 10)), (unsigned)(0xDC00 | (cp & 0x3FF)));
        else
            st = tcs_buf_printf(out, "\\u%04x", (unsigned)cp);
    }
    return st == TOCSIN_OK ? tcs_buf_putc(out, '"') : st;
}

/* A paragraph of HTML or a quoted field of CSV. */
static tocsin_status write_replaced(struct tcs_buf *out, struct tcs_str text, enum form form)
{
    tocsin_status st = tcs_buf_append_str(out, form == FORM_HTML ? TCS_STR("<p>") : TCS_STR("\""));
    size_t i;

    for (i = 0; i < text.len && st == TOCSIN_OK; i++) {
        char c = text.data[i];

        if (form == FORM_HTML && (c == '&' || c == '<'))
            st = tcs_buf_append_str(out, c == '&' ? TCS_STR("&amp;") : TCS_STR("&lt;"));
        else if (form == FORM_CSV && c == '"')
            st = tcs_buf_append_str(out, TCS_STR("\"\""));
        else
            st = tcs_buf_putc(out, c);
    }
    return st == TOCSIN_OK ? tcs_buf_append_str(out, form == FORM_HTML ? TCS_STR("</p>") : TCS_STR("\"")) : st;
}

static tocsin_status write_text(struct tcs_buf *out, struct tcs_str text, enum form form)
{
    switch (form) {
    case FORM_JSON: return tcs_json_write_string(out, text);
    case FORM_JSON_ESCAPED: return write_escaped(out, text);
    case FORM_HTML:
    case FORM_CSV: return write_replaced(out, text, form);
    case FORM_TEXT:
    case FORM_COUNT:
    default: return tcs_buf_append_str(out, text);
    }
}

/* A document a term, each ended by a line feed, behind `shift` bytes of none. */
static tocsin_status write_documents(struct tester *t, enum form form, unsigned shift)
{
    tocsin_status st = TOCSIN_OK;
    uint32_t i;

    tcs_buf_reset(&t->bytes);
    for (i = 0; i < shift && st == TOCSIN_OK; i++)
        st = tcs_buf_putc(&t->bytes, '\n');
    for (i = 0; i < t->patterns->term_count && st == TOCSIN_OK; i++) {
        t->spans[i] = (struct tcs_span){.start = t->bytes.len, .number = i};
        st = write_text(&t->bytes, text_of(t, i), form);
        t->spans[i].end = t->bytes.len;
        if (st == TOCSIN_OK)
            st = tcs_buf_putc(&t->bytes, '\n');
    }
    return st;
}

static bool locate(void *context, size_t at, struct tcs_span *span_out)
{
    const struct tester *t = context;
    size_t low = 0, high = t->patterns->term_count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (t->spans[middle].end <= at)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == t->patterns->term_count || t->spans[low].start > at)
        return false;
    *span_out = t->spans[low];
    return true;
}

static tocsin_status scan(struct tester *t, const struct tcs_sieve *sieve, bool plain, uint8_t mark)
{
    tocsin_status st = tcs_sieve_scan(sieve, &t->sieve, tcs_buf_view(&t->bytes), plain, locate, t);
    size_t i;

    for (i = 0; st == TOCSIN_OK && i < t->sieve.candidate_count; i++)
        t->found[t->sieve.candidates[i].number] |= mark;
    return st;
}

/*
 * What the plain search lets through, the engine must; under HITS both must every term that is reported. A term is told once
 * a form, in whatever place it was lost.
 */
static tocsin_status try_sieve(struct tester *t, enum form form, enum tcs_plan_mode mode, uint8_t *told,
                               struct tocsin_error *err)
{
    enum { ENGINE = 1, PLAIN = 2 };
    const uint8_t *is_reported = tcs_ruleset_is_reported(t->ruleset);
    const struct tcs_sieve *sieve = NULL;
    tocsin_status st = tcs_ruleset_sieve(t->ruleset, mode, forms[form].syntax, &sieve, err);
    unsigned shift;
    uint32_t i;

    if (st != TOCSIN_OK || !sieve)
        return st;
    st = tcs_sieve_fit(sieve, &t->sieve, err);
    for (shift = 0; shift < SHIFTS && st == TOCSIN_OK; shift++) {
        memset(t->found, 0, t->patterns->term_count + 1);
        if (write_documents(t, form, shift) != TOCSIN_OK || scan(t, sieve, false, ENGINE) != TOCSIN_OK ||
            scan(t, sieve, true, PLAIN) != TOCSIN_OK)
            return tcs_fail_nomem(err);
        for (i = 0; i < t->patterns->term_count; i++) {
            bool must = (mode == TCS_PLAN_HITS && is_reported[i]) || (t->found[i] & PLAIN);

            if (!must || (t->found[i] & ENGINE) || told[i])
                continue;
            told[i] = 1;
            lose(t, i, forms[form].sieve);
        }
    }
    return st;
}

static tocsin_status try_sieves(struct tester *t, struct tocsin_error *err)
{
    uint8_t *told = calloc(t->patterns->term_count + 1, 1);
    tocsin_status st = told ? TOCSIN_OK : tcs_fail_nomem(err);
    int form;

    for (form = 0; form < FORM_COUNT && st == TOCSIN_OK; form++) {
        memset(told, 0, t->patterns->term_count + 1);
        st = try_sieve(t, (enum form)form, TCS_PLAN_HITS, told, err);
        if (st == TOCSIN_OK)
            st = try_sieve(t, (enum form)form, TCS_PLAN_FLAGGED, told, err);
    }
    free(told);
    return st;
}

/* ---- all ---- */

static tocsin_status open_tester(struct tester *t, struct tocsin_error *err)
{
    size_t count = t->patterns->term_count + 1;

    t->seen = calloc(count / 8 + 1, 1);
    t->found = calloc(count, 1);
    t->spans = calloc(count, sizeof *t->spans);
    if (!t->seen || !t->found || !t->spans)
        return tcs_fail_nomem(err);
    return tcs_finder_fit(tcs_ruleset_finder(t->ruleset), &t->finder, err);
}

tocsin_status tcs_own_text_check(struct tcs_ruleset *ruleset, struct tcs_own_text *report, struct tocsin_error *err)
{
    struct tester t = {.ruleset = ruleset, .patterns = tcs_ruleset_patterns(ruleset), .report = report};
    tocsin_status st = open_tester(&t, err);
    uint32_t i;

    report->terms = t.patterns->term_count;
    report->lost_count = 0;
    for (i = 0; i < t.patterns->term_count && st == TOCSIN_OK; i++)
        if (try_finder(&t, i) != TOCSIN_OK)
            st = tcs_fail_nomem(err);
    if (st == TOCSIN_OK)
        st = try_sieves(&t, err);
    report->engine_errors = t.sieve.engine_errors + t.finder.engine_errors;
    tcs_sieve_scratch_release(&t.sieve);
    tcs_finder_scratch_release(&t.finder);
    tcs_folded_release(&t.folded);
    free(t.hits.items);
    free(t.seen);
    free(t.found);
    free(t.spans);
    tcs_buf_release(&t.bytes);
    return st;
}
