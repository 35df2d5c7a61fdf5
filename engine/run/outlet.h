/*
 * outlet: lines of many inputs, written by many workers, in the order of the inputs. Each input has a turn; the worker
 * whose turn it is writes through, the others hold their lines back, up to a bound, then wait. Shared by threads.
 */
#ifndef TOCSIN_OUTLET_H
#define TOCSIN_OUTLET_H

#include <pthread.h>

#include "run/sink.h"

/* Held back by a worker before it waits for its turn. */
#define TCS_OUTLET_HELD_MAX ((size_t)8 << 20)

struct tcs_outlet {
    pthread_mutex_t lock;
    pthread_cond_t turned;
    size_t turn; /* number of the input that may write */
    bool is_unordered;
    bool has_failed; /* a write failed: nobody waits any more */
    struct tcs_sink *output, *quarantine; /* quarantine may be NULL */
    bool has_output;                      /* something was written; header is what stands above it, if anything does */
    struct tcs_buf header;
};

/* The lines of one input that were not yet written. */
struct tcs_outlet_lines {
    struct tcs_buf output, quarantine;
    /* The line that must stand above its output; written once a run, so all inputs must have the same. */
    struct tcs_buf header;
};

void tcs_outlet_init(struct tcs_outlet *outlet, struct tcs_sink *output, struct tcs_sink *quarantine, bool is_unordered);
void tcs_outlet_release(struct tcs_outlet *outlet);
/*
 * Writes lines if it is the turn of input, or if too much is held back (then it waits for the turn); else keeps them.
 * TOCSIN_E_ARG, without a place: their header is not that of the output.
 */
TOCSIN_MUST_CHECK tocsin_status tcs_outlet_offer(struct tcs_outlet *outlet, size_t input, struct tcs_outlet_lines *lines,
                                                 struct tocsin_error *err);
/*
 * Waits for the turn, writes what is left, and gives the turn to the next input. Call once for every input, also after a
 * failure.
 */
TOCSIN_MUST_CHECK tocsin_status tcs_outlet_close(struct tcs_outlet *outlet, size_t input, struct tcs_outlet_lines *lines,
                                                 struct tocsin_error *err);

#endif
