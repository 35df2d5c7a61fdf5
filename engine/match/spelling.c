/*
 * A sorted array of (folded, original) pairs, searched by bisection. Nearly all code points stand for themselves: only the
 * others are sorted.
 */
#include "match/spelling.h"

#include <stdlib.h>

#include "match/fold_table.h"

#define CODE_POINTS 0x110000u
#define BLOCK 128u /* of the fold table */

struct tcs_spellings {
    uint32_t *folded, *original; /* parallel, ordered by folded, then original */
    size_t count;
    uint32_t *odd;
    size_t odd_count;
};

static bool is_surrogate(uint32_t cp)
{
    return cp >= 0xD800 && cp <= 0xDFFF;
}

/* A code point that folds to another. */
struct pair {
    uint32_t folded, original;
};

struct pairs {
    struct pair *items;
    size_t count, cap;
};

static int compare_pairs(const void *left, const void *right)
{
    const struct pair *a = left, *b = right;

    if (a->folded != b->folded)
        return a->folded < b->folded ? -1 : 1;
    return a->original < b->original ? -1 : a->original > b->original;
}

/* Does every code point of the block stand for itself? Most blocks share one part of the table, which is looked at once. */
static bool is_plain(uint32_t block, uint32_t *last_part, bool *last_answer)
{
    uint32_t part = tcs_fold_stage1[block / BLOCK], cp;

    if (part != *last_part) {
        *last_part = part;
        *last_answer = true;
        for (cp = block; cp < block + BLOCK; cp++)
            *last_answer &= (tcs_fold_entry(cp) & TCS_FOLD_KIND_MASK) == TCS_FOLD_KIND_SELF;
    }
    return *last_answer && !is_surrogate(block);
}

/* What does not stand for itself: odd ones, and pairs. */
static tocsin_status list_changed(struct tcs_spellings *s, struct pairs *pairs)
{
    uint32_t part = UINT32_MAX, block, cp, one, n;
    bool answer = false;

    for (block = 0; block < CODE_POINTS; block += BLOCK) {
        if (is_surrogate(block) || is_plain(block, &part, &answer))
            continue;
        for (cp = block; cp < block + BLOCK; cp++) {
            const uint32_t *cps = tcs_fold_single(cp, &one, &n);

            if (n != 1 && cp >= 0x80)
                s->odd[s->odd_count++] = cp;
            if (n != 1 || *cps == cp)
                continue;
            if (TCS_GROW(pairs->items, pairs->cap, pairs->count + 1) != TOCSIN_OK)
                return TOCSIN_E_NOMEM;
            pairs->items[pairs->count++] = (struct pair){*cps, cp};
        }
    }
    if (pairs->count)
        qsort(pairs->items, pairs->count, sizeof *pairs->items, compare_pairs);
    return TOCSIN_OK;
}

static void add(struct tcs_spellings *s, uint32_t folded, uint32_t original)
{
    s->folded[s->count] = folded;
    s->original[s->count++] = original;
}

/* All that fold to one code point, by that, then by themselves. pairs: those left. */
static void merge_block(struct tcs_spellings *s, uint32_t block, bool all_plain, const struct pair **pairs,
                        const struct pair *end)
{
    const struct pair *at = *pairs;
    uint32_t cp, one, n;

    for (cp = block; cp < block + BLOCK; cp++) {
        for (; at < end && at->folded == cp && at->original < cp; at++)
            add(s, cp, at->original);
        if (all_plain || (!is_surrogate(cp) && *tcs_fold_single(cp, &one, &n) == cp && n == 1))
            add(s, cp, cp);
        for (; at < end && at->folded == cp; at++)
            add(s, cp, at->original);
    }
    *pairs = at;
}

static tocsin_status fill(struct tcs_spellings *s)
{
    struct pairs pairs = {0};
    tocsin_status st = list_changed(s, &pairs);
    const struct pair *at = pairs.items;
    uint32_t part = UINT32_MAX, block;
    bool answer = false;

    for (block = 0; block < CODE_POINTS && st == TOCSIN_OK; block += BLOCK)
        merge_block(s, block, is_plain(block, &part, &answer), &at, pairs.items + pairs.count);
    free(pairs.items);
    return st;
}

tocsin_status tcs_spellings_new(struct tcs_spellings **spellings_out)
{
    struct tcs_spellings *s = calloc(1, sizeof *s);
    tocsin_status st = TOCSIN_E_NOMEM;

    if (!s)
        return st;
    s->folded = malloc(CODE_POINTS * sizeof *s->folded);
    s->original = malloc(CODE_POINTS * sizeof *s->original);
    s->odd = malloc(CODE_POINTS * sizeof *s->odd);
    if (s->folded && s->original && s->odd)
        st = fill(s);
    if (st != TOCSIN_OK) {
        tcs_spellings_free(s);
        return st;
    }
    *spellings_out = s;
    return TOCSIN_OK;
}

void tcs_spellings_free(struct tcs_spellings *s)
{
    if (!s)
        return;
    free(s->folded);
    free(s->original);
    free(s->odd);
    free(s);
}

size_t tcs_spellings_of(const struct tcs_spellings *s, uint32_t cp, const uint32_t **members_out)
{
    size_t low = 0, high = s->count, end;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (s->folded[middle] < cp)
            low = middle + 1;
        else
            high = middle;
    }
    for (end = low; end < s->count && s->folded[end] == cp; end++)
        ;
    *members_out = s->original + low;
    return end - low;
}

size_t tcs_spellings_odd(const struct tcs_spellings *s, const uint32_t **odd_out)
{
    *odd_out = s->odd;
    return s->odd_count;
}
