/*
 * pipeline: one input from its first stored byte to its last line: reads chunks, cuts them at damage, hands them to the
 * framer of the format, and moves the unfinished rest to the front of the next chunk.
 */
#ifndef TOCSIN_PIPELINE_H
#define TOCSIN_PIPELINE_H

#include "run/shards.h"
#include "run/worker.h"

/*
 * Runs one input, or its beginning where other workers take over; its lines go to the outlet under `number`. Losses are
 * quarantined and do not fail the call. Fails with TOCSIN_E_NOMEM, TOCSIN_E_CANCELLED, TOCSIN_E_IO of the output,
 * TOCSIN_E_INTERNAL. Always gives its turn at the outlet on.
 */
TOCSIN_MUST_CHECK tocsin_status tcs_pipeline_run(struct tcs_worker *worker, const char *path, size_t number,
                                                 struct tocsin_error *err);
/*
 * The same from a shard on, to the shard's end or, where nobody else does what follows, the input's. What comes of a shard
 * that does not count is forgotten.
 */
TOCSIN_MUST_CHECK tocsin_status tcs_pipeline_run_ahead(struct tcs_worker *worker, struct tcs_shard *shard,
                                                       struct tocsin_error *err);

#endif
