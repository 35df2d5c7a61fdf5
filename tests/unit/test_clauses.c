/*
 * clauses: what is missing and which clause a near miss lacks, by a table; then random rules on random documents against
 * the evaluator: nothing is missing exactly where the rule is true, each clause has the truth that the evaluator gives it,
 * and what is named as evidence is a hit in scope.
 */
#include "rules_help.h"

#include "rules/clauses.h"
#include "rules/expr_text.h"

struct rig {
    struct tcs_patterns patterns;
    struct tcs_document document;
    struct tcs_hits hits;
    struct tcs_eval_scratch scratch;
    struct tcs_evidence evidence;
    struct tcs_eval_run run;
    struct tcs_clauses clauses;
};

static void explain(struct rig *rig, uint32_t rule)
{
    find_hits(&rig->patterns, &rig->document, &rig->hits);
    assert_int_equal(tcs_eval_unless(&rig->patterns, &rig->hits, &rig->scratch, NULL), TOCSIN_OK);
    rig->evidence = (struct tcs_evidence){.patterns = &rig->patterns,
                                          .document = &rig->document,
                                          .hits = rig->hits.items,
                                          .hit_count = rig->hits.count,
                                          .scratch = &rig->scratch};
    assert_int_equal(tcs_eval_open(&rig->run, &rig->evidence), TOCSIN_OK);
    assert_int_equal(tcs_clauses_explain(&rig->run, rig->patterns.rules[rule].root, &rig->clauses), TOCSIN_OK);
}

static void release(struct rig *rig)
{
    tcs_clauses_release(&rig->clauses);
    tcs_eval_scratch_release(&rig->scratch);
    tcs_document_release(&rig->document);
    free(rig->hits.items);
}

/* Title and text; a is x, b is y, c is q. */
static const struct {
    const char *when, *title, *text;
    uint32_t missing;
    const char *lacks; /* the one clause of a near miss; NULL where it is none */
    const char *note;
} cases[] = {
    {"a and b", NULL, "x", 1, "b", "one of two"},
    {"a and b", NULL, "x y", 0, NULL, "true is no near miss"},
    {"a and b", NULL, "z", 2, NULL, "two are false"},
    {"a", NULL, "z", 1, NULL, "nothing is met, so nothing is near"},
    {"a and b and c", NULL, "x y", 1, "c", ""},
    {"a or b", NULL, "z", 1, NULL, "the best alternative lacks one, and has nothing"},
    {"a and b or b and c", NULL, "q", 1, "b", "the alternative that has something"},
    {"a and b and c or a and c", NULL, "x", 1, "c", "the best alternative counts"},
    {"a and not b", NULL, "x y", 1, "not b", "what stands under not is one clause"},
    {"a and not (b or c)", NULL, "x y q", 1, "not (b or c)", "whatever it holds"},
    {"not a", NULL, "x", 1, NULL, "a hit under not meets nothing"},
    {"near(a, b, 1)", NULL, "x", 1, "b", "an argument without a hit is a clause"},
    {"near(a, b, 1)", NULL, "z", 2, NULL, "two of them"},
    {"near(a, b, 1)", NULL, "x z z z y", 1, "near(a, b, 1)", "a hit of each, too far apart"},
    {"sentence(a, b, c)", NULL, "x y! q", 1, "sentence(a, b, c)", "not together"},
    {"sentence(a, b, c)", NULL, "x y", 1, "c", ""},
    {"paragraph(a, b)", NULL, "x\n\ny", 1, "paragraph(a, b)", ""},
    {"title(a) and b", "z", "x y", 1, "a", "not in the title"},
    {"title(a and b)", "x", "y", 1, "b", "inside the scope"},
    {"lead(a) and b", "y", "z\n\nx", 1, "a", "not in the lead"},
    {"count(a) >= 3", NULL, "x x", 1, "count(a) >= 3", "too few, but some"},
    {"count(a) >= 3", NULL, "z", 1, NULL, "none"},
    {"distinct(c) >= 2", NULL, "q", 1, "distinct(c) >= 2", ""},
    {"atleast(2, a, b, c)", NULL, "x", 1, "b", "of equals the first"},
    {"atleast(2, a, b and c, c)", NULL, "x", 1, "c", "the one that lacks least"},
    {"atleast(3, a, b, c)", NULL, "x", 2, NULL, ""},
};

static void test_clauses__near_misses(void **state)
{
    struct rig rig = {0};
    struct tcs_buf text = {0};
    size_t i, at;

    (void)state;
    for (i = 0; i < sizeof cases / sizeof *cases; i++) {
        char yaml[512];

        (void)snprintf(yaml, sizeof yaml,
                       "lexicon: a\nterms: {en: [x]}\n---\nlexicon: b\nterms: {en: [y]}\n---\n"
                       "lexicon: c\nterms: {en: [q, qq]}\n---\nrule: r\nwhen: |\n  %s\n", cases[i].when);
        load_patterns(&rig.patterns, yaml);
        tcs_document_reset(&rig.document);
        add_field(&rig.document, TCS_ROLE_TITLE, cases[i].title);
        add_field(&rig.document, TCS_ROLE_TEXT, cases[i].text);
        explain(&rig, 0);
        at = tcs_clauses_near_miss(&rig.clauses, &rig.patterns);
        tcs_buf_reset(&text);
        if (at != TCS_NO_CLAUSE)
            assert_int_equal(tcs_expr_text(&rig.patterns, rig.clauses.items[at].node, &text), TOCSIN_OK);
        assert_int_equal(tcs_buf_putc(&text, '\0'), TOCSIN_OK);
        if (rig.clauses.items[0].missing != cases[i].missing || strcmp(text.data, cases[i].lacks ? cases[i].lacks : "") != 0)
            fail_msg("%s on [%s]: missing %u, lacks [%s]; %s", cases[i].when, cases[i].text, rig.clauses.items[0].missing,
                     text.data, cases[i].note);
        tcs_patterns_release(&rig.patterns);
    }
    tcs_buf_release(&text);
    release(&rig);
}

static void test_clauses__evidence(void **state)
{
    struct rig rig = {0};
    const struct tcs_clause *near, *count;

    (void)state;
    load_patterns(&rig.patterns, "lexicon: a\nterms: {en: [x]}\n---\nlexicon: b\nterms: {en: [y]}\n---\n"
                                 "rule: r\nwhen: near(a, b, 2) and count(a) >= 4\n---\nrule: s\nwhen: near(a, b, 0)\n");
    add_field(&rig.document, TCS_ROLE_TEXT, "x z z z y z x");
    explain(&rig, 0);
    assert_int_equal(rig.clauses.count, 3);
    near = &rig.clauses.items[1];
    count = &rig.clauses.items[2];
    assert_true(near->is_true);
    assert_int_equal(near->hit_count, 2);
    assert_int_equal(rig.hits.items[rig.clauses.hits[near->first_hit]].start_byte, 8);
    assert_int_equal(rig.hits.items[rig.clauses.hits[near->first_hit + 1]].start_byte, 12);
    assert_false(count->is_true);
    assert_int_equal(count->count, 2);
    assert_int_equal(count->hit_count, 2);
    explain(&rig, 1);
    assert_int_equal(rig.clauses.items[0].nearest, 2);
    tcs_patterns_release(&rig.patterns);
    release(&rig);
}

/* Does a hit lie where the clause looks? The evaluator is asked for each leaf's hits in that scope. */
static bool is_in_scope(struct rig *rig, const struct tcs_clause *clause, uint32_t hit)
{
    const struct tcs_expr *expr = &rig->patterns.nodes[clause->node];
    uint32_t i, count = expr->child_count ? expr->child_count : 1;

    for (i = 0; i < count; i++) {
        const struct tcs_expr *leaf =
            expr->child_count ? &rig->patterns.nodes[rig->patterns.children[expr->first_child + i]] : expr;
        struct tcs_eval_cursor cursor = tcs_eval_leaf(&rig->run, leaf, clause->scope);

        for (; cursor.at < cursor.end; tcs_eval_advance(&rig->run, &cursor, clause->scope))
            if (*cursor.at == hit)
                return true;
    }
    return false;
}

static void check_clauses(struct rig *rig, bool has_fired)
{
    size_t i, k;

    assert_int_equal(rig->clauses.items[0].is_true, has_fired);
    for (i = 0; i < rig->clauses.count; i++) {
        const struct tcs_clause *clause = &rig->clauses.items[i];
        enum tcs_expr_op op = rig->patterns.nodes[clause->node].op;

        assert_int_equal(clause->is_true, tcs_eval_holds(&rig->run, clause->node, clause->scope));
        assert_int_equal(clause->is_true, clause->missing == 0);
        assert_true(clause->end > i && clause->end <= rig->clauses.count);
        for (k = 0; k < clause->hit_count; k++)
            assert_true(is_in_scope(rig, clause, rig->clauses.hits[clause->first_hit + k]));
        if (clause->is_true && (op == TCS_EXPR_NEAR || op == TCS_EXPR_SENTENCE || op == TCS_EXPR_PARAGRAPH))
            assert_true(clause->hit_count >= 2);
    }
    if (tcs_clauses_near_miss(&rig->clauses, &rig->patterns) != TCS_NO_CLAUSE)
        assert_int_equal(rig->clauses.items[0].missing, 1);
}

static void test_clauses__agree_with_the_evaluator(void **state)
{
    struct tcs_buf yaml = {0}, texts[4] = {{0}};
    struct rig rig = {0};
    struct tcs_verdict verdict = {0};
    uint32_t seed = 99, n, k, rule;
    size_t near_misses = 0;

    (void)state;
    for (n = 0; n < 60; n++) {
        random_patterns(&rig.patterns, &yaml, &seed, 8);
        for (k = 0; k < 30; k++) {
            random_document(&rig.document, texts, &seed);
            for (rule = 0; rule < 8; rule++) {
                uint32_t i;
                bool has_fired = false;

                explain(&rig, rule);
                assert_int_equal(tcs_eval_rules(&rig.evidence, &verdict, NULL), TOCSIN_OK);
                for (i = 0; i < verdict.rule_count; i++)
                    has_fired |= verdict.rules[i] == rule;
                check_clauses(&rig, has_fired);
                near_misses += tcs_clauses_near_miss(&rig.clauses, &rig.patterns) != TCS_NO_CLAUSE;
            }
        }
        tcs_patterns_release(&rig.patterns);
    }
    assert_true(near_misses > 100);
    for (k = 0; k < 4; k++)
        tcs_buf_release(&texts[k]);
    tcs_buf_release(&yaml);
    tcs_verdict_release(&verdict);
    release(&rig);
}

static void test_clauses__removed_hits_are_kept_where_asked_for(void **state)
{
    struct rig rig = {0};

    (void)state;
    load_patterns(&rig.patterns, "lexicon: a\nterms: {en: [x]}\nunless: [xyz]\n---\nrule: r\nwhen: a\n");
    add_field(&rig.document, TCS_ROLE_TEXT, "x xyz");
    explain(&rig, 0);
    assert_int_equal(rig.scratch.removed_count, 0);
    rig.scratch.keeps_removed = true;
    explain(&rig, 0);
    explain(&rig, 0);
    assert_int_equal(rig.scratch.removed_count, 1);
    assert_int_equal(rig.scratch.removed[0].hit.start_byte, 2);
    assert_int_equal(rig.scratch.removed[0].by.end_byte, 5);
    assert_int_equal(rig.hits.count, 1);
    tcs_patterns_release(&rig.patterns);
    release(&rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_clauses__near_misses),
        cmocka_unit_test(test_clauses__evidence),
        cmocka_unit_test(test_clauses__agree_with_the_evaluator),
        cmocka_unit_test(test_clauses__removed_hits_are_kept_where_asked_for),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
