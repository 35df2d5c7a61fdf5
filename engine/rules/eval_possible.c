/*
 * The upper bound: the tree with every condition on places taken away. What remains is monotone in
 * the set of terms, so a set that is too large can only make it true.
 */
#include "rules/eval.h"

/* The number of terms of the group in the set, but no more than `enough`. */
static uint32_t count_seen(const struct tcs_patterns *patterns, const struct tcs_expr *leaf,
                           const uint8_t *seen, uint32_t enough)
{
    uint32_t count, found = 0;
    uint32_t term = tcs_patterns_group_terms(patterns, tcs_patterns_group(patterns, leaf), &count);
    uint32_t end = term + count;

    while (term < end && found < enough) {
        if (!seen[term / 8]) {
            term = (term / 8 + 1) * 8;
            continue;
        }
        found += tcs_patterns_set_has(seen, term);
        term++;
    }
    return found;
}

static bool possible(const struct tcs_patterns *patterns, uint32_t node, const uint8_t *seen)
{
    const struct tcs_expr *expr = &patterns->nodes[node];
    const uint32_t *children = patterns->children + expr->first_child;
    uint32_t need = expr->child_count, count = 0, i;

    switch (expr->op) {
    case TCS_EXPR_LEXICON:
    case TCS_EXPR_TERM: return count_seen(patterns, expr, seen, 1) > 0;
    case TCS_EXPR_DISTINCT:
        return count_seen(patterns, &patterns->nodes[children[0]], seen, expr->number) >=
               expr->number;
    case TCS_EXPR_NOT:
        /* Its argument may be false whatever was seen: a term that occurs need not be a hit. */
        return true;
    case TCS_EXPR_OR:
        need = 1;
        break;
    case TCS_EXPR_ATLEAST:
        need = expr->number;
        break;
    case TCS_EXPR_AND:
    case TCS_EXPR_NEAR:
    case TCS_EXPR_SENTENCE:
    case TCS_EXPR_PARAGRAPH:
    case TCS_EXPR_TITLE:
    case TCS_EXPR_LEAD:
    case TCS_EXPR_COUNT: break;
    }
    for (i = 0; i < expr->child_count && count < need && count + expr->child_count - i >= need;
         i++) {
        count += possible(patterns, children[i], seen);
    }
    return count >= need;
}

bool tcs_eval_rule_possible(const struct tcs_patterns *patterns, const struct tcs_rule *rule,
                            const uint8_t *term_seen)
{
    return possible(patterns, rule->root, term_seen);
}

bool tcs_eval_possible(const struct tcs_patterns *patterns, const uint8_t *term_seen)
{
    uint32_t group, first = patterns->ad_hoc_lexicon, end = first;
    size_t i;

    for (i = 0; i < patterns->rule_count; i++) {
        if (possible(patterns, patterns->rules[i].root, term_seen)) {
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
        struct tcs_expr leaf = {.op = TCS_EXPR_LEXICON, .index = group};

        if (count_seen(patterns, &leaf, term_seen, 1)) {
            return true;
        }
    }
    return false;
}
