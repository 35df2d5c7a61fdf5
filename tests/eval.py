#!/usr/bin/python3
"""eval.py TOCSIN DATA [DB]: recall and false flags of the default lexicons on DATA/headlines (titles as JSONL, role title).

Titles labelled by one reader: scope y is to be flagged, n not, u is left out. Lexicons are tuned on the half whose md5 of
the id is even; the other half was never read, so its figures are the honest ones."""
import gzip
import hashlib
import json
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path


def titles(path):
    """(id, lang, scope, label, text) of a file of headlines."""
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8") as file:
        header = next(file).rstrip("\n").split("\t")
        for number, line in enumerate(file):
            row = dict(zip(header, line.rstrip("\n").split("\t", len(header) - 1)))
            yield (row.get("id", str(number)), row.get("lang", ""), row.get("scope", "n"), row.get("label", "-"),
                   row.get("title") or row.get("text", ""))


def flagged(command, rows):
    """id -> line of the flagged ones, and the statistics of the scan."""
    with tempfile.TemporaryDirectory() as folder:
        source, stats = Path(folder, "titles.jsonl"), Path(folder, "stats.json")
        with open(source, "w", encoding="utf-8") as file:
            for row in rows:
                file.write(json.dumps({"id": row[0], "title": row[4]}, ensure_ascii=False) + "\n")
        output = subprocess.run([*command, "scan", "-q", "--stats", stats, source], check=True, capture_output=True).stdout
        lines = (json.loads(line) for line in output.decode().split("\n") if line)
        return {line["id"]: line for line in lines}, json.loads(stats.read_text())


def half(identifier):
    return "tuning" if int(hashlib.md5(identifier.encode()).hexdigest(), 16) % 2 == 0 else "other"


def share(part, whole):
    return f"{part}/{whole}" + (f" = {part / whole:.3f}" if whole else "")


LABELS = {"i": "incident", "h": "hazard", "c": "complementary"}


def main():
    command, data = [sys.argv[1]], Path(sys.argv[2], "headlines")
    rows = list(titles(data / "labelled.tsv"))
    found, _ = flagged(command, rows)
    print("half     lang     recall                 false flags            right labels of those found")
    for which in ("tuning", "other"):
        for lang in ("zh-Hans", "en"):
            counts = Counter()
            for identifier, language, scope, label, _ in rows:
                if language != lang or half(identifier) != which or scope == "u":
                    continue
                counts[scope] += 1
                if identifier in found:
                    counts["found " + scope] += 1
                    counts["right"] += scope == "y" and found[identifier].get("label") == LABELS.get(label)
            print(f"{which:8} {lang:8} {share(counts['found y'], counts['y']):22} {share(counts['found n'], counts['n']):22} "
                  f"{share(counts['right'], counts['found y'])}")
    print()
    print("all of these are to be left alone                 flagged            dropped by the sieve")
    for name in ("ordinary-zh-Hans.tsv.gz", "ordinary-en.tsv.gz", "ai-product-news-zh.tsv", "ai-product-news-en.tsv"):
        found, stats = flagged(command, titles(data / name))
        print(f"{name:35} {share(len(found), stats['documents']):30} {1 - stats['candidate_ratio']:.3f}")


main()
