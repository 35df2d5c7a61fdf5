/* Rules and labels. Expressions are parsed here and wait for tcs_patterns_finish. */
#include <stdlib.h>
#include <string.h>

#include "rules/patterns_read.h"
#include "rules/suggest.h"

static tocsin_status read_expression(struct tcs_reader *r, const struct tcs_yaml_node *node,
                                     bool is_label, size_t owner)
{
    struct tcs_patterns *patterns = r->patterns;
    struct tcs_pending *pending;
    tocsin_status st = tcs_read_text(r, node, "an expression for `when`, such as ai and harm");

    if (st != TOCSIN_OK) {
        return st;
    }
    if (TCS_GROW(patterns->pending, patterns->pending_cap, patterns->pending_count + 1) !=
        TOCSIN_OK) {
        return tcs_fail_nomem(r->err);
    }
    pending = &patterns->pending[patterns->pending_count++];
    *pending = (struct tcs_pending){.is_label = is_label, .owner = owner};
    pending->source = tcs_str_dup((struct tcs_str){node->file, strlen(node->file)});
    if (!pending->source) {
        return tcs_fail_nomem(r->err);
    }
    return tcs_expr_parse(&pending->tree, node, r->err);
}

static tocsin_status check_facets(struct tcs_reader *r, const struct tcs_yaml_node *map)
{
    const struct tcs_yaml_node *facets = tcs_read_value(map, "facets"), *list, *value;
    tocsin_status st;

    if (!facets) {
        return TOCSIN_OK;
    }
    st = tcs_read_kind(r, facets, TCS_YAML_MAP, "a map of lists for `facets`");
    for (list = facets->child; list && st == TOCSIN_OK; list = list->next) {
        st = tcs_read_kind(r, list, TCS_YAML_LIST, "a list of a facet's values");
        for (value = list->child; value && st == TOCSIN_OK; value = value->next) {
            st = tcs_read_text(r, value, "a facet's value");
        }
    }
    return st;
}

static tocsin_status check_rule_name(struct tcs_reader *r, const struct tcs_yaml_node *name)
{
    tocsin_status st = tcs_read_name(r, name, "a rule");
    size_t i;

    for (i = 0; st == TOCSIN_OK && i < r->patterns->rule_count; i++) {
        const struct tcs_rule *rule = &r->patterns->rules[i];

        if (strcmp(rule->name, name->text.data) == 0) {
            st = tcs_yaml_fail(
                name, r->err,
                "there is a rule `%s` already, in %s, line %u; rename one or join them "
                "with `or`",
                rule->name, rule->source, rule->line);
        }
    }
    return st;
}

tocsin_status tcs_read_rule(struct tcs_reader *r, const struct tcs_yaml_node *map)
{
    static const char *const keys[] = {"rule",   "about",    "when",  "score",
                                       "facets", "examples", "allow", NULL};
    struct tcs_patterns *patterns = r->patterns;
    const struct tcs_yaml_node *name = tcs_read_value(map, "rule"),
                               *when = tcs_read_value(map, "when");
    struct tcs_rule *rule;
    tocsin_status st = tcs_read_keys(r, map, "a rule", keys);

    if (st == TOCSIN_OK && !name) {
        st = tcs_yaml_fail(map, r->err, "the rule has no name; add `rule: NAME`");
    }
    if (st == TOCSIN_OK) {
        st = check_rule_name(r, name);
    }
    if (st == TOCSIN_OK && !when) {
        st = tcs_yaml_fail(map, r->err, "the rule has no `when`; add `when: EXPRESSION`");
    }
    if (st != TOCSIN_OK) {
        return st;
    }
    if (TCS_GROW(patterns->rules, patterns->rule_cap, patterns->rule_count + 1) != TOCSIN_OK) {
        return tcs_fail_nomem(r->err);
    }
    rule = &patterns->rules[patterns->rule_count++];
    *rule = (struct tcs_rule){.line = name->line, .column = name->column, .score = 1};
    rule->name = tcs_str_dup(name->text);
    rule->source = tcs_str_dup((struct tcs_str){name->file, strlen(name->file)});
    if (!rule->name || !rule->source) {
        return tcs_fail_nomem(r->err);
    }
    st = tcs_read_about(r, map, &rule->about);
    if (st == TOCSIN_OK) {
        st = tcs_read_number(r, map, "score", &rule->score);
    }
    if (st == TOCSIN_OK) {
        st = check_facets(r, map);
    }
    if (st == TOCSIN_OK) {
        st = tcs_read_examples(r, map, &rule->examples, &rule->example_count, &rule->example_cap);
    }
    if (st == TOCSIN_OK) {
        st = tcs_read_allows(r, map, &rule->allows);
    }
    return st == TOCSIN_OK ? read_expression(r, when, false, patterns->rule_count - 1) : st;
}

tocsin_status tcs_read_rules(struct tcs_reader *r, const struct tcs_yaml_node *map)
{
    static const char *const keys[] = {"rules", NULL};
    const struct tcs_yaml_node *list = tcs_read_value(map, "rules"), *node;
    tocsin_status st = tcs_read_keys(r, map, "a file of rules", keys);

    if (st == TOCSIN_OK) {
        st = tcs_read_kind(r, list, TCS_YAML_LIST, "a list of rules for `rules`");
    }
    for (node = list->child; node && st == TOCSIN_OK; node = node->next) {
        st = tcs_read_kind(r, node, TCS_YAML_MAP, "a rule: a map with `rule` and `when`");
        if (st == TOCSIN_OK) {
            st = tcs_read_rule(r, node);
        }
    }
    return st;
}

static tocsin_status check_label_name(struct tcs_reader *r, const struct tcs_yaml_node *node)
{
    static const char *const names[] = {"incident", "hazard", "complementary"};
    struct tcs_suggest suggest = tcs_suggest_begin(node->text);
    size_t i;

    for (i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (strcmp(node->text.data, names[i]) == 0) {
            return TOCSIN_OK;
        }
        tcs_suggest_offer(&suggest, names[i]);
    }
    if (suggest.best) {
        return tcs_yaml_fail(node, r->err, "there is no label `%.*s`; did you mean `%s`?",
                             tcs_yaml_shown(node->text), node->text.data, suggest.best);
    }
    return tcs_yaml_fail(node, r->err, "expected incident, hazard or complementary, found `%.*s`",
                         tcs_yaml_shown(node->text), node->text.data);
}

static tocsin_status read_label(struct tcs_reader *r, const struct tcs_yaml_node *map)
{
    static const char *const keys[] = {"label", "when", NULL};
    struct tcs_patterns *patterns = r->patterns;
    const struct tcs_yaml_node *name = tcs_read_value(map, "label"),
                               *when = tcs_read_value(map, "when");
    tocsin_status st = tcs_read_keys(r, map, "a label", keys);
    struct tcs_label *label;

    if (st == TOCSIN_OK && !name) {
        st = tcs_yaml_fail(map, r->err, "the entry has no `label`; add `label: NAME`");
    }
    if (st == TOCSIN_OK) {
        st = tcs_read_text(r, name, "a text for `label`");
    }
    if (st == TOCSIN_OK) {
        st = check_label_name(r, name);
    }
    if (st == TOCSIN_OK && map->next && !when) {
        st = tcs_yaml_fail(map, r->err,
                           "only the last label may be without `when`; it hides those below");
    }
    if (st == TOCSIN_OK && !map->next && when) {
        st = tcs_yaml_fail(when->key, r->err,
                           "the last label is the default and has no `when`; add a label below it");
    }
    if (st != TOCSIN_OK) {
        return st;
    }
    if (TCS_GROW(patterns->labels, patterns->label_cap, patterns->label_count + 1) != TOCSIN_OK) {
        return tcs_fail_nomem(r->err);
    }
    label = &patterns->labels[patterns->label_count++];
    *label = (struct tcs_label){.has_when = when != NULL, .name = tcs_str_dup(name->text)};
    if (!label->name) {
        return tcs_fail_nomem(r->err);
    }
    return when ? read_expression(r, when, true, patterns->label_count - 1) : TOCSIN_OK;
}

tocsin_status tcs_read_labels(struct tcs_reader *r, const struct tcs_yaml_node *map)
{
    static const char *const keys[] = {"labels", NULL};
    const struct tcs_yaml_node *list = tcs_read_value(map, "labels"), *node;
    tocsin_status st = tcs_read_keys(r, map, "a file of labels", keys);

    if (st == TOCSIN_OK) {
        st = tcs_read_kind(r, list, TCS_YAML_LIST, "a list of labels for `labels`");
    }
    if (st == TOCSIN_OK && !list->child) {
        st = tcs_yaml_fail(list, r->err, "the list of labels is empty; add the default label");
    }
    if (st != TOCSIN_OK) {
        return st;
    }
    tcs_patterns_drop_labels(r->patterns);
    for (node = list->child; node && st == TOCSIN_OK; node = node->next) {
        st = tcs_read_kind(r, node, TCS_YAML_MAP, "a label: a map with `label` and `when`");
        if (st == TOCSIN_OK) {
            st = read_label(r, node);
        }
    }
    return st;
}
