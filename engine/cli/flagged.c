/* The keys are asked of the JSON reader in the order of `names`, so that a value's path number is its place there. */
#include "cli/flagged.h"

#include <string.h>

enum { FILE_PATH, RECORD, OFFSET, LENGTH, ID, DB, COUNT };
static const char *const names[COUNT] = {"input.file", "input.record", "input.offset", "input.length", "id", "db"};

static tocsin_status add_paths(struct tcs_flagged *flagged, const char *key, struct tocsin_error *err)
{
    struct tcs_buf path = {0};
    tocsin_status st = TOCSIN_OK;
    size_t i;

    for (i = 0; i < COUNT && st == TOCSIN_OK; i++) {
        tcs_buf_reset(&path);
        st = tcs_buf_printf(&path, "%s%s%s", key ? key : "", key ? "." : "", names[i]);
        st = st == TOCSIN_OK ? tcs_json_paths_add(&flagged->paths, tcs_buf_view(&path), err) : tcs_fail_nomem(err);
    }
    tcs_buf_release(&path);
    return st;
}

static uint64_t number_of(struct tcs_str digits)
{
    uint64_t value = 0;
    size_t i;

    for (i = 0; i < digits.len && digits.data[i] >= '0' && digits.data[i] <= '9' && value < UINT64_MAX / 10 - 1; i++)
        value = value * 10 + (uint64_t)(digits.data[i] - '0');
    return value;
}

tocsin_status tcs_flagged_read(struct tcs_flagged *flagged, struct tcs_str line, const char *key,
                               struct tcs_flagged_line *line_out, struct tocsin_error *err)
{
    struct tcs_str found[COUNT] = {{NULL, 0}};
    bool is_object = false;
    tocsin_status st = flagged->paths.count ? TOCSIN_OK : add_paths(flagged, key, err);
    size_t i;

    if (st == TOCSIN_OK)
        st = tcs_json_read(line, &flagged->paths, &flagged->json, &is_object, err);
    if (st != TOCSIN_OK)
        return st;
    for (i = 0; i < flagged->json.count; i++)
        found[flagged->json.values[i].path] = flagged->json.values[i].text;
    if (!found[FILE_PATH].len || !number_of(found[RECORD]))
        return tcs_fail(err, TOCSIN_E_ARG, NULL, 0,
                        "the line has no input.file and input.record; give a line that `tocsin scan` wrote%s",
                        key ? " under that key" : ", or the key of `scan --as` with --as");
    tcs_buf_reset(&flagged->file);
    if (tcs_buf_append_str(&flagged->file, found[FILE_PATH]) != TOCSIN_OK ||
        tcs_buf_putc(&flagged->file, '\0') != TOCSIN_OK)
        return tcs_fail_nomem(err);
    *line_out = (struct tcs_flagged_line){.pointer = {.file = flagged->file.data,
                                                      .record = number_of(found[RECORD]),
                                                      .offset = number_of(found[OFFSET]),
                                                      .length = number_of(found[LENGTH])},
                                          .id = found[ID],
                                          .db = found[DB]};
    return TOCSIN_OK;
}

void tcs_flagged_release(struct tcs_flagged *flagged)
{
    tcs_json_paths_release(&flagged->paths);
    tcs_json_scratch_release(&flagged->json);
    tcs_buf_release(&flagged->file);
}
