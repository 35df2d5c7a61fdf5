/* few: every occurrence is found, and no other, wherever it stands; it stops when told to. */
#include "match_help.h"

#include "match/few.h"

#define LEN_MAX 150

struct found {
    unsigned times[TCS_FEW_MAX][LEN_MAX + 1]; /* by literal and end */
    size_t count, most;
};

static bool note(void *context, uint32_t id, size_t end)
{
    struct found *found = context;

    found->times[id][end]++;
    return ++found->count == found->most;
}

static void check(const struct tcs_str *literals, size_t count, struct tcs_str text)
{
    struct found found = {.most = SIZE_MAX};
    size_t i, end, total = 0;

    tcs_few_scan(literals, count, text.data, text.len, note, &found);
    for (i = 0; i < count; i++)
        for (end = 0; end <= text.len; end++) {
            bool is_there = end >= literals[i].len && !memcmp(text.data + end - literals[i].len, literals[i].data, literals[i].len);

            assert_int_equal(found.times[i][end], is_there);
            total += is_there;
        }
    assert_int_equal(found.count, total);
    if (total) {
        found = (struct found){.most = 1 + total / 2};
        tcs_few_scan(literals, count, text.data, text.len, note, &found);
        assert_int_equal(found.count, 1 + total / 2);
    }
}

static void test_few__every_occurrence(void **state)
{
    const struct tcs_str literals[] = {str("ai"), str("a"), str("aabab"), str("bababababababababababababababaab")};
    uint32_t seed = 8;
    int round;

    (void)state;
    for (round = 0; round < 60000; round++) {
        size_t len = next_random(&seed, (uint32_t)LEN_MAX), i, first = next_random(&seed, (uint32_t)TCS_FEW_MAX);
        uint32_t letters = 2 + next_random(&seed, 20);
        char *copy = malloc(len + !len); /* of its own, so that reading behind it is an error to the sanitizers */

        assert_non_null(copy);
        for (i = 0; i < len; i++) {
            uint32_t letter = next_random(&seed, letters);

            copy[i] = letter < 2 ? "ab"[letter] : letter == 2 ? 'i' : 'x';
        }
        if (round % 4 == 0 && len >= literals[3].len)
            memcpy(copy + next_random(&seed, (uint32_t)(len - literals[3].len + 1)), literals[3].data, literals[3].len);
        check(literals + first, TCS_FEW_MAX - first, (struct tcs_str){copy, len});
        free(copy);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_few__every_occurrence),
    };

    return cmocka_run_group_tests_name("few", tests, NULL, NULL);
}
