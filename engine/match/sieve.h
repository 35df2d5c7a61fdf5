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

struct tcs_sieve;

/* The document at a place in a buffer: [start, end) are offsets into it, number is the caller's. */
struct tcs_span {
    size_t start, end;
    size_t number;
};

struct tcs_sieve_scratch {
    struct tcs_literals_scratch *literals;
    struct tcs_span *candidates; /* result of the last scan: ordered, each document once */
    size_t candidate_count, candidate_cap;
    uint64_t engine_errors;
};
void tcs_sieve_scratch_release(struct tcs_sieve_scratch *scratch);

/* Finds the document that holds byte `at` of the buffer; false where none does (a header, a blank line). */
typedef bool (*tcs_locate)(void *context, size_t at, struct tcs_span *span_out);

/*
 * Copies pieces, and what of a term must stand around each (contexts; NULL: nothing). Pieces with count 0 must not be among
 * them (without a piece every document is a candidate).
 */
TOCSIN_MUST_CHECK tocsin_status tcs_sieve_new(const struct tcs_piece *pieces, const struct tcs_context *contexts, size_t count,
                                              enum tcs_syntax syntax, struct tcs_sieve **sieve_out,
                                              struct tocsin_error *err);
void tcs_sieve_free(struct tcs_sieve *sieve);
/* File form: pieces, contexts, literals and the engine's part. The bytes must be trusted: see match/database. */
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
