/*
 * One pass, three small machines in a row. decode: code points through the table of gen/foldgen.c; only a
 * normalisation segment that holds a combining code point goes through ICU. initials: takes the full
 * stops out of A.I. again when the second pair is seen. gaps: holds back a run of white space and quotation
 * marks until the character behind it decides its fate; at most 8 characters are ever held.
 */
#include "match/fold.h"

#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "match/fold_fast.h"
#include "match/fold_segment.h"
#include "match/fold_table.h"
#include "match/gap.h"
#include "match/props.h"

/* The fast path pauses after it took fewer bytes, longer each time: it is slower than the machine then. */
#define PLAIN_MIN 8
#define PAUSE_MAX 128

/* One folded character and where it comes from. */
struct item {
    uint32_t cp, start, end;
};

struct white {
    bool is_open;
    bool after_cr;
    unsigned line_breaks;
    uint32_t start, end;
};

struct machine {
    struct tcs_folded *out;
    bool with_map;
    bool lf_paragraph;
    size_t segment_end; /* up to here the text was looked at */
    size_t plain_from;  /* before here the fast path is not tried */
    size_t pause;       /* how many bytes that is after a try that took hardly anything */
    /* gaps */
    struct item held[TCS_GAP_MAX];
    unsigned held_count;
    bool gap_is_long; /* more than TCS_GAP_MAX: what follows goes straight out */
    bool has_left;    /* a character stands before the gap */
    unsigned left_props;
    struct white white;
    /* initials */
    unsigned before_props; /* of the character before the last one, as the stream had it */
    bool last_is_single;   /* the last character is a single Latin letter */
    bool last_is_pair;     /* the last character was the stop of a pair */
    bool in_run;           /* at least two pairs: stops are dropped */
};

static tocsin_status put(struct machine *m, uint32_t cp, uint32_t start, uint32_t end)
{
    struct tcs_folded *out = m->out;
    tocsin_status st = tcs_buf_reserve(&out->text, 4);
    size_t at = out->text.len;

    if (st != TOCSIN_OK)
        return st;
    if (m->with_map) {
        st = TCS_GROW(out->start, out->start_cap, at + 4);
        if (st == TOCSIN_OK)
            st = TCS_GROW(out->end, out->end_cap, at + 4);
        if (st != TOCSIN_OK)
            return st;
        out->start[at] = start;
        out->end[at] = end;
    }
    out->text.len += tcs_utf8_encode(cp, out->text.data + at);
    return TOCSIN_OK;
}

static tocsin_status close_white(struct machine *m)
{
    struct white w = m->white;
    uint32_t cp = ' ';

    if (!w.is_open)
        return TOCSIN_OK;
    m->white = (struct white){0};
    if (w.line_breaks >= (m->lf_paragraph ? 1u : 2u))
        cp = TCS_FOLD_PARAGRAPH;
    else if (w.line_breaks)
        cp = TCS_FOLD_LINE;
    return put(m, cp, w.start, w.end);
}

static tocsin_status put_gap_item(struct machine *m, struct item item)
{
    unsigned props = tcs_props(item.cp);
    struct white *w = &m->white;
    tocsin_status st;

    if (!(props & TCS_PROP_SPACE)) {
        st = close_white(m);
        return st == TOCSIN_OK ? put(m, item.cp, item.start, item.end) : st;
    }
    if (!w->is_open)
        *w = (struct white){.is_open = true, .start = item.start};
    w->end = item.end;
    if ((props & TCS_PROP_LINE_BREAK) && !(item.cp == '\n' && w->after_cr))
        w->line_breaks += props & TCS_PROP_PARAGRAPH ? 2 : 1;
    w->after_cr = item.cp == '\r';
    return TOCSIN_OK;
}

static tocsin_status put_held(struct machine *m)
{
    tocsin_status st = TOCSIN_OK;
    unsigned i;

    for (i = 0; i < m->held_count && st == TOCSIN_OK; i++)
        st = put_gap_item(m, m->held[i]);
    m->held_count = 0;
    return st;
}

static bool held_has_paragraph(const struct machine *m)
{
    bool after_cr = false;
    unsigned breaks = 0, i;

    for (i = 0; i < m->held_count; i++) {
        uint32_t cp = m->held[i].cp;
        unsigned props = tcs_props(cp);

        if (!(props & TCS_PROP_SPACE))
            breaks = 0;
        else if ((props & TCS_PROP_LINE_BREAK) && !(cp == '\n' && after_cr))
            breaks += props & TCS_PROP_PARAGRAPH ? 2 : 1;
        after_cr = cp == '\r';
        if (breaks >= (m->lf_paragraph ? 1u : 2u))
            return true;
    }
    return false;
}

static bool is_latin_or_digit(unsigned props)
{
    return (props & TCS_PROP_DIGIT) || tcs_is_latin_letter(props);
}

/* Does the gap between left and a character of these properties disappear? */
static bool gap_disappears(const struct machine *m, unsigned right)
{
    bool left_han = m->left_props & TCS_PROP_HAN, right_han = right & TCS_PROP_HAN;

    if (!m->has_left || m->gap_is_long)
        return false;
    if (left_han && right_han)
        return m->held_count == 1 && tcs_gap_is_lone_quote(m->held[0].cp);
    if ((left_han && is_latin_or_digit(right)) || (right_han && is_latin_or_digit(m->left_props)))
        return !held_has_paragraph(m);
    return false;
}

static tocsin_status end_gap(struct machine *m, unsigned right)
{
    tocsin_status st = TOCSIN_OK;

    if (m->held_count && gap_disappears(m, right))
        m->held_count = 0;
    else
        st = put_held(m);
    if (st == TOCSIN_OK)
        st = close_white(m);
    m->gap_is_long = false;
    return st;
}

static tocsin_status pass_gap(struct machine *m, struct item item)
{
    unsigned props = tcs_props(item.cp);
    tocsin_status st;

    if (props & TCS_PROP_GAP) {
        if (!m->gap_is_long && m->held_count < TCS_GAP_MAX) {
            m->held[m->held_count++] = item;
            return TOCSIN_OK;
        }
        m->gap_is_long = true;
        st = put_held(m);
        return st == TOCSIN_OK ? put_gap_item(m, item) : st;
    }
    if (m->held_count || m->gap_is_long) {
        st = end_gap(m, props);
        if (st != TOCSIN_OK)
            return st;
    }
    m->has_left = true;
    m->left_props = props;
    return put(m, item.cp, item.start, item.end);
}

/* The first stop of a run went out before the run was known to be one: it stands before the last letter. */
static void take_back_first_stop(struct machine *m)
{
    struct tcs_folded *out = m->out;
    size_t letter = out->text.len - 1, i;

    while (tcs_utf8_is_continuation(out->text.data[letter]))
        letter--;
    for (i = letter; i < out->text.len; i++) {
        out->text.data[i - 1] = out->text.data[i];
        if (m->with_map) {
            out->start[i - 1] = out->start[i];
            out->end[i - 1] = out->end[i];
        }
    }
    out->text.len--;
}

static bool is_single(unsigned props, unsigned before_props)
{
    return tcs_is_latin_letter(props) && !(before_props & TCS_PROP_SPACED);
}

static tocsin_status pass_initials(struct machine *m, struct item item)
{
    unsigned props = tcs_props(item.cp);
    bool drop = false;

    if (item.cp == '.' && m->last_is_single) {
        if (m->in_run) {
            drop = true;
        } else if (m->last_is_pair) {
            take_back_first_stop(m);
            m->in_run = drop = true;
        }
        m->last_is_pair = true;
        m->last_is_single = false;
    } else if (is_single(props, m->before_props)) {
        m->last_is_single = true; /* last_is_pair stays: does a pair stand right before this letter? */
    } else {
        m->last_is_single = m->last_is_pair = false;
    }
    if (!m->last_is_single && !m->last_is_pair)
        m->in_run = false;
    m->before_props = props;
    return drop ? TOCSIN_OK : pass_gap(m, item);
}

static tocsin_status pass_single(struct machine *m, uint32_t cp, size_t start, size_t len)
{
    uint32_t one, count, i;
    const uint32_t *cps = tcs_fold_single(cp, &one, &count);
    tocsin_status st = TOCSIN_OK;

    for (i = 0; i < count && st == TOCSIN_OK; i++) {
        m->out->needs_originals |= (tcs_props(cps[i]) & ~tcs_props(cp) & TCS_PROP_SPACED) != 0;
        st = pass_initials(m, (struct item){cps[i], (uint32_t)start, (uint32_t)(start + len)});
    }
    return st;
}

static uint32_t next_utf16(const uint16_t *text, int32_t len, int32_t *i)
{
    uint32_t unit = text[(*i)++];

    if ((unit & 0xFC00) == 0xD800 && *i < len && (text[*i] & 0xFC00) == 0xDC00)
        return 0x10000u + ((unit & 0x3FFu) << 10 | (text[(*i)++] & 0x3FFu));
    return unit;
}

/* Every character of a composed segment comes from all of it, less the ignorables at its ends. */
static tocsin_status pass_composed(struct machine *m, const struct tcs_segment_fold *s, struct tcs_str text,
                                   size_t from, size_t to)
{
    size_t first = SIZE_MAX, last = from, at, len;
    tocsin_status st = TOCSIN_OK;
    int32_t i = 0;

    m->out->needs_originals = true;
    for (at = from; at < to; at += len) {
        uint32_t cp = tcs_utf8_decode(text.data + at, text.data + to, &len, NULL);

        if ((tcs_fold_entry(cp) & TCS_FOLD_KIND_MASK) == TCS_FOLD_KIND_NONE)
            continue;
        if (first == SIZE_MAX)
            first = at;
        last = at + len;
    }
    while (i < s->len && st == TOCSIN_OK) {
        uint32_t one, count, cp = next_utf16(s->folded, s->len, &i);

        /* a normalised code point folds to one: itself, or what 2.2 and 2.4 make of it */
        st = pass_initials(m, (struct item){*tcs_fold_single(cp, &one, &count), (uint32_t)first, (uint32_t)last});
    }
    return st;
}

/* Folds the segment [from, to) of text, which holds more than one code point. */
static tocsin_status fold_segment(struct machine *m, struct tcs_str text, size_t from, size_t to)
{
    struct tcs_segment_fold s;
    size_t len;
    tocsin_status st = tcs_segment_fold((struct tcs_str){text.data + from, to - from}, &m->out->segment, &s);

    if (st != TOCSIN_OK)
        return st;
    if (!s.is_same)
        return pass_composed(m, &s, text, from, to);
    for (; from < to && st == TOCSIN_OK; from += len) {
        uint32_t cp = tcs_utf8_decode(text.data + from, text.data + to, &len, NULL);

        st = pass_single(m, cp, from, len);
    }
    return st;
}

/*
 * Where a normalisation segment ends whose second code point is at `next`. It needs the normaliser if a code point that is
 * no boundary follows the first, ignorables apart (they vanish and join nothing).
 */
static size_t segment_end(struct tcs_str text, size_t next, bool *needs_normaliser)
{
    const char *end = text.data + text.len;
    size_t len;

    *needs_normaliser = false;
    while (next < text.len) {
        uint32_t entry;

        if ((unsigned char)text.data[next] < 0x80)
            break;
        entry = tcs_fold_entry(tcs_utf8_decode(text.data + next, end, &len, NULL));
        if (entry & TCS_FOLD_BOUNDARY)
            break;
        if ((entry & TCS_FOLD_KIND_MASK) != TCS_FOLD_KIND_NONE)
            *needs_normaliser = true;
        next += len;
    }
    return next;
}

/* May the fast path go on from here (fold_fast.h)? */
static bool is_plain(const struct machine *m)
{
    return !m->held_count && !m->gap_is_long && !m->last_is_pair;
}

/* The character before *at in folded text, which moves to its start; 0 at the start. */
static uint32_t step_back(const struct tcs_buf *text, size_t *at)
{
    size_t len, end = *at;

    if (!end)
        return 0;
    do
        --*at;
    while (tcs_utf8_is_continuation(text->data[*at]));
    return tcs_utf8_decode(text->data + *at, text->data + end, &len, NULL);
}

/* Takes the state from the folded text, after the fast path has appended to it. Stops of runs are never in there. */
static void take_state(struct machine *m)
{
    const struct tcs_buf *text = &m->out->text;
    size_t at = text->len;
    uint32_t last = step_back(text, &at), before;
    unsigned props = tcs_props(last);

    m->has_left = true;
    m->left_props = m->before_props = props;
    m->last_is_single = m->last_is_pair = m->in_run = false;
    if (last != '.' && !tcs_is_latin_letter(props))
        return;
    before = step_back(text, &at);
    if (last != '.') {
        m->last_is_single = is_single(props, tcs_props(before));
        if (!m->last_is_single || before != '.')
            return;
        before = step_back(text, &at);
    }
    props = tcs_props(before);
    m->last_is_pair = is_single(props, tcs_props(step_back(text, &at)));
}

static tocsin_status fold_plain(struct machine *m, struct tcs_str text, size_t *at)
{
    size_t from = *at;
    tocsin_status st = tcs_fold_plain(text, m->lf_paragraph, m->with_map, m->has_left ? m->left_props : 0, m->out, at);

    if (st == TOCSIN_OK && *at != from)
        take_state(m);
    m->pause = *at - from >= PLAIN_MIN ? 0 : m->pause < PAUSE_MAX ? 2 * m->pause + PLAIN_MIN : m->pause;
    m->plain_from = *at + m->pause;
    return st;
}

/* One code point, or the normalisation segment that it begins. */
static tocsin_status fold_next(struct machine *m, struct tcs_str text, size_t *at)
{
    size_t from = *at, len, next;
    uint32_t cp = tcs_utf8_decode(text.data + from, text.data + text.len, &len, NULL);
    bool needs_normaliser;

    next = from + len;
    /* a run of ignorables is looked at once, not again from each of them */
    if (next < text.len && next > m->segment_end && (unsigned char)text.data[next] >= 0x80) {
        m->segment_end = segment_end(text, next, &needs_normaliser);
        if (needs_normaliser) {
            *at = m->segment_end;
            return fold_segment(m, text, from, *at);
        }
    }
    *at = next;
    return pass_single(m, cp, from, len);
}

static tocsin_status fold(struct tcs_str text, bool lf_paragraph, bool with_map, bool allow_fast,
                          struct tcs_folded *folded)
{
    struct machine m = {.out = folded, .with_map = with_map, .lf_paragraph = lf_paragraph};
    tocsin_status st = TOCSIN_OK;
    size_t at = 0;

    tcs_buf_reset(&folded->text);
    folded->needs_originals = false;
    while (at < text.len && st == TOCSIN_OK) {
        if (allow_fast && at >= m.plain_from && is_plain(&m))
            st = fold_plain(&m, text, &at);
        if (st == TOCSIN_OK && at < text.len)
            st = fold_next(&m, text, &at);
    }
    if (st == TOCSIN_OK)
        st = put_held(&m);
    return st == TOCSIN_OK ? close_white(&m) : st;
}

tocsin_status tcs_fold(struct tcs_str text, bool lf_paragraph, bool with_map, struct tcs_folded *folded)
{
    return fold(text, lf_paragraph, with_map, true, folded);
}

tocsin_status tcs_fold_general(struct tcs_str text, bool lf_paragraph, bool with_map, struct tcs_folded *folded)
{
    return fold(text, lf_paragraph, with_map, false, folded);
}

void tcs_folded_release(struct tcs_folded *folded)
{
    tcs_buf_release(&folded->text);
    tcs_buf_release(&folded->segment);
    free(folded->start);
    free(folded->end);
    *folded = (struct tcs_folded){0};
}
