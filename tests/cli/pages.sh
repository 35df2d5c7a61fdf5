# Pages of public WARC and ARC files (TOCSIN_DATA): what an analyst sees of them. One line a page in the table: file, record, title,
# date, date_from, lang, charset, charset_from, begin and end of the main text, and the URL's end.
. "$(dirname "$0")/check.inc"
containers=${TOCSIN_DATA:-}/containers
if [ ! -d "$containers" ] || ! /usr/bin/python3 -c '' 2>/dev/null; then
    echo "skip - fields of real pages: TOCSIN_DATA does not name the folder that holds containers/"
    exit 0
fi
cat >table <<'END'
chatnoir-eu+chatnoir-resiliparse/clipped.warc.gz|1|Review: Chance The Rapper at Revention|2016-10-17T08:52:00-05:00|meta|en|utf-8|utf-8|menu|Sponsor Content|spiritual-awakening-at-revention-8866723
chatnoir-eu+chatnoir-resiliparse/clueweb-quirk.warc.gz|2|ブラウニー ブリーフケース|||ja|euc-jp|http|||/019/000/order/
chatnoir-eu+chatnoir-resiliparse/warcfile.warc.gz|6|О компании - Стратегия пожарной безопасности|||und|windows-1251|http|О компании|Московской области.|/company/
chatnoir-eu+chatnoir-resiliparse/warcfile.warc.gz|27|, , Fahrerstatistik|||und|windows-1252|meta|Table 'usr_web204|Seitenzugriffe Heute: 16'293|Anthony_Ravard.html
chatnoir-eu+chatnoir-resiliparse/warcfile.warc.gz|36|2018新老藏宝图纪录_主页|||zh-Hans|gb18030|meta|产品分类|共 15页284条|list_4_1.html
chatnoir-eu+chatnoir-resiliparse/warcfile.warc.gz|39|三乡招聘|||zh-Hans|gb18030|http|三乡||/area/sanxiang/
chatnoir-eu+chatnoir-resiliparse/warcfile.warc.gz|45|Hovenier in Oosterbeek nodig?|||nl|utf-8|utf-8|Hovenier in Oosterbeek|Laat het ons weten.|/oosterbeek/
commoncrawl+whirlwind-python/whirlwind.warc.gz|3|Escopete - Biquipedia, a enciclopedia libre|2008-07-04T09:51:01Z|json-ld|an|utf-8|utf-8|Escopete|Categorías amagadas:|/wiki/Escopete
webrecorder+warcio/example-iana.org-chunked.warc|2|Internet Assigned Numbers Authority|||en|utf-8|utf-8|Internet Assigned|methodology and responses received.|http://iana.org/
webrecorder+warcio/example.arc.gz|2|Example Domain|||en|utf-8|utf-8|Example Domain|asking for permission.|http://example.com/
webrecorder+warcio/example-space-in-url.arc|2|Example Domain|||en|utf-8|utf-8|Example Domain||&EmailTitle=Examples From The Live Web&IsPopUp=False
webrecorder+warcio/example-trunc.warc|3|Example Domain|||en|utf-8|utf-8|Example Domain|asking for permission.|http://example.com/
END
/usr/bin/python3 - "$tocsin" "$containers" <<'END'
import json, subprocess, sys
tocsin, containers = sys.argv[1:]
keys = "title date date_from lang charset charset_from begin end url".split()
seen = {}


def page(file, record):
    if file not in seen:
        scan = [tocsin, "scan", "-q", "-e", "no such term", file, "--emit"]
        lines = [json.loads(line) for line in subprocess.run(scan + ["all"], cwd=containers, capture_output=True).stdout.splitlines()]
        fields = [json.loads(line) for line in subprocess.run(scan + ["fields"], cwd=containers, capture_output=True).stdout.splitlines()]
        for line, decoded in zip(lines, fields, strict=True):
            text = "".join(f["text"] for f in decoded["fields"] if f["role"] == "text")
            seen.setdefault(file, {})[line["input"]["record"]] = line | {"begin": text, "end": text}
    return seen[file][record]


for row in open("table", encoding="utf-8"):
    file, record, *expected = row.rstrip("\n").split("|")
    got = page(file, int(record))
    bad = []
    for key, value in zip(keys, expected, strict=True):
        found = got.get(key, "")
        if key in ("title", "begin"):
            good = found.startswith(value)
        elif key in ("end", "url"):
            good = found.endswith(value)
        else:
            good = found == value
        if not good:
            bad.append(f"{key}: {found[-60:] if key in ('end', 'url') else found[:60]!r}, expected {value!r}")
    print("not ok" if bad else "ok", "-", file, record, *bad)
END
