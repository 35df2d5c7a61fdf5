/*
 * shown: text of documents and patterns, printed for people. Its controls are escaped: what a page holds must not steer
 * the terminal, nor break a line of a report.
 */
#ifndef TOCSIN_SHOWN_H
#define TOCSIN_SHOWN_H

#include "base/buf.h"

/* Appends text: a form feed (a paragraph's end) as ¶, a line feed as ↵, other controls and U+2028, U+2029 as \uXXXX. */
TOCSIN_MUST_CHECK tocsin_status tcs_shown_append(struct tcs_buf *out, struct tcs_str text);

#endif
