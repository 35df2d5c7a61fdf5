/*
 * walk: which pieces stand in raw bytes at a place? Reads forward from a place, decoding escapes, tags and references
 * as the syntax has them and folding code point by code point, against a trie of all pieces. It may name one
 * where the judge will not (it is the sieve's second look), never the reverse. The trie is immutable.
 */
#ifndef TOCSIN_WALK_H
#define TOCSIN_WALK_H

#include "base/buf.h"
#include "input/document.h"
#include "match/piece.h"

struct tcs_trie;

TOCSIN_MUST_CHECK tocsin_status tcs_trie_new(const struct tcs_piece *pieces, size_t count, struct tcs_trie **trie_out);
/* File form, filled up to 8 bytes. */
TOCSIN_MUST_CHECK tocsin_status tcs_trie_save(const struct tcs_trie *trie, struct tcs_buf *out);
/* The trie whose file form stands at the front of bytes, at an address that 8 divides; borrowed. It is cut off there. */
TOCSIN_MUST_CHECK tocsin_status tcs_trie_open(struct tcs_str *bytes, struct tcs_trie **trie_out);
void tcs_trie_free(struct tcs_trie *trie);
/* The node at which the first count characters of a piece end, 0 for none of them; UINT32_MAX where no piece begins so. */
uint32_t tcs_trie_node(const struct tcs_trie *trie, const uint32_t *cps, uint32_t count);
uint32_t tcs_trie_node_count(const struct tcs_trie *trie);
/* Does a piece go on over a border of Han and Latin at node? */
bool tcs_trie_has_border(const struct tcs_trie *trie, uint32_t node);

/*
 * Called for every piece that stands from start to end and ends at node, or, is_below, for all that begin as node does, where
 * what follows cannot be told. A place may be reported more than once.
 */
typedef void (*tcs_walk_seen)(void *context, const char *start, const char *end, uint32_t node, bool is_below);

/*
 * p is what may interrupt any piece (a quotation mark, a tag, a backslash): could it be in the midst of one? A cheap look
 * at the characters on both sides, which says yes too often.
 */
bool tcs_walk_may_break(const struct tcs_trie *trie, enum tcs_syntax syntax, const char *base, const char *p,
                        const char *end);

/*
 * Pieces that begin with the character spelled at p, plain, and go on in any spelling, to `least` or beyond it, before end.
 */
void tcs_walk_from(const struct tcs_trie *trie, enum tcs_syntax syntax, const char *p, const char *least, const char *end,
                   tcs_walk_seen seen, void *context);
/*
 * p is where an odd spelling begins (an ignorable, a compatibility form, an escape, a reference): pieces that begin inside
 * it, or earlier, with nothing but plain characters (and stops) between base and p, and go on through it.
 */
void tcs_walk_around(const struct tcs_trie *trie, enum tcs_syntax syntax, const char *base, const char *p, const char *least,
                     const char *end, tcs_walk_seen seen, void *context);
/*
 * How far text goes along a piece that begins at its start by characters that are whole and stand for themselves, and the
 * node that is reached by them.
 */
size_t tcs_walk_plain(const struct tcs_trie *trie, enum tcs_syntax syntax, struct tcs_str text, uint32_t *node_out);
/* bytes are a character in some spelling: may a piece go on through it? has_border: it may go on over such a border. */
bool tcs_walk_may_pass(const struct tcs_trie *trie, enum tcs_syntax syntax, struct tcs_str bytes, bool has_border);

#endif
