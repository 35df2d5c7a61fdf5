"""docs/exactness.md out of the answers of the tools."""
import unicodedata

from cases import BREAKS, KEEPS, READER_NO, READER_YES, ROWS

COLUMNS = ["Tocsin", "rg -F", "rg with variants", "ugrep with variants", "matcher_py words", "matcher_py delete", "Python"]
LIBRARIES = ["matcher_py words", "matcher_py delete", "Python"]
WITH_PLACES = ["Tocsin", "rg -F", "rg with variants", "ugrep with variants", "Python"]

INTRODUCTION = """\
# Exactness: what Tocsin finds and does not, beside other tools

A term of a lexicon can stand in an article in many spellings, and what looks like it can be something else. Each row
below is one such change. Every term of `patterns/lexicons` ({terms} of them) to which it can be done was changed in that
way and put into a neutral sentence in a file of its own: {cases:,} files. What should come out is said by the
generator of the case, and [the oracle](../tests/oracle/README.md), a slow second implementation of
[matching.md](matching.md), has to agree; no answer of Tocsin is used. Each tool is asked for that one term, in the
best configuration that we could find for it ([below](#how-each-tool-was-set-up)). `make exactness` writes this page; it is the same
each time. The lexicons are ours and so is the choice of rows, so read the [table of what others do better](#where-others-do-better) with the same care as the others.
A share of one column says nothing about articles: how often such a spelling is met is not measured here.

Tocsin, `rg` and `ugrep` read the files as they are. `matcher_py` and Python take strings: they get what a decoder
made of the file with Python's standard library (gzip, WARC, charset, JSON, CSV, references, tags; it is in
`tests/exactness/string_peers.py`). [Another table](#without-a-decoder) shows them without it.
"""

CONFIGURATION = """\
## How each tool was set up

Python's and `matcher_py`'s terms, and those of `rg -F`, are lists: a term with its endings (`inflect`), with a space and with a
hyphen where words meet. All but `rg -F` are told the excepted phrases (`unless`) in the way they offer.

| tool | set-up |
| --- | --- |
| Tocsin | `tocsin scan --only-lexicons patterns --emit hits`: all lexicons at once, one run over all files, no charset told |
| `rg -F` | `rg -z -a -i -F -e TERM ...`; `-E CHARSET` where the file has neither UTF-8 nor a byte order mark |
| `rg` with variants | `rg -z -a -i -P -U -e PATTERN`, `-E` likewise. The pattern has for each character all scripts and variants, full width, `\\u` escape and reference; white space, hyphen or underscore between words; up to three spaces, quotes, brackets of titles or asterisks between Han and Latin, one quote between Han; no Latin letter or digit beside a Latin edge; excepted phrases by `(*SKIP)(*F)`. Invisible characters and tags between any two characters could be added, for patterns several times as long, and with tags two paragraphs would be joined |
| `ugrep` with variants | `ugrep -z -i -P -o` with the same pattern; its `--encoding` has no charset of Chinese, UTF-16 and UTF-32 it recognises |
| `matcher_py` words | Lips7/Matcher. Latin terms: the text through `text_process(VARIANT_NORM \\| NORMALIZE)`, then patterns with `\\b` at the edges (in one step 0.15.5 misses words with `\\b` that are full-width, and some in Chinese text). Terms with Han: as the next. Excepted phrases: `~` |
| `matcher_py` delete | `VARIANT_NORM_DELETE_NORMALIZE`, its steps against variants and noise together; there are no word edges after deletion |
| Python | invisible characters removed, white space to single spaces, NFKC, casefold, NFKC, OpenCC `t2s`, pyahocorasick; no ASCII letter or digit beside an ASCII edge; hits inside excepted phrases removed |

Only in the rows that name them: `matcher_py` with `ROMANIZE` and with `ROMANIZE_CHAR`; `ugrep -Z1` (one error); `ugrep -z -F`; Python with
OpenCC `tw2sp`; `rg` with a regular expression written for the case; `rg -F -w` with the case of letters as written.
What such a set-up finds wrongly in other rows is not counted.
"""


def share(number, total):
    return f"{number}/{total}"


def table(head, rows):
    lines = ["| " + " | ".join(head) + " |", "| --- |" + " ---: |" * (len(head) - 1)]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows]) + "\n"


VISIBLE_FORMS = {"\n": "↵", "\r": "␍", "\u00a0": "<U+00A0>", "\u3000": "<U+3000>", "`": "'"}


def visible(text):
    out = []
    for char in text:
        if char in VISIBLE_FORMS:
            out.append(VISIBLE_FORMS[char])
        elif unicodedata.category(char) in ("Cf", "Cc", "Zl", "Zp", "Mn", "Me") or char == "\u3164":
            out.append(f"<U+{ord(char):04X}>")
        else:
            out.append(char)
    return "".join(out).replace("|", "\\|")


class Results:
    """Cases and answers: answers[column][case's name] is a list of places, or of None; a column that is not there was not run."""

    def __init__(self, cases, answers):
        self.cases, self.answers = cases, answers
        self.of_row = {row.name: [case for case in cases if case.row is row] for row in ROWS}

    def has(self, column):
        return column in self.answers

    def reported(self, column, case):
        """Whether the tool reports the term where it, or what looks like it, was planted."""
        for place in self.answers[column][case.name]:
            begin, end = (case.start, case.end) if column == "Tocsin" else (case.written.begin, case.written.end)
            if place is None or column.startswith("Python") or begin == end or (place[0] <= end and begin <= place[1]):
                return True
        return False

    def placed(self, column, case):
        places = self.answers[column][case.name]
        if column == "Tocsin":
            return (case.start, case.end) in [place[:2] for place in places]
        if column.startswith("Python"):
            return case.planted in [place[2] for place in places]
        begin, end = case.written.begin, case.written.end
        return any(place in places for place in ((begin, end), (begin + 1, end + 1)))  # with a byte order mark counted

    def count(self, column, row):
        return sum(self.reported(column, case) for case in self.of_row[row.name])

    def cell(self, column, row):
        if not self.has(column):
            return "not installed"
        return share(self.count(column, row), len(self.of_row[row.name]))

    def wrong(self, column, case):
        return self.reported(column, case) != case.reader


def main_table(results, kind):
    return table(["what is done to the term", *COLUMNS],
                 [[row.name, *(results.cell(column, row) for column in COLUMNS)] for row in ROWS if row.kind == kind])


def reader_table(results, kind):
    def special(row):
        if not row.needs:
            return ""
        return row.needs + ": " + results.cell(row.needs, row)
    return table(["what is done to the term", *COLUMNS, "set up for it"],
                 [[row.name, *(results.cell(column, row) for column in COLUMNS), special(row)] for row in ROWS if row.kind == kind])


def raw_table(results):
    from containers import line
    rows = [row for row in ROWS if row.kind == KEEPS and row.write is not line]
    head = ["container", *(name + suffix for name in LIBRARIES for suffix in ("", " (raw)"))]
    return table(head, [[row.name, *(results.cell(column, row) for column in head[1:])] for row in rows])


def place_table(results):
    def cell(column, row):
        if not results.has(column):
            return "not installed"
        found = [case for case in results.of_row[row.name] if results.reported(column, case)]
        return share(sum(results.placed(column, case) for case in found), len(found))
    return table(["what is done to the term", *WITH_PLACES],
                 [[row.name, *(cell(column, row) for column in WITH_PLACES)] for row in ROWS if row.kind == KEEPS])


def example(results, row):
    """The case that most of the tools get wrong, as a paragraph."""
    columns = [column for column in COLUMNS if results.has(column)]
    cases = results.of_row[row.name]
    case = max(cases, key=lambda case: sum(results.wrong(column, case) for column in columns))
    wrong = [column for column in columns if results.wrong(column, case)]
    shown = case.written.shown
    excerpt = shown[max(0, case.written.begin - 8):case.written.end + 8]
    verb = "Missed by" if case.reader else "Wrongly found by"
    verdict = f"{verb}: {', '.join(wrong)}." if wrong else "Everybody is right."
    note = row.note + " " if row.note else ""
    return f"### {row.name}\n\n{note}Term `{visible(case.wanted.term.authored)}`: `{visible(excerpt)}`. {verdict}\n"


def summary(results):
    """All rows of a kind together, for people in a hurry."""
    def total(kind, column):
        cases = [case for case in results.cases if case.row.kind == kind]
        return sum(results.reported(column, case) for case in cases), len(cases)
    rows = []
    for column in COLUMNS:
        if results.has(column):
            rows.append([column, share(*total(KEEPS, column)), share(*total(BREAKS, column)), share(*total(READER_YES, column)),
                         share(*total(READER_NO, column))])
        else:
            rows.append([column] + ["not installed"] * 4)
    return table(["tool", "found, of what it should", "found, of what it should not", "found, of what a reader would want too",
                  "found, of what a reader would not want"], rows)


def document(results, terms, versions, missing):
    text = [INTRODUCTION.format(terms=terms, cases=len(results.cases)), summary(results)]
    text.append("## Should be found\n\nFound of all cases; the difference is what was missed.\n\n" + main_table(results, KEEPS))
    text.append("## Should not be found\n\nWrongly found of all cases; 0 is right.\n\n" + main_table(results, BREAKS))
    text.append("## Where others do better\n\nHere a reader's judgement and Tocsin's contract part: Tocsin does not fold these, or it "
                "folds too much. Each is counted as a miss, or as wrongly found, of Tocsin's. The last column is a set-up of one tool that "
                "is made for the row.\n\nA reader would want these found; found of all cases:\n\n" + reader_table(results, READER_YES)
                + "\nA reader would not want these; wrongly found of all cases:\n\n" + reader_table(results, READER_NO))
    text.append("## Without a decoder\n\nThe libraries on the decoded text, and on the file's bytes as text (raw; gunzipped and in the "
                "right charset). Found of all cases.\n\n" + raw_table(results))
    text.append("## Is the place right?\n\nOf the cases found: how often the tool says in code points, exactly, where the term stands in "
                "what it searched (Tocsin: the decoded field; `rg`, `ugrep`: the file as UTF-8, from bytes; Python: the decoded text, where "
                "folding does not move it). `matcher_py` tells no place.\n\n" + place_table(results))
    text.append(CONFIGURATION)
    text.append("Versions: " + "; ".join(f"{name} {version}" for name, version in versions.items()) + ".\n"
                + "".join(f"\nNot installed: {name} ({reason}).\n" for name, reason in missing.items()))
    text.append("## One example of each row\n\nThe case that most tools got wrong, as it stands in the file; characters that cannot be "
                "seen are written as `<U+....>`, a line feed as `↵`.\n")
    text += [example(results, row) for row in ROWS]
    return "\n".join(text)
