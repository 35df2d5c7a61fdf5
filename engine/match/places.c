/*
 * Every byte has eight classes, a bit each. The classes of a block are turned into eight masks: by a lookup of all 64 bytes
 * in registers where the CPU has AVX-512 VBMI, else by a table and a transposition of 8 x 8 bits (Warren, Hacker's Delight,
 * 7-3). With VBMI the places are looked at once more, all 64 at once: the idea is that of Hyperscan's Teddy, with tables of
 * 64 instead of 16 entries, so that a byte of a Han character is told from all others.
 */
#include "match/places.h"

#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"

#if defined(__x86_64__)
#include <immintrin.h>
#define HAS_VBMI_FORM 1
#else
#define HAS_VBMI_FORM 0
#endif

#define CHUNKS 96
#define MAX_KEYS 6000 /* with more, hardly a place is ruled out */

enum {
    WORD,        /* an ASCII letter or digit */
    ESCAPE,      /* begins an escape or reference, whose letters touch nothing */
    WORD_ANY,    /* begins literals of the kind, anywhere; at a word's start all letters may */
    TAGGER,      /* interrupts literals of the kind */
    OTHER_FIRST, /* begins literals of the kind */
    HAN_FIRST,   /* begins literals of HAN or BREAK */
    BREAKER,
    BACKSLASH,
    CLASSES
};

/* Columns of keys that are looked at, and their distance from the place; those that tell most come first in the order. */
static const struct columns {
    unsigned count, planes;
    uint8_t of_key[TCS_PLACES_COLUMNS], of_place[TCS_PLACES_COLUMNS], order[TCS_PLACES_COLUMNS];
} columns[TCS_PLACE_KINDS] = {
    [TCS_PLACE_HAN] = {4, 1, {1, 2, 4, 5}, {1, 2, 4, 5}, {1, 3, 0, 2}},
    [TCS_PLACE_BREAK] = {3, 1, {1, 2, 3}, {1, 2, 3}, {1, 0, 2}},
    [TCS_PLACE_WORD] = {5, 2, {0, 1, 2, 3, 4}, {0, 1, 2, 3, 4}, {0, 1, 2, 3, 4}},
    [TCS_PLACE_TAG] = {4, 1, {0, 1, 2, 3}, {0, 1, 2, 3}, {3, 2, 1, 0}},
    [TCS_PLACE_SIGN] = {4, 2, {0, 1, 2, 3}, {2, 3, 4, 5}, {2, 3, 1, 0}},
    [TCS_PLACE_ESCAPE] = {6, 2, {0, 1, 2, 3, 6, 7}, {2, 3, 4, 5, 8, 9}, {2, 3, 1, 4, 5, 0}},
    [TCS_PLACE_OTHER] = {4, 1, {0, 1, 2, 3}, {0, 1, 2, 3}, {0, 1, 2, 3}},
};

static bool has_vbmi(void)
{
#if HAS_VBMI_FORM
    return __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vbmi");
#else
    return false;
#endif
}

void tcs_places_begin(struct tcs_places *places)
{
    unsigned byte;

    memset(places, 0, sizeof *places);
    tcs_places_resume(places);
    for (byte = 0; byte < 256; byte++)
        places->classes[byte] = tcs_is_ascii_word(byte) ? 1 << WORD : 0;
    places->classes['\\'] = 1 << ESCAPE;
    places->classes['&'] = places->classes['#'] = 1 << ESCAPE;
}

void tcs_places_resume(struct tcs_places *places)
{
    places->is_plain = !has_vbmi();
}

static void add(struct tcs_places *places, uint8_t byte, unsigned class, bool caseless)
{
    places->classes[byte] |= (uint8_t)(1u << class);
    if (caseless && (byte | 0x20) >= 'a' && (byte | 0x20) <= 'z')
        places->classes[byte ^ 0x20] |= (uint8_t)(1u << class);
}

void tcs_places_add(struct tcs_places *places, enum tcs_place_kind kind, uint8_t first, uint8_t breaker, bool is_word,
                    bool caseless)
{
    static const uint8_t class_of[] = {[TCS_PLACE_HAN] = HAN_FIRST,
                                       [TCS_PLACE_BREAK] = HAN_FIRST,
                                       [TCS_PLACE_WORD] = WORD_ANY,
                                       [TCS_PLACE_TAG] = WORD,
                                       [TCS_PLACE_ESCAPE] = BACKSLASH,
                                       [TCS_PLACE_SIGN] = BACKSLASH,
                                       [TCS_PLACE_OTHER] = OTHER_FIRST};

    if (kind != TCS_PLACE_WORD || !is_word)
        add(places, first, class_of[kind], caseless);
    if (kind == TCS_PLACE_BREAK)
        add(places, breaker, BREAKER, caseless);
    if (kind == TCS_PLACE_TAG)
        add(places, breaker, TAGGER, caseless);
}

/* ---- the look ---- */

/* The order in which keys are cut into groups: by the length of the word that a key begins with, then by its columns. */
static uint64_t arrange(const struct columns *c, enum tcs_place_kind kind, uint64_t key)
{
    uint64_t arranged = 0, i;

    if (kind == TCS_PLACE_WORD)
        for (i = 0; i < 8 && tcs_is_ascii_word(key >> (8 * i) & 0xFF); i++)
            arranged++;
    for (i = 0; i < c->count; i++)
        arranged = arranged << 8 | (key >> (8 * c->of_key[c->order[i]]) & 0xFF);
    return arranged;
}

static int compare_keys(const void *left, const void *right)
{
    const uint64_t *a = left, *b = right;

    return *a < *b ? -1 : *a > *b;
}

/* What much of the bytes of news looks like; groups are made so that little of it comes through. */
static const char usual[] =
    "市政府昨天表示，新的地铁线路将在明年春天开通，预计每天运送三十万名乘客。“我们等了很久，”一位居民说，"
    "“现在去上班只要二十分钟。”报告指出：今年前三个季度，全市的商品出口增长了5.2%（去年同期为3.1%），其中汽车、"
    "机械和电子产品占一半以上；专家认为，这与《区域合作协议》的生效有关。記者從會議上獲悉，這項計劃還需要立法會"
    "批准。他問：「什麼時候開始？」沒有人回答！ The council said on Tuesday that it would spend more than $40 million on "
    "schools and roads next year. \"People have been waiting for a long time,\" the mayor told reporters after the meeting; "
    "several members voted against the plan, which they called \u201ctoo expensive\u201d. In the afternoon the weather "
    "turned cold, and the match between the two teams was stopped for an hour.\\n{\"id\":\"d1204\",\"title\":\"\\u65b0\\u7684"
    "\\u5730\\u94c1\\uff0c\\u660e\\u5e74\\u5f00\\u901a\",\"text\":\"\\u5e02\\u653f\\u5e9c\\u8868\\u793a\"}\n<div "
    "class=\"article-body\"><p>Prices rose by <b>two</b> per cent,"
    "&nbsp;the bank said.</p><a href=\"/news/local/index.html?page=2\">Read more"
    "</a><script src=\"/static/js/main.js\" async></script><meta charset=\"utf-8\"><li><span>上一篇</span></li></div>\r\n";

#define USUAL_WORDS ((sizeof usual + 63) / 64)
#define USUAL_PAD 16

/* What a group lets through: by column, bit i for bytes whose low six bits are i, and bit i for place i of what is usual. */
struct group {
    uint64_t bytes[TCS_PLACES_COLUMNS];
    uint64_t places[TCS_PLACES_COLUMNS][USUAL_WORDS];
};

static void admit(struct group *group, const struct columns *c, uint64_t arranged, bool caseless)
{
    unsigned i;

    for (i = 0; i < c->count; i++) {
        unsigned byte = arranged >> (8 * (c->count - 1 - i)) & 0xFF;
        uint64_t *bytes = &group->bytes[c->order[i]];

        *bytes |= byte == TCS_PLACES_ANY ? UINT64_MAX : (uint64_t)1 << (byte & 63);
        if (caseless && byte < 0x80)
            *bytes |= (uint64_t)1 << ((byte ^ 0x20) & 63);
    }
}

static void try_on_usual(struct group *group, const struct columns *c, const uint64_t *firsts)
{
    size_t word, at;
    unsigned i;

    for (word = 0; word < USUAL_WORDS; word++) {
        uint64_t left;

        for (left = firsts[word]; left; left &= left - 1)
            for (at = word * 64 + (unsigned)__builtin_ctzll(left), i = 0; i < c->count; i++)
                if (group->bytes[i] >> ((uint8_t)usual[at + c->of_place[i]] & 63) & 1)
                    group->places[i][word] |= left & -left;
    }
}

/* The share of places that two groups would let through as one, in random bytes and in usual ones. */
static double share_of_both(const struct group *a, const struct group *b, const struct columns *c, const uint64_t *firsts)
{
    double random = 1, count = 0;
    unsigned i;
    size_t word;

    for (i = 0; i < c->count; i++)
        random *= (double)__builtin_popcountll(a->bytes[i] | b->bytes[i]) / 64;
    for (word = 0; word < USUAL_WORDS; word++) {
        uint64_t left = firsts[word];

        for (i = 0; i < c->count; i++)
            left &= a->places[i][word] | b->places[i][word];
        count += __builtin_popcountll(left);
    }
    return random + count * 8 / sizeof usual;
}

static void merge(struct group *a, const struct group *b)
{
    unsigned i;
    size_t word;

    for (i = 0; i < TCS_PLACES_COLUMNS; i++) {
        a->bytes[i] |= b->bytes[i];
        for (word = 0; word < USUAL_WORDS; word++)
            a->places[i][word] |= b->places[i][word];
    }
}

/* Joins neighbours until there is a bit for each, each time those that let the least more through. */
static unsigned join(struct group *groups, unsigned count, const struct columns *c, const uint64_t *firsts)
{
    double shares[CHUNKS], joined[CHUNKS];
    unsigned i;

    for (i = 0; i < count; i++)
        shares[i] = share_of_both(&groups[i], &groups[i], c, firsts);
    for (i = 0; i + 1 < count; i++)
        joined[i] = share_of_both(&groups[i], &groups[i + 1], c, firsts);
    while (count > 8 * c->planes) {
        unsigned at = 0;

        for (i = 1; i + 1 < count; i++)
            if (joined[i] - shares[i] - shares[i + 1] < joined[at] - shares[at] - shares[at + 1])
                at = i;
        merge(&groups[at], &groups[at + 1]);
        shares[at] = joined[at];
        memmove(groups + at + 1, groups + at + 2, (count - at - 2) * sizeof *groups);
        memmove(shares + at + 1, shares + at + 2, (count - at - 2) * sizeof *shares);
        memmove(joined + at, joined + at + 1, (count - at - 2) * sizeof *joined);
        count--;
        if (at > 0)
            joined[at - 1] = share_of_both(&groups[at - 1], &groups[at], c, firsts);
        if (at + 1 < count)
            joined[at] = share_of_both(&groups[at], &groups[at + 1], c, firsts);
    }
    return count;
}

static void set_look(struct tcs_places_look *look, const struct group *groups, unsigned count)
{
    unsigned i, j, byte;

    for (i = 0; i < count; i++)
        for (j = 0; j < TCS_PLACES_COLUMNS; j++)
            for (byte = 0; byte < 64; byte++)
                if (groups[i].bytes[j] >> byte & 1)
                    look->groups[i / 8][j][byte] |= (uint8_t)(1u << i % 8);
}

/* The places of what is usual at which literals of the kind may begin. */
static void list_firsts(const struct tcs_places *places, enum tcs_place_kind kind, uint64_t firsts[USUAL_WORDS])
{
    static const uint8_t class_of[] = {[TCS_PLACE_HAN] = 1 << HAN_FIRST,
                                       [TCS_PLACE_BREAK] = 1 << HAN_FIRST,
                                       [TCS_PLACE_WORD] = 1 << WORD | 1 << WORD_ANY,
                                       [TCS_PLACE_TAG] = 1 << WORD,
                                       [TCS_PLACE_ESCAPE] = 1 << BACKSLASH,
                                       [TCS_PLACE_SIGN] = 1 << BACKSLASH,
                                       [TCS_PLACE_OTHER] = 1 << OTHER_FIRST};
    size_t at;

    memset(firsts, 0, USUAL_WORDS * sizeof *firsts);
    for (at = 0; at + USUAL_PAD < sizeof usual; at++)
        if (places->classes[(uint8_t)usual[at]] & class_of[kind])
            firsts[at / 64] |= (uint64_t)1 << at % 64;
}

/* Cuts the keys, in their order, into groups that let about as much through. */
static tocsin_status group_keys(struct tcs_places *places, enum tcs_place_kind kind, const uint64_t *keys, size_t count,
                                bool caseless)
{
    const struct columns *c = &columns[kind];
    struct group *groups = calloc(CHUNKS, sizeof *groups);
    size_t chunks = count < CHUNKS ? count : CHUNKS, i;
    uint64_t firsts[USUAL_WORDS];

    if (!groups)
        return TOCSIN_E_NOMEM;
    list_firsts(places, kind, firsts);
    for (i = 0; i < count; i++)
        admit(&groups[i * chunks / count], c, keys[i], caseless);
    for (i = 0; i < chunks; i++)
        try_on_usual(&groups[i], c, firsts);
    set_look(&places->looks[kind], groups, join(groups, (unsigned)chunks, c, firsts));
    free(groups);
    return TOCSIN_OK;
}

tocsin_status tcs_places_look(struct tcs_places *places, enum tcs_place_kind kind, uint64_t *keys, size_t count,
                              bool caseless)
{
    size_t distinct = 0, i;

    for (i = 0; i < count; i++)
        keys[i] = arrange(&columns[kind], kind, keys[i]);
    if (count)
        qsort(keys, count, sizeof *keys, compare_keys);
    for (i = 0; i < count; i++)
        if (!i || keys[i] != keys[i - 1])
            keys[distinct++] = keys[i];
    places->looks[kind].has_keys = distinct > 0;
    places->looks[kind].is_worth_it = distinct <= MAX_KEYS;
    if (distinct > MAX_KEYS)
        memset(places->looks[kind].groups, 0xFF, sizeof places->looks[kind].groups);
    return distinct <= MAX_KEYS ? group_keys(places, kind, keys, distinct, caseless) : TOCSIN_OK;
}

/* ---- blocks ---- */

/* Rows of bits become columns. */
static uint64_t transpose(uint64_t x)
{
    uint64_t t = (x ^ (x >> 7)) & 0x00AA00AA00AA00AAu;

    x ^= t ^ (t << 7);
    t = (x ^ (x >> 14)) & 0x0000CCCC0000CCCCu;
    x ^= t ^ (t << 14);
    t = (x ^ (x >> 28)) & 0x00000000F0F0F0F0u;
    return x ^ t ^ (t << 28);
}

static void classify_plain(const struct tcs_places *places, const uint8_t *p, uint64_t masks[CLASSES])
{
    unsigned i, j;

    memset(masks, 0, CLASSES * sizeof *masks);
    for (i = 0; i < 64; i += 8) {
        uint64_t rows = 0;

        for (j = 0; j < 8; j++)
            rows |= (uint64_t)places->classes[p[i + j]] << (8 * j);
        rows = transpose(rows);
        for (j = 0; j < CLASSES; j++)
            masks[j] |= (rows >> (8 * j) & 0xFF) << i;
    }
}

/* Starts of words, and every place in a run of letters that may be (part of) an escape or is too long to be looked at. */
static inline uint64_t word_starts(struct tcs_places_state *state, uint64_t word, uint64_t escape)
{
    uint64_t starts = word & ~(word << 1 | state->word >> 63);
    uint64_t first = (word & (escape << 1 | state->escape >> 63)) | (word & state->escaped >> 63);
    uint64_t escaped = word & ~(word + first);
    unsigned run = ~word ? (unsigned)__builtin_ctzll(~word) : 64, before = state->run;

    if (before && before + run >= 64)
        escaped |= (word & ~(word + 1)) & UINT64_MAX << (64 - before);
    state->run = ~word ? (unsigned)__builtin_clzll(~word) : 64;
    state->word = word;
    state->escape = escape;
    state->escaped = escaped;
    return starts | escaped;
}

/* What the classes alone say. */
static inline void combine(struct tcs_places_state *state, const uint64_t masks[CLASSES], struct tcs_places_found *found)
{
    uint64_t word_before = state->word >> 63, escaped_before = state->escaped >> 63;
    uint64_t starts = word_starts(state, masks[WORD], masks[ESCAPE]);

    found->of[TCS_PLACE_HAN] = masks[HAN_FIRST];
    found->of[TCS_PLACE_BREAK] = masks[BREAKER] & (masks[HAN_FIRST] << 3 | state->lead >> 61);
    found->of[TCS_PLACE_WORD] = starts | masks[WORD_ANY];
    found->of[TCS_PLACE_MIDST] = masks[TAGGER] & (state->escaped << 1 | escaped_before);
    found->of[TCS_PLACE_TAG] = masks[TAGGER] & (masks[WORD] << 1 | word_before) & ~found->of[TCS_PLACE_MIDST];
    found->of[TCS_PLACE_ESCAPE] = found->of[TCS_PLACE_SIGN] = masks[BACKSLASH];
    found->of[TCS_PLACE_OTHER] = masks[OTHER_FIRST];
    state->lead = masks[HAN_FIRST];
}

static inline bool has_any(const struct tcs_places_found *found)
{
    uint64_t all = 0;
    unsigned kind;

    for (kind = 0; kind < TCS_PLACE_KINDS; kind++)
        all |= found->of[kind];
    return all != 0;
}

#if HAS_VBMI_FORM
#define UNROLLED _Pragma("GCC unroll 8")
#define VBMI __attribute__((target("avx512f,avx512bw,avx512vbmi,bmi,lzcnt")))
#define VBMI_INLINE VBMI static inline __attribute__((always_inline))
#define LOOKUP(bytes, table) _mm512_permutexvar_epi8(bytes, table)

VBMI static inline __m512i both(__m512i a, __m512i b)
{
    return _mm512_and_si512(a, b);
}

VBMI static inline void classify_vbmi(const struct tcs_places *places, __m512i bytes, uint64_t masks[CLASSES])
{
    const uint8_t *table = places->classes;
    __m512i low = _mm512_permutex2var_epi8(_mm512_loadu_si512(table), bytes, _mm512_loadu_si512(table + 64));
    __m512i high = _mm512_permutex2var_epi8(_mm512_loadu_si512(table + 128), bytes, _mm512_loadu_si512(table + 192));
    __m512i all = _mm512_mask_mov_epi8(low, _mm512_movepi8_mask(bytes), high);
    unsigned i;

    UNROLLED
    for (i = 0; i < CLASSES; i++)
        masks[i] = _mm512_test_epi8_mask(all, _mm512_set1_epi8((char)(1u << i)));
}

/* The look at all kinds but ESCAPE in one pass, since their columns are the same bytes; has_few: see has_few_words. */
VBMI_INLINE uint64_t look_vbmi(const struct tcs_places *places, struct tcs_places_state *given, const uint8_t *p,
                               size_t blocks, const bool has_few, struct tcs_places_found *found)
{
    struct tcs_places_state state = *given;
    uint64_t some = 0;
    __m512i han[4], other[4], tag[4], breaks[3], words[2][5];
    size_t block;
    unsigned i;

    UNROLLED
    for (i = 0; i < 5; i++) {
        words[0][i] = _mm512_loadu_si512(places->looks[TCS_PLACE_WORD].groups[0][i]);
        words[1][i] = _mm512_loadu_si512(places->looks[TCS_PLACE_WORD].groups[1][i]);
        if (i < 4)
            han[i] = _mm512_loadu_si512(places->looks[TCS_PLACE_HAN].groups[0][i]);
        if (i < 4)
            tag[i] = _mm512_loadu_si512(places->looks[TCS_PLACE_TAG].groups[0][i]);
        if (i < 4)
            other[i] = _mm512_loadu_si512(places->looks[TCS_PLACE_OTHER].groups[0][i]);
        if (i < 3)
            breaks[i] = _mm512_loadu_si512(places->looks[TCS_PLACE_BREAK].groups[0][i]);
    }
    for (block = 0; block < blocks; block++, p += 64, found++) {
        __m512i b0 = _mm512_loadu_si512(p), b1 = _mm512_loadu_si512(p + 1), b2 = _mm512_loadu_si512(p + 2);
        __m512i b3 = _mm512_loadu_si512(p + 3), b4 = _mm512_loadu_si512(p + 4), b5 = _mm512_loadu_si512(p + 5);
        __m512i b = both(both(LOOKUP(b1, breaks[0]), LOOKUP(b2, breaks[1])), LOOKUP(b3, breaks[2]));
        __m512i o = both(both(LOOKUP(b0, other[0]), LOOKUP(b1, other[1])), both(LOOKUP(b2, other[2]), LOOKUP(b3, other[3])));
        uint64_t masks[CLASSES];

        classify_vbmi(places, b0, masks);
        combine(&state, masks, found);
        found->of[TCS_PLACE_ESCAPE] &= _mm512_cmpeq_epi8_mask(b1, _mm512_set1_epi8('u'));
        found->of[TCS_PLACE_SIGN] = found->of[TCS_PLACE_ESCAPE];
        found->of[TCS_PLACE_BREAK] &= _mm512_test_epi8_mask(b, b) << 3 | 7;
        found->of[TCS_PLACE_OTHER] &= _mm512_test_epi8_mask(o, o);
        if (has_few) {
            found->of[TCS_PLACE_WORD] = 0;
        } else {
            __m512i h = both(both(LOOKUP(b1, han[0]), LOOKUP(b2, han[1])), both(LOOKUP(b4, han[2]), LOOKUP(b5, han[3])));
            __m512i v = both(both(LOOKUP(b0, words[0][0]), LOOKUP(b1, words[0][1])),
                             both(both(LOOKUP(b2, words[0][2]), LOOKUP(b3, words[0][3])), LOOKUP(b4, words[0][4])));
            __m512i w = both(both(LOOKUP(b0, words[1][0]), LOOKUP(b1, words[1][1])),
                             both(both(LOOKUP(b2, words[1][2]), LOOKUP(b3, words[1][3])), LOOKUP(b4, words[1][4])));

            w = _mm512_or_si512(v, w);
            found->of[TCS_PLACE_HAN] &= _mm512_test_epi8_mask(h, h);
            found->of[TCS_PLACE_WORD] &= _mm512_test_epi8_mask(w, w);
        }
        if (found->of[TCS_PLACE_TAG]) {
            __m512i t = both(both(LOOKUP(b0, tag[0]), LOOKUP(b1, tag[1])), both(LOOKUP(b2, tag[2]), LOOKUP(b3, tag[3])));

            found->of[TCS_PLACE_TAG] &= _mm512_test_epi8_mask(t, t) << 3 | 7;
        }
        some |= (uint64_t)has_any(found) << block;
    }
    *given = state;
    return some;
}

/* A large Chinese lexicon: no word is looked for, and of Han hardly a place would be ruled out. */
static bool has_few_words(const struct tcs_places *places)
{
    return !places->looks[TCS_PLACE_WORD].has_keys && !places->looks[TCS_PLACE_HAN].is_worth_it;
}

VBMI static uint64_t find_vbmi(const struct tcs_places *places, struct tcs_places_state *state, const uint8_t *p,
                               size_t blocks, struct tcs_places_found *found)
{
    return has_few_words(places) ? look_vbmi(places, state, p, blocks, true, found)
                                 : look_vbmi(places, state, p, blocks, false, found);
}

/* The look at a kind of escapes, in the blocks that have any. */
VBMI_INLINE void look_at_escapes(const struct tcs_places *places, const unsigned kind, const uint8_t *p, size_t blocks,
                                 struct tcs_places_found *found)
{
    const struct columns *c = &columns[kind];
    const struct tcs_places_look *look = &places->looks[kind];
    size_t block;
    unsigned i;

    for (block = 0; block < blocks; block++, p += 64) {
        __m512i first = _mm512_set1_epi8(-1), second = c->planes > 1 ? first : _mm512_setzero_si512();
        uint64_t *here = &found[block].of[kind];

        if (!*here)
            continue;
        UNROLLED
        for (i = 0; i < c->count; i++) {
            __m512i bytes = _mm512_loadu_si512(p + c->of_place[i]);

            first = both(first, LOOKUP(bytes, _mm512_loadu_si512(look->groups[0][i])));
            if (c->planes > 1)
                second = both(second, LOOKUP(bytes, _mm512_loadu_si512(look->groups[1][i])));
        }
        first = _mm512_or_si512(first, second);
        *here &= _mm512_test_epi8_mask(first, first);
    }
}

VBMI static void find_escapes_vbmi(const struct tcs_places *places, const uint8_t *p, size_t blocks,
                                   struct tcs_places_found *found)
{
    look_at_escapes(places, TCS_PLACE_ESCAPE, p, blocks, found);
    look_at_escapes(places, TCS_PLACE_SIGN, p, blocks, found);
}

#else
#define find_vbmi(places, state, p, blocks, found) 0
#define find_escapes_vbmi(places, p, blocks, found) ((void)0)
#endif

uint64_t tcs_places_find(const struct tcs_places *places, struct tcs_places_state *state, const uint8_t *p, size_t blocks,
                         struct tcs_places_found *found)
{
    uint64_t some = 0;
    size_t block;

    if (!places->is_plain) {
        some = find_vbmi(places, state, p, blocks, found);
        if (places->looks[TCS_PLACE_ESCAPE].has_keys || places->looks[TCS_PLACE_SIGN].has_keys)
            find_escapes_vbmi(places, p, blocks, found);
        return some;
    }
    for (block = 0; block < blocks; block++) {
        uint64_t masks[CLASSES];

        classify_plain(places, p + 64 * block, masks);
        combine(state, masks, &found[block]);
        some |= (uint64_t)has_any(&found[block]) << block;
    }
    return some;
}
