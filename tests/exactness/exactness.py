#!/usr/bin/python3
"""Tocsin beside its peers, spelling by spelling.

    exactness.py report --tocsin PROGRAM --venv DIR --work DIR -o docs/exactness.md
    exactness.py check --tocsin PROGRAM --work DIR --page docs/exactness.md [--most N]

`report` writes the page. `check` asks Tocsin alone, N terms a row, and prints a line of TAP's kind for each row:
it has to find what docs/matching.md says and nothing else, and the page has to have the rows that are here.
"""
import argparse
import re
import shutil
import subprocess
import sys
from pathlib import Path

import cases as case_module
import peers
import report
from cases import KEEPS, ROWS


def all_answers(arguments, terms, cases, folder):
    answers = {"Tocsin": peers.tocsin(arguments.tocsin, cases, folder)}
    missing = {}
    versions = peers.versions(arguments.tocsin)
    for name in [*peers.FILE_PEERS, *peers.SPECIAL_PEERS]:
        command = name.split()[0].rstrip(",")
        if not peers.installed(command):
            missing[command] = "it is no command here"
            continue
        answers[name] = peers.file_peer(name, cases if name in peers.FILE_PEERS else [c for c in cases if c.row.needs == name], folder)
    if peers.installed("rg"):
        answers["rg with a regex"] = peers.query_peer([case for case in cases if case.query], folder)
    python = Path(arguments.venv) / "bin" / "python"
    if python.exists():
        found, not_there, their_versions = peers.string_peers(python, terms, cases, folder)
        answers.update(found)
        missing.update(not_there)
        versions.update(their_versions)
    else:
        missing["matcher_py, pyahocorasick, OpenCC"] = f"there is no {python}"
    return answers, versions, missing


def write_report(arguments):
    terms = case_module.wanted_terms()
    cases = case_module.build(terms)
    folder = Path(arguments.work) / "cases"
    shutil.rmtree(folder, ignore_errors=True)
    peers.write_cases(cases, folder)
    answers, versions, missing = all_answers(arguments, terms, cases, folder)
    page = report.document(report.Results(cases, answers), len(terms), versions, missing)
    Path(arguments.output).write_text(page, encoding="utf-8")
    for name, reason in missing.items():
        print(f"exactness: {name} left out: {reason}", file=sys.stderr)
    return 0


def rows_of_page(page):
    """The names that the page's sections of examples have."""
    return re.findall(r"^### (.*)$", page, re.M)


def check(arguments):
    cases = case_module.build(case_module.wanted_terms(), arguments.most)
    folder = Path(arguments.work) / "cases"
    peers.write_cases(cases, folder)
    answers = peers.tocsin(arguments.tocsin, cases, folder)
    bad = 0
    for row in ROWS:
        wrong = []
        for case in (case for case in cases if case.row is row):
            spans = [(start, end) for start, end, _ in answers[case.name]]
            expected = [(case.start, case.end)] if row.kind == KEEPS else None
            if bool(spans) != case.contract or (expected and spans != expected):
                wrong.append(f"{case.wanted.term.authored!r} in {case.written.shown!r}: expected"
                             f" {expected or case.contract}, found {spans}")
        print(f"not ok - {row.name}: {len(wrong)} wrong: {wrong[0]}" if wrong else f"ok - {row.name}")
        bad += bool(wrong)
    names = rows_of_page(Path(arguments.page).read_text(encoding="utf-8"))
    same = names == [row.name for row in ROWS]
    print("ok - the page has these rows" if same else
          f"not ok - the page has other rows, run make exactness: {set(names) ^ {row.name for row in ROWS}}")
    return 1 if bad or not same else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("report", help="all tools, all terms; writes the page")
    commands.add_parser("check", help="Tocsin alone, some terms")
    for command in commands.choices.values():
        command.add_argument("--tocsin", required=True, metavar="PROGRAM")
        command.add_argument("--work", required=True, metavar="DIR", help="where the files of the cases are written")
    commands.choices["report"].add_argument("--venv", required=True, metavar="DIR", help="with the libraries of requirements.txt")
    commands.choices["report"].add_argument("--output", "-o", required=True, metavar="FILE")
    commands.choices["check"].add_argument("--page", required=True, metavar="FILE")
    commands.choices["check"].add_argument("--most", type=int, default=6, metavar="N", help="terms a row (6)")
    arguments = parser.parse_args()
    try:
        return write_report(arguments) if arguments.command == "report" else check(arguments)
    except (peers.ToolError, OSError, ValueError, subprocess.CalledProcessError) as error:
        print(f"exactness: {error}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
