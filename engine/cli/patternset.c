/*
 * Three ways: a database as it is; terms and nothing else; or sources (of the database, of folders, and the terms)
 * that are compiled in memory. A term among sources is a source named "-e", as tcs_ruleset_from_terms keeps it.
 */
#include "cli/patternset.h"

#include <stdlib.h>
#include <string.h>

#include "base/files.h"
#include "rules/patterns.h"

#define TERMS_BYTES_MAX ((size_t)256 << 20)

struct terms {
    struct tcs_buf text; /* of the files */
    struct tcs_str *items;
    size_t count, cap;
};

static tocsin_status add_term(struct terms *terms, struct tcs_str term, struct tocsin_error *err)
{
    if (TCS_GROW(terms->items, terms->cap, terms->count + 1) != TOCSIN_OK)
        return tcs_fail_nomem(err);
    terms->items[terms->count++] = term;
    return TOCSIN_OK;
}

/* A term a line, each checked here, where its line is known. */
static tocsin_status add_lines(struct terms *terms, struct tcs_str text, const char *path, struct tocsin_error *err)
{
    struct tcs_folded folded = {0};
    tocsin_status st = TOCSIN_OK;
    uint64_t number;

    if (text.len >= 3 && memcmp(text.data, "\xEF\xBB\xBF", 3) == 0)
        text = (struct tcs_str){text.data + 3, text.len - 3};
    for (number = 1; st == TOCSIN_OK && text.len; number++) {
        const char *stop = memchr(text.data, '\n', text.len);
        size_t len = stop ? (size_t)(stop - text.data) : text.len;
        struct tcs_str line = tcs_str_trim((struct tcs_str){text.data, len});

        if (line.len)
            st = tcs_patterns_check_term(line, &folded, err);
        if (st == TOCSIN_E_PATTERN && err) {
            tcs_error_place(err, path);
            err->offset = number;
        }
        if (st == TOCSIN_OK && line.len)
            st = add_term(terms, line, err);
        text.data += stop ? len + 1 : len;
        text.len -= stop ? len + 1 : len;
    }
    tcs_folded_release(&folded);
    return st;
}

/* All files are read before lines are cut, because reading moves the text. ends: by file, where its text ends. */
static tocsin_status read_files(const struct tcs_texts *files, size_t *ends, struct terms *terms, struct tocsin_error *err)
{
    tocsin_status st = TOCSIN_OK;
    size_t from = 0, i;

    for (i = 0; st == TOCSIN_OK && i < files->count; i++) {
        st = tcs_files_read(files->items[i], TERMS_BYTES_MAX, &terms->text, err);
        ends[i] = terms->text.len;
    }
    for (i = 0; st == TOCSIN_OK && i < files->count; from = ends[i++])
        if (ends[i] > from)
            st = add_lines(terms, (struct tcs_str){terms->text.data + from, ends[i] - from}, files->items[i], err);
    return st;
}

static tocsin_status read_terms(const struct tcs_patternset *set, struct terms *terms, struct tocsin_error *err)
{
    size_t *ends = calloc(set->term_files.count + 1, sizeof *ends), i;
    tocsin_status st = ends ? TOCSIN_OK : tcs_fail_nomem(err);

    for (i = 0; st == TOCSIN_OK && i < set->terms.count; i++)
        st = add_term(terms, (struct tcs_str){set->terms.items[i], strlen(set->terms.items[i])}, err);
    if (st == TOCSIN_OK)
        st = read_files(&set->term_files, ends, terms, err);
    free(ends);
    if (st == TOCSIN_OK && set->term_files.count && !terms->count)
        st = tcs_fail(err, TOCSIN_E_ARG, set->term_files.items[0], 0, "there is no term in this file");
    return st;
}

static tocsin_status find_db(const struct tcs_patternset *set, struct tcs_buf *path, struct tocsin_error *err)
{
    tocsin_status st;

    if (set->db)
        return tcs_buf_printf(path, "%s", set->db) == TOCSIN_OK && tcs_buf_putc(path, '\0') == TOCSIN_OK
                   ? TOCSIN_OK
                   : tcs_fail_nomem(err);
    st = tcs_command_default_db(path, err);
    if (st == TOCSIN_OK && !path->len)
        st = tcs_fail(err, TOCSIN_E_ARG, NULL, 0,
                      "there is no tocsin.db beside the program or in ../share/tocsin; make one with "
                      "`tocsin compile DIR -o tocsin.db`, or name one with --db, or terms with -e");
    return st;
}

static tocsin_status gather(const struct tcs_patternset *set, const struct terms *terms, struct tcs_sources *sources,
                            struct tocsin_error *err)
{
    struct tcs_buf db = {0};
    tocsin_status st = TOCSIN_OK;
    size_t i;

    if (!set->only_lexicons.count)
        st = find_db(set, &db, err);
    if (st == TOCSIN_OK && db.len)
        st = tcs_sources_add_database(sources, db.data, err);
    for (i = 0; st == TOCSIN_OK && i < set->only_lexicons.count; i++)
        st = tcs_sources_add_folder(sources, set->only_lexicons.items[i], err);
    for (i = 0; st == TOCSIN_OK && i < set->lexicons.count; i++)
        st = tcs_sources_add_folder(sources, set->lexicons.items[i], err);
    for (i = 0; st == TOCSIN_OK && i < terms->count; i++)
        st = tcs_sources_add_term(sources, terms->items[i], err);
    tcs_buf_release(&db);
    return st;
}

static tocsin_status load(const struct tcs_patternset *set, struct tcs_ruleset **ruleset_out, struct tocsin_error *err)
{
    struct tcs_buf db = {0};
    tocsin_status st = find_db(set, &db, err);

    if (st == TOCSIN_OK)
        st = tcs_ruleset_load(db.data, ruleset_out, err);
    tcs_buf_release(&db);
    return st;
}

tocsin_status tcs_patternset_add_folders(const struct tcs_texts *folders, struct tcs_sources *sources,
                                         struct tocsin_error *err)
{
    tocsin_status st = TOCSIN_OK;
    size_t i;

    for (i = 0; st == TOCSIN_OK && i < folders->count; i++)
        st = tcs_sources_add_folder(sources, folders->items[i], err);
    return st == TOCSIN_OK && !folders->count ? tcs_sources_add_folder(sources, "patterns", err) : st;
}

tocsin_status tcs_patternset_open(const struct tcs_patternset *set, struct tcs_ruleset **ruleset_out)
{
    struct tcs_sources sources = {0};
    struct terms terms = {0};
    struct tocsin_error err = {0};
    bool has_folders = set->lexicons.count || set->only_lexicons.count;
    tocsin_status st;

    if (set->db && set->only_lexicons.count)
        st = tcs_fail(&err, TOCSIN_E_ARG, NULL, 0, "--db and --only-lexicons exclude each other");
    else
        st = read_terms(set, &terms, &err);
    if (st != TOCSIN_OK)
        goto out;
    if (terms.count && !has_folders && !set->db) {
        st = tcs_ruleset_from_terms(terms.items, terms.count, ruleset_out, &err);
    } else if (terms.count || has_folders) {
        st = gather(set, &terms, &sources, &err);
        if (st == TOCSIN_OK)
            st = tcs_ruleset_compile(sources.items, sources.count, ruleset_out, &err);
    } else {
        st = load(set, ruleset_out, &err);
    }
out:
    if (st != TOCSIN_OK)
        tcs_command_report(&err, &sources);
    tcs_sources_release(&sources);
    free(terms.items);
    tcs_buf_release(&terms.text);
    return st;
}
