/*
 * A term is cut into runs at everything that a gap may stand at or that can be written as a sequence: separators,
 * spaces, apostrophes, borders of Han with Latin or digits, and characters that are composed of others. In each run
 * every window is considered whose spellings stay few.
 */
#include "match/piece.h"

#include "match/props.h"

#define SPELLINGS_MAX 64
#define HAN_WINDOW 4

static bool is_piece_char(const struct tcs_term *term, size_t i)
{
    unsigned props = tcs_props(term->items[i].cp);

    return term->items[i].kind == TCS_TERM_CHAR && (props & TCS_PROP_SIMPLE) &&
           (props & (TCS_PROP_LETTER | TCS_PROP_DIGIT));
}

static bool gap_may_part(uint32_t left, uint32_t right)
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
            if (gap_may_part(term->items[i - 1].cp, term->items[i].cp))
                break;
        for (start = from; start < i; start++)
            consider(term, spellings, start, i, piece);
    }
}
