/*
 * dbfile: the container of a database file: a header (magic, format version, the engine's and the fold's version, a
 * checksum), a table, and numbered sections of bytes, each with a checksum of its own. Loading reads the header and the
 * table; a section is read, and its checksum proved, when it is asked for, so that a run pays for what it uses. Knows
 * nothing of what the sections mean. A checksum finds damage, not malice; whether a file may be trusted with an engine's
 * serialised part is read from its owner and mode. Written under a temporary name, synced and renamed; mode 0644 whatever
 * the umask. A loaded file stays open, and is the same one whatever is renamed over its name.
 *
 *   magic "TOCSINDB" | format u32 | sections u32 | engine char[64] | fold char[32] | body length u64 | checksum u64
 *   body: sections x { id u32, 0 u32, offset in body u64, length u64, XXH3-64 of its bytes u64 }, then their bytes. Little
 *   endian. The header's checksum is XXH3-64 of the table.
 */
#ifndef TOCSIN_DBFILE_H
#define TOCSIN_DBFILE_H

#include "base/buf.h"
#include "base/error.h"

#define TCS_DBFILE_FORMAT 3u
#define TCS_DBFILE_BYTES_MAX ((uint64_t)4 << 30)

struct tcs_dbfile_section {
    uint32_t id;
    struct tcs_str bytes;
};

/* Where a section stands in the file. */
struct tcs_dbfile_place {
    uint32_t id;
    uint64_t offset, length, checksum;
};

struct tcs_dbfile {
    int fd; /* -1 where there is none */
    char *path;
    uint64_t bytes;
    struct tcs_dbfile_place *sections;
    size_t section_count, section_cap;
    char engine[64], fold[32]; /* NUL-terminated */
    bool is_trusted; /* the user's or root's, and writable by no other */
};
#define TCS_DBFILE_NONE ((struct tcs_dbfile){.fd = -1})

/* TOCSIN_E_IO, _CORRUPT (not a database, damaged; offset says where), _DB_VERSION (another format). */
TOCSIN_MUST_CHECK tocsin_status tcs_dbfile_load(const char *path, struct tcs_dbfile *file_out, struct tocsin_error *err);
void tcs_dbfile_release(struct tcs_dbfile *file);
/* Is there such a section, and is it not empty? */
bool tcs_dbfile_has(const struct tcs_dbfile *file, uint32_t id);
/* Appends the section to out, nothing where it is missing. TOCSIN_E_IO, _CORRUPT. May be called by several threads. */
TOCSIN_MUST_CHECK tocsin_status tcs_dbfile_read(const struct tcs_dbfile *file, uint32_t id, struct tcs_buf *out,
                                                struct tocsin_error *err);
/* Reads all sections: is one damaged? */
TOCSIN_MUST_CHECK tocsin_status tcs_dbfile_check(const struct tcs_dbfile *file, struct tocsin_error *err);
/* Sections that are given with the same bytes, at one address, share one place in the file. */
TOCSIN_MUST_CHECK tocsin_status tcs_dbfile_save(const char *path, const char *engine, const char *fold,
                                                const struct tcs_dbfile_section *sections, size_t count,
                                                struct tocsin_error *err);

#endif
