/*
 * ruleset: save then load is compile (hash, terms, hits, sieves, bytes); what may not be trusted is compiled again from the
 * sources, and says so; the terms of -e; errors with file and line; which terms are reported.
 */
#include "match_help.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "match/dbfile.h"
#include "match/fold.h"
#include "rules/ruleset.h"

static char folder[] = "/tmp/tocsin-test-ruleset-XXXXXX";
static char path[64];

static const char lexicons[] = "lexicon: deepfakes\n"
                               "terms: {zh: [换脸, 深度伪造], en: [{term: deepfake, inflect: true}, face swap*]}\n"
                               "unless: [换脸手术]\n"
                               "---\n"
                               "lexicon: ai\n"
                               "terms: {en: [AI, {term: GPT, version: true}]}\n",
                  rules[] = "rule: r\nwhen: near(ai, deepfakes, 10) or \"诈骗\" and ai\n";

static const struct tcs_source sources[] = {{{"lexicons.yaml", 13}, {lexicons, sizeof lexicons - 1}},
                                            {{"rules.yaml", 10}, {rules, sizeof rules - 1}}};

static const char *const texts[] = {"用AI換臉詐騙", "Deepfakes and face-swapping", "GPT4 and MAIL", "换脸手术", "nothing of the kind",
                                    "A.I. ＡＩ深度\u200B偽造", ""};

static struct tcs_ruleset *compiled; /* of these sources */

static int make_folder(void **state)
{
    (void)state;
    if (!mkdtemp(folder))
        return -1;
    (void)snprintf(path, sizeof path, "%s/file.db", folder);
    return tcs_ruleset_compile(sources, COUNT(sources), &compiled, NULL) != TOCSIN_OK;
}

static int remove_folder(void **state)
{
    (void)state;
    tcs_ruleset_free(compiled);
    (void)unlink(path);
    return rmdir(folder);
}

/* ---- the same by whatever road ---- */

static void find(const struct tcs_ruleset *ruleset, const char *text, struct tcs_hits *hits)
{
    struct tcs_finder_scratch scratch = {0};
    struct tcs_folded folded = {0};

    hits->count = 0;
    must(tcs_finder_fit(tcs_ruleset_finder(ruleset), &scratch, NULL));
    must(tcs_fold(str(text), false, true, &folded));
    must(tcs_finder_search(tcs_ruleset_finder(ruleset), &scratch, 0, tcs_buf_view(&folded.text)));
    must(tcs_finder_find(tcs_ruleset_finder(ruleset), &scratch, 0, str(text), &folded, hits));
    tcs_finder_scratch_release(&scratch);
    tcs_folded_release(&folded);
}

static bool locate_all(void *context, size_t at, struct tcs_span *span_out)
{
    (void)at;
    *span_out = (struct tcs_span){0, *(const size_t *)context, 0};
    return true;
}

/* 1 candidate, 0 none, 2 without a sieve. */
static unsigned sieve(struct tcs_ruleset *ruleset, enum tcs_plan_mode mode, enum tcs_syntax syntax, const char *text)
{
    struct tcs_sieve_scratch scratch = {0};
    const struct tcs_sieve *sieve;
    size_t len = strlen(text), count;

    must(tcs_ruleset_sieve(ruleset, mode, syntax, &sieve, NULL));
    if (!sieve)
        return 2;
    must(tcs_sieve_fit(sieve, &scratch, NULL));
    must(tcs_sieve_scan(sieve, &scratch, str(text), false, locate_all, &len));
    count = scratch.candidate_count;
    tcs_sieve_scratch_release(&scratch);
    return (unsigned)count;
}

static void same(struct tcs_ruleset *a, struct tcs_ruleset *b)
{
    const struct tcs_patterns *p = tcs_ruleset_patterns(a), *q = tcs_ruleset_patterns(b);
    struct tcs_hits x = {0}, y = {0};
    size_t i, k;

    assert_string_equal(tcs_ruleset_hash(a), tcs_ruleset_hash(b));
    assert_int_equal(p->term_count, q->term_count);
    assert_int_equal(p->rule_count, q->rule_count);
    for (i = 0; i < p->term_count; i++) {
        assert_string_equal(p->terms[i].authored, q->terms[i].authored);
        assert_int_equal(tcs_ruleset_term_folds(a)[i], tcs_ruleset_term_folds(b)[i]);
        assert_int_equal(tcs_ruleset_is_reported(a)[i], tcs_ruleset_is_reported(b)[i]);
    }
    for (i = 0; i < COUNT(texts); i++) {
        find(a, texts[i], &x);
        find(b, texts[i], &y);
        assert_int_equal(x.count, y.count);
        for (k = 0; k < x.count; k++)
            assert_memory_equal(&x.items[k], &y.items[k], sizeof x.items[k]);
        for (k = 0; k < 2 * TCS_SYNTAX_COUNT; k++) {
            enum tcs_plan_mode mode = (enum tcs_plan_mode)(k % 2);
            enum tcs_syntax syntax = (enum tcs_syntax)(k / 2);

            assert_int_equal(sieve(a, mode, syntax, texts[i]), sieve(b, mode, syntax, texts[i]));
        }
    }
    free(x.items);
    free(y.items);
}

static void read_bytes(struct tcs_buf *out)
{
    FILE *file = fopen(path, "rb");
    int c;

    assert_non_null(file);
    tcs_buf_reset(out);
    while ((c = fgetc(file)) != EOF)
        must(tcs_buf_putc(out, (char)c));
    (void)fclose(file);
}

static void test_ruleset__save_then_load_is_compile(void **state)
{
    struct tcs_ruleset *loaded;
    struct tcs_buf first = {0}, second = {0};

    (void)state;
    assert_null(tcs_ruleset_notice(compiled));
    must(tcs_ruleset_save(compiled, path, NULL));
    must(tcs_ruleset_load(path, &loaded, NULL));
    assert_null(tcs_ruleset_notice(loaded));
    same(compiled, loaded);
    read_bytes(&first);
    must(tcs_ruleset_save(loaded, path, NULL));
    read_bytes(&second);
    assert_true(tcs_str_equal(tcs_buf_view(&first), tcs_buf_view(&second)));
    tcs_buf_release(&first);
    tcs_buf_release(&second);
    tcs_ruleset_free(loaded);
    tcs_ruleset_free(NULL);
}

static void test_ruleset__sieves_follow_the_mode(void **state)
{
    struct tcs_ruleset *ruleset = compiled;

    (void)state;
    assert_int_equal(sieve(ruleset, TCS_PLAN_FLAGGED, TCS_SYNTAX_TEXT, "用AI換臉"), 1);
    assert_int_equal(sieve(ruleset, TCS_PLAN_FLAGGED, TCS_SYNTAX_TEXT, "nothing"), 0);
    assert_int_equal(sieve(ruleset, TCS_PLAN_HITS, TCS_SYNTAX_TEXT, "用AI"), 1);
    assert_int_equal(sieve(ruleset, TCS_PLAN_HITS, TCS_SYNTAX_TEXT, "換臉"), 1);
    assert_int_equal(sieve(ruleset, TCS_PLAN_HITS, TCS_SYNTAX_TEXT, "詐騙"), 1);
    assert_int_equal(sieve(ruleset, TCS_PLAN_HITS, TCS_SYNTAX_JSON, "\"\\u8a50\\u9a19\""), 1);
    assert_int_equal(sieve(ruleset, TCS_PLAN_HITS, TCS_SYNTAX_HTML, "詐<b>騙"), 1);
    assert_int_equal(sieve(ruleset, TCS_PLAN_HITS, TCS_SYNTAX_TEXT, "詐<b>騙"), 0);
}

static void test_ruleset__what_the_sieve_cannot_look_for_needs_every_document(void **state)
{
    static const char text[] = "lexicon: a\nterms: {fr: [é, AI]}\n---\nrule: r\nwhen: not a\n";
    struct tcs_source source = {TCS_STR("a.yaml"), {text, sizeof text - 1}};
    struct tcs_ruleset *ruleset;

    (void)state;
    must(tcs_ruleset_compile(&source, 1, &ruleset, NULL));
    assert_int_equal(sieve(ruleset, TCS_PLAN_FLAGGED, TCS_SYNTAX_TEXT, "x"), 2);
    assert_int_equal(sieve(ruleset, TCS_PLAN_HITS, TCS_SYNTAX_TEXT, "x"), 2);
    must(tcs_ruleset_save(ruleset, path, NULL));
    tcs_ruleset_free(ruleset);
    must(tcs_ruleset_load(path, &ruleset, NULL));
    assert_int_equal(sieve(ruleset, TCS_PLAN_FLAGGED, TCS_SYNTAX_TEXT, "x"), 2);
    tcs_ruleset_free(ruleset);
}

/* ---- not trusted, or of another version ---- */

static void test_ruleset__a_file_that_others_may_write_is_recompiled(void **state)
{
    struct tcs_ruleset *loaded;

    (void)state;
    must(tcs_ruleset_save(compiled, path, NULL));
    assert_int_equal(chmod(path, 0664), 0);
    must(tcs_ruleset_load(path, &loaded, NULL));
    assert_non_null(tcs_ruleset_notice(loaded));
    assert_non_null(strstr(tcs_ruleset_notice(loaded), path));
    assert_non_null(strstr(tcs_ruleset_notice(loaded), "others may write this file"));
    same(compiled, loaded);
    tcs_ruleset_free(loaded);
}

#define SECTIONS_MAX 32

/* What a file holds, as tcs_dbfile_save takes it. */
struct contents {
    struct tcs_dbfile file;
    struct tcs_dbfile_section list[SECTIONS_MAX];
    struct tcs_buf bytes[SECTIONS_MAX];
};

static void read_contents(struct contents *c)
{
    size_t i;

    memset(c, 0, sizeof *c);
    must(tcs_dbfile_load(path, &c->file, NULL));
    assert_true(c->file.section_count > 1 && c->file.section_count <= SECTIONS_MAX);
    for (i = 0; i < c->file.section_count; i++) {
        must(tcs_dbfile_read(&c->file, c->file.sections[i].id, &c->bytes[i], NULL));
        c->list[i] = (struct tcs_dbfile_section){c->file.sections[i].id, tcs_buf_view(&c->bytes[i])};
    }
}

static void release_contents(struct contents *c)
{
    size_t i;

    for (i = 0; i < c->file.section_count; i++)
        tcs_buf_release(&c->bytes[i]);
    tcs_dbfile_release(&c->file);
}

/* The engine's bytes of such a file are not read at all: here they would be fatal. */
static void test_ruleset__untrusted_engine_bytes_are_not_read(void **state)
{
    struct tcs_ruleset *loaded;
    struct contents c;
    char garbage[] = "not an engine's bytes";
    size_t i;

    (void)state;
    must(tcs_ruleset_save(compiled, path, NULL));
    read_contents(&c);
    for (i = 1; i < c.file.section_count; i++)
        c.list[i].bytes = str(garbage);
    must(tcs_dbfile_save(path, c.file.engine, c.file.fold, c.list, c.file.section_count, NULL));
    assert_int_equal(chmod(path, 0646), 0);
    release_contents(&c);
    must(tcs_ruleset_load(path, &loaded, NULL));
    same(compiled, loaded);
    tcs_ruleset_free(loaded);
}

/* A sieve is read when it is needed, and refused then if it is damaged; the others serve. */
static void test_ruleset__a_damaged_sieve_is_refused_when_needed(void **state)
{
    struct tcs_ruleset *loaded;
    const struct tcs_sieve *found;
    struct tocsin_error err = {0};
    struct tcs_dbfile file;
    uint64_t at = 0;
    size_t i;
    int fd;

    (void)state;
    must(tcs_ruleset_save(compiled, path, NULL));
    must(tcs_dbfile_load(path, &file, NULL));
    for (i = 0; i < file.section_count; i++)
        if (file.sections[i].id == 16 + TCS_SYNTAX_JSON)
            at = file.sections[i].offset + file.sections[i].length / 2;
    tcs_dbfile_release(&file);
    assert_true(at > 0);
    must(tcs_ruleset_load(path, &loaded, NULL));
    fd = open(path, O_WRONLY);
    assert_true(fd >= 0);
    assert_int_equal(pwrite(fd, "\x55\xAA\x55\xAA", 4, (off_t)at), 4);
    (void)close(fd);
    must(tcs_ruleset_sieve(loaded, TCS_PLAN_FLAGGED, TCS_SYNTAX_HTML, &found, NULL));
    assert_int_equal(tcs_ruleset_sieve(loaded, TCS_PLAN_FLAGGED, TCS_SYNTAX_JSON, &found, &err), TOCSIN_E_CORRUPT);
    assert_non_null(strstr(err.message, "checksum is wrong"));
    assert_string_equal(err.where, path);
    tcs_ruleset_free(loaded);
}

/* Where every hit flags, both modes look for the same pieces, and CSV is searched for what text is. */
static void test_ruleset__equal_sieves_are_stored_once(void **state)
{
    struct tcs_str terms[] = {TCS_STR("換臉"), TCS_STR("deepfak*")};
    struct tcs_ruleset *ruleset, *loaded;
    struct tcs_dbfile file;
    size_t i, first = 0, mode, syntax;

    (void)state;
    must(tcs_ruleset_from_terms(terms, COUNT(terms), &ruleset, NULL));
    must(tcs_ruleset_save(ruleset, path, NULL));
    must(tcs_dbfile_load(path, &file, NULL));
    for (i = 0; i < file.section_count; i++) {
        size_t slot = file.sections[i].id - 16;

        if (file.sections[i].id == 16)
            first = i;
        if (file.sections[i].id < 16)
            continue;
        if (slot % TCS_SYNTAX_COUNT == TCS_SYNTAX_CSV)
            assert_int_equal(file.sections[i].offset, file.sections[first].offset);
        if (slot >= TCS_SYNTAX_COUNT)
            assert_int_equal(file.sections[i].offset, file.sections[first + slot - TCS_SYNTAX_COUNT].offset);
    }
    tcs_dbfile_release(&file);
    must(tcs_ruleset_load(path, &loaded, NULL));
    for (mode = 0; mode < 2; mode++)
        for (syntax = 0; syntax < TCS_SYNTAX_COUNT; syntax++) {
            assert_int_equal(sieve(loaded, (enum tcs_plan_mode)mode, (enum tcs_syntax)syntax, "Deepfakes"), 1);
            assert_int_equal(sieve(loaded, (enum tcs_plan_mode)mode, (enum tcs_syntax)syntax, "Deepfries"), 0);
        }
    tcs_ruleset_free(ruleset);
    tcs_ruleset_free(loaded);
}

static void resave_as(const char *engine, const char *fold)
{
    struct contents c;

    read_contents(&c);
    must(tcs_dbfile_save(path, engine ? engine : c.file.engine, fold ? fold : c.file.fold, c.list, c.file.section_count,
                         NULL));
    release_contents(&c);
}

static void test_ruleset__another_version_is_recompiled(void **state)
{
    struct tcs_ruleset *loaded;

    (void)state;
    must(tcs_ruleset_save(compiled, path, NULL));
    resave_as("4.7.11 elsewhere", NULL);
    must(tcs_ruleset_load(path, &loaded, NULL));
    assert_non_null(strstr(tcs_ruleset_notice(loaded), "engine's version differs (made by 4.7.11 elsewhere"));
    same(compiled, loaded);
    tcs_ruleset_free(loaded);
    must(tcs_ruleset_save(compiled, path, NULL));
    resave_as(NULL, "0123456789abcdef");
    must(tcs_ruleset_load(path, &loaded, NULL));
    assert_non_null(strstr(tcs_ruleset_notice(loaded), "fold's version differs (made by 0123456789abcdef"));
    same(compiled, loaded);
    tcs_ruleset_free(loaded);
}

static void test_ruleset__bad_files_have_errors(void **state)
{
    struct tcs_dbfile_section none = {1, {NULL, 0}}, cut = {1, {"\7\0\0\0\0\0\0\0name", 12}};
    struct tocsin_error err = {0};
    struct tcs_ruleset *loaded;

    (void)state;
    must(tcs_dbfile_save(path, "e", "f", &none, 1, NULL));
    assert_int_equal(tcs_ruleset_load(path, &loaded, &err), TOCSIN_E_DB_VERSION);
    assert_non_null(strstr(err.message, "holds no sources"));
    assert_string_equal(err.where, path);
    must(tcs_dbfile_save(path, "e", "f", &cut, 1, NULL));
    assert_int_equal(tcs_ruleset_load(path, &loaded, &err), TOCSIN_E_CORRUPT);
    assert_string_equal(err.where, path);
    assert_int_equal(tcs_ruleset_load("/nonexistent.db", &loaded, &err), TOCSIN_E_IO);
    assert_string_equal(err.where, "/nonexistent.db");
}

/* ---- -e ---- */

static void test_ruleset__terms_given_by_hand(void **state)
{
    struct tcs_str terms[] = {TCS_STR("換臉"), TCS_STR("deepfak*"), TCS_STR("换脸")};
    struct tcs_ruleset *ruleset, *loaded, *other;
    const struct tcs_patterns *patterns;
    struct tcs_hits hits = {0};

    (void)state;
    must(tcs_ruleset_from_terms(terms, COUNT(terms), &ruleset, NULL));
    patterns = tcs_ruleset_patterns(ruleset);
    assert_int_equal(patterns->term_count, 3);
    assert_int_not_equal(patterns->ad_hoc_lexicon, TCS_NO_LEXICON);
    assert_string_equal(patterns->lexicons[patterns->ad_hoc_lexicon].name, "-e");
    assert_int_equal(patterns->terms[1].spec.prefix_up_to, 4);
    assert_true(tcs_ruleset_is_reported(ruleset)[0]);
    assert_true(tcs_ruleset_is_reported(ruleset)[1]);
    assert_false(tcs_ruleset_is_reported(ruleset)[2]);
    find(ruleset, "AI换脸 Deepfakes", &hits);
    assert_int_equal(hits.count, 3);
    assert_int_equal(sieve(ruleset, TCS_PLAN_FLAGGED, TCS_SYNTAX_TEXT, "deepfaked"), 1);
    assert_int_equal(sieve(ruleset, TCS_PLAN_FLAGGED, TCS_SYNTAX_TEXT, "deepfact"), 0);
    must(tcs_ruleset_save(ruleset, path, NULL));
    must(tcs_ruleset_load(path, &loaded, NULL));
    same(ruleset, loaded);
    must(tcs_ruleset_from_terms(terms, 2, &other, NULL));
    assert_string_not_equal(tcs_ruleset_hash(ruleset), tcs_ruleset_hash(other));
    tcs_ruleset_free(ruleset);
    tcs_ruleset_free(loaded);
    tcs_ruleset_free(other);
    free(hits.items);
}

static void test_ruleset__terms_beside_sources(void **state)
{
    struct tcs_source list[3] = {sources[0], sources[1], {TCS_STR("-e"), TCS_STR("天气")}};
    struct tcs_ruleset *ruleset;

    (void)state;
    must(tcs_ruleset_compile(list, COUNT(list), &ruleset, NULL));
    assert_int_equal(sieve(ruleset, TCS_PLAN_FLAGGED, TCS_SYNTAX_TEXT, "天氣"), 1);
    assert_int_equal(sieve(ruleset, TCS_PLAN_FLAGGED, TCS_SYNTAX_TEXT, "nothing"), 0);
    tcs_ruleset_free(ruleset);
}

/* ---- errors ---- */

static const struct {
    const char *text;
    uint64_t line;
    const char *message; /* begins with the column */
} errors[] = {
    {"lexicon: a\nterms:\n  zh:\n    - 换脸\n    - 换 脸\n", 5,
     "column 7: the term \"换 脸\" has a blank between Han characters"},
    {"lexicon: a\nterms: {zh: [换脸, 换 脸]}\n", 2, "column 18: the term \"换 脸\" has a blank between Han characters"},
    {"lexicon: a\nterms:\n  zh: [换脸]\nunless: [\"\\u200B\"]\n", 4,
     "column 10: the term \"\u200B\" is empty after folding"},
    {"lexicon: a\nterms:\n  zh:\n    - term: 换脸\n      inflect: true\n", 4, "column 7: inflect needs"},
    {"lexicon: a\nterms: {en: [{term: e, inflect: true}]}\n", 2, "column 14: \"e\" cannot be inflected"},
    {"lexicon: a\nterms: {zh: [换脸]}\n---\nrule: r\nwhen: a and \"换 脸\"\n", 5,
     "column 13: the term \"换 脸\" has a blank between"},
    {"lexicon: a\nterms: {zh: [换脸]}\n---\nrule: r\nwhen: >\n  a and\n  near(a, '\u200B', 3)\n", 7,
     "column 11: the term \"\u200B\" is empty after folding"},
    {"lexicon: a\nterms: {zh: [换脸]}\n---\nlabels:\n  - label: hazard\n    when: title(\"换 脸\")\n  - label: incident\n",
     6,
     "column 17: the term \"换 脸\" has a blank between"},
    {"lexicon: a\nterms: {zh: 换脸}\n", 2, "column 13: expected a list of terms"},
};

static void test_ruleset__term_errors_carry_file_line_and_column(void **state)
{
    size_t i;

    (void)state;
    for (i = 0; i < COUNT(errors); i++) {
        struct tcs_source list[2] = {{TCS_STR("good.yaml"), TCS_STR("lexicon: good\nterms: {en: [x]}\n")},
                                     {TCS_STR("sub/bad.yaml"), str(errors[i].text)}};
        struct tocsin_error err = {0};
        struct tcs_ruleset *ruleset;

        assert_int_equal(tcs_ruleset_compile(list, 2, &ruleset, &err), TOCSIN_E_PATTERN);
        if (err.offset != errors[i].line || strncmp(err.message, errors[i].message, strlen(errors[i].message)) != 0 ||
            strcmp(err.where, "sub/bad.yaml") != 0)
            fail_msg("%s: %s:%llu: %s", errors[i].text, err.where, (unsigned long long)err.offset, err.message);
        assert_int_equal(tcs_ruleset_compile(list, 2, &ruleset, NULL), TOCSIN_E_PATTERN);
    }
}

static void test_ruleset__bad_terms_by_hand(void **state)
{
    struct tcs_str terms[] = {TCS_STR("换脸"), TCS_STR("换 脸")};
    struct tocsin_error err = {0};
    struct tcs_ruleset *ruleset;

    (void)state;
    assert_int_equal(tcs_ruleset_from_terms(terms, 2, &ruleset, &err), TOCSIN_E_PATTERN);
    assert_non_null(strstr(err.message, "换 脸"));
}

/* ---- which terms are reported, and which fold alike ---- */

static const struct tcs_ruleset *alike;

static uint32_t term_number(const char *authored, uint32_t nth)
{
    const struct tcs_patterns *patterns = tcs_ruleset_patterns(alike);
    uint32_t i;

    for (i = 0; i < patterns->term_count; i++)
        if (!strcmp(patterns->terms[i].authored, authored) && !nth--)
            return i;
    fail_msg("no term %s", authored);
    return 0;
}

static void test_ruleset__terms_that_fold_alike_report_once(void **state)
{
    static const char text[] = "lexicon: a\n"
                               "terms:\n"
                               "  zh: [换脸, 換臉]\n"
                               "  en: [AI, A.I., ＡＩ, deep fake, {term: ai, version: true}, {term: Deep fake, inflect: true}, ai*]\n"
                               "unless: [换脸, AI]\n"
                               "---\n"
                               "lexicon: b\n"
                               "terms: {zh: [換臉]}\n"
                               "---\n"
                               "rule: r\n"
                               "when: '\"换脸\" and a or \"換臉\" and b'\n"
                               "---\n"
                               "labels:\n"
                               "  - label: hazard\n"
                               "    when: title(\"只在标签\")\n"
                               "  - label: incident\n";
    static const struct {
        const char *authored;
        uint32_t nth;
        bool is_reported;
    } expected[] = {
        {"换脸", 0, true},  {"換臉", 0, false}, /* lexicon a */
        {"AI", 0, true},    {"A.I.", 0, false}, {"ＡＩ", 0, false}, {"deep fake", 0, true},
        {"ai", 0, true},    {"Deep fake", 0, true}, {"ai*", 0, true}, /* other options */
        {"换脸", 1, false}, {"AI", 1, false}, /* phrases */
        {"換臉", 1, true}, /* lexicon b */
        {"换脸", 2, true},  {"換臉", 2, false}, /* of the rule */
        {"只在标签", 0, false}, /* of a label */
    };
    struct tcs_source source = {TCS_STR("a.yaml"), {text, sizeof text - 1}};
    struct tcs_ruleset *ruleset;
    const uint32_t *folds;
    size_t i;

    (void)state;
    must(tcs_ruleset_compile(&source, 1, &ruleset, NULL));
    alike = ruleset;
    for (i = 0; i < COUNT(expected); i++)
        if (tcs_ruleset_is_reported(ruleset)[term_number(expected[i].authored, expected[i].nth)] != expected[i].is_reported)
            fail_msg("%s, number %u", expected[i].authored, expected[i].nth);
    folds = tcs_ruleset_term_folds(ruleset);
    assert_int_equal(folds[term_number("换脸", 0)], folds[term_number("換臉", 2)]);
    assert_int_equal(folds[term_number("换脸", 0)], folds[term_number("換臉", 1)]);
    assert_int_equal(folds[term_number("AI", 0)], folds[term_number("A.I.", 0)]);
    assert_int_equal(folds[term_number("AI", 0)], folds[term_number("ai", 0)]);
    assert_int_equal(folds[term_number("deep fake", 0)], folds[term_number("Deep fake", 0)]);
    assert_int_not_equal(folds[term_number("AI", 0)], folds[term_number("换脸", 0)]);
    assert_int_not_equal(folds[term_number("AI", 0)], folds[term_number("deep fake", 0)]);
    for (i = 0; i < tcs_ruleset_patterns(ruleset)->term_count; i++)
        assert_true(folds[i] < tcs_ruleset_patterns(ruleset)->term_count);
    tcs_ruleset_free(ruleset);
}

/* A label that mentions a rule's quoted term, and comes first, does not hide it. */
static void test_ruleset__a_label_does_not_hide_a_rules_term(void **state)
{
    static const char labels[] = "labels:\n  - label: hazard\n    when: title(\"声音\")\n  - label: incident\n",
                      rule[] = "rule: r\nwhen: '\"声音\"'\n";
    struct tcs_source list[] = {{TCS_STR("labels.yaml"), {labels, sizeof labels - 1}},
                                {TCS_STR("rules/r.yaml"), {rule, sizeof rule - 1}}};
    struct tcs_ruleset *ruleset;
    size_t i, reported = 0;

    (void)state;
    must(tcs_ruleset_compile(list, COUNT(list), &ruleset, NULL));
    for (i = 0; i < tcs_ruleset_patterns(ruleset)->term_count; i++)
        reported += tcs_ruleset_is_reported(ruleset)[i];
    assert_int_equal(reported, 1);
    tcs_ruleset_free(ruleset);
}

/* Of quoted terms that fold alike the first in the rules is reported, though a label mentions another before. */
static void test_ruleset__labels_do_not_order_the_terms_of_rules(void **state)
{
    static const char labels[] = "labels:\n  - label: hazard\n    when: title(\"骗\")\n  - label: incident\n",
                      rule[] = "rule: r\nwhen: near('騙', \"骗\", 3)\n";
    struct tcs_source list[] = {{TCS_STR("labels.yaml"), {labels, sizeof labels - 1}},
                                {TCS_STR("rules/r.yaml"), {rule, sizeof rule - 1}}};
    struct tcs_ruleset *ruleset;
    size_t i;

    (void)state;
    must(tcs_ruleset_compile(list, COUNT(list), &ruleset, NULL));
    assert_int_equal(tcs_ruleset_patterns(ruleset)->term_count, 2);
    for (i = 0; i < 2; i++)
        assert_int_equal(tcs_ruleset_is_reported(ruleset)[i],
                         strcmp(tcs_ruleset_patterns(ruleset)->terms[i].authored, "騙") == 0);
    tcs_ruleset_free(ruleset);
}

/* ---- the hash ---- */

static void test_ruleset__hash_is_of_names_and_texts_in_order(void **state)
{
    static const char a[] = "lexicon: a\nterms: {en: [x]}\n", b[] = "lexicon: b\nterms: {en: [x]}\n";
    const struct tcs_source lists[][2] = {
        {{TCS_STR("1"), {a, sizeof a - 1}}, {TCS_STR("2"), {b, sizeof b - 1}}},
        {{TCS_STR("2"), {b, sizeof b - 1}}, {TCS_STR("1"), {a, sizeof a - 1}}},
        {{TCS_STR("1"), {a, sizeof a - 1}}, {TCS_STR("3"), {b, sizeof b - 1}}},
        {{TCS_STR("1"), {b, sizeof b - 1}}, {TCS_STR("2"), {a, sizeof a - 1}}},
    };
    char hashes[COUNT(lists)][33];
    struct tcs_ruleset *ruleset;
    size_t i, k;

    (void)state;
    for (i = 0; i < COUNT(lists); i++) {
        must(tcs_ruleset_compile(lists[i], 2, &ruleset, NULL));
        assert_int_equal(strlen(tcs_ruleset_hash(ruleset)), 32);
        assert_int_equal(strspn(tcs_ruleset_hash(ruleset), "0123456789abcdef"), 32);
        (void)snprintf(hashes[i], sizeof hashes[i], "%s", tcs_ruleset_hash(ruleset));
        for (k = 0; k < i; k++)
            assert_string_not_equal(hashes[k], hashes[i]);
        tcs_ruleset_free(ruleset);
    }
    must(tcs_ruleset_compile(lists[0], 2, &ruleset, NULL));
    assert_string_equal(tcs_ruleset_hash(ruleset), hashes[0]);
    tcs_ruleset_free(ruleset);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ruleset__save_then_load_is_compile),
        cmocka_unit_test(test_ruleset__sieves_follow_the_mode),
        cmocka_unit_test(test_ruleset__what_the_sieve_cannot_look_for_needs_every_document),
        cmocka_unit_test(test_ruleset__a_file_that_others_may_write_is_recompiled),
        cmocka_unit_test(test_ruleset__untrusted_engine_bytes_are_not_read),
        cmocka_unit_test(test_ruleset__a_damaged_sieve_is_refused_when_needed),
        cmocka_unit_test(test_ruleset__equal_sieves_are_stored_once),
        cmocka_unit_test(test_ruleset__another_version_is_recompiled),
        cmocka_unit_test(test_ruleset__bad_files_have_errors),
        cmocka_unit_test(test_ruleset__terms_given_by_hand),
        cmocka_unit_test(test_ruleset__terms_beside_sources),
        cmocka_unit_test(test_ruleset__term_errors_carry_file_line_and_column),
        cmocka_unit_test(test_ruleset__bad_terms_by_hand),
        cmocka_unit_test(test_ruleset__terms_that_fold_alike_report_once),
        cmocka_unit_test(test_ruleset__a_label_does_not_hide_a_rules_term),
        cmocka_unit_test(test_ruleset__labels_do_not_order_the_terms_of_rules),
        cmocka_unit_test(test_ruleset__hash_is_of_names_and_texts_in_order),
    };

    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
