/* Languages by their characters. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "match/language.h"

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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_language__table),
        cmocka_unit_test(test_language__letters_and_english_words),
        cmocka_unit_test(test_language__a_letter_may_cross_the_bound),
        cmocka_unit_test(test_language__long_text_is_read_to_a_bound),
    };

    return cmocka_run_group_tests_name("language", tests, NULL, NULL);
}
