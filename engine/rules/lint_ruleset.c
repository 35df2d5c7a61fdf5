/*
 * Terms that only double are found by the finder itself: a term is looked at in each form that it can take (inflected,
 * or with every number of letters that its star allows), and another term of its lexicon shadows it if it is found
 * inside every one of them, whatever may stand around. What may stand around matters twice: where an edge of both is
 * the same, `version` may let only one of them touch a digit; and a phrase of `unless` may cover the other term and
 * not this one.
 */
#include "rules/lint.h"

#include <stdlib.h>
#include <string.h>

#include "rules/judge.h"

struct search {
    struct tcs_lint *lint;
    struct tcs_ruleset *ruleset;
    const struct tcs_patterns *patterns;
    struct tcs_finder_scratch finder;
    struct tcs_folded folded, phrase; /* of the form at hand; of an `unless` phrase */
    struct tcs_hits hits, phrase_hits;
    struct tcs_buf form;
    uint32_t *shadows; /* terms that were found in every form so far */
    size_t shadow_count, shadow_cap;
    struct tocsin_error *err;
};

/* The hits in a text, `unless` not looked at. */
static tocsin_status find(struct search *s, struct tcs_str text, struct tcs_folded *folded, struct tcs_hits *hits)
{
    const struct tcs_finder *finder = tcs_ruleset_finder(s->ruleset);
    tocsin_status st = tcs_fold(text, false, true, folded);

    hits->count = 0;
    tcs_finder_begin(&s->finder);
    if (st == TOCSIN_OK)
        st = tcs_finder_search(finder, &s->finder, 0, tcs_buf_view(&folded->text));
    return st == TOCSIN_OK ? tcs_finder_find(finder, &s->finder, 0, text, folded, hits) : st;
}

/* ---- forms of a term ---- */

/* The form number n of a term into s->form; false where there are no more. */
static bool make_form(struct search *s, const struct tcs_pattern_term *term, uint32_t n, tocsin_status *st)
{
    static const char *const endings[] = {"", "s", "es", "ed", "ing"};
    const struct tcs_term_spec *spec = &term->spec;
    struct tcs_str text = spec->text;
    uint32_t count = spec->inflect ? 5 : spec->prefix_up_to + 1, i;

    if (n >= count)
        return false;
    if (spec->inflect && n >= 3 && text.len && (text.data[text.len - 1] | 0x20) == 'e')
        text.len--;
    tcs_buf_reset(&s->form);
    *st = tcs_buf_append_str(&s->form, text);
    if (*st == TOCSIN_OK && spec->inflect)
        *st = tcs_buf_printf(&s->form, "%s", endings[n]);
    for (i = 0; *st == TOCSIN_OK && !spec->inflect && i < n; i++)
        *st = tcs_buf_putc(&s->form, 'q');
    return *st == TOCSIN_OK;
}

/* The longest hit of a term; NULL where there is none. */
static const struct tcs_hit *longest_hit(const struct tcs_hits *hits, uint32_t term)
{
    const struct tcs_hit *best = NULL;
    size_t i;

    for (i = 0; i < hits->count; i++)
        if (hits->items[i].term == term &&
            (!best || hits->items[i].end_byte - hits->items[i].start_byte > best->end_byte - best->start_byte))
            best = &hits->items[i];
    return best;
}

/* ---- what stands around ---- */

/* Where the folded characters of a hit begin and end. */
static void folded_span(const struct tcs_folded *folded, const struct tcs_hit *hit, size_t *start, size_t *end)
{
    size_t i;

    *start = *end = 0;
    for (i = folded->text.len; i-- > 0;) {
        if (((unsigned char)folded->text.data[i] & 0xC0) == 0x80)
            continue;
        if (folded->start[i] >= hit->start_byte)
            *start = i;
        if (!*end && folded->start[i] < hit->end_byte)
            for (*end = i + 1; *end < folded->text.len && ((unsigned char)folded->text.data[*end] & 0xC0) == 0x80;)
                ++*end;
    }
}

/*
 * Could the phrase cover the other term's hit where the term itself stays? Compared are the characters on both sides.
 */
static bool parts_them(const struct search *s, const struct tcs_hit *other, const struct tcs_hit *in_phrase)
{
    const char *a = s->folded.text.data, *b = s->phrase.text.data;
    size_t a_start, a_end, b_start, b_end, left, right;

    folded_span(&s->folded, other, &a_start, &a_end);
    folded_span(&s->phrase, in_phrase, &b_start, &b_end);
    left = a_start < b_start ? a_start : b_start;
    right = s->folded.text.len - a_end;
    if (right > s->phrase.text.len - b_end)
        right = s->phrase.text.len - b_end;
    if (memcmp(a + a_start - left, b + b_start - left, left) != 0 || memcmp(a + a_end, b + b_end, right) != 0)
        return false;
    return left < a_start || right < s->folded.text.len - a_end;
}

/* May a phrase of the lexicon take the other term's hit away and leave the term's? */
static tocsin_status may_be_removed(struct search *s, uint32_t lexicon, const struct tcs_hit *other, bool *answer)
{
    const struct tcs_lexicon *l = &s->patterns->lexicons[lexicon];
    tocsin_status st = TOCSIN_OK;
    uint32_t i;
    size_t k;

    *answer = false;
    for (i = 0; st == TOCSIN_OK && !*answer && i < l->unless_count; i++) {
        st = find(s, s->patterns->terms[l->first_unless + i].spec.text, &s->phrase, &s->phrase_hits);
        for (k = 0; st == TOCSIN_OK && k < s->phrase_hits.count; k++)
            *answer |= s->phrase_hits.items[k].term == other->term && parts_them(s, other, &s->phrase_hits.items[k]);
    }
    return st;
}

/* Does a hit inside the term's own always come with it? */
static bool is_bound(const struct search *s, const struct tcs_hit *own, const struct tcs_hit *other)
{
    const struct tcs_pattern_term *term = &s->patterns->terms[own->term], *shadow = &s->patterns->terms[other->term];
    bool shares_edge = own->start_byte == other->start_byte || own->end_byte == other->end_byte;

    if (other->term == own->term || shadow->lexicon != term->lexicon || shadow->is_unless || shadow->spec.word ||
        shadow->weight < term->weight)
        return false;
    if (tcs_ruleset_reporter(s->ruleset, own->term) == tcs_ruleset_reporter(s->ruleset, other->term))
        return false; /* they find the same, which is another warning */
    if (shares_edge && term->spec.version && !shadow->spec.version)
        return false;
    return other->start_byte >= own->start_byte && other->end_byte <= own->end_byte;
}

/* ---- shadows ---- */

/* Keeps of s->shadows those that are found in the form at hand; takes all that are found in the first. */
static tocsin_status narrow(struct search *s, uint32_t term, bool is_first)
{
    const struct tcs_hit *own = longest_hit(&s->hits, term);
    size_t kept = 0, i, k;
    tocsin_status st = TOCSIN_OK;

    for (i = 0; own && is_first && i < s->hits.count && st == TOCSIN_OK; i++) {
        if (!is_bound(s, own, &s->hits.items[i]))
            continue;
        st = TCS_GROW(s->shadows, s->shadow_cap, s->shadow_count + 1);
        if (st == TOCSIN_OK)
            s->shadows[s->shadow_count++] = s->hits.items[i].term;
    }
    for (i = 0; own && st == TOCSIN_OK && i < s->shadow_count; i++) {
        bool is_kept = false, is_removed;

        for (k = 0; !is_kept && st == TOCSIN_OK && k < s->hits.count; k++) {
            if (s->hits.items[k].term != s->shadows[i] || !is_bound(s, own, &s->hits.items[k]))
                continue;
            st = may_be_removed(s, s->patterns->terms[term].lexicon, &s->hits.items[k], &is_removed);
            is_kept = st == TOCSIN_OK && !is_removed;
        }
        if (is_kept)
            s->shadows[kept++] = s->shadows[i];
    }
    s->shadow_count = kept;
    return st;
}

/* Fills s->shadows with the terms that are found wherever this one is. */
static tocsin_status find_shadows(struct search *s, uint32_t term)
{
    tocsin_status st = TOCSIN_OK;
    uint32_t n;

    s->shadow_count = 0;
    for (n = 0; make_form(s, &s->patterns->terms[term], n, &st) && (!n || s->shadow_count); n++) {
        st = find(s, tcs_buf_view(&s->form), &s->folded, &s->hits);
        if (st == TOCSIN_OK)
            st = narrow(s, term, n == 0);
        if (st != TOCSIN_OK)
            break;
    }
    return st;
}

static tocsin_status lint_same(struct search *s, uint32_t term, uint32_t other)
{
    return tcs_lint_add_term(s->lint, s->patterns, TCS_WARNING_SAME_TERM, term, s->err,
                             "`%s` finds the same as `%s` (line %u)", s->patterns->terms[term].authored,
                             s->patterns->terms[other].authored, s->patterns->terms[other].line);
}

/* Of two that shadow each other (face swap, face-swap) the later one is the one too many. */
static tocsin_status lint_shadow(struct search *s, uint32_t term)
{
    size_t next = 0, i;

    for (;;) {
        bool is_mutual = false;
        uint32_t shadow;

        if (find_shadows(s, term) != TOCSIN_OK)
            return tcs_fail_nomem(s->err);
        if (next >= s->shadow_count)
            return TOCSIN_OK;
        shadow = s->shadows[next++];
        if (find_shadows(s, shadow) != TOCSIN_OK)
            return tcs_fail_nomem(s->err);
        for (i = 0; i < s->shadow_count; i++)
            is_mutual |= s->shadows[i] == term;
        if (is_mutual && shadow > term)
            continue;
        if (is_mutual)
            return lint_same(s, term, shadow);
        return tcs_lint_add_term(s->lint, s->patterns, TCS_WARNING_SHADOWED_TERM, term, s->err,
                                 "`%s` only doubles `%s`, which is found wherever it is",
                                 s->patterns->terms[term].authored, s->patterns->terms[shadow].authored);
    }
}

/* Phrases are not reported, so which of them are alike is asked here; they are few. */
static tocsin_status lint_phrases(struct search *s, const struct tcs_lexicon *lexicon)
{
    const struct tcs_pattern_term *terms = s->patterns->terms;
    const uint32_t *folds = tcs_ruleset_term_folds(s->ruleset);
    tocsin_status st = TOCSIN_OK;
    uint32_t i, k;

    for (i = lexicon->first_unless; i < lexicon->first_unless + lexicon->unless_count && st == TOCSIN_OK; i++)
        for (k = lexicon->first_unless; k < i && st == TOCSIN_OK; k++)
            if (folds[i] == folds[k] && terms[i].spec.prefix_up_to == terms[k].spec.prefix_up_to &&
                terms[i].spec.inflect == terms[k].spec.inflect) {
                st = lint_same(s, i, k);
                break;
            }
    return st;
}

static tocsin_status lint_pairs(struct search *s)
{
    tocsin_status st = TOCSIN_OK;
    uint32_t i;
    size_t l;

    for (i = 0; st == TOCSIN_OK && i < s->patterns->first_quoted; i++) {
        uint32_t reporter = tcs_ruleset_reporter(s->ruleset, i);

        if (s->patterns->terms[i].is_unless)
            continue;
        st = reporter != i ? lint_same(s, i, reporter) : lint_shadow(s, i);
    }
    for (l = 0; st == TOCSIN_OK && l < s->patterns->lexicon_count; l++)
        st = lint_phrases(s, &s->patterns->lexicons[l]);
    return st;
}

/* ---- examples ---- */

/* What the examples hold: a mark a term (phrases too) and a rule. */
struct covered {
    struct tcs_judge judge;
    struct tcs_document doc;
    uint8_t *terms, *rules;
};

static tocsin_status try_examples(struct search *s, struct covered *c, const struct tcs_example *examples, size_t count)
{
    tocsin_status st = TOCSIN_OK;
    size_t i, k;

    for (i = 0; i < count && st == TOCSIN_OK; i++) {
        struct tcs_str text = tcs_str_from(examples[i].text);

        tcs_document_reset(&c->doc);
        if (tcs_document_add(&c->doc, "title", TCS_ROLE_TITLE, text) != TOCSIN_OK ||
            find(s, text, &s->folded, &s->hits) != TOCSIN_OK)
            return tcs_fail_nomem(s->err);
        for (k = 0; k < s->hits.count; k++)
            if (s->patterns->terms[s->hits.items[k].term].is_unless)
                c->terms[s->hits.items[k].term] = 1;
        st = tcs_judge_document(&c->judge, &c->doc, s->err);
        for (k = 0; st == TOCSIN_OK && k < c->judge.hits.count; k++)
            c->terms[c->judge.hits.items[k].term] = 1;
        for (k = 0; st == TOCSIN_OK && k < c->judge.verdict.rule_count; k++)
            c->rules[c->judge.verdict.rules[k]] = 1;
    }
    return st;
}

static tocsin_status add_rule(struct search *s, uint32_t index)
{
    const struct tcs_rule *rule = &s->patterns->rules[index];
    struct tcs_lint *lint = s->lint;
    struct tcs_buf message = {0};

    if (TCS_GROW(lint->items, lint->cap, lint->count + 1) != TOCSIN_OK ||
        tcs_buf_printf(&message, "no example makes the rule %s true", rule->name) != TOCSIN_OK ||
        tcs_buf_putc(&message, '\0') != TOCSIN_OK) {
        tcs_buf_release(&message);
        return tcs_fail_nomem(s->err);
    }
    lint->items[lint->count++] = (struct tcs_finding){.warning = TCS_WARNING_RULE_WITHOUT_EXAMPLE,
                                                      .source = rule->source,
                                                      .line = rule->line,
                                                      .column = rule->column,
                                                      .rule = rule->name,
                                                      .message = message.data};
    return TOCSIN_OK;
}

static tocsin_status add_uncovered(struct search *s, const struct covered *c)
{
    tocsin_status st = TOCSIN_OK;
    uint32_t i;

    for (i = 0; st == TOCSIN_OK && i < s->patterns->term_count; i++)
        if (!c->terms[i])
            st = tcs_lint_add_term(s->lint, s->patterns, TCS_WARNING_NO_EXAMPLE, i, s->err, "no example holds %s `%s`",
                                   s->patterns->terms[i].is_unless ? "the phrase" : "the term",
                                   s->patterns->terms[i].authored);
    for (i = 0; st == TOCSIN_OK && i < s->patterns->rule_count; i++)
        if (!c->rules[i])
            st = add_rule(s, i);
    return st;
}

static tocsin_status lint_examples(struct search *s)
{
    struct covered c = {0};
    tocsin_status st = tcs_judge_init(&c.judge, s->ruleset, s->err);
    size_t i;

    c.terms = calloc(s->patterns->term_count + 1, 1);
    c.rules = calloc(s->patterns->rule_count + 1, 1);
    if (st == TOCSIN_OK && (!c.terms || !c.rules))
        st = tcs_fail_nomem(s->err);
    for (i = 0; st == TOCSIN_OK && i < s->patterns->lexicon_count; i++)
        st = try_examples(s, &c, s->patterns->lexicons[i].examples, s->patterns->lexicons[i].example_count);
    for (i = 0; st == TOCSIN_OK && i < s->patterns->rule_count; i++)
        st = try_examples(s, &c, s->patterns->rules[i].examples, s->patterns->rules[i].example_count);
    if (st == TOCSIN_OK)
        st = add_uncovered(s, &c);
    free(c.terms);
    free(c.rules);
    tcs_document_release(&c.doc);
    tcs_judge_release(&c.judge);
    return st;
}

tocsin_status tcs_lint_ruleset(struct tcs_lint *lint, struct tcs_ruleset *ruleset, struct tocsin_error *err)
{
    struct search s = {.lint = lint, .ruleset = ruleset, .patterns = tcs_ruleset_patterns(ruleset), .err = err};
    tocsin_status st = tcs_finder_fit(tcs_ruleset_finder(ruleset), &s.finder, err);

    if (st == TOCSIN_OK)
        st = lint_pairs(&s);
    if (st == TOCSIN_OK)
        st = lint_examples(&s);
    tcs_finder_scratch_release(&s.finder);
    tcs_folded_release(&s.folded);
    tcs_folded_release(&s.phrase);
    tcs_buf_release(&s.form);
    free(s.hits.items);
    free(s.phrase_hits.items);
    free(s.shadows);
    return st;
}
