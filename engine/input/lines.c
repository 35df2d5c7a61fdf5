/*
 * Most strides of news hold no line feed, so that all is read once, at the speed of the memory, and little is left to do.
 * Elsewhere than on processors with AVX2 memchr is what is fast.
 */
#include "input/lines.h"

#include <stdlib.h>
#include <string.h>

void tcs_lines_release(struct tcs_lines *lines)
{
    free(lines->feeds);
    *lines = (struct tcs_lines){0};
}

#if defined(__x86_64__)
#include <immintrin.h>

#define LANES 32
#define STRIDE (4 * LANES)

/* Which of the bytes at p are line feeds. */
__attribute__((target("avx2"))) static inline unsigned feeds_of(const char *p)
{
    __m256i bytes = _mm256_loadu_si256((const __m256i *)(const void *)p);

    return (unsigned)_mm256_movemask_epi8(_mm256_cmpeq_epi8(bytes, _mm256_set1_epi8('\n')));
}

__attribute__((target("avx2"))) static inline bool has_feed(const char *p)
{
    const __m256i feed = _mm256_set1_epi8('\n'), *v = (const __m256i *)(const void *)p;
    __m256i a = _mm256_cmpeq_epi8(_mm256_loadu_si256(v), feed), b = _mm256_cmpeq_epi8(_mm256_loadu_si256(v + 1), feed);
    __m256i c = _mm256_cmpeq_epi8(_mm256_loadu_si256(v + 2), feed), d = _mm256_cmpeq_epi8(_mm256_loadu_si256(v + 3), feed);
    __m256i any = _mm256_or_si256(_mm256_or_si256(a, b), _mm256_or_si256(c, d));

    return !_mm256_testz_si256(any, any);
}

/* Lists the feeds of all whole strides; *end_out is behind the last. */
__attribute__((target("avx2"))) static tocsin_status list_strides(struct tcs_lines *lines, size_t *end_out)
{
    const char *data = lines->data.data;
    size_t at, lane;

    for (at = 0; lines->data.len - at >= STRIDE; at += STRIDE) {
        if (!has_feed(data + at))
            continue;
        if (TCS_GROW(lines->feeds, lines->cap, lines->feed_count + STRIDE) != TOCSIN_OK)
            return TOCSIN_E_NOMEM;
        for (lane = 0; lane < STRIDE; lane += LANES) {
            unsigned feeds = feeds_of(data + at + lane);

            for (; feeds; feeds &= feeds - 1)
                lines->feeds[lines->feed_count++] = at + lane + (unsigned)__builtin_ctz(feeds);
        }
    }
    *end_out = at;
    return TOCSIN_OK;
}

static bool has_strides(void)
{
    return __builtin_cpu_supports("avx2");
}
#else
static tocsin_status list_strides(struct tcs_lines *lines, size_t *end_out)
{
    (void)lines;
    *end_out = 0;
    return TOCSIN_OK;
}

static bool has_strides(void)
{
    return false;
}
#endif

tocsin_status tcs_lines_find(struct tcs_lines *lines, struct tcs_str data)
{
    const char *p = data.data, *end = p + data.len;
    tocsin_status st = TOCSIN_OK;
    size_t at = 0;

    lines->data = data;
    lines->feed_count = 0;
    if (has_strides())
        st = list_strides(lines, &at);
    for (p += at; st == TOCSIN_OK && p < end; p++) {
        p = memchr(p, '\n', (size_t)(end - p));
        if (!p)
            break;
        st = TCS_GROW(lines->feeds, lines->cap, lines->feed_count + 1);
        if (st == TOCSIN_OK)
            lines->feeds[lines->feed_count++] = (size_t)(p - data.data);
    }
    return st;
}

size_t tcs_lines_count(const struct tcs_lines *lines)
{
    return lines->feed_count + (tcs_lines_start(lines, lines->feed_count) < lines->data.len);
}

size_t tcs_lines_count_filled(const struct tcs_lines *lines)
{
    size_t count = tcs_lines_count(lines), filled = 0, i;

    for (i = 0; i < count; i++) {
        size_t start = tcs_lines_start(lines, i), end = tcs_lines_end(lines, i);

        filled += end > start && !(end == start + 1 && lines->data.data[start] == '\r');
    }
    return filled;
}

size_t tcs_lines_at(const struct tcs_lines *lines, size_t at)
{
    size_t low = 0, high = lines->feed_count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (lines->feeds[middle] < at)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}
