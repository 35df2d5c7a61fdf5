/*
 * term: what a user asks for, before (struct tcs_term_spec) and after folding (struct tcs_term). A term
 * knows nothing of lexicons or files. A struct tcs_term owns its memory and is immutable after init.
 */
#ifndef TOCSIN_TERM_H
#define TOCSIN_TERM_H

#include "base/buf.h"
#include "base/error.h"
#include "match/fold.h"

/* A term as authored. text is borrowed. */
struct tcs_term_spec {
    struct tcs_str text; /* UTF-8, without the final `*` */
    uint32_t prefix_up_to; /* letters that may follow: 4 for `*`, 0 for none */
    bool inflect;        /* the last word may take s, es, ed, ing */
    bool version;        /* a letter may touch a digit at the edges */
    bool word;           /* must begin and end at ICU word breaks */
};

enum tcs_term_kind {
    TCS_TERM_CHAR,      /* matches itself */
    TCS_TERM_SPACE,     /* white space that is no separator: a space or a line break; nothing where cp is a paragraph break */
    TCS_TERM_SEPARATOR, /* space or hyphen between two spaced characters */
};

struct tcs_term_item {
    uint32_t cp;
    enum tcs_term_kind kind;
};

struct tcs_term {
    struct tcs_term_item *items;
    size_t count;
    /*
     * The items that always match as they stand: all, less a final `e` that inflection may drop. What follows them is
     * one of the tails.
     */
    size_t fixed_count;
    uint32_t prefix_up_to;
    bool inflect, drops_e, version, word;
};

/*
 * Folds spec; folded is memory to fold in, for one term after the other. Errors: TOCSIN_E_PATTERN with the reason (folds to
 * nothing; white space between Han characters; inflect on a term that does not end in a spaced character; one that ends in a
 * digit or mark is taken and has no other forms). The caller places it (file and line).
 */
TOCSIN_MUST_CHECK tocsin_status tcs_term_init(struct tcs_term *term, const struct tcs_term_spec *spec,
                                              struct tcs_folded *folded, struct tocsin_error *err);
void tcs_term_release(struct tcs_term *term);
/* Same folded form and options: the two find the same hits. */
bool tcs_term_same(const struct tcs_term *a, const struct tcs_term *b);
/* Appends the folded form as UTF-8; a separator shows as it was written. */
TOCSIN_MUST_CHECK tocsin_status tcs_term_text(const struct tcs_term *term, struct tcs_buf *out);

#endif
