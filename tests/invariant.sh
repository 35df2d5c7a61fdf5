#!/usr/bin/env bash
# invariant.sh: scan and scan --no-sieve write the same bytes to output and quarantine and end alike, whatever the
# threads, for the sample corpora and for damaged copies of them; and both agree with the oracle where Python is there,
# on the samples and, by tests/oracle/invariant.py, on N generated documents (400), N/500 random sets of rules, and
# the real data of TOCSIN_DATA. SEED chooses others; KEEP is a folder for the files of batches with differences.
set -u
tocsin=${TOCSIN:-$PWD/build/tocsin}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
sample=corpora/sample
bad=0

# say STATUS NAME: the status comes first, because a $(...) before it would change it.
say() {
    if [ "$1" -eq 0 ]; then echo "ok - $2"; else echo "not ok - $2" && bad=1; fi
}

# run NAME OPTION... INPUT: output, quarantine and status under $work/NAME.*
run() {
    local name=$1
    shift
    "$tocsin" scan -q --quarantine "$work/$name.lost" "$@" >"$work/$name.out" 2>"$work/$name.err"
    echo $? >"$work/$name.status"
}

# Two that crash alike agree in nothing.
same() {
    [ "$(cat "$work/$1.status")" -le 1 ] && cmp -s "$work/$1.status" "$work/$2.status" &&
        cmp -s "$work/$1.out" "$work/$2.out" && cmp -s "$work/$1.lost" "$work/$2.lost"
}

# Copies with bytes flipped, cut out and cut off.
damage() {
    local size
    size=$(stat -c %s "$1")
    cp "$1" "$work/flipped-$(basename "$1")"
    printf '\377\0\377' | dd of="$work/flipped-$(basename "$1")" bs=1 seek=$((size / 2)) conv=notrunc status=none
    head -c $((size * 2 / 3)) "$1" >"$work/cut-$(basename "$1")"
}

for file in "$sample"/news* "$sample"/lines.txt; do
    damage "$file"
done
for file in "$sample"/news* "$sample"/lines.txt "$work"/flipped-* "$work"/cut-*; do
    for emit in flagged hits; do
        run sieve --emit "$emit" --threads 1 "$file"
        run plain --emit "$emit" --threads 1 --no-sieve "$file"
        same sieve plain
        say $? "--no-sieve, $(basename "$file"), $emit"
    done
done
run one --threads 1 "$sample" "$work"/cut-*
run four --threads 4 "$sample" "$work"/cut-*
same one four
say $? "four threads write what one writes"

if /usr/bin/python3 -c 'import icu, yaml' 2>/dev/null; then
    for file in "$sample"/news.warc.gz "$sample"/news.jsonl.zst "$sample"/lines.txt; do
        "$tocsin" scan -q --emit fields "$file" >"$work/fields"
        "$tocsin" scan -q "$file" >"$work/engine"
        /usr/bin/python3 tests/oracle/oracle.py scan --patterns patterns <"$work/fields" >"$work/oracle"
        /usr/bin/python3 tests/oracle/compare.py "$work/engine" "$work/oracle" >"$work/differences" 2>&1
        say $? "the oracle agrees on $(basename "$file"): $(head -n 1 "$work/differences")"
    done
    [ -n "${TOCSIN_DATA:-}" ] || echo "skip - real data: TOCSIN_DATA does not name the folder that holds headlines/ and containers/"
    TMPDIR=$work /usr/bin/python3 tests/oracle/invariant.py --tocsin "$tocsin" --count "${N:-400}" --seed "${SEED:-1}" \
        ${TOCSIN_DATA:+--data "$TOCSIN_DATA"} ${KEEP:+--keep "$KEEP"} || bad=1
else
    echo "skip - the oracle: python3-icu and python3-yaml are missing"
fi
exit $bad
