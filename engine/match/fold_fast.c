/*
 * Plain text is folded by what comes next: ASCII in blocks of sixteen bytes (up to seven letters or digits amid Han in
 * one word), characters of three bytes two at a time and of two bytes one by one through tables from bytes to bytes
 * (fold_table.h), emoji as they are, gaps of up to eight characters with the characters at both sides in view. Whatever
 * else comes up ends the run, and the machine of fold.c goes on: ignorables, expansions, other characters of four bytes,
 * ill-formed bytes, runs of initials, long gaps, the gap at the end of the text.
 *
 * A plain character that turns out to be followed by one that is no normalisation boundary is taken back, with the gap
 * before it, if there is one. Room is reserved once: a plain character never folds to more bytes than it has.
 *
 * Measured (Zen 4, gcc 12, text in cache): a Han character takes 2.6 cycles and 16 bytes of ASCII 18; where the form
 * changes, a branch is foreseen wrongly at 20 cycles or so, and that is what text with short lines is made of.
 */
#include "match/fold_fast.h"

#include <string.h>

#include "base/utf8.h"
#include "match/fold_block.h"
#include "match/fold_table.h"
#include "match/gap.h"
#include "match/props.h"

/* A block is stored whole, whatever part of it counts. */
#define SLACK (2 * TCS_BLOCK)
#define NOT_SIMPLE (TCS_PLAIN_OTHER | TCS_PLAIN_GAP)
#define INLINE static inline __attribute__((always_inline))

/* A gap that was taken: [p, end) of the text; what stands before it folds up to o. */
struct gap {
    const char *p, *end;
    char *o;
};

/* p: what comes next, of [first, end) of text; o: where its fold goes, in folded. */
struct run {
    const char *text, *first, *p, *end;
    char *folded, *o;
    uint32_t *start_at, *end_at; /* the map */
    uint32_t left;               /* plain entry of the last character, or its flags */
    char line;                   /* what a line break becomes */
    struct gap gap;              /* the last one */
};

INLINE void map_char(const struct run *r, const char *o, const char *p, size_t len)
{
    r->start_at[o - r->folded] = (uint32_t)(p - r->text);
    r->end_at[o - r->folded] = (uint32_t)(p - r->text + (ptrdiff_t)len);
}

/* The same of count characters of one byte. */
INLINE void map_ascii(const struct run *r, const char *o, const char *p, unsigned count)
{
    tcs_block_map(r->start_at + (o - r->folded), r->end_at + (o - r->folded), (uint32_t)(p - r->text), count);
}

/* The plain entry of three bytes, the lowest of word. */
INLINE uint32_t wide_entry(uint32_t word)
{
    return tcs_plain_wide[(word & 0x0F) << 12 | (word >> 2 & 0xFC0) | (word >> 16 & 0x3F)];
}

/* 0 for three bytes of the right form; which are too many or a surrogate is in the table. */
INLINE uint32_t wide_fault(uint32_t word)
{
    return (word & 0xC0C0F0) ^ 0x8080E0;
}

INLINE uint32_t narrow_entry(uint32_t word)
{
    return tcs_plain_narrow[(word & 0x1F) << 6 | (word >> 8 & 0x3F)];
}

INLINE uint32_t narrow_fault(uint32_t word)
{
    return (word & 0xC0E0) ^ 0x80C0;
}

/* The entry of an emoji, four bytes: it folds to itself, and is neither gap nor Han, Latin or digit. */
#define EMOJI_ENTRY 0u

/* Is it a character from U+1F300 to U+1FAFF that is no more than EMOJI_ENTRY says? */
INLINE bool is_emoji(uint32_t word)
{
    uint32_t cp = 0x1F000 | (word >> 10 & 0xFC0) | (word >> 24 & 0x3F);

    return (word & 0xC0C0FFFF) == 0x80809FF0 && cp >= 0x1F300 && cp <= 0x1FAFF && tcs_props(cp) == TCS_PROP_SIMPLE &&
           (tcs_fold_entry(cp) & (TCS_FOLD_KIND_MASK | TCS_FOLD_BOUNDARY)) == (TCS_FOLD_KIND_SELF | TCS_FOLD_BOUNDARY);
}

/* Up to four bytes at p; zeros stand for those behind the end. */
INLINE uint32_t load_word(const char *p, const char *end)
{
    uint32_t word = 0;
    ptrdiff_t i;

    if (end - p >= 4)
        return tcs_load32(p);
    for (i = 0; i < end - p; i++)
        word |= (uint32_t)(unsigned char)p[i] << 8 * i;
    return word;
}

/* The plain entry of the character at p and its length; what is not plain is TCS_PLAIN_OTHER. */
INLINE uint32_t entry_at(const char *p, const char *end, size_t *len)
{
    uint32_t word = load_word(p, end);

    if ((word & 0x80) == 0) {
        *len = 1;
        return p < end ? tcs_plain_ascii[word & 0x7F] : TCS_PLAIN_OTHER;
    }
    if (!wide_fault(word)) {
        *len = 3;
        return wide_entry(word);
    }
    if (is_emoji(word)) {
        *len = 4;
        return EMOJI_ENTRY;
    }
    *len = 2;
    return narrow_fault(word) ? TCS_PLAIN_OTHER : narrow_entry(word);
}

INLINE void put_entry(struct run *r, const char *p, uint32_t entry, size_t len, bool with_map)
{
    tcs_store32(r->o, entry);
    if (with_map)
        map_char(r, r->o, p, len);
    r->o += entry >> TCS_PLAIN_LEN_SHIFT;
    r->left = entry;
}

/* Characters of three bytes, one by one, up to the end. */
INLINE void take_last_wide(struct run *r, bool with_map)
{
    for (;;) {
        uint32_t word = load_word(r->p, r->end), entry = wide_entry(word);

        if (wide_fault(word) || (entry & NOT_SIMPLE))
            return;
        put_entry(r, r->p, entry, 3, with_map);
        r->p += 3;
    }
}

_Static_assert(TCS_PLAIN_LONE_QUOTE << 1 == TCS_PLAIN_HAN, "gap_disappears shifts one to the other");
_Static_assert(TCS_PLAIN_LATIN_OR_DIGIT >> 1 == TCS_PLAIN_HAN, "gap_disappears shifts one to the other");

/*
 * Does a gap that holds no paragraph break disappear? Not 0 if so: Han at both sides of a lone quote; Han at one side,
 * Latin or digit at the other. lone: the entry of the gap's only character.
 */
INLINE uint32_t gap_disappears(uint32_t left, uint32_t right, uint32_t lone)
{
    return ((left & right & lone << 1) | (left & right >> 1) | (right & left >> 1)) & TCS_PLAIN_HAN;
}

/*
 * The gap of one character that begins at r->p, if a plain character of three bytes or one stands behind it: gap is its
 * entry, right the bytes behind it. False if not.
 */
INLINE bool take_one_gap(struct run *r, uint32_t gap, size_t len, uint32_t right, bool with_map)
{
    uint32_t entry;

    if (!(gap & TCS_PLAIN_GAP))
        return false;
    if (!wide_fault(right))
        entry = wide_entry(right);
    else if (!(right & 0x80))
        entry = tcs_plain_ascii[right & 0x7F];
    else
        return false;
    if (entry & NOT_SIMPLE)
        return false;
    r->gap = (struct gap){r->p, r->p + len, r->o};
    tcs_store32(r->o, gap);
    if ((gap & TCS_PLAIN_BYTES) == TCS_FOLD_LINE)
        *r->o = r->line;
    if (with_map)
        map_char(r, r->o, r->p, len);
    if (!gap_disappears(r->left, entry, gap) || *r->o == TCS_FOLD_PARAGRAPH)
        r->o += gap >> TCS_PLAIN_LEN_SHIFT;
    r->p += len;
    r->left = 0; /* what follows is no gap */
    return true;
}

/*
 * One to seven letters, digits and the like amid wide characters, where a block would be more than is needed. False if
 * it is something else or may be longer.
 */
INLINE bool take_short_ascii(struct run *r, bool with_map)
{
    uint64_t word = tcs_load64(r->p);
    unsigned len = tcs_word_plain_len(word);

    if (!len || len > 7)
        return false;
    tcs_store64(r->o, tcs_word_lower(word));
    if (with_map)
        map_ascii(r, r->o, r->p, 8);
    r->p += len;
    r->o += len;
    r->left = tcs_plain_ascii[(unsigned char)r->p[-1]];
    return true;
}

/*
 * Characters of three bytes, two at a time, and single ASCII gap characters. The branch on the form needs no table, so
 * that a run's end, which is hard to foresee, is known early; what is left of a pair then is taken without a branch.
 */
INLINE void take_wide(struct run *r, bool with_map)
{
    const uint64_t form = 0x00C0C0F0C0C0F0, good = 0x008080E08080E0;

    while (r->end - r->p >= 8) {
        uint64_t word = tcs_load64(r->p), fault = (word & form) ^ good;
        uint64_t bits = (word & 0x0F00000F) << 12 | (word >> 2 & 0x000FC0000FC0) | (word >> 16 & 0x3F00003F);
        uint32_t first = tcs_plain_wide[bits & 0xFFFF], second;
        uint32_t take; /* all ones if the first character is one of three bytes, else 0 */

        if (__builtin_expect(!fault, 1)) {
            second = tcs_plain_wide[bits >> 24];
            if (__builtin_expect(!((first | second) & NOT_SIMPLE), 1)) {
                put_entry(r, r->p, first, 3, with_map);
                put_entry(r, r->p + 3, second, 3, with_map);
                r->p += 6;
                continue;
            }
        }
        take = 0u - !(fault & 0xFFFFFF);
        first &= take;
        if (!(first & NOT_SIMPLE)) {
            tcs_store32(r->o, first);
            if (with_map)
                map_char(r, r->o, r->p, 3);
            r->o += first >> TCS_PLAIN_LEN_SHIFT;
            r->p += take & 3;
            r->left = first | (r->left & ~take);
            word >>= take & 24;
        }
        if (!(word & 0x80)) {
            if (!take_one_gap(r, tcs_plain_ascii[word & 0x7F], 1, (uint32_t)(word >> 8), with_map) &&
                (r->end - r->p < 8 || !take_short_ascii(r, with_map)))
                return;
        } else {
            if (r->end - r->p < 8)
                return;
            word = tcs_load64(r->p);
            if (wide_fault((uint32_t)word) ||
                !take_one_gap(r, wide_entry((uint32_t)word), 3, (uint32_t)(word >> 24), with_map))
                return;
        }
    }
}

/* Characters of two bytes. */
INLINE void take_narrow(struct run *r, bool with_map)
{
    for (;;) {
        uint32_t word = load_word(r->p, r->end), entry = narrow_entry(word);

        if (narrow_fault(word) || (entry & NOT_SIMPLE))
            return;
        put_entry(r, r->p, entry, 2, with_map);
        r->p += 2;
    }
}

/*
 * The byte of the block (folded) at which a run of initials is known to be one, its second stop; TCS_BLOCK where there
 * is none. A run may begin in the four folded characters before the block: bits 0 to 3 below.
 */
static unsigned find_initials(const char *folded, const char *block, uint32_t stops)
{
    uint32_t letters = 0, spaced = 0, pairs, runs;
    const char *o = block;
    unsigned i;

    stops <<= 4;
    for (i = 4; i-- > 0 && o > folded;) {
        uint32_t cp, bit = 1u << i;
        size_t len;

        do
            o--;
        while (tcs_utf8_is_continuation(*o));
        cp = tcs_utf8_decode(o, block, &len, NULL);
        if (tcs_is_latin_letter(tcs_props(cp)))
            letters |= bit;
        if (tcs_props(cp) & TCS_PROP_SPACED)
            spaced |= bit;
        if (cp == '.')
            stops |= bit;
    }
    for (i = 0; i < TCS_BLOCK; i++) {
        unsigned char c = (unsigned char)block[i];

        /* among ASCII the spaced characters are the letters, in lower case here, and the digits */
        if (c < 0x80 && (tcs_plain_ascii[c] & TCS_PLAIN_LATIN_OR_DIGIT)) {
            spaced |= 16u << i;
            letters |= (uint32_t)(c > '9') << (i + 4);
        }
    }
    pairs = stops & (letters & ~(spaced << 1)) << 1;
    runs = (pairs & pairs << 2) >> 4;
    return runs ? (unsigned)__builtin_ctz(runs) : TCS_BLOCK;
}

INLINE bool is_ascii_gap(char c)
{
    return (unsigned char)c < 0x80 && (tcs_plain_ascii[(unsigned char)c] & TCS_PLAIN_GAP);
}

/*
 * ASCII, up to its last character that is no gap: whether the gap behind that one stays depends on what follows. The
 * caller sees to it that a gap at the start stays. False if there is nothing to take.
 */
INLINE bool take_ascii(struct run *r, bool with_map)
{
    uint32_t white_before = 0, stops_before = 3; /* 3: who knows */
    char *o = r->o, tail[TCS_BLOCK] = {0};
    const char *p = r->p;
    struct tcs_block block;
    uint32_t bad, keep;
    unsigned n;

    for (;;) {
        const char *in = p;

        bad = 1u << TCS_BLOCK;
        if (__builtin_expect(r->end - p < (ptrdiff_t)TCS_BLOCK, 0)) {
            memcpy(tail, p, (size_t)(r->end - p));
            in = tail;
            bad = 1u << (r->end - p);
        }
        block = tcs_block_fold(in, o, r->line);
        bad |= block.other | (block.white & (block.white << 1 | white_before));
        if (block.stop & (block.stop << 2 | stops_before))
            bad |= 1u << find_initials(r->folded, o, block.stop);
        if (with_map)
            map_ascii(r, o, p, TCS_BLOCK);
        n = (unsigned)__builtin_ctz(bad);
        if (n < TCS_BLOCK)
            break;
        white_before = block.white >> (TCS_BLOCK - 1);
        stops_before = block.stop >> (TCS_BLOCK - 2);
        p += TCS_BLOCK;
        o += TCS_BLOCK;
    }
    keep = ~block.gap & ((1u << n) - 1);
    n = keep ? 32 - (unsigned)__builtin_clz(keep) : 0;
    p += n;
    o += n;
    while (p > r->p && is_ascii_gap(p[-1])) { /* only where n is 0 */
        p--;
        o--;
    }
    if (p == r->p)
        return false;
    r->p = p;
    r->o = o;
    r->left = tcs_plain_ascii[(unsigned char)p[-1]];
    return true;
}

/* A gap, which begins at r->p with the entry first, if plain characters stand at both sides of it. */
INLINE bool take_gap(struct run *r, uint32_t first, size_t len, bool with_map)
{
    const char *p = r->p;
    char *o = r->o, *white = NULL;
    bool has_paragraph = false, stays;
    unsigned count = 0, breaks = 0;
    uint32_t entry = first;

    do {
        if (!(entry & TCS_PLAIN_WHITE) || !white) {
            tcs_store32(o, entry);
            if (with_map)
                map_char(r, o, p, len);
            white = entry & TCS_PLAIN_WHITE ? o : NULL;
            breaks = 0;
            o += entry >> TCS_PLAIN_LEN_SHIFT;
        } else if (with_map) {
            r->end_at[white - r->folded] += (uint32_t)len;
        }
        if (white && (entry & 0xFF) == TCS_FOLD_LINE && !(*p == '\n' && p > r->p && p[-1] == '\r')) {
            breaks++;
            *white = breaks > 1 ? TCS_FOLD_PARAGRAPH : r->line;
            has_paragraph |= *white == TCS_FOLD_PARAGRAPH;
        }
        p += len;
        if (++count > TCS_GAP_MAX)
            return false;
        entry = entry_at(p, r->end, &len);
    } while (entry & TCS_PLAIN_GAP);
    if (entry & TCS_PLAIN_OTHER)
        return false;
    stays = has_paragraph || !gap_disappears(r->left, entry, count == 1 ? first : 0);
    r->gap = (struct gap){r->p, p, r->o};
    if (stays)
        r->o = o;
    r->p = p;
    r->left = 0; /* what follows is no gap */
    return true;
}

/* What follows may join the last character: that goes back, and a gap of a block before it. */
INLINE void take_back(struct run *r)
{
    do
        r->p--;
    while (tcs_utf8_is_continuation(*r->p));
    if (r->p == r->gap.end)
        return;
    do
        r->o--;
    while (tcs_utf8_is_continuation(*r->o));
    while (r->p > r->first && is_ascii_gap(r->p[-1])) { /* one to one */
        r->p--;
        r->o--;
    }
}

/* May what follows join what stands before it? */
static bool may_join(const char *p, const char *end)
{
    size_t len;

    if (p == end || (unsigned char)*p < 0x80)
        return false;
    return !(tcs_fold_entry(tcs_utf8_decode(p, end, &len, NULL)) & TCS_FOLD_BOUNDARY);
}

INLINE void take_emoji(struct run *r, bool with_map)
{
    tcs_store32(r->o, tcs_load32(r->p));
    if (with_map)
        map_char(r, r->o, r->p, 4);
    r->o += 4;
    r->p += 4;
    r->left = EMOJI_ENTRY;
}

/* Ends where nothing can be taken, possibly right behind a gap. */
INLINE void take_all(struct run *r, bool with_map)
{
    while (r->p < r->end) {
        uint32_t entry;
        size_t len;

        if ((unsigned char)*r->p >= 0xE0) {
            take_wide(r, with_map);
            if (r->end - r->p < 8)
                take_last_wide(r, with_map);
        } else if ((unsigned char)*r->p >= 0x80) {
            take_narrow(r, with_map);
        }
        entry = entry_at(r->p, r->end, &len);
        if (entry & TCS_PLAIN_OTHER)
            return;
        if (len == 4) {
            take_emoji(r, with_map);
        } else if (entry & TCS_PLAIN_GAP) {
            if (r->end - r->p >= 8 && take_one_gap(r, entry, len, (uint32_t)(tcs_load64(r->p) >> 8 * len), with_map))
                continue;
            if (len == 1 && !(r->left & TCS_PLAIN_HAN) && take_ascii(r, with_map))
                continue;
            if (!take_gap(r, entry, len, with_map))
                return;
        } else if (len == 1 && !take_ascii(r, with_map)) {
            return;
        }
    }
}

tocsin_status tcs_fold_plain(struct tcs_str text, bool lf_paragraph, bool with_map, unsigned left_props,
                             struct tcs_folded *folded, size_t *at)
{
    size_t room = text.len - *at + SLACK, from = folded->text.len;
    tocsin_status st = tcs_buf_reserve(&folded->text, room);
    struct run r = {.text = text.data, .p = text.data + *at, .first = text.data + *at, .end = text.data + text.len};

    if (st == TOCSIN_OK && with_map)
        st = TCS_GROW(folded->start, folded->start_cap, from + room);
    if (st == TOCSIN_OK && with_map)
        st = TCS_GROW(folded->end, folded->end_cap, from + room);
    if (st != TOCSIN_OK)
        return st;
    r.folded = folded->text.data;
    r.o = r.folded + from;
    r.start_at = folded->start;
    r.end_at = folded->end;
    r.line = lf_paragraph ? TCS_FOLD_PARAGRAPH : TCS_FOLD_LINE;
    r.left = left_props & TCS_PROP_HAN ? TCS_PLAIN_HAN : 0;
    if ((left_props & TCS_PROP_DIGIT) || tcs_is_latin_letter(left_props))
        r.left |= TCS_PLAIN_LATIN_OR_DIGIT;
    if (with_map)
        take_all(&r, true);
    else
        take_all(&r, false);
    if (r.p > r.first && may_join(r.p, r.end))
        take_back(&r);
    if (r.p == r.gap.end) {
        r.p = r.gap.p;
        r.o = r.gap.o;
    }
    folded->text.len = (size_t)(r.o - r.folded);
    *at = (size_t)(r.p - text.data);
    return TOCSIN_OK;
}
