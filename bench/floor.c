/*
 * bench/floor: inflation and nothing else, which is the least that any program spends on a compressed corpus. Inflates
 * each FILE, member after member, into a buffer that is used again, checks CRC and length, and prints one line: stored
 * and decoded bytes, members. With --threads N, N threads take whole files from the list.
 * Usage: floor --lib isal|libdeflate|zlib|zstd [--threads N] FILE...; floor --list prints the libraries of this build.
 */
#include <getopt.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "members.h"

#define THREADS_MAX 1024

struct job {
    const struct bench_library *library;
    char **paths;
    size_t count;
    atomic_size_t next;
};

struct worker {
    struct job *job;
    struct bench_totals totals;
    pthread_t thread;
};

static void *work(void *arg)
{
    struct worker *worker = arg;
    struct bench_reader *reader = bench_reader_new(worker->job->library);
    size_t i;

    while ((i = atomic_fetch_add(&worker->job->next, 1)) < worker->job->count)
        bench_reader_file(reader, worker->job->paths[i], NULL, NULL, &worker->totals);
    bench_reader_free(reader);
    return NULL;
}

static void run(struct job *job, size_t threads)
{
    struct worker *workers = calloc(threads, sizeof *workers);
    struct bench_totals sum = {0};
    size_t i;

    if (!workers)
        bench_die("no memory for %zu workers", threads);
    for (i = 0; i < threads; i++)
        workers[i].job = job;
    for (i = 1; i < threads; i++) /* the first is this thread */
        if (pthread_create(&workers[i].thread, NULL, work, &workers[i]) != 0)
            bench_die("thread %zu cannot be made", i);
    work(&workers[0]);
    for (i = 0; i < threads; i++) {
        if (i > 0)
            pthread_join(workers[i].thread, NULL);
        sum.stored += workers[i].totals.stored;
        sum.decoded += workers[i].totals.decoded;
        sum.members += workers[i].totals.members;
    }
    free(workers);
    printf("%" PRIu64 " %" PRIu64 " %" PRIu64 "\n", sum.stored, sum.decoded, sum.members);
}

int main(int argc, char **argv)
{
    static const struct option options[] = {
        {"lib", required_argument, NULL, 'l'}, {"threads", required_argument, NULL, 't'},
        {"list", no_argument, NULL, 'L'},      {0}};
    struct job job = {0};
    unsigned long threads = 1;
    int option;

    while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
        if (option == 'L') {
            bench_library_list();
            return 0;
        }
        if (option == 'l' && !(job.library = bench_library_find(optarg)))
            bench_die("--lib %s: this build has no such library; see --list", optarg);
        else if (option == 't')
            threads = strtoul(optarg, NULL, 10);
        else if (option == '?')
            return 2;
    }
    if (!job.library || optind == argc || threads < 1 || threads > THREADS_MAX)
        bench_die("usage: floor --lib isal|libdeflate|zlib|zstd [--threads N] FILE...");
    job.paths = argv + optind;
    job.count = (size_t)(argc - optind);
    run(&job, threads);
    return 0;
}
