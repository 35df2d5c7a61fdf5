/*
 * The head is walked line by line (CRLF or LF, folded lines). The body is undone in the order in
 * which it was made on the wire: chunks, then content codings from the last to the first. Chunks
 * are believed once one whole chunk is well formed; whatever breaks later is damage, and what
 * follows it is kept as it stands. Each coding is undone by http_coding.c.
 */
#include "input/http.h"

#include <string.h>
#include <strings.h>

#include "input/http_coding.h"

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
        tcs_buf_reset(bufs[turn]);
        st = tcs_http_uncode(coding, *body, limit_bytes, bufs[turn], &is_undone,
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
