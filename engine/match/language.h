/*
 * language: which language a text is in, by counting characters of scripts and a few common words. Used where a
 * document does not say it. A pure function.
 */
#ifndef TOCSIN_LANGUAGE_H
#define TOCSIN_LANGUAGE_H

#include "base/buf.h"

/* What was counted; all zero is nothing. */
struct tcs_language_counts {
    size_t han, hans, hant, kana, hangul, latin, other; /* hans, hant: characters that only one script writes */
    bool is_english;                                    /* one of the commonest English words is among them */
};

/* Counts text (UTF-8), as far as its first TCS_LANGUAGE_BYTES. */
#define TCS_LANGUAGE_BYTES 16384
void tcs_language_count(struct tcs_language_counts *counts, struct tcs_str text);
/* "zh-Hans", "zh-Hant", "zh" (nothing tells which), "ja", "ko", "en", or "und". Static. */
const char *tcs_language_of(const struct tcs_language_counts *counts);

#endif
