/*
 * trace: which pieces stand in a document, and where. The sieve's answer taken apart: it names a piece in every document
 * that the sieve would let through, and none in another. Slow beside the sieve (a plain automaton over more literals, and no
 * stop at the first piece); for profiles. Immutable after it is built; any thread.
 */
#ifndef TOCSIN_TRACE_H
#define TOCSIN_TRACE_H

#include "base/error.h"
#include "input/document.h"
#include "match/context.h"

struct tcs_trace;

struct tcs_trace_place {
    uint32_t piece; /* index into those that the trace was made of */
    size_t start;   /* where it begins in the bytes */
};

/* All zero is empty; memory is kept between runs. */
struct tcs_trace_places {
    struct tcs_trace_place *items;
    size_t count, cap;
};
void tcs_trace_places_release(struct tcs_trace_places *places);

/* As tcs_sieve_new has them; several pieces may be equal, and are then all named whose contexts hold. */
TOCSIN_MUST_CHECK tocsin_status tcs_trace_new(const struct tcs_piece *pieces, const struct tcs_context *contexts,
                                              size_t count, enum tcs_syntax syntax, struct tcs_trace **trace_out);
void tcs_trace_free(struct tcs_trace *trace);
/* Fills places anew for the bytes of one document: by piece, then start, each once. TOCSIN_OK or TOCSIN_E_NOMEM. */
TOCSIN_MUST_CHECK tocsin_status tcs_trace_run(const struct tcs_trace *trace, struct tcs_str bytes,
                                              struct tcs_trace_places *places);

#endif
