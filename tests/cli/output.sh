# --emit, -o, --stats, --summary and what becomes of stdout.
. "$(dirname "$0")/check.inc"

printf '{"id":"1","title":"换脸","text":"a"}\n{"id":"2","title":"b","text":"AI"}\n{"id":"3","title":"c","text":"d"}\n' >in
mkdir -p lex
cat >lex/a.yaml <<'END'
lexicon: ai
terms: {en: [AI]}
END
cat >lex/b.yaml <<'END'
lexicon: swap
terms: {zh: [换脸]}
END
cat >lex/c.yaml <<'END'
rule: swapped
when: swap
score: 2
END
printf 'labels:\n  - label: incident\n' >lex/labels.yaml

ids() { sed -E 's/.*"id":"([0-9]*)".*/\1/' out | tr '\n' ' '; }
run scan -q --only-lexicons lex in
is "flagged is the default" "$(ids)" "1 "
has "a flagged line has label, score and rules" out '"label":"incident","score":2,"rules":["swapped"]'
run scan -q --only-lexicons lex --emit hits in
is "--emit hits" "$(ids)" "1 2 "
run scan -q --only-lexicons lex --emit all in
is "--emit all" "$(ids)" "1 2 3 "
run scan -q --only-lexicons lex --emit fields in
is "--emit fields" "$(ids)" "1 2 3 "
has "fields have roles and text" out '"fields":[{"name":"title","role":"title","text":"换脸"},{"name":"text"'
run scan -q --only-lexicons lex --emit some in
status_is "--emit with another word is status 2" 2
has "and says what is expected" err 'flagged, hits, all or fields'
run scan -q --only-lexicons lex --min-score 2.5 in
empty "--min-score drops what is below" out
run scan -q --only-lexicons lex --min-score 2 in
is "--min-score keeps what reaches it" "$(ids)" "1 "
run scan -q --only-lexicons lex --min-score 2.5 -e 换脸 in
is "--min-score drops no hit of -e" "$(ids)" "1 "
mkdir -p weak
printf 'lexicon: weak\nterms: {zh: [{term: 换脸, weight: 0.7}]}\n' >weak/lexicon.yaml
printf 'rule: weak\nscore: 0.1\nwhen: weak\n' >weak/rule.yaml
run scan -q --only-lexicons weak --min-score 0.07 in
has "--min-score compares what is shown" out '"score":0.07,'
printf '{"title":"换脸换脸换脸"}\n' >three
run scan -q --only-lexicons lex --max-hits 2 three
is "--max-hits lists fewer" "$(grep -o '"lexicon":' out | wc -l | tr -d ' ')" 2
has "--max-hits still counts all" out '"hits_total":3'

run scan -q --only-lexicons lex -o flagged.jsonl in
status_is "-o is status 0" 0
empty "-o leaves stdout alone" out
is "-o has the lines" "$(lines flagged.jsonl)" 1
is "no temporary file is left" "$(ls | grep -c 'flagged.jsonl')" 1
run scan -q --only-lexicons lex --emit all -oother.jsonl in
is "-oFILE in one argument" "$(lines other.jsonl)" 3
run scan -q --only-lexicons lex -o no/such/folder/f in
status_is "an impossible -o is status 2" 2
printf 'old\n' >kept.jsonl
run scan -q --only-lexicons lex -o kept.jsonl --quarantine no/such/folder/f in
status_is "an impossible --quarantine is status 2" 2
is "what gave up does not touch -o" "$(cat kept.jsonl)" old
is "and leaves no temporary file" "$(ls | grep -c 'kept.jsonl')" 1

run scan -q --only-lexicons lex --stats stats.json in
status_is "--stats is status 0" 0
if command -v python3 >/dev/null; then
    is "--stats is JSON with counts" "$(python3 -c '
import json
s = json.load(open("stats.json"))
print(s["documents"], s["flagged"], s["by_rule"], s["by_label"], s["inputs"], s["is_incomplete"])')" \
        "3 1 {'swapped': 1} {'incident': 1} 1 False"
else
    echo "skip - --stats is JSON: python3 is missing"
fi
run scan --only-lexicons lex --summary in
has "--summary is a table on stderr" err 'documents                                    3'
has "with a section by rule" err 'flagged by rule'
run scan -q --only-lexicons lex --stats no/such/folder/s in
status_is "an impossible --stats is status 2" 2

if [ -e /dev/full ]; then
    "$tocsin" scan -q --only-lexicons lex in >/dev/full 2>err
    status=$?
    status_is "a full disk behind stdout is status 2" 2
else
    echo "skip - a full disk: there is no /dev/full"
fi
"$tocsin" scan -q --only-lexicons lex in >&- 2>err
status=$?
status_is "stdout that was closed before is status 2" 2
yes '{"title":"换脸"}' | head -n 20000 >many
(
    "$tocsin" scan -q --only-lexicons lex many 2>err
    echo $? >ended
) | head -n 1 >/dev/null
status=$(cat ended)
status_is "stdout that closes ends the run by SIGPIPE" 141
empty "and quietly" err

mkdir folder
cp in folder
"$tocsin" scan -q --only-lexicons lex folder >folder/out 2>err
status=$?
status_is "an input that is where stdout goes is status 2" 2
run scan -q --only-lexicons lex folder -o folder/flagged
status_is "-o may be in a folder that is scanned" 0

for threads in 1 4; do
    "$tocsin" scan -q --only-lexicons lex --threads $threads in many three in >out.$threads
done
is "four threads write what one writes" "$(cmp out.1 out.4 2>&1)" ""
"$tocsin" scan -q --only-lexicons lex --threads 4 --unordered in many three in | sort >unordered
is "--unordered writes the same lines" "$(sort out.1 | cmp - unordered 2>&1)" ""
