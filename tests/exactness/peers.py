"""The tools that take files, and the call of those that take strings. Each is asked for one term in the cases of that
term; answers are {case's name: [(start, end) or None, ...]}: places in code points of what the tool searched.
"""
import json
import re
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import containers as box
import gen_documents as gen
import oracle

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
WORKERS = 2

RG = ["rg", "--no-config", "-z", "-a", "-i", "-j1", "--json"]
UGREP = ["ugrep", "-z", "-i", "-o", "-H", "-J1", "--format=%f%t%b%t%d%~"]
LABELS = {"big5hkscs": "big5-hkscs"}  # Python's name: the name that rg wants


class ToolError(Exception):
    """A tool ended as it should not."""


def run(command, good=(0, 1), **options):
    done = subprocess.run(command, capture_output=True, check=False, **options)
    if done.returncode not in good:
        raise ToolError(f"{' '.join(map(str, command))[:300]}: status {done.returncode}: {done.stderr.decode(errors='replace')[:500]}")
    return done.stdout


def write_cases(cases, folder):
    folder.mkdir(parents=True, exist_ok=True)
    for case in cases:
        (folder / case.name).write_bytes(case.written.data)


# ---------------------------------------------------------------------------------------------------------
# Tocsin

def tocsin(program, cases, folder):
    """One run over all files with all lexicons; of its hits those of the case's term count."""
    listing = folder.parent / "files.txt"
    listing.write_text("".join(f"{folder / case.name}\n" for case in cases), encoding="utf-8")
    output = run([program, "scan", "-q", "--damage-ok", "--only-lexicons", ROOT / "patterns", "--emit", "hits", "--max-hits", "10000",
                  "--files-from", listing], good=(0,))
    by_name = {case.name: case for case in cases}
    folded = {(lexicon.name, term.authored): term.folded for lexicon in {case.wanted.lexicon for case in cases}
              for term in lexicon.terms}
    found = {name: [] for name in by_name}
    for line in output.splitlines():
        line = json.loads(line)
        name = Path(line["input"]["file"]).name
        wanted = by_name[name].wanted
        found[name] += [(hit["start"], hit["end"], hit["text"]) for hit in line["hits"] if hit["lexicon"] == wanted.lexicon.name
                        and folded[hit["lexicon"], hit["term"]] == wanted.term.folded]
    return found


# ---------------------------------------------------------------------------------------------------------
# Patterns for rg and ugrep: what somebody who knows Chinese text and regular expressions would write

# The line feed is named beside \s, because ugrep looks beyond a line only for a pattern that names one.
QUOTES = "\"'“”「」『』"
GAP = rf"(?:\n|[\s{QUOTES}《》*]){{0,3}}"
SEPARATOR = r"(?:\n|[\s_\-\x{2010}-\x{2013}]|\\n|\\u00(?:20|0a|2d)|&nbsp;|&#(?:x20|32|x2d|45);){1,6}"
EDGE_BEFORE, EDGE_AFTER = r"(?:(?<![A-Za-z0-9])|(?<=\\u[0-9a-f]{4}))", r"(?![A-Za-z0-9])"


def any_spelling(char):
    """The character in all its scripts, or full-width; raw, as \\u escape and as HTML reference."""
    if gen.is_one_han(char):
        options = {char, *box.DISGUISE.han.spellings(char, "any")}
    else:
        options = {char.lower(), char.upper()} | ({chr(ord(c) + 0xFEE0) for c in (char.lower(), char.upper())} if char.isascii() else set())
    options = sorted(options)
    codes = "|".join(f"{ord(c):04x}" for c in options if ord(c) <= 0xFFFF)
    references = "|".join(f"x0*{ord(c):x}|0*{ord(c)}" for c in options)
    return f"(?:{'|'.join(map(re.escape, options))}|\\\\u(?:{codes})|&#(?:{references});)"


def pattern_of_text(text):
    parts = []
    for i, char in enumerate(text):
        before = text[i - 1] if i else ""
        if char in " -" and 0 < i < len(text) - 1:
            parts.append(SEPARATOR)
            continue
        if before and gen.han_meets_latin(before, char):
            parts.append(GAP)
        elif before and gen.han_meets_han(before, char):
            parts.append(f'(?:""|[{QUOTES}])?')
        parts.append(any_spelling(char))
    edge = lambda c: c.isascii() and c.isalnum()  # noqa: E731
    return (EDGE_BEFORE if edge(text[0]) else "") + "".join(parts), EDGE_AFTER if edge(text[-1]) else ""


def pattern_of(wanted):
    if wanted.term.up_to:
        body, end = pattern_of_text(wanted.text)
        found = body + "[A-Za-z]{0,%d}" % wanted.term.up_to + end
    else:
        found = "|".join("".join(pattern_of_text(form)) for form in sorted(wanted.forms(), key=len, reverse=True))
    phrases = "|".join("".join(pattern_of_text(phrase.authored.rstrip("*"))) for phrase in wanted.unless)
    return f"(?:{phrases})(*SKIP)(*F)|(?:{found})" if phrases else found


# ---------------------------------------------------------------------------------------------------------
# rg, ugrep

class Places:
    """Byte offsets into what a tool searched, as code points."""

    def __init__(self, shown, codec="utf-8"):
        self.data, self.codec = shown.encode(codec), codec

    def span(self, begin, end):
        return tuple(len(self.data[:place].decode(self.codec, "ignore")) for place in (begin, end))


def rg_answers(command, cases, folder):
    found = {case.name: [] for case in cases}
    by_name = {case.name: case for case in cases}
    output = run(command + ["--", *(str(folder / name) for name in by_name)], good=(0, 1, 2))
    for line in output.splitlines():
        event = json.loads(line)
        if event["type"] != "match":
            continue
        data = event["data"]
        name = Path(data["path"]["text"]).name
        places = Places(by_name[name].written.shown)
        for match in data["submatches"]:
            at = data["absolute_offset"]
            found[name].append(places.span(at + match["start"], at + match["end"]))
    return found


def ugrep_answers(command, cases, folder):
    found = {case.name: [] for case in cases}
    by_name = {case.name: case for case in cases}
    output = run(command + ["--", *(str(folder / name) for name in by_name)])
    for line in output.decode(errors="replace").splitlines():
        path, begin, size = line.split("\t")
        name = Path(path.partition("{")[0]).name
        written = by_name[name].written  # UTF-16 it makes UTF-8, other charsets it takes as they are
        found[name].append(Places(written.shown, written.charset or "utf-8").span(int(begin), int(begin) + int(size)))
    return found


def with_charset(command, charset):
    return command + (["-E", LABELS.get(charset, charset)] if charset else [])


def rg_plain(wanted, charset):
    return with_charset(RG + ["-F", *[option for form in wanted.listed() for option in ("-e", form)]], charset)


def rg_variants(wanted, charset):
    return with_charset(RG + ["-P", "-U", "-e", pattern_of(wanted)], charset)


def rg_words(wanted, charset):
    return with_charset([option for option in RG if option != "-i"] + ["-F", "-w", "-e", wanted.text], charset)


def ugrep_variants(wanted, charset):
    return UGREP + ["-P", "-e", pattern_of(wanted)]


def ugrep_fuzzy(wanted, charset):
    return UGREP + ["-Z1", "-e", re.escape(wanted.text)]


def ugrep_plain(wanted, charset):
    return UGREP + ["-F", "-e", wanted.text]


FILE_PEERS = {"rg -F": (rg_plain, rg_answers), "rg with variants": (rg_variants, rg_answers),
              "ugrep with variants": (ugrep_variants, ugrep_answers)}
SPECIAL_PEERS = {"rg -F -w, case kept": (rg_words, rg_answers), "ugrep -Z1": (ugrep_fuzzy, ugrep_answers),
                 "ugrep -z -F": (ugrep_plain, ugrep_answers)}


def rg_query(case):
    return RG + ["-e", case.query]


def file_peer(name, cases, folder):
    """The answers of rg or ugrep in one configuration."""
    command_of, answers = {**FILE_PEERS, **SPECIAL_PEERS}[name]
    groups = {}
    for case in cases:
        groups.setdefault((case.wanted.number, case.written.charset), []).append(case)

    def ask(group):
        return answers(command_of(group[0].wanted, group[0].written.charset), group, folder)
    with ThreadPoolExecutor(WORKERS) as pool:
        found = {}
        for part in pool.map(ask, groups.values()):
            found.update(part)
    return found


def query_peer(cases, folder):
    found = {}
    for case in cases:
        found.update(rg_answers(rg_query(case), [case], folder))
    return found


# ---------------------------------------------------------------------------------------------------------
# Libraries

def string_peers(python, terms, cases, folder):
    job = {"terms": [{"number": wanted.number, "text": wanted.text, "forms": wanted.listed(), "prefix": bool(wanted.term.up_to),
                      "has_han": wanted.has_han, "unless": [phrase.authored.rstrip("*") for phrase in wanted.unless]}
                     for wanted in terms],
           "cases": [{"number": i, "path": str(folder / case.name), "term": case.wanted.number, "charset": case.written.charset,
                      "needs": case.row.needs,
                      "has_container": case.row.write is not box.line} for i, case in enumerate(cases)]}
    answer = json.loads(run([python, HERE / "string_peers.py"], good=(0,), input=json.dumps(job).encode()))
    found = {name: {cases[int(i)].name: [hit and tuple(hit) for hit in hits] for i, hits in by_number.items()}
             for name, by_number in answer["found"].items()}
    return found, answer["missing"], answer["versions"]


def installed(command):
    return shutil.which(command) is not None


def versions(program):
    """Of everything that runs as a program here."""
    first = lambda command: run(command).decode().split("\n")[0]  # noqa: E731
    known = {"Tocsin": first([program, "--version"]).split()[1]}
    known.update({command: first([command, "--version"]).split()[1] for command in ("rg", "ugrep") if installed(command)})
    known["opencc of the cases"] = run(["opencc", "--version"]).decode().split("Version:")[1].split()[0]
    known["ICU of the cases"] = oracle.icu.ICU_VERSION
    return known


