/*
 * html_lean: a page less what no field's words are made of, so that the sieve has fewer bytes to read: of a page of news
 * half and more is scripts, styles and attributes. What is left is markup of the same tokens in the same order:
 *
 *   content of script and style      left out
 *   attributes but <meta>'s          left out, but for the slash of a self-closing tag
 *   comments, doctypes, and what     <!>
 *     makes no token
 *   everything else                  as it stands
 *
 * so the flat text (without values of attributes), title and lead are those of the page. What else fields are decided by
 * (names of blocks, addresses of links, dates in scripts) is not: the fields themselves are made from the page.
 */
#ifndef TOCSIN_HTML_LEAN_H
#define TOCSIN_HTML_LEAN_H

#include "base/buf.h"

/*
 * *lean_out is the lean form of html, which may be ill-formed UTF-8, in room; or html itself where too little of it is
 * scripts and styles for that to be worth while. Which of the two is decided by the bytes of html alone.
 */
TOCSIN_MUST_CHECK tocsin_status tcs_html_lean(struct tcs_str html, struct tcs_buf *room, struct tcs_str *lean_out);

#endif
