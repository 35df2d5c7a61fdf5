/* From the command line to struct tcs_scan_options, and from statistics to an exit status. */
#include <signal.h>
#include <stddef.h>
#include <string.h>

#include "cli/command.h"
#include "cli/reading.h"
#include "run/sink.h"

struct settings {
    struct tcs_reading reading;
    const char *as_key, *output, *quarantine, *stats;
    double min_score;
    unsigned emit, max_hits;
    bool unordered, no_sieve, validate, summary, exit_flagged, help;
};

static const char *const emits[] = {"flagged", "hits", "all", "fields", NULL};

#define AT(member) offsetof(struct settings, member)
#define TEXT(letter, name, value, member, group, help) \
    {letter, name, value, TCS_OPTION_TEXT, AT(member), group, help, NULL, NULL, 0}
#define FLAG(letter, name, member, group, help) \
    {letter, name, NULL, TCS_OPTION_FLAG, AT(member), group, help, NULL, NULL, 0}

static const struct tcs_option options[] = {
    TCS_READING_PATTERNS(AT(reading)),
    TCS_READING_LISTS(AT(reading)),
    TCS_READING_INPUT(AT(reading)),

    TEXT('o', "output", "FILE", output, "Output", "instead of stdout; the file appears whole or not at all"),
    {0, "emit", "WHICH", TCS_OPTION_CHOICE, AT(emit), "Output",
     "flagged documents (default), those with hits, all, or the decoded fields", NULL, emits, 0},
    TEXT(0, "as", "KEY", as_key, "Output",
         "write the input's records, bytes untouched, with our line under this key; of CSV with columns KEY.label, "
         "KEY.score, KEY.rules"),
    {0, "min-score", "SCORE", TCS_OPTION_REAL, AT(min_score), "Output", "rules flag nothing below this score", NULL,
     NULL, 0},
    {0, "max-hits", "N", TCS_OPTION_COUNT, AT(max_hits), "Output", "hits listed for a document; default 64", NULL,
     NULL, 0},
    TEXT(0, "quarantine", "FILE", quarantine, "Output", "a JSON line for everything that could not be searched"),
    FLAG(0, "unordered", unordered, "Output", "write documents as they are found, not in the order of input"),

    TCS_READING_RUNNING(AT(reading)),
    FLAG(0, "no-sieve", no_sieve, "Running", "judge every document; slow; the output is the same"),
    FLAG(0, "validate", validate, "Running", "report damage of every document, not of those that matter only"),
    FLAG(0, "exit-flagged", exit_flagged, "Running", "status 0 if something was flagged, 1 if nothing, else 2"),

    TEXT(0, "stats", "FILE", stats, "Messages", "statistics as JSON"),
    FLAG(0, "summary", summary, "Messages", "a table of statistics on stderr"),
    TCS_READING_MESSAGES(AT(reading)),
    FLAG('h', "help", help, "Messages", "this text"),
};

static const struct tcs_option_table table = {"scan", options, sizeof options / sizeof *options};

static const char usage[] = "tocsin scan [OPTION...] [INPUT...]";
static const char about[] =
    "Writes a JSON line for every document that an analyst should look at. INPUT is a file (WARC, WET, ARC,\n"
    "JSONL, CSV, lines; plain, gzip, zstd, bzip2, xz or lz4; all recognised by content), a folder or -; without one stdin is "
    "read.";

/* ---- preparing ---- */

static bool is_same_file(const char *a, const char *b)
{
    return a && b && strcmp(a, b) == 0;
}

static tocsin_status check_settings(const struct settings *s, struct tocsin_error *err)
{
    if (is_same_file(s->output, s->quarantine) || is_same_file(s->output, s->stats) ||
        is_same_file(s->quarantine, s->stats))
        return tcs_fail(err, TOCSIN_E_ARG, s->output ? s->output : s->stats, 0,
                        "--output, --quarantine and --stats need files of their own");
    if (s->as_key && s->emit == TCS_EMIT_FIELDS)
        return tcs_fail(err, TOCSIN_E_ARG, NULL, 0, "--as writes records, --emit fields writes fields; choose one");
    if (tcs_reading_is_dash(s->output) || tcs_reading_is_dash(s->quarantine) || tcs_reading_is_dash(s->stats))
        return tcs_fail(err, TOCSIN_E_ARG, NULL, 0, "'-' is no file to write; documents go to stdout without --output");
    return TOCSIN_OK;
}

static tocsin_status check_outputs(const struct settings *s, const struct tcs_inputs *inputs, struct tocsin_error *err)
{
    tocsin_status st = tcs_inputs_check_output(inputs, s->output, s->output ? "--output" : "stdout", err);

    if (st == TOCSIN_OK && s->quarantine)
        st = tcs_inputs_check_output(inputs, s->quarantine, "--quarantine", err);
    if (st == TOCSIN_OK && s->stats)
        st = tcs_inputs_check_output(inputs, s->stats, "--stats", err);
    return st;
}

static void set_options(const struct settings *s, const struct tcs_reading_run *run, struct tcs_scan_options *scan)
{
    tcs_scan_options_default(scan);
    tcs_reading_set(&s->reading, run, scan);
    scan->as_key = s->as_key;
    scan->emit = (enum tcs_emit)s->emit;
    scan->min_score = s->min_score;
    scan->max_hits = s->max_hits;
    scan->is_unordered = s->unordered;
    scan->no_sieve = s->no_sieve;
    /* Where every document is to come out, one that cannot is a loss, whatever it may hold. */
    scan->validate = s->validate || scan->emit == TCS_EMIT_ALL || scan->emit == TCS_EMIT_FIELDS;
    scan->output = s->output;
    scan->quarantine = s->quarantine;
}

/* ---- afterwards ---- */

static tocsin_status print_table(const struct tcs_stats *stats, const struct tcs_patterns *patterns,
                                 struct tocsin_error *err)
{
    struct tcs_buf text = {0};
    tocsin_status st = tcs_stats_table(stats, patterns, &text);

    if (st == TOCSIN_OK)
        (void)fwrite(text.data, 1, text.len, stderr);
    tcs_buf_release(&text);
    return st == TOCSIN_OK ? st : tcs_fail_nomem(err);
}

static tocsin_status write_stats(const struct tcs_stats *stats, const struct tcs_patterns *patterns,
                                 struct tcs_sink *sink, struct tocsin_error *err)
{
    struct tcs_buf text = {0};
    tocsin_status st = tcs_stats_json(stats, patterns, &text);

    if (st != TOCSIN_OK)
        st = tcs_fail_nomem(err);
    else
        st = tcs_sink_write(sink, tcs_buf_view(&text), err);
    if (st == TOCSIN_OK)
        st = tcs_sink_finish(sink, err);
    tcs_buf_release(&text);
    return st;
}

static tocsin_status tell(const struct settings *s, const struct tcs_stats *stats, const struct tcs_patterns *patterns,
                          struct tcs_sink *stats_sink, struct tocsin_error *err)
{
    tocsin_status st = s->summary ? print_table(stats, patterns, err) : TOCSIN_OK;

    if (!s->summary && !s->reading.quiet)
        tcs_command_say("documents %llu, flagged %llu, %.1f MB in %.2f s", (unsigned long long)stats->documents,
                        (unsigned long long)stats->flagged, (double)stats->decoded_bytes / 1e6, stats->wall_seconds);
    if (!s->reading.quiet)
        tcs_reading_say_losses(stats, s->quarantine ? "" : "; --quarantine FILE lists them");
    if (tcs_reading_signal() && !s->reading.quiet)
        tcs_command_say("stopped by a signal%s", s->output ? "; the output file is not written" : "");
    if (st == TOCSIN_OK && stats_sink)
        st = write_stats(stats, patterns, stats_sink, err);
    return st;
}

static int exit_status(const struct settings *s, const struct tcs_stats *stats)
{
    bool is_incomplete = stats->is_incomplete && !s->reading.damage_ok;

    if (!s->exit_flagged)
        return is_incomplete ? TCS_EXIT_LOOK : TCS_EXIT_DONE;
    /* "Nothing" cannot be said of what was not searched. */
    if (stats->flagged)
        return TCS_EXIT_DONE;
    return is_incomplete ? TCS_EXIT_FAILED : TCS_EXIT_LOOK;
}

/* ---- the command ---- */

static int run(const struct settings *s, struct tcs_ruleset *ruleset, const struct tcs_scan_options *scan)
{
    const struct tcs_patterns *patterns = tcs_ruleset_patterns(ruleset);
    struct tcs_stats stats = {0};
    struct tcs_sink *stats_sink = NULL;
    struct tocsin_error err = {0};
    tocsin_status st = tcs_stats_init(&stats, patterns), told;
    int status = TCS_EXIT_FAILED;

    if (st != TOCSIN_OK)
        st = tcs_fail_nomem(&err);
    else if (s->stats) /* before the work, so that a wrong path costs nothing */
        st = tcs_sink_open(s->stats, scan->cancel, &stats_sink, &err);
    if (st == TOCSIN_OK)
        st = tcs_scan_run(ruleset, scan, &stats, &err);
    if (st == TOCSIN_OK || st == TOCSIN_E_CANCELLED) {
        told = tell(s, &stats, patterns, stats_sink, &err);
        if (told != TOCSIN_OK)
            tcs_command_report(&err, NULL);
        else if (st == TOCSIN_OK)
            status = exit_status(s, &stats);
        else
            status = 128 + (tcs_reading_signal() ? tcs_reading_signal() : SIGINT);
    } else {
        tcs_command_report(&err, NULL);
    }
    tcs_sink_free(stats_sink);
    tcs_stats_release(&stats);
    return status;
}

static int prepare_and_run(void *settings, const struct tcs_texts *named)
{
    const struct settings *s = settings;
    struct tcs_scan_options scan;
    struct tcs_reading_run reading = {0};
    struct tocsin_error err = {0};
    int status = TCS_EXIT_FAILED;
    tocsin_status st = tcs_reading_check(&s->reading, named, &err);

    if (st == TOCSIN_OK)
        st = check_settings(s, &err);
    if (st == TOCSIN_OK)
        st = tcs_reading_gather(&s->reading, named, &reading, &err);
    if (st == TOCSIN_OK)
        st = tcs_inputs_check_readable(&reading.inputs, &err);
    if (st == TOCSIN_OK && s->as_key)
        st = tcs_json_paths_watch(&reading.layout.paths, (struct tcs_str){s->as_key, strlen(s->as_key)}, &err);
    if (st == TOCSIN_OK)
        st = check_outputs(s, &reading.inputs, &err);
    if (st != TOCSIN_OK) {
        tcs_command_report(&err, NULL);
    } else if (tcs_reading_open(&s->reading, &reading) == TOCSIN_OK) {
        set_options(s, &reading, &scan);
        tcs_reading_catch_signals();
        status = run(s, reading.ruleset, &scan);
    }
    tcs_reading_run_release(&reading);
    return status;
}

int tcs_command_scan(int argc, char **argv)
{
    static const struct tcs_command command = {usage, about, &table, prepare_and_run};
    struct settings settings = {.reading = TCS_READING_DEFAULT, .max_hits = 64};

    return tcs_command_main(&command, argc, argv, &settings);
}
