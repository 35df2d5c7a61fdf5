/*
 * fold_table: what one code point folds to, from the tables that gen/foldgen.c writes at build time (the
 * layout stands there), and the same by bytes for the fast path. Read-only; any thread.
 */
#ifndef TOCSIN_FOLD_TABLE_H
#define TOCSIN_FOLD_TABLE_H

#include <stdbool.h>
#include <stdint.h>

#define TCS_FOLD_VALUE_MASK 0x1FFFFFu
#define TCS_FOLD_KIND_MASK (3u << 21)
#define TCS_FOLD_KIND_ONE (0u << 21)
#define TCS_FOLD_KIND_NONE (1u << 21)
#define TCS_FOLD_KIND_MANY (2u << 21)
#define TCS_FOLD_KIND_SELF (3u << 21)
#define TCS_FOLD_BOUNDARY (1u << 23)

/*
 * What the fast path needs to know of a character of one to three bytes of UTF-8: the bytes of its fold, if that is
 * one code point of no more bytes, and what sort of character it is.
 */
#define TCS_PLAIN_BYTES 0xFFFFFFu           /* the fold, its first byte lowest */
#define TCS_PLAIN_OTHER (1u << 24)          /* not for the fast path (the other bits are 0) */
#define TCS_PLAIN_GAP (1u << 25)            /* folds to a gap character; white space folds to ' ' or LF here */
#define TCS_PLAIN_WHITE (1u << 26)          /* that is white space */
#define TCS_PLAIN_LONE_QUOTE (1u << 27)     /* that vanishes between Han characters */
#define TCS_PLAIN_HAN (1u << 28)            /* folds to a Han character */
#define TCS_PLAIN_LATIN_OR_DIGIT (1u << 29) /* folds to a Latin letter or a decimal digit */
#define TCS_PLAIN_LEN_SHIFT 30              /* bytes of the fold, 1 to 3 */

extern const uint32_t tcs_plain_ascii[]; /* by code point, under U+0080 */
/*
 * By the bits that two or three bytes carry: code points, but those that fewer bytes would do for are TCS_PLAIN_OTHER,
 * and so are surrogates.
 */
extern const uint32_t tcs_plain_narrow[], tcs_plain_wide[];

extern const uint16_t tcs_fold_stage1[];
extern const uint32_t tcs_fold_stage2[];
extern const uint32_t tcs_fold_expansions[];
/* Hash of all tables; a database made under another fold version is recompiled. */
extern const char tcs_fold_version[];

static inline uint32_t tcs_fold_entry(uint32_t cp)
{
    return tcs_fold_stage2[(uint32_t)tcs_fold_stage1[cp >> 7] * 128u + (cp & 127u)];
}

/*
 * The folded form of one code point by itself: count code points at the returned pointer, which is into static
 * tables or at *one.
 */
static inline const uint32_t *tcs_fold_single(uint32_t cp, uint32_t *one, uint32_t *count)
{
    uint32_t entry = tcs_fold_entry(cp), kind = entry & TCS_FOLD_KIND_MASK;
    const uint32_t *many;

    if (kind == TCS_FOLD_KIND_MANY) {
        many = tcs_fold_expansions + (entry & TCS_FOLD_VALUE_MASK);
        *count = many[0];
        return many + 1;
    }
    *one = kind == TCS_FOLD_KIND_SELF ? cp : entry & TCS_FOLD_VALUE_MASK;
    *count = kind != TCS_FOLD_KIND_NONE;
    return one;
}

#endif
