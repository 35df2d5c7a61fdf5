/*
 * gzip members (RFC 1952). Header and trailer are read here, because the libraries differ in what
 * they let pass; they see raw deflate only. A header is parsed anew whenever more of it arrives:
 * it is short, and so no state is kept inside it.
 *
 * A member that lies in the window whole is inflated at once, by the library that is best at that. Where it does not, or
 * does not fit the room, or is damaged, the other library begins anew with it: so what comes of damage is always that one's.
 * How large a member will be is guessed by those before it, so that this happens to few. The one library lets pass a little
 * that the other calls damaged: a small member that either inflates to what its trailer says is good, whichever was asked
 * first.
 */
#include "input/codec.h"
#include "input/inflate.h"

#include <stdlib.h>
#include <string.h>

enum { FLAG_HCRC = 2, FLAG_EXTRA = 4, FLAG_NAME = 8, FLAG_COMMENT = 16, FLAG_RESERVED = 0xE0 };

#define FIXED_HEADER ((size_t)10)
#define TRAILER ((size_t)8)
/* Deflate bytes that a trial looks at: far more than 1 KiB of text takes. */
#define TRIAL_DEFLATE ((size_t)8 * 1024)

/*
 * What is a small member. Its first byte is in the window still when it turns out to be damaged, which may be noticed a few
 * bytes too late.
 */
#define SMALL_STORED (TCS_SOURCE_HISTORY - (size_t)4096)
#define SMALL_DECODED ((size_t)1024 * 1024)
/* What members are guessed to need shrinks by this part of itself with each member. */
#define FADING ((size_t)32)

struct gzip {
    const struct tcs_inflate_backend *backend;
    void *inflater;
    const struct tcs_inflate_whole *whole; /* NULL: everything is streamed */
    void *whole_inflater;
    uint32_t (*crc32)(uint32_t crc, const unsigned char *data, size_t len);
    size_t usual_stored, usual_decoded; /* of the members so far, the latest above all; SIZE_MAX before the first */
    uint64_t start;  /* stored offset of the member */
    uint32_t crc;    /* of what is decoded so far */
    uint32_t length; /* modulo 2^32 */
    bool needs_reset; /* of the inflater, before it sees the member */
    bool in_trailer;
    bool is_rescued; /* the inflater failed; all of the member is in rescued, and the source behind it */
    struct tcs_buf rescued;
    size_t given; /* of it */
};

enum header_step { HEADER_OK, HEADER_MORE, HEADER_BAD };

static enum header_step bad_header(const char **why_out, const char *why)
{
    *why_out = why;
    return HEADER_BAD;
}

/* Moves *at behind the NUL of a name or comment. */
static bool skip_string(const unsigned char *p, size_t len, size_t *at)
{
    const unsigned char *nul = memchr(p + *at, 0, len - *at);

    if (!nul)
        return false;
    *at = (size_t)(nul - p) + 1;
    return true;
}

/* p[0..len) holds what there is of a header; *header_len is its length when it is OK. */
static enum header_step parse_header(const struct gzip *gz, const unsigned char *p, size_t len,
                                     size_t *header_len, const char **why)
{
    size_t at = FIXED_HEADER;
    unsigned flags;

    if ((len > 0 && p[0] != 0x1F) || (len > 1 && p[1] != 0x8B))
        return bad_header(why, "these bytes are no gzip member");
    if (len > 2 && p[2] != 8)
        return bad_header(why, "the gzip header names an unknown compression method");
    if (len > 3 && p[3] & FLAG_RESERVED)
        return bad_header(why, "the gzip header has reserved flags set");
    if (len < FIXED_HEADER)
        return HEADER_MORE;
    flags = p[3];
    if (flags & FLAG_EXTRA) {
        if (len - at < 2 || len - at - 2 < (size_t)(p[at] | p[at + 1] << 8))
            return HEADER_MORE;
        at += 2 + (size_t)(p[at] | p[at + 1] << 8);
    }
    if (flags & FLAG_NAME && !skip_string(p, len, &at))
        return HEADER_MORE;
    if (flags & FLAG_COMMENT && !skip_string(p, len, &at))
        return HEADER_MORE;
    if (flags & FLAG_HCRC) {
        if (len - at < 2)
            return HEADER_MORE;
        if ((gz->crc32(0, p, at) & 0xFFFF) != (uint32_t)(p[at] | p[at + 1] << 8))
            return bad_header(why, "the gzip header does not have the checksum that it states");
        at += 2;
    }
    *header_len = at;
    return HEADER_OK;
}

static tocsin_status pass(void *state, struct tcs_source *source, struct tocsin_error *err)
{
    (void)state;
    return tcs_codec_skip_padding(source, err);
}

static tocsin_status begin(void *state, struct tcs_source *source, bool *found_out,
                           uint64_t *start_out, struct tocsin_error *err)
{
    struct gzip *gz = state;
    tocsin_status st = tcs_codec_skip_padding(source, err);
    size_t need = FIXED_HEADER, header_len = 0;
    const char *why = NULL;

    gz->start = *start_out = tcs_source_offset(source);
    *found_out = st != TOCSIN_OK || tcs_source_available(source);
    while (st == TOCSIN_OK && *found_out) {
        st = tcs_source_fill(source, need, err);
        if (st != TOCSIN_OK)
            break;
        switch (parse_header(gz, source->data + source->pos, tcs_source_available(source),
                             &header_len, &why)) {
        case HEADER_OK:
            source->pos += header_len;
            gz->needs_reset = true;
            gz->crc = gz->length = 0;
            gz->in_trailer = gz->is_rescued = false;
            return TOCSIN_OK;
        case HEADER_BAD:
            return tcs_fail(err, TOCSIN_E_CORRUPT, source->name, gz->start, "%s", why);
        case HEADER_MORE:
            break;
        }
        if (tcs_source_available(source) < need)
            return tcs_fail(err, TOCSIN_E_TRUNCATED, source->name, gz->start,
                            "the input ends inside a gzip header");
        need = tcs_source_available(source) + 1;
        if (need > TCS_SOURCE_WINDOW)
            return tcs_fail(err, TOCSIN_E_CORRUPT, source->name, gz->start,
                            "the gzip header is longer than %zu bytes", TCS_SOURCE_WINDOW);
    }
    return st;
}

static size_t fade(size_t usual, size_t latest)
{
    size_t faded = usual - usual / FADING;

    return usual == SIZE_MAX || faded < latest ? latest : faded;
}

/* A member ended. stored: with its header and trailer. */
static void note_size(struct gzip *gz, uint64_t stored, size_t decoded)
{
    gz->usual_stored = fade(gz->usual_stored, stored < SIZE_MAX ? (size_t)stored : SIZE_MAX - 1);
    gz->usual_decoded = fade(gz->usual_decoded, decoded);
}

static tocsin_status check_trailer(struct gzip *gz, struct tcs_source *source, bool *is_end_out,
                                   struct tocsin_error *err)
{
    tocsin_status st = tcs_source_fill(source, TRAILER, err);
    const unsigned char *p = source->data + source->pos;
    uint32_t crc, length;

    if (st != TOCSIN_OK)
        return st;
    if (tcs_source_available(source) < TRAILER)
        return tcs_fail(err, TOCSIN_E_TRUNCATED, source->name, tcs_source_offset(source),
                        "the input ends inside the trailer of a gzip member");
    crc = tcs_codec_load_le32(p);
    length = tcs_codec_load_le32(p + 4);
    source->pos += TRAILER;
    *is_end_out = true;
    note_size(gz, tcs_source_offset(source) - gz->start, gz->length);
    if (crc != gz->crc)
        return tcs_fail(err, TOCSIN_E_CORRUPT, source->name, gz->start,
                        "the data of the gzip member have CRC-32 %08x, its trailer says %08x",
                        (unsigned)gz->crc, (unsigned)crc);
    if (length != gz->length)
        return tcs_fail(err, TOCSIN_E_CORRUPT, source->name, gz->start,
                        "the gzip member has %u bytes (modulo 2^32), its trailer says %u",
                        (unsigned)gz->length, (unsigned)length);
    return TOCSIN_OK;
}

/* Whether the trailer of a whole member that inflated to out is right. */
static bool trailer_fits(const struct gzip *gz, const unsigned char *trailer, size_t len,
                         const unsigned char *out, size_t out_len)
{
    return len >= TRAILER && tcs_codec_load_le32(trailer) == gz->crc32(0, out, out_len)
        && tcs_codec_load_le32(trailer + 4) == out_len;
}

/* Inflates a small member, of which the header was read; the source is behind it then. */
static bool inflate_small(struct gzip *gz, struct tcs_source *source, unsigned char *out, size_t cap, size_t *len_out)
{
    uint64_t header = tcs_source_offset(source) - gz->start;
    size_t most = header < SMALL_STORED ? SMALL_STORED - (size_t)header : 0, left = tcs_source_available(source);
    struct tcs_inflate_io io = {.in = source->data + source->pos, .out = out};

    io.in_end = io.in + (left < most ? left : most);
    io.out_end = out + (cap < SMALL_DECODED ? cap : SMALL_DECODED);
    if (!gz->whole->run(gz->whole_inflater, &io) ||
        !trailer_fits(gz, io.in, (size_t)(io.in_end - io.in), out, (size_t)(io.out - out)))
        return false;
    source->pos = (size_t)(io.in - source->data) + TRAILER;
    *len_out = (size_t)(io.out - out);
    note_size(gz, tcs_source_offset(source) - gz->start, *len_out);
    return true;
}

/* Whether as much of the input stands in the window as members usually take. Waits for no pipe. */
static bool has_usual(const struct gzip *gz, struct tcs_source *source)
{
    size_t need = gz->usual_stored;

    return need <= SMALL_STORED && (!source->size || tcs_source_fill(source, need, NULL) == TOCSIN_OK) &&
           (source->is_at_end || tcs_source_available(source) >= need);
}

static bool decode_whole(void *state, struct tcs_source *source, unsigned char *out, size_t cap, size_t *len_out)
{
    struct gzip *gz = state;

    return gz->whole && gz->usual_decoded <= cap && gz->usual_decoded <= SMALL_DECODED && has_usual(gz, source) &&
           inflate_small(gz, source, out, cap, len_out);
}

/*
 * The inflater calls the member damaged: is it good to the library that takes it whole? Then what is not delivered yet waits
 * in rescued.
 */
static bool rescue(struct gzip *gz, struct tcs_source *source)
{
    uint64_t broken_at = tcs_source_offset(source);
    size_t header_len, len = 0;
    const char *why;

    if (!gz->whole || broken_at - gz->start > TCS_SOURCE_HISTORY ||
        tcs_buf_reserve(&gz->rescued, SMALL_DECODED) != TOCSIN_OK)
        return false;
    tcs_source_rewind(source, gz->start);
    if (tcs_source_fill(source, SMALL_STORED, NULL) == TOCSIN_OK &&
        parse_header(gz, source->data + source->pos, tcs_source_available(source), &header_len, &why) == HEADER_OK) {
        source->pos += header_len;
        gz->is_rescued = inflate_small(gz, source, (unsigned char *)gz->rescued.data, SMALL_DECODED, &len) &&
                         gz->length <= len && gz->crc32(0, (unsigned char *)gz->rescued.data, gz->length) == gz->crc;
    }
    gz->rescued.len = len;
    gz->given = gz->length;
    if (!gz->is_rescued)
        tcs_source_rewind(source, broken_at);
    return gz->is_rescued;
}

static void give_rescued(struct gzip *gz, unsigned char *out, size_t cap, size_t *len_out, bool *is_end_out)
{
    size_t left = gz->rescued.len - gz->given;

    *len_out = left < cap ? left : cap;
    memcpy(out, gz->rescued.data + gz->given, *len_out);
    gz->given += *len_out;
    *is_end_out = gz->given == gz->rescued.len;
}

static tocsin_status decode(void *state, struct tcs_source *source, unsigned char *out, size_t cap,
                            size_t *len_out, bool *is_end_out, struct tocsin_error *err)
{
    struct gzip *gz = state;
    struct tcs_inflate_io io = {.out = out, .out_end = out + cap};
    enum tcs_inflate_result result;
    const unsigned char *before;
    tocsin_status st;

    *len_out = 0;
    *is_end_out = false;
    if (gz->in_trailer)
        return check_trailer(gz, source, is_end_out, err);
    if (gz->is_rescued) {
        give_rescued(gz, out, cap, len_out, is_end_out);
        return TOCSIN_OK;
    }
    st = tcs_source_fill(source, 1, err);
    if (st != TOCSIN_OK)
        return st;
    if (gz->needs_reset)
        gz->backend->reset(gz->inflater);
    gz->needs_reset = false;
    before = io.in = source->data + source->pos;
    io.in_end = source->data + source->len;
    result = gz->backend->run(gz->inflater, &io);
    *len_out = (size_t)(io.out - out);
    gz->crc = gz->crc32(gz->crc, out, *len_out);
    gz->length += (uint32_t)*len_out;
    source->pos = (size_t)(io.in - source->data);
    switch (result) {
    case TCS_INFLATE_NOMEM:
        return tcs_fail_nomem(err);
    case TCS_INFLATE_BAD:
        if (rescue(gz, source))
            return TOCSIN_OK;
        return tcs_fail(err, TOCSIN_E_CORRUPT, source->name, gz->start,
                        "the compressed data of the gzip member are damaged (%s: %s)",
                        gz->backend->name, io.reason);
    case TCS_INFLATE_MORE:
        if (!*len_out && io.in == before)
            return tcs_fail(err, TOCSIN_E_TRUNCATED, source->name, tcs_source_offset(source),
                            "the input ends inside a gzip member");
        break;
    case TCS_INFLATE_DONE:
        gz->in_trailer = true;
        break;
    }
    return gz->in_trailer ? check_trailer(gz, source, is_end_out, err) : TOCSIN_OK;
}

/*
 * Whether p, a header without an error, is one that writers write: the level is 0, 2 or 4 and the system one of the list.
 * What little a member that the input's end cuts off decodes to is no proof, so it needs this too.
 */
static bool is_usual_header(const unsigned char *p)
{
    return (p[8] == 0 || p[8] == 2 || p[8] == 4) && (p[9] <= 13 || p[9] == 255);
}

static bool is_credible(void *state, const unsigned char *p, size_t len, size_t *cost_out)
{
    struct gzip *gz = state;
    unsigned char out[TCS_CODEC_TRIAL_BYTES];
    struct tcs_inflate_io io = {.out = out, .out_end = out + sizeof out};
    enum tcs_inflate_result result;
    const unsigned char *before;
    size_t header_len, rest;
    const char *why;
    bool is_cut_off;

    *cost_out = 0;
    if (parse_header(gz, p, len, &header_len, &why) != HEADER_OK)
        return false;
    io.in = p + header_len;
    io.in_end = p + (len - header_len > TRIAL_DEFLATE ? header_len + TRIAL_DEFLATE : len);
    gz->backend->reset(gz->inflater);
    do {
        before = io.in;
        result = gz->backend->run(gz->inflater, &io);
    } while (result == TCS_INFLATE_MORE && io.out < io.out_end && io.in > before);
    *cost_out = (size_t)(io.in - p);
    rest = (size_t)(p + len - io.in);
    is_cut_off = len < TCS_CODEC_TRIAL_WINDOW && io.out > out && is_usual_header(p);
    if (result == TCS_INFLATE_DONE)
        return rest < TRAILER ? is_cut_off : trailer_fits(gz, io.in, rest, out, (size_t)(io.out - out));
    return result == TCS_INFLATE_MORE && (io.out == io.out_end || (!rest && is_cut_off));
}

static void free_state(void *state)
{
    struct gzip *gz = state;

    if (!gz)
        return;
    gz->backend->free(gz->inflater);
    if (gz->whole_inflater)
        gz->whole->free(gz->whole_inflater);
    tcs_buf_release(&gz->rescued);
    free(gz);
}

void *tcs_gzip_new(const struct tcs_inflate_backend *backend, const struct tcs_inflate_whole *whole)
{
    struct gzip *gz = calloc(1, sizeof *gz);

    if (!gz)
        return NULL;
    *gz = (struct gzip){.backend = backend, .whole = whole, .usual_stored = SIZE_MAX, .usual_decoded = SIZE_MAX};
    gz->crc32 = whole && backend == &tcs_inflate_zlib ? whole->crc32 : backend->crc32; /* zlib's is the slowest */
    gz->inflater = backend->make();
    gz->whole_inflater = whole ? whole->make() : NULL;
    if (!gz->inflater || (whole && !gz->whole_inflater)) {
        if (gz->inflater)
            backend->free(gz->inflater);
        free(gz);
        return NULL;
    }
    return gz;
}

const struct tcs_codec tcs_gzip_codec = {
    .name = "gzip",
    .magic = "\x1F\x8B\x08",
    .magic_len = 3,
    .begin = begin,
    .pass = pass,
    .decode = decode,
    .decode_whole = decode_whole,
    .is_credible = is_credible,
    .free = free_state,
};
