/*
 * The public API over ruleset and judge: translation only. A matcher keeps the arrays that its result points to.
 */
#include "tocsin.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/utf8.h"
#include "rules/judge.h"
#include "rules/sources.h"

#define VERSION "0.1.0"

struct tocsin_db {
    struct tcs_ruleset *ruleset;
};

struct tocsin_matcher {
    struct tcs_judge judge;
    struct tcs_document doc;
    struct tocsin_hit *hits;
    size_t hit_cap;
    const char **rules;
    size_t rule_cap;
};

const char *tocsin_version(void)
{
    return VERSION;
}

static tocsin_status wrap(tocsin_status st, struct tcs_ruleset *ruleset, struct tocsin_db **db_out,
                          struct tocsin_error *err)
{
    struct tocsin_db *db;

    if (st != TOCSIN_OK)
        return st;
    db = calloc(1, sizeof *db);
    if (!db) {
        tcs_ruleset_free(ruleset);
        return tcs_fail_nomem(err);
    }
    db->ruleset = ruleset;
    *db_out = db;
    return TOCSIN_OK;
}

tocsin_status tocsin_db_load(const char *path, struct tocsin_db **db_out, struct tocsin_error *err)
{
    struct tcs_ruleset *ruleset = NULL;
    tocsin_status st = tcs_ruleset_load(path, &ruleset, err);

    if (st == TOCSIN_OK)
        st = tcs_ruleset_check_file(ruleset, err);
    if (st != TOCSIN_OK)
        tcs_ruleset_free(ruleset);
    return wrap(st, ruleset, db_out, err);
}

tocsin_status tocsin_db_compile(const char *const *folders, size_t count, struct tocsin_db **db_out,
                                struct tocsin_error *err)
{
    struct tcs_ruleset *ruleset = NULL;
    struct tcs_sources sources = {0};
    tocsin_status st = TOCSIN_OK;
    size_t i;

    for (i = 0; i < count && st == TOCSIN_OK; i++)
        st = tcs_sources_add_folder(&sources, folders[i], err);
    if (st == TOCSIN_OK)
        st = tcs_ruleset_compile(sources.items, sources.count, &ruleset, err);
    tcs_sources_release(&sources);
    return wrap(st, ruleset, db_out, err);
}

tocsin_status tocsin_db_from_terms(const char *const *terms, size_t count, struct tocsin_db **db_out,
                                   struct tocsin_error *err)
{
    struct tcs_ruleset *ruleset = NULL;
    struct tcs_str *texts = calloc(count + 1, sizeof *texts);
    tocsin_status st;
    size_t i;

    if (!texts)
        return tcs_fail_nomem(err);
    for (i = 0; i < count; i++)
        texts[i] = (struct tcs_str){terms[i], strlen(terms[i])};
    st = tcs_ruleset_from_terms(texts, count, &ruleset, err);
    free(texts);
    return wrap(st, ruleset, db_out, err);
}

tocsin_status tocsin_db_save(struct tocsin_db *db, const char *path, struct tocsin_error *err)
{
    return tcs_ruleset_save(db->ruleset, path, err);
}

void tocsin_db_free(struct tocsin_db *db)
{
    if (!db)
        return;
    tcs_ruleset_free(db->ruleset);
    free(db);
}

const char *tocsin_db_hash(const struct tocsin_db *db)
{
    return tcs_ruleset_hash(db->ruleset);
}

const char *tocsin_db_notice(const struct tocsin_db *db)
{
    return tcs_ruleset_notice(db->ruleset);
}

tocsin_status tocsin_matcher_new(struct tocsin_db *db, struct tocsin_matcher **matcher_out, struct tocsin_error *err)
{
    struct tocsin_matcher *matcher = calloc(1, sizeof *matcher);
    tocsin_status st;

    if (!matcher)
        return tcs_fail_nomem(err);
    st = tcs_judge_init(&matcher->judge, db->ruleset, err);
    if (st != TOCSIN_OK) {
        tocsin_matcher_free(matcher);
        return st;
    }
    *matcher_out = matcher;
    return TOCSIN_OK;
}

void tocsin_matcher_free(struct tocsin_matcher *matcher)
{
    if (!matcher)
        return;
    tcs_judge_release(&matcher->judge);
    tcs_document_release(&matcher->doc);
    free(matcher->hits);
    free(matcher->rules);
    free(matcher);
}

static tocsin_status take_fields(struct tocsin_matcher *matcher, const struct tocsin_field *fields, size_t count,
                                 struct tocsin_error *err)
{
    static const enum tcs_role roles[] = {TCS_ROLE_TITLE, TCS_ROLE_LEAD, TCS_ROLE_TEXT, TCS_ROLE_OTHER};
    size_t i;

    tcs_document_reset(&matcher->doc);
    for (i = 0; i < count; i++) {
        struct tcs_str text = {fields[i].text, fields[i].length};

        if (fields[i].length >= UINT32_MAX || (unsigned)fields[i].role > TOCSIN_ROLE_OTHER)
            return tcs_fail(err, TOCSIN_E_ARG, fields[i].name, 0,
                            "field %zu has an unknown role, or 4 GiB of text or more; cut it up", i);
        if (tcs_document_add(&matcher->doc, fields[i].name, roles[fields[i].role], text) != TOCSIN_OK)
            return tcs_fail_nomem(err);
        matcher->doc.fields[i].lf_paragraph = fields[i].lf_paragraph;
    }
    return TOCSIN_OK;
}

static size_t count_chars(const char *text, const char *end)
{
    size_t count = 0, len;

    for (; text < end; text += len, count++)
        (void)tcs_utf8_decode(text, end, &len, NULL);
    return count;
}

static tocsin_status give_hits(struct tocsin_matcher *matcher, struct tocsin_result *result, struct tocsin_error *err)
{
    const struct tcs_judge *judge = &matcher->judge;
    const struct tcs_patterns *patterns = tcs_ruleset_patterns(judge->ruleset);
    const uint8_t *reported = tcs_ruleset_is_reported(judge->ruleset);
    size_t i, field = SIZE_MAX, byte = 0, chars = 0;

    if (TCS_GROW(matcher->hits, matcher->hit_cap, judge->hits.count + 1) != TOCSIN_OK)
        return tcs_fail_nomem(err);
    for (i = 0; i < judge->hits.count; i++) {
        const struct tcs_hit *hit = &judge->hits.items[i];
        const char *text = matcher->doc.fields[hit->field].text.data;

        if (!reported[hit->term])
            continue;
        if (field != hit->field) {
            field = hit->field;
            byte = chars = 0;
        }
        chars += count_chars(text + byte, text + hit->start_byte);
        byte = hit->start_byte;
        matcher->hits[result->hit_count++] =
            (struct tocsin_hit){.lexicon = tcs_judge_lexicon_name(judge, tcs_judge_lexicon(judge, hit)),
                                .term = patterns->terms[hit->term].authored,
                                .field = hit->field,
                                .start = chars,
                                .end = chars + count_chars(text + byte, text + hit->end_byte),
                                .start_byte = hit->start_byte,
                                .end_byte = hit->end_byte};
    }
    result->hits = matcher->hits;
    return TOCSIN_OK;
}

tocsin_status tocsin_match(struct tocsin_matcher *matcher, const struct tocsin_field *fields, size_t count,
                           struct tocsin_result *result_out, struct tocsin_error *err)
{
    const struct tcs_patterns *patterns = tcs_ruleset_patterns(matcher->judge.ruleset);
    const struct tcs_verdict *verdict = &matcher->judge.verdict;
    struct tocsin_result result = {0};
    tocsin_status st = take_fields(matcher, fields, count, err);
    size_t i;

    if (st == TOCSIN_OK)
        st = tcs_judge_document(&matcher->judge, &matcher->doc, err);
    if (st == TOCSIN_OK && TCS_GROW(matcher->rules, matcher->rule_cap, verdict->rule_count + 1) != TOCSIN_OK)
        st = tcs_fail_nomem(err);
    if (st == TOCSIN_OK)
        st = give_hits(matcher, &result, err);
    if (st != TOCSIN_OK)
        return st;
    for (i = 0; i < verdict->rule_count; i++)
        matcher->rules[i] = patterns->rules[verdict->rules[i]].name;
    result.is_flagged = verdict->is_flagged;
    result.score = verdict->score;
    result.rules = matcher->rules;
    result.rule_count = verdict->rule_count;
    if (matcher->judge.label != TCS_NO_LABEL)
        result.label = patterns->labels[matcher->judge.label].name;
    *result_out = result;
    return TOCSIN_OK;
}
