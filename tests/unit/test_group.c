/*
 * group: each text is said to be the first with its bytes.
 */
#include "match_help.h"
#include "base/group.h"

static void test_group__names_the_first_of_equal_texts(void **state)
{
    static const char *const texts[] = {"a", "b", "", "a", "ab", "", "b", "a"};
    static const uint32_t firsts[] = {0, 1, 2, 0, 4, 2, 1, 0};
    struct tcs_str list[COUNT(texts)];
    uint32_t found[COUNT(texts)];
    size_t i;

    (void)state;
    for (i = 0; i < COUNT(texts); i++)
        list[i] = str(texts[i]);
    must(tcs_group_texts(list, COUNT(texts), found));
    for (i = 0; i < COUNT(texts); i++)
        assert_int_equal(found[i], firsts[i]);
    must(tcs_group_texts(list, 0, found));
}

static void test_group__many_texts(void **state)
{
    enum { MANY = 5000 };
    static char bytes[MANY][8];
    struct tcs_str list[MANY];
    uint32_t found[MANY], i;

    (void)state;
    for (i = 0; i < MANY; i++)
        list[i] = (struct tcs_str){bytes[i], (size_t)snprintf(bytes[i], sizeof bytes[i], "%u", i * 7 % 1000)};
    must(tcs_group_texts(list, MANY, found));
    for (i = 0; i < MANY; i++)
        assert_int_equal(found[i], i % 1000);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_group__names_the_first_of_equal_texts),
        cmocka_unit_test(test_group__many_texts),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
