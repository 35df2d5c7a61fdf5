/*
 * pages: WARC files through a whole scan: which records are documents, their text whatever coding and charset it has,
 * pointers that cut the record out of the stored file, and what damage costs. The same with and without the sieve and
 * for chunks of every size.
 */
#include "run_help.h"

#define PAGE "<html><head><title>换脸</title></head><body><p>一段正文</p></body></html>"
#define HTML_TYPE "Content-Type: text/html\r\n"

/* ---- which records are documents ---- */

static void test_pages__records_that_are_documents(void **state)
{
    static const struct {
        const char *type, *more, *block;
        bool is_document;
        const char *note;
    } cases[] = {
        {"response", "", "HTTP/1.1 200 OK\r\n" HTML_TYPE "\r\n" PAGE, true, "a page"},
        {"RESPONSE", "", "HTTP/1.1 200 OK\r\ncontent-type: TEXT/HTML; charset=utf-8\r\n\r\n" PAGE, true, "in any case"},
        {"response", "", "HTTP/1.1 206 Partial\r\n" HTML_TYPE "\r\n" PAGE, true, "2xx"},
        {"response", "", "HTTP/1.1 200 OK\r\nContent-Type: application/xhtml+xml\r\n\r\n" PAGE, true, "XHTML"},
        {"response", "", "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n换脸", true, "plain text"},
        {"response", "", "HTTP/1.1 200 OK\r\n\r\n" PAGE, true, "no type, looks like a page"},
        {"response", "", "HTTP/1.1 200 OK\r\n\r\n换脸", false, "no type, no page"},
        {"response", "", "HTTP/1.1 200 OK\r\nContent-Type: application/pdf\r\n\r\n" PAGE, false, "no text"},
        {"response", "", "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n{\"a\":\"换脸\"}", false, "no page"},
        {"response", "", "HTTP/1.1 404 Not Found\r\n" HTML_TYPE "\r\n" PAGE, false, "404"},
        {"response", "", "HTTP/1.1 301 Moved\r\n" HTML_TYPE "\r\n" PAGE, false, "301"},
        {"response", "", "HTTP/1.1 500 No\r\n" HTML_TYPE "\r\n" PAGE, false, "500"},
        {"resource", HTML_TYPE, PAGE, true, "a resource has no HTTP header"},
        {"resource", "Content-Type: text/plain; charset=utf-8\r\n", "换脸", true, "a resource of text"},
        {"resource", "Content-Type: image/png\r\n", PAGE, false, "an image"},
        {"conversion", "Content-Type: text/plain\r\n", "换脸", true, "WET"},
        {"revisit", "", "HTTP/1.1 200 OK\r\n" HTML_TYPE "\r\n" PAGE, false, "a revisit"},
        {"continuation", "", PAGE, false, "a continuation"},
        {"request", "", "GET /换脸 HTTP/1.1\r\n\r\n", false, "a request"},
        {"warcinfo", "", "software: 换脸\r\n", false, "warcinfo"},
        {"metadata", "", "outlink: 换脸\r\n", false, "metadata"},
        {"换脸", "", PAGE, false, "an unknown type"},
    };
    struct run_rig rig;
    struct tcs_buf file = {0}, expected = {0};
    size_t i, documents = 0;

    (void)state;
    run_open(&rig, NULL);
    for (i = 0; i < COUNT(cases); i++) {
        struct tcs_buf one = {0};

        put_record(&one, cases[i].type, cases[i].more, str(cases[i].block));
        put(&file, tcs_buf_view(&one));
        run_bytes(&rig, tcs_buf_view(&one));
        if (count_lines(&rig.out) != cases[i].is_document || rig.stats.documents != cases[i].is_document || rig.losses.len)
            fail_msg("%s: %s", cases[i].note, cases[i].is_document ? "no document" : "a document");
        if (cases[i].is_document)
            must(tcs_buf_printf(&expected, "%s%zu", documents++ ? "," : "", i + 1));
        tcs_buf_release(&one);
    }
    expect_invariant(&rig, tcs_buf_view(&file), "all in a file");
    expect_numbers(&rig.out, "record", c_str(&expected), "all in a file");
    assert_int_equal(rig.stats.documents, documents);
    assert_false(rig.stats.is_incomplete);
    tcs_buf_release(&file);
    tcs_buf_release(&expected);
    run_close(&rig);
}

/* ---- codings and charsets ---- */

static void test_pages__bodies_are_decoded(void **state)
{
    struct tcs_buf gzip = {0}, chunked = {0}, both = {0}, file = {0};
    struct run_rig rig;
    struct tcs_str page = TCS_STR(PAGE);
    size_t i, half = 27; /* inside a character */

    (void)state;
    run_open(&rig, NULL);
    (void)put_gzip(&gzip, page);
    must(tcs_buf_printf(&chunked, "%zx\r\n%.*s\r\n%zx;x=y\r\n%s\r\n0\r\n\r\n", half, (int)half, page.data, page.len - half,
                        page.data + half));
    must(tcs_buf_printf(&both, "%zx\r\n", gzip.len));
    put(&both, tcs_buf_view(&gzip));
    put_str(&both, "\r\n0\r\n\r\n");
    put_response(&file, "200 OK", HTML_TYPE "Content-Encoding: gzip\r\n", tcs_buf_view(&gzip));
    put_response(&file, "200 OK", HTML_TYPE "Transfer-Encoding: chunked\r\n", tcs_buf_view(&chunked));
    put_response(&file, "200 OK", HTML_TYPE "Transfer-Encoding: chunked\r\nContent-Encoding: gzip\r\n", tcs_buf_view(&both));
    put_response(&file, "200 OK", HTML_TYPE "Transfer-Encoding: chunked\r\nContent-Encoding: gzip\r\n", page); /* they lie */
    put_response(&file, "200 OK", "Content-Encoding: gzip\r\n", tcs_buf_view(&gzip)); /* the type shows behind the coding */
    expect_invariant(&rig, tcs_buf_view(&file), "coded bodies");
    expect_numbers(&rig.out, "record", "1,2,3,4,5", "coded bodies");
    for (i = 0; i < 5; i++)
        assert_true(holds(line_at(&rig.out, i), "\"title\":\"换脸\",\"lead\":\"一段正文\""));
    assert_int_equal(rig.losses.len, 0);
    tcs_buf_release(&gzip);
    tcs_buf_release(&chunked);
    tcs_buf_release(&both);
    tcs_buf_release(&file);
    run_close(&rig);
}

/* A body that breaks: searched as far as it goes, marked; told where it may hide a hit, and always with --validate. */
static void test_pages__a_broken_body_is_searched_and_told(void **state)
{
    static const char hit[] = "<title>换脸</title>", miss[] = "<title>天气</title>";
    struct tcs_buf gzip[2] = {{0}, {0}}, file = {0};
    struct run_rig rig;
    size_t i;

    (void)state;
    run_open(&rig, NULL);
    (void)put_gzip(&gzip[0], str(hit));
    (void)put_gzip(&gzip[1], str(miss));
    for (i = 0; i < 2; i++) {
        gzip[i].data[gzip[i].len - 6] ^= 0x55; /* of the CRC */
        put_response(&file, "200 OK", HTML_TYPE "Content-Encoding: gzip\r\n", tcs_buf_view(&gzip[i]));
    }
    put_response(&file, "200 OK", HTML_TYPE, str(hit));
    for (i = 0; i < 2; i++) {
        rig.options.validate = i;
        expect_invariant(&rig, tcs_buf_view(&file), "broken bodies");
        expect_numbers(&rig.out, "record", "1,3", "broken bodies");
        expect_numbers(&rig.losses, "record", i ? "1,2" : "1", "broken bodies");
        assert_true(holds(line_at(&rig.out, 0), ",\"damaged\":true}"));
        assert_false(holds(line_at(&rig.out, 1), "\"damaged\""));
        assert_int_equal(rig.stats.document_damage, 1 + i);
        assert_true(holds(line_at(&rig.losses, 0), "\"kind\":\"document\""));
    }
    tcs_buf_release(&gzip[0]);
    tcs_buf_release(&gzip[1]);
    tcs_buf_release(&file);
    run_close(&rig);
}

static void test_pages__charsets_come_from_http_and_meta(void **state)
{
    static const struct {
        const char *header, *page, *expected;
        size_t bytes;
    } cases[] = {
        {HTML_TYPE, "<title>\xBB\xBB\xC1\xB3</title><meta charset=gb2312>", "\"charset\":\"gb18030\",\"charset_from\":\"meta\"", 0},
        {"Content-Type: text/html; charset=GBK\r\n", "<title>\xBB\xBB\xC1\xB3</title>",
         "\"charset\":\"gb18030\",\"charset_from\":\"http\"", 0},
        {"Content-Type: text/html; charset=\"big5\"\r\n", "<title>\xB4\xAB\xC1\x79</title>",
         "\"charset\":\"big5-hkscs\",\"charset_from\":\"http\"", 0},
        {"Content-Type: text/plain; charset=gbk\r\n", "\xBB\xBB\xC1\xB3", "\"charset\":\"gb18030\",\"charset_from\":\"http\"", 0},
        {"Content-Type: text/html; charset=gbk\r\n", PAGE, "\"charset\":\"utf-8\",\"charset_from\":\"utf-8\"", 0},
        {"Content-Type: text/html; charset=gbk\r\n", "\xEF\xBB\xBF" PAGE, "\"charset\":\"utf-8\",\"charset_from\":\"bom\"", 0},
        {HTML_TYPE, "\xFF\xFE<\0p\0>\0\x62\x63\x38\x81", "\"charset\":\"utf-16le\",\"charset_from\":\"bom\"", 12},
        {HTML_TYPE, "\xFE\xFF\0<\0p\0>\x63\x62\x81\x38", "\"charset\":\"utf-16be\",\"charset_from\":\"bom\"", 12},
    };
    struct run_rig rig;
    struct tcs_buf file = {0};
    size_t i;

    (void)state;
    run_open(&rig, NULL);
    for (i = 0; i < COUNT(cases); i++)
        put_response(&file, "200 OK", cases[i].header,
                     (struct tcs_str){cases[i].page, cases[i].bytes ? cases[i].bytes : strlen(cases[i].page)});
    expect_invariant(&rig, tcs_buf_view(&file), "charsets");
    assert_int_equal(count_lines(&rig.out), COUNT(cases));
    for (i = 0; i < COUNT(cases); i++)
        if (!holds(line_at(&rig.out, i), cases[i].expected))
            fail_msg("no %s in %.*s", cases[i].expected, (int)line_at(&rig.out, i).len, line_at(&rig.out, i).data);
    tcs_buf_release(&file);
    run_close(&rig);
}

static void test_pages__metadata_comes_from_the_record(void **state)
{
    struct run_rig rig;
    struct tcs_buf file = {0};

    (void)state;
    run_open(&rig, NULL);
    put_record(&file, "resource", "WARC-Target-URI: <http://a.example/2024/05/06/x>\r\nwarc-record-id: <urn:uuid:1>\r\n" HTML_TYPE,
               TCS_STR(PAGE));
    put_record(&file, "conversion", "", TCS_STR("换\n脸\n换脸\n"));
    expect_invariant(&rig, tcs_buf_view(&file), "metadata");
    assert_int_equal(count_lines(&rig.out), 2);
    assert_true(holds(line_at(&rig.out, 0), "\"id\":\"urn:uuid:1\""));
    assert_true(holds(line_at(&rig.out, 0), "\"url\":\"http://a.example/2024/05/06/x\",\"date\":\"2024-05-06\",\"date_from\":\"url\""));
    assert_true(holds(line_at(&rig.out, 1), "input#2\""));
    assert_int_equal(number_of(line_at(&rig.out, 1), "hits_total"), 1); /* in WET no hit crosses a line */
    tcs_buf_release(&file);
    run_close(&rig);
}

/* ---- pointers ---- */

static void put_numbered_page(struct tcs_buf *out, size_t number)
{
    struct tcs_buf page = {0};
    size_t i;

    must(tcs_buf_printf(&page, "<title>换脸 %zu</title>", number));
    for (i = 0; i < number * 37 % 300; i++)
        must(tcs_buf_printf(&page, "<p>%zu</p>\n", i * number));
    put_response(out, "200 OK", HTML_TYPE, tcs_buf_view(&page));
    tcs_buf_release(&page);
}

/* What the pointer of every line cuts out of the stored file is the record. */
static void expect_cuts(const struct run_rig *rig, struct tcs_str stored, bool is_gzip, const char *note)
{
    size_t count = count_lines(&rig->out), i;

    for (i = 0; i < count; i++) {
        struct tcs_str line = line_at(&rig->out, i);
        uint64_t offset = number_of(line, "offset"), length = number_of(line, "length");
        struct tcs_buf decoded = {0}, expected = {0};

        if (length == UINT64_MAX || offset + length > stored.len)
            fail_msg("%s: no pointer: %.*s", note, (int)line.len, line.data);
        if (is_gzip)
            assert_true(inflate_member((struct tcs_str){stored.data + offset, length}, &decoded));
        else
            put(&decoded, (struct tcs_str){stored.data + offset, length});
        put_numbered_page(&expected, number_of(line, "record"));
        if (!tcs_str_equal(tcs_buf_view(&decoded), tcs_buf_view(&expected)))
            fail_msg("%s: the pointer cuts out %.500s", note, c_str(&decoded));
        tcs_buf_release(&decoded);
        tcs_buf_release(&expected);
    }
}

static void test_pages__pointers_cut_records_out(void **state)
{
    struct run_rig rig;
    struct tcs_buf plain = {0}, members = {0}, whole = {0}, one = {0};
    size_t i;

    (void)state;
    run_open(&rig, NULL);
    for (i = 1; i <= 60; i++) {
        tcs_buf_reset(&one);
        put_numbered_page(&one, i);
        put(&plain, tcs_buf_view(&one));
        (void)put_gzip(&members, tcs_buf_view(&one));
    }
    (void)put_gzip(&whole, tcs_buf_view(&plain));
    expect_invariant(&rig, tcs_buf_view(&plain), "plain");
    assert_int_equal(count_lines(&rig.out), 60);
    expect_cuts(&rig, tcs_buf_view(&plain), false, "plain");
    expect_invariant(&rig, tcs_buf_view(&members), "a member a record");
    assert_int_equal(count_lines(&rig.out), 60);
    expect_cuts(&rig, tcs_buf_view(&members), true, "a member a record");
    expect_invariant(&rig, tcs_buf_view(&whole), "a member for all");
    assert_int_equal(count_lines(&rig.out), 60);
    for (i = 0; i < 60; i++) {
        assert_int_equal(number_of(line_at(&rig.out, i), "offset"), 0);
        assert_int_equal(number_of(line_at(&rig.out, i), "record"), i + 1);
        assert_int_equal(number_of(line_at(&rig.out, i), "length"), UINT64_MAX);
    }
    tcs_buf_release(&plain);
    tcs_buf_release(&members);
    tcs_buf_release(&whole);
    tcs_buf_release(&one);
    run_close(&rig);
}

/* Members that begin anywhere: all records are found, and have the offset of the member of their first byte. */
static void test_pages__members_may_split_records(void **state)
{
    struct run_rig rig;
    struct tcs_buf plain = {0}, stored = {0};
    size_t starts[10], at, next, i, round;
    uint32_t seed = 7;

    (void)state;
    run_open(&rig, NULL);
    for (i = 1; i <= 10; i++) {
        starts[i - 1] = plain.len;
        put_numbered_page(&plain, i);
    }
    for (round = 0; round < 4; round++) {
        size_t member_starts[400], offsets[400], count = 0;

        tcs_buf_reset(&stored);
        for (at = 0; at < plain.len; at = next) {
            next = at + 1 + next_random(&seed, round < 2 ? 700 : 5000);
            if (next > plain.len)
                next = plain.len;
            member_starts[count] = at;
            offsets[count++] = stored.len;
            assert_true(count < COUNT(offsets));
            (void)put_gzip(&stored, (struct tcs_str){plain.data + at, next - at});
        }
        expect_invariant(&rig, tcs_buf_view(&stored), "split records");
        expect_numbers(&rig.out, "record", "1,2,3,4,5,6,7,8,9,10", "split records");
        for (i = 0; i < 10; i++) {
            size_t m = count;

            while (m && member_starts[m - 1] > starts[i])
                m--;
            assert_int_equal(number_of(line_at(&rig.out, i), "offset"), offsets[m - 1]);
            if (number_of(line_at(&rig.out, i), "length") != UINT64_MAX) /* only of a member that is the record */
                assert_true(member_starts[m - 1] == starts[i] && m < count &&
                            member_starts[m] == (i < 9 ? starts[i + 1] : plain.len));
        }
        assert_int_equal(rig.losses.len, 0);
    }
    tcs_buf_release(&plain);
    tcs_buf_release(&stored);
    run_close(&rig);
}

/* ---- damage ---- */

static void test_pages__garbage_between_records_is_one_loss(void **state)
{
    struct run_rig rig;
    struct tcs_buf file = {0};
    size_t garbage, length;

    (void)state;
    run_open(&rig, NULL);
    for (length = 10; length < 300000; length *= 20) {
        tcs_buf_reset(&file);
        put_numbered_page(&file, 1);
        garbage = file.len;
        while (file.len < garbage + length)
            put_str(&file, "\x01\xFFx\n");
        put_str(&file, "\r\n\r\n");
        put_numbered_page(&file, 2);
        put_numbered_page(&file, 3);
        expect_invariant(&rig, tcs_buf_view(&file), "garbage");
        assert_int_equal(count_lines(&rig.out), 3);
        assert_int_equal(count_lines(&rig.losses), 1);
        assert_int_equal(number_of(line_at(&rig.losses, 0), "offset"), garbage);
        assert_true(holds(line_at(&rig.losses, 0), "\"kind\":\"stream\""));
    }
    tcs_buf_release(&file);
    run_close(&rig);
}

/* The record in which the stream breaks is searched as far as it goes, and says so; then the next member's are. */
static void test_pages__a_record_cut_by_damage_is_marked(void **state)
{
    struct run_rig rig;
    struct tcs_buf record = {0}, stored = {0};
    size_t second, third, i;

    (void)state;
    run_open(&rig, NULL);
    put_numbered_page(&record, 1);
    (void)put_gzip(&stored, tcs_buf_view(&record));
    second = stored.len;
    tcs_buf_reset(&record);
    put_numbered_page(&record, 2);
    (void)put_gzip(&stored, (struct tcs_str){record.data, record.len - 40}); /* cut, and its CRC is wrong */
    stored.data[stored.len - 6] ^= 0x55;
    third = stored.len;
    tcs_buf_reset(&record);
    put_numbered_page(&record, 3);
    (void)put_gzip(&stored, tcs_buf_view(&record));
    expect_invariant(&rig, tcs_buf_view(&stored), "a broken member");
    assert_int_equal(count_lines(&rig.out), 3);
    for (i = 0; i < 3; i++)
        assert_int_equal(holds(line_at(&rig.out, i), ",\"damaged\":true}"), i == 1);
    assert_int_equal(number_of(line_at(&rig.out, 1), "offset"), second);
    assert_int_equal(number_of(line_at(&rig.out, 2), "offset"), third);
    assert_int_equal(count_lines(&rig.losses), 1);
    assert_int_equal(rig.stats.stream_damage, 1);
    /* cut off at the end of the file */
    expect_invariant(&rig, (struct tcs_str){stored.data, second - 60}, "a truncated member");
    assert_int_equal(count_lines(&rig.out), 1);
    assert_true(holds(line_at(&rig.out, 0), ",\"damaged\":true}"));
    assert_int_equal(count_lines(&rig.losses), 1);
    assert_true(holds(line_at(&rig.losses, 0), "\"status\":\"TOCSIN_E_TRUNCATED\""));
    tcs_buf_release(&record);
    tcs_buf_release(&stored);
    run_close(&rig);
}

/* A record that is shorter than it says ends where the next begins; told, and searched. */
static void test_pages__a_lying_length_costs_nothing(void **state)
{
    struct run_rig rig;
    struct tcs_buf file = {0};

    (void)state;
    run_open(&rig, NULL);
    put_str(&file, "WARC/1.0\r\nWARC-Type: resource\r\n" HTML_TYPE "Content-Length: 100\r\n\r\n" PAGE "\r\n\r\n");
    put_numbered_page(&file, 2);
    put_str(&file, "WARC/1.0\r\nWARC-Type: resource\r\n" HTML_TYPE "Content-Length: 1000\r\n\r\n" PAGE "\r\n\r\n");
    expect_invariant(&rig, tcs_buf_view(&file), "lying lengths");
    expect_numbers(&rig.out, "record", "1,2,3", "lying lengths");
    assert_true(holds(line_at(&rig.out, 2), ",\"damaged\":true}"));
    assert_true(count_lines(&rig.losses) >= 1);
    tcs_buf_release(&file);
    run_close(&rig);
}

/* A record over the limit, however long, costs itself only. The limit may be less than what is kept to find the next. */
static void test_pages__a_record_over_the_limit_costs_itself_only(void **state)
{
    static const size_t limits[] = {1024, 2048, 4095, 4096, 4097, 10000};
    struct run_rig rig;
    struct tcs_buf file = {0}, body = {0};
    size_t position, i, k, start = 0;

    (void)state;
    run_open(&rig, NULL);
    for (k = 0; k < COUNT(limits); k++) {
        for (position = 0; position < 3; position++) {
            rig.options.record_limit = limits[k];
            tcs_buf_reset(&file);
            for (i = 0; i < 3; i++) {
                if (i == position)
                    start = file.len;
                tcs_buf_reset(&body);
                put_str(&body, PAGE);
                while (i == position && body.len < limits[k] + 13 * k * k * k)
                    put_str(&body, "<p>x</p>\n");
                put_response(&file, "200 OK", HTML_TYPE, tcs_buf_view(&body));
            }
            expect_invariant(&rig, tcs_buf_view(&file), "a long record");
            expect_numbers(&rig.out, "record", position == 0 ? "2,3" : position == 1 ? "1,3" : "1,2", "a long record");
            assert_int_equal(count_lines(&rig.losses), 1);
            assert_int_equal(number_of(line_at(&rig.losses, 0), "record"), position + 1);
            assert_int_equal(number_of(line_at(&rig.losses, 0), "offset"), start);
            assert_true(holds(line_at(&rig.losses, 0), "\"kind\":\"limit\",\"status\":\"TOCSIN_E_LIMIT\""));
            assert_int_equal(rig.stats.limits, 1);
        }
    }
    tcs_buf_release(&file);
    tcs_buf_release(&body);
    run_close(&rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pages__records_that_are_documents),
        cmocka_unit_test(test_pages__bodies_are_decoded),
        cmocka_unit_test(test_pages__a_broken_body_is_searched_and_told),
        cmocka_unit_test(test_pages__charsets_come_from_http_and_meta),
        cmocka_unit_test(test_pages__metadata_comes_from_the_record),
        cmocka_unit_test(test_pages__pointers_cut_records_out),
        cmocka_unit_test(test_pages__members_may_split_records),
        cmocka_unit_test(test_pages__garbage_between_records_is_one_loss),
        cmocka_unit_test(test_pages__a_record_cut_by_damage_is_marked),
        cmocka_unit_test(test_pages__a_lying_length_costs_nothing),
        cmocka_unit_test(test_pages__a_record_over_the_limit_costs_itself_only),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
