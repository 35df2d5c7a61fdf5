/*
 * document: what every framer delivers and every later stage reads: one article as decoded fields. All
 * spans are borrowed from the buffers of the worker that filled the document and die with its next reset.
 */
#ifndef TOCSIN_DOCUMENT_H
#define TOCSIN_DOCUMENT_H

#include "base/buf.h"

/* How the raw bytes of a document spell text; decides how the sieve reads them. */
enum tcs_syntax {
    TCS_SYNTAX_TEXT, /* plain UTF-8: lines, text files, WET */
    TCS_SYNTAX_JSON, /* JSON strings with \ escapes */
    TCS_SYNTAX_HTML, /* tags and character references */
    TCS_SYNTAX_CSV,  /* rows: a doubled quotation mark is one */
    TCS_SYNTAX_COUNT
};

enum tcs_role { TCS_ROLE_TITLE, TCS_ROLE_LEAD, TCS_ROLE_TEXT, TCS_ROLE_OTHER };

struct tcs_field {
    const char *name; /* "title", "text", or the key that the user named; NUL-terminated */
    enum tcs_role role;
    bool lf_paragraph;   /* any line break ends a paragraph (WET) */
    bool is_html;        /* text is HTML still: tcs_html_decode_fields makes it what the others are */
    struct tcs_str text; /* decoded UTF-8, well formed */
};

struct tcs_document {
    struct tcs_field *fields;
    size_t field_count, field_cap;
    /* metadata as found; empty where the document does not say */
    struct tcs_str id, url, source, date, date_from, lang;
    const char *charset;      /* lower-case name, NULL where not decided a document at a time */
    const char *charset_from; /* "bom", "utf-8", "http", "meta", "icu", "default", "option"; or NULL */
    size_t charset_errors;    /* sequences that did not decode and became U+FFFD */
    bool is_damaged; /* the input broke inside this document */
};

/* Forgets content, keeps the array's memory. */
void tcs_document_reset(struct tcs_document *doc);
void tcs_document_release(struct tcs_document *doc);
/* Adds a field; text and name are borrowed. */
TOCSIN_MUST_CHECK tocsin_status tcs_document_add(struct tcs_document *doc, const char *name,
                                                 enum tcs_role role, struct tcs_str text);
/* The roles of its fields: bit r is enum tcs_role r. */
unsigned tcs_document_roles(const struct tcs_document *doc);

#endif
