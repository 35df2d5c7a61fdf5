/*
 * hashed_make: from literals to the form in which match/hashed looks for them (match/hashed_form): which kind of key each
 * has, its keys in all spellings, the tables. For match/hashed alone.
 */
#ifndef TOCSIN_HASHED_MAKE_H
#define TOCSIN_HASHED_MAKE_H

#include "base/buf.h"
#include "base/error.h"

/* Into out, which is empty, as tcs_hashed_new takes them. TOCSIN_OK or TOCSIN_E_NOMEM. */
TOCSIN_MUST_CHECK tocsin_status tcs_hashed_make(const struct tcs_str *literals, const uint8_t *edges, size_t count,
                                                bool caseless, struct tcs_buf *out);

#endif
