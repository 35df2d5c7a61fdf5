/*
 * parallel: jobs that do not depend on each other, shared among threads. The jobs see to their own data; what they find out
 * is kept by number, so that results do not depend on the threads.
 */
#ifndef TOCSIN_PARALLEL_H
#define TOCSIN_PARALLEL_H

#include <stddef.h>

/* The cores that this process may use; at least 1. */
unsigned tcs_cores(void);

typedef void (*tcs_job)(void *context, size_t number);
/*
 * Calls job for each number below count, once, from at most that many threads, of which the caller's is one; returns when all
 * are done. Where threads cannot be started, fewer do the same.
 */
void tcs_parallel(size_t count, unsigned threads, tcs_job job, void *context);

#endif
