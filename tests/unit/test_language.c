/* Languages by their characters. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/utf8.h"
#include "match/language.h"
#include "match/props.h"

static const char *language_of(const char *text)
{
    struct tcs_language_counts counts = {0};

    tcs_language_count(&counts, (struct tcs_str){text, strlen(text)});
    return tcs_language_of(&counts);
}

static void test_language__table(void **state)
{
    static const struct {
        const char *text, *language;
    } cases[] = {
        {"男子用AI换脸诈骗被抓", "zh-Hans"},
        {"男子用AI換臉詐騙被抓", "zh-Hant"},
        {"警方提醒市民", "zh"},
        {"ChatGPT、Gemini 和 DeepSeek 谁更强", "zh-Hans"},
        {"この動画は偽物です", "ja"},
        {"인공지능 사기", "ko"},
        {"Police warn of voice cloning after the election", "en"},
        {"Deepfake", "und"},
        {"La policía advierte sobre voces clonadas", "und"},
        {"Полиция предупреждает", "und"},
        {"2026-04-14 100%", "und"},
        {"Новый смартфон 小米 поступил в продажу", "und"},
        {"換顔アプリで詐欺", "ja"},
        {"ディープフェイク", "ja"},
        {"尹, 美서 정상회담", "ko"},
        {"AI 딥페이크 피해", "ko"},
        {"換臉", "zh-Hant"},
        {"AI", "und"},
        {"脸", "zh-Hans"},
        {"Warnung vor gefälschten Stimmen", "und"},
        {"The film 霸王别姬 is on at the festival", "en"},
        {"", "und"},
    };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_string_equal(language_of(cases[i].text), cases[i].language);
}

static void test_language__long_text_is_read_to_a_bound(void **state)
{
    static char text[TCS_LANGUAGE_BYTES * 2];
    struct tcs_language_counts counts = {0};

    (void)state;
    memset(text, 'x', sizeof text);
    tcs_language_count(&counts, (struct tcs_str){text, sizeof text});
    assert_int_equal(counts.latin, TCS_LANGUAGE_BYTES);
}

static void test_language__letters_and_english_words(void **state)
{
    static const struct {
        const char *text;
        size_t latin;
        bool is_english;
    } cases[] = {
        {"the", 3, true}, {"OF", 2, true}, {"aNd", 3, true}, {"to", 2, true}, {"in", 2, true}, {"is", 2, true},
        {"for", 3, true}, {"on", 2, true}, {"with", 4, true}, {"that", 4, true}, {"was", 3, true}, {"as", 2, true},
        {"by", 2, true}, {"after", 5, true}, {"over", 4, true}, {"from", 4, true}, {"at", 2, true},
        {"th", 2, false}, {"then often andy afters", 19, false}, {"", 0, false}, {"1", 0, false},
        {"the\xC3\xA9 \xC3\xA9of", 7, false}, /* an accented letter is part of the word, and no English one */
        {"\xC3\xA9x the", 5, true}, {"\xC3\xA9 the", 4, true}, {"the\xC2\xA0x", 4, true},
        {"2of", 2, true}, {"x'to-y", 4, true}, {"换the脸", 3, true}, {"abcdefgh of", 10, true},
        {"abcdefghof", 10, false}, {"abcdefghij the abcdefgh ij, kl \xE6\x8D\xA2 mn", 27, true},
    };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct tcs_language_counts counts = {0};

        tcs_language_count(&counts, (struct tcs_str){cases[i].text, strlen(cases[i].text)});
        assert_int_equal(counts.is_english, cases[i].is_english);
        assert_int_equal(counts.latin, cases[i].latin);
    }
}

/* A word at the bound belongs to the accented letter that crosses it. */
static void test_language__a_letter_may_cross_the_bound(void **state)
{
    static char text[TCS_LANGUAGE_BYTES + 10];
    struct tcs_language_counts counts = {0};

    (void)state;
    memset(text, '-', sizeof text);
    memcpy(text + TCS_LANGUAGE_BYTES - 4, "the\xC3\xA9", 5);
    tcs_language_count(&counts, (struct tcs_str){text, sizeof text});
    assert_false(counts.is_english);
    assert_int_equal(counts.latin, 4);
}

static uint32_t next_random(uint32_t *seed)
{
    *seed = *seed * 1664525u + 1013904223u;
    return *seed >> 8;
}

static bool is_letter(const char *p)
{
    return (*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z');
}

/* Is the ASCII word [p, p + len) one of those that the texts below hold, with no Latin letter beside it? */
static bool is_english(struct tcs_str text, const char *p, size_t len)
{
    const char *end = text.data + text.len, *before = p;
    size_t used;

    if (!(len == 3 && (!strncasecmp(p, "the", 3) || !strncasecmp(p, "for", 3))) && !(len == 2 && !strncasecmp(p, "of", 2)) &&
        !(len == 5 && !strncasecmp(p, "after", 5)))
        return false;
    if (p + len < end && (unsigned char)p[len] >= 0x80 &&
        (tcs_props(tcs_utf8_decode(p + len, end, &used, NULL)) & TCS_PROP_LATIN))
        return false;
    if (p == text.data || (unsigned char)p[-1] < 0x80)
        return true;
    do
        before--;
    while (tcs_utf8_is_continuation(*before));
    return !(tcs_props(tcs_utf8_decode(before, end, &used, NULL)) & TCS_PROP_LATIN);
}

static struct tcs_language_counts count_one_by_one(struct tcs_str text)
{
    struct tcs_language_counts c = {0};
    const char *p, *end = text.data + text.len;
    size_t len;

    for (p = text.data; p < end; p += len) {
        unsigned props = tcs_props(tcs_utf8_decode(p, end, &len, NULL));

        if (is_letter(p)) {
            while (p + len < end && is_letter(p + len))
                len++;
            c.latin += len;
            c.is_english |= is_english(text, p, len);
        } else if (props & TCS_PROP_HAN) {
            c.han++;
            c.hans += (props & TCS_PROP_HANS) != 0;
            c.hant += (props & TCS_PROP_HANT) != 0;
        } else if (props & TCS_PROP_KANA) {
            c.kana++;
        } else if (props & TCS_PROP_HANGUL) {
            c.hangul++;
        } else if (props & TCS_PROP_LETTER) {
            *(props & TCS_PROP_LATIN ? &c.latin : &c.other) += 1;
        }
    }
    return c;
}

/* Blocks count what one character after the other counts; each text in memory of its own. */
static void test_language__by_blocks(void **state)
{
    static const char *const parts[] = {"the", "of", "After", "for", "words", "longer", " ", " ", ",", "7", "é", "ж", "が", "한",
                                        "，", "“", "🚀", "图", "圖", "们", "一", "龥", "\xE4\xB7\xBF", "\xEA\x80\x80", "々"};
    uint32_t seed = 4;

    (void)state;
    for (int round = 0; round < 60000; round++) {
        size_t kinds = 1 + next_random(&seed) % (sizeof parts / sizeof *parts), count = next_random(&seed) % 80, len = 0;
        size_t first = next_random(&seed) % (sizeof parts / sizeof *parts);
        struct tcs_language_counts counts = {0}, wanted;
        char bytes[80 * 8], *copy;

        for (; count; count--) {
            const char *part = parts[(first + next_random(&seed) % kinds) % (sizeof parts / sizeof *parts)];

            memcpy(bytes + len, part, strlen(part));
            len += strlen(part);
        }
        copy = malloc(len + !len);
        assert_non_null(copy);
        memcpy(copy, bytes, len);
        wanted = count_one_by_one((struct tcs_str){copy, len});
        tcs_language_count(&counts, (struct tcs_str){copy, len});
        assert_memory_equal(&counts, &wanted, offsetof(struct tcs_language_counts, is_english)); /* what fills up the end is anything */
        assert_int_equal(counts.is_english, wanted.is_english);
        free(copy);
    }
}

/* The table beside the properties. */
static void test_language__scripts_of_han(void **state)
{
    (void)state;
    for (uint32_t cp = TCS_HAN_FIRST; cp <= TCS_HAN_LAST; cp++) {
        unsigned props = tcs_props(cp);

        assert_true(props & TCS_PROP_HAN);
        assert_int_equal(tcs_han_script(cp), props & TCS_PROP_HANS ? 1 : props & TCS_PROP_HANT ? 2 : 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_language__table),
        cmocka_unit_test(test_language__by_blocks),
        cmocka_unit_test(test_language__scripts_of_han),
        cmocka_unit_test(test_language__letters_and_english_words),
        cmocka_unit_test(test_language__a_letter_may_cross_the_bound),
        cmocka_unit_test(test_language__long_text_is_read_to_a_bound),
    };

    return cmocka_run_group_tests_name("language", tests, NULL, NULL);
}
