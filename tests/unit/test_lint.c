/* lint: patterns and the warnings that they give, by a table: each warning both ways. */
#include "rules_help.h"

#include "rules/lint.h"

/* What stands in the lexicon `a` behind its name, and the warnings as name:term, in the order of lint. */
static const struct {
    const char *yaml, *expected, *note;
} cases[] = {
    {"terms: {zh: [换脸]}\nexamples: {match: [换脸]}", "", "nothing wrong"},
    {"terms: {zh: [换脸], en: [\"\\u200B\"]}", "empty-term:\xE2\x80\x8B ", "nothing is left; the rest waits"},
    {"terms: {zh: [换 脸]}", "blank-in-term:换 脸 ", ""},
    {"terms: {zh: [{term: 换脸, inflect: true}]}", "bad-inflect:换脸 ", ""},
    {"terms: {zh: [换 脸, {term: 换脸, inflect: true}]}", "blank-in-term:换 脸 bad-inflect:换脸 ", "all are told"},

    {"terms: {zh: [换脸, 換臉]}\nexamples: {match: [换脸]}", "same-term:換臉 ", ""},
    {"terms: {en: [face swap, face-swap]}\nexamples: {match: [face swap]}", "same-term:face-swap ", ""},
    {"terms: {zh: [换脸]}\nunless: [换脸手术, 換臉手術]\nexamples: {match: [换脸], no_match: [换脸手术]}",
     "same-term:換臉手術 ", "phrases too"},

    {"terms: {zh: [换脸, AI换脸]}\nexamples: {match: [AI换脸]}", "shadowed-term:AI换脸 ", ""},
    {"terms: {zh: [换脸, {term: AI换脸, weight: 2}]}\nexamples: {match: [AI换脸]}", "", "a larger weight is not for nothing"},
    {"terms: {zh: [换脸, AI换脸]}\nunless: [换脸手术]\nexamples: {match: [AI换脸], no_match: [换脸手术]}", "",
     "AI换脸手术 has the long one only"},
    {"terms: {zh: [换脸, 换脸视频]}\nunless: [换脸手术]\nexamples: {match: [换脸视频], no_match: [换脸手术]}",
     "shadowed-term:换脸视频 ", "the phrase cannot stand there"},
    {"terms: {zh: [换脸, 换脸视频]}\nunless: [换脸视频会]\nexamples: {match: [换脸视频], no_match: [换脸视频会]}",
     "shadowed-term:换脸视频 ", "the phrase takes both"},
    {"terms: {en: [swap, swaps]}\nexamples: {match: [swap, swaps]}", "", "swap is not found in swaps"},
    {"terms: {en: [{term: swap, inflect: true}, swaps]}\nexamples: {match: [swaps]}", "shadowed-term:swaps ", ""},
    {"terms: {en: [swap*, {term: swap, inflect: true}]}\nexamples: {match: [swap]}", "shadowed-term:swap ",
     "a star finds all that inflection does"},
    {"terms: {en: [{term: swap, inflect: true}, swap*]}\nexamples: {match: [swap]}", "shadowed-term:swap ",
     "whichever comes first; never the star"},
    {"terms: {en: [swap, face swap*]}\nexamples: {match: [swap, face swap]}", "", "swap is not in face swapping"},
    {"terms: {en: [swap, face swap]}\nexamples: {match: [face swap]}", "shadowed-term:face swap ", ""},
    {"terms: {en: [{term: fast GPT, version: true}, GPT]}\nexamples: {match: [fast GPT]}", "", "not in fast GPT4"},
    {"terms: {en: [fast GPT, {term: GPT, version: true}]}\nexamples: {match: [fast GPT]}", "shadowed-term:fast GPT ", ""},
    {"terms: {zh: [人工, {term: 工, word: true}]}\nexamples: {match: [人工 工]}", "", "word breaks promise nothing"},

    {"terms: {zh: [换脸, 深伪]}\nexamples: {match: [换脸]}", "no-example:深伪 ", ""},
    {"terms: {zh: [换脸]}\nexamples: {no_match: [换脸]}", "", "any example counts"},
    {"terms: {zh: [换脸]}\nunless: [换脸手术]\nexamples: {match: [换脸]}", "no-example:换脸手术 ", "phrases too"},
    {"terms: {zh: [换脸]}\nunless: [换脸手术]\nexamples: {match: [换脸手术]}", "no-example:换脸 ",
     "what unless removes is no hit"},
    {"terms: {zh: [换脸]}\n---\nrule: r\nwhen: a and \"深伪\"\nexamples: {match: [换脸深伪]}", "", "an example of a rule"},
    {"terms: {zh: [换脸]}\nexamples: {match: [换脸]}\n---\nrule: r\nwhen: a or \"深伪\"\n", "no-example:深伪 ", "quoted"},
    {"terms: {zh: [换脸]}\nexamples: {match: [换脸]}\n---\nlabels:\n  - {label: hazard, when: '\"深伪\"'}\n  - {label: incident}",
     "", "labels have no examples"},

    {"terms: {zh: [换脸]}\nexamples: {match: [换脸]}\n---\nrule: r\nwhen: count(a) >= 2\n", "rule-without-example:r ", ""},
    {"terms: {zh: [换脸]}\nexamples: {match: [换脸换脸]}\n---\nrule: r\nwhen: count(a) >= 2\n", "", "any example counts"},

    {"terms: {zh: [换脸，深伪]}\nexamples: {match: [换脸，深伪]}", "full-width-comma:换脸，深伪 ", ""},
    {"terms: {zh: ['换”脸', 'AI“换']}\nexamples: {match: [换脸, AI换]}", "mark-between-han:换”脸 ", "not at a border"},
    {"terms: {zh: [AI换脸], en: [AI脸]}\nexamples: {match: [AI换脸 AI脸]}", "han-in-en:AI脸 ", "by language"},

    {"terms: {zh: [换脸, 深伪]}\nexamples: {match: [换脸]}\nallow: [{warning: no-example, term: 深伪, reason: new}]", "", ""},
    {"terms: {zh: [换脸, 深伪]}\nexamples: {match: [换脸]}\nallow: [{warning: no-example, term: 换脸, reason: x}]",
     "no-example:深伪 idle-allow:换脸 ", "one by one"},
    {"terms: {zh: [换脸]}\nexamples: {match: [换脸]}\nallow: [{warning: too-general, term: 换脸, reason: x}]", "",
     "without a corpus it is not looked for"},
    {"terms: {zh: [换脸]}\nexamples: {match: [换脸]}\n---\nrule: r\nwhen: count(a) >= 2\n"
     "allow: [{warning: rule-without-example, reason: x}]", "", "of a rule"},
    {"terms: {zh: [换 脸, 深伪]}\nallow: [{warning: no-example, term: 深伪, reason: x}]", "blank-in-term:换 脸 ",
     "what was not looked for is not idle"},
};

static void lint(const char *yaml, struct tcs_buf *out)
{
    struct tcs_source source = {TCS_STR("t.yaml"), {yaml, strlen(yaml)}};
    struct tcs_lint found = {0};
    struct tcs_ruleset *ruleset = NULL;
    struct tcs_patterns patterns;
    struct tocsin_error err = {0};
    bool is_fatal = false;
    size_t i;

    load_patterns(&patterns, yaml);
    assert_int_equal(tcs_lint_terms(&found, &patterns, &is_fatal, &err), TOCSIN_OK);
    if (!is_fatal) {
        if (tcs_ruleset_compile(&source, 1, &ruleset, &err) != TOCSIN_OK)
            fail_msg("%s\n%s", yaml, err.message);
        assert_int_equal(tcs_lint_ruleset(&found, ruleset, &err), TOCSIN_OK);
    } else {
        assert_int_equal(tcs_ruleset_compile(&source, 1, &ruleset, &err), TOCSIN_E_PATTERN);
    }
    assert_int_equal(tcs_lint_finish(&found, &patterns, !is_fatal, false, &err), TOCSIN_OK);
    tcs_buf_reset(out);
    for (i = 0; i < found.count; i++) {
        const struct tcs_finding *f = &found.items[i];

        assert_true(f->line > 0 && f->column > 0 && f->message[0] && f->source[0]);
        assert_int_equal(tcs_buf_printf(out, "%s:%s ", tcs_warning_kinds[f->warning].name, f->term ? f->term : f->rule),
                         TOCSIN_OK);
    }
    assert_int_equal(tcs_buf_putc(out, '\0'), TOCSIN_OK);
    tcs_lint_release(&found);
    tcs_ruleset_free(ruleset);
    tcs_patterns_release(&patterns);
}

static void test_lint__table(void **state)
{
    struct tcs_buf yaml = {0}, out = {0};
    size_t i;

    (void)state;
    for (i = 0; i < sizeof cases / sizeof *cases; i++) {
        tcs_buf_reset(&yaml);
        assert_int_equal(tcs_buf_printf(&yaml, "lexicon: a\n%s\n", cases[i].yaml), TOCSIN_OK);
        assert_int_equal(tcs_buf_putc(&yaml, '\0'), TOCSIN_OK);
        lint(yaml.data, &out);
        if (strcmp(out.data, cases[i].expected) != 0)
            fail_msg("%s\nfound [%s], expected [%s]: %s", yaml.data, out.data, cases[i].expected, cases[i].note);
    }
    tcs_buf_release(&yaml);
    tcs_buf_release(&out);
}

static void test_lint__a_finding_has_its_place(void **state)
{
    static const char yaml[] = "lexicon: a\nterms:\n  zh: [换脸,\n    深伪]\nexamples: {match: [换脸]}\n---\n"
                               "rule: r\nwhen: >-\n  a and\n  near(a, \"变脸\", 3)\nscore: 2\n";
    struct tcs_source source = {TCS_STR("dir/t.yaml"), {yaml, sizeof yaml - 1}};
    struct tcs_lint found = {0};
    struct tcs_ruleset *ruleset = NULL;
    struct tocsin_error err = {0};

    (void)state;
    assert_int_equal(tcs_ruleset_compile(&source, 1, &ruleset, &err), TOCSIN_OK);
    assert_int_equal(tcs_lint_ruleset(&found, ruleset, &err), TOCSIN_OK);
    assert_int_equal(tcs_lint_finish(&found, tcs_ruleset_patterns(ruleset), true, false, &err), TOCSIN_OK);
    assert_int_equal(found.count, 3);
    assert_string_equal(found.items[0].source, "dir/t.yaml");
    assert_string_equal(found.items[0].lexicon, "a");
    assert_int_equal(found.items[0].line, 4);
    assert_int_equal(found.items[0].column, 5);
    assert_int_equal(found.items[1].warning, TCS_WARNING_RULE_WITHOUT_EXAMPLE);
    assert_int_equal(found.items[1].line, 7);
    assert_int_equal(found.items[1].column, 7);
    assert_string_equal(found.items[2].rule, "r");
    assert_int_equal(found.items[2].line, 10);
    assert_int_equal(found.items[2].column, 11);
    tcs_lint_release(&found);
    tcs_ruleset_free(ruleset);
}

static void test_lint__wrong_allows_are_refused(void **state)
{
    static const char *const wrong[] = {
        "allow: [{warning: no-exampel, term: x, reason: y}]", "allow: [{warning: empty-term, term: x, reason: y}]",
        "allow: [{warning: no-example, term: x}]",            "allow: [{warning: no-example, reason: y}]",
        "allow: [{warning: rule-without-example, term: x, reason: y}]",
        "allow: [{warning: no-example, term: x, reason: ' '}]", "allow: no-example",
        "allow: [{warning: no-example, term: x, reason: y, until: z}]"};
    struct tocsin_error err;
    size_t i;

    (void)state;
    for (i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct tcs_patterns patterns;
        char yaml[256];

        (void)snprintf(yaml, sizeof yaml, "lexicon: a\nterms: {en: [x]}\n%s\n", wrong[i]);
        tcs_patterns_init(&patterns);
        err = (struct tocsin_error){0};
        assert_int_equal(tcs_patterns_add_source(&patterns, "t", (struct tcs_str){yaml, strlen(yaml)}, &err), TOCSIN_E_PATTERN);
        assert_int_equal(err.offset, 3);
        tcs_patterns_release(&patterns);
    }
}

static void test_warning__names_are_found_again(void **state)
{
    int i;

    (void)state;
    for (i = 0; i < TCS_WARNING_COUNT; i++)
        assert_int_equal(tcs_warning_by_name(tcs_str_from(tcs_warning_kinds[i].name)), i);
    assert_int_equal(tcs_warning_by_name(TCS_STR("nosuch")), TCS_WARNING_COUNT);
    assert_false(tcs_warning_can_be_allowed(TCS_WARNING_COUNT));
    assert_false(tcs_warning_can_be_allowed(TCS_WARNING_EMPTY_TERM));
    assert_true(tcs_warning_can_be_allowed(TCS_WARNING_NO_EXAMPLE));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lint__table),
        cmocka_unit_test(test_lint__a_finding_has_its_place),
        cmocka_unit_test(test_lint__wrong_allows_are_refused),
        cmocka_unit_test(test_warning__names_are_found_again),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
