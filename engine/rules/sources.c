/* Names are relative, so that a database's hash does not depend on where the folder stood. */
#include "rules/sources.h"

#include <stdlib.h>
#include <string.h>

#include "base/files.h"
#include "match/dbfile.h"
#include "rules/frequencies.h"

#define SOURCE_BYTES_MAX ((size_t)64 << 20)
static bool has_name(const struct tcs_sources *sources, struct tcs_str name)
{
    size_t i;

    for (i = 0; i < sources->count; i++)
        if (tcs_str_equal(sources->items[i].name, name))
            return true;
    return false;
}

/* Takes text, also on failure. */
static tocsin_status append_take(struct tcs_sources *sources, struct tcs_str name, struct tcs_buf *text,
                                 const char *path, struct tocsin_error *err)
{
    struct tcs_str own_path = {path, strlen(path)};
    char *name_copy = tcs_str_dup(has_name(sources, name) ? own_path : name);
    char *path_copy = tcs_str_dup(own_path);

    if (!name_copy || !path_copy || TCS_GROW(sources->items, sources->cap, sources->count + 1) != TOCSIN_OK ||
        TCS_GROW(sources->paths, sources->path_cap, sources->count + 1) != TOCSIN_OK) {
        free(name_copy);
        free(path_copy);
        tcs_buf_release(text);
        return tcs_fail_nomem(err);
    }
    sources->items[sources->count].name = (struct tcs_str){name_copy, strlen(name_copy)};
    sources->items[sources->count].text = tcs_buf_view(text);
    sources->paths[sources->count++] = path_copy;
    return TOCSIN_OK;
}

static tocsin_status add_copy(struct tcs_sources *sources, struct tcs_str name, struct tcs_str text, const char *path,
                              struct tocsin_error *err)
{
    struct tcs_buf copy = {0};

    if (tcs_buf_append_str(&copy, text) != TOCSIN_OK)
        return tcs_fail_nomem(err);
    return append_take(sources, name, &copy, path, err);
}

tocsin_status tcs_sources_add_term(struct tcs_sources *sources, struct tcs_str term, struct tocsin_error *err)
{
    return add_copy(sources, TCS_STR("-e"), term, "-e", err);
}

tocsin_status tcs_sources_add_frequencies(struct tcs_sources *sources, struct tcs_str text, struct tocsin_error *err)
{
    return add_copy(sources, TCS_STR(TCS_FREQUENCIES_NAME), text, TCS_FREQUENCIES_NAME, err);
}

static void free_source(struct tcs_sources *sources, size_t i)
{
    free((void *)(uintptr_t)sources->items[i].name.data);
    free((void *)(uintptr_t)sources->items[i].text.data);
    free(sources->paths[i]);
}

void tcs_sources_drop_frequencies(struct tcs_sources *sources)
{
    size_t kept = 0, i;

    for (i = 0; i < sources->count; i++) {
        if (tcs_frequencies_is_source(sources->items[i].name)) {
            free_source(sources, i);
            continue;
        }
        sources->items[kept] = sources->items[i];
        sources->paths[kept++] = sources->paths[i];
    }
    sources->count = kept;
}

void tcs_sources_release(struct tcs_sources *sources)
{
    size_t i;

    for (i = 0; i < sources->count; i++)
        free_source(sources, i);
    free(sources->items);
    free(sources->paths);
    *sources = (struct tcs_sources){0};
}

const char *tcs_sources_path(const struct tcs_sources *sources, const char *name)
{
    size_t i;

    for (i = 0; i < sources->count; i++)
        if (strcmp(sources->items[i].name.data, name) == 0)
            return sources->paths[i];
    return name;
}

/* ---- folders ---- */

static tocsin_status add_file(struct tcs_sources *sources, const char *path, const char *name, struct tocsin_error *err)
{
    struct tcs_buf text = {0};
    tocsin_status st = tcs_files_read(path, SOURCE_BYTES_MAX, &text, err);

    if (st == TOCSIN_OK)
        return append_take(sources, (struct tcs_str){name, strlen(name)}, &text, path, err);
    tcs_buf_release(&text);
    return st;
}

static bool is_pattern_file(const char *name)
{
    size_t len = strlen(name);

    if (tcs_frequencies_is_source((struct tcs_str){name, len}))
        return true;
    if (len < 5 || strcmp(name + len - 5, ".yaml") != 0)
        return false;
    return strncmp(name, "schema/", 7) != 0 && !strstr(name, "/schema/");
}

static tocsin_status add_files(struct tcs_sources *sources, const struct tcs_files *files, size_t prefix,
                               struct tocsin_error *err)
{
    tocsin_status st = TOCSIN_OK;
    size_t i;

    for (i = 0; i < files->count && st == TOCSIN_OK; i++) {
        const struct tcs_file *file = &files->items[i];

        if (file->failed_errno)
            return tcs_fail(err, TOCSIN_E_IO, file->path, 0, "cannot read the folder: %s",
                            strerror(file->failed_errno));
        if (is_pattern_file(file->path + prefix))
            st = add_file(sources, file->path, file->path + prefix, err);
    }
    return st;
}

tocsin_status tcs_sources_add_folder(struct tcs_sources *sources, const char *folder, struct tocsin_error *err)
{
    struct tcs_files files = {0};
    size_t count = sources->count, prefix = strlen(folder);
    const char *slash = strrchr(folder, '/');
    tocsin_status st;

    if (!tcs_files_is_folder(folder))
        return add_file(sources, folder, slash ? slash + 1 : folder, err);
    if (!prefix || folder[prefix - 1] != '/')
        prefix++;
    st = tcs_files_list(folder, &files, err);
    if (st == TOCSIN_OK)
        st = add_files(sources, &files, prefix, err);
    if (st == TOCSIN_OK && sources->count == count)
        st = tcs_fail(err, TOCSIN_E_ARG, folder, 0, "there is no .yaml file in this folder");
    tcs_files_release(&files);
    return st;
}

/* ---- databases ---- */

tocsin_status tcs_sources_add_database(struct tcs_sources *sources, const char *path, struct tocsin_error *err)
{
    struct tcs_dbfile file = TCS_DBFILE_NONE;
    struct tcs_source source;
    struct tcs_buf bytes = {0};
    struct tcs_str rest;
    tocsin_status st = tcs_dbfile_load(path, &file, err);

    if (st == TOCSIN_OK)
        st = tcs_dbfile_read(&file, TCS_SECTION_SOURCES, &bytes, err);
    rest = tcs_buf_view(&bytes);
    if (st == TOCSIN_OK && !rest.len)
        st = tcs_fail(err, TOCSIN_E_DB_VERSION, path, 0, "the database holds no sources; compile it again");
    while (st == TOCSIN_OK && rest.len) {
        char *shown = NULL;

        if (!tcs_source_next(&rest, &source)) {
            st = tcs_fail(err, TOCSIN_E_CORRUPT, path, 0, "the sources in the database are damaged; compile it again");
            break;
        }
        shown = tcs_str_dup(source.name);
        st = shown ? add_copy(sources, source.name, source.text, shown, err) : tcs_fail_nomem(err);
        free(shown);
    }
    tcs_buf_release(&bytes);
    tcs_dbfile_release(&file);
    return st;
}
