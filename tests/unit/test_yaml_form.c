/*
 * yaml_form: what is read is what libyaml makes of the text, node by node; trees of another text and damaged ones are
 * refused.
 */
#include "match_help.h"

#include "base/files.h"
#include "rules/yaml_form.h"

static void assert_same(const struct tcs_yaml_node *a, const struct tcs_yaml_node *b)
{
    const struct tcs_yaml_node *x, *y;

    assert_int_equal(a->kind, b->kind);
    assert_int_equal(a->style, b->style);
    assert_string_equal(a->file, b->file);
    assert_int_equal(a->line, b->line);
    assert_int_equal(a->column, b->column);
    assert_true(tcs_str_equal(a->text, b->text));
    assert_int_equal(b->text.data[b->text.len], 0);
    assert_ptr_equal(a->raw.data, b->raw.data);
    assert_int_equal(a->raw.len, b->raw.len);
    assert_int_equal(a->child_count, b->child_count);
    assert_int_equal(!a->key, !b->key);
    if (a->key)
        assert_same(a->key, b->key);
    for (x = a->child, y = b->child; x && y; x = x->next, y = y->next)
        assert_same(x, y);
    assert_true(!x && !y);
}

static void parse_and_append(struct tcs_str text, struct tcs_yaml *yaml, struct tcs_buf *bytes)
{
    must(tcs_yaml_parse(yaml, "name", text, NULL));
    must(tcs_yaml_form_append(yaml, text, bytes));
}

/* Two sources, one behind the other, as a database has them. */
static void round_trip(struct tcs_str text)
{
    struct tcs_yaml parsed = {0}, read[2] = {{0}};
    struct tcs_buf bytes = {0};
    struct tcs_str rest;
    size_t i, k;

    parse_and_append(text, &parsed, &bytes);
    must(tcs_yaml_form_append(&parsed, text, &bytes));
    rest = tcs_buf_view(&bytes);
    for (k = 0; k < 2; k++) {
        must(tcs_yaml_form_next(&rest, "name", text, &read[k], NULL));
        assert_int_equal(read[k].document_count, parsed.document_count);
        for (i = 0; i < parsed.document_count; i++)
            assert_same(parsed.documents[i], read[k].documents[i]);
    }
    assert_int_equal(rest.len, 0);
    tcs_yaml_release(&parsed);
    tcs_yaml_release(&read[0]);
    tcs_yaml_release(&read[1]);
    tcs_buf_release(&bytes);
}

static const char *const texts[] = {
    "",
    "# nothing\n",
    "a",
    "\xEF\xBB\xBFlexicon: x\nterms: {zh: [换脸, \"深\\u5ea6\", '伪''造'], en: [{term: a b, inflect: true}]}\n",
    "a: >\n  folded\n  text\nb: |\n  kept\n  as it is\n---\n- [[[]]]\n- {}\n- {a: {b: [c]}}\n- ''\n---\nnull\n",
    "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[deep]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]",
    "{a: {a: {a: {a: {a: {a: {a: {a: {a: {a: {a: {a: {a: {a: {a: {a: {a: {a: b}}}}}}}}}}}}}}}}}}",
};

static void test_yaml_form__read_is_what_was_parsed(void **state)
{
    size_t i;

    (void)state;
    for (i = 0; i < COUNT(texts); i++)
        round_trip(str(texts[i]));
}

static void test_yaml_form__all_patterns(void **state)
{
    struct tcs_files files = {0};
    size_t i, count = 0;

    (void)state;
    must(tcs_files_list("patterns", &files, NULL));
    for (i = 0; i < files.count; i++) {
        struct tcs_buf text = {0};

        if (!strstr(files.items[i].path, ".yaml"))
            continue;
        must(tcs_files_read(files.items[i].path, (size_t)1 << 20, &text, NULL));
        round_trip(tcs_buf_view(&text));
        tcs_buf_release(&text);
        count++;
    }
    assert_true(count > 40);
    tcs_files_release(&files);
}

/* Every length but the whole, every byte changed: refused, or read without reaching outside (for the sanitizers to see). */
static void test_yaml_form__damage(void **state)
{
    struct tcs_str text = str(texts[4]);
    struct tcs_yaml parsed = {0};
    struct tcs_buf bytes = {0};
    size_t at, len;

    (void)state;
    parse_and_append(text, &parsed, &bytes);
    tcs_yaml_release(&parsed);
    for (len = 0; len < bytes.len; len++) {
        char *copy = malloc(len + 1);
        struct tcs_str rest = {copy, len};
        struct tocsin_error err = {0};
        struct tcs_yaml yaml = {0};

        assert_non_null(copy);
        memcpy(copy, bytes.data, len);
        assert_int_equal(tcs_yaml_form_next(&rest, "name", text, &yaml, &err), TOCSIN_E_CORRUPT);
        assert_non_null(strstr(err.message, "damaged; compile it again"));
        tcs_yaml_release(&yaml);
        free(copy);
    }
    for (at = 0; at < bytes.len * 8; at++) {
        struct tcs_str rest = tcs_buf_view(&bytes);
        struct tcs_yaml yaml = {0};
        tocsin_status st;

        bytes.data[at / 8] ^= (char)(1 << at % 8);
        st = tcs_yaml_form_next(&rest, "name", text, &yaml, NULL);
        assert_true(st == TOCSIN_OK || st == TOCSIN_E_CORRUPT || st == TOCSIN_E_NOMEM);
        tcs_yaml_release(&yaml);
        bytes.data[at / 8] ^= (char)(1 << at % 8);
    }
    tcs_buf_release(&bytes);
}

static void test_yaml_form__another_text_is_refused(void **state)
{
    struct tcs_yaml parsed = {0}, yaml = {0};
    struct tcs_buf bytes = {0};
    struct tcs_str rest;

    (void)state;
    parse_and_append(TCS_STR("lexicon: a"), &parsed, &bytes);
    rest = tcs_buf_view(&bytes);
    assert_int_equal(tcs_yaml_form_next(&rest, "name", TCS_STR("lexicon: b"), &yaml, NULL), TOCSIN_E_CORRUPT);
    tcs_yaml_release(&parsed);
    tcs_yaml_release(&yaml);
    tcs_buf_release(&bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_yaml_form__read_is_what_was_parsed),
        cmocka_unit_test(test_yaml_form__all_patterns),
        cmocka_unit_test(test_yaml_form__damage),
        cmocka_unit_test(test_yaml_form__another_text_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
