/*
 * segment: sentences, paragraphs, units and the lead view of a decoded field, as docs/matching.md
 * section 4 defines them. A struct tcs_segments belongs to one field of one document at a time and
 * computes what is asked for on the first question only; its memory is kept between documents. The
 * text is borrowed.
 */
#ifndef TOCSIN_SEGMENT_H
#define TOCSIN_SEGMENT_H

#include "base/buf.h"

#define TCS_LEAD_UNITS 200

/* Byte offsets at which a new sentence or paragraph begins, ascending; the one at 0 is left out. */
struct tcs_borders {
    uint32_t *items;
    size_t count, cap;
    bool is_known;
};

/* All zero is empty. */
struct tcs_segments {
    struct tcs_str text;
    bool lf_paragraph;
    struct tcs_borders sentences, paragraphs;
    struct tcs_borders units; /* see segment.c */
};

/* Takes up another text; keeps the memory. */
void tcs_segments_reset(struct tcs_segments *segments, struct tcs_str text, bool lf_paragraph);
void tcs_segments_release(struct tcs_segments *segments);

/* Each fills its part unless it is known already; TOCSIN_OK or TOCSIN_E_NOMEM. */
TOCSIN_MUST_CHECK tocsin_status tcs_segments_find_sentences(struct tcs_segments *segments);
TOCSIN_MUST_CHECK tocsin_status tcs_segments_find_paragraphs(struct tcs_segments *segments);
TOCSIN_MUST_CHECK tocsin_status tcs_segments_find_units(struct tcs_segments *segments);

/* Units in the text from byte start to byte end, both at characters' borders; after find_units. */
uint32_t tcs_segments_units(const struct tcs_segments *segments, uint32_t start, uint32_t end);

/*
 * Where the lead view of a text field ends: its first paragraph, at most TCS_LEAD_UNITS units of
 * it.
 */
size_t tcs_segment_lead_end(struct tcs_str text, bool lf_paragraph);

#endif
