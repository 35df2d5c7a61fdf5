/*
 * profile: what each term and each rule costs a scan, and what comes of it (docs/profile.md). A plan says what is looked
 * for; it is made once and shared. A struct tcs_profile holds the counts: each worker has one, and they are added up at the
 * end. A scan that is not profiled has none of this.
 */
#ifndef TOCSIN_PROFILE_H
#define TOCSIN_PROFILE_H

#include "match/trace.h"
#include "rules/judge.h"

/* Immutable. */
struct tcs_profile_plan {
    const struct tcs_patterns *patterns;
    enum tcs_plan_mode mode;
    uint8_t *planned;               /* set of terms whose pieces send documents on; empty where needs_all */
    struct tcs_piece *pieces;       /* by term; count 0 where there is none */
    uint32_t *terms;                /* those of planned, in order: what a trace's piece stands for */
    size_t term_count;
    size_t beside_count;            /* terms that are only looked for beside those, because these are not enough alone */
    bool needs_all;                 /* there is no sieve, every document is a candidate */
    struct tcs_trace *traces[TCS_SYNTAX_COUNT]; /* NULL where needs_all */
};

/* The plan of a mode; the ruleset must outlive it. Release it after a failure too. */
TOCSIN_MUST_CHECK tocsin_status tcs_profile_plan_make(struct tcs_profile_plan *plan, struct tcs_ruleset *ruleset,
                                                      enum tcs_plan_mode mode, struct tocsin_error *err);
void tcs_profile_plan_release(struct tcs_profile_plan *plan);
/* Is the rule a reason for needs_all: can it fire in a document without any term that the sieve can look for? */
TOCSIN_MUST_CHECK tocsin_status tcs_profile_plan_escapes(const struct tcs_profile_plan *plan, uint32_t rule,
                                                         bool *escapes_out);

/* Of candidates, which are documents that passed the sieve. */
struct tcs_profile_term {
    uint64_t matches;        /* places where its piece stands in candidates */
    uint64_t sent_on;        /* candidates in which its piece stands */
    uint64_t sent_alone;     /* of these: with no piece of another term */
    uint64_t with_hit;       /* of sent_on: with a hit of the term */
    uint64_t flagged;        /* of sent_on: flagged, by whatever rule */
    uint64_t hits;           /* of the term, in all candidates */
    uint64_t hit_candidates; /* candidates with a hit of the term, whoever sent them on */
    double seconds;          /* of check and judge: of each candidate an equal part for every term that sent it on */
};

struct tcs_profile_rule {
    uint64_t possible;      /* candidates in which the check could not rule it out */
    uint64_t fired;         /* documents */
    uint64_t flagged_alone; /* documents that nothing else flags */
    double seconds;         /* of the judge: of each document an equal part for every rule possible in it */
};

struct tcs_profile {
    const struct tcs_profile_plan *plan;
    struct tcs_profile_term *terms; /* by pattern term */
    struct tcs_profile_rule *rules; /* by rule */
    uint64_t candidates;
    uint64_t unexplained; /* candidates in which no piece of the plan stands: 0 where program and database are of one make */
    /* The candidate at hand: */
    struct tcs_trace_places places;
    uint32_t *here; /* terms that sent it on */
    size_t here_count;
    uint8_t *is_hit; /* set of terms */
    uint8_t *is_possible; /* by rule */
};

TOCSIN_MUST_CHECK tocsin_status tcs_profile_init(struct tcs_profile *profile, const struct tcs_profile_plan *plan);
void tcs_profile_release(struct tcs_profile *profile);
/* Adds `from` to `to`; both have one plan. */
void tcs_profile_add(struct tcs_profile *to, const struct tcs_profile *from);

/* A candidate, as the sieve saw it: which terms sent it on? */
TOCSIN_MUST_CHECK tocsin_status tcs_profile_begin(struct tcs_profile *profile, enum tcs_syntax syntax,
                                                  struct tcs_str bytes);

/* What became of the candidate. */
struct tcs_profile_end {
    bool has_passed; /* the check */
    bool is_flagged;
    double check_seconds, judge_seconds;
};
/* Counts it. judge has checked and judged it, also where the check did not let it pass. */
void tcs_profile_end(struct tcs_profile *profile, const struct tcs_judge *judge, const struct tcs_profile_end *end);

#endif
