/*
 * progress: tells people how far a scan is: a bar on a terminal, at most four times a second, or a line every N
 * seconds. Reads counters that workers keep; writes to standard error only. The caller's thread drives it.
 */
#ifndef TOCSIN_PROGRESS_H
#define TOCSIN_PROGRESS_H

#include "base/buf.h"

struct tcs_progress {
    bool is_bar;         /* on a terminal */
    double every;        /* seconds between reports; 0 for none */
    double start, last;
    uint64_t total_bytes; /* stored bytes of all inputs; 0 where unknown */
    bool is_shown;       /* a bar stands on the terminal's last line */
};

struct tcs_progress_counts {
    uint64_t stored_bytes, documents, flagged;
};

/* mode as in struct tcs_scan_options. */
void tcs_progress_start(struct tcs_progress *progress, int mode, double now, uint64_t total_bytes);
/* Shows something if it is time. */
void tcs_progress_report(struct tcs_progress *progress, double now, struct tcs_progress_counts counts);
/* Takes the bar away. */
void tcs_progress_clear(struct tcs_progress *progress);

#endif
