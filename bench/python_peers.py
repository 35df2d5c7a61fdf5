"""The peers in Python, one a run.

python_peers.py hyperscan|ahocorasick|matcher_py TERMS TABLE WET reads the records of a WET file by FastWARC and prints
the WARC-Record-ID of each that holds one of the terms. Hyperscan and pyahocorasick are given a fold as one writes it in
Python: NFKC, casefold and NFKC again, then a table of Han characters; matcher_py has its own (VARIANT_NORM and
NORMALIZE). TABLE has a line for each Han character that becomes another: both, parted by a tab.
python_peers.py versions prints what is installed.
"""

import importlib.metadata
import sys
import unicodedata


def folder():
    with open(sys.argv[3], encoding="utf-8") as file:
        table = str.maketrans(dict(line.rstrip("\n").split("\t") for line in file))
    return lambda text: unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold()).translate(table)


def by_hyperscan(terms):
    import hyperscan

    fold = folder()
    database = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
    folded = sorted({fold(term).encode() for term in terms})
    database.compile(expressions=folded, ids=list(range(len(folded))), elements=len(folded), flags=0, literal=True)
    found = []

    def on_hit(*_):
        found.append(True)
        return True

    def holds(text):
        found.clear()
        try:
            database.scan(fold(text).encode(), match_event_handler=on_hit)
        except hyperscan.ScanTerminated:
            pass
        return bool(found)

    return holds


def by_ahocorasick(terms):
    import ahocorasick

    fold = folder()
    automaton = ahocorasick.Automaton()
    for term in terms:
        automaton.add_word(fold(term), True)
    automaton.make_automaton()
    return lambda text: any(True for _ in automaton.iter(fold(text)))


def by_matcher_py(terms):
    from matcher_py import ProcessType, SimpleMatcherBuilder

    builder = SimpleMatcherBuilder()
    for number, term in enumerate(terms):
        builder.add_word(ProcessType.VARIANT_NORM | ProcessType.NORMALIZE, number, term)
    return builder.build().is_match


def versions():
    for name in ("FastWARC", "hyperscan", "pyahocorasick", "matcher_py"):
        try:
            print(name, importlib.metadata.version(name), sep="\t")
        except importlib.metadata.PackageNotFoundError:
            continue
    print("Python", sys.version.split()[0], sep="\t")


def main():
    if sys.argv[1] == "versions":
        versions()
        return
    from fastwarc.warc import ArchiveIterator, WarcRecordType

    with open(sys.argv[2], encoding="utf-8") as file:
        terms = file.read().split()
    holds = {"hyperscan": by_hyperscan, "ahocorasick": by_ahocorasick, "matcher_py": by_matcher_py}[sys.argv[1]](terms)
    with open(sys.argv[4], "rb") as file:
        for record in ArchiveIterator(file, record_types=WarcRecordType.conversion):
            if holds(record.reader.read().decode("utf-8", "replace")):
                print(record.record_id)


if __name__ == "__main__":
    main()
