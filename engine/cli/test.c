/* Every example is a document whose only field has the role title, because most of them are headlines. */
#include <stddef.h>
#include <string.h>

#include "cli/patternset.h"
#include "rules/judge.h"

struct settings {
    bool quiet, help;
};

static const struct tcs_option options[] = {
    {'q', "quiet", NULL, TCS_OPTION_FLAG, offsetof(struct settings, quiet), "Options", "failures only, no last line",
     NULL, NULL, 0},
    {'h', "help", NULL, TCS_OPTION_FLAG, offsetof(struct settings, help), "Options", "this text", NULL, NULL, 0},
};
static const struct tcs_option_table table = {"test", options, sizeof options / sizeof *options};

static const char usage[] = "tocsin test [OPTION...] [DIR...]";
static const char about[] =
    "Tries the examples of every lexicon and rule below DIR (default: patterns). An example is taken for a\n"
    "headline: a lexicon's `match` must have a hit of that lexicon, a rule's must fire that rule; `no_match`\n"
    "must not. A failure is a line file:line: message; the last line counts.";

struct trial {
    const struct tcs_sources *sources;
    const struct tcs_patterns *patterns;
    struct tcs_judge judge;
    struct tcs_document doc;
    size_t passed, failed;
};

/* The first hit of a lexicon, NULL if there is none. */
static const struct tcs_hit *hit_of(const struct trial *t, size_t lexicon)
{
    size_t i;

    for (i = 0; i < t->judge.hits.count; i++)
        if (tcs_judge_lexicon(&t->judge, &t->judge.hits.items[i]) == lexicon)
            return &t->judge.hits.items[i];
    return NULL;
}

static bool has_fired(const struct trial *t, size_t rule)
{
    size_t i;

    for (i = 0; i < t->judge.verdict.rule_count; i++)
        if (t->judge.verdict.rules[i] == rule)
            return true;
    return false;
}

static tocsin_status judge_example(struct trial *t, const struct tcs_example *example, struct tocsin_error *err)
{
    struct tcs_str text = {example->text, strlen(example->text)};

    tcs_document_reset(&t->doc);
    if (tcs_document_add(&t->doc, "title", TCS_ROLE_TITLE, text) != TOCSIN_OK)
        return tcs_fail_nomem(err);
    return tcs_judge_document(&t->judge, &t->doc, err);
}

/* Counts the result; true if a line about it is to be printed, whose begin is then printed. */
static bool has_failed(struct trial *t, const struct tcs_example *example, bool is_found, const char *source)
{
    if (is_found == example->must_match) {
        t->passed++;
        return false;
    }
    t->failed++;
    (void)printf("%s:%u: ", tcs_sources_path(t->sources, source), example->line);
    return true;
}

static tocsin_status try_lexicon(struct trial *t, size_t index, struct tocsin_error *err)
{
    const struct tcs_lexicon *lexicon = &t->patterns->lexicons[index];
    tocsin_status st = TOCSIN_OK;
    size_t i;

    for (i = 0; i < lexicon->example_count; i++) {
        const struct tcs_example *example = &lexicon->examples[i];
        const struct tcs_hit *hit;

        st = judge_example(t, example, err);
        if (st != TOCSIN_OK)
            return st;
        hit = hit_of(t, index);
        if (!has_failed(t, example, hit != NULL, lexicon->source))
            continue;
        if (hit)
            (void)printf("lexicon %s: `%s` is in what must not match: %s\n", lexicon->name,
                         t->patterns->terms[hit->term].authored, example->text);
        else
            (void)printf("lexicon %s: no term is in what must match: %s\n", lexicon->name, example->text);
    }
    return TOCSIN_OK;
}

static tocsin_status try_rule(struct trial *t, size_t index, struct tocsin_error *err)
{
    const struct tcs_rule *rule = &t->patterns->rules[index];
    tocsin_status st = TOCSIN_OK;
    size_t i;

    for (i = 0; i < rule->example_count; i++) {
        const struct tcs_example *example = &rule->examples[i];

        st = judge_example(t, example, err);
        if (st != TOCSIN_OK)
            return st;
        if (has_failed(t, example, has_fired(t, index), rule->source))
            (void)printf("rule %s %s: %s\n", rule->name,
                         example->must_match ? "does not fire on what must match" : "fires on what must not match",
                         example->text);
    }
    return TOCSIN_OK;
}

static tocsin_status try_all(struct trial *t, struct tcs_ruleset *ruleset, struct tocsin_error *err)
{
    tocsin_status st = tcs_judge_init(&t->judge, ruleset, err);
    size_t i;

    t->patterns = tcs_ruleset_patterns(ruleset);
    for (i = 0; st == TOCSIN_OK && i < t->patterns->lexicon_count; i++)
        st = try_lexicon(t, i, err);
    for (i = 0; st == TOCSIN_OK && i < t->patterns->rule_count; i++)
        st = try_rule(t, i, err);
    tcs_document_release(&t->doc);
    tcs_judge_release(&t->judge);
    return st;
}

static int run(void *settings, const struct tcs_texts *folders)
{
    const struct settings *s = settings;
    struct tcs_sources sources = {0};
    struct trial trial = {.sources = &sources};
    struct tcs_ruleset *ruleset = NULL;
    struct tocsin_error err = {0};
    tocsin_status st = tcs_patternset_add_folders(folders, &sources, &err);

    if (st == TOCSIN_OK)
        st = tcs_ruleset_compile(sources.items, sources.count, &ruleset, &err);
    if (st == TOCSIN_OK)
        st = try_all(&trial, ruleset, &err);
    if (st == TOCSIN_OK && !s->quiet)
        (void)printf("%zu passed, %zu failed\n", trial.passed, trial.failed);
    if (st != TOCSIN_OK)
        tcs_command_report(&err, &sources);
    tcs_ruleset_free(ruleset);
    tcs_sources_release(&sources);
    if (!tcs_command_flush() || st != TOCSIN_OK)
        return TCS_EXIT_FAILED;
    return trial.failed ? TCS_EXIT_LOOK : TCS_EXIT_DONE;
}

int tcs_command_test(int argc, char **argv)
{
    static const struct tcs_command command = {usage, about, &table, run};
    struct settings settings = {0};

    return tcs_command_main(&command, argc, argv, &settings);
}
