/*
 * A Han character says about as much as three Latin letters, and Chinese news is full of Latin names: that is the weight
 * at which Chinese wins, and where no English word and no letter of a third script is among them it wins at any. Latin
 * letters alone are English only if some of its commonest words are there.
 */
#include "match/language.h"

#include "base/utf8.h"
#include "base/word.h"
#include "match/props.h"

#define HAN_WEIGHT 3
#define WORD(a, b, c, d, e) \
    ((uint64_t)(a) | (uint64_t)(b) << 8 | (uint64_t)(c) << 16 | (uint64_t)(d) << 24 | (uint64_t)(e) << 32)

/* word: its letters in lower case, the first lowest. */
static bool is_english_word(uint64_t word)
{
    switch (word) {
    case WORD('t', 'h', 'e', 0, 0): case WORD('o', 'f', 0, 0, 0): case WORD('a', 'n', 'd', 0, 0):
    case WORD('t', 'o', 0, 0, 0): case WORD('i', 'n', 0, 0, 0): case WORD('i', 's', 0, 0, 0):
    case WORD('f', 'o', 'r', 0, 0): case WORD('o', 'n', 0, 0, 0): case WORD('w', 'i', 't', 'h', 0):
    case WORD('t', 'h', 'a', 't', 0): case WORD('w', 'a', 's', 0, 0): case WORD('a', 's', 0, 0, 0):
    case WORD('b', 'y', 0, 0, 0): case WORD('a', 'f', 't', 'e', 'r'): case WORD('o', 'v', 'e', 'r', 0):
    case WORD('f', 'r', 'o', 'm', 0): case WORD('a', 't', 0, 0, 0): return true;
    default: return false;
    }
}

/* Passes over up to eight bytes of ASCII at p and counts their letters. */
static const char *pass_ascii(struct tcs_language_counts *c, const char *p, const char *end)
{
    uint64_t v = tcs_word_load(p, end), other = v & TCS_HIGHS;
    uint64_t ascii = other ? (other & (0 - other)) - 1 : UINT64_MAX;

    c->latin += tcs_word_count(tcs_word_letters(v) & ascii);
    if (other)
        return p + __builtin_ctzll(other) / 8;
    return end - p < 8 ? end : p + 8;
}

/*
 * The same for an ASCII word at p, or for one character that is none, and is it an English one? What follows may end behind
 * end. is_cut: a Latin letter that is not ASCII stands before it.
 */
static const char *pass_word(struct tcs_language_counts *c, const char *p, const char *end, const char *text_end,
                             bool is_cut)
{
    uint64_t v = tcs_word_load(p, end), others = ~tcs_word_letters(v) & TCS_HIGHS;
    size_t letters = others ? (size_t)__builtin_ctzll(others) / 8 : 8, len;

    c->latin += letters;
    if (letters == 8) { /* longer than any that we know */
        for (p += letters; p < end && (((unsigned char)*p | 0x20) >= 'a' && ((unsigned char)*p | 0x20) <= 'z'); p++)
            c->latin++;
        return p;
    }
    p += letters;
    if (p < end && (unsigned char)*p >= 0x80)
        is_cut |= (tcs_props(tcs_utf8_decode(p, text_end, &len, NULL)) & TCS_PROP_LATIN) != 0;
    c->is_english |= !is_cut && is_english_word((v | TCS_ONES << 5) & ((UINT64_C(1) << 8 * letters) - 1));
    return p == end || letters ? p : p + 1;
}

static void count_character(struct tcs_language_counts *c, unsigned props)
{
    if (props & TCS_PROP_HAN) {
        c->han++;
        c->hans += (props & TCS_PROP_HANS) != 0;
        c->hant += (props & TCS_PROP_HANT) != 0;
    } else if (props & TCS_PROP_KANA) {
        c->kana++;
    } else if (props & TCS_PROP_HANGUL) {
        c->hangul++;
    } else if (props & TCS_PROP_LETTER) {
        *(props & TCS_PROP_LATIN ? &c->latin : &c->other) += 1;
    }
}

void tcs_language_count(struct tcs_language_counts *counts, struct tcs_str text)
{
    struct tcs_language_counts c = *counts; /* its own, for registers */
    const char *p = text.len ? text.data : "", *text_end = p + text.len;
    const char *end = p + (text.len < TCS_LANGUAGE_BYTES ? text.len : TCS_LANGUAGE_BYTES);
    bool is_foreign = false; /* the letter before is Latin, but no English one */
    size_t len;

    while (p < end) {
        if ((unsigned char)*p < 0x80) {
            p = c.is_english ? pass_ascii(&c, p, end) : pass_word(&c, p, end, text_end, is_foreign);
            is_foreign = false;
        } else {
            unsigned props = tcs_props(tcs_utf8_decode(p, text_end, &len, NULL));

            count_character(&c, props);
            is_foreign = props & TCS_PROP_LATIN;
            p += len;
        }
    }
    *counts = c;
}

static const char *chinese(const struct tcs_language_counts *c)
{
    if (c->hans > c->hant)
        return "zh-Hans";
    return c->hant > c->hans ? "zh-Hant" : "zh";
}

const char *tcs_language_of(const struct tcs_language_counts *c)
{
    size_t asian = c->han + c->kana + c->hangul;

    if (asian * HAN_WEIGHT > c->latin + c->other || (asian > 1 && !c->is_english && !c->other)) {
        if (c->hangul > c->han + c->kana)
            return "ko";
        return c->kana * 10 >= asian ? "ja" : chinese(c);
    }
    return c->latin > c->other && c->is_english ? "en" : "und";
}
