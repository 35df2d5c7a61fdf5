/*
 * One pass over the code points for each question. Units are asked for between any two places, so
 * they are kept as sums: mark i is the number of units before the first character that begins at or
 * behind byte 64 i, times two, plus one if a run of letters or digits is open there. A sum at any
 * place is then a mark and a walk of at most 64 bytes.
 */
#include "rules/segment.h"

#include <stdlib.h>

#include "base/utf8.h"
#include "base/word.h"
#include "match/props.h"

#define MARK_BYTES 64
#define ONE_UNIT (TCS_PROP_HAN | TCS_PROP_KANA | TCS_PROP_HANGUL)
#define WORD_CHAR (TCS_PROP_LETTER | TCS_PROP_MARK | TCS_PROP_DIGIT)

void tcs_segments_reset(struct tcs_segments *segments, struct tcs_str text, bool lf_paragraph)
{
    segments->text = text;
    segments->lf_paragraph = lf_paragraph;
    segments->sentences.is_known = false;
    segments->paragraphs.is_known = false;
    segments->units.is_known = false;
}

void tcs_segments_release(struct tcs_segments *segments)
{
    free(segments->sentences.items);
    free(segments->paragraphs.items);
    free(segments->units.items);
    *segments = (struct tcs_segments){0};
}

static tocsin_status add_border(struct tcs_borders *borders, size_t at)
{
    tocsin_status st = TCS_GROW(borders->items, borders->cap, borders->count + 1);

    if (st == TOCSIN_OK) {
        borders->items[borders->count++] = (uint32_t)at;
    }
    return st;
}

static uint32_t decode(struct tcs_str text, size_t at, size_t *len)
{
    return tcs_utf8_decode(text.data + at, text.data + text.len, len, NULL);
}

/* Characters that end a sentence whatever follows. */
static bool ends_sentence(uint32_t c, unsigned props)
{
    switch (c) {
    case 0x3002: /* 。 */
    case 0xFF61: /* ｡ */
    case 0xFF01: /* ！ */
    case 0xFF1F: /* ？ */
    case 0xFF1B: /* ； */
    case 0x2026: /* … */
    case '!':
    case '?':
    case ';': return true;
    default: return props & TCS_PROP_LINE_BREAK;
    }
}

static bool is_spaced_letter(unsigned props)
{
    return (props & (TCS_PROP_LETTER | TCS_PROP_SPACED)) == (TCS_PROP_LETTER | TCS_PROP_SPACED);
}

tocsin_status tcs_segments_find_sentences(struct tcs_segments *segments)
{
    struct tcs_borders *borders = &segments->sentences;
    unsigned before = 0, before_that = 0; /* properties of the two characters passed last */
    bool is_after_stop = false;           /* a stop and any closers have just passed */
    tocsin_status st = TOCSIN_OK;
    size_t at, len;

    if (borders->is_known) {
        return TOCSIN_OK;
    }
    borders->count = 0;
    for (at = 0; at < segments->text.len && st == TOCSIN_OK; at += len) {
        uint32_t c = decode(segments->text, at, &len);
        unsigned props = tcs_props(c);

        if (is_after_stop && props & TCS_PROP_SPACE) {
            st = add_border(borders, at);
        }
        is_after_stop = is_after_stop && props & TCS_PROP_CLOSER;
        if (st == TOCSIN_OK && ends_sentence(c, props)) {
            st = add_border(borders, at + len);
        } else if (c == '.' || c == 0xFF0E) {
            is_after_stop = !is_spaced_letter(before) || before_that & TCS_PROP_SPACED;
        }
        before_that = before;
        before = props;
    }
    borders->is_known = st == TOCSIN_OK;
    return st;
}

/* A run of white space being read. */
struct blank {
    size_t start;
    unsigned breaks; /* line breaks in it */
    bool is_open, is_after_cr;
};

/* Takes the next character; a character that is no white space closes the run. */
static void read_blank(struct blank *blank, uint32_t c, unsigned props, size_t at)
{
    if (!(props & TCS_PROP_SPACE)) {
        blank->is_open = false;
        return;
    }
    if (!blank->is_open) {
        *blank = (struct blank){.start = at, .is_open = true};
    }
    if (props & TCS_PROP_LINE_BREAK && !(c == '\n' && blank->is_after_cr)) {
        blank->breaks += props & TCS_PROP_PARAGRAPH ? 2 : 1;
    }
    blank->is_after_cr = c == '\r';
}

static bool is_paragraph_break(const struct blank *blank, bool lf_paragraph)
{
    return blank->breaks >= (lf_paragraph ? 1u : 2u);
}

tocsin_status tcs_segments_find_paragraphs(struct tcs_segments *segments)
{
    struct tcs_borders *borders = &segments->paragraphs;
    struct blank blank = {0};
    tocsin_status st = TOCSIN_OK;
    size_t at, len;

    if (borders->is_known) {
        return TOCSIN_OK;
    }
    borders->count = 0;
    for (at = 0; at < segments->text.len && st == TOCSIN_OK; at += len) {
        uint32_t c = decode(segments->text, at, &len);
        bool was_open = blank.is_open;

        read_blank(&blank, c, tcs_props(c), at);
        if (was_open && !blank.is_open && is_paragraph_break(&blank, segments->lf_paragraph)) {
            st = add_border(borders, at);
        }
    }
    borders->is_known = st == TOCSIN_OK;
    return st;
}

/* Units that the next character adds; *in_run: the character before belongs to a run. */
static unsigned count_unit(unsigned props, bool *in_run)
{
    bool was_in_run = *in_run;

    *in_run = props & WORD_CHAR && !(props & ONE_UNIT);
    if (props & ONE_UNIT) {
        return 1;
    }
    return *in_run && !was_in_run ? 2 : 0;
}

tocsin_status tcs_segments_find_units(struct tcs_segments *segments)
{
    struct tcs_borders *marks = &segments->units;
    tocsin_status st = TOCSIN_OK;
    bool in_run = false;
    uint32_t units = 0;
    size_t at, len;

    if (marks->is_known) {
        return TOCSIN_OK;
    }
    marks->count = 0;
    for (at = 0; at < segments->text.len && st == TOCSIN_OK; at += len) {
        uint32_t c = decode(segments->text, at, &len);

        if (at >= marks->count * MARK_BYTES) {
            st = add_border(marks, (size_t)units * 2 + in_run);
        }
        units += count_unit(tcs_props(c), &in_run);
    }
    if (st == TOCSIN_OK) {
        st = add_border(marks, (size_t)units * 2 + in_run);
    }
    marks->is_known = st == TOCSIN_OK;
    return st;
}

/* Units before place; *in_run as count_unit leaves it there. */
static uint32_t units_before(const struct tcs_segments *segments, uint32_t place, bool *in_run)
{
    uint32_t mark = segments->units.items[place / MARK_BYTES];
    uint32_t units = mark / 2;
    size_t at = place - place % MARK_BYTES, len;

    *in_run = mark & 1;
    while (at < place && tcs_utf8_is_continuation(segments->text.data[at])) {
        at++;
    }
    for (; at < place; at += len) {
        uint32_t c = decode(segments->text, at, &len);

        units += count_unit(tcs_props(c), in_run);
    }
    return units;
}

uint32_t tcs_segments_units(const struct tcs_segments *segments, uint32_t start, uint32_t end)
{
    bool in_run, goes_on = false;
    uint32_t before, units;
    size_t len;

    if (start >= end) {
        return 0;
    }
    before = units_before(segments, start, &in_run);
    units = units_before(segments, end, &goes_on) - before;
    /* A run that begins before start was counted there; its part from start on is a run here. */
    goes_on = in_run;
    (void)count_unit(tcs_props(decode(segments->text, start, &len)), &goes_on);
    return units + (in_run && goes_on ? 2 : 0);
}

/*
 * Up to eight ASCII characters that hold no control, as far as the last that is no space: how many, and the units that they
 * add. 0 where there is none.
 */
static size_t count_ascii_units(const char *p, const char *end, bool *in_run, uint32_t *units)
{
    uint64_t v = tcs_word_load(p, end), other = (v & TCS_HIGHS) | (~tcs_word_from(v, ' ') & TCS_HIGHS), visible, words;
    uint64_t taken = other ? (other & (0 - other)) - 1 : UINT64_MAX;
    size_t len;

    visible = tcs_word_from(v, ' ' + 1) & taken;
    if (!visible)
        return 0;
    len = 8 - (size_t)__builtin_clzll(visible) / 8;
    words = tcs_word_alnum(v) & taken;
    *units += 2 * tcs_word_count(words & ~(words << 8 | (*in_run ? 0x80u : 0)));
    *in_run = words >> (8 * len - 1) & 1;
    return len;
}

size_t tcs_segment_lead_end(struct tcs_str text, bool lf_paragraph)
{
    const char *start = text.len ? text.data : "", *end = start + text.len;
    struct blank blank = {0};
    bool in_run = false, has_begun = false;
    uint32_t units = 0;
    size_t at, len;

    for (at = 0; at < text.len; at += len) {
        bool run = in_run;
        uint32_t c, more = units;
        unsigned props;

        len = count_ascii_units(start + at, end, &run, &more);
        if (len && more <= TCS_LEAD_UNITS) {
            blank.is_open = false;
            has_begun = true;
            in_run = run;
            units = more;
            continue;
        }
        c = decode(text, at, &len);
        props = tcs_props(c);
        read_blank(&blank, c, props, at);
        has_begun = has_begun || !blank.is_open;
        if (has_begun && blank.is_open && is_paragraph_break(&blank, lf_paragraph)) {
            return blank.start;
        }
        units += count_unit(props, &in_run);
        if (units > TCS_LEAD_UNITS) {
            return at;
        }
    }
    return text.len;
}
