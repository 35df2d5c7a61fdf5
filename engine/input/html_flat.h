/*
 * html_flat: tokens to text: references decoded, source white space collapsed, a blank line at the
 * border of a block. The one place where a page's text is written; html_fields only cuts pieces out
 * of it.
 */
#ifndef TOCSIN_HTML_FLAT_H
#define TOCSIN_HTML_FLAT_H

#include "input/html.h"
#include "input/html_token.h"

/* What parts the text written so far from the next character; a larger one swallows a smaller. */
enum tcs_html_gap {
    TCS_HTML_GAP_NONE,
    TCS_HTML_GAP_SPACE,
    TCS_HTML_GAP_LINE,
    TCS_HTML_GAP_PARAGRAPH
};

struct tcs_html_writer {
    struct tcs_buf *out;
    enum tcs_html_gap gap; /* written before the next character, and never at the start of out */
    const char *readable_end; /* of the bytes behind what is written; NULL where it is not known */
};

/*
 * Bytes to reserve in out for writing raw text of raw_len bytes: no reference grows by more than
 * 6:5.
 */
#define TCS_HTML_ROOM(raw_len) ((raw_len) + (raw_len) / 5 + 64)

/* Writes raw text or an attribute's value. out must have room: nothing is checked here. */
void tcs_html_write_unchecked(struct tcs_html_writer *writer, struct tcs_str raw,
                              bool has_references, bool in_attribute);

/* Replaces out by an attribute's value, decoded and collapsed. */
TOCSIN_MUST_CHECK tocsin_status tcs_html_attr_text(struct tcs_str raw, struct tcs_buf *out);

/* Called after each step's text has been written to scratch->flat. */
typedef tocsin_status (*tcs_html_step_fn)(void *context, const struct tcs_html_token *token);

/*
 * Tokenizes html into scratch->flat, calling step (NULL for none) on the way; values of attributes stand behind the text
 * where all attributes are wanted. Fails with step's status, or TOCSIN_E_NOMEM.
 */
TOCSIN_MUST_CHECK tocsin_status tcs_html_walk(struct tcs_str html, struct tcs_html_scratch *scratch,
                                              enum tcs_html_wants wants, tcs_html_step_fn step, void *context);

#endif
