/*
 * sieve_help: one piece with its sieves, every way to spell a character in a syntax, and the question that the tests of
 * the sieve ask: a document whose decoded, folded text holds the piece must be a candidate.
 */
#ifndef TOCSIN_SIEVE_HELP_H
#define TOCSIN_SIEVE_HELP_H

#include "match_help.h"

#include "input/csv.h"
#include "input/html.h"
#include "input/html_entity.h"
#include "input/json.h"
#include "match/fold.h"
#include "match/sieve.h"

#define TEXT TCS_SYNTAX_TEXT
#define JSON TCS_SYNTAX_JSON
#define HTML TCS_SYNTAX_HTML
#define CSV TCS_SYNTAX_CSV

static inline const char *syntax_name(enum tcs_syntax syntax)
{
    return syntax == JSON ? "json" : syntax == HTML ? "html" : syntax == CSV ? "csv" : "text";
}

/* One piece, its sieves (made when they are first asked), and what it takes to decode a document. */
struct rig {
    struct tcs_piece piece;
    const struct tcs_context *context; /* NULL for none */
    struct tcs_buf folded_piece;
    struct tcs_sieve *sieves[TCS_SYNTAX_COUNT];
    struct tcs_sieve_scratch scratch;
    struct tcs_json_paths paths;
    struct tcs_json_scratch json;
    struct tcs_csv_scratch csv;
    struct tcs_html_scratch html;
    struct tcs_folded folded;
    struct tcs_buf content, document;
    size_t held; /* documents that held the piece */
};

static inline void rig_open(struct rig *rig, struct tcs_piece piece)
{
    *rig = (struct rig){.piece = piece};
    put_cps(&rig->folded_piece, piece.cps, piece.count);
    must(tcs_json_paths_add(&rig->paths, TCS_STR("text"), NULL));
}

static inline void rig_close(struct rig *rig)
{
    size_t i;

    assert_int_equal(rig->scratch.engine_errors, 0);
    for (i = 0; i < TCS_SYNTAX_COUNT; i++)
        tcs_sieve_free(rig->sieves[i]);
    tcs_sieve_scratch_release(&rig->scratch);
    tcs_json_paths_release(&rig->paths);
    tcs_json_scratch_release(&rig->json);
    tcs_csv_scratch_release(&rig->csv);
    tcs_html_scratch_release(&rig->html);
    tcs_folded_release(&rig->folded);
    tcs_buf_release(&rig->folded_piece);
    tcs_buf_release(&rig->content);
    tcs_buf_release(&rig->document);
}

/* All of text's fold. */
static inline struct tcs_piece piece_of(const char *text)
{
    struct tcs_piece piece = {.count = 0};
    struct tcs_folded folded = {0};
    uint32_t cps[64];

    must(tcs_fold(str(text), false, false, &folded));
    piece.count = (uint32_t)code_points(tcs_buf_view(&folded.text), cps);
    assert_true(piece.count <= TCS_PIECE_MAX);
    memcpy(piece.cps, cps, piece.count * sizeof *cps);
    tcs_folded_release(&folded);
    return piece;
}

/* The text that a document's field would have. */
static inline struct tcs_str decode(struct rig *rig, enum tcs_syntax syntax)
{
    struct tcs_str document = tcs_buf_view(&rig->document);

    if (syntax == TEXT)
        return document;
    if (syntax == HTML) {
        must(tcs_html_flatten(document, &rig->html, NULL));
        return tcs_buf_view(&rig->html.flat);
    }
    if (syntax == CSV) {
        must(tcs_csv_read_row(document, ',', &rig->csv, NULL));
        assert_int_equal(rig->csv.count, 2);
        return rig->csv.fields[1];
    }
    must(tcs_json_read(document, &rig->paths, &rig->json, NULL, NULL));
    assert_int_equal(rig->json.count, 1);
    return rig->json.values[0].text;
}

static inline bool locate_all(void *context, size_t at, struct tcs_span *span_out)
{
    (void)at;
    *span_out = (struct tcs_span){0, *(const size_t *)context, 0};
    return true;
}

/* Whether the piece is one of a crowd, whose others no document holds: then the sieve looks for it otherwise. */
static bool is_crowded;

static inline void make_sieve(struct rig *rig, enum tcs_syntax syntax)
{
    struct tcs_piece *pieces = calloc(TCS_PIECE_CROWD + 1, sizeof *pieces);
    struct tcs_context *contexts = calloc(TCS_PIECE_CROWD + 1, sizeof *contexts);
    size_t count = is_crowded ? TCS_PIECE_CROWD + 1 : 1, i;

    assert_true(pieces && contexts);
    pieces[0] = rig->piece;
    if (rig->context)
        contexts[0] = *rig->context;
    for (i = 1; i < count; i++) /* rare Han, told apart by the second */
        pieces[i] = (struct tcs_piece){.count = 2, .cps = {0x2A6A0, 0x20000 + (uint32_t)i}};
    must(tcs_sieve_new(&(struct tcs_sought){.pieces = pieces, .count = count, .contexts = contexts}, syntax,
                       &rig->sieves[syntax], NULL));
    free(contexts);
    free(pieces);
}

static inline size_t scan(struct rig *rig, enum tcs_syntax syntax, bool plain)
{
    if (!rig->sieves[syntax]) {
        make_sieve(rig, syntax);
        must(tcs_sieve_fit(rig->sieves[syntax], &rig->scratch, NULL));
    }
    must(tcs_sieve_scan(rig->sieves[syntax], &rig->scratch, tcs_buf_view(&rig->document), plain, locate_all,
                        &rig->document.len));
    return rig->scratch.candidate_count;
}

/* Makes a document of rig->content; returns what stands before the content. */
static inline const char *make_document(struct rig *rig, enum tcs_syntax syntax)
{
    const char *head = syntax == JSON ? "{\"id\":1,\"text\":\"" : syntax == HTML ? "<p>" : syntax == CSV ? "1,\"" : "";

    tcs_buf_reset(&rig->document);
    put_str(&rig->document, head);
    must(tcs_buf_append_str(&rig->document, tcs_buf_view(&rig->content)));
    put_str(&rig->document, syntax == JSON ? "\"}" : syntax == CSV ? "\"" : "");
    return head;
}

/* If such a document holds the piece, which it must if must_hold, the sieve has to name it. */
static inline void expect(struct rig *rig, enum tcs_syntax syntax, bool must_hold, const char *note)
{
    (void)make_document(rig, syntax);
    must(tcs_fold(decode(rig, syntax), false, false, &rig->folded));
    if (!memmem(rig->folded.text.data ? rig->folded.text.data : "", rig->folded.text.len, rig->folded_piece.data,
                rig->folded_piece.len)) {
        if (must_hold)
            fail_msg("%s [%s] does not hold %s: %s", syntax_name(syntax), c_str(&rig->document), c_str(&rig->folded_piece),
                     note);
        return;
    }
    rig->held++;
    if (scan(rig, syntax, false) != 1 || scan(rig, syntax, true) != 1)
        fail_msg("%s [%s] holds %s and is no candidate: %s", syntax_name(syntax), c_str(&rig->document),
                 c_str(&rig->folded_piece), note);
}

/* ---- spelling one character ---- */

enum { RAW, WAYS_OF_JSON = 4, WAYS_OF_HTML = 7 };

static inline void put_json(struct tcs_buf *out, uint32_t cp, unsigned way)
{
    char text[8];
    uint32_t unit = cp < 0x10000 ? cp : 0xD800 + ((cp - 0x10000) >> 10);

    if (way == RAW && cp >= 0x20 && cp != '"' && cp != '\\') {
        put_cp(out, cp);
        return;
    }
    if (way == RAW && cp == '"') {
        put_str(out, "\\\"");
        return;
    }
    for (;;) {
        (void)snprintf(text, sizeof text, way == 2 ? "\\u%04X" : "\\u%04x", unit & 0xFFFF);
        if (way == 3) /* both cases in one */
            text[5] = text[5] >= 'a' ? (char)(text[5] & ~0x20) : text[5];
        put_str(out, text);
        if (cp < 0x10000 || unit >= 0xDC00)
            return;
        unit = 0xDC00 + ((cp - 0x10000) & 0x3FF);
    }
}

/* A named reference to cp, or false. */
static inline bool put_name(struct tcs_buf *out, uint32_t cp)
{
    struct tcs_str name;
    uint32_t cps[2];
    size_t i;

    for (i = 0; tcs_html_entity_at(i, &name, cps); i++)
        if (cps[0] == cp && !cps[1]) {
            put_str(out, "&");
            must(tcs_buf_append_str(out, name));
            return true;
        }
    return false;
}

static inline void put_html(struct tcs_buf *out, uint32_t cp, unsigned way)
{
    if (way == 6 && put_name(out, cp))
        return;
    if (way == RAW || way == 6) {
        if (cp == '<')
            put_str(out, "&lt;");
        else if (cp == '&')
            put_str(out, "&amp;");
        else
            put_cp(out, cp);
        return;
    }
    switch (way) {
    case 1: must(tcs_buf_printf(out, "&#%u;", cp)); break;
    case 2: must(tcs_buf_printf(out, "&#x%x;", cp)); break;
    case 3: must(tcs_buf_printf(out, "&#X%X;", cp)); break;
    case 4: must(tcs_buf_printf(out, "&#00%u;", cp)); break;
    default: must(tcs_buf_printf(out, "&#%u", cp)); break;
    }
}

static inline unsigned ways(enum tcs_syntax syntax)
{
    return syntax == JSON ? WAYS_OF_JSON : syntax == HTML ? WAYS_OF_HTML : 1;
}

static inline void put_way(struct rig *rig, enum tcs_syntax syntax, uint32_t cp, unsigned way)
{
    if (syntax == JSON)
        put_json(&rig->content, cp, way);
    else if (syntax == HTML)
        put_html(&rig->content, cp, way);
    else if (syntax == CSV && cp == '"')
        put_str(&rig->content, "\"\"");
    else
        put_cp(&rig->content, cp);
}

/* A reference without its semicolon may swallow what follows. */
static inline bool is_safe(unsigned way)
{
    return way != 5;
}

/* cps, all spelled one way, in each syntax and each way. */
static inline void expect_all_ways(struct rig *rig, const uint32_t *cps, size_t count, const char *note)
{
    enum tcs_syntax syntax;
    unsigned way;
    size_t i;

    for (syntax = TEXT; syntax < TCS_SYNTAX_COUNT; syntax++)
        for (way = 0; way < ways(syntax); way++) {
            tcs_buf_reset(&rig->content);
            for (i = 0; i < count; i++)
                put_way(rig, syntax, cps[i], way);
            expect(rig, syntax, is_safe(way), note);
        }
}

/* cps, all raw but the one at `at`, in each syntax; without the named ways. */
static inline void expect_one_odd(struct rig *rig, const uint32_t *cps, size_t count, size_t at, const char *note)
{
    enum tcs_syntax syntax;
    unsigned way;
    size_t i;

    for (syntax = TEXT; syntax < TCS_SYNTAX_COUNT; syntax++)
        for (way = 0; way < ways(syntax) && way < 3; way++) {
            tcs_buf_reset(&rig->content);
            for (i = 0; i < count; i++)
                put_way(rig, syntax, cps[i], i == at ? way : RAW);
            expect(rig, syntax, is_safe(way), note);
        }
}

#endif
