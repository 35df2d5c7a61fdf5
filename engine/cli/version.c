/*
 * Asks each library for the version that is loaded, which may be newer than the one that Tocsin was compiled with;
 * those that cannot be asked tell what they were compiled as. The one file outside their doors that includes them.
 */
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

#define TOCSIN_VERSION "0.1.0"

static void print_codecs(void)
{
    (void)printf("  zlib        %s\n", zlibVersion());
    (void)printf("  zstd        %s\n", ZSTD_versionString());
#ifdef TCS_HAVE_ISAL
    (void)printf("  ISA-L       %d.%d.%d\n", ISAL_MAJOR_VERSION, ISAL_MINOR_VERSION, ISAL_PATCH_VERSION);
#endif
#ifdef TCS_HAVE_LIBDEFLATE
    (void)printf("  libdeflate  %s\n", LIBDEFLATE_VERSION_STRING);
#endif
#ifdef TCS_HAVE_BZIP2
    (void)printf("  bzip2       %s\n", BZ2_bzlibVersion());
#endif
#ifdef TCS_HAVE_LZMA
    (void)printf("  liblzma     %s\n", lzma_version_string());
#endif
#ifdef TCS_HAVE_LZ4
    (void)printf("  lz4         %s\n", LZ4_versionString());
#endif
#ifdef TCS_HAVE_BROTLI
    uint32_t brotli = BrotliDecoderVersion();

    (void)printf("  brotli      %u.%u.%u\n", brotli >> 24, brotli >> 12 & 0xFFF, brotli & 0xFFF);
#endif
}

void tcs_version_print(void)
{
    char icu[U_MAX_VERSION_STRING_LENGTH], unicode[U_MAX_VERSION_STRING_LENGTH];
    UVersionInfo version;

    u_getVersion(version);
    u_versionToString(version, icu);
    u_getUnicodeVersion(version);
    u_versionToString(version, unicode);
    (void)printf("tocsin %s\n", TOCSIN_VERSION);
    (void)printf("  %-11s %s\n", tcs_literals_engine_name(), tcs_literals_engine_version());
    (void)printf("  ICU         %s (Unicode %s)\n", icu, unicode);
    print_codecs();
    (void)printf("  libyaml     %s\n", yaml_get_version_string());
    (void)printf("  fold        %s\n", tcs_fold_version);
}
