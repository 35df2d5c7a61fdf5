/* piece: which part of a term the sieve looks for, and what must hold of it whatever the estimates are. */
#include "match_help.h"

#include "match/piece.h"
#include "match/props.h"

static struct tcs_spellings *spellings;

static int open_spellings(void **state)
{
    (void)state;
    return tcs_spellings_new(&spellings) != TOCSIN_OK;
}

static int close_spellings(void **state)
{
    (void)state;
    tcs_spellings_free(spellings);
    return 0;
}

static const struct {
    const char *term, *options, *piece, *note;
} cases[] = {
    {"换脸", "", "换脸", NULL},
    {"換臉", "", "换脸", "folded"},
    {"deepfake", "", "deepfake", NULL},
    {"deepfake", "i", "deepfak", "a final e may be dropped"},
    {"deepfak", "4", "deepfak", NULL},
    {"deep fake", "", "deep", "a separator parts it; of two alike the first"},
    {"synthetic media", "", "synthetic", "the longer word"},
    {"media synthetic", "", "synthetic", NULL},
    {"AI换脸", "", "换脸", "a gap may part Han and Latin"},
    {"换4脸谱", "", "脸譜", "and digits; 譜 is the class of 谱"},
    {"换кa", "", "换кa", "no gap parts Han and Cyrillic, nor Cyrillic and Latin"},
    {"P图", "", "p图", "over a border, because its sides are weak"},
    {"AI照", "", "ai照", NULL},
    {"AI照片", "", "照片", "two Han characters are enough"},
    {"被AI抓", "", "被ai", "over one border only"},
    {"don't", "", "don", "an apostrophe has many spellings"},
    {"café au", "", "caf", "é is composed"},
    {"換脸ガ", "", "换脸", "so is ガ"},
    {"é", "", "", "nothing is left"},
    {"'", "", "", NULL},
    {"“换脸”", "", "换脸", NULL},
    {"abcdefghijklmnopqrst", "", "abcdefghijklmnop", "at most 16 characters"},
    {"GPT4", "", "gpt4", NULL},
};

static void test_piece__table(void **state)
{
    struct tcs_buf shown = {0};
    size_t i;

    (void)state;
    for (i = 0; i < COUNT(cases); i++) {
        struct tcs_term term;
        struct tcs_piece piece;

        must(init_term(&term, cases[i].term, cases[i].options, NULL));
        tcs_piece_choose(&term, spellings, &piece);
        tcs_buf_reset(&shown);
        put_cps(&shown, piece.cps, piece.count);
        if (strcmp(c_str(&shown), cases[i].piece) != 0)
            fail_msg("[%s] has the piece [%s], not [%s]: %s", cases[i].term, shown.data, cases[i].piece,
                     cases[i].note ? cases[i].note : "");
        tcs_term_release(&term);
    }
    tcs_buf_release(&shown);
}

static bool is_run(const struct tcs_term *term, size_t from, const struct tcs_piece *piece)
{
    size_t k;

    for (k = 0; k < piece->count; k++)
        if (from + k >= term->fixed_count || term->items[from + k].kind != TCS_TERM_CHAR ||
            term->items[from + k].cp != piece->cps[k])
            return false;
    return true;
}

static bool is_simple(uint32_t cp)
{
    return (tcs_props(cp) & TCS_PROP_SIMPLE) && (tcs_props(cp) & (TCS_PROP_LETTER | TCS_PROP_DIGIT));
}

/* A border of Han with Latin or digits, where the fold takes out white space and quotation marks. */
static bool is_gap_border(uint32_t a, uint32_t b)
{
    unsigned x = tcs_props(a), y = tcs_props(b), other = x & TCS_PROP_HAN ? y : x;

    return !(x & TCS_PROP_HAN) != !(y & TCS_PROP_HAN) && (other & (TCS_PROP_LATIN | TCS_PROP_DIGIT));
}

static void check(const struct tcs_term *term)
{
    struct tcs_piece piece;
    size_t i, spelled = 1, borders = 0;
    const uint32_t *members;

    tcs_piece_choose(term, spellings, &piece);
    if (!piece.count) {
        for (i = 0; i < term->fixed_count; i++)
            assert_false(term->items[i].kind == TCS_TERM_CHAR && is_simple(term->items[i].cp) && term->items[i].cp < 0x80);
        return;
    }
    assert_true(piece.count <= TCS_PIECE_MAX);
    assert_true(piece.cost > 0 && piece.cost <= 2);
    for (i = 0; i < term->fixed_count && !is_run(term, i, &piece); i++)
        ;
    assert_true(i < term->fixed_count);
    for (i = 0; i < piece.count; i++) {
        assert_true(is_simple(piece.cps[i]));
        borders += i && is_gap_border(piece.cps[i - 1], piece.cps[i]);
        if (piece.cps[i] >= 0x80)
            spelled *= tcs_spellings_of(spellings, piece.cps[i], &members);
    }
    assert_true(spelled >= 1 && spelled <= 64);
    assert_true(borders <= 1);
}

static void test_piece__random_terms_keep_the_rules(void **state)
{
    static const char *const options[] = {"", "i", "4", "v"};
    struct tcs_buf text = {0};
    uint32_t seed = 17, round;

    (void)state;
    for (round = 0; round < 50000; round++) {
        struct tcs_term term;

        nasty_text(&text, &seed, 20);
        if (init_term(&term, c_str(&text), options[next_random(&seed, 4)], NULL) != TOCSIN_OK)
            continue;
        check(&term);
        tcs_term_release(&term);
    }
    tcs_buf_release(&text);
}

static void test_piece__longer_costs_less(void **state)
{
    static const char *const terms[][2] = {{"换脸诈骗", "换脸"}, {"换脸", "换"}, {"deepfake", "deep"}, {"ai", "a"},
                                           {"换脸", "ai"}};
    size_t i, k;

    (void)state;
    for (i = 0; i < COUNT(terms); i++) {
        struct tcs_piece pieces[2];

        for (k = 0; k < 2; k++) {
            struct tcs_term term;

            must(init_term(&term, terms[i][k], "", NULL));
            tcs_piece_choose(&term, spellings, &pieces[k]);
            tcs_term_release(&term);
        }
        assert_true(pieces[0].cost < pieces[1].cost);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_piece__table),
        cmocka_unit_test(test_piece__random_terms_keep_the_rules),
        cmocka_unit_test(test_piece__longer_costs_less),
    };

    return cmocka_run_group_tests(tests, open_spellings, close_spellings);
}
