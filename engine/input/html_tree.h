/*
 * html_tree: follows the open elements of one page on a bounded stack (no tree is built) and notes,
 * for each element that may matter, the piece of flat text that it holds. Belongs to one thread and
 * one page.
 */
#ifndef TOCSIN_HTML_TREE_H
#define TOCSIN_HTML_TREE_H

#include "input/html.h"
#include "input/html_token.h"

#define TCS_HTML_DEPTH_MAX 512
#define TCS_HTML_OTHER_SLOTS 128

/* What was counted so far. A piece that is left out sets it back to what it was in front of it. */
struct tcs_html_tally {
    size_t own;       /* weight of what is left outside of links */
    size_t linked;    /* bytes inside the links of what is left */
    size_t links;     /* links that closed in what is left */
    size_t headlines; /* those of them that are long enough for one */
    size_t prose;     /* lines of prose in what is left */
};

struct tcs_html_open {
    enum tcs_html_tag tag;
    unsigned stops;          /* which searches for an open element end here */
    struct tcs_str name;     /* as written; tells TCS_HTML_TAG_OTHER apart */
    size_t start;            /* length of the flat text when it opened */
    size_t span, candidate;  /* indexes of its spans, SIZE_MAX for none */
    size_t main_count;       /* the tree's counters when it opened */
    struct tcs_html_tally before;
};

struct tcs_html_tree {
    struct tcs_html_scratch *scratch;
    size_t span_count;
    struct tcs_html_tally tally;
    size_t main_count;  /* h1, main, role=main so far */
    size_t line_start;  /* of the line of flat text that is being read */
    size_t line_linked; /* bytes of it in links that have closed */
    size_t line_own;    /* weight of it outside of links */
    size_t link_start;  /* of the link that is open, SIZE_MAX for none */
    size_t weighed;     /* the flat text up to here is counted in the tally or stands in a link */
    size_t depth;
    size_t overflow; /* elements open beyond the stack's end */
    size_t open_count[TCS_HTML_TAG_COUNT]; /* h1 to h6 and unknown elements are counted below */
    size_t heading_count;
    size_t other_count[TCS_HTML_OTHER_SLOTS];
    struct tcs_html_open stack[TCS_HTML_DEPTH_MAX];
};

void tcs_html_tree_init(struct tcs_html_tree *tree, struct tcs_html_scratch *scratch);
/* To be called for each tag when scratch->flat holds the text before it. */
TOCSIN_MUST_CHECK tocsin_status tcs_html_tree_step(struct tcs_html_tree *tree,
                                                   const struct tcs_html_token *token);
/* Closes what is still open. After it scratch->spans[0, span_count) is final. */
void tcs_html_tree_finish(struct tcs_html_tree *tree);

#endif
