/*
 * explain_text, explain_json: an explained document, for people and as JSON (docs/author-commands.md). Pure functions
 * from data to bytes; the form for people may change.
 */
#ifndef TOCSIN_EXPLAIN_TEXT_H
#define TOCSIN_EXPLAIN_TEXT_H

#include "match/fold.h"
#include "rules/explain.h"
#include "run/line.h"

/* Everything is borrowed. */
struct tcs_explain_view {
    const struct tcs_judge *judge;
    const struct tcs_document *doc;
    const struct tcs_pointer *pointer; /* NULL for a text that stands in no corpus */
    const struct tcs_explanation *explanation;
    struct tcs_folded *folded; /* scratch */
    bool is_full;              /* rules of which nothing is near, too */
};

TOCSIN_MUST_CHECK tocsin_status tcs_explain_text(const struct tcs_explain_view *view, struct tcs_buf *out);
/* One line. */
TOCSIN_MUST_CHECK tocsin_status tcs_explain_json(const struct tcs_explain_view *view, struct tcs_buf *out);

/* What both show. */

/* Is a hit shown? Not where another term of its lexicon finds the same and is shown for it. */
bool tcs_explain_shows_hit(const struct tcs_explain_view *view, const struct tcs_hit *hit);
/* Of the clause that keeps a rule from firing: what about it is false, in a few words. */
TOCSIN_MUST_CHECK tocsin_status tcs_explain_fault(const struct tcs_explain_view *view, const struct tcs_clause *clause,
                                                  struct tcs_buf *out);
/* How far a field's code points were counted, so that hits asked for in order cost one reading. All zero is no field. */
struct tcs_explain_mark {
    const char *text;
    uint32_t byte;
    size_t chars;
};
/* Code points of the field before a byte. */
size_t tcs_explain_chars(struct tcs_explain_mark *mark, const struct tcs_field *field, uint32_t byte);
/* Is a rule shown in full: fired, near, or asked for? */
bool tcs_explain_shows_rule(const struct tcs_explain_view *view, const struct tcs_explained_rule *rule);

#endif
