/*
 * sides: which pieces of terms must meet in a document before it is worth a closer look. A side is a number that the pieces
 * of some terms share. Plain data; pure functions.
 */
#ifndef TOCSIN_SIDES_H
#define TOCSIN_SIDES_H

#include <stdbool.h>
#include <stdint.h>

#define TCS_SIDES_MAX 64

struct tcs_sides {
    uint64_t senders;               /* a document without one of these sides is none; bit n is side n */
    uint64_t beside[TCS_SIDES_MAX]; /* by sender: which one must not be alone with it; 0 where it is enough */
};

static inline uint64_t tcs_side(unsigned side)
{
    return (uint64_t)1 << side;
}

/* Are the sides that are here enough: two senders, or one that is enough or has beside it what it needs? */
static inline bool tcs_sides_hold(const struct tcs_sides *sides, uint64_t here)
{
    uint64_t senders = here & sides->senders, beside;

    if (!senders || (senders & (senders - 1)))
        return senders != 0;
    beside = sides->beside[__builtin_ctzll(senders)];
    return !beside || (here & beside);
}

#endif
