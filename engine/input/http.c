/*
 * The head is walked line by line (CRLF or LF, folded lines). The body is undone in the order in
 * which it was made on the wire: chunks, then content codings from the last to the first. Chunks
 * are believed once one whole chunk is well formed; whatever breaks later is damage, and what
 * follows it is kept as it stands. gzip goes through the reader, which owns its headers; deflate
 * is zlib's wrapper (RFC 1950) or, as some servers send it, raw.
 */
#include "input/http.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "input/inflate.h"
#include "input/reader.h"

/* Room made for each step of decompression. */
#define STEP_BYTES ((size_t)64 * 1024)

/* ---- head ---- */

/* The end of the field at p: its line and the folded lines after it. */
static const char *field_end(const char *p, const char *end)
{
    const char *nl;

    do {
        nl = memchr(p, '\n', (size_t)(end - p));
        if (!nl)
            return end;
        p = nl + 1;
    } while (p < end && (*p == ' ' || *p == '\t'));
    return p;
}

/* The bytes of the line break that the line at p begins with; 0 where the line is not empty. */
static size_t empty_line(const char *p, const char *end)
{
    if (*p == '\n')
        return 1;
    return end - p >= 2 && p[0] == '\r' && p[1] == '\n' ? 2 : 0;
}

static bool is_quote(char c)
{
    return c == '"' || c == '\'';
}

/* The charset parameter of a Content-Type's parameters. */
static struct tcs_str find_charset(struct tcs_str params)
{
    const char *p = params.data, *end = params.data + params.len;
    const char *semicolon;
    struct tcs_str param, name;
    size_t eq;

    for (; p < end; p = semicolon + 1) {
        semicolon = memchr(p, ';', (size_t)(end - p));
        if (!semicolon)
            semicolon = end;
        param = tcs_str_trim((struct tcs_str){p, (size_t)(semicolon - p)});
        for (eq = 0; eq < param.len && param.data[eq] != '='; eq++)
            continue;
        name = tcs_str_trim((struct tcs_str){param.data, eq});
        if (eq == param.len || !tcs_str_equal_nocase(name, TCS_STR("charset")))
            continue;
        param = tcs_str_trim((struct tcs_str){param.data + eq + 1, param.len - eq - 1});
        while (param.len && is_quote(param.data[0])) {
            param.data++;
            param.len--;
        }
        while (param.len && is_quote(param.data[param.len - 1]))
            param.len--;
        return tcs_str_trim(param);
    }
    return (struct tcs_str){0};
}

/* The first of fields that occur twice counts. */
static void take_field(const char *p, const char *next, struct tcs_http *http)
{
    const char *colon = memchr(p, ':', (size_t)(next - p));
    const char *semicolon;
    struct tcs_str name, value;

    if (!colon)
        return;
    name = tcs_str_trim((struct tcs_str){p, (size_t)(colon - p)});
    value = tcs_str_trim((struct tcs_str){colon + 1, (size_t)(next - colon - 1)});
    if (!http->content_type.data && tcs_str_equal_nocase(name, TCS_STR("Content-Type"))) {
        semicolon = memchr(value.data, ';', value.len);
        http->content_type = value;
        if (semicolon) {
            http->content_type.len = (size_t)(semicolon - value.data);
            http->charset = find_charset((struct tcs_str){
                semicolon + 1, (size_t)(value.data + value.len - semicolon - 1)});
            http->content_type = tcs_str_trim(http->content_type);
        }
    } else if (!http->content_encoding.data
               && tcs_str_equal_nocase(name, TCS_STR("Content-Encoding"))) {
        http->content_encoding = value;
    } else if (!http->transfer_encoding.data
               && tcs_str_equal_nocase(name, TCS_STR("Transfer-Encoding"))) {
        http->transfer_encoding = value;
    }
}

static unsigned parse_status(const char *p, const char *next)
{
    const char *space = memchr(p, ' ', (size_t)(next - p));
    unsigned status = 0;
    int i;

    if (!space)
        return 0;
    while (space < next && *space == ' ')
        space++;
    for (i = 0; i < 3 && space < next && *space >= '0' && *space <= '9'; i++)
        status = status * 10 + (unsigned)(*space++ - '0');
    return i == 3 ? status : 0;
}

void tcs_http_parse(struct tcs_str block, struct tcs_http *http)
{
    const char *p, *end, *next;

    *http = (struct tcs_http){0};
    if (block.len < 5 || strncasecmp(block.data, "HTTP/", 5) != 0)
        return;
    p = block.data;
    end = block.data + block.len;
    next = field_end(p, end);
    http->status = parse_status(p, next);
    if (!http->status)
        return;
    for (p = next; p < end; p = next) {
        if (empty_line(p, end)) {
            next = p + empty_line(p, end);
            break;
        }
        next = field_end(p, end);
        take_field(p, next, http);
    }
    http->body = (size_t)(next - block.data);
}

/* ---- chunks ---- */

static int hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/*
 * The line that begins a chunk: size, extensions, line break. Returns the position behind it;
 * NULL where there is no such line.
 */
static const char *chunk_line(const char *p, const char *end, size_t *size)
{
    const char *start = p;
    const char *nl;

    *size = 0;
    for (; p < end && hex_value(*p) >= 0; p++) {
        if (*size > SIZE_MAX >> 4)
            return NULL;
        *size = *size << 4 | (size_t)hex_value(*p);
    }
    if (p == start)
        return NULL;
    while (p < end && (*p == ' ' || *p == '\t'))
        p++;
    if (p < end && *p == ';') {
        nl = memchr(p, '\n', (size_t)(end - p));
        return nl ? nl + 1 : NULL;
    }
    if (p < end && *p == '\r')
        p++;
    return p < end && *p == '\n' ? p + 1 : NULL;
}

/* Behind the line break that closes a chunk's data; NULL where it is missing. */
static const char *chunk_close(const char *p, const char *end)
{
    if (p < end && *p == '\r')
        p++;
    return p < end && *p == '\n' ? p + 1 : NULL;
}

/* Whether the first chunk is whole and well formed. An empty body in chunks is one empty chunk. */
static bool is_chunked(struct tcs_str body)
{
    const char *end = body.data + body.len;
    size_t size;
    const char *p = chunk_line(body.data, end, &size);

    if (!p || size > (size_t)(end - p))
        return false;
    return size == 0 || chunk_close(p + size, end);
}

static bool has_token(struct tcs_str list, const char *token)
{
    size_t len = strlen(token), i;

    for (i = 0; i + len <= list.len; i++) {
        if (strncasecmp(list.data + i, token, len) == 0)
            return true;
    }
    return false;
}

/* Appends the chunks' data to out; from the first break on the bytes as they are. */
static tocsin_status dechunk(struct tcs_str body, struct tcs_buf *out, struct tocsin_error *err)
{
    const char *p = body.data, *end = body.data + body.len, *data;
    tocsin_status st = TOCSIN_E_CORRUPT;
    size_t size;

    for (;;) {
        data = chunk_line(p, end, &size);
        if (!data)
            break;
        if (size == 0)
            return TOCSIN_OK;
        if (size > (size_t)(end - data)) {
            p = data;
            st = TOCSIN_E_TRUNCATED;
            break;
        }
        if (tcs_buf_append(out, data, size) != TOCSIN_OK)
            return tcs_fail_nomem(err);
        p = chunk_close(data + size, end);
        if (!p) {
            p = data + size;
            break;
        }
    }
    if (p == end)
        st = TOCSIN_E_TRUNCATED;
    if (tcs_buf_append(out, p, (size_t)(end - p)) != TOCSIN_OK)
        return tcs_fail_nomem(err);
    return tcs_fail(err, st, NULL, (uint64_t)(p - body.data),
                    st == TOCSIN_E_TRUNCATED ? "the body ends before its last chunk"
                                             : "the body's chunks are damaged");
}

/* ---- content codings ---- */

static tocsin_status fail_limit(size_t limit_bytes, struct tocsin_error *err)
{
    return tcs_fail(err, TOCSIN_E_LIMIT, NULL, 0,
                    "the body expands to more than %zu bytes; raise the limit by --max-record",
                    limit_bytes);
}

/*
 * Room for one step in out, whose first byte of this body is at start; LIMIT where the body is
 * full.
 */
static tocsin_status make_room(struct tcs_buf *out, size_t start, size_t limit_bytes, size_t *room,
                               struct tocsin_error *err)
{
    size_t left = limit_bytes - (out->len - start);

    /* One byte more than the limit tells a body that is full from one that fits. */
    *room = left < STEP_BYTES ? left + 1 : STEP_BYTES;
    return tcs_buf_reserve(out, *room) == TOCSIN_OK ? TOCSIN_OK : tcs_fail_nomem(err);
}

static tocsin_status gunzip(struct tcs_str bytes, size_t limit_bytes, struct tcs_buf *out,
                            struct tocsin_error *err)
{
    struct tcs_reader_limits limits = {.expansion_ratio = UINT64_MAX};
    struct tcs_reader *reader = NULL;
    struct tcs_read read = {0};
    size_t start = out->len, room;
    struct tocsin_error damage = {0};
    tocsin_status st = tcs_reader_open_memory(bytes, NULL, &limits, &reader, err);

    while (st == TOCSIN_OK && read.event != TCS_READ_END) {
        st = make_room(out, start, limit_bytes, &room, err);
        if (st != TOCSIN_OK)
            break;
        st = tcs_reader_read(reader, out->data + out->len, room, &read, &damage);
        out->len += read.length;
        if (st == TOCSIN_OK && read.event == TCS_READ_DAMAGE)
            st = damage.status;
        if (st != TOCSIN_OK) {
            (void)tcs_fail(err, st, NULL, damage.offset, "%s", damage.message);
        } else if (out->len - start > limit_bytes) {
            out->len = start + limit_bytes;
            st = fail_limit(limit_bytes, err);
        }
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
        st = make_room(out, start, limit_bytes, &room, err);
        if (st != TOCSIN_OK)
            break;
        io.out = (unsigned char *)out->data + out->len;
        io.out_end = io.out + room;
        result = backend->run(state, &io);
        made = room - (size_t)(io.out_end - io.out);
        out->len += made;
        if (out->len - start > limit_bytes) {
            out->len = start + limit_bytes;
            st = fail_limit(limit_bytes, err);
        } else if (result == TCS_INFLATE_BAD) {
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

/*
 * Whether bytes are text that was decoded before, whatever the header says: no control characters
 * but white space among the first bytes. A coder's output has some.
 */
static bool is_plain_text(struct tcs_str bytes)
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

    if (has_zlib_header(bytes))
        st = inflate_zlib(bytes, limit_bytes, out, &damage);
    if (st == TOCSIN_E_CORRUPT && out->len == start)
        st = inflate_raw(&in, in + bytes.len, limit_bytes, out, &damage);
    if (st == TOCSIN_OK)
        return st;
    if ((st == TOCSIN_E_CORRUPT || st == TOCSIN_E_TRUNCATED)
        && (out->len == start || is_plain_text(bytes))) {
        out->len = start;
        *is_undone_out = false;
        return TOCSIN_OK;
    }
    return tcs_fail(err, st, NULL, damage.offset, "%s", damage.message);
}

static bool begins_like_gzip(struct tcs_str bytes)
{
    return bytes.len >= 3 && memcmp(bytes.data, "\x1F\x8B\x08", 3) == 0;
}

/*
 * Undoes one coding: appends to out, or leaves *is_undone_out false where the bytes do not bear
 * it out.
 */
static tocsin_status undo_coding(struct tcs_str coding, struct tcs_str bytes, size_t limit_bytes,
                                 struct tcs_buf *out, bool *is_undone_out, struct tocsin_error *err)
{
    *is_undone_out = false;
    if (tcs_str_equal_nocase(coding, TCS_STR("gzip"))
        || tcs_str_equal_nocase(coding, TCS_STR("x-gzip"))) {
        if (!begins_like_gzip(bytes))
            return TOCSIN_OK;
        *is_undone_out = true;
        return gunzip(bytes, limit_bytes, out, err);
    }
    if (tcs_str_equal_nocase(coding, TCS_STR("deflate"))) {
        *is_undone_out = bytes.len > 0;
        return bytes.len ? undeflate(bytes, limit_bytes, out, is_undone_out, err) : TOCSIN_OK;
    }
    return TOCSIN_OK;
}

static bool is_unknown_coding(struct tcs_str coding)
{
    return tcs_str_equal_nocase(coding, TCS_STR("br"))
        || tcs_str_equal_nocase(coding, TCS_STR("zstd"))
        || tcs_str_equal_nocase(coding, TCS_STR("compress"))
        || tcs_str_equal_nocase(coding, TCS_STR("x-compress"));
}

/* The last coding of a comma-separated list, which is cut off it. */
static struct tcs_str pop_coding(struct tcs_str *list)
{
    size_t i = list->len;
    struct tcs_str last;

    while (i && list->data[i - 1] != ',')
        i--;
    last = tcs_str_trim((struct tcs_str){list->data + i, list->len - i});
    list->len = i ? i - 1 : 0;
    return last;
}

/*
 * The body in *body_out; first by chunks, then coding by coding, each into the buffer that the
 * last did not use.
 */
static tocsin_status undo_all(struct tcs_str *body, const struct tcs_http *http, size_t limit_bytes,
                              struct tcs_buf *bufs[2], struct tocsin_error *err)
{
    struct tcs_str codings = http->content_encoding, coding;
    tocsin_status st = TOCSIN_OK, damage = TOCSIN_OK;
    bool is_undone;
    int turn = 0;

    if (has_token(http->transfer_encoding, "chunked") && is_chunked(*body)) {
        damage = dechunk(*body, bufs[turn], err);
        if (damage == TOCSIN_E_NOMEM)
            return damage;
        *body = tcs_buf_view(bufs[turn]);
        turn ^= 1;
    }
    while (codings.len) {
        coding = pop_coding(&codings);
        if (is_unknown_coding(coding) && !is_plain_text(*body))
            return tcs_fail(err, TOCSIN_E_UNSUPPORTED, NULL, 0,
                            "the body is encoded by %.*s, which this build cannot undo",
                            (int)coding.len, coding.data);
        tcs_buf_reset(bufs[turn]);
        st = undo_coding(coding, *body, limit_bytes, bufs[turn], &is_undone,
                         damage == TOCSIN_OK ? err : NULL);
        if (is_undone) {
            *body = tcs_buf_view(bufs[turn]);
            turn ^= 1;
        }
        if (st != TOCSIN_OK)
            return damage != TOCSIN_OK ? damage : st;
    }
    return damage;
}

tocsin_status tcs_http_body(struct tcs_str block, const struct tcs_http *http, size_t limit_bytes,
                            struct tcs_buf *scratch, struct tcs_str *body_out,
                            struct tocsin_error *err)
{
    struct tcs_buf other = {0}, swap;
    struct tcs_buf *bufs[2] = {&other, scratch};
    tocsin_status st;

    if (!has_token(http->transfer_encoding, "chunked") || !http->content_encoding.len) {
        /* One step at most: no second buffer. */
        bufs[0] = scratch;
        bufs[1] = &other;
    }
    tcs_buf_reset(scratch);
    *body_out = (struct tcs_str){0};
    if (http->body == block.len)
        return TOCSIN_OK;
    *body_out = (struct tcs_str){block.data + http->body, block.len - http->body};
    st = undo_all(body_out, http, limit_bytes, bufs, err);
    if (other.data && body_out->data == other.data) {
        swap = *scratch;
        *scratch = other;
        other = swap;
    }
    tcs_buf_release(&other);
    return st;
}
