/*
 * A Han character says about as much as three Latin letters, and Chinese news is full of Latin names: that is the weight
 * at which Chinese wins, and where no English word and no letter of a third script is among them it wins at any. Latin
 * letters alone are English only if some of its commonest words are there.
 *
 * Blocks of 32 bytes are gone through by masks where the processor has them: letters of ASCII are bits to be counted, words
 * begin at bits, and of the bytes above 7F only those are looked at that begin a character.
 */
#include "match/language.h"

#include "base/utf8.h"
#include "base/word.h"
#include "match/props.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

#define HAN_WEIGHT 3
#define WORD(a, b, c, d, e) \
    ((uint64_t)(a) | (uint64_t)(b) << 8 | (uint64_t)(c) << 16 | (uint64_t)(d) << 24 | (uint64_t)(e) << 32)

/* word: its letters in lower case, the first lowest. */
static bool is_english_word(uint64_t word)
{
    switch (word) {
    case WORD('t', 'h', 'e', 0, 0): case WORD('o', 'f', 0, 0, 0): case WORD('a', 'n', 'd', 0, 0):
    case WORD('t', 'o', 0, 0, 0): case WORD('i', 'n', 0, 0, 0): case WORD('i', 's', 0, 0, 0):
    case WORD('f', 'o', 'r', 0, 0): case WORD('o', 'n', 0, 0, 0): case WORD('w', 'i', 't', 'h', 0):
    case WORD('t', 'h', 'a', 't', 0): case WORD('w', 'a', 's', 0, 0): case WORD('a', 's', 0, 0, 0):
    case WORD('b', 'y', 0, 0, 0): case WORD('a', 'f', 't', 'e', 'r'): case WORD('o', 'v', 'e', 'r', 0):
    case WORD('f', 'r', 'o', 'm', 0): case WORD('a', 't', 0, 0, 0): return true;
    default: return false;
    }
}

/* Passes over up to eight bytes of ASCII at p and counts their letters. */
static const char *pass_ascii(struct tcs_language_counts *c, const char *p, const char *end)
{
    uint64_t v = tcs_word_load(p, end), other = v & TCS_HIGHS;
    uint64_t ascii = other ? (other & (0 - other)) - 1 : UINT64_MAX;

    c->latin += tcs_word_count(tcs_word_letters(v) & ascii);
    if (other)
        return p + __builtin_ctzll(other) / 8;
    return end - p < 8 ? end : p + 8;
}

/*
 * The same for an ASCII word at p, or for one character that is none, and is it an English one? What follows may end behind
 * end. is_cut: a Latin letter that is not ASCII stands before it.
 */
static const char *pass_word(struct tcs_language_counts *c, const char *p, const char *end, const char *text_end,
                             bool is_cut)
{
    uint64_t v = tcs_word_load(p, end), others = ~tcs_word_letters(v) & TCS_HIGHS;
    size_t letters = others ? (size_t)__builtin_ctzll(others) / 8 : 8, len;

    c->latin += letters;
    if (letters == 8) { /* longer than any that we know */
        for (p += letters; p < end && (((unsigned char)*p | 0x20) >= 'a' && ((unsigned char)*p | 0x20) <= 'z'); p++)
            c->latin++;
        return p;
    }
    p += letters;
    if (p < end && (unsigned char)*p >= 0x80)
        is_cut |= (tcs_props(tcs_utf8_decode(p, text_end, &len, NULL)) & TCS_PROP_LATIN) != 0;
    c->is_english |= !is_cut && is_english_word((v | TCS_ONES << 5) & ((UINT64_C(1) << 8 * letters) - 1));
    return p == end || letters ? p : p + 1;
}

static void count_character(struct tcs_language_counts *c, unsigned props)
{
    if (props & TCS_PROP_HAN) {
        c->han++;
        c->hans += (props & TCS_PROP_HANS) != 0;
        c->hant += (props & TCS_PROP_HANT) != 0;
    } else if (props & TCS_PROP_KANA) {
        c->kana++;
    } else if (props & TCS_PROP_HANGUL) {
        c->hangul++;
    } else if (props & TCS_PROP_LETTER) {
        *(props & TCS_PROP_LATIN ? &c->latin : &c->other) += 1;
    }
}

/* Does a Latin letter that is not ASCII stand right before p? */
static bool is_after_foreign(const char *start, const char *p)
{
    const char *at = p;
    size_t len;

    if (p == start || (unsigned char)p[-1] < 0x80)
        return false;
    do
        at--;
    while (at > start && tcs_utf8_is_continuation(*at));
    return (tcs_props(tcs_utf8_decode(at, p, &len, NULL)) & TCS_PROP_LATIN) != 0;
}

#if defined(__x86_64__)
#define BLOCK 32
#define TARGET __attribute__((target("avx2,bmi,popcnt")))

static bool has_blocks(void)
{
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") && __builtin_cpu_supports("popcnt");
}

/* Bits for the bytes of a block from first to last. */
TARGET static inline unsigned bytes_in(__m256i v, unsigned first, unsigned last)
{
    __m256i from = _mm256_sub_epi8(v, _mm256_set1_epi8((char)first));

    return (unsigned)_mm256_movemask_epi8(
        _mm256_cmpeq_epi8(_mm256_min_epu8(from, _mm256_set1_epi8((char)(last - first))), from));
}

/* Is one of the words that begin at the bits of starts an English one? Eight bytes may be read at each. */
TARGET static bool has_english_word(const char *start, const char *p, const char *text_end, unsigned starts)
{
    size_t len;

    for (; starts; starts &= starts - 1) {
        const char *at = p + __builtin_ctz(starts);
        uint64_t v = tcs_load64(at), others = ~tcs_word_letters(v) & TCS_HIGHS;
        unsigned letters = others ? (unsigned)__builtin_ctzll(others) / 8 : 8;

        if (letters > 5 || !is_english_word((v | TCS_ONES << 5) & ((UINT64_C(1) << 8 * letters) - 1)))
            continue;
        if ((unsigned char)at[letters] >= 0x80 &&
            (tcs_props(tcs_utf8_decode(at + letters, text_end, &len, NULL)) & TCS_PROP_LATIN))
            continue;
        if (!is_after_foreign(start, at))
            return true;
    }
    return false;
}

/* The characters from TCS_HAN_FIRST to TCS_HAN_LAST that begin at the bits of leads. */
TARGET static inline void count_han(struct tcs_language_counts *c, const char *p, unsigned leads)
{
    unsigned either = 0, hans = 0;

    c->han += (unsigned)__builtin_popcount(leads);
    for (; leads; leads &= leads - 1) {
        uint32_t word = tcs_load32(p + __builtin_ctz(leads));
        unsigned script = tcs_han_script((word & 0x0F) << 12 | (word >> 2 & 0xFC0) | (word >> 16 & 0x3F));

        either += script;
        hans += script & 1;
    }
    c->hans += hans;
    c->hant += (either - hans) / 2;
}

/* Counts what begins in whole blocks, as long as eight bytes stand behind one, and returns the next character or word. */
TARGET static const char *count_blocks(struct tcs_language_counts *c, const char *start, const char *end,
                                       const char *text_end)
{
    unsigned before = 0; /* 1 behind a letter */
    const char *p = start;
    size_t len;

    for (; end - p >= BLOCK + 8; p += BLOCK) {
        __m256i v = _mm256_loadu_si256((const __m256i *)(const void *)p);
        unsigned letters = bytes_in(_mm256_or_si256(v, _mm256_set1_epi8(0x20)), 'a', 'z');
        unsigned leads = (unsigned)_mm256_movemask_epi8(_mm256_and_si256(v, _mm256_add_epi8(v, v))); /* above BF */
        unsigned han;

        c->latin += (unsigned)__builtin_popcount(letters);
        if (!c->is_english)
            c->is_english = has_english_word(start, p, text_end, letters & ~(letters << 1 | before));
        before = letters >> (BLOCK - 1);
        if (!leads)
            continue;
        han = bytes_in(v, 0xE5, 0xE9) | (bytes_in(v, 0xE4, 0xE4) & bytes_in(v, 0xB8, 0xBF) >> 1);
        count_han(c, p, han);
        for (leads &= ~han; leads; leads &= leads - 1)
            count_character(c, tcs_props(tcs_utf8_decode(p + __builtin_ctz(leads), text_end, &len, NULL)));
    }
    for (; before && p < end && (*p | 0x20) >= 'a' && (*p | 0x20) <= 'z'; p++)
        c->latin++;
    while (p < end && tcs_utf8_is_continuation(*p))
        p++;
    return p;
}
#else
static bool has_blocks(void)
{
    return false;
}

static const char *count_blocks(struct tcs_language_counts *c, const char *start, const char *end, const char *text_end)
{
    (void)c;
    (void)end;
    (void)text_end;
    return start;
}
#endif

void tcs_language_count(struct tcs_language_counts *counts, struct tcs_str text)
{
    struct tcs_language_counts c = *counts; /* its own, for registers */
    const char *start = text.len ? text.data : "", *text_end = start + text.len;
    const char *end = start + (text.len < TCS_LANGUAGE_BYTES ? text.len : TCS_LANGUAGE_BYTES);
    const char *p = has_blocks() ? count_blocks(&c, start, end, text_end) : start;
    bool is_foreign = is_after_foreign(start, p);
    size_t len;

    while (p < end) {
        if ((unsigned char)*p < 0x80) {
            p = c.is_english ? pass_ascii(&c, p, end) : pass_word(&c, p, end, text_end, is_foreign);
            is_foreign = false;
        } else {
            unsigned props = tcs_props(tcs_utf8_decode(p, text_end, &len, NULL));

            count_character(&c, props);
            is_foreign = props & TCS_PROP_LATIN;
            p += len;
        }
    }
    *counts = c;
}

static const char *chinese(const struct tcs_language_counts *c)
{
    if (c->hans > c->hant)
        return "zh-Hans";
    return c->hant > c->hans ? "zh-Hant" : "zh";
}

const char *tcs_language_of(const struct tcs_language_counts *c)
{
    size_t asian = c->han + c->kana + c->hangul;

    if (asian * HAN_WEIGHT > c->latin + c->other || (asian > 1 && !c->is_english && !c->other)) {
        if (c->hangul > c->han + c->kana)
            return "ko";
        return c->kana * 10 >= asian ? "ja" : chinese(c);
    }
    return c->latin > c->other && c->is_english ? "en" : "und";
}
