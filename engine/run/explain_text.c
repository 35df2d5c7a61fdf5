/* A sticky printer over a buffer. */
#include "run/explain_text.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/shown.h"
#include "base/utf8.h"
#include "rules/expr_text.h"

struct printer {
    const struct tcs_explain_view *view;
    const struct tcs_patterns *patterns;
    struct tcs_buf *out;
    struct tcs_explain_mark mark;
    tocsin_status st;
};

static __attribute__((format(printf, 2, 3))) void print(struct printer *p, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    if (p->st == TOCSIN_OK)
        p->st = tcs_buf_vprintf(p->out, format, args);
    va_end(args);
}

/* A field's text or its fold, a word of the patterns. */
static void show(struct printer *p, struct tcs_str text)
{
    if (p->st == TOCSIN_OK)
        p->st = tcs_shown_append(p->out, text);
}

static void show_c(struct printer *p, const char *text)
{
    show(p, tcs_str_from(text));
}

/* ---- what both forms share ---- */

bool tcs_explain_shows_hit(const struct tcs_explain_view *view, const struct tcs_hit *hit)
{
    return tcs_ruleset_reporter(view->judge->ruleset, hit->term) == hit->term;
}

bool tcs_explain_shows_rule(const struct tcs_explain_view *view, const struct tcs_explained_rule *rule)
{
    return rule->has_fired || rule->near_miss != TCS_NO_CLAUSE || view->is_full;
}

static size_t count_chars(const char *from, const char *to)
{
    size_t count = 0;

    for (; from < to; from++)
        count += !tcs_utf8_is_continuation(*from);
    return count;
}

size_t tcs_explain_chars(struct tcs_explain_mark *mark, const struct tcs_field *field, uint32_t byte)
{
    const char *text = field->text.data;

    if (mark->text != text)
        *mark = (struct tcs_explain_mark){.text = text};
    if (byte >= mark->byte)
        mark->chars += count_chars(text + mark->byte, text + byte);
    else
        mark->chars -= count_chars(text + byte, text + mark->byte);
    mark->byte = byte;
    return mark->chars;
}

static const char *scope_words(enum tcs_scope scope)
{
    return scope == TCS_SCOPE_TITLE ? " in the title" : scope == TCS_SCOPE_LEAD ? " in the lead" : "";
}

tocsin_status tcs_explain_fault(const struct tcs_explain_view *view, const struct tcs_clause *clause,
                                struct tcs_buf *out)
{
    const struct tcs_expr *expr = &tcs_ruleset_patterns(view->judge->ruleset)->nodes[clause->node];
    const char *where = scope_words(clause->scope);

    switch (expr->op) {
    case TCS_EXPR_LEXICON:
    case TCS_EXPR_TERM: return tcs_buf_printf(out, "no hit%s", where);
    case TCS_EXPR_NOT: return tcs_buf_printf(out, "it is there%s", where);
    case TCS_EXPR_NEAR:
        if (clause->nearest == UINT32_MAX)
            return tcs_buf_printf(out, "a hit of each%s, but not in one field", where);
        return tcs_buf_printf(out, "a hit of each%s, but %u units apart", where, clause->nearest);
    case TCS_EXPR_SENTENCE: return tcs_buf_printf(out, "a hit of each%s, but not in one sentence", where);
    case TCS_EXPR_PARAGRAPH: return tcs_buf_printf(out, "a hit of each%s, but not in one paragraph", where);
    case TCS_EXPR_COUNT: return tcs_buf_printf(out, "%u hits%s", clause->count, where);
    case TCS_EXPR_DISTINCT: return tcs_buf_printf(out, "%u terms%s", clause->count, where);
    case TCS_EXPR_AND:
    case TCS_EXPR_OR:
    case TCS_EXPR_ATLEAST:
    case TCS_EXPR_TITLE:
    case TCS_EXPR_LEAD: break;
    }
    return tcs_buf_printf(out, "%u clauses are false", clause->missing);
}

/* ---- parts ---- */

static void print_hit(struct printer *p, const struct tcs_hit *hit)
{
    const struct tcs_field *field = &p->view->doc->fields[hit->field];
    const struct tcs_judge *judge = p->view->judge;
    size_t start = tcs_explain_chars(&p->mark, field, hit->start_byte);
    size_t end = tcs_explain_chars(&p->mark, field, hit->end_byte);

    show_c(p, field->name);
    print(p, " %zu-%zu ", start, end);
    show(p, (struct tcs_str){field->text.data + hit->start_byte, hit->end_byte - hit->start_byte});
    print(p, " (%s: ", tcs_judge_lexicon_name(judge, tcs_judge_lexicon(judge, hit)));
    show_c(p, p->patterns->terms[hit->term].authored);
    print(p, ")");
}

static void print_head(struct printer *p)
{
    const struct tcs_pointer *pointer = p->view->pointer;

    if (!pointer)
        return;
    show_c(p, pointer->file);
    print(p, ": record %llu, offset %llu", (unsigned long long)pointer->record, (unsigned long long)pointer->offset);
    if (p->view->doc->id.len) {
        print(p, ", ");
        show(p, p->view->doc->id);
    }
    print(p, "\n");
}

static void print_fields(struct printer *p)
{
    static const char *const roles[] = {"title", "lead", "text", "other"};
    size_t i;

    for (i = 0; i < p->view->doc->field_count; i++) {
        const struct tcs_field *field = &p->view->doc->fields[i];

        print(p, "field ");
        show_c(p, field->name);
        print(p, ", role %s:\n  as read  ", roles[field->role]);
        show(p, field->text);
        if (p->st == TOCSIN_OK)
            p->st = tcs_fold(field->text, field->lf_paragraph, false, p->view->folded);
        print(p, "\n  folded   ");
        show(p, tcs_buf_view(&p->view->folded->text));
        print(p, "\n");
    }
}

static void print_hits(struct printer *p)
{
    const struct tcs_judge *judge = p->view->judge;
    const uint8_t *reported = tcs_ruleset_is_reported(judge->ruleset);
    size_t i, count = 0;

    print(p, "hits:\n");
    for (i = 0; i < judge->hits.count; i++) {
        if (!reported[judge->hits.items[i].term])
            continue;
        print(p, "  ");
        print_hit(p, &judge->hits.items[i]);
        print(p, "\n");
        count++;
    }
    if (!count)
        print(p, "  none\n");
}

static void print_removed(struct printer *p)
{
    const struct tcs_eval_scratch *eval = &p->view->judge->eval;
    bool is_first = true;
    size_t i;

    for (i = 0; i < eval->removed_count; i++) {
        const struct tcs_removed *removed = &eval->removed[i];

        if (!tcs_explain_shows_hit(p->view, &removed->hit))
            continue;
        print(p, "%s  ", is_first ? "removed by unless:\n" : "");
        is_first = false;
        print_hit(p, &removed->hit);
        print(p, ", inside ");
        print_hit(p, &removed->by);
        print(p, "\n");
    }
}

/* ---- expressions ---- */

static void print_expression(struct printer *p, uint32_t node)
{
    struct tcs_buf text = {0};

    if (p->st == TOCSIN_OK)
        p->st = tcs_expr_text(p->patterns, node, &text);
    show(p, tcs_buf_view(&text));
    tcs_buf_release(&text);
}

/* What heads a clause: what joins others by its word, all else as written. */
static void print_clause_name(struct printer *p, const struct tcs_clause *clause)
{
    const struct tcs_expr *expr = &p->patterns->nodes[clause->node];

    switch (expr->op) {
    case TCS_EXPR_AND: print(p, "and"); return;
    case TCS_EXPR_OR: print(p, "or"); return;
    case TCS_EXPR_NOT: print(p, "not"); return;
    case TCS_EXPR_TITLE: print(p, "title"); return;
    case TCS_EXPR_LEAD: print(p, "lead"); return;
    case TCS_EXPR_ATLEAST: print(p, "atleast %u", expr->number); return;
    case TCS_EXPR_LEXICON:
    case TCS_EXPR_TERM:
    case TCS_EXPR_NEAR:
    case TCS_EXPR_SENTENCE:
    case TCS_EXPR_PARAGRAPH:
    case TCS_EXPR_COUNT:
    case TCS_EXPR_DISTINCT: break;
    }
    print_expression(p, clause->node);
}

static void print_clause_hits(struct printer *p, const struct tcs_clauses *clauses, const struct tcs_clause *clause)
{
    const char *before = ": ";
    size_t i;

    for (i = 0; i < clause->hit_count; i++) {
        const struct tcs_hit *hit = &p->view->judge->hits.items[clauses->hits[clause->first_hit + i]];

        if (!tcs_explain_shows_hit(p->view, hit))
            continue;
        print(p, "%s", before);
        print_hit(p, hit);
        before = ", ";
    }
}

/* Of near, sentence and paragraph the arguments stand on the line of the clause. */
static bool joins_leaves(enum tcs_expr_op op)
{
    return op == TCS_EXPR_NEAR || op == TCS_EXPR_SENTENCE || op == TCS_EXPR_PARAGRAPH;
}

/* Why a clause that is shown on one line is false, where its name does not say it. */
static void print_fault(struct printer *p, const struct tcs_clauses *clauses, size_t at)
{
    const struct tcs_clause *clause = &clauses->items[at];
    const char *before = clause->scope == TCS_SCOPE_DOCUMENT ? "; no hit of " : "; no hit there of ";
    bool has_gap = false;
    size_t i;

    for (i = at + 1; i < clause->end; i++) {
        if (clauses->items[i].is_true)
            continue;
        print(p, "%s", has_gap ? ", " : before);
        print_expression(p, clauses->items[i].node);
        has_gap = true;
    }
    if (has_gap)
        return;
    print(p, "; ");
    if (p->st == TOCSIN_OK)
        p->st = tcs_explain_fault(p->view, clause, p->out);
}

/* The tree from the root down; a clause on a line, a step further in for each level. */
static void print_clauses(struct printer *p, const struct tcs_clauses *clauses)
{
    size_t i = 0;

    while (i < clauses->count && p->st == TOCSIN_OK) {
        const struct tcs_clause *clause = &clauses->items[i];
        enum tcs_expr_op op = p->patterns->nodes[clause->node].op;
        bool is_joined = joins_leaves(op);

        print(p, "  %s%*s", clause->is_true ? "true   " : "false  ", (int)clause->depth * 2, "");
        print_clause_name(p, clause);
        print_clause_hits(p, clauses, clause);
        if (!clause->is_true && (is_joined || op == TCS_EXPR_COUNT || op == TCS_EXPR_DISTINCT))
            print_fault(p, clauses, i);
        print(p, "\n");
        i = is_joined ? clause->end : i + 1;
    }
}

static void print_near_miss(struct printer *p, const struct tcs_explained_rule *rule)
{
    const struct tcs_clause *clause = &rule->clauses.items[rule->near_miss], *around = clause;

    while (around > rule->clauses.items && around->depth >= clause->depth)
        around--;
    print(p, "near miss, but for ");
    print_expression(p, clause->node);
    if (around != clause && joins_leaves(p->patterns->nodes[around->node].op)) {
        print(p, " in ");
        print_expression(p, around->node);
    }
    print(p, ": ");
    if (p->st == TOCSIN_OK)
        p->st = tcs_explain_fault(p->view, clause, p->out);
}

static void print_rule(struct printer *p, const struct tcs_explained_rule *explained)
{
    const struct tcs_rule *rule = &p->patterns->rules[explained->rule];
    char score[TCS_LINE_SCORE_SIZE], weight[TCS_LINE_SCORE_SIZE], product[TCS_LINE_SCORE_SIZE];

    print(p, "rule %s: ", rule->name);
    if (explained->has_fired) {
        tcs_line_score(rule->score, score);
        tcs_line_score(explained->weight.weight, weight);
        tcs_line_score(rule->score * explained->weight.weight, product);
        print(p, "fires; score %s x weight %s", score, weight);
        if (explained->weight.term != TCS_NO_TERM) {
            print(p, " (");
            show_c(p, p->patterns->terms[explained->weight.term].authored);
            print(p, ")");
        }
        print(p, " = %s", product);
    } else if (explained->near_miss != TCS_NO_CLAUSE) {
        print_near_miss(p, explained);
    } else {
        print(p, "false, lacks %u clauses", explained->clauses.items[0].missing);
    }
    print(p, "\n");
    if (explained->has_fired || p->view->is_full)
        print_clauses(p, &explained->clauses);
}

/* ---- the verdict ---- */

static void print_labels(struct printer *p)
{
    const struct tcs_explanation *e = p->view->explanation;
    size_t i;

    for (i = 0; i < e->label_count; i++) {
        bool has_decided = i + 1 == e->label_count;

        print(p, "label %s, entry %zu of %zu: ", p->patterns->labels[i].name, i + 1, p->patterns->label_count);
        print(p, "%s\n", !has_decided ? "false" : e->labels[i].count ? "holds, and decides" : "the default, decides");
        if (has_decided || p->view->is_full)
            print_clauses(p, &e->labels[i]);
    }
}

static void print_score(struct printer *p)
{
    const struct tcs_explanation *e = p->view->explanation;
    const struct tcs_verdict *verdict = &p->view->judge->verdict;
    char text[TCS_LINE_SCORE_SIZE];
    size_t i, count = 0;

    for (i = 0; i < e->rule_count; i++) {
        if (!e->rules[i].has_fired)
            continue;
        tcs_line_score(p->patterns->rules[e->rules[i].rule].score * e->rules[i].weight.weight, text);
        print(p, "%s%s", count++ ? " + " : "score: ", text);
    }
    tcs_line_score(verdict->score, text);
    if (count && count == verdict->rule_count)
        print(p, " = %s\n", text);
    else if (count)
        print(p, ", of %s with the rules that are not shown\n", text);
}

static void print_totals(struct printer *p)
{
    const struct tcs_explanation *e = p->view->explanation;
    const struct tcs_verdict *verdict = &p->view->judge->verdict;
    size_t fired = 0, near = 0, hidden = 0, i;

    for (i = 0; i < e->rule_count; i++) {
        fired += e->rules[i].has_fired;
        near += e->rules[i].near_miss != TCS_NO_CLAUSE;
        hidden += !tcs_explain_shows_rule(p->view, &e->rules[i]);
    }
    print(p, "%s: of %zu rules %zu fired, %zu near misses", verdict->is_flagged ? "flagged" : "not flagged",
          e->rule_count, fired, near);
    if (verdict->is_flagged && !verdict->rule_count)
        print(p, "; a term of -e has a hit");
    if (hidden)
        print(p, "; %zu not shown (--all)", hidden);
    print(p, "\n");
}

tocsin_status tcs_explain_text(const struct tcs_explain_view *view, struct tcs_buf *out)
{
    struct printer p = {.view = view, .patterns = tcs_ruleset_patterns(view->judge->ruleset), .out = out};
    const struct tcs_explanation *e = view->explanation;
    int pass;
    size_t i;

    print_head(&p);
    print_fields(&p);
    print_hits(&p);
    print_removed(&p);
    for (pass = 0; pass < 3; pass++) /* what fired, what is near, the rest */
        for (i = 0; i < e->rule_count; i++) {
            int kind = e->rules[i].has_fired ? 0 : e->rules[i].near_miss != TCS_NO_CLAUSE ? 1 : 2;

            if (kind == pass && tcs_explain_shows_rule(view, &e->rules[i]))
                print_rule(&p, &e->rules[i]);
        }
    print_labels(&p);
    print_score(&p);
    print_totals(&p);
    return p.st;
}
