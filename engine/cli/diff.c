/*
 * Two scans, each with the sieve of its own patterns, whose lines are merged. One scan for both sets would inflate once,
 * but every document would have to pass what lets either set's through, and be judged twice.
 */
#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/command.h"
#include "cli/diff_report.h"
#include "cli/reading.h"

struct settings {
    struct tcs_reading reading;
    double min_score;
    bool json, help;
};

#define AT(member) offsetof(struct settings, member)

static const struct tcs_option options[] = {
    TCS_READING_LISTS(AT(reading)),
    TCS_READING_INPUT(AT(reading)),

    {0, "min-score", "SCORE", TCS_OPTION_REAL, AT(min_score), "Output", "rules flag nothing below this score", NULL,
     NULL, 0},
    {0, "json", NULL, TCS_OPTION_FLAG, AT(json), "Output", "a JSON line a document, with the lines of both scans", NULL,
     NULL, 0},

    TCS_READING_RUNNING(AT(reading)),
    TCS_READING_MESSAGES(AT(reading)),
    {'h', "help", NULL, TCS_OPTION_FLAG, AT(help), "Messages", "this text", NULL, NULL, 0},
};
static const struct tcs_option_table table = {"diff", options, sizeof options / sizeof *options};

static const char usage[] = "tocsin diff [OPTION...] OLD NEW CORPUS...";
static const char about[] =
    "Says what a change of patterns newly flags, drops or judges otherwise: another label, score or rules. OLD and NEW are\n"
    "databases, or folders of lexicons and rules; CORPUS is files and folders, as scan reads them, but not stdin: it is\n"
    "read twice. Status 1 where there is a difference.";

enum { OLD, NEW, SIDES };

/* The lines of both scans are kept here. */
struct spool {
    char folder[512];
    char paths[SIDES][600];
};

struct session {
    const struct settings *s;
    struct tcs_ruleset *rulesets[SIDES];
    struct tcs_reading_run reading; /* whose ruleset is that of neither */
    struct spool spool;
    struct tcs_stats stats[SIDES];
    struct tcs_diff_totals totals;
};

/* ---- preparing ---- */

static tocsin_status open_spool(struct spool *spool, struct tocsin_error *err)
{
    const char *temporary = getenv("TMPDIR");
    int len = snprintf(spool->folder, sizeof spool->folder, "%s/tocsin-diff-XXXXXX",
                       temporary && temporary[0] ? temporary : "/tmp");

    if (len < 0 || (size_t)len >= sizeof spool->folder)
        return tcs_fail(err, TOCSIN_E_ARG, NULL, 0, "TMPDIR is longer than %zu bytes", sizeof spool->folder);
    if (!mkdtemp(spool->folder)) {
        int number = errno;
        tocsin_status st = tcs_fail(err, TOCSIN_E_IO, spool->folder, 0,
                                    "no folder for intermediate results can be made: %s; TMPDIR names another place",
                                    strerror(number));

        spool->folder[0] = '\0';
        return st;
    }
    (void)snprintf(spool->paths[OLD], sizeof spool->paths[OLD], "%s/old.jsonl", spool->folder);
    (void)snprintf(spool->paths[NEW], sizeof spool->paths[NEW], "%s/new.jsonl", spool->folder);
    return TOCSIN_OK;
}

static void remove_spool(struct spool *spool)
{
    if (!spool->folder[0])
        return;
    (void)unlink(spool->paths[OLD]);
    (void)unlink(spool->paths[NEW]);
    (void)rmdir(spool->folder);
}

/* What is read once only would be empty for the second scan. What is not there is left to the scans to report. */
static tocsin_status check_inputs(const struct tcs_inputs *inputs, struct tocsin_error *err)
{
    struct stat info;
    size_t i;

    for (i = 0; i < inputs->files.count; i++) {
        const char *path = inputs->paths[i];

        if (tcs_reading_is_dash(path) || (stat(path, &info) == 0 && !S_ISREG(info.st_mode) && !S_ISDIR(info.st_mode)))
            return tcs_fail(err, TOCSIN_E_ARG, path, 0, "the corpus is read twice, so it must be files; save this to one");
    }
    return TOCSIN_OK;
}

static tocsin_status open_patterns(const char *path, struct tcs_ruleset **ruleset_out)
{
    struct tcs_patternset set = {.db = NULL};
    size_t len = strlen(path);

    if (tcs_files_is_folder(path) || (len > 5 && !strcmp(path + len - 5, ".yaml")))
        set.only_lexicons = (struct tcs_texts){&path, 1, 1};
    else
        set.db = path;
    return tcs_patternset_open(&set, ruleset_out);
}

/* ---- scanning ---- */

/* Both report their losses; what is said of an input while it is read, one says. */
static tocsin_status scan(struct session *d, int side, struct tocsin_error *err)
{
    struct tcs_scan_options scan;

    if (tcs_stats_init(&d->stats[side], tcs_ruleset_patterns(d->rulesets[side])) != TOCSIN_OK)
        return tcs_fail_nomem(err);
    tcs_scan_options_default(&scan);
    tcs_reading_set(&d->s->reading, &d->reading, &scan);
    scan.min_score = d->s->min_score;
    scan.output = d->spool.paths[side];
    if (side == OLD)
        scan.message = NULL;
    return tcs_scan_run(d->rulesets[side], &scan, &d->stats[side], err);
}

/* Who asked for a report does not know of the files that are in the way. */
static tocsin_status explain_spool(const struct session *d, struct tocsin_error *err)
{
    const struct tocsin_error cause = *err;
    tocsin_status st = cause.status;

    if (st == TOCSIN_E_IO && !strncmp(cause.where, d->spool.folder, strlen(d->spool.folder))) {
        st = tcs_fail(err, st, cause.where, 0, "%s; diff keeps what both flag there, TMPDIR names another place",
                      cause.message);
        err->sys_errno = cause.sys_errno;
    }
    return st;
}

static tocsin_status scan_both(struct session *d, struct tocsin_error *err)
{
    tocsin_status st = scan(d, OLD, err);

    if (st == TOCSIN_OK)
        st = scan(d, NEW, err);
    return st == TOCSIN_OK ? st : explain_spool(d, err);
}

/* ---- telling ---- */

static tocsin_status print_changes(struct session *d, struct tcs_compare *compare, struct tcs_buf *out,
                                   struct tocsin_error *err)
{
    struct tcs_compared compared;
    bool has_one = true;
    tocsin_status st = tcs_compare_next(compare, &compared, &has_one, err);

    while (st == TOCSIN_OK && has_one) {
        tcs_buf_reset(out);
        if (tcs_diff_count(&d->totals, &compared) != TOCSIN_OK)
            return tcs_fail_nomem(err);
        if (compared.change != TCS_CHANGE_NONE) {
            st = d->s->json ? tcs_diff_json(&compared, out) : tcs_diff_text(&compared, out);
            if (st != TOCSIN_OK)
                return tcs_fail_nomem(err);
            (void)fwrite(out->data, 1, out->len, stdout);
        }
        st = tcs_compare_next(compare, &compared, &has_one, err);
    }
    return st;
}

/* The totals are data for people; beside JSON they are a message. */
static tocsin_status print_totals(const struct session *d, struct tcs_buf *out, struct tocsin_error *err)
{
    tcs_buf_reset(out);
    if (tcs_diff_text_totals(&d->totals, d->stats[NEW].documents, out) != TOCSIN_OK)
        return tcs_fail_nomem(err);
    if (!d->s->json)
        (void)fwrite(out->data, 1, out->len, stdout);
    else if (!d->s->reading.quiet)
        (void)fwrite(out->data, 1, out->len, stderr);
    return TOCSIN_OK;
}

static tocsin_status tell(struct session *d, struct tocsin_error *err)
{
    const char *const paths[SIDES] = {d->spool.paths[OLD], d->spool.paths[NEW]};
    struct tcs_compare compare = {.inputs = NULL};
    struct tcs_buf out = {0};
    tocsin_status st = tcs_compare_open(&compare, paths, d->reading.inputs.paths, d->reading.inputs.files.count, err);

    if (st == TOCSIN_OK)
        st = print_changes(d, &compare, &out, err);
    if (st == TOCSIN_OK)
        st = print_totals(d, &out, err);
    tcs_compare_close(&compare);
    tcs_buf_release(&out);
    if (st == TOCSIN_OK && !d->s->reading.quiet) {
        tcs_reading_say_losses(&d->stats[OLD], " (with the old patterns)");
        tcs_reading_say_losses(&d->stats[NEW], " (with the new patterns)");
    }
    return st;
}

static int exit_status(const struct session *d)
{
    const uint64_t *changes = d->totals.changes;
    bool is_incomplete = (d->stats[OLD].is_incomplete || d->stats[NEW].is_incomplete) && !d->s->reading.damage_ok;

    return is_incomplete || changes[TCS_CHANGE_NEW] || changes[TCS_CHANGE_DROPPED] || changes[TCS_CHANGE_CHANGED]
               ? TCS_EXIT_LOOK
               : TCS_EXIT_DONE;
}

/* ---- the command ---- */

static tocsin_status prepare(struct session *d, const struct tcs_texts *named, struct tocsin_error *err)
{
    struct tcs_texts corpus = {.count = 0};
    tocsin_status st;

    if (named->count < 2 || (named->count == 2 && !d->s->reading.lists.count))
        return tcs_fail(err, TOCSIN_E_ARG, NULL, 0,
                        "diff needs OLD, NEW and a corpus: `tocsin diff old.db patterns news.jsonl.gz`");
    corpus.items = named->items + 2;
    corpus.count = named->count - 2;
    st = tcs_reading_check(&d->s->reading, &corpus, err);
    if (st == TOCSIN_OK)
        st = tcs_reading_gather(&d->s->reading, &corpus, &d->reading, err);
    if (st == TOCSIN_OK)
        st = check_inputs(&d->reading.inputs, err);
    return st == TOCSIN_OK ? tcs_inputs_check_output(&d->reading.inputs, NULL, "stdout", err) : st;
}

static int work(struct session *d)
{
    struct tocsin_error err = {0};
    tocsin_status st = open_spool(&d->spool, &err);
    int status = TCS_EXIT_FAILED;

    tcs_reading_catch_signals();
    if (st == TOCSIN_OK)
        st = scan_both(d, &err);
    if (st == TOCSIN_OK)
        st = tell(d, &err);
    if (st == TOCSIN_E_CANCELLED)
        status = 128 + (tcs_reading_signal() ? tcs_reading_signal() : SIGINT);
    else if (st != TOCSIN_OK)
        tcs_command_report(&err, NULL);
    else if (tcs_command_flush())
        status = exit_status(d);
    remove_spool(&d->spool);
    return status;
}

static int run(void *settings, const struct tcs_texts *named)
{
    struct session d = {.s = settings};
    struct tocsin_error err = {0};
    int status = TCS_EXIT_FAILED, side;

    if (prepare(&d, named, &err) != TOCSIN_OK) {
        tcs_command_report(&err, NULL);
    } else if (open_patterns(named->items[OLD], &d.rulesets[OLD]) == TOCSIN_OK &&
               open_patterns(named->items[NEW], &d.rulesets[NEW]) == TOCSIN_OK) {
        status = work(&d);
    }
    for (side = 0; side < SIDES; side++) {
        tcs_stats_release(&d.stats[side]);
        tcs_ruleset_free(d.rulesets[side]);
    }
    tcs_diff_totals_release(&d.totals);
    tcs_reading_run_release(&d.reading);
    return status;
}

int tcs_command_diff(int argc, char **argv)
{
    static const struct tcs_command command = {usage, about, &table, run};
    struct settings settings = {.reading = TCS_READING_DEFAULT};

    return tcs_command_main(&command, argc, argv, &settings);
}
