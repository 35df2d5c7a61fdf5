/*
 * code points: what each of the 0x110000 is to the sieve, derived from the fold's tables, and the proof: put into a
 * term at any place, raw or escaped, the sieve names the document wherever the folded text holds the term's piece.
 *
 *     build/unit/test_code_points --table     the table of docs/code-points.md
 *     POINTS=all build/unit/test_code_points  all code points; without it every 61st of those that are plain or unused
 */
#include "sieve_help.h"

#include "piece_help.h"

#include <unicode/uchar.h>
#include <unicode/uvernum.h>

#include "match/fold_table.h"
#include "match/props.h"

#define CODE_POINTS 0x110000u

/* ---- kinds ---- */

enum kind {
    PLAIN,
    ENUMERATED,
    IGNORABLE,
    EXPANDING,
    TO_ASCII,
    STOP,
    GAP,
    INERT,
    UNUSED,
    SURROGATE,
    KINDS
};

static const char *const kind_names[KINDS][2] = {
    [PLAIN] = {"plain", "a letter or digit that is its own only spelling: part of WHOLE literals"},
    [ENUMERATED] = {"enumerated", "one of several spellings of a letter or digit: each is in a WHOLE literal"},
    [IGNORABLE] = {"breaking: ignorable", "folds to nothing; ODD"},
    [EXPANDING] = {"breaking: several",
                   "folds to several, a letter, digit or stop among them; ODD where a piece has one of them"},
    [TO_ASCII] = {"breaking: to ASCII", "above U+007F, folds to an ASCII letter or digit; ODD where a piece has it"},
    [STOP] = {"breaking: stop", "folds to a full stop, which initials drop; START, above U+007F ODD"},
    [GAP] = {"breaking: gap",
             "white space, quotation marks and brackets that may vanish beside Han; START, rare ones ODD"},
    [INERT] = {"inert", "in no piece: composed letters, marks, punctuation, symbols"},
    [UNUSED] = {"inert: unused", "in no piece: unassigned or of private use"},
    [SURROGATE] = {"surrogate", "in no text: decoded to U+FFFD"},
};

static struct tcs_spellings *spellings;
static bool is_exhaustive;

static bool is_piece_char(uint32_t cp)
{
    unsigned props = tcs_props(cp);

    return (props & TCS_PROP_SIMPLE) && (props & (TCS_PROP_LETTER | TCS_PROP_DIGIT));
}

static bool is_unused(uint32_t cp)
{
    return U_GET_GC_MASK((UChar32)cp) & (U_GC_CN_MASK | U_GC_CO_MASK);
}

static enum kind kind_of_several(const uint32_t *cps, uint32_t count)
{
    uint32_t i;

    for (i = 0; i < count; i++)
        if (is_piece_char(cps[i]) || cps[i] == '.')
            return EXPANDING;
    return tcs_props(cps[0]) & TCS_PROP_GAP ? GAP : INERT;
}

static enum kind kind_of(uint32_t cp)
{
    uint32_t one, count;
    const uint32_t *cps, *members;

    if (is_surrogate(cp))
        return SURROGATE;
    cps = tcs_fold_single(cp, &one, &count);
    if (count != 1)
        return count ? kind_of_several(cps, count) : IGNORABLE;
    if (is_piece_char(*cps)) {
        if (*cps < 0x80)
            return cp < 0x80 ? ENUMERATED : TO_ASCII;
        return tcs_spellings_of(spellings, *cps, &one, &members) == 1 ? PLAIN : ENUMERATED;
    }
    if (*cps == '.')
        return STOP;
    if (tcs_props(*cps) & TCS_PROP_GAP)
        return GAP;
    return is_unused(cp) ? UNUSED : INERT;
}

/* ---- the page ---- */

static void put_count(struct tcs_buf *out, uint32_t count)
{
    must(count < 1000 ? tcs_buf_printf(out, "%u", count)
         : count < 1000000 ? tcs_buf_printf(out, "%u,%03u", count / 1000, count % 1000)
                           : tcs_buf_printf(out, "%u,%03u,%03u", count / 1000000, count / 1000 % 1000, count % 1000));
}

/* Six of a kind's, evenly spread. */
static void put_examples(struct tcs_buf *out, enum kind kind, uint32_t count)
{
    uint32_t cp, seen = 0, shown = 0;

    for (cp = 0; cp < CODE_POINTS && shown < 6; cp++) {
        if (kind_of(cp) != kind || seen++ < (uint64_t)shown * count / 6)
            continue;
        put_str(out, shown++ ? ", " : "");
        if ((U_GET_GC_MASK((UChar32)cp) & (U_GC_L_MASK | U_GC_ND_MASK)) && kind != INERT) {
            put_cp(out, cp);
            put_str(out, " ");
        }
        must(tcs_buf_printf(out, "U+%04X", cp));
    }
}

static void put_table(struct tcs_buf *out)
{
    uint32_t counts[KINDS] = {0}, cp, total = 0;
    unsigned kind;

    for (cp = 0; cp < CODE_POINTS; cp++)
        counts[kind_of(cp)]++;
    put_str(out, "| kind | code points | what it is to the sieve | examples |\n| --- | ---: | --- | --- |\n");
    for (kind = 0; kind < KINDS; kind++) {
        must(tcs_buf_printf(out, "| %s | ", kind_names[kind][0]));
        put_count(out, counts[kind]);
        must(tcs_buf_printf(out, " | %s | ", kind_names[kind][1]));
        put_examples(out, (enum kind)kind, counts[kind]);
        put_str(out, " |\n");
        total += counts[kind];
    }
    put_str(out, "| all | ");
    put_count(out, total);
    put_str(out, " | | |\n");
}

static void read_file(const char *path, struct tcs_buf *out)
{
    FILE *file = fopen(path, "rb");
    char bytes[4096];
    size_t len;

    if (!file)
        fail_msg("cannot read %s: the tests run in the project's folder", path);
    while ((len = fread(bytes, 1, sizeof bytes, file)) > 0)
        must(tcs_buf_append(out, bytes, len));
    assert_int_equal(fclose(file), 0);
}

static void test_code_points__page_has_the_table(void **state)
{
    struct tcs_buf table = {0}, page = {0};

    (void)state;
    read_file("docs/code-points.md", &page);
    if (!strstr(c_str(&page), "ICU " U_ICU_VERSION)) {
        print_message("skipped: docs/code-points.md is of another ICU than " U_ICU_VERSION "\n");
        tcs_buf_release(&page);
        skip();
    }
    put_table(&table);
    if (!strstr(c_str(&page), c_str(&table)))
        fail_msg("docs/code-points.md should have this table:\n%s", c_str(&table));
    tcs_buf_release(&table);
    tcs_buf_release(&page);
}

/* ---- documents that must be named ---- */

/* Ways to write the code point at hand; the rest of its document is raw. */
enum form { UTF8, JSON_LOWER, JSON_UPPER, HTML_DECIMAL, HTML_HEX, FORMS };

static enum tcs_syntax syntax_of(enum form form)
{
    return form == UTF8 ? TEXT : form < HTML_DECIMAL ? JSON : HTML;
}

/* Many documents in one buffer for one form. A line feed stands between them. */
struct batch {
    struct tcs_buf data;
    struct tcs_span *spans; /* number: the code point */
    size_t count, cap;
};

static void batch_add(struct batch *batch, enum form form, const uint32_t *cps, size_t count, size_t at, size_t number)
{
    size_t start = batch->data.len, i;

    must(TCS_GROW(batch->spans, batch->cap, batch->count + 1));
    for (i = 0; i < count; i++) {
        if (i != at || form == UTF8)
            put_cp(&batch->data, cps[i]);
        else if (syntax_of(form) == JSON)
            put_json(&batch->data, cps[i], form == JSON_LOWER ? 1 : 2);
        else
            put_html(&batch->data, cps[i], form == HTML_DECIMAL ? 1 : 2);
    }
    batch->spans[batch->count++] = (struct tcs_span){start, batch->data.len, number};
    put_str(&batch->data, "\n");
}

static bool locate_in(void *context, size_t at, struct tcs_span *span_out)
{
    const struct batch *batch = context;
    size_t low = 0, high = batch->count;

    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;

        if (batch->spans[middle].start <= at)
            low = middle;
        else
            high = middle;
    }
    if (low == high || at < batch->spans[low].start || at >= batch->spans[low].end)
        return false;
    *span_out = batch->spans[low];
    return true;
}

/* Both engines must name every document of the batch, which is emptied. */
static void expect_all_named(const struct tcs_sieve *sieve, struct tcs_sieve_scratch *scratch, struct batch *batch,
                             enum form form, const char *note)
{
    static const char *const names[] = {"UTF-8", "\\u, lower case", "\\u, upper case", "&#d;", "&#x;"};
    int plain;

    for (plain = 0; plain < 2; plain++) {
        size_t i;

        must(tcs_sieve_scan(sieve, scratch, tcs_buf_view(&batch->data), plain, locate_in, batch));
        for (i = 0; i < batch->count; i++)
            if (i >= scratch->candidate_count || scratch->candidates[i].start != batch->spans[i].start)
                fail_msg("U+%04X [%.*s] as %s is not found%s: %s", (unsigned)batch->spans[i].number,
                         (int)(batch->spans[i].end - batch->spans[i].start), batch->data.data + batch->spans[i].start,
                         names[form], plain ? " by the plain scan" : "", note);
    }
    assert_int_equal(scratch->engine_errors, 0);
    batch->count = 0;
    tcs_buf_reset(&batch->data);
}

/* Is it the same character when it is written in this form? HTML takes references to C1 and NUL for others. */
static bool can_be(enum form form, uint32_t cp)
{
    switch (form) {
    case UTF8:
        return cp != '\n'; /* parts documents here */
    case JSON_LOWER:
    case JSON_UPPER:
        return true;
    case HTML_DECIMAL:
    case HTML_HEX:
    case FORMS:
        break;
    }
    return cp && (cp < 0x80 || cp > 0x9F);
}

/* ---- every code point at every position ---- */

static const char *const terms[] = {"换脸", "深度伪造", "deepfake", "AI照", "gpt4", "ノート", "бот", "øk", "딥페이크ai", "𠮷野4"};

struct stand {
    struct tcs_piece piece;
    bool is_whole; /* the piece is all of the term */
    struct tcs_buf folded_piece, text;
    struct tcs_folded folded;
    struct tcs_sieve *sieves[TCS_SYNTAX_COUNT];
    struct tcs_sieve_scratch scratch;
    struct batch batches[FORMS];
    size_t inside; /* documents with the code point between the term's characters or in place of one */
};

static void stand_open(struct stand *stand, const char *text)
{
    struct tcs_term term;
    enum form form;

    *stand = (struct stand){.inside = 0};
    must(init_term(&term, text, "", NULL));
    stand->piece = least_piece(&term, spellings);
    stand->piece.left_edge = stand->piece.right_edge = false; /* whatever touches it, it must be seen */
    stand->is_whole = stand->piece.count == term.count;
    tcs_term_release(&term);
    assert_true(stand->piece.count > 0);
    put_cps(&stand->folded_piece, stand->piece.cps, stand->piece.count);
    for (form = UTF8; form < FORMS; form++)
        if (!stand->sieves[syntax_of(form)]) {
            must(tcs_sieve_new(&(struct tcs_sought){.pieces = &stand->piece, .count = 1}, syntax_of(form), &stand->sieves[syntax_of(form)], NULL));
            must(tcs_sieve_fit(stand->sieves[syntax_of(form)], &stand->scratch, NULL));
        }
}

static void batches_release(struct batch *batches)
{
    enum form form;

    for (form = UTF8; form < FORMS; form++) {
        tcs_buf_release(&batches[form].data);
        free(batches[form].spans);
    }
}

static void stand_close(struct stand *stand)
{
    unsigned i;

    for (i = 0; i < TCS_SYNTAX_COUNT; i++)
        tcs_sieve_free(stand->sieves[i]);
    batches_release(stand->batches);
    tcs_sieve_scratch_release(&stand->scratch);
    tcs_folded_release(&stand->folded);
    tcs_buf_release(&stand->folded_piece);
    tcs_buf_release(&stand->text);
}

static bool holds_piece(struct stand *stand, const uint32_t *cps, size_t count)
{
    tcs_buf_reset(&stand->text);
    put_cps(&stand->text, cps, count);
    must(tcs_fold(tcs_buf_view(&stand->text), false, false, &stand->folded));
    return stand->folded.text.len && memmem(stand->folded.text.data, stand->folded.text.len, stand->folded_piece.data,
                                            stand->folded_piece.len);
}

/* cps[at] is the code point at hand: where the folded text holds the piece, all forms of the document must be named. */
static void consider(struct stand *stand, const uint32_t *cps, size_t count, size_t at, bool is_inside)
{
    enum kind kind = kind_of(cps[at]);
    enum form form;

    if (!holds_piece(stand, cps, count))
        return;
    if (is_inside && stand->is_whole && kind >= INERT)
        fail_msg("U+%04X is inert and inside a spelling of %s", cps[at], c_str(&stand->folded_piece));
    stand->inside += is_inside;
    for (form = UTF8; form < FORMS; form++) {
        if (form != UTF8 && !is_inside && (kind == PLAIN || kind == UNUSED))
            break; /* beside the term these are many and say nothing new */
        if (can_be(form, cps[at]))
            batch_add(&stand->batches[form], form, cps, count, at, cps[at]);
    }
}

static bool is_chosen(uint32_t cp)
{
    enum kind kind = kind_of(cp);

    return kind != SURROGATE && (is_exhaustive || (kind != PLAIN && kind != UNUSED) || cp % 61 == 0);
}

/* All code points before, between and behind the characters of the text, and in place of each. */
static void check_positions(struct stand *stand, const uint32_t *term, size_t count, const uint32_t *chosen,
                            size_t chosen_count)
{
    uint32_t cps[TCS_PIECE_MAX + 1];
    size_t at, i;
    enum form form;

    for (at = 0; at <= count; at++) {
        memcpy(cps, term, at * sizeof *cps);
        memcpy(cps + at + 1, term + at, (count - at) * sizeof *cps);
        for (i = 0; i < chosen_count; i++) {
            cps[at] = chosen[i];
            consider(stand, cps, count + 1, at, at && at < count);
        }
        memcpy(cps, term, count * sizeof *cps);
        for (i = 0; i < chosen_count && at < count; i++) {
            cps[at] = chosen[i];
            consider(stand, cps, count, at, true);
        }
        for (form = UTF8; form < FORMS; form++)
            expect_all_named(stand->sieves[syntax_of(form)], &stand->scratch, &stand->batches[form], form,
                             c_str(&stand->folded_piece));
    }
}

static void test_code_points__each_is_found_at_every_position(void **state)
{
    uint32_t *chosen = malloc(CODE_POINTS * sizeof *chosen), cp, cps[64];
    size_t count = 0, ignorables = 0, i;

    (void)state;
    assert_non_null(chosen);
    for (cp = 0; cp < CODE_POINTS; cp++) {
        if (is_chosen(cp))
            chosen[count++] = cp;
        ignorables += kind_of(cp) == IGNORABLE;
    }
    for (i = 0; i < COUNT(terms); i++) {
        size_t length = code_points(str(terms[i]), cps);
        struct stand stand;

        stand_open(&stand, terms[i]);
        check_positions(&stand, cps, length, chosen, count);
        if (stand.inside < ignorables * (length - 1))
            fail_msg("%s: only %zu documents", terms[i], stand.inside);
        stand_close(&stand);
    }
    free(chosen);
}

/* ---- every spelling of every character ---- */

static uint32_t folded_char_of(uint32_t cp)
{
    uint32_t one, count;
    const uint32_t *cps = tcs_fold_single(cp, &one, &count);

    return count == 1 ? *cps : 0;
}

/*
 * Pieces of each character that has several spellings and б, and the documents that each code point makes of them;
 * escaped ones in the exhaustive run, because engines for so many literals take seconds to build.
 */
static void test_code_points__each_spelling_is_found(void **state)
{
    struct tcs_piece *pieces = NULL;
    size_t piece_count = 0, piece_cap = 0, documents = 0;
    struct tcs_sieve_scratch scratch = {0};
    struct batch batches[FORMS] = {0};
    enum tcs_syntax syntax;
    enum form form;
    uint32_t cp;

    (void)state;
    for (cp = 0; cp < CODE_POINTS; cp++) {
        enum kind kind = kind_of(cp);

        if (kind != ENUMERATED && kind != TO_ASCII)
            continue;
        documents++;
        for (form = UTF8; form < (is_exhaustive ? FORMS : JSON_LOWER); form++)
            batch_add(&batches[form], form, (uint32_t[]){cp, 0x431}, 2, 0, cp);
        if (folded_char_of(cp) == cp) {
            must(TCS_GROW(pieces, piece_cap, piece_count + 1));
            pieces[piece_count++] = (struct tcs_piece){.cps = {cp, 0x431}, .count = 2};
        }
    }
    assert_true(documents > 10000 && piece_count > 5000);
    for (syntax = TEXT; syntax < (is_exhaustive ? CSV : JSON); syntax++) {
        struct tcs_sieve *sieve;

        must(tcs_sieve_new(&(struct tcs_sought){.pieces = pieces, .count = piece_count}, syntax, &sieve, NULL));
        must(tcs_sieve_fit(sieve, &scratch, NULL));
        for (form = UTF8; form < FORMS; form++)
            if (syntax_of(form) == syntax)
                expect_all_named(sieve, &scratch, &batches[form], form, "each spelling and U+0431");
        tcs_sieve_free(sieve);
    }
    tcs_sieve_scratch_release(&scratch);
    batches_release(batches);
    free(pieces);
}

static int open_spellings(void **state)
{
    const char *points = getenv("POINTS");

    (void)state;
    is_exhaustive = points && !strcmp(points, "all");
    return tcs_spellings_new(&spellings) != TOCSIN_OK;
}

static int close_spellings(void **state)
{
    (void)state;
    tcs_spellings_free(spellings);
    return 0;
}

static int print_table(void)
{
    struct tcs_buf table = {0};

    if (open_spellings(NULL))
        return 2;
    put_table(&table);
    (void)fputs(c_str(&table), stdout);
    tcs_buf_release(&table);
    return close_spellings(NULL);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_code_points__page_has_the_table),
        cmocka_unit_test(test_code_points__each_is_found_at_every_position),
        cmocka_unit_test(test_code_points__each_spelling_is_found),
    };

    if (argc == 2 && !strcmp(argv[1], "--table"))
        return print_table();
    return cmocka_run_group_tests(tests, open_spellings, close_spellings);
}
