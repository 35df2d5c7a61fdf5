#!/usr/bin/python3
"""eval.py [--tuning] [--svg FILE] TOCSIN DATA: recall and false flags of the default patterns on DATA/headlines.

Titles (as JSONL, role title) labelled by one reader: scope y is to be flagged, n not, u is left out. Patterns are tuned on
the half whose md5 of the id is even; the other half is never read, so its figures are the honest ones. --tuning leaves the
other half out: for those who write patterns. --svg draws the curve of recall against false flags."""
import argparse
import gzip
import hashlib
import json
import shutil
import subprocess
import tempfile
from collections import Counter
from pathlib import Path

LABELS = {"i": "incident", "h": "hazard", "c": "complementary"}
LANGUAGES = {"zh-Hans": "Chinese", "en": "English"}
WATCH, ALERT = 0, 2  # --min-score; docs/evaluation.md says how ALERT was chosen
ORDINARY = ("ordinary-zh-Hans.tsv.gz", "ordinary-en.tsv.gz", "ai-product-news-zh.tsv", "ai-product-news-en.tsv")
CONVERSIONS = ("s2t", "s2twp", "s2hk")


def titles(path):
    """(id, lang, scope, label, text) of a file of headlines."""
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8") as file:
        header = next(file).rstrip("\n").split("\t")
        for number, line in enumerate(file):
            row = dict(zip(header, line.rstrip("\n").split("\t", len(header) - 1)))
            yield (row.get("id", str(number)), row.get("lang", ""), row.get("scope", "n"), row.get("label", "-"),
                   row.get("title") or row.get("text", ""))


def flagged(tocsin, rows):
    """id -> line of the flagged ones, and the statistics of the scan."""
    with tempfile.TemporaryDirectory() as folder:
        source, stats = Path(folder, "titles.jsonl"), Path(folder, "stats.json")
        with open(source, "w", encoding="utf-8") as file:
            for row in rows:
                file.write(json.dumps({"id": row[0], "title": row[4]}, ensure_ascii=False) + "\n")
        output = subprocess.run([tocsin, "scan", "-q", "--stats", stats, source], check=True, capture_output=True).stdout
        lines = (json.loads(line) for line in output.decode().split("\n") if line)
        return {line["id"]: line for line in lines}, json.loads(stats.read_text())


def half(identifier):
    return "tuning" if int(hashlib.md5(identifier.encode()).hexdigest(), 16) % 2 == 0 else "other"


def converted(rows, config):
    """The rows in Traditional characters, by OpenCC: a converter that shares no code with our fold."""
    text = "".join(row[4] + "\n" for row in rows)
    output = subprocess.run(["opencc", "-c", config], input=text.encode(), check=True, capture_output=True).stdout
    lines = output.decode().split("\n")[:-1]
    if len(lines) != len(rows):
        raise SystemExit(f"eval: opencc -c {config} made {len(lines)} lines of {len(rows)}")
    return [(*row[:4], line) for row, line in zip(rows, lines)]


def share(part, whole):
    return f"{part}/{whole}" + (f" = {part / whole:.3f}" if whole else "")


def counted(rows, found, least):
    """Counts over rows of what is flagged at --min-score least: y, n, and how many of each were found, and right labels."""
    counts = Counter()
    for identifier, _, scope, label, _ in rows:
        counts[scope] += 1
        if identifier in found and found[identifier]["score"] >= least:
            counts["found " + scope] += 1
            counts["right"] += scope == "y" and found[identifier]["label"] == LABELS.get(label)
    return counts


def groups(rows, halves):
    """(half, language, rows of it that are y or n)."""
    for which in halves:
        for lang in LANGUAGES:
            yield which, lang, [row for row in rows if row[1] == lang and half(row[0]) == which and row[2] != "u"]


def print_points(rows, found, halves):
    print("point    half     lang     recall                 false flags            right labels of those found")
    for name, least in (("watch", WATCH), ("alert", ALERT)):
        for which, lang, group in groups(rows, halves):
            counts = counted(group, found, least)
            print(f"{name:8} {which:8} {lang:8} {share(counts['found y'], counts['y']):22} "
                  f"{share(counts['found n'], counts['n']):22} {share(counts['right'], counts['found y'])}")


def curves(rows, found, halves):
    """(half, language) -> [(min-score, recall, false flags)], over all scores that occur."""
    scores = sorted({line["score"] for line in found.values()})
    result = {}
    for which, lang, group in groups(rows, halves):
        points = []
        for least in scores:
            counts = counted(group, found, least)
            points.append((least, counts["found y"] / counts["y"], counts["found n"] / counts["n"]))
        result[which, lang] = points
    return result


def print_curves(lines):
    print("\n--min-score: recall and false flags")
    print("          " + "  ".join(f"{which} {lang}".ljust(15) for which, lang in lines))
    for place, (least, _, _) in enumerate(next(iter(lines.values()))):
        cells = (f"{points[place][1]:.3f}  {points[place][2]:.4f} " for points in lines.values())
        print(f"{least:8}  " + "  ".join(cells))


def print_traditional(tocsin, rows, found, halves):
    """The Chinese titles in Traditional characters, beside the Simplified ones."""
    if shutil.which("opencc") is None:
        print("\nTraditional: skipped: no opencc (apt install opencc)")
        return
    print("\nChinese titles by OpenCC   half     recall                 false flags            other verdict than Simplified")
    chinese = [row for row in rows if row[1] == "zh-Hans"]
    for config in CONVERSIONS:
        again, _ = flagged(tocsin, converted(chinese, config))
        for which, lang, group in groups(chinese, halves):
            if lang != "zh-Hans":
                continue
            counts = counted(group, again, WATCH)
            changed = sum((row[0] in again) != (row[0] in found) for row in group)
            print(f"opencc -c {config:16} {which:8} {share(counts['found y'], counts['y']):22} "
                  f"{share(counts['found n'], counts['n']):22} {changed}")


def print_ordinary(tocsin, data):
    print("\nall of these are to be left alone   watch                          alert                   dropped by the sieve")
    for name in ORDINARY:
        found, stats = flagged(tocsin, titles(data / name))
        alerts = sum(line["score"] >= ALERT for line in found.values())
        print(f"{name:35} {share(len(found), stats['documents']):30} {share(alerts, stats['documents']):23} "
              f"{1 - stats['candidate_ratio']:.3f}")


COLOURS = {("tuning", "zh-Hans"): "#c46", ("other", "zh-Hans"): "#802", ("tuning", "en"): "#48c", ("other", "en"): "#025"}
WIDTH, HEIGHT, LEFT, TOP, RIGHT, BOTTOM = 720, 440, 60, 20, 700, 380


def draw(lines):
    """The curves as SVG: recall (0 to 1) over false flags; a circle is watch, a square alert."""
    widest = max(false for points in lines.values() for _, _, false in points)
    limit = max(0.01, -(-widest // 0.005) * 0.005)

    def place(false, recall):
        return LEFT + (RIGHT - LEFT) * false / limit, BOTTOM - (BOTTOM - TOP) * recall

    out = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" '
           'font-size="12">', f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>']
    for step in range(6):
        x, y = place(limit * step / 5, step / 5)
        out.append(f'<path d="M{LEFT} {y:.1f}H{RIGHT}M{x:.1f} {TOP}V{BOTTOM}" stroke="#ddd"/>')
        out.append(f'<text x="{LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{step / 5:.1f}</text>')
        out.append(f'<text x="{x:.1f}" y="{BOTTOM + 18}" text-anchor="middle">{limit * step / 5:.3f}</text>')
    out.append(f'<text x="{(LEFT + RIGHT) / 2}" y="{HEIGHT - 20}" text-anchor="middle">share of titles that are flagged '
               'and should not be</text>')
    out.append(f'<text x="16" y="{(TOP + BOTTOM) / 2}" text-anchor="middle" transform="rotate(-90 16 '
               f'{(TOP + BOTTOM) / 2})">recall</text>')
    for row, (key, points) in enumerate(lines.items()):
        which, lang = key
        path = " ".join("{:.1f},{:.1f}".format(*place(false, recall)) for _, recall, false in points)
        out.append(f'<polyline points="{path}" fill="none" stroke="{COLOURS[key]}" stroke-width="2"/>')
        x, y = place(points[0][2], points[0][1])
        out.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="5" fill="{COLOURS[key]}"/>')
        x, y = place(*next((false, recall) for least, recall, false in points if least >= ALERT))
        out.append(f'<rect x="{x - 4.5:.1f}" y="{y - 4.5:.1f}" width="9" height="9" fill="{COLOURS[key]}"/>')
        out.append(f'<text x="{RIGHT - 210}" y="{BOTTOM - 80 + 18 * row}" fill="{COLOURS[key]}">{LANGUAGES[lang]}, '
                   f'{which} half</text>')
    out.append(f'<text x="{RIGHT - 210}" y="{BOTTOM - 100}">circle: watch; square: alert</text></svg>')
    return "\n".join(out) + "\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--tuning", action="store_true")
    parser.add_argument("--svg", type=Path)
    parser.add_argument("tocsin")
    parser.add_argument("data", type=Path)
    args = parser.parse_args()
    data, halves = args.data / "headlines", ("tuning",) if args.tuning else ("tuning", "other")
    rows = [row for row in titles(data / "labelled.tsv") if half(row[0]) in halves]
    found, _ = flagged(args.tocsin, rows)
    print_points(rows, found, halves)
    lines = curves(rows, found, halves)
    print_curves(lines)
    if args.svg:
        args.svg.write_text(draw(lines), encoding="utf-8")
    print_traditional(args.tocsin, rows, found, halves)
    print_ordinary(args.tocsin, data)


main()
