/* expr_text: writes an expression back as its author could have written it. Pure functions. */
#ifndef TOCSIN_EXPR_TEXT_H
#define TOCSIN_EXPR_TEXT_H

#include "rules/patterns.h"

/*
 * Appends the expression of a node (patterns after tcs_patterns_finish) on one line, with no more brackets than it
 * needs: reading it again gives the same tree.
 */
TOCSIN_MUST_CHECK tocsin_status tcs_expr_text(const struct tcs_patterns *patterns, uint32_t node, struct tcs_buf *out);

#endif
