/*
 * stats: what a scan did, in numbers. Each worker counts in its own struct and adds it up at the end. Plain data.
 */
#ifndef TOCSIN_STATS_H
#define TOCSIN_STATS_H

#include "base/buf.h"
#include "rules/patterns.h"

struct tcs_stats {
    uint64_t inputs, stored_bytes, decoded_bytes, members;
    uint64_t documents;          /* seen by the framer */
    uint64_t sieve_candidates;   /* passed the sieve (all, without one) */
    uint64_t check_candidates;   /* passed the check */
    uint64_t with_hits, flagged, emitted;
    uint64_t hits;               /* of documents that were judged */
    uint64_t stream_damage, document_damage, limits, unreadable; /* losses, each with a line in the quarantine */
    uint64_t engine_errors;
    double inflate_seconds, sieve_seconds, check_seconds, judge_seconds, wall_seconds;
    bool is_incomplete;          /* some input was not searched */
    /* flagged documents by label and by lexicon with a hit; arrays by index, one more for "rules" */
    uint64_t *by_label, *by_lexicon, *by_rule;
    size_t label_count, lexicon_count, rule_count;
};

TOCSIN_MUST_CHECK tocsin_status tcs_stats_init(struct tcs_stats *stats, const struct tcs_patterns *patterns);
void tcs_stats_release(struct tcs_stats *stats);
/* Adds `from` to `to`; both made from the same patterns. wall_seconds is left alone. */
void tcs_stats_add(struct tcs_stats *to, const struct tcs_stats *from);
/* One JSON object with a newline; the keys stand in docs/formats.md. */
TOCSIN_MUST_CHECK tocsin_status tcs_stats_json(const struct tcs_stats *stats, const struct tcs_patterns *patterns,
                                               struct tcs_buf *out);
/* What went into the sieve, the check and the judge, and what came out. */
#define TCS_STAGES 3
struct tcs_stage {
    const char *name;
    uint64_t in, out; /* documents; out of the judge: flagged */
    double ratio;     /* out over in; 0 where nothing went in */
    double seconds;
};
void tcs_stats_stages(const struct tcs_stats *stats, struct tcs_stage stages[TCS_STAGES]);
/* The stages as a JSON array. */
TOCSIN_MUST_CHECK tocsin_status tcs_stats_stages_json(const struct tcs_stats *stats, struct tcs_buf *out);
/* 1234567 as 1,234,567; text has room for 32 bytes, the result points into it. */
const char *tcs_stats_grouped(uint64_t value, char *text);
/* The table for people: documents, flagged, by lexicon and label, MB/s. */
TOCSIN_MUST_CHECK tocsin_status tcs_stats_table(const struct tcs_stats *stats, const struct tcs_patterns *patterns,
                                                struct tcs_buf *out);

#endif
