/*
 * yaml_form: the trees of a YAML source as bytes, the form in which a database carries them beside their sources: reading
 * them takes a tenth of what libyaml takes for the text. Pure functions. The bytes are a cache, nothing else: where they
 * may not be trusted, the text is parsed.
 */
#ifndef TOCSIN_YAML_FORM_H
#define TOCSIN_YAML_FORM_H

#include "rules/yaml.h"

/* The section of a database file that holds the trees of its YAML sources, in their order. */
#define TCS_SECTION_TREES 4

/* Appends yaml, which was parsed from text. */
TOCSIN_MUST_CHECK tocsin_status tcs_yaml_form_append(const struct tcs_yaml *yaml, struct tcs_str text, struct tcs_buf *out);
/*
 * Takes the trees of one source off the front of *rest: what tcs_yaml_parse makes of name and text. Nodes point into text and
 * *rest, which must live as long. TOCSIN_E_CORRUPT where the bytes are no trees or not of this text; release yaml all the
 * same.
 */
TOCSIN_MUST_CHECK tocsin_status tcs_yaml_form_next(struct tcs_str *rest, const char *name, struct tcs_str text,
                                                   struct tcs_yaml *yaml, struct tocsin_error *err);

#endif
