/*
 * gzip: which members are taken whole, and that nothing but speed hangs on it. What takes them is zlib here, with a count of
 * its calls; tests/unit/test_reader.c compares the real one with the others.
 */
#include "input/codec.h"
#include "input/inflate.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <zlib.h>

static size_t tries, successes;
static bool is_faulty; /* it says that it is done, and one byte is wrong */

static bool run_whole(void *state, struct tcs_inflate_io *io)
{
    struct tcs_inflate_io at = *io;
    bool is_done;

    tries++;
    tcs_inflate_zlib.reset(state);
    is_done = tcs_inflate_zlib.run(state, &at) == TCS_INFLATE_DONE;
    if (is_done && is_faulty && at.out > io->out)
        at.out[-1] ^= 1;
    if (is_done)
        *io = at;
    successes += is_done;
    return is_done;
}

static struct tcs_inflate_whole counting(void)
{
    tries = successes = 0;
    is_faulty = false;
    return (struct tcs_inflate_whole){.name = "counting",
                                      .make = tcs_inflate_zlib.make,
                                      .free = tcs_inflate_zlib.free,
                                      .run = run_whole,
                                      .crc32 = tcs_inflate_zlib.crc32};
}

static void append_member(struct tcs_buf *gz, struct tcs_buf *text, size_t len)
{
    z_stream z = {0};
    size_t bound, start = text->len, i;

    assert_int_equal(tcs_buf_reserve(text, len), TOCSIN_OK);
    for (i = 0; i < len; i++)
        text->data[text->len++] = (char)("deepfake news of the day\n"[i % 25] ^ (int)(i / 97 % 7));
    assert_int_equal(deflateInit2(&z, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
    bound = deflateBound(&z, (uLong)len);
    assert_int_equal(tcs_buf_reserve(gz, bound), TOCSIN_OK);
    z.next_in = (Bytef *)text->data + start;
    z.avail_in = (uInt)len;
    z.next_out = (Bytef *)gz->data + gz->len;
    z.avail_out = (uInt)bound;
    assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
    gz->len += z.total_out;
    (void)deflateEnd(&z);
}

/* Reads all members, each into a room of its own, as the reader does; they must be text. */
static void read_members(const struct tcs_inflate_whole *whole, const struct tcs_buf *gz, const struct tcs_buf *text,
                         size_t room)
{
    void *state = tcs_gzip_new(&tcs_inflate_zlib, whole);
    unsigned char *out = malloc(room);
    struct tocsin_error err = {0};
    struct tcs_source source;
    uint64_t start;
    size_t at = 0, len;
    bool found, is_end;

    assert_non_null(state);
    assert_non_null(out);
    assert_int_equal(tcs_source_open_memory(&source, tcs_buf_view(gz), "input", &err), TOCSIN_OK);
    for (;;) {
        assert_int_equal(tcs_gzip_codec.begin(state, &source, &found, &start, &err), TOCSIN_OK);
        if (!found)
            break;
        is_end = tcs_gzip_codec.decode_whole(state, &source, out, room, &len);
        if (is_end) {
            assert_memory_equal(out, text->data + at, len);
            at += len;
        }
        while (!is_end) {
            assert_int_equal(tcs_gzip_codec.decode(state, &source, out, room, &len, &is_end, &err), TOCSIN_OK);
            assert_memory_equal(out, text->data + at, len);
            at += len;
        }
    }
    assert_int_equal(at, text->len);
    tcs_source_release(&source);
    tcs_gzip_codec.free(state);
    free(out);
}

static void test_gzip__small_members_are_taken_whole(void **state)
{
    struct tcs_inflate_whole whole = counting();
    struct tcs_buf gz = {0}, text = {0};
    size_t i;

    (void)state;
    for (i = 0; i < 100; i++)
        append_member(&gz, &text, i * 397 % 5000);
    read_members(&whole, &gz, &text, (size_t)1 << 16);
    assert_int_equal(successes, 99); /* nothing is known before the first */
    assert_int_equal(tries, 99);
    is_faulty = true;
    read_members(&whole, &gz, &text, (size_t)1 << 16);
    read_members(NULL, &gz, &text, (size_t)1 << 16);
    tcs_buf_release(&gz);
    tcs_buf_release(&text);
}

/* Tried in vain, that is inflated twice. */
static void test_gzip__large_members_are_seldom_tried(void **state)
{
    struct tcs_inflate_whole whole = counting();
    struct tcs_buf gz = {0}, text = {0};
    size_t i;

    (void)state;
    for (i = 0; i < 20; i++)
        append_member(&gz, &text, (size_t)100 * 1000);
    read_members(&whole, &gz, &text, (size_t)1 << 16);
    assert_int_equal(tries, 0);
    for (i = 0; i < 200; i++) /* one that is large, now and then */
        append_member(&gz, &text, i % 20 ? 1000 : (size_t)100 * 1000);
    read_members(&whole, &gz, &text, (size_t)1 << 16);
    assert_true(successes > 0);
    assert_true(tries - successes <= 10);
    tcs_buf_release(&gz);
    tcs_buf_release(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_gzip__small_members_are_taken_whole),
                                       cmocka_unit_test(test_gzip__large_members_are_seldom_tried)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
