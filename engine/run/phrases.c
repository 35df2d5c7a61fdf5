/*
 * A suffix array, of which only the first tokens of each suffix matter: those that begin alike stand together. The phrases
 * of n tokens are the groups that agree in n, and are gone through depth first, so that the sizes of the groups around one
 * are the counts of its beginnings. What follows a group is how it parts at the next token; what stands before it is looked
 * up. A break counts as a neighbour of its own each time: nothing is freer than a border.
 */
#include "run/phrases.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"

#define DEPTH (TCS_PHRASE_MAX + 1)
/*
 * Parts that never stand apart meet N / count times as often as by chance, which of a phrase in every title is not much: it
 * holds together where it comes so near to that.
 */
#define COHESIVE_PART 0.8

void tcs_phrases_release(struct tcs_phrases *p)
{
    tcs_vocabulary_release(&p->vocabulary);
    tcs_tokens_release(&p->scratch);
    tcs_buf_release(&p->text);
    free(p->tokens);
    free(p->order);
    free(p->items);
    *p = (struct tcs_phrases){.count = 0};
}

/* ---- keeping ---- */

static tocsin_status keep(struct tcs_phrases *p, const struct tcs_token *token, size_t base)
{
    tocsin_status st = TCS_GROW(p->tokens, p->cap, p->count + 1);

    if (st == TOCSIN_OK)
        p->tokens[p->count++] = (struct tcs_phrase_token){token->id, p->documents, (uint32_t)(base + token->start_byte),
                                                          (uint32_t)(base + token->end_byte)};
    return st;
}

static bool has_room(const struct tcs_phrases *p, size_t tokens, size_t bytes)
{
    return tokens <= TCS_PHRASES_TOKENS_MAX - p->count && bytes < TCS_PHRASES_TEXT_MAX - p->text.len;
}

static tocsin_status keep_text(struct tcs_phrases *p, struct tcs_str text)
{
    tocsin_status st = tcs_buf_append_str(&p->text, text);

    return st == TOCSIN_OK ? tcs_buf_putc(&p->text, '\n') : st;
}

tocsin_status tcs_phrases_add_tokens(struct tcs_phrases *p, const struct tcs_token *tokens, size_t count,
                                     struct tcs_str text)
{
    size_t base = p->text.len, i;
    tocsin_status st = TOCSIN_OK;

    if (!has_room(p, count + 1, text.len + 1)) {
        p->is_full = true;
        return TOCSIN_OK;
    }
    for (i = 0; i < count && st == TOCSIN_OK; i++)
        st = keep(p, &tokens[i], base);
    if (st == TOCSIN_OK)
        st = keep(p, &(struct tcs_token){.id = TCS_TOKEN_BREAK}, base);
    if (st == TOCSIN_OK)
        st = keep_text(p, text);
    p->documents++;
    return st;
}

tocsin_status tcs_phrases_add(struct tcs_phrases *p, const struct tcs_document *doc)
{
    size_t bytes = 0, i, k;
    tocsin_status st = TOCSIN_OK;

    for (i = 0; i < doc->field_count; i++)
        bytes += doc->fields[i].text.len + 1;
    if (!has_room(p, bytes, bytes)) { /* a token has at least a byte */
        p->is_full = true;
        return TOCSIN_OK;
    }
    for (i = 0; i < doc->field_count && st == TOCSIN_OK; i++) {
        size_t base = p->text.len;

        p->scratch.count = 0;
        st = tcs_tokens_cut(&p->scratch, &p->vocabulary, true, doc->fields[i].text, doc->fields[i].lf_paragraph);
        for (k = 0; k < p->scratch.count && st == TOCSIN_OK; k++)
            st = keep(p, &p->scratch.items[k], base);
        if (st == TOCSIN_OK)
            st = keep_text(p, doc->fields[i].text);
    }
    p->documents++;
    return st;
}

/* ---- sorting ---- */

/* By the tokens from there on, to a break; then by place, so that documents come in their order. */
static int compare_suffixes(const void *left, const void *right, void *context)
{
    const struct tcs_phrase_token *tokens = context;
    uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right, i;

    for (i = 0; i < DEPTH; i++) {
        uint32_t x = tokens[a + i].id, y = tokens[b + i].id;

        if (x != y)
            return x < y ? -1 : 1;
        if (x == TCS_TOKEN_BREAK)
            break;
    }
    return a < b ? -1 : a > b;
}

static tocsin_status sort(struct tcs_phrases *p, size_t *order_count)
{
    size_t count = 0, i;

    free(p->order);
    p->order = calloc(p->count + 1, sizeof *p->order);
    if (!p->order)
        return TOCSIN_E_NOMEM;
    for (i = 0; i < p->count; i++)
        if (p->tokens[i].id != TCS_TOKEN_BREAK)
            p->order[count++] = (uint32_t)i;
    qsort_r(p->order, count, sizeof *p->order, compare_suffixes, p->tokens);
    *order_count = count;
    return TOCSIN_OK;
}

/* ---- going through ---- */

struct finder {
    struct tcs_phrases *p;
    const struct tcs_phrase_limits *limits;
    size_t order_count;
    uint32_t *scratch; /* neighbours of a group */
    size_t sizes[TCS_PHRASE_MAX + 1]; /* by tokens: of the groups around the one at hand, and its own */
};

/* Compares a suffix's beginning with n tokens. */
static int compare_start(const struct finder *f, uint32_t at, const uint32_t *ids, uint32_t n)
{
    uint32_t i;

    for (i = 0; i < n; i++) {
        uint32_t id = f->p->tokens[at + i].id;

        if (id != ids[i])
            return id < ids[i] ? -1 : 1;
    }
    return 0;
}

/* The first place in the order that does not come before (or, if is_end, that comes after) n tokens. */
static size_t border(const struct finder *f, const uint32_t *ids, uint32_t n, bool is_end)
{
    size_t low = 0, high = f->order_count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = compare_start(f, f->p->order[middle], ids, n);

        if (order < 0 || (is_end && !order))
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static size_t count_of(const struct finder *f, const uint32_t *ids, uint32_t n)
{
    return border(f, ids, n, true) - border(f, ids, n, false);
}

static double cohesion_of(const struct finder *f, const uint32_t *ids, uint32_t n)
{
    double weakest = HUGE_VAL, total = (double)f->order_count;
    uint32_t k;

    for (k = 1; k < n; k++) {
        double left = (double)f->sizes[k], right = (double)count_of(f, ids + k, n - k);
        double bits = log2((double)f->sizes[n] * total / (left * right));

        weakest = bits < weakest ? bits : weakest;
    }
    return n > 1 ? weakest : 0;
}

static int compare_ids(const void *left, const void *right)
{
    uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;

    return a < b ? -1 : a > b;
}

/* Of the `count` neighbours in scratch. */
static double entropy_of(struct finder *f, size_t count)
{
    double total = (double)count, bits = 0;
    size_t i, k;

    qsort(f->scratch, count, sizeof *f->scratch, compare_ids);
    for (i = 0; i < count; i = k) {
        double share;

        for (k = i + 1; k < count && f->scratch[k] == f->scratch[i] && f->scratch[i] != TCS_TOKEN_BREAK; k++)
            continue;
        share = (double)(k - i) / total;
        bits -= share * log2(share);
    }
    return bits;
}

static double entropy_beside(struct finder *f, size_t low, size_t high, uint32_t n, bool is_right)
{
    size_t i;

    for (i = low; i < high; i++) {
        uint32_t at = f->p->order[i];

        if (is_right)
            f->scratch[i - low] = f->p->tokens[at + n].id;
        else
            f->scratch[i - low] = at ? f->p->tokens[at - 1].id : TCS_TOKEN_BREAK;
    }
    return entropy_of(f, high - low);
}

static void count_documents(const struct finder *f, size_t low, size_t high, struct tcs_phrase *phrase)
{
    uint32_t last = UINT32_MAX;
    size_t i;

    for (i = low; i < high; i++)
        f->scratch[i - low] = f->p->order[i];
    qsort(f->scratch, high - low, sizeof *f->scratch, compare_ids); /* places; so documents, too, stand in order */
    for (i = 0; i < high - low; i++) {
        uint32_t document = f->p->tokens[f->scratch[i]].document;

        if (document == last)
            continue;
        last = document;
        phrase->documents++;
        if (phrase->place_count < TCS_PHRASE_PLACES)
            phrase->places[phrase->place_count++] = f->scratch[i];
    }
}

static bool is_word(const struct tcs_phrases *p, uint32_t id)
{
    return id >= TCS_TOKEN_FIRST_WORD && id < TCS_TOKEN_CORE && tcs_vocabulary_has_letter(&p->vocabulary, id);
}

/* Two characters at least, or a word; not digits at an edge, which belong to another number as well as to this. */
static bool may_be_phrase(const struct tcs_phrases *p, const uint32_t *ids, uint32_t n)
{
    uint32_t edges[2] = {ids[0], ids[n - 1]};
    int i;

    for (i = 0; i < 2; i++)
        if (edges[i] >= TCS_TOKEN_FIRST_WORD && edges[i] < TCS_TOKEN_CORE && !is_word(p, edges[i]))
            return false;
    return n > 1 || is_word(p, ids[0]);
}

static tocsin_status consider(struct finder *f, size_t low, size_t high, uint32_t n)
{
    struct tcs_phrases *p = f->p;
    struct tcs_phrase phrase = {.count = n, .occurrences = (uint32_t)(high - low)};
    uint32_t i;

    for (i = 0; i < n; i++)
        phrase.ids[i] = p->tokens[p->order[low] + i].id;
    if (!may_be_phrase(p, phrase.ids, n))
        return TOCSIN_OK;
    count_documents(f, low, high, &phrase);
    if (phrase.documents < f->limits->min_documents)
        return TOCSIN_OK;
    phrase.right_entropy = entropy_beside(f, low, high, n, true);
    if (phrase.right_entropy < f->limits->min_entropy)
        return TOCSIN_OK;
    phrase.left_entropy = entropy_beside(f, low, high, n, false);
    if (phrase.left_entropy < f->limits->min_entropy)
        return TOCSIN_OK;
    phrase.cohesion = cohesion_of(f, phrase.ids, n);
    if (n > 1 && phrase.cohesion < f->limits->min_cohesion &&
        phrase.cohesion < COHESIVE_PART * log2((double)f->order_count / (double)(high - low)))
        return TOCSIN_OK;
    if (TCS_GROW(p->items, p->item_cap, p->item_count + 1) != TOCSIN_OK)
        return TOCSIN_E_NOMEM;
    p->items[p->item_count++] = phrase;
    return TOCSIN_OK;
}

/* The groups within [low, high), which agree in n tokens, that agree in one more. */
static tocsin_status go_through(struct finder *f, size_t low, size_t high, uint32_t n)
{
    tocsin_status st = TOCSIN_OK;
    size_t end;

    for (; low < high && st == TOCSIN_OK; low = end) {
        uint32_t id = f->p->tokens[f->p->order[low] + n].id;

        for (end = low + 1; end < high && f->p->tokens[f->p->order[end] + n].id == id; end++)
            continue;
        if (id == TCS_TOKEN_BREAK || end - low < f->limits->min_documents)
            continue;
        f->sizes[n + 1] = end - low;
        st = consider(f, low, end, n + 1);
        if (st == TOCSIN_OK && n + 1 < TCS_PHRASE_MAX)
            st = go_through(f, low, end, n + 1);
    }
    return st;
}

tocsin_status tcs_phrases_find(struct tcs_phrases *p, const struct tcs_phrase_limits *limits)
{
    struct finder f = {.p = p, .limits = limits};
    tocsin_status st = sort(p, &f.order_count);

    p->item_count = 0;
    f.scratch = calloc(f.order_count + 1, sizeof *f.scratch);
    if (!f.scratch)
        st = TOCSIN_E_NOMEM;
    if (st == TOCSIN_OK)
        st = go_through(&f, 0, f.order_count, 0);
    free(f.scratch);
    return st;
}

/* ---- telling ---- */

struct tcs_str tcs_phrases_written(const struct tcs_phrases *p, const struct tcs_phrase *phrase, uint32_t place)
{
    const struct tcs_phrase_token *first = &p->tokens[phrase->places[place]], *last = first + phrase->count - 1;

    return (struct tcs_str){p->text.data + first->start, last->end - first->start};
}

struct tcs_str tcs_phrases_context(const struct tcs_phrases *p, const struct tcs_phrase *phrase, uint32_t place,
                                   size_t around)
{
    struct tcs_str text = tcs_phrases_written(p, phrase, place);
    const char *start = text.data, *end = text.data + text.len, *stop = p->text.data + p->text.len;
    size_t left = around, right = around;

    while (left && start > p->text.data && start[-1] != '\n') {
        start--;
        left--;
    }
    while (tcs_utf8_is_continuation(*start)) /* forward: no more than was asked for */
        start++;
    while (right && end < stop && *end != '\n') {
        end++;
        right--;
    }
    while (end < stop && end > text.data + text.len && tcs_utf8_is_continuation(*end))
        end--;
    return (struct tcs_str){start, (size_t)(end - start)};
}

bool tcs_phrase_is_part(const struct tcs_phrase *part, const struct tcs_phrase *whole)
{
    uint32_t at;

    for (at = 0; part->count < whole->count && at + part->count <= whole->count; at++)
        if (!memcmp(part->ids, whole->ids + at, part->count * sizeof *part->ids))
            return true;
    return false;
}
