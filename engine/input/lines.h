/*
 * lines: counts line feeds, and lines that hold something, many bytes at a step. Pure functions; any thread.
 */
#ifndef TOCSIN_LINES_H
#define TOCSIN_LINES_H

#include "base/buf.h"

uint64_t tcs_lines_count_feeds(const char *data, size_t len);
/* Lines of data that hold something: all but empty ones and such as hold only a carriage return. The last may lack its feed. */
uint64_t tcs_lines_count_filled(struct tcs_str data);

#endif
