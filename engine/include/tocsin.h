/*
 * tocsin.h: the public API of libtocsin.
 *
 * Tocsin finds terms and fires rules on documents, exactly as docs/matching.md says. A database (struct
 * tocsin_db) holds compiled lexicons and rules; it is immutable after it is made and may be shared by
 * threads. A matcher (struct tocsin_matcher) holds one thread's scratch memory; use one per thread. The
 * library never prints, exits or changes global state; every failure is a status and, where the caller
 * passes a struct tocsin_error, a message that says what, where and what to do. A pointer may be NULL only where that is
 * said: what is passed is not checked for it.
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

/* The library's version, "MAJOR.MINOR.PATCH". Static. */
TOCSIN_API const char *tocsin_version(void);

/* ---- database: what is looked for ---- */

struct tocsin_db;

/*
 * Loads a database file made by `tocsin compile` or tocsin_db_save. Where library, CPU or fold differ from those that made
 * it, or where others may write the file, it is compiled anew from the sources that it carries (seconds instead of
 * milliseconds), and tocsin_db_notice says so. The caller frees *db_out with tocsin_db_free. Errors: TOCSIN_E_IO,
 * TOCSIN_E_CORRUPT, TOCSIN_E_DB_VERSION, TOCSIN_E_PATTERN, TOCSIN_E_NOMEM.
 */
TOCSIN_MUST_CHECK TOCSIN_API tocsin_status tocsin_db_load(const char *path, struct tocsin_db **db_out,
                                                          struct tocsin_error *err);
/* Compiles the *.yaml files of folders; later folders add to earlier ones. Errors name file and line. */
TOCSIN_MUST_CHECK TOCSIN_API tocsin_status tocsin_db_compile(const char *const *folders, size_t count,
                                                             struct tocsin_db **db_out, struct tocsin_error *err);
/*
 * Looks for terms (UTF-8, NUL-terminated; a final `*` stands for up to four letters); every document with a hit is
 * flagged. Their lexicon is "-e". Where a term is refused (TOCSIN_E_PATTERN) err->offset is its number, from 1.
 */
TOCSIN_MUST_CHECK TOCSIN_API tocsin_status tocsin_db_from_terms(const char *const *terms, size_t count,
                                                                struct tocsin_db **db_out, struct tocsin_error *err);
/* Writes the file whole or not at all, mode 0644. Not while another thread uses db. */
TOCSIN_MUST_CHECK TOCSIN_API tocsin_status tocsin_db_save(struct tocsin_db *db, const char *path,
                                                          struct tocsin_error *err);
/* After all matchers of db were freed. NULL is allowed. */
TOCSIN_API void tocsin_db_free(struct tocsin_db *db);
/* 32 hex digits that name the set of patterns and the fold. Lives as long as db. */
TOCSIN_API const char *tocsin_db_hash(const struct tocsin_db *db);
/* Why something was compiled anew on loading, one sentence; NULL where nothing was. Lives as long as db. */
TOCSIN_API const char *tocsin_db_notice(const struct tocsin_db *db);

/* ---- matcher: documents against a database; one per thread ---- */

typedef enum tocsin_role {
    TOCSIN_ROLE_TITLE = 0,
    TOCSIN_ROLE_LEAD = 1,
    TOCSIN_ROLE_TEXT = 2,
    TOCSIN_ROLE_OTHER = 3
} tocsin_role;

/* A decoded field of a document: plain text, no tags or escapes. Ill-formed UTF-8 reads as U+FFFD. Borrowed for the call. */
struct tocsin_field {
    const char *name; /* NUL-terminated */
    tocsin_role role;
    const char *text;
    size_t length;     /* bytes, under 4 GiB */
    bool lf_paragraph; /* any line break ends a paragraph (as in WET) */
};

/* One occurrence of a term. Offsets are in the field's text: start included, end not. */
struct tocsin_hit {
    const char *lexicon; /* "-e" for tocsin_db_from_terms, "rules" for a term quoted in a rule */
    const char *term;    /* as authored */
    size_t field;        /* index into the fields that were passed */
    size_t start, end;   /* code points */
    size_t start_byte, end_byte;
};

/* Everything in it belongs to the matcher and lives until its next call or its end. */
struct tocsin_result {
    bool is_flagged;   /* a rule fired, or there is a hit of tocsin_db_from_terms */
    const char *label; /* "incident", "hazard", "complementary"; NULL where no rule fired */
    double score;      /* 0 where no rule fired */
    const char *const *rules;
    size_t rule_count;
    const struct tocsin_hit *hits; /* of every lexicon, sorted by field, start, end */
    size_t hit_count;
};

struct tocsin_matcher;

/* db must outlive the matcher. One thread at a time; any number of matchers may share db. */
TOCSIN_MUST_CHECK TOCSIN_API tocsin_status tocsin_matcher_new(struct tocsin_db *db, struct tocsin_matcher **matcher_out,
                                                              struct tocsin_error *err);
TOCSIN_API void tocsin_matcher_free(struct tocsin_matcher *matcher);
/* Judges one document. Errors: TOCSIN_E_ARG (a field of 4 GiB or more), TOCSIN_E_NOMEM. */
TOCSIN_MUST_CHECK TOCSIN_API tocsin_status tocsin_match(struct tocsin_matcher *matcher, const struct tocsin_field *fields,
                                                        size_t count, struct tocsin_result *result_out,
                                                        struct tocsin_error *err);

#ifdef __cplusplus
}
#endif

#endif
