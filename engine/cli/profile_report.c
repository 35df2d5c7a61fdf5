/* Both forms are written from the same order and the same shares. */
#include "cli/profile_report.h"

#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "cli/columns.h"
#include "input/json.h"

/* ---- what is shown ---- */

static const struct tcs_profile_term *term_of(const struct tcs_profile_report *r, uint32_t term)
{
    return &r->profile->terms[term];
}

static struct tcs_str text_of(const char *text)
{
    return (struct tcs_str){text, strlen(text)};
}

static struct tcs_str lexicon_name(const struct tcs_profile_report *r, uint32_t term)
{
    const struct tcs_patterns *patterns = r->profile->plan->patterns;
    uint32_t lexicon = patterns->terms[term].lexicon;

    return text_of(lexicon == TCS_NO_LEXICON ? "rules" : patterns->lexicons[lexicon].name);
}

static struct tcs_str authored(const struct tcs_profile_report *r, uint32_t term)
{
    return text_of(r->profile->plan->patterns->terms[term].authored);
}

/* The folded characters that the sieve looks for; room for 4 bytes each. */
static struct tcs_str piece_text(const struct tcs_profile_report *r, uint32_t term, char text[4 * TCS_PIECE_MAX])
{
    const struct tcs_piece *piece = &r->profile->plan->pieces[term];
    size_t len = 0;
    uint32_t i;

    for (i = 0; i < piece->count; i++)
        len += tcs_utf8_encode(piece->cps[i], text + len);
    return (struct tcs_str){text, len};
}

static double part(double of, double whole)
{
    return whole > 0 ? of / whole : 0;
}

/* What the mode is after: flagged documents, or hits. */
static uint64_t successes(const struct tcs_profile_report *r, uint32_t term)
{
    return r->profile->plan->mode == TCS_PLAN_HITS ? term_of(r, term)->with_hit : term_of(r, term)->flagged;
}

static double precision(const struct tcs_profile_report *r, uint32_t term)
{
    return part((double)successes(r, term), (double)term_of(r, term)->sent_on);
}

static double term_share(const struct tcs_profile_report *r, uint32_t term)
{
    return part(term_of(r, term)->seconds, r->stats->check_seconds + r->stats->judge_seconds);
}

static double rule_share(const struct tcs_profile_report *r, uint32_t rule)
{
    return part(r->profile->rules[rule].seconds, r->stats->judge_seconds);
}

/* ---- order ---- */

struct ranked {
    double seconds;
    uint64_t count;
    uint32_t index;
};

static int compare_ranked(const void *left, const void *right)
{
    const struct ranked *a = left, *b = right;

    if (a->seconds != b->seconds)
        return a->seconds > b->seconds ? -1 : 1;
    if (a->count != b->count)
        return a->count > b->count ? -1 : 1;
    return a->index < b->index ? -1 : a->index > b->index;
}

static void rank(struct ranked *ranked, size_t count, uint32_t *order)
{
    size_t i;

    if (count)
        qsort(ranked, count, sizeof *ranked, compare_ranked);
    for (i = 0; i < count; i++)
        order[i] = ranked[i].index;
}

static void rank_terms(struct tcs_profile_report *r, struct ranked *ranked)
{
    const struct tcs_profile_plan *plan = r->profile->plan;
    size_t left_out = 0;
    uint32_t i;

    for (i = 0; i < plan->term_count; i++)
        ranked[i] = (struct ranked){term_of(r, plan->terms[i])->seconds, term_of(r, plan->terms[i])->sent_on,
                                    plan->terms[i]};
    rank(ranked, plan->term_count, r->terms);
    for (i = 0; i < plan->patterns->term_count; i++)
        if (!tcs_patterns_set_has(plan->planned, i) && !plan->patterns->terms[i].is_unless)
            ranked[left_out++] = (struct ranked){0, term_of(r, i)->hits, i};
    rank(ranked, left_out, r->terms + plan->term_count);
    r->planned = plan->term_count;
    r->count = r->planned + left_out;
}

static void rank_rules(struct tcs_profile_report *r, struct ranked *ranked)
{
    uint32_t count = (uint32_t)r->profile->plan->patterns->rule_count, i;

    for (i = 0; i < count; i++)
        ranked[i] = (struct ranked){r->profile->rules[i].seconds, r->profile->rules[i].possible, i};
    rank(ranked, count, r->rules);
}

tocsin_status tcs_profile_report_make(struct tcs_profile_report *r)
{
    const struct tcs_patterns *patterns = r->profile->plan->patterns;
    size_t most = patterns->term_count > patterns->rule_count ? patterns->term_count : patterns->rule_count, i;
    struct ranked *ranked = calloc(most + 1, sizeof *ranked);

    r->terms = calloc(patterns->term_count + 1, sizeof *r->terms);
    r->rules = calloc(patterns->rule_count + 1, sizeof *r->rules);
    if (!ranked || !r->terms || !r->rules) {
        free(ranked);
        return TOCSIN_E_NOMEM;
    }
    rank_terms(r, ranked);
    rank_rules(r, ranked);
    free(ranked);
    r->wasted = UINT32_MAX;
    for (i = r->planned; i > 0; i--)
        if (term_of(r, r->terms[i - 1])->sent_on && !successes(r, r->terms[i - 1]))
            r->wasted = r->terms[i - 1];
    return TOCSIN_OK;
}

void tcs_profile_report_release(struct tcs_profile_report *r)
{
    free(r->terms);
    free(r->rules);
    r->terms = r->rules = NULL;
}

/* ---- the table ---- */

static tocsin_status add_count(struct tcs_columns *columns, uint64_t count)
{
    char text[32];

    return tcs_columns_addf(columns, "%s", tcs_stats_grouped(count, text));
}

static tocsin_status write_totals(const struct tcs_profile_report *r, struct tcs_buf *out)
{
    static const struct tcs_column heads[] = {{"stage", false}, {"documents in", true}, {"out", true},
                                              {"ratio", true},  {"seconds", true}};
    struct tcs_columns columns = {.heads = heads, .count = sizeof heads / sizeof *heads};
    struct tcs_stage stages[TCS_STAGES];
    tocsin_status st = tcs_buf_printf(out, "decoded %.1f MB in %.4f s of inflate; %llu documents, %llu flagged\n\n",
                                      (double)r->stats->decoded_bytes / 1e6, r->stats->inflate_seconds,
                                      (unsigned long long)r->stats->documents, (unsigned long long)r->stats->flagged);
    size_t i;

    tcs_stats_stages(r->stats, stages);
    for (i = 0; st == TOCSIN_OK && i < TCS_STAGES; i++) {
        st = tcs_columns_add(&columns, text_of(stages[i].name));
        if (st == TOCSIN_OK)
            st = add_count(&columns, stages[i].in);
        if (st == TOCSIN_OK)
            st = add_count(&columns, stages[i].out);
        if (st == TOCSIN_OK)
            st = tcs_columns_addf(&columns, "%.2f %%", 100 * stages[i].ratio);
        if (st == TOCSIN_OK)
            st = tcs_columns_addf(&columns, "%.4f", stages[i].seconds);
    }
    if (st == TOCSIN_OK)
        st = tcs_columns_write(&columns, out);
    tcs_columns_release(&columns);
    return st;
}

static tocsin_status add_term(const struct tcs_profile_report *r, uint32_t index, struct tcs_columns *columns)
{
    const struct tcs_profile_term *term = term_of(r, index);
    const uint64_t counts[] = {term->matches, term->sent_on, term->sent_alone, term->with_hit, term->flagged};
    tocsin_status st = tcs_columns_addf(columns, "%.1f %%", 100 * term_share(r, index));
    char piece[4 * TCS_PIECE_MAX];
    size_t i;

    for (i = 0; st == TOCSIN_OK && i < sizeof counts / sizeof *counts; i++)
        st = add_count(columns, counts[i]);
    if (st == TOCSIN_OK)
        st = term->sent_on ? tcs_columns_addf(columns, "%.1f %%", 100 * precision(r, index))
                           : tcs_columns_add(columns, TCS_STR("-"));
    if (st == TOCSIN_OK)
        st = tcs_columns_add(columns, lexicon_name(r, index));
    if (st == TOCSIN_OK)
        st = tcs_columns_add(columns, authored(r, index));
    return st == TOCSIN_OK ? tcs_columns_add(columns, piece_text(r, index, piece)) : st;
}

static tocsin_status write_terms(const struct tcs_profile_report *r, struct tcs_buf *out)
{
    static const struct tcs_column heads[] = {
        {"time", true},    {"matches", true},   {"sent on", true},  {"alone", true}, {"hit", true},
        {"flagged", true}, {"precision", true}, {"lexicon", false}, {"term", false}, {"piece", false}};
    struct tcs_columns columns = {.heads = heads, .count = sizeof heads / sizeof *heads};
    size_t beside = r->profile->plan->beside_count, i;
    tocsin_status st = tcs_buf_printf(out, "\nterms: %zu of %zu are looked for", r->planned, r->count);

    if (st == TOCSIN_OK && beside)
        st = tcs_buf_printf(out, ", and %zu only beside these", beside);
    if (st == TOCSIN_OK)
        st = tcs_buf_putc(out, '\n');
    for (i = 0; st == TOCSIN_OK && i < r->planned; i++)
        st = add_term(r, r->terms[i], &columns);
    if (st == TOCSIN_OK && r->planned)
        st = tcs_columns_write(&columns, out);
    tcs_columns_release(&columns);
    return st;
}

static tocsin_status write_left_out(const struct tcs_profile_report *r, struct tcs_buf *out)
{
    static const struct tcs_column heads[] = {
        {"hits", true}, {"in candidates", true}, {"lexicon", false}, {"term", false}};
    struct tcs_columns columns = {.heads = heads, .count = sizeof heads / sizeof *heads};
    tocsin_status st =
        tcs_buf_append_str(out, TCS_STR("\nterms that send nothing on, with their hits in candidates\n"));
    size_t i;

    for (i = r->planned; st == TOCSIN_OK && i < r->count; i++) {
        st = add_count(&columns, term_of(r, r->terms[i])->hits);
        if (st == TOCSIN_OK)
            st = add_count(&columns, term_of(r, r->terms[i])->hit_candidates);
        if (st == TOCSIN_OK)
            st = tcs_columns_add(&columns, lexicon_name(r, r->terms[i]));
        if (st == TOCSIN_OK)
            st = tcs_columns_add(&columns, authored(r, r->terms[i]));
    }
    if (st == TOCSIN_OK)
        st = tcs_columns_write(&columns, out);
    tcs_columns_release(&columns);
    return st;
}

static tocsin_status write_rules(const struct tcs_profile_report *r, struct tcs_buf *out)
{
    static const struct tcs_column heads[] = {
        {"time", true}, {"possible", true}, {"fired", true}, {"alone", true}, {"rule", false}};
    struct tcs_columns columns = {.heads = heads, .count = sizeof heads / sizeof *heads};
    const struct tcs_patterns *patterns = r->profile->plan->patterns;
    tocsin_status st = tcs_buf_printf(out, "\nrules: %zu\n", patterns->rule_count);
    size_t i;

    for (i = 0; st == TOCSIN_OK && i < patterns->rule_count; i++) {
        const struct tcs_profile_rule *rule = &r->profile->rules[r->rules[i]];

        st = tcs_columns_addf(&columns, "%.1f %%", 100 * rule_share(r, r->rules[i]));
        if (st == TOCSIN_OK)
            st = add_count(&columns, rule->possible);
        if (st == TOCSIN_OK)
            st = add_count(&columns, rule->fired);
        if (st == TOCSIN_OK)
            st = add_count(&columns, rule->flagged_alone);
        if (st == TOCSIN_OK)
            st = tcs_columns_add(&columns, text_of(patterns->rules[r->rules[i]].name));
    }
    if (st == TOCSIN_OK)
        st = tcs_columns_write(&columns, out);
    tcs_columns_release(&columns);
    return st;
}

static tocsin_status write_hint(const struct tcs_profile_report *r, struct tcs_buf *out)
{
    const struct tcs_profile_term *term = term_of(r, r->wasted);
    struct tcs_str name = authored(r, r->wasted), lexicon = lexicon_name(r, r->wasted), piece;
    bool is_hits = r->profile->plan->mode == TCS_PLAN_HITS;
    char text[4 * TCS_PIECE_MAX];
    tocsin_status st;

    piece = piece_text(r, r->wasted, text);
    st = tcs_buf_printf(out, "\nLook at `%.*s` (%.*s): it sent on %llu, %.1f %% of the time, and %s.\n", (int)name.len,
                        name.data, (int)lexicon.len, lexicon.data, (unsigned long long)term->sent_on,
                        100 * term_share(r, r->wasted), is_hits ? "none has a hit of it" : "none was flagged");
    if (st != TOCSIN_OK)
        return st;
    if (!term->with_hit)
        return tcs_buf_printf(out,
                              "None of them holds the term itself, only its piece `%.*s`: a term with a rarer piece "
                              "would cost less.\n",
                              (int)piece.len, piece.data);
    return tcs_buf_printf(out, "%llu of them hold the term, but no rule fires: what else do its rules ask for?\n",
                          (unsigned long long)term->with_hit);
}

/* Without a sieve: what is to blame. */
static tocsin_status write_blame(const struct tcs_profile_report *r, struct tcs_buf *out)
{
    const struct tcs_profile_plan *plan = r->profile->plan;
    const struct tcs_patterns *patterns = plan->patterns;
    tocsin_status st =
        tcs_buf_append_str(out, TCS_STR("\nThere is no sieve, every document goes to the check, because of:\n"));
    uint32_t i;

    for (i = 0; st == TOCSIN_OK && i < patterns->rule_count; i++) {
        bool escapes;

        st = tcs_profile_plan_escapes(plan, i, &escapes);
        if (st == TOCSIN_OK && escapes)
            st = tcs_buf_printf(out, "  rule %s: it can fire without any term that can be looked for\n",
                                patterns->rules[i].name);
    }
    for (i = 0; st == TOCSIN_OK && i < patterns->term_count; i++) {
        bool is_ad_hoc = patterns->ad_hoc_lexicon != TCS_NO_LEXICON &&
                         patterns->terms[i].lexicon == patterns->ad_hoc_lexicon;
        bool matters = plan->mode == TCS_PLAN_HITS || !patterns->rule_count || is_ad_hoc;

        if (matters && !plan->pieces[i].count && !patterns->terms[i].is_unless)
            st = tcs_buf_printf(out, "  term `%s`: it has no letters or digits that can be looked for\n",
                                patterns->terms[i].authored);
    }
    return st;
}

tocsin_status tcs_profile_report_table(const struct tcs_profile_report *r, struct tcs_buf *out)
{
    const struct tcs_profile *profile = r->profile;
    tocsin_status st = write_totals(r, out);

    if (st == TOCSIN_OK && profile->plan->needs_all)
        st = write_blame(r, out);
    if (st == TOCSIN_OK && profile->unexplained)
        st = tcs_buf_printf(out,
                            "\n%llu candidates hold no piece of this plan: the database is of another version; "
                            "compile it again\n",
                            (unsigned long long)profile->unexplained);
    if (st == TOCSIN_OK)
        st = write_terms(r, out);
    if (st == TOCSIN_OK && r->has_all && r->count > r->planned)
        st = write_left_out(r, out);
    if (st == TOCSIN_OK && profile->plan->patterns->rule_count)
        st = write_rules(r, out);
    return st == TOCSIN_OK && r->wasted != UINT32_MAX ? write_hint(r, out) : st;
}

/* ---- JSON ---- */

static tocsin_status write_text(struct tcs_buf *out, const char *key, struct tcs_str text)
{
    tocsin_status st = tcs_buf_printf(out, "\"%s\":", key);

    return st == TOCSIN_OK ? tcs_json_write_string(out, text) : st;
}

static tocsin_status write_term(const struct tcs_profile_report *r, size_t at, struct tcs_buf *out)
{
    uint32_t index = r->terms[at];
    const struct tcs_profile_term *term = term_of(r, index);
    char piece[4 * TCS_PIECE_MAX];
    tocsin_status st = tcs_buf_append_str(out, at ? TCS_STR(",{") : TCS_STR("{"));

    if (st == TOCSIN_OK)
        st = write_text(out, "lexicon", lexicon_name(r, index));
    if (st == TOCSIN_OK)
        st = tcs_buf_putc(out, ',');
    if (st == TOCSIN_OK)
        st = write_text(out, "term", authored(r, index));
    if (st == TOCSIN_OK && r->profile->plan->pieces[index].count) {
        st = tcs_buf_putc(out, ',');
        if (st == TOCSIN_OK)
            st = write_text(out, "piece", piece_text(r, index, piece));
    }
    if (st == TOCSIN_OK)
        st = tcs_buf_printf(out,
                            ",\"looked_for\":%s,\"matches\":%llu,\"sent_on\":%llu,\"sent_alone\":%llu,\"with_hit\":%llu,"
                            "\"flagged\":%llu,\"precision\":%.6f,\"hits\":%llu,\"hit_candidates\":%llu,\"seconds\":%.9f,"
                            "\"share\":%.6f}",
                            at < r->planned ? "true" : "false", (unsigned long long)term->matches,
                            (unsigned long long)term->sent_on, (unsigned long long)term->sent_alone,
                            (unsigned long long)term->with_hit, (unsigned long long)term->flagged, precision(r, index),
                            (unsigned long long)term->hits, (unsigned long long)term->hit_candidates, term->seconds,
                            term_share(r, index));
    return st;
}

static tocsin_status write_rule(const struct tcs_profile_report *r, size_t at, struct tcs_buf *out)
{
    uint32_t index = r->rules[at];
    const struct tcs_profile_rule *rule = &r->profile->rules[index];
    tocsin_status st = tcs_buf_append_str(out, at ? TCS_STR(",{") : TCS_STR("{"));

    if (st == TOCSIN_OK)
        st = write_text(out, "rule", text_of(r->profile->plan->patterns->rules[index].name));
    if (st == TOCSIN_OK)
        st = tcs_buf_printf(out,
                            ",\"possible\":%llu,\"fired\":%llu,\"flagged_alone\":%llu,\"seconds\":%.9f,"
                            "\"share\":%.6f}",
                            (unsigned long long)rule->possible, (unsigned long long)rule->fired,
                            (unsigned long long)rule->flagged_alone, rule->seconds, rule_share(r, index));
    return st;
}

static tocsin_status write_head(const struct tcs_profile_report *r, struct tcs_buf *out)
{
    const struct tcs_stats *stats = r->stats;
    tocsin_status st = tcs_buf_printf(
        out,
        "{\"v\":1,\"db\":\"%s\",\"emit\":\"%s\",\"has_sieve\":%s,\"inputs\":%llu,\"stored_bytes\":%llu,"
        "\"decoded_bytes\":%llu,\"documents\":%llu,\"flagged\":%llu,\"unexplained\":%llu,\"inflate_seconds\":%.6f,"
        "\"is_incomplete\":%s,\"stages\":",
        r->db, r->profile->plan->mode == TCS_PLAN_HITS ? "hits" : "flagged", r->profile->plan->needs_all ? "false" : "true",
        (unsigned long long)stats->inputs, (unsigned long long)stats->stored_bytes,
        (unsigned long long)stats->decoded_bytes, (unsigned long long)stats->documents,
        (unsigned long long)stats->flagged, (unsigned long long)r->profile->unexplained, stats->inflate_seconds,
        stats->is_incomplete ? "true" : "false");

    return st == TOCSIN_OK ? tcs_stats_stages_json(stats, out) : st;
}

tocsin_status tcs_profile_report_json(const struct tcs_profile_report *r, struct tcs_buf *out)
{
    size_t count = r->has_all ? r->count : r->planned, i;
    tocsin_status st = write_head(r, out);

    if (st == TOCSIN_OK)
        st = tcs_buf_append_str(out, TCS_STR(",\"terms\":["));
    for (i = 0; st == TOCSIN_OK && i < count; i++)
        st = write_term(r, i, out);
    if (st == TOCSIN_OK)
        st = tcs_buf_append_str(out, TCS_STR("],\"rules\":["));
    for (i = 0; st == TOCSIN_OK && i < r->profile->plan->patterns->rule_count; i++)
        st = write_rule(r, i, out);
    return st == TOCSIN_OK ? tcs_buf_append_str(out, TCS_STR("]}\n")) : st;
}
