/* What the stages share; each stage's own logic stands in its own file. */
#include "run/worker.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

tocsin_status tcs_worker_init(struct tcs_worker *w, struct tcs_ruleset *ruleset, const struct tcs_scan_options *options,
                              struct tcs_outlet *outlet, struct tocsin_error *err)
{
    tocsin_status st;

    *w = (struct tcs_worker){.ruleset = ruleset, .options = options, .outlet = outlet};
    w->mode = options->emit == TCS_EMIT_FLAGGED ? TCS_PLAN_FLAGGED : TCS_PLAN_HITS;
    st = tcs_judge_init(&w->judge, ruleset, err);
    w->judge.keeps_seen = options->profile != NULL;
    w->judge.eval.keeps_removed = options->visit != NULL;
    if (st == TOCSIN_OK && tcs_stats_init(&w->stats, tcs_ruleset_patterns(ruleset)) != TOCSIN_OK)
        st = tcs_fail_nomem(err);
    if (st == TOCSIN_OK && options->profile && tcs_profile_init(&w->profile, options->profile->plan) != TOCSIN_OK)
        st = tcs_fail_nomem(err);
    return st;
}

void tcs_worker_release(struct tcs_worker *w)
{
    tcs_judge_release(&w->judge);
    tcs_sieve_scratch_release(&w->sieve);
    tcs_html_scratch_release(&w->html);
    tcs_charset_scratch_release(&w->charset);
    tcs_json_scratch_release(&w->json);
    tcs_document_release(&w->doc);
    tcs_line_scratch_release(&w->line);
    tcs_buf_release(&w->body);
    tcs_buf_release(&w->converted);
    tcs_buf_release(&w->repaired);
    tcs_buf_release(&w->fields);
    tcs_buf_release(&w->lean);
    tcs_buf_release(&w->as_line);
    tcs_buf_release(&w->url);
    tcs_buf_release(&w->chunk.data);
    free(w->chunk.members);
    free(w->chunk.bad_lines);
    free(w->pages.items);
    free(w->pages.losses);
    tcs_lines_release(&w->ends);
    tcs_layout_columns_release(&w->table.columns);
    tcs_csv_scratch_release(&w->table.row);
    tcs_csv_rows_release(&w->table.ends);
    tcs_buf_release(&w->lines.header);
    tcs_buf_release(&w->lines.output);
    tcs_buf_release(&w->lines.quarantine);
    tcs_buf_release(&w->notes);
    tcs_stats_release(&w->stats);
    tcs_profile_release(&w->profile);
}

static tocsin_status get_sieve(struct tcs_worker *w, enum tcs_syntax syntax, const struct tcs_sieve **sieve_out,
                               struct tocsin_error *err)
{
    tocsin_status st = TOCSIN_OK;

    if (!w->has_sieve[syntax]) {
        st = tcs_ruleset_sieve(w->ruleset, w->mode, syntax, &w->sieves[syntax], err);
        if (st == TOCSIN_OK && w->sieves[syntax])
            st = tcs_sieve_fit(w->sieves[syntax], &w->sieve, err);
        w->has_sieve[syntax] = st == TOCSIN_OK;
    }
    *sieve_out = w->sieves[syntax];
    return st;
}

tocsin_status tcs_worker_sieve(struct tcs_worker *w, enum tcs_syntax syntax, const struct tcs_sieve **sieve_out,
                               struct tocsin_error *err)
{
    *sieve_out = NULL;
    if (w->options->no_sieve || w->options->emit == TCS_EMIT_ALL || w->options->emit == TCS_EMIT_FIELDS)
        return TOCSIN_OK;
    return get_sieve(w, syntax, sieve_out, err);
}

bool tcs_worker_locate_whole(void *context, size_t at, struct tcs_span *span_out)
{
    (void)at;
    *span_out = (struct tcs_span){0, *(const size_t *)context, 0};
    return true;
}

tocsin_status tcs_worker_is_candidate(struct tcs_worker *w, enum tcs_syntax syntax, struct tcs_str bytes,
                                      bool *is_candidate_out, struct tocsin_error *err)
{
    struct tcs_sieve_scratch scratch = {0};
    const struct tcs_sieve *sieve;
    tocsin_status st = get_sieve(w, syntax, &sieve, err);

    *is_candidate_out = true;
    if (st != TOCSIN_OK || !sieve)
        return st;
    if (tcs_sieve_scan(sieve, &scratch, bytes, true, tcs_worker_locate_whole, &bytes.len) != TOCSIN_OK)
        st = tcs_fail_nomem(err);
    *is_candidate_out = scratch.candidate_count > 0;
    tcs_sieve_scratch_release(&scratch);
    return st;
}

tocsin_status tcs_worker_admit(struct tcs_worker *w, enum tcs_syntax syntax, struct tcs_str bytes,
                               struct tocsin_error *err)
{
    w->stats.sieve_candidates++;
    if (w->options->profile && tcs_profile_begin(&w->profile, syntax, bytes) != TOCSIN_OK)
        return tcs_fail_nomem(err);
    return TOCSIN_OK;
}

tocsin_status tcs_worker_sift(struct tcs_worker *w, const struct tcs_sieve *sieve, struct tcs_str data,
                              tcs_locate locate, void *context, struct tocsin_error *err)
{
    double start = tcs_worker_stage_clock(w);
    tocsin_status st = tcs_sieve_scan(sieve, &w->sieve, data, false, locate, context);

    w->stats.sieve_seconds += tcs_worker_stage_clock(w) - start;
    return st == TOCSIN_OK ? st : tcs_fail_nomem(err);
}

tocsin_status tcs_worker_offer(struct tcs_worker *w, struct tocsin_error *err)
{
    tocsin_status st = tcs_outlet_offer(w->outlet, w->input.number, &w->lines, err);

    if (st != TOCSIN_OK)
        tcs_error_place(err, w->input.path);
    return st;
}

tocsin_status tcs_worker_lose(struct tcs_worker *w, const struct tcs_pointer *pointer, const char *kind,
                              const struct tocsin_error *why)
{
    struct tcs_buf message = {0};
    tocsin_status st = TOCSIN_OK;

    w->stats.is_incomplete = true;
    if (why->status == TOCSIN_E_LIMIT)
        w->stats.limits++;
    else if (!strcmp(kind, "document"))
        w->stats.document_damage++;
    else if (!strcmp(kind, "unreadable"))
        w->stats.unreadable++;
    else
        w->stats.stream_damage++;
    if (w->options->message && !w->options->is_quiet &&
        (strcmp(kind, "unreadable") != 0
             ? tcs_buf_printf(&message, "%s: byte %llu: %s", pointer->file, (unsigned long long)pointer->offset, why->message)
             : tcs_buf_printf(&message, "%s: %s", pointer->file, why->message)) == TOCSIN_OK &&
        tcs_buf_putc(&message, '\0') == TOCSIN_OK)
        st = tcs_worker_say(w, message.data);
    tcs_buf_release(&message);
    if (st != TOCSIN_OK)
        return st;
    return tcs_line_loss(&w->lines.quarantine, pointer, kind, why);
}

tocsin_status tcs_worker_say(struct tcs_worker *w, const char *text)
{
    if (w->input.is_ahead)
        return tcs_buf_append(&w->notes, text, strlen(text) + 1);
    w->options->message(w->options->message_context, text);
    return TOCSIN_OK;
}

void tcs_worker_say_notes(const struct tcs_worker *w, struct tcs_buf *notes)
{
    size_t at;

    for (at = 0; at < notes->len; at += strlen(notes->data + at) + 1)
        w->options->message(w->options->message_context, notes->data + at);
    tcs_buf_reset(notes);
}

/* The last member that starts at or before a place. */
static const struct tcs_member *member_at(const struct tcs_chunk *chunk, size_t at)
{
    size_t low = 0, high = chunk->member_count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (chunk->members[middle].start <= at)
            low = middle + 1;
        else
            high = middle;
    }
    return low ? &chunk->members[low - 1] : NULL;
}

void tcs_worker_point(const struct tcs_worker *w, size_t start, size_t end, struct tcs_pointer *pointer)
{
    const struct tcs_member *member = member_at(&w->chunk, start);

    pointer->is_ahead = w->input.is_ahead;
    pointer->length = 0;
    pointer->offset = member ? member->offset : 0;
    if (w->input.is_plain) {
        pointer->offset = w->chunk.base + start;
        pointer->length = end - start;
    } else if (member && member->starts_here && member->start == start && member->end == end) {
        pointer->length = member->length;
    }
}

size_t tcs_worker_charset_errors(struct tcs_worker *w, struct tcs_str bytes, bool is_well_formed)
{
    struct tcs_charset utf8 = {.name = "utf-8", .from = "utf-8"};
    size_t start = (size_t)(bytes.data - w->chunk.data.data), errors = 0, i;

    if (!w->input.is_converted)
        return !is_well_formed && tcs_charset_convert(bytes, &utf8, &w->charset, NULL, NULL) == TOCSIN_OK
                   ? utf8.errors
                   : 0;
    for (i = 0; i < w->chunk.bad_count; i++)
        if (w->chunk.bad_lines[i].start >= start && w->chunk.bad_lines[i].start < start + bytes.len)
            errors += w->chunk.bad_lines[i].errors;
    return errors;
}

static double read_clock(clockid_t clock)
{
    struct timespec now;

    (void)clock_gettime(clock, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

double tcs_worker_clock(void)
{
    return read_clock(CLOCK_MONOTONIC);
}

double tcs_worker_stage_clock(const struct tcs_worker *w)
{
    return read_clock(w->options->profile ? CLOCK_THREAD_CPUTIME_ID : CLOCK_MONOTONIC);
}
