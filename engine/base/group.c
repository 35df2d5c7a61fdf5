/* A hash table of the first text of each kind, at most half full. */
#include "base/group.h"

#include <stdlib.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

struct slot {
    uint32_t hash, text; /* text: plus one; 0 in a free slot */
};

tocsin_status tcs_group_texts(const struct tcs_str *texts, size_t count, uint32_t *first_out)
{
    size_t slots = 64, i;
    struct slot *table;

    while (slots < 2 * count)
        slots *= 2;
    table = calloc(slots, sizeof *table);
    if (!table)
        return TOCSIN_E_NOMEM;
    for (i = 0; i < count; i++) {
        uint32_t hash = texts[i].len ? (uint32_t)XXH3_64bits(texts[i].data, texts[i].len) : 0;
        size_t at = hash & (slots - 1);

        while (table[at].text && (table[at].hash != hash || !tcs_str_equal(texts[table[at].text - 1], texts[i])))
            at = (at + 1) & (slots - 1);
        if (!table[at].text)
            table[at] = (struct slot){hash, (uint32_t)i + 1};
        first_out[i] = table[at].text - 1;
    }
    free(table);
    return TOCSIN_OK;
}
