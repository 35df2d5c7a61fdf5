/*
 * html_lean: what it leaves is told by a table; that the text, title and lead of a page are those of its lean form, and that
 * what the tokenizer only passes over changes no token, by random markup that is rich in what tags can go wrong by.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "input/html.h"
#include "input/html_lean.h"
#include "input/html_scan.h"
#include "input/html_token.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))
#define ROUNDS 60000
/* Makes a page of which the lean form is worth while. */
#define SCRIPT "<script>var a = '<b>'; if (a<b) document.write('</p>'); /* and so on, for ever and ever */</script>"

static void must(tocsin_status st)
{
    assert_int_equal(st, TOCSIN_OK);
}

static uint32_t next_random(uint32_t *seed)
{
    *seed = *seed * 1664525u + 1013904223u;
    return *seed >> 8;
}

static struct tcs_str str(const char *text)
{
    return (struct tcs_str){text, strlen(text)};
}

/* ---- what is left ---- */

static const struct {
    const char *html, *lean;
} leans[] = {
    {"<p class=x id='y'>a</p >b", "<p>a</p>b"},
    {"<a href=\"x>y\" b='>'>c</a>", "<a>c</a>"},
    {"<br/><img src=a/><img src='a'/><hr / >", "<br/><img><img/><hr>"},
    {"<a b=c/>d<a b = '>' c>e<a b=\"x\"c=\"y>\">f", "<a>d<a>e<a>f"},
    {"<a ='>'>b", "<a>'>b"}, /* an = that begins a name */
    {"<a b='>", "<!>"},
    {"<meta name=description content='a > b'>c", "<meta name=description content='a > b'>c"},
    {"<META property=og:title content=a/>", "<META property=og:title content=a/>"},
    {"a<!-- b --><!doctype html><?c?></>d</ e>f", "a<!><!><!><!>d<!>f"},
    {"&am<!---->p;", "&am<!>p;"},
    {"<style type=a>p { color: red }</style media=x>a", "<style></style>a"},
    {"<STYLE>a</STYLE>", "<STYLE></STYLE>"},
    {"<script src=x><!-- <script></script> --></script>a", "<script></script>a"},
    {"<title a=b>c <p d=e></title f>g", "<title>c <p d=e></title>g"},
    {"<textarea x><script>a</script></textarea><xmp y><p z></xmp>", "<textarea><script>a</script></textarea><xmp><p z></xmp>"},
    {"<svg a><style b/>c<title d/>e</svg f><math/>", "<svg><style/>c<title/>e</svg><math/>"},
    {"a < b <3 <", "a < b <3 <"},
    {"a<plaintext b>c<p d>", "a<plaintext>c<p d>"},
    {"a<script>b", "a<script>"},
    {"a<b c", "a<!>"},
    {"a<b", "a<!>"},
};

static void test_html_lean__what_is_left(void **state)
{
    struct tcs_buf room = {0}, html = {0};
    struct tcs_str lean;

    (void)state;
    for (size_t i = 0; i < COUNT(leans); i++) {
        tcs_buf_reset(&html);
        must(tcs_buf_append_str(&html, TCS_STR(SCRIPT)));
        must(tcs_buf_append_str(&html, str(leans[i].html)));
        must(tcs_html_lean(tcs_buf_view(&html), &room, &lean));
        assert_true(lean.len >= 17 && !memcmp(lean.data, "<script></script>", 17));
        if (!tcs_str_equal((struct tcs_str){lean.data + 17, lean.len - 17}, str(leans[i].lean)))
            fail_msg("%s: %.*s", leans[i].html, (int)lean.len, lean.data);
    }
    tcs_buf_release(&room);
    tcs_buf_release(&html);
}

static void test_html_lean__a_page_of_few_scripts_is_its_own(void **state)
{
    static const char *const pages[] = {"", "a", "<p class=x>a</p><!-- b -->", SCRIPT,
                                        SCRIPT "<p class=\"story\">" "0123456789012345678901234567890123456789"
                                               "0123456789012345678901234567890123456789012345678901234567890123456789"
                                               "0123456789012345678901234567890123456789012345678901234567890123456789"
                                               "0123456789012345678901234567890123456789012345678901234567890123456789"
                                               "0123456789012345678901234567890123456789012345678901234567890123456789"};
    struct tcs_buf room = {0};

    (void)state;
    for (size_t i = 0; i < COUNT(pages); i++) {
        struct tcs_str lean;

        must(tcs_html_lean(str(pages[i]), &room, &lean));
        if ((lean.data == pages[i]) != (i != 3))
            fail_msg("%s", pages[i]);
    }
    tcs_buf_release(&room);
}

/* ---- what holds for every page ---- */

static const char *const fragments[] = {
    "<", ">", "</", "/>", "/", "=", "\"", "'", " ", "\t", "\n", "\f", "\v", "!", "?", "-", "--", "-->", "<!--", "--!>", "<!",
    "<![CDATA[", "]]>", "&amp;", "&am", "p;", "&#", "65", ";", "a", "B", "x", "&lt;p&gt;", "\xE6\x8D\xA2\xE8\x84\xB8", "\xE6",
    "\xFF", "\x80", "text of a page", "<p", "</p", "<P>", "<div", "</DIV>", "<br", "<br/>", "<li>", "<a", "</a>", "<b", "</b>",
    "<script", "<script>", "<SCRIPT>", "</script", "</script>", "<style", "<style>", "</style>", "</Style ", "<title",
    "<title>", "</title>", "<textarea>", "</textarea>", "<xmp>", "</xmp>", "<iframe>", "</iframe>", "<noembed>", "</noembed>",
    "<noframes>", "</noframes>", "<noscript>", "</noscript>", "<svg", "<svg>", "<svg/>", "</svg>", "<math>", "</math>", "<meta",
    "<meta name=description content=", "<meta property=\"og:title\" content='", "<Meta name=\"og:description\" content=\"",
    "<x-unknown", "<select><option", "<template>", "<table><tr><td", "<h1", " class=", " class=\"a b\"", " id='c'",
    " href=\"/x?a=b&c\"", " =", " = ", " a=b", " a='b>", "title=\"<i>\"", "onclick=\"a('b')\"", "data-very-long-name-of-it=1",
    "0123456789abcdef", "<plaintext>",
};

static void make_page(struct tcs_buf *html, uint32_t *seed)
{
    tcs_buf_reset(html);
    for (uint32_t n = next_random(seed) % 50; n; n--) {
        uint32_t r = next_random(seed);

        if (r % 64 == 0)
            must(tcs_buf_putc(html, (char)(r >> 8)));
        else if (r % 64 == 1)
            must(tcs_buf_putc(html, '\0'));
        else
            must(tcs_buf_append_str(html, str(fragments[r % (COUNT(fragments) - (r & 0x1000 ? 1 : 0))])));
    }
}

/* A copy without a byte to spare, in which a sanitizer sees any over-read. */
static struct tcs_str exact_copy(const struct tcs_buf *buf)
{
    char *copy = malloc(buf->len ? buf->len : 1);

    assert_non_null(copy);
    if (buf->len)
        memcpy(copy, buf->data, buf->len);
    return (struct tcs_str){copy, buf->len};
}

static struct tcs_str field(const struct tcs_document *doc, const char *name)
{
    for (size_t i = 0; i < doc->field_count; i++)
        if (!strcmp(doc->fields[i].name, name))
            return doc->fields[i].text;
    return (struct tcs_str){"", 0};
}

static void read_page(struct tcs_str html, struct tcs_html_scratch *scratch, struct tcs_document *doc)
{
    tcs_document_reset(doc);
    must(tcs_html_document(html, scratch, doc, NULL));
}

static void test_html_lean__text_title_and_lead_are_the_pages(void **state)
{
    struct tcs_html_scratch whole = {0}, left = {0};
    struct tcs_document page = {0}, leaned = {0};
    struct tcs_buf html = {0}, room = {0};
    uint32_t seed = 11;
    size_t lean_count = 0;

    (void)state;
    for (int round = 0; round < ROUNDS; round++) {
        struct tcs_str exact, lean;

        make_page(&html, &seed);
        for (uint32_t n = 1 + next_random(&seed) % 8; n; n--)
            must(tcs_buf_append_str(&html, TCS_STR(SCRIPT)));
        for (uint32_t n = next_random(&seed) % 6; n; n--)
            must(tcs_buf_append_str(&html, str(fragments[next_random(&seed) % COUNT(fragments)])));
        exact = exact_copy(&html);
        must(tcs_html_lean(exact, &room, &lean));
        lean_count += lean.data != exact.data;
        assert_true(lean.len <= exact.len + 3);
        read_page(exact, &whole, &page);
        read_page(lean, &left, &leaned);
        if (!tcs_str_equal(tcs_buf_view(&whole.flat), tcs_buf_view(&left.flat)) ||
            !tcs_str_equal(field(&page, "title"), field(&leaned, "title")) ||
            !tcs_str_equal(field(&page, "lead"), field(&leaned, "lead")))
            fail_msg("'%.*s' became '%.*s'", (int)exact.len, exact.data, (int)lean.len, lean.data);
        free((char *)(uintptr_t)exact.data);
    }
    assert_true(lean_count > ROUNDS / 2);
    tcs_buf_release(&html);
    tcs_buf_release(&room);
    tcs_document_release(&page);
    tcs_document_release(&leaned);
    tcs_html_scratch_release(&whole);
    tcs_html_scratch_release(&left);
}

/* ---- what is passed over is what would have been read ---- */

/* Where the attributes from p end, and whether a slash closes them: one after the other. */
static const char *read_attributes(const char *p, const char *end, bool *is_slash_last)
{
    struct tcs_html_attribute attribute;

    while (tcs_html_attribute_next(&p, end, &attribute, is_slash_last))
        continue;
    return p;
}

static void test_html_lean__tokens_are_the_same_whatever_is_wanted(void **state)
{
    struct tcs_buf html = {0};
    uint32_t seed = 12;

    (void)state;
    for (int round = 0; round < ROUNDS; round++) {
        struct tcs_html_tokenizer all, none;
        struct tcs_html_token wanted, got;
        struct tcs_str exact;

        make_page(&html, &seed);
        exact = exact_copy(&html);
        tcs_html_tokenizer_init(&all, exact, TCS_HTML_WANTS_ALL);
        tcs_html_tokenizer_init(&none, exact, TCS_HTML_WANTS_NONE);
        do {
            bool is_tag;

            tcs_html_tokenizer_next(&all, &wanted);
            tcs_html_tokenizer_next(&none, &got);
            is_tag = wanted.kind == TCS_HTML_START_TAG || wanted.kind == TCS_HTML_END_TAG;
            if (all.p != none.p || wanted.kind != got.kind || wanted.text_tag != got.text_tag ||
                !tcs_str_equal(wanted.text, got.text) || (is_tag && (wanted.tag != got.tag || got.attr_mask)))
                fail_msg("'%.*s' at %zu", (int)exact.len, exact.data, (size_t)(all.p - exact.data));
            if (is_tag) {
                bool is_slash_last = false;
                const char *close = read_attributes(got.attributes.data, exact.data + exact.len, &is_slash_last);

                assert_ptr_equal(close, got.attributes.data + got.attributes.len);
                assert_int_equal(got.is_self_closing, is_slash_last);
                assert_int_equal(wanted.is_self_closing, is_slash_last);
            }
        } while (wanted.kind != TCS_HTML_END);
        free((char *)(uintptr_t)exact.data);
    }
    tcs_buf_release(&html);
}

static bool is_name_at(struct tcs_str text, size_t at, const char *start)
{
    size_t len = strlen(start);

    return text.len - at > len && tcs_str_equal_nocase((struct tcs_str){text.data + at, len}, str(start)) &&
           strchr(" \t\n\f\r/>", text.data[at + len]) && text.data[at + len];
}

static bool is_at(struct tcs_str text, size_t at, const char *what)
{
    return text.len - at >= strlen(what) && !memcmp(text.data + at, what, strlen(what));
}

/* Where the end tag of a script with this content stands, by the standard's states, byte by byte. */
static size_t script_end(struct tcs_str text)
{
    enum { PLAIN, ESCAPED, DOUBLE } state = PLAIN;

    for (size_t at = 0; at < text.len; at++) {
        if (state != DOUBLE && is_name_at(text, at, "</script"))
            return at;
        if (state == PLAIN && is_at(text, at, "<!--")) {
            state = ESCAPED;
            at++; /* its dashes may be those of a --> */
        } else if (state != PLAIN && is_at(text, at, "-->")) {
            state = PLAIN;
        } else if (state == ESCAPED && is_name_at(text, at, "<script")) {
            state = DOUBLE;
        } else if (state == DOUBLE && is_name_at(text, at, "</script")) {
            state = ESCAPED;
        }
    }
    return text.len;
}

static void test_html_lean__scripts_end_where_they_do(void **state)
{
    static const char *const parts[] = {"<!--", "-->", "--", "-", ">", "<", "<script", "<script>", "</script", "</script>",
                                        "</SCRIPT ", "<!-", "!--", "</scripts>", "<s", "</", "var i = 0; i--; a<b", "x",
                                        "0123456789abcdef", "</style>", "<scrip", "\xE6\x8D\xA2"};
    struct tcs_buf html = {0};
    uint32_t seed = 15;

    (void)state;
    for (int round = 0; round < ROUNDS; round++) {
        struct tcs_html_tokenizer tokenizer;
        struct tcs_html_token token;
        struct tcs_str exact;

        tcs_buf_reset(&html);
        must(tcs_buf_append_str(&html, TCS_STR("<script>")));
        for (uint32_t n = next_random(&seed) % 24; n; n--)
            must(tcs_buf_append_str(&html, str(parts[next_random(&seed) % COUNT(parts)])));
        exact = exact_copy(&html);
        tcs_html_tokenizer_init(&tokenizer, exact, TCS_HTML_WANTS_NONE);
        tcs_html_tokenizer_next(&tokenizer, &token);
        tcs_html_tokenizer_next(&tokenizer, &token);
        if (token.text.len != script_end((struct tcs_str){exact.data + 8, exact.len - 8}))
            fail_msg("%zu: %.*s", token.text.len, (int)exact.len, exact.data);
        free((char *)(uintptr_t)exact.data);
    }
    tcs_buf_release(&html);
}

static void test_html_lean__keys_of_names(void **state)
{
    uint32_t seed = 13;

    (void)state;
    for (int round = 0; round < ROUNDS; round++) {
        char name[24];
        size_t len = next_random(&seed) % 12, spare = next_random(&seed) % 12;
        uint64_t wanted = 0;

        for (size_t i = 0; i < sizeof name; i++)
            name[i] = (char)(next_random(&seed) % 256);
        for (size_t i = 0; i < len && i < 8; i++) {
            unsigned char c = (unsigned char)name[i];

            wanted |= (uint64_t)(c >= 'A' && c <= 'Z' ? c + 32 : c) << 8 * i;
        }
        assert_true(tcs_html_scan_key(name, len, name + len + spare) == wanted);
    }
}

/* It may stop short where too little is left for a step, but passes over nothing. */
static void test_html_lean__pairs_are_not_passed_over(void **state)
{
    static const struct tcs_html_pairs pairs = {"/s", "!-"};
    static const char bytes[] = "<<<<<///!!-sSS ax\xC3";
    uint32_t seed = 14;

    (void)state;
    for (int round = 0; round < ROUNDS; round++) {
        size_t len = next_random(&seed) % 200, at, stop;
        char *text = malloc(len + 1);

        assert_non_null(text);
        for (at = 0; at < len; at++)
            text[at] = next_random(&seed) % 8 ? 'x' : bytes[next_random(&seed) % (sizeof bytes - 1)];
        for (at = 0; at + 2 < len; at++)
            if (text[at] == '<' && ((text[at + 1] == '/' && (text[at + 2] | 0x20) == 's') || !memcmp(text + at + 1, "!-", 2)))
                break;
        if (at + 2 >= len)
            at = len;
        stop = (size_t)(tcs_html_scan_pairs(text, text + len, &pairs) - text);
        assert_true(stop <= at);
        assert_true(stop == at || len - stop < 64 || text[stop] == '<');
        free(text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_html_lean__what_is_left),
        cmocka_unit_test(test_html_lean__a_page_of_few_scripts_is_its_own),
        cmocka_unit_test(test_html_lean__text_title_and_lead_are_the_pages),
        cmocka_unit_test(test_html_lean__tokens_are_the_same_whatever_is_wanted),
        cmocka_unit_test(test_html_lean__scripts_end_where_they_do),
        cmocka_unit_test(test_html_lean__keys_of_names),
        cmocka_unit_test(test_html_lean__pairs_are_not_passed_over),
    };

    return cmocka_run_group_tests_name("html_lean", tests, NULL, NULL);
}
