/*
 * sieve_parts: what a sieve consists of, for the files that are its module: sieve_make.c makes it, sieve_file.c saves and
 * loads it, sieve.c scans with it. Private to them; everybody else uses sieve.h.
 */
#ifndef TOCSIN_SIEVE_PARTS_H
#define TOCSIN_SIEVE_PARTS_H

#include "match/endings.h"
#include "match/guard.h"
#include "match/sieve.h"
#include "match/sieve_literals.h"
#include "match/walk.h"

/* What an occurrence of a literal is turned down by, before the document is looked for that it stands in. */
struct tcs_sight {
    uint8_t len, kinds; /* kinds: match/sieve_literals */
    uint8_t next, left; /* guards */
};

/* What it looks for and what that says: made here, or, of a loaded one, in the bytes that it came from. */
struct tcs_sieve {
    enum tcs_syntax syntax;
    struct tcs_literals *literals;
    const struct tcs_sight *sights; /* by literal */
    struct tcs_guards guards;
    const struct tcs_piece *pieces;
    const struct tcs_context *contexts; /* the first is empty, as most are in a large lexicon */
    const uint32_t *context_of;         /* by piece: of contexts */
    const uint8_t *side_of; /* by piece */
    size_t piece_count, context_count;
    struct tcs_sides sides;
    struct tcs_trie *trie;
    struct tcs_endings endings;
    /* WHOLE literal i is of pieces checks[first_check[i]] to checks[first_check[i + 1] - 1]; of none where it is enough. */
    const uint32_t *first_check, *checks;
    bool is_loaded;
};

static inline const struct tcs_context *tcs_sieve_context(const struct tcs_sieve *sieve, size_t piece)
{
    return &sieve->contexts[sieve->context_of[piece]];
}

#endif
