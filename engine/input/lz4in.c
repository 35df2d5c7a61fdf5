/*
 * lz4 frames, the door to liblz4. A frame is a member; skippable frames are passed over here. When
 * the library finds damage it forgets what the same call had decoded, so it gets a frame unit by
 * unit (header, block size, block, checksum). A block may be 4 MiB long and is decoded once all of
 * it is there.
 */
#include "input/codec.h"

#ifdef TCS_HAVE_LZ4

#include <lz4.h>
#include <lz4frame.h>
#include <stdlib.h>
#include <string.h>

#define MAGIC_LEN ((size_t)4)
#define LEGACY_MAGIC 0x184C2102u
#define BLOCK_SIZE ((size_t)4)
#define CHECKSUM ((size_t)4)

enum flag { HAS_DICTIONARY = 0x01, HAS_CONTENT_CHECKSUM = 0x04, HAS_BLOCK_CHECKSUM = 0x10 };

enum unit { UNIT_HEADER, UNIT_BLOCK_SIZE, UNIT_BLOCK, UNIT_BLOCK_CHECKSUM, UNIT_CHECKSUM };

struct lz4in {
    LZ4F_dctx *library;
    uint64_t start;
    unsigned flags;
    enum unit unit;      /* that the library is being fed */
    size_t unit_left;    /* its bytes to come */
    uint32_t block_size; /* as stored: the highest bit says that the block is not compressed */
    bool is_flushing;    /* the library may hold output that had no room */
};

/* Past magic and FLG, of which there must be 5 bytes. */
static size_t header_size(const unsigned char *p)
{
    return MAGIC_LEN + 3 + (p[4] & 0x08 ? 8 : 0) + (p[4] & HAS_DICTIONARY ? 4 : 0);
}

static void set_unit(struct lz4in *z, enum unit unit, size_t len)
{
    z->unit = unit;
    z->unit_left = len;
}

/* The unit behind one that the library has consumed. */
static void next_unit(struct lz4in *z)
{
    bool is_compressed = !(z->block_size >> 31);
    size_t checksum = z->flags & HAS_BLOCK_CHECKSUM ? CHECKSUM : 0;

    if (z->unit == UNIT_BLOCK_SIZE && z->block_size)
        /* The checksum of a compressed block is looked at before the block is decoded. */
        set_unit(z, UNIT_BLOCK, (z->block_size & 0x7FFFFFFF) + (is_compressed ? checksum : 0));
    else if (z->unit == UNIT_BLOCK_SIZE)
        set_unit(z, UNIT_CHECKSUM, z->flags & HAS_CONTENT_CHECKSUM ? CHECKSUM : 0);
    else if (z->unit == UNIT_BLOCK && !is_compressed && checksum)
        set_unit(z, UNIT_BLOCK_CHECKSUM, checksum);
    else if (z->unit != UNIT_CHECKSUM)
        set_unit(z, UNIT_BLOCK_SIZE, BLOCK_SIZE);
}

static tocsin_status refuse_legacy(const struct lz4in *z, const struct tcs_source *source,
                                   struct tocsin_error *err)
{
    return tcs_fail(err, TOCSIN_E_UNSUPPORTED, source->name, z->start,
                    "the lz4 data are of the legacy format (lz4 -l), which Tocsin does not read; "
                    "decompress them into a pipe: lz4 -dc FILE | tocsin scan");
}

/* Passes over skippable frames to the next frame with data. */
static tocsin_status find_frame(struct lz4in *z, struct tcs_source *source, bool *found_out,
                                uint64_t *start_out, struct tocsin_error *err)
{
    tocsin_status st;
    const unsigned char *p;

    for (;;) {
        st = tcs_codec_next_member(source, "", 0, "lz4 frame", found_out, start_out, err);
        z->start = *start_out;
        if (st == TOCSIN_OK)
            st = tcs_source_fill(source, MAGIC_LEN, err);
        if (st != TOCSIN_OK || !*found_out)
            return st;
        p = source->data + source->pos;
        if (tcs_source_available(source) < MAGIC_LEN)
            return tcs_fail(err, TOCSIN_E_TRUNCATED, source->name, z->start,
                            "the input ends where an lz4 frame should begin");
        if (!tcs_codec_is_skippable(p, MAGIC_LEN))
            break;
        st = tcs_codec_skip_frame(source, "lz4", err);
        if (st != TOCSIN_OK)
            return st;
    }
    if (tcs_codec_load_le32(p) == LEGACY_MAGIC)
        return refuse_legacy(z, source, err);
    return tcs_codec_next_member(source, tcs_lz4in_codec.magic, MAGIC_LEN, "lz4 frame", found_out,
                                 start_out, err);
}

static tocsin_status begin(void *state, struct tcs_source *source, bool *found_out,
                           uint64_t *start_out, struct tocsin_error *err)
{
    struct lz4in *z = state;
    tocsin_status st = find_frame(z, source, found_out, start_out, err);
    const unsigned char *p;

    if (st != TOCSIN_OK || !*found_out)
        return st;
    st = tcs_source_fill(source, MAGIC_LEN + 1, err);
    if (st != TOCSIN_OK)
        return st;
    p = source->data + source->pos;
    if (tcs_source_available(source) <= MAGIC_LEN)
        return tcs_fail(err, TOCSIN_E_TRUNCATED, source->name, z->start,
                        "the input ends inside an lz4 frame header");
    z->flags = p[MAGIC_LEN];
    if (z->flags & HAS_DICTIONARY)
        return tcs_fail(err, TOCSIN_E_UNSUPPORTED, source->name, z->start,
                        "the lz4 frame needs a dictionary, which is not in the input; decompress "
                        "it into a pipe: lz4 -dc -D DICTIONARY FILE | tocsin scan");
    set_unit(z, UNIT_HEADER, header_size(p));
    z->block_size = 0;
    z->is_flushing = false;
    LZ4F_resetDecompressionContext(z->library);
    return TOCSIN_OK;
}

static tocsin_status translate(const struct lz4in *z, const struct tcs_source *source, size_t ret,
                               struct tocsin_error *err)
{
    const char *name = LZ4F_getErrorName(ret);

    if (strcmp(name, "ERROR_allocation_failed") == 0)
        return tcs_fail_nomem(err);
    return tcs_fail(err, TOCSIN_E_CORRUPT, source->name, z->start,
                    "the lz4 frame is damaged (%s)%s", name,
                    z->unit == UNIT_CHECKSUM ? "" : "; the rest of it is lost");
}

/* Counts the rest of the unit, as far as it is there. */
static tocsin_status feed_unit(struct lz4in *z, struct tcs_source *source, size_t *len_out,
                               struct tocsin_error *err)
{
    size_t len;
    tocsin_status st;

    *len_out = 0;
    if (!z->unit_left)
        next_unit(z);
    /* A whole unit at once saves the library a copy. */
    len = z->unit_left < TCS_SOURCE_WINDOW ? z->unit_left : TCS_SOURCE_WINDOW;
    st = tcs_source_fill(source, len, err);
    if (st != TOCSIN_OK)
        return st;
    len = tcs_source_available(source);
    if (len > z->unit_left)
        len = z->unit_left;
    if (z->unit == UNIT_BLOCK_SIZE && len == BLOCK_SIZE)
        z->block_size = tcs_codec_load_le32(source->data + source->pos);
    *len_out = len;
    return TOCSIN_OK;
}

static tocsin_status decode(void *state, struct tcs_source *source, unsigned char *out, size_t cap,
                            size_t *len_out, bool *is_end_out, struct tocsin_error *err)
{
    struct lz4in *z = state;
    size_t taken = 0, len = 0, made = cap, ret;
    tocsin_status st;

    *len_out = 0;
    *is_end_out = false;
    st = z->is_flushing ? TOCSIN_OK : feed_unit(z, source, &len, err);
    if (st != TOCSIN_OK)
        return st;
    taken = len;
    ret = LZ4F_decompress(z->library, out, &made, source->data + source->pos, &taken, NULL);
    if (LZ4F_isError(ret)) {
        /* Behind a wrong checksum of the whole content the frame ends as it should. */
        *is_end_out = z->unit == UNIT_CHECKSUM;
        source->pos += *is_end_out ? len : 0;
        return translate(z, source, ret, err);
    }
    *len_out = made;
    if (!z->is_flushing && !taken && !made && ret)
        return tcs_fail(err, TOCSIN_E_TRUNCATED, source->name, tcs_source_offset(source),
                        "the input ends inside an lz4 frame");
    z->is_flushing = made == cap;
    source->pos += taken;
    z->unit_left -= taken;
    *is_end_out = ret == 0;
    return TOCSIN_OK;
}

/*
 * The header carries a checksum of one byte, so that the first block must decode as well, as far
 * as it is there: LZ4F_decompress would want all of it.
 */
static bool is_credible(void *state, const unsigned char *p, size_t len, size_t *cost_out)
{
    struct lz4in *z = state;
    char out[TCS_CODEC_TRIAL_BYTES];
    LZ4F_frameInfo_t info;
    size_t head = len;
    uint32_t size;

    *cost_out = 0;
    if (tcs_codec_is_skippable(p, len))
        return true;
    LZ4F_resetDecompressionContext(z->library);
    if (len <= MAGIC_LEN || LZ4F_isError(LZ4F_getFrameInfo(z->library, &info, p, &head))
        || len < head + BLOCK_SIZE)
        return false;
    size = tcs_codec_load_le32(p + head);
    len -= head + BLOCK_SIZE;
    p += head + BLOCK_SIZE;
    *cost_out = head + sizeof out;
    if (info.dictID || !size)
        return true;
    /* Block sizes are 64 KiB times a power of 4. */
    if ((size & 0x7FFFFFFF) > (size_t)1 << (8 + 2 * (unsigned)info.blockSizeID))
        return false;
    if (size >> 31)
        return true;
    return LZ4_decompress_safe_partial((const char *)p, out, (int)(len < size ? len : size),
                                       (int)sizeof out, (int)sizeof out) > 0;
}

static void free_state(void *state)
{
    struct lz4in *z = state;

    if (!z)
        return;
    (void)LZ4F_freeDecompressionContext(z->library);
    free(z);
}

void *tcs_lz4in_new(uint32_t zstd_window_log)
{
    struct lz4in *z = calloc(1, sizeof *z);

    (void)zstd_window_log;
    if (!z)
        return NULL;
    if (LZ4F_isError(LZ4F_createDecompressionContext(&z->library, LZ4F_VERSION))) {
        free(z);
        return NULL;
    }
    return z;
}

const struct tcs_codec tcs_lz4in_codec = {
    .name = "lz4",
    .magic = "\x04\x22\x4D\x18",
    .magic_len = 4,
    .begin = begin,
    .decode = decode,
    .is_credible = is_credible,
    .free = free_state,
};

#endif
