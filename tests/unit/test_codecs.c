/*
 * The codecs of the reader beyond gzip: bzip2, xz and lz4 against one table of claims, then what
 * each has of its own, and zstd's dictionaries. Inputs are built here by the libraries.
 */
#include "input/reader.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <zdict.h>
#include <zstd.h>

#define MAX_EVENTS 64

struct outcome {
    struct tcs_buf bytes;
    unsigned members, damages;
    tocsin_status status[MAX_EVENTS]; /* of each damage */
    uint64_t member_offset[MAX_EVENTS], member_length[MAX_EVENTS];
    struct tocsin_error last;
};

static void append(struct tcs_buf *buf, const void *data, size_t len)
{
    assert_int_equal(tcs_buf_append(buf, data, len), TOCSIN_OK);
}

static void append_le32(struct tcs_buf *buf, size_t n)
{
    unsigned char bytes[4] = {(unsigned char)n, (unsigned char)(n >> 8), (unsigned char)(n >> 16),
                              (unsigned char)(n >> 24)};

    append(buf, bytes, sizeof bytes);
}

/* Text that compresses about as prose does, different for each seed. */
static struct tcs_buf make_text(size_t len, unsigned seed)
{
    static const char *const words[] = {"news ", "deepfake ", "of ", "the ", "换脸", "视频", "minors\n",
                                        "report ", "AI ", "诈骗"};
    struct tcs_buf text = {0};
    const char *word;

    while (text.len < len) {
        seed = seed * 1103515245u + 12345u;
        word = words[(seed >> 16) % 10];
        append(&text, word, strlen(word));
    }
    text.len = len;
    return text;
}

static void drain(struct tcs_reader *reader, size_t cap, struct outcome *o)
{
    struct tcs_read read;
    struct tocsin_error err = {0};
    unsigned idle = 0;

    do {
        assert_int_equal(tcs_buf_reserve(&o->bytes, cap), TOCSIN_OK);
        assert_int_equal(tcs_reader_read(reader, o->bytes.data + o->bytes.len, cap, &read, &err), TOCSIN_OK);
        assert_true(read.length <= cap);
        o->bytes.len += read.length;
        idle = read.length || read.event != TCS_READ_DATA ? 0 : idle + 1;
        assert_true(idle < 3);
        if (read.event == TCS_READ_MEMBER_END) {
            if (o->members < MAX_EVENTS) {
                o->member_offset[o->members] = read.member_offset;
                o->member_length[o->members] = read.member_length;
            }
            o->members++;
        } else if (read.event == TCS_READ_DAMAGE) {
            if (o->damages < MAX_EVENTS)
                o->status[o->damages] = err.status;
            o->damages++;
            o->last = err;
        }
    } while (read.event != TCS_READ_END);
    tcs_reader_free(reader);
}

static struct outcome read_with(struct tcs_str input, size_t cap, const struct tcs_reader_limits *limits,
                                const char *codec)
{
    struct outcome o = {0};
    struct tcs_reader *reader = NULL;
    struct tocsin_error err = {0};

    assert_int_equal(tcs_reader_open_memory(input, "input", limits, &reader, &err), TOCSIN_OK);
    assert_string_equal(tcs_reader_codec(reader), codec);
    drain(reader, cap, &o);
    return o;
}

static struct outcome read_file(const struct tcs_buf *input, size_t cap)
{
    char path[] = "/tmp/tocsin-test-codecs-XXXXXX";
    int fd = mkstemp(path);
    struct tcs_reader *reader = NULL;
    struct outcome o = {0};
    struct tocsin_error err = {0};

    assert_true(fd >= 0);
    assert_int_equal(write(fd, input->data, input->len), (ssize_t)input->len);
    assert_int_equal(close(fd), 0);
    assert_int_equal(tcs_reader_open(path, NULL, &reader, &err), TOCSIN_OK);
    assert_int_equal(unlink(path), 0);
    drain(reader, cap, &o);
    return o;
}

static void assert_bytes(const struct outcome *o, const char *data, size_t len)
{
    assert_int_equal(o->bytes.len, len);
    if (len)
        assert_memory_equal(o->bytes.data, data, len);
}

static void assert_tail(const struct outcome *o, const char *data, size_t len)
{
    assert_true(o->bytes.len >= len);
    assert_memory_equal(o->bytes.data + o->bytes.len - len, data, len);
}

static void release(struct outcome *o)
{
    tcs_buf_release(&o->bytes);
}

/* ---- makers of members ---- */

#ifdef TCS_HAVE_BZIP2
#include <bzlib.h>

static void append_bzip2(struct tcs_buf *out, const char *data, size_t len)
{
    unsigned n = (unsigned)(len + len / 50 + 1000);

    assert_int_equal(tcs_buf_reserve(out, n), TOCSIN_OK);
    assert_int_equal(BZ2_bzBuffToBuffCompress(out->data + out->len, &n, (char *)(uintptr_t)data,
                                              (unsigned)len, 1, 0, 0), BZ_OK);
    out->len += n;
}
#else
#define append_bzip2 NULL
#endif

#ifdef TCS_HAVE_LZMA
#include <lzma.h>

static void append_xz(struct tcs_buf *out, const char *data, size_t len)
{
    size_t bound = lzma_stream_buffer_bound(len), at = 0;

    assert_int_equal(tcs_buf_reserve(out, bound), TOCSIN_OK);
    assert_int_equal(lzma_easy_buffer_encode(0, LZMA_CHECK_CRC64, NULL, (const uint8_t *)data, len,
                                             (uint8_t *)out->data + out->len, &at, bound), LZMA_OK);
    out->len += at;
}
#else
#define append_xz NULL
#endif

#ifdef TCS_HAVE_LZ4
#include <lz4frame.h>

static void append_lz4_as(struct tcs_buf *out, const char *data, size_t len, const LZ4F_preferences_t *how)
{
    size_t bound = LZ4F_compressFrameBound(len, how), n;

    assert_int_equal(tcs_buf_reserve(out, bound), TOCSIN_OK);
    n = LZ4F_compressFrame(out->data + out->len, bound, data, len, how);
    assert_false(LZ4F_isError(n));
    out->len += n;
}

static void append_lz4(struct tcs_buf *out, const char *data, size_t len)
{
    LZ4F_preferences_t how = {.frameInfo = {.contentChecksumFlag = LZ4F_contentChecksumEnabled}};

    append_lz4_as(out, data, len, &how);
}
#else
#define append_lz4 NULL
#endif

static void append_zstd(struct tcs_buf *out, const char *data, size_t len)
{
    ZSTD_CCtx *cctx = ZSTD_createCCtx();
    size_t bound = ZSTD_compressBound(len), n;

    assert_non_null(cctx);
    (void)ZSTD_CCtx_setParameter(cctx, ZSTD_c_checksumFlag, 1);
    assert_int_equal(tcs_buf_reserve(out, bound), TOCSIN_OK);
    n = ZSTD_compress2(cctx, out->data + out->len, bound, data, len);
    assert_false(ZSTD_isError(n));
    out->len += n;
    (void)ZSTD_freeCCtx(cctx);
}

static const struct format {
    const char *name;
    void (*append)(struct tcs_buf *out, const char *data, size_t len); /* NULL: not in this build */
    const char *start; /* how an input begins, for the builds that cannot read it */
    size_t start_len;
    const char *package;
} formats[] = {
    {"bzip2", append_bzip2, "BZh91AY&SYxxxx", 14, "libbz2-dev"},
    {"xz", append_xz, "\xFD" "7zXZ\0\0\4\xE6\xD6\xB4\x46", 12, "liblzma-dev"},
    {"lz4", append_lz4, "\x04\x22\x4D\x18\x64\x40\xA7\0\0\0\0", 11, "liblz4-dev"},
    {"zstd", append_zstd, "", 0, NULL},
};
#define FORMATS (sizeof formats / sizeof *formats)

/* Three members. */
struct sample {
    struct tcs_buf text, stored;
    size_t cut[4], text_cut[4]; /* where members begin, and the end */
    size_t last;                /* bytes of the last member's text */
};

static struct sample make_sample(const struct format *f, size_t each)
{
    struct sample s = {0};
    struct tcs_buf part;
    unsigned i;

    for (i = 0; i < 3; i++) {
        s.cut[i] = s.stored.len;
        s.text_cut[i] = s.text.len;
        part = make_text(each + i * 17, i + 1);
        append(&s.text, part.data, part.len);
        f->append(&s.stored, part.data, part.len);
        s.last = part.len;
        tcs_buf_release(&part);
    }
    s.cut[3] = s.stored.len;
    s.text_cut[3] = s.text.len;
    return s;
}

static void release_sample(struct sample *s)
{
    tcs_buf_release(&s->text);
    tcs_buf_release(&s->stored);
}

static void skip_without(const char *format)
{
    print_message("skipped: this build does not read %s\n", format);
    skip();
}

/* Runs check on every format that this build has. */
static void for_each(void (*check)(const struct format *f))
{
    size_t i;

    for (i = 0; i < FORMATS; i++) {
        if (formats[i].append)
            check(&formats[i]);
        else
            print_message("skipped: this build does not read %s\n", formats[i].name);
    }
}

/* ---- claims about all ---- */

static void check_members(const struct format *f)
{
    static const size_t caps[] = {1, 7, 1000, 1 << 20};
    struct sample s = make_sample(f, 120 * 1000);
    size_t i, m;

    for (i = 0; i < 2 * sizeof caps / sizeof *caps; i++) {
        struct outcome o = i % 2 ? read_file(&s.stored, caps[i / 2])
                                 : read_with(tcs_buf_view(&s.stored), caps[i / 2], NULL, f->name);

        assert_bytes(&o, s.text.data, s.text.len);
        assert_int_equal(o.members, 3);
        assert_int_equal(o.damages, 0);
        for (m = 0; m < 3; m++) {
            assert_int_equal(o.member_offset[m], s.cut[m]);
            assert_int_equal(o.member_length[m], s.cut[m + 1] - s.cut[m]);
        }
        release(&o);
    }
    release_sample(&s);
}

static void test_codecs__members_have_offsets_and_lengths(void **state)
{
    (void)state;
    for_each(check_members);
}

static void check_large(const struct format *f)
{
    struct sample s = make_sample(f, 3 * 1000 * 1000);
    struct outcome o = read_file(&s.stored, 1 << 20);

    assert_bytes(&o, s.text.data, s.text.len);
    assert_int_equal(o.members, 3);
    release(&o);
    /* A member that breaks in its middle, in a file whose window must move. */
    s.stored.data[(s.cut[1] + s.cut[2]) / 2] ^= 0x55;
    o = read_file(&s.stored, 1 << 20);
    assert_int_equal(o.members, 2);
    assert_true(o.damages >= 1);
    assert_memory_equal(o.bytes.data, s.text.data, s.text_cut[1]);
    assert_tail(&o, s.text.data + s.text_cut[2], s.last);
    release(&o);
    release_sample(&s);
}

static void test_codecs__large_members_in_files(void **state)
{
    (void)state;
    for_each(check_large);
}

static void check_empty(const struct format *f)
{
    struct tcs_buf in = {0};
    struct outcome o;

    f->append(&in, "", 0);
    f->append(&in, "abc", 3);
    f->append(&in, "", 0);
    o = read_with(tcs_buf_view(&in), 10, NULL, f->name);
    assert_bytes(&o, "abc", 3);
    assert_int_equal(o.members, 3);
    assert_int_equal(o.damages, 0);
    release(&o);
    tcs_buf_release(&in);
}

static void test_codecs__empty_members_are_normal(void **state)
{
    (void)state;
    for_each(check_empty);
}

static void check_truncation(const struct format *f)
{
    struct sample s = make_sample(f, 700);
    size_t cut, m;

    for (cut = 12; cut < s.stored.len; cut++) {
        struct outcome o = read_with((struct tcs_str){s.stored.data, cut}, 1 << 16, NULL, f->name);

        for (m = 0; s.cut[m + 1] <= cut; m++)
            continue;
        assert_int_equal(o.members, m);
        assert_int_equal(o.damages, cut != s.cut[m]);
        if (o.damages) {
            assert_int_equal(o.status[0], TOCSIN_E_TRUNCATED);
            assert_string_equal(o.last.where, "input");
        }
        assert_true(o.bytes.len >= s.text_cut[m] && o.bytes.len <= s.text_cut[m + 1]);
        if (o.bytes.len)
            assert_memory_equal(o.bytes.data, s.text.data, o.bytes.len);
        release(&o);
    }
    release_sample(&s);
}

static void test_codecs__every_truncation_ends_promptly_with_damage(void **state)
{
    (void)state;
    for_each(check_truncation);
}

static void check_garbage(const struct format *f)
{
    static const char *const garbage[] = {"x", "garbage!", "BZh9 no block", "BZh91AY&SY no tables",
                                          "\xFD\67zX", "\x04\x22\x4D\x18 no header",
                                          "\x28\xB5\x2F\xFD\xFF no frame at all"};
    size_t i;

    for (i = 0; i < sizeof garbage / sizeof *garbage; i++) {
        struct sample s = make_sample(f, 5000);
        struct tcs_buf in = {0};
        struct outcome o;

        append(&in, s.stored.data, s.cut[2]);
        append(&in, garbage[i], strlen(garbage[i]));
        append(&in, s.stored.data + s.cut[2], s.cut[3] - s.cut[2]);
        append(&in, garbage[i], strlen(garbage[i]));
        o = read_with(tcs_buf_view(&in), 1 << 16, NULL, f->name);
        assert_bytes(&o, s.text.data, s.text.len);
        assert_int_equal(o.members, 3);
        assert_int_equal(o.damages, 2);
        release(&o);
        tcs_buf_release(&in);
        release_sample(&s);
    }
}

static void test_codecs__garbage_between_members_costs_nothing_else(void **state)
{
    (void)state;
    for_each(check_garbage);
}

static void check_flips(const struct format *f)
{
    static const size_t caps[] = {1, 1000, 1 << 16};
    struct sample s = make_sample(f, 3000);
    unsigned harmless = 0;
    size_t at, i;

    for (at = s.cut[1]; at < s.cut[2]; at++) {
        struct outcome o[3];

        s.stored.data[at] ^= 0x10;
        for (i = 0; i < 3; i++) {
            o[i] = read_with(tcs_buf_view(&s.stored), caps[i], NULL, f->name);
            assert_bytes(&o[i], o[0].bytes.data, o[0].bytes.len);
            assert_int_equal(o[i].damages, o[0].damages);
            assert_int_equal(o[i].members, o[0].members);
        }
        assert_memory_equal(o[0].bytes.data, s.text.data, s.text_cut[1]);
        assert_tail(&o[0], s.text.data + s.text_cut[2], s.last);
        if (o[0].damages)
            assert_int_equal(o[0].members, 2);
        else
            assert_bytes(&o[0], s.text.data, s.text.len);
        harmless += !o[0].damages;
        for (i = 0; i < 3; i++)
            release(&o[i]);
        s.stored.data[at] ^= 0x10;
    }
    /* A bit of padding, or one of a code that nothing uses. */
    assert_true(harmless <= 20);
    release_sample(&s);
}

static void test_codecs__a_flipped_byte_costs_one_member(void **state)
{
    (void)state;
    for_each(check_flips);
}

static void check_missing_tail(const struct format *f)
{
    struct sample s = make_sample(f, 4000);
    size_t cut;

    for (cut = s.cut[1] + 1; cut < s.cut[2]; cut += 13) {
        struct tcs_buf in = {0};
        struct outcome o;

        append(&in, s.stored.data, cut);
        append(&in, s.stored.data + s.cut[2], s.cut[3] - s.cut[2]);
        o = read_with(tcs_buf_view(&in), 1 << 16, NULL, f->name);
        assert_int_equal(o.members, 2);
        assert_true(o.damages >= 1);
        assert_tail(&o, s.text.data + s.text_cut[2], s.last);
        release(&o);
        tcs_buf_release(&in);
    }
    release_sample(&s);
}

static void test_codecs__a_missing_tail_does_not_hide_the_next_member(void **state)
{
    (void)state;
    for_each(check_missing_tail);
}

static void check_bomb(const struct format *f)
{
    struct tcs_reader_limits limits = {.expansion_ratio = 100, .expansion_floor_bytes = 1 << 20};
    struct tcs_buf in = {0}, zeros = {0};
    struct outcome o;

    assert_int_equal(tcs_buf_reserve(&zeros, 8 << 20), TOCSIN_OK);
    memset(zeros.data, 0, 8 << 20);
    f->append(&in, zeros.data, 8 << 20);
    f->append(&in, "abc", 3);
    o = read_with(tcs_buf_view(&in), 1 << 16, &limits, f->name);
    assert_int_equal(o.damages, 1);
    assert_int_equal(o.status[0], TOCSIN_E_LIMIT);
    assert_non_null(strstr(o.last.message, "--max-expansion"));
    assert_int_equal(o.members, 1);
    assert_true(o.bytes.len < 2 << 20);
    assert_tail(&o, "abc", 3);
    release(&o);
    limits.expansion_ratio = 1000 * 1000;
    o = read_with(tcs_buf_view(&in), 1 << 16, &limits, f->name);
    assert_int_equal(o.damages, 0);
    assert_int_equal(o.bytes.len, (8 << 20) + 3);
    release(&o);
    tcs_buf_release(&zeros);
    tcs_buf_release(&in);
}

static void test_codecs__a_bomb_is_a_limit(void **state)
{
    (void)state;
    for_each(check_bomb);
}

/* Starts of members that come to nothing, one after the other. */
static void check_hostile(const struct format *f)
{
    struct tcs_buf in = {0}, part = {0};
    struct outcome o;
    size_t i;

    f->append(&part, "0123456789abcdef", 16);
    for (i = 0; i < 2000; i++)
        append(&in, part.data, part.len / 2);
    o = read_with(tcs_buf_view(&in), 1 << 16, NULL, f->name);
    assert_true(o.damages >= 1);
    assert_true(o.bytes.len < 1000 * 1000);
    release(&o);
    tcs_buf_release(&part);
    tcs_buf_release(&in);
}

static void test_codecs__hostile_starts_are_bounded(void **state)
{
    (void)state;
    for_each(check_hostile);
}

static void test_codecs__a_build_without_the_library_says_what_to_install(void **state)
{
    size_t i;

    (void)state;
    for (i = 0; i < FORMATS; i++) {
        struct outcome o;

        if (formats[i].append)
            continue;
        o = read_with((struct tcs_str){formats[i].start, formats[i].start_len}, 100, NULL, formats[i].name);
        assert_int_equal(o.damages, 1);
        assert_int_equal(o.status[0], TOCSIN_E_UNSUPPORTED);
        assert_non_null(strstr(o.last.message, formats[i].package));
        release(&o);
    }
}

/* ---- bzip2 ---- */

#ifdef TCS_HAVE_BZIP2
/* A damaged block is noise: nothing of it is delivered, all of those before it is. */
static void test_bzip2in__a_block_is_delivered_whole_or_not_at_all(void **state)
{
    struct tcs_buf text = make_text(350 * 1000, 4), in = {0};
    size_t at, whole = 0;

    (void)state;
    append_bzip2(&in, text.data, text.len);
    for (at = 10; at < in.len; at += 997) {
        static const size_t caps[] = {1000, 1 << 20};
        size_t i;

        in.data[at] ^= 0x04;
        for (i = 0; i < 2; i++) {
            struct outcome o = read_with(tcs_buf_view(&in), caps[i], NULL, "bzip2");

            assert_int_equal(o.damages, 1);
            assert_true(o.bytes.len >= whole && o.bytes.len <= text.len);
            assert_memory_equal(o.bytes.data ? o.bytes.data : "", text.data, o.bytes.len);
            whole = o.bytes.len;
            release(&o);
        }
        in.data[at] ^= 0x04;
    }
    /* Blocks of 100 kB, the last of which is damaged. */
    assert_true(whole > 250 * 1000);
    tcs_buf_release(&text);
    tcs_buf_release(&in);
}

/* The library would read the streams behind a missing tail as noise. */
static void test_bzip2in__a_stream_ends_where_the_next_begins(void **state)
{
    struct tcs_buf text = make_text(400 * 1000, 3), in = {0};
    struct outcome o;
    size_t i;

    (void)state;
    append_bzip2(&in, text.data, text.len);
    in.len -= in.len / 5;
    for (i = 0; i < 3; i++)
        append_bzip2(&in, text.data, 1000 + i);
    o = read_file(&in, 1 << 20);
    assert_int_equal(o.damages, 1);
    assert_int_equal(o.status[0], TOCSIN_E_CORRUPT);
    assert_non_null(strstr(o.last.message, "breaks off"));
    assert_int_equal(o.members, 3);
    assert_memory_equal(o.bytes.data, text.data, o.bytes.len - 3003);
    assert_true(o.bytes.len > 200 * 1000);
    release(&o);
    tcs_buf_release(&in);
    tcs_buf_release(&text);
}
#else
static void test_bzip2in__is_not_in_this_build(void **state)
{
    (void)state;
    skip_without("bzip2");
}
#endif

/* ---- xz ---- */

#ifdef TCS_HAVE_LZMA
static void test_xzin__padding_between_streams_is_normal(void **state)
{
    static const char zeros[400] = {0};
    static const size_t lengths[] = {4, 400, 3};
    struct tcs_buf in = {0};
    struct outcome o;
    size_t i;

    (void)state;
    for (i = 0; i < 3; i++) {
        append_xz(&in, "abc", 3);
        append(&in, zeros, lengths[i]);
    }
    o = read_with(tcs_buf_view(&in), 100, NULL, "xz");
    assert_bytes(&o, "abcabcabc", 9);
    assert_int_equal(o.members, 3);
    assert_int_equal(o.damages, 0);
    release(&o);
    tcs_buf_release(&in);
}

/* Streams whose headers ask for a dictionary of 1.5 GiB: each is reported. */
static void test_xzin__too_much_memory_is_a_limit_that_says_what_to_do(void **state)
{
    struct tcs_buf in = {0};
    struct outcome o;
    size_t start[2], i, len;
    uint32_t crc;

    (void)state;
    for (i = 0; i < 2; i++) {
        unsigned char *head;

        start[i] = in.len;
        append_xz(&in, "abc", 3);
        /* Block header: size, flags, two lengths, filter 0x21, and in one byte its dictionary. */
        head = (unsigned char *)in.data + start[i] + LZMA_STREAM_HEADER_SIZE;
        assert_int_equal(head[4], 0x21);
        head[6] = 37;
        len = ((size_t)head[0] + 1) * 4 - 4;
        crc = lzma_crc32(head, len, 0);
        head[len] = (unsigned char)crc;
        head[len + 1] = (unsigned char)(crc >> 8);
        head[len + 2] = (unsigned char)(crc >> 16);
        head[len + 3] = (unsigned char)(crc >> 24);
    }
    append_xz(&in, "abc", 3);
    o = read_with(tcs_buf_view(&in), 100, NULL, "xz");
    assert_int_equal(o.damages, 2);
    assert_int_equal(o.status[0], TOCSIN_E_LIMIT);
    assert_int_equal(o.status[1], TOCSIN_E_LIMIT);
    assert_int_equal(o.last.offset, start[1]);
    assert_non_null(strstr(o.last.message, "xz -dc"));
    assert_bytes(&o, "abc", 3);
    release(&o);
    tcs_buf_release(&in);
}
#else
static void test_xzin__is_not_in_this_build(void **state)
{
    (void)state;
    skip_without("xz");
}
#endif

/* ---- lz4 ---- */

#ifdef TCS_HAVE_LZ4
static void test_lz4in__every_kind_of_frame(void **state)
{
    static const size_t caps[] = {1000, 100 * 1000, 8 << 20};
    static const char skippable[] = "\x53\x2A\x4D\x18\x05\0\0\0hello";
    struct tcs_buf text = make_text(5 << 20, 9), noise = {0}, in = {0}, want = {0};
    unsigned kind, seed = 1;
    size_t i;

    (void)state;
    /* What does not compress is stored. */
    for (i = 0; i < 100 * 1000; i++) {
        seed = seed * 1103515245u + 12345u;
        append(&noise, &(char){(char)(seed >> 23)}, 1);
    }
    for (kind = 0; kind < 32; kind++) {
        LZ4F_preferences_t how = {
            .frameInfo = {
                .blockSizeID = kind & 1 ? LZ4F_max4MB : LZ4F_max64KB,
                .blockMode = kind & 2 ? LZ4F_blockIndependent : LZ4F_blockLinked,
                .contentChecksumFlag = kind & 4 ? LZ4F_contentChecksumEnabled : LZ4F_noContentChecksum,
                .blockChecksumFlag = kind & 8 ? LZ4F_blockChecksumEnabled : LZ4F_noBlockChecksum,
                .contentSize = kind & 16 ? 1 : 0,
            }};
        size_t len = kind % 8 == 1 ? text.len : 150 * 1000;

        append(&in, skippable, sizeof skippable - 1);
        append_lz4_as(&in, text.data, len, &how);
        append(&want, text.data, len);
        append_lz4_as(&in, noise.data, noise.len, &how);
        append(&want, noise.data, noise.len);
    }
    append(&in, skippable, sizeof skippable - 1);
    for (i = 0; i < 3; i++) {
        struct outcome o = i == 2 ? read_file(&in, caps[i]) : read_with(tcs_buf_view(&in), caps[i], NULL, "lz4");

        assert_bytes(&o, want.data, want.len);
        assert_int_equal(o.members, 64);
        assert_int_equal(o.damages, 0);
        release(&o);
    }
    tcs_buf_release(&text);
    tcs_buf_release(&noise);
    tcs_buf_release(&in);
    tcs_buf_release(&want);
}

/* Their checksums are looked at, and cost nothing but what they cover. */
static void test_lz4in__checksums(void **state)
{
    struct tcs_buf in = {0};
    struct outcome o;
    size_t len;

    (void)state;
    append_lz4(&in, "abcabcabc", 9);
    len = in.len;
    append_lz4(&in, "xyz", 3);
    in.data[len - 1] ^= 1;
    o = read_with(tcs_buf_view(&in), 100, NULL, "lz4");
    assert_int_equal(o.damages, 1);
    assert_int_equal(o.status[0], TOCSIN_E_CORRUPT);
    assert_non_null(strstr(o.last.message, "hecksum"));
    assert_bytes(&o, "abcabcabcxyz", 12);
    release(&o);
    tcs_buf_release(&in);
}

static void test_lz4in__what_it_cannot_read_is_unsupported(void **state)
{
    static const char legacy[] = "\x02\x21\x4C\x18\x05\0\0\0\x40news";
    /* FLG with the bit of a dictionary; the checksum is not looked at before that. */
    static const char dictionary[] = "\x04\x22\x4D\x18\x61\x40\x01\0\0\0\x99";
    static const struct {
        const char *bytes;
        size_t len;
        const char *says;
    } cases[] = {{legacy, sizeof legacy - 1, "legacy"}, {dictionary, sizeof dictionary - 1, "dictionary"}};
    size_t i;

    (void)state;
    for (i = 0; i < 2; i++) {
        struct tcs_buf in = {0};
        struct outcome o;

        append(&in, cases[i].bytes, cases[i].len);
        append_lz4(&in, "abc", 3);
        o = read_with(tcs_buf_view(&in), 100, NULL, "lz4");
        assert_int_equal(o.damages, 1);
        assert_int_equal(o.status[0], TOCSIN_E_UNSUPPORTED);
        assert_non_null(strstr(o.last.message, cases[i].says));
        assert_bytes(&o, "abc", 3);
        release(&o);
        tcs_buf_release(&in);
    }
}
#else
static void test_lz4in__is_not_in_this_build(void **state)
{
    (void)state;
    skip_without("lz4");
}
#endif

static void test_lz4in__real_warcs_decode_to_the_files_beside_them(void **state)
{
    static const char *const names[] = {"block-sized-records", "warcfile"};
    const char *data = getenv("TOCSIN_DATA");
    char path[4096];
    size_t i;

    (void)state;
    if (!formats[2].append)
        skip_without("lz4");
    if (!data) {
        print_message("skipped: TOCSIN_DATA does not name the folder that holds containers/\n");
        skip();
    }
    for (i = 0; i < 2; i++) {
        struct tcs_reader *reader = NULL;
        struct tocsin_error err = {0};
        struct outcome stored = {0}, plain = {0};

        (void)snprintf(path, sizeof path, "%s/containers/chatnoir-eu+chatnoir-resiliparse/%s.warc.lz4", data, names[i]);
        assert_int_equal(tcs_reader_open(path, NULL, &reader, &err), TOCSIN_OK);
        assert_string_equal(tcs_reader_codec(reader), "lz4");
        drain(reader, 1 << 20, &stored);
        path[strlen(path) - 4] = '\0';
        assert_int_equal(tcs_reader_open(path, NULL, &reader, &err), TOCSIN_OK);
        drain(reader, 1 << 20, &plain);
        assert_bytes(&stored, plain.bytes.data, plain.bytes.len);
        assert_int_equal(stored.damages, 0);
        assert_true(stored.members > 1);
        release(&stored);
        release(&plain);
    }
}

/* ---- zstd's dictionaries ---- */

static struct tcs_buf make_dictionary(unsigned seed)
{
    struct tcs_buf samples = make_text(200 * 1000, seed), dictionary = {0};
    size_t sizes[200], i, n;

    for (i = 0; i < 200; i++)
        sizes[i] = 1000;
    assert_int_equal(tcs_buf_reserve(&dictionary, 8000), TOCSIN_OK);
    n = ZDICT_trainFromBuffer(dictionary.data, 8000, samples.data, sizes, 200);
    assert_false(ZDICT_isError(n));
    dictionary.len = n;
    tcs_buf_release(&samples);
    return dictionary;
}

static void append_dictionary(struct tcs_buf *out, const struct tcs_buf *dictionary, bool is_compressed)
{
    struct tcs_buf content = {0};

    if (is_compressed)
        append_zstd(&content, dictionary->data, dictionary->len);
    else
        append(&content, dictionary->data, dictionary->len);
    append(out, "\x5D\x2A\x4D\x18", 4);
    append_le32(out, content.len);
    append(out, content.data, content.len);
    tcs_buf_release(&content);
}

static void append_with(struct tcs_buf *out, const struct tcs_buf *dictionary, const char *data, size_t len)
{
    ZSTD_CCtx *cctx = ZSTD_createCCtx();
    size_t bound = ZSTD_compressBound(len), n;

    assert_non_null(cctx);
    assert_int_equal(tcs_buf_reserve(out, bound), TOCSIN_OK);
    n = ZSTD_compress_usingDict(cctx, out->data + out->len, bound, data, len, dictionary->data, dictionary->len, 3);
    assert_false(ZSTD_isError(n));
    out->len += n;
    (void)ZSTD_freeCCtx(cctx);
}

struct dictionary_sample {
    struct tcs_buf dictionary, text, stored;
    size_t frame[4]; /* where frames begin, and the end; the first lies behind the dictionary */
};

/* Three frames: two with the dictionary, the last without. */
static struct dictionary_sample make_dictionary_sample(bool is_compressed, unsigned seed)
{
    struct dictionary_sample s = {.dictionary = make_dictionary(seed), .text = make_text(3000, seed + 1)};
    unsigned i;

    append_dictionary(&s.stored, &s.dictionary, is_compressed);
    for (i = 0; i < 3; i++) {
        s.frame[i] = s.stored.len;
        if (i < 2)
            append_with(&s.stored, &s.dictionary, s.text.data + i * 1000, 1000);
        else
            append_zstd(&s.stored, s.text.data + i * 1000, 1000);
    }
    s.frame[3] = s.stored.len;
    return s;
}

static void release_dictionary_sample(struct dictionary_sample *s)
{
    tcs_buf_release(&s->dictionary);
    tcs_buf_release(&s->text);
    tcs_buf_release(&s->stored);
}

static void test_zstdin__a_dictionary_in_the_first_frame_serves_those_behind_it(void **state)
{
    static const size_t caps[] = {1, 7, 1 << 16};
    unsigned is_compressed;
    size_t i, m;

    (void)state;
    for (is_compressed = 0; is_compressed < 2; is_compressed++) {
        struct dictionary_sample s = make_dictionary_sample(is_compressed, 31);

        for (i = 0; i < 3; i++) {
            struct outcome o = i == 1 ? read_file(&s.stored, caps[i])
                                      : read_with(tcs_buf_view(&s.stored), caps[i], NULL, "zstd");

            assert_bytes(&o, s.text.data, s.text.len);
            assert_int_equal(o.members, 3);
            assert_int_equal(o.damages, 0);
            for (m = 0; m < 3; m++) {
                assert_int_equal(o.member_offset[m], s.frame[m]);
                assert_int_equal(o.member_length[m], s.frame[m + 1] - s.frame[m]);
            }
            release(&o);
        }
        release_dictionary_sample(&s);
    }
}

static void test_zstdin__files_with_dictionaries_may_be_concatenated(void **state)
{
    struct dictionary_sample a = make_dictionary_sample(false, 41), b = make_dictionary_sample(true, 52);
    struct tcs_buf in = {0}, want = {0};
    struct outcome o;

    (void)state;
    append(&in, a.stored.data, a.stored.len);
    append(&in, b.stored.data, b.stored.len);
    append(&want, a.text.data, a.text.len);
    append(&want, b.text.data, b.text.len);
    o = read_with(tcs_buf_view(&in), 1 << 16, NULL, "zstd");
    assert_bytes(&o, want.data, want.len);
    assert_int_equal(o.members, 6);
    assert_int_equal(o.damages, 0);
    release(&o);
    tcs_buf_release(&in);
    tcs_buf_release(&want);
    release_dictionary_sample(&a);
    release_dictionary_sample(&b);
}

/* Each frame that needs the dictionary is reported, the one that does not is read. */
static void test_zstdin__a_missing_dictionary_is_reported_for_each_frame(void **state)
{
    struct dictionary_sample s = make_dictionary_sample(false, 61), other = make_dictionary_sample(true, 72);
    static const char *const says[] = {"does not carry", "carries dictionary", "cannot be used", "cannot be used"};
    unsigned i;

    (void)state;
    for (i = 0; i < 4; i++) {
        struct tcs_buf in = {0};
        struct outcome o;
        size_t head;

        if (i == 1) {
            append_dictionary(&in, &other.dictionary, true);
        } else if (i == 2) { /* entropy tables that are none */
            struct tcs_buf bad = {0};

            append(&bad, s.dictionary.data, 8);
            append(&bad, "\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF", 8);
            append_dictionary(&in, &bad, false);
            tcs_buf_release(&bad);
        } else if (i == 3) { /* a compressed one that is damaged */
            append_dictionary(&in, &s.dictionary, true);
            in.data[in.len / 2] ^= 0x55;
        }
        head = in.len;
        append(&in, s.stored.data + s.frame[0], s.frame[3] - s.frame[0]);
        o = read_with(tcs_buf_view(&in), 1 << 16, NULL, "zstd");
        assert_int_equal(o.damages, 2);
        assert_int_equal(o.status[0], TOCSIN_E_UNSUPPORTED);
        assert_int_equal(o.status[1], TOCSIN_E_UNSUPPORTED);
        assert_non_null(strstr(o.last.message, says[i]));
        assert_int_equal(o.last.offset, head + s.frame[1] - s.frame[0]);
        assert_int_equal(o.members, 1);
        assert_bytes(&o, s.text.data + 2000, 1000);
        release(&o);
        tcs_buf_release(&in);
    }
    release_dictionary_sample(&s);
    release_dictionary_sample(&other);
}

static void test_zstdin__every_truncation_with_a_dictionary_ends_with_damage(void **state)
{
    struct dictionary_sample s = make_dictionary_sample(true, 81);
    size_t cut, m;

    (void)state;
    for (cut = 4; cut < s.stored.len; cut++) {
        struct outcome o = read_with((struct tcs_str){s.stored.data, cut}, 1 << 16, NULL, "zstd");
        bool is_whole = false;

        for (m = 0; m < 3 && s.frame[m + 1] <= cut; m++)
            continue;
        is_whole = cut == s.frame[m];
        assert_int_equal(o.members, m);
        assert_int_equal(o.damages, !is_whole);
        if (o.damages)
            assert_int_equal(o.status[0], TOCSIN_E_TRUNCATED);
        assert_true(o.bytes.len >= m * 1000 && o.bytes.len <= (m + 1) * 1000);
        if (o.bytes.len)
            assert_memory_equal(o.bytes.data, s.text.data, o.bytes.len);
        release(&o);
    }
    release_dictionary_sample(&s);
}

/* Frame 0x184D2A5D may hold anything; and one may be too large to be loaded. */
static void test_zstdin__other_skippable_frames_are_passed_over(void **state)
{
    struct tcs_buf in = {0};
    struct outcome o;

    (void)state;
    append(&in, "\x5D\x2A\x4D\x18\x04\0\0\0note", 12);
    append(&in, "\x5D\x2A\x4D\x18\0\0\0\0", 8);
    append(&in, "\x50\x2A\x4D\x18\x02\0\0\0\x28\xB5", 10);
    append_zstd(&in, "abc", 3);
    append(&in, "\x5D\x2A\x4D\x18\x01\0\0\0x", 9);
    o = read_with(tcs_buf_view(&in), 100, NULL, "zstd");
    assert_bytes(&o, "abc", 3);
    assert_int_equal(o.members, 1);
    assert_int_equal(o.damages, 0);
    release(&o);
    tcs_buf_release(&in);
}

/* A limit that one frame exceeds is reported for the next as well. */
static void test_zstdin__each_frame_over_the_window_limit_is_reported(void **state)
{
    /* Window of 2^41 - something (descriptor 0xF8), one raw block of 3 bytes. */
    static const char large[] = "\x28\xB5\x2F\xFD\x00\xF8\x19\0\0abc";
    struct tcs_buf in = {0};
    struct outcome o;

    (void)state;
    append(&in, large, sizeof large - 1);
    append(&in, large, sizeof large - 1);
    append_zstd(&in, "abc", 3);
    o = read_with(tcs_buf_view(&in), 100, NULL, "zstd");
    assert_int_equal(o.damages, 2);
    assert_int_equal(o.status[0], TOCSIN_E_LIMIT);
    assert_int_equal(o.status[1], TOCSIN_E_LIMIT);
    assert_non_null(strstr(o.last.message, "--zstd-window"));
    assert_bytes(&o, "abc", 3);
    release(&o);
    tcs_buf_release(&in);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_codecs__members_have_offsets_and_lengths),
        cmocka_unit_test(test_codecs__large_members_in_files),
        cmocka_unit_test(test_codecs__empty_members_are_normal),
        cmocka_unit_test(test_codecs__every_truncation_ends_promptly_with_damage),
        cmocka_unit_test(test_codecs__garbage_between_members_costs_nothing_else),
        cmocka_unit_test(test_codecs__a_flipped_byte_costs_one_member),
        cmocka_unit_test(test_codecs__a_missing_tail_does_not_hide_the_next_member),
        cmocka_unit_test(test_codecs__a_bomb_is_a_limit),
        cmocka_unit_test(test_codecs__hostile_starts_are_bounded),
        cmocka_unit_test(test_codecs__a_build_without_the_library_says_what_to_install),
#ifdef TCS_HAVE_BZIP2
        cmocka_unit_test(test_bzip2in__a_block_is_delivered_whole_or_not_at_all),
        cmocka_unit_test(test_bzip2in__a_stream_ends_where_the_next_begins),
#else
        cmocka_unit_test(test_bzip2in__is_not_in_this_build),
#endif
#ifdef TCS_HAVE_LZMA
        cmocka_unit_test(test_xzin__padding_between_streams_is_normal),
        cmocka_unit_test(test_xzin__too_much_memory_is_a_limit_that_says_what_to_do),
#else
        cmocka_unit_test(test_xzin__is_not_in_this_build),
#endif
#ifdef TCS_HAVE_LZ4
        cmocka_unit_test(test_lz4in__every_kind_of_frame),
        cmocka_unit_test(test_lz4in__checksums),
        cmocka_unit_test(test_lz4in__what_it_cannot_read_is_unsupported),
#else
        cmocka_unit_test(test_lz4in__is_not_in_this_build),
#endif
        cmocka_unit_test(test_lz4in__real_warcs_decode_to_the_files_beside_them),
        cmocka_unit_test(test_zstdin__a_dictionary_in_the_first_frame_serves_those_behind_it),
        cmocka_unit_test(test_zstdin__files_with_dictionaries_may_be_concatenated),
        cmocka_unit_test(test_zstdin__a_missing_dictionary_is_reported_for_each_frame),
        cmocka_unit_test(test_zstdin__every_truncation_with_a_dictionary_ends_with_damage),
        cmocka_unit_test(test_zstdin__other_skippable_frames_are_passed_over),
        cmocka_unit_test(test_zstdin__each_frame_over_the_window_limit_is_reported),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
