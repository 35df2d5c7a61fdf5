/*
 * edge: may a word that was found in raw bytes stand alone there, or is it part of a longer one? Pure functions.
 */
#ifndef TOCSIN_EDGE_H
#define TOCSIN_EDGE_H

#include "base/utf8.h"

/* Is the letter or digit before p, which is in [base, ...), no end of an escape or a reference? */
bool tcs_edge_touches_left(const char *base, const char *p);
/*
 * [start, end) lies in [base, limit). With left, is nothing there that touches it on the left, and with right, on the
 * right? An ASCII letter or digit touches, unless it is the end of an escape or a reference and stands for something else.
 */
static inline bool tcs_edges_hold(bool left, bool right, const char *base, const char *start, const char *end,
                                  const char *limit)
{
    if (right && end < limit && tcs_is_ascii_word((unsigned char)*end))
        return false;
    return !left || start == base || !tcs_is_ascii_word((unsigned char)start[-1]) || !tcs_edge_touches_left(base, start);
}
/*
 * Do initials go on behind [start, end), which ends in one of them (A.I in A.I.G)? Their stops drop out, so that the next
 * letter touches.
 */
bool tcs_edges_in_initials(const char *start, const char *end, const char *limit);

#endif
