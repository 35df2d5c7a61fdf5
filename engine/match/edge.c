/* A reference or escape is known by the byte before the letters and digits that it ends in. */
#include "match/edge.h"

#include "base/utf8.h"

/* Letters and digits of a reference or escape are no more; a longer run is let through. */
#define REFERENCE_MAX 64

static bool touches_left(const char *base, const char *p)
{
    const char *run = p;

    while (run > base && tcs_is_ascii_word((unsigned char)run[-1]) && p - run < REFERENCE_MAX)
        run--;
    if (run == p || p - run == REFERENCE_MAX)
        return false;
    return run == base || (run[-1] != '\\' && run[-1] != '&' && run[-1] != '#');
}

bool tcs_edges_hold(bool left, bool right, const char *base, const char *start, const char *end, const char *limit)
{
    if (right && end < limit && tcs_is_ascii_word((unsigned char)*end))
        return false;
    return !left || !touches_left(base, start);
}
