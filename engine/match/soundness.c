/*
 * A literal, short of a few bytes all one repeated, stands in a text of that byte, beside a short literal that makes the
 * library choose the matcher that is at fault. With the repeated byte 0, exact (#303), and D, in any case (#353).
 */
#include "match/soundness.h"

#include <string.h>

#define TAIL_LONGEST 64
#define TEXT_BYTES 400

static tocsin_status try_length(size_t length, char tail, bool caseless, bool *is_sound, struct tocsin_error *err)
{
    static const char head[3] = {'x', 't', '>'};
    char literal[TAIL_LONGEST], text[TEXT_BYTES];
    struct tcs_str literals[] = {{literal, length}, TCS_STR("123")};

    memset(literal, tail, sizeof literal);
    memcpy(literal, head, sizeof head);
    memset(text, tail, sizeof text);
    memcpy(text + TEXT_BYTES / 4, head, sizeof head);
    return tcs_literals_try(literals, sizeof literals / sizeof *literals, caseless, (struct tcs_str){text, sizeof text},
                            is_sound, err);
}

tocsin_status tcs_soundness_of_tails(size_t *lost_from_out, struct tocsin_error *err)
{
    size_t length;

    *lost_from_out = 0;
    for (length = 4; length <= TAIL_LONGEST; length++) {
        bool is_exact_sound = false, is_caseless_sound = false;
        tocsin_status st = try_length(length, '\0', false, &is_exact_sound, err);

        if (st == TOCSIN_OK)
            st = try_length(length, 'D', true, &is_caseless_sound, err);
        if (st != TOCSIN_OK)
            return st;
        if (!is_exact_sound || !is_caseless_sound) {
            *lost_from_out = length;
            return TOCSIN_OK;
        }
    }
    return TOCSIN_OK;
}
