/*
 * What a scan looks for, made when it is asked for: the offer that plans choose from, a plan by mode, a sieve by mode and
 * syntax, from the file where it is stored there.
 */
#include <stdlib.h>
#include <string.h>

#include "base/parallel.h"
#include "match/sieve_literals.h"
#include "rules/ruleset_parts.h"

#define SECTION_SIEVES 16 /* in the file: the first of them */

/* ---- plans ---- */

/* Under the lock. */
static tocsin_status make_offer(struct tcs_ruleset *r, struct tocsin_error *err)
{
    tocsin_status st;

    if (r->has_offer)
        return TOCSIN_OK;
    st = tcs_ruleset_load_frequencies(r, err);
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

tocsin_status tcs_ruleset_offer(struct tcs_ruleset *r, const struct tcs_offer **offer_out, struct tocsin_error *err)
{
    tocsin_status st;

    pthread_mutex_lock(&r->lock);
    st = make_offer(r, err);
    pthread_mutex_unlock(&r->lock);
    *offer_out = &r->offer;
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

/* ---- lists ---- */

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

static tocsin_status fill_list(struct tcs_piece_list *list, const struct planned *planned, size_t count)
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

static tocsin_status list_planned(struct tcs_piece_list *list, const struct tcs_ruleset_plan *plan, size_t term_count)
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

static void release_list(struct tcs_piece_list *list)
{
    free(list->items);
    free(list->contexts);
    free(list->side_of);
    *list = (struct tcs_piece_list){0};
}

static tocsin_status make_list(struct tcs_ruleset *r, enum tcs_plan_mode mode, struct tocsin_error *err)
{
    struct tcs_piece_list *list = &r->lists[mode];
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

static bool lists_are_equal(const struct tcs_piece_list *a, const struct tcs_piece_list *b)
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

/* ---- sieves ---- */

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

static bool is_stored(const struct tcs_ruleset *r, size_t slot)
{
    return !r->notice[0] && tcs_dbfile_has(&r->file, SECTION_SIEVES + (uint32_t)slot);
}

/* Its list is ready, or it is stored. It stays NULL where there is no sieve. */
static tocsin_status make_sieve(struct tcs_ruleset *r, size_t slot, struct tocsin_error *err)
{
    const struct tcs_piece_list *list = &r->lists[mode_of(slot)];

    if (is_stored(r, slot))
        return load_sieve(r, slot, err);
    if (list->needs_all)
        return TOCSIN_OK;
    return tcs_sieve_new(&(struct tcs_sought){list->items, list->count, list->contexts, list->side_of, &list->sides},
                         syntax_of(slot), &r->sieves[slot], err);
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

void tcs_ruleset_release_sieves(struct tcs_ruleset *r)
{
    size_t i;

    for (i = 0; i < TCS_RULESET_SIEVES; i++) {
        tcs_sieve_free(r->sieves[i]);
        tcs_buf_release(&r->sieve_bytes[i]);
    }
    for (i = 0; i < TCS_RULESET_MODES; i++)
        release_list(&r->lists[i]);
    tcs_offer_release(&r->offer);
}

/* ---- saving ---- */

/* The first sieve whose file form is that of the one in slot: of the same pieces, and of a syntax with the same literals. */
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
    tocsin_status status[TCS_RULESET_SIEVES];
    struct tocsin_error err[TCS_RULESET_SIEVES];
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

tocsin_status tcs_ruleset_save_sieves(struct tcs_ruleset *r, struct tcs_buf *bytes, struct tcs_dbfile_section *sections,
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
        tcs_parallel(TCS_RULESET_SIEVES, tcs_cores(), save_sieve, &saving);
    pthread_mutex_unlock(&r->lock);
    for (i = 0; i < TCS_RULESET_SIEVES && st == TOCSIN_OK; i++) {
        st = saving.status[i];
        if (st != TOCSIN_OK && err)
            *err = saving.err[i];
        sections[i] = (struct tcs_dbfile_section){SECTION_SIEVES + (uint32_t)i, tcs_buf_view(&bytes[twin_of(r, i)])};
    }
    return st;
}
