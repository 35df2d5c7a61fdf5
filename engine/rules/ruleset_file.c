/*
 * The file of a ruleset. It holds the sources, from which all is built again, and what is expensive: what libyaml made of
 * the sources' text, the engine's part of the finder, the sieves. That is used where owner, mode and versions of the file
 * allow it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "match/fold_table.h"
#include "match/literals.h"
#include "rules/ruleset_parts.h"
#include "rules/yaml_form.h"

enum {
    SECTION_SOURCES = TCS_SECTION_SOURCES,
    SECTION_TERMS = 2,
    SECTION_FINDER = 3,
    SECTION_TREES = TCS_SECTION_TREES /* those of sieves: ruleset_sieves.c */
};
#define OTHER_SECTIONS 4 /* than those of sieves */

/* ---- loading ---- */

static void note(struct tcs_ruleset *r, const char *path, const char *why, const char *made, const char *here)
{
    (void)snprintf(r->notice, sizeof r->notice,
                   "%.200s: %s (made by %.60s, this is %.60s); compiled again in memory, `tocsin compile` makes it lasting",
                   path, why, made, here);
}

/* Why the engine's parts of the file cannot be used, if they cannot. */
static void note_differences(struct tcs_ruleset *r, const char *path)
{
    if (!r->file.is_trusted)
        note(r, path, "others may write this file, so only its sources are read", "an unknown",
             tcs_literals_engine_version());
    else if (strncmp(r->file.engine, tcs_literals_engine_version(), sizeof r->file.engine - 1) != 0)
        note(r, path, "the engine's version differs", r->file.engine, tcs_literals_engine_version());
    else if (strcmp(r->file.fold, tcs_fold_version) != 0)
        note(r, path, "the fold's version differs", r->file.fold, tcs_fold_version);
}

/* trees is NULL where there are none that may be trusted. */
static tocsin_status load_sources(struct tcs_ruleset *r, const char *path, struct tcs_str *trees, struct tocsin_error *err)
{
    tocsin_status st = tcs_dbfile_read(&r->file, SECTION_SOURCES, &r->sources, err);
    struct tcs_str rest = tcs_buf_view(&r->sources);
    struct tcs_source source;

    if (st == TOCSIN_OK && !rest.len)
        st = tcs_fail(err, TOCSIN_E_DB_VERSION, path, 0, "the database holds no sources; compile it again");
    while (st == TOCSIN_OK && rest.len) {
        if (!tcs_source_next(&rest, &source))
            return tcs_fail(err, TOCSIN_E_CORRUPT, path, 0, "the sources in the database are damaged; compile it again");
        if (!tcs_frequencies_is_source(source.name)) /* those are for the offer, which few runs need */
            st = tcs_ruleset_read_source(r, source, trees, err);
    }
    return st;
}

static tocsin_status load_patterns(struct tcs_ruleset *r, const char *path, struct tocsin_error *err)
{
    struct tcs_str trees;
    tocsin_status st;

    if (r->notice[0] || !tcs_dbfile_has(&r->file, SECTION_TREES))
        return load_sources(r, path, NULL, err);
    st = tcs_dbfile_read(&r->file, SECTION_TREES, &r->trees, err);
    trees = tcs_buf_view(&r->trees);
    return st == TOCSIN_OK ? load_sources(r, path, &trees, err) : st;
}

static tocsin_status load_finder(struct tcs_ruleset *r, struct tocsin_error *err)
{
    tocsin_status st = r->notice[0] ? TOCSIN_OK : tcs_dbfile_read(&r->file, SECTION_FINDER, &r->finder_bytes, err);

    return st == TOCSIN_OK ? tcs_ruleset_finish(r, tcs_buf_view(&r->finder_bytes), err) : st;
}

tocsin_status tcs_ruleset_load(const char *path, struct tcs_ruleset **ruleset_out, struct tocsin_error *err)
{
    struct tcs_ruleset *r = tcs_ruleset_new();
    tocsin_status st;

    if (!r)
        return tcs_fail_nomem(err);
    st = tcs_dbfile_load(path, &r->file, err);
    if (st == TOCSIN_OK) {
        note_differences(r, path);
        st = load_patterns(r, path, err);
    }
    if (st == TOCSIN_OK)
        st = load_finder(r, err);
    return tcs_ruleset_hand_over(r, st, ruleset_out);
}

tocsin_status tcs_ruleset_check_file(const struct tcs_ruleset *r, struct tocsin_error *err)
{
    return tcs_dbfile_check(&r->file, err);
}

tocsin_status tcs_ruleset_load_frequencies(struct tcs_ruleset *r, struct tocsin_error *err)
{
    struct tcs_str rest = tcs_buf_view(&r->sources);
    tocsin_status st = TOCSIN_OK;
    struct tcs_source source;

    if (r->file.fd < 0)
        return TOCSIN_OK;
    while (st == TOCSIN_OK && rest.len && tcs_source_next(&rest, &source))
        if (tcs_frequencies_is_source(source.name))
            st = tcs_ruleset_read_source(r, source, NULL, err);
    return st;
}

/* ---- saving ---- */

static tocsin_status list_terms(const struct tcs_ruleset *r, struct tcs_buf *out)
{
    tocsin_status st = TOCSIN_OK;
    size_t i;

    for (i = 0; i < r->term_count && st == TOCSIN_OK; i++) {
        st = tcs_term_text(&r->terms[i], out);
        if (st == TOCSIN_OK)
            st = tcs_buf_putc(out, '\n');
    }
    return st;
}

tocsin_status tcs_ruleset_save(struct tcs_ruleset *r, const char *path, struct tocsin_error *err)
{
    struct tcs_dbfile_section sections[OTHER_SECTIONS + TCS_RULESET_SIEVES];
    struct tcs_buf terms = {0}, finder = {0}, sieves[TCS_RULESET_SIEVES] = {{0}};
    tocsin_status st = list_terms(r, &terms);
    size_t i;

    if (st != TOCSIN_OK)
        st = tcs_fail_nomem(err);
    else
        st = tcs_finder_save(r->finder, &finder, err);
    if (st == TOCSIN_OK)
        st = tcs_ruleset_save_sieves(r, sieves, sections + OTHER_SECTIONS, err);
    sections[0] = (struct tcs_dbfile_section){SECTION_SOURCES, tcs_buf_view(&r->sources)};
    sections[1] = (struct tcs_dbfile_section){SECTION_TERMS, tcs_buf_view(&terms)};
    sections[2] = (struct tcs_dbfile_section){SECTION_FINDER, tcs_buf_view(&finder)};
    sections[3] = (struct tcs_dbfile_section){SECTION_TREES, tcs_buf_view(&r->trees)};
    if (st == TOCSIN_OK)
        st = tcs_dbfile_save(path, tcs_literals_engine_version(), tcs_fold_version, sections,
                             OTHER_SECTIONS + TCS_RULESET_SIEVES, err);
    for (i = 0; i < TCS_RULESET_SIEVES; i++)
        tcs_buf_release(&sieves[i]);
    tcs_buf_release(&terms);
    tcs_buf_release(&finder);
    return st;
}
