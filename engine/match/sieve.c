/*
 * Three kinds of literals go to the engine. WHOLE: all of a piece, plainly spelled; the document is a
 * candidate, unless the bytes around surely contradict every term that was planned on the piece (match/context). START: the first characters of a piece, plainly spelled, and the first bytes of what may break it off
 * there (a quotation mark, a tag, an escape). ODD: a code point that folds to nothing, to several, or to
 * ASCII, in any spelling. After the last two, match/walk reads the bytes around and decides; it asks for a piece that holds the
 * literal, because one that ends before it is plain.
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
#include "match/sieve_literals.h"
#include "match/walk.h"

struct tcs_sieve {
    enum tcs_syntax syntax;
    struct tcs_literals *literals;
    uint8_t *kinds; /* by literal */
    struct tcs_piece *pieces;
    struct tcs_context *contexts; /* by piece */
    size_t piece_count;
    struct tcs_trie *trie;
    /* WHOLE literal i is one of pieces checks[first_check[i]] to checks[first_check[i + 1] - 1]; of none where it is enough. */
    uint32_t *first_check, *checks;
    size_t check_count, check_cap;
};

static tocsin_status set_pieces(struct tcs_sieve *sieve, const struct tcs_piece *pieces, const struct tcs_context *contexts,
                                size_t count)
{
    sieve->pieces = calloc(count + 1, sizeof *sieve->pieces);
    sieve->contexts = calloc(count + 1, sizeof *sieve->contexts);
    if (!sieve->pieces || !sieve->contexts)
        return TOCSIN_E_NOMEM;
    if (count)
        memcpy(sieve->pieces, pieces, count * sizeof *pieces);
    if (count && contexts)
        memcpy(sieve->contexts, contexts, count * sizeof *contexts);
    sieve->piece_count = count;
    return tcs_trie_new(pieces, count, &sieve->trie);
}

/* ---- checks ---- */

struct checker {
    struct tcs_sieve *sieve;
    const struct tcs_endings *endings;
    tocsin_status st;
};

static void note_piece(void *context, const char *start, const char *end, uint32_t node, bool is_below)
{
    struct checker *c = context;
    struct tcs_sieve *sieve = c->sieve;
    size_t count, i;
    const struct tcs_ending *endings = tcs_endings_at(c->endings, node, &count);

    (void)start;
    (void)end;
    if (is_below || c->st != TOCSIN_OK)
        return;
    c->st = TCS_GROW(sieve->checks, sieve->check_cap, sieve->check_count + count);
    for (i = 0; i < count && c->st == TOCSIN_OK; i++)
        sieve->checks[sieve->check_count++] = endings[i].piece;
}

/* Is what the literal's kinds say of edges all that the piece asks for? */
static bool is_enough(const struct tcs_sieve *sieve, uint32_t piece, uint8_t kinds)
{
    const struct tcs_piece *p = &sieve->pieces[piece];

    return tcs_context_is_empty(&sieve->contexts[piece]) && (!p->left_edge || !(kinds & TCS_LITERAL_LOOSE_LEFT)) &&
           (!p->right_edge || !(kinds & TCS_LITERAL_LOOSE_RIGHT));
}

static tocsin_status list_checks(struct tcs_sieve *sieve, const struct tcs_endings *endings, uint32_t id)
{
    struct tcs_str text = tcs_literals_text(sieve->literals, id);
    const char *end = text.data + text.len;
    struct checker checker = {sieve, endings, TOCSIN_OK};
    size_t first = sieve->check_count, i;

    if (sieve->kinds[id] & TCS_LITERAL_WHOLE)
        tcs_walk_list_from(sieve->trie, sieve->syntax, text.data, end, end, note_piece, &checker);
    for (i = first; i < sieve->check_count; i++)
        if (is_enough(sieve, sieve->checks[i], sieve->kinds[id]))
            sieve->check_count = first;
    sieve->first_check[id + 1] = (uint32_t)sieve->check_count;
    return checker.st;
}

static tocsin_status set_checks(struct tcs_sieve *sieve)
{
    size_t count = tcs_literals_count(sieve->literals), i;
    struct tcs_endings endings;
    tocsin_status st = tcs_endings_make(&endings, sieve->trie, sieve->pieces, sieve->piece_count);

    sieve->first_check = calloc(count + 1, sizeof *sieve->first_check);
    if (!sieve->first_check)
        st = TOCSIN_E_NOMEM;
    for (i = 0; i < count && st == TOCSIN_OK; i++)
        st = list_checks(sieve, &endings, (uint32_t)i);
    tcs_endings_release(&endings);
    return st;
}

/* ---- making ---- */

/* The literals as the engine takes them; the texts point into what they come from. */
struct texts {
    struct tcs_str *items;
    uint8_t *kinds; /* the sieve's, once it is made */
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

/* On which sides on_literal turns an occurrence down for a letter that touches it. */
static uint8_t sides_of(uint8_t kinds)
{
    unsigned others = TCS_LITERAL_START | TCS_LITERAL_ODD | TCS_LITERAL_BREAK;
    bool left = !(kinds & (TCS_LITERAL_LOOSE_LEFT | TCS_LITERAL_ODD | TCS_LITERAL_BREAK));
    bool right = !(kinds & (TCS_LITERAL_LOOSE_RIGHT | others));

    return (uint8_t)((left ? TCS_SIDE_LEFT : 0) | (right ? TCS_SIDE_RIGHT : 0));
}

/* Takes the kinds. */
static tocsin_status set_literals(struct tcs_sieve *sieve, struct texts *texts, struct tcs_str engine, bool *recompiled_out,
                                  struct tocsin_error *err)
{
    uint8_t *sides = calloc(texts->count + 1, 1);
    tocsin_status st;
    size_t i;

    if (!sides)
        return tcs_fail_nomem(err);
    for (i = 0; i < texts->count; i++)
        sides[i] = sides_of(texts->kinds[i]);
    sieve->kinds = texts->kinds;
    texts->kinds = NULL;
    st = tcs_literals_load(texts->items, sides, texts->count, true, engine, &sieve->literals, recompiled_out, err);
    free(sides);
    if (st == TOCSIN_OK && set_checks(sieve) != TOCSIN_OK)
        st = tcs_fail_nomem(err);
    return st;
}

tocsin_status tcs_sieve_new(const struct tcs_piece *pieces, const struct tcs_context *contexts, size_t count,
                            enum tcs_syntax syntax, struct tcs_sieve **sieve_out, struct tocsin_error *err)
{
    struct tcs_sieve *sieve = calloc(1, sizeof *sieve);
    struct tcs_sieve_literals list = {0};
    struct texts texts = {0};
    bool recompiled;
    tocsin_status st;

    if (!sieve)
        return tcs_fail_nomem(err);
    sieve->syntax = syntax;
    st = set_pieces(sieve, pieces, contexts, count);
    if (st == TOCSIN_OK)
        st = tcs_sieve_literals_make(&list, sieve->pieces, sieve->contexts, count, syntax);
    if (st == TOCSIN_OK)
        st = texts_of(&texts, &list);
    if (st == TOCSIN_E_NOMEM)
        (void)tcs_fail_nomem(err);
    else if (st != TOCSIN_OK)
        (void)tcs_fail(err, st, NULL, 0, "the spellings of gaps outgrew their table; report it");
    else
        st = set_literals(sieve, &texts, (struct tcs_str){NULL, 0}, &recompiled, err);
    texts_release(&texts);
    tcs_sieve_literals_release(&list);
    if (st != TOCSIN_OK) {
        tcs_sieve_free(sieve);
        return st;
    }
    *sieve_out = sieve;
    return TOCSIN_OK;
}

void tcs_sieve_free(struct tcs_sieve *sieve)
{
    if (!sieve)
        return;
    tcs_literals_free(sieve->literals);
    tcs_trie_free(sieve->trie);
    free(sieve->kinds);
    free(sieve->first_check);
    free(sieve->checks);
    free(sieve->contexts);
    free(sieve->pieces);
    free(sieve);
}

/* ---- file form: header, pieces, contexts, literals, engine ---- */

struct file_header {
    uint32_t form, piece_count, literal_count, reserved;
    uint64_t engine_bytes;
};

tocsin_status tcs_sieve_save(const struct tcs_sieve *sieve, struct tcs_buf *out, struct tocsin_error *err)
{
    struct file_header header = {.form = (uint32_t)tcs_sieve_literals_form(sieve->syntax),
                                 .piece_count = (uint32_t)sieve->piece_count,
                                 .literal_count = (uint32_t)tcs_literals_count(sieve->literals)};
    size_t at = out->len, engine_at;
    tocsin_status st = tcs_buf_append(out, (const char *)&header, sizeof header);
    uint32_t i;

    if (st == TOCSIN_OK)
        st = tcs_buf_append(out, (const char *)sieve->pieces, sieve->piece_count * sizeof *sieve->pieces);
    if (st == TOCSIN_OK)
        st = tcs_buf_append(out, (const char *)sieve->contexts, sieve->piece_count * sizeof *sieve->contexts);
    for (i = 0; i < header.literal_count && st == TOCSIN_OK; i++) {
        struct tcs_str text = tcs_literals_text(sieve->literals, i);

        st = tcs_buf_putc(out, (char)text.len);
        if (st == TOCSIN_OK)
            st = tcs_buf_putc(out, (char)sieve->kinds[i]);
        if (st == TOCSIN_OK)
            st = tcs_buf_append_str(out, text);
    }
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

static bool take_bytes(struct tcs_str *from, void *to, size_t len)
{
    if (from->len < len)
        return false;
    if (len)
        memcpy(to, from->data, len);
    from->data += len;
    from->len -= len;
    return true;
}

static tocsin_status read_literals(struct tcs_str *bytes, uint32_t count, struct texts *texts)
{
    tocsin_status st = count > bytes->len / 3 ? TOCSIN_E_CORRUPT : texts_init(texts, count); /* length, kinds, a byte */
    uint32_t i;

    for (i = 0; i < count && st == TOCSIN_OK; i++) {
        uint8_t len = 0;

        if (!take_bytes(bytes, &len, 1) || !take_bytes(bytes, &texts->kinds[i], 1) || !len || len > TCS_LITERAL_MAX ||
            len > bytes->len)
            return TOCSIN_E_CORRUPT;
        texts->items[i] = (struct tcs_str){bytes->data, len};
        bytes->data += len;
        bytes->len -= len;
    }
    return st;
}

tocsin_status tcs_sieve_load(struct tcs_str bytes, enum tcs_syntax syntax, struct tcs_sieve **sieve_out,
                             bool *recompiled_out, struct tocsin_error *err)
{
    struct tcs_sieve *sieve = calloc(1, sizeof *sieve);
    struct texts texts = {0};
    struct tcs_piece *pieces = NULL;
    struct tcs_context *contexts = NULL;
    struct file_header header;
    tocsin_status st = TOCSIN_E_CORRUPT;

    if (!sieve)
        return tcs_fail_nomem(err);
    if (take_bytes(&bytes, &header, sizeof header) && header.form == (uint32_t)tcs_sieve_literals_form(syntax) &&
        header.piece_count <= bytes.len / (sizeof *pieces + sizeof *contexts)) {
        pieces = calloc((size_t)header.piece_count + 1, sizeof *pieces);
        contexts = calloc((size_t)header.piece_count + 1, sizeof *contexts);
        if (!pieces || !contexts)
            st = TOCSIN_E_NOMEM;
        else if (take_bytes(&bytes, pieces, header.piece_count * sizeof *pieces) &&
                 take_bytes(&bytes, contexts, header.piece_count * sizeof *contexts))
            st = read_literals(&bytes, header.literal_count, &texts);
    }
    if (st == TOCSIN_OK && header.engine_bytes != bytes.len)
        st = TOCSIN_E_CORRUPT;
    if (st == TOCSIN_OK) {
        sieve->syntax = syntax;
        st = set_pieces(sieve, pieces, contexts, header.piece_count);
    }
    if (st != TOCSIN_OK)
        st = st == TOCSIN_E_NOMEM ? tcs_fail_nomem(err)
                                  : tcs_fail(err, st, NULL, 0, "the sieve's part of the database is damaged; compile it again");
    else
        st = set_literals(sieve, &texts, bytes, recompiled_out, err);
    free(pieces);
    free(contexts);
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
    struct tcs_span here; /* the document of the last hit; end 0 for none */
    bool here_is_candidate;
    tocsin_status st;
};

/* Literal id is all of a piece: may one of the terms that were planned on it stand there? */
static bool may_hold(const struct scan *s, uint32_t id, const char *start, const char *end)
{
    const struct tcs_sieve *sieve = s->sieve;
    uint32_t i = sieve->first_check[id], last = sieve->first_check[id + 1];
    const char *base = s->data.data;

    if (i == last)
        return true;
    for (; i < last; i++) {
        uint32_t piece = sieve->checks[i];

        if (tcs_context_may_hold(&sieve->contexts[piece], &sieve->pieces[piece], sieve->syntax, base + s->here.start, start,
                                 end, base + s->here.end))
            return true;
    }
    return false;
}

static bool on_literal(void *context, uint32_t id, size_t end)
{
    struct scan *s = context;
    size_t start = end - tcs_literals_text(s->sieve->literals, id).len;
    uint8_t kinds = s->sieve->kinds[id];
    const char *base = s->data.data;
    bool found, touches_left;

    if (start < s->here.start || start >= s->here.end) {
        if (!s->locate(s->context, start, &s->here)) {
            s->here = (struct tcs_span){0};
            return false;
        }
        s->here_is_candidate = false;
    }
    if (s->here_is_candidate || end > s->here.end)
        return false;
    touches_left = !(kinds & (TCS_LITERAL_LOOSE_LEFT | TCS_LITERAL_ODD | TCS_LITERAL_BREAK)) &&
                   !tcs_edges_hold(true, false, base + s->here.start, base + start, base + end, base + s->here.end);
    if (touches_left)
        return false;
    found = (kinds & TCS_LITERAL_WHOLE) &&
            tcs_edges_hold(false, !(kinds & TCS_LITERAL_LOOSE_RIGHT), base, base + start, base + end, base + s->here.end) &&
            may_hold(s, id, base + start, base + end);
    if (!found && (kinds & TCS_LITERAL_START))
        found = tcs_walk_from(s->sieve->trie, s->sieve->syntax, base + start, base + end, base + s->here.end);
    if (!found && ((kinds & TCS_LITERAL_ODD) || ((kinds & TCS_LITERAL_BREAK) &&
                                                 tcs_walk_may_break(s->sieve->trie, s->sieve->syntax, base + s->here.start,
                                                                    base + start, base + s->here.end))))
        found = tcs_walk_around(s->sieve->trie, s->sieve->syntax, base + s->here.start, base + start, base + end,
                                base + s->here.end);
    if (!found)
        return false;
    s->here_is_candidate = true;
    s->st = TCS_GROW(s->scratch->candidates, s->scratch->candidate_cap, s->scratch->candidate_count + 1);
    if (s->st != TOCSIN_OK)
        return true;
    s->scratch->candidates[s->scratch->candidate_count++] = s->here;
    return false;
}

static int compare_spans(const void *left, const void *right)
{
    const struct tcs_span *a = left, *b = right;

    return a->start < b->start ? -1 : a->start > b->start;
}

/* Hits come out of order at times, so a document may be named twice. */
static void order_candidates(struct tcs_sieve_scratch *scratch)
{
    struct tcs_span *spans = scratch->candidates;
    size_t kept = 0, i;

    if (scratch->candidate_count > 1)
        qsort(spans, scratch->candidate_count, sizeof *spans, compare_spans);
    for (i = 0; i < scratch->candidate_count; i++)
        if (!kept || spans[kept - 1].start != spans[i].start)
            spans[kept++] = spans[i];
    scratch->candidate_count = kept;
}

tocsin_status tcs_sieve_scan(const struct tcs_sieve *sieve, struct tcs_sieve_scratch *scratch, struct tcs_str data,
                             bool plain, tcs_locate locate, void *context)
{
    struct scan scan = {.sieve = sieve, .scratch = scratch, .data = data, .locate = locate, .context = context};
    tocsin_status st = TOCSIN_OK;

    scratch->candidate_count = 0;
    if (!plain) {
        st = tcs_literals_scan(sieve->literals, scratch->literals, data.data, data.len, on_literal, &scan);
        if (st != TOCSIN_OK) {
            scratch->engine_errors++;
            scratch->candidate_count = 0;
            scan.here = (struct tcs_span){0};
            plain = true;
        }
    }
    if (plain)
        st = tcs_literals_scan_plain(sieve->literals, data.data, data.len, on_literal, &scan);
    if (st == TOCSIN_OK)
        st = scan.st;
    order_candidates(scratch);
    return st;
}

tocsin_status tcs_sieve_fit(const struct tcs_sieve *sieve, struct tcs_sieve_scratch *scratch, struct tocsin_error *err)
{
    return tcs_literals_scratch_fit(&scratch->literals, sieve->literals, err);
}

void tcs_sieve_scratch_release(struct tcs_sieve_scratch *scratch)
{
    tcs_literals_scratch_free(scratch->literals);
    free(scratch->candidates);
    *scratch = (struct tcs_sieve_scratch){0};
}
