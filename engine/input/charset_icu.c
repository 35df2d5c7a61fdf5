/*
 * A table is filled by asking ICU's converter for each byte and each pair once (some
 * milliseconds), then kept by the worker. Bytes that do not decode follow the Encoding Standard:
 * an ill-formed sequence costs its first byte only; a well-formed one that the charset leaves
 * unassigned is one error, but an ASCII byte in it is read again. So no error hides a neighbour,
 * and markup least of all.
 */
#include "input/charset_icu.h"

#include <stdlib.h>
#include <string.h>
#include <unicode/ucnv.h>
#include <unicode/ucsdet.h>

#include "base/utf8.h"

/* The longest sequence of any of the charsets. */
#define SEQUENCE_MAX 4
/* In a table: look at the next byte, or ask the converter; U+FFFE and U+FFFF are no characters. */
#define ASK ((uint16_t)0)
#define UNASSIGNED ((uint16_t)0xFFFE)
#define ILL_FORMED ((uint16_t)0xFFFF)
/*
 * Input of one reservation of output room: no sequence gives more than 3 bytes for each of its
 * own.
 */
#define STEP_BYTES ((size_t)16 * 1024)

struct tcs_charset_table {
    UConverter *converter;
    uint16_t one[128];      /* bytes 80 to FF */
    uint16_t two[128][256]; /* by lead - 80 and trail */
};

/* One sequence that the table does not hold. */
struct sequence {
    uint32_t cp[2];
    int cp_count; /* 0: it does not decode */
    size_t len;
};

/*
 * What the converter makes of exactly these bytes: up to 4 units in out; U_ZERO_ERROR, or why
 * not.
 */
static UErrorCode ask(UConverter *converter, const unsigned char *p, size_t len, UChar out[4],
                      int *count)
{
    const char *from = (const char *)p;
    UChar *to = out;
    UErrorCode status = U_ZERO_ERROR;

    ucnv_resetToUnicode(converter);
    ucnv_toUnicode(converter, &to, out + 4, &from, from + len, NULL, true, &status);
    *count = (int)(to - out);
    if (U_SUCCESS(status) && !*count)
        status = U_TRUNCATED_CHAR_FOUND;
    return status;
}

static uint16_t entry_of(UConverter *converter, const unsigned char *p, size_t len)
{
    UChar units[4];
    int count;
    UErrorCode status = ask(converter, p, len, units, &count);

    if (U_SUCCESS(status))
        return count == 1 && units[0] < UNASSIGNED ? (uint16_t)units[0] : ASK;
    if (status == U_TRUNCATED_CHAR_FOUND)
        return ASK;
    return status == U_INVALID_CHAR_FOUND ? UNASSIGNED : ILL_FORMED;
}

static void fill(struct tcs_charset_table *table, enum tcs_charset_id id)
{
    bool is_single = ucnv_getMaxCharSize(table->converter) == 1;
    unsigned char pair[2];
    unsigned lead, trail;

    for (lead = 0; lead < 128; lead++) {
        pair[0] = (unsigned char)(lead + 0x80);
        table->one[lead] = entry_of(table->converter, pair, 1);
        for (trail = 0; trail < 256 && table->one[lead] == ASK; trail++) {
            pair[1] = (unsigned char)trail;
            table->two[lead][trail] = entry_of(table->converter, pair, 2);
        }
        /* The Encoding Standard reads what windows code pages leave open here as the C1 control. */
        if (is_single && lead < 0x20 && table->one[lead] >= UNASSIGNED)
            table->one[lead] = (uint16_t)(lead + 0x80);
    }
    if (id == TCS_CHARSET_GB18030)
        table->one[0] = 0x20AC;
}

tocsin_status tcs_charset_table_new(enum tcs_charset_id id, struct tcs_charset_table **table_out,
                                    struct tocsin_error *err)
{
    struct tcs_charset_table *table = calloc(1, sizeof *table);
    UErrorCode status = U_ZERO_ERROR;

    *table_out = NULL;
    if (!table)
        return tcs_fail_nomem(err);
    table->converter = ucnv_open(tcs_charset_icu_name(id), &status);
    if (U_SUCCESS(status))
        ucnv_setToUCallBack(table->converter, UCNV_TO_U_CALLBACK_STOP, NULL, NULL, NULL, &status);
    if (U_FAILURE(status)) {
        tcs_charset_table_free(table);
        if (status == U_MEMORY_ALLOCATION_ERROR)
            return tcs_fail_nomem(err);
        return tcs_fail(err, TOCSIN_E_UNSUPPORTED, NULL, 0, "ICU has no converter for %s (%s)",
                        tcs_charset_name(id), u_errorName(status));
    }
    fill(table, id);
    *table_out = table;
    return TOCSIN_OK;
}

void tcs_charset_table_free(struct tcs_charset_table *table)
{
    if (!table)
        return;
    if (table->converter)
        ucnv_close(table->converter);
    free(table);
}

/* Units of UTF-16 to code points; false where they are none or too many. */
static bool take_units(const UChar *units, int count, struct sequence *sequence)
{
    int i;

    sequence->cp_count = 0;
    for (i = 0; i < count; i++) {
        uint32_t c = units[i];

        if ((c & 0xFC00) == 0xD800 && i + 1 < count && (units[i + 1] & 0xFC00) == 0xDC00)
            c = 0x10000 + ((c & 0x3FF) << 10) + (units[++i] & 0x3FFu);
        if ((c & 0xFFFFF800) == 0xD800 || sequence->cp_count == 2)
            return false;
        sequence->cp[sequence->cp_count++] = c;
    }
    return sequence->cp_count > 0;
}

/* The sequence at p by the converter: the shortest that decodes, else the shortest that cannot. */
static struct sequence ask_sequence(struct tcs_charset_table *table, const unsigned char *p,
                                    const unsigned char *end)
{
    struct sequence sequence = {.len = 1};
    UErrorCode status = U_TRUNCATED_CHAR_FOUND;
    UChar units[4];
    int count;

    while (status == U_TRUNCATED_CHAR_FOUND && sequence.len <= SEQUENCE_MAX
           && sequence.len <= (size_t)(end - p)) {
        status = ask(table->converter, p, sequence.len, units, &count);
        if (U_SUCCESS(status) && take_units(units, count, &sequence))
            return sequence;
        sequence.len++;
    }
    sequence.cp_count = 0;
    sequence.len--;
    if (status == U_TRUNCATED_CHAR_FOUND)
        /* The bytes end inside it: all of them are one error, unless ASCII is among them. */
        sequence.len = sequence.len > 1 && p[sequence.len - 1] < 0x80 ? 1 : sequence.len;
    else if (status != U_INVALID_CHAR_FOUND || (sequence.len == 2 && p[1] < 0x80))
        sequence.len = 1;
    return sequence;
}

/* The bytes of the sequence at p (which is not ASCII) that the table makes an error. */
static size_t error_len(uint16_t entry, const unsigned char *trail)
{
    return entry == UNASSIGNED && *trail >= 0x80 ? 2 : 1;
}

static void put(struct tcs_buf *out, uint32_t cp)
{
    if (out)
        out->len += tcs_utf8_encode(cp, out->data + out->len);
}

/* Decodes the sequence at p, which is not ASCII; returns its length. out has room. */
static size_t decode_sequence(struct tcs_charset_table *table, const unsigned char *p,
                              const unsigned char *end, struct tcs_buf *out,
                              struct tcs_charset_count *count)
{
    uint16_t entry = table->one[*p - 0x80];
    struct sequence sequence;
    size_t len = 1;
    int i;

    count->sequences++;
    if (entry == ASK && end - p >= 2) {
        entry = table->two[*p - 0x80][p[1]];
        len = entry >= UNASSIGNED ? error_len(entry, p + 1) : 2;
    }
    if (entry == ASK) {
        sequence = ask_sequence(table, p, end);
        for (i = 0; i < sequence.cp_count; i++)
            put(out, sequence.cp[i]);
        if (sequence.cp_count)
            return sequence.len;
        len = sequence.len;
        entry = ILL_FORMED;
    }
    count->errors += entry >= UNASSIGNED;
    put(out, entry >= UNASSIGNED ? TCS_UTF8_REPLACEMENT : entry);
    return len;
}

/*
 * Decodes pairs from p on as long as the table has them and they make three bytes of UTF-8, as nearly all of Chinese; returns
 * where they end. out has room.
 */
static const unsigned char *decode_pairs(const struct tcs_charset_table *table, const unsigned char *p,
                                         const unsigned char *stop, struct tcs_buf *out, struct tcs_charset_count *count)
{
    const unsigned char *start = p;
    char *to = out ? out->data + out->len : NULL;

    for (; stop - p >= 2 && *p >= 0x80 && table->one[*p - 0x80] == ASK; p += 2) {
        unsigned entry = table->two[*p - 0x80][p[1]];

        if (entry < 0x800 || entry >= UNASSIGNED)
            break;
        if (to) {
            to[0] = (char)(0xE0 | entry >> 12);
            to[1] = (char)(0x80 | (entry >> 6 & 0x3F));
            to[2] = (char)(0x80 | (entry & 0x3F));
            to += 3;
        }
    }
    count->sequences += (size_t)(p - start) / 2;
    if (out)
        out->len = (size_t)(to - out->data);
    return p;
}

/* The first byte that is not ASCII. */
static const unsigned char *skip_ascii(const unsigned char *p, const unsigned char *end)
{
    uint64_t word;

    for (; end - p >= 8; p += 8) {
        memcpy(&word, p, sizeof word);
        if (word & UINT64_C(0x8080808080808080))
            break;
    }
    while (p < end && *p < 0x80)
        p++;
    return p;
}

tocsin_status tcs_charset_table_decode(struct tcs_charset_table *table, struct tcs_str bytes,
                                       struct tcs_buf *out, struct tcs_charset_count *count)
{
    const unsigned char *p = (const unsigned char *)bytes.data, *end = p + bytes.len;
    const unsigned char *stop, *run;

    *count = (struct tcs_charset_count){0};
    while (p < end) {
        stop = (size_t)(end - p) > STEP_BYTES ? p + STEP_BYTES : end;
        if (out && tcs_buf_reserve(out, 3 * ((size_t)(stop - p) + SEQUENCE_MAX)) != TOCSIN_OK)
            return TOCSIN_E_NOMEM;
        while (p < stop) {
            run = p;
            p = skip_ascii(p, stop);
            if (out && p > run) {
                memcpy(out->data + out->len, run, (size_t)(p - run));
                out->len += (size_t)(p - run);
            }
            p = decode_pairs(table, p, stop, out, count);
            if (p < stop && *p >= 0x80)
                p += decode_sequence(table, p, end, out, count);
        }
    }
    return TOCSIN_OK;
}

/* ---- detection ---- */

struct tcs_charset_detector {
    UCharsetDetector *detector;
};

struct tcs_charset_detector *tcs_charset_detector_new(void)
{
    struct tcs_charset_detector *detector = calloc(1, sizeof *detector);
    UErrorCode status = U_ZERO_ERROR;

    if (!detector)
        return NULL;
    detector->detector = ucsdet_open(&status);
    if (U_FAILURE(status)) {
        free(detector);
        return NULL;
    }
    return detector;
}

void tcs_charset_detector_free(struct tcs_charset_detector *detector)
{
    if (!detector)
        return;
    ucsdet_close(detector->detector);
    free(detector);
}

/*
 * ICU's name of a charset of our languages; Japanese and Korean are here so that they are not
 * taken for Chinese.
 */
static enum tcs_charset_id id_of_match(const char *name)
{
    static const struct {
        const char *name;
        enum tcs_charset_id id;
    } ours[] = {
        {"UTF-8", TCS_CHARSET_UTF_8},           {"UTF-16LE", TCS_CHARSET_UTF_16LE},
        {"UTF-16BE", TCS_CHARSET_UTF_16BE},     {"GB18030", TCS_CHARSET_GB18030},
        {"Big5", TCS_CHARSET_BIG5_HKSCS},       {"ISO-8859-1", TCS_CHARSET_WINDOWS_1252},
        {"windows-1252", TCS_CHARSET_WINDOWS_1252}, {"Shift_JIS", TCS_CHARSET_SHIFT_JIS},
        {"EUC-JP", TCS_CHARSET_EUC_JP},         {"EUC-KR", TCS_CHARSET_EUC_KR},
    };
    size_t i;

    for (i = 0; i < sizeof ours / sizeof *ours; i++) {
        if (strcmp(name, ours[i].name) == 0)
            return ours[i].id;
    }
    return TCS_CHARSET_COUNT;
}

enum tcs_charset_id tcs_charset_detect(struct tcs_charset_detector *detector, struct tcs_str bytes)
{
    UErrorCode status = U_ZERO_ERROR;
    enum tcs_charset_id id = TCS_CHARSET_COUNT;
    /* ICU takes some Latin text for UTF-16; text in that has line feeds or spaces, and so NULs. */
    bool has_nul = memchr(bytes.data, 0, bytes.len) != NULL;
    const UCharsetMatch **matches;
    const char *name;
    int32_t count = 0, i;

    ucsdet_setText(detector->detector, bytes.data, (int32_t)bytes.len, &status);
    matches = ucsdet_detectAll(detector->detector, &count, &status);
    for (i = 0; U_SUCCESS(status) && i < count && id == TCS_CHARSET_COUNT; i++) {
        name = ucsdet_getName(matches[i], &status);
        if (U_SUCCESS(status))
            id = id_of_match(name);
        if (!has_nul && (id == TCS_CHARSET_UTF_16LE || id == TCS_CHARSET_UTF_16BE))
            id = TCS_CHARSET_COUNT;
    }
    return id;
}
