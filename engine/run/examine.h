/*
 * examine: what happens to one document behind the sieve: check, judge, and the line that comes of it. The document's
 * fields are made on demand, because the check can do without them.
 */
#ifndef TOCSIN_EXAMINE_H
#define TOCSIN_EXAMINE_H

#include "run/worker.h"

/* The document in worker->doc (fields filled) at pointer. */
TOCSIN_MUST_CHECK tocsin_status tcs_examine_document(struct tcs_worker *worker, const struct tcs_pointer *pointer,
                                                     struct tocsin_error *err);
/*
 * A document of which fields are HTML inside JSON or CSV, sieved here: spellings of both compose (`\u003cb>`), so the sieve
 * reads the values of the fields, not the raw bytes.
 */
TOCSIN_MUST_CHECK tocsin_status tcs_examine_fields(struct tcs_worker *worker, const struct tcs_pointer *pointer,
                                                   struct tocsin_error *err);
/* An HTML page, UTF-8; worker->doc holds its metadata so far (id, url, charset). */
TOCSIN_MUST_CHECK tocsin_status tcs_examine_page(struct tcs_worker *worker, struct tcs_str html,
                                                 const struct tcs_pointer *pointer, struct tocsin_error *err);

#endif
