/*
 * Paths are checked as a whole before a node is made. Children are a linked list: a set holds a
 * handful of keys, and a reader looks one up only below a node that has some.
 */
#include "input/json_path.h"

#include <stdlib.h>
#include <string.h>

static tocsin_status add_node(struct tcs_json_paths *paths, struct tcs_str key, uint32_t *node_out)
{
    struct tcs_json_node node = {.child = TCS_JSON_NODE_NONE,
                                 .sibling = TCS_JSON_NODE_NONE,
                                 .element = TCS_JSON_NODE_NONE,
                                 .path = TCS_JSON_NODE_NONE,
                                 .key_start = paths->keys.len,
                                 .key_len = key.len};
    tocsin_status st;

    if (paths->node_count >= TCS_JSON_NODE_NONE)
        return TOCSIN_E_NOMEM;
    st = TCS_GROW(paths->nodes, paths->node_cap, paths->node_count + 1);
    if (st != TOCSIN_OK)
        return st;
    st = tcs_buf_append_str(&paths->keys, key);
    if (st != TOCSIN_OK)
        return st;
    *node_out = (uint32_t)paths->node_count;
    paths->nodes[paths->node_count++] = node;
    return TOCSIN_OK;
}

uint32_t tcs_json_path_child(const struct tcs_json_paths *paths, uint32_t node, struct tcs_str key)
{
    uint32_t child = paths->nodes[node].child;

    while (child != TCS_JSON_NODE_NONE) {
        const struct tcs_json_node *c = &paths->nodes[child];

        if (c->key_len == key.len && paths->keys.data[c->key_start] == key.data[0] &&
            !memcmp(paths->keys.data + c->key_start, key.data, key.len))
            break;
        child = c->sibling;
    }
    return child;
}

/*
 * Goes one key down from *node, adding the child if there is none; an empty key means an element.
 */
static tocsin_status descend(struct tcs_json_paths *paths, uint32_t *node, struct tcs_str key)
{
    uint32_t child = key.len ? tcs_json_path_child(paths, *node, key) : paths->nodes[*node].element;

    if (child == TCS_JSON_NODE_NONE) {
        tocsin_status st = add_node(paths, key, &child);

        if (st != TOCSIN_OK)
            return st;
        if (key.len) {
            paths->nodes[child].sibling = paths->nodes[*node].child;
            paths->nodes[*node].child = child;
        } else {
            paths->nodes[*node].element = child;
        }
    }
    *node = child;
    return TOCSIN_OK;
}

/* Checks the spelling, so that adding can only fail for want of memory. */
static tocsin_status check_path(struct tcs_str path, struct tocsin_error *err)
{
    size_t i = 0, steps = 0;

    for (;;) {
        size_t key = i;

        while (i < path.len && path.data[i] != '.' && path.data[i] != '[' && path.data[i] != ']')
            i++;
        if (i == key)
            return tcs_fail(err, TOCSIN_E_ARG, NULL, i,
                            "a key is expected at column %zu of path '%.*s'", i + 1,
                            (int)(path.len < 200 ? path.len : 200), path.len ? path.data : "");
        steps++;
        while (path.len - i >= 2 && path.data[i] == '[' && path.data[i + 1] == ']') {
            i += 2;
            steps++;
        }
        if (steps > TCS_JSON_DEPTH_MAX)
            return tcs_fail(err, TOCSIN_E_ARG, NULL, i, "a path has at most %d steps",
                            TCS_JSON_DEPTH_MAX);
        if (i == path.len)
            return TOCSIN_OK;
        if (path.data[i] != '.')
            return tcs_fail(err, TOCSIN_E_ARG, NULL, i,
                            "'.' or '[]' is expected at column %zu of path '%.*s'", i + 1,
                            (int)(path.len < 200 ? path.len : 200), path.data);
        i++;
    }
}

static tocsin_status add_steps(struct tcs_json_paths *paths, struct tcs_str path, uint32_t *node)
{
    tocsin_status st = TOCSIN_OK;
    size_t i = 0;

    if (!paths->node_count)
        st = add_node(paths, (struct tcs_str){NULL, 0}, node);
    *node = 0;
    while (st == TOCSIN_OK && i < path.len) {
        struct tcs_str key = {path.data + i, 0};

        while (i < path.len && path.data[i] != '.' && path.data[i] != '[') {
            i++;
            key.len++;
        }
        st = descend(paths, node, key);
        for (; st == TOCSIN_OK && i < path.len && path.data[i] == '['; i += 2)
            st = descend(paths, node, (struct tcs_str){NULL, 0});
        i++;
    }
    return st;
}

tocsin_status tcs_json_paths_add(struct tcs_json_paths *paths, struct tcs_str path,
                                 struct tocsin_error *err)
{
    tocsin_status st = check_path(path, err);
    uint32_t node, *link;

    if (st != TOCSIN_OK)
        return st;
    /* Nodes that a failure leaves behind end no path, so the set still means what it did. */
    if (TCS_GROW(paths->items, paths->cap, paths->count + 1) != TOCSIN_OK ||
        add_steps(paths, path, &node) != TOCSIN_OK)
        return tcs_fail_nomem(err);
    link = &paths->nodes[node].path;
    while (*link != TCS_JSON_NODE_NONE)
        link = &paths->items[*link].next;
    *link = (uint32_t)paths->count;
    paths->items[paths->count++].next = TCS_JSON_NODE_NONE;
    return TOCSIN_OK;
}

tocsin_status tcs_json_paths_watch(struct tcs_json_paths *paths, struct tcs_str key, struct tocsin_error *err)
{
    uint32_t node = 0;

    if (!key.len)
        return tcs_fail(err, TOCSIN_E_ARG, NULL, 0, "a key cannot be empty");
    if ((!paths->node_count && add_node(paths, (struct tcs_str){NULL, 0}, &node) != TOCSIN_OK) ||
        (node = 0, descend(paths, &node, key) != TOCSIN_OK))
        return tcs_fail_nomem(err);
    paths->watched = node + 1;
    return TOCSIN_OK;
}

void tcs_json_paths_release(struct tcs_json_paths *paths)
{
    free(paths->items);
    free(paths->nodes);
    tcs_buf_release(&paths->keys);
    *paths = (struct tcs_json_paths){0};
}
