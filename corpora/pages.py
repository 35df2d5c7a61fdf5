"""What a page skeleton is given, and the first five of thirteen, as so many kinds of news sites would serve them.

Every skeleton here has the story in <article> (those of plain_pages.py have none) and, outside it, headlines of other articles: in <nav>, <aside>, <footer>, in
elements with the ARIA roles of these, in scripts and in comments. Those must not count as the page's own text.
"""
import json
from html import escape

from markup import named, plain, to_html
from plain_pages import amp, blog, cells, framed, newsletter, portal, sections, spans

SECTIONS = {
    "zh-Hans": ["首页", "要闻", "社会", "财经", "教育", "体育"],
    "zh-Hant": ["首頁", "要聞", "社會", "財經", "生活", "體育"],
    "en": ["Home", "News", "Business", "Science", "Culture", "Sport"],
}
WORDS = {
    "zh-Hans": {"related": "相关阅读", "hot": "今日热点", "share": "分享", "source": "来源", "rights": "版权所有 转载请注明出处",
                "search": "搜索", "skip": "跳到正文"},
    "zh-Hant": {"related": "延伸閱讀", "hot": "熱門新聞", "share": "分享", "source": "來源", "rights": "版權所有 不得轉載",
                "search": "搜尋", "skip": "跳到主要內容"},
    "en": {"related": "Related stories", "hot": "Most read", "share": "Share", "source": "Source",
           "rights": "All rights reserved.", "search": "Search", "skip": "Skip to content"},
}


class Page:
    """What a skeleton fills in: the article, and headlines of others for its menu and its sidebar."""

    def __init__(self, article, menu, related, esc=escape):
        self.a, self.menu, self.related, self.esc = article, menu, related, esc
        self.words = WORDS[article["lang"]]
        self.site = article["source"]
        self.time = article["published"]

    def field(self, text, bold="b"):
        return to_html(text, self.esc, bold)

    def attr(self, text):
        return to_html(text, self.esc, tags=False)

    def links(self, articles, item="<li>{}</li>"):
        return "\n".join(item.format(f'<a href="{a["url"]}">{self.attr(a["title"])}</a>') for a in articles)

    def sections(self, item="<li>{}</li>"):
        return "\n".join(item.format(f'<a href="/s{i}/">{s}</a>') for i, s in enumerate(SECTIONS[self.a["lang"]]))

    def meta(self, end=">"):
        a = self.a
        return "\n".join([
            f'<meta name="description" content="{self.attr(a["lead"])}"{end}',
            f'<meta property="og:type" content="article"{end}',
            f'<meta property="og:site_name" content="{self.site}"{end}',
            f'<meta property="og:title" content="{self.attr(a["title"])}"{end}',
            f'<meta property="article:published_time" content="{self.time}"{end}',
            f'<link rel="canonical" href="{a["url"]}"{end}',
        ])


def modern(p):
    """HTML5 with landmarks and JSON-LD (ASCII-escaped); the article has a header of its own, which is text."""
    a = p.a
    ld = json.dumps({"@context": "https://schema.org", "@type": "NewsArticle", "headline": plain(a["title"]),
                     "datePublished": p.time, "description": plain(a["lead"]),
                     "publisher": {"@type": "Organization", "name": p.site}}).replace("<", "\\u003c")
    return f"""<!DOCTYPE html>
<html lang="{a["lang"]}">
<head>
<meta charset="utf-8">
<title>{p.attr(a["title"])} | {p.site}</title>
{p.meta()}
<script type="application/ld+json">{ld}</script>
<style>body{{font:16px/1.7 serif;margin:0}}.wrap{{max-width:60rem;margin:auto}}aside>ul{{list-style:none}}</style>
</head>
<body>
<a class="skip" href="#main">{p.words["skip"]}</a>
<header class="site">
<p class="logo"><a href="/">{p.site}</a></p>
<nav><ul>
{p.sections()}
</ul></nav>
<nav class="ticker"><ul>
{p.links(p.menu)}
</ul></nav>
</header>
<main id="main" class="wrap">
<article>
<header><h1>{p.field(a["title"])}</h1>
<p class="standfirst">{p.field(a["lead"])}</p>
<p class="meta"><time datetime="{p.time}">{a["date"]}</time></p></header>
{chr(10).join(f"<p>{p.field(x)}</p>" for x in a["body"])}
</article>
<aside><h2>{p.words["related"]}</h2>
<ul>
{p.links(p.related)}
</ul></aside>
</main>
<footer><p>&copy; 2026 {p.site}</p><p>{p.words["rights"]}</p></footer>
<script>window.dataLayer=window.dataLayer||[];dataLayer.push({{"page":"{a["id"]}","t":1<2&&3>2}});</script>
</body>
</html>
"""


def wire(p):
    """Nested <div>s with ARIA roles instead of landmarks; inline <strong>; a search form; line breaks in odd places."""
    a = p.a
    paragraphs = "\n".join(f'<div class="par"\n data-n="{i}">{p.field(x, "strong")}</div>' for i, x in enumerate(a["body"], 1))
    return f"""<!doctype html>
<html lang="{a["lang"]}"><head><meta charset="UTF-8"/>
<title>{p.attr(a["title"])} - {p.site}</title>
{p.meta("/>")}
<style type="text/css">.c1,.c2{{float:left}}.c2{{width:28%}}.par{{margin:1em 0}}</style></head>
<body><div id="page">
<div class="top" role="banner"><div class="brand">{p.site}</div>
<form action="/q" role="search"><label>{p.words["search"]} <input type="search" name="q"></label></form>
<div class="menu" role="navigation">
{p.sections('<span class="mi">{}</span>')}
<div class="mega">
{p.links(p.menu, '<div class="mi">{}</div>')}
</div></div></div>
<div class="c1" role="main"><article class="story">
<h1>{p.field(a["title"], "strong")}</h1>
<div class="deck">{p.field(a["lead"], "strong")}</div>
<div class="dateline">{p.words["source"]}: {p.site} <span class="d">{a["date"]}</span></div>
{paragraphs}
</article></div>
<div class="c2" role="complementary"><h3>{p.words["related"]}</h3>
{p.links(p.related, '<div class="rel">{}</div>')}
</div>
<div class="bottom" role="contentinfo">{p.site} &middot; {p.words["rights"]}</div>
</div>
<script>/* {a["id"]} */ (function(){{var s="<div>no text</div>";return s.length}})()</script>
</body></html>
"""


def legacy(p):
    """A table layout of the 2000s: upper-case tags, unquoted attributes, unclosed <P>, ideographic indents, charset in a meta."""
    a = p.a
    paragraphs = "\n".join(f"<P>\u3000\u3000{p.field(x, 'B')}" for x in a["body"])
    declared = f'<META http-equiv=Content-Type content="text/html; charset={a["meta_charset"]}">\n' if a["meta_charset"] else ""
    return f"""<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 4.01 Transitional//EN" "http://www.w3.org/TR/html4/loose.dtd">
<HTML lang={a["lang"]}>
<HEAD>
{declared}<TITLE>{p.attr(a["title"])}_{p.site}</TITLE>
{p.meta()}
<STYLE type=text/css>
<!--
td {{ font-size: 14px; line-height: 160% }}
-->
</STYLE>
</HEAD>
<BODY bgColor=#ffffff>
<!-- {plain(p.menu[0]["title"]).replace("--", "- -")} -->
<TABLE width=960 align=center border=0>
<TR><TD colSpan=2><FONT size=5>{p.site}</FONT>
<NAV>{p.sections("{} |")}<BR>
{p.links(p.menu, "{}<BR>")}</NAV></TD></TR>
<TR vAlign=top><TD width=680>
<ARTICLE>
<H1 align=center>{p.field(a["title"], "B")}</H1>
<DIV align=center>{a["date"]}&nbsp;&nbsp;{p.words["source"]}{":" if a["lang"] == "en" else "："}{p.site}</DIV>
<P><FONT color=#666666>{p.field(a["lead"], "B")}</FONT>
{paragraphs}
</ARTICLE>
</TD><TD width=260>
<ASIDE><H3>{p.words["hot"]}</H3>
{p.links(p.related, "&#183; {}<BR>")}
</ASIDE></TD></TR>
<TR><TD colSpan=2 align=center><FOOTER>{p.words["rights"]}&nbsp;{p.site}</FOOTER></TD></TR>
</TABLE>
<SCRIPT language=javascript>
<!--
document.title = document.title;
//-->
</SCRIPT>
</BODY>
</HTML>
"""


def mobile(p):
    """A terse mobile page: optional end tags left out, single-quoted attributes, headlines again in a script and in title
    attributes; names for every character that has one (&rsquo; &eacute; &middot;)."""
    a = p.a
    data = json.dumps([{"u": x["url"], "t": plain(x["title"])} for x in p.menu], ensure_ascii=False).replace("<", "\\u003c")
    menu = "\n".join(f"<li><a href='{x['url']}' title='{p.attr(x['title'])}'>{p.attr(x['title'])}</a>" for x in p.menu)
    return f"""<!doctype html>
<html lang='{a["lang"]}'>
<meta charset=utf-8>
<meta name=viewport content='width=device-width'>
<title>{p.attr(a["title"])} &ndash; {p.site}</title>
{p.meta()}
<style>*{{box-sizing:border-box}}nav li{{display:inline}}</style>
<script>var hot={data};</script>
<body>
<nav hidden><ul>
{p.sections("<li>{}")}
{menu}
</ul></nav>
<article>
<h1>{p.field(a["title"])}</h1>
<p class=by>{p.site} &middot; <time datetime='{p.time}'>{a["date"]}</time>
<p class=lead>{p.field(a["lead"])}
{chr(10).join(f"<p>{p.field(x)}" for x in a["body"])}
<p class=share>{p.words["share"]}
</article>
<aside><h2>{p.words["hot"]}</h2><ol>
{p.links(p.related, "<li>{}")}
</ol></aside>
<footer><p>{p.site}<p>{p.words["rights"]}</footer>
"""


def xhtml(p):
    """XHTML 1.0 as a journal's old publishing system writes it: XML declaration, CDATA in the script, <br /><br /> for paragraphs."""
    a = p.a
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-strict.dtd">
<html xmlns="http://www.w3.org/1999/xhtml" xml:lang="{a["lang"]}" lang="{a["lang"]}">
<head>
<meta http-equiv="Content-Type" content="text/html; charset=UTF-8" />
<title>{p.site}: {p.attr(a["title"])}</title>
{p.meta(" />")}
<style type="text/css">/*<![CDATA[*/ #side {{ float: right; }} /*]]>*/</style>
</head>
<body>
<div id="head"><h2>{p.site}</h2>
<nav><ul>
{p.sections()}
{p.links(p.menu)}
</ul></nav></div>
<article id="story">
<h1>{p.field(a["title"])}</h1>
<p class="abstract"><em>{p.field(a["lead"])}</em></p>
<div class="body">{"<br /><br />".join(p.field(x) for x in a["body"])}</div>
<p class="date">{a["date"]}</p>
</article>
<aside id="side"><h3>{p.words["related"]}</h3><ul>
{p.links(p.related)}
</ul></aside>
<footer><p>{p.words["rights"]}</p></footer>
<script type="text/javascript">//<![CDATA[
if (1 < 2 && "{a["id"]}") {{ window.ready = true; }}
//]]></script>
</body>
</html>
"""


SKELETON_OF_SOURCE = {
    "云泽日报": modern, "东陵新闻网": mobile, "澜江财经": wire, "北溪晚报": legacy,
    "江汀门户": portal, "科汇周刊": blog, "南麓发布": spans,
    "島嶼新聞網": modern, "北岸晚報": mobile, "山線週刊": wire, "海岬日報": legacy,
    "港灣日報": framed, "中原即時": amp,
    "Halvern Courier": modern, "The Eastmere Post": mobile, "Meridian Wire": wire, "Field and Lab": xhtml,
    "The Saltmarsh Gazette": blog, "Harbour Standard": portal, "Circuit Letter": newsletter, "Northgate Ledger": amp,
}


# Ordinary articles of which the papers still have pages in an old layout.
SKELETON_OF_ARTICLE = {
    **dict.fromkeys(("en-11", "en-59", "hans-22", "hans-44", "hant-22", "hant-58"), cells),
    **dict.fromkeys(("en-08", "en-46", "hans-05", "hans-34", "hant-10", "hant-37"), sections),
}


def render_page(article, menu, related):
    skeleton = SKELETON_OF_ARTICLE.get(article["id"]) or SKELETON_OF_SOURCE[article["source"]]
    return skeleton(Page(article, menu, related, esc=named if skeleton is mobile else escape))
