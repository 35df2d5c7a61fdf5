/*
 * eval: decides rules and labels on the hits of one document (docs/matching.md section 4). Reads
 * patterns after tcs_patterns_finish; keeps nothing between documents but memory, so a warm scratch
 * does not allocate. A struct tcs_eval_scratch belongs to one thread; all else is only read.
 */
#ifndef TOCSIN_EVAL_H
#define TOCSIN_EVAL_H

#include "base/error.h"
#include "input/document.h"
#include "match/hit.h"
#include "rules/patterns.h"
#include "rules/segment.h"

#define TCS_NO_LABEL UINT32_MAX

/* A hit that an `unless` phrase covers, and the phrase's hit. */
struct tcs_removed {
    struct tcs_hit hit, by;
};

/* Reused memory; all zero is empty. Its content, but for what is said below, is private to eval. */
struct tcs_eval_scratch {
    uint32_t
        *group_starts; /* hits of group g: group_hits[group_starts[g]] to [group_starts[g + 1]] */
    size_t group_starts_cap;
    uint32_t *group_hits;
    size_t group_hits_cap;
    uint32_t *fold_marks; /* per term: the last `distinct` that counted it */
    size_t fold_mark_count, fold_mark_cap;
    uint32_t fold_mark;
    struct tcs_hit *covers; /* per lexicon: the furthest `unless` hit of the field so far */
    size_t cover_cap;
    /* For those who explain: set keeps_removed, and tcs_eval_unless lists here what it removes. */
    bool keeps_removed;
    struct tcs_removed *removed;
    size_t removed_count, removed_cap;
};

/* What is known of one document. Everything is borrowed. */
struct tcs_evidence {
    const struct tcs_patterns *patterns;
    const struct tcs_document *document;
    /*
     * per term: a number that terms share if and only if they fold alike, below term_count; NULL:
     * all differ
     */
    const uint32_t *term_folds;
    /*
     * Sorted by field, start_byte, end_byte, term; one for each pattern term that occurs there,
     * even where several fold alike; `unless` already applied (tcs_eval_unless).
     */
    const struct tcs_hit *hits;
    size_t hit_count;
    struct tcs_eval_scratch *scratch;
};

/* What the rules said. All zero is empty; the array is kept between documents. */
struct tcs_verdict {
    uint32_t *rules; /* indices of the rules that fired, ascending */
    size_t rule_count, rule_cap;
    double score;        /* rounded to 3 decimals, halves up; 0 where no rule fired */
    bool has_ad_hoc_hit; /* there is a hit of the lexicon "-e" */
    bool is_flagged;     /* that, or a rule fired */
};

void tcs_eval_scratch_release(struct tcs_eval_scratch *scratch);
void tcs_verdict_release(struct tcs_verdict *verdict);

/*
 * Removes from hits (sorted as above) every hit that an `unless` phrase of its lexicon covers, and
 * the phrases' own hits. TOCSIN_OK or TOCSIN_E_NOMEM.
 */
TOCSIN_MUST_CHECK tocsin_status tcs_eval_unless(const struct tcs_patterns *patterns,
                                                struct tcs_hits *hits,
                                                struct tcs_eval_scratch *scratch,
                                                struct tocsin_error *err);
/* Fills verdict anew. TOCSIN_OK or TOCSIN_E_NOMEM. */
TOCSIN_MUST_CHECK tocsin_status tcs_eval_rules(const struct tcs_evidence *evidence,
                                               struct tcs_verdict *verdict,
                                               struct tocsin_error *err);
/*
 * Fills *label with the index of the first label that holds, TCS_NO_LABEL where there are no
 * labels.
 */
TOCSIN_MUST_CHECK tocsin_status tcs_eval_label(const struct tcs_evidence *evidence, uint32_t *label,
                                               struct tocsin_error *err);

/*
 * An upper bound: could a document be flagged that may hold the terms of the set term_seen (see
 * tcs_patterns_set_bytes; taken before `unless`) and no other? True if some rule could fire, if a
 * term of the lexicon "-e" was seen, or, where there are no rules, if any term was. Never false
 * where tcs_eval_rules would say is_flagged on such a document.
 */
bool tcs_eval_possible(const struct tcs_patterns *patterns, const uint8_t *term_seen);
/* The same for one rule. */
bool tcs_eval_rule_possible(const struct tcs_patterns *patterns, const struct tcs_rule *rule,
                            const uint8_t *term_seen);

#endif
