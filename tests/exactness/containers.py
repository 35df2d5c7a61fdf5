"""Files that hold one text each: how the text of a case is written, and where in the file its term then stands.

A case's text is what a reader sees; a container makes bytes of it. `Written.shown` is the whole file as a string
(decompressed, and decoded from its charset), and `begin`, `end` say where in it the term is, in code points.
"""
import gzip
import io
import random
import re
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "oracle"))
import gen_documents as gen  # noqa: E402


@dataclass
class Written:
    suffix: str
    data: bytes
    shown: str
    begin: int
    end: int
    charset: str = ""   # what a user has to tell a tool that cannot find it out: Python's name for it


def in_frame(suffix, head, left, term, right, tail, codec="utf-8", mark=b"", charset=""):
    """The usual container: something, the text in three written pieces, something."""
    before = head + left
    shown = before + term + right + tail
    return Written(suffix, mark + shown.encode(codec), shown, len(before), len(before) + len(term), charset)


OTHER_TEXT = "The wool is blue"     # what else a page or record says
OTHER_LINES = [line for line in gen.CHINESE if not re.search("孩子|有限公司|网友|公司", line)]


def line(left, term, right):
    return in_frame(".txt", "", left, term, right, "\n")


def line_with_bom(left, term, right):
    return in_frame(".txt", "", left, term, right, "\n", mark=b"\xef\xbb\xbf")


def line_in(encoding):
    codec, mark, _ = gen.ENCODINGS[encoding]
    return lambda left, term, right: in_frame(".txt", "", left, term, right, "\n", codec, mark)


def line_undeclared(codec):
    """A text file of many lines in a charset that nothing says; the case's line is the last."""
    def write(left, term, right):
        head = "".join(sentence + "。\n" for sentence in OTHER_LINES)
        if codec.startswith("big5"):
            head = "".join(DISGUISE.han.spellings(c, "traditional")[0] for c in head)
            head = head.encode(codec, "ignore").decode(codec)
        return in_frame(".txt", head, left, term, right, "\n", codec, charset=codec)
    return write


def json_line(escape):
    """JSONL; escape(char) gives the spelling of a character of the term."""
    def write(left, term, right):
        return in_frame(".jsonl", '{"title": "", "text": "', left, "".join(map(escape, term)), right, '"}\n')
    return write


def json_line_of_key(key):
    return lambda left, term, right: in_frame(".jsonl", '{"title": "%s", "%s": "' % (OTHER_TEXT, key),
                                              left, term, right, '"}\n')


PAGE_HEAD = "<!DOCTYPE html>\n<html><head>%s<title>%s</title></head>\n<body><article><p>"
PAGE_TAIL = "</p></article></body></html>\n"


def page_head(charset=""):
    return PAGE_HEAD % (f'<meta charset="{charset}">' if charset else "", OTHER_TEXT)


def page(left, term, right):
    """An HTML page; the three pieces are HTML already."""
    return in_frame(".html", page_head("utf-8"), left, term, right, PAGE_TAIL)


def page_in(encoding):
    codec, mark, labels = gen.ENCODINGS[encoding]
    return lambda left, term, right: in_frame(".html", page_head(labels[0]), left, term, right, PAGE_TAIL, codec, mark,
                                              codec)


def page_with(before, after):
    """A page whose own markup is around the term: the term is in an attribute, say."""
    def write(left, term, right):
        return in_frame(".html", page_head("utf-8"), left + right + before, term, after, PAGE_TAIL)
    return write


def page_unseen(left, term, right):
    """A page that has the term in a script and in a comment alone."""
    tail = '";</script><!-- ' + term + " --></body></html>\n"
    return in_frame(".html", page_head("utf-8"), left + right + '</p></article><script>var x = "', term, "", tail)


def csv_row(left, term, right):
    quoted = [piece.replace('"', '""') for piece in (left, term, right)]
    return in_frame(".csv", 'id,title,text\r\n7,"a, b","', *quoted, '"\r\n')


def gzip_member(text):
    return gzip.compress(text, mtime=0)


def gzip_cut_in_term(left, term, right):
    """Two gzip members with the border inside the term; inside a character, where it has several bytes."""
    plain = in_frame(".txt.gz", "", left, term, right, "\n")
    cut = len((left + term[:len(term) // 2]).encode()) + (1 if ord(term[len(term) // 2]) > 0x7F else 0)
    plain.data = gzip_member(plain.data[:cut]) + gzip_member(plain.data[cut:])
    return plain


def warc_of_pages(left, term, right):
    """A WARC of two pages, each a gzip member; the case's is the second, in GB18030 as only HTTP's header says."""
    rng = random.Random(len(left))
    records = []
    for body in (OTHER_TEXT, left + term + right):
        body = (page_head() + body + PAGE_TAIL).encode("gb18030")
        http = (b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=gb18030\r\nContent-Length: %d\r\n\r\n" % len(body))
        records.append(gen.warc_record({"id": str(len(records))}, rng, "response", "application/http; msgtype=response",
                                       http + body))
    shown = b"".join(records).decode("gb18030")
    begin = shown.index(page_head() + left + term, len(records[0].decode("gb18030"))) + len(page_head() + left)
    return Written(".warc.gz", b"".join(map(gzip_member, records)), shown, begin, begin + len(term), "gb18030")


def zip_of_line(left, term, right):
    plain = in_frame(".zip", "", left, term, right, "\n")
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(zipfile.ZipInfo("a.txt", (2026, 1, 1, 0, 0, 0)), plain.data, zipfile.ZIP_DEFLATED)
    plain.data = packed.getvalue()
    return plain


def line_utf32(left, term, right):
    return in_frame(".txt", "", left, term, right, "\n", "utf-32-le", b"\xff\xfe\0\0")


DISGUISE = gen.Disguise(gen.OPENCC_FOLDER)
