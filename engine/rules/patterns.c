/*
 * Life cycle and linking. Reading YAML is in patterns_read.c, lexicon.c and rule.c. Expressions are
 * parsed when they are read, so that mistakes show at once, but wait as trees of their own (struct
 * tcs_pending): lexicons may come later, and labels may be replaced. finish sorts the terms and
 * then copies each tree behind the others.
 */
#include "rules/patterns.h"

#include <stdlib.h>
#include <string.h>

#include "input/charset.h"
#include "rules/patterns_read.h"
#include "rules/suggest.h"

void tcs_patterns_init(struct tcs_patterns *patterns)
{
    *patterns = (struct tcs_patterns){.ad_hoc_lexicon = TCS_NO_LEXICON};
}

static void release_examples(struct tcs_example *examples, size_t count)
{
    size_t i;

    for (i = 0; i < count; i++) {
        free(examples[i].text);
    }
    free(examples);
}

static void release_allows(struct tcs_allows *allows)
{
    size_t i;

    for (i = 0; i < allows->count; i++) {
        free(allows->items[i].term);
        free(allows->items[i].reason);
    }
    free(allows->items);
}

static void release_pending(struct tcs_pending *pending)
{
    tcs_expr_release(&pending->tree);
    free(pending->source);
}

void tcs_patterns_release(struct tcs_patterns *patterns)
{
    size_t i;

    for (i = 0; i < patterns->lexicon_count; i++) {
        struct tcs_lexicon *lexicon = &patterns->lexicons[i];

        free(lexicon->name);
        free(lexicon->about);
        free(lexicon->source);
        release_examples(lexicon->examples, lexicon->example_count);
        release_allows(&lexicon->allows);
    }
    for (i = 0; i < patterns->rule_count; i++) {
        struct tcs_rule *rule = &patterns->rules[i];

        free(rule->name);
        free(rule->about);
        free(rule->source);
        release_examples(rule->examples, rule->example_count);
        release_allows(&rule->allows);
    }
    for (i = 0; i < patterns->term_count; i++) {
        free(patterns->terms[i].authored);
        free(patterns->terms[i].source);
    }
    tcs_patterns_drop_labels(patterns);
    for (i = 0; i < patterns->pending_count; i++) {
        release_pending(&patterns->pending[i]);
    }
    free(patterns->lexicons);
    free(patterns->rules);
    free(patterns->terms);
    free(patterns->nodes);
    free(patterns->children);
    free(patterns->labels);
    free(patterns->pending);
    tcs_patterns_init(patterns);
}

void tcs_patterns_drop_labels(struct tcs_patterns *patterns)
{
    size_t i, kept = 0;

    for (i = 0; i < patterns->label_count; i++) {
        free(patterns->labels[i].name);
    }
    patterns->label_count = 0;
    for (i = 0; i < patterns->pending_count; i++) {
        if (patterns->pending[i].is_label) {
            release_pending(&patterns->pending[i]);
        } else {
            patterns->pending[kept++] = patterns->pending[i];
        }
    }
    patterns->pending_count = kept;
}

static bool is_empty_term(struct tcs_str text)
{
    return tcs_str_trim(text).len == 0;
}

const char *tcs_patterns_make_term(struct tcs_pattern_term *term, struct tcs_str authored)
{
    size_t len = authored.len;

    *term = (struct tcs_pattern_term){.lexicon = TCS_NO_LEXICON, .weight = 1, .rule = TCS_NO_RULE};
    if (len && authored.data[len - 1] == '*') {
        term->spec.prefix_up_to = TCS_TERM_STAR_UP_TO;
        len--;
    }
    if (is_empty_term((struct tcs_str){authored.data, len})) {
        return "the term is empty; give it at least one character";
    }
    if (len > TCS_TERM_MAX_BYTES) {
        return "the term is longer than 1,000 bytes; a term is a word or a phrase";
    }
    if (memchr(authored.data, '\0', len)) {
        return "the term holds the character NUL, which no term may; a list of terms is a text in UTF-8";
    }
    if (!tcs_utf8_is_valid(authored)) {
        return "the term is not UTF-8; save or convert it as UTF-8 (iconv -f GB18030 -t UTF-8)";
    }
    term->authored = tcs_str_dup(authored);
    term->spec.text = (struct tcs_str){term->authored, len};
    return NULL;
}

tocsin_status tcs_patterns_add_lexicon(struct tcs_patterns *patterns, const char *name,
                                       const char *source, uint32_t line, struct tocsin_error *err)
{
    struct tcs_lexicon *lexicon;

    if (TCS_GROW(patterns->lexicons, patterns->lexicon_cap, patterns->lexicon_count + 1) !=
        TOCSIN_OK) {
        return tcs_fail_nomem(err);
    }
    lexicon = &patterns->lexicons[patterns->lexicon_count++];
    *lexicon = (struct tcs_lexicon){.line = line};
    lexicon->name = tcs_str_dup((struct tcs_str){name, strlen(name)});
    lexicon->source = tcs_str_dup((struct tcs_str){source, strlen(source)});
    return lexicon->name && lexicon->source ? TOCSIN_OK : tcs_fail_nomem(err);
}

uint32_t tcs_patterns_find_lexicon(const struct tcs_patterns *patterns, const char *name)
{
    size_t i;

    for (i = 0; i < patterns->lexicon_count; i++) {
        if (strcmp(patterns->lexicons[i].name, name) == 0) {
            return (uint32_t)i;
        }
    }
    return TCS_NO_LEXICON;
}

tocsin_status tcs_patterns_add_term(struct tcs_patterns *patterns, const char *lexicon,
                                    struct tcs_str authored, struct tocsin_error *err)
{
    struct tcs_pattern_term term;
    uint32_t index = tcs_patterns_find_lexicon(patterns, lexicon);
    const char *problem;
    tocsin_status st;

    if (index == TCS_NO_LEXICON) {
        index = (uint32_t)patterns->lexicon_count;
        st = tcs_patterns_add_lexicon(patterns, lexicon, lexicon, 0, err);
        if (st != TOCSIN_OK) {
            return st;
        }
    }
    if (strcmp(lexicon, "-e") == 0) {
        patterns->ad_hoc_lexicon = index;
    }
    if (TCS_GROW(patterns->terms, patterns->term_cap, patterns->term_count + 1) != TOCSIN_OK) {
        return tcs_fail_nomem(err);
    }
    problem = tcs_patterns_make_term(&term, authored);
    if (problem) {
        return tcs_fail(err, TOCSIN_E_PATTERN, lexicon, 0, "%s", problem);
    }
    if (!term.authored) {
        return tcs_fail_nomem(err);
    }
    term.lexicon = index;
    patterns->terms[patterns->term_count++] = term;
    return TOCSIN_OK;
}

tocsin_status tcs_patterns_check_term(struct tcs_str authored, struct tcs_folded *folded, struct tocsin_error *err)
{
    struct tcs_pattern_term term;
    struct tcs_term made;
    const char *problem = tcs_patterns_make_term(&term, authored);
    tocsin_status st;

    if (problem)
        return tcs_fail(err, TOCSIN_E_PATTERN, NULL, 0, "%s", problem);
    if (!term.authored)
        return tcs_fail_nomem(err);
    st = tcs_term_init(&made, &term.spec, folded, err);
    if (st == TOCSIN_OK)
        tcs_term_release(&made);
    free(term.authored);
    return st;
}

/* Stable: by lexicon as they came, terms before phrases. Sets the lexicons' ranges. */
static tocsin_status sort_terms(struct tcs_patterns *patterns, struct tocsin_error *err)
{
    struct tcs_pattern_term *sorted;
    uint32_t at = 0;
    size_t i;

    for (i = 0; i < patterns->term_count; i++) {
        struct tcs_lexicon *lexicon = &patterns->lexicons[patterns->terms[i].lexicon];

        *(patterns->terms[i].is_unless ? &lexicon->unless_count : &lexicon->term_count) += 1;
    }
    for (i = 0; i < patterns->lexicon_count; i++) {
        struct tcs_lexicon *lexicon = &patterns->lexicons[i];

        lexicon->first_term = at;
        lexicon->first_unless = at + lexicon->term_count;
        at = lexicon->first_unless + lexicon->unless_count;
        lexicon->term_count = lexicon->unless_count = 0;
    }
    patterns->first_quoted = at;
    if (!patterns->term_count) {
        return TOCSIN_OK;
    }
    sorted = malloc(patterns->term_count * sizeof *sorted);
    if (!sorted) {
        return tcs_fail_nomem(err);
    }
    for (i = 0; i < patterns->term_count; i++) {
        struct tcs_lexicon *lexicon = &patterns->lexicons[patterns->terms[i].lexicon];

        at = patterns->terms[i].is_unless ? lexicon->first_unless + lexicon->unless_count++
                                          : lexicon->first_term + lexicon->term_count++;
        sorted[at] = patterns->terms[i];
    }
    free(patterns->terms);
    patterns->terms = sorted;
    patterns->term_cap = patterns->term_count;
    return TOCSIN_OK;
}

static tocsin_status link_lexicon(struct tcs_patterns *patterns, const struct tcs_pending *pending,
                                  const struct tcs_expr_leaf *leaf, uint32_t *index,
                                  struct tocsin_error *err)
{
    struct tcs_suggest suggest;
    size_t i;

    *index = tcs_patterns_find_lexicon(patterns, leaf->text);
    if (*index != TCS_NO_LEXICON) {
        return TOCSIN_OK;
    }
    suggest = tcs_suggest_begin((struct tcs_str){leaf->text, strlen(leaf->text)});
    for (i = 0; i < patterns->lexicon_count; i++) {
        tcs_suggest_offer(&suggest, patterns->lexicons[i].name);
    }
    if (suggest.best) {
        return tcs_yaml_fail_place(pending->source, leaf->line, leaf->column, err,
                                   "no lexicon is named `%.60s`; did you mean `%s`?", leaf->text,
                                   suggest.best);
    }
    return tcs_yaml_fail_place(pending->source, leaf->line, leaf->column, err,
                               "no lexicon is named `%.60s`; add one, or quote it if it is a term",
                               leaf->text);
}

/* The term of a quoted text, made on first use. */
static tocsin_status link_term(struct tcs_patterns *patterns, const struct tcs_pending *pending,
                               const struct tcs_expr_leaf *leaf, uint32_t *index,
                               struct tocsin_error *err)
{
    struct tcs_pattern_term term;
    const char *problem;
    uint32_t i;

    for (i = patterns->first_quoted; i < patterns->term_count; i++) {
        if (strcmp(patterns->terms[i].authored, leaf->text) == 0) {
            *index = i;
            return TOCSIN_OK;
        }
    }
    if (TCS_GROW(patterns->terms, patterns->term_cap, patterns->term_count + 1) != TOCSIN_OK) {
        return tcs_fail_nomem(err);
    }
    problem = tcs_patterns_make_term(&term, (struct tcs_str){leaf->text, strlen(leaf->text)});
    if (problem) {
        return tcs_yaml_fail_place(pending->source, leaf->line, leaf->column, err, "%s", problem);
    }
    term.source = tcs_str_dup((struct tcs_str){pending->source, strlen(pending->source)});
    if (!term.authored || !term.source) {
        free(term.authored);
        free(term.source);
        return tcs_fail_nomem(err);
    }
    term.rule = pending->is_label ? TCS_NO_RULE : (uint32_t)pending->owner; /* rules are linked before labels */
    term.line = leaf->line;
    term.column = leaf->column;
    *index = (uint32_t)patterns->term_count;
    patterns->terms[patterns->term_count++] = term;
    return TOCSIN_OK;
}

/* Copies a tree behind the nodes there are, with its leaves resolved. */
static tocsin_status link_tree(struct tcs_patterns *patterns, const struct tcs_pending *pending,
                               uint32_t *root, struct tocsin_error *err)
{
    const struct tcs_expr_tree *tree = &pending->tree;
    uint32_t first_node = (uint32_t)patterns->node_count;
    uint32_t first_child = (uint32_t)patterns->children_count;
    tocsin_status st = TOCSIN_OK;
    size_t i;

    /* One child more than there may be: first_child of a leaf must not be added to NULL. */
    if (TCS_GROW(patterns->nodes, patterns->node_cap, patterns->node_count + tree->node_count) !=
            TOCSIN_OK ||
        TCS_GROW(patterns->children, patterns->children_cap,
                 patterns->children_count + tree->children_count + 1) != TOCSIN_OK) {
        return tcs_fail_nomem(err);
    }
    for (i = 0; i < tree->children_count; i++) {
        patterns->children[patterns->children_count++] = first_node + tree->children[i];
    }
    for (i = 0; i < tree->node_count && st == TOCSIN_OK; i++) {
        struct tcs_expr node = tree->nodes[i];

        node.first_child += first_child;
        if (node.op == TCS_EXPR_LEXICON) {
            st = link_lexicon(patterns, pending, &tree->leaves[node.index], &node.index, err);
        } else if (node.op == TCS_EXPR_TERM) {
            st = link_term(patterns, pending, &tree->leaves[node.index], &node.index, err);
        }
        patterns->nodes[patterns->node_count++] = node;
    }
    *root = first_node + tree->root;
    return st;
}

static tocsin_status link_trees(struct tcs_patterns *patterns, bool labels,
                                struct tocsin_error *err)
{
    tocsin_status st = TOCSIN_OK;
    size_t i;

    for (i = 0; i < patterns->pending_count && st == TOCSIN_OK; i++) {
        const struct tcs_pending *pending = &patterns->pending[i];
        uint32_t *root = pending->is_label ? &patterns->labels[pending->owner].root
                                           : &patterns->rules[pending->owner].root;

        if (pending->is_label == labels) {
            st = link_tree(patterns, pending, root, err);
        }
    }
    return st;
}

tocsin_status tcs_patterns_finish(struct tcs_patterns *patterns, struct tocsin_error *err)
{
    tocsin_status st = sort_terms(patterns, err);
    size_t i;

    /*
     * Rules first, wherever the labels stand: of quoted terms that fold alike the first of a rule
     * is reported.
     */
    if (st == TOCSIN_OK) {
        st = link_trees(patterns, false, err);
    }
    if (st == TOCSIN_OK) {
        st = link_trees(patterns, true, err);
    }
    for (i = 0; i < patterns->pending_count; i++) {
        release_pending(&patterns->pending[i]);
    }
    patterns->pending_count = 0;
    return st;
}
