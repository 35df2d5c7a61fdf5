/*
 * Three kinds of literals go to the engine. WHOLE: all of a piece, plainly spelled; the document is a
 * candidate. START: the first characters of a piece, plainly spelled, and the first bytes of what may break it off
 * there (a quotation mark, a tag, an escape). ODD: a code point that folds to nothing, to several, or to
 * ASCII, in any spelling. After the last two, match/walk reads the bytes around and decides.
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
#include "match/sieve_literals.h"
#include "match/walk.h"

struct tcs_sieve {
    enum tcs_syntax syntax;
    struct tcs_literals *literals;
    uint8_t *kinds; /* by literal */
    struct tcs_piece *pieces;
    size_t piece_count;
    struct tcs_trie *trie;
};

static tocsin_status set_pieces(struct tcs_sieve *sieve, const struct tcs_piece *pieces, size_t count)
{
    sieve->pieces = calloc(count + 1, sizeof *sieve->pieces);
    if (!sieve->pieces)
        return TOCSIN_E_NOMEM;
    if (count)
        memcpy(sieve->pieces, pieces, count * sizeof *pieces);
    sieve->piece_count = count;
    return tcs_trie_new(pieces, count, &sieve->trie);
}

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

/* Takes the kinds. */
static tocsin_status set_literals(struct tcs_sieve *sieve, struct texts *texts, struct tcs_str engine, bool *recompiled_out,
                                  struct tocsin_error *err)
{
    sieve->kinds = texts->kinds;
    texts->kinds = NULL;
    return tcs_literals_load(texts->items, texts->count, true, engine, &sieve->literals, recompiled_out, err);
}

tocsin_status tcs_sieve_new(const struct tcs_piece *pieces, size_t count, enum tcs_syntax syntax,
                            struct tcs_sieve **sieve_out, struct tocsin_error *err)
{
    struct tcs_sieve *sieve = calloc(1, sizeof *sieve);
    struct tcs_sieve_literals list = {0};
    struct texts texts = {0};
    bool recompiled;
    tocsin_status st;

    if (!sieve)
        return tcs_fail_nomem(err);
    sieve->syntax = syntax;
    st = set_pieces(sieve, pieces, count);
    if (st == TOCSIN_OK)
        st = tcs_sieve_literals_make(&list, pieces, count, syntax);
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
    free(sieve->pieces);
    free(sieve);
}

/* ---- file form: header, pieces, literals, engine ---- */

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
    struct file_header header;
    tocsin_status st = TOCSIN_E_CORRUPT;

    if (!sieve)
        return tcs_fail_nomem(err);
    if (take_bytes(&bytes, &header, sizeof header) && header.form == (uint32_t)tcs_sieve_literals_form(syntax) &&
        header.piece_count <= bytes.len / sizeof *pieces) {
        pieces = calloc((size_t)header.piece_count + 1, sizeof *pieces);
        if (!pieces)
            st = TOCSIN_E_NOMEM;
        else if (take_bytes(&bytes, pieces, header.piece_count * sizeof *pieces))
            st = read_literals(&bytes, header.literal_count, &texts);
    }
    if (st == TOCSIN_OK && header.engine_bytes != bytes.len)
        st = TOCSIN_E_CORRUPT;
    if (st == TOCSIN_OK) {
        sieve->syntax = syntax;
        st = set_pieces(sieve, pieces, header.piece_count);
    }
    if (st != TOCSIN_OK)
        st = st == TOCSIN_E_NOMEM ? tcs_fail_nomem(err)
                                  : tcs_fail(err, st, NULL, 0, "the sieve's part of the database is damaged; compile it again");
    else
        st = set_literals(sieve, &texts, bytes, recompiled_out, err);
    free(pieces);
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
    touches_left = !(kinds & (TCS_LITERAL_LOOSE_LEFT | TCS_LITERAL_ODD)) &&
                   !tcs_edges_hold(true, false, base + s->here.start, base + start, base + end, base + s->here.end);
    if (touches_left)
        return false;
    found = (kinds & TCS_LITERAL_WHOLE) &&
            tcs_edges_hold(false, !(kinds & TCS_LITERAL_LOOSE_RIGHT), base, base + start, base + end, base + s->here.end);
    if (!found && (kinds & TCS_LITERAL_START))
        found = tcs_walk_from(s->sieve->trie, s->sieve->syntax, base + start, base + s->here.end);
    if (!found && (kinds & TCS_LITERAL_ODD))
        found = tcs_walk_around(s->sieve->trie, s->sieve->syntax, base + s->here.start, base + start,
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
