"""The corpora of the benchmarks: each is made once into build/bench/corpora and named by all that decides its bytes.

Three origins. `generated`: corpora/generate, invented news of any size and flagged share. `pages`: real pages, the help
of LibreOffice in Chinese (both scripts) and English and the Debian handbook, from Debian's packages. `titles`: real
headlines of TOCSIN_DATA, twenty a document. Real ones hold nothing to flag, so the flagged articles of corpora/sample
are strewn in.
"""

import collections
import csv
import glob
import gzip
import hashlib
import html
import json
import os
import random
import re
import subprocess
import zlib

PAGE_FOLDERS = (
    "/usr/share/libreoffice/help/zh-CN/text",
    "/usr/share/libreoffice/help/zh-TW/text",
    "/usr/share/libreoffice/help/en-US/text",
    "/usr/share/doc/debian-handbook/html/zh-CN",
    "/usr/share/doc/debian-handbook/html/zh-TW",
    "/usr/share/doc/debian-handbook/html/en-US",
)
PAGE_PACKAGES = "libreoffice-help-zh-cn libreoffice-help-zh-tw libreoffice-help-en-us debian-handbook"
TITLES_A_DOCUMENT = 20
LEVEL = 6  # gzip's own default, and that of most crawlers

Document = collections.namedtuple("Document", "title text page")  # page: HTML as bytes, None where there is none


class Missing(Exception):
    """A corpus that this machine cannot make; the message says what for."""


def record(kind, number, url, content_type, block):
    digest = hashlib.md5(b"%d" % number).hexdigest()
    head = (
        f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Target-URI: {url}\r\nWARC-Date: 2026-01-01T00:00:00Z\r\n"
        f"WARC-Record-ID: <urn:uuid:{digest[:8]}-{digest[8:12]}-{digest[12:16]}-{digest[16:20]}-{digest[20:]}>\r\n"
        f"Content-Type: {content_type}\r\nContent-Length: {len(block)}\r\n\r\n"
    )
    return head.encode() + block + b"\r\n\r\n"


def as_json(document, number, escaped):
    line = {"id": f"d{number}", "title": document.title, "text": document.text}
    return (json.dumps(line, ensure_ascii=escaped) + "\n").encode()


def as_record(document, number, form):
    url = f"https://bench.example/{number}"
    if form == "wet":
        return record("conversion", number, url, "text/plain", f"{document.title}\n{document.text}\n".encode())
    page = (
        document.page
        or (
            f"<!doctype html><html><head><meta charset=utf-8><title>{html.escape(document.title)}</title></head><body>"
            f"<p>{html.escape(document.text)}</p></body></html>"
        ).encode()
    )
    head = f"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {len(page)}\r\n\r\n"
    return record("response", number, url, "application/http; msgtype=response", head.encode() + page)


class Members:
    """A gzip file of one member, or of one for each record."""

    def __init__(self, path, one):
        self.file, self.one, self.size = open(path, "wb"), one, 0
        self.begin()

    def begin(self):
        self.deflate = zlib.compressobj(LEVEL, zlib.DEFLATED, 31)

    def write(self, data):
        self.size += len(data)
        self.file.write(self.deflate.compress(data))
        if not self.one:
            self.file.write(self.deflate.flush())
            self.begin()

    def close(self):
        if self.one:
            self.file.write(self.deflate.flush())
        self.file.close()


def strewn(others, flagged, share, rng):
    """Without end: documents at random from others, and share of them from flagged, evenly."""
    due = 0.5
    while True:
        due += share
        if due >= 1:
            due -= 1
            yield rng.choice(flagged)
        else:
            yield rng.choice(others)


def han_runs(text):
    return re.findall("[\u4e00-\u9fff]{2,}", text)


class Corpora:
    def __init__(self, work, size, tocsin, generate, data):
        self.folder = os.path.join(work, "corpora")
        self.size, self.tocsin, self.generate, self.data = size, tocsin, generate, data
        self.kept = {}
        os.makedirs(self.folder, exist_ok=True)

    def origins(self):
        """The origins that this machine has, the first of which stands for news at large."""
        found = ["generated"] if self.generate else []
        found += ["pages"] if all(os.path.isdir(folder) for folder in PAGE_FOLDERS[:3]) else []
        return found + (["titles"] if self.has_titles() else [])

    def main_origin(self):
        found = self.origins()
        if not found:
            raise Missing(
                f"no corpus can be made: neither corpora/generate nor the packages {PAGE_PACKAGES} nor TOCSIN_DATA"
            )
        return found[0]

    def has_titles(self):
        return bool(self.data) and os.path.isdir(os.path.join(self.data, "headlines"))

    def make(self, name, write):
        """The path of the corpus of that name, which write(path) makes where it is missing."""
        path = os.path.join(self.folder, name)
        if not os.path.exists(path):
            part = os.path.join(self.folder, "part-" + name)
            write(part)
            os.rename(part, path)
        return path

    def get(self, origin, form, share, size=None, one=None, codec="gz", part=0, doc_bytes=None):
        """A corpus file. one: a single member, else a member a record; default as corpora of that form are."""
        size = size or self.size
        one = form.startswith("jsonl") if one is None else one
        name = f"{origin}-{form}-{share:g}-{size // 1000}k-{'one' if one else 'record'}"
        name += f"-{doc_bytes}b" if doc_bytes else ""
        name += (f"-{part}" if part else "") + f".{codec}"
        if origin == "generated":
            return self.make(name, lambda path: self.run_generator(path, form, share, size, one, part + 1, doc_bytes))
        if codec == "zst":
            plain = self.get(origin, form, share, size, one, "gz", part, doc_bytes)
            return self.make(name, lambda path: recompress(plain, path))
        return self.make(name, lambda path: self.write(path, origin, form, share, size, one, part + 1, doc_bytes))

    def run_generator(self, path, form, share, size, one, seed, doc_bytes):
        command = [
            self.generate,
            "--size",
            str(size),
            "--seed",
            str(seed),
            "--flagged",
            f"{share:g}",
            "--format",
            form,
            "--members",
            "one" if one else "record",
            "-o",
            path,
        ]
        subprocess.run(command + (["--doc-bytes", str(doc_bytes)] if doc_bytes else []), check=True)

    def write(self, path, origin, form, share, size, one, seed, doc_bytes):
        rng = random.Random(seed)
        others = self.pages() if origin == "pages" else self.headlines(rng)
        if doc_bytes:
            others = resized(others, doc_bytes, size, rng)
        out = Members(path, one)
        for number, document in enumerate(strewn(others, self.flagged(), share, rng)):
            if out.size >= size:
                break
            out.write(
                as_json(document, number, form == "jsonl-escaped")
                if form.startswith("jsonl")
                else as_record(document, number, form)
            )
        out.close()

    def scanned(self, *args):
        lines = subprocess.run([self.tocsin, "scan", "-q", *args], check=True, stdout=subprocess.PIPE).stdout
        return [json.loads(line) for line in lines.splitlines()]

    def keep(self, key, make):
        if key not in self.kept:
            self.kept[key] = make()
        return self.kept[key]

    def flagged(self):
        """The articles of the sample corpus that Tocsin flags, as records and as pages in UTF-8."""

        def read():
            ids = {line["id"] for line in self.scanned("corpora/sample/news.jsonl.gz")}
            with gzip.open("corpora/sample/news.jsonl.gz", "rt", encoding="utf-8") as file:
                articles = [json.loads(line) for line in file]
            return [Document(a["title"], a["lead"] + "\n" + a["text"], None) for a in articles if a["id"] in ids]

        return self.keep("flagged", read)

    def pages(self):
        def read():
            paths = [p for folder in PAGE_FOLDERS for p in sorted(glob.glob(folder + "/**/*.html", recursive=True))]
            documents = []
            listing = os.path.join(self.folder, "pages.list")
            with open(listing, "w", encoding="utf-8") as file:
                file.write("".join(path + "\n" for path in paths))
            for line in self.scanned("--format", "html", "--emit", "fields", "--files-from", listing):
                fields = {field["role"]: field["text"] for field in line["fields"]}
                with open(line["input"]["file"], "rb") as file:
                    documents.append(Document(fields.get("title", ""), fields.get("text", ""), file.read()))
            return documents

        return self.keep("pages", read)

    def titles(self, name):
        def read():
            with gzip.open(os.path.join(self.data, "headlines", name), "rt", encoding="utf-8") as file:
                return [row["title"] for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)]

        return self.keep(name, read)

    def headlines(self, rng):
        """Documents of twenty titles, Chinese and English alike, enough that none is met too often."""
        kinds = self.titles("ordinary-zh-Hans.tsv.gz"), self.titles("ordinary-en.tsv.gz")
        return [joined(rng.choices(kinds[number % 2], k=TITLES_A_DOCUMENT)) for number in range(20000)]

    def ai_items(self):
        """Texts that speak of AI: items of TOCSIN_DATA, else articles of the sample."""
        if self.has_titles():
            found = []
            for name in ("ai-product-news-zh.tsv", "ai-product-news-en.tsv"):
                with open(os.path.join(self.data, "headlines", name), encoding="utf-8") as file:
                    found += [row["text"] for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)]
        else:
            with gzip.open("corpora/sample/news.jsonl.gz", "rt", encoding="utf-8") as file:
                found = [article["text"] for article in map(json.loads, file)]
        return [Document("", text, None) for text in found if re.search(r"\bAI\b", text, re.A)]

    def ai_pages(self):
        """The members of the sample's pages that hold the word AI, as they are stored."""
        with open("corpora/sample/news.warc.gz", "rb") as file:
            data = file.read()
        where = [line["input"] for line in self.scanned("-e", "AI", "--emit", "hits", "corpora/sample/news.warc.gz")]
        return [data[place["offset"] : place["offset"] + place["length"]] for place in where]

    def ai_news(self, form):
        """Documents that all speak of AI, as JSONL or as pages."""

        def write_lines(path):
            rng, found, out, number = random.Random(1), self.ai_items(), Members(path, True), 0
            while out.size < self.size:
                out.write(as_json(rng.choice(found), number, False))
                number += 1
            out.close()

        def write_pages(path):
            rng, found, decoded = random.Random(1), self.ai_pages(), 0
            with open(path, "wb") as file:
                while decoded < self.size:
                    member = rng.choice(found)
                    decoded += len(gzip.decompress(member))
                    file.write(member)

        return self.make(f"ai-{form}-{self.size // 1000}k.gz", write_pages if form == "warc" else write_lines)

    def chinese(self):
        """Chinese texts, for the lexicons that are drawn from them: titles, else paragraphs of pages."""
        if self.has_titles():
            return list(dict.fromkeys(self.titles("ordinary-zh-Hans.tsv.gz")))
        texts = [line for document in self.pages() for line in document.text.split("\n") if han_runs(line)]
        return list(dict.fromkeys(texts))

    def parted(self):
        """Chinese texts in two lots: (95 % of them, 5 %). Terms of the second lot alone are known to be rare."""

        def part():
            texts = self.chinese()
            return (
                [t for t in texts if zlib.crc32(t.encode()) % 20],
                [t for t in texts if zlib.crc32(t.encode()) % 20 == 0],
            )

        return self.keep("parted", part)

    def lexicon_corpus(self):
        """JSONL: a hundredth of the documents is made of the second lot, all others of the first."""

        def write(path):
            most, few = self.parted()
            rng, out, number = random.Random(1), Members(path, True), 0
            while out.size < self.size:
                lot = few if number % 100 == 50 else most
                out.write(as_json(joined(rng.choices(lot, k=TITLES_A_DOCUMENT)), number, False))
                number += 1
            out.close()

        return self.make(f"lexicon-{'titles' if self.has_titles() else 'pages'}-{self.size // 1000}k.gz", write)

    def drawn(self, count, rare):
        """Runs of Han characters at random places. Rare: three to five that the first lot lacks; else two to four."""
        most, few = self.parted()
        rng, low, high = random.Random(count), 3 if rare else 2, 5 if rare else 4
        seen = self.keep("seen", lambda: seen_in(most, 3, 5)) if rare else None
        texts, found, tries = few if rare else most, set(), 0
        while len(found) < count:
            tries += 1
            if tries > 200 * count:
                raise Missing(
                    f"only {len(found)} of {count} terms could be drawn: the Chinese texts at hand are too short"
                )
            for run in han_runs(rng.choice(texts)):
                length = rng.randint(low, high)
                at = rng.randint(0, len(run) - length) if len(run) >= length else -1
                if at >= 0 and len(found) < count and not (rare and seen.holds(run[at : at + length])):
                    found.add(run[at : at + length])
        return sorted(found)


class Seen:
    """A set of strings in a table of bits: holds() may say yes to what was not added, never no to what was."""

    def __init__(self):
        self.bits = bytearray(1 << 25)

    def place(self, text):
        number = zlib.crc32(text.encode()) & 0xFFFFFFF
        return number >> 3, 1 << (number & 7)

    def add(self, text):
        at, bit = self.place(text)
        self.bits[at] |= bit

    def holds(self, text):
        at, bit = self.place(text)
        return bool(self.bits[at] & bit)


def seen_in(texts, low, high):
    seen = Seen()
    for text in texts:
        for run in han_runs(text):
            for length in range(low, high + 1):
                for at in range(len(run) - length + 1):
                    seen.add(run[at : at + length])
    return seen


def joined(titles):
    return Document(titles[0], "\n".join(titles[1:]), None)


def resized(documents, doc_bytes, size, rng):
    """Documents of about doc_bytes, cut from the text of all or made of several."""
    found, text = [], ""
    characters = max(8, doc_bytes // 2)  # between English and Chinese
    for document in rng.sample(documents, len(documents)):
        text += document.text + "\n"
        while len(text) >= characters:
            found.append(Document("", text[:characters], None))
            text = text[characters:]
        if len(found) * doc_bytes >= size:
            break
    return found or [Document("", text, None)]


def recompress(gz, path):
    with open(path, "wb") as out:
        unpack = subprocess.Popen(["gzip", "-dc", gz], stdout=subprocess.PIPE)
        subprocess.run(["zstd", "-q", "-3", "-c"], stdin=unpack.stdout, stdout=out, check=True)
        unpack.stdout.close()
        if unpack.wait():
            raise Missing(f"gzip could not read {gz}")
