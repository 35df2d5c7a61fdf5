"""Sections of the benchmark that show throughput against something, in a table and a chart."""

import subprocess

from bench import goal, many, number, percent, say, size_of
from corpora import Missing
from measure import Failed, race, ratio, seconds

RATES = (0.0001, 0.001, 0.01, 0.1, 0.5, 1.0)
DOCUMENT_BYTES = (300, 1000, 3000, 10_000, 100_000, 1_000_000)
LEXICONS = (10, 100, 1000, 10_000, 100_000)
COMMON_MAX = 10_000  # of terms that nearly every document holds: a lexicon that no one would scan with


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
