/*
 * rules_help: what the tests of eval and plan share: patterns from YAML, documents from strings,
 * and hits by plain substring search (no fold, no edges), so that they need nothing of the match
 * layer.
 */
#ifndef TOCSIN_RULES_HELP_H
#define TOCSIN_RULES_HELP_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "rules/eval.h"

static inline void load_patterns(struct tcs_patterns *patterns, const char *yaml)
{
    struct tocsin_error err = {0};

    tcs_patterns_init(patterns);
    if (tcs_patterns_add_source(patterns, "test", (struct tcs_str){yaml, strlen(yaml)}, &err) !=
            TOCSIN_OK ||
        tcs_patterns_finish(patterns, &err) != TOCSIN_OK) {
        fail_msg("%s\nline %u, %s", yaml, (unsigned)err.offset, err.message);
    }
}

static inline void add_field(struct tcs_document *document, enum tcs_role role, const char *text)
{
    if (text) {
        assert_int_equal(
            tcs_document_add(document, "f", role, (struct tcs_str){text, strlen(text)}), TOCSIN_OK);
    }
}

static inline int compare_hits(const void *a, const void *b)
{
    const struct tcs_hit *x = a, *y = b;

    if (x->field != y->field) {
        return x->field < y->field ? -1 : 1;
    }
    if (x->start_byte != y->start_byte) {
        return x->start_byte < y->start_byte ? -1 : 1;
    }
    if (x->end_byte != y->end_byte) {
        return x->end_byte < y->end_byte ? -1 : 1;
    }
    return x->term < y->term ? -1 : x->term > y->term;
}

static inline void add_hits_of(const struct tcs_patterns *patterns, uint32_t term,
                               const struct tcs_document *document, uint32_t field,
                               struct tcs_hits *hits)
{
    struct tcs_str needle = patterns->terms[term].spec.text;
    struct tcs_str text = document->fields[field].text;
    uint32_t at;

    for (at = 0; at + needle.len <= text.len; at++) {
        if (memcmp(text.data + at, needle.data, needle.len) == 0) {
            assert_int_equal(TCS_GROW(hits->items, hits->cap, hits->count + 1), TOCSIN_OK);
            hits->items[hits->count++] =
                (struct tcs_hit){term, field, at, at + (uint32_t)needle.len};
        }
    }
}

/* All hits, sorted, phrases included. */
static inline void find_hits(const struct tcs_patterns *patterns,
                             const struct tcs_document *document, struct tcs_hits *hits)
{
    uint32_t term, field;

    hits->count = 0;
    for (term = 0; term < patterns->term_count; term++) {
        for (field = 0; field < document->field_count; field++) {
            add_hits_of(patterns, term, document, field, hits);
        }
    }
    if (hits->count) {
        qsort(hits->items, hits->count, sizeof *hits->items, compare_hits);
    }
}

/* Numbers that are the same on every machine. */
static inline uint32_t next_random(uint32_t *state, uint32_t below)
{
    *state = *state * 1664525u + 1013904223u;
    return (uint32_t)((uint64_t)(*state >> 8) * below >> 24);
}

static inline void random_leaf(struct tcs_buf *out, uint32_t *seed)
{
    static const char *const leaves[] = {"a", "b", "c", "d", "\"z\"", "\"yx\"", "\"换\""};

    assert_int_equal(tcs_buf_printf(out, "%s", leaves[next_random(seed, 7)]), TOCSIN_OK);
}

static inline void random_leaves(struct tcs_buf *out, uint32_t *seed, uint32_t count)
{
    while (count--) {
        random_leaf(out, seed);
        assert_int_equal(tcs_buf_printf(out, count ? ", " : ""), TOCSIN_OK);
    }
}

/* An expression over the lexicons a to d and quoted terms. */
static inline void random_expression(struct tcs_buf *out, uint32_t *seed, unsigned depth)
{
    static const char *const opens[] = {"near(", "sentence(", "paragraph(", "count(", "distinct("};
    uint32_t pick = next_random(seed, depth ? 14 : 5);
    uint32_t count = 1 + next_random(seed, 3), i;

    if (pick < 5) {
        random_leaf(out, seed);
    } else if (pick < 10) {
        assert_int_equal(tcs_buf_printf(out, "%s", opens[pick - 5]), TOCSIN_OK);
        random_leaves(out, seed, pick > 7 ? 1 : pick == 5 ? 2 : 2 + next_random(seed, 3));
        if (pick == 5) {
            assert_int_equal(tcs_buf_printf(out, ", %u", next_random(seed, 8)), TOCSIN_OK);
        }
        assert_int_equal(tcs_buf_printf(out, pick > 7 ? ") >= %u" : ")", count), TOCSIN_OK);
    } else if (pick == 10) {
        assert_int_equal(tcs_buf_printf(out, "atleast(%u", 1 + next_random(seed, count)),
                         TOCSIN_OK);
        for (i = 0; i < count; i++) {
            assert_int_equal(tcs_buf_printf(out, ", "), TOCSIN_OK);
            random_expression(out, seed, depth - 1);
        }
        assert_int_equal(tcs_buf_putc(out, ')'), TOCSIN_OK);
    } else if (pick == 11) {
        static const char *const unary[] = {"not (", "title(", "lead("};

        assert_int_equal(tcs_buf_printf(out, "%s", unary[next_random(seed, 3)]), TOCSIN_OK);
        random_expression(out, seed, depth - 1);
        assert_int_equal(tcs_buf_putc(out, ')'), TOCSIN_OK);
    } else {
        assert_int_equal(tcs_buf_putc(out, '('), TOCSIN_OK);
        random_expression(out, seed, depth - 1);
        assert_int_equal(tcs_buf_printf(out, pick == 12 ? " and " : " or "), TOCSIN_OK);
        random_expression(out, seed, depth - 1);
        assert_int_equal(tcs_buf_putc(out, ')'), TOCSIN_OK);
    }
}

/* Patterns with the lexicons a to d and rule_count random rules; out is kept for messages. */
static inline void random_patterns(struct tcs_patterns *patterns, struct tcs_buf *out,
                                   uint32_t *seed, unsigned rule_count)
{
    unsigned i;

    tcs_buf_reset(out);
    assert_int_equal(tcs_buf_printf(out,
                                    "lexicon: a\nterms: {en: [x, xy, 换, {term: k, weight: 2}]}\n"
                                    "unless: [xyz, 脸换]\n---\n"
                                    "lexicon: b\nterms: {en: [y, z, 换脸]}\n---\n"
                                    "lexicon: c\nterms: {en: [q, xx]}\nunless: [qq]\n---\n"
                                    "lexicon: d\nterms: {en: [{term: q, weight: 0.5}, 脸]}\n"),
                     TOCSIN_OK);
    for (i = 0; i < rule_count; i++) {
        assert_int_equal(tcs_buf_printf(out, "---\nrule: r%u\nscore: %u\nwhen: |\n  ", i, i + 1),
                         TOCSIN_OK);
        random_expression(out, seed, 3);
        assert_int_equal(tcs_buf_putc(out, '\n'), TOCSIN_OK);
    }
    assert_int_equal(tcs_buf_putc(out, '\0'), TOCSIN_OK);
    load_patterns(patterns, out->data);
}

static inline void random_text(struct tcs_buf *out, uint32_t *seed, uint32_t pieces)
{
    static const char *const chunks[] = {"x",  "y",  "z",  "q",   "k",  " ",    " ",
                                         "换", "脸", "。", ". ",  "\n", "\n\n", "J.\" ",
                                         "é",  "。", "yx", "xyz", ", ", "7"};

    tcs_buf_reset(out);
    while (pieces--) {
        assert_int_equal(tcs_buf_printf(out, "%s", chunks[next_random(seed, 20)]), TOCSIN_OK);
    }
    assert_int_equal(tcs_buf_putc(out, '\0'), TOCSIN_OK);
}

/* A document of one to four fields in texts. */
static inline void random_document(struct tcs_document *document, struct tcs_buf texts[4],
                                   uint32_t *seed)
{
    uint32_t count = 1 + next_random(seed, 4), i;

    tcs_document_reset(document);
    for (i = 0; i < count; i++) {
        random_text(&texts[i], seed, next_random(seed, 12));
        add_field(document, (enum tcs_role)next_random(seed, 4), texts[i].data);
        document->fields[i].lf_paragraph = next_random(seed, 4) == 0;
    }
}

#endif
