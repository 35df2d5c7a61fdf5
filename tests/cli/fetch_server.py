"""fetch_server.py serve LOG PORT_FILE: a host like that of Common Crawl News, on loopback, with its troubles. Each
request is a line of LOG; PORT_FILE is there when it listens. fetch_server.py content NUMBER VERSION writes a file to
stdout. Files of 2026/04, told from each other by their numbers:
    1  whole at once
    2  every connection is cut after some 100 kB; 503 every third time
    3  cut once; then Range is ignored
    4  cut once; then it is another file with another ETag
    5  is not there (404)
    6  is no gzip
    7  503 always
2026/05 has a list with a path that leads elsewhere, 2026/06 has no list, 2026/07 has a list that is cut off once.
"""
import gzip
import hashlib
import http.server
import os
import random
import re
import sys

CUT_AFTER = 100_000
NAME = "crawl-data/CC-NEWS/2026/04/CC-NEWS-20260401000000-{:05}.warc.gz"


def content(number, version=0):
    data = bytearray(random.Random(number * 10 + version).randbytes(450_001 + number))
    data[:2] = b"no" if number == 6 else b"\x1f\x8b"
    return bytes(data)


def listing(paths):
    return gzip.compress("".join(f"{path}\n" for path in paths).encode(), mtime=0)


class Handler(http.server.BaseHTTPRequestHandler):
    seen = {}

    def log_message(self, *_):
        pass

    def do_GET(self):
        with open(sys.argv[2], "a", encoding="ascii") as log:
            print(self.path, self.headers.get("Range", "-"), file=log)
        count = self.seen[self.path] = self.seen.get(self.path, 0) + 1
        if self.path == "/crawl-data/CC-NEWS/2026/04/warc.paths.gz":
            return self.reply(200, listing(NAME.format(i) for i in range(1, 8)))
        if self.path == "/crawl-data/CC-NEWS/2026/05/warc.paths.gz":
            return self.reply(200, listing(["crawl-data/CC-NEWS/2026/05/../../../../etc/x.warc.gz"]))
        if self.path == "/crawl-data/CC-NEWS/2026/07/warc.paths.gz":
            whole = listing([NAME.format(1)])
            return self.reply(200, whole[:30] if count == 1 else whole)
        match = re.fullmatch(r"/crawl-data/CC-NEWS/2026/04/CC-NEWS-20260401000000-0000(\d).warc.gz", self.path)
        if not match or match[1] == "5":
            return self.reply(404, b"no such file")
        return self.file(int(match[1]), count)

    def file(self, number, count):
        if number == 7 or number == 2 and count % 3 == 0:
            return self.reply(503, b"slow down")
        data = content(number, 1 if number == 4 and count > 1 else 0)
        etag = f'"{hashlib.sha1(data).hexdigest()}"'
        start = 0
        asked = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range", ""))
        if asked and number != 3 and self.headers.get("If-Range", etag) == etag:
            start = int(asked[1])
        if start >= len(data):
            return self.reply(416, b"", {"Content-Range": f"bytes */{len(data)}"})
        headers = {"ETag": etag}
        if start:
            headers["Content-Range"] = f"bytes {start}-{len(data) - 1}/{len(data)}"
        cut = number == 2 or number in (3, 4) and count == 1
        self.reply(206 if start else 200, data[start:], headers, CUT_AFTER if cut else None)

    def reply(self, status, body, headers=(), cut=None):
        self.send_response(status)
        for name, value in dict(headers).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body[:cut])
        self.close_connection = True


def serve(port_file):
    server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
    with open(port_file + ".new", "w", encoding="ascii") as port:
        print(server.server_port, file=port)
    os.rename(port_file + ".new", port_file)
    server.serve_forever()


if sys.argv[1] == "content":
    sys.stdout.buffer.write(content(int(sys.argv[2]), int(sys.argv[3])))
else:
    serve(sys.argv[3])
