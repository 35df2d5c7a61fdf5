# tocsin profile: every count of a small corpus; the candidates are the scan's in every format; tables, JSON, statuses.
. "$(dirname "$0")/check.inc"
python=/usr/bin/python3

mkdir lex
cat >lex/all.yaml <<'YAML'
lexicon: fakes
terms:
  zh: [换脸]
  en: [{term: deepfake, inflect: true}, {term: faceswap, inflect: true}]
---
lexicon: harm
terms:
  zh: [诈骗]
  en: [scam]
---
rule: both
when: fakes and harm
---
rule: twice
when: count(fakes) >= 2 and harm
YAML
# Of fakes and harm, both of which every rule needs, fakes is looked for, and harm beside it: 换脸天气 is no candidate.
printf '%s\n' 换脸诈骗案 换脸天气 '换脸换脸 scam' '天气 scam' 'deepfakery scam' '换脸 deepfake scam' 'faceswapped scam' >corpus

run profile -q --only-lexicons lex corpus
status_is "a profile is status 0" 0
empty "without messages under -q" err
# row NAME EXPECTED NUMBER: the row that ends in NAME, without its time: as many fields.
row() {
    is "$1: $2" "$(grep -E "%.* $1\$" out | head -n 1 | awk -v n="$3" '{ s = $3; for (i = 4; i < 3 + n; i++) s = s " " $i; print s }')" "$2"
}
row '换脸 +换脸' '4 3 2 3 3 100.0 %' 7
row 'deepfake +deepfak' '2 2 1 1 1 50.0 %' 7
row 'faceswap +faceswap' '1 1 1 0 0 0.0 %' 7
row both '3 3 1' 3
row twice '3 2 0' 3
is "stage sieve" "$(awk '$1 == "sieve" { print $2, $3, $4 }' out)" "7 5 71.43"
is "stage check" "$(awk '$1 == "check" { print $2, $3, $4 }' out)" "5 3 60.00"
is "stage judge" "$(awk '$1 == "judge" { print $2, $3, $4 }' out)" "3 3 100.00"
has "how many terms are looked for" out 'terms: 3 of 5 are looked for, and 2 only beside these'
lacks "terms left out stand only under --all" out 诈骗
has "the hint names the dearest that came to nothing" out 'Look at `faceswap` (fakes): it sent on 1, '
has "and says why" out 'None of them holds the term itself, only its piece `faceswap`'
is "no line ends in a space" "$(grep -c ' $' out)" 0
run profile -q --all --only-lexicons lex corpus
has "--all: what is left out" out 'terms that send nothing on'
is "--all: hits in candidates" "$(awk '$4 == "scam" || $4 == "诈骗" { print $1, $2, $4 }' out | tr '\n' ',')" "4 4 scam,1 1 诈骗,"

run profile -q --emit hits --only-lexicons lex corpus
is "--emit hits looks for all" "$(grep -c 'terms: 5 of 5' out)" 1
row 'scam +scam' '5 5 1 5 2 100.0 %' 7
run profile -q --emit all --only-lexicons lex corpus
status_is "--emit all is no profile" 2

run profile -q -e '深度 换脸' -e 天气 corpus
status_is "a bad term is status 2" 2
run profile -q -e 换脸 -e faceswap corpus
row '换脸 +换脸' '5 4 4 4 4 100.0 %' 7
lacks "without rules there is no table of them" out 'rules:'
run profile -q -e 换脸 corpus
lacks "no hint where everything came to something" out 'Look at'

# The wide characters of a term take two columns: pieces stand in one column of the terminal.
if [ -x $python ]; then
    run profile -q --only-lexicons lex corpus
    is "columns are aligned by what a terminal shows" "$($python -c '
import re, sys, unicodedata
width = lambda s: sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in s)
print(len({width(line[:m.end()]) for line in open("out", encoding="utf-8")
           for m in [re.search(r" fakes +\S+ +", line)] if m}))')" 1
else
    echo "skip - columns are aligned: no $python"
fi

# ---- JSON ----

if $python -c 'import jsonschema' 2>/dev/null; then
    for options in "" "--all" "--emit hits"; do
        # shellcheck disable=SC2086 # options
        run profile -q --json $options --only-lexicons lex corpus
        is "--json $options is one line" "$(lines out)" 1
        $python "$here/tests/validate.py" profile <out >valid 2>&1
        is "--json $options is valid" "$(cat valid)" "1 lines valid"
    done
    run profile -q --json --threads 3 --only-lexicons lex corpus corpus corpus
    is "counts of threads add up; shares too" "$($python -c '
import json
p = json.load(open("out"))
t = {t["term"]: t for t in p["terms"]}["换脸"]
print(p["inputs"], p["stages"][0]["out"], t["matches"], t["sent_on"], t["sent_alone"], t["with_hit"], t["flagged"], t["precision"],
      round(sum(t["share"] for t in p["terms"]), 3), round(sum(r["share"] for r in p["rules"]), 3))')" \
        "3 15 12 9 6 9 9 1.0 1.0 1.0"
    is "dearest first" "$($python -c '
import json
p = json.load(open("out"))
s = [t["seconds"] for t in p["terms"]]
r = [r["seconds"] for r in p["rules"]]
print(s == sorted(s, reverse=True) and r == sorted(r, reverse=True) and s[0] > 0)')" True

    # The same candidates as the scan's, all of them explained, in every format.
    printf 'title,text\n换脸诈骗,"x ""换\n脸"" scam"\n天气,y\n' >rows.csv
    printf '<!doctype html><title>t</title><p>换<b>脸</b>诈&#x9a97;' >page.html
    for ((k = 0; k < 30; k++)); do echo '警方通报一起换脸诈骗案件，提醒市民注意防范'; done | iconv -f UTF-8 -t GB18030 >gbk.txt
    for input in "$samples"/news* "$samples/lines.txt" rows.csv page.html gbk.txt corpus; do
        reads "$input" || continue
        for emit in flagged hits; do
            "$tocsin" scan -q --emit $emit --stats stats "$input" >scanned 2>err
            run profile -q --json --emit $emit "$input"
            is "$(basename "$input"): --emit $emit: the scan's candidates" "$($python -c '
import json
s, p = json.load(open("stats")), json.load(open("out"))
union = sum(t["sent_alone"] for t in p["terms"]) <= p["stages"][0]["out"] <= sum(t["sent_on"] for t in p["terms"])
print(p["documents"] == s["documents"] > 0, [(t["in"], t["out"]) for t in p["stages"]] == [(t["in"], t["out"]) for t in s["stages"]],
      s["stages"][0]["out"] == s["sieve_candidates"] > 0, p["unexplained"], union)')" "True True True 0 True"
        done
    done
else
    echo "skip - JSON: python3-jsonschema is not installed"
fi

# ---- no sieve ----

mkdir not
printf 'lexicon: fakes\nterms: {zh: [换脸]}\n---\nrule: absent\nwhen: not fakes\n---\nrule: present\nwhen: fakes\n' >not/all.yaml
run profile -q --only-lexicons not corpus
has "no sieve: said" out 'There is no sieve'
has "no sieve: the rule to blame" out '  rule absent: it can fire without any term'
lacks "no sieve: the other is not" out '  rule present: it'
is "no sieve: every document goes to the check" "$(awk '$1 == "sieve" { print $2, $3 }' out)" "7 7"
run profile -q -e 😀 -e 换脸 corpus
has "no sieve: the term to blame" out '  term `😀`: it has no letters'
lacks "no sieve: the other is not" out 'term `换脸`'

# ---- inputs and statuses ----

: >nothing
run profile -q --only-lexicons lex nothing
status_is "empty input is status 0" 0
is "and counts nothing" "$(awk '$1 == "sieve" { print $2, $3, $4 }' out)" "0 0 0.00"
lacks "and gives no hint" out 'Look at'
run profile -q --only-lexicons lex </dev/null
status_is "nothing on stdin is status 0" 0
run profile -q --json --only-lexicons lex - <corpus
has "stdin is read" out '"documents":7,'
echo corpus >list
run profile -q --json --only-lexicons lex --files-from list
has "--files-from" out '"documents":7,'
printf '{"headline":"x","a":{"b":"换脸 scam"}}\n' >rows.jsonl
run profile -q --json --only-lexicons lex --field text=a.b rows.jsonl
has "--field" out '"flagged":1,'
run profile -q --json --only-lexicons lex --format lines rows.jsonl
has "--format" out '"flagged":1,'
run profile -q --json --only-lexicons lex --charset gbk corpus
has "--charset: other text, no candidate" out '"stage":"sieve","in":7,"out":3,'

run profile --only-lexicons lex corpus missing
status_is "a missing file is status 1" 1
has "and named" err missing
has "the rest is counted" out 'terms: 3 of 5'
run profile --damage-ok --only-lexicons lex corpus missing
status_is "--damage-ok turns it into 0" 0
for i in 1 2 3 4 5 6 7 8 9; do
    for ((k = 0; k < 400; k++)); do echo "$i$k$RANDOM$RANDOM"; done
    cat corpus
done | gzip >whole.gz
head -c $(($(stat -c %s whole.gz) / 2)) whole.gz >half.gz
run profile --json --only-lexicons lex half.gz
status_is "a truncated gzip is status 1" 1
has "JSON says that it is incomplete" out '"is_incomplete":true'
has "stderr says it too" err 'not everything was searched'
printf '{"title":"换脸 scam"\n{"title":"换脸 scam"}\n' >broken
run profile -q --json --format jsonl --only-lexicons lex broken
status_is "a damaged document is status 1" 1
has "and no candidate, as in a scan" out '"stage":"sieve","in":2,"out":1,'

run profile --nosuch corpus
status_is "an unknown option is status 2" 2
run profile --db missing corpus
status_is "a missing database is status 2" 2
run profile --format nosuch -e x corpus
status_is "an unknown format is status 2" 2
run profile -e x - -
status_is "stdin for two inputs is status 2" 2
cp corpus same
"$tocsin" profile -q -e 换脸 same 2>err >>same
is "an input that is stdout is refused" $? 2
run profile --help
status_is "--help is status 0" 0
has "--help has the options of the inputs" out '--files-from LIST'
if [ -e /dev/full ]; then
    "$tocsin" profile -q -e 换脸 corpus >/dev/full 2>err
    is "a full disk is status 2" $? 2
fi
for signal in INT TERM; do
    rm -f started
    "$tocsin" profile --json --only-lexicons lex - >out 2>err < <(
        yes '换脸 scam' | head -c 300000
        touch started
        yes '换脸 scam'
    ) &
    child=$!
    for ((k = 0; k < 300; k++)); do [ -e started ] || sleep 0.1; done # it is reading
    kill -$signal $child
    wait $child
    status=$?
    case $signal in
    INT) status_is "SIGINT is status 130" 130 ;;
    TERM) status_is "SIGTERM is status 143" 143 ;;
    esac
    has "SIG$signal: what was counted is shown" out '"terms":[{"lexicon":"fakes","term":"换脸","piece"'
done
