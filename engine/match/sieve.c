/*
 * Three kinds of literals go to the engine. WHOLE: all of a piece, plainly spelled; a term that was planned on it may stand
 * there unless the bytes around surely contradict it (match/context). START: the first characters of a piece, plainly
 * spelled, and the first bytes of what may break it off there (a quotation mark, a tag, an escape). ODD: a code point that
 * folds to nothing, to several, or to ASCII, in any spelling. After the last two, match/walk reads the bytes around and
 * decides; it asks for a piece that holds the literal, because one that ends before it is plain. A document is a candidate
 * once the sides of the terms found so far are enough (match/sides), which does not depend on the order of hits. Before all
 * that the bytes beside the literal are asked (match/guard), because nearly all that is found comes to nothing.
 *
 * Why this is complete: take any spelling of a piece. Either it is plain from end to end (WHOLE), or it has a first place
 * where it is not. Before that place stand k plain characters. If what stands there is frequent in news (quotation marks
 * between Han, markup, references, escapes), a START literal holds those k characters and the first bytes of it, for every
 * k >= 1; else it is an ODD literal, and the walk goes back over the k plain characters. With k = 0 it is ODD.
 */
#include "match/sieve.h"

#include <stdlib.h>
#include <string.h>

#include "match/edge.h"
#include "match/sieve_parts.h"

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

    if (s->here < scratch->sifted_count && at >= scratch->sifted[s->here].span.start &&
        at < scratch->sifted[s->here].span.end)
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
static uint64_t sides_of_whole(const struct scan *s, const struct tcs_span *doc, uint32_t id, const char *start,
                               const char *end)
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
            tcs_context_may_hold(tcs_sieve_context(sieve, piece), &sieve->pieces[piece], sieve->syntax, base + doc->start,
                                 start, end, base + doc->end))
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
static bool is_refused(const struct scan *s, const struct tcs_sight *sight, size_t start, size_t end)
{
    const struct tcs_guards *guards = &s->sieve->guards;
    const char *base = s->data.data;

    return (end < s->data.len && !tcs_guard_admits(guards, sight->next, base[end])) ||
           tcs_guard_refuses(guards, sight->left, base, base + start);
}

static bool on_literal(void *context, uint32_t id, size_t end)
{
    struct scan *s = context;
    const struct tcs_sight *sight = &s->sieve->sights[id];
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
    if ((kinds & TCS_LITERAL_WHOLE) &&
        tcs_edges_hold(false, !(kinds & TCS_LITERAL_LOOSE_RIGHT), base, base + start, base + end, base + doc->span.end))
        doc->sides |= sides_of_whole(s, &doc->span, id, base + start, base + end);
    if ((kinds & TCS_LITERAL_BREAK) && tcs_walk_may_break(s->sieve->trie, s->sieve->syntax, base + doc->span.start,
                                                          base + start, base + doc->span.end))
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

size_t tcs_sieve_literal_count(const struct tcs_sieve *sieve)
{
    return tcs_literals_count(sieve->literals);
}
