/*
 * Three kinds of literals go to the engine. WHOLE: all of a piece, plainly spelled; a term that was planned on it may stand there
 * unless the bytes around surely contradict it (match/context). START: the first characters of a piece, plainly spelled, and the
 * first bytes of what may break it off there (a quotation mark, a tag, an escape). ODD: a code point that folds to nothing, to
 * several, or to ASCII, in any spelling. After the last two, match/walk reads the bytes around and decides; it asks for a piece
 * that holds the literal, because one that ends before it is plain. A document is a candidate once the sides of the terms found
 * so far are enough (match/sides), which does not depend on the order of hits. Before all that the bytes beside the
 * literal are asked (match/guard), because nearly all that is found comes to nothing.
 *
 * Why this is complete: take any spelling of a piece. Either it is plain from end to end (WHOLE), or it has a first
 * place where it is not. Before that place stand k plain characters. If what stands there is frequent in news (quotation marks
 * between Han, markup, references, escapes), a START literal holds those k characters and the first bytes of it, for every
 * k >= 1; else it is an ODD literal, and the walk goes back over the k plain characters. With k = 0 it is ODD.
 */
#include "match/sieve.h"

#include <stdlib.h>
#include <string.h>

#include "match/edge.h"
#include "match/endings.h"
#include "match/guard.h"
#include "match/sieve_literals.h"
#include "match/walk.h"

/* What an occurrence of a literal is turned down by, before the document is looked for that it stands in. */
struct sight {
    uint8_t len, kinds;
    uint8_t next, left; /* guards */
};

/* What it looks for and what that says: made here, or, of a loaded one, in the bytes that it came from. */
struct tcs_sieve {
    enum tcs_syntax syntax;
    struct tcs_literals *literals;
    const struct sight *sights; /* by literal */
    struct tcs_guards guards;
    const struct tcs_piece *pieces;
    const uint32_t *context_of; /* by piece: of contexts, of which the first is empty, as most are in a large lexicon */
    const struct tcs_context *contexts;
    const uint8_t *side_of; /* by piece */
    size_t piece_count, context_count;
    struct tcs_sides sides;
    struct tcs_trie *trie;
    struct tcs_endings endings;
    /* WHOLE literal i is one of pieces checks[first_check[i]] to checks[first_check[i + 1] - 1]; of none where it is enough. */
    const uint32_t *first_check, *checks;
    bool is_loaded;
};

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

static const struct tcs_context *context_of(const struct tcs_sieve *sieve, size_t piece)
{
    return &sieve->contexts[sieve->context_of[piece]];
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
    return tcs_context_is_empty(context_of(sieve, piece)) && tcs_sides_hold(&sieve->sides, tcs_side(sieve->side_of[piece]));
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

static tocsin_status set_guards(struct tcs_sieve *sieve, struct tcs_str text, struct sight *sight)
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
    struct sight *sights = calloc(count + 1, sizeof *sights);
    tocsin_status st = sights ? tcs_guards_init(&sieve->guards, sieve->trie, &pieces) : TOCSIN_E_NOMEM;

    sieve->sights = sights;
    for (i = 0; i < count && st == TOCSIN_OK; i++) {
        struct tcs_str text = tcs_literals_text(sieve->literals, (uint32_t)i);

        sights[i] = (struct sight){.len = (uint8_t)text.len, .kinds = kinds[i]};
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

/*
 * ---- file form ----
 *
 * A header, and arrays as they are in memory, each filled up to 8 bytes, so that a sieve of a large lexicon is used where its
 * bytes stand: sides, pieces, what each of them needs, literals, guards, endings and trie, texts of the literals, the engine's part.
 */

struct file_header {
    uint32_t form, piece_count, context_count, literal_count, check_count, text_bytes, next_count, left_count;
    uint64_t engine_bytes;
};

static size_t padding(size_t bytes)
{
    return (8 - bytes % 8) % 8;
}

static tocsin_status put_array(struct tcs_buf *out, const void *items, size_t count, size_t size)
{
    tocsin_status st = tcs_buf_append(out, items, count * size);

    return st == TOCSIN_OK ? tcs_buf_append(out, "\0\0\0\0\0\0\0", padding(count * size)) : st;
}

/* The lengths and the bytes of literals that the engine's part does not hold. */
static tocsin_status gather_texts(const struct tcs_literals *literals, struct tcs_buf *lengths, struct tcs_buf *bytes)
{
    size_t count = tcs_literals_count(literals);
    tocsin_status st = TOCSIN_OK;
    uint32_t i;

    for (i = 0; i < count && st == TOCSIN_OK && !tcs_literals_are_in_engine(count); i++) {
        struct tcs_str text = tcs_literals_text(literals, i);

        st = tcs_buf_putc(lengths, (char)text.len);
        if (st == TOCSIN_OK)
            st = tcs_buf_append_str(bytes, text);
    }
    return st;
}

static tocsin_status put_arrays(const struct tcs_sieve *sieve, struct file_header *header, struct tcs_buf *out)
{
    struct tcs_buf lengths = {0}, texts = {0};
    const struct {
        const void *items;
        size_t count, size;
    } arrays[] = {{&sieve->sides, 1, sizeof sieve->sides},
                  {sieve->pieces, sieve->piece_count, sizeof *sieve->pieces},
                  {sieve->context_of, sieve->piece_count, sizeof *sieve->context_of},
                  {sieve->contexts, sieve->context_count, sizeof *sieve->contexts},
                  {sieve->side_of, sieve->piece_count, sizeof *sieve->side_of},
                  {sieve->sights, header->literal_count, sizeof *sieve->sights},
                  {sieve->guards.admitted, header->next_count, sizeof *sieve->guards.admitted},
                  {sieve->guards.touching, header->left_count, sizeof *sieve->guards.touching},
                  {sieve->first_check, header->literal_count + (size_t)1, sizeof *sieve->first_check},
                  {sieve->checks, header->check_count, sizeof *sieve->checks},
                  {sieve->endings.items, sieve->endings.count, sizeof *sieve->endings.items}};
    tocsin_status st = gather_texts(sieve->literals, &lengths, &texts);
    size_t i;

    header->text_bytes = (uint32_t)texts.len;
    if (st == TOCSIN_OK)
        st = put_array(out, header, 1, sizeof *header);
    for (i = 0; i < sizeof arrays / sizeof *arrays && st == TOCSIN_OK; i++)
        st = put_array(out, arrays[i].items, arrays[i].count, arrays[i].size);
    if (st == TOCSIN_OK)
        st = tcs_trie_save(sieve->trie, out);
    if (st == TOCSIN_OK)
        st = put_array(out, lengths.data, lengths.len, 1);
    if (st == TOCSIN_OK)
        st = put_array(out, texts.data, texts.len, 1);
    tcs_buf_release(&lengths);
    tcs_buf_release(&texts);
    return st;
}

tocsin_status tcs_sieve_save(const struct tcs_sieve *sieve, struct tcs_buf *out, struct tocsin_error *err)
{
    size_t literals = tcs_literals_count(sieve->literals), at = out->len, engine_at;
    struct file_header header = {.form = (uint32_t)tcs_sieve_literals_form(sieve->syntax),
                                 .piece_count = (uint32_t)sieve->piece_count,
                                 .context_count = (uint32_t)sieve->context_count,
                                 .literal_count = (uint32_t)literals,
                                 .check_count = sieve->first_check[literals],
                                 .next_count = (uint32_t)sieve->guards.next_count,
                                 .left_count = (uint32_t)sieve->guards.left_count};
    tocsin_status st = put_arrays(sieve, &header, out);

    if (st != TOCSIN_OK)
        return tcs_fail_nomem(err);
    engine_at = out->len;
    st = tcs_literals_save(sieve->literals, out, err);
    if (st != TOCSIN_OK)
        return st;
    header.engine_bytes = out->len - engine_at;
    memcpy(out->data + at, &header, sizeof header);
    return TOCSIN_OK;
}

/* Cuts an array off the front of bytes; NULL where it is not all there. */
static const void *take_array(struct tcs_str *bytes, size_t count, size_t size)
{
    const void *array = bytes->data;
    size_t len;

    if (count > bytes->len / size)
        return NULL;
    len = count * size + padding(count * size);
    if (len > bytes->len)
        return NULL;
    *bytes = (struct tcs_str){bytes->data + len, bytes->len - len};
    return array;
}

static bool take_pieces(struct tcs_str *bytes, const struct file_header *header, struct tcs_sieve *sieve)
{
    const struct tcs_sides *sides = take_array(bytes, 1, sizeof *sides);
    size_t i;

    if (!sides)
        return false;
    sieve->sides = *sides;
    sieve->piece_count = header->piece_count;
    sieve->context_count = header->context_count;
    sieve->pieces = take_array(bytes, sieve->piece_count, sizeof *sieve->pieces);
    sieve->context_of = take_array(bytes, sieve->piece_count, sizeof *sieve->context_of);
    sieve->contexts = take_array(bytes, sieve->context_count, sizeof *sieve->contexts);
    sieve->side_of = take_array(bytes, sieve->piece_count, sizeof *sieve->side_of);
    if (!sieve->pieces || !sieve->context_of || !sieve->contexts || !sieve->side_of)
        return false;
    for (i = 0; i < sieve->piece_count; i++)
        if (sieve->side_of[i] >= TCS_SIDES_MAX || sieve->context_of[i] >= sieve->context_count)
            return false;
    return true;
}

static tocsin_status take_sights(struct tcs_str *bytes, const struct file_header *header, struct tcs_sieve *sieve)
{
    const void *admitted, *touching; /* byte sets */
    size_t i;

    sieve->sights = take_array(bytes, header->literal_count, sizeof *sieve->sights);
    admitted = take_array(bytes, header->next_count, sizeof(tcs_byte_set));
    touching = take_array(bytes, header->left_count, sizeof(tcs_byte_set));
    if (!sieve->sights || !admitted || !touching)
        return TOCSIN_E_CORRUPT;
    for (i = 0; i < header->literal_count; i++)
        if (sieve->sights[i].next >= header->next_count || sieve->sights[i].left >= header->left_count)
            return TOCSIN_E_CORRUPT;
    return tcs_guards_open(&sieve->guards, admitted, header->next_count, touching, header->left_count);
}

static bool take_tables(struct tcs_str *bytes, const struct file_header *header, struct tcs_sieve *sieve)
{
    sieve->first_check = take_array(bytes, header->literal_count + (size_t)1, sizeof *sieve->first_check);
    sieve->checks = take_array(bytes, header->check_count, sizeof *sieve->checks);
    sieve->endings = (struct tcs_endings){take_array(bytes, header->piece_count, sizeof *sieve->endings.items), header->piece_count};
    return sieve->first_check && sieve->checks && sieve->endings.items;
}

/* The literals, where the engine's part does not hold them. */
static tocsin_status take_texts(struct tcs_str *bytes, const struct file_header *header, struct texts *texts)
{
    size_t count = tcs_literals_are_in_engine(header->literal_count) ? 0 : header->literal_count, at = 0, i;
    const uint8_t *lengths = take_array(bytes, count, 1);
    const char *text = lengths ? take_array(bytes, header->text_bytes, 1) : NULL;
    tocsin_status st = text ? texts_init(texts, count) : TOCSIN_E_CORRUPT;

    for (i = 0; i < count && st == TOCSIN_OK; at += lengths[i++]) {
        if (!lengths[i] || lengths[i] > TCS_LITERAL_MAX || lengths[i] > header->text_bytes - at)
            return TOCSIN_E_CORRUPT;
        texts->items[i] = (struct tcs_str){text + at, lengths[i]};
    }
    return st;
}

/* All of the file form but the engine's part, which stays in bytes. */
static tocsin_status take_sieve(struct tcs_str *bytes, struct tcs_sieve *sieve, struct file_header *header, struct texts *texts)
{
    const struct file_header *first = take_array(bytes, 1, sizeof *first);
    tocsin_status st;

    if (!first || first->form != (uint32_t)tcs_sieve_literals_form(sieve->syntax))
        return TOCSIN_E_CORRUPT;
    *header = *first;
    if (!take_pieces(bytes, header, sieve))
        return TOCSIN_E_CORRUPT;
    st = take_sights(bytes, header, sieve);
    if (st == TOCSIN_OK && !take_tables(bytes, header, sieve))
        st = TOCSIN_E_CORRUPT;
    if (st == TOCSIN_OK)
        st = tcs_trie_open(bytes, &sieve->trie);
    if (st == TOCSIN_OK)
        st = take_texts(bytes, header, texts);
    return st == TOCSIN_OK && header->engine_bytes != bytes->len ? TOCSIN_E_CORRUPT : st;
}

tocsin_status tcs_sieve_load(struct tcs_str bytes, enum tcs_syntax syntax, struct tcs_sieve **sieve_out,
                             bool *recompiled_out, struct tocsin_error *err)
{
    struct tcs_sieve *sieve = calloc(1, sizeof *sieve);
    struct file_header header;
    struct texts texts = {0};
    tocsin_status st;

    if (!sieve)
        return tcs_fail_nomem(err);
    sieve->syntax = syntax;
    sieve->is_loaded = true;
    st = take_sieve(&bytes, sieve, &header, &texts);
    if (st == TOCSIN_E_NOMEM)
        (void)tcs_fail_nomem(err);
    else if (st != TOCSIN_OK)
        (void)tcs_fail(err, st, NULL, 0, "the sieve's part of the database is damaged; compile it again");
    else
        st = tcs_literals_load(texts.count ? texts.items : NULL, NULL, header.literal_count, true, bytes, &sieve->literals,
                               recompiled_out, err);
    texts_release(&texts);
    if (st != TOCSIN_OK) {
        tcs_sieve_free(sieve);
        return st;
    }
    *sieve_out = sieve;
    return TOCSIN_OK;
}

size_t tcs_sieve_literal_count(const struct tcs_sieve *sieve)
{
    return tcs_literals_count(sieve->literals);
}

/* ---- scanning ---- */

struct scan {
    const struct tcs_sieve *sieve;
    struct tcs_sieve_scratch *scratch;
    struct tcs_str data;
    tcs_locate locate;
    void *context;
    size_t here; /* the document of the last hit, of scratch->sifted */
    tocsin_status st;
};

/* The place of the document that begins at start among those with hits. Hits come in order mostly, but not always. */
static size_t place_of(const struct tcs_sieve_scratch *scratch, size_t start)
{
    size_t low = 0, high = scratch->sifted_count;

    if (high && scratch->sifted[high - 1].span.start < start)
        return high;
    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (scratch->sifted[middle].span.start < start)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Makes the document that holds byte `at` the one that is here; false where there is none. */
static bool go_to(struct scan *s, size_t at)
{
    struct tcs_sieve_scratch *scratch = s->scratch;
    struct tcs_span span;
    size_t place;

    if (s->here < scratch->sifted_count && at >= scratch->sifted[s->here].span.start && at < scratch->sifted[s->here].span.end)
        return true;
    if (!s->locate(s->context, at, &span))
        return false;
    place = place_of(scratch, span.start);
    s->here = place;
    if (place < scratch->sifted_count && scratch->sifted[place].span.start == span.start)
        return true;
    s->st = TCS_GROW(scratch->sifted, scratch->sifted_cap, scratch->sifted_count + 1);
    if (s->st != TOCSIN_OK)
        return false;
    memmove(scratch->sifted + place + 1, scratch->sifted + place, (scratch->sifted_count - place) * sizeof *scratch->sifted);
    scratch->sifted[place] = (struct tcs_sifted){.span = span};
    scratch->sifted_count++;
    return true;
}

/* Literal id is all of a piece: the sides of the terms that were planned on it and may stand there. */
static uint64_t sides_of_whole(const struct scan *s, const struct tcs_span *doc, uint32_t id, const char *start, const char *end)
{
    const struct tcs_sieve *sieve = s->sieve;
    uint32_t i = sieve->first_check[id], last = sieve->first_check[id + 1];
    const char *base = s->data.data;
    uint64_t sides = 0;

    if (i == last)
        return sieve->sides.senders;
    for (; i < last; i++) {
        uint32_t piece = sieve->checks[i];

        if (!(sides & tcs_side(sieve->side_of[piece])) &&
            tcs_context_may_hold(context_of(sieve, piece), &sieve->pieces[piece], sieve->syntax, base + doc->start, start, end,
                                 base + doc->end))
            sides |= tcs_side(sieve->side_of[piece]);
    }
    return sides;
}

struct walked {
    const struct tcs_sieve *sieve;
    const char *limit; /* of the document */
    uint64_t sides;
};

static void on_walked(void *context, const char *start, const char *end, uint32_t node, bool is_below)
{
    struct walked *walked = context;
    size_t count, i;
    const struct tcs_ending *endings = tcs_endings_at(&walked->sieve->endings, node, &count);
    bool touches = tcs_edges_in_initials(start, end, walked->limit);

    if (is_below)
        walked->sides = UINT64_MAX;
    for (i = 0; i < count && !is_below; i++)
        if (!touches || !walked->sieve->pieces[endings[i].piece].right_edge)
            walked->sides |= tcs_side(walked->sieve->side_of[endings[i].piece]);
}

/* The sides of pieces that stand around the literal at [start, end) in another spelling. */
static uint64_t sides_of_walks(const struct scan *s, const struct tcs_span *doc, uint8_t kinds, const char *start,
                               const char *end)
{
    const struct tcs_sieve *sieve = s->sieve;
    const char *first = s->data.data + doc->start, *last = s->data.data + doc->end;
    struct walked walked = {sieve, last, 0};

    if (kinds & TCS_LITERAL_START)
        tcs_walk_from(sieve->trie, sieve->syntax, start, end, last, on_walked, &walked);
    if (kinds & TCS_LITERAL_ODD)
        tcs_walk_around(sieve->trie, sieve->syntax, first, start, end, last, on_walked, &walked);
    return walked.sides;
}

/* Whatever document it stands in, is the occurrence none? What touches it on the left is of the same (tcs_locate). */
static bool is_refused(const struct scan *s, const struct sight *sight, size_t start, size_t end)
{
    const struct tcs_guards *guards = &s->sieve->guards;
    const char *base = s->data.data;

    return (end < s->data.len && !tcs_guard_admits(guards, sight->next, base[end])) ||
           tcs_guard_refuses(guards, sight->left, base, base + start);
}

static bool on_literal(void *context, uint32_t id, size_t end)
{
    struct scan *s = context;
    const struct sight *sight = &s->sieve->sights[id];
    size_t start = end - sight->len;
    uint8_t kinds = sight->kinds;
    const char *base = s->data.data;
    struct tcs_sifted *doc;

    if (is_refused(s, sight, start, end))
        return false;
    if (!go_to(s, start))
        return s->st != TOCSIN_OK;
    doc = &s->scratch->sifted[s->here];
    if (doc->is_candidate || end > doc->span.end)
        return false;
    if ((kinds & TCS_LITERAL_WHOLE) && tcs_edges_hold(false, !(kinds & TCS_LITERAL_LOOSE_RIGHT), base, base + start, base + end,
                                                      base + doc->span.end))
        doc->sides |= sides_of_whole(s, &doc->span, id, base + start, base + end);
    if ((kinds & TCS_LITERAL_BREAK) && tcs_walk_may_break(s->sieve->trie, s->sieve->syntax, base + doc->span.start, base + start,
                                                          base + doc->span.end))
        kinds |= TCS_LITERAL_ODD;
    if (kinds & (TCS_LITERAL_START | TCS_LITERAL_ODD))
        doc->sides |= sides_of_walks(s, &doc->span, kinds, base + start, base + end);
    doc->is_candidate = tcs_sides_hold(&s->sieve->sides, doc->sides);
    return false;
}

static tocsin_status list_candidates(struct tcs_sieve_scratch *scratch)
{
    tocsin_status st = TCS_GROW(scratch->candidates, scratch->candidate_cap, scratch->sifted_count);
    size_t i;

    for (i = 0; i < scratch->sifted_count && st == TOCSIN_OK; i++)
        if (scratch->sifted[i].is_candidate)
            scratch->candidates[scratch->candidate_count++] = scratch->sifted[i].span;
    return st;
}

tocsin_status tcs_sieve_scan(const struct tcs_sieve *sieve, struct tcs_sieve_scratch *scratch, struct tcs_str data,
                             bool plain, tcs_locate locate, void *context)
{
    struct scan scan = {.sieve = sieve, .scratch = scratch, .data = data, .locate = locate, .context = context};
    tocsin_status st = TOCSIN_OK;

    scratch->candidate_count = scratch->sifted_count = 0;
    if (!plain) {
        st = tcs_literals_scan(sieve->literals, scratch->literals, data.data, data.len, on_literal, &scan);
        if (st != TOCSIN_OK) {
            scratch->engine_errors++;
            scratch->sifted_count = 0;
            plain = true;
        }
    }
    if (plain)
        st = tcs_literals_scan_plain(sieve->literals, data.data, data.len, on_literal, &scan);
    if (st == TOCSIN_OK)
        st = scan.st;
    return st == TOCSIN_OK ? list_candidates(scratch) : st;
}

tocsin_status tcs_sieve_fit(const struct tcs_sieve *sieve, struct tcs_sieve_scratch *scratch, struct tocsin_error *err)
{
    return tcs_literals_scratch_fit(&scratch->literals, sieve->literals, err);
}

void tcs_sieve_scratch_release(struct tcs_sieve_scratch *scratch)
{
    tcs_literals_scratch_free(scratch->literals);
    free(scratch->sifted);
    free(scratch->candidates);
    *scratch = (struct tcs_sieve_scratch){0};
}
