/*
 * guard: by one byte, can a piece go on behind a literal that ends inside a character? Most literals that hold the first bytes of
 * what may break a piece are found before something that does not: 、 begins as a quotation mark does. Owns its memory; immutable
 * once all are added.
 */
#ifndef TOCSIN_GUARD_H
#define TOCSIN_GUARD_H

#include "match/walk.h"

struct tcs_guard;

/* All zero is empty. */
struct tcs_guards {
    struct tcs_guard *items;
    size_t count, cap;
    uint64_t (*admitted)[4]; /* by guard: the bytes that may follow, a bit each */
};

/* Behind guard 0 anything may follow. */
TOCSIN_MUST_CHECK tocsin_status tcs_guards_init(struct tcs_guards *guards);
void tcs_guards_release(struct tcs_guards *guards);
/* The guard of a literal that begins as a piece does (TCS_LITERAL_START). Literals share them. */
TOCSIN_MUST_CHECK tocsin_status tcs_guards_add(struct tcs_guards *guards, const struct tcs_trie *trie, enum tcs_syntax syntax,
                                               struct tcs_str text, uint8_t *guard_out);

/* Where the document ends behind the literal, any byte may be asked for: what is cut off there is of no piece. */
static inline bool tcs_guard_admits(const struct tcs_guards *guards, uint8_t guard, char next)
{
    return guards->admitted[guard][(uint8_t)next >> 6] >> ((uint8_t)next & 63) & 1;
}

#endif
