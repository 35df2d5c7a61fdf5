/*
 * Folders wait in the list itself, marked, and are taken from it one after the other: no recursion, so no depth
 * is too deep. The list is sorted at the end, by whole paths.
 */
#include "base/files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define READ_BYTES ((size_t)64 * 1024)

bool tcs_files_is_folder(const char *path)
{
    struct stat info;

    return stat(path, &info) == 0 && S_ISDIR(info.st_mode);
}

/* Takes path. */
static tocsin_status add(struct tcs_files *files, char *path, int failed_errno)
{
    if (!path || TCS_GROW(files->items, files->cap, files->count + 1) != TOCSIN_OK) {
        free(path);
        return TOCSIN_E_NOMEM;
    }
    files->items[files->count++] = (struct tcs_file){path, failed_errno};
    return TOCSIN_OK;
}

static char *join(const char *folder, const char *name)
{
    struct tcs_buf path = {0};
    size_t len = strlen(folder);
    const char *slash = len && folder[len - 1] == '/' ? "" : "/";

    if (tcs_buf_printf(&path, "%s%s%s", folder, slash, name) == TOCSIN_OK && tcs_buf_putc(&path, '\0') == TOCSIN_OK)
        return path.data;
    tcs_buf_release(&path);
    return NULL;
}

/* What an entry is; file systems that do not say are asked by lstat. */
static mode_t entry_type(DIR *dir, const struct dirent *entry)
{
    struct stat info;

    if (entry->d_type == DT_REG)
        return S_IFREG;
    if (entry->d_type == DT_DIR)
        return S_IFDIR;
    if (entry->d_type != DT_UNKNOWN || fstatat(dirfd(dir), entry->d_name, &info, AT_SYMLINK_NOFOLLOW) != 0)
        return 0;
    return info.st_mode & S_IFMT;
}

/* The entries of one folder: files to files, folders to waiting. A folder that fails is listed itself. */
static tocsin_status list_one(const char *folder, struct tcs_files *files, struct tcs_files *waiting)
{
    DIR *dir = opendir(folder);
    tocsin_status st = TOCSIN_OK;
    struct dirent *entry;

    if (!dir)
        return add(files, strdup(folder), errno);
    while (st == TOCSIN_OK && (errno = 0, entry = readdir(dir)) != NULL) {
        mode_t type = entry_type(dir, entry);

        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        if (type == S_IFREG)
            st = add(files, join(folder, entry->d_name), 0);
        else if (type == S_IFDIR)
            st = add(waiting, join(folder, entry->d_name), 0);
    }
    if (st == TOCSIN_OK && errno)
        st = add(files, strdup(folder), errno);
    (void)closedir(dir);
    return st;
}

static int compare_paths(const void *left, const void *right)
{
    return strcmp(((const struct tcs_file *)left)->path, ((const struct tcs_file *)right)->path);
}

tocsin_status tcs_files_list(const char *folder, struct tcs_files *files, struct tocsin_error *err)
{
    struct tcs_files waiting = {0};
    size_t first = files->count;
    tocsin_status st = add(&waiting, strdup(folder), 0);

    while (st == TOCSIN_OK && waiting.count) {
        char *path = waiting.items[--waiting.count].path;

        st = list_one(path, files, &waiting);
        free(path);
    }
    if (files->count > first)
        qsort(files->items + first, files->count - first, sizeof *files->items, compare_paths);
    tcs_files_release(&waiting);
    return st == TOCSIN_OK ? st : tcs_fail_nomem(err);
}

void tcs_files_release(struct tcs_files *files)
{
    size_t i;

    for (i = 0; i < files->count; i++)
        free(files->items[i].path);
    free(files->items);
    *files = (struct tcs_files){0};
}

/* ---- a file's bytes ---- */

static tocsin_status read_all(int fd, const char *path, size_t limit, struct tcs_buf *out, struct tocsin_error *err)
{
    size_t start = out->len;

    for (;;) {
        ssize_t got;

        if (tcs_buf_reserve(out, READ_BYTES) != TOCSIN_OK)
            return tcs_fail_nomem(err);
        got = read(fd, out->data + out->len, READ_BYTES);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return tcs_fail(err, TOCSIN_E_IO, path, 0, "cannot read: %s", strerror(errno));
        if (got == 0)
            return TOCSIN_OK;
        out->len += (size_t)got;
        if (out->len - start > limit)
            return tcs_fail(err, TOCSIN_E_LIMIT, path, 0, "the file is larger than %zu bytes, the limit here", limit);
    }
}

tocsin_status tcs_files_read(const char *path, size_t limit, struct tcs_buf *out, struct tocsin_error *err)
{
    bool is_stdin = strcmp(path, "-") == 0;
    int fd = is_stdin ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    tocsin_status st;

    if (fd < 0)
        return tcs_fail(err, TOCSIN_E_IO, path, 0, "cannot open: %s", strerror(errno));
    st = read_all(fd, is_stdin ? "standard input" : path, limit, out, err);
    if (!is_stdin)
        (void)close(fd);
    return st;
}
