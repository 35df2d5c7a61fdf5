/*
 * context: what of a term stands before and behind the piece that the sieve looks for, and whether the raw bytes around a
 * plainly spelled piece surely contradict it. Only bytes that can mean one thing contradict; what may be a gap, an
 * ignorable, markup or part of a composed character does not. Plain data; pure functions.
 */
#ifndef TOCSIN_CONTEXT_H
#define TOCSIN_CONTEXT_H

#include "input/document.h"
#include "match/piece.h"
#include "match/term.h"

#define TCS_CONTEXT_MAX 16 /* characters of the term on each side; those further off are not looked at */

struct tcs_context {
    /* What must follow on each side, nearest first: folded characters, and the three below. */
    uint32_t before[TCS_CONTEXT_MAX], after[TCS_CONTEXT_MAX];
    uint32_t before_count, after_count;
};
#define TCS_CONTEXT_GAP 0x110000u  /* a separator or white space of the term */
#define TCS_CONTEXT_EDGE 0x110001u /* the term's end, which an ASCII letter or digit would touch */
#define TCS_CONTEXT_KIND 0x110002u /* its end, too, but between a letter and a digit none touches (version) */

/* The context of a piece of term. Empty where the piece is all that is known to stand there. */
void tcs_context_make(struct tcs_context *context, const struct tcs_term *term, const struct tcs_piece *piece);
static inline bool tcs_context_is_empty(const struct tcs_context *context)
{
    return !context->before_count && !context->after_count;
}

/* An order of them; 0 where both are equal. */
int tcs_context_compare(const struct tcs_context *a, const struct tcs_context *b);

/*
 * The piece is spelled plainly at [start, end) of the document [base, limit): may the term stand there? False only where it
 * cannot, whatever the document's format makes of the bytes.
 */
bool tcs_context_may_hold(const struct tcs_context *context, const struct tcs_piece *piece, enum tcs_syntax syntax,
                          const char *base, const char *start, const char *end, const char *limit);

#endif
