/*
 * The documents that hold a term are candidates, whatever piece of it is looked for. Where only the piece stands the sieve
 * looks around it, and now and then cannot tell. The literals of a piece slow the engine down as they get many: measured
 * with the default patterns, a thousand literals more cost about what three candidates in a hundred documents do.
 */
#include "rules/offer.h"

#include <stdlib.h>

#define LOOK_COST 0.02 /* of a document that holds a piece, beside a candidate */
#define LITERAL_COST 3e-5
#define CROWD_LITERAL_COST 1e-7 /* where there are very many: a place in a table */
#define LITERALS_PER_SPELLING 3 /* itself, and its beginnings before what may break it */

struct maker {
    struct tcs_offer *offer;
    const struct tcs_frequencies *measured;
    size_t from; /* where the ids of the term at hand begin */
};

static tocsin_status add_piece(void *context, const struct tcs_piece *piece)
{
    struct maker *maker = context;
    struct tcs_offer *offer = maker->offer;
    uint32_t id;
    size_t i;

    if (tcs_frequencies_number(&offer->pieces, piece, &id) != TOCSIN_OK)
        return TOCSIN_E_NOMEM;
    offer->pieces.items[id].share = tcs_frequencies_of(maker->measured, piece);
    for (i = maker->from; i < offer->id_count; i++)
        if (offer->piece_ids[i] == id)
            return TOCSIN_OK;
    if (TCS_GROW(offer->piece_ids, offer->id_cap, offer->id_count + 1) != TOCSIN_OK)
        return TOCSIN_E_NOMEM;
    offer->piece_ids[offer->id_count++] = id;
    return TOCSIN_OK;
}

/* A term is no more frequent than its rarest piece; what was not measured may be thought so. */
static tocsin_status add_beginning(struct maker *maker, const struct tcs_term *term, uint32_t *number)
{
    struct tcs_offer *offer = maker->offer;
    struct tcs_piece beginning = tcs_piece_beginning(term);
    double share = tcs_frequencies_of(maker->measured, &beginning);
    size_t i;

    if (tcs_frequencies_number(&offer->pieces, &beginning, number) != TOCSIN_OK)
        return TOCSIN_E_NOMEM;
    for (i = maker->from; i < offer->id_count; i++)
        if (offer->pieces.items[offer->piece_ids[i]].share < share)
            share = offer->pieces.items[offer->piece_ids[i]].share;
    offer->pieces.items[*number].share = share;
    return TOCSIN_OK;
}

static tocsin_status price(struct tcs_offer *offer, const struct tcs_spellings *spellings, size_t term_count)
{
    double literal = term_count > TCS_PIECE_CROWD ? CROWD_LITERAL_COST : LITERAL_COST * LITERALS_PER_SPELLING;
    size_t i;

    offer->costs = calloc(offer->pieces.count + 1, sizeof *offer->costs);
    offer->sent_on = calloc(offer->pieces.count + 1, sizeof *offer->sent_on);
    if (!offer->costs || !offer->sent_on)
        return TOCSIN_E_NOMEM;
    for (i = 0; i < offer->pieces.count; i++) {
        size_t spelled = tcs_piece_spellings(&offer->pieces.items[i].piece, spellings);

        offer->sent_on[i] = offer->pieces.items[i].share;
        offer->costs[i] = LOOK_COST * offer->sent_on[i] + literal * (double)spelled;
    }
    return TOCSIN_OK;
}

tocsin_status tcs_offer_make(struct tcs_offer *offer, const struct tcs_term *terms, size_t count,
                             const struct tcs_frequencies *measured, struct tocsin_error *err)
{
    struct maker maker = {offer, measured, 0};
    struct tcs_spellings *spellings = NULL;
    tocsin_status st = tcs_spellings_new(&spellings);
    size_t i;

    *offer = (struct tcs_offer){.first = calloc(count + 1, sizeof *offer->first),
                                .beginnings = calloc(count + 1, sizeof *offer->beginnings)};
    if (!offer->first || !offer->beginnings)
        st = TOCSIN_E_NOMEM;
    for (i = 0; i < count && st == TOCSIN_OK; i++) {
        st = tcs_piece_each(&terms[i], spellings, count > TCS_PIECE_CROWD, add_piece, &maker);
        if (st == TOCSIN_OK)
            st = add_beginning(&maker, &terms[i], &offer->beginnings[i]);
        offer->first[i + 1] = (uint32_t)offer->id_count;
        maker.from = offer->id_count;
    }
    if (st == TOCSIN_OK)
        st = price(offer, spellings, count);
    tcs_spellings_free(spellings);
    if (st == TOCSIN_OK)
        return st;
    tcs_offer_release(offer);
    return tcs_fail_nomem(err);
}

void tcs_offer_release(struct tcs_offer *offer)
{
    tcs_frequencies_release(&offer->pieces);
    free(offer->costs);
    free(offer->sent_on);
    free(offer->beginnings);
    free(offer->first);
    free(offer->piece_ids);
    *offer = (struct tcs_offer){0};
}

struct tcs_plan_offer tcs_offer_view(const struct tcs_offer *offer)
{
    return (struct tcs_plan_offer){offer->first,           offer->piece_ids,  offer->costs,
                                   offer->pieces.count, offer->beginnings, offer->sent_on};
}
