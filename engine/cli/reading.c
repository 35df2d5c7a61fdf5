/* Each option is checked before anything is opened. */
#include "cli/reading.h"

#include <string.h>

#include "input/charset_label.h"

static tocsin_status make_layout(const struct tcs_reading *reading, struct tcs_layout *layout, struct tocsin_error *err)
{
    tocsin_status st = TOCSIN_OK;
    size_t i;

    for (i = 0; st == TOCSIN_OK && i < reading->fields.count; i++)
        st = tcs_layout_add_fields(layout, reading->fields.items[i], err);
    for (i = 0; st == TOCSIN_OK && i < reading->meta.count; i++)
        st = tcs_layout_add_meta(layout, reading->meta.items[i], err);
    return st == TOCSIN_OK ? tcs_layout_finish(layout, err) : st;
}

/* The power of two that holds a size. */
static uint32_t log_of(size_t size)
{
    uint32_t log = 0;

    while (log < 63 && ((uint64_t)1 << log) < size)
        log++;
    return log;
}

tocsin_status tcs_reading_apply(const struct tcs_reading *reading, struct tcs_scan_options *scan,
                                struct tcs_layout *layout, struct tocsin_error *err)
{
    const char *charset = reading->charset;

    if (reading->format && !tcs_format_by_name(reading->format, &scan->format))
        return tcs_fail(err, TOCSIN_E_ARG, NULL, 0,
                        "--format: '%.100s' is not one of auto, warc, jsonl, csv, text, html, lines", reading->format);
    if (charset && tcs_charset_id_by_label((struct tcs_str){charset, strlen(charset)}) == TCS_CHARSET_COUNT)
        return tcs_fail(err, TOCSIN_E_ARG, NULL, 0, "--charset: '%.100s' is no label of a charset, such as gb18030",
                        charset);
    scan->charset = charset;
    scan->record_limit = reading->record_limit;
    scan->limits.expansion_ratio = reading->max_expansion; /* 0, like the next, is the default */
    scan->limits.zstd_window_log = reading->zstd_window ? log_of(reading->zstd_window) : 0;
    scan->layout = layout;
    return make_layout(reading, layout, err);
}
