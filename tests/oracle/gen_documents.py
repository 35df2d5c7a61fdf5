#!/usr/bin/python3
"""Writes random documents in which the terms of lexicons stand in every disguise that docs/matching.md speaks of.

    gen_documents.py --seed N --count N [--first N] [--every-term] [--patterns DIR] [--data DIR]
                     [--format jsonl|html|wet|csv|lines] [--escape] [--encoding E] > FILE

Terms, `unless` phrases and pairs of terms that a rule puts together are sent through random compositions of
transformations, most of which keep a hit and some of which must not, and planted in filler text. Which are hits
is for the oracle to say. The output is a function of the seed, the count, the patterns and the versions of ICU
and OpenCC; document number i doesn't depend on --first and --count, and the documents are the same in all formats
and encodings and with and without --escape.

--every-term plants, besides what chance plants, three terms in each document, in turn: no term and no unless phrase
is left out. --encoding writes pages, rows and lines in a charset; what it lacks is a reference in HTML, elsewhere `?`.

--data DIR holds OpenCC's dictionaries, NAME.txt or NAME.ocd2 (which needs opencc_dict); without them ICU's
Hant-Hans and Hans-Hant give the variants.
"""
import argparse
import codecs
import html.entities
import os
import random
import re
import subprocess
import sys
import tempfile
import unicodedata
import uuid
from functools import lru_cache

import icu
import yaml

from oracle import OPENCC_FOLDER, PATTERN_FOLDER, PatternError, Patterns, is_han, nfkc_cf_of_char

NEGATIVE = 0.15         # how often a transformation is done so that it should break the hit
TERMS_A_DOCUMENT = 3    # that --every-term plants

# ---------------------------------------------------------------------------------------------------------
# Filler

CHINESE = """
昨天下午，城南的集市上来了许多卖花的人
记者从市政府了解到，新修的桥将于明年春天通车
这家小店开了三十年，老板每天清晨四点起床和面
据介绍，今年的雨水比往年多，稻田里的水位一直很高
居民们说，图书馆延长开放时间以后，晚上来读书的人多了
气象台预计，周末将有一次明显的降温过程
他把旧自行车擦得很亮，放在院子里的葡萄架下
公司发言人没有透露更多细节，只说正在核实
学校组织学生参观博物馆，孩子们对陶器最感兴趣
经过两年的建设，这条地铁线路终于开始试运行
多名网友在评论区留言，希望有关部门尽快处理
比赛进行到下半场，客队连进两球，反败为胜
渔民们收起渔网，把船拖到沙滩上过冬
这份报告长达八十页，列出了几十项建议
她在信里写道，山里的空气很好，就是路不好走
价格与上月相比略有下降，但仍高于去年同期
消防人员赶到现场，二十分钟后将火扑灭
茶叶要在清明以前采摘，炒制全靠手上的功夫
展览持续到月底，周一闭馆，门票免费
双方就边境贸易的手续交换了意见
""".split()

ENGLISH = [line for line in """
The ferry was late again, so we walked along the harbour wall
Officials said on Tuesday that the road would stay closed until spring
Her grandmother kept bees behind the old railway station
The council voted seven to four in favour of the new library
Prices rose a little in March, mostly because of the rain
Nobody in the village remembers a winter as mild as this one
The report lists dozens of small changes, none of them cheap
He painted the boat green and sold it the same afternoon
A spokesman declined to comment beyond a short statement
The museum opens at nine and closes when the last visitor leaves
Farmers were told to move their sheep to higher ground
The orchestra plays outdoors if the weather allows it
Two trains stood at the platform and neither of them moved
The company moved its office across the river last year
Bread from the corner bakery sells out before eight
The match ended in a draw after a long second half
She found the letters in a tin box under the stairs
The bridge was built by hand and carries one cart at a time
Readers sent in more than three hundred photographs of clouds
The mayor thanked the volunteers and went home early
""".split("\n") if line]

HAN_UNITS = "的是在有我他这个们来到时说地为子中也里后去过得自要可天"
WORD_UNITS = ["and", "with", "of", "the", "then", "over", "slowly", "7", "2024", "per", "Я", "한", "か", "ー"]

CHINESE_ENDS = ["。", "。", "。", "！", "？", "；", "……", ".", "．", "\n", "，"]
ENGLISH_ENDS = [". ", ". ", ". ", "! ", "? ", "; ", ".\n", ".) ", ".\" ", " J. ", "... ", ", "]
PARAGRAPH_BREAKS = ["\n\n", "\n\n", "\n", "\r\n\r\n", "\r\n", "\u2029", "\n \t\n", "\n\u200b\n", "\n\u3000\u3000", "\u2028",
                    "\n\r", "\n\n\n", "\v", "\u0085\n"]

# ---------------------------------------------------------------------------------------------------------
# Characters to disguise a term with

IGNORABLES = [chr(c) for c in [0xAD, *range(0x200B, 0x2010), 0x2060, 0x2064, 0xFEFF, 0xFE00, 0xFE0F, 0xFE0F, 0xE0100,
                               0xE0101, 0xE01EF, 0x34F, 0x61C, 0x180B, 0x115F, 0x3164]]
MARKS = list("\u0300\u0301\u0307\u0308\u0323\u0327\u0338\u0345\u20dd\u302a\u3099")
WHITE_SPACE = list(" \t\n\r\v\f\u0085\u00a0\u2003\u2028\u202f\u3000")
QUOTES = list("\"'“”‘’«»‹›„「」『』〝〞＂＇｢｣")
GAP_BRACKETS = list("〈〉《》【】「」") + ["*", "_", "＊", "＿"]
HAN_QUOTES = list("“”\"'「」『』‘’＂＇｢｣")
NO_GAP = ["（", "(", "-", "—", "，", "·", "〔", "♡", "、", "か", "\n\n", "\u2029", "\r\n\r\n", " \n \n"]
SEPARATORS = [" ", "-", "\n", "-\n", "\r\n", "  ", "\u00a0", "\u3000", "\u2028", "\u2010", "\u2011", "\u2013", "\u2212",
              "－", "\t", "-\r\n", "- \n", "-\u00ad", " \u200b", "\v"]
NO_SEPARATORS = ["", "\n\n", "\u2029", "--", " - ", "\u2014", "\u2015", " -\n", "_", ", ", "/", "-\n\n", " * ", "·", "\"", "~"]
EDGES = (["x", "Q", "é", "я", "ß", "ﬁ", "4", "４", "𝟜", "७", "①", "Ⓐ", "⒈", "™", "²", "ª", "℃", "㎏", "\u0301", "\u20dd", "\u3099",
          "\ufe0f", "\u200b", "\u00ad", "\u200dx", "\u200b4", "か", "ア", "ー", "ｰ", "한", "ก", "က", "ㄅ", "〆", "々", "換", "。", "，",
          "😀", "☕\ufe0f", "_", "*", "+", "-", "/", "@", ".", "'s", "’", "\0", "\ufffd", "A.I.", "x.", "\u2014", "\u202e"]
         + QUOTES + GAP_BRACKETS + WHITE_SPACE)
TAILS = ["s", "es", "ed", "ing", "S", "ES", "ｓ", "\u00ads", "ſ", "'s", "er", "ers", "y", "like", "edly", "ings", "s4", "é", "换", "①"]
LETTERS = "abcdefghijklmnopqrstuvwxyzABCSTéñßяﬁｓⓢ𝓼"


def read_dictionary(folder, name):
    """An OpenCC dictionary as (character, values) of single characters; [] where the folder doesn't hold it."""
    text_file, binary_file = (os.path.join(folder, name + ending) for ending in (".txt", ".ocd2"))
    with tempfile.TemporaryDirectory() as temporary:
        if not os.path.exists(text_file):
            if not os.path.exists(binary_file):
                return []
            text_file = os.path.join(temporary, "text")
            subprocess.run(["opencc_dict", "-f", "ocd2", "-t", "text", "-i", binary_file, "-o", text_file],
                           check=True, stdout=subprocess.DEVNULL)
        with open(text_file, encoding="utf-8") as lines:
            entries = [line.rstrip("\n").partition("\t") for line in lines]
    return [(key, [v for v in values.split(" ") if len(v) == 1]) for key, _, values in entries if len(key) == 1]


class Han:
    """The spellings of Han characters in other scripts."""

    def __init__(self, folder):
        self._tables = {}  # each maps a character to a list
        for name in ("STCharacters", "TSCharacters", "HKVariants", "TWVariants"):
            table = self._tables[name] = {}
            for key, values in read_dictionary(folder, name):
                for value in values:
                    table.setdefault(key, []).append(value)
                    if name.endswith("Variants"):
                        table.setdefault(value, []).append(key)
        self._icu = {name: icu.Transliterator.createInstance(name) for name in ("Hans-Hant", "Hant-Hans")}
        self._compatibility = {}
        for code in [*range(0x2E80, 0x2FD6), *range(0xF900, 0xFAD9), *range(0x2F800, 0x2FA1E)]:
            plain = nfkc_cf_of_char(chr(code))
            if plain != chr(code) and len(plain) == 1:
                self._compatibility.setdefault(plain, []).append(chr(code))

    @lru_cache(None)
    def spellings(self, char, kind):
        """kind: traditional, simplified, regional, compatibility or any. At least the character itself."""
        if kind == "any":
            kinds = ("traditional", "simplified", "regional", "compatibility")
            found = [s for k in kinds for s in self.spellings(char, k)]
            found += [s for other in found for s in self.spellings(other, "regional")]
            return sorted(set(found))
        if kind == "compatibility":
            return self._compatibility.get(char, [char])
        if kind == "regional":
            return sorted({v for name in ("HKVariants", "TWVariants") for v in self._tables[name].get(char, [])}) or [char]
        table, transliterator = {"traditional": ("STCharacters", "Hans-Hant"),
                                 "simplified": ("TSCharacters", "Hant-Hans")}[kind]
        return self._tables[table].get(char) or [self._icu[transliterator].transliterate(char)]


class Latin:
    """What folds to ASCII letters and digits, by style; and to two or more of them."""

    def __init__(self):
        self.styles = {}    # style -> {letter or digit, in either case: characters}
        self.ligatures = {}  # "fi" -> characters
        style_of_name = re.compile(r"(FULLWIDTH|CIRCLED|NEGATIVE CIRCLED|MATHEMATICAL .*?) (LATIN|CAPITAL|SMALL|DIGIT)")
        for code in [*range(0x80, 0x3400), *range(0xA640, 0xAC00), *range(0xFB00, 0xFB07), *range(0xFF00, 0xFFF0),
                     *range(0x10780, 0x107C0), *range(0x1D400, 0x1D800), *range(0x1F100, 0x1F200)]:
            plain = nfkc_cf_of_char(chr(code))
            if not re.fullmatch("[a-z0-9]+", plain):
                continue
            if len(plain) > 1:
                self.ligatures.setdefault(plain, []).append(chr(code))
                continue
            match = style_of_name.match(unicodedata.name(chr(code), ""))
            style = self.styles.setdefault(match.group(1) if match else "ODD", {})
            style.setdefault(plain, []).append(chr(code))
        self.style_names = sorted(self.styles)

    def spelling(self, rng, char, style):
        options = self.styles[style].get(char.lower())
        return rng.choice(options) if options else char


# ---------------------------------------------------------------------------------------------------------
# Transformations. A term on its way is a list of tokens: a character of the term each at first.

def is_latin(token):
    return token.isascii() and token.isalpha()


def is_latin_or_digit(token):
    return token.isascii() and token.isalnum()


def borders(tokens, test):
    """The i for which test(tokens[i - 1], tokens[i])."""
    return [i for i in range(1, len(tokens)) if test(tokens[i - 1], tokens[i])]


def is_one_han(token):
    return len(token) == 1 and is_han(token)


def han_meets_latin(a, b):
    return is_one_han(a) and is_latin_or_digit(b) or is_latin_or_digit(a) and is_one_han(b)


def han_meets_han(a, b):
    return is_one_han(a) and is_one_han(b)


def latin_runs(tokens):
    """(start, end) of the maximal runs of ASCII letters."""
    runs = []
    for i, token in enumerate(tokens):
        if is_latin(token):
            if runs and runs[-1][1] == i:
                runs[-1] = (runs[-1][0], i + 1)
            else:
                runs.append((i, i + 1))
    return runs


class Disguise:
    """Terms in, disguised terms out."""

    def __init__(self, data_folder):
        self.han, self.latin = Han(data_folder), Latin()
        has_han = lambda tokens: any(map(is_one_han, tokens))                        # noqa: E731
        has_latin = lambda tokens: any(map(is_latin, tokens))                        # noqa: E731
        self.transformations = [  # (function, what it needs, how often)
            (self.script, has_han, 4), (self.width_and_style, has_latin, 3), (self.case, has_latin, 3),
            (self.special_case, has_latin, 1.5), (self.ligature, has_latin, 0.5), (self.ignorables, bool, 2),
            (self.marks, bool, 0.5),
            (self.gaps, lambda tokens: borders(tokens, han_meets_latin), 4),
            (self.quote_in_han, lambda tokens: borders(tokens, han_meets_han), 1.5),
            (self.initials, lambda tokens: any(2 <= b - a <= 4 for a, b in latin_runs(tokens)), 1.5),
            (self.separators, lambda tokens: any(t in " -" for t in tokens), 4), (self.misspelling, bool, 0.15),
        ]

    def term(self, rng, term, most=4):
        """A disguised spelling of a term (an oracle.Term)."""
        text = term.authored
        if term.up_to and text.endswith("*"):
            text = text[:-1]
        tokens = list(text)
        if term.up_to:
            tokens += [rng.choice(LETTERS) for _ in range(min(rng.choice([0, 1, 2, 3, 4, 4, 5, 6, 7]), term.up_to + 1))]
        elif rng.random() < (0.6 if term.inflect else 0.05):
            tokens = self.inflected(rng, tokens)
        number = min(most, rng.choices(range(6), (10, 30, 28, 18, 9, 5))[0])
        usable = [(f, weight) for f, needs, weight in self.transformations if needs(tokens)]
        for _ in range(number):
            if usable:
                function = rng.choices([f for f, _ in usable], [w for _, w in usable])[0]
                tokens = function(rng, tokens)
        return "".join(tokens)

    @staticmethod
    def inflected(rng, tokens):
        tail = rng.choice(TAILS[:4] * 3 + TAILS)
        if tokens[-1] == "e" and tail in ("ed", "ing") and rng.random() < 0.8:
            tokens = tokens[:-1]
        return tokens + list(tail)

    def script(self, rng, tokens):
        kind = rng.choice(["traditional", "traditional", "simplified", "any", "any", "regional", "compatibility"])
        share = rng.choice([1, 1, 0.5])
        return [rng.choice(self.han.spellings(t, kind)) if is_one_han(t) and rng.random() < share else t for t in tokens]

    def width_and_style(self, rng, tokens):
        styles = [rng.choice(["FULLWIDTH", "FULLWIDTH", "CIRCLED", "ODD"] + self.latin.style_names)]
        if rng.random() < 0.2:
            styles = self.latin.style_names  # another for each character
        share = rng.choice([1, 1, 0.5, 0.2])
        return [self.latin.spelling(rng, t, rng.choice(styles)) if is_latin_or_digit(t) and rng.random() < share else t
                for t in tokens]

    @staticmethod
    def case(rng, tokens):
        how = rng.choice([str.upper, str.lower, str.title, str.swapcase, None])
        if how is None:
            return [t.upper() if rng.random() < 0.5 else t.lower() for t in tokens]
        return list(how("".join(tokens))) if all(len(t) == 1 for t in tokens) else [how(t) for t in tokens]

    @staticmethod
    def special_case(rng, tokens):
        special = {"s": "ſ", "k": "\u212a", "å": "\u212b"}
        if rng.random() < 0.3:
            special["i"] = rng.choice(["ı", "İ", "i\u0307"])  # none of which is i
        return [special[t.lower()] if t.lower() in special and rng.random() < 0.7 else t for t in tokens]

    def ligature(self, rng, tokens):
        places = [(i, n) for i in range(len(tokens)) for n in (2, 3, 4)
                  if "".join(tokens[i:i + n]).lower() in self.latin.ligatures and i + n <= len(tokens)]
        if not places:
            return tokens
        i, n = rng.choice(places)
        return tokens[:i] + [rng.choice(self.latin.ligatures["".join(tokens[i:i + n]).lower()])] + tokens[i + n:]

    @staticmethod
    def insert(rng, tokens, choices, times):
        for _ in range(times):
            i = rng.randrange(len(tokens) + 1) if rng.random() < 0.2 else rng.randrange(1, max(2, len(tokens)))
            tokens = tokens[:i] + [rng.choice(choices)] + tokens[i:]
        return tokens

    def ignorables(self, rng, tokens):
        return self.insert(rng, tokens, IGNORABLES, rng.choice([1, 1, 1, 2, 3]))

    def marks(self, rng, tokens):
        return self.insert(rng, tokens, MARKS, 1)

    @staticmethod
    def gap(rng):
        """What disappears between Han and Latin, or nearly."""
        if rng.random() < NEGATIVE:
            kind = rng.choice(["long", "no gap", "no gap"])
            if kind == "no gap":
                gap = [rng.choice(WHITE_SPACE + QUOTES) for _ in range(rng.randrange(3))]
                gap.insert(rng.randrange(len(gap) + 1), rng.choice(NO_GAP))
                return "".join(gap)
            return "".join(rng.choice([" ", "\u3000", "_", "*", "“"]) for _ in range(9))
        length = rng.choices(range(1, 10), (40, 15, 8, 5, 4, 4, 4, 8, 6))[0]
        choices = rng.choice([[" "], WHITE_SPACE[:2], QUOTES, GAP_BRACKETS, QUOTES + [" "], WHITE_SPACE + QUOTES + GAP_BRACKETS])
        gap = [rng.choice(choices) for _ in range(length)]
        if rng.random() < 0.1:
            gap.insert(rng.randrange(length + 1), rng.choice(IGNORABLES))
        return "".join(gap)

    def gaps(self, rng, tokens):
        places = borders(tokens, han_meets_latin)
        chosen = [i for i in places if rng.random() < 0.7] or places[:1]
        for i in reversed(chosen):
            tokens = tokens[:i] + [self.gap(rng)] + tokens[i:]
        return tokens

    @staticmethod
    def quote_in_han(rng, tokens):
        places = borders(tokens, han_meets_han)
        if not places:
            return tokens
        i = rng.choice(places)
        between = rng.choice(HAN_QUOTES)
        if rng.random() < 3 * NEGATIVE:
            between = rng.choice([" ", "\u3000", "\n", "\n\n", "【", "》", "〔", "*", "”“", "」「", "\" ", " '", "«", "-", "，", "··"])
        return tokens[:i] + [between] + tokens[i:]

    @staticmethod
    def initials(rng, tokens):
        runs = [(a, b) for a, b in latin_runs(tokens) if 2 <= b - a <= 4]
        if not runs:
            return tokens
        a, b = rng.choice(runs)
        stop = rng.choice([".", ".", ".", "．", "﹒", "․"])
        dotted = [t + stop for t in tokens[a:b]]
        if rng.random() < 3 * NEGATIVE:
            i = rng.randrange(b - a)
            dotted[i] = rng.choice([dotted[i][0], dotted[i] + " ", dotted[i] + stop, dotted[i][0] + "。", dotted[i] + "\u200b"])
        return tokens[:a] + dotted + tokens[b:]

    @staticmethod
    def separators(rng, tokens):
        result = []
        for token in tokens:
            if token in (" ", "-") and rng.random() < 0.85:
                if rng.random() < NEGATIVE:
                    token = rng.choice(NO_SEPARATORS)
                else:
                    token = rng.choice(SEPARATORS)
                    if rng.random() < 0.25:
                        token = rng.choice(QUOTES + [""]) + token + rng.choice(QUOTES + [""])
                    if rng.random() < 0.03:
                        token = rng.choice(QUOTES) + token
            result.append(token)
        return result

    @staticmethod
    def misspelling(rng, tokens):
        if not tokens:  # a term of one character that was taken out before
            return tokens
        i = rng.randrange(len(tokens))
        return tokens[:i] + rng.choice([[], [tokens[i], tokens[i]], ["□"], [" ", tokens[i]]]) + tokens[i + 1:]


# ---------------------------------------------------------------------------------------------------------
# What to plant

class Planter:
    """Picks what a document shall hold. A text on its way is a list of (string, whether it is planted)."""

    def __init__(self, patterns, disguise):
        self.disguise = disguise
        lexicons = [lexicon.terms for lexicon in patterns.lexicons.values()] + [patterns.quoted.terms]
        self.lexicons = [terms for terms in lexicons if terms]
        self.unless = [term for lexicon in patterns.lexicons.values() for term in lexicon.unless]
        self.all = [term for terms in lexicons + [self.unless] for term in terms]
        self.pairs = []     # (terms, terms, the N of near or None)
        for rule in patterns.rules:
            self.add_pairs(rule.when)
        self.pairs = [pair for pair in self.pairs if pair[0] and pair[1]]
        if not self.lexicons:
            raise PatternError("no lexicon has a term")

    @staticmethod
    def terms_of(expression):
        if expression.op in ("lexicon", "term"):
            return [expression.term] if expression.term else expression.lexicon.terms
        return [term for child in expression.children for term in Planter.terms_of(child)]

    def add_pairs(self, expression):
        children = expression.children
        if expression.op in ("near", "sentence", "paragraph", "and", "atleast"):
            number = expression.number if expression.op == "near" else None
            for i, a in enumerate(children):
                self.pairs += [(self.terms_of(a), self.terms_of(b), number) for b in children[i + 1:]]
        for child in children:
            self.add_pairs(child)

    def plant(self, rng, terms=None, most=4):
        if terms is None:
            terms = self.unless if self.unless and rng.random() < 0.05 else rng.choice(self.lexicons)
        return self.disguise.term(rng, rng.choice(terms), most)

    def single(self, rng, chinese):
        """A planted term with what touches it."""
        plant = self.plant(rng)
        usual = "" if chinese else " "
        left = rng.choice(EDGES) if rng.random() < 0.3 else usual
        right = rng.choice(EDGES) if rng.random() < 0.3 else usual
        if rng.random() < 0.03:
            left, right = rng.choice([("“", "”"), ("【", "】"), ("「", "」"), (" ", "　"), ("**", "**"), ("'", "'")])
        return [(left + plant + right, True)]

    def pair(self, rng, chinese):
        """Two terms of a rule, with some units between them."""
        if not self.pairs:
            return self.single(rng, chinese)
        a, b, number = rng.choice(self.pairs)
        if rng.random() < 0.5:
            a, b = b, a
        units = rng.choice([0, rng.randrange(8), rng.randrange(40)])
        if number is not None and rng.random() < 0.6:
            units = max(0, number + rng.choice([-1, 0, 0, 1, 2]))
        between = self.filler(rng, units, chinese)
        if rng.random() < 0.2:
            i = rng.randrange(len(between) + 1)
            between = between[:i] + rng.choice(CHINESE_ENDS + ENGLISH_ENDS + PARAGRAPH_BREAKS) + between[i:]
        most = rng.choice([0, 1, 1, 2])
        edge = "" if chinese else " "
        return [(edge + self.plant(rng, a, most), True), (between, False), (self.plant(rng, b, most) + edge, True)]

    @staticmethod
    def filler(rng, units, chinese):
        """A text of that many units, or nearly."""
        text = "" if chinese else " "
        while units > 0:
            if chinese and rng.random() < 0.9 or units == 1:
                text += rng.choice(HAN_UNITS)
                units -= 1
            else:
                text += ("" if text[-1:] == " " else " ") + rng.choice(WORD_UNITS) + " "
                units -= 2
            if rng.random() < 0.05:
                text += rng.choice(["，", ", ", "、", "（", "」"])
        return text

    def sentence(self, rng, chinese, traditional, planted):
        """A filler sentence, with planted pieces in it."""
        if chinese:
            sentence = rng.choice(CHINESE)
            if traditional:
                sentence = "".join(self.disguise.han.spellings(c, "traditional")[0] if is_han(c) else c for c in sentence)
            places = range(len(sentence) + 1)
        else:
            sentence = rng.choice(ENGLISH)
            places = [0] + [i for i, c in enumerate(sentence) if c == " "] + [len(sentence)]
        pieces = []
        position = 0
        cuts = sorted(rng.choice(places) for _ in planted)
        for cut, segments in zip(cuts, planted):
            pieces += [(sentence[position:cut], False)] + segments
            position = cut
        pieces.append((sentence[position:], False))
        pieces.append((rng.choice(CHINESE_ENDS if chinese else ENGLISH_ENDS), False))
        return pieces

    def add_in_turn(self, rng, number, document):
        """Plants the terms whose turn it is between the segments that are there."""
        for turn in range(TERMS_A_DOCUMENT * number, TERMS_A_DOCUMENT * (number + 1)):
            plant = self.plant(rng, [self.all[turn % len(self.all)]], rng.choice([0, 0, 1, 1, 2, 4]))
            edge = rng.choice(["", " ", " ", "，", ", "])
            into = document["title"] if rng.random() < 0.2 else rng.choice(document["paragraphs"])
            into.insert(rng.randrange(len(into) + 1), (edge + plant + edge, True))

    def document(self, rng, number):
        """{"id", "title", "paragraphs", "breaks"}: the last two alternate and make up the text."""
        chinese = rng.random() < 0.6
        traditional = rng.random() < 0.4
        paragraphs = []
        for _ in range(rng.choice([1, 1, 1, 2, 3, 4])):
            paragraph = []
            for _ in range(rng.choice([1, 2, 2, 3])):
                planted = [self.pair(rng, chinese) if rng.random() < 0.4 else self.single(rng, chinese)
                           for _ in range(rng.choice([0, 0, 1, 1, 2]))]
                paragraph += self.sentence(rng, chinese, traditional, planted)
            paragraphs.append(paragraph)
        if rng.random() < 0.05:  # at the end of the lead view
            units = rng.randrange(190, 202)
            paragraphs[0] = [(self.filler(rng, units, chinese), False)] + self.single(rng, chinese) + paragraphs[0]
        if rng.random() < 0.05:
            paragraphs[0].insert(0, (rng.choice(PARAGRAPH_BREAKS), False))
        title = []
        if rng.random() < 0.9:
            planted = [self.pair(rng, chinese) if rng.random() < 0.4 else self.single(rng, chinese)] if rng.random() < 0.4 else []
            title = self.sentence(rng, chinese, traditional, planted)[:-1]
            if planted and rng.random() < 0.3:
                title = planted[0]
        breaks = [rng.choice(PARAGRAPH_BREAKS) for _ in paragraphs[1:]]
        return {"id": str(number), "title": title, "paragraphs": paragraphs, "breaks": breaks}


def plain(segments):
    return "".join(text for text, _ in segments)


def text_of(document):
    text = plain(document["paragraphs"][0])
    for between, paragraph in zip(document["breaks"], document["paragraphs"][1:]):
        text += between + plain(paragraph)
    return text


# ---------------------------------------------------------------------------------------------------------
# Encodings: Python's codec, the byte order mark before the text, labels that mean it

ENCODINGS = {
    "utf-8": ("utf-8", b"", ["utf-8", "UTF-8", "utf8", "unicode-1-1-utf-8"]),
    "utf-8-bom": ("utf-8", codecs.BOM_UTF8, ["utf-8", "UTF-8"]),
    "utf-16le": ("utf-16-le", codecs.BOM_UTF16_LE, ["utf-16le", "UTF-16", "ucs-2"]),
    "utf-16be": ("utf-16-be", codecs.BOM_UTF16_BE, ["utf-16be", "UTF-16BE", "unicodefffe"]),
    "gb18030": ("gb18030", b"", ["gb18030", "GB18030"]),
    "gbk": ("gbk", b"", ["gbk", "GBK", "gb2312", "GB2312", "x-gbk", "chinese"]),
    "big5": ("big5", b"", ["big5", "Big5", "big5", "x-x-big5", "cn-big5"]),
    "big5-hkscs": ("big5hkscs", b"", ["big5-hkscs", "Big5-HKSCS"]),
}
LOSSLESS = ("utf-8", "utf-8-bom", "utf-16le", "utf-16be")
CODEC, BOM, LABELS = range(3)


# ---------------------------------------------------------------------------------------------------------
# Rows and lines, as text

CSV_HEADER = "id,title,text\r\n"


def csv_row(document, rng, text=None):
    fields = [document["id"], plain(document["title"]), text_of(document) if text is None else text]
    return ",".join('"' + field.replace('"', '""') + '"' if re.search('[",\r\n]', field) or rng.random() < 0.3 else field
                    for field in fields) + rng.choice(["\r\n", "\n"])


def line(document):
    return re.sub("[\r\n]+", " ", plain(document["title"]) + " " + text_of(document)) + "\n"


# ---------------------------------------------------------------------------------------------------------
# JSON lines

SHORT_ESCAPES = {"\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\"": "\\\"", "\\": "\\\\", "/": "\\/"}


def unicode_escape(rng, char):
    units = char.encode("utf-16-be")
    digits = [f"{units[i]:02x}{units[i + 1]:02x}" for i in range(0, len(units), 2)]
    case = rng.choice([str.lower, str.upper, lambda d: "".join(rng.choice([c, c.upper()]) for c in d)])
    return "".join("\\u" + case(d) for d in digits)


class JsonEscapes:
    """How the characters of one document are written."""

    def __init__(self, rng, mix):
        self.rng = rng
        self.mode = rng.choice(["raw", "ascii", "all", "rare", "even", "runs"]) if mix else "raw"
        self.escaping = False

    def wants_escape(self, char):
        if self.mode == "runs":
            if self.rng.random() < 0.3:
                self.escaping = not self.escaping
            return self.escaping
        return {"raw": False, "ascii": char > "~", "all": True, "rare": self.rng.random() < 0.05,
                "even": self.rng.random() < 0.5}[self.mode]

    def string(self, text):
        parts = []
        for char in text:
            escape = self.wants_escape(char)
            short = SHORT_ESCAPES.get(char)
            if short and char != "/":  # must be escaped
                parts.append(unicode_escape(self.rng, char) if escape else short)
            elif short and self.mode != "raw":
                parts.append(self.rng.choice([char, short, unicode_escape(self.rng, char)]))
            else:
                parts.append(unicode_escape(self.rng, char) if escape or char < " " else char)
        return '"' + "".join(parts) + '"'


def json_line(document, rng, mix, text=None):
    """text: of the key text, where it is not what the document's is."""
    escapes = JsonEscapes(rng, mix)
    text = text_of(document) if text is None else text
    members = [("id", document["id"]), ("title", plain(document["title"])), ("text", text)]
    comma, colon = rng.choice([(", ", ": "), (",", ":"), (" ,\t", " : ")]) if mix else (", ", ": ")
    return "{" + comma.join(f'"{key}"{colon}{escapes.string(value)}' for key, value in members) + "}\n"


# ---------------------------------------------------------------------------------------------------------
# HTML in WARC

INLINE = [("<b>", "</b>"), ("<i>", "</i>"), ("<em>", "</em>"), ("<STRONG>", "</strong >"), ("<span class=a>", "</span>"),
          ('<span data-x="a>b">', "</span>"), ("<a href='/x?a=1&copy=2'>", "</a>"), ("<font color=red>", "</font>"),
          ("<mark\n>", "</mark>"), ("<u/>", "</u>"), ("<x-y>", "</x-y>")]
NOTHING_BETWEEN = ["<wbr>", "<span></span>", "<!-- x -->", "<!---->", "<!--换脸-->", "<!-- a > b -->", "<!--\n-->", "<b></b>",
                   "<!-- - -- --!>", "<!-->", "<!x>", "<?x y?>", "</>", "<a name=\"x\"></a>"]
BLOCKS = ["<br>", "<br/>", "<br><br>", "</p><p>", "<div>", "</div>", "<p>", "<hr>", "<ul><li>", "</td><td>", "<h2>x</h2>",
          "<table><tr><td>x</td></tr></table>", "<blockquote></blockquote>"]
ENTITY_NAMES = {}
for _name, _value in sorted(html.entities.html5.items()):
    if len(_value) == 1:
        ENTITY_NAMES.setdefault(_value, []).append(_name)


def reference(rng, char, following):
    """A character reference to a character, or the character where there is none that gives it."""
    code = ord(char)
    if char in ENTITY_NAMES and rng.random() < 0.5:
        name = rng.choice(ENTITY_NAMES[char])
        if name.endswith(";") or not (following.isascii() and following.isalnum() or following in ";="):
            return "&" + name
    if 0x80 <= code < 0xA0 or char in "\0\r":
        return char
    number = rng.choice([f"#{code}", f"#x{code:x}", f"#X{code:X}", f"#x{code:X}", f"#{code:06}", f"#x{code:08x}"])
    bare = rng.random() < 0.1 and not (following.isascii() and following.isalnum() or following == ";")
    return "&" + number + ("" if bare else ";")


class HtmlText:
    """How the text of one page is written."""

    def __init__(self, rng):
        self.rng = rng
        self.references = rng.choice([0, 0, 0.02, 0.3, 1])
        self.tags = rng.choice([0, 0.02, 0.1, 0.3])
        self.blocks = rng.choice([0, 0, 0.02])

    def characters(self, text, following=""):
        out = []
        for i, char in enumerate(text):
            after = text[i + 1:i + 2] or following
            if char in "<>&\"" or self.rng.random() < self.references:
                out.append(reference(self.rng, char, after))
            else:
                out.append(char)
        return out

    def text(self, segments, may_hold_tags=True):
        out = []
        for text, planted in segments:
            if not (planted and may_hold_tags):
                out += self.characters(text, "0")
                continue
            closing = []
            for piece in self.characters(text, "0"):
                chance = self.rng.random()
                if chance < self.blocks:
                    out.append(self.rng.choice(BLOCKS))
                elif chance < self.blocks + self.tags:
                    if closing and self.rng.random() < 0.6:
                        out.append(closing.pop())
                    elif self.rng.random() < 0.5:
                        start, end = self.rng.choice(INLINE)
                        out.append(start)
                        closing.append(end)
                    else:
                        out.append(self.rng.choice(NOTHING_BETWEEN))
                out.append(piece)
            out += reversed(closing)
        written = "".join(out)
        return re.sub("\n", lambda _: self.rng.choice(["\n", "<br>"]), written) if may_hold_tags and "<" not in written else written


def fragment(document, rng):
    """The paragraphs as HTML, as a feed has them in a field."""
    written = HtmlText(rng)
    return "".join(rng.choice(["<p>{}</p>\n", "<p>{}", "<div class=\"a>b\">{}</div>", "{}<br>\n<br />", "{}\n"]).replace(
        "{}", written.text(paragraph)) for paragraph in document["paragraphs"])


def page(document, rng, label):
    """label: what the page declares its encoding to be, or None."""
    written = HtmlText(rng)
    language = rng.choice(["", " lang=zh", " lang='en'"])
    head = rng.choice(["<meta charset={}>", '<meta http-equiv="Content-Type" content="text/html; charset={}">', ""])
    head = (head or "<meta charset='{}'/>").format(label) if label else ""
    if document["title"]:
        head += f"<title>{written.text(document['title'], may_hold_tags=False)}</title>"
    if rng.random() < 0.3:
        head += f'<meta name="description" content="{written.text(document["paragraphs"][0], may_hold_tags=False)}">'
    if rng.random() < 0.2:
        head += rng.choice(["<script>var x = \"AI换脸诈骗\";</script>", "<style>.换脸 {}</style>", "<!-- AI换脸 诈骗 -->"])
    body = f"<h1>{written.text(document['title'])}</h1>\n" if document["title"] else ""
    for paragraph in document["paragraphs"]:
        body += rng.choice(["<p>{}</p>\n", "<p>{}\n", "<div class=text>{}</div>", "<p align=left>{}</p>"]).replace(
            "{}", written.text(paragraph))
    if rng.random() < 0.7:
        body = f"<article>{body}</article>"
    return f"<!DOCTYPE html>\n<html{language}><head>{head}</head>\n<body>{body}</body></html>\n"


def charset_parameter(rng, label):
    return rng.choice(["; charset={}", "; Charset={}", ";charset=\"{}\""]).format(label)


def http_response(document, rng, encoding):
    """A page in an encoding that HTTP's header, the page's own or both declare."""
    codec, mark, labels = ENCODINGS[encoding]
    declared_by = rng.choice(["http", "meta", "both"])
    label = rng.choice(labels)
    body = page(document, rng, None if declared_by == "http" else label).encode(codec, "xmlcharrefreplace")
    if not (encoding.startswith("utf-16") and declared_by != "meta" and rng.random() < 0.5):  # in UTF-16 no meta is found
        body = mark + body
    charset = charset_parameter(rng, label) if declared_by != "meta" else ""
    return (f"HTTP/1.1 200 OK\r\nContent-Type: text/html{charset}\r\nServer: gen\r\n"
            f"Content-Length: {len(body)}\r\n\r\n").encode() + body


def warc_record(document, rng, record_type, content_type, block):
    record_id = uuid.UUID(int=rng.getrandbits(128), version=4)
    header = (f"WARC/1.0\r\nWARC-Type: {record_type}\r\nWARC-Record-ID: <urn:uuid:{record_id}>\r\n"
              f"WARC-Date: 2026-01-01T00:00:00Z\r\nWARC-Target-URI: https://example.org/{document['id']}\r\n"
              f"Content-Type: {content_type}\r\nContent-Length: {len(block)}\r\n\r\n").encode()
    return header + block + b"\r\n\r\n"


# ---------------------------------------------------------------------------------------------------------

FORMATS = ("jsonl", "html", "wet", "csv", "lines", "jsonl-html", "csv-html")  # -html: text is HTML


def documents(planter, seed, first, count, every_term=False):
    for number in range(first, first + count):
        rng = random.Random(f"{seed}/{number}")
        document = planter.document(rng, f"{seed}-{number}")
        if every_term:
            planter.add_in_turn(rng, number, document)
        yield document


def written(from_documents, output_format="jsonl", escape=False, encoding="utf-8"):
    """The documents as bytes, one after the other."""
    codec, mark, _ = ENCODINGS[encoding]
    table = mark + CSV_HEADER.encode(codec)
    head = {"csv": table, "csv-html": table, "lines": mark}.get(output_format)
    if head:
        yield head
    for document in from_documents:
        rng = random.Random(document["id"].replace("-", "/") + "/writing")
        if output_format == "html":
            yield warc_record(document, rng, "response", "application/http; msgtype=response",
                              http_response(document, rng, encoding))
        elif output_format == "wet":
            text = plain(document["title"]) + "\n" + text_of(document)
            yield warc_record(document, rng, "conversion", "text/plain", text.encode())
        elif output_format == "csv":
            yield csv_row(document, rng).encode(codec, "replace")
        elif output_format == "csv-html":
            yield csv_row(document, rng, fragment(document, rng)).encode(codec, "replace")
        elif output_format == "jsonl-html":
            yield json_line(document, rng, escape, fragment(document, rng)).encode()
        elif output_format == "lines":
            yield line(document).encode(codec, "replace")
        else:
            yield json_line(document, rng, escape).encode()


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--seed", type=int, required=True, metavar="N")
    parser.add_argument("--count", type=int, required=True, metavar="N", help="how many documents")
    parser.add_argument("--first", type=int, default=0, metavar="N", help="the number of the first (0)")
    parser.add_argument("--patterns", metavar="DIR", default=PATTERN_FOLDER, help="whose terms are planted (Tocsin's own)")
    parser.add_argument("--every-term", action="store_true", help="plant all terms in turn, too")
    parser.add_argument("--data", metavar="DIR", default=OPENCC_FOLDER, help=f"OpenCC's dictionaries ({OPENCC_FOLDER})")
    parser.add_argument("--escape", action="store_true", help="jsonl: mix raw UTF-8 and escapes")
    parser.add_argument("--format", choices=FORMATS, default="jsonl", help="html, wet: one WARC file")
    parser.add_argument("--encoding", choices=ENCODINGS, default="utf-8", help="of html (each page says it), csv and lines")
    arguments = parser.parse_args()
    if arguments.escape and not arguments.format.startswith("jsonl"):
        parser.error("--escape is for --format jsonl and jsonl-html")
    if arguments.encoding != "utf-8" and arguments.format in ("jsonl", "jsonl-html", "wet"):
        parser.error("--encoding is for --format html, csv, csv-html and lines")
    patterns = Patterns()
    try:
        patterns.load(arguments.patterns)
        planter = Planter(patterns, Disguise(arguments.data))
        chosen = documents(planter, arguments.seed, arguments.first, arguments.count, arguments.every_term)
        for chunk in written(chosen, arguments.format, arguments.escape, arguments.encoding):
            sys.stdout.buffer.write(chunk)
    except BrokenPipeError:
        sys.stdout = None
    except (PatternError, OSError, subprocess.CalledProcessError, yaml.YAMLError) as error:
        print(f"gen_documents: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
