/*
 * story: document number n of a corpus, which depends on nothing but the seed, n and the options that say what is to be
 * told: not on the format, nor on the documents before it. A longer corpus begins with the shorter one.
 */
#ifndef GENERATOR_STORY_H
#define GENERATOR_STORY_H

#include "articles.h"

#define LANGS_MAX 3
#define SITES_MAX 64 /* of a language */

struct language {
    const char *name;
    uint32_t weight;
    struct material *material;
    struct memo memo;
    uint32_t site_count;
};

struct plan {
    uint64_t seed;
    uint64_t flagged, near; /* shares, in billionths */
    uint32_t doc_bytes;     /* median of title, lead and body */
    struct language langs[LANGS_MAX];
    uint32_t lang_count;
    struct articles articles;
};

struct span {
    size_t at, len;
};

struct story {
    uint64_t number;
    struct language *lang;
    const struct article *article; /* that was told again; else NULL */
    bool is_flagged, has_markup;
    uint32_t site;
    unsigned year, month, day, hour, minute;
    struct text text; /* all that follows lies in it */
    struct span title, lead, site_name, slug, url;
    struct span *body;
    uint32_t body_count, body_cap;
};

/* Tells document `number` into story, whose memory is used again. */
void story_tell(struct plan *plan, uint64_t number, struct story *story);
/* Appends the headline of another article: an ordinary one, or a flagged one, with its markup. */
void story_headline(struct plan *plan, struct language *lang, bool is_flagged, struct rng *rng, struct text *out);
/* Appends text without its markup. */
void put_plain(struct text *out, const char *data, size_t len);

#endif
