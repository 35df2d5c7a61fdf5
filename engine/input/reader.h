/*
 * reader: the bytes of one input, decompressed. Opens a file or a descriptor, recognises the
 * codec by its first bytes (gzip, zstd, bzip2, xz, lz4, else plain), and delivers decoded bytes
 * into the caller's buffer with the borders of members (gzip members, frames of zstd and lz4,
 * streams of bzip2 and xz; a plain input is one member). bzip2, xz and lz4 are there only where
 * Tocsin was built with their libraries. One thread at a time. Damage is reported, never fatal:
 * after it the reader stands at the next member that it could find.
 */
#ifndef TOCSIN_READER_H
#define TOCSIN_READER_H

#include <stdatomic.h>

#include "base/buf.h"
#include "base/error.h"

struct tcs_reader;

enum tcs_read_event {
    TCS_READ_DATA,       /* `length` bytes (at least 1) were delivered; the member may go on */
    TCS_READ_MEMBER_END, /* 0 or more bytes were delivered, and the member ended cleanly */
    TCS_READ_DAMAGE,     /* 0 or more good bytes, then the member broke; err says how */
    TCS_READ_END         /* nothing delivered; the input is at its end */
};

struct tcs_read {
    enum tcs_read_event event;
    size_t length;          /* decoded bytes delivered by this call */
    uint64_t member_offset; /* where the member of these bytes starts in the stored file */
    uint64_t member_length; /* with MEMBER_END: its stored length; else 0 */
};

struct tcs_reader_limits {
    uint64_t expansion_ratio; /* decoded : stored of one member; 0 means 1000 */
    /* decoded bytes of a member before the ratio is watched; 0 means 16 MiB */
    uint64_t expansion_floor_bytes;
    uint32_t zstd_window_log; /* 0 means 27 (128 MiB) */
    /* set: a read that waits for a pipe gives up with TOCSIN_E_CANCELLED; may be NULL */
    const atomic_bool *cancel;
};

/*
 * Opens path; "-" is standard input. limits may be NULL. Opening fails with TOCSIN_E_IO (missing,
 * unreadable, a directory). The reader is freed with tcs_reader_free, which closes what it
 * opened.
 */
TOCSIN_MUST_CHECK tocsin_status tcs_reader_open(const char *path,
                                                const struct tcs_reader_limits *limits,
                                                struct tcs_reader **reader_out,
                                                struct tocsin_error *err);
/*
 * The same over bytes in memory, borrowed until free; name is for messages. For tests and the
 * API.
 */
TOCSIN_MUST_CHECK tocsin_status tcs_reader_open_memory(struct tcs_str bytes, const char *name,
                                                       const struct tcs_reader_limits *limits,
                                                       struct tcs_reader **reader_out,
                                                       struct tocsin_error *err);
void tcs_reader_free(struct tcs_reader *reader);

/*
 * For tests: the named inflater ("isa-l", "zlib") alone instead of the fastest that this build has, or "libdeflate" for
 * members that lie in the window whole, and zlib. Before the first read. False, with nothing changed, where the build lacks
 * it or the input is not gzip.
 */
bool tcs_reader_use_inflater(struct tcs_reader *reader, const char *name);

/*
 * Goes to a stored offset, where a member begins; in a plain input anywhere. What was learnt of the input (its codec, a
 * dictionary) stays. False, with nothing changed, where the input cannot go back and forth (a pipe).
 */
bool tcs_reader_seek(struct tcs_reader *reader, uint64_t offset);

/*
 * Delivers the next bytes into out (capacity cap >= 1), stopping at a member's end. Fills *read.
 * With TCS_READ_DAMAGE err is filled (status TRUNCATED, CORRUPT, LIMIT or UNSUPPORTED, offset in
 * the stored file) and the call still returns TOCSIN_OK. Anything but TOCSIN_OK is a failure of
 * reading itself (TOCSIN_E_IO, TOCSIN_E_NOMEM); the reader is then at its end. EINTR is retried.
 */
TOCSIN_MUST_CHECK tocsin_status tcs_reader_read(struct tcs_reader *reader, char *out, size_t cap,
                                                struct tcs_read *read, struct tocsin_error *err);

/*
 * "plain", "gzip", "zstd", "bzip2", "xz" or "lz4"; for an input that begins like one that this
 * build cannot read its name, such as "zip".
 */
const char *tcs_reader_codec(const struct tcs_reader *reader);
/* Stored bytes consumed so far; for progress. */
uint64_t tcs_reader_stored_bytes(const struct tcs_reader *reader);
/* Stored size of the input, 0 where unknown (a pipe). */
uint64_t tcs_reader_stored_size(const struct tcs_reader *reader);

/*
 * ---- a file that several readers share ----
 * A descriptor of the file that outlives the reader, for tcs_reader_open_at; the caller closes it. -1 where the input is no
 * regular file that was opened by its name, or where descriptors ran out.
 */
int tcs_reader_share(const struct tcs_reader *reader);
/*
 * Whether, between members, a reader that is opened at that place would go on in the same way: its codec is one whose
 * members can be searched for, and nothing that stood before (a dictionary) is needed.
 */
bool tcs_reader_is_fresh(const struct tcs_reader *reader);
/*
 * A reader of the shared file from a stored offset on, where it expects a member of the codec of that name. size: of the
 * file. fd is borrowed.
 */
TOCSIN_MUST_CHECK tocsin_status tcs_reader_open_at(int fd, const char *name, const char *codec, uint64_t offset,
                                                   uint64_t size, const struct tcs_reader_limits *limits,
                                                   struct tcs_reader **reader_out, struct tocsin_error *err);
/*
 * Between members: moves to the first member that can be believed, at or behind the reader's place but before `to`. False
 * where there is none. A member's payload may look like one, so that more must be known before it is believed.
 */
bool tcs_reader_find_member(struct tcs_reader *reader, uint64_t to);
/*
 * Between members, of a codec that tcs_reader_is_fresh allows: passes over what may stand there and says where the next
 * member, or what damages it, begins. False where the input ends, is damaged or cannot be read, as the next read will tell.
 */
bool tcs_reader_next_member(struct tcs_reader *reader, uint64_t *offset_out);
/* As limits.cancel, but of this reader alone; NULL for none. For a thread that reads for another. */
void tcs_reader_set_stop(struct tcs_reader *reader, const atomic_bool *stop);
/* What searching after damage has cost so far: it is bounded by the input, so a reader that goes on for another needs it. */
uint64_t tcs_reader_searched(const struct tcs_reader *reader);
void tcs_reader_set_searched(struct tcs_reader *reader, uint64_t searched);

#endif
