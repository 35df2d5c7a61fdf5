/*
 * A scan writes documents in the order of its inputs, and of their records; so two scans of the same inputs are merged by
 * (input, record). A line names its input, not its number: it is looked for from the last one on, since an input may
 * be named twice.
 */
#include "cli/compare.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static tocsin_status find_input(const struct tcs_compare *c, struct tcs_compare_side *side, uint64_t last_record,
                                struct tocsin_error *err)
{
    size_t i = side->input + (last_record >= side->line.pointer.record &&
                              !strcmp(c->inputs[side->input], side->line.pointer.file));

    while (i < c->input_count && strcmp(c->inputs[i], side->line.pointer.file) != 0)
        i++;
    side->input = i;
    return i < c->input_count ? TOCSIN_OK
                              : tcs_fail(err, TOCSIN_E_INTERNAL, side->path, 0,
                                         "lines do not stand in the order of the corpus; report this, please");
}

/* The side's next line. */
static tocsin_status step(const struct tcs_compare *c, struct tcs_compare_side *side, struct tocsin_error *err)
{
    uint64_t last_record = side->line.pointer.record;
    ssize_t len;
    tocsin_status st;

    errno = 0;
    len = getline(&side->text, &side->cap, side->file);
    side->has_line = len > 0;
    side->is_used = false;
    if (len <= 0 && !feof(side->file))
        return tcs_fail(err, errno == ENOMEM ? TOCSIN_E_NOMEM : TOCSIN_E_IO, side->path, 0, "cannot be read: %s",
                        strerror(errno));
    if (len <= 0)
        return TOCSIN_OK;
    side->len = (size_t)len - (side->text[len - 1] == '\n');
    st = tcs_flagged_read(&side->flagged, (struct tcs_str){side->text, side->len}, NULL, &side->line, err);
    return st == TOCSIN_OK ? find_input(c, side, last_record, err) : st;
}

tocsin_status tcs_compare_open(struct tcs_compare *c, const char *const paths[2], const char *const *inputs,
                               size_t input_count, struct tocsin_error *err)
{
    tocsin_status st = TOCSIN_OK;
    int i;

    c->inputs = inputs;
    c->input_count = input_count;
    for (i = 0; i < 2 && st == TOCSIN_OK; i++) {
        c->sides[i].path = paths[i];
        c->sides[i].file = fopen(paths[i], "re");
        st = c->sides[i].file ? step(c, &c->sides[i], err)
                              : tcs_fail(err, TOCSIN_E_IO, paths[i], 0, "cannot be opened: %s", strerror(errno));
    }
    return st;
}

void tcs_compare_close(struct tcs_compare *c)
{
    int i;

    for (i = 0; i < 2; i++) {
        if (c->sides[i].file)
            (void)fclose(c->sides[i].file);
        free(c->sides[i].text);
        tcs_flagged_release(&c->sides[i].flagged);
    }
    *c = (struct tcs_compare){.inputs = NULL};
}

/* Below zero if a's document comes first. */
static int compare_places(const struct tcs_compare_side *a, const struct tcs_compare_side *b)
{
    if (!a->has_line || !b->has_line)
        return (int)b->has_line - (int)a->has_line;
    if (a->input != b->input)
        return a->input < b->input ? -1 : 1;
    if (a->line.pointer.record != b->line.pointer.record)
        return a->line.pointer.record < b->line.pointer.record ? -1 : 1;
    return 0;
}

static bool is_same_verdict(const struct tcs_flagged_line *a, const struct tcs_flagged_line *b)
{
    size_t i;

    if (!tcs_str_equal(a->label, b->label) || !tcs_str_equal(a->score, b->score) || a->rule_count != b->rule_count)
        return false;
    for (i = 0; i < a->rule_count && tcs_str_equal(a->rules[i], b->rules[i]); i++)
        continue;
    return i == a->rule_count;
}

tocsin_status tcs_compare_next(struct tcs_compare *c, struct tcs_compared *compared, bool *has_out,
                               struct tocsin_error *err)
{
    struct tcs_compare_side *old_side = &c->sides[0], *new_side = &c->sides[1];
    tocsin_status st = old_side->is_used ? step(c, old_side, err) : TOCSIN_OK;
    int order;

    if (st == TOCSIN_OK && new_side->is_used)
        st = step(c, new_side, err);
    if (st != TOCSIN_OK)
        return st;
    *has_out = old_side->has_line || new_side->has_line;
    order = compare_places(old_side, new_side);
    old_side->is_used = old_side->has_line && order <= 0;
    new_side->is_used = new_side->has_line && order >= 0;
    compared->old_side = old_side->is_used ? old_side : NULL;
    compared->new_side = new_side->is_used ? new_side : NULL;
    if (!compared->old_side)
        compared->change = TCS_CHANGE_NEW;
    else if (!compared->new_side)
        compared->change = TCS_CHANGE_DROPPED;
    else
        compared->change = is_same_verdict(&old_side->line, &new_side->line) ? TCS_CHANGE_NONE : TCS_CHANGE_CHANGED;
    return TOCSIN_OK;
}
