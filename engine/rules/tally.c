/* Aho-Corasick over the folded text of each field; a stamp a piece says whether the document at hand had it. */
#include "rules/tally.h"

#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "match/automaton.h"
#include "match/fold.h"

struct tcs_tally {
    struct tcs_frequencies pieces;
    struct tcs_automaton *automaton;
    size_t *lengths; /* by piece, in bytes */
    uint64_t *counts, *stamps, documents;
    struct tcs_folded folded;
};

static tocsin_status make_automaton(struct tcs_tally *tally)
{
    struct tcs_str *texts = calloc(tally->pieces.count + 1, sizeof *texts);
    struct tcs_buf bytes = {0};
    tocsin_status st = texts ? tcs_buf_reserve(&bytes, tally->pieces.count * TCS_PIECE_MAX * 4 + 1) : TOCSIN_E_NOMEM;
    size_t i;
    uint32_t k;

    for (i = 0; i < tally->pieces.count && st == TOCSIN_OK; i++) {
        const struct tcs_piece *piece = &tally->pieces.items[i].piece;

        texts[i].data = bytes.data + bytes.len;
        for (k = 0; k < piece->count; k++)
            bytes.len += tcs_utf8_encode(piece->cps[k], bytes.data + bytes.len);
        texts[i].len = tally->lengths[i] = (size_t)(bytes.data + bytes.len - texts[i].data);
    }
    if (st == TOCSIN_OK)
        st = tcs_automaton_new(texts, tally->pieces.count, false, &tally->automaton);
    tcs_buf_release(&bytes);
    free(texts);
    return st;
}

static tocsin_status copy_pieces(struct tcs_tally *tally, const struct tcs_offer *offer)
{
    tocsin_status st = TOCSIN_OK;
    uint32_t number;
    size_t i;

    for (i = 0; i < offer->pieces.count && st == TOCSIN_OK; i++)
        st = tcs_frequencies_number(&tally->pieces, &offer->pieces.items[i].piece, &number);
    return st;
}

tocsin_status tcs_tally_new(const struct tcs_offer *offer, struct tcs_tally **tally_out, struct tocsin_error *err)
{
    struct tcs_tally *tally = calloc(1, sizeof *tally);
    tocsin_status st = TOCSIN_E_NOMEM;

    if (tally) {
        tally->lengths = calloc(offer->pieces.count + 1, sizeof *tally->lengths);
        tally->counts = calloc(offer->pieces.count + 1, sizeof *tally->counts);
        tally->stamps = calloc(offer->pieces.count + 1, sizeof *tally->stamps);
        if (tally->lengths && tally->counts && tally->stamps)
            st = copy_pieces(tally, offer);
        if (st == TOCSIN_OK)
            st = make_automaton(tally);
    }
    if (st != TOCSIN_OK) {
        tcs_tally_free(tally);
        return tcs_fail_nomem(err);
    }
    *tally_out = tally;
    return TOCSIN_OK;
}

void tcs_tally_free(struct tcs_tally *tally)
{
    if (!tally)
        return;
    tcs_frequencies_release(&tally->pieces);
    tcs_automaton_free(tally->automaton);
    tcs_folded_release(&tally->folded);
    free(tally->lengths);
    free(tally->counts);
    free(tally->stamps);
    free(tally);
}

static bool note_piece(void *context, uint32_t id, size_t end)
{
    struct tcs_tally *tally = context;
    const struct tcs_piece *piece = &tally->pieces.items[id].piece;
    const struct tcs_buf *text = &tally->folded.text;
    size_t start = end - tally->lengths[id];

    if (tally->stamps[id] == tally->documents ||
        (piece->left_edge && start && tcs_is_ascii_word((unsigned char)text->data[start - 1])) ||
        (piece->right_edge && end < text->len && tcs_is_ascii_word((unsigned char)text->data[end])))
        return false;
    tally->stamps[id] = tally->documents;
    tally->counts[id]++;
    return false;
}

tocsin_status tcs_tally_document(struct tcs_tally *tally, const struct tcs_document *doc)
{
    size_t i;

    tally->documents++;
    for (i = 0; i < doc->field_count; i++) {
        tocsin_status st = tcs_fold(doc->fields[i].text, doc->fields[i].lf_paragraph, false, &tally->folded);

        if (st != TOCSIN_OK)
            return st;
        tcs_automaton_scan(tally->automaton, tally->folded.text.data, tally->folded.text.len, note_piece, tally);
    }
    return TOCSIN_OK;
}

uint64_t tcs_tally_documents(const struct tcs_tally *tally)
{
    return tally->documents;
}

const struct tcs_frequencies *tcs_tally_result(struct tcs_tally *tally)
{
    size_t i;

    for (i = 0; i < tally->pieces.count && tally->documents; i++)
        tally->pieces.items[i].share = (double)tally->counts[i] / (double)tally->documents;
    return &tally->pieces;
}
