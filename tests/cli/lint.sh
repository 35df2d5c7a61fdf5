# lint: every warning both ways, places, allow, JSON, statuses. Each case is a folder of its own.
. "$(dirname "$0")/check.inc"

# lexicon NAME: what stands on stdin, as the lexicon of folder NAME, with the file p.yaml.
lexicon() {
    mkdir -p "$1"
    { echo 'lexicon: a'; cat; } >"$1/p.yaml"
}
# found NAME FOLDER WARNING...: exactly these warnings, in this order; status 1 if there are any.
found() {
    local name=$1 folder=$2
    shift 2
    run lint -q "$folder"
    is "$name" "$status $(sed -E 's/^[^ ]+ ([a-z-]+):.*/\1/' out | tr '\n' ' ')" "$([ $# -gt 0 ] && echo 1 || echo 0) ${*:+$* }"
}

lexicon clean <<'YAML'
terms: {zh: [换脸], en: [deepfak*]}
examples: {match: [AI换脸, A deepfake]}
YAML
found "nothing wrong is status 0" clean
run lint clean
is "and one line that counts" "$(cat out)" "0 findings, 0 silenced"

printf '# of 10 documents\n' >clean/frequencies.tsv
found "a table of frequencies is no YAML, and is passed over" clean
printf 'no table\n' >clean/frequencies.tsv
run lint clean
status_is "one that cannot be read is status 2, as for compile" 2
has "with its place" err 'clean/frequencies.tsv:1: '
rm clean/frequencies.tsv

lexicon empty <<'YAML'
terms:
  zh: [换脸,
    "\u200B"]
YAML
found "empty-term" empty empty-term
has "file, line, column, what, what to do" out 'empty/p.yaml:4:5: empty-term: `'
has "and what to do" out 'is empty after folding; give it a letter or remove it'
run lint empty
has "that not all was looked for is said" err 'not all was looked for'
lexicon blank <<'YAML'
terms: {zh: [换 脸, 深 伪], en: [deep fake]}
YAML
found "blank-in-term: all of them, and not between Latin words" blank blank-in-term blank-in-term
lexicon inflect <<'YAML'
terms: {zh: [{term: 换脸, inflect: true}]}
YAML
found "bad-inflect" inflect bad-inflect

lexicon same <<'YAML'
terms: {zh: [换脸, 換臉], en: [face swap, face-swap]}
examples: {match: [换脸, face swap]}
YAML
found "same-term: scripts, and space or hyphen" same same-term same-term
has "with the line of the other" out 'p.yaml:2:18: same-term: `換臉` finds the same as `换脸` (line 2); remove one'
lexicon shadow <<'YAML'
terms: {zh: [换脸, AI换脸]}
examples: {match: [AI换脸]}
YAML
found "shadowed-term" shadow shadowed-term
has "and by which" out '`AI换脸` only doubles `换脸`'
lexicon unshadowed <<'YAML'
terms: {zh: [换脸, AI换脸]}
unless: [换脸手术]
examples: {match: [AI换脸], no_match: [换脸手术]}
YAML
found "not shadowed where unless takes only the shorter one" unshadowed

lexicon bare <<'YAML'
terms: {zh: [换脸, 深伪]}
unless: [换脸手术]
examples: {match: [换脸]}
---
rule: quoting
when: a and "变脸"
examples: {match: [换脸变脸]}
---
rule: never
when: count(a) >= 3
YAML
found "no-example: terms and phrases; rule-without-example" bare no-example no-example rule-without-example
has "the phrase" out 'p.yaml:3:10: no-example: no example holds the phrase `换脸手术`'
has "the rule" out 'p.yaml:10:7: rule-without-example: no example makes the rule never true'

lexicon comma <<'YAML'
terms: {zh: [换脸，深伪, 声音、影像]}
examples: {match: [换脸，深伪, 声音、影像]}
YAML
found "full-width-comma" comma full-width-comma full-width-comma
lexicon mark <<'YAML'
terms: {zh: [换”脸, AI"换, 深【伪】, 深伪]}
examples: {match: [换脸, AI换, 深【伪】, 深伪]}
YAML
found "mark-between-han: not at the border to Latin" mark mark-between-han mark-between-han
lexicon han <<'YAML'
terms: {zh: [深伪], en: [AI换脸, GPT]}
examples: {match: [深伪 AI换脸 GPT]}
YAML
found "han-in-en" han han-in-en

# ---- a corpus ----
lexicon star <<'YAML'
terms: {en: [minor*, deepfak*, face], zh: [脸]}
examples: {match: [minor deepfake face 脸]}
YAML
for n in $(seq 1 12); do echo "The minority and a minor; minors, a deepfake of deepfakes. Face."; done >corpus.txt
found "without a corpus nothing is measured" star
run lint star --corpus corpus.txt --max-rate 1e4
status_is "a number is written in full" 2
run lint star --corpus corpus.txt --max-rate 20000
status_is "with a corpus" 1
has "star-finds-others, with words and counts" out 'star-finds-others: `minor*` finds words that are not forms of one: minor 12, minority 12, minors 12;'
lacks "forms of one word are none" out 'star-finds-others: `deepfak*`'
has "too-general: the rate in characters and documents" out \
    'too-general: `minor*` has 46875 hits in a million characters, and is in 1000000 of a million documents'
lacks "below the rate is none" out '`face`'
head -n 9 corpus.txt >few.txt
run lint -q star --corpus few.txt --max-rate 1
lacks "few hits say nothing about a rate" out '`face`'
gzip -k corpus.txt
run lint -q star --corpus corpus.txt.gz --max-rate 10000
has "a corpus is read as scan reads it" out 'too-general: `face`'
run lint -q clean --corpus missing
status_is "a corpus that cannot be read is status 1" 1
has "and named" err 'missing'
run lint -q clean --corpus corpus.txt --format nosuch
status_is "wrong options of reading are status 2" 2

# ---- allow ----
lexicon allowed <<'YAML'
terms: {zh: [换脸, 深伪], en: [minor*]}
examples: {match: [换脸 minor]}
allow:
  - {warning: no-example, term: 深伪, reason: waits for an example}
  - {warning: star-finds-others, term: minor*, reason: minority is meant}
---
rule: never
when: count(a) >= 9
allow: [{warning: rule-without-example, reason: only seen in long texts}]
YAML
found "allow silences one by one, of lexicons and rules" allowed
run lint allowed
is "and what it silences is counted" "$(tail -n 1 out)" "0 findings, 2 silenced"
run lint allowed --corpus corpus.txt --max-rate 1000000
is "of a corpus, too" "$(tail -n 1 out)" "0 findings, 3 silenced"
echo plain >plain.txt
run lint allowed --corpus plain.txt
has "what a corpus does not show is idle" out 'idle-allow: the `allow` for star-finds-others of `minor*` silences nothing; remove it'
lexicon idle <<'YAML'
terms: {zh: [换脸]}
examples: {match: [换脸]}
allow:
  - {warning: no-example, term: 换脸, reason: it has one}
  - {warning: no-example, term: 变脸, reason: there is none}
YAML
found "idle-allow" idle idle-allow idle-allow
has "with its place" out 'idle/p.yaml:5:5: idle-allow'
run compile -q idle -o db
status_is "allow is nothing to compile" 0
for wrong in 'warning: no-exampel, term: x, reason: y' 'warning: empty-term, term: x, reason: y' 'warning: no-example, term: x' \
    'warning: no-example, reason: y'; do
    lexicon wrong <<YAML
terms: {en: [x]}
allow: [{$wrong}]
YAML
    run lint wrong
    is "refused: $wrong" "$status $(grep -c '^tocsin: wrong/p.yaml:3: ' err)" "2 1"
done
has "the nearest warning is named" <(echo "$("$tocsin" lint <(printf 'lexicon: a\nterms: {en: [x]}\nallow: [{warning: no-exampel, term: x, reason: y}]\n') 2>&1)") \
    'did you mean `no-example`?'

# ---- the rest ----
run lint missing
status_is "a missing folder is status 2" 2
echo 'lexicon: [' >bare/q.yaml
run lint bare
status_is "what is no YAML is status 2" 2
rm bare/q.yaml
run lint -q clean same bare
is "folders add up" "$status" 2
has "a name twice is said" err 'there is a lexicon `a` already'
if /usr/bin/python3 -c 'import jsonschema' 2>/dev/null; then
    for folder in empty blank inflect same shadow bare comma mark han idle; do "$tocsin" lint -q --json "$folder"; done >findings
    "$tocsin" lint -q --json star --corpus corpus.txt --max-rate 1 >>findings
    /usr/bin/python3 "$here/tests/validate.py" finding <findings >out 2>err
    is "--json obeys its schema" "$?" 0
    is "and has every warning" "$(grep -o '"warning":"[a-z-]*"' findings | sort -u | wc -l | tr -d ' ')" 13
    cat >schema.py <<'PY'
import json, sys, jsonschema, yaml
class Loader(yaml.SafeLoader):
    pass
schemas = {key: json.load(open(f"{sys.argv[1]}/{key}.schema.json")) for key in ("lexicon", "rule")}
for path in sys.argv[2:]:
    for doc in yaml.load_all(open(path, encoding="utf-8"), Loader):
        jsonschema.Draft202012Validator(schemas["lexicon" if "lexicon" in doc else "rule"]).validate(doc)
PY
    /usr/bin/python3 schema.py "$here/patterns/schema" allowed/p.yaml idle/p.yaml >out 2>err
    is "allow is in the schemas of lexicons and rules" "$?" 0
    /usr/bin/python3 schema.py "$here/patterns/schema" wrong/p.yaml >out 2>err
    is "which refuse one without a term" "$?" 1
else
    echo "skip - --json obeys its schema: python3-jsonschema is missing"
fi
run lint --help
for name in empty-term blank-in-term bad-inflect same-term shadowed-term no-example rule-without-example full-width-comma \
    mark-between-han han-in-en too-general star-finds-others idle-allow; do
    has "--help names $name" out "$name"
done
