/*
 * The tree is walked once a rule, with the scope (document, title, lead) handed down. Leaves read
 * the document's hits by group: a counting sort brings the hits of each lexicon together and keeps
 * their order, so that near, sentence and paragraph are merges in one pass, whatever the number of
 * hits. A failure to get memory is kept in the run and ends it.
 */
#include "rules/eval_run.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "rules/expr.h"

void tcs_eval_scratch_release(struct tcs_eval_scratch *scratch)
{
    free(scratch->group_starts);
    free(scratch->group_hits);
    free(scratch->fold_marks);
    free(scratch->covers);
    free(scratch->removed);
    *scratch = (struct tcs_eval_scratch){0};
}

void tcs_verdict_release(struct tcs_verdict *verdict)
{
    free(verdict->rules);
    *verdict = (struct tcs_verdict){0};
}

static bool same_span(const struct tcs_hit *a, const struct tcs_hit *b)
{
    return a->field == b->field && a->start_byte == b->start_byte && a->end_byte == b->end_byte;
}

/* Brings the hits of each group together. */
static tocsin_status sort_by_group(struct tcs_eval_run *run)
{
    struct tcs_eval_scratch *scratch = run->scratch;
    const struct tcs_evidence *evidence = run->evidence;
    uint32_t groups = tcs_patterns_group_count(run->patterns);
    uint32_t *starts, sum = 0, g;
    size_t i;

    /*
     * One place more than borders: counts are kept two places up, so that filling ends one place
     * up.
     */
    if (TCS_GROW(scratch->group_starts, scratch->group_starts_cap, (size_t)groups + 2) !=
            TOCSIN_OK ||
        TCS_GROW(scratch->group_hits, scratch->group_hits_cap, evidence->hit_count + 1) !=
            TOCSIN_OK) {
        return TOCSIN_E_NOMEM;
    }
    starts = scratch->group_starts;
    memset(starts, 0, ((size_t)groups + 2) * sizeof *starts);
    for (i = 0; i < evidence->hit_count; i++) {
        starts[tcs_patterns_group_of(run->patterns, evidence->hits[i].term) + 2]++;
    }
    for (g = 0; g < groups + 2; g++) {
        sum += starts[g];
        starts[g] = sum;
    }
    for (i = 0; i < evidence->hit_count; i++) {
        g = tcs_patterns_group_of(run->patterns, evidence->hits[i].term);
        scratch->group_hits[starts[g + 1]++] = (uint32_t)i;
    }
    return TOCSIN_OK;
}

tocsin_status tcs_eval_open(struct tcs_eval_run *run, const struct tcs_evidence *evidence)
{
    const struct tcs_document *document = evidence->document;
    size_t i;

    *run = (struct tcs_eval_run){.evidence = evidence,
                        .patterns = evidence->patterns,
                        .scratch = evidence->scratch,
                        .status = TOCSIN_OK};
    for (i = 0; i < document->field_count && !run->has_lead; i++) {
        run->has_lead = document->fields[i].role == TCS_ROLE_LEAD && document->fields[i].text.len;
    }
    return sort_by_group(run);
}

static void find_lead(struct tcs_eval_run *run)
{
    const struct tcs_document *document = run->evidence->document;
    size_t i;

    run->is_lead_known = true;
    run->lead_field = UINT32_MAX;
    for (i = 0; i < document->field_count; i++) {
        const struct tcs_field *field = &document->fields[i];

        if (field->role == TCS_ROLE_TEXT) {
            run->lead_field = (uint32_t)i;
            run->lead_end = (uint32_t)tcs_segment_lead_end(field->text, field->lf_paragraph);
            return;
        }
    }
}

static const struct tcs_hit *hit_at(const struct tcs_eval_run *run, const struct tcs_eval_cursor *cursor)
{
    return &run->evidence->hits[*cursor->at];
}

static bool in_scope(struct tcs_eval_run *run, const struct tcs_hit *hit, enum tcs_scope scope)
{
    enum tcs_role role = run->evidence->document->fields[hit->field].role;

    switch (scope) {
    case TCS_SCOPE_DOCUMENT: return true;
    case TCS_SCOPE_TITLE: return role == TCS_ROLE_TITLE;
    case TCS_SCOPE_LEAD: break;
    }
    if (run->has_lead) {
        return role == TCS_ROLE_LEAD;
    }
    if (!run->is_lead_known) {
        find_lead(run);
    }
    return hit->field == run->lead_field && hit->end_byte <= run->lead_end;
}

/* Moves forward to a hit in scope, the present one included. */
static void settle(struct tcs_eval_run *run, struct tcs_eval_cursor *cursor, enum tcs_scope scope)
{
    while (cursor->at < cursor->end && !in_scope(run, hit_at(run, cursor), scope)) {
        cursor->at++;
    }
}

void tcs_eval_advance(struct tcs_eval_run *run, struct tcs_eval_cursor *cursor, enum tcs_scope scope)
{
    cursor->at++;
    settle(run, cursor, scope);
}

static bool is_open(const struct tcs_eval_cursor *cursor)
{
    return cursor->at < cursor->end;
}

struct tcs_eval_cursor tcs_eval_leaf(struct tcs_eval_run *run, const struct tcs_expr *leaf, enum tcs_scope scope)
{
    uint32_t group = tcs_patterns_group(run->patterns, leaf);
    const uint32_t *starts = run->scratch->group_starts;
    struct tcs_eval_cursor cursor = {run->scratch->group_hits + starts[group],
                            run->scratch->group_hits + starts[group + 1]};

    settle(run, &cursor, scope);
    return cursor;
}

static uint32_t child_index(const struct tcs_eval_run *run, const struct tcs_expr *expr, uint32_t i)
{
    return run->patterns->children[expr->first_child + i];
}

static const struct tcs_expr *child_of(const struct tcs_eval_run *run, const struct tcs_expr *expr,
                                       uint32_t i)
{
    return &run->patterns->nodes[child_index(run, expr, i)];
}

/* Has every argument, a leaf, a hit in the document? What most clauses end at. */
static bool has_all(const struct tcs_eval_run *run, const struct tcs_expr *expr)
{
    const uint32_t *starts = run->scratch->group_starts;
    uint32_t i, group;

    for (i = 0; i < expr->child_count; i++) {
        group = tcs_patterns_group(run->patterns, child_of(run, expr, i));
        if (starts[group] == starts[group + 1]) {
            return false;
        }
    }
    return true;
}

/*
 * Of the hits of one side of `near` so far: the two of different spans that end last. The units behind best are counted
 * once, from one hit of the other side to the next.
 */
struct furthest {
    const struct tcs_hit *best, *second;
    struct tcs_units units;
};

static void reach(struct furthest *far, const struct tcs_hit *hit)
{
    if (far->best && far->best->field != hit->field) {
        *far = (struct furthest){0};
    }
    if (!far->best || hit->end_byte > far->best->end_byte) {
        *far = (struct furthest){hit, far->best, {.at = hit->end_byte}};
    } else if (!same_span(far->best, hit) &&
               (!far->second || hit->end_byte > far->second->end_byte)) {
        far->second = hit;
    }
}

/*
 * Is hit within n units of a hit of another span that begins no later? Of those the one that ends
 * last is nearest, so it alone needs to be looked at.
 */
static bool is_near(struct tcs_eval_run *run, struct furthest *far, const struct tcs_hit *hit, uint32_t n)
{
    bool is_best = far->best && !same_span(far->best, hit);
    const struct tcs_hit *other = is_best ? far->best : far->second;
    struct tcs_units second, *units = is_best ? &far->units : &second;

    if (!other || other->field != hit->field) {
        return false;
    }
    run->witness.left = (size_t)(other - run->evidence->hits);
    run->witness.right = (size_t)(hit - run->evidence->hits);
    if (other->end_byte >= hit->start_byte) {
        return true;
    }
    second = (struct tcs_units){.at = other->end_byte};
    tcs_segment_count_units(run->evidence->document->fields[hit->field].text, units, hit->start_byte, n);
    return units->count <= n;
}

bool tcs_eval_holds_near(struct tcs_eval_run *run, const struct tcs_expr *expr, enum tcs_scope scope)
{
    struct tcs_eval_cursor a = tcs_eval_leaf(run, child_of(run, expr, 0), scope);
    struct tcs_eval_cursor b = tcs_eval_leaf(run, child_of(run, expr, 1), scope);
    struct furthest far_a = {0}, far_b = {0};

    while (is_open(&a) || is_open(&b)) {
        bool is_a = is_open(&a) && (!is_open(&b) || *a.at <= *b.at);
        bool is_b = is_open(&b) && (!is_open(&a) || *b.at <= *a.at);
        const struct tcs_hit *hit = hit_at(run, is_a ? &a : &b);

        if ((is_a && is_near(run, &far_b, hit, expr->number)) ||
            (is_b && is_near(run, &far_a, hit, expr->number))) {
            return true;
        }
        if (is_a) {
            reach(&far_a, hit);
            tcs_eval_advance(run, &a, scope);
        }
        if (is_b) {
            reach(&far_b, hit);
            tcs_eval_advance(run, &b, scope);
        }
    }
    return false;
}

/*
 * The arguments of `sentence` or `paragraph` and the spans that each has in the present one. Of k
 * arguments no more than k spans each are kept: one that has k can always be given one that no
 * other took.
 */
struct gathering {
    uint32_t count;
    struct tcs_eval_cursor cursors[TCS_EXPR_MAX_ARGS];
    uint32_t spans[TCS_EXPR_MAX_ARGS][TCS_EXPR_MAX_ARGS]; /* numbers of spans */
    uint32_t span_counts[TCS_EXPR_MAX_ARGS];
    uint32_t taken[TCS_EXPR_MAX_ARGS]; /* span given to the argument, 0 for none */
    uint32_t present;                  /* arguments with a span */
};

/* Gives arg a span of its own, moving others to other spans of theirs (augmenting paths). */
static bool give_span(struct gathering *g, uint32_t arg, uint32_t *tried)
{
    uint32_t i, owner;

    for (i = 0; i < g->span_counts[arg]; i++) {
        for (owner = 0; owner < g->count && g->taken[owner] != g->spans[arg][i]; owner++) {
        }
        if (owner < g->count) {
            if (*tried >> owner & 1) {
                continue;
            }
            *tried |= UINT32_C(1) << owner;
            if (!give_span(g, owner, tried)) {
                continue;
            }
        }
        g->taken[arg] = g->spans[arg][i];
        return true;
    }
    return false;
}

static bool can_differ(struct gathering *g)
{
    uint32_t arg;

    memset(g->taken, 0, sizeof g->taken);
    for (arg = 0; arg < g->count; arg++) {
        uint32_t tried = UINT32_C(1) << arg;

        if (!give_span(g, arg, &tried)) {
            return false;
        }
    }
    return true;
}

static void add_span(struct gathering *g, uint32_t arg, uint32_t span)
{
    uint32_t count = g->span_counts[arg];

    if (count == g->count || (count && g->spans[arg][count - 1] == span)) {
        return;
    }
    g->present += !count;
    g->spans[arg][g->span_counts[arg]++] = span;
}

/* The first hit of all cursors, NULL at the end. */
static const struct tcs_hit *first_hit(const struct tcs_eval_run *run, const struct gathering *g,
                                       uint32_t *index)
{
    uint32_t i;

    *index = UINT32_MAX;
    for (i = 0; i < g->count; i++) {
        if (is_open(&g->cursors[i]) && *g->cursors[i].at < *index) {
            *index = *g->cursors[i].at;
        }
    }
    return *index == UINT32_MAX ? NULL : &run->evidence->hits[*index];
}

static enum tcs_segment kind_of(const struct tcs_expr *expr, const struct tcs_field *field)
{
    if (expr->op == TCS_EXPR_SENTENCE) {
        return TCS_SEGMENT_SENTENCE;
    }
    return field->lf_paragraph ? TCS_SEGMENT_LF_PARAGRAPH : TCS_SEGMENT_PARAGRAPH;
}

/* The sentence or paragraph that hit begins in. */
static void note_segment(struct tcs_eval_run *run, const struct tcs_expr *expr, const struct tcs_hit *hit)
{
    const struct tcs_field *field = &run->evidence->document->fields[hit->field];
    enum tcs_segment kind = kind_of(expr, field);
    size_t end = tcs_segment_next(field->text, kind, hit->start_byte, field->text.len);

    run->witness.field = hit->field;
    run->witness.start_byte = (uint32_t)tcs_segment_start(field->text, kind, hit->start_byte);
    run->witness.end_byte = end == SIZE_MAX ? UINT32_MAX : (uint32_t)end;
}

/* Do both begin in one sentence or paragraph? hit begins no earlier than last. */
static bool is_together(const struct tcs_eval_run *run, const struct tcs_expr *expr, const struct tcs_hit *last,
                        const struct tcs_hit *hit)
{
    const struct tcs_field *field = &run->evidence->document->fields[hit->field];

    return last && last->field == hit->field &&
           tcs_segment_next(field->text, kind_of(expr, field), last->start_byte, hit->start_byte) == SIZE_MAX;
}

static bool holds_together(struct tcs_eval_run *run, const struct tcs_expr *expr, enum tcs_scope scope)
{
    const struct tcs_hit *hit, *last = NULL;
    uint32_t span = 0, index, i;
    struct gathering g; /* spans are set as they are counted: to clear them all would cost more than most clauses do */

    g.count = expr->child_count;
    g.present = 0;
    memset(g.span_counts, 0, sizeof g.span_counts);
    for (i = 0; i < g.count; i++) {
        g.cursors[i] = tcs_eval_leaf(run, child_of(run, expr, i), scope);
    }
    while ((hit = first_hit(run, &g, &index)) != NULL) {
        if (!is_together(run, expr, last, hit)) {
            memset(g.span_counts, 0, sizeof g.span_counts);
            g.present = 0;
        }
        span += !last || !same_span(last, hit);
        last = hit;
        for (i = 0; i < g.count; i++) {
            if (is_open(&g.cursors[i]) && *g.cursors[i].at == index) {
                add_span(&g, i, span);
                tcs_eval_advance(run, &g.cursors[i], scope);
            }
        }
        if (g.present == g.count && (expr->op == TCS_EXPR_PARAGRAPH || can_differ(&g))) {
            note_segment(run, expr, hit);
            return true;
        }
    }
    return false;
}

/*
 * Spans, each taken once, that lie strictly inside no other: of those with one start only the
 * longest can.
 */
static bool holds_count(struct tcs_eval_run *run, const struct tcs_expr *expr, enum tcs_scope scope)
{
    struct tcs_eval_cursor cursor = tcs_eval_leaf(run, child_of(run, expr, 0), scope);
    const struct tcs_hit *longest = NULL; /* of those that begin where the last one does */
    uint32_t count = 0, reached = 0;      /* furthest end of the spans that begin before it */

    for (; is_open(&cursor); tcs_eval_advance(run, &cursor, scope)) {
        const struct tcs_hit *hit = hit_at(run, &cursor);
        bool is_new_field = longest && longest->field != hit->field;

        if (longest && (is_new_field || longest->start_byte != hit->start_byte)) {
            count += longest->end_byte > reached;
            if (longest->end_byte > reached) {
                reached = longest->end_byte;
            }
        }
        if (is_new_field) {
            reached = 0;
        }
        longest = hit;
    }
    count += longest && longest->end_byte > reached;
    run->witness.count = count;
    return count >= expr->number;
}

static bool holds_distinct(struct tcs_eval_run *run, const struct tcs_expr *expr, enum tcs_scope scope)
{
    struct tcs_eval_scratch *scratch = run->scratch;
    size_t term_count = run->patterns->term_count;
    struct tcs_eval_cursor cursor = tcs_eval_leaf(run, child_of(run, expr, 0), scope);
    uint32_t count = 0;

    run->status = TCS_GROW(scratch->fold_marks, scratch->fold_mark_cap, term_count);
    if (run->status != TOCSIN_OK) {
        return false;
    }
    if (scratch->fold_mark == UINT32_MAX) {
        scratch->fold_mark_count = scratch->fold_mark = 0;
    }
    while (scratch->fold_mark_count < term_count) {
        scratch->fold_marks[scratch->fold_mark_count++] = 0;
    }
    scratch->fold_mark++;
    for (; is_open(&cursor) && count < expr->number; tcs_eval_advance(run, &cursor, scope)) {
        uint32_t term = hit_at(run, &cursor)->term;
        uint32_t fold = run->evidence->term_folds ? run->evidence->term_folds[term] : term;

        count += scratch->fold_marks[fold] != scratch->fold_mark;
        scratch->fold_marks[fold] = scratch->fold_mark;
    }
    run->witness.count = count;
    return count >= expr->number;
}

bool tcs_eval_holds(struct tcs_eval_run *run, uint32_t node, enum tcs_scope scope)
{
    const struct tcs_expr *expr = &run->patterns->nodes[node];
    struct tcs_eval_cursor cursor;
    uint32_t i, count = 0;

    switch (expr->op) {
    case TCS_EXPR_LEXICON:
    case TCS_EXPR_TERM:
        cursor = tcs_eval_leaf(run, expr, scope);
        return is_open(&cursor);
    case TCS_EXPR_AND:
        for (i = 0; i < expr->child_count && tcs_eval_holds(run, child_index(run, expr, i), scope); i++) {
        }
        return i == expr->child_count;
    case TCS_EXPR_OR:
        for (i = 0; i < expr->child_count && !tcs_eval_holds(run, child_index(run, expr, i), scope); i++) {
        }
        return i < expr->child_count;
    case TCS_EXPR_ATLEAST:
        for (i = 0; i < expr->child_count && count < expr->number; i++) {
            count += tcs_eval_holds(run, child_index(run, expr, i), scope);
        }
        return count >= expr->number;
    case TCS_EXPR_NOT: return !tcs_eval_holds(run, child_index(run, expr, 0), scope);
    case TCS_EXPR_TITLE: return tcs_eval_holds(run, child_index(run, expr, 0), TCS_SCOPE_TITLE);
    case TCS_EXPR_LEAD: return tcs_eval_holds(run, child_index(run, expr, 0), TCS_SCOPE_LEAD);
    case TCS_EXPR_NEAR: return has_all(run, expr) && tcs_eval_holds_near(run, expr, scope);
    case TCS_EXPR_SENTENCE:
    case TCS_EXPR_PARAGRAPH: return has_all(run, expr) && holds_together(run, expr, scope);
    case TCS_EXPR_COUNT: return holds_count(run, expr, scope);
    case TCS_EXPR_DISTINCT: return holds_distinct(run, expr, scope);
    }
    return false;
}

/* Raises *heaviest to the largest weight among the leaf's hits. */
static void weigh_leaf(struct tcs_eval_run *run, const struct tcs_expr *leaf, enum tcs_scope scope,
                       struct tcs_eval_weight *heaviest)
{
    struct tcs_eval_cursor cursor = tcs_eval_leaf(run, leaf, scope);

    for (; is_open(&cursor); tcs_eval_advance(run, &cursor, scope)) {
        uint32_t term = hit_at(run, &cursor)->term;

        if (heaviest->term == TCS_NO_TERM || run->patterns->terms[term].weight > heaviest->weight) {
            *heaviest = (struct tcs_eval_weight){run->patterns->terms[term].weight, term};
        }
    }
}

/* The same for all terms that have a hit in scope, under no `not` and in no part that is false. */
static void weigh(struct tcs_eval_run *run, uint32_t node, enum tcs_scope scope, struct tcs_eval_weight *heaviest)
{
    const struct tcs_expr *expr = &run->patterns->nodes[node];
    uint32_t i;

    if (expr->op == TCS_EXPR_LEXICON || expr->op == TCS_EXPR_TERM) {
        weigh_leaf(run, expr, scope, heaviest);
        return;
    }
    if (expr->op == TCS_EXPR_NOT || !tcs_eval_holds(run, node, scope)) {
        return;
    }
    if (expr->op == TCS_EXPR_TITLE) {
        scope = TCS_SCOPE_TITLE;
    } else if (expr->op == TCS_EXPR_LEAD) {
        scope = TCS_SCOPE_LEAD;
    }
    for (i = 0; i < expr->child_count; i++) {
        weigh(run, child_index(run, expr, i), scope, heaviest);
    }
}

struct tcs_eval_weight tcs_eval_weigh(struct tcs_eval_run *run, uint32_t root)
{
    struct tcs_eval_weight heaviest = {1, TCS_NO_TERM};

    weigh(run, root, TCS_SCOPE_DOCUMENT, &heaviest);
    return heaviest;
}

static tocsin_status fire(struct tcs_eval_run *run, uint32_t index, struct tcs_verdict *verdict)
{
    const struct tcs_rule *rule = &run->patterns->rules[index];
    tocsin_status st = TCS_GROW(verdict->rules, verdict->rule_cap, verdict->rule_count + 1);

    if (st != TOCSIN_OK) {
        return st;
    }
    verdict->rules[verdict->rule_count++] = index;
    verdict->score += rule->score * tcs_eval_weigh(run, rule->root).weight;
    return run->status;
}

static bool has_ad_hoc_hit(const struct tcs_eval_run *run)
{
    uint32_t group = run->patterns->ad_hoc_lexicon;
    const uint32_t *starts = run->scratch->group_starts;

    return group != TCS_NO_LEXICON && starts[group] < starts[group + 1];
}

tocsin_status tcs_eval_rules(const struct tcs_evidence *evidence, struct tcs_verdict *verdict,
                             struct tocsin_error *err)
{
    struct tcs_eval_run run;
    tocsin_status st = tcs_eval_open(&run, evidence);
    uint32_t i;

    verdict->rule_count = 0;
    verdict->score = 0;
    for (i = 0; i < evidence->patterns->rule_count && st == TOCSIN_OK; i++) {
        bool is_true = tcs_eval_holds(&run, evidence->patterns->rules[i].root, TCS_SCOPE_DOCUMENT);

        st = run.status;
        if (st == TOCSIN_OK && is_true) {
            st = fire(&run, i, verdict);
        }
    }
    if (st != TOCSIN_OK) {
        return tcs_fail_nomem(err);
    }
    /* Here, and not where it is written: what --min-score compares must be what is shown. */
    verdict->score = floor(verdict->score * 1000 + 0.5) / 1000;
    verdict->has_ad_hoc_hit = has_ad_hoc_hit(&run);
    verdict->is_flagged = verdict->rule_count || verdict->has_ad_hoc_hit;
    return TOCSIN_OK;
}

tocsin_status tcs_eval_label(const struct tcs_evidence *evidence, uint32_t *label,
                             struct tocsin_error *err)
{
    const struct tcs_patterns *patterns = evidence->patterns;
    struct tcs_eval_run run;
    tocsin_status st = tcs_eval_open(&run, evidence);
    uint32_t i;

    *label = TCS_NO_LABEL;
    for (i = 0; i < patterns->label_count && st == TOCSIN_OK && *label == TCS_NO_LABEL; i++) {
        if (!patterns->labels[i].has_when ||
            tcs_eval_holds(&run, patterns->labels[i].root, TCS_SCOPE_DOCUMENT)) {
            *label = i;
        }
        st = run.status;
    }
    return st == TOCSIN_OK ? st : tcs_fail_nomem(err);
}
