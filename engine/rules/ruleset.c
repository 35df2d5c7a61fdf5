/*
 * A ruleset is always built from its sources, also when it is loaded: there is no second form of the patterns that could say
 * something else. Here they are read, the terms folded, grouped and told apart as evidence, and the finder is made.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

#include "base/group.h"
#include "match/fold_table.h"
#include "rules/ruleset_parts.h"
#include "rules/yaml_form.h"

/* ---- terms ---- */

/* Says where the term stands that err is about: file, line and column, or that it was given by hand. */
static tocsin_status place_error(const struct tcs_ruleset *r, const struct tcs_pattern_term *term,
                                 struct tocsin_error *err)
{
    const char *source = term->source ? term->source : r->patterns.lexicons[term->lexicon].source;
    char message[sizeof err->message];

    if (!err)
        return TOCSIN_E_PATTERN;
    if (!term->line) {
        tcs_error_place(err, source);
        err->offset = (uint64_t)(term - r->patterns.terms) + 1;
        return err->status;
    }
    memcpy(message, err->message, sizeof message);
    return tcs_yaml_fail_place(source, term->line, term->column, err, "%s", message);
}

static tocsin_status fold_terms(struct tcs_ruleset *r, struct tocsin_error *err)
{
    size_t count = r->patterns.term_count;
    struct tcs_folded folded = {0};
    tocsin_status st = TOCSIN_OK;

    r->terms = calloc(count + 1, sizeof *r->terms);
    if (!r->terms)
        return tcs_fail_nomem(err);
    while (r->term_count < count && st == TOCSIN_OK) {
        const struct tcs_pattern_term *term = &r->patterns.terms[r->term_count];

        st = tcs_term_init(&r->terms[r->term_count], &term->spec, &folded, err);
        if (st == TOCSIN_OK)
            r->term_count++;
        else if (st == TOCSIN_E_PATTERN)
            st = place_error(r, term, err);
    }
    tcs_folded_release(&folded);
    return st;
}

void tcs_ruleset_mark_groups(const struct tcs_ruleset *r, uint32_t root, uint8_t *used)
{
    const struct tcs_expr *expr = &r->patterns.nodes[root];
    uint32_t i;

    if (expr->op == TCS_EXPR_TERM || expr->op == TCS_EXPR_LEXICON)
        used[tcs_patterns_group(&r->patterns, expr)] = 1;
    for (i = 0; i < expr->child_count; i++)
        tcs_ruleset_mark_groups(r, r->patterns.children[expr->first_child + i], used);
}

/* Evidence are terms of lexicons, and quoted ones that a rule mentions; what only labels quote decides labels. */
static tocsin_status mark_evidence(struct tcs_ruleset *r)
{
    uint8_t *used = calloc((size_t)tcs_patterns_group_count(&r->patterns) + 1, 1);
    size_t i;

    r->is_reported = calloc(r->term_count + 1, 1);
    if (!r->is_reported || !used) {
        free(used);
        return TOCSIN_E_NOMEM;
    }
    for (i = 0; i < r->patterns.rule_count; i++)
        tcs_ruleset_mark_groups(r, r->patterns.rules[i].root, used);
    for (i = 0; i < r->term_count; i++)
        r->is_reported[i] = r->patterns.terms[i].lexicon == TCS_NO_LEXICON
                                ? used[tcs_patterns_group_of(&r->patterns, (uint32_t)i)]
                                : !r->patterns.terms[i].is_unless;
    free(used);
    return TOCSIN_OK;
}

/*
 * The term under which term's hits are reported: the first piece of evidence of its lexicon that finds the same hits. `next`
 * leads from a term to the next one that folds alike; is_reported still says what is evidence.
 */
static uint32_t reporter_of(const struct tcs_ruleset *r, const uint32_t *next, uint32_t term)
{
    const struct tcs_pattern_term *terms = r->patterns.terms;
    uint32_t other;

    for (other = r->term_folds[term]; other < term; other = next[other])
        if (r->is_reported[other] && terms[other].lexicon == terms[term].lexicon &&
            tcs_term_same(&r->terms[other], &r->terms[term]))
            return other;
    return term;
}

/* r->term_folds, of which each names the first of those that fold alike. */
static tocsin_status set_term_folds(struct tcs_ruleset *r)
{
    size_t *ends = calloc(r->term_count + 1, sizeof *ends), i;
    struct tcs_str *texts = calloc(r->term_count + 1, sizeof *texts);
    tocsin_status st = ends && texts ? TOCSIN_OK : TOCSIN_E_NOMEM;
    struct tcs_buf bytes = {0};

    for (i = 0; i < r->term_count && st == TOCSIN_OK; i++) {
        st = tcs_term_text(&r->terms[i], &bytes);
        ends[i] = bytes.len;
    }
    if (st == TOCSIN_OK) {
        for (i = 0; i < r->term_count; i++)
            texts[i] = (struct tcs_str){bytes.data + (i ? ends[i - 1] : 0), ends[i] - (i ? ends[i - 1] : 0)};
        st = tcs_group_texts(texts, r->term_count, r->term_folds);
    }
    free(ends);
    free(texts);
    tcs_buf_release(&bytes);
    return st;
}

static tocsin_status set_reporters(struct tcs_ruleset *r)
{
    uint32_t *next = calloc(r->term_count + 1, sizeof *next), *last = calloc(r->term_count + 1, sizeof *last), i;
    tocsin_status st = next && last ? TOCSIN_OK : TOCSIN_E_NOMEM;

    for (i = 0; i < r->term_count && st == TOCSIN_OK; i++) {
        uint32_t first = r->term_folds[i];

        if (first != i)
            next[last[first]] = i;
        last[first] = i;
        r->reporters[i] = reporter_of(r, next, i);
    }
    for (i = 0; i < r->term_count && st == TOCSIN_OK; i++)
        r->is_reported[i] = r->is_reported[i] && r->reporters[i] == i;
    free(next);
    free(last);
    return st;
}

static tocsin_status group_terms(struct tcs_ruleset *r, struct tocsin_error *err)
{
    tocsin_status st = TOCSIN_E_NOMEM;

    r->term_folds = calloc(r->term_count + 1, sizeof *r->term_folds);
    r->reporters = calloc(r->term_count + 1, sizeof *r->reporters);
    if (r->term_folds && r->reporters)
        st = mark_evidence(r);
    if (st == TOCSIN_OK)
        st = set_term_folds(r);
    if (st == TOCSIN_OK)
        st = set_reporters(r);
    return st == TOCSIN_OK ? st : tcs_fail_nomem(err);
}

/* ---- building ---- */

static void set_hash(struct tcs_ruleset *r)
{
    XXH3_state_t *state = XXH3_createState();
    XXH128_hash_t hash;

    XXH3_128bits_reset(state);
    XXH3_128bits_update(state, tcs_fold_version, strlen(tcs_fold_version));
    XXH3_128bits_update(state, r->sources.data, r->sources.len);
    hash = XXH3_128bits_digest(state);
    XXH3_freeState(state);
    (void)snprintf(r->hash, sizeof r->hash, "%016llx%016llx", (unsigned long long)hash.high64,
                   (unsigned long long)hash.low64);
}

tocsin_status tcs_ruleset_finish(struct tcs_ruleset *r, struct tcs_str finder_engine, struct tocsin_error *err)
{
    tocsin_status st = tcs_patterns_finish(&r->patterns, err);

    if (st == TOCSIN_OK)
        st = fold_terms(r, err);
    if (st == TOCSIN_OK)
        st = group_terms(r, err);
    if (st == TOCSIN_OK)
        st = tcs_finder_new(r->terms, r->term_count, finder_engine, &r->finder, err);
    if (st == TOCSIN_OK)
        set_hash(r);
    return st;
}

struct tcs_ruleset *tcs_ruleset_new(void)
{
    struct tcs_ruleset *r = calloc(1, sizeof *r);

    if (!r)
        return NULL;
    r->file = TCS_DBFILE_NONE;
    tcs_patterns_init(&r->patterns);
    pthread_mutex_init(&r->lock, NULL);
    return r;
}

tocsin_status tcs_ruleset_hand_over(struct tcs_ruleset *r, tocsin_status st, struct tcs_ruleset **ruleset_out)
{
    if (st == TOCSIN_OK)
        *ruleset_out = r;
    else
        tcs_ruleset_free(r);
    return st;
}

static tocsin_status add_frequencies(struct tcs_ruleset *r, struct tcs_source source, struct tocsin_error *err)
{
    tocsin_status st = tcs_frequencies_read(&r->measured, source.text, err);
    char *name;

    if (st != TOCSIN_E_PATTERN || !err)
        return st;
    name = tcs_str_dup(source.name);
    tcs_error_place(err, name ? name : TCS_FREQUENCIES_NAME);
    free(name);
    return st;
}

/* trees: where those of the source come from; NULL to parse it, and keep them. */
static tocsin_status read_yaml(struct tcs_ruleset *r, struct tcs_source source, struct tcs_str *trees,
                               struct tocsin_error *err)
{
    char *name = tcs_str_dup(source.name);
    struct tcs_yaml yaml = {0};
    tocsin_status st = TOCSIN_OK;

    if (!name)
        return tcs_fail_nomem(err);
    if (trees)
        st = tcs_yaml_form_next(trees, name, source.text, &yaml, err);
    else
        st = tcs_yaml_parse(&yaml, name, source.text, err);
    if (st == TOCSIN_OK)
        st = tcs_patterns_add_yaml(&r->patterns, &yaml, err);
    if (st == TOCSIN_OK && !trees && tcs_yaml_form_append(&yaml, source.text, &r->trees) != TOCSIN_OK)
        st = tcs_fail_nomem(err);
    tcs_yaml_release(&yaml);
    free(name);
    return st;
}

tocsin_status tcs_ruleset_read_source(struct tcs_ruleset *r, struct tcs_source source, struct tcs_str *trees,
                                      struct tocsin_error *err)
{
    if (tcs_str_equal(source.name, TCS_STR("-e")))
        return tcs_patterns_add_term(&r->patterns, "-e", source.text, err);
    if (tcs_frequencies_is_source(source.name))
        return add_frequencies(r, source, err);
    return read_yaml(r, source, trees, err);
}

static tocsin_status add_source(struct tcs_ruleset *r, struct tcs_source source, struct tocsin_error *err)
{
    tocsin_status st = tcs_ruleset_read_source(r, source, NULL, err);

    return st == TOCSIN_OK && tcs_source_append(&r->sources, source) != TOCSIN_OK ? tcs_fail_nomem(err) : st;
}

tocsin_status tcs_ruleset_compile(const struct tcs_source *sources, size_t count, struct tcs_ruleset **ruleset_out,
                                  struct tocsin_error *err)
{
    struct tcs_ruleset *r = tcs_ruleset_new();
    tocsin_status st = TOCSIN_OK;
    size_t i;

    if (!r)
        return tcs_fail_nomem(err);
    for (i = 0; i < count && st == TOCSIN_OK; i++)
        st = add_source(r, sources[i], err);
    if (st == TOCSIN_OK)
        st = tcs_ruleset_finish(r, (struct tcs_str){NULL, 0}, err);
    return tcs_ruleset_hand_over(r, st, ruleset_out);
}

tocsin_status tcs_ruleset_from_terms(const struct tcs_str *terms, size_t count, struct tcs_ruleset **ruleset_out,
                                     struct tocsin_error *err)
{
    struct tcs_ruleset *r = tcs_ruleset_new();
    tocsin_status st = TOCSIN_OK;
    size_t i;

    if (!r)
        return tcs_fail_nomem(err);
    for (i = 0; i < count && st == TOCSIN_OK; i++) {
        st = add_source(r, (struct tcs_source){TCS_STR("-e"), terms[i]}, err);
        if (st == TOCSIN_E_PATTERN && err)
            err->offset = i + 1;
    }
    if (st == TOCSIN_OK)
        st = tcs_ruleset_finish(r, (struct tcs_str){NULL, 0}, err);
    return tcs_ruleset_hand_over(r, st, ruleset_out);
}

void tcs_ruleset_free(struct tcs_ruleset *r)
{
    size_t i;

    if (!r)
        return;
    tcs_ruleset_release_sieves(r);
    tcs_finder_free(r->finder);
    tcs_buf_release(&r->finder_bytes);
    for (i = 0; i < r->term_count; i++)
        tcs_term_release(&r->terms[i]);
    free(r->terms);
    free(r->term_folds);
    free(r->is_reported);
    free(r->reporters);
    tcs_frequencies_release(&r->measured);
    tcs_buf_release(&r->sources);
    tcs_buf_release(&r->trees);
    tcs_dbfile_release(&r->file);
    tcs_patterns_release(&r->patterns);
    pthread_mutex_destroy(&r->lock);
    free(r);
}

/* ---- what it holds ---- */

const struct tcs_patterns *tcs_ruleset_patterns(const struct tcs_ruleset *r)
{
    return &r->patterns;
}

const struct tcs_finder *tcs_ruleset_finder(const struct tcs_ruleset *r)
{
    return r->finder;
}

const uint32_t *tcs_ruleset_term_folds(const struct tcs_ruleset *r)
{
    return r->term_folds;
}

const uint8_t *tcs_ruleset_is_reported(const struct tcs_ruleset *r)
{
    return r->is_reported;
}

const char *tcs_ruleset_hash(const struct tcs_ruleset *r)
{
    return r->hash;
}

const char *tcs_ruleset_notice(const struct tcs_ruleset *r)
{
    return r->notice[0] ? r->notice : NULL;
}

uint32_t tcs_ruleset_reporter(const struct tcs_ruleset *r, uint32_t term)
{
    return r->reporters[term];
}
