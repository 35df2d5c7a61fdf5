/*
 * fold: each rule of docs/matching.md section 2 by a table with its map; every code point against ICU; and random
 * sequences of nasty code points, folded and mapped, against a second implementation that follows section 2 word by
 * word (all of the text at each step, ICU for every property). Only the classes of Han characters are taken from the
 * engine's table; test_fold__han_classes_are_icus and the pairs below look at those.
 */
#include "match_help.h"

#include <unistd.h>

#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/uscript.h>
#include <unicode/ustring.h>
#include <unicode/utrans.h>

#include "match/fold.h"
#include "match/fold_table.h"
#include "match/props.h"

#define REPEAT_MAX 100000u

/* ---- tables ---- */

static const struct {
    const char *text, *folded;
    const char *map; /* per folded character the bytes it comes from; NULL: not looked at */
    bool lf_paragraph;
    const char *note;
} cases[] = {
    {"", "", "", false, "nothing"},
    /* 2.1 */
    {"AI", "ai", "0-1 1-2", false, "case"},
    {"ＡＩ", "ai", "0-3 3-6", false, "full width"},
    {"a\u00ADb", "ab", "0-1 3-4", false, "an ignorable belongs to nobody"},
    {"\u00ADa\u00AD", "a", "2-3", false, "at the ends too"},
    {"\u200B", "", "", false, "only an ignorable"},
    {"ß", "ss", "0-2 0-2", false, "one code point, two characters"},
    {"\u0130", "i\u0307", "0-2 0-2", false, "dotted capital I"},
    {"ﬁ", "fi", "0-3 0-3", false, "ligature"},
    {"①²™", "12tm", "0-3 3-5 5-8 5-8", false, "numbers and signs"},
    {"\u212A\u017F", "ks", "0-3 3-5", false, "Kelvin sign and long s"},
    {"e\u0301", "é", "0-3", false, "composition"},
    {"e\u0301x", "éx", "0-3 3-4", false, "composition ends at a boundary"},
    {"xe\u200B\u0301\u200By", "xéy", "0-1 1-7 10-11", false, "inner ignorables are covered, those at the ends are not"},
    {"x\u0323", "x\u0323", "0-1 1-3", false, "what does not compose keeps its own places"},
    {"a\u0301\u0323", "\u1EA1\u0301", "0-5 0-5", false, "reordered: all from all"},
    {"\uFB01\u0301", "fí", "0-5 0-5", false, "a ligature whose end composes: all from all"},
    {"\u1100\u1161", "가", "0-6", false, "Hangul"},
    {"\u304B\u3099", "が", "0-6", false, "voiced Kana"},
    {"\uFF76\uFF9E", "ガ", "0-6", false, "half-width Kana"},
    {"\uFFFD", "\uFFFD", "0-3", false, "replacement character"},
    {"\uFDFA", "\u0635\u0644\u0649 \u0627\u0644\u0644\u0647 \u0639\u0644\u064A\u0647 \u0648\u0633\u0644\u0645",
     NULL, false, "18 of one"},
    /* 2.2 */
    {"\u2018\u2019\u02BC\u2032'", "'''''", "0-3 3-6 6-8 8-11 11-12", false, "apostrophes"},
    {"\u2010\u2011\u2012\u2013\u2212-", "------", NULL, false, "hyphens"},
    {"\u2014\u2015", "\u2014\u2015", NULL, false, "dashes stay"},
    {"\uFF07\u2033\u0149", "''''n", NULL, false, "after nfkc_cf"},
    /* 2.3 */
    {"A.I.", "ai", "0-1 2-3", false, "initials"},
    {"U.S. and", "us and", "0-1 2-3 4-5 5-6 6-7 7-8", false, "initials, then a space"},
    {"用A.I.換臉", "用ai换脸", "0-3 3-4 5-6 7-10 10-13", false, "between Han"},
    {"A.", "a.", "0-1 1-2", false, "one pair is no run"},
    {"A.I", "a.i", NULL, false, "a letter without its stop is no pair"},
    {"A.B.C", "abc", NULL, false, "a run, then a letter"},
    {"xA.I.", "xa.i.", NULL, false, "the first letter is not single: one pair"},
    {"xA.I.B.", "xa.ib", NULL, false, "the run begins behind it"},
    {"é.I.", "éi", NULL, false, "Latin letters of any kind"},
    {"e\u0301.I.", "éi", "0-3 4-5", false, "composed ones too"},
    {"Я.И.", "я.и.", NULL, false, "no Latin"},
    {"1.2.", "1.2.", NULL, false, "digits"},
    {"A. I.", "a. i.", NULL, false, "a space between"},
    {"A..I.", "a..i.", NULL, false, "two stops"},
    {"A.I..", "ai.", NULL, false, "only one stop a letter"},
    {"A.I.A.I.", "aiai", NULL, false, "one run"},
    {"A.I. U.S.", "ai us", NULL, false, "two runs"},
    {"Ａ．Ｉ．", "ai", "0-3 6-9", false, "judged folded"},
    {"\u33C2", "am", "0-3 0-3", false, "a.m. in one code point"},
    {"a.\u0301b.", "a.\u0301b.", NULL, false, "a mark parts the pairs"},
    {"A.\u200BI.\u200B", "ai", "0-1 5-6", false, "ignorables do not"},
    {"カA.I.", "カai", NULL, false, "behind Kana"},
    {"กA.I.", "กai", NULL, false, "behind Thai"},
    {"中.A.B.", "中.ab", NULL, false, "a stop before"},
    {"用 A.I. 换", "用ai换", NULL, false, "gaps see the letters"},
    {"1A.I.", "1a.i.", NULL, false, "a digit is spaced"},
    /* 2.4 */
    {"換臉", "换脸", "0-3 3-6", false, "traditional"},
    {"㍿", "株式会社", "0-3 0-3 0-3 0-3", false, "several Han of one"},
    {"\uF900", "岂", NULL, false, "compatibility ideograph, then its class"},
    /* 2.5: gaps */
    {"AI 换脸", "ai换脸", "0-1 1-2 3-6 6-9", false, "space between Latin and Han"},
    {"换 AI", "换ai", NULL, false, "the other way"},
    {"换 4", "换4", NULL, false, "digit"},
    {"换 ٣", "换٣", NULL, false, "any digit"},
    {"换 я", "换 я", NULL, false, "Cyrillic is not Latin"},
    {"换 カ", "换 カ", NULL, false, "nor is Kana"},
    {"AI\"换脸\"", "ai换脸\"", NULL, false, "quotation mark"},
    {"AI「换", "ai换", NULL, false, "corner bracket"},
    {"AI《换", "ai换", NULL, false, "U+300A is a gap character, too"},
    {"AI *_ 换", "ai换", NULL, false, "star and underscore"},
    {"AI        换", "ai换", NULL, false, "eight"},
    {"AI         换", "ai 换", NULL, false, "nine"},
    {"AI\n换", "ai换", NULL, false, "a line break"},
    {"AI\r\n换", "ai换", NULL, false, "CRLF is one"},
    {"AI\n\n换", "ai\f换", NULL, false, "a paragraph's end"},
    {"AI\n\"\n换", "ai换", NULL, false, "two line breaks in two runs of white space"},
    {"AI\n换", "ai\f换", NULL, true, "any line break, with lf_paragraph"},
    {"AI\u2029换", "ai\f换", NULL, false, "U+2029 counts twice"},
    {"AI(换", "ai(换", NULL, false, "no gap character"},
    {"换 脸", "换 脸", NULL, false, "between Han white space stays"},
    {"换“脸", "换脸", "0-3 6-9", false, "one mark between Han"},
    {"换”脸", "换脸", NULL, false, NULL},
    {"换‘脸", "换脸", NULL, false, NULL},
    {"换’脸", "换脸", NULL, false, NULL},
    {"换\"脸", "换脸", NULL, false, NULL},
    {"换'脸", "换脸", NULL, false, NULL},
    {"换「脸", "换脸", NULL, false, NULL},
    {"换」脸", "换脸", NULL, false, NULL},
    {"换『脸", "换脸", NULL, false, NULL},
    {"换』脸", "换脸", NULL, false, NULL},
    {"换＂脸", "换脸", NULL, false, "full width"},
    {"换«脸", "换«脸", NULL, false, "not of the list"},
    {"换【脸", "换【脸", NULL, false, NULL},
    {"换*脸", "换*脸", NULL, false, NULL},
    {"换”“脸", "换”“脸", NULL, false, "two marks"},
    {"换” 脸", "换” 脸", NULL, false, "a mark and a space"},
    {"换A“脸", "换a脸", NULL, false, "a mark between Latin and Han"},
    {"AI “换” 脸", "ai换” 脸", NULL, false, "each run for itself"},
    {"“换", "“换", NULL, false, "no left side"},
    {"换“", "换“", NULL, false, "no right side"},
    /* 2.5: white space */
    {"a \t b", "a b", "0-1 1-4 4-5", false, "one space"},
    {" a ", " a ", "0-1 1-2 2-3", false, "at the ends too"},
    {"  ", " ", "0-2", false, "nothing but"},
    {"a \n b", "a\nb", "0-1 1-4 4-5", false, "one line break"},
    {"a\r\nb", "a\nb", NULL, false, "CRLF"},
    {"a\n\rb", "a\fb", NULL, false, "LF CR are two"},
    {"a\r\rb", "a\fb", NULL, false, NULL},
    {"a\r\n\r\nb", "a\fb", "0-1 1-5 5-6", false, NULL},
    {"a\n \nb", "a\fb", NULL, false, "white space between"},
    {"a\vb\fc\xC2\x85" "d\u2028e", "a\nb\nc\nd\ne", NULL, false, "the other line breaks"},
    {"a\u2029b", "a\fb", NULL, false, NULL},
    {"a\nb", "a\fb", NULL, true, "lf_paragraph"},
    {"a b", "a b", NULL, true, NULL},
    {"a\n\"\nb", "a\n\"\nb", NULL, false, "a mark parts white space"},
    {"a\u3000\u2003\u00A0b", "a b", NULL, false, "any white space"},
    {"\n\na", "\fa", NULL, false, "paragraph break at the start"},
    {"a\n\n", "a\f", NULL, false, "and at the end"},
    {"a\r\u200B\nb", "a\nb", NULL, false, "an ignorable in CRLF"},
    {"a\u00A8b", "a \u0308b", NULL, false, "a spacing diaeresis is a space and a mark"},
};

/* The map as text: "start-end" of each folded character. */
static void put_map(const struct tcs_folded *folded, struct tcs_buf *out)
{
    size_t i;

    tcs_buf_reset(out);
    for (i = 0; i < folded->text.len; i++)
        if (!tcs_utf8_is_continuation(folded->text.data[i]))
            must(tcs_buf_printf(out, "%s%u-%u", out->len ? " " : "", folded->start[i], folded->end[i]));
}

static void test_fold__table(void **state)
{
    struct tcs_folded folded = {0}, bare = {0};
    struct tcs_buf map = {0};
    size_t i;

    (void)state;
    for (i = 0; i < COUNT(cases); i++) {
        must(tcs_fold(str(cases[i].text), cases[i].lf_paragraph, true, &folded));
        must(tcs_fold(str(cases[i].text), cases[i].lf_paragraph, false, &bare));
        put_map(&folded, &map);
        if (!tcs_str_equal(tcs_buf_view(&folded.text), str(cases[i].folded)))
            fail_msg("[%s] folds to [%s], not [%s]: %s", cases[i].text, c_str(&folded.text), cases[i].folded,
                     cases[i].note);
        if (!tcs_str_equal(tcs_buf_view(&folded.text), tcs_buf_view(&bare.text)))
            fail_msg("[%s] folds to something else without a map", cases[i].text);
        if (cases[i].map && strcmp(c_str(&map), cases[i].map) != 0)
            fail_msg("[%s] maps to %s, not %s: %s", cases[i].text, map.data, cases[i].map, cases[i].note);
    }
    tcs_buf_release(&map);
    tcs_folded_release(&folded);
    tcs_folded_release(&bare);
}

static const struct {
    const char *a, *b;
    bool same;
} pairs[] = {
    {"男子用ＡＩ換臉視訊詐騙被抓", "男子用AI换脸视讯诈骗被抓", true},
    {"衞生", "卫生", true},
    {"麪包", "面包", true},
    {"峯", "峰", true},
    {"甦醒", "苏醒", true},
    {"產業鏈", "产业链", true},
    {"项链", "項鍊", true}, /* 鍊 is written for 链 and for 炼: they are one class */
    {"锻炼", "鍛鍊", true},
    {"摔跤", "摔交", false}, /* cut in han-exceptions.tsv; the next four are joined there */
    {"背包", "揹包", true},
    {"车夫", "車伕", true},
    {"兼容并包", "兼容幷包", true},
    {"烟熏", "煙薰", true},
    {"计划", "計畫", true}, /* kept: what Taiwan writes */
    {"沉迷", "沈迷", true},
    {"人工智慧", "人工智能", false},
    {"⺟", "母", true}, /* a radical that is a compatibility character */
    {"⼀", "一", true},
    {"\U0002F81A", "冬", true},
};

static void test_fold__han_pairs(void **state)
{
    struct tcs_folded a = {0}, b = {0};
    size_t i;

    (void)state;
    for (i = 0; i < COUNT(pairs); i++) {
        must(tcs_fold(str(pairs[i].a), false, false, &a));
        must(tcs_fold(str(pairs[i].b), false, false, &b));
        if (tcs_str_equal(tcs_buf_view(&a.text), tcs_buf_view(&b.text)) != pairs[i].same)
            fail_msg("%s and %s", pairs[i].a, pairs[i].b);
    }
    tcs_folded_release(&a);
    tcs_folded_release(&b);
}

/* ---- the second implementation ---- */

struct from {
    uint32_t cp;
    size_t first, last; /* code points of the text */
};

static const UNormalizer2 *nfkc_cf(void)
{
    UErrorCode status = U_ZERO_ERROR;
    const UNormalizer2 *instance = unorm2_getNFKCCasefoldInstance(&status);

    assert_true(U_SUCCESS(status));
    return instance;
}

/* nfkc_cf of count code points, into out (room for 18 times as many); returns how many. */
static size_t icu_fold(const uint32_t *cps, size_t count, uint32_t *out)
{
    static UChar source[1024], folded[1024 * 18];
    UErrorCode status = U_ZERO_ERROR;
    int32_t len = 0, folded_len, n = 0;
    size_t k;

    assert_true(count <= 512);
    for (k = 0; k < count; k++)
        U16_APPEND_UNSAFE(source, len, cps[k]);
    folded_len = unorm2_normalize(nfkc_cf(), source, len, folded, (int32_t)COUNT(folded), &status);
    (void)u_strToUTF32((UChar32 *)(void *)out, folded_len, &n, folded, folded_len, &status);
    if (status == U_STRING_NOT_TERMINATED_WARNING)
        status = U_ZERO_ERROR;
    assert_true(U_SUCCESS(status));
    return (size_t)n;
}

static bool is_han(uint32_t cp)
{
    UErrorCode status = U_ZERO_ERROR;

    return uscript_getScript((UChar32)cp, &status) == USCRIPT_HAN;
}

static bool is_latin_letter(uint32_t cp)
{
    UErrorCode status = U_ZERO_ERROR;

    return uscript_getScript((UChar32)cp, &status) == USCRIPT_LATIN && (U_GET_GC_MASK((UChar32)cp) & U_GC_L_MASK);
}

static bool is_latin_or_digit(uint32_t cp)
{
    return is_latin_letter(cp) || u_charType((UChar32)cp) == U_DECIMAL_DIGIT_NUMBER;
}

static bool is_spaced(uint32_t cp)
{
    static const UScriptCode unspaced[] = {USCRIPT_HAN, USCRIPT_HIRAGANA, USCRIPT_KATAKANA, USCRIPT_BOPOMOFO, USCRIPT_THAI,
                                           USCRIPT_LAO, USCRIPT_KHMER,    USCRIPT_MYANMAR,  USCRIPT_TIBETAN};
    size_t i;

    if (!(U_GET_GC_MASK((UChar32)cp) & (U_GC_L_MASK | U_GC_M_MASK | U_GC_ND_MASK)))
        return false;
    for (i = 0; i < COUNT(unspaced); i++)
        if (uscript_hasScript((UChar32)cp, unspaced[i]))
            return false;
    return true;
}

static bool is_white(uint32_t cp)
{
    return u_hasBinaryProperty((UChar32)cp, UCHAR_WHITE_SPACE);
}

static bool is_gap(uint32_t cp)
{
    return is_white(cp) || u_hasBinaryProperty((UChar32)cp, UCHAR_QUOTATION_MARK) || (cp >= 0x3008 && cp <= 0x3011) ||
           cp == '*' || cp == '_';
}

/* 2.2 and 2.4 */
static uint32_t map_single(uint32_t cp)
{
    static const uint32_t quotes[] = {0x2018, 0x2019, 0x02BC, 0x2032},
                          hyphens[] = {0x2010, 0x2011, 0x2012, 0x2013, 0x2212};
    uint32_t one, count;
    size_t i;

    for (i = 0; i < COUNT(quotes); i++)
        if (cp == quotes[i])
            return '\'';
    for (i = 0; i < COUNT(hyphens); i++)
        if (cp == hyphens[i])
            return '-';
    return is_han(cp) ? *tcs_fold_single(cp, &one, &count) : cp;
}

/* 2.1 of one segment, [from, to) of cps. */
static size_t fold_segment(const uint32_t *cps, size_t from, size_t to, struct from *out)
{
    static uint32_t whole[512 * 18], single[64], joined[512 * 18];
    static struct from own[512 * 18];
    size_t whole_count = icu_fold(cps + from, to - from, whole), count = 0, first = to, last = from, i, k;

    for (i = from; i < to; i++) {
        size_t n = icu_fold(cps + i, 1, single);

        if (n && first == to)
            first = i;
        if (n)
            last = i;
        for (k = 0; k < n; k++) {
            joined[count] = single[k];
            own[count++] = (struct from){single[k], i, i};
        }
    }
    if (count == whole_count && !memcmp(joined, whole, count * sizeof *joined)) {
        memcpy(out, own, count * sizeof *out);
        return count;
    }
    for (i = 0; i < whole_count; i++)
        out[i] = (struct from){whole[i], first, last};
    return whole_count;
}

static bool is_initial(const struct from *chars, size_t count, size_t i)
{
    return i + 1 < count && chars[i + 1].cp == '.' && is_latin_letter(chars[i].cp) &&
           (!i || !is_spaced(chars[i - 1].cp));
}

/* 2.3 */
static size_t drop_stops(struct from *chars, size_t count)
{
    static bool is_dropped[512 * 18];
    size_t i = 0, kept = 0, end, k;

    memset(is_dropped, 0, count * sizeof *is_dropped);
    while (i < count) {
        for (end = i; is_initial(chars, count, end); end += 2)
            ;
        if (end - i >= 4)
            for (k = i + 1; k < end; k += 2)
                is_dropped[k] = true;
        i = end > i ? end : i + 1;
    }
    for (i = 0; i < count; i++)
        if (!is_dropped[i])
            chars[kept++] = chars[i];
    return kept;
}

static unsigned line_breaks(const struct from *run, size_t count)
{
    unsigned breaks = 0;
    size_t i;

    for (i = 0; i < count; i++) {
        uint32_t cp = run[i].cp;

        if (cp == '\n' && i && run[i - 1].cp == '\r')
            continue;
        if ((cp >= 0x0A && cp <= 0x0D) || cp == 0x85 || cp == 0x2028)
            breaks++;
        if (cp == 0x2029)
            breaks += 2;
    }
    return breaks;
}

/* 2.5: each white-space run of a run of gap characters made one; tells whether a paragraph ends in it. */
static size_t collapse(const struct from *run, size_t count, bool lf_paragraph, struct from *out, bool *has_paragraph)
{
    size_t i = 0, n = 0, end;

    *has_paragraph = false;
    while (i < count) {
        unsigned breaks;

        for (end = i; end < count && is_white(run[end].cp); end++)
            ;
        if (end == i) {
            out[n++] = run[i++];
            continue;
        }
        breaks = line_breaks(run + i, end - i);
        out[n++] = (struct from){breaks >= (lf_paragraph ? 1u : 2u) ? '\f' : breaks ? '\n' : ' ', run[i].first,
                                 run[end - 1].last};
        *has_paragraph |= out[n - 1].cp == '\f';
        i = end;
    }
    return n;
}

static bool gap_disappears(const struct from *run, size_t count, bool has_paragraph)
{
    static const uint32_t lone[] = {0x201C, 0x201D, '"', '\'', 0x300C, 0x300D, 0x300E, 0x300F};
    uint32_t left = run[-1].cp, right = run[count].cp;
    size_t i;

    if ((is_han(left) && is_latin_or_digit(right)) || (is_han(right) && is_latin_or_digit(left)))
        return count <= 8 && !has_paragraph;
    if (is_han(left) && is_han(right) && count == 1)
        for (i = 0; i < COUNT(lone); i++)
            if (run->cp == lone[i])
                return true;
    return false;
}

static size_t close_gaps(const struct from *chars, size_t count, bool lf_paragraph, struct from *out)
{
    size_t i = 0, n = 0, end, added;
    bool has_paragraph;

    while (i < count) {
        if (!is_gap(chars[i].cp)) {
            out[n++] = chars[i++];
            continue;
        }
        for (end = i; end < count && is_gap(chars[end].cp); end++)
            ;
        added = collapse(chars + i, end - i, lf_paragraph, out + n, &has_paragraph);
        if (!i || end == count || !gap_disappears(chars + i, end - i, has_paragraph))
            n += added;
        i = end;
    }
    return n;
}

static size_t naive_fold(const uint32_t *cps, size_t count, bool lf_paragraph, struct from *out)
{
    static struct from chars[512 * 18];
    size_t from = 0, n = 0, i, to;

    while (from < count) {
        for (to = from + 1; to < count && !unorm2_hasBoundaryBefore(nfkc_cf(), (UChar32)cps[to]); to++)
            ;
        n += fold_segment(cps, from, to, chars + n);
        from = to;
    }
    for (i = 0; i < n; i++)
        chars[i].cp = map_single(chars[i].cp);
    n = drop_stops(chars, n);
    return close_gaps(chars, n, lf_paragraph, out);
}

/* ---- every code point ---- */

static void test_fold__every_code_point_is_icus(void **state)
{
    uint32_t cp, one, count, expected[64];
    size_t n, i;

    (void)state;
    for (cp = 0; cp < 0x110000; cp++) {
        const uint32_t *cps;

        if (is_surrogate(cp))
            continue;
        cps = tcs_fold_single(cp, &one, &count);
        n = icu_fold(&cp, 1, expected);
        if (n != count)
            fail_msg("U+%04X folds to %u characters, not %zu", cp, count, n);
        for (i = 0; i < n; i++) {
            uint32_t other_one, other_count;

            if (is_han(expected[i]) ? !is_han(cps[i]) || cps[i] > expected[i] : cps[i] != map_single(expected[i]))
                fail_msg("U+%04X folds to U+%04X, not U+%04X", cp, cps[i], expected[i]);
            if (is_han(expected[i]) && cps[i] != *tcs_fold_single(expected[i], &other_one, &other_count))
                fail_msg("U+%04X: U+%04X is not the class of U+%04X", cp, cps[i], expected[i]);
            if (*tcs_fold_single(cps[i], &other_one, &other_count) != cps[i] || other_count != 1)
                fail_msg("U+%04X folds to U+%04X, which folds on", cp, cps[i]);
        }
        if (unorm2_hasBoundaryBefore(nfkc_cf(), (UChar32)cp) != !!(tcs_fold_entry(cp) & TCS_FOLD_BOUNDARY))
            fail_msg("U+%04X: boundary", cp);
    }
}

static void test_fold__every_code_point_in_a_text(void **state)
{
    struct tcs_folded folded = {0};
    struct tcs_buf text = {0}, expected = {0};
    uint32_t cp, cps[3] = {'x', 0, 0x6362};
    struct from naive[64];
    size_t n, i;

    (void)state;
    for (cp = 0; cp < 0x110000; cp++) {
        if (is_surrogate(cp))
            continue;
        cps[1] = cp;
        tcs_buf_reset(&text);
        tcs_buf_reset(&expected);
        put_cps(&text, cps, 3);
        n = naive_fold(cps, 3, false, naive);
        for (i = 0; i < n; i++)
            put_cp(&expected, naive[i].cp);
        must(tcs_fold(tcs_buf_view(&text), false, true, &folded));
        if (!tcs_str_equal(tcs_buf_view(&folded.text), tcs_buf_view(&expected)))
            fail_msg("x U+%04X U+6362 folds to [%s], not [%s]", cp, c_str(&folded.text), c_str(&expected));
    }
    tcs_buf_release(&text);
    tcs_buf_release(&expected);
    tcs_folded_release(&folded);
}

static uint32_t transliterate(UTransliterator *trans, uint32_t cp)
{
    UErrorCode status = U_ZERO_ERROR;
    UChar text[16];
    int32_t len = 0, limit;
    UChar32 out[16];
    int32_t count = 0;

    U16_APPEND_UNSAFE(text, len, cp);
    limit = len;
    utrans_transUChars(trans, text, &len, 16, 0, &limit, &status);
    (void)u_strToUTF32(out, 16, &count, text, len, &status);
    assert_true(U_SUCCESS(status));
    return count == 1 ? (uint32_t)out[0] : 0;
}

static void test_fold__han_classes_are_icus(void **state)
{
    static const char *const names[] = {"Hant-Hans", "Hans-Hant"};
    uint32_t cp, one, count;
    size_t i;

    (void)state;
    for (i = 0; i < COUNT(names); i++) {
        UErrorCode status = U_ZERO_ERROR;
        UChar id[32];
        UTransliterator *trans;

        u_uastrcpy(id, names[i]);
        trans = utrans_openU(id, -1, UTRANS_FORWARD, NULL, 0, NULL, &status);
        assert_true(U_SUCCESS(status));
        for (cp = 0x3400; cp < 0xA000; cp++) {
            uint32_t other = is_han(cp) ? transliterate(trans, cp) : 0, root;

            if (!other || !is_han(other) || (cp == 0x8DE4 && other == 0x4EA4)) /* the cut of han-exceptions.tsv */
                continue;
            root = *tcs_fold_single(cp, &one, &count);
            if (*tcs_fold_single(other, &one, &count) != root)
                fail_msg("%s: U+%04X and U+%04X are of different classes", names[i], cp, other);
        }
        utrans_close(trans);
    }
}

/* ---- random sequences ---- */

static void check_map(const struct tcs_folded *folded, struct tcs_str text)
{
    uint32_t start = 0, end = 0;
    size_t i;

    for (i = 0; i < folded->text.len; i++) {
        uint32_t s = folded->start[i], e = folded->end[i];

        if (tcs_utf8_is_continuation(folded->text.data[i]))
            continue;
        assert_true(s < e && e <= text.len);
        assert_true(s >= start && e >= end);
        assert_false(tcs_utf8_is_continuation(text.data[s]));
        assert_true(e == text.len || !tcs_utf8_is_continuation(text.data[e]));
        start = s;
        end = e;
    }
}

static void fail_on(const uint32_t *cps, size_t count, const char *what)
{
    struct tcs_buf list = {0};
    size_t i;

    for (i = 0; i < count; i++)
        must(tcs_buf_printf(&list, " %04X", cps[i]));
    fail_msg("%s:%s", what, c_str(&list));
}

static void check_against_naive(struct tcs_str text, bool lf_paragraph, struct tcs_folded *folded)
{
    static uint32_t cps[512];
    static size_t at[513];
    static struct from naive[512 * 18];
    size_t count = code_points(text, cps), n, i, k = 0;

    for (i = 0; i < count; i++) {
        char bytes[4];

        at[i + 1] = at[i] + tcs_utf8_encode(cps[i], bytes);
    }
    n = naive_fold(cps, count, lf_paragraph, naive);
    must(tcs_fold(text, lf_paragraph, true, folded));
    check_map(folded, text);
    for (i = 0; i < n; i++) {
        size_t len;

        if (k >= folded->text.len)
            fail_on(cps, count, "the fold is too short");
        if (tcs_utf8_decode(folded->text.data + k, folded->text.data + folded->text.len, &len, NULL) != naive[i].cp)
            fail_on(cps, count, "the fold differs");
        if (folded->start[k] != at[naive[i].first] || folded->end[k] != at[naive[i].last + 1])
            fail_on(cps, count, "the map differs");
        k += len;
    }
    if (k != folded->text.len)
        fail_on(cps, count, "the fold is too long");
}

static void test_fold__random_agrees_with_naive(void **state)
{
    struct tcs_folded folded = {0}, bare = {0};
    struct tcs_buf text = {0};
    uint32_t seed = 20240601, round;

    (void)state;
    for (round = 0; round < REPEAT_MAX; round++) {
        bool lf_paragraph = next_random(&seed, 4) == 0;

        nasty_text(&text, &seed, round % 16 ? 10 : 40);
        check_against_naive(tcs_buf_view(&text), lf_paragraph, &folded);
        must(tcs_fold(tcs_buf_view(&text), lf_paragraph, false, &bare));
        assert_true(tcs_str_equal(tcs_buf_view(&folded.text), tcs_buf_view(&bare.text)));
    }
    tcs_buf_release(&text);
    tcs_folded_release(&folded);
    tcs_folded_release(&bare);
}

/* Long plain runs, of which blocks may be taken at once, with nasty code points between and at every alignment. */
static void test_fold__random_plain_runs_agree_with_naive(void **state)
{
    static const char *const plain[] = {"plain text ", "ABCdef", "换脸换了一张新的脸", "繁體中文，", "a", " ", "カタカナ", "é", "123,456.", "A.",
                                        "\"", "\n", "“", "x. Y", "русский ", "한국어"};
    struct tcs_folded folded = {0}, bare = {0};
    struct tcs_buf text = {0};
    uint32_t seed = 64, round;

    (void)state;
    for (round = 0; round < REPEAT_MAX / 5; round++) {
        uint32_t runs_left = 1 + next_random(&seed, 6);
        bool lf_paragraph = next_random(&seed, 4) == 0;

        tcs_buf_reset(&text);
        while (runs_left--) {
            const char *run = plain[next_random(&seed, COUNT(plain))];
            uint32_t times = 1 + next_random(&seed, next_random(&seed, 2) ? 2 : 7);

            while (times--)
                put_str(&text, run);
            if (next_random(&seed, 2))
                put_cp(&text, nasty_code_point(&seed));
        }
        check_against_naive(tcs_buf_view(&text), lf_paragraph, &folded);
        must(tcs_fold(tcs_buf_view(&text), lf_paragraph, false, &bare));
        assert_true(tcs_str_equal(tcs_buf_view(&folded.text), tcs_buf_view(&bare.text)));
    }
    tcs_buf_release(&text);
    tcs_folded_release(&folded);
    tcs_folded_release(&bare);
}

/* Any code points at all, for sequences that the nasty ones do not think of. */
static void test_fold__random_code_points_agree_with_naive(void **state)
{
    struct tcs_folded folded = {0};
    struct tcs_buf text = {0};
    uint32_t seed = 7, round;

    (void)state;
    for (round = 0; round < REPEAT_MAX / 2; round++) {
        uint32_t count = 1 + next_random(&seed, 6);

        tcs_buf_reset(&text);
        while (count--) {
            uint32_t cp = next_random(&seed, next_random(&seed, 3) ? 0x3100 : 0x110000);

            put_cp(&text, is_surrogate(cp) ? 'a' : cp);
        }
        check_against_naive(tcs_buf_view(&text), false, &folded);
    }
    tcs_buf_release(&text);
    tcs_folded_release(&folded);
}

/*
 * Folding a fold changes nothing, but where section 2 says so: FF is itself a line break, a stop that disappears may bring a
 * letter and a mark together, and a long gap becomes a short one.
 */
static void test_fold__is_idempotent_without_stops_and_paragraphs(void **state)
{
    struct tcs_folded once = {0}, twice = {0};
    struct tcs_buf text = {0};
    uint32_t seed = 99, round;

    (void)state;
    for (round = 0; round < REPEAT_MAX / 2; round++) {
        nasty_text(&text, &seed, 8);
        must(tcs_fold(tcs_buf_view(&text), false, false, &once));
        if (memchr(once.text.data ? once.text.data : "", '.', once.text.len) ||
            memchr(once.text.data ? once.text.data : "", '\f', once.text.len) || strstr(c_str(&text), ".") ||
            strstr(text.data, "\uFF0E") || strstr(text.data, "\u2024") || strstr(text.data, "\uFE52") ||
            strstr(text.data, "\u33C2"))
            continue;
        must(tcs_fold(tcs_buf_view(&once.text), false, false, &twice));
        if (!tcs_str_equal(tcs_buf_view(&once.text), tcs_buf_view(&twice.text)))
            fail_msg("[%s] folds to [%s], that to [%s]", c_str(&text), c_str(&once.text), c_str(&twice.text));
    }
    tcs_buf_release(&text);
    tcs_folded_release(&once);
    tcs_folded_release(&twice);
}

static void test_fold__ill_formed_bytes_do_no_harm(void **state)
{
    struct tcs_folded folded = {0};
    uint32_t seed = 3, round;
    char bytes[24];
    size_t i;

    (void)state;
    for (round = 0; round < REPEAT_MAX; round++) {
        size_t len = next_random(&seed, sizeof bytes + 1);

        for (i = 0; i < len; i++)
            bytes[i] = (char)next_random(&seed, 256);
        must(tcs_fold((struct tcs_str){bytes, len}, false, true, &folded));
        for (i = 0; i < folded.text.len; i++)
            if (!tcs_utf8_is_continuation(folded.text.data[i]))
                assert_true(folded.start[i] < folded.end[i] && folded.end[i] <= len);
    }
    tcs_folded_release(&folded);
}

/* ---- long runs: linear time, no overflow ---- */

static const struct {
    const char *before, *repeated, *after;
    size_t folded_repeats; /* how often `folded` stands in the fold; 0: as often as repeated */
    const char *folded_before, *folded, *folded_after;
} runs[] = {
    {"a", "\u200B", "b", 1, "a", "", "b"},
    {"", "\u200B", "", 1, "", "", ""},
    {"a", "\uFE0F", "\u0301", 1, "á", "", ""},
    {"换", " ", "脸", 1, "换", " ", "脸"},
    {"换", " ", "A", 1, "换", " ", "a"},
    {"换", "\n", "A", 1, "换", "\f", "a"},
    {"换", "“", "A", 0, "换", "“", "a"},
    {"换", "\"", "脸", 0, "换", "\"", "脸"},
    {"", "A.", "", 0, "", "a", ""},
    {"", "換臉", "", 0, "", "换脸", ""},
    {"x", "\u0301", "", 0, "x", "\u0301", ""},
    {"", "\u0323", "", 0, "", "\u0323", ""},
    {"", "\uFDFB", "", 0, "", "\u062C\u0644 \u062C\u0644\u0627\u0644\u0647", ""},
    {"", "\uFF76\uFF9E", "", 0, "", "ガ", ""},
};

static void test_fold__long_runs(void **state)
{
    enum { TIMES = 300000 };
    struct tcs_folded folded = {0};
    struct tcs_buf text = {0}, expected = {0};
    size_t i, k;

    (void)state;
    (void)alarm(100); /* quadratic time does not end before */
    for (i = 0; i < COUNT(runs); i++) {
        tcs_buf_reset(&text);
        tcs_buf_reset(&expected);
        put_str(&text, runs[i].before);
        for (k = 0; k < TIMES; k++)
            put_str(&text, runs[i].repeated);
        put_str(&text, runs[i].after);
        put_str(&expected, runs[i].folded_before);
        for (k = 0; k < (runs[i].folded_repeats ? runs[i].folded_repeats : TIMES); k++)
            put_str(&expected, runs[i].folded);
        put_str(&expected, runs[i].folded_after);
        must(tcs_fold(tcs_buf_view(&text), false, true, &folded));
        if (!tcs_str_equal(tcs_buf_view(&folded.text), tcs_buf_view(&expected)))
            fail_msg("a run of [%s] between [%s] and [%s]", runs[i].repeated, runs[i].before, runs[i].after);
        check_map(&folded, tcs_buf_view(&text));
    }
    (void)alarm(0);
    tcs_buf_release(&text);
    tcs_buf_release(&expected);
    tcs_folded_release(&folded);
}

/* ICU alone needs minutes for these: each mark has to go before all earlier ones of the other class. */
static void test_fold__marks_in_a_bad_order_are_quick(void **state)
{
    enum { TIMES = 300000 };
    static const char *const bad[] = {"\u0323\u0301", "\u0344\u0323", "\u0F73\u0F72"};
    struct tcs_folded folded = {0};
    struct tcs_buf text = {0};
    size_t i, k;

    (void)state;
    (void)alarm(100);
    for (i = 0; i < COUNT(bad); i++) {
        tcs_buf_reset(&text);
        put_str(&text, "a");
        for (k = 0; k < TIMES; k++)
            put_str(&text, bad[i]);
        must(tcs_fold(tcs_buf_view(&text), false, true, &folded));
        assert_true(folded.text.len > TIMES);
        check_map(&folded, tcs_buf_view(&text));
    }
    (void)alarm(0);
    tcs_folded_release(&folded);
    tcs_buf_release(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fold__table),
        cmocka_unit_test(test_fold__han_pairs),
        cmocka_unit_test(test_fold__every_code_point_is_icus),
        cmocka_unit_test(test_fold__every_code_point_in_a_text),
        cmocka_unit_test(test_fold__han_classes_are_icus),
        cmocka_unit_test(test_fold__random_agrees_with_naive),
        cmocka_unit_test(test_fold__random_plain_runs_agree_with_naive),
        cmocka_unit_test(test_fold__random_code_points_agree_with_naive),
        cmocka_unit_test(test_fold__is_idempotent_without_stops_and_paragraphs),
        cmocka_unit_test(test_fold__ill_formed_bytes_do_no_harm),
        cmocka_unit_test(test_fold__long_runs),
        cmocka_unit_test(test_fold__marks_in_a_bad_order_are_quick),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
