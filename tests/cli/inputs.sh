# Files, folders, lists and codecs; formats go by content.
. "$(dirname "$0")/check.inc"

printf '{"id":"a","title":"AI换脸诈骗","text":"x"}\n{"id":"b","title":"weather","text":"y"}\n' >one.jsonl
mkdir -p tree/b tree/a
cp one.jsonl tree/b/2.json
gzip -c one.jsonl >tree/a/1.txt
printf 'AI换脸诈骗\n' >tree/c
ln -s ../one.jsonl tree/link
ln -s ../tree tree/b/loop

run scan -q -e 换脸 one.jsonl
is "JSONL: one document flagged" "$(lines out)" 1
has "JSONL: its id is the document's own" out '"id":"a","input":{"file":"one.jsonl","record":1,"offset":0'
has "JSONL: the field is the title" out '"field":"title"'

run scan -q -e 换脸 tree/a/1.txt
has "gzip goes by content" out '"id":"a"'
if command -v zstd >/dev/null; then
    zstd -q one.jsonl -o one.bin
    run scan -q -e 换脸 one.bin
    has "zstd goes by content" out '"id":"a"'
else
    echo "skip - zstd: the command is missing"
fi
cat one.jsonl | gzip | cat - tree/a/1.txt >members.gz
run scan -q -e 换脸 members.gz
is "every gzip member is read" "$(lines out)" 2

run scan -q -e 换脸 tree
is "a folder is read in byte order, links aside" \
    "$(sed -E 's/.*"file":"([^"]*)".*/\1/' out | tr '\n' ' ')" "tree/a/1.txt tree/b/2.json tree/c "
run scan -q -e 换脸 tree/link
is "a link that is named is followed" "$(lines out)" 1

printf 'tree/c\n\ntree/a/1.txt\n' >list
run scan -q -e 换脸 --files-from list
is "--files-from keeps its order" "$(sed -E 's/.*"file":"([^"]*)".*/\1/' out | tr '\n' ' ')" "tree/c tree/a/1.txt "
: >nothing
run scan -q -e 换脸 --files-from nothing <one.jsonl
status_is "an empty list is status 0" 0
empty "and does not read stdin instead" out

run scan -q -e 换脸 - <one.jsonl
is "- is stdin" "$(lines out)" 1
run scan -q -e 换脸 <nothing
status_is "empty input is status 0" 0
empty "empty input prints nothing" out
mkdir hollow
run scan -q -e 换脸 hollow
status_is "an empty folder is status 0" 0

run scan -q --format lines -e 换脸 one.jsonl
has "--format lines overrules" out '"field":"text"'
run scan -q -e 换脸 --field text=title one.jsonl
has "--field names the key" out '"field":"title"'
run scan -q -e 换脸 --field text one.jsonl
empty "keys that are not named are not searched" out
run scan -q -e 换脸 --field body=title one.jsonl
status_is "an unknown role is status 2" 2
printf '{"n":{"p":["x","换脸"]},"key":7}\n' >nested.jsonl
run scan -q -e 换脸 --field 'n.p[]' --meta id=key nested.jsonl
has "--field reaches inside, --meta takes a number" out '"id":"7"'
run scan -e 换脸 --field nosuch nested.jsonl
status_is "none of the fields in a non-empty input is status 1" 1
printf '{"title":"天气","body":"AI换脸"}\n{"title":"换脸","body":"x"}\n' >keys.jsonl
run scan -e 换脸 --field title=title,text=bdy,other=remark,other=note keys.jsonl
status_is "a key that nobody has beside one that is there is no loss" 0
has "but told, with all that is missing of its role" err "keys.jsonl: --field names 'bdy', 'remark', 'note', which none of the first"
run scan -e 换脸 --field title=title,text=bdy,text=body keys.jsonl
lacks "keys of one role stand in for each other" err 'which none'
run scan -q -e 换脸 --field title=title,text=bdy keys.jsonl
empty "-q does not tell" err
{ printf 'title,body\n' && printf '天气,换脸\n'; } >keys.csv
run scan -e 换脸 --field title=title,text=bdy keys.csv
has "of columns, too" err "--field names 'bdy', which none"
{ echo 'wrote 2 lines' && cat keys.jsonl; } >front.jsonl
run scan -q -e 换脸 --quarantine lost front.jsonl
is "a line in front does not turn JSONL into lines" "$(grep -o '"field":"[^"]*"' out | tr '\n' ' ')" '"field":"body" "field":"title" '
run scan -q -e 换脸 --validate --quarantine lost front.jsonl
has "and --validate tells it" lost '"record":1,"offset":0,"kind":"document"'
run scan --format pdf -e x one.jsonl
status_is "an unknown format is status 2" 2

for file in news.jsonl.gz news.jsonl.zst news-escaped.jsonl.gz; do
    run scan -q --only-lexicons "$here/patterns" "$samples/$file"
    sed -E 's/"input":\{[^}]*\}//' out >"result.$file"
done
is "escaped JSON gives the same" "$(cmp result.news.jsonl.gz result.news-escaped.jsonl.gz 2>&1)" ""
is "zstd gives the same" "$(cmp result.news.jsonl.gz result.news.jsonl.zst 2>&1)" ""
