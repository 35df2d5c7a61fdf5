/*
 * sample: how much of an input of lines or rows that is taken for UTF-8 does not decode: counted in its first 256 KiB, then
 * in samples, so that it costs next to nothing. Where samples lie depends on the stored members alone, not on chunks or on
 * who reads them, so that every run counts the same. (A converted input is counted whole, in run/intake.)
 */
#ifndef TOCSIN_SAMPLE_H
#define TOCSIN_SAMPLE_H

#include "run/worker.h"

/* Reads of what is to be decided from, and counted, before all else. */
#define TCS_SAMPLE_FIRST ((size_t)256 << 10)

/* Of the member at hand. */
struct tcs_sample {
    bool is_on;        /* there is something to count */
    bool is_open;      /* text is a sample that goes on */
    uint64_t decoded;  /* bytes of the member so far */
    struct tcs_buf text;
};

/* Is the input at hand one that is sampled? */
bool tcs_sample_is_due(const struct tcs_input_state *input);
/* Counts the first chunk. */
void tcs_sample_first(struct tcs_worker *worker, bool at_end);
/* Takes what was read, before the chunk is worked off. starts: the member begins with it. */
void tcs_sample_read(struct tcs_sample *sample, struct tcs_worker *worker, const struct tcs_read *read, bool starts,
                     const char *bytes);

#endif
