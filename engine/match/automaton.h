/*
 * automaton: a plain Aho-Corasick over byte strings, ours. It is what Tocsin falls back on when the engine
 * behind match/literals reports an error, and the witness that decides document damage under --no-sieve. Slow beside
 * Hyperscan, small, and obviously complete. Immutable after build; any thread.
 */
#ifndef TOCSIN_AUTOMATON_H
#define TOCSIN_AUTOMATON_H

#include "base/buf.h"

struct tcs_automaton;

/* Answers each occurrence: id of the literal, offset of the byte after it. True to stop. */
typedef bool (*tcs_literal_seen)(void *context, uint32_t id, size_t end);

/* Builds over count non-empty literals, ids 0 to count-1; caseless folds A-Z. Literals are not kept. */
TOCSIN_MUST_CHECK tocsin_status tcs_automaton_new(const struct tcs_str *literals, size_t count, bool caseless,
                                                  struct tcs_automaton **automaton_out);
void tcs_automaton_free(struct tcs_automaton *automaton);
/* Reports every occurrence of every literal, overlapping ones too, ordered by end. */
void tcs_automaton_scan(const struct tcs_automaton *automaton, const char *data, size_t len, tcs_literal_seen seen,
                        void *context);

#endif
