/*
 * Looks at the first bytes only. One good line is enough for JSONL: a damaged first line must not turn a corpus of JSON
 * into plain lines, nor a line in front that is no JSON where all others are; and a start without any line's end is taken for
 * a long JSON line if it begins like an object.
 */
#include "input/format.h"

#include <string.h>

#include "input/arc.h"
#include "input/csv.h"
#include "input/json.h"
#include "input/layout.h"

/* So many lines are tried before an input is called plain lines. */
#define TRIED_LINES 16

static const char *const names[] = {"auto", "warc", "arc", "jsonl", "csv", "text", "html", "lines"};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static struct tcs_str without_bom(struct tcs_str text)
{
    if (text.len >= 3 && memcmp(text.data, "\xEF\xBB\xBF", 3) == 0)
        return (struct tcs_str){text.data + 3, text.len - 3};
    return text;
}

/* WARC/ and a version: writers leave blank lines before the first record. */
static bool is_warc(struct tcs_str start)
{
    return start.len >= 8 && memcmp(start.data, "WARC/", 5) == 0 && is_digit(start.data[5]) && start.data[6] == '.' &&
           is_digit(start.data[7]);
}

static bool is_object(struct tcs_str line)
{
    struct tcs_json_paths none = {0};
    struct tcs_json_scratch scratch = {0};
    bool is_it = false;

    if (tcs_json_read(line, &none, &scratch, &is_it, NULL) != TOCSIN_OK)
        is_it = false;
    tcs_json_scratch_release(&scratch);
    return is_it;
}

/* For a line whose end is out of sight: `{`, then a key or nothing. */
static bool begins_like_object(struct tcs_str line)
{
    line = tcs_str_trim((struct tcs_str){line.data + 1, line.len - 1});
    return line.len > 0 && line.data[0] == '"';
}

/* Takes the next line off the front; *has_end: its line feed is in sight. */
static struct tcs_str take_line(struct tcs_str *rest, bool *has_end)
{
    const char *feed = memchr(rest->data, '\n', rest->len);
    size_t len = feed ? (size_t)(feed - rest->data) : rest->len;
    struct tcs_str line = {rest->data, len};

    *has_end = feed != NULL;
    rest->data += len + *has_end;
    rest->len -= len + *has_end;
    return tcs_str_trim(line);
}

static bool is_jsonl(struct tcs_str rest)
{
    bool has_end;
    int i;

    for (i = 0; i < TRIED_LINES && rest.len; i++) {
        struct tcs_str line = take_line(&rest, &has_end);

        if (line.len && line.data[0] == '{' && (is_object(line) || (!has_end && begins_like_object(line))))
            return true;
    }
    return false;
}

/* A first line that is no JSON, such as a tool's message, and then objects alone, two at least. */
static bool is_jsonl_behind_a_line(struct tcs_str rest)
{
    bool has_end;
    int objects = 0, i;

    (void)take_line(&rest, &has_end);
    for (i = 1; i < TRIED_LINES && rest.len; i++) {
        struct tcs_str line = take_line(&rest, &has_end);

        if (!line.len)
            continue;
        if (line.data[0] == '{' && is_object(line))
            objects++;
        else if (has_end)
            return false;
    }
    return objects >= 2;
}

/* XHTML may begin with <?xml version="1.0"?>; feeds do too, so what follows decides. */
static struct tcs_str without_declaration(struct tcs_str text)
{
    const char *end;

    if (text.len < 5 || memcmp(text.data, "<?xml", 5) != 0 || !(end = memmem(text.data, text.len, "?>", 2)))
        return text;
    end += 2;
    return tcs_str_trim((struct tcs_str){end, text.len - (size_t)(end - text.data)});
}

static bool is_page(struct tcs_str text)
{
    static const char *const starts[] = {"<!doctype html", "<html"};
    size_t i;

    text = without_declaration(text);
    for (i = 0; i < sizeof starts / sizeof *starts; i++) {
        size_t len = strlen(starts[i]);

        if (text.len > len && tcs_str_equal_nocase((struct tcs_str){text.data, len}, (struct tcs_str){starts[i], len}))
            return true;
    }
    return false;
}

/* Takes the first row that is not empty off the front; false where its end is out of sight. */
static bool take_row(struct tcs_str *rest, char delimiter, struct tcs_str *row)
{
    bool has_end;

    while (rest->len && (*rest->data == '\n' || *rest->data == '\r'))
        *rest = (struct tcs_str){rest->data + 1, rest->len - 1};
    has_end = tcs_csv_first_row(*rest, delimiter, row);
    rest->data += row->len + has_end;
    rest->len -= row->len + has_end;
    return has_end;
}

static bool has_known_name(const struct tcs_csv_scratch *row)
{
    size_t i;

    for (i = 0; i < row->count; i++)
        if (tcs_layout_is_default(tcs_str_trim(row->fields[i])))
            return true;
    return false;
}

/* A header and a row that fits it. Where a long quoted field of that row ends out of sight, the row may still come to fit. */
static bool fits_header(struct tcs_str rest, char delimiter, struct tcs_csv_scratch *scratch)
{
    size_t columns = scratch->count;
    struct tcs_str row;
    bool has_end = take_row(&rest, delimiter, &row);

    if (tcs_csv_read_row(row, delimiter, scratch, NULL) == TOCSIN_OK)
        return scratch->count == columns;
    return !has_end && scratch->count <= columns && tcs_csv_unclosed(row, delimiter) != SIZE_MAX;
}

static bool is_csv(struct tcs_str text)
{
    struct tcs_csv_scratch scratch = {0};
    struct tcs_str rest = text, row;
    char delimiter;
    bool is_it;

    (void)take_row(&rest, 0, &row);
    delimiter = tcs_csv_delimiter(row);
    rest = text;
    is_it = take_row(&rest, delimiter, &row) && tcs_csv_read_row(row, delimiter, &scratch, NULL) == TOCSIN_OK &&
            scratch.count > 1 && has_known_name(&scratch) && fits_header(rest, delimiter, &scratch);
    tcs_csv_scratch_release(&scratch);
    return is_it;
}

enum tcs_format tcs_format_detect(struct tcs_str start)
{
    struct tcs_str text = tcs_str_trim(without_bom(start));

    if (is_warc(text))
        return TCS_FORMAT_WARC;
    if (tcs_arc_begins(text))
        return TCS_FORMAT_ARC;
    if (text.len && text.data[0] == '{' && is_jsonl(text))
        return TCS_FORMAT_JSONL;
    if (is_page(text))
        return TCS_FORMAT_HTML;
    if (is_csv(without_bom(start)))
        return TCS_FORMAT_CSV;
    return is_jsonl_behind_a_line(text) ? TCS_FORMAT_JSONL : TCS_FORMAT_LINES;
}

#define BINARY_BYTES 4096
#define BINARY_CONTROLS_MIN 8
#define BINARY_SHARE 33 /* one control in so many bytes: text has strays, binary formats have tenths */

static bool is_binary(struct tcs_str start)
{
    size_t len = start.len < BINARY_BYTES ? start.len : BINARY_BYTES, controls = 0, i;

    for (i = 0; i < len; i++) {
        unsigned char c = (unsigned char)start.data[i];

        controls += c < 0x20 && !(c >= '\t' && c <= '\r') && c != 0x1B;
    }
    return controls >= BINARY_CONTROLS_MIN && controls * BINARY_SHARE > len;
}

const char *tcs_format_no_lines(struct tcs_str start)
{
    static const char *const magics[] = {"\x1F\x8B", "%PDF-", "\x89PNG", "PK\x03\x04", "\xFF\xD8\xFF", "GIF8"};
    struct tcs_str text = tcs_str_trim(without_bom(start));
    size_t i;

    if (is_binary(start))
        return "this is no text: it is full of control bytes";
    for (i = 0; i < sizeof magics / sizeof *magics; i++)
        if (start.len >= strlen(magics[i]) && !memcmp(start.data, magics[i], strlen(magics[i])))
            return "this is no text, but another format (compressed twice, an archive, a picture, a PDF)";
    if (text.len > 1 && text.data[0] == '[') {
        text = tcs_str_trim((struct tcs_str){text.data + 1, text.len - 1});
        if (text.len && text.data[0] == '{')
            return "this looks like a JSON array; Tocsin reads one object a line (jq -c '.[]' makes it so)";
    }
    if (text.len > 2 && text.data[0] == '{' && (text.data[1] == '\n' || text.data[1] == '\r'))
        return "this looks like JSON over several lines; Tocsin reads one object a line (jq -c . makes it so)";
    return NULL;
}

const char *tcs_format_name(enum tcs_format format)
{
    return names[format];
}

bool tcs_format_by_name(const char *name, enum tcs_format *format_out)
{
    size_t i;

    for (i = 0; i < sizeof names / sizeof *names; i++) {
        if (strcmp(names[i], name) == 0) {
            *format_out = (enum tcs_format)i;
            return true;
        }
    }
    return false;
}
