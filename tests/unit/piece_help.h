/* piece_help: the likeliest choice among a term's pieces, for tests that need just one. */
#ifndef TOCSIN_PIECE_HELP_H
#define TOCSIN_PIECE_HELP_H

#include "match_help.h"

#include "match/piece.h"

static inline tocsin_status keep_least(void *context, const struct tcs_piece *piece)
{
    struct tcs_piece *least = context;

    if (!least->count || tcs_piece_estimate(piece) < tcs_piece_estimate(least))
        *least = *piece;
    return TOCSIN_OK;
}

/* The piece of the least estimate, the first of several; count 0 where the term has none. */
static inline struct tcs_piece least_piece(const struct tcs_term *term, const struct tcs_spellings *spellings)
{
    struct tcs_piece least = {.count = 0};

    must(tcs_piece_each(term, spellings, false, keep_least, &least));
    return least;
}

#endif
