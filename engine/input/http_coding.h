/*
 * http_coding: the content codings of HTTP bodies, undone one at a time. A coding is a function in
 * a table; one whose library this build lacks is named with what to install. Internal to http.
 */
#ifndef TOCSIN_HTTP_CODING_H
#define TOCSIN_HTTP_CODING_H

#include "base/buf.h"
#include "base/error.h"

/*
 * Undoes one coding: appends to out, at most limit_bytes (TOCSIN_E_LIMIT), or leaves
 * *is_undone_out false where the bytes do not bear it out or this build cannot undo it. With
 * TOCSIN_E_CORRUPT and _TRUNCATED what decoded before the damage is delivered.
 */
TOCSIN_MUST_CHECK tocsin_status tcs_http_uncode(struct tcs_str coding, struct tcs_str bytes,
                                                size_t limit_bytes, struct tcs_buf *out,
                                                bool *is_undone_out, struct tocsin_error *err);

/* ---- for the codings ---- */

#ifdef TCS_HAVE_BROTLI
TOCSIN_MUST_CHECK tocsin_status tcs_http_unbrotli(struct tcs_str bytes, size_t limit_bytes,
                                                  struct tcs_buf *out, bool *is_undone_out,
                                                  struct tocsin_error *err);
#endif

/*
 * Whether bytes are text that was decoded before, whatever the header says: no control characters
 * but white space among the first bytes. A coder's output has some.
 */
bool tcs_http_is_plain_text(struct tcs_str bytes);
/*
 * Room for one step in out, whose first byte of this body is at start: one byte more than the
 * limit leaves, which tells a body that is full from one that fits.
 */
TOCSIN_MUST_CHECK tocsin_status tcs_http_make_room(struct tcs_buf *out, size_t start,
                                                   size_t limit_bytes, size_t *room_out,
                                                   struct tocsin_error *err);
/* Cuts the body in out back to the limit and fails, where it is over it. */
TOCSIN_MUST_CHECK tocsin_status tcs_http_check_limit(struct tcs_buf *out, size_t start,
                                                     size_t limit_bytes, struct tocsin_error *err);

#endif
