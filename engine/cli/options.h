/*
 * options: one table of records for a command yields its parser and its --help. Parsing has no side effects: it fills
 * the command's struct and opens nothing. Texts are borrowed from argv.
 */
#ifndef TOCSIN_OPTIONS_H
#define TOCSIN_OPTIONS_H

#include <stdio.h>

#include "base/buf.h"
#include "base/error.h"

/* What an option's value is, and the type that stands at its offset in the command's struct. */
enum tcs_option_kind {
    TCS_OPTION_FLAG,   /* no value; bool */
    TCS_OPTION_TEXT,   /* const char *; the last one counts */
    TCS_OPTION_LIST,   /* struct tcs_texts; repeatable */
    TCS_OPTION_SIZE,   /* size_t; K M G are powers of 1000, Ki Mi Gi of 1024 */
    TCS_OPTION_COUNT,  /* unsigned */
    TCS_OPTION_REAL,   /* double, not negative */
    TCS_OPTION_CHOICE  /* unsigned: index into choices */
};

struct tcs_option {
    char letter;      /* 0 for none */
    const char *name; /* without its dashes */
    const char *value; /* the value's name in --help; NULL for a flag */
    enum tcs_option_kind kind;
    size_t offset;
    const char *group, *help; /* options of a group stand together; help is one line, wrapped for the terminal */
    const char *if_bare;      /* the value where the option stands without one; it is then only read behind `=` */
    const char *const *choices; /* ends with NULL */
    unsigned min;               /* of SIZE and COUNT */
};

struct tcs_texts {
    const char **items;
    size_t count, cap;
};
void tcs_texts_release(struct tcs_texts *texts);

struct tcs_option_table {
    const char *command; /* "scan", for messages */
    const struct tcs_option *items;
    size_t count;
};

/*
 * Reads argv[1] to argv[argc - 1] into target; what is no option goes to rest. `--` ends the options; `-` is none.
 * TOCSIN_E_ARG says which option is wrong and what was expected; TOCSIN_E_NOMEM.
 */
TOCSIN_MUST_CHECK tocsin_status tcs_options_parse(const struct tcs_option_table *table, int argc, char **argv,
                                                  void *target, struct tcs_texts *rest, struct tocsin_error *err);
/* Gives back what LIST options hold; target may be used anew after it is zeroed. */
void tcs_options_release(const struct tcs_option_table *table, void *target);
/* Was the flag of that name given? False for a name that the table lacks. */
bool tcs_options_has_flag(const struct tcs_option_table *table, const void *target, const char *name);
/* The options by group. */
void tcs_options_help(const struct tcs_option_table *table, FILE *out);

#endif
