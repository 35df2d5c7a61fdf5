/*
 * The formats by their first bytes, and what codecs share. Magics of two or three letters are
 * believed only with what must follow them, because text might begin so. A skippable frame is
 * zstd's or lz4's: what stands behind it decides.
 */
#include "input/codec.h"

#include <string.h>

#include "input/inflate.h"

#ifdef TCS_HAVE_BZIP2
#define BZIP2_CODEC &tcs_bzip2in_codec, tcs_bzip2in_new
#else
#define BZIP2_CODEC NULL, NULL
#endif
#ifdef TCS_HAVE_LZMA
#define XZ_CODEC &tcs_xzin_codec, tcs_xzin_new
#else
#define XZ_CODEC NULL, NULL
#endif
#ifdef TCS_HAVE_LZ4
#define LZ4_CODEC &tcs_lz4in_codec, tcs_lz4in_new
#else
#define LZ4_CODEC NULL, NULL
#endif

#define SNIFF_BYTES ((size_t)12)
#define SKIPPABLE_HEADER ((size_t)8)

static bool begins_with(const unsigned char *p, size_t len, const char *magic, size_t magic_len)
{
    return len >= magic_len && memcmp(p, magic, magic_len) == 0;
}

static bool begins_gzip(const unsigned char *p, size_t len)
{
    return begins_with(p, len, "\x1F\x8B", 2);
}

static bool begins_zstd(const unsigned char *p, size_t len)
{
    return begins_with(p, len, "\x28\xB5\x2F\xFD", 4) || tcs_codec_is_skippable(p, len);
}

/* Frames, and those of the old format, which the codec refuses by name. */
static bool begins_lz4(const unsigned char *p, size_t len)
{
    return begins_with(p, len, "\x04\x22\x4D\x18", 4) || begins_with(p, len, "\x02\x21\x4C\x18", 4);
}

static bool begins_xz(const unsigned char *p, size_t len)
{
    return begins_with(p, len, "\xFD" "7zXZ\0", 6);
}

/* Block size, then the magic of a block or of the end, as far as it is there. */
static bool begins_bzip2(const unsigned char *p, size_t len)
{
    size_t n = len < 10 ? len : 10;

    return n >= 5 && memcmp(p, "BZh", 3) == 0 && p[3] >= '1' && p[3] <= '9'
        && (memcmp(p + 4, "1AY&SY", n - 4) == 0
            || memcmp(p + 4, "\x17\x72\x45\x38\x50\x90", n - 4) == 0);
}

static bool begins_zip(const unsigned char *p, size_t len)
{
    return begins_with(p, len, "PK\x03\x04", 4);
}

static bool begins_7z(const unsigned char *p, size_t len)
{
    return begins_with(p, len, "7z\xBC\xAF\x27\x1C", 6);
}

static bool begins_compress(const unsigned char *p, size_t len)
{
    return begins_with(p, len, "\x1F\x9D", 2);
}

static void *make_gzip(uint32_t zstd_window_log)
{
    (void)zstd_window_log;
    return tcs_gzip_new(tcs_inflate_backend_at(0), tcs_inflate_whole_library());
}

static const struct tcs_codec_format formats[] = {
    {"gzip", begins_gzip, &tcs_gzip_codec, make_gzip, NULL},
    {"zstd", begins_zstd, &tcs_zstdin_codec, tcs_zstdin_new, NULL},
    {"bzip2", begins_bzip2, BZIP2_CODEC, "libbz2-dev"},
    {"xz", begins_xz, XZ_CODEC, "liblzma-dev"},
    {"lz4", begins_lz4, LZ4_CODEC, "liblz4-dev"},
    {"zip", begins_zip, NULL, NULL, NULL},
    {"7z", begins_7z, NULL, NULL, NULL},
    {"compress", begins_compress, NULL, NULL, NULL},
};

/*
 * Where the first frame with data begins, in bytes behind the source's position; 0 where it is
 * farther off than the window reaches.
 */
static tocsin_status find_data_frame(struct tcs_source *source, size_t *at_out,
                                     struct tocsin_error *err)
{
    const unsigned char *p;
    size_t len, at = 0;
    tocsin_status st;

    *at_out = 0;
    for (;;) {
        st = tcs_source_fill(source, at + SNIFF_BYTES, err);
        len = tcs_source_available(source);
        if (st != TOCSIN_OK || len < at + SKIPPABLE_HEADER)
            return st;
        p = source->data + source->pos + at;
        if (!tcs_codec_is_skippable(p, len - at))
            break;
        at += SKIPPABLE_HEADER + tcs_codec_load_le32(p + 4);
        if (at > TCS_SOURCE_WINDOW - SNIFF_BYTES)
            return TOCSIN_OK;
    }
    *at_out = at;
    return TOCSIN_OK;
}

const struct tcs_codec_format *tcs_codec_by_name(const char *name)
{
    size_t i;

    for (i = 0; i < sizeof formats / sizeof *formats; i++)
        if (!strcmp(formats[i].name, name))
            return &formats[i];
    return NULL;
}

tocsin_status tcs_codec_sniff(struct tcs_source *source,
                              const struct tcs_codec_format **format_out, struct tocsin_error *err)
{
    const unsigned char *p;
    size_t len, at, i;
    tocsin_status st = find_data_frame(source, &at, err);

    *format_out = NULL;
    if (st != TOCSIN_OK)
        return st;
    p = source->data + source->pos;
    len = tcs_source_available(source);
    if (at && !begins_lz4(p + at, len - at))
        at = 0;
    for (i = 0; i < sizeof formats / sizeof *formats; i++) {
        if (formats[i].begins(p + at, len - at)) {
            *format_out = &formats[i];
            break;
        }
    }
    return TOCSIN_OK;
}

/* ---- what codecs share ---- */

tocsin_status tcs_codec_skip_padding(struct tcs_source *source, struct tocsin_error *err)
{
    tocsin_status st;

    do {
        st = tcs_source_fill(source, 1, err);
        if (st != TOCSIN_OK || !tcs_source_available(source))
            return st;
        while (source->pos < source->len && source->data[source->pos] == 0)
            source->pos++;
        source->mark = tcs_source_offset(source);
    } while (source->pos == source->len);
    return TOCSIN_OK;
}

tocsin_status tcs_codec_next_member(struct tcs_source *source, const char *magic, size_t magic_len,
                                    const char *what, bool *found_out, uint64_t *start_out,
                                    struct tocsin_error *err)
{
    tocsin_status st = tcs_codec_skip_padding(source, err);
    size_t have;

    *found_out = true;
    *start_out = source->mark = tcs_source_offset(source);
    if (st == TOCSIN_OK)
        st = tcs_source_fill(source, magic_len, err);
    if (st != TOCSIN_OK)
        return st;
    have = tcs_source_available(source);
    *found_out = have > 0;
    if (memcmp(source->data + source->pos, magic, have < magic_len ? have : magic_len) != 0)
        return tcs_fail(err, TOCSIN_E_CORRUPT, source->name, *start_out, "these bytes are no %s",
                        what);
    if (have && have < magic_len)
        return tcs_fail(err, TOCSIN_E_TRUNCATED, source->name, *start_out,
                        "the input ends where a member, a %s, begins", what);
    return TOCSIN_OK;
}

uint32_t tcs_codec_load_le32(const unsigned char *p)
{
    return p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

bool tcs_codec_is_skippable(const unsigned char *p, size_t len)
{
    return len >= 4 && (tcs_codec_load_le32(p) & 0xFFFFFFF0) == 0x184D2A50;
}

tocsin_status tcs_codec_skip_frame(struct tcs_source *source, const char *name,
                                   struct tocsin_error *err)
{
    uint64_t start = tcs_source_offset(source), size = SKIPPABLE_HEADER, skipped = 0;
    tocsin_status st = tcs_source_fill(source, SKIPPABLE_HEADER, err);

    if (st != TOCSIN_OK)
        return st;
    if (tcs_source_available(source) >= SKIPPABLE_HEADER)
        size += tcs_codec_load_le32(source->data + source->pos + 4);
    st = tcs_source_skip(source, size, &skipped, err);
    if (st == TOCSIN_OK && skipped < size)
        return tcs_fail(err, TOCSIN_E_TRUNCATED, source->name, start,
                        "the input ends inside a skippable %s frame", name);
    return st;
}
