#!/usr/bin/python3
"""Compares the engine's JSON lines with the oracle's, after projecting the engine's to the oracle's keys.

    compare.py [-n N] ENGINE_JSONL ORACLE_JSONL

Prints the first N differences, a line each, and exits with 1 if there is any, 0 if not, 2 on bad input.
"""
import argparse
import itertools
import json
import sys

HIT_KEYS = ("lexicon", "term", "field", "start", "end", "start_byte", "end_byte", "text")


def project(line):
    """What is compared of a line, as an ordered dict of comparable values."""
    return {
        "id": line.get("id"),
        "input.file": line.get("input", {}).get("file"),
        "input.record": line.get("input", {}).get("record"),
        "label": line.get("label"),
        "score": round(line["score"], 3) if "score" in line else None,
        "rules": line.get("rules"),
        "lexicons": list(line.get("lexicons", {}).items()),
        "hits": [tuple(hit.get(key) for key in HIT_KEYS) for hit in line.get("hits", [])],
        "hits_total": line.get("hits_total", 0),
    }


def read(path):
    """The projected lines of a file by (file, record, id, how many alike came before), in order."""
    with open(path, "rb") as lines:
        return keyed(parsed(lines, path))


def parsed(lines, path):
    for number, raw in enumerate(lines, 1):
        if raw.strip():
            try:
                yield json.loads(raw)
            except ValueError as error:
                raise SystemExit(f"compare: {path}:{number}: not a line of output: {error}") from None


def keyed(outputs):
    """The same of lines that are parsed."""
    documents = {}
    for output in outputs:
        try:
            document = project(output)
        except (TypeError, AttributeError) as error:
            raise SystemExit(f"compare: not a line of output: {error}: {output!r}") from None
        base = (document["input.file"], document["input.record"], document["id"])
        key = next(base + (n,) for n in itertools.count() if base + (n,) not in documents)
        documents[key] = document
    return documents


def describe_hit(hit):
    hit = dict(zip(HIT_KEYS, hit))
    return (f"{hit['lexicon']}/{hit['term']!r} in {hit['field']} at {hit['start']}-{hit['end']}"
            f" (bytes {hit['start_byte']}-{hit['end_byte']}) {hit['text']!r}")


def hit_differences(engine, oracle):
    only_engine = [hit for hit in engine if hit not in set(oracle)]
    only_oracle = [hit for hit in oracle if hit not in set(engine)]
    for hit in only_oracle:
        yield "hit only in oracle: " + describe_hit(hit)
    for hit in only_engine:
        yield "hit only in engine: " + describe_hit(hit)
    if not only_engine and not only_oracle:
        place = next((i for i, (a, b) in enumerate(zip(engine, oracle)) if a != b), min(len(engine), len(oracle)))
        yield f"the same hits in another order or number, from hit {place} on"


def differences(engine, oracle):
    """Yields a readable line for each difference between two read() results."""
    for key in engine.keys() | oracle.keys():
        if key not in engine or key not in oracle:
            yield key, "document only in " + ("oracle" if key in oracle else "engine") + ": " + str(
                {k: v for k, v in (oracle.get(key) or engine[key]).items() if k in ("score", "rules", "lexicons")})
            continue
        for name, value in oracle[key].items():
            other = engine[key][name]
            if name == "hits" and other != value:
                yield from ((key, text) for text in hit_differences(other, value))
            elif other != value:
                yield key, f"{name}: engine {other!r}, oracle {value!r}"
    common_engine = [key for key in engine if key in oracle]
    common_oracle = [key for key in oracle if key in engine]
    for a, b in zip(common_engine, common_oracle):
        if a != b:
            yield a, f"order: the engine writes this document where the oracle writes {b}"
            break


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("-n", type=int, default=20, metavar="N", help="differences to print (20)")
    parser.add_argument("engine", metavar="ENGINE_JSONL")
    parser.add_argument("oracle", metavar="ORACLE_JSONL")
    arguments = parser.parse_args()
    try:
        engine, oracle = read(arguments.engine), read(arguments.oracle)
    except (OSError, SystemExit) as error:
        print(error, file=sys.stderr)
        return 2
    position = {key: i for i, key in enumerate(itertools.chain(oracle, engine))}
    found = sorted(differences(engine, oracle), key=lambda item: position[item[0]])
    for (file, record, document_id, _), text in found[:arguments.n]:
        print(f"{file}#{record} ({document_id}): {text}")
    if len(found) > arguments.n:
        print(f"... and {len(found) - arguments.n} more")
    documents = len({key for key, _ in found})
    print(f"{len(engine)} lines of the engine, {len(oracle)} of the oracle:",
          f"{len(found)} differences in {documents} documents" if found else "no difference")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
