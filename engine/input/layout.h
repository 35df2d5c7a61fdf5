/*
 * layout: which keys of a JSON object, or columns of a table, are fields, with what role, and which are metadata. Built
 * once from the defaults or from --field and --meta; immutable; shared.
 */
#ifndef TOCSIN_LAYOUT_H
#define TOCSIN_LAYOUT_H

#include "base/error.h"
#include "input/document.h"
#include "input/json.h"

enum tcs_meta { TCS_META_ID, TCS_META_URL, TCS_META_DATE, TCS_META_SOURCE, TCS_META_LANG, TCS_META_COUNT };

/* What the path of the same number means. */
struct tcs_layout_entry {
    char *name;         /* the key or path as the user wrote it; owned */
    bool is_meta;
    enum tcs_role role; /* of a field */
    bool is_html;       /* of a field: its values are HTML */
    enum tcs_meta meta; /* of metadata */
    bool is_default;    /* one of several keys that are tried: the first of a role that occurs is used */
};

struct tcs_layout {
    struct tcs_json_paths paths;
    struct tcs_layout_entry *entries;
    size_t count, cap;
    bool has_fields, has_meta; /* given by the user: no defaults are added for that kind */
    bool has_html;             /* some field is HTML */
};

/*
 * "title=headline,text=body:html,summary": ROLE=PATH or PATH, with `:html` behind it where the values are HTML; may be called
 * several times. TOCSIN_E_ARG says what is wrong.
 */
TOCSIN_MUST_CHECK tocsin_status tcs_layout_add_fields(struct tcs_layout *layout, const char *spec,
                                                      struct tocsin_error *err);
/* "date=publish_date,id=uuid". */
TOCSIN_MUST_CHECK tocsin_status tcs_layout_add_meta(struct tcs_layout *layout, const char *spec,
                                                    struct tocsin_error *err);
/*
 * Completes it: without --field title/headline, lead/description/summary and text/content/body, without --meta id, url,
 * date/published, source, lang/language. Call once.
 */
TOCSIN_MUST_CHECK tocsin_status tcs_layout_finish(struct tcs_layout *layout, struct tocsin_error *err);
void tcs_layout_release(struct tcs_layout *layout);

/*
 * Fills doc from the values of a JSON object. Spans point into scratch. Default keys: of each role only the first key that
 * occurs with text, in the order above. A user's keys: every value, one field each.
 */
TOCSIN_MUST_CHECK tocsin_status tcs_layout_document(const struct tcs_layout *layout, const struct tcs_json_scratch *scratch,
                                                    struct tcs_document *doc);

/*
 * Is there a field, and of a user's --field one of each role that it names? roles: bit r is enum tcs_role r, of the fields of
 * the documents seen so far.
 */
bool tcs_layout_is_answered(const struct tcs_layout *layout, unsigned roles);
/* Appends the keys that --field names of roles that are not there, in quotation marks, a comma and a space between them. */
TOCSIN_MUST_CHECK tocsin_status tcs_layout_unanswered(const struct tcs_layout *layout, unsigned roles, struct tcs_buf *out);

/* Is it, in whatever case, one of the columns that are used without --field and --meta? */
bool tcs_layout_is_default(struct tcs_str name);

/* Which columns of a table answer which entries: in the order of the entries, then of the columns. All zero is none. */
struct tcs_layout_columns {
    struct tcs_layout_column {
        size_t entry, column;
    } *items;
    size_t count, cap;
};
/*
 * Fills columns from the names in a table's header. A name answers an entry if it equals the whole of its key or path,
 * white space at its ends aside, and case for a default; of a name that is repeated every column answers. Replaces what
 * columns held.
 */
TOCSIN_MUST_CHECK tocsin_status tcs_layout_columns(const struct tcs_layout *layout, const struct tcs_str *names,
                                                   size_t count, struct tcs_layout_columns *columns);
void tcs_layout_columns_release(struct tcs_layout_columns *columns);
/* As tcs_layout_document, from the values of a row: value i stands in column i, columns that the row lacks are empty. */
TOCSIN_MUST_CHECK tocsin_status tcs_layout_document_columns(const struct tcs_layout *layout,
                                                            const struct tcs_layout_columns *columns,
                                                            const struct tcs_str *values, size_t count,
                                                            struct tcs_document *doc);

#endif
