/* charset_meta: what an HTML page's first bytes declare as its charset. Internal to charset. */
#ifndef TOCSIN_CHARSET_META_H
#define TOCSIN_CHARSET_META_H

#include "input/charset_label.h"

/*
 * "Prescan a byte stream to determine its encoding" of the HTML standard, over the first 4096
 * bytes. COUNT where it finds none that we know. UTF-16 reads as UTF-8 there, since the
 * declaration itself was legible.
 */
enum tcs_charset_id tcs_charset_meta(struct tcs_str bytes);

#endif
