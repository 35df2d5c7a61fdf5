/* Taken out of the scan command, so that another that reads a corpus reads it the same way. */
#include "cli/reading.h"

#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "base/parallel.h"
#include "input/charset_label.h"

/* ---- checking ---- */

bool tcs_reading_is_dash(const char *text)
{
    return text && strcmp(text, "-") == 0;
}

static size_t count_dashes(const struct tcs_texts *texts)
{
    size_t count = 0, i;

    for (i = 0; i < texts->count; i++)
        count += tcs_reading_is_dash(texts->items[i]);
    return count;
}

tocsin_status tcs_reading_check_input(const struct tcs_reading *r, struct tocsin_error *err)
{
    enum tcs_format format;

    if (r->format && !tcs_format_by_name(r->format, &format))
        return tcs_fail(err, TOCSIN_E_ARG, NULL, 0,
                        "--format: '%.100s' is not one of auto, warc, arc, jsonl, csv, text, html, lines", r->format);
    if (r->charset &&
        tcs_charset_id_by_label((struct tcs_str){r->charset, strlen(r->charset)}) == TCS_CHARSET_COUNT)
        return tcs_fail(err, TOCSIN_E_ARG, NULL, 0, "--charset: '%.100s' is no label of a charset, such as gb18030",
                        r->charset);
    return TOCSIN_OK;
}

tocsin_status tcs_reading_check(const struct tcs_reading *r, const struct tcs_texts *named, struct tocsin_error *err)
{
    bool is_implied = !named->count && !r->lists.count;
    tocsin_status st = tcs_reading_check_input(r, err);

    if (st != TOCSIN_OK)
        return st;
    if (is_implied && isatty(STDIN_FILENO))
        return tcs_fail(err, TOCSIN_E_ARG, NULL, 0,
                        "no input, and stdin is a terminal; name files or folders, or pipe something in");
    if (is_implied + count_dashes(named) + count_dashes(&r->lists) + count_dashes(&r->patterns.term_files) > 1)
        return tcs_fail(err, TOCSIN_E_ARG, NULL, 0, "stdin can be read for one thing only");
    return TOCSIN_OK;
}

/* ---- gathering ---- */

static tocsin_status gather_inputs(const struct tcs_reading *r, const struct tcs_texts *named, struct tcs_inputs *inputs,
                                   struct tocsin_error *err)
{
    tocsin_status st = TOCSIN_OK;
    size_t i;

    for (i = 0; st == TOCSIN_OK && i < named->count; i++)
        st = tcs_inputs_add(inputs, named->items[i], err);
    for (i = 0; st == TOCSIN_OK && i < r->lists.count; i++)
        st = tcs_inputs_add_list(inputs, r->lists.items[i], err);
    if (st == TOCSIN_OK && !named->count && !r->lists.count)
        st = tcs_inputs_add(inputs, "-", err);
    return st == TOCSIN_OK ? tcs_inputs_finish(inputs, err) : st;
}

tocsin_status tcs_reading_layout(const struct tcs_reading *r, struct tcs_layout *layout, struct tocsin_error *err)
{
    tocsin_status st = TOCSIN_OK;
    size_t i;

    for (i = 0; st == TOCSIN_OK && i < r->fields.count; i++)
        st = tcs_layout_add_fields(layout, r->fields.items[i], err);
    for (i = 0; st == TOCSIN_OK && i < r->meta.count; i++)
        st = tcs_layout_add_meta(layout, r->meta.items[i], err);
    return st == TOCSIN_OK ? tcs_layout_finish(layout, err) : st;
}

tocsin_status tcs_reading_gather(const struct tcs_reading *r, const struct tcs_texts *named, struct tcs_reading_run *run,
                                 struct tocsin_error *err)
{
    tocsin_status st = tcs_reading_layout(r, &run->layout, err);

    return st == TOCSIN_OK ? gather_inputs(r, named, &run->inputs, err) : st;
}

tocsin_status tcs_reading_open(const struct tcs_reading *r, struct tcs_reading_run *run)
{
    tocsin_status st = tcs_patternset_open(&r->patterns, &run->ruleset);

    if (st == TOCSIN_OK && tcs_ruleset_notice(run->ruleset) && !r->quiet)
        tcs_command_say("note: %s", tcs_ruleset_notice(run->ruleset));
    return st;
}

void tcs_reading_run_release(struct tcs_reading_run *run)
{
    tcs_ruleset_free(run->ruleset);
    tcs_layout_release(&run->layout);
    tcs_inputs_release(&run->inputs);
}

/* ---- signals ---- */

static atomic_bool cancel;
static volatile sig_atomic_t caught;

static void on_signal(int number)
{
    caught = number;
    atomic_store(&cancel, true);
}

/* The second signal kills: the first may wait for an input that never comes. */
void tcs_reading_catch_signals(void)
{
    struct sigaction action = {.sa_handler = on_signal, .sa_flags = (int)SA_RESETHAND};

    (void)sigemptyset(&action.sa_mask);
    (void)sigaction(SIGINT, &action, NULL);
    (void)sigaction(SIGTERM, &action, NULL);
}

int tcs_reading_signal(void)
{
    return caught;
}

/* ---- options of a run ---- */

/* The power of two that holds a size. */
static uint32_t log_of(size_t size)
{
    uint32_t log = 0;

    while (log < 63 && ((uint64_t)1 << log) < size)
        log++;
    return log;
}

static void say_line(void *context, const char *text)
{
    (void)context;
    tcs_command_say("%s", text);
}

void tcs_reading_set(const struct tcs_reading *r, const struct tcs_reading_run *run, struct tcs_scan_options *scan)
{
    scan->inputs = run->inputs.paths;
    scan->input_count = run->inputs.files.count;
    scan->layout = &run->layout;
    if (r->format)
        (void)tcs_format_by_name(r->format, &scan->format); /* tcs_reading_check knows it */
    scan->charset = r->charset;
    scan->limits.expansion_ratio = r->max_expansion; /* 0, like the next, is the default */
    scan->limits.zstd_window_log = r->zstd_window ? log_of(r->zstd_window) : 0;
    if (r->chunk_bytes)
        scan->chunk_bytes = r->chunk_bytes;
    scan->record_limit = r->record_limit;
    scan->threads = r->threads ? r->threads : tcs_cores();
    scan->progress = r->quiet ? -1 : (int)r->progress;
    scan->is_quiet = r->quiet;
    scan->cancel = &cancel;
    scan->message = r->quiet ? NULL : say_line;
}

void tcs_reading_say_losses(const struct tcs_stats *stats, const char *more)
{
    if (!(stats->unreadable + stats->stream_damage + stats->document_damage + stats->limits))
        return;
    tcs_command_say("not everything was searched: %llu inputs unreadable, %llu damaged places, %llu damaged documents, "
                    "%llu over a limit%s",
                    (unsigned long long)stats->unreadable, (unsigned long long)stats->stream_damage,
                    (unsigned long long)stats->document_damage, (unsigned long long)stats->limits, more);
}
