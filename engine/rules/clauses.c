/*
 * One walk over the tree asks the evaluator about every node, in the scope that the node has, and keeps what the
 * evaluator says it went by. What is missing is added up on the way back: a conjunction lacks what its parts lack, a
 * disjunction what its best part lacks.
 */
#include "rules/clauses.h"

#include <stdlib.h>
#include <string.h>

#include "rules/expr.h"

void tcs_clauses_release(struct tcs_clauses *clauses)
{
    free(clauses->items);
    free(clauses->hits);
    *clauses = (struct tcs_clauses){0};
}

static const struct tcs_expr *expr_of(const struct tcs_patterns *patterns, const struct tcs_clause *clause)
{
    return &patterns->nodes[clause->node];
}

/* ---- evidence ---- */

static tocsin_status add_hit(struct tcs_clauses *clauses, struct tcs_clause *clause, size_t hit)
{
    if (TCS_GROW(clauses->hits, clauses->hit_cap, clauses->hit_count + 1) != TOCSIN_OK)
        return TOCSIN_E_NOMEM;
    clauses->hits[clauses->hit_count++] = (uint32_t)hit;
    clause->hit_count++;
    return TOCSIN_OK;
}

/* All hits of a leaf in scope that begin in [start, end) of a field; of every field where field is UINT32_MAX. */
static tocsin_status add_leaf(struct tcs_eval_run *run, struct tcs_clauses *clauses, struct tcs_clause *clause,
                              const struct tcs_expr *leaf, uint32_t field, uint32_t start, uint32_t end)
{
    struct tcs_eval_cursor cursor = tcs_eval_leaf(run, leaf, clause->scope);
    tocsin_status st = TOCSIN_OK;

    for (; st == TOCSIN_OK && cursor.at < cursor.end; tcs_eval_advance(run, &cursor, clause->scope)) {
        const struct tcs_hit *hit = &run->evidence->hits[*cursor.at];

        if (field == UINT32_MAX || (hit->field == field && hit->start_byte >= start && hit->start_byte < end))
            st = add_hit(clauses, clause, *cursor.at);
    }
    return st;
}

/* The hits that a true clause without clauses below it went by, right after the evaluator said so. */
static tocsin_status add_evidence(struct tcs_eval_run *run, struct tcs_clauses *clauses, struct tcs_clause *clause)
{
    const struct tcs_expr *expr = expr_of(run->patterns, clause);
    uint32_t field = UINT32_MAX, start = 0, end = UINT32_MAX, i;
    tocsin_status st = TOCSIN_OK;

    clause->first_hit = clauses->hit_count;
    if (expr->op == TCS_EXPR_LEXICON || expr->op == TCS_EXPR_TERM)
        return add_leaf(run, clauses, clause, expr, field, start, end);
    if (expr->op == TCS_EXPR_NEAR) {
        st = add_hit(clauses, clause, run->witness.left);
        return st == TOCSIN_OK ? add_hit(clauses, clause, run->witness.right) : st;
    }
    if (expr->op == TCS_EXPR_SENTENCE || expr->op == TCS_EXPR_PARAGRAPH) {
        field = run->witness.field;
        start = run->witness.start_byte;
        end = run->witness.end_byte;
    }
    for (i = 0; i < expr->child_count && st == TOCSIN_OK; i++)
        st = add_leaf(run, clauses, clause, &run->patterns->nodes[run->patterns->children[expr->first_child + i]],
                      field, start, end);
    return st;
}

/* The least number for which a `near` would hold. */
static uint32_t nearest(struct tcs_eval_run *run, const struct tcs_clause *clause)
{
    struct tcs_expr copy = *expr_of(run->patterns, clause);
    uint32_t low = copy.number + 1, high = TCS_EXPR_MAX_NUMBER;

    copy.number = high;
    if (copy.number < low || !tcs_eval_holds_near(run, &copy, clause->scope))
        return UINT32_MAX;
    while (low < high) {
        copy.number = low + (high - low) / 2;
        if (tcs_eval_holds_near(run, &copy, clause->scope))
            high = copy.number;
        else
            low = copy.number + 1;
    }
    return low;
}

/* ---- what is missing ---- */

/* Is a the better alternative? */
static bool is_better(const struct tcs_clause *a, const struct tcs_clause *b)
{
    return a->missing != b->missing ? a->missing < b->missing : a->met > b->met;
}

/*
 * The best clause below `at` that comes behind `before` in the order of is_better, then of place; NULL where there is
 * none.
 */
static const struct tcs_clause *next_best(const struct tcs_clauses *clauses, size_t at, const struct tcs_clause *before)
{
    const struct tcs_clause *best = NULL;
    size_t i;

    for (i = at + 1; i < clauses->items[at].end; i = clauses->items[i].end) {
        const struct tcs_clause *item = &clauses->items[i];

        if (before && (is_better(item, before) || (!is_better(before, item) && item <= before)))
            continue;
        if (!best || is_better(item, best))
            best = item;
    }
    return best;
}

/* Adds up the best n of the clauses below. */
static void sum_best(struct tcs_clauses *clauses, size_t at, uint32_t n)
{
    const struct tcs_clause *item = NULL;

    while (n-- && (item = next_best(clauses, at, item)) != NULL) {
        clauses->items[at].missing += item->missing;
        clauses->items[at].met += item->met;
    }
}

static void add_up(struct tcs_clauses *clauses, const struct tcs_expr *expr, size_t at)
{
    struct tcs_clause *clause = &clauses->items[at];

    switch (expr->op) {
    case TCS_EXPR_AND:
    case TCS_EXPR_TITLE:
    case TCS_EXPR_LEAD: sum_best(clauses, at, expr->child_count); return;
    case TCS_EXPR_OR: sum_best(clauses, at, 1); return;
    case TCS_EXPR_ATLEAST: sum_best(clauses, at, expr->number); return;
    case TCS_EXPR_NOT: clause->missing = !clause->is_true; return;
    case TCS_EXPR_NEAR:
    case TCS_EXPR_SENTENCE:
    case TCS_EXPR_PARAGRAPH:
        if (clause->is_true) {
            clause->met = expr->child_count;
            return;
        }
        sum_best(clauses, at, expr->child_count);
        clause->missing += !clause->missing; /* a hit of each, but not together */
        return;
    case TCS_EXPR_COUNT:
    case TCS_EXPR_DISTINCT: clause->met = clause->hit_count > 0; break;
    case TCS_EXPR_LEXICON:
    case TCS_EXPR_TERM: clause->met = clause->is_true; break;
    }
    clause->missing = !clause->is_true;
}

/* ---- the walk ---- */

/*
 * Does a node show what is below it? Of what joins leaves only where it fails: then each leaf tells whether it has
 * hits.
 */
static bool shows_children(const struct tcs_expr *expr, bool is_true)
{
    switch (expr->op) {
    case TCS_EXPR_AND:
    case TCS_EXPR_OR:
    case TCS_EXPR_ATLEAST:
    case TCS_EXPR_NOT:
    case TCS_EXPR_TITLE:
    case TCS_EXPR_LEAD: return true;
    case TCS_EXPR_NEAR:
    case TCS_EXPR_SENTENCE:
    case TCS_EXPR_PARAGRAPH: return !is_true;
    case TCS_EXPR_LEXICON:
    case TCS_EXPR_TERM:
    case TCS_EXPR_COUNT:
    case TCS_EXPR_DISTINCT: break;
    }
    return false;
}

/* The clause of one node, without what is below it. */
static tocsin_status ask(struct tcs_eval_run *run, struct tcs_clauses *clauses, struct tcs_clause *clause)
{
    const struct tcs_expr *expr = expr_of(run->patterns, clause);
    bool is_counted = expr->op == TCS_EXPR_COUNT || expr->op == TCS_EXPR_DISTINCT;

    clause->is_true = tcs_eval_holds(run, clause->node, clause->scope);
    if (run->status != TOCSIN_OK)
        return run->status;
    if (is_counted)
        clause->count = run->witness.count;
    if (is_counted || (clause->is_true && !shows_children(expr, true)))
        return add_evidence(run, clauses, clause);
    if (expr->op == TCS_EXPR_NEAR)
        clause->nearest = nearest(run, clause);
    return run->status;
}

static tocsin_status explain(struct tcs_eval_run *run, uint32_t node, enum tcs_scope scope, uint32_t depth,
                             struct tcs_clauses *clauses)
{
    const struct tcs_expr *expr = &run->patterns->nodes[node];
    struct tcs_clause clause = {.node = node, .depth = depth, .scope = scope, .nearest = UINT32_MAX};
    size_t at = clauses->count;
    tocsin_status st = ask(run, clauses, &clause);
    uint32_t i;

    if (st != TOCSIN_OK || TCS_GROW(clauses->items, clauses->cap, at + 1) != TOCSIN_OK)
        return TOCSIN_E_NOMEM;
    clauses->items[clauses->count++] = clause;
    if (expr->op == TCS_EXPR_TITLE || expr->op == TCS_EXPR_LEAD)
        scope = expr->op == TCS_EXPR_TITLE ? TCS_SCOPE_TITLE : TCS_SCOPE_LEAD;
    for (i = 0; i < expr->child_count && st == TOCSIN_OK && shows_children(expr, clause.is_true); i++)
        st = explain(run, run->patterns->children[expr->first_child + i], scope, depth + 1, clauses);
    clauses->items[at].end = clauses->count;
    if (st == TOCSIN_OK)
        add_up(clauses, expr, at);
    return st;
}

tocsin_status tcs_clauses_explain(struct tcs_eval_run *run, uint32_t root, struct tcs_clauses *clauses)
{
    clauses->count = clauses->hit_count = 0;
    return explain(run, root, TCS_SCOPE_DOCUMENT, 0, clauses);
}

/* ---- near misses ---- */

/*
 * The clause below `at` that lacks something, of those by which `at` lacks one; `at` itself where it is a clause of
 * its own.
 */
static size_t step_down(const struct tcs_clauses *clauses, const struct tcs_expr *expr, size_t at)
{
    const struct tcs_clause *item = NULL;

    if (expr->op == TCS_EXPR_NOT)
        return at;
    do {
        item = next_best(clauses, at, item);
    } while (item && !item->missing);
    return item ? (size_t)(item - clauses->items) : at;
}

size_t tcs_clauses_near_miss(const struct tcs_clauses *clauses, const struct tcs_patterns *patterns)
{
    size_t at = 0, next;

    if (!clauses->count || clauses->items[0].missing != 1 || !clauses->items[0].met)
        return TCS_NO_CLAUSE;
    while ((next = step_down(clauses, expr_of(patterns, &clauses->items[at]), at)) != at)
        at = next;
    return at;
}
