"""The cases of docs/exactness.md: a term of the lexicons, disguised in one way, in a neutral sentence, in a file.

Each row is a transformation. Its maker plants a term in one spelling and says with the row's kind what a reader
expects: KEEPS (still the term), BREAKS (no longer it), or, where a reader and docs/matching.md part,
READER_YES and READER_NO. For the first two the contract says the same, and build() fails where tests/oracle/oracle.py
does not agree; for the others the oracle says what the contract is. Nothing here asks Tocsin.
"""
import itertools
import random
import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import icu

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "oracle"))
import containers as box  # noqa: E402
import gen_documents as gen  # noqa: E402
import oracle  # noqa: E402

KEEPS, BREAKS, READER_YES, READER_NO = "keeps", "breaks", "reader yes", "reader no"
SEED = 20260101

HAN_FRAMES = ["据介绍，{}一词在文中出现过。", "昨天下午，有人谈到{}，随后离开。", "桥边的牌子写着“{}”。", "稻田的故事里没有{}的字样。",
              "气象台：{}之后，雨停了。", "她在信里写道，{}也好，山路也好。", "{}，这是第一句话。", "葡萄架下谈的也是{}"]
ENGLISH_FRAMES = ["The ferry crew wrote {} on the hull.", "On the bus, {} was in every note.", "Bees ({}) hum over the town.",
                  "Nobody in our town knew of {}, he wrote.", "{}: the first words of the book.", "The last word was {}"]

# ---------------------------------------------------------------------------------------------------------
# Terms


@dataclass(eq=False)
class Wanted:
    """A term that is looked for: what a peer is told of it, and the oracle's own for the expectation."""
    number: int
    lexicon: object
    term: object
    text: str           # as it is planted: as authored, without the star of a prefix
    tokens: list
    has_han: bool
    has_latin: bool
    spellings: dict = field(default_factory=dict)  # of the whole term, by OpenCC: t, tw, hk, s, twp
    unless: list = field(default_factory=list)     # the authored texts of its lexicon's phrases that hold it

    @property
    def is_mixed(self):
        return self.has_han and self.has_latin

    def forms(self):
        """The spellings that its options allow, as a user would list them."""
        stem = self.text[:-1] if self.text.endswith("e") else self.text
        forms = [self.text]
        if self.term.inflect:
            forms += [self.text + "s", self.text + "es", stem + "ed", stem + "ing"]
        return forms

    def listed(self):
        """The forms with a hyphen and with a space where words meet: what goes into a list of plain strings."""
        return [spelled for form in self.forms()
                for spelled in dict.fromkeys([form, form.replace("-", " "), form.replace(" ", "-")])]


def opencc(config, lines):
    run = subprocess.run(["opencc", "-c", config + ".json"], input="\n".join(lines), capture_output=True, check=True,
                         encoding="utf-8")
    converted = run.stdout.rstrip("\n").split("\n")
    assert len(converted) == len(lines)
    return converted


def wanted_terms():
    """Every term of the lexicons once, by what it folds to."""
    patterns = oracle.Patterns()
    patterns.load(oracle.PATTERN_FOLDER)
    found = {}
    for lexicon in patterns.lexicons.values():
        for term in lexicon.terms:
            if term.folded in found:
                continue
            text = term.authored[:-1] if term.up_to and term.authored.endswith("*") else term.authored
            tokens = list(text)
            found[term.folded] = Wanted(len(found), lexicon, term, text, tokens, any(map(gen.is_one_han, tokens)),
                                        any(map(gen.is_latin_or_digit, tokens)))
    terms = list(found.values())
    for name, config in (("t", "s2t"), ("tw", "s2tw"), ("hk", "s2hk"), ("s", "t2s"), ("twp", "s2twp")):
        for wanted, spelling in zip(terms, opencc(config, [wanted.text for wanted in terms])):
            wanted.spellings[name] = spelling
    for wanted in terms:
        wanted.unless = [phrase for phrase in wanted.lexicon.unless if wanted.term.folded in phrase.folded]
    return terms


# ---------------------------------------------------------------------------------------------------------
# Spellings. A maker takes (rng, wanted) and returns a Plant, or None where it does not apply.

@dataclass
class Plant:
    text: str               # what a reader sees
    written: str = None     # how the container has it, where that is not the same
    frame: str = None       # a sentence of its own
    query: str = None       # what a tool with a query language of its own would be asked
    after: str = ""         # what follows and is no part of it


STYLES = [name for name in gen.Latin().style_names if name.startswith("MATHEMATICAL") or name == "CIRCLED"]
LATIN = box.DISGUISE.latin


def when_changed(wanted, text):
    return Plant(text) if text != wanted.text else None


def each(change, needs):
    """A maker that sends every character for which needs(character) holds through change(rng, character)."""
    def maker(rng, wanted):
        return when_changed(wanted, "".join(change(rng, c) if needs(c) else c for c in wanted.tokens))
    return maker


def mixed_scripts(rng, wanted):
    """Traditional and Simplified characters in turn."""
    options = {i: (wanted.spellings["s"][i], wanted.spellings["t"][i]) for i in range(len(wanted.tokens))
               if len(wanted.spellings["s"]) == len(wanted.spellings["t"]) == len(wanted.tokens)
               and wanted.spellings["s"][i] != wanted.spellings["t"][i]}
    if len(options) < 2:
        return None
    turn = rng.randrange(2)
    text = wanted.tokens[:]
    for count, (i, option) in enumerate(options.items()):
        text[i] = option[(turn + count) % 2]
    return Plant("".join(text))


def spelling(name):
    return lambda rng, wanted: when_changed(wanted, wanted.spellings[name])


def regional(rng, wanted):
    text = "".join(rng.choice(box.DISGUISE.han.spellings(c, "regional")) if gen.is_one_han(c) else c
                   for c in wanted.spellings["t"])
    return Plant(text) if text not in (wanted.text, wanted.spellings["t"]) else None


def change_case(rng, wanted):
    if not any(map(gen.is_latin, wanted.tokens)):
        return None
    return when_changed(wanted, rng.choice([wanted.text.upper(), wanted.text.lower(), wanted.text.title(),
                                            wanted.text.swapcase()]))


def replaced(mapping, once=False):
    def maker(rng, wanted):
        places = [i for i, c in enumerate(wanted.tokens) if c.lower() in mapping]
        if once and places:
            places = [rng.choice(places)]
        return when_changed(wanted, "".join(rng.choice(mapping[c.lower()]) if i in places else c
                                            for i, c in enumerate(wanted.tokens)))
    return maker


def inside(choices, where):
    """Something between two characters of the term, as where(a, b) allows."""
    def maker(rng, wanted):
        places = gen.borders(wanted.tokens, where)
        if not places:
            return None
        i = rng.choice(places)
        return Plant(wanted.text[:i] + rng.choice(choices) + wanted.text[i:])
    return maker


def both_letters(a, b):
    return gen.is_latin_or_digit(a) and gen.is_latin_or_digit(b)


def not_beside_separator(a, b):
    return a not in " -" and b not in " -"


def gaps(rng, wanted):
    """White space and quotes at every border of Han and Latin in the term."""
    places = gen.borders(wanted.tokens, gen.han_meets_latin)
    if not places:
        return None
    return Plant("".join((rng.choice([" ", "\u00a0", "\u3000", "“", "” ", "「", "』", " 《", "**", "\""]) if i in places else "") + c
                         for i, c in enumerate(wanted.tokens)))


def between_han(rng, wanted):
    """A Latin term between two Chinese characters, nothing between."""
    if wanted.has_han or not wanted.has_latin or not wanted.text[0].isalnum() or not wanted.text[-1].isalnum():
        return None
    return Plant(wanted.text, frame=rng.choice(["他用{}做了一张桌子", "村里有{}的故事", "稻田边的{}和葡萄架"]))


def initials(rng, wanted):
    run = re.search(r"(?<![A-Za-z])[A-Z]{2,4}(?![A-Za-z])", wanted.text)
    if not run:
        return None
    stops_at_end = run.end() == len(wanted.text)  # the last stop is then behind the hit
    return Plant(wanted.text[:run.start()] + ".".join(run[0]) + ("" if stops_at_end else "." + wanted.text[run.end():]),
                 after="." if stops_at_end else "")


def separators(*choices):
    def maker(rng, wanted):
        if not any(c in " -" for c in wanted.tokens[1:-1]):
            return None
        return when_changed(wanted, "".join(rng.choice(choices) if c in " -" else c for c in wanted.tokens))
    return maker


def quoted_half(rng, wanted):
    """A quotation mark at a separator: "deep" fake."""
    places = [i for i, c in enumerate(wanted.tokens) if c == " "]
    if not places:
        return None
    i = rng.choice(places)
    left, right = rng.choice([("", "“"), ("”", ""), ("\"", ""), ("", "'")])
    return Plant(wanted.text[:i] + left + " " + right + wanted.text[i + 1:])


def endings(rng, wanted):
    if wanted.term.inflect:
        return Plant(rng.choice(wanted.forms()[1:2] + wanted.forms()[3:]))
    return Plant(wanted.text + rng.choice(["s", "ed", "ing"])) if wanted.term.up_to else None


REAL_WORDS = {"AI": "mail", "ad": "reading", "app": "happy", "ban": "urban", "sue": "issue", "actor": "factory",
              "sell": "counsellor", "kill": "skillet", "stab": "stable", "risk": "brisk", "sold": "soldier", "lose": "closet",
              "harm": "pharmacy", "court": "courtesy", "mayor": "mayoral", "tool": "stool", "minister": "administer"}


def inside_word(rng, wanted):
    if not wanted.text[0].isascii() or not wanted.text[0].isalpha() or wanted.has_han:
        return None
    real = REAL_WORDS.get(wanted.text)
    return Plant(real or rng.choice(["q", "mo", "zu", "ver"]) + wanted.text + ("" if wanted.term.up_to else rng.choice(["", "k", "ma"])))


def unless_phrase(rng, wanted):
    phrases = [phrase for phrase in wanted.unless if not phrase.up_to]
    if not phrases:
        return None
    text = rng.choice(phrases).authored
    # d' and j' belong to the phrase; a phrase of Latin words stands in an English sentence
    return Plant(text, frame=rng.choice(HAN_FRAMES if any(map(gen.is_one_han, text)) else ENGLISH_FRAMES[:4]))


def unless_elsewhere(rng, wanted):
    plant = unless_phrase(rng, wanted)
    if plant is None:
        return None
    frame = "稻田里有人说{}。" if any(map(gen.is_one_han, plant.text)) else "A note on the bus: {}. "
    return Plant(wanted.text, frame=frame.replace("{}", plant.text) + rng.choice(HAN_FRAMES if wanted.has_han else ENGLISH_FRAMES))


def as_written(rng, wanted):
    return Plant(wanted.text)


def written_as(spell):
    """The term as it is, each character written by spell(rng, character); None leaves the choice to chance."""
    def maker(rng, wanted):
        return Plant(wanted.text, "".join(spell(rng, c) for c in wanted.tokens))
    return maker


def named_references(rng, wanted):
    """The names for what may stand in a term and is read as nothing, a space or a hyphen."""
    places = gen.borders(wanted.tokens, not_beside_separator)
    tokens = wanted.tokens[:]
    written = [{" ": "&nbsp;", "-": "&hyphen;"}.get(c, c) for c in tokens]
    text = [{" ": "\u00a0", "-": "\u2010"}.get(c, c) for c in tokens]
    if places:
        i = rng.choice(places)
        name, char = rng.choice([("&shy;", "\u00ad"), ("&ZeroWidthSpace;", "\u200b"), ("&zwj;", "\u200d"), ("&shy", "\u00ad")])
        if name == "&shy" and tokens[i].isalnum() and tokens[i].isascii():
            name = "&shy;"
        written.insert(i, name)
        text.insert(i, char)
    if "".join(text) == wanted.text:
        return None
    return Plant("".join(text), "".join(written))


def tags_inside(choices, where=lambda a, b: True):
    def maker(rng, wanted):
        places = gen.borders(wanted.tokens, where)
        if not places:
            return None
        i = rng.choice(places)
        before, after = rng.choice(choices)
        return Plant(wanted.text, wanted.text[:i] + before + wanted.text[i:i + 1] + after + wanted.text[i + 1:])
    return maker


def block_inside(rng, wanted):
    """A block between two characters: two paragraphs, two cells."""
    places = gen.borders(wanted.tokens, lambda a, b: a.strip() and b.strip())
    if not places:
        return None
    i = rng.choice(places)
    tag = rng.choice(["</p><p>", "<hr>", "<div>", "</p><h2>", "<ul><li>", "<br><br>", "<table><tr><td>"])
    return Plant(wanted.text[:i] + "\n\n" + wanted.text[i:], wanted.text[:i] + tag + wanted.text[i:])


def wrapped_source(rng, wanted):
    """The page's source is wrapped where the term has a space."""
    return Plant(wanted.text, wanted.text.replace(" ", rng.choice(["\n", "\r\n", " \n  "]))) if " " in wanted.text else None


def unseen(rng, wanted):
    """In the file, but not in the text."""
    return Plant("", wanted.text)


def encodable(codec, spelling_name=None):
    def maker(rng, wanted):
        text = wanted.spellings[spelling_name] if spelling_name else wanted.text
        try:
            text.encode(codec)
        except UnicodeEncodeError:
            return None
        return Plant(text)
    return maker


# Where a reader and the contract part

def letter_spaced(rng, wanted):
    if not wanted.has_han or wanted.has_latin:
        return None
    space = rng.choice([" ", "\u3000"])
    frame = "".join(c + space if c != "{" and c != "}" else c for c in "稻田{}葡萄架").replace("}", "}" + space)
    return Plant(space.join(wanted.tokens), frame=frame)


def joined_words(rng, wanted):
    text = re.sub("[ -]", "", wanted.text)
    return when_changed(wanted, text) if not wanted.has_han else None


def letters_parted(rng, wanted):
    if wanted.has_han or len(wanted.tokens) < 4 or not wanted.text.isalpha():
        return None
    return Plant(rng.choice([".", "-", "*", " "]).join(wanted.tokens))


def typo(rng, wanted):
    if wanted.has_han or len(wanted.tokens) < 7 or not wanted.text.isalpha():
        return None
    i = rng.randrange(2, len(wanted.tokens) - 2)
    how = rng.choice(["drop", "double", "other"])
    middle = {"drop": "", "double": wanted.text[i] * 2, "other": "q"}[how]
    return Plant(wanted.text[:i] + middle + wanted.text[i + 1:])


PINYIN = icu.Transliterator.createInstance("Han-Latin")
ASCII = icu.Transliterator.createInstance("Latin-ASCII")
COMMON_HAN = [bytes([high, low]).decode("gb2312") for high in range(0xB0, 0xD7) for low in range(0xA1, 0xFF)]
HOMOPHONES = {}
for _char in COMMON_HAN:
    HOMOPHONES.setdefault(PINYIN.transliterate(_char), []).append(_char)


def homophones(rng, wanted):
    if wanted.has_latin or len(wanted.tokens) < 2:
        return None
    text = []
    for char in wanted.spellings["s"]:
        others = [c for c in HOMOPHONES.get(PINYIN.transliterate(char), []) if oracle.fold(c).text != oracle.fold(char).text]
        text.append(rng.choice(others) if others else char)
    return when_changed(wanted, "".join(text)) if sum(a != b for a, b in zip(text, wanted.spellings["s"])) > 1 else None


def pinyin(rng, wanted):
    if wanted.has_latin or len(wanted.tokens) < 2 or not all(map(gen.is_one_han, wanted.tokens)):
        return None
    return Plant(ASCII.transliterate("".join(PINYIN.transliterate(c) for c in wanted.spellings["s"])))


DIGITS = "零一二三四五六七八九"


def chinese_number(rng, wanted):
    match = re.fullmatch(r"(\d+)岁", wanted.text)
    if not match:
        return None
    number = int(match[1])
    return Plant((DIGITS[number] if number < 10 else "十" + (DIGITS[number % 10] if number % 10 else "")) + "岁")


def dictionary_of(name):
    with tempfile.TemporaryDirectory() as folder:
        text_file = Path(folder) / "text"
        subprocess.run(["opencc_dict", "-f", "ocd2", "-t", "text", "-i", f"{gen.OPENCC_FOLDER}/{name}.ocd2", "-o",
                        str(text_file)], check=True, stdout=subprocess.DEVNULL)
        entries = (line.rstrip("\n").split("\t") for line in text_file.read_text(encoding="utf-8").split("\n") if line)
        return {entry[0]: entry[1].split(" ") for entry in entries}


JAPANESE = {key: values for key, values in dictionary_of("JPVariants").items() if len(key) == 1}
TRADITIONAL_OF = dictionary_of("STCharacters")


def japanese(rng, wanted):
    if not wanted.has_han:
        return None
    text = "".join(JAPANESE.get(c, [c])[0] for c in wanted.spellings["t"])
    return Plant(text) if text not in (wanted.text, wanted.spellings["t"], wanted.spellings["s"]) else None


def regional_word(rng, wanted):
    text = wanted.spellings["twp"]
    return Plant(text) if oracle.fold(text).text != wanted.term.folded else None


def derived(rng, wanted):
    if wanted.has_han or not wanted.text[-1].isalpha() or wanted.term.up_to or len(wanted.text) < 4 or wanted.text[-1] in "se":
        return None
    return Plant(wanted.text + rng.choice(["er", "ist", "like"]))


def other_traditional(rng, wanted):
    """One character in a Traditional form that belongs to another word: 麵 for 面."""
    places = [(i, other) for i, c in enumerate(wanted.spellings["s"]) if gen.is_one_han(c)
              for other in TRADITIONAL_OF.get(c, []) if len(other) == 1 and other not in
              (c, wanted.spellings["t"][i], wanted.spellings["tw"][i], wanted.spellings["hk"][i], wanted.tokens[i])
              and other in COMMON_TRADITIONAL]
    if not places or len(wanted.spellings["s"]) != len(wanted.tokens):
        return None
    i, other = rng.choice(places)
    return Plant(wanted.spellings["t"][:i] + other + wanted.spellings["t"][i + 1:])


COMMON_TRADITIONAL = {bytes([high, low]).decode("big5") for high in range(0xA4, 0xC6)
                      for low in [*range(0x40, 0x7F), *range(0xA1, 0xFF)] if (high, low) <= (0xC6, 0x7E)}


def listed(entries):
    """Cases that are written by hand: authored term -> (text, query)."""
    def maker(rng, wanted):
        if wanted.term.authored not in entries:
            return None
        entry = entries[wanted.term.authored]
        text, query = entry if isinstance(entry, tuple) else (entry, None)
        return Plant(text, frame="{}", query=query)
    return maker


OTHER_WORDS = {"少女": "减少女性乘客的等候", "儿童": "少儿童话剧周末上演", "少年": "不少年轻的读者留言", "名人": "三名人员到了桥边",
               "法院": "书法院落里种着葡萄", "名医": "一名医科学生来过", "市长": "这座城市长期缺水", "议员": "会议员工都到了",
               "网站": "互联网站在新的路口", "教学": "佛教学者来访", "专家": "那是一家专家用的店", "歌手": "他唱着歌手也不停",
               "立法": "大学成立法学系", "有害": "孩童没有害怕雨水", "演员": "为表演员工排了队", "新规": "广场重新规划过",
               "警方": "民警方才离开", "轻生": "年轻生活很有趣", "医生": "学医生活清苦", "艺人": "手工艺人人会做",
               "当心": "我们应当心怀感激", "明星": "天明星星还在"}
QUOTATIONS = {"换脸": "更换“脸谱”的图案", "新规": "他们重新“规划”了广场", "有害": "信里没有“害怕”二字", "名人": "三名“人物”登台",
              "市长": "这座城市“长期缺水”", "教学": "佛教“学者”来访", "演员": "这次表演“员工之歌”", "网站": "互联网“站台”开放",
              "明星": "天明“星光”晚会", "当心": "我们应当“心怀感激”", "医生": "学医“生活清苦”", "少年": "那里缺少“年画”"}
NAMES = {"ad": "The wall was built in 300 A.D. by monks", "sue": "Her aunt Sue planted roses", "ban": "Mr Ban spoke on the bus",
         "Gemini": "The twins of gemini are a pair of stars", "target": "We bought bread at Target", "AI": "The singer Ai sang on the hill",
         "risk": "They played Risk until eleven", "pope": "Mr Pope keeps bees", "push": "Push was the name of the band",
         "sold": "Sold! was the name of the play", "quote": "the firm Quote keeps its name", "Alexa": "alexa is an old word for a ferry"}
QUERIES = {"换脸": ("他换了一张脸", "换.{0,4}脸"), "deepfake": ("a deep-learning fake of the mill", "deep.{0,12}fake"),
           "6岁": ("6个月大的小猫", r"\d+个?(岁|个月)"), "13-year-old": ("a boy aged 13", r"aged \d+|\d+.year.old"),
           "voice clone": ("a cloning of her voice", r"clon\w* (of )?\w+ voice"), "AI生成": ("由AI软件自动生成的图", "AI.{0,8}生成"),
           "face swap*": ("they swapped the faces of the clocks", r"swap\w* (the )?faces?"), "万元": ("共计86000元", r"\d{5,}元|万元"),
           "教程": ("教你如何做面包", "教你|教程"), "hurt himself": ("he had hurt, by accident, himself", r"hurt\W.{0,20}himself")}

LOOK_ALIKES = {"a": "а", "e": "е", "o": "ο", "p": "р", "c": "с", "x": "х", "i": "і", "s": "ѕ", "y": "у"}

# ---------------------------------------------------------------------------------------------------------
# Rows


@dataclass
class Row:
    name: str
    kind: str
    maker: object
    write: object = box.line
    traditional: bool = False  # the sentence around it, too
    unread: bool = False    # docs/formats.md does not promise that the text is read at all
    needs: str = ""         # for READER rows: the configuration of string_peers or peers that is made for it
    note: str = ""          # one sentence for the reader


INLINE = [("<b>", "</b>"), ("<em>", "</em>"), ("<span class=\"a\">", "</span>"), ("<a href='/x?a=1'>", "</a>"), ("<i>", "</i>")]
NOTHING = [("<wbr>", ""), ("<!-- x -->", ""), ("<span></span>", ""), ("<!-- a > b -->", ""), ("", "<!---->")]
han, latin = gen.is_one_han, gen.is_latin_or_digit


def escape_lower(char):
    return gen.unicode_escape(random.Random(0), char).lower()


def escape_upper(char):
    return "\\u" + "\\u".join(part.upper() for part in escape_lower(char).split("\\u")[1:])


def escape_mixed(char):
    return char if ord(char) % 2 and char >= " " else escape_lower(char)


def references(style):
    return written_as(lambda rng, c: style % ord(c))


def styled(rng, char):
    return LATIN.spelling(rng, char, rng.choice(STYLES))


def astral(rng, wanted):
    return each(lambda rng, c: LATIN.spelling(rng, c, "MATHEMATICAL BOLD"), latin)(rng, wanted)


ROWS = [
    Row("as written in the lexicon", KEEPS, as_written),
    Row("Traditional Chinese", KEEPS, spelling("t"), note="OpenCC s2t of the whole term."),
    Row("Simplified Chinese", KEEPS, spelling("s"), note="For the terms that the lexicons hold in Traditional."),
    Row("both scripts mixed in one word", KEEPS, mixed_scripts),
    Row("Hong Kong and Taiwan variants", KEEPS, regional, note="僞 and 偽 for 伪: OpenCC's HKVariants and TWVariants of the Traditional."),
    Row("CJK compatibility ideographs and radicals", KEEPS,
        each(lambda rng, c: box.DISGUISE.han.spellings(c, "compatibility")[0], han), note="Kangxi radicals ⼈, and U+F900 ff."),
    Row("full-width letters and digits", KEEPS, each(lambda rng, c: LATIN.spelling(rng, c, "FULLWIDTH"), latin)),
    Row("mathematical and circled letters", KEEPS, each(styled, latin), note="A style drawn for each character."),
    Row("upper, lower, title and swapped case", KEEPS, change_case),
    Row("ſ for s, Kelvin sign for k", KEEPS, replaced({"s": "ſ", "k": "\u212a"})),
    Row("characters inside that show nothing", KEEPS,
        inside(["\u200b", "\u00ad", "\ufe0f", "\u2060", "\u200d", "\U000e0100", "\ufeff"], not_beside_separator),
        note="Zero-width space, soft hyphen, variation selectors, joiners."),
    Row("white space and quotes between Han and Latin", KEEPS, gaps),
    Row("one quotation mark between two Han", KEEPS, inside(gen.HAN_QUOTES[:8], gen.han_meets_han)),
    Row("initials with stops", KEEPS, initials, note="A.I."),
    Row("Latin word directly between Han", KEEPS, between_han, note="Nothing parts words in Chinese."),
    Row("hyphen, no-break space or two spaces between words", KEEPS, separators("-", "\u00a0", "\u2011", "  ", "\u2013", " ")),
    Row("quotation mark where the words meet", KEEPS, quoted_half),
    Row("endings that the term allows", KEEPS, endings),
    Row("term outside, excepted phrase elsewhere", KEEPS, unless_elsewhere, note="An `unless` phrase takes back only what it covers."),
    Row("JSONL, \\u escapes in lower case", KEEPS, as_written, box.json_line(escape_lower)),
    Row("JSONL, \\u escapes in upper case", KEEPS, as_written, box.json_line(escape_upper)),
    Row("JSONL, every other character escaped", KEEPS, as_written, box.json_line(escape_mixed)),
    Row("JSONL, surrogate pairs", KEEPS, astral, box.json_line(escape_lower), note="Mathematical letters, escaped."),
    Row("JSONL, words parted by \\n", KEEPS, separators("\n", "-\n"), box.json_line(lambda c: c if c >= " " else "\\n")),
    Row("HTML, decimal references", KEEPS, references("&#%d;"), box.page),
    Row("HTML, hexadecimal references", KEEPS, references("&#x%X;"), box.page),
    Row("HTML, named references", KEEPS, named_references, box.page, note="&shy; &nbsp; &hyphen; &zwj; in the term."),
    Row("HTML, inline tags inside a word", KEEPS, tags_inside(INLINE), box.page),
    Row("HTML, comments and empty tags inside a word", KEEPS, tags_inside(NOTHING), box.page),
    Row("HTML, source wrapped between words", KEEPS, wrapped_source, box.page),
    Row("CSV, doubled quotation marks in a quoted field", KEEPS, inside(["\""], lambda a, b: gen.han_meets_han(a, b) or
                                                                       gen.han_meets_latin(a, b)), box.csv_row),
    Row("CSV, line break in a quoted field", KEEPS, separators("\n", "\r\n"), box.csv_row),
    Row("UTF-8 with a byte order mark", KEEPS, lambda rng, wanted: Plant(wanted.text, frame="{}. The first line."), box.line_with_bom),
    Row("UTF-16LE", KEEPS, as_written, box.line_in("utf-16le"), note="With a byte order mark."),
    Row("UTF-16BE", KEEPS, as_written, box.line_in("utf-16be"), note="With a byte order mark."),
    Row("page in GB18030", KEEPS, encodable("gb18030"), box.page_in("gb18030"), note="`rg` is told the charset, `ugrep` does not know it, the others find it."),
    Row("page in GBK", KEEPS, encodable("gbk", "s"), box.page_in("gbk")),
    Row("page in Big5", KEEPS, encodable("big5", "tw"), box.page_in("big5"), traditional=True),
    Row("page in Big5-HKSCS", KEEPS, encodable("big5hkscs", "hk"), box.page_in("big5-hkscs"), traditional=True),
    Row("text in GB18030, undeclared", KEEPS, encodable("gb18030", "s"), box.line_undeclared("gb18030"),
        note="All but Tocsin are told the charset."),
    Row("text in Big5, undeclared", KEEPS, encodable("big5", "tw"), box.line_undeclared("big5"), traditional=True,
        note="All but Tocsin are told the charset."),
    Row("gzip, a member's border inside the term", KEEPS, as_written, box.gzip_cut_in_term),
    Row("WARC.gz, second page, GB18030 by HTTP", KEEPS, encodable("gb18030"), box.warc_of_pages),

    Row("white space between two Han", BREAKS, inside([" ", "\u3000", "\n\n"], gen.han_meets_han), box.json_line(
        lambda c: {"\n": "\\n"}.get(c, c)), note="Two items side by side: 更换 脸谱."),
    Row("brackets between two Han", BREAKS, inside(["（", "【", "》《", "〔", ")"], gen.han_meets_han)),
    Row("two quotation marks between two Han", BREAKS, inside(["”“", "」「", "\" \"", "』『"], gen.han_meets_han)),
    Row("stop or comma between two Han", BREAKS, inside(["。", "，", "；", "！", "、"], gen.han_meets_han)),
    Row("paragraph break between Han and Latin", BREAKS, inside(["\n\n", "\u2029"], gen.han_meets_latin), box.json_line(escape_lower)),
    Row("comma, stop or paragraph between words", BREAKS, separators(", ", ". ", "\n\n", " / "), box.json_line(
        lambda c: {"\n": "\\n"}.get(c, c))),
    Row("Latin term inside another word", BREAKS, inside_word, note="AI in MAIL."),
    Row("term inside an excepted phrase", BREAKS, unless_phrase, note="换脸手术, a surgery, is no 换脸 of ours."),
    Row("HTML, block tags between", BREAKS, block_inside, box.page),
    Row("HTML, only in a script or a comment", BREAKS, unseen, box.page_unseen,
        note="What searches files as they are cannot know."),

    Row("letter-spaced Chinese", READER_YES, letter_spaced, note="换 脸, as in headings and in text out of PDFs."),
    Row("stray mark between two Han", READER_YES, inside(["*", "·", "/", "_", "♡", "~", "."], gen.han_meets_han), note="换*脸, to get past filters."),
    Row("letters of a word parted by marks", READER_YES, letters_parted, note="d.e.e.p.f.a.k.e"),
    Row("words joined by an underscore or a stroke", READER_YES, separators("_", "/"), note="face_swap, as in hashtags."),
    Row("words written as one", READER_YES, joined_words, note="faceswap for a term `face swap`; a second term in the lexicon mends it."),
    Row("accents and strokes on letters", READER_YES, inside(["\u0301", "\u0308", "\u0336", "\u0338"], both_letters),
        note="de\u0301epfake; docs/matching.md keeps marks, because they make other words in other languages."),
    Row("dotless ı or dotted İ for i", READER_YES, replaced({"i": "ıİ"})),
    Row("Cyrillic and Greek look-alikes", READER_YES, replaced(LOOK_ALIKES, once=True), note="dеepfake with a Cyrillic е."),
    Row("other characters of the same sound", READER_YES, homophones, needs="matcher_py ROMANIZE", note="涣莲 for 换脸."),
    Row("written in pinyin", READER_YES, pinyin, needs="matcher_py ROMANIZE_CHAR", note="huanlian"),
    Row("one letter wrong", READER_YES, typo, needs="ugrep -Z1", note="Dropped, doubled, or another."),
    Row("age in Chinese numerals", READER_YES, chinese_number, note="六岁 for 6岁."),
    Row("Japanese character forms", READER_YES, japanese, note="児童 for 兒童."),
    Row("another word for it in Taiwan", READER_YES, regional_word, needs="Python with OpenCC tw2sp",
        note="影片 for 视频; Tocsin's lexicons list such words as terms of their own."),
    Row("longer word made of the term", READER_YES, derived, note="-er, -ist, -like on a term without `*`."),
    Row("a regular expression", READER_YES, listed(QUERIES), needs="rg with a regex", note="换.{0,4}脸 for 换了一张脸."),
    Row("in a ZIP archive", READER_YES, as_written, box.zip_of_line, unread=True, needs="ugrep -z -F"),
    Row("UTF-32 with a byte order mark", READER_YES, as_written, box.line_utf32, unread=True, needs="ugrep -z -F"),
    Row("HTML, in the alt text of an image", READER_YES, as_written, box.page_with("</p><img src='/x.png' alt='", "'></article></body></html>\n"),
        unread=True, note="Tocsin's fields hold what a page says in words; attributes are in none of them."),
    Row("JSONL, under a key that is no text", READER_YES, as_written, box.json_line_of_key("caption"), unread=True,
        note="Tocsin searches the keys that --field names, by default the text's."),
    Row("Traditional form of another word", READER_NO, other_traditional, note="麵 where 面 is meant: one class in Tocsin."),
    Row("Chinese words that happen to hold the term", READER_NO, listed(OTHER_WORDS), note="减少女性 holds 少女; `unless` phrases mend single ones."),
    Row("a quotation that begins inside", READER_NO, listed(QUOTATIONS), note="更换“脸谱” is found as 换脸."),
    Row("names and dates that look like the term", READER_NO, listed(NAMES), needs="rg -F -w, case kept", note="300 A.D. is found as `ad`."),
]

# ---------------------------------------------------------------------------------------------------------
# Cases


@dataclass
class Case:
    row: Row
    wanted: Wanted
    name: str
    written: box.Written
    text: str       # the decoded field
    start: int      # where the term, or what looks like it, is in it
    end: int
    contract: bool  # a hit by docs/matching.md
    query: str

    @property
    def reader(self):
        return self.row.kind in (KEEPS, READER_YES)

    @property
    def planted(self):
        return self.text[self.start:self.end]


def squash(text):
    return re.sub(r"[\W_]", "", text.casefold())


def frame_for(rng, wanted):
    """A sentence that does not hold the term, not even inside other words."""
    frames = [f for f in (HAN_FRAMES if wanted.has_han else ENGLISH_FRAMES)
              if squash(wanted.text) not in squash(f) + "|" + squash(box.OTHER_TEXT) + "|" + squash("".join(box.OTHER_LINES))]
    # Latin at a term's edge must not touch the sentence's Han where that is not what is tried; Han at the edge may.
    if wanted.is_mixed:
        frames = [f for f in frames if re.search(r"(^|\W)\{\}(\W|$)", f)]
    return rng.choice(frames) if frames else ""


@lru_cache(None)
def in_traditional(text):
    return opencc("s2tw", [text])[0] if text else text


def make_case(row, wanted):
    rng = random.Random(f"{SEED}/{row.name}/{wanted.term.folded}")
    plant = row.maker(rng, wanted)
    if plant is None:
        return None
    frame = plant.frame or frame_for(rng, wanted)
    if not frame:
        return None
    left, _, right = frame.partition("{}")
    if plant.frame and plant.frame != "{}" and row.maker is not unless_elsewhere and squash(wanted.text) in squash(left + "|" + right):
        return None
    right = plant.after + right
    if row.traditional:
        left, right = in_traditional(left), in_traditional(right)
    written = row.write(left, plant.text if plant.written is None else plant.written, right)
    text, start = left + plant.text + right, len(left)
    end = start + len(plant.text)
    hits = wanted.lexicon.find([oracle.Field("text", "text", text)])
    spans = {(hit.start, hit.end) for hit in hits if hit.term.folded == wanted.term.folded}
    if row.kind in (KEEPS, BREAKS):
        contract = row.kind == KEEPS
        if spans != ({(start, end)} if contract else set()):
            raise ValueError(f"{row.name}: {wanted.term.authored!r} in {text!r}: expected {(start, end) if contract else 'nothing'},"
                             f" the oracle says {sorted(spans)}")
    else:
        contract = bool(spans) and not row.unread
    name = f"{ROWS.index(row):02}-{wanted.number:03}{written.suffix}"
    return Case(row, wanted, name, written, text, start, end, contract, plant.query)


def build(terms, most=None):
    """All cases; with most=N, N terms of each row, others in each."""
    cases = []
    for number, row in enumerate(ROWS):
        start = 0 if most is None else number * most % len(terms)
        made = (case for case in (make_case(row, wanted) for wanted in terms[start:] + terms[:start]) if case)
        made = list(itertools.islice(made, most))
        if not made:
            raise ValueError(f"row {row.name!r} has no case")
        cases += made
    return cases
