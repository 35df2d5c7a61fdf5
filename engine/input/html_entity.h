/*
 * html_entity: the table of named character references. A leaf of html_token.c, which owns the
 * rules of where a reference ends; nothing else calls it.
 */
#ifndef TOCSIN_HTML_ENTITY_H
#define TOCSIN_HTML_ENTITY_H

#include "base/buf.h"

/*
 * The longest name of the table at the start of text (behind the `&`), its semicolon included where
 * the name has one: returns its length and one or two code points (the second 0 where there is
 * one), or 0.
 */
size_t tcs_html_entity_match(struct tcs_str text, uint32_t cp[2]);

/* The entry number `index` of the table, from 0; false behind the last. Name as above, static. */
bool tcs_html_entity_at(size_t index, struct tcs_str *name, uint32_t cp[2]);

#endif
