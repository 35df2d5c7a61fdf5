/* automaton: every occurrence of every literal, against a naive search on random literals and texts. */
#include "match_help.h"

#include "match/automaton.h"

#define MARKS_MAX 100000u

/* Which (literal, end) were reported, in order. */
struct marks {
    struct {
        uint32_t id;
        size_t end;
    } items[MARKS_MAX];
    size_t count, stop_at; /* stop_at: answer true at this many; 0 for never */
};

static bool mark(void *context, uint32_t id, size_t end)
{
    struct marks *marks = context;

    assert_true(marks->count < MARKS_MAX);
    marks->items[marks->count].id = id;
    marks->items[marks->count++].end = end;
    return marks->stop_at && marks->count >= marks->stop_at;
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
}

static bool stands_at(struct tcs_str literal, const char *p, bool caseless)
{
    size_t i;

    for (i = 0; i < literal.len; i++)
        if (caseless ? lower(literal.data[i]) != lower(p[i]) : literal.data[i] != p[i])
            return false;
    return true;
}

static void check(const struct tcs_str *literals, size_t count, bool caseless, const char *text, size_t len)
{
    static struct marks marks;
    struct tcs_automaton *automaton;
    size_t i, k, end, expected = 0;

    marks.count = marks.stop_at = 0;
    must(tcs_automaton_new(literals, count, caseless, &automaton));
    tcs_automaton_scan(automaton, text, len, mark, &marks);
    for (i = 0; i < count; i++)
        for (end = literals[i].len; end <= len; end++)
            expected += stands_at(literals[i], text + end - literals[i].len, caseless);
    if (marks.count != expected)
        fail_msg("%zu of %zu occurrences in [%.*s]", marks.count, expected, (int)len, text);
    for (i = 0; i < marks.count; i++) {
        struct tcs_str literal = literals[marks.items[i].id];

        assert_true(!i || marks.items[i - 1].end <= marks.items[i].end);
        assert_true(marks.items[i].end >= literal.len && marks.items[i].end <= len);
        assert_true(stands_at(literal, text + marks.items[i].end - literal.len, caseless));
        for (k = i; k-- > 0 && marks.items[k].end == marks.items[i].end;)
            assert_int_not_equal(marks.items[k].id, marks.items[i].id);
    }
    tcs_automaton_free(automaton);
}

static const struct {
    const char *literals[8]; /* up to the first NULL */
    bool caseless;
    const char *text;
} cases[] = {
    {{NULL}, false, "abc"},
    {{"a"}, false, ""},
    {{"a"}, false, "aaa"},
    {{"aaa", "a", "aa"}, false, "aaaaa"},
    {{"he", "she", "his", "hers"}, false, "ushers"},
    {{"abcd", "bc", "c", "bcde", "xabc"}, false, "xabcdexabc"},
    {{"abab", "ba", "b"}, false, "ababab"},
    {{"same", "same", "am"}, false, "samesame"},
    {{"AI", "ai"}, true, "aIAi"},
    {{"AI", "ai"}, false, "aIAiAIai"},
    {{"\xE6\x8D\xA2\xE8\x84\xB8", "\xE8\x84\xB8", "\xB8"}, true, "\xE6\x8D\xA2\xE8\x84\xB8\xE8\x84\xB8"},
    {{"[", "{", "@", "`"}, true, "[{@`"}, /* what differs from another by the bit of case, and is no letter */
    {{"\xC1", "\xE1"}, true, "\xC1\xE1"},
};

static void test_automaton__table(void **state)
{
    struct tcs_str literals[8];
    size_t i, count;

    (void)state;
    for (i = 0; i < COUNT(cases); i++) {
        for (count = 0; count < COUNT(literals) && cases[i].literals[count]; count++)
            literals[count] = str(cases[i].literals[count]);
        check(literals, count, cases[i].caseless, cases[i].text, strlen(cases[i].text));
    }
}

static void test_automaton__random_agrees_with_naive(void **state)
{
    static char bytes[64][8], text[400];
    struct tcs_str literals[64];
    uint32_t seed = 1, round;
    size_t i, k;

    (void)state;
    for (round = 0; round < 2000; round++) {
        uint32_t letters = 1 + next_random(&seed, 6);
        size_t count = 1 + next_random(&seed, COUNT(literals)), len = next_random(&seed, sizeof text);

        for (i = 0; i < count; i++) {
            literals[i] = (struct tcs_str){bytes[i], 1 + next_random(&seed, sizeof *bytes)};
            for (k = 0; k < literals[i].len; k++)
                bytes[i][k] = "aAbB\0\xFF"[next_random(&seed, letters)];
        }
        for (i = 0; i < len; i++)
            text[i] = "aAbB\0\xFF"[next_random(&seed, letters)];
        check(literals, count, next_random(&seed, 2), text, len);
    }
}

static void test_automaton__stops_when_told(void **state)
{
    static struct marks marks;
    struct tcs_str literals[] = {TCS_STR("a"), TCS_STR("aa"), TCS_STR("aaa")};
    struct tcs_automaton *automaton;

    (void)state;
    must(tcs_automaton_new(literals, COUNT(literals), false, &automaton));
    for (marks.stop_at = 1; marks.stop_at < 6; marks.stop_at++) {
        marks.count = 0;
        tcs_automaton_scan(automaton, "aaaaaaa", 7, mark, &marks);
        assert_int_equal(marks.count, marks.stop_at);
    }
    tcs_automaton_free(automaton);
    tcs_automaton_free(NULL);
}

static void test_automaton__literals_are_not_kept(void **state)
{
    static struct marks marks;
    char bytes[] = "换脸";
    struct tcs_str literal = {bytes, strlen(bytes)};
    struct tcs_automaton *automaton;

    (void)state;
    must(tcs_automaton_new(&literal, 1, false, &automaton));
    memset(bytes, 'x', strlen(bytes));
    marks.count = marks.stop_at = 0;
    tcs_automaton_scan(automaton, "换脸", strlen("换脸"), mark, &marks);
    assert_int_equal(marks.count, 1);
    tcs_automaton_free(automaton);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_automaton__table),
        cmocka_unit_test(test_automaton__random_agrees_with_naive),
        cmocka_unit_test(test_automaton__stops_when_told),
        cmocka_unit_test(test_automaton__literals_are_not_kept),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
