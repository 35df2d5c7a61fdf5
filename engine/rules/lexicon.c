/*
 * Lexicons: terms, phrases and their options. Whether a term stands twice is asked of a hash table
 * over the lexicon's terms that lives while the lexicon is read.
 */
#include <stdlib.h>
#include <string.h>

#include "rules/patterns_read.h"

/* FNV-1a over the text and whether it is a phrase: a term and a phrase may be spelled alike. */
static uint32_t hash_term(const struct tcs_pattern_term *term)
{
    uint64_t hash = 14695981039346656037u + term->is_unless;
    const char *c;

    for (c = term->authored; *c; c++) {
        hash = (hash ^ (unsigned char)*c) * 1099511628211u;
    }
    return (uint32_t)(hash ^ hash >> 32);
}

/* The slot that holds a term equal to this one, or the free one where it belongs. */
static struct tcs_term_slot *find_slot(const struct tcs_reader *r, const struct tcs_pattern_term *term, uint32_t hash)
{
    size_t at = hash & (r->table.cap - 1);

    for (; r->table.slots[at].term; at = (at + 1) & (r->table.cap - 1)) {
        const struct tcs_pattern_term *seen = &r->patterns->terms[r->table.slots[at].term - 1];

        if (r->table.slots[at].hash == hash && seen->is_unless == term->is_unless &&
            strcmp(seen->authored, term->authored) == 0) {
            break;
        }
    }
    return &r->table.slots[at];
}

/* Terms that all differ: the hash alone says where each belongs. */
static void move_slot(const struct tcs_term_table *table, struct tcs_term_slot slot)
{
    size_t at = slot.hash & (table->cap - 1);

    while (table->slots[at].term) {
        at = (at + 1) & (table->cap - 1);
    }
    table->slots[at] = slot;
}

static tocsin_status grow_table(struct tcs_reader *r)
{
    struct tcs_term_table old = r->table;
    size_t cap = old.cap ? old.cap * 2 : 64;
    size_t i;

    if ((old.count + 1) * 2 <= old.cap) {
        return TOCSIN_OK;
    }
    r->table.slots = calloc(cap, sizeof *r->table.slots);
    if (!r->table.slots) {
        r->table = old;
        return tcs_fail_nomem(r->err);
    }
    r->table.cap = cap;
    for (i = 0; i < old.cap; i++) {
        if (old.slots[i].term) {
            move_slot(&r->table, old.slots[i]);
        }
    }
    free(old.slots);
    return TOCSIN_OK;
}

/* Adds a term whose authored text is given to patterns, even on failure. */
static tocsin_status add_term_take(struct tcs_reader *r, const struct tcs_yaml_node *node,
                                   struct tcs_pattern_term term)
{
    struct tcs_patterns *patterns = r->patterns;
    struct tcs_str shown = {term.authored, strlen(term.authored)};
    struct tcs_term_slot *slot;
    uint32_t hash;
    tocsin_status st;

    if (TCS_GROW(patterns->terms, patterns->term_cap, patterns->term_count + 1) != TOCSIN_OK) {
        free(term.authored);
        return tcs_fail_nomem(r->err);
    }
    patterns->terms[patterns->term_count] = term;
    st = grow_table(r);
    if (st == TOCSIN_OK) {
        hash = hash_term(&term);
        slot = find_slot(r, &term, hash);
        if (slot->term) {
            st = tcs_yaml_fail(
                node, r->err, "%s `%.*s` stands twice in the lexicon, first in line %u; remove one",
                term.is_unless ? "the phrase" : "the term", tcs_yaml_shown(shown), shown.data,
                patterns->terms[slot->term - 1].line);
        } else {
            *slot = (struct tcs_term_slot){hash, (uint32_t)patterns->term_count + 1};
            r->table.count++;
        }
    }
    patterns->term_count++;
    return st;
}

/* The text of {prefix: X} with the star that it stands for. */
static tocsin_status make_prefix(struct tcs_reader *r, const struct tcs_yaml_node *map,
                                 const struct tcs_yaml_node *text, struct tcs_pattern_term *term)
{
    const struct tcs_yaml_node *up_to = tcs_read_value(map, "up_to");
    struct tcs_buf starred = {0};
    double letters = TCS_TERM_STAR_UP_TO;
    const char *problem;

    if (text->text.data[text->text.len - 1] == '*') {
        return tcs_yaml_fail(text, r->err, "a `prefix` has no `*`; remove it");
    }
    if (up_to &&
        (up_to->kind != TCS_YAML_SCALAR || strchr(up_to->text.data, '.') ||
         !tcs_read_decimal(up_to->text, &letters) || letters < 1 || letters > TCS_TERM_MAX_UP_TO)) {
        return tcs_yaml_fail(up_to, r->err, "expected a whole number from 1 to %d for `up_to`",
                             TCS_TERM_MAX_UP_TO);
    }
    if (tcs_buf_append_str(&starred, text->text) != TOCSIN_OK ||
        tcs_buf_putc(&starred, '*') != TOCSIN_OK) {
        tcs_buf_release(&starred);
        return tcs_fail_nomem(r->err);
    }
    problem = tcs_patterns_make_term(term, tcs_buf_view(&starred));
    term->spec.prefix_up_to = (uint32_t)letters;
    tcs_buf_release(&starred);
    return problem ? tcs_yaml_fail(text, r->err, "%s", problem) : TOCSIN_OK;
}

/* Text and endings of a term that is a map. */
static tocsin_status make_term_from_map(struct tcs_reader *r, const struct tcs_yaml_node *map,
                                        struct tcs_pattern_term *term)
{
    static const char *const keys[] = {"term",    "prefix", "up_to",  "inflect",
                                       "version", "word",   "weight", NULL};
    const struct tcs_yaml_node *text = tcs_read_value(map, "term"),
                               *prefix = tcs_read_value(map, "prefix");
    tocsin_status st = tcs_read_keys(r, map, "a term", keys);
    const char *problem;

    if (st == TOCSIN_OK && !text == !prefix) {
        st = tcs_yaml_fail(map, r->err, "a term needs one of `term: X` and `prefix: X`");
    }
    if (st == TOCSIN_OK) {
        st = tcs_read_text(r, text ? text : prefix, "a text for `term` or `prefix`");
    }
    if (st != TOCSIN_OK) {
        return st;
    }
    if (prefix) {
        return make_prefix(r, map, prefix, term);
    }
    if (tcs_read_value(map, "up_to")) {
        return tcs_yaml_fail(tcs_read_value(map, "up_to")->key, r->err,
                             "`up_to` goes with `prefix`; write `prefix:` instead of `term:`");
    }
    problem = tcs_patterns_make_term(term, text->text);
    return problem ? tcs_yaml_fail(text, r->err, "%s", problem) : TOCSIN_OK;
}

static tocsin_status read_options(struct tcs_reader *r, const struct tcs_yaml_node *map,
                                  struct tcs_pattern_term *term)
{
    tocsin_status st = tcs_read_bool(r, map, "inflect", &term->spec.inflect);

    if (st == TOCSIN_OK) {
        st = tcs_read_bool(r, map, "version", &term->spec.version);
    }
    if (st == TOCSIN_OK) {
        st = tcs_read_bool(r, map, "word", &term->spec.word);
    }
    if (st == TOCSIN_OK) {
        st = tcs_read_number(r, map, "weight", &term->weight);
    }
    if (st == TOCSIN_OK && term->is_unless && tcs_read_value(map, "weight")) {
        st = tcs_yaml_fail(tcs_read_value(map, "weight")->key, r->err,
                           "an `unless` phrase has no weight; remove it");
    }
    if (st == TOCSIN_OK && term->spec.inflect && term->spec.prefix_up_to) {
        st = tcs_yaml_fail(tcs_read_value(map, "inflect")->key, r->err,
                           "a prefix cannot inflect as well; remove the `*` or `inflect`");
    }
    return st;
}

static tocsin_status read_term(struct tcs_reader *r, const struct tcs_yaml_node *node,
                               const char *lang, bool is_unless)
{
    struct tcs_pattern_term term = {0};
    const char *problem = NULL;
    tocsin_status st = TOCSIN_OK;

    if (node->kind == TCS_YAML_MAP) {
        st = make_term_from_map(r, node, &term);
    } else {
        st = tcs_read_text(r, node, "a term: a text, or a map such as {term: X, inflect: true}");
        if (st == TOCSIN_OK) {
            problem = tcs_patterns_make_term(&term, node->text);
        }
    }
    if (problem) {
        st = tcs_yaml_fail(node, r->err, "%s", problem);
    }
    if (st == TOCSIN_OK && !term.authored) {
        st = tcs_fail_nomem(r->err);
    }
    term.lexicon = r->lexicon;
    term.rule = TCS_NO_RULE;
    term.is_unless = is_unless;
    term.line = node->line;
    term.column = node->column;
    memcpy(term.lang, lang, strlen(lang) + 1);
    if (st == TOCSIN_OK && node->kind == TCS_YAML_MAP) {
        st = read_options(r, node, &term);
    }
    if (st != TOCSIN_OK) {
        free(term.authored);
        return st;
    }
    return add_term_take(r, node, term);
}

static tocsin_status read_term_list(struct tcs_reader *r, const struct tcs_yaml_node *list,
                                    const char *lang, bool is_unless)
{
    tocsin_status st =
        tcs_read_kind(r, list, TCS_YAML_LIST, "a list of terms, such as [deepfak*, 换脸]");
    const struct tcs_yaml_node *node;

    for (node = list->child; node && st == TOCSIN_OK; node = node->next) {
        st = read_term(r, node, lang, is_unless);
    }
    return st;
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* Two or three small letters, and perhaps a hyphen and a script: zh, en, zh-Hant. */
static bool is_lang(struct tcs_str lang)
{
    size_t i = 0;

    while (i < lang.len && lang.data[i] >= 'a' && lang.data[i] <= 'z') {
        i++;
    }
    if (i < 2 || i > 3 || lang.len >= sizeof((struct tcs_pattern_term *)0)->lang) {
        return false;
    }
    if (i == lang.len) {
        return true;
    }
    if (lang.data[i] != '-' || i + 1 == lang.len) {
        return false;
    }
    for (i++; i < lang.len && is_letter(lang.data[i]); i++) {
    }
    return i == lang.len;
}

static tocsin_status read_term_map(struct tcs_reader *r, const struct tcs_yaml_node *map,
                                   bool is_unless)
{
    tocsin_status st = TOCSIN_OK;
    const struct tcs_yaml_node *list;

    for (list = map->child; list && st == TOCSIN_OK; list = list->next) {
        if (!is_lang(list->key->text)) {
            return tcs_yaml_fail(list->key, r->err,
                                 "expected a language code such as zh or en, found `%.*s`",
                                 tcs_yaml_shown(list->key->text), list->key->text.data);
        }
        st = read_term_list(r, list, list->key->text.data, is_unless);
    }
    return st;
}

static tocsin_status read_lexicon_terms(struct tcs_reader *r, const struct tcs_yaml_node *map)
{
    size_t before = r->patterns->term_count;
    const struct tcs_yaml_node *terms = tcs_read_value(map, "terms"),
                               *unless = tcs_read_value(map, "unless");
    tocsin_status st;

    if (!terms) {
        return tcs_yaml_fail(map, r->err, "the lexicon has no `terms`; add them by language");
    }
    st = tcs_read_kind(r, terms, TCS_YAML_MAP,
                       "a map from language to terms, such as {en: [deepfak*]}");
    if (st == TOCSIN_OK) {
        st = read_term_map(r, terms, false);
    }
    if (st == TOCSIN_OK && r->patterns->term_count == before) {
        st = tcs_yaml_fail(terms, r->err, "the lexicon has no term; add one or remove the lexicon");
    }
    if (st != TOCSIN_OK || !unless) {
        return st;
    }
    return unless->kind == TCS_YAML_MAP ? read_term_map(r, unless, true)
                                        : read_term_list(r, unless, "", true);
}

tocsin_status tcs_read_lexicon(struct tcs_reader *r, const struct tcs_yaml_node *map)
{
    static const char *const keys[] = {"lexicon", "about", "terms", "unless", "examples", "allow", NULL};
    const struct tcs_yaml_node *name = tcs_read_value(map, "lexicon");
    struct tcs_lexicon *lexicon;
    tocsin_status st = tcs_read_keys(r, map, "a lexicon", keys);

    if (st == TOCSIN_OK) {
        st = tcs_read_name(r, name, "a lexicon");
    }
    if (st != TOCSIN_OK) {
        return st;
    }
    if (tcs_expr_is_reserved(name->text)) {
        return tcs_yaml_fail(name, r->err,
                             "`%s` is a word of the rule language; choose another name",
                             name->text.data);
    }
    if (tcs_str_equal(name->text, TCS_STR(TCS_QUOTED_LEXICON))) {
        return tcs_yaml_fail(name, r->err,
                             "`" TCS_QUOTED_LEXICON
                             "` is the lexicon of the terms that rules quote; choose another name");
    }
    r->lexicon = tcs_patterns_find_lexicon(r->patterns, name->text.data);
    if (r->lexicon != TCS_NO_LEXICON) {
        lexicon = &r->patterns->lexicons[r->lexicon];
        return tcs_yaml_fail(
            name, r->err,
            "there is a lexicon `%s` already, in %s, line %u; rename one or join them",
            name->text.data, lexicon->source, lexicon->line);
    }
    r->lexicon = (uint32_t)r->patterns->lexicon_count;
    st = tcs_patterns_add_lexicon(r->patterns, name->text.data, name->file, name->line, r->err);
    if (st != TOCSIN_OK) {
        return st;
    }
    lexicon = &r->patterns->lexicons[r->lexicon];
    st = tcs_read_about(r, map, &lexicon->about);
    if (st == TOCSIN_OK) {
        st = read_lexicon_terms(r, map);
    }
    free(r->table.slots);
    r->table = (struct tcs_term_table){0};
    if (st == TOCSIN_OK) {
        st = tcs_read_examples(r, map, &lexicon->examples, &lexicon->example_count,
                               &lexicon->example_cap);
    }
    if (st == TOCSIN_OK) {
        st = tcs_read_allows(r, map, &lexicon->allows);
    }
    return st;
}
