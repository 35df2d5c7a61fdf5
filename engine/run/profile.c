/* A candidate's terms are found again by match/trace, so that the sieve itself need not say more than it does. */
#include "run/profile.h"

#include <stdlib.h>
#include <string.h>

/* ---- the plan ---- */

static tocsin_status make_traces(struct tcs_profile_plan *plan, const struct tcs_ruleset_plan *from)
{
    struct tcs_piece *pieces = calloc(plan->term_count + 1, sizeof *pieces);
    struct tcs_context *contexts = calloc(plan->term_count + 1, sizeof *contexts);
    tocsin_status st = pieces && contexts ? TOCSIN_OK : TOCSIN_E_NOMEM;
    size_t i;

    for (i = 0; st == TOCSIN_OK && i < plan->term_count; i++) {
        pieces[i] = from->pieces[plan->terms[i]];
        contexts[i] = from->contexts[plan->terms[i]];
    }
    for (i = 0; st == TOCSIN_OK && i < TCS_SYNTAX_COUNT; i++)
        st = tcs_trace_new(pieces, contexts, plan->term_count, (enum tcs_syntax)i, &plan->traces[i]);
    free(pieces);
    free(contexts);
    return st;
}

/* Of the terms that are looked for, those that send documents on. */
static tocsin_status take_plan(struct tcs_profile_plan *plan, const struct tcs_ruleset_plan *from)
{
    uint32_t i;

    plan->planned = calloc(tcs_patterns_set_bytes(plan->patterns) + 1, 1);
    plan->terms = calloc(plan->patterns->term_count + 1, sizeof *plan->terms);
    plan->pieces = calloc(plan->patterns->term_count + 1, sizeof *plan->pieces);
    if (!plan->planned || !plan->terms || !plan->pieces)
        return TOCSIN_E_NOMEM;
    memcpy(plan->pieces, from->pieces, plan->patterns->term_count * sizeof *plan->pieces);
    plan->needs_all = from->needs_all;
    for (i = 0; i < plan->patterns->term_count && !plan->needs_all; i++) {
        if (!tcs_patterns_set_has(from->planned, i))
            continue;
        if (!(from->sides.senders & tcs_side(from->side_of[i]))) {
            plan->beside_count++;
            continue;
        }
        tcs_patterns_set_add(plan->planned, i);
        plan->terms[plan->term_count++] = i;
    }
    return plan->needs_all ? TOCSIN_OK : make_traces(plan, from);
}

tocsin_status tcs_profile_plan_make(struct tcs_profile_plan *plan, struct tcs_ruleset *ruleset, enum tcs_plan_mode mode,
                                    struct tocsin_error *err)
{
    struct tcs_ruleset_plan from;
    tocsin_status st = tcs_ruleset_plan(ruleset, mode, &from, err);

    *plan = (struct tcs_profile_plan){.patterns = tcs_ruleset_patterns(ruleset), .mode = mode};
    if (st != TOCSIN_OK)
        return st;
    st = take_plan(plan, &from);
    tcs_ruleset_plan_release(&from);
    return st == TOCSIN_OK ? st : tcs_fail_nomem(err);
}

void tcs_profile_plan_release(struct tcs_profile_plan *plan)
{
    size_t i;

    for (i = 0; i < TCS_SYNTAX_COUNT; i++)
        tcs_trace_free(plan->traces[i]);
    free(plan->planned);
    free(plan->terms);
    free(plan->pieces);
    *plan = (struct tcs_profile_plan){0};
}

tocsin_status tcs_profile_plan_escapes(const struct tcs_profile_plan *plan, uint32_t rule, bool *escapes_out)
{
    const struct tcs_patterns *patterns = plan->patterns;
    uint8_t *unseen = calloc(tcs_patterns_set_bytes(patterns) + 1, 1); /* terms that the sieve cannot look for */
    uint32_t i;

    if (!unseen)
        return TOCSIN_E_NOMEM;
    for (i = 0; i < patterns->term_count; i++)
        if (!plan->pieces[i].count)
            tcs_patterns_set_add(unseen, i);
    *escapes_out = tcs_eval_rule_possible(patterns, &patterns->rules[rule], unseen);
    free(unseen);
    return TOCSIN_OK;
}

/* ---- counts ---- */

tocsin_status tcs_profile_init(struct tcs_profile *profile, const struct tcs_profile_plan *plan)
{
    const struct tcs_patterns *patterns = plan->patterns;

    *profile = (struct tcs_profile){.plan = plan};
    profile->terms = calloc(patterns->term_count + 1, sizeof *profile->terms);
    profile->rules = calloc(patterns->rule_count + 1, sizeof *profile->rules);
    profile->here = calloc(plan->term_count + 1, sizeof *profile->here);
    profile->is_hit = calloc(tcs_patterns_set_bytes(patterns) + 1, 1);
    profile->is_possible = calloc(patterns->rule_count + 1, 1);
    if (profile->terms && profile->rules && profile->here && profile->is_hit && profile->is_possible)
        return TOCSIN_OK;
    tcs_profile_release(profile);
    return TOCSIN_E_NOMEM;
}

void tcs_profile_release(struct tcs_profile *profile)
{
    free(profile->terms);
    free(profile->rules);
    free(profile->here);
    free(profile->is_hit);
    free(profile->is_possible);
    tcs_trace_places_release(&profile->places);
    *profile = (struct tcs_profile){0};
}

void tcs_profile_add(struct tcs_profile *to, const struct tcs_profile *from)
{
    const struct tcs_patterns *patterns = to->plan->patterns;
    size_t i;

    to->candidates += from->candidates;
    to->unexplained += from->unexplained;
    for (i = 0; i < patterns->term_count; i++) {
        struct tcs_profile_term *sum = &to->terms[i];
        const struct tcs_profile_term *term = &from->terms[i];

        sum->matches += term->matches;
        sum->sent_on += term->sent_on;
        sum->sent_alone += term->sent_alone;
        sum->with_hit += term->with_hit;
        sum->flagged += term->flagged;
        sum->hits += term->hits;
        sum->hit_candidates += term->hit_candidates;
        sum->seconds += term->seconds;
    }
    for (i = 0; i < patterns->rule_count; i++) {
        to->rules[i].possible += from->rules[i].possible;
        to->rules[i].fired += from->rules[i].fired;
        to->rules[i].flagged_alone += from->rules[i].flagged_alone;
        to->rules[i].seconds += from->rules[i].seconds;
    }
}

/* ---- one candidate ---- */

tocsin_status tcs_profile_begin(struct tcs_profile *profile, enum tcs_syntax syntax, struct tcs_str bytes)
{
    const struct tcs_profile_plan *plan = profile->plan;
    tocsin_status st;
    size_t i;

    profile->here_count = 0;
    profile->candidates++;
    if (plan->needs_all)
        return TOCSIN_OK;
    st = tcs_trace_run(plan->traces[syntax], bytes, &profile->places);
    if (st != TOCSIN_OK)
        return st;
    for (i = 0; i < profile->places.count; i++) {
        uint32_t term = plan->terms[profile->places.items[i].piece];

        profile->terms[term].matches++;
        if (!i || profile->places.items[i].piece != profile->places.items[i - 1].piece)
            profile->here[profile->here_count++] = term;
    }
    profile->unexplained += !profile->here_count;
    return TOCSIN_OK;
}

/* Returns whether there is a hit of "-e", which flags by itself. */
static bool count_hits(struct tcs_profile *profile, const struct tcs_judge *judge)
{
    const struct tcs_patterns *patterns = profile->plan->patterns;
    bool has_ad_hoc = false;
    size_t i;

    memset(profile->is_hit, 0, tcs_patterns_set_bytes(patterns));
    for (i = 0; i < judge->hits.count; i++) {
        uint32_t term = judge->hits.items[i].term;

        profile->terms[term].hits++;
        profile->terms[term].hit_candidates += !tcs_patterns_set_has(profile->is_hit, term);
        tcs_patterns_set_add(profile->is_hit, term);
        has_ad_hoc = has_ad_hoc || (patterns->ad_hoc_lexicon != TCS_NO_LEXICON &&
                                    patterns->terms[term].lexicon == patterns->ad_hoc_lexicon);
    }
    return has_ad_hoc;
}

static void count_terms(struct tcs_profile *profile, const struct tcs_profile_end *end)
{
    size_t i;

    for (i = 0; i < profile->here_count; i++) {
        struct tcs_profile_term *term = &profile->terms[profile->here[i]];

        term->sent_on++;
        term->sent_alone += profile->here_count == 1;
        term->with_hit += tcs_patterns_set_has(profile->is_hit, profile->here[i]);
        term->flagged += end->is_flagged;
        term->seconds += (end->check_seconds + end->judge_seconds) / (double)profile->here_count;
    }
}

static void count_rules(struct tcs_profile *profile, const struct tcs_judge *judge, bool has_ad_hoc,
                        const struct tcs_profile_end *end)
{
    const struct tcs_patterns *patterns = profile->plan->patterns;
    const struct tcs_verdict *verdict = &judge->verdict;
    size_t possible = 0, i;

    for (i = 0; i < patterns->rule_count; i++) {
        profile->is_possible[i] = tcs_eval_rule_possible(patterns, &patterns->rules[i], judge->seen);
        profile->rules[i].possible += profile->is_possible[i];
        possible += profile->is_possible[i];
    }
    if (!end->has_passed)
        return;
    for (i = 0; i < patterns->rule_count; i++)
        if (profile->is_possible[i])
            profile->rules[i].seconds += end->judge_seconds / (double)possible;
    for (i = 0; i < verdict->rule_count; i++)
        profile->rules[verdict->rules[i]].fired++;
    if (verdict->rule_count == 1 && !has_ad_hoc)
        profile->rules[verdict->rules[0]].flagged_alone++;
}

void tcs_profile_end(struct tcs_profile *profile, const struct tcs_judge *judge, const struct tcs_profile_end *end)
{
    bool has_ad_hoc = count_hits(profile, judge);

    count_terms(profile, end);
    count_rules(profile, judge, has_ad_hoc, end);
}
