/* record: what --as adds to a table, byte by byte; the keys that it refuses; one header for a run. */
#include "run_help.h"

static const char patterns[] = "lexicon: swap\nterms: {zh: [换脸]}\n"
                               "---\nrule: swapped\nwhen: swap\nscore: 1.5\n"
                               "---\nrule: swapped_title\nwhen: title(swap)\n";
static const char labels[] = "---\nlabels:\n  - label: incident\n";

static void open_as(struct run_rig *rig, enum tcs_emit emit)
{
    struct tcs_buf yaml = {0};

    put_str(&yaml, patterns);
    put_str(&yaml, labels);
    run_open(rig, c_str(&yaml));
    tcs_buf_release(&yaml);
    rig->options.format = TCS_FORMAT_CSV;
    rig->options.as_key = "t";
    rig->options.emit = emit;
    must(tcs_json_paths_watch(&rig->layout.paths, TCS_STR("t"), NULL));
}

static void test_record__columns_stand_behind_the_record(void **state)
{
    static const struct {
        enum tcs_emit emit;
        const char *in, *out;
    } cases[] = {
        {TCS_EMIT_ALL, "id,title\n1,换脸\n2,x\n",
         "id,title,t.label,t.score,t.rules\n1,换脸,incident,2.5,swapped swapped_title\n2,x,,,\n"},
        {TCS_EMIT_FLAGGED, "id,title\n1,换脸\n2,x\n",
         "id,title,t.label,t.score,t.rules\n1,换脸,incident,2.5,swapped swapped_title\n"},
        {TCS_EMIT_HITS, "id,text\n1,x\n", "id,text,t.label,t.score,t.rules\n"},
        {TCS_EMIT_FLAGGED, "\xEF\xBB\xBFid;title;text\r\n\r\n1;\"a\r\n换脸 \"\"b\"\"\"\r\n2;x\r\n3; 换脸",
         "id;title;text;t.label;t.score;t.rules\r\n1;\"a\r\n换脸 \"\"b\"\"\";;incident;2.5;swapped swapped_title\r\n"
         "3; 换脸;;incident;2.5;swapped swapped_title\r\n"},
        {TCS_EMIT_FLAGGED, "id\ttext\n\t换脸\xFF\n", "id\ttext\tt.label\tt.score\tt.rules\n\t换脸\xFF\tincident\t1.5\tswapped\n"},
        {TCS_EMIT_ALL, "", ""},
    };
    struct run_rig rig;
    size_t i;

    (void)state;
    for (i = 0; i < COUNT(cases); i++) {
        open_as(&rig, cases[i].emit);
        run_bytes(&rig, str(cases[i].in));
        assert_string_equal(rig.out.data, cases[i].out);
        assert_int_equal(rig.losses.len, 0);
        rig.options.chunk_bytes = 7;
        rig.options.no_sieve = true;
        run_bytes(&rig, str(cases[i].in));
        assert_string_equal(rig.out.data, cases[i].out);
        run_close(&rig);
    }
}

static void test_record__names_are_quoted_as_the_table_needs(void **state)
{
    struct run_rig rig;

    (void)state;
    open_as(&rig, TCS_EMIT_FLAGGED);
    rig.options.as_key = "a,\"b";
    run_bytes(&rig, TCS_STR("id,title\n"));
    assert_string_equal(rig.out.data, "id,title,\"a,\"\"b.label\",\"a,\"\"b.score\",\"a,\"\"b.rules\"\n");
    run_close(&rig);
}

/* A row that does not read as one, or that the input's end cuts off inside a field, cannot take columns. */
static void test_record__damaged_rows_are_told_not_written(void **state)
{
    struct run_rig rig;
    struct tcs_buf stored = {0};

    (void)state;
    open_as(&rig, TCS_EMIT_FLAGGED);
    run_bytes(&rig, TCS_STR("id,title\n1,换脸,x\n2,\"换脸\"x\n3,换脸\n"));
    assert_int_equal(count_lines(&rig.out), 2);
    assert_true(holds(line_at(&rig.out, 1), "3,换脸,incident"));
    assert_int_equal(count_lines(&rig.losses), 2);
    put_gzip(&stored, TCS_STR("id,title\n3,换脸\n4,\"换脸\n"));
    stored.len -= 8; /* the trailer: what was decoded is kept */
    run_bytes(&rig, tcs_buf_view(&stored));
    assert_int_equal(count_lines(&rig.out), 2);
    assert_int_equal(count_lines(&rig.losses), 2);
    tcs_buf_release(&stored);
    run_close(&rig);
}

static void test_record__refuses(void **state)
{
    static const struct {
        enum tcs_format format;
        const char *in, *message;
    } cases[] = {
        {TCS_FORMAT_CSV, "id,title, t.score \n1,x\n", "the table has a column \"t.score\" already"},
        {TCS_FORMAT_CSV, "\"title\"x\n1\n", "--as cannot add columns to a damaged header"},
        {TCS_FORMAT_AUTO, "{\"title\":\"换脸\",\"t\":0}\n", "record 1 has a key \"t\" already"},
        {TCS_FORMAT_AUTO, "换脸\n", "--as needs JSONL or CSV; this input is lines; leave --as out, or name the format with --format"},
    };
    struct run_rig rig;
    size_t i;

    (void)state;
    for (i = 0; i < COUNT(cases); i++) {
        open_as(&rig, TCS_EMIT_FLAGGED);
        rig.options.format = cases[i].format;
        write_file(rig.input, str(cases[i].in));
        assert_int_equal(run_again(&rig), TOCSIN_E_ARG);
        assert_string_equal(rig.err.where, rig.input);
        if (strncmp(rig.err.message, cases[i].message, strlen(cases[i].message)) != 0)
            fail_msg("%s, expected %s", rig.err.message, cases[i].message);
        run_close(&rig);
    }
}

/* Several tables become one, if they agree; a table does not mix with JSON lines. */
static void test_record__one_header_a_run(void **state)
{
    static const char *const seconds[] = {"id,title\r\n2,换脸\r\n", "title,id\n换脸,2\n", "{\"title\":\"换脸\"}\n", ""};
    static const bool fits[] = {true, false, false, true};
    char second[96];
    const char *inputs[3];
    struct run_rig rig;
    size_t i;

    (void)state;
    for (i = 0; i < COUNT(seconds); i++) {
        open_as(&rig, TCS_EMIT_FLAGGED);
        (void)snprintf(second, sizeof second, "%s.2", rig.input);
        write_file(rig.input, TCS_STR("id,title\n1,换脸\n"));
        write_file(second, str(seconds[i]));
        inputs[0] = rig.input;
        inputs[1] = second;
        inputs[2] = rig.input;
        rig.options.format = TCS_FORMAT_AUTO;
        rig.options.inputs = inputs;
        rig.options.input_count = 3;
        rig.options.threads = 3;
        if (fits[i]) {
            must(run_again(&rig));
            assert_int_equal(count_lines(&rig.out), seconds[i][0] ? 4 : 3);
            assert_true(holds(line_at(&rig.out, 0), "id,title,t.label"));
            assert_true(holds(line_at(&rig.out, 1), "1,换脸,incident"));
        } else {
            assert_int_equal(run_again(&rig), TOCSIN_E_ARG);
            assert_string_equal(rig.err.where, second);
            assert_non_null(strstr(rig.err.message, "another header"));
        }
        run_close(&rig);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_record__columns_stand_behind_the_record),
        cmocka_unit_test(test_record__names_are_quoted_as_the_table_needs),
        cmocka_unit_test(test_record__damaged_rows_are_told_not_written),
        cmocka_unit_test(test_record__refuses),
        cmocka_unit_test(test_record__one_header_a_run),
    };

    return cmocka_run_group_tests_name("record", tests, NULL, NULL);
}
