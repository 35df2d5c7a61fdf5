/*
 * arc: records of the Internet Archive's ARC, the format before WARC: a line of five fields (version 1: URL, IP address,
 * date, content type, length) or ten (version 2), then that many bytes, mostly an HTTP response, and a blank line. Delivers
 * what input/warc does, by the same rules, and keeps no state either.
 */
#ifndef TOCSIN_ARC_H
#define TOCSIN_ARC_H

#include "input/warc.h"

/* Does an ARC file begin with these bytes (its version block's URL)? */
bool tcs_arc_begins(struct tcs_str start);

/*
 * As tcs_warc_next. A length is believed as there: if a record's line, the member's end or the end of data follows. An HTTP
 * response is TCS_WARC_RESPONSE, the version block TCS_WARC_OTHER, all else TCS_WARC_RESOURCE; there is no id.
 */
enum tcs_warc_step tcs_arc_next(const char *data, size_t len, size_t pos, bool at_end, size_t member_end,
                                struct tcs_warc_record *record, struct tocsin_error *err);

#endif
