/*
 * json_writer: composes JSON into a buffer, member by member. A sticky writer: after a failure every call does
 * nothing, and the status is asked for once, at the end. One thread.
 */
#ifndef TOCSIN_JSON_WRITER_H
#define TOCSIN_JSON_WRITER_H

#include <string.h>

#include "input/json.h"

/* All zero, with out set, is ready. */
struct tcs_json_writer {
    struct tcs_buf *out;
    tocsin_status st;
    bool needs_comma; /* before the next member or element */
};

/* For the functions below: room for extra bytes behind what is written. False after a failure. */
bool tcs_json_make_room(struct tcs_json_writer *w, size_t extra);
static inline bool tcs_json_has_room(struct tcs_json_writer *w, size_t extra)
{
    return w->out->cap - w->out->len >= extra && w->st == TOCSIN_OK ? true : tcs_json_make_room(w, extra);
}

/* Values as they stand; commas are the caller's where the value is not behind a key. */
void tcs_json_put_string(struct tcs_json_writer *w, struct tcs_str text);
void tcs_json_put_number(struct tcs_json_writer *w, uint64_t value);
/* Inline, as the next ones, so that the length of a text that is a literal is known; a line has dozens of them. */
static inline void tcs_json_put_raw(struct tcs_json_writer *w, const char *text)
{
    size_t len = strlen(text);

    if (!tcs_json_has_room(w, len))
        return;
    memcpy(w->out->data + w->out->len, text, len);
    w->out->len += len;
}

/* A comma if one is needed, and the key. */
static inline void tcs_json_name(struct tcs_json_writer *w, struct tcs_str name)
{
    char *at;

    if (!tcs_json_has_room(w, name.len + 4))
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

static inline void tcs_json_key(struct tcs_json_writer *w, const char *name)
{
    tcs_json_name(w, (struct tcs_str){name, strlen(name)});
}

/* Key and value; an empty text is left out. */
static inline void tcs_json_text_key(struct tcs_json_writer *w, const char *name, struct tcs_str text)
{
    if (!text.len)
        return;
    tcs_json_key(w, name);
    tcs_json_put_string(w, text);
}

/* The same of text that is known to be well formed. */
void tcs_json_put_well_formed(struct tcs_json_writer *w, struct tcs_str text);
static inline void tcs_json_field_key(struct tcs_json_writer *w, const char *name, struct tcs_str text)
{
    if (!text.len)
        return;
    tcs_json_key(w, name);
    tcs_json_put_well_formed(w, text);
}

static inline void tcs_json_number_key(struct tcs_json_writer *w, const char *name, uint64_t value)
{
    tcs_json_key(w, name);
    tcs_json_put_number(w, value);
}

void tcs_json_bool_key(struct tcs_json_writer *w, const char *name, bool value);

static inline void tcs_json_open_object(struct tcs_json_writer *w)
{
    tcs_json_put_raw(w, "{");
    w->needs_comma = false;
}

static inline void tcs_json_close_object(struct tcs_json_writer *w)
{
    tcs_json_put_raw(w, "}");
    w->needs_comma = true;
}

/* Key and bracket; tcs_json_next stands before each element. */
void tcs_json_open_list(struct tcs_json_writer *w, const char *name);
void tcs_json_next(struct tcs_json_writer *w);
void tcs_json_close_list(struct tcs_json_writer *w);

#endif
