/*
 * words: ICU's word breaks, for terms with `word: true`. They depend on ICU's version and dictionary, which is why
 * nothing asks for them by default. One thread at a time.
 */
#ifndef TOCSIN_WORDS_H
#define TOCSIN_WORDS_H

#include "base/buf.h"

struct tcs_words;

/* Is there a word break at byte `at` of text? The text is analysed once while data and len stay the same and *words was
 * not reset. *words is made on first use. */
TOCSIN_MUST_CHECK tocsin_status tcs_words_is_break(struct tcs_words **words, struct tcs_str text, size_t at,
                                                   bool *is_break_out);
/* Call when the text's bytes may have changed. NULL is allowed. */
void tcs_words_reset(struct tcs_words *words);
void tcs_words_free(struct tcs_words *words);

#endif
