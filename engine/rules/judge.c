/* The check looks at terms only; the judge folds with a map every field that may hold one and lets rules/eval decide. */
#include "rules/judge.h"

#include <stdlib.h>
#include <string.h>

tocsin_status tcs_judge_init(struct tcs_judge *judge, struct tcs_ruleset *ruleset, struct tocsin_error *err)
{
    *judge = (struct tcs_judge){.ruleset = ruleset, .label = TCS_NO_LABEL};
    judge->seen = calloc(tcs_patterns_set_bytes(tcs_ruleset_patterns(ruleset)) + 1, 1);
    if (!judge->seen)
        return tcs_fail_nomem(err);
    return tcs_finder_fit(tcs_ruleset_finder(ruleset), &judge->finder, err);
}

void tcs_judge_release(struct tcs_judge *judge)
{
    tcs_finder_scratch_release(&judge->finder);
    tcs_folded_release(&judge->folded);
    tcs_eval_scratch_release(&judge->eval);
    tcs_verdict_release(&judge->verdict);
    free(judge->seen);
    free(judge->hits.items);
    *judge = (struct tcs_judge){0};
}

void tcs_check_begin(struct tcs_judge *judge)
{
    memset(judge->seen, 0, tcs_patterns_set_bytes(tcs_ruleset_patterns(judge->ruleset)));
    judge->text_count = 0;
    tcs_finder_begin(&judge->finder);
}

/* Looks in the next text for what terms are found by. */
static tocsin_status look_at(struct tcs_judge *judge, struct tcs_str text, bool lf_paragraph, bool with_map, uint32_t field)
{
    tocsin_status st = tcs_fold(text, lf_paragraph, with_map, &judge->folded);

    if (st == TOCSIN_OK)
        st = tcs_finder_search(tcs_ruleset_finder(judge->ruleset), &judge->finder, field,
                               tcs_buf_view(&judge->folded.text));
    return st;
}

tocsin_status tcs_check_text(struct tcs_judge *judge, struct tcs_str text, bool lf_paragraph)
{
    uint32_t field = judge->text_count++;
    tocsin_status st = look_at(judge, text, lf_paragraph, false, field);

    if (st == TOCSIN_OK)
        tcs_finder_seen(tcs_ruleset_finder(judge->ruleset), &judge->finder, field, &judge->folded, judge->seen);
    return st;
}

bool tcs_check_passes(const struct tcs_judge *judge)
{
    return tcs_eval_possible(tcs_ruleset_patterns(judge->ruleset), judge->seen);
}

struct tcs_evidence tcs_judge_evidence(struct tcs_judge *judge, const struct tcs_document *doc)
{
    return (struct tcs_evidence){.patterns = tcs_ruleset_patterns(judge->ruleset),
                                 .document = doc,
                                 .term_folds = tcs_ruleset_term_folds(judge->ruleset),
                                 .hits = judge->hits.items,
                                 .hit_count = judge->hits.count,
                                 .scratch = &judge->eval};
}

/* The hits in one field, which was a text of the check or is one now. */
static tocsin_status find_in_field(struct tcs_judge *judge, const struct tcs_field *field, uint32_t number, bool is_checked)
{
    tocsin_status st = TOCSIN_OK;

    if (is_checked && tcs_finder_has(&judge->finder, number))
        st = tcs_fold(field->text, field->lf_paragraph, true, &judge->folded);
    if (!is_checked)
        st = look_at(judge, field->text, field->lf_paragraph, true, number);
    if (st == TOCSIN_OK && !is_checked && judge->keeps_seen)
        tcs_finder_seen(tcs_ruleset_finder(judge->ruleset), &judge->finder, number, &judge->folded, judge->seen);
    return st == TOCSIN_OK && tcs_finder_has(&judge->finder, number)
               ? tcs_finder_find(tcs_ruleset_finder(judge->ruleset), &judge->finder, number, field->text, &judge->folded,
                                 &judge->hits)
               : st;
}

static tocsin_status find(struct tcs_judge *judge, const struct tcs_document *doc, bool is_checked,
                          struct tocsin_error *err)
{
    tocsin_status st = TOCSIN_OK;
    size_t i;

    judge->hits.count = 0;
    if (!is_checked)
        tcs_check_begin(judge);
    for (i = 0; i < doc->field_count && st == TOCSIN_OK; i++)
        st = find_in_field(judge, &doc->fields[i], (uint32_t)i, is_checked);
    return st == TOCSIN_OK ? st : tcs_fail_nomem(err);
}

tocsin_status tcs_judge_find(struct tcs_judge *judge, const struct tcs_document *doc, struct tocsin_error *err)
{
    return find(judge, doc, false, err);
}

bool tcs_judge_has_reported(const struct tcs_judge *judge)
{
    const uint8_t *reported = tcs_ruleset_is_reported(judge->ruleset);
    size_t i;

    for (i = 0; i < judge->hits.count; i++)
        if (reported[judge->hits.items[i].term])
            return true;
    return false;
}

tocsin_status tcs_judge_decide(struct tcs_judge *judge, const struct tcs_document *doc, struct tocsin_error *err)
{
    struct tcs_evidence evidence;
    tocsin_status st;

    judge->label = TCS_NO_LABEL;
    st = tcs_eval_unless(tcs_ruleset_patterns(judge->ruleset), &judge->hits, &judge->eval, err);
    if (st != TOCSIN_OK)
        return st;
    evidence = tcs_judge_evidence(judge, doc);
    st = tcs_eval_rules(&evidence, &judge->verdict, err);
    if (st == TOCSIN_OK && judge->verdict.rule_count)
        st = tcs_eval_label(&evidence, &judge->label, err);
    return st;
}

tocsin_status tcs_judge_document(struct tcs_judge *judge, const struct tcs_document *doc, struct tocsin_error *err)
{
    tocsin_status st = find(judge, doc, false, err);

    return st == TOCSIN_OK ? tcs_judge_decide(judge, doc, err) : st;
}

tocsin_status tcs_judge_checked(struct tcs_judge *judge, const struct tcs_document *doc, struct tocsin_error *err)
{
    tocsin_status st = find(judge, doc, true, err);

    return st == TOCSIN_OK ? tcs_judge_decide(judge, doc, err) : st;
}

uint32_t tcs_judge_lexicon(const struct tcs_judge *judge, const struct tcs_hit *hit)
{
    const struct tcs_patterns *patterns = tcs_ruleset_patterns(judge->ruleset);
    uint32_t lexicon = patterns->terms[hit->term].lexicon;

    return lexicon == TCS_NO_LEXICON ? (uint32_t)patterns->lexicon_count : lexicon;
}

const char *tcs_judge_lexicon_name(const struct tcs_judge *judge, uint32_t lexicon)
{
    const struct tcs_patterns *patterns = tcs_ruleset_patterns(judge->ruleset);

    return lexicon < patterns->lexicon_count ? patterns->lexicons[lexicon].name : TCS_QUOTED_LEXICON;
}

void tcs_judge_mark_used(const struct tcs_judge *judge, uint8_t *used)
{
    const struct tcs_patterns *patterns = tcs_ruleset_patterns(judge->ruleset);
    uint32_t term;
    size_t i;

    memset(used, 0, tcs_patterns_group_count(patterns));
    for (i = 0; i < judge->verdict.rule_count; i++)
        tcs_ruleset_mark_groups(judge->ruleset, patterns->rules[judge->verdict.rules[i]].root, used);
    if (patterns->ad_hoc_lexicon != TCS_NO_LEXICON)
        used[patterns->ad_hoc_lexicon] = 1;
    /* a hit is shown under the first term of its lexicon, or first quoted one, that finds it */
    for (term = patterns->first_quoted; term < patterns->term_count; term++)
        if (used[tcs_patterns_group_of(patterns, term)])
            used[tcs_patterns_group_of(patterns, tcs_ruleset_reporter(judge->ruleset, term))] = 1;
}
