/*
 * judge: hits, rules and labels of documents by a table; then random documents over random rules: neither the check nor the
 * sieve says no where the judge says yes, and a warm judge does not depend on what it judged before.
 */
#include "rules_help.h"

#include "rules/judge.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

static void must(tocsin_status st)
{
    assert_int_equal(st, TOCSIN_OK);
}

static struct tcs_str str(const char *text)
{
    return (struct tcs_str){text, strlen(text)};
}

static struct tcs_ruleset *compile(const char *yaml)
{
    struct tcs_source source = {TCS_STR("test.yaml"), str(yaml)};
    struct tocsin_error err = {0};
    struct tcs_ruleset *ruleset;

    if (tcs_ruleset_compile(&source, 1, &ruleset, &err) != TOCSIN_OK)
        fail_msg("%s\nline %u, %s", yaml, (unsigned)err.offset, err.message);
    return ruleset;
}

/* ---- a table ---- */

static const char yaml[] = "lexicon: ai\n"
                           "terms: {zh: [人工智能], en: [AI]}\n"
                           "unless: [AI公司]\n"
                           "---\n"
                           "lexicon: fakes\n"
                           "terms: {zh: [换脸, {term: 脸, weight: 0.5}]}\n"
                           "---\n"
                           "rule: both\n"
                           "when: near(ai, fakes, 4)\n"
                           "score: 2\n"
                           "---\n"
                           "rule: quoted\n"
                           "when: '\"deep fake\" and title(ai)'\n"
                           "---\n"
                           "labels:\n"
                           "  - label: complementary\n"
                           "    when: title(\"辟谣\")\n"
                           "  - label: incident\n";

static const struct {
    const char *title, *text;
    const char *hits; /* lexicon:text of each, followed by a blank */
    const char *rules, *label;
    double score;
} cases[] = {
    {"天气", "晴", "", "", "", 0},
    {"用AI換臉", NULL, "ai:AI fakes:換臉 fakes:臉 ", "both ", "incident", 2},
    {"辟謠：用AI換臉", NULL, "rules:辟謠 ai:AI fakes:換臉 fakes:臉 ", "both ", "complementary", 2},
    {"AI公司換臉", NULL, "fakes:換臉 fakes:臉 ", "", "", 0},
    {"AI", "換臉", "ai:AI fakes:換臉 fakes:臉 ", "", "", 0},
    {"AI", "a deep-fake", "ai:AI rules:deep-fake ", "quoted ", "incident", 1},
    {"deep fake", "AI", "rules:deep fake ai:AI ", "", "", 0},
    {"AI看臉", "Ｄｅｅｐ fake", "ai:AI fakes:臉 rules:Ｄｅｅｐ fake ", "both quoted ", "incident", 2 * 1 + 1},
};

static void show(const struct tcs_judge *judge, const struct tcs_document *document, struct tcs_buf *hits,
                 struct tcs_buf *rules)
{
    const struct tcs_patterns *patterns = tcs_ruleset_patterns(judge->ruleset);
    size_t i;

    tcs_buf_reset(hits);
    tcs_buf_reset(rules);
    for (i = 0; i < judge->hits.count; i++) {
        struct tcs_hit hit = judge->hits.items[i];

        must(tcs_buf_printf(hits, "%s:%.*s ", tcs_judge_lexicon_name(judge, tcs_judge_lexicon(judge, &hit)),
                            (int)(hit.end_byte - hit.start_byte), document->fields[hit.field].text.data + hit.start_byte));
    }
    for (i = 0; i < judge->verdict.rule_count; i++)
        must(tcs_buf_printf(rules, "%s ", patterns->rules[judge->verdict.rules[i]].name));
    must(tcs_buf_putc(hits, '\0'));
    must(tcs_buf_putc(rules, '\0'));
}

static void test_judge__table(void **state)
{
    struct tcs_ruleset *ruleset = compile(yaml);
    struct tcs_document document = {0};
    struct tcs_buf hits = {0}, rules = {0};
    struct tcs_judge judge;
    size_t i;

    (void)state;
    must(tcs_judge_init(&judge, ruleset, NULL));
    for (i = 0; i < COUNT(cases); i++) {
        const char *label;

        tcs_document_reset(&document);
        add_field(&document, TCS_ROLE_TITLE, cases[i].title);
        add_field(&document, TCS_ROLE_TEXT, cases[i].text);
        must(tcs_judge_document(&judge, &document, NULL));
        show(&judge, &document, &hits, &rules);
        label = judge.label == TCS_NO_LABEL ? "" : tcs_ruleset_patterns(ruleset)->labels[judge.label].name;
        if (strcmp(hits.data, cases[i].hits) || strcmp(rules.data, cases[i].rules) || strcmp(label, cases[i].label))
            fail_msg("[%s] [%s]: hits %s, rules %s, label %s", cases[i].title, cases[i].text ? cases[i].text : "", hits.data,
                     rules.data, label);
        assert_int_equal(judge.verdict.is_flagged, cases[i].rules[0] != '\0');
        if (judge.verdict.is_flagged && (judge.verdict.score < cases[i].score - 1e-9 ||
                                         judge.verdict.score > cases[i].score + 1e-9))
            fail_msg("[%s]: score %f", cases[i].title, judge.verdict.score);
    }
    tcs_judge_release(&judge);
    tcs_ruleset_free(ruleset);
    tcs_document_release(&document);
    tcs_buf_release(&hits);
    tcs_buf_release(&rules);
}

static void test_judge__marks_the_groups_of_fired_rules(void **state)
{
    struct tcs_ruleset *ruleset = compile(yaml);
    const struct tcs_patterns *patterns = tcs_ruleset_patterns(ruleset);
    struct tcs_document document = {0};
    struct tcs_judge judge;
    uint8_t used[64];
    size_t i;

    (void)state;
    must(tcs_judge_init(&judge, ruleset, NULL));
    add_field(&document, TCS_ROLE_TITLE, "用AI換臉");
    must(tcs_judge_document(&judge, &document, NULL));
    tcs_judge_mark_used(&judge, used);
    for (i = 0; i < patterns->term_count; i++) {
        const struct tcs_pattern_term *term = &patterns->terms[i];

        if (!term->is_unless)
            assert_int_equal(!!used[tcs_patterns_group_of(patterns, (uint32_t)i)], term->lexicon != TCS_NO_LEXICON);
    }
    tcs_judge_release(&judge);
    tcs_ruleset_free(ruleset);
    tcs_document_release(&document);
}

static void test_judge__terms_by_hand_flag(void **state)
{
    struct tcs_str terms[] = {TCS_STR("换脸")};
    struct tcs_ruleset *ruleset;
    struct tcs_document document = {0};
    struct tcs_judge judge;
    uint8_t used[1];

    (void)state;
    must(tcs_ruleset_from_terms(terms, 1, &ruleset, NULL));
    must(tcs_judge_init(&judge, ruleset, NULL));
    add_field(&document, TCS_ROLE_OTHER, "用AI換臉");
    must(tcs_judge_document(&judge, &document, NULL));
    assert_true(judge.verdict.is_flagged);
    assert_int_equal(judge.verdict.rule_count, 0);
    assert_int_equal(judge.label, TCS_NO_LABEL);
    assert_int_equal(judge.hits.count, 1);
    assert_string_equal(tcs_judge_lexicon_name(&judge, tcs_judge_lexicon(&judge, &judge.hits.items[0])), "-e");
    tcs_judge_mark_used(&judge, used);
    assert_true(used[0]);
    tcs_check_begin(&judge);
    assert_false(tcs_check_passes(&judge));
    must(tcs_check_text(&judge, str("換\u200B臉"), false));
    assert_true(tcs_check_passes(&judge));
    tcs_check_begin(&judge);
    assert_false(tcs_check_passes(&judge));
    tcs_judge_release(&judge);
    tcs_ruleset_free(ruleset);
    tcs_document_release(&document);
}

/* ---- random documents and rules ---- */

/* The same text, spelled another way here and there. */
static void vary(struct tcs_buf *text, uint32_t *seed)
{
    static const char *const from[] = {"x", "y", "z", "q", "换", "脸", "x", "换"},
                            *const to[] = {"X", "ｙ", "Ⓩ", "Q\u200B", "換", "\uFE0F臉", "x\u0301", "换“"};
    struct tcs_buf out = {0};
    const char *p = text->data;

    while (*p) {
        size_t i = next_random(seed, COUNT(from)), len = strlen(from[i]);

        if (!strncmp(p, from[i], len)) {
            must(tcs_buf_append_str(&out, str(to[i])));
            p += len;
        } else {
            must(tcs_buf_putc(&out, *p++));
        }
    }
    must(tcs_buf_putc(&out, '\0'));
    tcs_buf_release(text);
    *text = out;
}

static bool locate_all(void *context, size_t at, struct tcs_span *span_out)
{
    (void)at;
    *span_out = (struct tcs_span){0, *(const size_t *)context, 0};
    return true;
}

static bool is_candidate(struct tcs_ruleset *ruleset, struct tcs_sieve_scratch *scratch, enum tcs_plan_mode mode,
                         const struct tcs_buf *raw)
{
    const struct tcs_sieve *sieve;
    size_t len = raw->len;

    must(tcs_ruleset_sieve(ruleset, mode, TCS_SYNTAX_TEXT, &sieve, NULL));
    if (!sieve)
        return true;
    must(tcs_sieve_fit(sieve, scratch, NULL));
    must(tcs_sieve_scan(sieve, scratch, tcs_buf_view(raw), false, locate_all, &len));
    return scratch->candidate_count == 1;
}

static bool has_reported_hit(const struct tcs_judge *judge)
{
    size_t i;

    for (i = 0; i < judge->hits.count; i++)
        if (tcs_ruleset_is_reported(judge->ruleset)[judge->hits.items[i].term])
            return true;
    return false;
}

struct tally {
    size_t flagged, hits, refused;
};

/* After the check of its fields the judge finds what it finds without one. */
static void judge_again(struct tcs_judge *judge, const struct tcs_document *document)
{
    size_t count = judge->hits.count, bytes = count * sizeof *judge->hits.items, rules = judge->verdict.rule_count;
    struct tcs_hit *hits = malloc(bytes + 1);
    uint32_t label = judge->label;
    bool had_reported = has_reported_hit(judge);

    assert_non_null(hits);
    if (count)
        memcpy(hits, judge->hits.items, bytes);
    must(tcs_judge_checked(judge, document, NULL));
    assert_int_equal(judge->hits.count, count);
    if (count)
        assert_memory_equal(judge->hits.items, hits, bytes);
    assert_int_equal(judge->verdict.rule_count, rules);
    assert_int_equal(judge->label, label);
    must(tcs_judge_find(judge, document, NULL));
    assert_true(tcs_judge_has_reported(judge) || !had_reported);
    must(tcs_judge_decide(judge, document, NULL));
    assert_int_equal(judge->hits.count, count);
    free(hits);
}

/* Judge first, then check and sieve: as fields, and as one text that holds them. */
static void check_document(struct tcs_judge *judge, struct tcs_sieve_scratch *scratch, const struct tcs_document *document,
                           const char *rules, struct tally *tally)
{
    struct tcs_buf flat = {0};
    unsigned road;
    size_t i;

    for (i = 0; i < document->field_count; i++)
        must(tcs_buf_printf(&flat, "%s\n\n", document->fields[i].text.data));
    must(tcs_judge_document(judge, document, NULL));
    for (road = 0; road < 2; road++) {
        bool flagged;

        tcs_check_begin(judge);
        for (i = 0; road == 0 && i < document->field_count; i++)
            must(tcs_check_text(judge, document->fields[i].text, document->fields[i].lf_paragraph));
        if (road == 1)
            must(tcs_check_text(judge, tcs_buf_view(&flat), false));
        flagged = tcs_check_passes(judge);
        if (road == 0)
            judge_again(judge, document);
        if (judge->verdict.is_flagged && !flagged)
            fail_msg("%s\nthe check refuses [%s]", rules, flat.data);
        tally->refused += !flagged;
    }
    if (judge->verdict.is_flagged && !is_candidate(judge->ruleset, scratch, TCS_PLAN_FLAGGED, &flat))
        fail_msg("%s\nthe sieve refuses [%s]", rules, flat.data);
    if (has_reported_hit(judge) && !is_candidate(judge->ruleset, scratch, TCS_PLAN_HITS, &flat))
        fail_msg("%s\nthe sieve sees no hit in [%s]", rules, flat.data);
    tally->flagged += judge->verdict.is_flagged;
    tally->hits += has_reported_hit(judge);
    tcs_buf_release(&flat);
}

static void test_judge__check_never_says_no_where_judge_says_yes(void **state)
{
    enum { RULESETS = 25, DOCUMENTS = 400 };
    struct tcs_document document = {0};
    struct tcs_sieve_scratch scratch = {0};
    struct tcs_buf texts[4] = {{0}}, rules = {0};
    struct tally tally = {0};
    uint32_t seed = 2024, set, round;
    size_t i;

    (void)state;
    for (set = 0; set < RULESETS; set++) {
        struct tcs_patterns patterns;
        struct tcs_ruleset *ruleset;
        struct tcs_judge judge;

        random_patterns(&patterns, &rules, &seed, 1 + set % 3);
        tcs_patterns_release(&patterns);
        ruleset = compile(rules.data);
        must(tcs_judge_init(&judge, ruleset, NULL));
        for (round = 0; round < DOCUMENTS; round++) {
            random_document(&document, texts, &seed);
            for (i = 0; i < document.field_count; i++) {
                vary(&texts[i], &seed);
                document.fields[i].text = str(texts[i].data);
            }
            check_document(&judge, &scratch, &document, rules.data, &tally);
        }
        tcs_judge_release(&judge);
        tcs_ruleset_free(ruleset);
    }
    assert_true(tally.flagged > RULESETS * DOCUMENTS / 20);
    assert_true(tally.hits > RULESETS * DOCUMENTS / 4);
    assert_true(tally.refused > RULESETS * DOCUMENTS / 20);
    for (i = 0; i < 4; i++)
        tcs_buf_release(&texts[i]);
    tcs_buf_release(&rules);
    tcs_sieve_scratch_release(&scratch);
    tcs_document_release(&document);
}

static void test_judge__a_warm_judge_says_what_a_fresh_one_does(void **state)
{
    struct tcs_ruleset *ruleset = compile(yaml);
    struct tcs_document document = {0};
    struct tcs_buf hits[2] = {{0}}, rules[2] = {{0}};
    struct tcs_judge warm, fresh;
    size_t i, k;

    (void)state;
    must(tcs_judge_init(&warm, ruleset, NULL));
    for (i = 0; i < 3 * COUNT(cases); i++) {
        size_t which = i * 5 % COUNT(cases);

        tcs_document_reset(&document);
        add_field(&document, TCS_ROLE_TITLE, cases[which].title);
        add_field(&document, TCS_ROLE_TEXT, cases[which].text);
        must(tcs_judge_init(&fresh, ruleset, NULL));
        must(tcs_judge_document(&warm, &document, NULL));
        must(tcs_judge_document(&fresh, &document, NULL));
        show(&warm, &document, &hits[0], &rules[0]);
        show(&fresh, &document, &hits[1], &rules[1]);
        assert_string_equal(hits[0].data, hits[1].data);
        assert_string_equal(rules[0].data, rules[1].data);
        assert_int_equal(warm.label, fresh.label);
        tcs_judge_release(&fresh);
    }
    tcs_judge_release(&warm);
    tcs_ruleset_free(ruleset);
    tcs_document_release(&document);
    for (k = 0; k < 2; k++) {
        tcs_buf_release(&hits[k]);
        tcs_buf_release(&rules[k]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_judge__table),
        cmocka_unit_test(test_judge__marks_the_groups_of_fired_rules),
        cmocka_unit_test(test_judge__terms_by_hand_flag),
        cmocka_unit_test(test_judge__check_never_says_no_where_judge_says_yes),
        cmocka_unit_test(test_judge__a_warm_judge_says_what_a_fresh_one_does),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
