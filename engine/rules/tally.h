/*
 * tally: counts in how many documents of a sample each piece and beginning of a ruleset's terms occurs, in folded text, for
 * the plan (`tocsin compile --tune`). One thread.
 */
#ifndef TOCSIN_TALLY_H
#define TOCSIN_TALLY_H

#include "input/document.h"
#include "rules/offer.h"

struct tcs_tally;

/* Copies the pieces of offer. */
TOCSIN_MUST_CHECK tocsin_status tcs_tally_new(const struct tcs_offer *offer, struct tcs_tally **tally_out,
                                              struct tocsin_error *err);
void tcs_tally_free(struct tcs_tally *tally);
/* Fails only with TOCSIN_E_NOMEM. */
TOCSIN_MUST_CHECK tocsin_status tcs_tally_document(struct tcs_tally *tally, const struct tcs_document *doc);
uint64_t tcs_tally_documents(const struct tcs_tally *tally);
/* The pieces with the shares counted; valid until the next document or free. */
const struct tcs_frequencies *tcs_tally_result(struct tcs_tally *tally);

#endif
