/* patternset: which lexicons, rules and terms a scan looks for, as its options say. */
#ifndef TOCSIN_PATTERNSET_H
#define TOCSIN_PATTERNSET_H

#include "cli/command.h"
#include "rules/ruleset.h"

/* Everything is borrowed. */
struct tcs_patternset {
    struct tcs_texts terms, term_files;       /* -e, -f */
    struct tcs_texts lexicons, only_lexicons; /* --lexicons, --only-lexicons */
    const char *db;                           /* --db; NULL: the default database */
};

/* Adds the files of folders, of `patterns` where there are none, as the author's commands take them. */
TOCSIN_MUST_CHECK tocsin_status tcs_patternset_add_folders(const struct tcs_texts *folders, struct tcs_sources *sources,
                                                           struct tocsin_error *err);

/*
 * Terms alone, without a folder or --db, are all that is looked for; else they add to the rest. On failure the message
 * is printed here, where it is known which file a pattern came from.
 */
TOCSIN_MUST_CHECK tocsin_status tcs_patternset_open(const struct tcs_patternset *set, struct tcs_ruleset **ruleset_out);

#endif
