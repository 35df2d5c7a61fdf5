/*
 * intake: fills a worker's chunk from a reader: decoded bytes, members, and, for inputs of lines that are not UTF-8,
 * the conversion. Stands between input/reader and the framers; one input at a time.
 */
#ifndef TOCSIN_INTAKE_H
#define TOCSIN_INTAKE_H

#include "run/worker.h"

struct tcs_intake {
    struct tcs_reader *reader; /* owned */
    bool in_member;
    bool at_end;     /* of the input */
    bool is_damaged; /* the input broke behind the chunk; damage says how */
    struct tocsin_error damage;
    uint64_t reported_bytes;    /* of progress */
    struct tcs_charset charset; /* name NULL while none was decided; bytes are UTF-8 as they are */
    struct tcs_buf raw;         /* of a converted input: the line that is not complete yet */
};

/* Opens path. Errors as of tcs_reader_open: the caller quarantines them. */
TOCSIN_MUST_CHECK tocsin_status tcs_intake_open(struct tcs_intake *intake, struct tcs_worker *worker, const char *path,
                                                struct tocsin_error *err);
/*
 * Goes on at a stored offset where a member begins, with an empty chunk; of a plain input anywhere. False, with nothing
 * changed, where the input cannot, or is converted (what it holds back would be lost).
 */
bool tcs_intake_seek(struct tcs_intake *intake, struct tcs_worker *worker, uint64_t offset);
void tcs_intake_close(struct tcs_intake *intake);
/* Reads until the chunk holds `want` bytes, the input ends or breaks. TOCSIN_E_NOMEM is the only failure. */
TOCSIN_MUST_CHECK tocsin_status tcs_intake_fill(struct tcs_intake *intake, struct tcs_worker *worker, size_t want,
                                                struct tocsin_error *err);
/*
 * Decides the charset of an input of lines or rows from what stands in the chunk, by `forced` (a label) where that is not
 * empty, and converts the chunk and all that follows if it is not UTF-8.
 */
TOCSIN_MUST_CHECK tocsin_status tcs_intake_decide_charset(struct tcs_intake *intake, struct tcs_worker *worker,
                                                          struct tcs_str forced, struct tocsin_error *err);
/* Forgets the first `used` bytes of the chunk and the members that ended in them. */
void tcs_intake_drop(struct tcs_worker *worker, size_t used);

#endif
