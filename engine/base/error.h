/*
 * error: the one way to fail. A function that fails fills the caller's struct tocsin_error once, at the
 * place that knows most, and returns its status; outer layers may fill an empty `where`, never rewrite
 * the message.
 */
#ifndef TOCSIN_ERROR_H
#define TOCSIN_ERROR_H

#include "tocsin.h"

/*
 * Fills err (NULL is allowed) and returns status, so that a caller can write `return tcs_fail(...)`.
 * where: file or pattern name, NULL for none. offset: byte offset, or line where `where` is a text file.
 * Saves errno where status is TOCSIN_E_IO.
 */
tocsin_status tcs_fail(struct tocsin_error *err, tocsin_status status, const char *where,
                       uint64_t offset, const char *format, ...)
    __attribute__((format(printf, 5, 6)));

/* tcs_fail for memory: the message is always the same. */
tocsin_status tcs_fail_nomem(struct tocsin_error *err);

/* Fills an empty `where` of err; no effect on NULL or a filled one. */
void tcs_error_place(struct tocsin_error *err, const char *where);

#endif
