/*
 * The decision is a ladder: BOM, UTF-8 by its own evidence, declarations where the bytes bear
 * them out, detection, UTF-8 as the last resort. UTF-8 and UTF-16 are decoded here, the other
 * charsets by tables from ICU (charset_icu.c). Detection sees a sample of the bytes above 7F with
 * what stands beside them, not markup: ICU's recognisers read all that they are given, several
 * times over.
 */
#include "input/charset.h"

#include <string.h>

#include "base/utf8.h"
#include "input/charset_icu.h"
#include "input/charset_label.h"
#include "input/charset_meta.h"
#include "input/utf8_copy.h"

#define DETECT_MIN_HIGH_BYTES 200
#define SAMPLE_BYTES ((size_t)8 * 1024)
#define CONTEXT_BYTES 16

void tcs_charset_scratch_release(struct tcs_charset_scratch *scratch)
{
    size_t i;

    for (i = 0; i < TCS_CHARSET_TABLES; i++)
        tcs_charset_table_free(scratch->tables[i]);
    tcs_charset_detector_free(scratch->detector);
    tcs_buf_release(&scratch->sample);
    *scratch = (struct tcs_charset_scratch){0};
}

static tocsin_status get_table(struct tcs_charset_scratch *scratch, enum tcs_charset_id id,
                               struct tcs_charset_table **table_out, struct tocsin_error *err)
{
    tocsin_status st = TOCSIN_OK;

    if (!scratch->tables[id])
        st = tcs_charset_table_new(id, &scratch->tables[id], err);
    *table_out = scratch->tables[id];
    return st;
}

/* ---- UTF-8 ---- */

static const char *skip_ascii(const char *p, const char *end)
{
    uint64_t words[2];

    for (; end - p >= 16; p += 16) {
        memcpy(words, p, sizeof words);
        if ((words[0] | words[1]) & UINT64_C(0x8080808080808080))
            break;
    }
    while (p < end && !((unsigned char)*p & 0x80))
        p++;
    return p;
}

bool tcs_utf8_is_valid(struct tcs_str bytes)
{
    return tcs_utf8_valid_prefix(bytes) == bytes.len;
}

/* Appends bytes to out (NULL: only counts), one U+FFFD for each ill-formed sequence. */
static tocsin_status decode_utf8(struct tcs_str bytes, struct tcs_buf *out,
                                 struct tcs_charset_count *count)
{
    const char *p = bytes.data, *end = bytes.data + bytes.len, *run;
    tocsin_status st = TOCSIN_OK;
    size_t len;

    *count = (struct tcs_charset_count){0};
    while (p < end && st == TOCSIN_OK) {
        run = p;
        p += tcs_utf8_count_prefix((struct tcs_str){p, (size_t)(end - p)}, &count->sequences);
        if (out)
            st = tcs_buf_append(out, run, (size_t)(p - run));
        if (p == end || st != TOCSIN_OK)
            break;
        (void)tcs_utf8_decode(p, end, &len, NULL);
        p += len;
        count->sequences++;
        count->errors++;
        if (out)
            st = tcs_buf_append(out, "\xEF\xBF\xBD", 3);
    }
    return st;
}

/*
 * Whether at least 99 % of the sequences that are not ASCII are well formed; *count counts all
 * and the others. Stops as soon as nothing that may follow (two bytes and more a sequence) could make
 * up for the errors.
 */
static bool is_mostly_utf8(struct tcs_str bytes, struct tcs_charset_count *count)
{
    const char *p = bytes.data, *end = bytes.data + bytes.len;
    size_t len;

    *count = (struct tcs_charset_count){0};
    while (p < end) {
        p += tcs_utf8_count_prefix((struct tcs_str){p, (size_t)(end - p)}, &count->sequences);
        if (p == end)
            break;
        (void)tcs_utf8_decode(p, end, &len, NULL);
        p += len;
        count->sequences++;
        count->errors++;
        if (count->errors * 100 > count->sequences + (size_t)(end - p) / 2)
            return false;
    }
    return count->errors * 100 <= count->sequences;
}

/* ---- UTF-16 ---- */

static uint32_t unit_at(const char *text, bool is_big_endian)
{
    const unsigned char *p = (const unsigned char *)text;

    return is_big_endian ? (uint32_t)p[0] << 8 | p[1] : (uint32_t)p[1] << 8 | p[0];
}

/* An unpaired surrogate and an odd last byte are an error each. */
static tocsin_status decode_utf16(struct tcs_str bytes, bool is_big_endian, struct tcs_buf *out,
                                  struct tcs_charset_count *count)
{
    const char *p = bytes.data, *end = bytes.data + bytes.len;
    tocsin_status st = TOCSIN_OK;
    uint32_t c, low;
    bool is_bad;

    *count = (struct tcs_charset_count){0};
    while (p < end && st == TOCSIN_OK) {
        c = end - p >= 2 ? unit_at(p, is_big_endian) : 0xDC00;
        p += end - p >= 2 ? 2 : 1;
        if ((c & 0xFC00) == 0xD800 && end - p >= 2) {
            low = unit_at(p, is_big_endian);
            if ((low & 0xFC00) == 0xDC00) {
                c = 0x10000 + ((c & 0x3FF) << 10) + (low & 0x3FF);
                p += 2;
            }
        }
        is_bad = (c & 0xFFFFF800) == 0xD800;
        count->sequences += c >= 0x80;
        count->errors += is_bad;
        if (!out)
            continue;
        st = tcs_buf_reserve(out, 4);
        if (st == TOCSIN_OK)
            out->len += tcs_utf8_encode(is_bad ? TCS_UTF8_REPLACEMENT : c, out->data + out->len);
    }
    return st;
}

/* ---- any ---- */

/* err is filled only where there is no table; memory for out is the caller's message. */
static tocsin_status decode(enum tcs_charset_id id, struct tcs_str bytes,
                            struct tcs_charset_scratch *scratch, struct tcs_buf *out,
                            struct tcs_charset_count *count, struct tocsin_error *err)
{
    struct tcs_charset_table *table;
    tocsin_status st;

    if (id == TCS_CHARSET_UTF_8)
        return decode_utf8(bytes, out, count);
    if (id == TCS_CHARSET_UTF_16LE || id == TCS_CHARSET_UTF_16BE)
        return decode_utf16(bytes, id == TCS_CHARSET_UTF_16BE, out, count);
    st = get_table(scratch, id, &table, err);
    return st == TOCSIN_OK ? tcs_charset_table_decode(table, bytes, out, count) : st;
}

tocsin_status tcs_charset_convert(struct tcs_str bytes, struct tcs_charset *charset,
                                  struct tcs_charset_scratch *scratch, struct tcs_buf *out,
                                  struct tocsin_error *err)
{
    struct tcs_str label = {charset->name, strlen(charset->name)};
    enum tcs_charset_id id = tcs_charset_id_by_label(label);
    struct tcs_charset_count count = {0};
    tocsin_status st;

    if (id == TCS_CHARSET_COUNT || charset->bom_bytes > bytes.len)
        return tcs_fail(err, TOCSIN_E_ARG, NULL, 0, "%s is no charset that Tocsin decodes",
                        charset->name);
    bytes.data += charset->bom_bytes;
    bytes.len -= charset->bom_bytes;
    st = bytes.len ? decode(id, bytes, scratch, out, &count, err) : TOCSIN_OK;
    charset->errors = count.errors;
    charset->sequences = count.sequences;
    return st == TOCSIN_E_NOMEM ? tcs_fail_nomem(err) : st;
}

/* ---- decision ---- */

static void choose(struct tcs_charset *charset, enum tcs_charset_id id, const char *from)
{
    charset->name = tcs_charset_name(id);
    charset->from = from;
}

static bool find_bom(struct tcs_str bytes, struct tcs_charset *charset)
{
    static const struct {
        const char *bytes;
        size_t len;
        enum tcs_charset_id id;
    } boms[] = {
        {"\xEF\xBB\xBF", 3, TCS_CHARSET_UTF_8},
        {"\xFF\xFE", 2, TCS_CHARSET_UTF_16LE},
        {"\xFE\xFF", 2, TCS_CHARSET_UTF_16BE},
    };
    size_t i;

    for (i = 0; i < sizeof boms / sizeof *boms; i++) {
        if (bytes.len >= boms[i].len && memcmp(bytes.data, boms[i].bytes, boms[i].len) == 0) {
            choose(charset, boms[i].id, "bom");
            charset->bom_bytes = boms[i].len;
            return true;
        }
    }
    return false;
}

/* What is decoded on the way to a decision goes to out, which is empty; NULL: is only counted. */
struct decision {
    struct tcs_charset *charset;
    struct tcs_charset_scratch *scratch;
    struct tcs_buf *out;
    bool is_decoded; /* what was chosen stands in out */
    tocsin_status st; /* TOCSIN_E_NOMEM: out could not grow */
};

/*
 * Whether the bytes, of which some are above 7F, bear out a declaration, which then is chosen: fewer than 1 % of the
 * sequences fail. Nearly any bytes decode as UTF-16, so it needs a NUL too: text in it has line
 * feeds or spaces.
 */
static bool choose_if_borne_out(struct decision *decision, enum tcs_charset_id id, const char *from, struct tcs_str bytes)
{
    struct tcs_charset_count count;
    tocsin_status st;

    if (id == TCS_CHARSET_COUNT || id == TCS_CHARSET_UTF_8)
        return false;
    if ((id == TCS_CHARSET_UTF_16LE || id == TCS_CHARSET_UTF_16BE)
        && !memchr(bytes.data, 0, bytes.len))
        return false;
    st = decode(id, bytes, decision->scratch, decision->out, &count, NULL);
    if (st == TOCSIN_OK && count.errors * 100 < count.sequences) {
        choose(decision->charset, id, from);
        decision->is_decoded = decision->out != NULL;
        if (decision->out) {
            decision->charset->errors = count.errors;
            decision->charset->sequences = count.sequences;
        }
        return true;
    }
    if (decision->out)
        tcs_buf_reset(decision->out);
    if (st == TOCSIN_E_NOMEM && decision->out)
        decision->st = st;
    return false;
}

/* The number of bytes above 7F, counted no farther than max. */
static size_t count_high(struct tcs_str bytes, size_t max)
{
    const char *p = bytes.data, *end = bytes.data + bytes.len;
    size_t count = 0;

    for (; p < end && count < max; p++) {
        p = skip_ascii(p, end);
        if (p == end)
            break;
        count++;
    }
    return count;
}

/*
 * Copies the bytes above 7F to the sample, with up to CONTEXT_BYTES of ASCII on either side:
 * words stay whole, most markup stays out.
 */
static tocsin_status take_sample(struct tcs_str bytes, struct tcs_buf *sample)
{
    const char *p = bytes.data, *end = bytes.data + bytes.len, *copied = bytes.data, *high;
    tocsin_status st = TOCSIN_OK;

    tcs_buf_reset(sample);
    while (st == TOCSIN_OK && sample->len < SAMPLE_BYTES) {
        high = skip_ascii(p, end);
        if (high == end)
            break;
        if (high - copied > CONTEXT_BYTES)
            copied = high - CONTEXT_BYTES;
        p = high;
        while (p < end && (unsigned char)*p & 0x80 && p - high < (ptrdiff_t)SAMPLE_BYTES)
            p++;
        high = end - p < CONTEXT_BYTES ? end : p + CONTEXT_BYTES;
        high = skip_ascii(p, high);
        st = tcs_buf_append(sample, copied, (size_t)(high - copied));
        p = copied = high;
    }
    return st;
}

static enum tcs_charset_id detect(struct tcs_str bytes, struct tcs_charset_scratch *scratch)
{
    struct tcs_str sample = {bytes.data, bytes.len < SAMPLE_BYTES ? bytes.len : SAMPLE_BYTES};

    if (count_high(bytes, DETECT_MIN_HIGH_BYTES) < DETECT_MIN_HIGH_BYTES)
        return TCS_CHARSET_COUNT;
    if (!scratch->detector)
        scratch->detector = tcs_charset_detector_new();
    if (!scratch->detector)
        return TCS_CHARSET_COUNT;
    /* UTF-16 shows in the order of its bytes, which a sample breaks. */
    if (!memchr(sample.data, 0, sample.len)) {
        if (take_sample(bytes, &scratch->sample) != TOCSIN_OK)
            return TCS_CHARSET_COUNT;
        sample = tcs_buf_view(&scratch->sample);
    }
    return tcs_charset_detect(scratch->detector, sample);
}

/* Counts the errors of bytes that were decided to be UTF-8 by other evidence than their own. */
static void count_utf8_errors(struct tcs_str bytes, struct tcs_charset *charset)
{
    struct tcs_charset_count count = {0};

    bytes.data += charset->bom_bytes;
    bytes.len -= charset->bom_bytes;
    if (bytes.len && strcmp(charset->name, "utf-8") == 0)
        (void)decode_utf8(bytes, NULL, &count);
    charset->errors = count.errors;
    charset->sequences = count.sequences;
}

static void decide(struct decision *decision, struct tcs_str bytes, const struct tcs_charset_hints *hints)
{
    enum tcs_charset_id http = tcs_charset_id_by_label(hints->http);
    enum tcs_charset_id forced = tcs_charset_id_by_label(hints->forced);
    struct tcs_charset *charset = decision->charset;
    struct tcs_charset_count count;
    enum tcs_charset_id id;

    *charset = (struct tcs_charset){0};
    if (!bytes.len)
        bytes.data = "";
    if (forced < TCS_CHARSET_COUNT) {
        if (!find_bom(bytes, charset) || strcmp(charset->name, tcs_charset_name(forced)) != 0)
            charset->bom_bytes = 0;
        choose(charset, forced, "option");
        count_utf8_errors(bytes, charset);
        return;
    }
    if (find_bom(bytes, charset)) {
        count_utf8_errors(bytes, charset);
        return;
    }
    choose(charset, TCS_CHARSET_UTF_8, "utf-8");
    if (is_mostly_utf8(bytes, &count)) {
        charset->errors = count.errors;
        charset->sequences = count.sequences;
        return;
    }
    if (choose_if_borne_out(decision, http, "http", bytes))
        return;
    id = hints->is_html ? tcs_charset_meta(bytes) : TCS_CHARSET_COUNT;
    if (choose_if_borne_out(decision, id, "meta", bytes))
        return;
    id = detect(bytes, decision->scratch);
    choose(charset, id < TCS_CHARSET_COUNT ? id : TCS_CHARSET_UTF_8,
           id < TCS_CHARSET_COUNT ? "icu" : "default");
    count_utf8_errors(bytes, charset);
}

void tcs_charset_decide(struct tcs_str bytes, const struct tcs_charset_hints *hints,
                        struct tcs_charset_scratch *scratch, struct tcs_charset *charset)
{
    struct decision decision = {.charset = charset, .scratch = scratch};

    decide(&decision, bytes, hints);
}

tocsin_status tcs_charset_read(struct tcs_str bytes, const struct tcs_charset_hints *hints,
                               struct tcs_charset_scratch *scratch, struct tcs_charset *charset,
                               struct tcs_buf *room, struct tcs_str *text_out, struct tocsin_error *err)
{
    struct decision decision = {.charset = charset, .scratch = scratch, .out = room};
    tocsin_status st = TOCSIN_OK;

    tcs_buf_reset(room);
    decide(&decision, bytes, hints);
    if (decision.st != TOCSIN_OK)
        return tcs_fail_nomem(err);
    if (!strcmp(charset->name, "utf-8")) {
        *text_out = (struct tcs_str){bytes.data + charset->bom_bytes, bytes.len - charset->bom_bytes};
        return TOCSIN_OK;
    }
    if (!decision.is_decoded)
        st = tcs_charset_convert(bytes, charset, scratch, room, err);
    *text_out = tcs_buf_view(room);
    return st;
}
