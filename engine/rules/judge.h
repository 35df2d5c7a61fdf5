/*
 * judge: one document through the check (may a rule fire at all? folded text without positions) and the judge (exact
 * fields, hits, `unless`, rules, label). Knows documents and the ruleset, not files or output. A struct tcs_judge
 * belongs to one thread; warm, it does not allocate.
 */
#ifndef TOCSIN_JUDGE_H
#define TOCSIN_JUDGE_H

#include "rules/eval.h"
#include "rules/ruleset.h"

struct tcs_judge {
    struct tcs_ruleset *ruleset;
    struct tcs_finder_scratch finder;
    struct tcs_folded folded;
    struct tcs_eval_scratch eval;
    uint8_t *seen;       /* bitmap over terms: those that the document may hold, by the texts looked at so far */
    uint32_t text_count; /* of these */
    bool keeps_seen;     /* tcs_judge_find notes them, too, as the check does: for a profile */
    /* the answer for the last document: */
    struct tcs_hits hits; /* after `unless`; sorted by field, start, end, term; terms that fold alike each have theirs */
    struct tcs_verdict verdict;
    uint32_t label; /* index, TCS_NO_LABEL where no rule fired */
};

TOCSIN_MUST_CHECK tocsin_status tcs_judge_init(struct tcs_judge *judge, struct tcs_ruleset *ruleset,
                                               struct tocsin_error *err);
void tcs_judge_release(struct tcs_judge *judge);

/*
 * Check: begin, then every text that the judge could see (as fields, or as one flat text that holds them), then the
 * question. Never says no where tcs_judge_document would flag.
 */
void tcs_check_begin(struct tcs_judge *judge);
TOCSIN_MUST_CHECK tocsin_status tcs_check_text(struct tcs_judge *judge, struct tcs_str text, bool lf_paragraph);
bool tcs_check_passes(const struct tcs_judge *judge);

/* Judge: fills judge->hits, ->verdict, ->label. */
TOCSIN_MUST_CHECK tocsin_status tcs_judge_document(struct tcs_judge *judge, const struct tcs_document *doc,
                                                   struct tocsin_error *err);
/* The same of a document whose fields, one by one, were the texts of the check: they are not searched again. */
TOCSIN_MUST_CHECK tocsin_status tcs_judge_checked(struct tcs_judge *judge, const struct tcs_document *doc,
                                                  struct tocsin_error *err);
/* Its two halves: hits before `unless`, and all the rest. Hits that are reported may be gone after the second. */
TOCSIN_MUST_CHECK tocsin_status tcs_judge_find(struct tcs_judge *judge, const struct tcs_document *doc,
                                               struct tocsin_error *err);
bool tcs_judge_has_reported(const struct tcs_judge *judge);
TOCSIN_MUST_CHECK tocsin_status tcs_judge_decide(struct tcs_judge *judge, const struct tcs_document *doc,
                                                 struct tocsin_error *err);

/*
 * What is known of the document that was judged last, for those who ask the evaluator again. Borrowed until the next
 * one.
 */
struct tcs_evidence tcs_judge_evidence(struct tcs_judge *judge, const struct tcs_document *doc);

/*
 * The lexicon that a hit is reported under: its index, lexicon_count for a rule's quoted term ("rules").
 */
uint32_t tcs_judge_lexicon(const struct tcs_judge *judge, const struct tcs_hit *hit);
/* The name for such an index. */
const char *tcs_judge_lexicon_name(const struct tcs_judge *judge, uint32_t lexicon);
/* Marks in used (one byte a group, see rules/patterns) what the fired rules mention, under what reports it, and "-e". */
void tcs_judge_mark_used(const struct tcs_judge *judge, uint8_t *used);

#endif
