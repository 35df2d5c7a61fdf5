/*
 * html_date: a page's spelling of a date as ISO 8601. Recognised: 2026-04-14 with `-`, `/`, `.`, 年
 * 月 日 or nothing between, April 14, 2026 and 14 Apr 2026 with or without a weekday; each with or
 * without a time and a zone.
 */
#ifndef TOCSIN_HTML_DATE_H
#define TOCSIN_HTML_DATE_H

#include "base/buf.h"

#define TCS_HTML_DATE_SIZE 40

/*
 * Writes YYYY-MM-DD, or YYYY-MM-DDTHH:MM:SS with Z or +HH:MM where the text says the zone, and a
 * NUL, to out. False if text is no date of the years 1900 to 2199; out is then empty.
 */
bool tcs_html_date_normalise(struct tcs_str text, char out[TCS_HTML_DATE_SIZE]);

#endif
