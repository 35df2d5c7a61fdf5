/*
 * Each literal has a key: up to 12 of its bytes, at a fixed distance from its start that depends on its first byte alone. A
 * scan asks of every place where a literal can begin (match/places), whether the key that stands there is one of ours: first
 * tables of bits, the smaller the more often they are asked, then, of the few that pass, a hash table that names the literals.
 *
 * So that few places pass, keys are long where text is dense: of Han two characters, then three, then the whole key, of ASCII
 * four bytes, at a word's start only where the literal's left side allows no letter; shorter literals have keys of kinds of
 * their own, so that the long keys stay long. A literal that is one byte shorter than the keys of its kind is entered with every
 * byte that may follow.
 *
 * Cost per Han character is what matters, with ten thousand terms and more. So places are asked in loops without branches over
 * many blocks, which overlap the misses of the caches, and what passed is looked up in steps, each of which fetches ahead for
 * the next.
 *
 * All tables stand in one piece of memory, which is the file form too.
 */
#include "match/hashed.h"

#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "match/places.h"

/* What is compiled for several kinds of CPU must be in one piece. */
#define INLINED static inline __attribute__((always_inline))
#define UNROLLED _Pragma("GCC unroll 8")
#define PAD 32 /* zeros behind the last bytes of data, more than a key reads */
#define BEHIND 32 /* the longest literal, which TAG reads backwards */
#define BATCH 256 /* keys that are looked up together */
#define MIN_BITS 14
/* Kinds of keys beside those of places: WORD with a shorter key, HAN with longer ones. */
enum { SHORT_WORD = TCS_PLACE_KINDS, HAN3, HAN4, KEY_KINDS };
#define CASE_BITS 0x2020202020202020u
#define MARK(kind) ((uint64_t)(kind) << 58) /* keeps keys of different kinds apart */

struct entry {
    uint32_t tag, id; /* tag: upper half of the key's hash */
};

/* A key's bits are all in one word. Tables of them: of the keys of Han that are two characters and of longer ones, of the beginnings of both, of other keys. */
enum { HAN2_KEYS, HAN_KEYS, HAN_PAIRS, HAN_TRIPLES, OTHER_KEYS, BITS };
struct bits {
    const uint64_t *words;
    unsigned shift; /* 64 less the logarithm of the number of words */
};

/* The file form: this, and behind it the arrays of struct tcs_hashed in their order, each filled up to 8 bytes. */
struct form {
    uint64_t bytes, text_bytes;
    uint32_t count, entry_count;
    uint8_t bits_log[BITS]; /* of the number of words */
    uint8_t bucket_log;     /* of the number of buckets */
    uint8_t caseless, zero;
    uint8_t has_kind[KEY_KINDS + (8 - KEY_KINDS % 8)];
    uint8_t other_lengths[256]; /* of keys of the kind OTHER, by first byte; 0 for none */
    struct tcs_places places;
};

struct tcs_hashed {
    struct tcs_buf made; /* the form, where it was made here */
    struct tcs_str bytes; /* the form */
    size_t count;
    bool caseless;
    struct tcs_places places;
    const uint8_t *has_kind; /* are there such keys? */
    const uint8_t *other_lengths;
    struct bits bits[BITS];
    bool is_plain; /* as on a CPU without BMI */
    const uint32_t *buckets; /* those of bucket i are entries[buckets[i]] to entries[buckets[i + 1] - 1] */
    unsigned bucket_shift;
    const struct entry *entries;
    const uint32_t *starts; /* by literal, and where the last ends: into text */
    const char *text; /* of all literals; folded where caseless */
};

/* ---- kinds and keys ---- */

static bool is_lead3(uint8_t byte)
{
    return byte >= 0xE0 && byte <= 0xEF;
}

static uint8_t lower(uint8_t byte)
{
    return byte >= 'A' && byte <= 'Z' ? (uint8_t)(byte | 0x20) : byte;
}

static uint8_t byte_at(struct tcs_str text, size_t i)
{
    return (uint8_t)text.data[i];
}

/*
 * Keys of the kinds but OTHER: bytes, and where they begin in a literal; a byte that is missing at the end is entered in all its
 * values. WORD has keys of 3 bytes too, HAN of 9 and 12, which is three and four characters. TAG's are the last bytes, at most four, of a literal.
 */
enum { HAN_KEY = 6, HAN3_KEY = 9, HAN4_KEY = 12, BREAK_KEY = 4, WORD_KEY = 4, SHORT_WORD_KEY = 3, TAG_KEY = 4, ESCAPE_KEY = 8, SIGN_KEY = 4, ESCAPE_KEY_AT = 2 };

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
        return text.len >= HAN_KEY ? TCS_PLACE_HAN : text.len >= BREAK_KEY ? TCS_PLACE_BREAK : TCS_PLACE_OTHER;
    if (first == '\\' && text.len + 1 >= ESCAPE_KEY_AT + SIGN_KEY && text.data[1] == 'u')
        return text.len >= ESCAPE_KEY_AT + ESCAPE_KEY ? TCS_PLACE_ESCAPE : TCS_PLACE_SIGN;
    if (first == '\\' || first >= 0x80)
        return TCS_PLACE_OTHER;
    return is_tag(text, edges) ? TCS_PLACE_TAG : text.len + 1 >= SHORT_WORD_KEY ? TCS_PLACE_WORD : TCS_PLACE_OTHER;
}

INLINED uint64_t load8(const uint8_t *p)
{
    uint64_t bytes;

    memcpy(&bytes, p, sizeof bytes);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    bytes = __builtin_bswap64(bytes);
#endif
    return bytes;
}

INLINED uint32_t load4(const uint8_t *p)
{
    uint32_t bytes;

    memcpy(&bytes, p, sizeof bytes);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    bytes = __builtin_bswap32(bytes);
#endif
    return bytes;
}

INLINED uint64_t first_bytes(uint64_t bytes, unsigned count)
{
    return bytes & UINT64_MAX >> (64 - 8 * count);
}

/* What is made of the literals before it is brought into the file form. */
struct keyed {
    uint64_t hash;
    uint32_t id;
};

struct making {
    struct form form;
    struct tcs_str *texts; /* into text; folded where caseless */
    char *text;
    const uint8_t *edges; /* by literal */
    struct keyed *keyed;
    size_t keyed_count, keyed_cap;
    struct hashes {
        uint64_t *items;
        size_t count, cap;
    } hashes[BITS]; /* by table */
};

static void add_place(struct making *m, struct tcs_str text, uint8_t edges)
{
    enum tcs_place_kind kind = kind_of(text, edges);
    uint8_t first = byte_at(text, 0);
    bool is_word = (edges & TCS_EDGE_LEFT) && tcs_is_ascii_word(first);
    unsigned wanted = first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
    uint8_t *length = &m->form.other_lengths[first];

    tcs_places_add(&m->form.places, kind, first, kind == TCS_PLACE_BREAK ? byte_at(text, 3) : byte_at(text, text.len - 1), is_word,
                   m->form.caseless);
    if (kind != TCS_PLACE_OTHER)
        return;
    if (!*length)
        *length = (uint8_t)wanted;
    if (text.len + 1 < *length)
        *length = (uint8_t)text.len;
}

INLINED uint64_t hash_of(uint64_t key)
{
    return key * 0x9E3779B97F4A7C15u; /* Knuth's multiplicative hash, 64 bits */
}

/* The bits of a hash in its word, which its upper bits choose: one in the tables that are asked most, else two. */
INLINED uint64_t mask_of(uint64_t hash, unsigned shift, unsigned table)
{
    uint64_t mask = (uint64_t)1 << (hash >> (shift - 6) & 63);

    return table == HAN_PAIRS || table == HAN2_KEYS ? mask : mask | (uint64_t)1 << (hash >> (shift - 12) & 63);
}

INLINED bool has_bits(struct bits bits, uint64_t hash, unsigned table)
{
    uint64_t word = bits.words[hash >> bits.shift], mask = mask_of(hash, bits.shift, table);

    return table == HAN_PAIRS || table == HAN2_KEYS ? word >> (hash >> (bits.shift - 6) & 63) & 1 : (word & mask) == mask;
}

/* shift: 64 less the logarithm of the number of buckets, of which there may be one. */
static inline size_t bucket_of(uint64_t hash, unsigned shift)
{
    return (size_t)(hash >> 1 >> (shift - 1));
}

/* ---- making ---- */

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

/* Eight bytes and what follows them of a longer key. */
INLINED uint64_t long_key(uint64_t bytes, uint32_t more, unsigned kind)
{
    return bytes + (more | (uint64_t)kind << 32) * 0xD6E8FEB86659FD93u; /* any odd number with many ones: it only spreads */
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
static tocsin_status enter_han(struct making *m, const struct keying *k, const uint8_t bytes[HAN4_KEY])
{
    uint64_t first = load8(bytes), pair = hash_of(first_bytes(first, HAN_KEY));
    tocsin_status st = set_bit(m, HAN_PAIRS, pair);

    if (st == TOCSIN_OK && k->kind != TCS_PLACE_HAN)
        st = set_bit(m, HAN_TRIPLES, hash_of(long_key(first, bytes[8], HAN3)));
    if (st != TOCSIN_OK || k->kind == TCS_PLACE_HAN)
        return st == TOCSIN_OK ? enter(m, HAN2_KEYS, pair, k->id) : st;
    return enter(m, HAN_KEYS, hash_of(long_key(first, k->kind == HAN3 ? bytes[8] : load4(bytes + 8), k->kind)), k->id);
}

/* The same from byte `at` on, where letters still have to be chosen in both cases. */
static tocsin_status enter_han_from(struct making *m, const struct keying *k, unsigned at, uint8_t bytes[HAN4_KEY])
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

/* Enters the keys that begin so, the bytes from `at` on still to be chosen: as the literal has them, in both cases, or any. */
static tocsin_status enter_from(struct making *m, const struct keying *k, unsigned at, uint64_t key)
{
    tocsin_status st = TOCSIN_OK;
    unsigned byte;

    if (at == k->length)
        return enter(m, OTHER_KEYS, hash_of(first_bytes(key | k->fold, k->length) ^ MARK(k->kind)), k->id);
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
    uint8_t bytes[HAN4_KEY] = {0};

    if (m->form.caseless && byte_at(k.text, 0) < 0x80)
        k.fold = CASE_BITS;
    switch (k.kind) {
    case TCS_PLACE_HAN:
        k.length = k.text.len >= HAN4_KEY ? HAN4_KEY : k.text.len >= HAN3_KEY ? HAN3_KEY : HAN_KEY;
        k.kind = k.length == HAN4_KEY ? HAN4 : k.length == HAN3_KEY ? HAN3 : TCS_PLACE_HAN;
        break;
    case TCS_PLACE_BREAK: k.length = BREAK_KEY; break;
    case TCS_PLACE_WORD:
        k.length = k.text.len + ((edges & TCS_EDGE_RIGHT) != 0) >= WORD_KEY ? WORD_KEY : SHORT_WORD_KEY;
        k.kind = k.length == WORD_KEY ? TCS_PLACE_WORD : SHORT_WORD;
        break;
    case TCS_PLACE_TAG:
        k.length = k.text.len < TAG_KEY ? (unsigned)k.text.len : TAG_KEY;
        k.text.data += k.text.len - k.length;
        k.text.len = k.length;
        break;
    case TCS_PLACE_ESCAPE:
    case TCS_PLACE_SIGN:
        k.length = k.kind == TCS_PLACE_ESCAPE ? ESCAPE_KEY : SIGN_KEY;
        k.text.data += ESCAPE_KEY_AT;
        k.text.len -= ESCAPE_KEY_AT;
        break;
    default: k.length = m->form.other_lengths[byte_at(k.text, 0)]; break;
    }
    m->form.has_kind[k.kind] = true;
    return k.kind == TCS_PLACE_HAN || k.kind >= HAN3 ? enter_han_from(m, &k, 0, bytes) : enter_from(m, &k, 0, 0);
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
            size_t from = kind == TCS_PLACE_ESCAPE || kind == TCS_PLACE_SIGN ? ESCAPE_KEY_AT
                          : kind == TCS_PLACE_TAG                            ? text.len - TAG_KEY /* may be below 0 */
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

/* Bits a key, and the logarithm of the most: that of pairs is about the size of the first cache, three others of the second. */
static const struct {
    unsigned each, most;
} bits_of[BITS] = {[HAN2_KEYS] = {32, 19}, [HAN_KEYS] = {12, 23}, [HAN_PAIRS] = {16, 19}, [HAN_TRIPLES] = {16, 22}, [OTHER_KEYS] = {12, 23}};

/* The logarithm of a number of words that has so many bits, or the most. */
static uint8_t words_log(size_t bits, unsigned most)
{
    unsigned log = MIN_BITS;

    while (log < most && (size_t)1 << log < bits)
        log++;
    return (uint8_t)(log - 6);
}

static size_t padded(size_t bytes)
{
    return (bytes + 7) / 8 * 8;
}

/* How many bytes of the form each array takes, in their order. */
enum { BUCKETS = BITS, ENTRIES, STARTS, TEXT, ARRAYS }; /* behind those of bits */

static void array_sizes(const struct form *form, size_t sizes[ARRAYS])
{
    unsigned i;

    for (i = 0; i < BITS; i++)
        sizes[i] = sizeof(uint64_t) << form->bits_log[i];
    sizes[BUCKETS] = padded((((size_t)1 << form->bucket_log) + 1) * sizeof(uint32_t));
    sizes[ENTRIES] = form->entry_count * sizeof(struct entry);
    sizes[STARTS] = padded(((size_t)form->count + 1) * sizeof(uint32_t));
    sizes[TEXT] = padded(form->text_bytes);
}

static void fill_bits(uint64_t *words, unsigned log, uint64_t hash, unsigned table)
{
    words[hash >> (64 - log)] |= mask_of(hash, 64 - log, table);
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

static void fill_entries(const struct making *m, uint32_t *buckets, struct entry *entries)
{
    size_t bucket = 0, i;

    for (i = 0; i < m->keyed_count; i++) {
        entries[i] = (struct entry){(uint32_t)(m->keyed[i].hash >> 32), m->keyed[i].id};
        while (bucket <= bucket_of(m->keyed[i].hash, 64u - m->form.bucket_log))
            buckets[bucket++] = (uint32_t)i;
    }
    while (bucket <= (size_t)1 << m->form.bucket_log)
        buckets[bucket++] = (uint32_t)i;
}

static void fill_arrays(const struct making *m, char *const at[ARRAYS])
{
    uint32_t *starts = (uint32_t *)(void *)at[STARTS];
    unsigned table;
    size_t i;

    for (table = 0; table < BITS; table++)
        for (i = 0; i < m->hashes[table].count; i++)
            fill_bits((uint64_t *)(void *)at[table], m->form.bits_log[table], m->hashes[table].items[i], table);
    fill_entries(m, (uint32_t *)(void *)at[BUCKETS], (struct entry *)(void *)at[ENTRIES]);
    for (i = 0; i < m->form.count; i++)
        starts[i] = (uint32_t)(m->texts[i].data - m->text);
    starts[i] = (uint32_t)m->form.text_bytes;
    memcpy(at[TEXT], m->text, m->form.text_bytes);
}

static tocsin_status compose(struct making *m, struct tcs_buf *out)
{
    size_t sizes[ARRAYS], i;
    char *at[ARRAYS];

    unite_keyed(m);
    if (m->keyed_count >= UINT32_MAX)
        return TOCSIN_E_NOMEM;
    m->form.entry_count = (uint32_t)m->keyed_count;
    for (i = 0; i < BITS; i++)
        m->form.bits_log[i] = words_log(m->hashes[i].count * bits_of[i].each, bits_of[i].most);
    while (m->keyed_count >> m->form.bucket_log > 1)
        m->form.bucket_log++;
    array_sizes(&m->form, sizes);
    m->form.bytes = sizeof m->form;
    for (i = 0; i < ARRAYS; i++)
        m->form.bytes += sizes[i];
    if (tcs_buf_reserve(out, m->form.bytes) != TOCSIN_OK)
        return TOCSIN_E_NOMEM;
    memset(out->data, 0, m->form.bytes);
    out->len = m->form.bytes;
    memcpy(out->data, &m->form, sizeof m->form);
    for (at[0] = out->data + sizeof m->form, i = 1; i < ARRAYS; i++)
        at[i] = at[i - 1] + sizes[i - 1];
    fill_arrays(m, at);
    return TOCSIN_OK;
}

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
            m->text[at] = m->form.caseless ? (char)lower((uint8_t)literals[i].data[j]) : literals[i].data[j];
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
    for (i = 0; i < BITS; i++)
        free(m->hashes[i].items);
    return st;
}

static bool has_bmi(void)
{
#if defined(__x86_64__)
    return __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2") && __builtin_cpu_supports("popcnt");
#else
    return false;
#endif
}

/* Finds the arrays of h->bytes; false where they cannot be there. */
static bool open_form(struct tcs_hashed *h)
{
    const char *at = h->bytes.data;
    size_t sizes[ARRAYS], sum = sizeof(struct form), i;
    const void *arrays[ARRAYS];
    struct form form;

    if (h->bytes.len < sizeof form)
        return false;
    memcpy(&form, at, sizeof form);
    for (i = 0; i < BITS; i++)
        if (form.bits_log[i] > 32)
            return false;
    if (form.bytes > h->bytes.len || form.text_bytes > form.bytes || form.bucket_log > 32 || (uintptr_t)at % 8)
        return false;
    array_sizes(&form, sizes);
    for (i = 0; i < ARRAYS; sum += sizes[i++])
        arrays[i] = at + sum;
    if (sum != form.bytes)
        return false;
    h->count = form.count;
    h->caseless = form.caseless;
    h->places = form.places;
    h->has_kind = (const uint8_t *)at + offsetof(struct form, has_kind);
    h->other_lengths = (const uint8_t *)at + offsetof(struct form, other_lengths);
    for (i = 0; i < BITS; i++)
        h->bits[i] = (struct bits){arrays[i], 64u - form.bits_log[i]};
    h->buckets = arrays[BUCKETS];
    h->bucket_shift = 64u - form.bucket_log;
    h->entries = arrays[ENTRIES];
    h->starts = arrays[STARTS];
    h->text = arrays[TEXT];
    tcs_places_resume(&h->places);
    h->is_plain = !has_bmi();
    return true;
}

tocsin_status tcs_hashed_new(const struct tcs_str *literals, const uint8_t *edges, size_t count, bool caseless,
                             struct tcs_hashed **hashed_out)
{
    struct tcs_hashed *h = calloc(1, sizeof *h);
    struct making *m = calloc(1, sizeof *m);
    uint8_t *none = edges ? NULL : calloc(count + 1, 1);
    tocsin_status st = TOCSIN_E_NOMEM;

    if (h && m && (edges || none)) {
        m->edges = edges ? edges : none;
        m->form.caseless = caseless;
        st = make(m, literals, count, &h->made);
    }
    free(none);
    free(m);
    if (st == TOCSIN_OK) {
        h->bytes = tcs_buf_view(&h->made);
        (void)open_form(h); /* as it was made */
        *hashed_out = h;
    } else {
        tcs_hashed_free(h);
    }
    return st;
}

tocsin_status tcs_hashed_open(struct tcs_str bytes, struct tcs_hashed **hashed_out)
{
    struct tcs_hashed *h = calloc(1, sizeof *h);

    if (!h)
        return TOCSIN_E_NOMEM;
    h->bytes = bytes;
    if (!open_form(h)) {
        free(h);
        return TOCSIN_E_CORRUPT;
    }
    *hashed_out = h;
    return TOCSIN_OK;
}

void tcs_hashed_free(struct tcs_hashed *h)
{
    if (!h)
        return;
    tcs_buf_release(&h->made);
    free(h);
}

struct tcs_str tcs_hashed_form(const struct tcs_hashed *h)
{
    return h->bytes;
}

size_t tcs_hashed_count(const struct tcs_hashed *h)
{
    return h->count;
}

struct tcs_str tcs_hashed_text(const struct tcs_hashed *h, uint32_t id)
{
    return (struct tcs_str){h->text + h->starts[id], h->starts[id + 1] - h->starts[id]};
}

void tcs_hashed_be_plain(struct tcs_hashed *h)
{
    h->places.is_plain = true;
    h->is_plain = true;
}

/* ---- scanning ---- */

struct found {
    uint64_t hash;
    size_t at;
    bool is_tag;
};

struct scan {
    const struct tcs_hashed *h;
    const uint8_t *data; /* readable for PAD bytes behind end */
    size_t base;         /* of data in what the caller gave */
    size_t end;
    tcs_literal_seen seen;
    void *context;
    bool is_over;
    struct found found[BATCH + 64]; /* keys that passed the bits */
    size_t found_count;
    uint16_t han[TCS_PLACES_BLOCKS * 64 + 64]; /* places of Han, from the first of some blocks on */
    uint16_t kept[TCS_PLACES_BLOCKS * 64 + 64]; /* those that have a key of a kind */
};

static bool stands_at(const struct tcs_hashed *h, struct tcs_str text, const uint8_t *p)
{
    size_t i;

    if (!memcmp(text.data, p, text.len))
        return true;
    for (i = 0; h->caseless && i < text.len && lower(p[i]) == (uint8_t)text.data[i]; i++)
        continue;
    return i == text.len;
}

/* Of the three bytes before p, how many at the end are letters or digits? The last is. */
static inline unsigned word_before(const uint8_t *p)
{
    return !tcs_is_ascii_word(p[-2]) ? 1 : !tcs_is_ascii_word(p[-3]) ? 2 : 3;
}

static inline uint64_t tag_key(uint64_t bytes, unsigned letters)
{
    return first_bytes(bytes, TAG_KEY) >> (8 * (TAG_KEY - 1 - letters)) ^ MARK(TCS_PLACE_TAG);
}

INLINED uint64_t key_at(const struct tcs_hashed *h, unsigned kind, uint64_t fold, const uint8_t *p)
{
    switch (kind) {
    case TCS_PLACE_HAN: return first_bytes(load8(p), HAN_KEY);
    case HAN3: return long_key(load8(p), p[8], HAN3);
    case HAN4: return long_key(load8(p), load4(p + 8), HAN4);
    case TCS_PLACE_BREAK: return first_bytes(load8(p), BREAK_KEY) ^ MARK(TCS_PLACE_BREAK);
    case TCS_PLACE_WORD: return first_bytes(load8(p) | fold, WORD_KEY) ^ MARK(TCS_PLACE_WORD);
    case SHORT_WORD: return first_bytes(load8(p) | fold, SHORT_WORD_KEY) ^ MARK(SHORT_WORD);
    case TCS_PLACE_TAG: return tag_key(load8(p - (TAG_KEY - 1)) | fold, word_before(p));
    case TCS_PLACE_SIGN: return first_bytes(load8(p + ESCAPE_KEY_AT) | fold, SIGN_KEY) ^ MARK(TCS_PLACE_SIGN);
    case TCS_PLACE_ESCAPE: return (load8(p + ESCAPE_KEY_AT) | fold) ^ MARK(TCS_PLACE_ESCAPE);
    default: return first_bytes(load8(p) | (*p < 0x80 ? fold : 0), h->other_lengths[*p]) ^ MARK(TCS_PLACE_OTHER);
    }
}

/* ---- lookup ---- */

/* Reports what stands at a found key's place of the literals that have its tag. */
static void report_key(struct scan *s, const struct found *found, uint32_t from, uint32_t to)
{
    const struct tcs_hashed *h = s->h;

    for (; from < to && !s->is_over; from++) {
        uint32_t id = h->entries[from].id;
        struct tcs_str text;
        size_t start;

        if (h->entries[from].tag != (uint32_t)(found->hash >> 32))
            continue;
        text = tcs_hashed_text(h, id);
        start = found->is_tag ? found->at + 1 - text.len : found->at;
        if (start < s->end && text.len <= s->end - start && stands_at(h, text, s->data + start))
            s->is_over = s->seen(s->context, id, s->base + start + text.len);
    }
}

/* In steps: the tables of a large set are in no near cache, so that each step fetches what the next one reads. */
static void report_found(struct scan *s)
{
    const struct tcs_hashed *h = s->h;
    uint32_t from[BATCH + 64], to[BATCH + 64];
    size_t count = s->found_count, i;

    s->found_count = 0;
    for (i = 0; i < count; i++)
        __builtin_prefetch(&h->buckets[bucket_of(s->found[i].hash, h->bucket_shift)]);
    for (i = 0; i < count; i++) {
        from[i] = h->buckets[bucket_of(s->found[i].hash, h->bucket_shift)];
        to[i] = h->buckets[bucket_of(s->found[i].hash, h->bucket_shift) + 1];
        __builtin_prefetch(&h->entries[from[i]]);
    }
    for (i = 0; i < count && !s->is_over; i++)
        report_key(s, &s->found[i], from[i], to[i]);
}

/* ---- places ---- */

/* Notes those of the places in a block of 64 whose keys pass the bits. */
INLINED void sift(struct scan *s, unsigned kind, uint64_t places, size_t block)
{
    const struct tcs_hashed *h = s->h;
    struct bits bits = h->bits[OTHER_KEYS];
    uint64_t fold = h->caseless ? CASE_BITS : 0;
    size_t count = s->found_count;

    if (!places)
        return;
    for (; places; places &= places - 1) {
        size_t at = block + (unsigned)__builtin_ctzll(places);
        uint64_t hash = hash_of(key_at(h, kind, fold, s->data + at));

        s->found[count] = (struct found){hash, at, kind == TCS_PLACE_TAG};
        count += has_bits(bits, hash, OTHER_KEYS);
    }
    s->found_count = count;
    if (count > BATCH)
        report_found(s);
}

/* In the midst of letters any of the last may begin the word. */
static void sift_midst(struct scan *s, uint64_t places, size_t block)
{
    uint64_t fold = s->h->caseless ? CASE_BITS : 0;

    for (; places; places &= places - 1) {
        size_t at = block + (unsigned)__builtin_ctzll(places);
        unsigned letters;

        for (letters = 1; letters <= word_before(s->data + at); letters++) {
            uint64_t hash = hash_of(tag_key(load8(s->data + at - (TAG_KEY - 1)) | fold, letters));

            s->found[s->found_count] = (struct found){hash, at, true};
            s->found_count += has_bits(s->h->bits[OTHER_KEYS], hash, OTHER_KEYS);
        }
        if (s->found_count > BATCH)
            report_found(s);
    }
}

INLINED void sift_block(struct scan *s, const struct tcs_places_found *places, size_t at)
{
    const uint8_t *has = s->h->has_kind;

    sift(s, TCS_PLACE_BREAK, places->of[TCS_PLACE_BREAK], at - TCS_PLACES_BREAK_AFTER);
    if (has[TCS_PLACE_WORD])
        sift(s, TCS_PLACE_WORD, places->of[TCS_PLACE_WORD], at);
    if (has[SHORT_WORD])
        sift(s, SHORT_WORD, places->of[TCS_PLACE_WORD], at);
    sift(s, TCS_PLACE_TAG, places->of[TCS_PLACE_TAG], at);
    sift_midst(s, places->of[TCS_PLACE_MIDST], at);
    sift(s, TCS_PLACE_ESCAPE, places->of[TCS_PLACE_ESCAPE], at);
    sift(s, TCS_PLACE_SIGN, places->of[TCS_PLACE_SIGN], at);
    sift(s, TCS_PLACE_OTHER, places->of[TCS_PLACE_OTHER], at);
}

/* ---- Han ---- */

/* Lists the places of a block, of which there are mostly about 21, without a branch for each; some more are written. */
INLINED size_t list_places(uint16_t *list, uint64_t places, unsigned block)
{
    size_t count = (size_t)__builtin_popcountll(places), i;

    for (i = 0; i < count; i += 8) {
        unsigned j;

        UNROLLED
        for (j = 0; j < 8; j++, places &= places - 1)
            list[i + j] = (uint16_t)(block + (unsigned)__builtin_ctzll(places | (uint64_t)1 << 63));
    }
    return count;
}

/* Lists again those of the places, counted from data on, whose keys of a kind pass the bits; list and kept may be the same. */
INLINED size_t keep(const uint16_t *list, size_t count, const uint8_t *data, unsigned kind, const struct tcs_hashed *h,
                    unsigned table, uint16_t *kept)
{
    struct bits bits = h->bits[table];
    size_t kept_count = 0, i;

    UNROLLED
    for (i = 0; i < count; i++) {
        uint16_t at = list[i];

        kept[kept_count] = at;
        kept_count += has_bits(bits, hash_of(key_at(h, kind, 0, data + at)), table);
    }
    return kept_count;
}

/* Notes the places of s->kept, which have a key. */
static void note_han(struct scan *s, unsigned kind, size_t from, size_t count)
{
    size_t i;

    for (i = 0; i < count; i++) {
        size_t at = from + s->kept[i];

        s->found[s->found_count++] = (struct found){hash_of(key_at(NULL, kind, 0, s->data + at)), at, false};
        if (s->found_count > BATCH)
            report_found(s);
    }
}

/* Those of the places in s->han that have a key of the kind. */
INLINED void sift_kind(struct scan *s, unsigned kind, unsigned table, size_t from, size_t count)
{
    if (s->h->has_kind[kind])
        note_han(s, kind, from, keep(s->han, count, s->data + from, kind, s->h, table, s->kept));
}

/* What is no pair of characters that a key begins with, and no three of them, begins none. */
INLINED void sift_han(struct scan *s, const struct tcs_places_found *places, size_t from, uint64_t some)
{
    size_t count = 0;

    for (; some; some &= some - 1) {
        unsigned block = (unsigned)__builtin_ctzll(some);

        count += list_places(s->han + count, places[block].of[TCS_PLACE_HAN], 64 * block);
    }
    count = keep(s->han, count, s->data + from, TCS_PLACE_HAN, s->h, HAN_PAIRS, s->han);
    sift_kind(s, TCS_PLACE_HAN, HAN2_KEYS, from, count);
    count = keep(s->han, count, s->data + from, HAN3, s->h, HAN_TRIPLES, s->han);
    sift_kind(s, HAN3, HAN_KEYS, from, count);
    sift_kind(s, HAN4, HAN_KEYS, from, count);
}

/* ---- blocks ---- */

INLINED void sift_blocks(struct scan *s, const struct tcs_places_found *places, size_t from, uint64_t some)
{
    sift_han(s, places, from, some);
    for (; some; some &= some - 1) {
        unsigned block = (unsigned)__builtin_ctzll(some);

        sift_block(s, &places[block], from + 64 * block);
    }
    report_found(s);
}

static void sift_blocks_plain(struct scan *s, const struct tcs_places_found *places, size_t from, uint64_t some)
{
    sift_blocks(s, places, from, some);
}

/* The same, and the CPU has instructions for bits. */
#if defined(__x86_64__)
__attribute__((target("bmi,bmi2,popcnt")))
#endif
static void sift_blocks_bmi(struct scan *s, const struct tcs_places_found *places, size_t from, uint64_t some)
{
    sift_blocks(s, places, from, some);
}

static void scan_blocks(struct scan *s, struct tcs_places_state *state, size_t from, size_t to)
{
    struct tcs_places_found places[TCS_PLACES_BLOCKS];
    size_t at, blocks;
    uint64_t some;

    for (at = from; at < to && !s->is_over; at += 64 * blocks) {
        blocks = (to - at + 63) / 64 < TCS_PLACES_BLOCKS ? (to - at + 63) / 64 : TCS_PLACES_BLOCKS;
        some = tcs_places_find(&s->h->places, state, s->data + at, blocks, places);
        if (s->h->is_plain)
            sift_blocks_plain(s, places, at, some);
        else
            sift_blocks_bmi(s, places, at, some);
    }
}

/* Scans [from, to) of data by a copy with zeros around it, for what may be read beyond its ends. */
static void scan_copy(struct scan *s, struct tcs_places_state *state, const char *data, size_t len, size_t from, size_t to)
{
    uint8_t copy[BEHIND + 64 + 64 + PAD + PAD] = {0};
    size_t behind = from < BEHIND ? from : BEHIND, ahead = len - to < PAD ? len - to : PAD;

    memcpy(copy + BEHIND - behind, data + from - behind, behind + to - from + ahead);
    s->data = copy;
    s->base = from - BEHIND;
    s->end = BEHIND + to - from + ahead;
    scan_blocks(s, state, BEHIND, BEHIND + to - from);
}

void tcs_hashed_scan(const struct tcs_hashed *h, const char *data, size_t len, tcs_literal_seen seen, void *context)
{
    size_t first = len < 64 ? len : 64, whole = len > 64 + PAD ? (len - PAD) / 64 * 64 : first;
    struct scan s = {.h = h, .seen = seen, .context = context};
    struct tcs_places_state state = {0};

    scan_copy(&s, &state, data, len, 0, first);
    s.data = (const uint8_t *)data;
    s.base = 0;
    s.end = len;
    scan_blocks(&s, &state, first, whole);
    if (!s.is_over && whole < len)
        scan_copy(&s, &state, data, len, whole, len);
}
