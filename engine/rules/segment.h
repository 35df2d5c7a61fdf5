/*
 * segment: sentences, paragraphs, units and the lead view of a decoded field, as docs/matching.md
 * section 4 defines them. Pure functions of the text; places are byte offsets at characters' borders.
 */
#ifndef TOCSIN_SEGMENT_H
#define TOCSIN_SEGMENT_H

#include "base/buf.h"

#define TCS_LEAD_UNITS 200

/* LF_PARAGRAPH: any line break ends a paragraph. */
enum tcs_segment { TCS_SEGMENT_SENTENCE, TCS_SEGMENT_PARAGRAPH, TCS_SEGMENT_LF_PARAGRAPH };

/* The first place behind `from`, and not behind `to`, where a segment begins; SIZE_MAX if there is none. */
size_t tcs_segment_next(struct tcs_str text, enum tcs_segment kind, size_t from, size_t to);
/* Where the segment begins that `at` is in. */
size_t tcs_segment_start(struct tcs_str text, enum tcs_segment kind, size_t at);

/* Units from a place to `at`, of a count that may go on. A run that is cut at the place is a run. */
struct tcs_units {
    size_t at; /* the place, at first */
    uint32_t count;
    bool in_run;
};
/* Goes on to `to`, or until there are more than `most`. */
void tcs_segment_count_units(struct tcs_str text, struct tcs_units *units, size_t to, uint32_t most);

/*
 * Where the lead view of a text field ends: its first paragraph, at most TCS_LEAD_UNITS units of
 * it.
 */
size_t tcs_segment_lead_end(struct tcs_str text, bool lf_paragraph);

#endif
