/*
 * html_entity and the rules of character references: by tables, and against html5lib's tokenizer
 * tests (TOCSIN_DATA names the folder that holds containers/).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "input/html.h"
#include "input/html_flat.h"
#include "input/html_token.h"
#include "input/json.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

static void must(tocsin_status st)
{
    assert_int_equal(st, TOCSIN_OK);
}

/* The reference at the start of text as UTF-8 in out; returns the bytes that it takes. */
static size_t decode_reference(const char *text, size_t len, bool in_attribute, char out[9])
{
    uint32_t cp[2] = {0, 0};
    size_t taken = tcs_html_char_reference(text, text + len, in_attribute, cp);
    size_t n = 0;

    if (taken) {
        n = tcs_utf8_encode(cp[0], out);
        if (cp[1])
            n += tcs_utf8_encode(cp[1], out + n);
    }
    out[n] = '\0';
    return taken;
}

static const struct {
    const char *text;
    bool in_attribute;
    size_t taken;
    const char *characters;
} references[] = {
    {"&amp;x", false, 5, "&"},
    {"&nbsp;", false, 6, "\xC2\xA0"},
    {"&nbsp", false, 5, "\xC2\xA0"},
    {"&AMP", false, 4, "&"},
    {"&", false, 0, ""},
    {"& ", false, 0, ""},
    {"&;", false, 0, ""},
    {"&x;", false, 0, ""},
    {"&Lt;", false, 4, "\xE2\x89\xAA"},
    {"&lT;", false, 0, ""},
    {"&nGt;", false, 5, "\xE2\x89\xAB\xE2\x83\x92"},
    {"&NotEqualTilde;", false, 15, "\xE2\x89\x82\xCC\xB8"},
    {"&CounterClockwiseContourIntegral;", false, 33, "\xE2\x88\xB3"},
    /* the longest match, and names that need their semicolon */
    {"&notit;", false, 4, "\xC2\xAC"},
    {"&notin;", false, 7, "\xE2\x88\x89"},
    {"&notin", false, 4, "\xC2\xAC"},
    {"&thetasym", false, 0, ""},
    {"&ampamp;", false, 4, "&"},
    {"&frac12x", false, 7, "\xC2\xBD"},
    /* in attributes an old name before = or a letter or digit is text */
    {"&copy=1", true, 0, ""},
    {"&copy1", true, 0, ""},
    {"&copyx", true, 0, ""},
    {"&copy;=1", true, 6, "\xC2\xA9"},
    {"&copy", true, 5, "\xC2\xA9"},
    {"&copy&", true, 5, "\xC2\xA9"},
    {"&notit;", true, 0, ""},
    {"&copy=1", false, 5, "\xC2\xA9"},
    {"&#65=", true, 4, "A"},
    /* numbers */
    {"&#25442;", false, 8, "\xE6\x8D\xA2"},
    {"&#x6362;", false, 8, "\xE6\x8D\xA2"},
    {"&#X6362g", false, 7, "\xE6\x8D\xA2"},
    {"&#25442", false, 7, "\xE6\x8D\xA2"},
    {"&#", false, 0, ""},
    {"&#;", false, 0, ""},
    {"&#x", false, 0, ""},
    {"&#xg", false, 0, ""},
    {"&#a", false, 0, ""},
    {"&#128;", false, 6, "\xE2\x82\xAC"},
    {"&#x9F;", false, 6, "\xC5\xB8"},
    {"&#x81;", false, 6, "\xC2\x81"},
    {"&#0;", false, 4, "\xEF\xBF\xBD"},
    {"&#xD800;", false, 8, "\xEF\xBF\xBD"},
    {"&#xDFFF;", false, 8, "\xEF\xBF\xBD"},
    {"&#x110000;", false, 10, "\xEF\xBF\xBD"},
    {"&#99999999999999999999;", false, 23, "\xEF\xBF\xBD"},
    {"&#x10FFFF;", false, 10, "\xF4\x8F\xBF\xBF"},
    {"&#00000000000000065;", false, 20, "A"},
};

static void test_html_entity__references_follow_the_standard(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(references); i++) {
        char out[9];
        size_t len = strlen(references[i].text);
        size_t taken =
            decode_reference(references[i].text, len, references[i].in_attribute, out);

        if (taken != references[i].taken || strcmp(out, references[i].characters) != 0)
            fail_msg("%s: took %zu, gave '%s'", references[i].text, taken, out);
    }
}

/* Cut anywhere, a reference is read from the bytes that are there and no others. */
static void test_html_entity__no_byte_behind_the_end_is_read(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(references); i++) {
        for (size_t len = 1; len <= strlen(references[i].text); len++) {
            char *exact = malloc(len);
            char out[9];

            assert_non_null(exact);
            memcpy(exact, references[i].text, len);
            assert_true(decode_reference(exact, len, false, out) <= len);
            free(exact);
        }
    }
}

/* ---- html5lib's tests ---- */

enum { PATH_INPUT, PATH_OUTPUT, PATH_ATTRIBUTE };

static struct tcs_buf read_suite(const char *name)
{
    const char *root = getenv("TOCSIN_DATA");
    struct tcs_buf data = {0};
    char path[4096];
    FILE *file;

    if (!root) {
        print_message("skipped: TOCSIN_DATA does not name the folder that holds containers/\n");
        skip();
    }
    (void)snprintf(path, sizeof path, "%s/containers/html5lib+html5lib-tests/tokenizer/%s", root,
                   name);
    file = fopen(path, "rb");
    if (!file) {
        print_message("skipped: cannot read %s\n", path);
        skip();
    }
    for (;;) {
        size_t got;

        must(tcs_buf_reserve(&data, 65536));
        got = fread(data.data + data.len, 1, 65536, file);
        if (!got)
            break;
        data.len += got;
    }
    assert_int_equal(fclose(file), 0);
    return data;
}

static void append_decoded(struct tcs_buf *out, struct tcs_str raw, bool in_attribute)
{
    size_t i = 0;

    while (i < raw.len) {
        char bytes[9];
        size_t taken = 0;

        if (raw.data[i] == '&')
            taken = decode_reference(raw.data + i, raw.len - i, in_attribute, bytes);
        if (taken)
            must(tcs_buf_append(out, bytes, strlen(bytes)));
        else
            must(tcs_buf_putc(out, raw.data[i]));
        i += taken ? taken : 1;
    }
}

/* Every character token and attribute value of the input, decoded, one behind the other. */
static void read_tokens(struct tcs_str input, struct tcs_buf *out)
{
    struct tcs_html_tokenizer tokenizer;
    struct tcs_html_token token;

    tcs_buf_reset(out);
    tcs_html_tokenizer_init(&tokenizer, input, TCS_HTML_WANTS_ALL);
    do {
        struct tcs_html_attribute attribute;
        bool is_slash_last;
        const char *p, *end;

        tcs_html_tokenizer_next(&tokenizer, &token);
        append_decoded(out, token.text, false);
        if (token.kind != TCS_HTML_START_TAG)
            continue;
        p = token.attributes.data;
        end = p + token.attributes.len;
        while (tcs_html_attribute_next(&p, end, &attribute, &is_slash_last))
            append_decoded(out, attribute.value, true);
    } while (token.kind != TCS_HTML_END);
}

/*
 * One test: its input is values[0], what follows up to the next input is its output. Names of
 * tokens and of the tag are left out of what is expected.
 */
static size_t check_case(const struct tcs_json_value *values, size_t count, struct tcs_buf *got)
{
    struct tcs_buf wanted = {0};
    size_t i;

    for (i = 1; i < count && values[i].path != PATH_INPUT; i++) {
        bool is_tag = values[i].path == PATH_OUTPUT &&
                      tcs_str_equal(values[i].text, TCS_STR("StartTag"));

        if (is_tag)
            i++;
        else if (!tcs_str_equal(values[i].text, TCS_STR("Character")))
            must(tcs_buf_append_str(&wanted, values[i].text));
    }
    read_tokens(values[0].text, got);
    if (!tcs_str_equal(tcs_buf_view(got), tcs_buf_view(&wanted)))
        fail_msg("'%.*s' gave '%.*s', wanted '%.*s'", (int)values[0].text.len, values[0].text.data,
                 (int)got->len, got->data, (int)wanted.len, wanted.data);
    /* What TCS_HTML_ROOM promises. */
    assert_true(got->len <= TCS_HTML_ROOM(values[0].text.len) - 60);
    tcs_buf_release(&wanted);
    return i;
}

static void check_suite(const char *name, size_t count_min)
{
    struct tcs_json_scratch scratch = {0};
    struct tcs_json_paths paths = {0};
    struct tcs_buf data = read_suite(name);
    struct tcs_buf got = {0};
    size_t count = 0;

    must(tcs_json_paths_add(&paths, TCS_STR("tests[].input"), NULL));
    must(tcs_json_paths_add(&paths, TCS_STR("tests[].output[][]"), NULL));
    must(tcs_json_paths_add(&paths, TCS_STR("tests[].output[][].a"), NULL));
    must(tcs_json_read(tcs_buf_view(&data), &paths, &scratch, NULL, NULL));
    for (size_t i = 0; i < scratch.count; count++)
        i += check_case(scratch.values + i, scratch.count - i, &got);
    assert_true(count >= count_min);
    tcs_buf_release(&got);
    tcs_buf_release(&data);
    tcs_json_paths_release(&paths);
    tcs_json_scratch_release(&scratch);
}

static void test_html_entity__html5lib_named_entities(void **state)
{
    (void)state;
    check_suite("namedEntities.test", 4000);
}

static void test_html_entity__html5lib_entities(void **state)
{
    (void)state;
    check_suite("entities.test", 70);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_html_entity__references_follow_the_standard),
        cmocka_unit_test(test_html_entity__no_byte_behind_the_end_is_read),
        cmocka_unit_test(test_html_entity__html5lib_named_entities),
        cmocka_unit_test(test_html_entity__html5lib_entities),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
