#!/usr/bin/python3
"""agreement.py CORPORA WHERE COUNT <LINES: whether Tocsin says of the sample corpus what an analyst says.

LINES are of `tocsin scan --emit all` on one form of the corpus, which must hold COUNT articles. WHERE is what that form gives a rule:
records (title, lead and text as fields), pages (the same cut out of HTML) or text (one field). The analyst's answers are in
CORPORA/sample/expected.jsonl. CORPORA/disagreements.tsv lists where Tocsin says something else, and has to be exact: a difference
that is not in it fails, and so does one in it that is none any more.
"""
import csv
import json
import pathlib
import sys

NOTHING = "nothing"


def read_expected(corpora):
    with open(corpora / "sample/expected.jsonl", encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def read_disagreements(corpora, where, analyst):
    """{id: what Tocsin says there}; rows that cannot be right end the run."""
    path, listed = corpora / "disagreements.tsv", {}
    with open(path, encoding="utf-8", newline="") as file:
        for number, row in enumerate(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE), 2):
            places = row["where"].split(",")
            if row["id"] not in analyst or not row["reason"] or not set(places) <= {"records", "pages", "text"}:
                sys.exit(f"{path}:{number}: no such article, no reason, or no such place")
            if row["says"] == analyst[row["id"]]:
                sys.exit(f"{path}:{number}: {row['id']} is {row['says']} to the analyst too")
            if where in places and listed.setdefault(row["id"], row["says"]) != row["says"]:
                sys.exit(f"{path}:{number}: {row['id']} is listed twice for {where}")
    return listed


def name_of(line, ids, by_url):
    """Pages and records have an address; text files have only their names."""
    name = by_url.get(line["url"]) if "url" in line else pathlib.Path(line["input"]["file"]).stem
    if name not in ids:
        sys.exit(f"{line['input']}: no article of the corpus")
    return name


def main(corpora, where, count):
    expected = read_expected(corpora)
    analyst = {e["id"]: e["label"] or NOTHING for e in expected}
    listed = read_disagreements(corpora, where, analyst)
    by_url = {e["url"]: e["id"] for e in expected}
    said = {}
    for line in sys.stdin:
        line = json.loads(line)
        said[name_of(line, analyst, by_url)] = line.get("label", NOTHING)
    wrong = [f"{len(said)} articles instead of {count}"] if len(said) != count else []
    for name, says in sorted(said.items()):
        if name in listed and says == analyst[name]:
            wrong.append(f"{name} is {says} as it should be: remove it from disagreements.tsv for {where}")
        elif says != listed.get(name, analyst[name]):
            wrong.append(f"{name} is {says} instead of {listed.get(name, analyst[name])}")
    print("\n".join(wrong), end="\n" if wrong else "")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])))
