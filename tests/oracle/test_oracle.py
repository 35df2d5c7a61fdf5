#!/usr/bin/python3
"""Tests of the oracle: a table of cases for each sentence of docs/matching.md, in the page's order.

Run with Debian's python: /usr/bin/python3 tests/oracle/test_oracle.py
"""
import json
import os
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import oracle  # noqa: E402
from oracle import Evaluation, Expression, Field, Lexicon, Parser, PatternError, Patterns, Term  # noqa: E402

FOLDER = os.path.dirname(os.path.abspath(__file__))


def folded(text, lf_paragraph=False):
    return oracle.fold(text, lf_paragraph).text


def spans(term, text, lf_paragraph=False, **options):
    """The slices of the text that are hits of a term, in order."""
    term = term if isinstance(term, Term) else Term(term, **options)
    hits = term.find(Field("text", "text", text, lf_paragraph), 0)
    return [text[h.start:h.end] for h in sorted(hits, key=lambda h: h.span)]


class TableCase(unittest.TestCase):
    def check(self, function, table):
        for *arguments, expected in table:
            with self.subTest(arguments=arguments):
                self.assertEqual(function(*arguments), expected)


class FoldTest(TableCase):
    def test_2_1_nfkc_cf(self):
        self.check(folded, [
            ("", ""),
            ("ＡＩ", "ai"),
            ("Straße", "strasse"),
            ("ﬁ", "fi"),
            ("A\u00adI\u200b", "ai"),        # default-ignorable
            ("e\u0301", "é"),                # composed
            ("K", "k"),                      # Kelvin sign
            ("㍿", "株式会社"),
            ("a\0b", "a\0b"),
            ("\ufffd", "\ufffd"),
        ])

    def test_2_1_map(self):
        def origins(text):
            f = oracle.fold(text)
            return list(zip(f.text, f.first, f.last))

        self.check(origins, [
            ("aﬁ", [("a", 0, 0), ("f", 1, 1), ("i", 1, 1)]),
            ("a\u00adb", [("a", 0, 0), ("b", 2, 2)]),
            ("e\u0301x", [("é", 0, 1), ("x", 2, 2)]),               # composed: from the whole segment
            ("x\u0301", [("x", 0, 0), ("\u0301", 1, 1)]),            # stays apart: each from its own
            ("e\u00ad\u0301\u00adx", [("é", 0, 2), ("x", 4, 4)]),    # less the empty ones at the end
            ("\u00ade\u0301", [("é", 1, 2)]),                        # a segment of its own before
            ("\u1100\u1161\u11a8", [("각", 0, 2)]),
            ("換\ufe0f", [(folded("換"), 0, 0)]),
        ])

    def test_2_1_segments_may_be_normalised_apart(self):
        import random
        random.seed(1)
        alphabet = "aeoAK\u0301\u0327\u0345\u00ad\u200d\ufe0f\u1100\u1161\u11a8가각か\u3099換\ufb01 \u00b4\u0130\u0323"
        for _ in range(2000):
            text = "".join(random.choice(alphabet) for _ in range(8))
            self.assertEqual("".join(c for c, _, _ in oracle.nfkc_cf_with_map(text)), oracle.NFKC_CF.normalize(text))

    def test_2_2_single_characters(self):
        self.check(folded, [
            ("a\u2018b\u2019c\u02bcd\u2032e", "a'b'c'd'e"),
            ("a\u2010b\u2011c\u2012d\u2013e\u2212f", "a-b-c-d-e-f"),
            ("a\u2014b\u2015c", "a\u2014b\u2015c"),
            ("5\u2033", "5''"),
        ])

    def test_2_3_initials(self):
        self.check(folded, [
            ("A.I.", "ai"),
            ("U.S.", "us"),
            ("Ｕ．Ｓ．Ａ．", "usa"),
            ("the U.S.A", "the usa"),            # the run is U.S.
            ("A.", "a."),                        # one pair is no run
            ("ab.c.", "ab.c."),                  # b is preceded by a letter, c. is alone
            ("1a.b.", "1a.b."),                  # a is preceded by a digit
            ("\u0301a.b.", "\u0301a.b."),        # or a mark
            ("A.I.lab", "ailab"),
            ("A. I.", "a. i."),
            ("a.b.c.d", "abcd"),
            ("И.В.", "и.в."),                    # not Latin
            (".a.b.", ".ab"),
            ("a..b.", "a..b."),
            ("㏂", "am"),                        # judged folded
            ("用A.I.換臉", folded("用ai换脸")),   # a Han character is a letter, but not a spaced one
            ("用A.I.", folded("用ai")), ("ーA.I.", "ーai"), ("กA.I.", "กai"),
            ("한a.b.", "한a.b."), ("яa.b.", "яa.b."), ("①a.b.", "1a.b."), ("①㏂", "1a.m."),
            ("_a.b.", "_ab"), ("™a.b.", "tma.b."),
            ("é.e\u0301.", "éé"),
        ])

    def test_2_4_han(self):
        same = [("換", "换"), ("臉", "脸"), ("龍", "龙"), ("衞", "卫"), ("麪", "面"), ("峯", "峰"),
                ("臺", "台"), ("裡", "里"), ("爲", "為"), ("\uf90a", "金"), ("⼈", "人")]
        for a, b in same:
            with self.subTest(a=a, b=b):
                self.assertEqual(folded(a), folded(b))
        for a, b in [("人", "入"), ("あ", "ア"), ("換", "脸")]:
            self.assertNotEqual(folded(a), folded(b))
        representative = oracle.han_representatives()
        for char, smallest in representative.items():
            self.assertLessEqual(smallest, char)
            self.assertTrue(oracle.is_han(char) and oracle.is_han(smallest))
            self.assertEqual(representative[smallest], smallest)

    def test_2_4_components_and_exceptions(self):
        pair = lambda a, b: frozenset((a, b))  # noqa: E731
        self.assertEqual(oracle.components({pair("b", "c"), pair("c", "d"), pair("x", "y")}),
                         {"b": "b", "c": "b", "d": "b", "x": "x", "y": "x"})
        with tempfile.NamedTemporaryFile("w", encoding="utf-8", suffix=".tsv") as file:
            file.write("# comment\ncut\t換\t换\ta reason\njoin\t人\t入\ta reason\n")
            file.flush()
            edges = oracle.han_edges(file.name)
        self.assertNotIn(pair("換", "换"), edges)
        self.assertIn(pair("人", "入"), edges)
        self.assertIn(pair("臉", "脸"), edges)
        self.assertEqual(oracle.read_han_exceptions("/nonexistent"), (set(), set()))
        with tempfile.NamedTemporaryFile("w", encoding="utf-8") as file:
            file.write("cut 換 换\n")
            file.flush()
            self.assertRaises(PatternError, oracle.read_han_exceptions, file.name)

    def test_2_5_white_space(self):
        self.check(folded, [
            ("a  \t b", "a b"),
            ("a\u3000b", "a b"),
            ("a\nb", "a\nb"), ("a\r\nb", "a\nb"), ("a\vb", "a\nb"), ("a\fb", "a\nb"),
            ("a\rb", "a\nb"), ("a\u0085b", "a\nb"), ("a\u2028b", "a\nb"),
            ("a \n b", "a\nb"),
            ("a\u2029b", "a\fb"),
            ("a\n\nb", "a\fb"), ("a\n \tb", "a\nb"), ("a\n \t\rb", "a\fb"),
            ("a\r\n\r\nb", "a\fb"), ("a\n\rb", "a\fb"),
            ("a\n\u200b\nb", "a\fb"),           # judged after 2.1
            ("a\n'\nb", "a\n'\nb"),             # two runs
            (" a ", " a "), ("\n\na\n", "\fa\n"), ("  ", " "), ("\n\n", "\f"),
            ("  \" a", " \" a"), ("\"  ", "\" "),
        ])
        self.check(folded, [
            ("a\nb", True, "a\fb"), ("a b", True, "a b"), ("換\nAI", True, folded("換") + "\fai"),
        ])

    def test_2_5_gap_between_han_and_latin_or_digit(self):
        h = folded("換")
        self.check(folded, [
            ("AI 換", "ai" + h), ("換 AI", h + "ai"), ("換 4", h + "4"), ("４ 換", "4" + h),
            ("AI\"換", "ai" + h), ("AI「換", "ai" + h), ("AI 《換", "ai" + h), ("AI【 **_換", "ai" + h),
            ("AI\n換", "ai" + h),
            ("AI\n\n換", "ai\f" + h),
            ("AI" + " " * 8 + "換", "ai" + h),
            ("AI" + " " * 9 + "換", "ai " + h),
            ("AI" + "*" * 9 + "換", "ai" + "*" * 9 + h),
            ("AI-換", "ai-" + h), ("AI（換", "ai(" + h), ("AI，換", "ai," + h),
            ("か 換", "か " + h), ("か AI", "か ai"), ("한 換", "한 " + h),
            ("я 換", "я " + h),                    # Cyrillic is neither Latin nor a digit
            ("x\u0301 換", "x\u0301 " + h),         # nor is a mark
            ("①換 ①", "1" + h + "1"),              # judged on the folded characters
            ("AI 〇", "ai〇"),                      # of script Han
            ("A.I. 換", "ai" + h),
        ])

    def test_2_5_gap_between_han(self):
        h = folded("換")
        for quote in "“”\"'「」『』‘’＂｢":
            self.assertEqual(folded("換" + quote + "換"), h + h, quote)
        self.check(folded, [
            ("換 換", h + " " + h),
            ("換\n換", h + "\n" + h),
            ("換”“換", h + "”“" + h),
            ("換 \"換", h + " \"" + h),
            ("換《換", h + "《" + h), ("換*換", h + "*" + h), ("換«換", h + "«" + h),
            ("【換】換", "【" + h + "】" + h),
            ("AI\"造黃\"教程", folded("AI造黄教程")),
        ])

    def test_2_5_collapsed_space_comes_from_its_run(self):
        f = oracle.fold("a \n b")
        self.assertEqual((f.first, f.last), ((0, 1, 4), (0, 3, 4)))


class TermTest(TableCase):
    def test_folded_alike_and_trimmed(self):
        self.assertEqual(Term(" ＡＩ 換臉\n").folded, folded("AI换脸"))
        self.assertEqual(Term("deepfak*").folded, "deepfak")
        for bad in ("", " ", "\u00ad", "*", "換 臉", "換\n臉"):
            self.assertRaises(PatternError, Term, bad)
        Term("換 か")

    def test_separator(self):
        self.check(lambda text: bool(spans("face swap", text)), [
            ("face swap", True), ("Face-Swap", True), ("face\nswap", True), ("face-\nswap", True),
            ("face\u2010swap", True), ("face   swap", True), ("face \n swap", True), ("face-\n  swap", True),
            ("face \"swap", True), ("face\" swap", True), ("face“-”swap", True), ("face'\n'swap", True),
            ("faceswap", False), ("face--swap", False), ("face - swap", False), ("face\"swap", False),
            ("face \"\"swap", False), ("face\n\nswap", False), ("face-\n\nswap", False), ("face -\nswap", False),
            ("face\u2014swap", False), ("face *swap", False), ("face, swap", False),
        ])
        self.check(lambda text: bool(spans("face-swap", text)), [
            ("face swap", True), ("face-swap", True), ("faceswap", False),
        ])
        self.assertEqual(spans("face swap", "a face\nswap", lf_paragraph=True), [])
        self.assertEqual(spans("a b c", "a-b\nc"), ["a-b\nc"])

    def test_white_space_that_is_no_separator(self):
        self.check(lambda term, text: bool(spans(term, text)), [
            ("デープ フェイク", "デープ フェイク", True),
            ("デープ フェイク", "デープ\nフェイク", True),
            ("デープ フェイク", "デープ-フェイク", False),
            ("デープ フェイク", "デープ\n\nフェイク", False),
            ("a - b", "a - b", True), ("a - b", "a\n-\nb", True), ("a - b", "a-b", False),
            ("a, b", "a,\nb", True), ("a, b", "a,-b", False),
            ("a\n\nb", "a\n\nb", False), ("a\n\nb", "a b", False),
        ])

    def test_every_other_character_matches_itself(self):
        self.check(spans, [
            ("C++", "c++ C+", ["c++"]),
            ("don't", "don’t", ["don’t"]),
            ("-x", "a -x", ["-x"]),
            ("換脸", "换臉換臉", ["换臉", "換臉"]),
            ("aa", "換aa換", ["aa"]),
            ("換換", "換換換", ["換換", "換換"]),   # overlapping
        ])

    def test_inflect(self):
        def found(term, text):
            return bool(spans(term, text, inflect=True))

        self.check(found, [
            ("nudify", "nudify", True), ("nudify", "nudifys", True), ("nudify", "nudifyes", True),
            ("nudify", "nudifyed", True), ("nudify", "nudifying", True), ("nudify", "nudifyer", False),
            ("fake", "fakes", True), ("fake", "faked", True), ("fake", "faking", True),
            ("fake", "fakees", True), ("fake", "fakeed", False), ("fake", "fakeing", False), ("fake", "fak", False),
            ("deep fake", "deep-faking", True), ("deep fake", "deeping fake", False),
            ("gpt4", "gpt4s", False), ("gpt4", "gpt4", True),    # a digit is spaced, but no letter
            ("AI换 gpt", "AI换 gpts", True), ("換脸hook", "换脸hooking", True),
        ])
        for bad in ("換脸", "C++", "デープ", "ไทย", "swap.", "e", "Ｅ"):
            with self.subTest(bad=bad):
                self.assertRaises(PatternError, Term, bad, inflect=True)
        self.assertEqual(spans("fake", "fakes FAKING", inflect=True), ["fakes", "FAKING"])
        self.assertEqual(spans("swap", "swaps"), [])

    def test_prefix(self):
        self.check(spans, [
            ("deepfak*", "deepfak deepfake deepfakes deepfakery deepfakeries", [
                "deepfak", "deepfake", "deepfakes", "deepfakery"]),
            ("deepfak*", "deepfake4", []),
            ("deepfak*", "deepfakeⓢ", ["deepfakeⓢ"]),          # letters are judged folded; the longest
            ("deepfak*", "deepfakeⓢⓢⓢⓢ", ["deepfakeⓢⓢⓢ"]),    # whose edges hold: ⓢ touches nothing
            ("deepfak*", "deepfake換", ["deepfake"]),
            ("換*", "換abcd", ["換abcd"]),
            ("換*", "換abcde", ["換"]),                          # the edge 換|a does not touch
            ("deepfak＊", "deepfake deepfak＊", ["deepfak＊"]),   # only as the last authored character
            ("deepfak* ", "deepfake deepfak*", ["deepfak*"]), ("deep*fake", "deep*fake deepfake", ["deep*fake"]),
        ])
        long = Term("deepfak", up_to=6)
        self.assertEqual(spans(long, "deepfakeries deepfakeriesx deepfakeriesxx"), ["deepfakeries", "deepfakeriesx"])

    def test_edges(self):
        self.check(spans, [
            ("AI", "用AI换脸", ["AI"]), ("AI", "MAIL", []), ("AI", "AI4", []), ("AI", "4AI", []),
            ("AI", "AIか", ["AI"]), ("AI", "AI한", []), ("AI", "яAI", []), ("AI", "AI\u0301", []),
            ("AI", "AI①", ["AI"]), ("AI", "AI™", ["AI"]), ("AI", "AI²", ["AI"]), ("AI", "①AI", ["AI"]),
            ("AI", "AI\u200bx", []),                # right before, in the folded text
            ("AI", "AI_x", ["AI"]),
            ("AI", "A.I.lab", []), ("AI", "A.I. lab", ["A.I"]),
            ("i", "ﬁ", []),                         # ﬁ itself is a letter
            ("g", "㎏", ["㎏"]), ("kg", "5㎏", ["㎏"]),   # ㎏ is a symbol
            ("AI", "ーAI", ["AI"]), ("AI", "AIｰ", ["AI"]),   # script Common, its extensions Hiragana and Katakana
            ("AI", "AI\u3099", ["AI"]), ("AI", "AI〆", ["AI"]),
            ("ไทย", "กไทยก", ["ไทย"]),
            ("換", "a換b", ["換"]),
            ("C++", "c++x", ["c++"]),               # + touches nothing
        ])

    def test_version(self):
        self.check(lambda term, text: spans(term, text, version=True), [
            ("GPT", "GPT4", ["GPT"]), ("GPT", "4GPT", ["GPT"]), ("GPT", "GPTs", []), ("GPT4", "GPT44", []),
            ("GPT4", "GPT4o", ["GPT4"]), ("GPT", "GPT\u0301", []),
        ])

    def test_word(self):
        self.check(lambda term, text: spans(term, text, word=True), [
            ("face", "a face.", ["face"]), ("can", "can't can", ["can"]), ("AI", "用\U0001f600AI", ["AI"]),
        ])
        self.assertEqual(spans("can", "can't"), ["can"])

    def test_span(self):
        self.check(spans, [
            ("ai", "x A\u00adI\u200b y", ["A\u00adI"]),         # inner ignorables, not trailing ones
            ("AI", "\u00adAI", ["AI"]),
            ("é", "e\u0301\u00ad", ["e\u0301"]),
            ("株式", "㍿", ["㍿"]), ("会社", "㍿", ["㍿"]),
            ("AI", "A.I.", ["A.I"]),
            ("AI换脸", "ＡＩ「 換臉", ["ＡＩ「 換臉"]),
            ("s", "①ﬆ", []),
        ])
        self.assertEqual(spans("c", "㏄"), ["㏄"])    # two occurrences of one span are one hit
        self.assertEqual(spans("ア", "㌀ア"), ["㌀", "ア"])

    def test_unless(self):
        lexicon = Lexicon("x")
        lexicon.add(Term("交"))
        lexicon.add(Term("路口"))
        lexicon.unless = [Term("路口交通")]
        found = sorted((h.field, h.start, h.end) for h in lexicon.find(
            [Field("a", "text", "路口交通，交友，路口"), Field("b", "text", "交")]))
        self.assertEqual(found, [(0, 5, 6), (0, 8, 10), (1, 0, 1)])
        lexicon.unless = [Term("交")]            # covers itself: start <= start, end >= end
        self.assertEqual(len(lexicon.find([Field("a", "text", "交路口")])), 1)

    def test_terms_that_fold_alike(self):
        lexicon = Lexicon("x")
        first = lexicon.add(Term("换脸"))
        self.assertIs(lexicon.add(Term("換臉")), first)
        self.assertIsNot(lexicon.add(Term("换脸", version=True)), first)
        self.assertIsNot(lexicon.add(Term("换脸*")), first)
        self.assertIs(lexicon.add(Term("换脸*")), lexicon.add(Term("換臉", up_to=4)))


LEXICONS = {"ai": ["AI", "换脸", "deepfake"], "harm": ["诈骗", "harm"], "kid": ["未成年", "kid"],
            "both": ["AI诈骗", "诈骗", "AI"]}


def lexicons():
    made = {}
    for name, terms in LEXICONS.items():
        made[name] = Lexicon(name)
        for term in terms:
            made[name].add(Term(term))
    return made


def as_fields(text):
    return [Field("text", "text", text)] if isinstance(text, str) else [Field(role, role, t) for role, t in text]


def evaluate(source, text):
    """Whether an expression over LEXICONS holds on a text, or on [(role, text) ...]."""
    expression = Parser(source, Lexicon("rules")).parse()
    oracle.resolve(expression, lexicons_by_name := lexicons())
    assert lexicons_by_name
    fields = as_fields(text)
    return Evaluation(fields, lambda lexicon: lexicon.find(fields)).holds(expression)


class RuleTest(TableCase):
    def test_grammar(self):
        def shape(source):
            def walk(e):
                inner = [walk(c) for c in e.children]
                return [e.op] + inner + ([e.number] if e.number else []) if inner else e.name or e.term.authored
            return walk(Parser(source, Lexicon("rules")).parse())

        self.check(shape, [
            ("a", "a"),
            ("a or b and not c", ["or", "a", ["and", "b", ["not", "c"]]]),
            ("(a or b) and c", ["and", ["or", "a", "b"], "c"]),
            ("not not a", ["not", ["not", "a"]]),
            ("not a and b", ["and", ["not", "a"], "b"]),
            ('"x \\"y\\" \\\\"', 'x "y" \\'), ("'x \"y'", 'x "y'), ("a1_b", "a1_b"),
            ("near(a, 'b', 5)", ["near", "a", "b", 5]),
            ("near(a,b,0)", ["near", "a", "b"]),
            ("sentence(a, b, c)", ["sentence", "a", "b", "c"]),
            ("title(a and b)", ["title", ["and", "a", "b"]]),
            ("count(a)>=2", ["count", "a", 2]), ("distinct('x') >= 10000", ["distinct", "x", 10000]),
            ("atleast(2, a, not b, lead(c))", ["atleast", "a", ["not", "b"], ["lead", "c"], 2]),
        ])
        for bad in ("", "a b", "a and", "(a", "a)", "A", "near(a, b)", "near(a, b, 10001)", "count(a) >= 0",
                    "count(a)", "count(a) > 1", "sentence(a and b, c)", "near(a, (b), 2)", "title(a, b)", "1",
                    "atleast(0, a)", "atleast(a, b)", '"x', "near(a, b, -1)", "count(a, b) >= 1", "and"):
            with self.subTest(bad=bad):
                self.assertRaises(PatternError, lambda: Parser(bad, Lexicon("r")).parse())
        self.assertRaises(PatternError, oracle.resolve, Expression("lexicon", name="nobody"), lexicons())

    def test_true_in_scope(self):
        fields = [("title", "AI"), ("lead", "诈骗"), ("text", "未成年"), ("other", "deepfake")]
        self.check(lambda source: evaluate(source, fields), [
            ("ai and harm and kid", True), ("'deepfake'", True), ("'nothing'", False), ("not ai", False),
            ("title(ai)", True), ("title(harm)", False), ("title(ai and harm)", False), ("title(not harm)", True),
            ("lead(harm)", True), ("lead(kid)", False), ("lead(ai) or title(ai)", True),
            ("atleast(2, title(ai), lead(harm), lead(kid))", True), ("atleast(3, title(ai), harm, lead(kid))", False),
        ])

    def test_lead_view(self):
        filler = "的" * 198
        self.check(evaluate, [
            ("lead(harm)", "诈骗", True),
            ("lead(harm)", "AI\n诈骗", True),
            ("lead(harm)", "AI\n\n诈骗", False),
            ("lead(harm)", "\n\n \n诈骗", True),                       # after its first non-space character
            ("lead(harm)", "\u200b\n\n诈骗", False),                  # which this is
            ("lead(harm)", "AI\n\u200b\n诈骗", True),                 # breaks are judged on the decoded field
            ("lead(harm)", "AI\r\n诈骗", True), ("lead(harm)", "AI\r\n \r\n诈骗", False),
            ("lead(harm)", "AI\n\r诈骗", False), ("lead(harm)", "AI\u2029诈骗", False),
            ("lead(harm)", filler + "诈骗", True),
            ("lead(harm)", filler + "，诈骗", True),
            ("lead(harm)", filler + "的诈骗", False),                  # it must end in the view
            ("lead('AI')", filler + "AI", True), ("lead('AI')", filler + "的AI", False),
            ("lead('AI++')", filler + "AI++", True),                   # what has no units is still in it
            ("lead(harm)", [("lead", ""), ("text", "诈骗")], True),     # no character in the lead
            ("lead(harm)", [("lead", " "), ("text", "诈骗")], False),
            ("lead(harm)", [("text", "AI"), ("text", "诈骗")], False),  # the first field of role text
            ("lead(harm)", [("title", "诈骗")], False),
            ("lead(harm)", [("other", "诈骗"), ("text", "x")], False),
        ])
        self.assertEqual(Field("t", "text", "AI\n诈骗", True).lead_view_end, 2)
        self.assertEqual(Field("t", "text", " \n\n AI \n\n诈骗").lead_view_end, 6)
        self.assertEqual(Field("t", "text", "\n\n ").lead_view_end, 3)

    def test_innermost_of_nested_scopes(self):
        fields = [("title", "AI"), ("lead", "诈骗"), ("text", "未成年")]
        self.check(lambda source: evaluate(source, fields), [
            ("title(lead(harm))", True), ("title(lead(ai))", False), ("lead(title(ai))", True),
            ("lead(title(harm))", False), ("title(ai and lead(harm and title(ai)))", True),
            ("title(lead(harm) and harm)", False), ("title(not lead(ai))", True),
        ])

    def test_units(self):
        def units(text, start=0, end=None):
            return Field("t", "text", text).units(start, len(text) if end is None else end)

        self.check(units, [
            ("", 0), ("换脸", 2), ("かカ한〇", 4), ("deepfake", 2), ("GPT4o", 2), ("a b", 4), ("a-b", 4), ("，。 ", 0),
            ("AI换脸", 4), ("换AI脸", 4), ("don't", 4), ("ไทย", 2), ("①②", 0), ("データ", 3), ("換\ufe0f", 3),
            ("x\u0301", 2), ("яb", 2), ("か\u3099", 2), ("aーb", 5), ("ㇰ", 1), ("ｰ", 1), ("㋐㍿", 0), ("゛", 0),
            ("⼈⺀", 2), ("〆", 2), ("々", 1), ("ㄅㄆ", 2), ("ㅎ", 1), ("Ⅳ", 0),
        ])
        self.check(units, [
            ("deepfake", 4, 8, 2), ("deepfake", 0, 4, 2), ("ab cd", 1, 4, 4), ("ab换", 2, 3, 1), ("ab换", 3, 2, 0),
            ("abc", 1, 2, 2),
        ])

    def test_near(self):
        self.check(evaluate, [
            ("near(ai, harm, 0)", "AI诈骗", True), ("near(harm, ai, 0)", "AI诈骗", True),
            ("near(ai, harm, 0)", "AI，诈骗", True),
            ("near(ai, harm, 2)", "换脸的确诈骗", True), ("near(ai, harm, 1)", "换脸的确诈骗", False),
            ("near(ai, harm, 4)", "AI can do harm", True), ("near(ai, harm, 3)", "AI can do harm", False),
            ("near('AI诈骗', '诈骗', 0)", "AI诈骗", True),       # they overlap
            ("near('诈骗', harm, 9)", "诈骗", False),            # the same span
            ("near('诈骗', harm, 9)", "诈骗诈骗", True),
            ("near(ai, harm, 9)", [("title", "AI"), ("text", "诈骗")], False),
            ("near(ai, harm, 0)", "AI\n\n诈骗", True),           # units say nothing of paragraphs
        ])

    def test_sentence(self):
        self.check(lambda text: evaluate("sentence(ai, harm)", text), [
            ("AI有诈骗", True), ("AI。诈骗", False), ("AI｡诈骗", False), ("AI！诈骗", False), ("AI？诈骗", False),
            ("AI!harm", False), ("AI?harm", False), ("AI；诈骗", False), ("AI;harm", False), ("AI…诈骗", False),
            ("AI\n诈骗", False), ("AI\u2028诈骗", False), ("AI，诈骗", True),
            ("AI lab. harm", False), ("AI lab.harm", True), ("AI lab．诈骗", True), ("AI lab． harm", False),
            ("AI lab.) harm", False), ("AI lab.”) harm", False), ("AI lab.'\" harm", False), ("AI lab.( harm", True),
            ("AI by J. harm", True), ("AI by J.) harm", True), ("AI by J．\u3000harm", True),
            ("AI by xJ. harm", False), ("AI by 4J. harm", False), ("AI by 我J. harm", True), ("AI 4. harm", False),
            ("AI真. harm", False), ("AI真的. harm", False),    # a Han letter is no single letter: it is not spaced
            ("AI. harm", False), ("AI x真. harm", False),
            ("AI... harm", False), ("harm AI", True), ("AI \u00ad\nharm", False),
        ])
        self.check(evaluate, [
            ("sentence(ai, harm)", [("title", "AI"), ("text", "诈骗")], False),
            ("sentence(ai, both)", "AI", False),                  # one span for two arguments
            ("sentence(ai, both)", "AI诈骗", True),
            ("sentence(ai, both, 'AI')", "AI AI", False), ("sentence(ai, both, 'AI')", "AI AI AI", True),
            ("sentence(ai, harm)", "换脸诈骗", True),
            ("sentence('换。脸', harm)", "换。脸诈骗", False),     # the sentence in which it begins
            ("sentence('脸。换', '诈骗')", "诈骗脸。换", True),
        ])

    def test_paragraph(self):
        self.check(evaluate, [
            ("paragraph(ai, harm)", "AI。\n诈骗", True), ("paragraph(ai, harm)", "AI\n\n诈骗", False),
            ("paragraph(ai, harm)", "AI\n\u200b\n诈骗", True),   # judged on the decoded field
            ("paragraph('AI 诈骗', harm)", "AI\n\u200b\n诈骗", False),  # which hits are not
            ("paragraph(ai, harm)", "AI\r\n诈骗", True), ("paragraph(ai, harm)", "AI\r\n\r\n诈骗", False),
            ("paragraph(ai, harm)", "AI\n\r诈骗", False), ("paragraph(ai, harm)", "AI\n\u3000\n诈骗", False),
            ("paragraph(ai, harm)", "AI\n\"\n诈骗", True), ("paragraph(ai, harm)", "AI\u2029诈骗", False),
            ("paragraph(ai, both)", "AI", True),                  # spans may be equal
            ("paragraph(ai, harm)", [("title", "AI"), ("text", "诈骗")], False),
        ])

    def test_count_and_distinct(self):
        self.check(evaluate, [
            ("count(ai) >= 2", "AI", False), ("count(ai) >= 2", "AI AI", True), ("count(ai) >= 2", "AI换脸", True),
            ("count(ai) >= 2", [("title", "AI"), ("text", "AI")], True),
            ("count(both) >= 2", "AI诈骗", False),                # AI and 诈骗 lie inside AI诈骗
            ("count(both) >= 2", "AI诈骗 AI", True),
            ("count('AI') >= 1", "AI诈骗", True),
            ("title(count(ai) >= 2)", [("title", "AI"), ("text", "AI")], False),
            ("distinct(ai) >= 2", "AI AI", False), ("distinct(ai) >= 2", "AI換臉", True),
            ("distinct(both) >= 3", "AI诈骗", True), ("distinct('AI') >= 2", "AI AI", False),
        ])

    def test_atleast(self):
        self.check(evaluate, [
            ("atleast(2, ai, harm, kid)", "AI诈骗", True), ("atleast(3, ai, harm, kid)", "AI诈骗", False),
            ("atleast(1, not ai)", "x", True),
        ])


FILES = {
    "b.yaml": """
lexicon: ai
about: x
terms:
  zh: [换脸, 換臉, {term: 人工智能, weight: 0.5}]
  en: [deepfak*, {prefix: nud, up_to: 6, weight: 2}, {term: face swap, inflect: true, version: true}]
unless: [换脸手术]
examples: {match: [x]}
---
lexicon: 'on'
terms: {en: [yes]}
""",
    "a.yaml": """
rule: second
when: near(ai, "诈骗", 10) or 'fraud'
score: 3
---
rules:
  - {rule: first, when: on and not title(ai)}
""",
    "labels.yaml": """
labels:
  - {label: incident, when: ai}
  - {label: hazard}
""",
    "notes.txt": "lexicon: ai",
}


class ScanTest(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        for name, text in FILES.items():
            with open(os.path.join(self.folder.name, name), "w", encoding="utf-8") as file:
                file.write(text)
        self.patterns = Patterns()
        self.patterns.load(self.folder.name)

    def tearDown(self):
        self.folder.cleanup()

    def scan(self, text, emit="flagged"):
        fields = [{"name": f.name, "role": f.role, "text": f.text} for f in as_fields(text)]
        document = {"v": 1, "id": "d", "input": {"file": "f", "record": 7, "offset": 1}, "fields": fields}
        return oracle.scan_document(self.patterns, document, emit)

    def test_loading(self):
        self.assertEqual(list(self.patterns.lexicons), ["ai", "on"])
        self.assertEqual([rule.name for rule in self.patterns.rules], ["second", "first"])
        ai = self.patterns.lexicons["ai"]
        self.assertEqual([t.authored for t in ai.terms], ["换脸", "人工智能", "deepfak*", "nud*", "face swap"])
        self.assertEqual([(t.up_to, t.weight, t.inflect, t.version) for t in ai.terms[2:]],
                         [(4, 1, False, False), (6, 2, False, False), (0, 1, True, True)])
        for bad in ({"lexicon": "ai", "terms": {}}, {"lexicon": "n", "terms": {"en": [{"term": "x", "z": "1"}]}},
                    {"lexicon": "n2", "terms": {"en": [{"term": "x", "inflect": "yes"}]}},
                    {"rule": "first", "when": "ai"}, {"labels": [{"label": "x"}]}):
            with self.subTest(bad=bad):
                self.assertRaises(PatternError, self.patterns.add_document, bad)

    def test_line(self):
        self.assertEqual(self.scan("用換臉诈骗"), {
            "id": "d", "input": {"file": "f", "record": 7}, "label": "incident", "score": 3.0, "rules": ["second"],
            "lexicons": {"ai": 1, "rules": 1},
            "hits": [{"lexicon": "ai", "term": "换脸", "field": "text", "start": 1, "end": 3, "start_byte": 3,
                      "end_byte": 9, "text": "換臉"},
                     {"lexicon": "rules", "term": "诈骗", "field": "text", "start": 3, "end": 5,
                      "start_byte": 9, "end_byte": 15, "text": "诈骗"}],
            "hits_total": 2})

    def test_emit(self):
        self.assertIsNone(self.scan("换脸"))
        self.assertIsNone(self.scan("x", "hits"))
        self.assertEqual(self.scan("x", "all"), {"id": "d", "input": {"file": "f", "record": 7}, "lexicons": {},
                                                 "hits": [], "hits_total": 0})
        self.assertEqual(self.scan("换脸 yes", "hits")["lexicons"], {"ai": 1, "on": 1})
        self.assertNotIn("score", self.scan("换脸", "hits"))
        self.assertIsNone(self.scan("换脸手术", "hits"))
        # of lexicons that a fired rule uses; ai stands under `not` in `first` and counts
        self.assertEqual(self.scan("yes deepfakes")["lexicons"], {"ai": 1, "on": 1})
        self.assertEqual(self.scan("yes 诈骗")["lexicons"], {"on": 1})
        self.assertEqual(self.scan("yes 诈骗", "all")["lexicons"], {"on": 1, "rules": 1})
        self.assertEqual(self.scan("诈骗", "hits")["lexicons"], {"rules": 1})

    def test_quoted_terms(self):
        self.patterns.add_rule({"rule": "third", "when": "'x' and not '詐騙' and not 'weighed' or \"fraud\""})
        self.patterns.add_rule({"rule": "fourth", "when": "'y' and '诈*'"})
        oracle.resolve(self.patterns.rules[-2].when, self.patterns.lexicons)
        oracle.resolve(self.patterns.rules[-1].when, self.patterns.lexicons)
        # those of all rules are one lexicon, in the order of first appearance; what folds alike is one term
        self.assertEqual([t.authored for t in self.patterns.quoted.terms], ["诈骗", "fraud", "x", "weighed", "y", "诈*"])
        shown = lambda *scan: [(h["lexicon"], h["term"], h["start"]) for h in self.scan(*scan)["hits"]]  # noqa: E731
        # flagged: where a fired rule mentions them, under `not`, too
        self.assertEqual(shown("x w fraud 诈骗"), [("rules", "x", 0), ("rules", "fraud", 4), ("rules", "诈骗", 10)])
        self.assertEqual(shown("y 诈 fraud"), [("rules", "y", 0), ("rules", "诈*", 2), ("rules", "fraud", 4)])
        self.assertEqual(shown("yes x 诈骗"), [("on", "yes", 0)])
        self.assertEqual(shown("yes x 诈骗", "all"), [("on", "yes", 0), ("rules", "x", 4), ("rules", "诈*", 6),
                                                      ("rules", "诈骗", 6)])
        self.assertEqual(self.scan("诈骗 fraud", "all")["lexicons"], {"rules": 3})
        # those of labels are no hits
        self.patterns.labels.insert(0, oracle.Label("l", Parser("'z'", Lexicon("label")).parse()))
        self.assertEqual((self.scan("fraud z")["label"], self.scan("fraud z")["lexicons"]), ("l", {"rules": 1}))
        # behind -e
        self.patterns.command_line.add(Term("fraud"))
        self.assertEqual([h["lexicon"] for h in self.scan("fraud")["hits"]], ["-e", "rules"])
        self.assertEqual(list(self.scan("fraud yes 换脸")["lexicons"]), ["ai", "on", "-e", "rules"])
        self.assertRaises(PatternError, self.patterns.add_document, {"lexicon": "rules", "terms": ["a"]})

    def test_sources_are_in_byte_order_of_their_paths(self):
        names = ["b/a.yaml", "b.yaml", "B.yml", "b-.yaml", "\uff21.yaml", "\U0001f600.yaml", "b/.c.yaml", "b/c.txt"]
        with tempfile.TemporaryDirectory() as folder:
            os.mkdir(os.path.join(folder, "b"))
            for i, name in enumerate(names):
                with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
                    file.write(f"lexicon: n{i}\nterms: [x]\n---\nlexicon: m{i}\nterms: [x]\n")
            patterns = Patterns()
            patterns.load(folder)
        self.assertEqual([n for n in patterns.lexicons if n[0] == "n"], ["n2", "n3", "n1", "n6", "n0", "n4", "n5"])
        self.assertEqual(list(patterns.lexicons)[:3], ["n2", "m2", "n3"])

    def test_examples(self):
        for name, examples in [("title_only", {"match": ["换脸", "x"], "no_match": ["诈骗"]}),
                               ("lead_only", {"no_match": ["换脸"]})]:
            self.patterns.add_rule({"rule": name, "when": name.split("_", maxsplit=1)[0] + "(ai)", "examples": examples})
            oracle.resolve(self.patterns.rules[-1].when, self.patterns.lexicons)
        self.assertEqual(list(oracle.failing_examples(self.patterns)), [
            ("lexicon", "ai", "match", "x"), ("rule", "title_only", "match", "x")])

    def test_score_and_label(self):
        for text, score, label in [
                ("换脸诈骗", 3.0, "incident"), ("人工智能诈骗", 3.0, "incident"), ("nudify 诈骗", 6.0, "incident"),
                ("人工智能换脸诈骗", 3.0, "incident"), ("fraud", 3.0, "hazard"), ("yes", 1.0, "hazard"),
                ("yes 人工智能 x x x x x x 诈骗", 1.0, "incident"),
                ("yes nudify 诈骗", 7.0, "incident"), ("yes nudify fraud", 4.0, "incident")]:
            with self.subTest(text=text):
                output = self.scan(text)
                self.assertEqual((output["score"], output["label"]), (score, label))

    def test_score_of_a_weight_below_1(self):
        self.patterns.add_rule({"rule": "third", "when": "atleast(1, ai, title(on))", "score": "0.3333"})
        oracle.resolve(self.patterns.rules[-1].when, self.patterns.lexicons)
        self.assertEqual(self.scan("人工智能")["score"], 0.167)
        self.assertEqual(self.scan("人工智能 换脸")["score"], 0.333)

    def test_no_label_without_a_default_that_holds(self):
        self.patterns.labels.pop()
        self.assertNotIn("label", self.scan("fraud"))
        self.assertEqual(self.scan("fraud 换脸")["label"], "incident")

    def test_weight_of_a_term_in_a_false_branch_does_not_count(self):
        self.patterns.add_rule({"rule": "third", "when": "(ai and 'nothing') or on", "score": "1"})
        oracle.resolve(self.patterns.rules[-1].when, self.patterns.lexicons)
        self.assertEqual(self.scan([("title", "nudify"), ("text", "yes")])["score"], 1.0)

    def test_at_most_64_hits_are_listed(self):
        output = self.scan("yes " * 70)
        self.assertEqual((len(output["hits"]), output["hits_total"], output["lexicons"]), (64, 70, {"on": 70}))

    def test_order_of_hits(self):
        self.patterns.command_line.add(Term("换"))
        self.patterns.command_line.add(Term("换脸"))
        output = self.scan([("title", "换脸"), ("text", "换脸诈骗")])
        self.assertEqual([(h["field"], h["start"], h["end"], h["lexicon"]) for h in output["hits"]], [
            ("title", 0, 1, "-e"), ("title", 0, 2, "ai"), ("title", 0, 2, "-e"),
            ("text", 0, 1, "-e"), ("text", 0, 2, "ai"), ("text", 0, 2, "-e"), ("text", 2, 4, "rules")])

    def test_command_and_compare(self):
        documents = [{"v": 1, "id": str(i), "input": {"file": "f", "record": i},
                      "fields": [{"name": "text", "role": "text", "text": text}]}
                     for i, text in enumerate(["用AI 換臉\u2028", "nothing", "换脸"])]
        lines = "".join(json.dumps(d, ensure_ascii=False) + "\n" for d in documents)
        run = subprocess.run([sys.executable, os.path.join(FOLDER, "oracle.py"), "scan", "--patterns",
                              self.folder.name, "--term", "AI换脸"], input=lines.encode(), capture_output=True)
        self.assertEqual(run.returncode, 0, run.stderr)
        output = [json.loads(line) for line in run.stdout.splitlines()]
        self.assertEqual([(o["id"], o["lexicons"]) for o in output], [("0", {"-e": 1})])
        self.assertNotIn("label", output[0])

        def compare(engine):
            paths = [os.path.join(self.folder.name, name) for name in ("engine.jsonl", "oracle.jsonl")]
            for path, content in zip(paths, (engine, output)):
                with open(path, "w", encoding="utf-8") as file:
                    file.writelines(json.dumps(line) + "\n" for line in content)
            result = subprocess.run([sys.executable, os.path.join(FOLDER, "compare.py"), *paths],
                                    capture_output=True, text=True)
            return result.returncode, result.stdout

        extra = dict(output[0], v=1, charset="utf-8")
        self.assertEqual(compare([extra])[0], 0)
        self.assertEqual(compare([])[0], 1)
        hit = dict(output[0]["hits"][0], end=2)
        code, text = compare([dict(output[0], hits=[hit])])
        self.assertEqual(code, 1)
        self.assertIn("hit only in engine", text)
        self.assertEqual(compare([dict(output[0], hits_total=2, score=1)])[0], 1)

    def test_term_without_patterns(self):
        document = {"id": "d", "input": {}, "fields": [{"name": "text", "role": "text", "text": "AI换脸诈骗 zzz"}]}

        def run(*arguments):
            result = subprocess.run([sys.executable, os.path.join(FOLDER, "oracle.py"), "scan", *arguments],
                                    input=json.dumps(document).encode(), capture_output=True)
            self.assertEqual(result.returncode, 0, result.stderr)
            return json.loads(result.stdout)["lexicons"] if result.stdout else None

        self.assertEqual(run("--term", "zzz"), {"-e": 1})
        self.assertEqual(run("-e", "zzz", "--emit", "all"), {"-e": 1})
        self.assertEqual(run("-e", "zzz", "--patterns", self.folder.name), {"ai": 1, "-e": 1, "rules": 1})
        self.assertIsNone(run("-e", "zz"))
        self.assertIn("deepfakes", run())        # Tocsin's own patterns

    def test_unusable_patterns_are_status_2(self):
        run = subprocess.run([sys.executable, os.path.join(FOLDER, "oracle.py"), "scan", "--term", "換 臉"],
                             input=b"", capture_output=True)
        self.assertEqual(run.returncode, 2)
        self.assertIn(b"white space between two Han", run.stderr)


if __name__ == "__main__":
    unittest.main()
