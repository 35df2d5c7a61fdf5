#!/usr/bin/python3
"""Tests of gen_documents.py. Run with Debian's python: /usr/bin/python3 tests/oracle/test_gen_documents.py"""
import csv
import html
import io
import json
import os
import re
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import oracle  # noqa: E402

SCRIPT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "gen_documents.py")


def generate(*arguments, seed=7, count=300, **environment):
    run = subprocess.run([sys.executable, SCRIPT, "--seed", str(seed), "--count", str(count), *arguments],
                         capture_output=True, env={**os.environ, **environment}, check=True)
    return run.stdout


def documents(lines):
    return [json.loads(line) for line in lines.split(b"\n") if line]


class GeneratorTest(unittest.TestCase):
    def test_a_function_of_the_seed(self):
        once = generate(PYTHONHASHSEED="1")
        self.assertEqual(once, generate(PYTHONHASHSEED="2"))
        self.assertNotEqual(once, generate(seed=8))
        self.assertTrue(once.startswith(generate(count=20)))
        self.assertEqual([list(d) for d in documents(once)], [["id", "title", "text"]] * 300)
        self.assertEqual(len({d["id"] for d in documents(once)}), 300)

    def test_escapes(self):
        escaped = generate("--escape", count=3000)  # so many that every rare spelling is there, whatever the lexicons hold
        self.assertEqual(documents(generate(count=3000)), documents(escaped))
        text = escaped.decode()
        for pattern in (r"\\u[0-9]*[a-f]", r"\\u[0-9]*[A-F]", r"\\u[0-9]*[a-f][0-9A-F]*[A-F]", r"\\u[dD]8..\\u[dD][c-fC-F]",
                        r"\\/", r'\\"', r"\\u0022", r"\\u4e", r"[一-龥]\\u[4-9]", r"\\u[4-9]...[一-龥]"):
            self.assertIsNotNone(re.search(pattern, text), pattern)

    def test_what_is_planted(self):
        text = "".join(d["title"] + "\0" + d["text"] for d in documents(generate(count=3000)))
        for char in ("ſ\u212aıİ\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\ufe0f\U000e0100\u0301\u3099①™²“”「『《＂*_"
                     "\u2028\u2029\u0085\u3000\u2011\u2014ＡⒶ𝐀詐換臉"):
            self.assertIn(char, text)
        for pattern in (r"A\.I\.", r"[a-z]-\r?\n[a-z]", r"[a-z]ing\b", r"\n\n", r"[A-Za-z][\s\"'“”]{8}[一-龥]", "[一-龥]”[一-龥]",
                        r"[一-龥]【[一-龥]", r"\.A"):
            self.assertRegex(text, pattern)

    def test_most_but_not_all_plants_are_hits(self):
        patterns = oracle.Patterns()
        patterns.load(oracle.PATTERN_FOLDER)
        outputs = []
        for document in documents(generate()):
            fields = [{"name": key, "role": key, "text": document[key]} for key in ("title", "text")]
            outputs.append(oracle.scan_document(patterns, {"id": "", "input": {}, "fields": fields}, "all"))
        self.assertTrue(200 < sum(o["hits_total"] > 0 for o in outputs) < 300)
        self.assertTrue(60 < sum("rules" in o for o in outputs) < 240)

    def test_warc(self):
        data = generate("--format", "html", PYTHONHASHSEED="1")
        self.assertEqual(data, generate("--format", "html", PYTHONHASHSEED="2"))
        pages = []
        while data:
            head, _, data = data.partition(b"\r\n\r\n")
            self.assertTrue(head.startswith(b"WARC/1.0\r\nWARC-Type: response\r\n"))
            length = int(re.search(rb"\r\nContent-Length: (\d+)", head)[1])
            block, data = data[:length], data[length:]
            self.assertTrue(data.startswith(b"\r\n\r\n"))
            data = data[4:]
            http, _, body = block.partition(b"\r\n\r\n")
            self.assertTrue(http.startswith(b"HTTP/1.1 200 OK\r\nContent-Type: text/html"))
            self.assertEqual(int(re.search(rb"\r\nContent-Length: (\d+)", http)[1]), len(body))
            pages.append(body.decode())
        self.assertEqual(len(pages), 300)
        for page, document in zip(pages, documents(generate())):
            title = re.search("<title>(.*?)</title>", page, re.S)
            self.assertEqual(html.unescape(title[1]).replace("\v", "") if title else "",
                             document["title"].replace("\v", ""))  # Python drops references to it
        everything = "".join(pages)
        for pattern in (r"&#\d+;", r"&#x[0-9a-f]+;", r"&#X[0-9A-F]+;", r"&[a-z]+;",
                        r"[一-龥]<(b|i|em|u|a|x-y|span|font)\b[^>]*>[一-龥]", r"[一-龥]<!--.*?-->[一-龥]", r"[a-zA-Z]<(br|div|p|hr)\W"):
            self.assertRegex(everything, pattern)

    def test_numbers_run_on(self):
        whole = generate("--every-term", count=30)
        self.assertEqual(whole, generate("--every-term", count=10) + generate("--every-term", "--first", "10", count=20))

    def test_every_term_is_planted(self):
        patterns = oracle.Patterns()
        patterns.load(oracle.PATTERN_FOLDER)
        missing = {(name, term.authored) for name, lexicon in patterns.lexicons.items() for term in lexicon.terms}
        for document in documents(generate("--every-term", count=2 * len(missing))):  # six goes a term: some break it
            fields = [{"name": key, "role": key, "text": document[key]} for key in ("title", "text")]
            output = oracle.scan_document(patterns, {"id": "", "input": {}, "fields": fields}, "all")
            missing -= {(hit["lexicon"], hit["term"]) for hit in output["hits"]}
        self.assertEqual(missing, set())

    def test_csv(self):
        for encoding, codec in (("utf-8-bom", "utf-8-sig"), ("utf-16le", "utf-16")):
            text = generate("--format", "csv", "--encoding", encoding).decode(codec)
            rows = list(csv.reader(io.StringIO(text.replace("\0", "\x01"), newline="")))
            self.assertEqual(rows[0], ["id", "title", "text"])
            self.assertEqual(rows[1:], [[d[key].replace("\0", "\x01") for key in rows[0]] for d in documents(generate())])

    def test_lines(self):
        for encoding, codec in (("gb18030", "gb18030"), ("big5", "big5")):
            lines = generate("--format", "lines", "--encoding", encoding).decode(codec).split("\n")
            expected = [re.sub("[\r\n]+", " ", d["title"] + " " + d["text"]) for d in documents(generate())]
            self.assertEqual(lines, [line.encode(codec, "replace").decode(codec) for line in expected] + [""])

    def test_pages_in_other_encodings(self):
        for encoding, codec in (("gbk", "gbk"), ("big5-hkscs", "big5hkscs"), ("utf-16be", "utf-16-be")):
            data = generate("--format", "html", "--encoding", encoding)
            self.assertEqual(data.count(b"WARC/1.0\r\nWARC-Type: response\r\n"), 300)
            self.assertIn("诈骗".encode(codec, "xmlcharrefreplace"), data)
            self.assertRegex(data, rb"text/html;\s?[cC]harset=")
            self.assertRegex(data, b"text/html\r\n")

    def test_without_dictionaries_icu_gives_the_variants(self):
        with tempfile.TemporaryDirectory() as folder:
            self.assertEqual(len(documents(generate("--data", folder))), 300)
            with open(os.path.join(folder, "STCharacters.txt"), "w", encoding="utf-8") as file:
                file.write("骗\t謆 騙\n")
            self.assertIn("謆", generate("--data", folder, count=1000).decode())

    def test_bad_folder_is_status_2(self):
        with tempfile.TemporaryDirectory() as folder:
            run = subprocess.run([sys.executable, SCRIPT, "--seed", "1", "--count", "1", "--patterns", folder],
                                 capture_output=True, check=False)
        self.assertEqual(run.returncode, 2)


if __name__ == "__main__":
    unittest.main()
