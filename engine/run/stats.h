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
/* The table for people: documents, flagged, by lexicon and label, MB/s. */
TOCSIN_MUST_CHECK tocsin_status tcs_stats_table(const struct tcs_stats *stats, const struct tcs_patterns *patterns,
                                                struct tcs_buf *out);

#endif
