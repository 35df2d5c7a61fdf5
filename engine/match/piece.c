/*
 * A term is cut into runs at everything that a gap may stand at or that can be written as a sequence: separators,
 * spaces, apostrophes, borders of Han with Latin or digits, and characters that are composed of others. Every window of a
 * run whose spellings stay few is a piece; of Han one of two characters or a few more, so that terms can share them.
 */
#include "match/piece.h"

#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "match/props.h"

#define SPELLINGS_MAX 64
#define HAN_WINDOW_MIN 2
#define SHORT_WORD 4
#define WEAK_ESTIMATE 0.02 /* one Han character, or few Latin letters */

struct lister {
    const struct tcs_term *term;
    const struct tcs_spellings *spellings;
    size_t han_shortest, han_longest; /* windows of Han, in characters */
    bool is_crowd;
    tcs_piece_visit visit;
    void *context;
    double least; /* estimate of the pieces shown */
    size_t shown;
    tocsin_status st;
};

static bool is_piece_char(const struct tcs_term *term, size_t i)
{
    unsigned props = tcs_props(term->items[i].cp);

    return term->items[i].kind == TCS_TERM_CHAR && (props & TCS_PROP_SIMPLE) &&
           (props & (TCS_PROP_LETTER | TCS_PROP_DIGIT));
}

bool tcs_piece_is_border(uint32_t left, uint32_t right)
{
    bool left_han = tcs_props(left) & TCS_PROP_HAN, right_han = tcs_props(right) & TCS_PROP_HAN;
    unsigned other = tcs_props(left_han ? right : left);

    return left_han != right_han && (other & (TCS_PROP_DIGIT | TCS_PROP_LATIN));
}

static size_t spelling_count(const struct tcs_spellings *spellings, uint32_t cp)
{
    const uint32_t *members;
    uint32_t one;

    return cp < 0x80 ? 1 : tcs_spellings_of(spellings, cp, &one, &members);
}

size_t tcs_piece_spellings(const struct tcs_piece *piece, const struct tcs_spellings *spellings)
{
    size_t product = 1;
    uint32_t i;

    for (i = 0; i < piece->count; i++)
        product *= spelling_count(spellings, piece->cps[i]);
    return product;
}

int tcs_piece_compare(const void *left, const void *right)
{
    const struct tcs_piece *a = left, *b = right;
    int order = memcmp(a->cps, b->cps, (a->count < b->count ? a->count : b->count) * sizeof *a->cps);

    if (order)
        return order;
    if (a->count != b->count)
        return a->count < b->count ? -1 : 1;
    if (a->left_edge != b->left_edge)
        return a->left_edge ? 1 : -1;
    return (int)a->right_edge - (int)b->right_edge;
}

size_t tcs_pieces_unite(struct tcs_piece *pieces, size_t count)
{
    size_t kept = 0, i;

    if (count > 1)
        qsort(pieces, count, sizeof *pieces, tcs_piece_compare);
    for (i = 0; i < count; i++)
        if (!kept || tcs_piece_compare(&pieces[kept - 1], &pieces[i]))
            pieces[kept++] = pieces[i];
    return kept;
}

/* Rough shares of documents that hold a run of n characters of a script; only their order matters. */
static double estimate_run(const uint32_t *cps, size_t count)
{
    static const double han[] = {1, 0.2, 1e-2, 1e-3, 1e-4, 3e-5, 1e-5};
    static const double latin[] = {1, 0.9, 0.2, 0.05, 0.02, 0.01, 0.006, 0.004, 0.002};
    size_t ascii = 0, i;

    for (i = 0; i < count; i++)
        ascii += cps[i] < 0x80;
    if (ascii == count)
        return latin[count < 8 ? count : 8];
    return han[count < 6 ? count : 6];
}

double tcs_piece_estimate(const struct tcs_piece *piece)
{
    double share = 1;
    uint32_t from = 0, i;

    for (i = 1; i <= piece->count; i++) {
        if (i < piece->count && !tcs_piece_is_border(piece->cps[i - 1], piece->cps[i]))
            continue;
        share *= estimate_run(piece->cps + from, i - from);
        from = i;
    }
    if (piece->left_edge && piece->right_edge && piece->count < SHORT_WORD)
        share /= 4; /* a short word is rarer than its letters */
    return share;
}

/*
 * Is it certain that in the bytes of a document no ASCII letter or digit stands beside the window on this side of a
 * hit? At the term's edge because the hit would touch it; inside the term because its next character is never written so (a
 * composed letter may be: e and a mark, on the right).
 */
static bool has_edge(const struct tcs_term *term, size_t at, bool is_left)
{
    bool is_end = is_left ? at == 0 : at + 1 == term->fixed_count;
    const struct tcs_term_item *next;

    if (!tcs_is_ascii_word(term->items[at].cp))
        return false;
    if (is_end)
        return !term->version && (is_left || (!term->prefix_up_to && !term->inflect));
    next = &term->items[is_left ? at - 1 : at + 1];
    if (next->kind != TCS_TERM_CHAR)
        return true;
    return next->cp < 0x80 ? !tcs_is_ascii_word(next->cp) : (tcs_props(next->cp) & TCS_PROP_SIMPLE) != 0;
}

static void show(struct lister *l, size_t from, size_t count)
{
    struct tcs_piece piece = {.count = (uint32_t)count};
    double estimate;
    size_t i;

    if (l->st != TOCSIN_OK)
        return;
    for (i = 0; i < count; i++)
        piece.cps[i] = l->term->items[from + i].cp;
    if (tcs_piece_spellings(&piece, l->spellings) > SPELLINGS_MAX)
        return;
    piece.left_edge = has_edge(l->term, from, true);
    piece.right_edge = has_edge(l->term, from + count - 1, false);
    estimate = tcs_piece_estimate(&piece);
    if (estimate < l->least)
        l->least = estimate;
    l->shown++;
    l->st = l->visit(l->context, &piece);
}

/* The windows of the run [from, to) that begin at `start`. */
static void show_windows(struct lister *l, size_t from, size_t start, size_t to)
{
    size_t longest = to - start < TCS_PIECE_MAX ? to - start : TCS_PIECE_MAX, count;

    for (count = 0; count < longest && l->term->items[start + count].cp < 0x80; count++)
        ;
    /* ASCII so far: the word from its start, for ends of words are common. */
    if (count == longest || count >= l->han_longest) {
        if (start == from)
            show(l, start, count);
        return;
    }
    longest = longest < l->han_longest ? longest : l->han_longest;
    for (count = l->han_shortest; count <= longest; count++)
        show(l, start, count);
}

static void show_run(struct lister *l, size_t from, size_t to)
{
    size_t shown = l->shown, start;

    l->han_shortest = l->is_crowd ? l->han_longest : HAN_WINDOW_MIN;
    for (; l->han_shortest >= HAN_WINDOW_MIN && l->shown == shown; l->han_shortest--)
        for (start = from; start < to; start++)
            show_windows(l, from, start, to);
    for (start = from; start < to && l->shown == shown; start++) /* one character, or ones of many spellings */
        show(l, start, 1);
}

/* How far one side of a border may reach: `side` of them, all of one kind. */
static size_t reach(const struct tcs_term *term, size_t at, size_t run_end, size_t run_start, bool forward)
{
    size_t most = term->items[at].cp < 0x80 ? TCS_PIECE_MAX / 2 : TCS_PIECE_HAN - 1, count = 1;

    while (count < most) {
        size_t next = forward ? at + count : at - count;

        if (forward ? next >= run_end : next + 1 <= run_start)
            break;
        if (forward ? tcs_piece_is_border(term->items[next - 1].cp, term->items[next].cp)
                    : tcs_piece_is_border(term->items[next].cp, term->items[next + 1].cp))
            break;
        count++;
    }
    return count;
}

/* For a term whose runs are all weak: pieces over borders. */
static void show_borders(struct lister *l)
{
    const struct tcs_term *term = l->term;
    size_t i, from = 0, to, left;

    for (i = 1; i < term->fixed_count; i++) {
        if (!is_piece_char(term, i - 1))
            from = i;
        if (!is_piece_char(term, i) || !is_piece_char(term, i - 1) ||
            !tcs_piece_is_border(term->items[i - 1].cp, term->items[i].cp))
            continue;
        for (to = i; to < term->fixed_count && is_piece_char(term, to); to++)
            ;
        left = reach(term, i - 1, to, from, false);
        show(l, i - left, left + reach(term, i, to, from, true));
    }
}

tocsin_status tcs_piece_each(const struct tcs_term *term, const struct tcs_spellings *spellings, bool is_crowd,
                             tcs_piece_visit visit, void *context)
{
    struct lister l = {.term = term, .spellings = spellings, .is_crowd = is_crowd,
                       .han_longest = is_crowd ? TCS_PIECE_HAN_IN_CROWD : TCS_PIECE_HAN,
                       .visit = visit,
                       .context = context,
                       .least = 1};
    size_t i = 0, from;

    while (i < term->fixed_count) {
        if (!is_piece_char(term, i)) {
            i++;
            continue;
        }
        for (from = i++; i < term->fixed_count && is_piece_char(term, i); i++)
            if (tcs_piece_is_border(term->items[i - 1].cp, term->items[i].cp))
                break;
        show_run(&l, from, i);
    }
    if (l.least > WEAK_ESTIMATE)
        show_borders(&l);
    return l.st;
}

struct tcs_piece tcs_piece_beginning(const struct tcs_term *term)
{
    size_t most = term->fixed_count < TCS_PIECE_MAX ? term->fixed_count : TCS_PIECE_MAX;
    struct tcs_piece piece = {.count = (uint32_t)most};
    uint32_t i;

    while (piece.count > 1 && term->items[piece.count - 1].kind != TCS_TERM_CHAR)
        piece.count--;
    for (i = 0; i < piece.count; i++)
        piece.cps[i] = term->items[i].cp;
    piece.left_edge = has_edge(term, 0, true);
    piece.right_edge = has_edge(term, piece.count - 1, false);
    return piece;
}

bool tcs_piece_place(const struct tcs_term *term, const struct tcs_piece *piece, size_t *at_out)
{
    size_t at, k;

    for (at = 0; piece->count && at + piece->count <= term->fixed_count; at++) {
        for (k = 0; k < piece->count && is_piece_char(term, at + k) && term->items[at + k].cp == piece->cps[k]; k++)
            ;
        if (k == piece->count && has_edge(term, at, true) == piece->left_edge &&
            has_edge(term, at + k - 1, false) == piece->right_edge) {
            *at_out = at;
            return true;
        }
    }
    return false;
}
