/* arc: records of both versions through a whole scan, in any chunks and members, damaged and not; and what a line must be. */
#include "run_help.h"

#include "input/arc.h"

#define VERSION "filedesc://x.arc.gz 0.0.0.0 20140216050221 text/plain 75\n"
#define PAGE "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<p>换脸"

static void put_version(struct tcs_buf *out)
{
    static const char block[] = "1 0 Capture\nURL IP-address Archive-date Content-type Archive-length\n";

    must(tcs_buf_printf(out, "filedesc://x.arc 0.0.0.0 20140216050221 text/plain %zu\n%s\n", sizeof block - 1, block));
}

/* is_2: with the five fields that version 2 has more. */
static void put_arc(struct tcs_buf *out, const char *url, bool is_2, const char *type, const char *block)
{
    must(tcs_buf_printf(out, "%s 127.0.0.1 20140216050221 %s %s%zu\n%s\n", url, type, is_2 ? "200 - - 0 x.arc " : "",
                        strlen(block), block));
}

static void test_arc__records_are_documents(void **state)
{
    struct run_rig rig;
    struct tcs_buf text = {0};

    (void)state;
    run_open(&rig, NULL);
    put_version(&text);
    put_arc(&text, "http://a.example/", false, "text/html", PAGE);
    put_arc(&text, "http://a.example/?q=two words", false, "text/html", PAGE "\n\n");
    put_arc(&text, "http://a.example/2", true, "text/html", PAGE);
    put_arc(&text, "http://a.example/404", true, "text/html", "HTTP/1.1 404 Not Found\r\n\r\n<p>换脸");
    put_arc(&text, "dns:a.example", false, "text/dns", "换脸");
    put_arc(&text, "ftp://a.example/x", false, "text/plain", "换脸");
    put_arc(&text, "http://a.example/jpg", false, "image/jpeg", "HTTP/1.1 200 OK\r\nContent-Type: image/jpeg\r\n\r\n换脸");
    expect_invariant(&rig, tcs_buf_view(&text), "records");
    assert_int_equal(rig.losses.len, 0);
    assert_int_equal(rig.stats.documents, 4);
    assert_int_equal(count_lines(&rig.out), 4);
    assert_true(holds(line_at(&rig.out, 0), "#2\","));
    assert_true(holds(line_at(&rig.out, 1), "\"url\":\"http://a.example/?q=two words\""));
    assert_true(holds(line_at(&rig.out, 2), "\"record\":4,"));
    assert_true(holds(line_at(&rig.out, 3), "\"url\":\"ftp://a.example/x\""));
    tcs_buf_release(&text);
    run_close(&rig);
}

static void test_arc__a_member_a_record_is_located(void **state)
{
    struct run_rig rig;
    struct tcs_buf stored = {0}, part = {0}, expected = {0};
    size_t offset, length;

    (void)state;
    run_open(&rig, NULL);
    put_version(&part);
    offset = put_gzip(&stored, tcs_buf_view(&part));
    tcs_buf_reset(&part);
    put_arc(&part, "http://a.example/", false, "text/html", PAGE);
    length = put_gzip(&stored, tcs_buf_view(&part));
    expect_invariant(&rig, tcs_buf_view(&stored), "members");
    must(tcs_buf_printf(&expected, "\"offset\":%zu,\"length\":%zu}", offset, length));
    assert_true(holds(line_at(&rig.out, 0), c_str(&expected)));
    tcs_buf_release(&stored);
    tcs_buf_release(&part);
    tcs_buf_release(&expected);
    run_close(&rig);
}

/* What is damaged costs itself: text between records, a length that swallows the next record, an end inside a block. */
static void test_arc__damage_costs_itself_only(void **state)
{
    struct run_rig rig;
    struct tcs_buf text = {0};

    (void)state;
    run_open(&rig, NULL);
    put_version(&text);
    put_str(&text, "no record\nat all\n");
    put_arc(&text, "http://a.example/1", false, "text/html", PAGE);
    put_str(&text, "http://a.example/2 127.0.0.1 20140216050221 text/html 150\n" PAGE "\n");
    put_arc(&text, "http://a.example/3", false, "text/html", PAGE);
    put_str(&text, "http://a.example/4 127.0.0.1 20140216050221 text/html 1000\n" PAGE);
    expect_invariant(&rig, tcs_buf_view(&text), "damage");
    assert_int_equal(count_lines(&rig.out), 4);
    assert_int_equal(count_lines(&rig.losses), 3);
    assert_true(holds(line_at(&rig.losses, 0), "no ARC record begins here"));
    assert_true(holds(line_at(&rig.out, 1), "\"damaged\":true"));
    assert_true(holds(line_at(&rig.out, 3), "\"damaged\":true"));
    assert_false(holds(line_at(&rig.out, 2), "\"damaged\""));
    tcs_buf_release(&text);
    run_close(&rig);
}

static void test_arc__a_line_is_five_or_ten_fields(void **state)
{
    static const struct {
        const char *line;
        bool is_record;
    } cases[] = {
        {"http://a/ 1.2.3.4 20140216050221 text/html 0\n", true},
        {"http://a/ 1.2.3.4 20140216050221 text/html 0\r\n", true},
        {"http://a/ b c 1.2.3.4 20140216050221 text/html 0\n", true},
        {"http://a/ 1.2.3.4 20140216050221 text/html 200 - - 0 x 0\n", true},
        {"http://a/ 1.2.3.4 201402160502210 text/html 0\n", false},
        {"http://a/ 1.2.3.4 20140216050221 text/html -1\n", false},
        {"http://a/ 1.2.3.4 20140216050221 text/html 99999999999999999999999\n", false},
        {"http://a/ 1.2.3.4 20140216050221 text/html\n", false},
        {"a 1.2.3.4 20140216050221 text/html 0\n", false},
        {" 1.2.3.4 20140216050221 text/html 0\n", false},
        {"20140216050221 text/html 0\n", false},
        {"http://a/ 1.2.3.4 20140216050221 text/html 200 - - 0 0\n", false},
    };
    struct tcs_warc_record record;
    size_t i;

    (void)state;
    for (i = 0; i < COUNT(cases); i++) {
        size_t len = strlen(cases[i].line);
        enum tcs_warc_step step = tcs_arc_next(cases[i].line, len, 0, true, SIZE_MAX, &record, NULL);

        if ((step == TCS_WARC_RECORD) != cases[i].is_record)
            fail_msg("%s", cases[i].line);
        assert_int_equal(tcs_arc_next(cases[i].line, len - 1, 0, false, SIZE_MAX, &record, NULL), TCS_WARC_MORE);
    }
    assert_true(tcs_arc_begins(TCS_STR(VERSION)));
    assert_false(tcs_arc_begins(TCS_STR("filedesc:/")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_arc__records_are_documents),
        cmocka_unit_test(test_arc__a_member_a_record_is_located),
        cmocka_unit_test(test_arc__damage_costs_itself_only),
        cmocka_unit_test(test_arc__a_line_is_five_or_ten_fields),
    };

    return cmocka_run_group_tests_name("arc", tests, NULL, NULL);
}
