/* reading: how inputs are read, as the options of scan, explain and lint say. Nothing is opened here. */
#ifndef TOCSIN_READING_H
#define TOCSIN_READING_H

#include <stddef.h>

#include "cli/options.h"
#include "run/scan.h"

/* Everything is borrowed. */
struct tcs_reading {
    struct tcs_texts fields, meta;
    const char *format, *charset;
    size_t record_limit, zstd_window;
    unsigned max_expansion;
};
#define TCS_READING_DEFAULT ((struct tcs_reading){.record_limit = (size_t)16 << 20})

/* The records of its options for a command's table; `member` is where the command's settings have their reading. */
#define TCS_READING_OPTIONS(settings, member)                                                                           \
    {0, "format", "FORMAT", TCS_OPTION_TEXT, offsetof(struct settings, member.format), "Input",                        \
     "auto (by content, the default), warc, jsonl, csv, text (a document a file), html (a page a file) or lines",      \
     NULL, NULL, 0},                                                                                                   \
    {0, "charset", "LABEL", TCS_OPTION_TEXT, offsetof(struct settings, member.charset), "Input",                       \
     "of lines, rows and text files, instead of deciding it", NULL, NULL, 0},                                          \
    {0, "field", "ROLE=KEY,...", TCS_OPTION_LIST, offsetof(struct settings, member.fields), "Input",                   \
     "JSONL and CSV: keys to search and their roles title, lead, text or other; article.body and paragraphs[] reach "  \
     "inside; default: title or headline, lead or description or summary, text or content or body", NULL, NULL, 0},    \
    {0, "meta", "NAME=KEY,...", TCS_OPTION_LIST, offsetof(struct settings, member.meta), "Input",                      \
     "JSONL and CSV: keys that hold id, url, date, source and lang", NULL, NULL, 0},                                   \
    {0, "record-limit", "SIZE", TCS_OPTION_SIZE, offsetof(struct settings, member.record_limit), "Input",              \
     "longest line or record; what is longer is reported and passed over; default 16Mi", NULL, NULL, 1024},            \
    {0, "max-expansion", "N", TCS_OPTION_COUNT, offsetof(struct settings, member.max_expansion), "Input",              \
     "a member may expand to N times its stored size after the first 16Mi; default 1000", NULL, NULL, 1},              \
    {0, "zstd-window", "SIZE", TCS_OPTION_SIZE, offsetof(struct settings, member.zstd_window), "Input",                \
     "largest window of a zstd frame; default 128Mi", NULL, NULL, 1024}

/*
 * Fills what scan reads by, and layout (empty), which scan then borrows and the caller releases. TOCSIN_E_ARG says
 * which option is wrong.
 */
TOCSIN_MUST_CHECK tocsin_status tcs_reading_apply(const struct tcs_reading *reading, struct tcs_scan_options *scan,
                                                  struct tcs_layout *layout, struct tocsin_error *err);

#endif
