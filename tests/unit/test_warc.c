/*
 * warc: record walking, whole, cut, lying and damaged; every way to cut the bytes gives the same
 * records.
 */
#include "input/warc.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "input/reader.h"

#define MAX_RECORDS 64

struct seen {
    unsigned records, truncated, bad;
    unsigned types[TCS_WARC_OTHER + 1];
    char text[MAX_RECORDS][200]; /* type, id, url and block of each record, as far as it fits */
};

static void note(struct seen *seen, const char *data, const struct tcs_warc_record *record)
{
    assert_true(record->start < record->block && record->block <= record->block_end);
    assert_true(record->block_end <= record->next);
    if (seen->records < MAX_RECORDS)
        (void)snprintf(seen->text[seen->records], sizeof seen->text[0], "%d|%.*s|%.*s|%.*s",
                       (int)record->type, (int)record->id.len, record->id.len ? record->id.data : "",
                       (int)record->url.len, record->url.len ? record->url.data : "",
                       (int)(record->block_end - record->block), data + record->block);
    seen->types[record->type]++;
    seen->truncated += record->is_truncated;
    seen->records++;
}

/* Bytes as a framer holds them: what is walked is dropped, more is appended. */
struct walk {
    struct tcs_buf buf;
    struct seen seen;
    bool was_bad; /* neighbouring bad stretches are one */
};

static void walk_on(struct walk *walk, bool at_end, size_t member_end)
{
    struct tcs_warc_record record;
    struct tocsin_error err;
    enum tcs_warc_step step;
    size_t pos = 0;

    for (;;) {
        memset(&err, 0, sizeof err);
        step = tcs_warc_next(walk->buf.data, walk->buf.len, pos, at_end, member_end, &record, &err);
        if (step == TCS_WARC_RECORD) {
            note(&walk->seen, walk->buf.data, &record);
        } else if (step == TCS_WARC_BAD) {
            walk->seen.bad += !walk->was_bad;
            assert_true(record.next > pos && err.message[0]);
        } else {
            break;
        }
        walk->was_bad = step == TCS_WARC_BAD;
        pos = record.next;
    }
    assert_true(at_end ? step == TCS_WARC_END : step == TCS_WARC_MORE);
    memmove(walk->buf.data, walk->buf.data + pos, walk->buf.len - pos);
    walk->buf.len -= pos;
}

static struct seen walk_in_pieces(const char *text, size_t len, size_t piece)
{
    struct walk walk = {0};
    size_t at, n;

    for (at = 0; at < len; at += n) {
        n = len - at < piece ? len - at : piece;
        assert_int_equal(tcs_buf_append(&walk.buf, text + at, n), TOCSIN_OK);
        walk_on(&walk, false, SIZE_MAX);
    }
    assert_int_equal(tcs_buf_reserve(&walk.buf, 1), TOCSIN_OK);
    walk_on(&walk, true, SIZE_MAX);
    tcs_buf_release(&walk.buf);
    return walk.seen;
}

#define RECORD(type, length, block) \
    "WARC/1.0\r\nWARC-Type: " type "\r\nWARC-Record-ID: <urn:1>\r\nWARC-Target-URI: http://a/\r\n" \
    "Content-Length: " length "\r\n\r\n" block

static const struct {
    const char *what, *text;
    unsigned records, truncated, bad;
    const char *first, *last; /* notes of the first and last record */
} cases[] = {
    {"nothing", "", 0, 0, 0, "", ""},
    {"blank lines", "\r\n\n\r\n", 0, 0, 0, "", ""},
    {"one record", RECORD("response", "3", "abc\r\n\r\n"), 1, 0, 0, "0|urn:1|http://a/|abc", NULL},
    {"line feeds only, any case, old version, brackets",
     "WARC/0.17\nwarc-type: Conversion\ncontent-length: 3\nWARC-TARGET-URI: <http://b/>\n\nabc\n\n", 1, 0,
     0, "1||http://b/|abc", NULL},
    {"folded lines", "WARC/1.1\r\nWARC-Type:\r\n resource\r\nX-Y: a\r\n\tb\r\nContent-Length:\r\n 3\r\n\r\nabc", 1,
     0, 0, "2|||abc", NULL},
    {"types", RECORD("revisit", "0", "\r\n\r\n") RECORD("continuation", "1", "x\r\n\r\n"), 2, 0, 0,
     "3|urn:1|http://a/|", "4|urn:1|http://a/|x"},
    {"no blank lines between", RECORD("response", "3", "abc") RECORD("request", "3", "def"), 2, 0, 0,
     "0|urn:1|http://a/|abc", "5|urn:1|http://a/|def"},
    {"too many blank lines", RECORD("response", "3", "abc\r\n\r\n\r\n\n\n") RECORD("x", "0", ""), 2, 0, 0,
     "0|urn:1|http://a/|abc", "5|urn:1|http://a/|"},
    {"a version in a body is a body",
     RECORD("response", "29", "abc\r\n\r\nWARC/1.0\r\nhello: you\r\n\r\n\r\n") RECORD("x", "1", "y"), 2, 0, 0,
     "0|urn:1|http://a/|abc\r\n\r\nWARC/1.0\r\nhello: you\r\n", "5|urn:1|http://a/|y"},
    {"a length that is too short",
     RECORD("response", "3", "abcdef\r\n\r\n") RECORD("x", "1", "y"), 2, 0, 1, "0|urn:1|http://a/|abc",
     "5|urn:1|http://a/|y"},
    {"a length that swallows the next record",
     RECORD("response", "20", "abc\r\n\r\n") RECORD("x", "1", "y\r\n\r\n") RECORD("z", "1", "z"), 3, 1, 0,
     "0|urn:1|http://a/|abc\r\n\r\n", "5|urn:1|http://a/|z"},
    {"a length that swallows the rest",
     RECORD("response", "2000", "abc\r\n\r\n") RECORD("x", "1", "y"), 2, 1, 0,
     "0|urn:1|http://a/|abc\r\n\r\n", "5|urn:1|http://a/|y"},
    {"a block cut off", RECORD("response", "20", "abc"), 1, 1, 0, "0|urn:1|http://a/|abc", NULL},
    {"no length", "WARC/1.0\r\nWARC-Type: response\r\n\r\nabc\r\n\r\n" RECORD("x", "1", "y"), 2, 0, 0,
     "0|||abc", "5|urn:1|http://a/|y"},
    {"a length that is no number",
     "WARC/1.0\r\nWARC-Type: response\r\nContent-Length: -5\r\n\r\nabc\r\n\r\n" RECORD("x", "1", "y"), 2, 0, 0,
     "0|||abc", "5|urn:1|http://a/|y"},
    {"a huge length",
     "WARC/1.0\r\nWARC-Type: response\r\nContent-Length: 99999999999999999999999\r\n\r\nabc", 1, 0, 0,
     "0|||abc", NULL},
    {"garbage before", "garbage\r\n\r\n" RECORD("x", "1", "y"), 1, 0, 1, "5|urn:1|http://a/|y", NULL},
    {"garbage between", RECORD("x", "1", "y\r\n\r\n") "garbage WARC/1.0\r\nWWWW\r\n\r\n" RECORD("x", "1", "z"), 2, 0, 1,
     "5|urn:1|http://a/|y", "5|urn:1|http://a/|z"},
    {"garbage after", RECORD("x", "1", "y\r\n\r\n") "garbage\nW", 1, 0, 1, "5|urn:1|http://a/|y", NULL},
    {"a header cut off", RECORD("x", "1", "y\r\n\r\n") "WARC/1.0\r\nWARC-Type: resp", 1, 0, 1,
     "5|urn:1|http://a/|y", NULL},
    {"no type", "WARC/1.0\r\nContent-Length: 3\r\n\r\nabc\r\n\r\n" RECORD("x", "1", "y"), 1, 0, 1,
     "5|urn:1|http://a/|y", NULL},
    {"a version that is none", "WARC/x.0\r\n\r\n" RECORD("x", "1", "y"), 1, 0, 1, "5|urn:1|http://a/|y", NULL},
    {"not behind a blank line", "text\r\n" RECORD("x", "1", "y"), 0, 0, 1, "", NULL},
};

static void test_warc__records_are_found_however_the_bytes_are_cut(void **state)
{
    static const size_t pieces[] = {1 << 20, 1, 2, 3, 7, 16, 61};
    size_t i, k;

    (void)state;
    for (i = 0; i < sizeof cases / sizeof *cases; i++) {
        for (k = 0; k < sizeof pieces / sizeof *pieces; k++) {
            struct seen seen = walk_in_pieces(cases[i].text, strlen(cases[i].text), pieces[k]);
            bool is_right = seen.records == cases[i].records && seen.truncated == cases[i].truncated
                         && seen.bad == cases[i].bad && strcmp(seen.text[0], cases[i].first) == 0;

            if (is_right && cases[i].last && seen.records)
                is_right = strcmp(seen.text[seen.records - 1], cases[i].last) == 0;
            if (!is_right)
                fail_msg("%s, pieces of %zu: %u records, %u truncated, %u bad, first %s, last %s",
                         cases[i].what, pieces[k], seen.records, seen.truncated, seen.bad,
                         seen.text[0], seen.records ? seen.text[seen.records - 1] : "");
        }
    }
}

static void test_warc__a_record_without_length_ends_with_its_member(void **state)
{
    static const char text[] = "WARC/1.0\r\nWARC-Type: response\r\n\r\nabc\r\n\r\n" RECORD("x", "1", "y");
    size_t member_end = strlen("WARC/1.0\r\nWARC-Type: response\r\n\r\nabc\r\n\r\n");
    struct tcs_warc_record record;
    struct tocsin_error err;

    (void)state;
    assert_int_equal(tcs_warc_next(text, sizeof text - 1, 0, true, member_end, &record, &err),
                     TCS_WARC_RECORD);
    assert_int_equal(record.block_end, member_end - 4);
    assert_int_equal(record.next, member_end);
    assert_false(record.is_truncated);
    assert_int_equal(tcs_warc_next(text, member_end - 5, 0, false, member_end, &record, &err),
                     TCS_WARC_MORE);
}

static void test_warc__a_member_start_needs_no_blank_line(void **state)
{
    static const char text[] = "garbage" RECORD("x", "1", "y");
    struct tcs_warc_record record;
    struct tocsin_error err;

    (void)state;
    assert_int_equal(tcs_warc_next(text, sizeof text - 1, 0, true, 7, &record, &err), TCS_WARC_BAD);
    assert_int_equal(record.next, 7);
    assert_int_equal(err.status, TOCSIN_E_CORRUPT);
}

static void test_warc__arc_is_named(void **state)
{
    static const char text[] = "filedesc://a.arc 0.0.0.0 20140216050221 text/plain 75\n1 0 A\n";
    struct tcs_warc_record record;
    struct tocsin_error err;

    (void)state;
    assert_int_equal(tcs_warc_next(text, sizeof text - 1, 0, true, SIZE_MAX, &record, &err), TCS_WARC_BAD);
    assert_int_equal(err.status, TOCSIN_E_UNSUPPORTED);
    assert_non_null(strstr(err.message, "ARC"));
}

/* Reads a file member by member, as the framer of a scan would. */
static struct seen walk_file(const char *path, size_t piece)
{
    struct tcs_reader *reader = NULL;
    struct tocsin_error err = {0};
    struct walk walk = {0};
    struct tcs_read read;

    assert_int_equal(tcs_reader_open(path, NULL, &reader, &err), TOCSIN_OK);
    do {
        assert_int_equal(tcs_buf_reserve(&walk.buf, piece), TOCSIN_OK);
        assert_int_equal(tcs_reader_read(reader, walk.buf.data + walk.buf.len, piece, &read, &err),
                         TOCSIN_OK);
        walk.buf.len += read.length;
        walk_on(&walk, read.event == TCS_READ_END || read.event == TCS_READ_DAMAGE,
                read.event == TCS_READ_MEMBER_END ? walk.buf.len : SIZE_MAX);
    } while (read.event != TCS_READ_END);
    tcs_reader_free(reader);
    tcs_buf_release(&walk.buf);
    return walk.seen;
}

static void test_warc__real_files_have_the_records_that_the_manifest_says(void **state)
{
    static const struct {
        const char *name;
        unsigned response, conversion, resource, revisit, other, truncated, bad;
    } files[] = {
        {"chatnoir-eu+chatnoir-resiliparse/block-sized-records.warc", 0, 0, 0, 0, 3, 0, 0},
        {"chatnoir-eu+chatnoir-resiliparse/block-sized-records.warc.gz", 0, 0, 0, 0, 3, 0, 0},
        {"chatnoir-eu+chatnoir-resiliparse/clipped.warc.gz", 1, 0, 0, 0, 0, 1, 0},
        {"chatnoir-eu+chatnoir-resiliparse/clueweb-quirk.warc.gz", 29, 0, 0, 0, 1, 0, 0},
        {"chatnoir-eu+chatnoir-resiliparse/warcfile.warc", 16, 0, 0, 0, 34, 0, 0},
        {"chatnoir-eu+chatnoir-resiliparse/warcfile.warc.gz", 16, 0, 0, 0, 34, 0, 0},
        {"commoncrawl+whirlwind-python/whirlwind.warc", 1, 0, 0, 0, 3, 0, 0},
        {"commoncrawl+whirlwind-python/whirlwind.warc.gz", 1, 0, 0, 0, 3, 0, 0},
        {"commoncrawl+whirlwind-python/whirlwind.warc.wet.gz", 0, 1, 0, 0, 1, 0, 0},
        {"webrecorder+warcio/example-bad-non-chunked.warc.gz", 1, 0, 0, 1, 4, 0, 0},
        {"webrecorder+warcio/example-digest.warc", 0, 0, 0, 0, 4, 0, 0},
        {"webrecorder+warcio/example-iana.org-chunked.warc", 1, 0, 0, 0, 2, 0, 0},
        {"webrecorder+warcio/example-resource.warc.gz", 0, 0, 1, 0, 2, 0, 0},
        {"webrecorder+warcio/example-trunc.warc", 1, 0, 0, 0, 3, 0, 1},
        {"webrecorder+warcio/example-wget-bad-target-uri.warc.gz", 1, 0, 2, 0, 3, 0, 0},
        {"webrecorder+warcio/example-wrong-chunks.warc.gz", 1, 0, 0, 0, 1, 0, 0},
        {"webrecorder+warcio/example.warc.gz", 1, 0, 0, 1, 4, 0, 0},
        {"webrecorder+warcio/post-test.warc.gz", 3, 0, 0, 0, 3, 0, 0},
    };
    static const size_t pieces[] = {1 << 20, 1000, 1};
    const char *data = getenv("TOCSIN_DATA");
    char path[4096];
    size_t i, k;

    (void)state;
    if (!data) {
        print_message("skipped: TOCSIN_DATA does not name the folder that holds containers/\n");
        skip();
    }
    for (i = 0; i < sizeof files / sizeof *files; i++) {
        (void)snprintf(path, sizeof path, "%s/containers/%s", data, files[i].name);
        /* A byte at a time only where it does not take long. */
        for (k = 0; k < (strstr(files[i].name, "webrecorder") ? 3u : 2u); k++) {
            struct seen seen = walk_file(path, pieces[k]);

            assert_int_equal(seen.types[TCS_WARC_RESPONSE], files[i].response);
            assert_int_equal(seen.types[TCS_WARC_CONVERSION], files[i].conversion);
            assert_int_equal(seen.types[TCS_WARC_RESOURCE], files[i].resource);
            assert_int_equal(seen.types[TCS_WARC_REVISIT], files[i].revisit);
            assert_int_equal(seen.types[TCS_WARC_OTHER], files[i].other);
            assert_int_equal(seen.truncated, files[i].truncated);
            assert_int_equal(seen.bad, files[i].bad);
        }
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_warc__records_are_found_however_the_bytes_are_cut),
        cmocka_unit_test(test_warc__a_record_without_length_ends_with_its_member),
        cmocka_unit_test(test_warc__a_member_start_needs_no_blank_line),
        cmocka_unit_test(test_warc__arc_is_named),
        cmocka_unit_test(test_warc__real_files_have_the_records_that_the_manifest_says),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
