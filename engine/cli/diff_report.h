/* diff_report: what `diff` prints of one document, for people and as JSON, and its totals. */
#ifndef TOCSIN_DIFF_REPORT_H
#define TOCSIN_DIFF_REPORT_H

#include "cli/compare.h"

/* Documents in which a rule fires under one set of patterns and not under the other. */
struct tcs_diff_rule {
    char *name; /* owned */
    uint64_t gained, lost;
};

/* All zero is ready. */
struct tcs_diff_totals {
    uint64_t changes[TCS_CHANGE_COUNT];
    struct tcs_diff_rule *rules; /* as they were met */
    size_t rule_count, rule_cap;
};
TOCSIN_MUST_CHECK tocsin_status tcs_diff_count(struct tcs_diff_totals *totals, const struct tcs_compared *compared);
void tcs_diff_totals_release(struct tcs_diff_totals *totals);

/* A document that is no TCS_CHANGE_NONE, in a few lines. */
TOCSIN_MUST_CHECK tocsin_status tcs_diff_text(const struct tcs_compared *compared, struct tcs_buf *out);
/* The same as one line, which holds the lines of both scans. */
TOCSIN_MUST_CHECK tocsin_status tcs_diff_json(const struct tcs_compared *compared, struct tcs_buf *out);
/* One line, and one a rule that gained or lost. documents: in the corpus. */
TOCSIN_MUST_CHECK tocsin_status tcs_diff_text_totals(const struct tcs_diff_totals *totals, uint64_t documents,
                                                     struct tcs_buf *out);

#endif
