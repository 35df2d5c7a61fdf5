/*
 * flagged: lines that `scan` wrote, read back: where the document of each stands, and the verdict. A struct tcs_flagged
 * owns what its lines point to, until its release.
 */
#ifndef TOCSIN_FLAGGED_H
#define TOCSIN_FLAGGED_H

#include "input/json.h"
#include "run/line.h"

struct tcs_flagged_hit {
    struct tcs_str lexicon, term, field, start, end, text; /* start and end in code points, as digits */
};

/* What a line says of its document. Borrowed until the next line is read; what it lacks is empty. */
struct tcs_flagged_line {
    struct tcs_pointer pointer;
    struct tcs_str id, db, url, title, label, score;
    const struct tcs_str *rules;
    const struct tcs_flagged_hit *hits; /* those listed */
    size_t rule_count, hit_count;
};

/* All zero is ready. */
struct tcs_flagged {
    struct tcs_json_paths paths;
    struct tcs_json_scratch json;
    struct tcs_buf file; /* NUL-terminated */
    struct tcs_str *rules;
    struct tcs_flagged_hit *hits;
    size_t rule_cap, hit_cap;
};

/*
 * Reads one line. key: under which `scan --as` put ours; NULL where the line is ours. TOCSIN_E_ARG says what it lacks,
 * TOCSIN_E_CORRUPT that it is no JSON.
 */
TOCSIN_MUST_CHECK tocsin_status tcs_flagged_read(struct tcs_flagged *flagged, struct tcs_str line, const char *key,
                                                 struct tcs_flagged_line *line_out, struct tocsin_error *err);
void tcs_flagged_release(struct tcs_flagged *flagged);

#endif
