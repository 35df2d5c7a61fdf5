/*
 * Workers take inputs one by one, and the outlet puts the lines in order. When no input is left they take shards of those
 * that are still being read. The calling thread waits and shows progress.
 */
#include "run/scan.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "run/outlet.h"
#include "run/pipeline.h"
#include "run/progress.h"
#include "run/shards.h"

#define POLL_NANOSECONDS 50000000L

struct run {
    struct tcs_ruleset *ruleset;
    const struct tcs_scan_options *options;
    struct tcs_outlet outlet;
    struct tcs_shards shards;
    struct tcs_sink *output, *quarantine;
    _Atomic size_t next_input;
    _Atomic unsigned running;
    _Atomic bool has_failed;
    _Atomic uint64_t stored_bytes;
};

struct thread {
    struct run *run;
    struct tcs_worker worker;
    pthread_t id;
    bool is_started;
    _Atomic uint64_t documents, flagged;
    tocsin_status status;
    struct tocsin_error err;
};

void tcs_scan_options_default(struct tcs_scan_options *options)
{
    *options = (struct tcs_scan_options){
        .max_hits = 64, .record_limit = (size_t)16 << 20, .chunk_bytes = (size_t)1 << 20, .threads = 1};
}

/* One input, or a shard of one. False where there is nothing more to do. */
static bool work_once(struct thread *t)
{
    struct run *run = t->run;
    size_t input = atomic_fetch_add(&run->next_input, 1);
    struct tcs_shard *shard;

    if (input < run->options->input_count)
        t->status = tcs_pipeline_run(&t->worker, run->options->inputs[input], input, &t->err);
    else if (tcs_shards_claim(&run->shards, &shard))
        t->status = tcs_pipeline_run_ahead(&t->worker, shard, &t->err);
    else
        return false;
    return t->status == TOCSIN_OK;
}

static void *work(void *argument)
{
    struct thread *t = argument;
    struct run *run = t->run;

    t->worker.shards = &run->shards;
    t->worker.progress_bytes = &run->stored_bytes;
    t->worker.progress_documents = &t->documents;
    t->worker.progress_flagged = &t->flagged;
    while (!atomic_load(&run->has_failed) && work_once(t))
        continue;
    if (t->status != TOCSIN_OK) {
        atomic_store(&run->has_failed, true);
        /* nobody must wait for a turn that will not come */
        pthread_mutex_lock(&run->outlet.lock);
        run->outlet.has_failed = true;
        pthread_cond_broadcast(&run->outlet.turned);
        pthread_mutex_unlock(&run->outlet.lock);
        tcs_shards_fail(&run->shards);
    }
    atomic_fetch_sub(&run->running, 1);
    return NULL;
}

/* As many threads as can have something to do: one for an input, and one more for each shard of a large one. */
static unsigned useful_threads(const struct tcs_scan_options *options)
{
    uint64_t shard = options->shard_bytes ? options->shard_bytes : TCS_SHARDS_BYTES_A_THREAD, useful = 0;
    struct stat info;
    size_t i;

    for (i = 0; i < options->input_count && useful < options->threads; i++) {
        useful++;
        if (stat(options->inputs[i], &info) == 0 && S_ISREG(info.st_mode))
            useful += (uint64_t)info.st_size / shard;
    }
    return useful < options->threads ? (unsigned)useful : options->threads;
}

static uint64_t total_size(const struct tcs_scan_options *options)
{
    uint64_t total = 0;
    struct stat info;
    size_t i;

    for (i = 0; i < options->input_count; i++) {
        if (stat(options->inputs[i], &info) != 0 || !S_ISREG(info.st_mode))
            return 0;
        total += (uint64_t)info.st_size;
    }
    return total;
}

static struct tcs_progress_counts count_progress(const struct run *run, const struct thread *threads, unsigned count)
{
    struct tcs_progress_counts counts = {.stored_bytes = atomic_load(&run->stored_bytes)};
    unsigned i;

    for (i = 0; i < count; i++) {
        counts.documents += atomic_load(&threads[i].documents);
        counts.flagged += atomic_load(&threads[i].flagged);
    }
    return counts;
}

static void wait_for(struct run *run, struct thread *threads, unsigned count)
{
    struct timespec pause = {0, POLL_NANOSECONDS};
    struct tcs_progress progress;
    unsigned i;

    tcs_progress_start(&progress, run->options->is_quiet ? -1 : run->options->progress, tcs_worker_clock(),
                       total_size(run->options));
    while (progress.every > 0 && atomic_load(&run->running)) {
        (void)nanosleep(&pause, NULL);
        tcs_progress_report(&progress, tcs_worker_clock(), count_progress(run, threads, count));
    }
    for (i = 0; i < count; i++)
        if (threads[i].is_started)
            (void)pthread_join(threads[i].id, NULL);
    tcs_progress_clear(&progress);
}

static tocsin_status open_sinks(struct run *run, struct tocsin_error *err)
{
    tocsin_status st = tcs_sink_open(run->options->output, run->options->cancel, &run->output, err);

    if (st == TOCSIN_OK && run->options->quarantine)
        st = tcs_sink_open(run->options->quarantine, run->options->cancel, &run->quarantine, err);
    return st;
}

static tocsin_status start_threads(struct run *run, struct thread *threads, unsigned count, struct tocsin_error *err)
{
    unsigned i;

    for (i = 0; i < count; i++) {
        tocsin_status st;

        threads[i].run = run;
        st = tcs_worker_init(&threads[i].worker, run->ruleset, run->options, &run->outlet, err);
        if (st != TOCSIN_OK)
            return st;
    }
    atomic_store(&run->running, count);
    for (i = 0; i < count; i++) {
        if (pthread_create(&threads[i].id, NULL, work, &threads[i]) != 0) {
            atomic_fetch_sub(&run->running, count - i);
            if (i)
                return TOCSIN_OK; /* fewer threads do the same work */
            return tcs_fail(err, TOCSIN_E_NOMEM, NULL, 0, "no thread could be started");
        }
        threads[i].is_started = true;
    }
    return TOCSIN_OK;
}

/* Adds up what the threads did; the first failure is the run's. */
static tocsin_status gather(struct thread *threads, unsigned count, struct tcs_stats *stats, struct tcs_profile *profile,
                            struct tocsin_error *err)
{
    tocsin_status st = TOCSIN_OK;
    unsigned i;

    for (i = 0; i < count; i++) {
        threads[i].worker.stats.engine_errors =
            threads[i].worker.sieve.engine_errors + threads[i].worker.judge.finder.engine_errors;
        tcs_stats_add(stats, &threads[i].worker.stats);
        if (profile)
            tcs_profile_add(profile, &threads[i].worker.profile);
        stats->is_incomplete |= threads[i].status != TOCSIN_OK;
        if (threads[i].status != TOCSIN_OK && (st == TOCSIN_OK || st == TOCSIN_E_CANCELLED)) {
            st = threads[i].status;
            if (err)
                *err = threads[i].err;
        }
    }
    return st;
}

tocsin_status tcs_scan_run(struct tcs_ruleset *ruleset, const struct tcs_scan_options *options, struct tcs_stats *stats,
                           struct tocsin_error *err)
{
    struct run run = {.ruleset = ruleset, .options = options};
    unsigned count = useful_threads(options), i;
    struct thread *threads = calloc(count + 1, sizeof *threads);
    double start = tcs_worker_clock();
    tocsin_status st = threads ? open_sinks(&run, err) : tcs_fail_nomem(err);

    tcs_shards_init(&run.shards, options);
    tcs_outlet_init(&run.outlet, run.output, run.quarantine, options->is_unordered);
    if (st == TOCSIN_OK && count)
        st = start_threads(&run, threads, count, err);
    if (st == TOCSIN_OK) {
        wait_for(&run, threads, count);
        st = gather(threads, count, stats, options->profile, err);
    }
    if (st == TOCSIN_OK && run.quarantine) /* first, so that no output stands where its losses could not be written */
        st = tcs_sink_finish(run.quarantine, err);
    if (st == TOCSIN_OK)
        st = tcs_sink_finish(run.output, err);
    stats->wall_seconds = tcs_worker_clock() - start;
    for (i = 0; threads && i < count; i++)
        tcs_worker_release(&threads[i].worker);
    free(threads);
    tcs_shards_release(&run.shards);
    tcs_outlet_release(&run.outlet);
    tcs_sink_free(run.output);
    tcs_sink_free(run.quarantine);
    return st;
}
