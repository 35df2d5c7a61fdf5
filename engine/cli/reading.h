/*
 * reading: what every command that reads a corpus shares: the options that say what is looked for, what is read and how, the
 * way from them to struct tcs_scan_options, and signals. A command takes those groups of options that it has a use for.
 * Texts are borrowed from argv.
 */
#ifndef TOCSIN_READING_H
#define TOCSIN_READING_H

#include <stddef.h>

#include "cli/inputs.h"
#include "cli/patternset.h"
#include "run/scan.h"

struct tcs_reading {
    struct tcs_patternset patterns;
    struct tcs_texts fields, meta, lists;
    const char *format, *charset;
    size_t record_limit, chunk_bytes, zstd_window;
    unsigned max_expansion, threads, progress;
    bool quiet, damage_ok;
};
#define TCS_READING_DEFAULT {.record_limit = (size_t)16 << 20}

/* Rows of an option table; `base` is the offset of the struct tcs_reading in the command's settings. By group: */
#define TCS_READING_ROW(letter, name, value, kind, base, member, group, help, if_bare, min) \
    {letter, name, value, kind, (base) + offsetof(struct tcs_reading, member), group, help, if_bare, NULL, min}
#define TCS_READING_PATTERNS(base)                                                                                     \
    TCS_READING_ROW('e', "term", "TERM", TCS_OPTION_LIST, base, patterns.terms, "What to look for",                    \
                    "look for this term; repeatable; without --db and --lexicons nothing else is looked for", NULL, 0), \
        TCS_READING_ROW('f', "terms-from", "FILE", TCS_OPTION_LIST, base, patterns.term_files, "What to look for",     \
                        "the same for each line of a file", NULL, 0),                                                  \
        TCS_READING_ROW(                                                                                               \
            0, "db", "FILE", TCS_OPTION_TEXT, base, patterns.db, "What to look for",                                   \
            "a database of `tocsin compile`; default: tocsin.db beside the program, then in ../share/tocsin", NULL, 0), \
        TCS_READING_ROW(0, "lexicons", "DIR", TCS_OPTION_LIST, base, patterns.lexicons, "What to look for",            \
                        "add the lexicons and rules of a folder; repeatable", NULL, 0),                                \
        TCS_READING_ROW(0, "only-lexicons", "DIR", TCS_OPTION_LIST, base, patterns.only_lexicons, "What to look for",  \
                        "the same, without those of the database", NULL, 0)
#define TCS_READING_LISTS(base)                                                                                        \
    TCS_READING_ROW(0, "files-from", "LIST", TCS_OPTION_LIST, base, lists, "Input",                                    \
                    "read the paths of inputs from a file, one a line; - is stdin", NULL, 0)
#define TCS_READING_INPUT(base)                                                                                        \
    TCS_READING_ROW(                                                                                                   \
        0, "format", "FORMAT", TCS_OPTION_TEXT, base, format, "Input",                                                 \
        "auto (by content, the default), warc, arc, jsonl, csv, text (a document a file), html (a page a file) or lines", \
        NULL, 0),                                                                                                      \
        TCS_READING_ROW(0, "charset", "LABEL", TCS_OPTION_TEXT, base, charset, "Input",                                \
                        "of lines, rows and text files, instead of deciding it", NULL, 0),                             \
        TCS_READING_ROW(0, "field", "ROLE=KEY,...", TCS_OPTION_LIST, base, fields, "Input",                            \
                        "JSONL and CSV: keys to search and their roles title, lead, text or other; article.body and "  \
                        "paragraphs[] reach inside, body:html decodes HTML; default: title or headline, lead or "      \
                        "description or summary, text or content or body",                                             \
                        NULL, 0),                                                                                      \
        TCS_READING_ROW(0, "meta", "NAME=KEY,...", TCS_OPTION_LIST, base, meta, "Input",                               \
                        "JSONL and CSV: keys that hold id, url, date, source and lang", NULL, 0),                      \
        TCS_READING_ROW(0, "record-limit", "SIZE", TCS_OPTION_SIZE, base, record_limit, "Input",                       \
                        "longest line or record; what is longer is reported and passed over; default 16Mi", NULL, 1024), \
        TCS_READING_ROW(0, "max-expansion", "N", TCS_OPTION_COUNT, base, max_expansion, "Input",                       \
                        "a member may expand to N times its stored size after the first 16Mi; default 1000", NULL, 1), \
        TCS_READING_ROW(0, "zstd-window", "SIZE", TCS_OPTION_SIZE, base, zstd_window, "Input",                         \
                        "largest window of a zstd frame; default 128Mi", NULL, 1024)
#define TCS_READING_RUNNING(base)                                                                                      \
    TCS_READING_ROW(0, "threads", "N", TCS_OPTION_COUNT, base, threads, "Running",                                     \
                    "default: the cores that the process may use", NULL, 1),                                           \
        TCS_READING_ROW(0, "chunk", "SIZE", TCS_OPTION_SIZE, base, chunk_bytes, "Running",                             \
                        "bytes read at a time; the output does not depend on it; default 1Mi", NULL, 1),               \
        TCS_READING_ROW(0, "damage-ok", NULL, TCS_OPTION_FLAG, base, damage_ok, "Running",                             \
                        "status 0 where some input was not searched", NULL, 0)
#define TCS_READING_MESSAGES(base)                                                                                     \
    TCS_READING_ROW(0, "progress", "SECONDS", TCS_OPTION_COUNT, base, progress, "Messages",                            \
                    "a line every so many seconds (10) instead of a bar on a terminal", "10", 1),                      \
        TCS_READING_ROW('q', "quiet", NULL, TCS_OPTION_FLAG, base, quiet, "Messages",                                  \
                        "no progress, notes and warnings", NULL, 0)

bool tcs_reading_is_dash(const char *text);
/* Are format and charset known? */
TOCSIN_MUST_CHECK tocsin_status tcs_reading_check_input(const struct tcs_reading *reading, struct tocsin_error *err);
/* That, and is stdin read for one thing only? `named`: the arguments that are no options. */
TOCSIN_MUST_CHECK tocsin_status tcs_reading_check(const struct tcs_reading *reading, const struct tcs_texts *named,
                                                  struct tocsin_error *err);

/* What a run borrows; all zero is empty. */
struct tcs_reading_run {
    struct tcs_layout layout;
    struct tcs_inputs inputs;
    struct tcs_ruleset *ruleset;
};
void tcs_reading_run_release(struct tcs_reading_run *run);
/* Adds the fields and metadata that options name to an empty layout. */
TOCSIN_MUST_CHECK tocsin_status tcs_reading_layout(const struct tcs_reading *reading, struct tcs_layout *layout,
                                                   struct tocsin_error *err);
/* The layout and the inputs, after tcs_reading_check. */
TOCSIN_MUST_CHECK tocsin_status tcs_reading_gather(const struct tcs_reading *reading, const struct tcs_texts *named,
                                                   struct tcs_reading_run *run, struct tocsin_error *err);
/* The patterns; on failure the message is printed here. */
TOCSIN_MUST_CHECK tocsin_status tcs_reading_open(const struct tcs_reading *reading, struct tcs_reading_run *run);
/* Everything in scan that the options above decide; scan borrows both. */
void tcs_reading_set(const struct tcs_reading *reading, const struct tcs_reading_run *run,
                     struct tcs_scan_options *scan);

/* From now on SIGINT and SIGTERM end a run after a clean stop; the second one kills. */
void tcs_reading_catch_signals(void);
/* The signal that came, 0 for none. */
int tcs_reading_signal(void);

/* One line on what was not searched, where there is such; more: what else can be done, or "". */
void tcs_reading_say_losses(const struct tcs_stats *stats, const char *more);

#endif
