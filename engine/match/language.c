/*
 * A Han character says about as much as three Latin letters, and Chinese news is full of Latin names: that is the weight
 * at which Chinese wins, and where no English word and no letter of a third script is among them it wins at any. Latin
 * letters alone are English only if some of its commonest words are there.
 */
#include "match/language.h"

#include "base/utf8.h"
#include "match/fold_block.h"
#include "match/props.h"

#define HAN_WEIGHT 3
#define WORD(a, b, c, d, e) \
    ((uint64_t)(a) | (uint64_t)(b) << 8 | (uint64_t)(c) << 16 | (uint64_t)(d) << 24 | (uint64_t)(e) << 32)
#define WORD_MAX 5

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

/* Up to eight bytes at p, zeros behind the end. */
static uint64_t load_word(const char *p, const char *end)
{
    char bytes[8] = {0};

    if (end - p >= 8)
        return tcs_load64(p);
    memcpy(bytes, p, (size_t)(end - p));
    return tcs_load64(bytes);
}

/* How many ASCII letters there are at p; *word is the first eight bytes, letters in lower case. */
static size_t count_letters(const char *p, const char *end, uint64_t *word)
{
    size_t count = 0, step;

    *word = 0;
    do {
        uint64_t v = load_word(p + count, end), lower = v | TCS_ONES << 5;
        uint64_t others = ~(tcs_word_range(lower, 'a', 'z') & ~v) & TCS_HIGHS;

        if (!count)
            *word = lower;
        step = others ? (size_t)__builtin_ctzll(others) / 8 : 8;
        count += step;
    } while (step == 8);
    return count;
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

void tcs_language_count(struct tcs_language_counts *c, struct tcs_str text)
{
    const char *p = text.len ? text.data : "", *text_end = p + text.len;
    const char *end = p + (text.len < TCS_LANGUAGE_BYTES ? text.len : TCS_LANGUAGE_BYTES);
    bool is_foreign = false; /* the letter before is Latin, but no English one */
    size_t len = 0;
    uint64_t word;

    while (p < end) {
        size_t letters = count_letters(p, end, &word);
        uint32_t cp;

        c->latin += letters;
        p += letters;
        cp = p < end ? tcs_utf8_decode(p, text_end, &len, NULL) : 0;
        if (letters && letters <= WORD_MAX && !is_foreign && !(tcs_props(cp) & TCS_PROP_LATIN))
            c->english += is_english_word(word & ((UINT64_C(1) << 8 * letters) - 1));
        if (p == end)
            break;
        count_character(c, tcs_props(cp));
        is_foreign = tcs_props(cp) & TCS_PROP_LATIN;
        p += len;
    }
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

    if (asian * HAN_WEIGHT > c->latin + c->other || (asian > 1 && !c->english && !c->other)) {
        if (c->hangul > c->han + c->kana)
            return "ko";
        return c->kana * 10 >= asian ? "ja" : chinese(c);
    }
    return c->latin > c->other && c->english ? "en" : "und";
}
