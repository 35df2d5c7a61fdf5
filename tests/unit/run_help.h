/*
 * run_help: what the tests of engine/run share: a scratch folder, gzip members, WARC records, and scans of files that
 * keep what was written.
 */
#ifndef TOCSIN_RUN_HELP_H
#define TOCSIN_RUN_HELP_H

#include "match_help.h"

#include <ftw.h>
#include <unistd.h>
#include <zlib.h>

#include "base/files.h"
#include "run/scan.h"

/* ---- bytes ---- */

static inline void put(struct tcs_buf *out, struct tcs_str bytes)
{
    must(tcs_buf_append(out, bytes.data, bytes.len));
}

/* Appends bytes as one gzip member; returns its stored length. */
static inline size_t put_gzip(struct tcs_buf *out, struct tcs_str bytes)
{
    z_stream z = {0};
    size_t room = bytes.len + bytes.len / 100 + 128, len;

    must(tcs_buf_reserve(out, room));
    assert_int_equal(deflateInit2(&z, 6, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY), Z_OK);
    z.next_in = (Bytef *)(uintptr_t)bytes.data;
    z.avail_in = (uInt)bytes.len;
    z.next_out = (Bytef *)out->data + out->len;
    z.avail_out = (uInt)room;
    assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
    len = room - z.avail_out;
    out->len += len;
    (void)deflateEnd(&z);
    return len;
}

/* Appends the decoded bytes of the one member at the front of stored; false where they are not exactly one. */
static inline bool inflate_member(struct tcs_str stored, struct tcs_buf *out)
{
    z_stream z = {0};
    int status;

    assert_int_equal(inflateInit2(&z, 31), Z_OK);
    z.next_in = (Bytef *)(uintptr_t)stored.data;
    z.avail_in = (uInt)stored.len;
    do {
        must(tcs_buf_reserve(out, 65536));
        z.next_out = (Bytef *)out->data + out->len;
        z.avail_out = 65536;
        status = inflate(&z, Z_NO_FLUSH);
        out->len += 65536 - z.avail_out;
    } while (status == Z_OK && (z.avail_in || !z.avail_out));
    (void)inflateEnd(&z);
    return status == Z_STREAM_END && !z.avail_in;
}

/* Appends a WARC record; the header names of `more` end in CRLF each. */
static inline void put_record(struct tcs_buf *out, const char *type, const char *more, struct tcs_str block)
{
    must(tcs_buf_printf(out, "WARC/1.0\r\nWARC-Type: %s\r\n%sContent-Length: %zu\r\n\r\n", type, more, block.len));
    put(out, block);
    put_str(out, "\r\n\r\n");
}

/* Appends a response: HTTP header lines that end in CRLF each, and a body. */
static inline void put_response(struct tcs_buf *out, const char *status, const char *header, struct tcs_str body)
{
    struct tcs_buf block = {0};

    must(tcs_buf_printf(&block, "HTTP/1.1 %s\r\n%s\r\n", status, header));
    put(&block, body);
    put_record(out, "response", "WARC-Target-URI: http://a.example/\r\nContent-Type: application/http; msgtype=response\r\n",
               tcs_buf_view(&block));
    tcs_buf_release(&block);
}

/* ---- a scratch folder and scans in it ---- */

struct run_rig {
    char dir[32];
    char input[64], output[64], lost[64];
    const char *inputs[1];
    struct tcs_ruleset *ruleset;
    struct tcs_layout layout;
    struct tcs_scan_options options; /* of the next scan */
    struct tcs_stats stats;          /* of the last one, and what it wrote: */
    struct tocsin_error err;
    struct tcs_buf out, losses;
};

/* One input, everything with a hit, one thread, no messages. */
static inline void run_options(struct run_rig *rig)
{
    tcs_scan_options_default(&rig->options);
    rig->options.inputs = rig->inputs;
    rig->options.input_count = 1;
    rig->options.layout = &rig->layout;
    rig->options.emit = TCS_EMIT_HITS;
    rig->options.output = rig->output;
    rig->options.quarantine = rig->lost;
    rig->options.progress = -1;
    rig->options.is_quiet = true;
}

/* yaml: patterns; NULL for the term 换脸. */
static inline void run_open(struct run_rig *rig, const char *yaml)
{
    static const struct tcs_str term = {"换脸", 6};
    struct tcs_source source = {TCS_STR("test.yaml"), {yaml, yaml ? strlen(yaml) : 0}};

    *rig = (struct run_rig){.dir = "/tmp/tocsin-run-XXXXXX"};
    if (access("/dev/shm", W_OK) == 0) /* every scan syncs its output */
        memcpy(rig->dir, "/dev/shm/tocsin-XXXXXX", sizeof "/dev/shm/tocsin-XXXXXX");
    assert_non_null(mkdtemp(rig->dir));
    (void)snprintf(rig->input, sizeof rig->input, "%s/input", rig->dir);
    (void)snprintf(rig->output, sizeof rig->output, "%s/output", rig->dir);
    (void)snprintf(rig->lost, sizeof rig->lost, "%s/lost", rig->dir);
    rig->inputs[0] = rig->input;
    must(tcs_layout_finish(&rig->layout, NULL));
    if (yaml && tcs_ruleset_compile(&source, 1, &rig->ruleset, &rig->err) != TOCSIN_OK)
        fail_msg("line %u: %s", (unsigned)rig->err.offset, rig->err.message);
    if (!yaml)
        must(tcs_ruleset_from_terms(&term, 1, &rig->ruleset, NULL));
    must(tcs_stats_init(&rig->stats, tcs_ruleset_patterns(rig->ruleset)));
    run_options(rig);
}

static inline int remove_entry(const char *path, const struct stat *info, int type, struct FTW *at)
{
    (void)info;
    (void)type;
    (void)at;
    return remove(path);
}

static inline void remove_folder(const char *path)
{
    assert_int_equal(nftw(path, remove_entry, 8, FTW_DEPTH | FTW_PHYS), 0);
}

static inline void run_close(struct run_rig *rig)
{
    remove_folder(rig->dir);
    tcs_ruleset_free(rig->ruleset);
    tcs_layout_release(&rig->layout);
    tcs_stats_release(&rig->stats);
    tcs_buf_release(&rig->out);
    tcs_buf_release(&rig->losses);
}

static inline void write_file(const char *path, struct tcs_str bytes)
{
    FILE *file = fopen(path, "wb");

    assert_non_null(file);
    if (bytes.len)
        assert_int_equal(fwrite(bytes.data, 1, bytes.len, file), bytes.len);
    assert_int_equal(fclose(file), 0);
}

/* Scans what lies in the input file; output and losses end in a NUL that is not counted. */
static inline tocsin_status run_again(struct run_rig *rig)
{
    tocsin_status st;

    tcs_stats_release(&rig->stats);
    must(tcs_stats_init(&rig->stats, tcs_ruleset_patterns(rig->ruleset)));
    rig->err = (struct tocsin_error){0};
    st = tcs_scan_run(rig->ruleset, &rig->options, &rig->stats, &rig->err);
    tcs_buf_reset(&rig->out);
    tcs_buf_reset(&rig->losses);
    if (st == TOCSIN_OK && rig->options.output)
        must(tcs_files_read(rig->options.output, (size_t)1 << 30, &rig->out, NULL));
    if (st == TOCSIN_OK && rig->options.quarantine)
        must(tcs_files_read(rig->options.quarantine, (size_t)1 << 30, &rig->losses, NULL));
    (void)c_str(&rig->out);
    (void)c_str(&rig->losses);
    return st;
}

static inline void run_bytes(struct run_rig *rig, struct tcs_str bytes)
{
    write_file(rig->input, bytes);
    if (run_again(rig) != TOCSIN_OK)
        fail_msg("%s", rig->err.message);
}

/* ---- looking at lines ---- */

static inline size_t count_lines(const struct tcs_buf *lines)
{
    size_t count = 0, i;

    for (i = 0; i < lines->len; i++)
        count += lines->data[i] == '\n';
    return count;
}

/* Line number `index` from 0, without its line feed; empty where there is none. */
static inline struct tcs_str line_at(const struct tcs_buf *lines, size_t index)
{
    const char *p = lines->data, *end = lines->data + lines->len, *feed;

    while (p < end && (feed = memchr(p, '\n', (size_t)(end - p)))) {
        if (!index--)
            return (struct tcs_str){p, (size_t)(feed - p)};
        p = feed + 1;
    }
    return TCS_STR("");
}

/* The number behind "key": in a line, UINT64_MAX where there is no such key. */
static inline uint64_t number_of(struct tcs_str line, const char *key)
{
    char needle[64];
    const char *at;

    (void)snprintf(needle, sizeof needle, "\"%s\":", key);
    at = line.len ? memmem(line.data, line.len, needle, strlen(needle)) : NULL;
    return at ? strtoull(at + strlen(needle), NULL, 10) : UINT64_MAX;
}

static inline bool holds(struct tcs_str line, const char *text)
{
    return line.len && memmem(line.data, line.len, text, strlen(text)) != NULL;
}

/* The values of a key, one a line, by commas; "-" where a line lacks it. */
static inline void put_numbers(struct tcs_buf *out, const struct tcs_buf *lines, const char *key)
{
    size_t count = count_lines(lines), i;

    tcs_buf_reset(out);
    for (i = 0; i < count; i++) {
        uint64_t value = number_of(line_at(lines, i), key);

        put_str(out, i ? "," : "");
        if (value == UINT64_MAX)
            put_str(out, "-");
        else
            must(tcs_buf_printf(out, "%llu", (unsigned long long)value));
    }
    (void)c_str(out);
}

static inline void expect_numbers(const struct tcs_buf *lines, const char *key, const char *expected, const char *note)
{
    struct tcs_buf got = {0};

    put_numbers(&got, lines, key);
    if (strcmp(got.data, expected) != 0)
        fail_msg("%s: %s is %s, expected %s, in:\n%.2000s", note, key, got.data, expected, lines->data ? lines->data : "");
    tcs_buf_release(&got);
}

/* The same bytes scanned in chunks of other sizes, and without the sieve, give the same output and losses. */
static inline void expect_invariant(struct run_rig *rig, struct tcs_str bytes, const char *note)
{
    static const size_t chunks[] = {(size_t)1 << 20, 1, 7, 1000, 4096, 50000};
    struct tcs_buf out = {0}, losses = {0};
    struct tcs_scan_options options = rig->options;
    uint64_t documents = 0;
    size_t i;

    for (i = 0; i < 2 * COUNT(chunks); i++) {
        rig->options.chunk_bytes = chunks[i / 2];
        rig->options.no_sieve = i % 2;
        run_bytes(rig, bytes);
        if (!i) {
            documents = rig->stats.documents;
            put(&out, tcs_buf_view(&rig->out));
            put(&losses, tcs_buf_view(&rig->losses));
        }
        if (rig->stats.documents != documents || !tcs_str_equal(tcs_buf_view(&out), tcs_buf_view(&rig->out)) ||
            !tcs_str_equal(tcs_buf_view(&losses), tcs_buf_view(&rig->losses)))
            fail_msg("%s: chunks of %zu bytes, %s the sieve: otherwise written:\n%.3000s%.1000s\nat first:\n%.3000s%.1000s", note,
                     chunks[i / 2], i % 2 ? "without" : "with", rig->out.data, rig->losses.data, c_str(&out), c_str(&losses));
    }
    rig->options = options;
    run_bytes(rig, bytes);
    tcs_buf_release(&out);
    tcs_buf_release(&losses);
}

#endif
