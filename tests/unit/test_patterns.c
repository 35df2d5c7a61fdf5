/* Sources of patterns: what they come to, and file, line, column and text of each mistake. */
#include "rules/patterns.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static tocsin_status add(struct tcs_patterns *patterns, const char *name, const char *text,
                         struct tocsin_error *err)
{
    return tcs_patterns_add_source(patterns, name, (struct tcs_str){text, strlen(text)}, err);
}

static void test_patterns__lexicon_is_read_as_written(void **state)
{
    static const char source[] =
        "# a comment\n"
        "lexicon: deepfakes\n"
        "about: Face-swapped media.\n"
        "terms:\n"
        "  zh: [深度伪造, 换脸]\n"
        "  en: [deepfak*, {term: deep fake, inflect: true},\n"
        "       {term: GPT, version: true, word: true, weight: 0.5},\n"
        "       {prefix: nudif, up_to: 6}, 007, yes, {term: \"a*\", weight: 2}]\n"
        "unless: {zh: [换脸手术], en: [nudif*]}\n"
        "examples:\n"
        "  match: [\"男子: 換臉\"]\n"
        "  no_match: [x, y]\n";
    static const struct {
        const char *authored, *text, *lang;
        uint32_t up_to;
        bool inflect, version, word, is_unless;
        double weight;
        uint32_t line;
    } terms[] = {
        {"深度伪造", "深度伪造", "zh", 0, false, false, false, false, 1, 5},
        {"换脸", "换脸", "zh", 0, false, false, false, false, 1, 5},
        {"deepfak*", "deepfak", "en", 4, false, false, false, false, 1, 6},
        {"deep fake", "deep fake", "en", 0, true, false, false, false, 1, 6},
        {"GPT", "GPT", "en", 0, false, true, true, false, 0.5, 7},
        {"nudif*", "nudif", "en", 6, false, false, false, false, 1, 8},
        {"007", "007", "en", 0, false, false, false, false, 1, 8},
        {"yes", "yes", "en", 0, false, false, false, false, 1, 8},
        {"a*", "a", "en", 4, false, false, false, false, 2, 8},
        {"换脸手术", "换脸手术", "zh", 0, false, false, false, true, 1, 9},
        {"nudif*", "nudif", "en", 4, false, false, false, true, 1, 9},
    };
    struct tcs_patterns patterns;
    struct tocsin_error err = {0};
    size_t i;

    (void)state;
    tcs_patterns_init(&patterns);
    if (add(&patterns, "d.yaml", source, &err) != TOCSIN_OK) {
        fail_msg("line %u, %s", (unsigned)err.offset, err.message);
    }
    assert_int_equal(tcs_patterns_finish(&patterns, &err), TOCSIN_OK);
    assert_int_equal(patterns.term_count, sizeof terms / sizeof terms[0]);
    for (i = 0; i < patterns.term_count; i++) {
        const struct tcs_pattern_term *term = &patterns.terms[i];

        assert_string_equal(term->authored, terms[i].authored);
        assert_ptr_equal(term->spec.text.data, term->authored);
        assert_int_equal(term->spec.text.len, strlen(terms[i].text));
        assert_string_equal(term->lang, terms[i].lang);
        assert_int_equal(term->spec.prefix_up_to, terms[i].up_to);
        assert_int_equal(term->spec.inflect, terms[i].inflect);
        assert_int_equal(term->spec.version, terms[i].version);
        assert_int_equal(term->spec.word, terms[i].word);
        assert_int_equal(term->is_unless, terms[i].is_unless);
        assert_true(term->weight == terms[i].weight);
        assert_int_equal(term->line, terms[i].line);
        assert_int_equal(term->lexicon, 0);
    }
    assert_string_equal(patterns.lexicons[0].about, "Face-swapped media.");
    assert_string_equal(patterns.lexicons[0].source, "d.yaml");
    assert_int_equal(patterns.lexicons[0].line, 2);
    assert_int_equal(patterns.lexicons[0].term_count, 9);
    assert_int_equal(patterns.lexicons[0].unless_count, 2);
    assert_int_equal(patterns.lexicons[0].example_count, 3);
    assert_string_equal(patterns.lexicons[0].examples[0].text, "男子: 換臉");
    assert_true(patterns.lexicons[0].examples[0].must_match);
    assert_false(patterns.lexicons[0].examples[2].must_match);
    assert_int_equal(patterns.lexicons[0].examples[2].line, 12);
    tcs_patterns_release(&patterns);
}

static void test_patterns__rules_come_before_their_lexicons(void **state)
{
    static const char rules[] = "rule: r1\n"
                                "when: a and near(b, \"deepfak*\", 5)\n"
                                "score: 3\n"
                                "facets: {harm_types: [Psychological], stakeholders: [Children]}\n"
                                "---\n"
                                "rules:\n"
                                "  - rule: r2\n"
                                "    about: second\n"
                                "    when: >\n"
                                "      \"deepfak*\"\n"
                                "      or b\n"
                                "    examples: {match: [x]}\n";
    static const char lexicons[] = "lexicon: a\nterms: {en: [x]}\nunless: [x y]\n"
                                   "---\n"
                                   "lexicon: b\nterms: {en: [y]}\n";
    struct tcs_patterns patterns;
    struct tocsin_error err = {0};
    const struct tcs_expr *root, *near;

    (void)state;
    tcs_patterns_init(&patterns);
    assert_int_equal(add(&patterns, "r.yaml", rules, &err), TOCSIN_OK);
    assert_int_equal(tcs_patterns_add_term(&patterns, "-e", TCS_STR("one"), &err), TOCSIN_OK);
    assert_int_equal(add(&patterns, "l.yaml", lexicons, &err), TOCSIN_OK);
    assert_int_equal(tcs_patterns_add_term(&patterns, "-e", TCS_STR("two*"), &err), TOCSIN_OK);
    assert_int_equal(tcs_patterns_finish(&patterns, &err), TOCSIN_OK);

    assert_int_equal(patterns.ad_hoc_lexicon, 0);
    assert_int_equal(patterns.lexicons[0].first_term, 0);
    assert_int_equal(patterns.lexicons[0].term_count, 2);
    assert_string_equal(patterns.terms[1].authored, "two*");
    assert_int_equal(patterns.terms[1].spec.prefix_up_to, 4);
    assert_int_equal(patterns.lexicons[1].first_term, 2);
    assert_int_equal(patterns.lexicons[1].first_unless, 3);
    assert_int_equal(patterns.lexicons[2].first_term, 4);
    assert_int_equal(patterns.first_quoted, 5);
    assert_int_equal(patterns.term_count, 6);
    assert_int_equal(patterns.terms[5].lexicon, TCS_NO_LEXICON);
    assert_int_equal(patterns.terms[5].spec.text.len, 7);
    assert_int_equal(tcs_patterns_group_count(&patterns), 4);

    assert_int_equal(patterns.rule_count, 2);
    assert_true(patterns.rules[0].score == 3);
    assert_true(patterns.rules[1].score == 1);
    assert_int_equal(patterns.rules[1].line, 7);
    assert_string_equal(patterns.rules[1].about, "second");
    assert_int_equal(patterns.rules[1].example_count, 1);
    root = &patterns.nodes[patterns.rules[0].root];
    assert_int_equal(root->op, TCS_EXPR_AND);
    near = &patterns.nodes[patterns.children[root->first_child + 1]];
    assert_int_equal(near->op, TCS_EXPR_NEAR);
    assert_int_equal(near->number, 5);
    assert_int_equal(patterns.nodes[patterns.children[near->first_child]].index, 2);
    assert_int_equal(patterns.nodes[patterns.children[near->first_child + 1]].index, 5);
    root = &patterns.nodes[patterns.rules[1].root];
    assert_int_equal(root->op, TCS_EXPR_OR);
    assert_int_equal(patterns.nodes[patterns.children[root->first_child]].index, 5);
    tcs_patterns_release(&patterns);
}

static void test_patterns__later_labels_replace(void **state)
{
    static const char ours[] = "labels:\n  - {label: incident, when: gone}\n  - {label: hazard}\n";
    static const char users[] = "labels:\n  - {label: hazard, when: a}\n  - label: complementary\n";
    struct tcs_patterns patterns;
    struct tocsin_error err = {0};

    (void)state;
    tcs_patterns_init(&patterns);
    assert_int_equal(add(&patterns, "1", ours, &err), TOCSIN_OK);
    assert_int_equal(add(&patterns, "2", users, &err), TOCSIN_OK);
    assert_int_equal(add(&patterns, "3", "lexicon: a\nterms: {en: [x]}\n", &err), TOCSIN_OK);
    assert_int_equal(tcs_patterns_finish(&patterns, &err), TOCSIN_OK);
    assert_int_equal(patterns.label_count, 2);
    assert_string_equal(patterns.labels[0].name, "hazard");
    assert_true(patterns.labels[0].has_when);
    assert_int_equal(patterns.nodes[patterns.labels[0].root].op, TCS_EXPR_LEXICON);
    assert_string_equal(patterns.labels[1].name, "complementary");
    assert_false(patterns.labels[1].has_when);
    tcs_patterns_release(&patterns);
}

static void test_patterns__nothing_is_fine(void **state)
{
    static const char *const sources[] = {"", "\xEF\xBB\xBF", "# only a comment\n"};
    struct tcs_patterns patterns;
    struct tocsin_error err = {0};
    size_t i;

    (void)state;
    tcs_patterns_init(&patterns);
    for (i = 0; i < sizeof sources / sizeof sources[0]; i++) {
        assert_int_equal(add(&patterns, "e.yaml", sources[i], &err), TOCSIN_OK);
    }
    assert_int_equal(tcs_patterns_finish(&patterns, &err), TOCSIN_OK);
    tcs_patterns_release(&patterns);
}

struct mistake {
    const char *source;
    unsigned line, column;
    const char *message;
};

/* Sources that are refused when they are read, or when all is linked. */
static void check_mistakes(const struct mistake *cases, size_t count)
{
    size_t i;

    for (i = 0; i < count; i++) {
        struct tcs_patterns patterns;
        struct tocsin_error err = {0};
        char column[32];
        tocsin_status st;

        tcs_patterns_init(&patterns);
        st = add(&patterns, "p.yaml", cases[i].source, &err);
        if (st == TOCSIN_OK) {
            st = tcs_patterns_finish(&patterns, &err);
        }
        (void)snprintf(column, sizeof column, "column %u: ", cases[i].column);
        if (st != TOCSIN_E_PATTERN || err.offset != cases[i].line ||
            strncmp(err.message, column, strlen(column)) != 0 ||
            !strstr(err.message, cases[i].message) || strcmp(err.where, "p.yaml") != 0) {
            fail_msg("case %zu:\n%s\ngives %s at %s line %u, %s", i, cases[i].source,
                     tocsin_status_name(st), err.where, (unsigned)err.offset, err.message);
        }
        tcs_patterns_release(&patterns);
    }
}

#define LEX "lexicon: a\nterms:\n  en: [x]\n"

static void test_patterns__mistakes_in_yaml(void **state)
{
    static const struct mistake cases[] = {
        {"lexicon: [a\n", 2, 1, "not YAML"},
        {"lexicon: a\n\tterms: x\n", 2, 1, "not YAML"},
        {"lexicon: a\nterms: {en: [\xFF]}\n", 2, 14, "save the file as UTF-8"},
        {"lexicon: a\nlexicon: b\n", 2, 1, "stands twice, first in line 1"},
        {"lexicon: &x a\n", 1, 10, "anchors are not supported"},
        {"lexicon: !!str a\n", 1, 10, "tags"},
        {"lexicon: a\nterms: {en: [*x]}\n", 2, 14, "quote a text that begins with *"},
        {"[a]: b\n", 1, 1, "key must be a text"},
        {"lexicon: \"a\\0b\"\n", 1, 10, "NUL"},
        {"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[a]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]\n", 1, 33,
         "nested too deep"},
    };

    (void)state;
    check_mistakes(cases, sizeof cases / sizeof cases[0]);
}

static void test_patterns__mistakes_in_lexicons(void **state)
{
    static const struct mistake cases[] = {
        {"- a\n", 1, 1, "begins with `lexicon:`"},
        {"just text\n", 1, 1, "found a text"},
        {"---\n---\n" LEX, 2, 1, "found nothing"},
        {"lexikon: a\nterms: {en: [x]}\n", 1, 1, "did you mean `lexicon`?"},
        {"{}\n", 1, 1, "the map is empty"},
        {"lexicon: a\ntersm: {en: [x]}\n", 2, 1, "did you mean `terms`?"},
        {"lexicon: a\nqqqqqq: 1\n", 2, 1, "a lexicon has no key `qqqqqq`; it has lexicon, about, terms, unless, examples"},
        {"lexicon: A\nterms: {en: [x]}\n", 1, 10, "letters a to z"},
        {"lexicon: 1a\nterms: {en: [x]}\n", 1, 10, "begin with a letter"},
        {"lexicon:\nterms: {en: [x]}\n", 1, 9, "the name of a lexicon"},
        {"lexicon: near\nterms: {en: [x]}\n", 1, 10, "a word of the rule language"},
        {"lexicon: rules\nterms: {en: [x]}\n", 1, 10, "the lexicon of the terms that rules quote"},
        {"lexicon: a\n", 1, 1, "no `terms`"},
        {"lexicon: a\nterms:\n", 2, 7, "expected a map from language to terms, such as"},
        {"lexicon: a\nterms: [x]\n", 2, 8, "found a list"},
        {"lexicon: a\nterms: {}\n", 2, 8, "no term"},
        {"lexicon: a\nterms: {english: [x]}\n", 2, 9, "expected a language code"},
        {"lexicon: a\nterms: {en: x}\n", 2, 13, "expected a list of terms"},
        {"lexicon: a\nterms: {en: [[x]]}\n", 2, 14, "expected a term: a text, or a map"},
        {"lexicon: a\nterms: {en: [\"\"]}\n", 2, 14, "found an empty one"},
        {"lexicon: a\nterms: {en: [\" \"]}\n", 2, 14, "found an empty one"},
        {"lexicon: a\nterms: {en: [\" *\"]}\n", 2, 14, "the term is empty"},
        {"lexicon: a\nterms:\n  en:\n    - x\n    - 换脸\n    - x\n", 6, 7,
         "the term `x` stands twice in the lexicon, first in line 4"},
        {"lexicon: a\nterms: {zh: [x], en: [x]}\n", 2, 23, "stands twice"},
        {"lexicon: a\nterms: {en: [x*, {prefix: x, up_to: 2}]}\n", 2, 18, "stands twice"},
        {LEX "unless: [y, y]\n", 4, 13, "the phrase `y` stands twice"},
        {LEX "unless: y\n", 4, 9, "expected a list of terms"},
        {LEX "unless: [{term: y, weight: 2}]\n", 4, 20, "has no weight"},
        {"lexicon: a\nterms: {en: [{inflect: true}]}\n", 2, 14, "needs one of"},
        {"lexicon: a\nterms: {en: [{term: x, prefix: y}]}\n", 2, 14, "needs one of"},
        {"lexicon: a\nterms: {en: [{term: x, inflcet: true}]}\n", 2, 24, "did you mean `inflect`?"},
        {"lexicon: a\nterms: {en: [{term: x, inflect: yes}]}\n", 2, 33, "true or false"},
        {"lexicon: a\nterms: {en: [{term: x, up_to: 3}]}\n", 2, 24, "goes with `prefix`"},
        {"lexicon: a\nterms: {en: [{prefix: x, up_to: 0}]}\n", 2, 33, "from 1 to 32"},
        {"lexicon: a\nterms: {en: [{prefix: x, up_to: 33}]}\n", 2, 33, "from 1 to 32"},
        {"lexicon: a\nterms: {en: [{prefix: x, up_to: 2.5}]}\n", 2, 33, "whole number"},
        {"lexicon: a\nterms: {en: [{prefix: x*}]}\n", 2, 23, "has no `*`"},
        {"lexicon: a\nterms: {en: [{prefix: x, inflect: true}]}\n", 2, 26, "cannot inflect"},
        {"lexicon: a\nterms: {en: [{term: x*, inflect: true}]}\n", 2, 25, "cannot inflect"},
        {"lexicon: a\nterms: {en: [{term: x, weight: heavy}]}\n", 2, 32, "expected a number"},
        {"lexicon: a\nterms: {en: [{term: x, weight: -1}]}\n", 2, 32, "expected a number"},
        {"lexicon: a\nterms: {en: [{term: x, weight: 1000.1}]}\n", 2, 32, "from 0 to 1000"},
        {"lexicon: a\nterms: {en: [{term: x, weight: .5}]}\n", 2, 32, "such as 0.5"},
        {"lexicon: a\nterms: {en: [{term: x, weight: 1e2}]}\n", 2, 32, "expected a number"},
        {LEX "examples: [x]\n", 4, 11, "a map of `match` and `no_match`"},
        {LEX "examples: {matches: [x]}\n", 4, 12, "did you mean"},
        {LEX "examples: {match: x}\n", 4, 19, "a list of example texts"},
        {LEX "examples: {match: [a: b]}\n", 4, 20, "quote it if it holds :"},
        {LEX "about: [x]\n", 4, 8, "a text for `about`"},
        {LEX "---\n" LEX, 5, 10, "already, in p.yaml, line 1"},
    };

    (void)state;
    check_mistakes(cases, sizeof cases / sizeof cases[0]);
}

static void test_patterns__mistakes_in_rules_and_labels(void **state)
{
    static const struct mistake cases[] = {
        {"rule: r\n", 1, 1, "no `when`"},
        {"rule: r\nwhne: a\n", 2, 1, "did you mean `when`?"},
        {"rule: r-1\nwhen: a\n", 1, 7, "the name of a rule"},
        {"rule: r\nwhen:\n", 2, 6, "expected an expression"},
        {"rule: r\nwhen: [a]\n", 2, 7, "expected an expression"},
        {"rule: r\nwhen: a\nscore: high\n", 3, 8, "expected a number from 0 to 1000 for `score`"},
        {"rule: r\nwhen: a\nfacets: [x]\n", 3, 9, "a map of lists"},
        {"rule: r\nwhen: a\nfacets: {x: y}\n", 3, 13, "a list of a facet's values"},
        {"rule: r\nwhen: a b\n", 2, 9, "found `b`"},
        {"rule: r\nwhen: 'a b'\n", 2, 10, "found `b`"},
        {"rule: r\nwhen: '''x'' b'\n", 2, 14, "found `b`"},
        {"rule: r\nwhen: \"\\\"x\\\" b\"\n", 2, 14, "found `b`"},
        {"rule: r\nwhen: a and\n  c d\n", 3, 5, "found `d`"},
        {"rule: r\nwhen: |\n  a and\n  c d\n", 4, 5, "found `d`"},
        {"rule: r\nwhen: >\n  a and\n\n  c d\n", 5, 5, "found `d`"},
        {"rule: r\nwhen: 换\n", 2, 7, "found `换`"},
        {"rule: r\nwhen: a\n", 2, 7, "no lexicon is named `a`; add one"},
        {LEX "---\nlexicon: deepfakes\nterms: {en: [y]}\n---\nrule: r\nwhen: a and\n  deepfake\n",
         10, 3, "did you mean `deepfakes`?"},
        {LEX "---\nrule: r\nwhen: a and \"*\"\n", 6, 13, "the term is empty"},
        {LEX "---\nrule: r\nwhen: a and \"\"\n", 6, 13, "the term is empty"},
        {LEX "---\nrule: r\nwhen: near(a, ai, 3)\n", 6, 15, "no lexicon is named `ai`"},
        {LEX "---\nrule: r\nwhen: a\nscore: -1\n", 7, 8, "expected a number from 0 to 1000"},
        {LEX "---\nrule: r\nwhen: a\nwhen: a\n", 7, 1, "stands twice"},
        {LEX "---\nrule: near\nwhen: a b\n", 6, 9, "found `b`"},
        {LEX "---\nrule: r\nwhen: a\n---\nrule: r\nwhen: a\n", 8, 7, "already, in p.yaml, line 5"},
        {"rules: {rule: r}\n", 1, 8, "a list of rules"},
        {"rules: [r]\n", 1, 9, "expected a rule"},
        {"rules:\n  - when: a\n", 2, 5, "no name"},
        {"labels: []\n", 1, 9, "the list of labels is empty"},
        {"labels: [{label: incidnet}]\n", 1, 18, "did you mean `incident`?"},
        {"labels: [{label: bad}]\n", 1, 18, "expected incident, hazard or complementary"},
        {"labels: [{when: a}]\n", 1, 10, "no `label`"},
        {"labels: [{label: hazard}, {label: incident}]\n", 1, 10, "only the last label"},
        {"labels: [{label: hazard, when: a}]\n", 1, 26, "has no `when`"},
        {"labels: [{label: hazard, when: a}, {label: incident}]\n", 1, 32, "no lexicon is named"},
        {"labels: [x]\n", 1, 10, "expected a label"},
    };

    (void)state;
    check_mistakes(cases, sizeof cases / sizeof cases[0]);
}

static void test_patterns__duplicates_across_files_name_both(void **state)
{
    struct tcs_patterns patterns;
    struct tocsin_error err = {0};

    (void)state;
    tcs_patterns_init(&patterns);
    assert_int_equal(add(&patterns, "one.yaml", LEX, &err), TOCSIN_OK);
    assert_int_equal(add(&patterns, "two.yaml", LEX, &err), TOCSIN_E_PATTERN);
    assert_string_equal(err.where, "two.yaml");
    assert_non_null(strstr(err.message, "in one.yaml, line 1"));
    tcs_patterns_release(&patterns);
}

static void test_patterns__bad_term_by_hand(void **state)
{
    struct tcs_patterns patterns;
    struct tocsin_error err = {0};

    (void)state;
    tcs_patterns_init(&patterns);
    assert_int_equal(tcs_patterns_add_term(&patterns, "-e", TCS_STR(" "), &err), TOCSIN_E_PATTERN);
    assert_string_equal(err.where, "-e");
    assert_int_equal(tcs_patterns_add_term(&patterns, "-e", TCS_STR("a\0b"), &err),
                     TOCSIN_E_PATTERN);
    tcs_patterns_release(&patterns);
}

static void test_patterns__unfinished_labels_are_released(void **state)
{
    struct tcs_patterns patterns;
    struct tocsin_error err = {0};

    (void)state;
    tcs_patterns_init(&patterns);
    assert_int_equal(add(&patterns, "1",
                         "labels:\n  - {label: incident, when: a}\n  - {label: hazard}\n", &err),
                     TOCSIN_OK);
    tcs_patterns_release(&patterns);
}

static void test_patterns__many_terms(void **state)
{
    struct tcs_patterns patterns;
    struct tocsin_error err = {0};
    struct tcs_buf source = {0};
    int i;

    (void)state;
    assert_int_equal(tcs_buf_printf(&source, "lexicon: a\nterms:\n  en:\n"), TOCSIN_OK);
    for (i = 0; i < 20000; i++) {
        assert_int_equal(tcs_buf_printf(&source, "    - term%d\n", i), TOCSIN_OK);
    }
    tcs_patterns_init(&patterns);
    assert_int_equal(tcs_patterns_add_source(&patterns, "m", tcs_buf_view(&source), &err),
                     TOCSIN_OK);
    assert_int_equal(tcs_patterns_finish(&patterns, &err), TOCSIN_OK);
    assert_int_equal(patterns.term_count, 20000);
    tcs_patterns_release(&patterns);
    tcs_buf_release(&source);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_patterns__lexicon_is_read_as_written),
        cmocka_unit_test(test_patterns__rules_come_before_their_lexicons),
        cmocka_unit_test(test_patterns__later_labels_replace),
        cmocka_unit_test(test_patterns__nothing_is_fine),
        cmocka_unit_test(test_patterns__mistakes_in_yaml),
        cmocka_unit_test(test_patterns__mistakes_in_lexicons),
        cmocka_unit_test(test_patterns__mistakes_in_rules_and_labels),
        cmocka_unit_test(test_patterns__duplicates_across_files_name_both),
        cmocka_unit_test(test_patterns__bad_term_by_hand),
        cmocka_unit_test(test_patterns__unfinished_labels_are_released),
        cmocka_unit_test(test_patterns__many_terms),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
