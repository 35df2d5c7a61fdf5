#!/usr/bin/python3
"""Renders articles/*.yaml to every format that Tocsin reads, into sample/.

    corpora/render.py            writes sample/
    corpora/render.py --check    writes nothing; status 1 if sample/ is not what would be written

Needs python3 and python3-yaml; the .zst also the zstd command. Times and ids are fixed: two runs give the same bytes
(compressed bytes can differ with another version of zlib or zstd, which --check allows for by comparing what they hold).
"""
import base64
import gzip
import hashlib
import json
import pathlib
import shutil
import struct
import subprocess
import sys
import uuid
import zlib
from datetime import datetime, timedelta

import yaml

sys.dont_write_bytecode = True
from markup import plain    # noqa: E402
from pages import SECTIONS, render_page    # noqa: E402

HERE = pathlib.Path(__file__).resolve().parent
SAMPLE = HERE / "sample"
CRAWL_START = datetime(2026, 4, 20, 2, 0, 0)
JSONL_MEMBERS = 4
ZSTD_FRAMES = 2
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
    """UTF-8, but for two papers with old systems, which declare what they use in HTTP, in a meta, or in both."""
    even = int(article["id"][-2:]) % 2 == 0
    article["codec"], article["http_charset"], article["meta_charset"] = "utf-8", "utf-8", None
    if article["source"] == "北溪晚报":
        article["codec"] = "gb18030"
        article["http_charset"], article["meta_charset"] = ("GBK", "gbk") if even else (None, "gb2312")
    elif article["source"] == "海岬日報":
        article["codec"] = "big5hkscs"
        article["http_charset"], article["meta_charset"] = ("big5", None) if even else (None, "big5")
    elif even:
        article["http_charset"] = None


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
            "label": expected.get("label")}


# WARC

def record_id(kind, name):
    return f"<urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, f'tocsin-sample/{kind}/{name}')}>"


def digest(data):
    return "sha1:" + base64.b32encode(hashlib.sha1(data).digest()).decode()


def crawl_time(position):
    return (CRAWL_START + timedelta(seconds=37 * position)).strftime("%Y-%m-%dT%H:%M:%SZ")


def warc_record(headers, block):
    headers = headers + [("WARC-Block-Digest", digest(block)), ("Content-Length", str(len(block)))]
    head = "WARC/1.1\r\n" + "".join(f"{name}: {value}\r\n" for name, value in headers) + "\r\n"
    return gzip_member(head.encode() + block + b"\r\n\r\n")


def warcinfo(filename):
    block = ("software: Tocsin corpora/render.py\r\nformat: WARC File Format 1.1\r\n"
             "conformsTo: https://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/\r\n"
             "description: sixty invented news articles\r\n").encode()
    return warc_record([("WARC-Type", "warcinfo"), ("WARC-Record-ID", record_id("warcinfo", filename)),
                        ("WARC-Date", crawl_time(0)), ("WARC-Filename", filename),
                        ("Content-Type", "application/warc-fields")], block)


def response(article, articles):
    menu, related = headlines_for(article, articles)
    payload = render_page(article, menu, related).encode(article["codec"], "xmlcharrefreplace")
    content_type = "text/html" + (f"; charset={article['http_charset']}" if article["http_charset"] else "")
    fields = [("Date", (CRAWL_START + timedelta(seconds=37 * article["position"])).strftime("%a, %d %b %Y %H:%M:%S GMT")),
              ("Content-Type", content_type), ("Content-Length", str(len(payload))), ("Connection", "close")]
    if article["position"] % 3 == 1:                                # header names are case-insensitive, in any order
        fields = [(name.lower(), value) for name, value in reversed(fields)]
    http = "HTTP/1.1 200 OK\r\n" + "".join(f"{name}: {value}\r\n" for name, value in fields) + "\r\n"
    return warc_record([("WARC-Type", "response"), ("WARC-Record-ID", record_id("response", article["id"])),
                        ("WARC-Date", crawl_time(article["position"])), ("WARC-Target-URI", article["url"]),
                        ("WARC-IP-Address", "192.0.2.7"), ("WARC-Payload-Digest", digest(payload)),
                        ("WARC-Identified-Payload-Type", "text/html"),
                        ("Content-Type", "application/http; msgtype=response")], http.encode() + payload)


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


def render(articles):
    records = [json_record(a) for a in articles]
    raw, escaped = json_lines(records, False), json_lines(records, True)
    files = {
        "news.jsonl.gz": b"".join(map(gzip_member, in_parts(raw, JSONL_MEMBERS))),
        "news-escaped.jsonl.gz": b"".join(map(gzip_member, in_parts(escaped, JSONL_MEMBERS))),
        "lines.txt": "".join(f"{r['title']}\t{r['lead']}\n" for r in records).encode(),
        "news.warc.gz": warcinfo("news.warc.gz") + b"".join(response(a, articles) for a in articles),
        "news.warc.wet.gz": warcinfo("news.warc.wet.gz") + b"".join(map(conversion, articles)),
        "expected.jsonl": b"".join(json_lines(map(expected_record, articles), False)),
    }
    if shutil.which("zstd"):
        files["news.jsonl.zst"] = b"".join(zstd(part, "-19") for part in in_parts(raw, ZSTD_FRAMES))
    else:
        print("render.py: no zstd command, news.jsonl.zst left as it is", file=sys.stderr)
    return files


def content(name, data):
    if name.endswith(".gz"):
        return gzip.decompress(data)
    return zstd(data, "-d") if name.endswith(".zst") else data


def main(arguments):
    if arguments not in ([], ["--check"]):
        sys.exit(__doc__)
    files = render(load_articles())
    if arguments:
        stale = [name for name, data in sorted(files.items())
                 if not (SAMPLE / name).is_file() or content(name, (SAMPLE / name).read_bytes()) != content(name, data)]
        if stale:
            sys.exit("render.py: out of date in sample/: " + " ".join(stale))
        return
    SAMPLE.mkdir(exist_ok=True)
    for name, data in files.items():
        (SAMPLE / name).write_bytes(data)


if __name__ == "__main__":
    main(sys.argv[1:])
