/*
 * group: which of many texts are equal, in time linear in their bytes.
 */
#ifndef TOCSIN_GROUP_H
#define TOCSIN_GROUP_H

#include "base/buf.h"

/* first_out[i] is the first text that has the bytes of text i. There are fewer than UINT32_MAX. */
TOCSIN_MUST_CHECK tocsin_status tcs_group_texts(const struct tcs_str *texts, size_t count, uint32_t *first_out);

#endif
