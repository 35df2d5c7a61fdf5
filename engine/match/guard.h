/*
 * guard: can a piece be where a literal is found, by the bytes right beside that? Most literals that hold the first bytes
 * of what may break a piece are found before something that does not (、 begins as a quotation mark does), and short words
 * inside longer ones. Owns its memory; immutable once all are added.
 */
#ifndef TOCSIN_GUARD_H
#define TOCSIN_GUARD_H

#include "match/context.h"
#include "match/edge.h"
#include "match/walk.h"

struct tcs_next;
typedef uint64_t tcs_byte_set[4]; /* a bit each */

/* All zero is empty. Guard 0 of each sort admits everything. */
struct tcs_guards {
    struct tcs_next *nexts;
    tcs_byte_set *admitted; /* by nexts: what may follow */
    size_t next_count, next_cap;
    tcs_byte_set *touching; /* ASCII letters and digits that may stand before */
    size_t left_count, left_cap;
    tcs_byte_set *by_node; /* which of them may before the pieces that lead over a node; NULL in a crowd */
};

/* The pieces of a trie, and which of the contexts each has. */
struct tcs_pieces {
    const struct tcs_piece *items;
    const struct tcs_context *contexts;
    const uint32_t *context_of;
    size_t count;
};

TOCSIN_MUST_CHECK tocsin_status tcs_guards_init(struct tcs_guards *guards, const struct tcs_trie *trie,
                                                const struct tcs_pieces *pieces);
/* Those that were saved: copies of both tables, which are byte sets. None can be added. */
TOCSIN_MUST_CHECK tocsin_status tcs_guards_open(struct tcs_guards *guards, const void *admitted, size_t next_count,
                                                const void *touching, size_t left_count);
void tcs_guards_release(struct tcs_guards *guards);

/*
 * The guard behind a literal that begins as a piece does (TCS_LITERAL_START), and ends inside a character. Literals share
 * them.
 */
TOCSIN_MUST_CHECK tocsin_status tcs_guards_add_next(struct tcs_guards *guards, const struct tcs_trie *trie,
                                                    enum tcs_syntax syntax, struct tcs_str text, uint8_t *guard_out);
/* The guard before a literal with which pieces begin. */
TOCSIN_MUST_CHECK tocsin_status tcs_guards_add_left(struct tcs_guards *guards, const struct tcs_trie *trie,
                                                    enum tcs_syntax syntax, struct tcs_str text, uint8_t *guard_out);
#define TCS_GUARD_EDGE 1 /* a left guard: no ASCII letter or digit may stand before */

static inline bool tcs_byte_set_has(const tcs_byte_set set, char c)
{
    return set[(uint8_t)c >> 6] >> ((uint8_t)c & 63) & 1;
}

/* Where the document ends behind the literal, any byte may be asked for: what is cut off there is of no piece. */
static inline bool tcs_guard_admits(const struct tcs_guards *guards, uint8_t next, char c)
{
    return tcs_byte_set_has(guards->admitted[next], c);
}

/* Does what stands before start, in the bytes from base on, rule every piece out? */
static inline bool tcs_guard_refuses(const struct tcs_guards *guards, uint8_t left, const char *base, const char *start)
{
    return left && start > base && tcs_is_ascii_word((unsigned char)start[-1]) &&
           !tcs_byte_set_has(guards->touching[left], start[-1]) && tcs_edge_touches_left(base, start);
}

#endif
