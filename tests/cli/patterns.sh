# compile and test: databases, and errors that say where.
. "$(dirname "$0")/check.inc"

mkdir -p lex/sub lex/schema more
cat >lex/b.yaml <<'END'
lexicon: swap
terms:
  zh: [换脸, 換臉]
  en: [face swap]
examples:
  match: [AI换脸]
  no_match: [变脸]
END
cat >lex/sub/rule.yaml <<'END'
rule: swapped
when: swap
examples:
  match: [a face swap]
  no_match: [a swap]
END
echo 'this: is: no: pattern' >lex/schema/x.yaml
echo 'nor is this' >lex/notes.txt

run compile lex -o db
status_is "compile is status 0" 0
has "it sums up" err '1 lexicons, 3 terms (2 distinct after folding), 1 rules'
empty "and prints nothing on stdout" out
is "the database can be read by all" "$(stat -c %a db)" 644
printf 'Face swap here\nnone\n' >in
run scan -q --db db in
is "scan --db uses it" "$(lines out)" 1
has "with its rule" out '"rules":["swapped"]'
cat >more/c.yaml <<'END'
lexicon: clone
terms: {en: [voice clone]}
---
rule: cloned
when: clone
END
run compile -q lex more -o both
status_is "folders add up" 0
empty "-q says nothing" err
printf 'voice clone\nface swap\n' >in
run scan -q --db both in
is "both are looked for" "$(lines out)" 2
run scan -q --db db --lexicons more in
is "--lexicons adds to the database" "$(lines out)" 2
run scan -q --only-lexicons more in
is "--only-lexicons replaces it" "$(lines out)" 1

cp db stale
printf 'X' | dd of=stale bs=1 seek=20 conv=notrunc status=none
run scan --db stale in
if [ "$status" -eq 2 ] || grep -q 'note: ' err; then
    ok "a database of another version is compiled anew, with a note, or refused"
else
    not_ok "a database of another version is compiled anew, with a note, or refused" "neither"
fi
chmod o+w db
run scan --db db in
is "a database that others may write still works" "$(lines out)" 1
is "with one note" "$(grep -c 'note: ' err)" 1
head -c 100 both >broken
run scan --db broken in
status_is "a damaged database is status 2" 2
run scan --db lex/notes.txt in
status_is "what is no database is status 2" 2
run scan --db missing in
status_is "a missing database is status 2" 2
has "and is named" err 'missing'

run compile lex -o -
status_is "compile does not write to stdout" 2
run compile lex -o /dev/null
status_is "compile does not write to a device" 2
run compile missing -o db
status_is "a missing folder is status 2" 2
mkdir hollow
run compile hollow -o db
status_is "a folder without patterns is status 2" 2
cat >lex/wrong.yaml <<'END'
lexicon: wrong
terms:
  en: [one]
whenn: x
END
run compile lex -o other
status_is "a wrong key is status 2" 2
has "the message has file and line" err 'tocsin: lex/wrong.yaml:4: '
is "and no database is left" "$(ls | grep -c other)" 0
cat >lex/wrong.yaml <<'END'
rule: wrong
when: swap and
  nosuch
END
run compile lex -o other
has "an unknown name has file and line" err 'tocsin: lex/wrong.yaml:3: '
has "and is named" err 'nosuch'
rm lex/wrong.yaml

run test lex
status_is "test: all examples hold" 0
is "and are counted" "$(tail -n 1 out)" "4 passed, 0 failed"
cat >lex/b.yaml <<'END'
lexicon: swap
terms:
  zh: [换脸]
  en: [face swap]
unless: [换脸手术]
examples:
  match:
    - 换脸手术
    - 换脸
  no_match: [a face swap]
END
run test lex
status_is "test: findings are status 1" 1
has "a match without a hit, with file and line" out 'lex/b.yaml:8: lexicon swap: no term is in what must match'
has "a no_match with one, and its term" out 'lex/b.yaml:10: lexicon swap: `face swap`'
is "the last line counts" "$(tail -n 1 out)" "3 passed, 2 failed"
run test missing
status_is "test: a missing folder is status 2" 2

# Found by random rule sets against the oracle.
mkdir alike && cat >alike/r.yaml <<'YAML'
rule: r
about: x
when: "'a'"
YAML
printf 'labels:\n  - {label: incident, when: "'"'A'"'"}\n  - {label: hazard}\n' >alike/labels.yaml
echo '{"title":"a"}' >a.jsonl
run scan -q --only-lexicons alike a.jsonl
has "a rule's term is reported though a label quotes it in another spelling" out '"hits_total":1'
rm alike/labels.yaml
cat >alike/r.yaml <<'YAML'
rule: r1
about: x
when: "'A' and 'zz'"
---
rule: r2
about: x
when: "'a'"
YAML
run scan -q --only-lexicons alike a.jsonl
has "a fired rule's term is reported though another rule quotes it in another spelling" out '"hits_total":1'
mkdir words && printf 'lexicon: w\nabout: x\nterms:\n  ja: [{term: ー, word: true}]\n' >words/w.yaml
echo '{"title":"ー換"}' >cold.jsonl
printf '{"title":"換 ー"}\n{"title":"ー換"}\n' >warm.jsonl
run scan -q --only-lexicons words --emit hits cold.jsonl
cold=$(grep -c '"title":"ー換"' out)
run scan -q --only-lexicons words --emit hits warm.jsonl
is "word breaks do not depend on what was searched before" "$(grep -c '"title":"ー換"' out)" "$cold"
