/* Brackets stand around an operand that binds less tightly than what it is an operand of. */
#include "rules/expr_text.h"

#include <string.h>

enum binding { BINDS_OR, BINDS_AND, BINDS_NOT, BINDS_ALL };

static tocsin_status write_node(const struct tcs_patterns *patterns, uint32_t node, enum binding around,
                                struct tcs_buf *out);

static enum binding binding_of(enum tcs_expr_op op)
{
    return op == TCS_EXPR_OR ? BINDS_OR : op == TCS_EXPR_AND ? BINDS_AND : op == TCS_EXPR_NOT ? BINDS_NOT : BINDS_ALL;
}

static const char *function_of(enum tcs_expr_op op)
{
    static const char *const names[] = {
        [TCS_EXPR_NEAR] = "near",   [TCS_EXPR_SENTENCE] = "sentence", [TCS_EXPR_PARAGRAPH] = "paragraph",
        [TCS_EXPR_TITLE] = "title", [TCS_EXPR_LEAD] = "lead",         [TCS_EXPR_COUNT] = "count",
        [TCS_EXPR_DISTINCT] = "distinct", [TCS_EXPR_ATLEAST] = "atleast"};

    return names[op];
}

/* In double quotes, where \ stands before " and \. */
static tocsin_status write_quoted(const char *text, struct tcs_buf *out)
{
    tocsin_status st = tcs_buf_putc(out, '"');

    for (; *text && st == TOCSIN_OK; text++) {
        if (*text == '"' || *text == '\\')
            st = tcs_buf_putc(out, '\\');
        if (st == TOCSIN_OK)
            st = tcs_buf_putc(out, *text);
    }
    return st == TOCSIN_OK ? tcs_buf_putc(out, '"') : st;
}

static tocsin_status write_operands(const struct tcs_patterns *patterns, const struct tcs_expr *expr,
                                    const char *between, enum binding around, struct tcs_buf *out)
{
    tocsin_status st = TOCSIN_OK;
    uint32_t i;

    for (i = 0; i < expr->child_count && st == TOCSIN_OK; i++) {
        if (i)
            st = tcs_buf_append(out, between, strlen(between));
        if (st == TOCSIN_OK)
            st = write_node(patterns, patterns->children[expr->first_child + i], around, out);
    }
    return st;
}

static tocsin_status write_call(const struct tcs_patterns *patterns, const struct tcs_expr *expr, struct tcs_buf *out)
{
    bool has_bound = expr->op == TCS_EXPR_COUNT || expr->op == TCS_EXPR_DISTINCT;
    tocsin_status st = tcs_buf_printf(out, "%s(", function_of(expr->op));

    if (st == TOCSIN_OK && expr->op == TCS_EXPR_ATLEAST)
        st = tcs_buf_printf(out, "%u, ", expr->number);
    if (st == TOCSIN_OK)
        st = write_operands(patterns, expr, ", ", BINDS_OR, out);
    if (st == TOCSIN_OK && expr->op == TCS_EXPR_NEAR)
        st = tcs_buf_printf(out, ", %u", expr->number);
    if (st == TOCSIN_OK)
        st = tcs_buf_putc(out, ')');
    return st == TOCSIN_OK && has_bound ? tcs_buf_printf(out, " >= %u", expr->number) : st;
}

static tocsin_status write_plain(const struct tcs_patterns *patterns, const struct tcs_expr *expr, struct tcs_buf *out)
{
    tocsin_status st;

    switch (expr->op) {
    case TCS_EXPR_LEXICON: return tcs_buf_printf(out, "%s", patterns->lexicons[expr->index].name);
    case TCS_EXPR_TERM: return write_quoted(patterns->terms[expr->index].authored, out);
    case TCS_EXPR_AND: return write_operands(patterns, expr, " and ", BINDS_NOT, out);
    case TCS_EXPR_OR: return write_operands(patterns, expr, " or ", BINDS_AND, out);
    case TCS_EXPR_NOT:
        st = tcs_buf_printf(out, "not ");
        return st == TOCSIN_OK ? write_operands(patterns, expr, "", BINDS_NOT, out) : st;
    case TCS_EXPR_NEAR:
    case TCS_EXPR_SENTENCE:
    case TCS_EXPR_PARAGRAPH:
    case TCS_EXPR_TITLE:
    case TCS_EXPR_LEAD:
    case TCS_EXPR_COUNT:
    case TCS_EXPR_DISTINCT:
    case TCS_EXPR_ATLEAST: break;
    }
    return write_call(patterns, expr, out);
}

static tocsin_status write_node(const struct tcs_patterns *patterns, uint32_t node, enum binding around,
                                struct tcs_buf *out)
{
    const struct tcs_expr *expr = &patterns->nodes[node];
    bool needs_brackets = binding_of(expr->op) < around;
    tocsin_status st = needs_brackets ? tcs_buf_putc(out, '(') : TOCSIN_OK;

    if (st == TOCSIN_OK)
        st = write_plain(patterns, expr, out);
    return st == TOCSIN_OK && needs_brackets ? tcs_buf_putc(out, ')') : st;
}

tocsin_status tcs_expr_text(const struct tcs_patterns *patterns, uint32_t node, struct tcs_buf *out)
{
    return write_node(patterns, node, BINDS_OR, out);
}
