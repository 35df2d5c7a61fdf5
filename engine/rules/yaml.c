/*
 * The tree is built from libyaml's events rather than its documents, because only events tell
 * aliases (which could make a small file endless) from what they stand for. The open lists and maps
 * stand on a stack of fixed depth, so nesting cannot exhaust ours. libyaml counts characters;
 * `cursor` turns its marks, which never go back, into bytes, so that every node can point into the
 * source.
 */
#include "rules/yaml.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#define MAX_KEYS 256

struct open_node {
    struct tcs_yaml_node *node;
    struct tcs_yaml_node *last; /* child added last */
    struct tcs_yaml_node *key;  /* of a map: read, its value still to come */
};

struct loader {
    struct tcs_yaml *yaml;
    const char *name;
    struct tcs_str text;
    size_t cursor_byte, cursor_char;
    struct open_node stack[TCS_YAML_DEPTH_MAX];
    size_t depth;
    struct tocsin_error *err;
};

const char *tcs_yaml_kind_name(const struct tcs_yaml_node *node)
{
    switch (node->kind) {
    case TCS_YAML_SCALAR: return "a text";
    case TCS_YAML_LIST: return "a list";
    case TCS_YAML_MAP: return "a map";
    }
    return "nothing";
}

static bool is_continuation(char byte)
{
    return ((unsigned char)byte & 0xC0) == 0x80;
}

int tcs_yaml_shown(struct tcs_str text)
{
    size_t len = text.len;

    if (len > 60) {
        len = 60;
        while (len && is_continuation(text.data[len])) {
            len--;
        }
    }
    return (int)len;
}

static __attribute__((format(printf, 5, 0))) tocsin_status fail_va(const char *file, uint32_t line,
                                                                   uint32_t column,
                                                                   struct tocsin_error *err,
                                                                   const char *format, va_list args)
{
    char message[sizeof err->message];

    (void)vsnprintf(message, sizeof message, format, args);
    return tcs_fail(err, TOCSIN_E_PATTERN, file, line, "column %u: %s", column, message);
}

tocsin_status tcs_yaml_fail_place(const char *file, uint32_t line, uint32_t column,
                                  struct tocsin_error *err, const char *format, ...)
{
    va_list args;
    tocsin_status st;

    va_start(args, format);
    st = fail_va(file, line, column, err, format, args);
    va_end(args);
    return st;
}

tocsin_status tcs_yaml_fail(const struct tcs_yaml_node *node, struct tocsin_error *err,
                            const char *format, ...)
{
    va_list args;
    tocsin_status st;

    va_start(args, format);
    st = fail_va(node->file, node->line, node->column, err, format, args);
    va_end(args);
    return st;
}

tocsin_status tcs_yaml_fail_at(const struct tcs_yaml_node *node, size_t offset,
                               struct tocsin_error *err, const char *format, ...)
{
    struct tcs_yaml_mark mark = {0};
    uint32_t line, column;
    va_list args;
    tocsin_status st;

    tcs_yaml_locate(node, &mark, offset, &line, &column);
    va_start(args, format);
    st = fail_va(node->file, line, column, err, format, args);
    va_end(args);
    return st;
}

/* A position that walks through a node's source. */
struct walker {
    struct tcs_str raw;
    size_t at;
    uint32_t line, column;
};

static void step(struct walker *w)
{
    char c = w->raw.data[w->at++];
    bool is_cr_of_crlf = c == '\r' && w->at < w->raw.len && w->raw.data[w->at] == '\n';

    if ((c == '\n' || c == '\r') && !is_cr_of_crlf) {
        w->line++;
        w->column = 1;
    } else if (w->at >= w->raw.len || !is_continuation(w->raw.data[w->at])) {
        w->column++;
    }
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* Past what the source has before a scalar's first character. */
static void skip_opening(struct walker *w, enum tcs_yaml_style style)
{
    if (style == TCS_YAML_SINGLE || style == TCS_YAML_DOUBLE) {
        step(w);
    }
    while (style == TCS_YAML_BLOCK && w->at < w->raw.len && w->raw.data[w->at] != '\n') {
        step(w);
    }
}

/*
 * Text and source are the same but for white space (folded lines, indentation) and escapes, so the
 * characters of the text are looked for in the source in turn. An escape that stands for something
 * else
 * (\u4e00) leaves the position where it is, close enough for a message.
 */
static void find_character(const struct tcs_yaml_node *node, struct walker *w, char c)
{
    char quote = node->style == TCS_YAML_SINGLE ? '\'' : '\\';
    bool is_quoted = node->style == TCS_YAML_SINGLE || node->style == TCS_YAML_DOUBLE;

    while (!is_blank(c) && w->at < w->raw.len && is_blank(w->raw.data[w->at]) && c) {
        step(w);
    }
    if (is_quoted && w->at + 1 < w->raw.len && w->raw.data[w->at] == quote &&
        w->raw.data[w->at + 1] == c) {
        step(w);
    }
}

void tcs_yaml_locate(const struct tcs_yaml_node *node, struct tcs_yaml_mark *mark, size_t offset, uint32_t *line,
                     uint32_t *column)
{
    struct walker w = {node->raw, mark->at, mark->line, mark->column};
    size_t i;

    if (!mark->line) {
        w = (struct walker){node->raw, 0, node->line, node->column};
        if (w.raw.len) {
            skip_opening(&w, node->style);
        }
    }
    for (i = mark->index; i < offset && w.at < w.raw.len; i++) {
        char c = i < node->text.len ? node->text.data[i] : '\0';

        if (is_blank(c)) {
            continue;
        }
        find_character(node, &w, c);
        if (w.at < w.raw.len && w.raw.data[w.at] == c) {
            step(&w);
        }
    }
    *mark = (struct tcs_yaml_mark){i, w.at, w.line, w.column};
    if (w.at < w.raw.len) {
        find_character(node, &w, offset < node->text.len ? node->text.data[offset] : '\0');
    }
    *line = w.line;
    *column = w.column;
}

static size_t byte_of(struct loader *loader, size_t index)
{
    while (loader->cursor_char < index && loader->cursor_byte < loader->text.len) {
        loader->cursor_byte++;
        while (loader->cursor_byte < loader->text.len &&
               is_continuation(loader->text.data[loader->cursor_byte])) {
            loader->cursor_byte++;
        }
        loader->cursor_char++;
    }
    return loader->cursor_byte;
}

static uint32_t from_one(size_t n)
{
    return n < UINT32_MAX ? (uint32_t)n + 1 : UINT32_MAX;
}

static tocsin_status fail_mark(struct loader *loader, yaml_mark_t mark, const char *message)
{
    return tcs_yaml_fail_place(loader->name, from_one(mark.line), from_one(mark.column),
                               loader->err, "%s", message);
}

/* A node at the event's place, with a copy of text behind it. */
static struct tcs_yaml_node *new_node(struct loader *loader, const yaml_event_t *event,
                                      enum tcs_yaml_kind kind, struct tcs_str text)
{
    struct tcs_yaml_node *node = malloc(sizeof *node + text.len + 1);
    char *copy;
    size_t start;

    if (!node) {
        return NULL;
    }
    copy = (char *)(node + 1);
    if (text.len) {
        memcpy(copy, text.data, text.len);
    }
    copy[text.len] = '\0';
    start = byte_of(loader, event->start_mark.index);
    *node = (struct tcs_yaml_node){
        .kind = kind,
        .file = loader->name,
        .line = from_one(event->start_mark.line),
        .column = from_one(event->start_mark.column),
        .text = {copy, text.len},
        .raw = {loader->text.data + start, loader->text.len - start},
        .allocated_before = loader->yaml->last_allocated,
    };
    loader->yaml->last_allocated = node;
    return node;
}

/* Takes node as the next key of an open map. */
static tocsin_status add_key(struct loader *loader, struct open_node *parent,
                             struct tcs_yaml_node *node)
{
    const struct tcs_yaml_node *seen;

    if (node->kind != TCS_YAML_SCALAR) {
        return tcs_yaml_fail(node, loader->err, "a map's key must be a text, not %s",
                             tcs_yaml_kind_name(node));
    }
    if (parent->node->child_count == MAX_KEYS) {
        return tcs_yaml_fail(node, loader->err, "a map has more than %d keys; use a list",
                             MAX_KEYS);
    }
    for (seen = parent->node->child; seen; seen = seen->next) {
        if (tcs_str_equal(seen->key->text, node->text)) {
            return tcs_yaml_fail(node, loader->err,
                                 "the key `%.*s` stands twice, first in line %u; join the two",
                                 tcs_yaml_shown(node->text), node->text.data, seen->key->line);
        }
    }
    parent->key = node;
    return TOCSIN_OK;
}

/* Puts node where it belongs: a document's root, or a key, value or entry of what is open. */
static tocsin_status attach(struct loader *loader, struct tcs_yaml_node *node)
{
    struct tcs_yaml *yaml = loader->yaml;
    struct open_node *parent = loader->depth ? &loader->stack[loader->depth - 1] : NULL;

    if (!parent) {
        if (TCS_GROW(yaml->documents, yaml->document_cap, yaml->document_count + 1) != TOCSIN_OK) {
            return tcs_fail_nomem(loader->err);
        }
        yaml->documents[yaml->document_count++] = node;
        return TOCSIN_OK;
    }
    if (parent->node->kind == TCS_YAML_MAP && !parent->key) {
        return add_key(loader, parent, node);
    }
    node->key = parent->key;
    parent->key = NULL;
    if (parent->last) {
        parent->last->next = node;
    } else {
        parent->node->child = node;
    }
    parent->last = node;
    parent->node->child_count++;
    return TOCSIN_OK;
}

static tocsin_status add_scalar(struct loader *loader, const yaml_event_t *event)
{
    struct tcs_str text = {(const char *)event->data.scalar.value, event->data.scalar.length};
    struct tcs_yaml_node *node;

    if (event->data.scalar.tag || event->data.scalar.anchor) {
        return fail_mark(
            loader, event->start_mark,
            "tags and anchors are not supported; quote a text that begins with ! or &");
    }
    if (memchr(text.data, '\0', text.len)) {
        return fail_mark(loader, event->start_mark, "a text must not hold the character NUL");
    }
    node = new_node(loader, event, TCS_YAML_SCALAR, text);
    if (!node) {
        return tcs_fail_nomem(loader->err);
    }
    switch (event->data.scalar.style) {
    case YAML_SINGLE_QUOTED_SCALAR_STYLE:
        node->style = TCS_YAML_SINGLE;
        break;
    case YAML_DOUBLE_QUOTED_SCALAR_STYLE:
        node->style = TCS_YAML_DOUBLE;
        break;
    case YAML_LITERAL_SCALAR_STYLE:
    case YAML_FOLDED_SCALAR_STYLE:
        node->style = TCS_YAML_BLOCK;
        break;
    case YAML_ANY_SCALAR_STYLE:
    case YAML_PLAIN_SCALAR_STYLE:
        node->style = TCS_YAML_PLAIN;
        break;
    }
    return attach(loader, node);
}

static tocsin_status open_collection(struct loader *loader, const yaml_event_t *event)
{
    bool is_map = event->type == YAML_MAPPING_START_EVENT;
    struct tcs_yaml_node *node;
    tocsin_status st;

    if (is_map ? event->data.mapping_start.tag || event->data.mapping_start.anchor
               : event->data.sequence_start.tag || event->data.sequence_start.anchor) {
        return fail_mark(loader, event->start_mark,
                         "tags and anchors are not supported; write the value out");
    }
    if (loader->depth == TCS_YAML_DEPTH_MAX) {
        return fail_mark(loader, event->start_mark, "lists and maps are nested too deep");
    }
    node = new_node(loader, event, is_map ? TCS_YAML_MAP : TCS_YAML_LIST, (struct tcs_str){0});
    if (!node) {
        return tcs_fail_nomem(loader->err);
    }
    st = attach(loader, node);
    if (st == TOCSIN_OK) {
        loader->stack[loader->depth++] = (struct open_node){.node = node};
    }
    return st;
}

static tocsin_status take_event(struct loader *loader, const yaml_event_t *event)
{
    switch (event->type) {
    case YAML_SCALAR_EVENT: return add_scalar(loader, event);
    case YAML_SEQUENCE_START_EVENT:
    case YAML_MAPPING_START_EVENT: return open_collection(loader, event);
    case YAML_SEQUENCE_END_EVENT:
    case YAML_MAPPING_END_EVENT:
        loader->depth--;
        return TOCSIN_OK;
    case YAML_ALIAS_EVENT:
        return fail_mark(loader, event->start_mark,
                         "aliases are not supported; quote a text that begins with *");
    case YAML_NO_EVENT:
    case YAML_STREAM_START_EVENT:
    case YAML_STREAM_END_EVENT:
    case YAML_DOCUMENT_START_EVENT:
    case YAML_DOCUMENT_END_EVENT: return TOCSIN_OK;
    }
    return TOCSIN_OK;
}

/* libyaml's own complaint; a reader's error has a byte offset instead of a mark. */
static tocsin_status fail_parser(struct loader *loader, const yaml_parser_t *parser)
{
    struct walker w = {loader->text, 0, 1, 1};
    const char *problem = parser->problem ? parser->problem : "it cannot be read";

    if (parser->error == YAML_MEMORY_ERROR) {
        return tcs_fail_nomem(loader->err);
    }
    if (parser->error == YAML_READER_ERROR) {
        while (w.at < w.raw.len && w.at < parser->problem_offset) {
            step(&w);
        }
        return tcs_yaml_fail_place(loader->name, w.line, w.column, loader->err,
                                   "not UTF-8 text: %s; save the file as UTF-8", problem);
    }
    return tcs_yaml_fail_place(
        loader->name, from_one(parser->problem_mark.line), from_one(parser->problem_mark.column),
        loader->err,
        "not YAML: %s%s%s; check the indentation, the brackets, and the quotes "
        "around texts that hold : # or {",
        parser->context ? parser->context : "", parser->context ? ", " : "", problem);
}

tocsin_status tcs_yaml_parse(struct tcs_yaml *yaml, const char *name, struct tcs_str text,
                             struct tocsin_error *err)
{
    struct loader loader = {.yaml = yaml, .name = name, .text = text, .err = err};
    yaml_parser_t parser;
    bool is_done = false;
    tocsin_status st = TOCSIN_OK;

    if (text.len >= 3 && memcmp(text.data, "\xEF\xBB\xBF", 3) == 0) {
        loader.text = (struct tcs_str){text.data + 3, text.len - 3};
    }
    if (!loader.text.len) {
        return TOCSIN_OK;
    }
    if (!yaml_parser_initialize(&parser)) {
        return tcs_fail_nomem(err);
    }
    yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&parser, (const unsigned char *)loader.text.data, loader.text.len);
    while (st == TOCSIN_OK && !is_done) {
        yaml_event_t event;

        if (!yaml_parser_parse(&parser, &event)) {
            st = fail_parser(&loader, &parser);
            break;
        }
        is_done = event.type == YAML_STREAM_END_EVENT;
        st = take_event(&loader, &event);
        yaml_event_delete(&event);
    }
    yaml_parser_delete(&parser);
    return st;
}

void tcs_yaml_release(struct tcs_yaml *yaml)
{
    struct tcs_yaml_node *node = yaml->last_allocated;

    while (node) {
        struct tcs_yaml_node *before = node->allocated_before;

        free(node);
        node = before;
    }
    free(yaml->documents);
    *yaml = (struct tcs_yaml){0};
}
