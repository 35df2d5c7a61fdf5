/*
 * scan: the main job. Runs inputs through reader, sieve, framer, check, judge and output with a number of worker
 * threads, and keeps input order. Everything it needs stands in struct tcs_scan_options; it changes no global state.
 */
#ifndef TOCSIN_SCAN_H
#define TOCSIN_SCAN_H

#include <stdatomic.h>

#include "base/error.h"
#include "input/format.h"
#include "input/layout.h"
#include "input/reader.h"
#include "rules/ruleset.h"
#include "run/stats.h"

struct tcs_document;
struct tcs_judge;
struct tcs_pointer;
struct tcs_profile;

enum tcs_emit { TCS_EMIT_FLAGGED, TCS_EMIT_HITS, TCS_EMIT_ALL, TCS_EMIT_FIELDS };

struct tcs_scan_options {
    const char *const *inputs; /* paths; "-" is standard input */
    size_t input_count;
    enum tcs_format format;
    const struct tcs_layout *layout; /* finished */
    enum tcs_emit emit;
    double min_score;       /* what rules score below flags nothing; 0 for all */
    const char *as_key;     /* write input records with our verdict under this key, which layout watches; NULL: our lines */
    size_t max_hits;        /* hits listed a document; 64 by default */
    size_t record_limit;    /* bytes of a line or record; 16 MiB by default */
    size_t chunk_bytes;     /* read at a time; 1 MiB by default; the output does not depend on it */
    struct tcs_reader_limits limits; /* of codecs; zero is their default */
    const char *charset;    /* label forced on inputs of lines, rows and text; NULL to decide */
    char delimiter;         /* of CSV: ',' ';' or '\t'; 0 to see it from the first row */
    unsigned threads;       /* at least 1; the output does not depend on it (docs/threads.md) */
    size_t shard_bytes;     /* for tests: stored bytes of a cell of an input that is split; 0: by its size */
    _Atomic size_t *shards_joined; /* for tests: counts the shards that counted; NULL for none */
    bool is_unordered;
    bool no_sieve;          /* judge every document */
    bool validate;          /* report document damage of every document */
    const char *output;     /* path, written whole or not at all; NULL for standard output */
    const char *quarantine; /* path for one JSON line per loss; NULL for none */
    int progress;           /* -1 none, 0 a bar on a terminal and one last line, N a line every N seconds */
    bool is_quiet;
    uint64_t only_record;  /* of each input look at this record alone; 0: at all */
    /*
     * Where that record stands in the stored input, if it can be read from there on: it is a member, or a document of
     * a plain file, of its own. 0: not known. Where it does not help (CSV needs its header) the input is read from its
     * start.
     */
    uint64_t start_offset;
    /*
     * Set: is given each document that would be written, judged, instead of its line; called by every thread. `unless`
     * then leaves a list of what it removed. Under TCS_EMIT_FIELDS it is not judged. Any status but TOCSIN_OK ends the run
     * and is its status.
     */
    tocsin_status (*visit)(void *context, struct tcs_judge *judge, const struct tcs_document *doc,
                           const struct tcs_pointer *pointer, struct tocsin_error *err);
    void *visit_context;
    struct tcs_profile *profile; /* counts what terms and rules cost; no document is then written; NULL for none */
    const atomic_bool *cancel; /* set by a signal handler; NULL for none */
    /* Messages for people: warnings and notes, one line each, without a newline. */
    void (*message)(void *context, const char *text);
    void *message_context;
};

void tcs_scan_options_default(struct tcs_scan_options *options);

/*
 * Returns TOCSIN_OK when the run came to its end; stats->is_incomplete then says whether some input was not searched
 * (exit status 1). TOCSIN_E_CANCELLED after a cancel. Any other status: the run was given up and no output file is left.
 */
TOCSIN_MUST_CHECK tocsin_status tcs_scan_run(struct tcs_ruleset *ruleset, const struct tcs_scan_options *options,
                                             struct tcs_stats *stats, struct tocsin_error *err);

#endif
