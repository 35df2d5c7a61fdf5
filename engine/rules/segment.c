/*
 * Nothing is kept: rules ask about places between hits, which mostly lie close together or part at the next full stop, and
 * every answer ends there. What a place is depends on a few characters around it, so that it can be asked anywhere.
 */
#include "rules/segment.h"

#include "base/utf8.h"
#include "base/word.h"
#include "match/props.h"
#include "rules/segment_block.h"

#define ONE_UNIT (TCS_PROP_HAN | TCS_PROP_KANA | TCS_PROP_HANGUL)
#define WORD_CHAR (TCS_PROP_LETTER | TCS_PROP_MARK | TCS_PROP_DIGIT)

static uint32_t decode(struct tcs_str text, size_t at, size_t *len)
{
    return tcs_utf8_decode(text.data + at, text.data + text.len, len, NULL);
}

/* The character before *at, which moves to its start; 0 at the start of the text. */
static uint32_t step_back(struct tcs_str text, size_t *at)
{
    size_t len;

    if (!*at) {
        return 0;
    }
    do {
        --*at;
    } while (*at && tcs_utf8_is_continuation(text.data[*at]));
    return decode(text, *at, &len);
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

/* Do a stop and any closers stand right before `at`? */
static bool is_after_stop(struct tcs_str text, size_t at)
{
    uint32_t c = step_back(text, &at);

    while (c && tcs_props(c) & TCS_PROP_CLOSER) {
        c = step_back(text, &at);
    }
    if (c != '.' && c != 0xFF0E) {
        return false;
    }
    return !is_spaced_letter(tcs_props(step_back(text, &at))) || tcs_props(step_back(text, &at)) & TCS_PROP_SPACED;
}

/* The first place in (from, to] where a sentence begins; SIZE_MAX if there is none. */
static size_t next_sentence(struct tcs_str text, size_t from, size_t to)
{
    size_t at, len;

    for (at = from; at < text.len && at <= to; at += len) {
        uint32_t c = decode(text, at, &len);
        unsigned props = tcs_props(c);

        if (at > from && props & TCS_PROP_SPACE && is_after_stop(text, at)) {
            return at;
        }
        if (ends_sentence(c, props)) {
            return at + len <= to ? at + len : SIZE_MAX;
        }
    }
    return SIZE_MAX;
}

static bool begins_sentence(struct tcs_str text, size_t at)
{
    size_t before = at, len;
    uint32_t c = step_back(text, &before);

    if (ends_sentence(c, tcs_props(c))) {
        return true;
    }
    return at < text.len && tcs_props(decode(text, at, &len)) & TCS_PROP_SPACE && is_after_stop(text, at);
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

/* The start of the white space that stands right before `at`; `at` if there is none. */
static size_t blank_start(struct tcs_str text, size_t at)
{
    size_t before = at;

    while (before && tcs_props(step_back(text, &before)) & TCS_PROP_SPACE) {
        at = before;
    }
    return at;
}

/* The same of a paragraph. */
static size_t next_paragraph(struct tcs_str text, bool lf_paragraph, size_t from, size_t to)
{
    struct blank blank = {0};
    size_t at, len;

    for (at = blank_start(text, from); at < text.len && at <= to; at += len) {
        uint32_t c = decode(text, at, &len);
        bool was_open = blank.is_open;

        read_blank(&blank, c, tcs_props(c), at);
        if (at > from && was_open && !blank.is_open && is_paragraph_break(&blank, lf_paragraph)) {
            return at;
        }
    }
    return SIZE_MAX;
}

static bool begins_paragraph(struct tcs_str text, bool lf_paragraph, size_t at)
{
    size_t before = at, len;

    if (at == text.len || tcs_props(decode(text, at, &len)) & TCS_PROP_SPACE) {
        return false;
    }
    (void)step_back(text, &before);
    return next_paragraph(text, lf_paragraph, before, at) == at;
}

size_t tcs_segment_next(struct tcs_str text, enum tcs_segment kind, size_t from, size_t to)
{
    return kind == TCS_SEGMENT_SENTENCE ? next_sentence(text, from, to)
                                        : next_paragraph(text, kind == TCS_SEGMENT_LF_PARAGRAPH, from, to);
}

size_t tcs_segment_start(struct tcs_str text, enum tcs_segment kind, size_t at)
{
    while (at && !(kind == TCS_SEGMENT_SENTENCE ? begins_sentence(text, at)
                                                : begins_paragraph(text, kind == TCS_SEGMENT_LF_PARAGRAPH, at))) {
        (void)step_back(text, &at);
    }
    return at;
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

void tcs_segment_count_units(struct tcs_str text, struct tcs_units *units, size_t to, uint32_t most)
{
    size_t len;

    for (; units->at < to && units->count <= most; units->at += len) {
        len = (unsigned char)text.data[units->at] < 0x80
                  ? count_ascii_units(text.data + units->at, text.data + to, &units->in_run, &units->count)
                  : 0;
        if (!len) {
            units->count += count_unit(tcs_props(decode(text, units->at, &len)), &units->in_run);
        }
    }
}

/* In well-formed text, a character of U+5000 to U+9FFF: all are Han, and nearly all of Chinese is among them. */
static bool begins_han(char byte)
{
    return (unsigned char)byte >= 0xE5 && (unsigned char)byte <= 0xE9;
}

size_t tcs_segment_lead_end(struct tcs_str text, bool lf_paragraph)
{
    const char *start = text.len ? text.data : "", *end = start + text.len;
    struct blank blank = {0};
    bool in_run = false, has_begun = false, has_blocks = tcs_segment_has_blocks(), is_near = false;
    uint32_t units = 0;
    size_t at, len;

    for (at = 0; at < text.len; at += len) {
        uint32_t c, more = units;
        bool run = in_run;
        unsigned props;

        len = 0;
        if (has_blocks && has_begun && !is_near)
            len = tcs_segment_take_blocks(start + at, text.len - at, TCS_LEAD_UNITS, &run, &more, &is_near);
        if (!len && (unsigned char)start[at] < 0x80)
            len = count_ascii_units(start + at, end, &run, &more);
        if (len && more <= TCS_LEAD_UNITS) {
            blank.is_open = false;
            has_begun = true;
            in_run = run;
            units = more;
            continue;
        }
        if (has_begun && begins_han(start[at])) {
            len = 3;
            blank.is_open = in_run = false;
            if (++units > TCS_LEAD_UNITS) {
                return at;
            }
            continue;
        }
        c = decode(text, at, &len);
        props = tcs_props(c);
        if (props & TCS_PROP_SPACE || blank.is_open || !has_begun) {
            read_blank(&blank, c, props, at);
            has_begun = has_begun || !blank.is_open;
            if (has_begun && blank.is_open && is_paragraph_break(&blank, lf_paragraph)) {
                return blank.start;
            }
        }
        units += count_unit(props, &in_run);
        if (units > TCS_LEAD_UNITS) {
            return at;
        }
    }
    return text.len;
}
