/*
 * utf8_count: code points of well-formed UTF-8 counted without decoding it, in vectors where the processor has them. Pure
 * functions.
 */
#ifndef TOCSIN_UTF8_COUNT_H
#define TOCSIN_UTF8_COUNT_H

#include "base/buf.h"

/* The code points that begin in text. */
size_t tcs_utf8_count(struct tcs_str text);

/* Where the last `count` code points that end before `at` begin; 0 if there are fewer. */
size_t tcs_utf8_back(struct tcs_str text, size_t at, size_t count);

/* Where the first `count` code points from `at` on end; text.len if there are fewer. */
size_t tcs_utf8_forth(struct tcs_str text, size_t at, size_t count);

#endif
