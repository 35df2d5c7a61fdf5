/* Counters are listed once, in a table of offsets, so that adding up and writing cannot forget one of them. */
#include "run/stats.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "input/json.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

struct number {
    const char *name;
    size_t offset;
};
#define NUMBER(field) {#field, offsetof(struct tcs_stats, field)}

static const struct number counters[] = {
    NUMBER(inputs),          NUMBER(stored_bytes),     NUMBER(decoded_bytes),    NUMBER(members),
    NUMBER(documents),       NUMBER(sieve_candidates), NUMBER(check_candidates), NUMBER(with_hits),
    NUMBER(flagged),         NUMBER(emitted),          NUMBER(hits),             NUMBER(stream_damage),
    NUMBER(document_damage), NUMBER(limits),           NUMBER(unreadable),       NUMBER(engine_errors),
};
static const struct number timers[] = {
    NUMBER(inflate_seconds), NUMBER(sieve_seconds), NUMBER(check_seconds), NUMBER(judge_seconds), NUMBER(wall_seconds),
};

/* A table by label, lexicon or rule. */
struct section {
    const char *key, *heading;
    const uint64_t *counts;
    size_t count;
    const char *(*name)(const struct tcs_patterns *patterns, size_t index);
};

static const char *label_name(const struct tcs_patterns *patterns, size_t index)
{
    return patterns->labels[index].name;
}

static const char *lexicon_name(const struct tcs_patterns *patterns, size_t index)
{
    return index < patterns->lexicon_count ? patterns->lexicons[index].name : TCS_QUOTED_LEXICON;
}

static const char *rule_name(const struct tcs_patterns *patterns, size_t index)
{
    return patterns->rules[index].name;
}

#define SECTIONS 3

static void list_sections(const struct tcs_stats *stats, struct section sections[SECTIONS])
{
    sections[0] = (struct section){"by_label", "flagged by label", stats->by_label, stats->label_count, label_name};
    sections[1] =
        (struct section){"by_lexicon", "flagged by lexicon", stats->by_lexicon, stats->lexicon_count, lexicon_name};
    sections[2] = (struct section){"by_rule", "flagged by rule", stats->by_rule, stats->rule_count, rule_name};
}

static uint64_t counter(const struct tcs_stats *stats, const struct number *number)
{
    uint64_t value;

    memcpy(&value, (const char *)stats + number->offset, sizeof value);
    return value;
}

static double timer(const struct tcs_stats *stats, const struct number *number)
{
    double value;

    memcpy(&value, (const char *)stats + number->offset, sizeof value);
    return value;
}

/* ---- life ---- */

tocsin_status tcs_stats_init(struct tcs_stats *stats, const struct tcs_patterns *patterns)
{
    *stats = (struct tcs_stats){.label_count = patterns->label_count,
                                .lexicon_count = patterns->lexicon_count + 1,
                                .rule_count = patterns->rule_count};
    stats->by_label = calloc(stats->label_count + 1, sizeof *stats->by_label);
    stats->by_lexicon = calloc(stats->lexicon_count, sizeof *stats->by_lexicon);
    stats->by_rule = calloc(stats->rule_count + 1, sizeof *stats->by_rule);
    if (stats->by_label && stats->by_lexicon && stats->by_rule)
        return TOCSIN_OK;
    tcs_stats_release(stats);
    return TOCSIN_E_NOMEM;
}

void tcs_stats_release(struct tcs_stats *stats)
{
    free(stats->by_label);
    free(stats->by_lexicon);
    free(stats->by_rule);
    *stats = (struct tcs_stats){0};
}

static void add_counts(uint64_t *to, const uint64_t *from, size_t count)
{
    size_t i;

    for (i = 0; i < count; i++)
        to[i] += from[i];
}

void tcs_stats_add(struct tcs_stats *to, const struct tcs_stats *from)
{
    size_t i;

    for (i = 0; i < COUNT(counters); i++) {
        uint64_t sum = counter(to, &counters[i]) + counter(from, &counters[i]);

        memcpy((char *)to + counters[i].offset, &sum, sizeof sum);
    }
    to->inflate_seconds += from->inflate_seconds;
    to->sieve_seconds += from->sieve_seconds;
    to->check_seconds += from->check_seconds;
    to->judge_seconds += from->judge_seconds;
    to->is_incomplete = to->is_incomplete || from->is_incomplete;
    add_counts(to->by_label, from->by_label, to->label_count);
    add_counts(to->by_lexicon, from->by_lexicon, to->lexicon_count);
    add_counts(to->by_rule, from->by_rule, to->rule_count);
}

/* ---- JSON ---- */

static double ratio(uint64_t part, uint64_t whole)
{
    return whole ? (double)part / (double)whole : 0;
}

void tcs_stats_stages(const struct tcs_stats *stats, struct tcs_stage stages[TCS_STAGES])
{
    stages[0] = (struct tcs_stage){"sieve", stats->documents, stats->sieve_candidates,
                                   ratio(stats->sieve_candidates, stats->documents), stats->sieve_seconds};
    stages[1] = (struct tcs_stage){"check", stats->sieve_candidates, stats->check_candidates,
                                   ratio(stats->check_candidates, stats->sieve_candidates), stats->check_seconds};
    stages[2] = (struct tcs_stage){"judge", stats->check_candidates, stats->flagged,
                                   ratio(stats->flagged, stats->check_candidates), stats->judge_seconds};
}

tocsin_status tcs_stats_stages_json(const struct tcs_stats *stats, struct tcs_buf *out)
{
    struct tcs_stage stages[TCS_STAGES];
    tocsin_status st = TOCSIN_OK;
    size_t i;

    tcs_stats_stages(stats, stages);
    for (i = 0; st == TOCSIN_OK && i < TCS_STAGES; i++)
        st = tcs_buf_printf(out, "%c{\"stage\":\"%s\",\"in\":%llu,\"out\":%llu,\"ratio\":%.6f,\"seconds\":%.6f}",
                            i ? ',' : '[', stages[i].name, (unsigned long long)stages[i].in,
                            (unsigned long long)stages[i].out, stages[i].ratio, stages[i].seconds);
    return st == TOCSIN_OK ? tcs_buf_putc(out, ']') : st;
}

/* MB/s of decoded bytes. */
static double speed(const struct tcs_stats *stats)
{
    return stats->wall_seconds > 0 ? (double)stats->decoded_bytes / 1e6 / stats->wall_seconds : 0;
}

static tocsin_status write_section(const struct section *section, const struct tcs_patterns *patterns,
                                   struct tcs_buf *out)
{
    tocsin_status st = tcs_buf_printf(out, ",\"%s\":{", section->key);
    bool is_first = true;
    size_t i;

    for (i = 0; st == TOCSIN_OK && i < section->count; i++) {
        const char *name = section->name(patterns, i);

        if (!section->counts[i])
            continue;
        if (!is_first)
            st = tcs_buf_putc(out, ',');
        is_first = false;
        if (st == TOCSIN_OK)
            st = tcs_json_write_string(out, (struct tcs_str){name, strlen(name)});
        if (st == TOCSIN_OK)
            st = tcs_buf_printf(out, ":%llu", (unsigned long long)section->counts[i]);
    }
    return st == TOCSIN_OK ? tcs_buf_putc(out, '}') : st;
}

tocsin_status tcs_stats_json(const struct tcs_stats *stats, const struct tcs_patterns *patterns, struct tcs_buf *out)
{
    struct section sections[SECTIONS];
    tocsin_status st = tcs_buf_append_str(out, TCS_STR("{\"v\":1"));
    size_t i;

    list_sections(stats, sections);
    for (i = 0; st == TOCSIN_OK && i < COUNT(counters); i++)
        st = tcs_buf_printf(out, ",\"%s\":%llu", counters[i].name, (unsigned long long)counter(stats, &counters[i]));
    if (st == TOCSIN_OK)
        st = tcs_buf_printf(out, ",\"candidate_ratio\":%.6f,\"check_ratio\":%.6f,\"flagged_ratio\":%.6f",
                            ratio(stats->sieve_candidates, stats->documents),
                            ratio(stats->check_candidates, stats->documents), ratio(stats->flagged, stats->documents));
    if (st == TOCSIN_OK)
        st = tcs_buf_append_str(out, TCS_STR(",\"stages\":"));
    if (st == TOCSIN_OK)
        st = tcs_stats_stages_json(stats, out);
    for (i = 0; st == TOCSIN_OK && i < COUNT(timers); i++)
        st = tcs_buf_printf(out, ",\"%s\":%.6f", timers[i].name, timer(stats, &timers[i]));
    if (st == TOCSIN_OK)
        st = tcs_buf_printf(out, ",\"decoded_mb_per_second\":%.3f,\"is_incomplete\":%s", speed(stats),
                            stats->is_incomplete ? "true" : "false");
    for (i = 0; st == TOCSIN_OK && i < SECTIONS; i++)
        st = write_section(&sections[i], patterns, out);
    return st == TOCSIN_OK ? tcs_buf_append_str(out, TCS_STR("}\n")) : st;
}

/* ---- the table ---- */

struct row {
    const char *name;
    uint64_t count;
    size_t index;
};

/* Most first; of equals, as their author wrote them. */
static int compare_rows(const void *left, const void *right)
{
    const struct row *a = left, *b = right;

    if (a->count != b->count)
        return a->count > b->count ? -1 : 1;
    return a->index < b->index ? -1 : a->index > b->index;
}

const char *tcs_stats_grouped(uint64_t value, char *text)
{
    char *p = text + 31;
    int digits = 0;

    *p = '\0';
    do {
        if (digits && digits % 3 == 0)
            *--p = ',';
        *--p = (char)('0' + value % 10);
        value /= 10;
        digits++;
    } while (value);
    return p;
}

static tocsin_status write_row(struct tcs_buf *out, const char *name, uint64_t count, uint64_t whole)
{
    char text[32];

    if (!whole)
        return tcs_buf_printf(out, "  %-30s %15s\n", name, tcs_stats_grouped(count, text));
    return tcs_buf_printf(out, "  %-30s %15s %6.1f %%\n", name, tcs_stats_grouped(count, text), 100 * ratio(count, whole));
}

static tocsin_status write_table_section(const struct tcs_stats *stats, const struct section *section,
                                         const struct tcs_patterns *patterns, struct tcs_buf *out)
{
    struct row *rows = calloc(section->count + 1, sizeof *rows);
    tocsin_status st = TOCSIN_OK;
    size_t count = 0, i;

    if (!rows)
        return TOCSIN_E_NOMEM;
    for (i = 0; i < section->count; i++)
        if (section->counts[i])
            rows[count++] = (struct row){section->name(patterns, i), section->counts[i], i};
    qsort(rows, count, sizeof *rows, compare_rows);
    if (count)
        st = tcs_buf_printf(out, "\n%s\n", section->heading);
    for (i = 0; st == TOCSIN_OK && i < count; i++)
        st = write_row(out, rows[i].name, rows[i].count, stats->flagged);
    free(rows);
    return st;
}

static tocsin_status write_losses(const struct tcs_stats *stats, struct tcs_buf *out)
{
    const struct row losses[] = {
        {"damage in streams", stats->stream_damage, 0}, {"damaged documents", stats->document_damage, 1},
        {"over a limit", stats->limits, 2},             {"unreadable inputs", stats->unreadable, 3},
        {"engine errors, worked around", stats->engine_errors, 4},
    };
    tocsin_status st = TOCSIN_OK;
    bool has_any = false;
    size_t i;

    for (i = 0; st == TOCSIN_OK && i < COUNT(losses); i++) {
        if (!losses[i].count)
            continue;
        if (!has_any)
            st = tcs_buf_append_str(out, TCS_STR("\nlosses\n"));
        has_any = true;
        if (st == TOCSIN_OK)
            st = write_row(out, losses[i].name, losses[i].count, 0);
    }
    return st;
}

static tocsin_status write_head(const struct tcs_stats *stats, struct tcs_buf *out)
{
    const struct row rows[] = {
        {"documents", stats->documents, 0},
        {"passed the sieve", stats->sieve_candidates, 1},
        {"passed the check", stats->check_candidates, 1},
        {"with hits", stats->with_hits, 1},
        {"flagged", stats->flagged, 1},
    };
    tocsin_status st = write_row(out, "inputs", stats->inputs, 0);
    size_t i;

    if (st == TOCSIN_OK)
        st = tcs_buf_printf(out, "  %-30s %15.1f MB\n  %-30s %15.1f MB\n", "stored", (double)stats->stored_bytes / 1e6,
                            "decoded", (double)stats->decoded_bytes / 1e6);
    if (st == TOCSIN_OK)
        st = tcs_buf_printf(out, "  %-30s %15.2f s\n  %-30s %15.1f MB/s\n", "time", stats->wall_seconds,
                            "speed, decoded", speed(stats));
    for (i = 0; st == TOCSIN_OK && i < COUNT(rows); i++)
        st = write_row(out, rows[i].name, rows[i].count, rows[i].index ? stats->documents : 0);
    return st;
}

tocsin_status tcs_stats_table(const struct tcs_stats *stats, const struct tcs_patterns *patterns, struct tcs_buf *out)
{
    struct section sections[SECTIONS];
    tocsin_status st = write_head(stats, out);
    size_t i;

    list_sections(stats, sections);
    for (i = 0; st == TOCSIN_OK && i < SECTIONS; i++)
        st = write_table_section(stats, &sections[i], patterns, out);
    return st == TOCSIN_OK ? write_losses(stats, out) : st;
}
