/* A bar is rewritten in place; a line is only ever appended. */
#include "run/progress.h"

#include <stdio.h>
#include <unistd.h>

#define BAR_SECONDS 0.25
#define BAR_WIDTH 24

void tcs_progress_start(struct tcs_progress *p, int mode, double now, uint64_t total_bytes)
{
    *p = (struct tcs_progress){.start = now, .last = now, .total_bytes = total_bytes};
    if (mode > 0)
        p->every = mode;
    else if (mode == 0 && isatty(STDERR_FILENO))
        p->every = BAR_SECONDS, p->is_bar = true;
}

static void show_bar(double share)
{
    int filled = (int)(share * BAR_WIDTH), i;

    fputs("\r\033[K[", stderr);
    for (i = 0; i < BAR_WIDTH; i++)
        fputc(i < filled ? '=' : ' ', stderr);
    fprintf(stderr, "] %3.0f%% ", share * 100);
}

void tcs_progress_report(struct tcs_progress *p, double now, struct tcs_progress_counts counts)
{
    double seconds = now - p->start, share = 0, rate;

    if (p->every <= 0 || now - p->last < p->every)
        return;
    p->last = now;
    rate = seconds > 0 ? (double)counts.stored_bytes / seconds : 0;
    if (p->total_bytes)
        share = (double)counts.stored_bytes / (double)p->total_bytes;
    if (share > 1)
        share = 1;
    if (p->is_bar)
        show_bar(share);
    else
        fputs("tocsin: ", stderr);
    fprintf(stderr, "%.1f MB read, %.0f MB/s, %llu documents, %llu flagged", (double)counts.stored_bytes / 1e6, rate / 1e6,
            (unsigned long long)counts.documents, (unsigned long long)counts.flagged);
    if (share > 0.01)
        fprintf(stderr, ", %.0f s left", seconds / share - seconds);
    if (!p->is_bar)
        fputc('\n', stderr);
    fflush(stderr);
    p->is_shown = p->is_bar;
}

void tcs_progress_clear(struct tcs_progress *p)
{
    if (p->is_shown)
        fputs("\r\033[K", stderr);
    p->is_shown = false;
}
