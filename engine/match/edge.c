/* A reference or escape is known by the byte before the letters and digits that it ends in. */
#include "match/edge.h"

/* Letters and digits of a reference or escape are no more; a longer run is let through. */
#define REFERENCE_MAX 64

static bool is_ascii_word(char c)
{
    return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
}

static bool touches_left(const char *base, const char *p)
{
    const char *run = p;

    while (run > base && is_ascii_word(run[-1]) && p - run < REFERENCE_MAX)
        run--;
    if (run == p || p - run == REFERENCE_MAX)
        return false;
    return run == base || (run[-1] != '\\' && run[-1] != '&' && run[-1] != '#');
}

bool tcs_edges_hold(bool left, bool right, const char *base, const char *start, const char *end, const char *limit)
{
    if (right && end < limit && is_ascii_word(*end))
        return false;
    return !left || !touches_left(base, start);
}
