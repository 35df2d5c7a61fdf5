/*
 * rows: inputs of one document a line (JSONL, lines of text) through the stages.
 */
#ifndef TOCSIN_ROWS_H
#define TOCSIN_ROWS_H

#include "run/worker.h"

/*
 * Documents of JSONL and CSV that are parsed in any case, from the input's start, until there is a field of each role asked
 * for.
 */
#define TCS_ROWS_PARSED 1000

/* Is it known whether the fields occur? */
bool tcs_rows_are_known(const struct tcs_worker *worker);
/* Are documents parsed that are no candidates? */
bool tcs_rows_parse_all(const struct tcs_worker *worker);
/* worker->doc was parsed: what it tells of the input. */
void tcs_rows_note_parsed(struct tcs_worker *worker);

/*
 * Works on the chunk's lines up to the last line feed (all of it where at_end) and sets *used_out to the bytes that are
 * done with. is_damaged: the input broke behind the chunk; the last line, if unfinished, is a damaged document.
 * TOCSIN_E_LIMIT never: a line over the limit is quarantined and skipped.
 */
TOCSIN_MUST_CHECK tocsin_status tcs_rows_process(struct tcs_worker *worker, bool at_end, bool is_damaged, size_t *used_out,
                                                 struct tocsin_error *err);

#endif
