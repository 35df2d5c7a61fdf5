"""The sections of the benchmark. Each returns a dict: tables, charts and goals, which report.py turns into a page."""

import os
import re
import statistics
import subprocess

from bench import MANY_FILES, goal, many, number, percent, say, size_of
from measure import Contender, Failed, Peak, best, race, ratio, seconds
from section_curves import docsize, lexicon, rate, threads
from section_peers import naive, peers, python

MEMORY_SIZES = (10_000_000, 100_000_000, 1_000_000_000, 10_000_000_000)
BUILDS = {"zlib": "zlib alone, no ISA-L, no libdeflate", "vectorscan": "Vectorscan in place of Hyperscan"}
OPEN_RUNS = 31
FORMS = {
    "jsonl": "JSONL, one member",
    "wet": "WET, a member a record",
    "warc": "HTML WARC, a member a page",
    "jsonl-escaped": "JSONL, all \\uXXXX",
}


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
        for count in dict.fromkeys((1, bench.cores)):
            files = (
                [bench.corpora.get(origin, form, share, codec=codec)]
                if count == 1
                else many(bench, origin, form, share, codec)
            )
            row = bench.versus_floor(files, count)
            rows.append(
                [
                    origin,
                    FORMS[form] + (", zstd" if codec == "zst" else ""),
                    percent(share),
                    count,
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
            goals.append(goal(f"{name}, {origin}, {count} thread{'s' * (count > 1)}", target, row["ratio"]))
            if count == 1:
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


# ---- builds ----
def engine_of(program):
    """The search library of a build, as it tells its version."""
    printed = subprocess.run([program, "--version"], stdout=subprocess.PIPE, text=True, check=True).stdout
    return re.sub(r"  +", " ", printed.splitlines()[1].strip())


def race_builds(bench, programs, origin, form):
    """Rows of one corpus: each build beside the usual one, and beside the fastest inflation that it could have."""
    path = bench.corpora.get(origin, form, 0.001)
    say(f"builds, {os.path.basename(path)}")
    scans = {name: bench.scan([path], name=name, program=program) for name, program in programs.items()}
    floors = {floor.name: floor for floor in bench.floors([path])}
    race([*scans.values(), *floors.values()], bench.runs, bench.out)
    if len({scan.digest for scan in scans.values()}) != 1:
        raise Failed(f"{path}: builds write different lines")
    usual = next(iter(scans.values()))
    decoded = usual.stages[-1]["decoded_bytes"] / 1e6
    for name, scan in scans.items():
        floor = floors["zlib"] if name == BUILDS["zlib"] else best(list(floors.values()), "cpu")
        yield [
            origin,
            FORMS[form],
            name,
            number(decoded / seconds(scan, "cpu"), 0),
            number(ratio(usual, scan, "cpu")[0]),
            f"{number(decoded / seconds(floor, 'cpu'), 0)} {floor.name}",
            number(ratio(floor, scan, "cpu")[0]),
        ]


def builds(bench):
    """The same scan by builds with other libraries, which make puts into folders beside the usual one."""
    programs, missing = {"as it is": bench.tocsin}, []
    for folder, name in BUILDS.items():
        program = os.path.join(os.path.dirname(bench.tocsin), folder, "tocsin")
        if os.path.exists(program):
            programs[name] = program
        else:
            missing.append(f"{name}: not built here.")
    engines = dict.fromkeys(engine_of(program) for program in programs.values())
    rows = [
        row
        for origin in bench.corpora.origins()
        for form in ("jsonl", "wet")
        for row in race_builds(bench, programs, origin, form)
    ]
    return {
        "tables": [
            {
                "title": "Other libraries, one thread, 0.1 % flagged",
                "note": f"All write the same lines. {'; '.join(engines)}. {' '.join(missing)}".strip(),
                "columns": ["corpus", "form", "build", "MB/s", "of the usual build", "inflate MB/s", "ratio"],
                "rows": rows,
            }
        ],
        "goals": [],
    }


# ---- fold ----
def fold(bench):
    """bench/fold.c: the fold alone, beside ICU's nfkc_cf; it interleaves and takes medians itself."""
    rows = []
    for origin in bench.corpora.origins():
        path = os.path.join(bench.scratch.name, "fold.txt")
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
    "builds": builds,
    "fold": fold,
}
