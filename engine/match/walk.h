/*
 * walk: does a piece stand in raw bytes at a place? Reads forward from a place, decoding escapes, tags and references
 * as the syntax has them and folding code point by code point, against a trie of all pieces. It may say yes
 * where the judge will say no (it is the sieve's second look), never the reverse. The trie is immutable.
 */
#ifndef TOCSIN_WALK_H
#define TOCSIN_WALK_H

#include "base/buf.h"
#include "input/document.h"
#include "match/piece.h"

struct tcs_trie;

TOCSIN_MUST_CHECK tocsin_status tcs_trie_new(const struct tcs_piece *pieces, size_t count, struct tcs_trie **trie_out);
void tcs_trie_free(struct tcs_trie *trie);

/* Does a piece begin with the character spelled at p, plain, and go on in any spelling up to end? */
bool tcs_walk_from(const struct tcs_trie *trie, enum tcs_syntax syntax, const char *p, const char *end);
/*
 * p is where an odd spelling begins (an ignorable, a compatibility form, an escape, a reference): does a piece begin inside
 * it, or earlier, with nothing but plain characters (and stops) between base and p, and go on through it?
 */
bool tcs_walk_around(const struct tcs_trie *trie, enum tcs_syntax syntax, const char *base, const char *p,
                     const char *end);

#endif
