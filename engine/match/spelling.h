/*
 * spelling: the fold table read backwards: which code points fold to a given one, and which need care
 * because they fold to none or to several. Built when a sieve is compiled (a millisecond); immutable.
 */
#ifndef TOCSIN_SPELLING_H
#define TOCSIN_SPELLING_H

#include "base/buf.h"

struct tcs_spellings;

TOCSIN_MUST_CHECK tocsin_status tcs_spellings_new(struct tcs_spellings **spellings_out);
void tcs_spellings_free(struct tcs_spellings *spellings);

/* Code points that fold to exactly cp, itself among them, ascending; the count is returned. *members_out may be one. */
size_t tcs_spellings_of(const struct tcs_spellings *spellings, uint32_t cp, uint32_t *one, const uint32_t **members_out);
/* Code points above 7F that fold to none, or to more than one, ascending. */
size_t tcs_spellings_odd(const struct tcs_spellings *spellings, const uint32_t **odd_out);
/* Does each code point of the block of 128 that cp is in fold to itself? */
bool tcs_spellings_are_plain(const struct tcs_spellings *spellings, uint32_t cp);

#endif
