/* A sorted array of (folded, original) pairs, searched by bisection. */
#include "match/spelling.h"

#include <stdlib.h>

#include "match/fold_table.h"

#define CODE_POINTS 0x110000u

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

/* Counting sort by the folded code point; originals come in ascending order by themselves. */
static tocsin_status fill(struct tcs_spellings *s)
{
    uint32_t *first = calloc(CODE_POINTS + 1, sizeof *first), cp, one, n;

    if (!first)
        return TOCSIN_E_NOMEM;
    for (cp = 0; cp < CODE_POINTS; cp++)
        if (!is_surrogate(cp) && (tcs_fold_single(cp, &one, &n), n == 1))
            first[*tcs_fold_single(cp, &one, &n) + 1]++;
    for (cp = 0; cp < CODE_POINTS; cp++)
        first[cp + 1] += first[cp];
    for (cp = 0; cp < CODE_POINTS; cp++) {
        const uint32_t *cps = tcs_fold_single(cp, &one, &n);

        if (is_surrogate(cp))
            continue;
        if (n == 1) {
            s->folded[first[*cps]] = *cps;
            s->original[first[*cps]++] = cp;
            s->count++;
        } else if (cp >= 0x80) {
            s->odd[s->odd_count++] = cp;
        }
    }
    free(first);
    return TOCSIN_OK;
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
