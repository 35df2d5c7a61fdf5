/*
 * Rows: 64 bytes at a time, as bit masks made by 64-bit words. Where every quotation mark opens or closes a field, a byte
 * is quoted if the number of marks before it is odd (a doubled one closes and opens again), and the running parity of
 * a mask is six shifts. That holds if each mark that opens stands behind a delimiter, a line feed or a mark that has just
 * closed; a block where one does not is read byte by byte. So a stray quotation mark costs time there, and no row.
 * Inside a long text memchr looks for the next mark. Measured on one core (EPYC): 19 GB/s on quoted news, 2.5 on plain short
 * fields, 1.5 on short quoted ones, 0.7 where every block holds a stray mark.
 */
#include "input/csv.h"

#include <stdlib.h>
#include <string.h>

#define BLOCK 64
#define ONES 0x0101010101010101u
#define LOW_BITS 0x7F7F7F7F7F7F7F7Fu

static const char delimiters[] = {',', ';', '\t'};

/* ---- rows ---- */

static uint64_t word_at(const char *p)
{
    uint64_t word;

    memcpy(&word, p, sizeof word);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    word = __builtin_bswap64(word);
#endif
    return word;
}

/* Bit i is set where byte i of the word is c. */
static uint64_t bits_of(uint64_t word, char c)
{
    uint64_t x = word ^ ONES * (unsigned char)c;

    x = ~(((x & LOW_BITS) + LOW_BITS) | x | LOW_BITS);
    return (x >> 7) * 0x0102040810204080u >> 56;
}

static uint64_t block_bits(const char *p, char c)
{
    uint64_t bits = 0;
    unsigned i;

    for (i = 0; i < BLOCK / 8; i++)
        bits |= bits_of(word_at(p + (size_t)8 * i), c) << 8 * i;
    return bits;
}

static uint64_t running_parity(uint64_t bits)
{
    bits ^= bits << 1;
    bits ^= bits << 2;
    bits ^= bits << 4;
    bits ^= bits << 8;
    bits ^= bits << 16;
    bits ^= bits << 32;
    return bits;
}

/* One byte; true where it ends a row. */
static bool step(struct tcs_csv_state *state, char c, char delimiter)
{
    if (c == '"') {
        bool opens = !state->is_quoted && state->may_open;

        state->may_open = state->is_quoted;
        state->is_quoted = opens;
        return false;
    }
    state->may_open = !state->is_quoted && (c == delimiter || c == '\n');
    return !state->is_quoted && c == '\n';
}

static void slow_rows(const char *data, size_t from, size_t to, char delimiter, struct tcs_csv_state *state,
                      struct tcs_csv_rows *rows)
{
    size_t i;

    for (i = from; i < to; i++)
        if (step(state, data[i], delimiter))
            rows->ends[rows->count++] = i;
}

static void add_ends(struct tcs_csv_rows *rows, size_t at, uint64_t bits)
{
    for (; bits; bits &= bits - 1)
        rows->ends[rows->count++] = at + (size_t)__builtin_ctzll(bits);
}

/* One block at data + at; false where a stray quotation mark asks for the slow way, and nothing is done. */
static bool fast_block(const char *data, size_t at, char delimiter, struct tcs_csv_state *state,
                       struct tcs_csv_rows *rows)
{
    const char *p = data + at;
    uint64_t quotes = block_bits(p, '"'), feeds = block_bits(p, '\n');
    uint64_t quoted = running_parity(quotes) ^ (state->is_quoted ? UINT64_MAX : 0); /* behind each byte */
    uint64_t opens = quotes & quoted, closes = quotes & ~quoted;
    uint64_t may_open = (feeds | closes) << 1 | state->may_open; /* before each byte */
    char last = p[BLOCK - 1];

    if ((opens & ~may_open) && (opens & ~(may_open | block_bits(p, delimiter) << 1)))
        return false;
    add_ends(rows, at, feeds & ~quoted);
    state->is_quoted = quoted >> 63;
    state->may_open = !state->is_quoted && (last == '\n' || last == delimiter || last == '"');
    return true;
}

tocsin_status tcs_csv_rows(struct tcs_str bytes, char delimiter, struct tcs_csv_state *state, struct tcs_csv_rows *rows)
{
    size_t at = 0;

    while (at < bytes.len) {
        size_t len = bytes.len - at < BLOCK ? bytes.len - at : BLOCK;
        bool was_quoted = state->is_quoted;
        tocsin_status st = TCS_GROW(rows->ends, rows->cap, rows->count + BLOCK);

        if (st != TOCSIN_OK)
            return st;
        if (len < BLOCK || !fast_block(bytes.data, at, delimiter, state, rows))
            slow_rows(bytes.data, at, at + len, delimiter, state, rows);
        at += len;
        if (was_quoted && state->is_quoted && at < bytes.len) { /* in a long text */
            const char *quote = memchr(bytes.data + at, '"', bytes.len - at);

            at = quote ? (size_t)(quote - bytes.data) : bytes.len;
        }
    }
    return TOCSIN_OK;
}

void tcs_csv_rows_release(struct tcs_csv_rows *rows)
{
    free(rows->ends);
    *rows = (struct tcs_csv_rows){0};
}

size_t tcs_csv_unclosed(struct tcs_str bytes, char delimiter)
{
    struct tcs_csv_state state = TCS_CSV_ROW_START;
    size_t opened = SIZE_MAX, i;

    for (i = 0; i < bytes.len; i++) {
        bool was_quoted = state.is_quoted;

        (void)step(&state, bytes.data[i], delimiter);
        if (state.is_quoted && !was_quoted && !(i && bytes.data[i - 1] == '"'))
            opened = i; /* behind a quotation mark it is the second of two that stand for one */
    }
    return state.is_quoted ? opened : SIZE_MAX;
}

/* ---- fields ---- */

/* One field of a row: [start, end) without its quotation marks. */
struct field {
    const char *start, *end;
    const char *tail, *tail_end; /* text after the closing quotation mark, or NULL */
    bool is_doubled;             /* holds doubled quotation marks */
    bool is_open;                /* quoted, and the row ends before it does */
};

static const char *find(const char *p, const char *end, char c)
{
    const char *at = p < end ? memchr(p, c, (size_t)(end - p)) : NULL;

    return at ? at : end;
}

/* Reads the field at p; returns the place of the delimiter behind it, or end. */
static const char *read_field(const char *p, const char *end, char delimiter, struct field *field)
{
    *field = (struct field){.start = p};
    if (p == end || *p != '"')
        return field->end = find(p, end, delimiter);
    field->start = ++p;
    for (;;) {
        p = find(p, end, '"');
        if (p == end) {
            field->is_open = true;
            return field->end = end;
        }
        if (p + 1 == end || p[1] != '"')
            break;
        field->is_doubled = true;
        p += 2;
    }
    field->end = p++;
    if (p < end && *p != delimiter) {
        field->tail = p;
        p = field->tail_end = find(p, end, delimiter);
    }
    return p;
}

static struct tcs_str without_return(struct tcs_str row)
{
    if (row.len && row.data[row.len - 1] == '\r')
        row.len--;
    return row;
}

/* The text of a field; the scratch has room for the row. */
static struct tcs_str decode(const struct field *field, struct tcs_buf *text)
{
    const char *p = field->start;
    size_t at = text->len;

    if (!field->is_doubled && !field->tail)
        return (struct tcs_str){p, (size_t)(field->end - p)};
    while (p < field->end) {
        const char *quote = find(p, field->end, '"');
        size_t len = (size_t)(quote - p) + (quote < field->end);

        memcpy(text->data + text->len, p, len);
        text->len += len;
        p = quote + 2; /* a quotation mark inside is a doubled one */
    }
    if (field->tail) {
        memcpy(text->data + text->len, field->tail, (size_t)(field->tail_end - field->tail));
        text->len += (size_t)(field->tail_end - field->tail);
    }
    return (struct tcs_str){text->data + at, text->len - at};
}

static tocsin_status judge_field(const struct field *field, struct tcs_str row, size_t number, struct tocsin_error *err)
{
    if (field->is_open)
        return tcs_fail(err, TOCSIN_E_CORRUPT, NULL, (uint64_t)(field->start - 1 - row.data),
                        "the quoted field %zu of the row has no closing quotation mark", number);
    if (field->tail)
        return tcs_fail(err, TOCSIN_E_CORRUPT, NULL, (uint64_t)(field->tail - row.data),
                        "text after the closing quotation mark of field %zu; expected a delimiter", number);
    return TOCSIN_OK;
}

tocsin_status tcs_csv_read_row(struct tcs_str row, char delimiter, struct tcs_csv_scratch *scratch,
                               struct tocsin_error *err)
{
    const char *p, *end;
    tocsin_status result = TOCSIN_OK;

    row = without_return(row.data ? row : TCS_STR(""));
    scratch->count = 0;
    tcs_buf_reset(&scratch->text);
    if (tcs_buf_reserve(&scratch->text, row.len + 1) != TOCSIN_OK)
        return tcs_fail_nomem(err);
    end = row.data + row.len;
    for (p = row.data;; p++) {
        struct field field;

        if (TCS_GROW(scratch->fields, scratch->cap, scratch->count + 1) != TOCSIN_OK)
            return tcs_fail_nomem(err);
        p = read_field(p, end, delimiter, &field);
        scratch->fields[scratch->count++] = decode(&field, &scratch->text);
        if (result == TOCSIN_OK)
            result = judge_field(&field, row, scratch->count, err);
        if (p == end)
            return result;
    }
}

void tcs_csv_scratch_release(struct tcs_csv_scratch *scratch)
{
    free(scratch->fields);
    tcs_buf_release(&scratch->text);
    *scratch = (struct tcs_csv_scratch){0};
}

/* ---- writing ---- */

tocsin_status tcs_csv_write_field(struct tcs_buf *out, struct tcs_str text, char delimiter)
{
    bool is_quoted = tcs_str_trim(text).len != text.len;
    tocsin_status st = TOCSIN_OK;
    size_t i;

    for (i = 0; i < text.len; i++)
        is_quoted |= text.data[i] == delimiter || text.data[i] == '"' || text.data[i] == '\n' || text.data[i] == '\r';
    if (!is_quoted)
        return tcs_buf_append_str(out, text);
    st = tcs_buf_putc(out, '"');
    for (i = 0; i < text.len && st == TOCSIN_OK; i++) {
        if (text.data[i] == '"')
            st = tcs_buf_putc(out, '"');
        if (st == TOCSIN_OK)
            st = tcs_buf_putc(out, text.data[i]);
    }
    return st == TOCSIN_OK ? tcs_buf_putc(out, '"') : st;
}

/* ---- the first row ---- */

static bool is_delimiter(char c)
{
    return memchr(delimiters, c, sizeof delimiters) != NULL;
}

bool tcs_csv_first_row(struct tcs_str text, char delimiter, struct tcs_str *row_out)
{
    struct tcs_csv_state state = TCS_CSV_ROW_START;
    size_t i;

    for (i = 0; i < text.len; i++) {
        char c = text.data[i];

        if (step(&state, c, !delimiter && is_delimiter(c) ? c : delimiter)) {
            *row_out = (struct tcs_str){text.data, i};
            return true;
        }
    }
    *row_out = text;
    return false;
}

/* 0 where the row is damaged under this delimiter. */
static size_t count_columns(struct tcs_str row, char delimiter)
{
    const char *p = row.data ? row.data : "", *end;
    size_t count = 0;

    row = without_return(row);
    end = p + row.len;
    for (;; p++) {
        struct field field;

        p = read_field(p, end, delimiter, &field);
        if (field.is_open || field.tail)
            return 0;
        count++;
        if (p == end)
            return count;
    }
}

char tcs_csv_delimiter(struct tcs_str first_row)
{
    size_t most = 0, i;
    char best = delimiters[0];

    for (i = 0; i < sizeof delimiters; i++) {
        size_t count = count_columns(first_row, delimiters[i]);

        if (count > most) {
            most = count;
            best = delimiters[i];
        }
    }
    return best;
}
