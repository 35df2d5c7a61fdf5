/*
 * ahead: reads an input on a thread of its own, so that it is decompressed while what came before is searched. Stands
 * between a reader and run/intake; events come in the order, and with the bytes, that the reader would deliver itself.
 */
#ifndef TOCSIN_AHEAD_H
#define TOCSIN_AHEAD_H

#include "input/reader.h"

struct tcs_ahead;

/*
 * Starts reading. The reader is not to be touched until tcs_ahead_stop. NULL where no thread or no memory can be had: then
 * the reader goes on as it is.
 */
struct tcs_ahead *tcs_ahead_start(struct tcs_reader *reader);
/*
 * As tcs_reader_read. *stored_out: the reader's stored bytes behind this read. *seconds_out: what this read's part took the
 * thread.
 */
TOCSIN_MUST_CHECK tocsin_status tcs_ahead_read(struct tcs_ahead *ahead, char *out, size_t cap, struct tcs_read *read,
                                               uint64_t *stored_out, double *seconds_out, struct tocsin_error *err);
/* Ends the thread, wherever it is. NULL is allowed. */
void tcs_ahead_stop(struct tcs_ahead *ahead);

#endif
