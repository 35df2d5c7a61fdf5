/* A guard is known by the bytes of the character that are there and by what may interrupt the piece, so there are few. */
#include "match/guard.h"

#include <stdlib.h>
#include <string.h>

#define CUT_MAX 5 /* bytes: of \uXXXX without its last digit */

struct tcs_guard {
    char cut[CUT_MAX];
    uint8_t len;
    bool has_border;
};

static tocsin_status grow(struct tcs_guards *guards)
{
    size_t cap = guards->cap;
    void *admitted;
    tocsin_status st = TCS_GROW(guards->items, guards->cap, guards->count + 1);

    if (st != TOCSIN_OK || cap == guards->cap)
        return st;
    admitted = realloc(guards->admitted, guards->cap * sizeof *guards->admitted);
    if (!admitted)
        return TOCSIN_E_NOMEM;
    guards->admitted = admitted;
    return TOCSIN_OK;
}

tocsin_status tcs_guards_init(struct tcs_guards *guards)
{
    tocsin_status st;

    *guards = (struct tcs_guards){.count = 0};
    st = grow(guards);
    if (st != TOCSIN_OK)
        return st;
    guards->items[0] = (struct tcs_guard){.len = 0};
    memset(guards->admitted[0], 0xFF, sizeof *guards->admitted);
    guards->count = 1;
    return TOCSIN_OK;
}

void tcs_guards_release(struct tcs_guards *guards)
{
    free(guards->items);
    free(guards->admitted);
    *guards = (struct tcs_guards){.count = 0};
}

/* A backslash and u are two bytes of an escape, and a surrogate's half one of two. */
static bool is_still_cut(const struct tcs_guard *guard, unsigned next)
{
    return guard->cut[0] == '\\' && (guard->len == 1 ? next == 'u' : (guard->cut[2] | 0x20) == 'd');
}

static void admit(uint64_t admitted[4], const struct tcs_guard *guard, const struct tcs_trie *trie, enum tcs_syntax syntax)
{
    char bytes[CUT_MAX + 1];
    struct tcs_str character = {bytes, guard->len + 1u};
    unsigned next;

    memcpy(bytes, guard->cut, guard->len);
    for (next = 0; next < 256; next++) {
        bytes[guard->len] = (char)next;
        if (is_still_cut(guard, next) || tcs_walk_may_pass(trie, syntax, character, guard->has_border))
            admitted[next >> 6] |= (uint64_t)1 << (next & 63);
    }
}

tocsin_status tcs_guards_add(struct tcs_guards *guards, const struct tcs_trie *trie, enum tcs_syntax syntax, struct tcs_str text,
                             uint8_t *guard_out)
{
    struct tcs_guard guard = {.len = 0};
    size_t at = tcs_walk_cut(trie, syntax, text, &guard.has_border), i;
    tocsin_status st;

    *guard_out = 0;
    if (at == text.len)
        return TOCSIN_OK;
    guard.len = (uint8_t)(text.len - at);
    memcpy(guard.cut, text.data + at, guard.len);
    for (i = 1; i < guards->count && memcmp(&guards->items[i], &guard, sizeof guard) != 0; i++)
        continue;
    if (i > UINT8_MAX)
        return TOCSIN_OK;
    if (i == guards->count) {
        st = grow(guards);
        if (st != TOCSIN_OK)
            return st;
        guards->items[i] = guard;
        memset(guards->admitted[i], 0, sizeof *guards->admitted);
        admit(guards->admitted[i], &guard, trie, syntax);
        guards->count++;
    }
    *guard_out = (uint8_t)i;
    return TOCSIN_OK;
}
