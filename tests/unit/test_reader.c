/*
 * reader: gzip, zstd and plain inputs, whole and damaged. Compressed inputs are built here by
 * zlib and libzstd.
 */
#include "input/inflate.h"
#include "input/reader.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>
#include <zlib.h>
#include <zstd.h>

#define MAX_EVENTS 64

/* What reading an input to its end came to. */
struct outcome {
    struct tcs_buf bytes;
    unsigned members, damages;
    tocsin_status status[MAX_EVENTS]; /* of each damage */
    uint64_t member_offset[MAX_EVENTS], member_length[MAX_EVENTS];
    struct tocsin_error last;
};

static const char *inflater; /* NULL: the fastest */

static void append(struct tcs_buf *buf, const void *data, size_t len)
{
    assert_int_equal(tcs_buf_append(buf, data, len), TOCSIN_OK);
}

static void append_text(struct tcs_buf *buf, const char *text)
{
    append(buf, text, strlen(text));
}

static void append_le32(struct tcs_buf *buf, uint32_t n)
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

    while (text.len < len) {
        seed = seed * 1103515245u + 12345u;
        append_text(&text, words[(seed >> 16) % 10]);
    }
    text.len = len;
    return text;
}

static void append_deflated(struct tcs_buf *out, const char *data, size_t len, int level)
{
    z_stream z = {0};
    size_t bound;

    assert_int_equal(deflateInit2(&z, level, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY), Z_OK);
    bound = deflateBound(&z, (uLong)len);
    assert_int_equal(tcs_buf_reserve(out, bound), TOCSIN_OK);
    z.next_in = (Bytef *)(uintptr_t)data;
    z.avail_in = (uInt)len;
    z.next_out = (Bytef *)out->data + out->len;
    z.avail_out = (uInt)bound;
    assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
    out->len += z.total_out;
    (void)deflateEnd(&z);
}

/* flags: of the header; the fields that they ask for are made up. */
static void append_gzip(struct tcs_buf *out, const char *data, size_t len, unsigned flags)
{
    size_t start = out->len;
    char head[10] = {0x1F, (char)0x8B, 8, (char)flags, 1, 2, 3, 4, 0, 3};
    uint32_t crc;
    char sum[2];

    append(out, head, sizeof head);
    if (flags & 4)
        append(out, "\x06\0sl\x02\0ab", 8);
    if (flags & 8)
        append(out, "name.txt", 9);
    if (flags & 16)
        append(out, "a comment", 10);
    if (flags & 2) {
        crc = (uint32_t)crc32_z(0, (const Bytef *)out->data + start, out->len - start);
        sum[0] = (char)crc;
        sum[1] = (char)(crc >> 8);
        append(out, sum, 2);
    }
    append_deflated(out, data, len, 6);
    append_le32(out, (uint32_t)crc32_z(0, (const Bytef *)data, len));
    append_le32(out, (uint32_t)len);
}

static void append_zstd(struct tcs_buf *out, const char *data, size_t len, int window_log)
{
    ZSTD_CCtx *cctx = ZSTD_createCCtx();
    size_t bound = ZSTD_compressBound(len), n;
    ZSTD_inBuffer in = {data, len, 0};
    ZSTD_outBuffer to;

    assert_non_null(cctx);
    (void)ZSTD_CCtx_setParameter(cctx, ZSTD_c_checksumFlag, 1);
    if (window_log) {
        (void)ZSTD_CCtx_setParameter(cctx, ZSTD_c_windowLog, window_log);
        (void)ZSTD_CCtx_setParameter(cctx, ZSTD_c_contentSizeFlag, 0);
    }
    assert_int_equal(tcs_buf_reserve(out, bound + 64), TOCSIN_OK);
    to = (ZSTD_outBuffer){out->data + out->len, bound + 64, 0};
    n = ZSTD_compressStream2(cctx, &to, &in, window_log ? ZSTD_e_flush : ZSTD_e_end);
    while (n || window_log) {
        assert_false(ZSTD_isError(n));
        n = ZSTD_compressStream2(cctx, &to, &in, ZSTD_e_end);
        window_log = 0;
    }
    out->len += to.pos;
    (void)ZSTD_freeCCtx(cctx);
}

static void drain(struct tcs_reader *reader, size_t cap, struct outcome *outcome)
{
    struct tcs_read read;
    struct tocsin_error err = {0};
    unsigned calls = 0, idle = 0;

    if (inflater)
        (void)tcs_reader_use_inflater(reader, inflater);
    do {
        assert_int_equal(tcs_buf_reserve(&outcome->bytes, cap), TOCSIN_OK);
        assert_int_equal(tcs_reader_read(reader, outcome->bytes.data + outcome->bytes.len, cap, &read,
                                         &err),
                         TOCSIN_OK);
        assert_true(read.length <= cap);
        outcome->bytes.len += read.length;
        idle = read.length || read.event != TCS_READ_DATA ? 0 : idle + 1;
        assert_true(idle < 3);
        if (read.event == TCS_READ_MEMBER_END) {
            if (outcome->members < MAX_EVENTS) {
                outcome->member_offset[outcome->members] = read.member_offset;
                outcome->member_length[outcome->members] = read.member_length;
            }
            outcome->members++;
        } else if (read.event == TCS_READ_DAMAGE) {
            if (outcome->damages < MAX_EVENTS)
                outcome->status[outcome->damages] = err.status;
            outcome->damages++;
            outcome->last = err;
        }
        assert_true(++calls < 10u * 1000 * 1000);
    } while (read.event != TCS_READ_END);
    assert_int_equal(tcs_reader_read(reader, outcome->bytes.data, 1, &read, &err), TOCSIN_OK);
    assert_int_equal(read.event, TCS_READ_END);
    tcs_reader_free(reader);
}

static struct outcome read_with(struct tcs_str input, size_t cap,
                                const struct tcs_reader_limits *limits)
{
    struct outcome outcome = {0};
    struct tcs_reader *reader = NULL;
    struct tocsin_error err = {0};

    assert_int_equal(tcs_reader_open_memory(input, "input", limits, &reader, &err), TOCSIN_OK);
    drain(reader, cap, &outcome);
    return outcome;
}

static struct outcome read_all(const struct tcs_buf *input, size_t cap)
{
    return read_with(tcs_buf_view(input), cap, NULL);
}

static void assert_bytes(const struct outcome *outcome, const char *data, size_t len)
{
    assert_int_equal(outcome->bytes.len, len);
    if (len)
        assert_memory_equal(outcome->bytes.data, data, len);
}

static void release(struct outcome *outcome)
{
    tcs_buf_release(&outcome->bytes);
}

/* Three members of text (with every optional header field), in between the padding asked for. */
struct sample {
    struct tcs_buf text, gz;
    size_t cut[4];     /* where members begin in gz, and its end */
    size_t text_cut[4];
};

static struct sample make_sample(size_t each)
{
    static const unsigned flags[3] = {0, 2 | 4 | 8 | 16, 8};
    struct sample s = {0};
    struct tcs_buf part;
    unsigned i;

    for (i = 0; i < 3; i++) {
        s.cut[i] = s.gz.len;
        s.text_cut[i] = s.text.len;
        part = make_text(each + i * 17, i + 1);
        append(&s.text, part.data, part.len);
        append_gzip(&s.gz, part.data, part.len, flags[i]);
        tcs_buf_release(&part);
    }
    s.cut[3] = s.gz.len;
    s.text_cut[3] = s.text.len;
    return s;
}

static void release_sample(struct sample *s)
{
    tcs_buf_release(&s->text);
    tcs_buf_release(&s->gz);
}

/* ---- whole inputs ---- */

static void test_reader__empty_input_is_only_an_end(void **state)
{
    struct outcome o = read_with((struct tcs_str){NULL, 0}, 10, NULL);

    (void)state;
    assert_int_equal(o.members + o.damages, 0);
    assert_int_equal(o.bytes.len, 0);
    release(&o);
}

static void test_reader__plain_input_is_one_member(void **state)
{
    static const size_t caps[] = {1, 3, 1000, 1 << 20};
    struct tcs_buf text = make_text(5000, 7);
    size_t i;

    (void)state;
    for (i = 0; i < 4; i++) {
        struct outcome o = read_all(&text, caps[i]);

        assert_bytes(&o, text.data, text.len);
        assert_int_equal(o.members, 1);
        assert_int_equal(o.member_length[0], text.len);
        assert_int_equal(o.damages, 0);
        release(&o);
    }
    tcs_buf_release(&text);
}

static void test_reader__every_output_size_gives_the_same_bytes(void **state)
{
    static const size_t caps[] = {1, 2, 7, 1000, 1024, 65536, 1 << 20};
    struct sample s = make_sample(200 * 1000);
    size_t i, m;

    (void)state;
    for (i = 0; i < sizeof caps / sizeof *caps; i++) {
        struct outcome o = read_all(&s.gz, caps[i]);

        assert_bytes(&o, s.text.data, s.text.len);
        assert_int_equal(o.members, 3);
        for (m = 0; m < 3; m++) {
            assert_int_equal(o.member_offset[m], s.cut[m]);
            assert_int_equal(o.member_length[m], s.cut[m + 1] - s.cut[m]);
        }
        assert_int_equal(o.damages, 0);
        release(&o);
    }
    release_sample(&s);
}

static void test_reader__empty_members_and_zero_padding_are_normal(void **state)
{
    static const char zeros[600] = {0};
    struct tcs_buf gz = {0};
    struct outcome o;

    (void)state;
    append_gzip(&gz, "", 0, 0);
    append(&gz, zeros, sizeof zeros);
    append_gzip(&gz, "abc", 3, 0);
    append(&gz, zeros, 1);
    append_gzip(&gz, "", 0, 8);
    append(&gz, zeros, sizeof zeros);
    o = read_all(&gz, 100);
    assert_bytes(&o, "abc", 3);
    assert_int_equal(o.members, 3);
    assert_int_equal(o.damages, 0);
    release(&o);
    tcs_buf_release(&gz);
}

static void test_reader__a_long_header_is_read(void **state)
{
    char head[10] = {0x1F, (char)0x8B, 8, 4 | 8, 0, 0, 0, 0, 0, 3};
    struct tcs_buf gz = {0};
    struct outcome o;
    size_t i;

    (void)state;
    append(&gz, head, sizeof head);
    append(&gz, "\xFF\xFF", 2);
    for (i = 0; i < 65535 + 100000; i++)
        append(&gz, "x", 1);
    append(&gz, "", 1);
    append_deflated(&gz, "abc", 3, 6);
    append_le32(&gz, (uint32_t)crc32_z(0, (const Bytef *)"abc", 3));
    append_le32(&gz, 3);
    o = read_all(&gz, 100);
    assert_bytes(&o, "abc", 3);
    assert_int_equal(o.damages, 0);
    release(&o);
    tcs_buf_release(&gz);
}

/* The file and the pipe must tell the same story as memory. */
static struct outcome read_file(const struct tcs_buf *input, size_t cap)
{
    char path[] = "/tmp/tocsin-test-reader-XXXXXX";
    int fd = mkstemp(path);
    struct tcs_reader *reader = NULL;
    struct outcome o = {0};
    struct tocsin_error err = {0};

    assert_true(fd >= 0);
    assert_int_equal(write(fd, input->data, input->len), (ssize_t)input->len);
    assert_int_equal(close(fd), 0);
    assert_int_equal(tcs_reader_open(path, NULL, &reader, &err), TOCSIN_OK);
    assert_int_equal(tcs_reader_stored_size(reader), input->len);
    drain(reader, cap, &o);
    assert_int_equal(unlink(path), 0);
    return o;
}

static void test_reader__a_file_reads_as_memory_does(void **state)
{
    struct sample s = make_sample(3 * 1000 * 1000);
    struct outcome o;

    (void)state;
    s.gz.data[s.cut[1] + 90 * 1000] ^= 0x55;
    {
        struct outcome m = read_all(&s.gz, 1 << 20);

        o = read_file(&s.gz, 1 << 20);
        assert_bytes(&o, m.bytes.data, m.bytes.len);
        assert_int_equal(o.members, m.members);
        assert_int_equal(o.members, 2);
        assert_int_equal(o.damages, m.damages);
        release(&m);
    }
    release(&o);
    o = read_file(&s.text, 1 << 20);
    assert_bytes(&o, s.text.data, s.text.len);
    release(&o);
    release_sample(&s);
}

/* From every member's start on, forward and back, and where the input cannot go. */
static void test_reader__seek_goes_to_any_member(void **state)
{
    struct tcs_buf gz = {0}, plain = {0};
    struct tcs_reader *reader;
    struct tcs_read read;
    uint64_t starts[3];
    char path[] = "/tmp/tocsin-seek-XXXXXX", out[16];
    static const int order[] = {2, 0, 1, 1, 2};
    size_t i;
    int fd = mkstemp(path), pipes[2];

    (void)state;
    assert_true(fd >= 0);
    for (i = 0; i < 3; i++) {
        struct tcs_buf text = {0};
        uLongf len = 100;
        z_stream z = {0};
        char member[100];

        append_text(&text, i == 0 ? "zero" : i == 1 ? "one!" : "two!");
        assert_int_equal(deflateInit2(&z, 6, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY), Z_OK);
        z.next_in = (Bytef *)text.data;
        z.avail_in = (uInt)text.len;
        z.next_out = (Bytef *)member;
        z.avail_out = (uInt)len;
        assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
        starts[i] = gz.len;
        append(&gz, member, z.total_out);
        (void)deflateEnd(&z);
        tcs_buf_release(&text);
    }
    assert_int_equal(write(fd, gz.data, gz.len), gz.len);
    for (int in_memory = 0; in_memory < 2; in_memory++) {
        if (in_memory)
            assert_int_equal(tcs_reader_open_memory(tcs_buf_view(&gz), "in", NULL, &reader, NULL), TOCSIN_OK);
        else
            assert_int_equal(tcs_reader_open(path, NULL, &reader, NULL), TOCSIN_OK);
        for (i = 0; i < sizeof order / sizeof *order; i++) {
            assert_true(tcs_reader_seek(reader, starts[order[i]]));
            assert_int_equal(tcs_reader_read(reader, out, i % 2 ? 2 : 16, &read, NULL), TOCSIN_OK);
            assert_int_equal(read.member_offset, starts[order[i]]);
            assert_memory_equal(out, order[i] == 0 ? "zero" : order[i] == 1 ? "one!" : "two!", read.length);
            assert_true(read.length > 0);
        }
        do /* to the end and back */
            assert_int_equal(tcs_reader_read(reader, out, 16, &read, NULL), TOCSIN_OK);
        while (read.event != TCS_READ_END);
        assert_true(tcs_reader_seek(reader, starts[1]));
        assert_int_equal(tcs_reader_read(reader, out, 16, &read, NULL), TOCSIN_OK);
        assert_int_equal(read.length, 4);
        assert_false(tcs_reader_seek(reader, gz.len + 1));
        tcs_reader_free(reader);
    }
    append_text(&plain, "0123456789");
    assert_int_equal(ftruncate(fd, 0), 0);
    assert_int_equal(pwrite(fd, plain.data, plain.len, 0), plain.len);
    assert_int_equal(tcs_reader_open(path, NULL, &reader, NULL), TOCSIN_OK);
    assert_true(tcs_reader_seek(reader, 7));
    assert_int_equal(tcs_reader_read(reader, out, 16, &read, NULL), TOCSIN_OK);
    assert_int_equal(read.length, 3);
    assert_memory_equal(out, "789", 3);
    tcs_reader_free(reader);
    assert_int_equal(pipe(pipes), 0);
    (void)snprintf(out, sizeof out, "/dev/fd/%d", pipes[0]);
    (void)close(pipes[1]);
    assert_int_equal(tcs_reader_open(out, NULL, &reader, NULL), TOCSIN_OK);
    assert_false(tcs_reader_seek(reader, 0));
    tcs_reader_free(reader);
    (void)close(pipes[0]);
    (void)close(fd);
    (void)unlink(path);
    tcs_buf_release(&gz);
    tcs_buf_release(&plain);
}

static void test_reader__opening_fails_with_a_reason(void **state)
{
    static const char *const paths[] = {"/nonexistent/tocsin", "/tmp"};
    struct tcs_reader *reader;
    struct tocsin_error err;
    size_t i;

    (void)state;
    for (i = 0; i < 2; i++) {
        memset(&err, 0, sizeof err);
        assert_int_equal(tcs_reader_open(paths[i], NULL, &reader, &err), TOCSIN_E_IO);
        assert_null(reader);
        assert_string_equal(err.where, paths[i]);
        assert_int_not_equal(err.sys_errno, 0);
    }
}

/* ---- damage ---- */

static void test_reader__every_truncation_ends_promptly_with_damage(void **state)
{
    struct sample s = make_sample(700);
    struct outcome o;
    size_t cut, m;

    (void)state;
    for (cut = 2; cut < s.gz.len; cut++) {
        o = read_with((struct tcs_str){s.gz.data, cut}, 1 << 16, NULL);
        for (m = 0; s.cut[m + 1] <= cut; m++)
            continue;
        assert_int_equal(o.members, m);
        if (cut == s.cut[m]) {
            assert_int_equal(o.damages, 0);
        } else {
            assert_int_equal(o.damages, 1);
            assert_int_equal(o.status[0], TOCSIN_E_TRUNCATED);
            assert_string_equal(o.last.where, "input");
        }
        assert_true(o.bytes.len >= s.text_cut[m]);
        assert_true(o.bytes.len <= s.text_cut[m + 1]);
        assert_memory_equal(o.bytes.data, s.text.data, o.bytes.len);
        release(&o);
    }
    release_sample(&s);
}

static void test_reader__garbage_between_members_costs_nothing_else(void **state)
{
    static const char *const garbage[] = {"x", "\x1F", "\x1F\x8B", "\x1F\x8B\x08\xFF junk", "garbage!",
                                          "\x1F\x8B\x08\1\2\3\4\5\6\7\7 not deflate at all",
                                          "\x1F\x8B\x1F\x8B\x08\x04"};
    size_t i;

    (void)state;
    for (i = 0; i < sizeof garbage / sizeof *garbage; i++) {
        struct sample s = make_sample(5000);
        struct tcs_buf gz = {0};
        struct outcome o;

        append(&gz, s.gz.data, s.cut[2]);
        append_text(&gz, garbage[i]);
        append(&gz, s.gz.data + s.cut[2], s.cut[3] - s.cut[2]);
        append_text(&gz, garbage[i]);
        o = read_all(&gz, 1 << 16);
        assert_bytes(&o, s.text.data, s.text.len);
        assert_int_equal(o.members, 3);
        assert_int_equal(o.damages, 2);
        assert_int_equal(o.status[0], TOCSIN_E_CORRUPT);
        release(&o);
        tcs_buf_release(&gz);
        release_sample(&s);
    }
}

/* What each field's damage is called. */
static void test_reader__each_damage_has_its_own_message(void **state)
{
    static const struct {
        int at; /* in the second member, which has every header field; from its end where negative */
        int flip;
        unsigned members;
        tocsin_status status;
        const char *says;
    } cases[] = {
        {0, 0xFF, 2, TOCSIN_E_CORRUPT, "no gzip member"},
        {2, 0x01, 2, TOCSIN_E_CORRUPT, "compression method"},
        {3, 0x20, 2, TOCSIN_E_CORRUPT, "reserved flags"},
        {3, 0x80, 2, TOCSIN_E_CORRUPT, "reserved flags"},
        {5, 0x01, 2, TOCSIN_E_CORRUPT, "checksum that it states"},
        {20, 0x01, 2, TOCSIN_E_CORRUPT, "checksum that it states"},
        {-8, 0x01, 2, TOCSIN_E_CORRUPT, "CRC-32"},
        {-1, 0x01, 2, TOCSIN_E_CORRUPT, "modulo 2^32"},
    };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct sample s = make_sample(5000);
        size_t at = cases[i].at >= 0 ? s.cut[1] + (size_t)cases[i].at
                                     : s.cut[2] - (size_t)-cases[i].at;
        struct outcome o;

        s.gz.data[at] = (char)(s.gz.data[at] ^ cases[i].flip);
        o = read_all(&s.gz, 1 << 16);
        assert_int_equal(o.members, cases[i].members);
        assert_int_equal(o.damages, 1);
        assert_int_equal(o.status[0], cases[i].status);
        assert_non_null(strstr(o.last.message, cases[i].says));
        assert_int_equal(o.last.offset, s.cut[1]);
        /* The last member is there. */
        assert_memory_equal(o.bytes.data + o.bytes.len - (s.text_cut[3] - s.text_cut[2]),
                            s.text.data + s.text_cut[2], s.text_cut[3] - s.text_cut[2]);
        release(&o);
        release_sample(&s);
    }
}

static void test_reader__a_flipped_byte_costs_one_member(void **state)
{
    struct sample s = make_sample(3000);
    unsigned harmless = 0;
    size_t at;

    (void)state;
    for (at = s.cut[1]; at < s.cut[2]; at++) {
        struct outcome o;
        size_t last = s.text_cut[3] - s.text_cut[2];

        s.gz.data[at] = (char)(s.gz.data[at] ^ 0x10);
        o = read_all(&s.gz, 1 << 16);
        assert_true(o.bytes.len >= s.text_cut[1] + last);
        assert_memory_equal(o.bytes.data, s.text.data, s.text_cut[1]);
        assert_memory_equal(o.bytes.data + o.bytes.len - last, s.text.data + s.text_cut[2], last);
        /*
         * The last deflate byte has bits that mean nothing; every other is covered by a checksum.
         */
        if (!o.damages)
            assert_bytes(&o, s.text.data, s.text.len);
        else
            assert_int_equal(o.members, 2);
        harmless += !o.damages;
        release(&o);
        s.gz.data[at] = (char)(s.gz.data[at] ^ 0x10);
    }
    assert_true(harmless <= 1);
    release_sample(&s);
}

/* A member cut off in the middle of a file, with the next one straight after it. */
static void test_reader__a_missing_tail_does_not_hide_the_next_member(void **state)
{
    struct sample s = make_sample(4000);
    size_t cut;

    (void)state;
    for (cut = s.cut[1] + 1; cut < s.cut[2]; cut += 13) {
        struct tcs_buf gz = {0};
        struct outcome o;
        size_t last = s.text_cut[3] - s.text_cut[2];

        append(&gz, s.gz.data, cut);
        append(&gz, s.gz.data + s.cut[2], s.cut[3] - s.cut[2]);
        o = read_all(&gz, 1 << 16);
        assert_int_equal(o.members, 2);
        assert_true(o.damages >= 1);
        assert_memory_equal(o.bytes.data + o.bytes.len - last, s.text.data + s.text_cut[2], last);
        release(&o);
        tcs_buf_release(&gz);
    }
    release_sample(&s);
}

/*
 * Behind damage a member is searched for; one that the input's end cuts off gives what it gives alone, however small it is.
 */
static void test_reader__a_small_truncated_member_behind_damage_is_read(void **state)
{
    struct sample s = make_sample(600);
    size_t cut, read = 0;

    (void)state;
    for (cut = s.cut[2] + 10; cut < s.cut[3]; cut++) {
        struct tcs_buf gz = {0}, last = {0};
        struct outcome o, alone;

        append(&gz, s.gz.data, cut);
        gz.data[(s.cut[1] + s.cut[2]) / 2] ^= 0x55;
        append(&last, s.gz.data + s.cut[2], cut - s.cut[2]);
        o = read_all(&gz, 1 << 16);
        alone = read_all(&last, 1 << 16);
        assert_int_equal(o.members, 1);
        if (o.damages != (alone.bytes.len ? 2u : 1u))
            fail_msg("cut %zu of %zu..%zu: %u damages, alone %zu bytes", cut, s.cut[2], s.cut[3], o.damages, alone.bytes.len);
        assert_true(o.bytes.len >= alone.bytes.len);
        if (alone.bytes.len)
            assert_memory_equal(o.bytes.data + o.bytes.len - alone.bytes.len, alone.bytes.data, alone.bytes.len);
        read += alone.bytes.len > 0;
        release(&o);
        release(&alone);
        tcs_buf_release(&gz);
        tcs_buf_release(&last);
    }
    assert_true(read > 100);
    release_sample(&s);
}

static void test_reader__damaged_output_does_not_depend_on_its_buffer(void **state)
{
    struct sample s = make_sample(30 * 1000);
    size_t at;

    (void)state;
    for (at = s.cut[1] + 60; at < s.cut[2]; at += 997) {
        static const size_t caps[] = {1, 1000, 1 << 20};
        struct outcome o[3];
        size_t i;

        s.gz.data[at] = (char)(s.gz.data[at] ^ 0x24);
        for (i = 0; i < 3; i++) {
            o[i] = read_all(&s.gz, caps[i]);
            assert_bytes(&o[i], o[0].bytes.data, o[0].bytes.len);
            assert_int_equal(o[i].damages, o[0].damages);
            assert_int_equal(o[i].members, o[0].members);
        }
        for (i = 0; i < 3; i++)
            release(&o[i]);
        s.gz.data[at] = (char)(s.gz.data[at] ^ 0x24);
    }
    release_sample(&s);
}

static void test_reader__truncated_output_does_not_depend_on_its_buffer(void **state)
{
    struct sample s = make_sample(30 * 1000);
    size_t at;

    (void)state;
    for (at = s.cut[1] + 60; at < s.cut[2]; at += 331) {
        struct tcs_str cut = {s.gz.data, at};
        struct outcome a = read_with(cut, 1, NULL), b = read_with(cut, 1 << 20, NULL);

        assert_bytes(&a, b.bytes.data, b.bytes.len);
        assert_int_equal(a.damages, 1);
        release(&a);
        release(&b);
    }
    release_sample(&s);
}

/*
 * Stored blocks that hold member headers which hold stored blocks: each costs the search
 * something.
 */
static void test_reader__hostile_nesting_is_bounded(void **state)
{
    struct tcs_buf gz = {0};
    struct tcs_reader *reader = NULL;
    struct tcs_read read;
    struct tocsin_error err = {0};
    static char out[1 << 16];
    uint64_t total = 0;
    size_t i;

    (void)state;
    for (i = 0; i < 20000; i++)
        append(&gz, "\x1F\x8B\x08\0\0\0\0\0\0\3\0\xFF\xFF\0\0", 15);
    assert_int_equal(tcs_reader_open_memory(tcs_buf_view(&gz), "input", NULL, &reader, &err),
                     TOCSIN_OK);
    do {
        assert_int_equal(tcs_reader_read(reader, out, sizeof out, &read, &err), TOCSIN_OK);
        total += read.length;
    } while (read.event != TCS_READ_END);
    assert_true(total < 200u * 1000 * 1000);
    tcs_reader_free(reader);
    tcs_buf_release(&gz);
}

static void test_reader__both_back_ends_agree(void **state)
{
    struct sample s = make_sample(20 * 1000);
    size_t at, last = s.text_cut[3] - s.text_cut[2];
    struct outcome a, b;

    (void)state;
    for (at = 12; at < s.gz.len; at += 41) {
        inflater = "zlib";
        a = read_with((struct tcs_str){s.gz.data, at}, 1 << 16, NULL);
        inflater = NULL;
        b = read_with((struct tcs_str){s.gz.data, at}, 1 << 16, NULL);
        /*
         * ISA-L decodes up to three literals at once and, at a truncation, delivers all or none
         * of them.
         */
        assert_true(a.bytes.len >= b.bytes.len && a.bytes.len <= b.bytes.len + 2);
        assert_memory_equal(a.bytes.data, b.bytes.data, b.bytes.len);
        assert_int_equal(a.damages, b.damages);
        assert_int_equal(a.members, b.members);
        assert_int_equal(a.last.offset, b.last.offset);
        release(&a);
        release(&b);
    }
    for (at = s.cut[1]; at < s.cut[2]; at += 7) {
        s.gz.data[at] = (char)(s.gz.data[at] ^ 0x08);
        inflater = "zlib";
        a = read_all(&s.gz, 1 << 16);
        inflater = NULL;
        b = read_all(&s.gz, 1 << 16);
        assert_int_equal(a.members, b.members);
        assert_int_equal(a.damages, b.damages);
        assert_int_equal(a.status[0], b.status[0]);
        /* One may notice some bytes later than the other that it decodes nonsense. */
        assert_memory_equal(a.bytes.data, b.bytes.data, s.text_cut[1]);
        assert_memory_equal(a.bytes.data + a.bytes.len - last, b.bytes.data + b.bytes.len - last, last);
        release(&a);
        release(&b);
        s.gz.data[at] = (char)(s.gz.data[at] ^ 0x08);
    }
    release_sample(&s);
}

static unsigned random_to(unsigned *seed, unsigned limit)
{
    *seed = *seed * 1103515245u + 12345u;
    return (*seed >> 8) % limit;
}

/* Members of all sizes and kinds of blocks; some of the streams are cut off, some damaged. */
static struct tcs_buf make_random_stream(unsigned *seed)
{
    static const int levels[] = {0, 1, 6, 9};
    struct tcs_buf gz = {0};
    unsigned members = 1 + random_to(seed, 8), flips = random_to(seed, 3), i;

    for (i = 0; i < members; i++) {
        unsigned most = random_to(seed, 4) ? 3000 : 300 * 1000;
        struct tcs_buf text = make_text(random_to(seed, most), *seed);

        append(&gz, "\x1F\x8B\x08\0\1\2\3\4\0\3", 10);
        append_deflated(&gz, text.data ? text.data : "", text.len, levels[random_to(seed, 4)]);
        append_le32(&gz, (uint32_t)crc32_z(0, (const Bytef *)text.data, text.len));
        append_le32(&gz, (uint32_t)text.len);
        if (!random_to(seed, 10))
            append(&gz, "\0\0\0", 3);
        tcs_buf_release(&text);
    }
    if (random_to(seed, 2))
        gz.len = random_to(seed, (unsigned)gz.len) + 1;
    for (i = 0; i < flips; i++)
        gz.data[random_to(seed, (unsigned)gz.len)] ^= (char)(1 << random_to(seed, 8));
    return gz;
}

static struct outcome read_by(const char *name, const struct tcs_buf *gz, size_t cap, bool is_file)
{
    struct outcome outcome;

    inflater = name;
    outcome = is_file ? read_file(gz, cap) : read_all(gz, cap);
    inflater = NULL;
    return outcome;
}

static void assert_same_outcome(const struct outcome *a, const struct outcome *b)
{
    unsigned i;

    assert_bytes(a, b->bytes.data, b->bytes.len);
    assert_int_equal(a->members, b->members);
    assert_int_equal(a->damages, b->damages);
    for (i = 0; i < a->members && i < MAX_EVENTS; i++) {
        assert_int_equal(a->member_offset[i], b->member_offset[i]);
        assert_int_equal(a->member_length[i], b->member_length[i]);
    }
    for (i = 0; i < a->damages && i < MAX_EVENTS; i++)
        assert_int_equal(a->status[i], b->status[i]);
    assert_int_equal(a->last.offset, b->last.offset);
    assert_string_equal(a->last.message, b->last.message);
}

/* Bytes, members, damage and its messages are of the library that inflates streams, whatever takes members whole. */
static void test_reader__members_taken_whole_are_as_streamed(void **state)
{
    const struct tcs_inflate_whole *library = tcs_inflate_whole_library();
    const char *pairs[][2] = {{NULL, tcs_inflate_backend_at(0)->name}, {library ? library->name : NULL, "zlib"}};
    unsigned seed = 20261123, trial;
    size_t i;

    (void)state;
    if (!library)
        skip();
    for (trial = 0; trial < 400; trial++) {
        struct tcs_buf gz = make_random_stream(&seed);
        size_t cap = random_to(&seed, 3) ? (size_t)1 << 20 : 1 + random_to(&seed, 100 * 1000);

        for (i = 0; i < 2; i++) {
            struct outcome whole = read_by(pairs[i][0], &gz, cap, trial % 8 == 0);
            struct outcome streamed = read_by(pairs[i][1], &gz, cap, false);

            assert_same_outcome(&whole, &streamed);
            release(&whole);
            release(&streamed);
        }
        tcs_buf_release(&gz);
    }
}

struct bits {
    struct tcs_buf bytes;
    unsigned held, count;
};

static void put_bit(struct bits *bits, unsigned bit)
{
    bits->held |= bit << bits->count;
    if (++bits->count < 8)
        return;
    append(&bits->bytes, &(char){(char)bits->held}, 1);
    bits->held = bits->count = 0;
}

/* A code of Huffman's, which begins with its highest bit. */
static void put_code(struct bits *bits, unsigned code, unsigned len)
{
    while (len)
        put_bit(bits, code >> --len & 1);
}

/*
 * A member of 300 letters and a copy of the last one, 258 times, by length symbol 286, which RFC 1951 forbids: libdeflate
 * reads it, the others call it damaged.
 */
static void append_forbidden(struct tcs_buf *gz, struct tcs_buf *text)
{
    struct bits bits = {0};
    size_t start = text->len, i;

    put_bit(&bits, 1); /* the last block */
    put_bit(&bits, 1); /* of fixed codes */
    put_bit(&bits, 0);
    for (i = 0; i < 300; i++) {
        append(text, &(char){(char)('a' + i % 26)}, 1);
        put_code(&bits, 0x30 + 'a' + (unsigned)(i % 26), 8);
    }
    for (i = 0; i < 258; i++)
        append(text, &(char){(char)('a' + 299 % 26)}, 1);
    put_code(&bits, 0xC0 + 286 - 280, 8);
    put_code(&bits, 0, 5); /* from 1 before */
    put_code(&bits, 0, 7); /* the block's end */
    while (bits.count)
        put_bit(&bits, 0);
    append(gz, "\x1F\x8B\x08\0\1\2\3\4\0\3", 10);
    append(gz, bits.bytes.data, bits.bytes.len);
    append_le32(gz, (uint32_t)crc32_z(0, (const Bytef *)text->data + start, text->len - start));
    append_le32(gz, (uint32_t)(text->len - start));
    tcs_buf_release(&bits.bytes);
}

/* What one library calls damaged and the other does not is good, wherever buffers end. */
static void test_reader__it_does_not_matter_which_library_is_asked_first(void **state)
{
    static const size_t caps[] = {1, 299, 300, 301, 557, 558, 1000, 1 << 20};
    struct tcs_buf gz = {0}, text = {0};
    struct outcome o;
    size_t i;

    (void)state;
    if (!tcs_inflate_whole_library())
        skip();
    for (i = 0; i < 6; i++) {
        append_forbidden(&gz, &text);
        append_gzip(&gz, "between", 7, 0);
        append_text(&text, "between");
    }
    for (i = 0; i < sizeof caps / sizeof *caps; i++) {
        o = read_by(NULL, &gz, caps[i], i % 2);
        assert_int_equal(o.damages, 0);
        assert_int_equal(o.members, 12);
        assert_bytes(&o, text.data, text.len);
        release(&o);
    }
    o = read_by("zlib", &gz, 1000, false);
    assert_int_equal(o.damages, 6);
    release(&o);
    gz.data[30] ^= 1;
    o = read_by(NULL, &gz, 1000, false);
    assert_int_equal(o.damages, 1);
    release(&o);
    tcs_buf_release(&gz);
    tcs_buf_release(&text);
}

static void test_reader__a_bomb_is_a_limit(void **state)
{
    struct tcs_reader_limits limits = {.expansion_ratio = 100, .expansion_floor_bytes = 1 << 20};
    struct tcs_buf gz = {0}, zeros = {0};
    struct outcome o;

    (void)state;
    assert_int_equal(tcs_buf_reserve(&zeros, 8 << 20), TOCSIN_OK);
    memset(zeros.data, 0, 8 << 20);
    append_gzip(&gz, zeros.data, 8 << 20, 0);
    append_gzip(&gz, "abc", 3, 0);
    o = read_with(tcs_buf_view(&gz), 1 << 16, &limits);
    assert_int_equal(o.damages, 1);
    assert_int_equal(o.status[0], TOCSIN_E_LIMIT);
    assert_int_equal(o.members, 1);
    assert_true(o.bytes.len < 2 << 20);
    assert_memory_equal(o.bytes.data + o.bytes.len - 3, "abc", 3);
    release(&o);
    limits.expansion_ratio = 10000;
    o = read_with(tcs_buf_view(&gz), 1 << 16, &limits);
    assert_int_equal(o.damages, 0);
    assert_int_equal(o.bytes.len, (8 << 20) + 3);
    release(&o);
    tcs_buf_release(&zeros);
    tcs_buf_release(&gz);
}

static void test_reader__other_formats_are_named(void **state)
{
    static const struct {
        const char *bytes;
        size_t len;
        const char *codec;
        unsigned damages;
    } cases[] = {
        {"7z\xBC\xAF\x27\x1C", 6, "7z", 1},      {"PK\3\4....", 8, "zip", 1},
        {"\x1F\x9D\x90", 3, "compress", 1},
        {"BZhang wrote", 12, "plain", 0},        {"BZh9 is no archive", 18, "plain", 0},
        {"\x1F", 1, "plain", 0},
    };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct tcs_reader *reader = NULL;
        struct tocsin_error err = {0};
        struct outcome o = {0};

        assert_int_equal(tcs_reader_open_memory((struct tcs_str){cases[i].bytes, cases[i].len}, "in",
                                                NULL, &reader, &err),
                         TOCSIN_OK);
        assert_string_equal(tcs_reader_codec(reader), cases[i].codec);
        drain(reader, 100, &o);
        assert_int_equal(o.damages, cases[i].damages);
        if (o.damages)
            assert_int_equal(o.status[0], TOCSIN_E_UNSUPPORTED);
        else
            assert_bytes(&o, cases[i].bytes, cases[i].len);
        release(&o);
    }
}

/* ---- zstd ---- */

static struct tcs_buf make_zstd(struct tcs_buf *text, size_t cut[4], bool with_skippable)
{
    static const char skippable[] = "\x50\x2A\x4D\x18\x05\0\0\0hello";
    struct tcs_buf zst = {0}, part;
    unsigned i;

    for (i = 0; i < 3; i++) {
        if (with_skippable)
            append(&zst, skippable, sizeof skippable - 1);
        part = make_text(300 * 1000 + i, 20 + i);
        cut[i] = zst.len;
        append_zstd(&zst, part.data, part.len, 0);
        append(text, part.data, part.len);
        tcs_buf_release(&part);
    }
    if (with_skippable)
        append(&zst, skippable, sizeof skippable - 1);
    cut[3] = zst.len;
    return zst;
}

static void test_reader__zstd_frames_are_members(void **state)
{
    static const size_t caps[] = {1, 1000, 1 << 20};
    struct tcs_buf text = {0}, zst;
    size_t cut[4], i;

    (void)state;
    zst = make_zstd(&text, cut, true);
    for (i = 0; i < 3; i++) {
        struct outcome o = read_all(&zst, caps[i]);

        assert_bytes(&o, text.data, text.len);
        assert_int_equal(o.members, 3);
        assert_int_equal(o.member_offset[1], cut[1]);
        assert_int_equal(o.damages, 0);
        release(&o);
    }
    tcs_buf_release(&zst);
    tcs_buf_release(&text);
}

static void test_reader__zstd_truncation_is_damage(void **state)
{
    struct tcs_buf text = {0}, zst;
    size_t cut[4], at;

    (void)state;
    zst = make_zstd(&text, cut, true);
    for (at = 14; at < zst.len; at += 311) {
        struct outcome o = read_with((struct tcs_str){zst.data, at}, 1 << 20, NULL);

        assert_int_equal(o.damages, 1);
        assert_int_equal(o.status[0], TOCSIN_E_TRUNCATED);
        assert_true(o.bytes.len <= text.len);
        if (o.bytes.len)
            assert_memory_equal(o.bytes.data, text.data, o.bytes.len);
        release(&o);
    }
    tcs_buf_release(&zst);
    tcs_buf_release(&text);
}

static void test_reader__zstd_damage_costs_one_frame(void **state)
{
    static const size_t caps[] = {1000, 1 << 20};
    struct tcs_buf text = {0}, zst;
    size_t cut[4], at, i, last = 300 * 1000 + 2;

    (void)state;
    zst = make_zstd(&text, cut, false);
    for (at = cut[1]; at < cut[2]; at += 601) {
        struct outcome o[2];

        zst.data[at] = (char)(zst.data[at] ^ 0x10);
        for (i = 0; i < 2; i++) {
            o[i] = read_all(&zst, caps[i]);
            assert_int_equal(o[i].members, 2);
            assert_true(o[i].damages >= 1);
            assert_memory_equal(o[i].bytes.data, text.data, 300 * 1000);
            assert_memory_equal(o[i].bytes.data + o[i].bytes.len - last, text.data + text.len - last,
                                last);
        }
        assert_bytes(&o[0], o[1].bytes.data, o[1].bytes.len);
        release(&o[0]);
        release(&o[1]);
        zst.data[at] = (char)(zst.data[at] ^ 0x10);
    }
    tcs_buf_release(&zst);
    tcs_buf_release(&text);
}

/* The library has two names for the same damage, by the room that its buffer has from frames before. */
static void test_reader__zstd_damage_is_the_same_behind_a_larger_frame(void **state)
{
    struct tcs_buf text = make_text(400 * 1000, 8), alone = {0}, behind = {0};
    unsigned seed = 7, trial;
    size_t start;

    (void)state;
    append_zstd(&alone, text.data, 3000, 0);
    append_zstd(&behind, text.data, text.len, 0);
    start = behind.len;
    append(&behind, alone.data, alone.len);
    for (trial = 0; trial < 3000; trial++) {
        size_t at = 10 + random_to(&seed, (unsigned)alone.len - 10);
        char flip = (char)(1 << random_to(&seed, 8));
        struct outcome a, b;

        alone.data[at] ^= flip;
        behind.data[start + at] ^= flip;
        a = read_all(&alone, 1 << 20);
        b = read_all(&behind, 1 << 20);
        assert_int_equal(a.bytes.len + text.len, b.bytes.len);
        assert_int_equal(a.damages, b.damages);
        if (a.damages)
            assert_string_equal(a.last.message, b.last.message);
        release(&a);
        release(&b);
        alone.data[at] ^= flip;
        behind.data[start + at] ^= flip;
    }
    tcs_buf_release(&text);
    tcs_buf_release(&alone);
    tcs_buf_release(&behind);
}

/* It is searched for what is whole in it, though the window was filled anew while it was passed over. */
static void test_reader__a_skippable_frame_that_is_cut_off_hides_no_frame(void **state)
{
    size_t starts[] = {380 * 1000, 450 * 1000, 500 * 1000, 520 * 1000}, i;
    unsigned seed = 3;

    (void)state;
    for (i = 0; i < sizeof starts / sizeof *starts; i++) {
        struct tcs_buf zst = {0};
        struct outcome memory, file;

        while (zst.len < starts[i]) {
            struct tcs_buf text = make_text(30 * 1000, random_to(&seed, 1 << 20));

            append_zstd(&zst, text.data, text.len, 0);
            tcs_buf_release(&text);
        }
        append(&zst, "\x50\x2A\x4D\x18", 4);
        append_le32(&zst, 1 << 20);
        append_zstd(&zst, "inside", 6, 0);
        while (zst.len < starts[i] + 120 * 1000)
            append(&zst, "nothing that is a frame", 23);
        memory = read_all(&zst, 1 << 20);
        file = read_file(&zst, 1 << 20);
        assert_same_outcome(&file, &memory);
        assert_memory_equal(file.bytes.data + file.bytes.len - 6, "inside", 6);
        release(&memory);
        release(&file);
        tcs_buf_release(&zst);
    }
}

static void test_reader__a_large_zstd_window_names_the_flag(void **state)
{
    struct tcs_reader_limits limits = {.zstd_window_log = 20};
    struct tcs_buf text = make_text(3 << 20, 5), zst = {0};
    struct outcome o;

    (void)state;
    append_zstd(&zst, text.data, text.len, 22);
    append_zstd(&zst, "abc", 3, 0);
    o = read_with(tcs_buf_view(&zst), 1 << 20, &limits);
    assert_int_equal(o.damages, 1);
    assert_int_equal(o.status[0], TOCSIN_E_LIMIT);
    assert_non_null(strstr(o.last.message, "--zstd-window"));
    assert_bytes(&o, "abc", 3);
    release(&o);
    limits.zstd_window_log = 22;
    o = read_with(tcs_buf_view(&zst), 1 << 20, &limits);
    assert_int_equal(o.damages, 0);
    assert_int_equal(o.bytes.len, text.len + 3);
    release(&o);
    tcs_buf_release(&zst);
    tcs_buf_release(&text);
}

/* ---- files from outside ---- */

static void test_reader__real_files_have_the_members_that_the_manifest_says(void **state)
{
    static const struct {
        const char *name;
        unsigned members, damages;
        size_t bytes;
    } cases[] = {
        {"chatnoir-eu+chatnoir-resiliparse/clipped.warc.gz", 0, 1, 75657},
        {"chatnoir-eu+chatnoir-resiliparse/clueweb-quirk.warc.gz", 30, 0, 936878},
        {"chatnoir-eu+chatnoir-resiliparse/warcfile.warc.gz", 50, 0, 550336},
        {"commoncrawl+whirlwind-python/whirlwind.warc.gz", 4, 0, 77432},
        {"webrecorder+warcio/example-bad-non-chunked.warc.gz", 1, 0, 5120},
        {"webrecorder+warcio/example-wrong-chunks.warc.gz", 3, 0, 2607},
        {"rust-lang+flate2-rs/tests/multi.gz", 2, 0, 13},
    };
    const char *data = getenv("TOCSIN_DATA");
    char path[4096];
    size_t i;

    (void)state;
    if (!data) {
        print_message("skipped: TOCSIN_DATA does not name the folder that holds containers/\n");
        skip();
    }
    for (i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct tcs_reader *reader = NULL;
        struct tocsin_error err = {0};
        struct outcome o = {0};

        (void)snprintf(path, sizeof path, "%s/containers/%s", data, cases[i].name);
        assert_int_equal(tcs_reader_open(path, NULL, &reader, &err), TOCSIN_OK);
        drain(reader, 1 << 20, &o);
        assert_int_equal(o.members, cases[i].members);
        assert_int_equal(o.damages, cases[i].damages);
        assert_int_equal(o.bytes.len, cases[i].bytes);
        release(&o);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reader__empty_input_is_only_an_end),
        cmocka_unit_test(test_reader__plain_input_is_one_member),
        cmocka_unit_test(test_reader__every_output_size_gives_the_same_bytes),
        cmocka_unit_test(test_reader__empty_members_and_zero_padding_are_normal),
        cmocka_unit_test(test_reader__a_long_header_is_read),
        cmocka_unit_test(test_reader__a_file_reads_as_memory_does),
        cmocka_unit_test(test_reader__seek_goes_to_any_member),
        cmocka_unit_test(test_reader__opening_fails_with_a_reason),
        cmocka_unit_test(test_reader__every_truncation_ends_promptly_with_damage),
        cmocka_unit_test(test_reader__garbage_between_members_costs_nothing_else),
        cmocka_unit_test(test_reader__each_damage_has_its_own_message),
        cmocka_unit_test(test_reader__a_flipped_byte_costs_one_member),
        cmocka_unit_test(test_reader__a_missing_tail_does_not_hide_the_next_member),
        cmocka_unit_test(test_reader__a_small_truncated_member_behind_damage_is_read),
        cmocka_unit_test(test_reader__damaged_output_does_not_depend_on_its_buffer),
        cmocka_unit_test(test_reader__truncated_output_does_not_depend_on_its_buffer),
        cmocka_unit_test(test_reader__hostile_nesting_is_bounded),
        cmocka_unit_test(test_reader__both_back_ends_agree),
        cmocka_unit_test(test_reader__members_taken_whole_are_as_streamed),
        cmocka_unit_test(test_reader__it_does_not_matter_which_library_is_asked_first),
        cmocka_unit_test(test_reader__a_bomb_is_a_limit),
        cmocka_unit_test(test_reader__other_formats_are_named),
        cmocka_unit_test(test_reader__zstd_frames_are_members),
        cmocka_unit_test(test_reader__zstd_truncation_is_damage),
        cmocka_unit_test(test_reader__zstd_damage_costs_one_frame),
        cmocka_unit_test(test_reader__zstd_damage_is_the_same_behind_a_larger_frame),
        cmocka_unit_test(test_reader__a_skippable_frame_that_is_cut_off_hides_no_frame),
        cmocka_unit_test(test_reader__a_large_zstd_window_names_the_flag),
        cmocka_unit_test(test_reader__real_files_have_the_members_that_the_manifest_says),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
