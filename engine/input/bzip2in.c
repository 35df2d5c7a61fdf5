/*
 * bzip2 streams, the door to libbz2. A stream is a member. A damaged block decodes to noise from
 * its first byte to its last, and so a block is held back until its checksum has proved it (900
 * KiB as a rule, 46 MiB at most). To that end the library is fed with no room for output, which
 * stops it behind a block, and emptied with no input. Huffman codes have so little redundancy that
 * behind a missing tail it would read far into what follows; so no byte of the next stream is
 * shown to it: a header (10 bytes that must all be right) ends the stream that is open, and a
 * stream that had not ended by then is damaged.
 */
#include "input/codec.h"

#ifdef TCS_HAVE_BZIP2

#include <bzlib.h>
#include <stdlib.h>
#include <string.h>

#define HEADER ((size_t)4)
/* With the magic of the block, or of the end, that must follow it. */
#define LONG_HEADER ((size_t)10)
/* Stored bytes that a trial looks at: enough for the tables of the first block. */
#define TRIAL_BYTES ((size_t)16 * 1024)
/* The library counts in unsigned. */
#define STEP_MAX (1u << 30)
/* Room made at a time for the block that is held back. */
#define ROOM_BYTES ((size_t)128 * 1024)

struct bzip2in {
    bz_stream library;
    bool is_open; /* the library holds memory */
    uint64_t start;
    uint64_t clear_to; /* stored offset up to which no other stream begins */
    bool has_next;     /* at clear_to one does */
    struct tcs_buf block;
    size_t given; /* bytes of the block that are delivered */
};

static void close_stream(struct bzip2in *z)
{
    if (z->is_open)
        (void)BZ2_bzDecompressEnd(&z->library);
    z->is_open = false;
}

static bool open_stream(struct bzip2in *z)
{
    close_stream(z);
    z->library = (bz_stream){0};
    z->is_open = BZ2_bzDecompressInit(&z->library, 0, 0) == BZ_OK;
    return z->is_open;
}

static const char *name_of(int ret)
{
    switch (ret) {
    case BZ_DATA_ERROR: return "BZ_DATA_ERROR";
    case BZ_DATA_ERROR_MAGIC: return "BZ_DATA_ERROR_MAGIC";
    case BZ_PARAM_ERROR: return "BZ_PARAM_ERROR";
    case BZ_SEQUENCE_ERROR: return "BZ_SEQUENCE_ERROR";
    default: return "libbz2 error";
    }
}

static bool is_long_header(const unsigned char *p)
{
    return memcmp(p, "BZh", 3) == 0 && p[3] >= '1' && p[3] <= '9'
        && (memcmp(p + HEADER, "1AY&SY", 6) == 0
            || memcmp(p + HEADER, "\x17\x72\x45\x38\x50\x90", 6) == 0);
}

/* Hands in[0..len) to the library, as far as it takes it; returns its code. */
static int run(struct bzip2in *z, const unsigned char *in, size_t len, unsigned char *out,
               size_t cap, size_t *taken_out, size_t *made_out)
{
    bz_stream *lib = &z->library;
    unsigned have = len < STEP_MAX ? (unsigned)len : STEP_MAX;
    unsigned room = cap < STEP_MAX ? (unsigned)cap : STEP_MAX;
    int ret;

    /* The library's pointer is not const, but it only reads. */
    lib->next_in = (char *)(uintptr_t)in;
    lib->avail_in = have;
    lib->next_out = (char *)out;
    lib->avail_out = room;
    ret = BZ2_bzDecompress(lib);
    *taken_out = have - lib->avail_in;
    *made_out = room - lib->avail_out;
    return ret;
}

static tocsin_status begin(void *state, struct tcs_source *source, bool *found_out,
                           uint64_t *start_out, struct tocsin_error *err)
{
    struct bzip2in *z = state;
    tocsin_status st = tcs_codec_next_member(source, "BZh", 3, "bzip2 stream", found_out, start_out,
                                             err);
    const unsigned char *p;
    unsigned char none[1];
    size_t taken, made;

    z->start = *start_out;
    if (st != TOCSIN_OK || !*found_out)
        return st;
    st = tcs_source_fill(source, HEADER, err);
    if (st != TOCSIN_OK)
        return st;
    p = source->data + source->pos;
    if (tcs_source_available(source) < HEADER)
        return tcs_fail(err, TOCSIN_E_TRUNCATED, source->name, z->start,
                        "the input ends inside a bzip2 header");
    if (p[3] < '1' || p[3] > '9')
        return tcs_fail(err, TOCSIN_E_CORRUPT, source->name, z->start,
                        "the bzip2 header names an unknown block size");
    /* The header makes the library allocate its block; it has nothing to deliver yet. */
    if (!open_stream(z) || run(z, p, HEADER, none, 0, &taken, &made) != BZ_OK)
        return tcs_fail_nomem(err);
    source->pos += HEADER;
    z->clear_to = tcs_source_offset(source);
    z->has_next = false;
    tcs_buf_reset(&z->block);
    z->given = 0;
    return TOCSIN_OK;
}

/* How many of the bytes at hand can belong to this stream. Looks at each byte once. */
static size_t stream_bytes(struct bzip2in *z, const struct tcs_source *source)
{
    const unsigned char *p = source->data + source->pos, *found;
    uint64_t here = tcs_source_offset(source);
    size_t len = tcs_source_available(source), at = (size_t)(z->clear_to - here);

    while (!z->has_next && at + LONG_HEADER <= len) {
        /* Headers that begin in p[at, len - 9). */
        found = memmem(p + at, len - at - (LONG_HEADER - 3), "BZh", 3);
        if (!found) {
            at = len - (LONG_HEADER - 1);
        } else {
            at = (size_t)(found - p);
            z->has_next = is_long_header(found);
            at += !z->has_next;
        }
    }
    if (len < LONG_HEADER && !z->has_next)
        at = len; /* the input ends there */
    z->clear_to = here + at;
    return at;
}

static tocsin_status translate(const struct bzip2in *z, const struct tcs_source *source, int ret,
                               struct tocsin_error *err)
{
    if (ret == BZ_MEM_ERROR)
        return tcs_fail_nomem(err);
    return tcs_fail(err, TOCSIN_E_CORRUPT, source->name, z->start,
                    "the bzip2 stream is damaged (%s); the rest of it is lost", name_of(ret));
}

/* Empties the library of the block that it has read, if it has; checks it. */
static tocsin_status take_block(struct bzip2in *z, const struct tcs_source *source,
                                struct tocsin_error *err)
{
    static const unsigned char none[1] = {0};
    size_t taken, made;
    int ret;

    tcs_buf_reset(&z->block);
    z->given = 0;
    do {
        if (tcs_buf_reserve(&z->block, ROOM_BYTES) != TOCSIN_OK)
            return tcs_fail_nomem(err);
        ret = run(z, none, 0, (unsigned char *)z->block.data + z->block.len, ROOM_BYTES, &taken,
                  &made);
        z->block.len += made;
    } while (ret == BZ_OK && made == ROOM_BYTES);
    if (ret == BZ_OK)
        return TOCSIN_OK;
    tcs_buf_reset(&z->block);
    return translate(z, source, ret, err);
}

/* Feeds the library to the end of a block, if that much is at hand. */
static tocsin_status feed(struct bzip2in *z, struct tcs_source *source, bool *is_end_out,
                          struct tocsin_error *err)
{
    unsigned char none[1];
    size_t len, taken, made;
    tocsin_status st = tcs_source_fill(source, LONG_HEADER, err);
    int ret;

    if (st != TOCSIN_OK)
        return st;
    len = stream_bytes(z, source);
    ret = run(z, source->data + source->pos, len, none, 0, &taken, &made);
    source->pos += taken;
    *is_end_out = ret == BZ_STREAM_END;
    if (ret != BZ_OK && ret != BZ_STREAM_END)
        return translate(z, source, ret, err);
    if (*is_end_out || taken)
        return TOCSIN_OK;
    if (z->has_next)
        return tcs_fail(err, TOCSIN_E_CORRUPT, source->name, z->start,
                        "the bzip2 stream breaks off where the next one begins");
    return tcs_fail(err, TOCSIN_E_TRUNCATED, source->name, tcs_source_offset(source),
                    "the input ends inside a bzip2 stream");
}

static tocsin_status decode(void *state, struct tcs_source *source, unsigned char *out, size_t cap,
                            size_t *len_out, bool *is_end_out, struct tocsin_error *err)
{
    struct bzip2in *z = state;
    size_t left = z->block.len - z->given;
    tocsin_status st;

    *len_out = 0;
    *is_end_out = false;
    if (!left) {
        st = feed(z, source, is_end_out, err);
        if (st == TOCSIN_OK && !*is_end_out)
            st = take_block(z, source, err);
        if (st != TOCSIN_OK)
            return st;
        left = z->block.len - z->given;
    }
    *len_out = left < cap ? left : cap;
    if (*len_out)
        memcpy(out, z->block.data + z->given, *len_out);
    z->given += *len_out;
    return TOCSIN_OK;
}

static bool is_credible(void *state, const unsigned char *p, size_t len, size_t *cost_out)
{
    struct bzip2in *z = state;
    unsigned char out[TCS_CODEC_TRIAL_BYTES];
    size_t made;
    int ret;

    *cost_out = 0;
    if (len < LONG_HEADER || !is_long_header(p) || !open_stream(z))
        return false;
    ret = run(z, p, len < TRIAL_BYTES ? len : TRIAL_BYTES, out, sizeof out, cost_out, &made);
    *cost_out += 1024;
    return ret == BZ_OK || ret == BZ_STREAM_END;
}

static void free_state(void *state)
{
    struct bzip2in *z = state;

    if (!z)
        return;
    close_stream(z);
    tcs_buf_release(&z->block);
    free(z);
}

void *tcs_bzip2in_new(uint32_t zstd_window_log)
{
    (void)zstd_window_log;
    return calloc(1, sizeof(struct bzip2in));
}

const struct tcs_codec tcs_bzip2in_codec = {
    .name = "bzip2",
    .magic = "BZh",
    .magic_len = 3,
    .begin = begin,
    .decode = decode,
    .is_credible = is_credible,
    .free = free_state,
};

#endif
