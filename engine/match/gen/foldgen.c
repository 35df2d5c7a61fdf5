/*
 * foldgen: writes the tables of match/fold and match/props at build time, from ICU (nfkc_cf, properties, the
 * Hant-Hans and Hans-Hant transliterators) and from OpenCC's dictionaries as text. The only hand-written
 * input is han-exceptions.tsv. Usage: foldgen OUT.c EXCEPTIONS.tsv DICTIONARY.txt...
 *
 * Table layout (two stages, blocks of 128 code points). Fold entry, 32 bits:
 *   0..20  the folded code point, or an index into the expansions (count, then code points)
 *   21..22 kind: 0 one code point, 1 none (ignorable), 2 expansion, 3 itself (so that equal blocks are shared)
 *   23     a normalisation segment begins before this code point
 * The plain tables (fold_table.h) say the same by bytes, for what the fast path may handle.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/uscript.h>
#include <unicode/ustring.h>
#include <unicode/utrans.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

#include "match/fold_table.h"
#include "match/props.h"

#define CODE_POINTS 0x110000u
#define BLOCK 128u

static uint32_t parent[CODE_POINTS]; /* union-find over Han characters */
static uint32_t entries[CODE_POINTS];
static uint32_t props[CODE_POINTS];
/* Which Han characters ICU's Hant-Hans and Hans-Hant change into another one. */
static bool is_changed[2][CODE_POINTS];
static uint32_t expansions[1u << 16];
static uint32_t expansion_len;

struct cut {
    uint32_t a, b;
};
static struct cut cuts[4096];
static size_t cut_count;

static void die(const char *what, const char *detail)
{
    fprintf(stderr, "foldgen: %s: %s\n", what, detail);
    exit(2);
}

static bool is_han(uint32_t c)
{
    UErrorCode status = U_ZERO_ERROR;

    return uscript_getScript((UChar32)c, &status) == USCRIPT_HAN && U_SUCCESS(status);
}

static uint32_t find_root(uint32_t c)
{
    while (parent[c] != c) {
        parent[c] = parent[parent[c]];
        c = parent[c];
    }
    return c;
}

/* The smaller root wins, so that a class's root is its smallest member. */
static void join(uint32_t a, uint32_t b)
{
    uint32_t x = find_root(a), y = find_root(b);

    if (x < y)
        parent[y] = x;
    else
        parent[x] = y;
}

static bool is_cut(uint32_t a, uint32_t b)
{
    size_t i;

    for (i = 0; i < cut_count; i++)
        if ((cuts[i].a == a && cuts[i].b == b) || (cuts[i].a == b && cuts[i].b == a))
            return true;
    return false;
}

static void add_edge(uint32_t a, uint32_t b)
{
    if (a != b && is_han(a) && is_han(b) && !is_cut(a, b))
        join(a, b);
}

/* The code point that a UTF-8 string consists of, or 0 if it is not exactly one. */
static uint32_t single_code_point(const char *text, size_t len)
{
    UChar32 c;
    int32_t i = 0;

    U8_NEXT(text, i, (int32_t)len, c);
    return c > 0 && i == (int32_t)len ? (uint32_t)c : 0;
}

static void read_exceptions(const char *path, bool want_joins)
{
    FILE *file = fopen(path, "r");
    char line[1024];

    if (!file)
        die("cannot open", path);
    while (fgets(line, sizeof line, file)) {
        char *op = line, *a, *b, *reason;

        if (line[0] == '#' || line[0] == '\n')
            continue;
        a = strchr(op, '\t');
        b = a ? strchr(a + 1, '\t') : NULL;
        reason = b ? strchr(b + 1, '\t') : NULL;
        if (!reason || strspn(reason, "\t\n ") == strlen(reason))
            die("expected: cut|join TAB character TAB character TAB reason", line);
        *a++ = *b++ = *reason = '\0';
        struct cut edge = {single_code_point(a, strlen(a)), single_code_point(b, strlen(b))};
        if (!edge.a || !edge.b || (strcmp(op, "cut") && strcmp(op, "join")))
            die("bad exception", line);
        if (want_joins && !strcmp(op, "join")) {
            join(edge.a, edge.b);
        } else if (!want_joins && !strcmp(op, "cut")) {
            if (cut_count == sizeof cuts / sizeof *cuts)
                die("too many cuts", path);
            cuts[cut_count++] = edge;
        }
    }
    fclose(file);
}

/* A line of a dictionary: key TAB value SPACE value ... */
static void read_dictionary(const char *path)
{
    FILE *file = fopen(path, "r");
    char line[4096];
    size_t lines = 0;

    if (!file)
        die("cannot open", path);
    while (fgets(line, sizeof line, file)) {
        char *tab = strchr(line, '\t'), *value, *save = NULL;
        uint32_t key;

        if (!tab)
            continue;
        key = single_code_point(line, (size_t)(tab - line));
        for (value = strtok_r(tab + 1, " \r\n", &save); value; value = strtok_r(NULL, " \r\n", &save)) {
            uint32_t c = single_code_point(value, strlen(value));

            if (key && c)
                add_edge(key, c);
        }
        lines++;
    }
    fclose(file);
    if (lines < 20)
        die("hardly a dictionary", path);
}

static void read_transliterator(const char *name, bool *changed)
{
    UErrorCode status = U_ZERO_ERROR;
    UChar id[32], text[16];
    UTransliterator *trans;
    uint32_t c;

    u_uastrcpy(id, name);
    trans = utrans_openU(id, -1, UTRANS_FORWARD, NULL, 0, NULL, &status);
    if (U_FAILURE(status))
        die(name, u_errorName(status));
    for (c = 0; c < CODE_POINTS; c++) {
        int32_t len = 0, limit;
        UBool bad = false;
        UChar32 first;

        if (!is_han(c))
            continue;
        U16_APPEND(text, len, 16, (UChar32)c, bad);
        limit = len;
        status = U_ZERO_ERROR;
        utrans_transUChars(trans, text, &len, 16, 0, &limit, &status);
        if (bad || U_FAILURE(status) || len < 1)
            continue;
        U16_GET(text, 0, 0, len, first);
        if (U16_LENGTH(first) == len)
            add_edge(c, (uint32_t)first);
        changed[c] = (uint32_t)first != c;
    }
    utrans_close(trans);
}

static uint32_t map_single(uint32_t c)
{
    switch (c) {
    case 0x2018: case 0x2019: case 0x02BC: case 0x2032:
        return '\'';
    case 0x2010: case 0x2011: case 0x2012: case 0x2013: case 0x2212:
        return '-';
    default:
        return is_han(c) ? find_root(c) : c;
    }
}

static uint32_t add_expansion(const uint32_t *cps, uint32_t count)
{
    uint32_t at = expansion_len;

    if (expansion_len + count + 1 > sizeof expansions / sizeof *expansions)
        die("too many expansions", "");
    expansions[expansion_len++] = count;
    memcpy(expansions + expansion_len, cps, count * sizeof *cps);
    expansion_len += count;
    return at;
}

static void make_entries(void)
{
    UErrorCode status = U_ZERO_ERROR;
    const UNormalizer2 *nfkc_cf = unorm2_getNFKCCasefoldInstance(&status);
    uint32_t c;

    if (U_FAILURE(status))
        die("nfkc_cf", u_errorName(status));
    for (c = 0; c < CODE_POINTS; c++) {
        UChar source[2], folded[64];
        uint32_t cps[64], count = 0;
        int32_t len = 0, out, i = 0;
        UBool bad = false;

        if (c >= 0xD800 && c <= 0xDFFF) {
            entries[c] = TCS_FOLD_KIND_SELF | TCS_FOLD_BOUNDARY;
            continue;
        }
        U16_APPEND(source, len, 2, (UChar32)c, bad);
        status = U_ZERO_ERROR;
        out = unorm2_normalize(nfkc_cf, source, len, folded, 64, &status);
        if (bad || U_FAILURE(status))
            die("normalize", u_errorName(status));
        while (i < out) {
            UChar32 next;

            U16_NEXT(folded, i, out, next);
            cps[count++] = map_single((uint32_t)next);
        }
        if (count == 1)
            entries[c] = cps[0] == c ? TCS_FOLD_KIND_SELF : cps[0];
        else if (!count)
            entries[c] = TCS_FOLD_KIND_NONE;
        else
            entries[c] = TCS_FOLD_KIND_MANY | add_expansion(cps, count);
        if (unorm2_hasBoundaryBefore(nfkc_cf, (UChar32)c))
            entries[c] |= TCS_FOLD_BOUNDARY;
    }
}

static uint32_t line_break_props(uint32_t c)
{
    if (c == 0x2029)
        return TCS_PROP_LINE_BREAK | TCS_PROP_PARAGRAPH;
    return (c >= 0x0A && c <= 0x0D) || c == 0x85 || c == 0x2028 ? TCS_PROP_LINE_BREAK : 0;
}

static bool has_script(uint32_t c, UScriptCode script)
{
    return uscript_hasScript((UChar32)c, script);
}

/* Scripts that write no spaces between words. */
static bool is_unspaced(uint32_t c)
{
    static const UScriptCode scripts[] = {USCRIPT_HAN,   USCRIPT_HIRAGANA, USCRIPT_KATAKANA, USCRIPT_BOPOMOFO, USCRIPT_THAI,
                                          USCRIPT_LAO,   USCRIPT_KHMER,    USCRIPT_MYANMAR,  USCRIPT_TIBETAN};
    size_t i;

    for (i = 0; i < sizeof scripts / sizeof *scripts; i++)
        if (has_script(c, scripts[i]))
            return true;
    return false;
}

static uint32_t script_props(uint32_t c)
{
    UErrorCode status = U_ZERO_ERROR;

    switch ((int)uscript_getScript((UChar32)c, &status)) {
    case USCRIPT_HAN:
        return TCS_PROP_HAN;
    case USCRIPT_HANGUL:
        return TCS_PROP_HANGUL;
    case USCRIPT_LATIN:
        return TCS_PROP_LATIN;
    default:
        return 0;
    }
}

static bool is_simple(uint32_t c)
{
    UErrorCode status = U_ZERO_ERROR;
    const UNormalizer2 *nfkd = unorm2_getNFKDInstance(&status);
    UChar source[2], out[64];
    int32_t len = 0, out_len;
    UBool bad = false;

    if (U_IS_SURROGATE(c) || u_getCombiningClass((UChar32)c))
        return false;
    U16_APPEND(source, len, 2, (UChar32)c, bad);
    out_len = unorm2_normalize(nfkd, source, len, out, 64, &status);
    return !bad && U_SUCCESS(status) && u_strCompare(source, len, out, out_len, false) == 0;
}

static uint32_t props_of(uint32_t c)
{
    uint32_t mask = U_GET_GC_MASK((UChar32)c);
    uint32_t p = script_props(c);

    if (is_simple(c))
        p |= TCS_PROP_SIMPLE;

    if (mask & U_GC_L_MASK)
        p |= TCS_PROP_LETTER;
    if (mask & U_GC_M_MASK)
        p |= TCS_PROP_MARK;
    if (mask & U_GC_ND_MASK)
        p |= TCS_PROP_DIGIT;
    if ((mask & (U_GC_PE_MASK | U_GC_PF_MASK)) || c == '"' || c == '\'')
        p |= TCS_PROP_CLOSER;
    if (u_hasBinaryProperty((UChar32)c, UCHAR_WHITE_SPACE))
        p |= TCS_PROP_SPACE | TCS_PROP_GAP;
    if (u_hasBinaryProperty((UChar32)c, UCHAR_QUOTATION_MARK))
        p |= TCS_PROP_QUOTE | TCS_PROP_GAP;
    if ((c >= 0x3008 && c <= 0x3011) || c == '*' || c == '_')
        p |= TCS_PROP_GAP;
    if (p & (TCS_PROP_LETTER | TCS_PROP_MARK | TCS_PROP_DIGIT)) {
        if (has_script(c, USCRIPT_HIRAGANA) || has_script(c, USCRIPT_KATAKANA))
            p |= TCS_PROP_KANA;
        if (!is_unspaced(c))
            p |= TCS_PROP_SPACED;
    }
    if (is_changed[0][c] != is_changed[1][c])
        p |= is_changed[0][c] ? TCS_PROP_HANT : TCS_PROP_HANS;
    return p | line_break_props(c);
}

/* Writes a two-stage table; width is the element's size. */
static void write_table(FILE *out, const char *name, const char *type, const void *data, size_t width)
{
    static uint16_t stage1[CODE_POINTS / BLOCK];
    static uint32_t kept[CODE_POINTS / BLOCK];
    const char *bytes = data;
    uint32_t count = 0, b, k, i;

    for (b = 0; b < CODE_POINTS / BLOCK; b++) {
        for (k = 0; k < count; k++)
            if (!memcmp(bytes + (size_t)kept[k] * BLOCK * width, bytes + (size_t)b * BLOCK * width, BLOCK * width))
                break;
        if (k == count)
            kept[count++] = b;
        stage1[b] = (uint16_t)k;
    }
    fprintf(out, "const uint16_t %s_stage1[%u] = {", name, CODE_POINTS / BLOCK);
    for (b = 0; b < CODE_POINTS / BLOCK; b++)
        fprintf(out, "%s%u,", b % 24 ? "" : "\n", stage1[b]);
    fprintf(out, "\n};\nconst %s %s_stage2[%u] = {", type, name, count * BLOCK);
    for (k = 0; k < count; k++)
        for (i = 0; i < BLOCK; i++) {
            size_t at = (size_t)kept[k] * BLOCK + i;
            unsigned long value = width == 4 ? ((const uint32_t *)data)[at] : ((const uint16_t *)data)[at];

            fprintf(out, "%s%lu,", i % 16 ? "" : "\n", value);
        }
    fprintf(out, "\n};\n");
}

static uint32_t utf8_word(uint32_t c, unsigned *len)
{
    uint8_t bytes[4];
    int32_t n = 0;

    U8_APPEND_UNSAFE(bytes, n, c);
    *len = (unsigned)n;
    return bytes[0] | (n > 1 ? (uint32_t)bytes[1] << 8 : 0) | (n > 2 ? (uint32_t)bytes[2] << 16 : 0);
}

static bool is_lone_quote(uint32_t c)
{
    return c == 0x201C || c == 0x201D || c == '"' || c == '\'' || (c >= 0x300C && c <= 0x300F);
}

/*
 * Not plain: what is no boundary, folds to none or many or to more bytes, a full stop that is not ASCII (the fast
 * path looks for initials in ASCII only), U+2029, which counts twice, and what touches nothing while its fold does (fold.h,
 * needs_originals).
 */
static uint32_t plain_entry(uint32_t c)
{
    uint32_t kind = entries[c] & TCS_FOLD_KIND_MASK, folded, word, flags = 0;
    unsigned folded_len, p;

    if (!(entries[c] & TCS_FOLD_BOUNDARY) || U_IS_SURROGATE(c) || c == 0x2029 ||
        (kind != TCS_FOLD_KIND_ONE && kind != TCS_FOLD_KIND_SELF))
        return TCS_PLAIN_OTHER;
    folded = kind == TCS_FOLD_KIND_SELF ? c : entries[c] & TCS_FOLD_VALUE_MASK;
    p = props[folded];
    if (p & TCS_PROP_SPACE)
        folded = p & TCS_PROP_LINE_BREAK ? '\n' : ' ';
    word = utf8_word(folded, &folded_len);
    if (folded_len > (unsigned)U8_LENGTH(c) || (folded == '.' && c != '.') || (p & TCS_PROP_PARAGRAPH) ||
        (p & ~props[c] & TCS_PROP_SPACED))
        return TCS_PLAIN_OTHER;
    if (p & TCS_PROP_GAP)
        flags |= TCS_PLAIN_GAP | (p & TCS_PROP_SPACE ? TCS_PLAIN_WHITE : 0);
    if (is_lone_quote(folded))
        flags |= TCS_PLAIN_LONE_QUOTE;
    if (p & TCS_PROP_HAN)
        flags |= TCS_PLAIN_HAN;
    if ((p & TCS_PROP_DIGIT) || ((p & TCS_PROP_LATIN) && (p & TCS_PROP_LETTER)))
        flags |= TCS_PLAIN_LATIN_OR_DIGIT;
    return word | flags | (uint32_t)folded_len << TCS_PLAIN_LEN_SHIFT;
}

static void write_words(FILE *out, const char *name, const uint32_t *words, uint32_t count)
{
    uint32_t i;

    fprintf(out, "const uint32_t %s[%u] = {", name, count);
    for (i = 0; i < count; i++)
        fprintf(out, "%s%lu,", i % 16 ? "" : "\n", (unsigned long)words[i]);
    fprintf(out, "\n};\n");
}

static void write_plain_table(FILE *out, const char *name, uint32_t from, uint32_t to)
{
    static uint32_t words[0x10000];
    uint32_t c;

    for (c = 0; c < to; c++)
        words[c] = c < from ? TCS_PLAIN_OTHER : plain_entry(c);
    write_words(out, name, words, to);
}

/* See tcs_han_script. */
static void write_han_scripts(FILE *out)
{
    static uint32_t words[(TCS_HAN_LAST + 1 - TCS_HAN_FIRST) / 16];
    uint32_t c;

    for (c = TCS_HAN_FIRST; c <= TCS_HAN_LAST; c++)
        words[(c - TCS_HAN_FIRST) / 16] |=
            (props[c] & TCS_PROP_HANS ? 1u : props[c] & TCS_PROP_HANT ? 2u : 0u) << 2 * (c & 15);
    write_words(out, "tcs_han_scripts", words, (uint32_t)(sizeof words / sizeof *words));
}

static uint64_t version_hash(void)
{
    uint64_t hash = XXH3_64bits(entries, sizeof entries);

    hash ^= XXH3_64bits_withSeed(props, sizeof props, 1);
    return hash ^ XXH3_64bits_withSeed(expansions, expansion_len * sizeof *expansions, 2);
}

int main(int argc, char **argv)
{
    FILE *out;
    uint32_t c;
    int i;

    if (argc < 4)
        die("usage", "foldgen OUT.c EXCEPTIONS.tsv DICTIONARY.txt...");
    for (c = 0; c < CODE_POINTS; c++)
        parent[c] = c;
    read_exceptions(argv[2], false);
    read_transliterator("Hant-Hans", is_changed[0]);
    read_transliterator("Hans-Hant", is_changed[1]);
    for (i = 3; i < argc; i++)
        read_dictionary(argv[i]);
    read_exceptions(argv[2], true);
    make_entries();
    for (c = 0; c < CODE_POINTS; c++)
        props[c] = props_of(c);

    out = fopen(argv[1], "w");
    if (!out)
        die("cannot write", argv[1]);
    fprintf(out, "/* Made by engine/match/gen/foldgen.c from ICU %s and OpenCC; do not edit. */\n", U_ICU_VERSION);
    fprintf(out, "#include \"match/fold_table.h\"\n#include \"match/props.h\"\n");
    write_table(out, "tcs_fold", "uint32_t", entries, sizeof *entries);
    write_table(out, "tcs_props", "uint32_t", props, sizeof *props);
    write_words(out, "tcs_fold_expansions", expansions, expansion_len);
    write_plain_table(out, "tcs_plain_ascii", 0, 0x80);
    write_plain_table(out, "tcs_plain_narrow", 0x80, 0x800);
    write_plain_table(out, "tcs_plain_wide", 0x800, 0x10000);
    write_han_scripts(out);
    fprintf(out, "const char tcs_fold_version[] = \"%016llx\";\n", (unsigned long long)version_hash());
    if (fclose(out))
        die("cannot write", argv[1]);
    return 0;
}
