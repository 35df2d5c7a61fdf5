/*
 * sieve_literals: the byte strings that the sieve gives to the engine for a set of pieces and a syntax. See
 * sieve.c for what the kinds mean and why the list is complete.
 */
#ifndef TOCSIN_SIEVE_LITERALS_H
#define TOCSIN_SIEVE_LITERALS_H

#include "input/document.h"
#include "match/literals.h"
#include "match/piece.h"

enum tcs_literal_kind {
    TCS_LITERAL_WHOLE = 1,
    TCS_LITERAL_START = 2,
    TCS_LITERAL_ODD = 4,
    /* With WHOLE, and on the left with START: on this side an ASCII letter or digit may touch it (of some piece). */
    TCS_LITERAL_LOOSE_LEFT = 8,
    TCS_LITERAL_LOOSE_RIGHT = 16,
    /* With WHOLE: enough to know of a document, wherever it stands. */
    TCS_LITERAL_ALONE = 32,
    /* What may interrupt a piece, alone: in place of START, where there are so many pieces that those would be millions. */
    TCS_LITERAL_BREAK = 64
};

struct tcs_sieve_literal {
    uint8_t len;
    uint8_t kinds; /* of enum tcs_literal_kind, or-ed */
    char bytes[TCS_LITERAL_MAX]; /* ASCII letters in lower case */
};

struct tcs_sieve_literals {
    struct tcs_sieve_literal *items;
    size_t count, cap;
};

/* Distinct literals, in byte order. */
TOCSIN_MUST_CHECK tocsin_status tcs_sieve_literals_spell(struct tcs_sieve_literals *list,
                                                         const struct tcs_piece *pieces, size_t count,
                                                         enum tcs_syntax syntax);
/*
 * The same without those that hold another that is ALONE. is_alone, by piece: it is enough, wherever it stands and whatever
 * is beside it.
 */
TOCSIN_MUST_CHECK tocsin_status tcs_sieve_literals_make(struct tcs_sieve_literals *list, const struct tcs_piece *pieces,
                                                        const uint8_t *is_alone, size_t count, enum tcs_syntax syntax);
/* Syntaxes of one form have the same literals: rows of CSV those of text. The form is one of them. */
enum tcs_syntax tcs_sieve_literals_form(enum tcs_syntax syntax);
void tcs_sieve_literals_release(struct tcs_sieve_literals *list);

#endif
