/*
 * format: how an input is cut into documents, and how that is recognised from its first bytes, never from its name.
 */
#ifndef TOCSIN_FORMAT_H
#define TOCSIN_FORMAT_H

#include "base/buf.h"

enum tcs_format {
    TCS_FORMAT_AUTO,
    TCS_FORMAT_WARC,  /* WARC and WET */
    TCS_FORMAT_ARC,   /* the format before it */
    TCS_FORMAT_JSONL, /* a JSON object a line */
    TCS_FORMAT_CSV,   /* a document a row, the first row names the columns */
    TCS_FORMAT_TEXT,  /* a document a file: plain text */
    TCS_FORMAT_HTML,  /* a document a file: a page */
    TCS_FORMAT_LINES  /* a document a line */
};

/*
 * By content: a WARC version line or ARC version block, else a first non-blank byte `{` in a line that reads as a JSON
 * object, else a page's doctype or <html>, else a first row of two or more columns, one of them with a name that
 * input/layout knows, and a second row of as many, else JSON objects behind a line that is none, else lines. Plain text
 * files are lines unless the user says `text`.
 */
enum tcs_format tcs_format_detect(struct tcs_str start);
/*
 * Why what was detected as lines should not be searched as such: it is binary (many control bytes, or the beginning of a
 * format that we know of), a JSON array, or a JSON object over several lines. A sentence without a full stop, static; NULL
 * for text.
 */
const char *tcs_format_no_lines(struct tcs_str start);
/* "auto", "warc", "arc", "jsonl", "csv", "text", "html", "lines". */
const char *tcs_format_name(enum tcs_format format);
/* False for a name that is none. */
bool tcs_format_by_name(const char *name, enum tcs_format *format_out);

#endif
