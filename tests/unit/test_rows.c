/*
 * rows: lines and JSONL through a whole scan: which line is which record, pointers that cut the document out of the
 * stored file, limits, blank lines, damage; and that neither sieve nor chunk sizes change a byte.
 */
#include "run_help.h"

#define HIT "{\"title\":\"换脸\"}"
#define MISS "{\"title\":\"天气\"}"

/* ---- records ---- */

static void test_rows__records_are_lines(void **state)
{
    static const struct {
        enum tcs_format format;
        const char *text, *records;
        uint64_t documents;
        const char *note;
    } cases[] = {
        {TCS_FORMAT_LINES, "", "", 0, "empty"},
        {TCS_FORMAT_LINES, "\n", "", 0, "a blank line"},
        {TCS_FORMAT_LINES, "换脸", "1", 1, "no line feed at the end"},
        {TCS_FORMAT_LINES, "换脸\n", "1", 1, "one"},
        {TCS_FORMAT_LINES, "a\n换脸\n\n\n换脸\nb\n", "2,5", 4, "blank lines are counted"},
        {TCS_FORMAT_LINES, "\n\n换脸\n", "3", 1, "blank lines in front"},
        {TCS_FORMAT_LINES, "换脸\r\n\r\n换脸\r\n", "1,3", 2, "CRLF"},
        {TCS_FORMAT_LINES, "换脸\r\n\r\n换脸\r", "1,3", 2, "a carriage return at the end"},
        {TCS_FORMAT_LINES, "\xEF\xBB\xBF换脸\n换脸\n", "1,2", 2, "BOM"},
        {TCS_FORMAT_LINES, "\xEF\xBB\xBF\n换脸\n", "2", 2, "a line of a BOM only"},
        {TCS_FORMAT_LINES, "换\n脸\n换\r\n脸\n", "", 4, "no hit crosses lines"},
        {TCS_FORMAT_LINES, "a\0换脸\n", "", 1, "cut at the NUL here"},
        {TCS_FORMAT_JSONL, HIT "\n" MISS "\n" HIT "\n", "1,3", 3, "JSON"},
        {TCS_FORMAT_JSONL, "\xEF\xBB\xBF" HIT "\r\n \t\r\n" HIT, "1,3", 3, "BOM, CRLF, blanks, no feed at the end"},
        {TCS_FORMAT_JSONL, "{\"title\":\"\\u6362\\u8138\"}\n{\"title\":\"\\u6362\\\\u8138\"}\n", "1", 2, "escapes"},
        {TCS_FORMAT_JSONL, "{\"title\":\"换\",\"text\":\"脸\"}\n", "", 1, "no hit crosses fields"},
    };
    struct run_rig rig;
    size_t i;

    (void)state;
    run_open(&rig, NULL);
    for (i = 0; i < COUNT(cases); i++) {
        rig.options.format = cases[i].format;
        expect_invariant(&rig, str(cases[i].text), cases[i].note);
        expect_numbers(&rig.out, "record", cases[i].records, cases[i].note);
        if (rig.stats.documents != cases[i].documents)
            fail_msg("%s: %llu documents", cases[i].note, (unsigned long long)rig.stats.documents);
        assert_int_equal(rig.losses.len, 0);
        assert_false(rig.stats.is_incomplete);
    }
    run_close(&rig);
}

static void test_rows__text_of_a_line_is_exact(void **state)
{
    struct run_rig rig;

    (void)state;
    run_open(&rig, NULL);
    rig.options.format = TCS_FORMAT_LINES;
    rig.options.emit = TCS_EMIT_FIELDS;
    run_bytes(&rig, TCS_STR("\xEF\xBB\xBF a b \r\n\tx\ry\n\xFFz\n"));
    assert_int_equal(count_lines(&rig.out), 3);
    assert_true(holds(line_at(&rig.out, 0), "\"text\":\" a b \"}"));
    assert_true(holds(line_at(&rig.out, 1), "\"text\":\"\\tx\\ry\"}"));
    assert_true(holds(line_at(&rig.out, 2), "\"text\":\"\xEF\xBF\xBDz\"}"));
    run_close(&rig);
}

/* ---- pointers ---- */

static void test_rows__offsets_cut_lines_out_of_a_plain_file(void **state)
{
    struct run_rig rig;
    struct tcs_buf text = {0};
    size_t i, count;

    (void)state;
    run_open(&rig, NULL);
    rig.options.format = TCS_FORMAT_LINES;
    rig.options.chunk_bytes = 1000;
    for (i = 0; i < 20000; i++)
        must(tcs_buf_printf(&text, i % 7 ? "line %zu天气%s\n" : "换脸 %zu%s\n", i, i % 5 ? "" : "\r"));
    run_bytes(&rig, tcs_buf_view(&text));
    count = count_lines(&rig.out);
    assert_int_equal(count, (20000 + 6) / 7);
    for (i = 0; i < count; i++) {
        struct tcs_str line = line_at(&rig.out, i);
        char expected[64];

        (void)snprintf(expected, sizeof expected, "换脸 %zu%s", 7 * i, 7 * i % 5 ? "" : "\r");
        assert_int_equal(number_of(line, "record"), 7 * i + 1);
        assert_int_equal(number_of(line, "length"), strlen(expected));
        assert_memory_equal(text.data + number_of(line, "offset"), expected, strlen(expected));
    }
    tcs_buf_release(&text);
    run_close(&rig);
}

/* A line to a member: the pointer is the member's. */
static void test_rows__a_member_of_one_line_has_offset_and_length(void **state)
{
    struct tcs_buf stored = {0}, decoded = {0}, lengths = {0}, text = {0};
    struct run_rig rig;
    size_t i;

    (void)state;
    run_open(&rig, NULL);
    rig.options.format = TCS_FORMAT_JSONL;
    for (i = 0; i < 50; i++) {
        tcs_buf_reset(&text);
        must(tcs_buf_printf(&text, "{\"title\":\"换脸 %zu\"}%s", i, i % 3 ? "\n" : "\r\n"));
        (void)put_gzip(&stored, tcs_buf_view(&text));
    }
    expect_invariant(&rig, tcs_buf_view(&stored), "members of one line");
    assert_int_equal(count_lines(&rig.out), 50);
    for (i = 0; i < 50; i++) {
        struct tcs_str line = line_at(&rig.out, i);
        uint64_t offset = number_of(line, "offset"), length = number_of(line, "length");

        if (length == UINT64_MAX)
            fail_msg("no length: %.*s", (int)line.len, line.data);
        tcs_buf_reset(&decoded);
        assert_true(inflate_member((struct tcs_str){stored.data + offset, length}, &decoded));
        tcs_buf_reset(&text);
        must(tcs_buf_printf(&text, "{\"title\":\"换脸 %zu\"}%s", i, i % 3 ? "\n" : "\r\n"));
        assert_true(tcs_str_equal(tcs_buf_view(&text), tcs_buf_view(&decoded)));
    }
    tcs_buf_release(&stored);
    tcs_buf_release(&decoded);
    tcs_buf_release(&lengths);
    tcs_buf_release(&text);
    run_close(&rig);
}

/* Members that hold several lines, or a piece of one: the offset of the member of the first byte, no length. */
static void test_rows__other_members_have_an_offset_only(void **state)
{
    static const struct tcs_str parts[] = {{"换脸 1\n换脸 2\n", 18}, {"换脸", 6}, {" 3\n", 3}, {"换脸 4\n换", 12}, {"脸 5\n", 6}};
    static const size_t members[] = {0, 0, 1, 3, 3}; /* of each document */
    struct tcs_buf stored = {0};
    struct run_rig rig;
    size_t offsets[COUNT(parts)], i;

    (void)state;
    run_open(&rig, NULL);
    rig.options.format = TCS_FORMAT_LINES;
    for (i = 0; i < COUNT(parts); i++) {
        offsets[i] = stored.len;
        (void)put_gzip(&stored, parts[i]);
    }
    expect_invariant(&rig, tcs_buf_view(&stored), "other members");
    expect_numbers(&rig.out, "record", "1,2,3,4,5", "records");
    expect_numbers(&rig.out, "length", "-,-,-,-,-", "lengths");
    for (i = 0; i < COUNT(members); i++)
        assert_int_equal(number_of(line_at(&rig.out, i), "offset"), offsets[members[i]]);
    tcs_buf_release(&stored);
    run_close(&rig);
}

/* ---- limits ---- */

/* Of six lines one is too long, at every position; by one byte, by a few, by many chunks. */
static void test_rows__a_line_over_the_limit_costs_itself_only(void **state)
{
    static const size_t lengths[] = {100, 101, 102, 1000, 300000};
    struct run_rig rig;
    struct tcs_buf text = {0}, expected = {0};
    size_t position, k, i;

    (void)state;
    run_open(&rig, NULL);
    rig.options.format = TCS_FORMAT_LINES;
    rig.options.record_limit = 100;
    for (position = 0; position < 6; position++) {
        for (k = 0; k < COUNT(lengths); k++) {
            tcs_buf_reset(&text);
            tcs_buf_reset(&expected);
            for (i = 0; i < 6; i++) {
                size_t start = text.len;

                put_str(&text, "换脸");
                while (i == position && text.len - start < lengths[k])
                    put_str(&text, "x");
                if (i < 5 || k % 2)
                    put_str(&text, "\n");
                if (i != position || lengths[k] <= 100)
                    must(tcs_buf_printf(&expected, "%s%zu", expected.len ? "," : "", i + 1));
            }
            expect_invariant(&rig, tcs_buf_view(&text), "a long line");
            expect_numbers(&rig.out, "record", c_str(&expected), "a long line");
            assert_int_equal(count_lines(&rig.losses), lengths[k] > 100);
            assert_int_equal(rig.stats.limits, lengths[k] > 100);
            assert_int_equal(rig.stats.is_incomplete, lengths[k] > 100);
            if (lengths[k] > 100) {
                assert_int_equal(number_of(line_at(&rig.losses, 0), "record"), position + 1);
                assert_int_equal(number_of(line_at(&rig.losses, 0), "offset"), position * 7);
                assert_true(holds(line_at(&rig.losses, 0), "\"kind\":\"limit\",\"status\":\"TOCSIN_E_LIMIT\""));
            }
        }
    }
    tcs_buf_release(&text);
    tcs_buf_release(&expected);
    run_close(&rig);
}

/* ---- damage ---- */

/* Reported where the bytes may hide a hit, always with --validate, and the same with and without the sieve. */
static void test_rows__json_damage_is_reported_for_candidates(void **state)
{
    static const char text[] = HIT "\n{\"title\":\"换脸\" bad}\n{\"title\":\"天气\" bad}\n[\"换脸\"]\n[]\n{\"title\":\"\\u63db\\u8138\n" HIT "\n";
    struct run_rig rig;
    size_t i;

    (void)state;
    run_open(&rig, NULL);
    rig.options.format = TCS_FORMAT_JSONL;
    for (i = 0; i < 2; i++) {
        rig.options.validate = i;
        expect_invariant(&rig, TCS_STR(text), i ? "validate" : "damage");
        expect_numbers(&rig.out, "record", "1,7", "documents");
        expect_numbers(&rig.losses, "record", i ? "2,3,4,5,6" : "2,4,6", "losses");
        assert_int_equal(rig.stats.document_damage, i ? 5 : 3);
        assert_true(rig.stats.is_incomplete);
        assert_true(holds(line_at(&rig.losses, 0), "\"kind\":\"document\",\"status\":\"TOCSIN_E_CORRUPT\""));
    }
    run_close(&rig);
}

/* The line in which a member breaks is searched as far as it goes, and says so. The next member starts a line. */
static void test_rows__a_line_that_breaks_is_searched_and_marked(void **state)
{
    static const enum tcs_format formats[] = {TCS_FORMAT_LINES, TCS_FORMAT_JSONL};
    static const struct tcs_str texts[] = {{"换脸 a\n换脸 b", 17}, {HIT "\n{\"title\":\"换脸\",\"text\":\"c", 0}};
    struct tcs_buf stored = {0};
    struct run_rig rig;
    size_t i, second;

    (void)state;
    run_open(&rig, NULL);
    for (i = 0; i < COUNT(formats); i++) {
        struct tcs_str tail = i ? TCS_STR(HIT "\n") : TCS_STR("换脸 d\n");

        tcs_buf_reset(&stored);
        second = put_gzip(&stored, (struct tcs_str){texts[i].data, strlen(texts[i].data)});
        stored.data[second - 5] ^= 0x55; /* of the CRC: all bytes come, and the member is damaged */
        (void)put_gzip(&stored, tail);
        rig.options.format = formats[i];
        expect_invariant(&rig, tcs_buf_view(&stored), "a broken member");
        assert_int_equal(count_lines(&rig.out), 3);
        assert_false(holds(line_at(&rig.out, 0), "\"damaged\""));
        assert_true(holds(line_at(&rig.out, 1), ",\"damaged\":true}"));
        assert_false(holds(line_at(&rig.out, 2), "\"damaged\""));
        assert_int_equal(number_of(line_at(&rig.out, 0), "offset"), 0);
        assert_int_equal(number_of(line_at(&rig.out, 2), "offset"), second);
        assert_int_equal(count_lines(&rig.losses), 1);
        assert_true(holds(line_at(&rig.losses, 0), "\"kind\":\"stream\""));
        assert_int_equal(rig.stats.stream_damage, 1);
    }
    tcs_buf_release(&stored);
    run_close(&rig);
}

/* ---- the fields asked for ---- */

static void test_rows__an_input_without_the_fields_is_unreadable(void **state)
{
    struct run_rig rig;
    struct tcs_buf text = {0};
    size_t i, first;

    (void)state;
    run_open(&rig, NULL);
    rig.options.format = TCS_FORMAT_JSONL;
    for (first = 999; first <= 1001; first++) { /* the document that has the key */
        tcs_buf_reset(&text);
        for (i = 0; i < 1200; i++)
            put_str(&text, i == first ? HIT "\n" : "{\"x\":\"换脸\"}\n");
        rig.options.validate = false;
        expect_invariant(&rig, tcs_buf_view(&text), "fields");
        assert_int_equal(count_lines(&rig.out), 1);
        assert_int_equal(rig.stats.unreadable, first >= 1000);
        assert_int_equal(rig.stats.is_incomplete, first >= 1000);
    }
    tcs_buf_release(&text);
    run_close(&rig);
}

static void test_rows__as_inserts_one_key(void **state)
{
    static const char *const starts[] = {"{\"title\":\"换脸\",\"n\":1e2,\"m\":\"\\u0041\"", "{\"a\":{},\"title\":\"换脸\""};
    struct run_rig rig;
    struct tcs_buf text = {0};
    size_t i;

    (void)state;
    run_open(&rig, NULL);
    rig.options.format = TCS_FORMAT_JSONL;
    rig.options.as_key = "t\"";
    for (i = 0; i < COUNT(starts); i++)
        must(tcs_buf_printf(&text, "%s}\r\n", starts[i]));
    put_str(&text, "[\"换脸\"]\n");
    expect_invariant(&rig, tcs_buf_view(&text), "as");
    assert_int_equal(count_lines(&rig.out), 2);
    assert_int_equal(count_lines(&rig.losses), 1);
    for (i = 0; i < COUNT(starts); i++) {
        struct tcs_str line = line_at(&rig.out, i);

        assert_memory_equal(line.data, starts[i], strlen(starts[i]));
        assert_memory_equal(line.data + strlen(starts[i]), ",\"t\\\"\":{\"v\":1,", 14);
        assert_memory_equal(line.data + line.len - 3, "1}}", 3);
    }
    tcs_buf_release(&text);
    run_close(&rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows__records_are_lines),
        cmocka_unit_test(test_rows__text_of_a_line_is_exact),
        cmocka_unit_test(test_rows__offsets_cut_lines_out_of_a_plain_file),
        cmocka_unit_test(test_rows__a_member_of_one_line_has_offset_and_length),
        cmocka_unit_test(test_rows__other_members_have_an_offset_only),
        cmocka_unit_test(test_rows__a_line_over_the_limit_costs_itself_only),
        cmocka_unit_test(test_rows__json_damage_is_reported_for_candidates),
        cmocka_unit_test(test_rows__a_line_that_breaks_is_searched_and_marked),
        cmocka_unit_test(test_rows__an_input_without_the_fields_is_unreadable),
        cmocka_unit_test(test_rows__as_inserts_one_key),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
