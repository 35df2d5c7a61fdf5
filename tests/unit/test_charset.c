/*
 * charset: decision and conversion, against bytes written out here (expected text made with
 * Python's codecs).
 */
#include "input/charset.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct tcs_charset_scratch scratch;

static int release_scratch(void **state)
{
    (void)state;
    tcs_charset_scratch_release(&scratch);
    return 0;
}

static struct tcs_str str(const char *text)
{
    return (struct tcs_str){text, strlen(text)};
}

static struct tcs_charset decide(struct tcs_str bytes, const char *http, bool is_html)
{
    struct tcs_charset_hints hints = {.http = str(http), .is_html = is_html};
    struct tcs_charset charset;

    tcs_charset_decide(bytes, &hints, &scratch, &charset);
    return charset;
}

/* Repeats text until it is long enough for detection. */
static struct tcs_buf repeat(const char *text, size_t times)
{
    struct tcs_buf out = {0};

    while (times--)
        assert_int_equal(tcs_buf_append(&out, text, strlen(text)), TOCSIN_OK);
    return out;
}

/* "深度伪造视频：女星被换脸，警方介入调查。" and kin. */
#define GBK "\xC9\xEE\xB6\xC8\xCE\xB1\xD4\xEC\xCA\xD3\xC6\xB5\xA3\xBA\xC5\xAE\xD0\xC7\xB1\xBB\xBB\xBB\xC1\xB3\xA3\xAC" \
            "\xBE\xAF\xB7\xBD\xBD\xE9\xC8\xEB\xB5\xF7\xB2\xE9\xA1\xA3\n"
#define GBK_TEXT "深度伪造视频：女星被换脸，警方介入调查。\n"
/* "深度偽造影片：女星被換臉，警方介入調查。" */
#define BIG5 "\xB2\x60\xAB\xD7\xB0\xB0\xB3\x79\xBC\x76\xA4\xF9\xA1\x47\xA4\x6B\xAC\x50\xB3\x51\xB4\xAB\xC1\x79\xA1\x41" \
             "\xC4\xB5\xA4\xE8\xA4\xB6\xA4\x4A\xBD\xD5\xAC\x64\xA1\x43\n"
#define BIG5_TEXT "深度偽造影片：女星被換臉，警方介入調查。\n"
#define META(charset) "<html><head><meta charset=\"" charset "\"></head><body>"

static void test_charset__decisions(void **state)
{
    static const struct {
        const char *what, *bytes, *http;
        bool is_html;
        const char *name, *from;
        size_t errors, bom;
    } cases[] = {
        {"empty", "", "", true, "utf-8", "utf-8", 0, 0},
        {"ASCII, whatever is declared", META("gbk") "hello", "big5", true, "utf-8", "utf-8", 0, 0},
        {"UTF-8, whatever is declared", META("gbk") GBK_TEXT, "gbk", true, "utf-8", "utf-8", 0, 0},
        {"BOM", "\xEF\xBB\xBF" "abc", "gbk", false, "utf-8", "bom", 0, 3},
        {"BOM with errors behind it", "\xEF\xBB\xBF" "abc\xFF", "", false, "utf-8", "bom", 1, 3},
        {"UTF-16 BOM", "\xFF\xFE" "a", "gbk", false, "utf-16le", "bom", 0, 2},
        {"big-endian BOM", "\xFE\xFF", "", false, "utf-16be", "bom", 0, 2},
        {"HTTP", GBK, "gb2312", false, "gb18030", "http", 0, 0},
        {"HTTP before meta", META("big5") GBK, " GBK ", true, "gb18030", "http", 0, 0},
        {"meta", META("gb_2312-80") GBK, "", true, "gb18030", "meta", 0, 0},
        {"meta of what is not HTML", META("gbk") GBK, "", false, "utf-8", "default", 35, 0},
        {"HTTP lies, meta does not", META("big5") BIG5, "utf-8", true, "big5-hkscs", "meta", 0, 0},
        {"HTTP unknown", META("big5") BIG5, "klingon", true, "big5-hkscs", "meta", 0, 0},
        {"declared, but the bytes do not bear it out", BIG5 "\xFF\xFF\xFF", "big5", false, "utf-8",
         "default", 40, 0},
        {"UTF-16 declared without a NUL", GBK, "utf-16", false, "utf-8", "default", 35, 0},
        {"little evidence", GBK, "", true, "utf-8", "default", 35, 0},
    };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct tcs_charset c = decide(str(cases[i].bytes), cases[i].http, cases[i].is_html);

        if (strcmp(c.name, cases[i].name) != 0 || strcmp(c.from, cases[i].from) != 0
            || c.bom_bytes != cases[i].bom
            || (strcmp(c.from, "default") != 0 && c.errors != cases[i].errors))
            fail_msg("%s: %s from %s, %zu errors, BOM of %zu", cases[i].what, c.name, c.from, c.errors,
                     c.bom_bytes);
    }
}

static void test_charset__option_beats_all(void **state)
{
    struct tcs_charset_hints hints = {.http = str("big5"), .forced = str("GBK")};
    struct tcs_charset c;

    (void)state;
    tcs_charset_decide(str("\xEF\xBB\xBF" "abc"), &hints, &scratch, &c);
    assert_string_equal(c.name, "gb18030");
    assert_string_equal(c.from, "option");
    assert_int_equal(c.bom_bytes, 0);
}

static void test_charset__one_percent_of_errors_is_still_utf8(void **state)
{
    /* 99 sequences that are well formed, and the bad ones appended. */
    struct tcs_buf text = repeat("\xE6\x8D\xA2\xE8\x84\xB8 \xE6\x8D\xA2", 33);
    struct tcs_charset c;

    (void)state;
    assert_int_equal(tcs_buf_append(&text, "\xFF", 1), TOCSIN_OK);
    c = decide(tcs_buf_view(&text), "gbk", false);
    assert_string_equal(c.from, "utf-8");
    assert_int_equal(c.errors, 1);
    assert_int_equal(tcs_buf_append(&text, "\xFF", 1), TOCSIN_OK);
    c = decide(tcs_buf_view(&text), "", false);
    assert_string_not_equal(c.from, "utf-8");
    tcs_buf_release(&text);
}

static void test_charset__detection(void **state)
{
    static const struct {
        const char *text, *name;
    } cases[] = {
        {GBK, "gb18030"},
        {BIG5, "big5-hkscs"},
        {"Les \xE9l\xE8ves fran\xE7" "ais ont \xE9t\xE9 d\xE9\xE7us par la r\xE9ponse de l'\xE9" "cole. ", "windows-1252"},
    };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct tcs_buf text = repeat(cases[i].text, 40);
        struct tcs_charset c = decide(tcs_buf_view(&text), "", true);

        assert_string_equal(c.name, cases[i].name);
        assert_string_equal(c.from, "icu");
        tcs_buf_release(&text);
    }
}

static void test_charset__conversion(void **state)
{
    static const struct {
        const char *name, *bytes;
        size_t len;
        const char *want;
        size_t errors;
    } cases[] = {
        {"gb18030", GBK, sizeof GBK - 1, GBK_TEXT, 0},
        {"big5-hkscs", BIG5, sizeof BIG5 - 1, BIG5_TEXT, 0},
        /* four bytes: U+20000, U+0080; the euro sign of GBK */
        {"gb18030", "\x95\x32\x82\x36\x81\x30\x81\x30\x80", 9, "\U00020000\xC2\x80€", 0},
        /* characters that only the Hong Kong supplement has */
        {"big5-hkscs", "\x88\x66\x87\x40\xFB\x5F", 6, "Ê䏰𡉏", 0},
        {"shift_jis", "\x83\x66\x83\x42\xB6", 5, "ディｶ", 0},
        {"euc-jp", "\xA5\xC7\x8E\xB6\x8F\xB0\xA1", 7, "デｶ丂", 0},
        {"euc-kr", "\xB5\xF6\x8D\x8D", 4, "딥뜊", 0},
        {"windows-1252", "\x80\x81\xE9", 3, "€\xC2\x81é", 0},
        {"koi8-r", "\xC1", 1, "а", 0},
        {"utf-16le", "a\0\x62\x63\x40\xD8\x00\xDC\x00\xD8" "b\0c", 13, "a换\U00020000\uFFFDb\uFFFD", 2},
        {"utf-16be", "\0a\xDC\x00\xD8\x40", 6, "a\uFFFD\uFFFD", 2},
        {"utf-8", "a\xE6\x8D" "b\xFF\xED\xA0\x80\xF0\x9F\x98", 11, "a\uFFFDb\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD", 6},
        /* errors hide no neighbour, and markup least of all */
        {"gb18030", "\xC4<b>\xFF\xC4\xE3\x81\x30<\xC4", 11, "\uFFFD<b>\uFFFD你\uFFFD0<\uFFFD", 4},
        {"big5-hkscs", "\xB2<b>\xFF\xB2\x60\xB2", 8, "\uFFFD<b>\uFFFD深\uFFFD", 3},
        {"euc-kr", "\xB5<\xB5\xF6", 4, "\uFFFD<딥", 1},
    };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct tcs_charset c = {.name = cases[i].name, .from = "option"};
        struct tcs_buf out = {0};
        struct tocsin_error err;

        assert_int_equal(tcs_charset_convert((struct tcs_str){cases[i].bytes, cases[i].len}, &c, &scratch,
                                             &out, &err),
                         TOCSIN_OK);
        if (!tcs_str_equal(tcs_buf_view(&out), str(cases[i].want)) || c.errors != cases[i].errors)
            fail_msg("case %zu, %s: %.*s with %zu errors", i, cases[i].name, (int)out.len, out.data,
                     c.errors);
        tcs_buf_release(&out);
    }
}

static uint32_t next_random(uint32_t *seed)
{
    *seed = *seed * 1664525u + 1013904223u;
    return *seed >> 8;
}

/* What a page in some charset, with some noise, may be. */
static void make_page(struct tcs_buf *page, uint32_t *seed)
{
    static const char *const starts[] = {"", META("gbk"), META("big5"), META("utf-8"), META("shift_jis"), "\xEF\xBB\xBF",
                                         "\xFF\xFE\x61"};
    static const char *const texts[] = {GBK, BIG5, GBK_TEXT, "plain text ", "caf\xE9 ", "\x84\x31\x95\x33"};
    const char *text = texts[next_random(seed) % 6], *start = starts[next_random(seed) % 7];
    uint32_t noise = next_random(seed) % 4 ? UINT32_MAX : 1 + next_random(seed) % 40;

    tcs_buf_reset(page);
    assert_int_equal(tcs_buf_append(page, start, strlen(start)), TOCSIN_OK);
    for (uint32_t n = next_random(seed) % 40; n; n--) {
        assert_int_equal(tcs_buf_append(page, text, strlen(text)), TOCSIN_OK);
        if (next_random(seed) % noise == 0)
            assert_int_equal(tcs_buf_putc(page, (char)next_random(seed)), TOCSIN_OK);
    }
}

static void test_charset__reading_is_deciding_and_converting(void **state)
{
    static const char *const labels[] = {"", "gbk", "big5", "utf-8", "utf-16", "nonsense"};
    struct tcs_buf page = {0}, room = {0}, wanted = {0};
    uint32_t seed = 3;

    (void)state;
    for (int round = 0; round < 4000; round++) {
        struct tcs_charset_hints hints = {.http = str(labels[next_random(&seed) % 6]), .is_html = next_random(&seed) & 1};
        struct tcs_charset c, read;
        struct tcs_str text, expected;
        struct tocsin_error err;

        if (next_random(&seed) % 16 == 0)
            hints.forced = str("big5");
        make_page(&page, &seed);
        tcs_charset_decide(tcs_buf_view(&page), &hints, &scratch, &c);
        expected = (struct tcs_str){page.data + c.bom_bytes, page.len - c.bom_bytes};
        if (strcmp(c.name, "utf-8") != 0) {
            tcs_buf_reset(&wanted);
            assert_int_equal(tcs_charset_convert(tcs_buf_view(&page), &c, &scratch, &wanted, &err), TOCSIN_OK);
            expected = tcs_buf_view(&wanted);
        }
        assert_int_equal(tcs_charset_read(tcs_buf_view(&page), &hints, &scratch, &read, &room, &text, &err), TOCSIN_OK);
        assert_true(tcs_str_equal(text, expected));
        assert_string_equal(read.name, c.name);
        assert_string_equal(read.from, c.from);
        assert_int_equal(read.bom_bytes, c.bom_bytes);
        assert_int_equal(read.errors, c.errors);
        assert_int_equal(read.sequences, c.sequences);
    }
    tcs_buf_release(&page);
    tcs_buf_release(&room);
    tcs_buf_release(&wanted);
}

static void test_charset__the_bom_is_skipped(void **state)
{
    struct tcs_str bytes = str("\xEF\xBB\xBF换脸");
    struct tcs_charset c = decide(bytes, "", false);
    struct tcs_buf out = {0};
    struct tocsin_error err;

    (void)state;
    assert_int_equal(tcs_charset_convert(bytes, &c, &scratch, &out, &err), TOCSIN_OK);
    assert_true(tcs_str_equal(tcs_buf_view(&out), str("换脸")));
    tcs_buf_release(&out);
}

static void test_charset__a_charset_that_is_none_is_refused(void **state)
{
    struct tcs_charset c = {.name = "klingon"};
    struct tcs_buf out = {0};
    struct tocsin_error err;

    (void)state;
    assert_int_equal(tcs_charset_convert(str("a"), &c, &scratch, &out, &err), TOCSIN_E_ARG);
}

static void test_charset__labels(void **state)
{
    static const struct {
        const char *label, *name;
    } cases[] = {
        {"UTF8", "utf-8"},          {" gb2312\n", "gb18030"},  {"GB_2312-80", "gb18030"},
        {"x-gbk", "gb18030"},       {"Big5", "big5-hkscs"},    {"Big5-HKSCS", "big5-hkscs"},
        {"latin1", "windows-1252"}, {"ISO-8859-1", "windows-1252"}, {"iso-8859-9", "windows-1254"},
        {"sjis", "shift_jis"},      {"ks_c_5601-1987", "euc-kr"},   {"utf-16", "utf-16le"},
        {"koi8-u", "koi8-u"},       {"", NULL},                {"utf", NULL},
        {"gbk big5", NULL},
    };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *name = tcs_charset_by_label(str(cases[i].label));

        if (cases[i].name)
            assert_string_equal(name, cases[i].name);
        else
            assert_null(name);
    }
}

static void test_charset__meta_declarations(void **state)
{
    /* name: that is found; NULL for none. */
    static const struct {
        const char *html, *name;
    } cases[] = {
        {"<meta charset=iso-8859-5>", "iso-8859-5"},
        {"<META CHARSET = 'iso-8859-5' >", "iso-8859-5"},
        {"<meta/charset=iso-8859-5/>", NULL},
        {"<meta http-equiv=Content-Type content='text/html; charset=iso-8859-5'>", "iso-8859-5"},
        {"<meta content='text/html; charset = \"iso-8859-5\"' http-equiv=content-type>", "iso-8859-5"},
        {"<meta content='text/html; charset=iso-8859-5'>", NULL},
        {"<meta http-equiv=refresh content='text/html; charset=iso-8859-5'>", NULL},
        {"<metacharset=iso-8859-5>", NULL},
        {"<!-- <meta charset=iso-8859-5> -->", NULL},
        {"<!--><meta charset=iso-8859-5>", "iso-8859-5"},
        {"<p title='<meta charset=koi8-r>'><meta charset=iso-8859-5>", "iso-8859-5"},
        {"</p x='>'><?x?><!x><meta charset=iso-8859-5>", "iso-8859-5"},
        {"< meta charset=koi8-r><meta charset=unheard-of><meta charset=iso-8859-5>", "iso-8859-5"},
        {"<meta charset=iso-8859-5", NULL},
        {"<meta charset='iso-8859-5>", NULL},
    };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct tcs_buf html = {0};
        struct tcs_charset c;

        /* An unclosed tag must stay so: what makes the page other than UTF-8 comes first. */
        assert_int_equal(tcs_buf_printf(&html, "\xD0\xB0\xB1\xB2%s", cases[i].html), TOCSIN_OK);
        c = decide(tcs_buf_view(&html), "", true);
        assert_string_equal(c.from, cases[i].name ? "meta" : "default");
        if (cases[i].name)
            assert_string_equal(c.name, cases[i].name);
        tcs_buf_release(&html);
    }
}

static void test_charset__meta_is_looked_for_in_4096_bytes(void **state)
{
    static const char meta[] = "<meta charset=koi8-r>";
    struct tcs_buf html = {0};
    struct tcs_charset c;
    size_t pad;

    (void)state;
    for (pad = 4096 - (sizeof meta - 1) - 4 - 1; pad <= 4096 - (sizeof meta - 1) - 4 + 1; pad++) {
        tcs_buf_reset(&html);
        assert_int_equal(tcs_buf_printf(&html, "\xD0\xB0\xB1\xB2%*s%s", (int)pad, "", meta), TOCSIN_OK);
        c = decide(tcs_buf_view(&html), "", true);
        assert_string_equal(c.from, html.len <= 4096 ? "meta" : "default");
    }
    tcs_buf_release(&html);
}

/* At every alignment, with and without ASCII behind it. */
static void test_charset__utf8_validity(void **state)
{
    static const struct {
        const char *text;
        bool is_valid;
    } cases[] = {
        {"", true}, {"abc", true}, {"换脸", true}, {"\xF0\x9F\x98\x80", true}, {"\xC3\xA9", true},
        {"\xEF\xBF\xBF", true}, {"\xED\x9F\xBF", true}, {"\xF4\x8F\xBF\xBF", true}, {"\xC0\x80", false},
        {"\xC1\xBF", false}, {"\xE0\x80\x80", false}, {"\xE0\x9F\xBF", false}, {"\xED\xA0\x80", false},
        {"\xF4\x90\x80\x80", false}, {"\xF5\x80\x80\x80", false}, {"\x80", false}, {"\xE6\x8D", false},
        {"\xE6\x8D" "a", false}, {"\xF0\x9F\x98", false}, {"\xFE", false},
    };
    char text[64];
    size_t i, before;

    (void)state;
    for (i = 0; i < sizeof cases / sizeof *cases; i++) {
        for (before = 0; before < 20; before++) {
            size_t len = strlen(cases[i].text);

            memset(text, 'a', sizeof text);
            memcpy(text + before, cases[i].text, len);
            assert_int_equal(tcs_utf8_is_valid((struct tcs_str){text, before + len}), cases[i].is_valid);
            assert_int_equal(tcs_utf8_is_valid((struct tcs_str){text, before + len + 17}),
                             cases[i].is_valid);
        }
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_charset__decisions),
        cmocka_unit_test(test_charset__option_beats_all),
        cmocka_unit_test(test_charset__one_percent_of_errors_is_still_utf8),
        cmocka_unit_test(test_charset__detection),
        cmocka_unit_test(test_charset__conversion),
        cmocka_unit_test(test_charset__reading_is_deciding_and_converting),
        cmocka_unit_test(test_charset__the_bom_is_skipped),
        cmocka_unit_test(test_charset__a_charset_that_is_none_is_refused),
        cmocka_unit_test(test_charset__labels),
        cmocka_unit_test(test_charset__meta_declarations),
        cmocka_unit_test(test_charset__meta_is_looked_for_in_4096_bytes),
        cmocka_unit_test(test_charset__utf8_validity),
    };

    return cmocka_run_group_tests(tests, NULL, release_scratch);
}
