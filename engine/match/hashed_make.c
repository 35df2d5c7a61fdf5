/*
 * So that few places pass, keys are long where text is dense: of Han two characters, then three, then the whole key, of
 * ASCII four bytes, at a word's start only where the literal's left side allows no letter; shorter literals have keys of
 * kinds of their own, so that the long keys stay long. A literal that is one byte shorter than the keys of its kind is
 * entered with every byte that may follow.
 */
#include "match/hashed_make.h"

#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "match/hashed.h"
#include "match/hashed_form.h"

#define MIN_BITS 14

/* ---- kinds ---- */

static bool is_lead3(uint8_t byte)
{
    return byte >= 0xE0 && byte <= 0xEF;
}

static uint8_t byte_at(struct tcs_str text, size_t i)
{
    return (uint8_t)text.data[i];
}

static bool is_tag(struct tcs_str text, uint8_t edges)
{
    size_t i;

    for (i = 0; i < text.len && tcs_is_ascii_word(byte_at(text, i)); i++)
        continue;
    return (edges & TCS_EDGE_LEFT) && i > 0 && i + 1 == text.len;
}

static enum tcs_place_kind kind_of(struct tcs_str text, uint8_t edges)
{
    uint8_t first = byte_at(text, 0);

    if (is_lead3(first))
        return text.len >= TCS_HAN_KEY ? TCS_PLACE_HAN : text.len >= TCS_BREAK_KEY ? TCS_PLACE_BREAK : TCS_PLACE_OTHER;
    if (first == '\\' && text.len + 1 >= TCS_ESCAPE_KEY_AT + TCS_SIGN_KEY && text.data[1] == 'u')
        return text.len >= TCS_ESCAPE_KEY_AT + TCS_ESCAPE_KEY ? TCS_PLACE_ESCAPE : TCS_PLACE_SIGN;
    if (first == '\\' || first >= 0x80)
        return TCS_PLACE_OTHER;
    return is_tag(text, edges) ? TCS_PLACE_TAG : text.len + 1 >= TCS_SHORT_WORD_KEY ? TCS_PLACE_WORD : TCS_PLACE_OTHER;
}

/* What is made of the literals before it is brought into the file form. */
struct keyed {
    uint64_t hash;
    uint32_t id;
};

struct making {
    struct tcs_hashed_form form;
    struct tcs_str *texts; /* into text; folded where caseless */
    char *text;
    const uint8_t *edges; /* by literal */
    struct keyed *keyed;
    size_t keyed_count, keyed_cap;
    struct hashes {
        uint64_t *items;
        size_t count, cap;
    } hashes[TCS_KEY_TABLES]; /* by table */
};

static void add_place(struct making *m, struct tcs_str text, uint8_t edges)
{
    enum tcs_place_kind kind = kind_of(text, edges);
    uint8_t first = byte_at(text, 0);
    bool is_word = (edges & TCS_EDGE_LEFT) && tcs_is_ascii_word(first);
    size_t breaker = kind == TCS_PLACE_BREAK ? TCS_PLACES_BREAK_AFTER : text.len - 1;
    unsigned wanted = first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
    uint8_t *length = &m->form.other_lengths[first];

    tcs_places_add(&m->form.places, kind, first, byte_at(text, breaker), is_word, m->form.caseless);
    if (kind != TCS_PLACE_OTHER)
        return;
    if (!*length)
        *length = (uint8_t)wanted;
    if (text.len + 1 < *length)
        *length = (uint8_t)text.len;
}

/* ---- keys ---- */

/* Literals mostly come in order, so that equal beginnings are neighbours. */
static tocsin_status set_bit(struct making *m, unsigned table, uint64_t hash)
{
    struct hashes *hashes = &m->hashes[table];
    tocsin_status st = TCS_GROW(hashes->items, hashes->cap, hashes->count + 1);

    if (st == TOCSIN_OK && (!hashes->count || hashes->items[hashes->count - 1] != hash))
        hashes->items[hashes->count++] = hash;
    return st;
}

static tocsin_status enter(struct making *m, unsigned table, uint64_t hash, uint32_t id)
{
    tocsin_status st = TCS_GROW(m->keyed, m->keyed_cap, m->keyed_count + 1);

    if (st != TOCSIN_OK)
        return st;
    m->keyed[m->keyed_count++] = (struct keyed){hash, id};
    return set_bit(m, table, hash);
}

/* How keys of one literal are made: of `length` bytes of text, or-ed with fold. */
struct keying {
    struct tcs_str text;
    unsigned length;
    uint64_t fold;
    uint32_t kind, id;
    uint8_t edges;
};

/* The key of Han that is in bytes, and the beginnings of it that have tables of their own. */
static tocsin_status enter_han(struct making *m, const struct keying *k, const uint8_t bytes[TCS_HAN4_KEY])
{
    uint64_t first = tcs_key_load8(bytes), pair = tcs_key_hash(tcs_key_first(first, TCS_HAN_KEY));
    tocsin_status st = set_bit(m, TCS_HAN_PAIRS, pair);
    uint32_t more;

    if (st == TOCSIN_OK && k->kind != TCS_PLACE_HAN)
        st = set_bit(m, TCS_HAN_TRIPLES, tcs_key_hash(tcs_key_long(first, bytes[8], TCS_KEY_HAN3)));
    if (st != TOCSIN_OK || k->kind == TCS_PLACE_HAN)
        return st == TOCSIN_OK ? enter(m, TCS_HAN2_KEYS, pair, k->id) : st;
    more = k->kind == TCS_KEY_HAN3 ? bytes[8] : tcs_key_load4(bytes + 8);
    return enter(m, TCS_HAN_KEYS, tcs_key_hash(tcs_key_long(first, more, k->kind)), k->id);
}

/* The same from byte `at` on, where letters still have to be chosen in both cases. */
static tocsin_status enter_han_from(struct making *m, const struct keying *k, unsigned at, uint8_t bytes[TCS_HAN4_KEY])
{
    tocsin_status st = TOCSIN_OK;

    for (; at < k->length; at++) {
        uint8_t byte = byte_at(k->text, at);

        if (m->form.caseless && byte >= 'a' && byte <= 'z') {
            bytes[at] = (uint8_t)(byte & ~0x20u);
            st = enter_han_from(m, k, at + 1, bytes);
            if (st != TOCSIN_OK)
                return st;
        }
        bytes[at] = byte;
    }
    return enter_han(m, k, bytes);
}

/* Enters the keys that begin so, the bytes from `at` on still to be chosen: as the literal has them, both cases, or any. */
static tocsin_status enter_from(struct making *m, const struct keying *k, unsigned at, uint64_t key)
{
    tocsin_status st = TOCSIN_OK;
    unsigned byte;

    if (at == k->length)
        return enter(m, TCS_OTHER_KEYS, tcs_key_hash(tcs_key_mark(tcs_key_first(key | k->fold, k->length), k->kind)), k->id);
    if (at < k->text.len) {
        byte = byte_at(k->text, at);
        st = enter_from(m, k, at + 1, key | (uint64_t)byte << (8 * at));
        if (st == TOCSIN_OK && m->form.caseless && !k->fold && byte >= 'a' && byte <= 'z')
            st = enter_from(m, k, at + 1, key | (uint64_t)(byte & ~0x20u) << (8 * at));
        return st;
    }
    for (byte = 0; byte < 256 && st == TOCSIN_OK; byte++)
        if (!(k->edges & TCS_EDGE_RIGHT) || !tcs_is_ascii_word(byte))
            st = enter_from(m, k, at + 1, key | (uint64_t)byte << (8 * at));
    return st;
}

static tocsin_status enter_literal(struct making *m, uint32_t id, uint8_t edges)
{
    struct keying k = {.text = m->texts[id], .kind = kind_of(m->texts[id], edges), .id = id, .edges = edges};
    uint8_t bytes[TCS_HAN4_KEY] = {0};

    if (m->form.caseless && byte_at(k.text, 0) < 0x80)
        k.fold = TCS_KEY_FOLD;
    switch (k.kind) {
    case TCS_PLACE_HAN:
        k.length = k.text.len >= TCS_HAN4_KEY ? TCS_HAN4_KEY : k.text.len >= TCS_HAN3_KEY ? TCS_HAN3_KEY : TCS_HAN_KEY;
        k.kind = k.length == TCS_HAN4_KEY ? TCS_KEY_HAN4 : k.length == TCS_HAN3_KEY ? TCS_KEY_HAN3 : TCS_PLACE_HAN;
        break;
    case TCS_PLACE_BREAK: k.length = TCS_BREAK_KEY; break;
    case TCS_PLACE_WORD:
        k.length = k.text.len + ((edges & TCS_EDGE_RIGHT) != 0) >= TCS_WORD_KEY ? TCS_WORD_KEY : TCS_SHORT_WORD_KEY;
        k.kind = k.length == TCS_WORD_KEY ? TCS_PLACE_WORD : TCS_KEY_SHORT_WORD;
        break;
    case TCS_PLACE_TAG:
        k.length = k.text.len < TCS_TAG_KEY ? (unsigned)k.text.len : TCS_TAG_KEY;
        k.text.data += k.text.len - k.length;
        k.text.len = k.length;
        break;
    case TCS_PLACE_ESCAPE:
    case TCS_PLACE_SIGN:
        k.length = k.kind == TCS_PLACE_ESCAPE ? TCS_ESCAPE_KEY : TCS_SIGN_KEY;
        k.text.data += TCS_ESCAPE_KEY_AT;
        k.text.len -= TCS_ESCAPE_KEY_AT;
        break;
    default: k.length = m->form.other_lengths[byte_at(k.text, 0)]; break;
    }
    m->form.has_kind[k.kind] = true;
    return k.kind == TCS_PLACE_HAN || k.kind >= TCS_KEY_HAN3 ? enter_han_from(m, &k, 0, bytes) : enter_from(m, &k, 0, 0);
}

/* Shows match/places the keys of all kinds. */
static tocsin_status fill_looks(struct making *m)
{
    uint64_t *keys = malloc((m->form.count + (size_t)1) * sizeof *keys);
    tocsin_status st = keys ? TOCSIN_OK : TOCSIN_E_NOMEM;
    enum tcs_place_kind kind;
    size_t count, i, j;

    for (kind = 0; kind < TCS_PLACE_KINDS && st == TOCSIN_OK; kind++) {
        for (count = i = 0; i < m->form.count; i++) {
            struct tcs_str text = m->texts[i];
            size_t from = kind == TCS_PLACE_ESCAPE || kind == TCS_PLACE_SIGN ? TCS_ESCAPE_KEY_AT
                          : kind == TCS_PLACE_TAG                            ? text.len - TCS_TAG_KEY /* may be below 0 */
                                                                             : 0;

            if (kind_of(text, m->edges[i]) != kind)
                continue;
            for (keys[count] = 0, j = 0; j < sizeof *keys; j++)
                keys[count] |= (uint64_t)(from + j < text.len ? byte_at(text, from + j) : TCS_PLACES_ANY) << (8 * j);
            count++;
        }
        st = tcs_places_look(&m->form.places, kind, keys, count, m->form.caseless);
    }
    free(keys);
    return st;
}

/* ---- the form ---- */

/*
 * Bits a key, and the logarithm of the most: that of pairs is about the size of the first cache, three others of the second.
 */
static const struct {
    unsigned each, most;
} bits_of[TCS_KEY_TABLES] = {[TCS_HAN2_KEYS] = {32, 19},
                             [TCS_HAN_KEYS] = {12, 23},
                             [TCS_HAN_PAIRS] = {16, 19},
                             [TCS_HAN_TRIPLES] = {16, 22},
                             [TCS_OTHER_KEYS] = {12, 23}};

/* The logarithm of a number of words that has so many bits, or the most. */
static uint8_t words_log(size_t bits, unsigned most)
{
    unsigned log = MIN_BITS;

    while (log < most && (size_t)1 << log < bits)
        log++;
    return (uint8_t)(log - 6);
}

static void fill_bits(uint64_t *words, unsigned log, uint64_t hash, unsigned table)
{
    words[hash >> (64 - log)] |= tcs_hash_bits(hash, 64 - log, table);
}

static int compare_keyed(const void *left, const void *right)
{
    const struct keyed *a = left, *b = right;

    if (a->hash != b->hash)
        return a->hash < b->hash ? -1 : 1;
    return a->id < b->id ? -1 : a->id > b->id;
}

/* By hash, and so by bucket; each once. */
static void unite_keyed(struct making *m)
{
    size_t kept = 0, i;

    if (m->keyed_count)
        qsort(m->keyed, m->keyed_count, sizeof *m->keyed, compare_keyed);
    for (i = 0; i < m->keyed_count; i++)
        if (!kept || compare_keyed(&m->keyed[kept - 1], &m->keyed[i]))
            m->keyed[kept++] = m->keyed[i];
    m->keyed_count = kept;
}

static void fill_entries(const struct making *m, uint32_t *buckets, struct tcs_hashed_entry *entries)
{
    size_t bucket = 0, i;

    for (i = 0; i < m->keyed_count; i++) {
        entries[i] = (struct tcs_hashed_entry){(uint32_t)(m->keyed[i].hash >> 32), m->keyed[i].id};
        while (bucket <= tcs_hash_bucket(m->keyed[i].hash, 64u - m->form.bucket_log))
            buckets[bucket++] = (uint32_t)i;
    }
    while (bucket <= (size_t)1 << m->form.bucket_log)
        buckets[bucket++] = (uint32_t)i;
}

static void fill_arrays(const struct making *m, char *form, const size_t at[TCS_HASHED_ARRAYS])
{
    uint32_t *starts = (uint32_t *)(void *)(form + at[TCS_HASHED_STARTS]);
    unsigned table;
    size_t i;

    for (table = 0; table < TCS_KEY_TABLES; table++)
        for (i = 0; i < m->hashes[table].count; i++)
            fill_bits((uint64_t *)(void *)(form + at[table]), m->form.bits_log[table], m->hashes[table].items[i], table);
    fill_entries(m, (uint32_t *)(void *)(form + at[TCS_HASHED_BUCKETS]),
                 (struct tcs_hashed_entry *)(void *)(form + at[TCS_HASHED_ENTRIES]));
    for (i = 0; i < m->form.count; i++)
        starts[i] = (uint32_t)(m->texts[i].data - m->text);
    starts[i] = (uint32_t)m->form.text_bytes;
    memcpy(form + at[TCS_HASHED_TEXT], m->text, m->form.text_bytes);
}

static tocsin_status compose(struct making *m, struct tcs_buf *out)
{
    size_t at[TCS_HASHED_ARRAYS], i;

    unite_keyed(m);
    if (m->keyed_count >= UINT32_MAX)
        return TOCSIN_E_NOMEM;
    m->form.entry_count = (uint32_t)m->keyed_count;
    for (i = 0; i < TCS_KEY_TABLES; i++)
        m->form.bits_log[i] = words_log(m->hashes[i].count * bits_of[i].each, bits_of[i].most);
    while (m->keyed_count >> m->form.bucket_log > 1)
        m->form.bucket_log++;
    m->form.bytes = tcs_hashed_layout(&m->form, at);
    if (tcs_buf_reserve(out, m->form.bytes) != TOCSIN_OK)
        return TOCSIN_E_NOMEM;
    memset(out->data, 0, m->form.bytes);
    out->len = m->form.bytes;
    memcpy(out->data, &m->form, sizeof m->form);
    fill_arrays(m, out->data, at);
    return TOCSIN_OK;
}

/* ---- making ---- */

static tocsin_status copy_texts(struct making *m, const struct tcs_str *literals, size_t count)
{
    size_t bytes = 0, at = 0, i, j;

    for (i = 0; i < count; i++)
        bytes += literals[i].len;
    m->texts = calloc(count + 1, sizeof *m->texts);
    m->text = malloc(bytes + 1);
    if (!m->texts || !m->text || bytes > UINT32_MAX)
        return TOCSIN_E_NOMEM;
    for (i = 0; i < count; i++) {
        m->texts[i] = (struct tcs_str){m->text + at, literals[i].len};
        for (j = 0; j < literals[i].len; j++, at++)
            m->text[at] = m->form.caseless ? (char)tcs_key_lower((uint8_t)literals[i].data[j]) : literals[i].data[j];
    }
    m->form.text_bytes = bytes;
    m->form.count = (uint32_t)count;
    return TOCSIN_OK;
}

/* edges are there. */
static tocsin_status make(struct making *m, const struct tcs_str *literals, size_t count, struct tcs_buf *out)
{
    tocsin_status st = count < UINT32_MAX ? copy_texts(m, literals, count) : TOCSIN_E_NOMEM;
    size_t i;

    tcs_places_begin(&m->form.places);
    for (i = 0; i < count && st == TOCSIN_OK; i++)
        add_place(m, m->texts[i], m->edges[i]);
    for (i = 'a'; m->form.caseless && i <= 'z'; i++)
        m->form.other_lengths[i - 0x20] = m->form.other_lengths[i];
    if (st == TOCSIN_OK)
        st = fill_looks(m);
    for (i = 0; i < count && st == TOCSIN_OK; i++)
        st = enter_literal(m, (uint32_t)i, m->edges[i]);
    if (st == TOCSIN_OK)
        st = compose(m, out);
    free(m->texts);
    free(m->text);
    free(m->keyed);
    for (i = 0; i < TCS_KEY_TABLES; i++)
        free(m->hashes[i].items);
    return st;
}

tocsin_status tcs_hashed_make(const struct tcs_str *literals, const uint8_t *edges, size_t count, bool caseless,
                              struct tcs_buf *out)
{
    struct making *m = calloc(1, sizeof *m);
    uint8_t *none = edges ? NULL : calloc(count + 1, 1);
    tocsin_status st = TOCSIN_E_NOMEM;

    if (m && (edges || none)) {
        m->edges = edges ? edges : none;
        m->form.caseless = caseless;
        st = make(m, literals, count, out);
    }
    free(none);
    free(m);
    return st;
}
