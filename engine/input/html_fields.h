/*
 * html_fields: what a page says about itself in <title>, <meta>, <link>, <html lang>, <time> and
 * JSON-LD. Fed step by step with the tokens; which source wins is in docs/html.md. Belongs to one
 * thread and one page.
 */
#ifndef TOCSIN_HTML_FIELDS_H
#define TOCSIN_HTML_FIELDS_H

#include "input/html.h"
#include "input/html_date.h"
#include "input/html_token.h"

struct tcs_html_fields {
    struct tcs_html_scratch *scratch;
    size_t title_start;       /* of the open <title> in the flat text, SIZE_MAX for none */
    unsigned lead_rank;       /* of the best source so far, 0 for none */
    unsigned url_rank, date_rank;
    bool is_json_ld;          /* the open script is JSON-LD */
    const char *date_from;    /* "meta", "json-ld", "time"; NULL if there is no date */
};

void tcs_html_fields_init(struct tcs_html_fields *fields, struct tcs_html_scratch *scratch);
/* To be called for each step when scratch->flat holds its text; is_in_svg: inside an <svg>. */
TOCSIN_MUST_CHECK tocsin_status tcs_html_fields_step(struct tcs_html_fields *fields,
                                                     const struct tcs_html_token *token,
                                                     bool is_in_svg);

#endif
