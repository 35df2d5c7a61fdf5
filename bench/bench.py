"""What all sections of the benchmark share: how Tocsin, the floor and a lexicon are run, and what is verified before a
ratio counts."""

import hashlib
import json
import os
import re
import subprocess
import tempfile

from measure import Contender, Failed, best, busy, race, ratio, seconds

MANY_FILES = 8
FLOORS = {"gz": ("isal", "libdeflate", "zlib"), "zst": ("zstd",)}
LOG = open(os.devnull, "w", encoding="utf-8")  # run.py puts stderr here unless it is told to be quiet


def say(text):
    LOG.write(f"bench: {text}\n")
    LOG.flush()


def number(value, digits=2):
    return f"{value:,.{digits}f}"


def percent(value):
    return f"{100 * value:.3g} %"


def size_of(value):
    for unit, name in ((1_000_000_000, "GB"), (1_000_000, "MB"), (1000, "kB")):
        if value >= unit:
            return f"{value / unit:g} {name}"
    return f"{value} B"


def goal(name, target, figure, note="", below=False, shown=None):
    """A row of the table of goals; figure None: it could not be measured here, note says why."""
    met = None if figure is None else (figure <= target if below else figure >= target)
    return {
        "goal": name,
        "target": ("<= " if below else ">= ") + f"{target:g}",
        "figure": "-" if figure is None else shown or number(figure),
        "met": met,
        "note": note,
    }


def many(bench, origin, form, share, codec="gz"):
    return [
        bench.corpora.get(origin, form, share, size=bench.corpora.size // 4, codec=codec, part=part)
        for part in range(MANY_FILES)
    ]


class Bench:
    def __init__(self, args, corpora):
        self.args, self.corpora, self.work = args, corpora, args.work
        self.tocsin, self.runs = args.tocsin, args.runs
        self.cores = len(os.sched_getaffinity(0))
        self.scratch = tempfile.TemporaryDirectory(dir=self.work, prefix="run-")  # two runs may go on at a time
        self.out, self.stats = (os.path.join(self.scratch.name, name) for name in ("out", "stats.json"))
        self.floor_program = os.path.join(args.programs, "floor")
        listed = subprocess.run([self.floor_program, "--list"], check=True, stdout=subprocess.PIPE, text=True).stdout
        self.libraries = dict(line.split("\t") for line in listed.splitlines())
        self.verified, self.busy = {}, {}

    # ---- contenders ----
    def scan(self, files, threads=1, extra=(), name="tocsin", program=None):
        argv = [program or self.tocsin, "scan", "-q", "--threads", str(threads), "--stats", self.stats, *extra, *files]
        return Contender(name, argv, stats=self.stats)

    def floors(self, files, threads=1):
        codec = files[0].rsplit(".", 1)[1]
        return [
            Contender(lib, [self.floor_program, "--lib", lib, "--threads", str(threads), *files])
            for lib in FLOORS[codec]
            if lib in self.libraries
        ]

    def start(self, extra=()):
        """The same program with one line to scan: what it spends before the first byte of a corpus."""
        return self.scan([self.write_lines("one.jsonl", ['{"title":"x"}'])], 1, extra, name="start")

    # ---- what has to hold before a ratio counts ----
    def verify(self, files, scan, floor, extra):
        """Floor and scan decoded the same bytes, nothing was lost, and a scan without a sieve writes the same lines."""
        stats = scan.stages[-1]
        with_floor = floor.output(self.out).split()
        if int(with_floor[1]) != stats["decoded_bytes"]:
            raise Failed(f"{files[0]}: the floor decodes {int(with_floor[1])} bytes, Tocsin {stats['decoded_bytes']}")
        if stats["is_incomplete"] or stats["engine_errors"]:
            raise Failed(f"{files[0]}: Tocsin reports losses or errors of its search engine")
        key = (tuple(files), tuple(extra))
        if key not in self.verified:
            slow = self.scan(files, self.cores, [*extra, "--no-sieve"], "tocsin --no-sieve").run(self.out)
            self.verified[key] = slow.digest
        if self.verified[key] != scan.digest:
            raise Failed(f"{files[0]}: scan and scan --no-sieve write different lines")

    def note_load(self, floor, files, threads=1):
        """How much of the cores the floor had, which never waits: of as many as there are threads, if all have as much to do."""
        if len(files) % threads == 0:
            self.busy.setdefault(threads, []).append(busy(floor, threads))

    def versus_floor(self, files, threads=1, extra=()):
        """Tocsin beside the best floor for these files: a dict of all that the tables show."""
        others = f" and {len(files) - 1} more" if len(files) > 1 else ""
        say(f"{os.path.basename(files[0])}{others}, {threads} thread(s)")
        scan, start, floors = self.scan(files, threads, extra), self.start(extra), self.floors(files, threads)
        race([scan, start, *floors], self.runs, self.out)
        clock = "cpu" if threads == 1 else "wall"
        floor = best(floors, clock)
        self.verify(files, scan, floor, extra)
        self.note_load(floor, files, threads)
        stats = scan.stages[-1]
        decoded, documents = stats["decoded_bytes"] / 1e6, max(1, stats["documents"])
        middle, low, high = ratio(floor, scan, clock)
        return {
            "ratio": middle,
            "low": low,
            "high": high,
            "library": floor.name,
            "clock": clock,
            "scan": decoded / seconds(scan, clock),
            "floor": decoded / seconds(floor, clock),
            "decoded": decoded,
            "wall": ratio(floor, scan, "wall")[0],
            "start": 1000 * seconds(start, "cpu"),
            "documents": stats["documents"],
            "sieve": stats["sieve_candidates"] / documents,
            "check": stats["check_candidates"] / documents,
            "flagged": stats["emitted"] / documents,
            "contender": scan,
            "floors": floor,
        }

    def candidates(self, row):
        return [percent(row[key]) for key in ("sieve", "check", "flagged")]

    # ---- lexicons ----
    def engine_key(self):
        """Changes with the sources that decide what a database holds."""
        digest = hashlib.sha256()
        for folder in ("engine/match", "engine/rules"):
            for name in sorted(os.listdir(folder)):
                if name.endswith((".c", ".h", ".tsv")):
                    with open(os.path.join(folder, name), "rb") as file:
                        digest.update(file.read())
        return digest.hexdigest()[:12]

    def database(self, terms):
        """(database of one lexicon and a rule that flags each hit of it, seconds of CPU that compiling took).

        It is kept, because a large one takes minutes: TimeoutExpired where it took longer than --compile-timeout."""
        text = (
            "lexicon: drawn\nabout: Drawn from the corpus.\nterms:\n  zh: "
            + json.dumps(terms, ensure_ascii=False)
            + "\n---\nrule: drawn\nwhen: drawn\n"
        )
        key = hashlib.sha256((text + self.engine_key()).encode()).hexdigest()[:16]
        folder = os.path.join(self.work, "lexicons", key)
        path, took = os.path.join(folder, "terms.db"), os.path.join(folder, "seconds")
        if not os.path.exists(took):
            os.makedirs(folder, exist_ok=True)
            with open(os.path.join(folder, "terms.yaml"), "w", encoding="utf-8") as file:
                file.write(text)
            say(f"compiling {len(terms):,} terms")
            before = os.times()
            subprocess.run(
                [self.tocsin, "compile", "-q", folder, "-o", path], check=True, timeout=self.args.compile_timeout
            )
            after = os.times()
            spent = after.children_user + after.children_system - before.children_user - before.children_system
            with open(took, "w", encoding="utf-8") as file:
                file.write(f"{spent:.2f}\n")
        with open(took, encoding="utf-8") as file:
            return path, float(file.read())

    # ---- the terms of the peers, and every spelling of them ----
    def peer_terms(self):
        with open("bench/terms.txt", encoding="utf-8") as file:
            return [line for line in file.read().split("\n") if line]

    def spelled(self, terms):
        """Each term with each member of each character's class: what a tool without a fold has to be given."""
        classes = han_classes()
        found = []
        for term in terms:
            forms = [""]
            for char in term:
                forms = [form + member for form in forms for member in sorted(classes.get(char, {char}))]
            found += forms
        return list(dict.fromkeys(found))

    def write_lines(self, name, lines):
        path = os.path.join(self.scratch.name, name)
        with open(path, "w", encoding="utf-8") as file:
            file.write("".join(line + "\n" for line in lines))
        return path


def han_classes():
    """{character: its class}, from OpenCC's dictionaries of single characters as make has them in build/gen."""
    classes = {}
    for name in ("TSCharacters", "HKVariants", "TWVariants"):
        with open(f"build/gen/{name}.txt", encoding="utf-8") as file:
            for line in file:
                source, _, targets = line.rstrip("\n").partition("\t")
                for target in targets.split(" "):
                    if len(source) == 1 and len(target) == 1:
                        joined = classes.get(source, {source}) | classes.get(target, {target})
                        classes.update(dict.fromkeys(joined, joined))
    return classes


def ids_of_json(data):
    """The documents of lines of JSON: Tocsin's own, or those of the corpus that a peer printed. Files may share ids."""
    return [match.decode() for match in re.findall(rb'^\{(?:"v":\d+,(?:"db":"\w+",)?)?"id": ?"([^"]+)"', data, re.M)]
