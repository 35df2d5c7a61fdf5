/*
 * shards: one input among several workers. The worker at the input's head reads on from its start, as it would alone; others
 * take cells of the stored file ahead of it, each from the first place in the cell where a member seems to begin. Such a
 * shard counts once the head arrives at exactly that place, between two members, with the framer in its start state: then
 * the worker of the shard is the head, or, where the shard is done, the head goes on at its end. A shard at whose start the
 * head does not arrive is dropped. So it decides about speed only where cells lie and what seems to be a member.
 *
 * Here: who may take what, what was found, and the handing over. Shared by threads; what a worker does with its part of an
 * input stands in run/stretch. docs/threads.md says more.
 */
#ifndef TOCSIN_SHARDS_H
#define TOCSIN_SHARDS_H

#include <pthread.h>

#include "run/worker.h"

/* The stored bytes of an input for which one more thread is worth starting. */
#define TCS_SHARDS_BYTES_A_THREAD ((uint64_t)1 << 20)

struct tcs_split; /* an input that is split */
struct tcs_shard; /* a worker's part of it that does not count yet */

struct tcs_shards {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    struct tcs_split *splits; /* in the order in which they were opened */
    size_t inputs_left;       /* that did not come to their end */
    size_t shard_bytes;       /* 0: by the size of the input */
    unsigned threads;
    bool has_failed;
    _Atomic size_t *joined;   /* may be NULL */
    _Atomic int spare;        /* threads that may read ahead: more than the inputs keep busy */
};

/* Where the head is, and where it must stop: at each border between members it tells the first and looks at the second. */
struct tcs_border {
    _Atomic uint64_t at, stop;
};

/* What the head hands over. */
struct tcs_baton {
    struct tcs_input_state input;  /* so far */
    struct tcs_outlet_lines lines; /* not written yet */
    uint64_t searched;             /* tcs_reader_searched */
    uint64_t at;                   /* where the shard begins */
};

/* What came of a shard that came to its end. */
struct tcs_deposit {
    struct tcs_input_state input;  /* of the shard alone */
    struct tcs_outlet_lines lines; /* made ahead: tcs_line_settle */
    struct tcs_stats stats;
    struct tcs_buf notes; /* messages, each with a NUL */
    uint64_t end;         /* where the next member begins */
};
void tcs_deposit_release(struct tcs_deposit *deposit);

void tcs_shards_init(struct tcs_shards *shards, const struct tcs_scan_options *options);
/* After all workers are done. */
void tcs_shards_release(struct tcs_shards *shards);
/* An input came to its end. */
void tcs_shards_input_over(struct tcs_shards *shards);
/* The run is given up: nobody waits any more. */
void tcs_shards_fail(struct tcs_shards *shards);

/* ---- the head ---- */

/*
 * Splits the worker's input, of which the first chunk was read and everything decided that its start decides. NULL where it
 * is not of a kind that can be split, or is not worth it, or has too few members.
 */
struct tcs_split *tcs_split_open(struct tcs_shards *shards, const struct tcs_worker *worker, const struct tcs_reader *reader);
struct tcs_border *tcs_split_border(struct tcs_split *split);
/* A reader at a border. */
TOCSIN_MUST_CHECK tocsin_status tcs_split_reader(struct tcs_split *split, const struct tcs_reader_limits *limits,
                                                 uint64_t offset, struct tcs_reader **reader_out, struct tocsin_error *err);
enum tcs_arrival {
    TCS_ARRIVAL_PASS,   /* no shard that counts begins there: go on */
    TCS_ARRIVAL_HANDED, /* another worker is the head now, and owns what was in the baton; the split is not to be touched */
    TCS_ARRIVAL_TAKEN   /* *deposit is that of the shard that begins there, now owned by the caller */
};
/* The head stands between members. is_at_rest: a shard that begins there would do as the head would. */
enum tcs_arrival tcs_split_arrive(struct tcs_split *split, uint64_t at, bool is_at_rest, const struct tcs_baton *baton,
                                  struct tcs_deposit *deposit);
/* The head is done with the input. */
void tcs_split_close(struct tcs_split *split);

/* ---- a worker ahead of it ---- */

/* Waits for something to do; false where there will be nothing more. */
bool tcs_shards_claim(struct tcs_shards *shards, struct tcs_shard **shard_out);
/*
 * Looks where the shard begins: a reader at its first member. NULL where there is nothing to be done, or no memory; then the
 * shard is to be dropped.
 */
struct tcs_reader *tcs_shard_find(struct tcs_shard *shard, const struct tcs_reader_limits *limits);
struct tcs_split *tcs_shard_split(struct tcs_shard *shard);
/* The input as its start decided, with nothing counted. */
struct tcs_input_state tcs_shard_input(const struct tcs_shard *shard);
/* Its stop is where the cell ends. */
struct tcs_border *tcs_shard_border(struct tcs_shard *shard);
enum tcs_shard_state {
    TCS_SHARD_AHEAD, /* it is not known whether the shard counts */
    TCS_SHARD_HEAD,  /* it counts, and its worker is the head */
    TCS_SHARD_VOID   /* it does not count */
};
enum tcs_shard_state tcs_shard_look(struct tcs_shard *shard);
/* Waits until it is known. */
enum tcs_shard_state tcs_shard_wait(struct tcs_shard *shard);
/* The shard ended between members, at rest: leaves what came of it to the head. False where its state changed meanwhile. */
bool tcs_shard_deposit(struct tcs_shard *shard, const struct tcs_deposit *deposit);
/* Of a shard that is HEAD: the baton; the shard is gone, its worker has the split. */
void tcs_shard_take_baton(struct tcs_shard *shard, struct tcs_baton *baton);
/* The worker gives the shard up. False where it is HEAD by now: then there is no way back. */
TOCSIN_MUST_CHECK bool tcs_shard_drop(struct tcs_shard *shard);

#endif
