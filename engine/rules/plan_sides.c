/*
 * For each group chosen: what else must be in a document that has no other of them? Again a cover, of the rules that name the
 * group, by groups that were left out; looking for it must save more documents than it costs. Groups that are enough alone
 * have side 0.
 */
#include <math.h>
#include <string.h>

#include "rules/plan_run.h"

/* The documents in which a term of the group is expected. */
static double group_share(struct tcs_plan_run *plan, uint32_t group)
{
    uint32_t count, first = tcs_patterns_group_terms(plan->patterns, group, &count), i;
    double sum = 0;

    plan->stamp++;
    for (i = 0; i < count; i++) {
        uint32_t meaning = plan->offer->meanings[first + i];

        if (plan->seen_meant[meaning] != plan->stamp)
            sum += plan->offer->sent_on[meaning];
        plan->seen_meant[meaning] = plan->stamp;
    }
    return sum < 1 ? sum : 1;
}

/*
 * Chooses groups without which no rule can hold in a document that has of the chosen ones only this; false where there are
 * none. Rules that do not name it are covered by the others.
 */
static bool cover_beside(struct tcs_plan_run *plan, uint32_t group)
{
    bool has_cover = true;
    uint32_t i;

    plan->is_chosen[group] = 0;
    plan->is_banned[group] = 1;
    for (i = plan->group_starts[group]; i < plan->group_starts[group + 1] && has_cover; i++) {
        uint32_t rule = plan->group_rules[i], root = plan->patterns->rules[rule].root;

        if (plan->is_hopeless[rule] || !tcs_plan_escapes(plan, root)) {
            continue;
        }
        has_cover = tcs_plan_price(plan, root) < INFINITY;
        if (has_cover) {
            tcs_plan_choose(plan, root);
        }
    }
    plan->is_banned[group] = 0;
    return has_cover;
}

/*
 * The share of documents that have one of the groups chosen for the one that is tried, and how many of them have no side
 * yet.
 */
static double beside_share(struct tcs_plan_run *plan, uint32_t group, unsigned *fresh)
{
    double sum = 0;
    uint32_t i;

    *fresh = 0;
    for (i = 0; i < plan->group_count; i++) {
        if (i != group && plan->is_chosen[i] && !plan->was_chosen[i]) {
            sum += group_share(plan, i);
            *fresh += !plan->side_of[i];
        }
    }
    return sum < 1 ? sum : 1;
}

/* Gives the groups that were chosen for the one that is tried sides beside it, or (own 0) drops them. */
static void settle_beside(struct tcs_plan_run *plan, uint32_t group, unsigned own, struct tcs_sides *sides, unsigned *count)
{
    uint32_t i;

    for (i = 0; i < plan->group_count; i++) {
        if (i == group || !plan->is_chosen[i] || plan->was_chosen[i]) {
            continue;
        }
        if (own && !plan->side_of[i]) {
            plan->side_of[i] = (uint8_t)(*count)++;
        } else if (!plan->side_of[i]) {
            tcs_plan_deselect(plan, i);
        }
        if (own) {
            sides->beside[own] |= tcs_side(plan->side_of[i]);
        }
    }
}

/* Where it pays to send on a document with this group alone only if others are there too, the sides come to say so. */
static void try_beside(struct tcs_plan_run *plan, uint32_t group, struct tcs_sides *sides, unsigned *count)
{
    double looks = plan->looks, gain;
    unsigned own = 0, fresh;

    memcpy(plan->was_chosen, plan->is_chosen, plan->group_count);
    if (cover_beside(plan, group)) {
        gain = group_share(plan, group) * (1 - beside_share(plan, group, &fresh)) - (plan->looks - looks);
        own = gain > 0 && *count + 1 + fresh <= TCS_SIDES_MAX ? (*count)++ : 0;
    }
    settle_beside(plan, group, own, sides, count);
    memcpy(plan->is_chosen, plan->was_chosen, plan->group_count);
    if (own) {
        plan->side_of[group] = (uint8_t)own;
        sides->senders |= tcs_side(own);
    }
}

static void tell_sides(const struct tcs_plan_run *plan, uint8_t *side_of)
{
    uint32_t group, count, i;

    for (group = 0; group < plan->group_count; group++) {
        uint32_t first = tcs_patterns_group_terms(plan->patterns, group, &count);

        for (i = 0; i < count; i++) {
            side_of[first + i] = plan->side_of[group];
        }
    }
}

void tcs_plan_find_sides(struct tcs_plan_run *plan, uint8_t *side_of, struct tcs_sides *sides)
{
    unsigned count = 1;
    uint32_t group;

    *sides = (struct tcs_sides){.senders = tcs_side(0)};
    for (group = 0; group < plan->group_count; group++) {
        if (plan->is_chosen[group] && !plan->is_fixed[group]) {
            try_beside(plan, group, sides, &count);
        }
    }
    tell_sides(plan, side_of);
}
