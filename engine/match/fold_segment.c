/*
 * ICU puts marks in order one by one, each by a walk back over those before it: quadratic where a text has thousands of
 * them in a bad order. So they are ordered here first, by counting (The Unicode Standard, section 3.11, D108 and D109:
 * the result is canonically equivalent), and ignorables, which fold to nothing but would part a run, are left out. A mark
 * that folds to a letter (U+0345) stays where it is, and parts the marks around it as the letter would.
 */
#include "match/fold_segment.h"

#include <stdlib.h>
#include <string.h>

#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/ustring.h>

#include "base/utf8.h"
#include "match/fold_table.h"

#define CLASSES 256
#define EXPANSION_MAX 18 /* UTF-16 units that NFKC makes of one */
#define TEXT_BYTES_MAX ((size_t)64 << 20)

/* All parts of one allocation, so that ICU's pointers stay good. */
struct parts {
    uint32_t *cps, *spare;
    size_t count;
    UChar *source, *whole, *single;
    int32_t source_len, whole_len, single_len, whole_cap;
};

static tocsin_status normalize(const UChar *source, int32_t len, UChar *out, int32_t cap, int32_t *out_len)
{
    UErrorCode status = U_ZERO_ERROR;
    const UNormalizer2 *nfkc_cf = unorm2_getNFKCCasefoldInstance(&status);

    *out_len = unorm2_normalize(nfkc_cf, source, len, out, cap, &status);
    return U_FAILURE(status) ? TOCSIN_E_INTERNAL : TOCSIN_OK;
}

/*
 * Adds what cp is for ICU: nothing for an ignorable, the marks that a mark is made of (U+0344, U+0F73), else itself.
 */
static void add_code_point(struct parts *p, uint32_t cp)
{
    uint32_t one, count, i, marks = 0;
    const uint32_t *cps = tcs_fold_single(cp, &one, &count);

    for (i = 0; i < count; i++)
        marks += u_getCombiningClass((UChar32)cps[i]) != 0;
    if (count && marks < count)
        p->cps[p->count++] = cp;
    for (i = 0; i < count && marks == count; i++)
        p->cps[p->count++] = cps[i];
}

static tocsin_status lay_out(struct parts *p, struct tcs_str text, struct tcs_buf *buf)
{
    const char *at = text.data, *end = text.data + text.len;
    size_t room = text.len, whole = room * EXPANSION_MAX, len;
    tocsin_status st;

    if (text.len > TEXT_BYTES_MAX)
        return TOCSIN_E_NOMEM;
    tcs_buf_reset(buf);
    st = tcs_buf_reserve(buf, room * 2 * sizeof *p->cps + (room + whole + 2 * EXPANSION_MAX) * sizeof *p->source);
    if (st != TOCSIN_OK)
        return st;
    p->cps = (uint32_t *)(void *)buf->data;
    p->spare = p->cps + room;
    p->source = (UChar *)(void *)(p->spare + room);
    p->whole = p->source + room;
    p->whole_cap = (int32_t)whole;
    p->single = p->whole + whole;
    p->count = 0;
    for (; at < end; at += len) {
        uint32_t cp = tcs_utf8_decode(at, end, &len, NULL);

        add_code_point(p, cp);
    }
    return TOCSIN_OK;
}

/* Its class, 0 for a mark that folds to something else. */
static uint8_t class_of(uint32_t cp)
{
    bool stays = (tcs_fold_entry(cp) & TCS_FOLD_KIND_MASK) == TCS_FOLD_KIND_SELF;

    return stays ? u_getCombiningClass((UChar32)cp) : 0;
}

/* Orders a run of marks by combining class, equal ones as they stood. True if that moved any. */
static bool order_run(uint32_t *cps, uint32_t *spare, size_t count)
{
    size_t first[CLASSES + 1] = {0}, i;
    bool moved = false;

    for (i = 0; i < count; i++)
        first[class_of(cps[i]) + 1]++;
    for (i = 0; i < CLASSES; i++)
        first[i + 1] += first[i];
    for (i = 0; i < count; i++)
        spare[first[class_of(cps[i])]++] = cps[i];
    moved = memcmp(cps, spare, count * sizeof *cps) != 0;
    memcpy(cps, spare, count * sizeof *cps);
    return moved;
}

static bool order_marks(struct parts *p)
{
    bool moved = false;
    size_t i = 0, from;

    while (i < p->count) {
        for (from = i; i < p->count && class_of(p->cps[i]); i++)
            ;
        if (i - from > 1)
            moved |= order_run(p->cps + from, p->spare, i - from);
        i += i == from;
    }
    return moved;
}

/* Is the segment's fold that of its code points one by one? */
static tocsin_status compare_singles(struct parts *p, bool *same_out)
{
    int32_t i = 0, at = 0;

    *same_out = false;
    while (i < p->source_len) {
        int32_t from = i;
        tocsin_status st;

        U16_FWD_1(p->source, i, p->source_len);
        st = normalize(p->source + from, i - from, p->single, 2 * EXPANSION_MAX, &p->single_len);
        if (st != TOCSIN_OK)
            return st;
        if (p->single_len > p->whole_len - at || u_memcmp(p->whole + at, p->single, p->single_len) != 0)
            return TOCSIN_OK;
        at += p->single_len;
    }
    *same_out = at == p->whole_len;
    return TOCSIN_OK;
}

tocsin_status tcs_segment_fold(struct tcs_str text, struct tcs_buf *buf, struct tcs_segment_fold *fold_out)
{
    struct parts p;
    bool moved;
    size_t i;
    tocsin_status st = lay_out(&p, text, buf);

    if (st != TOCSIN_OK)
        return st;
    moved = order_marks(&p);
    p.source_len = 0;
    for (i = 0; i < p.count; i++)
        U16_APPEND_UNSAFE(p.source, p.source_len, p.cps[i]);
    st = normalize(p.source, p.source_len, p.whole, p.whole_cap, &p.whole_len);
    fold_out->is_same = false;
    /* marks that had to move are in another order one by one */
    if (st == TOCSIN_OK && !moved)
        st = compare_singles(&p, &fold_out->is_same);
    fold_out->folded = (const uint16_t *)p.whole;
    fold_out->len = p.whole_len;
    return st;
}
