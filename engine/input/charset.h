/*
 * charset: decides the charset of bytes (design section 4, Decoding) and converts them to UTF-8.
 * The only door to ICU's converters and detection. Decision and conversion are pure functions of
 * the bytes and the declarations; the scratch only keeps what is costly to make (tables taken
 * from ICU's converters, its detector).
 */
#ifndef TOCSIN_CHARSET_H
#define TOCSIN_CHARSET_H

#include "base/buf.h"
#include "base/error.h"

struct tcs_charset {
    const char *name; /* "utf-8", "gb18030", "big5-hkscs", "windows-1252", ...: static */
    const char *from; /* "bom", "utf-8", "http", "meta", "icu", "default", "option": static */
    size_t errors;    /* sequences that do not decode; counted by the decision only for UTF-8 */
    size_t sequences; /* other than ASCII, those that do not decode included; counted where errors are */
    size_t bom_bytes; /* to be skipped at the start */
};

/* What HTML and HTTP say; spans may be empty. */
struct tcs_charset_hints {
    struct tcs_str http;   /* charset parameter of Content-Type */
    bool is_html;          /* look for a meta declaration in the first 4096 bytes, as browsers do */
    struct tcs_str forced; /* --charset; empty for none */
};

#define TCS_CHARSET_TABLES 40

/*
 * Reused memory of one worker. All zero is ready. A charset's table (65 KiB) is made at its
 * first use, which takes some milliseconds.
 */
struct tcs_charset_scratch {
    struct tcs_charset_table *tables[TCS_CHARSET_TABLES];
    struct tcs_charset_detector *detector;
    struct tcs_buf sample;
};
void tcs_charset_scratch_release(struct tcs_charset_scratch *scratch);

/* Never fails: the last resort is UTF-8 ("default"). */
void tcs_charset_decide(struct tcs_str bytes, const struct tcs_charset_hints *hints,
                        struct tcs_charset_scratch *scratch, struct tcs_charset *charset);

/*
 * Appends bytes, less the BOM, as well-formed UTF-8 to out. Bytes that do not decode become
 * U+FFFD, one per maximal subpart; charset->errors counts them. From UTF-8 too (then it only
 * replaces what is ill-formed). out NULL: only counts.
 */
TOCSIN_MUST_CHECK tocsin_status tcs_charset_convert(struct tcs_str bytes,
                                                    struct tcs_charset *charset,
                                                    struct tcs_charset_scratch *scratch,
                                                    struct tcs_buf *out, struct tocsin_error *err);

/*
 * Decides and converts at once, which spares a page that declares another charset than UTF-8 to be decoded twice. *text_out
 * is in room, whose content is replaced; of UTF-8 it is bytes themselves less the BOM, ill-formed sequences left as they are.
 * charset->errors and sequences are counted.
 */
TOCSIN_MUST_CHECK tocsin_status tcs_charset_read(struct tcs_str bytes, const struct tcs_charset_hints *hints,
                                                 struct tcs_charset_scratch *scratch, struct tcs_charset *charset,
                                                 struct tcs_buf *room, struct tcs_str *text_out, struct tocsin_error *err);

/*
 * The canonical name for a label of the WHATWG Encoding Standard among the charsets that we
 * decode, NULL for others.
 */
const char *tcs_charset_by_label(struct tcs_str label);

/* Well-formedness of UTF-8, quick: true if every byte is below 80 or the whole is well formed. */
bool tcs_utf8_is_valid(struct tcs_str bytes);

#endif
