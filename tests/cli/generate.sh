# corpora/generate: the same bytes from the same seed, as much and as many as asked for, valid in each format, and
# `tocsin scan` flags exactly what --truth says. DOCS=20000 WARC_DOCS=20000 bash tests/cli/generate.sh is the long form.
. "$(dirname "$0")/check.inc"
python=/usr/bin/python3
generator=$(dirname "$tocsin")/generate
DOCS=${DOCS:-20000}
WARC_DOCS=${WARC_DOCS:-2000}
if [ ! -x "$generator" ]; then
    echo "skip - generate: there is no $generator; make generate"
    exit 0
fi

generate() { "$generator" --corpora "$here/corpora" "$@"; }
try() {
    generate "$@" >out 2>err
    status=$?
}

# ---- the same seed, the same bytes ----

for format in jsonl jsonl-escaped csv lines wet warc; do
    generate --format $format --docs 60 --flagged 0.1 --truth truth1 >one
    generate --format $format --docs 60 --flagged 0.1 --truth truth2 >two
    is "$format: two runs give the same bytes" "$(sha256sum <one)" "$(sha256sum <two)"
    is "$format: and the same truth" "$(sha256sum <truth1)" "$(sha256sum <truth2)"
    generate --format $format --docs 60 --flagged 0.1 --seed 2 >two
    is "$format: another seed gives others" "$(cmp -s one two && echo the same)" ""
    generate --format $format --docs 30 --flagged 0.1 >two
    is "$format: a longer corpus begins with the shorter one" "$(head -c "$(stat -c %s two)" one | cmp - two 2>&1)" ""
done
# Without articles/, to which some are added now and then. It changes when the material or what is drawn from it does.
is "every machine gives the same bytes" \
    "$(generate --docs 300 --flagged 0 --ai 0 | sha256sum | cut -c1-16)" 20547ce95a5205df
is "of pages, too" "$(generate --docs 100 --flagged 0 --ai 0 --headlines 0 --format warc |
    LC_ALL=C grep -aE '^<(script|style)' | sha256sum | cut -c1-16)" 1bec44709b59c6fb

# ---- how much ----

generate --size 2M -o sized.jsonl
size=$(stat -c %s sized.jsonl)
is "--size is reached, and passed by a document at most" "$((size >= 2000000 && size < 2050000))" 1
is "a file appears under its own name" "$(ls -- sized*)" sized.jsonl
for share in 0 0.001 0.02 0.3 1; do
    generate --docs 3000 --flagged $share --truth truth >one
    is "--flagged $share: so many" "$(grep -c '"flagged": true' truth)" "$(awk "BEGIN { print $share * 3000 }")"
done
generate --docs 3000 --flagged 0 --ai 0.5 --truth truth >one
near=$(grep -cv '"article": null' truth)
is "--ai 0.5: half of these are articles told again" "$((near > 650 && near < 850))" 1
generate --docs 400 --lang en --truth truth >one
is "--lang en: nothing else" "$(grep -c '"lang": "en"' truth)" 400
for median in 1200 6000; do # a line has some 240 bytes beside the text
    is "--doc-bytes $median: half of the texts are shorter" "$(generate --docs 2000 --doc-bytes $median --flagged 0 |
        LC_ALL=C awk -v limit=$((median + 240)) 'length($0) < limit { less++ }
            END { print (less > NR * 0.4 && less < NR * 0.6) }')" 1
done

# ---- compression ----

generate --docs 2000 --truth truth >plain.jsonl
for members in one record 100; do
    generate --docs 2000 --members $members -o z.gz
    is "gzip, --members $members: whole, and the same text" \
        "$(gzip -t z.gz 2>&1; gzip -dc z.gz | cmp - plain.jsonl 2>&1)" ""
done
"$tocsin" scan -q --stats stats z.gz >out
has "--members 100 makes twenty members of 2000 records" stats '"members":20,'
if command -v zstd >/dev/null; then
    generate --docs 2000 --members 500 -o z.zst
    is "zstd: whole, and the same text" "$(zstd -qdc z.zst | cmp - plain.jsonl 2>&1)" ""
else
    echo "skip - zstd: the command is missing"
fi
ratio=$(($(stat -c %s plain.jsonl) * 100 / $(gzip -6 -c plain.jsonl | wc -c)))
is "gzip -6 makes it between 2.3 and 4 times smaller, as it does news (here: $ratio %)" \
    "$((ratio >= 230 && ratio <= 400))" 1

# ---- validity ----

if [ -x $python ]; then
    generate --docs 2000 --format jsonl-escaped >escaped.jsonl
    generate --docs 2000 --format csv >table.csv
    generate --docs 2000 --format lines >lines.txt
    cat >check.py <<'END'
import collections, csv, json
plain = [json.loads(line) for line in open("plain.jsonl", encoding="utf-8")]
escaped = [json.loads(line) for line in open("escaped.jsonl", encoding="ascii")]
table = list(csv.DictReader(open("table.csv", encoding="utf-8", newline="")))
lines = open("lines.txt", encoding="utf-8").read().split("\n")[:-1]
truth = [json.loads(line) for line in open("truth", encoding="utf-8")]
def say(name, holds):
    print(f"{'ok' if holds else 'not ok'} - {name}")
say("2000 lines are JSON", len(plain) == 2000)
say("escaped JSON holds the same", plain == escaped)
say("CSV holds the same", plain == table)
say("lines hold the same", [f'{d["title"]}\t{d["lead"]}\t' + d["text"].replace("\n\n", " ") for d in plain] == lines)
say("truth names every document", [d["id"] for d in plain] == [t["id"] for t in truth])
say("addresses and ids are all different", len({d["url"] for d in plain}) == len({d["id"] for d in plain}) == 2000)
ordinary = [d for d, t in zip(plain, truth) if not t["article"]]
told = collections.Counter(p for d in ordinary for p in d["text"].split("\n\n"))
head = open("plain.jsonl", "rb").read(500_000)
places = {head[i:i + 120]: i for i in range(len(head) - 120)}    # the last place of each
say("no 120 bytes come again within 32 KiB",
    all(places[head[i:i + 120]] == i or head.find(head[i:i + 120], i + 1) - i > 32768
        for i in range(len(head) - 120)))
say("no paragraph of an ordinary document comes twice", max(told.values()) == 1)
END
    $python check.py 2>&1
    status=$?
    status_is "the checks of validity ran" 0
    if $python -c 'import warcio' 2>/dev/null; then
        generate --format warc --docs 100 -o w.warc.gz
        $python -m warcio.cli check w.warc.gz >out 2>err
        status=$?
        status_is "warcio reads the WARC" 0
    else
        echo "skip - warcio reads the WARC: it is not installed"
    fi
fi

# ---- truth is what scan flags ----

# agrees NAME FORMAT OPTION...
agrees() {
    local name=$1 format=$2
    shift 2
    generate --format "$format" --truth truth "$@" | "$tocsin" scan -q --quarantine lost - >out 2>err
    grep '"flagged": true' truth | sed 's/^{"id": "\([^"]*\)".*/\1/' | sort >expected
    sed 's/^.*"id":"\([^"]*\)","input".*/\1/' out | sort >got
    is "$name: truth has flagged documents" "$(($(lines expected) > 0))" 1
    is "$name: scan flags those and no others" "$(diff expected got | head -5)" ""
    empty "$name: nothing is lost" lost
}
agrees "jsonl, $DOCS" jsonl --docs "$DOCS" --flagged 0.01
agrees "jsonl, all flagged" jsonl --docs 1500 --flagged 1
agrees "jsonl, half near the subject" jsonl --docs 3000 --flagged 0.01 --ai 0.5 --seed 3
agrees "escaped" jsonl-escaped --docs 2000 --flagged 0.05
agrees "csv" csv --docs 2000 --flagged 0.05
agrees "wet" wet --docs 2000 --flagged 0.05
agrees "warc, $WARC_DOCS" warc --docs "$WARC_DOCS" --flagged 0.01
agrees "warc, flagged titles on every page" warc --docs 500 --flagged 0.04 --headlines 1 --ai 0.3 --seed 4
agrees "warc, all in GB18030 or Big5" warc --docs 500 --flagged 0.2 --charset 1 --lang zh-Hans,zh-Hant --seed 5

# ---- what pages are like ----

generate --format warc --docs 400 --headlines 1 --flagged 0 >pages.warc
count() { LC_ALL=C grep -acE "$1" pages.warc; }
is "a request goes before each response" "$(count '^WARC-Type: request')" 400
for kind in warcinfo metadata revisit; do
    is "there are records of type $kind" "$(($(count "^WARC-Type: $kind") > 0))" 1
done
for what in '^Content-Encoding: gzip' '^Transfer-Encoding: chunked' '^transfer-encoding: chunked' \
    'charset=(gb2312|GBK|gb18030)' 'charset=[Bb]ig5' '^Content-Type: image/jpeg'; do
    is "there are pages with $what" "$(($(count "$what") > 0))" 1
done
weights=$(LC_ALL=C awk '/^WARC-Type: / { is_page = /response/; seen = 0 }
    /^Content-Length: / && is_page && !seen++ && $2 + 0 > 5000 { print $2 + 0 }' pages.warc | sort -n)
is "most pages weigh 20 to 80 kB" "$(echo "$weights" |
    awk '$1 > 20000 && $1 < 80000 { some++ } END { print (NR > 380 && some > NR * 0.8) }')" 1
"$tocsin" scan -q -e deepfake -e 换脸 --emit hits --stats stats pages.warc >out
generate --format warc --docs 400 --headlines 0 --flagged 0 | "$tocsin" scan -q --stats stats0 - >out
# The check lets a few pages more through than the sieve would by themselves.
is "flagged titles in menus reach the sieve, and hardly anything else does" "$(
    candidates() { grep -o "\"$1_candidates\":[0-9]*" "$2" | cut -d: -f2; }
    "$tocsin" scan -q --stats stats1 pages.warc >out
    echo "$(($(candidates sieve stats1) > $(candidates sieve stats0) + 200))" \
        "$(($(candidates check stats1) < $(candidates check stats0) + 20))" "$(lines out)")" "1 1 0"

# ---- wrong use ----

for wrong in "--flagged 2" "--ai 1.5" "--lang xx" "--lang zh-Hans:0" "--lang en,en" "--lang en," "--members 0" \
    "--members x" "--format pdf" "--docs 0" "--corpora /nonexistent" \
    "-o /nonexistent/x" "something" "--truth /nonexistent/x"; do
    # shellcheck disable=SC2086 # words
    try --docs 3 $wrong
    status_is "wrong use is status 2: $wrong" 2
    is "and says why: $wrong" "$(grep -c '^generate: ' err)" 1
done
try --help
status_is "--help is status 0" 0
has "--help lists options" out "--flagged SHARE"

# Material with mistakes.
mkdir -p broken/material broken/articles
cp -r "$here"/corpora/material/* broken/material
broken() { # NAME LINE MESSAGE
    sed "\$a $2" "$here/corpora/material/en.txt" >broken/material/en.txt
    "$generator" --corpora broken --lang en --flagged 0 --docs 1 >out 2>err
    status=$?
    status_is "$1 is status 2" 2
    has "$1 is told" err "$3"
}
broken "a list that is not there" "{nowhere}" "list nowhere is named, but not told"
broken "a circle" "[circle]\n{circle}" "list circle leads to itself"
broken "a brace that is open" "{person" "a { without its }"
broken "a bracket that is open" "(a|b" "a ( without its )"
broken "a number that is none" "{9-1}" "a number is written {LOW-HIGH}"
broken "a list told twice" "[person]\nx" "this list has been told above"
