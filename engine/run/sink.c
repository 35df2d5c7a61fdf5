/*
 * write(2) with retries; nothing is buffered here, callers hand over whole lines by the buffer. Whoever reads a pipe may
 * never do so: it gets what it takes without waiting, and in between it is asked whether the run was cancelled (base/ready).
 */
#include "run/sink.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/ready.h"

struct tcs_sink {
    int fd;
    char *path;      /* NULL for standard output */
    char *temporary; /* NULL also for what is not replaced by a rename */
    bool may_stall;  /* a pipe, a socket, a terminal */
    const atomic_bool *cancel; /* may be NULL */
};

static tocsin_status fail_cancelled(const struct tcs_sink *sink, struct tocsin_error *err)
{
    return tcs_fail(err, TOCSIN_E_CANCELLED, sink->path ? sink->path : "standard output", 0, "stopped by a signal");
}

/* Is it what standard output or standard error already goes to (/dev/stdout)? */
static bool is_own_stream(const struct stat *info)
{
    struct stat own;
    int fd;

    for (fd = STDOUT_FILENO; fd <= STDERR_FILENO; fd++)
        if (fstat(fd, &own) == 0 && own.st_dev == info->st_dev && own.st_ino == info->st_ino)
            return true;
    return false;
}

static tocsin_status open_temporary(struct tcs_sink *sink, const char *path, mode_t mode, struct tocsin_error *err)
{
    struct tcs_buf name = {0};

    sink->path = realpath(path, NULL); /* a link's target is replaced, not the link */
    if (!sink->path)
        sink->path = tcs_str_dup((struct tcs_str){path, strlen(path)});
    if (!sink->path || tcs_buf_printf(&name, "%s.XXXXXX", sink->path) != TOCSIN_OK ||
        tcs_buf_putc(&name, '\0') != TOCSIN_OK)
        return tcs_fail_nomem(err);
    sink->temporary = name.data;
    sink->fd = mkstemp(sink->temporary);
    if (sink->fd < 0) {
        free(sink->temporary);
        sink->temporary = NULL;
        return tcs_fail(err, TOCSIN_E_IO, path, 0, "cannot write here: %s", strerror(errno));
    }
    if (fchmod(sink->fd, mode) != 0)
        return tcs_fail(err, TOCSIN_E_IO, path, 0, "cannot set the file's mode: %s", strerror(errno));
    return TOCSIN_OK;
}

/* A pipe that nobody reads yet is waited for. */
static tocsin_status open_stream(struct tcs_sink *sink, const char *path, bool is_pipe, struct tocsin_error *err)
{
    sink->path = tcs_str_dup((struct tcs_str){path, strlen(path)});
    if (!sink->path)
        return tcs_fail_nomem(err);
    while ((sink->fd = open(path, O_WRONLY | O_APPEND | O_CLOEXEC | O_NONBLOCK)) < 0) {
        if (errno != EINTR && !(is_pipe && errno == ENXIO))
            return tcs_fail(err, TOCSIN_E_IO, path, 0, "cannot write here: %s", strerror(errno));
        if (tcs_ready_is_set(sink->cancel))
            return fail_cancelled(sink, err);
        (void)poll(NULL, 0, TCS_READY_MILLISECONDS);
    }
    if (fcntl(sink->fd, F_SETFL, O_APPEND) != 0)
        return tcs_fail(err, TOCSIN_E_IO, path, 0, "cannot write here: %s", strerror(errno));
    return TOCSIN_OK;
}

/*
 * What is no regular file (/dev/null, a pipe) cannot be replaced by a rename, and a stream that is open already must not be:
 * both are written to as they are. A file that is replaced keeps its mode.
 */
static tocsin_status open_path(struct tcs_sink *sink, const char *path, struct tocsin_error *err)
{
    bool exists;
    mode_t mask;
    struct stat info;

    exists = stat(path, &info) == 0;
    if (exists && (!S_ISREG(info.st_mode) || is_own_stream(&info)))
        return open_stream(sink, path, S_ISFIFO(info.st_mode), err);
    mask = umask(0);
    (void)umask(mask);
    return open_temporary(sink, path, exists ? info.st_mode & 07777 : 0666 & ~mask, err);
}

static bool may_stall(int fd)
{
    struct stat info;

    return fstat(fd, &info) == 0 && (S_ISFIFO(info.st_mode) || S_ISSOCK(info.st_mode) || isatty(fd));
}

tocsin_status tcs_sink_open(const char *path, const atomic_bool *cancel, struct tcs_sink **sink_out,
                            struct tocsin_error *err)
{
    struct tcs_sink *sink = calloc(1, sizeof *sink);
    tocsin_status st = TOCSIN_OK;

    if (!sink)
        return tcs_fail_nomem(err);
    sink->fd = STDOUT_FILENO;
    sink->cancel = cancel;
    if (path)
        st = open_path(sink, path, err);
    sink->may_stall = may_stall(sink->fd);
    if (st != TOCSIN_OK) {
        tcs_sink_free(sink);
        return st;
    }
    *sink_out = sink;
    return TOCSIN_OK;
}

/*
 * How much can be written now; 0: the run was cancelled while nothing could. A pipe that poll finds ready takes PIPE_BUF
 * bytes.
 */
static size_t room(const struct tcs_sink *sink, size_t len)
{
    if (!sink->may_stall || !sink->cancel)
        return len;
    if (!tcs_ready_wait(sink->fd, POLLOUT, sink->cancel, NULL))
        return 0;
    return len < PIPE_BUF ? len : PIPE_BUF;
}

tocsin_status tcs_sink_write(struct tcs_sink *sink, struct tcs_str bytes, struct tocsin_error *err)
{
    while (bytes.len) {
        size_t len = room(sink, bytes.len);
        ssize_t put;

        if (!len)
            return fail_cancelled(sink, err);
        put = write(sink->fd, bytes.data, len);
        if (put < 0 && errno == EINTR)
            continue;
        if (put <= 0)
            return tcs_fail(err, TOCSIN_E_IO, sink->path ? sink->path : "standard output", 0, "cannot write: %s",
                            strerror(errno));
        bytes.data += put;
        bytes.len -= (size_t)put;
    }
    return TOCSIN_OK;
}

tocsin_status tcs_sink_finish(struct tcs_sink *sink, struct tocsin_error *err)
{
    int fd = sink->fd;

    if (!sink->temporary)
        return TOCSIN_OK;
    sink->fd = -1;
    if (fsync(fd) != 0 || close(fd) != 0 || rename(sink->temporary, sink->path) != 0)
        return tcs_fail(err, TOCSIN_E_IO, sink->path, 0, "cannot finish the file: %s", strerror(errno));
    free(sink->temporary);
    sink->temporary = NULL;
    return TOCSIN_OK;
}

void tcs_sink_free(struct tcs_sink *sink)
{
    if (!sink)
        return;
    if (sink->temporary)
        (void)unlink(sink->temporary);
    if (sink->fd > STDERR_FILENO)
        (void)close(sink->fd);
    free(sink->temporary);
    free(sink->path);
    free(sink);
}
