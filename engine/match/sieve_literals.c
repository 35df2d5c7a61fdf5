/* Literals are made by recursion over a piece's characters and their members, then sorted, united and thinned. */
#include "match/sieve_literals.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "input/html_entity.h"
#include "match/fold_table.h"
#include "match/props.h"
#include "match/spelling.h"

/* Odd code points that share a lead of their spelling with this many others are looked for by the lead alone. */
#define SHARED_LEAD_MIN 12

struct maker {
    struct tcs_sieve_literals *list;
    const struct tcs_spellings *spellings;
    enum tcs_syntax syntax;
    const struct tcs_piece *piece; /* being spelled */
    bool is_alone;                 /* so is it */
    bool escaped;                  /* being spelled as \uXXXX */
    bool is_crowd;                 /* what interrupts pieces is looked for by itself */
    bool has_latin, has_han_pair, has_border;
    char gap_leads[64][3]; /* first bytes of what may stand in a gap, NUL-terminated */
    size_t gap_lead_count;
    uint8_t *is_wanted; /* bitmap over code points: occurs in some piece */
    tocsin_status st;
};

static void add(struct maker *m, const char *bytes, size_t len, unsigned kinds)
{
    struct tcs_sieve_literals *list = m->list;
    struct tcs_sieve_literal *item;
    size_t i;

    if (m->st != TOCSIN_OK)
        return;
    m->st = TCS_GROW(list->items, list->cap, list->count + 1);
    if (m->st != TOCSIN_OK)
        return;
    item = &list->items[list->count++];
    if (len > TCS_LITERAL_MAX) {
        /* a START literal may be cut short at its end: the walk reads the rest; a WHOLE one then becomes a START */
        len = TCS_LITERAL_MAX;
        if (kinds & TCS_LITERAL_WHOLE)
            kinds = TCS_LITERAL_START | (kinds & TCS_LITERAL_LOOSE_LEFT);
    }
    *item = (struct tcs_sieve_literal){.len = (uint8_t)len, .kinds = (uint8_t)kinds};
    for (i = 0; i < len; i++)
        item->bytes[i] = bytes[i] >= 'A' && bytes[i] <= 'Z' ? (char)(bytes[i] | 0x20) : bytes[i];
}

/* \uXXXX, for a supplementary code point a pair; returns the length, at most 12. */
static size_t escape(uint32_t cp, char out[13])
{
    if (cp < 0x10000)
        return (size_t)snprintf(out, 13, "\\u%04x", cp);
    cp -= 0x10000;
    return (size_t)snprintf(out, 13, "\\u%04x\\u%04x", 0xD800 + (cp >> 10), 0xDC00 + (cp & 0x3FF));
}

/* ---- WHOLE and START ---- */

struct spelled {
    char bytes[TCS_PIECE_MAX * 12 + 16];
    size_t len;
};

static void add_start(struct maker *m, const struct spelled *s, const char *breaker)
{
    char bytes[sizeof s->bytes + 16];
    size_t len = strlen(breaker);

    memcpy(bytes, s->bytes, s->len);
    memcpy(bytes + s->len, breaker, len);
    add(m, bytes, s->len + len, TCS_LITERAL_START | (m->piece->left_edge ? 0u : TCS_LITERAL_LOOSE_LEFT));
}

static void add_starts(struct maker *m, const struct spelled *s, const char *const *breakers)
{
    for (; *breakers; breakers++)
        add_start(m, s, *breakers);
}

/* The lead bytes of the plain spellings of cp: where a spelling changes from escapes to UTF-8. */
static void add_leads(struct maker *m, const struct spelled *s, uint32_t cp)
{
    const uint32_t *members;
    uint32_t one;
    size_t count = tcs_spellings_of(m->spellings, cp, &one, &members), i;
    char bytes[4], lead[3] = {0}, last = 0;

    for (i = 0; i < count; i++) {
        (void)tcs_utf8_encode(members[i], bytes);
        if (bytes[0] == last)
            continue;
        last = lead[0] = bytes[0];
        add_start(m, s, lead);
    }
}

/* The stop of an initial behind the first k characters: the last of them is a Latin letter, and no spaced one before it. */
static void add_stops(struct maker *m, const struct spelled *s, uint32_t k)
{
    const uint32_t *cps = m->piece->cps;
    char stop[3] = {'.', 0, 0};

    if (!tcs_is_latin_letter(tcs_props(cps[k - 1])) || (k > 1 && (tcs_props(cps[k - 2]) & TCS_PROP_SPACED)))
        return;
    if (cps[k] < 0x80)
        stop[1] = (char)cps[k]; /* else the stop alone, whatever the next is spelled as */
    add_start(m, s, stop);
    if (m->syntax == TCS_SYNTAX_HTML && stop[1]) {
        add_start(m, s, ".<");
        add_start(m, s, ".&");
    }
}

/* The first one or two bytes of everything that folds to what may stand in a gap. */
static void list_gap_leads(struct maker *m)
{
    uint32_t cp, one, count;

    for (cp = 0; cp < 0x110000; cp++) {
        const uint32_t *cps = cp >= 0xD800 && cp <= 0xDFFF ? NULL : tcs_fold_single(cp, &one, &count);
        char bytes[5] = {0};
        size_t i;

        if (!cps || !count || !(tcs_props(cps[0]) & TCS_PROP_GAP))
            continue;
        (void)tcs_utf8_encode(cp, bytes);
        bytes[cp < 0x80 ? 1 : 2] = 0;
        for (i = 0; i < m->gap_lead_count && strcmp(m->gap_leads[i], bytes) != 0; i++)
            ;
        if (i < m->gap_lead_count)
            continue;
        if (i == sizeof m->gap_leads / sizeof *m->gap_leads) { /* a lead left out would be a hit lost */
            m->st = TOCSIN_E_INTERNAL;
            return;
        }
        memcpy(m->gap_leads[m->gap_lead_count++], bytes, sizeof *m->gap_leads);
    }
}

/* A gap may stand behind the first k characters; in JSON it may begin with an escape. */
static void add_gaps(struct maker *m, const struct spelled *s)
{
    size_t i;

    for (i = 0; i < m->gap_lead_count; i++)
        add_start(m, s, m->gap_leads[i]);
    if (m->syntax == TCS_SYNTAX_JSON)
        add_start(m, s, "\\");
}

/* What is frequent in news and may break a piece after its first k characters. */
static void add_breaks(struct maker *m, const struct spelled *s, uint32_t k)
{
    /* by what they have in common: the walk sees which of them it is, and few literals are searched faster than many */
    static const char *const quotes[] = {"\xE2\x80", "\xE3\x80", "'", NULL};
    static const char *const escaped_quotes[] = {"\\u201", "\\u300", "\\\"", "\\u002", NULL};
    uint32_t left = m->piece->cps[k - 1], right = m->piece->cps[k];
    bool both_han = (tcs_props(left) & TCS_PROP_HAN) && (tcs_props(right) & TCS_PROP_HAN);

    add_stops(m, s, k);
    if (tcs_piece_is_border(left, right))
        add_gaps(m, s);
    if (m->is_crowd)
        return;
    if (m->syntax == TCS_SYNTAX_HTML) {
        add_start(m, s, "<");
        add_start(m, s, "&");
    }
    if (both_han) {
        add_starts(m, s, quotes);
        if (m->syntax != TCS_SYNTAX_JSON)
            add_start(m, s, "\"");
    }
    if (m->escaped) {
        if (both_han)
            add_starts(m, s, escaped_quotes);
        add_leads(m, s, right);
    } else if (m->syntax == TCS_SYNTAX_JSON && right >= 0x80) {
        add_start(m, s, "\\");
    }
}

static void spell(struct maker *m, struct spelled s, uint32_t k)
{
    const uint32_t *members;
    size_t count, i;
    uint32_t cp, one;

    if (k == m->piece->count) {
        add(m, s.bytes, s.len,
            TCS_LITERAL_WHOLE | (m->piece->left_edge ? 0u : TCS_LITERAL_LOOSE_LEFT) |
                (m->piece->right_edge ? 0u : TCS_LITERAL_LOOSE_RIGHT) | (m->is_alone ? TCS_LITERAL_ALONE : 0u));
        return;
    }
    if (k)
        add_breaks(m, &s, k);
    cp = m->piece->cps[k];
    if (cp < 0x80) { /* escapes of ASCII are ODD */
        s.bytes[s.len++] = (char)cp;
        spell(m, s, k + 1);
        return;
    }
    count = tcs_spellings_of(m->spellings, cp, &one, &members);
    for (i = 0; i < count; i++) {
        struct spelled next = s;

        next.len += m->escaped ? escape(members[i], next.bytes + next.len)
                               : tcs_utf8_encode(members[i], next.bytes + next.len);
        spell(m, next, k + 1);
    }
}

static void spell_pieces(struct maker *m, const struct tcs_piece *pieces, const uint8_t *is_alone, size_t count)
{
    size_t i;

    for (i = 0; i < count; i++) {
        m->piece = &pieces[i];
        m->is_alone = is_alone && is_alone[i];
        m->escaped = false;
        spell(m, (struct spelled){.len = 0}, 0);
        if (m->syntax == TCS_SYNTAX_JSON && pieces[i].cps[0] >= 0x80) {
            m->escaped = true;
            spell(m, (struct spelled){.len = 0}, 0);
        }
    }
}

/* What is frequent in news and may break any piece. */
static void add_breakers(struct maker *m)
{
    static const char *const quotes[] = {"\xE2\x80\x98", "\xE2\x80\x99", "\xE2\x80\x9C", "\xE2\x80\x9D", "\xE3\x80\x8C",
                                         "\xE3\x80\x8D", "\xE3\x80\x8E", "\xE3\x80\x8F", "'",            NULL};
    /* in JSON only what is not white space, which no piece holds: most backslashes of news are those of line feeds */
    static const char *const of_syntax[][4] = {[TCS_SYNTAX_TEXT] = {"\"", NULL},
                                               [TCS_SYNTAX_CSV] = {"\"", NULL},
                                               [TCS_SYNTAX_JSON] = {"\\\"", "\\u", NULL},
                                               [TCS_SYNTAX_HTML] = {"\"", "<", "&", NULL}};
    const char *const *text;

    for (text = quotes; *text && m->has_han_pair; text++)
        add(m, *text, strlen(*text), TCS_LITERAL_BREAK);
    for (text = of_syntax[m->syntax]; *text; text++)
        add(m, *text, strlen(*text), TCS_LITERAL_BREAK);
}

/* ---- ODD ---- */

static bool is_wanted(const struct maker *m, uint32_t cp)
{
    return m->is_wanted[cp >> 3] >> (cp & 7) & 1;
}

static void note_characters(struct maker *m, const struct tcs_piece *pieces, size_t count)
{
    size_t i;
    uint32_t k;

    for (i = 0; i < count; i++)
        for (k = 0; k < pieces[i].count; k++) {
            uint32_t cp = pieces[i].cps[k];
            bool han = tcs_props(cp) & TCS_PROP_HAN;

            m->is_wanted[cp >> 3] |= (uint8_t)(1 << (cp & 7));
            m->has_latin |= tcs_is_latin_letter(tcs_props(cp));
            m->has_border |= k && tcs_piece_is_border(pieces[i].cps[k - 1], cp);
            m->has_han_pair |= k && han && (tcs_props(pieces[i].cps[k - 1]) & TCS_PROP_HAN);
        }
}

static bool is_common_quote(uint32_t cp)
{
    return cp == 0x2018 || cp == 0x2019 || cp == 0x201C || cp == 0x201D || (cp >= 0x300C && cp <= 0x300F);
}

/* Must a code point above 7F be looked for by itself? */
static bool is_odd(const struct maker *m, uint32_t cp)
{
    uint32_t one, count, i;
    const uint32_t *cps = tcs_fold_single(cp, &one, &count);

    if (!count)
        return true;
    if (count > 1) {
        for (i = 0; i < count; i++)
            if (is_wanted(m, cps[i]))
                return true;
        return false;
    }
    if (*cps < 0x80 && is_wanted(m, *cps))
        return true;
    if (*cps == '.')
        return m->has_latin;
    return m->has_han_pair && !is_common_quote(cp) &&
           (*cps == '\'' || *cps == '"' || is_common_quote(*cps));
}

/* How many odd code points from `from` on share the lead of its spelling, which `block` code points have in common? */
static uint32_t count_odd(const struct maker *m, uint32_t from, uint32_t block)
{
    uint32_t cp, count = 0;

    for (cp = from; cp < from + block; cp++)
        count += is_odd(m, cp);
    return count;
}

static void add_odd_utf8(struct maker *m, uint32_t cp, size_t len)
{
    char bytes[4];

    (void)tcs_utf8_encode(cp, bytes);
    add(m, bytes, len, TCS_LITERAL_ODD);
}

static void add_odd_escape(struct maker *m, uint32_t cp, size_t len)
{
    char text[13];

    (void)escape(cp, text);
    add(m, text, len, TCS_LITERAL_ODD);
}

static void add_odd_above_ascii(struct maker *m)
{
    bool json = m->syntax == TCS_SYNTAX_JSON;
    uint32_t block, cp, size;

    for (block = 0x80; block < 0x110000; block += size) {
        uint32_t odd;

        size = block < 0x10000 ? 16 : 64; /* what \uXXX_ and three of four UTF-8 bytes have in common */
        if (block == 0xD800)
            block = 0xE000;
        if (tcs_spellings_are_plain(m->spellings, block)) /* what folds to itself is not odd */
            continue;
        odd = count_odd(m, block, size);
        if (block >= 0x10000 && odd >= SHARED_LEAD_MIN) {
            add_odd_utf8(m, block, 3);
        } else {
            for (cp = block; cp < block + size && odd; cp++)
                if (is_odd(m, cp))
                    add_odd_utf8(m, cp, 4 - (size_t)(cp < 0x10000) - (size_t)(cp < 0x800));
        }
        if (!json || !odd)
            continue;
        if (block < 0x10000 && odd >= SHARED_LEAD_MIN) {
            add_odd_escape(m, block, 5);
            continue;
        }
        for (cp = block; cp < block + size; cp++)
            if (is_odd(m, cp))
                add_odd_escape(m, cp, cp < 0x10000 ? 6 : odd >= SHARED_LEAD_MIN ? 11 : 12);
    }
}

static void add_odd_ascii(struct maker *m)
{
    static const char *const json[] = {"\\u002", "\\u003", "\\u004", "\\u005", "\\u006", "\\u007", NULL};
    static const char *const html[] = {"&#x", "&#0", "&#1", "&#2", "&#3", "&#4", "&#5", "&#6", "&#7", "&#8", "&#9", NULL};
    const char *const *text = m->syntax == TCS_SYNTAX_JSON ? json : m->syntax == TCS_SYNTAX_HTML ? html : NULL;

    for (; text && *text; text++)
        add(m, *text, strlen(*text), TCS_LITERAL_ODD);
}

/* Named references whose character can begin a piece; inside a piece START literals hold the `&`. */
static void add_odd_names(struct maker *m)
{
    struct tcs_str name;
    uint32_t cp[2];
    size_t i;

    for (i = 0; tcs_html_entity_at(i, &name, cp); i++) {
        uint32_t one, count, k;
        const uint32_t *cps = tcs_fold_single(cp[0], &one, &count);
        char bytes[64] = "&";
        bool wanted = cp[1] && is_wanted(m, cp[1]);

        for (k = 0; k < count; k++)
            wanted |= is_wanted(m, cps[k]);
        if (!wanted || name.len >= sizeof bytes)
            continue;
        memcpy(bytes + 1, name.data, name.len);
        add(m, bytes, name.len + 1, TCS_LITERAL_ODD);
    }
}

/* ---- order and thin out ---- */

static int compare_literals(const void *left, const void *right)
{
    const struct tcs_sieve_literal *a = left, *b = right;
    int order = memcmp(a->bytes, b->bytes, a->len < b->len ? a->len : b->len);

    return order ? order : (int)a->len - (int)b->len;
}

/* The first bytes of a literal as a number that orders as they do. */
static uint64_t first_bytes(const struct tcs_sieve_literal *literal)
{
    uint64_t key = 0;
    size_t i;

    for (i = 0; i < sizeof key; i++)
        key = key << 8 | (i < literal->len ? (uint8_t)literal->bytes[i] : 0u);
    return key;
}

struct place {
    uint64_t key; /* first bytes */
    uint32_t index;
};

static int compare_places(const void *left, const void *right, void *items)
{
    const struct place *a = left, *b = right;
    const struct tcs_sieve_literal *list = items;

    if (a->key != b->key)
        return a->key < b->key ? -1 : 1;
    return compare_literals(&list[a->index], &list[b->index]);
}

/* Sorts places, which are small and mostly told apart by one number, and moves each literal once. */
static tocsin_status unite(struct tcs_sieve_literals *list)
{
    struct place *places = calloc(list->count + 1, sizeof *places);
    struct tcs_sieve_literal *sorted = calloc(list->count + 1, sizeof *sorted);
    size_t kept = 0, i;

    if (!places || !sorted) {
        free(places);
        free(sorted);
        return TOCSIN_E_NOMEM;
    }
    for (i = 0; i < list->count; i++)
        places[i] = (struct place){first_bytes(&list->items[i]), (uint32_t)i};
    qsort_r(places, list->count, sizeof *places, compare_places, list->items);
    for (i = 0; i < list->count; i++) {
        const struct tcs_sieve_literal *item = &list->items[places[i].index];

        if (kept && !compare_literals(&sorted[kept - 1], item))
            sorted[kept - 1].kinds |= item->kinds;
        else
            sorted[kept++] = *item;
    }
    free(places);
    free(list->items);
    *list = (struct tcs_sieve_literals){sorted, kept, list->count + 1};
    return TOCSIN_OK;
}

/*
 * Literals that are ALONE, in byte order, without those that begin with another of them: so at most one of them
 * begins at a place of a text, and it is the last that is not behind that place in order.
 */
struct wholes {
    const struct tcs_sieve_literal **items;
    uint64_t *keys;
    size_t firsts[257]; /* by first byte, and where they end */
};

static bool begins_with(const char *bytes, size_t len, const struct tcs_sieve_literal *whole)
{
    return whole->len <= len && !memcmp(bytes, whole->bytes, whole->len);
}

static void gather_wholes(struct wholes *wholes, const struct tcs_sieve_literals *list)
{
    size_t count = 0, i, byte = 0;

    for (i = 0; i < list->count; i++) {
        const struct tcs_sieve_literal *item = &list->items[i];

        if (!(item->kinds & TCS_LITERAL_ALONE) ||
            (count && begins_with(item->bytes, item->len, wholes->items[count - 1])))
            continue;
        for (; byte <= (uint8_t)item->bytes[0]; byte++)
            wholes->firsts[byte] = count;
        wholes->keys[count] = first_bytes(item);
        wholes->items[count++] = item;
    }
    for (; byte <= 256; byte++)
        wholes->firsts[byte] = count;
}

/* Does the literal hold a shorter one that is ALONE? */
static bool is_implied(const struct wholes *wholes, const struct tcs_sieve_literal *literal)
{
    size_t at;

    for (at = 0; at < literal->len; at++) {
        struct tcs_sieve_literal rest = {.len = (uint8_t)(literal->len - at)};
        size_t low = wholes->firsts[(uint8_t)literal->bytes[at]], high = wholes->firsts[(uint8_t)literal->bytes[at] + 1];
        size_t first = low;
        uint64_t key;

        if (low == high)
            continue;
        memcpy(rest.bytes, literal->bytes + at, rest.len);
        key = first_bytes(&rest);
        while (low < high) { /* to the first that is behind rest */
            size_t middle = low + (high - low) / 2;
            bool is_behind = wholes->keys[middle] != key ? wholes->keys[middle] > key
                                                         : compare_literals(wholes->items[middle], &rest) > 0;

            *(is_behind ? &high : &low) = is_behind ? middle : middle + 1;
        }
        if (low > first && wholes->items[low - 1]->len < literal->len &&
            begins_with(rest.bytes, rest.len, wholes->items[low - 1]))
            return true;
    }
    return false;
}

/* A document that holds a longer literal holds the one inside it that is ALONE: the longer says nothing new. */
static tocsin_status drop_implied(struct tcs_sieve_literals *list)
{
    struct wholes wholes = {.items = calloc(list->count + 1, sizeof *wholes.items),
                            .keys = calloc(list->count + 1, sizeof *wholes.keys)};
    uint8_t *implied = calloc(list->count + 1, 1);
    tocsin_status st = wholes.items && wholes.keys && implied ? TOCSIN_OK : TOCSIN_E_NOMEM;
    size_t kept = 0, i;

    if (st == TOCSIN_OK) {
        gather_wholes(&wholes, list);
        for (i = 0; i < list->count; i++) /* all are needed until the last is judged */
            implied[i] = is_implied(&wholes, &list->items[i]);
        for (i = 0; i < list->count; i++)
            if (!implied[i])
                list->items[kept++] = list->items[i];
        list->count = kept;
    }
    free(wholes.items);
    free(wholes.keys);
    free(implied);
    return st;
}

/*
 * Too many different pieces? With START literals 2,000 would be 60,000 to 200,000. Equal ones are neighbours where it
 * matters.
 */
static bool is_crowd(const struct tcs_piece *pieces, size_t count)
{
    size_t different = 0, i;

    for (i = 0; i < count; i++)
        different += !i || tcs_piece_compare(&pieces[i - 1], &pieces[i]);
    return different > TCS_PIECE_CROWD;
}

static tocsin_status spell_all(struct tcs_sieve_literals *list, const struct tcs_piece *pieces,
                               const uint8_t *is_alone, size_t count, enum tcs_syntax syntax)
{
    struct tcs_spellings *spellings = NULL;
    struct maker m = {.list = list, .syntax = syntax, .is_wanted = calloc(0x110000 / 8, 1)};

    m.st = m.is_wanted ? tcs_spellings_new(&spellings) : TOCSIN_E_NOMEM;
    if (m.st == TOCSIN_OK && count) {
        m.spellings = spellings;
        note_characters(&m, pieces, count);
        if (m.has_border)
            list_gap_leads(&m);
        m.is_crowd = is_crowd(pieces, count);
        spell_pieces(&m, pieces, is_alone, count);
        if (m.is_crowd)
            add_breakers(&m);
        add_odd_ascii(&m);
        add_odd_above_ascii(&m);
        if (syntax == TCS_SYNTAX_HTML)
            add_odd_names(&m);
        if (m.st == TOCSIN_OK)
            m.st = unite(list);
    }
    tcs_spellings_free(spellings);
    free(m.is_wanted);
    return m.st;
}

tocsin_status tcs_sieve_literals_spell(struct tcs_sieve_literals *list, const struct tcs_piece *pieces, size_t count,
                                       enum tcs_syntax syntax)
{
    return spell_all(list, pieces, NULL, count, syntax);
}

tocsin_status tcs_sieve_literals_make(struct tcs_sieve_literals *list, const struct tcs_piece *pieces,
                                      const uint8_t *is_alone, size_t count, enum tcs_syntax syntax)
{
    tocsin_status st = spell_all(list, pieces, is_alone, count, syntax);

    return st == TOCSIN_OK && count ? drop_implied(list) : st;
}

enum tcs_syntax tcs_sieve_literals_form(enum tcs_syntax syntax)
{
    return syntax == TCS_SYNTAX_CSV ? TCS_SYNTAX_TEXT : syntax;
}

void tcs_sieve_literals_release(struct tcs_sieve_literals *list)
{
    free(list->items);
    *list = (struct tcs_sieve_literals){0};
}
