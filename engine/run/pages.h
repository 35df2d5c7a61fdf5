/*
 * pages: WARC inputs (`response` and `resource` with HTML or plain text, `conversion`) through the stages.
 */
#ifndef TOCSIN_PAGES_H
#define TOCSIN_PAGES_H

#include "run/worker.h"

/* As tcs_rows_process, for records. */
TOCSIN_MUST_CHECK tocsin_status tcs_pages_process(struct tcs_worker *worker, bool at_end, bool is_damaged,
                                                  size_t *used_out, struct tocsin_error *err);
/* A page that was fetched, no conversion: undoes its codings, decides its charset, decodes, sieves, examines. */
TOCSIN_MUST_CHECK tocsin_status tcs_pages_examine(struct tcs_worker *worker, struct tcs_page *page,
                                                  struct tocsin_error *err);

#endif
