/*
 * gap: the constants of docs/matching.md, 2.5, that the fold and the sieve's walk share: what they take out of a text must
 * be the same.
 */
#ifndef TOCSIN_GAP_H
#define TOCSIN_GAP_H

#include <stdbool.h>
#include <stdint.h>

/* Characters of a gap between Han and Latin that disappears, at most. */
#define TCS_GAP_MAX 8

/* Does it disappear where it stands alone between two Han characters? cp is folded. */
static inline bool tcs_gap_is_lone_quote(uint32_t cp)
{
    switch (cp) {
    case 0x201C: case 0x201D: case '"': case '\'':
    case 0x300C: case 0x300D: case 0x300E: case 0x300F:
        return true;
    default:
        return false;
    }
}

#endif
