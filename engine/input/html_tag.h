/*
 * html_tag: which elements mean something to us, and what. Every other name is TCS_HTML_TAG_OTHER,
 * an inline element without meaning. The list and its flags are in gen_tags.py. Constant tables
 * only.
 */
#ifndef TOCSIN_HTML_TAG_H
#define TOCSIN_HTML_TAG_H

#include "base/buf.h"
#include "input/html_tags.inc"

enum {
    TCS_HTML_BLOCK = 1,      /* its border ends a paragraph */
    TCS_HTML_VOID = 2,       /* has no content and no end tag */
    TCS_HTML_CLOSES_P = 4,   /* its start tag ends an open <p> */
    TCS_HTML_SCOPE = 8,      /* an end tag does not look beyond it */
    TCS_HTML_FORMATTING = 16, /* its end tag closes it across blocks */
    TCS_HTML_DROPPED = 32,   /* its text is no main text */
    TCS_HTML_RAW_TEXT = 64,  /* content: neither tags nor references */
    TCS_HTML_RCDATA = 128    /* content: references, no tags */
};

enum tcs_html_tag {
    TCS_HTML_TAG_OTHER,
#define TCS_HTML_TAG_ENUM(id, name, key, flags) TCS_HTML_TAG_##id,
    TCS_HTML_TAGS(TCS_HTML_TAG_ENUM)
#undef TCS_HTML_TAG_ENUM
    TCS_HTML_TAG_COUNT
};

/*
 * The element of a tag name of any case. key: the name's first eight bytes in lower case, the first
 * in the lowest byte, zeros behind a shorter name.
 */
enum tcs_html_tag tcs_html_tag_find(struct tcs_str name, uint64_t key);
/* By tag; for tcs_html_tag_flags. */
extern const uint8_t tcs_html_flags_of_tags[TCS_HTML_TAG_COUNT];

static inline unsigned tcs_html_tag_flags(enum tcs_html_tag tag)
{
    return tcs_html_flags_of_tags[tag];
}

/* Lower-case name, "" for TCS_HTML_TAG_OTHER. */
const char *tcs_html_tag_name(enum tcs_html_tag tag);
/*
 * True if its tags end a paragraph: of a block, and of an element whose text fields leave out (a button): else what
 * stands on both sides would be read together in the flat text and apart in the field. Scripts and styles have no
 * text and part nothing.
 */
static inline bool tcs_html_tag_is_border(enum tcs_html_tag tag)
{
    unsigned flags = tcs_html_tag_flags(tag);

    return flags & TCS_HTML_BLOCK || (flags & TCS_HTML_DROPPED && !(flags & TCS_HTML_RAW_TEXT));
}

#endif
