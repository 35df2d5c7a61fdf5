/*
 * intake: chunks of every size, members and where they stand, and inputs that are converted to UTF-8: over borders of
 * chunks and members, under the limit, after damage.
 */
#include "run_help.h"

#include "input/charset.h"
#include "run/intake.h"

/* ---- chunks and members ---- */

/* Takes the input in, dropping `drop` bytes of each chunk (or all), and checks every byte, base and member. */
static void take_in(struct run_rig *rig, struct tcs_str text, const uint64_t *offsets, const size_t *starts, size_t count,
                    size_t want, size_t drop)
{
    struct tcs_worker *w = calloc(1, sizeof *w);
    struct tcs_intake in;
    size_t first = 0, i;

    assert_non_null(w);
    w->options = &rig->options;
    must(tcs_intake_open(&in, w, rig->input, NULL));
    do {
        size_t used, base;

        must(tcs_intake_fill(&in, w, want + w->chunk.data.len, want + w->chunk.data.len, NULL));
        assert_false(in.is_damaged);
        base = (size_t)w->chunk.base;
        assert_true(base + w->chunk.data.len <= text.len);
        if (w->chunk.data.len)
            assert_memory_equal(w->chunk.data.data, text.data + base, w->chunk.data.len);
        for (i = 0; i < w->chunk.member_count; i++) {
            const struct tcs_member *member = &w->chunk.members[i];

            while (first < count && offsets[first] < member->offset)
                first++;
            assert_int_equal(member->offset, offsets[first + 0]);
            if (member->starts_here)
                assert_int_equal(base + member->start, starts[first]);
            else
                assert_true(member->start == 0 && starts[first] < base);
            if (member->end != SIZE_MAX) {
                assert_int_equal(base + member->end, first + 1 < count ? starts[first + 1] : text.len);
                if (first + 1 < count)
                    assert_int_equal(member->length, offsets[first + 1] - member->offset);
            }
        }
        used = drop < w->chunk.data.len ? drop : w->chunk.data.len;
        first = 0;
        tcs_intake_drop(w, used);
        assert_int_equal(w->chunk.base, base + used);
    } while (!in.at_end || w->chunk.data.len);
    assert_int_equal(w->chunk.base, text.len);
    assert_int_equal(w->stats.members, count);
    assert_int_equal(w->stats.decoded_bytes, text.len);
    tcs_intake_close(&in);
    tcs_buf_release(&w->chunk.data);
    free(w->chunk.members);
    free(w);
}

static void test_intake__bytes_and_members_for_chunks_of_every_size(void **state)
{
    struct run_rig rig;
    struct tcs_buf text = {0}, stored = {0};
    uint64_t offsets[20];
    size_t starts[20], want, i;
    uint32_t seed = 1;

    (void)state;
    run_open(&rig, NULL);
    for (i = 0; i < COUNT(offsets); i++) {
        struct tcs_buf part = {0};
        uint32_t length = 1 + next_random(&seed, 60);

        offsets[i] = stored.len;
        starts[i] = text.len;
        while (part.len < length)
            must(tcs_buf_printf(&part, "%u", next_random(&seed, 1000)));
        put(&text, tcs_buf_view(&part));
        (void)put_gzip(&stored, tcs_buf_view(&part));
        tcs_buf_release(&part);
    }
    write_file(rig.input, tcs_buf_view(&stored));
    for (want = 1; want <= text.len + 1; want += want < 80 ? 1 : 97) {
        take_in(&rig, tcs_buf_view(&text), offsets, starts, COUNT(offsets), want, SIZE_MAX);
        take_in(&rig, tcs_buf_view(&text), offsets, starts, COUNT(offsets), want, want / 2 + 1);
    }
    write_file(rig.input, tcs_buf_view(&text)); /* a plain file is one member */
    offsets[0] = starts[0] = 0;
    for (want = 1; want < 100; want++)
        take_in(&rig, tcs_buf_view(&text), offsets, starts, 1, want, want / 2 + 1);
    tcs_buf_release(&text);
    tcs_buf_release(&stored);
    run_close(&rig);
}

/* ---- conversion ---- */

/* UTF-8 to the charset, by Unicode arithmetic for UTF-16 and a small table for the others. */
static void put_coded(struct tcs_buf *out, const char *charset, struct tcs_str text)
{
    static const struct {
        uint32_t cp;
        const char *gb18030, *big5;
    } table[] = {
        {0x6362, "\xBB\xBB", "\xB4\xAB"}, {0x8138, "\xC1\xB3", NULL},       {0x81C9, "\xC4\x98", "\xC1\x79"},
        {0x63DB, "\x93\x51", "\xB4\xAB"}, {0x4E00, "\xD2\xBB", "\xA4\x40"}, {0x8A31, "\xD4\x53", "\xB3\x5C"}, /* 許: 5C in Big5 */
        {0xE9, "\xA8\xA6", NULL},         {0x20000, "\x95\x32\x82\x36", NULL},
    };
    const char *p = text.data, *end = text.data + text.len;
    size_t len, i;

    for (; p < end; p += len) {
        uint32_t cp = tcs_utf8_decode(p, end, &len, NULL);
        uint32_t units[2] = {cp, 0};
        bool little = !strcmp(charset, "utf-16le");

        if (!little && strcmp(charset, "utf-16be") != 0) {
            for (i = 0; cp >= 0x80 && i < COUNT(table) && table[i].cp != cp; i++)
                ;
            assert_true(i < COUNT(table));
            if (cp < 0x80)
                must(tcs_buf_putc(out, (char)cp));
            else
                put_str(out, charset[0] == 'g' ? table[i].gb18030 : table[i].big5);
            continue;
        }
        if (cp >= 0x10000) {
            units[0] = 0xD800 + ((cp - 0x10000) >> 10);
            units[1] = 0xDC00 + ((cp - 0x10000) & 0x3FF);
        }
        for (i = 0; i < 1 + (size_t)(cp >= 0x10000); i++) {
            must(tcs_buf_putc(out, (char)(little ? units[i] & 0xFF : units[i] >> 8)));
            must(tcs_buf_putc(out, (char)(little ? units[i] >> 8 : units[i] & 0xFF)));
        }
    }
}

static const struct {
    const char *charset, *bom, *forced;
    size_t bom_len;
    const char *hit, *filler; /* UTF-8; bytes 0A stand inside UTF-16 units */
} coded[] = {
    {"utf-16le", "\xFF\xFE", NULL, 2, "换脸", "一\xE0\xA8\x8A\xE0\xA4\x8A\xF0\xA0\x80\x80\xE4\x84\x8A"},
    {"utf-16be", "\xFE\xFF", NULL, 2, "换脸", "一\xE0\xA8\x8A\xE0\xA4\x8A\xF0\xA0\x80\x80\xE4\x84\x8A"},
    {"gb18030", "", "gb18030", 0, "换脸", "一許é\xF0\xA0\x80\x80"},
    {"big5", "", "big5", 0, "換臉", "一許"},
};

/* About `size` bytes of lines, every third with a hit; starts[i] is where line i begins in out. */
static size_t put_coded_lines(struct tcs_buf *out, size_t which, size_t size, size_t *starts, size_t most)
{
    struct tcs_buf line = {0};
    size_t count = 0;

    must(tcs_buf_append(out, coded[which].bom, coded[which].bom_len));
    while (out->len < size && count < most) {
        tcs_buf_reset(&line);
        must(tcs_buf_printf(&line, "%zu %s%s\n", count, coded[which].filler, count % 3 ? "" : coded[which].hit));
        starts[count] = count ? out->len : 0; /* the BOM is the first line's */
        count++;
        put_coded(out, coded[which].charset, tcs_buf_view(&line));
    }
    tcs_buf_release(&line);
    return count;
}

static void test_intake__converted_lines_across_chunks(void **state)
{
    static size_t starts[40000];
    struct run_rig rig;
    struct tcs_buf text = {0};
    size_t i, k, count;

    (void)state;
    run_open(&rig, NULL);
    rig.options.format = TCS_FORMAT_LINES;
    rig.options.record_limit = 3000;
    for (i = 0; i < COUNT(coded); i++) {
        rig.options.charset = coded[i].forced;
        tcs_buf_reset(&text);
        count = put_coded_lines(&text, i, 60000, starts, COUNT(starts));
        expect_invariant(&rig, tcs_buf_view(&text), coded[i].charset);
        assert_int_equal(count_lines(&rig.out), (count + 2) / 3);
        assert_int_equal(rig.stats.documents, count);
        for (k = 0; k < count_lines(&rig.out); k++) {
            assert_int_equal(number_of(line_at(&rig.out, k), "record"), 3 * k + 1);
            assert_false(holds(line_at(&rig.out, k), "\xEF\xBF\xBD"));
        }
    }
    tcs_buf_release(&text);
    run_close(&rig);
}

/* Members that begin anywhere, inside characters too: a line has the offset of the member of its first byte. */
static void test_intake__converted_lines_across_members(void **state)
{
    static size_t starts[4000], member_starts[4000];
    static uint64_t offsets[4000];
    struct run_rig rig;
    struct tcs_buf text = {0}, stored = {0};
    uint32_t seed = 3;
    size_t i, k, at, next;

    (void)state;
    run_open(&rig, NULL);
    rig.options.format = TCS_FORMAT_LINES;
    rig.options.record_limit = 3000;
    for (i = 0; i < COUNT(coded); i++) {
        size_t members = 0, count;

        rig.options.charset = coded[i].forced;
        tcs_buf_reset(&text);
        tcs_buf_reset(&stored);
        count = put_coded_lines(&text, i, 20000, starts, COUNT(starts));
        for (at = 0; at < text.len; at = next) {
            next = at + 1 + next_random(&seed, 150);
            next = next < text.len ? next : text.len;
            member_starts[members] = at;
            offsets[members++] = stored.len;
            (void)put_gzip(&stored, (struct tcs_str){text.data + at, next - at});
        }
        expect_invariant(&rig, tcs_buf_view(&stored), coded[i].charset);
        assert_int_equal(count_lines(&rig.out), (count + 2) / 3);
        for (k = 0; k < count_lines(&rig.out); k++) {
            size_t m = members;

            while (member_starts[m - 1] > starts[3 * k])
                m--;
            if (number_of(line_at(&rig.out, k), "offset") != offsets[m - 1])
                fail_msg("%s: line %zu has another offset than %llu: %.*s", coded[i].charset, 3 * k + 1,
                         (unsigned long long)offsets[m - 1], (int)line_at(&rig.out, k).len, line_at(&rig.out, k).data);
        }
    }
    tcs_buf_release(&text);
    tcs_buf_release(&stored);
    run_close(&rig);
}

/* A long line, of an odd or even number of bytes up to the limit, doesn't put the units after it out of step. */
static void test_intake__a_long_converted_line_costs_itself_only(void **state)
{
    struct run_rig rig;
    struct tcs_buf text = {0}, utf8 = {0};
    size_t i, limit, k;

    (void)state;
    run_open(&rig, NULL);
    rig.options.format = TCS_FORMAT_LINES;
    for (i = 0; i < COUNT(coded); i++) {
        for (limit = 1000; limit < 1004; limit++) {
            rig.options.charset = coded[i].forced;
            rig.options.record_limit = limit;
            tcs_buf_reset(&text);
            tcs_buf_reset(&utf8);
            must(tcs_buf_printf(&utf8, "%s 1\n", coded[i].hit));
            for (k = 0; k < 20000; k++)
                put_str(&utf8, "一");
            must(tcs_buf_printf(&utf8, "\n%s 2\n\n%s 3\n", coded[i].hit, coded[i].hit));
            must(tcs_buf_append(&text, coded[i].bom, coded[i].bom_len));
            put_coded(&text, coded[i].charset, tcs_buf_view(&utf8));
            expect_invariant(&rig, tcs_buf_view(&text), coded[i].charset);
            expect_numbers(&rig.out, "record", "1,3,5", coded[i].charset);
            assert_int_equal(rig.stats.limits, 1);
        }
    }
    tcs_buf_release(&text);
    tcs_buf_release(&utf8);
    run_close(&rig);
}

static void test_intake__conversion_goes_on_after_damage(void **state)
{
    struct run_rig rig;
    struct tcs_buf stored = {0}, text = {0};
    size_t i, k;

    (void)state;
    run_open(&rig, NULL);
    rig.options.format = TCS_FORMAT_LINES;
    for (i = 0; i < COUNT(coded); i++) {
        rig.options.charset = coded[i].forced;
        tcs_buf_reset(&stored);
        for (k = 0; k < 3; k++) {
            struct tcs_buf utf8 = {0};

            tcs_buf_reset(&text);
            if (!k)
                must(tcs_buf_append(&text, coded[i].bom, coded[i].bom_len));
            must(tcs_buf_printf(&utf8, "%s a\n%s b%s", coded[i].hit, coded[i].hit, k == 1 ? "" : "\n"));
            put_coded(&text, coded[i].charset, tcs_buf_view(&utf8));
            (void)put_gzip(&stored, tcs_buf_view(&text));
            if (k == 1)
                stored.data[stored.len - 6] ^= 0x55;
            tcs_buf_release(&utf8);
        }
        expect_invariant(&rig, tcs_buf_view(&stored), coded[i].charset);
        assert_int_equal(count_lines(&rig.out), 6);
        for (k = 0; k < 6; k++)
            assert_int_equal(holds(line_at(&rig.out, k), "\"damaged\":true"), k == 3);
        assert_int_equal(rig.stats.stream_damage, 1);
    }
    tcs_buf_release(&stored);
    tcs_buf_release(&text);
    run_close(&rig);
}

static void test_intake__what_cannot_be_opened_fails(void **state)
{
    struct run_rig rig;
    struct tcs_worker *w = calloc(1, sizeof *w);
    struct tocsin_error err = {0};
    struct tcs_intake in;

    (void)state;
    assert_non_null(w);
    run_open(&rig, NULL);
    w->options = &rig.options;
    assert_int_equal(tcs_intake_open(&in, w, rig.input, &err), TOCSIN_E_IO);
    assert_true(err.message[0]);
    tcs_intake_close(&in);
    assert_int_equal(tcs_intake_open(&in, w, rig.dir, &err), TOCSIN_E_IO);
    tcs_intake_close(&in);
    free(w);
    run_close(&rig);
}

/* Whether a converted line is over the limit is a property of the line, not of how much is read at once. */
static void test_intake__the_limit_of_converted_lines_knows_no_chunk(void **state)
{
    static const size_t chunks[] = {1, 100, 977, 1500, 2000, 3000, (size_t)1 << 20};
    struct run_rig rig;
    struct tcs_buf text = {0}, utf8 = {0}, first = {0};
    size_t i, k, n;

    (void)state;
    run_open(&rig, NULL);
    rig.options.format = TCS_FORMAT_LINES;
    rig.options.record_limit = 2000;
    for (i = 0; i < COUNT(coded); i++) {
        uint32_t seed = (uint32_t)i + 7;

        rig.options.charset = coded[i].forced;
        tcs_buf_reset(&text);
        tcs_buf_reset(&utf8);
        for (n = 0; n < 60; n++) {
            must(tcs_buf_printf(&utf8, "%s", coded[i].hit));
            for (k = next_random(&seed, 3) ? next_random(&seed, 1200) : 0; k; k--)
                put_str(&utf8, n % 2 ? "一" : "a");
            put_str(&utf8, "\n");
        }
        must(tcs_buf_append(&text, coded[i].bom, coded[i].bom_len));
        put_coded(&text, coded[i].charset, tcs_buf_view(&utf8));
        for (k = 0; k < COUNT(chunks); k++) {
            rig.options.chunk_bytes = chunks[k];
            run_bytes(&rig, tcs_buf_view(&text));
            if (!k) {
                tcs_buf_reset(&first);
                must(tcs_buf_append_str(&first, tcs_buf_view(&rig.losses)));
                assert_true(first.len > 0);
            }
            assert_true(tcs_str_equal(tcs_buf_view(&first), tcs_buf_view(&rig.losses)));
        }
    }
    tcs_buf_release(&text);
    tcs_buf_release(&utf8);
    tcs_buf_release(&first);
    run_close(&rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_intake__bytes_and_members_for_chunks_of_every_size),
        cmocka_unit_test(test_intake__converted_lines_across_chunks),
        cmocka_unit_test(test_intake__converted_lines_across_members),
        cmocka_unit_test(test_intake__a_long_converted_line_costs_itself_only),
        cmocka_unit_test(test_intake__the_limit_of_converted_lines_knows_no_chunk),
        cmocka_unit_test(test_intake__conversion_goes_on_after_damage),
        cmocka_unit_test(test_intake__what_cannot_be_opened_fails),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
