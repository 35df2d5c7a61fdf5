/*
 * whole: a file as one document through a whole scan: text and pages, charsets, the limit, damage. The same with and
 * without the sieve and for chunks of every size.
 */
#include "run_help.h"

static void test_whole__a_file_is_a_document(void **state)
{
    static const struct {
        enum tcs_format format;
        const char *text;
        size_t documents, lines;
        const char *expected, *note;
    } cases[] = {
        {TCS_FORMAT_TEXT, "", 0, 0, NULL, "empty"},
        {TCS_FORMAT_TEXT, "换脸", 1, 1, "\"field\":\"text\",\"start\":0,\"end\":2", "text"},
        {TCS_FORMAT_TEXT, "\xEF\xBB\xBF换脸\n", 1, 1, "\"start\":0,\"end\":2", "the BOM is no character"},
        {TCS_FORMAT_TEXT, "a\r\n\r\nb 换脸", 1, 1, "\"start\":7,\"end\":9", "lines are kept"},
        {TCS_FORMAT_TEXT, "<title>换脸</title>", 1, 1, "\"start\":7,\"end\":9", "tags are text"},
        {TCS_FORMAT_TEXT, "{\"title\":\"\\u6362\\u8138\"}", 1, 0, NULL, "escapes are text"},
        {TCS_FORMAT_TEXT, "\xBB\xBB\xC1\xB3", 1, 0, NULL, "too short to detect GB18030"},
        {TCS_FORMAT_TEXT, "\xFF换脸\xFF", 1, 1, "\"start\":1,\"end\":3", "bytes that are no UTF-8"},
        {TCS_FORMAT_HTML, "<title>换&#33080;</title>", 1, 1, "\"field\":\"title\",\"start\":0,\"end\":2", "a page"},
        {TCS_FORMAT_HTML, "\xEF\xBB\xBF<p>换<b>脸</b>", 1, 1, "\"start\":0,\"end\":2", "inline tags"},
        {TCS_FORMAT_HTML, "<p>换<p>脸", 1, 0, NULL, "blocks"},
        {TCS_FORMAT_AUTO, "<!DOCTYPE html><title>换脸</title>", 1, 1, "\"field\":\"title\"", "seen to be a page"},
    };
    struct run_rig rig;
    size_t i;

    (void)state;
    run_open(&rig, NULL);
    for (i = 0; i < COUNT(cases); i++) {
        struct tcs_str text = str(cases[i].text);

        rig.options.format = cases[i].format;
        expect_invariant(&rig, text, cases[i].note);
        if (rig.stats.documents != cases[i].documents || count_lines(&rig.out) != cases[i].lines || rig.losses.len)
            fail_msg("%s: %llu documents, %s", cases[i].note, (unsigned long long)rig.stats.documents, rig.out.data);
        if (!cases[i].expected)
            continue;
        if (!holds(line_at(&rig.out, 0), cases[i].expected))
            fail_msg("%s: no %s in %s", cases[i].note, cases[i].expected, rig.out.data);
        assert_int_equal(number_of(line_at(&rig.out, 0), "record"), 1);
        assert_int_equal(number_of(line_at(&rig.out, 0), "offset"), 0);
        assert_int_equal(number_of(line_at(&rig.out, 0), "length"), text.len);
    }
    run_close(&rig);
}

static void test_whole__charsets_are_a_documents_own(void **state)
{
    static const struct {
        enum tcs_format format;
        const char *forced, *text, *expected;
        size_t len;
    } cases[] = {
        {TCS_FORMAT_TEXT, "gbk", "\xBB\xBB\xC1\xB3", "\"charset\":\"gb18030\",\"charset_from\":\"option\"", 4},
        {TCS_FORMAT_TEXT, "big5", "\xB4\xAB\xC1\x79", "\"charset\":\"big5-hkscs\",\"charset_from\":\"option\"", 4},
        {TCS_FORMAT_TEXT, NULL, "\xFF\xFE\x62\x63\x38\x81", "\"charset\":\"utf-16le\",\"charset_from\":\"bom\"", 6},
        {TCS_FORMAT_TEXT, NULL, "\xFE\xFF\x63\x62\x81\x38", "\"charset\":\"utf-16be\",\"charset_from\":\"bom\"", 6},
        {TCS_FORMAT_HTML, NULL, "<meta charset=gbk><p>\xBB\xBB\xC1\xB3", "\"charset\":\"gb18030\",\"charset_from\":\"meta\"", 25},
        {TCS_FORMAT_HTML, "big5", "<meta charset=gbk><p>\xB4\xAB\xC1\x79", "\"charset\":\"big5-hkscs\"", 25},
    };
    struct run_rig rig;
    size_t i;

    (void)state;
    run_open(&rig, NULL);
    for (i = 0; i < COUNT(cases); i++) {
        rig.options.format = cases[i].format;
        rig.options.charset = cases[i].forced;
        expect_invariant(&rig, (struct tcs_str){cases[i].text, cases[i].len}, cases[i].expected);
        if (count_lines(&rig.out) != 1 || !holds(line_at(&rig.out, 0), cases[i].expected))
            fail_msg("%zu: no %s in %s", i, cases[i].expected, rig.out.data);
    }
    run_close(&rig);
}

static void test_whole__a_file_over_the_limit_is_a_loss(void **state)
{
    static const size_t lengths[] = {100, 101, 5000, 600000};
    struct run_rig rig;
    struct tcs_buf text = {0};
    size_t i;

    (void)state;
    run_open(&rig, NULL);
    rig.options.format = TCS_FORMAT_TEXT;
    rig.options.record_limit = 100;
    put_str(&text, "换脸");
    for (i = 0; i < COUNT(lengths); i++) {
        while (text.len < lengths[i])
            put_str(&text, "x");
        expect_invariant(&rig, tcs_buf_view(&text), "a long file");
        assert_int_equal(count_lines(&rig.out), lengths[i] <= 100);
        assert_int_equal(count_lines(&rig.losses), lengths[i] > 100);
        assert_int_equal(rig.stats.limits, lengths[i] > 100);
        assert_int_equal(rig.stats.is_incomplete, lengths[i] > 100);
    }
    tcs_buf_release(&text);
    run_close(&rig);
}

/* Members of one file are one document; where one breaks, the document ends, marked, and the next member starts anew. */
static void test_whole__damage_ends_the_document(void **state)
{
    struct run_rig rig;
    struct tcs_buf stored = {0};

    (void)state;
    run_open(&rig, NULL);
    rig.options.format = TCS_FORMAT_TEXT;
    (void)put_gzip(&stored, TCS_STR("a 换"));
    (void)put_gzip(&stored, TCS_STR("脸 b"));
    expect_invariant(&rig, tcs_buf_view(&stored), "two members");
    assert_int_equal(count_lines(&rig.out), 1);
    assert_int_equal(rig.losses.len, 0);
    tcs_buf_reset(&stored);
    (void)put_gzip(&stored, TCS_STR("a 换脸"));
    stored.data[stored.len - 6] ^= 0x55;
    (void)put_gzip(&stored, TCS_STR("换脸 b"));
    expect_invariant(&rig, tcs_buf_view(&stored), "a broken member");
    assert_int_equal(count_lines(&rig.out), 2);
    assert_true(holds(line_at(&rig.out, 0), ",\"damaged\":true}"));
    assert_false(holds(line_at(&rig.out, 1), "\"damaged\""));
    assert_int_equal(count_lines(&rig.losses), 1);
    assert_int_equal(rig.stats.stream_damage, 1);
    tcs_buf_release(&stored);
    run_close(&rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_whole__a_file_is_a_document),
        cmocka_unit_test(test_whole__charsets_are_a_documents_own),
        cmocka_unit_test(test_whole__a_file_over_the_limit_is_a_loss),
        cmocka_unit_test(test_whole__damage_ends_the_document),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
