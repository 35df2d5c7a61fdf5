/*
 * sources: the files of pattern folders in memory, in the order in which they are compiled. Owned by the caller; one
 * thread at a time. Reads files, not what they mean.
 */
#ifndef TOCSIN_SOURCES_H
#define TOCSIN_SOURCES_H

#include "rules/ruleset.h"

/* All zero is empty. */
struct tcs_sources {
    struct tcs_source *items; /* name: the path relative to its folder; of two alike the later has its whole path */
    char **paths;             /* where each came from, for messages */
    size_t count, cap, path_cap;
};

/*
 * Appends every *.yaml below folder, by relative path in byte order, but for those under a folder named schema;
 * folder may also be one file. TOCSIN_E_IO where something cannot be read, TOCSIN_E_ARG where there is no such file at all.
 */
TOCSIN_MUST_CHECK tocsin_status tcs_sources_add_folder(struct tcs_sources *sources, const char *folder,
                                                       struct tocsin_error *err);
/* Appends the sources that a database carries. */
TOCSIN_MUST_CHECK tocsin_status tcs_sources_add_database(struct tcs_sources *sources, const char *path,
                                                         struct tocsin_error *err);
/* Appends a term of the lexicon "-e", copied: a source of that name. */
TOCSIN_MUST_CHECK tocsin_status tcs_sources_add_term(struct tcs_sources *sources, struct tcs_str term,
                                                     struct tocsin_error *err);
/* Copies a table of frequencies. */
TOCSIN_MUST_CHECK tocsin_status tcs_sources_add_frequencies(struct tcs_sources *sources, struct tcs_str text,
                                                            struct tocsin_error *err);
/* Forgets those that folders held. */
void tcs_sources_drop_frequencies(struct tcs_sources *sources);
void tcs_sources_release(struct tcs_sources *sources);

/* The path to open for a source's name; the name itself where there is none. */
const char *tcs_sources_path(const struct tcs_sources *sources, const char *name);

#endif
