/* A sorted array, searched by bisection. */
#include "match/endings.h"

#include <stdlib.h>

static int compare_endings(const void *left, const void *right)
{
    const struct tcs_ending *a = left, *b = right;

    if (a->node != b->node)
        return a->node < b->node ? -1 : 1;
    return a->piece < b->piece ? -1 : a->piece > b->piece;
}

tocsin_status tcs_endings_make(struct tcs_endings *endings, const struct tcs_trie *trie, const struct tcs_piece *pieces,
                               size_t count)
{
    struct tcs_ending *items = calloc(count + 1, sizeof *items);
    size_t i;

    *endings = (struct tcs_endings){items, count};
    if (!items)
        return TOCSIN_E_NOMEM;
    for (i = 0; i < count; i++)
        items[i] = (struct tcs_ending){tcs_trie_node(trie, pieces[i].cps, pieces[i].count), (uint32_t)i};
    qsort(items, count, sizeof *items, compare_endings);
    return TOCSIN_OK;
}

void tcs_endings_release(struct tcs_endings *endings)
{
    free((void *)(uintptr_t)endings->items); /* made above */
    *endings = (struct tcs_endings){NULL, 0};
}

const struct tcs_ending *tcs_endings_at(const struct tcs_endings *endings, uint32_t node, size_t *count_out)
{
    size_t low = 0, high = endings->count, end;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (endings->items[middle].node < node)
            low = middle + 1;
        else
            high = middle;
    }
    for (end = low; end < endings->count && endings->items[end].node == node; end++)
        ;
    *count_out = end - low;
    return endings->items + low;
}
