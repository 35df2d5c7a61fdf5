/* Hits that stand on one side only are marked, as in a diff of lines: + under the new patterns, - under the old. */
#include "cli/diff_report.h"

#include <stdlib.h>
#include <string.h>

#include "base/shown.h"

#define HITS_SHOWN 8

static const char *const names[TCS_CHANGE_COUNT] = {"new", "dropped", "changed", "none"};

/* ---- totals ---- */

static struct tcs_diff_rule *rule_of(struct tcs_diff_totals *totals, struct tcs_str name)
{
    char *copy;
    size_t i;

    for (i = 0; i < totals->rule_count; i++)
        if (tcs_str_equal(tcs_str_from(totals->rules[i].name), name))
            return &totals->rules[i];
    copy = tcs_str_dup(name);
    if (!copy || TCS_GROW(totals->rules, totals->rule_cap, totals->rule_count + 1) != TOCSIN_OK) {
        free(copy);
        return NULL;
    }
    totals->rules[totals->rule_count] = (struct tcs_diff_rule){.name = copy};
    return &totals->rules[totals->rule_count++];
}

static bool has_rule(const struct tcs_compare_side *side, struct tcs_str name)
{
    size_t i;

    for (i = 0; side && i < side->line.rule_count; i++)
        if (tcs_str_equal(side->line.rules[i], name))
            return true;
    return false;
}

/* Of the rules that fire on one side, those that do not on the other. */
static tocsin_status count_rules(struct tcs_diff_totals *totals, const struct tcs_compare_side *side,
                                 const struct tcs_compare_side *other, bool is_gain)
{
    size_t i;

    for (i = 0; side && i < side->line.rule_count; i++) {
        struct tcs_diff_rule *rule;

        if (has_rule(other, side->line.rules[i]))
            continue;
        rule = rule_of(totals, side->line.rules[i]);
        if (!rule)
            return TOCSIN_E_NOMEM;
        rule->gained += is_gain;
        rule->lost += !is_gain;
    }
    return TOCSIN_OK;
}

tocsin_status tcs_diff_count(struct tcs_diff_totals *totals, const struct tcs_compared *compared)
{
    tocsin_status st = count_rules(totals, compared->new_side, compared->old_side, true);

    totals->changes[compared->change]++;
    return st == TOCSIN_OK ? count_rules(totals, compared->old_side, compared->new_side, false) : st;
}

void tcs_diff_totals_release(struct tcs_diff_totals *totals)
{
    size_t i;

    for (i = 0; i < totals->rule_count; i++)
        free(totals->rules[i].name);
    free(totals->rules);
    *totals = (struct tcs_diff_totals){.rules = NULL};
}

/* ---- for people ---- */

struct printer {
    struct tcs_buf *out;
    tocsin_status st;
};

static void put(struct printer *p, const char *text)
{
    if (p->st == TOCSIN_OK)
        p->st = tcs_buf_append_str(p->out, tcs_str_from(text));
}

static void show(struct printer *p, struct tcs_str text)
{
    if (p->st == TOCSIN_OK)
        p->st = tcs_shown_append(p->out, text);
}

static void show_line(struct printer *p, const char *name, struct tcs_str text)
{
    if (!text.len)
        return;
    put(p, name);
    show(p, text);
    put(p, "\n");
}

static void show_rules(struct printer *p, const struct tcs_flagged_line *line)
{
    size_t i;

    for (i = 0; i < line->rule_count; i++) {
        put(p, i ? ", " : "");
        show(p, line->rules[i]);
    }
    if (!line->rule_count)
        put(p, "none");
}

/* "rules a, b; label incident; score 2": the verdict of a side. */
static void show_verdict(struct printer *p, const struct tcs_flagged_line *line)
{
    put(p, "  rules  ");
    show_rules(p, line);
    if (line->label.len) {
        put(p, "; label ");
        show(p, line->label);
    }
    if (line->score.len) {
        put(p, "; score ");
        show(p, line->score);
    }
    put(p, "\n");
}

static void show_change(struct printer *p, const char *name, struct tcs_str from, struct tcs_str to)
{
    if (tcs_str_equal(from, to))
        return;
    put(p, name);
    show(p, from.len ? from : TCS_STR("none"));
    put(p, " -> ");
    show(p, to.len ? to : TCS_STR("none"));
    put(p, "\n");
}

/* What differs between the verdicts. */
static void show_changes(struct printer *p, const struct tcs_flagged_line *old_line, const struct tcs_flagged_line *new_line)
{
    bool is_same = old_line->rule_count == new_line->rule_count;
    size_t i;

    for (i = 0; is_same && i < old_line->rule_count; i++)
        is_same = tcs_str_equal(old_line->rules[i], new_line->rules[i]);
    if (!is_same) {
        put(p, "  rules  ");
        show_rules(p, old_line);
        put(p, " -> ");
        show_rules(p, new_line);
        put(p, "\n");
    }
    show_change(p, "  label  ", old_line->label, new_line->label);
    show_change(p, "  score  ", old_line->score, new_line->score);
}

static bool has_hit(const struct tcs_compare_side *side, const struct tcs_flagged_hit *hit)
{
    size_t i;

    for (i = 0; side && i < side->line.hit_count; i++) {
        const struct tcs_flagged_hit *other = &side->line.hits[i];

        if (tcs_str_equal(hit->lexicon, other->lexicon) && tcs_str_equal(hit->term, other->term) &&
            tcs_str_equal(hit->field, other->field) && tcs_str_equal(hit->start, other->start) &&
            tcs_str_equal(hit->end, other->end))
            return true;
    }
    return false;
}

/* Hits of a side that the other lacks; the other is NULL where it does not flag the document. */
static void show_hits(struct printer *p, const struct tcs_compare_side *side, const struct tcs_compare_side *other,
                      const char *mark)
{
    size_t shown = 0, left = 0, i;
    char more[64];

    for (i = 0; i < side->line.hit_count; i++) {
        const struct tcs_flagged_hit *hit = &side->line.hits[i];

        if (has_hit(other, hit))
            continue;
        if (shown == HITS_SHOWN) {
            left++;
            continue;
        }
        put(p, shown++ ? ", " : mark);
        show(p, hit->field);
        put(p, " ");
        show(p, hit->start);
        put(p, "-");
        show(p, hit->end);
        put(p, " ");
        show(p, hit->text);
        put(p, " (");
        show(p, hit->lexicon);
        put(p, ": ");
        show(p, hit->term);
        put(p, ")");
    }
    if (left) {
        (void)snprintf(more, sizeof more, ", and %zu more", left);
        put(p, more);
    }
    put(p, shown ? "\n" : "");
}

tocsin_status tcs_diff_text(const struct tcs_compared *compared, struct tcs_buf *out)
{
    const struct tcs_compare_side *side = compared->new_side ? compared->new_side : compared->old_side;
    struct printer p = {.out = out};
    char record[64];

    put(&p, names[compared->change]);
    put(&p, " ");
    show(&p, tcs_str_from(side->line.pointer.file));
    (void)snprintf(record, sizeof record, ": record %llu, ", (unsigned long long)side->line.pointer.record);
    put(&p, record);
    show(&p, side->line.id);
    put(&p, "\n");
    show_line(&p, "  title  ", side->line.title);
    show_line(&p, "  url    ", side->line.url);
    if (compared->change == TCS_CHANGE_CHANGED)
        show_changes(&p, &compared->old_side->line, &compared->new_side->line);
    else
        show_verdict(&p, &side->line);
    if (compared->old_side)
        show_hits(&p, compared->old_side, compared->new_side, compared->new_side ? "  hits - " : "  hits   ");
    if (compared->new_side)
        show_hits(&p, compared->new_side, compared->old_side, compared->old_side ? "  hits + " : "  hits   ");
    return p.st;
}

tocsin_status tcs_diff_text_totals(const struct tcs_diff_totals *totals, uint64_t documents, struct tcs_buf *out)
{
    const uint64_t *changes = totals->changes;
    uint64_t both = changes[TCS_CHANGE_CHANGED] + changes[TCS_CHANGE_NONE];
    tocsin_status st = TOCSIN_OK;
    size_t i;

    for (i = 0; i < totals->rule_count && st == TOCSIN_OK; i++)
        st = tcs_buf_printf(out, "rule %s: fires in %llu more, in %llu no longer\n", totals->rules[i].name,
                            (unsigned long long)totals->rules[i].gained, (unsigned long long)totals->rules[i].lost);
    return st != TOCSIN_OK
               ? st
               : tcs_buf_printf(out, "%llu new, %llu dropped, %llu changed, %llu as before; "
                                     "of %llu documents old flags %llu, new %llu\n",
                                (unsigned long long)changes[TCS_CHANGE_NEW],
                                (unsigned long long)changes[TCS_CHANGE_DROPPED],
                                (unsigned long long)changes[TCS_CHANGE_CHANGED],
                                (unsigned long long)changes[TCS_CHANGE_NONE], (unsigned long long)documents,
                                (unsigned long long)(both + changes[TCS_CHANGE_DROPPED]),
                                (unsigned long long)(both + changes[TCS_CHANGE_NEW]));
}

/* ---- JSON ---- */

static tocsin_status put_side(struct tcs_buf *out, const char *key, const struct tcs_compare_side *side)
{
    tocsin_status st = side ? tcs_buf_printf(out, ",\"%s\":", key) : TOCSIN_OK;

    return side && st == TOCSIN_OK ? tcs_buf_append(out, side->text, side->len) : st;
}

tocsin_status tcs_diff_json(const struct tcs_compared *compared, struct tcs_buf *out)
{
    tocsin_status st = tcs_buf_printf(out, "{\"v\":1,\"change\":\"%s\"", names[compared->change]);

    if (st == TOCSIN_OK)
        st = put_side(out, "old", compared->old_side);
    if (st == TOCSIN_OK)
        st = put_side(out, "new", compared->new_side);
    return st == TOCSIN_OK ? tcs_buf_append_str(out, TCS_STR("}\n")) : st;
}
