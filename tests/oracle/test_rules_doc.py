#!/usr/bin/python3
"""The tables of docs/rules.md, row by row: the engine and the oracle both say what the page says.

A row of terms becomes a lexicon of its own and a row of an expression a rule of its own, all in one folder, so that
one run of the engine decides them all. Rows of scores, labels and refusals need a folder and a run each.
"""
import json
import os
import re
import subprocess
import sys
import tempfile
import unittest

import yaml

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import oracle  # noqa: E402

PAGE = os.path.join(oracle.ROOT, "docs", "rules.md")
TOCSIN = os.environ.get("TOCSIN", os.path.join(oracle.ROOT, "build", "tocsin"))
ROLES = ("title", "lead", "text", "other")
FIELD_OPTION = ["--field", ",".join(f"{role}={role}{n}" for role in ROLES for n in (1, 2))]
LEAST_ROWS = {"term": 145, "expression": 185, "rules": 22, "labels": 10, "refused": 30}
CODE = r"`([^`]+)`"


class PageError(Exception):
    """A row that cannot be read."""


# ---- the page ----

def read_page():
    """{kind of table: [(line number, cells)]} and the YAML of the lexicons."""
    tables = {kind: [] for kind in LEAST_ROWS}
    with open(PAGE, encoding="utf-8") as page:
        lines = page.read().split("\n")
    text = "\n".join(lines)
    lexicons = "---\n".join(re.findall(r"^```yaml\n(.*?)^```$", text, re.M | re.S))
    kind, width = None, 0
    for number, line in enumerate(lines, 1):
        if not line.startswith("|"):
            kind = None
            continue
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if kind is None:
            kind, width = cells[0], len(cells)
            if kind not in tables:
                raise PageError(f"line {number}: no table begins with {kind!r}")
        elif len(cells) != width:
            raise PageError(f"line {number}: {len(cells)} cells, expected {width}")
        elif not re.fullmatch("-+", cells[0]):
            tables[kind].append((number, cells))
    return tables, lexicons


def unescaped(text):
    text = re.sub(r"\\u([0-9a-f]{4})", lambda m: chr(int(m[1], 16)), text)
    text = re.sub(r"\\([nrt])", lambda m: {"n": "\n", "r": "\r", "t": "\t"}[m[1]], text)
    return re.sub(r"(.)×([0-9]+)", lambda m: m[1] * int(m[2]), text)


def fields_of(cell):
    """[(role or wet, text)] of a text's cell."""
    fields = []
    rest = cell
    while rest:
        match = re.match(rf"(?:(title|lead|text|other|wet) )?(?:{CODE}|(empty))\s*", rest)
        if not match:
            raise PageError(f"no text with a role: {cell}")
        fields.append((match[1] or "text", "" if match[3] else unescaped(match[2])))
        rest = rest[match.end():]
    if not fields or (any(role == "wet" for role, _ in fields) and len(fields) > 1):
        raise PageError(f"no text, or wet beside others: {cell}")
    return fields


def terms_of(cell):
    """The terms and `unless` phrases of a term's cell, as a lexicon has them."""
    match = re.fullmatch(rf"{CODE}(?: unless {CODE})?", cell)
    if not match:
        raise PageError(f"no term: {cell}")
    both = []
    for source in match.groups():
        try:
            value = yaml.load(unescaped_terms(source), Loader=yaml.BaseLoader) if source else []
        except yaml.YAMLError:
            value = source  # a plain term such as `*`
        both.append(value if isinstance(value, list) else [value])
    return both


def unescaped_terms(source):
    """A plain term is text; a map or list is YAML as it stands."""
    return json.dumps(unescaped(source)) if source[0] not in "[{" else source


def hits_of(cell):
    """The texts of a cell of hits."""
    if cell != "none" and not re.fullmatch(rf"{CODE}(?: {CODE})*", cell):
        raise PageError(f"no hits: {cell}")
    return [unescaped(text) for text in re.findall(CODE, cell)]


def expression_of(cell):
    match = re.fullmatch(CODE, cell)
    if not match:
        raise PageError(f"no expression: {cell}")
    return match[1]


def one_of(cell, words):
    if cell not in words:
        raise PageError(f"expected one of {words}, found {cell!r}")
    return cell


# ---- folders and documents ----

def write_patterns(folder, files):
    os.makedirs(folder, exist_ok=True)
    for name, content in files.items():
        with open(os.path.join(folder, name + ".yaml"), "w", encoding="utf-8") as file:
            file.write(content if isinstance(content, str) else json.dumps(content))


def lexicon(name, terms, unless):
    return {"lexicon": name, "terms": {"zh": terms}, **({"unless": unless} if unless else {})}


def json_line(number, fields):
    seen = {}
    record = {"id": str(number)}
    for role, text in fields:
        seen[role] = seen.get(role, 0) + 1
        if seen[role] > 2:
            raise PageError(f"a third field of role {role}")
        record[f"{role}{seen[role]}"] = text
    return json.dumps(record) + "\n"


def wet_record(number, text):
    block = text.encode()
    header = ("WARC/1.0", "WARC-Type: conversion", f"WARC-Record-ID: {number}", "WARC-Target-URI: https://example.org/",
              "Content-Type: text/plain", f"Content-Length: {len(block)}")
    return "".join(line + "\r\n" for line in header).encode() + b"\r\n" + block + b"\r\n\r\n"


def scan(folder, rows, *options):
    """The engine's lines by number of row; rows are (number, fields)."""
    lines = {}
    for is_wet in (False, True):
        documents = [(number, fields) for number, fields in rows if (fields[0][0] == "wet") == is_wet]
        data = b"".join(wet_record(n, f[0][1]) if is_wet else json_line(n, f).encode() for n, f in documents)
        if not documents:
            continue
        with tempfile.NamedTemporaryFile() as file:
            file.write(data)
            file.flush()
            fields = () if is_wet else FIELD_OPTION
            run = subprocess.run([TOCSIN, "scan", "-q", "--only-lexicons", folder, "--max-hits", "100000", *fields,
                                  *options, file.name], capture_output=True, check=False)
        if run.returncode:
            raise AssertionError(f"status {run.returncode}: {run.stderr.decode()}")
        for line in run.stdout.splitlines():
            line = json.loads(line)
            lines[int(line["id"])] = line
    return lines


def judged(patterns, fields):
    """The oracle's verdict."""
    return oracle.Judged(patterns, [oracle.Field(role, "text" if role == "wet" else role, text, role == "wet")
                                    for role, text in fields])


def load(folder):
    patterns = oracle.Patterns()
    patterns.load(folder)
    return patterns


# ---- tests ----

class RulesDoc(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.tables, cls.lexicons = read_page()
        cls.scratch = tempfile.TemporaryDirectory()
        cls.folder = os.path.join(cls.scratch.name, "all")

    @classmethod
    def tearDownClass(cls):
        cls.scratch.cleanup()

    def rows(self, kind, read):
        """[(line number, what read makes of the cells)]; a row that cannot be read fails with its line."""
        result = []
        for number, cells in self.tables[kind]:
            try:
                result.append((number, *read(cells)))
            except PageError as error:
                self.fail(f"docs/rules.md, line {number}: {error}")
        self.assertGreaterEqual(len(result), LEAST_ROWS[kind], f"too few rows of {kind}: were some lost?")
        return result

    def check(self, number, engine, oracles, expected):
        """Both must say what the page says."""
        with self.subTest(line=number):
            self.assertEqual({"engine": engine, "oracle": oracles}, {"engine": expected, "oracle": expected},
                             f"docs/rules.md, line {number}")

    def test_terms(self):
        rows = self.rows("term", lambda cells: (*terms_of(cells[0]), fields_of(cells[1]), hits_of(cells[2])))
        folder = os.path.join(self.scratch.name, "terms")
        write_patterns(folder, {f"row_{n}": lexicon(f"row_{n}", terms, unless) for n, terms, unless, _, _ in rows})
        patterns = load(folder)
        for emit in ("all", "hits"):
            lines = scan(folder, [(n, fields) for n, _, _, fields, _ in rows], "--emit", emit)
            for n, _, _, fields, expected in rows:
                engine = [hit["text"] for hit in lines.get(n, {"hits": []})["hits"] if hit["lexicon"] == f"row_{n}"]
                verdict = judged(patterns, fields)
                hits = sorted(verdict.hits_of(patterns.lexicons[f"row_{n}"]), key=lambda hit: hit.span)
                self.check(n, engine, [verdict.fields[hit.field].text[hit.start:hit.end] for hit in hits], expected)

    def test_expressions(self):
        rows = self.rows("expression", lambda cells: (
            expression_of(cells[0]), fields_of(cells[1]), one_of(cells[2], ("yes", "no"))))
        folder = os.path.join(self.scratch.name, "expressions")
        write_patterns(folder, {"lexicons": self.lexicons, "rules": {
            "rules": [{"rule": f"row_{n}", "when": when} for n, when, _, _ in rows]}})
        patterns = load(folder)
        for emit in ("all", "flagged"):
            lines = scan(folder, [(n, fields) for n, _, fields, _ in rows], "--emit", emit)
            for n, _, fields, expected in rows:
                fired = (lines.get(n, {}).get("rules", []), [rule.name for rule in judged(patterns, fields).fired])
                self.check(n, *("yes" if f"row_{n}" in names else "no" for names in fired), expected)

    def test_each_expression_alone(self):
        """With one rule the plan leaves out all that this rule does not need."""
        by_expression = {}
        for n, cells in self.tables["expression"]:
            by_expression.setdefault(expression_of(cells[0]), []).append((n, fields_of(cells[1]), cells[2]))
        for when, rows in by_expression.items():
            folder = os.path.join(self.scratch.name, f"alone_{rows[0][0]}")
            write_patterns(folder, {"lexicons": self.lexicons, "rule": {"rule": "r", "when": when}})
            lines = scan(folder, [(n, fields) for n, fields, _ in rows])
            for n, _, expected in rows:
                with self.subTest(line=n):
                    self.assertEqual("yes" if n in lines else "no", expected, f"docs/rules.md, line {n}")

    def test_scores(self):
        def read(cells):
            rules = re.findall(rf"{CODE} ([0-9.]+)(?:; |$)", cells[0])
            written = "; ".join(f"`{when}` {score}" for when, score in rules)
            if written != cells[0] or not re.fullmatch("[0-9.]+", cells[2]):
                raise PageError(f"no rules with scores: {cells}")
            return rules, fields_of(cells[1]), float(cells[2])

        for n, rules, fields, expected in self.rows("rules", read):
            folder = os.path.join(self.scratch.name, f"score_{n}")
            write_patterns(folder, {"lexicons": self.lexicons, "rules": {
                "rules": [{"rule": f"r{i}", "when": when, "score": score} for i, (when, score) in enumerate(rules)]}})
            verdict = judged(load(folder), fields)
            line = scan(folder, [(n, fields)]).get(n, {})
            self.check(n, line.get("score"), verdict.score() if verdict.fired else None, expected)

    def test_labels(self):
        def read(cells):
            entries = re.findall(rf"(\w+)(?: {CODE})?(?:; |$)", cells[0])
            if "; ".join(label + (f" `{when}`" if when else "") for label, when in entries) != cells[0]:
                raise PageError(f"no labels: {cells[0]}")
            return ([{"label": label, "when": when} if when else {"label": label} for label, when in entries],
                    fields_of(cells[1]), one_of(cells[2], ("incident", "hazard", "complementary", "none")))

        for n, labels, fields, expected in self.rows("labels", read):
            folder = os.path.join(self.scratch.name, f"label_{n}")
            write_patterns(folder, {"lexicons": self.lexicons, "labels": {"labels": labels},
                                    "rule": {"rule": "r", "when": "ai"}})
            verdict = judged(load(folder), fields)
            line = scan(folder, [(n, fields)], "--emit", "all")[n]
            self.check(n, line.get("label", "none"), verdict.label() if verdict.fired else "none", expected)

    def test_refusals(self):
        def read(cells):
            kind, _, rest = cells[0].partition(" ")
            one_of(kind, ("term", "rule"))
            return kind, terms_of(rest) if kind == "term" else expression_of(rest), cells[1]

        for n, kind, content, says in self.rows("refused", read):
            folder = os.path.join(self.scratch.name, f"refused_{n}")
            write_patterns(folder, {"lexicons": self.lexicons, "refused":
                                    lexicon("row", *content) if kind == "term" else {"rule": "row", "when": content}})
            run = subprocess.run([TOCSIN, "scan", "-q", "--only-lexicons", folder, "/dev/null"], capture_output=True,
                                 check=False)
            message = run.stderr.decode()
            with self.subTest(line=n):
                self.assertEqual(run.returncode, 2, f"docs/rules.md, line {n}: accepted")
                self.assertRegex(message, r"refused\.yaml:1: column [0-9]+: ", f"docs/rules.md, line {n}")
                self.assertIn(says, message, f"docs/rules.md, line {n}")

    def test_a_bad_row_fails(self):
        for cell in ("AI", "`AI` and", "title", "body `AI`", "", "wet `a` text `b`"):
            self.assertRaises(PageError, fields_of, cell)
        for cell in ("AI", "`AI` unless", "`AI` `b`", ""):
            self.assertRaises(PageError, terms_of, cell)
        for cell in ("AI", "", "`AI` none", "`AI`,"):
            self.assertRaises(PageError, hits_of, cell)
        self.assertRaises(PageError, expression_of, "ai")
        self.assertRaises(PageError, one_of, "maybe", ("yes", "no"))


if __name__ == "__main__":
    unittest.main()
