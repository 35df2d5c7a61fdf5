/* patternset: which lexicons, rules and terms a scan looks for, as its options say. */
#ifndef TOCSIN_PATTERNSET_H
#define TOCSIN_PATTERNSET_H

#include <stddef.h>

#include "cli/command.h"
#include "rules/ruleset.h"

/* Everything is borrowed. */
struct tcs_patternset {
    struct tcs_texts terms, term_files;       /* -e, -f */
    struct tcs_texts lexicons, only_lexicons; /* --lexicons, --only-lexicons */
    const char *db;                           /* --db; NULL: the default database */
};

/* The records of its options for a command's table; `member` is where the command's settings have their patternset. */
#define TCS_PATTERNSET_OPTIONS(settings, member)                                                                        \
    {'e', "term", "TERM", TCS_OPTION_LIST, offsetof(struct settings, member.terms), "What to look for",                \
     "look for this term; repeatable; without --db and --lexicons nothing else is looked for", NULL, NULL, 0},         \
    {'f', "terms-from", "FILE", TCS_OPTION_LIST, offsetof(struct settings, member.term_files), "What to look for",     \
     "the same for each line of a file", NULL, NULL, 0},                                                               \
    {0, "db", "FILE", TCS_OPTION_TEXT, offsetof(struct settings, member.db), "What to look for",                       \
     "a database of `tocsin compile`; default: tocsin.db beside the program, then in ../share/tocsin", NULL, NULL, 0}, \
    {0, "lexicons", "DIR", TCS_OPTION_LIST, offsetof(struct settings, member.lexicons), "What to look for",            \
     "add the lexicons and rules of a folder; repeatable", NULL, NULL, 0},                                             \
    {0, "only-lexicons", "DIR", TCS_OPTION_LIST, offsetof(struct settings, member.only_lexicons), "What to look for",  \
     "the same, without those of the database", NULL, NULL, 0}

/* Adds the files of folders, of `patterns` where there are none, as the author's commands take them. */
TOCSIN_MUST_CHECK tocsin_status tcs_patternset_add_folders(const struct tcs_texts *folders, struct tcs_sources *sources,
                                                           struct tocsin_error *err);

/*
 * Terms alone, without a folder or --db, are all that is looked for; else they add to the rest. On failure the message
 * is printed here, where it is known which file a pattern came from.
 */
TOCSIN_MUST_CHECK tocsin_status tcs_patternset_open(const struct tcs_patternset *set, struct tcs_ruleset **ruleset_out);

#endif
