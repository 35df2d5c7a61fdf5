/*
 * clauses: why an expression holds for a document or not, clause by clause (docs/author-commands.md says what a clause
 * is), and which one clause is missing. For people; the evaluator itself decides (rules/eval). A struct tcs_clauses
 * belongs to one thread; its memory is kept between expressions.
 */
#ifndef TOCSIN_CLAUSES_H
#define TOCSIN_CLAUSES_H

#include "rules/eval_run.h"

#define TCS_NO_CLAUSE SIZE_MAX

/* A node of the expression, as it stands for this document. */
struct tcs_clause {
    uint32_t node; /* of tcs_patterns.nodes */
    uint32_t depth; /* 0 for the root */
    size_t end;     /* index behind the last clause below this one */
    enum tcs_scope scope;
    bool is_true;
    uint32_t missing; /* how many clauses are false, at the best alternative of each disjunction; 0 where it is true */
    uint32_t met;     /* how many are true by a hit, at the same alternatives */
    uint32_t count;   /* count and distinct: how many there are; distinct no further than what is asked for */
    uint32_t nearest; /* near, false: the least N for which it would hold; UINT32_MAX: none to 10,000 */
    size_t first_hit, hit_count; /* into tcs_clauses.hits: what made it true, or was counted */
};

struct tcs_clauses {
    struct tcs_clause *items; /* in the order of the expression, each behind the one that it belongs to */
    size_t count, cap;
    uint32_t *hits; /* indices into the evidence's hits */
    size_t hit_count, hit_cap;
};

void tcs_clauses_release(struct tcs_clauses *clauses);
/* Fills clauses anew for the expression below root. TOCSIN_OK or TOCSIN_E_NOMEM. */
TOCSIN_MUST_CHECK tocsin_status tcs_clauses_explain(struct tcs_eval_run *run, uint32_t root,
                                                    struct tcs_clauses *clauses);
/* The one false clause of a near miss: nothing else is missing, and something is met by a hit. Else TCS_NO_CLAUSE. */
size_t tcs_clauses_near_miss(const struct tcs_clauses *clauses, const struct tcs_patterns *patterns);

#endif
