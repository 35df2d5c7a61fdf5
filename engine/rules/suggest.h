/*
 * suggest: the known name nearest to one that is not known, for "did you mean". Pure functions.
 */
#ifndef TOCSIN_SUGGEST_H
#define TOCSIN_SUGGEST_H

#include "base/buf.h"

/* Collects candidates; best is NULL as long as none was near enough. */
struct tcs_suggest {
    struct tcs_str typed;
    const char *best;
    size_t distance; /* of best */
};

struct tcs_suggest tcs_suggest_begin(struct tcs_str typed);
/* Offers a known name; it is borrowed. */
void tcs_suggest_offer(struct tcs_suggest *suggest, const char *known);

#endif
