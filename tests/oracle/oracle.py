#!/usr/bin/python3
"""The oracle: fold, hits and rules as docs/matching.md says, slow and obviously correct.

It shares no code and no table with the engine. Characters are judged by ICU (PyICU), the classes of Han
characters come from ICU's transliterators, OpenCC's own dictionaries and engine/match/han-exceptions.tsv.
Section numbers in comments are those of docs/matching.md. Positions are code points unless a name says bytes.

    tocsin scan --emit fields ... | tests/oracle/oracle.py scan [--patterns DIR] [--term T ...] [--emit MODE]
    tests/oracle/oracle.py test [--patterns DIR]
"""
import argparse
import bisect
import json
import math
import os
import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field as dataclass_field
from functools import cached_property, lru_cache

import icu
import yaml

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
HAN_EXCEPTIONS = os.path.join(ROOT, "engine", "match", "han-exceptions.tsv")
PATTERN_FOLDER = os.path.join(ROOT, "patterns")
OPENCC_FOLDER = "/usr/share/opencc"
OPENCC_DICTIONARIES = ("TSCharacters", "HKVariants", "TWVariants")
MAX_HITS = 64
LEAD_UNITS = 200


class PatternError(Exception):
    """A term, lexicon, rule or folder that can't be used."""


# ---------------------------------------------------------------------------------------------------------
# Facts about single characters, all from ICU

NFKC_CF = icu.Normalizer2.getNFKCCasefoldInstance()

_CATEGORY = icu.UCharCategory
_CATEGORY_GROUPS = {
    "L": (_CATEGORY.UPPERCASE_LETTER, _CATEGORY.LOWERCASE_LETTER, _CATEGORY.TITLECASE_LETTER,
          _CATEGORY.MODIFIER_LETTER, _CATEGORY.OTHER_LETTER),
    "M": (_CATEGORY.NON_SPACING_MARK, _CATEGORY.ENCLOSING_MARK, _CATEGORY.COMBINING_SPACING_MARK),
    "Nd": (_CATEGORY.DECIMAL_DIGIT_NUMBER,),
    "Pe": (_CATEGORY.END_PUNCTUATION,),
    "Pf": (_CATEGORY.FINAL_PUNCTUATION,),
}
_CATEGORY_OF_CODE = {code: name for name, codes in _CATEGORY_GROUPS.items() for code in codes}

_SCRIPT = icu.UScriptCode
UNSPACED_SCRIPTS = (_SCRIPT.HAN, _SCRIPT.HIRAGANA, _SCRIPT.KATAKANA, _SCRIPT.BOPOMOFO, _SCRIPT.THAI, _SCRIPT.LAO,
                    _SCRIPT.KHMER, _SCRIPT.MYANMAR, _SCRIPT.TIBETAN)
KANA = (_SCRIPT.HIRAGANA, _SCRIPT.KATAKANA)


@lru_cache(None)
def category(char):
    """L, M, Nd, Pe or Pf; "other" for what no rule asks for."""
    return _CATEGORY_OF_CODE.get(icu.Char.charType(ord(char)), "other")


@lru_cache(None)
def script(char):
    return icu.Script.getScript(char).getName()


def has_any_script(char, scripts):
    """Whether the character's Script_Extensions hold one of the scripts."""
    return any(icu.Script.hasScript(char, code) for code in scripts)


@lru_cache(None)
def has_boundary_before(char):
    return bool(NFKC_CF.hasBoundaryBefore(char))


@lru_cache(None)
def nfkc_cf_of_char(char):
    return NFKC_CF.normalize(char)


@lru_cache(None)
def is_white_space(char):
    return bool(icu.Char.hasBinaryProperty(ord(char), icu.UProperty.WHITE_SPACE))


@lru_cache(None)
def is_quotation_mark(char):
    return bool(icu.Char.hasBinaryProperty(ord(char), icu.UProperty.QUOTATION_MARK))


@lru_cache(None)
def is_word_character(char):
    """A letter, mark or decimal digit."""
    return category(char) in ("L", "M", "Nd")


@lru_cache(None)
def is_spaced(char):
    """3: of scripts that write spaces between words."""
    return is_word_character(char) and not has_any_script(char, UNSPACED_SCRIPTS)


@lru_cache(None)
def is_one_unit(char):
    """4, Units: the characters that are counted one by one."""
    return script(char) in ("Han", "Hangul") or (is_word_character(char) and has_any_script(char, KANA))


@lru_cache(None)
def is_in_run_of_units(char):
    """4, Units: the letters and digits of which a run is counted."""
    return is_word_character(char) and not is_one_unit(char)


@lru_cache(None)
def is_han(char):
    return script(char) == "Han"


@lru_cache(None)
def is_latin_letter(char):
    return script(char) == "Latin" and category(char) == "L"


@lru_cache(None)
def is_latin_or_digit(char):
    return is_latin_letter(char) or category(char) == "Nd"


@lru_cache(None)
def is_gap_character(char):
    return is_white_space(char) or is_quotation_mark(char) or "\u3008" <= char <= "\u3011" or char in "*_"


# ---------------------------------------------------------------------------------------------------------
# 2.4 Classes of Han characters

def opencc_pairs(dictionary):
    """The (character, value) pairs of an OpenCC dictionary, single characters only."""
    with tempfile.TemporaryDirectory() as folder:
        text_file = os.path.join(folder, dictionary + ".txt")
        subprocess.run(["opencc_dict", "-f", "ocd2", "-t", "text",
                        "-i", os.path.join(OPENCC_FOLDER, dictionary + ".ocd2"), "-o", text_file],
                       check=True, stdout=subprocess.DEVNULL)
        with open(text_file, encoding="utf-8") as lines:
            for line in lines:
                key, _, values = line.rstrip("\n").partition("\t")
                for value in values.split(" "):
                    if len(key) == 1 and len(value) == 1:
                        yield key, value


def icu_pairs(transliterator_id):
    """Every Han character with what the transliterator makes of it alone, where that is one character."""
    transliterator = icu.Transliterator.createInstance(transliterator_id)
    for char in icu.UnicodeSet("[:Script=Han:]"):
        result = transliterator.transliterate(str(char))
        if len(result) == 1:
            yield str(char), result


def read_han_exceptions(path):
    """The sets of cut and of joined pairs; a pair is a frozenset of its two characters."""
    pairs = {"cut": set(), "join": set()}
    if not os.path.exists(path):
        return pairs["cut"], pairs["join"]
    with open(path, encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            if line.startswith("#") or not line.strip():
                continue
            columns = line.rstrip("\n").split("\t")
            if len(columns) < 3 or columns[0] not in pairs or any(len(c) != 1 for c in columns[1:3]):
                raise PatternError(f"{path}:{number}: expected cut or join, A, B, reason")
            pairs[columns[0]].add(frozenset(columns[1:3]))
    return pairs["cut"], pairs["join"]


def han_edges(exceptions_path=HAN_EXCEPTIONS):
    edges = set()
    for source in ([icu_pairs("Hant-Hans"), icu_pairs("Hans-Hant")]
                   + [opencc_pairs(name) for name in OPENCC_DICTIONARIES]):
        edges.update(frozenset(pair) for pair in source if is_han(pair[0]) and is_han(pair[1]))
    cuts, joins = read_han_exceptions(exceptions_path)
    return {edge for edge in (edges - cuts) | joins if len(edge) == 2}


def components(edges):
    """Maps each character of an edge to the smallest of its connected component."""
    neighbours = {}
    for edge in edges:
        a, b = edge
        neighbours.setdefault(a, set()).add(b)
        neighbours.setdefault(b, set()).add(a)
    representative = {}
    for start in sorted(neighbours):  # so the first of a component that is met is its smallest
        if start in representative:
            continue
        to_visit = [start]
        while to_visit:
            char = to_visit.pop()
            if char not in representative:
                representative[char] = start
                to_visit.extend(neighbours[char])
    return representative


@lru_cache(None)
def han_representatives():
    return components(han_edges())


# ---------------------------------------------------------------------------------------------------------
# 2. Fold. A folded character on its way is a tuple (char, first, last): it comes from the original code
# points first..last, both included.

@dataclass(frozen=True)
class Folded:
    text: str
    first: tuple  # of each folded character, the first original code point that it comes from
    last: tuple   # and the last


SINGLE_CHARACTERS = {"\u2018": "'", "\u2019": "'", "\u02bc": "'", "\u2032": "'",
                     "\u2010": "-", "\u2011": "-", "\u2012": "-", "\u2013": "-", "\u2212": "-"}
HAN_QUOTES = "“”\"'「」『』"
PARAGRAPH_BREAK, LINE_BREAK, SPACE = "\f", "\n", " "


def fold(text, lf_paragraph=False):
    chars = nfkc_cf_with_map(text)
    chars = [(SINGLE_CHARACTERS.get(c, c), first, last) for c, first, last in chars]
    chars = drop_stops_of_initials(chars)
    representative = han_representatives()
    chars = [(representative.get(c, c) if is_han(c) else c, first, last) for c, first, last in chars]
    chars = close_gaps(chars, lf_paragraph)
    return Folded("".join(c for c, _, _ in chars), tuple(f for _, f, _ in chars), tuple(l for _, _, l in chars))


def nfkc_cf_with_map(text):
    """2.1"""
    starts = [i for i, char in enumerate(text) if i == 0 or has_boundary_before(char)]
    return [(c, start + first, start + last) for start, end in zip(starts, starts[1:] + [len(text)])
            for c, first, last in fold_segment(text[start:end])]


@lru_cache(100000)
def fold_segment(segment):
    """2.1: of one normalisation segment, with positions in it."""
    singles = [nfkc_cf_of_char(char) for char in segment]
    whole = NFKC_CF.normalize(segment)
    if "".join(singles) == whole:
        return [(c, i, i) for i, single in enumerate(singles) for c in single]
    solid = [i for i, single in enumerate(singles) if single]
    return [(c, solid[0], solid[-1]) for c in whole]


def drop_stops_of_initials(chars):
    """2.3"""
    def is_initial(i):
        return (i + 1 < len(chars) and chars[i + 1][0] == "." and is_latin_letter(chars[i][0])
                and (i == 0 or not is_spaced(chars[i - 1][0])))

    dropped = set()
    i = 0 if any(c == "." for c, _, _ in chars) else len(chars)
    while i < len(chars):
        run_end = i
        while is_initial(run_end):
            run_end += 2
        if run_end - i >= 4:
            dropped.update(range(i + 1, run_end, 2))
        i = max(run_end, i + 1)
    return [c for i, c in enumerate(chars) if i not in dropped] if dropped else chars


@lru_cache(10000)
def count_line_breaks(white_space):
    """2.5: of a string of white space."""
    white_space = white_space.replace("\r\n", "\n")
    return sum(1 for c in white_space if c in "\n\r\v\f\u0085\u2028") + 2 * white_space.count("\u2029")


def collapse_white_space(run, lf_paragraph):
    """2.5: a run of gap characters with each maximal white-space run in it made one character."""
    collapsed = []
    i = 0
    while i < len(run):
        end = i
        while end < len(run) and is_white_space(run[end][0]):
            end += 1
        if end == i:
            collapsed.append(run[i])
            i += 1
            continue
        breaks = count_line_breaks("".join(c for c, _, _ in run[i:end]))
        if breaks >= 2 or (breaks == 1 and lf_paragraph):
            kind = PARAGRAPH_BREAK
        else:
            kind = LINE_BREAK if breaks == 1 else SPACE
        collapsed.append((kind, min(f for _, f, _ in run[i:end]), max(l for _, _, l in run[i:end])))
        i = end
    return collapsed


def close_gaps(chars, lf_paragraph):
    """2.5"""
    result = []
    i = 0
    while i < len(chars):
        if not is_gap_character(chars[i][0]):
            result.append(chars[i])
            i += 1
            continue
        end = i
        while end < len(chars) and is_gap_character(chars[end][0]):
            end += 1
        run = chars[i:end]
        collapsed = collapse_white_space(run, lf_paragraph)
        before = chars[i - 1][0] if i > 0 else None
        after = chars[end][0] if end < len(chars) else None
        if not (before and after and gap_disappears(before, run, collapsed, after)):
            result.extend(collapsed)
        i = end
    return result


def gap_disappears(before, run, collapsed, after):
    if (is_han(before) and is_latin_or_digit(after)) or (is_latin_or_digit(before) and is_han(after)):
        return len(run) <= 8 and PARAGRAPH_BREAK not in (c for c, _, _ in collapsed)
    return is_han(before) and is_han(after) and len(run) == 1 and run[0][0] in HAN_QUOTES


# ---------------------------------------------------------------------------------------------------------
# 1. Fields and documents

@dataclass
class Field:
    name: str
    role: str
    text: str
    lf_paragraph: bool = False

    @cached_property
    def folded(self):
        return fold(self.text, self.lf_paragraph)

    @cached_property
    def beginnings(self):
        """All that one or two characters of the folded text spell: where none of it begins a term, no hit can be."""
        text = self.folded.text
        return {text[i:i + n] for i in range(len(text)) for n in (1, 2)}

    @cached_property
    def word_breaks(self):
        """Positions of ICU's word breaks (which it counts in UTF-16)."""
        iterator = icu.BreakIterator.createWordInstance(icu.Locale.getRoot())
        iterator.setText("換か")  # where ー stands, ICU's first answers of a process are others, until it has met a Han character
        iterator.nextBoundary()
        iterator.setText(self.text)
        at_utf16 = {}
        position = 0
        for index, char in enumerate(self.text):
            at_utf16[position] = index
            position += 2 if ord(char) > 0xFFFF else 1
        at_utf16[position] = len(self.text)
        return {0} | {at_utf16[p] for p in iterator if p in at_utf16}

    # 4. Units: units(start, end) counts the text between two positions as if it stood alone.

    @cached_property
    def _units_before(self):
        sums = [0]
        for i, char in enumerate(self.text):
            begins_run = self._is_in_run(i) and not self._is_in_run(i - 1)
            sums.append(sums[-1] + (1 if is_one_unit(char) else 2 if begins_run else 0))
        return sums

    def _is_in_run(self, i):
        return i >= 0 and is_in_run_of_units(self.text[i])

    def units(self, start, end):
        if end <= start:
            return 0
        first_run_is_cut = self._is_in_run(start) and self._is_in_run(start - 1)
        return self._units_before[end] - self._units_before[start] + (2 if first_run_is_cut else 0)

    # 4. Sentences and paragraphs: positions after which a new one begins.

    @cached_property
    def sentence_ends(self):
        return [end for end in range(1, len(self.text) + 1) if self._sentence_ends_before(end)]

    def _sentence_ends_before(self, end):
        text = self.text
        last = text[end - 1]
        if last in "。｡！？!?；;…" or count_line_breaks(last):
            return True
        if end == len(text) or not is_white_space(text[end]):
            return False
        stop = end - 1
        while stop > 0 and (category(text[stop]) in ("Pe", "Pf") or text[stop] in "\"'"):
            stop -= 1
        return text[stop] in ".．" and not self._is_single_letter(stop - 1)

    def _is_single_letter(self, i):
        """A spaced letter whose predecessor is not spaced."""
        if i < 0 or not category(self.text[i]).startswith("L") or not is_spaced(self.text[i]):
            return False
        return i == 0 or not is_spaced(self.text[i - 1])

    @cached_property
    def paragraph_ends(self):
        """The ends of the paragraph breaks: runs of white space in the decoded text, not in the folded."""
        return [end for _, end in self._paragraph_breaks]

    @cached_property
    def _paragraph_breaks(self):
        """(start, end) of each white-space run that is one."""
        needed = 1 if self.lf_paragraph else 2
        breaks = []
        start = 0
        while start < len(self.text):
            end = start
            while end < len(self.text) and is_white_space(self.text[end]):
                end += 1
            if count_line_breaks(self.text[start:end]) >= needed:
                breaks.append((start, end))
            start = max(end, start + 1)
        return breaks

    def sentence_of(self, position):
        return bisect.bisect_right(self.sentence_ends, position)

    def paragraph_of(self, position):
        return bisect.bisect_right(self.paragraph_ends, position)

    @cached_property
    def lead_view_end(self):
        """The end of the first paragraph, or of its first 200 units."""
        leading_space = next((i for i, char in enumerate(self.text) if not is_white_space(char)), len(self.text))
        end = next((start for start, _ in self._paragraph_breaks if start >= leading_space), len(self.text))
        while self.units(0, end) > LEAD_UNITS:
            end -= 1
        return end


# ---------------------------------------------------------------------------------------------------------
# 3. Terms

@dataclass(frozen=True)
class Hit:
    term: object
    field: int
    start: int
    end: int

    @property
    def span(self):
        return self.field, self.start, self.end


SEPARATOR, OTHER_SPACE, NOTHING = "separator", "space", "nothing"


class Term:
    """A term as authored, with its options, and its folded form cut into what matches what."""

    def __init__(self, authored, text=None, up_to=None, inflect=False, version=False, word=False, weight=1.0):
        self.authored = authored
        text = authored if text is None else text
        if up_to is None:
            up_to = 0
            if text.endswith("*"):
                text, up_to = text[:-1], 4
        self.up_to, self.inflect, self.version, self.word, self.weight = up_to, inflect, version, word, weight
        self.folded = trim_white_space(fold(text).text)
        if not self.folded:
            raise PatternError(f"term {authored!r} folds to nothing")
        for before, char, after in zip(self.folded, self.folded[1:], self.folded[2:]):
            if is_white_space(char) and is_han(before) and is_han(after):
                raise PatternError(f"term {authored!r} holds white space between two Han characters")
        if inflect and not is_spaced(self.folded[-1]):
            raise PatternError(f"term {authored!r} can't be inflected: its last character is of an unspaced script"
                               " or no letter, mark or digit")
        if inflect and self.folded == "e":
            raise PatternError(f"term {authored!r} can't be inflected: nothing is left of it before ed and ing")
        self.forms_by_anchor = {}  # the forms, each cut in pieces, by their first piece
        for form in self._inflected():
            pieces = cut_in_pieces(form)
            self.forms_by_anchor.setdefault(pieces[0], []).append(pieces)
        self.beginnings = {anchor[:2] for anchor in self.forms_by_anchor}

    @property
    def key(self):
        """Terms of a lexicon with the same key are one."""
        return self.folded, self.up_to, self.inflect, self.version, self.word

    def _inflected(self):
        folded = self.folded
        if not (self.inflect and category(folded[-1]) == "L"):  # spaced it is
            return [folded]
        stem = folded[:-1] if folded.endswith("e") else folded
        return [folded, folded + "s", folded + "es", stem + "ed", stem + "ing"]

    def find(self, field, field_index):
        """The term's hits in a field, each span once, in no order."""
        text = field.folded.text
        ends_at = {}
        for anchor, forms in self.forms_by_anchor.items():
            start = text.find(anchor)
            while start >= 0:
                for pieces in forms:
                    for end in self._ends(text, start, pieces):
                        ends_at.setdefault(start, set()).add(end)
                start = text.find(anchor, start + 1)
        hits = set()
        for start, ends in ends_at.items():
            if self._touches(field, start):
                continue
            for end in sorted(ends, reverse=True):
                if not self._touches(field, end):
                    hits.add(Hit(self, field_index, field.folded.first[start], field.folded.last[end - 1] + 1))
                    break
        if self.word:
            hits = {hit for hit in hits if {hit.start, hit.end} <= field.word_breaks}
        return hits

    def _ends(self, text, start, pieces):
        """Where occurrences of the pieces that begin at start end: with a prefix there are several."""
        end = match_pieces(text, start, pieces)
        if end is None:
            return
        yield end
        for _ in range(self.up_to):
            if end == len(text) or not (category(text[end]) == "L" and is_spaced(text[end])):
                return
            end += 1
            yield end

    def _touches(self, field, edge):
        """Whether the folded characters on the two sides of a position touch."""
        folded = field.folded
        if edge == 0 or edge == len(folded.text):
            return False
        left, right = folded.text[edge - 1], folded.text[edge]
        original_left, original_right = field.text[folded.last[edge - 1]], field.text[folded.first[edge]]
        if self.version and {category(left), category(right)} == {"L", "Nd"}:
            return False
        return all(is_spaced(char) for char in (left, right, original_left, original_right))


def trim_white_space(text):
    while text and is_white_space(text[0]):
        text = text[1:]
    while text and is_white_space(text[-1]):
        text = text[:-1]
    return text


def cut_in_pieces(folded):
    """A list of strings that match themselves and, between each two, SEPARATOR, OTHER_SPACE or NOTHING."""
    pieces = [""]
    for i, char in enumerate(folded):
        inside = 0 < i < len(folded) - 1
        if char in " \n-" and inside and is_spaced(folded[i - 1]) and is_spaced(folded[i + 1]):
            pieces += [SEPARATOR, ""]
        elif is_white_space(char):
            pieces += [NOTHING if char == PARAGRAPH_BREAK else OTHER_SPACE, ""]
        else:
            pieces[-1] += char
    return pieces


def match_pieces(text, start, pieces):
    """The end of the pieces' occurrence that begins at start, or None. Pieces and what is between alternate."""
    position = start
    for i, piece in enumerate(pieces):
        if i % 2 == 0:
            position = position + len(piece) if text.startswith(piece, position) else None
        else:
            match = {SEPARATOR: match_separator, OTHER_SPACE: match_space, NOTHING: match_nothing}[piece]
            position = match(text, position)
        if position is None:
            return None
    return position


def match_nothing(text, position):
    return None


def match_space(text, position):
    return position + 1 if text[position:position + 1] in (SPACE, LINE_BREAK) else None


def match_separator(text, position):
    """What follows a separator is spaced, so neither a quotation mark nor white space: one way to match."""
    def after_quote(position):
        return position + 1 if position < len(text) and is_quotation_mark(text[position]) else position

    position = after_quote(position)
    for middle in ("-\n", "-", " ", "\n"):
        if text.startswith(middle, position):
            return after_quote(position + len(middle))
    return None


# ---------------------------------------------------------------------------------------------------------
# Lexicons

class Lexicon:
    def __init__(self, name):
        self.name = name
        self.terms = []
        self.unless = []
        self._by_key = {}
        self._searched = None  # the terms and phrases that the next two are of
        self._terms_by_beginning = self._unless_by_beginning = {}

    def add(self, term):
        """Returns the term, or the first one that is the same; it has the largest weight of them all."""
        if term.key not in self._by_key:
            self._by_key[term.key] = term
            self.terms.append(term)
        first = self._by_key[term.key]
        first.weight = max(first.weight, term.weight)
        return first

    def find(self, fields):
        if self._searched != (self.terms, self.unless):
            self._searched = self.terms[:], self.unless[:]
            self._terms_by_beginning, self._unless_by_beginning = by_beginning(self.terms), by_beginning(self.unless)
        hits = find_all(self._terms_by_beginning, fields)
        if hits and self.unless:
            covers = find_all(self._unless_by_beginning, fields)
            hits = [hit for hit in hits if not any(is_covered(hit, cover) for cover in covers)]
        return hits


def find_all(terms_by_beginning, fields):
    return [hit for i, field in enumerate(fields)
            for term in {term for beginning in terms_by_beginning.keys() & field.beginnings
                         for term in terms_by_beginning[beginning]}
            for hit in term.find(field, i)]


def by_beginning(terms):
    """Terms by what their occurrences begin with, so that those that can't be in a field need no search."""
    terms_by_beginning = {}
    for term in terms:
        for beginning in term.beginnings:
            terms_by_beginning.setdefault(beginning, []).append(term)
    return terms_by_beginning


def is_covered(hit, cover):
    return hit.field == cover.field and cover.start <= hit.start and hit.end <= cover.end


def is_strictly_inside(hit, cover):
    return is_covered(hit, cover) and hit.span != cover.span


# ---------------------------------------------------------------------------------------------------------
# 4. Rules: expressions

@dataclass
class Expression:
    op: str                   # lexicon, term, and, or, not, near, sentence, ...
    children: list = dataclass_field(default_factory=list)
    number: int = 0
    name: str = ""            # lexicon: its name
    lexicon: Lexicon = None   # lexicon, term: whose hits
    term: Term = None         # term: which of them


TOKEN = re.compile(r"""\s*(?:(?P<name>[a-z][a-z0-9_]*)|(?P<number>[0-9]+)|"(?P<double>(?:[^"\\]|\\["\\])*)"
                           |'(?P<single>[^']*)'|(?P<sign>>=|[(),]))""", re.X)
LEAF_FUNCTIONS = ("near", "sentence", "paragraph", "count", "distinct")
FUNCTIONS = LEAF_FUNCTIONS + ("title", "lead", "atleast")


class Parser:
    """Recursive descent; quoted terms are added to the lexicon `quoted`."""

    def __init__(self, source, quoted):
        self.source, self.quoted = source, quoted
        self.tokens = []
        position = 0
        while source[position:].strip():
            match = TOKEN.match(source, position)
            if not match:
                raise PatternError(f"expression {source!r}: can't read {source[position:]!r}")
            self.tokens.append((match.lastgroup, match.group(match.lastgroup)))
            position = match.end()
        self.next = 0

    def parse(self):
        expression = self.disjunction()
        if self.next < len(self.tokens):
            self.fail("an operator or the end")
        return expression

    def fail(self, expected):
        found = self.tokens[self.next][1] if self.next < len(self.tokens) else "the end"
        raise PatternError(f"expression {self.source!r}: expected {expected}, found {found!r}")

    def peek(self, kind, *texts):
        if self.next == len(self.tokens):
            return False
        token_kind, text = self.tokens[self.next]
        return token_kind == kind and (not texts or text in texts)

    def take(self, kind, *texts):
        if not self.peek(kind, *texts):
            self.fail(" or ".join(texts) or kind)
        self.next += 1
        return self.tokens[self.next - 1][1]

    def disjunction(self):
        return self.chain("or", self.conjunction)

    def conjunction(self):
        return self.chain("and", self.negation)

    def chain(self, word, part):
        children = [part()]
        while self.peek("name", word):
            self.take("name", word)
            children.append(part())
        return children[0] if len(children) == 1 else Expression(word, children)

    def negation(self):
        if self.peek("name", "not"):
            self.take("name", "not")
            return Expression("not", [self.negation()])
        if self.peek("sign", "("):
            self.take("sign", "(")
            inner = self.disjunction()
            self.take("sign", ")")
            return inner
        if self.peek("name", *FUNCTIONS) and self.tokens[self.next + 1:self.next + 2] == [("sign", "(")]:
            return self.function(self.take("name"))
        return self.leaf()

    def leaf(self):
        for kind in ("double", "single"):
            if self.peek(kind):
                text = self.take(kind)
                term = Term(re.sub(r"\\(.)", r"\1", text) if kind == "double" else text)
                return Expression("term", lexicon=self.quoted, term=self.quoted.add(term))
        if self.peek("name", "and", "or", "not") or not self.peek("name"):
            self.fail("a lexicon, a quoted term or a function")
        return Expression("lexicon", name=self.take("name"))

    def function(self, op):
        self.take("sign", "(")
        number = 0
        if op == "atleast":
            number = self.number(1)
            self.take("sign", ",")
        part = self.leaf if op in LEAF_FUNCTIONS else self.disjunction
        children = [part()]
        while self.peek("sign", ","):
            self.take("sign", ",")
            if op == "near" and len(children) == 2:
                number = self.number(0)
                break
            children.append(part())
        else:
            if op == "near":
                self.fail("near(a, b, N)")
        self.take("sign", ")")
        if op in ("sentence", "paragraph") and len(children) < 2:
            self.fail("two arguments or more")
        if op in ("title", "lead", "count", "distinct") and len(children) > 1:
            self.fail("one argument")
        if op in ("count", "distinct"):
            self.take("sign", ">=")
            number = self.number(1)
        return Expression(op, children, number)

    def number(self, least):
        number = int(self.take("number"))
        if not least <= number <= 10000:
            raise PatternError(f"expression {self.source!r}: {number} is not from {least} to 10,000")
        return number


def resolve(expression, lexicons):
    if expression.op == "lexicon":
        if expression.name not in lexicons:
            raise PatternError(f"no lexicon is named {expression.name!r}")
        expression.lexicon = lexicons[expression.name]
    for child in expression.children:
        resolve(child, lexicons)


def leaves(expression):
    """The lexicons and quoted terms of an expression."""
    if expression.op in ("lexicon", "term"):
        return [expression]
    return [leaf for child in expression.children for leaf in leaves(child)]


# ---------------------------------------------------------------------------------------------------------
# 4. Rules: evaluation

class Evaluation:
    """Decides expressions on one document. hits_of(lexicon) gives a lexicon's hits in it."""

    def __init__(self, fields, hits_of):
        self.fields = fields
        self.hits_of = hits_of
        self._leaf_hits = {}

    def in_scope(self, hit, scope):
        if scope == "document":
            return True
        if scope == "title":
            return self.fields[hit.field].role == "title"
        if any(field.role == "lead" and field.text for field in self.fields):
            return self.fields[hit.field].role == "lead"
        first_text = next((i for i, field in enumerate(self.fields) if field.role == "text"), None)
        return hit.field == first_text and hit.end <= self.fields[hit.field].lead_view_end

    def leaf_hits(self, leaf, scope):
        key = leaf.lexicon, leaf.term, scope
        if key not in self._leaf_hits:
            self._leaf_hits[key] = [hit for hit in self.hits_of(leaf.lexicon)
                                    if (leaf.op == "lexicon" or hit.term is leaf.term) and self.in_scope(hit, scope)]
        return self._leaf_hits[key]

    def holds(self, expression, scope="document"):
        op, children, number = expression.op, expression.children, expression.number
        if op in ("lexicon", "term"):
            return bool(self.leaf_hits(expression, scope))
        if op == "not":
            return not self.holds(children[0], scope)
        if op == "and":
            return all(self.holds(child, scope) for child in children)
        if op == "or":
            return any(self.holds(child, scope) for child in children)
        if op == "atleast":
            return sum(self.holds(child, scope) for child in children) >= number
        if op in ("title", "lead"):
            return self.holds(children[0], op)
        hits = [self.leaf_hits(child, scope) for child in children]
        if op == "near":
            return self.near(hits[0], hits[1], number)
        if op in ("sentence", "paragraph"):
            return self.together(op, hits)
        if op == "count":
            return self.count(hits[0]) >= number
        return len({hit.term.folded for hit in hits[0]}) >= number  # distinct

    def near(self, hits_a, hits_b, number):
        for a in hits_a:
            for b in hits_b:
                if a.field == b.field and a.span != b.span:
                    between = min(a.end, b.end), max(a.start, b.start)
                    if self.fields[a.field].units(*between) <= number:
                        return True
        return False

    def together(self, op, hits):
        """Whether one sentence or paragraph holds a hit of each argument."""
        places = []  # for each argument: place -> its spans there
        for argument in hits:
            spans = {}
            for hit in argument:
                field = self.fields[hit.field]
                number = field.sentence_of(hit.start) if op == "sentence" else field.paragraph_of(hit.start)
                spans.setdefault((hit.field, number), set()).add(hit.span)
            places.append(spans)
        shared = set(places[0]).intersection(*places[1:])
        return any(op == "paragraph" or can_differ([spans[place] for spans in places]) for place in shared)

    @staticmethod
    def count(hits):
        one_of_each_span = {hit.span: hit for hit in hits}.values()
        return sum(not any(is_strictly_inside(hit, other) for other in one_of_each_span)
                   for hit in one_of_each_span)

    def true_leaves_hits(self, expression, scope="document"):
        """The hits in scope under the leaves that stand under no `not` and in no part that is false."""
        op = expression.op
        if op == "not" or not self.holds(expression, scope):
            return []
        if op in ("lexicon", "term"):
            return self.leaf_hits(expression, scope)
        inner = op if op in ("title", "lead") else scope
        return [hit for child in expression.children for hit in self.true_leaves_hits(child, inner)]

    def factor(self, expression):
        weights = [hit.term.weight for hit in self.true_leaves_hits(expression)]
        return max(weights) if weights else 1.0


def can_differ(choices):
    """Whether one element of each set can be chosen with no two the same (by bipartite matching)."""
    chosen_by = {}

    def place(i, tried):
        for element in choices[i] - tried:
            tried.add(element)
            if element not in chosen_by or place(chosen_by[element], tried):
                chosen_by[element] = i
                return True
        return False

    return all(place(i, set()) for i in range(len(choices)))


# ---------------------------------------------------------------------------------------------------------
# Pattern files

@dataclass
class Rule:
    name: str
    when: Expression
    score: float


@dataclass
class Label:
    name: str
    when: Expression  # None: the default


class Patterns:
    def __init__(self):
        self.lexicons = {}  # by name, in loading order
        self.rules = []
        self.labels = []
        self.command_line = Lexicon("-e")
        self.quoted = Lexicon("rules")  # the quoted terms of all rules; those of labels are reported nowhere
        self.examples = []  # (lexicon or rule, its name, match or no_match, text)

    def load(self, folder):
        for name, path in pattern_files(folder):
            with open(path, encoding="utf-8") as source:
                for document in yaml.load_all(source, Loader=yaml.BaseLoader):  # every scalar is a string
                    try:
                        self.add_document(document)
                    except PatternError as error:
                        raise PatternError(f"{name}: {error}") from None
        for expression in [rule.when for rule in self.rules] + [label.when for label in self.labels if label.when]:
            resolve(expression, self.lexicons)

    def add_document(self, document):
        if not isinstance(document, dict):
            return
        if "lexicon" in document:
            self.add_lexicon(document)
        elif "rule" in document:
            self.add_rule(document)
        elif "rules" in document:
            for rule in document["rules"]:
                self.add_rule(rule)
        elif "labels" in document:
            self.add_labels(document["labels"])

    def add_lexicon(self, document):
        name = document["lexicon"]
        if name in self.lexicons or name == self.quoted.name:
            raise PatternError(f"two lexicons are named {name!r}")
        lexicon = self.lexicons[name] = Lexicon(name)
        for entry in entries_of(document.get("terms")):
            lexicon.add(term_of_entry(entry))
        lexicon.unless = [term_of_entry(entry) for entry in entries_of(document.get("unless"))]
        self.add_examples("lexicon", name, document)

    def add_rule(self, document):
        name = document["rule"]
        if any(rule.name == name for rule in self.rules):
            raise PatternError(f"two rules are named {name!r}")
        self.rules.append(Rule(name, Parser(document["when"], self.quoted).parse(),
                               float(document.get("score", "1"))))
        self.add_examples("rule", name, document)

    def add_examples(self, kind, name, document):
        for expected in ("match", "no_match"):
            self.examples += [(kind, name, expected, text)
                              for text in entries_of((document.get("examples") or {}).get(expected))]

    def add_labels(self, entries):
        if self.labels:
            raise PatternError("a second list of labels")
        for entry in entries:
            when = Parser(entry["when"], Lexicon("label")).parse() if "when" in entry else None
            self.labels.append(Label(entry["label"], when))

    def reported_lexicons(self):
        """All whose hits can be reported, in the order of the output."""
        return list(self.lexicons.values()) + [self.command_line, self.quoted]


def pattern_files(folder):
    """(name, path) of the YAML files under a folder, in byte order of their names relative to it."""
    names = [os.path.relpath(os.path.join(parent, file), folder)
             for parent, _, files in os.walk(folder) for file in files if file.endswith((".yaml", ".yml"))]
    return [(name, os.path.join(folder, name)) for name in sorted(names, key=os.fsencode)]


def entries_of(value):
    """The entries of {lang: [entry ...]} or [entry ...]."""
    if not value:
        return []
    if isinstance(value, dict):
        return [entry for entries in value.values() for entry in entries or []]
    return value


def term_of_entry(entry):
    if isinstance(entry, str):
        return Term(entry)
    known = {"term", "prefix", "up_to", "inflect", "version", "word", "weight"}
    if not isinstance(entry, dict) or set(entry) - known or ("term" in entry) == ("prefix" in entry):
        raise PatternError(f"can't read the term {entry!r}")
    options = {name: truth(entry[name]) for name in ("inflect", "version", "word") if name in entry}
    weight = float(entry.get("weight", "1"))
    if "prefix" in entry:
        return Term(entry["prefix"] + "*", entry["prefix"], up_to=int(entry.get("up_to", "4")), weight=weight, **options)
    return Term(entry["term"], weight=weight, **options)


def truth(scalar):
    if scalar not in ("true", "false"):
        raise PatternError(f"expected true or false, found {scalar!r}")
    return scalar == "true"


# ---------------------------------------------------------------------------------------------------------
# One document

class Judged:
    """A document under the patterns: its hits, the rules that fired, what is reported of it."""

    def __init__(self, patterns, fields, document=None):
        self.patterns, self.fields, self.document = patterns, fields, document
        self._found = {}
        self.evaluation = Evaluation(fields, self.hits_of)
        self.fired = [rule for rule in patterns.rules if self.evaluation.holds(rule.when)]

    def hits_of(self, lexicon):
        if lexicon not in self._found:
            self._found[lexicon] = lexicon.find(self.fields)
        return self._found[lexicon]

    def label(self):
        return next((label.name for label in self.patterns.labels
                     if label.when is None or self.evaluation.holds(label.when)), None)

    def score(self):
        score = sum(rule.score * self.evaluation.factor(rule.when) for rule in self.fired)
        return math.floor(score * 1000 + 0.5) / 1000

    def shown_hits(self, only_used):
        """(lexicon, hits) in the order of lexicons; with only_used those that a fired rule mentions, and -e."""
        patterns = self.patterns
        mentioned = [leaf for rule in self.fired for leaf in leaves(rule.when)]
        lexicons = {leaf.lexicon for leaf in mentioned if leaf.op == "lexicon"} | {patterns.command_line}
        terms = {leaf.term for leaf in mentioned if leaf.op == "term"}
        for lexicon in patterns.reported_lexicons():
            hits = [hit for hit in self.hits_of(lexicon)
                    if not only_used or lexicon in lexicons or hit.term in terms]
            if hits:
                yield lexicon, hits

    def is_flagged(self, min_score):
        return bool(self.fired and self.score() >= min_score or self.hits_of(self.patterns.command_line))

    def output(self, emit, min_score=0.0):
        """What is written of the document, or None where nothing is."""
        patterns, document = self.patterns, self.document
        if emit == "flagged" and not self.is_flagged(min_score):
            return None
        shown = list(self.shown_hits(only_used=emit == "flagged"))
        if emit == "hits" and not shown:
            return None

        place = {key: document["input"][key] for key in ("file", "record") if key in document["input"]}
        output = {"id": document["id"], "input": place}
        if self.fired:
            label = self.label()
            if label is not None:
                output["label"] = label
            output["score"] = self.score()
            output["rules"] = [rule.name for rule in self.fired]
        output["lexicons"] = {lexicon.name: len(hits) for lexicon, hits in shown}
        hits = in_output_order(shown)
        output["hits"] = [describe(hit, lexicon, self.fields[hit.field]) for lexicon, hit in hits[:MAX_HITS]]
        output["hits_total"] = len(hits)
        return output


def scan_document(patterns, document, emit):
    """The output for a document, as a dict, or None where it isn't written."""
    return judge(patterns, document).output(emit)


def judge(patterns, document):
    """A document of `--emit fields`, judged."""
    fields = [Field(f["name"], f["role"], f["text"], f.get("lf_paragraph", False)) for f in document["fields"]]
    return Judged(patterns, fields, document)


def in_output_order(shown):
    """(lexicon, hit) by field, start, end, the lexicon's place and the term's place in it."""
    keyed = []
    for lexicon_index, (lexicon, hits) in enumerate(shown):
        term_index = {term: i for i, term in enumerate(lexicon.terms)}
        keyed += [((hit.span, lexicon_index, term_index[hit.term]), lexicon, hit) for hit in hits]
    keyed.sort(key=lambda item: item[0])
    return [(lexicon, hit) for _, lexicon, hit in keyed]


def failing_examples(patterns):
    """The examples that don't do what they should; each is a document whose only field has the role title."""
    for kind, name, expected, text in patterns.examples:
        judged = Judged(patterns, [Field("title", "title", text)])
        if kind == "lexicon":
            matches = bool(judged.hits_of(patterns.lexicons[name]))
        else:
            matches = name in (rule.name for rule in judged.fired)
        if matches != (expected == "match"):
            yield kind, name, expected, text


def describe(hit, lexicon, field):
    text = field.text[hit.start:hit.end]
    start_byte = len(field.text[:hit.start].encode())
    return {"lexicon": lexicon.name, "term": hit.term.authored, "field": field.name, "start": hit.start,
            "end": hit.end, "start_byte": start_byte, "end_byte": start_byte + len(text.encode()), "text": text}


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    commands = parser.add_subparsers(dest="command", required=True)
    scan = commands.add_parser("scan", help="decoded fields in (JSON lines), results out")
    scan.add_argument("--term", "-e", metavar="T", action="append", default=[],
                      help="a term of the lexicon -e; without --patterns only these are looked for")
    scan.add_argument("--emit", choices=("flagged", "hits", "all"), default="flagged")
    test = commands.add_parser("test", help="examples of the lexicons and rules that fail; status 1 if any does")
    for command in (scan, test):
        command.add_argument("--patterns", metavar="DIR", help="folder of lexicons, rules and labels (Tocsin's own)")
    arguments = parser.parse_args()
    terms = arguments.term if arguments.command == "scan" else []
    patterns = Patterns()
    try:
        if arguments.patterns or not terms:
            patterns.load(arguments.patterns or PATTERN_FOLDER)
        for term in terms:
            patterns.command_line.add(Term(term))
    except (PatternError, OSError, yaml.YAMLError) as error:
        print(f"oracle: {error}", file=sys.stderr)
        return 2
    if arguments.command == "test":
        failing = list(failing_examples(patterns))
        for kind, name, expected, text in failing:
            print(f"{kind} {name}: {expected}: {text}")
        print(f"{len(patterns.examples)} examples, {len(failing)} fail")
        return 1 if failing else 0
    for line in sys.stdin.buffer:
        if line.strip():
            output = scan_document(patterns, json.loads(line), arguments.emit)
            if output is not None:
                sys.stdout.buffer.write(json.dumps(output, ensure_ascii=False).encode() + b"\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
