/*
 * expr: the parser of rule expressions (docs/matching.md section 4). Gives a tree whose leaves
 * still are names and quoted texts; patterns links them to lexicons and terms. A tree owns its
 * memory; one thread.
 */
#ifndef TOCSIN_EXPR_H
#define TOCSIN_EXPR_H

#include "rules/patterns.h"
#include "rules/yaml.h"

#define TCS_EXPR_MAX_NUMBER 10000
#define TCS_EXPR_MAX_ARGS 16 /* of sentence and paragraph */
#define TCS_EXPR_MAX_DEPTH                                                                         \
    64 /* of brackets, calls and `not`s: bounds every recursion over a tree */

/* A lexicon's name or a quoted term, and where it stands. */
struct tcs_expr_leaf {
    char *text; /* owned; escapes undone */
    uint32_t line, column;
};

/* All zero is empty. In a node of op LEXICON or TERM, index is into leaves. */
struct tcs_expr_tree {
    struct tcs_expr *nodes;
    size_t node_count, node_cap;
    uint32_t *children;
    size_t children_count, children_cap;
    struct tcs_expr_leaf *leaves;
    size_t leaf_count, leaf_cap;
    uint32_t root;
};

/*
 * Parses the scalar source (plain or quoted YAML; messages point into its file). tree must be
 * empty; release it after a failure too. Errors: TOCSIN_E_PATTERN with file, line and column.
 */
TOCSIN_MUST_CHECK tocsin_status tcs_expr_parse(struct tcs_expr_tree *tree,
                                               const struct tcs_yaml_node *source,
                                               struct tocsin_error *err);
void tcs_expr_release(struct tcs_expr_tree *tree);

/* True for and, or, not and the names of functions, which no lexicon may have. */
bool tcs_expr_is_reserved(struct tcs_str name);

#endif
