/* own_text: terms of every kind are found in their own text, and with a wrong engine they are not. */
#include "match_help.h"

#include <unistd.h>

#include "match/dbfile.h"
#include "rules/own_text.h"
#include "rules/yaml_form.h"

static void note_lost(void *context, uint32_t term, const char *where)
{
    const struct tcs_patterns *patterns = context;

    fail_msg("`%s` is lost by %s", patterns->terms[term].authored, where);
}

static void test_own_text__all_kinds_are_found(void **state)
{
    static const char yaml[] =
        "lexicon: a\n"
        "terms:\n"
        "  zh: [换脸, AI换脸, P图, 一键脱衣, 深度伪造, 𠮷野家, {term: 智能, word: true}]\n"
        "  en: [deepfak*, A.I., face swap, face-swap, 'R&D', 'a<b', '\"quoted\"', 'C++', {term: nudify, inflect: true},\n"
        "       {term: GPT, version: true}, {prefix: synth, up_to: 9}, naïve, ﬁnance, x]\n"
        "unless: [换脸手术]\n"
        "---\n"
        "rule: r\n"
        "when: a and not \"辟谣\"\n"
        "---\n"
        "labels: [{label: hazard, when: title(\"或\")}, {label: incident}]\n";
    struct tcs_source source = {TCS_STR("t.yaml"), {yaml, sizeof yaml - 1}};
    struct tcs_ruleset *ruleset = NULL;
    struct tcs_own_text report = {.lost = note_lost};

    (void)state;
    must(tcs_ruleset_compile(&source, 1, &ruleset, NULL));
    report.context = (void *)(uintptr_t)tcs_ruleset_patterns(ruleset);
    must(tcs_own_text_check(ruleset, &report, NULL));
    assert_int_equal(report.terms, 24);
    assert_int_equal(report.lost_count, 0);
    assert_int_equal(report.engine_errors, 0);
    tcs_ruleset_free(ruleset);
}

static struct tcs_ruleset *compile(const char *yaml)
{
    struct tcs_source source = {TCS_STR("t.yaml"), str(yaml)};
    struct tcs_ruleset *ruleset = NULL;

    must(tcs_ruleset_compile(&source, 1, &ruleset, NULL));
    return ruleset;
}

static void count_lost(void *context, uint32_t term, const char *where)
{
    size_t *counts = context;

    assert_true(term < 5);
    counts[0] += !strcmp(where, "the judge") || !strcmp(where, "the check");
    counts[1] += strstr(where, "sieve") != NULL;
}

/* A database whose sections, all but the sources and their trees, come from another: what an engine that misses hits looks like.
 * Fewer terms than TCS_FEW_MAX + 1 would not be the engine's. */
static void test_own_text__a_wrong_engine_is_seen(void **state)
{
    struct tcs_ruleset *right = compile("lexicon: a\nterms: {zh: [换脸技术, 声音克隆, 深度伪造, 人工智能, 虚拟主播]}\n---\nrule: r\nwhen: a\n");
    struct tcs_ruleset *wrong = compile("lexicon: a\nterms: {zh: [气象预报, 体育新闻, 财经要闻, 国际时事, 健康养生]}\n---\nrule: r\nwhen: a\n");
    char right_path[] = "/tmp/tocsin-test-XXXXXX", wrong_path[] = "/tmp/tocsin-test-XXXXXX";
    int right_fd = mkstemp(right_path), wrong_fd = mkstemp(wrong_path);
    struct tcs_dbfile right_file, wrong_file;
    struct tcs_dbfile_section list[32];
    struct tcs_buf bytes[32] = {{0}};
    struct tcs_own_text report = {.lost = count_lost};
    size_t counts[2] = {0}, i;
    struct tcs_ruleset *mixed = NULL;

    (void)state;
    assert_true(right_fd >= 0 && wrong_fd >= 0);
    must(tcs_ruleset_save(right, right_path, NULL));
    must(tcs_ruleset_save(wrong, wrong_path, NULL));
    must(tcs_dbfile_load(right_path, &right_file, NULL));
    must(tcs_dbfile_load(wrong_path, &wrong_file, NULL));
    assert_int_equal(right_file.section_count, wrong_file.section_count);
    assert_true(right_file.section_count <= COUNT(list));
    for (i = 0; i < right_file.section_count; i++) {
        uint32_t id = right_file.sections[i].id;
        bool is_right = id == TCS_SECTION_SOURCES || id == TCS_SECTION_TREES;

        must(tcs_dbfile_read(is_right ? &right_file : &wrong_file, id, &bytes[i], NULL));
        list[i] = (struct tcs_dbfile_section){id, tcs_buf_view(&bytes[i])};
    }
    must(tcs_dbfile_save(right_path, right_file.engine, right_file.fold, list, right_file.section_count, NULL));
    for (i = 0; i < right_file.section_count; i++)
        tcs_buf_release(&bytes[i]);
    must(tcs_ruleset_load(right_path, &mixed, NULL));
    report.context = counts;
    must(tcs_own_text_check(mixed, &report, NULL));
    assert_int_equal(counts[0], 10); /* five terms, judge and check */
    assert_int_equal(counts[1], 25); /* five forms */
    assert_int_equal(report.lost_count, 35);
    tcs_ruleset_free(mixed);
    tcs_dbfile_release(&right_file);
    tcs_dbfile_release(&wrong_file);
    tcs_ruleset_free(right);
    tcs_ruleset_free(wrong);
    (void)close(right_fd);
    (void)close(wrong_fd);
    (void)unlink(right_path);
    (void)unlink(wrong_path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_own_text__all_kinds_are_found),
                                       cmocka_unit_test(test_own_text__a_wrong_engine_is_seen)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
