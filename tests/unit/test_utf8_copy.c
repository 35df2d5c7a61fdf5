/* utf8_copy: what the vectors pass over is what tcs_utf8_decode calls well formed, wherever a fault stands. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "input/utf8_copy.h"

#define ROUNDS 200000
#define CHARS_MAX 60

/* Code point by code point, by the sequence decoder alone. */
static size_t valid_prefix(struct tcs_str text, size_t *sequences)
{
    size_t at = 0, len;
    bool is_bad;

    for (; at < text.len; at += len) {
        len = 1;
        if ((unsigned char)text.data[at] < 0x80)
            continue;
        (void)tcs_utf8_decode_sequence(text.data + at, text.data + text.len, &len, &is_bad);
        if (is_bad)
            break;
        ++*sequences;
    }
    return at;
}

static void check(struct tcs_str text)
{
    size_t counted = 7, wanted = 7; /* added to */

    assert_int_equal(tcs_utf8_count_prefix(text, &counted), valid_prefix(text, &wanted));
    assert_int_equal(counted, wanted);
    assert_int_equal(tcs_utf8_valid_prefix(text), valid_prefix(text, &wanted));
}

static uint32_t next_random(uint32_t *seed)
{
    *seed = *seed * 1664525u + 1013904223u;
    return *seed >> 8;
}

static uint32_t random_char(uint32_t *seed)
{
    static const uint32_t limits[] = {0x80, 0x80, 0x800, 0xD800, 0x110000};
    uint32_t cp = next_random(seed) % limits[next_random(seed) % 5];

    return cp >= 0xD800 && cp <= 0xDFFF ? 'x' : cp;
}

/* Bytes at which the rules change. */
static char border_byte(uint32_t *seed)
{
    static const char bytes[] = "\x00\x7F\x80\x8F\x90\x9F\xA0\xBF\xC0\xC1\xC2\xDF"
                                "\xE0\xE1\xEC\xED\xEE\xEF\xF0\xF1\xF3\xF4\xF5\xFF";

    return bytes[next_random(seed) % (sizeof bytes - 1)];
}

static void test_utf8_copy__vectors_know_what_is_well_formed(void **state)
{
    uint32_t seed = 5;
    int round;

    (void)state;
    for (round = 0; round < ROUNDS; round++) {
        char text[4 * CHARS_MAX], *exact;
        size_t len = 0, faults = next_random(&seed) % 3, chars = next_random(&seed) % CHARS_MAX;
        bool is_bad = false;
        uint32_t cp, again;
        size_t step;

        while (chars--) {
            cp = random_char(&seed);
            step = tcs_utf8_encode(cp, text + len);
            again = tcs_utf8_decode(text + len, text + len + step, &step, &is_bad);
            assert_int_equal(again, cp);
            assert_false(is_bad);
            len += step;
        }
        while (faults-- && len)
            text[next_random(&seed) % len] = border_byte(&seed);
        exact = malloc(len + 1); /* so that a sanitizer sees any over-read */
        assert_non_null(exact);
        memcpy(exact + 1, text, len);
        check((struct tcs_str){exact + 1, len});
        free(exact);
    }
}

/* All sequences of two lead and border bytes and two more, at every place of a vector. */
static void test_utf8_copy__every_sequence_at_every_place(void **state)
{
    unsigned first, second;
    size_t at;

    (void)state;
    for (at = 26; at < 34; at++)
        for (first = 0x7F; first < 0x100; first++)
            for (second = 0x7F; second < 0x100; second++) {
                char text[72];
                int tail;

                for (tail = 0; tail < 3; tail++) {
                    memset(text, 'a', sizeof text);
                    text[at] = (char)first;
                    text[at + 1] = (char)second;
                    memset(text + at + 2, 0x80, (size_t)tail);
                    check((struct tcs_str){text, sizeof text});
                }
            }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_utf8_copy__vectors_know_what_is_well_formed),
        cmocka_unit_test(test_utf8_copy__every_sequence_at_every_place),
    };

    return cmocka_run_group_tests_name("utf8_copy", tests, NULL, NULL);
}
