/*
 * finder: finds terms in folded text, exactly (docs/matching.md, section 3) for the judge, or as a superset that
 * needs no map for the check. Built from folded terms; immutable; each thread has a scratch.
 */
#ifndef TOCSIN_FINDER_H
#define TOCSIN_FINDER_H

#include "base/error.h"
#include "match/fold.h"
#include "match/hit.h"
#include "match/literals.h"
#include "match/term.h"
#include "match/words.h"

struct tcs_finder;

/* Where anchors end in the folded texts that were searched since the last tcs_finder_begin; start_byte is of no account. */
struct tcs_finder_scratch {
    struct tcs_literals_scratch *literals;
    struct tcs_words *words;
    struct tcs_hits found;
    uint64_t engine_errors;
};
void tcs_finder_scratch_release(struct tcs_finder_scratch *scratch);

/*
 * Terms are borrowed until tcs_finder_free. engine: bytes of an earlier tcs_finder_save, or empty; borrowed too.
 */
TOCSIN_MUST_CHECK tocsin_status tcs_finder_new(const struct tcs_term *terms, size_t count, struct tcs_str engine,
                                               struct tcs_finder **finder_out,
                                               struct tocsin_error *err);
void tcs_finder_free(struct tcs_finder *finder);
TOCSIN_MUST_CHECK tocsin_status tcs_finder_save(const struct tcs_finder *finder, struct tcs_buf *out,
                                                struct tocsin_error *err);
TOCSIN_MUST_CHECK tocsin_status tcs_finder_fit(const struct tcs_finder *finder, struct tcs_finder_scratch *scratch,
                                               struct tocsin_error *err);

/* Forgets what was found in other texts. */
void tcs_finder_begin(struct tcs_finder_scratch *scratch);
/* Searches one text, the folded field of that number; numbers come in order. An engine error is counted, worked around. */
TOCSIN_MUST_CHECK tocsin_status tcs_finder_search(const struct tcs_finder *finder, struct tcs_finder_scratch *scratch,
                                                  uint32_t field, struct tcs_str folded);
/* Was anything found in that field? If not, it holds no term. */
bool tcs_finder_has(const struct tcs_finder_scratch *scratch, uint32_t field);

/*
 * Judge: appends the hits in one field to hits. text is the decoded field, folded its fold with a map; it was searched. Hits
 * come sorted by start, end, term, each (term, span) once.
 */
TOCSIN_MUST_CHECK tocsin_status tcs_finder_find(const struct tcs_finder *finder, struct tcs_finder_scratch *scratch,
                                                uint32_t field, struct tcs_str text, const struct tcs_folded *folded,
                                                struct tcs_hits *hits);
/*
 * Check: sets bit term % 8 of seen[term / 8] for every term that may have a hit in folded (no map needed), which was
 * searched as that field: word breaks and `unless` are not looked at, nor edges where they need the originals. Never misses
 * a term that tcs_finder_find would report.
 */
void tcs_finder_seen(const struct tcs_finder *finder, const struct tcs_finder_scratch *scratch, uint32_t field,
                     const struct tcs_folded *folded, uint8_t *seen);

#endif
