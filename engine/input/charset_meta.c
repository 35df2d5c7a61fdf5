/*
 * The standard's algorithm step by step: comments, meta elements and their attributes, other
 * tags, markup.
 */
#include "input/charset_meta.h"

#include <string.h>
#include <strings.h>

/* 1024 in the standard; browsers go on to the end of the head, where many pages say it. */
#define PRESCAN_BYTES ((size_t)4096)

struct scan {
    const char *p, *end;
};

struct attribute {
    struct tcs_str name, value;
};

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\f' || c == '\r';
}

static bool is_letter(char c)
{
    c |= 0x20;
    return c >= 'a' && c <= 'z';
}

static void skip_spaces(struct scan *s)
{
    while (s->p < s->end && is_space(*s->p))
        s->p++;
}

static bool take_quoted(struct scan *s, struct tcs_str *value)
{
    char quote = *s->p++;
    const char *close = memchr(s->p, quote, (size_t)(s->end - s->p));

    if (!close)
        return false;
    *value = (struct tcs_str){s->p, (size_t)(close - s->p)};
    s->p = close + 1;
    return true;
}

/* "Get an attribute": false where there is none, or the bytes end inside it. */
static bool take_attribute(struct scan *s, struct attribute *attribute)
{
    const char *start;

    *attribute = (struct attribute){0};
    while (s->p < s->end && (is_space(*s->p) || *s->p == '/'))
        s->p++;
    if (s->p == s->end || *s->p == '>')
        return false;
    start = s->p++;
    while (s->p < s->end && !is_space(*s->p) && *s->p != '/' && *s->p != '>'
           && *s->p != '=')
        s->p++;
    attribute->name = (struct tcs_str){start, (size_t)(s->p - start)};
    skip_spaces(s);
    if (s->p == s->end)
        return false;
    if (*s->p != '=')
        return true;
    s->p++;
    skip_spaces(s);
    if (s->p == s->end)
        return false;
    if (*s->p == '"' || *s->p == '\'')
        return take_quoted(s, &attribute->value);
    start = s->p;
    while (s->p < s->end && !is_space(*s->p) && *s->p != '>')
        s->p++;
    attribute->value = (struct tcs_str){start, (size_t)(s->p - start)};
    return s->p < s->end;
}

/*
 * "Extracting a character encoding from a meta element": what follows charset= in a content
 * attribute.
 */
static struct tcs_str charset_in_content(struct tcs_str content)
{
    struct scan s = {content.data, content.data + content.len};
    struct tcs_str value;
    const char *start;

    for (; s.end - s.p >= 7; s.p++) {
        if (strncasecmp(s.p, "charset", 7) != 0)
            continue;
        s.p += 7;
        skip_spaces(&s);
        if (s.p < s.end && *s.p == '=')
            break;
        s.p--;
    }
    if (s.p >= s.end || *s.p != '=')
        return (struct tcs_str){0};
    s.p++;
    skip_spaces(&s);
    if (s.p == s.end)
        return (struct tcs_str){0};
    if (*s.p == '"' || *s.p == '\'')
        return take_quoted(&s, &value) ? value : (struct tcs_str){0};
    start = s.p;
    while (s.p < s.end && !is_space(*s.p) && *s.p != ';')
        s.p++;
    return (struct tcs_str){start, (size_t)(s.p - start)};
}

/*
 * The attributes of a meta element, s behind its name. COUNT where they declare no charset that
 * we know.
 */
static enum tcs_charset_id read_meta(struct scan *s)
{
    bool got_pragma = false, has_content = false, has_charset = false;
    enum tcs_charset_id id = TCS_CHARSET_COUNT;
    struct attribute attribute;
    struct tcs_str label;

    while (take_attribute(s, &attribute)) {
        if (tcs_str_equal_nocase(attribute.name, TCS_STR("http-equiv"))) {
            got_pragma |= tcs_str_equal_nocase(attribute.value, TCS_STR("content-type"));
        } else if (tcs_str_equal_nocase(attribute.name, TCS_STR("content")) && !has_charset
                   && !has_content) {
            label = charset_in_content(attribute.value);
            if (label.len && tcs_charset_id_by_label(label) < TCS_CHARSET_COUNT) {
                id = tcs_charset_id_by_label(label);
                has_content = true;
            }
        } else if (tcs_str_equal_nocase(attribute.name, TCS_STR("charset")) && !has_charset) {
            id = tcs_charset_id_by_label(attribute.value);
            has_charset = true;
        }
    }
    if (s->p == s->end || (!has_charset && !(has_content && got_pragma)))
        return TCS_CHARSET_COUNT;
    return id == TCS_CHARSET_UTF_16LE || id == TCS_CHARSET_UTF_16BE ? TCS_CHARSET_UTF_8 : id;
}

static bool begins_with(const struct scan *s, const char *text)
{
    size_t len = strlen(text);

    return (size_t)(s->end - s->p) >= len && strncasecmp(s->p, text, len) == 0;
}

static bool is_meta(const struct scan *s)
{
    return begins_with(s, "<meta") && s->end - s->p > 5 && (is_space(s->p[5]) || s->p[5] == '/');
}

static bool is_tag(const struct scan *s)
{
    size_t slash = s->end - s->p > 1 && s->p[1] == '/';

    return (size_t)(s->end - s->p) > 1 + slash && is_letter(s->p[1 + slash]);
}

/* Moves s, which stands at markup other than meta, behind it. */
static void skip_markup(struct scan *s)
{
    struct attribute attribute;
    const char *close;

    if (begins_with(s, "<!--")) {
        /* The hyphens of "<!--" may be those of "-->". */
        close = memmem(s->p + 2, (size_t)(s->end - s->p - 2), "-->", 3);
        s->p = close ? close + 3 : s->end;
    } else if (is_tag(s)) {
        while (s->p < s->end && !is_space(*s->p) && *s->p != '>')
            s->p++;
        while (take_attribute(s, &attribute))
            continue;
        if (s->p < s->end)
            s->p++;
    } else if (s->end - s->p > 1 && (s->p[1] == '!' || s->p[1] == '/' || s->p[1] == '?')) {
        close = memchr(s->p, '>', (size_t)(s->end - s->p));
        s->p = close ? close + 1 : s->end;
    } else {
        s->p++;
    }
}

enum tcs_charset_id tcs_charset_meta(struct tcs_str bytes)
{
    size_t len = bytes.len < PRESCAN_BYTES ? bytes.len : PRESCAN_BYTES;
    struct scan s = {bytes.data, bytes.data + len};
    enum tcs_charset_id id;

    while (s.p < s.end) {
        s.p = memchr(s.p, '<', (size_t)(s.end - s.p));
        if (!s.p)
            break;
        if (!is_meta(&s)) {
            skip_markup(&s);
            continue;
        }
        s.p += 5;
        id = read_meta(&s);
        if (id < TCS_CHARSET_COUNT)
            return id;
    }
    return TCS_CHARSET_COUNT;
}
