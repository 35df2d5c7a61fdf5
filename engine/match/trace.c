/*
 * The sieve leaves out literals that hold a whole piece, because that piece is said already; here they are kept, so that
 * every piece has its own. A WHOLE literal names the pieces that its own bytes spell (the document's may differ in the
 * case of an escape, which the engine does not mind), the others what a walk through the document finds.
 */
#include "match/trace.h"

#include <stdlib.h>
#include <string.h>

#include "match/automaton.h"
#include "match/edge.h"
#include "match/endings.h"
#include "match/sieve_literals.h"
#include "match/walk.h"

struct tcs_trace {
    enum tcs_syntax syntax;
    struct tcs_piece *pieces;
    struct tcs_context *contexts; /* by piece */
    size_t piece_count;
    struct tcs_sieve_literals literals;
    struct tcs_automaton *automaton;
    struct tcs_trie *trie;
    struct tcs_endings endings;
};

void tcs_trace_places_release(struct tcs_trace_places *places)
{
    free(places->items);
    *places = (struct tcs_trace_places){0};
}

static tocsin_status set_pieces(struct tcs_trace *trace, const struct tcs_piece *pieces, const struct tcs_context *contexts,
                                size_t count)
{
    tocsin_status st;

    trace->pieces = calloc(count + 1, sizeof *trace->pieces);
    trace->contexts = calloc(count + 1, sizeof *trace->contexts);
    if (!trace->pieces || !trace->contexts)
        return TOCSIN_E_NOMEM;
    if (count)
        memcpy(trace->pieces, pieces, count * sizeof *pieces);
    if (count && contexts)
        memcpy(trace->contexts, contexts, count * sizeof *contexts);
    trace->piece_count = count;
    st = tcs_trie_new(pieces, count, &trace->trie);
    return st == TOCSIN_OK ? tcs_endings_make(&trace->endings, trace->trie, pieces, count) : st;
}

/* Of pieces that terms share, the literals once. */
static tocsin_status set_literals(struct tcs_trace *trace)
{
    struct tcs_piece *distinct = calloc(trace->piece_count + 1, sizeof *distinct);
    tocsin_status st = TOCSIN_E_NOMEM;

    if (distinct) {
        memcpy(distinct, trace->pieces, trace->piece_count * sizeof *distinct);
        st = tcs_sieve_literals_spell(&trace->literals, distinct, tcs_pieces_unite(distinct, trace->piece_count),
                                      trace->syntax);
    }
    free(distinct);
    return st;
}

static tocsin_status set_automaton(struct tcs_trace *trace)
{
    const struct tcs_sieve_literals *list = &trace->literals;
    struct tcs_str *texts = calloc(list->count + 1, sizeof *texts);
    tocsin_status st;
    size_t i;

    if (!texts)
        return TOCSIN_E_NOMEM;
    for (i = 0; i < list->count; i++)
        texts[i] = (struct tcs_str){list->items[i].bytes, list->items[i].len};
    st = tcs_automaton_new(texts, list->count, true, &trace->automaton);
    free(texts);
    return st;
}

tocsin_status tcs_trace_new(const struct tcs_piece *pieces, const struct tcs_context *contexts, size_t count,
                            enum tcs_syntax syntax, struct tcs_trace **trace_out)
{
    struct tcs_trace *trace = calloc(1, sizeof *trace);
    tocsin_status st;

    if (!trace)
        return TOCSIN_E_NOMEM;
    trace->syntax = syntax;
    st = set_pieces(trace, pieces, contexts, count);
    if (st == TOCSIN_OK)
        st = set_literals(trace);
    if (st == TOCSIN_OK)
        st = set_automaton(trace);
    if (st != TOCSIN_OK) {
        tcs_trace_free(trace);
        return st;
    }
    *trace_out = trace;
    return TOCSIN_OK;
}

void tcs_trace_free(struct tcs_trace *trace)
{
    if (!trace)
        return;
    tcs_automaton_free(trace->automaton);
    tcs_trie_free(trace->trie);
    tcs_sieve_literals_release(&trace->literals);
    tcs_endings_release(&trace->endings);
    free(trace->contexts);
    free(trace->pieces);
    free(trace);
}

/* ---- running ---- */

struct run {
    const struct tcs_trace *trace;
    struct tcs_trace_places *places;
    const char *origin; /* of what is walked through; where it begins in base is origin_at */
    size_t origin_at;
    bool is_plain;        /* a literal of our own, instead of the document */
    struct tcs_str document;
    tocsin_status st;
};

static void add_place(struct run *run, uint32_t piece, const char *start)
{
    struct tcs_trace_places *places = run->places;

    if (run->st == TOCSIN_OK)
        run->st = TCS_GROW(places->items, places->cap, places->count + 1);
    if (run->st == TOCSIN_OK)
        places->items[places->count++] =
            (struct tcs_trace_place){piece, run->origin_at + (size_t)(start - run->origin)};
}

/* The sieve looks around a piece only where it is plainly spelled; else it looks whether initials go on. */
static bool may_hold(const struct run *run, uint32_t piece, const char *start, const char *end)
{
    const struct tcs_trace *trace = run->trace;
    const char *base = run->document.data, *limit = base + run->document.len;

    if (!run->is_plain)
        return !trace->pieces[piece].right_edge || !tcs_edges_in_initials(start, end, limit);
    return tcs_context_may_hold(&trace->contexts[piece], &trace->pieces[piece], trace->syntax, base,
                                base + run->origin_at + (start - run->origin), base + run->origin_at + (end - run->origin),
                                limit);
}

static void add_ending(struct run *run, uint32_t node, const char *start, const char *end)
{
    size_t count, i;
    const struct tcs_ending *endings = tcs_endings_at(&run->trace->endings, node, &count);

    for (i = 0; i < count; i++)
        if (may_hold(run, endings[i].piece, start, end))
            add_place(run, endings[i].piece, start);
}

/* Every piece whose path leads over the node; rare enough to look at all. */
static void add_below(struct run *run, uint32_t node, const char *start)
{
    const struct tcs_trace *trace = run->trace;
    size_t i;
    uint32_t k;

    for (i = 0; i < trace->piece_count; i++)
        for (k = 0; k <= trace->pieces[i].count; k++)
            if (tcs_trie_node(trace->trie, trace->pieces[i].cps, k) == node) {
                add_place(run, (uint32_t)i, start);
                break;
            }
}

static void on_piece(void *context, const char *start, const char *end, uint32_t node, bool is_below)
{
    if (is_below)
        add_below(context, node, start);
    else
        add_ending(context, node, start, end);
}

static bool on_literal(void *context, uint32_t id, size_t end)
{
    struct run *run = context;
    const struct tcs_trace *trace = run->trace;
    const struct tcs_sieve_literal *literal = &trace->literals.items[id];
    const char *base = run->document.data, *at = base + end - literal->len, *last = base + run->document.len;

    if (literal->kinds & TCS_LITERAL_WHOLE) {
        run->origin = literal->bytes;
        run->origin_at = end - literal->len;
        run->is_plain = true;
        tcs_walk_from(trace->trie, trace->syntax, literal->bytes, literal->bytes, literal->bytes + literal->len, on_piece,
                      run);
    }
    run->origin = base;
    run->origin_at = 0;
    run->is_plain = false;
    if ((literal->kinds & TCS_LITERAL_START) &&
        ((literal->kinds & TCS_LITERAL_LOOSE_LEFT) || tcs_edges_hold(true, false, base, at, at + literal->len, last)))
        tcs_walk_from(trace->trie, trace->syntax, at, at + literal->len, last, on_piece, run);
    if ((literal->kinds & TCS_LITERAL_ODD) ||
        ((literal->kinds & TCS_LITERAL_BREAK) && tcs_walk_may_break(trace->trie, trace->syntax, base, at, last)))
        tcs_walk_around(trace->trie, trace->syntax, base, at, at + literal->len, last, on_piece, run);
    return run->st != TOCSIN_OK;
}

static int compare_places(const void *left, const void *right)
{
    const struct tcs_trace_place *a = left, *b = right;

    if (a->piece != b->piece)
        return a->piece < b->piece ? -1 : 1;
    return a->start < b->start ? -1 : a->start > b->start;
}

tocsin_status tcs_trace_run(const struct tcs_trace *trace, struct tcs_str bytes, struct tcs_trace_places *places)
{
    struct run run = {.trace = trace, .places = places, .document = bytes};
    size_t kept = 0, i;

    places->count = 0;
    tcs_automaton_scan(trace->automaton, bytes.data, bytes.len, on_literal, &run);
    if (places->count)
        qsort(places->items, places->count, sizeof *places->items, compare_places);
    for (i = 0; i < places->count; i++)
        if (!kept || compare_places(&places->items[kept - 1], &places->items[i]) != 0)
            places->items[kept++] = places->items[i];
    places->count = kept;
    return run.st;
}
