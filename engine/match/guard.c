/*
 * A guard behind a literal is known by the bytes of the character that are there and by what may interrupt the piece, so
 * there are few; one before it by what the terms have there (match/context), all pieces that lead over the literal's node
 * together.
 */
#include "match/guard.h"

#include <stdlib.h>
#include <string.h>

#include "match/escape.h"

#define CUT_MAX (TCS_ESCAPE_BYTES - 1) /* bytes of a character that is cut off */

struct tcs_next {
    char cut[CUT_MAX];
    uint8_t len;
    bool has_border;
};

static void put(tcs_byte_set set, unsigned c)
{
    set[c >> 6] |= (uint64_t)1 << (c & 63);
}

/* ---- before a literal ---- */

/* May the ASCII letter or digit stand right before the piece in the bytes of a document? */
static bool may_touch(unsigned c, const struct tcs_piece *piece, const struct tcs_context *context)
{
    uint32_t cp = context->before[0];

    if (piece->left_edge || !context->before_count)
        return !piece->left_edge;
    if (cp == TCS_CONTEXT_KIND)
        return tcs_is_ascii_digit(c) != tcs_is_ascii_digit(piece->cps[0]);
    return cp == c || (c >= 'A' && c <= 'Z' && cp == (c | 0x20));
}

static void add_touching(tcs_byte_set set, const struct tcs_piece *piece, const struct tcs_context *context)
{
    unsigned c;

    for (c = 0; c < 0x80; c++)
        if (tcs_is_ascii_word(c) && may_touch(c, piece, context))
            put(set, c);
}

static tocsin_status set_by_node(struct tcs_guards *guards, const struct tcs_trie *trie, const struct tcs_pieces *pieces)
{
    size_t i;
    uint32_t k;

    guards->by_node = calloc(tcs_trie_node_count(trie), sizeof *guards->by_node);
    if (!guards->by_node)
        return TOCSIN_E_NOMEM;
    for (i = 0; i < pieces->count; i++)
        for (k = 1; k <= pieces->items[i].count; k++)
            add_touching(guards->by_node[tcs_trie_node(trie, pieces->items[i].cps, k)], &pieces->items[i],
                         &pieces->contexts[pieces->context_of[i]]);
    return TOCSIN_OK;
}

/* The guard of a set, a new one if need be; 0 where there are too many. */
static tocsin_status left_of(struct tcs_guards *guards, const tcs_byte_set set, uint8_t *guard_out)
{
    tocsin_status st;
    size_t i;

    for (i = 0; i < guards->left_count && memcmp(guards->touching[i], set, sizeof guards->touching[i]) != 0; i++)
        continue;
    *guard_out = i <= UINT8_MAX ? (uint8_t)i : 0;
    if (i < guards->left_count || i > UINT8_MAX)
        return TOCSIN_OK;
    st = TCS_GROW(guards->touching, guards->left_cap, i + 1);
    if (st == TOCSIN_OK)
        memcpy(guards->touching[guards->left_count++], set, sizeof guards->touching[i]);
    return st;
}

tocsin_status tcs_guards_add_left(struct tcs_guards *guards, const struct tcs_trie *trie, enum tcs_syntax syntax,
                                  struct tcs_str text, uint8_t *guard_out)
{
    uint32_t node;

    *guard_out = 0;
    (void)tcs_walk_plain(trie, syntax, text, &node);
    return node && guards->by_node ? left_of(guards, guards->by_node[node], guard_out) : TOCSIN_OK;
}

/* ---- behind one ---- */

/* Where the character begins that text's last byte is in, if exactly one byte or digit of it is missing; else text.len. */
static size_t last_cut(enum tcs_syntax syntax, struct tcs_str text)
{
    const char *end = text.data + text.len;

    if (syntax == TCS_SYNTAX_JSON && text.len >= CUT_MAX && end[-CUT_MAX] == '\\' && end[1 - CUT_MAX] == 'u')
        return text.len - CUT_MAX;
    if ((syntax == TCS_SYNTAX_JSON && end[-1] == '\\') || (end[-1] & 0xE0) == 0xC0)
        return text.len - 1;
    return text.len > 1 && (end[-2] & 0xF0) == 0xE0 && tcs_utf8_is_continuation(end[-1]) ? text.len - 2 : text.len;
}

/* A backslash and u are two bytes of an escape, and a surrogate's half one of two. */
static bool is_still_cut(const struct tcs_next *next, unsigned c)
{
    return next->cut[0] == '\\' && (next->len == 1 ? c == 'u' : (next->cut[2] | 0x20) == 'd');
}

static void admit(tcs_byte_set set, const struct tcs_next *next, const struct tcs_trie *trie, enum tcs_syntax syntax)
{
    char bytes[CUT_MAX + 1];
    struct tcs_str character = {bytes, next->len + 1u};
    unsigned c;

    memset(set, 0, sizeof(tcs_byte_set));
    memcpy(bytes, next->cut, next->len);
    for (c = 0; c < 256; c++) {
        bytes[next->len] = (char)c;
        if (is_still_cut(next, c) || tcs_walk_may_pass(trie, syntax, character, next->has_border))
            put(set, c);
    }
}

/* Makes room for another. */
static tocsin_status grow_nexts(struct tcs_guards *guards)
{
    size_t cap = guards->next_cap;
    tocsin_status st = TCS_GROW(guards->admitted, cap, guards->next_count + 1);

    return st == TOCSIN_OK ? TCS_GROW(guards->nexts, guards->next_cap, guards->next_count + 1) : st;
}

tocsin_status tcs_guards_add_next(struct tcs_guards *guards, const struct tcs_trie *trie, enum tcs_syntax syntax,
                                  struct tcs_str text, uint8_t *guard_out)
{
    struct tcs_next next = {.len = 0};
    uint32_t node;
    size_t at = tcs_walk_plain(trie, syntax, text, &node), i;
    tocsin_status st;

    *guard_out = 0;
    if (at == text.len || at != last_cut(syntax, text))
        return TOCSIN_OK;
    next.len = (uint8_t)(text.len - at);
    next.has_border = tcs_trie_has_border(trie, node);
    memcpy(next.cut, text.data + at, next.len);
    for (i = 1; i < guards->next_count && memcmp(&guards->nexts[i], &next, sizeof next) != 0; i++)
        continue;
    if (i > UINT8_MAX)
        return TOCSIN_OK;
    *guard_out = (uint8_t)i;
    if (i < guards->next_count)
        return TOCSIN_OK;
    st = grow_nexts(guards);
    if (st != TOCSIN_OK)
        return st;
    admit(guards->admitted[i], &next, trie, syntax);
    guards->nexts[guards->next_count++] = next;
    return TOCSIN_OK;
}

/* ---- all ---- */

tocsin_status tcs_guards_init(struct tcs_guards *guards, const struct tcs_trie *trie, const struct tcs_pieces *pieces)
{
    static const tcs_byte_set all = {UINT64_MAX, UINT64_MAX, UINT64_MAX, UINT64_MAX}, none = {0};
    tocsin_status st;
    uint8_t guard;

    *guards = (struct tcs_guards){.next_count = 0};
    st = grow_nexts(guards);
    if (st != TOCSIN_OK)
        return st;
    guards->nexts[0] = (struct tcs_next){.len = 0};
    memcpy(guards->admitted[guards->next_count++], all, sizeof all);
    st = left_of(guards, all, &guard);
    if (st == TOCSIN_OK)
        st = left_of(guards, none, &guard);
    return st == TOCSIN_OK && pieces->count <= TCS_PIECE_CROWD ? set_by_node(guards, trie, pieces) : st;
}

tocsin_status tcs_guards_open(struct tcs_guards *guards, const void *admitted, size_t next_count, const void *touching,
                              size_t left_count)
{
    *guards = (struct tcs_guards){.next_count = 0};
    if (TCS_GROW(guards->admitted, guards->next_cap, next_count) != TOCSIN_OK ||
        TCS_GROW(guards->touching, guards->left_cap, left_count) != TOCSIN_OK)
        return TOCSIN_E_NOMEM;
    memcpy(guards->admitted, admitted, next_count * sizeof *guards->admitted);
    memcpy(guards->touching, touching, left_count * sizeof *guards->touching);
    guards->next_count = next_count;
    guards->left_count = left_count;
    return TOCSIN_OK;
}

void tcs_guards_release(struct tcs_guards *guards)
{
    free(guards->nexts);
    free(guards->admitted);
    free(guards->touching);
    free(guards->by_node);
    *guards = (struct tcs_guards){.next_count = 0};
}
