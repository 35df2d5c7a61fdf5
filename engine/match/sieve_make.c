/*
 * Making a sieve: pieces and what stands around them, the literals that go to the engine, and what each of these says when
 * it is found: guards, edges, the pieces to check.
 */
#include <stdlib.h>
#include <string.h>

#include "match/sieve_parts.h"

/* ---- pieces ---- */

static void *copy_of(const void *items, size_t count, size_t size)
{
    void *copy = calloc(count + 1, size);

    if (copy && items && count)
        memcpy(copy, items, count * size);
    return copy;
}

static tocsin_status set_contexts(struct tcs_sieve *sieve, const struct tcs_sought *sought)
{
    struct tcs_context *contexts = calloc(sought->count + 1, sizeof *contexts);
    uint32_t *context_of = calloc(sought->count + 1, sizeof *context_of);
    size_t i;

    sieve->contexts = contexts;
    sieve->context_of = context_of;
    if (!contexts || !context_of)
        return TOCSIN_E_NOMEM;
    sieve->context_count = 1;
    for (i = 0; sought->contexts && i < sought->count; i++)
        if (!tcs_context_is_empty(&sought->contexts[i])) {
            context_of[i] = (uint32_t)sieve->context_count;
            contexts[sieve->context_count++] = sought->contexts[i];
        }
    return TOCSIN_OK;
}

static tocsin_status set_pieces(struct tcs_sieve *sieve, const struct tcs_sought *sought)
{
    tocsin_status st = set_contexts(sieve, sought);

    sieve->pieces = copy_of(sought->pieces, sought->count, sizeof *sieve->pieces);
    sieve->side_of = copy_of(sought->side_of, sought->count, sizeof *sieve->side_of);
    if (st != TOCSIN_OK || !sieve->pieces || !sieve->side_of)
        return TOCSIN_E_NOMEM;
    sieve->piece_count = sought->count;
    sieve->sides = sought->sides ? *sought->sides : (struct tcs_sides){.senders = tcs_side(0)};
    st = tcs_trie_new(sieve->pieces, sieve->piece_count, &sieve->trie);
    return st == TOCSIN_OK ? tcs_endings_make(&sieve->endings, sieve->trie, sieve->pieces, sieve->piece_count) : st;
}

/* Is the piece all that must be known of a document, where its edges hold? */
static bool is_enough(const struct tcs_sieve *sieve, size_t piece)
{
    return tcs_context_is_empty(tcs_sieve_context(sieve, piece)) &&
           tcs_sides_hold(&sieve->sides, tcs_side(sieve->side_of[piece]));
}

static tocsin_status make_literals(const struct tcs_sieve *sieve, struct tcs_sieve_literals *list)
{
    uint8_t *is_alone = calloc(sieve->piece_count + 1, 1);
    tocsin_status st;
    size_t i;

    if (!is_alone)
        return TOCSIN_E_NOMEM;
    for (i = 0; i < sieve->piece_count; i++)
        is_alone[i] = is_enough(sieve, i) && !sieve->pieces[i].left_edge && !sieve->pieces[i].right_edge;
    st = tcs_sieve_literals_make(list, sieve->pieces, is_alone, sieve->piece_count, sieve->syntax);
    free(is_alone);
    return st;
}

/* ---- checks ---- */

struct checker {
    const struct tcs_sieve *sieve;
    uint32_t *checks;
    size_t count, cap;
    tocsin_status st;
};

static void note_piece(void *context, const char *start, const char *end, uint32_t node, bool is_below)
{
    struct checker *c = context;
    size_t count, i;
    const struct tcs_ending *endings = tcs_endings_at(&c->sieve->endings, node, &count);

    (void)start;
    (void)end;
    if (is_below || c->st != TOCSIN_OK)
        return;
    c->st = TCS_GROW(c->checks, c->cap, c->count + count);
    for (i = 0; i < count && c->st == TOCSIN_OK; i++)
        c->checks[c->count++] = endings[i].piece;
}

/* Is what the literal's kinds say of edges all that the piece asks for? */
static bool needs_no_check(const struct tcs_sieve *sieve, uint32_t piece, uint8_t kinds)
{
    const struct tcs_piece *p = &sieve->pieces[piece];

    return is_enough(sieve, piece) && (!p->left_edge || !(kinds & TCS_LITERAL_LOOSE_LEFT)) &&
           (!p->right_edge || !(kinds & TCS_LITERAL_LOOSE_RIGHT));
}

static void list_checks(struct checker *c, uint32_t id)
{
    const struct tcs_sieve *sieve = c->sieve;
    struct tcs_str text = tcs_literals_text(sieve->literals, id);
    const char *end = text.data + text.len;
    size_t first = c->count, i;

    if (sieve->sights[id].kinds & TCS_LITERAL_WHOLE)
        tcs_walk_from(sieve->trie, sieve->syntax, text.data, end, end, note_piece, c);
    for (i = first; i < c->count; i++)
        if (needs_no_check(sieve, c->checks[i], sieve->sights[id].kinds))
            c->count = first;
}

static tocsin_status set_checks(struct tcs_sieve *sieve)
{
    size_t count = tcs_literals_count(sieve->literals), i;
    struct checker checker = {.sieve = sieve};
    uint32_t *first_check = calloc(count + 1, sizeof *first_check);

    sieve->first_check = first_check;
    if (!first_check)
        return TOCSIN_E_NOMEM;
    for (i = 0; i < count && checker.st == TOCSIN_OK; i++) {
        list_checks(&checker, (uint32_t)i);
        first_check[i + 1] = (uint32_t)checker.count;
    }
    sieve->checks = checker.checks;
    return checker.st;
}

/* ---- making ---- */

/* The literals as the engine takes them; the texts point into what they come from. */
struct texts {
    struct tcs_str *items;
    uint8_t *kinds;
    size_t count;
};

static tocsin_status texts_init(struct texts *texts, size_t count)
{
    *texts = (struct texts){calloc(count + 1, sizeof *texts->items), calloc(count + 1, sizeof *texts->kinds), count};
    return texts->items && texts->kinds ? TOCSIN_OK : TOCSIN_E_NOMEM;
}

static void texts_release(struct texts *texts)
{
    free(texts->items);
    free(texts->kinds);
}

static tocsin_status texts_of(struct texts *texts, const struct tcs_sieve_literals *list)
{
    tocsin_status st = texts_init(texts, list->count);
    size_t i;

    for (i = 0; i < list->count && st == TOCSIN_OK; i++) {
        texts->items[i] = (struct tcs_str){list->items[i].bytes, list->items[i].len};
        texts->kinds[i] = list->items[i].kinds;
    }
    return st;
}

static bool has_left_edge(uint8_t kinds)
{
    return !(kinds & (TCS_LITERAL_LOOSE_LEFT | TCS_LITERAL_ODD | TCS_LITERAL_BREAK));
}

/* On which sides on_literal turns an occurrence down for a letter that touches it. */
static uint8_t edges_of(uint8_t kinds)
{
    unsigned others = TCS_LITERAL_START | TCS_LITERAL_ODD | TCS_LITERAL_BREAK;
    bool left = has_left_edge(kinds);
    bool right = !(kinds & (TCS_LITERAL_LOOSE_RIGHT | others));

    return (uint8_t)((left ? TCS_EDGE_LEFT : 0) | (right ? TCS_EDGE_RIGHT : 0));
}

static tocsin_status set_guards(struct tcs_sieve *sieve, struct tcs_str text, struct tcs_sight *sight)
{
    unsigned kinds = sight->kinds & (TCS_LITERAL_WHOLE | TCS_LITERAL_START | TCS_LITERAL_ODD | TCS_LITERAL_BREAK);
    tocsin_status st = TOCSIN_OK;

    if (has_left_edge(sight->kinds))
        sight->left = TCS_GUARD_EDGE;
    else if (!(kinds & (TCS_LITERAL_ODD | TCS_LITERAL_BREAK)))
        st = tcs_guards_add_left(&sieve->guards, sieve->trie, sieve->syntax, text, &sight->left);
    if (st == TOCSIN_OK && kinds == TCS_LITERAL_START)
        st = tcs_guards_add_next(&sieve->guards, sieve->trie, sieve->syntax, text, &sight->next);
    return st;
}

static tocsin_status set_sights(struct tcs_sieve *sieve, const uint8_t *kinds)
{
    size_t count = tcs_literals_count(sieve->literals), i;
    const struct tcs_pieces pieces = {sieve->pieces, sieve->contexts, sieve->context_of, sieve->piece_count};
    struct tcs_sight *sights = calloc(count + 1, sizeof *sights);
    tocsin_status st = sights ? tcs_guards_init(&sieve->guards, sieve->trie, &pieces) : TOCSIN_E_NOMEM;

    sieve->sights = sights;
    for (i = 0; i < count && st == TOCSIN_OK; i++) {
        struct tcs_str text = tcs_literals_text(sieve->literals, (uint32_t)i);

        sights[i] = (struct tcs_sight){.len = (uint8_t)text.len, .kinds = kinds[i]};
        st = set_guards(sieve, text, &sights[i]);
    }
    return st;
}

static tocsin_status set_literals(struct tcs_sieve *sieve, const struct texts *texts, struct tocsin_error *err)
{
    uint8_t *edges = calloc(texts->count + 1, 1);
    tocsin_status st;
    size_t i;

    if (!edges)
        return tcs_fail_nomem(err);
    for (i = 0; i < texts->count; i++)
        edges[i] = edges_of(texts->kinds[i]);
    st = tcs_literals_new(texts->items, edges, texts->count, true, &sieve->literals, err);
    free(edges);
    if (st == TOCSIN_OK && (set_sights(sieve, texts->kinds) != TOCSIN_OK || set_checks(sieve) != TOCSIN_OK))
        st = tcs_fail_nomem(err);
    return st;
}

tocsin_status tcs_sieve_new(const struct tcs_sought *sought, enum tcs_syntax syntax, struct tcs_sieve **sieve_out,
                            struct tocsin_error *err)
{
    struct tcs_sieve *sieve = calloc(1, sizeof *sieve);
    struct tcs_sieve_literals list = {0};
    struct texts texts = {0};
    tocsin_status st;

    if (!sieve)
        return tcs_fail_nomem(err);
    sieve->syntax = syntax;
    st = set_pieces(sieve, sought);
    if (st == TOCSIN_OK)
        st = make_literals(sieve, &list);
    if (st == TOCSIN_OK)
        st = texts_of(&texts, &list);
    if (st == TOCSIN_E_NOMEM)
        (void)tcs_fail_nomem(err);
    else if (st != TOCSIN_OK)
        (void)tcs_fail(err, st, NULL, 0, "the spellings of gaps outgrew their table; report it");
    else
        st = set_literals(sieve, &texts, err);
    texts_release(&texts);
    tcs_sieve_literals_release(&list);
    if (st != TOCSIN_OK) {
        tcs_sieve_free(sieve);
        return st;
    }
    *sieve_out = sieve;
    return TOCSIN_OK;
}

static void free_made(const void *array)
{
    free((void *)(uintptr_t)array);
}

void tcs_sieve_free(struct tcs_sieve *sieve)
{
    if (!sieve)
        return;
    tcs_literals_free(sieve->literals);
    tcs_trie_free(sieve->trie);
    tcs_guards_release(&sieve->guards);
    if (!sieve->is_loaded) {
        tcs_endings_release(&sieve->endings);
        free_made(sieve->sights);
        free_made(sieve->first_check);
        free_made(sieve->checks);
        free_made(sieve->side_of);
        free_made(sieve->contexts);
        free_made(sieve->context_of);
        free_made(sieve->pieces);
    }
    free(sieve);
}
