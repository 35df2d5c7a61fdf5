/*
 * line: every key of the lines that Tocsin composes, and that absent values are absent; escapes; offsets in code points;
 * what is listed and what only counted; context; losses and fields.
 */
#include "run_help.h"

#include "run/line.h"

static const char patterns[] = "lexicon: ai\nterms: {zh: [人工智能], en: [AI, {term: deepfake, inflect: true}]}\n---\n"
                               "lexicon: fakes\nterms: {zh: [换脸, 脸]}\nunless: [脸色]\n---\n"
                               "lexicon: other\nterms: {zh: [天气]}\n---\n"
                               "rule: first\nscore: 2.5\nwhen: ai and fakes\n---\n"
                               "rule: second\nwhen: ai and \"视频\"\n---\n"
                               "labels:\n  - {label: incident, when: fakes}\n  - {label: hazard}\n";

struct line_rig {
    struct tcs_ruleset *ruleset;
    struct tcs_judge judge;
    struct tcs_document doc;
    struct tcs_line_scratch scratch;
    struct tcs_line_options options;
    struct tcs_pointer pointer;
    struct tcs_buf out;
};

static void open_rig(struct line_rig *rig)
{
    struct tcs_source source = {TCS_STR("test.yaml"), str(patterns)};
    struct tocsin_error err = {0};

    *rig = (struct line_rig){.options = {64, false}, .pointer = {"dir/file", 17, 81234, 5120, false}};
    if (tcs_ruleset_compile(&source, 1, &rig->ruleset, &err) != TOCSIN_OK)
        fail_msg("line %u: %s", (unsigned)err.offset, err.message);
    must(tcs_judge_init(&rig->judge, rig->ruleset, NULL));
}

static void close_rig(struct line_rig *rig)
{
    tcs_line_scratch_release(&rig->scratch);
    tcs_judge_release(&rig->judge);
    tcs_ruleset_free(rig->ruleset);
    tcs_document_release(&rig->doc);
    tcs_buf_release(&rig->out);
}

static void add(struct line_rig *rig, const char *name, enum tcs_role role, const char *text)
{
    must(tcs_document_add(&rig->doc, name, role, str(text)));
}

/* Judges the document and writes its line. */
static const char *compose(struct line_rig *rig)
{
    must(tcs_judge_document(&rig->judge, &rig->doc, NULL));
    tcs_buf_reset(&rig->out);
    must(tcs_line_document(&rig->out, &rig->scratch, &rig->judge, &rig->doc, &rig->pointer, &rig->options));
    return c_str(&rig->out);
}

static const char *compose_title(struct line_rig *rig, const char *text)
{
    tcs_document_reset(&rig->doc);
    add(rig, "title", TCS_ROLE_TITLE, text);
    return compose(rig);
}

static void expect_part(const char *line, const char *part, const char *note)
{
    if (!strstr(line, part))
        fail_msg("%s: no %s in %s", note, part, line);
}

/* ---- keys ---- */

static void test_line__every_key_in_its_place(void **state)
{
    struct line_rig rig;
    struct tcs_buf expected = {0};
    struct tcs_json_paths none = {0};
    struct tcs_json_scratch json = {0};
    bool is_object = false;

    (void)state;
    open_rig(&rig);
    add(&rig, "headline", TCS_ROLE_TITLE, "AI換臉");
    add(&rig, "lead", TCS_ROLE_LEAD, " 一段导语 ");
    add(&rig, "body", TCS_ROLE_TEXT, "视频里的天气");
    rig.doc.id = TCS_STR("id-1");
    rig.doc.url = TCS_STR("http://a.example/");
    rig.doc.source = TCS_STR("news");
    rig.doc.date = TCS_STR("2026-04-14");
    rig.doc.date_from = TCS_STR("json-ld");
    rig.doc.lang = TCS_STR("zh-Hans");
    rig.doc.charset = "gb18030";
    rig.doc.charset_from = "meta";
    rig.doc.is_damaged = true;
    must(tcs_buf_printf(
        &expected,
        "{\"v\":1,\"db\":\"%s\",\"id\":\"id-1\",\"input\":{\"file\":\"dir/file\",\"record\":17,\"offset\":81234,\"length\":5120},"
        "\"url\":\"http://a.example/\",\"source\":\"news\",\"date\":\"2026-04-14\",\"date_from\":\"json-ld\",\"lang\":\"zh-Hans\","
        "\"charset\":\"gb18030\",\"charset_from\":\"meta\",\"title\":\"AI換臉\",\"lead\":\"一段导语\",\"label\":\"incident\",\"score\":3.5,"
        "\"rules\":[\"first\",\"second\"],\"lexicons\":{\"ai\":1,\"fakes\":2,\"other\":1,\"rules\":1},\"hits\":["
        "{\"lexicon\":\"ai\",\"term\":\"AI\",\"field\":\"headline\",\"start\":0,\"end\":2,\"start_byte\":0,\"end_byte\":2,\"text\":\"AI\","
        "\"after\":\"換臉\"},"
        "{\"lexicon\":\"fakes\",\"term\":\"换脸\",\"field\":\"headline\",\"start\":2,\"end\":4,\"start_byte\":2,\"end_byte\":8,"
        "\"text\":\"換臉\",\"before\":\"AI\"},"
        "{\"lexicon\":\"fakes\",\"term\":\"脸\",\"field\":\"headline\",\"start\":3,\"end\":4,\"start_byte\":5,\"end_byte\":8,\"text\":\"臉\","
        "\"before\":\"AI換\"},"
        "{\"lexicon\":\"rules\",\"term\":\"视频\",\"field\":\"body\",\"start\":0,\"end\":2,\"start_byte\":0,\"end_byte\":6,\"text\":\"视频\","
        "\"after\":\"里的天气\"},"
        "{\"lexicon\":\"other\",\"term\":\"天气\",\"field\":\"body\",\"start\":4,\"end\":6,\"start_byte\":12,\"end_byte\":18,"
        "\"text\":\"天气\",\"before\":\"视频里的\"}],"
        "\"hits_total\":5,\"damaged\":true}\n",
        tcs_ruleset_hash(rig.ruleset)));
    assert_string_equal(compose(&rig), c_str(&expected));
    must(tcs_json_read(tcs_str_trim(tcs_buf_view(&rig.out)), &none, &json, &is_object, NULL));
    assert_true(is_object);
    assert_int_equal(rig.scratch.hits_total, 5);
    assert_int_equal(rig.scratch.counts[1], 2);
    tcs_json_scratch_release(&json);
    tcs_buf_release(&expected);
    close_rig(&rig);
}

static void test_line__what_is_absent_is_left_out(void **state)
{
    struct line_rig rig;
    struct tcs_buf expected = {0};

    (void)state;
    open_rig(&rig);
    rig.pointer.length = 0;
    must(tcs_buf_printf(&expected,
                        "{\"v\":1,\"db\":\"%s\",\"id\":\"dir/file#17\",\"input\":{\"file\":\"dir/file\",\"record\":17,\"offset\":81234},"
                        "\"lexicons\":{},\"hits\":[],\"hits_total\":0}\n",
                        tcs_ruleset_hash(rig.ruleset)));
    assert_string_equal(compose(&rig), c_str(&expected));
    rig.doc.date_from = TCS_STR("url"); /* of no date */
    add(&rig, "title", TCS_ROLE_TITLE, "");
    assert_string_equal(compose(&rig), c_str(&expected));
    tcs_buf_release(&expected);
    close_rig(&rig);
}

static void test_line__the_lead_is_cut_from_the_text(void **state)
{
    struct line_rig rig;

    (void)state;
    open_rig(&rig);
    add(&rig, "body", TCS_ROLE_TEXT, "第一段\n\n第二段");
    expect_part(compose(&rig), "\"lead\":\"第一段\",", "the first paragraph");
    rig.doc.fields[0].text = TCS_STR("第一行\n第二行");
    rig.doc.fields[0].lf_paragraph = true;
    expect_part(compose(&rig), "\"lead\":\"第一行\",", "of WET the first line");
    add(&rig, "summary", TCS_ROLE_LEAD, "导语");
    expect_part(compose(&rig), "\"lead\":\"导语\",", "its own");
    close_rig(&rig);
}

/* ---- strings ---- */

static void test_line__strings_are_escaped(void **state)
{
    static const struct {
        const char *text, *expected;
    } cases[] = {
        {"a\"b\\c/d", "\"title\":\"a\\\"b\\\\c/d\""},
        {"\n\r\t\b\f", "\"title\":\"\\n\\r\\t\\b\\f\""},
        {"\x01\x1F\x7F", "\"title\":\"\\u0001\\u001f\\u007f\""},
        {"\xE2\x80\xA8\xE2\x80\xA9\xE2\x80\xAA", "\"title\":\"\\u2028\\u2029\xE2\x80\xAA\""},
        {"é换\xF0\xA0\x80\x80</script>", "\"title\":\"é换\xF0\xA0\x80\x80</script>\""},
    };
    struct line_rig rig;
    size_t i;

    (void)state;
    open_rig(&rig);
    for (i = 0; i < COUNT(cases); i++)
        expect_part(compose_title(&rig, cases[i].text), cases[i].expected, "escapes");
    rig.pointer.file = "a\n\"b\"\xFF";
    expect_part(compose_title(&rig, "x"), "\"id\":\"a\\n\\\"b\\\"", "a file's name");
    expect_part(rig.out.data, "#17\",\"input\":{\"file\":\"a\\n\\\"b\\\"", "a file's name");
    assert_null(strchr(rig.out.data, '\xFF'));
    expect_part(compose_title(&rig, "\x01换脸\x02"), "\"before\":\"\\u0001\",\"after\":\"\\u0002\"", "context");
    close_rig(&rig);
}

/* ---- hits ---- */

static void test_line__offsets_are_code_points_and_bytes(void **state)
{
    static const struct {
        const char *text, *expected;
    } cases[] = {
        {"\xF0\x9F\x98\x80换脸", "\"start\":1,\"end\":3,\"start_byte\":4,\"end_byte\":10"},
        {"\xF0\xA0\x80\x80é\xF0\x9F\x98\x80 AI", "\"start\":4,\"end\":6,\"start_byte\":11,\"end_byte\":13"},
        {"e\xCC\x81 换\xE2\x80\x8B脸", "\"start\":3,\"end\":6,\"start_byte\":4,\"end_byte\":13,\"text\":\"换\xE2\x80\x8B脸\""},
        {"ＡＩ", "\"start\":0,\"end\":2,\"start_byte\":0,\"end_byte\":6,\"text\":\"ＡＩ\""},
    };
    struct line_rig rig;
    size_t i;

    (void)state;
    open_rig(&rig);
    for (i = 0; i < COUNT(cases); i++)
        expect_part(compose_title(&rig, cases[i].text), cases[i].expected, cases[i].text);
    /* a second field starts from nought */
    tcs_document_reset(&rig.doc);
    add(&rig, "a", TCS_ROLE_OTHER, "\xF0\x9F\x98\x80\xF0\x9F\x98\x80换脸 换脸");
    add(&rig, "b", TCS_ROLE_OTHER, "\xF0\x9F\x98\x80换脸");
    expect_part(compose(&rig), "\"field\":\"a\",\"start\":5,\"end\":7,\"start_byte\":15,\"end_byte\":21", "two fields");
    expect_part(rig.out.data, "\"field\":\"b\",\"start\":1,\"end\":3,\"start_byte\":4,\"end_byte\":10", "two fields");
    close_rig(&rig);
}

static void test_line__context_is_thirty_characters(void **state)
{
    struct line_rig rig;
    struct tcs_buf text = {0}, expected = {0};
    size_t count, i;

    (void)state;
    open_rig(&rig);
    for (count = 28; count < 33; count++) {
        size_t shown = count < 30 ? count : 30;

        tcs_buf_reset(&text);
        tcs_buf_reset(&expected);
        for (i = 0; i < count; i++)
            put_cp(&text, i % 2 ? 0x4E00 : 0x20000);
        put_str(&text, "换脸");
        put_str(&expected, "\"before\":\"");
        for (i = count - shown; i < count; i++)
            put_cp(&expected, i % 2 ? 0x4E00 : 0x20000);
        put_str(&expected, "\",\"after\":\"");
        for (i = 0; i < count; i++)
            put_cp(&text, i % 2 ? 0x1F600 : 0x4E8C);
        for (i = 0; i < shown; i++)
            put_cp(&expected, i % 2 ? 0x1F600 : 0x4E8C);
        put_str(&expected, "\"}");
        expect_part(compose_title(&rig, c_str(&text)), c_str(&expected), "context");
    }
    tcs_buf_release(&text);
    tcs_buf_release(&expected);
    close_rig(&rig);
}

static size_t count_part(const char *line, const char *part)
{
    size_t count = 0;

    for (; (line = strstr(line, part)) != NULL; line++)
        count++;
    return count;
}

static void test_line__max_hits_bounds_the_list_not_the_counts(void **state)
{
    struct line_rig rig;
    size_t most;

    (void)state;
    open_rig(&rig);
    for (most = 0; most < 7; most++) {
        rig.options.max_hits = most;
        assert_int_equal(count_part(compose_title(&rig, "AI AI AI 天气 天气"), "\"term\":"), most < 5 ? most : 5);
        expect_part(rig.out.data, "\"lexicons\":{\"ai\":3,\"other\":2}", "counts");
        expect_part(rig.out.data, "],\"hits_total\":5}", "counts");
    }
    close_rig(&rig);
}

static void test_line__only_used_leaves_out_what_no_fired_rule_uses(void **state)
{
    struct line_rig rig;

    (void)state;
    open_rig(&rig);
    rig.options.only_used = true;
    rig.options.max_hits = 2;
    expect_part(compose_title(&rig, "天气 AI 天气 脸 视频"), "\"lexicons\":{\"ai\":1,\"fakes\":1,\"rules\":1},", "both rules");
    assert_int_equal(count_part(rig.out.data, "\"term\":"), 2); /* hits left out don't use up the list */
    expect_part(rig.out.data, "\"term\":\"脸\"", "both rules");
    expect_part(rig.out.data, "\"hits_total\":3}", "both rules");
    expect_part(compose_title(&rig, "天气 AI 天气 脸"), "\"rules\":[\"first\"],\"lexicons\":{\"ai\":1,\"fakes\":1}", "one rule");
    expect_part(compose_title(&rig, "天气 AI 视频"), "\"label\":\"hazard\",\"score\":1,\"rules\":[\"second\"],\"lexicons\":{\"ai\":1,\"rules\":1}",
                "the other");
    expect_part(compose_title(&rig, "天气 AI"), "\"lexicons\":{},\"hits\":[],\"hits_total\":0}", "none");
    close_rig(&rig);
}

static void test_line__unless_phrases_and_what_they_cover_are_not_listed(void **state)
{
    struct line_rig rig;

    (void)state;
    open_rig(&rig);
    expect_part(compose_title(&rig, "脸色 换脸色"), "\"lexicons\":{\"fakes\":1},", "unless");
    assert_int_equal(count_part(rig.out.data, "\"term\":"), 1);
    expect_part(rig.out.data, "\"term\":\"换脸\"", "unless");
    close_rig(&rig);
}

/* ---- other lines ---- */

static void test_line__losses(void **state)
{
    struct tcs_buf out = {0};
    struct tcs_pointer pointer = {.file = "a\"b", .record = 3, .offset = 10000000000, .length = 7};
    struct tocsin_error why = {0};

    (void)state;
    (void)tcs_fail(&why, TOCSIN_E_CORRUPT, NULL, 5, "it \"broke\" at\n%d", 9);
    must(tcs_line_loss(&out, &pointer, "stream", &why));
    assert_string_equal(c_str(&out), "{\"v\":1,\"file\":\"a\\\"b\",\"record\":3,\"offset\":10000000000,\"kind\":\"stream\","
                                     "\"status\":\"TOCSIN_E_CORRUPT\",\"reason\":\"it \\\"broke\\\" at\\n9\"}\n");
    tcs_buf_reset(&out);
    pointer = (struct tcs_pointer){.file = "f"};
    (void)tcs_fail(&why, TOCSIN_E_IO, NULL, 0, "no");
    must(tcs_line_loss(&out, &pointer, "unreadable", &why));
    assert_string_equal(c_str(&out), "{\"v\":1,\"file\":\"f\",\"offset\":0,\"kind\":\"unreadable\",\"status\":\"TOCSIN_E_IO\",\"reason\":\"no\"}\n");
    tcs_buf_release(&out);
}

static void test_line__fields(void **state)
{
    struct line_rig rig;

    (void)state;
    open_rig(&rig);
    must(tcs_line_fields(&rig.out, &rig.doc, &rig.pointer));
    assert_string_equal(c_str(&rig.out), "{\"v\":1,\"id\":\"dir/file#17\",\"input\":{\"file\":\"dir/file\",\"record\":17,\"offset\":81234,"
                                         "\"length\":5120},\"fields\":[]}\n");
    add(&rig, "headline", TCS_ROLE_TITLE, "a");
    add(&rig, "l", TCS_ROLE_LEAD, "");
    add(&rig, "t", TCS_ROLE_TEXT, "b\n");
    add(&rig, "o", TCS_ROLE_OTHER, "\xE2\x80\xA8");
    rig.doc.fields[2].lf_paragraph = true;
    rig.doc.id = TCS_STR("7");
    tcs_buf_reset(&rig.out);
    must(tcs_line_fields(&rig.out, &rig.doc, &rig.pointer));
    expect_part(c_str(&rig.out),
                "\"id\":\"7\",\"input\":{\"file\":\"dir/file\",\"record\":17,\"offset\":81234,\"length\":5120},\"fields\":["
                "{\"name\":\"headline\",\"role\":\"title\",\"text\":\"a\"},{\"name\":\"l\",\"role\":\"lead\",\"text\":\"\"},"
                "{\"name\":\"t\",\"role\":\"text\",\"lf_paragraph\":true,\"text\":\"b\\n\"},"
                "{\"name\":\"o\",\"role\":\"other\",\"text\":\"\\u2028\"}]}\n",
                "fields");
    close_rig(&rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_line__every_key_in_its_place),
        cmocka_unit_test(test_line__what_is_absent_is_left_out),
        cmocka_unit_test(test_line__the_lead_is_cut_from_the_text),
        cmocka_unit_test(test_line__strings_are_escaped),
        cmocka_unit_test(test_line__offsets_are_code_points_and_bytes),
        cmocka_unit_test(test_line__context_is_thirty_characters),
        cmocka_unit_test(test_line__max_hits_bounds_the_list_not_the_counts),
        cmocka_unit_test(test_line__only_used_leaves_out_what_no_fired_rule_uses),
        cmocka_unit_test(test_line__unless_phrases_and_what_they_cover_are_not_listed),
        cmocka_unit_test(test_line__losses),
        cmocka_unit_test(test_line__fields),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
