/* Indices sorted beside the heads of their texts. */
#include "base/order.h"

#include <stdlib.h>
#include <string.h>

#define HEAD 8 /* bytes */

struct entry {
    uint64_t head; /* the first bytes, the first one highest; zeros behind a shorter text */
    uint32_t index;
};

struct texts {
    const struct tcs_str *items;
};

static uint64_t head_of(struct tcs_str text)
{
    uint64_t head = 0;
    size_t i;

    for (i = 0; i < HEAD; i++)
        head = head << 8 | (i < text.len ? (uint8_t)text.data[i] : 0);
    return head;
}

static int compare_entries(const void *left, const void *right, void *context)
{
    const struct entry *a = left, *b = right;
    const struct texts *texts = context;
    const struct tcs_str *s = &texts->items[a->index], *t = &texts->items[b->index];
    int order = 0;

    if (a->head != b->head)
        return a->head < b->head ? -1 : 1;
    if (s->len > HEAD && t->len > HEAD)
        order = memcmp(s->data + HEAD, t->data + HEAD, (s->len < t->len ? s->len : t->len) - HEAD);
    if (order)
        return order;
    if (s->len != t->len)
        return s->len < t->len ? -1 : 1;
    return a->index < b->index ? -1 : a->index > b->index;
}

tocsin_status tcs_order_texts(const struct tcs_str *texts, size_t count, uint32_t *order_out)
{
    struct entry *entries = calloc(count + 1, sizeof *entries);
    struct texts context = {texts};
    size_t i;

    if (!entries)
        return TOCSIN_E_NOMEM;
    for (i = 0; i < count; i++)
        entries[i] = (struct entry){head_of(texts[i]), (uint32_t)i};
    qsort_r(entries, count, sizeof *entries, compare_entries, &context);
    for (i = 0; i < count; i++)
        order_out[i] = entries[i].index;
    free(entries);
    return TOCSIN_OK;
}
