/*
 * One member in 64 is sampled at its start, and every member behind each MiB. What memory cannot be had for is not counted.
 */
#include "run/sample.h"

#include "base/utf8.h"

#define SAMPLE_BYTES ((uint64_t)16 << 10)
#define EVERY_BYTES ((uint64_t)1 << 20)
#define CHARACTER_MAX 4

bool tcs_sample_is_due(const struct tcs_input_state *in)
{
    return !in->is_converted &&
           (in->format == TCS_FORMAT_JSONL || in->format == TCS_FORMAT_CSV || in->format == TCS_FORMAT_LINES);
}

static void count(struct tcs_worker *w, struct tcs_str text)
{
    struct tcs_charset utf8 = {.name = "utf-8", .from = "utf-8"};

    if (!text.len || tcs_charset_convert(text, &utf8, &w->charset, NULL, NULL) != TOCSIN_OK)
        return;
    w->input.sequences += utf8.sequences;
    w->input.charset_errors += utf8.errors;
}

/* A beginning of text that ends between characters. */
static struct tcs_str whole_characters(struct tcs_str text)
{
    text.len = text.len > CHARACTER_MAX ? text.len - CHARACTER_MAX : 0; /* the last character may be cut off */
    while (text.len && tcs_utf8_is_continuation(text.data[text.len]))
        text.len--;
    return text;
}

/* text without what may be the rest of a character that began before it. */
static struct tcs_str from_character(struct tcs_str text)
{
    int skipped;

    for (skipped = 0; skipped < CHARACTER_MAX - 1 && text.len && tcs_utf8_is_continuation(text.data[0]); skipped++)
        text = (struct tcs_str){text.data + 1, text.len - 1};
    return text;
}

void tcs_sample_first(struct tcs_worker *w, bool at_end)
{
    struct tcs_str text = tcs_buf_view(&w->chunk.data);

    if (!tcs_sample_is_due(&w->input))
        return;
    if (!at_end || text.len > TCS_SAMPLE_FIRST) {
        if (text.len > TCS_SAMPLE_FIRST)
            text.len = TCS_SAMPLE_FIRST;
        text = whole_characters(text);
    }
    count(w, text);
}

static bool is_chosen(uint64_t member_offset)
{
    return member_offset * UINT64_C(0x9E3779B97F4A7C15) >> 58 == 0;
}

static void open_sample(struct tcs_sample *s, bool is_wanted)
{
    tcs_buf_reset(&s->text);
    s->is_open = s->is_on && is_wanted;
}

static void close_sample(struct tcs_sample *s, struct tcs_worker *w)
{
    if (s->is_open)
        count(w, whole_characters(from_character(tcs_buf_view(&s->text))));
    s->is_open = false;
}

void tcs_sample_read(struct tcs_sample *s, struct tcs_worker *w, const struct tcs_read *read, bool starts,
                     const char *bytes)
{
    size_t left = read->length;

    if (starts) {
        s->decoded = 0;
        open_sample(s, is_chosen(read->member_offset));
    }
    while (left) {
        uint64_t at = s->decoded % EVERY_BYTES, step = (at < SAMPLE_BYTES ? SAMPLE_BYTES : EVERY_BYTES) - at;

        if (s->decoded && !at)
            open_sample(s, true);
        if (step > left)
            step = left;
        if (s->is_open && tcs_buf_append(&s->text, bytes, (size_t)step) != TOCSIN_OK)
            s->is_open = false;
        bytes += step;
        left -= (size_t)step;
        s->decoded += step;
        if (s->decoded % EVERY_BYTES == SAMPLE_BYTES)
            close_sample(s, w);
    }
    if (read->event != TCS_READ_DATA)
        close_sample(s, w);
}
