/*
 * Vectors of 16 bytes, which every machine has: at -O2 gcc leaves loops of unknown length scalar,
 * and counting would cost as much as inflating. Sums of a lane stay under 256 by adding up every 255 steps.
 */
#include "input/lines.h"

#include <string.h>

#define LANES 16
#define STEPS_MAX 255

typedef uint8_t block __attribute__((vector_size(LANES)));

static block load(const char *p)
{
    block b;

    memcpy(&b, p, sizeof b);
    return b;
}

static uint64_t sum(block counts)
{
    uint64_t total = 0;
    unsigned i;

    for (i = 0; i < LANES; i++)
        total += counts[i];
    return total;
}

uint64_t tcs_lines_count_feeds(const char *data, size_t len)
{
    uint64_t count = 0;
    size_t i = 0;

    while (len - i >= LANES) {
        block counts = {0};
        unsigned step;

        for (step = 0; step < STEPS_MAX && len - i >= LANES; step++, i += LANES)
            counts -= (block)(load(data + i) == '\n');
        count += sum(counts);
    }
    for (; i < len; i++)
        count += data[i] == '\n';
    return count;
}

/* Does a filled line end at p[at], where at >= 2? */
static bool ends_filled(const char *p, size_t at)
{
    return p[at] == '\n' && p[at - 1] != '\n' && !(p[at - 1] == '\r' && p[at - 2] == '\n');
}

uint64_t tcs_lines_count_filled(struct tcs_str data)
{
    const char *p = data.data;
    size_t len = data.len, i = 2;
    uint64_t count = 0;

    if (!len)
        return 0;
    while (len > i && len - i >= LANES) {
        block counts = {0};
        unsigned step;

        for (step = 0; step < STEPS_MAX && len - i >= LANES; step++, i += LANES) {
            block last = load(p + i), before = load(p + i - 1), first = load(p + i - 2);

            counts -= (block)((last == '\n') & (before != '\n') & ~((before == '\r') & (first == '\n')));
        }
        count += sum(counts);
    }
    for (; i < len; i++)
        count += ends_filled(p, i);
    count += len > 1 && p[1] == '\n' && p[0] != '\n' && p[0] != '\r';
    return count + (p[len - 1] != '\n' && !(p[len - 1] == '\r' && (len == 1 || p[len - 2] == '\n')));
}
