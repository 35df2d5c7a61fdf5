/*
 * A ruleset is always built from its sources, also when it is loaded: there is no second form of the patterns that could say
 * something else. What is expensive comes from the file where owner, mode and versions allow it: what libyaml made of the
 * sources' text, and the engine's databases.
 */
#include "rules/ruleset.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

#include "base/group.h"
#include "base/parallel.h"
#include "match/dbfile.h"
#include "match/fold_table.h"
#include "match/sieve_literals.h"
#include "rules/frequencies.h"
#include "rules/yaml_form.h"

#define MODES 2
#define SIEVES (MODES * TCS_SYNTAX_COUNT)

enum {
    SECTION_SOURCES = TCS_SECTION_SOURCES,
    SECTION_TERMS = 2,
    SECTION_FINDER = 3,
    SECTION_TREES = TCS_SECTION_TREES,
    SECTION_SIEVES = 16
};
#define OTHER_SECTIONS 4 /* than those of sieves */

/* What the sieves of a mode look for: distinct pieces in order; nothing where every document must be let through. */
struct piece_list {
    struct tcs_piece *items;
    struct tcs_context *contexts;
    uint8_t *side_of;
    struct tcs_sides sides;
    size_t count;
    bool needs_all, is_ready;
};

struct tcs_ruleset {
    struct tcs_patterns patterns;
    struct tcs_term *terms; /* by pattern term */
    size_t term_count;
    uint32_t *term_folds;
    uint8_t *is_reported;
    uint32_t *reporters; /* by term: the one under which its hits are reported */
    struct tcs_finder *finder;
    struct tcs_frequencies measured; /* from sources */
    struct tcs_offer offer; /* made when the first sieve is; under the lock */
    bool has_offer;
    struct tcs_dbfile file;   /* what it was loaded from; none else */
    struct tcs_buf sources;   /* SECTION_SOURCES */
    struct tcs_buf trees;     /* SECTION_TREES */
    struct tcs_buf finder_bytes; /* SECTION_FINDER */
    char hash[33];
    char notice[512];
    pthread_mutex_t lock; /* over those below, and the offer */
    struct piece_list lists[MODES];
    struct tcs_sieve *sieves[SIEVES];
    struct tcs_buf sieve_bytes[SIEVES]; /* what those that were loaded stand in */
    bool is_ready[SIEVES];
};

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

/* Which terms are evidence: those of lexicons, and quoted ones that a rule mentions; what only labels quote decides labels. */
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
 * The term under which term's hits are reported: the first piece of evidence of its lexicon that finds the same hits. `next` leads
 * from a term to the next one that folds alike; is_reported still says what is evidence.
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

static tocsin_status finish(struct tcs_ruleset *r, struct tcs_str finder_engine, struct tocsin_error *err)
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

static struct tcs_ruleset *new_ruleset(void)
{
    struct tcs_ruleset *r = calloc(1, sizeof *r);

    if (!r)
        return NULL;
    r->file = TCS_DBFILE_NONE;
    tcs_patterns_init(&r->patterns);
    pthread_mutex_init(&r->lock, NULL);
    return r;
}

static tocsin_status hand_over(struct tcs_ruleset *r, tocsin_status st, struct tcs_ruleset **ruleset_out)
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

/* A source is a YAML file, a table of frequencies, or, under the name "-e", one term. */
static tocsin_status read_source(struct tcs_ruleset *r, struct tcs_source source, struct tcs_str *trees,
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
    tocsin_status st = read_source(r, source, NULL, err);

    return st == TOCSIN_OK && tcs_source_append(&r->sources, source) != TOCSIN_OK ? tcs_fail_nomem(err) : st;
}

tocsin_status tcs_ruleset_compile(const struct tcs_source *sources, size_t count, struct tcs_ruleset **ruleset_out,
                                  struct tocsin_error *err)
{
    struct tcs_ruleset *r = new_ruleset();
    tocsin_status st = TOCSIN_OK;
    size_t i;

    if (!r)
        return tcs_fail_nomem(err);
    for (i = 0; i < count && st == TOCSIN_OK; i++)
        st = add_source(r, sources[i], err);
    if (st == TOCSIN_OK)
        st = finish(r, (struct tcs_str){NULL, 0}, err);
    return hand_over(r, st, ruleset_out);
}

tocsin_status tcs_ruleset_from_terms(const struct tcs_str *terms, size_t count, struct tcs_ruleset **ruleset_out,
                                     struct tocsin_error *err)
{
    struct tcs_ruleset *r = new_ruleset();
    tocsin_status st = TOCSIN_OK;
    size_t i;

    if (!r)
        return tcs_fail_nomem(err);
    for (i = 0; i < count && st == TOCSIN_OK; i++)
        st = add_source(r, (struct tcs_source){TCS_STR("-e"), terms[i]}, err);
    if (st == TOCSIN_OK)
        st = finish(r, (struct tcs_str){NULL, 0}, err);
    return hand_over(r, st, ruleset_out);
}

static void note(struct tcs_ruleset *r, const char *path, const char *why, const char *made, const char *here)
{
    (void)snprintf(r->notice, sizeof r->notice,
                   "%.200s: %s (made by %.60s, this is %.60s); compiled again in memory, `tocsin compile` makes it lasting",
                   path, why, made, here);
}

/* Why the engine's parts of the file cannot be used, if they cannot. */
static void note_differences(struct tcs_ruleset *r, const char *path)
{
    if (!r->file.is_trusted)
        note(r, path, "others may write this file, so only its sources are read", "an unknown", tcs_literals_engine_version());
    else if (strncmp(r->file.engine, tcs_literals_engine_version(), sizeof r->file.engine - 1) != 0)
        note(r, path, "the engine's version differs", r->file.engine, tcs_literals_engine_version());
    else if (strcmp(r->file.fold, tcs_fold_version) != 0)
        note(r, path, "the fold's version differs", r->file.fold, tcs_fold_version);
}

/* trees is NULL where there are none that may be trusted. */
static tocsin_status load_sources(struct tcs_ruleset *r, const char *path, struct tcs_str *trees, struct tocsin_error *err)
{
    tocsin_status st = tcs_dbfile_read(&r->file, SECTION_SOURCES, &r->sources, err);
    struct tcs_str rest = tcs_buf_view(&r->sources);
    struct tcs_source source;

    if (st == TOCSIN_OK && !rest.len)
        st = tcs_fail(err, TOCSIN_E_DB_VERSION, path, 0, "the database holds no sources; compile it again");
    while (st == TOCSIN_OK && rest.len) {
        if (!tcs_source_next(&rest, &source))
            return tcs_fail(err, TOCSIN_E_CORRUPT, path, 0, "the sources in the database are damaged; compile it again");
        if (!tcs_frequencies_is_source(source.name)) /* those are for make_offer, which few runs need */
            st = read_source(r, source, trees, err);
    }
    return st;
}

static tocsin_status load_patterns(struct tcs_ruleset *r, const char *path, struct tocsin_error *err)
{
    struct tcs_str trees;
    tocsin_status st;

    if (r->notice[0] || !tcs_dbfile_has(&r->file, SECTION_TREES))
        return load_sources(r, path, NULL, err);
    st = tcs_dbfile_read(&r->file, SECTION_TREES, &r->trees, err);
    trees = tcs_buf_view(&r->trees);
    return st == TOCSIN_OK ? load_sources(r, path, &trees, err) : st;
}

static tocsin_status load_finder(struct tcs_ruleset *r, struct tocsin_error *err)
{
    tocsin_status st = r->notice[0] ? TOCSIN_OK : tcs_dbfile_read(&r->file, SECTION_FINDER, &r->finder_bytes, err);

    return st == TOCSIN_OK ? finish(r, tcs_buf_view(&r->finder_bytes), err) : st;
}

tocsin_status tcs_ruleset_load(const char *path, struct tcs_ruleset **ruleset_out, struct tocsin_error *err)
{
    struct tcs_ruleset *r = new_ruleset();
    tocsin_status st;

    if (!r)
        return tcs_fail_nomem(err);
    st = tcs_dbfile_load(path, &r->file, err);
    if (st == TOCSIN_OK) {
        note_differences(r, path);
        st = load_patterns(r, path, err);
    }
    if (st == TOCSIN_OK)
        st = load_finder(r, err);
    return hand_over(r, st, ruleset_out);
}

tocsin_status tcs_ruleset_check_file(const struct tcs_ruleset *r, struct tocsin_error *err)
{
    return tcs_dbfile_check(&r->file, err);
}

static void release_list(struct piece_list *list)
{
    free(list->items);
    free(list->contexts);
    free(list->side_of);
    *list = (struct piece_list){0};
}

void tcs_ruleset_free(struct tcs_ruleset *r)
{
    size_t i;

    if (!r)
        return;
    for (i = 0; i < SIEVES; i++) {
        tcs_sieve_free(r->sieves[i]);
        tcs_buf_release(&r->sieve_bytes[i]);
    }
    tcs_finder_free(r->finder);
    tcs_buf_release(&r->finder_bytes);
    for (i = 0; i < r->term_count; i++)
        tcs_term_release(&r->terms[i]);
    free(r->terms);
    free(r->term_folds);
    free(r->is_reported);
    free(r->reporters);
    tcs_frequencies_release(&r->measured);
    tcs_offer_release(&r->offer);
    for (i = 0; i < MODES; i++)
        release_list(&r->lists[i]);
    tcs_buf_release(&r->sources);
    tcs_buf_release(&r->trees);
    tcs_dbfile_release(&r->file);
    tcs_patterns_release(&r->patterns);
    pthread_mutex_destroy(&r->lock);
    free(r);
}

/* ---- sieves ---- */

/* What load_sources passed over. */
static tocsin_status load_frequencies(struct tcs_ruleset *r, struct tocsin_error *err)
{
    struct tcs_str rest = tcs_buf_view(&r->sources);
    tocsin_status st = TOCSIN_OK;
    struct tcs_source source;

    while (st == TOCSIN_OK && rest.len && tcs_source_next(&rest, &source))
        if (tcs_frequencies_is_source(source.name))
            st = add_frequencies(r, source, err);
    return st;
}

static tocsin_status make_offer(struct tcs_ruleset *r, struct tocsin_error *err)
{
    tocsin_status st = TOCSIN_OK;

    if (r->has_offer)
        return TOCSIN_OK;
    if (r->file.fd >= 0)
        st = load_frequencies(r, err);
    if (st == TOCSIN_OK)
        st = tcs_offer_make(&r->offer, r->terms, r->term_count, &r->measured, err);
    r->has_offer = st == TOCSIN_OK;
    return st;
}

/* The cheapest piece of a term; count 0 where it has none. */
static struct tcs_piece cheapest_piece(const struct tcs_offer *offer, size_t term)
{
    uint32_t best = TCS_NO_PIECE, i;

    for (i = offer->first[term]; i < offer->first[term + 1]; i++)
        if (best == TCS_NO_PIECE || offer->costs[offer->piece_ids[i]] < offer->costs[best])
            best = offer->piece_ids[i];
    return best == TCS_NO_PIECE ? (struct tcs_piece){.count = 0} : offer->pieces.items[best].piece;
}

void tcs_ruleset_plan_release(struct tcs_ruleset_plan *plan)
{
    free(plan->planned);
    free(plan->pieces);
    free(plan->contexts);
    free(plan->side_of);
    *plan = (struct tcs_ruleset_plan){.planned = NULL};
}

/* The caller releases the plan, also where this fails. Under the lock. */
static tocsin_status make_plan(struct tcs_ruleset *r, enum tcs_plan_mode mode, struct tcs_ruleset_plan *plan,
                               struct tocsin_error *err)
{
    uint32_t *piece_of = calloc(r->term_count + 1, sizeof *piece_of);
    tocsin_status st;
    size_t i;

    *plan = (struct tcs_ruleset_plan){.planned = calloc(tcs_patterns_set_bytes(&r->patterns) + 1, 1),
                                      .pieces = calloc(r->term_count + 1, sizeof *plan->pieces),
                                      .contexts = calloc(r->term_count + 1, sizeof *plan->contexts),
                                      .side_of = calloc(r->term_count + 1, 1)};
    if (!piece_of || !plan->planned || !plan->pieces || !plan->contexts || !plan->side_of)
        st = tcs_fail_nomem(err);
    else
        st = make_offer(r, err);
    if (st == TOCSIN_OK) {
        struct tcs_plan_offer offer = tcs_offer_view(&r->offer);

        st = tcs_plan_make(&r->patterns, mode, &offer, piece_of, plan->side_of, &plan->sides, &plan->needs_all, err);
    }
    for (i = 0; st == TOCSIN_OK && i < r->term_count; i++) {
        bool is_left_out = piece_of[i] == TCS_NO_PIECE || (mode == TCS_PLAN_HITS && !r->is_reported[i]);

        plan->pieces[i] = is_left_out ? cheapest_piece(&r->offer, i) : r->offer.pieces.items[piece_of[i]].piece;
        tcs_context_make(&plan->contexts[i], &r->terms[i], &plan->pieces[i]);
        if (!is_left_out)
            tcs_patterns_set_add(plan->planned, (uint32_t)i);
    }
    free(piece_of);
    return st;
}

tocsin_status tcs_ruleset_plan(struct tcs_ruleset *r, enum tcs_plan_mode mode, struct tcs_ruleset_plan *plan_out,
                               struct tocsin_error *err)
{
    tocsin_status st;

    pthread_mutex_lock(&r->lock);
    st = make_plan(r, mode, plan_out, err);
    pthread_mutex_unlock(&r->lock);
    if (st != TOCSIN_OK)
        tcs_ruleset_plan_release(plan_out);
    return st;
}

static enum tcs_plan_mode mode_of(size_t slot)
{
    return (enum tcs_plan_mode)(slot / TCS_SYNTAX_COUNT);
}

static enum tcs_syntax syntax_of(size_t slot)
{
    return (enum tcs_syntax)(slot % TCS_SYNTAX_COUNT);
}

static tocsin_status load_sieve(struct tcs_ruleset *r, size_t slot, struct tocsin_error *err)
{
    struct tcs_buf *bytes = &r->sieve_bytes[slot];
    tocsin_status st = tcs_dbfile_read(&r->file, SECTION_SIEVES + (uint32_t)slot, bytes, err);
    bool recompiled;

    if (st == TOCSIN_OK)
        st = tcs_sieve_load(tcs_buf_view(bytes), syntax_of(slot), &r->sieves[slot], &recompiled, err);
    if (st != TOCSIN_OK)
        tcs_buf_release(bytes);
    return st;
}

/* A piece, its context and its side; equal ones are kept once. */
struct planned {
    struct tcs_piece piece;
    struct tcs_context context;
    uint8_t side;
};

static int compare_planned(const void *left, const void *right)
{
    const struct planned *a = left, *b = right;
    int order = tcs_piece_compare(&a->piece, &b->piece);

    if (!order)
        order = tcs_context_compare(&a->context, &b->context);
    return order ? order : (int)a->side - (int)b->side;
}

static size_t unite_planned(struct planned *items, size_t count)
{
    size_t kept = 0, i;

    if (count > 1)
        qsort(items, count, sizeof *items, compare_planned);
    for (i = 0; i < count; i++)
        if (!kept || compare_planned(&items[kept - 1], &items[i]))
            items[kept++] = items[i];
    return kept;
}

static tocsin_status fill_list(struct piece_list *list, const struct planned *planned, size_t count)
{
    size_t i;

    list->items = calloc(count + 1, sizeof *list->items);
    list->contexts = calloc(count + 1, sizeof *list->contexts);
    list->side_of = calloc(count + 1, sizeof *list->side_of);
    if (!list->items || !list->contexts || !list->side_of)
        return TOCSIN_E_NOMEM;
    for (i = 0; i < count; i++) {
        list->items[i] = planned[i].piece;
        list->contexts[i] = planned[i].context;
        list->side_of[i] = planned[i].side;
    }
    list->count = count;
    return TOCSIN_OK;
}

static tocsin_status list_planned(struct piece_list *list, const struct tcs_ruleset_plan *plan, size_t term_count)
{
    struct planned *planned = calloc(term_count + 1, sizeof *planned);
    size_t count = 0, i;
    tocsin_status st = TOCSIN_E_NOMEM;

    for (i = 0; planned && i < term_count; i++)
        if (tcs_patterns_set_has(plan->planned, (uint32_t)i))
            planned[count++] = (struct planned){plan->pieces[i], plan->contexts[i], plan->side_of[i]};
    if (planned)
        st = fill_list(list, planned, unite_planned(planned, count));
    free(planned);
    return st;
}

static tocsin_status make_list(struct tcs_ruleset *r, enum tcs_plan_mode mode, struct tocsin_error *err)
{
    struct piece_list *list = &r->lists[mode];
    struct tcs_ruleset_plan plan;
    tocsin_status st = make_plan(r, mode, &plan, err);

    list->sides = plan.sides;
    list->needs_all = plan.needs_all;
    if (st == TOCSIN_OK && !plan.needs_all && list_planned(list, &plan, r->term_count) != TOCSIN_OK)
        st = tcs_fail_nomem(err);
    tcs_ruleset_plan_release(&plan);
    if (st != TOCSIN_OK)
        release_list(list);
    list->is_ready = st == TOCSIN_OK;
    return st;
}

/* Under the lock. */
static tocsin_status ready_list(struct tcs_ruleset *r, enum tcs_plan_mode mode, struct tocsin_error *err)
{
    return r->lists[mode].is_ready ? TOCSIN_OK : make_list(r, mode, err);
}

static bool is_stored(const struct tcs_ruleset *r, size_t slot)
{
    return !r->notice[0] && tcs_dbfile_has(&r->file, SECTION_SIEVES + (uint32_t)slot);
}

/* Its list is ready, or it is stored. It stays NULL where there is no sieve. */
static tocsin_status make_sieve(struct tcs_ruleset *r, size_t slot, struct tocsin_error *err)
{
    const struct piece_list *list = &r->lists[mode_of(slot)];

    if (is_stored(r, slot))
        return load_sieve(r, slot, err);
    if (list->needs_all)
        return TOCSIN_OK;
    return tcs_sieve_new(&(struct tcs_sought){list->items, list->count, list->contexts, list->side_of, &list->sides},
                         syntax_of(slot), &r->sieves[slot], err);
}

tocsin_status tcs_ruleset_offer(struct tcs_ruleset *r, const struct tcs_offer **offer_out, struct tocsin_error *err)
{
    tocsin_status st;

    pthread_mutex_lock(&r->lock);
    st = make_offer(r, err);
    pthread_mutex_unlock(&r->lock);
    *offer_out = &r->offer;
    return st;
}

tocsin_status tcs_ruleset_sieve(struct tcs_ruleset *r, enum tcs_plan_mode mode, enum tcs_syntax syntax,
                                const struct tcs_sieve **sieve_out, struct tocsin_error *err)
{
    size_t slot = (size_t)mode * TCS_SYNTAX_COUNT + (size_t)syntax;
    tocsin_status st = TOCSIN_OK;

    pthread_mutex_lock(&r->lock);
    if (!r->is_ready[slot]) {
        if (!is_stored(r, slot))
            st = ready_list(r, mode, err);
        if (st == TOCSIN_OK)
            st = make_sieve(r, slot, err);
        r->is_ready[slot] = st == TOCSIN_OK;
    }
    *sieve_out = r->sieves[slot];
    pthread_mutex_unlock(&r->lock);
    return st;
}

/* ---- saving ---- */

static tocsin_status list_terms(const struct tcs_ruleset *r, struct tcs_buf *out)
{
    tocsin_status st = TOCSIN_OK;
    size_t i;

    for (i = 0; i < r->term_count && st == TOCSIN_OK; i++) {
        st = tcs_term_text(&r->terms[i], out);
        if (st == TOCSIN_OK)
            st = tcs_buf_putc(out, '\n');
    }
    return st;
}

static bool lists_are_equal(const struct piece_list *a, const struct piece_list *b)
{
    size_t i;

    if (a->needs_all != b->needs_all || a->count != b->count)
        return false;
    if (a->sides.senders != b->sides.senders || memcmp(a->sides.beside, b->sides.beside, sizeof a->sides.beside) != 0)
        return false;
    for (i = 0; i < a->count && !tcs_piece_compare(&a->items[i], &b->items[i]) &&
                !tcs_context_compare(&a->contexts[i], &b->contexts[i]) && a->side_of[i] == b->side_of[i];
         i++)
        continue;
    return i == a->count;
}

/* The first sieve whose file form is that of the sieve in slot: of the same pieces, and of a syntax with the same literals. */
static size_t twin_of(const struct tcs_ruleset *r, size_t slot)
{
    bool is_of_both = lists_are_equal(&r->lists[TCS_PLAN_FLAGGED], &r->lists[TCS_PLAN_HITS]);
    size_t i;

    for (i = is_of_both ? 0 : slot - slot % TCS_SYNTAX_COUNT; i < slot; i++)
        if (tcs_sieve_literals_form(syntax_of(i)) == tcs_sieve_literals_form(syntax_of(slot)))
            break;
    return i;
}

/* What the threads write that make and save sieves: each its own slots. */
struct saving {
    struct tcs_ruleset *ruleset;
    struct tcs_buf *bytes;
    tocsin_status status[SIEVES];
    struct tocsin_error err[SIEVES];
};

static void save_sieve(void *context, size_t slot)
{
    struct saving *saving = context;
    struct tcs_ruleset *r = saving->ruleset;
    struct tocsin_error *err = &saving->err[slot];
    tocsin_status st = TOCSIN_OK;

    if (twin_of(r, slot) != slot)
        return;
    if (!r->is_ready[slot])
        st = make_sieve(r, slot, err);
    r->is_ready[slot] = st == TOCSIN_OK;
    if (st == TOCSIN_OK && r->sieves[slot])
        st = tcs_sieve_save(r->sieves[slot], &saving->bytes[slot], err);
    saving->status[slot] = st;
}

/* bytes[i] is empty where sections[i] shares those of its twin. */
static tocsin_status save_sieves(struct tcs_ruleset *r, struct tcs_buf *bytes, struct tcs_dbfile_section *sections,
                                 struct tocsin_error *err)
{
    struct saving saving = {.ruleset = r, .bytes = bytes};
    tocsin_status st;
    size_t i;

    pthread_mutex_lock(&r->lock); /* the threads below do without, each in its slots */
    st = ready_list(r, TCS_PLAN_FLAGGED, err);
    if (st == TOCSIN_OK)
        st = ready_list(r, TCS_PLAN_HITS, err);
    if (st == TOCSIN_OK)
        tcs_parallel(SIEVES, tcs_cores(), save_sieve, &saving);
    pthread_mutex_unlock(&r->lock);
    for (i = 0; i < SIEVES && st == TOCSIN_OK; i++) {
        st = saving.status[i];
        if (st != TOCSIN_OK && err)
            *err = saving.err[i];
        sections[i] = (struct tcs_dbfile_section){SECTION_SIEVES + (uint32_t)i, tcs_buf_view(&bytes[twin_of(r, i)])};
    }
    return st;
}

tocsin_status tcs_ruleset_save(struct tcs_ruleset *r, const char *path, struct tocsin_error *err)
{
    struct tcs_dbfile_section sections[OTHER_SECTIONS + SIEVES];
    struct tcs_buf terms = {0}, finder = {0}, sieves[SIEVES] = {{0}};
    tocsin_status st = list_terms(r, &terms);
    size_t i;

    if (st != TOCSIN_OK)
        st = tcs_fail_nomem(err);
    else
        st = tcs_finder_save(r->finder, &finder, err);
    if (st == TOCSIN_OK)
        st = save_sieves(r, sieves, sections + OTHER_SECTIONS, err);
    sections[0] = (struct tcs_dbfile_section){SECTION_SOURCES, tcs_buf_view(&r->sources)};
    sections[1] = (struct tcs_dbfile_section){SECTION_TERMS, tcs_buf_view(&terms)};
    sections[2] = (struct tcs_dbfile_section){SECTION_FINDER, tcs_buf_view(&finder)};
    sections[3] = (struct tcs_dbfile_section){SECTION_TREES, tcs_buf_view(&r->trees)};
    if (st == TOCSIN_OK)
        st = tcs_dbfile_save(path, tcs_literals_engine_version(), tcs_fold_version, sections, OTHER_SECTIONS + SIEVES,
                             err);
    for (i = 0; i < SIEVES; i++)
        tcs_buf_release(&sieves[i]);
    tcs_buf_release(&terms);
    tcs_buf_release(&finder);
    return st;
}

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
