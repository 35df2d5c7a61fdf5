/*
 * ruleset: everything that a scan looks for, ready to run: patterns, folded terms, the finder for the judge, the
 * sieves by mode and syntax, and the sources that it all came from. What struct tocsin_db is inside. Immutable after it
 * is made, but for sieves, which are made on first use under a lock; may be shared by threads.
 */
#ifndef TOCSIN_RULESET_H
#define TOCSIN_RULESET_H

#include "input/document.h"
#include "match/finder.h"
#include "match/sieve.h"
#include "rules/patterns.h"
#include "rules/offer.h"
#include "rules/plan.h"
#include "rules/source_form.h"

struct tcs_ruleset;

/* Compiles sources (copied), in the order given. */
TOCSIN_MUST_CHECK tocsin_status tcs_ruleset_compile(const struct tcs_source *sources, size_t count,
                                                    struct tcs_ruleset **ruleset_out, struct tocsin_error *err);
/* Only terms, of the lexicon "-e": every document with a hit is flagged. */
TOCSIN_MUST_CHECK tocsin_status tcs_ruleset_from_terms(const struct tcs_str *terms, size_t count,
                                                       struct tcs_ruleset **ruleset_out, struct tocsin_error *err);
TOCSIN_MUST_CHECK tocsin_status tcs_ruleset_load(const char *path, struct tcs_ruleset **ruleset_out,
                                                 struct tocsin_error *err);
/* Proves all that the file holds from which the ruleset was loaded, also what has not been needed. TOCSIN_E_IO, _CORRUPT. */
TOCSIN_MUST_CHECK tocsin_status tcs_ruleset_check_file(const struct tcs_ruleset *ruleset, struct tocsin_error *err);
/* Compiles all sieves first. */
TOCSIN_MUST_CHECK tocsin_status tcs_ruleset_save(struct tcs_ruleset *ruleset, const char *path,
                                                 struct tocsin_error *err);
void tcs_ruleset_free(struct tcs_ruleset *ruleset);

const struct tcs_patterns *tcs_ruleset_patterns(const struct tcs_ruleset *ruleset);
const struct tcs_finder *tcs_ruleset_finder(const struct tcs_ruleset *ruleset);
/* Per pattern term, a number that terms share if and only if they fold alike. */
const uint32_t *tcs_ruleset_term_folds(const struct tcs_ruleset *ruleset);
/*
 * Per pattern term: is it reported? Not: `unless` phrases, one whose lexicon has an earlier term that finds the same
 * hits, and quoted terms that only labels mention (they decide labels, but are no evidence).
 */
const uint8_t *tcs_ruleset_is_reported(const struct tcs_ruleset *ruleset);
/* The term of the same lexicon under which a term's hits are reported: itself, or an earlier one that finds the same. */
uint32_t tcs_ruleset_reporter(const struct tcs_ruleset *ruleset, uint32_t term);
/* Marks in used (one byte a group, see rules/patterns) every lexicon and quoted term that an expression mentions. */
void tcs_ruleset_mark_groups(const struct tcs_ruleset *ruleset, uint32_t root, uint8_t *used);
/* 32 hex digits over sources, fold and options. */
const char *tcs_ruleset_hash(const struct tcs_ruleset *ruleset);
/* Why something was recompiled on loading, in one sentence; NULL where nothing was. */
const char *tcs_ruleset_notice(const struct tcs_ruleset *ruleset);

/* What the plan chooses from; lives as long as the ruleset. */
TOCSIN_MUST_CHECK tocsin_status tcs_ruleset_offer(struct tcs_ruleset *ruleset, const struct tcs_offer **offer_out,
                                                  struct tocsin_error *err);
/* What the sieve of a mode looks for, by pattern term. All zero is empty. */
struct tcs_ruleset_plan {
    uint8_t *planned;             /* set (tcs_patterns_set_bytes) of the terms that are looked for */
    struct tcs_piece *pieces;     /* count 0 where a term has none; of a term that is left out, the cheapest */
    struct tcs_context *contexts; /* what stands around that */
    uint8_t *side_of;
    struct tcs_sides sides;
    bool needs_all; /* there is no sieve */
};
TOCSIN_MUST_CHECK tocsin_status tcs_ruleset_plan(struct tcs_ruleset *ruleset, enum tcs_plan_mode mode,
                                                 struct tcs_ruleset_plan *plan_out, struct tocsin_error *err);
void tcs_ruleset_plan_release(struct tcs_ruleset_plan *plan);
/* *sieve_out is NULL where no sieve can be made and every document is a candidate. */
TOCSIN_MUST_CHECK tocsin_status tcs_ruleset_sieve(struct tcs_ruleset *ruleset, enum tcs_plan_mode mode,
                                                  enum tcs_syntax syntax, const struct tcs_sieve **sieve_out,
                                                  struct tocsin_error *err);

#endif
