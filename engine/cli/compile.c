/* Folders of patterns in, one database file out. */
#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/inputs.h"
#include "cli/patternset.h"
#include "run/sink.h"
#include "run/tune.h"
#include "run/worker.h"

struct settings {
    const char *output, *frequencies;
    struct tcs_texts samples;
    bool quiet, help;
};

static const struct tcs_option options[] = {
    {'o', "output", "FILE", TCS_OPTION_TEXT, offsetof(struct settings, output), "Options",
     "the database; default tocsin.db", NULL, NULL, 0},
    {0, "tune", "SAMPLE", TCS_OPTION_LIST, offsetof(struct settings, samples), "Options",
     "choose what the sieve looks for by how frequent it is in SAMPLE, a file or folder as scan reads; repeatable", NULL,
     NULL,
     0},
    {0, "frequencies", "FILE", TCS_OPTION_TEXT, offsetof(struct settings, frequencies), "Options",
     "write what --tune measured, to be kept as frequencies.tsv in a folder of patterns", NULL, NULL, 0},
    {'q', "quiet", NULL, TCS_OPTION_FLAG, offsetof(struct settings, quiet), "Options", "no summary", NULL, NULL, 0},
    {'h', "help", NULL, TCS_OPTION_FLAG, offsetof(struct settings, help), "Options", "this text", NULL, NULL, 0},
};
static const struct tcs_option_table table = {"compile", options, sizeof options / sizeof *options};

static const char usage[] = "tocsin compile [OPTION...] [DIR...]";
static const char about[] =
    "Compiles every *.yaml below DIR (default: patterns), but for folders named schema, into one database. Several\n"
    "folders add up. The file appears whole or not at all, with mode 0644. What is flagged does not depend on --tune, only\n"
    "how fast.";

/* A database is written under another name and renamed, which makes no sense for what is no regular file. */
static tocsin_status check_output(const char *path, struct tocsin_error *err)
{
    struct stat info;

    if (strcmp(path, "-") == 0)
        return tcs_fail(err, TOCSIN_E_ARG, NULL, 0, "a database is not written to stdout; name a file with -o");
    if (stat(path, &info) != 0 || S_ISREG(info.st_mode))
        return TOCSIN_OK;
    if (S_ISCHR(info.st_mode))
        return tcs_fail(err, TOCSIN_E_ARG, path, 0, "a database is not written to a terminal or device; name a file");
    return tcs_fail(err, TOCSIN_E_ARG, path, 0, "this is no regular file; a database cannot be written here");
}

static tocsin_status write_file(const char *path, struct tcs_str text, struct tocsin_error *err)
{
    struct tcs_sink *sink = NULL;
    tocsin_status st = tcs_sink_open(path, NULL, &sink, err);

    if (st == TOCSIN_OK)
        st = tcs_sink_write(sink, text, err);
    if (st == TOCSIN_OK)
        st = tcs_sink_finish(sink, err);
    tcs_sink_free(sink);
    return st;
}

static int compare_numbers(const void *left, const void *right)
{
    uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;

    return a < b ? -1 : a > b;
}

/* Terms of lexicons, and how many differ after folding. */
static tocsin_status count_terms(const struct tcs_ruleset *ruleset, size_t *count_out, size_t *distinct_out)
{
    const struct tcs_patterns *patterns = tcs_ruleset_patterns(ruleset);
    const uint32_t *folds = tcs_ruleset_term_folds(ruleset);
    uint32_t *kept = calloc(patterns->term_count + 1, sizeof *kept);
    size_t count = 0, distinct = 0, i;

    if (!kept)
        return TOCSIN_E_NOMEM;
    for (i = 0; i < patterns->term_count; i++)
        if (!patterns->terms[i].is_unless && patterns->terms[i].lexicon != TCS_NO_LEXICON)
            kept[count++] = folds[i];
    qsort(kept, count, sizeof *kept, compare_numbers);
    for (i = 0; i < count; i++)
        distinct += !i || kept[i] != kept[i - 1];
    free(kept);
    *count_out = count;
    *distinct_out = distinct;
    return TOCSIN_OK;
}

static tocsin_status print_summary(const struct tcs_ruleset *ruleset, const char *path, double seconds,
                                   struct tocsin_error *err)
{
    const struct tcs_patterns *patterns = tcs_ruleset_patterns(ruleset);
    struct stat info = {0};
    size_t terms = 0, distinct = 0;

    if (stat(path, &info) != 0)
        return tcs_fail(err, TOCSIN_E_IO, path, 0, "the database cannot be found again: %s", strerror(errno));
    if (count_terms(ruleset, &terms, &distinct) != TOCSIN_OK)
        return tcs_fail_nomem(err);
    tcs_command_say("%s: %zu lexicons, %zu terms (%zu distinct after folding), %zu rules, %lld bytes, %.1f s", path,
                    patterns->lexicon_count, terms, distinct, patterns->rule_count, (long long)info.st_size, seconds);
    return TOCSIN_OK;
}

/* Measures the samples and adds the table to the sources, in place of what the folders say. */
static tocsin_status tune(const struct settings *s, struct tcs_sources *sources, struct tocsin_error *err)
{
    struct tcs_ruleset *ruleset = NULL;
    struct tcs_inputs inputs = {0};
    struct tcs_buf measured = {0};
    tocsin_status st;
    size_t i;

    tcs_sources_drop_frequencies(sources);
    st = tcs_ruleset_compile(sources->items, sources->count, &ruleset, err);
    for (i = 0; st == TOCSIN_OK && i < s->samples.count; i++)
        st = tcs_inputs_add(&inputs, s->samples.items[i], err);
    if (st == TOCSIN_OK)
        st = tcs_inputs_finish(&inputs, err);
    if (st == TOCSIN_OK)
        st = tcs_tune_measure(ruleset, inputs.paths, inputs.files.count, &measured, err);
    if (st == TOCSIN_OK && s->frequencies)
        st = write_file(s->frequencies, tcs_buf_view(&measured), err);
    if (st == TOCSIN_OK)
        st = tcs_sources_add_frequencies(sources, tcs_buf_view(&measured), err);
    tcs_ruleset_free(ruleset);
    tcs_inputs_release(&inputs);
    tcs_buf_release(&measured);
    return st;
}

static tocsin_status compile(const struct settings *s, const struct tcs_texts *folders, struct tcs_sources *sources,
                             struct tocsin_error *err)
{
    const char *output = s->output ? s->output : "tocsin.db";
    struct tcs_ruleset *ruleset = NULL;
    double start = tcs_worker_clock();
    tocsin_status st = check_output(output, err);

    if (st == TOCSIN_OK)
        st = tcs_patternset_add_folders(folders, sources, err);
    if (st == TOCSIN_OK && s->samples.count)
        st = tune(s, sources, err);
    else if (st == TOCSIN_OK && s->frequencies)
        st = tcs_fail(err, TOCSIN_E_ARG, NULL, 0, "--frequencies needs --tune SAMPLE, which measures them");
    if (st == TOCSIN_OK)
        st = tcs_ruleset_compile(sources->items, sources->count, &ruleset, err);
    if (st == TOCSIN_OK)
        st = tcs_ruleset_save(ruleset, output, err);
    if (st == TOCSIN_OK && !s->quiet)
        st = print_summary(ruleset, output, tcs_worker_clock() - start, err);
    tcs_ruleset_free(ruleset);
    return st;
}

static int run(void *settings, const struct tcs_texts *folders)
{
    struct tcs_sources sources = {0};
    struct tocsin_error err = {0};
    tocsin_status st = compile(settings, folders, &sources, &err);

    if (st != TOCSIN_OK)
        tcs_command_report(&err, &sources);
    tcs_sources_release(&sources);
    return st == TOCSIN_OK ? TCS_EXIT_DONE : TCS_EXIT_FAILED;
}

int tcs_command_compile(int argc, char **argv)
{
    static const struct tcs_command command = {usage, about, &table, run};
    struct settings settings = {0};

    return tcs_command_main(&command, argc, argv, &settings);
}
