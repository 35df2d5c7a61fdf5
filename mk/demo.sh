#!/usr/bin/env bash
# demo.sh BUILD: scans the sample corpora with BUILD/tocsin and shows what comes out.
set -euo pipefail
build=$1
tocsin=$build/tocsin
out=$build/demo
sample=corpora/sample
mkdir -p "$out"

echo
echo "\$ tocsin scan $sample/news.warc.gz --summary -o $out/flagged.jsonl"
"$tocsin" scan "$sample/news.warc.gz" --summary -o "$out/flagged.jsonl"

# Three of the lines, one a script, for people. Awk, because a fresh machine has it.
readable() {
    LC_ALL=C awk '
    function unescape(text) { gsub(/\\"/, "\"", text); gsub(/\\\\/, "\\", text); return text }
    # The string behind "key":" from place `from` on; sets END_AT to where it ended.
    function value(line, key, from,   rest, mark, at, len) {
        mark = "\"" key "\":\""
        rest = substr(line, from)
        at = index(rest, mark)
        END_AT = 0
        if (!at) return ""
        rest = substr(rest, at + length(mark))
        match(rest, /^([^"\\]|\\.)*/)
        len = RLENGTH
        END_AT = from + at - 1 + length(mark) + len
        return unescape(substr(rest, 1, len))
    }
    function evidence(line,   from, text, lexicon, seen, list, count) {
        from = index(line, "\"hits\":[")
        while (count < 6 && (lexicon = value(line, "lexicon", from)) != "") {
            from = END_AT
            text = value(line, "text", from)
            from = END_AT
            if (!((lexicon, text) in seen)) {
                seen[lexicon, text] = 1
                list = list (count++ ? ", " : "") text " (" lexicon ")"
            }
        }
        return list
    }
    {
        lang = value($0, "lang", 1)
        sub(/-(CN|TW|HK).*/, "", lang)
        if (lang in shown) next
        shown[lang] = 1
        score = $0
        sub(/.*"score":/, "", score)
        sub(/,.*/, "", score)
        printf "\n  %s\n", value($0, "title", 1)
        printf "    %s, score %s, %s, %s\n", value($0, "label", 1), score, substr(value($0, "date", 1), 1, 10), \
            value($0, "url", 1)
        printf "    %s\n", evidence($0)
        if (++count == 3) exit
    }' "$1"
}
echo
echo "Three of the $(wc -l <"$out/flagged.jsonl") articles in $out/flagged.jsonl:"
readable "$out/flagged.jsonl"

next() { printf '  %-66s %s\n' "$1" "$2"; }
echo
echo "What to try next:"
next "$tocsin scan -e 换脸 $sample/news.warc.gz" "is this word in there? also as 換臉 or AI“换脸”, or cut by tags"
next "$tocsin scan $sample -o all.jsonl --stats stats.json" "a folder: every format, every codec"
next "$tocsin scan your-news.warc.gz" "your own files"
next "$tocsin scan --help" "everything else"
next "patterns/README.md" "lexicons and rules, and how to add yours"
