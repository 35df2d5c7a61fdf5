/* A whole input is a page without a record: run/pages does the rest. What does not fit the limit is lost as one. */
#include "run/whole.h"

#include "run/pages.h"

static tocsin_status lose_long_input(struct tcs_worker *w, struct tocsin_error *err)
{
    struct tcs_pointer pointer = {.file = w->input.path, .record = 1};
    struct tocsin_error why = {0};

    (void)tcs_fail(&why, TOCSIN_E_LIMIT, NULL, 0, "the file is longer than %zu bytes; --record-limit raises the limit",
                   w->options->record_limit);
    return tcs_worker_lose(w, &pointer, "limit", &why) == TOCSIN_OK ? TOCSIN_OK : tcs_fail_nomem(err);
}

tocsin_status tcs_whole_process(struct tcs_worker *w, bool at_end, bool is_damaged, size_t *used_out,
                                struct tocsin_error *err)
{
    size_t len = w->chunk.data.len;
    struct tcs_page page = {.record = {.block_end = len, .next = len, .is_truncated = is_damaged},
                            .number = 1,
                            .end = len,
                            .syntax = w->input.format == TCS_FORMAT_HTML ? TCS_SYNTAX_HTML : TCS_SYNTAX_TEXT,
                            .is_whole = true};

    *used_out = 0;
    if (w->input.is_skipping) {
        *used_out = len;
        return TOCSIN_OK;
    }
    if (len > w->options->record_limit) {
        *used_out = len;
        w->input.is_skipping = true;
        return lose_long_input(w, err);
    }
    if (!at_end)
        return TOCSIN_OK;
    *used_out = len;
    w->stats.documents++;
    w->input.records++;
    return tcs_pages_examine(w, &page, err);
}
