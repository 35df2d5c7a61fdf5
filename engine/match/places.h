/*
 * places: where in raw bytes can a literal begin? Of blocks of 64 bytes it makes masks, with as few instructions as the CPU
 * allows. For match/hashed alone.
 */
#ifndef TOCSIN_PLACES_H
#define TOCSIN_PLACES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tocsin.h"

enum tcs_place_kind {
    TCS_PLACE_HAN,    /* a character of three bytes */
    TCS_PLACE_BREAK,  /* the same, and what interrupts a word behind it: a quotation mark, a tag */
    TCS_PLACE_WORD,   /* ASCII but a backslash */
    TCS_PLACE_TAG,    /* ASCII letters and digits that begin a word, and what interrupts them */
    TCS_PLACE_MIDST,  /* the same in the midst of letters that may belong to an escape */
    TCS_PLACE_ESCAPE, /* a character as \u and four digits, and more */
    TCS_PLACE_SIGN,   /* the same, and little or nothing more */
    TCS_PLACE_OTHER,  /* anything, and what is too short for its kind */
    TCS_PLACE_KINDS
};
/* A place of the kinds BREAK, TAG and MIDST is marked at the interruption; BREAK's is that far from the start. */
#define TCS_PLACES_BREAK_AFTER 3

#define TCS_PLACES_COLUMNS 6
/*
 * A first look at the keys of a kind: which of the groups of them may have this byte (its low six bits) in that column of
 * theirs? A place of which no group is left after all columns holds none of the keys.
 */
struct tcs_places_look {
    uint8_t groups[2][TCS_PLACES_COLUMNS][64]; /* eight groups a plane */
    bool is_worth_it, has_keys;
};

struct tcs_places {
    struct tcs_places_look looks[TCS_PLACE_KINDS];
    uint8_t classes[256]; /* by byte: bits, see places.c */
    bool is_plain;        /* the CPU has no vectors for it, or a test wants to see what is done then */
};

/* What a block must know of the ones before it; zeros before the first. */
struct tcs_places_state {
    uint64_t word, escape, lead, escaped; /* of the block before */
    unsigned run; /* letters and digits at its end, 64 for that many or more */
};

void tcs_places_begin(struct tcs_places *places);
/* Places that may have been made on another CPU serve on this one. */
void tcs_places_resume(struct tcs_places *places);
/*
 * Literals of the kind may begin with first; is_word: only where no ASCII letter or digit touches it on the left, as
 * tcs_edges_hold sees that. breaker: the byte that interrupts, of the kinds BREAK and TAG.
 */
void tcs_places_add(struct tcs_places *places, enum tcs_place_kind kind, uint8_t first, uint8_t breaker, bool is_word,
                    bool caseless);
/*
 * Keys of a kind, reordered: as bytes stand in memory, the first lowest, TCS_PLACES_ANY for what a short one lacks, at the
 * end or, of TAG, whose keys are the last four bytes, at the front.
 */
TOCSIN_MUST_CHECK tocsin_status tcs_places_look(struct tcs_places *places, enum tcs_place_kind kind, uint64_t *keys,
                                                size_t count, bool caseless);
#define TCS_PLACES_ANY 0xFF

#define TCS_PLACES_BLOCKS 64 /* at most in a call, of 64 bytes each */
struct tcs_places_found {
    uint64_t of[TCS_PLACE_KINDS]; /* bit i: at byte i of the block */
};
/*
 * The places in blocks at p, and bit i set for each block i that has any. Calls must follow one another. 16 bytes behind the
 * blocks are read too.
 */
uint64_t tcs_places_find(const struct tcs_places *places, struct tcs_places_state *state, const uint8_t *p, size_t blocks,
                         struct tcs_places_found *found);

#endif
