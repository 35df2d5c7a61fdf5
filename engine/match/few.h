/*
 * few: at most TCS_FEW_MAX literals, looked for one by one. A set that small is what `-e TERM` is; entering an engine made
 * for thousands takes longer than reading a short text. Pure functions.
 */
#ifndef TOCSIN_FEW_H
#define TOCSIN_FEW_H

#include "base/buf.h"
#include "match/automaton.h"

#define TCS_FEW_MAX 4

/* Reports every occurrence of the literals (ids are their indices), which are not empty: of each in order. */
void tcs_few_scan(const struct tcs_str *literals, size_t count, const char *data, size_t len, tcs_literal_seen seen,
                  void *context);

#endif
