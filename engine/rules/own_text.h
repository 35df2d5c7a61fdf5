/*
 * own_text: is each term of a ruleset found in its own text, by the finder and, written as each syntax writes it, by the
 * sieves? For `doctor`: libraries have missed hits on some CPUs. Keeps nothing.
 */
#ifndef TOCSIN_OWN_TEXT_H
#define TOCSIN_OWN_TEXT_H

#include "rules/ruleset.h"

struct tcs_own_text {
    /* Is told each term that is not found, and by what: "the judge", "the check", "the sieve of JSON". May be NULL. */
    void (*lost)(void *context, uint32_t term, const char *where);
    void *context;
    /* set: */
    size_t terms, lost_count;
    uint64_t engine_errors;
};

/* TOCSIN_OK whatever is lost; TOCSIN_E_NOMEM, or what making a sieve fails with. */
TOCSIN_MUST_CHECK tocsin_status tcs_own_text_check(struct tcs_ruleset *ruleset, struct tcs_own_text *report,
                                                   struct tocsin_error *err);

#endif
