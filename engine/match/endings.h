/*
 * endings: which of many pieces end at a node of their trie; several may be equal. Owns its memory; immutable after it is
 * made.
 */
#ifndef TOCSIN_ENDINGS_H
#define TOCSIN_ENDINGS_H

#include "match/walk.h"

struct tcs_ending {
    uint32_t node, piece;
};

/* All zero is empty. Those of a file point into it, and are not released. */
struct tcs_endings {
    const struct tcs_ending *items; /* by node, then piece */
    size_t count;
};

TOCSIN_MUST_CHECK tocsin_status tcs_endings_make(struct tcs_endings *endings, const struct tcs_trie *trie,
                                                 const struct tcs_piece *pieces, size_t count);
void tcs_endings_release(struct tcs_endings *endings);
/* The first of those at node, and in *count_out how many follow each other there. */
const struct tcs_ending *tcs_endings_at(const struct tcs_endings *endings, uint32_t node, size_t *count_out);

#endif
