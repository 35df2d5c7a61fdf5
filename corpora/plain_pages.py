"""Eight more page skeletons, of sites without <article>: what tells the story from the rest are tables, class names, roles and the
number of links. Each has headlines of other articles outside the story, as pages.py explains.
"""
import json

from markup import plain

CAPTION = {"zh-Hans": "资料图片，与文中人物无关", "zh-Hant": "資料照片，與文中人物無關", "en": "File picture. People shown are not in the story."}
FACTS = {"zh-Hans": ("来源", "日期", "编号"), "zh-Hant": ("來源", "日期", "編號"), "en": ("Source", "Date", "Number")}


def facts(p):
    """A small table of data inside the story."""
    source, date, number = FACTS[p.a["lang"]]
    return (f'<table border="1"><tr><th>{source}</th><th>{date}</th><th>{number}</th></tr>\n'
            f'<tr><td>{p.site}</td><td>{p.a["date"]}</td><td>{p.a["id"]}</td></tr></table>')


def figure(p):
    return f'<figure><img src="/i/{p.a["id"]}.jpg" alt=""><figcaption>{CAPTION[p.a["lang"]]}</figcaption></figure>'


def json_ld(p, ensure_ascii):
    """The story and, as list items of the same graph, the headlines of others."""
    graph = [{"@type": "NewsArticle", "headline": plain(p.a["title"]), "datePublished": p.time},
             {"@type": "ItemList", "itemListElement": [{"@type": "ListItem", "position": i, "url": x["url"], "name": plain(x["title"])}
                                                       for i, x in enumerate(p.related, 1)]}]
    text = json.dumps({"@context": "https://schema.org", "@graph": graph}, ensure_ascii=ensure_ascii)
    return f'<script type="application/ld+json">{text.replace("<", chr(92) + "u003c")}</script>'


def portal(p):
    """A portal of about 2003: tables in tables, upper case, no end tags of cells, GIF spacers, a frame for the advertisement. The
    charset declared is not the one used."""
    a = p.a
    indent = "" if a["lang"] == "en" else "\u3000\u3000"
    declared = f'<META http-equiv="Content-Type" content="text/html; charset={a["meta_charset"]}">\n' if a["meta_charset"] else ""
    return f"""<HTML>
<HEAD>
{declared}<TITLE>{p.attr(a["title"])}-{p.site}</TITLE>
<META name="keywords" content="{p.site}">
<META name="publishdate" content="{a["date"]}">
{p.meta()}
<SCRIPT src="/js/top.js"></SCRIPT>
</HEAD>
<BODY leftmargin=0 topmargin=0>
<TABLE width=760 cellspacing=0 cellpadding=0 align=center><TR>
<TD width=180><IMG src=/logo.gif width=170 height=60 alt="{p.site}">
<TD align=right><IFRAME src=/ad/468.htm width=468 height=60 frameborder=0>{p.attr(p.menu[0]["title"])}</IFRAME>
</TABLE>
<TABLE width=760 align=center bgcolor=#003399><TR><TD><DIV class=nav>
{p.sections('{}<IMG src=/dot.gif width=1>')}
</DIV></TABLE>
<TABLE width=760 align=center><TR valign=top>
<TD width=540>
 <TABLE width=100%><TR><TD align=center><FONT size=5 color=#CC0000><B>{p.field(a["title"], "B")}</B></FONT>
 <TR><TD align=center><FONT size=2>{a["date"]} {p.site}</FONT><HR size=1>
 <TR><TD id=zoom><FONT size=3>
<BR>{indent}<FONT color=#333333>{p.field(a["lead"], "B")}</FONT><BR><BR>
{"<BR><BR>".join(indent + p.field(x, "B") for x in a["body"])}
</FONT></TABLE>
 <CENTER><A href="javascript:window.print()">{p.words["share"]}</A></CENTER>
<TD width=10><IMG src=/spacer.gif width=10>
<TD width=210><FONT size=2><B>{p.words["hot"]}</B></FONT>
<DIV id=hotnews>
{p.links(p.menu + p.related, "<LI>{}")}
</DIV>
</TABLE>
<TABLE width=760 align=center><TR><TD class=copyright align=center>{p.words["rights"]} {p.site}</TABLE>
<NOFRAMES>{p.attr(p.related[-1]["title"])}</NOFRAMES>
</BODY></HTML>
"""


def framed(p):
    """The inner page of an old frameset, as an archive finds it alone: a column of cells with one headline each at the left, marked
    by its class, and the story in a cell beside it."""
    a = p.a
    declared = f'<meta http-equiv="content-type" content="text/html; charset={a["meta_charset"]}">\n' if a["meta_charset"] else ""
    return f"""<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 3.2 Final//EN">
<html lang="{a["lang"]}"><head>
{declared}<title>{p.site} | {p.attr(a["title"])}</title>
{p.meta()}
<base target="main">
</head>
<body background="paper.gif" text="black" link="navy">
<table class="related" border="0" width="150" align="left">
{p.links(p.menu, "<tr><td><small>{}</small></td></tr>")}
</table>
<table border="0" width="600"><tr><td>
<h1>{p.field(a["title"])}</h1>
<p><i>{p.field(a["lead"])}</i></p>
<blockquote>
{"".join(f"<p>{p.field(x)}</p>{chr(10)}" for x in a["body"])}</blockquote>
{facts(p)}
</td></tr></table>
<hr>
<table class="footer" width="760"><tr><td>
{p.links(p.related, "[{}]")}
</td></tr><tr><td>{p.words["rights"]}</td></tr></table>
</body></html>
"""


def amp(p):
    """AMP as of 2020: elements of its own for the menu, the picture and the list of stories."""
    a = p.a
    return f"""<!doctype html>
<html amp lang="{a["lang"]}">
<head>
<meta charset="utf-8">
<title>{p.attr(a["title"])} | {p.site}</title>
{p.meta()}
<meta name="viewport" content="width=device-width,minimum-scale=1">
{json_ld(p, ensure_ascii=False)}
<style amp-boilerplate>body{{animation:-amp-start 8s steps(1,end) 0s 1 normal both}}</style><noscript><style amp-boilerplate>body{{animation:none}}</style></noscript>
<script async src="/amp/v0.js"></script>
</head>
<body>
<amp-sidebar id="side" layout="nodisplay"><nav toolbar="(min-width: 784px)"><ul>
{p.sections()}
{p.links(p.menu)}
</ul></nav></amp-sidebar>
<header class="bar"><button on="tap:side.toggle">&#9776;</button> {p.site}</header>
<main role="main">
<h1>{p.field(a["title"])}</h1>
<time datetime="{p.time}">{a["date"]}</time>
<figure><amp-img src="/i/{a["id"]}.webp" width="800" height="450" layout="responsive"></amp-img>
<figcaption>{CAPTION[a["lang"]]}</figcaption></figure>
<p class="intro">{p.field(a["lead"])}</p>
{(chr(10) + '<amp-ad width="300" height="250" type="x"></amp-ad>' + chr(10)).join(f"<p>{p.field(x)}</p>" for x in a["body"])}
</main>
<amp-list src="/more.json"><template type="amp-mustache">{{{{#items}}}}<a href="{{{{url}}}}">{{{{title}}}}</a>{{{{/items}}}}</template></amp-list>
<section class="recommended"><h2>{p.words["related"]}</h2>
{p.links(p.related, '<div class="card">{}</div>')}
</section>
<footer>{p.words["rights"]}</footer>
</body>
</html>
"""


def blog(p):
    """A weblog system: divs with speaking class names, widgets, sharing buttons, comments of readers that mention other stories."""
    a = p.a
    comments = "\n".join(f'<li class="comment"><div class="comment-body"><b class="fn">reader{i}</b><p>{p.attr(x["title"])}?</p></div></li>'
                         for i, x in enumerate(p.menu, 1))
    return f"""<!DOCTYPE html>
<html lang="{a["lang"]}" prefix="og: https://ogp.me/ns#">
<head>
<meta charset="UTF-8" />
<title>{p.attr(a["title"])} &#8211; {p.site}</title>
{p.meta(" />")}
<link rel="alternate" type="application/rss+xml" title="{p.site}" href="/feed/" />
{json_ld(p, ensure_ascii=True)}
</head>
<body class="post-template-default single single-post">
<div id="masthead" class="site-header"><div class="site-title">{p.site}</div>
<div class="main-navigation"><ul id="primary-menu">
{p.sections('<li class="menu-item">{}</li>')}
{p.links(p.menu, '<li class="menu-item">{}</li>')}
</ul></div></div>
<div id="primary" class="content-area">
<div class="breadcrumbs"><a href="/">{p.site}</a> &raquo; {p.attr(a["kind"])}</div>
<div id="post-{a["position"]}" class="post hentry">
<h1 class="entry-title">{p.field(a["title"], "strong")}</h1>
<div class="entry-meta"><time class="entry-date" datetime="{p.time}">{a["date"]}</time></div>
<div class="entry-content">
{figure(p)}
<p class="has-large-font-size">{p.field(a["lead"], "strong")}</p>
{chr(10).join(f"<p>{p.field(x, 'strong')}</p>" for x in a["body"])}
{facts(p)}
</div>
<div class="sharedaddy share-buttons"><a href="#f">{p.words["share"]}</a></div>
</div>
<div class="related-posts"><h3>{p.words["related"]}</h3><div>
{p.links(p.related, '<h4>{}</h4>')}
</div></div>
<div id="comments" class="comments-area"><ol class="comment-list">
{comments}
</ol></div>
</div>
<div id="secondary" class="widget-area sidebar"><div class="widget"><h2>{p.words["hot"]}</h2><ul>
{p.links(p.related)}
</ul></div></div>
<div class="site-footer">{p.words["rights"]}</div>
</body>
</html>
"""


def newsletter(p):
    """The web version of a newsletter: nothing but presentational tables with inline styles, a hidden preheader, a list of issues."""
    a = p.a
    cell = '<tr><td style="padding:0 24px 16px 24px;font-family:Georgia,serif;font-size:17px;line-height:26px;">{}</td></tr>'
    return f"""<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">
<html xmlns="http://www.w3.org/1999/xhtml" lang="{a["lang"]}">
<head>
<meta http-equiv="Content-Type" content="text/html; charset=utf-8" />
<title>{p.attr(a["title"])}</title>
{p.meta(" />")}
<!--[if mso]><style>td{{font-family:Arial}}</style><p>{plain(p.menu[0]["title"]).replace("--", "- -")}</p><![endif]-->
</head>
<body style="margin:0;padding:0;background:#f4f4f4;">
<div style="display:none;max-height:0;overflow:hidden;">{p.field(a["lead"])}&#847; &#847; &#847;</div>
<table role="presentation" width="100%" cellpadding="0" cellspacing="0"><tr><td align="center">
<table role="presentation" width="600" cellpadding="0" cellspacing="0" style="background:#ffffff;">
<tr><td style="padding:24px;font-weight:bold;">{p.site} <span style="color:#999999;">{a["date"]}</span></td></tr>
<tr><td style="padding:0 24px;"><h1 style="font-size:28px;margin:0;">{p.field(a["title"])}</h1></td></tr>
{cell.format("<em>" + p.field(a["lead"]) + "</em>")}
{chr(10).join(cell.format(p.field(x)) for x in a["body"])}
<tr><td style="padding:24px;border-top:1px solid #dddddd;">
<ul style="padding:0;">
{p.links(p.menu + p.related)}
</ul></td></tr>
<tr><td><img src="/open.gif?n={a["position"]}" width="1" height="1" alt="" /></td></tr>
</table></td></tr></table>
</body>
</html>
"""


def spans(p):
    """What an editor in the browser leaves: sections in sections, a span around every paragraph, and style upon style; the list of
    other stories is a run of divs without a name."""
    a = p.a
    piece = ('<section style="margin:0;"><section style="padding:0 8px;"><p style="text-indent:2em;"><span style="font-size:15px;">'
             '<span style="color:rgb(63,63,63);">{}</span></span></p></section></section>')
    return f"""<!DOCTYPE html>
<html lang="{a["lang"]}">
<head><meta charset="utf-8"><title>{p.attr(a["title"])}</title>
{p.meta()}
<script nonce="1">var msg_title = '{plain(p.menu[0]["title"]).replace("'", "")}'; var ct = "{a["date"]}";</script>
</head>
<body id="activity-detail" class="zh_CN">
<div id="js_top_menu" class="top_menu"><div>
{p.sections("<span>{}</span>")}
</div></div>
<div class="rich_media_area_primary" id="page-content">
<h1 class="rich_media_title" id="activity-name">
{p.field(a["title"])}
</h1>
<div id="meta_content"><span>{p.site}</span> <em id="publish_time">{a["date"]}</em></div>
<div class="rich_media_content" id="js_content" style="visibility: visible;">
{piece.format(p.field(a["lead"]))}
<section><img data-src="/i/{a["id"]}.png" alt="{CAPTION[a["lang"]]}"></section>
{chr(10).join(piece.format(p.field(x)) for x in a["body"])}
</div>
</div>
<div class="js_recommend">
{p.links(p.menu + p.related, "<div><div>{}</div></div>")}
</div>
<div class="footer">{p.words["rights"]}</div>
</body>
</html>
"""


def cells(p):
    """The story page of an old portal whose every block is a table without a name: a row of headlines on top, one in each cell, a
    column of them with dates in cells of their own, bare links in the story's own cell, and one more as its last line."""
    a = p.a
    return f"""<html lang="{a["lang"]}">
<head><meta http-equiv="Content-Type" content="text/html; charset=utf-8">
<title>{p.attr(a["title"])} - {p.site}</title>
{p.meta()}
</head>
<body>
<table width="980" align="center"><tr><td>{p.site}</td>
{p.links(p.menu, "<td>{}</td>")}
</tr></table>
<table width="980" align="center"><tr valign="top"><td width="240">
<table width="100%"><tr><td colspan="2" bgcolor="#eeeeee">{p.words["hot"]}</td></tr>
{p.links(p.related + p.menu, f"<tr><td>&middot; {{}}</td><td>{a['date'][5:]}</td></tr>")}
</table>
</td><td width="740">
<h1 align="center">{p.field(a["title"])}</h1>
<p align="center">{a["date"]}&nbsp;&nbsp;{p.words["source"]}: {p.site}</p>
<p>{p.field(a["lead"])}</p>
{chr(10).join(f"<p>{p.field(x)}</p>" for x in a["body"])}
<p><b>{p.words["related"]}</b></p>
{p.links(p.related, "<p>{}</p>")}
<p>{p.links(p.menu, "[{}]<br>")}</p>
</td></tr></table>
<table width="980" align="center"><tr><td align="center">{p.links(p.menu[:1], "{}")}</td></tr></table>
<table width="980" align="center"><tr><td align="center">{p.words["rights"]}</td></tr></table>
</body></html>
"""


def sections(p):
    """Sections without names, and bare links in them; a second column of a table that holds nothing but a link a paragraph; a promotion
    of two other stories between the story's paragraphs."""
    a = p.a
    half = len(a["body"]) // 2
    return f"""<!DOCTYPE html>
<html lang="{a["lang"]}">
<head><meta charset="utf-8"><title>{p.attr(a["title"])} | {p.site}</title>
{p.meta()}
</head>
<body>
<section><a href="/">{p.site}</a> {p.sections("{}")}</section>
<section>{p.links(p.menu, "{}")}</section>
<table><tr><td>
<section>
<h1>{p.field(a["title"])}</h1>
<p>{p.field(a["lead"])}</p>
{chr(10).join(f"<p>{p.field(x)}</p>" for x in a["body"][:half])}
<section>{p.links(p.menu[:2], "<div>{}</div>")}</section>
{chr(10).join(f"<p>{p.field(x)}</p>" for x in a["body"][half:])}
</section>
<section><h2>{p.words["related"]}</h2>
{p.links(p.related, "<a href='#more'><img src='/more.gif' alt=''></a> {} <small>10:30</small><br>")}
</section>
</td><td>
{p.links(p.related + p.menu, "<p>{}</p>")}
</td></tr></table>
<section>{p.words["rights"]} {p.site}</section>
</body>
</html>
"""
