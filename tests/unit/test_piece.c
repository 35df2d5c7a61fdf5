/* piece: which parts of a term the sieve may look for, and what must hold of each whatever the estimates are. */
#include "piece_help.h"

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
        piece = least_piece(&term, spellings);
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

static bool is_ascii_word(uint32_t cp)
{
    return (cp >= 'a' && cp <= 'z') || (cp >= '0' && cp <= '9');
}

/* Does the piece stand in the term where what it says of its edges is true? */
static bool stands(const struct tcs_term *term, size_t from, const struct tcs_piece *piece)
{
    size_t last = from + piece->count;
    bool open_end = term->prefix_up_to || term->inflect || term->version;

    if (!is_run(term, from, piece))
        return false;
    if (piece->left_edge && (from ? is_ascii_word(term->items[from - 1].cp) : term->version))
        return false;
    return !piece->right_edge || !(last < term->fixed_count ? is_ascii_word(term->items[last].cp) : open_end);
}

struct checked {
    const struct tcs_term *term;
    size_t count;
};

static tocsin_status check_piece(void *context, const struct tcs_piece *piece)
{
    struct checked *checked = context;
    const struct tcs_term *term = checked->term;
    size_t i, borders = 0;

    checked->count++;
    assert_in_range(piece->count, 1, TCS_PIECE_MAX);
    assert_true(tcs_piece_estimate(piece) > 0 && tcs_piece_estimate(piece) <= 1);
    assert_in_range(tcs_piece_spellings(piece, spellings), 1, 64);
    for (i = 0; i < term->fixed_count && !stands(term, i, piece); i++)
        ;
    assert_true(i < term->fixed_count);
    for (i = 0; i < piece->count; i++) {
        assert_true(is_simple(piece->cps[i]));
        borders += i && is_gap_border(piece->cps[i - 1], piece->cps[i]);
    }
    assert_true(borders <= 1);
    assert_true(!piece->left_edge || is_ascii_word(piece->cps[0]));
    assert_true(!piece->right_edge || is_ascii_word(piece->cps[piece->count - 1]));
    return TOCSIN_OK;
}

static void check(const struct tcs_term *term)
{
    struct checked checked = {.term = term};
    size_t i;

    must(tcs_piece_each(term, spellings, false, check_piece, &checked));
    for (i = 0; i < term->fixed_count && !checked.count; i++)
        assert_false(term->items[i].kind == TCS_TERM_CHAR && is_simple(term->items[i].cp) && term->items[i].cp < 0x80);
}

static const struct {
    const char *term, *options, *shown;
} lists[] = {
    {"AI", "", "|ai|"},
    {"GPT", "v", "gpt"},
    {"deepfake", "i", "|deepfak"},
    {"AI脱衣", "", "|ai| 脫衣"},
    {"深度伪造", "", "深度 深度伪 深度伪造 度伪 度伪造 伪造"},
    {"AI照", "", "|ai| 照 |ai照"},
    {"made by AI", "", "|made| |by| |ai|"},
    {"café", "", "|caf"},
    {"éa", "", "a|"},
};

struct shown {
    struct tcs_buf text;
};

static tocsin_status show_piece(void *context, const struct tcs_piece *piece)
{
    struct tcs_buf *text = &((struct shown *)context)->text;

    put_str(text, text->len ? " " : "");
    put_str(text, piece->left_edge ? "|" : "");
    put_cps(text, piece->cps, piece->count);
    put_str(text, piece->right_edge ? "|" : "");
    return TOCSIN_OK;
}

static void test_piece__all_of_a_term(void **state)
{
    size_t i;

    (void)state;
    for (i = 0; i < COUNT(lists); i++) {
        struct shown shown = {{0}};
        struct tcs_term term;

        must(init_term(&term, lists[i].term, lists[i].options, NULL));
        must(tcs_piece_each(&term, spellings, false, show_piece, &shown));
        if (strncmp(c_str(&shown.text), lists[i].shown, strlen(lists[i].shown)) != 0)
            fail_msg("[%s] has the pieces [%s], not [%s]", lists[i].term, shown.text.data, lists[i].shown);
        tcs_term_release(&term);
        tcs_buf_release(&shown.text);
    }
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
            pieces[k] = least_piece(&term, spellings);
            tcs_term_release(&term);
        }
        assert_true(tcs_piece_estimate(&pieces[0]) < tcs_piece_estimate(&pieces[1]));
    }
}

/* As much of a term as a piece can hold, without a separator at its end; | at a side that is an edge. */
static void test_piece__beginning_of_a_term(void **state)
{
    static const struct {
        const char *term, *options, *beginning;
    } beginnings[] = {
        {"video app", "", "|video app|"},
        {"video app", "i", "|video app"},
        {"generated with AI", "", "|generated with a"},
        {"generated using AI", "", "|generated using|"},
        {"虚拟恋人", "", "虚拟恋人"},
        {"deepfake", "i", "|deepfak"},
        {"AI换脸", "", "|ai换脸"},
    };
    struct tcs_buf shown = {0};
    size_t i;

    (void)state;
    for (i = 0; i < COUNT(beginnings); i++) {
        struct tcs_term term;
        struct tcs_piece piece;

        must(init_term(&term, beginnings[i].term, beginnings[i].options, NULL));
        piece = tcs_piece_beginning(&term);
        tcs_buf_reset(&shown);
        put_str(&shown, piece.left_edge ? "|" : "");
        put_cps(&shown, piece.cps, piece.count);
        put_str(&shown, piece.right_edge ? "|" : "");
        assert_string_equal(c_str(&shown), beginnings[i].beginning);
        tcs_term_release(&term);
    }
    tcs_buf_release(&shown);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_piece__beginning_of_a_term),
        cmocka_unit_test(test_piece__table),
        cmocka_unit_test(test_piece__all_of_a_term),
        cmocka_unit_test(test_piece__random_terms_keep_the_rules),
        cmocka_unit_test(test_piece__longer_costs_less),
    };

    return cmocka_run_group_tests(tests, open_spellings, close_spellings);
}
