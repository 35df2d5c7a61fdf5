/*
 * url_date: the day that many news sites write into an article's address: /2026/04/14/, /2026-04-14, /2026-04/14/, /20260414.
 */
#ifndef TOCSIN_URL_DATE_H
#define TOCSIN_URL_DATE_H

#include "base/buf.h"

#define TCS_URL_DATE_SIZE 11

/*
 * Writes YYYY-MM-DD and a NUL; false (and an empty out) where the address holds no day of the years 1990 to 2099. The first
 * wins.
 */
bool tcs_url_date(struct tcs_str url, char out[TCS_URL_DATE_SIZE]);

#endif
