/* Every length that a file gives is compared with the bytes that are there before it is used. */
#include "match/dbfile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

struct header {
    char magic[8];
    uint32_t format, section_count;
    char engine[64], fold[32];
    uint64_t body_bytes, checksum; /* of the table */
};

struct entry {
    uint32_t id, zero;
    uint64_t offset, length, checksum;
};

static const char magic[8] = "TOCSINDB";

/*
 * Has the kernel make pages all at once, at half the cost of making each when it is first written to. Nothing depends on
 * it.
 */
static void make_pages(char *data, size_t len)
{
#ifdef MADV_POPULATE_WRITE
    uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE), skipped = -(uintptr_t)data & (page - 1);

    if (len > skipped + page)
        (void)madvise(data + skipped, (len - skipped) & ~(page - 1), MADV_POPULATE_WRITE);
#else
    (void)data;
    (void)len;
#endif
}

/* Less than asked for only where the file has become shorter. */
static tocsin_status read_at(const struct tcs_dbfile *file, uint64_t from, size_t len, struct tcs_buf *out,
                             struct tocsin_error *err)
{
    size_t end = out->len + len;

    if (tcs_buf_reserve_large(out, len) != TOCSIN_OK)
        return tcs_fail_nomem(err);
    make_pages(out->data + out->len, len);
    while (out->len < end) {
        ssize_t got = pread(file->fd, out->data + out->len, end - out->len, (off_t)from);

        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return tcs_fail(err, TOCSIN_E_IO, file->path, from, "cannot read: %s", strerror(errno));
        if (!got)
            break;
        out->len += (size_t)got;
        from += (uint64_t)got;
    }
    return TOCSIN_OK;
}

static tocsin_status fail_checksum(const struct tcs_dbfile *file, uint64_t offset, struct tocsin_error *err)
{
    return tcs_fail(err, TOCSIN_E_CORRUPT, file->path, offset,
                    "the database's checksum is wrong: the file is damaged; compile it again");
}

static tocsin_status check_header(const struct tcs_dbfile *file, struct tcs_str bytes, uint64_t size, struct header *header,
                                  struct tocsin_error *err)
{
    if (bytes.len < sizeof *header || memcmp(bytes.data, magic, sizeof magic) != 0)
        return tcs_fail(err, TOCSIN_E_CORRUPT, file->path, 0,
                        "this is no Tocsin database; make one with `tocsin compile patterns -o FILE`");
    memcpy(header, bytes.data, sizeof *header);
    if (header->format != TCS_DBFILE_FORMAT)
        return tcs_fail(err, TOCSIN_E_DB_VERSION, file->path, 8,
                        "database format %u, this program reads %u; compile it again",
                        header->format, TCS_DBFILE_FORMAT);
    if (header->body_bytes != size - sizeof *header)
        return tcs_fail(err, TOCSIN_E_CORRUPT, file->path, size,
                        "the database is cut short or too long; compile it again");
    if (header->section_count > header->body_bytes / sizeof(struct entry))
        return tcs_fail(err, TOCSIN_E_CORRUPT, file->path, 12, "the table of sections is longer than the file");
    return TOCSIN_OK;
}

static tocsin_status read_table(struct tcs_dbfile *file, const struct header *header, const char *table,
                                struct tocsin_error *err)
{
    size_t i;

    if (TCS_GROW(file->sections, file->section_cap, header->section_count) != TOCSIN_OK)
        return tcs_fail_nomem(err);
    for (i = 0; i < header->section_count; i++) {
        struct entry entry;

        memcpy(&entry, table + i * sizeof entry, sizeof entry);
        if (entry.offset > header->body_bytes || entry.length > header->body_bytes - entry.offset)
            return tcs_fail(err, TOCSIN_E_CORRUPT, file->path, sizeof *header + i * sizeof entry,
                            "section %u points outside the file", entry.id);
        file->sections[file->section_count++] =
            (struct tcs_dbfile_place){entry.id, sizeof *header + entry.offset, entry.length, entry.checksum};
    }
    return TOCSIN_OK;
}

static tocsin_status read_head(struct tcs_dbfile *file, uint64_t size, struct tocsin_error *err)
{
    struct header header = {.section_count = 0};
    struct tcs_buf bytes = {0};
    tocsin_status st = read_at(file, 0, sizeof header, &bytes, err);

    if (st == TOCSIN_OK)
        st = check_header(file, tcs_buf_view(&bytes), size, &header, err);
    tcs_buf_reset(&bytes);
    if (st == TOCSIN_OK)
        st = read_at(file, sizeof header, header.section_count * sizeof(struct entry), &bytes, err);
    if (st == TOCSIN_OK && (bytes.len != header.section_count * sizeof(struct entry) ||
                            XXH3_64bits(bytes.data, bytes.len) != header.checksum))
        st = fail_checksum(file, sizeof header, err);
    if (st == TOCSIN_OK)
        st = read_table(file, &header, bytes.data, err);
    memcpy(file->engine, header.engine, sizeof file->engine - 1);
    memcpy(file->fold, header.fold, sizeof file->fold - 1);
    tcs_buf_release(&bytes);
    return st;
}

static tocsin_status load(struct tcs_dbfile *file, const char *path, struct tocsin_error *err)
{
    struct stat info;

    file->path = tcs_str_dup((struct tcs_str){path, strlen(path)});
    if (!file->path)
        return tcs_fail_nomem(err);
    file->fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK); /* a pipe is refused below, not waited for */
    if (file->fd < 0)
        return tcs_fail(err, TOCSIN_E_IO, path, 0, "cannot open: %s", strerror(errno));
    if (fstat(file->fd, &info) != 0)
        return tcs_fail(err, TOCSIN_E_IO, path, 0, "cannot stat: %s", strerror(errno));
    if (!S_ISREG(info.st_mode) || (uint64_t)info.st_size > TCS_DBFILE_BYTES_MAX)
        return tcs_fail(err, TOCSIN_E_CORRUPT, path, 0, "a database is a regular file of at most 4 GiB");
    file->bytes = (uint64_t)info.st_size;
    file->is_trusted = (info.st_uid == geteuid() || info.st_uid == 0) && !(info.st_mode & (S_IWGRP | S_IWOTH));
    return read_head(file, file->bytes, err);
}

tocsin_status tcs_dbfile_load(const char *path, struct tcs_dbfile *file_out, struct tocsin_error *err)
{
    struct tcs_dbfile file = TCS_DBFILE_NONE;
    tocsin_status st = load(&file, path, err);

    if (st != TOCSIN_OK) {
        tcs_dbfile_release(&file);
        return st;
    }
    *file_out = file;
    return TOCSIN_OK;
}

void tcs_dbfile_release(struct tcs_dbfile *file)
{
    if (file->fd >= 0)
        (void)close(file->fd);
    free(file->path);
    free(file->sections);
    *file = TCS_DBFILE_NONE;
}

static const struct tcs_dbfile_place *find_section(const struct tcs_dbfile *file, uint32_t id)
{
    size_t i;

    for (i = 0; i < file->section_count; i++)
        if (file->sections[i].id == id)
            return &file->sections[i];
    return NULL;
}

bool tcs_dbfile_has(const struct tcs_dbfile *file, uint32_t id)
{
    const struct tcs_dbfile_place *place = find_section(file, id);

    return place && place->length;
}

tocsin_status tcs_dbfile_read(const struct tcs_dbfile *file, uint32_t id, struct tcs_buf *out, struct tocsin_error *err)
{
    const struct tcs_dbfile_place *place = find_section(file, id);
    size_t from = out->len;
    tocsin_status st;

    if (!place || !place->length)
        return TOCSIN_OK;
    st = read_at(file, place->offset, (size_t)place->length, out, err);
    if (st == TOCSIN_OK && (out->len - from != place->length ||
                            XXH3_64bits(out->data + from, (size_t)place->length) != place->checksum))
        st = fail_checksum(file, place->offset, err);
    return st;
}

tocsin_status tcs_dbfile_check(const struct tcs_dbfile *file, struct tocsin_error *err)
{
    struct tcs_buf bytes = {0};
    tocsin_status st = TOCSIN_OK;
    size_t i;

    for (i = 0; i < file->section_count && st == TOCSIN_OK; i++) {
        tcs_buf_reset(&bytes);
        st = tcs_dbfile_read(file, file->sections[i].id, &bytes, err);
    }
    tcs_buf_release(&bytes);
    return st;
}

/* ---- writing ---- */

/* The first section that is given with the same bytes, at the same address; i itself where none is before it. */
static size_t first_with_bytes(const struct tcs_dbfile_section *sections, size_t i)
{
    size_t j;

    for (j = 0; j < i; j++)
        if (sections[j].bytes.data == sections[i].bytes.data && sections[j].bytes.len == sections[i].bytes.len)
            return j;
    return i;
}

static tocsin_status append_table(struct tcs_buf *out, const struct tcs_dbfile_section *sections, size_t count)
{
    uint64_t offset = count * sizeof(struct entry);
    size_t table = out->len, i;

    if (tcs_buf_reserve(out, (size_t)offset) != TOCSIN_OK)
        return TOCSIN_E_NOMEM;
    for (i = 0; i < count; i++) {
        struct tcs_str bytes = sections[i].bytes;
        size_t first = first_with_bytes(sections, i);
        struct entry entry;

        if (first == i) {
            entry = (struct entry){.offset = offset, .length = bytes.len};
            entry.checksum = bytes.len ? XXH3_64bits(bytes.data, bytes.len) : 0;
            offset += entry.length;
        } else {
            memcpy(&entry, out->data + table + first * sizeof entry, sizeof entry);
        }
        entry.id = sections[i].id;
        memcpy(out->data + table + i * sizeof entry, &entry, sizeof entry);
        out->len += sizeof entry;
    }
    return TOCSIN_OK;
}

static tocsin_status compose(struct tcs_buf *out, const char *engine, const char *fold,
                             const struct tcs_dbfile_section *sections, size_t count)
{
    struct header header = {.format = TCS_DBFILE_FORMAT, .section_count = (uint32_t)count};
    tocsin_status st;
    size_t i;

    memcpy(header.magic, magic, sizeof magic);
    (void)snprintf(header.engine, sizeof header.engine, "%s", engine);
    (void)snprintf(header.fold, sizeof header.fold, "%s", fold);
    st = tcs_buf_append(out, (const char *)&header, sizeof header);
    if (st == TOCSIN_OK)
        st = append_table(out, sections, count);
    for (i = 0; i < count && st == TOCSIN_OK; i++)
        if (first_with_bytes(sections, i) == i)
            st = tcs_buf_append_str(out, sections[i].bytes);
    if (st != TOCSIN_OK)
        return st;
    header.body_bytes = out->len - sizeof header;
    header.checksum = XXH3_64bits(out->data + sizeof header, count * sizeof(struct entry));
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
