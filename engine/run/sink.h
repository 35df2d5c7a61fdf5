/*
 * sink: where lines go. A file appears whole or not at all: it is written under a temporary name in the same folder,
 * synced and renamed by finish; what is freed unfinished is removed. NULL as path is standard output. One thread at a time.
 */
#ifndef TOCSIN_SINK_H
#define TOCSIN_SINK_H

#include <stdatomic.h>

#include "base/buf.h"
#include "base/error.h"

struct tcs_sink;

/*
 * cancel, where it is not NULL, ends waits for whoever reads a pipe or a terminal (TOCSIN_E_CANCELLED, here and in write); it
 * must outlive the sink.
 */
TOCSIN_MUST_CHECK tocsin_status tcs_sink_open(const char *path, const atomic_bool *cancel, struct tcs_sink **sink_out,
                                              struct tocsin_error *err);
/* All bytes, TOCSIN_E_IO or TOCSIN_E_CANCELLED. */
TOCSIN_MUST_CHECK tocsin_status tcs_sink_write(struct tcs_sink *sink, struct tcs_str bytes, struct tocsin_error *err);
TOCSIN_MUST_CHECK tocsin_status tcs_sink_finish(struct tcs_sink *sink, struct tocsin_error *err);
/* NULL is allowed. */
void tcs_sink_free(struct tcs_sink *sink);

#endif
