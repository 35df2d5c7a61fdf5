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

#endif
