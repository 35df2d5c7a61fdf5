/*
 * eval_run: one evaluation of expressions over the hits of one document. Internal to eval.c, which decides, and
 * clauses.c, which says why; everybody else uses eval.h.
 */
#ifndef TOCSIN_EVAL_RUN_H
#define TOCSIN_EVAL_RUN_H

#include "rules/eval.h"

#define TCS_NO_TERM UINT32_MAX

/* Where a clause looks. */
enum tcs_scope { TCS_SCOPE_DOCUMENT, TCS_SCOPE_TITLE, TCS_SCOPE_LEAD };

struct tcs_eval_run {
    const struct tcs_evidence *evidence;
    const struct tcs_patterns *patterns;
    struct tcs_eval_scratch *scratch;
    bool has_lead; /* there is a field of role lead that is not empty */
    bool is_lead_known;
    uint32_t lead_field; /* of the lead view; UINT32_MAX if there is no text */
    uint32_t lead_end;
    /* What the last clause went by. Each operator sets its own part. */
    struct {
        size_t left, right;                   /* near, where it held: indices of two hits */
        uint32_t field, start_byte, end_byte; /* sentence and paragraph, where they held; UINT32_MAX: the field's end */
        uint32_t count;                       /* count and distinct: how many; distinct stops at what is asked for */
    } witness;
    tocsin_status status; /* a failure to get memory ends the run */
};

/* The hits of a leaf in a scope, in order: from *at to end. */
struct tcs_eval_cursor {
    const uint32_t *at, *end; /* indices of hits; *at is in scope */
};

/*
 * The largest weight of what made an expression true, and a term that has it; 1 and TCS_NO_TERM where nothing has one.
 */
struct tcs_eval_weight {
    double weight;
    uint32_t term;
};

/* Everything in evidence is borrowed as long as the run is used. TOCSIN_OK or TOCSIN_E_NOMEM. */
TOCSIN_MUST_CHECK tocsin_status tcs_eval_open(struct tcs_eval_run *run, const struct tcs_evidence *evidence);
bool tcs_eval_holds(struct tcs_eval_run *run, uint32_t node, enum tcs_scope scope);
/* For a node of op NEAR, or a copy of one with another number. */
bool tcs_eval_holds_near(struct tcs_eval_run *run, const struct tcs_expr *expr, enum tcs_scope scope);
/* leaf: a node of op LEXICON or TERM. */
struct tcs_eval_cursor tcs_eval_leaf(struct tcs_eval_run *run, const struct tcs_expr *leaf, enum tcs_scope scope);
void tcs_eval_advance(struct tcs_eval_run *run, struct tcs_eval_cursor *cursor, enum tcs_scope scope);
/* Of an expression that holds. */
struct tcs_eval_weight tcs_eval_weigh(struct tcs_eval_run *run, uint32_t root);

#endif
