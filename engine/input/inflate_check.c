/*
 * A sample that holds near and far repeats, runs and noise is deflated by zlib into every kind of block, and inflated in
 * pieces of several sizes, or whole. With inflate_zlib.c the door to zlib.
 */
#include "input/inflate_check.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#define SAMPLE_BYTES ((size_t)200 * 1000)
#define ROOM (SAMPLE_BYTES + SAMPLE_BYTES / 8 + 1024) /* more than deflate makes of it */

static const struct {
    int level, strategy;
} ways[] = {{0, Z_DEFAULT_STRATEGY}, {1, Z_DEFAULT_STRATEGY}, {6, Z_DEFAULT_STRATEGY}, {9, Z_DEFAULT_STRATEGY},
            {6, Z_FIXED},            {6, Z_HUFFMAN_ONLY},     {6, Z_RLE}};
static const struct {
    size_t in, out;
} pieces[] = {{ROOM, ROOM}, {1, ROOM}, {ROOM, 1}, {4096, 97}, {7, 65536}};

static void make_sample(unsigned char *sample)
{
    static const char words[] = "A report of 13 April says that the video was made by software. 据报道，该视频由软件合成。\n";
    uint32_t noise = 1;
    size_t i;

    for (i = 0; i < SAMPLE_BYTES; i++) {
        noise = noise * 1664525u + 1013904223u;
        switch (i / 4096 % 4) {
        case 0: sample[i] = (unsigned char)words[i % (sizeof words - 1)]; break;
        case 1: sample[i] = (unsigned char)(noise >> 24); break;
        case 2: sample[i] = (unsigned char)(i / 300); break;
        default: sample[i] = i >= 32768 ? sample[i - 32768] : 0; break; /* the furthest that a repeat may lie */
        }
    }
}

static size_t deflate_sample(unsigned char *sample, size_t way, unsigned char *out)
{
    z_stream z = {0};
    size_t len = 0;

    if (deflateInit2(&z, ways[way].level, Z_DEFLATED, -MAX_WBITS, 8, ways[way].strategy) != Z_OK)
        return 0;
    z.next_in = sample;
    z.avail_in = (uInt)SAMPLE_BYTES;
    z.next_out = out;
    z.avail_out = (uInt)ROOM;
    if (deflate(&z, Z_FINISH) == Z_STREAM_END)
        len = z.total_out;
    (void)deflateEnd(&z);
    return len;
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Inflates `stored` in pieces; is it the sample? */
static bool inflate_pieces(const struct tcs_inflate_backend *backend, void *state, struct tcs_str stored, size_t piece,
                           const unsigned char *sample, unsigned char *out)
{
    const unsigned char *in = (const unsigned char *)stored.data, *end = in + stored.len;
    enum tcs_inflate_result result = TCS_INFLATE_MORE;
    struct tcs_inflate_io io = {.in = in, .out = out};
    uint32_t crc = 0;

    backend->reset(state);
    while (result == TCS_INFLATE_MORE) {
        const unsigned char *in_before = io.in, *out_before = io.out;

        io.in_end = io.in + least((size_t)(end - io.in), pieces[piece].in);
        io.out_end = io.out + least((size_t)(out + ROOM - io.out), pieces[piece].out);
        result = backend->run(state, &io);
        crc = backend->crc32(crc, out_before, (size_t)(io.out - out_before));
        if (result == TCS_INFLATE_MORE && io.in == in_before && io.out == out_before)
            return false; /* it waits for what there is no more of */
    }
    return result == TCS_INFLATE_DONE && io.in == end && (size_t)(io.out - out) == SAMPLE_BYTES &&
           !memcmp(out, sample, SAMPLE_BYTES) && crc == tcs_inflate_zlib.crc32(0, sample, SAMPLE_BYTES);
}

static bool inflate_in_pieces(const void *library, void *state, struct tcs_str stored, const unsigned char *sample,
                              unsigned char *out)
{
    size_t piece;

    for (piece = 0; piece < sizeof pieces / sizeof *pieces; piece++)
        if (!inflate_pieces(library, state, stored, piece, sample, out))
            return false;
    return true;
}

/* Inflates the stream whole, and tries to with a byte less of it, or a byte less of room. */
static bool inflate_whole(const void *library, void *state, struct tcs_str stored, const unsigned char *sample,
                          unsigned char *out)
{
    const struct tcs_inflate_whole *whole = library;
    const unsigned char *in = (const unsigned char *)stored.data;
    struct tcs_inflate_io io = {.in = in, .in_end = in + ROOM, .out = out, .out_end = out + ROOM};
    struct tcs_inflate_io cut_off = {.in = in, .in_end = in + stored.len - 1, .out = out, .out_end = out + ROOM};
    struct tcs_inflate_io narrow = {.in = in, .in_end = in + ROOM, .out = out, .out_end = out + SAMPLE_BYTES - 1};

    return !whole->run(state, &cut_off) && !whole->run(state, &narrow) && whole->run(state, &io) &&
           io.in == in + stored.len && (size_t)(io.out - out) == SAMPLE_BYTES && !memcmp(out, sample, SAMPLE_BYTES) &&
           whole->crc32(0, out, SAMPLE_BYTES) == tcs_inflate_zlib.crc32(0, sample, SAMPLE_BYTES);
}

/* Tries a library, in a state of its own, with the sample deflated in all ways. stored[0..ROOM) can be read behind it. */
static tocsin_status try_ways(const void *library, void *state,
                              bool (*try)(const void *library, void *state, struct tcs_str stored,
                                          const unsigned char *sample, unsigned char *out),
                              bool *is_sound_out, struct tocsin_error *err)
{
    unsigned char *sample = malloc(SAMPLE_BYTES), *stored = calloc(1, ROOM), *out = malloc(ROOM);
    size_t way;
    tocsin_status st = sample && stored && out && state ? TOCSIN_OK : tcs_fail_nomem(err);

    *is_sound_out = true;
    if (st == TOCSIN_OK)
        make_sample(sample);
    for (way = 0; st == TOCSIN_OK && *is_sound_out && way < sizeof ways / sizeof *ways; way++) {
        size_t len = deflate_sample(sample, way, stored);

        if (!len)
            st = tcs_fail_nomem(err);
        else
            *is_sound_out = try(library, state, (struct tcs_str){(const char *)stored, len}, sample, out);
    }
    free(sample);
    free(stored);
    free(out);
    return st;
}

tocsin_status tcs_inflate_check(const struct tcs_inflate_backend *backend, bool *is_sound_out, struct tocsin_error *err)
{
    void *state = backend->make();
    tocsin_status st = try_ways(backend, state, inflate_in_pieces, is_sound_out, err);

    if (state)
        backend->free(state);
    return st;
}

tocsin_status tcs_inflate_check_whole(const struct tcs_inflate_whole *library, bool *is_sound_out, struct tocsin_error *err)
{
    void *state = library->make();
    tocsin_status st = try_ways(library, state, inflate_whole, is_sound_out, err);

    if (state)
        library->free(state);
    return st;
}
