/*
 * Vectors of the compiler's, because gcc leaves loops of unknown length scalar at -O2, and counting would cost as much as
 * inflating. Each loop is compiled twice, the second time for processors with AVX2; elsewhere the compiler takes the vectors
 * apart. Sums of a lane stay under 256 by adding up every STEPS_MAX steps, or a stride more.
 */
#include "input/lines.h"

#include <string.h>

#define LANES 32
#define STRIDE (4 * LANES)
#define STEPS_MAX (255 - STRIDE / LANES)
#define SAME_CODE static inline __attribute__((always_inline))

typedef uint8_t block __attribute__((vector_size(LANES)));
typedef uint64_t words __attribute__((vector_size(LANES)));

/* Whether [p, p + STRIDE) holds a line feed: most of it does not, where lines are those of news. */
SAME_CODE bool has_feed(const char *p)
{
    block a, b, c, d;
    words any;

    memcpy(&a, p, LANES);
    memcpy(&b, p + LANES, LANES);
    memcpy(&c, p + 2 * LANES, LANES);
    memcpy(&d, p + 3 * LANES, LANES);
    any = (words)(((a == '\n') | (b == '\n')) | ((c == '\n') | (d == '\n')));
    return any[0] | any[1] | any[2] | any[3];
}

/* Of data[*at] to the last whole vector before len, which *at is moved to. */
SAME_CODE uint64_t count_feeds(const char *data, size_t len, size_t *at)
{
    uint64_t count = 0;
    size_t i = *at;

    while (len - i >= LANES) {
        block counts = {0};
        unsigned step = 0, lane;

        while (step < STEPS_MAX && len - i >= LANES) {
            size_t end = len - i < STRIDE ? i + LANES : i + STRIDE;

            if (end == i + STRIDE && !has_feed(data + i))
                i = end;
            for (; i < end; i += LANES, step++) {
                block bytes;

                memcpy(&bytes, data + i, LANES);
                counts -= (block)(bytes == '\n');
            }
        }
        for (lane = 0; lane < LANES; lane++)
            count += counts[lane];
    }
    *at = i;
    return count;
}

/* The same of feeds that end a filled line; *at is 2 or more. */
SAME_CODE uint64_t count_filled(const char *data, size_t len, size_t *at)
{
    uint64_t count = 0;
    size_t i = *at;

    while (len > i && len - i >= LANES) {
        block counts = {0};
        unsigned step = 0, lane;

        while (step < STEPS_MAX && len - i >= LANES) {
            size_t end = len - i < STRIDE ? i + LANES : i + STRIDE;

            if (end == i + STRIDE && !has_feed(data + i))
                i = end;
            for (; i < end; i += LANES, step++) {
                block last, before, first;

                memcpy(&last, data + i, LANES);
                memcpy(&before, data + i - 1, LANES);
                memcpy(&first, data + i - 2, LANES);
                counts -= (block)((last == '\n') & (before != '\n') & ~((before == '\r') & (first == '\n')));
            }
        }
        for (lane = 0; lane < LANES; lane++)
            count += counts[lane];
    }
    *at = i;
    return count;
}

#if defined(__x86_64__)
__attribute__((target("avx2"))) static uint64_t count_feeds_avx2(const char *data, size_t len, size_t *at)
{
    return count_feeds(data, len, at);
}

__attribute__((target("avx2"))) static uint64_t count_filled_avx2(const char *data, size_t len, size_t *at)
{
    return count_filled(data, len, at);
}

static bool has_avx2(void)
{
    return __builtin_cpu_supports("avx2");
}
#else
#define count_feeds_avx2 count_feeds
#define count_filled_avx2 count_filled

static bool has_avx2(void)
{
    return false;
}
#endif

uint64_t tcs_lines_count_feeds(const char *data, size_t len)
{
    size_t at = 0;
    uint64_t count = has_avx2() ? count_feeds_avx2(data, len, &at) : count_feeds(data, len, &at);

    for (; at < len; at++)
        count += data[at] == '\n';
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
    size_t len = data.len, at = 2;
    uint64_t count;

    if (!len)
        return 0;
    count = has_avx2() ? count_filled_avx2(p, len, &at) : count_filled(p, len, &at);
    for (; at < len; at++)
        count += ends_filled(p, at);
    count += len > 1 && p[1] == '\n' && p[0] != '\n' && p[0] != '\r';
    return count + (p[len - 1] != '\n' && !(p[len - 1] == '\r' && (len == 1 || p[len - 2] == '\n')));
}
