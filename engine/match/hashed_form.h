/*
 * hashed_form: what a set of literals is in memory and in a file, and how the bytes at a place become a key, a hash and
 * bits. For hashed_make, which writes it, and hashed, which reads it; private to them. What a scan does at each place is
 * inline, because hashed compiles it for several kinds of CPU.
 */
#ifndef TOCSIN_HASHED_FORM_H
#define TOCSIN_HASHED_FORM_H

#include "base/word.h"
#include "match/places.h"

/* What is compiled for several kinds of CPU must be in one piece. */
#define TCS_HASHED_INLINE static inline __attribute__((always_inline))

/* Kinds of keys beside those of places: WORD with a shorter key, HAN with longer ones. */
enum { TCS_KEY_SHORT_WORD = TCS_PLACE_KINDS, TCS_KEY_HAN3, TCS_KEY_HAN4, TCS_KEY_KINDS };

/*
 * How long the keys are of the kinds but OTHER, and where they begin in a literal; a byte that is missing at the end is
 * entered in all its values. WORD has keys of 3 bytes too, HAN of 9 and 12, which is three and four characters. TAG's are
 * the last bytes, at most four, of a literal.
 */
enum {
    TCS_HAN_KEY = 6,
    TCS_HAN3_KEY = 9,
    TCS_HAN4_KEY = 12,
    TCS_BREAK_KEY = 4,
    TCS_WORD_KEY = 4,
    TCS_SHORT_WORD_KEY = 3,
    TCS_TAG_KEY = 4,
    TCS_ESCAPE_KEY = 8,
    TCS_SIGN_KEY = 4,
    TCS_ESCAPE_KEY_AT = 2
};

/*
 * A key's bits are all in one word. Tables of them: of the keys of Han that are two characters and of longer ones, of the
 * beginnings of both, of other keys.
 */
enum { TCS_HAN2_KEYS, TCS_HAN_KEYS, TCS_HAN_PAIRS, TCS_HAN_TRIPLES, TCS_OTHER_KEYS, TCS_KEY_TABLES };

struct tcs_hashed_entry {
    uint32_t tag, id; /* tag: upper half of the key's hash */
};

/* The form: this, and behind it the arrays, each filled up to 8 bytes. */
struct tcs_hashed_form {
    uint64_t bytes, text_bytes;
    uint32_t count, entry_count;
    uint8_t bits_log[TCS_KEY_TABLES]; /* of the number of words */
    uint8_t bucket_log;               /* of the number of buckets */
    uint8_t caseless, zero;
    uint8_t has_kind[TCS_KEY_KINDS + (8 - TCS_KEY_KINDS % 8)]; /* are there such keys? */
    uint8_t other_lengths[256]; /* of keys of the kind OTHER, by first byte; 0 for none */
    struct tcs_places places;
};

/*
 * The arrays in their order. Tables of bits, then: entries by bucket, those of bucket i being entries[buckets[i]] to
 * entries[buckets[i + 1] - 1]; where each literal starts in the text, and where the last ends; the text of all of them.
 */
enum {
    TCS_HASHED_BUCKETS = TCS_KEY_TABLES,
    TCS_HASHED_ENTRIES,
    TCS_HASHED_STARTS,
    TCS_HASHED_TEXT,
    TCS_HASHED_ARRAYS
};

/* Where in the form each array begins; returns where the last ends. */
static inline size_t tcs_hashed_layout(const struct tcs_hashed_form *form, size_t at[TCS_HASHED_ARRAYS])
{
    size_t sizes[TCS_HASHED_ARRAYS], end = sizeof *form, i;

    for (i = 0; i < TCS_KEY_TABLES; i++)
        sizes[i] = sizeof(uint64_t) << form->bits_log[i];
    sizes[TCS_HASHED_BUCKETS] = (((size_t)1 << form->bucket_log) + 1) * sizeof(uint32_t);
    sizes[TCS_HASHED_ENTRIES] = form->entry_count * sizeof(struct tcs_hashed_entry);
    sizes[TCS_HASHED_STARTS] = ((size_t)form->count + 1) * sizeof(uint32_t);
    sizes[TCS_HASHED_TEXT] = form->text_bytes;
    for (i = 0; i < TCS_HASHED_ARRAYS; i++) {
        at[i] = end;
        end += (sizes[i] + 7) / 8 * 8;
    }
    return end;
}

/* ---- keys ---- */

/* Or-ed with eight bytes it folds the ASCII letters among them; what it does to others it does to keys and text alike. */
#define TCS_KEY_FOLD 0x2020202020202020u

static inline uint8_t tcs_key_lower(uint8_t byte)
{
    return byte >= 'A' && byte <= 'Z' ? (uint8_t)(byte | 0x20) : byte;
}

TCS_HASHED_INLINE uint64_t tcs_key_load8(const uint8_t *p)
{
    return tcs_load64((const char *)p);
}

TCS_HASHED_INLINE uint32_t tcs_key_load4(const uint8_t *p)
{
    return tcs_load32((const char *)p);
}

TCS_HASHED_INLINE uint64_t tcs_key_first(uint64_t bytes, unsigned count)
{
    return bytes & UINT64_MAX >> (64 - 8 * count);
}

/* Keeps keys of different kinds apart. */
TCS_HASHED_INLINE uint64_t tcs_key_mark(uint64_t key, unsigned kind)
{
    return key ^ (uint64_t)kind << 58;
}

/* Eight bytes and what follows them of a longer key. */
TCS_HASHED_INLINE uint64_t tcs_key_long(uint64_t bytes, uint32_t more, unsigned kind)
{
    return bytes + (more | (uint64_t)kind << 32) * 0xD6E8FEB86659FD93u; /* any odd number with many ones: it only spreads */
}

/* ---- hashes ---- */

TCS_HASHED_INLINE uint64_t tcs_key_hash(uint64_t key)
{
    return key * 0x9E3779B97F4A7C15u; /* Knuth's multiplicative hash, 64 bits */
}

/* In the tables that are asked most a key has one bit, else two. */
TCS_HASHED_INLINE bool tcs_hash_has_one_bit(unsigned table)
{
    return table == TCS_HAN_PAIRS || table == TCS_HAN2_KEYS;
}

/* The bits of a hash in its word, which its upper bits choose; shift: 64 less the logarithm of the number of words. */
TCS_HASHED_INLINE uint64_t tcs_hash_bits(uint64_t hash, unsigned shift, unsigned table)
{
    uint64_t mask = (uint64_t)1 << (hash >> (shift - 6) & 63);

    return tcs_hash_has_one_bit(table) ? mask : mask | (uint64_t)1 << (hash >> (shift - 12) & 63);
}

/* shift: 64 less the logarithm of the number of buckets, of which there may be one. */
static inline size_t tcs_hash_bucket(uint64_t hash, unsigned shift)
{
    return (size_t)(hash >> 1 >> (shift - 1));
}

#endif
