/* measure: hits, documents and characters of a small corpus, the words that a star finds, and which of them are one. */
#include "match_help.h"

#include "run/measure.h"

static const char yaml[] = "lexicon: a\nterms: {en: [minor*, swap*, face], zh: [换脸]}\nunless: [minor key]\n";

static struct tcs_ruleset *compile(void)
{
    struct tcs_source source = {TCS_STR("t.yaml"), {yaml, sizeof yaml - 1}};
    struct tcs_ruleset *ruleset = NULL;

    must(tcs_ruleset_compile(&source, 1, &ruleset, NULL));
    return ruleset;
}

static void measure(struct tcs_measure *m, struct tcs_judge *judge, const char *title, const char *text)
{
    struct tcs_document doc = {0};

    must(tcs_document_add(&doc, "title", TCS_ROLE_TITLE, str(title)));
    must(tcs_document_add(&doc, "text", TCS_ROLE_TEXT, str(text)));
    must(tcs_judge_document(judge, &doc, NULL));
    must(tcs_measure_document(m, judge, &doc, NULL));
    tcs_document_release(&doc);
}

static void test_measure__counts(void **state)
{
    struct tcs_ruleset *ruleset = compile();
    struct tcs_judge judge;
    struct tcs_measure m;

    (void)state;
    must(tcs_judge_init(&judge, ruleset, NULL));
    must(tcs_measure_init(&m, tcs_ruleset_patterns(ruleset), NULL));
    measure(&m, &judge, "Minor minority", "MINORS, in a minor key");
    measure(&m, &judge, "換臉", "换脸 minors");
    measure(&m, &judge, "", "nothing");
    assert_int_equal(m.documents, 3);
    assert_int_equal(m.characters, 14 + 22 + 2 + 9 + 7);
    assert_int_equal(m.terms[0].hits, 4);
    assert_int_equal(m.terms[0].documents, 2);
    assert_int_equal(m.terms[0].word_count, 3);
    assert_string_equal(m.terms[0].words[0].text, "minor");
    assert_int_equal(m.terms[0].words[0].count, 1);
    assert_string_equal(m.terms[0].words[2].text, "minors");
    assert_int_equal(m.terms[0].words[2].count, 2);
    assert_int_equal(tcs_measure_different(&m.terms[0]), 2);
    assert_int_equal(m.terms[3].hits, 2);
    assert_int_equal(m.terms[3].documents, 1);
    assert_int_equal(m.terms[3].word_count, 0);
    tcs_measure_release(&m);
    tcs_judge_release(&judge);
    tcs_ruleset_free(ruleset);
}

static void test_measure__forms_of_one_word(void **state)
{
    static const struct {
        const char *words[5];
        size_t different;
    } cases[] = {
        {{"deepfake", "deepfakes", "deepfaked", "deepfaking"}, 1},
        {{"deepfakes", "deepfaking"}, 1},
        {{"swap", "swapped", "swapping", "swaps"}, 1},
        {{"nudify", "nudifies", "nudified"}, 1},
        {{"press", "presses", "pressing"}, 1},
        {{"minor", "minority", "minorities", "minors"}, 2},
        {{"teen", "teenager", "teens"}, 2},
        {{"us", "used"}, 2},
        {{NULL}, 0},
    };
    size_t i, k;

    (void)state;
    for (i = 0; i < COUNT(cases); i++) {
        struct tcs_measured_word words[5];
        struct tcs_measured_term term = {.words = words};
        char copies[5][32];

        for (k = 0; k < 5 && cases[i].words[k]; k++) {
            (void)snprintf(copies[k], sizeof copies[k], "%s", cases[i].words[k]);
            words[term.word_count++] = (struct tcs_measured_word){copies[k], 1};
        }
        if (tcs_measure_different(&term) != cases[i].different)
            fail_msg("%s ...: %zu words", cases[i].words[0], tcs_measure_different(&term));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_measure__counts),
        cmocka_unit_test(test_measure__forms_of_one_word),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
