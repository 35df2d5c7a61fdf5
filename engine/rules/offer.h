/*
 * offer: all pieces of all terms, each once, with what looking for it costs, and what the documents cost that hold a term:
 * what the plan chooses from. Owns its memory.
 */
#ifndef TOCSIN_OFFER_H
#define TOCSIN_OFFER_H

#include "match/piece.h"
#include "rules/frequencies.h"
#include "rules/plan.h"

struct tcs_offer {
    /* By number: a piece or a term's beginning, and the share of documents expected to hold it. */
    struct tcs_frequencies pieces;
    double *costs;                 /* by number, of looking for the piece */
    double *sent_on;               /* by number, of the documents that hold it */
    uint32_t *beginnings;          /* by term: the number of its own */
    uint32_t *first;               /* by term, and one more: as tcs_plan_offer has it */
    uint32_t *piece_ids;
    size_t id_count, id_cap;
};

TOCSIN_MUST_CHECK tocsin_status tcs_offer_make(struct tcs_offer *offer, const struct tcs_term *terms, size_t count,
                                               const struct tcs_frequencies *measured, struct tocsin_error *err);
void tcs_offer_release(struct tcs_offer *offer);
/* Borrows from offer. */
struct tcs_plan_offer tcs_offer_view(const struct tcs_offer *offer);

#endif
