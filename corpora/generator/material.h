/*
 * material: the grammar of one language, read from corpora/material/LANG.txt, and the texts that it gives. The form of
 * these files is told in corpora/README.md. Immutable once it is read.
 */
#ifndef GENERATOR_MATERIAL_H
#define GENERATOR_MATERIAL_H

#include "text.h"

/* Which articles a topic is for. */
enum topic_kind {
    CALM, /* nothing in it could make a rule fire beside any other text */
    BUSY, /* words of crime and public order */
    NEAR, /* near the subject, and harmless */
    TOPIC_KINDS
};

struct topic {
    uint32_t title, text; /* lists */
    enum topic_kind kind;
    uint32_t weight;
};

struct list {
    char *name;
    struct entry *entries;
    uint32_t count;
    enum { FRESH, VISITING, SOUND } visit; /* of the search for circles */
};

/* A word of articles/ that gives way to a text of a list: an entry of [swap.LIST]. */
struct swap {
    const char *word;
    size_t len;
    uint32_t list;
};

struct material {
    char *path; /* for messages */
    struct list *lists;
    uint32_t list_count;
    struct topic *topics;
    uint32_t topic_count, weights[TOPIC_KINDS];
    struct swap *swaps;
    uint32_t swap_count;
};

/* What a document has said before: {=name} gives the same words again. All zero to begin with; one a language. */
struct memo {
    struct text text;
    struct remembered {
        uint64_t document;
        size_t at, len;
    } *items;
    uint64_t document;
};

/* Dies where the file cannot be read or is wrong, with its line. */
struct material *material_read(const char *folder, const char *lang);
/* The number of a list; dies where there is none. */
uint32_t material_list(const struct material *material, const char *name);
/* A new document begins. */
void memo_reset(struct memo *memo, const struct material *material);
/* Appends one text of a list. */
void material_put(const struct material *material, struct memo *memo, uint32_t list, struct rng *rng, struct text *out);
/* Appends entry `at` of a list, which is plain words, such as a label; dies where there is none. */
void material_entry(const struct material *material, const char *list, uint32_t at, struct text *out);
uint32_t material_count(const struct material *material, const char *list);
/* A topic of the kinds in a bit mask. */
const struct topic *material_topic(const struct material *material, unsigned kinds, struct rng *rng);

#endif
