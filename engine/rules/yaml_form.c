/* A tree in the order of its text: a node, then its children; in a map each child stands behind its key. */
#include "rules/yaml_form.h"

#include <stdlib.h>
#include <string.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

struct head {
    uint32_t documents, nodes;
    uint64_t text_hash;
};

struct record {
    uint8_t kind, style, zero[2];
    uint32_t line, column;
    uint32_t at;   /* of its first byte in the text */
    uint32_t size; /* bytes of a scalar, which stand behind the record, then a NUL; children of a list or map */
};

/* Trees of another text must not pass for those of this one. */
static uint64_t hash_of(struct tcs_str text)
{
    return text.len ? XXH3_64bits(text.data, text.len) : 0;
}

/* ---- writing ---- */

static tocsin_status append_node(const struct tcs_yaml_node *node, struct tcs_str text, struct tcs_buf *out)
{
    bool is_scalar = node->kind == TCS_YAML_SCALAR;
    struct record record = {.kind = (uint8_t)node->kind,
                            .style = (uint8_t)node->style,
                            .line = node->line,
                            .column = node->column,
                            .at = (uint32_t)(node->raw.data - text.data),
                            .size = (uint32_t)(is_scalar ? node->text.len : node->child_count)};
    const struct tcs_yaml_node *child;
    tocsin_status st = tcs_buf_append(out, (const char *)&record, sizeof record);

    if (st == TOCSIN_OK && is_scalar)
        st = tcs_buf_append(out, node->text.data, node->text.len + 1);
    for (child = node->child; child && st == TOCSIN_OK; child = child->next) {
        if (child->key)
            st = append_node(child->key, text, out);
        if (st == TOCSIN_OK)
            st = append_node(child, text, out);
    }
    return st;
}

tocsin_status tcs_yaml_form_append(const struct tcs_yaml *yaml, struct tcs_str text, struct tcs_buf *out)
{
    struct head head = {.documents = (uint32_t)yaml->document_count, .text_hash = hash_of(text)};
    const struct tcs_yaml_node *node;
    tocsin_status st;
    size_t i;

    for (node = yaml->last_allocated; node; node = node->allocated_before)
        head.nodes++;
    st = tcs_buf_append(out, (const char *)&head, sizeof head);
    for (i = 0; i < yaml->document_count && st == TOCSIN_OK; i++)
        st = append_node(yaml->documents[i], text, out);
    return st;
}

/* ---- reading ---- */

struct reader {
    struct tcs_str *rest;
    const char *name;
    struct tcs_str text;
    struct tcs_yaml_node *nodes; /* the first `used` are taken */
    uint32_t count, used;
};

static bool take(struct tcs_str *rest, void *to, size_t len)
{
    if (rest->len < len)
        return false;
    memcpy(to, rest->data, len);
    *rest = (struct tcs_str){rest->data + len, rest->len - len};
    return true;
}

/* The next node without its children; their number in *children. NULL where the bytes are damaged. */
static struct tcs_yaml_node *take_record(struct reader *r, uint32_t *children)
{
    struct tcs_yaml_node *node;
    struct record record;

    if (r->used == r->count || !take(r->rest, &record, sizeof record) || record.kind > TCS_YAML_MAP ||
        record.style > TCS_YAML_BLOCK || record.at > r->text.len)
        return NULL;
    node = &r->nodes[r->used++];
    *node = (struct tcs_yaml_node){.kind = (enum tcs_yaml_kind)record.kind,
                                   .style = (enum tcs_yaml_style)record.style,
                                   .file = r->name,
                                   .line = record.line,
                                   .column = record.column,
                                   .text = {"", 0},
                                   .raw = {r->text.data + record.at, r->text.len - record.at}};
    *children = node->kind == TCS_YAML_SCALAR ? 0 : record.size;
    if (node->kind != TCS_YAML_SCALAR)
        return node;
    if (record.size >= r->rest->len || r->rest->data[record.size])
        return NULL;
    node->text = (struct tcs_str){r->rest->data, record.size};
    *r->rest = (struct tcs_str){r->rest->data + record.size + 1, r->rest->len - record.size - 1};
    return node;
}

static const struct tcs_yaml_node *take_node(struct reader *r, unsigned depth)
{
    uint32_t children, i;
    struct tcs_yaml_node *node = depth ? take_record(r, &children) : NULL;
    const struct tcs_yaml_node **link;

    if (!node)
        return NULL;
    link = &node->child;
    for (i = 0; i < children; i++) {
        const struct tcs_yaml_node *key = node->kind == TCS_YAML_MAP ? take_node(r, 1) : NULL;
        struct tcs_yaml_node *child = r->nodes + r->used;

        if ((node->kind == TCS_YAML_MAP && (!key || key->kind != TCS_YAML_SCALAR)) || !take_node(r, depth - 1))
            return NULL;
        child->key = key;
        *link = child;
        link = &child->next;
    }
    node->child_count = children;
    return node;
}

tocsin_status tcs_yaml_form_next(struct tcs_str *rest, const char *name, struct tcs_str text, struct tcs_yaml *yaml,
                                 struct tocsin_error *err)
{
    struct reader r = {.rest = rest, .name = name, .text = text};
    struct head head;
    uint32_t i;

    if (!take(rest, &head, sizeof head) || head.text_hash != hash_of(text) ||
        head.nodes > rest->len / sizeof(struct record) ||
        head.documents > head.nodes)
        goto corrupt;
    r.nodes = calloc((size_t)head.nodes + 1, sizeof *r.nodes);
    if (!r.nodes || TCS_GROW(yaml->documents, yaml->document_cap, head.documents) != TOCSIN_OK) {
        free(r.nodes);
        return tcs_fail_nomem(err);
    }
    r.count = head.nodes;
    yaml->last_allocated = r.nodes; /* the first of all, and the only one that is freed */
    for (i = 0; i < head.documents; i++) {
        const struct tcs_yaml_node *root = take_node(&r, TCS_YAML_DEPTH_MAX + 1);

        if (!root)
            goto corrupt;
        yaml->documents[yaml->document_count++] = root;
    }
    if (r.used == r.count)
        return TOCSIN_OK;
corrupt:
    return tcs_fail(err, TOCSIN_E_CORRUPT, name, 0, "the trees in the database are damaged; compile it again");
}
