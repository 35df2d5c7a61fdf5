/* Patterns are read once to be looked at, and compiled only if every term can be; a corpus is read last. */
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "cli/reading.h"
#include "input/json_writer.h"
#include "rules/frequencies.h"
#include "rules/lint.h"
#include "run/measure.h"

#define HITS_MIN 10   /* fewer hits say nothing about a rate */
#define WORDS_SHOWN 12

struct settings {
    struct tcs_reading reading;
    struct tcs_texts corpus;
    double max_rate;
    bool json, quiet, help;
};

#define AT(member) offsetof(struct settings, member)

static const struct tcs_option options[] = {
    {0, "corpus", "FILE", TCS_OPTION_LIST, AT(corpus), "Corpus",
     "measure terms in this file or folder: too-general, star-finds-others; repeatable", NULL, NULL, 0},
    {0, "max-rate", "N", TCS_OPTION_REAL, AT(max_rate), "Corpus",
     "hits in a million characters from which on a term is too general; default 100", NULL, NULL, 0},
    TCS_READING_INPUT(AT(reading)),

    {0, "json", NULL, TCS_OPTION_FLAG, AT(json), "Output", "a JSON line a finding", NULL, NULL, 0},
    {'q', "quiet", NULL, TCS_OPTION_FLAG, AT(quiet), "Output", "findings only, no last line", NULL, NULL, 0},
    {'h', "help", NULL, TCS_OPTION_FLAG, AT(help), "Output", "this text", NULL, NULL, 0},
};
static const struct tcs_option_table table = {"lint", options, sizeof options / sizeof *options};

static const char usage[] = "tocsin lint [OPTION...] [DIR...]";
static const char about[] =
    "Looks for mistakes in the lexicons and rules below DIR (default: patterns). A finding is a line\n"
    "file:line:column: warning: what is wrong; what to do. `allow: [{warning: NAME, term: X, reason: WHY}]` in a\n"
    "lexicon or rule silences one. Warnings: empty-term, blank-in-term, bad-inflect, same-term, shadowed-term, no-example,\n"
    "rule-without-example, full-width-comma, mark-between-han, han-in-en, too-general, star-finds-others, idle-allow.";

struct session {
    const struct settings *s;
    struct tcs_sources sources;
    struct tcs_ruleset *ruleset;
    struct tcs_lint lint;
    struct tcs_measure measure;
    bool is_incomplete; /* some of the corpus was not searched */
};

/* ---- the corpus ---- */

static tocsin_status visit(void *context, struct tcs_judge *judge, const struct tcs_document *doc,
                           const struct tcs_pointer *pointer, struct tocsin_error *err)
{
    struct session *l = context;

    (void)pointer;
    return tcs_measure_document(&l->measure, judge, doc, err);
}

/* One thread: the measure is no one else's. */
static tocsin_status scan_corpus(struct session *l, struct tcs_reading_run *reading, struct tocsin_error *err)
{
    struct tcs_scan_options scan;
    struct tcs_stats stats = {0};
    tocsin_status st = TOCSIN_OK;
    size_t i;

    for (i = 0; st == TOCSIN_OK && i < l->s->corpus.count; i++)
        st = tcs_inputs_add(&reading->inputs, l->s->corpus.items[i], err);
    if (st == TOCSIN_OK)
        st = tcs_inputs_finish(&reading->inputs, err);
    if (st == TOCSIN_OK && tcs_stats_init(&stats, tcs_ruleset_patterns(l->ruleset)) != TOCSIN_OK)
        st = tcs_fail_nomem(err);
    if (st != TOCSIN_OK)
        return st;
    tcs_scan_options_default(&scan);
    tcs_reading_set(&l->s->reading, reading, &scan);
    scan.threads = 1;
    scan.emit = TCS_EMIT_ALL;
    scan.progress = -1;
    scan.visit = visit;
    scan.visit_context = l;
    st = tcs_scan_run(l->ruleset, &scan, &stats, err);
    l->is_incomplete = stats.is_incomplete;
    tcs_stats_release(&stats);
    return st;
}

static int compare_counts(const void *left, const void *right)
{
    const struct tcs_measured_word *a = *(const struct tcs_measured_word *const *)left;
    const struct tcs_measured_word *b = *(const struct tcs_measured_word *const *)right;

    return a->count != b->count ? (a->count > b->count ? -1 : 1) : strcmp(a->text, b->text);
}

/* "minor 10, minority 7", the most frequent first. */
static tocsin_status list_words(const struct tcs_measured_term *term, struct tcs_buf *out)
{
    const struct tcs_measured_word **order = calloc(term->word_count + 1, sizeof *order);
    tocsin_status st = order ? TOCSIN_OK : TOCSIN_E_NOMEM;
    size_t i;

    for (i = 0; st == TOCSIN_OK && i < term->word_count; i++)
        order[i] = &term->words[i];
    if (st == TOCSIN_OK)
        qsort(order, term->word_count, sizeof *order, compare_counts);
    for (i = 0; st == TOCSIN_OK && i < term->word_count && i < WORDS_SHOWN; i++)
        st = tcs_buf_printf(out, "%s%s %llu", i ? ", " : "", order[i]->text, (unsigned long long)order[i]->count);
    if (st == TOCSIN_OK && term->word_count > WORDS_SHOWN)
        st = tcs_buf_printf(out, ", and %zu more", term->word_count - WORDS_SHOWN);
    free(order);
    return st == TOCSIN_OK ? tcs_buf_putc(out, '\0') : st;
}

static tocsin_status add_star(struct session *l, uint32_t term, struct tocsin_error *err)
{
    const struct tcs_patterns *patterns = tcs_ruleset_patterns(l->ruleset);
    struct tcs_buf words = {0};
    tocsin_status st = list_words(&l->measure.terms[term], &words);

    st = st == TOCSIN_OK ? tcs_lint_add_term(&l->lint, patterns, TCS_WARNING_STAR_FINDS_OTHERS, term, err,
                                             "`%s` finds words that are not forms of one: %s",
                                             patterns->terms[term].authored, words.data)
                         : tcs_fail_nomem(err);
    tcs_buf_release(&words);
    return st;
}

static tocsin_status judge_measure(struct session *l, struct tocsin_error *err)
{
    const struct tcs_patterns *patterns = tcs_ruleset_patterns(l->ruleset);
    double documents = (double)l->measure.documents, characters = (double)l->measure.characters;
    tocsin_status st = TOCSIN_OK;
    uint32_t i;

    for (i = 0; st == TOCSIN_OK && i < l->measure.term_count; i++) {
        const struct tcs_measured_term *term = &l->measure.terms[i];
        double rate = term->hits ? (double)term->hits * 1e6 / characters : 0;

        if (term->hits >= HITS_MIN && rate > l->s->max_rate)
            st = tcs_lint_add_term(&l->lint, patterns, TCS_WARNING_TOO_GENERAL, i, err,
                                   "`%s` has %.0f hits in a million characters, and is in %.0f of a million documents",
                                   patterns->terms[i].authored, rate, (double)term->documents * 1e6 / documents);
        if (st == TOCSIN_OK && tcs_measure_different(term) > 1)
            st = add_star(l, i, err);
    }
    return st;
}

static tocsin_status lint_corpus(struct session *l, struct tocsin_error *err)
{
    struct tcs_reading_run reading = {0};
    tocsin_status st = tcs_measure_init(&l->measure, tcs_ruleset_patterns(l->ruleset), err);

    if (st == TOCSIN_OK)
        st = tcs_reading_layout(&l->s->reading, &reading.layout, err);
    if (st == TOCSIN_OK)
        st = scan_corpus(l, &reading, err);
    if (st == TOCSIN_OK)
        st = judge_measure(l, err);
    tcs_reading_run_release(&reading);
    return st;
}

/* ---- output ---- */

static void print_text(const struct session *l, const struct tcs_finding *finding)
{
    const struct tcs_warning_kind *kind = &tcs_warning_kinds[finding->warning];

    (void)printf("%s:%u:%u: %s: %s; %s\n", tcs_sources_path(&l->sources, finding->source), finding->line,
                 finding->column, kind->name, finding->message, kind->advice);
}

static tocsin_status print_json(const struct session *l, const struct tcs_finding *finding, struct tcs_buf *out)
{
    const struct tcs_warning_kind *kind = &tcs_warning_kinds[finding->warning];
    struct tcs_json_writer w = {.out = out};

    tcs_buf_reset(out);
    tcs_json_open_object(&w);
    tcs_json_number_key(&w, "v", 1);
    tcs_json_text_key(&w, "warning", tcs_str_from(kind->name));
    tcs_json_text_key(&w, "file", tcs_str_from(tcs_sources_path(&l->sources, finding->source)));
    tcs_json_number_key(&w, "line", finding->line);
    tcs_json_number_key(&w, "column", finding->column);
    tcs_json_text_key(&w, "lexicon", tcs_str_from(finding->lexicon));
    tcs_json_text_key(&w, "rule", tcs_str_from(finding->rule));
    tcs_json_text_key(&w, "term", tcs_str_from(finding->term));
    tcs_json_text_key(&w, "message", tcs_str_from(finding->message));
    tcs_json_text_key(&w, "advice", tcs_str_from(kind->advice));
    tcs_json_close_object(&w);
    tcs_json_put_raw(&w, "\n");
    return w.st;
}

static tocsin_status print_findings(const struct session *l, bool is_fatal, struct tocsin_error *err)
{
    struct tcs_buf line = {0};
    tocsin_status st = TOCSIN_OK;
    size_t i;

    for (i = 0; st == TOCSIN_OK && i < l->lint.count; i++) {
        if (!l->s->json) {
            print_text(l, &l->lint.items[i]);
            continue;
        }
        st = print_json(l, &l->lint.items[i], &line);
        if (st == TOCSIN_OK)
            (void)fwrite(line.data, 1, line.len, stdout);
    }
    tcs_buf_release(&line);
    if (st != TOCSIN_OK)
        return tcs_fail_nomem(err);
    if (is_fatal && !l->s->quiet)
        tcs_command_say("not all was looked for: terms that cannot be compiled come first");
    if (!l->s->quiet && !l->s->json)
        (void)printf("%zu findings, %zu silenced\n", l->lint.count, l->lint.silenced);
    return TOCSIN_OK;
}

/* ---- the command ---- */

static tocsin_status lint(struct session *l, const struct tcs_texts *folders, struct tcs_patterns *patterns,
                          struct tocsin_error *err)
{
    bool is_fatal = false, has_corpus = l->s->corpus.count > 0;
    tocsin_status st = tcs_reading_check_input(&l->s->reading, err);
    size_t i;

    if (st == TOCSIN_OK)
        st = tcs_patternset_add_folders(folders, &l->sources, err);
    for (i = 0; st == TOCSIN_OK && i < l->sources.count; i++)
        if (!tcs_frequencies_is_source(l->sources.items[i].name)) /* which compiling reads */
            st = tcs_patterns_add_source(patterns, l->sources.items[i].name.data, l->sources.items[i].text, err);
    if (st == TOCSIN_OK)
        st = tcs_patterns_finish(patterns, err);
    if (st == TOCSIN_OK)
        st = tcs_lint_terms(&l->lint, patterns, &is_fatal, err);
    if (st == TOCSIN_OK && !is_fatal) {
        st = tcs_ruleset_compile(l->sources.items, l->sources.count, &l->ruleset, err);
        if (st == TOCSIN_OK)
            st = tcs_lint_ruleset(&l->lint, l->ruleset, err);
        if (st == TOCSIN_OK && has_corpus)
            st = lint_corpus(l, err);
    }
    if (st == TOCSIN_OK)
        st = tcs_lint_finish(&l->lint, patterns, !is_fatal, has_corpus, err);
    return st == TOCSIN_OK ? print_findings(l, is_fatal, err) : st;
}

static int run(void *settings, const struct tcs_texts *folders)
{
    struct session l = {.s = settings};
    struct tcs_patterns patterns;
    struct tocsin_error err = {0};
    bool has_findings;
    tocsin_status st;

    tcs_patterns_init(&patterns);
    st = lint(&l, folders, &patterns, &err);
    if (st != TOCSIN_OK)
        tcs_command_report(&err, &l.sources);
    has_findings = l.lint.count > 0;
    tcs_lint_release(&l.lint); /* before what it points into */
    tcs_patterns_release(&patterns);
    tcs_measure_release(&l.measure);
    tcs_ruleset_free(l.ruleset);
    tcs_sources_release(&l.sources);
    if (!tcs_command_flush() || st != TOCSIN_OK)
        return TCS_EXIT_FAILED;
    return has_findings || l.is_incomplete ? TCS_EXIT_LOOK : TCS_EXIT_DONE;
}

int tcs_command_lint(int argc, char **argv)
{
    static const struct tcs_command command = {usage, about, &table, run};
    struct settings settings = {.max_rate = 100, .reading = TCS_READING_DEFAULT};

    return tcs_command_main(&command, argc, argv, &settings);
}
