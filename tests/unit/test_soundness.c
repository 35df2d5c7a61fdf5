/* soundness: the engine is caught where it loses hits, and never at lengths that we use. */
#include "match_help.h"

#include "match/soundness.h"

static void test_soundness__what_is_found_is_sound(void **state)
{
    const struct tcs_str literals[] = {TCS_STR("aa"), TCS_STR("a"), TCS_STR("bab")};
    bool is_sound = false;

    (void)state;
    must(tcs_literals_try(literals, 3, false, TCS_STR("aaabab and bAb"), &is_sound, NULL));
    assert_true(is_sound);
    is_sound = false;
    must(tcs_literals_try(literals, 3, true, TCS_STR("aaabab and bAb"), &is_sound, NULL));
    assert_true(is_sound);
}

/* The library that Debian 12 has is the one with the fault; others need not have it. */
static void test_soundness__lost_tails_are_longer_than_our_literals(void **state)
{
    size_t lost_from = 1;

    (void)state;
    must(tcs_soundness_of_tails(&lost_from, NULL));
    assert_true(!lost_from || lost_from > TCS_LITERAL_MAX);
    if (!strncmp(tcs_literals_engine_version(), "5.4.0 ", 6))
        assert_int_equal(lost_from, 37);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_soundness__what_is_found_is_sound),
                                       cmocka_unit_test(test_soundness__lost_tails_are_longer_than_our_literals)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
