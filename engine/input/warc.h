/*
 * warc: records in a buffer of decoded bytes. Walks headers record by record (WARC 0.17 to 1.1,
 * CRLF or LF only, folded lines, any order and case of names) and knows nothing of terms. It
 * keeps no state: every call looks at the bytes from a position. See ISO 28500 and
 * docs/formats.md.
 */
#ifndef TOCSIN_WARC_H
#define TOCSIN_WARC_H

#include "base/buf.h"
#include "base/error.h"

enum tcs_warc_type {
    TCS_WARC_RESPONSE,
    TCS_WARC_CONVERSION,
    TCS_WARC_RESOURCE,
    TCS_WARC_REVISIT,
    TCS_WARC_CONTINUATION,
    TCS_WARC_OTHER /* warcinfo, request, metadata, unknown */
};

/* All positions are offsets into the buffer that was passed; spans point into it. */
struct tcs_warc_record {
    enum tcs_warc_type type;
    size_t start;        /* of the version line */
    size_t block;        /* of the first byte after the header */
    size_t block_end;    /* of the byte after the block */
    size_t next;         /* where the next record is looked for (after the closing blank lines) */
    bool is_truncated;   /* the block is shorter than Content-Length says */
    bool is_cut_off;     /* by the end of the data */
    bool has_bad_length; /* Content-Length is there, but no number that fits; the record is read as if it were not */
    struct tcs_str id;   /* WARC-Record-ID without < > */
    struct tcs_str url;  /* WARC-Target-URI without < > */
    struct tcs_str date; /* WARC-Date */
    struct tcs_str content_type; /* of the block */
};

enum tcs_warc_step {
    TCS_WARC_RECORD, /* *record is whole */
    TCS_WARC_MORE,   /* come back with more bytes; those before record->start may be dropped */
    TCS_WARC_BAD,    /* no record begins here; err says why; record->next is where to go on */
    TCS_WARC_END     /* at_end, and nothing but blank lines is left */
};

/*
 * Looks at data from position pos. at_end: no more bytes will come (end of input, or damage
 * behind data); an unfinished block is then delivered with is_truncated. member_end: buffer
 * position of the end of the gzip member that the record began in, SIZE_MAX where not known; a
 * record without Content-Length ends before the next believable record, but there at the latest.
 *
 * A Content-Length is believed if the block is followed by a version line (after any blank
 * lines), by the member's end or by the end of data; so MORE is also the answer where the bytes
 * end just behind a block. Otherwise the block ends at the first believable record start inside
 * it, with is_truncated.
 *
 * On BAD record->next is the next believable record start (a version line behind a blank line or
 * at a member's start, with a header that holds WARC-Type) or member_end, whichever is first; where
 * there is none it is len, or, if not at_end, a little before it. Neighbouring BADs are one stretch of damage. Without at_end
 * a few bytes of garbage may have to wait for more: then the step is MORE.
 */
enum tcs_warc_step tcs_warc_next(const char *data, size_t len, size_t pos, bool at_end,
                                 size_t member_end, struct tcs_warc_record *record,
                                 struct tocsin_error *err);

#endif
