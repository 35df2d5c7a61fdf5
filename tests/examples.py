#!/usr/bin/python3
"""examples.py TOCSIN PATTERNS: every term of every lexicon has an example that it flags, and none only doubles another.

A term is shown where `scan` reports a hit of it in a `match` example of its own lexicon, or of a rule. It doubles another
where its own text already holds a hit of a different term of the same lexicon: then that one finds all that it finds.
Prints a line of `ok` or `not ok` for each lexicon and each of the two questions; status 1 if one is `not ok`."""
import json
import subprocess
import sys
from pathlib import Path

import yaml


def documents(folder):
    """Lexicons and rules of a folder of patterns."""
    for path in sorted(folder.glob("*/*.yaml")):
        for document in yaml.safe_load_all(path.read_text(encoding="utf-8")):
            if "lexicon" in document or "rule" in document:
                yield document


def terms(lexicon):
    """The terms of a lexicon as (name that `scan` reports, text)."""
    for listed in lexicon["terms"].values():
        for term in listed:
            if not isinstance(term, dict):
                yield str(term), str(term).removesuffix("*")
            elif "prefix" in term:
                yield str(term["prefix"]) + "*", str(term["prefix"])
            else:
                yield str(term["term"]), str(term["term"]).removesuffix("*")


def hits(tocsin, folder, texts):
    """For each text, read as a title, the set of (lexicon, term) that `scan` reports."""
    source = "".join(json.dumps({"id": str(number), "title": text}) + "\n" for number, text in enumerate(texts))
    command = [tocsin, "scan", "-q", "--only-lexicons", str(folder), "--format", "jsonl", "--emit", "hits",
               "--max-hits", "1000000", "-"]
    output = subprocess.run(command, input=source.encode(), check=True, capture_output=True).stdout
    found = [set() for _ in texts]
    for line in map(json.loads, output.decode().splitlines()):
        found[int(line["id"])] |= {(hit["lexicon"], hit["term"]) for hit in line["hits"]}
    return found


def report(lexicon, question, failed):
    print(f"not ok - {lexicon}: {question}: {', '.join(failed)}" if failed else f"ok - {lexicon}: {question}")
    return bool(failed)


def main():
    tocsin, folder = sys.argv[1], Path(sys.argv[2])
    sources = list(documents(folder))
    lexicons = {source["lexicon"]: list(terms(source)) for source in sources if "lexicon" in source}
    examples = [(source.get("lexicon"), text) for source in sources
                for text in source.get("examples", {}).get("match", [])]
    shown = {hit for (owner, _), found in zip(examples, hits(tocsin, folder, [text for _, text in examples]))
             for hit in found if owner in (None, hit[0])}
    all_terms = [(name, term, text) for name, listed in lexicons.items() for term, text in listed]
    within = hits(tocsin, folder, [text for _, _, text in all_terms])
    doubles = {name: [] for name in lexicons}
    for (name, term, _), found in zip(all_terms, within):
        doubles[name] += [f"{term} ({other})" for lexicon, other in sorted(found) if lexicon == name and other != term]
    bad = 0
    for name, listed in lexicons.items():
        bad += report(name, "every term has an example", [term for term, _ in listed if (name, term) not in shown])
        bad += report(name, "no term only doubles another", doubles[name])
    sys.exit(1 if bad else 0)


main()
