/* A scan that writes no documents: its counts are the output. */
#include <signal.h>
#include <stddef.h>
#include <string.h>

#include "cli/command.h"
#include "cli/profile_report.h"
#include "cli/reading.h"

struct settings {
    struct tcs_reading reading;
    unsigned emit;
    bool all, json, help;
};

static const char *const emits[] = {"flagged", "hits", NULL};

#define AT(member) offsetof(struct settings, member)

static const struct tcs_option options[] = {
    TCS_READING_PATTERNS(AT(reading)),
    TCS_READING_LISTS(AT(reading)),
    TCS_READING_INPUT(AT(reading)),

    {0, "emit", "WHICH", TCS_OPTION_CHOICE, AT(emit), "Output",
     "profile the scan for flagged documents (default) or for all with hits", NULL, emits, 0},
    {0, "all", NULL, TCS_OPTION_FLAG, AT(all), "Output",
     "also the terms that need not be looked for, with their hits in candidates", NULL, NULL, 0},
    {0, "json", NULL, TCS_OPTION_FLAG, AT(json), "Output", "one JSON object instead of tables", NULL, NULL, 0},

    TCS_READING_RUNNING(AT(reading)),
    TCS_READING_MESSAGES(AT(reading)),
    {'h', "help", NULL, TCS_OPTION_FLAG, AT(help), "Messages", "this text", NULL, NULL, 0},
};

static const struct tcs_option_table table = {"profile", options, sizeof options / sizeof *options};

static const char usage[] = "tocsin profile [OPTION...] [INPUT...]";
static const char about[] =
    "Scans as `tocsin scan` does, and says what each term and rule cost and what came of it, dearest first: the\n"
    "documents that a term's piece sent on to the check, those with a hit of the term, those flagged, and its share\n"
    "of the time. Slower than a scan. docs/profile.md explains the columns.";

static tocsin_status print(const struct settings *s, const struct tcs_profile *profile, const struct tcs_stats *stats,
                           const char *db, struct tocsin_error *err)
{
    struct tcs_profile_report report = {.profile = profile, .stats = stats, .db = db, .has_all = s->all};
    struct tcs_buf text = {0};
    tocsin_status st = tcs_profile_report_make(&report);

    if (st == TOCSIN_OK)
        st = s->json ? tcs_profile_report_json(&report, &text) : tcs_profile_report_table(&report, &text);
    if (st == TOCSIN_OK)
        (void)fwrite(text.data, 1, text.len, stdout);
    tcs_buf_release(&text);
    tcs_profile_report_release(&report);
    return st == TOCSIN_OK ? st : tcs_fail_nomem(err);
}

static int tell(const struct settings *s, const struct tcs_scan_options *scan, const struct tcs_stats *stats,
                const char *db, bool is_done)
{
    struct tocsin_error err = {0};

    if (print(s, scan->profile, stats, db, &err) != TOCSIN_OK) {
        tcs_command_report(&err, NULL);
        return TCS_EXIT_FAILED;
    }
    if (!tcs_command_flush())
        return TCS_EXIT_FAILED;
    if (!s->reading.quiet)
        tcs_reading_say_losses(stats, "");
    if (!is_done && !s->reading.quiet)
        tcs_command_say("stopped by a signal: these are the counts up to there");
    if (!is_done)
        return 128 + (tcs_reading_signal() ? tcs_reading_signal() : SIGINT);
    return stats->is_incomplete && !s->reading.damage_ok ? TCS_EXIT_LOOK : TCS_EXIT_DONE;
}

static int run(const struct settings *s, const struct tcs_reading_run *reading)
{
    const struct tcs_patterns *patterns = tcs_ruleset_patterns(reading->ruleset);
    struct tcs_scan_options scan;
    struct tcs_stats stats = {0};
    struct tcs_profile profile = {0};
    struct tcs_profile_plan plan;
    struct tocsin_error err = {0};
    int status = TCS_EXIT_FAILED;
    tocsin_status st;

    tcs_scan_options_default(&scan);
    tcs_reading_set(&s->reading, reading, &scan);
    scan.emit = (enum tcs_emit)s->emit;
    scan.profile = &profile;
    st = tcs_profile_plan_make(&plan, reading->ruleset, s->emit ? TCS_PLAN_HITS : TCS_PLAN_FLAGGED, &err);
    if (st == TOCSIN_OK &&
        (tcs_profile_init(&profile, &plan) != TOCSIN_OK || tcs_stats_init(&stats, patterns) != TOCSIN_OK))
        st = tcs_fail_nomem(&err);
    if (st == TOCSIN_OK)
        st = tcs_scan_run(reading->ruleset, &scan, &stats, &err);
    if (st == TOCSIN_OK || st == TOCSIN_E_CANCELLED)
        status = tell(s, &scan, &stats, tcs_ruleset_hash(reading->ruleset), st == TOCSIN_OK);
    else
        tcs_command_report(&err, NULL);
    tcs_stats_release(&stats);
    tcs_profile_release(&profile);
    tcs_profile_plan_release(&plan);
    return status;
}

static int prepare_and_run(void *settings, const struct tcs_texts *named)
{
    const struct settings *s = settings;
    struct tcs_reading_run reading = {0};
    struct tocsin_error err = {0};
    int status = TCS_EXIT_FAILED;
    tocsin_status st = tcs_reading_check(&s->reading, named, &err);

    if (st == TOCSIN_OK)
        st = tcs_reading_gather(&s->reading, named, &reading, &err);
    if (st == TOCSIN_OK)
        st = tcs_inputs_check_output(&reading.inputs, NULL, "stdout", &err);
    if (st != TOCSIN_OK) {
        tcs_command_report(&err, NULL);
    } else if (tcs_reading_open(&s->reading, &reading) == TOCSIN_OK) {
        tcs_reading_catch_signals();
        status = run(s, &reading);
    }
    tcs_reading_run_release(&reading);
    return status;
}

int tcs_command_profile(int argc, char **argv)
{
    static const struct tcs_command command = {usage, about, &table, prepare_and_run};
    struct settings settings = {.reading = TCS_READING_DEFAULT};

    return tcs_command_main(&command, argc, argv, &settings);
}
