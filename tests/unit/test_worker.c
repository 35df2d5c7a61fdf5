/* worker: what did not decode is counted for each document, whatever the input is, and said once an input. */
#include "run_help.h"

struct said {
    size_t count;
    char last[300];
};

static void note(void *context, const char *text)
{
    struct said *said = context;

    said->count++;
    (void)snprintf(said->last, sizeof said->last, "%s", text);
}

/* "charset_errors" of each line, a space behind each; - where it is absent. */
static const char *errors_of(const struct tcs_buf *out, struct tcs_buf *text)
{
    size_t i;

    tcs_buf_reset(text);
    for (i = 0; i < count_lines(out); i++) {
        struct tcs_str line = line_at(out, i);
        const char *at = memmem(line.data, line.len, "\"charset_errors\":", 17);

        must(at ? tcs_buf_printf(text, "%d ", atoi(at + 17)) : tcs_buf_printf(text, "- "));
    }
    return c_str(text);
}

static void test_worker__charset_errors_are_counted_a_document(void **state)
{
    static const struct {
        enum tcs_format format;
        const char *charset;
        const char *text;
        size_t len; /* 0: of the string */
        const char *errors;
        const char *warning; /* part of it; NULL for none */
    } cases[] = {
        {TCS_FORMAT_JSONL, NULL, "{\"text\":\"换脸\"}\n{\"text\":\"换脸\xFF\xC3\"}\n{\"x\":\"\x80\",\"text\":\"换脸\"}\n", 0, "- 2 1 ",
         "3 of 9 characters beyond ASCII in samples do not decode as utf-8"},
        {TCS_FORMAT_LINES, NULL, "换脸\n换脸\xFF\n", 0, "- 1 ", "1 of 5"},
        {TCS_FORMAT_CSV, "utf-8", "id,text\n1,换脸\xFF\n2,\"换脸\n\xFF\xFF\"\n", 0, "1 2 ", "--charset LABEL"},
        {TCS_FORMAT_TEXT, NULL, "换脸\xFF", 0, "1 ", "1 of 3 characters beyond ASCII do not"},
        {TCS_FORMAT_HTML, NULL, "<p>换脸\xFF</p>", 0, "1 ", "1 of 3"},
        {TCS_FORMAT_LINES, "gbk", "\xBB\xBB\xC1\xB3\n\xBB\xBB\xC1\xB3\xFF\n\xFF\n\xBB\xBB\xC1\xB3\n\xBB\xBB\xC1\xB3\xFF\xFF", 0,
         "- 1 - 2 ", "4 of 12 characters beyond ASCII do not decode as gb18030"},
        {TCS_FORMAT_CSV, "gbk", "id,text\n1,\"\xBB\xBB\xC1\xB3\n\xFF\n\xFF\"\n2,\xBB\xBB\xC1\xB3\n", 0, "2 - ", "2 of 6"},
        {TCS_FORMAT_JSONL, "gbk", "{\"text\":\"\xBB\xBB\xC1\xB3\xFF\"}\n{\"text\":\"\xBB\xBB\xC1\xB3\"}\n", 0, "1 - ", "1 of 5"},
        {TCS_FORMAT_LINES, NULL, "\xFF\xFE\x62\x63\x38\x81\x00\xD8\n\0\x62\x63\x38\x81\n\0", 16, "1 - ", "as utf-16le"},
        {TCS_FORMAT_JSONL, NULL, "{\"text\":\"换脸 \\ud800 \uFFFD\"}\n", 0, "- ", NULL},
    };
    static const size_t chunks[] = {(size_t)1 << 20, 7};
    struct said said;
    struct run_rig rig;
    struct tcs_buf text = {0};
    size_t i, k;

    (void)state;
    run_open(&rig, NULL);
    rig.options.is_quiet = false;
    rig.options.message = note;
    rig.options.message_context = &said;
    for (i = 0; i < COUNT(cases); i++) {
        for (k = 0; k < COUNT(chunks); k++) {
            said = (struct said){0};
            rig.options.format = cases[i].format;
            rig.options.charset = cases[i].charset;
            rig.options.chunk_bytes = chunks[k];
            rig.options.no_sieve = k;
            run_bytes(&rig, (struct tcs_str){cases[i].text, cases[i].len ? cases[i].len : strlen(cases[i].text)});
            if (strcmp(errors_of(&rig.out, &text), cases[i].errors) != 0)
                fail_msg("%zu: %s, expected %s: %s", i, text.data, cases[i].errors, rig.out.data);
            assert_int_equal(said.count, cases[i].warning != NULL);
            if (cases[i].warning && !strstr(said.last, cases[i].warning))
                fail_msg("%zu: %s", i, said.last);
        }
    }
    tcs_buf_release(&text);
    run_close(&rig);
}

/* One bad sequence in a hundred is told of the document, and is no reason to warn. Later chunks are looked at in samples. */
static void test_worker__one_percent_is_not_warned_of(void **state)
{
    struct said said = {0};
    struct run_rig rig;
    struct tcs_buf text = {0};
    size_t i;

    (void)state;
    run_open(&rig, NULL);
    rig.options.is_quiet = false;
    rig.options.message = note;
    rig.options.message_context = &said;
    rig.options.format = TCS_FORMAT_JSONL;
    put_str(&text, "{\"text\":\"换脸\xFF");
    for (i = 0; i < 97; i++)
        put_str(&text, "脸");
    put_str(&text, "\"}\n");
    run_bytes(&rig, tcs_buf_view(&text));
    assert_int_equal(said.count, 0);
    assert_true(holds(line_at(&rig.out, 0), "\"charset_errors\":1,"));
    for (i = 0; text.len < (size_t)1 << 20; i++)
        put_str(&text, i % 2 ? "{\"text\":\"plain\"}\n" : "{\"title\":\"plain\"}\n");
    for (i = 0; i < 100000; i++)
        put_str(&text, "{\"text\":\"\xBB\xBB\xC1\xB3\"}\n");
    run_bytes(&rig, tcs_buf_view(&text));
    assert_int_equal(said.count, 1);
    tcs_buf_release(&text);
    run_close(&rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_worker__charset_errors_are_counted_a_document),
        cmocka_unit_test(test_worker__one_percent_is_not_warned_of),
    };

    return cmocka_run_group_tests_name("worker", tests, NULL, NULL);
}
