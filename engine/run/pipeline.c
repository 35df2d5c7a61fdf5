/*
 * The chunk buffer holds at most record_limit + 1 bytes, so that "longer than the limit" and "does not fit" are the same
 * question. Where the input breaks, what was read before is worked off as if it were the end, and the framer starts anew.
 */
#include "run/pipeline.h"

#include <string.h>

#include "run/pages.h"
#include "run/rows.h"
#include "run/sample.h"
#include "run/stretch.h"
#include "run/tables.h"
#include "run/whole.h"

/* The framer of the format. */
static tocsin_status frame(struct tcs_worker *w, bool at_end, bool is_damaged, size_t *used, struct tocsin_error *err)
{
    switch (w->input.format) {
    case TCS_FORMAT_WARC:
    case TCS_FORMAT_ARC:
        return tcs_pages_process(w, at_end, is_damaged, used, err);
    case TCS_FORMAT_TEXT:
    case TCS_FORMAT_HTML:
        return tcs_whole_process(w, at_end, is_damaged, used, err);
    case TCS_FORMAT_CSV:
        return tcs_tables_process(w, at_end, is_damaged, used, err);
    case TCS_FORMAT_JSONL:
    case TCS_FORMAT_LINES:
    case TCS_FORMAT_AUTO:
    default:
        return tcs_rows_process(w, at_end, is_damaged, used, err);
    }
}

static tocsin_status process(struct tcs_worker *w, bool at_end, bool is_damaged, struct tocsin_error *err)
{
    size_t used = 0;
    tocsin_status st = TOCSIN_OK;

    do {
        if (!w->chunk.data.len)
            break;
        st = frame(w, at_end, is_damaged, &used, err);
        tcs_intake_drop(w, used);
    } while (st == TOCSIN_OK && used);
    return st;
}

static tocsin_status lose_damage(struct tcs_worker *w, struct tcs_intake *in, struct tocsin_error *err)
{
    struct tcs_pointer pointer = {.file = w->input.path, .offset = in->damage.offset};

    in->is_damaged = false;
    in->in_member = false;
    w->input.is_skipping = false;
    return tcs_worker_lose(w, &pointer, in->damage.status == TOCSIN_E_LIMIT ? "limit" : "stream", &in->damage) == TOCSIN_OK
               ? TOCSIN_OK
               : tcs_fail_nomem(err);
}

/* Is the charset a property of the input, not of its documents? JSON is UTF-8, or UTF-16 by its BOM, or as --charset says. */
static bool has_input_charset(enum tcs_format format)
{
    return format == TCS_FORMAT_LINES || format == TCS_FORMAT_CSV;
}

static bool has_utf16_bom(struct tcs_str start)
{
    return start.len >= 2 && (!memcmp(start.data, "\xFF\xFE", 2) || !memcmp(start.data, "\xFE\xFF", 2));
}

/*
 * In UTF-16 without a mark nothing but --charset tells rows and pages, and in GBK a second byte may be a backslash or a
 * comma.
 */
static void detect_again(struct tcs_worker *w)
{
    enum tcs_format format = tcs_format_detect(tcs_buf_view(&w->chunk.data));

    if (format == TCS_FORMAT_JSONL || format == TCS_FORMAT_CSV || format == TCS_FORMAT_HTML)
        w->input.format = format;
}

/* Charset first, where the first bytes are not UTF-8's: the format shows in characters. */
static tocsin_status detect(struct tcs_worker *w, struct tcs_intake *in, struct tocsin_error *err)
{
    struct tcs_str forced = {w->options->charset, w->options->charset ? strlen(w->options->charset) : 0};
    tocsin_status st = TOCSIN_OK;
    bool utf16 = has_utf16_bom(tcs_buf_view(&w->chunk.data));

    if (utf16 && w->input.format != TCS_FORMAT_WARC && w->input.format != TCS_FORMAT_ARC &&
        w->input.format != TCS_FORMAT_HTML && w->input.format != TCS_FORMAT_TEXT)
        st = tcs_intake_decide_charset(in, w, forced, err);
    if (w->input.format == TCS_FORMAT_AUTO)
        w->input.format = tcs_format_detect(tcs_buf_view(&w->chunk.data));
    if (st == TOCSIN_OK && !utf16 &&
        (has_input_charset(w->input.format) || (forced.len && w->input.format == TCS_FORMAT_JSONL)))
        st = tcs_intake_decide_charset(in, w, forced, err);
    if (st == TOCSIN_OK && forced.len && w->input.is_converted && w->options->format == TCS_FORMAT_AUTO)
        detect_again(w);
    if (st == TOCSIN_OK && w->options->as_key && w->chunk.data.len && w->input.format != TCS_FORMAT_JSONL &&
        w->input.format != TCS_FORMAT_CSV)
        st = tcs_fail(err, TOCSIN_E_ARG, w->input.path, 0,
                      "--as needs JSONL or CSV; this input is %s; leave --as out, or name the format with --format",
                      tcs_format_name(w->input.format));
    w->input.is_plain = !strcmp(tcs_reader_codec(in->reader), "plain") && !w->input.is_converted;
    return st;
}

static bool is_cancelled(const struct tcs_worker *w)
{
    return w->options->cancel && atomic_load(w->options->cancel);
}

/* Works off what was read; sets *want to how much the chunk must hold next. */
static tocsin_status work_off(struct tcs_worker *w, struct tcs_intake *in, size_t *want, struct tocsin_error *err)
{
    size_t most = w->options->record_limit + 1;
    bool is_final = in->at_end || in->is_damaged;
    tocsin_status st = process(w, is_final, in->is_damaged, err);

    if (st == TOCSIN_OK && in->is_damaged) {
        st = lose_damage(w, in, err);
        w->chunk.base += w->chunk.data.len;
        w->chunk.data.len = 0;
        w->chunk.member_count = 0;
    }
    *want = w->options->chunk_bytes < most ? w->options->chunk_bytes : most;
    if (w->chunk.data.len > *want / 2) /* one document fills most of the chunk */
        *want = w->chunk.data.len < most / 2 ? w->chunk.data.len * 2 : most;
    if (w->input.is_ahead)
        return st;
    if (w->progress_documents) {
        atomic_store(w->progress_documents, w->stats.documents);
        atomic_store(w->progress_flagged, w->stats.flagged);
    }
    return st == TOCSIN_OK ? tcs_worker_offer(w, err) : st;
}

/* Said once an input, where more than 1 % of its sequences did not decode. */
static tocsin_status warn_of_charset(struct tcs_worker *w, struct tocsin_error *err)
{
    const struct tcs_input_state *in = &w->input;
    bool has_pages = in->format == TCS_FORMAT_WARC || in->format == TCS_FORMAT_ARC;
    struct tcs_buf message = {0};
    tocsin_status st = TOCSIN_OK;

    if (w->options->message && !w->options->is_quiet && in->charset_errors * 100 > in->sequences &&
        tcs_buf_printf(&message, "%s: %llu of %llu characters beyond ASCII%s do not decode as %s and are read as U+FFFD%s",
                       in->path, (unsigned long long)in->charset_errors, (unsigned long long)in->sequences,
                       tcs_sample_is_due(in) ? " in samples" : "",
                       has_pages ? "their pages say" : in->charset ? in->charset : "utf-8",
                       has_pages ? "" : "; --charset LABEL names another charset") == TOCSIN_OK &&
        tcs_buf_putc(&message, '\0') == TOCSIN_OK)
        st = tcs_worker_say(w, message.data);
    tcs_buf_release(&message);
    return st == TOCSIN_OK ? st : tcs_fail_nomem(err);
}

/* A key of --field that is spelled wrong costs its field in silence, unless it is said. */
static tocsin_status warn_of_keys(struct tcs_worker *w, struct tocsin_error *err)
{
    struct tcs_buf message = {0};
    tocsin_status st = TOCSIN_OK;

    if (w->options->message && !w->options->is_quiet && !tcs_layout_is_answered(w->options->layout, w->input.roles) &&
        tcs_buf_printf(&message, "%s: --field names ", w->input.path) == TOCSIN_OK &&
        tcs_layout_unanswered(w->options->layout, w->input.roles, &message) == TOCSIN_OK &&
        tcs_buf_printf(&message, ", which none of the first %d documents has", TCS_ROWS_PARSED) == TOCSIN_OK &&
        tcs_buf_putc(&message, '\0') == TOCSIN_OK)
        st = tcs_worker_say(w, message.data);
    tcs_buf_release(&message);
    return st == TOCSIN_OK ? st : tcs_fail_nomem(err);
}

static tocsin_status check_fields(struct tcs_worker *w, struct tocsin_error *err)
{
    struct tcs_pointer pointer = {.file = w->input.path};
    struct tocsin_error why = {0};

    if ((w->input.format != TCS_FORMAT_JSONL && w->input.format != TCS_FORMAT_CSV) || !w->input.has_documents)
        return TOCSIN_OK;
    if (w->input.roles)
        return warn_of_keys(w, err);
    (void)tcs_fail(&why, TOCSIN_E_ARG, NULL, 0,
                   "none of the first %d documents has any of the keys asked for; name them with --field title=KEY,text=KEY",
                   TCS_ROWS_PARSED);
    return tcs_worker_lose(w, &pointer, "unreadable", &why) == TOCSIN_OK ? TOCSIN_OK : tcs_fail_nomem(err);
}

/* What fell through to lines, but is no text, or JSON in another form, would be searched in vain: better said than done. */
static tocsin_status refuse_what_is_no_text(struct tcs_worker *w, bool *is_refused, struct tocsin_error *err)
{
    struct tcs_pointer pointer = {.file = w->input.path};
    struct tocsin_error why = {0};
    const char *reason = w->options->format == TCS_FORMAT_AUTO && w->input.format == TCS_FORMAT_LINES
                             ? tcs_format_no_lines(tcs_buf_view(&w->chunk.data))
                             : NULL;

    *is_refused = reason != NULL;
    if (!reason)
        return TOCSIN_OK;
    (void)tcs_fail(&why, TOCSIN_E_UNSUPPORTED, NULL, 0, "%s; --format lines searches it all the same", reason);
    return tcs_worker_lose(w, &pointer, "unreadable", &why) == TOCSIN_OK ? TOCSIN_OK : tcs_fail_nomem(err);
}

/*
 * Goes straight to the one record that is looked for, where its offset is known and it can be read without those
 * before.
 */
static tocsin_status jump(struct tcs_worker *w, struct tcs_intake *in, size_t want, struct tocsin_error *err)
{
    bool is_alone = w->input.format == TCS_FORMAT_WARC || w->input.format == TCS_FORMAT_ARC ||
                    w->input.format == TCS_FORMAT_JSONL || w->input.format == TCS_FORMAT_LINES;

    if (!w->options->start_offset || !is_alone || !tcs_intake_seek(in, w, w->options->start_offset))
        return TOCSIN_OK;
    w->input.records = w->options->only_record - 1;
    return tcs_intake_fill(in, w, want, want, err);
}

/* With room for the member that ends behind the bytes that are wanted, up to the limit of records. */
static size_t most_for(const struct tcs_worker *w, size_t want)
{
    size_t limit = w->options->record_limit + 1;

    return limit - want < want / 4 ? limit : want + want / 4;
}

/* A chunk that is read is worked off; then the next is read, unless the stretch, or with it the input, ends. */
static tocsin_status step(struct tcs_stretch *s, size_t *want, bool *is_last, struct tocsin_error *err)
{
    struct tcs_worker *w = s->worker;
    tocsin_status st = tcs_stretch_settle(s, err);

    *is_last = s->in.at_end;
    if (st == TOCSIN_OK && !s->is_over)
        st = is_cancelled(w) ? tcs_fail(err, TOCSIN_E_CANCELLED, w->input.path, 0, "stopped by a signal")
                             : work_off(w, &s->in, want, err);
    if (st == TOCSIN_OK && !s->is_over && !*is_last)
        st = tcs_stretch_hand_over(s, err);
    if (st == TOCSIN_OK && !s->is_over && !*is_last)
        st = tcs_intake_fill(&s->in, w, *want, most_for(w, *want), err);
    return st;
}

/* Until the stretch is over, or the input. What goes wrong ahead is looked at again when it is known to count. */
static tocsin_status run_stretch(struct tcs_stretch *s, size_t want, struct tocsin_error *err)
{
    bool is_last = false;
    tocsin_status st = TOCSIN_OK;

    while (st == TOCSIN_OK && !s->is_over && !is_last) {
        st = step(s, &want, &is_last, err);
        if (st != TOCSIN_OK && s->shard) {
            st = tcs_stretch_abandon(s, err);
            is_last = false;
        }
    }
    if (st != TOCSIN_OK || s->is_over)
        return st;
    st = warn_of_charset(s->worker, err);
    return st == TOCSIN_OK ? check_fields(s->worker, err) : st;
}

static tocsin_status run_from_start(struct tcs_stretch *s, struct tocsin_error *err)
{
    struct tcs_worker *w = s->worker;
    bool is_refused = false;
    size_t want = TCS_SAMPLE_FIRST <= w->options->record_limit ? TCS_SAMPLE_FIRST : w->options->record_limit + 1;
    tocsin_status st = tcs_intake_fill(&s->in, w, want, want, err);

    if (st == TOCSIN_OK)
        st = detect(w, &s->in, err);
    if (st == TOCSIN_OK)
        st = refuse_what_is_no_text(w, &is_refused, err);
    if (st != TOCSIN_OK || is_refused)
        return st;
    st = jump(w, &s->in, want, err);
    if (st != TOCSIN_OK)
        return st;
    tcs_sample_first(w, s->in.at_end || s->in.is_damaged);
    s->in.sample.is_on = tcs_sample_is_due(&w->input);
    tcs_stretch_share(s);
    return run_stretch(s, want, err);
}

/*
 * The worker's part of the input is over. Where the input is, too, its turn at the outlet is given on, also after a
 * failure.
 */
static tocsin_status end_stretch(struct tcs_stretch *s, tocsin_status st, struct tocsin_error *err)
{
    struct tcs_worker *w = s->worker;
    tocsin_status closed;

    if (!s->is_over)
        w->stats.stored_bytes += s->in.stored_bytes;
    tcs_stretch_end(s);
    if (s->is_over)
        return st;
    closed = tcs_outlet_close(w->outlet, w->input.number, &w->lines, st == TOCSIN_OK ? err : NULL);
    if (st == TOCSIN_OK && closed != TOCSIN_OK)
        tcs_error_place(err, w->input.path);
    if (w->shards)
        tcs_shards_input_over(w->shards);
    return st == TOCSIN_OK ? closed : st;
}

tocsin_status tcs_pipeline_run(struct tcs_worker *w, const char *path, size_t number, struct tocsin_error *err)
{
    struct tcs_stretch stretch = {.worker = w};
    struct tocsin_error why = {0};
    tocsin_status st;

    w->input = (struct tcs_input_state){.path = path, .number = number, .format = w->options->format};
    w->stats.inputs++;
    st = tcs_intake_open(&stretch.in, w, path, &why);
    if (st == TOCSIN_OK) {
        st = run_from_start(&stretch, err);
    } else if (st == TOCSIN_E_NOMEM) {
        st = tcs_fail_nomem(err);
    } else if (st == TOCSIN_E_CANCELLED) {
        st = tcs_fail(err, st, path, 0, "stopped by a signal");
    } else {
        struct tcs_pointer pointer = {.file = path};

        st = tcs_worker_lose(w, &pointer, "unreadable", &why) == TOCSIN_OK ? TOCSIN_OK : tcs_fail_nomem(err);
    }
    return end_stretch(&stretch, st, err);
}

tocsin_status tcs_pipeline_run_ahead(struct tcs_worker *w, struct tcs_shard *shard, struct tocsin_error *err)
{
    struct tcs_reader_limits limits = tcs_intake_limits(w);
    struct tcs_stretch stretch = {0};
    struct tcs_reader *reader = tcs_shard_find(shard, &limits);
    tocsin_status st;

    if (!reader && tcs_shard_drop(shard))
        return TOCSIN_OK;
    st = tcs_stretch_begin(&stretch, w, shard, reader, err);
    if (st != TOCSIN_OK)
        st = tcs_stretch_abandon(&stretch, err);
    if (st == TOCSIN_OK && !stretch.is_over)
        st = run_stretch(&stretch, w->options->chunk_bytes, err);
    return end_stretch(&stretch, st, err);
}
