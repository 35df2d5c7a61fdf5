/*
 * frequencies: in how many documents of a million the pieces and the beginnings of terms were seen, as `tocsin compile
 * --tune` writes it and a folder of patterns carries it (frequencies.tsv). A hint for the plan: wrong or missing figures cost
 * speed, never a hit. Built once, then immutable.
 */
#ifndef TOCSIN_FREQUENCIES_H
#define TOCSIN_FREQUENCIES_H

#include "base/buf.h"
#include "base/error.h"
#include "match/piece.h"

/* The name, without folders, of a source that is such a table. */
#define TCS_FREQUENCIES_NAME "frequencies.tsv"

struct tcs_frequency {
    struct tcs_piece piece;
    double share; /* of documents, 0 to 1 */
};

struct tcs_frequencies {
    struct tcs_frequency *items;
    size_t count, cap;
    uint32_t *slots; /* hash table of item + 1, by piece */
    size_t mask;
};

void tcs_frequencies_release(struct tcs_frequencies *table);
bool tcs_frequencies_is_source(struct tcs_str name);
/*
 * Reads lines of `documents in a million, tab, piece`, a `|` on a side of the piece where it is a word's edge; lines that
 * begin with # are comments. A piece that is there already keeps the larger figure. TOCSIN_E_PATTERN with the line in
 * err->offset.
 */
TOCSIN_MUST_CHECK tocsin_status tcs_frequencies_read(struct tcs_frequencies *table, struct tcs_str text,
                                                     struct tocsin_error *err);
/* The number of a piece, which is added with a share of 0 where it is not there yet. */
TOCSIN_MUST_CHECK tocsin_status tcs_frequencies_number(struct tcs_frequencies *table, const struct tcs_piece *piece,
                                                       uint32_t *number_out);
/* The share measured, or, for a piece that was not measured, the estimate. */
double tcs_frequencies_of(const struct tcs_frequencies *table, const struct tcs_piece *piece);
/* The lines that tcs_frequencies_read reads, in the table's order. */
TOCSIN_MUST_CHECK tocsin_status tcs_frequencies_write(const struct tcs_frequencies *table, struct tcs_buf *out);

#endif
