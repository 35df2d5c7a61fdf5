/*
 * Lines, links and cuts are all in order of their place, so each of the two passes (find the lines, group them to
 * runs) walks them once side by side.
 */
#include "input/html_lines.h"

#include <string.h>

#define LINKS_MIN 3u           /* so many links are a list, */
#define HEADLINES_MIN 2u       /* or so many headlines */
#define PROSE_MIN 100u         /* weight of a line of prose outside of links */
#define SENTENCE_MIN 40u       /* the same of one that ends as a sentence, */
#define LINKED_SENTENCE_MIN 24u /* and has links in it */
#define NOTE_MAX 40u
#define MARK_MAX 4u

/* ---- what a line is ---- */

/* Bytes of a character above ASCII that is no letter, 0 for one that may be: by blocks, for it need not be exact. */
static size_t mark_len(const unsigned char *p)
{
    switch (*p) {
    case 0xC2: return 2;                                  /* no-break space, middle dot, guillemets */
    case 0xE2: return p[1] < 0xB0 ? 3 : 0;                /* U+2000 to U+2BFF: dashes, bullets, arrows, lines */
    case 0xE3: return p[1] == 0x80 ? 3 : 0;               /* the ideographic space and the brackets behind it */
    case 0xEF: return p[1] == 0xBC && p[2] <= 0xA0 ? 3 : 0; /* full-width digits and marks */
    default: return 0;
    }
}

size_t tcs_html_weight(const char *text, size_t len)
{
    const unsigned char *p = (const unsigned char *)text;
    const unsigned char *end = p + len;
    size_t weight = 0;

    while (p < end && (*p == ' ' || *p == '\n'))
        p++;
    while (p < end && (end[-1] == ' ' || end[-1] == '\n'))
        end--;
    if ((size_t)(end - p) >= PROSE_MIN)
        return (size_t)(end - p); /* no mere date: not worth the counting */
    while (p < end) {
        if (*p < 0x80) {
            weight += (unsigned)(*p++ | 0x20) - 'a' < 26;
        } else if (*p >= 0xE4 && *p < 0xEF) { /* Han: three bytes of a letter */
            weight += 3;
            p += 3;
        } else {
            size_t mark = mark_len(p);

            weight += !mark;
            p += mark ? mark : 1;
        }
    }
    return weight;
}

bool tcs_html_is_linked(size_t linked, size_t own)
{
    return linked * 10 > (linked + own) * 7;
}

bool tcs_html_is_link_list(size_t links, size_t headlines)
{
    return links >= LINKS_MIN || headlines >= HEADLINES_MIN;
}

/* Takes one of the endings off the text's end, if it has one. */
static bool take_end(struct tcs_str *text, const struct tcs_str *ends, size_t count)
{
    char last = text->len ? text->data[text->len - 1] : 0;

    for (size_t i = 0; i < count; i++) {
        size_t len = ends[i].len;

        if (last == ends[i].data[len - 1] && text->len >= len && !memcmp(text->data + text->len - len, ends[i].data, len)) {
            text->len -= len;
            return true;
        }
    }
    return false;
}

static bool ends_sentence(struct tcs_str text)
{
#define END(literal) {literal, sizeof literal - 1}
    static const struct tcs_str quotes[] = {END("\""), END("'"), END(")"), END("\u201D"), END("\u2019"), END("\u300D"),
                                            END("\u300F"), END("\uFF09")};
    static const struct tcs_str stops[] = {END("."), END("!"), END("?"), END("\u3002"), END("\uFF01"), END("\uFF1F")};
#undef END

    (void)take_end(&text, quotes, sizeof quotes / sizeof *quotes);
    return take_end(&text, stops, sizeof stops / sizeof *stops);
}

static bool has(struct tcs_str text, struct tcs_str word)
{
    return memmem(text.data, text.len, word.data, word.len) != NULL;
}

/* A line about rights ends every other page, and with a full stop. */
static bool is_rights(struct tcs_str text)
{
    return has(text, TCS_STR("ights reserved")) || has(text, TCS_STR("ights Reserved")) || has(text, TCS_STR("\u00A9"));
}

bool tcs_html_is_prose(size_t linked, size_t own, struct tcs_str last)
{
    if (own >= PROSE_MIN && own > linked)
        return true;
    return own >= (linked ? LINKED_SENTENCE_MIN : SENTENCE_MIN) && ends_sentence(last) && !is_rights(last);
}

/* ASCII or full width, in which ranks are often written. */
static bool has_digit(struct tcs_str text)
{
    const char *p = text.data;
    const char *end = p + text.len;

    for (; p < end; p++) {
        if (*p >= '0' && *p <= '9')
            return true;
        if (end - p >= 3 && !memcmp(p, "\xEF\xBC", 2) && (unsigned char)p[2] >= 0x90 && (unsigned char)p[2] <= 0x99)
            return true;
    }
    return false;
}

static bool is_note(struct tcs_str line)
{
    return line.len <= MARK_MAX || (line.len <= NOTE_MAX && has_digit(line));
}

static enum tcs_html_line_kind kind_of(struct tcs_str line, size_t linked, size_t own, struct tcs_str last)
{
    if (tcs_html_is_prose(linked, own, last))
        return TCS_HTML_LINE_PROSE;
    if (linked && tcs_html_is_linked(linked, own))
        return TCS_HTML_LINE_LINK;
    return is_note(line) ? TCS_HTML_LINE_NOTE : TCS_HTML_LINE_OTHER;
}

/* A no-break space keeps a cell of a table open, a byte order mark stands at a template's start. */
static size_t blank_len(const unsigned char *p)
{
    switch (*p) {
    case ' ':
    case '\n': return 1;
    case 0xC2: return p[1] == 0xA0 ? 2 : 0;
    case 0xE2: return p[1] == 0x80 && p[2] == 0x8B ? 3 : 0; /* zero-width space */
    case 0xE3: return p[1] == 0x80 && p[2] == 0x80 ? 3 : 0; /* ideographic space */
    case 0xEF: return p[1] == 0xBB && p[2] == 0xBF ? 3 : 0;
    default: return 0;
    }
}

bool tcs_html_is_blank(struct tcs_str text)
{
    const unsigned char *p = (const unsigned char *)text.data;
    const unsigned char *end = p + text.len;
    size_t len = 1;

    while (p < end && len) {
        len = blank_len(p);
        p += len;
    }
    return p == end;
}

/* ---- finding them ---- */

struct finder {
    struct tcs_html_scratch *scratch;
    size_t span_count;
    size_t link; /* index of the first link span that may reach into the next line */
    size_t line_count;
    size_t prose_end; /* end of the last line of prose, 0 for none */
};

/*
 * Adds up the links of the line, whose bounds are set; links behind it are left to the next. Returns what stands behind
 * the last.
 */
static struct tcs_str count_links(struct finder *finder, struct tcs_html_line *line, size_t *linked, size_t *own)
{
    const char *text = finder->scratch->flat.data;
    size_t pos = line->start; /* behind the last link */

    for (; finder->link < finder->span_count; finder->link++) {
        const struct tcs_html_span *span = &finder->scratch->spans[finder->link];
        size_t start = span->start > line->start ? span->start : line->start;
        size_t end = span->end < line->end ? span->end : line->end;

        if (span->reason != TCS_HTML_REASON_LINK)
            continue;
        if (span->start >= line->end)
            break;
        if (start < end)
            *linked += end - start;
        if (start > pos)
            *own += tcs_html_weight(text + pos, start - pos);
        if (end > pos)
            pos = end;
        if (start < end && span->start >= line->start) {
            if (line->link == SIZE_MAX)
                line->link = finder->link;
            line->links++;
            line->headlines += span->end - span->start >= TCS_HTML_HEADLINE_MIN;
        }
        if (span->end > line->end)
            break; /* it goes on in the next line */
    }
    if (*linked || line->end - pos >= SENTENCE_MIN) /* else it cannot matter */
        *own += tcs_html_weight(text + pos, line->end - pos);
    return (struct tcs_str){text + pos, line->end - pos};
}

static tocsin_status add_line(struct finder *finder, size_t start, size_t end)
{
    struct tcs_html_scratch *s = finder->scratch;
    struct tcs_html_line line = {.start = start, .end = end, .link = SIZE_MAX};
    struct tcs_str text = {s->flat.data + start, end - start}, last;
    size_t linked = 0, own = 0;
    tocsin_status st;

    if (tcs_html_is_blank(text))
        return TOCSIN_OK;
    last = count_links(finder, &line, &linked, &own);
    line.kind = kind_of(text, linked, own, last);
    if (line.kind == TCS_HTML_LINE_PROSE)
        finder->prose_end = end;
    st = TCS_GROW(s->lines, s->line_cap, finder->line_count + 1);
    if (st == TOCSIN_OK)
        s->lines[finder->line_count++] = line;
    return st;
}

static tocsin_status add_lines(struct finder *finder, size_t start, size_t end)
{
    const char *text = finder->scratch->flat.data;
    tocsin_status st = TOCSIN_OK;

    while (start < end && st == TOCSIN_OK) {
        const char *feed = memchr(text + start, '\n', end - start);
        size_t at = feed ? (size_t)(feed - text) : end;

        if (at > start)
            st = add_line(finder, start, at);
        start = at + 1;
    }
    return st;
}

static tocsin_status find_lines(struct finder *finder, size_t cut_count, const struct tcs_html_span *piece)
{
    size_t pos = piece->start;
    tocsin_status st = TOCSIN_OK;

    for (size_t i = 0; st == TOCSIN_OK && i < cut_count && pos < piece->end; i++) {
        const struct tcs_html_cut *cut = &finder->scratch->cuts[i];

        if (cut->end <= pos)
            continue;
        if (cut->start > pos)
            st = add_lines(finder, pos, cut->start < piece->end ? cut->start : piece->end);
        pos = cut->end;
    }
    return st == TOCSIN_OK ? add_lines(finder, pos, piece->end) : st;
}

/* ---- runs ---- */

struct run {
    size_t start, end; /* end == 0: none */
    size_t link, links, headlines;
    bool is_after_note;
};

static void extend(struct run *run, const struct tcs_html_line *line)
{
    if (!run->end)
        *run = (struct run){.start = line->start, .link = SIZE_MAX};
    if (run->link == SIZE_MAX)
        run->link = line->link;
    run->links += line->links;
    run->headlines += line->headlines;
    run->end = line->end;
    run->is_after_note = false;
}

/* Ends the run; true if it is no main text: long enough, or with nothing to read behind it. */
static bool finish(struct finder *finder, struct run *run)
{
    struct run done = *run;

    *run = (struct run){0};
    if (!done.end || done.link == SIZE_MAX)
        return false;
    if (!tcs_html_is_link_list(done.links, done.headlines) && (!finder->prose_end || done.start < finder->prose_end))
        return false;
    finder->scratch->spans[done.link] = (struct tcs_html_span){done.start, done.end, TCS_HTML_REASON_RUN};
    return true;
}

static bool mark_runs(struct finder *finder)
{
    struct run run = {0};
    bool found = false;

    for (size_t i = 0; i < finder->line_count; i++) {
        const struct tcs_html_line *line = &finder->scratch->lines[i];

        if (line->kind == TCS_HTML_LINE_LINK)
            extend(&run, line);
        else if (line->kind == TCS_HTML_LINE_NOTE && run.end && !run.is_after_note)
            run.is_after_note = true;
        else
            found |= finish(finder, &run);
    }
    return finish(finder, &run) || found;
}

tocsin_status tcs_html_lines_mark_runs(struct tcs_html_scratch *scratch, size_t span_count, size_t cut_count,
                                       const struct tcs_html_span *piece, bool *found_out)
{
    struct finder finder = {.scratch = scratch, .span_count = span_count};
    tocsin_status st = find_lines(&finder, cut_count, piece);

    *found_out = st == TOCSIN_OK && mark_runs(&finder);
    return st;
}
