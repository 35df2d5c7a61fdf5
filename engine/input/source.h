/*
 * source: the stored bytes of one input (file, pipe, standard input or memory) behind one window.
 * A codec reads data[pos, len) and advances pos; tcs_source_fill brings more. Bytes behind pos
 * stay in the window as far back as `mark`, but no farther than TCS_SOURCE_HISTORY, so that a
 * search for the next member can go back after damage and a decoder can return bytes that it read
 * ahead. Internal to the reader; one thread at a time.
 */
#ifndef TOCSIN_SOURCE_H
#define TOCSIN_SOURCE_H

#include <stdatomic.h>

#include "base/buf.h"
#include "base/error.h"

/* The most that tcs_source_fill can promise at once. */
#define TCS_SOURCE_WINDOW ((size_t)256 * 1024)
/* How far behind pos bytes are kept. */
#define TCS_SOURCE_HISTORY ((size_t)128 * 1024)

struct tcs_source {
    char *name;                /* for messages */
    const unsigned char *data; /* the window */
    size_t pos, len;
    uint64_t base;             /* stored offset of data[0] */
    uint64_t mark;             /* stored offset from which on bytes are kept */
    uint64_t size;             /* stored size; 0 where unknown */
    bool is_at_end;            /* nothing follows data[len) */
    unsigned char *buffer;     /* NULL for memory */
    int fd;
    bool owns_fd;
    bool is_positioned;        /* fd is shared: read by offset, whatever its own position is */
    bool is_pipe;              /* whose writer may be yet to come */
    int failed_errno;          /* of the read that failed; it fails again ever after */
    const atomic_bool *cancel, *stop; /* asked while a read waits; may be NULL */
};

/* path "-" is standard input. On failure nothing is held. */
TOCSIN_MUST_CHECK tocsin_status tcs_source_open(struct tcs_source *source, const char *path,
                                                struct tocsin_error *err);
/* bytes are borrowed until release. */
TOCSIN_MUST_CHECK tocsin_status tcs_source_open_memory(struct tcs_source *source,
                                                       struct tcs_str bytes, const char *name,
                                                       struct tocsin_error *err);
/*
 * The file behind a descriptor that others use too, and that stays open until release, from a stored offset on. size is that
 * of the whole file.
 */
TOCSIN_MUST_CHECK tocsin_status tcs_source_open_at(struct tcs_source *source, int fd, const char *name, uint64_t offset,
                                                   uint64_t size, struct tocsin_error *err);
void tcs_source_release(struct tcs_source *source);

/*
 * Reads until `need` bytes (at most TCS_SOURCE_WINDOW) stand behind pos or the input ends; waits
 * for no more than that. The window may move: pointers into data die. TOCSIN_E_IO.
 */
TOCSIN_MUST_CHECK tocsin_status tcs_source_fill(struct tcs_source *source, size_t need,
                                                struct tocsin_error *err);
/* Passes over n bytes; *skipped_out is smaller than n where the input ends before. */
TOCSIN_MUST_CHECK tocsin_status tcs_source_skip(struct tcs_source *source, uint64_t n,
                                                uint64_t *skipped_out, struct tocsin_error *err);
/* Delivers what one read brings (what the window holds, first) straight into out; 0 at the end. */
TOCSIN_MUST_CHECK tocsin_status tcs_source_read(struct tcs_source *source, char *out, size_t cap,
                                                size_t *len_out, struct tocsin_error *err);
/* Goes to any stored offset; false, with nothing changed, where the input has no such place or is a pipe. */
bool tcs_source_seek(struct tcs_source *source, uint64_t offset);
/* Goes back to a stored offset that the window still holds. */
void tcs_source_rewind(struct tcs_source *source, uint64_t offset);

/* Stored offset of pos. */
static inline uint64_t tcs_source_offset(const struct tcs_source *source)
{
    return source->base + source->pos;
}

static inline size_t tcs_source_available(const struct tcs_source *source)
{
    return source->len - source->pos;
}

#endif
