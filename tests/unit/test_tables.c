/*
 * CSV behind the reader: which columns are which fields; what the sieve finds in raw rows; and that neither the size of
 * chunks nor the sieve changes what is written, on tables that are damaged at random.
 */
#include "run_help.h"

#include "input/layout.h"
#include "match/fold_table.h"
#include "match/sieve.h"
#include "run/scan.h"

/* ---- columns ---- */

/* Fields as name:role:text, then metadata that is set. */
static void show_document(const struct tcs_document *doc, struct tcs_buf *out)
{
    size_t i;

    for (i = 0; i < doc->field_count; i++)
        must(tcs_buf_printf(out, "%s:%d:%.*s ", doc->fields[i].name, (int)doc->fields[i].role,
                            (int)doc->fields[i].text.len, doc->fields[i].text.data));
    must(tcs_buf_printf(out, "id=%.*s date=%.*s", (int)doc->id.len, doc->id.data, (int)doc->date.len, doc->date.data));
}

static void test_tables__columns_are_fields(void **state)
{
    static const struct {
        const char *fields, *meta;
        const char *names[6], *values[6];
        const char *expected, *note;
    } cases[] = {
        {NULL, NULL, {"text", "title", "id"}, {"b", "a", "7"}, "title:0:a text:2:b id=7 date=", "in the layout's order"},
        {NULL, NULL, {"headline", "title"}, {"h", "a"}, "title:0:a id= date=", "the first key with text"},
        {NULL, NULL, {"headline", "title"}, {"h", " "}, "headline:0:h id= date=", NULL},
        {NULL, NULL, {"title", "x", "title"}, {"a", "b", "c"}, "title:0:a title:0:c id= date=", "a repeated name"},
        {NULL, NULL, {" title ", "Title"}, {"a", "b"}, "title:0:a title:0:b id= date=", "space and case aside"},
        {"title=Title", NULL, {"title", "Title"}, {"a", "b"}, "Title:0:b id= date=", "not case, where the user names it"},
        {NULL, NULL, {"id", "text", "date"}, {"7"}, "id=7 date=", "a short row"},
        {NULL, NULL, {"published", "date"}, {"1", "2"}, "id= date=2", NULL},
        {NULL, NULL, {"a"}, {"x"}, "id= date=", NULL},
        {"title=a.b,c[]", "date=when", {"c[]", "a.b", "title", "when"}, {"1", "2", "3", "4"},
         "a.b:0:2 c[]:3:1 id= date=4", "whole paths"},
        {"x,x", NULL, {"y", "x"}, {"1", "2"}, "x:3:2 x:3:2 id= date=", "named twice"},
        {"x", NULL, {"y", "x"}, {"1"}, "x:3: id= date=", "a field that the user names is there, if empty"},
    };
    struct tcs_layout_columns columns = {0};
    struct tcs_document doc = {0};
    struct tcs_buf out = {0};
    size_t i;

    (void)state;
    for (i = 0; i < COUNT(cases); i++) {
        struct tcs_layout layout = {0};
        struct tcs_str names[6], values[6];
        size_t name_count = 0, value_count = 0;

        for (; name_count < 6 && cases[i].names[name_count]; name_count++)
            names[name_count] = str(cases[i].names[name_count]);
        for (; value_count < 6 && cases[i].values[value_count]; value_count++)
            values[value_count] = str(cases[i].values[value_count]);
        if (cases[i].fields)
            must(tcs_layout_add_fields(&layout, cases[i].fields, NULL));
        if (cases[i].meta)
            must(tcs_layout_add_meta(&layout, cases[i].meta, NULL));
        must(tcs_layout_finish(&layout, NULL));
        must(tcs_layout_columns(&layout, names, name_count, &columns));
        tcs_document_reset(&doc);
        must(tcs_layout_document_columns(&layout, &columns, values, value_count, &doc));
        tcs_buf_reset(&out);
        show_document(&doc, &out);
        must(tcs_buf_putc(&out, '\0'));
        if (strcmp(out.data, cases[i].expected) != 0)
            fail_msg("%zu (%s): %s, expected %s", i, cases[i].note ? cases[i].note : "", out.data, cases[i].expected);
        tcs_layout_release(&layout);
    }
    tcs_layout_columns_release(&columns);
    tcs_document_release(&doc);
    tcs_buf_release(&out);
}

/* ---- the sieve ---- */

static bool locate_all(void *context, size_t at, struct tcs_span *span_out)
{
    (void)at;
    *span_out = (struct tcs_span){0, *(const size_t *)context, 0};
    return true;
}

static void test_tables__the_sieve_reads_doubled_marks(void **state)
{
    static const struct {
        enum tcs_syntax syntax;
        const char *text;
        bool found;
    } cases[] = {
        {TCS_SYNTAX_CSV, "1,\"换\"\"脸\"", true},       {TCS_SYNTAX_CSV, "1,换\"脸", true},
        {TCS_SYNTAX_CSV, "1,换脸", true},               {TCS_SYNTAX_CSV, "\"換\"\"臉\"", true},
        {TCS_SYNTAX_CSV, "\"换\"\"\"\"脸\"", false},    {TCS_SYNTAX_CSV, "\"换“脸\"", true},
        {TCS_SYNTAX_CSV, "\"换\u200B\"\"脸\"", true},   {TCS_SYNTAX_CSV, "\"换\"\",\"\"脸\"", false},
        {TCS_SYNTAX_CSV, "\"换＂脸\"", true},           {TCS_SYNTAX_CSV, "\"换\",\"脸\"", false},
        {TCS_SYNTAX_TEXT, "换\"脸", true},              {TCS_SYNTAX_TEXT, "换\"\"脸", false},
    };
    struct tcs_piece piece = {.count = 2};
    uint32_t ones[2], count;
    size_t i;
    int plain;

    (void)state;
    piece.cps[0] = *tcs_fold_single(0x6362, &ones[0], &count); /* pieces hold what characters fold to */
    piece.cps[1] = *tcs_fold_single(0x8138, &ones[1], &count);
    for (i = 0; i < COUNT(cases); i++) {
        struct tcs_sieve_scratch scratch = {0};
        struct tcs_sieve *sieve = NULL;
        size_t len = strlen(cases[i].text);

        must(tcs_sieve_new(&(struct tcs_sought){.pieces = &piece, .count = 1}, cases[i].syntax, &sieve, NULL));
        must(tcs_sieve_fit(sieve, &scratch, NULL));
        for (plain = 0; plain < 2; plain++) {
            must(tcs_sieve_scan(sieve, &scratch, str(cases[i].text), plain, locate_all, &len));
            if ((scratch.candidate_count > 0) != cases[i].found)
                fail_msg("%s in syntax %d: %s", cases[i].text, (int)cases[i].syntax, cases[i].found ? "missed" : "found");
        }
        tcs_sieve_scratch_release(&scratch);
        tcs_sieve_free(sieve);
    }
}

/* ---- whole scans ---- */

struct paths {
    char dir[32], table[64], output[64], lost[64];
};

static void scan_table(struct tcs_ruleset *ruleset, const struct paths *paths, const struct tcs_layout *layout,
                       size_t chunk_bytes, bool no_sieve, struct tcs_buf *out)
{
    const char *inputs[] = {paths->table};
    struct tcs_scan_options options;
    struct tcs_stats stats;
    struct tocsin_error err = {0};

    tcs_scan_options_default(&options);
    options.inputs = inputs;
    options.input_count = 1;
    options.format = TCS_FORMAT_CSV;
    options.layout = layout;
    options.emit = TCS_EMIT_HITS;
    options.record_limit = 3000;
    options.chunk_bytes = chunk_bytes;
    options.no_sieve = no_sieve;
    options.output = paths->output;
    options.quarantine = paths->lost;
    options.threads = 1;
    options.progress = -1;
    options.is_quiet = true;
    must(tcs_stats_init(&stats, tcs_ruleset_patterns(ruleset)));
    if (tcs_scan_run(ruleset, &options, &stats, &err) != TOCSIN_OK)
        fail_msg("%s", err.message);
    tcs_buf_reset(out);
    must(tcs_files_read(paths->output, (size_t)1 << 30, out, NULL));
    must(tcs_buf_printf(out, "-- documents %llu\n", (unsigned long long)stats.documents));
    must(tcs_files_read(paths->lost, (size_t)1 << 30, out, NULL));
    tcs_stats_release(&stats);
}

/* About 700 KB: more than is read at once to see the format, so that the chunks after it have the size asked for. */
static void make_table(uint32_t *seed, struct tcs_buf *out)
{
    static const char *const parts[] = {"x", "x", "换脸", "換\"\"臉", ",", "\n", "\"", "\"\"", "\r\n", "\xFF", "一二三四五"};
    uint32_t strays = next_random(seed, 2) ? 40 : 100000, i;

    tcs_buf_reset(out);
    put_str(out, "id,title,text\n");
    for (i = 0; out->len < 700000; i++) {
        must(tcs_buf_printf(out, "%u,%s,\"", i, next_random(seed, 50) ? "some words" : "换\"脸"));
        while (next_random(seed, 60))
            put_str(out, next_random(seed, 30) ? "some more words " : parts[2 + next_random(seed, 2)]);
        if (!next_random(seed, 200))
            while (next_random(seed, 500))
                put_str(out, "a long row \n");
        put_str(out, next_random(seed, strays) ? "\"\n" : parts[next_random(seed, COUNT(parts))]);
    }
}

static void test_tables__chunks_and_sieve_change_nothing(void **state)
{
    static const size_t chunks[] = {(size_t)1 << 20, 1000, 2999, 4096, 50000};
    const struct tcs_str term = TCS_STR("换脸");
    struct paths paths = {.dir = "/tmp/tocsin-tables-XXXXXX"};
    struct tcs_ruleset *ruleset = NULL;
    struct tcs_layout layout = {0};
    struct tcs_buf table = {0}, expected = {0}, got = {0};
    uint32_t seed = 4;
    int round;
    size_t i;

    (void)state;
    assert_non_null(mkdtemp(paths.dir));
    (void)snprintf(paths.table, sizeof paths.table, "%s/table", paths.dir);
    (void)snprintf(paths.output, sizeof paths.output, "%s/output", paths.dir);
    (void)snprintf(paths.lost, sizeof paths.lost, "%s/lost", paths.dir);
    must(tcs_layout_finish(&layout, NULL));
    must(tcs_ruleset_from_terms(&term, 1, &ruleset, NULL));
    for (round = 0; round < 4; round++) {
        FILE *file = fopen(paths.table, "wb");

        make_table(&seed, &table);
        assert_non_null(file);
        assert_int_equal(fwrite(table.data, 1, table.len, file), table.len);
        assert_int_equal(fclose(file), 0);
        scan_table(ruleset, &paths, &layout, chunks[0], true, &expected);
        assert_true(expected.len > 10000);
        for (i = 0; i < 2 * COUNT(chunks); i++) {
            scan_table(ruleset, &paths, &layout, chunks[i / 2], i % 2, &got);
            if (!tcs_str_equal(tcs_buf_view(&got), tcs_buf_view(&expected)))
                fail_msg("round %d: chunks of %zu bytes, %s sieve: other bytes are written", round, chunks[i / 2],
                         i % 2 ? "without a" : "with the");
        }
    }
    assert_int_equal(unlink(paths.table) | unlink(paths.output) | unlink(paths.lost) | rmdir(paths.dir), 0);
    tcs_ruleset_free(ruleset);
    tcs_layout_release(&layout);
    tcs_buf_release(&table);
    tcs_buf_release(&expected);
    tcs_buf_release(&got);
}

/* Text behind a closing mark joins what stands before it, which no spelling of a row does: the sieve would pass it over. */
static void test_tables__a_row_that_is_cut_off_is_searched(void **state)
{
    struct tcs_str term = TCS_STR("deepfake");
    struct run_rig rig;
    struct tcs_buf stored = {0};

    (void)state;
    run_open(&rig, NULL);
    tcs_ruleset_free(rig.ruleset);
    must(tcs_ruleset_from_terms(&term, 1, &rig.ruleset, NULL));
    rig.options.format = TCS_FORMAT_CSV;
    put_gzip(&stored, TCS_STR("id,title\n1,a\n2,\"deep\"fake"));
    stored.len -= 8;
    expect_invariant(&rig, tcs_buf_view(&stored), "cut off");
    assert_int_equal(count_lines(&rig.out), 1);
    assert_true(holds(line_at(&rig.out, 0), "\"damaged\":true"));
    tcs_buf_release(&stored);
    run_close(&rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_tables__columns_are_fields),
        cmocka_unit_test(test_tables__the_sieve_reads_doubled_marks),
        cmocka_unit_test(test_tables__chunks_and_sieve_change_nothing),
        cmocka_unit_test(test_tables__a_row_that_is_cut_off_is_searched),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
