/* A scan whose every document goes to a tally instead of the judge. */
#include "run/tune.h"

#include <inttypes.h>

#include "rules/tally.h"
#include "run/scan.h"

static tocsin_status visit(void *context, struct tcs_judge *judge, const struct tcs_document *doc,
                           const struct tcs_pointer *pointer, struct tocsin_error *err)
{
    (void)judge;
    (void)pointer;
    return tcs_tally_document(context, doc) == TOCSIN_OK ? TOCSIN_OK : tcs_fail_nomem(err);
}

static tocsin_status read_sample(struct tcs_ruleset *ruleset, const char *const *inputs, size_t count,
                                 struct tcs_tally *tally, struct tocsin_error *err)
{
    struct tcs_scan_options options;
    struct tcs_layout layout = {0};
    struct tcs_stats stats = {0};
    tocsin_status st = tcs_layout_finish(&layout, err);

    tcs_scan_options_default(&options);
    options.inputs = inputs;
    options.input_count = count;
    options.layout = &layout;
    options.emit = TCS_EMIT_FIELDS;
    options.output = "/dev/null";
    options.is_quiet = true;
    options.visit = visit;
    options.visit_context = tally;
    if (st == TOCSIN_OK && tcs_stats_init(&stats, tcs_ruleset_patterns(ruleset)) != TOCSIN_OK)
        st = tcs_fail_nomem(err);
    if (st == TOCSIN_OK)
        st = tcs_scan_run(ruleset, &options, &stats, err);
    if (st == TOCSIN_OK && stats.is_incomplete)
        st = tcs_fail(err, TOCSIN_E_IO, count == 1 ? inputs[0] : NULL, 0,
                      "part of the sample could not be read; `tocsin scan --quarantine FILE` says which");
    tcs_stats_release(&stats);
    tcs_layout_release(&layout);
    return st;
}

tocsin_status tcs_tune_measure(struct tcs_ruleset *ruleset, const char *const *inputs, size_t count,
                               struct tcs_buf *table, struct tocsin_error *err)
{
    const struct tcs_offer *offer = NULL;
    struct tcs_tally *tally = NULL;
    tocsin_status st = tcs_ruleset_offer(ruleset, &offer, err);

    if (st == TOCSIN_OK)
        st = tcs_tally_new(offer, &tally, err);
    if (st == TOCSIN_OK)
        st = read_sample(ruleset, inputs, count, tally, err);
    if (st == TOCSIN_OK && !tcs_tally_documents(tally))
        st = tcs_fail(err, TOCSIN_E_ARG, count == 1 ? inputs[0] : NULL, 0, "the sample holds no document");
    if (st == TOCSIN_OK) {
        if (tcs_buf_printf(table, "# documents in a million that hold a piece or the beginning of a term, of %" PRIu64
                                  " read by tocsin compile --tune\n",
                           tcs_tally_documents(tally)) != TOCSIN_OK ||
            tcs_frequencies_write(tcs_tally_result(tally), table) != TOCSIN_OK)
            st = tcs_fail_nomem(err);
    }
    tcs_tally_free(tally);
    return st;
}
