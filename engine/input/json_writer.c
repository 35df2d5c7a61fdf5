/* The comma belongs to what comes next, so that nothing has to be taken back. */
#include "input/json_writer.h"

#include <string.h>

#define DIGITS_MAX 20 /* of UINT64_MAX, beyond whose power of ten nothing is multiplied */

bool tcs_json_make_room(struct tcs_json_writer *w, size_t extra)
{
    if (w->st == TOCSIN_OK)
        w->st = tcs_buf_reserve(w->out, extra);
    return w->st == TOCSIN_OK;
}

void tcs_json_put_string(struct tcs_json_writer *w, struct tcs_str text)
{
    if (w->st == TOCSIN_OK)
        w->st = tcs_json_write_string(w->out, text);
}

void tcs_json_put_well_formed(struct tcs_json_writer *w, struct tcs_str text)
{
    if (w->st == TOCSIN_OK)
        w->st = tcs_json_write_well_formed(w->out, text);
}

void tcs_json_put_number(struct tcs_json_writer *w, uint64_t value)
{
    unsigned count = 1;
    uint64_t power, rest;
    char *at;

    if (!tcs_json_has_room(w, DIGITS_MAX))
        return;
    for (power = 10; count < DIGITS_MAX && value >= power; power *= 10)
        count++;
    w->out->len += count;
    at = w->out->data + w->out->len;
    for (; value >= 10; value = rest) {
        rest = value / 10;
        *--at = (char)('0' + (value - 10 * rest));
    }
    *--at = (char)('0' + value);
}

void tcs_json_next(struct tcs_json_writer *w)
{
    if (w->needs_comma)
        tcs_json_put_raw(w, ",");
    w->needs_comma = true;
}

void tcs_json_bool_key(struct tcs_json_writer *w, const char *name, bool value)
{
    tcs_json_key(w, name);
    tcs_json_put_raw(w, value ? "true" : "false");
}

void tcs_json_open_list(struct tcs_json_writer *w, const char *name)
{
    tcs_json_key(w, name);
    tcs_json_put_raw(w, "[");
    w->needs_comma = false;
}

void tcs_json_close_list(struct tcs_json_writer *w)
{
    tcs_json_put_raw(w, "]");
    w->needs_comma = true;
}
