/* inflate_check: the back ends are sound, and one that is not is seen. */
#include "match_help.h"

#include "input/inflate_check.h"

static void test_inflate_check__back_ends_are_sound(void **state)
{
    const struct tcs_inflate_backend *backend;
    size_t i;

    (void)state;
    for (i = 0; (backend = tcs_inflate_backend_at(i)) != NULL; i++) {
        bool is_sound = false;

        must(tcs_inflate_check(backend, &is_sound, NULL));
        assert_true(is_sound);
    }
    assert_true(i >= 1);
}

/* zlib, with one fault: what `fault` says. */
static enum { FAULT_BYTE, FAULT_SHORT, FAULT_BAD, FAULT_STUCK, FAULT_COUNT } fault;
static size_t runs;

static enum tcs_inflate_result faulty_run(void *state, struct tcs_inflate_io *io)
{
    unsigned char *start = io->out;
    enum tcs_inflate_result result;

    if (fault == FAULT_STUCK && ++runs > 3)
        return TCS_INFLATE_MORE;
    result = tcs_inflate_zlib.run(state, io);
    if (fault == FAULT_BYTE && io->out > start)
        *start ^= 1;
    if (fault == FAULT_SHORT && io->out > start)
        io->out--;
    return fault == FAULT_BAD ? TCS_INFLATE_BAD : result;
}

static uint32_t faulty_crc(uint32_t crc, const unsigned char *data, size_t len)
{
    return tcs_inflate_zlib.crc32(crc, data, len) + 1;
}

static void test_inflate_check__faults_are_seen(void **state)
{
    struct tcs_inflate_backend backend = tcs_inflate_zlib;
    bool is_sound;

    (void)state;
    backend.run = faulty_run;
    for (fault = FAULT_BYTE; fault < FAULT_COUNT; fault++) {
        is_sound = true;
        runs = 0;
        must(tcs_inflate_check(&backend, &is_sound, NULL));
        assert_false(is_sound);
    }
    backend = tcs_inflate_zlib;
    backend.crc32 = faulty_crc;
    is_sound = true;
    must(tcs_inflate_check(&backend, &is_sound, NULL));
    assert_false(is_sound);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_inflate_check__back_ends_are_sound),
                                       cmocka_unit_test(test_inflate_check__faults_are_seen)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
