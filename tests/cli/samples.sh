# The sample corpora: every format gives the expected articles and labels; sieve, judge, threads and chunks write the same bytes;
# lines are valid under the published schemas and offsets cut hits out of their fields.
. "$(dirname "$0")/check.inc"
python=/usr/bin/python3
formats="news.jsonl.gz news-escaped.jsonl.gz news.jsonl.zst news.warc.gz news.warc.wet.gz lines.txt"

# Flagged articles as `id label`, by their address where they have one (WARC records have ids of their own).
flagged='
import json, sys
expected = {json.loads(l)["url"]: json.loads(l) for l in open(sys.argv[1], encoding="utf-8")}
for line in sys.stdin:
    line = json.loads(line)
    print(expected[line["url"]]["id"], line["label"])
'
if [ -x $python ]; then
    $python -c '
import json, sys
for line in sys.stdin:
    line = json.loads(line)
    if line["flagged"]:
        print(line["id"], line["label"])' <"$samples/expected.jsonl" | sort >expected
    for format in $formats; do
        [ "$format" = lines.txt ] && continue
        run scan -q "$samples/$format"
        $python -c "$flagged" "$samples/expected.jsonl" <out | sort >got
        if cmp -s expected got; then
            ok "$format flags the expected articles with their labels"
        else
            not_ok "$format flags the expected articles with their labels" "$(diff expected got | tr '\n' ' ')"
        fi
    done
else
    echo "skip - samples give the expected articles: no $python"
fi

for format in $formats; do
    for emit in flagged hits all; do
        "$tocsin" scan -q --emit $emit --quarantine lost1 "$samples/$format" >sieved 2>err
        "$tocsin" scan -q --emit $emit --quarantine lost2 --no-sieve "$samples/$format" >judged 2>err
        cmp sieved judged >out 2>&1 && cmp lost1 lost2 >>out 2>&1
        status=$?
        status_is "$format: --emit $emit writes the same bytes with and without the sieve" 0
    done
    "$tocsin" scan -q --emit hits --chunk 333 "$samples/$format" >small 2>err
    "$tocsin" scan -q --emit hits "$samples/$format" >whole 2>err
    is "$format: the size of the chunks does not matter" "$(cmp small whole 2>&1)" ""
done

(cd "$samples" && "$tocsin" scan -q --emit hits --threads 1 $formats) >one 2>err
(cd "$samples" && "$tocsin" scan -q --emit hits --threads 4 $formats) >four 2>err
is "four threads write what one writes" "$(cmp one four 2>&1)" ""
(cd "$samples" && "$tocsin" scan -q --emit hits --threads 4 --unordered $formats) | sort >unordered
is "unordered output holds the same lines" "$(sort one | cmp - unordered 2>&1)" ""

if $python -c 'import jsonschema' 2>/dev/null; then
    for format in $formats; do
        "$tocsin" scan -q --emit fields "$samples/$format" >fields
        $python "$here/tests/validate.py" fields <fields >out 2>err
        status=$?
        status_is "$format: decoded fields are valid under their schema" 0
        "$tocsin" scan -q --emit hits --max-hits 100000 --stats stats "$samples/$format" |
            $python "$here/tests/validate.py" line --fields fields >out 2>err
        status=$?
        status_is "$format: lines are valid, and offsets cut the hits out of their fields" 0
        $python "$here/tests/validate.py" stats <stats >out 2>err
        status=$?
        status_is "$format: statistics are valid" 0
    done
    printf '{"title":"换脸"\n{"title":"AI换脸诈骗"}\n' >broken
    run scan -q --format jsonl --quarantine lost broken
    $python "$here/tests/validate.py" quarantine <lost >out 2>err
    status=$?
    status_is "a loss is valid under its schema" 0
else
    echo "skip - lines are valid under their schemas: python3-jsonschema is not installed"
fi
