/*
 * zstd frames (RFC 8878), the door to libzstd. A frame is a member. Skippable frames are passed
 * over here, so that they may be as large as they like and stand anywhere; the library sees data
 * frames only. It gets them unit by unit (header, block header, block, checksum): when it finds
 * damage it forgets what the same call had decoded, and so no call may hold more than one block.
 *
 * A skippable frame of .warc.zst may hold a dictionary, itself perhaps a zstd frame (IIPC,
 * "Zstandard Compression for WARC Files"). It serves the frames behind it up to the next such
 * frame, so that files may be concatenated. A frame whose dictionary is not there is passed over
 * block by block and reported, each for itself.
 */
#include "input/codec.h"

#include <stdlib.h>
#include <string.h>
#include <zstd.h>
#include <zstd_errors.h>

#define MAGIC_LEN ((size_t)4)
#define SKIPPABLE_HEADER ((size_t)8)
#define DICTIONARY_FRAME 0x184D2A5Du
/* As much as the zstd command takes; also what a compressed one may expand to. */
#define DICTIONARY_BYTES ((size_t)32 * 1024 * 1024)
#define BLOCK_BYTES_MAX ((size_t)128 * 1024)
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
    ZSTD_DDict *dictionary;
    const char *dictionary_fault; /* why the input's dictionary cannot be used; else NULL */
    unsigned missing_id; /* of the dictionary that the frame needs and that is not there; else 0 */
};

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

/* False where there is no such block. */
static bool read_block_header(struct zstdin *z, const unsigned char *p)
{
    uint32_t header = p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16;
    unsigned type = header >> 1 & 3;

    z->is_last_block = header & 1;
    /* Type 1 repeats one byte. */
    z->block_left = type == 1 ? 1 : header >> 3;
    return type != 3 && z->block_left <= BLOCK_BYTES_MAX;
}

/* ---- dictionary ---- */

static void drop_dictionary(struct zstdin *z)
{
    (void)ZSTD_DCtx_reset(z->dctx, ZSTD_reset_session_only);
    (void)ZSTD_DCtx_refDDict(z->dctx, NULL);
    (void)ZSTD_freeDDict(z->dictionary);
    z->dictionary = NULL;
    z->dictionary_fault = NULL;
}

/* Takes len bytes of the source into buf. */
static tocsin_status take_bytes(const struct zstdin *z, struct tcs_source *source, size_t len,
                                struct tcs_buf *buf, struct tocsin_error *err)
{
    tocsin_status st;
    size_t step;

    while (buf->len < len) {
        st = tcs_source_fill(source, 1, err);
        if (st != TOCSIN_OK)
            return st;
        step = tcs_source_available(source);
        if (!step)
            return tcs_fail(err, TOCSIN_E_TRUNCATED, source->name, z->start,
                            "the input ends inside the frame that holds its zstd dictionary");
        if (step > len - buf->len)
            step = len - buf->len;
        if (tcs_buf_append(buf, (const char *)source->data + source->pos, step) != TOCSIN_OK)
            return tcs_fail_nomem(err);
        source->pos += step;
    }
    return TOCSIN_OK;
}

/* Decodes a dictionary that is a zstd frame; else the fault is filled. */
static tocsin_status decode_dictionary(struct zstdin *z, const struct tcs_buf *stored,
                                       struct tcs_buf *out, struct tocsin_error *err)
{
    ZSTD_inBuffer from = {stored->data, stored->len, 0};
    ZSTD_outBuffer to;
    size_t ret, before;

    do {
        if (tcs_buf_reserve(out, 64 * 1024) != TOCSIN_OK)
            return tcs_fail_nomem(err);
        to = (ZSTD_outBuffer){out->data, out->cap, out->len};
        before = to.pos + from.pos;
        ret = ZSTD_decompressStream(z->dctx, &to, &from);
        out->len = to.pos;
    } while (!ZSTD_isError(ret) && ret && to.pos + from.pos > before
             && out->len <= DICTIONARY_BYTES);
    if (ZSTD_isError(ret))
        z->dictionary_fault = ZSTD_getErrorName(ret);
    else if (ret)
        z->dictionary_fault = out->len > DICTIONARY_BYTES ? "it is larger than 32 MiB"
                                                          : "it is cut off";
    (void)ZSTD_DCtx_reset(z->dctx, ZSTD_reset_session_only);
    return TOCSIN_OK;
}

static tocsin_status load_dictionary(struct zstdin *z, const struct tcs_buf *stored,
                                     struct tocsin_error *err)
{
    struct tcs_buf decoded = {0};
    const struct tcs_buf *dictionary = stored;
    tocsin_status st = TOCSIN_OK;

    if (tcs_codec_load_le32((const unsigned char *)stored->data) == ZSTD_MAGICNUMBER) {
        st = decode_dictionary(z, stored, &decoded, err);
        dictionary = &decoded;
    }
    if (st == TOCSIN_OK && !z->dictionary_fault) {
        z->dictionary = ZSTD_createDDict(dictionary->data, dictionary->len);
        if (z->dictionary)
            (void)ZSTD_DCtx_refDDict(z->dctx, z->dictionary);
        else
            z->dictionary_fault = "it is damaged";
    }
    tcs_buf_release(&decoded);
    return st;
}

/*
 * At a skippable frame that may hold a dictionary: loads it; one that holds something else is
 * passed over. A dictionary that cannot be used harms nobody but the frames that need it.
 */
static tocsin_status take_dictionary(struct zstdin *z, struct tcs_source *source,
                                     struct tocsin_error *err)
{
    struct tcs_buf stored = {0};
    tocsin_status st = tcs_source_fill(source, SKIPPABLE_HEADER + MAGIC_LEN, err);
    const unsigned char *p = source->data + source->pos;
    uint32_t size, magic;

    if (st != TOCSIN_OK)
        return st;
    if (tcs_source_available(source) < SKIPPABLE_HEADER + MAGIC_LEN)
        return tcs_codec_skip_frame(source, "zstd", err);
    size = tcs_codec_load_le32(p + MAGIC_LEN);
    magic = tcs_codec_load_le32(p + SKIPPABLE_HEADER);
    if (size < MAGIC_LEN || (magic != ZSTD_MAGIC_DICTIONARY && magic != ZSTD_MAGICNUMBER))
        return tcs_codec_skip_frame(source, "zstd", err);
    drop_dictionary(z);
    if (size > DICTIONARY_BYTES) {
        z->dictionary_fault = "it is larger than 32 MiB";
        return tcs_codec_skip_frame(source, "zstd", err);
    }
    source->pos += SKIPPABLE_HEADER;
    st = take_bytes(z, source, size, &stored, err);
    if (st == TOCSIN_OK)
        st = load_dictionary(z, &stored, err);
    tcs_buf_release(&stored);
    return st;
}

static tocsin_status fail_missing(const struct zstdin *z, const struct tcs_source *source,
                                  struct tocsin_error *err)
{
    static const char advice[] = "decompress the input into a pipe: zstd -dc -D DICTIONARY FILE | "
                                 "tocsin scan";

    if (z->dictionary_fault)
        return tcs_fail(err, TOCSIN_E_UNSUPPORTED, source->name, z->start,
                        "the zstd frame needs dictionary %u, and the dictionary that the input "
                        "carries cannot be used (%s); %s",
                        z->missing_id, z->dictionary_fault, advice);
    if (z->dictionary)
        return tcs_fail(err, TOCSIN_E_UNSUPPORTED, source->name, z->start,
                        "the zstd frame needs dictionary %u, and the input carries dictionary %u; "
                        "%s",
                        z->missing_id, ZSTD_getDictID_fromDDict(z->dictionary), advice);
    return tcs_fail(err, TOCSIN_E_UNSUPPORTED, source->name, z->start,
                    "the zstd frame needs dictionary %u, which the input does not carry; %s",
                    z->missing_id, advice);
}

/* Passes over a frame whose dictionary is missing; where its blocks are damaged, over a part. */
static tocsin_status pass_over(struct zstdin *z, struct tcs_source *source, bool *is_end_out,
                               struct tocsin_error *err)
{
    uint64_t skipped;
    tocsin_status st;

    for (;;) {
        if (z->unit == UNIT_BLOCK_HEADER) {
            st = tcs_source_fill(source, BLOCK_HEADER, err);
            if (st != TOCSIN_OK)
                return st;
            if (tcs_source_available(source) < BLOCK_HEADER
                || !read_block_header(z, source->data + source->pos))
                break;
        }
        st = tcs_source_skip(source, z->unit_left, &skipped, err);
        if (st != TOCSIN_OK)
            return st;
        *is_end_out = z->unit == UNIT_CHECKSUM && skipped == z->unit_left;
        if (*is_end_out || skipped < z->unit_left)
            break;
        next_unit(z);
    }
    return fail_missing(z, source, err);
}

/* ---- frames ---- */

/* Passes over skippable frames to the magic of the next frame with data. */
static tocsin_status find_frame(struct zstdin *z, struct tcs_source *source, bool *found_out,
                                uint64_t *start_out, struct tocsin_error *err)
{
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
        magic = tcs_codec_load_le32(source->data + source->pos);
        if (magic == ZSTD_MAGICNUMBER)
            return TOCSIN_OK;
        if (!tcs_codec_is_skippable(source->data + source->pos, have))
            return tcs_fail(err, TOCSIN_E_CORRUPT, source->name, z->start,
                            "these bytes are no zstd frame");
        st = magic == DICTIONARY_FRAME ? take_dictionary(z, source, err)
                                       : tcs_codec_skip_frame(source, "zstd", err);
        if (st != TOCSIN_OK)
            return st;
    }
}

/* Over skippable frames that are in the window whole, so that one that is cut off is still told; not over dictionaries. */
static tocsin_status pass(void *state, struct tcs_source *source, struct tocsin_error *err)
{
    uint64_t size;
    tocsin_status st;

    (void)state;
    for (;;) {
        st = tcs_source_fill(source, SKIPPABLE_HEADER, err);
        if (st != TOCSIN_OK || tcs_source_available(source) < SKIPPABLE_HEADER ||
            !tcs_codec_is_skippable(source->data + source->pos, SKIPPABLE_HEADER) ||
            tcs_codec_load_le32(source->data + source->pos) == DICTIONARY_FRAME)
            return st;
        size = SKIPPABLE_HEADER + (uint64_t)tcs_codec_load_le32(source->data + source->pos + MAGIC_LEN);
        if (size > TCS_SOURCE_WINDOW)
            return TOCSIN_OK;
        st = tcs_source_fill(source, (size_t)size, err);
        if (st != TOCSIN_OK || tcs_source_available(source) < size)
            return st;
        source->pos += (size_t)size;
        source->mark = tcs_source_offset(source);
    }
}

/* Nothing is known of a dictionary. */
static bool is_fresh(const void *state)
{
    const struct zstdin *z = state;

    return !z->dictionary && !z->dictionary_fault;
}

static tocsin_status begin(void *state, struct tcs_source *source, bool *found_out,
                           uint64_t *start_out, struct tocsin_error *err)
{
    struct zstdin *z = state;
    tocsin_status st = find_frame(z, source, found_out, start_out, err);
    unsigned id;

    if (st != TOCSIN_OK || !*found_out)
        return st;
    st = tcs_source_fill(source, MAGIC_LEN + 1, err);
    if (st != TOCSIN_OK)
        return st;
    if (tcs_source_available(source) <= MAGIC_LEN)
        return tcs_fail(err, TOCSIN_E_TRUNCATED, source->name, z->start,
                        "the input ends inside a zstd frame header");
    begin_header(z, source->data[source->pos + MAGIC_LEN]);
    st = tcs_source_fill(source, z->unit_left, err);
    if (st != TOCSIN_OK)
        return st;
    id = ZSTD_getDictID_fromFrame(source->data + source->pos, tcs_source_available(source));
    /* Without a dictionary the library says that its identifier is 0. */
    z->missing_id = id == ZSTD_getDictID_fromDDict(z->dictionary) ? 0 : id;
    (void)ZSTD_DCtx_reset(z->dctx, ZSTD_reset_session_only);
    return TOCSIN_OK;
}

/*
 * The library also says that its own buffer is too small, which is as large as the frames before wanted it: so that the
 * reason is the frame's alone, that is damage like any.
 */
static ZSTD_ErrorCode error_code(size_t ret)
{
    ZSTD_ErrorCode code = ZSTD_getErrorCode(ret);

    return code == ZSTD_error_dstSize_tooSmall ? ZSTD_error_corruption_detected : code;
}

static tocsin_status translate(const struct zstdin *z, const struct tcs_source *source, size_t ret,
                               struct tocsin_error *err)
{
    const char *name = ZSTD_getErrorString(error_code(ret));

    switch ((int)error_code(ret)) {
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
                        "the zstd frame needs another dictionary (%s); decompress the input into a "
                        "pipe: zstd -dc -D DICTIONARY FILE | tocsin scan",
                        name);
    case ZSTD_error_version_unsupported:
    case ZSTD_error_frameParameter_unsupported:
        return tcs_fail(err, TOCSIN_E_UNSUPPORTED, source->name, z->start,
                        "this build cannot read the zstd frame (%s)", name);
    default:
        return tcs_fail(err, TOCSIN_E_CORRUPT, source->name, z->start,
                        "the zstd frame is damaged (%s)%s%s", name,
                        z->dictionary_fault ? "; the input's dictionary cannot be used: " : "",
                        z->dictionary_fault ? z->dictionary_fault : "");
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
        (void)read_block_header(z, from->src); /* the library will say what is wrong */
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
    if (z->missing_id)
        return pass_over(z, source, is_end_out, err);
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

/* Whether block headers stand where they should, as far as p[0..len) reaches. */
static bool has_sound_blocks(const struct zstdin *z, const unsigned char *p, size_t len)
{
    struct zstdin walk = *z;
    size_t at;

    begin_header(&walk, p[MAGIC_LEN]);
    at = walk.unit_left;
    if (len < at + BLOCK_HEADER)
        return false;
    while (!walk.is_last_block && at + BLOCK_HEADER <= len) {
        if (!read_block_header(&walk, p + at))
            return false;
        at += BLOCK_HEADER + walk.block_left;
    }
    return true;
}

/*
 * Frames that the library refuses only because of a limit or a missing dictionary are frames
 * nevertheless. A dictionary that was compressed is no frame with data, though it looks like one.
 */
static bool is_credible(void *state, const unsigned char *p, size_t len, size_t *cost_out)
{
    struct zstdin *z = state;
    unsigned char out[TCS_CODEC_TRIAL_BYTES];
    ZSTD_outBuffer to = {out, sizeof out, 0};
    ZSTD_inBuffer from = {p, len, 0};
    size_t ret, before;
    ZSTD_ErrorCode code;

    *cost_out = 0;
    if (len <= MAGIC_LEN || tcs_codec_is_skippable(p, len))
        return len > MAGIC_LEN;
    (void)ZSTD_DCtx_reset(z->dctx, ZSTD_reset_session_only);
    do {
        before = from.pos;
        ret = ZSTD_decompressStream(z->dctx, &to, &from);
    } while (!ZSTD_isError(ret) && ret && to.pos < to.size && from.pos > before);
    *cost_out = from.pos + 1024;
    code = ZSTD_getErrorCode(ret);
    if (code == ZSTD_error_dictionary_wrong || code == ZSTD_error_frameParameter_windowTooLarge)
        return has_sound_blocks(z, p, len);
    if (to.pos >= MAGIC_LEN && tcs_codec_load_le32(out) == ZSTD_MAGIC_DICTIONARY)
        return false;
    return !ZSTD_isError(ret) && (!ret || to.pos == to.size);
}

static void free_state(void *state)
{
    struct zstdin *z = state;

    if (!z)
        return;
    (void)ZSTD_freeDCtx(z->dctx);
    (void)ZSTD_freeDDict(z->dictionary);
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
    .pass = pass,
    .is_fresh = is_fresh,
    .decode = decode,
    .is_credible = is_credible,
    .free = free_state,
};
