/* examine: fields that are HTML inside JSON and CSV: what is found in them, where, and that the sieve changes nothing. */
#include "run_help.h"

static void open_patterns(struct run_rig *rig, const char *patterns, enum tcs_format format, const char *fields)
{
    run_open(rig, patterns);
    tcs_layout_release(&rig->layout);
    must(tcs_layout_add_fields(&rig->layout, fields, NULL));
    must(tcs_layout_finish(&rig->layout, NULL));
    rig->options.format = format;
}

static void open_html(struct run_rig *rig, enum tcs_format format, const char *fields)
{
    open_patterns(rig, NULL, format, fields);
}

static void test_examine__html_in_json(void **state)
{
    static const struct {
        const char *value; /* of the key body, as JSON has it */
        const char *text;  /* the first paragraph of the decoded field; NULL: no hit */
        unsigned start;    /* of the hit, in code points */
    } cases[] = {
        {"\"换脸\"", "换脸", 0},
        {"\"<p>a<\\/p><p>换<b>脸<\\/b> x<\\/p>\"", "a", 3},
        {"\"\\u003cp class=\\\"x>y\\\"\\u003e&#25442;\\u0026#x8138;\"", "换脸", 0},
        {"\"x\\n\\t 换&#8203;脸\"", "x 换\u200B脸", 2},
        {"\"\\u6362<a title='换'>\\u8138\"", "换脸", 0},
        {"\"&amp;lt;换\\u003cwbr\\u003e脸\"", "&lt;换脸", 4},
        {"\"&#2544\\u0032;脸\"", "换脸", 0},
        {"\"\\u0026\\u0023\\u0032\\u0035\\u0034\\u0034\\u0032\\u003b脸\"", "换脸", 0},
        {"\"换<!-- 脸 -->脸\"", "换脸", 0},
        {"\"换<br>脸\"", NULL, 0},
        {"\"换<p>脸\"", NULL, 0},
        {"\"<img alt='换脸'>\"", NULL, 0},
        {"\"<script>换脸</script>\"", NULL, 0},
        {"\"<a title='换脸\"", NULL, 0},
    };
    struct run_rig rig;
    struct tcs_buf text = {0}, expected = {0};
    size_t i, found = 0;

    (void)state;
    open_html(&rig, TCS_FORMAT_JSONL, "title,text=body:html");
    for (i = 0; i < COUNT(cases); i++)
        must(tcs_buf_printf(&text, "{\"title\":\"<b>%zu</b>\",\"body\":%s}\n", i, cases[i].value));
    put_str(&text, "{\"title\":\"换<b>脸\"}\n"); /* not declared */
    expect_invariant(&rig, tcs_buf_view(&text), "html in json");
    for (i = 0; i < COUNT(cases); i++) {
        if (!cases[i].text)
            continue;
        tcs_buf_reset(&expected);
        must(tcs_buf_printf(&expected, "\"record\":%zu,", i + 1));
        assert_true(holds(line_at(&rig.out, found), c_str(&expected)));
        tcs_buf_reset(&expected);
        must(tcs_buf_printf(&expected, "\"title\":\"<b>%zu</b>\",\"lead\":\"%s\",", i, cases[i].text));
        if (!holds(line_at(&rig.out, found), c_str(&expected)))
            fail_msg("%s, expected %s", line_at(&rig.out, found).data, c_str(&expected));
        tcs_buf_reset(&expected);
        must(tcs_buf_printf(&expected, "\"field\":\"body\",\"start\":%u,", cases[i].start));
        assert_true(holds(line_at(&rig.out, found++), c_str(&expected)));
    }
    assert_int_equal(count_lines(&rig.out), found);
    assert_int_equal(rig.losses.len, 0);
    tcs_buf_release(&text);
    tcs_buf_release(&expected);
    run_close(&rig);
}

static void test_examine__html_in_csv(void **state)
{
    struct run_rig rig;

    (void)state;
    open_html(&rig, TCS_FORMAT_CSV, "a:html,b:html,c");
    expect_invariant(&rig,
                     TCS_STR("a,b,c\n"
                             "\"换<i title=\"\"a>b\"\">脸\",,1\n"
                             "换<i title=\"\">脸,x<p>y,2\n"
                             ",\"1\n2&nbsp;换&NoBreak;脸\",换<b>脸\n"
                             "x,\"y\",换脸\n"),
                     "html in csv");
    assert_int_equal(count_lines(&rig.out), 4);
    assert_true(holds(line_at(&rig.out, 2), "\"field\":\"b\",\"start\":4,"));
    assert_true(holds(line_at(&rig.out, 2), "\"hits_total\":1"));
    run_close(&rig);
}

/* The sieve reads fields, so what is damaged has not been read: all of it is told. */
static void test_examine__all_damage_is_told_beside_html(void **state)
{
    struct run_rig rig;

    (void)state;
    open_html(&rig, TCS_FORMAT_JSONL, "text:html");
    expect_invariant(&rig, TCS_STR("{\"text\":\"换&#\n{\"text\":\"<b>换</b>脸\"}\n[]\n"), "damage");
    assert_int_equal(count_lines(&rig.out), 1);
    assert_int_equal(count_lines(&rig.losses), 2);
    run_close(&rig);
}

static void test_examine__the_sieve_drops_what_holds_nothing(void **state)
{
    struct run_rig rig;
    struct tcs_buf text = {0};
    size_t i;

    (void)state;
    open_html(&rig, TCS_FORMAT_JSONL, "text:html");
    for (i = 0; i < 2000; i++)
        put_str(&text, i % 100 ? "{\"text\":\"\\u003cp\\u003e天气\\u0026nbsp;晴<\\/p>\"}\n" : "{\"text\":\"换\\u003cwbr>脸\"}\n");
    run_bytes(&rig, tcs_buf_view(&text));
    assert_int_equal(rig.stats.documents, 2000);
    assert_int_equal(rig.stats.sieve_candidates, 20);
    assert_int_equal(rig.stats.flagged, 20);
    tcs_buf_release(&text);
    run_close(&rig);
}

/* The two sides of a rule may stand in two fields. */
static void test_examine__sides_meet_across_fields(void **state)
{
    static const char patterns[] = "lexicon: fakes\nterms: {zh: [换脸]}\n---\nlexicon: harm\nterms: {zh: [诈骗]}\n---\n"
                                   "rule: both\nwhen: fakes and harm\n";
    struct run_rig rig;

    (void)state;
    open_patterns(&rig, patterns, TCS_FORMAT_JSONL, "title:html,text:html");
    rig.options.emit = TCS_EMIT_FLAGGED;
    expect_invariant(&rig,
                     TCS_STR("{\"title\":\"换<b>脸\",\"text\":\"<p>诈骗\"}\n"
                             "{\"title\":\"换脸\",\"text\":\"<p>天气\"}\n"
                             "{\"title\":\"诈<!--\",\"text\":\"-->骗换脸\"}\n"),
                     "sides in two fields");
    assert_int_equal(count_lines(&rig.out), 1);
    run_bytes(&rig, TCS_STR("{\"title\":\"换脸\",\"text\":\"<p>天气\"}\n"));
    assert_int_equal(rig.stats.sieve_candidates, 0);
    run_close(&rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_examine__html_in_json),
        cmocka_unit_test(test_examine__html_in_csv),
        cmocka_unit_test(test_examine__all_damage_is_told_beside_html),
        cmocka_unit_test(test_examine__the_sieve_drops_what_holds_nothing),
        cmocka_unit_test(test_examine__sides_meet_across_fields),
    };

    return cmocka_run_group_tests_name("examine", tests, NULL, NULL);
}
