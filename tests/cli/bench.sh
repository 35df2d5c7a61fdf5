# The programs of bench/: the floor inflates all that is there and notices what is wrong; the naive pipeline finds what
# scan finds; the runner takes medians, writes its page, and reports no ratio where contenders disagree.
. "$(dirname "$0")/check.inc"
programs=$(dirname "$tocsin")/bench
if [ ! -x "$programs/floor" ]; then
    echo "skip - bench: $programs/floor is missing: make bench-programs"
    exit 0
fi

# ---- the floor ----
cat "$samples"/news.jsonl.gz "$samples"/news.warc.gz >many.gz
decoded=$(gzip -dc many.gz | wc -c)
wet=$(gzip -dc "$samples"/news.warc.wet.gz | wc -c)
escaped=$samples/news-escaped.jsonl.gz
while IFS=$'\t' read -r lib _; do
    [ "$lib" = zstd ] && continue
    "$programs/floor" --lib "$lib" many.gz >out 2>err
    status=$?
    is "floor by $lib: bytes of many members" "$(cut -d' ' -f1,2 out)" "$(wc -c <many.gz) $decoded"
    is "and how many members" "$(cut -d' ' -f3 out)" "$("$programs/floor" --lib zlib many.gz | cut -d' ' -f3)"
    "$programs/floor" --lib "$lib" --threads 3 many.gz "$samples"/news.warc.wet.gz many.gz >out 2>err
    status=$?
    is "floor by $lib: files among threads" "$(cut -d' ' -f2 out)" "$((2 * decoded + wet))"

    head -c -9 "$escaped" >cut.gz
    "$programs/floor" --lib "$lib" cut.gz >out 2>err
    status=$?
    status_is "floor by $lib: a file that is cut off" 2
    { head -c -8 "$escaped" && printf '\1\2\3\4' && tail -c 4 "$escaped"; } >crc.gz
    "$programs/floor" --lib "$lib" crc.gz >out 2>err
    status=$?
    status_is "floor by $lib: a wrong CRC" 2
    has "and it says so" err "CRC or length"
done < <("$programs/floor" --list)

"$programs/floor" --lib zstd "$samples"/news.jsonl.zst >out 2>err
status=$?
is "floor by zstd: all frames" "$(cut -d' ' -f2,3 out)" "$(gzip -dc "$samples"/news.jsonl.gz | wc -c) 3"
head -c -5 "$samples"/news.jsonl.zst >cut.zst
"$programs/floor" --lib zstd cut.zst >out 2>err
status=$?
status_is "floor by zstd: a file that is cut off" 2

# ---- the naive pipeline: a header with optional fields, terms in the other script, a line over two members ----
{
    printf '\037\213\010\034\0\0\0\0\0\377\2\0xxname\0comment\0'
    printf '1 天氣\n2 深度偽造\n3 ＡＩ換' | gzip -nc | tail -c +11
    printf '臉\n4 VIDEO' | gzip -c
} >lines.gz
printf '换脸\n深度伪造\nvideo\n' >terms.txt
for option in "" --transliterator; do
    # shellcheck disable=SC2086 # no option is no argument
    "$programs/naive" $option --terms terms.txt lines.gz >out 2>err
    status=$?
    "$tocsin" scan -q --format lines -f terms.txt lines.gz | grep -oE '"record":[0-9]+' | cut -d: -f2 >scan
    is "naive ${option:-with a Han table} finds what scan finds" "$(tr '\n' ' ' <out)" "$(tr '\n' ' ' <scan)"
    is "and finds something" "$(tr '\n' ' ' <out)" "2 3 4 "
done

# ---- the runner ----
cat >runner.py <<'END'
import json, sys
sys.path.insert(0, sys.argv[1] + "/bench")
import bench, measure, report, section_peers

def contender(name, cpu):
    made = measure.Contender(name, ["true"])
    made.samples = [measure.Sample(2 * seconds, seconds, "") for seconds in cpu]
    return made

slow, fast = contender("slow", [4.0, 9.0, 8.0]), contender("fast", [2.0, 3.0, 1.0])
assert measure.ratio(slow, fast, "cpu") == (3.0, 2.0, 8.0), "a ratio is the median of the rounds' ratios"
assert measure.seconds(slow, "wall") == 16.0 and measure.best([slow, fast], "cpu") is fast

def refused(call):
    try:
        call()
    except measure.Failed:
        return True
    return False

counter = measure.Contender("changing", ["bash", "-c", "date +%N"])
assert refused(lambda: measure.race([counter], 3, "race.out")), "output that changes is an error"
assert refused(lambda: measure.Contender("failing", ["false"]).run("race.out")), "so is a status that was not expected"

class Fake:
    out = "race.out"
    def __init__(self, name, text): self.name, self.text = name, text
    def output(self, _): return self.text
def same(*texts):
    fakes = [Fake(str(number), text) for number, text in enumerate(texts)]
    return section_peers.same_documents(Fake, fakes, {fake.name: bench.ids_of_json for fake in fakes})
line = b'{"v":1,"db":"ab12","id":"d7","input":{}}\n'
assert same(line, b'{"id": "d7", "title": "x"}\n') == 1, "our lines and those of the corpus name the same document"
assert refused(lambda: same(line, b'{"id": "d8"}\n')), "other documents give no ratio"
assert refused(lambda: same(b"", b"")), "nor do none"
assert same(line + line, line + line) == 2, "two files may share an id"
assert refused(lambda: same(line + line, line)), "of which one is not the other"
assert measure.digest_of(sys.argv[2], True) == measure.digest_of(sys.argv[3], True), "lines in another order are the same"
assert measure.digest_of(sys.argv[2]) != measure.digest_of(sys.argv[3]), "where order does not matter"

def disagree():
    raise measure.Failed("other documents")
duels = section_peers.Duels("part of it")
won = dict.fromkeys(duels.COLUMNS, "1") | {"ratio": 4.0, "ceiling": 5.0}
duels.add(["rg"], "rg", 0.9, lambda: dict(won), of_ceiling=True)
duels.add(["ugrep"], "ugrep", 0.9, disagree)
table = duels.section("T", "", "peer")
assert [goal["figure"] for goal in table["goals"]] == ["0.80", "-"] and "other documents" in table["failed"]
assert all(len(row) == len(table["tables"][0]["columns"]) for row in table["tables"][0]["rows"])

assert bench.goal("x", 0.9, 0.91)["met"] and not bench.goal("x", 0.9, 0.89)["met"]
assert bench.goal("x", 5, 4, below=True)["met"] and not bench.goal("x", 5, 6, below=True)["met"]
assert bench.goal("x", 0.9, None, "not installed")["met"] is None
chart = {"file": "bench-x.svg", "title": "a < b", "x": "terms", "y": "MB/s", "log": True, "percent": False,
         "series": [{"name": "scan", "points": [[10, 500.0], [1000, 250.0]]}, {"name": "none", "points": []}]}
section = {"runs": 7, "size": 5e7, "engine": "abc", "is_busy": True, "wall_over_cpu": 1.5, "charts": [chart], "goals":
           [bench.goal("scan | x", 0.9, 0.5)], "tables": [{"title": "T", "columns": ["a"], "rows": [["b"]]}]}
failed = dict(section, is_busy=False, charts=[], goals=[], tables=[], failed="rg finds other documents")
machine = {"processor": "p", "cores": 2, "memory": "m", "system": "s", "versions": ["v 1"]}
report.write({"machine": machine, "sections": {"scan": section, "peers": failed}}, ".")
END
printf 'a\nb\n' >ab
printf 'b\na\n' >ba
/usr/bin/python3 runner.py "$here" ab ba >out 2>err
status=$?
status_is "the runner's medians, ratios, comparisons and page" 0
has "a goal that is missed says so" benchmarks.md "| scan \\| x | >= 0.9 | 0.50 | **not met** |  | scan |"
has "a busy machine is called so" benchmarks.md "busy machine"
has "a section that failed says why" benchmarks.md "**Failed: rg finds other documents"
count='import xml.dom.minidom as m; print(len(m.parse("bench-x.svg").getElementsByTagName("polyline")))'
is "a chart is well-formed" "$(/usr/bin/python3 -c "$count")" 1
