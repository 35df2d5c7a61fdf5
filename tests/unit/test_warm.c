/*
 * warm: the scan loop does not allocate once its buffers have grown. malloc and its like are interposed, and counted while
 * a worker goes through documents that it has seen the like of.
 */
#include "run_help.h"

#include "run/pages.h"
#include "run/rows.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define CAN_COUNT 0
#else
#define CAN_COUNT 1
extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *old, size_t size);
/* for shared libraries too */
__attribute__((visibility("default"))) void *malloc(size_t size);
__attribute__((visibility("default"))) void *calloc(size_t count, size_t size);
__attribute__((visibility("default"))) void *realloc(void *old, size_t size);
#endif

static _Atomic size_t allocations;
static _Atomic bool is_counting;

#if CAN_COUNT
static void note(void)
{
    if (atomic_load(&is_counting))
        atomic_fetch_add(&allocations, 1);
}

void *malloc(size_t size)
{
    note();
    return __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
    note();
    return __libc_calloc(count, size);
}

void *realloc(void *old, size_t size)
{
    note();
    return __libc_realloc(old, size);
}
#endif

/* ---- a worker without a pipeline ---- */

struct bench {
    struct run_rig rig;
    struct tcs_outlet outlet;
    struct tcs_worker worker;
};

static void open_bench(struct bench *bench, enum tcs_format format, bool no_sieve)
{
    run_open(&bench->rig, NULL);
    bench->rig.options.no_sieve = no_sieve;
    must(tcs_worker_init(&bench->worker, bench->rig.ruleset, &bench->rig.options, &bench->outlet, NULL));
    bench->worker.input = (struct tcs_input_state){.path = "input", .format = format, .charset = "utf-8", .charset_from = "utf-8"};
    bench->worker.input.is_plain = true;
}

static void close_bench(struct bench *bench)
{
    tcs_worker_release(&bench->worker);
    run_close(&bench->rig);
}

/* One chunk through the framer; how many allocations that took. */
static size_t process(struct bench *bench, struct tcs_str bytes)
{
    struct tcs_worker *w = &bench->worker;
    size_t used = 0;
    tocsin_status st;

    tcs_buf_reset(&w->chunk.data);
    tcs_buf_reset(&w->lines.output);
    put(&w->chunk.data, bytes);
    atomic_store(&allocations, 0);
    atomic_store(&is_counting, true);
    st = w->input.format == TCS_FORMAT_WARC ? tcs_pages_process(w, true, false, &used, NULL)
                                            : tcs_rows_process(w, true, false, &used, NULL);
    atomic_store(&is_counting, false);
    must(st);
    assert_int_equal(used, bytes.len);
    return atomic_load(&allocations);
}

#define DOCUMENTS 1000

/* The first chunk warms up; the second, of other documents no larger, takes no memory for any of them. */
static bool replaced_by_valgrind(void)
{
    const char *preload = getenv("LD_PRELOAD");

    return preload && strstr(preload, "/vgpreload_");
}

static void expect_warm(enum tcs_format format, void (*put_document)(struct tcs_buf *, size_t), const char *note_text)
{
    struct tcs_buf chunks[2] = {{0}, {0}};
    size_t i, took, first;
    int no_sieve;

    if (!CAN_COUNT || replaced_by_valgrind()) {
        print_message("skipped: a sanitizer or valgrind has its own malloc, so nothing can be counted\n");
        skip();
    }
    for (i = 0; i < DOCUMENTS; i++) {
        put_document(&chunks[0], i);
        put_document(&chunks[1], DOCUMENTS - 1 - i);
    }
    for (no_sieve = 0; no_sieve < 2; no_sieve++) {
        struct bench bench;

        open_bench(&bench, format, no_sieve);
        first = process(&bench, tcs_buf_view(&chunks[0]));
        assert_true(first > 0); /* it does count */
        took = process(&bench, tcs_buf_view(&chunks[1]));
        assert_true(count_lines(&bench.worker.lines.output) >= DOCUMENTS / 3);
        if (took > (no_sieve ? 0U : 1U)) /* once a chunk qsort of the GNU C library orders candidates in memory of its own */
            fail_msg("%s, %s the sieve: %zu allocations for %d documents", note_text, no_sieve ? "without" : "with", took, DOCUMENTS);
        close_bench(&bench);
    }
    tcs_buf_release(&chunks[0]);
    tcs_buf_release(&chunks[1]);
}

static void put_json(struct tcs_buf *out, size_t i)
{
    must(tcs_buf_printf(out, "{\"id\":\"%zu\",\"title\":\"%s\",\"url\":\"http://a.example/2024/01/%02zu/\",\"text\":\"A.I. \\u6362%s %zu。e\\u0301\"}\n",
                        i, i % 3 ? "天气 Weather" : "ＡＩ換臉诈骗", i % 28 + 1, i % 2 ? "脸" : "天", i));
}

static void put_page(struct tcs_buf *out, size_t i)
{
    struct tcs_buf page = {0};

    must(tcs_buf_printf(&page,
                        "<!doctype html><html><head><title>%s &amp; %zu</title><meta name=description content=\"换&#33080;\">"
                        "<script type=\"application/ld+json\">{\"datePublished\":\"2024-01-02\",\"headline\":\"x\"}</script></head>"
                        "<body><nav>menu</nav><p>一<b>段</b>正文 %zu</p><img alt=\"换脸\"></body></html>",
                        i % 3 ? "天气" : "换脸", i, i));
    put_response(out, "200 OK", i % 2 ? "Content-Type: text/html; charset=utf-8\r\n" : "Content-Type: text/html\r\n",
                 tcs_buf_view(&page));
    tcs_buf_release(&page);
}

static void put_gbk_page(struct tcs_buf *out, size_t i)
{
    struct tcs_buf page = {0};

    must(tcs_buf_printf(&page, "<meta charset=gbk><title>%zu \xBB\xBB\xC1\xB3</title><p>\xD2\xBB\xB6\xCE", i));
    put_response(out, "200 OK", "Content-Type: text/html\r\n", tcs_buf_view(&page));
    tcs_buf_release(&page);
}

static void test_warm__jsonl_takes_no_memory(void **state)
{
    (void)state;
    expect_warm(TCS_FORMAT_JSONL, put_json, "JSONL");
}

static void test_warm__pages_take_no_memory(void **state)
{
    (void)state;
    expect_warm(TCS_FORMAT_WARC, put_page, "pages");
}

static void test_warm__converted_pages_take_no_memory(void **state)
{
    (void)state;
    expect_warm(TCS_FORMAT_WARC, put_gbk_page, "pages in GBK");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_warm__jsonl_takes_no_memory),
        cmocka_unit_test(test_warm__pages_take_no_memory),
        cmocka_unit_test(test_warm__converted_pages_take_no_memory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
