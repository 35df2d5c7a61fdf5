# suggest: words planted in generated corpora come first, whole, and nothing else does; covering phrases; what the lexicons
# have is left out or marked; statuses.
. "$(dirname "$0")/check.inc"
mkdir lex
printf 'lexicon: fakes\nterms: {zh: [换脸]}\n---\nrule: r\nwhen: fakes\n' >lex/p.yaml

# Titles of words of one to three characters, drawn as words are in a language: some often, most seldom.
cat >make.py <<'PY'
import random
random.seed(5)
han = [chr(c) for c in range(0x5000, 0x5000 + 900)]
words = ["".join(random.choices(han, k=random.choice((1, 2, 2, 2, 3)))) for _ in range(4000)]
weights = [1 / (n + 2) for n in range(4000)]
english = ["market", "rain", "team", "city", "of", "the", "report"]
def title(*planted):
    parts = random.choices(words, weights, k=5) + list(planted)
    random.shuffle(parts)
    return "".join(parts) + "，" + " ".join(random.choices(english, k=3))
with open("rest.txt", "w") as out:
    for n in range(20000):
        planted = ["换脸手术"] * (n % 400 == 0) + ["虚拟"] * (n % 50 == 0)
        print(title(*planted), file=out)
with open("flagged.txt", "w") as out:
    for n in range(300):
        planted = ["换脸"] + ["虚拟陪聊"] * (n % 3 == 0) + ["深夜私聊软件"] * (n % 5 == 0) + ["一键P图"] * (n % 6 == 0)
        print(title(*planted) + (" voice-clone kit" if n % 4 == 0 else ""), file=out)
PY
/usr/bin/python3 make.py
cat rest.txt flagged.txt >corpus.txt
first() { sed -nE 's/^ *[0-9]+\. ([^:]*): .*/\1/p' out | head -n "$1" | tr '\n' '|'; }
planted="虚拟陪聊|voice-clone kit|深夜私聊软件|一键P图|"

run suggest -q --only-lexicons lex --chosen flagged.txt rest.txt
status_is "status 0" 0
is "--chosen: the planted words come first" "$(first 4)" "$planted"
has "with their counts" out '  1. 虚拟陪聊: in 100 of 300 documents, and in 0 of 20000 others; score '
lacks "a term of the lexicons is left out" out '换脸:'
lacks "and so is what holds it" out 'holds 换脸'
is "and parts of words" "$(first 50 | grep -c '拟陪|\||陪聊|')" 0
run suggest -q --only-lexicons lex corpus.txt
is "flagged documents against the rest: the same come first" "$(first 4)" "$planted"
has "the rest is without them" out 'others; score'
is "the flagged are those that scan flags" "$(sed -nE 's/^  1\. .* of ([0-9]+) documents.* of ([0-9]+) others.*/\1 \2/p' out)" \
    "$("$tocsin" scan -q --only-lexicons lex corpus.txt | wc -l) $((20300 - $("$tocsin" scan -q --only-lexicons lex corpus.txt | wc -l)))"
run suggest -q --only-lexicons lex --all --chosen flagged.txt rest.txt
is "--all: the term, too" "$(first 1)" "换脸|"
has "and marked" out 'holds 换脸 of fakes'
run suggest -q --only-lexicons lex --chosen flagged.txt --count 2 rest.txt
is "--count" "$(grep -cE '^ *[0-9]+\. ' out)" 2
run suggest -q --only-lexicons lex --chosen flagged.txt --min-documents 101 rest.txt
lacks "--min-documents" out '虚拟陪聊'
sed 's/.*/{"title":"&"}/' flagged.txt >flagged.jsonl
run suggest -q --only-lexicons lex --chosen flagged.jsonl rest.txt
is "chosen documents are read as scan reads them" "$(first 4)" "$planted"

# ---- covering phrases ----
run suggest -q --covering 换脸 corpus.txt
is "a covering phrase comes first" "$(first 1)" "换脸手术|"
has "with the hits around which it lies" out '  1. 换脸手术: around 50 of 350 hits'
run suggest -q --covering 換臉 corpus.txt
is "in whatever script the term is given" "$(first 1)" "换脸手术|"
run suggest -q --covering 无此词 corpus.txt
status_is "a term without hits: status 0" 0
empty "and nothing" out

# ---- JSON, statuses ----
run suggest -q --only-lexicons lex --json --all --chosen flagged.txt rest.txt
cp out all.jsonl
run suggest -q --json --covering 换脸 corpus.txt
if /usr/bin/python3 -c 'import jsonschema' 2>/dev/null; then
    /usr/bin/python3 "$here/tests/validate.py" suggestion <all.jsonl >valid 2>err &&
        /usr/bin/python3 "$here/tests/validate.py" suggestion <out >valid 2>err
    is "--json obeys its schema" "$?" 0
else
    echo "skip - --json obeys its schema: python3-jsonschema is missing"
fi
run suggest -q --only-lexicons lex --all --chosen flagged.txt rest.txt
is "--json is as long as the list" "$(lines all.jsonl)" "$(grep -cE '^ *[0-9]+\. ' out)"
run suggest --only-lexicons lex rest.txt --chosen missing.txt
status_is "without a chosen document: status 2" 2
has "and why" err 'holds no document'
printf 'lexicon: a\nterms: {zh: [无此词]}\n---\nrule: r\nwhen: a\n' >none.yaml
run suggest --only-lexicons none.yaml corpus.txt
status_is "nothing flagged: status 2" 2
has "and what to do" err '--chosen'
run suggest --only-lexicons lex --chosen flagged.txt --covering 换脸 rest.txt
status_is "--covering with --chosen: status 2" 2
run suggest --only-lexicons lex --chosen - rest.txt <flagged.txt
status_is "--chosen from stdin: status 2" 2
run suggest --only-lexicons lex - <corpus.txt
status_is "a corpus that is read twice cannot be stdin: status 2" 2
run suggest -q --only-lexicons lex --chosen flagged.txt - <rest.txt
is "one that is read once can" "$(first 4)" "$planted"
run suggest --only-lexicons lex --chosen flagged.txt rest.txt missing.txt
status_is "part of the corpus unread: status 1" 1
"$tocsin" suggest -q --only-lexicons lex --chosen flagged.txt rest.txt >/dev/full 2>err
is "a full disk is status 2" "$?" 2
