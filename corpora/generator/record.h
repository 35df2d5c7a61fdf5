/*
 * record: stories as records of a corpus, in each of the formats, and what is expected of each, for --truth.
 */
#ifndef GENERATOR_RECORD_H
#define GENERATOR_RECORD_H

#include <stdio.h>

#include "page.h"
#include "sink.h"

enum format { JSONL, JSONL_ESCAPED, CSV, LINES, WET, WARC };

struct corpus {
    struct plan *plan;
    struct pages *pages; /* of WARC */
    struct sink *sink;
    FILE *truth; /* may be NULL */
    const char *name; /* that a warcinfo record gives */
    enum format format;
    uint64_t charset, headlines; /* shares, in billionths */
    uint64_t records;
    struct text out, body, scratch;
};

/* What stands before the first document: a header row, a warcinfo record. */
void record_begin(struct corpus *corpus);
void record_write(struct corpus *corpus, const struct story *story);

#endif
