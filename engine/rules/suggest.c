/* Edit distance with one row of the table, on names short enough for a fixed one. */
#include "rules/suggest.h"

#include <string.h>

#define MAX_LEN 63

struct tcs_suggest tcs_suggest_begin(struct tcs_str typed)
{
    return (struct tcs_suggest){.typed = typed};
}

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

static size_t edit_distance(struct tcs_str a, struct tcs_str b)
{
    size_t row[MAX_LEN + 1];
    size_t i, j;

    for (j = 0; j <= b.len; j++) {
        row[j] = j;
    }
    for (i = 1; i <= a.len; i++) {
        size_t diagonal = row[0];

        row[0] = i;
        for (j = 1; j <= b.len; j++) {
            size_t swap = diagonal + (a.data[i - 1] != b.data[j - 1]);

            diagonal = row[j];
            row[j] = smaller(swap, smaller(row[j], row[j - 1]) + 1);
        }
    }
    return row[b.len];
}

void tcs_suggest_offer(struct tcs_suggest *suggest, const char *known)
{
    struct tcs_str name = {known, strlen(known)};
    size_t distance;

    if (name.len > MAX_LEN || suggest->typed.len > MAX_LEN) {
        return;
    }
    distance = edit_distance(suggest->typed, name);
    /* Half of the letters wrong (two of them swapped, in a short word) is still a slip; not more.
     */
    if (distance * 2 > name.len) {
        return;
    }
    if (!suggest->best || distance < suggest->distance) {
        suggest->best = known;
        suggest->distance = distance;
    }
}
