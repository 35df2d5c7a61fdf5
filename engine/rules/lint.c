/*
 * The list of findings, what can be seen of a term by its characters, and `allow`. What needs a ruleset is in
 * lint_ruleset.c.
 */
#include "rules/lint.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "match/fold.h"
#include "match/props.h"

#define MESSAGE_BYTES 1024

void tcs_lint_release(struct tcs_lint *lint)
{
    size_t i;

    for (i = 0; i < lint->count; i++)
        free(lint->items[i].message);
    free(lint->items);
    *lint = (struct tcs_lint){0};
}

/* ---- findings ---- */

/* Adds one whose message is still to come. */
static struct tcs_finding *add(struct tcs_lint *lint, struct tcs_finding finding)
{
    if (TCS_GROW(lint->items, lint->cap, lint->count + 1) != TOCSIN_OK)
        return NULL;
    lint->items[lint->count] = finding;
    return &lint->items[lint->count++];
}

/* A finding about a term; what only labels quote has no lexicon and no rule, and is passed over. */
tocsin_status tcs_lint_add_term(struct tcs_lint *lint, const struct tcs_patterns *patterns, enum tcs_warning warning,
                                uint32_t index, struct tocsin_error *err, const char *format, ...)
{
    const struct tcs_pattern_term *term = &patterns->terms[index];
    struct tcs_finding finding = {
        .warning = warning, .line = term->line, .column = term->column, .term = term->authored};
    char message[MESSAGE_BYTES];
    struct tcs_finding *added;
    va_list args;

    if (term->lexicon != TCS_NO_LEXICON) {
        finding.lexicon = patterns->lexicons[term->lexicon].name;
        finding.source = patterns->lexicons[term->lexicon].source;
    } else if (term->rule != TCS_NO_RULE) {
        finding.rule = patterns->rules[term->rule].name;
        finding.source = patterns->rules[term->rule].source;
    } else {
        return TOCSIN_OK;
    }
    va_start(args, format);
    (void)vsnprintf(message, sizeof message, format, args);
    va_end(args);
    added = add(lint, finding);
    if (added)
        added->message = tcs_str_dup(tcs_str_from(message));
    return added && added->message ? TOCSIN_OK : tcs_fail_nomem(err);
}

/* ---- a term by its characters ---- */

/* What stands in a term as it is written. */
struct traits {
    bool has_han, has_mark_between_han, has_comma;
};

static struct traits traits_of(struct tcs_str text)
{
    const char *at = text.data, *end = text.data + text.len;
    struct traits traits = {0};
    bool after_han = false, after_mark = false;
    size_t len;

    for (; at < end; at += len) {
        uint32_t cp = tcs_utf8_decode(at, end, &len, NULL);
        unsigned props = tcs_props(cp);

        traits.has_comma |= cp == 0xFF0C || cp == 0x3001;
        if (props & TCS_PROP_HAN) {
            traits.has_mark_between_han |= after_han && after_mark;
            traits.has_han = after_han = true;
            after_mark = false;
        } else if (props & TCS_PROP_GAP) {
            after_mark = true;
        } else {
            after_han = false;
        }
    }
    return traits;
}

static tocsin_status is_empty_folded(struct tcs_str text, struct tcs_folded *folded, bool *is_empty)
{
    tocsin_status st = tcs_fold(text, false, false, folded);
    size_t i;

    *is_empty = true;
    for (i = 0; st == TOCSIN_OK && i < folded->text.len; i++)
        *is_empty &= folded->text.data[i] == ' ' || folded->text.data[i] == TCS_FOLD_LINE ||
                     folded->text.data[i] == TCS_FOLD_PARAGRAPH;
    return st;
}

/* Why a term cannot be compiled; TCS_WARNING_COUNT where it can. */
static tocsin_status fatal_of(const struct tcs_term_spec *spec, struct tcs_folded *folded, enum tcs_warning *warning,
                              struct tocsin_error *why)
{
    struct tcs_term term;
    struct tcs_term_spec plain = *spec;
    bool is_empty = false;
    tocsin_status st = tcs_term_init(&term, spec, folded, why);

    *warning = TCS_WARNING_COUNT;
    if (st == TOCSIN_OK)
        tcs_term_release(&term);
    if (st != TOCSIN_E_PATTERN)
        return st;
    st = is_empty_folded(spec->text, folded, &is_empty);
    if (st != TOCSIN_OK || is_empty) {
        *warning = TCS_WARNING_EMPTY_TERM;
        return st;
    }
    plain.inflect = false;
    st = tcs_term_init(&term, &plain, folded, NULL);
    if (st == TOCSIN_OK)
        tcs_term_release(&term);
    *warning = st == TOCSIN_OK ? TCS_WARNING_BAD_INFLECT : TCS_WARNING_BLANK_IN_TERM;
    return st == TOCSIN_E_PATTERN ? TOCSIN_OK : st;
}

static tocsin_status lint_term(struct tcs_lint *lint, const struct tcs_patterns *patterns, uint32_t index,
                               struct tcs_folded *folded, bool *is_fatal, struct tocsin_error *err)
{
    const struct tcs_pattern_term *term = &patterns->terms[index];
    struct traits traits = traits_of(term->spec.text);
    struct tocsin_error why = {0};
    enum tcs_warning warning;
    tocsin_status st = fatal_of(&term->spec, folded, &warning, &why);

    if (st != TOCSIN_OK)
        return tcs_fail_nomem(err);
    if (warning != TCS_WARNING_COUNT) {
        static const char *const messages[] = {
            [TCS_WARNING_EMPTY_TERM] = "is empty after folding",
            [TCS_WARNING_BLANK_IN_TERM] = "has a blank between Han characters and can never match",
            [TCS_WARNING_BAD_INFLECT] = "cannot be inflected: its last character is no letter of a script with spaces"};

        *is_fatal = true;
        return tcs_lint_add_term(lint, patterns, warning, index, err, "`%s` %s", term->authored, messages[warning]);
    }
    if (traits.has_comma)
        st = tcs_lint_add_term(lint, patterns, TCS_WARNING_FULL_WIDTH_COMMA, index, err,
                               "`%s` holds a full-width comma, so it may be two terms", term->authored);
    if (st == TOCSIN_OK && traits.has_mark_between_han)
        st = tcs_lint_add_term(lint, patterns, TCS_WARNING_MARK_BETWEEN_HAN, index, err,
                               "`%s` has a quotation mark between Han characters", term->authored);
    if (st == TOCSIN_OK && traits.has_han && (!strcmp(term->lang, "en") || !strncmp(term->lang, "en-", 3)))
        st = tcs_lint_add_term(lint, patterns, TCS_WARNING_HAN_IN_EN, index, err, "`%s` stands under en, but holds Han",
                               term->authored);
    return st;
}

tocsin_status tcs_lint_terms(struct tcs_lint *lint, const struct tcs_patterns *patterns, bool *is_fatal_out,
                             struct tocsin_error *err)
{
    struct tcs_folded folded = {0};
    tocsin_status st = TOCSIN_OK;
    uint32_t i;

    *is_fatal_out = false;
    for (i = 0; st == TOCSIN_OK && i < patterns->term_count; i++)
        st = lint_term(lint, patterns, i, &folded, is_fatal_out, err);
    tcs_folded_release(&folded);
    return st;
}

/* ---- allow ---- */

static bool is_same(const char *a, const char *b)
{
    return a == b || (a && b && strcmp(a, b) == 0);
}

/* Takes out the findings about this lexicon or rule that the entry speaks of; how many? */
static size_t silence(struct tcs_lint *lint, const struct tcs_allow *allow, const char *lexicon, const char *rule)
{
    size_t kept = 0, i, count = lint->count;

    for (i = 0; i < count; i++) {
        struct tcs_finding *finding = &lint->items[i];

        if (finding->warning == allow->warning && is_same(finding->lexicon, lexicon) && is_same(finding->rule, rule) &&
            is_same(finding->term, allow->term))
            free(finding->message);
        else
            lint->items[kept++] = *finding;
    }
    lint->count = kept;
    return count - kept;
}

static tocsin_status add_idle(struct tcs_lint *lint, const struct tcs_allow *allow, const char *source,
                              const char *lexicon, const char *rule)
{
    struct tcs_buf message = {0};
    tocsin_status st = tcs_buf_printf(&message, "the `allow` for %s%s%s%s silences nothing",
                                      tcs_warning_kinds[allow->warning].name, allow->term ? " of `" : "",
                                      allow->term ? allow->term : "", allow->term ? "`" : "");
    struct tcs_finding *added;

    if (st == TOCSIN_OK)
        st = tcs_buf_putc(&message, '\0');
    added = st == TOCSIN_OK ? add(lint, (struct tcs_finding){.warning = TCS_WARNING_IDLE_ALLOW,
                                                             .source = source,
                                                             .line = allow->line,
                                                             .column = allow->column,
                                                             .lexicon = lexicon,
                                                             .rule = rule,
                                                             .term = allow->term,
                                                             .message = message.data})
                            : NULL;
    if (!added)
        tcs_buf_release(&message);
    return added ? TOCSIN_OK : TOCSIN_E_NOMEM;
}

static tocsin_status apply_allows(struct tcs_lint *lint, const struct tcs_allows *allows, const char *source,
                                  const char *lexicon, const char *rule, bool has_compiled, bool has_corpus)
{
    tocsin_status st = TOCSIN_OK;
    size_t i;

    for (i = 0; st == TOCSIN_OK && i < allows->count; i++) {
        const struct tcs_allow *allow = &allows->items[i];
        size_t count = silence(lint, allow, lexicon, rule);

        lint->silenced += count;
        if (!count && has_compiled && (has_corpus || !tcs_warning_kinds[allow->warning].needs_corpus))
            st = add_idle(lint, allow, source, lexicon, rule);
    }
    return st;
}

/* ---- order ---- */

/* Sources come in the order of their names, as they were read. */
static int compare_findings(const void *left, const void *right)
{
    const struct tcs_finding *a = left, *b = right;
    int order = strcmp(a->source, b->source);

    if (order)
        return order;
    if (a->line != b->line)
        return a->line < b->line ? -1 : 1;
    if (a->column != b->column)
        return a->column < b->column ? -1 : 1;
    return a->warning != b->warning ? (a->warning < b->warning ? -1 : 1) : strcmp(a->message, b->message);
}

tocsin_status tcs_lint_finish(struct tcs_lint *lint, const struct tcs_patterns *patterns, bool has_compiled,
                              bool has_corpus, struct tocsin_error *err)
{
    tocsin_status st = TOCSIN_OK;
    size_t i;

    for (i = 0; st == TOCSIN_OK && i < patterns->lexicon_count; i++)
        st = apply_allows(lint, &patterns->lexicons[i].allows, patterns->lexicons[i].source, patterns->lexicons[i].name,
                          NULL, has_compiled, has_corpus);
    for (i = 0; st == TOCSIN_OK && i < patterns->rule_count; i++)
        st = apply_allows(lint, &patterns->rules[i].allows, patterns->rules[i].source, NULL, patterns->rules[i].name,
                          has_compiled, has_corpus);
    if (st != TOCSIN_OK)
        return tcs_fail_nomem(err);
    if (lint->count)
        qsort(lint->items, lint->count, sizeof *lint->items, compare_findings);
    return TOCSIN_OK;
}
