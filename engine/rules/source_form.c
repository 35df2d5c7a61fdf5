/* Lengths come from a file: each is compared with what is left before it is used. */
#include "rules/source_form.h"

#include <string.h>

static tocsin_status append_u64(struct tcs_buf *out, uint64_t value)
{
    return tcs_buf_append(out, (const char *)&value, sizeof value);
}

tocsin_status tcs_source_append(struct tcs_buf *out, struct tcs_source source)
{
    tocsin_status st = append_u64(out, source.name.len);

    if (st == TOCSIN_OK)
        st = tcs_buf_append_str(out, source.name);
    if (st == TOCSIN_OK)
        st = append_u64(out, source.text.len);
    return st == TOCSIN_OK ? tcs_buf_append_str(out, source.text) : st;
}

static bool take_str(struct tcs_str *from, struct tcs_str *out)
{
    uint64_t len;

    if (from->len < sizeof len)
        return false;
    memcpy(&len, from->data, sizeof len);
    from->data += sizeof len;
    from->len -= sizeof len;
    if (len > from->len)
        return false;
    *out = (struct tcs_str){from->data, (size_t)len};
    from->data += len;
    from->len -= (size_t)len;
    return true;
}

bool tcs_source_next(struct tcs_str *rest, struct tcs_source *source_out)
{
    return take_str(rest, &source_out->name) && take_str(rest, &source_out->text);
}
