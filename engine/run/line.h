/*
 * line: composes the JSON lines that Tocsin writes (docs/formats.md): a judged document, decoded fields, a loss.
 * Pure functions from data to bytes.
 */
#ifndef TOCSIN_LINE_H
#define TOCSIN_LINE_H

#include "base/error.h"
#include "input/document.h"
#include "input/json_writer.h"
#include "rules/judge.h"

/* Where a document stands. */
struct tcs_pointer {
    const char *file;
    uint64_t record; /* from 1: the line, or the WARC record */
    uint64_t offset; /* of its member in the stored file; in a plain file, of the document */
    uint64_t length; /* of a member that holds this one document, or of the document in a plain file; 0: not known */
    bool is_ahead;   /* record counts from the start of a shard, whose number is not known yet: see tcs_line_settle */
};

struct tcs_line_options {
    size_t max_hits;
    bool only_used; /* hits and lexicons: only those that a fired rule uses (--emit flagged) */
};

struct tcs_line_head;

/* Reused memory of one worker, that is of one judge; all zero is ready. */
struct tcs_line_scratch {
    uint8_t *used; /* by group of terms */
    size_t used_cap;
    uint64_t *counts; /* by lexicon, one more for "rules" */
    size_t counts_cap;
    uint64_t hits_total;
    struct tcs_buf heads; /* how a hit of each term begins, as far as hits were written */
    struct tcs_line_head *head_of; /* by pattern term: where in heads */
};
void tcs_line_scratch_release(struct tcs_line_scratch *scratch);

/* A score as Tocsin writes it: at most 3 decimals, NUL-terminated. */
#define TCS_LINE_SCORE_SIZE 64
void tcs_line_score(double score, char text_out[TCS_LINE_SCORE_SIZE]);

/* The member "input" of a line. */
void tcs_line_pointer(struct tcs_json_writer *w, const struct tcs_pointer *pointer);

/* The judged document as one line. scratch->counts and ->hits_total are left filled for statistics. */
TOCSIN_MUST_CHECK tocsin_status tcs_line_document(struct tcs_buf *out, struct tcs_line_scratch *scratch,
                                                  const struct tcs_judge *judge, const struct tcs_document *doc,
                                                  const struct tcs_pointer *pointer,
                                                  const struct tcs_line_options *options);
/* The decoded fields (`--emit fields`). */
TOCSIN_MUST_CHECK tocsin_status tcs_line_fields(struct tcs_buf *out, const struct tcs_document *doc,
                                                const struct tcs_pointer *pointer);
/* A loss: {"v":1,"file":...,"record":...,"offset":...,"kind":...,"status":...,"reason":...}; record 0 is left out. */
TOCSIN_MUST_CHECK tocsin_status tcs_line_loss(struct tcs_buf *out, const struct tcs_pointer *pointer, const char *kind,
                                              const struct tocsin_error *why);

/*
 * In lines that were made ahead a record's number stands between two marks, a control character that JSON has only escaped.
 * Takes the marks away and adds `before`, the number of records before the shard, to what is between them.
 */
TOCSIN_MUST_CHECK tocsin_status tcs_line_settle(struct tcs_buf *lines, uint64_t before);

#endif
