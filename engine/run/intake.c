/*
 * A converted input keeps the bytes behind its last line feed back: in the charsets that we convert by lines a byte 0A is
 * always a line feed (in UTF-16 the unit 000A), so every cut is between characters.
 */
#include "run/intake.h"

#include <stdlib.h>
#include <string.h>

tocsin_status tcs_intake_open(struct tcs_intake *in, struct tcs_worker *w, const char *path, struct tocsin_error *err)
{
    *in = (struct tcs_intake){.reader = NULL};
    tcs_buf_reset(&w->chunk.data);
    w->chunk.base = 0;
    w->chunk.member_count = 0;
    return tcs_reader_open(path, &w->options->limits, &in->reader, err);
}

void tcs_intake_close(struct tcs_intake *in)
{
    tcs_reader_free(in->reader);
    tcs_buf_release(&in->raw);
}

/* Notes where a member starts and ends; start is where its bytes of this call begin in the chunk. */
static void note_member(struct tcs_intake *in, struct tcs_worker *w, const struct tcs_read *read, size_t start)
{
    struct tcs_chunk *chunk = &w->chunk;
    struct tcs_member *last = chunk->member_count ? &chunk->members[chunk->member_count - 1] : NULL;

    if (!in->in_member) {
        if (TCS_GROW(chunk->members, chunk->member_cap, chunk->member_count + 1) != TOCSIN_OK)
            return; /* pointers get less exact; nothing is lost */
        last = &chunk->members[chunk->member_count++];
        *last = (struct tcs_member){.start = start, .end = SIZE_MAX, .offset = read->member_offset, .starts_here = true};
        w->stats.members++;
    }
    in->in_member = read->event == TCS_READ_DATA;
    if (!last || in->in_member)
        return;
    last->end = chunk->data.len;
    last->length = read->event == TCS_READ_MEMBER_END ? read->member_length : 0;
}

/* How many bytes at the front of raw are whole lines. */
static size_t whole_lines(const struct tcs_intake *in)
{
    const char *raw = in->raw.data;
    bool little = !strcmp(in->charset.name, "utf-16le"), big = !strcmp(in->charset.name, "utf-16be");
    size_t at;

    if (!little && !big) {
        const char *feed = in->raw.len ? memrchr(raw, '\n', in->raw.len) : NULL;

        return feed ? (size_t)(feed - raw) + 1 : 0;
    }
    for (at = in->raw.len & ~(size_t)1; at >= 2; at -= 2)
        if (raw[at - (little ? 2 : 1)] == '\n' && raw[at - (little ? 1 : 2)] == 0)
            return at;
    return 0;
}

static tocsin_status convert(struct tcs_intake *in, struct tcs_worker *w, bool all, struct tocsin_error *err)
{
    size_t len = all ? in->raw.len : whole_lines(in);
    tocsin_status st;

    if (!len)
        return TOCSIN_OK;
    st = tcs_charset_convert((struct tcs_str){in->raw.data, len}, &in->charset, &w->charset, &w->chunk.data, err);
    in->charset.bom_bytes = 0; /* only the input's first bytes are one */
    memmove(in->raw.data, in->raw.data + len, in->raw.len - len);
    in->raw.len -= len;
    return st;
}

static tocsin_status take_read(struct tcs_intake *in, struct tcs_worker *w, const struct tcs_read *read, size_t start,
                               struct tocsin_error *err)
{
    tocsin_status st = TOCSIN_OK;

    if (in->is_converted)
        st = convert(in, w, read->event == TCS_READ_END || read->event == TCS_READ_DAMAGE, err);
    if (read->event == TCS_READ_END)
        in->at_end = true;
    else
        note_member(in, w, read, start);
    in->is_damaged = read->event == TCS_READ_DAMAGE;
    return st;
}

/* One call of the reader, into the chunk or, for a converted input, into raw. */
static tocsin_status read_once(struct tcs_intake *in, struct tcs_worker *w, size_t room, struct tocsin_error *err)
{
    struct tcs_buf *into = in->is_converted ? &in->raw : &w->chunk.data;
    size_t start = w->chunk.data.len;
    struct tcs_read read;
    tocsin_status st = tcs_buf_reserve(into, room);

    if (st != TOCSIN_OK)
        return tcs_fail_nomem(err);
    st = tcs_reader_read(in->reader, into->data + into->len, room, &read, &in->damage);
    if (st == TOCSIN_E_NOMEM)
        return tcs_fail_nomem(err);
    if (st != TOCSIN_OK) { /* it cannot be read any further */
        in->damage.offset = tcs_reader_stored_bytes(in->reader);
        in->at_end = true;
        read = (struct tcs_read){.event = TCS_READ_DAMAGE};
    }
    into->len += read.length;
    w->stats.decoded_bytes += read.length;
    return take_read(in, w, &read, start, err);
}

tocsin_status tcs_intake_fill(struct tcs_intake *in, struct tcs_worker *w, size_t want, struct tocsin_error *err)
{
    double start = tcs_worker_clock();
    tocsin_status st = TOCSIN_OK;

    while (w->chunk.data.len < want && !in->at_end && !in->is_damaged && st == TOCSIN_OK) {
        if (in->is_converted && in->raw.len > w->options->record_limit)
            st = convert(in, w, true, err); /* a line over the limit: the framer says so */
        else
            st = read_once(in, w, want - w->chunk.data.len, err);
    }
    w->stats.inflate_seconds += tcs_worker_clock() - start;
    if (w->progress_bytes) {
        atomic_fetch_add(w->progress_bytes, tcs_reader_stored_bytes(in->reader) - in->reported_bytes);
        in->reported_bytes = tcs_reader_stored_bytes(in->reader);
    }
    return st;
}

tocsin_status tcs_intake_decide_charset(struct tcs_intake *in, struct tcs_worker *w, struct tcs_str forced,
                                        struct tocsin_error *err)
{
    struct tcs_charset_hints hints = {.forced = forced};
    struct tcs_buf raw;

    tcs_charset_decide(tcs_buf_view(&w->chunk.data), &hints, &w->charset, &in->charset);
    w->input.charset = in->charset.name;
    w->input.charset_from = in->charset.from;
    if (!strcmp(in->charset.name, "utf-8"))
        return TOCSIN_OK;
    in->is_converted = true;
    raw = w->chunk.data;
    w->chunk.data = in->raw;
    in->raw = raw;
    return convert(in, w, in->at_end || in->is_damaged, err);
}

void tcs_intake_drop(struct tcs_worker *w, size_t used)
{
    struct tcs_chunk *chunk = &w->chunk;
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
