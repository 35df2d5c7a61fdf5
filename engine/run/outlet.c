/* One lock, one condition: turns go up by one, every waiter looks whether it is meant. */
#include "run/outlet.h"

void tcs_outlet_init(struct tcs_outlet *outlet, struct tcs_sink *output, struct tcs_sink *quarantine, bool is_unordered)
{
    *outlet = (struct tcs_outlet){.output = output, .quarantine = quarantine, .is_unordered = is_unordered};
    pthread_mutex_init(&outlet->lock, NULL);
    pthread_cond_init(&outlet->turned, NULL);
}

void tcs_outlet_release(struct tcs_outlet *outlet)
{
    tcs_buf_release(&outlet->header);
    pthread_cond_destroy(&outlet->turned);
    pthread_mutex_destroy(&outlet->lock);
}

static struct tcs_str without_line_end(const struct tcs_buf *line)
{
    struct tcs_str text = tcs_buf_view(line);

    while (text.len && (text.data[text.len - 1] == '\n' || text.data[text.len - 1] == '\r'))
        text.len--;
    return text;
}

/* The first header is written; later ones are only compared with it. */
static tocsin_status write_header(struct tcs_outlet *outlet, const struct tcs_buf *header, struct tocsin_error *err)
{
    if (outlet->has_output)
        return tcs_str_equal(without_line_end(&outlet->header), without_line_end(header))
                   ? TOCSIN_OK
                   : tcs_fail(err, TOCSIN_E_ARG, NULL, 0,
                              "--as writes one table, or JSONL: this input has another header than the first; scan it alone");
    outlet->has_output = true;
    if (!header->len)
        return TOCSIN_OK;
    if (tcs_buf_append_str(&outlet->header, tcs_buf_view(header)) != TOCSIN_OK)
        return tcs_fail_nomem(err);
    return tcs_sink_write(outlet->output, tcs_buf_view(header), err);
}

static tocsin_status write_lines(struct tcs_outlet *outlet, struct tcs_outlet_lines *lines, struct tocsin_error *err)
{
    tocsin_status st = TOCSIN_OK;

    if (lines->output.len || lines->header.len)
        st = write_header(outlet, &lines->header, err);
    if (st == TOCSIN_OK && lines->output.len)
        st = tcs_sink_write(outlet->output, tcs_buf_view(&lines->output), err);
    if (st == TOCSIN_OK && outlet->quarantine && lines->quarantine.len)
        st = tcs_sink_write(outlet->quarantine, tcs_buf_view(&lines->quarantine), err);
    tcs_buf_reset(&lines->output);
    tcs_buf_reset(&lines->quarantine);
    outlet->has_failed |= st != TOCSIN_OK;
    return st;
}

static bool may_write(const struct tcs_outlet *outlet, size_t input)
{
    return outlet->is_unordered || outlet->turn == input || outlet->has_failed;
}

tocsin_status tcs_outlet_offer(struct tcs_outlet *outlet, size_t input, struct tcs_outlet_lines *lines,
                               struct tocsin_error *err)
{
    tocsin_status st = TOCSIN_OK;

    if (!lines->output.len && !lines->quarantine.len)
        return TOCSIN_OK;
    pthread_mutex_lock(&outlet->lock);
    while (!may_write(outlet, input) && lines->output.len + lines->quarantine.len > TCS_OUTLET_HELD_MAX)
        pthread_cond_wait(&outlet->turned, &outlet->lock);
    if (may_write(outlet, input))
        st = write_lines(outlet, lines, err);
    pthread_mutex_unlock(&outlet->lock);
    return st;
}

tocsin_status tcs_outlet_close(struct tcs_outlet *outlet, size_t input, struct tcs_outlet_lines *lines,
                               struct tocsin_error *err)
{
    tocsin_status st;

    pthread_mutex_lock(&outlet->lock);
    while (!may_write(outlet, input))
        pthread_cond_wait(&outlet->turned, &outlet->lock);
    st = write_lines(outlet, lines, err);
    tcs_buf_reset(&lines->header);
    if (outlet->turn == input)
        outlet->turn++;
    pthread_cond_broadcast(&outlet->turned);
    pthread_mutex_unlock(&outlet->lock);
    return st;
}
