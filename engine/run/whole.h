/*
 * whole: inputs that are one document each (`text`, `html`) through the stages.
 */
#ifndef TOCSIN_WHOLE_H
#define TOCSIN_WHOLE_H

#include "run/worker.h"

/* As tcs_rows_process; works when the input has ended or broken. */
TOCSIN_MUST_CHECK tocsin_status tcs_whole_process(struct tcs_worker *worker, bool at_end, bool is_damaged,
                                                  size_t *used_out, struct tocsin_error *err);

#endif
