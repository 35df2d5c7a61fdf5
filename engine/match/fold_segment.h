/*
 * fold_segment: nfkc_cf of one normalisation segment by ICU, for match/fold alone. Works in the caller's buffer;
 * pointers are good until that changes.
 */
#ifndef TOCSIN_FOLD_SEGMENT_H
#define TOCSIN_FOLD_SEGMENT_H

#include "base/buf.h"

struct tcs_segment_fold {
    const uint16_t *folded; /* UTF-16 */
    int32_t len;
    bool is_same; /* it is what its code points fold to one by one, in their order */
};

/* text: UTF-8, under 64 MiB. TOCSIN_E_NOMEM, TOCSIN_E_INTERNAL (ICU). */
TOCSIN_MUST_CHECK tocsin_status tcs_segment_fold(struct tcs_str text, struct tcs_buf *buf,
                                                 struct tcs_segment_fold *fold_out);

#endif
