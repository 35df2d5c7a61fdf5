/*
 * intake: fills a worker's chunk from a reader: decoded bytes, members, and, for inputs of lines that are not UTF-8,
 * the conversion. Stands between input/reader and the framers; one input at a time.
 */
#ifndef TOCSIN_INTAKE_H
#define TOCSIN_INTAKE_H

#include "run/ahead.h"
#include "run/sample.h"
#include "run/shards.h"

struct tcs_intake {
    struct tcs_reader *reader; /* owned */
    struct tcs_ahead *ahead;   /* reads it on another thread; NULL: this one does */
    struct tcs_border *border; /* where to stop; NULL: nowhere */
    bool is_at_border;         /* the next member begins where it is to stop, or behind */
    uint64_t border_at;        /* there */
    uint64_t stored_bytes;     /* read so far, from the start of the file */
    bool in_member;
    bool at_end;     /* of the input */
    bool is_damaged; /* the input broke behind the chunk; damage says how */
    struct tocsin_error damage;
    uint64_t reported_bytes;    /* of progress */
    struct tcs_charset charset; /* name NULL while none was decided; bytes are UTF-8 as they are */
    struct tcs_buf raw;         /* of a converted input: the line that is not complete yet */
    struct tcs_sample sample;
};

/* Opens path. Errors as of tcs_reader_open: the caller quarantines them. */
TOCSIN_MUST_CHECK tocsin_status tcs_intake_open(struct tcs_intake *intake, struct tcs_worker *worker, const char *path,
                                                struct tocsin_error *err);
/*
 * Goes on at a stored offset where a member begins, with an empty chunk; of a plain input anywhere. False, with nothing
 * changed, where the input cannot, or is converted (what it holds back would be lost).
 */
bool tcs_intake_seek(struct tcs_intake *intake, struct tcs_worker *worker, uint64_t offset);
/* The same in the middle of an input, of which nothing is in the chunk: takes the reader, which stands at a member. */
void tcs_intake_open_at(struct tcs_intake *intake, struct tcs_worker *worker, struct tcs_reader *reader, uint64_t offset);
/* Goes on at another place: takes the reader, which stands at a member. */
void tcs_intake_move(struct tcs_intake *intake, struct tcs_reader *reader, uint64_t offset);
/* Reads on another thread from now on, where one can be had. */
void tcs_intake_read_ahead(struct tcs_intake *intake);
/* What readers of the worker's inputs are opened with. */
struct tcs_reader_limits tcs_intake_limits(const struct tcs_worker *worker);
void tcs_intake_close(struct tcs_intake *intake);
/*
 * Reads until the chunk holds `want` bytes, the input ends or breaks, or a border is reached. It holds no more than `most`
 * then: room in which the last member may end, because one that is read in one go is read faster.
 */
TOCSIN_MUST_CHECK tocsin_status tcs_intake_fill(struct tcs_intake *intake, struct tcs_worker *worker, size_t want,
                                                size_t most, struct tocsin_error *err);
/*
 * Decides the charset of an input of lines or rows from what stands in the chunk, by `forced` (a label) where that is not
 * empty, and converts the chunk and all that follows if it is not UTF-8.
 */
TOCSIN_MUST_CHECK tocsin_status tcs_intake_decide_charset(struct tcs_intake *intake, struct tcs_worker *worker,
                                                          struct tcs_str forced, struct tocsin_error *err);
/* Forgets the first `used` bytes of the chunk and the members that ended in them. */
void tcs_intake_drop(struct tcs_worker *worker, size_t used);

#endif
