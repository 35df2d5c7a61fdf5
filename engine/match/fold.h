/*
 * fold: the normalisation under which two texts count as the same (docs/matching.md, section 2), in one pass
 * from decoded UTF-8 to folded UTF-8, with a map back for the judge and without one for the check. White
 * space in folded text is a space, LF (it holds one line break) or FF (a paragraph's end). A
 * struct tcs_folded belongs to one thread; its memory is reused.
 */
#ifndef TOCSIN_FOLD_H
#define TOCSIN_FOLD_H

#include "base/buf.h"

#define TCS_FOLD_LINE '\n'
#define TCS_FOLD_PARAGRAPH '\f'

struct tcs_folded {
    struct tcs_buf text; /* folded UTF-8 */
    /*
     * The map, where asked for: at the folded offset of a character's first byte, where the original code points
     * that it comes from start and end (bytes). Other entries are undefined.
     */
    uint32_t *start, *end;
    size_t start_cap, end_cap;
    /*
     * Characters that touch nothing folded to some that do (① to 1), or a sequence to another: whether neighbours touch is
     * to be asked of the originals. Otherwise it is so if and only if their folds do.
     */
    bool needs_originals;
    struct tcs_buf segment; /* scratch of the normaliser */
};

/* Folds text (well-formed UTF-8, under 4 GiB). lf_paragraph: any line break ends a paragraph. */
TOCSIN_MUST_CHECK tocsin_status tcs_fold(struct tcs_str text, bool lf_paragraph, bool with_map,
                                         struct tcs_folded *folded);
void tcs_folded_release(struct tcs_folded *folded);

#endif
