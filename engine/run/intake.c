/*
 * A converted input keeps the bytes behind its last line feed back: in the charsets that we convert by lines a byte 0A is
 * always a line feed (in UTF-16 the unit 000A), so every cut is between characters.
 */
#include "run/intake.h"

#include <stdlib.h>
#include <string.h>

struct tcs_reader_limits tcs_intake_limits(const struct tcs_worker *w)
{
    struct tcs_reader_limits limits = w->options->limits;

    limits.cancel = w->options->cancel;
    return limits;
}

static void empty_chunk(struct tcs_worker *w, uint64_t base)
{
    tcs_buf_reset(&w->chunk.data);
    w->chunk.base = base;
    w->chunk.member_count = 0;
    w->chunk.bad_count = 0;
}

tocsin_status tcs_intake_open(struct tcs_intake *in, struct tcs_worker *w, const char *path, struct tocsin_error *err)
{
    struct tcs_reader_limits limits = tcs_intake_limits(w);

    *in = (struct tcs_intake){.reader = NULL};
    empty_chunk(w, 0);
    return tcs_reader_open(path, &limits, &in->reader, err);
}

bool tcs_intake_seek(struct tcs_intake *in, struct tcs_worker *w, uint64_t offset)
{
    if (w->input.is_converted || !tcs_reader_seek(in->reader, offset))
        return false;
    in->in_member = in->at_end = in->is_damaged = false;
    in->stored_bytes = in->reported_bytes = offset;
    empty_chunk(w, w->input.is_plain ? offset : 0);
    return true;
}

void tcs_intake_open_at(struct tcs_intake *in, struct tcs_worker *w, struct tcs_reader *reader, uint64_t offset)
{
    *in = (struct tcs_intake){.reader = reader, .stored_bytes = offset, .reported_bytes = offset};
    in->sample.is_on = tcs_sample_is_due(&w->input);
    empty_chunk(w, 1);
}

void tcs_intake_move(struct tcs_intake *in, struct tcs_reader *reader, uint64_t offset)
{
    tcs_reader_free(in->reader);
    in->reader = reader;
    in->stored_bytes = in->reported_bytes = offset;
}

void tcs_intake_read_ahead(struct tcs_intake *in)
{
    in->ahead = tcs_ahead_start(in->reader);
}

void tcs_intake_close(struct tcs_intake *in)
{
    tcs_ahead_stop(in->ahead);
    tcs_reader_free(in->reader);
    tcs_buf_release(&in->raw);
    tcs_buf_release(&in->sample.text);
}

/*
 * Where the next byte that is read comes to stand in the chunk. In a converted input the beginning of a line may still be
 * in raw: that line belongs to the member of its first byte, so what follows stands one byte behind its start at least.
 */
static size_t next_place(const struct tcs_intake *in, const struct tcs_worker *w)
{
    return w->chunk.data.len + (w->input.is_converted && in->raw.len > 0);
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
    last->end = next_place(in, w);
    last->length = read->event == TCS_READ_MEMBER_END ? read->member_length : 0;
}

static bool is_utf16(const struct tcs_intake *in)
{
    return !strncmp(in->charset.name, "utf-16", 6);
}

/* Does a line end right before raw[at]? In UTF-16 at is even. */
static bool ends_line(const struct tcs_intake *in, size_t at)
{
    const char *unit = in->raw.data + at - 2;

    if (!is_utf16(in))
        return in->raw.data[at - 1] == '\n';
    return !strcmp(in->charset.name, "utf-16le") ? unit[0] == '\n' && !unit[1] : !unit[0] && unit[1] == '\n';
}

/* How many bytes at the front of raw are whole lines. */
static size_t whole_lines(const struct tcs_intake *in)
{
    size_t at = in->raw.len & ~(size_t)1;

    if (!is_utf16(in)) {
        const char *feed = in->raw.len ? memrchr(in->raw.data, '\n', in->raw.len) : NULL;

        return feed ? (size_t)(feed - in->raw.data) + 1 : 0;
    }
    while (at && !ends_line(in, at))
        at -= 2;
    return at;
}

/* Where the line that begins at raw[start] ends, of the first len bytes. */
static size_t line_end(const struct tcs_intake *in, size_t start, size_t len)
{
    size_t unit = is_utf16(in) ? 2 : 1, at = start;

    while (len - at >= unit) {
        at += unit;
        if (ends_line(in, at))
            return at;
    }
    return len;
}

/* As convert_front, line by line: notes those in which something does not decode. */
static tocsin_status convert_lines(struct tcs_intake *in, struct tcs_worker *w, size_t len, struct tocsin_error *err)
{
    struct tcs_chunk *chunk = &w->chunk;
    struct tcs_charset charset = in->charset;
    size_t start = 0, end;

    for (; start < len; start = end) {
        size_t place = chunk->data.len;
        tocsin_status st;

        end = line_end(in, start, len);
        st = tcs_charset_convert((struct tcs_str){in->raw.data + start, end - start}, &charset, &w->charset, &chunk->data,
                                 err);
        if (st != TOCSIN_OK)
            return st;
        charset.bom_bytes = 0;
        if (!charset.errors)
            continue;
        if (TCS_GROW(chunk->bad_lines, chunk->bad_cap, chunk->bad_count + 1) != TOCSIN_OK)
            return tcs_fail_nomem(err);
        chunk->bad_lines[chunk->bad_count++] = (struct tcs_bad_line){place, charset.errors};
    }
    return TOCSIN_OK;
}

static tocsin_status convert_front(struct tcs_intake *in, struct tcs_worker *w, size_t len, struct tocsin_error *err)
{
    size_t place = w->chunk.data.len;
    tocsin_status st;

    if (!len)
        return TOCSIN_OK;
    st = tcs_charset_convert((struct tcs_str){in->raw.data, len}, &in->charset, &w->charset, &w->chunk.data, err);
    w->input.sequences += in->charset.sequences;
    w->input.charset_errors += in->charset.errors;
    if (st == TOCSIN_OK && in->charset.errors) {
        w->chunk.data.len = place;
        st = convert_lines(in, w, len, err);
    }
    in->charset.bom_bytes = 0; /* only the input's first bytes are one */
    memmove(in->raw.data, in->raw.data + len, in->raw.len - len);
    in->raw.len -= len;
    return st;
}

static tocsin_status convert(struct tcs_intake *in, struct tcs_worker *w, bool all, struct tocsin_error *err)
{
    return convert_front(in, w, all ? in->raw.len : whole_lines(in), err);
}

/* A line over the limit, which the framer will pass over; what follows must begin with a whole unit of UTF-16. */
static tocsin_status convert_long_line(struct tcs_intake *in, struct tcs_worker *w, struct tocsin_error *err)
{
    return convert_front(in, w, in->raw.len & ~(size_t)1, err);
}

/* Converts bytes that were read before the charset was known, member by member, so that members are where their lines are. */
static tocsin_status convert_members(struct tcs_intake *in, struct tcs_worker *w, struct tcs_str bytes,
                                     struct tocsin_error *err)
{
    struct tcs_chunk *chunk = &w->chunk;
    tocsin_status st = TOCSIN_OK;
    size_t at = 0, i;

    for (i = 0; i < chunk->member_count && st == TOCSIN_OK; i++) {
        struct tcs_member *member = &chunk->members[i];
        size_t end = member->end == SIZE_MAX ? bytes.len : member->end;

        member->start = next_place(in, w);
        if (tcs_buf_append(&in->raw, bytes.data + at, end - at) != TOCSIN_OK)
            return tcs_fail_nomem(err);
        st = convert(in, w, false, err);
        if (member->end != SIZE_MAX)
            member->end = next_place(in, w);
        at = end;
    }
    if (st == TOCSIN_OK && tcs_buf_append(&in->raw, bytes.data + at, bytes.len - at) != TOCSIN_OK)
        st = tcs_fail_nomem(err);
    return st == TOCSIN_OK ? convert(in, w, in->at_end || in->is_damaged, err) : st;
}

static tocsin_status take_read(struct tcs_intake *in, struct tcs_worker *w, const struct tcs_read *read, size_t start,
                               struct tocsin_error *err)
{
    tocsin_status st = TOCSIN_OK;

    if (w->input.is_converted)
        st = convert(in, w, read->event == TCS_READ_END || read->event == TCS_READ_DAMAGE, err);
    if (read->event == TCS_READ_END)
        in->at_end = true;
    else
        note_member(in, w, read, start);
    in->is_damaged = read->event == TCS_READ_DAMAGE;
    return st;
}

/*
 * From the reader, or from the thread that reads it. What is waited for the thread is no time of inflating; what it took
 * is.
 */
static tocsin_status next_read(struct tcs_intake *in, struct tcs_worker *w, char *out, size_t room, struct tcs_read *read)
{
    double start, seconds;
    tocsin_status st;

    if (!in->ahead) {
        st = tcs_reader_read(in->reader, out, room, read, &in->damage);
        in->stored_bytes = tcs_reader_stored_bytes(in->reader);
        return st;
    }
    start = tcs_worker_stage_clock(w);
    st = tcs_ahead_read(in->ahead, out, room, read, &in->stored_bytes, &seconds, &in->damage);
    w->stats.inflate_seconds += seconds - (tcs_worker_stage_clock(w) - start);
    return st;
}

/* Is it at a border that it must stop at? Tells in any case how far it is. */
static bool stops_here(struct tcs_intake *in)
{
    uint64_t at;

    if (!in->border || in->in_member || !tcs_reader_next_member(in->reader, &at))
        return false;
    atomic_store(&in->border->at, at);
    in->is_at_border = at >= atomic_load(&in->border->stop);
    in->border_at = at;
    return in->is_at_border;
}

/* One call of the reader, into the chunk or, for a converted input, into raw. */
static tocsin_status read_once(struct tcs_intake *in, struct tcs_worker *w, size_t room, struct tocsin_error *err)
{
    struct tcs_buf *into = w->input.is_converted ? &in->raw : &w->chunk.data;
    size_t start = next_place(in, w);
    struct tcs_read read;
    tocsin_status st;

    /* a line is over the limit or not, however much is read at once */
    if (w->input.is_converted && room > w->options->record_limit + 1 - in->raw.len)
        room = w->options->record_limit + 1 - in->raw.len;
    st = tcs_buf_reserve(into, room);
    if (st != TOCSIN_OK)
        return tcs_fail_nomem(err);
    st = next_read(in, w, into->data + into->len, room, &read);
    if (st == TOCSIN_E_NOMEM)
        return tcs_fail_nomem(err);
    if (st == TOCSIN_E_CANCELLED)
        return tcs_fail(err, st, w->input.path, 0, "stopped by a signal");
    if (st != TOCSIN_OK) { /* it cannot be read any further */
        in->damage.offset = in->stored_bytes;
        in->at_end = true;
        read = (struct tcs_read){.event = TCS_READ_DAMAGE};
    }
    if (read.event != TCS_READ_END)
        tcs_sample_read(&in->sample, w, &read, !in->in_member, into->data + into->len);
    into->len += read.length;
    w->stats.decoded_bytes += read.length;
    return take_read(in, w, &read, start, err);
}

tocsin_status tcs_intake_fill(struct tcs_intake *in, struct tcs_worker *w, size_t want, size_t most,
                              struct tocsin_error *err)
{
    double start = tcs_worker_stage_clock(w);
    tocsin_status st = TOCSIN_OK;

    in->is_at_border = false;
    while (w->chunk.data.len < want && !in->at_end && !in->is_damaged && st == TOCSIN_OK && !stops_here(in)) {
        if (w->input.is_converted && in->raw.len > w->options->record_limit)
            st = convert_long_line(in, w, err);
        else
            st = read_once(in, w, most - w->chunk.data.len, err);
    }
    w->stats.inflate_seconds += tcs_worker_stage_clock(w) - start;
    if (w->progress_bytes) {
        atomic_fetch_add(w->progress_bytes, in->stored_bytes - in->reported_bytes);
        in->reported_bytes = in->stored_bytes;
    }
    return st;
}

tocsin_status tcs_intake_decide_charset(struct tcs_intake *in, struct tcs_worker *w, struct tcs_str forced,
                                        struct tocsin_error *err)
{
    struct tcs_charset_hints hints = {.forced = forced};
    struct tcs_buf read = w->chunk.data;
    tocsin_status st;

    tcs_charset_decide(tcs_buf_view(&w->chunk.data), &hints, &w->charset, &in->charset);
    w->input.charset = in->charset.name;
    w->input.charset_from = in->charset.from;
    if (!strcmp(in->charset.name, "utf-8"))
        return TOCSIN_OK;
    w->input.is_converted = true;
    w->chunk.data = (struct tcs_buf){0};
    st = convert_members(in, w, tcs_buf_view(&read), err);
    tcs_buf_release(&read);
    return st;
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
    for (i = kept = 0; i < chunk->bad_count; i++) {
        struct tcs_bad_line bad = chunk->bad_lines[i];

        if (bad.start < used)
            continue;
        bad.start -= used;
        chunk->bad_lines[kept++] = bad;
    }
    chunk->bad_count = kept;
}
