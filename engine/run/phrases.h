/*
 * phrases: what phrases of one to six tokens a set of documents holds, each with its counts, how closely it holds together,
 * and how free its borders are, so that a fragment of a word is told from a word without a dictionary. The documents' tokens
 * are kept, TCS_PHRASES_TOKENS_MAX of them, and sorted by what follows each; so every count is exact. One thread.
 */
#ifndef TOCSIN_PHRASES_H
#define TOCSIN_PHRASES_H

#include "base/error.h"
#include "input/document.h"
#include "run/tokens.h"

#define TCS_PHRASE_MAX 6 /* tokens */
#define TCS_PHRASES_TOKENS_MAX ((size_t)4 << 20)
#define TCS_PHRASES_TEXT_MAX ((size_t)64 << 20)
#define TCS_PHRASE_PLACES 3

struct tcs_phrase {
    uint32_t ids[TCS_PHRASE_MAX];
    uint32_t count; /* tokens */
    uint32_t occurrences, documents;
    uint32_t places[TCS_PHRASE_PLACES], place_count; /* tokens where it begins, of the first documents */
    /* Bits. cohesion: at the weakest joint, how much more often the two sides meet than by chance; of one token 0. */
    double left_entropy, right_entropy, cohesion;
};

/* A token that was kept. */
struct tcs_phrase_token {
    uint32_t id, document;
    uint32_t start, end; /* in text */
};

/* All zero is empty. */
struct tcs_phrases {
    struct tcs_vocabulary vocabulary;
    struct tcs_phrase_token *tokens;
    size_t count, cap;
    struct tcs_buf text; /* of the documents, as it was read */
    uint32_t documents;
    bool is_full; /* something was left out */
    uint32_t *order; /* tokens by what follows them; after tcs_phrases_find */
    struct tcs_phrase *items;
    size_t item_count, item_cap;
    struct tcs_tokens scratch;
};

struct tcs_phrase_limits {
    uint32_t min_documents;
    double min_entropy;
    double min_cohesion; /* or, of a phrase that is too frequent for that, four fifths of what is possible */
};

void tcs_phrases_release(struct tcs_phrases *phrases);
/* Keeps a document, whole or not at all. TOCSIN_OK or TOCSIN_E_NOMEM. */
TOCSIN_MUST_CHECK tocsin_status tcs_phrases_add(struct tcs_phrases *phrases, const struct tcs_document *doc);
/*
 * Keeps tokens cut with this vocabulary as a document: those around a hit, say. text: what their places point into.
 */
TOCSIN_MUST_CHECK tocsin_status tcs_phrases_add_tokens(struct tcs_phrases *phrases, const struct tcs_token *tokens,
                                                       size_t count, struct tcs_str text);
/* Fills items with the phrases that are within the limits. */
TOCSIN_MUST_CHECK tocsin_status tcs_phrases_find(struct tcs_phrases *phrases, const struct tcs_phrase_limits *limits);
/* A phrase as it is written at one of its places, and with up to `around` bytes on both sides, whole characters. */
struct tcs_str tcs_phrases_written(const struct tcs_phrases *phrases, const struct tcs_phrase *phrase, uint32_t place);
struct tcs_str tcs_phrases_context(const struct tcs_phrases *phrases, const struct tcs_phrase *phrase, uint32_t place,
                                   size_t around);
/* Is the first a part of the second, and shorter? */
bool tcs_phrase_is_part(const struct tcs_phrase *part, const struct tcs_phrase *whole);

#endif
