/*
 * hit: one occurrence of a term in a field of a document, as docs/matching.md defines it. Plain data,
 * passed from match to rules to output.
 */
#ifndef TOCSIN_HIT_H
#define TOCSIN_HIT_H

#include <stddef.h>
#include <stdint.h>

struct tcs_hit {
    uint32_t term;       /* index into the term list that the matcher was built from */
    uint32_t field;      /* index into the document's fields */
    uint32_t start_byte; /* in the decoded field, UTF-8 bytes; included */
    uint32_t end_byte;   /* not included */
};

/* Growing list of hits. */
struct tcs_hits {
    struct tcs_hit *items;
    size_t count, cap;
};

#endif
