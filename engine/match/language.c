/*
 * A Han character says about as much as three Latin letters, and Chinese news is full of Latin names: that is the weight
 * at which Chinese wins, and where no English word and no letter of a third script is among them it wins at any. Latin
 * letters alone are English only if some of its commonest words are there.
 */
#include "match/language.h"

#include <string.h>

#include "base/utf8.h"
#include "match/props.h"

#define HAN_WEIGHT 3
#define WORD_MAX 8

static bool is_english_word(const char *word, size_t len)
{
    static const char words[][WORD_MAX] = {"the", "of", "and", "to", "in", "is", "for", "on", "with", "that", "was", "as", "by",
                                           "after", "over", "from", "at"};
    char padded[WORD_MAX] = {0};
    size_t i;

    if (len >= WORD_MAX)
        return false;
    memcpy(padded, word, len);
    for (i = 0; i < sizeof words / sizeof *words; i++)
        if (memcmp(words[i], padded, WORD_MAX) == 0)
            return true;
    return false;
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
    size_t end = text.len < TCS_LANGUAGE_BYTES ? text.len : TCS_LANGUAGE_BYTES, at = 0, len, word_len = 0;
    char word[WORD_MAX + 1];

    while (at < end) {
        uint32_t cp = tcs_utf8_decode(text.data + at, text.data + text.len, &len, NULL);

        count_character(c, tcs_props(cp));
        if ((cp | 0x20) >= 'a' && (cp | 0x20) <= 'z') {
            if (word_len < WORD_MAX)
                word[word_len] = (char)(cp | 0x20);
            word_len += word_len <= WORD_MAX;
        } else if (tcs_props(cp) & TCS_PROP_LATIN) {
            word_len = WORD_MAX + 1; /* a word with other letters is not English */
        } else {
            c->english += word_len && word_len <= WORD_MAX && is_english_word(word, word_len);
            word_len = 0;
        }
        at += len;
    }
    c->english += word_len && word_len <= WORD_MAX && is_english_word(word, word_len);
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
