/*
 * measure: how often each term is found in a corpus, and which words a star finds. Fed by scan, a document at a time
 * (struct tcs_scan_options, visit), by one thread. Owned by the caller.
 */
#ifndef TOCSIN_MEASURE_H
#define TOCSIN_MEASURE_H

#include "rules/judge.h"

struct tcs_measured_word {
    char *text; /* folded; owned */
    uint64_t count;
};

/* Of one term. */
struct tcs_measured_term {
    uint64_t hits, documents;
    uint64_t last_document; /* number of the last that was counted */
    /* Of a term with a star the words that it found, by text: the last word of each hit. */
    struct tcs_measured_word *words;
    size_t word_count, word_cap;
};

struct tcs_measure {
    struct tcs_measured_term *terms;
    size_t term_count;
    uint64_t documents, characters; /* of all fields */
    struct tcs_folded folded;       /* scratch */
};

TOCSIN_MUST_CHECK tocsin_status tcs_measure_init(struct tcs_measure *measure, const struct tcs_patterns *patterns,
                                                 struct tocsin_error *err);
void tcs_measure_release(struct tcs_measure *measure);
/* Counts a document that was judged. TOCSIN_OK or TOCSIN_E_NOMEM. */
TOCSIN_MUST_CHECK tocsin_status tcs_measure_document(struct tcs_measure *measure, const struct tcs_judge *judge,
                                                     const struct tcs_document *doc, struct tocsin_error *err);
/* How many different words a term found, forms of one word (s, es, ed, ing) taken as one. */
size_t tcs_measure_different(const struct tcs_measured_term *term);

#endif
