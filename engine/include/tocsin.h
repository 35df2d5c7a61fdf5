/*
 * tocsin.h: the public API of libtocsin.
 *
 * Tocsin finds terms and fires rules on documents, exactly as docs/matching.md says. A database (struct
 * tocsin_db) holds compiled lexicons and rules; it is immutable after it is made and may be shared by
 * threads. A matcher (struct tocsin_matcher) holds one thread's scratch memory; use one per thread. The
 * library never prints, exits or changes global state; every failure is a status and, where the caller
 * passes a struct tocsin_error, a message that says what, where and what to do.
 */
#ifndef TOCSIN_H
#define TOCSIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define TOCSIN_API __attribute__((visibility("default")))
#define TOCSIN_MUST_CHECK __attribute__((warn_unused_result))
#else
#define TOCSIN_API
#define TOCSIN_MUST_CHECK
#endif

/* What a call came to. Values are fixed; new ones go at the end. */
typedef enum tocsin_status {
    TOCSIN_OK = 0,            /* it worked */
    TOCSIN_E_ARG = 1,         /* the caller passed something that makes no sense */
    TOCSIN_E_NOMEM = 2,       /* memory could not be had */
    TOCSIN_E_IO = 3,          /* reading or writing failed; sys_errno says how */
    TOCSIN_E_TRUNCATED = 4,   /* the input ends in the middle of something */
    TOCSIN_E_CORRUPT = 5,     /* the input is damaged */
    TOCSIN_E_UNSUPPORTED = 6, /* a format, codec or feature that this build does not have */
    TOCSIN_E_PATTERN = 7,     /* a term, lexicon or rule is wrong; where and offset name file and line */
    TOCSIN_E_DB_VERSION = 8,  /* the database was made by another version and holds no sources */
    TOCSIN_E_LIMIT = 9,       /* a documented limit was exceeded */
    TOCSIN_E_CANCELLED = 10,  /* the caller asked to stop */
    TOCSIN_E_INTERNAL = 11    /* a bug, or an engine error that could not be worked around */
} tocsin_status;

/* Filled on failure only. The caller owns it and may pass NULL wherever one is asked for. */
struct tocsin_error {
    tocsin_status status;
    int sys_errno;     /* errno at the time of failure, 0 where it does not apply */
    uint64_t offset;   /* byte offset, or line number where `where` names a text file; 0 if neither */
    char where[256];   /* a file or a pattern's name; empty if neither applies */
    char message[768]; /* one sentence: what is wrong, and what to do */
};

/* The name of a status, such as "TOCSIN_E_IO". Never NULL. */
TOCSIN_API const char *tocsin_status_name(tocsin_status status);

#ifdef __cplusplus
}
#endif

#endif
