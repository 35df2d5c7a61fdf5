/*
 * plan: which pieces of which terms the sieve must look for, so that no document is lost and as few as possible come
 * through. Works on patterns after tcs_patterns_finish; nothing is kept.
 */
#ifndef TOCSIN_PLAN_H
#define TOCSIN_PLAN_H

#include "match/sides.h"
#include "rules/patterns.h"

#define TCS_NO_PIECE UINT32_MAX

enum tcs_plan_mode {
    TCS_PLAN_FLAGGED, /* documents that a rule or the lexicon "-e" flags */
    TCS_PLAN_HITS     /* all hits of all terms */
};

/*
 * What the sieve may look for: term t is found by any one of the pieces numbered piece_ids[first[t]] to
 * piece_ids[first[t + 1] - 1], each listed once; none where every document may hold it. Terms share pieces, and a piece is
 * paid for once. So are the documents that hold a term, for all terms of one meaning; no piece of it sends on fewer.
 */
struct tcs_plan_offer {
    const uint32_t *first;
    const uint32_t *piece_ids;
    const double *costs; /* by piece, 0 or more */
    size_t piece_count;
    const uint32_t *meanings; /* by term, below piece_count: terms that are found in the same documents have the same */
    const double *sent_on;    /* by meaning, 0 or more: the cost of these documents */
};

/*
 * Fills piece_of (one a term) with the piece to look for, or TCS_NO_PIECE for a term that need not be looked for. Every
 * document that the mode asks for holds pieces whose sides are enough. FLAGGED: for each rule that can fire without a term
 * that was left out, at the least sum of costs that a greedy choice and exchanges one by one find; all terms where there
 * are no rules. HITS: every term that is no `unless` phrase. Terms of "-e" are always in.
 *
 * Of the terms that are looked for some send a document on and some are only looked for beside those: side_of (one a term)
 * has their sides, and *sides says which of them must meet. A term that is left out has side 0.
 *
 * *needs_all: some rule (`not x` alone) or term that matters has no such set, and every document must be let through. Fails
 * only with TOCSIN_E_NOMEM.
 */
TOCSIN_MUST_CHECK tocsin_status tcs_plan_make(const struct tcs_patterns *patterns, enum tcs_plan_mode mode,
                                              const struct tcs_plan_offer *offer, uint32_t *piece_of, uint8_t *side_of,
                                              struct tcs_sides *sides, bool *needs_all, struct tocsin_error *err);

#endif
