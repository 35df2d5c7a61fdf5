/*
 * The labels stand in one string a charset, parted by spaces: a compact table that is searched a
 * few times a document. gb2312 and its kin are GB18030 and big5 is Big5-HKSCS, as the Encoding
 * Standard has it; so are latin1 and ascii windows-1252.
 */
#include "input/charset_label.h"

#include <string.h>

#include "input/charset.h"

static const struct {
    const char *name;
    const char *icu_name;
    const char *labels;
} charsets[TCS_CHARSET_COUNT] = {
    [TCS_CHARSET_UTF_8] = {"utf-8", "utf-8",
        "utf-8 utf8 unicode-1-1-utf-8 unicode11utf8 unicode20utf8 x-unicode20utf8"},
    [TCS_CHARSET_UTF_16LE] = {"utf-16le", "utf-16le",
        "utf-16le utf-16 csunicode iso-10646-ucs-2 ucs-2 unicode unicodefeff"},
    [TCS_CHARSET_UTF_16BE] = {"utf-16be", "utf-16be", "utf-16be unicodefffe"},
    [TCS_CHARSET_GB18030] = {"gb18030", "gb18030",
        "gb18030 gbk gb2312 gb_2312-80 gb_2312 chinese csgb2312 "
        "csiso58gb231280 iso-ir-58 x-gbk cp936"},
    [TCS_CHARSET_BIG5_HKSCS] = {"big5-hkscs", "big5-hkscs",
        "big5-hkscs big5 cn-big5 csbig5 x-x-big5"},
    [TCS_CHARSET_SHIFT_JIS] = {"shift_jis", "ibm-943_P15A-2003",
        "shift_jis shift-jis sjis ms_kanji csshiftjis ms932 windows-31j x-sjis"},
    [TCS_CHARSET_EUC_JP] = {"euc-jp", "euc-jp", "euc-jp cseucpkdfmtjapanese x-euc-jp"},
    [TCS_CHARSET_EUC_KR] = {"euc-kr", "windows-949-2000",
        "euc-kr cseuckr csksc56011987 iso-ir-149 korean ks_c_5601-1987 ks_c_5601-1989 ksc5601 "
        "ksc_5601 windows-949"},
    [TCS_CHARSET_WINDOWS_874] = {"windows-874", "windows-874-2000",
        "windows-874 dos-874 iso-8859-11 iso8859-11 iso885911 tis-620"},
    [TCS_CHARSET_WINDOWS_1250] = {"windows-1250", "windows-1250", "windows-1250 cp1250 x-cp1250"},
    [TCS_CHARSET_WINDOWS_1251] = {"windows-1251", "windows-1251", "windows-1251 cp1251 x-cp1251"},
    [TCS_CHARSET_WINDOWS_1252] = {"windows-1252", "windows-1252",
        "windows-1252 iso-8859-1 iso8859-1 iso88591 iso_8859-1 iso_8859-1:1987 latin1 l1 ascii "
        "us-ascii ansi_x3.4-1968 cp1252 x-cp1252 cp819 ibm819 csisolatin1 "
        "iso-ir-100 x-user-defined"},
    [TCS_CHARSET_WINDOWS_1253] = {"windows-1253", "windows-1253", "windows-1253 cp1253 x-cp1253"},
    [TCS_CHARSET_WINDOWS_1254] = {"windows-1254", "windows-1254",
        "windows-1254 cp1254 x-cp1254 iso-8859-9 iso8859-9 iso88599 iso_8859-9 iso_8859-9:1989 "
        "latin5 l5 csisolatin5 iso-ir-148"},
    [TCS_CHARSET_WINDOWS_1255] = {"windows-1255", "windows-1255", "windows-1255 cp1255 x-cp1255"},
    [TCS_CHARSET_WINDOWS_1256] = {"windows-1256", "windows-1256", "windows-1256 cp1256 x-cp1256"},
    [TCS_CHARSET_WINDOWS_1257] = {"windows-1257", "windows-1257", "windows-1257 cp1257 x-cp1257"},
    [TCS_CHARSET_WINDOWS_1258] = {"windows-1258", "windows-1258", "windows-1258 cp1258 x-cp1258"},
    [TCS_CHARSET_ISO_8859_2] = {"iso-8859-2", "iso-8859-2",
        "iso-8859-2 iso8859-2 iso88592 iso_8859-2 iso_8859-2:1987 latin2 l2 csisolatin2 "
        "iso-ir-101"},
    [TCS_CHARSET_ISO_8859_3] = {"iso-8859-3", "iso-8859-3",
        "iso-8859-3 iso8859-3 iso88593 iso_8859-3 iso_8859-3:1988 latin3 l3 csisolatin3 "
        "iso-ir-109"},
    [TCS_CHARSET_ISO_8859_4] = {"iso-8859-4", "iso-8859-4",
        "iso-8859-4 iso8859-4 iso88594 iso_8859-4 iso_8859-4:1988 latin4 l4 csisolatin4 "
        "iso-ir-110"},
    [TCS_CHARSET_ISO_8859_5] = {"iso-8859-5", "iso-8859-5",
        "iso-8859-5 iso8859-5 iso88595 iso_8859-5 iso_8859-5:1988 cyrillic csisolatincyrillic "
        "iso-ir-144"},
    [TCS_CHARSET_ISO_8859_6] = {"iso-8859-6", "iso-8859-6",
        "iso-8859-6 iso8859-6 iso88596 iso_8859-6 iso_8859-6:1987 arabic asmo-708 ecma-114 "
        "csisolatinarabic iso-8859-6-e iso-8859-6-i csiso88596e csiso88596i iso-ir-127"},
    [TCS_CHARSET_ISO_8859_7] = {"iso-8859-7", "iso-8859-7",
        "iso-8859-7 iso8859-7 iso88597 iso_8859-7 iso_8859-7:1987 greek greek8 elot_928 ecma-118 "
        "sun_eu_greek csisolatingreek iso-ir-126"},
    [TCS_CHARSET_ISO_8859_8] = {"iso-8859-8", "iso-8859-8",
        "iso-8859-8 iso8859-8 iso88598 iso_8859-8 iso_8859-8:1988 hebrew visual csisolatinhebrew "
        "iso-8859-8-e iso-8859-8-i csiso88598e csiso88598i iso-ir-138 logical"},
    [TCS_CHARSET_ISO_8859_10] = {"iso-8859-10", "iso-8859-10",
        "iso-8859-10 iso8859-10 iso885910 latin6 l6 csisolatin6 iso-ir-157"},
    [TCS_CHARSET_ISO_8859_13] = {"iso-8859-13", "iso-8859-13", "iso-8859-13 iso8859-13 iso885913"},
    [TCS_CHARSET_ISO_8859_14] = {"iso-8859-14", "iso-8859-14", "iso-8859-14 iso8859-14 iso885914"},
    [TCS_CHARSET_ISO_8859_15] = {"iso-8859-15", "iso-8859-15",
        "iso-8859-15 iso8859-15 iso885915 iso_8859-15 csisolatin9 l9"},
    [TCS_CHARSET_KOI8_R] = {"koi8-r", "koi8-r", "koi8-r koi koi8 koi8_r cskoi8r"},
    [TCS_CHARSET_KOI8_U] = {"koi8-u", "koi8-u", "koi8-u koi8-ru"},
};

_Static_assert(TCS_CHARSET_COUNT <= TCS_CHARSET_TABLES, "a scratch has a place for every charset");

const char *tcs_charset_name(enum tcs_charset_id id)
{
    return charsets[id].name;
}

const char *tcs_charset_icu_name(enum tcs_charset_id id)
{
    return charsets[id].icu_name;
}

static bool has_label(const char *labels, struct tcs_str label)
{
    size_t len;

    for (;; labels += len + 1) {
        len = strcspn(labels, " ");
        if (tcs_str_equal_nocase((struct tcs_str){labels, len}, label))
            return true;
        if (!labels[len])
            return false;
    }
}

enum tcs_charset_id tcs_charset_id_by_label(struct tcs_str label)
{
    int id;

    label = tcs_str_trim(label);
    for (id = 0; label.len && id < TCS_CHARSET_COUNT; id++) {
        if (has_label(charsets[id].labels, label))
            return (enum tcs_charset_id)id;
    }
    return TCS_CHARSET_COUNT;
}

const char *tcs_charset_by_label(struct tcs_str label)
{
    enum tcs_charset_id id = tcs_charset_id_by_label(label);

    return id < TCS_CHARSET_COUNT ? charsets[id].name : NULL;
}
