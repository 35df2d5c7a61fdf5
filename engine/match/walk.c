/*
 * The trie is one hash table of (node, character) edges. A walk reads units: a unit is what one code point, escape,
 * reference or tag folds to. Units that fold to nothing are stepped over; a stop may stand
 * between two characters once, and what the fold takes out as a gap. A walk that gets long ends as one that cannot be read.
 * Nearly all walks come to nothing, so what says so is asked first: which characters stand in pieces at all, and where a
 * gap can.
 */
#include "match/walk.h"

#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "input/html.h"
#include "match/escape.h"
#include "match/fold_table.h"
#include "match/gap.h"
#include "match/props.h"

#define WALK_BYTES_MAX ((ptrdiff_t)65536)
#define LAST_NODE 0x80000000u

struct edge {
    uint32_t from, cp; /* from: a node, plus one; 0 in a free slot */
    uint32_t to;       /* LAST_NODE set where a piece ends */
};

/* With the edges and the borders behind it, the file form. */
struct trie_head {
    uint64_t mask;                /* the number of slots less one */
    uint32_t node_count, longest; /* piece, in characters */
    /* Characters that are not the last of their piece, and those of any; others all count as such. */
    uint64_t is_inner[0x10000 / 64], is_held[0x10000 / 64];
};

struct tcs_trie {
    struct trie_head head;
    const struct edge *edges;
    const uint8_t *has_border; /* by node: does a piece go on over a border of Han and Latin there? */
    struct edge *made;         /* the edges and borders, where they were made here */
    uint8_t *made_borders;
};

/* Where one unit ends and what it folds to. */
struct unit {
    const char *next;
    uint32_t cps[32];
    uint32_t count;
    bool is_unknown; /* may stand for anything */
    bool parts;      /* ends a paragraph, and with it every piece */
};

static size_t slot_of(const struct tcs_trie *trie, uint32_t node, uint32_t cp)
{
    uint64_t key = (uint64_t)(node + 1) << 32 | cp;
    size_t slot = (size_t)((key * 0x9E3779B97F4A7C15u) >> 32) & trie->head.mask;

    while (trie->edges[slot].from && (trie->edges[slot].from != node + 1 || trie->edges[slot].cp != cp))
        slot = (slot + 1) & trie->head.mask;
    return slot;
}

static const struct edge *edge_of(const struct tcs_trie *trie, uint32_t node, uint32_t cp)
{
    return &trie->edges[slot_of(trie, node, cp)];
}

static void add_piece(struct tcs_trie *trie, const struct tcs_piece *piece)
{
    uint32_t node = 0, k;

    for (k = 0; k < piece->count; k++) {
        uint32_t cp = piece->cps[k];
        struct edge *edge = &trie->made[slot_of(trie, node, cp)];

        if (!edge->from) {
            *edge = (struct edge){node + 1, cp, trie->head.node_count++};
            trie->made_borders[node] |= k && tcs_piece_is_border(piece->cps[k - 1], cp);
        }
        if (k + 1 == piece->count)
            edge->to |= LAST_NODE;
        node = edge->to & ~LAST_NODE;
        if (cp < 0x10000)
            trie->head.is_held[cp / 64] |= (uint64_t)1 << cp % 64;
        if (cp < 0x10000 && k + 1 < piece->count)
            trie->head.is_inner[cp / 64] |= (uint64_t)1 << cp % 64;
    }
    if (piece->count > trie->head.longest)
        trie->head.longest = piece->count;
}

static tocsin_status set_slots(struct tcs_trie *trie, size_t edges)
{
    size_t slots = 64;

    while (slots < edges + edges / 2)
        slots *= 2;
    trie->head.mask = slots - 1;
    trie->edges = trie->made = calloc(slots, sizeof *trie->made);
    return trie->made ? TOCSIN_OK : TOCSIN_E_NOMEM;
}

/* Beginnings that pieces share have their edges once, so that the table can mostly be smaller than it was made. */
static tocsin_status shrink(struct tcs_trie *trie)
{
    size_t slots = trie->head.mask + 1, i;
    struct edge *old = trie->made;
    tocsin_status st = set_slots(trie, trie->head.node_count);

    for (i = 0; i < slots && st == TOCSIN_OK; i++)
        if (old[i].from)
            trie->made[slot_of(trie, old[i].from - 1, old[i].cp)] = old[i];
    free(old);
    return st;
}

tocsin_status tcs_trie_new(const struct tcs_piece *pieces, size_t count, struct tcs_trie **trie_out)
{
    struct tcs_trie *trie = calloc(1, sizeof *trie);
    size_t characters = 0, i;
    tocsin_status st;

    if (!trie)
        return TOCSIN_E_NOMEM;
    for (i = 0; i < count; i++)
        characters += pieces[i].count;
    trie->head.node_count = 1;
    trie->has_border = trie->made_borders = calloc(characters + 1, 1);
    st = trie->made_borders ? set_slots(trie, characters) : TOCSIN_E_NOMEM;
    for (i = 0; i < count && st == TOCSIN_OK; i++)
        add_piece(trie, &pieces[i]);
    if (st == TOCSIN_OK)
        st = shrink(trie);
    if (st != TOCSIN_OK) {
        tcs_trie_free(trie);
        return st;
    }
    *trie_out = trie;
    return TOCSIN_OK;
}

/* What follows begins at 8 bytes. */
static size_t filled_up(size_t bytes)
{
    return (bytes + 7) / 8 * 8;
}

tocsin_status tcs_trie_save(const struct tcs_trie *trie, struct tcs_buf *out)
{
    size_t nodes = trie->head.node_count;
    tocsin_status st = tcs_buf_append(out, (const char *)&trie->head, sizeof trie->head);

    if (st == TOCSIN_OK)
        st = tcs_buf_append(out, (const char *)trie->edges, (trie->head.mask + 1) * sizeof *trie->edges);
    if (st == TOCSIN_OK)
        st = tcs_buf_append(out, (const char *)trie->has_border, nodes);
    return st == TOCSIN_OK ? tcs_buf_append(out, "\0\0\0\0\0\0\0", filled_up(nodes) - nodes) : st;
}

tocsin_status tcs_trie_open(struct tcs_str *bytes, struct tcs_trie **trie_out)
{
    struct tcs_trie *trie = calloc(1, sizeof *trie);
    size_t borders, size;

    if (!trie)
        return TOCSIN_E_NOMEM;
    if (bytes->len >= sizeof trie->head)
        memcpy(&trie->head, bytes->data, sizeof trie->head);
    borders = sizeof trie->head + (trie->head.mask + 1) * sizeof *trie->edges;
    size = borders + filled_up(trie->head.node_count);
    if (bytes->len < sizeof trie->head || trie->head.mask >= bytes->len || size > bytes->len) {
        free(trie);
        return TOCSIN_E_CORRUPT;
    }
    trie->edges = (const void *)(bytes->data + sizeof trie->head);
    trie->has_border = (const void *)(bytes->data + borders);
    *bytes = (struct tcs_str){bytes->data + size, bytes->len - size};
    *trie_out = trie;
    return TOCSIN_OK;
}

uint32_t tcs_trie_node(const struct tcs_trie *trie, const uint32_t *cps, uint32_t count)
{
    uint32_t node = 0, k;

    for (k = 0; k < count; k++) {
        const struct edge *edge = edge_of(trie, node, cps[k]);

        if (!edge->from)
            return UINT32_MAX;
        node = edge->to & ~LAST_NODE;
    }
    return node;
}

void tcs_trie_free(struct tcs_trie *trie)
{
    if (!trie)
        return;
    free(trie->made);
    free(trie->made_borders);
    free(trie);
}

/* ---- units ---- */

static void fold_into(struct unit *unit, uint32_t cp)
{
    uint32_t one, count, i;
    const uint32_t *cps = tcs_fold_single(cp, &one, &count);

    for (i = 0; i < count && unit->count < sizeof unit->cps / sizeof *unit->cps; i++)
        unit->cps[unit->count++] = cps[i];
}

/* What a backslash and this byte stand for. */
static uint32_t short_escape(char c)
{
    switch (c) {
    case 'b': return '\b';
    case 'f': return '\f';
    case 'n': return '\n';
    case 'r': return '\r';
    case 't': return '\t';
    default: return (unsigned char)c;
    }
}

static void read_json_escape(struct unit *unit, const char *p, const char *end)
{
    int32_t high = tcs_escape_utf16(p, end), low;

    if (high < 0) {
        unit->next = p + (end - p < 2 ? 1 : 2);
        fold_into(unit, end - p < 2 ? '\\' : short_escape(p[1]));
        return;
    }
    unit->next = p + TCS_ESCAPE_BYTES;
    low = high >= 0xD800 && high <= 0xDBFF ? tcs_escape_utf16(p + TCS_ESCAPE_BYTES, end) : -1;
    if (low >= 0xDC00 && low <= 0xDFFF) {
        unit->next = p + 2 * TCS_ESCAPE_BYTES;
        fold_into(unit, 0x10000u + ((uint32_t)(high - 0xD800) << 10) + (uint32_t)(low - 0xDC00));
    } else {
        fold_into(unit, high >= 0xD800 && high <= 0xDFFF ? TCS_UTF8_REPLACEMENT : (uint32_t)high);
    }
}

static void read_html_markup(struct unit *unit, const char *p, const char *end)
{
    const char *limit = end - p > WALK_BYTES_MAX ? p + WALK_BYTES_MAX : end;
    enum tcs_html_join join;

    unit->next = tcs_html_skip_markup(p, limit, &join);
    if (unit->next == p) {
        unit->next = p + 1;
        fold_into(unit, '<');
    } else if ((unit->next == limit && limit != end) || join == TCS_HTML_JOIN_UNKNOWN) {
        unit->is_unknown = true;
    } else {
        unit->parts = join == TCS_HTML_PARTS;
    }
}

static void read_html_reference(struct unit *unit, const char *p, const char *end)
{
    uint32_t cp[2] = {0, 0};
    size_t len = tcs_html_char_reference(p, end, false, cp);

    if (!len) {
        unit->next = p + 1;
        fold_into(unit, '&');
        return;
    }
    unit->next = p + len;
    fold_into(unit, cp[0]);
    if (cp[1])
        fold_into(unit, cp[1]);
}

static void read_unit(enum tcs_syntax syntax, const char *p, const char *end, struct unit *unit)
{
    size_t len;

    unit->count = 0;
    unit->is_unknown = unit->parts = false;
    if (syntax == TCS_SYNTAX_JSON && *p == '\\') {
        read_json_escape(unit, p, end);
    } else if (syntax == TCS_SYNTAX_HTML && *p == '<') {
        read_html_markup(unit, p, end);
    } else if (syntax == TCS_SYNTAX_HTML && *p == '&') {
        read_html_reference(unit, p, end);
    } else if (syntax == TCS_SYNTAX_CSV && *p == '"' && end - p > 1 && p[1] == '"') {
        unit->next = p + 2;
        fold_into(unit, '"');
    } else {
        uint32_t cp = tcs_utf8_decode(p, end, &len, NULL);

        unit->next = p + len;
        fold_into(unit, cp);
    }
}

/* ---- walks ---- */

/* What all walks of a call have in common. */
struct course {
    const struct tcs_trie *trie;
    enum tcs_syntax syntax;
    const char *least, *end;
    tcs_walk_seen seen;
    void *context;
};

struct walker {
    const struct course *course;
    const char *least;    /* a piece that ends before it is none */
    const char *start;    /* where the piece would begin */
    const char *unit_end; /* behind the unit that is being taken */
    uint32_t node, last;  /* last: the character before */
    /* stepped over since the last character: */
    unsigned stops, gaps;
    bool is_lone;  /* the one gap character is a quotation mark that may stand between Han */
    bool is_white; /* the last one is white space: on a page what follows of it is one with it */
};

/* May what was stepped over vanish between the last character and cp? */
static bool gap_vanishes(const struct walker *w, uint32_t cp)
{
    return !w->gaps || (w->gaps == 1 && w->is_lone) || tcs_piece_is_border(w->last, cp);
}

/* A piece ends here, or (is_below) what comes cannot be read and may be the rest of any that begins like this. */
static void tell(const struct walker *w, bool is_below)
{
    if (is_below || w->unit_end >= w->least)
        w->course->seen(w->course->context, w->start, w->unit_end, w->node, is_below);
}

/* The three below return whether a piece can still come. */
static bool take(struct walker *w, uint32_t cp)
{
    const struct edge *edge = edge_of(w->course->trie, w->node, cp);

    if (edge->from && gap_vanishes(w, cp)) {
        w->node = edge->to & ~LAST_NODE;
        w->last = cp;
        w->stops = w->gaps = 0;
        w->is_white = false;
        if (edge->to & LAST_NODE)
            tell(w, false);
        return true;
    }
    if (!w->node)
        return false;
    if (cp == '.' && !w->stops++)
        return true;
    if (w->course->syntax == TCS_SYNTAX_HTML && w->is_white && (tcs_props(cp) & TCS_PROP_SPACE))
        return true;
    if (!(tcs_props(cp) & TCS_PROP_GAP) || w->gaps++ >= TCS_GAP_MAX)
        return false;
    w->is_lone = tcs_gap_is_lone_quote(cp);
    w->is_white = tcs_props(cp) & TCS_PROP_SPACE;
    return (w->gaps == 1 && w->is_lone) || w->course->trie->has_border[w->node];
}

static bool take_unit(struct walker *w, const struct unit *unit, uint32_t from)
{
    bool goes_on = true;
    uint32_t i;

    w->unit_end = unit->next;
    if (unit->is_unknown)
        tell(w, true);
    if (unit->is_unknown || unit->parts)
        return false;
    for (i = from; i < unit->count && goes_on; i++)
        goes_on = take(w, unit->cps[i]);
    return goes_on;
}

static void walk_on(struct walker *w, const char *p)
{
    const char *start = p;
    struct unit unit;

    while (p < w->course->end) {
        if (p - start > WALK_BYTES_MAX) {
            tell(w, true);
            return;
        }
        if (!w->node) /* what folds to nothing is no part of a piece behind it */
            w->start = p;
        read_unit(w->course->syntax, p, w->course->end, &unit);
        if (!take_unit(w, &unit, 0))
            return;
        p = unit.next;
    }
}

static void walk_from(const struct course *course, const char *p)
{
    struct walker w = {.course = course, .least = course->least, .start = p};

    walk_on(&w, p);
}

/* A piece may begin inside an expansion: 社 in ㍿. */
static void walk_inside(const struct course *course, const char *p, const struct unit *unit)
{
    uint32_t i;

    for (i = 0; i < unit->count; i++) {
        struct walker w = {.course = course, .least = p, .start = p};

        if (take_unit(&w, unit, i) && w.node)
            walk_on(&w, unit->next);
    }
}

/*
 * May a piece go on through the unit, behind one of its characters? U+FFFD may be half of an escaped pair. has_border: over
 * a gap as well.
 */
static bool may_pass(const struct tcs_trie *trie, const struct unit *unit, bool has_border)
{
    uint32_t cp;

    if (unit->is_unknown || unit->parts || !unit->count)
        return !unit->parts;
    cp = unit->cps[0];
    return cp >= 0x10000 || cp == TCS_UTF8_REPLACEMENT || cp == '.' ||
           (trie->head.is_held[cp / 64] >> cp % 64 & 1) || tcs_gap_is_lone_quote(cp) ||
           (has_border && (tcs_props(cp) & TCS_PROP_GAP));
}

/* The start of the plain character that ends at p, or NULL: no markup, nothing that breaks a piece. */
static const char *plain_before(enum tcs_syntax syntax, const char *base, const char *p)
{
    const char *start = p;
    uint32_t cp;
    size_t len;

    if (p == base)
        return NULL;
    if (syntax == TCS_SYNTAX_JSON && p - base >= TCS_ESCAPE_BYTES && tcs_escape_utf16(p - TCS_ESCAPE_BYTES, p) >= 0)
        return p - TCS_ESCAPE_BYTES;
    do
        start--;
    while (start > base && tcs_utf8_is_continuation(*start) && p - start < 4);
    cp = tcs_utf8_decode(start, p, &len, NULL);
    if (start + len != p || (cp < 0x80 && cp != '.' && !tcs_is_ascii_word(cp)))
        return NULL;
    return start;
}

/* Does a plain character that others of its piece follow end at p? */
static bool is_inner_before(const struct tcs_trie *trie, enum tcs_syntax syntax, const char *base, const char *p)
{
    const char *start = plain_before(syntax, base, p);
    struct unit unit;

    if (!start)
        return false;
    read_unit(syntax, start, p, &unit);
    /* U+FFFD: half of an escaped pair */
    return unit.count != 1 || unit.cps[0] >= 0x10000 || unit.cps[0] == TCS_UTF8_REPLACEMENT || unit.cps[0] == '.' ||
           (trie->head.is_inner[unit.cps[0] / 64] >> unit.cps[0] % 64 & 1);
}

void tcs_walk_from(const struct tcs_trie *trie, enum tcs_syntax syntax, const char *p, const char *least, const char *end,
                   tcs_walk_seen seen, void *context)
{
    const struct course course = {trie, syntax, least, end, seen, context};

    walk_from(&course, p);
}

void tcs_walk_around(const struct tcs_trie *trie, enum tcs_syntax syntax, const char *base, const char *p, const char *least,
                     const char *end, tcs_walk_seen seen, void *context)
{
    const struct course course = {trie, syntax, least, end, seen, context};
    const char *start = p;
    struct unit unit;
    uint32_t i;

    read_unit(syntax, p, end, &unit);
    walk_inside(&course, p, &unit);
    if (!may_pass(trie, &unit, true) || !is_inner_before(trie, syntax, base, p))
        return;
    for (i = 0; i < 2 * trie->head.longest; i++) { /* a stop may follow each */
        start = plain_before(syntax, base, start);
        if (!start)
            return;
        walk_from(&course, start);
    }
}

bool tcs_walk_may_break(const struct tcs_trie *trie, enum tcs_syntax syntax, const char *base, const char *p, const char *end)
{
    const char *next = p + TCS_ESCAPE_BYTES;
    bool is_escaped_before;
    struct unit unit;

    if (syntax != TCS_SYNTAX_JSON || *p != '\\')
        return is_inner_before(trie, syntax, base, p);
    if (tcs_escape_utf16(p, end) < 0) /* white space or a quotation mark, and pieces hold no white space */
        return end - p > 1 && p[1] == '"' && is_inner_before(trie, syntax, base, p);
    is_escaped_before = p - base >= TCS_ESCAPE_BYTES && tcs_escape_utf16(p - TCS_ESCAPE_BYTES, p) >= 0;
    read_unit(syntax, p, end, &unit);
    if (unit.count == 1 && tcs_gap_is_lone_quote(unit.cps[0]))
        return is_inner_before(trie, syntax, base, p);
    if (!is_escaped_before && is_inner_before(trie, syntax, base, p))
        return true;
    return next < end && *next != '\\' && ((unsigned char)*next >= 0x80 || tcs_is_ascii_word((unsigned char)*next));
}

/* Does text begin with a character that is whole and stands for itself, whatever follows? */
static bool is_plain(enum tcs_syntax syntax, struct tcs_str text)
{
    const char *p = text.data, *end = p + text.len;
    int32_t high;
    bool is_bad;
    size_t len;

    if (syntax == TCS_SYNTAX_JSON && *p == '\\') {
        high = tcs_escape_utf16(p, end);
        return high >= 0 && (high < 0xD800 || high > 0xDFFF || tcs_escape_utf16(p + TCS_ESCAPE_BYTES, end) >= 0);
    }
    (void)tcs_utf8_decode(p, end, &len, &is_bad);
    return *p == '.' || tcs_is_ascii_word((unsigned char)*p) || ((unsigned char)*p >= 0x80 && !is_bad);
}

size_t tcs_walk_plain(const struct tcs_trie *trie, enum tcs_syntax syntax, struct tcs_str text, uint32_t *node_out)
{
    const char *p = text.data, *end = p + text.len;
    const struct course course = {.trie = trie, .syntax = syntax, .end = end};
    struct walker w = {.course = &course, .least = end + 1}; /* nobody is told of pieces */
    struct unit unit;

    for (; p < end && is_plain(syntax, (struct tcs_str){p, (size_t)(end - p)}); p = unit.next) {
        read_unit(syntax, p, end, &unit);
        if (!take_unit(&w, &unit, 0))
            break;
    }
    *node_out = w.node;
    return (size_t)(p - text.data);
}

bool tcs_trie_has_border(const struct tcs_trie *trie, uint32_t node)
{
    return trie->has_border[node];
}

uint32_t tcs_trie_node_count(const struct tcs_trie *trie)
{
    return trie->head.node_count;
}

bool tcs_walk_may_pass(const struct tcs_trie *trie, enum tcs_syntax syntax, struct tcs_str bytes, bool has_border)
{
    struct unit unit;

    read_unit(syntax, bytes.data, bytes.data + bytes.len, &unit);
    return may_pass(trie, &unit, has_border);
}
