/* The one search that has stretches long enough (scripts, whole pages) for vectors that not every processor has. */
#include "input/html_scan.h"

/* Where there are no such vectors: any `<` may be it. */
static const char *scan_all(const char *p, const char *end)
{
    p = p < end ? memchr(p, '<', (size_t)(end - p)) : NULL;
    return p ? p : end;
}

#if defined(__x86_64__)
#include <immintrin.h>

#define STEP 32

__attribute__((target("avx2"))) static const char *scan_pairs(const char *p, const char *end,
                                                              const struct tcs_html_pairs *pairs)
{
    const __m256i first[] = {_mm256_set1_epi8(pairs->first[0]), _mm256_set1_epi8(pairs->first[1])};
    const __m256i second[] = {_mm256_set1_epi8(pairs->second[0]), _mm256_set1_epi8(pairs->second[1])};
    const __m256i less = _mm256_set1_epi8('<'), small = _mm256_set1_epi8(0x20);

    for (; end - p >= STEP + 2; p += STEP) {
        __m256i one = _mm256_or_si256(_mm256_loadu_si256((const __m256i *)(const void *)(p + 1)), small), two;
        __m256i is_first = _mm256_cmpeq_epi8(one, first[0]), is_second = _mm256_cmpeq_epi8(one, second[0]);
        __m256i at = _mm256_cmpeq_epi8(_mm256_loadu_si256((const __m256i *)(const void *)p), less);
        unsigned stops;

        if (_mm256_testz_si256(at, _mm256_or_si256(is_first, is_second)))
            continue;
        two = _mm256_or_si256(_mm256_loadu_si256((const __m256i *)(const void *)(p + 2)), small);
        is_first = _mm256_and_si256(is_first, _mm256_cmpeq_epi8(two, first[1]));
        is_second = _mm256_and_si256(is_second, _mm256_cmpeq_epi8(two, second[1]));
        stops = (unsigned)_mm256_movemask_epi8(_mm256_and_si256(at, _mm256_or_si256(is_first, is_second)));
        if (stops)
            return p + __builtin_ctz(stops);
    }
    return p;
}

const char *tcs_html_scan_pairs(const char *p, const char *end, const struct tcs_html_pairs *pairs)
{
    return __builtin_cpu_supports("avx2") ? scan_pairs(p, end, pairs) : scan_all(p, end);
}
#else
const char *tcs_html_scan_pairs(const char *p, const char *end, const struct tcs_html_pairs *pairs)
{
    (void)pairs;
    return scan_all(p, end);
}
#endif
