/*
 * contrast: which phrases of chosen documents are more frequent there than in others. The phrases are known before the
 * others are read, so that what a corpus of any size takes is one number a phrase. One thread.
 */
#ifndef TOCSIN_CONTRAST_H
#define TOCSIN_CONTRAST_H

#include "run/phrases.h"

struct tcs_contrasted {
    uint32_t phrase;     /* number in phrases->items */
    uint64_t background; /* documents of the background that hold it */
    /*
     * twice the log-likelihood ratio (Dunning): 0 where it is as frequent there or more; and how many times more frequent
     * it is.
     */
    double score, ratio;
    bool has_common_edge; /* it begins or ends with a word that every fiftieth document of the background holds */
};

struct tcs_contrast {
    struct tcs_phrases *phrases; /* after tcs_phrases_find; its vocabulary is read, its scratch used */
    struct tcs_contrasted *items; /* by phrase number, until it is ranked; then the best first */
    uint64_t *last_document;      /* by phrase: number of the last that was counted */
    uint32_t *slots;              /* number of a phrase plus one, 0 for none */
    size_t mask, count;
    uint64_t documents;           /* of the background */
};

TOCSIN_MUST_CHECK tocsin_status tcs_contrast_init(struct tcs_contrast *contrast, struct tcs_phrases *phrases);
void tcs_contrast_release(struct tcs_contrast *contrast);
/* Counts a document. */
TOCSIN_MUST_CHECK tocsin_status tcs_contrast_add(struct tcs_contrast *contrast, const struct tcs_document *doc);
/* After the last document. includes_chosen: the documents that were added hold the chosen ones, which are no background. */
void tcs_contrast_rank(struct tcs_contrast *contrast, bool includes_chosen);

#endif
