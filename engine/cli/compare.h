/*
 * compare: the lines that two scans of one corpus wrote, merged in the order of the corpus. A line of each is held at a
 * time, whatever the corpus holds. Owned by the caller; one thread.
 */
#ifndef TOCSIN_COMPARE_H
#define TOCSIN_COMPARE_H

#include <stdio.h>

#include "cli/flagged.h"

/* What a document is under the new patterns. */
enum tcs_change { TCS_CHANGE_NEW, TCS_CHANGE_DROPPED, TCS_CHANGE_CHANGED, TCS_CHANGE_NONE, TCS_CHANGE_COUNT };

struct tcs_compare_side {
    FILE *file;
    const char *path;
    char *text; /* the line at hand */
    size_t cap, len;
    bool has_line, is_used; /* there is one; it was delivered */
    size_t input;           /* where its input stands among the inputs */
    struct tcs_flagged flagged;
    struct tcs_flagged_line line;
};

/* All zero is closed. */
struct tcs_compare {
    struct tcs_compare_side sides[2]; /* old, new */
    const char *const *inputs;
    size_t input_count;
};

/* A document that at least one of both flags. */
struct tcs_compared {
    enum tcs_change change; /* CHANGED: another label, score or rules */
    const struct tcs_compare_side *old_side, *new_side; /* NULL where it is not flagged */
};

/* Opens what both scans wrote; inputs: theirs, in their order, borrowed. TOCSIN_E_IO. */
TOCSIN_MUST_CHECK tocsin_status tcs_compare_open(struct tcs_compare *compare, const char *const paths[2],
                                                 const char *const *inputs, size_t input_count, struct tocsin_error *err);
/* The next one, borrowed until the next call; false in *has_out at the end. */
TOCSIN_MUST_CHECK tocsin_status tcs_compare_next(struct tcs_compare *compare, struct tcs_compared *compared,
                                                 bool *has_out, struct tocsin_error *err);
void tcs_compare_close(struct tcs_compare *compare);

#endif
