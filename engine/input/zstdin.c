/*
 * zstd frames (RFC 8878), the door to libzstd. A frame is a member. Skippable frames are passed
 * over here, so that they may be as large as they like and stand anywhere; the library sees data
 * frames only. It gets them unit by unit (header, block header, block, checksum): when it finds
 * damage it forgets what the same call had decoded, and so no call may hold more than one block.
 */
#include "input/codec.h"

#include <stdlib.h>
#include <string.h>
#include <zstd.h>
#include <zstd_errors.h>

#define MAGIC_LEN ((size_t)4)
#define SKIPPABLE_HEADER ((size_t)8)
#define BLOCK_HEADER ((size_t)3)
#define CHECKSUM ((size_t)4)

enum unit { UNIT_HEADER, UNIT_BLOCK_HEADER, UNIT_BLOCK, UNIT_CHECKSUM };

struct zstdin {
    ZSTD_DCtx *dctx;
    uint32_t window_log;
    uint64_t start;
    enum unit unit;    /* that the library is being fed */
    size_t unit_left;  /* its bytes to come */
    size_t block_left; /* of the block behind a block header */
    bool is_last_block, has_checksum;
    bool is_flushing;  /* the library may hold output that had no room */
};

static uint32_t load_le32(const unsigned char *p)
{
    return p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

static bool is_skippable(uint32_t magic)
{
    return (magic & ZSTD_MAGIC_SKIPPABLE_MASK) == ZSTD_MAGIC_SKIPPABLE_START;
}

static tocsin_status skip_frame(struct zstdin *z, struct tcs_source *source,
                                struct tocsin_error *err)
{
    tocsin_status st = tcs_source_fill(source, SKIPPABLE_HEADER, err);
    uint64_t size, skipped = 0;

    if (st != TOCSIN_OK)
        return st;
    size = SKIPPABLE_HEADER;
    if (tcs_source_available(source) >= SKIPPABLE_HEADER)
        size += load_le32(source->data + source->pos + MAGIC_LEN);
    st = tcs_source_skip(source, size, &skipped, err);
    if (st == TOCSIN_OK && skipped < size)
        return tcs_fail(err, TOCSIN_E_TRUNCATED, source->name, z->start,
                        "the input ends inside a skippable zstd frame");
    return st;
}

/* descriptor: the byte behind the magic; it tells how long the header is. */
static void begin_header(struct zstdin *z, unsigned descriptor)
{
    static const unsigned char dictionary_id[4] = {0, 1, 2, 4}, content_size[4] = {0, 2, 4, 8};
    bool is_single_segment = descriptor & 0x20;

    z->unit = UNIT_HEADER;
    z->unit_left = MAGIC_LEN + 1 + dictionary_id[descriptor & 3] + content_size[descriptor >> 6];
    /* A window descriptor, or in its place at least one byte of content size. */
    if (!is_single_segment || descriptor >> 6 == 0)
        z->unit_left++;
    z->has_checksum = descriptor & 4;
    z->is_last_block = false;
    z->is_flushing = false;
}

/* The unit behind one that the library has consumed. */
static void next_unit(struct zstdin *z)
{
    if (z->unit == UNIT_BLOCK_HEADER && z->block_left) {
        z->unit = UNIT_BLOCK;
        z->unit_left = z->block_left;
    } else if (z->unit != UNIT_CHECKSUM && !z->is_last_block) {
        z->unit = UNIT_BLOCK_HEADER;
        z->unit_left = BLOCK_HEADER;
    } else {
        z->unit = UNIT_CHECKSUM;
        z->unit_left = z->has_checksum ? CHECKSUM : 0;
    }
}

static void read_block_header(struct zstdin *z, const unsigned char *p)
{
    uint32_t header = p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16;

    z->is_last_block = header & 1;
    /* Type 1 repeats one byte; type 3 is none, which the library will say. */
    z->block_left = (header >> 1 & 3) == 1 ? 1 : header >> 3;
}

static tocsin_status begin(void *state, struct tcs_source *source, bool *found_out,
                           uint64_t *start_out, struct tocsin_error *err)
{
    struct zstdin *z = state;
    tocsin_status st;
    size_t have;
    uint32_t magic;

    for (;;) {
        *found_out = true;
        z->start = *start_out = source->mark = tcs_source_offset(source);
        st = tcs_source_fill(source, MAGIC_LEN, err);
        if (st != TOCSIN_OK)
            return st;
        have = tcs_source_available(source);
        if (!have) {
            *found_out = false;
            return TOCSIN_OK;
        }
        if (have < MAGIC_LEN)
            return tcs_fail(err, TOCSIN_E_TRUNCATED, source->name, z->start,
                            "the input ends where a zstd frame should begin");
        magic = load_le32(source->data + source->pos);
        if (!is_skippable(magic))
            break;
        st = skip_frame(z, source, err);
        if (st != TOCSIN_OK)
            return st;
    }
    if (magic != ZSTD_MAGICNUMBER)
        return tcs_fail(err, TOCSIN_E_CORRUPT, source->name, z->start,
                        "these bytes are no zstd frame");
    st = tcs_source_fill(source, MAGIC_LEN + 1, err);
    if (st != TOCSIN_OK)
        return st;
    if (tcs_source_available(source) <= MAGIC_LEN)
        return tcs_fail(err, TOCSIN_E_TRUNCATED, source->name, z->start,
                        "the input ends inside a zstd frame header");
    begin_header(z, source->data[source->pos + MAGIC_LEN]);
    (void)ZSTD_DCtx_reset(z->dctx, ZSTD_reset_session_only);
    return TOCSIN_OK;
}

static tocsin_status translate(const struct zstdin *z, const struct tcs_source *source, size_t ret,
                               struct tocsin_error *err)
{
    const char *name = ZSTD_getErrorName(ret);

    switch ((int)ZSTD_getErrorCode(ret)) {
    case ZSTD_error_memory_allocation:
        return tcs_fail_nomem(err);
    case ZSTD_error_frameParameter_windowTooLarge:
        return tcs_fail(err, TOCSIN_E_LIMIT, source->name, z->start,
                        "the zstd frame wants a window of more than 2^%u bytes; raise the limit by "
                        "--zstd-window",
                        (unsigned)z->window_log);
    case ZSTD_error_dictionary_wrong:
    case ZSTD_error_dictionary_corrupted:
        return tcs_fail(err, TOCSIN_E_UNSUPPORTED, source->name, z->start,
                        "the zstd frame needs a dictionary (%s); decompress it by zstd -D first",
                        name);
    case ZSTD_error_version_unsupported:
    case ZSTD_error_frameParameter_unsupported:
        return tcs_fail(err, TOCSIN_E_UNSUPPORTED, source->name, z->start,
                        "this build cannot read the zstd frame (%s)", name);
    default:
        return tcs_fail(err, TOCSIN_E_CORRUPT, source->name, z->start,
                        "the zstd frame is damaged (%s)", name);
    }
}

/* Points `from` at the rest of the unit, as far as it is there. */
static tocsin_status feed_unit(struct zstdin *z, struct tcs_source *source, ZSTD_inBuffer *from,
                               struct tocsin_error *err)
{
    size_t want;
    tocsin_status st;

    if (!z->unit_left)
        next_unit(z);
    /*
     * A whole unit at once saves the library a copy; one that is too long is damage, which it
     * will find.
     */
    want = z->unit_left < TCS_SOURCE_WINDOW ? z->unit_left : TCS_SOURCE_WINDOW;
    st = tcs_source_fill(source, want, err);
    if (st != TOCSIN_OK)
        return st;
    *from = (ZSTD_inBuffer){source->data + source->pos, tcs_source_available(source), 0};
    if (from->size > z->unit_left)
        from->size = z->unit_left;
    if (z->unit == UNIT_BLOCK_HEADER && from->size == BLOCK_HEADER)
        read_block_header(z, from->src);
    return TOCSIN_OK;
}

static tocsin_status decode(void *state, struct tcs_source *source, unsigned char *out, size_t cap,
                            size_t *len_out, bool *is_end_out, struct tocsin_error *err)
{
    struct zstdin *z = state;
    ZSTD_outBuffer to = {out, cap, 0};
    ZSTD_inBuffer from = {"", 0, 0};
    tocsin_status st;
    size_t ret;

    *len_out = 0;
    *is_end_out = false;
    st = z->is_flushing ? TOCSIN_OK : feed_unit(z, source, &from, err);
    if (st != TOCSIN_OK)
        return st;
    ret = ZSTD_decompressStream(z->dctx, &to, &from);
    *len_out = to.pos;
    if (ZSTD_isError(ret))
        return translate(z, source, ret, err);
    if (!z->is_flushing && !from.pos && !to.pos && ret)
        return tcs_fail(err, TOCSIN_E_TRUNCATED, source->name, tcs_source_offset(source),
                        "the input ends inside a zstd frame");
    z->is_flushing = to.pos == to.size;
    source->pos += from.pos;
    z->unit_left -= from.pos;
    *is_end_out = ret == 0;
    return TOCSIN_OK;
}

static bool is_credible(void *state, const unsigned char *p, size_t len, size_t *cost_out)
{
    struct zstdin *z = state;
    unsigned char out[TCS_CODEC_TRIAL_BYTES];
    ZSTD_outBuffer to = {out, sizeof out, 0};
    ZSTD_inBuffer from = {p, len, 0};
    size_t ret, before;

    (void)ZSTD_DCtx_reset(z->dctx, ZSTD_reset_session_only);
    do {
        before = from.pos;
        ret = ZSTD_decompressStream(z->dctx, &to, &from);
    } while (!ZSTD_isError(ret) && ret && to.pos < to.size && from.pos > before);
    *cost_out = from.pos + 1024;
    return !ZSTD_isError(ret) && (!ret || to.pos == to.size);
}

static void free_state(void *state)
{
    struct zstdin *z = state;

    if (!z)
        return;
    (void)ZSTD_freeDCtx(z->dctx);
    free(z);
}

void *tcs_zstdin_new(uint32_t window_log)
{
    struct zstdin *z = calloc(1, sizeof *z);

    if (!z)
        return NULL;
    z->window_log = window_log;
    z->dctx = ZSTD_createDCtx();
    if (!z->dctx
        || ZSTD_isError(ZSTD_DCtx_setParameter(z->dctx, ZSTD_d_windowLogMax, (int)window_log))) {
        free_state(z);
        return NULL;
    }
    return z;
}

const struct tcs_codec tcs_zstdin_codec = {
    .name = "zstd",
    .magic = "\x28\xB5\x2F\xFD",
    .magic_len = 4,
    .begin = begin,
    .decode = decode,
    .is_credible = is_credible,
    .free = free_state,
};
