/*
 * One pass over the sorted hits: what covers a hit begins no later, so of a lexicon's phrases so
 * far in the field only the one that ends last matters.
 */
#include "rules/eval.h"

/* Notes an `unless` hit as what covers its lexicon's hits that begin from here on. */
static void note_cover(struct tcs_hit *cover, const struct tcs_hit *hit)
{
    if (cover->field != hit->field || cover->end_byte < hit->end_byte) {
        *cover = *hit;
    }
}

static tocsin_status keep_removed(struct tcs_eval_scratch *scratch, const struct tcs_hit *hit, const struct tcs_hit *by)
{
    if (!scratch->keeps_removed)
        return TOCSIN_OK;
    if (TCS_GROW(scratch->removed, scratch->removed_cap, scratch->removed_count + 1) != TOCSIN_OK)
        return TOCSIN_E_NOMEM;
    scratch->removed[scratch->removed_count++] = (struct tcs_removed){*hit, *by};
    return TOCSIN_OK;
}

tocsin_status tcs_eval_unless(const struct tcs_patterns *patterns, struct tcs_hits *hits,
                              struct tcs_eval_scratch *scratch, struct tocsin_error *err)
{
    size_t i, group, kept = 0;

    scratch->removed_count = 0;
    if (TCS_GROW(scratch->covers, scratch->cover_cap, patterns->lexicon_count) != TOCSIN_OK) {
        return tcs_fail_nomem(err);
    }
    for (i = 0; i < patterns->lexicon_count; i++) {
        scratch->covers[i] = (struct tcs_hit){.field = UINT32_MAX};
    }
    for (i = 0; i < hits->count; i = group) {
        const struct tcs_hit first = hits->items[i];

        /*
         * All hits with one start: a phrase among them covers the others in whatever order they
         * come.
         */
        for (group = i; group < hits->count && hits->items[group].field == first.field &&
                        hits->items[group].start_byte == first.start_byte;
             group++) {
            const struct tcs_pattern_term *term = &patterns->terms[hits->items[group].term];

            if (term->is_unless) {
                note_cover(&scratch->covers[term->lexicon], &hits->items[group]);
            }
        }
        for (; i < group; i++) {
            const struct tcs_hit hit = hits->items[i];
            const struct tcs_pattern_term *term = &patterns->terms[hit.term];
            const struct tcs_hit *cover =
                term->lexicon == TCS_NO_LEXICON ? NULL : &scratch->covers[term->lexicon];

            if (term->is_unless) {
                continue;
            }
            if (!cover || cover->field != hit.field || cover->end_byte < hit.end_byte) {
                hits->items[kept++] = hit;
            } else if (keep_removed(scratch, &hit, cover) != TOCSIN_OK) {
                return tcs_fail_nomem(err);
            }
        }
    }
    hits->count = kept;
    return TOCSIN_OK;
}
