/*
 * inflate_check: do the inflaters of this build give back what was deflated, whatever the pieces? For `doctor`. Keeps
 * nothing.
 */
#ifndef TOCSIN_INFLATE_CHECK_H
#define TOCSIN_INFLATE_CHECK_H

#include "base/error.h"
#include "input/inflate.h"

/* Does one back end? false in *is_sound_out where a byte or a checksum differs, or it finds damage where there is none. */
TOCSIN_MUST_CHECK tocsin_status tcs_inflate_check(const struct tcs_inflate_backend *backend, bool *is_sound_out,
                                                  struct tocsin_error *err);
/* The same of what takes streams whole, which must also leave alone a stream that is cut off, or too large for its room. */
TOCSIN_MUST_CHECK tocsin_status tcs_inflate_check_whole(const struct tcs_inflate_whole *library, bool *is_sound_out,
                                                        struct tocsin_error *err);

#endif
