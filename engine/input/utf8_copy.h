/*
 * utf8_copy: long spans of bytes as well-formed UTF-8. base/utf8.h decodes one code point at a
 * time; this walks whole strings at the speed of memory and falls back to it only where something
 * is wrong. Reentrant.
 */
#ifndef TOCSIN_UTF8_COPY_H
#define TOCSIN_UTF8_COPY_H

#include "base/buf.h"

/* The length of the longest well-formed prefix of text: text.len if all of it is. */
size_t tcs_utf8_valid_prefix(struct tcs_str text);

/* The same; adds the number of its sequences other than ASCII to *sequences. */
size_t tcs_utf8_count_prefix(struct tcs_str text, size_t *sequences);

/* Appends text to out; what is ill-formed becomes U+FFFD, one per maximal subpart. */
TOCSIN_MUST_CHECK tocsin_status tcs_utf8_append(struct tcs_buf *out, struct tcs_str text);

#endif
