/*
 * A chunk's records are walked header by header first. Then the pages are gone through in their order, each while it is in
 * the processor's cache: decoded where it is not UTF-8 as it stands (another charset, a coded HTTP body), sieved in its
 * lean form, examined. But WET's texts are sieved where they lie, all in one scan.
 */
#include "run/pages.h"

#include <string.h>

#include "input/arc.h"
#include "input/html_lean.h"
#include "input/http.h"
#include "input/warc.h"
#include "run/examine.h"

/* Kept of a record that does not fit the limit while more bytes may come: a header may begin in it. */
#define RESYNC_BYTES 4096

static bool is_type(struct tcs_str type, const char *name)
{
    return tcs_str_equal_nocase(type, (struct tcs_str){name, strlen(name)});
}

/* Without a content type a page is recognised by its first bytes. */
static bool looks_like_html(struct tcs_str body)
{
    struct tcs_str text = tcs_str_trim(body);

    if (text.len >= 3 && !memcmp(text.data, "\xEF\xBB\xBF", 3))
        text = tcs_str_trim((struct tcs_str){text.data + 3, text.len - 3});
    return text.len >= 2 && text.data[0] == '<' &&
           (text.data[1] == '!' || text.data[1] == '?' || ((text.data[1] | 0x20) >= 'a' && (text.data[1] | 0x20) <= 'z'));
}

/* What kind of text a body is; false if it is none that we read. */
static bool body_syntax(struct tcs_str type, struct tcs_str body, enum tcs_syntax *syntax)
{
    *syntax = TCS_SYNTAX_HTML;
    if (is_type(type, "text/html") || is_type(type, "application/xhtml+xml"))
        return true;
    if (is_type(type, "text/plain")) {
        *syntax = looks_like_html(body) ? TCS_SYNTAX_HTML : TCS_SYNTAX_TEXT;
        return true;
    }
    return !type.len && looks_like_html(body);
}

static struct tcs_str media_type(struct tcs_str content_type)
{
    const char *semicolon = content_type.len ? memchr(content_type.data, ';', content_type.len) : NULL;

    if (semicolon)
        content_type.len = (size_t)(semicolon - content_type.data);
    return tcs_str_trim(content_type);
}

/* Is the record a document, and where is its body? */
static bool open_page(const char *data, const struct tcs_warc_record *record, struct tcs_page *page)
{
    struct tcs_str block = {data + record->block, record->block_end - record->block}, type;
    struct tcs_http http;

    *page = (struct tcs_page){.record = *record, .start = record->block, .end = record->block_end};
    switch (record->type) {
    case TCS_WARC_CONVERSION:
        page->syntax = TCS_SYNTAX_TEXT;
        page->charset = (struct tcs_charset){.name = "utf-8", .from = "default"}; /* by WET's standard */
        page->is_conversion = true;
        return true;
    case TCS_WARC_RESPONSE:
        tcs_http_parse(block, &http);
        if (http.status && (http.status < 200 || http.status > 299))
            return false;
        page->start = record->block + http.body;
        page->http_charset = http.charset;
        page->is_coded = http.content_encoding.len || http.transfer_encoding.len;
        type = http.content_type;
        break;
    case TCS_WARC_RESOURCE:
        type = media_type(record->content_type);
        break;
    case TCS_WARC_REVISIT:
    case TCS_WARC_CONTINUATION:
    case TCS_WARC_OTHER:
    default:
        return false;
    }
    block = (struct tcs_str){data + page->start, page->end - page->start};
    return body_syntax(type, block, &page->syntax) || (page->is_coded && !type.len);
}

static tocsin_status undo_charset(struct tcs_worker *w, struct tcs_page *page, struct tcs_str body, struct tcs_str *text_out,
                                  struct tocsin_error *err)
{
    struct tcs_charset_hints hints = {.http = page->http_charset, .is_html = page->syntax == TCS_SYNTAX_HTML};

    if (page->is_whole && w->input.is_converted) { /* on the way in: its charset showed before its format */
        page->charset = (struct tcs_charset){
            .name = w->input.charset, .from = w->input.charset_from, .errors = w->input.charset_errors};
        *text_out = body;
        return TOCSIN_OK;
    }
    if (page->is_whole && w->options->charset)
        hints.forced = (struct tcs_str){w->options->charset, strlen(w->options->charset)};
    return tcs_charset_read(body, &hints, &w->charset, &page->charset, &w->converted, text_out, err);
}

/* Of every page, whether it is looked at or not, so that the warning is the same in every run. */
static void count_sequences(struct tcs_worker *w, const struct tcs_charset *charset)
{
    w->input.sequences += charset->sequences;
    w->input.charset_errors += charset->errors;
}

/* ---- one page ---- */

/* What the sieve reads of a text, until the next is asked for. */
static tocsin_status see(struct tcs_worker *w, const struct tcs_page *page, struct tcs_str text, struct tcs_str *seen_out,
                         struct tocsin_error *err)
{
    double start = tcs_worker_stage_clock(w);
    tocsin_status st = TOCSIN_OK;

    *seen_out = text;
    if (page->syntax == TCS_SYNTAX_HTML)
        st = tcs_html_lean(text, &w->lean, seen_out);
    w->stats.sieve_seconds += tcs_worker_stage_clock(w) - start;
    return st == TOCSIN_OK ? st : tcs_fail_nomem(err);
}

static tocsin_status examine(struct tcs_worker *w, const struct tcs_page *page, struct tcs_str text,
                             struct tocsin_error *err)
{
    const struct tcs_warc_record *record = &page->record;
    struct tcs_pointer pointer = {.file = w->input.path, .record = page->number};
    struct tcs_charset utf8 = {.name = "utf-8", .from = "utf-8"};
    struct tcs_str seen = text;
    tocsin_status st = TOCSIN_OK;

    tcs_worker_point(w, record->start, record->next, &pointer);
    tcs_document_reset(&w->doc);
    w->doc.id = record->id;
    w->doc.url = record->url;
    w->doc.charset = page->charset.name;
    w->doc.charset_from = page->charset.from;
    w->doc.charset_errors = page->charset.errors;
    w->doc.is_damaged = record->is_truncated || page->is_broken;
    if (w->options->profile)
        st = see(w, page, text, &seen, err);
    if (st == TOCSIN_OK)
        st = tcs_worker_admit(w, page->syntax, seen, err);
    if (st != TOCSIN_OK)
        return st;
    if (page->syntax == TCS_SYNTAX_HTML)
        return tcs_examine_page(w, text, &pointer, err);
    if (!tcs_utf8_is_valid(text)) {
        tcs_buf_reset(&w->repaired);
        st = tcs_charset_convert(text, &utf8, &w->charset, &w->repaired, err);
        if (st != TOCSIN_OK)
            return st;
        text = tcs_buf_view(&w->repaired);
        w->doc.charset_errors = utf8.errors;
    }
    st = tcs_document_add(&w->doc, "text", TCS_ROLE_TEXT, text);
    if (st != TOCSIN_OK)
        return tcs_fail_nomem(err);
    w->doc.fields[0].lf_paragraph = page->is_conversion;
    return tcs_examine_document(w, &pointer, err);
}

static tocsin_status lose_body(struct tcs_worker *w, const struct tcs_page *page, bool is_candidate,
                               const struct tocsin_error *why, struct tocsin_error *err)
{
    struct tcs_pointer pointer = {.file = w->input.path, .record = page->number};

    if (!is_candidate && !w->options->validate && why->status != TOCSIN_E_LIMIT)
        return TOCSIN_OK;
    tcs_worker_point(w, page->record.start, page->record.next, &pointer);
    return tcs_worker_lose(w, &pointer, "document", why) == TOCSIN_OK ? TOCSIN_OK : tcs_fail_nomem(err);
}

/* Undoes codings and charset: *text_out is UTF-8, ill-formed sequences apart. */
static tocsin_status decode_page(struct tcs_worker *w, struct tcs_page *page, struct tcs_str *text_out,
                                 struct tocsin_error *why, struct tocsin_error *err)
{
    struct tcs_str block = {w->chunk.data.data + page->record.block, page->record.block_end - page->record.block};
    struct tcs_str body = {w->chunk.data.data + page->start, page->end - page->start};
    struct tcs_http http;
    tocsin_status st;

    if (page->is_coded) {
        tcs_http_parse(block, &http);
        tcs_buf_reset(&w->body);
        st = tcs_http_body(block, &http, w->options->record_limit, &w->body, &body, why);
        if (st == TOCSIN_E_NOMEM)
            return tcs_fail_nomem(err);
        page->is_broken = st != TOCSIN_OK;
        (void)body_syntax(http.content_type, body, &page->syntax);
    }
    st = undo_charset(w, page, body, text_out, err);
    if (!w->input.is_converted) /* else the intake counted them */
        count_sequences(w, &page->charset);
    return st;
}

/* Sieves a page alone and examines it if it is a candidate. why: the damage where it is broken. */
static tocsin_status sieve_page(struct tcs_worker *w, const struct tcs_page *page, struct tcs_str text,
                                const struct tocsin_error *why, struct tocsin_error *err)
{
    const struct tcs_sieve *sieve;
    struct tcs_str seen = text;
    bool candidate = true;
    tocsin_status st = tcs_worker_sieve(w, page->syntax, &sieve, err);

    if (st == TOCSIN_OK && (sieve || page->is_broken))
        st = see(w, page, text, &seen, err);
    if (st != TOCSIN_OK)
        return st;
    if (sieve) {
        st = tcs_worker_sift(w, sieve, seen, tcs_worker_locate_whole, &seen.len, err);
        if (st != TOCSIN_OK)
            return st;
        candidate = w->sieve.candidate_count > 0;
    }
    if (page->is_broken) {
        bool is_candidate = candidate && sieve;

        if (!sieve)
            st = tcs_worker_is_candidate(w, page->syntax, seen, &is_candidate, err);
        if (st == TOCSIN_OK)
            st = lose_body(w, page, is_candidate, why, err);
    }
    return st == TOCSIN_OK && candidate ? examine(w, page, text, err) : st;
}

tocsin_status tcs_pages_examine(struct tcs_worker *w, struct tcs_page *page, struct tocsin_error *err)
{
    struct tocsin_error why = {0};
    struct tcs_str text = {0};
    tocsin_status st = decode_page(w, page, &text, &why, err);

    return st == TOCSIN_OK ? sieve_page(w, page, text, &why, err) : st;
}

/* ---- a chunk of pages ---- */

static bool locate_page(void *context, size_t at, struct tcs_span *span_out)
{
    const struct tcs_pages *pages = context;
    size_t low = 0, high = pages->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (pages->items[middle].start <= at)
            low = middle + 1;
        else
            high = middle;
    }
    if (!low || at >= pages->items[low - 1].end || !pages->items[low - 1].is_conversion)
        return false;
    *span_out = (struct tcs_span){pages->items[low - 1].start, pages->items[low - 1].end, low - 1};
    return true;
}

static size_t member_end(const struct tcs_chunk *chunk, size_t *member, size_t at)
{
    while (*member < chunk->member_count && chunk->members[*member].end <= at)
        ++*member;
    return *member < chunk->member_count ? chunk->members[*member].end : SIZE_MAX;
}

static tocsin_status lose_stream(struct tcs_worker *w, size_t at, const struct tocsin_error *why, struct tocsin_error *err)
{
    struct tcs_pages *pages = &w->pages;
    struct tcs_page_loss loss = {pages->count, {.file = w->input.path, .record = w->input.records + 1}, *why};

    tcs_worker_point(w, at, at, &loss.pointer);
    if (TCS_GROW(pages->losses, pages->loss_cap, pages->loss_count + 1) != TOCSIN_OK)
        return tcs_fail_nomem(err);
    pages->losses[pages->loss_count++] = loss;
    return TOCSIN_OK;
}

/* Tells the losses before a page, by its place in the chunk. */
static tocsin_status tell_losses(struct tcs_worker *w, size_t page, struct tocsin_error *err)
{
    struct tcs_pages *pages = &w->pages;

    for (; pages->told < pages->loss_count && pages->losses[pages->told].pages <= page; pages->told++) {
        const struct tcs_page_loss *loss = &pages->losses[pages->told];

        if (tcs_worker_lose(w, &loss->pointer, "stream", &loss->why) != TOCSIN_OK)
            return tcs_fail_nomem(err);
    }
    return TOCSIN_OK;
}

/* A record that is cut off where the input itself broke is no second loss. */
static tocsin_status note_record(struct tcs_worker *w, const struct tcs_warc_record *record, bool is_damaged,
                                 struct tocsin_error *err)
{
    struct tcs_pages *pages = &w->pages;
    struct tocsin_error why = {0};
    struct tcs_page page;
    tocsin_status st = TOCSIN_OK;

    w->input.is_skipping = false;
    if (record->is_truncated && !(is_damaged && record->is_cut_off)) {
        (void)tcs_fail(&why, TOCSIN_E_TRUNCATED, NULL, 0, "the record is shorter than its header says");
        st = lose_stream(w, record->start, &why, err);
    }
    if (st == TOCSIN_OK && record->has_bad_length) {
        (void)tcs_fail(&why, TOCSIN_E_CORRUPT, NULL, 0,
                       "the record's Content-Length is no number; it is read to where the next record begins");
        st = lose_stream(w, record->start, &why, err);
    }
    w->input.records++;
    if (st != TOCSIN_OK || !open_page(w->chunk.data.data, record, &page))
        return st;
    page.number = w->input.records;
    if (TCS_GROW(pages->items, pages->cap, pages->count + 1) != TOCSIN_OK)
        return tcs_fail_nomem(err);
    pages->items[pages->count++] = page;
    pages->has_conversion |= page.is_conversion;
    w->stats.documents++;
    return TOCSIN_OK;
}

/* Lists the pages of all whole records; *used_out is where the first unfinished one begins. */
static tocsin_status walk_records(struct tcs_worker *w, bool at_end, bool is_damaged, size_t *used_out,
                                  struct tocsin_error *err)
{
    const char *data = w->chunk.data.data;
    size_t len = w->chunk.data.len, pos = 0, member = 0;
    tocsin_status st = TOCSIN_OK;

    w->pages.count = w->pages.loss_count = w->pages.told = 0;
    w->pages.has_conversion = false;
    while (st == TOCSIN_OK) {
        struct tcs_warc_record record = {0};
        struct tocsin_error why = {0};
        enum tcs_warc_step step = (w->input.format == TCS_FORMAT_ARC ? tcs_arc_next : tcs_warc_next)(
            data, len, pos, at_end, member_end(&w->chunk, &member, pos), &record, &why);

        if (step == TCS_WARC_MORE || step == TCS_WARC_END) {
            *used_out = step == TCS_WARC_END ? len : pos;
            return TOCSIN_OK;
        }
        if (step == TCS_WARC_RECORD) {
            st = note_record(w, &record, is_damaged, err);
        } else {
            if (!w->input.is_skipping)
                st = lose_stream(w, pos, &why, err);
            w->input.is_skipping = true;
            /* All was looked at; of what would be kept the first byte might pass for a record's. */
            if (record.next >= len && !at_end) {
                *used_out = len;
                return st;
            }
        }
        pos = record.next;
    }
    return st;
}

/*
 * Does a text end in a record that no blank line closes? The letters of the next record then touch it, if they are in the
 * chunk already.
 */
static bool is_touched(const struct tcs_worker *w, const struct tcs_page *page)
{
    const char *data = w->chunk.data.data;

    return page->end < w->chunk.data.len && data[page->end] != '\r' && data[page->end] != '\n';
}

/* Among all texts, read as one, the sieve may have refused a word that is touched: of such a text it is asked alone. */
static tocsin_status sieve_touched(struct tcs_worker *w, const struct tcs_sieve *sieve, struct tocsin_error *err)
{
    tocsin_status st = TOCSIN_OK;
    size_t i;

    for (i = 0; i < w->pages.count && st == TOCSIN_OK; i++) {
        struct tcs_page *page = &w->pages.items[i];
        struct tcs_str text = {w->chunk.data.data + page->start, page->end - page->start};

        if (page->is_candidate || !page->is_conversion || !is_touched(w, page))
            continue;
        st = tcs_worker_sift(w, sieve, text, tcs_worker_locate_whole, &text.len, err);
        page->is_candidate = st == TOCSIN_OK && w->sieve.candidate_count > 0;
    }
    return st;
}

/* Marks the candidates among WET's texts; all of them are where there is no sieve. */
static tocsin_status sieve_conversions(struct tcs_worker *w, size_t end, struct tocsin_error *err)
{
    struct tcs_pages *pages = &w->pages;
    const struct tcs_sieve *sieve;
    tocsin_status st = tcs_worker_sieve(w, TCS_SYNTAX_TEXT, &sieve, err);
    size_t i;

    for (i = 0; i < pages->count && !sieve; i++)
        pages->items[i].is_candidate |= pages->items[i].is_conversion;
    if (st != TOCSIN_OK || !sieve)
        return st;
    st = tcs_worker_sift(w, sieve, (struct tcs_str){w->chunk.data.data, end}, locate_page, pages, err);
    for (i = 0; i < w->sieve.candidate_count; i++)
        pages->items[w->sieve.candidates[i].number].is_candidate = true;
    return st == TOCSIN_OK ? sieve_touched(w, sieve, err) : st;
}

/* A record that does not fit the limit: one loss, then on to the next believable record. */
static tocsin_status lose_long_record(struct tcs_worker *w, struct tocsin_error *err)
{
    struct tcs_pointer pointer = {.file = w->input.path};
    struct tocsin_error why = {0};

    (void)tcs_fail(&why, TOCSIN_E_LIMIT, NULL, 0, "a record is longer than %zu bytes; --record-limit raises the limit",
                   w->options->record_limit);
    w->input.is_skipping = true;
    w->input.records++;
    pointer.record = w->input.records;
    tcs_worker_point(w, 0, 0, &pointer);
    return tcs_worker_lose(w, &pointer, "limit", &why) == TOCSIN_OK ? TOCSIN_OK : tcs_fail_nomem(err);
}

/* Of a chunk that is passed over: less than all of it, however low the limit is. */
static size_t kept_bytes(size_t len)
{
    return len / 2 < RESYNC_BYTES ? len / 2 : RESYNC_BYTES;
}

tocsin_status tcs_pages_process(struct tcs_worker *w, bool at_end, bool is_damaged, size_t *used_out,
                                struct tocsin_error *err)
{
    size_t i;
    tocsin_status st;

    *used_out = 0;
    if (w->chunk.data.len > w->options->record_limit) {
        st = walk_records(w, false, false, used_out, err);
        if (st == TOCSIN_OK && !*used_out) {
            *used_out = w->chunk.data.len - kept_bytes(w->chunk.data.len);
            st = tell_losses(w, 0, err);
            if (st != TOCSIN_OK)
                return st;
            return w->input.is_skipping ? TOCSIN_OK : lose_long_record(w, err);
        }
    } else {
        st = walk_records(w, at_end, is_damaged, used_out, err);
    }
    if (st == TOCSIN_OK && w->pages.has_conversion)
        st = sieve_conversions(w, *used_out, err);
    for (i = 0; i < w->pages.count && st == TOCSIN_OK; i++) {
        struct tcs_page *page = &w->pages.items[i];
        struct tcs_str text = {w->chunk.data.data + page->start, page->end - page->start};

        st = tell_losses(w, i, err);
        if (st == TOCSIN_OK && !page->is_conversion)
            st = tcs_pages_examine(w, page, err);
        else if (st == TOCSIN_OK && page->is_candidate)
            st = examine(w, page, text, err);
    }
    return st == TOCSIN_OK ? tell_losses(w, w->pages.count, err) : st;
}
