/* format: what an input is, by its first bytes; names of formats. */
#include "match_help.h"

#include "input/format.h"

static void test_format__is_seen_from_the_first_bytes(void **state)
{
    static const struct {
        const char *start;
        enum tcs_format format;
        const char *note;
    } cases[] = {
        {"", TCS_FORMAT_LINES, "empty"},
        {"\n \n", TCS_FORMAT_LINES, "blank"},
        {"text", TCS_FORMAT_LINES, NULL},
        {"\xEF\xBB\xBFtext", TCS_FORMAT_LINES, "BOM"},
        {"WARC/1.0\r\nWARC-Type: warcinfo\r\n", TCS_FORMAT_WARC, NULL},
        {"\r\n\r\nWARC/0.17\r\n", TCS_FORMAT_WARC, "blank lines in front"},
        {"filedesc://x.arc.gz 0.0.0.0 20140216050221 text/plain 75\n", TCS_FORMAT_ARC, NULL},
        {"WARC/1.", TCS_FORMAT_LINES, "cut short"},
        {"WARC is a format", TCS_FORMAT_LINES, NULL},
        {"{\"a\":1}\n", TCS_FORMAT_JSONL, NULL},
        {"{}", TCS_FORMAT_JSONL, NULL},
        {"\xEF\xBB\xBF\r\n  {\"a\":1}\r\n", TCS_FORMAT_JSONL, "BOM, blanks"},
        {"{\"a\":1 broken}\n{\"a\":1}\n", TCS_FORMAT_JSONL, "a damaged first line"},
        {"{\"a\":\"a long line whose end is out of si", TCS_FORMAT_JSONL, "cut short"},
        {"{a}\n", TCS_FORMAT_LINES, "no JSON"},
        {"{note} text\n{\"a\"", TCS_FORMAT_JSONL, "a start of an object in the last line"},
        {"[1]\n", TCS_FORMAT_LINES, "an array"},
        {"wrote 2 lines\n{\"a\":1}\n\n{\"a\":2}\n{\"a", TCS_FORMAT_JSONL, "a line in front"},
        {"wrote 2 lines\n{\"a\":1}\n{\"a\":2}", TCS_FORMAT_JSONL, "and no line feed at the end"},
        {"wrote 1 line\n{\"a\":1}\n", TCS_FORMAT_LINES, "one object is no corpus"},
        {"text\n{\"a\":1}\ntext\n{\"a\":1}\n{\"a\":1}\n", TCS_FORMAT_LINES, "objects among other lines"},
        {"<!DOCTYPE HTML><p>", TCS_FORMAT_HTML, NULL},
        {"\n\xEF\xBB\xBF<html>", TCS_FORMAT_LINES, "a BOM is one only in front"},
        {"\xEF\xBB\xBF\n<HTML lang=zh>", TCS_FORMAT_HTML, NULL},
        {"<?xml version=\"1.0\"?>\r\n<!DOCTYPE html PUBLIC \"x\">", TCS_FORMAT_HTML, "XHTML"},
        {"<?xml version=\"1.0\"?><rss><title>a</title></rss>", TCS_FORMAT_LINES, "a feed"},
        {"<?xml version=\"1.0\"", TCS_FORMAT_LINES, "a declaration cut short"},
        {"<p>text</p>", TCS_FORMAT_LINES, "tags alone"},
        {"id,title,text\n1,a,b\n", TCS_FORMAT_CSV, NULL},
        {"id;title\n1;a\n", TCS_FORMAT_CSV, NULL},
        {"title\ttext\na\tb\n", TCS_FORMAT_CSV, NULL},
        {"\xEF\xBB\xBF\"title\",\"text\"\n\"a\nb\",\"c\"\n", TCS_FORMAT_CSV, "BOM, quoted, a line feed inside"},
        {"title,text\na,b,c\n", TCS_FORMAT_LINES, "a row that does not fit"},
        {"text, and more text\n", TCS_FORMAT_LINES, "one line"},
        {"alpha,beta\n1,2\n", TCS_FORMAT_LINES, "no name that is known"},
        {"title\na\n", TCS_FORMAT_LINES, "one column"},
    };
    size_t i;

    (void)state;
    for (i = 0; i < COUNT(cases); i++) {
        enum tcs_format format = tcs_format_detect(str(cases[i].start));

        if (format != cases[i].format)
            fail_msg("%zu (%s): %s is %s", i, cases[i].note ? cases[i].note : "", cases[i].start, tcs_format_name(format));
    }
}

/* A start that is cut anywhere is no reason to fail, and never makes WARC of text. */
static void test_format__any_cut_is_some_format(void **state)
{
    static const char start[] = "\xEF\xBB\xBF{\"title\":\"a,b\",\"x\":[1,{\"y\":null}]}\n{\"title\":\"c\"}\n";
    size_t len;

    (void)state;
    for (len = 0; len < sizeof start; len++) {
        char *copy = malloc(len + 1); /* so that a sanitizer sees reads behind it */
        enum tcs_format format;

        assert_non_null(copy);
        memcpy(copy, start, len);
        format = tcs_format_detect((struct tcs_str){copy, len});
        assert_true(format == TCS_FORMAT_LINES || format == TCS_FORMAT_JSONL);
        assert_true(len < 40 || format == TCS_FORMAT_JSONL);
        free(copy);
    }
}

static void test_format__names_go_both_ways(void **state)
{
    static const char *const names[] = {"auto", "warc", "jsonl", "csv", "text", "html", "lines"};
    enum tcs_format format;
    size_t i;

    (void)state;
    for (i = 0; i < COUNT(names); i++) {
        assert_true(tcs_format_by_name(names[i], &format));
        assert_string_equal(tcs_format_name(format), names[i]);
    }
    format = TCS_FORMAT_CSV;
    assert_false(tcs_format_by_name("JSONL", &format));
    assert_false(tcs_format_by_name("", &format));
    assert_false(tcs_format_by_name("json", &format));
    assert_int_equal(format, TCS_FORMAT_CSV);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_format__is_seen_from_the_first_bytes),
        cmocka_unit_test(test_format__any_cut_is_some_format),
        cmocka_unit_test(test_format__names_go_both_ways),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
