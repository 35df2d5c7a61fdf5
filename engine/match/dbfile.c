/* Every length that a file gives is compared with the bytes that are there before it is used. */
#include "match/dbfile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

struct header {
    char magic[8];
    uint32_t format, section_count;
    char engine[64], fold[32];
    uint64_t body_bytes, checksum;
};

struct entry {
    uint32_t id, zero;
    uint64_t offset, length;
};

static const char magic[8] = "TOCSINDB";

static tocsin_status read_all(int fd, const char *path, struct tcs_buf *out, uint64_t size, struct tocsin_error *err)
{
    if (tcs_buf_reserve(out, (size_t)size + 1) != TOCSIN_OK)
        return tcs_fail_nomem(err);
    while (out->len < size) {
        ssize_t got = read(fd, out->data + out->len, (size_t)size - out->len);

        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return tcs_fail(err, TOCSIN_E_IO, path, out->len, "cannot read: %s", strerror(errno));
        if (!got)
            break;
        out->len += (size_t)got;
    }
    return TOCSIN_OK;
}

static tocsin_status check_header(const char *path, const struct tcs_buf *bytes, struct header *header,
                                  struct tocsin_error *err)
{
    if (bytes->len < sizeof *header || memcmp(bytes->data, magic, sizeof magic) != 0)
        return tcs_fail(err, TOCSIN_E_CORRUPT, path, 0,
                        "this is no Tocsin database; make one with `tocsin compile patterns -o FILE`");
    memcpy(header, bytes->data, sizeof *header);
    if (header->format != TCS_DBFILE_FORMAT)
        return tcs_fail(err, TOCSIN_E_DB_VERSION, path, 8, "database format %u, this program reads %u; compile it again",
                        header->format, TCS_DBFILE_FORMAT);
    if (header->body_bytes != bytes->len - sizeof *header)
        return tcs_fail(err, TOCSIN_E_CORRUPT, path, bytes->len, "the database is cut short or too long; compile it again");
    if (XXH3_64bits(bytes->data + sizeof *header, bytes->len - sizeof *header) != header->checksum)
        return tcs_fail(err, TOCSIN_E_CORRUPT, path, sizeof *header,
                        "the database's checksum is wrong: the file is damaged; compile it again");
    return TOCSIN_OK;
}

static tocsin_status read_sections(struct tcs_dbfile *file, const char *path, const struct header *header,
                                   struct tocsin_error *err)
{
    const char *body = file->file.data + sizeof *header;
    size_t i;

    if (header->section_count > header->body_bytes / sizeof(struct entry))
        return tcs_fail(err, TOCSIN_E_CORRUPT, path, 12, "the table of sections is longer than the file");
    if (TCS_GROW(file->sections, file->section_cap, header->section_count) != TOCSIN_OK)
        return tcs_fail_nomem(err);
    for (i = 0; i < header->section_count; i++) {
        struct entry entry;

        memcpy(&entry, body + i * sizeof entry, sizeof entry);
        if (entry.offset > header->body_bytes || entry.length > header->body_bytes - entry.offset)
            return tcs_fail(err, TOCSIN_E_CORRUPT, path, sizeof *header + i * sizeof entry,
                            "section %u points outside the file", entry.id);
        file->sections[file->section_count++] =
            (struct tcs_dbfile_section){entry.id, {body + entry.offset, (size_t)entry.length}};
    }
    return TOCSIN_OK;
}

tocsin_status tcs_dbfile_load(const char *path, struct tcs_dbfile *file_out, struct tocsin_error *err)
{
    struct tcs_dbfile file = {0};
    struct header header;
    struct stat info;
    tocsin_status st = TOCSIN_OK;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK); /* a pipe is refused below, not waited for */

    if (fd < 0)
        return tcs_fail(err, TOCSIN_E_IO, path, 0, "cannot open: %s", strerror(errno));
    if (fstat(fd, &info) != 0)
        st = tcs_fail(err, TOCSIN_E_IO, path, 0, "cannot stat: %s", strerror(errno));
    else if (!S_ISREG(info.st_mode) || (uint64_t)info.st_size > TCS_DBFILE_BYTES_MAX)
        st = tcs_fail(err, TOCSIN_E_CORRUPT, path, 0, "a database is a regular file of at most 4 GiB");
    if (st == TOCSIN_OK)
        st = read_all(fd, path, &file.file, (uint64_t)info.st_size, err);
    if (st == TOCSIN_OK)
        st = check_header(path, &file.file, &header, err);
    if (st == TOCSIN_OK)
        st = read_sections(&file, path, &header, err);
    (void)close(fd);
    if (st != TOCSIN_OK) {
        tcs_dbfile_release(&file);
        return st;
    }
    memcpy(file.engine, header.engine, sizeof file.engine - 1);
    memcpy(file.fold, header.fold, sizeof file.fold - 1);
    file.is_trusted = (info.st_uid == geteuid() || info.st_uid == 0) && !(info.st_mode & (S_IWGRP | S_IWOTH));
    *file_out = file;
    return TOCSIN_OK;
}

void tcs_dbfile_release(struct tcs_dbfile *file)
{
    tcs_buf_release(&file->file);
    free(file->sections);
    *file = (struct tcs_dbfile){0};
}

struct tcs_str tcs_dbfile_section(const struct tcs_dbfile *file, uint32_t id)
{
    size_t i;

    for (i = 0; i < file->section_count; i++)
        if (file->sections[i].id == id)
            return file->sections[i].bytes;
    return (struct tcs_str){NULL, 0};
}

/* ---- writing ---- */

static tocsin_status compose(struct tcs_buf *out, const char *engine, const char *fold,
                             const struct tcs_dbfile_section *sections, size_t count)
{
    struct header header = {.format = TCS_DBFILE_FORMAT, .section_count = (uint32_t)count};
    uint64_t offset = count * sizeof(struct entry);
    tocsin_status st;
    size_t i;

    memcpy(header.magic, magic, sizeof magic);
    (void)snprintf(header.engine, sizeof header.engine, "%s", engine);
    (void)snprintf(header.fold, sizeof header.fold, "%s", fold);
    st = tcs_buf_append(out, (const char *)&header, sizeof header);
    for (i = 0; i < count && st == TOCSIN_OK; i++) {
        struct entry entry = {.id = sections[i].id, .offset = offset, .length = sections[i].bytes.len};

        st = tcs_buf_append(out, (const char *)&entry, sizeof entry);
        offset += entry.length;
    }
    for (i = 0; i < count && st == TOCSIN_OK; i++)
        st = tcs_buf_append_str(out, sections[i].bytes);
    if (st != TOCSIN_OK)
        return st;
    header.body_bytes = out->len - sizeof header;
    header.checksum = XXH3_64bits(out->data + sizeof header, out->len - sizeof header);
    memcpy(out->data, &header, sizeof header);
    return TOCSIN_OK;
}

static bool write_all(int fd, const char *data, size_t len)
{
    while (len) {
        ssize_t put = write(fd, data, len);

        if (put < 0 && errno == EINTR)
            continue;
        if (put <= 0)
            return false;
        data += put;
        len -= (size_t)put;
    }
    return true;
}

tocsin_status tcs_dbfile_save(const char *path, const char *engine, const char *fold,
                              const struct tcs_dbfile_section *sections, size_t count, struct tocsin_error *err)
{
    struct tcs_buf bytes = {0}, name = {0};
    tocsin_status st;
    struct stat info;
    int fd = -1;

    if (stat(path, &info) == 0 && !S_ISREG(info.st_mode)) /* a rename would put a file in the place of a device */
        return tcs_fail(err, TOCSIN_E_ARG, path, 0, "a database is a regular file; name another path");
    st = compose(&bytes, engine, fold, sections, count);
    if (st == TOCSIN_OK)
        st = tcs_buf_printf(&name, "%s.XXXXXX", path);
    if (st != TOCSIN_OK) {
        st = tcs_fail_nomem(err);
        goto out;
    }
    name.data[name.len] = '\0';
    fd = mkstemp(name.data);
    if (fd < 0) {
        st = tcs_fail(err, TOCSIN_E_IO, path, 0, "cannot write in this folder: %s", strerror(errno));
        goto out;
    }
    if (!write_all(fd, bytes.data, bytes.len) || fchmod(fd, 0644) != 0 || fsync(fd) != 0 ||
        rename(name.data, path) != 0) {
        st = tcs_fail(err, TOCSIN_E_IO, path, 0, "cannot write the database: %s", strerror(errno));
        (void)unlink(name.data);
    }
out:
    if (fd >= 0 && close(fd) != 0 && st == TOCSIN_OK)
        st = tcs_fail(err, TOCSIN_E_IO, path, 0, "cannot finish the database: %s", strerror(errno));
    tcs_buf_release(&bytes);
    tcs_buf_release(&name);
    return st;
}
