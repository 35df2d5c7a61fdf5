/*
 * worker: everything that one thread owns while it scans: scratches, buffers, counters, and what is known of the
 * input at hand. Passed to the stages (run/pipeline, run/rows, run/pages, run/examine); nothing in it is shared.
 */
#ifndef TOCSIN_WORKER_H
#define TOCSIN_WORKER_H

#include "input/charset.h"
#include "input/csv.h"
#include "input/html.h"
#include "input/lines.h"
#include "input/reader.h"
#include "input/url_date.h"
#include "input/warc.h"
#include "match/sieve.h"
#include "rules/judge.h"
#include "run/line.h"
#include "run/outlet.h"
#include "run/profile.h"
#include "run/scan.h"

struct tcs_shards;

/* A member of the stored input, as far as it stands in the chunk. */
struct tcs_member {
    size_t start, end;    /* in the chunk; end SIZE_MAX while it goes on */
    uint64_t offset;      /* in the stored file */
    uint64_t length;      /* stored; 0 while not known */
    bool starts_here;     /* its first decoded byte is at start (else it began in an earlier chunk) */
};

/* A line of a converted input in which something did not decode. */
struct tcs_bad_line {
    size_t start; /* in the chunk */
    size_t errors;
};

/* Decoded bytes at hand: whole documents and the beginning of the next. */
struct tcs_chunk {
    struct tcs_buf data;
    uint64_t base; /* decoded offset of data.data[0] in the input; of a shard no more is known than that it is not 0 */
    struct tcs_member *members;
    size_t member_count, member_cap;
    struct tcs_bad_line *bad_lines; /* by start */
    size_t bad_count, bad_cap;
};

/* A WARC record of the chunk that is a document. */
struct tcs_page {
    struct tcs_warc_record record;
    uint64_t number;   /* of the record in the input, from 1 */
    size_t start, end; /* of the body in the chunk */
    enum tcs_syntax syntax;
    struct tcs_str http_charset;
    struct tcs_charset charset;
    bool is_conversion; /* WET */
    bool is_whole;      /* an input of its own, no record: --charset is about it */
    bool is_coded;      /* HTTP content or transfer coding claimed */
    bool is_candidate;  /* a conversion that the sieve names */
    bool is_broken;     /* its HTTP body is damaged */
};

/* What is lost between pages: told before the page that so many others stand before, so that losses stand in their order. */
struct tcs_page_loss {
    size_t pages;
    struct tcs_pointer pointer;
    struct tocsin_error why;
};

struct tcs_pages {
    struct tcs_page *items;
    size_t count, cap;
    bool has_conversion;
    struct tcs_page_loss *losses;
    size_t loss_count, loss_cap;
    size_t told; /* of the losses */
};

/* Of CSV: the columns asked for in the input at hand, the row at hand, where the rows of the chunk end. */
struct tcs_table {
    struct tcs_layout_columns columns;
    struct tcs_csv_scratch row;
    struct tcs_csv_rows ends;
    bool has_crlf; /* under --as: its header ends so */
};

/* What is known of the input at hand. */
struct tcs_input_state {
    const char *path;
    size_t number; /* its turn at the outlet */
    enum tcs_format format;
    bool is_plain;        /* stored as it is and UTF-8: offsets are decoded offsets */
    const char *charset, *charset_from; /* of an input of lines or rows; NULL where not decided an input at a time */
    bool is_converted;    /* from that charset to UTF-8 */
    uint64_t sequences, charset_errors; /* other than ASCII, and of these not decodable, in what was looked at */
    bool is_ahead;        /* at a shard that does not count yet: records are those of the shard */
    uint64_t records;     /* lines or WARC records that ended so far */
    uint64_t parsed;      /* documents that were parsed to see whether they hold the fields asked for */
    bool has_documents;   /* among the parsed ones */
    unsigned roles;       /* of their fields: bit r is enum tcs_role r */
    bool is_skipping;     /* inside a line that is over the limit */
    char delimiter;       /* of CSV; 0 while not known */
    size_t columns;       /* of CSV: in the header; 0 while that was not read */
};

struct tcs_worker {
    struct tcs_ruleset *ruleset;
    const struct tcs_scan_options *options;
    struct tcs_outlet *outlet;
    enum tcs_plan_mode mode;
    struct tcs_judge judge;
    const struct tcs_sieve *sieves[TCS_SYNTAX_COUNT]; /* NULL: not made yet, or none can be made */
    bool has_sieve[TCS_SYNTAX_COUNT];                 /* asked for */
    struct tcs_sieve_scratch sieve;
    struct tcs_json_scratch json;
    struct tcs_html_scratch html;
    struct tcs_charset_scratch charset;
    struct tcs_document doc;
    struct tcs_line_scratch line;
    struct tcs_str record;   /* under --as: the bytes of the input record at hand */
    struct tcs_buf as_line;  /* under --as: our line, as JSON */
    struct tcs_buf url; /* of the page at hand */
    char url_date[TCS_URL_DATE_SIZE]; /* of the document at hand */
    struct tcs_buf body, converted, repaired; /* HTTP body, UTF-8 of a page, UTF-8 of a line */
    struct tcs_buf fields; /* of a document whose raw bytes the sieve cannot read */
    struct tcs_buf lean; /* what the sieve reads of a page */
    struct tcs_chunk chunk;
    struct tcs_pages pages;
    struct tcs_lines ends; /* of the chunk */
    struct tcs_table table;
    struct tcs_input_state input;
    struct tcs_outlet_lines lines;
    struct tcs_buf notes; /* messages that wait until the shard counts, each with a NUL */
    struct tcs_stats stats;
    struct tcs_profile profile; /* where the options ask for one */
    struct tcs_shards *shards; /* of the run; NULL: no input is split */
    _Atomic uint64_t *progress_bytes, *progress_documents, *progress_flagged; /* shared with the progress display */
};

TOCSIN_MUST_CHECK tocsin_status tcs_worker_init(struct tcs_worker *worker, struct tcs_ruleset *ruleset,
                                                const struct tcs_scan_options *options, struct tcs_outlet *outlet,
                                                struct tocsin_error *err);
void tcs_worker_release(struct tcs_worker *worker);

/* The sieve for a syntax; NULL where every document is a candidate (also under --no-sieve and --emit all and fields). */
TOCSIN_MUST_CHECK tocsin_status tcs_worker_sieve(struct tcs_worker *worker, enum tcs_syntax syntax,
                                                 const struct tcs_sieve **sieve_out, struct tocsin_error *err);
/* Is one document, alone, a candidate by its bytes? What decides whether its damage is reported; the same in every run. */
TOCSIN_MUST_CHECK tocsin_status tcs_worker_is_candidate(struct tcs_worker *worker, enum tcs_syntax syntax,
                                                        struct tcs_str bytes, bool *is_candidate_out,
                                                        struct tocsin_error *err);

/* Counts a document that goes on to the check. bytes: it, as the sieve of that syntax saw it. */
TOCSIN_MUST_CHECK tocsin_status tcs_worker_admit(struct tcs_worker *worker, enum tcs_syntax syntax, struct tcs_str bytes,
                                                 struct tocsin_error *err);

/* tcs_locate for bytes that are one document; context points to their length. */
bool tcs_worker_locate_whole(void *context, size_t at, struct tcs_span *span_out);

/* tcs_sieve_scan by the engine into worker->sieve, on the sieve's clock. TOCSIN_E_NOMEM is the only failure. */
TOCSIN_MUST_CHECK tocsin_status tcs_worker_sift(struct tcs_worker *worker, const struct tcs_sieve *sieve,
                                                struct tcs_str data, tcs_locate locate, void *context,
                                                struct tocsin_error *err);
/* Hands the lines so far to the outlet; an error names the input. */
TOCSIN_MUST_CHECK tocsin_status tcs_worker_offer(struct tcs_worker *worker, struct tocsin_error *err);

/* Writes a line to the quarantine, counts it, marks the run incomplete. kind: "stream", "document", "limit", "unreadable". */
TOCSIN_MUST_CHECK tocsin_status tcs_worker_lose(struct tcs_worker *worker, const struct tcs_pointer *pointer,
                                                const char *kind, const struct tocsin_error *why);

/* A message for people; NUL-terminated. Of a shard that does not count yet it is kept in notes. */
TOCSIN_MUST_CHECK tocsin_status tcs_worker_say(struct tcs_worker *worker, const char *text);
/* Says what is in notes, and empties them. */
void tcs_worker_say_notes(const struct tcs_worker *worker, struct tcs_buf *notes);

/* Fills offset and length of a pointer for the document [start, end) of the chunk. */
void tcs_worker_point(const struct tcs_worker *worker, size_t start, size_t end, struct tcs_pointer *pointer);

/*
 * How many sequences did not decode in the document that is bytes of the chunk, of an input of lines or rows. is_well_formed:
 * are they UTF-8 as they stand, by tcs_utf8_is_valid?
 */
size_t tcs_worker_charset_errors(struct tcs_worker *worker, struct tcs_str bytes, bool is_well_formed);

/* Seconds of a clock that only goes forward. */
double tcs_worker_clock(void);
/*
 * The clock of stages. Under a profile it is the time that the processor gave this thread: shares of single documents are
 * small, and one interruption by another program would look like a dear term.
 */
double tcs_worker_stage_clock(const struct tcs_worker *worker);

#endif
