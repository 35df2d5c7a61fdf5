/*
 * plan: which terms the sieve must look for, so that no document is lost and as few as possible
 * come through. Works on patterns after tcs_patterns_finish; nothing is kept.
 */
#ifndef TOCSIN_PLAN_H
#define TOCSIN_PLAN_H

#include "rules/patterns.h"

enum tcs_plan_mode {
    TCS_PLAN_FLAGGED, /* documents that a rule or the lexicon "-e" flags */
    TCS_PLAN_HITS     /* all hits of all terms */
};

/*
 * Fills the set needed (tcs_patterns_set_bytes, see there) with terms of which every document that
 * the mode asks for holds at least one. FLAGGED: for each rule that can fire without a term that
 * was left out, at the least sum of costs that a greedy choice and exchanges one by one find; all
 * terms where there are no rules. HITS: every term that is no `unless` phrase. Terms of "-e" are
 * always in.
 *
 * term_cost: candidates expected from each term, 0 or more; INFINITY for one that the sieve cannot
 * look for; NULL for 1 each. *needs_all: some rule (`not x` alone) or term that matters has no such
 * set, and every document must be let through. Fails only with TOCSIN_E_NOMEM.
 */
TOCSIN_MUST_CHECK tocsin_status tcs_plan_make(const struct tcs_patterns *patterns,
                                              enum tcs_plan_mode mode, const double *term_cost,
                                              uint8_t *needed, bool *needs_all,
                                              struct tocsin_error *err);

#endif
