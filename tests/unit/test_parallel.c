/* parallel: each number once, whatever the threads; the caller's thread among them. */
#include "match_help.h"

#include <stdatomic.h>

#include "base/parallel.h"

#define JOBS 1000

static atomic_uint calls[JOBS];

static void note_call(void *context, size_t number)
{
    atomic_uint *counted = context;

    atomic_fetch_add(&counted[number], 1);
}

static void test_parallel__each_number_once(void **state)
{
    static const size_t counts[] = {0, 1, 2, 7, JOBS};
    static const unsigned threads[] = {0, 1, 2, 5, 1000};
    size_t c, t, i;

    (void)state;
    for (c = 0; c < COUNT(counts); c++)
        for (t = 0; t < COUNT(threads); t++) {
            for (i = 0; i < JOBS; i++)
                atomic_store(&calls[i], 0);
            tcs_parallel(counts[c], threads[t], note_call, calls);
            for (i = 0; i < JOBS; i++)
                assert_int_equal(atomic_load(&calls[i]), i < counts[c]);
        }
}

static void test_parallel__there_is_a_core(void **state)
{
    (void)state;
    assert_true(tcs_cores() >= 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_parallel__each_number_once),
        cmocka_unit_test(test_parallel__there_is_a_core),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
