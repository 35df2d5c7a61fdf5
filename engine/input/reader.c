/*
 * The loop over members. A codec reads one member (codec.h lists them and tells which it is); here
 * are the expansion limit and what happens after damage: the stored bytes
 * are searched for the next member from just behind the start of the broken one, because a
 * decoder may run far into what follows before it notices, but no farther back than the source
 * keeps history. Every candidate must really decode. What all searching may cost is bounded by a
 * multiple of the input (`spent`), so that hostile input cannot make it quadratic.
 */
#include "input/reader.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "input/codec.h"
#include "input/inflate.h"
#include "input/source.h"

/* Decoded bytes of one step: small enough that the checksum finds them in the cache. */
#define STEP_BYTES ((size_t)128 * 1024)
/* What searching may cost: this many bytes, and this many for each byte of the input. */
#define SEARCH_BYTES ((uint64_t)16 * 1024 * 1024)
#define SEARCH_RATIO ((uint64_t)64)

struct tcs_reader {
    struct tcs_source source;
    struct tcs_reader_limits limits;
    const struct tcs_codec_format *format; /* NULL: plain */
    const struct tcs_codec *codec;         /* NULL: plain, or this build cannot read the format */
    void *codec_state;
    bool in_member;
    bool is_done;
    tocsin_status damage; /* of the last member, until the place to go on is found; else OK */
    bool is_end_certain;  /* the damaged member was consumed to what looked like its end */
    uint64_t member_offset;
    uint64_t member_decoded;
    uint64_t spent; /* bytes that searching cost */
};

/* Of the format that is known already, or that the first bytes tell. */
static tocsin_status choose_codec(struct tcs_reader *reader, struct tocsin_error *err)
{
    tocsin_status st = reader->format ? TOCSIN_OK : tcs_codec_sniff(&reader->source, &reader->format, err);

    if (st != TOCSIN_OK || !reader->format || !reader->format->codec)
        return st;
    reader->codec = reader->format->codec;
    reader->codec_state = reader->format->make(reader->limits.zstd_window_log);
    return reader->codec_state ? TOCSIN_OK : tcs_fail_nomem(err);
}

static void set_limits(struct tcs_reader *reader, const struct tcs_reader_limits *limits)
{
    if (limits)
        reader->limits = *limits;
    if (!reader->limits.expansion_ratio)
        reader->limits.expansion_ratio = 1000;
    if (!reader->limits.expansion_floor_bytes)
        reader->limits.expansion_floor_bytes = (uint64_t)16 * 1024 * 1024;
    if (!reader->limits.zstd_window_log)
        reader->limits.zstd_window_log = 27;
}

/* Takes an opened source. format: NULL to see it from the first bytes. */
static tocsin_status open_source(struct tcs_source source, const struct tcs_codec_format *format,
                                 const struct tcs_reader_limits *limits, struct tcs_reader **reader_out,
                                 struct tocsin_error *err)
{
    struct tcs_reader *reader = calloc(1, sizeof *reader);
    tocsin_status st;

    if (!reader) {
        tcs_source_release(&source);
        return tcs_fail_nomem(err);
    }
    reader->source = source;
    reader->format = format;
    set_limits(reader, limits);
    reader->source.cancel = reader->limits.cancel;
    st = choose_codec(reader, err);
    if (st != TOCSIN_OK) {
        tcs_reader_free(reader);
        return st;
    }
    *reader_out = reader;
    return TOCSIN_OK;
}

tocsin_status tcs_reader_open(const char *path, const struct tcs_reader_limits *limits,
                              struct tcs_reader **reader_out, struct tocsin_error *err)
{
    struct tcs_source source;
    tocsin_status st;

    *reader_out = NULL;
    st = tcs_source_open(&source, path, err);
    return st == TOCSIN_OK ? open_source(source, NULL, limits, reader_out, err) : st;
}

tocsin_status tcs_reader_open_memory(struct tcs_str bytes, const char *name,
                                     const struct tcs_reader_limits *limits,
                                     struct tcs_reader **reader_out, struct tocsin_error *err)
{
    struct tcs_source source;
    tocsin_status st;

    *reader_out = NULL;
    st = tcs_source_open_memory(&source, bytes, name, err);
    return st == TOCSIN_OK ? open_source(source, NULL, limits, reader_out, err) : st;
}

int tcs_reader_share(const struct tcs_reader *reader)
{
    const struct tcs_source *source = &reader->source;

    return source->owns_fd && source->size ? fcntl(source->fd, F_DUPFD_CLOEXEC, 0) : -1;
}

tocsin_status tcs_reader_open_at(int fd, const char *name, const char *codec, uint64_t offset, uint64_t size,
                                 const struct tcs_reader_limits *limits, struct tcs_reader **reader_out,
                                 struct tocsin_error *err)
{
    struct tcs_source source;
    tocsin_status st;

    *reader_out = NULL;
    st = tcs_source_open_at(&source, fd, name, offset, size, err);
    return st == TOCSIN_OK ? open_source(source, tcs_codec_by_name(codec), limits, reader_out, err) : st;
}

void tcs_reader_free(struct tcs_reader *reader)
{
    if (!reader)
        return;
    if (reader->codec)
        reader->codec->free(reader->codec_state);
    tcs_source_release(&reader->source);
    free(reader);
}

bool tcs_reader_use_inflater(struct tcs_reader *reader, const char *name)
{
    const struct tcs_inflate_whole *whole = tcs_inflate_whole_library();
    bool is_whole = whole && !strcmp(whole->name, name);
    const struct tcs_inflate_backend *backend = is_whole ? &tcs_inflate_zlib : tcs_inflate_backend_by_name(name);
    void *state;

    if (!backend || reader->codec != &tcs_gzip_codec || reader->in_member)
        return false;
    state = tcs_gzip_new(backend, is_whole ? whole : NULL);
    if (!state)
        return false;
    reader->codec->free(reader->codec_state);
    reader->codec_state = state;
    return true;
}

bool tcs_reader_seek(struct tcs_reader *reader, uint64_t offset)
{
    if (!tcs_source_seek(&reader->source, offset))
        return false;
    reader->in_member = reader->is_done = false;
    reader->damage = TOCSIN_OK;
    return true;
}

/* ---- plain ---- */

static tocsin_status read_plain(struct tcs_reader *reader, char *out, size_t cap,
                                struct tcs_read *read, struct tocsin_error *err)
{
    tocsin_status st = tcs_source_read(&reader->source, out, cap, &read->length, err);

    if (st != TOCSIN_OK)
        return st;
    if (read->length) {
        reader->in_member = true;
        read->event = TCS_READ_DATA;
    } else if (reader->in_member) {
        reader->in_member = false;
        read->event = TCS_READ_MEMBER_END;
        read->member_length = tcs_source_offset(&reader->source);
    }
    return TOCSIN_OK;
}

static void refuse(struct tcs_reader *reader, struct tcs_read *read, struct tocsin_error *err)
{
    const struct tcs_codec_format *format = reader->format;

    if (format->package)
        (void)tcs_fail(err, TOCSIN_E_UNSUPPORTED, reader->source.name, 0,
                       "the input is compressed by %s, which this build of Tocsin cannot read; "
                       "install %s and build Tocsin anew, or decompress the input into a pipe",
                       format->name, format->package);
    else
        (void)tcs_fail(err, TOCSIN_E_UNSUPPORTED, reader->source.name, 0,
                       "the input is compressed by %s, which Tocsin does not read; decompress it "
                       "into a pipe",
                       format->name);
    read->event = TCS_READ_DAMAGE;
    reader->is_done = true;
}

/* ---- after damage ---- */

/* Whether searching may cost n bytes more; if so they are spent. */
static bool spend(struct tcs_reader *reader, uint64_t n)
{
    uint64_t budget = SEARCH_BYTES + SEARCH_RATIO * tcs_source_offset(&reader->source);

    if (reader->spent + n > budget)
        return false;
    reader->spent += n;
    return true;
}

/*
 * Whether a member can be believed to begin at the source's position. Fills the window before it
 * looks.
 */
static tocsin_status try_member(struct tcs_reader *reader, bool *is_credible_out,
                                struct tocsin_error *err)
{
    struct tcs_source *source = &reader->source;
    tocsin_status st = tcs_source_fill(source, TCS_CODEC_TRIAL_WINDOW, err);
    size_t len, cost = 0;

    *is_credible_out = false;
    if (st != TOCSIN_OK || !spend(reader, 0))
        return st;
    len = tcs_source_available(source);
    if (len > TCS_CODEC_TRIAL_WINDOW)
        len = TCS_CODEC_TRIAL_WINDOW;
    *is_credible_out = reader->codec->is_credible(reader->codec_state, source->data + source->pos,
                                                  len, &cost);
    if (!*is_credible_out && !spend(reader, cost))
        reader->spent += cost;
    return TOCSIN_OK;
}

/*
 * Moves the source to the next member that can be believed, at or behind its position; else to
 * its end, or behind `to`.
 */
static tocsin_status find_member(struct tcs_reader *reader, uint64_t to, struct tocsin_error *err)
{
    const struct tcs_codec *codec = reader->codec;
    struct tcs_source *source = &reader->source;
    const unsigned char *found;
    bool is_credible;
    tocsin_status st;

    for (;;) {
        source->mark = tcs_source_offset(source);
        if (source->mark >= to)
            return TOCSIN_OK;
        st = tcs_source_fill(source, codec->magic_len, err);
        if (st != TOCSIN_OK)
            return st;
        if (tcs_source_available(source) < codec->magic_len) {
            source->pos = source->len;
            return TOCSIN_OK;
        }
        found = memmem(source->data + source->pos, tcs_source_available(source), codec->magic,
                       codec->magic_len);
        if (!found) {
            source->pos = source->len - (codec->magic_len - 1);
            continue;
        }
        source->pos = (size_t)(found - source->data);
        source->mark = tcs_source_offset(source);
        st = try_member(reader, &is_credible, err);
        if (st != TOCSIN_OK || is_credible)
            return st;
        source->pos++;
    }
}

/* Where the search begins after the member broke at the source's position. */
static uint64_t search_start(struct tcs_reader *reader, bool is_behind_limit)
{
    uint64_t here = tcs_source_offset(&reader->source);
    uint64_t first = reader->member_offset + 1;
    uint64_t back = here > TCS_SOURCE_HISTORY ? here - TCS_SOURCE_HISTORY : 0;

    if (first >= here || is_behind_limit)
        return first > here ? first : here;
    if (first < back)
        first = back;
    return spend(reader, here - first) ? first : here;
}

/* Finds the place to go on after damage. When reading fails, the next call tries again. */
static tocsin_status recover(struct tcs_reader *reader, struct tocsin_error *err)
{
    struct tcs_source *source = &reader->source;
    bool is_found = false;
    tocsin_status st;

    if (reader->is_end_certain) {
        /* Only its checksum is wrong: if the input goes on as it should, its end was found. */
        st = tcs_source_fill(source, 1, err);
        if (st != TOCSIN_OK)
            return st;
        is_found = !tcs_source_available(source) || source->data[source->pos] == 0;
        if (!is_found) {
            st = try_member(reader, &is_found, err);
            if (st != TOCSIN_OK)
                return st;
        }
        reader->is_end_certain = false;
    }
    if (!is_found) {
        tcs_source_rewind(source, search_start(reader, reader->damage == TOCSIN_E_LIMIT));
        st = find_member(reader, UINT64_MAX, err);
        if (st != TOCSIN_OK)
            return st;
    }
    reader->damage = TOCSIN_OK;
    return TOCSIN_OK;
}

bool tcs_reader_find_member(struct tcs_reader *reader, uint64_t to)
{
    struct tcs_source *source = &reader->source;
    bool is_found = find_member(reader, to, NULL) == TOCSIN_OK && tcs_source_available(source) &&
                    tcs_source_offset(source) < to;

    reader->spent = 0;
    return is_found;
}

bool tcs_reader_next_member(struct tcs_reader *reader, uint64_t *offset_out)
{
    struct tcs_source *source = &reader->source;

    if (reader->is_done || reader->in_member || reader->damage != TOCSIN_OK ||
        reader->codec->pass(reader->codec_state, source, NULL) != TOCSIN_OK)
        return false;
    *offset_out = tcs_source_offset(source);
    return tcs_source_available(source) > 0;
}

bool tcs_reader_is_fresh(const struct tcs_reader *reader)
{
    const struct tcs_codec *codec = reader->codec;

    return codec && codec->pass && (!codec->is_fresh || codec->is_fresh(reader->codec_state));
}

void tcs_reader_set_stop(struct tcs_reader *reader, const atomic_bool *stop)
{
    reader->source.stop = stop;
}

uint64_t tcs_reader_searched(const struct tcs_reader *reader)
{
    return reader->spent;
}

void tcs_reader_set_searched(struct tcs_reader *reader, uint64_t searched)
{
    reader->spent = searched;
}

static bool is_damage(tocsin_status st)
{
    return st == TOCSIN_E_TRUNCATED || st == TOCSIN_E_CORRUPT || st == TOCSIN_E_LIMIT
        || st == TOCSIN_E_UNSUPPORTED;
}

/* ---- members ---- */

static tocsin_status check_expansion(const struct tcs_reader *reader, struct tocsin_error *err)
{
    const struct tcs_reader_limits *limits = &reader->limits;
    uint64_t stored = tcs_source_offset(&reader->source) - reader->member_offset;

    if (reader->member_decoded <= limits->expansion_floor_bytes
        || reader->member_decoded / limits->expansion_ratio <= stored)
        return TOCSIN_OK;
    return tcs_fail(err, TOCSIN_E_LIMIT, reader->source.name, reader->member_offset,
                    "the member expands to more than %llu times its stored size; raise the limit "
                    "by --max-expansion",
                    (unsigned long long)limits->expansion_ratio);
}

/*
 * Decodes into out until it is full, the member ends or breaks, or the stored bytes at hand are
 * used up. Steps end at multiples of STEP_BYTES of the member, where the expansion is checked.
 */
static tocsin_status decode_member(struct tcs_reader *reader, char *out, size_t cap,
                                   struct tcs_read *read, bool *is_end, struct tocsin_error *err)
{
    struct tcs_source *source = &reader->source;
    size_t room, len;
    tocsin_status st;

    do {
        room = STEP_BYTES - (size_t)(reader->member_decoded % STEP_BYTES);
        if (room > cap - read->length)
            room = cap - read->length;
        st = reader->codec->decode(reader->codec_state, source, (unsigned char *)out + read->length,
                                   room, &len, is_end, err);
        read->length += len;
        reader->member_decoded += len;
        if (st == TOCSIN_OK && !*is_end && len && reader->member_decoded % STEP_BYTES == 0)
            st = check_expansion(reader, err);
        if (st != TOCSIN_OK || *is_end || read->length == cap)
            return st;
    } while (!read->length || tcs_source_available(source));
    return TOCSIN_OK;
}

/* At a member's start: delivers the member, if that can be done at once. Nothing so small expands too much. */
static bool read_whole(struct tcs_reader *reader, char *out, size_t cap, struct tcs_read *read)
{
    const struct tcs_codec *codec = reader->codec;
    size_t room = cap < reader->limits.expansion_floor_bytes ? cap : (size_t)reader->limits.expansion_floor_bytes;

    return codec->decode_whole &&
           codec->decode_whole(reader->codec_state, &reader->source, (unsigned char *)out, room, &read->length);
}

static tocsin_status read_member(struct tcs_reader *reader, char *out, size_t cap,
                                 struct tcs_read *read, struct tocsin_error *err)
{
    bool is_end = false, found = true;
    tocsin_status st = TOCSIN_OK;

    if (reader->damage != TOCSIN_OK) {
        st = recover(reader, err);
        if (st != TOCSIN_OK)
            return st;
    }
    if (!reader->in_member) {
        st = reader->codec->begin(reader->codec_state, &reader->source, &found,
                                  &reader->member_offset, err);
        if (!found)
            return TOCSIN_OK;
        reader->source.mark = reader->member_offset;
        reader->in_member = st == TOCSIN_OK;
        reader->member_decoded = 0;
        is_end = st == TOCSIN_OK && read_whole(reader, out, cap, read);
    }
    if (st == TOCSIN_OK && !is_end)
        st = decode_member(reader, out, cap, read, &is_end, err);
    read->member_offset = reader->member_offset;
    if (is_damage(st)) {
        read->event = TCS_READ_DAMAGE;
        reader->in_member = false;
        reader->damage = st;
        reader->is_end_certain = is_end;
        return TOCSIN_OK;
    }
    if (st != TOCSIN_OK) {
        /* What is decoded is not lost: the source will fail again at the next call. */
        read->event = TCS_READ_DATA;
        return read->length ? TOCSIN_OK : st;
    }
    read->event = is_end ? TCS_READ_MEMBER_END : TCS_READ_DATA;
    if (is_end) {
        reader->in_member = false;
        read->member_length = tcs_source_offset(&reader->source) - reader->member_offset;
    }
    return TOCSIN_OK;
}

tocsin_status tcs_reader_read(struct tcs_reader *reader, char *out, size_t cap,
                              struct tcs_read *read, struct tocsin_error *err)
{
    tocsin_status st = TOCSIN_OK;

    *read = (struct tcs_read){.event = TCS_READ_END};
    if (reader->is_done)
        return TOCSIN_OK;
    if (!reader->format)
        st = read_plain(reader, out, cap, read, err);
    else if (reader->codec)
        st = read_member(reader, out, cap, read, err);
    else
        refuse(reader, read, err);
    if (st != TOCSIN_OK || read->event == TCS_READ_END)
        reader->is_done = true;
    return st;
}

const char *tcs_reader_codec(const struct tcs_reader *reader)
{
    return reader->format ? reader->format->name : "plain";
}

uint64_t tcs_reader_stored_bytes(const struct tcs_reader *reader)
{
    return tcs_source_offset(&reader->source);
}

uint64_t tcs_reader_stored_size(const struct tcs_reader *reader)
{
    return reader->source.size;
}
