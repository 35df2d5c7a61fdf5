/* utf8_count: what the vectors count is what one byte after the other gives, at every place. */
#include "match_help.h"

#include "base/utf8.h"
#include "base/utf8_count.h"

#define CHARS_MAX 90

/* Where each character of text begins, and its end; returns how many there are. */
static size_t find_starts(struct tcs_str text, size_t starts[CHARS_MAX + 1])
{
    size_t count = 0, at;

    for (at = 0; at < text.len; at++)
        if (!tcs_utf8_is_continuation(text.data[at]))
            starts[count++] = at;
    starts[count] = text.len;
    return count;
}

static void check(struct tcs_str text)
{
    size_t starts[CHARS_MAX + 1], count = find_starts(text, starts), from, steps;

    for (from = 0; from <= count; from++) {
        assert_int_equal(tcs_utf8_count((struct tcs_str){text.data, starts[from]}), from);
        assert_int_equal(tcs_utf8_count((struct tcs_str){text.data + starts[from], text.len - starts[from]}), count - from);
        for (steps = 0; steps <= count + 1; steps += 1 + steps / 8) {
            assert_int_equal(tcs_utf8_back(text, starts[from], steps), starts[steps < from ? from - steps : 0]);
            assert_int_equal(tcs_utf8_forth(text, starts[from], steps), starts[from + steps < count ? from + steps : count]);
        }
    }
}

static void test_utf8_count__every_place(void **state)
{
    static const uint32_t alphabet[] = {'a', 'b', 0xE9, 0x4E00, 0x6362, 0x1F600};
    uint32_t seed = 3;
    int round;

    (void)state;
    for (round = 0; round < 3000; round++) {
        size_t chars = next_random(&seed, (uint32_t)CHARS_MAX), len = 0, kinds = 1 + next_random(&seed, 6);
        char bytes[4 * CHARS_MAX], *copy;

        for (; chars; chars--)
            len += tcs_utf8_encode(alphabet[next_random(&seed, (uint32_t)kinds)], bytes + len);
        copy = malloc(len + !len); /* of its own, so that reading behind it is an error to the sanitizers */
        assert_non_null(copy);
        memcpy(copy, bytes, len);
        check((struct tcs_str){copy, len});
        free(copy);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_utf8_count__every_place),
    };

    return cmocka_run_group_tests_name("utf8_count", tests, NULL, NULL);
}
