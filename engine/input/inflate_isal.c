/*
 * The door to ISA-L: isal_inflate on raw deflate. The library decodes up to 64 KiB ahead into a
 * buffer of its own and reports damage as soon as it decodes it, so the bytes decoded before are
 * drained from that buffer here, that what is delivered should not depend on the size of the
 * caller's buffer. It also reads up to 8 bytes ahead of the stream's end; they are given back.
 *
 * Where a distance points before the stream's first byte, the library counts the bytes of that copy as decoded in one of its
 * loops and not in the other, and never writes them: what stands there is left over from the stream before. So the buffer
 * is cleared between streams, and zeros behind the last byte before such damage are taken for that copy.
 */
#include "input/inflate.h"

#ifdef TCS_HAVE_ISAL

#include <isa-l/crc.h>
#include <isa-l/igzip_lib.h>
#include <stdlib.h>
#include <string.h>

/* The longest copy, and what vectors write behind it. */
#define COPY_MAX ((size_t)1024)
#define STEP_MAX ((size_t)1 << 30)

struct isal_state {
    struct inflate_state library;
    int32_t used; /* of the library's buffer by this stream, at most */
    int failed; /* the return value that ended the stream, once the library found damage; else 0 */
};

static void reset_state(void *state)
{
    struct isal_state *s = state;
    size_t dirty = (size_t)s->used + COPY_MAX;

    memset(s->library.tmp_out_buffer, 0, dirty < sizeof s->library.tmp_out_buffer ? dirty : sizeof s->library.tmp_out_buffer);
    isal_inflate_reset(&s->library);
    s->used = 0;
    s->failed = 0;
}

static void *make_state(void)
{
    struct isal_state *s = calloc(1, sizeof *s);

    if (!s)
        return NULL;
    isal_inflate_init(&s->library);
    s->library.crc_flag = ISAL_DEFLATE;
    return s;
}

static void free_state(void *state)
{
    free(state);
}

static const char *reason_of(int ret)
{
    switch (ret) {
    case ISAL_INVALID_BLOCK: return "ISAL_INVALID_BLOCK";
    case ISAL_INVALID_SYMBOL: return "ISAL_INVALID_SYMBOL";
    case ISAL_INVALID_LOOKBACK: return "ISAL_INVALID_LOOKBACK";
    default: return "ISA-L error";
    }
}

/* After damage: what the library decoded before it and still holds. */
static enum tcs_inflate_result drain(struct isal_state *s, struct tcs_inflate_io *io)
{
    struct inflate_state *z = &s->library;
    size_t held = (size_t)(z->tmp_out_valid - z->tmp_out_processed);
    size_t room = (size_t)(io->out_end - io->out);
    size_t n = held < room ? held : room;

    memcpy(io->out, z->tmp_out_buffer + z->tmp_out_processed, n);
    io->out += n;
    z->tmp_out_processed += (int32_t)n;
    if (n < held)
        return TCS_INFLATE_MORE;
    io->reason = reason_of(s->failed);
    return TCS_INFLATE_BAD;
}

/* Takes back what a copy from nowhere left: the zeros at the end of what the last call decoded, of which some is at from. */
static void take_back(struct isal_state *s, const unsigned char *from, struct tcs_inflate_io *io)
{
    struct inflate_state *z = &s->library;

    while (z->tmp_out_valid > z->tmp_out_processed && !z->tmp_out_buffer[z->tmp_out_valid - 1])
        z->tmp_out_valid--;
    while (z->tmp_out_valid == z->tmp_out_processed && io->out > from && !io->out[-1])
        io->out--;
}

static uint32_t step(size_t len)
{
    return (uint32_t)(len < STEP_MAX ? len : STEP_MAX);
}

static enum tcs_inflate_result run(void *state, struct tcs_inflate_io *io)
{
    struct isal_state *s = state;
    struct inflate_state *z = &s->library;
    unsigned char *from = io->out;
    int ret;

    if (s->failed)
        return drain(s, io);
    /* The library's pointer is not const, but it only reads. */
    z->next_in = (uint8_t *)(uintptr_t)io->in;
    z->avail_in = step((size_t)(io->in_end - io->in));
    z->next_out = io->out;
    z->avail_out = step((size_t)(io->out_end - io->out));
    ret = isal_inflate(z);
    io->in = z->next_in;
    io->out = z->next_out;
    if (z->tmp_out_valid > s->used)
        s->used = z->tmp_out_valid;
    if (ret < 0) {
        s->failed = ret;
        if (ret == ISAL_INVALID_LOOKBACK)
            take_back(s, from, io);
        return drain(s, io);
    }
    if (z->block_state != ISAL_BLOCK_FINISH)
        return TCS_INFLATE_MORE;
    io->in -= z->read_in_length / 8;
    return TCS_INFLATE_DONE;
}

static uint32_t crc_update(uint32_t crc, const unsigned char *data, size_t len)
{
    return crc32_gzip_refl(crc, data, len);
}

const struct tcs_inflate_backend tcs_inflate_isal = {
    .name = "isa-l",
    .make = make_state,
    .free = free_state,
    .reset = reset_state,
    .run = run,
    .crc32 = crc_update,
};

#endif
