/* url_join: references that canonical links hold, against RFC 3986's answers; the rest falls back on the page's address. */
#include "match_help.h"

#include "input/url_join.h"

static void test_url_join__by_table(void **state)
{
    static const struct {
        const char *base, *ref, *expected;
    } cases[] = {
        {"http://a/b/c?q", "https://x/y", "https://x/y"},
        {"http://a/b/c?q", "//x/y", "http://x/y"},
        {"http://a/b/c?q", "/company/", "http://a/company/"},
        {"http://a", "/company/", "http://a/company/"},
        {"http://a/b/c?q#f", "?id=1", "http://a/b/c?id=1"},
        {"http://a?q", "?id=1", "http://a?id=1"},
        {"http://a/b/c?q=/d/", "e.html", "http://a/b/e.html"},
        {"http://a/b/", "e.html?x=../y", "http://a/b/e.html?x=../y"},
        {"http://a/b/c", "../d", "http://a/b/c"},
        {"http://a/b/c", "./d", "http://a/b/c"},
        {"http://a/b/c", "/x/..", "http://a/b/c"},
        {"http://a/b/c", "d/...", "http://a/b/d/..."},
        {"http://a/b/c", "#top", "http://a/b/c"},
        {"http://a/b/c", "", "http://a/b/c"},
        {"http://a", "e.html", "http://a"},
        {"metadata:x", "/y", "metadata:x"},
        {"", "/y", "/y"},
        {"", "", ""},
        {"http://a/b/c", "1:2", "http://a/b/1:2"},
    };
    struct tcs_buf out = {0};
    size_t i;

    (void)state;
    for (i = 0; i < COUNT(cases); i++) {
        must(tcs_url_join(str(cases[i].base), str(cases[i].ref), &out));
        if (strcmp(c_str(&out), cases[i].expected) != 0)
            fail_msg("%s on %s: %s, expected %s", cases[i].ref, cases[i].base, c_str(&out), cases[i].expected);
    }
    tcs_buf_release(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_url_join__by_table)};

    return cmocka_run_group_tests_name("url_join", tests, NULL, NULL);
}
