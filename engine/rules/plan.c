/*
 * Choosing is by group (a lexicon or a quoted term), since a leaf needs all terms of its group; a chosen term takes the piece
 * that adds least, one that is looked for already being free. A set of groups covers a rule if the rule cannot hold once
 * all of them are absent. Steps: each rule in turn takes the cheapest cover that its tree offers; groups that turn out to be
 * unnecessary are dropped; then, until nothing gets cheaper, each group left out is tried in exchange for those that it makes
 * unnecessary (which finds `ai` in `ai and x or ai and y`), and each piece whose terms can do with others is given up.
 * Every set on the way covers all rules, so stopping anywhere is safe.
 */
#include "rules/plan.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "rules/plan_run.h"

#define MAX_ROUNDS 16
#define LEAST_GAIN 1e-9 /* of the total: less is rounding */

/* ---- pieces of terms ---- */

/* The piece of a term that adds least to what is in use or seen under the stamp; avoid is none of them. */
static uint32_t cheapest_piece(const struct tcs_plan_run *plan, uint32_t term, uint32_t avoid, double *cost)
{
    const struct tcs_plan_offer *offer = plan->offer;
    uint32_t best = TCS_NO_PIECE, i;

    *cost = INFINITY;
    for (i = offer->first[term]; i < offer->first[term + 1] && *cost > 0; i++) {
        uint32_t piece = offer->piece_ids[i];
        double c = plan->uses[piece] || plan->seen[piece] == plan->stamp ? 0 : offer->costs[piece];

        if (piece != avoid && c < *cost) {
            *cost = c;
            best = piece;
        }
    }
    return best;
}

static void take_piece(struct tcs_plan_run *plan, uint32_t term, uint32_t piece)
{
    plan->piece_of[term] = piece;
    if (piece != TCS_NO_PIECE && !plan->uses[piece]++) {
        plan->total += plan->offer->costs[piece];
        plan->looks += plan->offer->costs[piece];
    }
}

static void give_piece(struct tcs_plan_run *plan, uint32_t term)
{
    uint32_t piece = plan->piece_of[term];

    plan->piece_of[term] = TCS_NO_PIECE;
    if (piece != TCS_NO_PIECE && !--plan->uses[piece]) {
        plan->total -= plan->offer->costs[piece];
        plan->looks -= plan->offer->costs[piece];
    }
}

static void take_meaning(struct tcs_plan_run *plan, uint32_t term)
{
    uint32_t meaning = plan->offer->meanings[term];

    if (!plan->meant[meaning]++)
        plan->total += plan->offer->sent_on[meaning];
}

static void give_meaning(struct tcs_plan_run *plan, uint32_t term)
{
    uint32_t meaning = plan->offer->meanings[term];

    if (!--plan->meant[meaning])
        plan->total -= plan->offer->sent_on[meaning];
}

/* What the documents that hold the term add to those that are sent on already or seen under the stamp. */
static double sent_on(struct tcs_plan_run *plan, uint32_t term)
{
    uint32_t meaning = plan->offer->meanings[term];

    if (plan->meant[meaning] || plan->seen_meant[meaning] == plan->stamp)
        return 0;
    plan->seen_meant[meaning] = plan->stamp;
    return plan->offer->sent_on[meaning];
}

/* What choosing the group would add; INFINITY where one of its terms has no piece. */
static double group_price(struct tcs_plan_run *plan, uint32_t group)
{
    uint32_t count, first = tcs_patterns_group_terms(plan->patterns, group, &count), i;
    double sum = 0, cost;

    plan->stamp++;
    for (i = 0; i < count && sum < INFINITY; i++) {
        uint32_t piece = cheapest_piece(plan, first + i, TCS_NO_PIECE, &cost);

        sum += cost + sent_on(plan, first + i);
        if (piece != TCS_NO_PIECE)
            plan->seen[piece] = plan->stamp;
    }
    return sum;
}

static void select_group(struct tcs_plan_run *plan, uint32_t group)
{
    uint32_t count, first = tcs_patterns_group_terms(plan->patterns, group, &count), i;
    double cost;

    plan->is_chosen[group] = 1;
    if (plan->side_of[group]) /* looked for already */
        return;
    plan->stamp++;
    for (i = 0; i < count; i++) {
        take_piece(plan, first + i, cheapest_piece(plan, first + i, TCS_NO_PIECE, &cost));
        take_meaning(plan, first + i);
    }
}

void tcs_plan_deselect(struct tcs_plan_run *plan, uint32_t group)
{
    uint32_t count, first = tcs_patterns_group_terms(plan->patterns, group, &count), i;

    plan->is_chosen[group] = 0;
    for (i = 0; i < count; i++) {
        give_piece(plan, first + i);
        give_meaning(plan, first + i);
    }
}

/* Puts the terms of a piece back to what they took; true where that need not be, because it got cheaper. */
static bool keep_or_undo(struct tcs_plan_run *plan, uint32_t piece, double total)
{
    uint32_t from = plan->piece_starts[piece], i;

    if (plan->total < total * (1 - LEAST_GAIN))
        return true;
    for (i = from; i < plan->piece_starts[piece + 1]; i++) {
        uint32_t term = plan->piece_terms[i];

        if (plan->piece_of[term] != TCS_NO_PIECE) {
            give_piece(plan, term);
            take_piece(plan, term, plan->before[i - from]);
        }
    }
    return false;
}

/* May all terms that took the piece take others, at less than it costs? Then they do. */
static bool retire(struct tcs_plan_run *plan, uint32_t piece)
{
    uint32_t from = plan->piece_starts[piece], i;
    double total = plan->total, cost;

    plan->stamp++;
    for (i = from; i < plan->piece_starts[piece + 1]; i++) {
        uint32_t term = plan->piece_terms[i], other;

        plan->before[i - from] = plan->piece_of[term];
        if (plan->piece_of[term] != piece)
            continue;
        other = cheapest_piece(plan, term, piece, &cost);
        give_piece(plan, term);
        take_piece(plan, term, other == TCS_NO_PIECE ? piece : other);
    }
    return keep_or_undo(plan, piece, total);
}

/* Do all chosen terms that could take the piece, together, pay less with it? Then they do. */
static bool adopt(struct tcs_plan_run *plan, uint32_t piece)
{
    uint32_t from = plan->piece_starts[piece], i;
    double total = plan->total;

    for (i = from; i < plan->piece_starts[piece + 1]; i++) {
        uint32_t term = plan->piece_terms[i];

        plan->before[i - from] = plan->piece_of[term];
        if (plan->piece_of[term] == TCS_NO_PIECE)
            continue;
        give_piece(plan, term);
        take_piece(plan, term, piece);
    }
    return keep_or_undo(plan, piece, total);
}

static bool exchange_pieces(struct tcs_plan_run *plan)
{
    bool has_improved = false;
    uint32_t piece;

    for (piece = 0; piece < plan->offer->piece_count; piece++) {
        if (plan->uses[piece])
            has_improved = retire(plan, piece) || has_improved;
        else if (plan->piece_starts[piece + 1] - plan->piece_starts[piece] > 1)
            has_improved = adopt(plan, piece) || has_improved;
    }
    return has_improved;
}

/* Who offers what, the other way round. */
static void index_pieces(struct tcs_plan_run *plan)
{
    const struct tcs_plan_offer *offer = plan->offer;
    uint32_t *starts = plan->piece_starts, terms = (uint32_t)plan->patterns->term_count, term, i;

    for (i = 0; i < offer->first[terms]; i++)
        starts[offer->piece_ids[i] + 2]++;
    for (i = 1; i < offer->piece_count + 2; i++)
        starts[i] += starts[i - 1];
    for (term = 0; term < terms; term++)
        for (i = offer->first[term]; i < offer->first[term + 1]; i++)
            plan->piece_terms[starts[offer->piece_ids[i] + 1]++] = term;
}

/* ---- covers ---- */

static bool is_leaf(const struct tcs_expr *expr)
{
    return expr->op == TCS_EXPR_LEXICON || expr->op == TCS_EXPR_TERM;
}

/* distinct(a) >= N where a has fewer terms can never be true. */
static bool is_never(const struct tcs_plan_run *plan, const struct tcs_expr *expr)
{
    const struct tcs_expr *leaf;
    uint32_t count;

    if (expr->op != TCS_EXPR_DISTINCT) {
        return false;
    }
    leaf = &plan->patterns->nodes[plan->patterns->children[expr->first_child]];
    (void)tcs_patterns_group_terms(plan->patterns, tcs_patterns_group(plan->patterns, leaf),
                                   &count);
    return count < expr->number;
}

bool tcs_plan_escapes(const struct tcs_plan_run *plan, uint32_t node)
{
    const struct tcs_expr *expr = &plan->patterns->nodes[node];
    const uint32_t *children = plan->patterns->children + expr->first_child;
    uint32_t need = expr->child_count, count = 0, i;

    if (is_leaf(expr)) {
        return !plan->is_chosen[tcs_patterns_group(plan->patterns, expr)];
    }
    if (expr->op == TCS_EXPR_NOT || is_never(plan, expr)) {
        return expr->op == TCS_EXPR_NOT;
    }
    if (expr->op == TCS_EXPR_OR) {
        need = 1;
    } else if (expr->op == TCS_EXPR_ATLEAST) {
        need = expr->number;
    }
    for (i = 0; i < expr->child_count && count < need; i++) {
        count += tcs_plan_escapes(plan, children[i]);
    }
    return count >= need;
}

/*
 * How many of a node's children a cover must hold a cover of: all for `or`, all but N - 1 for
 * `atleast`, one where all of them must be true.
 */
static uint32_t children_to_cover(const struct tcs_expr *expr)
{
    if (expr->op == TCS_EXPR_OR) {
        return expr->child_count;
    }
    return expr->op == TCS_EXPR_ATLEAST ? expr->child_count - expr->number + 1 : 1;
}

/* The sum of the `need` smallest prices of the node's children, which are known; they are spent. */
static double sum_cheapest(struct tcs_plan_run *plan, const struct tcs_expr *expr, uint32_t need)
{
    const uint32_t *children = plan->patterns->children + expr->first_child;
    double sum = 0;

    for (; need && sum < INFINITY; need--) {
        double *best = &plan->prices[children[0]];
        uint32_t i;

        for (i = 1; i < expr->child_count; i++) {
            if (plan->prices[children[i]] < *best) {
                best = &plan->prices[children[i]];
            }
        }
        sum += *best;
        *best = INFINITY;
    }
    return sum;
}

double tcs_plan_price(struct tcs_plan_run *plan, uint32_t node)
{
    const struct tcs_expr *expr = &plan->patterns->nodes[node];
    const uint32_t *children = plan->patterns->children + expr->first_child;
    double sum = 0;
    uint32_t i;

    if (is_leaf(expr)) {
        uint32_t group = tcs_patterns_group(plan->patterns, expr);

        if (plan->is_banned[group]) {
            return INFINITY;
        }
        return plan->is_chosen[group] ? 0 : group_price(plan, group);
    }
    if (expr->op == TCS_EXPR_NOT || is_never(plan, expr)) {
        return expr->op == TCS_EXPR_NOT ? INFINITY : 0;
    }
    for (i = 0; i < expr->child_count; i++) {
        plan->prices[children[i]] = tcs_plan_price(plan, children[i]);
        sum += plan->prices[children[i]];
    }
    if (children_to_cover(expr) == expr->child_count) {
        return sum;
    }
    return sum_cheapest(plan, expr, children_to_cover(expr));
}

void tcs_plan_choose(struct tcs_plan_run *plan, uint32_t node)
{
    const struct tcs_expr *expr = &plan->patterns->nodes[node];
    const uint32_t *children = plan->patterns->children + expr->first_child;
    uint32_t need = children_to_cover(expr), i;

    if (is_leaf(expr)) {
        if (!plan->is_chosen[tcs_patterns_group(plan->patterns, expr)])
            select_group(plan, tcs_patterns_group(plan->patterns, expr));
        return;
    }
    for (i = 0; i < expr->child_count; i++) {
        need -= !tcs_plan_escapes(plan, children[i]) && need;
    }
    while (need) {
        uint32_t best = UINT32_MAX;
        double best_price = INFINITY;

        /* Prices fall as groups are chosen, so they are asked for again each time. */
        for (i = 0; i < expr->child_count; i++) {
            double p = tcs_plan_escapes(plan, children[i]) ? tcs_plan_price(plan, children[i]) : INFINITY;

            if (p < best_price) {
                best = i;
                best_price = p;
            }
        }
        if (best == UINT32_MAX) {
            return;
        }
        tcs_plan_choose(plan, children[best]);
        need--;
    }
}

/* May the chosen group go? Drops it if so. */
static bool drop(struct tcs_plan_run *plan, uint32_t group)
{
    uint32_t i;

    if (!plan->is_chosen[group] || plan->is_fixed[group]) {
        return false;
    }
    plan->is_chosen[group] = 0;
    for (i = plan->group_starts[group]; i < plan->group_starts[group + 1]; i++) {
        uint32_t rule = plan->group_rules[i];

        if (!plan->is_hopeless[rule] && tcs_plan_escapes(plan, plan->patterns->rules[rule].root)) {
            plan->is_chosen[group] = 1;
            return false;
        }
    }
    tcs_plan_deselect(plan, group);
    return true;
}

/* Takes a group in exchange for all that it makes unnecessary, if that is cheaper. */
static bool exchange(struct tcs_plan_run *plan, uint32_t group)
{
    double before = plan->total;
    uint32_t dropped = 0, i, j;

    if (plan->is_chosen[group] || group_price(plan, group) == INFINITY) {
        return false;
    }
    select_group(plan, group);
    for (i = plan->group_starts[group]; i < plan->group_starts[group + 1]; i++) {
        uint32_t rule = plan->group_rules[i];

        for (j = plan->rule_starts[rule]; j < plan->rule_starts[rule + 1]; j++) {
            uint32_t other = plan->rule_groups[j];

            if (other != group && drop(plan, other)) {
                plan->undo[dropped++] = other;
            }
        }
    }
    if (plan->total < before * (1 - LEAST_GAIN)) {
        return true;
    }
    while (dropped) {
        select_group(plan, plan->undo[--dropped]);
    }
    tcs_plan_deselect(plan, group);
    return false;
}

/* Adds the groups below the node to the rule's list; stamps say which are in it. */
static void list_groups(struct tcs_plan_run *plan, uint32_t node, uint32_t stamp, uint32_t *stamps,
                        uint32_t *count)
{
    const struct tcs_expr *expr = &plan->patterns->nodes[node];
    uint32_t i;

    if (is_leaf(expr)) {
        uint32_t group = tcs_patterns_group(plan->patterns, expr);

        if (stamps[group] != stamp) {
            stamps[group] = stamp;
            plan->rule_groups[(*count)++] = group;
        }
    }
    for (i = 0; i < expr->child_count; i++) {
        list_groups(plan, plan->patterns->children[expr->first_child + i], stamp, stamps, count);
    }
}

/* Who names whom, both ways. */
static void index_rules(struct tcs_plan_run *plan)
{
    uint32_t *starts = plan->group_starts;
    uint32_t count = 0, rule, i;

    for (rule = 0; rule < plan->rule_count; rule++) {
        plan->rule_starts[rule] = count;
        list_groups(plan, plan->patterns->rules[rule].root, rule + 1, plan->undo, &count);
    }
    plan->rule_starts[rule] = count;
    for (i = 0; i < count; i++) {
        starts[plan->rule_groups[i] + 2]++;
    }
    for (i = 1; i < plan->group_count + 2; i++) {
        starts[i] += starts[i - 1];
    }
    for (rule = 0; rule < plan->rule_count; rule++) {
        for (i = plan->rule_starts[rule]; i < plan->rule_starts[rule + 1]; i++) {
            plan->group_rules[starts[plan->rule_groups[i] + 1]++] = rule;
        }
    }
}

struct priced {
    double cost;
    uint32_t group;
};

static int dearest_first(const void *a, const void *b)
{
    const struct priced *x = a, *y = b;

    if (x->cost != y->cost) {
        return x->cost > y->cost ? -1 : 1;
    }
    return x->group < y->group ? -1 : x->group > y->group;
}

static tocsin_status order_groups(struct tcs_plan_run *plan)
{
    struct priced *priced = calloc((size_t)plan->group_count + 1, sizeof *priced);
    uint32_t group;

    if (!priced) {
        return TOCSIN_E_NOMEM;
    }
    for (group = 0; group < plan->group_count; group++) {
        priced[group] = (struct priced){group_price(plan, group), group};
    }
    qsort(priced, plan->group_count, sizeof *priced, dearest_first);
    for (group = 0; group < plan->group_count; group++) {
        plan->by_cost[group] = priced[group].group;
    }
    free(priced);
    return TOCSIN_OK;
}

static tocsin_status open_plan(struct tcs_plan_run *plan, const struct tcs_patterns *patterns,
                               const struct tcs_plan_offer *offer)
{
    size_t groups = tcs_patterns_group_count(patterns), rules = patterns->rule_count;
    size_t nodes = patterns->node_count, terms = patterns->term_count, pieces = offer->piece_count;

    plan->patterns = patterns;
    plan->offer = offer;
    plan->group_count = (uint32_t)groups;
    plan->rule_count = (uint32_t)rules;
    plan->uses = calloc(pieces + 1, sizeof *plan->uses);
    plan->seen = calloc(pieces + 1, sizeof *plan->seen);
    plan->meant = calloc(pieces + 1, sizeof *plan->meant);
    plan->seen_meant = calloc(pieces + 1, sizeof *plan->seen_meant);
    plan->piece_starts = calloc(pieces + 2, sizeof *plan->piece_starts);
    plan->piece_terms = calloc((size_t)offer->first[terms] + 1, sizeof *plan->piece_terms);
    plan->before = calloc((size_t)offer->first[terms] + 1, sizeof *plan->before);
    plan->is_chosen = calloc(groups + 1, 1);
    plan->is_fixed = calloc(groups + 1, 1);
    plan->is_banned = calloc(groups + 1, 1);
    plan->side_of = calloc(groups + 1, 1);
    plan->was_chosen = calloc(groups + 1, 1);
    plan->is_hopeless = calloc(rules + 1, 1);
    plan->by_cost = calloc(groups + 1, sizeof *plan->by_cost);
    plan->rule_starts = calloc(rules + 1, sizeof *plan->rule_starts);
    plan->rule_groups = calloc(nodes + 1, sizeof *plan->rule_groups);
    plan->group_starts = calloc(groups + 2, sizeof *plan->group_starts);
    plan->group_rules = calloc(nodes + 1, sizeof *plan->group_rules);
    plan->undo = calloc(groups + 1, sizeof *plan->undo);
    plan->prices = calloc(nodes + 1, sizeof *plan->prices);
    if (!plan->uses || !plan->seen || !plan->meant || !plan->seen_meant || !plan->piece_starts || !plan->piece_terms ||
        !plan->before || !plan->is_chosen || !plan->is_fixed || !plan->is_banned || !plan->side_of || !plan->was_chosen ||
        !plan->is_hopeless || !plan->by_cost || !plan->rule_starts ||
        !plan->rule_groups || !plan->group_starts || !plan->group_rules || !plan->undo || !plan->prices) {
        return TOCSIN_E_NOMEM;
    }
    index_rules(plan);
    index_pieces(plan);
    return order_groups(plan);
}

static void close_plan(struct tcs_plan_run *plan)
{
    free(plan->uses);
    free(plan->seen);
    free(plan->meant);
    free(plan->seen_meant);
    free(plan->piece_starts);
    free(plan->piece_terms);
    free(plan->before);
    free(plan->is_chosen);
    free(plan->is_fixed);
    free(plan->is_banned);
    free(plan->side_of);
    free(plan->was_chosen);
    free(plan->is_hopeless);
    free(plan->by_cost);
    free(plan->rule_starts);
    free(plan->rule_groups);
    free(plan->group_starts);
    free(plan->group_rules);
    free(plan->undo);
    free(plan->prices);
}

/* Chooses groups that cover all rules that can be covered. */
static void cover_rules(struct tcs_plan_run *plan, bool *needs_all)
{
    bool has_improved = true;
    uint32_t i, round;

    for (i = 0; i < plan->rule_count; i++) {
        uint32_t root = plan->patterns->rules[i].root;

        if (tcs_plan_price(plan, root) == INFINITY) {
            plan->is_hopeless[i] = 1;
            *needs_all = true;
        } else if (tcs_plan_escapes(plan, root)) {
            tcs_plan_choose(plan, root);
        }
    }
    for (i = 0; i < plan->group_count; i++) {
        (void)drop(plan, plan->by_cost[i]);
    }
    for (round = 0; round < MAX_ROUNDS && has_improved; round++) {
        has_improved = false;
        for (i = plan->group_count; i > 0; i--) {
            has_improved = exchange(plan, plan->by_cost[i - 1]) || has_improved;
        }
        has_improved = exchange_pieces(plan) || has_improved;
    }
}

tocsin_status tcs_plan_make(const struct tcs_patterns *patterns, enum tcs_plan_mode mode,
                            const struct tcs_plan_offer *offer, uint32_t *piece_of, uint8_t *side_of,
                            struct tcs_sides *sides, bool *needs_all, struct tocsin_error *err)
{
    bool is_all = mode == TCS_PLAN_HITS || !patterns->rule_count;
    struct tcs_plan_run plan = {.piece_of = piece_of};
    tocsin_status st;
    uint32_t group, term;

    for (term = 0; term < patterns->term_count; term++) {
        piece_of[term] = TCS_NO_PIECE;
        side_of[term] = 0;
    }
    *needs_all = false;
    st = open_plan(&plan, patterns, offer);
    for (group = 0; st == TOCSIN_OK && group < plan.group_count; group++) {
        plan.is_fixed[group] = is_all || group == patterns->ad_hoc_lexicon;
        if (!plan.is_fixed[group]) {
            continue;
        }
        *needs_all = *needs_all || group_price(&plan, group) == INFINITY;
        select_group(&plan, group);
    }
    if (st == TOCSIN_OK) {
        cover_rules(&plan, needs_all);
        tcs_plan_find_sides(&plan, side_of, sides);
    }
    close_plan(&plan);
    return st == TOCSIN_OK ? st : tcs_fail_nomem(err);
}
