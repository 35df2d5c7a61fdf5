/*
 * Blocks go round: the thread fills one while the worker empties another. A block is handed over when it is full, or when it
 * holds something and the worker waits, so that nothing waits behind a slow pipe for longer than without a thread.
 */
#include "run/ahead.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "run/worker.h"

/* Each block that is handed over may wake a thread, which takes as long as inflating 50 KB: so they are large. */
#define BLOCKS 4
#define BLOCK_BYTES ((size_t)1 << 20)
#define ROOM_BYTES (BLOCK_BYTES + BLOCK_BYTES / 4) /* the last member may end in it: what is read in one go is read faster */
#define EVENTS 512

struct event {
    struct tcs_read read;
    uint64_t stored;
    double seconds;
    tocsin_status status;
    struct tocsin_error err;
};

struct block {
    char bytes[ROOM_BYTES];
    struct event events[EVENTS];
    size_t len, count;
};

struct tcs_ahead {
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    struct tcs_reader *reader;
    atomic_bool is_stopped;
    atomic_bool is_awaited;   /* the worker waits for a block */
    size_t filled, emptied;   /* blocks, ever; under the lock */
    struct block *blocks;
    size_t event, byte, given; /* of the worker, in its block: next event, next byte, bytes of the event that it has */
};

static bool is_last(const struct event *event)
{
    return event->status != TOCSIN_OK || event->read.event == TCS_READ_END;
}

/* Fills a block; true where the input goes on. */
static bool fill(struct tcs_ahead *a, struct block *block)
{
    struct event *event;

    block->len = block->count = 0;
    do {
        double start = tcs_worker_clock();

        event = &block->events[block->count++];
        *event = (struct event){.status = TOCSIN_OK};
        event->status = tcs_reader_read(a->reader, block->bytes + block->len, ROOM_BYTES - block->len, &event->read,
                                        &event->err);
        event->stored = tcs_reader_stored_bytes(a->reader);
        event->seconds = tcs_worker_clock() - start;
        block->len += event->read.length;
        if (is_last(event))
            return false;
    } while (block->len < BLOCK_BYTES && block->count < EVENTS && !atomic_load(&a->is_awaited) &&
             !atomic_load(&a->is_stopped));
    return true;
}

static void *read_on(void *argument)
{
    struct tcs_ahead *a = argument;
    bool goes_on = true;

    while (goes_on && !atomic_load(&a->is_stopped)) {
        pthread_mutex_lock(&a->lock);
        while (a->filled - a->emptied == BLOCKS && !atomic_load(&a->is_stopped))
            pthread_cond_wait(&a->changed, &a->lock);
        pthread_mutex_unlock(&a->lock);
        if (atomic_load(&a->is_stopped))
            break;
        goes_on = fill(a, &a->blocks[a->filled % BLOCKS]); /* only this thread changes filled */
        pthread_mutex_lock(&a->lock);
        a->filled++;
        atomic_store(&a->is_awaited, false);
        pthread_cond_broadcast(&a->changed);
        pthread_mutex_unlock(&a->lock);
    }
    return NULL;
}

struct tcs_ahead *tcs_ahead_start(struct tcs_reader *reader)
{
    struct tcs_ahead *a = calloc(1, sizeof *a);

    if (!a)
        return NULL;
    a->reader = reader;
    atomic_store(&a->is_awaited, true); /* the first bytes are: they must not wait for more from a pipe */
    a->blocks = malloc(BLOCKS * sizeof *a->blocks);
    pthread_mutex_init(&a->lock, NULL);
    pthread_cond_init(&a->changed, NULL);
    tcs_reader_set_stop(reader, &a->is_stopped);
    if (a->blocks && pthread_create(&a->thread, NULL, read_on, a) == 0)
        return a;
    tcs_reader_set_stop(reader, NULL);
    pthread_cond_destroy(&a->changed);
    pthread_mutex_destroy(&a->lock);
    free(a->blocks);
    free(a);
    return NULL;
}

/* The block that the worker reads from. */
static struct block *wait_for_block(struct tcs_ahead *a)
{
    pthread_mutex_lock(&a->lock);
    while (a->filled == a->emptied) {
        atomic_store(&a->is_awaited, true);
        pthread_cond_wait(&a->changed, &a->lock);
    }
    pthread_mutex_unlock(&a->lock);
    return &a->blocks[a->emptied % BLOCKS]; /* only this thread changes emptied */
}

/* Goes to the next event, and gives the block back behind its last one. The input's last event stays. */
static void pass_event(struct tcs_ahead *a, const struct block *block)
{
    if (is_last(&block->events[a->event]))
        return;
    a->given = 0;
    if (++a->event < block->count)
        return;
    a->event = a->byte = 0;
    pthread_mutex_lock(&a->lock);
    a->emptied++;
    pthread_cond_broadcast(&a->changed);
    pthread_mutex_unlock(&a->lock);
}

tocsin_status tcs_ahead_read(struct tcs_ahead *a, char *out, size_t cap, struct tcs_read *read, uint64_t *stored_out,
                             double *seconds_out, struct tocsin_error *err)
{
    struct block *block = wait_for_block(a);
    struct event *event = &block->events[a->event];
    size_t left = event->read.length - a->given, len = left < cap ? left : cap;
    tocsin_status st = TOCSIN_OK;

    *read = event->read;
    *stored_out = event->stored;
    *seconds_out = event->seconds;
    event->seconds = 0;
    read->length = len;
    if (len)
        memcpy(out, block->bytes + a->byte, len);
    a->byte += len;
    a->given += len;
    if (len < left) { /* what ends the event comes with its last byte */
        read->event = TCS_READ_DATA;
        read->member_length = 0;
        return TOCSIN_OK;
    }
    st = event->status;
    if (err && (st != TOCSIN_OK || read->event == TCS_READ_DAMAGE))
        *err = event->err;
    pass_event(a, block);
    return st;
}

void tcs_ahead_stop(struct tcs_ahead *a)
{
    if (!a)
        return;
    pthread_mutex_lock(&a->lock);
    atomic_store(&a->is_stopped, true);
    pthread_cond_broadcast(&a->changed);
    pthread_mutex_unlock(&a->lock);
    (void)pthread_join(a->thread, NULL);
    tcs_reader_set_stop(a->reader, NULL);
    pthread_cond_destroy(&a->changed);
    pthread_mutex_destroy(&a->lock);
    free(a->blocks);
    free(a);
}
