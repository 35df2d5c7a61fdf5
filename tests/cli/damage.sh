# Damaged input costs only what is damaged, and is told.
. "$(dirname "$0")/check.inc"

for i in $(seq 1 2000); do
    echo "{\"id\":\"$i\",\"title\":\"AI换脸诈骗 $i $RANDOM$RANDOM\",\"text\":\"$RANDOM$RANDOM$RANDOM$RANDOM\"}"
done >all.jsonl
gzip -c all.jsonl >all.gz
head -c $(($(stat -c %s all.gz) / 2)) all.gz >half.gz

run scan -e 换脸 --quarantine lost half.gz
status_is "a truncated gzip is status 1" 1
found=$(lines out)
if [ "$found" -gt 500 ] && [ "$found" -lt 2000 ]; then
    ok "what came before the break is searched"
else
    not_ok "what came before the break is searched" "$found of 2000 lines"
fi
is "as it was" "$(head -n 500 out | grep -c '"damaged"')" 0
is "the quarantine has one line" "$(lines lost)" 1
has "with the file" lost '"file":"half.gz"'
has "with the kind" lost '"kind":"stream"'
has "with the status" lost '"status":"TOCSIN_E_TRUNCATED"'
has "with an offset" lost '"offset":'
has "stderr says it too" err 'half.gz'
run scan -q -e 换脸 --damage-ok half.gz
status_is "--damage-ok turns it into 0" 0

head -n 3 all.jsonl | gzip >a.gz
sed -n '4,6p' all.jsonl | gzip >b.gz
sed -n '7,9p' all.jsonl | gzip >c.gz
printf '\377\377\377\377' | dd of=b.gz bs=1 seek=$(($(stat -c %s b.gz) / 2)) conv=notrunc status=none
cat a.gz b.gz c.gz >members.gz
run scan -q -e 换脸 --quarantine lost members.gz
status_is "a broken member is status 1" 1
for id in 1 2 3 7 8 9; do
    has "document $id of a whole member is found" out "\"id\":\"$id\""
done

{
    head -n 2 all.jsonl
    echo '{"id":"bad","title":"换脸" broken}'
    echo '{"id":"bad too","title":"no term" broken}'
    sed -n '3p' all.jsonl
} >lines.jsonl
run scan -q -e 换脸 --quarantine lost lines.jsonl
status_is "a line that is no JSON is status 1" 1
is "its neighbours are found" "$(lines out)" 3
is "only damage that may hide a hit is told" "$(lines lost)" 1
has "with its line" lost '"record":3'
has "as damage of a document" lost '"kind":"document"'
run scan -q -e 换脸 --validate --quarantine lost lines.jsonl
is "--validate tells all" "$(lines lost)" 2
{
    awk 'BEGIN { for (i = 0; i < 1200; i++) print "{\"title\":\"x\"}" }'
    echo '{"title":"no term" broken}'
} >late.jsonl
run scan -q -e 换脸 --validate --quarantine lost late.jsonl
is "however late it stands" "$(grep -o '"record":[0-9]*' lost)" '"record":1201'

{
    echo 换脸
    head -c 5000 /dev/zero | tr '\0' x
    echo 换脸
    echo 换脸
} >long
run scan -q -e 换脸 --record-limit 2Ki --quarantine lost long
status_is "a line over the limit is status 1" 1
is "its neighbours are found" "$(lines out)" 2
has "it is told as a limit" lost '"kind":"limit"'
has "with its status" lost '"status":"TOCSIN_E_LIMIT"'

printf 'broken \xff\xfe \x80 换脸 \xe6\x8d\n' >bytes
run scan -q -e 换脸 bytes
status_is "bytes that are no UTF-8 hide no neighbour" 0
is "and the term is found" "$(lines out)" 1

mkdir all
cp half.gz members.gz lines.jsonl long bytes all
run scan -q -e 换脸 all
status_is "a folder with all of this is status 1" 1
for mode in --no-sieve --validate; do
    for file in half.gz members.gz lines.jsonl long bytes; do
        "$tocsin" scan -q -e 换脸 --record-limit 2Ki --quarantine lost.1 $file >out.1 2>err
        first=$?
        extra=$mode
        [ "$mode" = --validate ] && extra="--validate --no-sieve" && \
            "$tocsin" scan -q -e 换脸 --record-limit 2Ki --validate --quarantine lost.1 $file >out.1 2>err
        # shellcheck disable=SC2086 # two options
        "$tocsin" scan -q -e 换脸 --record-limit 2Ki $extra --quarantine lost.2 $file >out.2 2>err
        status=$?
        if [ "$first" = "$status" ] && cmp -s out.1 out.2 && cmp -s lost.1 lost.2; then
            ok "$extra changes nothing on $file"
        else
            not_ok "$extra changes nothing on $file" "status $first and $status"
        fi
    done
done

record() { printf 'WARC/1.0\r\nWARC-Type: conversion\r\nWARC-Record-ID: <urn:%s>\r\nContent-Length: %s\r\n\r\n换脸 %s\r\n\r\n' "$1" "$2" "$1"; }
{ record 1 8 && record 2 8x && record 3 8; } >length.wet
run scan -q -e 换脸 --quarantine lost length.wet
status_is "a length that is no number is status 1" 1
is "and all records are searched" "$(grep -o '"id":"urn:[0-9]"' out | tr '\n' ' ')" '"id":"urn:1" "id":"urn:2" "id":"urn:3" '
is "the quarantine names the record" "$(lines lost) $(grep -c "\"record\":2.*Content-Length is no number" lost)" "1 1"

# Records that no blank line closes, behind two members that are none: each member's start is looked at, whatever the chunks.
printf 'no record' | gzip -n >junk
for i in $(seq 1 40); do
    printf 'WARC/1.0\r\nWARC-Type: conversion\r\nContent-Length: 11\r\n\r\nAI换脸%03d' "$i" | gzip -n >member
    cat member >>records
done
cat records junk junk records records >bare.wet.gz
for chunk in 64 1000 1Mi; do
    run scan -q -e 换脸 --chunk "$chunk" bare.wet.gz
    is "members behind what is no record are searched, in chunks of $chunk" "$(lines out)" 120
done
{
    cat records junk
    printf 'no record\r\n\r\nWAR' | gzip -n
    printf 'C/1.0\r\nWARC-Type: conversion\r\nContent-Length: 8\r\n\r\nAI换脸' | gzip -n
} >parted.wet.gz
run scan -q -e 换脸 parted.wet.gz
is "and a record whose first word is parted by a member's end" "$(lines out)" 41

# A record's beginning in the midst of a line is none, and does not become one where a chunk begins.
{
    for i in $(seq 1 7000); do
        printf 'WARC/1.0\r\nWARC-Type: conversion\r\nContent-Length: 3\r\n\r\nabc\r\n\r\n'
    done
    printf 'no record'
    for i in $(seq 1 1000); do # 4,098 bytes are six of them
        printf 'x WARC/1.0\r\nWARC-Type: conversion\r\nX: %0622d\r\nContent-Length: 3\r\n\r\n' 0
    done
} >midst.wet
for chunk in 4067 5134 9887 1Mi; do
    run scan -q -e abc --emit all --chunk "$chunk" midst.wet
    is "what begins in the midst of a line is no record, in chunks of $chunk" "$(lines out)" 7000
done

# What is lost between records and what is lost in them stand in the quarantine in the order of the input.
for i in $(seq 1 3000); do
    printf 'WARC/1.0\r\nWARC-Type: response\r\nContent-Length: 77\r\n\r\n'
    printf 'HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: gzip\r\n\r\n\x1f\x8b\x08\x00no gz\r\n\r\nno record\r\n\r\n'
done >both.warc
for chunk in 700 1Mi; do
    run scan -q -e abc --validate --chunk "$chunk" --quarantine "lost.$chunk" both.warc
done
is "losses between and in records are told" "$(grep -c '"stream"' lost.1Mi) $(grep -c '"document"' lost.1Mi)" "3000 3000"
is "and in the same order in chunks of any size" "$(cksum <lost.700)" "$(cksum <lost.1Mi)"
