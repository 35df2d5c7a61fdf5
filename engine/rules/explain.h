/*
 * explain: everything that led to the verdict on a document that was judged: each rule and label clause by clause,
 * weights, near misses. Plain data for those who write it down (run/explain_text, run/explain_json). Owned by the
 * caller, reused.
 */
#ifndef TOCSIN_EXPLAIN_H
#define TOCSIN_EXPLAIN_H

#include "rules/clauses.h"
#include "rules/judge.h"

#define TCS_EVERY_RULE UINT32_MAX

struct tcs_explained_rule {
    uint32_t rule;
    struct tcs_clauses clauses;
    bool has_fired;
    struct tcs_eval_weight weight; /* where it fired */
    size_t near_miss;              /* the one false clause; TCS_NO_CLAUSE where it is no near miss */
};

/* All zero is empty. */
struct tcs_explanation {
    struct tcs_explained_rule *rules; /* in the order of the patterns */
    size_t rule_count, rule_cap;      /* cap counts what has memory */
    struct tcs_clauses *labels;       /* of the entries down to the one that decided; empty for the default */
    size_t label_count, label_cap;
};

void tcs_explanation_release(struct tcs_explanation *explanation);
/*
 * Explains the document that judge judged last. rule: the only one to explain, or TCS_EVERY_RULE. Labels are explained
 * with every rule, where one fired. TOCSIN_OK or TOCSIN_E_NOMEM.
 */
TOCSIN_MUST_CHECK tocsin_status tcs_explain(struct tcs_judge *judge, const struct tcs_document *doc, uint32_t rule,
                                            struct tcs_explanation *explanation, struct tocsin_error *err);

#endif
