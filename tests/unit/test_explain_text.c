/* explain, explain_text and explain_json: one document in both forms, and what a terminal must not be given. */
#include "match_help.h"

#include "run/explain_text.h"

static const char yaml[] = "lexicon: ai\nterms: {en: [AI]}\nunless: [AI公司]\n---\n"
                           "lexicon: fakes\nterms: {zh: [换脸, {term: 变脸, weight: 0.5}]}\n---\n"
                           "rule: both\nwhen: near(ai, fakes, 4)\nscore: 3\n---\n"
                           "rule: wide\nwhen: near(ai, \"脸\", 0) and not title(\"辟谣\")\n---\n"
                           "rule: far\nwhen: '\"甲\" and \"乙\"'\n---\n"
                           "labels:\n  - {label: hazard, when: title(\"或\")}\n  - {label: incident}\n";

struct rig {
    struct tcs_ruleset *ruleset;
    struct tcs_judge judge;
    struct tcs_document doc;
    struct tcs_explanation explanation;
    struct tcs_folded folded;
    struct tcs_buf text, json;
};

static void explain(struct rig *rig, const char *title, uint32_t rule, bool is_full)
{
    struct tcs_explain_view view = {.judge = &rig->judge, .doc = &rig->doc, .explanation = &rig->explanation,
                                    .folded = &rig->folded, .is_full = is_full};

    tcs_document_reset(&rig->doc);
    must(tcs_document_add(&rig->doc, "title", TCS_ROLE_TITLE, str(title)));
    must(tcs_judge_document(&rig->judge, &rig->doc, NULL));
    must(tcs_explain(&rig->judge, &rig->doc, rule, &rig->explanation, NULL));
    tcs_buf_reset(&rig->text);
    tcs_buf_reset(&rig->json);
    must(tcs_explain_text(&view, &rig->text));
    must(tcs_explain_json(&view, &rig->json));
    must(tcs_buf_putc(&rig->text, '\0'));
    must(tcs_buf_putc(&rig->json, '\0'));
}

static void open_rig(struct rig *rig)
{
    struct tcs_source source = {TCS_STR("t.yaml"), {yaml, sizeof yaml - 1}};
    struct tocsin_error err = {0};

    *rig = (struct rig){0};
    if (tcs_ruleset_compile(&source, 1, &rig->ruleset, &err) != TOCSIN_OK)
        fail_msg("%s", err.message);
    must(tcs_judge_init(&rig->judge, rig->ruleset, NULL));
    rig->judge.eval.keeps_removed = true;
}

static void close_rig(struct rig *rig)
{
    tcs_explanation_release(&rig->explanation);
    tcs_folded_release(&rig->folded);
    tcs_buf_release(&rig->text);
    tcs_buf_release(&rig->json);
    tcs_document_release(&rig->doc);
    tcs_judge_release(&rig->judge);
    tcs_ruleset_free(rig->ruleset);
}

static void expect(const struct tcs_buf *text, const char *part)
{
    if (!strstr(text->data, part))
        fail_msg("no [%s] in:\n%s", part, text->data);
}

static void test_explain_text__a_flagged_text(void **state)
{
    struct rig rig;

    (void)state;
    open_rig(&rig);
    explain(&rig, "ＡＩ變臉，AI公司", TCS_EVERY_RULE, false);
    assert_string_equal(rig.text.data,
                        "field title, role title:\n"
                        "  as read  ＡＩ變臉，AI公司\n"
                        "  folded   ai变脸,ai公司\n"
                        "hits:\n"
                        "  title 0-2 ＡＩ (ai: AI)\n"
                        "  title 2-4 變臉 (fakes: 变脸)\n"
                        "  title 3-4 臉 (rules: 脸)\n"
                        "removed by unless:\n"
                        "  title 5-7 AI (ai: AI), inside title 5-9 AI公司 (ai: AI公司)\n"
                        "rule both: fires; score 3 x weight 1 (AI) = 3\n"
                        "  true   near(ai, fakes, 4): title 0-2 ＡＩ (ai: AI), title 2-4 變臉 (fakes: 变脸)\n"
                        "rule wide: near miss, but for near(ai, \"脸\", 0): a hit of each, but 1 units apart\n"
                        "label hazard, entry 1 of 2: false\n"
                        "label incident, entry 2 of 2: the default, decides\n"
                        "score: 3 = 3\n"
                        "flagged: of 3 rules 1 fired, 1 near misses; 1 not shown (--all)\n");
    expect(&rig.json, "\"removed\":[{\"lexicon\":\"ai\",\"term\":\"AI\",\"field\":\"title\",\"start\":5,\"end\":7,\"text\":\"AI\","
                      "\"by\":{\"lexicon\":\"ai\",\"term\":\"AI公司\",\"field\":\"title\",\"start\":5,\"end\":9,\"text\":\"AI公司\"}}]");
    expect(&rig.json, "{\"rule\":\"both\",\"has_fired\":true,\"missing\":0,\"score\":3,\"weight\":1,\"weight_of\":\"AI\",\"when\":");
    expect(&rig.json, "\"near_miss\":{\"clause\":\"near(ai, \\\"脸\\\", 0)\",\"fault\":\"a hit of each, but 1 units apart\"}");
    expect(&rig.json, "\"rules_not_shown\":1,\"is_flagged\":true,\"label\":\"incident\"");
    close_rig(&rig);
}

static void test_explain_text__one_rule(void **state)
{
    struct rig rig;

    (void)state;
    open_rig(&rig);
    explain(&rig, "甲", 2, true);
    expect(&rig.text, "rule far: near miss, but for \"乙\": no hit\n  false  and\n  true     \"甲\": title 0-1 甲 (rules: 甲)\n"
                      "  false    \"乙\"\nnot flagged: of 1 rules 0 fired, 1 near misses\n");
    assert_null(strstr(rig.text.data, "rule both"));
    explain(&rig, "或 AI换脸", TCS_EVERY_RULE, false);
    expect(&rig.text, "label hazard, entry 1 of 2: holds, and decides\n  true   title\n  true     \"或\": title 0-1 或 (rules: 或)\n");
    close_rig(&rig);
}

static void test_explain_text__controls_are_escaped(void **state)
{
    struct rig rig;
    const char *at;

    (void)state;
    open_rig(&rig);
    explain(&rig, "\x1B[31mAI\x07\xC2\x9B\xE2\x80\xA8 a\n\nb\nc", TCS_EVERY_RULE, true);
    for (at = rig.text.data; *at; at++)
        assert_true((unsigned char)*at >= 0x20 || *at == '\n');
    expect(&rig.text, "  as read  \\u001b[31mAI\\u0007\\u009b\\u2028 a");
    expect(&rig.text, "a\xC2\xB6" "b\xE2\x86\xB5" "c\n");
    close_rig(&rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_explain_text__a_flagged_text),
        cmocka_unit_test(test_explain_text__one_rule),
        cmocka_unit_test(test_explain_text__controls_are_escaped),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
