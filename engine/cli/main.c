/* Dispatch: the first argument names the subcommand, which does the rest. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "cli/command.h"
#include "rules/suggest.h"

static const struct {
    const char *name;
    int (*run)(int argc, char **argv);
    const char *job;
} commands[] = {
    {"scan", tcs_command_scan, "flag documents of WARC, JSONL and text files: the main job"},
    {"compile", tcs_command_compile, "make a database file of lexicons and rules"},
    {"test", tcs_command_test, "try the examples that lexicons and rules carry"},
    {"explain", tcs_command_explain, "say why a text is flagged or not, clause by clause"},
    {"lint", tcs_command_lint, "look for mistakes in lexicons and rules"},
    {"diff", tcs_command_diff, "say what a change of patterns newly flags and drops"},
    {"suggest", tcs_command_suggest, "suggest terms that flagged documents hold, and phrases for `unless`"},
    {"doctor", tcs_command_doctor, "say whether this machine, these libraries and this database are sound"},
    {"profile", tcs_command_profile, "say what each term and rule cost a scan, and what came of it"},
};

#define COUNT(array) (sizeof(array) / sizeof *(array))

static void print_help(FILE *out)
{
    size_t i;

    (void)fputs("Usage: tocsin COMMAND [OPTION...] [ARGUMENT...]\n\n"
                "Finds candidate AI incidents in news corpora too large to read, in Chinese and English.\n"
                "\nCommands:\n",
                out);
    for (i = 0; i < COUNT(commands); i++)
        (void)fprintf(out, "  %-10s %s\n", commands[i].name, commands[i].job);
    (void)fputs("\n  tocsin COMMAND --help    the options of a command\n"
                "  tocsin --version         versions of Tocsin and of the libraries it uses\n"
                "\nTry:\n"
                "  tocsin scan -e 换脸 week.warc.gz\n"
                "  tocsin scan week/ -o flagged.jsonl --summary\n",
                out);
    tcs_command_print_statuses(out);
}

static int refuse(const char *name)
{
    struct tcs_suggest suggest = tcs_suggest_begin((struct tcs_str){name, strlen(name)});
    size_t i;

    for (i = 0; i < COUNT(commands); i++)
        tcs_suggest_offer(&suggest, commands[i].name);
    tcs_command_say("there is no command '%s'; %s%s%s`tocsin --help` lists all", name,
                    suggest.best ? "did you mean '" : "", suggest.best ? suggest.best : "", suggest.best ? "'? " : "");
    return TCS_EXIT_FAILED;
}

/* A closed descriptor would be given to the next file that is opened, and data would go where messages belong. */
static void fill_descriptors(void)
{
    int fd;

    for (fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
        if (fcntl(fd, F_GETFD) == -1 && errno == EBADF) {
            /* for standard output the wrong way round, so that writing fails and is reported */
            int filled = open("/dev/null", fd == STDOUT_FILENO ? O_RDONLY : O_RDWR);

            (void)filled;
        }
    }
}

static bool is_one_of(const char *text, const char *a, const char *b, const char *c)
{
    return strcmp(text, a) == 0 || strcmp(text, b) == 0 || strcmp(text, c) == 0;
}

int main(int argc, char **argv)
{
    size_t i;

    fill_descriptors();
    (void)signal(SIGPIPE, SIG_DFL);
    if (argc < 2) {
        print_help(stderr);
        return TCS_EXIT_FAILED;
    }
    for (i = 0; i < COUNT(commands); i++)
        if (strcmp(argv[1], commands[i].name) == 0)
            return commands[i].run(argc - 1, argv + 1);
    if (is_one_of(argv[1], "--version", "-V", "version"))
        tcs_version_print();
    else if (is_one_of(argv[1], "--help", "-h", "help"))
        print_help(stdout);
    else
        return refuse(argv[1]);
    return tcs_command_flush() ? TCS_EXIT_DONE : TCS_EXIT_FAILED;
}
