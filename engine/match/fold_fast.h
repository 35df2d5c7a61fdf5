/*
 * fold_fast: the part of the fold that needs no state machine, in blocks. Internal to match/fold and its test;
 * fold.c is the definition, this only says the same faster.
 */
#ifndef TOCSIN_FOLD_FAST_H
#define TOCSIN_FOLD_FAST_H

#include "match/fold.h"

/*
 * Folds as much of text from *at on as is plain, appends it to folded and moves *at to where it stopped. At *at and
 * wherever it stops no gap is held back, the last folded character is no gap character, the text may be cut into
 * normalisation segments, and no run of initials is under way. left_props: of the last folded character, 0 at the
 * start.
 */
TOCSIN_MUST_CHECK tocsin_status tcs_fold_plain(struct tcs_str text, bool lf_paragraph, bool with_map,
                                               unsigned left_props, struct tcs_folded *folded, size_t *at);

/* tcs_fold without the fast path: what the result must be. For tests and the benchmark. */
TOCSIN_MUST_CHECK tocsin_status tcs_fold_general(struct tcs_str text, bool lf_paragraph, bool with_map,
                                                 struct tcs_folded *folded);

#endif
