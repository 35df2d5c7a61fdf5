/*
 * WARC is written as Common Crawl News has it: request and response, here and there a metadata record, a redirect, a
 * picture, a revisit. HTTP headers lie as they do there: bodies are stored decoded under Transfer-Encoding and
 * Content-Encoding that no longer hold, and some are still coded. What a page looks like is decided by random numbers
 * of its own, so that the stories are the same in each format.
 */
#include "record.h"

#include <stdlib.h>
#include <unicode/ucnv.h>
#include <unicode/ustring.h>
#include <zlib.h>

#define CRLF "\r\n"

static void flush_record(struct corpus *corpus)
{
    sink_write(corpus->sink, &corpus->out);
    sink_end_record(corpus->sink);
    corpus->records++;
    corpus->out.len = 0;
}

/* ---- fields of a story ---- */

/* Without markup; the result is borrowed until the next call. */
static struct text plain_field(struct corpus *corpus, const struct story *story, struct span span)
{
    const char *data = story->text.data + span.at;

    if (!story->has_markup)
        return (struct text){.data = story->text.data + span.at, .len = span.len};
    corpus->scratch.len = 0;
    put_plain(&corpus->scratch, data, span.len);
    return corpus->scratch;
}

static void put_id(const struct story *story, struct text *out)
{
    putf(out, "g%09llu", (unsigned long long)story->number);
}

static void put_date(const struct story *story, struct text *out)
{
    putf(out, "%04u-%02u-%02u", story->year, story->month, story->day);
}

static void put_span(const struct story *story, struct span span, struct text *out)
{
    put(out, story->text.data + span.at, span.len);
}

/* A random UUID that the seed, the document and the kind of record decide. */
static void put_uuid(const struct corpus *corpus, uint64_t number, unsigned kind, struct text *out)
{
    struct rng rng = rng_of(corpus->plan->seed ^ (0x11D + kind), number);
    uint64_t high = rng_next(&rng), low = rng_next(&rng);

    putf(out, "urn:uuid:%08x-%04x-4%03x-%04x-%012llx", (unsigned)(high >> 32), (unsigned)(high >> 16) & 0xFFFF,
         (unsigned)high & 0xFFF, 0x8000 | ((unsigned)(low >> 48) & 0x3FFF), (unsigned long long)(low & 0xFFFFFFFFFFFF));
}

/* ---- JSON, CSV, lines ---- */

static void put_json_line(struct corpus *corpus, const struct story *story, bool is_ascii)
{
    struct text *out = &corpus->out, field;
    uint32_t i;

    puts_to(out, "{\"id\": \"");
    put_id(story, out);
    puts_to(out, "\", \"url\": \"");
    put_span(story, story->url, out);
    puts_to(out, "\", \"title\": \"");
    field = plain_field(corpus, story, story->title);
    put_json(out, field.data, field.len, is_ascii);
    puts_to(out, "\", \"lead\": \"");
    field = plain_field(corpus, story, story->lead);
    put_json(out, field.data, field.len, is_ascii);
    puts_to(out, "\", \"text\": \"");
    for (i = 0; i < story->body_count; i++) {
        if (i)
            puts_to(out, "\\n\\n");
        field = plain_field(corpus, story, story->body[i]);
        put_json(out, field.data, field.len, is_ascii);
    }
    puts_to(out, "\", \"date\": \"");
    put_date(story, out);
    puts_to(out, "\", \"source\": \"");
    put_json(out, story->text.data + story->site_name.at, story->site_name.len, is_ascii);
    putf(out, "\", \"lang\": \"%s\"}\n", story->lang->name);
}

/* Quotation marks doubled; the caller puts those around it. */
static void put_quoted(struct text *out, struct text field)
{
    size_t i;

    for (i = 0; i < field.len; i++) {
        if (field.data[i] == '"')
            put_byte(out, '"');
        put_byte(out, field.data[i]);
    }
}

static void put_row(struct corpus *corpus, const struct story *story)
{
    struct text *out = &corpus->out;
    uint32_t i;

    put_id(story, out);
    put_byte(out, ',');
    put_span(story, story->url, out);
    puts_to(out, ",\"");
    put_quoted(out, plain_field(corpus, story, story->title));
    puts_to(out, "\",\"");
    put_quoted(out, plain_field(corpus, story, story->lead));
    puts_to(out, "\",\"");
    for (i = 0; i < story->body_count; i++) {
        if (i)
            puts_to(out, "\n\n");
        put_quoted(out, plain_field(corpus, story, story->body[i]));
    }
    puts_to(out, "\",");
    put_date(story, out);
    puts_to(out, ",\"");
    put_span(story, story->site_name, out);
    putf(out, "\",%s\n", story->lang->name);
}

static void put_plain_line(struct corpus *corpus, const struct story *story)
{
    struct text *out = &corpus->out, field = plain_field(corpus, story, story->title);
    uint32_t i;

    put_text(out, &field);
    put_byte(out, '\t');
    field = plain_field(corpus, story, story->lead);
    put_text(out, &field);
    for (i = 0; i < story->body_count; i++) {
        put_byte(out, i ? ' ' : '\t');
        field = plain_field(corpus, story, story->body[i]);
        put_text(out, &field);
    }
    put_byte(out, '\n');
}

/* ---- WARC ---- */

enum record_kind { WARCINFO, REQUEST, RESPONSE, CONVERSION, METADATA, REDIRECT, PICTURE, REVISIT };

static void put_crawl_time(const struct story *story, struct text *out)
{
    putf(out, "%04u-%02u-%02uT%02u:%02u:%02uZ", story->year, story->month, story->day, story->hour, story->minute,
         (unsigned)(story->number % 60));
}

/* The lines of every record's header up to its content; body is the block. */
static void put_record(struct corpus *corpus, const struct story *story, enum record_kind kind, const char *type,
                       const char *more, const struct text *body)
{
    struct text *out = &corpus->out;

    putf(out, "WARC/1.0" CRLF "WARC-Type: %s" CRLF "WARC-Record-ID: <", type);
    put_uuid(corpus, story->number, kind, out);
    puts_to(out, ">" CRLF "WARC-Date: ");
    put_crawl_time(story, out);
    puts_to(out, CRLF);
    if (kind != WARCINFO) {
        puts_to(out, "WARC-Target-URI: ");
        put_span(story, story->url, out);
        puts_to(out, kind == REDIRECT  ? "?from=list" CRLF
                     : kind == PICTURE ? ".jpg" CRLF
                     : kind == REVISIT ? "?again" CRLF
                                       : CRLF);
    }
    puts_to(out, more);
    putf(out, "Content-Length: %zu" CRLF CRLF, body->len);
    put_text(out, body);
    puts_to(out, CRLF CRLF);
    flush_record(corpus);
}

static void put_warcinfo(struct corpus *corpus)
{
    struct story none = {.year = 2026, .month = 1, .day = 1, .number = UINT64_MAX};
    struct text more = {0};

    putf(&more, "WARC-Filename: %s" CRLF "Content-Type: application/warc-fields" CRLF "%c", corpus->name, '\0');
    corpus->body.len = 0;
    puts_to(&corpus->body, "software: Tocsin corpora/generate" CRLF "format: WARC File Format 1.0" CRLF
                           "description: invented news" CRLF);
    put_record(corpus, &none, WARCINFO, "warcinfo", more.data, &corpus->body);
    free(more.data);
}

static void put_http_date(const struct story *story, struct text *out)
{
    static const char *const days[] = {"Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"};
    static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun"};
    static const unsigned before[] = {0, 31, 59, 90, 120, 151};

    putf(out, "%s, %02u %s %04u %02u:%02u:%02u GMT", days[(before[story->month - 1] + story->day - 1) % 7], story->day,
         months[story->month - 1], story->year, story->hour, story->minute, (unsigned)(story->number % 60));
}

static void put_request(struct corpus *corpus, const struct story *story)
{
    struct text *body = &corpus->body;
    const char *path = memchr(story->text.data + story->url.at + 8, '/', story->url.len - 8);

    body->len = 0;
    puts_to(body, "GET ");
    put(body, path, (size_t)(story->text.data + story->url.at + story->url.len - path));
    puts_to(body, " HTTP/1.1" CRLF "Host: news.example" CRLF "User-Agent: generate" CRLF
                  "Accept-Encoding: gzip" CRLF "Connection: keep-alive" CRLF CRLF);
    put_record(corpus, story, REQUEST, "request", "Content-Type: application/http; msgtype=request" CRLF, body);
}

/* The page in its charset; what that lacks becomes a character reference. */
static void convert(struct corpus *corpus, const char *codec, struct text *page)
{
    UErrorCode status = U_ZERO_ERROR;
    UConverter *converter = ucnv_open(codec, &status);
    UChar *wide = grow(NULL, (page->len + 1) * sizeof *wide);
    int32_t wide_len, len;

    ucnv_setFromUCallBack(converter, UCNV_FROM_U_CALLBACK_ESCAPE, UCNV_ESCAPE_XML_DEC, NULL, NULL, &status);
    u_strFromUTF8(wide, (int32_t)page->len + 1, &wide_len, page->data, (int32_t)page->len, &status);
    if (U_FAILURE(status))
        die("ICU: %s: %s", codec, u_errorName(status));
    corpus->scratch.len = 0;
    text_reserve(&corpus->scratch, page->len * 4 + 64);
    len = ucnv_fromUChars(converter, corpus->scratch.data, (int32_t)corpus->scratch.cap, wide, wide_len, &status);
    if (U_FAILURE(status))
        die("ICU: %s: %s", codec, u_errorName(status));
    page->len = 0;
    put(page, corpus->scratch.data, (size_t)len);
    ucnv_close(converter);
    free(wide);
}

static void chunk(struct corpus *corpus, struct rng *rng, struct text *page)
{
    struct text *out = &corpus->scratch;
    size_t at, piece;

    out->len = 0;
    for (at = 0; at < page->len; at += piece) {
        piece = 1024 + rng_below(rng, 15 * 1024);
        if (piece > page->len - at)
            piece = page->len - at;
        putf(out, "%zx" CRLF, piece);
        put(out, page->data + at, piece);
        puts_to(out, CRLF);
    }
    puts_to(out, "0" CRLF CRLF);
    page->len = 0;
    put_text(page, out);
}

static void gzip_page(struct corpus *corpus, struct text *page)
{
    z_stream stream = {0};
    struct text *out = &corpus->scratch;

    out->len = 0;
    text_reserve(out, compressBound((uLong)page->len) + 64);
    stream.next_in = (Bytef *)page->data;
    stream.avail_in = (uInt)page->len;
    stream.next_out = (Bytef *)out->data;
    stream.avail_out = (uInt)out->cap;
    if (deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK ||
        deflate(&stream, Z_FINISH) != Z_STREAM_END)
        die("zlib: a page cannot be compressed");
    out->len = stream.total_out;
    deflateEnd(&stream);
    page->len = 0;
    put_text(page, out);
}

/* How a page is written down. */
struct encoding {
    const char *codec; /* of ICU; NULL for UTF-8 */
    struct page_charset declared;
    bool in_http;
};

static struct encoding choose_encoding(const struct corpus *corpus, const struct story *story, struct rng *rng)
{
    static const char *const labels[2][3] = {{"gb2312", "GBK", "gb18030"}, {"big5", "Big5", "big5"}};
    struct encoding encoding = {.in_http = rng_below(rng, 3) > 0};
    bool is_traditional = !strcmp(story->lang->name, "zh-Hant");

    if (!rng_chance(rng, corpus->charset) || !strcmp(story->lang->name, "en"))
        return encoding;
    encoding.codec = is_traditional ? "Big5" : "gb18030";
    encoding.declared.label = labels[is_traditional][rng_below(rng, 3)];
    encoding.declared.in_meta = !page_may_be_silent(story) || rng_below(rng, 2);
    encoding.in_http |= !encoding.declared.in_meta;
    return encoding;
}

static void put_response(struct corpus *corpus, const struct story *story, struct rng *rng)
{
    struct encoding encoding = choose_encoding(corpus, story, rng);
    struct text page = {0}, *body = &corpus->body;
    unsigned coding = rng_below(rng, 20);
    size_t length;

    text_reserve(&page, 131072);
    page_put(corpus->pages, corpus->plan, story, encoding.declared, rng_chance(rng, corpus->headlines), rng, &page);
    if (encoding.codec)
        convert(corpus, encoding.codec, &page);
    length = page.len;
    body->len = 0;
    puts_to(body, "HTTP/1.1 200 OK" CRLF "Date: ");
    put_http_date(story, body);
    puts_to(body, CRLF "Server: nginx" CRLF "Content-Type: text/html");
    if (encoding.in_http)
        putf(body, "; charset=%s", encoding.declared.label ? encoding.declared.label : "utf-8");
    puts_to(body, CRLF);
    if (coding < 2) { /* chunked, and still so */
        puts_to(body, "Transfer-Encoding: chunked" CRLF);
        chunk(corpus, rng, &page);
    } else if (coding < 5) /* was chunked */
        puts_to(body, "transfer-encoding: chunked" CRLF);
    else if (coding < 6) { /* compressed, and still so */
        puts_to(body, "Content-Encoding: gzip" CRLF);
        gzip_page(corpus, &page);
        putf(body, "Content-Length: %zu" CRLF, page.len);
    } else if (coding < 9) /* was compressed; the length is of then */
        putf(body, "Content-Encoding: gzip" CRLF "Content-Length: %zu" CRLF, length / 4);
    else
        putf(body, "Content-Length: %zu" CRLF, length);
    puts_to(body, "Connection: close" CRLF CRLF);
    put_text(body, &page);
    free(page.data);
    put_record(corpus, story, RESPONSE, "response",
               "WARC-IP-Address: 192.0.2.7" CRLF "WARC-Identified-Payload-Type: text/html" CRLF
               "Content-Type: application/http; msgtype=response" CRLF,
               body);
}

static void put_redirect(struct corpus *corpus, const struct story *story)
{
    struct text *body = &corpus->body;

    body->len = 0;
    puts_to(body, "HTTP/1.1 301 Moved Permanently" CRLF "Location: ");
    put_span(story, story->url, body);
    puts_to(body, CRLF "Content-Type: text/html" CRLF CRLF
                  "<html><head><title>301 Moved Permanently</title></head><body><h1>Moved</h1></body></html>\n");
    put_record(corpus, story, REDIRECT, "response", "Content-Type: application/http; msgtype=response" CRLF, body);
}

static void put_picture(struct corpus *corpus, const struct story *story, struct rng *rng)
{
    struct text *body = &corpus->body;
    uint32_t words = 256 + rng_below(rng, 2048);

    body->len = 0;
    puts_to(body, "HTTP/1.1 200 OK" CRLF "Content-Type: image/jpeg" CRLF CRLF);
    put(body, "\xFF\xD8\xFF\xE0", 4);
    while (words--) {
        uint64_t word = rng_next(rng);
        unsigned i;

        for (i = 0; i < 8; i++) /* not memcpy: the same bytes on every machine */
            put_byte(body, (char)(word >> (8 * i)));
    }
    put_record(corpus, story, PICTURE, "response",
               "WARC-Identified-Payload-Type: image/jpeg" CRLF "Content-Type: application/http; msgtype=response" CRLF,
               body);
}

static void put_revisit(struct corpus *corpus, const struct story *story)
{
    struct text *body = &corpus->body;

    body->len = 0;
    puts_to(body, "HTTP/1.1 304 Not Modified" CRLF "Server: nginx" CRLF CRLF);
    put_record(corpus, story, REVISIT, "revisit",
               "WARC-Profile: http://netpreserve.org/warc/1.0/revisit/server-not-modified" CRLF
               "Content-Type: application/http; msgtype=response" CRLF,
               body);
}

static void put_metadata(struct corpus *corpus, const struct story *story)
{
    corpus->body.len = 0;
    putf(&corpus->body, "fetchTimeMs: %u" CRLF "charset-detected: UTF-8" CRLF,
         20 + (unsigned)(mix(story->number) % 900));
    put_record(corpus, story, METADATA, "metadata", "Content-Type: application/warc-fields" CRLF, &corpus->body);
}

/* The page as text; without headlines of other articles, which nothing there could tell from the story. */
static void put_conversion(struct corpus *corpus, const struct story *story)
{
    struct text *body = &corpus->body, field;
    uint32_t i;

    body->len = 0;
    field = plain_field(corpus, story, story->title);
    put_text(body, &field);
    put_byte(body, '\n');
    put_span(story, story->site_name, body);
    for (i = 0; i < 6; i++) {
        put_byte(body, '\n');
        material_entry(story->lang->material, "section", i, body);
    }
    put_byte(body, '\n');
    field = plain_field(corpus, story, story->lead);
    put_text(body, &field);
    for (i = 0; i < story->body_count; i++) {
        put_byte(body, '\n');
        field = plain_field(corpus, story, story->body[i]);
        put_text(body, &field);
    }
    puts_to(body, "\n© 2026 ");
    put_span(story, story->site_name, body);
    put_record(corpus, story, CONVERSION, "conversion",
               strcmp(story->lang->name, "en")
                   ? "WARC-Identified-Content-Language: zho" CRLF "Content-Type: text/plain" CRLF
                   : "WARC-Identified-Content-Language: eng" CRLF "Content-Type: text/plain" CRLF,
               body);
}

/* ---- documents ---- */

/* id and record are those that `tocsin scan` gives the document. */
static void tell_truth(struct corpus *corpus, const struct story *story, uint64_t record)
{
    struct text *line = &corpus->scratch;

    line->len = 0;
    puts_to(line, "{\"id\": \"");
    if (corpus->format == WARC)
        put_uuid(corpus, story->number, RESPONSE, line);
    else if (corpus->format == WET)
        put_uuid(corpus, story->number, CONVERSION, line);
    else
        put_id(story, line);
    putf(line, "\", \"record\": %llu, \"url\": \"", (unsigned long long)record);
    put_span(story, story->url, line);
    putf(line, "\", \"lang\": \"%s\", \"flagged\": %s, \"article\": ", story->lang->name,
         story->is_flagged ? "true" : "false");
    if (story->article)
        putf(line, "\"%s\"}\n", story->article->id);
    else
        puts_to(line, "null}\n");
    if (fwrite(line->data, 1, line->len, corpus->truth) != line->len)
        die("the file of --truth cannot be written");
}

void record_begin(struct corpus *corpus)
{
    if (corpus->format == WARC || corpus->format == WET)
        put_warcinfo(corpus);
    else if (corpus->format == CSV) {
        puts_to(&corpus->out, "id,url,title,lead,text,date,source,lang\n");
        flush_record(corpus);
    }
}

void record_write(struct corpus *corpus, const struct story *story)
{
    struct rng rng = rng_of(corpus->plan->seed ^ 0xBA6E, story->number);
    unsigned company = rng_below(&rng, 100); /* what else a crawl has met */

    if (corpus->format == WARC) {
        if (company < 2)
            put_redirect(corpus, story);
        put_request(corpus, story);
    }
    if (corpus->truth)
        tell_truth(corpus, story, corpus->records + 1);
    switch (corpus->format) {
    case JSONL:
    case JSONL_ESCAPED:
        put_json_line(corpus, story, corpus->format == JSONL_ESCAPED);
        break;
    case CSV:
        put_row(corpus, story);
        break;
    case LINES:
        put_plain_line(corpus, story);
        break;
    case WET:
        put_conversion(corpus, story);
        return;
    case WARC:
        put_response(corpus, story, &rng);
        if (company >= 90)
            put_metadata(corpus, story);
        if (company >= 2 && company < 4)
            put_picture(corpus, story, &rng);
        if (company >= 4 && company < 7)
            put_revisit(corpus, story);
        return;
    }
    flush_record(corpus);
}
