/* shown: what is escaped, and what is not. */
#include "match_help.h"

#include "base/shown.h"

static void test_shown__escapes_controls_only(void **state)
{
    static const struct {
        const char *text, *shown;
    } cases[] = {{"", ""},
                 {"AI换脸 x", "AI换脸 x"},
                 {"a\fb\nc", "a¶b↵c"},
                 {"\x1b[31m\t\x7f", "\\u001b[31m\\u0009\\u007f"},
                 {"\xC2\x9B" "2J", "\\u009b2J"},
                 {"\xE2\x80\xA8\xE2\x80\xA9\xE2\x80\xAA", "\\u2028\\u2029\xE2\x80\xAA"},
                 {"\\u0041", "\\u0041"}};
    size_t i;

    (void)state;
    for (i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct tcs_buf out = {0};

        must(tcs_shown_append(&out, str(cases[i].text)));
        must(tcs_buf_putc(&out, '\0'));
        assert_string_equal(out.data, cases[i].shown);
        tcs_buf_release(&out);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_shown__escapes_controls_only)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
