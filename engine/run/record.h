/*
 * record: what --as writes: a record of the input, its bytes as they are, with our verdict added. Of JSONL our line is one
 * more member; of CSV three columns (KEY.label, KEY.score, KEY.rules) stand behind the others.
 */
#ifndef TOCSIN_RECORD_H
#define TOCSIN_RECORD_H

#include "run/worker.h"

/*
 * Appends worker->record with its verdict to worker->lines; line is ours, as tcs_line_document made it. TOCSIN_E_ARG: the
 * record has the key already; TOCSIN_E_NOMEM.
 */
TOCSIN_MUST_CHECK tocsin_status tcs_record_write(struct tcs_worker *worker, struct tcs_str line,
                                                 const struct tcs_pointer *pointer, struct tocsin_error *err);
/*
 * A table's header with our columns, into worker->lines.header. row: as it stands, without its line feed; its fields are in
 * worker->table.row. TOCSIN_E_ARG: a column has one of our names; TOCSIN_E_NOMEM.
 */
TOCSIN_MUST_CHECK tocsin_status tcs_record_header(struct tcs_worker *worker, struct tcs_str row,
                                                  struct tocsin_error *err);

#endif
