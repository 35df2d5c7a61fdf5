/* layout: which keys of a JSON object are fields and metadata, by default and as asked for; what is no such wish. */
#include "match_help.h"

#include "input/layout.h"

/* Fields as name:role:text, then metadata that is set. */
static const char *show(const char *fields, const char *meta, const char *text, struct tcs_buf *out)
{
    struct tcs_layout layout = {0};
    struct tcs_json_scratch json = {0};
    struct tcs_document doc = {0};
    const struct {
        const char *name;
        const struct tcs_str *text;
    } slots[] = {{"id", &doc.id}, {"url", &doc.url}, {"date", &doc.date}, {"source", &doc.source}, {"lang", &doc.lang}};
    size_t i;

    if (fields)
        must(tcs_layout_add_fields(&layout, fields, NULL));
    if (meta)
        must(tcs_layout_add_meta(&layout, meta, NULL));
    must(tcs_layout_finish(&layout, NULL));
    must(tcs_json_read(str(text), &layout.paths, &json, NULL, NULL));
    must(tcs_layout_document(&layout, &json, &doc));
    tcs_buf_reset(out);
    for (i = 0; i < doc.field_count; i++)
        must(tcs_buf_printf(out, "%s:%d:%.*s ", doc.fields[i].name, (int)doc.fields[i].role, (int)doc.fields[i].text.len,
                            doc.fields[i].text.len ? doc.fields[i].text.data : ""));
    for (i = 0; i < COUNT(slots); i++)
        if (slots[i].text->len)
            must(tcs_buf_printf(out, "%s=%.*s ", slots[i].name, (int)slots[i].text->len, slots[i].text->data));
    if (out->len)
        out->len--;
    tcs_layout_release(&layout);
    tcs_json_scratch_release(&json);
    tcs_document_release(&doc);
    return c_str(out);
}

static void test_layout__keys_are_fields(void **state)
{
    static const struct {
        const char *fields, *meta, *text, *expected;
    } cases[] = {
        {NULL, NULL, "{}", ""},
        {NULL, NULL, "{\"text\":\"b\",\"title\":\"a\",\"x\":\"c\"}", "title:0:a text:2:b"},
        {NULL, NULL, "{\"body\":\"3\",\"content\":\"2\",\"text\":\"1\"}", "text:2:1"},
        {NULL, NULL, "{\"body\":\"3\",\"content\":\" \",\"text\":\"\"}", "body:2:3"},
        {NULL, NULL, "{\"headline\":\"h\",\"summary\":\"s\",\"description\":\"d\"}", "headline:0:h description:1:d"},
        {NULL, NULL, "{\"title\":7,\"headline\":\"h\",\"text\":null}", "headline:0:h"},
        {NULL, NULL, "{\"title\":{\"text\":\"inner\"}}", ""},
        {NULL, NULL, "{\"title\":\"a\",\"title\":\"b\"}", "title:0:a title:0:b"},
        {NULL, NULL, "{\"Title\":\"a\"}", ""},
        {NULL, NULL, "{\"id\":7,\"url\":\"u\",\"date\":\" d \",\"source\":\"s\",\"lang\":\"zh\"}", "id=7 url=u date=d source=s lang=zh"},
        {NULL, NULL, "{\"published\":\"p\",\"language\":\"l\"}", "date=p lang=l"},
        {NULL, NULL, "{\"published\":\"p\",\"date\":\"\",\"id\":\"\"}", "date=p"},
        {"headline", NULL, "{\"title\":\"a\",\"headline\":\"b\"}", "headline:0:b"},
        {"x", NULL, "{\"title\":\"a\",\"x\":\"b\"}", "x:3:b"},
        {"title=x,text=y", NULL, "{\"y\":\"b\",\"x\":\"a\",\"text\":\"c\"}", "x:0:a y:2:b"},
        {" lead = x , other=title", NULL, "{\"x\":\"a\",\"title\":\"b\"}", "x:1:a title:3:b"},
        {"a.b", NULL, "{\"a\":{\"b\":\"1\"},\"b\":\"2\"}", "a.b:3:1"},
        {"x", "date=when", "{\"x\":\"\",\"when\":\"w\",\"date\":\"d\",\"id\":\"i\"}", "x:3: id=i date=w"},
        {NULL, "id,lang=l", "{\"id\":\"i\",\"l\":\"x\",\"lang\":\"y\",\"url\":\"u\"}", "id=i url=u lang=x"},
    };
    struct tcs_buf out = {0};
    size_t i;

    (void)state;
    for (i = 0; i < COUNT(cases); i++)
        if (strcmp(show(cases[i].fields, cases[i].meta, cases[i].text, &out), cases[i].expected) != 0)
            fail_msg("%zu: %s gives %s, expected %s", i, cases[i].text, out.data, cases[i].expected);
    tcs_buf_release(&out);
}

static void test_layout__what_is_no_wish_is_told(void **state)
{
    static const struct {
        bool is_meta;
        const char *spec;
        tocsin_status status;
        const char *part;
    } cases[] = {
        {false, "", TOCSIN_E_ARG, "missing"},         {false, "a,", TOCSIN_E_ARG, "missing"},
        {false, "title=", TOCSIN_E_ARG, "missing"},   {false, ",a", TOCSIN_E_ARG, "missing"},
        {false, "body=a", TOCSIN_E_ARG, "'body'"},    {false, "=a", TOCSIN_E_ARG, "''"},
        {false, "text=:html", TOCSIN_E_ARG, "a key is expected"},
        {true, "", TOCSIN_E_ARG, "missing"},          {true, "author=a", TOCSIN_E_ARG, "'author'"},
        {true, "title", TOCSIN_E_ARG, "'title'"},
    };
    size_t i;

    (void)state;
    for (i = 0; i < COUNT(cases); i++) {
        struct tcs_layout layout = {0};
        struct tocsin_error err = {0};
        tocsin_status st = cases[i].is_meta ? tcs_layout_add_meta(&layout, cases[i].spec, &err)
                                            : tcs_layout_add_fields(&layout, cases[i].spec, &err);

        if (st != cases[i].status || !strstr(err.message, cases[i].part))
            fail_msg("%s: %s: %s", cases[i].spec, tocsin_status_name(st), err.message);
        tcs_layout_release(&layout);
    }
}

static void test_layout__default_names_are_known(void **state)
{
    (void)state;
    assert_true(tcs_layout_is_default(str("title")));
    assert_true(tcs_layout_is_default(str("language")));
    assert_true(tcs_layout_is_default(str("Title")));
    assert_false(tcs_layout_is_default(str("titles")));
    assert_false(tcs_layout_is_default(str("")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_layout__keys_are_fields),
        cmocka_unit_test(test_layout__what_is_no_wish_is_told),
        cmocka_unit_test(test_layout__default_names_are_known),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
