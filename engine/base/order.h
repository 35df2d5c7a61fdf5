/*
 * order: byte strings in byte order. The first eight bytes of each decide nearly all comparisons, so they are compared as one
 * number, and the strings themselves only where those are equal. It owns nothing that outlives a call.
 */
#ifndef TOCSIN_ORDER_H
#define TOCSIN_ORDER_H

#include "base/buf.h"

/*
 * Writes the indices of count texts, under 4 Gi of them, to order_out by their text: as memcmp orders them, a text before those
 * that it begins, equal texts by their index. TOCSIN_E_NOMEM.
 */
TOCSIN_MUST_CHECK tocsin_status tcs_order_texts(const struct tcs_str *texts, size_t count, uint32_t *order_out);

#endif
