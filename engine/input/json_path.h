/*
 * json_path: the paths of struct tcs_json_paths as a trie, for json.c alone. A place in a JSON text
 * is one sequence of keys and elements, so one node stands for all paths that match so far, however
 * many were added.
 */
#ifndef TOCSIN_JSON_PATH_H
#define TOCSIN_JSON_PATH_H

#include "input/json.h"

#define TCS_JSON_NODE_NONE UINT32_MAX

struct tcs_json_path {
    uint32_t next; /* another path that ends at the same node */
};

/*
 * Node 0 is the top value. A node is reached by its key, or, key_len == 0, by being an array's
 * element.
 */
struct tcs_json_node {
    size_t key_start, key_len; /* in paths->keys; no key is empty */
    uint32_t child;            /* first child by key */
    uint32_t sibling;          /* next child of the same parent */
    uint32_t element;          /* child for array elements */
    uint32_t path;             /* first path that ends here */
};

/* The child of node for a key that is not empty, or TCS_JSON_NODE_NONE. */
uint32_t tcs_json_path_child(const struct tcs_json_paths *paths, uint32_t node, struct tcs_str key);

#endif
