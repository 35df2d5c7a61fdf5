"""docs/benchmarks.md and its charts, from results.json: nothing is measured here."""

import html
import math
import os

INTRO = """# Benchmarks

Written by `make bench`; [bench/README.md](../bench/README.md) says what is measured, how, and what this cannot show.
Each table is of one run of its section in which all contenders took turns. A ratio is the median of the rounds' own
ratios. MB are 1,000,000 decoded bytes; with one thread per second of CPU, with more per second of the wall. The floor
is inflation alone by the best library for that input (it stands beside its figure), CRC checked, into a buffer that is
used again. start: CPU time of the same command on one line, which every ratio includes. sieve, check, flagged: the
share of documents that came through each stage."""
WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 720, 360, 70, 20, 40, 50
COLOURS = ("#1f5fa8", "#b5482a", "#3b7d3b", "#6b4c9a")


def cell(value):
    return str(value).replace("|", "\\|")


def table(columns, rows):
    lines = ["| " + " | ".join(map(cell, columns)) + " |", "|" + " --- |" * len(columns)]
    return "\n".join(lines + ["| " + " | ".join(map(cell, row)) + " |" for row in rows])


def machine(facts):
    return table(
        ["", ""],
        [
            ["processor", f"{facts['processor']}, {facts['cores']} cores for this process"],
            ["memory", facts["memory"]],
            ["system", facts["system"]],
        ]
        + [["versions", ", ".join(facts["versions"])]],
    )


def of_section(section):
    load = "busy machine" if section["is_busy"] else "quiet machine"
    waited = f"threads that never wait took {section['wall_over_cpu']:.2f} times their CPU seconds"
    size = f"corpora of {section['size'] / 1e6:g} MB"
    return f"{load} ({waited}), {section['runs']} runs, {size}, engine {section['engine']}"


def goals(results):
    rows = []
    for name, section in results["sections"].items():
        for row in section.get("goals", []):
            met = {True: "met", False: "**not met**", None: "not measured"}[row["met"]]
            rows.append([row["goal"], row["target"], row["figure"], met, row["note"], name])
    return table(["what", "goal", "figure", "", "note", "section"], rows)


def page(results):
    parts = [INTRO, "## Machine", machine(results["machine"]), "## Goals", goals(results)]
    for name, section in results["sections"].items():
        parts += [f"## {name}", of_section(section) + "."]
        if section.get("failed"):
            parts.append(f"**Failed: {section['failed']}** No ratio of that is reported.")
        parts += [f"![{chart['title']}]({chart['file']})" for chart in section.get("charts", [])]
        for item in section.get("tables", []):
            parts += [f"**{item['title']}**", item.get("note", ""), table(item["columns"], item["rows"])]
    return "\n\n".join(part for part in parts if part) + "\n"


# ---- charts ----
def ticks_of(low, high, log):
    if log:
        return [10.0**power for power in range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)]
    step = 10 ** math.floor(math.log10(high)) / 2
    while high / step > 8:
        step *= 2
    return [step * number for number in range(math.ceil(high / step) + 1)]


def short(value):
    for unit, letter in ((1e6, "M"), (1e3, "k")):
        if value >= unit:
            return f"{value / unit:g}{letter}"
    return f"{value:g}"


def scale(low, high, log, first, last):
    def place(value):
        part = (math.log(value / low) / math.log(high / low)) if log else (value - low) / (high - low)
        return first + part * (last - first)

    return place


def svg(chart):
    """A chart of lines; the first axis is logarithmic where the chart says so, the second begins at zero."""
    series = [line for line in chart["series"] if line["points"]]
    xs, ys = [x for line in series for x, _ in line["points"]], [y for line in series for _, y in line["points"]]
    if chart["log"]:
        x_ticks = ticks_of(min(xs), max(xs), True)
    else:
        x_ticks = sorted(set(xs))
    if len(x_ticks) == 1:
        x_ticks = [x_ticks[0], x_ticks[0] * 2]
    y_ticks = ticks_of(0, max(ys), False)
    place_x = scale(x_ticks[0], x_ticks[-1], chart["log"], LEFT, WIDTH - RIGHT)
    place_y = scale(0, y_ticks[-1], False, HEIGHT - BOTTOM, TOP)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif">',
        f"<title>{html.escape(chart['title'])}</title>",
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>',
        text(LEFT, 20, chart["title"], "start", 14),
        text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 10, chart["x"], "middle"),
        text(14, (TOP + HEIGHT - BOTTOM) / 2, chart["y"], "middle", turn=True),
    ]
    for y in y_ticks:
        parts += [line_of(LEFT, place_y(y), WIDTH - RIGHT, place_y(y)), text(LEFT - 6, place_y(y) + 4, short(y), "end")]
    for x in x_ticks:
        label = f"{100 * x:g} %" if chart["percent"] else short(x)
        parts += [
            line_of(place_x(x), TOP, place_x(x), HEIGHT - BOTTOM),
            text(place_x(x), HEIGHT - BOTTOM + 18, label, "middle"),
        ]
    for number, line in enumerate(series):
        colour = COLOURS[number % len(COLOURS)]
        points = " ".join(f"{place_x(x):.1f},{place_y(y):.1f}" for x, y in line["points"])
        parts.append(f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts += [
            f'<circle cx="{place_x(x):.1f}" cy="{place_y(y):.1f}" r="3" fill="{colour}"/>' for x, y in line["points"]
        ]
        parts.append(text(WIDTH - RIGHT - 6, HEIGHT - BOTTOM - 10 - 16 * number, line["name"], "end", colour=colour))
    return "\n".join(parts + ["</svg>"]) + "\n"


def text(x, y, words, anchor, size=12, colour="#222222", turn=False):
    around = f' transform="rotate(-90 {x:.1f} {y:.1f})"' if turn else ""
    place = f'x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"'
    return f'<text {place} font-size="{size}" fill="{colour}"{around}>{html.escape(words)}</text>'


def line_of(x1, y1, x2, y2):
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="#dddddd"/>'


def write(results, folder):
    for section in results["sections"].values():
        for chart in section.get("charts", []):
            if any(line["points"] for line in chart["series"]):
                with open(os.path.join(folder, chart["file"]), "w", encoding="utf-8") as file:
                    file.write(svg(chart))
    with open(os.path.join(folder, "benchmarks.md"), "w", encoding="utf-8") as file:
        file.write(page(results))
