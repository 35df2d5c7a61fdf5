/*
 * trace: which pieces, and where, by hand; a piece whose own sieve names a document is named; something is named if and only
 * if the sieve of all pieces names the document.
 */
#include "sieve_help.h"

#include "match/trace.h"

static const char *const words[] = {"换脸", "换脸诈骗", "深度换脸", "脸", "ai", "fake", "deepfake", "gpt4", "ai照", "换脸"};

struct traced {
    struct tcs_piece pieces[COUNT(words)];
    struct tcs_context contexts[COUNT(words)];
    struct tcs_trace *traces[TCS_SYNTAX_COUNT];
    struct tcs_trace_places places;
};

/* With contexts, `fake` must stand behind `deep`, and the last 换脸 before 诈. */
static void traced_open(struct traced *t, bool with_contexts)
{
    size_t i;

    *t = (struct traced){.traces = {NULL}};
    for (i = 0; i < COUNT(words); i++)
        t->pieces[i] = piece_of(words[i]);
    if (with_contexts) {
        t->contexts[5] = (struct tcs_context){.before = {'p', 'e', 'e', 'd'}, .before_count = 4};
        t->contexts[9] = (struct tcs_context){.after = {piece_of("诈").cps[0]}, .after_count = 1};
    }
    for (i = 0; i < TCS_SYNTAX_COUNT; i++)
        must(tcs_trace_new(t->pieces, t->contexts, COUNT(words), (enum tcs_syntax)i, &t->traces[i]));
}

static void traced_close(struct traced *t)
{
    size_t i;

    for (i = 0; i < TCS_SYNTAX_COUNT; i++)
        tcs_trace_free(t->traces[i]);
    tcs_trace_places_release(&t->places);
}

/* Places as `piece@start` by spaces. */
static const char *places_of(struct traced *t, enum tcs_syntax syntax, struct tcs_str text, struct tcs_buf *out)
{
    size_t i;

    must(tcs_trace_run(t->traces[syntax], text, &t->places));
    tcs_buf_reset(out);
    for (i = 0; i < t->places.count; i++)
        must(tcs_buf_printf(out, "%s%u@%zu", i ? " " : "", t->places.items[i].piece, t->places.items[i].start));
    return c_str(out);
}

static const struct {
    enum tcs_syntax syntax;
    const char *text, *places, *note;
} cases[] = {
    {TEXT, "", "", "nothing"},
    {TEXT, "天气 weather", "", NULL},
    {TEXT, "换脸", "0@0 3@3 9@0", "equal pieces are all named, and one inside another"},
    {TEXT, "换脸换臉", "0@0 0@6 3@3 3@9 9@0 9@6", "each place"},
    {TEXT, "换脸诈骗", "0@0 1@0 3@3 9@0", "a longer piece that begins with a shorter one"},
    {TEXT, "深度换脸", "0@6 2@0 3@9 9@6", "a longer piece that ends with a shorter one"},
    {TEXT, "DeepFake", "5@4 6@0", "in any case"},
    {TEXT, "A.I.", "4@0", "initials"},
    {TEXT, "A.I.G.", "4@0", "which may go on, where the piece has no edge"},
    {TEXT, "AI 照", "4@0 8@0", "over a gap"},
    {TEXT, "换\u200B\uFE0F\u00AD脸", "0@0 3@11 9@0", "several odd characters are one place"},
    {TEXT, "换 脸", "3@4", NULL},
    {JSON, "{\"a\":\"\\u6362\\u8138\"}", "0@6 3@12 9@6", "escaped"},
    {JSON, "{\"a\":\"\\u6362\xE8\x84\xB8\"}", "0@6 3@12 9@6", "one escaped"},
    {JSON, "\\U6362\\U8138", "0@0 3@6 9@0", "no escape, but what the engine lets through"},
    {JSON, "{\"a\":\"f\\u0061ke\"}", "5@6", NULL},
    {HTML, "<p>换<b>脸</b>", "0@3 3@9 9@3", "a tag"},
    {HTML, "&#x6362;脸", "0@0 3@8 9@0", "a reference"},
    {HTML, "换<![CDATA[x]]>", "0@0 1@0 9@0", "what follows cannot be told: all that begin so"},
    {HTML, "<i>f</i><b>ake", "5@3", NULL},
    {CSV, "1,\"换\"\"脸\"", "0@3 3@8 9@3", "a doubled quotation mark"},
};

static void test_trace__by_hand(void **state)
{
    struct tcs_buf got = {0};
    struct traced t;
    size_t i;

    (void)state;
    traced_open(&t, false);
    for (i = 0; i < COUNT(cases); i++)
        if (strcmp(places_of(&t, cases[i].syntax, str(cases[i].text), &got), cases[i].places) != 0)
            fail_msg("%s [%s]: %s, expected %s (%s)", syntax_name(cases[i].syntax), cases[i].text, got.data, cases[i].places,
                     cases[i].note ? cases[i].note : "");
    traced_close(&t);
    tcs_buf_release(&got);
}

static void test_trace__of_no_pieces(void **state)
{
    struct tcs_trace_places places = {0};
    struct tcs_trace *trace;

    (void)state;
    must(tcs_trace_new(NULL, NULL, 0, TEXT, &trace));
    must(tcs_trace_run(trace, TCS_STR("换脸"), &places));
    assert_int_equal(places.count, 0);
    tcs_trace_free(trace);
    tcs_trace_places_release(&places);
}

/* ---- beside the sieve ---- */

/* Bits and pieces of words, spelled in ways of the syntax, with what breaks them between. */
static void random_document(struct rig *rig, enum tcs_syntax syntax, uint32_t *seed)
{
    uint32_t parts = 1 + next_random(seed, 6), cps[64];

    tcs_buf_reset(&rig->content);
    while (parts--) {
        const char *word = words[next_random(seed, COUNT(words))];
        size_t count = code_points(str(word), cps), from = next_random(seed, 3) ? 0 : next_random(seed, (uint32_t)count), i;

        for (i = from; i < count; i++) {
            unsigned way = next_random(seed, 4) ? RAW : next_random(seed, ways(syntax));

            put_way(rig, syntax, cps[i], way);
            if (!next_random(seed, 5))
                put_way(rig, syntax, nasty_code_point(seed), RAW);
            if (syntax == HTML && !next_random(seed, 9))
                put_str(&rig->content, next_random(seed, 4) ? "<b>" : "<![CDATA[");
        }
        if (!next_random(seed, 3))
            put_str(&rig->content, " ");
    }
}

static bool names(const struct tcs_trace_places *places, uint32_t piece)
{
    size_t i;

    for (i = 0; i < places->count; i++)
        if (places->items[i].piece == piece)
            return true;
    return false;
}

static size_t sieve_names(const struct tcs_sieve *sieve, struct tcs_sieve_scratch *scratch, struct tcs_str text)
{
    must(tcs_sieve_scan(sieve, scratch, text, true, locate_all, &text.len));
    return scratch->candidate_count;
}

static void compare_with_sieves(struct traced *t, enum tcs_syntax syntax)
{
    struct tcs_sieve *all, *one[COUNT(words)];
    struct tcs_sieve_scratch scratch = {0};
    struct tcs_buf text = {0};
    struct rig rig = {.held = 0};
    uint32_t seed = 7 + (uint32_t)syntax, round, i;
    size_t named = 0;

    must(tcs_sieve_new(&(struct tcs_sought){.pieces = t->pieces, .count = COUNT(words), .contexts = t->contexts}, syntax, &all, NULL));
    for (i = 0; i < COUNT(words); i++)
        must(tcs_sieve_new(&(struct tcs_sought){.pieces = &t->pieces[i], .count = 1, .contexts = &t->contexts[i]}, syntax, &one[i], NULL));
    for (round = 0; round < 1500; round++) {
        struct tcs_str document;

        random_document(&rig, syntax, &seed);
        document = tcs_buf_view(&rig.content);
        (void)places_of(t, syntax, document, &text);
        if (sieve_names(all, &scratch, document) != (t->places.count > 0))
            fail_msg("%s [%s]: the sieve says otherwise than [%s]", syntax_name(syntax), c_str(&rig.content), text.data);
        for (i = 0; i < COUNT(words); i++)
            if (sieve_names(one[i], &scratch, document) && !names(&t->places, i))
                fail_msg("%s [%s]: the sieve of %s names it, [%s] does not", syntax_name(syntax), c_str(&rig.content),
                         words[i], text.data);
        named += t->places.count;
    }
    assert_true(named > 1500);
    tcs_sieve_free(all);
    for (i = 0; i < COUNT(words); i++)
        tcs_sieve_free(one[i]);
    tcs_sieve_scratch_release(&scratch);
    tcs_buf_release(&rig.content);
    tcs_buf_release(&text);
}

static void test_trace__agrees_with_the_sieve(void **state)
{
    struct traced t;
    int with_contexts;
    size_t i;

    (void)state;
    for (with_contexts = 0; with_contexts < 2; with_contexts++) {
        traced_open(&t, with_contexts);
        for (i = 0; i < TCS_SYNTAX_COUNT; i++)
            compare_with_sieves(&t, (enum tcs_syntax)i);
        traced_close(&t);
    }
}

static void test_trace__looks_around_pieces(void **state)
{
    struct tcs_buf got = {0};
    struct traced t;

    (void)state;
    traced_open(&t, true);
    assert_string_equal(places_of(&t, TEXT, TCS_STR("a fake, deepfake"), &got), "5@12 6@8");
    assert_string_equal(places_of(&t, TEXT, TCS_STR("换脸了换脸诈"), &got), "0@0 0@9 3@3 3@12 9@9");
    traced_close(&t);
    tcs_buf_release(&got);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_trace__by_hand),
        cmocka_unit_test(test_trace__of_no_pieces),
        cmocka_unit_test(test_trace__agrees_with_the_sieve),
        cmocka_unit_test(test_trace__looks_around_pieces),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
