/*
 * stats: every counter adds up and is written; names stand in the sections; the table for people.
 */
#include "run_help.h"

#include "run/stats.h"

static const char yaml[] = "lexicon: ai\nterms: {en: [AI]}\n---\nlexicon: fakes\nterms: {zh: [换脸]}\n---\n"
                           "rule: one\nwhen: ai\n---\nrule: two\nwhen: fakes\n---\n"
                           "labels:\n  - {label: incident, when: fakes}\n  - {label: hazard}\n";

static const char *const counters[] = {"inputs",          "stored_bytes",  "decoded_bytes",   "members",
                                       "documents",       "sieve_candidates", "check_candidates", "with_hits",
                                       "flagged",         "emitted",       "hits",            "stream_damage",
                                       "document_damage", "limits",        "unreadable",      "engine_errors"};

/* Every counter different: base, base + 1, ... */
static void fill(struct tcs_stats *stats, uint64_t base)
{
    uint64_t *const fields[] = {&stats->inputs,          &stats->stored_bytes,     &stats->decoded_bytes,    &stats->members,
                                &stats->documents,       &stats->sieve_candidates, &stats->check_candidates, &stats->with_hits,
                                &stats->flagged,         &stats->emitted,          &stats->hits,             &stats->stream_damage,
                                &stats->document_damage, &stats->limits,           &stats->unreadable,       &stats->engine_errors};
    size_t i;

    for (i = 0; i < COUNT(fields); i++)
        *fields[i] = base + i;
    stats->inflate_seconds = stats->sieve_seconds = stats->check_seconds = stats->judge_seconds = (double)base / 4;
    for (i = 0; i < stats->label_count; i++)
        stats->by_label[i] = base * (i + 1);
    for (i = 0; i < stats->lexicon_count; i++)
        stats->by_lexicon[i] = base * (i + 2);
    stats->by_rule[1] = base;
}

static void test_stats__add_up_and_are_written(void **state)
{
    struct run_rig rig;
    struct tcs_stats sum, one;
    const struct tcs_patterns *patterns;
    struct tcs_buf out = {0};
    struct tcs_json_paths none = {0};
    struct tcs_json_scratch json = {0};
    bool is_object = false;
    size_t i;

    (void)state;
    run_open(&rig, yaml);
    patterns = tcs_ruleset_patterns(rig.ruleset);
    must(tcs_stats_init(&sum, patterns));
    must(tcs_stats_init(&one, patterns));
    fill(&sum, 1000);
    fill(&one, 10);
    sum.wall_seconds = 2;
    one.wall_seconds = 7;
    tcs_stats_add(&sum, &one);
    assert_false(sum.is_incomplete);
    one.is_incomplete = true;
    must(tcs_stats_json(&sum, patterns, &out));
    for (i = 0; i < COUNT(counters); i++)
        if (number_of(tcs_buf_view(&out), counters[i]) != 1010 + 2 * i)
            fail_msg("%s in %s", counters[i], c_str(&out));
    must(tcs_json_read(tcs_str_trim(tcs_buf_view(&out)), &none, &json, &is_object, NULL));
    assert_true(is_object);
    assert_int_equal(count_lines(&out), 1);
    assert_true(holds(tcs_buf_view(&out), "\"stages\":[{\"stage\":\"sieve\",\"in\":1018,\"out\":1020,\"ratio\":1.001965,\"seconds\":252.500000},"
                                          "{\"stage\":\"check\",\"in\":1020,\"out\":1022,\"ratio\":1.001961,\"seconds\":252.500000},"
                                          "{\"stage\":\"judge\",\"in\":1022,\"out\":1026,\"ratio\":1.003914,\"seconds\":252.500000}],"));
    assert_true(holds(tcs_buf_view(&out), "\"inflate_seconds\":252.500000,\"sieve_seconds\":252.500000,"));
    assert_true(holds(tcs_buf_view(&out), "\"wall_seconds\":2.000000,\"decoded_mb_per_second\":0.001,\"is_incomplete\":false,"));
    assert_true(holds(tcs_buf_view(&out), "\"by_label\":{\"incident\":1010,\"hazard\":2020},"
                                          "\"by_lexicon\":{\"ai\":2020,\"fakes\":3030,\"rules\":4040},\"by_rule\":{\"two\":1010}}"));
    tcs_stats_add(&sum, &one);
    assert_true(sum.is_incomplete);
    tcs_stats_release(&sum);
    tcs_stats_release(&one);
    tcs_buf_release(&out);
    tcs_json_scratch_release(&json);
    run_close(&rig);
}

static void test_stats__nothing_is_no_division_by_nought(void **state)
{
    struct run_rig rig;
    struct tcs_buf out = {0};

    (void)state;
    run_open(&rig, yaml);
    must(tcs_stats_json(&rig.stats, tcs_ruleset_patterns(rig.ruleset), &out));
    assert_true(holds(tcs_buf_view(&out), "\"candidate_ratio\":0.000000,\"check_ratio\":0.000000,\"flagged_ratio\":0.000000,"));
    assert_true(holds(tcs_buf_view(&out), "{\"stage\":\"judge\",\"in\":0,\"out\":0,\"ratio\":0.000000,\"seconds\":0.000000}],"));
    assert_true(holds(tcs_buf_view(&out), "\"decoded_mb_per_second\":0.000,"));
    assert_true(holds(tcs_buf_view(&out), "\"by_label\":{},\"by_lexicon\":{},\"by_rule\":{}}"));
    tcs_buf_reset(&out);
    must(tcs_stats_table(&rig.stats, tcs_ruleset_patterns(rig.ruleset), &out));
    assert_false(holds(tcs_buf_view(&out), "nan"));
    assert_false(holds(tcs_buf_view(&out), "losses"));
    tcs_buf_release(&out);
    run_close(&rig);
}

static void test_stats__the_table_groups_digits_and_sorts(void **state)
{
    struct run_rig rig;
    struct tcs_buf out = {0};
    const char *fakes, *ai;

    (void)state;
    run_open(&rig, yaml);
    rig.stats.documents = 1234567;
    rig.stats.flagged = 1000;
    rig.stats.limits = 3;
    rig.stats.by_lexicon[0] = 250;
    rig.stats.by_lexicon[1] = 999;
    must(tcs_stats_table(&rig.stats, tcs_ruleset_patterns(rig.ruleset), &out));
    (void)c_str(&out);
    assert_non_null(strstr(out.data, " 1,234,567\n"));
    assert_non_null(strstr(out.data, "          1,000    0.1 %\n"));
    fakes = strstr(out.data, "fakes");
    ai = strstr(out.data, "  ai ");
    assert_true(fakes && ai && fakes < ai);
    assert_non_null(strstr(ai, " 250   25.0 %\n"));
    assert_null(strstr(out.data, "flagged by rule"));
    assert_non_null(strstr(out.data, "\nlosses\n  over a limit"));
    tcs_buf_release(&out);
    run_close(&rig);
}

/* What a scan counts. */
static void test_stats__of_a_scan(void **state)
{
    struct run_rig rig;

    (void)state;
    run_open(&rig, yaml);
    rig.options.format = TCS_FORMAT_LINES;
    rig.options.emit = TCS_EMIT_FLAGGED;
    run_bytes(&rig, TCS_STR("AI\n天气\nAI换脸\n换脸 换脸\n\n"));
    assert_int_equal(rig.stats.inputs, 1);
    assert_int_equal(rig.stats.members, 1);
    assert_int_equal(rig.stats.decoded_bytes, 34);
    assert_int_equal(rig.stats.stored_bytes, 34);
    assert_int_equal(rig.stats.documents, 4);
    assert_int_equal(rig.stats.flagged, 3);
    assert_int_equal(rig.stats.emitted, 3);
    assert_int_equal(rig.stats.hits, 5);
    assert_int_equal(rig.stats.by_label[0], 2);
    assert_int_equal(rig.stats.by_label[1], 1);
    assert_int_equal(rig.stats.by_rule[0], 2);
    assert_int_equal(rig.stats.by_lexicon[1], 2);
    assert_true(rig.stats.wall_seconds > 0);
    run_close(&rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_stats__add_up_and_are_written),
        cmocka_unit_test(test_stats__nothing_is_no_division_by_nought),
        cmocka_unit_test(test_stats__the_table_groups_digits_and_sorts),
        cmocka_unit_test(test_stats__of_a_scan),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
