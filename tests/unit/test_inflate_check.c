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

static void test_inflate_check__what_takes_streams_whole_is_sound(void **state)
{
    bool is_sound = false;

    (void)state;
    if (!tcs_inflate_whole_library())
        skip();
    must(tcs_inflate_check_whole(tcs_inflate_whole_library(), &is_sound, NULL));
    assert_true(is_sound);
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

/* zlib's inflater as one that takes streams whole, with a fault or none. */
static enum { WHOLE_SOUND, WHOLE_BYTE, WHOLE_SHORT, WHOLE_NEVER, WHOLE_CUT_OFF, WHOLE_CRC, WHOLE_COUNT } whole_fault;

static bool whole_run(void *state, struct tcs_inflate_io *io)
{
    struct tcs_inflate_io at = *io;
    bool is_done;

    tcs_inflate_zlib.reset(state);
    is_done = tcs_inflate_zlib.run(state, &at) == TCS_INFLATE_DONE;
    if (is_done && whole_fault == WHOLE_BYTE)
        at.out[-1] ^= 1;
    if (is_done && whole_fault == WHOLE_SHORT)
        at.out--;
    if (is_done)
        *io = at;
    return whole_fault == WHOLE_CUT_OFF || (is_done && whole_fault != WHOLE_NEVER);
}

static uint32_t whole_crc(uint32_t crc, const unsigned char *data, size_t len)
{
    return tcs_inflate_zlib.crc32(crc, data, len) ^ (whole_fault == WHOLE_CRC);
}

static void test_inflate_check__faults_of_what_takes_streams_whole_are_seen(void **state)
{
    const struct tcs_inflate_whole library = {
        .name = "test", .make = tcs_inflate_zlib.make, .free = tcs_inflate_zlib.free, .run = whole_run, .crc32 = whole_crc};
    bool is_sound;

    (void)state;
    for (whole_fault = WHOLE_SOUND; whole_fault < WHOLE_COUNT; whole_fault++) {
        must(tcs_inflate_check_whole(&library, &is_sound, NULL));
        assert_int_equal(is_sound, whole_fault == WHOLE_SOUND);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_inflate_check__back_ends_are_sound),
                                       cmocka_unit_test(test_inflate_check__what_takes_streams_whole_is_sound),
                                       cmocka_unit_test(test_inflate_check__faults_are_seen),
                                       cmocka_unit_test(test_inflate_check__faults_of_what_takes_streams_whole_are_seen)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
