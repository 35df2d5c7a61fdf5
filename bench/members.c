/*
 * A file is mapped whole, so that reading it costs a page fault ahead of time and no copy. ISA-L, zlib and libzstd
 * decode into one buffer of OUT_BYTES, which stays in a core's cache; libdeflate wants room for a whole member, gets it
 * from ISIZE where one member fills the file, else by doubling, and keeps it.
 */
#include "members.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>
#ifdef TCS_HAVE_ISAL
#include <isa-l.h>
#endif
#ifdef TCS_HAVE_LIBDEFLATE
#include <libdeflate.h>
#endif

#define OUT_BYTES ((size_t)256 << 10)
#define STEP_MAX ((size_t)1 << 30) /* libraries count in 32 bits */
#define HEADER_BYTES 10
#define TRAILER_BYTES 8

struct bench_reader {
    const struct bench_library *library;
    void *state;
    unsigned char *out;
    size_t out_cap;
    const char *path; /* of the file that is read, for messages */
};

struct stream {
    const unsigned char *in, *end;
    bench_sink *sink;
    void *context;
    uint64_t decoded;
    uint32_t crc;
};

struct bench_library {
    const char *name;
    const char *(*version)(void);
    void *(*make)(void);
    void (*free)(void *state);
    /* Decodes one raw deflate stream; leaves stream->in behind it. */
    void (*member)(struct bench_reader *reader, struct stream *stream);
    /* Decodes a whole file of the library's own format, in place of member; adds to totals->members. */
    void (*file)(struct bench_reader *reader, struct stream *stream, struct bench_totals *totals);
};

_Noreturn void bench_die(const char *format, ...)
{
    va_list args;

    fputs("bench: ", stderr);
    va_start(args, format);
    vfprintf(stderr, format, args);
    va_end(args);
    fputc('\n', stderr);
    exit(2);
}

static void deliver(struct bench_reader *reader, struct stream *stream, size_t len)
{
    stream->decoded += len;
    if (stream->sink && len > 0)
        stream->sink(stream->context, reader->out, len);
}

static size_t step_of(const struct stream *stream)
{
    size_t left = (size_t)(stream->end - stream->in);

    return left < STEP_MAX ? left : STEP_MAX;
}

/* ---- ISA-L ---- */
#ifdef TCS_HAVE_ISAL
static const char *isal_version(void)
{
    static char text[32];

    snprintf(text, sizeof text, "%d.%d.%d", ISAL_MAJOR_VERSION, ISAL_MINOR_VERSION, ISAL_PATCH_VERSION);
    return text;
}

static void *isal_make(void)
{
    struct inflate_state *z = calloc(1, sizeof *z);

    if (z)
        isal_inflate_init(z);
    return z;
}

static void isal_member(struct bench_reader *reader, struct stream *stream)
{
    struct inflate_state *z = reader->state;

    isal_inflate_reset(z);
    z->crc_flag = ISAL_DEFLATE;
    z->next_in = (uint8_t *)(uintptr_t)stream->in;
    z->avail_in = 0;
    do {
        size_t len;

        if (z->avail_in == 0)
            z->avail_in = (uint32_t)step_of(stream);
        z->next_out = reader->out;
        z->avail_out = (uint32_t)reader->out_cap;
        if (isal_inflate(z) < 0)
            bench_die("%s: ISA-L finds damage", reader->path);
        len = reader->out_cap - z->avail_out;
        if (len == 0 && z->avail_in == 0 && z->next_in == stream->end && z->block_state != ISAL_BLOCK_FINISH)
            bench_die("%s: the last member is cut off", reader->path);
        stream->in = z->next_in;
        stream->crc = crc32_gzip_refl(stream->crc, reader->out, len);
        deliver(reader, stream, len);
    } while (z->block_state != ISAL_BLOCK_FINISH);
    stream->in -= z->read_in_length / 8; /* it reads ahead */
}

static const struct bench_library from_isal = {"isal", isal_version, isal_make, free, isal_member, NULL};
#endif

/* ---- libdeflate ---- */
#ifdef TCS_HAVE_LIBDEFLATE
static const char *deflate_version(void)
{
    return LIBDEFLATE_VERSION_STRING;
}

static void *deflate_make(void)
{
    return libdeflate_alloc_decompressor();
}

static void deflate_free(void *state)
{
    libdeflate_free_decompressor(state);
}

static void grow_out(struct bench_reader *reader, size_t cap)
{
    free(reader->out); /* nothing in it is kept */
    reader->out = malloc(cap);
    reader->out_cap = cap;
    if (!reader->out)
        bench_die("%s: no memory for a member of %zu bytes", reader->path, cap);
}

/* What the four bytes at the file's end say: right if one member of under 4 GiB fills the file, a fair start if not. */
static void guess_out(struct bench_reader *reader, const struct stream *stream)
{
    const unsigned char *isize = stream->end - 4;
    size_t guess = (size_t)isize[0] | (size_t)isize[1] << 8 | (size_t)isize[2] << 16 | (size_t)isize[3] << 24;

    if (guess > reader->out_cap)
        grow_out(reader, guess);
}

static void deflate_member(struct bench_reader *reader, struct stream *stream)
{
    for (;;) {
        size_t consumed, len;
        size_t left = (size_t)(stream->end - stream->in);
        enum libdeflate_result result = libdeflate_deflate_decompress_ex(reader->state, stream->in, left, reader->out,
                                                                         reader->out_cap, &consumed, &len);

        if (result == LIBDEFLATE_SUCCESS) {
            stream->in += consumed;
            stream->crc = libdeflate_crc32(stream->crc, reader->out, len);
            deliver(reader, stream, len);
            return;
        }
        if (result != LIBDEFLATE_INSUFFICIENT_SPACE)
            bench_die("%s: libdeflate finds damage", reader->path);
        grow_out(reader, reader->out_cap * 2);
    }
}

static const struct bench_library from_deflate = {"libdeflate",   deflate_version, deflate_make,
                                                  deflate_free, deflate_member,  NULL};
#endif

/* ---- zlib ---- */
static void *zlib_make(void)
{
    z_stream *z = calloc(1, sizeof *z);

    if (z && inflateInit2(z, -MAX_WBITS) != Z_OK)
        bench_die("inflateInit2 failed");
    return z;
}

static void zlib_free(void *state)
{
    inflateEnd(state);
    free(state);
}

static void zlib_member(struct bench_reader *reader, struct stream *stream)
{
    z_stream *z = reader->state;
    int result;

    inflateReset(z);
    z->next_in = (Bytef *)(uintptr_t)stream->in;
    z->avail_in = 0;
    do {
        size_t len;

        if (z->avail_in == 0)
            z->avail_in = (uInt)step_of(stream);
        z->next_out = reader->out;
        z->avail_out = (uInt)reader->out_cap;
        result = inflate(z, Z_NO_FLUSH);
        if (result != Z_OK && result != Z_STREAM_END)
            bench_die("%s: zlib: %s", reader->path, z->msg ? z->msg : "the last member is cut off");
        len = reader->out_cap - z->avail_out;
        stream->in = z->next_in;
        stream->crc = (uint32_t)crc32_z(stream->crc, reader->out, len);
        deliver(reader, stream, len);
    } while (result != Z_STREAM_END);
}

static const struct bench_library from_zlib = {"zlib", zlibVersion, zlib_make, zlib_free, zlib_member, NULL};

/* ---- libzstd ---- */
static void *zstd_make(void)
{
    ZSTD_DCtx *z = ZSTD_createDCtx();

    if (z)
        ZSTD_DCtx_setParameter(z, ZSTD_d_windowLogMax, 31);
    return z;
}

static void zstd_free(void *state)
{
    ZSTD_freeDCtx(state);
}

/* Frames after each other; libzstd checks the checksum of those that have one. */
static void zstd_file(struct bench_reader *reader, struct stream *stream, struct bench_totals *totals)
{
    ZSTD_inBuffer in = {stream->in, (size_t)(stream->end - stream->in), 0};
    size_t hint = 0;

    while (in.pos < in.size || hint > 0) {
        ZSTD_outBuffer out = {reader->out, reader->out_cap, 0};
        size_t before = in.pos;

        hint = ZSTD_decompressStream(reader->state, &out, &in);
        if (ZSTD_isError(hint))
            bench_die("%s: libzstd: %s", reader->path, ZSTD_getErrorName(hint));
        if (hint > 0 && in.pos == before && out.pos == 0 && in.pos == in.size)
            bench_die("%s: the last frame is cut off", reader->path);
        deliver(reader, stream, out.pos);
        totals->members += hint == 0;
    }
}

static const struct bench_library from_zstd = {"zstd", ZSTD_versionString, zstd_make, zstd_free, NULL, zstd_file};

/* ---- all of them ---- */
static const struct bench_library *const libraries[] = {
#ifdef TCS_HAVE_ISAL
    &from_isal,
#endif
#ifdef TCS_HAVE_LIBDEFLATE
    &from_deflate,
#endif
    &from_zlib,
    &from_zstd,
    NULL,
};

const struct bench_library *bench_library_find(const char *name)
{
    size_t i;

    for (i = 0; libraries[i]; i++)
        if (strcmp(libraries[i]->name, name) == 0)
            return libraries[i];
    return NULL;
}

void bench_library_list(void)
{
    size_t i;

    for (i = 0; libraries[i]; i++)
        printf("%s\t%s\n", libraries[i]->name, libraries[i]->version());
}

struct bench_reader *bench_reader_new(const struct bench_library *library)
{
    struct bench_reader *reader = calloc(1, sizeof *reader);

    if (!reader)
        bench_die("no memory for a reader");
    reader->library = library;
    reader->state = library->make();
    reader->out = malloc(OUT_BYTES);
    reader->out_cap = OUT_BYTES;
    if (!reader->state || !reader->out)
        bench_die("no memory for %s", library->name);
    return reader;
}

void bench_reader_free(struct bench_reader *reader)
{
    reader->library->free(reader->state);
    free(reader->out);
    free(reader);
}

static uint32_t read_le32(const unsigned char *p)
{
    return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

/* Past a header of RFC 1952; NULL if there is none. */
static const unsigned char *skip_header(const unsigned char *p, const unsigned char *end)
{
    enum { FHCRC = 2, FEXTRA = 4, FNAME = 8, FCOMMENT = 16 };
    int flag, flags;

    if (end - p < HEADER_BYTES || p[0] != 0x1f || p[1] != 0x8b || p[2] != 8)
        return NULL;
    flags = p[3];
    p += HEADER_BYTES;
    if (flags & FEXTRA) {
        if (end - p < 2 || end - p - 2 < (p[0] | p[1] << 8))
            return NULL;
        p += 2 + (p[0] | p[1] << 8);
    }
    for (flag = FNAME; flag <= FCOMMENT; flag *= 2)
        if (flags & flag) {
            p = memchr(p, 0, (size_t)(end - p));
            if (!p)
                return NULL;
            p++;
        }
    if (flags & FHCRC)
        p += 2;
    return p < end ? p : NULL;
}

static void read_members(struct bench_reader *reader, struct stream *stream, struct bench_totals *totals)
{
    while (stream->in < stream->end) {
        uint64_t before = stream->decoded;
        const unsigned char *body = skip_header(stream->in, stream->end);

        if (!body)
            bench_die("%s: no gzip header where one is expected", reader->path);
        stream->in = body;
        stream->crc = 0;
        reader->library->member(reader, stream);
        if (stream->end - stream->in < TRAILER_BYTES)
            bench_die("%s: the last member is cut off", reader->path);
        if (read_le32(stream->in) != stream->crc || read_le32(stream->in + 4) != (uint32_t)(stream->decoded - before))
            bench_die("%s: CRC or length of a member are wrong", reader->path);
        stream->in += TRAILER_BYTES;
        totals->members++;
    }
}

static void read_mapped(struct bench_reader *reader, struct stream *stream, struct bench_totals *totals)
{
    if (reader->library->file) {
        reader->library->file(reader, stream, totals);
        return;
    }
#ifdef TCS_HAVE_LIBDEFLATE
    if (reader->library == &from_deflate && stream->end - stream->in >= TRAILER_BYTES)
        guess_out(reader, stream);
#endif
    read_members(reader, stream, totals);
}

void bench_reader_file(struct bench_reader *reader, const char *path, bench_sink *sink, void *context,
                       struct bench_totals *totals)
{
    struct stream stream = {.sink = sink, .context = context};
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    struct stat st;
    void *data;

    if (fd < 0 || fstat(fd, &st) != 0)
        bench_die("%s: %s", path, strerror(errno));
    if (st.st_size > 0) {
        data = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE | MAP_POPULATE, fd, 0);
        if (data == MAP_FAILED)
            bench_die("%s: %s", path, strerror(errno));
        reader->path = path;
        stream.in = data;
        stream.end = stream.in + st.st_size;
        read_mapped(reader, &stream, totals);
        munmap(data, (size_t)st.st_size);
    }
    close(fd);
    totals->stored += (uint64_t)st.st_size;
    totals->decoded += stream.decoded;
}
