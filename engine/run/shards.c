/*
 * One lock for all, taken once a shard, not once a member. Shards stand in their split's list, by cell, while the head may
 * still arrive at them. A split lives as long as someone holds it: its head, and the worker of each shard.
 */
#include "run/shards.h"

#include <stdlib.h>
#include <unistd.h>

#include "run/rows.h"

/*
 * A cell costs as much as inflating 10 KB of it; but larger ones hold back more lines, and at the end workers are idle for
 * as long as the last one takes.
 */
#define CELL_MIN ((uint64_t)256 << 10)
#define CELL_MAX ((uint64_t)4 << 20)
#define CELLS_A_THREAD 32
/* Stored bytes without a member's start, before an input is shared and after, behind which no more is looked for. */
#define MEMBERLESS_AT_FIRST ((uint64_t)4 << 20)
#define MEMBERLESS_MAX ((uint64_t)16 << 20)
/* Shards of an input that the head did not arrive at yet, for each thread. */
#define SHARDS_A_THREAD 2

enum stage { SEARCHING, RUNNING, DONE, HEAD, VOID };

struct tcs_shard {
    struct tcs_split *split;
    struct tcs_shard *next;
    _Atomic int stage; /* enum stage; changed under the lock */
    bool is_listed;
    uint64_t from, to; /* the cell */
    uint64_t start;    /* once found */
    struct tcs_border border;
    struct tcs_baton baton;     /* HEAD */
    struct tcs_deposit deposit; /* DONE */
};

struct tcs_split {
    struct tcs_shards *all;
    struct tcs_split *next;
    struct tcs_input_state input;
    struct tcs_border border;
    struct tcs_shard *shards; /* by cell */
    const char *codec;
    int fd;
    uint64_t size, cell_bytes;
    uint64_t next_cell;
    size_t shard_count; /* in the list */
    uint64_t memberless; /* bytes of the latest cells, none of which had a member's start */
    unsigned holders;
    bool is_over;
};

void tcs_deposit_release(struct tcs_deposit *deposit)
{
    tcs_buf_release(&deposit->lines.output);
    tcs_buf_release(&deposit->lines.quarantine);
    tcs_buf_release(&deposit->lines.header);
    tcs_buf_release(&deposit->notes);
    tcs_stats_release(&deposit->stats);
}

void tcs_shards_init(struct tcs_shards *shards, const struct tcs_scan_options *options)
{
    *shards = (struct tcs_shards){.inputs_left = options->input_count,
                                  .shard_bytes = options->shard_bytes,
                                  .threads = options->threads,
                                  .joined = options->shards_joined};
    pthread_mutex_init(&shards->lock, NULL);
    pthread_cond_init(&shards->changed, NULL);
    if (options->threads > options->input_count)
        atomic_store(&shards->spare, (int)(options->threads - (unsigned)options->input_count));
}

/* ---- under the lock ---- */

static void free_split(struct tcs_split *split)
{
    struct tcs_split **place = &split->all->splits;

    while (*place != split)
        place = &(*place)->next;
    *place = split->next;
    (void)close(split->fd); /* only read from */
    free(split);
}

static void let_go(struct tcs_split *split)
{
    if (--split->holders == 0)
        free_split(split);
}

/* Takes the shard out of the list, so that the head passes its start. */
static void unlist(struct tcs_shard *shard)
{
    struct tcs_shard **place = &shard->split->shards;

    if (!shard->is_listed)
        return;
    while (*place != shard)
        place = &(*place)->next;
    *place = shard->next;
    shard->is_listed = false;
    shard->split->shard_count--;
}

static void make_void(struct tcs_shard *shard)
{
    unlist(shard);
    if (atomic_load(&shard->stage) == DONE) { /* without a worker */
        tcs_deposit_release(&shard->deposit);
        free(shard);
    } else {
        atomic_store(&shard->stage, VOID);
    }
}

static bool is_found(const struct tcs_shard *shard)
{
    return atomic_load(&shard->stage) != SEARCHING;
}

/* The head must stop at the first shard that was found. */
static void set_stop(struct tcs_split *split)
{
    const struct tcs_shard *shard = split->shards;

    while (shard && !is_found(shard))
        shard = shard->next;
    atomic_store(&split->border.stop, shard ? shard->start : UINT64_MAX);
}

static bool has_work(const struct tcs_split *split)
{
    return !split->is_over && split->memberless < MEMBERLESS_MAX &&
           split->shard_count < (size_t)SHARDS_A_THREAD * split->all->threads &&
           split->next_cell * split->cell_bytes < split->size;
}

static void pass_cells(struct tcs_split *split)
{
    uint64_t cell = atomic_load(&split->border.at) / split->cell_bytes + 1;

    if (split->next_cell < cell)
        split->next_cell = cell;
}

static bool take_cell(struct tcs_split *split, struct tcs_shard **shard_out)
{
    struct tcs_shard *shard, **place = &split->shards;

    pass_cells(split);
    if (!has_work(split))
        return false;
    shard = calloc(1, sizeof *shard);
    if (!shard)
        return false; /* the head does it all */
    shard->split = split;
    shard->from = split->next_cell++ * split->cell_bytes;
    shard->to = shard->from + split->cell_bytes;
    shard->is_listed = true;
    atomic_store(&shard->border.stop, shard->to);
    while (*place)
        place = &(*place)->next;
    *place = shard;
    split->shard_count++;
    split->holders++;
    *shard_out = shard;
    return true;
}

/* ---- all inputs ---- */

void tcs_shards_release(struct tcs_shards *shards)
{
    while (shards->splits) { /* of a run that failed */
        struct tcs_split *split = shards->splits;

        while (split->shards)
            make_void(split->shards);
        free_split(split);
    }
    pthread_cond_destroy(&shards->changed);
    pthread_mutex_destroy(&shards->lock);
}

static void change(struct tcs_shards *shards)
{
    pthread_cond_broadcast(&shards->changed);
    pthread_mutex_unlock(&shards->lock);
}

void tcs_shards_input_over(struct tcs_shards *shards)
{
    pthread_mutex_lock(&shards->lock);
    shards->inputs_left--;
    change(shards);
}

void tcs_shards_fail(struct tcs_shards *shards)
{
    pthread_mutex_lock(&shards->lock);
    shards->has_failed = true;
    change(shards);
}

bool tcs_shards_claim(struct tcs_shards *shards, struct tcs_shard **shard_out)
{
    bool is_claimed = false;

    pthread_mutex_lock(&shards->lock);
    while (shards->inputs_left && !shards->has_failed) {
        struct tcs_split *split = shards->splits;

        while (split && !take_cell(split, shard_out))
            split = split->next;
        is_claimed = split != NULL;
        if (is_claimed)
            break;
        pthread_cond_wait(&shards->changed, &shards->lock);
    }
    pthread_mutex_unlock(&shards->lock);
    return is_claimed;
}

/* ---- the head ---- */

/*
 * Profiles are made a worker at a time, visitors want documents in order, and what is converted or quoted cannot be entered
 * in the middle.
 */
static bool can_split(const struct tcs_worker *w, const struct tcs_reader *reader)
{
    const struct tcs_input_state *in = &w->input;

    return !w->options->profile && !w->options->visit && !in->is_converted && tcs_reader_is_fresh(reader) &&
           (in->format == TCS_FORMAT_WARC || in->format == TCS_FORMAT_ARC || in->format == TCS_FORMAT_JSONL ||
            in->format == TCS_FORMAT_LINES);
}

static uint64_t cell_bytes_for(const struct tcs_shards *shards, uint64_t size)
{
    uint64_t bytes = size / ((uint64_t)shards->threads * CELLS_A_THREAD);

    if (shards->shard_bytes)
        return shards->shard_bytes;
    return bytes < CELL_MIN ? CELL_MIN : bytes > CELL_MAX ? CELL_MAX : bytes;
}

/* Does a member begin soon behind the head? Else a thread is better used to read ahead. */
static bool has_members(struct tcs_split *split, const struct tcs_reader_limits *limits)
{
    uint64_t from = (atomic_load(&split->border.at) / split->cell_bytes + 1) * split->cell_bytes;
    struct tcs_reader *reader = NULL;
    bool has = tcs_split_reader(split, limits, from, &reader, NULL) == TOCSIN_OK &&
               tcs_reader_find_member(reader, from + MEMBERLESS_AT_FIRST);

    tcs_reader_free(reader);
    return has;
}

struct tcs_split *tcs_split_open(struct tcs_shards *shards, const struct tcs_worker *w, const struct tcs_reader *reader)
{
    uint64_t size = tcs_reader_stored_size(reader), cell = cell_bytes_for(shards, size);
    struct tcs_split *split, **place = &shards->splits;

    if (!can_split(w, reader) || shards->threads < 2 || size < 2 * cell || tcs_reader_stored_bytes(reader) >= size)
        return NULL;
    split = calloc(1, sizeof *split);
    if (!split)
        return NULL;
    split->all = shards;
    split->input = w->input;
    split->codec = tcs_reader_codec(reader);
    split->size = size;
    split->cell_bytes = cell;
    split->holders = 1;
    atomic_store(&split->border.at, tcs_reader_stored_bytes(reader));
    atomic_store(&split->border.stop, UINT64_MAX);
    split->fd = tcs_reader_share(reader);
    if (split->fd < 0 || (atomic_load(&shards->spare) > 0 && !has_members(split, &w->options->limits))) {
        if (split->fd >= 0)
            (void)close(split->fd);
        free(split);
        return NULL;
    }
    pthread_mutex_lock(&shards->lock);
    while (*place)
        place = &(*place)->next;
    *place = split;
    change(shards);
    return split;
}

struct tcs_border *tcs_split_border(struct tcs_split *split)
{
    return &split->border;
}

tocsin_status tcs_split_reader(struct tcs_split *split, const struct tcs_reader_limits *limits, uint64_t offset,
                               struct tcs_reader **reader_out, struct tocsin_error *err)
{
    return tcs_reader_open_at(split->fd, split->input.path, split->codec, offset, split->size, limits, reader_out, err);
}

/* The shard that begins at a place, if the head may go over to it; those before it will never count. */
static struct tcs_shard *shard_at(struct tcs_split *split, uint64_t at, bool is_at_rest)
{
    struct tcs_shard *shard = split->shards, *next;

    for (; shard; shard = next) {
        next = shard->next;
        if (!is_found(shard) || shard->start > at)
            continue;
        if (shard->start == at && is_at_rest)
            return shard;
        make_void(shard);
    }
    return NULL;
}

enum tcs_arrival tcs_split_arrive(struct tcs_split *split, uint64_t at, bool is_at_rest, const struct tcs_baton *baton,
                                  struct tcs_deposit *deposit)
{
    struct tcs_shards *all = split->all;
    enum tcs_arrival arrival = TCS_ARRIVAL_PASS;
    struct tcs_shard *shard;

    pthread_mutex_lock(&all->lock);
    atomic_store(&split->border.at, at);
    shard = shard_at(split, at, is_at_rest);
    if (shard)
        unlist(shard);
    if (shard && all->joined)
        atomic_fetch_add(all->joined, 1);
    set_stop(split);
    if (shard && atomic_load(&shard->stage) == DONE) {
        arrival = TCS_ARRIVAL_TAKEN;
        *deposit = shard->deposit;
        free(shard);
    } else if (shard) {
        arrival = TCS_ARRIVAL_HANDED;
        shard->baton = *baton;
        shard->baton.at = at;
        atomic_store(&shard->stage, HEAD);
        let_go(split); /* the shard's worker holds it */
    }
    change(all);
    return arrival;
}

void tcs_split_close(struct tcs_split *split)
{
    struct tcs_shards *all = split->all;

    pthread_mutex_lock(&all->lock);
    split->is_over = true;
    while (split->shards)
        make_void(split->shards);
    let_go(split);
    change(all);
}

/* ---- ahead of it ---- */

struct tcs_split *tcs_shard_split(struct tcs_shard *shard)
{
    return shard->split;
}

struct tcs_input_state tcs_shard_input(const struct tcs_shard *shard)
{
    struct tcs_input_state input = shard->split->input;

    input.records = 0;
    input.sequences = input.charset_errors = 0;
    input.parsed = TCS_ROWS_PARSED; /* that many were, before any shard counts */
    input.has_documents = input.is_skipping = false;
    input.roles = 0;
    input.is_ahead = true;
    return input;
}

struct tcs_border *tcs_shard_border(struct tcs_shard *shard)
{
    return &shard->border;
}

/* Notes what the search found; false where the head was faster. */
static bool take_start(struct tcs_shard *shard, bool found, uint64_t start)
{
    struct tcs_split *split = shard->split;
    bool is_taken;

    pthread_mutex_lock(&split->all->lock);
    split->memberless = found ? 0 : split->memberless + split->cell_bytes;
    is_taken = found && atomic_load(&shard->stage) == SEARCHING && start >= atomic_load(&split->border.at);
    if (is_taken) {
        shard->start = start;
        atomic_store(&shard->stage, RUNNING);
        set_stop(split);
    }
    change(split->all);
    return is_taken;
}

struct tcs_reader *tcs_shard_find(struct tcs_shard *shard, const struct tcs_reader_limits *limits)
{
    struct tcs_reader *reader = NULL;
    uint64_t start = 0;
    bool found = tcs_split_reader(shard->split, limits, shard->from, &reader, NULL) == TOCSIN_OK &&
                 tcs_reader_find_member(reader, shard->to) && tcs_reader_next_member(reader, &start);

    if (take_start(shard, found, start))
        return reader;
    tcs_reader_free(reader);
    return NULL;
}

enum tcs_shard_state tcs_shard_look(struct tcs_shard *shard)
{
    switch ((enum stage)atomic_load(&shard->stage)) {
    case HEAD:
        return TCS_SHARD_HEAD;
    case VOID:
        return TCS_SHARD_VOID;
    case SEARCHING:
    case RUNNING:
    case DONE:
    default:
        return TCS_SHARD_AHEAD;
    }
}

enum tcs_shard_state tcs_shard_wait(struct tcs_shard *shard)
{
    struct tcs_shards *all = shard->split->all;
    enum tcs_shard_state state;

    pthread_mutex_lock(&all->lock);
    while ((state = tcs_shard_look(shard)) == TCS_SHARD_AHEAD && !all->has_failed)
        pthread_cond_wait(&all->changed, &all->lock);
    pthread_mutex_unlock(&all->lock);
    return state == TCS_SHARD_AHEAD ? TCS_SHARD_VOID : state;
}

bool tcs_shard_deposit(struct tcs_shard *shard, const struct tcs_deposit *deposit)
{
    struct tcs_split *split = shard->split;
    struct tcs_shards *all = split->all;
    bool is_left;

    pthread_mutex_lock(&all->lock);
    is_left = atomic_load(&shard->stage) == RUNNING;
    if (is_left) {
        shard->deposit = *deposit;
        atomic_store(&shard->stage, DONE);
        let_go(split);
    }
    change(all);
    return is_left;
}

void tcs_shard_take_baton(struct tcs_shard *shard, struct tcs_baton *baton)
{
    struct tcs_shards *all = shard->split->all;

    pthread_mutex_lock(&all->lock); /* what the head before wrote is seen */
    *baton = shard->baton;
    pthread_mutex_unlock(&all->lock);
    free(shard);
}

bool tcs_shard_drop(struct tcs_shard *shard)
{
    struct tcs_split *split = shard->split;
    struct tcs_shards *all = split->all;
    bool is_head;

    pthread_mutex_lock(&all->lock);
    is_head = atomic_load(&shard->stage) == HEAD;
    if (!is_head) {
        unlist(shard);
        set_stop(split);
        let_go(split);
        free(shard);
    }
    change(all);
    return !is_head;
}
