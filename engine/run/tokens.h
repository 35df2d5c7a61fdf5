/*
 * tokens: a field cut into what phrases are made of: words of scripts that write spaces, single characters of those that
 * do not, and breaks. Works on the fold, so that scripts, widths and cases are one. A vocabulary numbers words; it belongs
 * to one thread.
 */
#ifndef TOCSIN_TOKENS_H
#define TOCSIN_TOKENS_H

#include "match/fold.h"

#define TCS_TOKEN_BREAK 0u                    /* punctuation, white space beside Han, a line's or field's end */
#define TCS_TOKEN_FIRST_WORD 0x110000u        /* below: a code point, folded */
#define TCS_TOKEN_CORE (UINT32_MAX - 1)       /* for users: stands for what they choose */
#define TCS_TOKEN_UNKNOWN UINT32_MAX          /* a word that the vocabulary lacks */

struct tcs_token {
    uint32_t id;
    uint32_t start_byte, end_byte; /* in the field as it was read; of a break 0 */
};

/* All zero is empty. */
struct tcs_vocabulary {
    struct tcs_buf text; /* of all words */
    uint32_t *starts, *lengths;
    size_t count, starts_cap, lengths_cap;
    uint32_t *slots; /* number of a word plus one, 0 for none */
    size_t mask;
};
void tcs_vocabulary_release(struct tcs_vocabulary *vocabulary);
/* Does the word hold a letter? */
bool tcs_vocabulary_has_letter(const struct tcs_vocabulary *vocabulary, uint32_t id);

struct tcs_tokens {
    struct tcs_token *items;
    size_t count, cap;
    struct tcs_folded folded; /* scratch */
};
void tcs_tokens_release(struct tcs_tokens *tokens);
/*
 * Appends the tokens of text, which a break ends. may_add: words that the vocabulary lacks are added to it, else they are
 * TCS_TOKEN_UNKNOWN. TOCSIN_OK or TOCSIN_E_NOMEM.
 */
TOCSIN_MUST_CHECK tocsin_status tcs_tokens_cut(struct tcs_tokens *tokens, struct tcs_vocabulary *vocabulary, bool may_add,
                                               struct tcs_str text, bool lf_paragraph);

#endif
