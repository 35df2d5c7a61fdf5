/*
 * html_cut: from the noted pieces of a page's flat text to its main text. html_tree notes the
 * pieces; this decides which count and copies what is left. Rules and reasons: docs/html.md.
 */
#ifndef TOCSIN_HTML_CUT_H
#define TOCSIN_HTML_CUT_H

#include "input/html.h"

/* Why a piece of text is noted. */
enum tcs_html_reason {
    TCS_HTML_REASON_NONE,     /* it turned out not to matter */
    TCS_HTML_REASON_TAG,      /* nav, aside, select ...: never main text */
    TCS_HTML_REASON_HEADER,   /* the same, but an h1 in it is */
    TCS_HTML_REASON_FORM,     /* dropped unless it wraps the page */
    TCS_HTML_REASON_CLASS,    /* named as page furniture by class or id */
    TCS_HTML_REASON_LINKS,    /* a block of links */
    TCS_HTML_REASON_LINK,     /* one link: says what html_lines needs to know */
    TCS_HTML_REASON_RUN,      /* lines that are links */
    TCS_HTML_REASON_KEEP,     /* an h1 inside a header */
    TCS_HTML_REASON_CANDIDATE /* article, main: perhaps the only main text */
};

/* A piece [start, end) of the flat text; an array of them is in order of start. */
struct tcs_html_span {
    size_t start, end;
    enum tcs_html_reason reason;
};

/* A piece that is left out; an array of them is disjoint and in order. */
struct tcs_html_cut {
    size_t start, end;
    size_t cut_before; /* bytes in the cuts before this one */
};

/*
 * Appends the main text to out: pieces of scratch->flat[0, text_len), parted by blank lines, by the
 * first span_count of scratch->spans. May change the spans' reasons.
 */
TOCSIN_MUST_CHECK tocsin_status tcs_html_cut_main_text(struct tcs_html_scratch *scratch,
                                                       size_t span_count, size_t text_len,
                                                       struct tcs_buf *out);

#endif
