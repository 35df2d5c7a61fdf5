/* The page is copied in runs that go on until something is left out: most tags stand as they are. */
#include "input/html_lean.h"

#include <string.h>

#include "input/html_scan.h"
#include "input/html_token.h"

/* Of a comment there must stay something: `&am<!---->p;` is no reference. */
#define NO_TOKEN "<!>"
/* One byte in so many must be of scripts and styles: reading the tags takes longer than sieving them. */
#define WORTH_WHILE 4

struct copy {
    struct tcs_buf *out;  /* with room for all */
    const char *run; /* of the page, not yet copied from here on */
};

/* Copies up to `from`, and goes on at `to`. */
static void leave_out(struct copy *copy, const char *from, const char *to)
{
    size_t len = (size_t)(from - copy->run);

    if (len)
        memcpy(copy->out->data + copy->out->len, copy->run, len);
    copy->out->len += len;
    copy->run = to;
}

/* The markup behind a token's text, which ends at `end`. */
static void leave_out_of_markup(struct copy *copy, const struct tcs_html_token *token, const char *end)
{
    const char *attributes = token->attributes.data;

    switch (token->kind) {
    case TCS_HTML_START_TAG:
    case TCS_HTML_END_TAG:
        if (token->attributes.len && token->tag != TCS_HTML_TAG_META)
            leave_out(copy, attributes, attributes + token->attributes.len - token->is_self_closing);
        break;
    case TCS_HTML_NOTHING:
    case TCS_HTML_COMMENT:
    case TCS_HTML_DOCTYPE:
        leave_out(copy, token->text.data + token->text.len, end);
        memcpy(copy->out->data + copy->out->len, NO_TOKEN, sizeof NO_TOKEN - 1);
        copy->out->len += sizeof NO_TOKEN - 1;
        break;
    case TCS_HTML_END:
        break;
    }
}

/* Passes over text and tags that are nothing special. Where it stops the tokenizer reads on. */
static const char *copy_plain(struct copy *copy, const char *p, const char *end)
{
    struct tcs_str attributes;

    for (;;) {
        const char *less = tcs_html_scan_less(p, end);

        if (less == end)
            return end;
        p = tcs_html_skip_plain_tag(less, end, &attributes);
        if (p == less)
            return p;
        if (attributes.len)
            leave_out(copy, attributes.data, attributes.data + attributes.len);
    }
}

static tocsin_status make_lean(struct tcs_str html, struct tcs_buf *out)
{
    tocsin_status st = tcs_buf_reserve(out, html.len + sizeof NO_TOKEN - 1); /* a tag that is cut off may grow */
    struct tcs_html_tokenizer tokenizer;
    struct tcs_html_token token;
    struct copy copy = {.out = out};

    if (st != TOCSIN_OK)
        return st;
    tcs_html_tokenizer_init(&tokenizer, html, TCS_HTML_WANTS_NONE);
    copy.run = tokenizer.p;
    do {
        if (tokenizer.raw == TCS_HTML_TAG_OTHER)
            tokenizer.p = copy_plain(&copy, tokenizer.p, tokenizer.end);
        tcs_html_tokenizer_next(&tokenizer, &token);
        if (token.text.len && (token.text_tag == TCS_HTML_TAG_SCRIPT || token.text_tag == TCS_HTML_TAG_STYLE))
            leave_out(&copy, token.text.data, token.text.data + token.text.len);
        leave_out_of_markup(&copy, &token, tokenizer.p);
    } while (token.kind != TCS_HTML_END);
    leave_out(&copy, tokenizer.end, tokenizer.end);
    return TOCSIN_OK;
}

/* The first of the pairs behind a `<` with the letters of a script or style, as those look, or end. */
static const char *find(const char *p, const char *end, const struct tcs_html_pairs *pairs)
{
    for (; p < end; p++) {
        p = tcs_html_scan_pairs(p, end, pairs);
        if (end - p < 3)
            return end;
        if (*p == '<' && (((p[1] | 0x20) == pairs->first[0] && (p[2] | 0x20) == pairs->first[1]) ||
                          ((p[1] | 0x20) == pairs->second[0] && (p[2] | 0x20) == pairs->second[1])))
            return p;
    }
    return end;
}

/* Whether so many bytes stand between what looks like tags of scripts and styles that leaving them out saves time. */
static bool is_worth_while(struct tcs_str html)
{
    static const struct tcs_html_pairs opens = {"sc", "st"}, closes = {"/s", "/s"};
    const char *p = html.data, *end = p + html.len, *content;
    size_t hidden = 0;

    while (p < end && hidden < html.len / WORTH_WHILE) {
        content = find(p, end, &opens);
        p = find(content, end, &closes);
        hidden += (size_t)(p - content);
    }
    return hidden && hidden >= html.len / WORTH_WHILE;
}

tocsin_status tcs_html_lean(struct tcs_str html, struct tcs_buf *room, struct tcs_str *lean_out)
{
    tocsin_status st;

    *lean_out = html;
    if (!html.len || !is_worth_while(html))
        return TOCSIN_OK;
    tcs_buf_reset(room);
    st = make_lean(html, room);
    *lean_out = tcs_buf_view(room);
    return st;
}
