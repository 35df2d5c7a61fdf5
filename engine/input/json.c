/*
 * One pass over the bytes: a stack of open containers, and beside each the node of the path trie
 * that its place answers (json_path.h; none below anything not asked for). Strings nobody asked for
 * are only checked, 16 bytes at a step; the others are copied run by run between their escapes.
 */
#include "input/json.h"

#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "input/json_path.h"
#include "input/utf8_copy.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

struct frame {
    uint32_t node;
    bool is_object;
};

enum step { STEP_VALUE, STEP_FIRST_VALUE, STEP_KEY, STEP_FIRST_KEY, STEP_AFTER, STEP_DONE };

struct reader {
    const char *start, *p, *end;
    const struct tcs_json_paths *paths;
    struct tcs_json_scratch *scratch;
    struct tocsin_error *err;
    uint32_t node; /* of the value to be read next */
    unsigned depth;
    struct frame stack[TCS_JSON_DEPTH_MAX];
};

void tcs_json_scratch_release(struct tcs_json_scratch *scratch)
{
    tcs_buf_release(&scratch->text);
    tcs_buf_release(&scratch->key);
    free(scratch->values);
    *scratch = (struct tcs_json_scratch){0};
}

/* ---- bytes ---- */

static tocsin_status expected(struct reader *r, const char *what)
{
    uint64_t offset = (uint64_t)(r->p - r->start);

    if (r->p == r->end)
        return tcs_fail(r->err, TOCSIN_E_CORRUPT, NULL, offset,
                        "the JSON text ends where %s is expected", what);
    if (*r->p > 0x20 && *r->p < 0x7F)
        return tcs_fail(r->err, TOCSIN_E_CORRUPT, NULL, offset,
                        "found '%c' where %s is expected", *r->p, what);
    return tcs_fail(r->err, TOCSIN_E_CORRUPT, NULL, offset,
                    "found byte 0x%02X where %s is expected", (unsigned)(unsigned char)*r->p, what);
}

static void skip_space(struct reader *r)
{
    while (r->p < r->end && (*r->p == ' ' || *r->p == '\n' || *r->p == '\r' || *r->p == '\t'))
        r->p++;
}

static bool ends_run(char c)
{
    return (unsigned char)c < 0x20 || c == '"' || c == '\\';
}

/* The first quote, backslash or control from p, or end. */
static const char *scan_run(const char *p, const char *end)
{
#ifdef __SSE2__
    const __m128i quote = _mm_set1_epi8('"');
    const __m128i slash = _mm_set1_epi8('\\');
    const __m128i last = _mm_set1_epi8(0x1F);

    while (end - p >= 16) {
        __m128i v = _mm_loadu_si128((const __m128i *)(const void *)p);
        __m128i hit = _mm_or_si128(_mm_cmpeq_epi8(v, quote), _mm_cmpeq_epi8(v, slash));
        unsigned mask;

        hit = _mm_or_si128(hit, _mm_cmpeq_epi8(_mm_min_epu8(v, last), v));
        mask = (unsigned)_mm_movemask_epi8(hit);
        if (mask)
            return p + __builtin_ctz(mask);
        p += 16;
    }
#endif
    while (p < end && !ends_run(*p))
        p++;
    return p;
}

/* The value of a hexadecimal digit, or 16 and more: letters fold to lower case by one bit. */
static uint32_t hex_digit(char c)
{
    uint32_t digit = (uint32_t)(unsigned char)c - '0';
    uint32_t letter = ((uint32_t)(unsigned char)c | 0x20) - 'a';

    return digit < 10 ? digit : letter < 6 ? letter + 10 : 16;
}

/* Reads four hexadecimal digits at r->p. */
static tocsin_status read_hex4(struct reader *r, uint32_t *unit)
{
    *unit = 0;
    for (int i = 0; i < 4; i++) {
        uint32_t digit = r->p < r->end ? hex_digit(*r->p) : 16;

        if (digit > 15)
            return expected(r, "a hexadecimal digit");
        *unit = *unit << 4 | digit;
        r->p++;
    }
    return TOCSIN_OK;
}

/*
 * A \u escape behind its u. A high surrogate takes the escape after it only if that is a low one.
 */
static tocsin_status read_unicode_escape(struct reader *r, uint32_t *cp)
{
    tocsin_status st = read_hex4(r, cp);
    const char *mark = r->p;
    uint32_t low;

    if (st != TOCSIN_OK || *cp < 0xD800 || *cp > 0xDFFF)
        return st;
    if (*cp <= 0xDBFF && r->end - r->p >= 2 && r->p[0] == '\\' && r->p[1] == 'u') {
        r->p += 2;
        st = read_hex4(r, &low);
        if (st != TOCSIN_OK)
            return st;
        if (low >= 0xDC00 && low <= 0xDFFF) {
            *cp = 0x10000 + ((*cp - 0xD800) << 10) + (low - 0xDC00);
            return TOCSIN_OK;
        }
        r->p = mark;
    }
    *cp = TCS_UTF8_REPLACEMENT;
    return TOCSIN_OK;
}

/* Reads the escape at r->p, which is a backslash. */
static tocsin_status read_escape(struct reader *r, uint32_t *cp)
{
    static const char names[] = "\"\\/bfnrt", bytes[] = "\"\\/\b\f\n\r\t";
    const char *name;

    r->p++;
    if (r->p < r->end && *r->p == 'u') {
        r->p++;
        return read_unicode_escape(r, cp);
    }
    name = r->p < r->end && *r->p ? strchr(names, *r->p) : NULL;
    if (!name)
        return expected(r, "one of \" \\ / b f n r t u after a backslash");
    r->p++;
    *cp = (unsigned char)bytes[name - names];
    return TOCSIN_OK;
}

/* What stands for itself; what is ill-formed becomes U+FFFD. */
static tocsin_status append_run(const struct reader *r, struct tcs_buf *out, struct tcs_str run)
{
    return r->scratch->is_well_formed ? tcs_buf_append_str(out, run) : tcs_utf8_append(out, run);
}

/*
 * Reads a string whose opening quote is behind r->p already; decodes it into out unless that is
 * NULL.
 */
static tocsin_status read_string(struct reader *r, struct tcs_buf *out)
{
    for (;;) {
        const char *run = r->p;
        tocsin_status st = TOCSIN_OK;
        uint32_t cp = 0;

        r->p = scan_run(run, r->end);
        if (out && r->p > run)
            st = append_run(r, out, (struct tcs_str){run, (size_t)(r->p - run)});
        if (st != TOCSIN_OK)
            return tcs_fail_nomem(r->err);
        if (r->p == r->end)
            return expected(r, "'\"'");
        if (*r->p == '"') {
            r->p++;
            return TOCSIN_OK;
        }
        if (*r->p != '\\')
            return expected(r, "an escaped control character or '\"'");
        st = read_escape(r, &cp);
        if (st != TOCSIN_OK)
            return st;
        if (!out)
            continue;
        if (out->cap - out->len < 4 && tcs_buf_reserve(out, 4) != TOCSIN_OK)
            return tcs_fail_nomem(r->err);
        out->len += tcs_utf8_encode(cp, out->data + out->len);
    }
}

static tocsin_status skip_digits(struct reader *r)
{
    if (r->p == r->end || *r->p < '0' || *r->p > '9')
        return expected(r, "a digit");
    while (r->p < r->end && *r->p >= '0' && *r->p <= '9')
        r->p++;
    return TOCSIN_OK;
}

static tocsin_status skip_number(struct reader *r)
{
    tocsin_status st = TOCSIN_OK;

    if (*r->p == '-')
        r->p++;
    if (r->p < r->end && *r->p == '0')
        r->p++;
    else
        st = skip_digits(r);
    if (st == TOCSIN_OK && r->p < r->end && *r->p == '.') {
        r->p++;
        st = skip_digits(r);
    }
    if (st == TOCSIN_OK && r->p < r->end && (*r->p == 'e' || *r->p == 'E')) {
        r->p++;
        if (r->p < r->end && (*r->p == '+' || *r->p == '-'))
            r->p++;
        st = skip_digits(r);
    }
    return st;
}

static tocsin_status skip_literal(struct reader *r, const char *word)
{
    for (; *word; word++, r->p++) {
        if (r->p == r->end || *r->p != *word)
            return expected(r, "a value (true, false or null)");
    }
    return TOCSIN_OK;
}

/* ---- values ---- */

/*
 * Notes that the last `len` bytes of scratch->text are the value of `path`. Pointers are set by
 * bind_values when the buffer has stopped moving; until then only lengths count.
 */
static tocsin_status add_value(struct reader *r, uint32_t path, size_t len, bool is_string)
{
    struct tcs_json_scratch *s = r->scratch;

    if (TCS_GROW(s->values, s->cap, s->count + 1) != TOCSIN_OK)
        return tcs_fail_nomem(r->err);
    s->values[s->count++] =
        (struct tcs_json_value){.path = path, .is_string = is_string, .text = {NULL, len}};
    return TOCSIN_OK;
}

/* Delivers the last len bytes of scratch->text to every path that ends at the current node. */
static tocsin_status deliver(struct reader *r, size_t len, bool is_string)
{
    struct tcs_buf *text = &r->scratch->text;
    uint32_t path = r->paths->nodes[r->node].path;
    tocsin_status st = add_value(r, path, len, is_string);

    for (path = r->paths->items[path].next; st == TOCSIN_OK && path != TCS_JSON_NODE_NONE;
         path = r->paths->items[path].next) {
        if (tcs_buf_reserve(text, len) != TOCSIN_OK)
            return tcs_fail_nomem(r->err);
        if (len)
            memcpy(text->data + text->len, text->data + text->len - len, len);
        text->len += len;
        st = add_value(r, path, len, is_string);
    }
    return st;
}

static void bind_values(struct tcs_json_scratch *s)
{
    const char *p = s->text.data ? s->text.data : "";

    for (size_t i = 0; i < s->count; i++) {
        s->values[i].text.data = p;
        p += s->values[i].text.len;
    }
}

static tocsin_status read_scalar(struct reader *r)
{
    bool is_wanted = r->node != TCS_JSON_NODE_NONE &&
                     r->paths->nodes[r->node].path != TCS_JSON_NODE_NONE;
    struct tcs_buf *text = &r->scratch->text;
    size_t text_start = text->len;
    const char *start = r->p;
    tocsin_status st;

    switch (*r->p) {
    case '"':
        r->p++;
        st = read_string(r, is_wanted ? text : NULL);
        if (st == TOCSIN_OK && is_wanted)
            st = deliver(r, text->len - text_start, true);
        return st;
    case 't': st = skip_literal(r, "true"); break;
    case 'f': st = skip_literal(r, "false"); break;
    case 'n':
        is_wanted = false;
        st = skip_literal(r, "null");
        break;
    case '-':
    case '0': case '1': case '2': case '3': case '4':
    case '5': case '6': case '7': case '8': case '9': st = skip_number(r); break;
    default: return expected(r, "a value");
    }
    if (st != TOCSIN_OK || !is_wanted)
        return st;
    if (tcs_buf_append(text, start, (size_t)(r->p - start)) != TOCSIN_OK)
        return tcs_fail_nomem(r->err);
    return deliver(r, (size_t)(r->p - start), false);
}

static tocsin_status open_container(struct reader *r, bool is_object)
{
    if (r->depth == TCS_JSON_DEPTH_MAX)
        return tcs_fail(r->err, TOCSIN_E_LIMIT, NULL, (uint64_t)(r->p - r->start),
                        "JSON is nested deeper than %d", TCS_JSON_DEPTH_MAX);
    r->stack[r->depth++] = (struct frame){.node = r->node, .is_object = is_object};
    r->p++;
    return TOCSIN_OK;
}

/* The node that the elements or members of the innermost container start from. */
static const struct tcs_json_node *open_node(const struct reader *r)
{
    uint32_t node = r->stack[r->depth - 1].node;

    return node == TCS_JSON_NODE_NONE ? NULL : &r->paths->nodes[node];
}

static tocsin_status read_value(struct reader *r, enum step *step)
{
    if (r->p == r->end)
        return expected(r, "a value");
    if (*r->p == '{') {
        *step = STEP_FIRST_KEY;
        return open_container(r, true);
    }
    if (*r->p == '[') {
        *step = STEP_FIRST_VALUE;
        return open_container(r, false);
    }
    *step = STEP_AFTER;
    return read_scalar(r);
}

/* Reads a key behind its opening quote and goes to the node of its value. */
static tocsin_status read_key(struct reader *r)
{
    const struct tcs_json_node *open = open_node(r);
    struct tcs_buf *decoded = &r->scratch->key;
    bool is_looked_up = open && open->child != TCS_JSON_NODE_NONE;
    struct tcs_str key;
    tocsin_status st;

    tcs_buf_reset(decoded);
    st = read_string(r, is_looked_up ? decoded : NULL);
    if (st != TOCSIN_OK)
        return st;
    r->node = TCS_JSON_NODE_NONE;
    key = tcs_buf_view(decoded);
    if (is_looked_up && key.len)
        r->node = tcs_json_path_child(r->paths, r->stack[r->depth - 1].node, key);
    if (r->node != TCS_JSON_NODE_NONE && r->node + 1 == r->paths->watched)
        r->scratch->has_watched = true;
    return TOCSIN_OK;
}

static tocsin_status read_member(struct reader *r, enum step *step)
{
    tocsin_status st;

    if (*step == STEP_FIRST_KEY && r->p < r->end && *r->p == '}') {
        r->p++;
        r->depth--;
        *step = STEP_AFTER;
        return TOCSIN_OK;
    }
    if (r->p == r->end || *r->p != '"')
        return expected(r, *step == STEP_KEY ? "a key" : "a key or '}'");
    r->p++;
    st = read_key(r);
    if (st != TOCSIN_OK)
        return st;
    skip_space(r);
    if (r->p == r->end || *r->p != ':')
        return expected(r, "':'");
    r->p++;
    *step = STEP_VALUE;
    return TOCSIN_OK;
}

static tocsin_status read_element(struct reader *r, enum step *step)
{
    const struct tcs_json_node *open;

    if (r->p < r->end && *r->p == ']') {
        r->p++;
        r->depth--;
        *step = STEP_AFTER;
        return TOCSIN_OK;
    }
    open = open_node(r);
    r->node = open ? open->element : TCS_JSON_NODE_NONE;
    return read_value(r, step);
}

/* What may stand behind a value: the end, a comma, or the end of the container. */
static tocsin_status read_after(struct reader *r, enum step *step)
{
    const struct frame *top;

    if (!r->depth) {
        if (r->p != r->end)
            return expected(r, "the end of the JSON text");
        *step = STEP_DONE;
        return TOCSIN_OK;
    }
    top = &r->stack[r->depth - 1];
    if (r->p < r->end && *r->p == ',') {
        r->p++;
        *step = STEP_KEY;
        if (!top->is_object) {
            const struct tcs_json_node *open = open_node(r);

            r->node = open ? open->element : TCS_JSON_NODE_NONE;
            *step = STEP_VALUE;
        }
        return TOCSIN_OK;
    }
    if (r->p == r->end || *r->p != (top->is_object ? '}' : ']'))
        return expected(r, top->is_object ? "',' or '}'" : "',' or ']'");
    r->p++;
    r->depth--;
    return TOCSIN_OK;
}

static tocsin_status read_text(struct reader *r)
{
    enum step step = STEP_VALUE;
    tocsin_status st = TOCSIN_OK;

    while (st == TOCSIN_OK && step != STEP_DONE) {
        skip_space(r);
        switch (step) {
        case STEP_VALUE: st = read_value(r, &step); break;
        case STEP_FIRST_VALUE: st = read_element(r, &step); break;
        case STEP_KEY:
        case STEP_FIRST_KEY: st = read_member(r, &step); break;
        case STEP_AFTER: st = read_after(r, &step); break;
        case STEP_DONE: break;
        }
    }
    return st;
}

tocsin_status tcs_json_read(struct tcs_str text, const struct tcs_json_paths *paths,
                            struct tcs_json_scratch *scratch, bool *is_object_out,
                            struct tocsin_error *err)
{
    struct reader r;
    tocsin_status st;

    r.start = r.p = text.len ? text.data : "";
    r.end = r.start + text.len;
    r.paths = paths;
    r.scratch = scratch;
    r.err = err;
    r.depth = 0;
    r.node = paths && paths->node_count ? 0 : TCS_JSON_NODE_NONE;
    tcs_buf_reset(&scratch->text);
    scratch->count = 0;
    scratch->has_watched = false;
    if (text.len >= 3 && !memcmp(r.p, "\xEF\xBB\xBF", 3))
        r.p += 3;
    skip_space(&r);
    if (is_object_out)
        *is_object_out = r.p < r.end && *r.p == '{';
    st = read_text(&r);
    bind_values(scratch); /* after an error too: what came before it may be wanted */
    return st;
}
