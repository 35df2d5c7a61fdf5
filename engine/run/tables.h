/*
 * tables: CSV inputs through the stages: a document a row, whose first row names the columns. Rows that the sieve lets
 * through are located, decoded and examined; the others are counted. A row that is damaged is quarantined only if its
 * bytes hold a piece (or under validate). A quoted field that never ends costs the rows up to the first line feed in it.
 */
#ifndef TOCSIN_TABLES_H
#define TOCSIN_TABLES_H

#include "run/worker.h"

/*
 * Works off the whole rows in the chunk (at_end: and the last one, unfinished if is_damaged); *used_out is where the rest
 * begins. To be called again until it uses nothing.
 */
TOCSIN_MUST_CHECK tocsin_status tcs_tables_process(struct tcs_worker *worker, bool at_end, bool is_damaged,
                                                   size_t *used_out, struct tocsin_error *err);

#endif
