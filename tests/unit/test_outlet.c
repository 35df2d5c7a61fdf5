/*
 * outlet: lines come in the order of the inputs whoever writes them; what is held back is bounded; a failed write
 * releases those who wait.
 */
#include "run_help.h"

#include <pthread.h>
#include <time.h>

#include "run/outlet.h"

#define INPUTS 200

struct crew {
    struct tcs_outlet outlet;
    _Atomic size_t next;
    _Atomic size_t failures;
};

/* As scan's workers: inputs one by one, each offered in pieces, then closed. */
static void *work(void *context)
{
    struct crew *crew = context;
    struct tcs_outlet_lines lines = {.output = {0}};
    size_t input, i;

    while ((input = atomic_fetch_add(&crew->next, 1)) < INPUTS) {
        uint32_t seed = (uint32_t)input;

        for (i = 0; i < 5; i++) {
            struct timespec pause = {0, (long)next_random(&seed, 200000)};

            (void)nanosleep(&pause, NULL);
            if (tcs_buf_printf(&lines.output, "%zu.%zu\n", input, i) != TOCSIN_OK ||
                tcs_buf_printf(&lines.quarantine, "lost %zu.%zu\n", input, i) != TOCSIN_OK ||
                tcs_outlet_offer(&crew->outlet, input, &lines, NULL) != TOCSIN_OK)
                atomic_fetch_add(&crew->failures, 1);
        }
        if (tcs_outlet_close(&crew->outlet, input, &lines, NULL) != TOCSIN_OK)
            atomic_fetch_add(&crew->failures, 1);
    }
    tcs_buf_release(&lines.output);
    tcs_buf_release(&lines.quarantine);
    return NULL;
}

static void run_crew(struct crew *crew, size_t count)
{
    pthread_t threads[8];
    size_t i;

    for (i = 0; i < count; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, work, crew), 0);
    for (i = 0; i < count; i++)
        assert_int_equal(pthread_join(threads[i], NULL), 0);
}

struct files {
    char dir[32], output[64], lost[64];
    struct tcs_sink *out_sink, *lost_sink;
};

static void open_files(struct files *files)
{
    *files = (struct files){.dir = "/tmp/tocsin-outlet-XXXXXX"};
    assert_non_null(mkdtemp(files->dir));
    (void)snprintf(files->output, sizeof files->output, "%s/output", files->dir);
    (void)snprintf(files->lost, sizeof files->lost, "%s/lost", files->dir);
    must(tcs_sink_open(files->output, NULL, &files->out_sink, NULL));
    must(tcs_sink_open(files->lost, NULL, &files->lost_sink, NULL));
}

/* Both files' contents, each ended by a NUL that is not counted. */
static void close_files(struct files *files, struct tcs_buf *out, struct tcs_buf *lost)
{
    must(tcs_sink_finish(files->out_sink, NULL));
    must(tcs_sink_finish(files->lost_sink, NULL));
    tcs_sink_free(files->out_sink);
    tcs_sink_free(files->lost_sink);
    must(tcs_files_read(files->output, (size_t)1 << 30, out, NULL));
    must(tcs_files_read(files->lost, (size_t)1 << 30, lost, NULL));
    (void)c_str(out);
    (void)c_str(lost);
    remove_folder(files->dir);
}

static void test_outlet__lines_come_by_turns(void **state)
{
    static struct crew crew;
    struct tcs_buf out = {0}, lost = {0}, expected = {0};
    struct files files;
    size_t i, k;

    (void)state;
    open_files(&files);
    tcs_outlet_init(&crew.outlet, files.out_sink, files.lost_sink, false);
    run_crew(&crew, 8);
    assert_int_equal(crew.failures, 0);
    tcs_outlet_release(&crew.outlet);
    close_files(&files, &out, &lost);
    for (i = 0; i < INPUTS; i++)
        for (k = 0; k < 5; k++)
            must(tcs_buf_printf(&expected, "%zu.%zu\n", i, k));
    assert_string_equal(out.data, c_str(&expected));
    tcs_buf_reset(&expected);
    for (i = 0; i < INPUTS; i++)
        for (k = 0; k < 5; k++)
            must(tcs_buf_printf(&expected, "lost %zu.%zu\n", i, k));
    assert_string_equal(lost.data, c_str(&expected));
    tcs_buf_release(&out);
    tcs_buf_release(&lost);
    tcs_buf_release(&expected);
}

/* Of inputs in any order each one's lines still are in order. */
static void test_outlet__unordered_loses_nothing(void **state)
{
    static struct crew crew;
    struct tcs_buf out = {0}, lost = {0};
    size_t seen[INPUTS] = {0}, i;
    struct files files;

    (void)state;
    open_files(&files);
    tcs_outlet_init(&crew.outlet, files.out_sink, files.lost_sink, true);
    run_crew(&crew, 8);
    assert_int_equal(crew.failures, 0);
    tcs_outlet_release(&crew.outlet);
    close_files(&files, &out, &lost);
    assert_int_equal(count_lines(&out), 5 * INPUTS);
    assert_int_equal(count_lines(&lost), 5 * INPUTS);
    for (i = 0; i < 5 * INPUTS; i++) {
        unsigned input = INPUTS, part = 5;

        assert_int_equal(sscanf(line_at(&out, i).data, "%u.%u", &input, &part), 2);
        assert_true(input < INPUTS);
        assert_int_equal(part, seen[input]++);
    }
    tcs_buf_release(&out);
    tcs_buf_release(&lost);
}

/* ---- one who waits ---- */

struct waiter {
    struct tcs_outlet *outlet;
    struct tcs_outlet_lines lines;
    size_t input;
    bool closes;
    _Atomic bool is_back;
    tocsin_status status;
};

static void *wait_for_turn(void *context)
{
    struct waiter *waiter = context;

    waiter->status = waiter->closes ? tcs_outlet_close(waiter->outlet, waiter->input, &waiter->lines, NULL)
                                    : tcs_outlet_offer(waiter->outlet, waiter->input, &waiter->lines, NULL);
    atomic_store(&waiter->is_back, true);
    return NULL;
}

static void pause_a_little(void)
{
    struct timespec pause = {0, 30000000};

    (void)nanosleep(&pause, NULL);
}

static void test_outlet__what_is_held_back_is_bounded(void **state)
{
    struct waiter waiter = {.input = 1};
    struct tcs_outlet_lines first = {.output = {0}};
    struct tcs_outlet outlet;
    struct tcs_buf out = {0}, lost = {0};
    struct files files;
    pthread_t thread;
    size_t i;

    (void)state;
    open_files(&files);
    tcs_outlet_init(&outlet, files.out_sink, files.lost_sink, false);
    waiter.outlet = &outlet;
    must(tcs_buf_reserve(&waiter.lines.output, TCS_OUTLET_HELD_MAX + 1));
    memset(waiter.lines.output.data, 'x', TCS_OUTLET_HELD_MAX + 1);
    waiter.lines.output.len = TCS_OUTLET_HELD_MAX;
    must(tcs_outlet_offer(&outlet, 1, &waiter.lines, NULL)); /* just not too much: kept, without waiting */
    assert_int_equal(waiter.lines.output.len, TCS_OUTLET_HELD_MAX);
    waiter.lines.output.len++;
    assert_int_equal(pthread_create(&thread, NULL, wait_for_turn, &waiter), 0);
    for (i = 0; i < 3; i++) {
        pause_a_little();
        assert_false(atomic_load(&waiter.is_back));
    }
    put_str(&first.output, "first");
    must(tcs_outlet_close(&outlet, 0, &first, NULL));
    assert_int_equal(pthread_join(thread, NULL), 0);
    assert_int_equal(waiter.status, TOCSIN_OK);
    assert_int_equal(waiter.lines.output.len, 0);
    tcs_outlet_release(&outlet);
    close_files(&files, &out, &lost);
    assert_int_equal(out.len, TCS_OUTLET_HELD_MAX + 6);
    assert_memory_equal(out.data, "firstx", 6);
    tcs_buf_release(&waiter.lines.output);
    tcs_buf_release(&first.output);
    tcs_buf_release(&out);
    tcs_buf_release(&lost);
}

static void test_outlet__a_failed_write_releases_waiters(void **state)
{
    struct waiter waiters[3] = {{.input = 1, .closes = true}, {.input = 2, .closes = true}, {.input = 3}};
    struct tcs_outlet_lines first = {.output = {0}};
    struct tcs_sink *full = NULL;
    struct tcs_outlet outlet;
    pthread_t threads[3];
    size_t i;

    (void)state;
    if (access("/dev/full", W_OK) != 0) {
        print_message("skipped: there is no /dev/full\n");
        skip();
    }
    must(tcs_sink_open("/dev/full", NULL, &full, NULL));
    tcs_outlet_init(&outlet, full, NULL, false);
    for (i = 0; i < 3; i++) {
        waiters[i].outlet = &outlet;
        must(tcs_buf_reserve(&waiters[i].lines.output, TCS_OUTLET_HELD_MAX + 1));
        memset(waiters[i].lines.output.data, 'x', TCS_OUTLET_HELD_MAX + 1);
        waiters[i].lines.output.len = TCS_OUTLET_HELD_MAX + 1;
        assert_int_equal(pthread_create(&threads[i], NULL, wait_for_turn, &waiters[i]), 0);
    }
    pause_a_little();
    put_str(&first.output, "x");
    assert_int_equal(tcs_outlet_offer(&outlet, 0, &first, NULL), TOCSIN_E_IO);
    assert_true(outlet.has_failed);
    assert_int_equal(tcs_outlet_close(&outlet, 0, &first, NULL), TOCSIN_OK); /* nothing left to write */
    for (i = 0; i < 3; i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
        assert_int_equal(waiters[i].status, TOCSIN_E_IO);
        tcs_buf_release(&waiters[i].lines.output);
    }
    tcs_outlet_release(&outlet);
    tcs_sink_free(full);
    tcs_buf_release(&first.output);
}

/* Losses count for nothing where no quarantine was asked for. */
static void test_outlet__no_quarantine(void **state)
{
    struct tcs_outlet_lines lines = {.output = {0}};
    struct tcs_outlet outlet;
    struct tcs_sink *null = NULL;

    (void)state;
    must(tcs_sink_open("/dev/null", NULL, &null, NULL));
    tcs_outlet_init(&outlet, null, NULL, false);
    put_str(&lines.quarantine, "lost");
    must(tcs_outlet_offer(&outlet, 0, &lines, NULL));
    assert_int_equal(lines.quarantine.len, 0);
    must(tcs_outlet_close(&outlet, 0, &lines, NULL));
    assert_int_equal(outlet.turn, 1);
    tcs_outlet_release(&outlet);
    tcs_sink_free(null);
    tcs_buf_release(&lines.quarantine);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_outlet__lines_come_by_turns),
        cmocka_unit_test(test_outlet__unordered_loses_nothing),
        cmocka_unit_test(test_outlet__what_is_held_back_is_bounded),
        cmocka_unit_test(test_outlet__a_failed_write_releases_waiters),
        cmocka_unit_test(test_outlet__no_quarantine),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
