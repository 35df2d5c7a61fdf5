/*
 * page: a story as a page of HTML, in one of the layouts of corpora/material/pages: menus, headlines of other articles,
 * style sheets and scripts around it, as news sites serve them. Layouts are read once and then immutable.
 */
#ifndef GENERATOR_PAGE_H
#define GENERATOR_PAGE_H

#include "story.h"

enum { LAYOUTS = 5 };

struct pages {
    struct layout *layouts[LAYOUTS];
    struct text css[LANGS_MAX][SITES_MAX], js[LANGS_MAX][SITES_MAX]; /* of each site, made when first asked for */
};

/* What a page says of its charset, such as `gb2312`; NULL is UTF-8. */
struct page_charset {
    const char *label;
    bool in_meta;
};

/* Reads the layouts of a folder; dies where one is wrong. */
struct pages *pages_read(const char *folder);
/* Whether the page may leave it to HTTP to declare its charset: the others always have a meta element. */
bool page_may_be_silent(const struct story *story);
/* Appends the page, in UTF-8. Where has_flagged_headlines, its menu and its lists hold titles of flagged articles. */
void page_put(struct pages *pages, struct plan *plan, const struct story *story, struct page_charset charset,
              bool has_flagged_headlines, struct rng *rng, struct text *out);

/* Appends text as it stands in a JSON string; where is_ascii, everything but ASCII becomes \uXXXX. */
void put_json(struct text *out, const char *data, size_t len, bool is_ascii);

#endif
