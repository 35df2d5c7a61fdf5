/* Rule expressions: what they parse to, and where and how each mistake is reported. */
#include "rules/expr.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static struct tcs_yaml_node plain_node(const char *text)
{
    struct tcs_str span = {text, strlen(text)};

    return (struct tcs_yaml_node){.kind = TCS_YAML_SCALAR,
                                  .file = "r.yaml",
                                  .line = 1,
                                  .column = 1,
                                  .text = span,
                                  .raw = span};
}

static const char *op_name(enum tcs_expr_op op)
{
    static const char *const names[] = {"lexicon", "term",     "and",       "or",    "not",
                                        "near",    "sentence", "paragraph", "title", "lead",
                                        "count",   "distinct", "atleast"};

    return names[op];
}

/* The tree as prefix notation: (and a (not "b")). */
static void print_tree(const struct tcs_expr_tree *tree, uint32_t node, struct tcs_buf *out)
{
    const struct tcs_expr *expr = &tree->nodes[node];
    uint32_t i;

    if (expr->op == TCS_EXPR_LEXICON) {
        assert_int_equal(tcs_buf_printf(out, "%s", tree->leaves[expr->index].text), TOCSIN_OK);
        return;
    }
    if (expr->op == TCS_EXPR_TERM) {
        assert_int_equal(tcs_buf_printf(out, "<%s>", tree->leaves[expr->index].text), TOCSIN_OK);
        return;
    }
    assert_int_equal(tcs_buf_printf(out, "(%s", op_name(expr->op)), TOCSIN_OK);
    if (expr->op == TCS_EXPR_NEAR || expr->op >= TCS_EXPR_COUNT) {
        assert_int_equal(tcs_buf_printf(out, " %u", expr->number), TOCSIN_OK);
    }
    for (i = 0; i < expr->child_count; i++) {
        assert_int_equal(tcs_buf_putc(out, ' '), TOCSIN_OK);
        print_tree(tree, tree->children[expr->first_child + i], out);
    }
    assert_int_equal(tcs_buf_putc(out, ')'), TOCSIN_OK);
}

static void test_expr__trees(void **state)
{
    static const struct {
        const char *text, *tree, *note;
    } cases[] = {
        {"a", "a", "a lexicon"},
        {"\"deepfak*\"", "<deepfak*>", "a quoted term keeps its star"},
        {"'say \"x\" \\'", "<say \"x\" \\>", "single quotes escape nothing"},
        {"\"a \\\"b\\\" \\\\c\"", "<a \"b\" \\c>", "double quotes escape two characters"},
        {"\"\xE6\x8D\xA2\xE8\x84\xB8\"", "<\xE6\x8D\xA2\xE8\x84\xB8>", "Han in quotes"},
        {"a and b and c", "(and a b c)", "a chain is one node"},
        {"a or b and c", "(or a (and b c))", "and binds tighter than or"},
        {"(a or b) and c", "(and (or a b) c)", "brackets"},
        {"not a and b", "(and (not a) b)", "not binds tightest"},
        {"not (a and b)", "(not (and a b))", ""},
        {"not not a", "(not (not a))", ""},
        {"near(a, \"b\", 0)", "(near 0 a <b>)", "near may be 0"},
        {"near(a,b,10000)", "(near 10000 a b)", "the largest number"},
        {"sentence(a, b, c)", "(sentence a b c)", ""},
        {"paragraph( a ,b )", "(paragraph a b)", "blanks anywhere"},
        {"title(a or not b)", "(title (or a (not b)))", "any expression"},
        {"lead(near(a, b, 3))", "(lead (near 3 a b))", "nested calls"},
        {"count(a) >= 2", "(count 2 a)", ""},
        {"count (a)>=2 and b", "(and (count 2 a) b)", ""},
        {"distinct(a) >= 10", "(distinct 10 a)", ""},
        {"atleast(2, a, b and c, not d)", "(atleast 2 a (and b c) (not d))", ""},
        {"atleast(1, a)", "(atleast 1 a)", ""},
        {"a\n  and\tb", "(and a b)", "line feeds are blanks"},
        {"android or organ or nothing", "(or android organ nothing)", "keywords are whole words"},
    };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct tcs_yaml_node node = plain_node(cases[i].text);
        struct tcs_expr_tree tree = {0};
        struct tocsin_error err = {0};
        struct tcs_buf out = {0};

        if (tcs_expr_parse(&tree, &node, &err) != TOCSIN_OK) {
            fail_msg("%s (%s): %s", cases[i].text, cases[i].note, err.message);
        }
        print_tree(&tree, tree.root, &out);
        assert_int_equal(tcs_buf_putc(&out, '\0'), TOCSIN_OK);
        assert_string_equal(out.data, cases[i].tree);
        tcs_buf_release(&out);
        tcs_expr_release(&tree);
    }
}

static void test_expr__mistakes(void **state)
{
    static const struct {
        const char *text;
        unsigned line, column;
        const char *message, *note;
    } cases[] = {
        {" ", 1, 1, "expected a lexicon", "nothing"},
        {"a b", 1, 3, "expected `and`, `or` or the end", "no operator"},
        {"a and", 1, 6, "ends here", "operand missing"},
        {"and a", 1, 1, "found `and`", "operator first"},
        {"a AND b", 1, 3, "expected `and`", "keywords are lower case"},
        {"Ai", 1, 1, "lower-case", "so are names"},
        {"2a", 1, 1, "begins with a letter", "a digit first"},
        {"(a or b", 1, 8, "ends here", "open bracket"},
        {"a)", 1, 2, "found `)`", "bracket too many"},
        {"a and \xE6\x8D\xA2", 1, 7, "found `\xE6\x8D\xA2`", "unquoted term, whole character"},
        {"\"\xE6\x8D\xA2\xE8\x84\xB8\" $", 1, 6, "found `$`", "columns count code points"},
        {"\"abc", 1, 1, "no closing \"", "open quote"},
        {"'abc\"", 1, 1, "no closing '", "other quote"},
        {"\"a\\n\"", 1, 3, "stands before", "unknown escape"},
        {"near(a, b)", 1, 10, "near is written near(a, b, N)", "number missing"},
        {"near(a, 3)", 1, 9, "expected a lexicon or a quoted term, found `3`", "argument missing"},
        {"near(a, b, c)", 1, 12, "expected a whole number", "a name for the number"},
        {"near(a, b, 3, 4)", 1, 13, "near is written", "argument too many"},
        {"near(a, b, 10001)", 1, 12, "from 0 to 10000", "number too large"},
        {"near(a, b, 99999999999999)", 1, 12, "from 0 to 10000", "no overflow"},
        {"near(a or c, b, 1)", 1, 8, "near is written", "leaves only"},
        {"sentence(a)", 1, 11, "sentence is written", "one argument"},
        {"sentence(a, title(b))", 1, 13, "expected a lexicon or a quoted term", "leaves only"},
        {"paragraph", 1, 10, "found the end here", "no bracket"},
        {"title(a, b)", 1, 8, "title is written title(x)", "two arguments"},
        {"title()", 1, 7, "found `)`", "no argument"},
        {"count(a) > 1", 1, 10, "count is written count(a) >= N", "another comparison"},
        {"count(a)", 1, 9, "found the end", "no comparison"},
        {"count(a) >= 0", 1, 13, "from 1 to 10000", "always true"},
        {"distinct(a) >= x", 1, 16, "whole number", ""},
        {"atleast(0, a)", 1, 9, "from 1", "always true"},
        {"atleast(3, a, b)", 1, 1, "only 2 expressions", "never true"},
        {"atleast(a, b)", 1, 9, "whole number", "number first"},
        {"atleast(2)", 1, 10, "expected a comma", "nothing to count"},
        {"a and\n\n  b c", 3, 5, "found `c`", "lines are counted"},
        {"a && b", 1, 3, "found `&`; write `and`", "another language's and"},
        {"a || b", 1, 3, "found `|`; write `or`", "its or"},
        {"a and !b", 1, 7, "found `!`; write `not`", "its not"},
        {"a OR b", 1, 3, "found `OR`; write `or`", ""},
        {"Not a", 1, 1, "found `Not`; write `not`", ""},
        {"a and\tb\tc", 1, 9, "found `c`", "a tab is one column"},
        {"near\xEF\xBC\x88" "a, b, 3)", 1, 5, "a full-width sign", "a full-width bracket"},
        {"near(a\xEF\xBC\x8C b, 3)", 1, 7, "a full-width sign", "a full-width comma"},
        {"near(a, b, 3\xEF\xBC\x89", 1, 13, "a full-width sign", "a closing one"},
        {"near(a, b, \xEF\xBC\x93)", 1, 12, "expected a whole number", "a full-width digit"},
        {"a\xE3\x80\x80" "and b", 1, 2, "outside of quotes only ASCII", "an ideographic space"},
        {"a\xC2\xA0" "and b", 1, 2, "no-break space", "a no-break space"},
        {"\xE2\x80\x9C" "a\xE2\x80\x9D", 1, 1, "outside of quotes only ASCII", "curly quotes"},
        {"count(a) \xE2\x89\xA5 2", 1, 10, "count is written count(a) >= N; found `\xE2\x89\xA5`", "one sign for >="},
        {"count(a) => 2", 1, 10, "found `=` here", "turned round"},
        {"count(a, b) >= 2", 1, 8, "count is written", "two lexicons"},
        {"count(a and b) >= 2", 1, 9, "count is written", "an expression"},
        {"near(a, b, -1)", 1, 12, "expected a whole number, found `-`", "below 0"},
        {"near(a, b, 2.5)", 1, 13, "near is written", "a fraction"},
        {"near(a, b, )", 1, 12, "expected a whole number, found `)`", ""},
        {"near(a, b, 3) >= 2", 1, 15, "found `>=`", "a bound where none goes"},
        {"near(title(a), b, 3)", 1, 6, "expected a lexicon or a quoted term, found `title`", ""},
        {"near", 1, 5, "near is written near(a, b, N); found the end here", "a reserved word"},
        {"()", 1, 2, "found `)`", "nothing in brackets"},
        {"a or or b", 1, 6, "found `or`", "twice"},
        {"not", 1, 4, "ends here", "nothing denied"},
        {"a, b", 1, 2, "found `,`", "a list"},
        {"a-b", 1, 2, "found `-`", "no name"},
        {"'it''s'", 1, 5, "found `'s'`", "single quotes have no escape"},
        {"sentence(a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a)", 1, 41, "sentence is written",
         "17 arguments"},
    };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct tcs_yaml_node node = plain_node(cases[i].text);
        struct tcs_expr_tree tree = {0};
        struct tocsin_error err = {0};
        char column[32];

        if (tcs_expr_parse(&tree, &node, &err) != TOCSIN_E_PATTERN) {
            fail_msg("%s (%s) is accepted", cases[i].text, cases[i].note);
        }
        (void)snprintf(column, sizeof column, "column %u: ", cases[i].column);
        if (err.offset != cases[i].line || strncmp(err.message, column, strlen(column)) != 0 ||
            !strstr(err.message, cases[i].message) || strcmp(err.where, "r.yaml") != 0) {
            fail_msg("%s (%s): line %u, %s", cases[i].text, cases[i].note, (unsigned)err.offset,
                     err.message);
        }
        tcs_expr_release(&tree);
    }
}

static void test_expr__depth_is_bounded(void **state)
{
    char text[4096];
    struct tcs_yaml_node node;
    struct tcs_expr_tree tree = {0};
    struct tocsin_error err;

    (void)state;
    memset(text, '(', 1000);
    (void)snprintf(text + 1000, sizeof text - 1000, "a");
    node = plain_node(text);
    assert_int_equal(tcs_expr_parse(&tree, &node, &err), TOCSIN_E_PATTERN);
    assert_non_null(strstr(err.message, "nested deeper"));
    tcs_expr_release(&tree);
}

static void test_expr__reserved_words(void **state)
{
    (void)state;
    assert_true(tcs_expr_is_reserved(TCS_STR("and")));
    assert_true(tcs_expr_is_reserved(TCS_STR("atleast")));
    assert_false(tcs_expr_is_reserved(TCS_STR("ai")));
    assert_false(tcs_expr_is_reserved(TCS_STR("")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_expr__trees),
        cmocka_unit_test(test_expr__mistakes),
        cmocka_unit_test(test_expr__depth_is_bounded),
        cmocka_unit_test(test_expr__reserved_words),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
