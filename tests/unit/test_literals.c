/*
 * literals: the engine and the plain automaton report what a naive search does; what was saved and loaded again is what
 * was compiled; the limits of literals.
 */
#include "match_help.h"

#include <pthread.h>

#include "match/literals.h"

#define MARKS_MAX 200000u

struct occurrence {
    uint32_t id;
    size_t end;
};

struct marks {
    struct occurrence items[MARKS_MAX];
    size_t count, stop_at; /* stop_at: answer true at this many; 0 for never */
};

static bool mark(void *context, uint32_t id, size_t end)
{
    struct marks *marks = context;

    assert_true(marks->count < MARKS_MAX);
    marks->items[marks->count++] = (struct occurrence){id, end};
    return marks->stop_at && marks->count >= marks->stop_at;
}

static int compare_occurrences(const void *left, const void *right)
{
    const struct occurrence *a = left, *b = right;

    if (a->end != b->end)
        return a->end < b->end ? -1 : 1;
    return a->id < b->id ? -1 : a->id > b->id;
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

static void naive(const struct tcs_str *literals, size_t count, bool caseless, struct tcs_str text, struct marks *marks)
{
    size_t end;
    uint32_t i;

    marks->count = 0;
    for (end = 1; end <= text.len; end++)
        for (i = 0; i < count; i++)
            if (literals[i].len <= end && stands_at(literals[i], text.data + end - literals[i].len, caseless))
                marks->items[marks->count++] = (struct occurrence){i, end};
}

static void same(struct marks *found, const struct marks *expected, const char *who, struct tcs_str text)
{
    size_t i;

    qsort(found->items, found->count, sizeof *found->items, compare_occurrences);
    for (i = 0; i < found->count && i < expected->count; i++)
        if (compare_occurrences(&found->items[i], &expected->items[i]) != 0)
            break;
    if (i < found->count || i < expected->count)
        fail_msg("%s: %zu occurrences, %zu expected, in %zu bytes [%.*s]", who, found->count, expected->count, text.len,
                 (int)text.len, text.data);
}

static void check_text(const struct tcs_literals *set, struct tcs_literals_scratch *scratch, const struct marks *expected,
                       struct tcs_str text)
{
    static struct marks found;

    found.count = found.stop_at = 0;
    must(tcs_literals_scan(set, scratch, text.data, text.len, mark, &found));
    same(&found, expected, "engine", text);
    found.count = 0;
    must(tcs_literals_scan_plain(set, text.data, text.len, mark, &found));
    same(&found, expected, "plain", text);
}

struct random_set {
    char bytes[40][TCS_LITERAL_MAX];
    struct tcs_str literals[40];
    size_t count;
    uint32_t letters;
};

/* Distinct literals of few letters; one in three is a part of the one before it. */
static void random_set(struct random_set *r, bool caseless, uint32_t *seed)
{
    size_t i, k, tries;

    r->letters = 2 + next_random(seed, 5);
    r->count = 0;
    for (tries = 1 + next_random(seed, COUNT(r->literals)); tries > 0; tries--) {
        struct tcs_str *literal = &r->literals[r->count];
        char *bytes = r->bytes[r->count];

        *literal = (struct tcs_str){bytes, 1 + next_random(seed, next_random(seed, 8) ? 6 : TCS_LITERAL_MAX)};
        for (k = 0; k < literal->len; k++)
            bytes[k] = "aAbB\0\xE6\x8D"[next_random(seed, r->letters)];
        if (r->count && !next_random(seed, 3) && r->literals[r->count - 1].len > 1) {
            literal->len = 1 + next_random(seed, (uint32_t)r->literals[r->count - 1].len - 1);
            memcpy(bytes, r->bytes[r->count - 1] + next_random(seed, 2) * (r->literals[r->count - 1].len - literal->len),
                   literal->len);
        }
        if (!bytes[0])
            bytes[0] = 'a';
        for (i = 0; i < r->count; i++)
            if (r->literals[i].len == literal->len && stands_at(r->literals[i], bytes, caseless))
                break;
        r->count += i == r->count;
    }
}

/* Random letters with literals strewn in. */
static void random_text(const struct random_set *r, struct tcs_buf *out, uint32_t *seed)
{
    uint32_t n = next_random(seed, 60);

    tcs_buf_reset(out);
    while (n--) {
        if (next_random(seed, 3))
            must(tcs_buf_putc(out, "aAbB\0\xE6\x8D"[next_random(seed, r->letters)]));
        else
            must(tcs_buf_append_str(out, r->literals[next_random(seed, (uint32_t)r->count)]));
    }
}

static void test_literals__random_agree_with_naive(void **state)
{
    static struct random_set r;
    static struct marks expected;
    struct tcs_buf text = {0}, saved = {0};
    struct tcs_literals_scratch *scratch = NULL;
    uint32_t seed = 42, round, k;

    (void)state;
    for (round = 0; round < 250; round++) {
        struct tcs_literals *set, *loaded;
        bool caseless = next_random(&seed, 2), recompiled = true;

        random_set(&r, caseless, &seed);
        must(tcs_literals_new(r.literals, NULL, r.count, caseless, &set, NULL));
        tcs_buf_reset(&saved);
        must(tcs_literals_save(set, &saved, NULL));
        must(tcs_literals_load(r.literals, NULL, r.count, caseless, tcs_buf_view(&saved), &loaded, &recompiled, NULL));
        assert_false(recompiled);
        must(tcs_literals_scratch_fit(&scratch, set, NULL));
        must(tcs_literals_scratch_fit(&scratch, loaded, NULL));
        for (k = 0; k < 20; k++) {
            random_text(&r, &text, &seed);
            naive(r.literals, r.count, caseless, tcs_buf_view(&text), &expected);
            check_text(set, scratch, &expected, tcs_buf_view(&text));
            check_text(loaded, scratch, &expected, tcs_buf_view(&text));
        }
        tcs_literals_free(set);
        tcs_literals_free(loaded);
    }
    tcs_literals_scratch_free(scratch);
    tcs_buf_release(&text);
    tcs_buf_release(&saved);
}

static void test_literals__keep_their_own_copy_in_order(void **state)
{
    char bytes[] = "bcab";
    struct tcs_str literals[] = {{bytes, 2}, {bytes + 2, 2}, {bytes, 1}};
    struct tcs_literals *set;

    (void)state;
    must(tcs_literals_new(literals, NULL, COUNT(literals), false, &set, NULL));
    memset(bytes, 'x', 4);
    assert_int_equal(tcs_literals_count(set), 3);
    assert_true(tcs_str_equal(tcs_literals_text(set, 0), TCS_STR("bc")));
    assert_true(tcs_str_equal(tcs_literals_text(set, 1), TCS_STR("ab")));
    assert_true(tcs_str_equal(tcs_literals_text(set, 2), TCS_STR("b")));
    tcs_literals_free(set);
}

static void test_literals__are_1_to_32_bytes(void **state)
{
    static const char bytes[40] = "0123456789abcdefghijklmnopqrstuvwxyz";
    static struct marks expected;
    struct tcs_literals_scratch *scratch = NULL;
    struct tcs_literals *set = NULL;
    size_t len;

    (void)state;
    for (len = 0; len <= 34; len++) {
        struct tcs_str literal = {bytes, len};
        struct tocsin_error err = {0};
        tocsin_status st = tcs_literals_new(&literal, NULL, 1, false, &set, &err);

        if (len == 0 || len > TCS_LITERAL_MAX) {
            assert_int_equal(st, TOCSIN_E_INTERNAL);
            assert_int_equal(err.status, TOCSIN_E_INTERNAL);
            assert_non_null(strstr(err.message, "1 to 32 are allowed"));
            continue;
        }
        must(st);
        must(tcs_literals_scratch_fit(&scratch, set, NULL));
        naive(&literal, 1, false, str(bytes), &expected);
        check_text(set, scratch, &expected, str(bytes));
        tcs_literals_free(set);
    }
    tcs_literals_scratch_free(scratch);
}

static void test_literals__do_not_begin_with_nul(void **state)
{
    struct tcs_str literals[] = {TCS_STR("ab"), {"\0a", 2}};
    struct tcs_literals *set = NULL;
    struct tocsin_error err = {0};

    (void)state;
    assert_int_equal(tcs_literals_new(literals, NULL, COUNT(literals), false, &set, &err), TOCSIN_E_INTERNAL);
    assert_non_null(strstr(err.message, "begins with NUL"));
}

/* One literal of a few at each of the last places of a long text that holds nothing else: Vectorscan 5.4.9 and 5.4.11 lose
 * what ends in the last 32 bytes. */
static void test_literals__are_found_up_to_the_end(void **state)
{
    static struct marks expected;
    struct tcs_literals_scratch *scratch = NULL;
    char bytes[6][TCS_LITERAL_MAX], text[300];
    struct tcs_str literals[6];
    uint32_t seed = 5, round;
    size_t len, at, i, k;

    (void)state;
    for (round = 0; round < 60; round++) {
        size_t count = 1 + round % COUNT(literals);
        struct tcs_literals *set;

        for (i = 0; i < count; i++) {
            literals[i] = (struct tcs_str){bytes[i], 3 + next_random(&seed, next_random(&seed, 4) ? 8 : 30)};
            bytes[i][0] = (char)('A' + i);
            for (k = 1; k < literals[i].len; k++)
                bytes[i][k] = "abcdefghij\xE3\x81\x8B-"[next_random(&seed, 14)];
        }
        must(tcs_literals_new(literals, NULL, count, next_random(&seed, 2), &set, NULL));
        must(tcs_literals_scratch_fit(&scratch, set, NULL));
        for (len = 60; len < sizeof text; len += 1 + next_random(&seed, 100)) {
            for (at = len < 140 ? 0 : len - 140; at + TCS_LITERAL_MAX < len + 29; at++) {
                struct tcs_str literal = literals[next_random(&seed, (uint32_t)count)];

                if (at + literal.len > len)
                    continue;
                for (k = 0; k < len; k++)
                    text[k] = "x,"[k % 2];
                memcpy(text + at, literal.data, literal.len);
                naive(&literal, 1, false, (struct tcs_str){text, len}, &expected);
                assert_int_equal(expected.count, 1);
                naive(literals, count, false, (struct tcs_str){text, len}, &expected);
                check_text(set, scratch, &expected, (struct tcs_str){text, len});
            }
        }
        tcs_literals_free(set);
    }
    tcs_literals_scratch_free(scratch);
}

/* The pattern of Hyperscan's issues 303 and 353: long repeated tails, at the length limit. */
static void test_literals__repeated_tails_are_found(void **state)
{
    static struct marks expected;
    static char bytes[32][TCS_LITERAL_MAX], text[3000];
    struct tcs_str literals[32];
    struct tcs_literals_scratch *scratch = NULL;
    struct tcs_literals *set;
    uint32_t seed = 8;
    size_t i;

    (void)state;
    for (i = 0; i < COUNT(literals); i++) {
        memset(bytes[i], 'a' + (int)(i % 2), sizeof bytes[i]);
        bytes[i][0] = (char)('c' + i / 2);
        literals[i] = (struct tcs_str){bytes[i], TCS_LITERAL_MAX};
    }
    must(tcs_literals_new(literals, NULL, COUNT(literals), false, &set, NULL));
    must(tcs_literals_scratch_fit(&scratch, set, NULL));
    for (i = 0; i < 50; i++) {
        size_t at = 0;

        while (at + 80 < sizeof text) {
            size_t run = next_random(&seed, 40);

            text[at++] = (char)('c' + next_random(&seed, 16));
            memset(text + at, next_random(&seed, 2) ? 'a' : 'b', run);
            at += run;
        }
        naive(literals, COUNT(literals), false, (struct tcs_str){text, at}, &expected);
        check_text(set, scratch, &expected, (struct tcs_str){text, at});
    }
    tcs_literals_free(set);
    tcs_literals_scratch_free(scratch);
}

static void test_literals__none_find_nothing(void **state)
{
    static struct marks found;
    struct tcs_literals_scratch *scratch = NULL;
    struct tcs_buf saved = {0};
    struct tcs_literals *set;
    bool recompiled = true;

    (void)state;
    must(tcs_literals_load(NULL, NULL, 0, true, (struct tcs_str){NULL, 0}, &set, &recompiled, NULL));
    assert_false(recompiled);
    must(tcs_literals_scratch_fit(&scratch, set, NULL));
    must(tcs_literals_scan(set, scratch, "abc", 3, mark, &found));
    must(tcs_literals_scan_plain(set, "abc", 3, mark, &found));
    must(tcs_literals_save(set, &saved, NULL));
    assert_int_equal(found.count, 0);
    assert_int_equal(saved.len, 0);
    assert_int_equal(tcs_literals_count(set), 0);
    tcs_literals_free(set);
    tcs_literals_free(NULL);
    tcs_literals_scratch_free(scratch);
    tcs_literals_scratch_free(NULL);
}

static void test_literals__stop_when_told_is_no_error(void **state)
{
    static struct marks found = {.stop_at = 2};
    struct tcs_str literal = TCS_STR("a");
    struct tcs_literals_scratch *scratch = NULL;
    struct tcs_literals *set;

    (void)state;
    must(tcs_literals_new(&literal, NULL, 1, false, &set, NULL));
    must(tcs_literals_scratch_fit(&scratch, set, NULL));
    must(tcs_literals_scan(set, scratch, "aaaaaa", 6, mark, &found));
    assert_int_equal(found.count, 2);
    found.count = 0;
    must(tcs_literals_scan_plain(set, "aaaaaa", 6, mark, &found));
    assert_int_equal(found.count, 2);
    must(tcs_literals_scan(set, scratch, NULL, 0, mark, &found));
    assert_int_equal(found.count, 2);
    tcs_literals_free(set);
    tcs_literals_scratch_free(scratch);
}

/* Bytes of another kind of engine are refused by it, and the set is compiled after all. */
static void test_literals__foreign_engine_bytes_are_recompiled(void **state)
{
    static struct marks expected;
    struct tcs_str literal = TCS_STR("ab"), text = TCS_STR("abAB");
    struct tcs_literals_scratch *scratch = NULL;
    struct tcs_literals *set;
    struct tcs_buf saved = {0};
    bool recompiled = false;

    (void)state;
    must(tcs_literals_load(&literal, NULL, 1, true, TCS_STR("not a database"), &set, &recompiled, NULL));
    assert_true(recompiled);
    must(tcs_literals_scratch_fit(&scratch, set, NULL));
    naive(&literal, 1, true, text, &expected);
    check_text(set, scratch, &expected, text);
    must(tcs_literals_save(set, &saved, NULL));
    tcs_literals_free(set);
    saved.data[4] = (char)(saved.data[4] ^ 1); /* the version, behind the magic number */
    must(tcs_literals_load(&literal, NULL, 1, true, tcs_buf_view(&saved), &set, &recompiled, NULL));
    assert_true(recompiled);
    tcs_literals_free(set);
    tcs_literals_scratch_free(scratch);
    tcs_buf_release(&saved);
}

static bool count_only(void *context, uint32_t id, size_t end)
{
    (void)id;
    (void)end;
    ++*(size_t *)context;
    return false;
}

static void *scan_plain(void *context)
{
    static const char text[] = "abcabcabc";
    size_t *count = calloc(1, sizeof *count);

    if (count && tcs_literals_scan_plain(context, text, sizeof text - 1, count_only, count) != TOCSIN_OK)
        *count = 0;
    return count;
}

/* A set that the engine would need minutes for is in the engine's part, literals and all. */
static void test_literals__a_large_set_is_loaded_from_its_part(void **state)
{
    enum { MANY = 20001 };
    static char bytes[MANY][8];
    struct tcs_str *texts = calloc(MANY, sizeof *texts);
    struct tcs_literals *set, *loaded;
    struct tcs_buf saved = {0};
    struct tocsin_error err = {0};
    bool recompiled = true;
    uint32_t i;

    (void)state;
    assert_non_null(texts);
    for (i = 0; i < MANY; i++)
        texts[i] = (struct tcs_str){bytes[i], (size_t)snprintf(bytes[i], sizeof bytes[i], "n%05u.", i)};
    assert_true(tcs_literals_are_in_engine(MANY));
    assert_false(tcs_literals_are_in_engine(MANY - 1));
    must(tcs_literals_new(texts, NULL, MANY, true, &set, NULL));
    must(tcs_literals_save(set, &saved, NULL));
    must(tcs_literals_load(NULL, NULL, MANY, true, tcs_buf_view(&saved), &loaded, &recompiled, NULL));
    assert_false(recompiled);
    assert_int_equal(tcs_literals_count(loaded), MANY);
    for (i = 0; i < MANY; i++)
        assert_true(tcs_str_equal(tcs_literals_text(loaded, i), texts[i]));
    tcs_literals_free(loaded);
    assert_int_equal(tcs_literals_load(NULL, NULL, MANY + 1, true, tcs_buf_view(&saved), &loaded, &recompiled, &err),
                     TOCSIN_E_CORRUPT);
    assert_non_null(strstr(err.message, "damaged; compile it again"));
    must(tcs_literals_load(texts, NULL, MANY, true, TCS_STR("no tables"), &loaded, &recompiled, NULL));
    assert_true(recompiled);
    tcs_literals_free(loaded);
    tcs_literals_free(set);
    tcs_buf_release(&saved);
    free(texts);
}

static void test_literals__plain_is_built_once_by_many_threads(void **state)
{
    struct tcs_str literals[] = {TCS_STR("abc"), TCS_STR("bca")};
    struct tcs_literals *set;
    pthread_t threads[8];
    size_t i;

    (void)state;
    must(tcs_literals_new(literals, NULL, COUNT(literals), false, &set, NULL));
    for (i = 0; i < COUNT(threads); i++)
        assert_int_equal(pthread_create(&threads[i], NULL, scan_plain, set), 0);
    for (i = 0; i < COUNT(threads); i++) {
        void *count;

        assert_int_equal(pthread_join(threads[i], &count), 0);
        assert_non_null(count);
        assert_int_equal(*(size_t *)count, 5);
        free(count);
    }
    tcs_literals_free(set);
}

static void test_literals__engine_is_known(void **state)
{
    (void)state;
    assert_true(tcs_literals_engine_works_here());
    assert_true(strlen(tcs_literals_engine_version()) > 3);
    assert_true(strcmp(tcs_literals_engine_name(), "Hyperscan") == 0 || strcmp(tcs_literals_engine_name(), "Vectorscan") == 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_literals__random_agree_with_naive),
        cmocka_unit_test(test_literals__keep_their_own_copy_in_order),
        cmocka_unit_test(test_literals__are_1_to_32_bytes),
        cmocka_unit_test(test_literals__do_not_begin_with_nul),
        cmocka_unit_test(test_literals__are_found_up_to_the_end),
        cmocka_unit_test(test_literals__repeated_tails_are_found),
        cmocka_unit_test(test_literals__none_find_nothing),
        cmocka_unit_test(test_literals__stop_when_told_is_no_error),
        cmocka_unit_test(test_literals__foreign_engine_bytes_are_recompiled),
        cmocka_unit_test(test_literals__a_large_set_is_loaded_from_its_part),
        cmocka_unit_test(test_literals__plain_is_built_once_by_many_threads),
        cmocka_unit_test(test_literals__engine_is_known),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
