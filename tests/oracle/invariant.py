#!/usr/bin/python3
"""Proves that scan, scan --no-sieve and the oracle agree, on generated documents, random rules and real data.

    invariant.py --tocsin PROGRAM [--count N] [--seed N] [--data DIR] [--jobs N] [--keep DIR]
    invariant.py --tocsin PROGRAM --rules N [--seed N] [--jobs N] [--keep DIR]

The generated documents hold every term of the patterns many times, in all formats and encodings. Each batch of
them is searched with and without the sieve, in small chunks, and as gzip members cut at random; the oracle judges
what --emit fields decoded. One ok or not ok line a check, the first differences, and a line of totals at the end.
--keep keeps the files of the batches with differences. --rules runs so many random sets of rules and nothing else, and
fails where none of them had one of the things that a set can have.
"""
import argparse
import collections
import csv
import gc
import gzip
import itertools
import json
import multiprocessing
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
import traceback
from dataclasses import dataclass, field

import compare
import gen_documents
import gen_rules
import oracle

BATCH = 10000
RULE_SETS_IN_A_TASK = 20
PROGRESS, PROGRESS_OF_RULES = 50000, 2500  # documents
SHOWN = 10               # differences
SHOWN_OF_A_PLACE = 3     # one batch or set of rules
ALL_FROM = 1000000       # so many documents ask for all real titles, too
SOME_TITLES = 20000

PARTS = ([("jsonl", "utf-8", False), ("jsonl", "utf-8", True), ("wet", "utf-8", False)]
         + [(kind, encoding, False) for kind in ("html", "csv", "lines") for encoding in gen_documents.ENCODINGS])
HTML_PARTS = [("jsonl-html", "utf-8", False), ("jsonl-html", "utf-8", True), ("csv-html", "utf-8", False),
              ("csv-html", "gb18030", False)]
HTML_FIELDS = ("--field", "title,text:html")
LONG_BYTES = 400 << 10
SIEVE, CHUNK, GZIP, FIELDS, ORACLE, RULES = ("scan = scan --no-sieve", "any --chunk", "gzip members cut anywhere",
                                            "what was written is decoded", "the oracle agrees", "bad rules are refused")


@dataclass
class Outcome:
    """What a task found."""
    name: str
    documents: int = 0
    checks: set = field(default_factory=set)
    differences: list = field(default_factory=list)  # (check, where, text)
    hits: int = 0
    flagged: int = 0
    terms: set = field(default_factory=set)          # (lexicon, term) of hits
    features: collections.Counter = field(default_factory=collections.Counter)  # sets of rules that have them

    def differ(self, check, text):
        self.differences.append((check, self.name, text))


# ---------------------------------------------------------------------------------------------------------
# The engine

@dataclass
class Run:
    status: int
    output: bytes
    lost: bytes  # the quarantine
    errors: bytes

    def without_places(self):
        """Without what compression changes: where members begin and how long they are as stored."""
        output, lost = (re.sub(rb',"(offset|length)":\d+', b"", data) for data in (self.output, self.lost))
        return Run(self.status, output, lost, self.errors)


def engine(tocsin, folder, inputs, *options):
    """A run of the engine in a folder, so that inputs with the same name are called the same."""
    with tempfile.NamedTemporaryFile() as lost:
        run = subprocess.run([tocsin, "scan", "-q", "--quarantine", lost.name, *options, "--", *inputs],
                             cwd=folder, capture_output=True, check=False)
        return Run(run.returncode, run.stdout, lost.read(), run.stderr)


def first_difference(a, b):
    """The first lines that differ, about where they do."""
    for number, (line_a, line_b) in enumerate(itertools.zip_longest(a.split(b"\n"), b.split(b"\n")), 1):
        if line_a != line_b:
            where = len(os.path.commonprefix([line_a or b"", line_b or b""]))
            return f"line {number}, byte {where}: {about(line_a, where)} | {about(line_b, where)}"
    return "none"


def about(line, where, before=120, after=200):
    if line is None:
        return "nothing"
    return line[max(0, where - before):where + after].decode(errors="replace")


def same(outcome, check, what, a, b):
    """Notes how two runs differ. Two that fail alike agree in nothing."""
    outcome.checks.add(check)
    if a.status not in (0, 1) or a.status != b.status:
        outcome.differ(check, f"{what}: status {a.status} and {b.status}: {about(a.errors, 0)} | {about(b.errors, 0)}")
    elif a.output != b.output:
        outcome.differ(check, f"{what}: output, {first_difference(a.output, b.output)}")
    elif a.lost != b.lost:
        outcome.differ(check, f"{what}: quarantine, {first_difference(a.lost, b.lost)}")


def json_lines(data):
    return [json.loads(line) for line in data.split(b"\n") if line]


# ---------------------------------------------------------------------------------------------------------
# One batch

def check_batch(outcome, setup, rng, folder, inputs, patterns, options=(), may_cut=True, min_score=0.0):
    """All comparisons of one set of files; returns the decoded documents."""
    tocsin = setup.tocsin
    emit = rng.choice(["hits", "all"])  # besides flagged

    def scan(*more, place=folder):
        return engine(tocsin, place, inputs, *options, *more)

    def threads():
        return ("--threads", str(rng.choice([1, 1, 2, 3])))

    runs = {}
    for mode in ("flagged", emit):
        runs[mode] = scan("--emit", mode, *threads(), "--stats", os.path.join(folder, f"stats.{mode}"))
        same(outcome, SIEVE, mode, runs[mode], scan("--emit", mode, "--no-sieve", *threads()))
    if runs["flagged"].status > 1:
        return []
    if may_cut:
        mode = rng.choice(["flagged", emit])
        chunk = str(rng.randrange(64, 5001))
        same(outcome, CHUNK, f"{mode}, --chunk {chunk}", runs[mode], scan("--emit", mode, "--chunk", chunk, *threads()))
        long = os.path.join(folder, "long")
        os.mkdir(long)
        for name in inputs:
            repeat(os.path.join(folder, name), os.path.join(long, name))
        whole, cut = (scan("--emit", mode, *more, *threads(), place=long) for more in ((), ("--chunk", chunk)))
        same(outcome, CHUNK, f"{mode}, repeated, --chunk {chunk}", whole, cut)
        mode = rng.choice(["flagged", emit])
        members = os.path.join(folder, "members")
        os.mkdir(members)
        for name in inputs:
            with open(os.path.join(folder, name), "rb") as plain, open(os.path.join(members, name), "wb") as cut:
                cut.write(in_members(plain.read(), rng))
        run = scan("--emit", mode, *threads(), place=members)
        same(outcome, GZIP, mode, runs[mode].without_places(), run.without_places())

    documents = json_lines(scan("--emit", "fields").output)
    judge(outcome, documents, patterns, {mode: run.output for mode, run in runs.items()}, min_score)
    outcome.documents += len(documents)
    return documents


def repeat(source, target):
    """So many copies, one behind the other, that most of them are behind what is read first, in one piece, to learn the format."""
    with open(source, "rb") as file:
        data = file.read()
    with open(target, "wb") as file:
        file.write(data * min(1 + LONG_BYTES // max(1, len(data)), 1000))


def in_members(data, rng):
    """gzip with a member for each piece; some pieces are a byte long, some nothing."""
    cuts = sorted(rng.randrange(len(data) + 1) for _ in range(rng.choice([1, 3, 10, 40])))
    cuts += [cut + 1 for cut in cuts[::5] if cut < len(data)]
    cuts = [0] + sorted(cuts) + [len(data)]
    return b"".join(gzip.compress(data[a:b], rng.choice([1, 1, 6, 0]), mtime=0) for a, b in zip(cuts, cuts[1:]))


def judge(outcome, documents, patterns, outputs, min_score):
    """Compares the engine's outputs, by what was emitted, with the oracle's, in one pass."""
    outcome.checks.add(ORACLE)
    expected = {mode: [] for mode in outputs}
    for document in documents:
        judged = oracle.judge(patterns, document)
        for mode, lines in expected.items():
            line = judged.output(mode, min_score)
            if line is not None:
                lines.append(line)
    for mode, output in outputs.items():
        try:
            ours = compare.keyed(json_lines(output))
        except ValueError as error:
            outcome.differ(ORACLE, f"{mode}: no JSON: {error}")
            continue
        theirs = compare.keyed(expected[mode])
        for (file, record, name, _), text in compare.differences(ours, theirs):
            outcome.differ(ORACLE, f"{mode}: {file}#{record} ({name}): {text}")
        if mode == "flagged":
            outcome.flagged += len(theirs)
        else:
            outcome.hits += sum(line["hits_total"] > 0 for line in expected[mode])
            outcome.terms.update((hit["lexicon"], hit["term"]) for line in expected[mode] for hit in line["hits"])


# ---------------------------------------------------------------------------------------------------------
# Tasks. Each has a name and run(setup, outcome, folder).

@dataclass
class Generated:
    first: int
    count: int

    @property
    def name(self):
        return f"documents from {self.first}"

    def run(self, setup, outcome, folder):
        rng = random.Random(f"{setup.seed}/batch/{self.first}")
        self.check_parts(setup, outcome, rng, folder, PARTS[:], 0, self.count * 7 // 8)
        folder = os.path.join(folder, "html")
        os.mkdir(folder)
        self.check_parts(setup, outcome, rng, folder, HTML_PARTS[:], self.count * 7 // 8, self.count, HTML_FIELDS)

    def check_parts(self, setup, outcome, rng, folder, parts, start, stop, options=()):
        """Some of the documents, spread over files of all parts."""
        rng.shuffle(parts)
        edges = [self.first + start + (stop - start) * i // len(parts) for i in range(len(parts) + 1)]
        inputs, written = [], {}
        for (kind, encoding, escape), first, end in zip(parts, edges, edges[1:]):
            if first == end:
                continue
            name = f"{kind}{'-escaped' if escape else ''}.{encoding}"
            documents = list(gen_documents.documents(setup.planter, setup.seed, first, end - first, every_term=True))
            with open(os.path.join(folder, name), "wb") as file:
                file.writelines(gen_documents.written(documents, kind, escape, encoding))
            inputs.append(name)
            written[name] = documents
        if not inputs:
            return
        decoded = check_batch(outcome, setup, rng, folder, inputs, setup.patterns, options)
        self.check_decoded(outcome, written, decoded)

    @staticmethod
    def check_decoded(outcome, written, decoded):
        outcome.checks.add(FIELDS)
        by_file = {name: [] for name in written}
        for document in decoded:
            by_file[document["input"]["file"]].append(document)
        for name, documents in written.items():
            if len(by_file[name]) != len(documents):
                outcome.differ(FIELDS, f"{name}: {len(documents)} documents written, {len(by_file[name])} read")
                continue
            kind, _, encoding = name.partition(".")
            if kind.startswith("html") or "-html" in kind or encoding not in gen_documents.LOSSLESS:
                continue
            for wrote, read in zip(documents, by_file[name]):
                expected = {"title": gen_documents.plain(wrote["title"]), "text": gen_documents.text_of(wrote)}
                if kind == "lines":
                    expected = {"text": gen_documents.line(wrote)[:-1]}
                elif kind == "wet":
                    expected = {"text": expected["title"] + "\n" + expected["text"]}
                expected = {key: text for key, text in expected.items() if text}
                found = {f["name"]: f["text"] for f in read["fields"] if f["text"]}
                if found != expected:
                    outcome.differ(FIELDS, f"{name}: {wrote['id']}: wrote {expected!a}, read {found!a}")


@dataclass
class RuleSets:
    first: int
    count: int

    @property
    def name(self):
        return f"rule sets from {self.first}"

    def run(self, setup, outcome, folder):
        outcome.checks.add(RULES)
        for number in range(self.first, self.first + self.count):
            place = os.path.join(folder, str(number))
            rng = random.Random(f"{setup.seed}/rules/{number}")
            rules = gen_rules.RuleSet(rng)
            for path, content in rules.files.items():
                path = os.path.join(place, "patterns", path)
                os.makedirs(os.path.dirname(path), exist_ok=True)
                with open(path, "w", encoding="utf-8") as file:
                    file.write(content)
            with open(os.path.join(place, "documents"), "wb") as file:
                file.write(rules.input)
            before = len(outcome.differences)
            outcome.name = f"rule set {number}"
            self.check(setup, outcome, rng, place, rules)
            if before == len(outcome.differences):
                shutil.rmtree(place)

    @staticmethod
    def check(setup, outcome, rng, place, rules):
        options = ["--only-lexicons", os.path.join(place, "patterns"), *itertools.chain.from_iterable(("-e", term) for term in rules.terms)]
        if not rules.is_wet:
            options += gen_rules.FIELD_OPTION
        patterns = oracle.Patterns()
        refused = None
        try:
            patterns.load(os.path.join(place, "patterns"))
            for term in rules.terms:
                patterns.command_line.add(oracle.Term(term))
        except oracle.PatternError as error:
            refused = str(error)
        if refused:
            run = engine(setup.tocsin, place, ["documents"], *options)
            if run.status != 2:
                outcome.differ(RULES, f"status {run.status}; the oracle refuses: {refused}")
            outcome.features.update({JUDGED, REFUSED})
            return
        if rules.min_score:
            options += ["--min-score", str(rules.min_score)]
        check_batch(outcome, setup, rng, place, ["documents"], patterns, options, rng.random() < 0.1, rules.min_score)
        outcome.features.update(features_of(patterns, rules) | {JUDGED, sieve_of(place)})


def sieve_of(place):
    """What the sieve did under this set of rules."""
    with open(os.path.join(place, "stats.flagged"), encoding="utf-8") as file:
        counts = json.load(file)
    return NO_SIEVE if counts["sieve_candidates"] == counts["documents"] else SIEVED


JUDGED, REFUSED = "a set of rules", "a set that is refused"
NO_SIEVE, SIEVED = "the sieve lets all documents through", "the sieve drops some"
TERM_FEATURES = ("inflect", "version", "word", "a prefix", "a weight", "unless")
OPS = ("lexicon", "term", "and", "or", "not", *oracle.FUNCTIONS)
FEATURES = {NO_SIEVE, SIEVED, "--min-score", "-e", "WET", "labels", "a score", *TERM_FEATURES,
            *(f"{op} in a {where}" for op in OPS for where in ("rule", "label")),
            *(f"{op} under {outer}" for op in OPS for outer in ("not", "and", "or", "title", "lead", "atleast"))}


def features_of(patterns, rules):
    """The names of what this set of rules has."""
    found = {name for name, has in (("--min-score", rules.min_score), ("-e", rules.terms), ("WET", rules.is_wet),
                                    ("labels", patterns.labels)) if has}
    for lexicon in patterns.lexicons.values():
        found |= {"unless"} if lexicon.unless else set()
        for term in lexicon.terms:
            has = term.inflect, term.version, term.word, term.up_to, term.weight != 1
            found |= {name for name, is_there in zip(TERM_FEATURES, has) if is_there}
    found |= {"a score" for rule in patterns.rules if rule.score != 1}
    for where, list_of in (("rule", patterns.rules), ("label", patterns.labels)):
        for top in list_of:
            if top.when:
                found |= {f"{expression.op} in a {where}" for expression in every(top.when)}
                found |= {f"{inner.op} under {outer.op}" for outer in every(top.when) for child in outer.children
                          for inner in every(child)}
    return found


def every(expression):
    """The expression and all that are in it."""
    return [expression] + [inner for child in expression.children for inner in every(child)]


@dataclass
class Titles:
    """Lines of a table with a heading: one column is a document's title or text."""
    path: str
    column: str
    first: int
    lines: list

    @property
    def name(self):
        return f"{os.path.basename(self.path)} from {self.first}"

    def run(self, setup, outcome, folder):
        rng = random.Random(f"{setup.seed}/{self.name}")
        with open(os.path.join(folder, "titles"), "w", encoding="utf-8") as file:
            for number, text in enumerate(self.lines, self.first):
                file.write(json.dumps({"id": str(number), self.column: text}, ensure_ascii=rng.random() < 0.2) + "\n")
        check_batch(outcome, setup, rng, folder, ["titles"], setup.patterns)


@dataclass
class Container:
    """A real file as it is, broken ones too."""
    path: str

    @property
    def name(self):
        return os.path.relpath(self.path, os.path.dirname(os.path.dirname(self.path)))

    def run(self, setup, outcome, folder):
        rng = random.Random(f"{setup.seed}/{self.name}")
        name = os.path.basename(self.path)
        shutil.copy(self.path, os.path.join(folder, name))
        check_batch(outcome, setup, rng, folder, [name], setup.patterns, may_cut=False)
        for mode in ("flagged", "hits"):
            chunk = str(rng.randrange(64, 5001))
            same(outcome, CHUNK, f"{mode}, --chunk {chunk}", engine(setup.tocsin, folder, [name], "--emit", mode),
                 engine(setup.tocsin, folder, [name], "--emit", mode, "--chunk", chunk))


def real_tasks(data, count):
    most = None if count >= ALL_FROM else SOME_TITLES
    headlines = os.path.join(data, "headlines")
    for name in sorted(os.listdir(headlines)):
        if not name.endswith((".tsv", ".tsv.gz")):
            continue
        path = os.path.join(headlines, name)
        with (gzip.open if name.endswith(".gz") else open)(path, "rt", encoding="utf-8", newline="") as table:
            rows = csv.DictReader(table, delimiter="\t", quoting=csv.QUOTE_NONE)
            column = "title" if "title" in rows.fieldnames else "text"
            texts = [row[column] or "" for row in itertools.islice(rows, most)]
        for first in range(0, len(texts), BATCH):
            yield Titles(path, column, first, texts[first:first + BATCH])
    for parent, _, files in sorted(os.walk(os.path.join(data, "containers"))):
        for name in sorted(files):
            if re.search(r"\.(gz|warc|arc|wet|wat|lz4|bad)$", name):
                yield Container(os.path.join(parent, name))


# ---------------------------------------------------------------------------------------------------------
# All of them

@dataclass
class Setup:
    tocsin: str
    seed: int
    keep: str
    work: str
    patterns: oracle.Patterns
    planter: gen_documents.Planter


SETUP = None  # for the children, which inherit it


def run_task(task):
    outcome = Outcome(task.name)
    folder = tempfile.mkdtemp(dir=SETUP.work)
    try:
        task.run(SETUP, outcome, folder)
    except Exception as error:  # pylint: disable=broad-except
        outcome.checks.add(ORACLE)
        outcome.differ(ORACLE, f"{type(error).__name__}: {error}: {traceback.format_exc()}")
    if outcome.differences and SETUP.keep:
        shutil.copytree(folder, os.path.join(SETUP.keep, re.sub(r"[^\w.-]", "_", task.name)), dirs_exist_ok=True)
    shutil.rmtree(folder)
    return type(task).__name__, outcome


class Report:
    """Adds up what the tasks found."""
    GROUPS = {"Generated": "generated documents", "RuleSets": "random rules", "Titles": "real titles",
              "Container": "real containers"}

    def __init__(self, step):
        self.step = self.progress = step
        self.begin = time.monotonic()
        self.documents = self.differences = self.shown = 0
        self.groups = {}     # name -> [documents, hits, flagged, {check: differences}]
        self.terms = set()
        self.features = collections.Counter()

    def add(self, kind, outcome):
        group = self.groups.setdefault(self.GROUPS[kind], [0, 0, 0, {}])
        for i, number in enumerate((outcome.documents, outcome.hits, outcome.flagged)):
            group[i] += number
        for check in outcome.checks:
            group[3].setdefault(check, 0)
        of_place = collections.Counter()
        for check, where, text in outcome.differences:
            group[3][check] = group[3].get(check, 0) + 1
            self.differences += 1
            of_place[where] += 1
            if self.shown < SHOWN and of_place[where] <= SHOWN_OF_A_PLACE:
                print(f"difference: {check}: {where}: {text}", flush=True)
                self.shown += 1
        if kind == "Generated":
            self.terms |= outcome.terms
        self.features += outcome.features
        self.documents += outcome.documents
        if self.documents >= self.progress:
            self.progress += self.step * ((self.documents - self.progress) // self.step + 1)
            self.speed()

    def speed(self):
        seconds = time.monotonic() - self.begin
        sets = f" of {self.features[JUDGED]} sets of rules" if self.features else ""
        print(f"{self.documents} documents{sets} in {seconds:.0f} s, {self.documents / max(seconds, 0.001):.0f} a second,"
              f" {self.differences} differences", flush=True)

    def end(self, terms):
        self.speed()
        for name, (documents, hits, flagged, checks) in self.groups.items():
            for check, differences in checks.items():
                found = f": {differences} differences" if differences else ""
                print(f"{'not ok' if differences else 'ok'} - {name}: {check}, {documents} documents{found}")
            print(f"# {name}: {hits} documents with hits, {flagged} flagged")
        if self.features:
            print(f"# random rules: {self.features[JUDGED]} sets, of which {self.features[REFUSED]} are refused;"
                  f" the sieve lets everything through in {self.features[NO_SIEVE]}")
        missing = sorted(terms - self.terms)
        if not terms:
            absent = sorted(FEATURES - set(self.features))
            self.differences += len(absent)
            print(f"not ok - no set of rules has: {', '.join(absent)}" if absent else
                  f"ok - each of {len(FEATURES)} things that a set of rules can have was there")
        elif missing:
            print(f"# terms without a hit: {len(missing)} of {len(terms)}: {missing[:10]}")
        else:
            print(f"# each of {len(terms)} terms has hits")
        print(f"invariant: {self.documents} documents, {self.differences} differences")


def main():
    global SETUP  # pylint: disable=global-statement
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--tocsin", required=True, metavar="PROGRAM")
    parser.add_argument("--count", type=int, default=400, metavar="N", help="documents to generate (400)")
    parser.add_argument("--rules", type=int, metavar="N", help="so many random sets of rules and nothing else")
    parser.add_argument("--seed", type=int, default=1, metavar="N")
    parser.add_argument("--data", metavar="DIR", help="real data: headlines/ and containers/")
    parser.add_argument("--jobs", type=int, default=2, metavar="N", help="processes (2)")
    parser.add_argument("--keep", metavar="DIR", help="where to keep the files of batches with differences")
    arguments = parser.parse_args()

    patterns = oracle.Patterns()
    planter = None
    oracle.han_representatives()
    if arguments.rules:
        tasks = rule_tasks(arguments.rules)
    else:
        patterns.load(oracle.PATTERN_FOLDER)
        planter = gen_documents.Planter(patterns, gen_documents.Disguise(oracle.OPENCC_FOLDER))
        size = max(1, min(BATCH, -(-arguments.count // arguments.jobs)))
        tasks = [Generated(first, min(size, arguments.count - first)) for first in range(0, arguments.count, size)]
        real = list(real_tasks(arguments.data, arguments.count)) if arguments.data else []
        # mixed, so that a run that is broken off has seen some of each
        tasks = mixed(tasks, rule_tasks(max(10, arguments.count // 500)), real)
    terms = {(lexicon.name, term.authored) for lexicon in patterns.reported_lexicons() for term in lexicon.terms}
    report = Report(PROGRESS_OF_RULES if arguments.rules else PROGRESS)
    with tempfile.TemporaryDirectory() as work:
        SETUP = Setup(os.path.abspath(arguments.tocsin), arguments.seed, arguments.keep, work, patterns, planter)
        gc.freeze()  # the children share what is loaded
        gc.set_threshold(20000, 20, 20)
        with multiprocessing.get_context("fork").Pool(arguments.jobs) as pool:
            for kind, outcome in pool.imap_unordered(run_task, tasks):
                report.add(kind, outcome)
    report.end(terms)
    return 1 if report.differences else 0


def rule_tasks(sets):
    return [RuleSets(first, min(RULE_SETS_IN_A_TASK, sets - first)) for first in range(0, sets, RULE_SETS_IN_A_TASK)]


def mixed(*lists):
    """The elements of all lists, each list's spread evenly."""
    placed = [((i + 0.5) / len(tasks), number, task)
              for number, tasks in enumerate(lists) for i, task in enumerate(tasks)]
    return [task for _, _, task in sorted(placed, key=lambda item: item[:2])]


if __name__ == "__main__":
    sys.exit(main())
