/*
 * The door to libdeflate: streams that lie in memory whole. It lets pass a few things that other libraries call damaged
 * (length symbols 286 and 287, code lengths that are repeated too often), which no writer makes; the caller's checksum is
 * what says that the bytes are right.
 */
#include "input/inflate.h"

#ifdef TCS_HAVE_LIBDEFLATE

#include <libdeflate.h>

static void *make_state(void)
{
    return libdeflate_alloc_decompressor();
}

static void free_state(void *state)
{
    libdeflate_free_decompressor(state);
}

static bool run(void *state, struct tcs_inflate_io *io)
{
    size_t taken, made;

    if (libdeflate_deflate_decompress_ex(state, io->in, (size_t)(io->in_end - io->in), io->out,
                                         (size_t)(io->out_end - io->out), &taken, &made) != LIBDEFLATE_SUCCESS)
        return false;
    io->in += taken;
    io->out += made;
    return true;
}

static uint32_t crc_update(uint32_t crc, const unsigned char *data, size_t len)
{
    return libdeflate_crc32(crc, data, len);
}

const struct tcs_inflate_whole tcs_inflate_libdeflate = {
    .name = "libdeflate",
    .make = make_state,
    .free = free_state,
    .run = run,
    .crc32 = crc_update,
};

#endif
