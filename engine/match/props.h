/*
 * props: the Unicode properties that matching and rules ask for, as bit flags from a table made at build time from
 * ICU (gen/foldgen.c). Read-only; any thread.
 */
#ifndef TOCSIN_PROPS_H
#define TOCSIN_PROPS_H

#include <stdbool.h>
#include <stdint.h>

enum tcs_prop {
    TCS_PROP_LETTER = 1 << 0,         /* category L */
    TCS_PROP_MARK = 1 << 1,           /* category M */
    TCS_PROP_DIGIT = 1 << 2,          /* category Nd */
    TCS_PROP_HAN = 1 << 3,            /* script Han */
    TCS_PROP_KANA = 1 << 4,           /* L, M or Nd with Hiragana or Katakana among its Script_Extensions */
    TCS_PROP_HANGUL = 1 << 5,         /* script Hangul */
    TCS_PROP_LATIN = 1 << 6,          /* script Latin */
    TCS_PROP_SPACE = 1 << 7,          /* White_Space */
    TCS_PROP_QUOTE = 1 << 8,          /* Quotation_Mark */
    TCS_PROP_GAP = 1 << 9,            /* may stand in a gap: white space, quotation marks, U+3008-3011, * and _ */
    TCS_PROP_CLOSER = 1 << 10,        /* categories Pe and Pf, " and ' */
    TCS_PROP_LINE_BREAK = 1 << 11,    /* LF VT FF CR U+0085 U+2028 U+2029 */
    TCS_PROP_PARAGRAPH = 1 << 12,     /* U+2029: counts as two line breaks */
    TCS_PROP_SPACED = 1 << 13,        /* L, M or Nd of a script that writes spaces between words */
    TCS_PROP_SIMPLE = 1 << 14,        /* its own NFKD, ccc 0: no sequence of code points composes to it */
    TCS_PROP_HANT = 1 << 15,          /* ICU's Hant-Hans changes it and Hans-Hant does not: written in Traditional text */
    TCS_PROP_HANS = 1 << 16           /* the reverse: written in Simplified text */
};

extern const uint16_t tcs_props_stage1[];
extern const uint32_t tcs_props_stage2[];

static inline unsigned tcs_props(uint32_t cp)
{
    return tcs_props_stage2[(uint32_t)tcs_props_stage1[cp >> 7] * 128u + (cp & 127u)];
}

/*
 * Of a character from TCS_HAN_FIRST to TCS_HAN_LAST, all Han: 1 for TCS_PROP_HANS, 2 for TCS_PROP_HANT, or 0. A table of
 * its own, small enough for the nearest cache.
 */
#define TCS_HAN_FIRST 0x4E00u
#define TCS_HAN_LAST 0x9FFFu
extern const uint32_t tcs_han_scripts[];

static inline unsigned tcs_han_script(uint32_t cp)
{
    return tcs_han_scripts[(cp - TCS_HAN_FIRST) / 16] >> 2 * (cp & 15) & 3;
}

/* By the properties of a code point. */
static inline bool tcs_is_latin_letter(unsigned props)
{
    return (props & TCS_PROP_LATIN) && (props & TCS_PROP_LETTER);
}

#endif
