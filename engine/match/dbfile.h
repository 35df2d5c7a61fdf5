/*
 * dbfile: the container of a database file: a header (magic, format version, the engine's and the fold's version, a
 * checksum) and numbered sections of bytes. Knows nothing of what the sections mean. The checksum finds damage, not
 * malice; whether a file may be trusted with an engine's serialised part is read from its owner and mode. Written
 * under a temporary name, synced and renamed; mode 0644 whatever the umask.
 *
 *   magic "TOCSINDB" | format u32 | sections u32 | engine char[64] | fold char[32] | body length u64 | XXH3-64 of body u64
 *   body: sections x { id u32, 0 u32, offset in body u64, length u64 }, then their bytes. Little endian.
 */
#ifndef TOCSIN_DBFILE_H
#define TOCSIN_DBFILE_H

#include "base/buf.h"
#include "base/error.h"

#define TCS_DBFILE_FORMAT 2u
#define TCS_DBFILE_BYTES_MAX ((uint64_t)4 << 30)

struct tcs_dbfile_section {
    uint32_t id;
    struct tcs_str bytes;
};

struct tcs_dbfile {
    struct tcs_buf file; /* owns what the sections point into */
    struct tcs_dbfile_section *sections;
    size_t section_count, section_cap;
    char engine[64], fold[32]; /* NUL-terminated */
    bool is_trusted; /* the user's or root's, and writable by no other */
};

/* TOCSIN_E_IO, _CORRUPT (not a database, damaged; offset says where), _DB_VERSION (another format). */
TOCSIN_MUST_CHECK tocsin_status tcs_dbfile_load(const char *path, struct tcs_dbfile *file_out, struct tocsin_error *err);
void tcs_dbfile_release(struct tcs_dbfile *file);
/* Empty where the section is missing. */
struct tcs_str tcs_dbfile_section(const struct tcs_dbfile *file, uint32_t id);
TOCSIN_MUST_CHECK tocsin_status tcs_dbfile_save(const char *path, const char *engine, const char *fold,
                                                const struct tcs_dbfile_section *sections, size_t count,
                                                struct tocsin_error *err);

#endif
