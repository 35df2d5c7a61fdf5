/*
 * expr_text: a table, then random expressions: what is written back is read again as the same expression, with the same
 * verdict on every document.
 */
#include "rules_help.h"

#include "rules/expr_text.h"

static void write_text(const char *when, struct tcs_buf *out)
{
    struct tcs_patterns patterns;
    char yaml[4096];

    (void)snprintf(yaml, sizeof yaml,
                   "lexicon: a\nterms: {en: [x]}\n---\nlexicon: b\nterms: {en: [y]}\n---\nlexicon: c\nterms: {en: [q]}\n---\n"
                   "lexicon: d\nterms: {en: [k]}\n---\nrule: r\nwhen: |\n  %s\n", when);
    load_patterns(&patterns, yaml);
    tcs_buf_reset(out);
    assert_int_equal(tcs_expr_text(&patterns, patterns.rules[0].root, out), TOCSIN_OK);
    assert_int_equal(tcs_buf_putc(out, '\0'), TOCSIN_OK);
    tcs_patterns_release(&patterns);
}

static void test_expr_text__table(void **state)
{
    static const struct {
        const char *when, *expected;
    } cases[] = {
        {"a", "a"},
        {"((a))", "a"},
        {"a and b or c", "a and b or c"},
        {"a and (b or c)", "a and (b or c)"},
        {"not a and b", "not a and b"},
        {"not (a and b)", "not (a and b)"},
        {"not not a", "not not a"},
        {"(a and b) and c", "(a and b) and c"},
        {"near( a,b ,0 )", "near(a, b, 0)"},
        {"sentence(a, \"x\", b)", "sentence(a, \"x\", b)"},
        {"'say \"hi\" \\'", "\"say \\\"hi\\\" \\\\\""},
        {"title(a or b) and lead(not c)", "title(a or b) and lead(not c)"},
        {"count(a)>=2 or distinct(b) >= 3", "count(a) >= 2 or distinct(b) >= 3"},
        {"atleast(2, a and b, c, (a or b))", "atleast(2, a and b, c, a or b)"},
        {"paragraph(a, b)", "paragraph(a, b)"},
    };
    struct tcs_buf out = {0}, again = {0};
    size_t i;

    (void)state;
    for (i = 0; i < sizeof cases / sizeof *cases; i++) {
        write_text(cases[i].when, &out);
        assert_string_equal(out.data, cases[i].expected);
        write_text(out.data, &again);
        assert_string_equal(again.data, out.data);
    }
    tcs_buf_release(&out);
    tcs_buf_release(&again);
}

static tocsin_status judge(const struct tcs_patterns *patterns, const struct tcs_document *document,
                           struct tcs_verdict *verdict, struct tcs_eval_scratch *scratch, struct tcs_hits *hits)
{
    struct tcs_evidence evidence = {.patterns = patterns, .document = document, .scratch = scratch};

    find_hits(patterns, document, hits);
    evidence.hits = hits->items;
    evidence.hit_count = hits->count;
    return tcs_eval_rules(&evidence, verdict, NULL);
}

static void test_expr_text__random_expressions_read_again_as_they_were(void **state)
{
    struct tcs_buf when = {0}, text = {0}, texts[4] = {{0}};
    struct tcs_eval_scratch scratch = {0};
    struct tcs_verdict before = {0}, after = {0};
    struct tcs_document document = {0};
    struct tcs_hits hits = {0};
    uint32_t seed = 7, n, k;

    (void)state;
    for (n = 0; n < 300; n++) {
        struct tcs_patterns first, second;
        struct tcs_buf yaml = {0};

        random_patterns(&first, &when, &seed, 1);
        tcs_buf_reset(&text);
        assert_int_equal(tcs_expr_text(&first, first.rules[0].root, &text), TOCSIN_OK);
        when.len = (size_t)(strstr(when.data, "when: |") - when.data);
        assert_int_equal(tcs_buf_append_str(&yaml, tcs_buf_view(&when)), TOCSIN_OK);
        assert_int_equal(tcs_buf_printf(&yaml, "when: |\n  %.*s\n", (int)text.len, text.data), TOCSIN_OK);
        assert_int_equal(tcs_buf_putc(&yaml, '\0'), TOCSIN_OK);
        load_patterns(&second, yaml.data);
        for (k = 0; k < 20; k++) {
            random_document(&document, texts, &seed);
            assert_int_equal(judge(&first, &document, &before, &scratch, &hits), TOCSIN_OK);
            assert_int_equal(judge(&second, &document, &after, &scratch, &hits), TOCSIN_OK);
            if (before.rule_count != after.rule_count || before.score != after.score)
                fail_msg("read otherwise: %.*s", (int)text.len, text.data);
        }
        tcs_patterns_release(&first);
        tcs_patterns_release(&second);
        tcs_buf_release(&yaml);
    }
    for (k = 0; k < 4; k++)
        tcs_buf_release(&texts[k]);
    tcs_buf_release(&when);
    tcs_buf_release(&text);
    tcs_verdict_release(&before);
    tcs_verdict_release(&after);
    tcs_eval_scratch_release(&scratch);
    tcs_document_release(&document);
    free(hits.items);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_expr_text__table),
        cmocka_unit_test(test_expr_text__random_expressions_read_again_as_they_were),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
