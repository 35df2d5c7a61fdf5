/*
 * ahead: the events and bytes of a reader on another thread are those of the reader: all codecs, damage, any buffer; and it
 * can be stopped at any time, also before a pipe that brings nothing.
 */
#include "run_help.h"

#include "run/ahead.h"

static void make_input(struct tcs_buf *stored, uint32_t *seed)
{
    struct tcs_buf text = {0};
    size_t members = 1 + next_random(seed, 40), i;

    tcs_buf_reset(stored);
    for (i = 0; i < members; i++) {
        size_t lines = next_random(seed, next_random(seed, 8) ? 300 : 60000);

        tcs_buf_reset(&text);
        for (; lines; lines--)
            must(tcs_buf_printf(&text, "%u\n", next_random(seed, 1000000)));
        (void)put_gzip(stored, tcs_buf_view(&text));
        if (next_random(seed, 10) == 0)
            put_str(stored, "no member");
        if (next_random(seed, 10) == 0)
            stored->data[next_random(seed, (uint32_t)stored->len)] ^= 4;
    }
    if (next_random(seed, 4) == 0)
        stored->len -= next_random(seed, (uint32_t)stored->len);
    tcs_buf_release(&text);
}

/* A line for each event, with where it stands in the decoded bytes; events of no more than data are joined. */
static void note_event(struct tcs_buf *log, const struct tcs_read *read, uint64_t at, uint64_t stored,
                       const struct tocsin_error *err)
{
    if (read->event == TCS_READ_DATA)
        return;
    must(tcs_buf_printf(log, "%d at %llu: member %llu+%llu, %llu stored: %s\n", (int)read->event, (unsigned long long)at,
                        (unsigned long long)read->member_offset, (unsigned long long)read->member_length,
                        (unsigned long long)stored, read->event == TCS_READ_DAMAGE ? err->message : ""));
}

static void read_all(const char *path, bool is_ahead, uint32_t seed, struct tcs_buf *bytes, struct tcs_buf *log)
{
    struct tcs_reader *reader;
    struct tcs_ahead *ahead = NULL;
    struct tcs_read read;
    char out[70000];

    tcs_buf_reset(bytes);
    tcs_buf_reset(log);
    must(tcs_reader_open(path, NULL, &reader, NULL));
    if (is_ahead) {
        ahead = tcs_ahead_start(reader);
        assert_non_null(ahead);
    }
    do {
        struct tocsin_error err = {0};
        size_t cap = 1 + next_random(&seed, next_random(&seed, 2) ? 100 : sizeof out);
        uint64_t stored;
        double seconds = 0;

        if (ahead) {
            must(tcs_ahead_read(ahead, out, cap, &read, &stored, &seconds, &err));
        } else {
            must(tcs_reader_read(reader, out, cap, &read, &err));
            stored = tcs_reader_stored_bytes(reader);
        }
        assert_true(read.length <= cap && seconds >= 0);
        put(bytes, (struct tcs_str){out, read.length});
        note_event(log, &read, bytes->len, stored, &err);
    } while (read.event != TCS_READ_END);
    if (ahead) { /* the end stays the end */
        uint64_t stored;
        double seconds;

        must(tcs_ahead_read(ahead, out, 1, &read, &stored, &seconds, NULL));
        assert_true(read.event == TCS_READ_END && !read.length);
    }
    tcs_ahead_stop(ahead);
    tcs_reader_free(reader);
}

static void test_ahead__delivers_what_the_reader_would(void **state)
{
    struct run_rig rig;
    struct tcs_buf stored = {0}, one = {0}, two = {0}, log_one = {0}, log_two = {0};
    uint32_t seed;

    (void)state;
    run_open(&rig, NULL);
    for (seed = 1; seed <= 60; seed++) {
        uint32_t random = seed * 7919;

        make_input(&stored, &random);
        write_file(rig.input, tcs_buf_view(&stored));
        read_all(rig.input, false, seed, &one, &log_one);
        read_all(rig.input, true, seed + 1000, &two, &log_two);
        if (!tcs_str_equal(tcs_buf_view(&one), tcs_buf_view(&two)))
            fail_msg("seed %u: bytes differ: %zu and %zu", seed, one.len, two.len);
        assert_string_equal(c_str(&log_one), c_str(&log_two));
    }
    tcs_buf_release(&stored);
    tcs_buf_release(&one);
    tcs_buf_release(&two);
    tcs_buf_release(&log_one);
    tcs_buf_release(&log_two);
    run_close(&rig);
}

/* After the first bytes, the worker wants no more, and nothing more comes. */
static void test_ahead__stops_before_a_silent_pipe(void **state)
{
    struct run_rig rig;
    struct tcs_buf stored = {0};
    struct tcs_reader *reader;
    struct tcs_ahead *ahead;
    struct tcs_read read;
    uint64_t offset;
    double seconds;
    char path[64], out[16];
    int ends[2];

    (void)state;
    run_open(&rig, NULL);
    (void)put_gzip(&stored, TCS_STR("first"));
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(write(ends[1], stored.data, stored.len), (int)stored.len);
    (void)snprintf(path, sizeof path, "/dev/fd/%d", ends[0]);
    must(tcs_reader_open(path, NULL, &reader, NULL));
    ahead = tcs_ahead_start(reader);
    assert_non_null(ahead);
    must(tcs_ahead_read(ahead, out, sizeof out, &read, &offset, &seconds, NULL));
    assert_memory_equal(out, "first", read.length);
    tcs_ahead_stop(ahead);
    tcs_reader_free(reader);
    assert_int_equal(close(ends[0]) + close(ends[1]), 0);
    tcs_buf_release(&stored);
    run_close(&rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ahead__delivers_what_the_reader_would),
        cmocka_unit_test(test_ahead__stops_before_a_silent_pipe),
    };

    return cmocka_run_group_tests_name("ahead", tests, NULL, NULL);
}
