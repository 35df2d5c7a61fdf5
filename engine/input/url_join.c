/* The parts of base that a reference keeps are prefixes of it, so each kind of reference is one cut and one append. */
#include "input/url_join.h"

#include <string.h>

/* Bytes of the scheme with its colon; 0 where there is none. */
static size_t scheme_len(struct tcs_str url)
{
    size_t i;

    for (i = 0; i < url.len; i++) {
        char c = url.data[i];
        bool is_letter = (c | 0x20) >= 'a' && (c | 0x20) <= 'z';

        if (c == ':' && i)
            return i + 1;
        if (!is_letter && (!i || !((c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.')))
            return 0;
    }
    return 0;
}

/* The first of the bytes in stops at or behind from, or the end. */
static size_t find_any(struct tcs_str text, size_t from, const char *stops)
{
    while (from < text.len && !strchr(stops, text.data[from]))
        from++;
    return from;
}

static bool has_dot_segment(struct tcs_str path)
{
    size_t start = 0;

    while (start <= path.len) {
        size_t end = find_any(path, start, "/"), len = end - start;

        if ((len == 1 || len == 2) && path.data[start] == '.' && path.data[end - 1] == '.')
            return true;
        start = end + 1;
    }
    return false;
}

/* How much of base stands before ref in the result; SIZE_MAX where base is the result. */
static size_t kept_len(struct tcs_str base, struct tcs_str ref)
{
    size_t scheme = scheme_len(base), host, path_end, at;

    if (base.len < scheme + 2 || memcmp(base.data + scheme, "//", 2) != 0 || !scheme)
        return SIZE_MAX;
    if (ref.len > 1 && ref.data[0] == '/' && ref.data[1] == '/')
        return scheme;
    host = find_any(base, scheme + 2, "/?#");
    path_end = find_any(base, host, "?#");
    if (ref.data[0] == '?')
        return path_end;
    if (ref.data[0] == '#' || has_dot_segment((struct tcs_str){ref.data, find_any(ref, 0, "?#")}))
        return SIZE_MAX;
    if (ref.data[0] == '/')
        return host;
    for (at = path_end; at > host && base.data[at - 1] != '/'; at--)
        ;
    return at > host ? at : SIZE_MAX; /* a base without a path: `a` on `http://b` would want a slash of its own */
}

tocsin_status tcs_url_join(struct tcs_str base, struct tcs_str ref, struct tcs_buf *out)
{
    size_t kept;
    tocsin_status st;

    tcs_buf_reset(out);
    if (!base.len || (ref.len && scheme_len(ref)))
        return tcs_buf_append_str(out, ref);
    kept = ref.len ? kept_len(base, ref) : SIZE_MAX;
    if (kept == SIZE_MAX)
        return tcs_buf_append_str(out, base);
    st = tcs_buf_append(out, base.data, kept);
    return st == TOCSIN_OK ? tcs_buf_append_str(out, ref) : st;
}
