"""The sections of the benchmark. Each returns a dict: tables, charts and goals, which report.py turns into a page."""

import os
import re
import shlex
import shutil
import statistics
import subprocess

from bench import goal, han_classes, ids_of_json, number, percent, say, size_of
from corpora import Missing
from measure import Contender, Failed, Peak, best, race, ratio, seconds

RATES = (0.0001, 0.001, 0.01, 0.1, 0.5, 1.0)
DOCUMENT_BYTES = (300, 1000, 3000, 10_000, 100_000, 1_000_000)
LEXICONS = (10, 100, 1000, 10_000, 100_000)
COMMON_MAX = 10_000  # of terms that nearly every document holds: a lexicon that no one would scan with
MANY_FILES = 8
MEMORY_SIZES = (10_000_000, 100_000_000, 1_000_000_000)
OPEN_RUNS = 31
AT_ONCE = ["-f", "bench/terms.txt", "--emit", "hits"]
SLOW_SHARE = 10  # corpora of what takes minutes are so much smaller
FORMS = {
    "jsonl": "JSONL, one member",
    "wet": "WET, a member a record",
    "warc": "HTML WARC, a member a page",
    "jsonl-escaped": "JSONL, all \\uXXXX",
}


def many(bench, origin, form, share, codec="gz"):
    return [
        bench.corpora.get(origin, form, share, size=bench.corpora.size // 4, codec=codec, part=part)
        for part in range(MANY_FILES)
    ]


# ---- scan ----
def scan_rows(bench):
    """(origin, form, share, codec) of each row; real corpora stand beside the generated ones."""
    for origin in bench.corpora.origins():
        shares = (0.001, 0.01)
        for form in ("jsonl", "wet", "warc"):
            if not (origin == "titles" and form == "warc"):  # titles are no pages
                yield from ((origin, form, share, "gz") for share in shares)
        yield origin, "jsonl-escaped", 0.001, "gz"
        yield origin, "jsonl", 0.001, "zst"


def scan_goal(form, share, codec):
    if codec == "zst":
        return "zstd beside libzstd alone", 0.75
    targets = {
        ("jsonl", 0.001): 0.9,
        ("jsonl", 0.01): 0.8,
        ("wet", 0.001): 0.9,
        ("wet", 0.01): 0.8,
        ("warc", 0.001): 0.8,
        ("warc", 0.01): 0.8,
        ("jsonl-escaped", 0.001): 0.75,
    }
    return f"scan / inflate alone, {FORMS[form]}, {percent(share)} flagged", targets[form, share]


def scan(bench):
    rows, stages, goals = [], [], []
    for origin, form, share, codec in scan_rows(bench):
        name, target = scan_goal(form, share, codec)
        for threads in dict.fromkeys((1, bench.cores)):
            files = (
                [bench.corpora.get(origin, form, share, codec=codec)]
                if threads == 1
                else many(bench, origin, form, share, codec)
            )
            row = bench.versus_floor(files, threads)
            rows.append(
                [
                    origin,
                    FORMS[form] + (", zstd" if codec == "zst" else ""),
                    percent(share),
                    threads,
                    number(row["scan"], 0),
                    f"{number(row['floor'], 0)} {row['library']}",
                    number(row["ratio"]),
                    f"{row['low']:.2f}-{row['high']:.2f}",
                    number(row["wall"]),
                    number(row["start"], 0),
                    f"{row['documents']:,}",
                    *bench.candidates(row),
                ]
            )
            goals.append(goal(f"{name}, {origin}, {threads} thread{'s' * (threads > 1)}", target, row["ratio"]))
            if threads == 1:
                stages.append(stage_row(origin, form, share, codec, row))
    if bench.cores == 1:
        goals.append(goal("the same with all threads", 0.8, None, "this machine has one core"))
    return {
        "tables": [
            {
                "title": "Scan beside inflation alone, the default database",
                "columns": [
                    "corpus",
                    "form",
                    "flagged, asked for",
                    "threads",
                    "scan MB/s",
                    "inflate MB/s",
                    "ratio",
                    "lowest-highest",
                    "ratio, wall",
                    "start ms",
                    "documents",
                    "sieve",
                    "check",
                    "flagged",
                ],
                "rows": rows,
            },
            {
                "title": "Seconds a GB in each stage, one thread",
                "note": "By the clock on the wall, as `--stats` has them; median of the runs.",
                "columns": ["corpus", "form", "flagged, asked for", "inflate", "sieve", "check", "judge"],
                "rows": stages,
            },
        ],
        "goals": goals,
    }


def stage_row(origin, form, share, codec, row):
    middle = len(row["contender"].stages) // 2
    cost = [
        sorted(stats[stage + "_seconds"] for stats in row["contender"].stages)[middle] / row["decoded"] * 1000
        for stage in ("inflate", "sieve", "check", "judge")
    ]
    return [
        origin,
        FORMS[form] + (", zstd" if codec == "zst" else ""),
        percent(share),
        *(number(value, 3) for value in cost),
    ]


# ---- peers ----
def ahead(bench):
    """The terms of the peers, compiled ahead of time, as Tocsin is meant to be used."""
    return ["--db", bench.database(bench.peer_terms())[0], "--emit", "hits"]


def start_at_once(bench):
    start = bench.start(AT_ONCE)
    race([start], bench.runs, bench.out)
    return f"Terms are compiled ahead; `scan -f` compiles them at each start, {1000 * seconds(start, 'cpu'):.0f} ms of CPU."


def same_documents(bench, contenders, ids_of):
    """The number of documents that all find; else an error that says who finds what the others don't."""
    found = {contender.name: ids_of[contender.name](contender.output(bench.out)) for contender in contenders}
    first = found[contenders[0].name]
    for name, ids in found.items():
        if ids != first:
            raise Failed(
                f"{name} and {contenders[0].name} find other documents: {len(ids - first)} and {len(first - ids)} of "
                f"{len(ids | first)}, such as {sorted(ids ^ first)[:3]}"
            )
    if not first:
        raise Failed("nothing was found: a ratio over no hits says nothing")
    return len(first)


def command_peers(spelled, path):
    """Peers that search files, with every spelling of the terms; bytes are compared, so the C locale is the fastest right one."""
    terms, file = shlex.quote(spelled), shlex.quote(path)
    peers = {
        "rg -z -F -f": ("rg", ["rg", "-z", "-F", "-N", "--no-filename", "--no-config", "-f", spelled, path]),
        "ugrep -z -F -f": ("ugrep", ["ugrep", "-z", "-F", "-h", "-f", spelled, path]),
        "zcat | grep -F -f": ("grep", ["bash", "-o", "pipefail", "-c", f"zcat {file} | grep -F -f {terms}"]),
    }
    for name, (program, argv) in peers.items():
        yield name, Contender(name, argv, env={"LC_ALL": "C"}) if shutil.which(program) else None


def peers(bench):
    rows, goals, terms = [], [], ahead(bench)
    spelled = bench.write_lines("spelled.txt", bench.spelled(bench.peer_terms()))
    for origin in bench.corpora.origins():
        path = bench.corpora.get(origin, "jsonl", 0.001)
        for name, peer in command_peers(spelled, path):
            if not peer:
                rows.append([origin, name, "not installed"] + ["-"] * 8)
                goals.append(goal(f"{name}, {origin}: part of the ceiling", 0.9, None, "not installed"))
                continue
            ours, start, floors = bench.scan([path], extra=terms), bench.start(terms), bench.floors([path])
            found = same_documents(bench, [ours, peer], {ours.name: ids_of_json, name: ids_of_json})
            say(f"{name}, {origin}")
            race([ours, start, peer, *floors], bench.runs, bench.out)
            floor, decoded = best(floors, "cpu"), ours.stages[-1]["decoded_bytes"] / 1e6
            gain, ceiling = ratio(peer, ours, "cpu")[0], ratio(peer, floor, "cpu")[0]
            rows.append(
                [
                    origin,
                    name,
                    found,
                    number(decoded / seconds(ours, "cpu"), 0),
                    number(1000 * seconds(start, "cpu"), 0),
                    number(decoded / seconds(peer, "cpu"), 0),
                    number(gain),
                    number(ceiling),
                    number(gain / ceiling),
                    number(ratio(peer, ours, "wall")[0]),
                    number(ratio(peer, floor, "wall")[0]),
                ]
            )
            goals.append(
                goal(f"{name}, {origin}: part of the ceiling", 0.9, gain / ceiling, f"{gain:.2f} of {ceiling:.2f}")
            )
    return {
        "tables": [
            {
                "title": "Programs that search compressed files",
                "note": f"{len(bench.peer_terms())} Han terms (bench/terms.txt); peers are given all {len(bench.spelled(bench.peer_terms()))} spellings by "
                "OpenCC's classes. Ceiling: inflation alone beside the peer. One thread of Tocsin; CPU seconds of all "
                f"processes and threads of a peer. The sets of documents are the same. {start_at_once(bench)}",
                "columns": [
                    "corpus",
                    "peer",
                    "documents found",
                    "tocsin MB/s",
                    "start ms",
                    "peer MB/s",
                    "ratio",
                    "ceiling",
                    "part of it",
                    "ratio, wall",
                    "ceiling, wall",
                ],
                "rows": rows,
            }
        ],
        "goals": goals,
    }


# ---- peers in Python ----
PYTHON_PEERS = {
    "hyperscan": ("FastWARC + python-hyperscan", 4, "hyperscan"),
    "ahocorasick": ("FastWARC + pyahocorasick", 15, "ahocorasick"),
    "matcher_py": ("FastWARC + matcher_py", 6, "matcher_py"),
}


def python_of(bench):
    return os.path.join(bench.work, "venv", "bin", "python")


def can_import(bench, *modules):
    return (
        os.path.exists(python_of(bench))
        and subprocess.run(
            [python_of(bench), "-c", "import " + ",".join(modules)], stderr=subprocess.DEVNULL
        ).returncode
        == 0
    )


def record_ids(data):
    return {line.strip("<>") for line in data.decode().split()}


def python(bench):
    rows, goals, terms = [], [], ahead(bench)
    table = bench.write_lines(
        "han.tsv",
        [f"{char}\t{min(members)}" for char, members in sorted(han_classes().items()) if char != min(members)],
    )
    for origin in bench.corpora.origins():
        path = bench.corpora.get(origin, "wet", 0.01, size=bench.corpora.size // 4)
        for kind, (name, target, module) in PYTHON_PEERS.items():
            title = f"{name}, {origin}"
            if not can_import(bench, "fastwarc", module):
                rows.append([origin, name, "not installed"] + ["-"] * 4)
                goals.append(goal(title, target, None, "not installed"))
                continue
            peer = Contender(name, [python_of(bench), "bench/python_peers.py", kind, "bench/terms.txt", table, path])
            ours = bench.scan([path], extra=terms)
            found = same_documents(bench, [ours, peer], {ours.name: ids_of_json, name: record_ids})
            say(title)
            race([ours, peer], bench.runs, bench.out)
            decoded, gain = ours.stages[-1]["decoded_bytes"] / 1e6, ratio(peer, ours, "cpu")
            rows.append(
                [
                    origin,
                    name,
                    found,
                    number(decoded / seconds(ours, "cpu"), 0),
                    number(decoded / seconds(peer, "cpu"), 1),
                    number(gain[0], 1),
                    f"{gain[1]:.1f}-{gain[2]:.1f}",
                ]
            )
            goals.append(goal(title, target, gain[0]))
    return {
        "tables": [
            {
                "title": "Libraries in Python, WET",
                "note": "They fold, too, and stop at a record's first hit. One thread, CPU seconds; the sets of documents are the same.",
                "columns": ["corpus", "peer", "documents found", "tocsin MB/s", "peer MB/s", "ratio", "lowest-highest"],
                "rows": rows,
            }
        ],
        "goals": goals,
    }


# ---- the naive pipeline ----
def naive(bench):
    rows, goals, terms, program = [], [], ahead(bench), os.path.join(bench.args.programs, "naive")
    variants = (
        ("nfkc_cf, Han table, Hyperscan", [], 4, bench.corpora.size),
        ("nfkc_cf, Hant-Hans transliterator, Hyperscan", ["--transliterator"], 100, bench.corpora.size // SLOW_SHARE),
    )
    for origin in bench.corpora.origins():
        for name, options, target, size in variants:
            path = bench.corpora.get(origin, "jsonl", 0.01, size=size)
            lib = "isal" if "isal" in bench.libraries else "zlib"
            peer = Contender(name, [program, "--lib", lib, *options, "--terms", "bench/terms.txt", path])
            ours = bench.scan([path], extra=terms)
            found = same_documents(
                bench, [ours, peer], {ours.name: line_numbers, name: lambda data: set(map(int, data.split()))}
            )
            say(f"naive: {name}, {origin}")
            race([ours, peer], bench.runs, bench.out)
            decoded, gain = ours.stages[-1]["decoded_bytes"] / 1e6, ratio(peer, ours, "cpu")
            rows.append(
                [
                    origin,
                    name,
                    size_of(size),
                    found,
                    number(decoded / seconds(ours, "cpu"), 0),
                    number(decoded / seconds(peer, "cpu"), 1),
                    number(gain[0], 1),
                    f"{gain[1]:.1f}-{gain[2]:.1f}",
                ]
            )
            goals.append(goal(f"naive pipeline in C: {name}, {origin}", target, gain[0]))
    return {
        "tables": [
            {
                "title": "The naive pipeline in C (bench/naive.c)",
                "note": "It folds whole lines, reads no JSON and stops at a line's first hit. One thread, CPU seconds; the sets of lines are the same.",
                "columns": [
                    "corpus",
                    "pipeline",
                    "corpus size",
                    "lines found",
                    "tocsin MB/s",
                    "naive MB/s",
                    "ratio",
                    "lowest-highest",
                ],
                "rows": rows,
            }
        ],
        "goals": goals,
    }


def line_numbers(data):
    return {int(match) for match in re.findall(rb'^\{"v".*?"record":(\d+)', data, re.M)}


# ---- throughput against something ----
def chart(name, title, x, points, log=True, x_percent=False):
    """points: (x, row of versus_floor). Two lines: the scan, and inflation alone on the same bytes."""
    return {
        "file": f"bench-{name}.svg",
        "title": title,
        "x": x,
        "y": "MB/s a core",
        "log": log,
        "percent": x_percent,
        "series": [
            {"name": "scan", "points": [[at, row["scan"]] for at, row in points]},
            {"name": "inflate alone", "points": [[at, row["floor"]] for at, row in points]},
        ],
    }


def against(label, points, bench, show):
    return {
        "columns": [
            label,
            "scan MB/s",
            "inflate MB/s",
            "ratio",
            "lowest-highest",
            "start ms",
            "documents",
            "sieve",
            "check",
            "flagged",
        ],
        "rows": [
            [
                show(at),
                number(row["scan"], 0),
                f"{number(row['floor'], 0)} {row['library']}",
                number(row["ratio"]),
                f"{row['low']:.2f}-{row['high']:.2f}",
                number(row["start"], 0),
                f"{row['documents']:,}",
                *bench.candidates(row),
            ]
            for at, row in points
        ],
    }


def lexicon(bench):
    path, points, tables, goals, refused = bench.corpora.lexicon_corpus(), {True: [], False: []}, [], [], {}
    compiled = {}
    for rare in (True, False):
        for count in LEXICONS:
            if count > COMMON_MAX and not rare:
                continue
            try:
                database, compiled[rare, count] = bench.database(bench.corpora.drawn(count, rare))
            except subprocess.TimeoutExpired:
                refused[rare, count] = (
                    f"compiling took more than {bench.args.compile_timeout} s, so it was not measured"
                )
                continue
            except Missing as error:
                refused[rare, count] = str(error)
                continue
            points[rare].append((count, bench.versus_floor([path], extra=["--db", database])))
    for rare, title in (
        (True, "Size of the lexicon: terms of three to five characters that a hundredth of the documents is full of"),
        (False, "Size of the lexicon: terms of two to four characters from anywhere, which documents at large hold"),
    ):
        table = against("terms", points[rare], bench, lambda count: f"{count:,}")
        table["columns"].append("CPU s to compile")
        for (count, _), row in zip(points[rare], table["rows"]):
            row.append(number(compiled[rare, count], 1))
        notes = [f"{count:,} terms: {why}." for (kind, count), why in refused.items() if kind == rare]
        tables.append(
            dict(
                table,
                title=title,
                note=" ".join(["Every document with a hit is flagged; class variants and all."] + notes),
            )
        )
    for count, target in ((10_000, 0.6), (100_000, 0.4)):
        figure = dict(points[True]).get(count)
        goals.append(
            goal(
                f"{count:,} terms, Chinese, 1 % flagged, of inflate",
                target,
                figure and figure["ratio"],
                refused.get((True, count), ""),
            )
        )
    charts = [chart("lexicon", "Throughput against the size of the lexicon", "terms", points[True])]
    charts[0]["series"].insert(
        1, {"name": "scan, terms from anywhere", "points": [[at, row["scan"]] for at, row in points[False]]}
    )
    return {"tables": tables, "charts": charts, "goals": goals}


def rate(bench):
    origin = bench.corpora.main_origin()
    points = [(share, bench.versus_floor([bench.corpora.get(origin, "jsonl", share)])) for share in RATES]
    table = dict(
        against("flagged, asked for", points, bench, percent), title=f"Share of flagged documents, JSONL, {origin}"
    )
    return {
        "tables": [table],
        "charts": [
            chart("rate", "Throughput against the share of flagged documents", "flagged", points, x_percent=True)
        ],
        "goals": [],
    }


def docsize(bench):
    origin = bench.corpora.main_origin()
    points = [
        (size, bench.versus_floor([bench.corpora.get(origin, "jsonl", 0.001, doc_bytes=size)]))
        for size in DOCUMENT_BYTES
    ]
    table = dict(against("bytes of a document", points, bench, size_of), title=f"Size of documents, JSONL, {origin}")
    return {
        "tables": [table],
        "charts": [chart("docsize", "Throughput against the size of documents", "bytes of a document", points)],
        "goals": [],
    }


# ---- threads ----
def thread_counts(cores):
    counts = [1]
    while counts[-1] * 2 < cores:
        counts.append(counts[-1] * 2)
    return list(dict.fromkeys(counts + [cores]))


def own_bound(stats):
    """How much faster a pipeline of two threads can be, one of which inflates while the other searches."""
    inflate = stats["inflate_seconds"]
    rest = stats["sieve_seconds"] + stats["check_seconds"] + stats["judge_seconds"]
    return (inflate + rest) / max(inflate, rest)


def threads(bench):
    origin, counts = bench.corpora.main_origin(), thread_counts(bench.cores)
    size = bench.corpora.size * 2
    inputs = {
        "many files": many(bench, origin, "jsonl", 0.001),
        "one WARC.gz of many members": [bench.corpora.get(origin, "warc", 0.001, size=size)],
        "one gzip of one member": [bench.corpora.get(origin, "jsonl", 0.001, size=size)],
    }
    rows, goals, series = [], [], []
    for name, files in inputs.items():
        say(f"threads, {name}")
        contenders = [bench.scan(files, count, name=f"{count} threads") for count in counts]
        race(contenders, bench.runs, bench.out)
        if len({contender.digest for contender in contenders}) != 1:
            raise Failed(f"{name}: output depends on the number of threads")
        one, decoded = contenders[0], contenders[0].stages[-1]["decoded_bytes"] / 1e6
        for count, contender in zip(counts, contenders):
            gain = ratio(one, contender, "wall")
            rows.append(
                [
                    name,
                    count,
                    number(decoded / seconds(contender, "wall"), 0),
                    number(gain[0]),
                    f"{gain[1]:.2f}-{gain[2]:.2f}",
                    number(seconds(contender, "cpu") / seconds(one, "cpu")),
                ]
            )
            if count == 2:
                bound = own_bound(sorted(one.stages, key=lambda stats: stats["wall_seconds"])[len(one.stages) // 2])
                single = name == "one gzip of one member"
                goals.append(
                    goal(
                        f"2 threads over 1: {name}",
                        round(bound, 2) if single else 1.9,
                        gain[0],
                        "the bound: all seconds over those of the longer of inflation and search" if single else "",
                    )
                )
        series.append(
            {
                "name": name,
                "points": [
                    [count, decoded / seconds(contender, "wall")] for count, contender in zip(counts, contenders)
                ],
            }
        )
    if 2 not in counts:
        goals += [
            goal(f"2 threads over 1: {name}", 1.9, None, "needs two cores, and was not among the counts tried")
            for name in inputs
        ]
    return {
        "tables": [
            {
                "title": f"Threads, {origin}, by the clock on the wall",
                "columns": ["input", "threads", "MB/s", "over one thread", "lowest-highest", "CPU over one thread"],
                "rows": rows,
            }
        ],
        "charts": [
            {
                "file": "bench-threads.svg",
                "title": "Throughput against threads",
                "x": "threads",
                "y": "MB/s",
                "log": False,
                "percent": False,
                "series": series,
            }
        ],
        "goals": goals,
    }


# ---- every document a candidate ----
def every(bench):
    rows, goals = [], []
    for form, target in (("jsonl", 150), ("warc", 100)):
        row = bench.versus_floor([bench.corpora.ai_news(form)], extra=["-e", "AI", "--emit", "hits"])
        rows.append(
            [FORMS[form], number(row["scan"], 0), number(row["ratio"]), f"{row['documents']:,}", *bench.candidates(row)]
        )
        goals.append(
            goal(
                f"every document a candidate (-e AI --emit hits on AI news), {form}, MB/s a core",
                target,
                row["scan"],
                shown=number(row["scan"], 0),
            )
        )
    return {
        "tables": [
            {
                "title": "Every document a candidate: `-e AI --emit hits` on AI news",
                "columns": ["form", "MB/s a core", "of inflate", "documents", "sieve", "check", "with hits"],
                "rows": rows,
            }
        ],
        "goals": goals,
    }


# ---- opening ----
def opening(bench):
    scan, nothing = bench.start(), Contender("--version", [bench.tocsin, "--version"])
    race([scan, nothing], max(bench.runs, OPEN_RUNS), bench.out)
    rows = [
        [name, number(1000 * seconds(c, "wall")), number(1000 * seconds(c, "cpu"))]
        for name, c in (("scan of one line", scan), ("--version", nothing))
    ]
    wall, cpu = (
        statistics.median(1000 * (getattr(a, clock) - getattr(b, clock)) for a, b in zip(scan.samples, nothing.samples))
        for clock in ("wall", "cpu")
    )
    return {
        "tables": [
            {
                "title": "Opening the default database",
                "note": "Milliseconds of a whole process that scans one line, and of one that "
                "prints its versions: the same program, the same libraries, no database.",
                "columns": ["process", "ms, wall", "ms, CPU"],
                "rows": rows,
            }
        ],
        "goals": [
            goal(
                "default database open until the first byte is scanned, ms of CPU",
                5,
                cpu,
                f"a scan of one line less --version; by the wall {wall:.2f} ms",
                below=True,
            )
        ],
    }


# ---- memory ----
def feed(process, path, decoded, wanted):
    """Copies of a gzip file down a pipe until so many bytes are decoded."""
    with open(path, "rb") as file:
        data = file.read()
    with process.stdin:
        for _ in range(max(1, round(wanted / decoded))):
            process.stdin.write(data)


def memory(bench):
    origin = bench.corpora.main_origin()
    rows, goals, small = [], [], MEMORY_SIZES[0]
    for form in ("jsonl", "warc"):
        path = bench.corpora.get(origin, form, 0.001, size=small)
        peaks = []
        for size in MEMORY_SIZES:
            say(f"memory, {form}, {size_of(size)}")
            peak = Peak([bench.tocsin, "scan", "-q", "--threads", "1", "-"], stdin=subprocess.PIPE)
            feed(peak.process, path, small, size)
            peaks.append(peak.kib() / 1024)
            rows.append([FORMS[form], size_of(size), 1, number(peaks[-1], 1)])
        goals.append(
            goal(
                f"memory from {size_of(small)} to {size_of(MEMORY_SIZES[-1])}, {form}: largest over smallest",
                1.1,
                max(peaks) / min(peaks),
                below=True,
            )
        )
        files = [bench.corpora.get(origin, form, 0.001, size=small, part=part) for part in range(MANY_FILES)]
        few, more = (
            Peak([bench.tocsin, "scan", "-q", "--threads", str(count), *files]).kib() / 1024
            for count in (1, MANY_FILES)
        )
        rows += [
            [FORMS[form], f"{MANY_FILES} files of {size_of(small)}", count, number(kib, 1)]
            for count, kib in ((1, few), (MANY_FILES, more))
        ]
        goals.append(
            goal(
                f"memory a worker besides the shared database, {form}, MiB",
                64,
                (more - few) / (MANY_FILES - 1),
                below=True,
            )
        )
    return {
        "tables": [
            {"title": "Memory: the largest resident set", "columns": ["form", "input", "threads", "MiB"], "rows": rows}
        ],
        "goals": goals,
    }


# ---- fold ----
def fold(bench):
    """bench/fold.c: the fold alone, beside ICU's nfkc_cf; it interleaves and takes medians itself."""
    rows = []
    for origin in bench.corpora.origins():
        path = os.path.join(bench.work, "fold.txt")
        with open(path, "wb") as file:
            plain = bench.corpora.get(origin, "jsonl", 0.001, size=10_000_000)
            subprocess.run(["gzip", "-dc", plain], stdout=file, check=True)
        printed = subprocess.run(
            [os.path.join(bench.args.programs, "fold"), "-c", "4000", path],
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
        for name, speed, gain in re.findall(r"^ +(\S+) +([\d.]+) MB/s .*?([\d.]+) x ICU", printed.stdout, re.M):
            rows.append(
                [
                    origin,
                    {"fold": "fold", "fold+map": "fold with offsets", "icu": "ICU: nfkc_cf alone"}[name],
                    number(float(speed), 0),
                    gain,
                ]
            )
    return {
        "tables": [
            {
                "title": "The fold alone (bench/fold.c), texts of 4,000 bytes",
                "columns": ["corpus", "what", "MB/s", "over ICU"],
                "rows": rows,
            }
        ],
        "goals": [],
    }


ALL = {
    "scan": scan,
    "peers": peers,
    "python": python,
    "naive": naive,
    "lexicon": lexicon,
    "rate": rate,
    "docsize": docsize,
    "threads": threads,
    "every": every,
    "open": opening,
    "memory": memory,
    "fold": fold,
}
