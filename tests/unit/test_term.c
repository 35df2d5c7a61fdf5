/* term: what a term is after folding, which of its blanks and hyphens are separators, and the errors. */
#include "match_help.h"

/* ~ separator, _ white space that is none, ^ a paragraph's end, else the character. */
static void show(const struct tcs_term *term, struct tcs_buf *out)
{
    size_t i;

    tcs_buf_reset(out);
    for (i = 0; i < term->count; i++) {
        if (term->items[i].kind == TCS_TERM_CHAR)
            put_cp(out, term->items[i].cp);
        else if (term->items[i].kind == TCS_TERM_SEPARATOR)
            put_str(out, "~");
        else
            put_str(out, term->items[i].cp == '\f' ? "^" : "_");
    }
}

static const struct {
    const char *text, *items, *note;
} items[] = {
    {"AI", "ai", "folded"},
    {"換臉", "换脸", "folded"},
    {"A.I.", "ai", "initials"},
    {"deep fake", "deep~fake", NULL},
    {"deep-fake", "deep~fake", NULL},
    {"deep\xE2\x80\x91"
     "fake",
     "deep~fake", "U+2011"},
    {"deep \t fake", "deep~fake", NULL},
    {"deep\nfake", "deep~fake", "a line break"},
    {"deep\u2014fake", "deep\u2014fake", "a dash is no hyphen"},
    {"deep\n\nfake", "deep^fake", "a paragraph's end is no separator"},
    {" deep ", "deep", "trimmed"},
    {"\n\ndeep\n", "deep", "trimmed"},
    {"-deep", "-deep", "at the start"},
    {"deep-", "deep-", "at the end"},
    {"-", "-", "alone"},
    {"c - d", "c_-_d", "not between spaced characters"},
    {"a -d", "a_-d", NULL},
    {"a \"b", "a_\"b", "a quotation mark is not spaced"},
    {"AI 换脸", "ai换脸", "the gap is gone"},
    {"AI-换脸", "ai-换脸", "Han is not spaced"},
    {"カ メ", "カ_メ", "nor is Kana"},
    {"换 カ", "换_カ", NULL},
    {"カ-a", "カ-a", NULL},
    {"ー a", "ー_a", "nor is the length mark of Kana"},
    {"ก ข", "ก_ข", "nor is Thai"},
    {"한국 어", "한국~어", "Hangul is"},
    {"Я и", "я~и", NULL},
    {"4 5", "4~5", "digits are"},
    {"x\u0323 y", "x\u0323~y", "marks are"},
    {"②-a", "2~a", "judged folded"},
    {"don’t", "don't", NULL},
    {"a b-c", "a~b~c", NULL},
};

static void test_term__items(void **state)
{
    struct tcs_buf shown = {0};
    size_t i;

    (void)state;
    for (i = 0; i < COUNT(items); i++) {
        struct tcs_term term;

        must(init_term(&term, items[i].text, "", NULL));
        show(&term, &shown);
        if (strcmp(c_str(&shown), items[i].items) != 0)
            fail_msg("[%s] is [%s], not [%s]: %s", items[i].text, shown.data, items[i].items, items[i].note);
        assert_int_equal(term.fixed_count, term.count);
        tcs_term_release(&term);
    }
    tcs_buf_release(&shown);
}

static const struct {
    const char *text, *options, *message; /* message: a part of it; NULL where there is no error */
} errors[] = {
    {"", "", "\"\" is empty after folding"},
    {" \n ", "", "is empty after folding"},
    {"\u200B\u00AD", "", "is empty after folding"},
    {"换 脸", "", "\"换 脸\" has a blank between Han characters and can never match"},
    {"AI 换 脸 b", "", "has a blank between Han"},
    {"换\n\n脸", "", "has a blank between Han"},
    {"换“脸", "", NULL},
    {"换 “脸", "", NULL},
    {"换 カ", "", NULL},
    {"换脸", "i", "inflect needs a term that ends in a letter"},
    {"カ", "i", "inflect needs"},
    {"deep.", "i", "\"deep.\" does not"},
    {"deep-", "i", "inflect needs"},
    {"deep ", "i", NULL},
    {"я", "i", NULL},
    {"换脸", "vw4", NULL},
};

static void test_term__errors(void **state)
{
    size_t i;

    (void)state;
    for (i = 0; i < COUNT(errors); i++) {
        struct tocsin_error err = {0};
        struct tcs_term term;
        tocsin_status st = init_term(&term, errors[i].text, errors[i].options, &err);

        if (st != (errors[i].message ? TOCSIN_E_PATTERN : TOCSIN_OK))
            fail_msg("[%s] with %s: %s", errors[i].text, errors[i].options, tocsin_status_name(st));
        if (st == TOCSIN_OK) {
            tcs_term_release(&term);
            continue;
        }
        assert_int_equal(err.status, TOCSIN_E_PATTERN);
        assert_string_equal(err.where, "");
        if (!strstr(err.message, errors[i].message))
            fail_msg("[%s]: \"%s\"", errors[i].text, err.message);
        assert_int_equal(init_term(&term, errors[i].text, errors[i].options, NULL), TOCSIN_E_PATTERN);
    }
}

static const struct {
    const char *text;
    bool drops_e;
    size_t fixed_count;
} tails[] = {
    {"deepfake", true, 7}, {"scam", false, 4}, {"ape", true, 2}, {"vitamin e", true, 8}, {"换e", true, 1}, {"cafÉ", false, 4},
    {"FAKE", true, 3},
};

static void test_term__inflection_drops_a_final_e(void **state)
{
    size_t i;

    (void)state;
    for (i = 0; i < COUNT(tails); i++) {
        struct tcs_term term;

        must(init_term(&term, tails[i].text, "i", NULL));
        if (term.drops_e != tails[i].drops_e || term.fixed_count != tails[i].fixed_count)
            fail_msg("[%s]: drops_e %d, %zu items fixed", tails[i].text, term.drops_e, term.fixed_count);
        tcs_term_release(&term);
        must(init_term(&term, tails[i].text, "4", NULL));
        assert_false(term.drops_e);
        assert_int_equal(term.fixed_count, term.count);
        tcs_term_release(&term);
    }
}

static const struct {
    const char *a, *a_options, *b, *b_options;
    bool same;
} pairs[] = {
    {"換臉", "", "换脸", "", true},
    {"deep fake", "", "Deep-Fake", "", true},
    {"A.I.", "", "ai", "", true},
    {"deep fake", "", "deepfake", "", false},
    {"-a", "", " a", "", false},
    {"deep", "", "deepf", "", false},
    {"deep", "i", "deep", "", false},
    {"deep", "4", "deep", "", false},
    {"deep", "4", "deep", "5", false},
    {"deep", "v", "deep", "", false},
    {"deep", "w", "deep", "", false},
    {"deep", "iw", "DEEP", "iw", true},
};

static void test_term__same(void **state)
{
    size_t i;

    (void)state;
    for (i = 0; i < COUNT(pairs); i++) {
        struct tcs_term a, b;

        must(init_term(&a, pairs[i].a, pairs[i].a_options, NULL));
        must(init_term(&b, pairs[i].b, pairs[i].b_options, NULL));
        if (tcs_term_same(&a, &b) != pairs[i].same || tcs_term_same(&b, &a) != pairs[i].same)
            fail_msg("[%s] and [%s]", pairs[i].a, pairs[i].b);
        tcs_term_release(&a);
        tcs_term_release(&b);
    }
}

static void test_term__text_is_the_folded_form(void **state)
{
    struct tcs_buf out = {0};
    struct tcs_term term;

    (void)state;
    must(init_term(&term, " Deep-Fake  換臉 ", "", NULL));
    put_str(&out, "> ");
    must(tcs_term_text(&term, &out));
    assert_string_equal(c_str(&out), "> deep-fake换脸");
    tcs_term_release(&term);
    tcs_buf_release(&out);
}

static void test_term__ill_formed_text_is_a_term(void **state)
{
    struct tcs_buf out = {0};
    struct tcs_term term;

    (void)state;
    must(init_term(&term, "a\xFF\xE6\x8D", "", NULL));
    must(tcs_term_text(&term, &out));
    assert_string_equal(c_str(&out), "a\uFFFD\uFFFD");
    tcs_term_release(&term);
    tcs_buf_release(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_term__items),
        cmocka_unit_test(test_term__errors),
        cmocka_unit_test(test_term__inflection_drops_a_final_e),
        cmocka_unit_test(test_term__same),
        cmocka_unit_test(test_term__text_is_the_folded_form),
        cmocka_unit_test(test_term__ill_formed_text_is_a_term),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
