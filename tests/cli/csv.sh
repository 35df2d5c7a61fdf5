# CSV: columns, quotes, delimiters, rows that do not fit, and the same answers as from JSONL.
. "$(dirname "$0")/check.inc"

cat >news.csv <<'END'
id,title,text,title,url
a,"AI换脸诈骗, 警方提醒","first ""line""
second line",,https://example.org/a
b,weather,nothing,,
c,"用AI换""脸""骗人",x,,
d,x,short
e,x,y,"换脸 in the second title",https://example.org/e
END
run scan -q -e 换脸 news.csv
status_is "a table is status 0" 0
is "documents with the term" "$(sed -E 's/.*"id":"([^"]*)".*/\1/' out | tr '\n' ' ')" "a c e "
has "a row that begins behind a text of two lines has its number" out '"id":"c","input":{"file":"news.csv","record":4,'
has "and its offset" out "\"record\":4,\"offset\":$(grep -b '^c,' news.csv | cut -d: -f1),"
has "metadata has its columns" out '"url":"https://example.org/e"'
has "the hit is what stands in the field, without doubled marks" out '"text":"换\"脸'
run scan -q -e 换脸 --emit fields news.csv
has "doubled marks are one, line breaks stay" out '"first \"line\"\nsecond line"'
has "a column that is named twice is searched twice" out '换脸 in the second title'
is "the header is no document" "$(lines out)" 5

run scan -q -e 换脸 --format lines news.csv
has "--format lines overrules" out '"record":2'
printf 'heading,words\nx,换脸\n' >unknown.csv
run scan -q -e 换脸 unknown.csv
has "without a known name it is lines" out '"text":"换脸"'
run scan -q -e 换脸 --format csv unknown.csv
status_is "--format csv without any known column is status 1" 1
run scan -q -e 换脸 --format csv --field text=words --meta id=heading unknown.csv
has "--field and --meta name columns" out '"id":"x"'
printf 'ID,Title,TEXT\n1,换脸,x\n' >case.csv
run scan -q -e 换脸 case.csv
has "names that are known are known in any case" out '"id":"1"'
is "and have their roles" "$(grep -o '"field":"[^"]*"' out)" '"field":"title"'
run scan -q -e 换脸 --field text=title case.csv
status_is "what --field names is meant as it stands" 1
printf 'a.b,title[]\n换脸,换脸\n' >path.csv
run scan -q -e 换脸 --format csv --field 'text=a.b,title=title[]' path.csv
is "a column's name is the whole of a path" "$(grep -o '"field":"[^"]*"' out | tr '\n' ' ')" \
    '"field":"a.b" "field":"title[]" '

printf '\xef\xbb\xbf"id";"title"\r\n\r\n"1";"a;换脸"\r\n' >semicolons.csv
run scan -q -e 换脸 semicolons.csv
has "semicolons, a BOM, CRLF and a blank row" out '"id":"1","input":{"file":"semicolons.csv","record":3,'
printf 'id\ttitle\n1\t5" screen, 换脸\n2\t换脸\n' >tabs.tsv
run scan -q -e 换脸 tabs.tsv
is "tabs, and a quotation mark inside a field is text" "$(lines out)" 2
{
    printf 'id,title\n'
    for i in 1 2 3 4 5 6 7 8 9; do printf '%s,男子用换脸视频诈骗，警方提醒市民注意防范\n' $i; done
} | iconv -f utf-8 -t gb18030 >gb18030.csv
run scan -q -e 换脸 gb18030.csv
is "a table in GB18030 is read" "$(grep -c '"charset":"gb18030"' out)" 9

# Damage: of a row, told where the row may hold a term; never of its neighbours.
cat >damaged.csv <<'END'
id,title
1,换脸
2,换脸,too many
3,x,too many
4,"换脸"s text behind the mark
5,x "quoted" 换脸
6,"never closed 换脸
7,换脸
8,换脸
END
run scan -q -e 换脸 --quarantine lost damaged.csv
status_is "damaged rows are status 1" 1
is "their neighbours are found" "$(sed -E 's/.*"id":"([^"]*)".*/\1/' out | tr '\n' ' ')" "1 5 7 8 "
is "rows that may hold a term are told" "$(grep -o '"record":[0-9]*' lost | tr '\n' ' ')" '"record":3 "record":5 "record":7 '
has "as damage of a document" lost '"kind":"document"'
run scan -q -e 换脸 --validate --quarantine lost damaged.csv
is "--validate tells all" "$(lines lost)" 4
awk 'BEGIN { print "id,title"; for (i = 0; i < 1200; i++) print i ",x"; print "late,x,too many" }' >late.csv
run scan -q -e 换脸 --validate --quarantine lost late.csv
is "however late it stands" "$(grep -o '"record":[0-9]*' lost)" '"record":1202'

{
    printf 'id,title,text\n1,换脸,"'
    head -c 5000 /dev/zero | tr '\0' x
    printf '"\n2,换脸,y\n3,z,"never closed\n4,换脸,'
    head -c 3000 /dev/zero | tr '\0' '\n'
    printf '\n5,换脸,z\n'
} >long.csv
run scan -q -e 换脸 --record-limit 2Ki --quarantine lost long.csv
status_is "a row over the limit is status 1" 1
is "its neighbours are found, behind a field without an end too" \
    "$(sed -E 's/.*"id":"([^"]*)".*/\1/' out | tr '\n' ' ')" "2 4 5 "
is "both are told" "$(grep -o '"kind":"limit"' lost | wc -l | tr -d ' ')" 2

for file in news.csv damaged.csv long.csv semicolons.csv tabs.tsv; do
    run scan -q -e 换脸 --record-limit 2Ki --quarantine lost.1 $file
    first=$status
    cp out out.1
    run scan -q -e 换脸 --record-limit 2Ki --no-sieve --quarantine lost.2 $file
    if [ "$first" = "$status" ] && cmp -s out out.1 && cmp -s lost.1 lost.2; then
        ok "--no-sieve changes nothing on $file"
    else
        not_ok "--no-sieve changes nothing on $file" "status $first and $status"
    fi
done

# --as
printf 'id,title\r\n1,"a, AI换脸"\r\n2,x\r\n3,换脸\r\n' >as.csv
run scan -q -e 换脸 --as t --emit hits as.csv
printf 'id,title,t.label,t.score,t.rules\r\n1,"a, AI换脸",,,\r\n3,换脸,,,\r\n' >expected
is "--as keeps rows and adds columns" "$(cmp out expected 2>&1)" ""
run scan -q -e 换脸 --as t --emit all <as.csv
is "--emit all has all rows" "$(lines out)" 4
cp out as.out.csv
run scan -q -e 换脸 --as t as.out.csv
status_is "--as with columns that exist is status 2" 2
has "and says which" err 'column "t.label" already'
run scan -q -e 换脸 --as t --emit fields as.csv
status_is "--as with --emit fields is status 2" 2
: >empty
run scan -q -e 换脸 --as t empty
status_is "--as on empty input is status 0" 0
empty "and prints nothing" out

# The sample corpus as a table: what is flagged in JSONL is flagged here.
if /usr/bin/python3 -c '' 2>/dev/null; then
    zcat "$samples/news.jsonl.gz" | /usr/bin/python3 -c '
import csv, json, sys
rows = [json.loads(line) for line in sys.stdin]
names = sorted({key for row in rows for key in row})
out = csv.writer(sys.stdout, lineterminator="\n")
out.writerow(names)
for row in rows:
    out.writerow([row.get(name, "") for name in names])' >sample.csv
    run scan -q --only-lexicons "$here/patterns" "$samples/news.jsonl.gz"
    sed -E 's/"input":\{[^}]*\},?//;s/"(charset|charset_from)":"[^"]*",?//g' out >from-jsonl
    run scan -q --only-lexicons "$here/patterns" sample.csv
    sed -E 's/"input":\{[^}]*\},?//;s/"(charset|charset_from)":"[^"]*",?//g' out >from-csv
    is "CSV gives what JSONL gives" "$(cmp from-jsonl from-csv 2>&1)" ""
    run scan -q --only-lexicons "$here/patterns" --as t --emit all sample.csv
    /usr/bin/python3 -c '
import csv, sys
before = list(csv.DictReader(open("sample.csv", newline="", encoding="utf-8")))
after = list(csv.DictReader(open("out", newline="", encoding="utf-8")))
for old, new in zip(before, after, strict=True):
    label, score, rules = new.pop("t.label"), new.pop("t.score"), new.pop("t.rules")
    assert old == new, (old, new)
    if label:
        print(f"\"label\":\"{label}\",\"score\":{score},\"rules\":[" + ",".join(f"\"{r}\"" for r in rules.split()) + "]")
' >from-columns 2>err
    grep -oE '"label":"[a-z]*","score":[0-9.]*,"rules":\[[^]]*\]' from-csv >from-lines
    is "--as says in columns what lines say, and another CSV reader reads it" "$(cmp from-columns from-lines 2>&1)" ""
else
    echo "skip - CSV gives what JSONL gives: python3 is missing"
fi
