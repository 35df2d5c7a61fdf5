/*
 * patterns_read: the YAML form of lexicons, rules and labels. Internal to patterns.c,
 * patterns_read.c, lexicon.c and rule.c; everybody else uses patterns.h.
 */
#ifndef TOCSIN_PATTERNS_READ_H
#define TOCSIN_PATTERNS_READ_H

#include "rules/expr.h"
#include "rules/patterns.h"

#define TCS_TERM_STAR_UP_TO 4       /* letters that a final `*` stands for */
#define TCS_TERM_MAX_UP_TO 32       /* largest up_to */
#define TCS_TERM_MAX_BYTES 1000     /* of a term's text */
#define TCS_PATTERN_MAX_NUMBER 1000 /* largest score and weight */

/* A parsed expression that waits for tcs_patterns_finish. */
struct tcs_pending {
    struct tcs_expr_tree tree;
    char *source; /* file, owned */
    bool is_label;
    size_t owner; /* index of the rule or label */
};

/* Indices + 1 of terms, by authored text; cap is a power of two or 0. */
struct tcs_term_slot {
    uint32_t hash, term; /* term: plus one; 0 in a free slot */
};
struct tcs_term_table {
    struct tcs_term_slot *slots;
    size_t count, cap;
};

/* A source being read. */
struct tcs_reader {
    struct tcs_patterns *patterns;
    uint32_t lexicon; /* being read */
    struct tcs_term_table table;
    struct tocsin_error *err;
};

/* The value of a key of a map, NULL if it is not there. */
const struct tcs_yaml_node *tcs_read_value(const struct tcs_yaml_node *map, const char *key);
/* Is every key of the map known? keys ends with NULL; what, "a rule", is for the message. */
TOCSIN_MUST_CHECK tocsin_status tcs_read_keys(struct tcs_reader *r, const struct tcs_yaml_node *map,
                                              const char *what, const char *const *keys);
/* Is the node of this kind? expected, "a list of texts for `match`", is for the message. */
TOCSIN_MUST_CHECK tocsin_status tcs_read_kind(struct tcs_reader *r,
                                              const struct tcs_yaml_node *node,
                                              enum tcs_yaml_kind kind, const char *expected);
/* Is the node a text that is not blank? */
TOCSIN_MUST_CHECK tocsin_status tcs_read_text(struct tcs_reader *r,
                                              const struct tcs_yaml_node *node,
                                              const char *expected);
/* Is the node a name, [a-z][a-z0-9_]*? what: "a rule". */
TOCSIN_MUST_CHECK tocsin_status tcs_read_name(struct tcs_reader *r,
                                              const struct tcs_yaml_node *node, const char *what);
/* Values of keys that may be absent; then nothing changes. */
TOCSIN_MUST_CHECK tocsin_status tcs_read_about(struct tcs_reader *r,
                                               const struct tcs_yaml_node *map, char **about);
TOCSIN_MUST_CHECK tocsin_status tcs_read_bool(struct tcs_reader *r, const struct tcs_yaml_node *map,
                                              const char *key, bool *value);
TOCSIN_MUST_CHECK tocsin_status tcs_read_number(struct tcs_reader *r,
                                                const struct tcs_yaml_node *map, const char *key,
                                                double *value);
TOCSIN_MUST_CHECK tocsin_status tcs_read_examples(struct tcs_reader *r,
                                                  const struct tcs_yaml_node *map,
                                                  struct tcs_example **examples, size_t *count,
                                                  size_t *cap);
TOCSIN_MUST_CHECK tocsin_status tcs_read_allows(struct tcs_reader *r,
                                                const struct tcs_yaml_node *map,
                                                struct tcs_allows *allows);
/* Digits with at most one point among them; false for anything else. */
bool tcs_read_decimal(struct tcs_str text, double *value);

/* One document of a source each; the map has the key that gives it its name. */
TOCSIN_MUST_CHECK tocsin_status tcs_read_lexicon(struct tcs_reader *r,
                                                 const struct tcs_yaml_node *map);
TOCSIN_MUST_CHECK tocsin_status tcs_read_rule(struct tcs_reader *r,
                                              const struct tcs_yaml_node *map);
TOCSIN_MUST_CHECK tocsin_status tcs_read_rules(struct tcs_reader *r,
                                               const struct tcs_yaml_node *map);
TOCSIN_MUST_CHECK tocsin_status tcs_read_labels(struct tcs_reader *r,
                                                const struct tcs_yaml_node *map);

/*
 * Fills *term from its written form (a final `*` is a prefix). NULL, or what is wrong with it.
 * Where memory cannot be had the result is NULL and authored too.
 */
const char *tcs_patterns_make_term(struct tcs_pattern_term *term, struct tcs_str authored);
/* Adds an empty lexicon; its name is not checked. */
TOCSIN_MUST_CHECK tocsin_status tcs_patterns_add_lexicon(struct tcs_patterns *patterns,
                                                         const char *name, const char *source,
                                                         uint32_t line, struct tocsin_error *err);
/* The lexicon's index, or TCS_NO_LEXICON. */
uint32_t tcs_patterns_find_lexicon(const struct tcs_patterns *patterns, const char *name);
/* Forgets all labels and their pending expressions. */
void tcs_patterns_drop_labels(struct tcs_patterns *patterns);

#endif
