"""Sections of the benchmark that hold Tocsin against other programs: each has to find the same documents first."""

import os
import re
import shlex
import shutil
import subprocess

from bench import goal, han_classes, ids_of_json, number, say, size_of
from measure import Contender, Failed, best, race, ratio, seconds

AT_ONCE = ["-f", "bench/terms.txt", "--emit", "hits"]
SLOW_SHARE = 10  # corpora of what takes minutes are so much smaller


# ---- peers ----
def ahead(bench):
    """The terms of the peers, compiled ahead of time, as Tocsin is meant to be used."""
    return ["--db", bench.database(bench.peer_terms())[0], "--emit", "hits"]


def start_at_once(bench):
    start = bench.start(AT_ONCE)
    race([start], bench.runs, bench.out)
    spent = 1000 * seconds(start, "cpu")
    return f"Terms are compiled ahead; `scan -f` compiles them at each start, {spent:.0f} ms of CPU."


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
    """Peers that search files for every spelling of the terms, byte by byte: the C locale is the fastest right one."""
    terms, file = shlex.quote(spelled), shlex.quote(path)
    peers = {
        "rg -z -F -f": ("rg", ["rg", "-z", "-F", "-N", "--no-filename", "--no-config", "-f", spelled, path]),
        "ugrep -z -F -f": ("ugrep", ["ugrep", "-z", "-F", "-h", "-f", spelled, path]),
        "zcat | grep -F -f": ("grep", ["bash", "-o", "pipefail", "-c", f"zcat {file} | grep -F -f {terms}"]),
    }
    for name, (program, argv) in peers.items():
        yield name, Contender(name, argv, env={"LC_ALL": "C"}) if shutil.which(program) else None


def peers(bench):
    rows, goals, terms, forms = [], [], ahead(bench), bench.spelled(bench.peer_terms())
    spelled, count = bench.write_lines("spelled.txt", forms), len(forms)
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
                "note": f"{len(bench.peer_terms())} Han terms (bench/terms.txt); peers are given all {count} spellings "
                "by OpenCC's classes. Ceiling: inflation alone beside the peer. One thread of Tocsin; CPU seconds of "
                f"all processes and threads of a peer. The sets of documents are the same. {start_at_once(bench)}",
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
                "note": "They fold, too, and stop at a record's first hit. One thread, CPU seconds; "
                "the sets of documents are the same.",
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
                "note": "It folds whole lines, reads no JSON and stops at a line's first hit. One thread, CPU seconds; "
                "the sets of lines are the same.",
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
