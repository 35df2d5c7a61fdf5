/*
 * Asks each library for the version that is loaded, which may be newer than the one that Tocsin was compiled with;
 * those that cannot be asked tell what they were compiled as. The one file outside their doors that includes them.
 */
#include <stdarg.h>
#include <stdio.h>
#include <unicode/uchar.h>
#include <unicode/uversion.h>
#include <yaml.h>
#include <zlib.h>
#include <zstd.h>
#ifdef TCS_HAVE_ISAL
#include <isa-l.h>
#endif
#ifdef TCS_HAVE_LIBDEFLATE
#include <libdeflate.h>
#endif
#ifdef TCS_HAVE_BZIP2
#include <bzlib.h>
#endif
#ifdef TCS_HAVE_LZMA
#include <lzma.h>
#endif
#ifdef TCS_HAVE_LZ4
#include <lz4.h>
#endif
#ifdef TCS_HAVE_BROTLI
#include <brotli/decode.h>
#endif

#include "cli/command.h"
#include "match/fold_table.h"
#include "match/literals.h"

#define VERSION_BYTES 128

struct teller {
    void (*tell)(void *context, const char *name, const char *version);
    void *context;
};

static __attribute__((format(printf, 3, 4))) void tell(const struct teller *t, const char *name, const char *format, ...)
{
    char text[VERSION_BYTES];
    va_list args;

    va_start(args, format);
    (void)vsnprintf(text, sizeof text, format, args);
    va_end(args);
    t->tell(t->context, name, text);
}

static void tell_codecs(const struct teller *t)
{
    tell(t, "zlib", "%s", zlibVersion());
    tell(t, "zstd", "%s", ZSTD_versionString());
#ifdef TCS_HAVE_ISAL
    tell(t, "ISA-L", "%d.%d.%d", ISAL_MAJOR_VERSION, ISAL_MINOR_VERSION, ISAL_PATCH_VERSION);
#endif
#ifdef TCS_HAVE_LIBDEFLATE
    tell(t, "libdeflate", "%s", LIBDEFLATE_VERSION_STRING);
#endif
#ifdef TCS_HAVE_BZIP2
    tell(t, "bzip2", "%s", BZ2_bzlibVersion());
#endif
#ifdef TCS_HAVE_LZMA
    tell(t, "liblzma", "%s", lzma_version_string());
#endif
#ifdef TCS_HAVE_LZ4
    tell(t, "lz4", "%s", LZ4_versionString());
#endif
#ifdef TCS_HAVE_BROTLI
    uint32_t brotli = BrotliDecoderVersion();

    tell(t, "brotli", "%u.%u.%u", brotli >> 24, brotli >> 12 & 0xFFF, brotli & 0xFFF);
#endif
}

void tcs_version_each(void (*callback)(void *context, const char *name, const char *version), void *context)
{
    struct teller t = {callback, context};
    char icu[U_MAX_VERSION_STRING_LENGTH], unicode[U_MAX_VERSION_STRING_LENGTH];
    UVersionInfo version;

    u_getVersion(version);
    u_versionToString(version, icu);
    u_getUnicodeVersion(version);
    u_versionToString(version, unicode);
    tell(&t, tcs_literals_engine_name(), "%s", tcs_literals_engine_version());
    tell(&t, "ICU", "%s (Unicode %s)", icu, unicode);
    tell_codecs(&t);
    tell(&t, "libyaml", "%s", yaml_get_version_string());
    tell(&t, "fold", "%s", tcs_fold_version);
}

static void print_one(void *context, const char *name, const char *version)
{
    (void)context;
    (void)printf("  %-11s %s\n", name, version);
}

void tcs_version_print(void)
{
    (void)printf("tocsin %s\n", tocsin_version());
    tcs_version_each(print_one, NULL);
}
