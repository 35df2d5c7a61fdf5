/*
 * piece: a part of a term that the sieve can look for: a run of its folded characters that no gap can part (design
 * section 5), cut to a window of few spellings. Where all such runs are weak (照 and AI of AI照), also pieces over one
 * border of Han and Latin, which the sieve looks for with and without a gap there. Plain data.
 */
#ifndef TOCSIN_PIECE_H
#define TOCSIN_PIECE_H

#include "match/spelling.h"
#include "match/term.h"

#define TCS_PIECE_MAX 16 /* characters */
/*
 * Above so many pieces the sieve looks for them otherwise (match/sieve_literals), so that a literal costs little and a hit
 * that comes to nothing much: then pieces are long and their own.
 */
#define TCS_PIECE_CROWD 2000
/* Of Han, in characters: short ones are shared by terms and have few spellings; in a crowd only the longest are pieces. */
#define TCS_PIECE_HAN 4
#define TCS_PIECE_HAN_IN_CROWD 8

struct tcs_piece {
    uint32_t cps[TCS_PIECE_MAX];
    uint32_t count;
    /* An ASCII letter or digit beside it, on that side, in the bytes of a document would rule the term out there. */
    bool left_edge, right_edge;
    uint8_t zero[2]; /* where padding would be: pieces are written to files as they are */
};

/* May a gap stand between these neighbours of a term and disappear: a border of Han with Latin letters or digits? */
bool tcs_piece_is_border(uint32_t left, uint32_t right);
/* The documents in which the piece is expected, 0 to 1: an estimate by script and length, for want of a measurement. */
double tcs_piece_estimate(const struct tcs_piece *piece);
/* How many plain spellings it has; ASCII letters are matched in any case at once. */
size_t tcs_piece_spellings(const struct tcs_piece *piece, const struct tcs_spellings *spellings);
/* An order, in which only equal pieces are 0 apart. */
int tcs_piece_compare(const void *left, const void *right);
/* Brings pieces into that order, each once; how many are left. */
size_t tcs_pieces_unite(struct tcs_piece *pieces, size_t count);

/*
 * Shows every piece of term, one of a crowd or not, to visit, until that fails; any one of them does for the sieve. None:
 * every document may hold the term. Returns the last status of visit.
 */
typedef tocsin_status (*tcs_piece_visit)(void *context, const struct tcs_piece *piece);
TOCSIN_MUST_CHECK tocsin_status tcs_piece_each(const struct tcs_term *term, const struct tcs_spellings *spellings,
                                               bool is_crowd, tcs_piece_visit visit, void *context);
/*
 * As much of a term from its start, whatever its characters, as a piece can hold: not to be looked for, but seldom more
 * frequent than the term.
 */
struct tcs_piece tcs_piece_beginning(const struct tcs_term *term);
/*
 * Where in the term's items the piece, one that was shown of it, stands first; false for the piece of count 0, which is
 * none.
 */
bool tcs_piece_place(const struct tcs_term *term, const struct tcs_piece *piece, size_t *at_out);

#endif
