/*
 * The upper bound: the tree with every condition on places taken away. What remains is monotone in
 * the set of terms, so a set that is too large can only make it true.
 */
#include "rules/eval.h"

#include <string.h>

#define GROUPS_NOTED 1024

/*
 * What was seen: terms, and of the first groups the same by group, because one lexicon stands in many clauses.
 */
struct sight {
    const struct tcs_patterns *patterns;
    const uint8_t *terms;
    bool groups[GROUPS_NOTED];
};

/* The first byte from `at` that is not 0, or end. */
static uint32_t next_filled(const uint8_t *bytes, uint32_t at, uint32_t end)
{
    uint64_t word = 0;

    for (; end - at >= sizeof word; at += (uint32_t)sizeof word) {
        memcpy(&word, bytes + at, sizeof word);
        if (word) {
            break;
        }
    }
    while (at < end && !bytes[at]) {
        at++;
    }
    return at;
}

static void take_sight(struct sight *sight, const struct tcs_patterns *patterns, const uint8_t *terms)
{
    uint32_t term, group, count = (uint32_t)patterns->term_count;

    sight->patterns = patterns;
    sight->terms = terms;
    group = tcs_patterns_group_count(patterns);
    memset(sight->groups, 0, group < GROUPS_NOTED ? group : GROUPS_NOTED);
    for (term = 0; term < count; term++) {
        if (!terms[term / 8]) {
            term = next_filled(terms, term / 8 + 1, (count + 7) / 8) * 8 - 1;
            continue;
        }
        if (!tcs_patterns_set_has(terms, term) || patterns->terms[term].is_unless) {
            continue;
        }
        group = tcs_patterns_group_of(patterns, term);
        if (group < GROUPS_NOTED) {
            sight->groups[group] = true;
        }
    }
}

/* The number of terms of the group that were seen, but no more than `enough`. */
static uint32_t count_seen(const struct sight *sight, uint32_t group, uint32_t enough)
{
    uint32_t count, found = 0;
    uint32_t term = tcs_patterns_group_terms(sight->patterns, group, &count);
    uint32_t end = term + count;

    while (term < end && found < enough) {
        if (!sight->terms[term / 8]) {
            term = (term / 8 + 1) * 8;
            continue;
        }
        found += tcs_patterns_set_has(sight->terms, term);
        term++;
    }
    return found;
}

static bool is_seen(const struct sight *sight, uint32_t group)
{
    return group < GROUPS_NOTED ? sight->groups[group] : count_seen(sight, group, 1) > 0;
}

static bool possible(const struct sight *sight, uint32_t node)
{
    const struct tcs_patterns *patterns = sight->patterns;
    const struct tcs_expr *expr = &patterns->nodes[node];
    const uint32_t *children = patterns->children + expr->first_child;
    uint32_t need = expr->child_count, count = 0, i;

    switch (expr->op) {
    case TCS_EXPR_LEXICON:
    case TCS_EXPR_TERM: return is_seen(sight, tcs_patterns_group(patterns, expr));
    case TCS_EXPR_DISTINCT:
        return count_seen(sight, tcs_patterns_group(patterns, &patterns->nodes[children[0]]), expr->number) >=
               expr->number;
    case TCS_EXPR_NOT:
        /* Its argument may be false whatever was seen: a term that occurs need not be a hit. */
        return true;
    case TCS_EXPR_NEAR: /* its arguments are leaves, as those of the next two */
    case TCS_EXPR_SENTENCE:
    case TCS_EXPR_PARAGRAPH:
        for (i = 0; i < need && is_seen(sight, tcs_patterns_group(patterns, &patterns->nodes[children[i]])); i++) {
        }
        return i == need;
    case TCS_EXPR_OR:
        need = 1;
        break;
    case TCS_EXPR_ATLEAST:
        need = expr->number;
        break;
    case TCS_EXPR_AND:
    case TCS_EXPR_TITLE:
    case TCS_EXPR_LEAD:
    case TCS_EXPR_COUNT: break;
    }
    for (i = 0; i < expr->child_count && count < need && count + expr->child_count - i >= need;
         i++) {
        count += possible(sight, children[i]);
    }
    return count >= need;
}

bool tcs_eval_rule_possible(const struct tcs_patterns *patterns, const struct tcs_rule *rule,
                            const uint8_t *term_seen)
{
    struct sight sight;

    take_sight(&sight, patterns, term_seen);
    return possible(&sight, rule->root);
}

bool tcs_eval_possible(const struct tcs_patterns *patterns, const uint8_t *term_seen)
{
    uint32_t group, first = patterns->ad_hoc_lexicon, end = first;
    struct sight sight;
    size_t i;

    take_sight(&sight, patterns, term_seen);
    for (i = 0; i < patterns->rule_count; i++) {
        if (possible(&sight, patterns->rules[i].root)) {
            return true;
        }
    }
    if (!patterns->rule_count) {
        first = 0;
        end = (uint32_t)patterns->lexicon_count;
    } else if (first != TCS_NO_LEXICON) {
        end = first + 1;
    }
    for (group = first; group < end; group++) {
        if (is_seen(&sight, group)) {
            return true;
        }
    }
    return false;
}
