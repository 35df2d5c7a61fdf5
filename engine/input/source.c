/*
 * One buffer of BUFFER_BYTES. Reads append to it; when the room behind len gets short, the kept
 * history and what is not consumed move to its front, which costs at most a third of a byte moved
 * for each byte read. Memory inputs are their own window and never move.
 */
#include "input/source.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/ready.h"

#define READ_BYTES ((size_t)128 * 1024)
#define BUFFER_BYTES (TCS_SOURCE_HISTORY + TCS_SOURCE_WINDOW + READ_BYTES)

static tocsin_status fail_io(const struct tcs_source *source, const char *what,
                             struct tocsin_error *err)
{
    return tcs_fail(err, TOCSIN_E_IO, source->name, source->base + source->len, "%s: %s", what,
                    strerror(errno));
}

/* Learns the size; refuses a directory, which open(2) does not. */
static tocsin_status inspect(struct tcs_source *source, struct tocsin_error *err)
{
    struct stat info;
    off_t start;

    if (fstat(source->fd, &info) != 0)
        return fail_io(source, "cannot examine the input", err);
    if (S_ISDIR(info.st_mode)) {
        errno = EISDIR;
        return fail_io(source, "cannot read the input", err);
    }
    source->is_pipe = S_ISFIFO(info.st_mode);
    if (source->owns_fd && fcntl(source->fd, F_SETFL, 0) != 0) /* only opening was not to block */
        return fail_io(source, "cannot open the input", err);
    if (!S_ISREG(info.st_mode))
        return TOCSIN_OK;
    start = lseek(source->fd, 0, SEEK_CUR);
    if (start >= 0 && info.st_size > start)
        source->size = (uint64_t)(info.st_size - start);
    (void)posix_fadvise(source->fd, 0, 0, POSIX_FADV_SEQUENTIAL);
    return TOCSIN_OK;
}

tocsin_status tcs_source_open(struct tcs_source *source, const char *path, struct tocsin_error *err)
{
    bool is_stdin = strcmp(path, "-") == 0;
    tocsin_status st;

    *source = (struct tcs_source){.fd = is_stdin ? STDIN_FILENO : -1};
    source->name = strdup(path);
    source->buffer = malloc(BUFFER_BYTES);
    if (!source->name || !source->buffer) {
        st = tcs_fail_nomem(err);
        goto out;
    }
    source->data = source->buffer;
    if (!is_stdin) {
        do { /* a pipe that nobody writes yet is waited for where that can be cancelled: wait_for_bytes */
            source->fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
        } while (source->fd < 0 && errno == EINTR);
        if (source->fd < 0) {
            st = fail_io(source, "cannot open the input", err);
            goto out;
        }
        source->owns_fd = true;
    }
    st = inspect(source, err);
out:
    if (st != TOCSIN_OK)
        tcs_source_release(source);
    return st;
}

tocsin_status tcs_source_open_memory(struct tcs_source *source, struct tcs_str bytes,
                                     const char *name, struct tocsin_error *err)
{
    static const unsigned char nothing[1] = {0};

    *source = (struct tcs_source){.fd = -1};
    source->name = strdup(name ? name : "");
    if (!source->name)
        return tcs_fail_nomem(err);
    source->data = bytes.len ? (const unsigned char *)bytes.data : nothing;
    source->len = bytes.len;
    source->size = bytes.len;
    source->is_at_end = true;
    return TOCSIN_OK;
}

tocsin_status tcs_source_open_at(struct tcs_source *source, int fd, const char *name, uint64_t offset, uint64_t size,
                                 struct tocsin_error *err)
{
    *source = (struct tcs_source){.fd = fd, .is_positioned = true, .base = offset, .mark = offset, .size = size};
    source->name = strdup(name);
    source->buffer = malloc(BUFFER_BYTES);
    source->data = source->buffer;
    if (source->name && source->buffer)
        return TOCSIN_OK;
    tcs_source_release(source);
    return tcs_fail_nomem(err);
}

void tcs_source_release(struct tcs_source *source)
{
    /* Only read from, so that close has nothing to tell us. */
    if (source->owns_fd)
        (void)close(source->fd);
    free(source->buffer);
    free(source->name);
    *source = (struct tcs_source){.fd = -1, .is_at_end = true};
}

/* Waits until a read would not, or until the wait is cancelled: false. */
static bool wait_for_bytes(const struct tcs_source *source)
{
    if (!source->cancel && !source->stop && !source->is_pipe)
        return true;
    return !tcs_ready_is_set(source->cancel) && !tcs_ready_is_set(source->stop) &&
           tcs_ready_wait(source->fd, POLLIN, source->cancel, source->stop);
}

/* One read(2) into out. A failure is remembered: a second read of a bad disk might seem to work. */
static tocsin_status read_some(struct tcs_source *source, unsigned char *out, size_t cap,
                               size_t *len_out, struct tocsin_error *err)
{
    ssize_t got;

    *len_out = 0;
    if (!wait_for_bytes(source))
        return tcs_fail(err, TOCSIN_E_CANCELLED, source->name, source->base + source->len,
                        "stopped by a signal");
    if (!source->failed_errno) {
        do {
            got = source->is_positioned ? pread(source->fd, out, cap, (off_t)(source->base + source->len))
                                        : read(source->fd, out, cap);
        } while (got < 0 && errno == EINTR);
        if (got >= 0) {
            *len_out = (size_t)got;
            source->is_at_end = got == 0;
            return TOCSIN_OK;
        }
        source->failed_errno = errno;
    }
    errno = source->failed_errno;
    return fail_io(source, "reading failed", err);
}

/* Makes room for a read behind len. */
static void slide(struct tcs_source *source)
{
    uint64_t offset = tcs_source_offset(source);
    size_t keep = source->pos;
    size_t first;

    if (BUFFER_BYTES - source->len >= READ_BYTES)
        return;
    if (keep > TCS_SOURCE_HISTORY)
        keep = TCS_SOURCE_HISTORY;
    if (source->mark <= offset && keep > offset - source->mark)
        keep = (size_t)(offset - source->mark);
    first = source->pos - keep;
    memmove(source->buffer, source->buffer + first, source->len - first);
    source->base += first;
    source->pos = keep;
    source->len -= first;
}

tocsin_status tcs_source_fill(struct tcs_source *source, size_t need, struct tocsin_error *err)
{
    tocsin_status st;
    size_t got;

    assert(need <= TCS_SOURCE_WINDOW);
    while (tcs_source_available(source) < need && !source->is_at_end) {
        slide(source);
        st = read_some(source, source->buffer + source->len, BUFFER_BYTES - source->len, &got, err);
        if (st != TOCSIN_OK)
            return st;
        source->len += got;
    }
    return TOCSIN_OK;
}

tocsin_status tcs_source_skip(struct tcs_source *source, uint64_t n, uint64_t *skipped_out,
                              struct tocsin_error *err)
{
    tocsin_status st;
    size_t step;

    *skipped_out = 0;
    while (*skipped_out < n) {
        st = tcs_source_fill(source, 1, err);
        if (st != TOCSIN_OK)
            return st;
        step = tcs_source_available(source);
        if (!step)
            break;
        if (step > n - *skipped_out)
            step = (size_t)(n - *skipped_out);
        source->pos += step;
        *skipped_out += step;
    }
    return TOCSIN_OK;
}

tocsin_status tcs_source_read(struct tcs_source *source, char *out, size_t cap, size_t *len_out,
                              struct tocsin_error *err)
{
    size_t have = tcs_source_available(source);
    tocsin_status st;

    if (have) {
        *len_out = have < cap ? have : cap;
        memcpy(out, source->data + source->pos, *len_out);
        source->pos += *len_out;
        return TOCSIN_OK;
    }
    *len_out = 0;
    if (source->is_at_end)
        return TOCSIN_OK;
    st = read_some(source, (unsigned char *)out, cap, len_out, err);
    /* The window is empty and only stands for a place in the file. */
    source->base += source->len + *len_out;
    source->pos = source->len = 0;
    return st;
}

bool tcs_source_seek(struct tcs_source *source, uint64_t offset)
{
    if (!source->buffer) {
        if (offset > source->len)
            return false;
        source->pos = (size_t)offset;
    } else {
        if (!source->owns_fd || offset > source->size || lseek(source->fd, (off_t)offset, SEEK_SET) == (off_t)-1)
            return false;
        source->base = offset;
        source->pos = source->len = 0;
        source->is_at_end = false;
    }
    source->mark = offset;
    return true;
}

void tcs_source_rewind(struct tcs_source *source, uint64_t offset)
{
    assert(offset >= source->base && offset <= source->base + source->len);
    source->pos = (size_t)(offset - source->base);
}
