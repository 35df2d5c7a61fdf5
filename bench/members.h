/*
 * members: files inflated by one library alone, member after member, for the programs of bench/. It shares no code with
 * the engine: the limit that the engine is held against must not slow down when the engine does. A gzip member's header
 * and trailer are read here, its raw deflate by the library, its CRC-32 by the library's own function; a zstd file is
 * left to libzstd. A reader belongs to one thread; its buffers are reused from member to member and from file to file.
 * Errors end the process with status 2: a benchmark has nobody to hand them to.
 */
#ifndef BENCH_MEMBERS_H
#define BENCH_MEMBERS_H

#include <stddef.h>
#include <stdint.h>

/* Called for each run of decoded bytes, in order; the bytes are the reader's. */
typedef void bench_sink(void *context, const unsigned char *data, size_t len);

struct bench_totals {
    uint64_t stored, decoded, members;
};

struct bench_library;
struct bench_reader;

/* NULL for a name that this build lacks. */
const struct bench_library *bench_library_find(const char *name);
/* A line for each library of this build: name, a tab, version. */
void bench_library_list(void);

struct bench_reader *bench_reader_new(const struct bench_library *library);
void bench_reader_free(struct bench_reader *reader);
/* Adds to totals what path holds; sink may be NULL. */
void bench_reader_file(struct bench_reader *reader, const char *path, bench_sink *sink, void *context,
                       struct bench_totals *totals);

/* Prints "bench: " and the message, ends with status 2. */
_Noreturn void bench_die(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
