/* The keys are asked of the JSON reader in the order of `names`, so that a value's path number is its place there. */
#include "cli/flagged.h"

#include <stdlib.h>
#include <string.h>

enum { FILE_PATH, RECORD, OFFSET, LENGTH, ID, DB, URL, TITLE, LABEL, SCORE, SINGLE, RULE = SINGLE,
       HIT_LEXICON, HIT_TERM, HIT_FIELD, HIT_START, HIT_END, HIT_TEXT, COUNT };
static const char *const names[COUNT] = {
    "input.file", "input.record", "input.offset", "input.length", "id", "db", "url", "title", "label", "score", "rules[]",
    "hits[].lexicon", "hits[].term", "hits[].field", "hits[].start", "hits[].end", "hits[].text"};

static tocsin_status add_paths(struct tcs_flagged *flagged, const char *key, struct tocsin_error *err)
{
    struct tcs_buf path = {0};
    tocsin_status st = TOCSIN_OK;
    size_t i;

    for (i = 0; i < COUNT && st == TOCSIN_OK; i++) {
        tcs_buf_reset(&path);
        st = tcs_buf_printf(&path, "%s%s%s", key ? key : "", key ? "." : "", names[i]);
        st = st == TOCSIN_OK ? tcs_json_paths_add(&flagged->paths, tcs_buf_view(&path), err) : tcs_fail_nomem(err);
    }
    tcs_buf_release(&path);
    return st;
}

static uint64_t number_of(struct tcs_str digits)
{
    uint64_t value = 0;
    size_t i;

    for (i = 0; i < digits.len && digits.data[i] >= '0' && digits.data[i] <= '9' && value < UINT64_MAX / 10 - 1; i++)
        value = value * 10 + (uint64_t)(digits.data[i] - '0');
    return value;
}

/* A value of a hit; a hit begins with its lexicon, which scan writes first. */
static tocsin_status add_to_hit(struct tcs_flagged *flagged, const struct tcs_json_value *value,
                                struct tcs_flagged_line *line)
{
    struct tcs_flagged_hit *hit;

    if (value->path == HIT_LEXICON) {
        if (TCS_GROW(flagged->hits, flagged->hit_cap, line->hit_count + 1) != TOCSIN_OK)
            return TOCSIN_E_NOMEM;
        flagged->hits[line->hit_count++] = (struct tcs_flagged_hit){.lexicon = value->text};
    }
    if (!line->hit_count)
        return TOCSIN_OK;
    hit = &flagged->hits[line->hit_count - 1];
    switch (value->path) {
    case HIT_TERM: hit->term = value->text; break;
    case HIT_FIELD: hit->field = value->text; break;
    case HIT_START: hit->start = value->text; break;
    case HIT_END: hit->end = value->text; break;
    case HIT_TEXT: hit->text = value->text; break;
    default: break;
    }
    return TOCSIN_OK;
}

/* The values that were read, the single ones by their path. */
static tocsin_status sort_values(struct tcs_flagged *flagged, struct tcs_str found[SINGLE], struct tcs_flagged_line *line)
{
    tocsin_status st = TOCSIN_OK;
    size_t i;

    for (i = 0; i < flagged->json.count && st == TOCSIN_OK; i++) {
        const struct tcs_json_value *value = &flagged->json.values[i];

        if (value->path < SINGLE) {
            found[value->path] = value->text;
        } else if (value->path == RULE) {
            st = TCS_GROW(flagged->rules, flagged->rule_cap, line->rule_count + 1);
            if (st == TOCSIN_OK)
                flagged->rules[line->rule_count++] = value->text;
        } else {
            st = add_to_hit(flagged, value, line);
        }
    }
    line->rules = flagged->rules;
    line->hits = flagged->hits;
    return st;
}

tocsin_status tcs_flagged_read(struct tcs_flagged *flagged, struct tcs_str line, const char *key,
                               struct tcs_flagged_line *line_out, struct tocsin_error *err)
{
    struct tcs_str found[SINGLE] = {{NULL, 0}};
    bool is_object = false;
    tocsin_status st = flagged->paths.count ? TOCSIN_OK : add_paths(flagged, key, err);

    *line_out = (struct tcs_flagged_line){.rule_count = 0};
    if (st == TOCSIN_OK)
        st = tcs_json_read(line, &flagged->paths, &flagged->json, &is_object, err);
    if (st != TOCSIN_OK)
        return st;
    if (sort_values(flagged, found, line_out) != TOCSIN_OK)
        return tcs_fail_nomem(err);
    if (!found[FILE_PATH].len || !number_of(found[RECORD]))
        return tcs_fail(err, TOCSIN_E_ARG, NULL, 0,
                        "the line has no input.file and input.record; give a line that `tocsin scan` wrote%s",
                        key ? " under that key" : ", or the key of `scan --as` with --as");
    tcs_buf_reset(&flagged->file);
    if (tcs_buf_append_str(&flagged->file, found[FILE_PATH]) != TOCSIN_OK ||
        tcs_buf_putc(&flagged->file, '\0') != TOCSIN_OK)
        return tcs_fail_nomem(err);
    line_out->pointer = (struct tcs_pointer){.file = flagged->file.data,
                                             .record = number_of(found[RECORD]),
                                             .offset = number_of(found[OFFSET]),
                                             .length = number_of(found[LENGTH])};
    line_out->id = found[ID];
    line_out->db = found[DB];
    line_out->url = found[URL];
    line_out->title = found[TITLE];
    line_out->label = found[LABEL];
    line_out->score = found[SCORE];
    return TOCSIN_OK;
}

void tcs_flagged_release(struct tcs_flagged *flagged)
{
    tcs_json_paths_release(&flagged->paths);
    tcs_json_scratch_release(&flagged->json);
    tcs_buf_release(&flagged->file);
    free(flagged->rules);
    free(flagged->hits);
    *flagged = (struct tcs_flagged){0};
}
