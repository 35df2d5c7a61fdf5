/*
 * Chosen documents are read first, and kept; then the corpus, of which only counts are. Both readings are scans whose
 * documents go to a visitor.
 */
#include <signal.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/shown.h"
#include "cli/command.h"
#include "cli/reading.h"
#include "input/json_writer.h"
#include "rules/judge.h"
#include "run/contrast.h"

#define ENTROPY_MIN 1.0  /* bits on both sides: of a fragment nearly always the same character follows */
#define COVERING_ENTROPY_MIN 1.5 /* there cohesion says nothing: all documents hold the term */
#define COHESION_MIN 4.0 /* bits: 16 times more often together than by chance */
#define RATIO_MIN 3.0    /* times more frequent than in the background */
#define BETTER_MIN 2.0   /* a phrase that holds one told before must be so many times more telling */
#define AROUND 45        /* bytes of context on both sides */
#define BESIDE 5         /* tokens taken on each side of a hit, for covering phrases */

struct settings {
    struct tcs_reading reading;
    struct tcs_texts chosen;
    const char *covering;
    unsigned count, min_documents;
    bool all, json, help;
};

#define AT(member) offsetof(struct settings, member)

static const struct tcs_option options[] = {
    {0, "chosen", "FILE", TCS_OPTION_LIST, AT(chosen), "What to compare",
     "all documents of this file or folder, instead of those of CORPUS that the patterns flag; repeatable", NULL, NULL, 0},
    {0, "covering", "TERM", TCS_OPTION_TEXT, AT(covering), "What to compare",
     "instead of terms: longer phrases in which hits of TERM lie, for `unless`", NULL, NULL, 0},
    {0, "min-documents", "N", TCS_OPTION_COUNT, AT(min_documents), "What to compare",
     "chosen documents that hold a suggestion; default 3", NULL, NULL, 1},

    TCS_READING_PATTERNS(AT(reading)),
    TCS_READING_LISTS(AT(reading)),
    TCS_READING_INPUT(AT(reading)),

    {0, "count", "N", TCS_OPTION_COUNT, AT(count), "Output", "suggestions; default 50", NULL, NULL, 1},
    {0, "all", NULL, TCS_OPTION_FLAG, AT(all), "Output",
     "also phrases that hold a term of the patterns, or a suggestion before them", NULL, NULL, 0},
    {0, "json", NULL, TCS_OPTION_FLAG, AT(json), "Output", "a JSON line a suggestion", NULL, NULL, 0},

    TCS_READING_MESSAGES(AT(reading)),
    {'h', "help", NULL, TCS_OPTION_FLAG, AT(help), "Messages", "this text", NULL, NULL, 0},
};
static const struct tcs_option_table table = {"suggest", options, sizeof options / sizeof *options};

static const char usage[] = "tocsin suggest [OPTION...] CORPUS...";
static const char about[] =
    "Suggests terms: phrases that flagged documents (or those of --chosen) hold far more often than the rest of CORPUS, and\n"
    "that no term of the patterns is in. With --covering TERM: phrases that would keep hits of TERM out as `unless`.\n"
    "docs/author-commands.md says how they are found.";

struct session {
    const struct settings *s;
    struct tcs_reading_run reading, chosen; /* of CORPUS, with the ruleset; of --chosen */
    struct tcs_phrases phrases;
    struct tcs_contrast contrast;
    struct tcs_judge judge; /* for phrases; has_judge */
    bool has_judge, is_incomplete;
    struct tcs_document doc;
    struct tcs_tokens tokens;
    uint64_t hits; /* of --covering */
    struct tcs_buf out;
};

/* ---- reading ---- */

typedef tocsin_status (*visitor)(void *context, struct tcs_judge *judge, const struct tcs_document *doc,
                                 const struct tcs_pointer *pointer, struct tocsin_error *err);

/* One thread: the visitors count in the session. */
static tocsin_status read_documents(struct session *g, const struct tcs_reading_run *run, enum tcs_emit emit,
                                    visitor visit, struct tocsin_error *err)
{
    struct tcs_scan_options scan;
    struct tcs_stats stats = {0};
    tocsin_status st = tcs_stats_init(&stats, tcs_ruleset_patterns(g->reading.ruleset));

    if (st != TOCSIN_OK)
        return tcs_fail_nomem(err);
    tcs_scan_options_default(&scan);
    tcs_reading_set(&g->s->reading, run, &scan);
    scan.layout = &g->reading.layout;
    scan.threads = 1;
    scan.emit = emit;
    scan.visit = visit;
    scan.visit_context = g;
    st = tcs_scan_run(g->reading.ruleset, &scan, &stats, err);
    g->is_incomplete |= stats.is_incomplete;
    if (st == TOCSIN_OK && !g->s->reading.quiet)
        tcs_reading_say_losses(&stats, "");
    tcs_stats_release(&stats);
    return st;
}

static tocsin_status keep(void *context, struct tcs_judge *judge, const struct tcs_document *doc,
                          const struct tcs_pointer *pointer, struct tocsin_error *err)
{
    struct session *g = context;

    (void)judge;
    (void)pointer;
    return tcs_phrases_add(&g->phrases, doc) == TOCSIN_OK ? TOCSIN_OK : tcs_fail_nomem(err);
}

static tocsin_status count(void *context, struct tcs_judge *judge, const struct tcs_document *doc,
                           const struct tcs_pointer *pointer, struct tocsin_error *err)
{
    struct session *g = context;

    (void)judge;
    (void)pointer;
    return tcs_contrast_add(&g->contrast, doc) == TOCSIN_OK ? TOCSIN_OK : tcs_fail_nomem(err);
}

static tocsin_status find_phrases(struct session *g, double min_entropy, double min_cohesion, struct tocsin_error *err)
{
    const struct tcs_phrase_limits limits = {g->s->min_documents, min_entropy, min_cohesion};

    if (g->phrases.is_full && !g->s->reading.quiet)
        tcs_command_say("note: there is room for %u documents; the rest is left out", (unsigned)g->phrases.documents);
    return tcs_phrases_find(&g->phrases, &limits) == TOCSIN_OK ? TOCSIN_OK : tcs_fail_nomem(err);
}

/* ---- printing ---- */

/* What is told of one suggestion. */
struct suggestion {
    size_t number;
    const struct tcs_phrase *phrase;
    const struct tcs_contrasted *contrasted; /* NULL for a covering phrase */
    const char *held_term, *held_lexicon;    /* a term of the patterns in it, or NULL */
};

static tocsin_status print_text(struct session *g, const struct suggestion *s)
{
    struct tcs_buf *out = &g->out;
    uint32_t i;
    tocsin_status st = tcs_buf_printf(out, "%3zu. ", s->number);

    if (st == TOCSIN_OK)
        st = tcs_shown_append(out, tcs_phrases_written(&g->phrases, s->phrase, 0));
    if (st == TOCSIN_OK && s->contrasted)
        st = tcs_buf_printf(out, ": in %u of %u documents, and in %llu of %llu others; score %.1f\n", s->phrase->documents,
                            g->phrases.documents, (unsigned long long)s->contrasted->background,
                            (unsigned long long)g->contrast.documents, s->contrasted->score);
    else if (st == TOCSIN_OK)
        st = tcs_buf_printf(out, ": around %u of %llu hits\n", s->phrase->occurrences, (unsigned long long)g->hits);
    if (st == TOCSIN_OK && s->held_term)
        st = tcs_buf_printf(out, "     holds %s of %s\n", s->held_term, s->held_lexicon);
    for (i = 0; i < s->phrase->place_count && st == TOCSIN_OK; i++) {
        st = tcs_buf_append_str(out, TCS_STR("     "));
        if (st == TOCSIN_OK)
            st = tcs_shown_append(out, tcs_phrases_context(&g->phrases, s->phrase, i, AROUND));
        if (st == TOCSIN_OK)
            st = tcs_buf_putc(out, '\n');
    }
    return st;
}

static void put_real(struct tcs_json_writer *w, const char *name, double value)
{
    char text[64];

    (void)snprintf(text, sizeof text, "%.3f", value);
    tcs_json_key(w, name);
    tcs_json_put_raw(w, text);
}

static tocsin_status print_json(struct session *g, const struct suggestion *s)
{
    struct tcs_json_writer w = {.out = &g->out};
    uint32_t i;

    tcs_json_open_object(&w);
    tcs_json_number_key(&w, "v", 1);
    tcs_json_text_key(&w, "text", tcs_phrases_written(&g->phrases, s->phrase, 0));
    if (s->contrasted) {
        tcs_json_number_key(&w, "documents", s->phrase->documents);
        tcs_json_number_key(&w, "documents_total", g->phrases.documents);
        tcs_json_number_key(&w, "background", s->contrasted->background);
        tcs_json_number_key(&w, "background_total", g->contrast.documents);
        put_real(&w, "score", s->contrasted->score);
        put_real(&w, "ratio", s->contrasted->ratio);
    } else {
        tcs_json_number_key(&w, "hits", s->phrase->occurrences);
        tcs_json_number_key(&w, "hits_total", g->hits);
    }
    put_real(&w, "cohesion", s->phrase->cohesion);
    put_real(&w, "left_entropy", s->phrase->left_entropy);
    put_real(&w, "right_entropy", s->phrase->right_entropy);
    if (s->held_term) {
        tcs_json_text_key(&w, "holds", tcs_str_from(s->held_term));
        tcs_json_text_key(&w, "lexicon", tcs_str_from(s->held_lexicon));
    }
    tcs_json_open_list(&w, "contexts");
    for (i = 0; i < s->phrase->place_count; i++) {
        tcs_json_next(&w);
        tcs_json_put_string(&w, tcs_phrases_context(&g->phrases, s->phrase, i, AROUND));
    }
    tcs_json_close_list(&w);
    tcs_json_close_object(&w);
    tcs_json_put_raw(&w, "\n");
    return w.st;
}

static tocsin_status print(struct session *g, const struct suggestion *s, struct tocsin_error *err)
{
    tocsin_status st;

    tcs_buf_reset(&g->out);
    st = g->s->json ? print_json(g, s) : print_text(g, s);
    if (st != TOCSIN_OK)
        return tcs_fail_nomem(err);
    (void)fwrite(g->out.data, 1, g->out.len, stdout);
    return TOCSIN_OK;
}

/* ---- terms ---- */

/* The first term of the patterns that has a hit in a phrase. */
static tocsin_status find_held(struct session *g, struct suggestion *s, struct tocsin_error *err)
{
    const struct tcs_patterns *patterns = tcs_ruleset_patterns(g->reading.ruleset);
    tocsin_status st;

    s->held_term = s->held_lexicon = NULL;
    tcs_document_reset(&g->doc);
    if (tcs_document_add(&g->doc, "title", TCS_ROLE_TITLE, tcs_phrases_written(&g->phrases, s->phrase, 0)) != TOCSIN_OK)
        return tcs_fail_nomem(err);
    st = tcs_judge_document(&g->judge, &g->doc, err);
    if (st == TOCSIN_OK && g->judge.hits.count) {
        const struct tcs_hit *hit = &g->judge.hits.items[0];

        s->held_term = patterns->terms[hit->term].authored;
        s->held_lexicon = tcs_judge_lexicon_name(&g->judge, tcs_judge_lexicon(&g->judge, hit));
    }
    return st;
}

/* Does it only say more closely what one before it says? told: those before it. */
static bool is_told(const struct session *g, const struct tcs_contrasted *item,
                    const struct tcs_contrasted *const *told, size_t told_count)
{
    const struct tcs_phrase *phrases = g->phrases.items;
    size_t i;

    for (i = 0; i < told_count; i++) {
        const struct tcs_phrase *before = &phrases[told[i]->phrase], *now = &phrases[item->phrase];

        if ((tcs_phrase_is_part(before, now) && item->ratio < BETTER_MIN * told[i]->ratio) ||
            tcs_phrase_is_part(now, before))
            return true;
    }
    return false;
}

static tocsin_status print_terms(struct session *g, struct tocsin_error *err)
{
    const struct tcs_contrasted **told = calloc(g->s->count + 1, sizeof *told);
    struct suggestion s = {.number = 0};
    tocsin_status st = told ? TOCSIN_OK : tcs_fail_nomem(err);
    size_t i;

    for (i = 0; st == TOCSIN_OK && i < g->contrast.count && s.number < g->s->count; i++) {
        const struct tcs_contrasted *item = &g->contrast.items[i];

        if (item->score <= 0 || item->ratio < RATIO_MIN || item->has_common_edge)
            continue;
        if (!g->s->all && is_told(g, item, told, s.number))
            continue;
        s.phrase = &g->phrases.items[item->phrase];
        s.contrasted = item;
        st = find_held(g, &s, err);
        if (st != TOCSIN_OK || (s.held_term && !g->s->all))
            continue;
        told[s.number++] = item;
        st = print(g, &s, err);
    }
    free(told);
    return st;
}

static tocsin_status suggest_terms(struct session *g, struct tocsin_error *err)
{
    bool has_chosen = g->s->chosen.count > 0;
    tocsin_status st = read_documents(g, has_chosen ? &g->chosen : &g->reading,
                                      has_chosen ? TCS_EMIT_FIELDS : TCS_EMIT_FLAGGED, keep, err);

    if (st == TOCSIN_OK && !g->phrases.documents)
        st = tcs_fail(err, TOCSIN_E_ARG, NULL, 0, "%s",
                      has_chosen ? "--chosen holds no document"
                                 : "the patterns flag no document of the corpus; name documents with --chosen");
    if (st == TOCSIN_OK)
        st = find_phrases(g, ENTROPY_MIN, COHESION_MIN, err);
    if (st == TOCSIN_OK && tcs_contrast_init(&g->contrast, &g->phrases) != TOCSIN_OK)
        st = tcs_fail_nomem(err);
    if (st == TOCSIN_OK)
        st = read_documents(g, &g->reading, TCS_EMIT_FIELDS, count, err);
    if (st != TOCSIN_OK)
        return st;
    tcs_contrast_rank(&g->contrast, !has_chosen);
    if (!g->contrast.documents)
        return tcs_fail(err, TOCSIN_E_ARG, NULL, 0, "nothing is left of the corpus to compare with; name more of it");
    return print_terms(g, err);
}

/* ---- covering phrases ---- */

/* The tokens around a hit, the hit itself being one: TCS_TOKEN_CORE. */
static tocsin_status keep_window(struct session *g, const struct tcs_field *field, const struct tcs_hit *hit)
{
    struct tcs_token window[2 * BESIDE + 1];
    const struct tcs_token *tokens = g->tokens.items;
    size_t first = 0, end, low, high, count = 0;

    while (first < g->tokens.count && (tokens[first].id == TCS_TOKEN_BREAK || tokens[first].end_byte <= hit->start_byte))
        first++;
    for (end = first; end < g->tokens.count && (tokens[end].id == TCS_TOKEN_BREAK || tokens[end].start_byte < hit->end_byte);)
        end++;
    while (end > first && tokens[end - 1].id == TCS_TOKEN_BREAK)
        end--;
    if (first == end)
        return TOCSIN_OK;
    for (low = first; low && first - low < BESIDE && tokens[low - 1].id != TCS_TOKEN_BREAK;)
        low--;
    for (high = end; high < g->tokens.count && high - end < BESIDE && tokens[high].id != TCS_TOKEN_BREAK;)
        high++;
    while (low < first)
        window[count++] = tokens[low++];
    window[count++] = (struct tcs_token){TCS_TOKEN_CORE, tokens[first].start_byte, tokens[end - 1].end_byte};
    while (end < high)
        window[count++] = tokens[end++];
    g->hits++;
    return tcs_phrases_add_tokens(&g->phrases, window, count, field->text);
}

static tocsin_status keep_hits(void *context, struct tcs_judge *judge, const struct tcs_document *doc,
                               const struct tcs_pointer *pointer, struct tocsin_error *err)
{
    struct session *g = context;
    uint32_t field = UINT32_MAX;
    tocsin_status st = TOCSIN_OK;
    size_t i;

    (void)pointer;
    for (i = 0; i < judge->hits.count && st == TOCSIN_OK; i++) {
        const struct tcs_hit *hit = &judge->hits.items[i];
        const struct tcs_field *read = &doc->fields[hit->field];

        if (hit->field != field) {
            field = hit->field;
            g->tokens.count = 0;
            st = tcs_tokens_cut(&g->tokens, &g->phrases.vocabulary, true, read->text, read->lf_paragraph);
        }
        if (st == TOCSIN_OK)
            st = keep_window(g, read, hit);
    }
    return st == TOCSIN_OK ? st : tcs_fail_nomem(err);
}

static bool has_core(const struct tcs_phrase *phrase)
{
    uint32_t i;

    for (i = 0; i < phrase->count && phrase->ids[i] != TCS_TOKEN_CORE; i++)
        continue;
    return phrase->count > 1 && i < phrase->count;
}

static int compare_coverage(const void *left, const void *right)
{
    const struct tcs_phrase *a = left, *b = right;

    if (a->occurrences != b->occurrences)
        return a->occurrences > b->occurrences ? -1 : 1;
    if (a->count != b->count)
        return a->count < b->count ? -1 : 1;
    return memcmp(a->ids, b->ids, a->count * sizeof *a->ids);
}

static tocsin_status print_covering(struct session *g, struct tocsin_error *err)
{
    struct tcs_phrase *items = g->phrases.items;
    struct suggestion s = {.number = 0};
    const struct tcs_phrase **told = calloc(g->s->count + 1, sizeof *told);
    tocsin_status st = told ? TOCSIN_OK : tcs_fail_nomem(err);
    size_t i, k;

    if (g->phrases.item_count)
        qsort(items, g->phrases.item_count, sizeof *items, compare_coverage);
    for (i = 0; st == TOCSIN_OK && i < g->phrases.item_count && s.number < g->s->count; i++) {
        if (!has_core(&items[i]))
            continue;
        for (k = 0; k < s.number && !tcs_phrase_is_part(told[k], &items[i]); k++)
            continue;
        if (k < s.number && !g->s->all)
            continue;
        told[s.number++] = s.phrase = &items[i];
        st = print(g, &s, err);
    }
    free(told);
    return st;
}

static tocsin_status suggest_covering(struct session *g, struct tocsin_error *err)
{
    tocsin_status st = read_documents(g, &g->reading, TCS_EMIT_FLAGGED, keep_hits, err);

    if (st == TOCSIN_OK)
        st = find_phrases(g, COVERING_ENTROPY_MIN, 0, err);
    return st == TOCSIN_OK ? print_covering(g, err) : st;
}

/* ---- the command ---- */

static tocsin_status gather_chosen(struct session *g, struct tocsin_error *err)
{
    tocsin_status st = TOCSIN_OK;
    size_t i;

    for (i = 0; st == TOCSIN_OK && i < g->s->chosen.count; i++)
        st = tcs_inputs_add(&g->chosen.inputs, g->s->chosen.items[i], err);
    return st == TOCSIN_OK ? tcs_inputs_finish(&g->chosen.inputs, err) : st;
}

static tocsin_status check_settings(const struct session *g, struct tocsin_error *err)
{
    size_t i;

    if (g->s->covering && g->s->chosen.count)
        return tcs_fail(err, TOCSIN_E_ARG, NULL, 0, "--covering looks at CORPUS alone; leave out --chosen");
    for (i = 0; i < g->s->chosen.count; i++)
        if (tcs_reading_is_dash(g->s->chosen.items[i]))
            return tcs_fail(err, TOCSIN_E_ARG, NULL, 0, "--chosen takes files and folders, not stdin");
    for (i = 0; i < g->reading.inputs.files.count && !g->s->covering && !g->s->chosen.count; i++)
        if (tcs_reading_is_dash(g->reading.inputs.paths[i]))
            return tcs_fail(err, TOCSIN_E_ARG, NULL, 0,
                            "the corpus is read twice, so it cannot come from stdin; save it to a file, or use --chosen");
    return TOCSIN_OK;
}

/* Of a covering phrase the one pattern is the term. */
static tocsin_status open_patterns(struct session *g)
{
    struct tcs_patternset term = {.terms = {(const char **)(uintptr_t)&g->s->covering, 1, 1}};

    if (g->s->covering)
        return tcs_patternset_open(&term, &g->reading.ruleset);
    return tcs_reading_open(&g->s->reading, &g->reading);
}

static int work(struct session *g)
{
    struct tocsin_error err = {0};
    tocsin_status st = tcs_judge_init(&g->judge, g->reading.ruleset, &err);

    g->has_judge = true;
    tcs_reading_catch_signals();
    if (st == TOCSIN_OK)
        st = g->s->covering ? suggest_covering(g, &err) : suggest_terms(g, &err);
    if (st == TOCSIN_E_CANCELLED)
        return 128 + (tcs_reading_signal() ? tcs_reading_signal() : SIGINT);
    if (st != TOCSIN_OK)
        tcs_command_report(&err, NULL);
    if (!tcs_command_flush() || st != TOCSIN_OK)
        return TCS_EXIT_FAILED;
    return g->is_incomplete ? TCS_EXIT_LOOK : TCS_EXIT_DONE;
}

static int run(void *settings, const struct tcs_texts *named)
{
    struct session g = {.s = settings};
    struct tocsin_error err = {0};
    int status = TCS_EXIT_FAILED;
    tocsin_status st = tcs_reading_check(&g.s->reading, named, &err);

    if (st == TOCSIN_OK)
        st = tcs_reading_gather(&g.s->reading, named, &g.reading, &err);
    if (st == TOCSIN_OK)
        st = gather_chosen(&g, &err);
    if (st == TOCSIN_OK)
        st = check_settings(&g, &err);
    if (st == TOCSIN_OK)
        st = tcs_inputs_check_output(&g.reading.inputs, NULL, "stdout", &err);
    if (st != TOCSIN_OK)
        tcs_command_report(&err, NULL);
    else if (open_patterns(&g) == TOCSIN_OK)
        status = work(&g);
    tcs_contrast_release(&g.contrast);
    tcs_phrases_release(&g.phrases);
    tcs_tokens_release(&g.tokens);
    if (g.has_judge)
        tcs_judge_release(&g.judge);
    tcs_document_release(&g.doc);
    tcs_buf_release(&g.out);
    tcs_reading_run_release(&g.reading);
    tcs_reading_run_release(&g.chosen);
    return status;
}

int tcs_command_suggest(int argc, char **argv)
{
    static const struct tcs_command command = {usage, about, &table, run};
    struct settings settings = {.reading = TCS_READING_DEFAULT, .count = 50, .min_documents = 3};

    return tcs_command_main(&command, argc, argv, &settings);
}
