/*
 * html_lines: the lines of a page's flat text (what stands between the borders of blocks and <br>), told apart by how
 * much of each is inside links, and the runs of lines that are nothing but links to other pages. Rules and reasons:
 * docs/html.md.
 */
#ifndef TOCSIN_HTML_LINES_H
#define TOCSIN_HTML_LINES_H

#include "input/html.h"
#include "input/html_cut.h"

#define TCS_HTML_LINK_MAX 500u    /* bytes; a longer link was never closed or wraps the story */
#define TCS_HTML_HEADLINE_MIN 24u /* bytes of a link that may be a headline */

enum tcs_html_line_kind {
    TCS_HTML_LINE_LINK,  /* links and hardly anything else */
    TCS_HTML_LINE_PROSE, /* running text */
    TCS_HTML_LINE_NOTE,  /* a date, a number of comments, a bar between links */
    TCS_HTML_LINE_OTHER
};

struct tcs_html_line {
    size_t start, end;       /* in the flat text */
    size_t link;             /* the first link span that starts in it, SIZE_MAX for none */
    size_t links, headlines; /* that start in it */
    enum tcs_html_line_kind kind;
};

/*
 * How much text outside of links counts beside them: the bytes of its letters. What stands in a list beside its
 * headlines (dates, numbers, bars, the spaces that a table is made of) counts nothing.
 */
size_t tcs_html_weight(const char *text, size_t len);
/* True if so much of a text is linked that it is there for the links; own: the weight of the rest. */
bool tcs_html_is_linked(size_t linked, size_t own);
/* True if so many links are too many for a story to hold them by themselves. */
bool tcs_html_is_link_list(size_t links, size_t headlines);
/*
 * True if a line is running text; linked: how many of its bytes are in links, own: the weight of the others, last:
 * those of the others that stand behind its last link (the line itself if it has none).
 */
bool tcs_html_is_prose(size_t linked, size_t own, struct tcs_str last);
/* True if no reader sees anything in it. */
bool tcs_html_is_blank(struct tcs_str text);

/*
 * Of the lines of flat[piece->start, piece->end) that the cuts leave: turns the first link span of each run of links
 * that is no main text into a span of reason TCS_HTML_REASON_RUN over the whole run; *found_out: whether there is one.
 */
TOCSIN_MUST_CHECK tocsin_status tcs_html_lines_mark_runs(struct tcs_html_scratch *scratch, size_t span_count,
                                                         size_t cut_count, const struct tcs_html_span *piece,
                                                         bool *found_out);

#endif
