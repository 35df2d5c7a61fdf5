/*
 * charset_icu: the door to ICU's converters and charset detection. A table holds what a converter
 * makes of every single byte and pair of bytes, so that decoding text is a look-up; what is not
 * in it (four-byte sequences, code points beyond the BMP) asks the converter. One thread at a
 * time. Internal to charset.
 */
#ifndef TOCSIN_CHARSET_ICU_H
#define TOCSIN_CHARSET_ICU_H

#include "base/error.h"
#include "input/charset_label.h"

struct tcs_charset_table;
struct tcs_charset_detector;

/* What decoding counted. */
struct tcs_charset_count {
    size_t sequences; /* other than ASCII, those that fail included */
    size_t errors;    /* those that do not decode */
};

/*
 * For the charsets that are tables of bytes: all but UTF-8 and UTF-16. TOCSIN_E_NOMEM,
 * TOCSIN_E_UNSUPPORTED.
 */
TOCSIN_MUST_CHECK tocsin_status tcs_charset_table_new(enum tcs_charset_id id,
                                                      struct tcs_charset_table **table_out,
                                                      struct tocsin_error *err);
void tcs_charset_table_free(struct tcs_charset_table *table);

/* Appends bytes as UTF-8 to out, or only counts where out is NULL. TOCSIN_E_NOMEM. */
TOCSIN_MUST_CHECK tocsin_status tcs_charset_table_decode(struct tcs_charset_table *table,
                                                         struct tcs_str bytes, struct tcs_buf *out,
                                                         struct tcs_charset_count *count);

/* NULL when it cannot be had. */
struct tcs_charset_detector *tcs_charset_detector_new(void);
void tcs_charset_detector_free(struct tcs_charset_detector *detector);
/* ICU's best guess among the charsets of our languages; COUNT for none. */
enum tcs_charset_id tcs_charset_detect(struct tcs_charset_detector *detector, struct tcs_str bytes);

#endif
