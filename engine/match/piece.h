/*
 * piece: the part of a term that the sieve looks for: a run of its folded characters that no gap can part (design
 * section 5), cut to a window of few spellings. Where all such runs are weak (照 and AI of AI照), a piece goes over one
 * border of Han and Latin, and the sieve looks for it with and without a gap there. Plain data.
 */
#ifndef TOCSIN_PIECE_H
#define TOCSIN_PIECE_H

#include "match/spelling.h"
#include "match/term.h"

#define TCS_PIECE_MAX 16 /* characters */

struct tcs_piece {
    uint32_t cps[TCS_PIECE_MAX];
    uint32_t count; /* 0: the term has no piece, every document may hold it */
    double cost;    /* documents in which it is expected, 0 to 1: an estimate by script and length */
};

/* May a gap stand between these neighbours of a term and disappear: a border of Han with Latin letters or digits? */
bool tcs_piece_is_border(uint32_t left, uint32_t right);
/* The most selective piece of term. */
void tcs_piece_choose(const struct tcs_term *term, const struct tcs_spellings *spellings, struct tcs_piece *piece);

#endif
