/*
 * A term is cut into runs at everything that a gap may stand at or that can be written as a sequence: separators,
 * spaces, apostrophes, borders of Han with Latin or digits, and characters that are composed of others. In each run
 * every window is considered whose spellings stay few.
 */
#include "match/piece.h"

#include "match/props.h"

#define SPELLINGS_MAX 64
#define HAN_WINDOW 4
#define WEAK_COST 0.01 /* one Han character, or few Latin letters */

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

/* How many plain spellings a character has; ASCII letters are matched in any case at once. */
static size_t spelling_count(const struct tcs_spellings *spellings, uint32_t cp)
{
    const uint32_t *members;

    return cp < 0x80 ? 1 : tcs_spellings_of(spellings, cp, &members);
}

/* Rough shares of documents that hold a run of n characters of a script; only their order matters. */
static double estimate(const uint32_t *cps, size_t count)
{
    static const double han[] = {1, 2e-2, 2e-3, 2e-4, 5e-5};
    static const double latin[] = {1, 0.9, 0.2, 0.05, 0.02, 0.01, 0.006, 0.004, 0.002};
    size_t ascii = 0, i;

    for (i = 0; i < count; i++)
        ascii += cps[i] < 0x80;
    if (ascii == count)
        return latin[count < 8 ? count : 8];
    return han[count < 4 ? count : 4];
}

static void consider(const struct tcs_term *term, const struct tcs_spellings *spellings, size_t from, size_t to,
                     struct tcs_piece *best)
{
    struct tcs_piece piece = {.count = 0};
    size_t spelled = 1, limit = TCS_PIECE_MAX, i;

    for (i = from; i < to && piece.count < limit; i++) {
        uint32_t cp = term->items[i].cp;
        size_t n = spelling_count(spellings, cp);

        if (cp >= 0x80)
            limit = HAN_WINDOW;
        if (spelled * n > SPELLINGS_MAX || piece.count >= limit)
            break;
        spelled *= n;
        piece.cps[piece.count++] = cp;
    }
    if (!piece.count)
        return;
    piece.cost = estimate(piece.cps, piece.count) * (1 + (double)spelled / 1000);
    if (!best->count || piece.cost < best->cost)
        *best = piece;
}

/* How far one side of a border may reach: `side` of them, all of one kind. */
static size_t reach(const struct tcs_term *term, size_t at, size_t run_end, size_t run_start, bool forward)
{
    size_t most = term->items[at].cp < 0x80 ? TCS_PIECE_MAX / 2 : HAN_WINDOW - 1, count = 1;

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

/* The piece over the border before item `at` of the run [from, to). */
static void consider_border(const struct tcs_term *term, const struct tcs_spellings *spellings, size_t from, size_t at,
                            size_t to, struct tcs_piece *best)
{
    size_t left = reach(term, at - 1, to, from, false), right = reach(term, at, to, from, true), spelled = 1, i;
    struct tcs_piece piece = {.count = 0};

    for (i = at - left; i < at + right; i++) {
        spelled *= spelling_count(spellings, term->items[i].cp);
        piece.cps[piece.count++] = term->items[i].cp;
    }
    piece.cost = estimate(piece.cps, left) * estimate(piece.cps + left, right);
    if (spelled <= SPELLINGS_MAX && piece.cost < best->cost)
        *best = piece;
}

/* For a term whose runs are all weak: pieces over borders. */
static void consider_borders(const struct tcs_term *term, const struct tcs_spellings *spellings, struct tcs_piece *best)
{
    size_t i, from = 0, to;

    for (i = 1; i < term->fixed_count; i++) {
        if (!is_piece_char(term, i - 1))
            from = i;
        if (!is_piece_char(term, i) || !is_piece_char(term, i - 1) ||
            !tcs_piece_is_border(term->items[i - 1].cp, term->items[i].cp))
            continue;
        for (to = i; to < term->fixed_count && is_piece_char(term, to); to++)
            ;
        consider_border(term, spellings, from, i, to, best);
    }
}

void tcs_piece_choose(const struct tcs_term *term, const struct tcs_spellings *spellings, struct tcs_piece *piece)
{
    size_t i = 0, from, start;

    *piece = (struct tcs_piece){.count = 0, .cost = 1};
    while (i < term->fixed_count) {
        if (!is_piece_char(term, i)) {
            i++;
            continue;
        }
        for (from = i++; i < term->fixed_count && is_piece_char(term, i); i++)
            if (tcs_piece_is_border(term->items[i - 1].cp, term->items[i].cp))
                break;
        for (start = from; start < i; start++)
            consider(term, spellings, start, i, piece);
    }
    if (piece->cost > WEAK_COST)
        consider_borders(term, spellings, piece);
}
