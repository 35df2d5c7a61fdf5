/*
 * text: growing bytes and random numbers, for corpora/generate. A program that only writes test data stops where memory
 * ends: `die` says why, with status 2. Inline, because all that is generated passes through here.
 */
#ifndef GENERATOR_TEXT_H
#define GENERATOR_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct text {
    char *data;
    size_t len, cap;
};

/* Says on stderr what went wrong, and ends the program with status 2. */
_Noreturn void die(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* realloc that dies. */
void *grow(void *data, size_t bytes);
void text_reserve(struct text *text, size_t extra);
/* Appends a whole file; dies where it cannot be read. */
void text_read(struct text *out, const char *path);
void putf(struct text *out, const char *format, ...) __attribute__((format(printf, 2, 3)));

static inline void put(struct text *out, const char *data, size_t len)
{
    if (out->cap - out->len < len)
        text_reserve(out, len);
    if (len)
        memcpy(out->data + out->len, data, len);
    out->len += len;
}

static inline void puts_to(struct text *out, const char *text)
{
    put(out, text, strlen(text));
}

static inline void put_byte(struct text *out, char byte)
{
    put(out, &byte, 1);
}

static inline void put_text(struct text *out, const struct text *other)
{
    put(out, other->data, other->len);
}

/* Decimal digits, without printf: half of what is generated has numbers in it. */
static inline void put_number(struct text *out, uint64_t number)
{
    char digits[20];
    size_t at = sizeof digits;

    do {
        digits[--at] = (char)('0' + number % 10);
        number /= 10;
    } while (number);
    put(out, digits + at, sizeof digits - at);
}

/* ---- random numbers: splitmix64, which is the same everywhere ---- */

struct rng {
    uint64_t state;
};

static inline uint64_t mix(uint64_t z)
{
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
}

/* A generator that nothing but these two numbers decides. */
static inline struct rng rng_of(uint64_t seed, uint64_t number)
{
    return (struct rng){mix(seed + 0x9E3779B97F4A7C15u) ^ mix(number * 0xD1342543DE82EF95u + 1)};
}

static inline uint64_t rng_next(struct rng *rng)
{
    return mix(rng->state += 0x9E3779B97F4A7C15u);
}

/* From 0 to count - 1. */
static inline uint32_t rng_below(struct rng *rng, uint32_t count)
{
    return (uint32_t)(((rng_next(rng) >> 32) * count) >> 32);
}

/* True in `share` of a billion cases. */
static inline bool rng_chance(struct rng *rng, uint64_t share)
{
    return rng_below(rng, 1000000000u) < share;
}

#endif
