/*
 * tune: reads a sample as a scan does and measures how frequent the pieces of a ruleset's terms are in it. One thread.
 */
#ifndef TOCSIN_TUNE_H
#define TOCSIN_TUNE_H

#include "rules/ruleset.h"

/*
 * Appends to table the lines of a frequencies.tsv, under a comment that says of how many documents. TOCSIN_E_ARG where the
 * sample holds none, TOCSIN_E_IO where a part of it could not be read.
 */
TOCSIN_MUST_CHECK tocsin_status tcs_tune_measure(struct tcs_ruleset *ruleset, const char *const *inputs, size_t count,
                                                 struct tcs_buf *table, struct tocsin_error *err);

#endif
