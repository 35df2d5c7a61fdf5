/*
 * Recursive descent, one function a level: or, and, not, primary, call. A list's children are
 * gathered on a stack, since each child pushes children of its own before its siblings are known,
 * and moved to the tree when the list is complete. The stack of calls is bounded by
 * TCS_EXPR_MAX_DEPTH.
 */
#include "rules/expr.h"

#include <stdlib.h>
#include <string.h>

enum token { TOKEN_END, TOKEN_WORD, TOKEN_NUMBER, TOKEN_QUOTED, TOKEN_AT_LEAST, TOKEN_OTHER };

struct parser {
    struct tcs_expr_tree *tree;
    const struct tcs_yaml_node *source;
    struct tcs_str text;
    enum token token;
    size_t start, end; /* of the token */
    struct tcs_yaml_mark mark; /* of the last leaf */
    uint32_t *stack;
    size_t stack_count, stack_cap;
    unsigned depth;
    struct tocsin_error *err;
};

/* What a function takes: how many arguments before or after its number, and of which kind. */
struct function {
    const char *name;
    enum tcs_expr_op op;
    bool is_leaves_only;
    bool has_bound;    /* `>= N` after the bracket */
    bool number_first; /* N is the first argument */
    bool number_last;
    uint32_t min_args, max_args; /* N not counted */
    uint32_t min_number;
    const char *usage;
};

static const struct function functions[] = {
    {"near", TCS_EXPR_NEAR, true, false, false, true, 2, 2, 0, "near(a, b, N)"},
    {"sentence", TCS_EXPR_SENTENCE, true, false, false, false, 2, TCS_EXPR_MAX_ARGS, 0,
     "sentence(a, b, ...)"},
    {"paragraph", TCS_EXPR_PARAGRAPH, true, false, false, false, 2, TCS_EXPR_MAX_ARGS, 0,
     "paragraph(a, b, ...)"},
    {"title", TCS_EXPR_TITLE, false, false, false, false, 1, 1, 0, "title(x)"},
    {"lead", TCS_EXPR_LEAD, false, false, false, false, 1, 1, 0, "lead(x)"},
    {"count", TCS_EXPR_COUNT, true, true, false, false, 1, 1, 1, "count(a) >= N"},
    {"distinct", TCS_EXPR_DISTINCT, true, true, false, false, 1, 1, 1, "distinct(a) >= N"},
    {"atleast", TCS_EXPR_ATLEAST, false, false, true, false, 1, TCS_EXPR_MAX_NUMBER, 1,
     "atleast(N, a, b, ...)"},
};
#define FUNCTION_COUNT (sizeof functions / sizeof functions[0])

static tocsin_status parse_or(struct parser *p, uint32_t *node);

static const struct function *find_function(struct tcs_str name)
{
    size_t i;

    for (i = 0; i < FUNCTION_COUNT; i++) {
        if (tcs_str_equal(name, (struct tcs_str){functions[i].name, strlen(functions[i].name)})) {
            return &functions[i];
        }
    }
    return NULL;
}

bool tcs_expr_is_reserved(struct tcs_str name)
{
    return tcs_str_equal(name, TCS_STR("and")) || tcs_str_equal(name, TCS_STR("or")) ||
           tcs_str_equal(name, TCS_STR("not")) || find_function(name);
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c) || c == '_';
}

static bool is_blank(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

/* Bytes of the character at `at`, for messages. */
static size_t character_len(struct tcs_str text, size_t at)
{
    size_t end = at + 1;

    while (end < text.len && ((unsigned char)text.data[end] & 0xC0) == 0x80) {
        end++;
    }
    return end - at;
}

static tocsin_status scan_quoted(struct parser *p)
{
    char quote = p->text.data[p->start];
    size_t at = p->start + 1;

    p->token = TOKEN_QUOTED;
    while (at < p->text.len && p->text.data[at] != quote) {
        if (quote == '"' && p->text.data[at] == '\\') {
            if (at + 1 >= p->text.len || !strchr("\"\\", p->text.data[at + 1])) {
                return tcs_yaml_fail_at(p->source, at, p->err,
                                        "in double quotes a \\ stands before \" or \\ only; "
                                        "write \\\\ for one \\");
            }
            at++;
        }
        at++;
    }
    if (at >= p->text.len) {
        return tcs_yaml_fail_at(p->source, p->start, p->err,
                                "the quoted term has no closing %c; add it", quote);
    }
    p->end = at + 1;
    return TOCSIN_OK;
}

static tocsin_status next_token(struct parser *p)
{
    size_t at = p->end;
    bool is_number;

    while (at < p->text.len && is_blank(p->text.data[at])) {
        at++;
    }
    p->start = at;
    if (at == p->text.len) {
        p->token = TOKEN_END;
        p->end = at;
        return TOCSIN_OK;
    }
    if (p->text.data[at] == '"' || p->text.data[at] == '\'') {
        return scan_quoted(p);
    }
    if (p->text.len - at >= 2 && memcmp(p->text.data + at, ">=", 2) == 0) {
        p->token = TOKEN_AT_LEAST;
        p->end = at + 2;
        return TOCSIN_OK;
    }
    is_number = is_digit(p->text.data[at]);
    while (at < p->text.len && is_word(p->text.data[at])) {
        is_number = is_number && is_digit(p->text.data[at]);
        at++;
    }
    p->token = is_number ? TOKEN_NUMBER : TOKEN_WORD;
    if (at == p->start) {
        p->token = TOKEN_OTHER;
        at += character_len(p->text, at);
    }
    p->end = at;
    return TOCSIN_OK;
}

static struct tcs_str token_text(const struct parser *p)
{
    return (struct tcs_str){p->text.data + p->start, p->end - p->start};
}

static bool is_char(const struct parser *p, char c)
{
    return p->token == TOKEN_OTHER && p->text.data[p->start] == c;
}

static bool is_keyword(const struct parser *p, const char *word)
{
    return p->token == TOKEN_WORD &&
           tcs_str_equal(token_text(p), (struct tcs_str){word, strlen(word)});
}

/*
 * What to do about a token that another language or an input method would take: "; write `and`". A
 * full-width bracket and a no-break space look like the signs of the grammar, so both are named.
 */
static const char *advice(const struct parser *p)
{
    static const struct {
        const char *found, *advice;
    } slips[] = {
        {"AND", "; write `and`"}, {"And", "; write `and`"}, {"&", "; write `and`"},
        {"OR", "; write `or`"},   {"Or", "; write `or`"},   {"|", "; write `or`"},
        {"NOT", "; write `not`"}, {"Not", "; write `not`"}, {"!", "; write `not`"},
    };
    struct tcs_str found = token_text(p);
    size_t i;

    if (p->token == TOKEN_END) {
        return "";
    }
    for (i = 0; i < sizeof slips / sizeof slips[0]; i++) {
        if (tcs_str_equal(found, (struct tcs_str){slips[i].found, strlen(slips[i].found)})) {
            return slips[i].advice;
        }
    }
    if (p->token == TOKEN_OTHER && (unsigned char)found.data[0] >= 0x80) {
        return "; outside of quotes only ASCII letters, signs and blanks may stand: a term goes in "
               "quotes, a full-width sign or a no-break space becomes its ASCII one";
    }
    return "";
}

/* "expected X, found Y" at the token. */
static tocsin_status fail_expected(const struct parser *p, const char *expected)
{
    struct tcs_str found = token_text(p);

    if (p->token == TOKEN_END) {
        return tcs_yaml_fail_at(p->source, p->start, p->err,
                                "expected %s, but the expression ends here", expected);
    }
    return tcs_yaml_fail_at(p->source, p->start, p->err, "expected %s, found `%.*s`%s", expected,
                            tcs_yaml_shown(found), found.data, advice(p));
}

static tocsin_status take_char(struct parser *p, char c, const char *expected)
{
    if (!is_char(p, c)) {
        return fail_expected(p, expected);
    }
    return next_token(p);
}

static tocsin_status push(struct parser *p, uint32_t node)
{
    if (TCS_GROW(p->stack, p->stack_cap, p->stack_count + 1) != TOCSIN_OK) {
        return tcs_fail_nomem(p->err);
    }
    p->stack[p->stack_count++] = node;
    return TOCSIN_OK;
}

/* Adds a node whose children are what the stack holds from base on, and pops them. */
static tocsin_status add_node(struct parser *p, struct tcs_expr expr, size_t base, uint32_t *node)
{
    struct tcs_expr_tree *tree = p->tree;
    size_t count = p->stack_count - base;

    if (TCS_GROW(tree->nodes, tree->node_cap, tree->node_count + 1) != TOCSIN_OK ||
        TCS_GROW(tree->children, tree->children_cap, tree->children_count + count) != TOCSIN_OK) {
        return tcs_fail_nomem(p->err);
    }
    expr.first_child = (uint32_t)tree->children_count;
    expr.child_count = (uint32_t)count;
    if (count) {
        memcpy(tree->children + tree->children_count, p->stack + base, count * sizeof *p->stack);
    }
    tree->children_count += count;
    p->stack_count = base;
    *node = (uint32_t)tree->node_count;
    tree->nodes[tree->node_count++] = expr;
    return TOCSIN_OK;
}

/* A leaf from the token: the name, or the term without quotes and escapes. */
static tocsin_status add_leaf(struct parser *p, enum tcs_expr_op op, uint32_t *node)
{
    struct tcs_expr_tree *tree = p->tree;
    struct tcs_str text = token_text(p);
    bool has_escapes = op == TCS_EXPR_TERM && text.data[0] == '"';
    struct tcs_expr_leaf *leaf;
    size_t i, len = 0;

    if (op == TCS_EXPR_TERM) {
        text = (struct tcs_str){text.data + 1, text.len - 2};
    }
    if (TCS_GROW(tree->leaves, tree->leaf_cap, tree->leaf_count + 1) != TOCSIN_OK) {
        return tcs_fail_nomem(p->err);
    }
    leaf = &tree->leaves[tree->leaf_count];
    leaf->text = malloc(text.len + 1);
    if (!leaf->text) {
        return tcs_fail_nomem(p->err);
    }
    for (i = 0; i < text.len; i++) {
        if (has_escapes && text.data[i] == '\\') {
            i++;
        }
        leaf->text[len++] = text.data[i];
    }
    leaf->text[len] = '\0';
    tcs_yaml_locate(p->source, &p->mark, p->start, &leaf->line, &leaf->column);
    return add_node(p, (struct tcs_expr){.op = op, .index = (uint32_t)tree->leaf_count++},
                    p->stack_count, node);
}

/* A lexicon's name or a quoted term; takes the token. */
static tocsin_status parse_leaf(struct parser *p, const char *expected, uint32_t *node)
{
    char first = p->text.data[p->token == TOKEN_END ? 0 : p->start];
    struct tcs_str word = token_text(p);
    tocsin_status st;
    size_t i;

    if (p->token == TOKEN_QUOTED) {
        st = add_leaf(p, TCS_EXPR_TERM, node);
        return st == TOCSIN_OK ? next_token(p) : st;
    }
    if (p->token != TOKEN_WORD || tcs_expr_is_reserved(word)) {
        return fail_expected(p, expected);
    }
    for (i = 0; i < word.len; i++) {
        if (word.data[i] >= 'A' && word.data[i] <= 'Z') {
            return fail_expected(p, "a lower-case name or keyword");
        }
    }
    if (first < 'a' || first > 'z') {
        return fail_expected(p, "a name, which begins with a letter a to z");
    }
    st = add_leaf(p, TCS_EXPR_LEXICON, node);
    return st == TOCSIN_OK ? next_token(p) : st;
}

static tocsin_status parse_number(struct parser *p, uint32_t least, uint32_t *number)
{
    uint32_t value = 0;
    size_t i;

    if (p->token != TOKEN_NUMBER) {
        return fail_expected(p, "a whole number");
    }
    for (i = p->start; i < p->end && value <= TCS_EXPR_MAX_NUMBER; i++) {
        value = value * 10 + (uint32_t)(p->text.data[i] - '0');
    }
    if (value < least || value > TCS_EXPR_MAX_NUMBER) {
        return tcs_yaml_fail_at(p->source, p->start, p->err, "the number must be from %u to %d",
                                least, TCS_EXPR_MAX_NUMBER);
    }
    *number = value;
    return next_token(p);
}

static tocsin_status fail_usage(const struct parser *p, const struct function *f)
{
    struct tcs_str found = token_text(p);

    return tcs_yaml_fail_at(p->source, p->start, p->err, "%s is written %s; found %s%.*s%s here%s",
                            f->name, f->usage, p->token == TOKEN_END ? "the end" : "`",
                            tcs_yaml_shown(found), found.data, p->token == TOKEN_END ? "" : "`",
                            advice(p));
}

/* The arguments from behind the opening bracket (and N, where it comes first) to the closing one.
 */
static tocsin_status parse_arguments(struct parser *p, const struct function *f, size_t base,
                                     struct tcs_expr *expr)
{
    bool has_number = !f->number_last;
    tocsin_status st;

    do {
        uint32_t arg;

        st = f->is_leaves_only ? parse_leaf(p, "a lexicon or a quoted term", &arg)
                               : parse_or(p, &arg);
        if (st == TOCSIN_OK) {
            st = push(p, arg);
        }
        if (st != TOCSIN_OK || !is_char(p, ',')) {
            break;
        }
        if (p->stack_count - base == f->max_args && !f->number_last) {
            return fail_usage(p, f);
        }
        st = next_token(p);
        if (st == TOCSIN_OK && p->stack_count - base == f->max_args) {
            st = parse_number(p, f->min_number, &expr->number);
            has_number = true;
            break;
        }
    } while (st == TOCSIN_OK);
    if (st != TOCSIN_OK) {
        return st;
    }
    if (p->stack_count - base < f->min_args || !has_number || !is_char(p, ')')) {
        return fail_usage(p, f);
    }
    return next_token(p);
}

static tocsin_status parse_call(struct parser *p, const struct function *f, uint32_t *node)
{
    struct tcs_expr expr = {.op = f->op};
    size_t base = p->stack_count, at = p->start;
    tocsin_status st = next_token(p);

    if (st != TOCSIN_OK) {
        return st;
    }
    if (!is_char(p, '(')) {
        return fail_usage(p, f);
    }
    st = next_token(p);
    if (st == TOCSIN_OK && f->number_first) {
        st = parse_number(p, f->min_number, &expr.number);
        if (st == TOCSIN_OK) {
            st = take_char(p, ',', "a comma and the expressions to count");
        }
    }
    if (st == TOCSIN_OK) {
        st = parse_arguments(p, f, base, &expr);
    }
    if (st == TOCSIN_OK && f->has_bound) {
        if (p->token != TOKEN_AT_LEAST) {
            return fail_usage(p, f);
        }
        st = next_token(p);
        if (st == TOCSIN_OK) {
            st = parse_number(p, f->min_number, &expr.number);
        }
    }
    if (st == TOCSIN_OK && f->op == TCS_EXPR_ATLEAST && expr.number > p->stack_count - base) {
        return tcs_yaml_fail_at(p->source, at, p->err,
                                "atleast(%u, ...) has only %zu expressions and can never be true",
                                expr.number, p->stack_count - base);
    }
    return st == TOCSIN_OK ? add_node(p, expr, base, node) : st;
}

static tocsin_status parse_primary(struct parser *p, uint32_t *node)
{
    const struct function *f = p->token == TOKEN_WORD ? find_function(token_text(p)) : NULL;
    tocsin_status st;

    if (f) {
        return parse_call(p, f, node);
    }
    if (!is_char(p, '(')) {
        return parse_leaf(p, "a lexicon, a quoted term, a function, `not` or `(`", node);
    }
    st = next_token(p);
    if (st == TOCSIN_OK) {
        st = parse_or(p, node);
    }
    return st == TOCSIN_OK ? take_char(p, ')', "`and`, `or` or `)`") : st;
}

static tocsin_status parse_not(struct parser *p, uint32_t *node)
{
    size_t base = p->stack_count;
    uint32_t child;
    tocsin_status st;

    if (p->depth == TCS_EXPR_MAX_DEPTH) {
        return tcs_yaml_fail_at(p->source, p->start, p->err,
                                "the expression is nested deeper than %d; make it two rules",
                                TCS_EXPR_MAX_DEPTH);
    }
    p->depth++;
    if (!is_keyword(p, "not")) {
        st = parse_primary(p, node);
    } else {
        st = next_token(p);
        if (st == TOCSIN_OK) {
            st = parse_not(p, &child);
        }
        if (st == TOCSIN_OK) {
            st = push(p, child);
        }
        if (st == TOCSIN_OK) {
            st = add_node(p, (struct tcs_expr){.op = TCS_EXPR_NOT}, base, node);
        }
    }
    p->depth--;
    return st;
}

/* One or more operands with the same keyword between them; one alone is itself. */
static tocsin_status parse_chain(struct parser *p, const char *keyword, enum tcs_expr_op op,
                                 tocsin_status (*operand)(struct parser *, uint32_t *),
                                 uint32_t *node)
{
    size_t base = p->stack_count;
    tocsin_status st = operand(p, node);

    while (st == TOCSIN_OK && is_keyword(p, keyword)) {
        if (p->stack_count == base) {
            st = push(p, *node);
        }
        if (st == TOCSIN_OK) {
            st = next_token(p);
        }
        if (st == TOCSIN_OK) {
            st = operand(p, node);
        }
        if (st == TOCSIN_OK) {
            st = push(p, *node);
        }
    }
    if (st != TOCSIN_OK || p->stack_count == base) {
        return st;
    }
    return add_node(p, (struct tcs_expr){.op = op}, base, node);
}

static tocsin_status parse_and(struct parser *p, uint32_t *node)
{
    return parse_chain(p, "and", TCS_EXPR_AND, parse_not, node);
}

static tocsin_status parse_or(struct parser *p, uint32_t *node)
{
    return parse_chain(p, "or", TCS_EXPR_OR, parse_and, node);
}

tocsin_status tcs_expr_parse(struct tcs_expr_tree *tree, const struct tcs_yaml_node *source,
                             struct tocsin_error *err)
{
    struct parser p = {.tree = tree, .source = source, .text = source->text, .err = err};
    tocsin_status st = next_token(&p);

    if (st == TOCSIN_OK) {
        st = parse_or(&p, &tree->root);
    }
    if (st == TOCSIN_OK && p.token != TOKEN_END) {
        st = fail_expected(&p, "`and`, `or` or the end of the expression");
    }
    free(p.stack);
    return st;
}

void tcs_expr_release(struct tcs_expr_tree *tree)
{
    size_t i;

    for (i = 0; i < tree->leaf_count; i++) {
        free(tree->leaves[i].text);
    }
    free(tree->leaves);
    free(tree->children);
    free(tree->nodes);
    *tree = (struct tcs_expr_tree){0};
}
