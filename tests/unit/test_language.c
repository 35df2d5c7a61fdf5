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

static void test_language__words_and_letters_are_counted(void **state)
{
    static const struct {
        const char *text;
        size_t latin, english;
    } cases[] = {
        {"the of and to in is for on with that was as by after over from at", 49, 17},
        {"THE Of aNd", 8, 3},
        {"then often andy", 13, 0},
        {"the\xC3\xA9 \xC3\xA9of the", 10, 1}, /* an accented letter is part of the word, and no English one */
        {"\xC3\xA9x the", 5, 1},
        {"the2of'and-to", 10, 4},
        {"换the脸of", 5, 2},
        {"abcdefghi the abcdefgh of abcdefg and", 32, 3},
    };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct tcs_language_counts counts = {0};

        tcs_language_count(&counts, (struct tcs_str){cases[i].text, strlen(cases[i].text)});
        assert_int_equal(counts.latin, cases[i].latin);
        assert_int_equal(counts.english, cases[i].english);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_language__table),
        cmocka_unit_test(test_language__words_and_letters_are_counted),
        cmocka_unit_test(test_language__long_text_is_read_to_a_bound),
    };

    return cmocka_run_group_tests_name("language", tests, NULL, NULL);
}
