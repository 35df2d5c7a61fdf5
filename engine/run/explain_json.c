/* Keys come in the order of docs/schema/explain.schema.json; absent values are left out. */
#include <string.h>

#include "rules/expr_text.h"
#include "run/explain_text.h"

struct composer {
    const struct tcs_explain_view *view;
    const struct tcs_patterns *patterns;
    struct tcs_json_writer w;
    struct tcs_explain_mark mark;
};

/* The members of a hit, of an object that is open. */
static void put_hit(struct composer *c, const struct tcs_hit *hit)
{
    const struct tcs_judge *judge = c->view->judge;
    const struct tcs_field *field = &c->view->doc->fields[hit->field];
    struct tcs_json_writer *w = &c->w;

    tcs_json_text_key(w, "lexicon", tcs_str_from(tcs_judge_lexicon_name(judge, tcs_judge_lexicon(judge, hit))));
    tcs_json_text_key(w, "term", tcs_str_from(c->patterns->terms[hit->term].authored));
    tcs_json_text_key(w, "field", tcs_str_from(field->name));
    tcs_json_number_key(w, "start", tcs_explain_chars(&c->mark, field, hit->start_byte));
    tcs_json_number_key(w, "end", tcs_explain_chars(&c->mark, field, hit->end_byte));
    tcs_json_text_key(w, "text", (struct tcs_str){field->text.data + hit->start_byte, hit->end_byte - hit->start_byte});
}

static void put_hit_object(struct composer *c, const struct tcs_hit *hit)
{
    tcs_json_next(&c->w);
    tcs_json_open_object(&c->w);
    put_hit(c, hit);
    tcs_json_close_object(&c->w);
}

static void put_fields(struct composer *c)
{
    static const char *const roles[] = {"title", "lead", "text", "other"};
    struct tcs_json_writer *w = &c->w;
    size_t i;

    tcs_json_open_list(w, "fields");
    for (i = 0; i < c->view->doc->field_count; i++) {
        const struct tcs_field *field = &c->view->doc->fields[i];

        if (w->st == TOCSIN_OK)
            w->st = tcs_fold(field->text, field->lf_paragraph, false, c->view->folded);
        tcs_json_next(w);
        tcs_json_open_object(w);
        tcs_json_text_key(w, "name", tcs_str_from(field->name));
        tcs_json_text_key(w, "role", tcs_str_from(roles[field->role]));
        tcs_json_key(w, "text");
        tcs_json_put_string(w, field->text);
        tcs_json_key(w, "folded");
        tcs_json_put_string(w, tcs_buf_view(&c->view->folded->text));
        tcs_json_close_object(w);
    }
    tcs_json_close_list(w);
}

static void put_hits(struct composer *c)
{
    const struct tcs_judge *judge = c->view->judge;
    const uint8_t *reported = tcs_ruleset_is_reported(judge->ruleset);
    size_t i;

    tcs_json_open_list(&c->w, "hits");
    for (i = 0; i < judge->hits.count; i++)
        if (reported[judge->hits.items[i].term])
            put_hit_object(c, &judge->hits.items[i]);
    tcs_json_close_list(&c->w);
    tcs_json_open_list(&c->w, "removed");
    for (i = 0; i < judge->eval.removed_count; i++) {
        if (!tcs_explain_shows_hit(c->view, &judge->eval.removed[i].hit))
            continue;
        tcs_json_next(&c->w);
        tcs_json_open_object(&c->w);
        put_hit(c, &judge->eval.removed[i].hit);
        tcs_json_key(&c->w, "by");
        tcs_json_open_object(&c->w);
        put_hit(c, &judge->eval.removed[i].by);
        tcs_json_close_object(&c->w);
        tcs_json_close_object(&c->w);
    }
    tcs_json_close_list(&c->w);
}

static void put_text_of(struct composer *c, const char *key, uint32_t node)
{
    struct tcs_buf text = {0};

    if (c->w.st == TOCSIN_OK)
        c->w.st = tcs_expr_text(c->patterns, node, &text);
    tcs_json_text_key(&c->w, key, tcs_buf_view(&text));
    tcs_buf_release(&text);
}

static void put_clause(struct composer *c, const struct tcs_clauses *clauses, size_t at)
{
    const struct tcs_clause *clause = &clauses->items[at];
    enum tcs_expr_op op = c->patterns->nodes[clause->node].op;
    struct tcs_json_writer *w = &c->w;
    size_t i;

    tcs_json_open_object(w);
    put_text_of(c, "clause", clause->node);
    tcs_json_bool_key(w, "is_true", clause->is_true);
    if (op == TCS_EXPR_COUNT || op == TCS_EXPR_DISTINCT)
        tcs_json_number_key(w, "count", clause->count);
    if (clause->nearest != UINT32_MAX)
        tcs_json_number_key(w, "nearest", clause->nearest);
    if (clause->hit_count) {
        tcs_json_open_list(w, "hits");
        for (i = 0; i < clause->hit_count; i++) {
            const struct tcs_hit *hit = &c->view->judge->hits.items[clauses->hits[clause->first_hit + i]];

            if (tcs_explain_shows_hit(c->view, hit))
                put_hit_object(c, hit);
        }
        tcs_json_close_list(w);
    }
    if (clause->end > at + 1) {
        tcs_json_open_list(w, "clauses");
        for (i = at + 1; i < clause->end; i = clauses->items[i].end) {
            tcs_json_next(w);
            put_clause(c, clauses, i);
        }
        tcs_json_close_list(w);
    }
    tcs_json_close_object(w);
}

static void put_score(struct composer *c, const char *key, double value)
{
    char text[TCS_LINE_SCORE_SIZE];

    tcs_line_score(value, text);
    tcs_json_key(&c->w, key);
    tcs_json_put_raw(&c->w, text);
}

static void put_near_miss(struct composer *c, const struct tcs_explained_rule *explained)
{
    const struct tcs_clause *clause = &explained->clauses.items[explained->near_miss];
    struct tcs_buf text = {0};

    tcs_json_key(&c->w, "near_miss");
    tcs_json_open_object(&c->w);
    put_text_of(c, "clause", clause->node);
    if (c->w.st == TOCSIN_OK)
        c->w.st = tcs_explain_fault(c->view, clause, &text);
    tcs_json_text_key(&c->w, "fault", tcs_buf_view(&text));
    tcs_json_close_object(&c->w);
    tcs_buf_release(&text);
}

static void put_rule(struct composer *c, const struct tcs_explained_rule *explained)
{
    const struct tcs_rule *rule = &c->patterns->rules[explained->rule];

    tcs_json_next(&c->w);
    tcs_json_open_object(&c->w);
    tcs_json_text_key(&c->w, "rule", tcs_str_from(rule->name));
    tcs_json_bool_key(&c->w, "has_fired", explained->has_fired);
    tcs_json_number_key(&c->w, "missing", explained->clauses.items[0].missing);
    if (explained->has_fired) {
        put_score(c, "score", rule->score);
        put_score(c, "weight", explained->weight.weight);
        if (explained->weight.term != TCS_NO_TERM)
            tcs_json_text_key(&c->w, "weight_of", tcs_str_from(c->patterns->terms[explained->weight.term].authored));
    }
    if (explained->near_miss != TCS_NO_CLAUSE)
        put_near_miss(c, explained);
    tcs_json_key(&c->w, "when");
    put_clause(c, &explained->clauses, 0);
    tcs_json_close_object(&c->w);
}

static void put_rules(struct composer *c)
{
    const struct tcs_explanation *e = c->view->explanation;
    size_t hidden = 0, i;

    tcs_json_open_list(&c->w, "rules");
    for (i = 0; i < e->rule_count; i++) {
        if (tcs_explain_shows_rule(c->view, &e->rules[i]))
            put_rule(c, &e->rules[i]);
        else
            hidden++;
    }
    tcs_json_close_list(&c->w);
    tcs_json_number_key(&c->w, "rules_not_shown", hidden);
}

static void put_labels(struct composer *c)
{
    const struct tcs_explanation *e = c->view->explanation;
    size_t i;

    tcs_json_open_list(&c->w, "labels");
    for (i = 0; i < e->label_count; i++) {
        tcs_json_next(&c->w);
        tcs_json_open_object(&c->w);
        tcs_json_text_key(&c->w, "label", tcs_str_from(c->patterns->labels[i].name));
        tcs_json_bool_key(&c->w, "has_decided", i + 1 == e->label_count);
        if (e->labels[i].count) {
            tcs_json_key(&c->w, "when");
            put_clause(c, &e->labels[i], 0);
        }
        tcs_json_close_object(&c->w);
    }
    tcs_json_close_list(&c->w);
}

tocsin_status tcs_explain_json(const struct tcs_explain_view *view, struct tcs_buf *out)
{
    const struct tcs_judge *judge = view->judge;
    struct composer c = {.view = view, .patterns = tcs_ruleset_patterns(judge->ruleset), .w = {.out = out}};

    tcs_json_open_object(&c.w);
    tcs_json_number_key(&c.w, "v", 1);
    tcs_json_text_key(&c.w, "db", tcs_str_from(tcs_ruleset_hash(judge->ruleset)));
    tcs_json_text_key(&c.w, "id", view->doc->id);
    if (view->pointer)
        tcs_line_pointer(&c.w, view->pointer);
    put_fields(&c);
    put_hits(&c);
    put_rules(&c);
    tcs_json_bool_key(&c.w, "is_flagged", judge->verdict.is_flagged);
    if (judge->label != TCS_NO_LABEL)
        tcs_json_text_key(&c.w, "label", tcs_str_from(c.patterns->labels[judge->label].name));
    put_labels(&c);
    if (judge->verdict.rule_count)
        put_score(&c, "score", judge->verdict.score);
    tcs_json_close_object(&c.w);
    tcs_json_put_raw(&c.w, "\n");
    return c.w.st;
}
