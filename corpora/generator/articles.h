/*
 * articles: the articles of corpora/articles (YAML; the fields id, lang, title, lead, body and expected.flagged are
 * read), and how one is told again: other numbers and other names, the same words otherwise, so that what is flagged
 * stays flagged. Texts keep the light markup of corpora/markup.py. Immutable once they are read.
 */
#ifndef GENERATOR_ARTICLES_H
#define GENERATOR_ARTICLES_H

#include "material.h"

struct article {
    char *id, *lang, *title, *lead;
    char **body;
    uint32_t body_count;
    bool is_flagged;
};

struct articles {
    struct article *items;
    uint32_t count, cap;
};

/* All *.yaml of a folder, by name; dies where one is wrong. */
struct articles articles_read(const char *folder);
/* One of a language with this verdict; NULL where there is none. */
const struct article *articles_pick(const struct articles *articles, const char *lang, bool is_flagged,
                                    struct rng *rng);
/* Appends text as document `key` tells it: the same number or name is changed the same way throughout a document. */
void article_retell(const struct material *material, struct memo *memo, uint64_t key, const char *text,
                    struct text *out);

#endif
