# explain: a text, a file, and a line of scan's output back to its document; both forms, and what goes wrong.
. "$(dirname "$0")/check.inc"

mkdir lex
cat >lex/p.yaml <<'YAML'
lexicon: ai
terms: {en: [AI]}
unless: [AI公司]
---
lexicon: fakes
terms: {zh: [换脸]}
---
rule: near_fakes
when: near(ai, fakes, 4) and not "辟谣"
score: 2
---
rule: other
when: ai and "乙" and "丙"
---
labels:
  - {label: hazard, when: title("或")}
  - {label: incident}
YAML

run explain --only-lexicons lex '用ＡＩ換臉，AI公司'
status_is "a text is status 0" 0
has "the fold" out '  folded   用ai换脸,ai公司'
has "each hit" out '  title 1-3 ＡＩ (ai: AI)'
has "what unless removed, and by which phrase" out 'title 6-8 AI (ai: AI), inside title 6-10 AI公司 (ai: AI公司)'
has "the clauses of a rule that fires" out '  true     near(ai, fakes, 4): title 1-3 ＡＩ (ai: AI), title 3-5 換臉 (fakes: 换脸)'
has "the truth of what stands under not" out '  false      "辟谣"'
has "score" out 'fires; score 2 x weight 1 (AI) = 2'
has "label and entry" out 'label incident, entry 2 of 2: the default, decides'
lacks "other rules are counted only" out 'rule other'
has "and how many they are" out '1 not shown (--all)'
run explain --only-lexicons lex --all '用AI換臉'
has "--all shows them" out 'rule other: false, lacks 2 clauses'
run explain --only-lexicons lex 'AI 一二三四五 换脸'
has "a near miss, with the distance" out 'rule near_fakes: near miss, but for near(ai, fakes, 4): a hit of each, but 5 units apart'
run explain --only-lexicons lex 'AI换脸 辟谣'
has "a near miss by what must not be there" out 'near miss, but for not "辟谣": it is there'
run explain --only-lexicons lex --rule other 'AI 乙'
has "--rule: only that" out 'rule other: near miss, but for "丙": no hit'
lacks "and no other" out 'near_fakes'
run explain --only-lexicons lex --role text '或 AI换脸'
has "--role text: a title's label does not hold" out 'label hazard, entry 1 of 2: false'
run explain -e '深伪*' 一段深偽
has "-e, as scan" out 'flagged: of 0 rules 0 fired, 0 near misses; a term of -e has a hit'
run explain --only-lexicons lex one two
is "several texts" "$(grep -c '^field title' out)" 2

run explain --only-lexicons lex --rule othre x
status_is "an unknown rule is status 2" 2
has "the nearest is named" err 'did you mean other?'
run explain --only-lexicons lex --record 1 x
status_is "--record without a file is status 2" 2
run explain --only-lexicons lex "$(printf 'a\377')"
status_is "a text that is not UTF-8 is status 2" 2

# ---- files ----
printf '{"id":"one","title":"AI换脸"}\n\n{"id":"three","title":"换脸","text":"AI"}\n' >rows.jsonl
run explain --only-lexicons lex --file rows.jsonl
status_is "a file is status 0" 0
has "with record and id" out 'rows.jsonl: record 3, offset 33, three'
run explain --only-lexicons lex --file rows.jsonl --record 3
is "--record: one document" "$(grep -c 'record' out)" 1
run explain --only-lexicons lex --file rows.jsonl --record 2
status_is "a record that is no document is status 2" 2
has "and is named" err 'rows.jsonl: there is no document that is record 2'
run explain --only-lexicons lex --file missing
status_is "a file that cannot be read is status 1, as for scan" 1
run explain --only-lexicons lex --format lines --file rows.jsonl --record 1
has "options of reading hold" out 'field text, role text'

# ---- lines of scan's output, for every format and compression ----
flagged() { # NAME FILE OPTION...
    local name=$1 file=$2 bad=0 n
    shift 2
    "$tocsin" scan -q "$@" --emit hits --only-lexicons lex "$file" >lines.jsonl
    run explain "$@" --only-lexicons lex --json --line lines.jsonl
    for n in 1 $((($(lines lines.jsonl) + 1) / 2)) $(lines lines.jsonl); do
        "$tocsin" explain "$@" --only-lexicons lex --json --line "lines.jsonl:$n" >one 2>>err || bad=1
        [ "$(sed -n "${n}p" out)" = "$(cat one)" ] || bad=1
    done
    if [ "$status" -eq 0 ] && [ "$bad" -eq 0 ] && [ -s lines.jsonl ] &&
        [ "$(/usr/bin/python3 "$work/same.py" lines.jsonl out)" = same ]; then
        ok "$name: every line leads to its document"
    else
        not_ok "$name: every line leads to its document" "see above"
    fi
}
cat >same.py <<'PY'
import json, sys
lines, explained = ([json.loads(text) for text in open(name, encoding="utf-8")] for name in sys.argv[1:3])
keys = ("lexicon", "term", "field", "start", "end", "text")
cut = lambda hits: sorted(tuple(hit[key] for key in keys) for hit in hits)
good = len(lines) == len(explained) and all(
    a["input"] == {**b["input"], **({} if "length" in b["input"] else {k: v for k, v in a["input"].items() if k == "length"})}
    and a.get("score") == b.get("score") and a.get("label") == b.get("label")
    and set(cut(a["hits"])) <= set(cut(b["hits"])) for a, b in zip(lines, explained))
print("same" if good else "not the same")
PY
: >many.jsonl
: >members.jsonl.gz
for n in $(seq 1 30); do
    printf '{"id":"i%d","title":"AI换脸 %d","text":"%s"}\n' "$n" "$n" "$(printf 'x%.0s' $(seq 1 "$n"))" >row
    cat row >>many.jsonl
    gzip -nc row >>members.jsonl.gz
done
gzip -nc many.jsonl >whole.jsonl.gz
(head -n 15 many.jsonl | gzip -nc; tail -n 15 many.jsonl | gzip -nc) >halves.jsonl.gz
{ echo 'title,text'; for n in $(seq 1 20); do echo "AI换脸 $n,\"a, b\""; done; } >table.csv
for n in $(seq 1 20); do echo "line $n AI换脸"; done >lines.txt
iconv -f UTF-8 -t GB18030 lines.txt >gb.txt
flagged "JSONL, plain" many.jsonl
flagged "JSONL, a member a line" members.jsonl.gz
flagged "JSONL, one member" whole.jsonl.gz
flagged "JSONL, two members" halves.jsonl.gz
flagged "CSV" table.csv
flagged "lines" lines.txt
flagged "lines in GB18030" gb.txt
cp "$samples/news.warc.gz" news.warc.gz
flagged "WARC" news.warc.gz
zcat news.warc.gz >news.warc
flagged "WARC, plain" news.warc
/usr/bin/python3 - <<'PY'
import gzip
def record(url, kind, body):
    return f"{url} 192.0.2.1 20260413000000 {kind} {len(body)}\n".encode() + body + b"\n"
records = [record("filedesc://a.arc", "text/plain", b"1 0 Tocsin\nURL IP-address Archive-date Content-type Archive-length\n\n")]
for n in range(20):
    page = f"<title>AI换脸 {n}</title><p>{'x' * n}</p>".encode()
    records.append(record(f"http://a.example/{n}", "text/html", b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + page))
open("pages.arc", "wb").write(b"".join(records))
open("pages.arc.gz", "wb").write(b"".join(gzip.compress(r) for r in records))
PY
flagged "ARC" pages.arc.gz
flagged "ARC, plain" pages.arc
flagged "field options" many.jsonl --field title=text,other=title
sed 's/AI换/AI<b>换<\/b>\&nbsp;/' many.jsonl >html.jsonl
flagged "HTML in fields" html.jsonl --field title=title:html,text=text

"$tocsin" scan -q --only-lexicons lex many.jsonl >lines.jsonl
run explain --only-lexicons lex <lines.jsonl
is "without arguments lines come from stdin" "$(grep -c '^many.jsonl: record' out)" 30
"$tocsin" scan -q --only-lexicons lex --as verdict many.jsonl >as.jsonl
run explain --only-lexicons lex --as verdict --line as.jsonl:7
has "--as KEY" out 'many.jsonl: record 7, '
run explain --only-lexicons lex --line as.jsonl:7
status_is "without the key it is status 2" 2
has "and says which line, and what to do" err 'as.jsonl:7: the line has no input.file'
empty "a line of these patterns gets no note" <(grep note err)
run explain -e 换脸 --line lines.jsonl:1
has "other patterns are told" err 'the line was written with other patterns'
run explain --only-lexicons lex --line lines.jsonl:31
status_is "a line that is not there is status 2" 2
run explain --only-lexicons lex --line lines.jsonl:x
status_is "no number is status 2" 2
sed -i 's/"i9"/"j9"/' many.jsonl
run explain --only-lexicons lex --line lines.jsonl:9
status_is "a document that is another now is status 2" 2
has "and says so" err 'record 9 is j9, but the line speaks of i9'
head -n 5 many.jsonl >shorter && mv shorter many.jsonl
run explain --only-lexicons lex --line lines.jsonl:8
status_is "a file that is shorter now is status 2" 2
printf '换脸 AI\n' | "$tocsin" scan -q --only-lexicons lex --emit hits >stdin.jsonl
run explain --only-lexicons lex --line stdin.jsonl
has "what came from stdin cannot be read again" err 'came from stdin'
echo '{' | run explain --only-lexicons lex
status_is "what is no JSON is status 2" 2

# A member of its own is gone to at once: what stands before it may be damaged, too.
{ gzip -nc /dev/null; head -c 3000000 /dev/urandom | base64 -w 0 | sed 's/^/{"x":"/; s/$/"}\n/' | gzip -nc; } >far.jsonl.gz
offset=$(stat -c %s far.jsonl.gz)
cat members.jsonl.gz >>far.jsonl.gz
"$tocsin" scan -q --only-lexicons lex far.jsonl.gz >far.jsonl
printf 'garbage' | dd of=far.jsonl.gz bs=1 seek=$((offset - 100000)) conv=notrunc status=none
run explain --only-lexicons lex --line far.jsonl:30
status_is "a document is found behind damage" 0
lacks "which is not even read" err 'at '

if /usr/bin/python3 -c 'import jsonschema' 2>/dev/null; then
    "$tocsin" scan -q --only-lexicons lex news.warc.gz --emit hits >lines.jsonl
    "$tocsin" explain --only-lexicons lex --json --all --line lines.jsonl >e.jsonl
    "$tocsin" explain --only-lexicons lex --json 'AI换脸 AI公司' '或 AI换脸' 'AI 一二三四五 换脸' '' >>e.jsonl
    /usr/bin/python3 "$here/tests/validate.py" explain <e.jsonl >out 2>err
    is "--json obeys its schema" "$?" 0
else
    echo "skip - --json obeys its schema: python3-jsonschema is missing"
fi
