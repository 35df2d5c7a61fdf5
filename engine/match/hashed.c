/*
 * Each literal has a key: up to 8 of its bytes, at a fixed distance from its start that depends on its first byte alone. A
 * scan asks of every place where a literal can begin (match/places), whether the key that stands there is one of ours: first a
 * table of bits, small enough for a near cache, then, of the few that pass, a hash table of keys and the literals themselves.
 *
 * So that few places pass, keys are long where text is dense: of Han two characters, of ASCII four bytes, at a word's start
 * only where the literal's left side allows no letter; shorter literals have tables of shapes of their own, so that the long
 * keys stay long. A literal that is one byte shorter than the keys of its kind is entered with every byte that may follow.
 */
#include "match/hashed.h"

#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "match/places.h"

#define PAD 32 /* zeros behind the last bytes of data, more than a key reads */
#define BEHIND 32 /* the longest literal, which TAG reads backwards */
#define BATCH 2048
#define MIN_BITS 14
#define MAX_BITS 23 /* a megabyte: about the second cache */
#define MAX_PAIR_BITS 18 /* 32 KiB: about the first */
#define NO_ENTRY UINT32_MAX
/* Kinds of keys beside those of places: WORD with a shorter key, HAN with longer ones. */
enum { SHORT_WORD = TCS_PLACE_KINDS, HAN3, HAN4, KEY_KINDS };
#define CASE_BITS 0x2020202020202020u
#define MARK(kind) ((uint64_t)(kind) << 58) /* keeps keys of different kinds apart */

struct slot {
    uint64_t key;
    uint32_t first; /* entry; NO_ENTRY in a free slot */
};

struct entry {
    uint32_t id, next;
};

struct tcs_hashed {
    struct tcs_str *texts; /* into bytes; folded where caseless */
    char *bytes;
    size_t count;
    bool caseless;
    struct tcs_places places;
    uint8_t *edges; /* by literal */
    bool has_kind[KEY_KINDS]; /* are there such keys? */
    uint8_t other_lengths[256]; /* of keys of the kind OTHER, by first byte; 0 for none */
    struct bits {
        uint64_t *words;
        unsigned shift; /* 64 less the logarithm of the number of bits */
    } keys, pairs; /* of all keys, each twice; of the first two characters of HAN's, so few that they stay in the nearest cache */
    uint64_t *pair_keys;
    size_t pair_count, pair_cap;
    struct slot *slots;
    size_t slot_mask, slot_count;
    struct entry *entries;
    size_t entry_count, entry_cap;
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

static uint64_t first_bytes(uint64_t bytes, unsigned count)
{
    return bytes & UINT64_MAX >> (64 - 8 * count);
}

static void add_place(struct tcs_hashed *h, struct tcs_str text, uint8_t edges)
{
    enum tcs_place_kind kind = kind_of(text, edges);
    uint8_t first = byte_at(text, 0);
    bool is_word = (edges & TCS_EDGE_LEFT) && tcs_is_ascii_word(first);
    unsigned wanted = first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
    uint8_t *length = &h->other_lengths[first];

    tcs_places_add(&h->places, kind, first, kind == TCS_PLACE_BREAK ? byte_at(text, 3) : byte_at(text, text.len - 1), is_word, h->caseless);
    if (kind != TCS_PLACE_OTHER)
        return;
    if (!*length)
        *length = (uint8_t)wanted;
    if (text.len + 1 < *length)
        *length = (uint8_t)text.len;
}

/* Each key has two bits; the second is asked for only where the first is set. */
static inline uint64_t second_key(uint64_t key)
{
    return key ^ key >> 29 ^ 0x5851F42D4C957F2Du;
}

static uint64_t hash_of(uint64_t key)
{
    return key * 0x9E3779B97F4A7C15u; /* Knuth's multiplicative hash, 64 bits */
}

/* ---- the table of keys ---- */

static struct slot *find_slot(const struct tcs_hashed *h, uint64_t key)
{
    size_t at = (size_t)(hash_of(key) >> 32) & h->slot_mask;

    while (h->slots[at].first != NO_ENTRY && h->slots[at].key != key)
        at = (at + 1) & h->slot_mask;
    return &h->slots[at];
}

static tocsin_status grow_slots(struct tcs_hashed *h)
{
    struct slot *old = h->slots;
    size_t old_size = old ? h->slot_mask + 1 : 0, size = old ? old_size * 4 : 1024, i;

    h->slots = malloc(size * sizeof *h->slots);
    if (!h->slots) {
        h->slots = old;
        return TOCSIN_E_NOMEM;
    }
    h->slot_mask = size - 1;
    for (i = 0; i < size; i++)
        h->slots[i].first = NO_ENTRY;
    for (i = 0; i < old_size; i++)
        if (old[i].first != NO_ENTRY)
            *find_slot(h, old[i].key) = old[i];
    free(old);
    return TOCSIN_OK;
}

static tocsin_status enter(struct tcs_hashed *h, uint64_t key, uint32_t id)
{
    struct slot *slot;
    tocsin_status st = TOCSIN_OK;

    if (!h->slots || (h->slot_count + 1) * 2 > h->slot_mask)
        st = grow_slots(h);
    if (st == TOCSIN_OK)
        st = TCS_GROW(h->entries, h->entry_cap, h->entry_count + 1);
    if (st != TOCSIN_OK)
        return st;
    slot = find_slot(h, key);
    if (slot->first != NO_ENTRY && h->entries[slot->first].id == id)
        return TOCSIN_OK;
    h->slot_count += slot->first == NO_ENTRY;
    h->entries[h->entry_count] = (struct entry){id, slot->first};
    *slot = (struct slot){key, (uint32_t)h->entry_count++};
    return TOCSIN_OK;
}

/* Eight bytes and what follows them of a longer key. */
static inline uint64_t long_key(uint64_t bytes, uint32_t more, unsigned kind)
{
    return bytes + (more | (uint64_t)kind << 32) * 0xD6E8FEB86659FD93u; /* any odd number with many ones: it only spreads */
}

/* How keys of one literal are made: of `length` bytes of text, or-ed with fold. */
struct keying {
    struct tcs_str text;
    unsigned length;
    uint64_t fold;
    uint32_t kind, id, more; /* more: the bytes of the key after the eighth */
    uint8_t edges;
};

/* Enters the keys that begin so, the bytes from `at` on still to be chosen: as the literal has them, in both cases, or any. */
static tocsin_status enter_from(struct tcs_hashed *h, const struct keying *k, unsigned at, uint64_t key)
{
    tocsin_status st = TOCSIN_OK;
    unsigned byte;

    if (at == HAN_KEY && (k->kind == TCS_PLACE_HAN || k->kind >= HAN3)) {
        st = TCS_GROW(h->pair_keys, h->pair_cap, h->pair_count + 1);
        if (st != TOCSIN_OK)
            return st;
        if (!h->pair_count || h->pair_keys[h->pair_count - 1] != key)
            h->pair_keys[h->pair_count++] = key;
    }
    if (at == k->length)
        return enter(h, k->kind >= HAN3 ? long_key(key, k->more, k->kind) : first_bytes(key | k->fold, k->length) ^ MARK(k->kind),
                     k->id);
    if (at < k->text.len) {
        byte = byte_at(k->text, at);
        st = enter_from(h, k, at + 1, key | (uint64_t)byte << (8 * at));
        if (st == TOCSIN_OK && h->caseless && !k->fold && byte >= 'a' && byte <= 'z')
            st = enter_from(h, k, at + 1, key | (uint64_t)(byte & ~0x20u) << (8 * at));
        return st;
    }
    for (byte = 0; byte < 256 && st == TOCSIN_OK; byte++)
        if (!(k->edges & TCS_EDGE_RIGHT) || !tcs_is_ascii_word(byte))
            st = enter_from(h, k, at + 1, key | (uint64_t)byte << (8 * at));
    return st;
}

static tocsin_status enter_literal(struct tcs_hashed *h, uint32_t id, uint8_t edges)
{
    struct keying k = {.text = h->texts[id], .kind = kind_of(h->texts[id], edges), .id = id, .edges = edges};
    unsigned i;

    if (h->caseless && byte_at(k.text, 0) < 0x80)
        k.fold = CASE_BITS;
    switch (k.kind) {
    case TCS_PLACE_HAN:
        k.kind = k.text.len >= HAN4_KEY ? HAN4 : k.text.len >= HAN3_KEY ? HAN3 : TCS_PLACE_HAN;
        k.length = k.kind == TCS_PLACE_HAN ? HAN_KEY : 8;
        if (k.kind == TCS_PLACE_HAN)
            break;
        for (i = 8; i < (k.kind == HAN4 ? HAN4_KEY : HAN3_KEY); i++)
            k.more |= (uint32_t)byte_at(k.text, i) << (8 * (i - 8));
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
    default: k.length = h->other_lengths[byte_at(k.text, 0)]; break;
    }
    h->has_kind[k.kind] = true;
    return enter_from(h, &k, 0, 0);
}

/* Shows match/places the keys of all kinds. */
static tocsin_status fill_looks(struct tcs_hashed *h)
{
    uint64_t *keys = malloc((h->count + 1) * sizeof *keys);
    tocsin_status st = keys ? TOCSIN_OK : TOCSIN_E_NOMEM;
    enum tcs_place_kind kind;
    size_t count, i, j;

    for (kind = 0; kind < TCS_PLACE_KINDS && st == TOCSIN_OK; kind++) {
        for (count = i = 0; i < h->count; i++) {
            struct tcs_str text = h->texts[i];
            size_t from = kind == TCS_PLACE_ESCAPE || kind == TCS_PLACE_SIGN ? ESCAPE_KEY_AT
                          : kind == TCS_PLACE_TAG                            ? text.len - TAG_KEY /* may be below 0 */
                                                                             : 0;

            if (kind_of(text, h->edges[i]) != kind)
                continue;
            for (keys[count] = 0, j = 0; j < sizeof *keys; j++)
                keys[count] |= (uint64_t)(from + j < text.len ? byte_at(text, from + j) : TCS_PLACES_ANY) << (8 * j);
            count++;
        }
        st = tcs_places_look(&h->places, kind, keys, count, h->caseless);
    }
    free(keys);
    return st;
}

static tocsin_status bits_init(struct bits *bits, size_t wanted, unsigned most)
{
    unsigned log = MIN_BITS;

    while (log < most && (size_t)1 << log < wanted)
        log++;
    bits->shift = 64 - log;
    bits->words = calloc((size_t)1 << (log - 6), sizeof *bits->words);
    return bits->words ? TOCSIN_OK : TOCSIN_E_NOMEM;
}

static void set_bit(struct bits *bits, uint64_t key)
{
    uint64_t bit = hash_of(key) >> bits->shift;

    bits->words[bit / 64] |= (uint64_t)1 << bit % 64;
}

static tocsin_status fill_bits(struct tcs_hashed *h)
{
    tocsin_status st = bits_init(&h->keys, h->slot_count * 32, MAX_BITS);
    size_t i;

    if (st == TOCSIN_OK)
        st = bits_init(&h->pairs, h->pair_count * 16, MAX_PAIR_BITS);
    if (st != TOCSIN_OK)
        return st;
    for (i = 0; i <= h->slot_mask; i++)
        if (h->slots[i].first != NO_ENTRY) {
            set_bit(&h->keys, h->slots[i].key);
            set_bit(&h->keys, second_key(h->slots[i].key));
        }
    for (i = 0; i < h->pair_count; i++)
        set_bit(&h->pairs, h->pair_keys[i]);
    return TOCSIN_OK;
}

static tocsin_status copy_texts(struct tcs_hashed *h, const struct tcs_str *literals, const uint8_t *edges, size_t count)
{
    size_t bytes = 0, at = 0, i, j;

    for (i = 0; i < count; i++)
        bytes += literals[i].len;
    h->texts = calloc(count + 1, sizeof *h->texts);
    h->bytes = malloc(bytes + 1);
    h->edges = calloc(count + 1, 1);
    if (!h->texts || !h->bytes || !h->edges)
        return TOCSIN_E_NOMEM;
    if (edges && count)
        memcpy(h->edges, edges, count);
    for (i = 0; i < count; i++) {
        h->texts[i] = (struct tcs_str){h->bytes + at, literals[i].len};
        for (j = 0; j < literals[i].len; j++, at++)
            h->bytes[at] = h->caseless ? (char)lower((uint8_t)literals[i].data[j]) : literals[i].data[j];
    }
    h->count = count;
    return TOCSIN_OK;
}

tocsin_status tcs_hashed_new(const struct tcs_str *literals, const uint8_t *edges, size_t count, bool caseless,
                             struct tcs_hashed **hashed_out)
{
    struct tcs_hashed *h = calloc(1, sizeof *h);
    tocsin_status st;
    size_t i;

    if (!h)
        return TOCSIN_E_NOMEM;
    h->caseless = caseless;
    tcs_places_begin(&h->places);
    st = copy_texts(h, literals, edges, count);
    for (i = 0; i < count && st == TOCSIN_OK; i++)
        add_place(h, h->texts[i], h->edges[i]);
    if (caseless)
        for (i = 'a'; i <= 'z'; i++)
            h->other_lengths[i - 0x20] = h->other_lengths[i];
    if (st == TOCSIN_OK)
        st = grow_slots(h);
    for (i = 0; i < count && st == TOCSIN_OK; i++)
        st = enter_literal(h, (uint32_t)i, h->edges[i]);
    if (st == TOCSIN_OK)
        st = fill_looks(h);
    if (st == TOCSIN_OK)
        st = fill_bits(h);
    if (st != TOCSIN_OK) {
        tcs_hashed_free(h);
        return st;
    }
    *hashed_out = h;
    return TOCSIN_OK;
}

void tcs_hashed_free(struct tcs_hashed *h)
{
    if (!h)
        return;
    free(h->texts);
    free(h->bytes);
    free(h->edges);
    free(h->keys.words);
    free(h->pairs.words);
    free(h->pair_keys);
    free(h->slots);
    free(h->entries);
    free(h);
}

void tcs_hashed_be_plain(struct tcs_hashed *h)
{
    h->places.is_plain = true;
}

/* ---- scanning ---- */

struct scan {
    const struct tcs_hashed *h;
    const uint8_t *data; /* readable for PAD bytes behind end */
    size_t base;         /* of data in what the caller gave */
    size_t end;
    tcs_literal_seen seen;
    void *context;
    bool is_over;
    size_t found[BATCH]; /* places that passed the bits, and their kind */
    size_t found_count;
};

static bool stands_at(const struct tcs_hashed *h, struct tcs_str text, const uint8_t *p)
{
    size_t i;

    if (!h->caseless)
        return !memcmp(text.data, p, text.len);
    for (i = 0; i < text.len && lower(p[i]) == (uint8_t)text.data[i]; i++)
        continue;
    return i == text.len;
}

static inline uint64_t load8(const uint8_t *p)
{
    uint64_t bytes;

    memcpy(&bytes, p, sizeof bytes);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    bytes = __builtin_bswap64(bytes);
#endif
    return bytes;
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

static inline uint64_t key_at(const struct tcs_hashed *h, unsigned kind, uint64_t fold, const uint8_t *p)
{
    switch (kind) {
    case TCS_PLACE_HAN: return first_bytes(load8(p), HAN_KEY);
    case HAN3: return long_key(load8(p), p[8], HAN3);
    case HAN4: return long_key(load8(p), (uint32_t)load8(p + 8), HAN4);
    case TCS_PLACE_BREAK: return first_bytes(load8(p), BREAK_KEY) ^ MARK(TCS_PLACE_BREAK);
    case TCS_PLACE_WORD: return first_bytes(load8(p) | fold, WORD_KEY) ^ MARK(TCS_PLACE_WORD);
    case SHORT_WORD: return first_bytes(load8(p) | fold, SHORT_WORD_KEY) ^ MARK(SHORT_WORD);
    case TCS_PLACE_TAG: return tag_key(load8(p - (TAG_KEY - 1)) | fold, word_before(p));
    case TCS_PLACE_SIGN: return first_bytes(load8(p + ESCAPE_KEY_AT) | fold, SIGN_KEY) ^ MARK(TCS_PLACE_SIGN);
    case TCS_PLACE_ESCAPE: return (load8(p + ESCAPE_KEY_AT) | fold) ^ MARK(TCS_PLACE_ESCAPE);
    default: return first_bytes(load8(p) | (*p < 0x80 ? fold : 0), h->other_lengths[*p]) ^ MARK(TCS_PLACE_OTHER);
    }
}

static inline bool has_bit(struct bits bits, uint64_t key)
{
    uint64_t bit = hash_of(key) >> bits.shift;

    return bits.words[bit / 64] >> bit % 64 & 1;
}

static void report_key(struct scan *s, unsigned kind, uint64_t key, size_t at)
{
    const struct tcs_hashed *h = s->h;
    const struct slot *slot;
    uint32_t entry;

    if (!has_bit(h->keys, second_key(key)))
        return;
    slot = find_slot(h, key);
    for (entry = slot->first; entry != NO_ENTRY && !s->is_over; entry = h->entries[entry].next) {
        uint32_t id = h->entries[entry].id;
        struct tcs_str text = h->texts[id];
        size_t start = kind == TCS_PLACE_TAG ? at + 1 - text.len : at;

        if (start < s->end && text.len <= s->end - start && stands_at(h, text, s->data + start))
            s->is_over = s->seen(s->context, id, s->base + start + text.len);
    }
}

static void report_place(struct scan *s, unsigned kind, size_t at)
{
    const struct tcs_hashed *h = s->h;
    const uint8_t *p = s->data + at;
    uint64_t fold = h->caseless ? CASE_BITS : 0;
    unsigned letters;

    if (kind == TCS_PLACE_MIDST) {
        for (letters = 1; letters <= word_before(p) && !s->is_over; letters++)
            report_key(s, TCS_PLACE_TAG, tag_key(load8(p - (TAG_KEY - 1)) | fold, letters), at);
        return;
    }
    report_key(s, kind, key_at(h, kind, fold, p), at);
}

static void report_found(struct scan *s)
{
    size_t i;

    for (i = 0; i < s->found_count && !s->is_over; i++)
        report_place(s, (unsigned)(s->found[i] % KEY_KINDS), s->found[i] / KEY_KINDS);
    s->found_count = 0;
}

/* Notes those of the places in a block of 64 that pass the bits. */
static inline __attribute__((always_inline)) void sift(struct scan *s, unsigned kind, uint64_t places, size_t block)
{
    const struct tcs_hashed *h = s->h;
    struct bits bits = h->keys;
    const uint8_t *data = s->data;
    uint64_t fold = h->caseless ? CASE_BITS : 0;
    size_t count = s->found_count;

    for (; places; places &= places - 1) {
        size_t at = block + (unsigned)__builtin_ctzll(places);

        s->found[count] = at * KEY_KINDS + kind;
        count += kind == TCS_PLACE_MIDST || has_bit(bits, key_at(h, kind, fold, data + at));
    }
    s->found_count = count;
}

/* The same for HAN, whose keys have three lengths: what is no pair of characters that a key begins with has none of them. */
static void sift_han(struct scan *s, uint64_t places, size_t block)
{
    const struct tcs_hashed *h = s->h;
    struct bits pairs = h->pairs, keys = h->keys;
    size_t left[64], count = 0, i, found = s->found_count;

    for (; places; places &= places - 1) {
        left[count] = block + (unsigned)__builtin_ctzll(places);
        count += has_bit(pairs, key_at(h, TCS_PLACE_HAN, 0, s->data + left[count]));
    }
    for (i = 0; i < count; i++) {
        static const uint8_t kinds[] = {TCS_PLACE_HAN, HAN3, HAN4};
        unsigned j;

        for (j = 0; j < sizeof kinds; j++) {
            s->found[found] = left[i] * KEY_KINDS + kinds[j];
            found += h->has_kind[kinds[j]] && has_bit(keys, key_at(h, kinds[j], 0, s->data + left[i]));
        }
    }
    s->found_count = found;
}

static void sift_block(struct scan *s, const struct tcs_places_found *places, size_t at)
{
    const bool *has = s->h->has_kind;

    sift_han(s, places->of[TCS_PLACE_HAN], at);
    sift(s, TCS_PLACE_BREAK, places->of[TCS_PLACE_BREAK], at - TCS_PLACES_BREAK_AFTER);
    if (has[TCS_PLACE_WORD])
        sift(s, TCS_PLACE_WORD, places->of[TCS_PLACE_WORD], at);
    if (has[SHORT_WORD])
        sift(s, SHORT_WORD, places->of[TCS_PLACE_WORD], at);
    sift(s, TCS_PLACE_TAG, places->of[TCS_PLACE_TAG], at);
    sift(s, TCS_PLACE_MIDST, places->of[TCS_PLACE_MIDST], at);
    sift(s, TCS_PLACE_ESCAPE, places->of[TCS_PLACE_ESCAPE], at);
    sift(s, TCS_PLACE_SIGN, places->of[TCS_PLACE_SIGN], at);
    sift(s, TCS_PLACE_OTHER, places->of[TCS_PLACE_OTHER], at);
    if (s->found_count > BATCH - 64 * KEY_KINDS)
        report_found(s);
}

static void scan_blocks(struct scan *s, struct tcs_places_state *state, size_t from, size_t to)
{
    struct tcs_places_found places[TCS_PLACES_BLOCKS];
    size_t at, blocks;
    uint64_t some;

    for (at = from; at < to && !s->is_over; at += 64 * blocks) {
        blocks = (to - at + 63) / 64 < TCS_PLACES_BLOCKS ? (to - at + 63) / 64 : TCS_PLACES_BLOCKS;
        for (some = tcs_places_find(&s->h->places, state, s->data + at, blocks, places); some; some &= some - 1) {
            unsigned block = (unsigned)__builtin_ctzll(some);

            sift_block(s, &places[block], at + 64 * block);
        }
        report_found(s);
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
