/*
 * A record's line is read from its end, because URLs may hold spaces. It is believed if the date, of fourteen digits, stands
 * where one of the versions has it: in a page's text that does not happen.
 */
#include "input/arc.h"

#include <string.h>

/* A line longer than this is none; data: URIs may stand in it. */
#define LINE_MAX ((size_t)1024 * 1024)
#define DATE_LEN 14
#define START "filedesc://"

struct input {
    const char *data;
    size_t len;
    bool at_end;
    size_t member_end;
};

struct line {
    struct tcs_str url, date, content_type;
    size_t length;
};

bool tcs_arc_begins(struct tcs_str start)
{
    return start.len >= sizeof START - 1 && !memcmp(start.data, START, sizeof START - 1);
}

/* Takes the last field off the line. False where there is only one. */
static bool take_last(struct tcs_str *line, struct tcs_str *field)
{
    const char *space = line->len ? memrchr(line->data, ' ', line->len) : NULL;

    if (!space)
        return false;
    *field = (struct tcs_str){space + 1, line->len - (size_t)(space + 1 - line->data)};
    line->len = (size_t)(space - line->data);
    return true;
}

static bool is_number(struct tcs_str text, size_t *value)
{
    size_t i, n = 0;

    for (i = 0; i < text.len; i++) {
        if (text.data[i] < '0' || text.data[i] > '9' || n > (SIZE_MAX - 9) / 10)
            return false;
        n = n * 10 + (size_t)(text.data[i] - '0');
    }
    *value = n;
    return text.len > 0;
}

static bool read_line(struct tcs_str text, struct line *line)
{
    struct tcs_str fields[9]; /* from the end: length, ..., IP address */
    size_t count, ignored;

    if (text.len && text.data[text.len - 1] == '\r')
        text.len--;
    if (!text.len || !take_last(&text, &fields[0]) || !is_number(fields[0], &line->length))
        return false;
    for (count = 1; count < 9 && take_last(&text, &fields[count]); count++) {
        /* 3 fields behind the URL and IP address in version 1, 8 in version 2 */
        if ((count != 3 && count != 8) || fields[count - 1].len != DATE_LEN || !is_number(fields[count - 1], &ignored))
            continue;
        line->date = fields[count - 1];
        line->content_type = fields[count - 2];
        line->url = text;
        return text.len && memchr(text.data, ':', text.len);
    }
    return false;
}

enum look { LOOK_YES, LOOK_NO, LOOK_MORE };

/* Is there a record's line at pos? *next_out is the position behind it, or behind a line that is none. */
static enum look look_line(const struct input *in, size_t pos, struct line *line, size_t *next_out)
{
    const char *start = in->data + pos, *feed = memchr(start, '\n', in->len - pos);
    size_t len = (size_t)((feed ? feed : in->data + in->len) - start);

    *next_out = pos + len + (feed != NULL);
    if (!feed && !in->at_end && len <= LINE_MAX)
        return LOOK_MORE;
    return len <= LINE_MAX && read_line((struct tcs_str){start, len}, line) ? LOOK_YES : LOOK_NO;
}

/* The first record's line that begins behind a line feed in [from, to); to where there is none. */
static size_t find_record(const struct input *in, size_t from, size_t to)
{
    const char *feed;
    struct line line;
    size_t next;

    while (from < to && (feed = memchr(in->data + from, '\n', to - from)) != NULL) {
        from = (size_t)(feed - in->data) + 1;
        if (from < to && look_line(in, from, &line, &next) != LOOK_NO)
            return from;
    }
    return to;
}

static size_t skip_blank_lines(const struct input *in, size_t pos)
{
    while (pos < in->len && (in->data[pos] == '\n' || in->data[pos] == '\r'))
        pos++;
    return pos;
}

/* The same behind a block, but not over the end of its member, so that it does not matter whether more is there already. */
static size_t skip_closing_lines(const struct input *in, size_t pos)
{
    while (pos < in->len && pos != in->member_end && (in->data[pos] == '\n' || in->data[pos] == '\r'))
        pos++;
    return pos;
}

static enum tcs_warc_step more(size_t pos, struct tcs_warc_record *record)
{
    *record = (struct tcs_warc_record){.type = TCS_WARC_OTHER, .start = pos, .next = pos};
    return TCS_WARC_MORE;
}

static enum tcs_warc_type type_of(const struct line *line, struct tcs_str block)
{
    if (tcs_arc_begins(line->url))
        return TCS_WARC_OTHER;
    return block.len >= 5 && !memcmp(block.data, "HTTP/", 5) ? TCS_WARC_RESPONSE : TCS_WARC_RESOURCE;
}

/* The record of a line, whose block ends at end as far as its length is right. */
static enum tcs_warc_step deliver(const struct input *in, const struct line *line, size_t end, bool is_truncated,
                                  struct tcs_warc_record *record)
{
    record->type = type_of(line, (struct tcs_str){in->data + record->block, end - record->block});
    record->url = line->url;
    record->date = line->date;
    record->content_type = line->content_type;
    record->block_end = end;
    record->is_truncated = is_truncated;
    record->next = skip_closing_lines(in, end);
    return TCS_WARC_RECORD;
}

/* The length says that the block ends at end <= len. */
static enum tcs_warc_step end_by_length(const struct input *in, const struct line *line, size_t end,
                                        struct tcs_warc_record *record)
{
    size_t next = skip_closing_lines(in, end), behind;
    struct line following;
    enum look look;

    if (next == in->member_end || (next == in->len && in->at_end))
        return deliver(in, line, end, false, record);
    look = next == in->len ? LOOK_MORE : look_line(in, next, &following, &behind);
    if (look == LOOK_MORE)
        return more(record->start, record);
    if (look == LOOK_NO) {
        size_t inner = find_record(in, record->block, end);

        return deliver(in, line, inner, inner < end, record);
    }
    return deliver(in, line, end, false, record);
}

enum tcs_warc_step tcs_arc_next(const char *data, size_t len, size_t pos, bool at_end, size_t member_end,
                                struct tcs_warc_record *record, struct tocsin_error *err)
{
    struct input in = {data, len, at_end, member_end};
    struct line line;
    size_t block;

    pos = skip_blank_lines(&in, pos);
    if (pos == len) {
        (void)more(pos, record);
        return at_end ? TCS_WARC_END : TCS_WARC_MORE;
    }
    switch (look_line(&in, pos, &line, &block)) {
    case LOOK_MORE:
        return more(pos, record);
    case LOOK_NO:
        *record = (struct tcs_warc_record){.type = TCS_WARC_OTHER, .start = pos, .next = find_record(&in, pos, len)};
        (void)tcs_fail(err, TOCSIN_E_CORRUPT, NULL, pos,
                       "no ARC record begins here: a line of URL, IP address, date, content type and length is expected");
        return TCS_WARC_BAD;
    case LOOK_YES:
        break;
    }
    *record = (struct tcs_warc_record){.start = pos, .block = block};
    if (line.length <= len - block)
        return end_by_length(&in, &line, block + line.length, record);
    if (!at_end)
        return more(pos, record);
    record->is_cut_off = true;
    return deliver(&in, &line, find_record(&in, block, len), true, record);
}
