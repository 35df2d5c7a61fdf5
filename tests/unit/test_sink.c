/*
 * sink: a file appears whole or not at all; what is no regular file is written to as it is; failures are told, with the
 * path.
 */
#include "run_help.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "run/sink.h"

static char dir[] = "/tmp/tocsin-sink-XXXXXX";
static char path[64];

static size_t count_entries(void)
{
    DIR *folder = opendir(dir);
    size_t count = 0;

    assert_non_null(folder);
    while (readdir(folder))
        count++;
    (void)closedir(folder);
    return count - 2;
}

static void expect_content(const char *expected)
{
    struct tcs_buf content = {0};

    must(tcs_files_read(path, 1000, &content, NULL));
    assert_string_equal(c_str(&content), expected);
    tcs_buf_release(&content);
}

static void test_sink__a_file_appears_at_finish(void **state)
{
    struct tcs_sink *sink = NULL;
    struct stat info;
    mode_t mask = umask(027);

    (void)state;
    must(tcs_sink_open(path, NULL, &sink, NULL));
    must(tcs_sink_write(sink, TCS_STR("one\n"), NULL));
    must(tcs_sink_write(sink, TCS_STR(""), NULL));
    must(tcs_sink_write(sink, TCS_STR("two\n"), NULL));
    assert_int_equal(access(path, F_OK), -1);
    must(tcs_sink_finish(sink, NULL));
    (void)umask(mask);
    expect_content("one\ntwo\n");
    assert_int_equal(stat(path, &info), 0);
    assert_int_equal(info.st_mode & 0777, 0640); /* as of any file that is made, not mkstemp's */
    tcs_sink_free(sink);
    expect_content("one\ntwo\n");
    assert_int_equal(count_entries(), 1);
}

static void test_sink__what_is_not_finished_leaves_nothing(void **state)
{
    struct tcs_sink *sink = NULL;

    (void)state;
    write_file(path, TCS_STR("old"));
    must(tcs_sink_open(path, NULL, &sink, NULL));
    must(tcs_sink_write(sink, TCS_STR("new"), NULL));
    assert_int_equal(count_entries(), 2);
    tcs_sink_free(sink);
    expect_content("old");
    assert_int_equal(count_entries(), 1);
    tcs_sink_free(NULL);
}

static void test_sink__special_files_are_written_to(void **state)
{
    struct tcs_sink *sink = NULL;
    char fifo[80], got[8] = {0};
    struct stat info;
    int reader;

    (void)state;
    (void)snprintf(fifo, sizeof fifo, "%s/fifo", dir);
    assert_int_equal(mkfifo(fifo, 0600), 0);
    reader = open(fifo, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    assert_true(reader >= 0);
    must(tcs_sink_open(fifo, NULL, &sink, NULL));
    must(tcs_sink_write(sink, TCS_STR("through"), NULL));
    assert_int_equal(read(reader, got, sizeof got), 7);
    assert_string_equal(got, "through");
    must(tcs_sink_finish(sink, NULL));
    tcs_sink_free(sink);
    (void)close(reader);
    assert_int_equal(lstat(fifo, &info), 0);
    assert_true(S_ISFIFO(info.st_mode));
    assert_int_equal(unlink(fifo), 0);
    must(tcs_sink_open("/dev/null", NULL, &sink, NULL));
    must(tcs_sink_write(sink, TCS_STR("x"), NULL));
    must(tcs_sink_finish(sink, NULL));
    tcs_sink_free(sink);
    assert_int_equal(stat("/dev/null", &info), 0);
    assert_true(S_ISCHR(info.st_mode));
}

static void test_sink__a_full_disk_is_told(void **state)
{
    struct tcs_sink *sink = NULL;
    struct tocsin_error err = {0};

    (void)state;
    if (access("/dev/full", W_OK) != 0) {
        print_message("skipped: there is no /dev/full\n");
        skip();
    }
    must(tcs_sink_open("/dev/full", NULL, &sink, NULL));
    assert_int_equal(tcs_sink_write(sink, TCS_STR("x"), &err), TOCSIN_E_IO);
    assert_int_equal(err.sys_errno, ENOSPC);
    assert_string_equal(err.where, "/dev/full");
    tcs_sink_free(sink);
}

static void test_sink__what_cannot_be_opened_is_told(void **state)
{
    char missing[80], long_name[400];
    const char *paths[] = {missing, dir, long_name};
    struct tocsin_error err;
    size_t i;

    (void)state;
    (void)snprintf(missing, sizeof missing, "%s/no folder/x", dir);
    memset(long_name, 'x', sizeof long_name);
    memcpy(long_name, "/tmp/", 5);
    long_name[sizeof long_name - 1] = '\0';
    for (i = 0; i < COUNT(paths); i++) {
        struct tcs_sink *sink = NULL;
        size_t entries = count_entries();

        err = (struct tocsin_error){0};
        assert_int_equal(tcs_sink_open(paths[i], NULL, &sink, &err), TOCSIN_E_IO);
        assert_null(sink);
        assert_int_not_equal(err.sys_errno, 0);
        assert_memory_equal(err.where, paths[i], strlen(paths[i]) < 200 ? strlen(paths[i]) + 1 : 200);
        assert_int_equal(tcs_sink_open(paths[i], NULL, &sink, NULL), TOCSIN_E_IO);
        assert_int_equal(count_entries(), entries);
    }
}

static void test_sink__an_unwritable_folder_is_told(void **state)
{
    struct tcs_sink *sink = NULL;
    char inner[80];

    (void)state;
    if (geteuid() == 0) {
        print_message("skipped: root may write everywhere\n");
        skip();
    }
    assert_int_equal(chmod(dir, 0500), 0);
    (void)snprintf(inner, sizeof inner, "%s/x", dir);
    assert_int_equal(tcs_sink_open(inner, NULL, &sink, NULL), TOCSIN_E_IO);
    assert_int_equal(chmod(dir, 0700), 0);
}

/* The folder is gone, or the name was taken by a folder, when the file would appear. */
static void test_sink__a_rename_that_fails_is_told(void **state)
{
    struct tcs_sink *sink = NULL;
    struct tocsin_error err = {0};
    char taken[80];

    (void)state;
    (void)snprintf(taken, sizeof taken, "%s/taken", dir);
    must(tcs_sink_open(taken, NULL, &sink, NULL));
    must(tcs_sink_write(sink, TCS_STR("x"), NULL));
    assert_int_equal(mkdir(taken, 0700), 0);
    assert_int_equal(tcs_sink_finish(sink, &err), TOCSIN_E_IO);
    assert_string_equal(err.where, taken);
    tcs_sink_free(sink);
    assert_int_equal(rmdir(taken), 0);
    assert_int_equal(count_entries(), 1);
}

static void test_sink__no_path_is_standard_output(void **state)
{
    struct tcs_sink *sink = NULL;
    int saved = dup(STDOUT_FILENO), file;

    (void)state;
    (void)fflush(stdout);
    file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    assert_true(saved >= 0 && file >= 0 && dup2(file, STDOUT_FILENO) >= 0);
    must(tcs_sink_open(NULL, NULL, &sink, NULL));
    must(tcs_sink_write(sink, TCS_STR("out"), NULL));
    must(tcs_sink_finish(sink, NULL));
    tcs_sink_free(sink);
    assert_int_equal(write(STDOUT_FILENO, "!", 1), 1); /* it is still open */
    assert_true(dup2(saved, STDOUT_FILENO) >= 0);
    (void)close(saved);
    (void)close(file);
    expect_content("out!");
}

static int make_dir(void **state)
{
    (void)state;
    if (!mkdtemp(dir))
        return -1;
    (void)snprintf(path, sizeof path, "%s/file", dir);
    return 0;
}

static int remove_dir(void **state)
{
    (void)state;
    remove_folder(dir);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sink__a_file_appears_at_finish),
        cmocka_unit_test(test_sink__what_is_not_finished_leaves_nothing),
        cmocka_unit_test(test_sink__special_files_are_written_to),
        cmocka_unit_test(test_sink__a_full_disk_is_told),
        cmocka_unit_test(test_sink__what_cannot_be_opened_is_told),
        cmocka_unit_test(test_sink__an_unwritable_folder_is_told),
        cmocka_unit_test(test_sink__a_rename_that_fails_is_told),
        cmocka_unit_test(test_sink__no_path_is_standard_output),
    };

    return cmocka_run_group_tests(tests, make_dir, remove_dir);
}
