/* Digits are taken only where no other digit touches them, so that article numbers are no dates by accident. */
#include "input/url_date.h"

#include <stdio.h>

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Reads exactly count digits at *at. */
static bool digits(struct tcs_str url, size_t *at, size_t count, unsigned *value)
{
    size_t i;

    if (url.len - *at < count)
        return false;
    *value = 0;
    for (i = 0; i < count; i++) {
        if (!is_digit(url.data[*at + i]))
            return false;
        *value = *value * 10 + (unsigned)(url.data[*at + i] - '0');
    }
    *at += count;
    return true;
}

static void separator(struct tcs_str url, size_t *at)
{
    if (*at < url.len && (url.data[*at] == '/' || url.data[*at] == '-' || url.data[*at] == '_'))
        ++*at;
}

static bool is_day(unsigned year, unsigned month, unsigned day)
{
    static const unsigned char days[] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

    return year >= 1990 && year <= 2099 && month >= 1 && month <= 12 && day >= 1 && day <= days[month - 1];
}

bool tcs_url_date(struct tcs_str url, char out[TCS_URL_DATE_SIZE])
{
    size_t start;

    out[0] = '\0';
    for (start = 1; start + 8 <= url.len; start++) {
        unsigned year, month, day;
        size_t at = start;

        if (is_digit(url.data[start - 1]) || !digits(url, &at, 4, &year))
            continue;
        separator(url, &at);
        if (!digits(url, &at, 2, &month))
            continue;
        separator(url, &at);
        if (!digits(url, &at, 2, &day) || (at < url.len && is_digit(url.data[at])) || !is_day(year, month, day))
            continue;
        (void)snprintf(out, TCS_URL_DATE_SIZE, "%04u-%02u-%02u", year % 10000, month % 100, day % 100);
        return true;
    }
    return false;
}
