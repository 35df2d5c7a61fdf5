/*
 * The chunk buffer holds at most record_limit + 1 bytes, so that "longer than the limit" and "does not fit" are the same
 * question. Where the input breaks, what was read before is worked off as if it were the end, and the framer starts anew.
 */
#include "run/pipeline.h"

#include <errno.h>
#include <string.h>

#include "run/pages.h"
#include "run/rows.h"

#define CHUNK_BYTES ((size_t)1 << 20)
#define DETECT_BYTES ((size_t)256 << 10)
#define FIELDS_ASKED_MIN 1000

static void note_member(struct tcs_worker *w, const struct tcs_read *read, bool *in_member)
{
    struct tcs_chunk *chunk = &w->chunk;
    struct tcs_member *last = chunk->member_count ? &chunk->members[chunk->member_count - 1] : NULL;
    size_t start = chunk->data.len - read->length;

    if (!*in_member) {
        if (TCS_GROW(chunk->members, chunk->member_cap, chunk->member_count + 1) != TOCSIN_OK)
            return; /* pointers get less exact; nothing is lost */
        last = &chunk->members[chunk->member_count++];
        *last = (struct tcs_member){.start = start, .end = SIZE_MAX, .offset = read->member_offset, .starts_here = true};
        w->stats.members++;
    }
    *in_member = read->event == TCS_READ_DATA;
    if (last && read->event == TCS_READ_MEMBER_END) {
        last->end = chunk->data.len;
        last->length = read->member_length;
    } else if (last && read->event == TCS_READ_DAMAGE) {
        last->end = chunk->data.len;
    }
}

struct filling {
    struct tcs_reader *reader;
    bool in_member;
    bool at_end;            /* of the input */
    bool is_damaged;        /* the input broke behind the chunk */
    struct tocsin_error damage;
    uint64_t damage_offset;
    uint64_t reported_bytes;
};

/* Reads until the chunk holds `want` bytes, the input ends or breaks. */
static tocsin_status fill(struct tcs_worker *w, struct filling *f, size_t want, struct tocsin_error *err)
{
    struct tcs_buf *data = &w->chunk.data;
    double start = tcs_worker_clock();
    tocsin_status st = tcs_buf_reserve(data, want > data->len ? want - data->len : 0);

    if (st != TOCSIN_OK)
        return tcs_fail_nomem(err);
    while (data->len < want && !f->at_end && !f->is_damaged) {
        struct tcs_read read;

        st = tcs_reader_read(f->reader, data->data + data->len, want - data->len, &read, &f->damage);
        if (st == TOCSIN_E_NOMEM)
            return tcs_fail_nomem(err);
        if (st != TOCSIN_OK) { /* the input cannot be read any further */
            f->is_damaged = f->at_end = true;
            f->damage_offset = tcs_reader_stored_bytes(f->reader);
            break;
        }
        data->len += read.length;
        w->stats.decoded_bytes += read.length;
        if (read.event == TCS_READ_END) {
            f->at_end = true;
            break;
        }
        note_member(w, &read, &f->in_member);
        if (read.event == TCS_READ_DAMAGE) {
            f->is_damaged = true;
            f->damage_offset = f->damage.offset;
        }
    }
    w->stats.inflate_seconds += tcs_worker_clock() - start;
    if (w->progress_bytes) {
        atomic_fetch_add(w->progress_bytes, tcs_reader_stored_bytes(f->reader) - f->reported_bytes);
        f->reported_bytes = tcs_reader_stored_bytes(f->reader);
    }
    return TOCSIN_OK;
}

/* Forgets the first `used` bytes and the members that ended in them. */
static void drop_front(struct tcs_chunk *chunk, size_t used)
{
    size_t kept = 0, i;

    if (!used)
        return;
    memmove(chunk->data.data, chunk->data.data + used, chunk->data.len - used);
    chunk->data.len -= used;
    chunk->base += used;
    for (i = 0; i < chunk->member_count; i++) {
        struct tcs_member member = chunk->members[i];

        if (member.end <= used)
            continue;
        member.starts_here = member.starts_here && member.start >= used;
        member.start = member.start >= used ? member.start - used : 0;
        member.end = member.end == SIZE_MAX ? SIZE_MAX : member.end - used;
        chunk->members[kept++] = member;
    }
    chunk->member_count = kept;
}

static tocsin_status process(struct tcs_worker *w, bool at_end, bool is_damaged, struct tocsin_error *err)
{
    size_t used = 0;
    tocsin_status st = TOCSIN_OK;

    do {
        if (!w->chunk.data.len)
            break;
        st = w->input.format == TCS_FORMAT_WARC ? tcs_pages_process(w, at_end, is_damaged, &used, err)
                                                : tcs_rows_process(w, at_end, is_damaged, &used, err);
        drop_front(&w->chunk, used);
    } while (st == TOCSIN_OK && used);
    return st;
}

static tocsin_status lose_damage(struct tcs_worker *w, struct filling *f, struct tocsin_error *err)
{
    struct tcs_pointer pointer = {.file = w->input.path, .record = w->input.records + 1, .offset = f->damage_offset};

    f->is_damaged = false;
    f->in_member = false;
    w->input.is_skipping = false;
    return tcs_worker_lose(w, &pointer, f->damage.status == TOCSIN_E_LIMIT ? "limit" : "stream", &f->damage) == TOCSIN_OK
               ? TOCSIN_OK
               : tcs_fail_nomem(err);
}

static void detect_format(struct tcs_worker *w, const struct filling *f)
{
    if (w->input.format == TCS_FORMAT_AUTO)
        w->input.format = tcs_format_detect(tcs_buf_view(&w->chunk.data));
    w->input.is_plain = !strcmp(tcs_reader_codec(f->reader), "plain");
}

static bool is_cancelled(const struct tcs_worker *w)
{
    return w->options->cancel && atomic_load(w->options->cancel);
}

/* Works off what was read; sets *want to how much the chunk must hold next. */
static tocsin_status work_off(struct tcs_worker *w, struct filling *f, size_t *want, struct tocsin_error *err)
{
    size_t most = w->options->record_limit + 1;
    bool is_final = f->at_end || f->is_damaged;
    tocsin_status st = process(w, is_final, f->is_damaged, err);

    if (st == TOCSIN_OK && f->is_damaged) {
        st = lose_damage(w, f, err);
        w->chunk.base += w->chunk.data.len;
        w->chunk.data.len = 0;
        w->chunk.member_count = 0;
    }
    *want = CHUNK_BYTES < most ? CHUNK_BYTES : most;
    if (w->chunk.data.len > *want / 2) /* one document fills most of the chunk */
        *want = w->chunk.data.len < most / 2 ? w->chunk.data.len * 2 : most;
    if (w->progress_documents) {
        atomic_store(w->progress_documents, w->stats.documents);
        atomic_store(w->progress_flagged, w->stats.flagged);
    }
    return st == TOCSIN_OK ? tcs_outlet_offer(w->outlet, w->input.number, &w->lines, err) : st;
}

static tocsin_status check_fields(struct tcs_worker *w, struct tocsin_error *err)
{
    struct tcs_pointer pointer = {.file = w->input.path};
    struct tocsin_error why = {0};

    if (w->input.format != TCS_FORMAT_JSONL || !w->input.has_documents || w->input.has_fields)
        return TOCSIN_OK;
    (void)tcs_fail(&why, TOCSIN_E_ARG, NULL, 0,
                   "none of the first %d documents has any of the keys asked for; name them with --field title=KEY,text=KEY",
                   FIELDS_ASKED_MIN);
    return tcs_worker_lose(w, &pointer, "unreadable", &why) == TOCSIN_OK ? TOCSIN_OK : tcs_fail_nomem(err);
}

static tocsin_status run_open_input(struct tcs_worker *w, struct filling *f, struct tocsin_error *err)
{
    size_t want = DETECT_BYTES;
    tocsin_status st = fill(w, f, want, err);

    if (st != TOCSIN_OK)
        return st;
    detect_format(w, f);
    while (st == TOCSIN_OK) {
        bool ends = f->at_end;

        st = is_cancelled(w) ? tcs_fail(err, TOCSIN_E_CANCELLED, w->input.path, 0, "stopped by a signal")
                             : work_off(w, f, &want, err);
        if (ends || st != TOCSIN_OK)
            break;
        st = fill(w, f, want, err);
    }
    w->stats.stored_bytes += tcs_reader_stored_bytes(f->reader);
    return st == TOCSIN_OK ? check_fields(w, err) : st;
}

tocsin_status tcs_pipeline_run(struct tcs_worker *w, const char *path, size_t number, struct tocsin_error *err)
{
    struct filling f = {.reader = NULL};
    struct tocsin_error why = {0};
    tocsin_status st, closed;

    w->input = (struct tcs_input_state){.path = path, .number = number, .format = w->options->format};
    tcs_buf_reset(&w->chunk.data);
    w->chunk.base = 0;
    w->chunk.member_count = 0;
    w->stats.inputs++;
    st = tcs_reader_open(path, NULL, &f.reader, &why);
    if (st == TOCSIN_OK) {
        st = run_open_input(w, &f, err);
    } else if (st == TOCSIN_E_NOMEM) {
        st = tcs_fail_nomem(err);
    } else {
        struct tcs_pointer pointer = {.file = path};

        st = tcs_worker_lose(w, &pointer, "unreadable", &why) == TOCSIN_OK ? TOCSIN_OK : tcs_fail_nomem(err);
    }
    tcs_reader_free(f.reader);
    closed = tcs_outlet_close(w->outlet, number, &w->lines, st == TOCSIN_OK ? err : NULL);
    return st == TOCSIN_OK ? closed : st;
}
