/*
 * Entries and JSON paths have the same numbers. A document's fields come in the order of the entries, not of the keys
 * in the text, so that a corpus whose writer shuffles keys gives the same output.
 */
#include "input/layout.h"

#include <stdlib.h>
#include <string.h>

static const char *const role_names[] = {"title", "lead", "text", "other"};
static const char *const meta_names[TCS_META_COUNT] = {"id", "url", "date", "source", "lang"};

static const struct {
    const char *key;
    enum tcs_role role;
} default_fields[] = {
    {"title", TCS_ROLE_TITLE},      {"headline", TCS_ROLE_TITLE}, {"lead", TCS_ROLE_LEAD},
    {"description", TCS_ROLE_LEAD}, {"summary", TCS_ROLE_LEAD},   {"text", TCS_ROLE_TEXT},
    {"content", TCS_ROLE_TEXT},     {"body", TCS_ROLE_TEXT},
};

static const struct {
    const char *key;
    enum tcs_meta meta;
} default_meta[] = {
    {"id", TCS_META_ID},         {"url", TCS_META_URL},   {"date", TCS_META_DATE},     {"published", TCS_META_DATE},
    {"source", TCS_META_SOURCE}, {"lang", TCS_META_LANG}, {"language", TCS_META_LANG},
};

#define COUNT(array) (sizeof(array) / sizeof *(array))

static bool is_name(struct tcs_str text, const char *name)
{
    return text.len == strlen(name) && memcmp(text.data, name, text.len) == 0;
}

/* ---- building ---- */

static tocsin_status add_entry(struct tcs_layout *layout, struct tcs_str path, struct tcs_layout_entry entry,
                               struct tocsin_error *err)
{
    tocsin_status st;

    if (TCS_GROW(layout->entries, layout->cap, layout->count + 1) != TOCSIN_OK)
        return tcs_fail_nomem(err);
    entry.name = tcs_str_dup(path);
    if (!entry.name)
        return tcs_fail_nomem(err);
    st = tcs_json_paths_add(&layout->paths, path, err);
    if (st != TOCSIN_OK) {
        free(entry.name);
        return st;
    }
    layout->entries[layout->count++] = entry;
    return TOCSIN_OK;
}

/* A key of ours keeps its role where the user names it alone; any other is searched without one. */
static enum tcs_role usual_role(struct tcs_str key)
{
    size_t i;

    for (i = 0; i < COUNT(default_fields); i++)
        if (is_name(key, default_fields[i].key))
            return default_fields[i].role;
    return TCS_ROLE_OTHER;
}

static tocsin_status add_field(struct tcs_layout *layout, bool has_role, struct tcs_str role, struct tcs_str path,
                               struct tocsin_error *err)
{
    struct tcs_layout_entry entry = {0};
    size_t i = 0;

    if (path.len >= 5 && memcmp(path.data + path.len - 5, ":html", 5) == 0) {
        path = tcs_str_trim((struct tcs_str){path.data, path.len - 5});
        entry.is_html = layout->has_html = true;
    }
    entry.role = usual_role(path);
    if (has_role) {
        while (i < COUNT(role_names) && !is_name(role, role_names[i]))
            i++;
        if (i == COUNT(role_names))
            return tcs_fail(err, TOCSIN_E_ARG, NULL, 0,
                            "--field: '%.*s' is no role; expected title, lead, text or other",
                            (int)(role.len < 100 ? role.len : 100), role.data);
        entry.role = (enum tcs_role)i;
    }
    return add_entry(layout, path, entry, err);
}

static tocsin_status add_meta(struct tcs_layout *layout, bool has_role, struct tcs_str role, struct tcs_str path,
                              struct tocsin_error *err)
{
    struct tcs_str name = has_role ? role : path;
    size_t i = 0;

    while (i < COUNT(meta_names) && !is_name(name, meta_names[i]))
        i++;
    if (i == COUNT(meta_names))
        return tcs_fail(err, TOCSIN_E_ARG, NULL, 0,
                        "--meta: '%.*s' is no metadata; expected id, url, date, source or lang, as in date=published",
                        (int)(name.len < 100 ? name.len : 100), name.data);
    return add_entry(layout, path, (struct tcs_layout_entry){.is_meta = true, .meta = (enum tcs_meta)i}, err);
}

typedef tocsin_status (*add_one)(struct tcs_layout *, bool, struct tcs_str, struct tcs_str, struct tocsin_error *);

/* Cuts spec at commas and each part at its first `=`. */
static tocsin_status add_parts(struct tcs_layout *layout, const char *option, const char *spec, add_one add,
                               struct tocsin_error *err)
{
    tocsin_status st = TOCSIN_OK;

    while (st == TOCSIN_OK && spec) {
        const char *comma = strchr(spec, ',');
        struct tcs_str part = tcs_str_trim((struct tcs_str){spec, comma ? (size_t)(comma - spec) : strlen(spec)});
        const char *equals = part.len ? memchr(part.data, '=', part.len) : NULL;
        struct tcs_str role = {part.data, equals ? (size_t)(equals - part.data) : 0};
        struct tcs_str path = equals ? (struct tcs_str){equals + 1, part.len - role.len - 1} : part;

        path = tcs_str_trim(path);
        if (!path.len)
            return tcs_fail(err, TOCSIN_E_ARG, NULL, 0, "%s: a key is missing in '%.100s'", option, spec);
        st = add(layout, equals != NULL, tcs_str_trim(role), path, err);
        spec = comma ? comma + 1 : NULL;
    }
    return st;
}

tocsin_status tcs_layout_add_fields(struct tcs_layout *layout, const char *spec, struct tocsin_error *err)
{
    layout->has_fields = true;
    return add_parts(layout, "--field", spec, add_field, err);
}

tocsin_status tcs_layout_add_meta(struct tcs_layout *layout, const char *spec, struct tocsin_error *err)
{
    layout->has_meta = true;
    return add_parts(layout, "--meta", spec, add_meta, err);
}

static bool has_meta_entry(const struct tcs_layout *layout, enum tcs_meta meta)
{
    size_t i;

    for (i = 0; i < layout->count; i++)
        if (layout->entries[i].is_meta && layout->entries[i].meta == meta && !layout->entries[i].is_default)
            return true;
    return false;
}

/* The defaults stay for metadata that the user did not speak of: who names the key of the date still wants ids. */
tocsin_status tcs_layout_finish(struct tcs_layout *layout, struct tocsin_error *err)
{
    tocsin_status st = TOCSIN_OK;
    size_t i;

    for (i = 0; st == TOCSIN_OK && !layout->has_fields && i < COUNT(default_fields); i++)
        st = add_entry(layout, (struct tcs_str){default_fields[i].key, strlen(default_fields[i].key)},
                       (struct tcs_layout_entry){.role = default_fields[i].role, .is_default = true}, err);
    for (i = 0; st == TOCSIN_OK && i < COUNT(default_meta); i++)
        if (!has_meta_entry(layout, default_meta[i].meta))
            st = add_entry(layout, (struct tcs_str){default_meta[i].key, strlen(default_meta[i].key)},
                           (struct tcs_layout_entry){.is_meta = true, .meta = default_meta[i].meta, .is_default = true},
                           err);
    return st;
}

void tcs_layout_release(struct tcs_layout *layout)
{
    size_t i;

    for (i = 0; i < layout->count; i++)
        free(layout->entries[i].name);
    free(layout->entries);
    tcs_json_paths_release(&layout->paths);
    *layout = (struct tcs_layout){0};
}

/* ---- reading ---- */

static struct tcs_str *meta_of(struct tcs_document *doc, enum tcs_meta meta)
{
    switch (meta) {
    case TCS_META_ID: return &doc->id;
    case TCS_META_URL: return &doc->url;
    case TCS_META_DATE: return &doc->date;
    case TCS_META_SOURCE: return &doc->source;
    case TCS_META_LANG: return &doc->lang;
    case TCS_META_COUNT: break;
    }
    return NULL;
}

/* The first value with text of the first key that has one. */
static void take_meta(const struct tcs_layout_entry *entry, struct tcs_str text, struct tcs_document *doc)
{
    struct tcs_str *slot = meta_of(doc, entry->meta);

    text = tcs_str_trim(text);
    if (slot && !slot->len)
        *slot = text;
}

static tocsin_status add_value(struct tcs_document *doc, const struct tcs_layout_entry *entry, struct tcs_str text)
{
    tocsin_status st = tcs_document_add(doc, entry->name, entry->role, text);

    if (st == TOCSIN_OK)
        doc->fields[doc->field_count - 1].is_html = entry->is_html;
    return st;
}

static tocsin_status take_entry(const struct tcs_layout *layout, size_t index, const struct tcs_json_scratch *scratch,
                                bool *has_role, struct tcs_document *doc)
{
    const struct tcs_layout_entry *entry = &layout->entries[index];
    bool is_taken = false;
    size_t i;

    for (i = 0; i < scratch->count; i++) {
        const struct tcs_json_value *value = &scratch->values[i];

        if (value->path != index)
            continue;
        if (entry->is_meta) {
            take_meta(entry, value->text, doc);
        } else if (!entry->is_default || (value->is_string && tcs_str_trim(value->text).len)) {
            tocsin_status st = add_value(doc, entry, value->text);

            if (st != TOCSIN_OK)
                return st;
            is_taken = true;
        }
    }
    has_role[entry->role] = has_role[entry->role] || is_taken;
    return TOCSIN_OK;
}

tocsin_status tcs_layout_document(const struct tcs_layout *layout, const struct tcs_json_scratch *scratch,
                                  struct tcs_document *doc)
{
    bool has_role[COUNT(role_names)] = {false};
    uint64_t found = 0; /* entries that have values; bit 63 is of all from there on */
    tocsin_status st = TOCSIN_OK;
    size_t i;

    for (i = 0; i < scratch->count; i++)
        found |= UINT64_C(1) << (scratch->values[i].path < 63 ? scratch->values[i].path : 63);
    for (i = 0; st == TOCSIN_OK && i < layout->count; i++)
        if ((found >> (i < 63 ? i : 63) & 1) &&
            (layout->entries[i].is_meta || !layout->entries[i].is_default || !has_role[layout->entries[i].role]))
            st = take_entry(layout, i, scratch, has_role, doc);
    return st;
}

/* ---- what answered ---- */

static bool is_unanswered(const struct tcs_layout_entry *entry, unsigned roles)
{
    return !entry->is_meta && !entry->is_default && !(roles >> entry->role & 1);
}

bool tcs_layout_is_answered(const struct tcs_layout *layout, unsigned roles)
{
    size_t i;

    for (i = 0; i < layout->count; i++)
        if (is_unanswered(&layout->entries[i], roles))
            return false;
    return roles != 0;
}

tocsin_status tcs_layout_unanswered(const struct tcs_layout *layout, unsigned roles, struct tcs_buf *out)
{
    tocsin_status st = TOCSIN_OK;
    const char *between = "";
    size_t i;

    for (i = 0; st == TOCSIN_OK && i < layout->count; i++) {
        if (!is_unanswered(&layout->entries[i], roles))
            continue;
        st = tcs_buf_printf(out, "%s'%s'", between, layout->entries[i].name);
        between = ", ";
    }
    return st;
}

/* ---- tables ---- */

/* Spreadsheets write `Title`; what the user wrote is meant as it stands. */
static bool is_default_column(struct tcs_str name, const char *key)
{
    return tcs_str_equal_nocase(name, (struct tcs_str){key, strlen(key)});
}

bool tcs_layout_is_default(struct tcs_str name)
{
    size_t i;

    for (i = 0; i < COUNT(default_fields); i++)
        if (is_default_column(name, default_fields[i].key))
            return true;
    for (i = 0; i < COUNT(default_meta); i++)
        if (is_default_column(name, default_meta[i].key))
            return true;
    return false;
}

static bool answers(struct tcs_str name, const struct tcs_layout_entry *entry)
{
    return entry->is_default ? is_default_column(name, entry->name) : is_name(name, entry->name);
}

tocsin_status tcs_layout_columns(const struct tcs_layout *layout, const struct tcs_str *names, size_t count,
                                 struct tcs_layout_columns *columns)
{
    size_t entry, i;

    columns->count = 0;
    for (entry = 0; entry < layout->count; entry++) {
        for (i = 0; i < count; i++) {
            if (!answers(tcs_str_trim(names[i]), &layout->entries[entry]))
                continue;
            if (TCS_GROW(columns->items, columns->cap, columns->count + 1) != TOCSIN_OK)
                return TOCSIN_E_NOMEM;
            columns->items[columns->count++] = (struct tcs_layout_column){entry, i};
        }
    }
    return TOCSIN_OK;
}

void tcs_layout_columns_release(struct tcs_layout_columns *columns)
{
    free(columns->items);
    *columns = (struct tcs_layout_columns){0};
}

tocsin_status tcs_layout_document_columns(const struct tcs_layout *layout, const struct tcs_layout_columns *columns,
                                          const struct tcs_str *values, size_t count, struct tcs_document *doc)
{
    size_t role_from[COUNT(role_names)]; /* the default entry that gave a role, or SIZE_MAX */
    tocsin_status st = TOCSIN_OK;
    size_t i;

    for (i = 0; i < COUNT(role_names); i++)
        role_from[i] = SIZE_MAX;
    for (i = 0; st == TOCSIN_OK && i < columns->count; i++) {
        size_t index = columns->items[i].entry, column = columns->items[i].column;
        const struct tcs_layout_entry *entry = &layout->entries[index];
        struct tcs_str text = column < count ? values[column] : TCS_STR("");

        if (entry->is_meta) {
            take_meta(entry, text, doc);
            continue;
        }
        if (entry->is_default) {
            if (!tcs_str_trim(text).len || (role_from[entry->role] != SIZE_MAX && role_from[entry->role] != index))
                continue;
            role_from[entry->role] = index;
        }
        st = add_value(doc, entry, text);
    }
    return st;
}
