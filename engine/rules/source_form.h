/*
 * source_form: one source of patterns, and the form in which a database carries a list of them: name and text, each behind
 * its length in 64 bits. Pure functions.
 */
#ifndef TOCSIN_SOURCE_FORM_H
#define TOCSIN_SOURCE_FORM_H

#include "base/buf.h"

/* The section of a database file that holds the list. */
#define TCS_SECTION_SOURCES 1

/* A file of patterns: its path relative to the folder given, and its text. Under the name "-e" the text is one term. */
struct tcs_source {
    struct tcs_str name, text;
};

TOCSIN_MUST_CHECK tocsin_status tcs_source_append(struct tcs_buf *list, struct tcs_source source);
/* Takes the first source off the front of *rest; false where *rest is cut short or damaged. Spans point into it. */
bool tcs_source_next(struct tcs_str *rest, struct tcs_source *source_out);

#endif
