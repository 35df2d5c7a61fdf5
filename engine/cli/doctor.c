/* One check after the other, none of which keeps the next from being made; each says one line. */
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/shown.h"
#include "cli/command.h"
#include "input/inflate_check.h"
#include "input/json_writer.h"
#include "match/dbfile.h"
#include "match/fold_table.h"
#include "match/soundness.h"
#include "rules/own_text.h"

#define LOST_SHOWN 5
/* A thread's stack is as large as the limit says; what a thread uses of it is far below this. */
#define STACK_MIN ((rlim_t)256 << 10)
#define FILES_MIN ((rlim_t)64)     /* each worker has one input open */
#define MEMORY_MIN ((rlim_t)1 << 30) /* address space: a chunk of 16 MiB, and what decodes it, for each of a few workers */

struct settings {
    const char *db;
    bool json, help;
};

#define AT(member) offsetof(struct settings, member)

static const struct tcs_option options[] = {
    {0, "db", "FILE", TCS_OPTION_TEXT, AT(db), "Options",
     "a database of `tocsin compile`; default: tocsin.db beside the program, then in ../share/tocsin", NULL, NULL, 0},
    {0, "json", NULL, TCS_OPTION_FLAG, AT(json), "Options", "a JSON line a check", NULL, NULL, 0},
    {'h', "help", NULL, TCS_OPTION_FLAG, AT(help), "Options", "this text", NULL, NULL, 0},
};
static const struct tcs_option_table table = {"doctor", options, sizeof options / sizeof *options};

static const char usage[] = "tocsin doctor [OPTION...]";
static const char about[] =
    "Checks whether this machine, the libraries and the database are sound: versions, the CPU as Hyperscan sees it, known\n"
    "faults of Hyperscan, each term of the database in its own text, the inflaters, the database file, limits. A line a\n"
    "check, `ok` or `look`.";

struct session {
    const struct settings *s;
    struct tcs_buf text, out; /* of the check at hand */
    size_t findings;
    tocsin_status st; /* memory ran out */
};

/* ---- a line ---- */

static __attribute__((format(printf, 2, 3))) void say(struct session *d, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    if (d->st == TOCSIN_OK)
        d->st = tcs_buf_vprintf(&d->text, format, args);
    va_end(args);
}

/* Prints what was said of a check. */
static void end_check(struct session *d, const char *check, bool is_sound)
{
    struct tcs_json_writer w = {.out = &d->out, .st = d->st};

    d->findings += !is_sound;
    tcs_buf_reset(&d->out);
    if (d->s->json) {
        tcs_json_open_object(&w);
        tcs_json_number_key(&w, "v", 1);
        tcs_json_text_key(&w, "check", tcs_str_from(check));
        tcs_json_bool_key(&w, "is_sound", is_sound);
        tcs_json_text_key(&w, "message", tcs_buf_view(&d->text));
        tcs_json_close_object(&w);
        d->st = w.st;
    } else if (d->st == TOCSIN_OK) {
        d->st = tcs_buf_printf(&d->out, "%-5s %s: ", is_sound ? "ok" : "look", check);
        if (d->st == TOCSIN_OK)
            d->st = tcs_shown_append(&d->out, tcs_buf_view(&d->text));
    }
    if (d->st == TOCSIN_OK)
        (void)printf("%.*s\n", (int)d->out.len, d->out.data);
    tcs_buf_reset(&d->text);
}

/* A check that could not be made is a finding; one for which there is no memory ends the command. */
static void end_failed(struct session *d, const char *check, const struct tocsin_error *err)
{
    if (err->status == TOCSIN_E_NOMEM) {
        d->st = TOCSIN_E_NOMEM;
        return;
    }
    say(d, "%s", err->message);
    end_check(d, check, false);
}

/* ---- the library and the machine ---- */

static void say_version(void *context, const char *name, const char *version)
{
    struct session *d = context;

    say(d, "%s%s %s", d->text.len ? "; " : "", name, version);
}

static void check_libraries(struct session *d)
{
    tcs_version_each(say_version, d);
    end_check(d, "libraries", true);
}

static void check_cpu(struct session *d)
{
    struct tocsin_error err = {0};
    struct tcs_buf features = {0};
    bool works = tcs_literals_engine_works_here();

    if (tcs_literals_engine_cpu(&features, &err) != TOCSIN_OK) {
        end_failed(d, "cpu", &err);
    } else {
        say(d, "Hyperscan uses %.*s", (int)features.len, features.data);
        if (!works)
            say(d, ", but says that it cannot run on this CPU; it needs SSSE3, or Vectorscan in its place");
        end_check(d, "cpu", works);
    }
    tcs_buf_release(&features);
}

static void check_tails(struct session *d)
{
    static const char check[] = "long-literals";
    struct tocsin_error err = {0};
    size_t lost_from = 0;

    if (tcs_soundness_of_tails(&lost_from, &err) != TOCSIN_OK) {
        end_failed(d, check, &err);
        return;
    }
    if (!lost_from)
        say(d, "this library has not the fault of Hyperscan 5.4.0 (intel/hyperscan #303, #353)");
    else if (lost_from > TCS_LITERAL_MAX)
        say(d, "this library loses hits of literals of %zu bytes and more with a long repeated tail (intel/hyperscan #303, "
               "#353); Tocsin's have at most %d, of which it loses none",
            lost_from, TCS_LITERAL_MAX);
    else
        say(d, "this library loses hits of literals of %zu bytes, and Tocsin's have up to %d: hits are lost; install another "
               "build of Hyperscan or Vectorscan",
            lost_from, TCS_LITERAL_MAX);
    end_check(d, check, !lost_from || lost_from > TCS_LITERAL_MAX);
}

static void say_inflater(struct session *d, const char *name, bool is_sound)
{
    say(d, "%s%s %s", d->text.len ? ", " : "", name,
        is_sound ? "gives back what was deflated" : "does not give back what was deflated");
}

static void check_inflaters(struct session *d)
{
    static const char check[] = "inflate";
    const struct tcs_inflate_whole *whole = tcs_inflate_whole_library();
    const struct tcs_inflate_backend *backend;
    struct tocsin_error err = {0};
    bool are_sound = true, is_sound;
    tocsin_status st = TOCSIN_OK;
    size_t i;

    for (i = 0; st == TOCSIN_OK && (backend = tcs_inflate_backend_at(i)) != NULL; i++) {
        st = tcs_inflate_check(backend, &is_sound, &err);
        say_inflater(d, backend->name, is_sound);
        are_sound &= is_sound;
    }
    if (st == TOCSIN_OK && whole) {
        st = tcs_inflate_check_whole(whole, &is_sound, &err);
        say_inflater(d, whole->name, is_sound);
        are_sound &= is_sound;
    }
    if (st != TOCSIN_OK) {
        end_failed(d, check, &err);
        return;
    }
    if (!are_sound)
        say(d, "; what is read from gzip files cannot be trusted: install another version");
    end_check(d, check, are_sound);
}

/* ---- the database ---- */

struct lost {
    struct session *d;
    const struct tcs_patterns *patterns;
    size_t shown;
};

static void say_lost(void *context, uint32_t term, const char *where)
{
    struct lost *lost = context;

    if (lost->shown++ < LOST_SHOWN)
        say(lost->d, "%s`%s` is not found by %s", lost->shown > 1 ? ", " : "", lost->patterns->terms[term].authored, where);
}

static void check_terms(struct session *d, struct tcs_ruleset *ruleset)
{
    static const char check[] = "terms";
    struct lost lost = {d, tcs_ruleset_patterns(ruleset), 0};
    struct tcs_own_text report = {.lost = say_lost, .context = &lost};
    struct tocsin_error err = {0};

    if (tcs_own_text_check(ruleset, &report, &err) != TOCSIN_OK) {
        end_failed(d, check, &err);
        return;
    }
    if (!report.lost_count)
        say(d, "each of %zu is found in its own text, as text, JSON, HTML and CSV", report.terms);
    else if (report.lost_count > LOST_SHOWN)
        say(d, ", and %zu more", report.lost_count - LOST_SHOWN);
    if (report.engine_errors)
        say(d, "; the engine failed %llu times, and a slower search of ours stood in",
            (unsigned long long)report.engine_errors);
    if (report.lost_count)
        say(d, "; hits are lost: compile the database again, and if that does not help, install another build of Hyperscan");
    end_check(d, check, !report.lost_count && !report.engine_errors);
}

static void check_file(struct session *d, const char *path, const struct tcs_dbfile *file)
{
    bool is_current = true;
    struct stat info = {0};

    say(d, "%s, %llu bytes, checksum right, made with engine %s and fold %s", path, (unsigned long long)file->bytes,
        file->engine, file->fold);
    if (strncmp(file->engine, tcs_literals_engine_version(), sizeof file->engine - 1) != 0 ||
        strcmp(file->fold, tcs_fold_version) != 0) {
        is_current = false;
        say(d, "; these are %s and %s, so that it is compiled anew each time it is loaded: `tocsin compile` makes it lasting",
            tcs_literals_engine_version(), tcs_fold_version);
    }
    if (!file->is_trusted) {
        (void)stat(path, &info);
        say(d, "; it belongs to user %lu and has mode %03o, so that others may write it, and only its sources are read: "
               "`chown` it to yourself or root, and `chmod go-w`",
            (unsigned long)info.st_uid, (unsigned)(info.st_mode & 0777));
    }
    end_check(d, "database", is_current && file->is_trusted);
}

/* False where a database that was named cannot be read at all. */
static bool check_database(struct session *d, struct tocsin_error *err)
{
    static const char check[] = "database";
    struct tcs_buf path = {0};
    struct tcs_dbfile file = TCS_DBFILE_NONE;
    struct tcs_ruleset *ruleset = NULL;
    tocsin_status st = TOCSIN_OK;
    bool is_readable = true;

    if (!d->s->db)
        st = tcs_command_default_db(&path, err);
    else if (tcs_buf_append(&path, d->s->db, strlen(d->s->db) + 1) != TOCSIN_OK)
        st = tcs_fail_nomem(err);
    if (st == TOCSIN_OK && !path.len) {
        say(d, "there is none beside the program or in ../share/tocsin; make one with `tocsin compile DIR -o tocsin.db`, or "
               "name one with --db");
        end_check(d, check, false);
        goto out;
    }
    if (st == TOCSIN_OK)
        st = tcs_dbfile_load(path.data, &file, err);
    if (st == TOCSIN_OK)
        st = tcs_dbfile_check(&file, err);
    if (st == TOCSIN_OK) {
        check_file(d, path.data, &file);
        st = tcs_ruleset_load(path.data, &ruleset, err);
    }
    is_readable = st != TOCSIN_E_IO;
    if (st != TOCSIN_OK && is_readable) {
        say(d, "%s: ", path.data);
        end_failed(d, check, err);
    }
    if (st == TOCSIN_OK)
        check_terms(d, ruleset);
out:
    tcs_ruleset_free(ruleset);
    tcs_dbfile_release(&file);
    tcs_buf_release(&path);
    return is_readable;
}

/* ---- limits and locale ---- */

/* "stack 8192 KiB": a limit in units; true if it is below what is needed. */
static bool say_limit(struct session *d, int resource, const char *name, rlim_t unit, const char *unit_name, rlim_t least)
{
    struct rlimit limit;
    bool is_low;

    if (getrlimit((__rlimit_resource_t)resource, &limit) != 0)
        return false;
    is_low = limit.rlim_cur != RLIM_INFINITY && limit.rlim_cur < least;
    say(d, "%s%s ", d->text.len ? ", " : "", name);
    if (limit.rlim_cur == RLIM_INFINITY)
        say(d, "unlimited");
    else
        say(d, "%llu%s", (unsigned long long)(limit.rlim_cur / unit), unit_name);
    if (is_low)
        say(d, " (too low: at least %llu%s)", (unsigned long long)(least / unit), unit_name);
    return is_low;
}

static void check_limits(struct session *d)
{
    bool is_low = say_limit(d, RLIMIT_STACK, "stack", 1024, " KiB", STACK_MIN);

    is_low |= say_limit(d, RLIMIT_NOFILE, "open files", 1, "", FILES_MIN);
    is_low |= say_limit(d, RLIMIT_AS, "address space", 1024, " KiB", MEMORY_MIN);
    is_low |= say_limit(d, RLIMIT_FSIZE, "size of a file", 1024, " KiB", RLIM_INFINITY);
    if (is_low)
        say(d, "; `ulimit` raises them");
    end_check(d, "limits", !is_low);
}

static const char *locale_of_text(void)
{
    static const char *const names[] = {"LC_ALL", "LC_CTYPE", "LANG"};
    size_t i;

    for (i = 0; i < sizeof names / sizeof *names; i++) {
        const char *value = getenv(names[i]);

        if (value && value[0])
            return value;
    }
    return "C";
}

/* Tocsin itself asks no locale; a terminal does, which shows what it prints. */
static void check_locale(struct session *d)
{
    const char *locale = locale_of_text();
    bool is_utf8 = strcasestr(locale, "utf-8") || strcasestr(locale, "utf8");

    say(d, "%s%s", locale,
        is_utf8 ? ", which is UTF-8, as all that Tocsin prints"
                : " is not UTF-8; Tocsin prints UTF-8 all the same, and a terminal may not show it: LC_ALL=C.UTF-8");
    end_check(d, "locale", is_utf8 || !isatty(STDOUT_FILENO));
}

/* ---- the command ---- */

static int run(void *settings, const struct tcs_texts *named)
{
    struct session d = {.s = settings};
    struct tocsin_error err = {0};
    bool is_done;

    if (named->count) {
        tcs_command_say("doctor takes no argument, but got '%.100s'; name a database with --db", named->items[0]);
        return TCS_EXIT_FAILED;
    }
    check_libraries(&d);
    check_cpu(&d);
    check_tails(&d);
    check_inflaters(&d);
    is_done = check_database(&d, &err);
    if (!is_done)
        tcs_command_report(&err, NULL);
    check_limits(&d);
    check_locale(&d);
    if (d.st != TOCSIN_OK) {
        (void)tcs_fail_nomem(&err);
        tcs_command_report(&err, NULL);
    }
    tcs_buf_release(&d.text);
    tcs_buf_release(&d.out);
    if (!tcs_command_flush() || d.st != TOCSIN_OK || !is_done)
        return TCS_EXIT_FAILED;
    return d.findings ? TCS_EXIT_LOOK : TCS_EXIT_DONE;
}

int tcs_command_doctor(int argc, char **argv)
{
    static const struct tcs_command command = {usage, about, &table, run};
    struct settings settings = {.db = NULL};

    return tcs_command_main(&command, argc, argv, &settings);
}
