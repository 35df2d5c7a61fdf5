/*
 * xz streams, the door to liblzma. A stream is a member. The library checks what it can (headers,
 * blocks, index, footer); here are the padding between streams, taken for any number of zeros, and
 * the search for the next stream. Blocks inside a stream are not searched for. How far the library
 * decodes before it notices damage depends on the room that it has; so that what is delivered
 * should not depend on the caller's buffer, it always gets the same.
 */
#include "input/codec.h"

#ifdef TCS_HAVE_LZMA

#include <lzma.h>
#include <stdlib.h>
#include <string.h>

/* xz -9 takes 65 MiB to decode. */
#define MEMORY_MIB ((uint64_t)256)

#define STEP_BYTES ((size_t)64 * 1024)

struct xzin {
    lzma_stream library;
    uint64_t start;
    lzma_ret result;    /* of the last step */
    size_t held, given; /* bytes in step, and those of them that are delivered */
    unsigned char step[STEP_BYTES];
};

/* Keeps what the library has allocated. */
static lzma_ret open_stream(struct xzin *z)
{
    return lzma_stream_decoder(&z->library, MEMORY_MIB * 1024 * 1024, 0);
}

static const char *name_of(lzma_ret ret)
{
    if (ret == LZMA_FORMAT_ERROR)
        return "LZMA_FORMAT_ERROR";
    if (ret == LZMA_DATA_ERROR)
        return "LZMA_DATA_ERROR";
    if (ret == LZMA_OPTIONS_ERROR)
        return "LZMA_OPTIONS_ERROR";
    return ret == LZMA_PROG_ERROR ? "LZMA_PROG_ERROR" : "liblzma error";
}

static tocsin_status begin(void *state, struct tcs_source *source, bool *found_out,
                           uint64_t *start_out, struct tocsin_error *err)
{
    struct xzin *z = state;
    tocsin_status st = tcs_codec_next_member(source, tcs_xzin_codec.magic, tcs_xzin_codec.magic_len,
                                             "xz stream", found_out, start_out, err);

    z->start = *start_out;
    if (st != TOCSIN_OK || !*found_out)
        return st;
    z->held = z->given = 0;
    return open_stream(z) == LZMA_OK ? TOCSIN_OK : tcs_fail_nomem(err);
}

static tocsin_status translate(const struct xzin *z, const struct tcs_source *source, lzma_ret ret,
                               struct tocsin_error *err)
{
    if (ret == LZMA_MEM_ERROR)
        return tcs_fail_nomem(err);
    if (ret == LZMA_MEMLIMIT_ERROR)
        return tcs_fail(err, TOCSIN_E_LIMIT, source->name, z->start,
                        "the xz stream takes %llu MiB of memory to decode, and Tocsin gives it %u; "
                        "decompress it into a pipe: xz -dc FILE | tocsin scan",
                        (unsigned long long)(lzma_memusage(&z->library) >> 20) + 1,
                        (unsigned)MEMORY_MIB);
    if (ret == LZMA_OPTIONS_ERROR)
        return tcs_fail(err, TOCSIN_E_UNSUPPORTED, source->name, z->start,
                        "the xz stream uses a filter or an option that liblzma %s does not have; "
                        "decompress it into a pipe",
                        lzma_version_string());
    return tcs_fail(err, TOCSIN_E_CORRUPT, source->name, z->start,
                    "the xz stream is damaged (%s); the rest of it is lost", name_of(ret));
}

/* One step of the library into out, which has room for it. */
static tocsin_status decode_step(struct xzin *z, struct tcs_source *source, unsigned char *out,
                                 size_t *made_out, struct tocsin_error *err)
{
    tocsin_status st = tcs_source_fill(source, 1, err);
    size_t len = tcs_source_available(source);

    *made_out = 0;
    if (st != TOCSIN_OK)
        return st;
    z->library.next_in = source->data + source->pos;
    z->library.avail_in = len;
    z->library.next_out = out;
    z->library.avail_out = STEP_BYTES;
    z->result = lzma_code(&z->library, LZMA_RUN);
    source->pos += len - z->library.avail_in;
    *made_out = STEP_BYTES - z->library.avail_out;
    /* It was given nothing twice. */
    if (z->result == LZMA_BUF_ERROR)
        z->result = LZMA_OK;
    if (z->result == LZMA_OK && !*made_out && !len)
        return tcs_fail(err, TOCSIN_E_TRUNCATED, source->name, tcs_source_offset(source),
                        "the input ends inside an xz stream");
    return TOCSIN_OK;
}

static tocsin_status decode(void *state, struct tcs_source *source, unsigned char *out, size_t cap,
                            size_t *len_out, bool *is_end_out, struct tocsin_error *err)
{
    struct xzin *z = state;
    size_t left = z->held - z->given;
    tocsin_status st;

    *len_out = 0;
    *is_end_out = false;
    if (!left && cap >= STEP_BYTES) {
        st = decode_step(z, source, out, len_out, err);
        if (st != TOCSIN_OK)
            return st;
    } else {
        if (!left) {
            z->given = 0;
            st = decode_step(z, source, z->step, &z->held, err);
            if (st != TOCSIN_OK)
                return st;
        }
        left = z->held - z->given;
        *len_out = left < cap ? left : cap;
        memcpy(out, z->step + z->given, *len_out);
        z->given += *len_out;
        if (z->given < z->held)
            return TOCSIN_OK;
    }
    *is_end_out = z->result == LZMA_STREAM_END;
    if (z->result == LZMA_OK || *is_end_out)
        return TOCSIN_OK;
    return translate(z, source, z->result, err);
}

/* What the library refuses only because it is too large or too new is a stream nevertheless. */
static bool is_credible(void *state, const unsigned char *p, size_t len, size_t *cost_out)
{
    struct xzin *z = state;
    unsigned char out[TCS_CODEC_TRIAL_BYTES];
    lzma_stream_flags flags;
    lzma_ret ret;

    *cost_out = 0;
    if (len < LZMA_STREAM_HEADER_SIZE || lzma_stream_header_decode(&flags, p) != LZMA_OK
        || open_stream(z) != LZMA_OK)
        return false;
    z->library.next_in = p;
    z->library.avail_in = len;
    z->library.next_out = out;
    z->library.avail_out = sizeof out;
    ret = lzma_code(&z->library, LZMA_RUN);
    *cost_out = len - z->library.avail_in + 1024;
    if (ret == LZMA_OK)
        return !z->library.avail_out;
    return ret == LZMA_STREAM_END || ret == LZMA_MEMLIMIT_ERROR || ret == LZMA_OPTIONS_ERROR;
}

static void free_state(void *state)
{
    struct xzin *z = state;

    if (!z)
        return;
    lzma_end(&z->library);
    free(z);
}

void *tcs_xzin_new(uint32_t zstd_window_log)
{
    struct xzin *z = calloc(1, sizeof *z);

    (void)zstd_window_log;
    if (z)
        z->library = (lzma_stream)LZMA_STREAM_INIT;
    return z;
}

const struct tcs_codec tcs_xzin_codec = {
    .name = "xz",
    .magic = "\xFD" "7zXZ\0",
    .magic_len = 6,
    .begin = begin,
    .decode = decode,
    .is_credible = is_credible,
    .free = free_state,
};

#endif
