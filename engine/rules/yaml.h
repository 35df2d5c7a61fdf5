/*
 * yaml: the only door to libyaml. Turns a source into trees of nodes that know their file, line and
 * column. A small, strict YAML: every scalar is a string, a map's keys are scalars and stand once,
 * and anchors, aliases and tags are errors (so a tree is never larger than its source). Nodes are
 * owned by their struct tcs_yaml; file name and source text are borrowed and must live as long. One
 * thread at a time.
 */
#ifndef TOCSIN_YAML_H
#define TOCSIN_YAML_H

#include "base/buf.h"
#include "base/error.h"

#define TCS_YAML_DEPTH_MAX 32 /* of lists and maps in each other */

enum tcs_yaml_kind { TCS_YAML_SCALAR, TCS_YAML_LIST, TCS_YAML_MAP };
enum tcs_yaml_style { TCS_YAML_PLAIN, TCS_YAML_SINGLE, TCS_YAML_DOUBLE, TCS_YAML_BLOCK };

struct tcs_yaml_node {
    enum tcs_yaml_kind kind;
    enum tcs_yaml_style style; /* of a scalar */
    const char *file;
    uint32_t line, column; /* from 1; the column counts code points */
    struct tcs_str text;   /* of a scalar, NUL-terminated, holds no other NUL */
    struct tcs_str raw;    /* the source from the node's first byte on, as far as it goes */
    const struct tcs_yaml_node *key;   /* where the parent is a map */
    const struct tcs_yaml_node *next;  /* sibling */
    const struct tcs_yaml_node *child; /* first entry of a list, first value of a map */
    size_t child_count;
    struct tcs_yaml_node *allocated_before; /* every node, for release */
};

/* All zero is empty. */
struct tcs_yaml {
    struct tcs_yaml_node *last_allocated;
    const struct tcs_yaml_node **documents;
    size_t document_count, document_cap;
};

/*
 * Reads all YAML documents of text (UTF-8, a BOM is skipped). Fails with TOCSIN_E_PATTERN, where =
 * name, offset = line and the column in the message. yaml must be empty; release it after a failure
 * too.
 */
TOCSIN_MUST_CHECK tocsin_status tcs_yaml_parse(struct tcs_yaml *yaml, const char *name,
                                               struct tcs_str text, struct tocsin_error *err);
void tcs_yaml_release(struct tcs_yaml *yaml);

/* How far tcs_yaml_locate has read a scalar, so that places asked for in order cost one reading. All zero is its start. */
struct tcs_yaml_mark {
    size_t index, at; /* in its text, in its source */
    uint32_t line, column;
};
/* Line and column of the byte at offset of a scalar's text; offset is not before that of the last call with the mark. */
void tcs_yaml_locate(const struct tcs_yaml_node *node, struct tcs_yaml_mark *mark, size_t offset, uint32_t *line,
                     uint32_t *column);
/* TOCSIN_E_PATTERN at the node: where = file, offset = line, message = "column C: " and the text.
 */
tocsin_status tcs_yaml_fail(const struct tcs_yaml_node *node, struct tocsin_error *err,
                            const char *format, ...) __attribute__((format(printf, 3, 4)));
/* The same at a byte of a scalar's text. */
tocsin_status tcs_yaml_fail_at(const struct tcs_yaml_node *node, size_t offset,
                               struct tocsin_error *err, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
/* The same at a place that is known by its numbers. */
tocsin_status tcs_yaml_fail_place(const char *file, uint32_t line, uint32_t column,
                                  struct tocsin_error *err, const char *format, ...)
    __attribute__((format(printf, 5, 6)));

/* "a text", "a list", "a map": for messages. */
const char *tcs_yaml_kind_name(const struct tcs_yaml_node *node);
/* How much of text a message should show, for printf's `%.*s`: at most 60 bytes, whole characters.
 */
int tcs_yaml_shown(struct tcs_str text);

#endif
