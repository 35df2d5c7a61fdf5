/* The table of back ends, in order of speed. */
#include "input/inflate.h"

#include <string.h>

static const struct tcs_inflate_backend *const backends[] = {
#ifdef TCS_HAVE_ISAL
    &tcs_inflate_isal,
#endif
    &tcs_inflate_zlib,
    NULL,
};

const struct tcs_inflate_backend *tcs_inflate_backend_at(size_t index)
{
    return index < sizeof backends / sizeof *backends ? backends[index] : NULL;
}

const struct tcs_inflate_backend *tcs_inflate_backend_by_name(const char *name)
{
    size_t i;

    for (i = 0; backends[i]; i++) {
        if (strcmp(backends[i]->name, name) == 0)
            return backends[i];
    }
    return NULL;
}

const struct tcs_inflate_whole *tcs_inflate_whole_library(void)
{
#ifdef TCS_HAVE_LIBDEFLATE
    return &tcs_inflate_libdeflate;
#else
    return NULL;
#endif
}
