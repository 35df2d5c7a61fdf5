/*
 * Lengths are believed where what follows bears them out: the end of the member, or blank lines
 * and a version line. Where it does not (a record that lost bytes swallows its neighbours), the
 * block ends at the next believable record inside it. Only then, and where no record begins at
 * all, are bytes searched; and a bare "WARC/1.0" in a body is never believed: a record start
 * stands behind a blank line or at a member's start, and its header has a WARC-Type.
 */
#include "input/warc.h"

#include <string.h>

/* A header longer than this is none; long data: URIs stand in headers, so it is generous. */
#define HEADER_MAX ((size_t)1024 * 1024)
#define NAME_LEN ((size_t)5) /* of "WARC/" */
/* that and two short numbers */
#define VERSION_LINE_MAX ((size_t)16)
#define ARC_START "filedesc://"

/* What is asked for, whatever the record. */
struct input {
    const char *data;
    size_t len;
    bool at_end;
    size_t member_end;
};

enum look { LOOK_YES, LOOK_NO, LOOK_MORE };

static bool is_line_break(char c)
{
    return c == '\n' || c == '\r';
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static size_t skip_blank_lines(const struct input *in, size_t pos)
{
    while (pos < in->len && is_line_break(in->data[pos]))
        pos++;
    return pos;
}

/*
 * The same behind a block, but not over the end of its member: blank lines that begin the next one are its own, so that the
 * answer is the same whether its bytes are there already or not.
 */
static size_t skip_closing_lines(const struct input *in, size_t pos)
{
    while (pos < in->len && pos != in->member_end && is_line_break(in->data[pos]))
        pos++;
    return pos;
}

/*
 * Whether a version line begins at pos; *after is the position behind it. MORE: the bytes end too
 * early to tell.
 */
static enum look look_version(const struct input *in, size_t pos, size_t *after)
{
    static const char name[] = "WARC/";
    const char *data = in->data;
    size_t end = in->len - pos < VERSION_LINE_MAX ? in->len : pos + VERSION_LINE_MAX;
    size_t i = 0, digits;
    int part;

    for (; name[i]; i++) {
        if (pos + i == end)
            return LOOK_MORE;
        if (data[pos + i] != name[i])
            return LOOK_NO;
    }
    pos += i;
    for (part = 0; part < 2; part++) {
        for (digits = 0; pos < end && is_digit(data[pos]); digits++)
            pos++;
        if (pos == end)
            return end == in->len ? LOOK_MORE : LOOK_NO;
        if (!digits || (part == 0 && data[pos++] != '.'))
            return LOOK_NO;
    }
    while (pos < end && (data[pos] == ' ' || data[pos] == '\r'))
        pos++;
    if (pos == end)
        return end == in->len ? LOOK_MORE : LOOK_NO;
    *after = pos + 1;
    return data[pos] == '\n' ? LOOK_YES : LOOK_NO;
}

/*
 * The next header field: a line and the folded lines after it. NULL: the bytes end inside it.
 * Empty: the header's end.
 */
static const char *field_end(const char *p, const char *end)
{
    const char *nl = p;

    do {
        nl = memchr(nl, '\n', (size_t)(end - nl));
        if (!nl)
            return NULL;
        nl++;
        if (nl - p <= 2 && (p[0] == '\n' || (p[0] == '\r' && p[1] == '\n')))
            return nl;
        if (nl == end)
            return NULL;
    } while (*nl == ' ' || *nl == '\t');
    return nl;
}

static bool is_empty_line(const char *p, const char *next)
{
    return next - p <= 2 && is_line_break(*p);
}

static enum tcs_warc_type type_of(struct tcs_str value)
{
    static const struct {
        const char *name;
        enum tcs_warc_type type;
    } types[] = {
        {"response", TCS_WARC_RESPONSE},         {"conversion", TCS_WARC_CONVERSION},
        {"resource", TCS_WARC_RESOURCE},         {"revisit", TCS_WARC_REVISIT},
        {"continuation", TCS_WARC_CONTINUATION},
    };
    size_t i;

    for (i = 0; i < sizeof types / sizeof *types; i++) {
        if (tcs_str_equal_nocase(value, (struct tcs_str){types[i].name, strlen(types[i].name)}))
            return types[i].type;
    }
    return TCS_WARC_OTHER;
}

static struct tcs_str without_brackets(struct tcs_str value)
{
    if (value.len >= 2 && value.data[0] == '<' && value.data[value.len - 1] == '>')
        value = (struct tcs_str){value.data + 1, value.len - 2};
    return tcs_str_trim(value);
}

/* A length that is not a number, or none that fits, is none. */
static bool parse_length(struct tcs_str value, size_t *length)
{
    size_t i, n = 0;

    for (i = 0; i < value.len; i++) {
        if (!is_digit(value.data[i]) || n > (SIZE_MAX - 9) / 10)
            return false;
        n = n * 10 + (size_t)(value.data[i] - '0');
    }
    *length = n;
    return value.len > 0;
}

struct header {
    bool has_type, has_length, has_bad_length;
    size_t length;
};

/* The first of fields that occur twice counts. */
static void take_field(const char *p, const char *next, struct tcs_warc_record *record,
                       struct header *header)
{
    const char *colon = memchr(p, ':', (size_t)(next - p));
    struct tcs_str name, value;

    if (!colon)
        return;
    name = tcs_str_trim((struct tcs_str){p, (size_t)(colon - p)});
    value = tcs_str_trim((struct tcs_str){colon + 1, (size_t)(next - colon - 1)});
    if (!header->has_type && tcs_str_equal_nocase(name, TCS_STR("WARC-Type"))) {
        header->has_type = true;
        record->type = type_of(value);
    } else if (!header->has_length && tcs_str_equal_nocase(name, TCS_STR("Content-Length"))) {
        header->has_length = parse_length(value, &header->length);
        header->has_bad_length |= !header->has_length;
    } else if (!record->id.data && tcs_str_equal_nocase(name, TCS_STR("WARC-Record-ID"))) {
        record->id = without_brackets(value);
    } else if (!record->url.data && tcs_str_equal_nocase(name, TCS_STR("WARC-Target-URI"))) {
        record->url = without_brackets(value);
    } else if (!record->date.data && tcs_str_equal_nocase(name, TCS_STR("WARC-Date"))) {
        record->date = value;
    } else if (!record->content_type.data && tcs_str_equal_nocase(name, TCS_STR("Content-Type"))) {
        record->content_type = value;
    }
}

/*
 * Reads the header at pos: version line, fields, blank line. YES: record and header are filled up
 * to block. NO: no believable record begins here, *why says why. MORE: the bytes end inside it.
 */
static enum look read_header(const struct input *in, size_t pos, struct tcs_warc_record *record,
                             struct header *header, const char **why)
{
    size_t stop = in->len - pos < HEADER_MAX ? in->len : pos + HEADER_MAX;
    const char *end = in->data + stop;
    const char *p, *next;
    size_t at = pos;
    enum look look = look_version(in, pos, &at);

    *why = "no WARC record begins here";
    if (look != LOOK_YES)
        return look;
    *record = (struct tcs_warc_record){.type = TCS_WARC_OTHER, .start = pos};
    *header = (struct header){0};
    for (p = in->data + at;; p = next) {
        next = p < end ? field_end(p, end) : NULL;
        if (!next) {
            *why = "the WARC header does not end";
            return stop == in->len ? LOOK_MORE : LOOK_NO;
        }
        if (is_empty_line(p, next))
            break;
        take_field(p, next, record, header);
    }
    record->block = (size_t)(next - in->data);
    *why = "the WARC header has no WARC-Type";
    return header->has_type ? LOOK_YES : LOOK_NO;
}

/* Whether the line that begins at pos stands behind a blank line or at a member's start. */
static bool may_start_record(const struct input *in, size_t pos)
{
    const char *data = in->data;

    if (pos == 0 || pos == in->member_end)
        return true;
    if (data[pos - 1] != '\n')
        return false;
    pos--;
    if (pos && data[pos - 1] == '\r')
        pos--;
    return pos == 0 || data[pos - 1] == '\n';
}

/*
 * The first believable record start in [from, to); `to` if there is none. One whose header the
 * bytes cut off counts where more may come, which *needs_more says.
 */
static size_t find_record(const struct input *in, size_t from, size_t to, bool *needs_more)
{
    struct tcs_warc_record record;
    struct header header;
    const char *found, *why;
    enum look look;
    size_t at = from;

    *needs_more = false;
    while (at < to) {
        found = memmem(in->data + at, to - at, "WARC/", NAME_LEN);
        if (!found)
            break;
        at = (size_t)(found - in->data);
        if (may_start_record(in, at)) {
            look = read_header(in, at, &record, &header, &why);
            *needs_more = look == LOOK_MORE && !in->at_end;
            if (look == LOOK_YES || *needs_more)
                return at;
        }
        at++;
    }
    return to;
}

/*
 * Where to look again after [pos, len) held no record start and more bytes will come: as late as
 * possible, but so that a record start of which the bytes hold only the beginning, or only what
 * stands before it, is seen for what it is. A byte inside a line does, unless it is a W that
 * might turn into a version line. Returns pos where there is none.
 */
static size_t resume_point(const struct input *in, size_t pos)
{
    const char *data = in->data;
    size_t tail = in->len - pos < NAME_LEN ? in->len - pos : NAME_LEN;
    size_t at = in->len;
    unsigned line_feeds = 0;

    for (; tail; tail--) {
        if (memcmp(data + in->len - tail, "WARC/", tail) == 0
            && may_start_record(in, in->len - tail))
            return in->len - tail;
    }
    while (at > pos && is_line_break(data[at - 1]))
        line_feeds += data[--at] == '\n';
    if (line_feeds >= 2)
        return in->len;
    for (at = in->len; at > pos; at--) {
        if (is_line_break(data[at - 1]))
            continue;
        if (data[at - 1] != 'W')
            return at - 1;
        if (at - 1 > pos && !is_line_break(data[at - 2]))
            return at - 2;
    }
    return pos;
}

static enum tcs_warc_step more(size_t start, struct tcs_warc_record *record)
{
    *record = (struct tcs_warc_record){.type = TCS_WARC_OTHER, .start = start, .next = start};
    return TCS_WARC_MORE;
}

/*
 * Where to go on from pos, at which no record begins: not over the member's end, because a record may begin there, and of the
 * members behind it nothing is known. What is found must not depend on how many of them are there already.
 */
static size_t find_next(const struct input *in, size_t pos)
{
    size_t stop = pos < in->member_end && in->member_end < in->len ? in->member_end : in->len;
    size_t to = in->len - stop < NAME_LEN - 1 ? in->len : stop + NAME_LEN - 1, next; /* a name may go over the end */
    bool needs_more; /* then it is looked at again from its start */

    next = find_record(in, pos + 1, to, &needs_more);
    return next < stop ? next : stop;
}

/* Are there too few bytes to tell whether a record begins before next? */
static bool is_open(const struct input *in, size_t next)
{
    return !in->at_end && (next == in->len || (next == in->member_end && in->len - next < NAME_LEN - 1));
}

static enum tcs_warc_step bad(const struct input *in, size_t pos, const char *why,
                              struct tcs_warc_record *record, struct tocsin_error *err)
{
    size_t next = find_next(in, pos);

    if (is_open(in, next)) {
        next = resume_point(in, pos);
        if (next <= pos)
            return more(pos, record);
    }
    *record = (struct tcs_warc_record){.type = TCS_WARC_OTHER, .start = pos, .next = next};
    if (in->len - pos >= sizeof ARC_START - 1
        && memcmp(in->data + pos, ARC_START, sizeof ARC_START - 1) == 0)
        (void)tcs_fail(err, TOCSIN_E_UNSUPPORTED, NULL, pos,
                       "this is ARC, the format before WARC; --format arc reads it");
    else
        (void)tcs_fail(err, TOCSIN_E_CORRUPT, NULL, pos, "%s", why);
    return TCS_WARC_BAD;
}

static enum tcs_warc_step deliver(const struct input *in, struct tcs_warc_record *record,
                                  size_t block_end, bool is_truncated)
{
    record->block_end = block_end;
    record->is_truncated = is_truncated;
    record->next = skip_closing_lines(in, block_end);
    return TCS_WARC_RECORD;
}

/* Without the blank line that closes a record, at most. */
static size_t trim_closing(const struct input *in, size_t block, size_t end)
{
    int lines;

    for (lines = 0; lines < 2 && end > block && in->data[end - 1] == '\n'; lines++) {
        end--;
        if (end > block && in->data[end - 1] == '\r')
            end--;
    }
    return end;
}

/*
 * No Content-Length: to the next record, or to the member's end. In this order, because the member's end may not be known
 * yet, and the answer must not depend on how many bytes are there.
 */
static enum tcs_warc_step end_without_length(const struct input *in, struct tcs_warc_record *record)
{
    bool is_known = in->member_end >= record->block && in->member_end <= in->len, needs_more;
    size_t last = is_known ? in->member_end : in->len;
    size_t end = find_record(in, record->block, last, &needs_more);

    if (needs_more || (end == last && !is_known && !in->at_end))
        return more(record->start, record);
    return deliver(in, record, trim_closing(in, record->block, end), false);
}

/* Content-Length says that the block ends at end <= len. */
static enum tcs_warc_step end_by_length(const struct input *in, struct tcs_warc_record *record,
                                        size_t end)
{
    size_t next = skip_closing_lines(in, end);
    bool needs_more = false;
    size_t after, inner;
    enum look look;

    if (next == in->member_end || (next == in->len && in->at_end))
        return deliver(in, record, end, false);
    look = next == in->len ? LOOK_MORE : look_version(in, next, &after);
    if (look == LOOK_MORE && !in->at_end)
        return more(record->start, record);
    inner = look == LOOK_YES ? end : find_record(in, record->block, end, &needs_more);
    if (needs_more)
        return more(record->start, record);
    return deliver(in, record, inner, inner < end);
}

/* Content-Length says that the block ends behind the last byte there will be. */
static enum tcs_warc_step end_cut_off(const struct input *in, struct tcs_warc_record *record)
{
    bool needs_more; /* nothing more comes */

    record->is_cut_off = true;
    return deliver(in, record, find_record(in, record->block, in->len, &needs_more), true);
}

enum tcs_warc_step tcs_warc_next(const char *data, size_t len, size_t pos, bool at_end,
                                 size_t member_end, struct tcs_warc_record *record,
                                 struct tocsin_error *err)
{
    struct input in = {data, len, at_end, member_end};
    struct header header;
    const char *why;

    pos = skip_blank_lines(&in, pos);
    if (pos == len) {
        (void)more(pos, record);
        return at_end ? TCS_WARC_END : TCS_WARC_MORE;
    }
    switch (read_header(&in, pos, record, &header, &why)) {
    case LOOK_NO:
        return bad(&in, pos, why, record, err);
    case LOOK_MORE:
        if (!at_end)
            return more(pos, record);
        *record = (struct tcs_warc_record){.type = TCS_WARC_OTHER, .start = pos};
        record->next = find_next(&in, pos);
        (void)tcs_fail(err, TOCSIN_E_TRUNCATED, NULL, pos, "the input ends inside a WARC header");
        return TCS_WARC_BAD;
    case LOOK_YES:
        break;
    }
    record->has_bad_length = header.has_bad_length && !header.has_length;
    if (!header.has_length)
        return end_without_length(&in, record);
    if (header.length <= len - record->block)
        return end_by_length(&in, record, record->block + header.length);
    return at_end ? end_cut_off(&in, record) : more(record->start, record);
}
