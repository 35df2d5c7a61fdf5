/*
 * What the readers of lexicons, rules and labels share: each key is checked against the list of
 * known ones, each value for its kind and range, so that a message can name file, line and column.
 * And the entry: which of them reads a document is decided by its first key.
 */
#include "rules/patterns_read.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rules/suggest.h"

const struct tcs_yaml_node *tcs_read_value(const struct tcs_yaml_node *map, const char *key)
{
    const struct tcs_yaml_node *entry;

    for (entry = map->child; entry; entry = entry->next) {
        if (strcmp(entry->key->text.data, key) == 0) {
            return entry;
        }
    }
    return NULL;
}

/* entry's key is none of keys; which one may be meant, or which ones there are? */
static tocsin_status fail_key(struct tcs_reader *r, const struct tcs_yaml_node *entry,
                              const char *what, const char *const *keys)
{
    struct tcs_str typed = entry->key->text;
    struct tcs_suggest suggest = tcs_suggest_begin(typed);
    char list[128] = "";
    size_t len = 0, i;

    for (i = 0; keys[i]; i++) {
        tcs_suggest_offer(&suggest, keys[i]);
        if (len < sizeof list) {
            len += (size_t)snprintf(list + len, sizeof list - len, "%s%s", i ? ", " : "", keys[i]);
        }
    }
    if (suggest.best) {
        return tcs_yaml_fail(entry->key, r->err, "%s has no key `%.*s`; did you mean `%s`?", what,
                             tcs_yaml_shown(typed), typed.data, suggest.best);
    }
    return tcs_yaml_fail(entry->key, r->err, "%s has no key `%.*s`; it has %s", what,
                         tcs_yaml_shown(typed), typed.data, list);
}

tocsin_status tcs_read_keys(struct tcs_reader *r, const struct tcs_yaml_node *map, const char *what,
                            const char *const *keys)
{
    const struct tcs_yaml_node *entry;

    for (entry = map->child; entry; entry = entry->next) {
        const char *const *key = keys;

        while (*key && strcmp(*key, entry->key->text.data) != 0) {
            key++;
        }
        if (!*key) {
            return fail_key(r, entry, what, keys);
        }
    }
    return TOCSIN_OK;
}

/* expected: "a list of texts for `match`". */
tocsin_status tcs_read_kind(struct tcs_reader *r, const struct tcs_yaml_node *node,
                            enum tcs_yaml_kind kind, const char *expected)
{
    if (node->kind == kind) {
        return TOCSIN_OK;
    }
    if (node->kind == TCS_YAML_SCALAR && !node->text.len) {
        return tcs_yaml_fail(node, r->err, "expected %s, found nothing", expected);
    }
    return tcs_yaml_fail(node, r->err, "expected %s, found %s", expected, tcs_yaml_kind_name(node));
}

tocsin_status tcs_read_text(struct tcs_reader *r, const struct tcs_yaml_node *node,
                            const char *expected)
{
    tocsin_status st = tcs_read_kind(r, node, TCS_YAML_SCALAR, expected);

    if (st == TOCSIN_OK && !tcs_str_trim(node->text).len) {
        st = tcs_yaml_fail(node, r->err, "expected %s, found an empty one", expected);
    }
    return st;
}

tocsin_status tcs_read_about(struct tcs_reader *r, const struct tcs_yaml_node *map, char **about)
{
    const struct tcs_yaml_node *node = tcs_read_value(map, "about");
    tocsin_status st;

    if (!node) {
        return TOCSIN_OK;
    }
    st = tcs_read_text(r, node, "a text for `about`");
    if (st != TOCSIN_OK) {
        return st;
    }
    *about = tcs_str_dup(node->text);
    return *about ? TOCSIN_OK : tcs_fail_nomem(r->err);
}

tocsin_status tcs_read_bool(struct tcs_reader *r, const struct tcs_yaml_node *map, const char *key,
                            bool *value)
{
    const struct tcs_yaml_node *node = tcs_read_value(map, key);

    if (!node) {
        return TOCSIN_OK;
    }
    *value = node->kind == TCS_YAML_SCALAR && strcmp(node->text.data, "true") == 0;
    if (*value || (node->kind == TCS_YAML_SCALAR && strcmp(node->text.data, "false") == 0)) {
        return TOCSIN_OK;
    }
    return tcs_yaml_fail(node, r->err, "expected true or false for `%s`", key);
}

/* Decimal digits with at most one point; by hand, since strtod follows the locale. */
bool tcs_read_decimal(struct tcs_str text, double *value)
{
    double digits = 0, scale = 1;
    bool is_fraction = false;
    size_t i;

    if (!text.len || text.len > 15 || text.data[0] == '.' || text.data[text.len - 1] == '.') {
        return false;
    }
    for (i = 0; i < text.len; i++) {
        if (text.data[i] == '.' && !is_fraction) {
            is_fraction = true;
        } else if (text.data[i] >= '0' && text.data[i] <= '9') {
            digits = digits * 10 + (text.data[i] - '0');
            scale *= is_fraction ? 10 : 1;
        } else {
            return false;
        }
    }
    *value = digits / scale;
    return true;
}

tocsin_status tcs_read_number(struct tcs_reader *r, const struct tcs_yaml_node *map,
                              const char *key, double *value)
{
    const struct tcs_yaml_node *node = tcs_read_value(map, key);

    if (!node) {
        return TOCSIN_OK;
    }
    if (node->kind != TCS_YAML_SCALAR || !tcs_read_decimal(node->text, value) ||
        *value > TCS_PATTERN_MAX_NUMBER) {
        return tcs_yaml_fail(node, r->err, "expected a number from 0 to %d for `%s`, such as 0.5",
                             TCS_PATTERN_MAX_NUMBER, key);
    }
    return TOCSIN_OK;
}

tocsin_status tcs_read_name(struct tcs_reader *r, const struct tcs_yaml_node *node,
                            const char *what)
{
    struct tcs_str name = node->text;
    bool is_good =
        node->kind == TCS_YAML_SCALAR && name.len && name.data[0] >= 'a' && name.data[0] <= 'z';
    size_t i;

    for (i = 0; is_good && i < name.len; i++) {
        char c = name.data[i];

        is_good = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
    }
    if (!is_good || name.len > 100) {
        return tcs_yaml_fail(
            node, r->err,
            "the name of %s must be letters a to z, digits and _, and begin with a "
            "letter; at most 100",
            what);
    }
    return TOCSIN_OK;
}

static tocsin_status read_example_list(struct tcs_reader *r, const struct tcs_yaml_node *list,
                                       bool must_match, struct tcs_example **examples,
                                       size_t *count, size_t *cap)
{
    const struct tcs_yaml_node *node;
    tocsin_status st = tcs_read_kind(r, list, TCS_YAML_LIST, "a list of example texts");

    for (node = list->child; node && st == TOCSIN_OK; node = node->next) {
        struct tcs_example example = {.must_match = must_match, .line = node->line};

        st = tcs_read_text(r, node, "an example text (quote it if it holds : or #)");
        if (st != TOCSIN_OK) {
            break;
        }
        if (TCS_GROW(*examples, *cap, *count + 1) != TOCSIN_OK) {
            return tcs_fail_nomem(r->err);
        }
        example.text = tcs_str_dup(node->text);
        if (!example.text) {
            return tcs_fail_nomem(r->err);
        }
        (*examples)[(*count)++] = example;
    }
    return st;
}

tocsin_status tcs_read_examples(struct tcs_reader *r, const struct tcs_yaml_node *map,
                                struct tcs_example **examples, size_t *count, size_t *cap)
{
    static const char *const keys[] = {"match", "no_match", NULL};
    const struct tcs_yaml_node *node = tcs_read_value(map, "examples");
    const struct tcs_yaml_node *list;
    tocsin_status st;

    if (!node) {
        return TOCSIN_OK;
    }
    st = tcs_read_kind(r, node, TCS_YAML_MAP, "a map of `match` and `no_match` for `examples`");
    if (st == TOCSIN_OK) {
        st = tcs_read_keys(r, node, "a map of examples", keys);
    }
    for (list = node->child; list && st == TOCSIN_OK; list = list->next) {
        bool must_match = strcmp(list->key->text.data, "match") == 0;

        st = read_example_list(r, list, must_match, examples, count, cap);
    }
    return st;
}

static tocsin_status read_warning(struct tcs_reader *r, const struct tcs_yaml_node *node,
                                  enum tcs_warning *warning)
{
    struct tcs_suggest suggest;
    int i;

    *warning = tcs_warning_by_name(node->text);
    if (tcs_warning_can_be_allowed(*warning)) {
        return TOCSIN_OK;
    }
    if (*warning < TCS_WARNING_COUNT) {
        return tcs_yaml_fail(node, r->err, "`%s` cannot be allowed: %s", node->text.data,
                             tcs_warning_kinds[*warning].advice);
    }
    suggest = tcs_suggest_begin(node->text);
    for (i = 0; i < TCS_WARNING_COUNT; i++) {
        tcs_suggest_offer(&suggest, tcs_warning_kinds[i].name);
    }
    return tcs_yaml_fail(node, r->err, "there is no warning `%.*s`%s%s%s", tcs_yaml_shown(node->text),
                         node->text.data, suggest.best ? "; did you mean `" : "; `tocsin lint --help` lists them",
                         suggest.best ? suggest.best : "", suggest.best ? "`?" : "");
}

/* An entry that speaks of a term names it; one about a rule does not. */
static tocsin_status read_allow(struct tcs_reader *r, const struct tcs_yaml_node *map,
                                struct tcs_allow *allow)
{
    static const char *const keys[] = {"warning", "term", "reason", NULL};
    const struct tcs_yaml_node *warning = tcs_read_value(map, "warning"),
                               *term = tcs_read_value(map, "term"),
                               *reason = tcs_read_value(map, "reason");
    tocsin_status st = tcs_read_keys(r, map, "an entry of `allow`", keys);

    if (st == TOCSIN_OK && (!warning || !reason)) {
        st = tcs_yaml_fail(map, r->err, "an entry of `allow` needs `warning: NAME` and `reason: WHY`");
    }
    if (st == TOCSIN_OK) {
        st = tcs_read_text(r, warning, "the name of a warning");
    }
    if (st == TOCSIN_OK) {
        st = read_warning(r, warning, &allow->warning);
    }
    if (st == TOCSIN_OK && !term != tcs_warning_kinds[allow->warning].is_of_rule) {
        st = term ? tcs_yaml_fail(term->key, r->err, "this warning is about the rule; remove `term`")
                  : tcs_yaml_fail(map, r->err, "this warning is about a term; add `term: X`");
    }
    if (st == TOCSIN_OK && term) {
        st = tcs_read_text(r, term, "a term as it is written in the lexicon or rule");
    }
    if (st == TOCSIN_OK) {
        st = tcs_read_text(r, reason, "a reason");
    }
    if (st != TOCSIN_OK) {
        return st;
    }
    allow->line = map->line;
    allow->column = map->column;
    allow->term = term ? tcs_str_dup(term->text) : NULL;
    allow->reason = tcs_str_dup(reason->text);
    return (term && !allow->term) || !allow->reason ? tcs_fail_nomem(r->err) : TOCSIN_OK;
}

tocsin_status tcs_read_allows(struct tcs_reader *r, const struct tcs_yaml_node *map,
                              struct tcs_allows *allows)
{
    const struct tcs_yaml_node *list = tcs_read_value(map, "allow"), *node;
    tocsin_status st;

    if (!list) {
        return TOCSIN_OK;
    }
    st = tcs_read_kind(r, list, TCS_YAML_LIST, "a list of maps with `warning`, `term` and `reason` for `allow`");
    for (node = list->child; node && st == TOCSIN_OK; node = node->next) {
        st = tcs_read_kind(r, node, TCS_YAML_MAP, "a map with `warning`, `term` and `reason`");
        if (st != TOCSIN_OK) {
            break;
        }
        if (TCS_GROW(allows->items, allows->cap, allows->count + 1) != TOCSIN_OK) {
            return tcs_fail_nomem(r->err);
        }
        allows->items[allows->count] = (struct tcs_allow){0};
        st = read_allow(r, node, &allows->items[allows->count++]);
    }
    return st;
}

static tocsin_status read_document(struct tcs_reader *r, const struct tcs_yaml_node *root)
{
    static const char *const keys[] = {"lexicon", "rule", "rules", "labels", NULL};
    tocsin_status st = tcs_read_kind(
        r, root, TCS_YAML_MAP, "a map that begins with `lexicon:`, `rule:`, `rules:` or `labels:`");

    if (st != TOCSIN_OK) {
        return st;
    }
    if (tcs_read_value(root, "lexicon")) {
        return tcs_read_lexicon(r, root);
    }
    if (tcs_read_value(root, "rule")) {
        return tcs_read_rule(r, root);
    }
    if (tcs_read_value(root, "rules")) {
        return tcs_read_rules(r, root);
    }
    if (tcs_read_value(root, "labels")) {
        return tcs_read_labels(r, root);
    }
    st = tcs_read_keys(r, root, "a file of patterns", keys);
    return st == TOCSIN_OK
               ? tcs_yaml_fail(root, r->err, "the map is empty; begin with `lexicon: NAME`")
               : st;
}

tocsin_status tcs_patterns_add_yaml(struct tcs_patterns *patterns, const struct tcs_yaml *yaml,
                                    struct tocsin_error *err)
{
    struct tcs_reader r = {.patterns = patterns, .err = err};
    tocsin_status st = TOCSIN_OK;
    size_t i;

    for (i = 0; i < yaml->document_count && st == TOCSIN_OK; i++) {
        st = read_document(&r, yaml->documents[i]);
    }
    return st;
}

tocsin_status tcs_patterns_add_source(struct tcs_patterns *patterns, const char *name,
                                      struct tcs_str text, struct tocsin_error *err)
{
    struct tcs_yaml yaml = {0};
    tocsin_status st = tcs_yaml_parse(&yaml, name, text, err);

    if (st == TOCSIN_OK) {
        st = tcs_patterns_add_yaml(patterns, &yaml, err);
    }
    tcs_yaml_release(&yaml);
    return st;
}
