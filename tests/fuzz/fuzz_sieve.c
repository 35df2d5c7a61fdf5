/*
 * The property that Tocsin stands on, for any bytes: what the judge finds in a document, sieve and check have let
 * through, and the sieve says the same with and without the engine. The first byte chooses the syntax. Built with
 * libFuzzer (`make fuzz`), or with replay.c to run saved inputs in every test run.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "input/csv.h"
#include "input/html.h"
#include "input/html_lean.h"
#include "input/json.h"
#include "input/layout.h"
#include "match/sieve.h"
#include "rules/judge.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct tcs_ruleset *ruleset;
static struct tcs_judge judge;
static struct tcs_layout layout;
static struct tcs_html_scratch html;
static struct tcs_buf lean;
static struct tcs_json_scratch json;
static struct tcs_csv_scratch csv;
static struct tcs_document doc;
static struct tcs_sieve_scratch scratch, plain_scratch;
static const struct tcs_sieve *sieves[TCS_SYNTAX_COUNT];

static void need(bool holds, const char *what)
{
    if (holds)
        return;
    fprintf(stderr, "does not hold: %s\n", what);
    abort();
}

static void set_up(void)
{
    static const char lexicon[] = "lexicon: fuzz\nabout: fuzz\nterms:\n"
                                  "  zh: [换脸, 深度伪造, AI换脸, P图, 株式会社, 台湾, 链接]\n"
                                  "  en: [AI, {term: deepfake, inflect: true}, face swap, {term: GPT4, version: true}, nudif*, f]\n"
                                  "examples: {match: [AI], no_match: [x]}\n";
    struct tcs_source source = {TCS_STR("fuzz.yaml"), {lexicon, sizeof lexicon - 1}};
    struct tocsin_error err = {0};
    int i;

    if (tcs_ruleset_compile(&source, 1, &ruleset, &err) != TOCSIN_OK) {
        fprintf(stderr, "%s:%llu: %s\n", err.where, (unsigned long long)err.offset, err.message);
        abort();
    }
    need(tcs_judge_init(&judge, ruleset, NULL) == TOCSIN_OK, "a judge can be made");
    need(tcs_layout_finish(&layout, NULL) == TOCSIN_OK, "the layout can be made");
    for (i = 0; i < TCS_SYNTAX_COUNT; i++) {
        need(tcs_ruleset_sieve(ruleset, TCS_PLAN_HITS, (enum tcs_syntax)i, &sieves[i], NULL) == TOCSIN_OK && sieves[i],
             "a sieve can be made");
        need(tcs_sieve_fit(sieves[i], &scratch, NULL) == TOCSIN_OK, "scratch can be had");
    }
}

static bool locate(void *context, size_t at, struct tcs_span *span)
{
    (void)at;
    *span = (struct tcs_span){0, *(const size_t *)context, 0};
    return true;
}

/* Fields of the document, and what the check is shown; false where the bytes are no document of the syntax. */
static bool read_document(enum tcs_syntax syntax, struct tcs_str bytes)
{
    size_t i;

    tcs_document_reset(&doc);
    tcs_check_begin(&judge);
    if (syntax == TCS_SYNTAX_JSON) {
        bool is_object;

        if (tcs_json_read(bytes, &layout.paths, &json, &is_object, NULL) != TOCSIN_OK)
            return false;
        need(tcs_layout_document(&layout, &json, &doc) == TOCSIN_OK, "fields fit");
    } else if (syntax == TCS_SYNTAX_HTML) {
        need(tcs_html_flatten(bytes, &html, NULL) == TOCSIN_OK, "a page can be flattened");
        need(tcs_check_text(&judge, tcs_buf_view(&html.flat), false) == TOCSIN_OK, "its text can be checked");
        need(tcs_html_document(bytes, &html, &doc, NULL) == TOCSIN_OK, "a page can be read");
        return true;
    } else if (syntax == TCS_SYNTAX_CSV) {
        if (tcs_csv_read_row(bytes, ',', &csv, NULL) != TOCSIN_OK)
            return false;
        for (i = 0; i < csv.count; i++)
            need(tcs_document_add(&doc, "text", TCS_ROLE_TEXT, csv.fields[i]) == TOCSIN_OK, "a field fits");
    } else {
        need(tcs_document_add(&doc, "text", TCS_ROLE_TEXT, bytes) == TOCSIN_OK, "a field fits");
    }
    for (i = 0; i < doc.field_count; i++)
        need(tcs_check_text(&judge, doc.fields[i].text, false) == TOCSIN_OK, "fields can be checked");
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const enum tcs_syntax syntaxes[] = {TCS_SYNTAX_TEXT, TCS_SYNTAX_JSON, TCS_SYNTAX_HTML, TCS_SYNTAX_CSV};
    enum tcs_syntax syntax;
    struct tcs_str bytes, seen;
    bool passes;

    if (!ruleset)
        set_up();
    if (!size)
        return 0;
    syntax = syntaxes[data[0] % 4];
    bytes = (struct tcs_str){(const char *)data + 1, size - 1};
    seen = bytes;
    need(syntax != TCS_SYNTAX_HTML || tcs_html_lean(bytes, &lean, &seen) == TOCSIN_OK, "a page has a lean form");
    need(tcs_sieve_scan(sieves[syntax], &scratch, seen, false, locate, &seen.len) == TOCSIN_OK, "the sieve scans");
    need(tcs_sieve_scan(sieves[syntax], &plain_scratch, seen, true, locate, &seen.len) == TOCSIN_OK, "and plainly");
    need(scratch.candidate_count == plain_scratch.candidate_count, "engine and automaton agree");
    if (!read_document(syntax, bytes))
        return 0;
    passes = tcs_check_passes(&judge);
    need(tcs_judge_document(&judge, &doc, NULL) == TOCSIN_OK, "the judge judges");
    need(!judge.hits.count || passes, "the check lets hits through"); /* there are no rules */
    need(!judge.hits.count || scratch.candidate_count, "the sieve lets hits through");
    return 0;
}
