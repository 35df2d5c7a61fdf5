/*
 * warning: the kinds of mistakes that lint looks for, by name. What `allow` in a lexicon or rule may silence. Constant
 * data.
 */
#ifndef TOCSIN_WARNING_H
#define TOCSIN_WARNING_H

#include "base/buf.h"

enum tcs_warning {
    TCS_WARNING_EMPTY_TERM, /* the first three keep patterns from being compiled */
    TCS_WARNING_BLANK_IN_TERM,
    TCS_WARNING_BAD_INFLECT,
    TCS_WARNING_SAME_TERM,
    TCS_WARNING_SHADOWED_TERM,
    TCS_WARNING_NO_EXAMPLE,
    TCS_WARNING_RULE_WITHOUT_EXAMPLE,
    TCS_WARNING_FULL_WIDTH_COMMA,
    TCS_WARNING_MARK_BETWEEN_HAN,
    TCS_WARNING_HAN_IN_EN,
    TCS_WARNING_TOO_GENERAL,
    TCS_WARNING_STAR_FINDS_OTHERS,
    TCS_WARNING_IDLE_ALLOW,
    TCS_WARNING_COUNT
};

struct tcs_warning_kind {
    const char *name;
    const char *advice; /* what to do */
    bool is_fatal;      /* nothing can be compiled; cannot be silenced */
    bool is_of_rule;    /* about a rule as a whole; else about a term */
    bool needs_corpus;
};
extern const struct tcs_warning_kind tcs_warning_kinds[TCS_WARNING_COUNT];

/* TCS_WARNING_COUNT where there is none of that name. */
enum tcs_warning tcs_warning_by_name(struct tcs_str name);
/* May `allow` name it? */
bool tcs_warning_can_be_allowed(enum tcs_warning warning);

#endif
