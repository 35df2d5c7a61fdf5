/*
 * scan: whole runs over many inputs: threads, order, cancelling, what is left behind on failure, the status.
 */
#include "run_help.h"

#include <dirent.h>
#include <errno.h>
#include <sys/stat.h>

#include "rules/judge.h"
#include "run/line.h"

/* ---- many inputs ---- */

struct many {
    struct run_rig rig;
    char (*paths)[64];
    const char **inputs;
    size_t count;
};

static void open_many(struct many *many, size_t count)
{
    size_t i;

    run_open(&many->rig, NULL);
    many->paths = calloc(count, sizeof *many->paths);
    many->inputs = calloc(count, sizeof *many->inputs);
    assert_true(many->paths && many->inputs);
    for (i = 0; i < count; i++) {
        (void)snprintf(many->paths[i], sizeof many->paths[i], "%s/input-%03zu", many->rig.dir, i);
        many->inputs[i] = many->paths[i];
    }
    many->count = count;
    many->rig.options.inputs = many->inputs;
    many->rig.options.input_count = count;
}

static void close_many(struct many *many)
{
    run_close(&many->rig);
    free(many->paths);
    free(many->inputs);
}

/* Lines, JSONL, WARC and pages, some compressed, some damaged, one missing; of very different sizes. */
static void write_many(struct many *many)
{
    struct tcs_buf text = {0}, stored = {0};
    uint32_t seed = 5;
    size_t i;

    for (i = 0; i < many->count; i++) {
        size_t lines = i % 10 == 3 ? 5000 : next_random(&seed, 60), k;

        tcs_buf_reset(&text);
        tcs_buf_reset(&stored);
        for (k = 0; k < lines; k++) {
            if (i % 4 == 0)
                must(tcs_buf_printf(&text, "%zu %s\n", k, k % 7 ? "天气" : "换脸"));
            else if (i % 4 == 1)
                must(tcs_buf_printf(&text, "{\"id\":\"%zu.%zu\",\"text\":\"%s\"%s\n", i, k, k % 7 ? "天气" : "换脸", k % 49 ? "}" : ""));
            else if (i % 4 == 2)
                put_response(&text, "200 OK", "Content-Type: text/html\r\n", k % 7 ? TCS_STR("<p>天气") : TCS_STR("<p>换脸"));
            else
                must(tcs_buf_printf(&text, k ? "<p>换脸 %zu\n" : "<!doctype html>%zu\n", k));
        }
        if (next_random(&seed, 2))
            (void)put_gzip(&stored, tcs_buf_view(&text));
        else
            put(&stored, tcs_buf_view(&text));
        if (stored.len > 200 && next_random(&seed, 5) == 0)
            stored.len -= 100;
        if (i != 17)
            write_file(many->paths[i], tcs_buf_view(&stored));
    }
    tcs_buf_release(&text);
    tcs_buf_release(&stored);
}

static int compare_strings(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The lines of a buffer, sorted, as one text. */
static void sort_lines(struct tcs_buf *lines, struct tcs_buf *out)
{
    size_t count = count_lines(lines), i;
    char **starts = calloc(count + 1, sizeof *starts), *p = lines->data;

    assert_non_null(starts);
    for (i = 0; i < count; i++) {
        starts[i] = p;
        p = strchr(p, '\n');
        *p++ = '\0';
    }
    qsort(starts, count, sizeof *starts, compare_strings);
    tcs_buf_reset(out);
    for (i = 0; i < count; i++)
        must(tcs_buf_printf(out, "%s\n", starts[i]));
    free(starts);
}

static void test_scan__threads_change_nothing(void **state)
{
    static const unsigned threads[] = {2, 3, 8, 64};
    struct many many;
    struct run_rig *rig = &many.rig;
    struct tcs_buf out = {0}, losses = {0}, a = {0}, b = {0};
    struct tcs_stats first;
    size_t i;

    (void)state;
    open_many(&many, 60);
    write_many(&many);
    must(run_again(rig));
    first = rig->stats;
    assert_true(first.is_incomplete && first.unreadable == 1 && first.stream_damage && first.document_damage);
    assert_int_equal(first.inputs, 60);
    assert_int_equal(count_lines(&rig->losses), first.unreadable + first.stream_damage + first.document_damage + first.limits);
    assert_int_equal(count_lines(&rig->out), first.emitted);
    put(&out, tcs_buf_view(&rig->out));
    put(&losses, tcs_buf_view(&rig->losses));
    for (i = 0; i < COUNT(threads); i++) {
        rig->options.threads = threads[i];
        must(run_again(rig));
        assert_true(tcs_str_equal(tcs_buf_view(&out), tcs_buf_view(&rig->out)));
        assert_true(tcs_str_equal(tcs_buf_view(&losses), tcs_buf_view(&rig->losses)));
        assert_int_equal(rig->stats.documents, first.documents);
        assert_int_equal(rig->stats.flagged, first.flagged);
        assert_int_equal(rig->stats.decoded_bytes, first.decoded_bytes);
        assert_int_equal(rig->stats.stored_bytes, first.stored_bytes);
        assert_int_equal(rig->stats.members, first.members);
        assert_int_equal(rig->stats.sieve_candidates, first.sieve_candidates);
    }
    rig->options.is_unordered = true;
    must(run_again(rig));
    sort_lines(&rig->out, &a);
    sort_lines(&out, &b);
    assert_true(tcs_str_equal(tcs_buf_view(&a), tcs_buf_view(&b)));
    tcs_buf_release(&out);
    tcs_buf_release(&losses);
    tcs_buf_release(&a);
    tcs_buf_release(&b);
    close_many(&many);
}

static void test_scan__a_missing_input_costs_itself_only(void **state)
{
    struct many many;
    size_t missing;

    (void)state;
    open_many(&many, 3);
    for (missing = 0; missing < 3; missing++) {
        size_t i;

        for (i = 0; i < 3; i++)
            write_file(many.paths[i], TCS_STR("换脸\n"));
        assert_int_equal(unlink(many.paths[missing]), 0);
        if (missing == 2)
            assert_int_equal(mkdir(many.paths[missing], 0700), 0); /* a folder is no input here */
        must(run_again(&many.rig));
        assert_int_equal(count_lines(&many.rig.out), 2);
        assert_int_equal(count_lines(&many.rig.losses), 1);
        assert_true(holds(line_at(&many.rig.losses, 0), many.paths[missing]));
        assert_true(holds(line_at(&many.rig.losses, 0), "\"offset\":0,\"kind\":\"unreadable\",\"status\":\"TOCSIN_E_IO\""));
        assert_true(many.rig.stats.is_incomplete);
        assert_int_equal(many.rig.stats.unreadable, 1);
        assert_int_equal(many.rig.stats.inputs, 3);
    }
    close_many(&many);
}

static void test_scan__no_inputs_and_empty_ones_are_done(void **state)
{
    struct run_rig rig;

    (void)state;
    run_open(&rig, NULL);
    run_bytes(&rig, TCS_STR(""));
    assert_int_equal(rig.out.len | rig.losses.len, 0);
    assert_false(rig.stats.is_incomplete);
    assert_int_equal(rig.stats.inputs, 1);
    rig.options.input_count = 0;
    rig.options.threads = 4;
    must(run_again(&rig));
    assert_int_equal(rig.out.len | rig.losses.len, 0);
    assert_int_equal(rig.stats.inputs, 0);
    rig.options.quarantine = NULL;
    must(run_again(&rig));
    run_close(&rig);
}

/* ---- giving up ---- */

static size_t count_entries(const char *dir)
{
    DIR *folder = opendir(dir);
    size_t count = 0;

    assert_non_null(folder);
    while (readdir(folder))
        count++;
    (void)closedir(folder);
    return count - 2;
}

static void test_scan__cancelled_before_it_began(void **state)
{
    struct many many;
    atomic_bool cancel = true;
    unsigned threads;
    size_t i;

    (void)state;
    open_many(&many, 5);
    for (i = 0; i < 5; i++)
        write_file(many.paths[i], TCS_STR("换脸\n"));
    many.rig.options.cancel = &cancel;
    for (threads = 1; threads < 6; threads += 4) {
        many.rig.options.threads = threads;
        assert_int_equal(run_again(&many.rig), TOCSIN_E_CANCELLED);
        assert_int_equal(many.rig.err.status, TOCSIN_E_CANCELLED);
        assert_int_equal(count_entries(many.rig.dir), 5); /* neither output nor a temporary file */
    }
    cancel = false;
    must(run_again(&many.rig));
    assert_int_equal(count_lines(&many.rig.out), 5);
    close_many(&many);
}

struct canceller {
    atomic_bool cancel;
    size_t messages;
};

static void cancel_at_message(void *context, const char *text)
{
    struct canceller *canceller = context;

    assert_true(text[0]);
    canceller->messages++;
    atomic_store(&canceller->cancel, true);
}

/* The message of a loss comes in the middle of the first chunk: the input is left at the next. */
static void test_scan__cancelled_on_the_way(void **state)
{
    struct canceller canceller = {false, 0};
    struct run_rig rig;
    struct tcs_buf text = {0};

    (void)state;
    run_open(&rig, NULL);
    put_str(&text, "{\"title\":\"换脸\"}\n{\"title\":\"换脸\" bad\n");
    while (text.len < (size_t)2 << 20)
        put_str(&text, "{\"title\":\"换脸\"}\n");
    rig.options.is_quiet = false;
    rig.options.cancel = &canceller.cancel;
    rig.options.message = cancel_at_message;
    rig.options.message_context = &canceller;
    write_file(rig.input, tcs_buf_view(&text));
    assert_int_equal(run_again(&rig), TOCSIN_E_CANCELLED);
    assert_int_equal(canceller.messages, 1);
    assert_true(rig.stats.documents > 0 && rig.stats.documents < 100000);
    assert_int_equal(count_entries(rig.dir), 1);
    tcs_buf_release(&text);
    run_close(&rig);
}

static void test_scan__a_failure_leaves_no_output(void **state)
{
    struct many many;
    char blocked[96];
    size_t i;

    (void)state;
    open_many(&many, 8);
    for (i = 0; i < 8; i++)
        write_file(many.paths[i], i == 5 ? TCS_STR("{\"title\":\"换脸\",\"x\":1}\n") : TCS_STR("{\"title\":\"换脸\"}\n"));
    must(tcs_json_paths_watch(&many.rig.layout.paths, TCS_STR("x"), NULL));
    many.rig.options.as_key = "x"; /* in one of the inputs a key of that name exists */
    many.rig.options.threads = 3;
    assert_int_equal(run_again(&many.rig), TOCSIN_E_ARG);
    assert_string_equal(many.rig.err.where, many.paths[5]);
    assert_int_equal(count_entries(many.rig.dir), 8);
    many.rig.options.as_key = NULL;
    (void)snprintf(blocked, sizeof blocked, "%s/no folder/lost", many.rig.dir);
    many.rig.options.quarantine = blocked;
    assert_int_equal(run_again(&many.rig), TOCSIN_E_IO);
    assert_int_equal(count_entries(many.rig.dir), 8);
    many.rig.options.quarantine = NULL;
    many.rig.options.output = blocked;
    assert_int_equal(run_again(&many.rig), TOCSIN_E_IO);
    assert_int_equal(count_entries(many.rig.dir), 8);
    many.rig.options.quarantine = many.rig.lost;
    many.rig.options.output = "/dev/full";
    for (i = 1; i <= 8; i += 7) {
        many.rig.options.threads = (unsigned)i;
        assert_int_equal(run_again(&many.rig), TOCSIN_E_IO);
        assert_int_equal(many.rig.err.sys_errno, ENOSPC);
        assert_int_equal(count_entries(many.rig.dir), 8);
    }
    close_many(&many);
}

/* An output that exists is replaced at the end, not before. */
static void test_scan__an_older_output_survives_a_failure(void **state)
{
    struct run_rig rig;
    atomic_bool cancel = true;
    struct tcs_buf old = {0};

    (void)state;
    run_open(&rig, NULL);
    write_file(rig.input, TCS_STR("换脸\n"));
    write_file(rig.output, TCS_STR("old\n"));
    rig.options.cancel = &cancel;
    assert_int_equal(run_again(&rig), TOCSIN_E_CANCELLED);
    must(tcs_files_read(rig.output, 100, &old, NULL));
    assert_string_equal(c_str(&old), "old\n");
    rig.options.cancel = NULL;
    must(run_again(&rig));
    assert_int_equal(count_lines(&rig.out), 1);
    assert_true(holds(line_at(&rig.out, 0), "\"hits_total\":1"));
    tcs_buf_release(&old);
    run_close(&rig);
}

/* ---- visitors, and one record ---- */

struct visits {
    uint64_t records[64];
    size_t count, stop_at; /* ends the run at this many; 0: never */
};

static tocsin_status note_visit(void *context, struct tcs_judge *judge, const struct tcs_document *doc,
                                const struct tcs_pointer *pointer, struct tocsin_error *err)
{
    struct visits *visits = context;

    assert_true(judge->eval.keeps_removed);
    assert_int_equal(doc->field_count, 1);
    assert_true(visits->count < COUNT(visits->records));
    visits->records[visits->count++] = pointer->record;
    return visits->count == visits->stop_at ? tcs_fail(err, TOCSIN_E_CANCELLED, NULL, 0, "enough") : TOCSIN_OK;
}

static void test_scan__a_visitor_is_given_what_would_be_written(void **state)
{
    struct run_rig rig;
    struct visits visits = {0};

    (void)state;
    run_open(&rig, NULL);
    rig.options.visit = note_visit;
    rig.options.visit_context = &visits;
    run_bytes(&rig, str("换脸\nno\n換臉\nno\n换脸\n"));
    assert_int_equal(rig.out.len, 0);
    assert_int_equal(visits.count, 3);
    assert_int_equal(visits.records[1], 3);
    visits = (struct visits){.stop_at = 2};
    assert_int_equal(run_again(&rig), TOCSIN_E_CANCELLED);
    assert_int_equal(visits.count, 2);
    visits = (struct visits){0};
    rig.options.emit = TCS_EMIT_ALL;
    must(run_again(&rig));
    assert_int_equal(visits.count, 5);
    visits = (struct visits){0};
    rig.options.only_record = 4;
    must(run_again(&rig));
    assert_int_equal(visits.count, 1);
    assert_int_equal(visits.records[0], 4);
    run_close(&rig);
}

/* The offset of a member of its own: reading begins there, and the record keeps its number. */
static void test_scan__start_offset_passes_over_what_comes_before(void **state)
{
    struct run_rig rig;
    struct visits visits = {0};
    struct tcs_buf bytes = {0};
    size_t offset;

    (void)state;
    run_open(&rig, NULL);
    put_gzip(&bytes, str("{\"title\":\"one\"}\n"));
    offset = bytes.len;
    put_gzip(&bytes, str("{\"title\":\"two\"}\n"));
    put_gzip(&bytes, str("{\"title\":\"换脸\"}\n"));
    rig.options.emit = TCS_EMIT_ALL;
    rig.options.visit = note_visit;
    rig.options.visit_context = &visits;
    rig.options.only_record = 2;
    rig.options.start_offset = offset;
    run_bytes(&rig, tcs_buf_view(&bytes));
    assert_int_equal(visits.count, 1);
    assert_int_equal(visits.records[0], 2);
    assert_int_equal(rig.stats.documents, 2); /* the first was not read */
    tcs_buf_reset(&bytes); /* a table needs its header, wherever the row stands */
    put_str(&bytes, "title,text\na,b\nc,d\n");
    visits = (struct visits){0};
    rig.options.only_record = 3;
    rig.options.start_offset = 15;
    rig.options.visit = NULL;
    rig.options.emit = TCS_EMIT_FIELDS;
    run_bytes(&rig, tcs_buf_view(&bytes));
    assert_non_null(strstr(rig.out.data, "\"record\":3,"));
    assert_non_null(strstr(rig.out.data, "\"text\":\"d\""));
    tcs_buf_release(&bytes);
    run_close(&rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_scan__threads_change_nothing),
        cmocka_unit_test(test_scan__a_visitor_is_given_what_would_be_written),
        cmocka_unit_test(test_scan__start_offset_passes_over_what_comes_before),
        cmocka_unit_test(test_scan__a_missing_input_costs_itself_only),
        cmocka_unit_test(test_scan__no_inputs_and_empty_ones_are_done),
        cmocka_unit_test(test_scan__cancelled_before_it_began),
        cmocka_unit_test(test_scan__cancelled_on_the_way),
        cmocka_unit_test(test_scan__a_failure_leaves_no_output),
        cmocka_unit_test(test_scan__an_older_output_survives_a_failure),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
