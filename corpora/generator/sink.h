/*
 * sink: where a corpus goes: a file or stdout, plain, or as gzip members or zstd frames by the name's ending. A file
 * stands under NAME.part until it is whole. Dies where it cannot write.
 */
#ifndef GENERATOR_SINK_H
#define GENERATOR_SINK_H

#include "text.h"

struct sink_options {
    const char *path;    /* NULL or - for stdout, which is never compressed */
    uint64_t per_member; /* records in a gzip member or zstd frame; 0 for all */
    int level;           /* of compression; 0 for the codec's own */
};

struct sink *sink_open(const struct sink_options *options);
void sink_write(struct sink *sink, const struct text *text);
/* A record ends here, and with it a member, if it is full. */
void sink_end_record(struct sink *sink);
/* Bytes written so far, before compression. */
uint64_t sink_bytes(const struct sink *sink);
void sink_close(struct sink *sink);

#endif
