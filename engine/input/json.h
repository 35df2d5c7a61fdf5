/*
 * json: validates one JSON text (RFC 8259) and extracts the string values of the keys asked for, in
 * one pass, without building a tree. Numbers are checked by shape; nesting is limited to 512; a
 * lone surrogate escape is U+FFFD; ill-formed UTF-8 in a string decodes to U+FFFD (a property of
 * the charset, not of the grammar); every value of a duplicate key is delivered. Reentrant; the
 * scratch belongs to one thread.
 */
#ifndef TOCSIN_JSON_H
#define TOCSIN_JSON_H

#include "base/buf.h"
#include "base/error.h"

#define TCS_JSON_DEPTH_MAX 512

/*
 * A set of paths such as title, article.body, paragraphs[]; immutable after it is built, and may
 * then be shared by threads. All zero is the empty set.
 */
struct tcs_json_paths {
    struct tcs_json_path *items;
    size_t count, cap;
    struct tcs_json_node *nodes; /* the paths as a trie, for the reader */
    size_t node_count, node_cap;
    struct tcs_buf keys; /* the bytes of all keys */
    uint32_t watched;    /* node of tcs_json_paths_watch plus one; 0 for none */
};

/*
 * Adds a path: keys parted by `.`, each followed by any number of `[]` (every element of an array).
 * Keys compare with the decoded key, byte by byte. The same path may be added twice; both are
 * answered. The path's number is its order of adding. Errors: TOCSIN_E_ARG with the reason and the
 * offset in path; TOCSIN_E_NOMEM. On failure the set is as before.
 */
TOCSIN_MUST_CHECK tocsin_status tcs_json_paths_add(struct tcs_json_paths *paths,
                                                   struct tcs_str path,
                                                   struct tocsin_error *err);
/* Asks readers to say, in scratch->has_watched, whether a top-level object has this key. One key a set. */
TOCSIN_MUST_CHECK tocsin_status tcs_json_paths_watch(struct tcs_json_paths *paths, struct tcs_str key,
                                                     struct tocsin_error *err);
void tcs_json_paths_release(struct tcs_json_paths *paths);

/*
 * One value found: decoded text, borrowed from the scratch until its next use. A number, true or
 * false is delivered as it stands in the source (so that ids and dates may be numbers); null,
 * objects and arrays are not delivered.
 */
struct tcs_json_value {
    uint32_t path; /* number of the path that it answers */
    bool is_string;
    struct tcs_str text;
};

struct tcs_json_scratch {
    struct tcs_buf text; /* decoded bytes of all values */
    struct tcs_json_value *values;
    size_t count, cap;
    struct tcs_buf key; /* the key being compared */
    bool has_watched;   /* the object has the key of tcs_json_paths_watch, whatever its value */
    bool is_well_formed; /* set by the caller: the text is known to be UTF-8; false: what is not is replaced */
};
void tcs_json_scratch_release(struct tcs_json_scratch *scratch);

/*
 * Reads one text, which may begin with a byte order mark (RFC 8259 section 8.1 lets a reader ignore
 * it). Fills scratch->values in order of occurrence; is_object_out (may be NULL) tells whether the
 * top value is an object. After TOCSIN_E_CORRUPT and _LIMIT scratch->values holds what came before the fault. Errors:
 * TOCSIN_E_CORRUPT with the byte offset and what was expected; TOCSIN_E_LIMIT (depth); TOCSIN_E_NOMEM.
 */
TOCSIN_MUST_CHECK tocsin_status tcs_json_read(struct tcs_str text,
                                              const struct tcs_json_paths *paths,
                                              struct tcs_json_scratch *scratch, bool *is_object_out,
                                              struct tocsin_error *err);

/*
 * Appends text as a JSON string with its quotes: `"`, `\`, controls (U+007F to U+009F too), U+2028 and U+2029
 * escaped; ill-formed UTF-8 becomes U+FFFD. The one way in which Tocsin composes JSON strings.
 */
TOCSIN_MUST_CHECK tocsin_status tcs_json_write_string(struct tcs_buf *out, struct tcs_str text);
/* The same of text that is known to be well formed: a field of a document, or part of one. */
TOCSIN_MUST_CHECK tocsin_status tcs_json_write_well_formed(struct tcs_buf *out, struct tcs_str text);

#endif
