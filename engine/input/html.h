/*
 * html: our tokenizer (the states of the WHATWG HTML standard, section 13.2.5), character
 * references, and what an article's fields are on a page. Input is UTF-8 (convert first; ill-formed
 * bytes read as U+FFFD, and so does U+0000). Check and judge share this tokenizer, so that a
 * field's text is a concatenation of tokens that the check saw.
 */
#ifndef TOCSIN_HTML_H
#define TOCSIN_HTML_H

#include "base/buf.h"
#include "base/error.h"
#include "input/document.h"

/* Reused memory of one worker. All zero is ready. */
struct tcs_html_scratch {
    struct tcs_buf flat; /* tcs_html_flatten's text */
    struct tcs_buf title, og_title, lead, text, url, date, source, lang, work;
    struct tcs_buf clean; /* the input with its ill-formed bytes replaced, where it has some */
    struct tcs_buf attrs; /* attribute values until the text is complete */
    struct tcs_buf fields; /* tcs_html_decode_fields' */
    struct tcs_html_span *spans; /* html_tree's */
    size_t span_cap;
    struct tcs_html_cut *cuts;
    size_t cut_cap;
    struct tcs_html_line *lines;
    size_t line_cap;
};
void tcs_html_scratch_release(struct tcs_html_scratch *scratch);

/*
 * The flat text of docs/html.md, which every field is cut from: into scratch->flat, every text token (script and style left
 * out; references to white space are white space), then, each in a paragraph of its own, every `content`, `title` and `alt`
 * attribute value. Nothing stands for an inline tag, a line feed for <br>, a blank line ("\n\n") for a block's border or
 * two <br>; source white space, line feeds included, is one space. Every field's text that tcs_html_document delivers is,
 * paragraph by paragraph, a substring of this text (fields leave out, never join what is not adjacent here).
 */
TOCSIN_MUST_CHECK tocsin_status tcs_html_flatten(struct tcs_str html,
                                                 struct tcs_html_scratch *scratch,
                                                 struct tocsin_error *err);

/*
 * A page's document: adds the fields title (the <title> element, else og:title), lead (meta description,
 * else og:description; role LEAD), and text (main text: without script, style, template, nav,
 * header, footer, aside, menus, forms ...; see docs/html.md) to doc, and sets url (canonical), date
 * and date_from ("meta", "json-ld", "time"), source (og:site_name), lang (html lang) where found.
 * Spans point into scratch.
 */
TOCSIN_MUST_CHECK tocsin_status tcs_html_document(struct tcs_str html,
                                                  struct tcs_html_scratch *scratch,
                                                  struct tcs_document *doc,
                                                  struct tocsin_error *err);

/*
 * Of fields that are HTML (is_html): replaces the text by what a reader sees, without main text being looked for, titles
 * or attributes: that of tcs_html_flatten less its attribute values. Spans point into scratch.
 */
TOCSIN_MUST_CHECK tocsin_status tcs_html_decode_fields(struct tcs_document *doc, struct tcs_html_scratch *scratch,
                                                       struct tocsin_error *err);

/* What stands on both sides of markup: one text, two paragraphs, or what cannot be told. */
enum tcs_html_join { TCS_HTML_JOINS, TCS_HTML_PARTS, TCS_HTML_JOIN_UNKNOWN };

/*
 * The end of the markup that starts at p (where *p is '<' in text): behind the '>' of a tag, comment, doctype or bogus
 * comment as the tokenizer's data state reads it, or of the end tag of a script or style; p itself if '<' is only text
 * there; end if it never closes.
 */
const char *tcs_html_skip_markup(const char *p, const char *end, enum tcs_html_join *join_out);

/*
 * Decodes the character reference at p (where *p is '&') as in text: returns the bytes that it
 * takes (0: it is none) and one or two code points.
 */
size_t tcs_html_char_reference(const char *p, const char *end, bool in_attribute, uint32_t cp[2]);

#endif
