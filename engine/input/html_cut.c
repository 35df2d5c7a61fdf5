/*
 * Spans come in order of start, so one walk over them makes the disjoint list of cuts, and a
 * running sum in it answers how much of any piece is left by binary search. Headers are the one
 * case of a hole in a cut.
 */
#include "input/html_cut.h"

#include <string.h>

#include "input/html_lines.h"

struct cutter {
    struct tcs_html_scratch *scratch;
    size_t span_count, cut_count;
    size_t text_len;
};

/* The cut that is being put together. */
struct growing {
    size_t start, end; /* end == start: none */
    size_t hard_end;   /* up to here something else than a header cuts too */
    bool is_header;
};

static tocsin_status add_cut(struct cutter *cutter, size_t start, size_t end)
{
    struct tcs_html_scratch *s = cutter->scratch;
    size_t before = 0;
    tocsin_status st;

    if (start >= end)
        return TOCSIN_OK;
    st = TCS_GROW(s->cuts, s->cut_cap, cutter->cut_count + 1);
    if (st != TOCSIN_OK)
        return st;
    if (cutter->cut_count) {
        const struct tcs_html_cut *last = &s->cuts[cutter->cut_count - 1];

        before = last->cut_before + (last->end - last->start);
    }
    s->cuts[cutter->cut_count++] = (struct tcs_html_cut){start, end, before};
    return TOCSIN_OK;
}

static tocsin_status grow(struct cutter *cutter, struct growing *cut,
                          const struct tcs_html_span *span)
{
    bool is_header = span->reason == TCS_HTML_REASON_HEADER;

    if (span->start >= cut->end) {
        tocsin_status st = add_cut(cutter, cut->start, cut->end);

        if (st != TOCSIN_OK)
            return st;
        *cut = (struct growing){span->start, span->end, span->start, is_header};
    }
    if (!is_header && span->end > cut->hard_end)
        cut->hard_end = span->end;
    if (span->end > cut->end)
        cut->end = span->end;
    return TOCSIN_OK;
}

/* Leaves a hole in a header's cut. */
static tocsin_status spare(struct cutter *cutter, struct growing *cut,
                           const struct tcs_html_span *span)
{
    size_t start = cut->start;

    if (!cut->is_header || span->start >= cut->end || span->start < cut->hard_end)
        return TOCSIN_OK;
    cut->start = span->end < cut->end ? span->end : cut->end;
    return add_cut(cutter, start, span->start);
}

/* Makes the cuts from all spans whose reason is in mask. */
static tocsin_status make_cuts(struct cutter *cutter, unsigned mask)
{
    struct growing cut = {0};
    tocsin_status st = TOCSIN_OK;

    cutter->cut_count = 0;
    for (size_t i = 0; st == TOCSIN_OK && i < cutter->span_count; i++) {
        const struct tcs_html_span *span = &cutter->scratch->spans[i];

        if (span->start == span->end)
            continue;
        if (span->reason == TCS_HTML_REASON_KEEP)
            st = spare(cutter, &cut, span);
        else if (mask & 1u << span->reason)
            st = grow(cutter, &cut, span);
    }
    return st == TOCSIN_OK ? add_cut(cutter, cut.start, cut.end) : st;
}

/* Bytes of [0, pos) that no cut takes. */
static size_t left_before(const struct cutter *cutter, size_t pos)
{
    size_t low = 0, high = cutter->cut_count;
    const struct tcs_html_cut *cut;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (cutter->scratch->cuts[middle].start < pos)
            low = middle + 1;
        else
            high = middle;
    }
    if (!low)
        return pos;
    cut = &cutter->scratch->cuts[low - 1];
    return pos < cut->end ? cut->start - cut->cut_before
                          : pos - cut->cut_before - (cut->end - cut->start);
}

static size_t left_in(const struct cutter *cutter, const struct tcs_html_span *span)
{
    return left_before(cutter, span->end) - left_before(cutter, span->start);
}

/* A form that holds half of what the tags leave wraps the page (ASP.NET does so) and is spared. */
static void spare_wrapping_forms(struct cutter *cutter)
{
    size_t left = left_before(cutter, cutter->text_len);

    for (size_t i = 0; i < cutter->span_count; i++) {
        struct tcs_html_span *span = &cutter->scratch->spans[i];

        if (span->reason == TCS_HTML_REASON_FORM && left_in(cutter, span) >= left / 2)
            span->reason = TCS_HTML_REASON_NONE;
    }
}

/* The cuts that elements make by themselves; *mask_out: of which reasons they are. */
static tocsin_status decide_cuts(struct cutter *cutter, unsigned *mask_out)
{
    unsigned tags = 1u << TCS_HTML_REASON_TAG | 1u << TCS_HTML_REASON_HEADER;
    tocsin_status st = make_cuts(cutter, tags);
    size_t left;

    if (st != TOCSIN_OK)
        return st;
    spare_wrapping_forms(cutter);
    tags |= 1u << TCS_HTML_REASON_FORM | 1u << TCS_HTML_REASON_LINKS;
    st = make_cuts(cutter, tags);
    if (st != TOCSIN_OK)
        return st;
    left = left_before(cutter, cutter->text_len);
    *mask_out = tags | 1u << TCS_HTML_REASON_CLASS;
    st = make_cuts(cutter, *mask_out);
    /* Names that leave less than a tenth were wrong about this page. */
    if (st == TOCSIN_OK && left_before(cutter, cutter->text_len) < left / 10) {
        *mask_out = tags;
        st = make_cuts(cutter, tags);
    }
    return st;
}

/* The smallest article or main that holds half of what is left, else the whole page. */
static struct tcs_html_span choose_piece(const struct cutter *cutter)
{
    struct tcs_html_span best = {.start = 0, .end = cutter->text_len};
    size_t all = left_in(cutter, &best), best_left = all;

    for (size_t i = 0; i < cutter->span_count; i++) {
        const struct tcs_html_span *span = &cutter->scratch->spans[i];
        size_t left;

        if (span->reason != TCS_HTML_REASON_CANDIDATE)
            continue;
        left = left_in(cutter, span);
        if (left && left >= all - left && left <= best_left) {
            best = *span;
            best_left = left;
        }
    }
    return best;
}

/* Decides everything: what is cut, and the piece of the page that the main text is in. */
static tocsin_status decide(struct cutter *cutter, struct tcs_html_span *piece)
{
    unsigned mask = 0;
    bool has_runs = false;
    tocsin_status st = decide_cuts(cutter, &mask);

    if (st != TOCSIN_OK)
        return st;
    *piece = choose_piece(cutter);
    st = tcs_html_lines_mark_runs(cutter->scratch, cutter->span_count, cutter->cut_count, piece, &has_runs);
    if (st != TOCSIN_OK || !has_runs)
        return st;
    st = make_cuts(cutter, mask | 1u << TCS_HTML_REASON_RUN);
    if (st == TOCSIN_OK) /* an article beside many links may be half of the page only now */
        *piece = choose_piece(cutter);
    return st;
}

/* Appends a paragraph, without white space at its ends, if there is something to see in it. */
static tocsin_status append_paragraph(const struct tcs_buf *flat, size_t start, size_t end,
                                      struct tcs_buf *out)
{
    tocsin_status st = TOCSIN_OK;

    while (start < end && (flat->data[start] == ' ' || flat->data[start] == '\n'))
        start++;
    while (start < end && (flat->data[end - 1] == ' ' || flat->data[end - 1] == '\n'))
        end--;
    if (tcs_html_is_blank((struct tcs_str){flat->data + start, end - start}))
        return TOCSIN_OK;
    if (out->len)
        st = tcs_buf_append(out, "\n\n", 2);
    return st == TOCSIN_OK ? tcs_buf_append(out, flat->data + start, end - start) : st;
}

/* The first one in flat[start, end), or end. */
static size_t find_blank_line(const struct tcs_buf *flat, size_t start, size_t end)
{
    for (; start < end; start++) {
        const char *feed = memchr(flat->data + start, '\n', end - start);

        if (!feed)
            break;
        start = (size_t)(feed - flat->data);
        if (start + 1 < end && feed[1] == '\n')
            return start;
    }
    return end;
}

/* Appends the paragraphs of flat[start, end). */
static tocsin_status append_piece(const struct tcs_buf *flat, size_t start, size_t end,
                                  struct tcs_buf *out)
{
    tocsin_status st = TOCSIN_OK;

    while (start < end && st == TOCSIN_OK) {
        size_t at = find_blank_line(flat, start, end);

        st = append_paragraph(flat, start, at, out);
        start = at + 2;
    }
    return st;
}

tocsin_status tcs_html_cut_main_text(struct tcs_html_scratch *scratch, size_t span_count,
                                     size_t text_len, struct tcs_buf *out)
{
    struct cutter cutter = {.scratch = scratch, .span_count = span_count, .text_len = text_len};
    struct tcs_html_span piece;
    tocsin_status st = decide(&cutter, &piece);
    size_t pos;

    if (st != TOCSIN_OK)
        return st;
    pos = piece.start;
    for (size_t i = 0; st == TOCSIN_OK && i < cutter.cut_count; i++) {
        const struct tcs_html_cut *cut = &scratch->cuts[i];

        if (cut->end <= pos)
            continue;
        if (cut->start >= piece.end)
            break;
        if (cut->start > pos)
            st = append_piece(&scratch->flat, pos, cut->start, out);
        pos = cut->end;
    }
    if (st == TOCSIN_OK && pos < piece.end)
        st = append_piece(&scratch->flat, pos, piece.end, out);
    return st;
}
