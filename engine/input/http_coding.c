/*
 * gzip and zstd go through the reader, which owns their headers, and are believed by their magic;
 * deflate is zlib's wrapper (RFC 1950) or, as some servers send it, raw; br has a door of its own
 * (http_brotli.c), and like deflate no magic.
 */
#include "input/http_coding.h"

#include <string.h>

#include "input/inflate.h"
#include "input/reader.h"

#ifdef TCS_HAVE_BROTLI
#define UNBROTLI tcs_http_unbrotli
#else
#define UNBROTLI NULL
#endif

/* Room made for each step of decompression. */
#define STEP_BYTES ((size_t)64 * 1024)

/* ---- for the codings ---- */

bool tcs_http_is_plain_text(struct tcs_str bytes)
{
    size_t n = bytes.len < 256 ? bytes.len : 256, i;
    unsigned char c;

    for (i = 0; i < n; i++) {
        c = (unsigned char)bytes.data[i];
        if (c < 0x20 && !(c >= '\t' && c <= '\r'))
            return false;
    }
    return true;
}

tocsin_status tcs_http_make_room(struct tcs_buf *out, size_t start, size_t limit_bytes,
                                 size_t *room_out, struct tocsin_error *err)
{
    size_t left = limit_bytes - (out->len - start);

    *room_out = left < STEP_BYTES ? left + 1 : STEP_BYTES;
    return tcs_buf_reserve(out, *room_out) == TOCSIN_OK ? TOCSIN_OK : tcs_fail_nomem(err);
}

tocsin_status tcs_http_check_limit(struct tcs_buf *out, size_t start, size_t limit_bytes,
                                   struct tocsin_error *err)
{
    if (out->len - start <= limit_bytes)
        return TOCSIN_OK;
    out->len = start + limit_bytes;
    return tcs_fail(err, TOCSIN_E_LIMIT, NULL, 0,
                    "the body expands to more than %zu bytes; raise the limit by --record-limit",
                    limit_bytes);
}

/* ---- the codings ---- */

/* gzip and zstd: the reader knows them by their first bytes. */
static tocsin_status undo_by_reader(struct tcs_str bytes, size_t limit_bytes, struct tcs_buf *out,
                                    struct tocsin_error *err)
{
    struct tcs_reader_limits limits = {.expansion_ratio = UINT64_MAX};
    struct tcs_reader *reader = NULL;
    struct tcs_read read = {0};
    size_t start = out->len, room;
    struct tocsin_error damage = {0};
    tocsin_status st = tcs_reader_open_memory(bytes, NULL, &limits, &reader, err);

    while (st == TOCSIN_OK && read.event != TCS_READ_END) {
        st = tcs_http_make_room(out, start, limit_bytes, &room, err);
        if (st != TOCSIN_OK)
            break;
        st = tcs_reader_read(reader, out->data + out->len, room, &read, &damage);
        out->len += read.length;
        if (st == TOCSIN_OK && read.event == TCS_READ_DAMAGE)
            st = damage.status;
        if (st != TOCSIN_OK)
            (void)tcs_fail(err, st, NULL, damage.offset, "%s", damage.message);
        else
            st = tcs_http_check_limit(out, start, limit_bytes, err);
    }
    tcs_reader_free(reader);
    return st;
}

static uint32_t adler32_of(const char *data, size_t len)
{
    const unsigned char *p = (const unsigned char *)data;
    uint32_t a = 1, b = 0;
    size_t n;

    while (len) {
        /* 5552 is the most that cannot overflow 32 bits (RFC 1950). */
        n = len < 5552 ? len : 5552;
        len -= n;
        while (n--) {
            a += *p++;
            b += a;
        }
        a %= 65521;
        b %= 65521;
    }
    return b << 16 | a;
}

/* Inflates raw deflate to the end of out. *in is moved behind the stream. */
static tocsin_status inflate_raw(const unsigned char **in, const unsigned char *in_end,
                                 size_t limit_bytes, struct tcs_buf *out, struct tocsin_error *err)
{
    const struct tcs_inflate_backend *backend = tcs_inflate_backend_at(0);
    void *state = backend->make();
    struct tcs_inflate_io io = {.in = *in, .in_end = in_end};
    enum tcs_inflate_result result = TCS_INFLATE_MORE;
    size_t start = out->len, room, made;
    tocsin_status st = state ? TOCSIN_OK : tcs_fail_nomem(err);

    while (st == TOCSIN_OK && result == TCS_INFLATE_MORE) {
        st = tcs_http_make_room(out, start, limit_bytes, &room, err);
        if (st != TOCSIN_OK)
            break;
        io.out = (unsigned char *)out->data + out->len;
        io.out_end = io.out + room;
        result = backend->run(state, &io);
        made = room - (size_t)(io.out_end - io.out);
        out->len += made;
        st = tcs_http_check_limit(out, start, limit_bytes, err);
        if (st != TOCSIN_OK)
            break;
        if (result == TCS_INFLATE_BAD) {
            st = tcs_fail(err, TOCSIN_E_CORRUPT, NULL, 0, "the deflated body is damaged (%s: %s)",
                          backend->name, io.reason);
        } else if (result == TCS_INFLATE_NOMEM) {
            st = tcs_fail_nomem(err);
        } else if (result == TCS_INFLATE_MORE && !made && io.in == io.in_end) {
            st = tcs_fail(err, TOCSIN_E_TRUNCATED, NULL, 0, "the deflated body is cut off");
        }
    }
    *in = io.in;
    if (state)
        backend->free(state);
    return st;
}

static bool has_zlib_header(struct tcs_str bytes)
{
    const unsigned char *p = (const unsigned char *)bytes.data;

    return bytes.len >= 2 && (p[0] & 0x0F) == 8 && p[0] >> 4 <= 7 && !(p[1] & 0x20)
        && (p[0] << 8 | p[1]) % 31 == 0;
}

static tocsin_status inflate_zlib(struct tcs_str bytes, size_t limit_bytes, struct tcs_buf *out,
                                  struct tocsin_error *err)
{
    const unsigned char *in = (const unsigned char *)bytes.data + 2;
    const unsigned char *end = (const unsigned char *)bytes.data + bytes.len;
    size_t start = out->len;
    tocsin_status st = inflate_raw(&in, end, limit_bytes, out, err);
    uint32_t sum;

    if (st != TOCSIN_OK)
        return st;
    if (end - in < 4)
        return tcs_fail(err, TOCSIN_E_TRUNCATED, NULL, 0, "the deflated body has no checksum");
    sum = (uint32_t)in[0] << 24 | (uint32_t)in[1] << 16 | (uint32_t)in[2] << 8 | in[3];
    if (sum != adler32_of(out->data + start, out->len - start))
        return tcs_fail(err, TOCSIN_E_CORRUPT, NULL, 0,
                        "the deflated body does not have the checksum that it states");
    return TOCSIN_OK;
}

/*
 * deflate means zlib's wrapper; some send raw deflate. Bytes that are neither from their start
 * on, or that look like text and are not a whole stream, were decoded before: they are kept as
 * they are (*is_undone_out false).
 */
static tocsin_status undeflate(struct tcs_str bytes, size_t limit_bytes, struct tcs_buf *out,
                               bool *is_undone_out, struct tocsin_error *err)
{
    const unsigned char *in = (const unsigned char *)bytes.data;
    struct tocsin_error damage = {0};
    size_t start = out->len;
    tocsin_status st = TOCSIN_E_CORRUPT;

    *is_undone_out = bytes.len > 0;
    if (!bytes.len)
        return TOCSIN_OK;
    if (has_zlib_header(bytes))
        st = inflate_zlib(bytes, limit_bytes, out, &damage);
    if (st == TOCSIN_E_CORRUPT && out->len == start)
        st = inflate_raw(&in, in + bytes.len, limit_bytes, out, &damage);
    if (st == TOCSIN_OK)
        return st;
    if ((st == TOCSIN_E_CORRUPT || st == TOCSIN_E_TRUNCATED)
        && (out->len == start || tcs_http_is_plain_text(bytes))) {
        out->len = start;
        *is_undone_out = false;
        return TOCSIN_OK;
    }
    return tcs_fail(err, st, NULL, damage.offset, "%s", damage.message);
}

static tocsin_status ungzip(struct tcs_str bytes, size_t limit_bytes, struct tcs_buf *out,
                            bool *is_undone_out, struct tocsin_error *err)
{
    *is_undone_out = bytes.len >= 3 && memcmp(bytes.data, "\x1F\x8B\x08", 3) == 0;
    return *is_undone_out ? undo_by_reader(bytes, limit_bytes, out, err) : TOCSIN_OK;
}

static tocsin_status unzstd(struct tcs_str bytes, size_t limit_bytes, struct tcs_buf *out,
                            bool *is_undone_out, struct tocsin_error *err)
{
    *is_undone_out = bytes.len >= 4
        && (memcmp(bytes.data, "\x28\xB5\x2F\xFD", 4) == 0
            || ((bytes.data[0] & 0xF0) == 0x50 && memcmp(bytes.data + 1, "\x2A\x4D\x18", 3) == 0));
    return *is_undone_out ? undo_by_reader(bytes, limit_bytes, out, err) : TOCSIN_OK;
}

/* ---- the table ---- */

static const struct {
    const char *name;
    tocsin_status (*undo)(struct tcs_str bytes, size_t limit_bytes, struct tcs_buf *out,
                          bool *is_undone_out, struct tocsin_error *err); /* NULL: cannot be */
    const char *package; /* what a build that can needs; NULL where there is none */
} codings[] = {
    {"gzip", ungzip, NULL},   {"x-gzip", ungzip, NULL},         {"deflate", undeflate, NULL},
    {"zstd", unzstd, NULL},   {"br", UNBROTLI, "libbrotli-dev"}, {"compress", NULL, NULL},
    {"x-compress", NULL, NULL},
};

tocsin_status tcs_http_uncode(struct tcs_str coding, struct tcs_str bytes, size_t limit_bytes,
                              struct tcs_buf *out, bool *is_undone_out, struct tocsin_error *err)
{
    struct tcs_str name;
    size_t i;

    *is_undone_out = false;
    for (i = 0; i < sizeof codings / sizeof *codings; i++) {
        name = (struct tcs_str){codings[i].name, strlen(codings[i].name)};
        if (tcs_str_equal_nocase(coding, name))
            break;
    }
    if (i == sizeof codings / sizeof *codings)
        return TOCSIN_OK;
    if (codings[i].undo)
        return codings[i].undo(bytes, limit_bytes, out, is_undone_out, err);
    if (tcs_http_is_plain_text(bytes))
        return TOCSIN_OK;
    return tcs_fail(err, TOCSIN_E_UNSUPPORTED, NULL, 0,
                    "the body is encoded by %s, which this build of Tocsin cannot undo%s%s%s",
                    codings[i].name, codings[i].package ? "; install " : "",
                    codings[i].package ? codings[i].package : "",
                    codings[i].package ? " and build Tocsin anew" : "");
}
