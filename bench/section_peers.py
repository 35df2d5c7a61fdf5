"""Sections of the benchmark that hold Tocsin against other programs: each has to find the same documents first."""

import collections
import os
import re
import shlex
import shutil
import subprocess

from bench import MANY_FILES, goal, han_classes, ids_of_json, many, number, say, size_of
from corpora import Missing
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
    found = {
        contender.name: collections.Counter(ids_of[contender.name](contender.output(bench.out)))
        for contender in contenders
    }
    first = found[contenders[0].name]
    for name, ids in found.items():
        if ids != first:
            theirs, ours = ids - first, first - ids
            raise Failed(
                f"{name} and {contenders[0].name} find other documents: {sum(theirs.values())} and "
                f"{sum(ours.values())} of {sum((ids | first).values())}, such as {sorted(theirs + ours)[:3]}"
            )
    if not first:
        raise Failed("nothing was found: a ratio over no hits says nothing")
    return sum(first.values())


def duel(bench, files, peer, extra, ids_of, threads=1):
    """Tocsin beside a peer and beside inflation alone; Failed where they do not find the same documents."""
    ours, start, floors = bench.scan(files, threads, extra), bench.start(extra), bench.floors(files, threads)
    found = same_documents(bench, [ours, peer], ids_of)
    others = f" and {len(files) - 1} more" if len(files) > 1 else ""
    say(f"{peer.name}, {os.path.basename(files[0])}{others}")
    race([ours, start, peer, *floors], bench.runs, bench.out)
    clock = "cpu" if threads == 1 else "wall"
    floor, decoded = best(floors, clock), ours.stages[-1]["decoded_bytes"] / 1e6
    bench.note_load(floor, files, threads)
    middle, low, high = ratio(peer, ours, clock)
    return {
        "documents found": found,
        "tocsin MB/s": number(decoded / seconds(ours, clock), 0),
        "start ms": number(1000 * seconds(start, "cpu"), 0),
        "peer MB/s": number(decoded / seconds(peer, clock), 1),
        "ratio": middle,
        "lowest-highest": f"{low:.2f}-{high:.2f}",
        "ceiling": ratio(peer, floor, clock)[0],
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


def grep_of_each(spelled, files, threads, folder):
    """A shell's command: as many files at a time as there are threads, each with an output of its own, since lines of two
    that write to one would mix. A file without a hit is no failure."""
    terms, names, found = shlex.quote(spelled), " ".join(shlex.quote(file) for file in files), shlex.quote(folder)
    one = f'zcat "$1" | grep -F -f {terms} >{found}/"${{1##*/}}.found" || [ $? -eq 1 ]'
    return (
        f"rm -f {found}/*.found && printf '%s\\0' {names} | xargs -0 -P {threads} -n 1 bash -o pipefail -c {shlex.quote(one)} _"
        f" && cat {found}/*.found"
    )


def command_peers(spelled, files, threads):
    """Peers that search files for every spelling of the terms, byte by byte: the C locale is the fastest right one."""
    each = f"zcat {shlex.quote(files[0])} | grep -F -f {shlex.quote(spelled)}"
    if threads > 1:
        each = grep_of_each(spelled, files, threads, os.path.dirname(spelled))
    rg, ugrep = (["-j", str(threads)], ["-J", str(threads)]) if threads > 1 else ([], [])
    peers = {
        "rg -z -F -f": ("rg", ["rg", "-z", "-F", "-N", "--no-filename", "--no-config", *rg, "-f", spelled, *files]),
        "ugrep -z -F -f": ("ugrep", ["ugrep", "-z", "-a", "-F", "-h", *ugrep, "-f", spelled, *files]),
        "zcat | grep -F -f": ("grep", ["bash", "-o", "pipefail", "-c", each]),
    }
    for name, (program, argv) in peers.items():
        found = Contender(name, argv, env={"LC_ALL": "C"}, is_unordered=threads > 1)
        yield name, found if shutil.which(program) else None


def race_peers(bench, duels, spelled, origin, files, threads):
    """A row for each of the peers. Many threads: of all files together."""
    terms = ahead(bench)
    named = f", {len(files)} files, {threads} threads" if threads > 1 else ""
    for name, peer in command_peers(spelled, files, threads):

        def fight(peer=peer):
            if not peer:
                raise Missing("not installed")
            return duel(bench, files, peer, terms, {"tocsin": ids_of_json, peer.name: ids_of_json}, threads)

        duels.add([origin, name], f"{name}, {origin}{named}: part of the ceiling", 0.9, fight, of_ceiling=True)


def peers(bench):
    forms, cores = bench.spelled(bench.peer_terms()), bench.cores
    spelled = bench.write_lines("spelled.txt", forms)
    one, all_cores = Duels("part of it", "ratio, wall", "ceiling, wall"), Duels("part of it")
    for origin in bench.corpora.origins():
        race_peers(bench, one, spelled, origin, [bench.corpora.get(origin, "jsonl", 0.001)], 1)
        if cores > 1:
            race_peers(bench, all_cores, spelled, origin, many(bench, origin, "jsonl", 0.001), cores)
    note = (
        f"{len(bench.peer_terms())} Han terms (bench/terms.txt); peers are given all {len(forms)} spellings by "
        "OpenCC's classes. Ceiling: inflation alone beside the peer. One thread of Tocsin; CPU seconds of all "
        "processes and threads of a peer. The sets of documents are the same. " + start_at_once(bench)
    )
    found = one.section("Programs that search compressed files: one file", note, "corpus", "peer")
    if cores > 1:
        note = (
            f"The same terms, {MANY_FILES} files, {cores} threads of everybody (`rg -j`, `ugrep -J`, `xargs -P`), by the "
            "clock on the wall; each of the peers gives its own output in any order."
        )
        join(found, all_cores.section("The same, many files and all cores", note, "corpus", "peer"))
    return found


def join(section, other):
    """Adds the tables, goals and failures of another part of the section."""
    section["tables"] += other["tables"]
    section["goals"] += other["goals"]
    failed = [part["failed"] for part in (section, other) if "failed" in part]
    if failed:
        section["failed"] = "; ".join(failed)


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
                return duel(bench, [path], Contender(name, argv), terms, {"tocsin": ids_of_json, name: record_ids})

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
                return duel(bench, [path], peer, terms, {"tocsin": line_numbers, name: printed_numbers})

            duels.add([origin, name, size_of(size)], f"naive pipeline in C: {name}, {origin}", target, fight)
    note = (
        "It folds whole lines, reads no JSON and stops at a line's first hit. One thread, CPU seconds; the sets of "
        "lines are the same."
    )
    return duels.section("The naive pipeline in C (bench/naive.c)", note, "corpus", "pipeline", "corpus size")
