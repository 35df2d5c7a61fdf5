/* The comma belongs to what comes next, so that nothing has to be taken back. */
#include "input/json_writer.h"

#include <string.h>

void tcs_json_put_raw(struct tcs_json_writer *w, const char *text)
{
    if (w->st == TOCSIN_OK)
        w->st = tcs_buf_append(w->out, text, strlen(text));
}

void tcs_json_put_string(struct tcs_json_writer *w, struct tcs_str text)
{
    if (w->st == TOCSIN_OK)
        w->st = tcs_json_write_string(w->out, text);
}

void tcs_json_put_number(struct tcs_json_writer *w, uint64_t value)
{
    char digits[20]; /* of UINT64_MAX */
    size_t at = sizeof digits;

    do {
        digits[--at] = (char)('0' + value % 10);
        value /= 10;
    } while (value);
    if (w->st == TOCSIN_OK)
        w->st = tcs_buf_append(w->out, digits + at, sizeof digits - at);
}

void tcs_json_next(struct tcs_json_writer *w)
{
    if (w->needs_comma)
        tcs_json_put_raw(w, ",");
    w->needs_comma = true;
}

/* In one piece: half of a line is keys. */
void tcs_json_name(struct tcs_json_writer *w, struct tcs_str name)
{
    char *at;

    if (w->st == TOCSIN_OK)
        w->st = tcs_buf_reserve(w->out, name.len + 4);
    if (w->st != TOCSIN_OK)
        return;
    at = w->out->data + w->out->len;
    *at = ',';
    at += w->needs_comma;
    w->needs_comma = true;
    *at++ = '"';
    memcpy(at, name.data, name.len);
    memcpy(at + name.len, "\":", 2);
    w->out->len = (size_t)(at + name.len + 2 - w->out->data);
}

void tcs_json_bool_key(struct tcs_json_writer *w, const char *name, bool value)
{
    tcs_json_key(w, name);
    tcs_json_put_raw(w, value ? "true" : "false");
}

void tcs_json_open_object(struct tcs_json_writer *w)
{
    tcs_json_put_raw(w, "{");
    w->needs_comma = false;
}

void tcs_json_close_object(struct tcs_json_writer *w)
{
    tcs_json_put_raw(w, "}");
    w->needs_comma = true;
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
