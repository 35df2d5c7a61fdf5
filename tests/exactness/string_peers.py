"""The peers that take strings; run by the Python of build/exactness/venv, which has them.

Reads one JSON object from stdin: {"terms": [...], "cases": [...]}; writes one to stdout: {"versions": {...},
"missing": {...}, "found": {CONFIGURATION: {CASE: [[start, end, text] or null, ...]}}}, hits of the case's own term
alone. null is a hit without a place. They search what the decoder below makes of a file, which is as good a job as
Python's standard library does; with "(raw)" the file's bytes as text, after gzip and charset alone.
"""
import csv
import gzip
import importlib.metadata
import io
import json
import re
import sys
import unicodedata
from html.parser import HTMLParser

EVERYWHERE = ("matcher_py words", "matcher_py delete", "Python")  # the rest is asked in the rows that need it
BLOCKS = set("address article aside blockquote br dd div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 header hr "
             "li main nav ol p pre section table tbody td tfoot th thead title tr ul".split())


# ---------------------------------------------------------------------------------------------------------
# Decoding

class Stripper(HTMLParser):
    """The text of a page: references resolved, white space to one space, tags gone, a line feed for block tags, scripts and styles left out."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.parts, self.hidden = [], False

    def handle_starttag(self, tag, attrs):
        self.hidden = self.hidden or tag in ("script", "style")
        if tag in BLOCKS:
            self.parts.append("\n")

    def handle_endtag(self, tag):
        if tag in ("script", "style"):
            self.hidden = False
        if tag in BLOCKS:
            self.parts.append("\n")

    def handle_data(self, data):
        if not self.hidden:
            self.parts.append(re.sub("[ \t\r\n]+", " ", data))


def stripped(page):
    stripper = Stripper()
    stripper.feed(page)
    stripper.close()
    return re.sub(r" *\n[ \n]*", "\n", "".join(stripper.parts)).strip()


def charset_text(data, declared):
    for mark, codec in ((b"\xff\xfe\0\0", "utf-32"), (b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if data.startswith(mark):
            return data.decode(codec, "replace")
    return data.decode(declared or "utf-8", "replace")


def page_text(data, declared):
    meta = re.search(rb"charset=[\"']?([\w-]+)", data[:1024])
    return stripped(charset_text(data, declared or (meta[1].decode() if meta else "")))


def warc_texts(data):
    while data:
        head, _, rest = data.partition(b"\r\n\r\n")
        length = int(re.search(rb"Content-Length: (\d+)", head)[1])
        http, _, body = rest[:length].partition(b"\r\n\r\n")
        charset = re.search(rb"charset=([\w-]+)", http)
        yield page_text(body, charset[1].decode() if charset else "")
        data = rest[length + 4:]


def decoded(path, data, declared):
    """The texts of a file, by what its name says."""
    if path.endswith(".warc"):
        return "\n".join(warc_texts(data))
    if path.endswith(".html"):
        return page_text(data, "")
    text = charset_text(data, declared)
    if path.endswith(".jsonl"):
        return "\n".join(value for line in text.split("\n") if line for value in json.loads(line).values())
    if path.endswith(".csv"):
        return "\n".join(cell for row in csv.reader(io.StringIO(text, newline="")) for cell in row)
    return text


def read(case):
    """(decoded, raw). A page or record says its charset itself; for lines, and raw, it is told."""
    with open(case["path"], "rb") as file:
        data = file.read()
    path = case["path"]
    if path.endswith(".gz"):
        data, path = gzip.decompress(data), path[:-3]
    return decoded(path, data, case["charset"]), charset_text(data, case["charset"])


# ---------------------------------------------------------------------------------------------------------
# matcher_py

def matcher_finders(terms):
    """By configuration, find(text, number): a null if the term of that number is in the text."""
    from matcher_py import ProcessType, SimpleMatcherBuilder, text_process
    spelled = ProcessType.VARIANT_NORM | ProcessType.NORMALIZE
    delete = ProcessType.VARIANT_NORM_DELETE_NORMALIZE

    def but(term, process):
        return "".join("~" + text_process(process, phrase) for phrase in term["unless"])

    def border(char):
        return r"\b" if char.isascii() and char.isalnum() else ""

    def whole_words(term):
        if term["has_han"]:
            return None
        end = "" if term["prefix"] else border(term["text"][-1])
        return "|".join(border(form[0]) + text_process(spelled, form) + end for form in term["forms"]) + but(term, spelled)

    def matcher(process, pattern_of):
        builder = SimpleMatcherBuilder()
        for term in terms:
            pattern = pattern_of(term)
            if pattern:
                builder.add_word(process, term["number"], pattern)
        return builder.build().process

    # The text is folded by text_process first: in the matcher itself \b misses after characters that get shorter.
    words = matcher(ProcessType.NONE, whole_words)
    deleting = matcher(delete, lambda term: text_process(delete, term["text"]) + but(term, delete))
    han_only = lambda term: term["text"] if term["has_han"] else None  # noqa: E731
    romanised, romanised_char = matcher(ProcessType.ROMANIZE, han_only), matcher(ProcessType.ROMANIZE_CHAR, han_only)
    has_han = {term["number"]: term["has_han"] for term in terms}

    def of(process):
        return lambda text, number: [None for result in process(text) if result.word_id == number]

    def find_words(text, number):
        return of(deleting)(text, number) if has_han[number] else of(words)(text_process(spelled, text), number)
    return {"matcher_py words": find_words, "matcher_py delete": of(deleting), "matcher_py ROMANIZE": of(romanised),
            "matcher_py ROMANIZE_CHAR": of(romanised_char)}


# ---------------------------------------------------------------------------------------------------------
# NFKC, case folding, OpenCC, Aho-Corasick

INVISIBLE = re.compile("[\u00ad\u034f\u061c\u180b-\u180f\u200b-\u200f\u2060-\u2064\ufe00-\ufe0f\ufeff\U000e0100-\U000e01ef]")


def python_finder(terms, config):
    import ahocorasick
    import opencc
    converter = opencc.OpenCC(config)

    def fold(text):
        text = re.sub(r"\s+", " ", INVISIBLE.sub("", text))
        return converter.convert(unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold()))

    automaton = ahocorasick.Automaton()
    jobs = {}
    for term in terms:
        for form in term["forms"]:
            jobs.setdefault(fold(form), []).append((term["number"], "prefix" if term["prefix"] else "term"))
        for phrase in term["unless"]:
            jobs.setdefault(fold(phrase), []).append((term["number"], "unless"))
    for pattern, job in jobs.items():
        automaton.add_word(pattern, (pattern, job))
    automaton.make_automaton()

    def touches(a, b):
        return (a + b).isascii() and (a + b).isalnum() and len(a + b) == 2

    def find(text, number):
        folded = fold(text)
        hits, covers = [], []
        for last, (pattern, job) in automaton.iter(folded):
            start, end = last - len(pattern) + 1, last + 1
            for wanted, kind in job:
                if wanted != number:
                    continue
                if kind == "unless":
                    covers.append((start, end))
                elif not touches(folded[start - 1:start], folded[start:start + 1]) and (
                        kind == "prefix" or not touches(folded[last:end], folded[end:end + 1])):
                    hits.append((start, end))
        return [(s, e, text[s:e]) for s, e in hits if not any(a <= s and e <= b for a, b in covers)]
    return find


# ---------------------------------------------------------------------------------------------------------

def version(*names):
    for name in names:
        try:
            return importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            pass
    return ""


def main():
    job = json.load(sys.stdin)
    finders, missing = {}, {}
    try:
        finders.update(matcher_finders(job["terms"]))
    except ImportError as error:
        missing["matcher_py"] = str(error)
    try:
        finders["Python"] = python_finder(job["terms"], "t2s")
        finders["Python with OpenCC tw2sp"] = python_finder(job["terms"], "tw2sp")
    except ImportError as error:
        missing["Python"] = str(error)
    found = {name: {} for name in finders}
    found.update({name + " (raw)": {} for name in EVERYWHERE if name in finders})
    for case in job["cases"]:
        text, raw = ("", "") if case["path"].endswith(".zip") else read(case)
        for name, find in finders.items():
            if name in EVERYWHERE or name == case["needs"]:
                found[name][case["number"]] = find(text, case["term"])
            if name in EVERYWHERE and case["has_container"]:
                found[name + " (raw)"][case["number"]] = find(raw, case["term"])
    versions = {"matcher_py": version("matcher_py", "matcher-py"), "pyahocorasick": version("pyahocorasick"),
                "OpenCC": version("OpenCC", "opencc"), "Python": sys.version.split()[0],
                "Unicode of Python": unicodedata.unidata_version}
    json.dump({"versions": versions, "missing": missing, "found": found}, sys.stdout)


if __name__ == "__main__":
    main()
