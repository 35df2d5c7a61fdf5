/*
 * patterns: lexicons, rules and labels as their authors wrote them in YAML, checked and indexed.
 * Built once from sources, then immutable; may be shared by threads. It compiles nothing: the match
 * layer folds and finds the terms, rules/eval decides the expressions.
 */
#ifndef TOCSIN_PATTERNS_H
#define TOCSIN_PATTERNS_H

#include "base/buf.h"
#include "base/error.h"
#include "match/term.h"
#include "rules/warning.h"
#include "rules/yaml.h"

#define TCS_NO_LEXICON UINT32_MAX
#define TCS_NO_RULE UINT32_MAX
#define TCS_QUOTED_LEXICON "rules" /* what hits of quoted terms are reported under */

/* One term of a lexicon, one of its `unless` phrases, or a quoted term of a rule. */
struct tcs_pattern_term {
    struct tcs_term_spec spec; /* spec.text points to authored, less the final `*` */
    char *authored;            /* as written, the final `*` included; owned */
    uint32_t lexicon;          /* TCS_NO_LEXICON for a quoted term of a rule */
    bool is_unless;            /* a phrase that removes hits of its lexicon */
    double weight;             /* 1 where absent */
    char lang[8];              /* "zh", "en", ... as the lexicon says; "" for quoted terms */
    uint32_t line, column;     /* in its source; 0 for terms given by hand */
    char *source;              /* file of a quoted term; owned; NULL else: the lexicon knows it */
    uint32_t rule;             /* of a quoted term: the first rule that quotes it; TCS_NO_RULE where none does */
};

/* An example text, owned; for `test` and the test suite. */
struct tcs_example {
    char *text;
    bool must_match;
    uint32_t line;
};

/* A warning of lint that the author knows about; owned. */
struct tcs_allow {
    enum tcs_warning warning;
    char *term; /* as authored; NULL for a warning about a whole rule */
    char *reason;
    uint32_t line, column;
};
struct tcs_allows {
    struct tcs_allow *items;
    size_t count, cap;
};

/*
 * After tcs_patterns_finish the terms of a lexicon stand together: first its terms, then its
 * phrases.
 */
struct tcs_lexicon {
    char *name, *about;
    char *source;                        /* file that it came from */
    uint32_t line;                       /* in it */
    uint32_t first_term, term_count;     /* set by finish */
    uint32_t first_unless, unless_count; /* set by finish */
    struct tcs_example *examples;
    size_t example_count, example_cap;
    struct tcs_allows allows;
};

/* Expression tree; see docs/matching.md section 4. Nodes live in tcs_patterns.nodes, by index. */
enum tcs_expr_op {
    TCS_EXPR_LEXICON,   /* index: lexicon */
    TCS_EXPR_TERM,      /* index: term */
    TCS_EXPR_AND,       /* children */
    TCS_EXPR_OR,        /* children */
    TCS_EXPR_NOT,       /* one child */
    TCS_EXPR_NEAR,      /* two leaf children, number */
    TCS_EXPR_SENTENCE,  /* leaf children */
    TCS_EXPR_PARAGRAPH, /* leaf children */
    TCS_EXPR_TITLE,     /* one child */
    TCS_EXPR_LEAD,      /* one child */
    TCS_EXPR_COUNT,     /* one leaf child, number */
    TCS_EXPR_DISTINCT,  /* one leaf child, number */
    TCS_EXPR_ATLEAST    /* children, number */
};

struct tcs_expr {
    enum tcs_expr_op op;
    uint32_t index;       /* lexicon or term */
    uint32_t number;      /* N of near, count, distinct, atleast */
    uint32_t first_child; /* into tcs_patterns.children, child_count entries, each a node's index */
    uint32_t child_count;
};

struct tcs_rule {
    char *name, *about;
    char *source;
    uint32_t line, column;
    uint32_t root; /* node */
    double score;  /* 1 where absent */
    struct tcs_example *examples;
    size_t example_count, example_cap;
    struct tcs_allows allows;
};

struct tcs_label {
    char *name; /* incident, hazard, complementary */
    bool has_when;
    uint32_t root; /* node, where has_when */
};

struct tcs_patterns {
    struct tcs_lexicon *lexicons;
    size_t lexicon_count, lexicon_cap;
    struct tcs_pattern_term *terms;
    size_t term_count, term_cap;
    struct tcs_expr *nodes;
    size_t node_count, node_cap;
    uint32_t *children;
    size_t children_count, children_cap;
    struct tcs_rule *rules;
    size_t rule_count, rule_cap;
    struct tcs_label *labels;
    size_t label_count, label_cap;
    uint32_t first_quoted;   /* terms from here on are quoted terms of rules; set by finish */
    uint32_t ad_hoc_lexicon; /* the lexicon "-e", any hit of which flags; TCS_NO_LEXICON if none */
    struct tcs_pending *pending; /* expressions whose names are resolved by tcs_patterns_finish */
    size_t pending_count, pending_cap;
};

/*
 * A group is what a leaf of an expression stands for: a lexicon, or one quoted term. Groups are
 * numbered from 0: lexicons first, then quoted terms. After tcs_patterns_finish only.
 */
static inline uint32_t tcs_patterns_group_count(const struct tcs_patterns *patterns)
{
    return (uint32_t)(patterns->lexicon_count + patterns->term_count) - patterns->first_quoted;
}

/* The group of a node of op LEXICON or TERM. */
static inline uint32_t tcs_patterns_group(const struct tcs_patterns *patterns,
                                          const struct tcs_expr *leaf)
{
    return leaf->op == TCS_EXPR_LEXICON
               ? leaf->index
               : (uint32_t)patterns->lexicon_count + leaf->index - patterns->first_quoted;
}

/* The group that a term is in; an `unless` phrase, which is in none, gives its lexicon's. */
static inline uint32_t tcs_patterns_group_of(const struct tcs_patterns *patterns, uint32_t term)
{
    uint32_t lexicon = patterns->terms[term].lexicon;

    return lexicon != TCS_NO_LEXICON ? lexicon : (uint32_t)patterns->lexicon_count + term - patterns->first_quoted;
}

/* The terms of a group: *count of them from the result on. `unless` phrases are not among them. */
static inline uint32_t tcs_patterns_group_terms(const struct tcs_patterns *patterns, uint32_t group,
                                                uint32_t *count)
{
    if (group < patterns->lexicon_count) {
        *count = patterns->lexicons[group].term_count;
        return patterns->lexicons[group].first_term;
    }
    *count = 1;
    return patterns->first_quoted + group - (uint32_t)patterns->lexicon_count;
}

/* Sets of terms are bitmaps, bit term % 8 of byte term / 8; this many bytes. */
static inline size_t tcs_patterns_set_bytes(const struct tcs_patterns *patterns)
{
    return (patterns->term_count + 7) / 8;
}

static inline bool tcs_patterns_set_has(const uint8_t *set, uint32_t term)
{
    return set[term / 8] >> (term % 8) & 1;
}

static inline void tcs_patterns_set_add(uint8_t *set, uint32_t term)
{
    set[term / 8] = (uint8_t)(set[term / 8] | 1u << (term % 8));
}

void tcs_patterns_init(struct tcs_patterns *patterns);
void tcs_patterns_release(struct tcs_patterns *patterns);

/*
 * Reads one YAML source: lexicons (`lexicon:`), rules (`rule:` or a `rules:` list) or labels
 * (`labels:`; a later source replaces those of an earlier one); several YAML documents in one file
 * are allowed. name is the file name for messages; text is not kept. Errors: TOCSIN_E_PATTERN with
 * where = name, offset = line, and the column in the message; patterns then hold a part of the
 * source and can only be released.
 */
TOCSIN_MUST_CHECK tocsin_status tcs_patterns_add_source(struct tcs_patterns *patterns,
                                                        const char *name, struct tcs_str text,
                                                        struct tocsin_error *err);
/* The same for a source that is parsed already. */
TOCSIN_MUST_CHECK tocsin_status tcs_patterns_add_yaml(struct tcs_patterns *patterns,
                                                      const struct tcs_yaml *yaml,
                                                      struct tocsin_error *err);
/*
 * Adds one term of a lexicon by hand (-e, -f: lexicon "-e"); the lexicon is made on first use. A
 * final `*` is a prefix. A term given twice is kept twice.
 */
TOCSIN_MUST_CHECK tocsin_status tcs_patterns_add_term(struct tcs_patterns *patterns,
                                                      const char *lexicon, struct tcs_str authored,
                                                      struct tocsin_error *err);
/* Whether such a term could be compiled, without adding it: TOCSIN_E_PATTERN says why not. folded is memory to fold in. */
TOCSIN_MUST_CHECK tocsin_status tcs_patterns_check_term(struct tcs_str authored, struct tcs_folded *folded,
                                                        struct tocsin_error *err);
/*
 * Resolves names in expressions and brings the terms into their final order (lexicon by lexicon as
 * they came, quoted terms last): term indices mean something only after it. Call once after the
 * last source. An unknown name is an error with file, line and column.
 */
TOCSIN_MUST_CHECK tocsin_status tcs_patterns_finish(struct tcs_patterns *patterns,
                                                    struct tocsin_error *err);

#endif
