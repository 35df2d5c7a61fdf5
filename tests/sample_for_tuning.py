#!/usr/bin/python3
"""Writes the sample that patterns/frequencies.tsv was measured on, as JSONL, from the headlines of TOCSIN_DATA.

    sample_for_tuning.py DIR > sample.jsonl

Twenty titles drawn at random make one document, about as long as an article. Chinese: all trending titles, those that
mention AI among them as often as they trend (ordinary and labelled.tsv). English: ordinary headlines, and one in 200 about AI,
because the ordinary ones are of 2016. The two languages have equally many documents.
"""
import csv
import gzip
import json
import os
import random
import sys

TITLES_A_DOCUMENT = 20
DOCUMENTS = 14000
ENGLISH_AI_SHARE = 1 / 200


def ordinary(path):
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return [row["title"] for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)]


def labelled(path, lang):
    with open(path, encoding="utf-8") as file:
        return [row["title"] for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
                if row["lang"].startswith(lang)]


def main():
    heads = os.path.join(sys.argv[1], "headlines")
    rng = random.Random(1)
    chinese = ordinary(os.path.join(heads, "ordinary-zh-Hans.tsv.gz")) + labelled(os.path.join(heads, "labelled.tsv"), "zh")
    english = ordinary(os.path.join(heads, "ordinary-en.tsv.gz"))
    about_ai = labelled(os.path.join(heads, "labelled.tsv"), "en")
    for number in range(DOCUMENTS):
        for lang, titles in (("zh", chinese), ("en", english)):
            text = [rng.choice(about_ai if lang == "en" and rng.random() < ENGLISH_AI_SHARE else titles)
                    for _ in range(TITLES_A_DOCUMENT)]
            print(json.dumps({"id": f"{lang}{number}", "text": "\n".join(text)}, ensure_ascii=False))


if __name__ == "__main__":
    main()
