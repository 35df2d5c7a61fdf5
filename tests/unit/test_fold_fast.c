/*
 * fold_fast: the fast path against the machine of fold.c, which is the definition. Text and map must be the same
 * wherever the fast path begins and ends. With files as arguments: the same for each file, whole and cut.
 */
#include "match/fold_fast.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/utf8.h"

#define RANDOM_TEXTS 300000

static struct tcs_folded fast, general;
static uint64_t seed = 20240229;

static uint32_t next_random(uint32_t below)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return (uint32_t)((seed >> 32) * below >> 32);
}

static void fail_with(struct tcs_str text, const char *what, size_t at)
{
    size_t i;

    print_message("%s differs at %zu of the fold of:", what, at);
    for (i = 0; i < text.len && i < 400; i++)
        print_message(" %02X", (unsigned char)text.data[i]);
    print_message("\n  fast   : %.*s\n  machine: %.*s\n", (int)fast.text.len, fast.text.data, (int)general.text.len,
                  general.text.data);
    fail();
}

static void check_maps(struct tcs_str text)
{
    size_t i;

    for (i = 0; i < general.text.len; i++) {
        if (tcs_utf8_is_continuation(general.text.data[i]))
            continue;
        if (fast.start[i] != general.start[i] || fast.end[i] != general.end[i])
            fail_with(text, "the map", i);
    }
}

static void check_as(struct tcs_str text, bool lf_paragraph, bool with_map)
{
    size_t i;

    assert_int_equal(tcs_fold(text, lf_paragraph, with_map, &fast), TOCSIN_OK);
    assert_int_equal(tcs_fold_general(text, lf_paragraph, with_map, &general), TOCSIN_OK);
    assert_int_equal(fast.needs_originals, general.needs_originals);
    if (fast.text.len != general.text.len ||
        (fast.text.len && memcmp(fast.text.data, general.text.data, fast.text.len) != 0)) {
        for (i = 0; i < fast.text.len && i < general.text.len && fast.text.data[i] == general.text.data[i]; i++)
            continue;
        fail_with(text, "the text", i);
    }
    if (with_map)
        check_maps(text);
}

/* The text in memory of its own, so that reading behind its end is an error to the sanitizers. */
static void check(struct tcs_str text)
{
    char *copy = malloc(text.len + !text.len);
    unsigned i;

    assert_non_null(copy);
    if (text.len)
        memcpy(copy, text.data, text.len);
    for (i = 0; i < 4; i++)
        check_as((struct tcs_str){copy, text.len}, i & 1, i & 2);
    free(copy);
}

static void append(struct tcs_buf *buf, const char *text)
{
    assert_int_equal(tcs_buf_append(buf, text, strlen(text)), TOCSIN_OK);
}

/* --- every code point ---------------------------------------------------------------------------------------- */

static void test_fold_fast__every_code_point_among_neighbours(void **state)
{
    static const char *const around[][2] = {
        {"", ""},       {"漢", "字"},      {"字", "abc"},  {"x", "y"},           {"a", ""},
        {"", "\xCC\x81"}, {"b ", " b"},    {"漢\n", "\n字"}, {"7", "漢"},          {"é", "ж"},
        {"A.", ".B."},  {"用 A.B", ". c"}, {"，", "，"},   {"漢“", "\xE3\x82\x99"}, {"plain text, ", " and plain text"},
    };
    struct tcs_buf buf = {0};
    uint32_t cp;
    size_t i;

    (void)state;
    for (cp = 0; cp < 0x110000; cp++) {
        /* beyond the planes with characters one in 64 stands for its neighbours */
        if ((cp >= 0xD800 && cp < 0xE000) || (cp >= 0x33480 && cp < 0xE0000 && cp % 64) || (cp > 0xE1000 && cp % 64))
            continue;
        for (i = 0; i < sizeof around / sizeof *around; i++) {
            char bytes[4];
            size_t len = tcs_utf8_encode(cp, bytes);

            tcs_buf_reset(&buf);
            append(&buf, around[i][0]);
            assert_int_equal(tcs_buf_append(&buf, bytes, len), TOCSIN_OK);
            append(&buf, around[i][1]);
            check_as(tcs_buf_view(&buf), i & 1, true);
        }
    }
    tcs_buf_release(&buf);
}

/* --- mixtures ------------------------------------------------------------------------------------------------ */

static const char *const alphabet[] = {
    /* Han, traditional, compatibility, supplementary; kana, Hangul, Thai, Cyrillic, Greek */
    "漢", "字", "換", "臉", "一", "\xEF\xA4\x80", "𠀀", "あ", "カ", "ー", "ｶ", "ﾞ", "한", "ไ", "Ж", "ς", "Σ",
    /* Latin and digits, of one byte and of more */
    "a", "b", "A", "I", "Z", "x", "0", "9", "é", "É", "ß", "ﬁ", "Ａ", "ａ", "１", "ⱥ", "Ⱥ", "İ", "ſ", "①", "™", "²",
    /* stops and other signs */
    ".", ".", ".", "．", "。", "…", ",", "，", "、", "-", "‐", "−", "/", "@", "[", "`", "{", "~", "\x7F", "\x01", "",
    /* white space */
    " ", " ", "\n", "\n", "\t", "\r", "\r\n", "\v", "\f", "\xC2\x85", "\xC2\xA0", "\xE2\x80\xA8", "\xE2\x80\xA9",
    "\xE3\x80\x80",
    /* other gap characters */
    "\"", "'", "“", "”", "‘", "’", "「", "」", "『", "』", "《", "》", "【", "】", "*", "_", "＂", "＇", "＊", "«",
    /* ignorables, combining marks, jamo, expansions */
    "\xC2\xAD", "\xE2\x80\x8B", "\xE2\x80\x8D", "\xEF\xB8\x8F", "\xEF\xBB\xBF", "\xCC\x81", "\xCC\xA7", "\xE3\x82\x99",
    "\xE0\xA5\x8D", "ᄀ", "ᅡ", "ᆨ", "가", "㍿", "\xEF\xB7\xBA", "½", "㈱", "😀", "\xF0\x9D\x92\x9C",
    /* ill-formed */
    "\x80", "\xBF", "\xC3", "\xC0\xAF", "\xC1\x81", "\xE4", "\xE4\xB8", "\xE0\x80\x80", "\xE0\x9F\xBF", "\xED\xA0\x80",
    "\xF0\x9F", "\xF5", "\xFF", "\xF4\x90\x80\x80",
    /* whole words */
    "plain ASCII", "漢字漢字漢字", "U.S.A. ", "J. Smith", "don’t", "2024年", "Привет", "  ", "\n\n",
    "\n\xE3\x80\x80\xE3\x80\x80",
};
#define ELEMENTS (sizeof alphabet / sizeof *alphabet)

static const char *pick(void)
{
    return alphabet[next_random(ELEMENTS)];
}

static void test_fold_fast__random_mixtures(void **state)
{
    struct tcs_buf buf = {0};
    unsigned i, count, few;

    (void)state;
    for (i = 0; i < RANDOM_TEXTS; i++) {
        const char *favourites[4] = {pick(), pick(), pick(), pick()};

        tcs_buf_reset(&buf);
        few = next_random(3); /* two of three texts keep mostly to four elements */
        for (count = next_random(24); count; count--)
            append(&buf, few && next_random(8) ? favourites[next_random(4)] : pick());
        check(tcs_buf_view(&buf));
    }
    tcs_buf_release(&buf);
}

/* --- block borders ------------------------------------------------------------------------------------------- */

static void repeat(struct tcs_buf *buf, const char *text, size_t len)
{
    while (len--)
        append(buf, text);
}

static void test_fold_fast__every_element_at_every_alignment(void **state)
{
    static const char *const fills[] = {"a", "Q", "漢", "é", "，"};
    struct tcs_buf buf = {0};
    size_t at, i, fill, after;

    (void)state;
    for (at = 0; at <= 40; at++)
        for (i = 0; i < ELEMENTS; i++)
            for (fill = 0; fill < sizeof fills / sizeof *fills; fill++)
                for (after = 0; after < 3; after++) {
                    tcs_buf_reset(&buf);
                    repeat(&buf, fills[fill], at);
                    append(&buf, alphabet[i]);
                    append(&buf, after == 1 ? "." : after == 2 ? alphabet[(i * 7 + at) % ELEMENTS] : "");
                    repeat(&buf, fills[(fill + after) % (sizeof fills / sizeof *fills)], 20);
                    check(tcs_buf_view(&buf));
                }
    tcs_buf_release(&buf);
}

static void test_fold_fast__initials_at_every_alignment(void **state)
{
    static const char *const initials[] = {"U.S.", "A.B.C", "x.y.z.", " J. K. R",       "1a.b.",
                                           "é.Á.", "A.Ｂ.", "Ａ.b．c", "A.\u0301B.", "A.B\u0301."};
    static const char *const before[] = {" ", "漢", "é", ".", "", "Ａ"};
    struct tcs_buf buf = {0};
    size_t at, i, k, times;

    (void)state;
    for (at = 0; at <= 40; at++)
        for (i = 0; i < sizeof initials / sizeof *initials; i++)
            for (k = 0; k < sizeof before / sizeof *before; k++)
                for (times = 1; times < 8; times += 3) {
                    tcs_buf_reset(&buf);
                    repeat(&buf, "w", at);
                    append(&buf, before[k]);
                    repeat(&buf, initials[i], times);
                    append(&buf, " and so on");
                    check(tcs_buf_view(&buf));
                }
    tcs_buf_release(&buf);
}

static void test_fold_fast__gaps_of_every_length(void **state)
{
    static const char *const gaps[] = {" ", "\"", "\n", "“", "\xE3\x80\x80", "' ", "\t*", "\" \n"};
    static const char *const sides[] = {"漢", "a", "7", ",", "é", "é", "", "Ａ", "！"};
    struct tcs_buf buf = {0};
    size_t len, i, left, right, at;

    (void)state;
    for (len = 1; len <= 20; len++)
        for (i = 0; i < sizeof gaps / sizeof *gaps; i++)
            for (left = 0; left < sizeof sides / sizeof *sides; left++)
                for (right = 0; right < sizeof sides / sizeof *sides; right++)
                    for (at = 0; at < 16; at += 5) {
                        tcs_buf_reset(&buf);
                        repeat(&buf, "w", at);
                        append(&buf, sides[left]);
                        repeat(&buf, gaps[i], len);
                        append(&buf, sides[right]);
                        append(&buf, len & 1 ? "\xCC\x81" : "");
                        check(tcs_buf_view(&buf));
                    }
    tcs_buf_release(&buf);
}

/* Every cut, so every number of bytes left behind every form at every alignment, characters cut in two among them. */
static void test_fold_fast__every_part_of_a_mixture(void **state)
{
    static const char text[] = "2023年第一個“AI”換臉案，\n《é漢》 字A.I.字\xE3\x80\x80" "ab 漢\n\n7“漢”字😀國 x.y。ﬁ漢、「字」Ж";
    size_t from, to;

    (void)state;
    for (from = 0; from < sizeof text; from++)
        for (to = from; to < sizeof text; to++)
            check((struct tcs_str){text + from, to - from});
}

/* --- files --------------------------------------------------------------------------------------------------- */

static void check_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    struct tcs_buf buf = {0};
    size_t at, len, got;

    assert_non_null(file);
    do {
        assert_int_equal(tcs_buf_reserve(&buf, 1 << 20), TOCSIN_OK);
        got = fread(buf.data + buf.len, 1, 1 << 20, file);
        buf.len += got;
    } while (got);
    fclose(file);
    for (at = 0; at < 4; at++)
        check_as(tcs_buf_view(&buf), at & 1, at & 2);
    for (at = 0; at < buf.len; at += len) {
        len = 1 + next_random(400);
        if (len > buf.len - at)
            len = buf.len - at;
        check((struct tcs_str){buf.data + at, len});
    }
    print_message("%s: %zu bytes, the same\n", path, buf.len);
    tcs_buf_release(&buf);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fold_fast__every_code_point_among_neighbours),
        cmocka_unit_test(test_fold_fast__random_mixtures),
        cmocka_unit_test(test_fold_fast__every_element_at_every_alignment),
        cmocka_unit_test(test_fold_fast__initials_at_every_alignment),
        cmocka_unit_test(test_fold_fast__gaps_of_every_length),
        cmocka_unit_test(test_fold_fast__every_part_of_a_mixture),
    };
    int failed, i;

    for (i = 1; i < argc; i++)
        check_file(argv[i]);
    failed = argc > 1 ? 0 : cmocka_run_group_tests(tests, NULL, NULL);
    tcs_folded_release(&fast);
    tcs_folded_release(&general);
    return failed;
}
