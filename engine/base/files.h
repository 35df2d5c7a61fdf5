/*
 * files: the files below a folder, and a whole file in memory. What `scan` and the readers of pattern folders share.
 */
#ifndef TOCSIN_FILES_H
#define TOCSIN_FILES_H

#include "base/buf.h"
#include "base/error.h"

struct tcs_file {
    char *path; /* begins with the folder that was asked for */
    int failed_errno; /* why a folder could not be read, which is then listed itself; 0 for a file */
};

struct tcs_files {
    struct tcs_file *items;
    size_t count, cap;
};

/*
 * Appends the regular files below folder, at any depth, their paths in byte order. Links are not followed (the folder
 * itself may be one); what is neither file nor folder is left out. TOCSIN_E_NOMEM only.
 */
TOCSIN_MUST_CHECK tocsin_status tcs_files_list(const char *folder, struct tcs_files *files, struct tocsin_error *err);
void tcs_files_release(struct tcs_files *files);

bool tcs_files_is_folder(const char *path);

/* Appends a whole file of at most limit bytes; "-" is standard input. TOCSIN_E_IO, TOCSIN_E_LIMIT, TOCSIN_E_NOMEM. */
TOCSIN_MUST_CHECK tocsin_status tcs_files_read(const char *path, size_t limit, struct tcs_buf *out,
                                               struct tocsin_error *err);

#endif
