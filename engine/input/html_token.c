/*
 * The states of section 13.2.5 of the HTML standard, folded where several come to the same: a
 * comment ends at the first `>` behind `--` or `--!` (dashes of the opening count for `<!-->` and
 * `<!--->` only), every doctype and bogus comment at the first `>`. Which state follows a start tag
 * is decided by its name alone; inside <svg> and <math> a self-closing tag opens no raw text.
 * <noscript> is ordinary content: scripting is off.
 */
#include "input/html_token.h"

#include <string.h>
#include <strings.h>

#include "base/utf8.h"
#include "input/html.h"
#include "input/html_entity.h"
#include "input/html_scan.h"

enum { SPACE = 1, SLASH = 2, GREATER = 4, EQUALS = 8 };

static const unsigned char classes[256] = {
    ['\t'] = SPACE, ['\n'] = SPACE,  ['\f'] = SPACE,   ['\r'] = SPACE,
    [' '] = SPACE,  ['/'] = SLASH,   ['>'] = GREATER,  ['='] = EQUALS,
};

static unsigned class_of(char c)
{
    return classes[(unsigned char)c];
}

static bool is_letter(char c)
{
    return (unsigned)((unsigned char)c | 0x20) - 'a' < 26;
}

static bool is_quote(char c)
{
    return c == '"' || c == '\'';
}

static const char *skip_space(const char *p, const char *end)
{
    while (p < end && class_of(*p) & SPACE)
        p++;
    return p;
}

/* The end of the name at p: the first byte of `stop`, which SPACE, SLASH and GREATER are in. */
static inline const char *skip_name(const char *p, const char *end, unsigned stop)
{
    p = tcs_html_scan_name(p, end);
    while (p < end && !(class_of(*p) & stop))
        p++;
    return p;
}

/* Behind the quoted value that starts at p; *close is where its mark stands. Both are end if it never closes. */
static const char *skip_quoted(const char *p, const char *end, char quote, const char **close)
{
    p = tcs_html_scan_byte(p, end, quote);
    while (p < end && *p != quote)
        p++;
    *close = p;
    return p < end ? p + 1 : end;
}

/* The end of the value without quotes at p. */
static const char *skip_unquoted(const char *p, const char *end)
{
    p = tcs_html_scan_value(p, end);
    while (p < end && !(class_of(*p) & (SPACE | GREATER)))
        p++;
    return p;
}

/* ---- attributes ---- */

#define KEY4(a, b, c, d)                                                                           \
    ((uint64_t)(a) | (uint64_t)(b) << 8 | (uint64_t)(c) << 16 | (uint64_t)(d) << 24)
#define KEY8(a, b, c, d, e, f, g, h) (KEY4(a, b, c, d) | KEY4(e, f, g, h) << 32)

static enum tcs_html_attr attr_of(struct tcs_str name, const char *end)
{
    if (name.len > 8)
        return TCS_HTML_ATTR_OTHER;
    switch (tcs_html_scan_key(name.data, name.len, end)) {
    case KEY4('a', 'l', 't', 0): return TCS_HTML_ATTR_ALT;
    case KEY8('c', 'o', 'n', 't', 'e', 'n', 't', 0): return TCS_HTML_ATTR_CONTENT;
    case KEY8('t', 'i', 't', 'l', 'e', 0, 0, 0): return TCS_HTML_ATTR_TITLE;
    case KEY8('c', 'l', 'a', 's', 's', 0, 0, 0): return TCS_HTML_ATTR_CLASS;
    case KEY8('d', 'a', 't', 'e', 't', 'i', 'm', 'e'): return TCS_HTML_ATTR_DATETIME;
    case KEY4('h', 'r', 'e', 'f'): return TCS_HTML_ATTR_HREF;
    case KEY4('i', 'd', 0, 0): return TCS_HTML_ATTR_ID;
    case KEY8('i', 't', 'e', 'm', 'p', 'r', 'o', 'p'): return TCS_HTML_ATTR_ITEMPROP;
    case KEY4('l', 'a', 'n', 'g'): return TCS_HTML_ATTR_LANG;
    case KEY4('n', 'a', 'm', 'e'): return TCS_HTML_ATTR_NAME;
    case KEY8('p', 'r', 'o', 'p', 'e', 'r', 't', 'y'): return TCS_HTML_ATTR_PROPERTY;
    case KEY4('r', 'e', 'l', 0): return TCS_HTML_ATTR_REL;
    case KEY4('r', 'o', 'l', 'e'): return TCS_HTML_ATTR_ROLE;
    case KEY4('t', 'y', 'p', 'e'): return TCS_HTML_ATTR_TYPE;
    default: return TCS_HTML_ATTR_OTHER;
    }
}

/* The value behind an `=`. p is returned behind it, at end if a quote never closes. */
static const char *scan_value(const char *p, const char *end, struct tcs_str *value)
{
    const char *start, *close;

    p = skip_space(p, end);
    *value = (struct tcs_str){p, 0};
    if (p == end || *p == '>')
        return p;
    start = p;
    if (is_quote(*p)) {
        p = skip_quoted(++start, end, *p, &close);
        *value = (struct tcs_str){start, (size_t)(close - start)};
        return p;
    }
    p = skip_unquoted(p, end);
    value->len = (size_t)(p - start);
    return p;
}

bool tcs_html_attribute_next(const char **cursor, const char *end,
                             struct tcs_html_attribute *attribute, bool *is_slash_last)
{
    const char *p = *cursor;
    const char *name;

    *is_slash_last = false;
    for (; p < end && class_of(*p) & (SPACE | SLASH); p++)
        *is_slash_last = *p == '/';
    *cursor = p;
    if (p == end || *p == '>')
        return false;
    name = p;
    /* An `=` in front of a name belongs to the name. */
    p = skip_name(p + (*p == '='), end, SPACE | SLASH | GREATER | EQUALS);
    attribute->name = (struct tcs_str){name, (size_t)(p - name)};
    attribute->id = attr_of(attribute->name, end);
    attribute->value = (struct tcs_str){p, 0};
    *cursor = p;
    p = skip_space(p, end);
    if (p < end && *p == '=')
        *cursor = scan_value(p + 1, end, &attribute->value);
    return true;
}

/* ---- markup ---- */

static void set_attr(struct tcs_html_token *token, const struct tcs_html_attribute *attribute)
{
    if (attribute->id == TCS_HTML_ATTR_OTHER || token->attr_mask & 1u << attribute->id)
        return;
    token->attr_mask |= 1u << attribute->id;
    token->attrs[attribute->id] = attribute->value;
}

/*
 * Where the attributes from p end, which nobody asks for: at the tag's `>` or at end. Only what stands directly behind the
 * `=` that directly follows a name can be the quotation mark that hides a `>`; what is spelled otherwise is read as usual.
 */
static const char *skip_attributes(const char *p, const char *end, bool *is_slash_last)
{
    struct tcs_html_attribute attribute;
    const char *start, *close;

    for (;;) {
        start = p; /* behind a name of a tag or a value */
        p = tcs_html_scan_tag(p, end);
        if (p < end && *p == '>') {
            *is_slash_last = p > start && p[-1] == '/';
            return p;
        }
        if (p > start && end - p >= 2 && *p == '=' && !(class_of(p[-1]) & (SPACE | SLASH)) && !(class_of(p[1]) & SPACE)) {
            p = is_quote(p[1]) ? skip_quoted(p + 2, end, p[1], &close) : skip_unquoted(p + 1, end);
            continue;
        }
        p = start;
        if (!tcs_html_attribute_next(&p, end, &attribute, is_slash_last))
            return p;
    }
}

/*
 * No tag that begins so has content of its own kind or is <svg>, <math> or <meta>: which it is need not be known to pass over
 * it.
 */
static bool is_plain_initial(char c)
{
    switch (c | 0x20) {
    case 'i':
    case 'm':
    case 'n':
    case 'p':
    case 's':
    case 't':
    case 'x': return false;
    default: return is_letter(c);
    }
}

const char *tcs_html_skip_plain_tag(const char *p, const char *end, struct tcs_str *attributes_out)
{
    bool is_slash_last = false;
    const char *name = p + 1 + (end - p >= 2 && p[1] == '/'), *close;

    if (name >= end || !is_plain_initial(*name))
        return p;
    name = skip_name(name, end, SPACE | SLASH | GREATER);
    close = skip_attributes(name, end, &is_slash_last);
    *attributes_out = (struct tcs_str){name, (size_t)(close - name) - is_slash_last};
    return close < end ? close + 1 : p;
}

static bool wants_attributes(enum tcs_html_wants wants, const struct tcs_html_token *token)
{
    if (token->kind == TCS_HTML_END_TAG)
        return false;
    if (wants == TCS_HTML_WANTS_ALL)
        return true;
    return wants == TCS_HTML_WANTS_FIELDS &&
           (token->tag == TCS_HTML_TAG_META || token->tag == TCS_HTML_TAG_LINK ||
            !(tcs_html_tag_flags(token->tag) & TCS_HTML_VOID));
}

/* Reads a tag whose name starts at p. A tag that the end of input cuts off makes no token. */
static const char *read_tag(const char *p, const char *end, enum tcs_html_wants wants, struct tcs_html_token *token)
{
    struct tcs_html_attribute attribute;
    const char *name = p;

    p = skip_name(p, end, SPACE | SLASH | GREATER);
    token->name = (struct tcs_str){name, (size_t)(p - name)};
    token->tag = tcs_html_tag_find(token->name, tcs_html_scan_key(name, token->name.len, end));
    token->attr_mask = 0;
    token->attributes = (struct tcs_str){p, 0};
    token->is_self_closing = false;
    if (p < end && *p == '>') /* as most do */
        return p + 1;
    if (wants_attributes(wants, token))
        while (tcs_html_attribute_next(&p, end, &attribute, &token->is_self_closing))
            set_attr(token, &attribute);
    else
        p = skip_attributes(p, end, &token->is_self_closing);
    token->attributes.len = (size_t)(p - token->attributes.data);
    if (p == end) {
        token->kind = TCS_HTML_NOTHING;
        return end;
    }
    return p + 1;
}

/* Behind the first `>` from p, or end. */
static const char *skip_past_greater(const char *p, const char *end)
{
    p = p < end ? memchr(p, '>', (size_t)(end - p)) : NULL;
    return p ? p + 1 : end;
}

/* The end of a comment whose content starts at p. */
static const char *skip_comment(const char *p, const char *end)
{
    const char *start = p;

    for (;; p++) {
        size_t before;

        p = p < end ? memchr(p, '>', (size_t)(end - p)) : NULL;
        if (!p)
            return end;
        before = (size_t)(p - start);
        if (before == 0 || (before == 1 && p[-1] == '-') ||
            (before >= 2 && p[-1] == '-' && p[-2] == '-') ||
            (before >= 3 && p[-1] == '!' && p[-2] == '-' && p[-3] == '-'))
            return p + 1;
    }
}

/* Reads the markup whose `<!` stands at p. */
static const char *read_declaration(const char *p, const char *end, struct tcs_html_token *token)
{
    size_t have = (size_t)(end - p);

    token->kind = TCS_HTML_COMMENT;
    if (have >= 4 && p[2] == '-' && p[3] == '-')
        return skip_comment(p + 4, end);
    if (have >= 9 && !strncasecmp(p + 2, "doctype", 7))
        token->kind = TCS_HTML_DOCTYPE;
    return skip_past_greater(p + 2, end);
}

/* Reads the markup whose `<` stands at p in ordinary text. Returns p if it is none. */
static const char *read_markup(const char *p, const char *end, enum tcs_html_wants wants, struct tcs_html_token *token)
{
    if (end - p < 2)
        return p;
    if (is_letter(p[1])) {
        token->kind = TCS_HTML_START_TAG;
        return read_tag(p + 1, end, wants, token);
    }
    if (p[1] == '!')
        return read_declaration(p, end, token);
    if (p[1] == '?') {
        token->kind = TCS_HTML_COMMENT;
        return skip_past_greater(p + 1, end);
    }
    if (p[1] != '/' || end - p < 3)
        return p;
    if (is_letter(p[2])) {
        token->kind = TCS_HTML_END_TAG;
        return read_tag(p + 2, end, wants, token);
    }
    token->kind = p[2] == '>' ? TCS_HTML_NOTHING : TCS_HTML_COMMENT;
    return skip_past_greater(p + 2, end);
}

/* ---- raw content ---- */

/* True if an end tag or, without the slash, a start tag of this name stands at p. */
static bool is_tag_at(const char *p, const char *end, const char *open, const char *name)
{
    size_t open_len = strlen(open), len = strlen(name);

    if ((size_t)(end - p) <= open_len + len || memcmp(p, open, open_len) != 0)
        return false;
    p += open_len;
    return !strncasecmp(p, name, len) && class_of(p[len]) & (SPACE | SLASH | GREATER);
}

/* Where the end tag of raw content from p stands, or end. */
static const char *find_end_tag(const char *p, const char *end, enum tcs_html_tag tag)
{
    for (;; p++) {
        p = p < end ? memchr(p, '<', (size_t)(end - p)) : NULL;
        if (!p)
            return end;
        if (is_tag_at(p, end, "</", tcs_html_tag_name(tag)))
            return p;
    }
}

enum script_state { SCRIPT_PLAIN, SCRIPT_ESCAPED, SCRIPT_DOUBLE_ESCAPED };

/* At a `<` of script content: the state behind it; *p is moved on. */
static enum script_state step_script(const char **p, const char *end, enum script_state state)
{
    if (state == SCRIPT_PLAIN && end - *p >= 4 && !memcmp(*p, "<!--", 4)) {
        *p += 2; /* the two dashes may also be those of the `-->` that ends the escape */
        return SCRIPT_ESCAPED;
    }
    if (state == SCRIPT_ESCAPED && is_tag_at(*p, end, "<", "script"))
        state = SCRIPT_DOUBLE_ESCAPED;
    else if (state == SCRIPT_DOUBLE_ESCAPED && is_tag_at(*p, end, "</", "script"))
        state = SCRIPT_ESCAPED;
    ++*p;
    return state;
}

/* find_end_tag for scripts: between `<!--` and `-->` a nested <script> hides one </script>. */
static const char *find_script_end(const char *p, const char *end)
{
    static const struct tcs_html_pairs pairs = {"/s", "!-"};
    enum script_state state = SCRIPT_PLAIN;

    while (p < end) {
        p = state == SCRIPT_PLAIN ? tcs_html_scan_pairs(p, end, &pairs) : tcs_html_scan_escaped(p, end);
        if (p == end)
            break;
        if (*p == '<') {
            if (state != SCRIPT_DOUBLE_ESCAPED && is_tag_at(p, end, "</", "script"))
                return p;
            state = step_script(&p, end, state);
        } else {
            if (*p == '-' && end - p >= 3 && p[1] == '-' && p[2] == '>')
                state = SCRIPT_PLAIN;
            p++;
        }
    }
    return end;
}

static void enter_content(struct tcs_html_tokenizer *t, const struct tcs_html_token *token)
{
    bool is_foreign = token->tag == TCS_HTML_TAG_SVG || token->tag == TCS_HTML_TAG_MATH;

    if (token->kind == TCS_HTML_END_TAG) {
        if (is_foreign && t->foreign)
            t->foreign--;
        return;
    }
    if (is_foreign && !token->is_self_closing)
        t->foreign++;
    if (t->foreign && token->is_self_closing)
        return;
    if (tcs_html_tag_flags(token->tag) & (TCS_HTML_RAW_TEXT | TCS_HTML_RCDATA))
        t->raw = token->tag;
}

/* A step that starts inside raw content: all of it, and its end tag. */
static void next_raw(struct tcs_html_tokenizer *t, struct tcs_html_token *token)
{
    const char *start = t->p;

    token->text_tag = t->raw;
    if (t->raw == TCS_HTML_TAG_PLAINTEXT)
        t->p = t->end;
    else if (t->raw == TCS_HTML_TAG_SCRIPT)
        t->p = find_script_end(start, t->end);
    else
        t->p = find_end_tag(start, t->end, t->raw);
    token->text = (struct tcs_str){start, (size_t)(t->p - start)};
    t->raw = TCS_HTML_TAG_OTHER;
    token->kind = TCS_HTML_END;
    if (t->p < t->end) {
        token->kind = TCS_HTML_END_TAG;
        t->p = read_tag(t->p + 2, t->end, t->wants, token);
    }
}

/* Behind the end tag of a script or style whose content starts at p, or end. */
static const char *skip_hidden(const char *p, const char *end, enum tcs_html_tag tag)
{
    struct tcs_html_token token;

    p = tag == TCS_HTML_TAG_SCRIPT ? find_script_end(p, end) : find_end_tag(p, end, tag);
    return p < end ? read_tag(p + 2, end, TCS_HTML_WANTS_NONE, &token) : end;
}

const char *tcs_html_skip_markup(const char *p, const char *end, enum tcs_html_join *join)
{
    struct tcs_html_token token;
    const char *behind = read_markup(p, end, TCS_HTML_WANTS_NONE, &token);

    *join = TCS_HTML_JOINS;
    if (behind == p || (token.kind != TCS_HTML_START_TAG && token.kind != TCS_HTML_END_TAG)) {
        if (end - p > 2 && p[1] == '!' && p[2] == '[') /* CDATA, where it is that */
            *join = TCS_HTML_JOIN_UNKNOWN;
        return behind;
    }
    if (tcs_html_tag_is_border(token.tag)) {
        *join = TCS_HTML_PARTS;
    } else if (token.kind == TCS_HTML_START_TAG && tcs_html_tag_flags(token.tag) & TCS_HTML_RAW_TEXT) {
        if (token.is_self_closing) /* in svg it has no content */
            *join = TCS_HTML_JOIN_UNKNOWN;
        else
            behind = skip_hidden(behind, end, token.tag);
    }
    return behind;
}

void tcs_html_tokenizer_init(struct tcs_html_tokenizer *tokenizer, struct tcs_str html, enum tcs_html_wants wants)
{
    const char *start = html.len ? html.data : "";

    *tokenizer = (struct tcs_html_tokenizer){.p = start, .end = start + html.len, .wants = wants};
}

void tcs_html_tokenizer_next(struct tcs_html_tokenizer *t, struct tcs_html_token *token)
{
    const char *start = t->p;
    const char *p = start;

    if (t->raw != TCS_HTML_TAG_OTHER) {
        next_raw(t, token);
        return;
    }
    token->text_tag = TCS_HTML_TAG_OTHER;
    token->kind = TCS_HTML_END;
    for (;; p++) {
        const char *behind;

        p = tcs_html_scan_less(p, t->end);
        if (p == t->end) {
            t->p = p;
            break;
        }
        behind = read_markup(p, t->end, t->wants, token);
        if (behind != p) {
            t->p = behind;
            break;
        }
    }
    token->text = (struct tcs_str){start, (size_t)(p - start)};
    if (token->kind == TCS_HTML_START_TAG || token->kind == TCS_HTML_END_TAG)
        enter_content(t, token);
}

/* ---- character references ---- */

/* What &#128; to &#159; stand for: Windows-1252, where it has a character. */
static const uint16_t windows_1252[32] = {
    0x20AC, 0x81,   0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
    0x2039, 0x0152, 0x8D,   0x017D, 0x8F,   0x90,   0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
    0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x9D,   0x017E, 0x0178,
};

static uint32_t digit_of(char c, uint32_t base)
{
    if (c >= '0' && c <= '9')
        return (uint32_t)(c - '0');
    if (base == 16 && (unsigned)((unsigned char)c | 0x20) - 'a' < 6)
        return (uint32_t)(((unsigned char)c | 0x20) - 'a') + 10;
    return base;
}

/* The reference whose `&#` stands at start. */
static size_t read_numeric(const char *start, const char *end, uint32_t cp[2])
{
    const char *p = start + 2;
    uint32_t base = 10, value = 0;
    const char *digits;

    if (p < end && (*p == 'x' || *p == 'X')) {
        base = 16;
        p++;
    }
    for (digits = p; p < end && digit_of(*p, base) < base; p++) {
        if (value <= 0x10FFFF)
            value = value * base + digit_of(*p, base);
    }
    if (p == digits)
        return 0;
    if (p < end && *p == ';')
        p++;
    if (!value || value > 0x10FFFF || (value >= 0xD800 && value <= 0xDFFF))
        value = TCS_UTF8_REPLACEMENT;
    else if (value >= 0x80 && value <= 0x9F)
        value = windows_1252[value - 0x80];
    cp[0] = value;
    cp[1] = 0;
    return (size_t)(p - start);
}

size_t tcs_html_char_reference(const char *p, const char *end, bool in_attribute, uint32_t cp[2])
{
    struct tcs_str name;
    size_t len;

    if (end - p < 2)
        return 0;
    if (p[1] == '#')
        return read_numeric(p, end, cp);
    name = (struct tcs_str){p + 1, (size_t)(end - p - 1)};
    len = tcs_html_entity_match(name, cp);
    if (!len)
        return 0;
    /* A URL's &copy=1 in an attribute is no copyright sign. */
    if (in_attribute && name.data[len - 1] != ';' && len < name.len) {
        char next = name.data[len];

        if (next == '=' || is_letter(next) || (next >= '0' && next <= '9'))
            return 0;
    }
    return len + 1;
}
