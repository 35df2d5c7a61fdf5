/*
 * stretch: what one worker does of one input: from its start, or from a shard's, to its end, or to where another worker's
 * stretch counts. While a stretch is ahead of the input's head (run/shards), its lines, counts and messages are kept by, and
 * whatever must not happen in vain waits: damage, the input's end, too many lines.
 */
#ifndef TOCSIN_STRETCH_H
#define TOCSIN_STRETCH_H

#include "run/intake.h"
#include "run/shards.h"

struct tcs_stretch {
    struct tcs_worker *worker;
    struct tcs_intake in;
    struct tcs_split *split; /* NULL: the input is not split */
    struct tcs_shard *shard; /* NULL: the stretch counts */
    bool is_over;            /* the rest of the input is another worker's */
    bool has_spare;          /* one of the run's spare threads is reading ahead */
    /* Of a stretch ahead: */
    uint64_t start;
    struct tcs_stats counted; /* what the worker counted before */
    uint64_t sieve_errors, finder_errors;
};

/* The first chunk was read and its format decided: from here on other workers, or one more thread, may help. */
void tcs_stretch_share(struct tcs_stretch *stretch);
/* Begins a shard: takes its reader. */
TOCSIN_MUST_CHECK tocsin_status tcs_stretch_begin(struct tcs_stretch *stretch, struct tcs_worker *worker,
                                                  struct tcs_shard *shard, struct tcs_reader *reader,
                                                  struct tocsin_error *err);
/* Before a chunk is worked off: sees whether the stretch counts by now, and waits for it where it must. */
TOCSIN_MUST_CHECK tocsin_status tcs_stretch_settle(struct tcs_stretch *stretch, struct tocsin_error *err);
/* Behind a chunk: hands over where another stretch begins. */
TOCSIN_MUST_CHECK tocsin_status tcs_stretch_hand_over(struct tcs_stretch *stretch, struct tocsin_error *err);
/*
 * A stretch that is ahead cannot go on: forgets all of it. Where it counts by now it stands at its start again, and the
 * caller goes on from there.
 */
TOCSIN_MUST_CHECK tocsin_status tcs_stretch_abandon(struct tcs_stretch *stretch, struct tocsin_error *err);
void tcs_stretch_end(struct tcs_stretch *stretch);

#endif
