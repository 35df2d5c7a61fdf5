/*
 * Most code points fold to themselves and have no other spelling; of those nothing is stored. For the rest there are classes:
 * the folded code point, and its members in order.
 */
#include "match/spelling.h"

#include <stdlib.h>
#include <string.h>

#include "match/fold_table.h"

#define CODE_POINTS 0x110000u
#define BLOCK 128u
#define DIGIT_BITS 11 /* two digits make a code point */

struct pair {
    uint32_t folded, original;
};

struct pairs {
    struct pair *items;
    size_t count, cap;
};

struct tcs_spellings {
    uint32_t *folded; /* of classes, ascending */
    uint32_t *starts; /* members of class i: members[starts[i]] to members[starts[i + 1]] */
    uint32_t *members;
    size_t class_count;
    uint32_t *odd;
    size_t odd_count, odd_cap;
    uint8_t is_plain[CODE_POINTS / BLOCK]; /* by block */
};

static bool is_surrogate(uint32_t cp)
{
    return cp >= 0xD800 && cp <= 0xDFFF;
}

static bool folds_to_itself(uint32_t cp)
{
    return (tcs_fold_entry(cp) & TCS_FOLD_KIND_MASK) == TCS_FOLD_KIND_SELF;
}

/* The fold table has the same part for most blocks without a fold, so that an answer often is that for the block before. */
static void look_at_blocks(struct tcs_spellings *s)
{
    uint32_t block, cp;

    for (block = 0; block < CODE_POINTS / BLOCK; block++) {
        if (block && tcs_fold_stage1[block] == tcs_fold_stage1[block - 1]) {
            s->is_plain[block] = s->is_plain[block - 1];
            continue;
        }
        for (cp = block * BLOCK; cp < (block + 1) * BLOCK && folds_to_itself(cp); cp++)
            continue;
        s->is_plain[block] = cp == (block + 1) * BLOCK;
    }
}

/* What folds to something else, in the order of the originals. */
static tocsin_status list_pairs(struct tcs_spellings *s, struct pairs *pairs)
{
    uint32_t cp, one, n;

    for (cp = 0; cp < CODE_POINTS; cp++) {
        const uint32_t *cps;

        if (s->is_plain[cp / BLOCK]) {
            cp += BLOCK - 1;
            continue;
        }
        cps = tcs_fold_single(cp, &one, &n);
        if (is_surrogate(cp) || (n == 1 && *cps == cp))
            continue;
        if (n == 1) {
            if (TCS_GROW(pairs->items, pairs->cap, pairs->count + 1) != TOCSIN_OK)
                return TOCSIN_E_NOMEM;
            pairs->items[pairs->count++] = (struct pair){*cps, cp};
        } else if (cp >= 0x80) {
            if (TCS_GROW(s->odd, s->odd_cap, s->odd_count + 1) != TOCSIN_OK)
                return TOCSIN_E_NOMEM;
            s->odd[s->odd_count++] = cp;
        }
    }
    return TOCSIN_OK;
}

/* One digit of a radix sort by the folded code point; stable. */
static void sort_by_digit(const struct pair *from, struct pair *to, size_t count, unsigned shift)
{
    uint32_t first[(1u << DIGIT_BITS) + 1] = {0}, mask = (1u << DIGIT_BITS) - 1;
    size_t i;

    for (i = 0; i < count; i++)
        first[(from[i].folded >> shift & mask) + 1]++;
    for (i = 0; i < mask; i++)
        first[i + 1] += first[i];
    for (i = 0; i < count; i++)
        to[first[from[i].folded >> shift & mask]++] = from[i];
}

/* pairs are in order; a class has its own code point among its members, if that folds to itself. */
static void make_classes(struct tcs_spellings *s, const struct pair *pairs, size_t count)
{
    uint32_t used = 0;
    size_t i = 0;

    while (i < count) {
        uint32_t folded = pairs[i].folded;
        bool is_owed = !is_surrogate(folded) && folds_to_itself(folded);

        s->folded[s->class_count] = folded;
        s->starts[s->class_count++] = used;
        for (; i < count && pairs[i].folded == folded; i++) {
            if (is_owed && pairs[i].original > folded) {
                s->members[used++] = folded;
                is_owed = false;
            }
            s->members[used++] = pairs[i].original;
        }
        if (is_owed)
            s->members[used++] = folded;
    }
    s->starts[s->class_count] = used;
}

static tocsin_status fill(struct tcs_spellings *s)
{
    struct pairs pairs = {0};
    struct pair *other;
    tocsin_status st;

    look_at_blocks(s);
    st = list_pairs(s, &pairs);
    other = calloc(pairs.count + 1, sizeof *other);
    s->folded = malloc((pairs.count + 1) * sizeof *s->folded);
    s->starts = malloc((pairs.count + 1) * sizeof *s->starts);
    s->members = malloc((2 * pairs.count + 1) * sizeof *s->members);
    if (!other || !s->folded || !s->starts || !s->members)
        st = TOCSIN_E_NOMEM;
    if (st == TOCSIN_OK) {
        sort_by_digit(pairs.items, other, pairs.count, 0);
        sort_by_digit(other, pairs.items, pairs.count, DIGIT_BITS);
        make_classes(s, pairs.items, pairs.count);
    }
    free(pairs.items);
    free(other);
    return st;
}

tocsin_status tcs_spellings_new(struct tcs_spellings **spellings_out)
{
    struct tcs_spellings *s = calloc(1, sizeof *s);
    tocsin_status st = s ? fill(s) : TOCSIN_E_NOMEM;

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
    free(s->starts);
    free(s->members);
    free(s->odd);
    free(s);
}

size_t tcs_spellings_of(const struct tcs_spellings *s, uint32_t cp, uint32_t *one, const uint32_t **members_out)
{
    size_t low = 0, high = s->class_count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (s->folded[middle] < cp)
            low = middle + 1;
        else
            high = middle;
    }
    if (low < s->class_count && s->folded[low] == cp) {
        *members_out = s->members + s->starts[low];
        return s->starts[low + 1] - s->starts[low];
    }
    *one = cp;
    *members_out = one;
    return !is_surrogate(cp) && folds_to_itself(cp);
}

size_t tcs_spellings_odd(const struct tcs_spellings *s, const uint32_t **odd_out)
{
    *odd_out = s->odd;
    return s->odd_count;
}

bool tcs_spellings_are_plain(const struct tcs_spellings *s, uint32_t cp)
{
    return s->is_plain[cp / BLOCK];
}
