/* A cursor over the text; each reader takes what it understands and leaves the rest. */
#include "input/html_date.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

struct date {
    unsigned year, month, day, hour, minute, second;
    unsigned zone_minutes;
    bool has_time, has_zone, is_zone_behind;
};

struct cursor {
    const char *p, *end;
};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
    return (unsigned)((unsigned char)c | 0x20) - 'a' < 26;
}

/* Reads min to max digits; more than max is no number. */
static bool read_number(struct cursor *c, size_t min, size_t max, unsigned *value)
{
    const char *p = c->p;
    size_t len = 0;

    for (*value = 0; p < c->end && is_digit(*p) && len < max; p++, len++)
        *value = *value * 10 + (unsigned)(*p - '0');
    if (len < min)
        return false;
    c->p = p;
    return true;
}

static bool take(struct cursor *c, const char *text)
{
    size_t len = strlen(text);

    if ((size_t)(c->end - c->p) < len || memcmp(c->p, text, len) != 0)
        return false;
    c->p += len;
    return true;
}

static void skip_blanks(struct cursor *c)
{
    while (take(c, " ") || take(c, ","))
        ;
}

/* An English month by its first three letters; takes the whole word. */
static bool read_month_name(struct cursor *c, unsigned *month)
{
    static const char names[] = "janfebmaraprmayjunjulaugsepoctnovdec";
    const char *word = c->p;
    const char *p = word;

    while (p < c->end && is_letter(*p))
        p++;
    for (unsigned i = 0; p - word >= 3 && i < 12; i++) {
        if (!strncasecmp(word, names + 3 * i, 3)) {
            *month = i + 1;
            c->p = p;
            (void)take(c, ".");
            return true;
        }
    }
    return false;
}

/* 2026-04-14, 2026/4/14, 2026.4.14, 2026年4月14日, 20260414 */
static bool read_numeric_day(struct cursor *c, struct date *d)
{
    const char *separator = NULL;
    static const char *const separators[] = {"-", "/", ".", "\xE5\xB9\xB4"};

    if (!read_number(c, 4, 4, &d->year))
        return false;
    for (size_t i = 0; !separator && i < sizeof separators / sizeof separators[0]; i++) {
        if (take(c, separators[i]))
            separator = separators[i];
    }
    if (!separator)
        return read_number(c, 2, 2, &d->month) && read_number(c, 2, 2, &d->day);
    if (!read_number(c, 1, 2, &d->month))
        return false;
    if (!take(c, *separator == '\xE5' ? "\xE6\x9C\x88" : separator))
        return false;
    if (!read_number(c, 1, 2, &d->day))
        return false;
    (void)take(c, "\xE6\x97\xA5");
    return true;
}

/* April 14, 2026 or 14 Apr 2026, behind an optional weekday */
static bool read_named_day(struct cursor *c, struct date *d)
{
    struct cursor mark = *c;

    if (c->p < c->end && is_letter(*c->p) && !read_month_name(c, &d->month)) {
        while (c->p < c->end && (is_letter(*c->p) || *c->p == '.'))
            c->p++;
        skip_blanks(c);
        mark = *c;
    }
    *c = mark;
    if (read_month_name(c, &d->month)) {
        skip_blanks(c);
        if (!read_number(c, 1, 2, &d->day))
            return false;
    } else {
        if (!read_number(c, 1, 2, &d->day))
            return false;
        while (take(c, " ") || take(c, "-"))
            ;
        if (!read_month_name(c, &d->month))
            return false;
    }
    while (take(c, " ") || take(c, ",") || take(c, "-"))
        ;
    return read_number(c, 4, 4, &d->year);
}

/* Z, GMT, UTC, +08:00, +0800 */
static void read_zone(struct cursor *c, struct date *d)
{
    struct cursor mark = *c;
    unsigned hours, minutes;

    skip_blanks(c);
    if (take(c, "Z") || take(c, "z") || take(c, "GMT") || take(c, "UTC")) {
        d->has_zone = true;
        return;
    }
    d->is_zone_behind = take(c, "-");
    if ((d->is_zone_behind || take(c, "+")) && read_number(c, 2, 2, &hours)) {
        (void)take(c, ":");
        if (read_number(c, 2, 2, &minutes) && hours <= 14 && minutes < 60) {
            d->zone_minutes = hours * 60 + minutes;
            d->has_zone = true;
            return;
        }
    }
    *c = mark;
}

/* T12:34, 12:34:56.789, 3:04 PM. What is no time leaves the day as it is. */
static void read_time(struct cursor *c, struct date *d)
{
    unsigned fraction;

    if (!take(c, "T") && !take(c, "t"))
        skip_blanks(c);
    if (!read_number(c, 1, 2, &d->hour) || !take(c, ":") || !read_number(c, 2, 2, &d->minute))
        return;
    if (take(c, ":") && !read_number(c, 2, 2, &d->second))
        return;
    if (take(c, ".")) {
        while (read_number(c, 1, 1, &fraction))
            ;
    }
    (void)take(c, " ");
    if ((take(c, "PM") || take(c, "pm")) && d->hour < 12)
        d->hour += 12;
    else if ((take(c, "AM") || take(c, "am")) && d->hour == 12)
        d->hour = 0;
    /* A second of 60 is a leap second. */
    d->has_time = d->hour < 24 && d->minute < 60 && d->second <= 60;
    if (d->has_time)
        read_zone(c, d);
}

static bool is_day_valid(const struct date *d)
{
    static const unsigned char days[] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool is_leap = (d->year % 4 == 0 && d->year % 100 != 0) || d->year % 400 == 0;

    if (d->year < 1900 || d->year > 2199 || d->month < 1 || d->month > 12 || d->day < 1)
        return false;
    if (d->month == 2 && d->day == 29)
        return is_leap;
    return d->day <= days[d->month - 1];
}

static void format_date(const struct date *d, char out[TCS_HTML_DATE_SIZE])
{
    int len = snprintf(out, TCS_HTML_DATE_SIZE, "%04u-%02u-%02u", d->year, d->month, d->day);
    size_t used = (size_t)len;

    if (!d->has_time)
        return;
    len = snprintf(out + used, TCS_HTML_DATE_SIZE - used, "T%02u:%02u:%02u", d->hour, d->minute,
                   d->second);
    used += (size_t)len;
    if (!d->has_zone)
        return;
    if (!d->zone_minutes)
        (void)snprintf(out + used, TCS_HTML_DATE_SIZE - used, "Z");
    else
        (void)snprintf(out + used, TCS_HTML_DATE_SIZE - used, "%c%02u:%02u",
                       d->is_zone_behind ? '-' : '+', d->zone_minutes / 60, d->zone_minutes % 60);
}

bool tcs_html_date_normalise(struct tcs_str text, char out[TCS_HTML_DATE_SIZE])
{
    struct cursor cursor, start;
    struct date date = {0};

    out[0] = '\0';
    text = tcs_str_trim(text);
    if (!text.len)
        return false;
    start = (struct cursor){text.data, text.data + text.len};
    cursor = start;
    if (!read_numeric_day(&cursor, &date)) {
        cursor = start;
        if (!read_named_day(&cursor, &date))
            return false;
    }
    /* More digits: a serial number or a time stamp, not a date. */
    if (!is_day_valid(&date) || (cursor.p < cursor.end && is_digit(*cursor.p)))
        return false;
    read_time(&cursor, &date);
    format_date(&date, out);
    return true;
}
