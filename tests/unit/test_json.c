/*
 * json: grammar against JSONTestSuite (TOCSIN_DATA names the folder that holds containers/),
 * extraction, errors and writing by tables, and random bytes.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "input/charset.h"
#include "input/json.h"
#include "input/utf8_copy.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))
/* TCS_STR for initialisers of static storage, where a compound literal is no constant. */
#define SPAN(literal) {(literal), sizeof(literal) - 1}

static struct tcs_str str(const char *text)
{
    return (struct tcs_str){text, strlen(text)};
}

static void add_paths(struct tcs_json_paths *paths, const char *list)
{
    while (*list) {
        size_t len = strcspn(list, " ");

        assert_int_equal(tcs_json_paths_add(paths, (struct tcs_str){list, len}, NULL), TOCSIN_OK);
        list += len + (list[len] == ' ');
    }
}

static char *read_whole(const char *path, size_t *len)
{
    FILE *file = fopen(path, "rb");
    char *data = NULL;
    long size;

    assert_non_null(file);
    assert_int_equal(fseek(file, 0, SEEK_END), 0);
    size = ftell(file);
    assert_true(size >= 0);
    rewind(file);
    data = malloc((size_t)size + 1);
    assert_non_null(data);
    *len = fread(data, 1, (size_t)size, file);
    assert_int_equal(*len, size);
    assert_int_equal(fclose(file), 0);
    return data;
}

static void check_suite_file(const char *dir, const char *name, struct tcs_json_scratch *scratch)
{
    struct tcs_json_paths paths = {0};
    struct tocsin_error err = {0};
    tocsin_status st;
    char path[4096];
    size_t len;
    char *data;

    add_paths(&paths, "a b a.b title");
    (void)snprintf(path, sizeof path, "%s/%s", dir, name);
    data = read_whole(path, &len);
    st = tcs_json_read((struct tcs_str){data, len}, &paths, scratch, NULL, &err);
    if ((name[0] == 'y' && st != TOCSIN_OK) || (name[0] == 'n' && st == TOCSIN_OK))
        fail_msg("%s: %s %s at %llu", name, tocsin_status_name(st), err.message,
                 (unsigned long long)err.offset);
    if (st != TOCSIN_OK)
        assert_true(err.offset <= len && err.message[0]);
    free(data);
    tcs_json_paths_release(&paths);
}

/*
 * What RFC 8259 leaves open: every i_ file of the suite, with what Tocsin reads (the one element of its array; "" where
 * there is none to read), or NULL where it refuses. docs/formats.md says why.
 */
static const struct {
    const char *name, *value;
} open_cases[] = {
    {"number_double_huge_neg_exp", "123.456e-789"},
    {"number_huge_exp", "0.4e0066999999999999999999999999999999999999999999999999999999999999999999999999"
                        "9999999999999999999999999999999999999999999969999999006"},
    {"number_neg_int_huge_exp", "-1e+9999"},
    {"number_pos_double_huge_exp", "1.5e+9999"},
    {"number_real_neg_overflow", "-123123e100000"},
    {"number_real_pos_overflow", "123123e100000"},
    {"number_real_underflow", "123e-10000000"},
    {"number_too_big_neg_int", "-123123123123123123123123123123"},
    {"number_too_big_pos_int", "100000000000000000000"},
    {"number_very_big_negative_int", "-237462374673276894279832749832423479823246327846"},
    {"object_key_lone_2nd_surrogate", ""},
    {"string_1st_surrogate_but_2nd_missing", "\uFFFD"},
    {"string_1st_valid_surrogate_2nd_invalid", "\uFFFD\u1234"},
    {"string_UTF-16LE_with_BOM", "\u00E9"},
    {"string_UTF-8_invalid_sequence", "\u65E5\u0448\uFFFD"},
    {"string_UTF8_surrogate_U+D800", "\uFFFD\uFFFD\uFFFD"},
    {"string_incomplete_surrogate_and_escape_valid", "\uFFFD\n"},
    {"string_incomplete_surrogate_pair", "\uFFFDa"},
    {"string_incomplete_surrogates_escape_valid", "\uFFFD\uFFFD\n"},
    {"string_invalid_lonely_surrogate", "\uFFFD"},
    {"string_invalid_surrogate", "\uFFFDabc"},
    {"string_invalid_utf-8", "\uFFFD"},
    {"string_inverted_surrogates_U+1D11E", "\uFFFD\uFFFD"},
    {"string_iso_latin_1", "\uFFFD"},
    {"string_lone_second_surrogate", "\uFFFD"},
    {"string_lone_utf8_continuation_byte", "\uFFFD"},
    {"string_not_in_unicode_range", "\uFFFD\uFFFD\uFFFD\uFFFD"},
    {"string_overlong_sequence_2_bytes", "\uFFFD\uFFFD"},
    {"string_overlong_sequence_6_bytes", "\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD"},
    {"string_overlong_sequence_6_bytes_null", "\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD"},
    {"string_truncated-utf-8", "\uFFFD\uFFFD"},
    {"string_utf16BE_no_BOM", NULL},
    {"string_utf16LE_no_BOM", NULL},
    {"structure_500_nested_arrays", ""},
    {"structure_UTF-8_BOM_empty_object", ""},
};

/* The bytes as a scan gives them to the reader: UTF-16 with its mark converted; an array put under the key x. */
static void put_as_read(struct tcs_str bytes, struct tcs_buf *out)
{
    struct tcs_charset_hints hints = {.is_html = false};
    struct tcs_charset_scratch scratch = {0};
    struct tcs_charset charset;
    struct tcs_buf text = {0};
    bool is_array;

    tcs_charset_decide(bytes, &hints, &scratch, &charset);
    if (strcmp(charset.from, "bom") != 0 || !strcmp(charset.name, "utf-8"))
        assert_int_equal(tcs_buf_append_str(&text, bytes), TOCSIN_OK);
    else
        assert_int_equal(tcs_charset_convert(bytes, &charset, &scratch, &text, NULL), TOCSIN_OK);
    is_array = text.len && text.data[0] == '[';
    assert_int_equal(tcs_buf_printf(out, "%s", is_array ? "{\"x\":" : ""), TOCSIN_OK);
    assert_int_equal(tcs_buf_append_str(out, tcs_buf_view(&text)), TOCSIN_OK);
    assert_int_equal(tcs_buf_printf(out, "%s", is_array ? "}" : ""), TOCSIN_OK);
    tcs_charset_scratch_release(&scratch);
    tcs_buf_release(&text);
}

static size_t count_open_files(const char *dir)
{
    DIR *handle = opendir(dir);
    struct dirent *entry;
    size_t count = 0;

    if (!handle)
        return 0;
    while ((entry = readdir(handle)) != NULL)
        count += !strncmp(entry->d_name, "i_", 2);
    assert_int_equal(closedir(handle), 0);
    return count;
}

static void test_json__decides_what_the_standard_leaves_open(void **state)
{
    const char *root = getenv("TOCSIN_DATA");
    struct tcs_json_scratch scratch = {0};
    struct tcs_json_paths paths = {0};
    char dir[4000], path[4200];
    struct tcs_buf text = {0};
    size_t i;

    (void)state;
    (void)snprintf(dir, sizeof dir, "%s/containers/nst+JSONTestSuite/test_parsing", root ? root : "");
    if (!root || !count_open_files(dir)) {
        print_message("skipped: TOCSIN_DATA does not name the folder that holds containers/\n");
        skip();
    }
    assert_int_equal(count_open_files(dir), COUNT(open_cases));
    add_paths(&paths, "x[]");
    for (i = 0; i < COUNT(open_cases); i++) {
        struct tcs_str value = {"", 0};
        tocsin_status st;
        size_t len;
        char *data;

        (void)snprintf(path, sizeof path, "%s/i_%s.json", dir, open_cases[i].name);
        data = read_whole(path, &len);
        tcs_buf_reset(&text);
        put_as_read((struct tcs_str){data, len}, &text);
        st = tcs_json_read(tcs_buf_view(&text), &paths, &scratch, NULL, NULL);
        if (scratch.count)
            value = scratch.values[0].text;
        if ((st == TOCSIN_OK) != (open_cases[i].value != NULL))
            fail_msg("%s: %s", open_cases[i].name, tocsin_status_name(st));
        if (st == TOCSIN_OK && (scratch.count > 1 || !tcs_str_equal(value, str(open_cases[i].value))))
            fail_msg("%s: read %.*s, expected %s", open_cases[i].name, (int)value.len, value.data, open_cases[i].value);
        free(data);
    }
    tcs_buf_release(&text);
    tcs_json_scratch_release(&scratch);
    tcs_json_paths_release(&paths);
}

static void test_json__agrees_with_the_public_suite(void **state)
{
    const char *root = getenv("TOCSIN_DATA");
    struct tcs_json_scratch scratch = {0};
    char dir[2048];
    struct dirent *entry;
    size_t count = 0;
    DIR *handle;

    (void)state;
    if (!root) {
        print_message("skipped: TOCSIN_DATA does not name the folder that holds containers/\n");
        skip();
    }
    (void)snprintf(dir, sizeof dir, "%s/containers/nst+JSONTestSuite/test_parsing", root);
    handle = opendir(dir);
    if (!handle) {
        print_message("skipped: no folder %s\n", dir);
        skip();
    }
    while ((entry = readdir(handle)) != NULL) {
        if (strchr("yni", entry->d_name[0]) && entry->d_name[1] == '_') {
            check_suite_file(dir, entry->d_name, &scratch);
            count++;
        }
    }
    assert_true(count > 300);
    assert_int_equal(closedir(handle), 0);
    tcs_json_scratch_release(&scratch);
}

static const struct {
    const char *paths, *json, *values; /* values: path=text pairs, strings in '', parted by | */
} extractions[] = {
    {"title", "{\"title\":\"x\"}", "0='x'"},
    {"title", "{\"title\":\"\"}", "0=''"},
    {"title", " \r\n\t{ \"title\" : \"x\" } ", "0='x'"},
    {"title", "\xEF\xBB\xBF{\"title\":\"x\"}", "0='x'"},
    {"title", "{\"Title\":\"x\",\"titl\":\"y\",\"title2\":\"z\"}", ""},
    {"title", "{\"title\":\"x\",\"title\":\"y\"}", "0='x'|0='y'"},
    {"title text", "{\"text\":\"b\",\"title\":\"a\"}", "1='b'|0='a'"},
    {"title title", "{\"title\":\"a\"}", "0='a'|1='a'"},
    {"a.b", "{\"a\":{\"b\":\"x\",\"c\":{\"b\":\"y\"}},\"b\":\"z\"}", "0='x'"},
    {"a a.b", "{\"a\":{\"b\":\"x\"}}", "1='x'"},
    {"a[]", "{\"a\":[\"x\",[\"y\"],{\"a\":\"z\"},\"w\"]}", "0='x'|0='w'"},
    {"a[][]", "{\"a\":[\"x\",[\"y\",\"z\"],[]]}", "0='y'|0='z'"},
    {"a[].b", "{\"a\":[{\"b\":\"x\"},{\"c\":1},{\"b\":\"y\"}]}", "0='x'|0='y'"},
    {"a a[]", "{\"a\":[\"x\"],\"a\":\"y\"}", "1='x'|0='y'"},
    {"a", "{\"a\":-12.50e+3}", "0=-12.50e+3"},
    {"a", "{\"a\":true,\"a\":false,\"a\":null,\"a\":[],\"a\":{}}", "0=true|0=false"},
    {"a", "{\"\\u0061\":\"x\"}", "0='x'"},
    {"\xE6\xA0\x87\xE9\xA2\x98", "{\"\\u6807\xE9\xA2\x98\":\"x\"}", "0='x'"},
    {"a", "{\"a\":\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"}", "0='\"\\/\b\f\n\r\t'"},
    {"a", "{\"a\":\"\\u6362\\u8138\"}", "0='\xE6\x8D\xA2\xE8\x84\xB8'"},
    {"a", "{\"a\":\"\\uD83D\\uDE00\"}", "0='\xF0\x9F\x98\x80'"},
    {"a", "{\"a\":\"\\uDE00\"}", "0='\xEF\xBF\xBD'"},
    {"a", "{\"a\":\"\\uD83Dx\"}", "0='\xEF\xBF\xBDx'"},
    {"a", "{\"a\":\"\\uD83D\\u0041\"}", "0='\xEF\xBF\xBD" "A'"},
    {"a", "{\"a\":\"\\uD83D\\uD83D\\uDE00\"}", "0='\xEF\xBF\xBD\xF0\x9F\x98\x80'"},
    {"a", "{\"a\":\"x\xFFy\xE6\x8Dz\xED\xA0\x80\"}",
     "0='x\xEF\xBF\xBDy\xEF\xBF\xBDz\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD'"},
    {"a", "{\"b\":\"0123456789abcdef0123\\\"456789\",\"a\":\"0123456789abcdef0123\\\"456789\"}",
     "0='0123456789abcdef0123\"456789'"},
    {"a", "[{\"a\":\"x\"}]", ""},
    {"a", "\"a\"", ""},
};

static void format_values(const struct tcs_json_scratch *scratch, struct tcs_buf *out)
{
    tcs_buf_reset(out);
    for (size_t i = 0; i < scratch->count; i++) {
        const struct tcs_json_value *v = &scratch->values[i];
        const char *quote = v->is_string ? "'" : "";

        assert_int_equal(tcs_buf_printf(out, "%s%u=%s%.*s%s", i ? "|" : "", v->path, quote,
                                        (int)v->text.len, v->text.data, quote),
                         TOCSIN_OK);
    }
    assert_int_equal(tcs_buf_putc(out, '\0'), TOCSIN_OK);
}

static void test_json__extracts_the_values_asked_for(void **state)
{
    struct tcs_json_scratch scratch = {0};
    struct tcs_buf out = {0};

    (void)state;
    for (size_t i = 0; i < COUNT(extractions); i++) {
        struct tcs_json_paths paths = {0};
        bool is_object = false;

        add_paths(&paths, extractions[i].paths);
        assert_int_equal(
            tcs_json_read(str(extractions[i].json), &paths, &scratch, &is_object, NULL),
            TOCSIN_OK);
        format_values(&scratch, &out);
        assert_string_equal(out.data, extractions[i].values);
        assert_int_equal(is_object, strchr("[\"", extractions[i].json[0]) == NULL);
        tcs_json_paths_release(&paths);
    }
    tcs_buf_release(&out);
    tcs_json_scratch_release(&scratch);
}

static const struct {
    const char *json;
    size_t offset;
    const char *found; /* part of the message */
} refusals[] = {
    {"", 0, "a value"},
    {"{", 1, "a key or '}'"},
    {"{\"a\"", 4, "':'"},
    {"{\"a\" 1}", 5, "':'"},
    {"{\"a\":}", 5, "a value"},
    {"{\"a\":1,}", 7, "a key"},
    {"{\"a\":1]", 6, "',' or '}'"},
    {"[1}", 2, "',' or ']'"},
    {"[1,]", 3, "a value"},
    {"[,1]", 1, "a value"},
    {"[01]", 2, "',' or ']'"},
    {"[-]", 2, "a digit"},
    {"[1.]", 3, "a digit"},
    {"[1e+]", 4, "a digit"},
    {"[+1]", 1, "a value"},
    {"[tru]", 4, "true, false or null"},
    {"\"a", 2, "'\"'"},
    {"\"a\nb\"", 2, "escaped control"},
    {"\"\\x\"", 2, "backslash"},
    {"\"\\u12G4\"", 5, "hexadecimal"},
    {"\"\\uD800\\u\"", 9, "hexadecimal"},
    {"1 2", 2, "the end"},
    {"{} \xFF", 3, "0xFF"},
};

static void test_json__errors_name_place_and_expectation(void **state)
{
    struct tcs_json_scratch scratch = {0};
    struct tcs_json_paths paths = {0};

    (void)state;
    add_paths(&paths, "a");
    for (size_t i = 0; i < COUNT(refusals); i++) {
        struct tocsin_error err = {0};

        assert_int_equal(tcs_json_read(str(refusals[i].json), &paths, &scratch, NULL, &err),
                         TOCSIN_E_CORRUPT);
        assert_int_equal(err.status, TOCSIN_E_CORRUPT);
        assert_int_equal(err.offset, refusals[i].offset);
        if (!strstr(err.message, refusals[i].found))
            fail_msg("%s: %s", refusals[i].json, err.message);
    }
    tcs_json_paths_release(&paths);
    tcs_json_scratch_release(&scratch);
}

static void test_json__depth_is_limited(void **state)
{
    struct tcs_json_scratch scratch = {0};
    struct tcs_json_paths paths = {0};
    struct tocsin_error err = {0};
    char text[2 * (TCS_JSON_DEPTH_MAX + 1)];

    (void)state;
    for (size_t depth = TCS_JSON_DEPTH_MAX; depth <= TCS_JSON_DEPTH_MAX + 1; depth++) {
        tocsin_status wanted = depth > TCS_JSON_DEPTH_MAX ? TOCSIN_E_LIMIT : TOCSIN_OK;

        memset(text, '[', depth);
        memset(text + depth, ']', depth);
        assert_int_equal(
            tcs_json_read((struct tcs_str){text, 2 * depth}, &paths, &scratch, NULL, &err), wanted);
    }
    assert_int_equal(err.offset, TCS_JSON_DEPTH_MAX);
    tcs_json_scratch_release(&scratch);
}

static void test_json__wrong_paths_are_refused(void **state)
{
    static const char *const wrong[] = {"",   ".",    "a.", ".a", "a..b",
                                        "a[", "a[0]", "[]", "a]", "a[]b"};
    struct tcs_json_paths paths = {0};
    struct tcs_buf deep = {0};

    (void)state;
    for (size_t i = 0; i < COUNT(wrong); i++) {
        struct tocsin_error err = {0};

        assert_int_equal(tcs_json_paths_add(&paths, str(wrong[i]), &err), TOCSIN_E_ARG);
        assert_true(err.message[0] && err.offset <= strlen(wrong[i]));
        assert_int_equal(paths.count, 0);
    }
    assert_int_equal(tcs_buf_putc(&deep, 'a'), TOCSIN_OK);
    for (size_t i = 0; i < TCS_JSON_DEPTH_MAX; i++)
        assert_int_equal(tcs_buf_append(&deep, "[]", 2), TOCSIN_OK);
    assert_int_equal(tcs_json_paths_add(&paths, tcs_buf_view(&deep), NULL), TOCSIN_E_ARG);
    tcs_buf_release(&deep);
    tcs_json_paths_release(&paths);
}

static void test_json__a_warm_reader_does_not_allocate(void **state)
{
    struct tcs_str json = TCS_STR("{\"title\":\"x\\u0041\",\"t\":[\"a\",\"b\"],\"n\":{\"k\":12}}");
    struct tcs_json_scratch scratch = {0}, warm;
    struct tcs_json_paths paths = {0};

    (void)state;
    add_paths(&paths, "title t[] n.k");
    assert_int_equal(tcs_json_read(json, &paths, &scratch, NULL, NULL), TOCSIN_OK);
    warm = scratch;
    for (int i = 0; i < 1000; i++)
        assert_int_equal(tcs_json_read(json, &paths, &scratch, NULL, NULL), TOCSIN_OK);
    assert_ptr_equal(scratch.text.data, warm.text.data);
    assert_ptr_equal(scratch.values, warm.values);
    assert_ptr_equal(scratch.key.data, warm.key.data);
    assert_int_equal(scratch.text.cap, warm.text.cap);
    tcs_json_paths_release(&paths);
    tcs_json_scratch_release(&scratch);
}

static const struct {
    struct tcs_str text;
    const char *json;
} writings[] = {
    {SPAN(""), "\"\""},
    {SPAN("abc"), "\"abc\""},
    {SPAN("a\"\\/b"), "\"a\\\"\\\\/b\""},
    {SPAN("\b\f\n\r\t\v\0\x1F\x7F"), "\"\\b\\f\\n\\r\\t\\u000b\\u0000\\u001f\\u007f\""},
    {SPAN("\xE2\x80\xA7\xE2\x80\xA8\xE2\x80\xA9\xE2\x80\xAA"),
     "\"\xE2\x80\xA7\\u2028\\u2029\xE2\x80\xAA\""},
    {SPAN("\xE6\x8D\xA2\xE8\x84\xB8\xF0\x9F\x98\x80"),
     "\"\xE6\x8D\xA2\xE8\x84\xB8\xF0\x9F\x98\x80\""},
    {SPAN("a\xE6\x8D\"\xFF"), "\"a\xEF\xBF\xBD\\\"\xEF\xBF\xBD\""},
};

static void test_json__writes_strings(void **state)
{
    struct tcs_buf out = {0};

    (void)state;
    for (size_t i = 0; i < COUNT(writings); i++) {
        tcs_buf_reset(&out);
        assert_int_equal(tcs_json_write_string(&out, writings[i].text), TOCSIN_OK);
        assert_int_equal(out.len, strlen(writings[i].json));
        assert_memory_equal(out.data, writings[i].json, out.len);
    }
    tcs_buf_release(&out);
}

/* At every place of a vector, a character is escaped if and only if docs/formats.md says so. */
static void test_json__escapes_what_it_must_wherever_it_stands(void **state)
{
    struct tcs_buf out = {0};
    char text[64];

    (void)state;
    for (uint32_t cp = 0; cp < 0x3100; cp++) {
        size_t at = cp % 37, len;
        bool is_escaped = cp < 0x20 || cp == '"' || cp == '\\' || (cp >= 0x7F && cp <= 0x9F) || cp == 0x2028 || cp == 0x2029;

        memset(text, 'a', sizeof text);
        len = tcs_utf8_encode(cp, text + at);
        tcs_buf_reset(&out);
        assert_int_equal(tcs_json_write_string(&out, (struct tcs_str){text, sizeof text}), TOCSIN_OK);
        assert_int_equal(out.data[1 + at] == '\\', is_escaped);
        if (!is_escaped) {
            assert_int_equal(out.len, sizeof text + 2);
            assert_memory_equal(out.data + 1, text, sizeof text);
        }
        assert_memory_equal(out.data + out.len - 1 - (sizeof text - at - len), text + at + len, sizeof text - at - len);
    }
    tcs_buf_release(&out);
}

static uint32_t next_random(uint32_t *seed)
{
    *seed ^= *seed << 13;
    *seed ^= *seed >> 17;
    *seed ^= *seed << 5;
    return *seed;
}

/* What is written is read back as the same text, its ill-formed bytes replaced. */
static void test_json__written_strings_read_back(void **state)
{
    struct tcs_buf text = {0}, json = {0}, wanted = {0};
    struct tcs_json_scratch scratch = {0};
    struct tcs_json_paths paths = {0};
    uint32_t seed = 20260101;

    (void)state;
    add_paths(&paths, "k");
    for (int round = 0; round < 5000; round++) {
        tcs_buf_reset(&text);
        tcs_buf_reset(&json);
        tcs_buf_reset(&wanted);
        for (uint32_t n = next_random(&seed) % 60; n; n--)
            assert_int_equal(tcs_buf_putc(&text, (char)(next_random(&seed) >> 8)), TOCSIN_OK);
        assert_int_equal(tcs_buf_append(&json, "{\"k\":", 5), TOCSIN_OK);
        assert_int_equal(tcs_json_write_string(&json, tcs_buf_view(&text)), TOCSIN_OK);
        assert_int_equal(tcs_buf_putc(&json, '}'), TOCSIN_OK);
        assert_int_equal(tcs_utf8_append(&wanted, tcs_buf_view(&text)), TOCSIN_OK);
        assert_int_equal(tcs_json_read(tcs_buf_view(&json), &paths, &scratch, NULL, NULL),
                         TOCSIN_OK);
        assert_int_equal(scratch.count, 1);
        assert_true(tcs_str_equal(scratch.values[0].text, tcs_buf_view(&wanted)));
        tcs_buf_reset(&text);
        assert_int_equal(tcs_buf_append(&text, "{\"k\":", 5), TOCSIN_OK);
        assert_int_equal(tcs_json_write_well_formed(&text, tcs_buf_view(&wanted)), TOCSIN_OK);
        assert_int_equal(tcs_buf_putc(&text, '}'), TOCSIN_OK);
        assert_true(tcs_str_equal(tcs_buf_view(&text), tcs_buf_view(&json)));
        scratch.is_well_formed = true;
        assert_int_equal(tcs_json_read(tcs_buf_view(&json), &paths, &scratch, NULL, NULL), TOCSIN_OK);
        assert_true(tcs_str_equal(scratch.values[0].text, tcs_buf_view(&wanted)));
        scratch.is_well_formed = false;
    }
    tcs_buf_release(&text);
    tcs_buf_release(&json);
    tcs_buf_release(&wanted);
    tcs_json_paths_release(&paths);
    tcs_json_scratch_release(&scratch);
}

/*
 * Random tokens, each text in memory of exactly its length, so that a sanitizer sees any over-read.
 */
static void test_json__random_bytes_do_no_harm(void **state)
{
    static const char alphabet[] = "{}[]\",:\\u0019aetrufalsn-+.Ee \n\xE6\xFF\x01";
    struct tcs_json_scratch scratch = {0};
    struct tcs_json_paths paths = {0};
    uint32_t seed = 7;

    (void)state;
    add_paths(&paths, "a a[] a.e");
    for (int round = 0; round < 50000; round++) {
        size_t len = next_random(&seed) % 40;
        char *bytes = malloc(len ? len : 1);
        struct tocsin_error err = {0};

        assert_non_null(bytes);
        for (size_t i = 0; i < len; i++)
            bytes[i] = alphabet[next_random(&seed) % (sizeof alphabet - 1)];
        if (tcs_json_read((struct tcs_str){bytes, len}, &paths, &scratch, NULL, &err) != TOCSIN_OK)
            assert_true(err.offset <= len);
        free(bytes);
    }
    tcs_json_paths_release(&paths);
    tcs_json_scratch_release(&scratch);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_json__agrees_with_the_public_suite),
        cmocka_unit_test(test_json__decides_what_the_standard_leaves_open),
        cmocka_unit_test(test_json__extracts_the_values_asked_for),
        cmocka_unit_test(test_json__errors_name_place_and_expectation),
        cmocka_unit_test(test_json__depth_is_limited),
        cmocka_unit_test(test_json__wrong_paths_are_refused),
        cmocka_unit_test(test_json__a_warm_reader_does_not_allocate),
        cmocka_unit_test(test_json__writes_strings),
        cmocka_unit_test(test_json__escapes_what_it_must_wherever_it_stands),
        cmocka_unit_test(test_json__written_strings_read_back),
        cmocka_unit_test(test_json__random_bytes_do_no_harm),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
