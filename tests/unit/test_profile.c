/*
 * profile: every count of a small corpus, in every mode; parts of several workers add up; plans without a sieve; candidates
 * that no piece explains; and a scan without a profile is none the wiser.
 */
#include "run_help.h"

#include <math.h>

#include "run/profile.h"

/* The cheaper lexicon is fakes, so harm is not looked for; not even beside fakes where some terms of it are too frequent. */
#define RULES "rule: both\nwhen: fakes and harm\n---\nrule: twice\nwhen: count(fakes) >= 2 and harm\n"
#define FAKES "lexicon: fakes\nterms:\n  zh: [换脸]\n  en: [{term: deepfake, inflect: true}, {term: faceswap, inflect: true}]\nunless: [换脸手术]\n---\n"
static const char yaml[] = FAKES "lexicon: harm\nterms:\n  zh: [诈骗]\n  en: [scam, a, i, u, w]\n---\n" RULES;
static const char yaml_rare[] = FAKES "lexicon: harm\nterms:\n  zh: [诈骗]\n  en: [scam]\n---\n" RULES;

static const char corpus[] = "换脸诈骗案\n"
                             "换脸天气\n"           /* no harm: the check stops it */
                             "换脸换脸 scam\n"
                             "天气 scam\n"          /* not looked for */
                             "deepfakery scam\n"    /* a piece, but no hit: the check stops it too, and the last */
                             "换脸 deepfake scam\n"
                             "faceswapped scam\n";

struct profiled {
    struct run_rig rig;
    struct tcs_profile_plan plan;
    struct tcs_profile profile;
};

static void profile_open(struct profiled *p, const char *patterns, enum tcs_emit emit)
{
    run_open(&p->rig, patterns);
    must(tcs_profile_plan_make(&p->plan, p->rig.ruleset, emit == TCS_EMIT_HITS ? TCS_PLAN_HITS : TCS_PLAN_FLAGGED, NULL));
    must(tcs_profile_init(&p->profile, &p->plan));
    p->rig.options.format = TCS_FORMAT_LINES;
    p->rig.options.emit = emit;
    p->rig.options.profile = &p->profile;
}

static void profile_close(struct profiled *p)
{
    tcs_profile_release(&p->profile);
    tcs_profile_plan_release(&p->plan);
    run_close(&p->rig);
}

/* The counts of a term, or of a rule, in the order of their structs. */
static void expect_term(const struct profiled *p, const char *authored, const char *expected)
{
    const struct tcs_patterns *patterns = tcs_ruleset_patterns(p->rig.ruleset);
    char got[200];
    size_t i;

    for (i = 0; i < patterns->term_count && strcmp(patterns->terms[i].authored, authored) != 0; i++)
        ;
    assert_true(i < patterns->term_count);
    (void)snprintf(got, sizeof got, "%d %llu %llu %llu %llu %llu %llu %llu", tcs_patterns_set_has(p->plan.planned, (uint32_t)i),
                   (unsigned long long)p->profile.terms[i].matches, (unsigned long long)p->profile.terms[i].sent_on,
                   (unsigned long long)p->profile.terms[i].sent_alone, (unsigned long long)p->profile.terms[i].with_hit,
                   (unsigned long long)p->profile.terms[i].flagged, (unsigned long long)p->profile.terms[i].hits,
                   (unsigned long long)p->profile.terms[i].hit_candidates);
    if (strcmp(got, expected) != 0)
        fail_msg("%s: %s, expected %s", authored, got, expected);
    assert_true((p->profile.terms[i].seconds > 0) == (p->profile.terms[i].sent_on > 0));
}

static void expect_rule(const struct profiled *p, size_t rule, uint64_t possible, uint64_t fired, uint64_t alone)
{
    assert_int_equal(p->profile.rules[rule].possible, possible);
    assert_int_equal(p->profile.rules[rule].fired, fired);
    assert_int_equal(p->profile.rules[rule].flagged_alone, alone);
    assert_true((p->profile.rules[rule].seconds > 0) == (possible > 0));
}

/* The parts add up to the whole. */
static void expect_shares(const struct profiled *p)
{
    const struct tcs_patterns *patterns = tcs_ruleset_patterns(p->rig.ruleset);
    double terms = 0, rules = 0;
    size_t i;

    for (i = 0; i < patterns->term_count; i++)
        terms += p->profile.terms[i].seconds;
    for (i = 0; i < patterns->rule_count; i++)
        rules += p->profile.rules[i].seconds;
    assert_true(fabs(terms - p->rig.stats.check_seconds - p->rig.stats.judge_seconds) < 1e-9);
    assert_true(fabs(rules - p->rig.stats.judge_seconds) < 1e-9);
}

static void test_profile__every_count(void **state)
{
    struct profiled p;

    (void)state;
    profile_open(&p, yaml, TCS_EMIT_FLAGGED);
    run_bytes(&p.rig, TCS_STR(corpus));
    assert_int_equal(p.rig.out.len, 0); /* a profile writes no documents */
    assert_int_equal(p.rig.stats.emitted, 0);
    assert_int_equal(p.rig.stats.documents, 7);
    assert_int_equal(p.rig.stats.sieve_candidates, 6);
    assert_int_equal(p.rig.stats.check_candidates, 3);
    assert_int_equal(p.rig.stats.flagged, 3);
    assert_int_equal(p.profile.candidates, 6);
    assert_int_equal(p.profile.unexplained, 0);
    /* planned; matches, sent on, alone, with hit, flagged, hits, candidates with hits */
    expect_term(&p, "换脸", "1 5 4 3 4 3 5 4");
    expect_term(&p, "deepfake", "1 2 2 1 1 1 1 1");
    expect_term(&p, "faceswap", "1 1 1 1 0 0 0 0");
    expect_term(&p, "诈骗", "0 0 0 0 0 0 1 1");
    expect_term(&p, "scam", "0 0 0 0 0 0 4 4");
    expect_rule(&p, 0, 3, 3, 1);
    expect_rule(&p, 1, 3, 2, 0);
    expect_shares(&p);
    profile_close(&p);
}

/* Harm is looked for beside fakes: one document less is a candidate, and a term that sends nothing on has no counts. */
static void test_profile__of_terms_beside_others(void **state)
{
    struct profiled p;

    (void)state;
    profile_open(&p, yaml_rare, TCS_EMIT_FLAGGED);
    run_bytes(&p.rig, TCS_STR(corpus));
    assert_int_equal(p.rig.stats.sieve_candidates, 5);
    assert_int_equal(p.rig.stats.flagged, 3);
    assert_int_equal(p.profile.unexplained, 0);
    assert_int_equal(p.plan.term_count, 3);
    assert_int_equal(p.plan.beside_count, 2);
    expect_term(&p, "换脸", "1 4 3 2 3 3 4 3");
    expect_term(&p, "scam", "0 0 0 0 0 0 4 4");
    expect_rule(&p, 0, 3, 3, 1);
    expect_shares(&p);
    profile_close(&p);
}

/* Under hits all terms are looked for, and one document more is a candidate; what comes of them is the same. */
static void test_profile__of_hits(void **state)
{
    struct profiled p;

    (void)state;
    profile_open(&p, yaml, TCS_EMIT_HITS);
    run_bytes(&p.rig, TCS_STR(corpus));
    assert_int_equal(p.rig.out.len, 0);
    assert_int_equal(p.profile.candidates, 7);
    assert_int_equal(p.rig.stats.sieve_candidates, 7);
    expect_term(&p, "换脸", "1 5 4 1 4 3 5 4");
    expect_term(&p, "deepfake", "1 2 2 0 1 1 1 1");
    expect_term(&p, "faceswap", "1 1 1 0 0 0 0 0");
    expect_term(&p, "诈骗", "1 1 1 0 1 1 1 1");
    expect_term(&p, "scam", "1 5 5 1 5 2 5 5");
    expect_rule(&p, 0, 3, 3, 1);
    profile_close(&p);
}

/* A hit that an `unless` phrase takes away is none; its piece was found all the same. */
static void test_profile__of_phrases(void **state)
{
    struct profiled p;

    (void)state;
    profile_open(&p, yaml, TCS_EMIT_FLAGGED);
    run_bytes(&p.rig, TCS_STR("换脸手术 scam\n"));
    expect_term(&p, "换脸", "1 1 1 1 0 0 0 0");
    expect_rule(&p, 0, 1, 0, 0);
    profile_close(&p);
}

static void test_profile__parts_add_up(void **state)
{
    const char *inputs[4];
    struct profiled p;
    size_t i;

    (void)state;
    profile_open(&p, yaml, TCS_EMIT_FLAGGED);
    for (i = 0; i < COUNT(inputs); i++)
        inputs[i] = p.rig.input;
    p.rig.options.inputs = inputs;
    p.rig.options.input_count = COUNT(inputs);
    p.rig.options.threads = 3;
    run_bytes(&p.rig, TCS_STR(corpus));
    assert_int_equal(p.profile.candidates, 24);
    expect_term(&p, "换脸", "1 20 16 12 16 12 20 16");
    expect_term(&p, "scam", "0 0 0 0 0 0 16 16");
    expect_rule(&p, 0, 12, 12, 4);
    expect_shares(&p);
    profile_close(&p);
}

/* A page that the check stops has its fields made for the profile alone; in a chunk with pages a text is read as one. */
static void test_profile__of_pages(void **state)
{
    struct tcs_buf warc = {0};
    struct profiled p;

    (void)state;
    profile_open(&p, yaml, TCS_EMIT_FLAGGED);
    p.rig.options.format = TCS_FORMAT_WARC;
    put_response(&warc, "200 OK", "Content-Type: text/html; charset=utf-8\r\n", TCS_STR("<title>换<b>脸</b></title><p>换&#x8138;天气"));
    put_response(&warc, "200 OK", "Content-Type: text/html; charset=gbk\r\n", TCS_STR("<p>\xBB\xBB\xC1\xB3 scam \xBB\xBB\xC1\xB3"));
    put_response(&warc, "200 OK", "Content-Type: text/plain; charset=utf-8\r\n", TCS_STR("deepfake scam"));
    run_bytes(&p.rig, tcs_buf_view(&warc));
    assert_int_equal(p.rig.stats.documents, 3);
    assert_int_equal(p.profile.candidates, 3);
    assert_int_equal(p.profile.unexplained, 0);
    assert_int_equal(p.rig.stats.check_candidates, 2);
    expect_term(&p, "换脸", "1 4 2 2 2 1 3 2"); /* a title's tags are text: no hit there */
    expect_term(&p, "deepfake", "1 1 1 1 1 1 1 1");
    expect_rule(&p, 1, 2, 1, 0);
    tcs_buf_release(&warc);
    profile_close(&p);
}

/* Terms of "-e" flag by themselves: no rule does so alone then. */
static void test_profile__of_ad_hoc_terms(void **state)
{
    const struct tcs_source sources[] = {{TCS_STR("a.yaml"), TCS_STR(yaml)}, {TCS_STR("-e"), TCS_STR("诈骗案")}};
    struct profiled p;

    (void)state;
    profile_open(&p, yaml, TCS_EMIT_FLAGGED);
    tcs_profile_release(&p.profile);
    tcs_profile_plan_release(&p.plan);
    tcs_ruleset_free(p.rig.ruleset);
    must(tcs_ruleset_compile(sources, COUNT(sources), &p.rig.ruleset, NULL));
    must(tcs_profile_plan_make(&p.plan, p.rig.ruleset, TCS_PLAN_FLAGGED, NULL));
    must(tcs_profile_init(&p.profile, &p.plan));
    run_bytes(&p.rig, TCS_STR(corpus));
    expect_term(&p, "诈骗案", "1 1 1 0 1 1 1 1");
    expect_term(&p, "换脸", "1 5 4 2 4 3 5 4");
    expect_rule(&p, 0, 3, 3, 0);
    profile_close(&p);
}

static void test_profile__without_a_sieve(void **state)
{
    struct profiled p;
    bool escapes;

    (void)state;
    profile_open(&p, "lexicon: fakes\nterms: {zh: [换脸]}\n---\nrule: some\nwhen: fakes\n---\nrule: none\nwhen: not fakes\n",
                 TCS_EMIT_FLAGGED);
    assert_true(p.plan.needs_all);
    must(tcs_profile_plan_escapes(&p.plan, 0, &escapes));
    assert_false(escapes);
    must(tcs_profile_plan_escapes(&p.plan, 1, &escapes));
    assert_true(escapes);
    run_bytes(&p.rig, TCS_STR("换脸\n天气\n"));
    assert_int_equal(p.profile.candidates, 2);
    assert_int_equal(p.profile.unexplained, 0);
    expect_term(&p, "换脸", "0 0 0 0 0 0 1 1");
    expect_rule(&p, 0, 1, 1, 1);
    expect_rule(&p, 1, 2, 1, 1);
    profile_close(&p);
}

/* What only a sieve of another make could let through. */
static void test_profile__tells_what_it_cannot_explain(void **state)
{
    struct profiled p;

    (void)state;
    profile_open(&p, yaml, TCS_EMIT_FLAGGED);
    must(tcs_profile_begin(&p.profile, TCS_SYNTAX_TEXT, TCS_STR("天气")));
    assert_int_equal(p.profile.unexplained, 1);
    must(tcs_profile_begin(&p.profile, TCS_SYNTAX_TEXT, TCS_STR("换脸")));
    assert_int_equal(p.profile.unexplained, 1);
    assert_int_equal(p.profile.candidates, 2);
    profile_close(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_profile__every_count),
        cmocka_unit_test(test_profile__of_terms_beside_others),
        cmocka_unit_test(test_profile__of_hits),
        cmocka_unit_test(test_profile__of_phrases),
        cmocka_unit_test(test_profile__parts_add_up),
        cmocka_unit_test(test_profile__of_pages),
        cmocka_unit_test(test_profile__of_ad_hoc_terms),
        cmocka_unit_test(test_profile__without_a_sieve),
        cmocka_unit_test(test_profile__tells_what_it_cannot_explain),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
