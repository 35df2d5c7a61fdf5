# Thousands of terms: another way to look for pieces, the same lines as without a sieve, in every format.
. "$(dirname "$0")/check.inc"

# Every run of three or four Han characters of the samples' titles, and ones that are nowhere, 2,500 in all; then 25,000.
LC_ALL=C.UTF-8 /usr/bin/python3 - "$samples/news.jsonl.gz" <<'EOF'
import gzip, json, random, re, sys

runs = set()
for line in gzip.open(sys.argv[1], "rt", encoding="utf-8"):
    for run in re.findall("[\u4e00-\u9fff]{4,}", json.loads(line)["title"]):
        runs.update(run[at : at + 3 + at % 2] for at in range(len(run) - 3))
some = random.Random(7).sample(sorted(runs), 60)
for name, count in (("few", 60), ("many", 2500), ("very", 25000)):
    rng = random.Random(count)
    terms = list(some)
    while len(terms) < count:
        terms.append("".join(chr(rng.randint(0x4E00, 0x9FA0)) for _ in range(4)))
    with open(name, "w", encoding="utf-8") as file:
        file.write("\n".join(terms) + "\n")
EOF

# same NAME FILE FILE
same() {
    if cmp -s "$2" "$3"; then ok "$1"; else not_ok "$1" "$2 and $3 differ"; fi
}

for input in news.jsonl.gz news-escaped.jsonl.gz news.csv.bz2 news.warc.gz news.warc.wet.gz lines.txt; do
    reads "$input" || continue
    run scan -q --emit hits -f few "$samples/$input"
    cp out few.out
    for terms in many very; do
        run scan -q --emit hits -f "$terms" "$samples/$input"
        status_is "$input, $terms terms: status 0" 0
        cp out sieved.out
        run scan -q --emit hits --no-sieve -f "$terms" "$samples/$input"
        same "$input, $terms terms: as without a sieve" sieved.out out
        sed 's/"db":"[^"]*"//' sieved.out >sieved.lines
        sed 's/"db":"[^"]*"//' few.out >few.lines
        same "$input, $terms terms: the added ones, which stand nowhere, change nothing" few.lines sieved.lines
    done
done

# The same terms from a database, whose tables are used as they stand in the file.
mkdir patterns
{ printf 'lexicon: very\nterms:\n  zh:\n'; sed 's/^/    - /' very; } >patterns/very.yaml
run compile -q patterns -o very.db
status_is "very many terms are compiled: status 0" 0
for input in news.jsonl.gz news.warc.gz lines.txt; do
    reads "$input" || continue
    for emit in flagged hits; do
        run scan -q --emit "$emit" --db very.db "$samples/$input"
        status_is "$input, $emit, from a database: status 0" 0
        cp out sieved.out
        run scan -q --emit "$emit" --no-sieve --db very.db "$samples/$input"
        same "$input, $emit, from a database: as without a sieve" sieved.out out
    done
done
has "there are hits of a database" sieved.out '"hits_total"'
has "there are hits" few.out '"hits_total"'

# Records that no blank line closes: the next one's WARC touches the last word of a text.
awk 'BEGIN { for (i = 0; i < 17576; i++) printf "%c%c%c\n", 97 + i / 676, 97 + i / 26 % 26, 97 + i % 26
             for (i = 0; i < 8000; i++) printf "x%d\n", i + 1000 }' >words
for word in abc qqq zzz x1001; do
    text="0000 11 $word"
    printf 'WARC/1.0\r\nWARC-Type: conversion\r\nContent-Type: text/plain\r\nContent-Length: %d\r\n\r\n%s' ${#text} "$text"
done >touching.wet
run scan -q --emit hits -f words touching.wet
is "a word that the next record touches is found among very many" "$(lines out)" 4

# Touched or not, because the next one is not in the chunk yet: the sieve says the same of a text.
printf 'WARC/1.0\r\nWARC-Type: conversion\r\nContent-Type: text/plain\r\nContent-Length: 7\r\n\r\n0000 11' | gzip -n >touching.wet.gz
for _ in 1 2 3 4 5 6 7 8 9 10 11 12; do
    cat touching.wet.gz touching.wet.gz >twice && mv twice touching.wet.gz
done
for chunk in 64 1000 1Mi; do
    run scan -q -e abc --chunk "$chunk" --stats stats.json touching.wet.gz
    has "a text that the next record touches is no candidate for that, in chunks of $chunk" stats.json '"sieve_candidates":0,'
done
