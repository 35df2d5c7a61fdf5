/*
 * generate: makes a corpus of any size, the same from the same seed on every machine. corpora/README.md tells what is
 * in it and how it is used; this file reads the options and runs the loop.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "cli/options.h"
#include "record.h"

struct options {
    size_t size;
    unsigned docs, doc_bytes, seed, format, level;
    double flagged, near, charset, headlines;
    const char *langs, *members, *output, *truth, *root;
    bool help;
};

static const char *const formats[] = {"jsonl", "jsonl-escaped", "csv", "lines", "wet", "warc", NULL};

#define AT(field) offsetof(struct options, field)
static const struct tcs_option table[] = {
    {0, "size", "SIZE", TCS_OPTION_SIZE, AT(size), "How much",
     "until so many bytes are written, not counting compression; K M G are powers of 1000", NULL, NULL, 1},
    {0, "docs", "N", TCS_OPTION_COUNT, AT(docs), "How much",
     "so many documents; default 1000, if there is no --size", NULL, NULL, 1},
    {0, "doc-bytes", "N", TCS_OPTION_COUNT, AT(doc_bytes), "How much",
     "median of title, lead and body of a document in UTF-8; default 2400", NULL, NULL, 100},
    {0, "seed", "N", TCS_OPTION_COUNT, AT(seed), "What",
     "another seed gives other documents; default 1", NULL, NULL, 0},
    {0, "lang", "LANG[:N],...", TCS_OPTION_TEXT, AT(langs), "What",
     "languages and their weights; default zh-Hans:5,zh-Hant:2,en:3", NULL, NULL, 0},
    {0, "flagged", "SHARE", TCS_OPTION_REAL, AT(flagged), "What",
     "of documents to be flagged; default 0.001", NULL, NULL, 0},
    {0, "ai", "SHARE", TCS_OPTION_REAL, AT(near), "What",
     "of documents that mention AI, phones, video, pupils, courts or fraud, without harm; default 0.05", NULL, NULL, 0},
    {0, "format", "FORMAT", TCS_OPTION_CHOICE, AT(format), "Form",
     "jsonl (default), jsonl-escaped, csv, lines, wet or warc", NULL, formats, 0},
    {0, "charset", "SHARE", TCS_OPTION_REAL, AT(charset), "Form",
     "warc: of Chinese pages in GB18030 or Big5; default 0.2", NULL, NULL, 0},
    {0, "headlines", "SHARE", TCS_OPTION_REAL, AT(headlines), "Form",
     "warc: of pages with titles of flagged articles in menus and lists; default 0.02", NULL, NULL, 0},
    {0, "members", "one|record|N", TCS_OPTION_TEXT, AT(members), "Form",
     "gzip members or zstd frames: one, one a record (default for warc and wet), or every N records", NULL, NULL, 0},
    {0, "level", "N", TCS_OPTION_COUNT, AT(level), "Form", "of compression; default: the codec's own", NULL, NULL, 1},
    {'o', "output", "FILE", TCS_OPTION_TEXT, AT(output), "Form",
     "instead of stdout; .gz and .zst compress; the file appears whole or not at all", NULL, NULL, 0},
    {0, "truth", "FILE", TCS_OPTION_TEXT, AT(truth), "Form",
     "a JSON line for every document: id, flagged", NULL, NULL, 0},
    {0, "corpora", "DIR", TCS_OPTION_TEXT, AT(root), "Other", "where articles and material are; default corpora", NULL,
     NULL, 0},
    {'h', "help", NULL, TCS_OPTION_FLAG, AT(help), "Other", "this text", NULL, NULL, 0},
};

/* A share as billionths: whole numbers, so that nothing depends on a machine's floating point. */
static uint64_t share_of(double share, const char *name)
{
    if (!(share >= 0 && share <= 1))
        die("--%s: a share is from 0 to 1", name);
    return (uint64_t)(share * 1e9 + 0.5);
}

static uint64_t per_member(const char *members, enum format format)
{
    char *end;
    unsigned long long count;

    if (!members)
        return format == WARC || format == WET;
    if (!strcmp(members, "one"))
        return 0;
    if (!strcmp(members, "record"))
        return 1;
    count = strtoull(members, &end, 10);
    if (*members < '1' || *members > '9' || *end)
        die("--members is one, record or a number of records, not %s", members);
    return count;
}

/* LANG[:N],... */
static void read_langs(const char *langs, const char *folder, struct plan *plan)
{
    const char *at = langs;

    for (;;) {
        size_t len = strcspn(at, ":,");
        struct language *lang = &plan->langs[plan->lang_count];
        struct text name = {0};
        uint32_t i;

        if (!len)
            die("--lang %s: a language is missing", langs);
        if (plan->lang_count == LANGS_MAX)
            die("--lang %s: at most %d languages", langs, LANGS_MAX);
        put(&name, at, len);
        put_byte(&name, '\0');
        for (i = 0; i < plan->lang_count; i++)
            if (!strcmp(plan->langs[i].name, name.data))
                die("--lang %s: %s stands there twice", langs, name.data);
        *lang = (struct language){.name = name.data, .weight = 1};
        at += len;
        if (*at == ':') {
            char *end;
            unsigned long weight = strtoul(at + 1, &end, 10);

            if (end == at + 1 || !weight || weight > 1000000 || at[1] == '-')
                die("--lang %s: a weight is a number from 1", langs);
            lang->weight = (uint32_t)weight;
            at = end;
        }
        lang->material = material_read(folder, lang->name);
        lang->site_count = material_count(lang->material, "site");
        if (lang->site_count > SITES_MAX)
            die("%s: [site] has more than %d", lang->name, SITES_MAX);
        plan->lang_count++;
        if (!*at)
            return;
        if (*at++ != ',')
            die("--lang %s: LANG[:N] parted by commas is expected", langs);
    }
}

/* The caller frees it. */
static char *below(const char *root, const char *folder)
{
    struct text path = {0};

    putf(&path, "%s/%s", root, folder);
    put_byte(&path, '\0');
    return path.data;
}

static const char *base_name(const char *path)
{
    const char *slash = path ? strrchr(path, '/') : NULL;

    return slash ? slash + 1 : path ? path : "stdout";
}

static void run(const struct options *options)
{
    static struct plan plan; /* lives as long as the program: nothing of it is given back one by one */
    static struct corpus corpus;
    static struct story story;
    enum format format = (enum format)options->format;
    struct sink_options where = {options->output, per_member(options->members, format), (int)options->level};
    char *material = below(options->root, "material"), *articles = below(options->root, "articles");
    uint64_t number;

    plan.seed = options->seed;
    plan.doc_bytes = options->doc_bytes;
    plan.flagged = share_of(options->flagged, "flagged");
    plan.near = share_of(options->near, "ai");
    corpus = (struct corpus){.plan = &plan, .format = format, .name = base_name(options->output)};
    corpus.charset = share_of(options->charset, "charset");
    corpus.headlines = share_of(options->headlines, "headlines");
    read_langs(options->langs, material, &plan);
    plan.articles = articles_read(articles);
    if (format == WARC)
        corpus.pages = pages_read(material);
    if (options->truth && !(corpus.truth = fopen(options->truth, "wb")))
        die("%s: %s", options->truth, strerror(errno));
    corpus.sink = sink_open(&where);
    record_begin(&corpus);
    for (number = 0; !options->docs || number < options->docs; number++) {
        if (options->size && sink_bytes(corpus.sink) >= options->size)
            break;
        story_tell(&plan, number, &story);
        record_write(&corpus, &story);
    }
    sink_close(corpus.sink);
    if (corpus.truth && (ferror(corpus.truth) || fclose(corpus.truth)))
        die("%s: %s", options->truth, strerror(errno));
    free(material);
    free(articles);
}

int main(int argc, char **argv)
{
    struct tcs_option_table options_table = {"generate", table, sizeof table / sizeof *table};
    struct options options = {.seed = 1, .doc_bytes = 2400, .flagged = 0.001, .near = 0.05, .charset = 0.2,
                              .headlines = 0.02, .langs = "zh-Hans:5,zh-Hant:2,en:3", .root = "corpora"};
    struct tcs_texts rest = {0};
    struct tocsin_error err = {0};

    if (tcs_options_parse(&options_table, argc, argv, &options, &rest, &err) != TOCSIN_OK)
        die("%s", err.message);
    if (options.help) {
        puts("Usage: corpora/generate [OPTION...]\n\n"
             "Makes a corpus of invented news; the same options give the same bytes.\n");
        tcs_options_help(&options_table, stdout);
        puts("Exit status: 0 done, 2 not: the message says why.");
        return fflush(stdout) || ferror(stdout) ? 2 : 0;
    }
    if (rest.count)
        die("%s: there is nothing to read; see --help", rest.items[0]);
    if (!options.docs && !options.size)
        options.docs = 1000;
    run(&options);
    return 0;
}
