/*
 * charset_label: the charsets that we decode and the labels of the WHATWG Encoding Standard for
 * them. Internal to charset.
 */
#ifndef TOCSIN_CHARSET_LABEL_H
#define TOCSIN_CHARSET_LABEL_H

#include "base/buf.h"

enum tcs_charset_id {
    TCS_CHARSET_UTF_8,
    TCS_CHARSET_UTF_16LE,
    TCS_CHARSET_UTF_16BE,
    TCS_CHARSET_GB18030,
    TCS_CHARSET_BIG5_HKSCS,
    TCS_CHARSET_SHIFT_JIS,
    TCS_CHARSET_EUC_JP,
    TCS_CHARSET_EUC_KR,
    TCS_CHARSET_WINDOWS_874,
    TCS_CHARSET_WINDOWS_1250,
    TCS_CHARSET_WINDOWS_1251,
    TCS_CHARSET_WINDOWS_1252,
    TCS_CHARSET_WINDOWS_1253,
    TCS_CHARSET_WINDOWS_1254,
    TCS_CHARSET_WINDOWS_1255,
    TCS_CHARSET_WINDOWS_1256,
    TCS_CHARSET_WINDOWS_1257,
    TCS_CHARSET_WINDOWS_1258,
    TCS_CHARSET_ISO_8859_2,
    TCS_CHARSET_ISO_8859_3,
    TCS_CHARSET_ISO_8859_4,
    TCS_CHARSET_ISO_8859_5,
    TCS_CHARSET_ISO_8859_6,
    TCS_CHARSET_ISO_8859_7,
    TCS_CHARSET_ISO_8859_8,
    TCS_CHARSET_ISO_8859_10,
    TCS_CHARSET_ISO_8859_13,
    TCS_CHARSET_ISO_8859_14,
    TCS_CHARSET_ISO_8859_15,
    TCS_CHARSET_KOI8_R,
    TCS_CHARSET_KOI8_U,
    TCS_CHARSET_COUNT
};

/* Our name: lower case, static. */
const char *tcs_charset_name(enum tcs_charset_id id);
/* The converter that ICU knows it by. */
const char *tcs_charset_icu_name(enum tcs_charset_id id);
/* By label, ASCII case and white space at its ends ignored; COUNT for one that we do not know. */
enum tcs_charset_id tcs_charset_id_by_label(struct tcs_str label);

#endif
