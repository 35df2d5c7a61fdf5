/* Terms fold through the very function that texts do; then each space and hyphen is judged by its neighbours. */
#include "match/term.h"

#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "match/props.h"

static bool is_white(uint32_t cp)
{
    return cp == ' ' || cp == TCS_FOLD_LINE || cp == TCS_FOLD_PARAGRAPH;
}

static enum tcs_term_kind kind_of(const struct tcs_term_item *items, size_t count, size_t i)
{
    bool inside = i > 0 && i + 1 < count;

    if (!is_white(items[i].cp) && items[i].cp != '-')
        return TCS_TERM_CHAR;
    if (items[i].cp == TCS_FOLD_PARAGRAPH)
        return TCS_TERM_SPACE;
    if (inside && (tcs_props(items[i - 1].cp) & TCS_PROP_SPACED) && (tcs_props(items[i + 1].cp) & TCS_PROP_SPACED))
        return TCS_TERM_SEPARATOR;
    return items[i].cp == '-' ? TCS_TERM_CHAR : TCS_TERM_SPACE;
}

static tocsin_status check_items(const struct tcs_term *term, const struct tcs_term_spec *spec,
                                 struct tocsin_error *err)
{
    size_t i;

    if (!term->count)
        return tcs_fail(err, TOCSIN_E_PATTERN, NULL, 0, "the term \"%.*s\" is empty after folding; give it a letter",
                        (int)spec->text.len, spec->text.data);
    for (i = 0; i < term->count; i++) {
        if (term->items[i].kind != TCS_TERM_SPACE)
            continue;
        if (i && i + 1 < term->count && (tcs_props(term->items[i - 1].cp) & TCS_PROP_HAN) &&
            (tcs_props(term->items[i + 1].cp) & TCS_PROP_HAN))
            return tcs_fail(err, TOCSIN_E_PATTERN, NULL, 0,
                            "the term \"%.*s\" has a blank between Han characters and can never match; write two terms, "
                            "or near(a, b, N) in a rule",
                            (int)spec->text.len, spec->text.data);
    }
    if (spec->inflect && !(tcs_props(term->items[term->count - 1].cp) & TCS_PROP_SPACED))
        return tcs_fail(err, TOCSIN_E_PATTERN, NULL, 0,
                        "inflect needs a term that ends in a letter of a script with spaces; \"%.*s\" does not",
                        (int)spec->text.len, spec->text.data);
    if (spec->inflect && term->count == 1 && term->items[0].cp == 'e')
        return tcs_fail(err, TOCSIN_E_PATTERN, NULL, 0,
                        "\"e\" cannot be inflected: nothing is left of it before ed and ing; leave inflect out");
    return TOCSIN_OK;
}

/* White space at both ends is left out. */
static tocsin_status take_items(struct tcs_term *term, struct tcs_str folded)
{
    const char *p = folded.data, *end = folded.data + folded.len;
    size_t len, i;

    term->items = calloc(folded.len + 1, sizeof *term->items);
    if (!term->items)
        return TOCSIN_E_NOMEM;
    for (; p < end; p += len) {
        uint32_t cp = tcs_utf8_decode(p, end, &len, NULL);

        if (term->count || !is_white(cp))
            term->items[term->count++].cp = cp;
    }
    while (term->count && is_white(term->items[term->count - 1].cp))
        term->count--;
    for (i = 0; i < term->count; i++)
        term->items[i].kind = kind_of(term->items, term->count, i);
    return TOCSIN_OK;
}

tocsin_status tcs_term_init(struct tcs_term *term, const struct tcs_term_spec *spec, struct tcs_folded *folded,
                            struct tocsin_error *err)
{
    tocsin_status st;

    *term = (struct tcs_term){.prefix_up_to = spec->prefix_up_to,
                              .inflect = spec->inflect,
                              .version = spec->version,
                              .word = spec->word};
    st = tcs_fold(spec->text, false, false, folded);
    if (st == TOCSIN_OK)
        st = take_items(term, tcs_buf_view(&folded->text));
    if (st != TOCSIN_OK)
        return tcs_fail_nomem(err);
    st = check_items(term, spec, err);
    if (st != TOCSIN_OK) {
        tcs_term_release(term);
        return st;
    }
    term->drops_e = term->inflect && term->count > 1 && term->items[term->count - 1].cp == 'e';
    term->fixed_count = term->count - (term->drops_e ? 1 : 0);
    return TOCSIN_OK;
}

void tcs_term_release(struct tcs_term *term)
{
    free(term->items);
    *term = (struct tcs_term){0};
}

bool tcs_term_same(const struct tcs_term *a, const struct tcs_term *b)
{
    size_t i;

    if (a->count != b->count || a->prefix_up_to != b->prefix_up_to || a->inflect != b->inflect ||
        a->version != b->version || a->word != b->word)
        return false;
    for (i = 0; i < a->count; i++)
        if (a->items[i].kind != b->items[i].kind ||
            (a->items[i].kind == TCS_TERM_CHAR && a->items[i].cp != b->items[i].cp))
            return false;
    return true;
}

tocsin_status tcs_term_text(const struct tcs_term *term, struct tcs_buf *out)
{
    tocsin_status st = tcs_buf_reserve(out, term->count * 4);
    size_t i;

    for (i = 0; i < term->count && st == TOCSIN_OK; i++)
        out->len += tcs_utf8_encode(term->items[i].cp, out->data + out->len);
    return st;
}
