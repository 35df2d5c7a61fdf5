#!/usr/bin/python3
"""Renders articles/*.yaml to every format that Tocsin reads, into sample/.

    corpora/render.py            writes sample/
    corpora/render.py --check    writes nothing; status 1 if sample/ is not what would be written

Needs python3, python3-yaml and the commands zstd and lz4. Times and ids are fixed: two runs give the same bytes
(compressed bytes can differ with another version of a library, which --check allows for by comparing what they hold).
"""
import base64
import bz2
import csv
import gzip
import hashlib
import io
import json
import lzma
import pathlib
import shutil
import struct
import subprocess
import sys
import tempfile
import uuid
import zlib
from datetime import datetime, timedelta

import yaml

sys.dont_write_bytecode = True
from markup import plain    # noqa: E402
from pages import SECTIONS, render_page    # noqa: E402

HERE = pathlib.Path(__file__).resolve().parent
SAMPLE = HERE / "sample"
CRAWL_START = datetime(2026, 5, 11, 2, 0, 0)
JSONL_MEMBERS = 4
FRAMES = 3                # of what the other codecs hold
TEXT_STEP = 5             # every fifth article is a text file
DICTIONARY_BYTES = 32768
DICTIONARY_FRAME = 0x184D2A5D
UTC_OFFSET = {"zh-Hans": "+08:00", "zh-Hant": "+08:00", "en": "Z"}


def load_articles():
    articles = []
    for path in (HERE / "articles").glob("*.yaml"):
        article = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
        if article["id"] != path.stem:
            sys.exit(f"{path}: id is {article['id']}")
        expected = article["expected"]
        expected["flagged"] = {"true": True, "false": False}[expected["flagged"]]
        if expected["flagged"] != ("label" in expected):
            sys.exit(f"{path}: a label is for flagged articles, and for all of them")
        hour = 6 + int(article["id"][-2:]) % 12
        article["published"] = f"{article['date']}T{hour:02}:30:00{UTC_OFFSET[article['lang']]}"
        articles.append(article)
    articles.sort(key=lambda a: (a["date"], a["id"]))
    for position, article in enumerate(articles):
        article["position"] = position
        choose_charset(article)
    return articles


def choose_charset(article):
    """UTF-8, but for papers with old systems, which declare what they use in HTTP, in a meta, or in both, and not always truly."""
    even = int(article["id"][-2:]) % 2 == 0
    choices = {
        "北溪晚报": ("gb18030", ("GBK", "gbk") if even else (None, "gb2312")),
        "江汀门户": ("gbk", (None, "gb2312")),
        "海岬日報": ("big5hkscs", ("big5", None) if even else (None, "big5")),
        "港灣日報": ("big5hkscs", ("Big5-HKSCS", None) if even else (None, "big5")),
        "Harbour Standard": ("cp1252", (None, "iso-8859-1")),
    }
    article["codec"], (article["http_charset"], article["meta_charset"]) = choices.get(
        article["source"], ("utf-8", (None if even else "utf-8", None)))


def headlines_for(article, articles):
    """Headlines of other articles in the article's language: three for the menu, four for the sidebar; flagged ones in both."""
    others = [a for a in articles if a["lang"] == article["lang"] and a is not article]
    flagged = [a for a in others if a["expected"]["flagged"]]
    rest = [a for a in others if not a["expected"]["flagged"]]

    def take(pool, start, count):
        return [pool[(start + i) % len(pool)] for i in range(count)]

    n = article["position"]
    return take(flagged, n, 2) + take(rest, n, 1), take(rest, n + 1, 2) + take(flagged, n + 2, 2)


# Compression

def gzip_member(data):
    deflate = zlib.compressobj(9, zlib.DEFLATED, -15)
    body = deflate.compress(data) + deflate.flush()
    header = b"\x1f\x8b\x08\x00" + b"\0\0\0\0" + b"\x02\x03"    # no flags, no time, best compression, Unix
    return header + body + struct.pack("<II", zlib.crc32(data), len(data) & 0xFFFFFFFF)


def zstd(data, *options):
    return subprocess.run(["zstd", "-q", "-c", *options], input=data, stdout=subprocess.PIPE, check=True).stdout


def lz4(data, *options):
    return subprocess.run(["lz4", "-q", "-c", *options], input=data, stdout=subprocess.PIPE, check=True).stdout


def with_dictionary(records):
    """A .warc.zst as the IIPC has it: the dictionary in a skippable frame, then a frame a record."""
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        names = []
        for i, record in enumerate(records):
            names.append(folder / f"{i:04}")
            names[-1].write_bytes(record)
        dictionary = folder / "dictionary"
        subprocess.run(["zstd", "-q", "--train", *names, f"--maxdict={DICTIONARY_BYTES}", "--dictID=32768", "-o", dictionary],
                       check=True, stderr=subprocess.DEVNULL)
        stored = zstd(dictionary.read_bytes(), "-19")
        return (struct.pack("<II", DICTIONARY_FRAME, len(stored)) + stored +
                b"".join(zstd(record, "-19", "-D", str(dictionary)) for record in records))


def in_parts(lines, parts):
    size = -(-len(lines) // parts)
    return [b"".join(lines[i:i + size]) for i in range(0, len(lines), size)]


# JSON lines and text

def json_record(article):
    return {"id": article["id"], "url": article["url"], "title": plain(article["title"]), "lead": plain(article["lead"]),
            "text": plain("\n\n".join(article["body"])), "date": article["date"], "source": article["source"],
            "lang": article["lang"]}


def json_lines(records, ensure_ascii):
    return [(json.dumps(r, ensure_ascii=ensure_ascii) + "\n").encode() for r in records]


def expected_record(article):
    expected = article["expected"]
    return {"id": article["id"], "url": article["url"], "lang": article["lang"], "flagged": expected["flagged"],
            "label": expected.get("label"), "event": expected.get("event")}


# CSV and text files

def csv_rows(records, delimiter):
    out = io.StringIO()
    writer = csv.DictWriter(out, list(records[0]), delimiter=delimiter)
    writer.writeheader()
    writer.writerows(records)
    return out.getvalue()


def text_file(article):
    """In what charset, nothing says: a byte order mark for some in English, and the bytes of the old papers' systems, which have no
    soft hyphen and no zero-width space."""
    codec = "utf-16" if article["codec"] == "cp1252" else article["codec"]
    text = plain("\n\n".join([article["title"], article["lead"], *article["body"]])) + "\n"
    return text.encode(codec, "ignore")


# WARC

def record_id(kind, name):
    return f"<urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, f'tocsin-sample/{kind}/{name}')}>"


def digest(data):
    return "sha1:" + base64.b32encode(hashlib.sha1(data).digest()).decode()


def crawl_time(position):
    return (CRAWL_START + timedelta(seconds=37 * position)).strftime("%Y-%m-%dT%H:%M:%SZ")


def warc_record(headers, block, version="1.1"):
    headers = headers + [("WARC-Block-Digest", digest(block)), ("Content-Length", str(len(block)))]
    head = f"WARC/{version}\r\n" + "".join(f"{name}: {value}\r\n" for name, value in headers) + "\r\n"
    return head.encode() + block + b"\r\n\r\n"


def warcinfo(filename, version="1.1"):
    block = (f"software: Tocsin corpora/render.py\r\nformat: WARC File Format {version}\r\n"
             f"conformsTo: https://iipc.github.io/warc-specifications/specifications/warc-format/warc-{version}/\r\n"
             "description: invented news articles\r\n").encode()
    return warc_record([("WARC-Type", "warcinfo"), ("WARC-Record-ID", record_id("warcinfo", filename)),
                        ("WARC-Date", crawl_time(0)), ("WARC-Filename", filename),
                        ("Content-Type", "application/warc-fields")], block, version)


def page(article, articles):
    return render_page(article, *headlines_for(article, articles)).encode(article["codec"], "xmlcharrefreplace")


def page_file(article, articles):
    """Without HTTP the page itself has to name its charset."""
    return page({**article, "meta_charset": article["meta_charset"] or article["http_charset"]}, articles)


def chunked(data, size=1500):
    pieces = [data[i:i + size] for i in range(0, len(data), size)] + [b""]
    return b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces)


def response(article, articles):
    payload = page(article, articles)
    content_type = "text/html" + (f"; charset={article['http_charset']}" if article["http_charset"] else "")
    fields = [("Date", (CRAWL_START + timedelta(seconds=37 * article["position"])).strftime("%a, %d %b %Y %H:%M:%S GMT")),
              ("Content-Type", content_type), ("Connection", "close")]
    if article["position"] % 7 == 2:
        payload = gzip_member(payload)
        fields.append(("Content-Encoding", "gzip"))
    if article["position"] % 7 in (2, 4):
        payload = chunked(payload)
        fields.append(("Transfer-Encoding", "chunked"))
    else:
        fields.append(("Content-Length", str(len(payload))))
    if article["position"] % 3 == 1:                                # header names are case-insensitive, in any order
        fields = [(name.lower(), value) for name, value in reversed(fields)]
    http = "HTTP/1.1 200 OK\r\n" + "".join(f"{name}: {value}\r\n" for name, value in fields) + "\r\n"
    return warc_record([("WARC-Type", "response"), ("WARC-Record-ID", record_id("response", article["id"])),
                        ("WARC-Date", crawl_time(article["position"])), ("WARC-Target-URI", article["url"]),
                        ("WARC-IP-Address", "192.0.2.7"), ("WARC-Payload-Digest", digest(payload)),
                        ("WARC-Identified-Payload-Type", "text/html"),
                        ("Content-Type", "application/http; msgtype=response")], http.encode() + payload)


def resource(article, articles):
    """The page without HTTP, as WARC 1.0; its address in angle brackets, as the grammar of 1.0 and some writers have it."""
    charset = f"; charset={article['http_charset']}" if article["http_charset"] else ""
    return warc_record([("WARC-Type", "resource"), ("WARC-Target-URI", f"<{article['url']}>"),
                        ("WARC-Date", crawl_time(article["position"])),
                        ("WARC-Record-ID", record_id("resource", article["id"])), ("Content-Type", f"text/html{charset}")],
                       page(article, articles), "1.0")


def conversion(article):
    """The page as text. Without headlines of other articles: in plain text nothing would tell them from the story."""
    lines = [plain(article["title"]), article["source"], *SECTIONS[article["lang"]], plain(article["lead"]),
             *map(plain, article["body"]), f"© 2026 {article['source']}"]
    language = {"zh-Hans": "zho", "zh-Hant": "zho", "en": "eng"}[article["lang"]]
    return warc_record([("WARC-Type", "conversion"), ("WARC-Record-ID", record_id("conversion", article["id"])),
                        ("WARC-Refers-To", record_id("response", article["id"])),
                        ("WARC-Date", crawl_time(article["position"])), ("WARC-Target-URI", article["url"]),
                        ("WARC-Identified-Content-Language", language), ("Content-Type", "text/plain")],
                       "\n".join(lines).encode())


def few_of_each_source(articles):
    """For where all would be too much: the first flagged and the first other of each paper, by date."""
    chosen = {}
    for article in articles:
        chosen.setdefault((article["source"], article["expected"]["flagged"]), article)
    return sorted(chosen.values(), key=lambda a: a["position"])


def render(articles):
    records = [json_record(a) for a in articles]
    raw, escaped = json_lines(records, False), json_lines(records, True)
    responses = [warcinfo("news.warc.gz"), *(response(a, articles) for a in articles)]
    few = few_of_each_source(articles)
    files = {
        "news.jsonl.gz": b"".join(map(gzip_member, in_parts(raw, JSONL_MEMBERS))),
        "news-escaped.jsonl.gz": gzip_member(b"".join(escaped)),
        "news.jsonl.zst": b"".join(zstd(part, "-19") for part in in_parts(raw, FRAMES)),
        "news.jsonl.lz4": b"".join(lz4(part, "-9") for part in in_parts(raw, FRAMES)),
        "news.csv.bz2": bz2.compress(csv_rows(records, ",").encode()),
        "news-utf16.csv.xz": lzma.compress(csv_rows(records, "\t").encode("utf-16"), check=lzma.CHECK_CRC64, preset=9),
        "lines.txt": "".join(f"{r['title']}\t{r['lead']}\n" for r in records).encode(),
        "news.warc.gz": b"".join(map(gzip_member, responses)),
        "news.warc.zst": with_dictionary(responses),
        "news-1.0.warc": warcinfo("news-1.0.warc", "1.0") + b"".join(resource(a, articles) for a in few),
        "news.warc.wet.gz": b"".join(map(gzip_member, [warcinfo("news.warc.wet.gz"), *map(conversion, articles)])),
        "expected.jsonl": b"".join(json_lines(map(expected_record, articles), False)),
        **{f"html/{a['id']}.html": page_file(a, articles) for a in few},
        **{f"text/{a['id']}.txt": text_file(a) for a in articles[::TEXT_STEP]},
    }
    return files


def content(name, data):
    """What a file holds, however well its compressor did."""
    if name.endswith(".gz"):
        return gzip.decompress(data)
    if name.endswith(".bz2"):
        return bz2.decompress(data)
    if name.endswith(".xz"):
        return lzma.decompress(data)
    if name.endswith(".lz4"):
        return lz4(data, "-d")
    if not name.endswith(".zst"):
        return data
    magic, length = struct.unpack("<II", data[:8])
    if magic != DICTIONARY_FRAME:
        return zstd(data, "-d")
    with tempfile.NamedTemporaryFile() as dictionary:
        dictionary.write(zstd(data[8:8 + length], "-d"))
        dictionary.flush()
        return zstd(data[8 + length:], "-d", "-D", dictionary.name)


def same(name, data):
    path = SAMPLE / name
    return path.is_file() and content(name, path.read_bytes()) == content(name, data)


def main(arguments):
    if arguments not in ([], ["--check"]):
        sys.exit(__doc__)
    for command in ("zstd", "lz4"):
        if not shutil.which(command):
            sys.exit(f"render.py: needs the command {command}")
    files = render(load_articles())
    there = {str(path.relative_to(SAMPLE)) for path in SAMPLE.rglob("*") if path.is_file()}
    if arguments:
        stale = [name for name, data in sorted(files.items()) if not same(name, data)] + sorted(there - set(files))
        if stale:
            sys.exit("render.py: out of date in sample/: " + " ".join(stale))
        return
    for name in there - set(files):
        (SAMPLE / name).unlink()
    for name, data in files.items():
        (SAMPLE / name).parent.mkdir(parents=True, exist_ok=True)
        (SAMPLE / name).write_bytes(data)


if __name__ == "__main__":
    main(sys.argv[1:])
