/*
 * Text is copied 16 bytes at a step up to the next reference or white space that is more than one
 * space; a gap is only noted, and written when a character follows, so that no paragraph begins or
 * ends with one. Room is reserved once: what a page's text and attributes can grow to is bounded by
 * the page's length.
 */
#include "input/html_flat.h"

#include <string.h>

#include "base/utf8.h"
#include "input/utf8_copy.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

static bool is_space(uint32_t c)
{
    return c == ' ' || c == '\n' || c == '\t' || c == '\r' || c == '\f';
}

/* U+0009 to U+000D; of these only U+000B is no white space, and it is too rare to care. */
static bool is_control_space(char c)
{
    return (unsigned char)(c - '\t') <= '\r' - '\t';
}

/*
 * Copies from p, which is no space, up to `stop`, a control, or a space behind a space. Stores may
 * run 16 bytes over: TCS_HTML_ROOM has them. So may loads, where there is something to read.
 */
static const char *copy_run(struct tcs_buf *out, const char *p, const char *end, const char *readable_end, char stop)
{
    char *start = out->data + out->len;
    char *o = start;
    bool is_after_space = false;

#ifdef __SSE2__
    while (p < end && (end - p >= 16 || (readable_end && readable_end - p >= 16))) {
        __m128i v = _mm_loadu_si128((const __m128i *)(const void *)p);
        __m128i low = _mm_sub_epi8(v, _mm_set1_epi8('\t'));
        __m128i hit = _mm_cmpeq_epi8(_mm_min_epu8(low, _mm_set1_epi8('\r' - '\t')), low);
        unsigned spaces = (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(v, _mm_set1_epi8(' ')));
        unsigned stops;

        hit = _mm_or_si128(hit, _mm_cmpeq_epi8(v, _mm_set1_epi8(stop)));
        stops = (unsigned)_mm_movemask_epi8(hit) | (spaces & (spaces << 1 | is_after_space));
        if (end - p < 16)
            stops |= 1u << (end - p);
        _mm_storeu_si128((__m128i *)(void *)o, v);
        if (stops) {
            o += __builtin_ctz(stops);
            p += __builtin_ctz(stops);
            is_after_space = o > start && o[-1] == ' ';
            break;
        }
        is_after_space = spaces >> 15;
        o += 16;
        p += 16;
    }
#else
    (void)readable_end;
#endif
    while (p < end && *p != stop && !is_control_space(*p) && !(*p == ' ' && is_after_space)) {
        is_after_space = *p == ' ';
        *o++ = *p++;
    }
    out->len += (size_t)(o - start);
    return p;
}

static void write_gap(struct tcs_html_writer *writer)
{
    static const char *const gaps[] = {"", " ", "\n", "\n\n"};
    struct tcs_buf *out = writer->out;
    const char *gap = out->len ? gaps[writer->gap] : "";

    while (*gap)
        out->data[out->len++] = *gap++;
    writer->gap = TCS_HTML_GAP_NONE;
}

static void widen_gap(struct tcs_html_writer *writer, enum tcs_html_gap gap)
{
    if (writer->gap < gap)
        writer->gap = gap;
}

static void write_code_point(struct tcs_html_writer *writer, uint32_t cp)
{
    if (is_space(cp)) {
        widen_gap(writer, TCS_HTML_GAP_SPACE);
        return;
    }
    write_gap(writer);
    writer->out->len += tcs_utf8_encode(cp, writer->out->data + writer->out->len);
}

/* Writes the reference at p, or the byte at p if there is none; returns what it took. */
static size_t write_reference(struct tcs_html_writer *writer, const char *p, const char *end,
                              bool has_references, bool in_attribute)
{
    uint32_t cp[2] = {(unsigned char)*p, 0};
    size_t len = 0;

    if (*p == '&' && has_references)
        len = tcs_html_char_reference(p, end, in_attribute, cp);
    write_code_point(writer, len ? cp[0] : (unsigned char)*p);
    if (len && cp[1])
        write_code_point(writer, cp[1]);
    return len ? len : 1;
}

void tcs_html_write_unchecked(struct tcs_html_writer *writer, struct tcs_str raw,
                              bool has_references, bool in_attribute)
{
    /* Where `&` is an ordinary byte, stop at one at which copy_run stops anyhow. */
    char stop = has_references ? '&' : '\n';
    struct tcs_buf *out = writer->out;
    const char *p = raw.data;
    const char *end = p + raw.len;

    while (p < end) {
        if (is_space((unsigned char)*p)) {
            widen_gap(writer, TCS_HTML_GAP_SPACE);
            p++;
            continue;
        }
        if (*p == stop || *p == '\v') {
            p += write_reference(writer, p, end, has_references, in_attribute);
            continue;
        }
        write_gap(writer);
        p = copy_run(out, p, end, writer->readable_end, stop);
        if (out->data[out->len - 1] == ' ') {
            out->len--;
            writer->gap = TCS_HTML_GAP_SPACE;
        }
    }
}

tocsin_status tcs_html_attr_text(struct tcs_str raw, struct tcs_buf *out)
{
    struct tcs_html_writer writer = {out, TCS_HTML_GAP_NONE, NULL};
    tocsin_status st;

    tcs_buf_reset(out);
    st = tcs_buf_reserve(out, TCS_HTML_ROOM(raw.len));
    if (st == TOCSIN_OK)
        tcs_html_write_unchecked(&writer, raw, true, true);
    return st;
}

static void write_border(struct tcs_html_writer *writer, enum tcs_html_tag tag)
{
    if (tcs_html_tag_is_border(tag) ||
        (tag == TCS_HTML_TAG_BR && writer->gap == TCS_HTML_GAP_LINE))
        writer->gap = TCS_HTML_GAP_PARAGRAPH;
    else if (tag == TCS_HTML_TAG_BR)
        widen_gap(writer, TCS_HTML_GAP_LINE);
}

static void write_attrs(struct tcs_html_writer *writer, const struct tcs_html_token *token)
{
    static const enum tcs_html_attr texts[] = {TCS_HTML_ATTR_ALT, TCS_HTML_ATTR_CONTENT,
                                               TCS_HTML_ATTR_TITLE};

    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        if (token->attr_mask & 1u << texts[i]) {
            writer->gap = TCS_HTML_GAP_PARAGRAPH;
            tcs_html_write_unchecked(writer, token->attrs[texts[i]], true, true);
        }
    }
}

/* Well-formed UTF-8 without U+0000: html itself, or its repaired copy in scratch->clean. */
static tocsin_status clean(struct tcs_str html, struct tcs_html_scratch *scratch,
                           struct tcs_str *clean_out)
{
    struct tcs_buf *out = &scratch->clean;
    tocsin_status st = TOCSIN_OK;

    if (!html.len)
        html.data = "";
    *clean_out = html;
    if (!memchr(html.data, '\0', html.len) && tcs_utf8_valid_prefix(html) == html.len)
        return TOCSIN_OK;
    tcs_buf_reset(out);
    while (st == TOCSIN_OK && html.len) {
        const char *nul = memchr(html.data, '\0', html.len);
        size_t len = nul ? (size_t)(nul - html.data) : html.len;

        st = tcs_utf8_append(out, (struct tcs_str){html.data, len});
        if (st == TOCSIN_OK && nul)
            st = tcs_buf_append(out, "\xEF\xBF\xBD", 3);
        len += nul != NULL;
        html.data += len;
        html.len -= len;
    }
    *clean_out = tcs_buf_view(out);
    return st;
}

static tocsin_status walk_tokens(struct tcs_str html, struct tcs_html_scratch *scratch,
                                 enum tcs_html_wants wants, tcs_html_step_fn step, void *context)
{
    struct tcs_html_writer text = {&scratch->flat, TCS_HTML_GAP_NONE, html.data + html.len};
    struct tcs_html_writer attrs = {&scratch->attrs, TCS_HTML_GAP_NONE, html.data + html.len};
    struct tcs_html_tokenizer tokenizer;
    struct tcs_html_token token;
    tocsin_status st = TOCSIN_OK;

    tcs_html_tokenizer_init(&tokenizer, html, wants);
    do {
        tcs_html_tokenizer_next(&tokenizer, &token);
        if (token.text_tag != TCS_HTML_TAG_SCRIPT && token.text_tag != TCS_HTML_TAG_STYLE)
            tcs_html_write_unchecked(&text, token.text, tcs_html_text_has_references(&token),
                                     false);
        if (step)
            st = step(context, &token);
        if (token.kind == TCS_HTML_START_TAG || token.kind == TCS_HTML_END_TAG)
            write_border(&text, token.tag);
        if (wants == TCS_HTML_WANTS_ALL && token.kind == TCS_HTML_START_TAG && token.attr_mask)
            write_attrs(&attrs, &token);
    } while (st == TOCSIN_OK && token.kind != TCS_HTML_END);
    return st;
}

tocsin_status tcs_html_walk(struct tcs_str html, struct tcs_html_scratch *scratch, enum tcs_html_wants wants,
                            tcs_html_step_fn step, void *context)
{
    tocsin_status st = clean(html, scratch, &html);

    tcs_buf_reset(&scratch->flat);
    tcs_buf_reset(&scratch->attrs);
    if (st == TOCSIN_OK)
        st = tcs_buf_reserve(&scratch->flat, TCS_HTML_ROOM(html.len));
    if (st == TOCSIN_OK)
        st = tcs_buf_reserve(&scratch->attrs, TCS_HTML_ROOM(html.len));
    if (st == TOCSIN_OK)
        st = walk_tokens(html, scratch, wants, step, context);
    if (st == TOCSIN_OK && scratch->flat.len && scratch->attrs.len)
        st = tcs_buf_append(&scratch->flat, "\n\n", 2);
    if (st == TOCSIN_OK)
        st = tcs_buf_append_str(&scratch->flat, tcs_buf_view(&scratch->attrs));
    return st;
}
