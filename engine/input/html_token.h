/*
 * html_token: the tokenizer. Each step is a run of text and the markup that ended it; both are
 * spans of the input, nothing is decoded or copied. Text, attributes and the public functions of
 * html.h that read raw bytes share the same state code. Ill-formed UTF-8 and U+0000 are for the
 * caller to replace beforehand.
 */
#ifndef TOCSIN_HTML_TOKEN_H
#define TOCSIN_HTML_TOKEN_H

#include "base/buf.h"
#include "input/html_tag.h"

enum tcs_html_kind {
    TCS_HTML_NOTHING, /* markup that makes no token: </>, a tag that the input's end cuts off */
    TCS_HTML_START_TAG,
    TCS_HTML_END_TAG,
    TCS_HTML_COMMENT, /* bogus ones, processing instructions and CDATA included */
    TCS_HTML_DOCTYPE,
    TCS_HTML_END /* of input */
};

/* The attributes that somebody asks for. */
enum tcs_html_attr {
    TCS_HTML_ATTR_ALT,
    TCS_HTML_ATTR_CONTENT,
    TCS_HTML_ATTR_TITLE,
    TCS_HTML_ATTR_CLASS,
    TCS_HTML_ATTR_DATETIME,
    TCS_HTML_ATTR_HREF,
    TCS_HTML_ATTR_ID,
    TCS_HTML_ATTR_ITEMPROP,
    TCS_HTML_ATTR_LANG,
    TCS_HTML_ATTR_NAME,
    TCS_HTML_ATTR_PROPERTY,
    TCS_HTML_ATTR_REL,
    TCS_HTML_ATTR_ROLE,
    TCS_HTML_ATTR_TYPE,
    TCS_HTML_ATTR_COUNT,
    TCS_HTML_ATTR_OTHER = TCS_HTML_ATTR_COUNT
};

/* One attribute as it stands in the source: references not decoded, quotes left out. */
struct tcs_html_attribute {
    struct tcs_str name, value;
    enum tcs_html_attr id;
};

struct tcs_html_token {
    struct tcs_str text;        /* before the markup; may be empty */
    enum tcs_html_tag text_tag; /* whose raw content it is; TCS_HTML_TAG_OTHER for ordinary text */
    enum tcs_html_kind kind;
    /* of tags only; attr_mask and attrs of start tags: */
    enum tcs_html_tag tag;
    bool is_self_closing;
    struct tcs_str name;       /* as written */
    struct tcs_str attributes; /* from behind the name to before the '>' */
    uint32_t attr_mask;        /* which of attrs are set (1 << enum tcs_html_attr) */
    struct tcs_str attrs[TCS_HTML_ATTR_COUNT]; /* of a name that occurs twice, the first */
};

/* Of which start tags attrs are set. Those of others are only passed over. */
enum tcs_html_wants {
    TCS_HTML_WANTS_ALL,
    TCS_HTML_WANTS_FIELDS, /* of those that decide what a field is */
    TCS_HTML_WANTS_NONE
};

struct tcs_html_tokenizer {
    const char *p, *end;
    enum tcs_html_wants wants;
    enum tcs_html_tag raw; /* the open element whose content is no ordinary text */
    unsigned foreign;      /* open <svg> and <math> */
};

/* html is borrowed as long as tokens are read. */
void tcs_html_tokenizer_init(struct tcs_html_tokenizer *tokenizer, struct tcs_str html, enum tcs_html_wants wants);
/* The next step. After TCS_HTML_END (which may carry the last text) do not call again. */
void tcs_html_tokenizer_next(struct tcs_html_tokenizer *tokenizer, struct tcs_html_token *token);
/* True if references in this step's text stand for characters. */
static inline bool tcs_html_text_has_references(const struct tcs_html_token *token)
{
    return !(tcs_html_tag_flags(token->text_tag) & TCS_HTML_RAW_TEXT);
}

static inline bool tcs_html_token_has(const struct tcs_html_token *token, enum tcs_html_attr attr)
{
    return token->attr_mask >> attr & 1;
}

/* The value of an attribute, empty where it is absent. */
static inline struct tcs_str tcs_html_token_attr(const struct tcs_html_token *token, enum tcs_html_attr attr)
{
    return tcs_html_token_has(token, attr) ? token->attrs[attr] : (struct tcs_str){"", 0};
}


/*
 * Behind the tag at p (where *p is '<') if it is a start or end tag that by its first letter alone changes nothing in how
 * what follows is read; else p. *attributes_out: what it holds between the name and the slash that may close it.
 */
const char *tcs_html_skip_plain_tag(const char *p, const char *end, struct tcs_str *attributes_out);

/*
 * Reads one attribute from *p, which stands behind a tag's name or an earlier attribute. False at
 * the tag's `>` or at end; *p then stands there. *is_slash_last: whether a `/` stood directly
 * before it (a self-closing tag).
 */
bool tcs_html_attribute_next(const char **p, const char *end, struct tcs_html_attribute *attribute,
                             bool *is_slash_last);

#endif
