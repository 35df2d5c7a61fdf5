# diff: against what two scans say, in the order of the corpus; what is shown; statuses; nothing is left behind.
. "$(dirname "$0")/check.inc"
export TMPDIR=$work/spool
mkdir spool old new

cat >old/p.yaml <<'YAML'
lexicon: fakes
terms: {zh: [换脸, 变脸]}
---
lexicon: harm
terms: {zh: [诈骗]}
---
rule: fake_harm
when: fakes and harm
score: 2
---
rule: fake
when: fakes
---
labels: [{label: incident}]
YAML
sed -e 's/变脸/深伪/; s/score: 2/score: 3/' -e 's/label: incident/label: hazard, when: title("或")}, {label: incident/' old/p.yaml >new/p.yaml
cat >news.jsonl <<'JSONL'
{"id":"a","title":"换脸"}
{"id":"b","title":"深伪\u001b[31m音频","url":"https://a.example/b"}
{"id":"c","title":"变脸表演"}
{"id":"d","title":"换脸诈骗"}
{"id":"e","title":"天气"}
{"id":"f","title":"或有换脸"}
{"id":"g","title":"换脸深伪"}
JSONL
run diff old new news.jsonl
status_is "differences are status 1" 1
is "each kind, in order; another hit alone is none" "$(sed -E -n 's/^(new|dropped|changed) .*, (.)$/\1 \2/p' out | tr '\n' ' ')" \
    "new b dropped c changed d changed f "
has "a new document: title, without its controls" out '  title  深伪\u001b[31m音频'
has "and address" out '  url    https://a.example/b'
has "and verdict" out '  rules  fake; label incident; score 1'
has "and hits" out '  hits   title 0-2 深伪 (fakes: 深伪)'
has "a changed score" out '  score  3 -> 4'
has "a changed label" out '  label  incident -> hazard'
has "totals of a rule" out 'rule fake: fires in 1 more, in 1 no longer'
is "totals" "$(tail -n 1 out)" "1 new, 1 dropped, 2 changed, 2 as before; of 7 documents old flags 5, new 5"
cp out people
run diff new new news.jsonl
status_is "none are status 0" 0
is "and one line" "$(cat out)" "0 new, 0 dropped, 0 changed, 5 as before; of 7 documents old flags 5, new 5"
"$tocsin" compile -q old -o old.db
"$tocsin" compile -q new -o new.db
run diff old.db new.db news.jsonl
is "databases are patterns, too" "$(cat out)" "$(cat people)"
run diff old/p.yaml new.db news.jsonl
is "and so is one file" "$(cat out)" "$(cat people)"
printf '{"title":"换脸、诈骗"}\n' >two.jsonl
sed 's/zh: \[诈骗\]/zh: [骗]/' new/p.yaml >other.yaml
sed 's/score: 3/score: 2/' other.yaml >same.yaml
run diff old same.yaml two.jsonl
status_is "other hits under the same verdict are no difference" 0
run diff old other.yaml two.jsonl
has "hits of one side only: the old" out '  hits - title 3-5 诈骗 (harm: 诈骗)'
has "and the new" out '  hits + title 4-5 骗 (harm: 骗)'

# ---- against two scans, many inputs, several threads, an input named twice ----
/usr/bin/python3 - <<'PY'
import random
random.seed(1)
words = ["换脸", "变脸", "深伪", "诈骗", "天气", "或", "股市", "x" * 700]
for n in range(9):
    with open(f"part{n}.jsonl", "w", encoding="utf-8") as file:
        for i in range(300):
            file.write('{"title":"%s"}\n' % "，".join(random.choices(words, k=3)))
PY
cat >expect.py <<'PY'
import json, sys
inputs = sys.argv[3:]
def read(name):
    """Lines by (input, record); of an input named twice the second time is told by its records that begin anew."""
    found, at, last = {}, 0, 0
    for text in open(name, encoding="utf-8"):
        line = json.loads(text)
        if inputs[at] == line["input"]["file"] and line["input"]["record"] <= last:
            at += 1
        while inputs[at] != line["input"]["file"]:
            at += 1
        last = line["input"]["record"]
        found[at, last] = line
    return found
old, new = read(sys.argv[1]), read(sys.argv[2])
for key in sorted(old.keys() | new.keys()):
    a, b = old.get(key), new.get(key)
    if a and b and all(a.get(k) == b.get(k) for k in ("label", "score", "rules")):
        continue
    change = "changed" if a and b else "dropped" if a else "new"
    print(json.dumps({"v": 1, "change": change, **({"old": a} if a else {}), **({"new": b} if b else {})}, ensure_ascii=False, sort_keys=True))
PY
inputs="part0.jsonl part1.jsonl part2.jsonl part3.jsonl part4.jsonl part4.jsonl part5.jsonl part6.jsonl part7.jsonl part8.jsonl part0.jsonl"
for min in 0 1.5; do
    # shellcheck disable=SC2086 # a list of names
    {
        "$tocsin" scan -q --db old.db --min-score $min $inputs >old.jsonl
        "$tocsin" scan -q --db new.db --min-score $min $inputs >new.jsonl
        /usr/bin/python3 expect.py old.jsonl new.jsonl $inputs >expected
        run diff -q --json --threads 3 --min-score $min old.db new.db $inputs
    }
    empty "-q: nothing on stderr" err
    /usr/bin/python3 -c 'import json, sys
for text in sys.stdin: print(json.dumps(json.loads(text), ensure_ascii=False, sort_keys=True))' <out >sorted
    is "--json is what two scans say, from score $min on: $(lines expected) documents" \
        "$(lines expected) $(cmp sorted expected && echo same)" "$(lines sorted) same"
    is "which are some" "$([ "$(lines expected)" -gt 100 ] && echo yes)" yes
done
if /usr/bin/python3 -c 'import jsonschema' 2>/dev/null; then
    /usr/bin/python3 "$here/tests/validate.py" diff <out >valid 2>err
    is "--json obeys its schema" "$?" 0
else
    echo "skip - --json obeys its schema: python3-jsonschema is missing"
fi
run diff --json old new news.jsonl
has "beside --json the totals are a message" err '1 new, 1 dropped'
grep '"change":"new"' out >one.jsonl
run explain -q --db old.db --as new --line one.jsonl:1
has "explain reads the lines, and says why it was not flagged before" out 'not flagged: of 2 rules 0 fired'
# shellcheck disable=SC2086
printf '%s\n' $inputs >list
run diff -q --json --min-score 1.5 old.db new.db --files-from list
cp out listed
# shellcheck disable=SC2086
run diff -q --json --min-score 1.5 old.db new.db $inputs
is "--files-from is a corpus" "$(cksum <listed)" "$(cksum <out)"

# ---- statuses ----
run diff old new
status_is "without a corpus: status 2" 2
run diff old new - <news.jsonl
status_is "stdin cannot be read twice: status 2" 2
has "and the message says what to do" err 'save this to one'
mkfifo pipe
run diff old new pipe
status_is "nor can a pipe" 2
run diff old missing news.jsonl
status_is "patterns that are not there are status 2" 2
has "and named" err 'missing'
run diff new new news.jsonl nothing.jsonl
status_is "an input that cannot be read is status 1" 1
is "and named once" "$(grep -c 'nothing.jsonl' err)" 1
has "losses are counted for both" err '1 inputs unreadable, 0 damaged places, 0 damaged documents, 0 over a limit (with the old'
run diff --damage-ok new new news.jsonl nothing.jsonl
status_is "--damage-ok makes it 0" 0
TMPDIR=$work/none run diff old new news.jsonl
status_is "no place for what is in between: status 2" 2
has "and the message says what to do" err 'TMPDIR names another place'
"$tocsin" diff old new news.jsonl >/dev/full 2>err
is "a full disk is status 2" "$?" 2
is "nothing is left behind" "$(ls -A spool)" ""
