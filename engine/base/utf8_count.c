/*
 * A code point has one byte that continues no other. Of 32 bytes a mask of these is made, in which the byte where a count is
 * reached is the one that so many bits stand before. What is shorter, and other processors, go by words of eight.
 */
#include "base/utf8_count.h"

#include "base/utf8.h"
#include "base/word.h"

static unsigned starts_in_word(const char *p)
{
    return 8 - tcs_word_count(tcs_word_continuations(tcs_load64(p)));
}

#if defined(__x86_64__)
#include <immintrin.h>

#define BLOCK 32
#define TARGET __attribute__((target("avx2,bmi,bmi2,popcnt")))

static bool has_blocks(void)
{
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi2") && __builtin_cpu_supports("popcnt");
}

/* A bit for each byte that begins a code point: as a signed number it is above BF. */
TARGET static inline unsigned starts_in_block(const char *p)
{
    __m256i v = _mm256_loadu_si256((const __m256i *)(const void *)p);

    return (unsigned)_mm256_movemask_epi8(_mm256_cmpgt_epi8(v, _mm256_set1_epi8((char)0xBF)));
}

/* The place of the bit that `before` others stand before. */
TARGET static inline unsigned bit_after(unsigned mask, size_t before)
{
    return (unsigned)_tzcnt_u32(_pdep_u32(1u << before, mask));
}

/* Each of the three stops short of a block that it need not or must not read; the caller goes on from there. */
TARGET static const char *count_blocks(const char *p, const char *end, size_t *count)
{
    for (; end - p >= BLOCK; p += BLOCK)
        *count += (unsigned)__builtin_popcount(starts_in_block(p));
    return p;
}

TARGET static bool back_blocks(const char *text, size_t *at, size_t *count)
{
    for (; *at >= BLOCK; *at -= BLOCK) {
        unsigned mask = starts_in_block(text + *at - BLOCK), have = (unsigned)__builtin_popcount(mask);

        if (have >= *count) {
            *at -= BLOCK - bit_after(mask, have - *count);
            return true;
        }
        *count -= have;
    }
    return false;
}

TARGET static bool forth_blocks(struct tcs_str text, size_t *at, size_t *count)
{
    for (; text.len - *at >= BLOCK; *at += BLOCK) {
        unsigned mask = starts_in_block(text.data + *at), have = (unsigned)__builtin_popcount(mask);

        if (have > *count) {
            *at += bit_after(mask, *count);
            return true;
        }
        *count -= have;
    }
    return false;
}
#else
static bool has_blocks(void)
{
    return false;
}

static const char *count_blocks(const char *p, const char *end, size_t *count)
{
    (void)end;
    (void)count;
    return p;
}

static bool back_blocks(const char *text, size_t *at, size_t *count)
{
    (void)text;
    (void)at;
    (void)count;
    return false;
}

static bool forth_blocks(struct tcs_str text, size_t *at, size_t *count)
{
    (void)text;
    (void)at;
    (void)count;
    return false;
}
#endif

size_t tcs_utf8_count(struct tcs_str text)
{
    const char *p = text.data, *end = p + text.len;
    size_t count = 0;

    if (has_blocks())
        p = count_blocks(p, end, &count);
    for (; end - p >= 8; p += 8)
        count += starts_in_word(p);
    for (; p < end; p++)
        count += !tcs_utf8_is_continuation(*p);
    return count;
}

size_t tcs_utf8_back(struct tcs_str text, size_t at, size_t count)
{
    unsigned have;

    if (count && has_blocks() && back_blocks(text.data, &at, &count))
        return at;
    for (; at >= 8 && (have = starts_in_word(text.data + at - 8)) < count; at -= 8)
        count -= have;
    while (at && count)
        count -= !tcs_utf8_is_continuation(text.data[--at]);
    return at;
}

size_t tcs_utf8_forth(struct tcs_str text, size_t at, size_t count)
{
    unsigned have;

    if (has_blocks() && forth_blocks(text, &at, &count))
        return at;
    for (; text.len - at >= 8 && (have = starts_in_word(text.data + at)) <= count; at += 8)
        count -= have;
    for (; at < text.len && (tcs_utf8_is_continuation(text.data[at]) || count); at++)
        count -= !tcs_utf8_is_continuation(text.data[at]);
    return at;
}
