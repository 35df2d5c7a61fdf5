/*
 * command: what all subcommands share: exit statuses, messages, and how the pattern set is found. Everything for people
 * goes to stderr with `tocsin: ` before it.
 */
#ifndef TOCSIN_COMMAND_H
#define TOCSIN_COMMAND_H

#include <stdio.h>

#include "base/error.h"
#include "cli/options.h"
#include "rules/sources.h"

/* The table of docs/design.md section 7; printed by --help. */
enum tcs_exit {
    TCS_EXIT_DONE = 0,
    TCS_EXIT_LOOK = 1,
    TCS_EXIT_FAILED = 2,
    TCS_EXIT_INTERRUPTED = 130,
    TCS_EXIT_TERMINATED = 143
};

/* Each takes its own argv, argv[0] being its name, and returns an exit status. */
int tcs_command_scan(int argc, char **argv);
int tcs_command_compile(int argc, char **argv);
int tcs_command_test(int argc, char **argv);
int tcs_command_profile(int argc, char **argv);
int tcs_command_explain(int argc, char **argv);
int tcs_command_lint(int argc, char **argv);
int tcs_command_diff(int argc, char **argv);
int tcs_command_suggest(int argc, char **argv);
int tcs_command_doctor(int argc, char **argv);

/* What a subcommand is: its --help, its options (--help among them), and its work. */
struct tcs_command {
    const char *usage, *about;
    const struct tcs_option_table *options;
    int (*run)(void *settings, const struct tcs_texts *arguments); /* returns an exit status */
};
/*
 * Reads argv into settings, which hold the defaults, and runs the command, or prints its help. What is wrong with argv
 * is printed here. Lists among the settings are released.
 */
int tcs_command_main(const struct tcs_command *command, int argc, char **argv, void *settings);

/* Prints one line to stderr. */
void tcs_command_say(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* Prints err as `tocsin: where: message`, where being file:line for patterns; sources may be NULL. */
void tcs_command_report(const struct tocsin_error *err, const struct tcs_sources *sources);
/* Flushes stdout; false, with a message, where what was printed did not arrive. */
bool tcs_command_flush(void);
void tcs_command_print_statuses(FILE *out);

/* Tells the versions of the libraries, and of the fold. */
void tcs_version_each(void (*tell)(void *context, const char *name, const char *version), void *context);
/* Prints them, and ours, to stdout. */
void tcs_version_print(void);

/* The default database: beside the program, else in ../share/tocsin. With a NUL; empty where there is none. */
TOCSIN_MUST_CHECK tocsin_status tcs_command_default_db(struct tcs_buf *path, struct tocsin_error *err);

#endif
