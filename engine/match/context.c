/*
 * The bytes are read unit by unit, away from the piece, and compared with the term's characters. A unit is a character in
 * UTF-8 or a JSON escape, folded by itself, so nothing that folds to none or to several is compared: it ends the
 * comparison, in favour of the term. So does what only the format's parser can tell: references, tags that end before the
 * piece, and letters that may be the end of an escape.
 */
#include "match/context.h"

#include "base/utf8.h"
#include "input/html.h"
#include "match/edge.h"
#include "match/escape.h"
#include "match/fold_table.h"
#include "match/gap.h"
#include "match/props.h"

#define GAP_UNITS_MAX 256              /* a longer gap is not read to its end */
#define MARKUP_BYTES_MAX ((ptrdiff_t)4096) /* nor is a longer tag */

enum sort {
    SORT_CHARACTER,
    SORT_MARKUP,  /* nothing, or white space */
    SORT_UNKNOWN, /* may stand for anything */
    SORT_END      /* the text ends here */
};

struct unit {
    const char *next;
    uint32_t cp; /* folded; every white space is ' ' */
    enum sort sort;
};

struct reader {
    enum tcs_syntax syntax;
    bool is_backward;
    const char *base, *limit; /* of the document */
    const char *p;
};

/* ---- making ---- */

/* Can raw bytes be compared with the term's item, and as what? */
static bool comparable(const struct tcs_term_item *item, uint32_t *code)
{
    *code = item->kind == TCS_TERM_CHAR ? item->cp : TCS_CONTEXT_GAP;
    if (item->kind == TCS_TERM_CHAR)
        return tcs_is_ascii_word(item->cp) || (tcs_props(item->cp) & TCS_PROP_HAN);
    return item->kind == TCS_TERM_SEPARATOR || item->cp == ' ';
}

/* What stands at the term's end with the given character, n items behind the piece. The piece knows of its own edges. */
static void add_end(uint32_t *items, uint32_t *n, uint32_t cp, bool is_version)
{
    if (*n < TCS_CONTEXT_MAX && tcs_is_ascii_word(cp) && (*n || is_version))
        items[(*n)++] = is_version ? TCS_CONTEXT_KIND : TCS_CONTEXT_EDGE;
}

void tcs_context_make(struct tcs_context *context, const struct tcs_term *term, const struct tcs_piece *piece)
{
    size_t at, i;
    uint32_t n = 0;

    *context = (struct tcs_context){.before_count = 0};
    if (!tcs_piece_place(term, piece, &at))
        return;
    for (i = at; i > 0 && n < TCS_CONTEXT_MAX && comparable(&term->items[i - 1], &context->before[n]); i--)
        n++;
    if (!i)
        add_end(context->before, &n, term->items[0].cp, term->version);
    context->before_count = n;
    n = 0;
    for (i = at + piece->count;
         i < term->fixed_count && n < TCS_CONTEXT_MAX && comparable(&term->items[i], &context->after[n]); i++)
        n++;
    if (i == term->fixed_count && !term->inflect && !term->prefix_up_to)
        add_end(context->after, &n, term->items[term->count - 1].cp, term->version);
    context->after_count = n;
}

static int compare_side(const uint32_t *a, uint32_t a_count, const uint32_t *b, uint32_t b_count)
{
    uint32_t i;

    for (i = 0; i < a_count && i < b_count; i++)
        if (a[i] != b[i])
            return a[i] < b[i] ? -1 : 1;
    return a_count < b_count ? -1 : a_count > b_count;
}

int tcs_context_compare(const struct tcs_context *a, const struct tcs_context *b)
{
    int order = compare_side(a->before, a->before_count, b->before, b->before_count);

    return order ? order : compare_side(a->after, a->after_count, b->after, b->after_count);
}

/* ---- reading ---- */

/* What folds to an ASCII letter or digit is one in the text, but perhaps (①) not at an edge: not told apart here. */
static void set_unit(struct unit *unit, uint32_t cp)
{
    uint32_t one, count;
    const uint32_t *cps = tcs_fold_single(cp, &one, &count);
    unsigned props = count == 1 ? tcs_props(*cps) : TCS_PROP_MARK;
    bool is_unknown = (props & TCS_PROP_MARK) || (cp >= 0x80 && tcs_is_ascii_word(*cps));

    unit->cp = props & TCS_PROP_SPACE ? ' ' : *cps;
    unit->sort = is_unknown ? SORT_UNKNOWN : SORT_CHARACTER;
}

/*
 * An ASCII character that stands for itself in the text, or ends it, or may stand for something else. On a page, `<` before
 * a word and `>` behind it are text or make a tag of it.
 */
static void set_ascii(struct unit *unit, enum tcs_syntax syntax, char c)
{
    if (tcs_is_ascii_word((unsigned char)c)) { /* as most is that is read */
        unit->cp = (unsigned char)c | (c >= 'A' && c <= 'Z' ? 0x20u : 0u);
        unit->sort = SORT_CHARACTER;
        return;
    }
    set_unit(unit, (unsigned char)c);
    if ((unsigned char)c < ' ')
        unit->sort = unit->cp == ' ' && syntax != TCS_SYNTAX_JSON ? SORT_CHARACTER : SORT_UNKNOWN;
    else if (c == '\\' || (syntax == TCS_SYNTAX_HTML && (c == '&' || c == '[' || c == ']')))
        unit->sort = SORT_UNKNOWN;
    else if (syntax == TCS_SYNTAX_JSON && c == '"')
        unit->sort = SORT_END;
}

static void set_utf8(struct unit *unit, const char *p, const char *end, size_t *len)
{
    bool is_bad;
    uint32_t cp = tcs_utf8_decode(p, end, len, &is_bad);

    set_unit(unit, cp);
    if (is_bad)
        unit->sort = SORT_UNKNOWN;
}

static void set_escape(struct unit *unit, int32_t utf16)
{
    unit->sort = SORT_UNKNOWN;
    if (utf16 >= 0 && (utf16 < 0xD800 || utf16 > 0xDFFF))
        set_unit(unit, (uint32_t)utf16);
}

/*
 * Where it is no markup, in an attribute or a title, the `<` is text, and whatever is made of it here holds no term
 * together.
 */
static size_t set_markup(struct unit *unit, const char *p, const char *limit)
{
    const char *end = limit - p > MARKUP_BYTES_MAX ? p + MARKUP_BYTES_MAX : limit, *next;
    enum tcs_html_join join;

    next = tcs_html_skip_markup(p, end, &join);
    if (next == p) {
        set_unit(unit, '<');
        return 1;
    }
    if (join == TCS_HTML_PARTS)
        unit->sort = SORT_END;
    else
        unit->sort = next == end || join == TCS_HTML_JOIN_UNKNOWN ? SORT_UNKNOWN : SORT_MARKUP;
    return (size_t)(next - p);
}

static bool is_blank_escape(char c)
{
    return c == 'n' || c == 'r' || c == 't';
}

static void read_forward(const struct reader *r, struct unit *unit)
{
    const char *p = r->p;
    size_t len = 1;

    if (r->syntax == TCS_SYNTAX_JSON && *p == '\\') {
        if (r->limit - p > 1 && is_blank_escape(p[1])) {
            len = 2;
            set_unit(unit, ' ');
        } else {
            len = TCS_ESCAPE_BYTES;
            set_escape(unit, tcs_escape_utf16(p, r->limit));
        }
    } else if (r->syntax == TCS_SYNTAX_HTML && *p == '<') {
        len = set_markup(unit, p, r->limit);
    } else if ((unsigned char)*p < 0x80) {
        set_ascii(unit, r->syntax, *p);
    } else {
        set_utf8(unit, p, r->limit, &len);
    }
    unit->next = p + len;
}

static bool is_after_backslash(const struct reader *r, const char *p)
{
    return p > r->base && p[-1] == '\\';
}

/* The byte before p is ASCII, and p is no end of a whole escape. */
static void read_ascii_backward(const struct reader *r, struct unit *unit)
{
    const char *p = r->p;
    char c = p[-1];

    unit->next = p - 1;
    if (r->syntax == TCS_SYNTAX_JSON && is_after_backslash(r, p - 1)) {
        unit->sort = SORT_UNKNOWN;
        if (!is_blank_escape(c) || is_after_backslash(r, p - 2))
            return;
        unit->next = p - 2;
        set_unit(unit, ' ');
        return;
    }
    set_ascii(unit, r->syntax, c);
    /* of a reference, or of an escape, the letters would hold as an edge that nothing touches */
    if ((tcs_is_ascii_word((unsigned char)c) && tcs_edges_hold(true, false, r->base, p, p, r->limit)) ||
        (r->syntax == TCS_SYNTAX_HTML && (c == ';' || c == '>')))
        unit->sort = SORT_UNKNOWN;
}

static void read_backward(const struct reader *r, struct unit *unit)
{
    const char *p = r->p, *start = p - 1;
    int32_t utf16 = -1;
    size_t len;

    if (r->syntax == TCS_SYNTAX_JSON && p - r->base >= TCS_ESCAPE_BYTES)
        utf16 = tcs_escape_utf16(p - TCS_ESCAPE_BYTES, p);
    if (utf16 >= 0) {
        unit->next = p - TCS_ESCAPE_BYTES;
        set_escape(unit, is_after_backslash(r, unit->next) ? -1 : utf16);
        return;
    }
    if ((unsigned char)p[-1] < 0x80) {
        read_ascii_backward(r, unit);
        return;
    }
    while (start > r->base && tcs_utf8_is_continuation(*start) && p - start < 4)
        start--;
    set_utf8(unit, start, p, &len);
    if (start + len != p)
        unit->sort = SORT_UNKNOWN;
    unit->next = start;
}

static void read_unit(const struct reader *r, struct unit *unit)
{
    *unit = (struct unit){.next = r->p, .sort = SORT_END};
    if (r->p == (r->is_backward ? r->base : r->limit))
        return;
    if (r->is_backward)
        read_backward(r, unit);
    else
        read_forward(r, unit);
}

/* ---- comparing ---- */

/*
 * Does the full stop before r->p, which is read backward, surely stay in the folded text? The fold drops one behind a single
 * Latin letter.
 */
static bool stop_stays_before(struct reader r)
{
    struct unit unit;

    read_unit(&r, &unit);
    if (unit.sort != SORT_CHARACTER || !tcs_is_latin_letter(tcs_props(unit.cp)))
        return unit.sort != SORT_UNKNOWN;
    r.p = unit.next;
    read_unit(&r, &unit);
    return unit.sort == SORT_CHARACTER && tcs_is_ascii_word(unit.cp);
}

/* The same of a full stop that is read forward, behind the characters last[1] and last[0]. */
static bool stop_stays_behind(const uint32_t last[2])
{
    return !tcs_is_latin_letter(tcs_props(last[0])) || tcs_is_ascii_word(last[1]);
}

static bool stop_stays(const struct reader *r, const struct unit *stop, const uint32_t last[2])
{
    struct reader behind = *r;

    behind.p = stop->next;
    return r->is_backward ? stop_stays_before(behind) : stop_stays_behind(last);
}

enum outcome { OUTCOME_ON, OUTCOME_KEEP, OUTCOME_DROP };

/* White space, hyphens and quotation marks, in any order: more than a term's separator matches. */
static enum outcome take_gap(struct reader *r, const uint32_t last[2])
{
    bool has_gap = false;
    struct unit unit;
    int i;

    for (i = 0; i < GAP_UNITS_MAX; i++) {
        bool is_gap;

        read_unit(r, &unit);
        is_gap = unit.sort == SORT_MARKUP || unit.cp == ' ' || unit.cp == '-';
        if (unit.sort != SORT_CHARACTER && unit.sort != SORT_MARKUP)
            return unit.sort == SORT_END ? OUTCOME_DROP : OUTCOME_KEEP;
        if (unit.cp == '.')
            return stop_stays(r, &unit, last) ? OUTCOME_DROP : OUTCOME_KEEP;
        if (!is_gap && !(tcs_props(unit.cp) & TCS_PROP_QUOTE))
            return has_gap ? OUTCOME_ON : OUTCOME_DROP;
        has_gap = has_gap || is_gap;
        r->p = unit.next;
    }
    return OUTCOME_KEEP;
}

/* Reads the next character, behind markup and, at a border, behind white space; r->p is where it begins. */
static void read_character(struct reader *r, struct unit *unit, bool is_border)
{
    int i;

    read_unit(r, unit);
    for (i = 0; i < GAP_UNITS_MAX; i++) {
        if (unit->sort != SORT_MARKUP && !(is_border && unit->sort == SORT_CHARACTER && unit->cp == ' '))
            return;
        r->p = unit->next;
        read_unit(r, unit);
    }
    unit->sort = SORT_UNKNOWN;
}

/* A character of the term behind last[0]; a gap that the fold takes out may stand between them. */
static enum outcome take_character(struct reader *r, uint32_t cp, const uint32_t last[2])
{
    bool is_border = tcs_piece_is_border(last[0], cp);
    struct unit unit;

    read_character(r, &unit, is_border);
    if (unit.sort != SORT_CHARACTER)
        return unit.sort == SORT_END ? OUTCOME_DROP : OUTCOME_KEEP;
    r->p = unit.next;
    if (unit.cp == cp)
        return OUTCOME_ON;
    if (is_border && (tcs_props(unit.cp) & TCS_PROP_GAP))
        return OUTCOME_KEEP;
    if (unit.cp == '.')
        return stop_stays(r, &unit, last) ? OUTCOME_DROP : OUTCOME_KEEP;
    return tcs_gap_is_lone_quote(unit.cp) && !tcs_is_ascii_word(cp) && !tcs_is_ascii_word(last[0]) ? OUTCOME_KEEP
                                                                                                  : OUTCOME_DROP;
}

/* Does a letter or digit touch the term's end, of which cp is the character? */
static bool touches(const struct reader *r, uint32_t item, uint32_t cp)
{
    struct unit unit;

    read_unit(r, &unit);
    return unit.sort == SORT_CHARACTER && tcs_is_ascii_word(unit.cp) &&
           (item == TCS_CONTEXT_EDGE || tcs_is_ascii_digit(unit.cp) == tcs_is_ascii_digit(cp));
}

/* last: the piece's last two characters on this side, the outer one first. */
static bool may_go_on(struct reader *r, const uint32_t *items, uint32_t count, uint32_t last[2])
{
    enum outcome outcome = OUTCOME_ON;
    uint32_t i;

    for (i = 0; i < count && outcome == OUTCOME_ON; i++) {
        if (items[i] == TCS_CONTEXT_EDGE || items[i] == TCS_CONTEXT_KIND)
            return !touches(r, items[i], last[0]);
        outcome = items[i] == TCS_CONTEXT_GAP ? take_gap(r, last) : take_character(r, items[i], last);
        last[1] = last[0];
        last[0] = items[i] == TCS_CONTEXT_GAP ? ' ' : items[i];
    }
    return outcome != OUTCOME_DROP;
}

bool tcs_context_may_hold(const struct tcs_context *context, const struct tcs_piece *piece, enum tcs_syntax syntax,
                          const char *base, const char *start, const char *end, const char *limit)
{
    struct reader behind = {syntax, false, base, limit, end}, before = {syntax, true, base, limit, start};
    uint32_t n = piece->count, right[2] = {piece->cps[n - 1], n > 1 ? piece->cps[n - 2] : 0},
             left[2] = {piece->cps[0], n > 1 ? piece->cps[1] : 0};

    return tcs_edges_hold(piece->left_edge, piece->right_edge, base, start, end, limit) &&
           may_go_on(&behind, context->after, context->after_count, right) &&
           may_go_on(&before, context->before, context->before_count, left);
}
