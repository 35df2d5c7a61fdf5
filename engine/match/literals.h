/*
 * literals: many byte strings looked for at once. The only door to Hyperscan (or Vectorscan), to match/hashed, which takes
 * its place for sets so large that Hyperscan needs minutes to compile them, and to match/few, for a handful. A set is built
 * from literals, or loaded from the bytes of an earlier build by the same library on the same kind of CPU; it is immutable
 * and shared. Each thread has a scratch. Literals are 1 to 32 bytes, the limit under which Hyperscan 5.4.0 is known not to
 * lose hits, and do not begin with NUL, which some releases of both libraries take for an empty literal (no term holds
 * NUL).
 */
#ifndef TOCSIN_LITERALS_H
#define TOCSIN_LITERALS_H

#include "base/buf.h"
#include "base/error.h"
#include "match/automaton.h"
#include "match/few.h"
#include "match/hashed.h"

#define TCS_LITERAL_MAX 32

struct tcs_literals;
struct tcs_literals_scratch;

/*
 * Copies count distinct literals (ids are their indices); caseless folds A-Z. count 0 is a set that finds nothing. edges, by
 * literal, or NULL: occurrences that need not be reported (enum tcs_literal_edge).
 */
TOCSIN_MUST_CHECK tocsin_status tcs_literals_new(const struct tcs_str *literals, const uint8_t *edges, size_t count,
                                                 bool caseless, struct tcs_literals **literals_out,
                                                 struct tocsin_error *err);
/*
 * The same, with the engine's part taken from `engine` (tcs_literals_save) instead of being compiled; where that does not
 * fit this library or CPU it is compiled after all and *recompiled_out set. The bytes must be trusted, stand at an address
 * that 8 divides and stay there as long as the set. literals may be NULL where tcs_literals_are_in_engine: then an engine's
 * part that does not fit is TOCSIN_E_CORRUPT.
 */
TOCSIN_MUST_CHECK tocsin_status tcs_literals_load(const struct tcs_str *literals, const uint8_t *edges, size_t count,
                                                  bool caseless, struct tcs_str engine, struct tcs_literals **literals_out,
                                                  bool *recompiled_out, struct tocsin_error *err);
/* Of a set of so many, does the engine's part hold the literals too? */
bool tcs_literals_are_in_engine(size_t count);
void tcs_literals_free(struct tcs_literals *literals);
/* Appends the engine's part. */
TOCSIN_MUST_CHECK tocsin_status tcs_literals_save(const struct tcs_literals *literals, struct tcs_buf *out,
                                                  struct tocsin_error *err);
size_t tcs_literals_count(const struct tcs_literals *literals);
struct tcs_str tcs_literals_text(const struct tcs_literals *literals, uint32_t id);

/* A scratch serves any number of sets, once each was given to _fit; not while a scan with it is running. */
TOCSIN_MUST_CHECK tocsin_status tcs_literals_scratch_fit(struct tcs_literals_scratch **scratch,
                                                         const struct tcs_literals *literals, struct tocsin_error *err);
void tcs_literals_scratch_free(struct tcs_literals_scratch *scratch);

/*
 * Reports every occurrence in data, not in order. TOCSIN_E_INTERNAL: the engine failed and hits may be missing; the caller
 * must not trust what it saw and can use tcs_literals_scan_plain instead.
 */
TOCSIN_MUST_CHECK tocsin_status tcs_literals_scan(const struct tcs_literals *literals,
                                                  struct tcs_literals_scratch *scratch, const char *data, size_t len,
                                                  tcs_literal_seen seen, void *context);
/* The same by Aho-Corasick, in order; builds the automaton on first use (thread-safe). */
TOCSIN_MUST_CHECK tocsin_status tcs_literals_scan_plain(const struct tcs_literals *literals, const char *data, size_t len,
                                                        tcs_literal_seen seen, void *context);

/* "Hyperscan" or "Vectorscan", by the number of the release; and "5.4.0 2021-01-26", as the library tells it. Static. */
const char *tcs_literals_engine_name(void);
const char *tcs_literals_engine_version(void);
/* Whether it can run on this CPU. */
bool tcs_literals_engine_works_here(void);
/* What the engine makes use of on this CPU: "AVX2, AVX512"; "none" where it knows of nothing. Appends to out. */
TOCSIN_MUST_CHECK tocsin_status tcs_literals_engine_cpu(struct tcs_buf *out, struct tocsin_error *err);
/*
 * Does the engine report all occurrences of literals, and no others, in text, without an error? For a library's known
 * faults: these literals may have any length.
 */
TOCSIN_MUST_CHECK tocsin_status tcs_literals_try(const struct tcs_str *literals, size_t count, bool caseless,
                                                 struct tcs_str text, bool *is_sound_out, struct tocsin_error *err);

#endif
