"""The light markup of articles/*.yaml and what becomes of it in each format.

    *x*    bold in HTML (also inside a word: 换*脸* is 换<b>脸</b>), nothing elsewhere
    `x`    character references in HTML (&#x63DB; &#33225;), nothing elsewhere
    {-}    a soft hyphen: &shy; in HTML, U+00AD elsewhere
    {0}    a zero-width space: &#8203; in HTML, U+200B elsewhere
"""
import html
import html.entities
import re

TOKEN = re.compile(r"\*([^*]+)\*|`([^`]+)`|\{-\}|\{0\}")


def references(text):
    """Hexadecimal and decimal character references, in turn."""
    return "".join(f"&#x{ord(c):X};" if i % 2 == 0 else f"&#{ord(c)};" for i, c in enumerate(text))


def named(text):
    """Escaped, and every character that HTML has a name for written by that name."""
    names = {**html.entities.codepoint2name, ord("'"): "#39"}
    return "".join(f"&{names[ord(c)]};" if ord(c) in names else c for c in text)


def plain(text):
    def replace(m):
        return m[1] or m[2] or ("\u00ad" if m[0] == "{-}" else "\u200b")

    return TOKEN.sub(replace, text)


def to_html(text, escape=html.escape, bold="b", tags=True):
    """As HTML text; with tags=False for <title> and attributes, where bold characters become references."""
    out, at = [], 0
    for m in TOKEN.finditer(text):
        out.append(escape(text[at:m.start()]))
        at = m.end()
        if m[1]:
            out.append(f"<{bold}>{escape(m[1])}</{bold}>" if tags else references(m[1]))
        elif m[2]:
            out.append(references(m[2]))
        else:
            out.append("&shy;" if m[0] == "{-}" else "&#8203;")
    out.append(escape(text[at:]))
    return "".join(out)
