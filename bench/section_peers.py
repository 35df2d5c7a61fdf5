"""Sections of the benchmark that hold Tocsin against other programs: each has to find the same documents first."""

import os
import re
import shlex
import shutil
import subprocess

from bench import goal, han_classes, ids_of_json, number, say, size_of
from corpora import Missing
from measure import Contender, Failed, best, busy, race, ratio, seconds

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


def duel(bench, path, peer, extra, ids_of):
    """Tocsin beside a peer and beside inflation alone, one thread; Failed where they do not find the same documents."""
    ours, start, floors = bench.scan([path], extra=extra), bench.start(extra), bench.floors([path])
    found = same_documents(bench, [ours, peer], ids_of)
    say(f"{peer.name}, {os.path.basename(path)}")
    race([ours, start, peer, *floors], bench.runs, bench.out)
    floor, decoded = best(floors, "cpu"), ours.stages[-1]["decoded_bytes"] / 1e6
    bench.busy.append(busy(floor))
    middle, low, high = ratio(peer, ours, "cpu")
    return {
        "documents found": found,
        "tocsin MB/s": number(decoded / seconds(ours, "cpu"), 0),
        "start ms": number(1000 * seconds(start, "cpu"), 0),
        "peer MB/s": number(decoded / seconds(peer, "cpu"), 1),
        "ratio": middle,
        "lowest-highest": f"{low:.2f}-{high:.2f}",
        "ceiling": ratio(peer, floor, "cpu")[0],
        "ratio, wall": number(ratio(peer, ours, "wall")[0]),
        "ceiling, wall": number(ratio(peer, floor, "wall")[0]),
    }


class Duels:
    """The rows of a table of duels and their goals; of one that failed, the reason, and no ratio."""

    COLUMNS = ("documents found", "tocsin MB/s", "start ms", "peer MB/s", "ratio", "lowest-highest", "ceiling")

    def __init__(self, *more):
        self.columns, self.rows, self.goals, self.failed = [*self.COLUMNS, *more], [], [], []

    def add(self, head, title, target, fight, of_ceiling=False):
        try:
            found = fight()
        except Missing as error:
            self.skip(head, title, target, str(error))
            return
        except Failed as error:
            self.skip(head, title, target, str(error))
            self.failed.append(f"{title}: {error}")
            return
        part = found["ratio"] / found["ceiling"]
        note = f"{found['ratio']:.2f} of {found['ceiling']:.2f}" if of_ceiling else f"the ceiling is {found['ceiling']:.2f}"
        self.goals.append(goal(title, target, part if of_ceiling else found["ratio"], note))
        found.update({"ratio": number(found["ratio"]), "ceiling": number(found["ceiling"]), "part of it": number(part)})
        self.rows.append([*head, *(found[column] for column in self.columns)])

    def skip(self, head, title, target, why):
        self.rows.append([*head, "no ratio, see the goals", *["-"] * (len(self.columns) - 1)])
        self.goals.append(goal(title, target, None, why))

    def section(self, title, note, *head):
        made = {"tables": [{"title": title, "note": note, "columns": [*head, *self.columns], "rows": self.rows}]}
        return dict(made, goals=self.goals, **({"failed": "; ".join(self.failed)} if self.failed else {}))


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
    duels, terms, forms = (
        Duels("part of it", "ratio, wall", "ceiling, wall"),
        ahead(bench),
        bench.spelled(bench.peer_terms()),
    )
    spelled = bench.write_lines("spelled.txt", forms)
    for origin in bench.corpora.origins():
        path = bench.corpora.get(origin, "jsonl", 0.001)
        for name, peer in command_peers(spelled, path):

            def fight(peer=peer, path=path):
                if not peer:
                    raise Missing("not installed")
                return duel(bench, path, peer, terms, {"tocsin": ids_of_json, peer.name: ids_of_json})

            duels.add([origin, name], f"{name}, {origin}: part of the ceiling", 0.9, fight, of_ceiling=True)
    note = (
        f"{len(bench.peer_terms())} Han terms (bench/terms.txt); peers are given all {len(forms)} spellings by "
        "OpenCC's classes. Ceiling: inflation alone beside the peer. One thread of Tocsin; CPU seconds of all "
        "processes and threads of a peer. The sets of documents are the same. " + start_at_once(bench)
    )
    return duels.section("Programs that search compressed files", note, "corpus", "peer")


# ---- peers in Python ----
PYTHON_PEERS = {
    "hyperscan": ("FastWARC + python-hyperscan", 4),
    "ahocorasick": ("FastWARC + pyahocorasick", 15),
    "matcher_py": ("FastWARC + matcher_py", 6),
}


def python_of(bench):
    return os.path.join(bench.work, "venv", "bin", "python")


def can_import(bench, modules):
    command = [python_of(bench), "-c", f"import {modules}"]
    return os.path.exists(command[0]) and subprocess.run(command, stderr=subprocess.DEVNULL).returncode == 0


def record_ids(data):
    return {line.strip("<>") for line in data.decode().split()}


def python(bench):
    duels, terms = Duels(), ahead(bench)
    table = bench.write_lines(
        "han.tsv",
        [f"{char}\t{min(members)}" for char, members in sorted(han_classes().items()) if char != min(members)],
    )
    for origin in bench.corpora.origins():
        path = bench.corpora.get(origin, "wet", 0.01, size=bench.corpora.size // 2)
        for kind, (name, target) in PYTHON_PEERS.items():

            def fight(kind=kind, name=name, path=path):
                if not can_import(bench, f"fastwarc, {kind}"):
                    raise Missing("not installed")
                argv = [python_of(bench), "bench/python_peers.py", kind, "bench/terms.txt", table, path]
                return duel(bench, path, Contender(name, argv), terms, {"tocsin": ids_of_json, name: record_ids})

            duels.add([origin, name], f"{name}, {origin}", target, fight)
    note = (
        "They fold, too, and stop at a record's first hit. One thread, CPU seconds; the sets of documents are the same."
    )
    return duels.section("Libraries in Python, WET", note, "corpus", "peer")


# ---- the naive pipeline ----
def line_numbers(data):
    return {int(match) for match in re.findall(rb'^\{"v".*?"record":(\d+)', data, re.M)}


def printed_numbers(data):
    return {int(line) for line in data.split()}


def naive(bench):
    duels, terms, program = Duels(), ahead(bench), os.path.join(bench.args.programs, "naive")
    lib = "isal" if "isal" in bench.libraries else "zlib"
    variants = (
        ("nfkc_cf, Han table, Hyperscan", [], 4, bench.corpora.size),
        ("nfkc_cf, Hant-Hans transliterator, Hyperscan", ["--transliterator"], 100, bench.corpora.size // SLOW_SHARE),
    )
    for origin in bench.corpora.origins():
        for name, options, target, size in variants:
            path = bench.corpora.get(origin, "jsonl", 0.01, size=size)

            def fight(name=name, options=options, path=path):
                peer = Contender(name, [program, "--lib", lib, *options, "--terms", "bench/terms.txt", path])
                return duel(bench, path, peer, terms, {"tocsin": line_numbers, name: printed_numbers})

            duels.add([origin, name, size_of(size)], f"naive pipeline in C: {name}, {origin}", target, fight)
    note = (
        "It folds whole lines, reads no JSON and stops at a line's first hit. One thread, CPU seconds; the sets of "
        "lines are the same."
    )
    return duels.section("The naive pipeline in C (bench/naive.c)", note, "corpus", "pipeline", "corpus size")
