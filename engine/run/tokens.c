/*
 * A space or hyphen between two words joins them, as it does in a term; an apostrophe inside a word is part of it. What the
 * fold takes away (between Han and Latin) joins, too. All else breaks.
 */
#include "run/tokens.h"

#include <stdlib.h>
#include <string.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

#include "base/utf8.h"
#include "match/props.h"

#define LETTERS (TCS_PROP_LETTER | TCS_PROP_MARK | TCS_PROP_DIGIT)

void tcs_vocabulary_release(struct tcs_vocabulary *v)
{
    tcs_buf_release(&v->text);
    free(v->starts);
    free(v->lengths);
    free(v->slots);
    *v = (struct tcs_vocabulary){.count = 0};
}

void tcs_tokens_release(struct tcs_tokens *tokens)
{
    free(tokens->items);
    tcs_folded_release(&tokens->folded);
    *tokens = (struct tcs_tokens){.count = 0};
}

/* ---- words ---- */

static struct tcs_str word_at(const struct tcs_vocabulary *v, size_t number)
{
    return (struct tcs_str){v->text.data + v->starts[number], v->lengths[number]};
}

bool tcs_vocabulary_has_letter(const struct tcs_vocabulary *v, uint32_t id)
{
    struct tcs_str word = word_at(v, id - TCS_TOKEN_FIRST_WORD);
    const char *at = word.data, *end = word.data + word.len;
    size_t len;

    for (; at < end; at += len)
        if (tcs_props(tcs_utf8_decode(at, end, &len, NULL)) & TCS_PROP_LETTER)
            return true;
    return false;
}

/* The slot of a word, or the free one where it would be. */
static size_t slot_of(const struct tcs_vocabulary *v, struct tcs_str word)
{
    size_t slot = XXH3_64bits(word.data, word.len) & v->mask;

    while (v->slots[slot] && !tcs_str_equal(word_at(v, v->slots[slot] - 1), word))
        slot = (slot + 1) & v->mask;
    return slot;
}

static tocsin_status grow_slots(struct tcs_vocabulary *v)
{
    size_t slots = v->slots ? (v->mask + 1) * 2 : 1024, i;
    uint32_t *fresh = calloc(slots, sizeof *fresh);

    if (!fresh)
        return TOCSIN_E_NOMEM;
    free(v->slots);
    v->slots = fresh;
    v->mask = slots - 1;
    for (i = 0; i < v->count; i++)
        v->slots[slot_of(v, word_at(v, i))] = (uint32_t)i + 1;
    return TOCSIN_OK;
}

static tocsin_status add_word(struct tcs_vocabulary *v, struct tcs_str word, uint32_t *id)
{
    size_t slot;

    if ((!v->slots || v->count * 2 > v->mask) && grow_slots(v) != TOCSIN_OK)
        return TOCSIN_E_NOMEM;
    slot = slot_of(v, word);
    if (TCS_GROW(v->starts, v->starts_cap, v->count + 1) != TOCSIN_OK ||
        TCS_GROW(v->lengths, v->lengths_cap, v->count + 1) != TOCSIN_OK)
        return TOCSIN_E_NOMEM;
    v->starts[v->count] = (uint32_t)v->text.len;
    v->lengths[v->count] = (uint32_t)word.len;
    if (tcs_buf_append_str(&v->text, word) != TOCSIN_OK)
        return TOCSIN_E_NOMEM;
    *id = TCS_TOKEN_FIRST_WORD + (uint32_t)v->count;
    v->slots[slot] = (uint32_t)++v->count;
    return TOCSIN_OK;
}

static tocsin_status number_word(struct tcs_vocabulary *v, bool may_add, struct tcs_str word, uint32_t *id)
{
    uint32_t found = v->slots ? v->slots[slot_of(v, word)] : 0;

    *id = found ? TCS_TOKEN_FIRST_WORD + found - 1 : TCS_TOKEN_UNKNOWN;
    return found || !may_add ? TOCSIN_OK : add_word(v, word, id);
}

/* ---- cutting ---- */

struct cutter {
    struct tcs_tokens *tokens;
    struct tcs_vocabulary *vocabulary;
    bool may_add;
    const char *text;
    size_t word_start, word_end; /* folded; empty: no word is open */
    bool is_joined;              /* right behind a space or hyphen behind a word */
};

static tocsin_status put(struct cutter *c, uint32_t id, size_t start, size_t last)
{
    struct tcs_tokens *t = c->tokens;
    tocsin_status st = TCS_GROW(t->items, t->cap, t->count + 1);

    if (st == TOCSIN_OK)
        t->items[t->count++] = (struct tcs_token){id, t->folded.start[start], t->folded.end[last]};
    return st;
}

static tocsin_status put_break(struct cutter *c)
{
    struct tcs_tokens *t = c->tokens;
    tocsin_status st = TOCSIN_OK;

    c->is_joined = false;
    if (t->count && t->items[t->count - 1].id == TCS_TOKEN_BREAK)
        return st;
    st = TCS_GROW(t->items, t->cap, t->count + 1);
    if (st == TOCSIN_OK)
        t->items[t->count++] = (struct tcs_token){.id = TCS_TOKEN_BREAK};
    return st;
}

/* Ends the word at hand, if there is one; last: where its last character begins. */
static tocsin_status end_word(struct cutter *c, size_t last)
{
    struct tcs_str word = {c->text + c->word_start, c->word_end - c->word_start};
    uint32_t id = TCS_TOKEN_UNKNOWN;
    tocsin_status st = word.len ? number_word(c->vocabulary, c->may_add, word, &id) : TOCSIN_OK;

    if (st == TOCSIN_OK && word.len)
        st = put(c, id, c->word_start, last);
    c->word_start = c->word_end;
    return st;
}

static tocsin_status cut(struct cutter *c, size_t size)
{
    const char *end = c->text + size;
    size_t at, len, last = 0;
    tocsin_status st = TOCSIN_OK;

    for (at = 0; at < size && st == TOCSIN_OK; at += len) {
        uint32_t cp = tcs_utf8_decode(c->text + at, end, &len, NULL);
        unsigned props = tcs_props(cp);
        bool in_word = c->word_end > c->word_start;

        if ((props & TCS_PROP_SPACED) ||
            (in_word && cp == '\'' && at + 1 < size &&
             (tcs_props(tcs_utf8_decode(c->text + at + 1, end, &(size_t){0}, NULL)) & TCS_PROP_SPACED))) {
            if (!in_word)
                c->word_start = at;
            c->word_end = at + len;
            c->is_joined = false;
            last = at;
            continue;
        }
        st = end_word(c, last);
        if (st != TOCSIN_OK)
            break;
        if (props & (TCS_PROP_HAN | LETTERS)) {
            if (c->is_joined) /* behind a space there is no going on */
                st = put_break(c);
            if (st == TOCSIN_OK)
                st = put(c, cp, at, at);
        } else if (in_word && (cp == ' ' || cp == '-')) {
            c->is_joined = true;
        } else {
            st = put_break(c);
        }
    }
    if (st == TOCSIN_OK)
        st = end_word(c, last);
    return st == TOCSIN_OK ? put_break(c) : st;
}

tocsin_status tcs_tokens_cut(struct tcs_tokens *tokens, struct tcs_vocabulary *vocabulary, bool may_add,
                             struct tcs_str text, bool lf_paragraph)
{
    struct cutter cutter = {.tokens = tokens, .vocabulary = vocabulary, .may_add = may_add};
    tocsin_status st = tcs_fold(text, lf_paragraph, true, &tokens->folded);

    if (st != TOCSIN_OK)
        return st;
    cutter.text = tokens->folded.text.data;
    return cut(&cutter, tokens->folded.text.len);
}
