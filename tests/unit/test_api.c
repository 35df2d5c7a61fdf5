/*
 * api: libtocsin as a program of another author sees it: only tocsin.h, made databases of every kind, matched documents,
 * and errors that say where.
 */
#include "tocsin.h"

#include <errno.h>
#include <ftw.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))

static char dir[] = "/tmp/tocsin-api-XXXXXX";

static const char patterns[] = "lexicon: ai\nabout: x\nterms: {zh: [人工智能], en: [AI]}\n---\n"
                               "lexicon: fakes\nabout: x\nterms: {zh: [换脸, 脸]}\n---\n"
                               "rule: both\nscore: 2.5\nwhen: ai and fakes\n---\n"
                               "rule: quoted\nwhen: title(\"视频\")\n---\n"
                               "labels:\n  - {label: incident, when: fakes}\n  - {label: hazard}\n";

static const char *path_of(const char *name)
{
    static char paths[16][128];
    static size_t next;
    char *path = paths[next++ % COUNT(paths)];

    (void)snprintf(path, sizeof paths[0], "%s/%s", dir, name);
    return path;
}

static const char *write_text(const char *name, const char *text)
{
    const char *path = path_of(name);
    FILE *file = fopen(path, "wb");

    assert_non_null(file);
    assert_int_equal(fwrite(text, 1, strlen(text), file), strlen(text));
    assert_int_equal(fclose(file), 0);
    return path;
}

static struct tocsin_db *compile_patterns(void)
{
    const char *folder = path_of("patterns");
    struct tocsin_error err = {0};
    struct tocsin_db *db = NULL;

    (void)mkdir(folder, 0700);
    (void)write_text("patterns/a.yaml", patterns);
    if (tocsin_db_compile(&folder, 1, &db, &err) != TOCSIN_OK)
        fail_msg("%s:%u: %s", err.where, (unsigned)err.offset, err.message);
    return db;
}

static struct tocsin_db *from_term(const char *term)
{
    struct tocsin_db *db = NULL;

    assert_int_equal(tocsin_db_from_terms(&term, 1, &db, NULL), TOCSIN_OK);
    return db;
}

static struct tocsin_field field(const char *name, tocsin_role role, const char *text)
{
    return (struct tocsin_field){.name = name, .role = role, .text = text, .length = strlen(text)};
}

static struct tocsin_matcher *matcher_of(struct tocsin_db *db)
{
    struct tocsin_matcher *matcher = NULL;

    assert_int_equal(tocsin_matcher_new(db, &matcher, NULL), TOCSIN_OK);
    return matcher;
}

/* ---- matching ---- */

/* Of the patterns above: rules, label, score, and hits in place. */
static void check_patterns(struct tocsin_db *db)
{
    struct tocsin_matcher *matcher = matcher_of(db);
    struct tocsin_field fields[] = {field("t", TOCSIN_ROLE_TITLE, "视频"), field("b", TOCSIN_ROLE_TEXT, "\xF0\x9F\x98\x80 AI換臉")};
    static const struct tocsin_hit expected[] = {
        {"rules", "视频", 0, 0, 2, 0, 6}, {"ai", "AI", 1, 2, 4, 5, 7}, {"fakes", "换脸", 1, 4, 6, 7, 13}, {"fakes", "脸", 1, 5, 6, 10, 13}};
    struct tocsin_result result;
    size_t i;

    assert_int_equal(tocsin_match(matcher, fields, 2, &result, NULL), TOCSIN_OK);
    assert_true(result.is_flagged);
    assert_string_equal(result.label, "incident");
    assert_true(result.score > 3.49 && result.score < 3.51);
    assert_int_equal(result.rule_count, 2);
    assert_string_equal(result.rules[0], "both");
    assert_string_equal(result.rules[1], "quoted");
    assert_int_equal(result.hit_count, COUNT(expected));
    for (i = 0; i < COUNT(expected); i++) {
        const struct tocsin_hit *hit = &result.hits[i];

        assert_string_equal(hit->lexicon, expected[i].lexicon);
        assert_string_equal(hit->term, expected[i].term);
        assert_int_equal(hit->field, expected[i].field);
        assert_int_equal(hit->start, expected[i].start);
        assert_int_equal(hit->end, expected[i].end);
        assert_int_equal(hit->start_byte, expected[i].start_byte);
        assert_int_equal(hit->end_byte, expected[i].end_byte);
    }
    /* the next call forgets all of it */
    fields[0] = field("t", TOCSIN_ROLE_TEXT, "视频");
    assert_int_equal(tocsin_match(matcher, fields, 1, &result, NULL), TOCSIN_OK);
    assert_false(result.is_flagged);
    assert_null(result.label);
    assert_int_equal(result.rule_count, 0);
    assert_int_equal(result.hit_count, 1);
    assert_true(result.score >= 0 && result.score <= 0);
    assert_int_equal(tocsin_match(matcher, NULL, 0, &result, NULL), TOCSIN_OK);
    assert_false(result.is_flagged);
    assert_int_equal(result.hit_count, 0);
    tocsin_matcher_free(matcher);
}

static void test_api__compiled_saved_and_loaded_alike(void **state)
{
    struct tocsin_db *db = compile_patterns(), *loaded = NULL;
    const char *path = path_of("saved.db");
    struct stat info;

    (void)state;
    check_patterns(db);
    assert_int_equal(strlen(tocsin_db_hash(db)), 32);
    assert_int_equal(strspn(tocsin_db_hash(db), "0123456789abcdef"), 32);
    assert_null(tocsin_db_notice(db));
    assert_int_equal(tocsin_db_save(db, path, NULL), TOCSIN_OK);
    assert_int_equal(stat(path, &info), 0);
    assert_int_equal(info.st_mode & 0777, 0644);
    assert_int_equal(tocsin_db_load(path, &loaded, NULL), TOCSIN_OK);
    assert_null(tocsin_db_notice(loaded));
    assert_string_equal(tocsin_db_hash(loaded), tocsin_db_hash(db));
    tocsin_db_free(db);
    check_patterns(loaded);
    assert_int_equal(tocsin_db_save(loaded, path, NULL), TOCSIN_OK); /* over itself */
    tocsin_db_free(loaded);
    assert_int_equal(chmod(path, 0666), 0); /* others may write it: compiled anew, and says so */
    assert_int_equal(tocsin_db_load(path, &loaded, NULL), TOCSIN_OK);
    assert_non_null(tocsin_db_notice(loaded));
    check_patterns(loaded);
    tocsin_db_free(loaded);
}

static void test_api__terms_flag_every_document_with_a_hit(void **state)
{
    static const char *const terms[] = {"换脸", "deepfak*", "AI"};
    struct tocsin_db *db = NULL, *loaded = NULL;
    struct tocsin_matcher *matcher;
    struct tocsin_field one;
    struct tocsin_result result;
    const char *path = path_of("terms.db");
    int i;

    (void)state;
    assert_int_equal(tocsin_db_from_terms(terms, COUNT(terms), &db, NULL), TOCSIN_OK);
    assert_int_equal(tocsin_db_save(db, path, NULL), TOCSIN_OK);
    assert_int_equal(tocsin_db_load(path, &loaded, NULL), TOCSIN_OK);
    for (i = 0; i < 2; i++) {
        matcher = matcher_of(i ? loaded : db);
        one = field("text", TOCSIN_ROLE_OTHER, "用ＡＩ換臉 Deepfakes MAIL");
        assert_int_equal(tocsin_match(matcher, &one, 1, &result, NULL), TOCSIN_OK);
        assert_true(result.is_flagged);
        assert_null(result.label);
        assert_int_equal(result.rule_count, 0);
        assert_int_equal(result.hit_count, 3);
        assert_string_equal(result.hits[0].term, "AI");
        assert_string_equal(result.hits[1].term, "换脸");
        assert_string_equal(result.hits[2].term, "deepfak*");
        assert_string_equal(result.hits[2].lexicon, "-e");
        one = field("text", TOCSIN_ROLE_OTHER, "MAIL");
        assert_int_equal(tocsin_match(matcher, &one, 1, &result, NULL), TOCSIN_OK);
        assert_false(result.is_flagged);
        tocsin_matcher_free(matcher);
    }
    tocsin_db_free(db);
    tocsin_db_free(loaded);
}

static void test_api__lines_of_wet_are_paragraphs(void **state)
{
    struct tocsin_db *db = from_term("face swap");
    struct tocsin_matcher *matcher = matcher_of(db);
    struct tocsin_field one = field("text", TOCSIN_ROLE_TEXT, "face\nswap");
    struct tocsin_result result;

    (void)state;
    assert_int_equal(tocsin_match(matcher, &one, 1, &result, NULL), TOCSIN_OK);
    assert_int_equal(result.hit_count, 1);
    one.lf_paragraph = true;
    assert_int_equal(tocsin_match(matcher, &one, 1, &result, NULL), TOCSIN_OK);
    assert_int_equal(result.hit_count, 0);
    tocsin_matcher_free(matcher);
    tocsin_db_free(db);
}

/* Ill-formed bytes read as U+FFFD, one a maximal subpart, and hide no neighbour. */
static void test_api__ill_formed_text_is_read(void **state)
{
    static const struct {
        const char *text;
        size_t start, start_byte;
    } cases[] = {{"\xFF换脸", 1, 1}, {"\xE6\x8D换脸", 1, 2}, {"\xF0\x9F\x98换脸", 1, 3}, {"\x80\x80换脸", 2, 2}, {"\xED\xA0\x80换脸", 3, 3}};
    struct tocsin_db *db = from_term("换脸");
    struct tocsin_matcher *matcher = matcher_of(db);
    struct tocsin_result result;
    size_t i;

    (void)state;
    for (i = 0; i < COUNT(cases); i++) {
        struct tocsin_field one = field("text", TOCSIN_ROLE_TEXT, cases[i].text);

        assert_int_equal(tocsin_match(matcher, &one, 1, &result, NULL), TOCSIN_OK);
        if (result.hit_count != 1 || result.hits[0].start != cases[i].start || result.hits[0].start_byte != cases[i].start_byte ||
            result.hits[0].end != cases[i].start + 2 || result.hits[0].end_byte != cases[i].start_byte + 6)
            fail_msg("case %zu: %zu hits, start %zu", i, result.hit_count, result.hit_count ? result.hits[0].start : 0);
    }
    tocsin_matcher_free(matcher);
    tocsin_db_free(db);
}

/* ---- threads ---- */

static void *match_often(void *db)
{
    struct tocsin_matcher *matcher = NULL;
    struct tocsin_field one = field("text", TOCSIN_ROLE_TEXT, "天气 AI换脸 天气");
    struct tocsin_result result;
    size_t i, hits = 0;

    if (tocsin_matcher_new(db, &matcher, NULL) != TOCSIN_OK)
        return db;
    for (i = 0; i < 500; i++)
        if (tocsin_match(matcher, &one, 1, &result, NULL) == TOCSIN_OK)
            hits += result.hit_count;
    tocsin_matcher_free(matcher);
    return hits == 500 * 3 ? NULL : db;
}

static void test_api__matchers_share_a_database(void **state)
{
    struct tocsin_db *db = compile_patterns();
    pthread_t threads[4];
    size_t i;

    (void)state;
    for (i = 0; i < COUNT(threads); i++)
        assert_int_equal(pthread_create(&threads[i], NULL, match_often, db), 0);
    for (i = 0; i < COUNT(threads); i++) {
        void *failed;

        assert_int_equal(pthread_join(threads[i], &failed), 0);
        assert_null(failed);
    }
    tocsin_db_free(db);
}

/* ---- errors ---- */

static void test_api__errors_say_where(void **state)
{
    static const struct {
        const char *yaml;
        uint64_t line;
    } cases[] = {
        {"lexicon: a\nabout: x\nterms: {zh: [换脸]}\n---\nrule: r\nwhen: a and b\n", 6},
        {"lexicon: a\nabout: x\nterms:\n  zh: [换脸\n", 4},
        {"lexicon: a\nabout: x\nterms:\n  zh: [\"\"]\n", 4},
        {"lexicon: A!\nabout: x\nterms: {zh: [换脸]}\n", 1},
        {"lexicon: a\nabout: x\nterms: {zh: [换脸]}\nunknown: 1\n", 4},
    };
    const char *folder = path_of("bad");
    struct tocsin_db *db = NULL;
    size_t i;

    (void)state;
    assert_int_equal(mkdir(folder, 0700), 0);
    for (i = 0; i < COUNT(cases); i++) {
        struct tocsin_error err = {0};

        (void)write_text("bad/b.yaml", cases[i].yaml);
        assert_int_equal(tocsin_db_compile(&folder, 1, &db, &err), TOCSIN_E_PATTERN);
        assert_int_equal(err.status, TOCSIN_E_PATTERN);
        assert_null(db);
        if (!strstr(err.where, "b.yaml") || !err.message[0] || err.offset < cases[i].line || err.offset > cases[i].line + 1)
            fail_msg("case %zu: %s:%llu: %s", i, err.where, (unsigned long long)err.offset, err.message);
        assert_int_equal(tocsin_db_compile(&folder, 1, &db, NULL), TOCSIN_E_PATTERN);
    }
}

static void test_api__files_that_are_no_databases(void **state)
{
    const char *missing = path_of("missing"), *path = path_of("saved.db"), *empty = path_of("empty"), *text = "";
    struct tocsin_db *db = NULL;
    struct tocsin_error err = {0};
    FILE *file;

    (void)state;
    assert_int_equal(tocsin_db_load(missing, &db, &err), TOCSIN_E_IO);
    assert_int_equal(err.sys_errno, ENOENT);
    assert_string_equal(err.where, missing);
    err = (struct tocsin_error){0};
    assert_int_equal(tocsin_db_compile(&missing, 1, &db, &err), TOCSIN_E_IO);
    assert_true(strstr(err.where, "missing") != NULL);
    (void)write_text("empty", "");
    assert_int_not_equal(tocsin_db_load(empty, &db, &err), TOCSIN_OK);
    (void)write_text("empty", "this is no database, but a text of more than sixty-four bytes, which is a header's length");
    assert_int_equal(tocsin_db_load(empty, &db, &err), TOCSIN_E_CORRUPT);
    assert_string_equal(err.where, empty);
    db = compile_patterns();
    assert_int_equal(tocsin_db_save(db, path, NULL), TOCSIN_OK);
    assert_int_equal(tocsin_db_save(db, path_of("no folder/x.db"), &err), TOCSIN_E_IO);
    tocsin_db_free(db);
    db = NULL;
    file = fopen(path, "r+b");
    assert_non_null(file);
    assert_int_equal(fseek(file, -100, SEEK_END), 0);
    assert_int_equal(fwrite("\x55\xAA", 1, 2, file), 2);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(tocsin_db_load(path, &db, &err), TOCSIN_E_CORRUPT);
    assert_int_equal(truncate(path, 1000), 0);
    assert_int_not_equal(tocsin_db_load(path, &db, &err), TOCSIN_OK);
    assert_null(db);
    assert_int_equal(tocsin_db_from_terms(&text, 1, &db, &err), TOCSIN_E_PATTERN);
    assert_int_equal(tocsin_db_from_terms((const char *[]){"ok", "\xFF", "ok"}, 3, &db, &err), TOCSIN_E_PATTERN);
    assert_int_equal(err.offset, 2);
    assert_true(err.message[0]);
    assert_null(db);
}

static void test_api__arguments_that_make_no_sense(void **state)
{
    struct tocsin_db *db = from_term("换脸");
    struct tocsin_matcher *matcher = matcher_of(db);
    struct tocsin_field one = {.name = "huge", .role = TOCSIN_ROLE_TEXT, .text = "x", .length = (size_t)4 << 30};
    struct tocsin_result result = {.hit_count = 77};
    struct tocsin_error err = {0};

    (void)state;
    assert_int_equal(tocsin_match(matcher, &one, 1, &result, &err), TOCSIN_E_ARG);
    assert_string_equal(err.where, "huge");
    assert_int_equal(result.hit_count, 77); /* left alone */
    one = field("odd", (tocsin_role)9, "x");
    assert_int_equal(tocsin_match(matcher, &one, 1, &result, NULL), TOCSIN_E_ARG);
    one = field("fine", TOCSIN_ROLE_TEXT, "换脸");
    assert_int_equal(tocsin_match(matcher, &one, 1, &result, NULL), TOCSIN_OK);
    assert_int_equal(result.hit_count, 1);
    tocsin_matcher_free(matcher);
    tocsin_matcher_free(NULL);
    tocsin_db_free(db);
    tocsin_db_free(NULL);
}

static void test_api__names_and_version(void **state)
{
    static const char *const names[] = {
        "TOCSIN_OK", "TOCSIN_E_ARG", "TOCSIN_E_NOMEM", "TOCSIN_E_IO", "TOCSIN_E_TRUNCATED", "TOCSIN_E_CORRUPT",
        "TOCSIN_E_UNSUPPORTED", "TOCSIN_E_PATTERN", "TOCSIN_E_DB_VERSION", "TOCSIN_E_LIMIT", "TOCSIN_E_CANCELLED",
        "TOCSIN_E_INTERNAL"};
    unsigned major, minor, patch;
    char end;
    size_t i;

    (void)state;
    for (i = 0; i < COUNT(names); i++)
        assert_string_equal(tocsin_status_name((tocsin_status)i), names[i]);
    assert_non_null(tocsin_status_name((tocsin_status)99));
    assert_int_equal(sscanf(tocsin_version(), "%u.%u.%u%c", &major, &minor, &patch, &end), 3);
}

static int make_dir(void **state)
{
    (void)state;
    return mkdtemp(dir) ? 0 : -1;
}

static int remove_entry(const char *path, const struct stat *info, int type, struct FTW *at)
{
    (void)info;
    (void)type;
    (void)at;
    return remove(path);
}

static int remove_dir(void **state)
{
    (void)state;
    return nftw(dir, remove_entry, 8, FTW_DEPTH | FTW_PHYS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_api__compiled_saved_and_loaded_alike),
        cmocka_unit_test(test_api__terms_flag_every_document_with_a_hit),
        cmocka_unit_test(test_api__lines_of_wet_are_paragraphs),
        cmocka_unit_test(test_api__ill_formed_text_is_read),
        cmocka_unit_test(test_api__matchers_share_a_database),
        cmocka_unit_test(test_api__errors_say_where),
        cmocka_unit_test(test_api__files_that_are_no_databases),
        cmocka_unit_test(test_api__arguments_that_make_no_sense),
        cmocka_unit_test(test_api__names_and_version),
    };

    return cmocka_run_group_tests(tests, make_dir, remove_dir);
}
