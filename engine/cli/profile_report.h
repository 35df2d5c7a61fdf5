/* profile_report: a profile as a table for people or as JSON (docs/profile.md), dearest first. */
#ifndef TOCSIN_PROFILE_REPORT_H
#define TOCSIN_PROFILE_REPORT_H

#include "run/profile.h"
#include "run/stats.h"

struct tcs_profile_report {
    const struct tcs_profile *profile;
    const struct tcs_stats *stats;
    const char *db;   /* hash of the patterns */
    bool has_all;     /* also the terms that the plan left out */
    uint32_t *terms;  /* made by tcs_profile_report_make: those of the plan, dearest first, */
    size_t planned;   /* so many, */
    size_t count;     /* then those left out, most hits first; all of them */
    uint32_t *rules;  /* dearest first */
    uint32_t wasted;  /* the dearest term of the plan that never came to anything; UINT32_MAX if there is none */
};

/* profile, stats, db and has_all are set, and borrowed. TOCSIN_OK or TOCSIN_E_NOMEM. */
TOCSIN_MUST_CHECK tocsin_status tcs_profile_report_make(struct tcs_profile_report *report);
void tcs_profile_report_release(struct tcs_profile_report *report);
TOCSIN_MUST_CHECK tocsin_status tcs_profile_report_table(const struct tcs_profile_report *report, struct tcs_buf *out);
/* One object and a line feed: docs/schema/profile.schema.json. */
TOCSIN_MUST_CHECK tocsin_status tcs_profile_report_json(const struct tcs_profile_report *report, struct tcs_buf *out);

#endif
