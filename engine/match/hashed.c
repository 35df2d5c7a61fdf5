/*
 * Each literal has a key: up to 12 of its bytes, at a fixed distance from its start that depends on its first byte alone. A
 * scan asks of every place where a literal can begin (match/places), whether the key that stands there is one of ours: first
 * tables of bits, the smaller the more often they are asked, then, of the few that pass, a hash table that names them.
 *
 * Cost per Han character is what matters, with ten thousand terms and more. So places are asked in loops without branches
 * over many blocks, which overlap the misses of the caches, and what passed is looked up in steps, each of which fetches
 * ahead for the next.
 *
 * All tables stand in one piece of memory, which is the file form too: match/hashed_make makes it, here it is opened.
 */
#include "match/hashed.h"

#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "match/hashed_form.h"
#include "match/hashed_make.h"

#define UNROLLED _Pragma("GCC unroll 8")
#define PAD 32 /* zeros behind the last bytes of data, more than a key reads */
#define BEHIND 32 /* the longest literal, which TAG reads backwards */
#define BATCH 256 /* keys that are looked up together */

struct bits {
    const uint64_t *words;
    unsigned shift; /* 64 less the logarithm of the number of words */
};

struct tcs_hashed {
    struct tcs_buf made;  /* the form, where it was made here */
    struct tcs_str bytes; /* the form */
    size_t count;
    bool caseless;
    struct tcs_places places;
    const uint8_t *has_kind; /* this and the arrays: of the form */
    const uint8_t *other_lengths;
    struct bits bits[TCS_KEY_TABLES];
    bool is_plain; /* as on a CPU without BMI */
    const uint32_t *buckets;
    unsigned bucket_shift;
    const struct tcs_hashed_entry *entries;
    const uint32_t *starts; /* by literal */
    const char *text;       /* folded where caseless */
};

/* ---- opening ---- */

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
    const void *arrays[TCS_HASHED_ARRAYS];
    size_t starts[TCS_HASHED_ARRAYS], i;
    struct tcs_hashed_form form;

    if (h->bytes.len < sizeof form)
        return false;
    memcpy(&form, at, sizeof form);
    for (i = 0; i < TCS_KEY_TABLES; i++)
        if (form.bits_log[i] > 32)
            return false;
    if (form.bytes > h->bytes.len || form.text_bytes > form.bytes || form.bucket_log > 32 || (uintptr_t)at % 8)
        return false;
    if (tcs_hashed_layout(&form, starts) != form.bytes)
        return false;
    for (i = 0; i < TCS_HASHED_ARRAYS; i++)
        arrays[i] = at + starts[i];
    h->count = form.count;
    h->caseless = form.caseless;
    h->places = form.places;
    h->has_kind = (const uint8_t *)at + offsetof(struct tcs_hashed_form, has_kind);
    h->other_lengths = (const uint8_t *)at + offsetof(struct tcs_hashed_form, other_lengths);
    for (i = 0; i < TCS_KEY_TABLES; i++)
        h->bits[i] = (struct bits){arrays[i], 64u - form.bits_log[i]};
    h->buckets = arrays[TCS_HASHED_BUCKETS];
    h->bucket_shift = 64u - form.bucket_log;
    h->entries = arrays[TCS_HASHED_ENTRIES];
    h->starts = arrays[TCS_HASHED_STARTS];
    h->text = arrays[TCS_HASHED_TEXT];
    tcs_places_resume(&h->places);
    h->is_plain = !has_bmi();
    return true;
}

tocsin_status tcs_hashed_new(const struct tcs_str *literals, const uint8_t *edges, size_t count, bool caseless,
                             struct tcs_hashed **hashed_out)
{
    struct tcs_hashed *h = calloc(1, sizeof *h);
    tocsin_status st = h ? tcs_hashed_make(literals, edges, count, caseless, &h->made) : TOCSIN_E_NOMEM;

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
    for (i = 0; h->caseless && i < text.len && tcs_key_lower(p[i]) == (uint8_t)text.data[i]; i++)
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
    return tcs_key_mark(tcs_key_first(bytes, TCS_TAG_KEY) >> (8 * (TCS_TAG_KEY - 1 - letters)), TCS_PLACE_TAG);
}

TCS_HASHED_INLINE uint64_t key_at(const struct tcs_hashed *h, unsigned kind, uint64_t fold, const uint8_t *p)
{
    switch (kind) {
    case TCS_PLACE_HAN: return tcs_key_first(tcs_key_load8(p), TCS_HAN_KEY);
    case TCS_KEY_HAN3: return tcs_key_long(tcs_key_load8(p), p[8], TCS_KEY_HAN3);
    case TCS_KEY_HAN4: return tcs_key_long(tcs_key_load8(p), tcs_key_load4(p + 8), TCS_KEY_HAN4);
    case TCS_PLACE_BREAK: return tcs_key_mark(tcs_key_first(tcs_key_load8(p), TCS_BREAK_KEY), TCS_PLACE_BREAK);
    case TCS_PLACE_WORD: return tcs_key_mark(tcs_key_first(tcs_key_load8(p) | fold, TCS_WORD_KEY), TCS_PLACE_WORD);
    case TCS_KEY_SHORT_WORD:
        return tcs_key_mark(tcs_key_first(tcs_key_load8(p) | fold, TCS_SHORT_WORD_KEY), TCS_KEY_SHORT_WORD);
    case TCS_PLACE_TAG: return tag_key(tcs_key_load8(p - (TCS_TAG_KEY - 1)) | fold, word_before(p));
    case TCS_PLACE_SIGN:
        return tcs_key_mark(tcs_key_first(tcs_key_load8(p + TCS_ESCAPE_KEY_AT) | fold, TCS_SIGN_KEY), TCS_PLACE_SIGN);
    case TCS_PLACE_ESCAPE: return tcs_key_mark(tcs_key_load8(p + TCS_ESCAPE_KEY_AT) | fold, TCS_PLACE_ESCAPE);
    default:
        return tcs_key_mark(tcs_key_first(tcs_key_load8(p) | (*p < 0x80 ? fold : 0), h->other_lengths[*p]), TCS_PLACE_OTHER);
    }
}

TCS_HASHED_INLINE bool has_bits(struct bits bits, uint64_t hash, unsigned table)
{
    uint64_t word = bits.words[hash >> bits.shift], mask = tcs_hash_bits(hash, bits.shift, table);

    return tcs_hash_has_one_bit(table) ? word >> (hash >> (bits.shift - 6) & 63) & 1 : (word & mask) == mask;
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
        __builtin_prefetch(&h->buckets[tcs_hash_bucket(s->found[i].hash, h->bucket_shift)]);
    for (i = 0; i < count; i++) {
        from[i] = h->buckets[tcs_hash_bucket(s->found[i].hash, h->bucket_shift)];
        to[i] = h->buckets[tcs_hash_bucket(s->found[i].hash, h->bucket_shift) + 1];
        __builtin_prefetch(&h->entries[from[i]]);
    }
    for (i = 0; i < count && !s->is_over; i++)
        report_key(s, &s->found[i], from[i], to[i]);
}

/* ---- places ---- */

/* Notes those of the places in a block of 64 whose keys pass the bits. */
TCS_HASHED_INLINE void sift(struct scan *s, unsigned kind, uint64_t places, size_t block)
{
    const struct tcs_hashed *h = s->h;
    struct bits bits = h->bits[TCS_OTHER_KEYS];
    uint64_t fold = h->caseless ? TCS_KEY_FOLD : 0;
    size_t count = s->found_count;

    if (!places)
        return;
    for (; places; places &= places - 1) {
        size_t at = block + (unsigned)__builtin_ctzll(places);
        uint64_t hash = tcs_key_hash(key_at(h, kind, fold, s->data + at));

        s->found[count] = (struct found){hash, at, kind == TCS_PLACE_TAG};
        count += has_bits(bits, hash, TCS_OTHER_KEYS);
    }
    s->found_count = count;
    if (count > BATCH)
        report_found(s);
}

/* In the midst of letters any of the last may begin the word. */
static void sift_midst(struct scan *s, uint64_t places, size_t block)
{
    uint64_t fold = s->h->caseless ? TCS_KEY_FOLD : 0;

    for (; places; places &= places - 1) {
        size_t at = block + (unsigned)__builtin_ctzll(places);
        unsigned letters;

        for (letters = 1; letters <= word_before(s->data + at); letters++) {
            uint64_t hash = tcs_key_hash(tag_key(tcs_key_load8(s->data + at - (TCS_TAG_KEY - 1)) | fold, letters));

            s->found[s->found_count] = (struct found){hash, at, true};
            s->found_count += has_bits(s->h->bits[TCS_OTHER_KEYS], hash, TCS_OTHER_KEYS);
        }
        if (s->found_count > BATCH)
            report_found(s);
    }
}

TCS_HASHED_INLINE void sift_block(struct scan *s, const struct tcs_places_found *places, size_t at)
{
    const uint8_t *has = s->h->has_kind;

    sift(s, TCS_PLACE_BREAK, places->of[TCS_PLACE_BREAK], at - TCS_PLACES_BREAK_AFTER);
    if (has[TCS_PLACE_WORD])
        sift(s, TCS_PLACE_WORD, places->of[TCS_PLACE_WORD], at);
    if (has[TCS_KEY_SHORT_WORD])
        sift(s, TCS_KEY_SHORT_WORD, places->of[TCS_PLACE_WORD], at);
    sift(s, TCS_PLACE_TAG, places->of[TCS_PLACE_TAG], at);
    sift_midst(s, places->of[TCS_PLACE_MIDST], at);
    sift(s, TCS_PLACE_ESCAPE, places->of[TCS_PLACE_ESCAPE], at);
    sift(s, TCS_PLACE_SIGN, places->of[TCS_PLACE_SIGN], at);
    sift(s, TCS_PLACE_OTHER, places->of[TCS_PLACE_OTHER], at);
}

/* ---- Han ---- */

/* Lists the places of a block, of which there are mostly about 21, without a branch for each; some more are written. */
TCS_HASHED_INLINE size_t list_places(uint16_t *list, uint64_t places, unsigned block)
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

/* Lists again those of the places, counted from data on, whose keys of a kind pass the bits; list and kept may be one. */
TCS_HASHED_INLINE size_t keep(const uint16_t *list, size_t count, const uint8_t *data, unsigned kind,
                              const struct tcs_hashed *h, unsigned table, uint16_t *kept)
{
    struct bits bits = h->bits[table];
    size_t kept_count = 0, i;

    UNROLLED
    for (i = 0; i < count; i++) {
        uint16_t at = list[i];

        kept[kept_count] = at;
        kept_count += has_bits(bits, tcs_key_hash(key_at(h, kind, 0, data + at)), table);
    }
    return kept_count;
}

/* Notes the places of s->kept, which have a key. */
static void note_han(struct scan *s, unsigned kind, size_t from, size_t count)
{
    size_t i;

    for (i = 0; i < count; i++) {
        size_t at = from + s->kept[i];

        s->found[s->found_count++] = (struct found){tcs_key_hash(key_at(NULL, kind, 0, s->data + at)), at, false};
        if (s->found_count > BATCH)
            report_found(s);
    }
}

/* Those of the places in s->han that have a key of the kind. */
TCS_HASHED_INLINE void sift_kind(struct scan *s, unsigned kind, unsigned table, size_t from, size_t count)
{
    if (s->h->has_kind[kind])
        note_han(s, kind, from, keep(s->han, count, s->data + from, kind, s->h, table, s->kept));
}

/* What is no pair of characters that a key begins with, and no three of them, begins none. */
TCS_HASHED_INLINE void sift_han(struct scan *s, const struct tcs_places_found *places, size_t from, uint64_t some)
{
    size_t count = 0;

    for (; some; some &= some - 1) {
        unsigned block = (unsigned)__builtin_ctzll(some);

        count += list_places(s->han + count, places[block].of[TCS_PLACE_HAN], 64 * block);
    }
    count = keep(s->han, count, s->data + from, TCS_PLACE_HAN, s->h, TCS_HAN_PAIRS, s->han);
    sift_kind(s, TCS_PLACE_HAN, TCS_HAN2_KEYS, from, count);
    count = keep(s->han, count, s->data + from, TCS_KEY_HAN3, s->h, TCS_HAN_TRIPLES, s->han);
    sift_kind(s, TCS_KEY_HAN3, TCS_HAN_KEYS, from, count);
    sift_kind(s, TCS_KEY_HAN4, TCS_HAN_KEYS, from, count);
}

/* ---- blocks ---- */

TCS_HASHED_INLINE void sift_blocks(struct scan *s, const struct tcs_places_found *places, size_t from, uint64_t some)
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
