# The sample corpora: every form of them gives the same articles and labels, those expected but for the ones listed in
# disagreements.tsv; sieve, judge, threads and chunks write the same bytes; lines are valid under the published schemas and offsets
# cut hits out of their fields.
. "$(dirname "$0")/check.inc"
python=/usr/bin/python3
formats=
for format in news.jsonl.gz news-escaped.jsonl.gz news.jsonl.zst news.jsonl.lz4 news.csv.bz2 news-utf16.csv.xz news.warc.gz \
    news.warc.zst news-1.0.warc news.warc.wet.gz lines.txt html text; do
    reads "$format" && formats="$formats $format"
done

# Text files are asked for; the rest is recognised.
scan() {
    local name=$1
    shift
    [ "$name" = text ] && set -- --format text "$@"
    "$tocsin" scan -q "$@" "$samples/$name"
}

# What a rule is given by each: title, lead and text of a record or of a page, or one text.
where() {
    case $1 in
    *.jsonl.* | *.csv.*) echo records ;;
    *.wet.gz | text) echo text ;;
    *) echo pages ;;
    esac
}

# How many articles each has; where not all, it has those of a folder.
articles() {
    case $1 in
    html | news-1.0.warc) find "$samples/html" -name '*.html' | wc -l ;;
    text) find "$samples/text" -name '*.txt' | wc -l ;;
    *) lines "$samples/expected.jsonl" ;;
    esac
}

if $python -c 'import yaml' 2>/dev/null && command -v zstd >out && command -v lz4 >out; then
    $python "$here/corpora/render.py" --check >out 2>err
    status=$?
    status_is "sample/ is what render.py makes of the articles" 0
else
    echo "skip - sample/ is what render.py makes of the articles: needs python3-yaml, zstd and lz4"
fi

if [ -x $python ]; then
    for format in $formats; do
        [ "$format" = lines.txt ] && continue
        scan "$format" --emit all 2>err | $python "$here/tests/agreement.py" "$here/corpora" "$(where "$format")" \
            "$(articles "$format")" >out 2>>err
        status=$?
        status_is "$format: what Tocsin says is what is expected or a known disagreement" 0
    done
    scan lines.txt 2>err | $python -c '
import csv, json, sys
with open(sys.argv[1] + "/sample/expected.jsonl", encoding="utf-8") as file:
    expected = [json.loads(line) for line in file]
with open(sys.argv[1] + "/disagreements.tsv", encoding="utf-8", newline="") as file:
    known = {row["id"] for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE) if row["says"] != "nothing"}
found = [expected[json.loads(line)["input"]["record"] - 1] for line in sys.stdin]
print(*(e["id"] for e in found if not e["flagged"] and e["id"] not in known))
sys.exit(not found)' "$here/corpora" >out 2>>err
    status=$?
    status_is "titles and leads alone are enough for some" 0
    is "titles and leads alone flag nothing that is not flagged elsewhere" "$(cat out)" ""
    scan html --emit all >pages 2>err
    is "pages are read in the charsets that they are in" \
        "$(grep -oE '"charset":"[^"]*"' pages | sort -u | cut -d'"' -f4 | tr '\n' ' ')" "big5-hkscs gb18030 utf-8 windows-1252 "
else
    echo "skip - samples give the expected articles: no $python"
fi

for format in $formats; do
    for emit in flagged hits all; do
        scan "$format" --emit $emit --quarantine lost1 >sieved 2>err
        scan "$format" --emit $emit --quarantine lost2 --no-sieve >judged 2>err
        cmp sieved judged >out 2>&1 && cmp lost1 lost2 >>out 2>&1
        status=$?
        status_is "$format: --emit $emit writes the same bytes with and without the sieve" 0
    done
    scan "$format" --emit hits --chunk 333 >small 2>err
    scan "$format" --emit hits >whole 2>err
    is "$format: the size of the chunks does not matter" "$(cmp small whole 2>&1)" ""
done

(cd "$samples" && "$tocsin" scan -q --emit hits --threads 1 $formats) >one 2>err
(cd "$samples" && "$tocsin" scan -q --emit hits --threads 4 $formats) >four 2>err
is "four threads write what one writes" "$(cmp one four 2>&1)" ""
(cd "$samples" && "$tocsin" scan -q --emit hits --threads 4 --unordered $formats) | sort >unordered
is "unordered output holds the same lines" "$(sort one | cmp - unordered 2>&1)" ""

if $python -c 'import jsonschema' 2>/dev/null; then
    for format in $formats; do
        scan "$format" --emit fields >fields
        $python "$here/tests/validate.py" fields <fields >out 2>err
        status=$?
        status_is "$format: decoded fields are valid under their schema" 0
        scan "$format" --emit hits --max-hits 100000 --stats stats |
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
