/* json_writer: commas, nesting, what is left out, and that a failure sticks. */
#include "match_help.h"

#include "input/json_writer.h"

static void test_json_writer__nesting(void **state)
{
    struct tcs_buf out = {0};
    struct tcs_json_writer w = {.out = &out};

    (void)state;
    tcs_json_open_object(&w);
    tcs_json_number_key(&w, "v", 1);
    tcs_json_text_key(&w, "absent", tcs_str_from(NULL));
    tcs_json_open_list(&w, "list");
    tcs_json_next(&w);
    tcs_json_open_object(&w);
    tcs_json_text_key(&w, "a", str("\"\n"));
    tcs_json_bool_key(&w, "b", true);
    tcs_json_close_object(&w);
    tcs_json_next(&w);
    tcs_json_put_number(&w, 7);
    tcs_json_close_list(&w);
    tcs_json_open_list(&w, "empty");
    tcs_json_close_list(&w);
    tcs_json_key(&w, "o");
    tcs_json_open_object(&w);
    tcs_json_close_object(&w);
    tcs_json_bool_key(&w, "c", false);
    tcs_json_close_object(&w);
    must(w.st);
    must(tcs_buf_putc(&out, '\0'));
    assert_string_equal(out.data, "{\"v\":1,\"list\":[{\"a\":\"\\\"\\n\",\"b\":true},7],\"empty\":[],\"o\":{},\"c\":false}");
    tcs_buf_release(&out);
}

static void test_json_writer__a_failure_sticks(void **state)
{
    struct tcs_buf out = {0};
    struct tcs_json_writer w = {.out = &out, .st = TOCSIN_E_NOMEM};

    (void)state;
    tcs_json_open_object(&w);
    tcs_json_text_key(&w, "a", str("b"));
    tcs_json_number_key(&w, "n", 1);
    tcs_json_close_object(&w);
    assert_int_equal(w.st, TOCSIN_E_NOMEM);
    assert_int_equal(out.len, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_json_writer__nesting),
        cmocka_unit_test(test_json_writer__a_failure_sticks),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
