/*
 * hashed: many byte strings looked for at once by hashing the bytes at each place where one may begin. Ours, for sets that
 * are too large for the engine behind match/literals, and for CPUs on which it is the faster one. Built in time linear in
 * the literals' bytes; immutable; any thread, no scratch.
 */
#ifndef TOCSIN_HASHED_H
#define TOCSIN_HASHED_H

#include "match/automaton.h"

/* What rules an occurrence out, so that it need not be reported: by literal, or-ed. */
enum tcs_literal_edge {
    TCS_EDGE_LEFT = 1, /* tcs_edges_hold would say that something touches it on the left, wherever a document begins */
    TCS_EDGE_RIGHT = 2 /* an ASCII letter or digit follows */
};

struct tcs_hashed;

/* Copies count non-empty literals (ids are their indices); edges may be NULL; caseless folds A-Z. */
TOCSIN_MUST_CHECK tocsin_status tcs_hashed_new(const struct tcs_str *literals, const uint8_t *edges, size_t count,
                                               bool caseless, struct tcs_hashed **hashed_out);
/* The set whose form (tcs_hashed_form) stands in bytes, which must be trusted, at an address that 8 divides; borrowed. */
TOCSIN_MUST_CHECK tocsin_status tcs_hashed_open(struct tcs_str bytes, struct tcs_hashed **hashed_out);
void tcs_hashed_free(struct tcs_hashed *hashed);
/* All of it, as long as it lives. */
struct tcs_str tcs_hashed_form(const struct tcs_hashed *hashed);
size_t tcs_hashed_count(const struct tcs_hashed *hashed);
/* A literal, folded where the set is caseless. */
struct tcs_str tcs_hashed_text(const struct tcs_hashed *hashed, uint32_t id);
/* From now on as on a CPU without AVX-512 VBMI: for tests. */
void tcs_hashed_be_plain(struct tcs_hashed *hashed);
/* Reports every occurrence that edges do not rule out, and perhaps some that they do, not in order. */
void tcs_hashed_scan(const struct tcs_hashed *hashed, const char *data, size_t len, tcs_literal_seen seen, void *context);

#endif
