/* An array in the order of the source, and an open hash table into it. */
#include "rules/frequencies.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

#include "base/utf8.h"

#define MILLION 1e6

void tcs_frequencies_release(struct tcs_frequencies *table)
{
    free(table->items);
    free(table->slots);
    *table = (struct tcs_frequencies){0};
}

bool tcs_frequencies_is_source(struct tcs_str name)
{
    struct tcs_str own = TCS_STR(TCS_FREQUENCIES_NAME);

    if (name.len < own.len || (name.len > own.len && name.data[name.len - own.len - 1] != '/'))
        return false;
    return !memcmp(name.data + name.len - own.len, own.data, own.len);
}

static bool is_same(const struct tcs_piece *a, const struct tcs_piece *b)
{
    return a->count == b->count && a->left_edge == b->left_edge && a->right_edge == b->right_edge &&
           !memcmp(a->cps, b->cps, a->count * sizeof *a->cps);
}

/* The slot of the piece, or the free one where it would be. */
static size_t slot_of(const struct tcs_frequencies *table, const struct tcs_piece *piece)
{
    uint64_t seed = (uint64_t)piece->left_edge << 1 | piece->right_edge;
    size_t slot = XXH3_64bits_withSeed(piece->cps, piece->count * sizeof *piece->cps, seed) & table->mask;

    while (table->slots[slot] && !is_same(&table->items[table->slots[slot] - 1].piece, piece))
        slot = (slot + 1) & table->mask;
    return slot;
}

static tocsin_status grow_slots(struct tcs_frequencies *table)
{
    size_t slots = table->slots ? (table->mask + 1) * 2 : 256, i;
    uint32_t *fresh = calloc(slots, sizeof *fresh);

    if (!fresh)
        return TOCSIN_E_NOMEM;
    free(table->slots);
    table->slots = fresh;
    table->mask = slots - 1;
    for (i = 0; i < table->count; i++)
        table->slots[slot_of(table, &table->items[i].piece)] = (uint32_t)i + 1;
    return TOCSIN_OK;
}

tocsin_status tcs_frequencies_number(struct tcs_frequencies *table, const struct tcs_piece *piece, uint32_t *number_out)
{
    size_t slot;

    if ((!table->slots || table->count * 2 > table->mask) && grow_slots(table) != TOCSIN_OK)
        return TOCSIN_E_NOMEM;
    slot = slot_of(table, piece);
    if (!table->slots[slot]) {
        if (TCS_GROW(table->items, table->cap, table->count + 1) != TOCSIN_OK)
            return TOCSIN_E_NOMEM;
        table->items[table->count++] = (struct tcs_frequency){*piece, 0};
        table->slots[slot] = (uint32_t)table->count;
    }
    *number_out = table->slots[slot] - 1;
    return TOCSIN_OK;
}

/* Takes the marks of edges and decodes the rest; false where that is no piece. */
static bool read_piece(struct tcs_str text, struct tcs_piece *piece)
{
    const char *p, *end;
    size_t len;

    *piece = (struct tcs_piece){0};
    if (text.len && text.data[0] == '|') {
        piece->left_edge = true;
        text = (struct tcs_str){text.data + 1, text.len - 1};
    }
    if (text.len && text.data[text.len - 1] == '|') {
        piece->right_edge = true;
        text.len--;
    }
    end = text.data + text.len;
    for (p = text.data; p < end; p += len) {
        if (piece->count == TCS_PIECE_MAX)
            return false;
        piece->cps[piece->count++] = tcs_utf8_decode(p, end, &len, NULL);
    }
    return piece->count > 0;
}

static bool read_line(struct tcs_str line, struct tcs_piece *piece, double *share)
{
    const char *tab = line.len ? memchr(line.data, '\t', line.len) : NULL;
    char number[32], *end;
    size_t len = tab ? (size_t)(tab - line.data) : 0;

    if (!len || len >= sizeof number)
        return false;
    memcpy(number, line.data, len);
    number[len] = 0;
    *share = strtod(number, &end) / MILLION;
    if (*end || !(*share >= 0 && *share <= 1))
        return false;
    return read_piece((struct tcs_str){tab + 1, line.len - len - 1}, piece);
}

tocsin_status tcs_frequencies_read(struct tcs_frequencies *table, struct tcs_str text, struct tocsin_error *err)
{
    struct tcs_piece piece;
    uint64_t number = 0;
    uint32_t item;
    double share;

    while (text.len) {
        const char *feed = memchr(text.data, '\n', text.len);
        struct tcs_str line = {text.data, feed ? (size_t)(feed - text.data) : text.len};
        size_t used = line.len + (feed != NULL);

        number++;
        text = (struct tcs_str){text.data + used, text.len - used};
        line = tcs_str_trim(line);
        if (!line.len || line.data[0] == '#')
            continue;
        if (!read_line(line, &piece, &share)) {
            (void)tcs_fail(err, TOCSIN_E_PATTERN, NULL, 0,
                           "expected documents in a million (0 to 1000000), a tab, and a piece of 1 to %d characters",
                           TCS_PIECE_MAX);
            if (err)
                err->offset = number;
            return TOCSIN_E_PATTERN;
        }
        if (tcs_frequencies_number(table, &piece, &item) != TOCSIN_OK)
            return tcs_fail_nomem(err);
        if (share > table->items[item].share)
            table->items[item].share = share;
    }
    return TOCSIN_OK;
}

double tcs_frequencies_of(const struct tcs_frequencies *table, const struct tcs_piece *piece)
{
    size_t slot = table->slots ? slot_of(table, piece) : 0;

    return table->slots && table->slots[slot] ? table->items[table->slots[slot] - 1].share : tcs_piece_estimate(piece);
}

static tocsin_status write_piece(const struct tcs_piece *piece, struct tcs_buf *out)
{
    tocsin_status st = piece->left_edge ? tcs_buf_putc(out, '|') : TOCSIN_OK;
    uint32_t i;

    for (i = 0; i < piece->count && st == TOCSIN_OK; i++) {
        st = tcs_buf_reserve(out, 4);
        if (st == TOCSIN_OK)
            out->len += tcs_utf8_encode(piece->cps[i], out->data + out->len);
    }
    return st == TOCSIN_OK && piece->right_edge ? tcs_buf_putc(out, '|') : st;
}

tocsin_status tcs_frequencies_write(const struct tcs_frequencies *table, struct tcs_buf *out)
{
    tocsin_status st = TOCSIN_OK;
    size_t i;

    for (i = 0; i < table->count && st == TOCSIN_OK; i++) {
        st = tcs_buf_printf(out, "%.0f\t", round(table->items[i].share * MILLION));
        if (st == TOCSIN_OK)
            st = write_piece(&table->items[i].piece, out);
        if (st == TOCSIN_OK)
            st = tcs_buf_putc(out, '\n');
    }
    return st;
}
