/* Three sources of documents, one way to explain them: what the scan would have written is explained instead. */
#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/files.h"
#include "cli/flagged.h"
#include "cli/reading.h"
#include "input/charset.h"
#include "rules/suggest.h"
#include "run/explain_text.h"

#define LINES_BYTES_MAX ((size_t)1 << 30)

struct settings {
    struct tcs_reading reading;
    struct tcs_texts files, lines;
    const char *as_key, *rule;
    unsigned role, record;
    bool json, all, help;
};

static const char *const roles[] = {"title", "lead", "text", "other", NULL};

#define AT(member) offsetof(struct settings, member)

static const struct tcs_option options[] = {
    {0, "file", "FILE", TCS_OPTION_LIST, AT(files), "What to explain",
     "the documents of a file, as scan reads it; repeatable", NULL, NULL, 0},
    {0, "record", "N", TCS_OPTION_COUNT, AT(record), "What to explain",
     "of a file only this record, from 1", NULL, NULL, 1},
    {0, "line", "FILE[:N]", TCS_OPTION_LIST, AT(lines), "What to explain",
     "the document that line N (default: every line) of scan's output points to; repeatable", NULL, NULL, 0},
    {0, "as", "KEY", TCS_OPTION_TEXT, AT(as_key), "What to explain",
     "the lines come from `scan --as KEY`", NULL, NULL, 0},
    {0, "role", "ROLE", TCS_OPTION_CHOICE, AT(role), "What to explain",
     "what TEXT is: title (default), lead, text or other", NULL, roles, 0},
    {0, "rule", "NAME", TCS_OPTION_TEXT, AT(rule), "What to explain", "only this rule", NULL, NULL, 0},
    {0, "all", NULL, TCS_OPTION_FLAG, AT(all), "What to explain",
     "rules of which more than one clause is false, too", NULL, NULL, 0},

    TCS_READING_PATTERNS(AT(reading)),
    TCS_READING_INPUT(AT(reading)),

    {0, "json", NULL, TCS_OPTION_FLAG, AT(json), "Output", "a JSON line a document", NULL, NULL, 0},
    {'q', "quiet", NULL, TCS_OPTION_FLAG, AT(reading.quiet), "Output", "no notes and warnings", NULL, NULL, 0},
    {'h', "help", NULL, TCS_OPTION_FLAG, AT(help), "Output", "this text", NULL, NULL, 0},
};
static const struct tcs_option_table table = {"explain", options, sizeof options / sizeof *options};

static const char usage[] = "tocsin explain [OPTION...] [TEXT...]";
static const char about[] =
    "Says why a document is flagged or not: its fields folded, each hit, what `unless` removed, every rule that fires\n"
    "clause by clause, rules that one false clause keeps from firing, label and score. TEXT is taken for a headline.\n"
    "Without TEXT, --file and --line, lines of scan's output are read from stdin.";

struct session {
    const struct settings *s;
    struct tcs_reading_run reading;
    uint32_t rule; /* to explain, or TCS_EVERY_RULE */
    struct tcs_scan_options scan;
    struct tcs_flagged flagged;
    const struct tcs_flagged_line *line; /* whose document is looked for; NULL for none */
    struct tcs_explanation explanation;
    struct tcs_folded folded;
    struct tcs_buf out;
    size_t count; /* documents explained */
    bool is_incomplete;
};

/* ---- one document ---- */

static tocsin_status show(struct session *e, struct tcs_judge *judge, const struct tcs_document *doc,
                          const struct tcs_pointer *pointer, struct tocsin_error *err)
{
    struct tcs_explain_view view = {.judge = judge,
                                    .doc = doc,
                                    .pointer = pointer,
                                    .explanation = &e->explanation,
                                    .folded = &e->folded,
                                    .is_full = e->s->all || e->s->rule};
    tocsin_status st = tcs_explain(judge, doc, e->rule, &e->explanation, err);

    if (st != TOCSIN_OK)
        return st;
    tcs_buf_reset(&e->out);
    if (e->count++ && !e->s->json)
        (void)putchar('\n');
    st = e->s->json ? tcs_explain_json(&view, &e->out) : tcs_explain_text(&view, &e->out);
    if (st != TOCSIN_OK)
        return tcs_fail_nomem(err);
    (void)fwrite(e->out.data, 1, e->out.len, stdout);
    return TOCSIN_OK;
}

/* Of a line's document: is it the one that the line speaks of? Ids of the form FILE#RECORD say nothing about that. */
static tocsin_status check_id(const struct tcs_flagged_line *line, const struct tcs_document *doc,
                              struct tocsin_error *err)
{
    if (!doc->id.len || tcs_str_equal(doc->id, line->id))
        return TOCSIN_OK;
    return tcs_fail(err, TOCSIN_E_ARG, line->pointer.file, 0,
                    "record %llu is %.*s, but the line speaks of %.*s; the file is not what it was when it was scanned",
                    (unsigned long long)line->pointer.record, (int)(doc->id.len < 200 ? doc->id.len : 200), doc->id.data,
                    (int)(line->id.len < 200 ? line->id.len : 200), line->id.data);
}

static tocsin_status visit(void *context, struct tcs_judge *judge, const struct tcs_document *doc,
                           const struct tcs_pointer *pointer, struct tocsin_error *err)
{
    struct session *e = context;
    tocsin_status st = e->line ? check_id(e->line, doc, err) : TOCSIN_OK;

    if (st == TOCSIN_OK)
        st = show(e, judge, doc, pointer, err);
    if (st == TOCSIN_OK && e->scan.only_record) /* what follows is of no interest */
        st = tcs_fail(err, TOCSIN_E_CANCELLED, pointer->file, 0, "the record was found");
    return st;
}

/* ---- texts ---- */

static tocsin_status explain_text(struct session *e, struct tcs_judge *judge, struct tcs_document *doc, const char *text,
                                  struct tocsin_error *err)
{
    tocsin_status st;

    if (!tcs_utf8_is_valid(tcs_str_from(text)))
        return tcs_fail(err, TOCSIN_E_ARG, NULL, 0,
                        "the text is not UTF-8; put it into a file and use --file and --charset");
    tcs_document_reset(doc);
    if (tcs_document_add(doc, roles[e->s->role], (enum tcs_role)e->s->role, tcs_str_from(text)) != TOCSIN_OK)
        return tcs_fail_nomem(err);
    st = tcs_judge_document(judge, doc, err);
    return st == TOCSIN_OK ? show(e, judge, doc, NULL, err) : st;
}

static tocsin_status explain_texts(struct session *e, const struct tcs_texts *texts, struct tocsin_error *err)
{
    struct tcs_document doc = {0};
    struct tcs_judge judge;
    tocsin_status st = tcs_judge_init(&judge, e->reading.ruleset, err);
    size_t i;

    judge.eval.keeps_removed = true;
    for (i = 0; st == TOCSIN_OK && i < texts->count; i++)
        st = explain_text(e, &judge, &doc, texts->items[i], err);
    tcs_document_release(&doc);
    tcs_judge_release(&judge);
    return st;
}

/* ---- files ---- */

/* The documents of a file, or one record of it. */
static tocsin_status explain_file(struct session *e, const char *path, struct tocsin_error *err)
{
    struct tcs_stats stats = {0};
    size_t before = e->count;
    tocsin_status st = tcs_stats_init(&stats, tcs_ruleset_patterns(e->reading.ruleset));

    if (st != TOCSIN_OK)
        return tcs_fail_nomem(err);
    e->scan.inputs = &path;
    e->scan.input_count = 1;
    st = tcs_scan_run(e->reading.ruleset, &e->scan, &stats, err);
    if (st == TOCSIN_E_CANCELLED && e->count > before) {
        st = TOCSIN_OK;
        stats.is_incomplete = false;
    } else if (st == TOCSIN_OK && e->scan.only_record && e->count == before) {
        st = tcs_fail(err, TOCSIN_E_ARG, path, 0, "there is no document that is record %llu%s",
                      (unsigned long long)e->scan.only_record,
                      e->line ? "; the file is not what it was when it was scanned, or was read with other options" : "");
    }
    e->is_incomplete |= stats.is_incomplete;
    tcs_stats_release(&stats);
    return st;
}

static tocsin_status explain_files(struct session *e, struct tocsin_error *err)
{
    tocsin_status st = TOCSIN_OK;
    size_t i;

    e->scan.only_record = e->s->record;
    for (i = 0; st == TOCSIN_OK && i < e->s->files.count; i++)
        st = explain_file(e, e->s->files.items[i], err);
    return st;
}

/* ---- lines ---- */

static tocsin_status explain_line(struct session *e, struct tcs_str text, struct tocsin_error *err)
{
    struct tcs_flagged_line line;
    tocsin_status st = tcs_flagged_read(&e->flagged, text, e->s->as_key, &line, err);

    if (st != TOCSIN_OK)
        return st;
    if (!strcmp(line.pointer.file, "-"))
        return tcs_fail(err, TOCSIN_E_ARG, NULL, 0,
                        "the document came from stdin, which cannot be read again; use --file");
    if (line.db.len && !e->s->reading.quiet &&
        !tcs_str_equal(line.db, tcs_str_from(tcs_ruleset_hash(e->reading.ruleset))))
        tcs_command_say("note: the line was written with other patterns than these");
    e->line = &line;
    e->scan.only_record = line.pointer.record;
    e->scan.start_offset = line.pointer.length ? line.pointer.offset : 0; /* else others stand between the two */
    st = explain_file(e, line.pointer.file, err);
    e->scan.start_offset = 0;
    e->line = NULL;
    return st;
}

/* Line `number` of a file, every one where it is 0. */
static tocsin_status explain_lines_of(struct session *e, const char *path, uint64_t number, struct tocsin_error *err)
{
    struct tcs_buf text = {0};
    tocsin_status st = tcs_files_read(path, LINES_BYTES_MAX, &text, err);
    const char *at = text.data, *end = text.len ? text.data + text.len : text.data;
    bool is_found = !number;
    uint64_t line;

    for (line = 1; st == TOCSIN_OK && at < end; line++) {
        const char *feed = memchr(at, '\n', (size_t)(end - at));
        struct tcs_str one = tcs_str_trim((struct tcs_str){at, (size_t)((feed ? feed : end) - at)});

        if (one.len && (!number || line == number)) {
            is_found = true;
            st = explain_line(e, one, err);
            if (st != TOCSIN_OK && err && !err->where[0])
                (void)snprintf(err->where, sizeof err->where, "%.200s:%llu", path, (unsigned long long)line);
        }
        at = feed ? feed + 1 : end;
    }
    if (st == TOCSIN_OK && !is_found)
        st = tcs_fail(err, TOCSIN_E_ARG, path, 0, "there is nothing in line %llu", (unsigned long long)number);
    tcs_buf_release(&text);
    return st;
}

/* FILE, or FILE:N where there is no file of that whole name. */
static tocsin_status explain_lines(struct session *e, const char *spec, struct tocsin_error *err)
{
    const char *colon = strrchr(spec, ':');
    uint64_t number = 0;
    tocsin_status st;
    char *end, *path;

    if (!colon || colon == spec || access(spec, F_OK) == 0)
        return explain_lines_of(e, spec, 0, err);
    errno = 0;
    number = strtoull(colon + 1, &end, 10);
    if (colon[1] < '0' || colon[1] > '9' || *end || errno || !number)
        return tcs_fail(err, TOCSIN_E_ARG, NULL, 0, "--line: behind the colon of '%.200s' stands no number of a line",
                        spec);
    path = tcs_str_dup((struct tcs_str){spec, (size_t)(colon - spec)});
    if (!path)
        return tcs_fail_nomem(err);
    st = explain_lines_of(e, path, number, err);
    free(path);
    return st;
}

/* ---- the command ---- */

static tocsin_status find_rule(struct session *e, struct tocsin_error *err)
{
    const struct tcs_patterns *patterns = tcs_ruleset_patterns(e->reading.ruleset);
    struct tcs_suggest suggest;
    uint32_t i;

    e->rule = TCS_EVERY_RULE;
    if (!e->s->rule)
        return TOCSIN_OK;
    suggest = tcs_suggest_begin(tcs_str_from(e->s->rule));
    for (i = 0; i < patterns->rule_count; i++) {
        tcs_suggest_offer(&suggest, patterns->rules[i].name);
        if (strcmp(patterns->rules[i].name, e->s->rule) == 0)
            e->rule = i;
    }
    if (e->rule != TCS_EVERY_RULE)
        return TOCSIN_OK;
    return tcs_fail(err, TOCSIN_E_ARG, NULL, 0, "there is no rule '%.100s'%s%s%s", e->s->rule,
                    suggest.best ? "; did you mean " : "", suggest.best ? suggest.best : "", suggest.best ? "?" : "");
}

static tocsin_status explain_all(struct session *e, const struct tcs_texts *texts, struct tocsin_error *err)
{
    const struct settings *s = e->s;
    bool reads_stdin = !texts->count && !s->files.count && !s->lines.count;
    tocsin_status st = find_rule(e, err);
    size_t i;

    if (st == TOCSIN_OK && texts->count)
        st = explain_texts(e, texts, err);
    if (st == TOCSIN_OK)
        st = explain_files(e, err);
    for (i = 0; st == TOCSIN_OK && i < s->lines.count; i++)
        st = explain_lines(e, s->lines.items[i], err);
    return st == TOCSIN_OK && reads_stdin ? explain_lines_of(e, "-", 0, err) : st;
}

static tocsin_status check_settings(const struct settings *s, const struct tcs_texts *texts, struct tocsin_error *err)
{
    if (s->record && !s->files.count)
        return tcs_fail(err, TOCSIN_E_ARG, NULL, 0, "--record goes with --file");
    if (!texts->count && !s->files.count && !s->lines.count && isatty(STDIN_FILENO))
        return tcs_fail(err, TOCSIN_E_ARG, NULL, 0,
                        "nothing to explain, and stdin is a terminal; give a text, --file or --line");
    return tcs_reading_check_input(&s->reading, err);
}

/* One thread: visit keeps count in e. */
static void set_options(struct session *e)
{
    tcs_scan_options_default(&e->scan);
    tcs_reading_set(&e->s->reading, &e->reading, &e->scan);
    e->scan.threads = 1;
    e->scan.emit = TCS_EMIT_ALL;
    e->scan.progress = -1;
    e->scan.visit = visit;
    e->scan.visit_context = e;
}

static int run(void *settings, const struct tcs_texts *texts)
{
    struct session e = {.s = settings};
    struct tocsin_error err = {0};
    tocsin_status st;

    st = check_settings(e.s, texts, &err);
    if (st == TOCSIN_OK)
        st = tcs_reading_layout(&e.s->reading, &e.reading.layout, &err);
    if (st != TOCSIN_OK) {
        tcs_command_report(&err, NULL);
    } else if ((st = tcs_reading_open(&e.s->reading, &e.reading)) == TOCSIN_OK) {
        set_options(&e);
        st = explain_all(&e, texts, &err);
        if (st != TOCSIN_OK)
            tcs_command_report(&err, NULL);
    }
    tcs_explanation_release(&e.explanation);
    tcs_folded_release(&e.folded);
    tcs_flagged_release(&e.flagged);
    tcs_buf_release(&e.out);
    tcs_reading_run_release(&e.reading);
    if (!tcs_command_flush() || st != TOCSIN_OK)
        return TCS_EXIT_FAILED;
    return e.is_incomplete ? TCS_EXIT_LOOK : TCS_EXIT_DONE;
}

int tcs_command_explain(int argc, char **argv)
{
    static const struct tcs_command command = {usage, about, &table, run};
    struct settings settings = {.reading = TCS_READING_DEFAULT};

    return tcs_command_main(&command, argc, argv, &settings);
}
