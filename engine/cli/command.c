/* Small things that every subcommand needs; nothing here keeps state. */
#include "cli/command.h"

#include <errno.h>
#include <stdarg.h>
#include <string.h>
#include <unistd.h>

void tcs_command_say(const char *format, ...)
{
    va_list args;

    flockfile(stderr); /* workers report losses at the same time */
    (void)fputs("tocsin: ", stderr);
    va_start(args, format);
    (void)vfprintf(stderr, format, args);
    va_end(args);
    (void)fputc('\n', stderr);
    funlockfile(stderr);
}

void tcs_command_report(const struct tocsin_error *err, const struct tcs_sources *sources)
{
    const char *where = sources ? tcs_sources_path(sources, err->where) : err->where;

    if (!where[0])
        tcs_command_say("%s", err->message);
    else if (err->status == TOCSIN_E_PATTERN && err->offset)
        tcs_command_say("%s:%llu: %s", where, (unsigned long long)err->offset, err->message);
    else if (err->offset)
        tcs_command_say("%s: byte %llu: %s", where, (unsigned long long)err->offset, err->message);
    else
        tcs_command_say("%s: %s", where, err->message);
}

bool tcs_command_flush(void)
{
    if (fflush(stdout) == 0 && !ferror(stdout))
        return true;
    tcs_command_say("standard output: cannot write: %s", strerror(errno));
    return false;
}

void tcs_command_print_statuses(FILE *out)
{
    (void)fputs("\nExit status:\n"
                "  0    done; nothing flagged and empty input are 0 too\n"
                "  1    done, but look: some input was not searched (damaged, over a limit, unreadable, or none of\n"
                "       the fields asked for was found); lint, test, doctor: findings; diff: differences\n"
                "  2    not done: the message says why\n"
                "  130  stopped by SIGINT\n"
                "  143  stopped by SIGTERM\n"
                "  scan --damage-ok turns 1 into 0; scan --exit-flagged: 0 something flagged, 1 nothing, 2 otherwise\n",
                out);
}

/* Usage, one paragraph, the options and the exit statuses. */
static int print_help(const struct tcs_command *command)
{
    (void)printf("Usage: %s\n\n%s\n", command->usage, command->about);
    tcs_options_help(command->options, stdout);
    tcs_command_print_statuses(stdout);
    return tcs_command_flush() ? TCS_EXIT_DONE : TCS_EXIT_FAILED;
}

int tcs_command_main(const struct tcs_command *command, int argc, char **argv, void *settings)
{
    struct tcs_texts arguments = {0};
    struct tocsin_error err = {0};
    int status = TCS_EXIT_FAILED;

    if (tcs_options_parse(command->options, argc, argv, settings, &arguments, &err) != TOCSIN_OK)
        tcs_command_report(&err, NULL);
    else if (tcs_options_has_flag(command->options, settings, "help"))
        status = print_help(command);
    else
        status = command->run(settings, &arguments);
    tcs_options_release(command->options, settings);
    tcs_texts_release(&arguments);
    return status;
}

tocsin_status tcs_command_default_db(struct tcs_buf *path, struct tocsin_error *err)
{
    static const char *const places[] = {"/tocsin.db", "/../share/tocsin/tocsin.db"};
    char program[4096];
    ssize_t len = readlink("/proc/self/exe", program, sizeof program - 1);
    size_t i;

    tcs_buf_reset(path);
    if (len <= 0)
        return TOCSIN_OK;
    program[len] = '\0';
    *strrchr(program, '/') = '\0';
    for (i = 0; i < sizeof places / sizeof *places; i++) {
        tcs_buf_reset(path);
        if (tcs_buf_printf(path, "%s%s", program, places[i]) != TOCSIN_OK || tcs_buf_putc(path, '\0') != TOCSIN_OK)
            return tcs_fail_nomem(err);
        if (access(path->data, F_OK) == 0)
            return TOCSIN_OK;
    }
    tcs_buf_reset(path);
    return TOCSIN_OK;
}
