/* A break iterator over a UText, so that offsets are UTF-8 bytes without a conversion. */
#include "match/words.h"

#include <stdlib.h>

#include <unicode/ubrk.h>
#include <unicode/utext.h>

struct tcs_words {
    UBreakIterator *iterator;
    UText *text;
    struct tcs_str current; /* data is NULL where nothing is set */
};

/*
 * ICU 72 breaks beside U+30FC differently until a process has once searched a text with Han characters (it loads its
 * dictionary then): so every iterator begins with such a text.
 */
static UBreakIterator *open_iterator(UErrorCode *status)
{
    static const UChar han_and_kana[] = {0x63DB, 0x304B};
    UBreakIterator *iterator = ubrk_open(UBRK_WORD, "", han_and_kana, 2, status);

    if (U_FAILURE(*status))
        return NULL;
    (void)ubrk_next(iterator);
    return iterator;
}

static tocsin_status set_text(struct tcs_words *words, struct tcs_str text)
{
    UErrorCode status = U_ZERO_ERROR;

    if (!words->iterator)
        words->iterator = open_iterator(&status);
    if (!words->iterator)
        return TOCSIN_E_INTERNAL;
    words->text = utext_openUTF8(words->text, text.data, (int64_t)text.len, &status);
    ubrk_setUText(words->iterator, words->text, &status);
    words->current = U_SUCCESS(status) ? text : (struct tcs_str){NULL, 0};
    return U_SUCCESS(status) ? TOCSIN_OK : TOCSIN_E_INTERNAL;
}

tocsin_status tcs_words_is_break(struct tcs_words **words, struct tcs_str text, size_t at, bool *is_break_out)
{
    tocsin_status st;

    if (!*words) {
        *words = calloc(1, sizeof **words);
        if (!*words)
            return TOCSIN_E_NOMEM;
    }
    if ((*words)->current.data != text.data || (*words)->current.len != text.len) {
        st = set_text(*words, text);
        if (st != TOCSIN_OK)
            return st;
    }
    *is_break_out = at == 0 || at == text.len || ubrk_isBoundary((*words)->iterator, (int32_t)at);
    return TOCSIN_OK;
}

void tcs_words_reset(struct tcs_words *words)
{
    if (words)
        words->current = (struct tcs_str){NULL, 0};
}

void tcs_words_free(struct tcs_words *words)
{
    if (!words)
        return;
    if (words->iterator)
        ubrk_close(words->iterator);
    if (words->text)
        utext_close(words->text);
    free(words);
}
