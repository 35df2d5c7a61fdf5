/* An open hash table of phrases, asked at each token for one to six of them. Documents are counted, not occurrences. */
#include "run/contrast.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

#define COMMON_SHARE 0.02

static size_t slot_of(const struct tcs_contrast *c, const uint32_t *ids, uint32_t n)
{
    size_t slot = XXH3_64bits(ids, n * sizeof *ids) & c->mask;

    while (c->slots[slot]) {
        const struct tcs_phrase *phrase = &c->phrases->items[c->slots[slot] - 1];

        if (phrase->count == n && !memcmp(phrase->ids, ids, n * sizeof *ids))
            break;
        slot = (slot + 1) & c->mask;
    }
    return slot;
}

tocsin_status tcs_contrast_init(struct tcs_contrast *c, struct tcs_phrases *phrases)
{
    size_t slots = 1024, i;

    *c = (struct tcs_contrast){.phrases = phrases, .count = phrases->item_count};
    while (slots < c->count * 2)
        slots *= 2;
    c->mask = slots - 1;
    c->slots = calloc(slots, sizeof *c->slots);
    c->items = calloc(c->count + 1, sizeof *c->items);
    c->last_document = calloc(c->count + 1, sizeof *c->last_document);
    if (!c->slots || !c->items || !c->last_document)
        return TOCSIN_E_NOMEM;
    for (i = 0; i < c->count; i++) {
        c->items[i].phrase = (uint32_t)i;
        c->slots[slot_of(c, phrases->items[i].ids, phrases->items[i].count)] = (uint32_t)i + 1;
    }
    return TOCSIN_OK;
}

void tcs_contrast_release(struct tcs_contrast *c)
{
    free(c->slots);
    free(c->items);
    free(c->last_document);
    *c = (struct tcs_contrast){.count = 0};
}

static void count_tokens(struct tcs_contrast *c, const struct tcs_token *tokens, size_t count)
{
    uint32_t ids[TCS_PHRASE_MAX], n;
    size_t at;

    for (at = 0; at < count; at++) {
        for (n = 0; n < TCS_PHRASE_MAX && at + n < count && tokens[at + n].id != TCS_TOKEN_BREAK; n++) {
            uint32_t found;

            ids[n] = tokens[at + n].id;
            if (ids[n] == TCS_TOKEN_UNKNOWN) /* in no phrase */
                break;
            found = c->slots[slot_of(c, ids, n + 1)];
            if (!found || c->last_document[found - 1] == c->documents)
                continue;
            c->last_document[found - 1] = c->documents;
            c->items[found - 1].background++;
        }
    }
}

tocsin_status tcs_contrast_add(struct tcs_contrast *c, const struct tcs_document *doc)
{
    struct tcs_tokens *tokens = &c->phrases->scratch;
    tocsin_status st = TOCSIN_OK;
    size_t i;

    c->documents++;
    for (i = 0; i < doc->field_count && st == TOCSIN_OK; i++) {
        tokens->count = 0;
        st = tcs_tokens_cut(tokens, &c->phrases->vocabulary, false, doc->fields[i].text, doc->fields[i].lf_paragraph);
        if (st == TOCSIN_OK)
            count_tokens(c, tokens->items, tokens->count);
    }
    return st;
}

/* ---- ranking ---- */

static double part(double seen, double expected)
{
    return seen > 0 ? seen * log(seen / expected) : 0;
}

/* Of a two by two table: k1 of n1 chosen documents hold it, k2 of n2 others. */
static double likelihood(double k1, double n1, double k2, double n2)
{
    double share = (k1 + k2) / (n1 + n2);

    if (k1 * n2 <= k2 * n1 || share >= 1)
        return 0;
    return 2 * (part(k1, n1 * share) + part(n1 - k1, n1 * (1 - share)) + part(k2, n2 * share) +
                part(n2 - k2, n2 * (1 - share)));
}

static int compare_scores(const void *left, const void *right)
{
    const struct tcs_contrasted *a = left, *b = right;

    if (a->score < b->score || a->score > b->score)
        return a->score > b->score ? -1 : 1;
    return a->phrase < b->phrase ? -1 : a->phrase > b->phrase;
}

/* Words only: a frequent character of Chinese is an edge of many words. */
static bool is_common(const struct tcs_contrast *c, uint32_t id)
{
    uint32_t found = id >= TCS_TOKEN_FIRST_WORD ? c->slots[slot_of(c, &id, 1)] : 0;

    return found && (double)c->items[found - 1].background > COMMON_SHARE * (double)c->documents;
}

void tcs_contrast_rank(struct tcs_contrast *c, bool includes_chosen)
{
    double chosen = c->phrases->documents, others;
    size_t i;

    if (includes_chosen)
        c->documents -= c->documents < c->phrases->documents ? c->documents : c->phrases->documents;
    others = (double)c->documents;
    for (i = 0; i < c->count; i++) {
        struct tcs_contrasted *item = &c->items[i];
        double k1 = c->phrases->items[i].documents;

        if (includes_chosen)
            item->background -= item->background < c->phrases->items[i].documents ? item->background
                                                                                 : c->phrases->items[i].documents;
        item->score = others > 0 ? likelihood(k1, chosen, (double)item->background, others) : 0;
        item->ratio = others > 0 ? k1 / chosen / (((double)item->background + 0.5) / (others + 0.5)) : 0;
    }
    for (i = 0; i < c->count; i++) {
        const struct tcs_phrase *phrase = &c->phrases->items[i];

        c->items[i].has_common_edge = is_common(c, phrase->ids[0]) || is_common(c, phrase->ids[phrase->count - 1]);
    }
    if (c->count)
        qsort(c->items, c->count, sizeof *c->items, compare_scores);
}
