/* How errors are filled: once, bounded, and with errno saved before anything can change it. */
#include "base/error.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static void copy_bounded(char *dst, size_t cap, const char *src)
{
    size_t len = strlen(src);

    if (len >= cap)
        len = cap - 1;
    memcpy(dst, src, len);
    dst[len] = '\0';
}

tocsin_status tcs_fail(struct tocsin_error *err, tocsin_status status, const char *where,
                       uint64_t offset, const char *format, ...)
{
    int saved = errno;
    va_list args;

    if (!err)
        return status;
    err->status = status;
    err->sys_errno = status == TOCSIN_E_IO ? saved : 0;
    err->offset = offset;
    copy_bounded(err->where, sizeof err->where, where ? where : "");
    va_start(args, format);
    (void)vsnprintf(err->message, sizeof err->message, format, args);
    va_end(args);
    return status;
}

tocsin_status tcs_fail_nomem(struct tocsin_error *err)
{
    return tcs_fail(err, TOCSIN_E_NOMEM, NULL, 0,
                    "out of memory; close other programs or scan with fewer --threads");
}

void tcs_error_place(struct tocsin_error *err, const char *where)
{
    if (err && !err->where[0] && where)
        copy_bounded(err->where, sizeof err->where, where);
}

const char *tocsin_status_name(tocsin_status status)
{
    switch (status) {
    case TOCSIN_OK: return "TOCSIN_OK";
    case TOCSIN_E_ARG: return "TOCSIN_E_ARG";
    case TOCSIN_E_NOMEM: return "TOCSIN_E_NOMEM";
    case TOCSIN_E_IO: return "TOCSIN_E_IO";
    case TOCSIN_E_TRUNCATED: return "TOCSIN_E_TRUNCATED";
    case TOCSIN_E_CORRUPT: return "TOCSIN_E_CORRUPT";
    case TOCSIN_E_UNSUPPORTED: return "TOCSIN_E_UNSUPPORTED";
    case TOCSIN_E_PATTERN: return "TOCSIN_E_PATTERN";
    case TOCSIN_E_DB_VERSION: return "TOCSIN_E_DB_VERSION";
    case TOCSIN_E_LIMIT: return "TOCSIN_E_LIMIT";
    case TOCSIN_E_CANCELLED: return "TOCSIN_E_CANCELLED";
    case TOCSIN_E_INTERNAL: return "TOCSIN_E_INTERNAL";
    }
    return "unknown status";
}
