/* http: heads as they occur, and bodies whose headers tell the truth, lie, or are cut off. */
#include "input/http.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <zlib.h>
#include <zstd.h>

#define LIMIT ((size_t)1 << 20)
/* Beside zlib's window bits: other coders. */
#define ZSTD_CODER 100
#define BR_CODER 101

static bool is_text(struct tcs_str value, const char *text)
{
    return tcs_str_equal(value, (struct tcs_str){text, strlen(text)});
}

static void test_http__heads(void **state)
{
    static const struct {
        const char *block;
        unsigned status;
        const char *body, *type, *charset, *encoding, *transfer;
    } cases[] = {
        {"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=GBK\r\n\r\nbody", 200, "body", "text/html",
         "GBK", "", ""},
        {"HTTP/1.0 404\ncontent-TYPE:text/plain;x=y; Charset = \"big5\" ;z\nContent-Encoding: gzip\n\n b", 404,
         " b", "text/plain", "big5", "gzip", ""},
        {"HTTP/1.1 200 OK\r\nTransfer-Encoding:\r\n chunked\r\nX: y\r\n\r\n\r\nx", 200, "\r\nx", "", "", "",
         "chunked"},
        {"HTTP/2 301 \r\n\r\n", 301, "", "", "", "", ""},
        {"HTTP/1.1 200 OK\r\nContent-Type: text/html", 200, "", "text/html", "", "", ""},
        {"HTTP/1.1 200 OK", 200, "", "", "", "", ""},
        {"HTTP/1.1 OK\r\n\r\nx", 0, "HTTP/1.1 OK\r\n\r\nx", "", "", "", ""},
        {"<html>", 0, "<html>", "", "", "", ""},
        {"", 0, "", "", "", "", ""},
        {"HTTP/1.1 200 OK\r\nContent-Type: text/html;charset='utf-8'\r\nContent-Type: b/c\r\nno colon\r\n\r\n",
         200, "", "text/html", "utf-8", "", ""},
        {"HTTP/1.1 200 OK\r\n\r\n\tindented body\r\n x", 200, "\tindented body\r\n x", "", "", "", ""},
    };
    struct tcs_http http;
    size_t i;

    (void)state;
    for (i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct tcs_str block = {cases[i].block, strlen(cases[i].block)};

        tcs_http_parse(block, &http);
        assert_int_equal(http.status, cases[i].status);
        assert_string_equal(block.data + http.body, cases[i].body);
        assert_true(is_text(http.content_type, cases[i].type));
        assert_true(is_text(http.charset, cases[i].charset));
        assert_true(is_text(http.content_encoding, cases[i].encoding));
        assert_true(is_text(http.transfer_encoding, cases[i].transfer));
    }
}

#ifdef TCS_HAVE_BROTLI
#include <brotli/encode.h>

static const bool has_br = true;

static size_t encode_br(const char *text, size_t len, char *out, size_t cap)
{
    assert_int_equal(BrotliEncoderCompress(5, BROTLI_DEFAULT_WINDOW, BROTLI_MODE_TEXT, len,
                                           (const uint8_t *)text, &cap, (uint8_t *)out), BROTLI_TRUE);
    return cap;
}
#else
static const bool has_br = false;

static size_t encode_br(const char *text, size_t len, char *out, size_t cap)
{
    (void)text;
    (void)len;
    (void)out;
    (void)cap;
    return 0;
}
#endif

static size_t encode_zlib(const char *text, size_t len, char *out, size_t cap, int window_bits)
{
    z_stream z = {0};

    assert_int_equal(deflateInit2(&z, 6, Z_DEFLATED, window_bits, 8, Z_DEFAULT_STRATEGY), Z_OK);
    z.next_in = (Bytef *)(uintptr_t)text;
    z.avail_in = (uInt)len;
    z.next_out = (Bytef *)out;
    z.avail_out = (uInt)cap;
    assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
    (void)deflateEnd(&z);
    return z.total_out;
}

/* coder: as zlib has window bits (31 gzip, 15 zlib's wrapper, -15 raw), or one of those above. */
static struct tcs_buf compress_text(const char *text, size_t len, int coder)
{
    struct tcs_buf out = {0};
    size_t cap = len + 1000;

    assert_int_equal(tcs_buf_reserve(&out, cap), TOCSIN_OK);
    if (coder == BR_CODER)
        out.len = encode_br(text, len, out.data, cap);
    else if (coder == ZSTD_CODER)
        out.len = ZSTD_compress(out.data, cap, text, len, 3);
    else
        out.len = encode_zlib(text, len, out.data, cap, coder);
    assert_true(out.len <= cap);
    return out;
}

static void put_chunk(struct tcs_buf *out, const char *data, size_t len)
{
    assert_int_equal(tcs_buf_printf(out, "%zx\r\n", len), TOCSIN_OK);
    assert_int_equal(tcs_buf_append(out, data, len), TOCSIN_OK);
    assert_int_equal(tcs_buf_append(out, "\r\n", 2), TOCSIN_OK);
}

static struct tcs_buf chunk(const struct tcs_buf *body, size_t each)
{
    struct tcs_buf out = {0};
    size_t at;

    for (at = 0; at < body->len; at += each)
        put_chunk(&out, body->data + at, body->len - at < each ? body->len - at : each);
    put_chunk(&out, "", 0);
    return out;
}

/* Undoes body under these headers. Fills *got, which the caller releases. */
static tocsin_status undo(const char *headers, const struct tcs_buf *body, size_t limit,
                          struct tcs_buf *got, struct tocsin_error *err)
{
    struct tcs_buf block = {0}, scratch = {0};
    struct tcs_str out = {0};
    struct tcs_http http;
    tocsin_status st;

    assert_int_equal(tcs_buf_printf(&block, "HTTP/1.1 200 OK\r\n%s\r\n", headers), TOCSIN_OK);
    assert_int_equal(tcs_buf_append(&block, body->data, body->len), TOCSIN_OK);
    tcs_http_parse(tcs_buf_view(&block), &http);
    memset(err, 0, sizeof *err);
    st = tcs_http_body(tcs_buf_view(&block), &http, limit, &scratch, &out, err);
    *got = (struct tcs_buf){0};
    assert_int_equal(tcs_buf_append_str(got, out), TOCSIN_OK);
    assert_int_equal(err->status, st);
    tcs_buf_release(&block);
    tcs_buf_release(&scratch);
    return st;
}

static void assert_undone(const char *headers, const struct tcs_buf *body, const char *want, size_t len)
{
    struct tocsin_error err;
    struct tcs_buf got;

    assert_int_equal(undo(headers, body, LIMIT, &got, &err), TOCSIN_OK);
    assert_int_equal(got.len, len);
    if (len)
        assert_memory_equal(got.data, want, len);
    tcs_buf_release(&got);
}

static char page[50000];

static int make_page(void **state)
{
    size_t i;

    (void)state;
    for (i = 0; i < sizeof page; i++)
        page[i] = "<p>news of 换脸, day %d</p>\n"[(i * i / 7 + i) % 26];
    return 0;
}

static void test_http__every_coding_is_undone(void **state)
{
    static const struct {
        const char *headers, *chunked_headers;
        int coder;
    } cases[] = {
        {"Content-Encoding: gzip\r\n", "Content-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n", 31},
        {"Content-Encoding: X-GZip\r\n", "Content-Encoding: x-gzip\r\nTransfer-Encoding: Chunked\r\n", 31},
        {"Content-Encoding: deflate\r\n", "Content-Encoding: deflate\r\nTransfer-Encoding: chunked\r\n", 15},
        {"Content-Encoding: deflate\r\n", "Content-Encoding: deflate\r\nTransfer-Encoding: chunked\r\n", -15},
        {"Content-Encoding: zstd\r\n", "Content-Encoding: zstd\r\nTransfer-Encoding: chunked\r\n", ZSTD_CODER},
        {"Content-Encoding: br\r\n", "Content-Encoding: BR\r\nTransfer-Encoding: chunked\r\n", BR_CODER},
    };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof cases / sizeof *cases - !has_br; i++) {
        struct tcs_buf body = compress_text(page, sizeof page, cases[i].coder);
        struct tcs_buf chunked = chunk(&body, 997);

        assert_undone(cases[i].headers, &body, page, sizeof page);
        assert_undone(cases[i].chunked_headers, &chunked, page, sizeof page);
        /* Headers that lie: the body was decoded before, wholly or from the chunks. */
        assert_undone(cases[i].chunked_headers, &body, page, sizeof page);
        tcs_buf_release(&body);
        body = (struct tcs_buf){0};
        assert_int_equal(tcs_buf_append(&body, page, sizeof page), TOCSIN_OK);
        assert_undone(cases[i].headers, &body, page, sizeof page);
        assert_undone(cases[i].chunked_headers, &body, page, sizeof page);
        tcs_buf_release(&body);
        tcs_buf_release(&chunked);
    }
}

static void test_http__two_codings_are_undone_from_the_last(void **state)
{
    struct tcs_buf inner = compress_text(page, sizeof page, 15);
    struct tcs_buf outer = compress_text(inner.data, inner.len, 31);

    (void)state;
    assert_undone("Content-Encoding: deflate, gzip\r\n", &outer, page, sizeof page);
    tcs_buf_release(&inner);
    tcs_buf_release(&outer);
}

static void test_http__chunks(void **state)
{
    static const struct {
        const char *body;
        tocsin_status status;
        const char *want;
    } cases[] = {
        {"3\r\nabc\r\n0\r\n\r\n", TOCSIN_OK, "abc"},
        {"3;ext=1\r\nabc\r\n 2 \r\nde", TOCSIN_E_CORRUPT, "abc 2 \r\nde"},
        {"03 \nabc\nA\n0123456789\n0\nTrailer: x\n\n", TOCSIN_OK, "abc0123456789"},
        {"0\r\n\r\n", TOCSIN_OK, ""},
        {"<html>not chunked</html>", TOCSIN_OK, "<html>not chunked</html>"},
        {"abc\r\nnot chunked", TOCSIN_OK, "abc\r\nnot chunked"},
        {"3\r\nabcd\r\n0\r\n\r\n", TOCSIN_OK, "3\r\nabcd\r\n0\r\n\r\n"},
        {"3\r\nabc\r\n9\r\nde", TOCSIN_E_TRUNCATED, "abcde"},
        {"3\r\nabc\r\n", TOCSIN_E_TRUNCATED, "abc"},
        {"3\r\nabc\r\n2\r\ndeX\r\n0\r\n", TOCSIN_E_CORRUPT, "abcdeX\r\n0\r\n"},
        {"fffffffffffffffff\r\nabc", TOCSIN_OK, "fffffffffffffffff\r\nabc"},
        {"", TOCSIN_OK, ""},
    };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct tcs_buf body = {0}, got;
        struct tocsin_error err;

        assert_int_equal(tcs_buf_append(&body, cases[i].body, strlen(cases[i].body)), TOCSIN_OK);
        assert_int_equal(undo("Transfer-Encoding: chunked\r\n", &body, LIMIT, &got, &err), cases[i].status);
        assert_int_equal(got.len, strlen(cases[i].want));
        if (got.len)
            assert_memory_equal(got.data, cases[i].want, got.len);
        tcs_buf_release(&body);
        tcs_buf_release(&got);
    }
}

/* The codings whose streams are whole or not; br last, which a build may lack. */
static const struct {
    const char *headers;
    int coder;
    bool has_checksum;
} codings[] = {
    {"Content-Encoding: gzip\r\n", 31, true},      {"Content-Encoding: deflate\r\n", 15, true},
    {"Content-Encoding: deflate\r\n", -15, false}, {"Content-Encoding: zstd\r\n", ZSTD_CODER, false},
    {"Content-Encoding: br\r\n", BR_CODER, false},
};

static size_t coding_count(void)
{
    if (!has_br)
        print_message("skipped: this build does not undo br\n");
    return sizeof codings / sizeof *codings - !has_br;
}

/* Text of which every part differs, so that no coder makes one block of it. */
static struct tcs_buf make_long_page(void)
{
    struct tcs_buf text = {0};
    unsigned seed = 1, i;

    for (i = 0; i < 60 * 1000; i++) {
        seed = seed * 1103515245u + 12345u;
        assert_int_equal(tcs_buf_printf(&text, "%x ", seed >> 12), TOCSIN_OK);
    }
    return text;
}

static void test_http__damage_delivers_what_came_before(void **state)
{
    struct tcs_buf text = make_long_page();
    size_t i, n = coding_count();

    (void)state;
    for (i = 0; i < n; i++) {
        struct tcs_buf body = compress_text(text.data, text.len, codings[i].coder), got;
        struct tocsin_error err;
        size_t whole = body.len;

        body.len = whole - whole / 4;
        assert_int_equal(undo(codings[i].headers, &body, LIMIT, &got, &err), TOCSIN_E_TRUNCATED);
        assert_true(got.len > 100 * 1000 && got.len < text.len);
        assert_memory_equal(got.data, text.data, got.len);
        tcs_buf_release(&got);
        body.len = whole;
        if (codings[i].has_checksum) {
            body.data[whole - 1] ^= 1;
            assert_int_equal(undo(codings[i].headers, &body, LIMIT, &got, &err), TOCSIN_E_CORRUPT);
            assert_int_equal(got.len, text.len);
            tcs_buf_release(&got);
        }
        tcs_buf_release(&body);
    }
    tcs_buf_release(&text);
}

/* Whatever is cut off or flipped: an end, nothing over the limit, no status but those of damage. */
static void test_http__any_damage_ends(void **state)
{
    size_t i, at, n = coding_count();

    (void)state;
    for (i = 0; i < n; i++) {
        struct tcs_buf body = compress_text(page, 3000, codings[i].coder), got;
        struct tocsin_error err;
        size_t whole = body.len;
        tocsin_status st;

        for (at = 0; at < 2 * whole; at++) {
            body.len = at < whole ? at : whole;
            if (at >= whole)
                body.data[at - whole] ^= 0x10;
            st = undo(codings[i].headers, &body, 4000, &got, &err);
            assert_true(st == TOCSIN_OK || st == TOCSIN_E_TRUNCATED || st == TOCSIN_E_CORRUPT
                        || st == TOCSIN_E_LIMIT || st == TOCSIN_E_UNSUPPORTED);
            assert_true(got.len <= 4000);
            tcs_buf_release(&got);
            if (at >= whole)
                body.data[at - whole] ^= 0x10;
        }
        tcs_buf_release(&body);
    }
}

static void test_http__the_limit_holds(void **state)
{
    size_t i, n = coding_count();

    (void)state;
    for (i = 0; i < n; i++) {
        struct tcs_buf body = compress_text(page, sizeof page, codings[i].coder), got;
        struct tocsin_error err;

        assert_int_equal(undo(codings[i].headers, &body, sizeof page, &got, &err), TOCSIN_OK);
        assert_int_equal(got.len, sizeof page);
        tcs_buf_release(&got);
        assert_int_equal(undo(codings[i].headers, &body, sizeof page - 1, &got, &err), TOCSIN_E_LIMIT);
        assert_int_equal(got.len, sizeof page - 1);
        assert_non_null(strstr(err.message, "--record-limit"));
        tcs_buf_release(&got);
        tcs_buf_release(&body);
    }
}

static void test_http__what_cannot_be_undone_is_delivered_as_it_is(void **state)
{
    static const struct {
        const char *headers, *bytes, *package;
        bool is_known; /* to this build */
    } cases[] = {
        {"Content-Encoding: compress\r\n", "\x1F\x9D\x90hello\x03", "cannot undo", false},
        {"Content-Encoding: br\r\n", "\x8B\x02\x80hello\x03", "libbrotli-dev", has_br},
    };
    static const char text[] = "<html>said to be br, is not</html>";
    struct tcs_buf body = {0}, got;
    struct tocsin_error err;
    size_t i;

    (void)state;
    for (i = 0; i < sizeof cases / sizeof *cases; i++) {
        if (cases[i].is_known)
            continue;
        tcs_buf_reset(&body);
        assert_int_equal(tcs_buf_append(&body, cases[i].bytes, strlen(cases[i].bytes)), TOCSIN_OK);
        assert_int_equal(undo(cases[i].headers, &body, LIMIT, &got, &err), TOCSIN_E_UNSUPPORTED);
        assert_non_null(strstr(err.message, cases[i].package));
        assert_int_equal(got.len, body.len);
        assert_memory_equal(got.data, body.data, got.len);
        tcs_buf_release(&got);
    }
    tcs_buf_reset(&body);
    assert_int_equal(tcs_buf_append(&body, text, sizeof text - 1), TOCSIN_OK);
    assert_undone("Content-Encoding: br\r\n", &body, text, sizeof text - 1);
    assert_undone("Content-Encoding: zstd\r\n", &body, text, sizeof text - 1);
    assert_undone("Content-Encoding: identity\r\n", &body, text, sizeof text - 1);
    tcs_buf_release(&body);
}

/* Not br at all, and not text: the bytes stay, and it is said. */
static void test_http__what_is_no_br_is_kept_and_reported(void **state)
{
    struct tcs_buf body = {0}, got;
    struct tocsin_error err;

    (void)state;
    if (!has_br) {
        print_message("skipped: this build does not undo br\n");
        skip();
    }
    assert_int_equal(tcs_buf_append(&body, "\xFF\xFE<\0h\0t\0m\0l\0>\0", 14), TOCSIN_OK);
    assert_int_equal(undo("Content-Encoding: br\r\n", &body, LIMIT, &got, &err), TOCSIN_E_CORRUPT);
    assert_int_equal(got.len, body.len);
    assert_memory_equal(got.data, body.data, got.len);
    tcs_buf_release(&got);
    tcs_buf_release(&body);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_http__heads),
        cmocka_unit_test(test_http__every_coding_is_undone),
        cmocka_unit_test(test_http__two_codings_are_undone_from_the_last),
        cmocka_unit_test(test_http__chunks),
        cmocka_unit_test(test_http__damage_delivers_what_came_before),
        cmocka_unit_test(test_http__any_damage_ends),
        cmocka_unit_test(test_http__the_limit_holds),
        cmocka_unit_test(test_http__what_cannot_be_undone_is_delivered_as_it_is),
        cmocka_unit_test(test_http__what_is_no_br_is_kept_and_reported),
    };

    return cmocka_run_group_tests(tests, make_page, NULL);
}
