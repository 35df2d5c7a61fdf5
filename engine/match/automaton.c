/*
 * Aho and Corasick, "Efficient string matching", CACM 18(6), 1975. Edges are kept in one hash table keyed by
 * (node, byte): memory is linear in the literals, and no node has a dense row.
 */
#include "match/automaton.h"

#include <stdlib.h>
#include <string.h>

struct node {
    uint32_t fail;   /* longest proper suffix that is a node */
    uint32_t output; /* first literal that ends here, plus one; 0 for none */
    uint32_t report; /* this node or the nearest by fail that has an output; 0 for none */
};

struct edge {
    uint32_t from, to; /* to is 0 in a free slot: the root is nobody's child */
    uint8_t byte;
};

struct tcs_automaton {
    struct node *nodes;
    size_t node_count, node_cap;
    struct edge *edges; /* open addressing, edge_mask + 1 slots */
    size_t edge_mask;
    uint32_t *next_same; /* by literal: the next one with the same bytes, plus one */
    bool caseless;
};

static uint8_t fold_byte(const struct tcs_automaton *a, char c)
{
    uint8_t byte = (uint8_t)c;

    return a->caseless && byte >= 'A' && byte <= 'Z' ? (uint8_t)(byte | 0x20) : byte;
}

static size_t slot_of(const struct tcs_automaton *a, uint32_t from, uint8_t byte)
{
    uint64_t hash = ((uint64_t)from << 8 | byte) * 0x9E3779B97F4A7C15u; /* Knuth's multiplicative hash, 64 bits */
    size_t slot = (size_t)(hash >> 32) & a->edge_mask;

    while (a->edges[slot].to && (a->edges[slot].from != from || a->edges[slot].byte != byte))
        slot = (slot + 1) & a->edge_mask;
    return slot;
}

static uint32_t child(const struct tcs_automaton *a, uint32_t from, uint8_t byte)
{
    return a->edges[slot_of(a, from, byte)].to;
}

static void insert(struct tcs_automaton *a, struct tcs_str literal, uint32_t id)
{
    uint32_t at = 0;
    size_t i;

    for (i = 0; i < literal.len; i++) {
        uint8_t byte = fold_byte(a, literal.data[i]);
        size_t slot = slot_of(a, at, byte);

        if (!a->edges[slot].to) {
            a->edges[slot] = (struct edge){at, (uint32_t)a->node_count, byte};
            a->nodes[a->node_count++] = (struct node){0};
        }
        at = a->edges[slot].to;
    }
    a->next_same[id] = a->nodes[at].output;
    a->nodes[at].output = id + 1;
}

/* Breadth first, so that a node's fail is done before the node; node numbers of a trie built literal by literal are not in
 * that order, hence the queue. */
static tocsin_status link_failures(struct tcs_automaton *a)
{
    struct edge *sorted = malloc(a->node_count * sizeof *sorted); /* edge into each node */
    uint32_t *queue = malloc(a->node_count * sizeof *queue), *head = calloc(a->node_count, sizeof *head);
    uint32_t *sibling = calloc(a->node_count, sizeof *sibling);
    size_t first = 0, last = 0, i;
    tocsin_status st = TOCSIN_E_NOMEM;

    if (!sorted || !queue || !head || !sibling)
        goto out;
    for (i = 0; i <= a->edge_mask; i++) {
        struct edge e = a->edges[i];

        if (!e.to)
            continue;
        sorted[e.to] = e;
        sibling[e.to] = head[e.from];
        head[e.from] = e.to;
    }
    queue[last++] = 0;
    while (first < last) {
        uint32_t from = queue[first++], to;

        for (to = head[from]; to; to = sibling[to]) {
            uint32_t f = a->nodes[from].fail, next = 0;

            while (from && !(next = child(a, f, sorted[to].byte)) && f)
                f = a->nodes[f].fail;
            a->nodes[to].fail = from ? next : 0;
            a->nodes[to].report = a->nodes[to].output ? to : a->nodes[a->nodes[to].fail].report;
            queue[last++] = to;
        }
    }
    st = TOCSIN_OK;
out:
    free(sorted);
    free(queue);
    free(head);
    free(sibling);
    return st;
}

tocsin_status tcs_automaton_new(const struct tcs_str *literals, size_t count, bool caseless,
                                struct tcs_automaton **automaton_out)
{
    struct tcs_automaton *a = calloc(1, sizeof *a);
    size_t bytes = 1, i, slots = 16;
    tocsin_status st = TOCSIN_E_NOMEM;

    if (!a)
        return st;
    for (i = 0; i < count; i++)
        bytes += literals[i].len;
    while (slots < bytes * 2)
        slots *= 2;
    a->caseless = caseless;
    a->edge_mask = slots - 1;
    a->nodes = calloc(bytes, sizeof *a->nodes);
    a->edges = calloc(slots, sizeof *a->edges);
    a->next_same = calloc(count + 1, sizeof *a->next_same);
    if (!a->nodes || !a->edges || !a->next_same)
        goto fail;
    a->node_count = 1;
    for (i = 0; i < count; i++)
        insert(a, literals[i], (uint32_t)i);
    st = link_failures(a);
    if (st != TOCSIN_OK)
        goto fail;
    *automaton_out = a;
    return TOCSIN_OK;
fail:
    tcs_automaton_free(a);
    return st;
}

void tcs_automaton_free(struct tcs_automaton *a)
{
    if (!a)
        return;
    free(a->nodes);
    free(a->edges);
    free(a->next_same);
    free(a);
}

void tcs_automaton_scan(const struct tcs_automaton *a, const char *data, size_t len, tcs_literal_seen seen,
                        void *context)
{
    uint32_t at = 0;
    size_t i;

    for (i = 0; i < len; i++) {
        uint8_t byte = fold_byte(a, data[i]);
        uint32_t next, n, id;

        while (!(next = child(a, at, byte)) && at)
            at = a->nodes[at].fail;
        at = next;
        for (n = a->nodes[at].report; n; n = a->nodes[a->nodes[n].fail].report)
            for (id = a->nodes[n].output; id; id = a->next_same[id - 1])
                if (seen(context, id - 1, i + 1))
                    return;
    }
}
