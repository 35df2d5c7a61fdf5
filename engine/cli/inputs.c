/* Order is the order of naming; inside a folder that of tcs_files_list. */
#include "cli/inputs.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define LIST_BYTES_MAX ((size_t)1 << 30)

static tocsin_status add_path(struct tcs_inputs *inputs, struct tcs_str path, struct tocsin_error *err)
{
    struct tcs_files *files = &inputs->files;
    char *copy = tcs_str_dup(path);
    tocsin_status st;

    if (!copy)
        return tcs_fail_nomem(err);
    if (tcs_files_is_folder(copy)) {
        st = tcs_files_list(copy, files, err);
        free(copy);
        return st;
    }
    if (TCS_GROW(files->items, files->cap, files->count + 1) != TOCSIN_OK) {
        free(copy);
        return tcs_fail_nomem(err);
    }
    files->items[files->count++] = (struct tcs_file){.path = copy};
    return TOCSIN_OK;
}

tocsin_status tcs_inputs_add(struct tcs_inputs *inputs, const char *path, struct tocsin_error *err)
{
    return add_path(inputs, (struct tcs_str){path, strlen(path)}, err);
}

tocsin_status tcs_inputs_add_list(struct tcs_inputs *inputs, const char *list, struct tocsin_error *err)
{
    struct tcs_buf text = {0};
    tocsin_status st = tcs_files_read(list, LIST_BYTES_MAX, &text, err);
    const char *line = text.data, *end = text.len ? text.data + text.len : text.data;

    while (st == TOCSIN_OK && line < end) {
        const char *stop = memchr(line, '\n', (size_t)(end - line));
        struct tcs_str path = {line, (size_t)((stop ? stop : end) - line)};

        if (path.len && path.data[path.len - 1] == '\r')
            path.len--;
        if (path.len)
            st = add_path(inputs, path, err);
        line = stop ? stop + 1 : end;
    }
    tcs_buf_release(&text);
    return st;
}

static tocsin_status check_against(const struct tcs_inputs *inputs, const struct stat *output, const char *what,
                                   struct tocsin_error *err)
{
    struct stat input;
    size_t i;

    if (!S_ISREG(output->st_mode))
        return TOCSIN_OK;
    for (i = 0; i < inputs->files.count; i++) {
        const char *path = inputs->files.items[i].path;

        if (stat(path, &input) == 0 && input.st_ino == output->st_ino && input.st_dev == output->st_dev)
            return tcs_fail(err, TOCSIN_E_ARG, path, 0, "this input is where %s goes; write elsewhere", what);
    }
    return TOCSIN_OK;
}

tocsin_status tcs_inputs_check_output(const struct tcs_inputs *inputs, const char *path, const char *what,
                                      struct tocsin_error *err)
{
    struct stat output;

    if ((path ? stat(path, &output) : fstat(STDOUT_FILENO, &output)) != 0)
        return TOCSIN_OK;
    return check_against(inputs, &output, what, err);
}

tocsin_status tcs_inputs_check_readable(const struct tcs_inputs *inputs, struct tocsin_error *err)
{
    const struct tcs_files *files = &inputs->files;
    size_t i;
    int number = 0;

    for (i = 0; i < files->count; i++) {
        if (!strcmp(files->items[i].path, "-") || access(files->items[i].path, R_OK) == 0)
            return TOCSIN_OK;
        number = number ? number : errno;
    }
    return files->count ? tcs_fail(err, TOCSIN_E_IO, files->items[0].path, 0, "cannot be read: %s%s", strerror(number),
                                   files->count > 1 ? ", and no other input either" : "")
                        : TOCSIN_OK;
}

tocsin_status tcs_inputs_finish(struct tcs_inputs *inputs, struct tocsin_error *err)
{
    size_t i;

    inputs->paths = calloc(inputs->files.count + 1, sizeof *inputs->paths);
    if (!inputs->paths)
        return tcs_fail_nomem(err);
    for (i = 0; i < inputs->files.count; i++)
        inputs->paths[i] = inputs->files.items[i].path;
    return TOCSIN_OK;
}

void tcs_inputs_release(struct tcs_inputs *inputs)
{
    free((void *)inputs->paths);
    tcs_files_release(&inputs->files);
    *inputs = (struct tcs_inputs){0};
}
