/* The evaluator is asked again about the evidence that it judged; nothing is decided here. */
#include "rules/explain.h"

#include <stdlib.h>
#include <string.h>

void tcs_explanation_release(struct tcs_explanation *e)
{
    size_t i;

    for (i = 0; i < e->rule_cap; i++)
        tcs_clauses_release(&e->rules[i].clauses);
    for (i = 0; i < e->label_cap; i++)
        tcs_clauses_release(&e->labels[i]);
    free(e->rules);
    free(e->labels);
    *e = (struct tcs_explanation){0};
}

/* Room for every rule and label, so that what has memory keeps it. */
static tocsin_status make_room(struct tcs_explanation *e, const struct tcs_patterns *patterns)
{
    size_t old_rules = e->rule_cap, old_labels = e->label_cap;

    if (TCS_GROW(e->rules, e->rule_cap, patterns->rule_count) != TOCSIN_OK)
        return TOCSIN_E_NOMEM;
    if (e->rule_cap > old_rules)
        memset(e->rules + old_rules, 0, (e->rule_cap - old_rules) * sizeof *e->rules);
    if (TCS_GROW(e->labels, e->label_cap, patterns->label_count) != TOCSIN_OK)
        return TOCSIN_E_NOMEM;
    if (e->label_cap > old_labels)
        memset(e->labels + old_labels, 0, (e->label_cap - old_labels) * sizeof *e->labels);
    e->rule_count = e->label_count = 0;
    return TOCSIN_OK;
}

static tocsin_status explain_rule(struct tcs_eval_run *run, uint32_t rule, struct tcs_explained_rule *explained)
{
    uint32_t root = run->patterns->rules[rule].root;
    tocsin_status st = tcs_clauses_explain(run, root, &explained->clauses);

    if (st != TOCSIN_OK)
        return st;
    explained->rule = rule;
    explained->has_fired = explained->clauses.items[0].is_true;
    explained->weight = (struct tcs_eval_weight){1, TCS_NO_TERM};
    if (explained->has_fired)
        explained->weight = tcs_eval_weigh(run, root);
    explained->near_miss = tcs_clauses_near_miss(&explained->clauses, run->patterns);
    return run->status;
}

/* The entries that were asked: all down to the one that decided. */
static tocsin_status explain_labels(struct tcs_eval_run *run, uint32_t label, struct tcs_explanation *e)
{
    tocsin_status st = TOCSIN_OK;
    uint32_t i;

    for (i = 0; st == TOCSIN_OK && i <= label; i++) {
        struct tcs_clauses *clauses = &e->labels[e->label_count++];

        clauses->count = clauses->hit_count = 0;
        if (run->patterns->labels[i].has_when)
            st = tcs_clauses_explain(run, run->patterns->labels[i].root, clauses);
    }
    return st;
}

tocsin_status tcs_explain(struct tcs_judge *judge, const struct tcs_document *doc, uint32_t rule,
                          struct tcs_explanation *e, struct tocsin_error *err)
{
    const struct tcs_patterns *patterns = tcs_ruleset_patterns(judge->ruleset);
    struct tcs_evidence evidence = tcs_judge_evidence(judge, doc);
    struct tcs_eval_run run;
    tocsin_status st = make_room(e, patterns);
    uint32_t i;

    if (st == TOCSIN_OK)
        st = tcs_eval_open(&run, &evidence);
    for (i = 0; st == TOCSIN_OK && i < patterns->rule_count; i++)
        if (rule == TCS_EVERY_RULE || rule == i)
            st = explain_rule(&run, i, &e->rules[e->rule_count++]);
    if (st == TOCSIN_OK && rule == TCS_EVERY_RULE && judge->label != TCS_NO_LABEL)
        st = explain_labels(&run, judge->label, e);
    return st == TOCSIN_OK ? st : tcs_fail_nomem(err);
}
