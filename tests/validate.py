#!/usr/bin/python3
"""validate.py SCHEMA < lines: checks each JSON line against docs/schema/SCHEMA.schema.json; for `line` also that every hit's text is
what stands at its offsets in the field, where --fields FILE (of --emit fields over the same documents) is given. Exits 1 at the first fault."""
import json
import pathlib
import sys

import jsonschema

SCHEMAS = pathlib.Path(__file__).resolve().parent.parent / "docs" / "schema"


def load(name):
    return json.loads((SCHEMAS / name).read_text(encoding="utf-8"))


def validator(name):
    store = {path.name: load(path.name) for path in SCHEMAS.glob("*.json")}
    resolver = jsonschema.RefResolver("", store[f"{name}.schema.json"], store=store)
    return jsonschema.Draft202012Validator(store[f"{name}.schema.json"], resolver=resolver)


def check_slices(line, fields):
    """A hit's offsets, in code points and in bytes, cut its text out of the field. Fields of one name: any of them."""
    for hit in line["hits"]:
        texts = [field["text"] for field in fields if field["name"] == hit["field"]]
        by_chars = any(text[hit["start"]:hit["end"]] == hit["text"] for text in texts)
        by_bytes = any(text.encode()[hit["start_byte"]:hit["end_byte"]] == hit["text"].encode() for text in texts)
        if not by_chars or not by_bytes:
            raise SystemExit(f"record {line['input']['record']}: offsets of {hit} do not cut its text out")


def main():
    check = validator(sys.argv[1])
    fields = {}
    if len(sys.argv) > 3 and sys.argv[2] == "--fields":
        with open(sys.argv[3], encoding="utf-8") as file:
            for text in file:
                line = json.loads(text)
                fields[line["input"]["file"], line["input"]["record"]] = line["fields"]
    count = 0
    for text in sys.stdin:
        line = json.loads(text)
        errors = [error.message for error in check.iter_errors(line)]
        if errors:
            raise SystemExit(f"line {count + 1}: {errors[0]}")
        if fields:
            check_slices(line, fields[line["input"]["file"], line["input"]["record"]])
        count += 1
    print(f"{count} lines valid")


main()
