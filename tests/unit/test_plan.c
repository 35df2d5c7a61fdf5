/*
 * The plan of the sieve: what it chooses in plain cases, and for random rules that no document is
 * flagged that holds none of the terms chosen, and that no choice of groups would have been much
 * cheaper.
 */
#include "rules_help.h"

#include <math.h>

#include "rules/plan.h"

static const char lexicons[] = "lexicon: ai\nterms: {en: [ai1, ai2]}\nunless: [ai3]\n---\n"
                               "lexicon: harm\nterms: {en: [h1, h2, h3]}\n---\n"
                               "lexicon: rare\nterms: {en: [r1]}\n---\n"
                               "lexicon: odd\nterms: {en: [o1]}\n";

/* Costs by authored text: its first letter decides. */
static double cost_of(const char *authored)
{
    switch (authored[0]) {
    case 'a': return 8; /* twice: 16 */
    case 'h': return 4; /* thrice: 12 */
    case 'r': return 1;
    case 'o': return INFINITY;
    default: return 5;
    }
}

/* Each term has a piece of its own, none where its cost is infinite; its documents cost what sent_on already says. */
struct own_pieces {
    uint32_t first[65], ids[64], meanings[64], piece_of[64];
    double costs[64], sent_on[64];
    uint8_t side_of[64];
    struct tcs_sides sides;
};

static void make_plan(const struct tcs_patterns *patterns, enum tcs_plan_mode mode, const double *costs,
                      struct own_pieces *own, bool *needs_all)
{
    struct tcs_plan_offer offer = {own->first, own->ids, own->costs, patterns->term_count, own->meanings, own->sent_on};
    struct tocsin_error err;
    uint32_t term, count = 0;

    for (term = 0; term < patterns->term_count; term++) {
        own->first[term] = count;
        own->costs[term] = costs[term];
        own->meanings[term] = term;
        if (costs[term] < INFINITY) {
            own->ids[count++] = term;
        }
    }
    own->first[term] = count;
    assert_int_equal(tcs_plan_make(patterns, mode, &offer, own->piece_of, own->side_of, &own->sides, needs_all, &err), TOCSIN_OK);
}

/* The authored texts of the set, in order, with blanks between; "*" where everything must pass. */
static void show_plan(const struct tcs_patterns *patterns, enum tcs_plan_mode mode, char *out,
                      size_t cap)
{
    double costs[64];
    struct own_pieces own = {.first = {0}};
    bool needs_all;
    uint32_t term;
    size_t len = 0;

    for (term = 0; term < patterns->term_count; term++) {
        costs[term] = cost_of(patterns->terms[term].authored);
    }
    make_plan(patterns, mode, costs, &own, &needs_all);
    out[0] = '\0';
    for (term = 0; term < patterns->term_count; term++) {
        if (own.piece_of[term] != TCS_NO_PIECE) {
            len += (size_t)snprintf(out + len, cap - len, "%s%s", len ? " " : "",
                                    patterns->terms[term].authored);
        }
    }
    if (needs_all) {
        (void)snprintf(out + len, cap - len, "%s*", len ? " " : "");
    }
}

static void test_plan__choices(void **state)
{
    static const struct {
        const char *first, *second; /* expressions of two rules; NULL for one rule */
        const char *plan, *note;
    } cases[] = {
        {"ai", NULL, "ai1 ai2", "a lexicon, without its phrases"},
        {"ai and harm", NULL, "h1 h2 h3", "the cheaper side"},
        {"ai and harm and rare", NULL, "r1", ""},
        {"ai or rare", NULL, "ai1 ai2 r1", "both"},
        {"near(ai, harm, 3)", NULL, "h1 h2 h3", "near is and"},
        {"sentence(ai, harm, \"q\")", NULL, "q", "so is sentence"},
        {"paragraph(rare, harm)", NULL, "r1", "and paragraph"},
        {"title(ai and lead(rare))", NULL, "r1", "title and lead are their arguments"},
        {"count(harm) >= 3", NULL, "h1 h2 h3", ""},
        {"distinct(rare) >= 1", NULL, "r1", ""},
        {"atleast(2, ai, harm, rare)", NULL, "h1 h2 h3 r1", "without the dearest"},
        {"atleast(3, ai, harm, rare)", NULL, "r1", "all three are and"},
        {"atleast(1, ai, rare)", NULL, "ai1 ai2 r1", "one is or"},
        {"ai and not rare", NULL, "ai1 ai2", "not has no cover"},
        {"not rare", NULL, "*", "nothing to look for"},
        {"ai or not rare", NULL, "*", ""},
        {"not rare", "harm", "h1 h2 h3 *", "the other rule is still planned"},
        {"odd", NULL, "*", "cannot be sieved"},
        {"odd and ai", NULL, "ai1 ai2", "the side that can"},
        {"ai and harm", "ai", "ai1 ai2", "what is needed anyway is free"},
        {"ai", "harm and ai", "ai1 ai2", ""},
        {"harm and ai or \"q\" and ai", NULL, "ai1 ai2", "one for two"},
        {"harm and ai", "\"q\" and ai", "ai1 ai2", "over rules"},
        {"rare and ai", "\"q\" and ai", "r1 q", "not where it is dearer"},
    };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct tcs_patterns patterns;
        char yaml[1024], plan[256];

        (void)snprintf(yaml, sizeof yaml, "%s---\nrule: r1\nwhen: |\n  %s\n", lexicons,
                       cases[i].first);
        if (cases[i].second) {
            (void)snprintf(yaml + strlen(yaml), sizeof yaml - strlen(yaml),
                           "---\nrule: r2\nwhen: |\n  %s\n", cases[i].second);
        }
        load_patterns(&patterns, yaml);
        show_plan(&patterns, TCS_PLAN_FLAGGED, plan, sizeof plan);
        if (strcmp(plan, cases[i].plan) != 0) {
            fail_msg("%s; %s gives [%s], should be [%s]: %s", cases[i].first,
                     cases[i].second ? cases[i].second : "", plan, cases[i].plan, cases[i].note);
        }
        tcs_patterns_release(&patterns);
    }
}

static void test_plan__hits_needs_every_term(void **state)
{
    struct tcs_patterns patterns;
    char plan[256], yaml[1024];

    (void)state;
    (void)snprintf(yaml, sizeof yaml, "%s---\nrule: r1\nwhen: rare and \"q\"\n", lexicons);
    load_patterns(&patterns, yaml);
    show_plan(&patterns, TCS_PLAN_HITS, plan, sizeof plan);
    assert_string_equal(plan, "ai1 ai2 h1 h2 h3 r1 q *");
    tcs_patterns_release(&patterns);
}

static void test_plan__no_rules_needs_every_term(void **state)
{
    struct tcs_patterns patterns;
    char plan[256];

    (void)state;
    load_patterns(&patterns, "lexicon: ai\nterms: {en: [ai1, x]}\nunless: [y]\n");
    show_plan(&patterns, TCS_PLAN_FLAGGED, plan, sizeof plan);
    assert_string_equal(plan, "ai1 x");
    tcs_patterns_release(&patterns);
}

static void test_plan__ad_hoc_terms_are_always_needed(void **state)
{
    struct tcs_patterns patterns;
    struct tocsin_error err;
    char plan[256], yaml[1024];

    (void)state;
    (void)snprintf(yaml, sizeof yaml, "%s---\nrule: r1\nwhen: rare and harm\n", lexicons);
    tcs_patterns_init(&patterns);
    assert_int_equal(
        tcs_patterns_add_source(&patterns, "t", (struct tcs_str){yaml, strlen(yaml)}, &err),
        TOCSIN_OK);
    assert_int_equal(tcs_patterns_add_term(&patterns, "-e", TCS_STR("x"), &err), TOCSIN_OK);
    assert_int_equal(tcs_patterns_finish(&patterns, &err), TOCSIN_OK);
    show_plan(&patterns, TCS_PLAN_FLAGGED, plan, sizeof plan);
    assert_string_equal(plan, "r1 x");
    tcs_patterns_release(&patterns);
}

static void test_plan__nothing_at_all(void **state)
{
    struct tcs_patterns patterns;
    struct tocsin_error err;
    char plan[8];

    (void)state;
    tcs_patterns_init(&patterns);
    assert_int_equal(tcs_patterns_finish(&patterns, &err), TOCSIN_OK);
    show_plan(&patterns, TCS_PLAN_FLAGGED, plan, sizeof plan);
    assert_string_equal(plan, "");
    tcs_patterns_release(&patterns);
}

static bool flags(const struct tcs_patterns *patterns, const struct tcs_document *document,
                  const struct tcs_hits *hits, struct tcs_eval_scratch *scratch,
                  struct tcs_verdict *verdict)
{
    struct tocsin_error err;
    struct tcs_hits kept = {0};
    struct tcs_evidence evidence = {.patterns = patterns, .document = document, .scratch = scratch};

    assert_int_equal(TCS_GROW(kept.items, kept.cap, hits->count + 1), TOCSIN_OK);
    if (hits->count) {
        memcpy(kept.items, hits->items, hits->count * sizeof *hits->items);
    }
    kept.count = hits->count;
    assert_int_equal(tcs_eval_unless(patterns, &kept, scratch, &err), TOCSIN_OK);
    evidence.hits = kept.items;
    evidence.hit_count = kept.count;
    assert_int_equal(tcs_eval_rules(&evidence, verdict, &err), TOCSIN_OK);
    free(kept.items);
    return verdict->is_flagged;
}

/* The least cost of a set of groups without which no rule is possible; negative if there is none.
 */
static double cheapest_by_trying(const struct tcs_patterns *patterns, const double *costs)
{
    uint32_t groups = tcs_patterns_group_count(patterns), set, group, count, i;
    double best = -1;

    for (set = 0; set < UINT32_C(1) << groups; set++) {
        uint8_t others[8] = {0};
        double cost = 0;

        for (group = 0; group < groups; group++) {
            uint32_t first = tcs_patterns_group_terms(patterns, group, &count);

            for (i = 0; i < count; i++) {
                if (set >> group & 1) {
                    cost += costs[first + i];
                } else {
                    tcs_patterns_set_add(others, first + i);
                }
            }
        }
        if ((best < 0 || cost < best) && !tcs_eval_possible(patterns, others)) {
            best = cost;
        }
    }
    return best;
}

static void test_plan__random_rules_are_covered(void **state)
{
    struct tcs_eval_scratch scratch = {0};
    struct tcs_verdict verdict = {0};
    struct tcs_document document = {0};
    struct tcs_buf yaml = {0}, texts[4] = {{0}};
    struct tcs_hits hits = {0};
    uint32_t seed = 7, set, doc, term, optimal = 0, planned = 0, flagged = 0;
    size_t i;

    (void)state;
    for (set = 0; set < 400; set++) {
        struct tcs_patterns patterns;
        double costs[64], cost = 0, best;
        struct own_pieces own = {.first = {0}};
        bool needs_all;

        random_patterns(&patterns, &yaml, &seed, 1 + next_random(&seed, 3));
        for (term = 0; term < patterns.term_count; term++) {
            costs[term] = 1 + next_random(&seed, 20);
        }
        make_plan(&patterns, TCS_PLAN_FLAGGED, costs, &own, &needs_all);
        best = cheapest_by_trying(&patterns, costs);
        assert_int_equal(needs_all, best < 0);
        for (term = 0; term < patterns.term_count; term++) {
            cost += own.piece_of[term] != TCS_NO_PIECE ? costs[term] : 0;
        }
        for (doc = 0; doc < 40 && !needs_all; doc++) {
            bool has_needed = false;

            random_document(&document, texts, &seed);
            find_hits(&patterns, &document, &hits);
            for (i = 0; i < hits.count; i++) {
                has_needed = has_needed || own.piece_of[hits.items[i].term] != TCS_NO_PIECE;
            }
            if (flags(&patterns, &document, &hits, &scratch, &verdict)) {
                flagged++;
                if (!has_needed) {
                    fail_msg("%s\na flagged document is lost: [%s]", yaml.data, texts[0].data);
                }
            }
        }
        if (!needs_all) {
            planned++;
            optimal += cost <= best;
            if (cost > 2 * best) {
                fail_msg("%s\ncosts %f, could be %f", yaml.data, cost, best);
            }
        }
        tcs_patterns_release(&patterns);
    }
    assert_in_range(flagged, 1000, 400 * 40);
    assert_in_range(optimal * 100 / planned, 95, 100);
    for (i = 0; i < 4; i++) {
        tcs_buf_release(&texts[i]);
    }
    tcs_buf_release(&yaml);
    free(hits.items);
    tcs_document_release(&document);
    tcs_verdict_release(&verdict);
    tcs_eval_scratch_release(&scratch);
}

/* Would the sieve send a document with these hits on? */
static bool is_sent_on(const struct own_pieces *own, const struct tcs_hits *hits)
{
    uint64_t here = 0;
    size_t i;

    for (i = 0; i < hits->count; i++) {
        if (own->piece_of[hits->items[i].term] != TCS_NO_PIECE) {
            here |= tcs_side(own->side_of[hits->items[i].term]);
        }
    }
    return tcs_sides_hold(&own->sides, here);
}

/* Documents are dear, and looks cheap: what is asked for beside a term must not lose a document either. */
static void test_plan__sides_lose_nothing(void **state)
{
    struct tcs_eval_scratch scratch = {0};
    struct tcs_verdict verdict = {0};
    struct tcs_document document = {0};
    struct tcs_buf yaml = {0}, texts[4] = {{0}};
    struct tcs_hits hits = {0};
    uint32_t seed = 77, set, doc, term, with_sides = 0, flagged = 0, dropped = 0;
    size_t i;

    (void)state;
    for (set = 0; set < 400; set++) {
        struct tcs_patterns patterns;
        struct own_pieces own = {.first = {0}};
        double costs[64];
        bool needs_all;

        random_patterns(&patterns, &yaml, &seed, 1 + next_random(&seed, 3));
        for (term = 0; term < patterns.term_count; term++) {
            costs[term] = 1e-5 * (1 + next_random(&seed, 20));
            own.sent_on[term] = 0.01 * (1 + next_random(&seed, 20));
        }
        make_plan(&patterns, TCS_PLAN_FLAGGED, costs, &own, &needs_all);
        with_sides += (own.sides.senders & (own.sides.senders - 1)) != 0;
        for (doc = 0; doc < 60 && !needs_all; doc++) {
            bool has_needed = false;

            random_document(&document, texts, &seed);
            find_hits(&patterns, &document, &hits);
            for (i = 0; i < hits.count; i++) {
                has_needed = has_needed || own.piece_of[hits.items[i].term] != TCS_NO_PIECE;
            }
            dropped += has_needed && !is_sent_on(&own, &hits);
            if (flags(&patterns, &document, &hits, &scratch, &verdict)) {
                flagged++;
                if (!is_sent_on(&own, &hits)) {
                    fail_msg("%s\na flagged document is lost: [%s]", yaml.data, texts[0].data);
                }
            }
        }
        tcs_patterns_release(&patterns);
    }
    assert_in_range(flagged, 1000, 400 * 60);
    assert_true(with_sides > 100 && dropped > 1000);
    for (i = 0; i < 4; i++) {
        tcs_buf_release(&texts[i]);
    }
    tcs_buf_release(&yaml);
    free(hits.items);
    tcs_document_release(&document);
    tcs_verdict_release(&verdict);
    tcs_eval_scratch_release(&scratch);
}

/* Who sends on, and what must be beside it. */
static void test_plan__sides(void **state)
{
    /* a is the rare one; b and c are looked for beside it if they are rare, too */
    static const uint32_t first[] = {0, 1, 2, 3}, ids[] = {0, 1, 2}, meanings[] = {0, 1, 2};
    static const double costs[] = {1e-4, 1e-4, 1e-4}, rare[] = {0.01, 0.2, 0.3}, frequent[] = {0.01, 0.7, 0.9};
    struct tcs_plan_offer offer = {first, ids, costs, 3, meanings, rare};
    struct tcs_patterns patterns;
    struct tocsin_error err;
    uint32_t piece_of[3];
    uint8_t side_of[3];
    struct tcs_sides sides;
    bool needs_all;

    (void)state;
    load_patterns(&patterns, "lexicon: a\nterms: {en: [a1]}\n---\nlexicon: b\nterms: {en: [b1]}\n---\n"
                             "lexicon: c\nterms: {en: [c1]}\n---\nrule: r\nwhen: a and (b or c)\n");
    assert_int_equal(tcs_plan_make(&patterns, TCS_PLAN_FLAGGED, &offer, piece_of, side_of, &sides, &needs_all, &err), TOCSIN_OK);
    assert_int_equal(piece_of[1], 1);
    assert_int_equal(piece_of[2], 2);
    assert_false(tcs_sides_hold(&sides, tcs_side(side_of[0])));
    assert_false(tcs_sides_hold(&sides, tcs_side(side_of[1]) | tcs_side(side_of[2])));
    assert_true(tcs_sides_hold(&sides, tcs_side(side_of[0]) | tcs_side(side_of[2])));
    offer.sent_on = frequent;
    assert_int_equal(tcs_plan_make(&patterns, TCS_PLAN_FLAGGED, &offer, piece_of, side_of, &sides, &needs_all, &err), TOCSIN_OK);
    assert_int_equal(piece_of[1], TCS_NO_PIECE);
    assert_int_equal(piece_of[2], TCS_NO_PIECE);
    assert_true(tcs_sides_hold(&sides, tcs_side(side_of[0])));
    tcs_patterns_release(&patterns);
}

/* Terms that share a piece pay for it once, and take it rather than cheaper ones of their own. */
static void test_plan__pieces_are_shared(void **state)
{
    /* pieces: 0 costs 5, 1 to 3 cost 3 each, 4 costs 20; lexicon a has terms {0 1} {0 2}, b {0 3}, c {4} */
    static const uint32_t first[] = {0, 2, 4, 6, 7}, ids[] = {0, 1, 0, 2, 0, 3, 4}, meanings[] = {0, 1, 2, 3};
    static const double costs[] = {5, 3, 3, 3, 20}, sent_on[] = {0, 0, 0, 0, 0};
    struct tcs_plan_offer offer = {first, ids, costs, 5, meanings, sent_on};
    struct tcs_patterns patterns;
    struct tocsin_error err;
    uint32_t piece_of[4];
    uint8_t side_of[4];
    struct tcs_sides sides;
    bool needs_all;

    (void)state;
    load_patterns(&patterns, "lexicon: a\nterms: {en: [a1, a2]}\n---\nlexicon: b\nterms: {en: [b1]}\n---\n"
                             "lexicon: c\nterms: {en: [c1]}\n---\nrule: r\nwhen: a and c or b and c\n");
    assert_int_equal(tcs_plan_make(&patterns, TCS_PLAN_FLAGGED, &offer, piece_of, side_of, &sides, &needs_all, &err), TOCSIN_OK);
    assert_false(needs_all);
    assert_int_equal(piece_of[0], 0);
    assert_int_equal(piece_of[1], 0);
    assert_int_equal(piece_of[2], 0);
    assert_int_equal(piece_of[3], TCS_NO_PIECE);
    tcs_patterns_release(&patterns);
}

/*
 * What a term sends on costs, too, and once for all that mean the same: b's terms have dear documents, a's and c's mean
 * one.
 */
static void test_plan__documents_are_priced(void **state)
{
    static const uint32_t first[] = {0, 1, 2, 3}, ids[] = {0, 1, 2}, meanings[] = {0, 1, 0};
    static const double costs[] = {2, 1, 2}, sent_on[] = {3, 9, 7};
    struct tcs_plan_offer offer = {first, ids, costs, 3, meanings, sent_on};
    struct tcs_patterns patterns;
    struct tocsin_error err;
    uint32_t piece_of[3];
    uint8_t side_of[3];
    struct tcs_sides sides;
    bool needs_all;

    (void)state;
    load_patterns(&patterns, "lexicon: a\nterms: {en: [a1]}\n---\nlexicon: b\nterms: {en: [b1]}\n---\n"
                             "lexicon: c\nterms: {en: [c1]}\n---\nrule: r\nwhen: a and b\n---\nrule: s\nwhen: c and b\n");
    assert_int_equal(tcs_plan_make(&patterns, TCS_PLAN_FLAGGED, &offer, piece_of, side_of, &sides, &needs_all, &err), TOCSIN_OK);
    assert_int_equal(piece_of[0], 0);
    assert_int_equal(piece_of[1], TCS_NO_PIECE);
    assert_int_equal(piece_of[2], 2);
    tcs_patterns_release(&patterns);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_plan__documents_are_priced),
        cmocka_unit_test(test_plan__sides),
        cmocka_unit_test(test_plan__sides_lose_nothing),
        cmocka_unit_test(test_plan__pieces_are_shared),
        cmocka_unit_test(test_plan__choices),
        cmocka_unit_test(test_plan__hits_needs_every_term),
        cmocka_unit_test(test_plan__no_rules_needs_every_term),
        cmocka_unit_test(test_plan__ad_hoc_terms_are_always_needed),
        cmocka_unit_test(test_plan__nothing_at_all),
        cmocka_unit_test(test_plan__random_rules_are_covered),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
