/*
 * sieve: the fast first stage. Looks for pieces of terms in raw bytes, many documents in a buffer, and names the
 * documents that may hold one. It may name a document too many, never one too few (design section 5). Immutable
 * after it is built; each thread has a scratch.
 */
#ifndef TOCSIN_SIEVE_H
#define TOCSIN_SIEVE_H

#include "base/error.h"
#include "input/document.h"
#include "match/context.h"
#include "match/literals.h"
#include "match/piece.h"
#include "match/sides.h"

struct tcs_sieve;

/* What a sieve looks for; borrowed. */
struct tcs_sought {
    const struct tcs_piece *pieces; /* none of count 0: without a piece every document is a candidate */
    size_t count;
    const struct tcs_context *contexts; /* by piece: what of a term must stand around it; NULL: nothing */
    const uint8_t *side_of;             /* by piece, below TCS_SIDES_MAX; NULL: 0 for all */
    const struct tcs_sides *sides;      /* NULL: side 0 is enough */
};

/* The document at a place in a buffer: [start, end) are offsets into it, number is the caller's. */
struct tcs_span {
    size_t start, end;
    size_t number;
};

/* A document with hits, and the sides that they are of. */
struct tcs_sifted {
    struct tcs_span span;
    uint64_t sides;
    bool is_candidate;
};

struct tcs_sieve_scratch {
    struct tcs_literals_scratch *literals;
    struct tcs_sifted *sifted; /* of the scan, ordered */
    size_t sifted_count, sifted_cap;
    struct tcs_span *candidates; /* result of the last scan: ordered, each document once */
    size_t candidate_count, candidate_cap;
    uint64_t engine_errors;
};
void tcs_sieve_scratch_release(struct tcs_sieve_scratch *scratch);

/*
 * Finds the document that holds byte `at` of the buffer; false where none does (a header, a blank line). The byte before a
 * document, where there is one, is no ASCII letter or digit.
 */
typedef bool (*tcs_locate)(void *context, size_t at, struct tcs_span *span_out);

TOCSIN_MUST_CHECK tocsin_status tcs_sieve_new(const struct tcs_sought *sought, enum tcs_syntax syntax,
                                              struct tcs_sieve **sieve_out, struct tocsin_error *err);
void tcs_sieve_free(struct tcs_sieve *sieve);
/*
 * File form: pieces, contexts, sides, literals, tables and the engine's part. The bytes must be trusted (match/dbfile),
 * stand at an address that 8 divides, and stay there as long as the sieve.
 */
TOCSIN_MUST_CHECK tocsin_status tcs_sieve_save(const struct tcs_sieve *sieve, struct tcs_buf *out,
                                               struct tocsin_error *err);
TOCSIN_MUST_CHECK tocsin_status tcs_sieve_load(struct tcs_str bytes, enum tcs_syntax syntax, struct tcs_sieve **sieve_out,
                                               bool *recompiled_out, struct tocsin_error *err);
size_t tcs_sieve_literal_count(const struct tcs_sieve *sieve);

TOCSIN_MUST_CHECK tocsin_status tcs_sieve_fit(const struct tcs_sieve *sieve, struct tcs_sieve_scratch *scratch,
                                              struct tocsin_error *err);
/*
 * Scans data and fills scratch->candidates. plain: by Aho-Corasick instead of the engine; the answer is the same. After an
 * engine error the scan is done again that way, and counted.
 */
TOCSIN_MUST_CHECK tocsin_status tcs_sieve_scan(const struct tcs_sieve *sieve, struct tcs_sieve_scratch *scratch,
                                               struct tcs_str data, bool plain, tcs_locate locate, void *context);

#endif
