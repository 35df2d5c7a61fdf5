/*
 * shards: an input that is split among workers gives what one thread gives, byte for byte, whatever its members are like,
 * wherever it is cut, and whatever is broken in it; so does an input that a second thread reads ahead.
 */
#include "run_help.h"

#include <zdict.h>
#include <zstd.h>

#include "run/shards.h"

/* ---- files ---- */

enum kind { KIND_HTML, KIND_WET, KIND_ARC, KIND_JSONL, KIND_LINES, KINDS };

static const char *const kind_names[KINDS] = {"html", "wet", "arc", "jsonl", "lines"};

struct shape {
    enum kind kind;
    bool is_aligned; /* members end where records do */
    bool is_zstd;    /* members are frames */
    uint32_t records_a_member;
    uint32_t damage; /* in a thousand members: padding, garbage, flipped bytes, empty members */
    uint32_t oddity; /* in a thousand records: long, broken, not UTF-8, blank, gzip inside */
};

/* One member; level 0 stores, so that what is inside stands in the file as it is. */
static void put_member(struct tcs_buf *out, struct tcs_str bytes, int level)
{
    z_stream z = {0};
    size_t room = bytes.len + bytes.len / 100 + 256;

    must(tcs_buf_reserve(out, room));
    assert_int_equal(deflateInit2(&z, level, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY), Z_OK);
    z.next_in = (Bytef *)(uintptr_t)bytes.data;
    z.avail_in = (uInt)bytes.len;
    z.next_out = (Bytef *)out->data + out->len;
    z.avail_out = (uInt)room;
    assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
    out->len += room - z.avail_out;
    (void)deflateEnd(&z);
}

static void put_frame(struct tcs_buf *out, struct tcs_str bytes, int level)
{
    ZSTD_CCtx *cctx = ZSTD_createCCtx();
    size_t room = ZSTD_compressBound(bytes.len), len;

    assert_non_null(cctx);
    must(tcs_buf_reserve(out, room));
    (void)ZSTD_CCtx_setParameter(cctx, ZSTD_c_compressionLevel, level);
    (void)ZSTD_CCtx_setParameter(cctx, ZSTD_c_checksumFlag, level > 0);
    len = ZSTD_compress2(cctx, out->data + out->len, room, bytes.data, bytes.len);
    assert_false(ZSTD_isError(len));
    out->len += len;
    (void)ZSTD_freeCCtx(cctx);
}

static void put_skippable(struct tcs_buf *out, unsigned kind, struct tcs_str bytes)
{
    char header[8] = {(char)(0x50 | kind), 0x2A, 0x4D, 0x18};

    header[4] = (char)bytes.len;
    header[5] = (char)(bytes.len >> 8);
    header[6] = (char)(bytes.len >> 16);
    must(tcs_buf_append(out, header, sizeof header));
    put(out, bytes);
}

static void put_unit(struct tcs_buf *out, const struct shape *shape, struct tcs_str bytes, int level)
{
    (shape->is_zstd ? put_frame : put_member)(out, bytes, level);
}

static void put_words(struct tcs_buf *out, uint32_t *seed, uint32_t count)
{
    static const char *const words[] = {"天气 ", "晴 ", "news ", "换 ", "脸 ", "report ", "的 "};

    for (; count; count--)
        put_str(out, next_random(seed, 60) ? words[next_random(seed, COUNT(words))] : "换脸");
}

/* What goes into a document's text: mostly words; a member of its own, whole, for the search to fall for. */
static void put_text(struct tcs_buf *out, uint32_t *seed, const struct shape *shape, bool is_raw)
{
    put_words(out, seed, 1 + next_random(seed, 30));
    if (next_random(seed, 1000) >= shape->oddity)
        return;
    if (next_random(seed, 4) == 0)
        put_words(out, seed, 800 + next_random(seed, 3000)); /* perhaps over the limit */
    else if (next_random(seed, 3) == 0)
        put_str(out, "\xFF\xC3");
    else if (is_raw) {
        struct tcs_buf inner = {0};

        put_words(&inner, seed, 2000);
        put_unit(out, shape, tcs_buf_view(&inner), next_random(seed, 2) ? 6 : 0);
        tcs_buf_release(&inner);
    }
}

static void put_document(struct tcs_buf *out, uint32_t *seed, const struct shape *shape, size_t number)
{
    bool is_odd = next_random(seed, 1000) < shape->oddity, has_id = next_random(seed, 2);
    struct tcs_buf text = {0};

    put_text(&text, seed, shape, shape->kind != KIND_JSONL);
    switch (shape->kind) {
    case KIND_HTML:
        if (is_odd && next_random(seed, 2))
            put_record(out, "resource", "Content-Type: text/plain\r\n", tcs_buf_view(&text));
        else if (is_odd)
            put_record(out, "conversion", "", tcs_buf_view(&text));
        else
            put_response(out, "200 OK", "Content-Type: text/html\r\n", tcs_buf_view(&text));
        if (is_odd && next_random(seed, 3) == 0)
            put_str(out, next_random(seed, 2) ? "garbage between records\r\n\r\n" : "\r\n\r\n");
        break;
    case KIND_WET:
        put_record(out, is_odd ? "warcinfo" : "conversion", has_id ? "WARC-Record-ID: <urn:x>\r\n" : "", tcs_buf_view(&text));
        if (is_odd && next_random(seed, 2)) /* its length is wrong */
            must(tcs_buf_append(out, "more than was said", next_random(seed, 18)));
        break;
    case KIND_ARC:
        must(tcs_buf_printf(out, "http://a.example/%zu 1.2.3.4 20200102030405 text/html %zu\n", number,
                            text.len + (is_odd ? next_random(seed, 5) : 0)));
        put(out, tcs_buf_view(&text));
        put_str(out, "\n");
        break;
    case KIND_JSONL:
        must(tcs_buf_printf(out, has_id ? "{\"id\":\"%zu\"," : "{\"n\":%zu,", number));
        must(tcs_buf_printf(out, "\"text\":\"%.*s\"%s", (int)text.len, text.data, is_odd ? "\n" : "}\n"));
        break;
    case KIND_LINES:
    case KINDS:
    default:
        put(out, tcs_buf_view(&text));
        put_str(out, is_odd ? "\r\n \n\n" : "\n");
        break;
    }
    tcs_buf_release(&text);
}

static void put_start(struct tcs_buf *out, enum kind kind)
{
    if (kind == KIND_HTML || kind == KIND_WET)
        put_record(out, "warcinfo", "Content-Type: application/warc-fields\r\n", TCS_STR("software: test\r\n"));
    else if (kind == KIND_ARC)
        put_str(out, "filedesc://a.arc 0.0.0.0 20200102030405 text/plain 5\n1 0 x\n\n");
}

/* What may stand between two members, and what may be wrong with the one that begins at start. */
static void damage(struct tcs_buf *stored, const struct shape *shape, size_t start, uint32_t *seed)
{
    size_t len = stored->len - start, i;

    switch (next_random(seed, 7)) {
    case 0:
        put_unit(stored, shape, TCS_STR(""), 6);
        break;
    case 1:
        for (i = next_random(seed, 2000); i; i--)
            must(tcs_buf_putc(stored, '\0'));
        break;
    case 2:
        put_str(stored, "no member");
        break;
    case 3:
        stored->len -= next_random(seed, (uint32_t)len);
        break;
    case 4:
        put_str(stored, shape->is_zstd ? "\x28\xB5\x2F\xFD" : "\x1F\x8B\x08");
        break;
    case 5:
        put_skippable(stored, next_random(seed, 16), (struct tcs_str){stored->data + start, len}); /* D: no dictionary */
        break;
    default:
        stored->data[start + next_random(seed, (uint32_t)len)] ^= (char)(1 << next_random(seed, 8));
        break;
    }
}

/* A file of some `total` decoded bytes. */
static void make_file(struct tcs_buf *stored, const struct shape *shape, size_t total, uint32_t *seed)
{
    struct tcs_buf text = {0};
    size_t done = 0, number = 0, start;

    tcs_buf_reset(stored);
    put_start(&text, shape->kind);
    for (; done < total; done += 1) {
        size_t cut, until = 1 + next_random(seed, shape->records_a_member), i;

        for (i = 0; i < until; i++)
            put_document(&text, seed, shape, ++number);
        cut = shape->is_aligned ? text.len : next_random(seed, (uint32_t)text.len + 1);
        start = stored->len;
        if (shape->is_zstd && next_random(seed, 8) == 0)
            put_skippable(stored, next_random(seed, 13), TCS_STR("anything"));
        put_unit(stored, shape, (struct tcs_str){text.data, cut}, (int)next_random(seed, 3) * 3);
        done += cut;
        memmove(text.data, text.data + cut, text.len - cut);
        text.len -= cut;
        if (next_random(seed, 1000) < shape->damage)
            damage(stored, shape, start, seed);
    }
    put_unit(stored, shape, tcs_buf_view(&text), 6);
    if (shape->damage && next_random(seed, 3) == 0)
        stored->len -= next_random(seed, (uint32_t)stored->len / 2);
    tcs_buf_release(&text);
}

/* ---- runs ---- */

struct result {
    tocsin_status st;
    struct tcs_buf out, losses, said, stats;
    char message[sizeof((struct tocsin_error *)NULL)->message];
};

static void say(void *context, const char *text)
{
    must(tcs_buf_printf(context, "%s\n", text));
}

/* Everything of the stats that is not time, as JSON and beyond it. */
static void write_stats(struct run_rig *rig, struct tcs_buf *out)
{
    struct tcs_stats *s = &rig->stats;

    s->inflate_seconds = s->sieve_seconds = s->check_seconds = s->judge_seconds = s->wall_seconds = 0;
    tcs_buf_reset(out);
    must(tcs_stats_json(s, tcs_ruleset_patterns(rig->ruleset), out));
}

static void run(struct run_rig *rig, struct result *result)
{
    tcs_buf_reset(&result->said);
    rig->options.message = say;
    rig->options.message_context = &result->said;
    rig->options.is_quiet = rig->options.input_count > 1; /* messages of several inputs have no order */
    result->st = run_again(rig);
    (void)c_str(&result->said);
    memcpy(result->message, rig->err.message, sizeof result->message);
    write_stats(rig, &result->stats);
    (void)c_str(&result->stats);
    tcs_buf_reset(&result->out);
    tcs_buf_reset(&result->losses);
    put(&result->out, tcs_buf_view(&rig->out));
    put(&result->losses, tcs_buf_view(&rig->losses));
}

static void release_result(struct result *result)
{
    tcs_buf_release(&result->out);
    tcs_buf_release(&result->losses);
    tcs_buf_release(&result->said);
    tcs_buf_release(&result->stats);
}

static void same(const char *what, const struct tcs_buf *one, const struct tcs_buf *many, const char *name)
{
    size_t at = 0, from;

    while (at < one->len && at < many->len && one->data[at] == many->data[at])
        at++;
    if (at == one->len && at == many->len)
        return;
    from = at > 300 ? at - 300 : 0;
    fail_msg("%s: %s differ at %zu (of %zu and %zu):\n  one thread: %.*s\n  more: %.*s", name, what, at, one->len, many->len,
             (int)(one->len - from < 900 ? one->len - from : 900), one->data + from,
             (int)(many->len - from < 900 ? many->len - from : 900), many->data + from);
}

/* The input under one thread and under others; returns how many shards counted. */
static size_t compare(struct run_rig *rig, const char *name)
{
    static const unsigned threads[] = {2, 3, 8};
    _Atomic size_t joined = 0;
    struct result one = {0}, many = {0};
    size_t i;

    rig->options.shards_joined = &joined;
    rig->options.threads = 1;
    run(rig, &one);
    assert_int_equal(joined, 0);
    for (i = 0; i < COUNT(threads); i++) {
        rig->options.threads = threads[i];
        run(rig, &many);
        assert_int_equal(many.st, one.st);
        assert_string_equal(many.message, one.message);
        if (one.st != TOCSIN_OK)
            continue;
        same("lines", &one.out, &many.out, name);
        same("losses", &one.losses, &many.losses, name);
        same("stats", &one.stats, &many.stats, name);
        same("messages", &one.said, &many.said, name);
    }
    release_result(&one);
    release_result(&many);
    rig->options.shards_joined = NULL;
    return joined;
}

/* ---- tests ---- */

static uint32_t trials(void)
{
    const char *set = getenv("TRIALS");

    return set ? (uint32_t)strtoul(set, NULL, 10) : 60;
}

static uint32_t first_seed(void)
{
    const char *set = getenv("SEED");

    return set ? (uint32_t)strtoul(set, NULL, 10) : 1;
}

static void choose_options(struct run_rig *rig, enum kind kind, uint32_t *seed)
{
    static const enum tcs_emit emits[] = {TCS_EMIT_HITS, TCS_EMIT_FLAGGED, TCS_EMIT_ALL, TCS_EMIT_FIELDS};
    static const enum tcs_format formats[KINDS] = {TCS_FORMAT_WARC, TCS_FORMAT_WARC, TCS_FORMAT_ARC, TCS_FORMAT_JSONL,
                                                   TCS_FORMAT_LINES};

    run_options(rig);
    rig->options.format = formats[kind];
    rig->options.emit = emits[next_random(seed, COUNT(emits))];
    rig->options.shard_bytes = 300 + next_random(seed, 12000);
    rig->options.record_limit = next_random(seed, 3) ? 4000 + next_random(seed, 8000) : (size_t)16 << 20;
    rig->options.chunk_bytes = next_random(seed, 3) ? 200 + next_random(seed, 50000) : (size_t)1 << 20;
    rig->options.validate = next_random(seed, 4) == 0;
    rig->options.no_sieve = next_random(seed, 6) == 0;
    rig->options.as_key = kind == KIND_JSONL && rig->options.emit != TCS_EMIT_FIELDS && next_random(seed, 2) ? "tocsin" : NULL;
}

static void random_files(bool is_zstd)
{
    struct run_rig rig;
    struct tcs_buf stored = {0};
    size_t joined[KINDS] = {0}, all = 0;
    uint32_t trial, count = trials();

    run_open(&rig, NULL);
    for (trial = 0; trial < count; trial++) {
        uint32_t number = first_seed() + trial, seed = number * 7919;
        struct shape shape = {.kind = (enum kind)(number % KINDS), .is_zstd = is_zstd};
        char name[96];

        shape.is_aligned = next_random(&seed, 3) > 0;
        shape.records_a_member = 1 + next_random(&seed, next_random(&seed, 2) ? 3 : 40);
        shape.damage = next_random(&seed, 2) ? next_random(&seed, 60) : 0;
        shape.oddity = next_random(&seed, 2) ? next_random(&seed, 40) : 0;
        (void)snprintf(name, sizeof name, "seed %u, %s, %s%s", number, is_zstd ? "zstd" : "gzip", kind_names[shape.kind],
                       shape.is_aligned ? "" : ", cut anywhere");
        choose_options(&rig, shape.kind, &seed);
        make_file(&stored, &shape, 300000 + next_random(&seed, 500000), &seed);
        write_file(rig.input, tcs_buf_view(&stored));
        joined[shape.kind] += compare(&rig, name);
    }
    for (trial = 0; trial < KINDS; trial++)
        all += joined[trial];
    print_message("  %zu shards counted: html %zu, wet %zu, arc %zu, jsonl %zu, lines %zu\n", all, joined[KIND_HTML],
                  joined[KIND_WET], joined[KIND_ARC], joined[KIND_JSONL], joined[KIND_LINES]);
    assert_true(all > count);
    tcs_buf_release(&stored);
    run_close(&rig);
}

static void test_shards__random_files_of_every_kind(void **state)
{
    (void)state;
    random_files(false);
}

static void test_shards__random_files_of_zstd(void **state)
{
    (void)state;
    random_files(true);
}

/*
 * Frames without a dictionary, then a dictionary, frames that need it, and frames that do not: what begins behind it does
 * not know it, so no shard counts there.
 */
static void test_shards__a_dictionary_is_known_to_the_head_alone(void **state)
{
    struct tcs_buf samples = {0}, dictionary = {0}, stored = {0}, text = {0};
    size_t sizes[100], i, joined = 0;
    ZSTD_CCtx *cctx = ZSTD_createCCtx();
    struct run_rig rig;
    uint32_t seed = 5;

    (void)state;
    run_open(&rig, NULL);
    assert_non_null(cctx);
    for (i = 0; i < COUNT(sizes); i++) {
        size_t before = samples.len;

        put_words(&samples, &seed, 300);
        sizes[i] = samples.len - before;
    }
    must(tcs_buf_reserve(&dictionary, 8000));
    dictionary.len = ZDICT_trainFromBuffer(dictionary.data, 8000, samples.data, sizes, COUNT(sizes));
    assert_false(ZDICT_isError(dictionary.len));
    for (i = 0; i < 900; i++) {
        if (i == 300)
            put_skippable(&stored, 0xD, tcs_buf_view(&dictionary));
        tcs_buf_reset(&text);
        put_words(&text, &seed, 200);
        put_str(&text, "\n");
        if (i < 300 || i % 3 == 0) {
            put_frame(&stored, tcs_buf_view(&text), 3);
        } else {
            must(tcs_buf_reserve(&stored, ZSTD_compressBound(text.len)));
            stored.len += ZSTD_compress_usingDict(cctx, stored.data + stored.len, ZSTD_compressBound(text.len), text.data,
                                                  text.len, dictionary.data, dictionary.len, 3);
        }
    }
    write_file(rig.input, tcs_buf_view(&stored));
    rig.options.format = TCS_FORMAT_LINES;
    rig.options.shard_bytes = 5000;
    for (i = 0; i < 50 && !joined; i++) /* on a busy machine the head may be faster than every shard */
        joined = compare(&rig, "a dictionary in the middle");
    print_message("  %zu shards counted\n", joined);
    assert_true(joined > 0);
    assert_int_equal(rig.stats.documents, 900);
    assert_int_equal(rig.stats.stream_damage, 0);
    (void)ZSTD_freeCCtx(cctx);
    tcs_buf_release(&samples);
    tcs_buf_release(&dictionary);
    tcs_buf_release(&stored);
    tcs_buf_release(&text);
    run_close(&rig);
}

/*
 * The bytes of a shard's start lie in the file, but are no member: each member is stored, and holds a gzip file. No shard may
 * count that begins in one.
 */
static void test_shards__members_inside_of_members_are_none(void **state)
{
    struct run_rig rig;
    struct tcs_buf stored = {0}, text = {0};
    size_t i, k, joined;
    uint32_t seed = 3;

    (void)state;
    run_open(&rig, NULL);
    for (i = 0; i < 300; i++) {
        struct tcs_buf inner = {0}, words = {0};

        tcs_buf_reset(&text);
        for (k = 0; k < 3; k++) {
            put_words(&words, &seed, 300);
            put_member(&inner, tcs_buf_view(&words), 6);
        }
        tcs_buf_release(&words);
        put_response(&text, "200 OK", "Content-Type: text/plain\r\n", tcs_buf_view(&inner));
        put_member(&stored, tcs_buf_view(&text), 0);
        tcs_buf_release(&inner);
    }
    write_file(rig.input, tcs_buf_view(&stored));
    rig.options.shard_bytes = 30000;
    joined = compare(&rig, "members in members");
    print_message("  %zu shards counted\n", joined);
    tcs_buf_release(&stored);
    tcs_buf_release(&text);
    run_close(&rig);
}

/* One member, or members that end in the middle of lines: nothing counts, nothing is lost, and it ends. */
static void test_shards__nothing_counts_where_no_record_ends_with_a_member(void **state)
{
    struct run_rig rig;
    struct tcs_buf stored = {0}, text = {0};
    uint32_t seed = 4;
    size_t at;

    (void)state;
    run_open(&rig, NULL);
    rig.options.format = TCS_FORMAT_LINES;
    rig.options.shard_bytes = 2000;
    while (text.len < 1000000) {
        put_words(&text, &seed, 20);
        put_str(&text, "\n");
    }
    put_member(&stored, tcs_buf_view(&text), 1);
    write_file(rig.input, tcs_buf_view(&stored));
    assert_int_equal(compare(&rig, "one member"), 0);
    tcs_buf_reset(&stored);
    for (at = 0; at < text.len; at += 5000) {
        size_t len = text.len - at < 5000 ? text.len - at : 5000;

        if (text.data[at + len - 1] == '\n')
            text.data[at + len - 1] = ' ';
        put_member(&stored, (struct tcs_str){text.data + at, len}, 1);
    }
    write_file(rig.input, tcs_buf_view(&stored));
    assert_int_equal(compare(&rig, "members cut in lines"), 0);
    tcs_buf_release(&stored);
    tcs_buf_release(&text);
    run_close(&rig);
}

/* A clean file of a member a record: shards count. More lines than a worker may hold wait, and come in their order. */
static void test_shards__more_lines_than_may_be_held_wait(void **state)
{
    struct run_rig rig;
    struct tcs_buf stored = {0}, text = {0};
    size_t i, k;

    (void)state;
    run_open(&rig, NULL);
    rig.options.format = TCS_FORMAT_LINES;
    rig.options.emit = TCS_EMIT_FIELDS;
    rig.options.shard_bytes = 20000;
    for (i = 0; i < 80; i++) {
        tcs_buf_reset(&text);
        for (k = 0; k < 100; k++)
            must(tcs_buf_printf(&text, "%zu %zu %03000d\n", i, k, 0));
        put_member(&stored, tcs_buf_view(&text), 1);
    }
    write_file(rig.input, tcs_buf_view(&stored));
    assert_true(compare(&rig, "many lines") > 0);
    assert_true(rig.out.len > 2 * TCS_OUTLET_HELD_MAX);
    tcs_buf_release(&stored);
    tcs_buf_release(&text);
    run_close(&rig);
}

/* What fails in a shard fails as in one thread, with the number of the record in the input. */
static void test_shards__a_failure_is_that_of_one_thread(void **state)
{
    struct run_rig rig;
    struct tcs_buf stored = {0}, text = {0};
    uint32_t seed = 9;
    size_t i;

    (void)state;
    run_open(&rig, NULL);
    rig.options.format = TCS_FORMAT_JSONL;
    rig.options.as_key = "tocsin";
    rig.options.shard_bytes = 3000;
    for (i = 0; i < 20000; i++) {
        must(tcs_buf_printf(&text, "{\"text\":\"换脸 %u\"%s}\n", next_random(&seed, 1000000), i == 15000 ? ",\"tocsin\":1" : ""));
        if (i % 10 == 9) {
            put_member(&stored, tcs_buf_view(&text), 1);
            tcs_buf_reset(&text);
        }
    }
    must(tcs_json_paths_watch(&rig.layout.paths, TCS_STR("tocsin"), NULL));
    write_file(rig.input, tcs_buf_view(&stored));
    (void)compare(&rig, "a key that exists");
    assert_int_equal(rig.err.status, TOCSIN_E_ARG);
    assert_non_null(strstr(rig.err.message, "record 15001 "));
    tcs_buf_release(&stored);
    tcs_buf_release(&text);
    run_close(&rig);
}

/* Large inputs among small ones: when no input is left, the large ones are split. */
static void test_shards__some_inputs_of_many(void **state)
{
    struct run_rig rig;
    struct tcs_buf stored = {0};
    char paths[12][80];
    const char *inputs[COUNT(paths)];
    uint32_t seed = 11;
    size_t i;

    (void)state;
    run_open(&rig, NULL);
    for (i = 0; i < COUNT(paths); i++) {
        struct shape shape = {.kind = (enum kind)(i % KINDS), .is_aligned = true, .records_a_member = 2, .damage = i == COUNT(paths) - 1 ? 0 : (uint32_t)(i % 3 * 4)};

        (void)snprintf(paths[i], sizeof paths[i], "%s/%02zu", rig.dir, i);
        inputs[i] = paths[i];
        make_file(&stored, &shape, i == COUNT(paths) - 1 ? 4000000 : i % 4 == 3 ? 400000 : 3000, &seed);
        write_file(paths[i], tcs_buf_view(&stored));
    }
    rig.options.inputs = inputs;
    rig.options.input_count = COUNT(paths);
    rig.options.shard_bytes = 20000;
    rig.options.no_sieve = true; /* the last one takes long enough for the others to join */
    assert_true(compare(&rig, "many inputs") > 0);
    tcs_buf_release(&stored);
    run_close(&rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_shards__members_inside_of_members_are_none),
        cmocka_unit_test(test_shards__nothing_counts_where_no_record_ends_with_a_member),
        cmocka_unit_test(test_shards__more_lines_than_may_be_held_wait),
        cmocka_unit_test(test_shards__a_failure_is_that_of_one_thread),
        cmocka_unit_test(test_shards__some_inputs_of_many),
        cmocka_unit_test(test_shards__a_dictionary_is_known_to_the_head_alone),
        cmocka_unit_test(test_shards__random_files_of_every_kind),
        cmocka_unit_test(test_shards__random_files_of_zstd),
    };

    return cmocka_run_group_tests_name("shards", tests, NULL, NULL);
}
