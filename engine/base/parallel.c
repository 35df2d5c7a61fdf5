/* Whoever is free takes the next number. */
#include "base/parallel.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <unistd.h>

#define THREADS_MAX 64

struct work {
    tcs_job job;
    void *context;
    size_t count;
    atomic_size_t next;
};

unsigned tcs_cores(void)
{
    cpu_set_t sets[16];
    long online;

    if (sched_getaffinity(0, sizeof sets, sets) == 0) {
        int count = CPU_COUNT_S(sizeof sets, sets);

        return count > 0 ? (unsigned)count : 1;
    }
    online = sysconf(_SC_NPROCESSORS_ONLN);
    return online > 0 ? (unsigned)online : 1;
}

static void *run_jobs(void *context)
{
    struct work *work = context;
    size_t number;

    while ((number = atomic_fetch_add(&work->next, 1)) < work->count)
        work->job(work->context, number);
    return NULL;
}

void tcs_parallel(size_t count, unsigned threads, tcs_job job, void *context)
{
    struct work work = {.job = job, .context = context, .count = count};
    pthread_t others[THREADS_MAX];
    unsigned started = 0;

    while (started + 1 < threads && started + 1 < count && started < THREADS_MAX &&
           pthread_create(&others[started], NULL, run_jobs, &work) == 0)
        started++;
    (void)run_jobs(&work);
    while (started)
        (void)pthread_join(others[--started], NULL);
}
