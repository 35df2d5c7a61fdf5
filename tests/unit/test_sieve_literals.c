/*
 * sieve_literals: distinct and in order, with nothing that one which is ALONE implies, as a search of all in all says;
 * forms.
 */
#include "sieve_help.h"

#include "match/sieve_literals.h"

static bool holds(const struct tcs_sieve_literal *text, const struct tcs_sieve_literal *part)
{
    return part->len < text->len && memmem(text->bytes, text->len, part->bytes, part->len);
}

/* Without contexts around it, that is what ALONE says. */
static bool is_loose(uint8_t kinds)
{
    return (kinds & TCS_LITERAL_WHOLE) && (kinds & TCS_LITERAL_LOOSE_LEFT) && (kinds & TCS_LITERAL_LOOSE_RIGHT);
}

static bool is_implied(const struct tcs_sieve_literals *all, const struct tcs_sieve_literal *literal)
{
    size_t i;

    for (i = 0; i < all->count; i++)
        if (is_loose(all->items[i].kinds) && holds(literal, &all->items[i]))
            return true;
    return false;
}

static bool is_before(const struct tcs_sieve_literal *a, const struct tcs_sieve_literal *b)
{
    int order = memcmp(a->bytes, b->bytes, a->len < b->len ? a->len : b->len);

    return order < 0 || (order == 0 && a->len < b->len);
}

static bool are_same(const struct tcs_sieve_literal *a, const struct tcs_sieve_literal *b)
{
    return a->len == b->len && !((a->kinds ^ b->kinds) & ~TCS_LITERAL_ALONE) && !memcmp(a->bytes, b->bytes, a->len);
}

/*
 * Pieces inside each other, at both ends and in the middle; of one character; with edges; over a border; longer than a
 * literal.
 */
static const struct {
    const char *text;
    bool left_edge, right_edge;
} pieces[] = {{"换脸", false, false},  {"换脸技术", false, false}, {"用换脸", false, false},  {"诈骗", false, false},
              {"脸技", false, false},  {"ai", true, true},         {"deepfak", true, false}, {"fak", false, false},
              {"P图", false, false},   {"AI换脸", true, false},    {"图", false, false},     {"u6362", false, false},
              {"abcdefghijklmnop", false, false}, {"深度伪造", false, false}, {"度伪", false, false}, {"q", false, false}};

static size_t make_pieces(struct tcs_piece *list, uint8_t *is_alone)
{
    size_t i;

    for (i = 0; i < COUNT(pieces); i++) {
        list[i] = piece_of(pieces[i].text);
        list[i].left_edge = pieces[i].left_edge;
        list[i].right_edge = pieces[i].right_edge;
        is_alone[i] = !pieces[i].left_edge && !pieces[i].right_edge;
    }
    return i;
}

static void test_sieve_literals__only_what_is_implied_is_left_out(void **state)
{
    struct tcs_piece list[COUNT(pieces)];
    uint8_t is_alone[COUNT(pieces)];
    size_t count = make_pieces(list, is_alone), from, i, kept;
    enum tcs_syntax syntax;

    (void)state;
    for (syntax = TCS_SYNTAX_TEXT; syntax < TCS_SYNTAX_COUNT; syntax++)
        for (from = 0; from < count; from++) { /* each set of pieces less the first ones */
            struct tcs_sieve_literals all = {0}, made = {0};

            must(tcs_sieve_literals_spell(&all, list + from, count - from, syntax));
            must(tcs_sieve_literals_make(&made, list + from, is_alone + from, count - from, syntax));
            assert_true(all.count > 0);
            for (i = kept = 0; i < all.count; i++) {
                assert_true(!i || is_before(&all.items[i - 1], &all.items[i]));
                if (is_implied(&all, &all.items[i]))
                    continue;
                assert_true(kept < made.count && are_same(&all.items[i], &made.items[kept]));
                kept++;
            }
            assert_int_equal(kept, made.count);
            assert_true(from || made.count < all.count);
            tcs_sieve_literals_release(&all);
            tcs_sieve_literals_release(&made);
        }
}

static void test_sieve_literals__syntaxes_of_one_form_have_the_same(void **state)
{
    struct tcs_piece list[COUNT(pieces)];
    uint8_t is_alone[COUNT(pieces)];
    size_t count = make_pieces(list, is_alone), i;
    enum tcs_syntax syntax;

    (void)state;
    assert_int_equal(tcs_sieve_literals_form(TCS_SYNTAX_CSV), TCS_SYNTAX_TEXT);
    for (syntax = TCS_SYNTAX_TEXT; syntax < TCS_SYNTAX_COUNT; syntax++) {
        struct tcs_sieve_literals own = {0}, of_form = {0};

        must(tcs_sieve_literals_make(&own, list, is_alone, count, syntax));
        must(tcs_sieve_literals_make(&of_form, list, is_alone, count,
                                     tcs_sieve_literals_form(syntax)));
        assert_int_equal(own.count, of_form.count);
        for (i = 0; i < own.count; i++)
            assert_true(are_same(&own.items[i], &of_form.items[i]));
        tcs_sieve_literals_release(&own);
        tcs_sieve_literals_release(&of_form);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sieve_literals__only_what_is_implied_is_left_out),
        cmocka_unit_test(test_sieve_literals__syntaxes_of_one_form_have_the_same),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
