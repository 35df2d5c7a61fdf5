/* Counts that are put aside come back as they were when a stretch turns out not to count, those of engine errors too. */
#include "run/stretch.h"

#include <string.h>

#include "run/rows.h"

void tcs_stretch_share(struct tcs_stretch *s)
{
    struct tcs_worker *w = s->worker;

    if (!w->shards || s->in.at_end || s->in.is_damaged)
        return;
    s->split = tcs_split_open(w->shards, w, s->in.reader);
    if (s->split) {
        s->in.border = tcs_split_border(s->split);
        return;
    }
    if (!strcmp(tcs_reader_codec(s->in.reader), "plain") || w->options->profile || w->options->visit)
        return;
    s->has_spare = atomic_fetch_sub(&w->shards->spare, 1) > 0;
    if (s->has_spare)
        tcs_intake_read_ahead(&s->in);
    else
        atomic_fetch_add(&w->shards->spare, 1);
}

tocsin_status tcs_stretch_begin(struct tcs_stretch *s, struct tcs_worker *w, struct tcs_shard *shard,
                                struct tcs_reader *reader, struct tocsin_error *err)
{
    *s = (struct tcs_stretch){.worker = w,
                              .split = tcs_shard_split(shard),
                              .shard = shard,
                              .start = tcs_reader_stored_bytes(reader),
                              .counted = w->stats,
                              .sieve_errors = w->sieve.engine_errors,
                              .finder_errors = w->judge.finder.engine_errors};
    w->input = tcs_shard_input(shard);
    tcs_intake_open_at(&s->in, w, reader, s->start);
    s->in.border = tcs_shard_border(shard);
    w->stats = (struct tcs_stats){0};
    return tcs_stats_init(&w->stats, tcs_ruleset_patterns(w->ruleset)) == TOCSIN_OK ? TOCSIN_OK : tcs_fail_nomem(err);
}

/* The worker counts for the run again. */
static void count_again(struct tcs_stretch *s)
{
    tcs_stats_release(&s->worker->stats);
    s->worker->stats = s->counted;
    s->counted = (struct tcs_stats){0};
}

/* What `next` adds to `so_far`, which stands before it in the input. */
static void add_input(struct tcs_input_state *so_far, const struct tcs_input_state *next)
{
    so_far->sequences += next->sequences;
    so_far->charset_errors += next->charset_errors;
    so_far->records += next->records;
    so_far->parsed += next->parsed;
    so_far->has_documents |= next->has_documents;
    so_far->roles |= next->roles;
}

/* Appends lines that were made ahead, behind `records` records. */
static tocsin_status append_lines(struct tcs_outlet_lines *to, struct tcs_outlet_lines *ahead, uint64_t records,
                                  struct tocsin_error *err)
{
    if (tcs_line_settle(&ahead->output, records) != TOCSIN_OK || tcs_line_settle(&ahead->quarantine, records) != TOCSIN_OK ||
        tcs_buf_append_str(&to->output, tcs_buf_view(&ahead->output)) != TOCSIN_OK ||
        tcs_buf_append_str(&to->quarantine, tcs_buf_view(&ahead->quarantine)) != TOCSIN_OK)
        return tcs_fail_nomem(err);
    return TOCSIN_OK;
}

static void release_lines(struct tcs_outlet_lines *lines)
{
    tcs_buf_release(&lines->output);
    tcs_buf_release(&lines->quarantine);
    tcs_buf_release(&lines->header);
}

/* The stretch counts: what was kept by comes behind what was before it. */
static tocsin_status come_to_count(struct tcs_stretch *s, struct tocsin_error *err)
{
    struct tcs_worker *w = s->worker;
    struct tcs_outlet_lines ahead = w->lines;
    uint64_t parsed = w->input.parsed;
    bool is_skipping = w->input.is_skipping;
    struct tcs_baton baton;
    tocsin_status st;

    tcs_shard_take_baton(s->shard, &baton);
    s->shard = NULL;
    s->in.border = tcs_split_border(s->split);
    tcs_reader_set_searched(s->in.reader, baton.searched);
    w->lines = baton.lines;
    st = append_lines(&w->lines, &ahead, baton.input.records, err);
    release_lines(&ahead);
    add_input(&baton.input, &w->input);
    w->input = baton.input;
    w->input.is_skipping = is_skipping;
    w->input.parsed = parsed;
    tcs_stats_add(&s->counted, &w->stats);
    count_again(s);
    tcs_worker_say_notes(w, &w->notes);
    return st;
}

/* The stretch counts, but nothing of it was kept: it begins anew where the shard began. */
static tocsin_status begin_again(struct tcs_stretch *s, struct tocsin_error *err)
{
    struct tcs_worker *w = s->worker;
    struct tcs_reader_limits limits = tcs_intake_limits(w);
    struct tcs_reader *reader;
    struct tcs_baton baton;
    tocsin_status st;

    tcs_shard_take_baton(s->shard, &baton);
    s->shard = NULL;
    w->lines = baton.lines;
    w->input = baton.input;
    tcs_intake_close(&s->in);
    st = tcs_split_reader(s->split, &limits, baton.at, &reader, err);
    tcs_intake_open_at(&s->in, w, reader, baton.at);
    s->in.border = tcs_split_border(s->split);
    if (st == TOCSIN_OK)
        tcs_reader_set_searched(reader, baton.searched);
    return st;
}

tocsin_status tcs_stretch_abandon(struct tcs_stretch *s, struct tocsin_error *err)
{
    struct tcs_worker *w = s->worker;

    if (w->progress_bytes)
        atomic_fetch_sub(w->progress_bytes, s->in.reported_bytes - s->start);
    w->sieve.engine_errors = s->sieve_errors;
    w->judge.finder.engine_errors = s->finder_errors;
    count_again(s);
    tcs_buf_reset(&w->notes);
    release_lines(&w->lines);
    s->is_over = tcs_shard_drop(s->shard);
    if (!s->is_over)
        return begin_again(s, err);
    s->shard = NULL;
    s->split = NULL;
    return TOCSIN_OK;
}

static tocsin_status wait_for_head(struct tcs_stretch *s, bool must, struct tocsin_error *err)
{
    switch (must ? tcs_shard_wait(s->shard) : tcs_shard_look(s->shard)) {
    case TCS_SHARD_HEAD:
        return come_to_count(s, err);
    case TCS_SHARD_VOID:
        return tcs_stretch_abandon(s, err);
    case TCS_SHARD_AHEAD:
    default:
        return TOCSIN_OK;
    }
}

tocsin_status tcs_stretch_settle(struct tcs_stretch *s, struct tocsin_error *err)
{
    const struct tcs_outlet_lines *lines = &s->worker->lines;

    if (!s->shard)
        return TOCSIN_OK;
    return wait_for_head(s, s->in.is_damaged || s->in.at_end ||
                                lines->output.len + lines->quarantine.len + s->worker->notes.len > TCS_OUTLET_HELD_MAX,
                         err);
}

/* Would a shard that begins here do as this stretch would, if it went on? */
static bool is_at_rest(const struct tcs_stretch *s)
{
    const struct tcs_worker *w = s->worker;

    return tcs_reader_is_fresh(s->in.reader) && !w->chunk.data.len && !w->input.is_skipping && w->chunk.base &&
           (w->input.format != TCS_FORMAT_JSONL || tcs_rows_are_known(w));
}

/*
 * The shard is done: what came of it is left to the head. False where the stretch itself counts, or does not count, by now.
 */
static bool leave(struct tcs_stretch *s)
{
    struct tcs_worker *w = s->worker;
    struct tcs_deposit deposit = {
        .input = w->input, .lines = w->lines, .stats = w->stats, .notes = w->notes, .end = s->in.border_at};

    if (!tcs_shard_deposit(s->shard, &deposit))
        return false;
    w->lines = (struct tcs_outlet_lines){0};
    w->notes = (struct tcs_buf){0};
    w->stats = (struct tcs_stats){0};
    count_again(s);
    s->shard = NULL;
    s->split = NULL;
    s->is_over = true;
    return true;
}

/* Takes what came of a shard that begins where this stretch is. */
static tocsin_status take(struct tcs_stretch *s, struct tcs_deposit *deposit, struct tocsin_error *err)
{
    struct tcs_worker *w = s->worker;
    tocsin_status st = append_lines(&w->lines, &deposit->lines, w->input.records, err);

    add_input(&w->input, &deposit->input);
    tcs_stats_add(&w->stats, &deposit->stats);
    tcs_worker_say_notes(w, &deposit->notes);
    tcs_deposit_release(deposit);
    return st == TOCSIN_OK ? tcs_worker_offer(w, err) : st;
}

static tocsin_status go_on_at(struct tcs_stretch *s, uint64_t at, struct tocsin_error *err)
{
    struct tcs_reader_limits limits = tcs_intake_limits(s->worker);
    uint64_t searched = tcs_reader_searched(s->in.reader);
    struct tcs_reader *reader;
    tocsin_status st = tcs_split_reader(s->split, &limits, at, &reader, err);

    if (st != TOCSIN_OK)
        return st;
    tcs_reader_set_searched(reader, searched);
    tcs_intake_move(&s->in, reader, at);
    return TOCSIN_OK;
}

tocsin_status tcs_stretch_hand_over(struct tcs_stretch *s, struct tocsin_error *err)
{
    struct tcs_worker *w = s->worker;
    uint64_t at = s->in.border_at;
    struct tcs_deposit deposit;
    tocsin_status st = TOCSIN_OK;

    if (!s->in.is_at_border)
        return TOCSIN_OK;
    s->in.is_at_border = false;
    if (s->shard && !(is_at_rest(s) && leave(s)))
        st = wait_for_head(s, true, err);
    if (st != TOCSIN_OK || s->is_over || s->in.border_at != at) /* or it began again */
        return st;
    for (;;) {
        struct tcs_baton baton = {.input = w->input, .lines = w->lines, .searched = tcs_reader_searched(s->in.reader)};

        switch (tcs_split_arrive(s->split, at, is_at_rest(s), &baton, &deposit)) {
        case TCS_ARRIVAL_HANDED:
            w->lines = (struct tcs_outlet_lines){0};
            s->split = NULL;
            s->is_over = true;
            return TOCSIN_OK;
        case TCS_ARRIVAL_TAKEN:
            at = deposit.end;
            st = take(s, &deposit, err);
            if (st != TOCSIN_OK)
                return st;
            break;
        case TCS_ARRIVAL_PASS:
        default:
            return at == s->in.border_at ? TOCSIN_OK : go_on_at(s, at, err);
        }
    }
}

void tcs_stretch_end(struct tcs_stretch *s)
{
    tcs_intake_close(&s->in);
    if (s->split)
        tcs_split_close(s->split);
    if (s->has_spare)
        atomic_fetch_add(&s->worker->shards->spare, 1);
}
