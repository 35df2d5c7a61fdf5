#include "sink.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <zlib.h>
#include <zstd.h>

#define BUFFER_BYTES ((size_t)1 << 18)

struct sink {
    FILE *file;
    const char *path;
    struct text part; /* the name until it is whole */
    uint64_t bytes, records, per_member;
    bool is_member_open;
    enum { PLAIN, GZIP, ZSTD } codec;
    z_stream gzip;
    ZSTD_CCtx *zstd;
    unsigned char *buffer;
};

static bool ends(const char *path, const char *with)
{
    size_t len = strlen(path), tail = strlen(with);

    return len > tail && !strcmp(path + len - tail, with);
}

struct sink *sink_open(const struct sink_options *options)
{
    struct sink *sink = grow(NULL, sizeof *sink);

    *sink = (struct sink){.file = stdout, .path = options->path, .per_member = options->per_member};
    if (!sink->path || !strcmp(sink->path, "-")) {
        sink->path = NULL;
        return sink;
    }
    putf(&sink->part, "%s.part", sink->path);
    put_byte(&sink->part, '\0');
    sink->file = fopen(sink->part.data, "wb");
    if (!sink->file)
        die("%s: %s", sink->part.data, strerror(errno));
    sink->buffer = grow(NULL, BUFFER_BYTES);
    if (ends(sink->path, ".gz")) {
        sink->codec = GZIP;
        if (deflateInit2(&sink->gzip, options->level ? options->level : Z_DEFAULT_COMPRESSION, Z_DEFLATED, 15 + 16, 8,
                         Z_DEFAULT_STRATEGY) != Z_OK)
            die("zlib: level %d cannot be used", options->level);
    } else if (ends(sink->path, ".zst")) {
        sink->codec = ZSTD;
        sink->zstd = ZSTD_createCCtx();
        if (!sink->zstd || ZSTD_isError(ZSTD_CCtx_setParameter(sink->zstd, ZSTD_c_compressionLevel, options->level)) ||
            ZSTD_isError(ZSTD_CCtx_setParameter(sink->zstd, ZSTD_c_checksumFlag, 1)))
            die("zstd: level %d cannot be used", options->level);
    }
    return sink;
}

static void write_out(struct sink *sink, const void *data, size_t len)
{
    if (fwrite(data, 1, len, sink->file) != len)
        die("%s: %s", sink->path ? sink->part.data : "stdout", strerror(errno));
}

static void compress_gzip(struct sink *sink, const struct text *text, bool is_last)
{
    size_t at = 0;
    int status = Z_OK;

    do {
        size_t piece = text->len - at < UINT32_MAX ? text->len - at : UINT32_MAX;

        sink->gzip.next_in = (Bytef *)text->data + at;
        sink->gzip.avail_in = (uInt)piece;
        at += piece;
        do {
            sink->gzip.next_out = sink->buffer;
            sink->gzip.avail_out = (uInt)BUFFER_BYTES;
            status = deflate(&sink->gzip, is_last ? Z_FINISH : Z_NO_FLUSH);
            if (status == Z_STREAM_ERROR)
                die("zlib: the stream is broken");
            write_out(sink, sink->buffer, BUFFER_BYTES - sink->gzip.avail_out);
        } while (sink->gzip.avail_out == 0);
    } while (at < text->len);
    if (is_last && (status != Z_STREAM_END || deflateReset(&sink->gzip) != Z_OK))
        die("zlib: a member cannot be ended");
}

static void compress_zstd(struct sink *sink, const struct text *text, bool is_last)
{
    ZSTD_inBuffer in = {text->data, text->len, 0};
    size_t left;

    do {
        ZSTD_outBuffer out = {sink->buffer, BUFFER_BYTES, 0};

        left = ZSTD_compressStream2(sink->zstd, &out, &in, is_last ? ZSTD_e_end : ZSTD_e_continue);
        if (ZSTD_isError(left))
            die("zstd: %s", ZSTD_getErrorName(left));
        write_out(sink, sink->buffer, out.pos);
    } while (is_last ? left : in.pos < in.size);
}

static void pass_on(struct sink *sink, const struct text *text, bool is_last)
{
    if (sink->codec == GZIP)
        compress_gzip(sink, text, is_last);
    else if (sink->codec == ZSTD)
        compress_zstd(sink, text, is_last);
    else
        write_out(sink, text->data, text->len);
    sink->is_member_open = !is_last;
}

static void end_member(struct sink *sink)
{
    char none;

    pass_on(sink, &(struct text){.data = &none}, true);
}

void sink_write(struct sink *sink, const struct text *text)
{
    if (!text->len)
        return;
    pass_on(sink, text, false);
    sink->bytes += text->len;
}

void sink_end_record(struct sink *sink)
{
    sink->records++;
    if (sink->per_member && sink->records % sink->per_member == 0 && sink->codec != PLAIN)
        end_member(sink);
}

uint64_t sink_bytes(const struct sink *sink)
{
    return sink->bytes;
}

void sink_close(struct sink *sink)
{
    if (sink->codec != PLAIN && (sink->is_member_open || !sink->records))
        end_member(sink);
    if (fflush(sink->file) || ferror(sink->file) || (sink->path && fclose(sink->file)))
        die("%s: %s", sink->path ? sink->part.data : "stdout", strerror(errno));
    if (sink->path && rename(sink->part.data, sink->path))
        die("%s: %s", sink->path, strerror(errno));
    if (sink->codec == GZIP)
        deflateEnd(&sink->gzip);
    ZSTD_freeCCtx(sink->zstd);
    free(sink->buffer);
    free(sink->part.data);
    free(sink);
}
