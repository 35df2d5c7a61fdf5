/*
 * Every term has an anchor: its longest run of characters without a gap, at most 32 bytes. Hyperscan finds the anchors
 * in folded text; around each the term is matched item by item, backwards to its start and forwards through its tails. A
 * separator can be matched without backtracking in both directions, because what follows it is never a quotation mark,
 * a space or a hyphen.
 */
#include "match/finder.h"

#include <stdlib.h>
#include <string.h>

#include "base/group.h"
#include "base/utf8.h"
#include "match/props.h"

/* A term seen from its anchor. */
struct user {
    uint32_t term;
    uint32_t item;        /* the anchor's first item */
    uint32_t after_item;  /* the item behind the anchor */
    uint32_t anchor_len;  /* bytes */
    bool starts_word, ends_word; /* an ASCII letter or digit right beside the anchor would touch the term's edge */
    uint32_t next;        /* next user of the same anchor, plus one */
};

struct tcs_finder {
    const struct tcs_term *terms;
    struct tcs_literals *anchors;
    uint32_t *first_user; /* by anchor, plus one */
    struct user *users;
    size_t user_count;
};

/* Where a term is being matched. */
struct place {
    const struct tcs_term *term;
    const char *base, *end; /* folded text */
    bool needs_originals;   /* to tell what touches */
};

/* ---- building ---- */

static void choose_anchor(const struct tcs_term *term, uint32_t *item, uint32_t *after)
{
    size_t best = 0, i = 0;
    char bytes[4];

    *item = *after = 0;
    while (i < term->fixed_count) {
        size_t from = i, len = 0;

        while (i < term->fixed_count && term->items[i].kind == TCS_TERM_CHAR) {
            size_t add = tcs_utf8_encode(term->items[i].cp, bytes);

            if (len + add > TCS_LITERAL_MAX)
                break;
            len += add;
            i++;
        }
        if (len > best) {
            best = len;
            *item = (uint32_t)from;
            *after = (uint32_t)i;
        }
        if (i == from)
            i++;
    }
}

/* What most sightings of a short anchor end at: the ai of said. */
static void note_edges(const struct tcs_term *term, struct user *user)
{
    bool has_tails = term->fixed_count < term->count || term->inflect || term->prefix_up_to;

    user->starts_word = !term->version && !user->item && tcs_is_ascii_word(term->items[0].cp);
    user->ends_word = !term->version && !has_tails && user->after_item == term->count &&
                      tcs_is_ascii_word(term->items[term->count - 1].cp);
}

static tocsin_status anchor_text(const struct tcs_term *term, const struct user *user, struct tcs_buf *out)
{
    tocsin_status st = tcs_buf_reserve(out, TCS_LITERAL_MAX);
    uint32_t i;

    for (i = user->item; i < user->after_item && st == TOCSIN_OK; i++)
        out->len += tcs_utf8_encode(term->items[i].cp, out->data + out->len);
    return st;
}

/* The anchors' texts, one behind the other. */
struct anchor_set {
    struct tcs_buf bytes;
    struct tcs_str *texts; /* by user, and then by anchor */
    uint32_t *firsts; /* by user: the first with the same anchor; then that anchor's number */
};

static tocsin_status add_users(struct tcs_finder *finder, size_t count, struct anchor_set *set)
{
    tocsin_status st = TOCSIN_OK;
    size_t at = 0, i;

    for (i = 0; i < count && st == TOCSIN_OK; i++) {
        struct user *user = &finder->users[finder->user_count++];

        user->term = (uint32_t)i;
        choose_anchor(&finder->terms[i], &user->item, &user->after_item);
        note_edges(&finder->terms[i], user);
        st = anchor_text(&finder->terms[i], user, &set->bytes);
        set->texts[i].len = user->anchor_len = (uint32_t)(set->bytes.len - at);
        at = set->bytes.len;
    }
    for (i = at = 0; i < finder->user_count; at += set->texts[i++].len)
        set->texts[i].data = set->bytes.data + at;
    return st;
}

/*
 * Gives equal anchors one number, in the order of the terms, so that equal term lists make equal databases; set->texts by
 * it.
 */
static tocsin_status number_anchors(struct tcs_finder *finder, struct anchor_set *set, size_t *count_out)
{
    tocsin_status st = tcs_group_texts(set->texts, finder->user_count, set->firsts);
    size_t count = 0, i;

    for (i = 0; i < finder->user_count && st == TOCSIN_OK; i++) {
        bool is_new = set->firsts[i] == i;

        if (is_new)
            set->texts[count] = set->texts[i];
        set->firsts[i] = is_new ? (uint32_t)count++ : set->firsts[set->firsts[i]];
        finder->users[i].next = finder->first_user[set->firsts[i]];
        finder->first_user[set->firsts[i]] = (uint32_t)i + 1;
    }
    *count_out = count;
    return st;
}

tocsin_status tcs_finder_new(const struct tcs_term *terms, size_t count, struct tcs_str engine,
                             struct tcs_finder **finder_out, struct tocsin_error *err)
{
    struct tcs_finder *finder = calloc(1, sizeof *finder);
    struct anchor_set set = {.texts = calloc(count + 1, sizeof *set.texts),
                             .firsts = calloc(count + 1, sizeof *set.firsts)};
    size_t anchor_count = 0;
    bool recompiled;
    tocsin_status st = TOCSIN_E_NOMEM;

    if (finder) {
        finder->terms = terms;
        finder->users = calloc(count + 1, sizeof *finder->users);
        finder->first_user = calloc(count + 1, sizeof *finder->first_user);
    }
    if (finder && finder->users && finder->first_user && set.texts && set.firsts)
        st = add_users(finder, count, &set);
    if (st == TOCSIN_OK)
        st = number_anchors(finder, &set, &anchor_count);
    if (st == TOCSIN_OK)
        st = tcs_literals_load(set.texts, NULL, anchor_count, false, engine, &finder->anchors, &recompiled, err);
    else
        (void)tcs_fail_nomem(err);
    free(set.texts);
    free(set.firsts);
    tcs_buf_release(&set.bytes);
    if (st != TOCSIN_OK) {
        tcs_finder_free(finder);
        return st;
    }
    *finder_out = finder;
    return TOCSIN_OK;
}

void tcs_finder_free(struct tcs_finder *finder)
{
    if (!finder)
        return;
    tcs_literals_free(finder->anchors);
    free(finder->users);
    free(finder->first_user);
    free(finder);
}

tocsin_status tcs_finder_save(const struct tcs_finder *finder, struct tcs_buf *out, struct tocsin_error *err)
{
    return tcs_literals_save(finder->anchors, out, err);
}

tocsin_status tcs_finder_fit(const struct tcs_finder *finder, struct tcs_finder_scratch *scratch,
                             struct tocsin_error *err)
{
    return tcs_literals_scratch_fit(&scratch->literals, finder->anchors, err);
}

void tcs_finder_scratch_release(struct tcs_finder_scratch *scratch)
{
    tcs_literals_scratch_free(scratch->literals);
    tcs_words_free(scratch->words);
    free(scratch->found.items);
    *scratch = (struct tcs_finder_scratch){0};
}

/* ---- matching one term ---- */

static uint32_t before(const char *base, const char *p, const char **start)
{
    size_t len;

    do
        p--;
    while (p > base && tcs_utf8_is_continuation(*p));
    *start = p;
    return tcs_utf8_decode(p, p + 4, &len, NULL);
}

/* Over at most one quotation mark. */
static const char *skip_quote(const char *p, const char *end)
{
    size_t len;

    return p < end && (tcs_props(tcs_utf8_decode(p, end, &len, NULL)) & TCS_PROP_QUOTE) ? p + len : p;
}

static const char *skip_quote_back(const char *base, const char *p)
{
    const char *start;

    return p > base && (tcs_props(before(base, p, &start)) & TCS_PROP_QUOTE) ? start : p;
}

static const char *match_separator(const char *p, const char *end)
{
    p = skip_quote(p, end);
    if (p == end)
        return NULL;
    if (*p == '-') {
        p++;
        if (p < end && *p == TCS_FOLD_LINE)
            p++;
    } else if (*p == ' ' || *p == TCS_FOLD_LINE) {
        p++;
    } else {
        return NULL;
    }
    return skip_quote(p, end);
}

static const char *match_separator_back(const char *base, const char *p)
{
    p = skip_quote_back(base, p);
    if (p == base)
        return NULL;
    if (p[-1] == TCS_FOLD_LINE) {
        p--;
        if (p > base && p[-1] == '-')
            p--;
    } else if (p[-1] == ' ' || p[-1] == '-') {
        p--;
    } else {
        return NULL;
    }
    return skip_quote_back(base, p);
}

/* White space of a term that is no separator; a paragraph break matches nothing. */
static bool is_space_of(struct tcs_term_item item, char byte)
{
    return item.cp != TCS_FOLD_PARAGRAPH && (byte == ' ' || byte == TCS_FOLD_LINE);
}

static const char *match_items(const struct place *at, const char *p, size_t from, size_t to)
{
    size_t i, len;

    for (i = from; i < to && p; i++) {
        struct tcs_term_item item = at->term->items[i];

        if (item.kind == TCS_TERM_SEPARATOR)
            p = match_separator(p, at->end);
        else if (p == at->end)
            p = NULL;
        else if (item.kind == TCS_TERM_SPACE)
            p = is_space_of(item, *p) ? p + 1 : NULL;
        else
            p = tcs_utf8_decode(p, at->end, &len, NULL) == item.cp ? p + len : NULL;
    }
    return p;
}

static const char *match_items_back(const struct place *at, const char *p, size_t to)
{
    const char *start;
    size_t i;

    for (i = to; i > 0 && p; i--) {
        struct tcs_term_item item = at->term->items[i - 1];

        if (item.kind == TCS_TERM_SEPARATOR)
            p = match_separator_back(at->base, p);
        else if (p == at->base)
            p = NULL;
        else if (item.kind == TCS_TERM_SPACE)
            p = is_space_of(item, p[-1]) ? p - 1 : NULL;
        else
            p = before(at->base, p, &start) == item.cp ? start : NULL;
    }
    return p;
}

#define ENDS_MAX 64
#define TAIL(text) {text, sizeof(text) - 1}

/* All places where the term may end whose fixed items end at p, longest last. */
static size_t list_ends(const struct place *at, const char *p, const char *ends[ENDS_MAX])
{
    static const struct tcs_str plain[] = {TAIL(""), TAIL("s"), TAIL("es"), TAIL("ed"), TAIL("ing")};
    static const struct tcs_str after_e[] = {TAIL("e"), TAIL("es"), TAIL("ees"), TAIL("ed"), TAIL("ing")};
    const struct tcs_str *tails = at->term->drops_e ? after_e : plain;
    size_t count = 0, i, len;

    if (at->term->inflect && (tcs_props(at->term->items[at->term->count - 1].cp) & TCS_PROP_LETTER)) {
        for (i = 0; i < 5; i++) {
            if ((size_t)(at->end - p) >= tails[i].len && !memcmp(p, tails[i].data, tails[i].len))
                ends[count++] = p + tails[i].len;
        }
        return count;
    }
    ends[count++] = p;
    for (i = 0; i < at->term->prefix_up_to && count < ENDS_MAX && p < at->end; i++) {
        unsigned props = tcs_props(tcs_utf8_decode(p, at->end, &len, NULL));

        if ((props & (TCS_PROP_LETTER | TCS_PROP_SPACED)) != (TCS_PROP_LETTER | TCS_PROP_SPACED))
            break;
        p += len;
        ends[count++] = p;
    }
    return count;
}

/* ---- edges ---- */

/* text: the original; data NULL where the folds alone say what touches. */
struct text_map {
    struct tcs_str text;
    const struct tcs_folded *folded;
};

static unsigned original_first(const struct text_map *map, const char *folded_char)
{
    const char *p = map->text.data + map->folded->start[folded_char - map->folded->text.data];
    size_t len;

    return tcs_props(tcs_utf8_decode(p, map->text.data + map->text.len, &len, NULL));
}

static unsigned original_last(const struct text_map *map, const char *folded_char)
{
    const char *start;

    return tcs_props(before(map->text.data,
                            map->text.data + map->folded->end[folded_char - map->folded->text.data], &start));
}

/* Do the folded characters that start at left and right, neighbours, touch? */
static bool touches(const struct text_map *map, const struct tcs_term *term, const char *left, const char *right)
{
    const char *end = map->folded->text.data + map->folded->text.len;
    size_t len;
    unsigned l = tcs_props(tcs_utf8_decode(left, end, &len, NULL));
    unsigned r = tcs_props(tcs_utf8_decode(right, end, &len, NULL));

    if (!(l & TCS_PROP_SPACED) || !(r & TCS_PROP_SPACED))
        return false;
    if (map->text.data &&
        (!(original_last(map, left) & TCS_PROP_SPACED) || !(original_first(map, right) & TCS_PROP_SPACED)))
        return false;
    if (term->version && (((l & TCS_PROP_LETTER) && (r & TCS_PROP_DIGIT)) ||
                          ((l & TCS_PROP_DIGIT) && (r & TCS_PROP_LETTER))))
        return false;
    return true;
}

static bool start_is_free(const struct text_map *map, const struct place *at, const char *start)
{
    const char *left;

    if (start == at->base)
        return true;
    (void)before(at->base, start, &left);
    return !touches(map, at->term, left, start);
}

static bool end_is_free(const struct text_map *map, const struct place *at, const char *end)
{
    const char *last;

    if (end == at->end)
        return true;
    (void)before(at->base, end, &last);
    return !touches(map, at->term, last, end);
}

/* ---- finding ---- */

struct anchors_seen {
    struct tcs_hits *found;
    uint32_t field;
    tocsin_status st;
};

static bool note_anchor(void *context, uint32_t id, size_t end)
{
    struct anchors_seen *seen = context;

    seen->st = TCS_GROW(seen->found->items, seen->found->cap, seen->found->count + 1);
    if (seen->st != TOCSIN_OK)
        return true;
    seen->found->items[seen->found->count++] = 
        (struct tcs_hit){.term = id, .field = seen->field, .end_byte = (uint32_t)end};
    return false;
}

void tcs_finder_begin(struct tcs_finder_scratch *scratch)
{
    scratch->found.count = 0;
}

tocsin_status tcs_finder_search(const struct tcs_finder *finder, struct tcs_finder_scratch *scratch, uint32_t field,
                                struct tcs_str folded)
{
    struct anchors_seen seen = {&scratch->found, field, TOCSIN_OK};
    size_t first = scratch->found.count;

    if (tcs_literals_scan(finder->anchors, scratch->literals, folded.data, folded.len, note_anchor, &seen) !=
        TOCSIN_OK) {
        tocsin_status st;

        scratch->engine_errors++;
        scratch->found.count = first;
        st = tcs_literals_scan_plain(finder->anchors, folded.data, folded.len, note_anchor, &seen);
        if (st != TOCSIN_OK)
            return st;
    }
    return seen.st;
}

/* The first anchor of a field, or of one behind it. */
static size_t first_anchor(const struct tcs_finder_scratch *scratch, uint32_t field)
{
    size_t low = 0, high = scratch->found.count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (scratch->found.items[middle].field < field)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool is_anchor_in(const struct tcs_finder_scratch *scratch, size_t i, uint32_t field)
{
    return i < scratch->found.count && scratch->found.items[i].field == field;
}

bool tcs_finder_has(const struct tcs_finder_scratch *scratch, uint32_t field)
{
    return is_anchor_in(scratch, first_anchor(scratch, field), field);
}

/* Does a character beside the anchor, [start, end), touch the term's edge? Not all of them are looked at. */
static bool is_inside_word(const struct user *user, const struct place *at, const char *start, const char *end)
{
    return (user->starts_word && start > at->base && tcs_is_ascii_word((unsigned char)start[-1])) ||
           (user->ends_word && end < at->end && tcs_is_ascii_word((unsigned char)*end));
}

/*
 * Matches a term around its anchor, which ends at anchor_end; *after is where its fixed items end. NULL if it is not
 * there.
 */
static const char *match_around(const struct user *user, const struct place *at, const char *anchor_end,
                                const char **after)
{
    if (!at->needs_originals && is_inside_word(user, at, anchor_end - user->anchor_len, anchor_end))
        return NULL;
    *after = match_items(at, anchor_end, user->after_item, at->term->fixed_count);
    if (!*after)
        return NULL;
    return match_items_back(at, anchor_end - user->anchor_len, user->item);
}

static tocsin_status words_allow(struct tcs_finder_scratch *scratch, const struct tcs_term *term, struct tcs_str text,
                                 const struct tcs_hit *hit, bool *allowed)
{
    tocsin_status st = TOCSIN_OK;

    *allowed = true;
    if (!term->word)
        return st;
    st = tcs_words_is_break(&scratch->words, text, hit->start_byte, allowed);
    if (st == TOCSIN_OK && *allowed)
        st = tcs_words_is_break(&scratch->words, text, hit->end_byte, allowed);
    return st;
}

/* Where the term ends whose fixed items are [start, after): the last of its ends that is free; NULL if there is none. */
static const char *free_end(const struct text_map *map, const struct place *at, const char *start, const char *after)
{
    const char *ends[ENDS_MAX];
    size_t count;

    if (!start_is_free(map, at, start))
        return NULL;
    for (count = list_ends(at, after, ends); count > 0; count--)
        if (end_is_free(map, at, ends[count - 1]))
            return ends[count - 1];
    return NULL;
}

static tocsin_status add_hit(struct tcs_finder_scratch *scratch, const struct text_map *map, const struct place *at,
                             struct tcs_hit hit, const char *start, const char *after, struct tcs_hits *hits)
{
    const char *end = free_end(map, at, start, after), *last;
    bool allowed;
    tocsin_status st;

    if (!end)
        return TOCSIN_OK;
    (void)before(at->base, end, &last);
    hit.start_byte = map->folded->start[start - at->base];
    hit.end_byte = map->folded->end[last - at->base];
    st = words_allow(scratch, at->term, map->text, &hit, &allowed);
    if (st != TOCSIN_OK || !allowed)
        return st;
    st = TCS_GROW(hits->items, hits->cap, hits->count + 1);
    if (st == TOCSIN_OK)
        hits->items[hits->count++] = hit;
    return st;
}

static int compare_hits(const void *left, const void *right)
{
    const struct tcs_hit *a = left, *b = right;

    if (a->start_byte != b->start_byte)
        return a->start_byte < b->start_byte ? -1 : 1;
    if (a->end_byte != b->end_byte)
        return a->end_byte < b->end_byte ? -1 : 1;
    return a->term < b->term ? -1 : a->term > b->term;
}

static void sort_and_unite(struct tcs_hits *hits, size_t first)
{
    size_t i, kept = first;

    for (i = first + 1; i < hits->count && compare_hits(&hits->items[i - 1], &hits->items[i]) <= 0; i++)
        ;
    if (i < hits->count) /* anchors come by their ends, so that hits mostly stand in order */
        qsort(hits->items + first, hits->count - first, sizeof *hits->items, compare_hits);
    for (i = first; i < hits->count; i++)
        if (kept == first || compare_hits(&hits->items[kept - 1], &hits->items[i]) != 0)
            hits->items[kept++] = hits->items[i];
    hits->count = kept;
}

tocsin_status tcs_finder_find(const struct tcs_finder *finder, struct tcs_finder_scratch *scratch, uint32_t field,
                              struct tcs_str text, const struct tcs_folded *folded, struct tcs_hits *hits)
{
    struct text_map map = {text, folded};
    size_t first = hits->count, i;
    tocsin_status st = TOCSIN_OK;

    tcs_words_reset(scratch->words);
    for (i = first_anchor(scratch, field); is_anchor_in(scratch, i, field) && st == TOCSIN_OK; i++) {
        struct tcs_hit anchor = scratch->found.items[i];
        uint32_t u;

        for (u = finder->first_user[anchor.term]; u && st == TOCSIN_OK; u = finder->users[u - 1].next) {
            const struct user *user = &finder->users[u - 1];
            struct place at = {&finder->terms[user->term], folded->text.data, folded->text.data + folded->text.len,
                               folded->needs_originals};
            const char *after, *start = match_around(user, &at, at.base + anchor.end_byte, &after);

            if (start)
                st = add_hit(scratch, &map, &at, (struct tcs_hit){.term = user->term, .field = field}, start, after,
                             hits);
        }
    }
    if (st == TOCSIN_OK)
        sort_and_unite(hits, first);
    return st;
}

void tcs_finder_seen(const struct tcs_finder *finder, const struct tcs_finder_scratch *scratch, uint32_t field,
                     const struct tcs_folded *folded, uint8_t *seen)
{
    struct text_map map = {{NULL, 0}, folded};
    size_t i;

    for (i = first_anchor(scratch, field); is_anchor_in(scratch, i, field); i++) {
        struct tcs_hit anchor = scratch->found.items[i];
        uint32_t u;

        for (u = finder->first_user[anchor.term]; u; u = finder->users[u - 1].next) {
            const struct user *user = &finder->users[u - 1];
            struct place at = {&finder->terms[user->term], folded->text.data, folded->text.data + folded->text.len,
                               folded->needs_originals};
            const char *start, *after, *ends[ENDS_MAX];

            if (seen[user->term / 8] >> (user->term % 8) & 1)
                continue;
            start = match_around(user, &at, at.base + anchor.end_byte, &after);
            if (start && (folded->needs_originals ? list_ends(&at, after, ends) > 0
                                                  : free_end(&map, &at, start, after) != NULL))
                seen[user->term / 8] |= (uint8_t)(1u << (user->term % 8));
        }
    }
}
