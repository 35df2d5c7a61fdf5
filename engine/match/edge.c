/*
 * A reference or escape is known by the byte before the letters and digits that it ends in. Of \n and \u1234 it is known,
 * too, how many of these are its own: Thai in \nThai is a word.
 */
#include "match/edge.h"

#include "match/escape.h"

/* Letters and digits of a reference or escape are no more; a longer run is let through. */
#define REFERENCE_MAX 64

/* May all of the run [run, p), which stands behind a backslash, be part of the escape? */
static bool is_escape(const char *run, const char *p)
{
    return p - run <= (*run == 'u' ? TCS_ESCAPE_BYTES - 1 : 1);
}

bool tcs_edge_touches_left(const char *base, const char *p)
{
    const char *run = p;

    while (run > base && tcs_is_ascii_word((unsigned char)run[-1]) && p - run < REFERENCE_MAX)
        run--;
    if (p - run == REFERENCE_MAX)
        return false;
    if (run > base && run[-1] == '\\')
        return !is_escape(run, p);
    return run == base || (run[-1] != '&' && run[-1] != '#');
}

/* If the stop before the last letter drops out, so does the one behind it; if not, what was found is not there. */
bool tcs_edges_in_initials(const char *start, const char *end, const char *limit)
{
    return end - start > 2 && end[-2] == '.' && tcs_is_ascii_word((unsigned char)end[-1]) && limit - end > 1 &&
           end[0] == '.' && tcs_is_ascii_word((unsigned char)end[1]);
}
