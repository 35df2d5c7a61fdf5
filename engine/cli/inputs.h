/* inputs: what a scan is to read, folders taken apart. Owned by the caller. */
#ifndef TOCSIN_INPUTS_H
#define TOCSIN_INPUTS_H

#include "base/files.h"

/* All zero is empty. */
struct tcs_inputs {
    struct tcs_files files;
    const char **paths; /* after tcs_inputs_finish; files.count of them */
};

/* A file, "-", or a folder, whose files are added in byte order. What is missing or unreadable is left to the scan. */
TOCSIN_MUST_CHECK tocsin_status tcs_inputs_add(struct tcs_inputs *inputs, const char *path, struct tocsin_error *err);
/* Each line of a file ("-" is standard input) as tcs_inputs_add; empty lines are passed over. */
TOCSIN_MUST_CHECK tocsin_status tcs_inputs_add_list(struct tcs_inputs *inputs, const char *list,
                                                    struct tocsin_error *err);
/*
 * Refuses, with TOCSIN_E_ARG, an input that is also written: the file at path, or behind stdout where path is NULL. Reading
 * what it writes a scan would not end, and an input must not be overwritten. what: for the message, "--output".
 */
TOCSIN_MUST_CHECK tocsin_status tcs_inputs_check_output(const struct tcs_inputs *inputs, const char *path,
                                                        const char *what, struct tocsin_error *err);
/*
 * TOCSIN_E_IO if there are inputs and none of them can be read: one is a loss, but of none at all an output would only
 * replace what an earlier run found.
 */
TOCSIN_MUST_CHECK tocsin_status tcs_inputs_check_readable(const struct tcs_inputs *inputs, struct tocsin_error *err);
TOCSIN_MUST_CHECK tocsin_status tcs_inputs_finish(struct tcs_inputs *inputs, struct tocsin_error *err);
void tcs_inputs_release(struct tcs_inputs *inputs);

#endif
