/* Days in addresses, and numbers that are none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "input/url_date.h"

static void test_url_date__reads_the_usual_forms(void **state)
{
    static const struct {
        const char *url, *date;
    } cases[] = {
        {"https://news.example/2026/04/14/story.html", "2026-04-14"},
        {"https://news.example/a/2026-04-14/story", "2026-04-14"},
        {"https://news.example/2026-04/14/c_1128.htm", "2026-04-14"},
        {"https://news.example/n/20260414/1.shtml", "2026-04-14"},
        {"https://news.example/s_20260414.html", "2026-04-14"},
        {"https://news.example/2024/02/29/", "2024-02-29"},
        {"https://news.example/1234567890/", ""},
        {"https://news.example/120260414/", ""},
        {"https://news.example/202604141/", ""},
        {"https://news.example/2026/13/14/", ""},
        {"https://news.example/2026/04/31/", ""},
        {"https://news.example/1889/04/14/", ""},
        {"https://news.example/2026/04/", ""},
        {"", ""},
        {"20260414", ""},
    };
    char out[TCS_URL_DATE_SIZE];
    size_t i;

    (void)state;
    for (i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct tcs_str url = {cases[i].url, strlen(cases[i].url)};

        assert_int_equal(tcs_url_date(url, out), cases[i].date[0] != '\0');
        assert_string_equal(out, cases[i].date);
    }
}

static void test_url_date__every_cut_is_safe(void **state)
{
    const char *url = "https://news.example/2026-04/14/x";
    char out[TCS_URL_DATE_SIZE];
    size_t len;

    (void)state;
    for (len = 0; len <= strlen(url); len++)
        (void)tcs_url_date((struct tcs_str){url, len}, out);
    assert_string_equal(out, "2026-04-14");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_url_date__reads_the_usual_forms),
        cmocka_unit_test(test_url_date__every_cut_is_safe),
    };

    return cmocka_run_group_tests_name("url_date", tests, NULL, NULL);
}
