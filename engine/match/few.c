/*
 * Of 32 places at a time those are looked at where a literal's first and last byte stand. The places that are left behind the
 * last whole block are those of a block that ends with the text, less what was seen already.
 */
#include "match/few.h"

#include <string.h>

/* One literal, being looked for in [data, end). */
struct search {
    struct tcs_str literal;
    uint32_t id;
    const char *data, *end;
    tcs_literal_seen seen;
    void *context;
};

/* Tells of the literal at p, whose first and last byte stand there, if it does. Is the caller to be told no more? */
static bool report_at(const struct search *s, const char *p)
{
    return (s->literal.len <= 2 || !memcmp(p, s->literal.data, s->literal.len)) &&
           s->seen(s->context, s->id, (size_t)(p - s->data) + s->literal.len);
}

/* From p on, by the C library. */
static bool scan_rest(const struct search *s, const char *p)
{
    while (p < s->end && (p = memmem(p, (size_t)(s->end - p), s->literal.data, s->literal.len)) != NULL) {
        if (report_at(s, p))
            return true;
        p++;
    }
    return false;
}

#if defined(__x86_64__)
#include <immintrin.h>

#define BLOCK 32
#define TARGET __attribute__((target("avx2,bmi")))

static bool has_blocks(void)
{
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi");
}

/* Bits for the places in a block where the literal may begin. */
TARGET static inline unsigned places_in(const struct search *s, const char *p)
{
    __m256i first = _mm256_set1_epi8(s->literal.data[0]), last = _mm256_set1_epi8(s->literal.data[s->literal.len - 1]);
    __m256i v = _mm256_loadu_si256((const __m256i *)(const void *)p);
    __m256i w = _mm256_loadu_si256((const __m256i *)(const void *)(p + s->literal.len - 1));

    return (unsigned)_mm256_movemask_epi8(_mm256_and_si256(_mm256_cmpeq_epi8(v, first), _mm256_cmpeq_epi8(w, last)));
}

TARGET static bool scan_places(const struct search *s, const char *p, unsigned places)
{
    for (; places; places &= places - 1)
        if (report_at(s, p + __builtin_ctz(places)))
            return true;
    return false;
}

/* The text has at least a block of places. */
TARGET static bool scan_blocks(const struct search *s)
{
    const char *p = s->data, *last = s->end - (BLOCK + s->literal.len - 1);

    for (; p <= last; p += BLOCK)
        if (scan_places(s, p, places_in(s, p)))
            return true;
    if (p - last == BLOCK)
        return false;
    return scan_places(s, last, places_in(s, last) & ~((1u << (p - last)) - 1));
}
#else
#define BLOCK 1

static bool has_blocks(void)
{
    return false;
}

static bool scan_blocks(const struct search *s)
{
    return scan_rest(s, s->data);
}
#endif

void tcs_few_scan(const struct tcs_str *literals, size_t count, const char *data, size_t len, tcs_literal_seen seen,
                  void *context)
{
    struct search s = {.data = data, .end = data + len, .seen = seen, .context = context};
    size_t i;
    bool is_done = false;

    for (i = 0; i < count && !is_done; i++) {
        s.id = (uint32_t)i;
        s.literal = literals[i];
        is_done = has_blocks() && len >= BLOCK + s.literal.len - 1 ? scan_blocks(&s) : scan_rest(&s, data);
    }
}
