/* spelling: the fold table read backwards is the whole of it, and nothing else. */
#include "match_help.h"

#include "match/fold_table.h"
#include "match/spelling.h"

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
    tcs_spellings_free(NULL);
    return 0;
}

static bool is_among(const uint32_t *list, size_t count, uint32_t cp)
{
    size_t i;

    for (i = 0; i < count; i++)
        if (list[i] == cp)
            return true;
    return false;
}

static void test_spelling__every_code_point_is_a_member_of_its_fold(void **state)
{
    uint32_t cp, one, own, count;
    size_t members = 0;

    (void)state;
    for (cp = 0; cp < 0x110000; cp++) {
        const uint32_t *cps = tcs_fold_single(cp, &one, &count), *list;
        size_t n;

        if (is_surrogate(cp) || count != 1)
            continue;
        members++;
        n = tcs_spellings_of(spellings, *cps, &own, &list);
        if (!is_among(list, n, cp))
            fail_msg("U+%04X folds to U+%04X and is not among its spellings", cp, *cps);
    }
    for (cp = 0; cp < 0x110000; cp++) {
        const uint32_t *list;
        size_t n = tcs_spellings_of(spellings, cp, &own, &list), i;

        members -= n;
        for (i = 0; i < n; i++) {
            const uint32_t *cps = tcs_fold_single(list[i], &one, &count);

            if (count != 1 || *cps != cp || (i && list[i - 1] >= list[i]))
                fail_msg("U+%04X is said to be spelled U+%04X", cp, list[i]);
        }
    }
    assert_int_equal(members, 0);
}

static void test_spelling__odd_ones_are_those_that_fold_to_none_or_several(void **state)
{
    const uint32_t *odd;
    size_t count = tcs_spellings_odd(spellings, &odd), at = 0;
    uint32_t cp, one, n;

    (void)state;
    for (cp = 0x80; cp < 0x110000; cp++) {
        if (is_surrogate(cp) || ((void)tcs_fold_single(cp, &one, &n), n == 1))
            continue;
        if (at == count || odd[at] != cp)
            fail_msg("U+%04X is missing", cp);
        at++;
    }
    assert_int_equal(at, count);
}

static void test_spelling__plain_blocks_fold_to_themselves(void **state)
{
    uint32_t cp, one, count;
    size_t plain = 0, block = 0;

    (void)state;
    for (cp = 0; cp < 0x110000; cp++) {
        const uint32_t *cps = tcs_fold_single(cp, &one, &count);

        block = (cp % 128 ? block : 0) + (count == 1 && *cps == cp);
        if (cp % 128 == 127) {
            assert_int_equal(tcs_spellings_are_plain(spellings, cp), block == 128);
            assert_int_equal(tcs_spellings_are_plain(spellings, cp - 127), block == 128);
            plain += block == 128;
        }
    }
    assert_true(plain > 4000);
}

static const struct {
    uint32_t folded;
    uint32_t members[8]; /* some of them, up to the first 0 */
    uint32_t others[4];
} cases[] = {
    {'a', {'a', 'A', 0xFF21, 0xFF41, 0x24D0, 0x1D400}, {0xE0, 'b'}},
    {'k', {'k', 'K', 0x212A}, {0}},
    {'s', {'s', 'S', 0x17F}, {0xDF}},
    {'4', {'4', 0xFF14, 0x2463, 0x1D7DC}, {0x664}},
    {'\'', {'\'', 0x2018, 0x2019, 0x2BC, 0x2032, 0xFF07}, {0x201C}},
    {'-', {'-', 0x2010, 0x2011, 0x2013, 0x2212, 0xFF0D}, {0x2014}},
    {0x6362, {0x6362, 0x63DB}, {0x8138}},
    {'A', {0}, {'A', 'a'}},
    {0x63DB, {0}, {0x63DB}},
    {0xD800, {0}, {0xD800}},
    {0x10FFFF, {0x10FFFF}, {0}},
};

static void test_spelling__table(void **state)
{
    size_t i, k;

    (void)state;
    for (i = 0; i < COUNT(cases); i++) {
        const uint32_t *list;
        uint32_t own;
        size_t n = tcs_spellings_of(spellings, cases[i].folded, &own, &list);

        for (k = 0; k < COUNT(cases[i].members) && cases[i].members[k]; k++)
            if (!is_among(list, n, cases[i].members[k]))
                fail_msg("U+%04X lacks U+%04X", cases[i].folded, cases[i].members[k]);
        for (k = 0; k < COUNT(cases[i].others) && cases[i].others[k]; k++)
            if (is_among(list, n, cases[i].others[k]))
                fail_msg("U+%04X has U+%04X", cases[i].folded, cases[i].others[k]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_spelling__every_code_point_is_a_member_of_its_fold),
        cmocka_unit_test(test_spelling__odd_ones_are_those_that_fold_to_none_or_several),
        cmocka_unit_test(test_spelling__plain_blocks_fold_to_themselves),
        cmocka_unit_test(test_spelling__table),
    };

    return cmocka_run_group_tests(tests, open_spellings, close_spellings);
}
