/*
 * inflate: raw deflate (RFC 1951) behind a table of functions, one table a library. Wrappers
 * (gzip, zlib) and checksums of what they hold are the caller's business. A state belongs to one
 * thread at a time. Back ends inflate a stream as it comes; beside them stands what inflates one
 * that lies in memory whole, and is the faster for it.
 */
#ifndef TOCSIN_INFLATE_H
#define TOCSIN_INFLATE_H

#include "base/buf.h"

enum tcs_inflate_result {
    TCS_INFLATE_MORE, /* give it more input or more room */
    TCS_INFLATE_DONE, /* the stream ended, all of it is delivered; `in` is the byte behind it */
    TCS_INFLATE_BAD,  /* the stream is damaged; all that decoded before it is delivered */
    TCS_INFLATE_NOMEM
};

/*
 * What one run consumes and delivers: it advances in and out. When the stream is done, `in` may
 * end up before the place where the run began, by the bytes that earlier runs read ahead (at most
 * 8).
 */
struct tcs_inflate_io {
    const unsigned char *in, *in_end;
    unsigned char *out, *out_end;
    const char *reason; /* with BAD: the library's name for it; static */
};

struct tcs_inflate_backend {
    const char *name;
    /* NULL when memory cannot be had. */
    void *(*make)(void);
    void (*free)(void *state);
    /* Ready for the next stream. */
    void (*reset)(void *state);
    /* MORE with neither byte consumed nor delivered means that it waits for input. */
    enum tcs_inflate_result (*run)(void *state, struct tcs_inflate_io *io);
    /* CRC-32 of RFC 1952, continued from crc (0 to begin). */
    uint32_t (*crc32)(uint32_t crc, const unsigned char *data, size_t len);
};

/* Inflates streams that lie in memory whole, into memory that takes them whole. */
struct tcs_inflate_whole {
    const char *name;
    /* NULL when memory cannot be had. */
    void *(*make)(void);
    void (*free)(void *state);
    /*
     * Advances in and out past one whole stream. False, with neither of them moved and anything in [out, out_end), where the
     * input ends inside the stream, the room does not take it, or it is damaged: which of them it is, a back end tells.
     */
    bool (*run)(void *state, struct tcs_inflate_io *io);
    uint32_t (*crc32)(uint32_t crc, const unsigned char *data, size_t len);
};

/* The back ends of this build, the fastest first; NULL past the last. zlib is always among them. */
const struct tcs_inflate_backend *tcs_inflate_backend_at(size_t index);
/* "isa-l" or "zlib"; NULL where this build lacks it. */
const struct tcs_inflate_backend *tcs_inflate_backend_by_name(const char *name);

/* Of this build; NULL where it has none. */
const struct tcs_inflate_whole *tcs_inflate_whole_library(void);

extern const struct tcs_inflate_backend tcs_inflate_zlib;
#ifdef TCS_HAVE_ISAL
extern const struct tcs_inflate_backend tcs_inflate_isal;
#endif
#ifdef TCS_HAVE_LIBDEFLATE
extern const struct tcs_inflate_whole tcs_inflate_libdeflate;
#endif

#endif
