/* lines: the counts by a table, and all against a loop of bytes, at every length and alignment. */
#include "match_help.h"

#include "input/lines.h"

static uint64_t feeds_by_bytes(struct tcs_str data)
{
    uint64_t count = 0;
    size_t i;

    for (i = 0; i < data.len; i++)
        count += data.data[i] == '\n';
    return count;
}

static uint64_t filled_by_bytes(struct tcs_str data)
{
    uint64_t count = 0;
    size_t start = 0, end;

    while (start < data.len) {
        bool is_empty;

        for (end = start; end < data.len && data.data[end] != '\n'; end++)
            ;
        is_empty = end == start || (end == start + 1 && data.data[start] == '\r');
        count += !is_empty;
        start = end + 1;
    }
    return count;
}

/* Every line begins and ends where the bytes say, and each byte is found in its own. */
static void check_lines(struct tcs_lines *lines, struct tcs_str data)
{
    size_t line = 0, i;

    must(tcs_lines_find(lines, data));
    assert_int_equal(tcs_lines_count(lines), feeds_by_bytes(data) + (data.len && data.data[data.len - 1] != '\n'));
    assert_int_equal(tcs_lines_count_filled(lines), filled_by_bytes(data));
    for (i = 0; i < data.len; i++) {
        assert_int_equal(tcs_lines_at(lines, i), line);
        assert_true(tcs_lines_start(lines, line) <= i && i <= tcs_lines_end(lines, line));
        if (data.data[i] == '\n')
            assert_int_equal(tcs_lines_end(lines, line++), i);
    }
}

static void test_lines__table(void **state)
{
    static const struct {
        const char *text;
        uint64_t feeds, filled;
    } cases[] = {{"", 0, 0},          {"a", 0, 1},        {"\n", 1, 0},       {"\r\n", 1, 0},      {"a\n", 1, 1},
                 {"a\r\n", 1, 1},     {"\na", 1, 1},      {"\n\n\n", 3, 0},   {"a\n\nb", 2, 2},    {"a\n\r\nb\n", 3, 2},
                 {"\r", 0, 0},        {"a\n\r", 1, 1},    {"\r\r\n", 1, 1},   {"a\rb\n", 1, 1},    {"\n\r\n\r\nx\n", 4, 1}};
    struct tcs_lines lines = {0};
    size_t i;

    (void)state;
    for (i = 0; i < COUNT(cases); i++) {
        check_lines(&lines, str(cases[i].text));
        assert_int_equal(lines.feed_count, cases[i].feeds);
        assert_int_equal(tcs_lines_count_filled(&lines), cases[i].filled);
    }
    tcs_lines_release(&lines);
}

static void test_lines__random(void **state)
{
    static const char letters[] = "\n\n\r\rab";
    struct tcs_lines lines = {0};
    char text[40000];
    uint32_t seed = 5, round;
    size_t i;

    (void)state;
    for (round = 0; round < 2000; round++) {
        size_t from = next_random(&seed, 64), len = round < 1900 ? next_random(&seed, 200) : next_random(&seed, 39000);
        uint32_t dull = 1 + next_random(&seed, 40);
        struct tcs_str data = {text + from, len};

        for (i = 0; i < len; i++)
            text[from + i] = next_random(&seed, dull) ? 'x' : letters[next_random(&seed, 6)];
        check_lines(&lines, data);
    }
    tcs_lines_release(&lines);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lines__table),
        cmocka_unit_test(test_lines__random),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
