/*
 * plan_run: the plan while it is made, for the two files that make it: plan.c chooses groups and pieces, plan_sides.c what
 * must be beside them. Private to them.
 */
#ifndef TOCSIN_PLAN_RUN_H
#define TOCSIN_PLAN_RUN_H

#include "rules/plan.h"

struct tcs_plan_run {
    const struct tcs_patterns *patterns;
    const struct tcs_plan_offer *offer;
    uint32_t group_count, rule_count;
    uint32_t *piece_of;    /* by term: TCS_NO_PIECE where not chosen */
    uint32_t *uses;        /* by piece: chosen terms that take it */
    uint32_t *meant;       /* by meaning: chosen terms that have it */
    double total;          /* cost of the pieces in use and of the meanings */
    double looks;          /* of the pieces alone */
    uint32_t *seen, stamp; /* by piece: of the group being priced */
    uint32_t *seen_meant;  /* by meaning, likewise */
    uint32_t *piece_starts; /* terms that piece p is offered for: piece_terms[piece_starts[p]] to [piece_starts[p + 1]] */
    uint32_t *piece_terms;
    uint32_t *before;      /* what the terms of the piece that is tried took, in their order */
    uint8_t *is_chosen;    /* by group */
    uint8_t *is_fixed;     /* by group: must stay chosen */
    uint8_t *is_banned;    /* by group: must not be */
    uint8_t *side_of;      /* by group: of those that senders need beside them, and of such senders; else 0 */
    uint8_t *was_chosen;   /* by group, while something is tried */
    uint8_t *is_hopeless;  /* by rule: no set of groups covers it */
    uint32_t *by_cost;     /* groups, dearest first */
    uint32_t *rule_starts; /* groups that rule r names: rule_groups[rule_starts[r]] to [rule_starts[r + 1]] */
    uint32_t *rule_groups;
    uint32_t *group_starts; /* rules that name group g, likewise */
    uint32_t *group_rules;
    uint32_t *undo; /* groups dropped for the one that is tried */
    double *prices; /* by node, while its parent is priced */
};

/* The cost of the cheapest cover of the node, groups chosen already being free; INFINITY where it has none. */
double tcs_plan_price(struct tcs_plan_run *plan, uint32_t node);
/* Chooses the groups of the cheapest cover; the node has one. */
void tcs_plan_choose(struct tcs_plan_run *plan, uint32_t node);
/* Could the node be true in a document without any chosen group? */
bool tcs_plan_escapes(const struct tcs_plan_run *plan, uint32_t node);
void tcs_plan_deselect(struct tcs_plan_run *plan, uint32_t group);

/* Fills side_of (by term) and sides once the groups are chosen; terms that are looked for beside others take their pieces. */
void tcs_plan_find_sides(struct tcs_plan_run *plan, uint8_t *side_of, struct tcs_sides *sides);

#endif
