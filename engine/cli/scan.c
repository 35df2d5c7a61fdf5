/* From the command line to struct tcs_scan_options, and from statistics to an exit status. */
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/command.h"
#include "cli/inputs.h"
#include "cli/patternset.h"
#include "cli/reading.h"
#include "run/scan.h"
#include "run/sink.h"

struct settings {
    struct tcs_patternset patterns;
    struct tcs_reading reading;
    struct tcs_texts lists;
    const char *as_key, *output, *quarantine, *stats;
    double min_score;
    size_t chunk_bytes;
    unsigned emit, max_hits, threads, progress;
    bool unordered, no_sieve, validate, summary, quiet, damage_ok, exit_flagged, help;
};

static const char *const emits[] = {"flagged", "hits", "all", "fields", NULL};

#define AT(member) offsetof(struct settings, member)
#define TEXT(letter, name, value, member, group, help) \
    {letter, name, value, TCS_OPTION_TEXT, AT(member), group, help, NULL, NULL, 0}
#define LIST(letter, name, value, member, group, help) \
    {letter, name, value, TCS_OPTION_LIST, AT(member), group, help, NULL, NULL, 0}
#define FLAG(letter, name, member, group, help) \
    {letter, name, NULL, TCS_OPTION_FLAG, AT(member), group, help, NULL, NULL, 0}

static const struct tcs_option options[] = {
    TCS_PATTERNSET_OPTIONS(settings, patterns),

    LIST(0, "files-from", "LIST", lists, "Input", "read the paths of inputs from a file, one a line; - is stdin"),
    TCS_READING_OPTIONS(settings, reading),

    TEXT('o', "output", "FILE", output, "Output", "instead of stdout; the file appears whole or not at all"),
    {0, "emit", "WHICH", TCS_OPTION_CHOICE, AT(emit), "Output",
     "flagged documents (default), those with hits, all, or the decoded fields", NULL, emits, 0},
    TEXT(0, "as", "KEY", as_key, "Output",
         "JSONL: write the input's records, bytes untouched, with our line under this key"),
    {0, "min-score", "SCORE", TCS_OPTION_REAL, AT(min_score), "Output", "flag nothing below this score", NULL, NULL,
     0},
    {0, "max-hits", "N", TCS_OPTION_COUNT, AT(max_hits), "Output", "hits listed for a document; default 64", NULL,
     NULL, 0},
    TEXT(0, "quarantine", "FILE", quarantine, "Output", "a JSON line for everything that could not be searched"),
    FLAG(0, "unordered", unordered, "Output", "write documents as they are found, not in the order of input"),

    {0, "threads", "N", TCS_OPTION_COUNT, AT(threads), "Running", "default: the cores that the process may use", NULL,
     NULL, 1},
    {0, "chunk", "SIZE", TCS_OPTION_SIZE, AT(chunk_bytes), "Running",
     "bytes read at a time; the output does not depend on it; default 1Mi", NULL, NULL, 1},
    FLAG(0, "no-sieve", no_sieve, "Running", "judge every document; slow; the output is the same"),
    FLAG(0, "validate", validate, "Running", "report damage of every document, not of those that matter only"),
    FLAG(0, "damage-ok", damage_ok, "Running", "status 0 where some input was not searched"),
    FLAG(0, "exit-flagged", exit_flagged, "Running", "status 0 if something was flagged, 1 if nothing, else 2"),

    TEXT(0, "stats", "FILE", stats, "Messages", "statistics as JSON"),
    FLAG(0, "summary", summary, "Messages", "a table of statistics on stderr"),
    {0, "progress", "SECONDS", TCS_OPTION_COUNT, AT(progress), "Messages",
     "a line every so many seconds (10) instead of a bar on a terminal", "10", NULL, 1},
    FLAG('q', "quiet", quiet, "Messages", "no progress, notes and warnings"),
    FLAG('h', "help", help, "Messages", "this text"),
};

static const struct tcs_option_table table = {"scan", options, sizeof options / sizeof *options};

static const char usage[] = "tocsin scan [OPTION...] [INPUT...]";
static const char about[] =
    "Writes a JSON line for every document that an analyst should look at. INPUT is a file (WARC, WET, JSONL or\n"
    "CSV, lines; plain, gzip, zstd, bzip2, xz or lz4; all recognised by content), a folder or -; without one stdin is read.";

/* ---- signals ---- */

static atomic_bool cancel;
static volatile sig_atomic_t caught;

static void on_signal(int number)
{
    caught = number;
    atomic_store(&cancel, true);
}

/* The second signal kills: the first may wait for an input that never comes. */
static void catch_signals(void)
{
    struct sigaction action = {.sa_handler = on_signal, .sa_flags = (int)SA_RESETHAND};

    (void)sigemptyset(&action.sa_mask);
    (void)sigaction(SIGINT, &action, NULL);
    (void)sigaction(SIGTERM, &action, NULL);
}

/* ---- preparing ---- */

static unsigned usable_cores(void)
{
    cpu_set_t sets[16];
    long online;

    if (sched_getaffinity(0, sizeof sets, sets) == 0) {
        int count = CPU_COUNT_S(sizeof sets, sets);

        return count > 0 ? (unsigned)count : 1;
    }
    online = sysconf(_SC_NPROCESSORS_ONLN);
    return online > 0 ? (unsigned)online : 1;
}

static bool is_dash(const char *text)
{
    return text && strcmp(text, "-") == 0;
}

static size_t count_dashes(const struct tcs_texts *texts)
{
    size_t count = 0, i;

    for (i = 0; i < texts->count; i++)
        count += is_dash(texts->items[i]);
    return count;
}

static bool is_same_file(const char *a, const char *b)
{
    return a && b && strcmp(a, b) == 0;
}

static tocsin_status check_settings(const struct settings *s, const struct tcs_texts *named, struct tocsin_error *err)
{
    bool is_implied = !named->count && !s->lists.count;

    if (is_implied && isatty(STDIN_FILENO))
        return tcs_fail(err, TOCSIN_E_ARG, NULL, 0,
                        "no input, and stdin is a terminal; name files or folders, or pipe something in");
    if (is_implied + count_dashes(named) + count_dashes(&s->lists) + count_dashes(&s->patterns.term_files) > 1)
        return tcs_fail(err, TOCSIN_E_ARG, NULL, 0, "stdin can be read for one thing only");
    if (is_same_file(s->output, s->quarantine) || is_same_file(s->output, s->stats) ||
        is_same_file(s->quarantine, s->stats))
        return tcs_fail(err, TOCSIN_E_ARG, s->output ? s->output : s->stats, 0,
                        "--output, --quarantine and --stats need files of their own");
    if (is_dash(s->output) || is_dash(s->quarantine) || is_dash(s->stats))
        return tcs_fail(err, TOCSIN_E_ARG, NULL, 0, "'-' is no file to write; documents go to stdout without --output");
    return TOCSIN_OK;
}

static tocsin_status gather_inputs(const struct settings *s, const struct tcs_texts *named, struct tcs_inputs *inputs,
                                   struct tocsin_error *err)
{
    tocsin_status st = TOCSIN_OK;
    size_t i;

    for (i = 0; st == TOCSIN_OK && i < named->count; i++)
        st = tcs_inputs_add(inputs, named->items[i], err);
    for (i = 0; st == TOCSIN_OK && i < s->lists.count; i++)
        st = tcs_inputs_add_list(inputs, s->lists.items[i], err);
    if (st == TOCSIN_OK && !named->count && !s->lists.count)
        st = tcs_inputs_add(inputs, "-", err);
    if (st == TOCSIN_OK)
        st = tcs_inputs_check_output(inputs, s->output, s->output ? "--output" : "stdout", err);
    if (st == TOCSIN_OK && s->quarantine)
        st = tcs_inputs_check_output(inputs, s->quarantine, "--quarantine", err);
    if (st == TOCSIN_OK && s->stats)
        st = tcs_inputs_check_output(inputs, s->stats, "--stats", err);
    return st == TOCSIN_OK ? tcs_inputs_finish(inputs, err) : st;
}

static void say_line(void *context, const char *text)
{
    const struct settings *s = context;

    if (!s->quiet)
        tcs_command_say("%s", text);
}

/* All but the inputs and how they are read. */
static void set_options(struct settings *s, struct tcs_scan_options *scan)
{
    scan->as_key = s->as_key;
    if (s->chunk_bytes)
        scan->chunk_bytes = s->chunk_bytes;
    scan->emit = (enum tcs_emit)s->emit;
    scan->min_score = s->min_score;
    scan->max_hits = s->max_hits;
    scan->threads = s->threads ? s->threads : usable_cores();
    scan->is_unordered = s->unordered;
    scan->no_sieve = s->no_sieve;
    scan->validate = s->validate;
    scan->output = s->output;
    scan->quarantine = s->quarantine;
    scan->progress = s->quiet ? -1 : (int)s->progress;
    scan->is_quiet = s->quiet;
    scan->cancel = &cancel;
    scan->message = say_line;
    scan->message_context = s;
}

/* ---- afterwards ---- */

static void print_losses(const struct tcs_stats *stats, const struct settings *s)
{
    tcs_command_say("not everything was searched: %llu inputs unreadable, %llu damaged places, %llu damaged documents, "
                    "%llu over a limit%s",
                    (unsigned long long)stats->unreadable, (unsigned long long)stats->stream_damage,
                    (unsigned long long)stats->document_damage, (unsigned long long)stats->limits,
                    s->quarantine ? "" : "; --quarantine FILE lists them");
}

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

    if (!s->summary && !s->quiet)
        tcs_command_say("documents %llu, flagged %llu, %.1f MB in %.2f s", (unsigned long long)stats->documents,
                        (unsigned long long)stats->flagged, (double)stats->decoded_bytes / 1e6, stats->wall_seconds);
    if (stats->unreadable + stats->stream_damage + stats->document_damage + stats->limits && !s->quiet)
        print_losses(stats, s);
    if (caught && !s->quiet)
        tcs_command_say("stopped by a signal%s", s->output ? "; the output file is not written" : "");
    if (st == TOCSIN_OK && stats_sink)
        st = write_stats(stats, patterns, stats_sink, err);
    return st;
}

static int exit_status(const struct settings *s, const struct tcs_stats *stats)
{
    bool is_incomplete = stats->is_incomplete && !s->damage_ok;

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
        st = tcs_sink_open(s->stats, &stats_sink, &err);
    if (st == TOCSIN_OK)
        st = tcs_scan_run(ruleset, scan, &stats, &err);
    if (st == TOCSIN_OK || st == TOCSIN_E_CANCELLED) {
        told = tell(s, &stats, patterns, stats_sink, &err);
        if (told != TOCSIN_OK)
            tcs_command_report(&err, NULL);
        else if (st == TOCSIN_OK)
            status = exit_status(s, &stats);
        else
            status = 128 + (caught ? caught : SIGINT);
    } else {
        tcs_command_report(&err, NULL);
    }
    tcs_sink_free(stats_sink);
    tcs_stats_release(&stats);
    return status;
}

/* What is asked for by --as is watched for in the keys of the layout, before it is used. */
static tocsin_status read_settings(const struct settings *s, const struct tcs_texts *named, struct tcs_scan_options *scan,
                                   struct tcs_layout *layout, struct tocsin_error *err)
{
    tocsin_status st = check_settings(s, named, err);

    if (st == TOCSIN_OK)
        st = tcs_reading_apply(&s->reading, scan, layout, err);
    if (st == TOCSIN_OK && s->as_key)
        st = tcs_json_paths_watch(&layout->paths, (struct tcs_str){s->as_key, strlen(s->as_key)}, err);
    return st;
}

static int prepare_and_run(void *settings, const struct tcs_texts *named)
{
    struct settings *s = settings;
    struct tcs_scan_options scan;
    struct tcs_inputs inputs = {0};
    struct tcs_layout layout = {0};
    struct tcs_ruleset *ruleset = NULL;
    struct tocsin_error err = {0};
    int status = TCS_EXIT_FAILED;
    tocsin_status st;

    tcs_scan_options_default(&scan);
    st = read_settings(s, named, &scan, &layout, &err);
    if (st == TOCSIN_OK)
        st = gather_inputs(s, named, &inputs, &err);
    if (st != TOCSIN_OK) {
        tcs_command_report(&err, NULL);
        goto out;
    }
    if (tcs_patternset_open(&s->patterns, &ruleset) != TOCSIN_OK)
        goto out;
    if (tcs_ruleset_notice(ruleset) && !s->quiet)
        tcs_command_say("note: %s", tcs_ruleset_notice(ruleset));
    scan.inputs = inputs.paths;
    scan.input_count = inputs.files.count;
    set_options(s, &scan);
    catch_signals();
    status = run(s, ruleset, &scan);
out:
    tcs_ruleset_free(ruleset);
    tcs_layout_release(&layout);
    tcs_inputs_release(&inputs);
    return status;
}

int tcs_command_scan(int argc, char **argv)
{
    static const struct tcs_command command = {usage, about, &table, prepare_and_run};
    struct settings settings = {.max_hits = 64, .reading = TCS_READING_DEFAULT};

    return tcs_command_main(&command, argc, argv, &settings);
}
