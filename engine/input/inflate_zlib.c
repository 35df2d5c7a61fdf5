/* The door to zlib: raw deflate by inflateInit2(-15). */
#define ZLIB_CONST
#include "input/inflate.h"

#include <stdlib.h>
#include <zlib.h>

/* zlib counts in unsigned int; larger inputs are fed in steps. */
#define STEP_MAX ((size_t)1 << 30)

static void *make_state(void)
{
    z_stream *z = calloc(1, sizeof *z);

    if (z && inflateInit2(z, -MAX_WBITS) != Z_OK) {
        free(z);
        return NULL;
    }
    return z;
}

static void free_state(void *state)
{
    if (state)
        (void)inflateEnd(state);
    free(state);
}

static void reset_state(void *state)
{
    (void)inflateReset(state);
}

static uInt step(size_t len)
{
    return (uInt)(len < STEP_MAX ? len : STEP_MAX);
}

static enum tcs_inflate_result run(void *state, struct tcs_inflate_io *io)
{
    z_stream *z = state;
    int ret;

    z->next_in = io->in;
    z->avail_in = step((size_t)(io->in_end - io->in));
    z->next_out = io->out;
    z->avail_out = step((size_t)(io->out_end - io->out));
    ret = inflate(z, Z_SYNC_FLUSH);
    io->in = z->next_in;
    io->out = z->next_out;
    switch (ret) {
    case Z_OK:
    case Z_BUF_ERROR:
        return TCS_INFLATE_MORE;
    case Z_STREAM_END:
        return TCS_INFLATE_DONE;
    case Z_MEM_ERROR:
        return TCS_INFLATE_NOMEM;
    default:
        io->reason = z->msg ? z->msg : "Z_DATA_ERROR";
        return TCS_INFLATE_BAD;
    }
}

static uint32_t crc_update(uint32_t crc, const unsigned char *data, size_t len)
{
    return (uint32_t)crc32_z(crc, data, len);
}

const struct tcs_inflate_backend tcs_inflate_zlib = {
    .name = "zlib",
    .make = make_state,
    .free = free_state,
    .reset = reset_state,
    .run = run,
    .crc32 = crc_update,
};
