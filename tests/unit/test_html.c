/*
 * html: flat text, fields and metadata by tables; the properties that hold for every input (fields
 * are pieces of the flat text, output is well formed, a warm worker does not allocate) on the
 * tables, on random markup and on the pages of real WARC files (TOCSIN_DATA names the folder that
 * holds containers/).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "input/html.h"
#include "input/html_date.h"
#include "input/html_tag.h"
#include "input/utf8_copy.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

static void must(tocsin_status st)
{
    assert_int_equal(st, TOCSIN_OK);
}

static struct tcs_str str(const char *text)
{
    return (struct tcs_str){text, strlen(text)};
}

/* ---- flat text ---- */

static const struct {
    const char *html, *flat;
} flats[] = {
    {"", ""},
    {" \n\t ", ""},
    {"abc", "abc"},
    {"  a \r\n\t b\f ", "a b"},
    /* inline tags stand for nothing */
    {"\xE6\x8D\xA2<b>\xE8\x84\xB8</b>", "\xE6\x8D\xA2\xE8\x84\xB8"},
    {"a<!-- x --><?y?><![CDATA[z]]></>b<wbr>c<span\n>d", "abcd"},
    {"a <b> b </b> c", "a b c"},
    {"a<unknown-element>b", "ab"},
    /* breaks and borders */
    {"a<br>b<BR/>c", "a\nb\nc"},
    {"a <br> b", "a\nb"},
    {"a<br> <br>b<br><br><br>c", "a\n\nb\n\nc"},
    {"a<br></p>b", "a\n\nb"},
    {"<p>a<p>b</p> <div> c </div>d", "a\n\nb\n\nc\n\nd"},
    {"<table><tr><td>a<td>b<tr><th>c</table>d", "a\n\nb\n\nc\n\nd"},
    {"<ul><li>a<li>b</ul><hr>c<h1>d</h1>e<option>f", "a\n\nb\n\nc\n\nd\n\ne\n\nf"},
    {"a<p><br></p>b", "a\n\nb"},
    /* references; those to white space are white space, no-break space is not */
    {"a&lt;b&gt; &amp;c &#20013;", "a<b> &c \xE4\xB8\xAD"},
    {"a&nbsp;b &nbsp; c", "a\xC2\xA0" "b \xC2\xA0 c"},
    {"a&#32;&#10;&Tab;&NewLine;b", "a b"},
    {"&#32;a&#32;", "a"},
    {"AT&T R&D; &unknown; &", "AT&T R&D; &unknown; &"},
    {"a < b <3 <", "a < b <3 <"},
    /* title, textarea: references but no tags */
    {"<title>a<b>&amp;</title>c", "a<b>&\n\nc"},
    {"<textarea><p>&lt;</textarea>b", "<p><\n\nb"},
    {"<title>never closed <p>", "never closed <p>"},
    {"<TITLE>a</titlex></TITLE >b", "a</titlex>\n\nb"},
    /* script, style: left out */
    {"a<script>x</script>b<style>y</style>c", "abc"},
    {"<script>\"</scriptx>\"; x</script >a", "a"},
    {"<script><!-- <script> </script> --> </script>a", "a"},
    {"<script><!-- <script> </script> </script>a", "a"},
    {"<script><!-- x </script>a", "a"},
    {"<script><!--><script></script>a", "a"},
    {"<script>never closed a", ""},
    {"<xmp><b>&amp;</xmp>c", "<b>&amp;\n\nc"},
    {"<iframe><p>x</iframe>c", "<p>x\n\nc"},
    {"<plaintext><b></plaintext>", "<b></plaintext>"},
    {"<svg><style/>a<script/>b</svg><title>c", "ab\n\nc"},
    {"<noscript><p>a</noscript>", "a"},
    {"a<template><p>b</template>", "a\n\nb"},
    /* comments end where the standard says */
    {"a<!-->b", "ab"},
    {"a<!--->b", "ab"},
    {"a<!----!>b", "ab"},
    {"a<!-- -- > --!>b", "ab"},
    {"a<!--> -->b", "a -->b"},
    {"a<!-- x", "a"},
    {"a<!x>b</ y>c<!DOCTYPE \"x>\">d", "abc\">d"},
    /* attributes, behind the text and each in a paragraph */
    {"a<img alt=x>b<a title='y z' href=u>c</a>", "abc\n\nx\n\ny z"},
    {"<meta content=\" a \n b&amp;c \"><p>t", "t\n\na b&c"},
    {"<meta content=''>t<img alt>", "t"},
    {"<img alt=a>", "a"},
    {"<img ALT=a alt=b Title=c>", "a\n\nc"},
    {"<img alt=\"a>b\" title='c\"d'>e", "e\n\na>b\n\nc\"d"},
    {"<img alt=a/>b", "b\n\na/"},
    {"<img alt = a title=b=c>", "a\n\nb=c"},
    {"<img =alt=x alt==y>", "=y"},
    {"<img alt=?a=1&copy=2&copy;>", "?a=1&copy=2\xC2\xA9"},
    {"</p alt=x>a", "a"},
    {"a<img alt=x", "a"},
    {"a<img alt='x>b", "a"},
    /* bytes that are no UTF-8, and U+0000, hide no neighbour and join nothing */
    {"a\xFF" "b\xE6\x8D", "a\xEF\xBF\xBD" "b\xEF\xBF\xBD"},
    {"\xE6\x8D<b>\xA2</b>", "\xEF\xBF\xBD\xEF\xBF\xBD"},
};

static void test_html__flat_text_is_as_promised(void **state)
{
    struct tcs_html_scratch scratch = {0};

    (void)state;
    for (size_t i = 0; i < COUNT(flats); i++) {
        must(tcs_html_flatten(str(flats[i].html), &scratch, NULL));
        if (!tcs_str_equal(tcs_buf_view(&scratch.flat), str(flats[i].flat)))
            fail_msg("'%s' gave '%.*s'", flats[i].html, (int)scratch.flat.len, scratch.flat.data);
    }
    must(tcs_html_flatten((struct tcs_str){"a\0b", 3}, &scratch, NULL));
    assert_true(tcs_str_equal(tcs_buf_view(&scratch.flat), str("a\xEF\xBF\xBD" "b")));
    tcs_html_scratch_release(&scratch);
}

/* Spaces at every distance from the 16-byte steps of the copying loop. */
static void test_html__white_space_collapses_at_every_offset(void **state)
{
    struct tcs_html_scratch scratch = {0};
    char html[80], wanted[80];

    (void)state;
    for (size_t lead = 1; lead < 40; lead++) {
        for (size_t gap = 1; gap < 4; gap++) {
            memset(html, 'x', lead);
            memset(html + lead, ' ', gap);
            memcpy(html + lead + gap, "yy y \n", 7);
            memset(wanted, 'x', lead);
            memcpy(wanted + lead, " yy y", 6);
            must(tcs_html_flatten(str(html), &scratch, NULL));
            assert_true(tcs_str_equal(tcs_buf_view(&scratch.flat), str(wanted)));
        }
    }
    tcs_html_scratch_release(&scratch);
}

/* ---- properties of every input ---- */

static bool is_in_flat(struct tcs_str piece, const struct tcs_buf *flat)
{
    return !piece.len || memmem(flat->data, flat->len, piece.data, piece.len) != NULL;
}

/* Paragraph by paragraph, a field is a piece of the flat text; and it is clean. */
static void check_field(struct tcs_str text, const struct tcs_buf *flat)
{
    assert_true(text.len > 0);
    assert_int_equal(tcs_utf8_valid_prefix(text), text.len);
    while (text.len) {
        const char *gap = memmem(text.data, text.len, "\n\n", 2);
        struct tcs_str paragraph = {text.data, gap ? (size_t)(gap - text.data) : text.len};

        assert_true(paragraph.len > 0);
        assert_true(paragraph.data[0] != ' ' && paragraph.data[0] != '\n');
        assert_true(paragraph.data[paragraph.len - 1] != ' ');
        if (!is_in_flat(paragraph, flat))
            fail_msg("not in the flat text: '%.*s'", (int)paragraph.len, paragraph.data);
        text.data += paragraph.len + (gap ? 2 : 0);
        text.len -= paragraph.len + (gap ? 2 : 0);
    }
}

static void check_page(struct tcs_str html, struct tcs_html_scratch *scratch,
                       struct tcs_document *doc)
{
    tcs_document_reset(doc);
    must(tcs_html_document(html, scratch, doc, NULL));
    /* The document's own walk and a plain one write the same, but for attributes. */
    tcs_buf_reset(&scratch->work);
    must(tcs_buf_append_str(&scratch->work, tcs_buf_view(&scratch->flat)));
    must(tcs_html_flatten(html, scratch, NULL));
    assert_true(scratch->work.len <= scratch->flat.len);
    assert_true(!scratch->work.len || !memcmp(scratch->work.data, scratch->flat.data, scratch->work.len));
    assert_int_equal(tcs_utf8_valid_prefix(tcs_buf_view(&scratch->flat)), scratch->flat.len);
    for (size_t i = 0; i < doc->field_count; i++)
        check_field(doc->fields[i].text, &scratch->flat);
}

/* ---- fields ---- */

#define LONG_TEXT "This is the story itself, and it is longer than all the rest of the page."
#define LINKS "<a href=1>first link</a> <a href=2>second link</a> <a href=3>third link</a>"

static const struct {
    const char *html, *title, *lead, *text; /* NULL: the field is absent */
} pages[] = {
    {"", NULL, NULL, NULL},
    {"<title> a\n b </title>", "a b", NULL, NULL},
    {"<title></title><title>b</title>", "b", NULL, NULL},
    {"<svg><title>icon</title></svg><title>b</title>", "b", NULL, NULL},
    {"<meta property=og:title content='o'><p>x", "o", NULL, "x"},
    {"<meta property=og:title content='o'><title>t</title>", "t", NULL, NULL},
    {"<meta property=og:description content=o><meta name=Description content=' d  e '>", NULL,
     "d e", NULL},
    {"<meta name=description content=''><meta property=og:description content=o>", NULL, "o", NULL},
    /* what is no main text */
    {"a<nav>b</nav>c<aside>d</aside>e<footer>f</footer>g", NULL, NULL, "a\n\nc\n\ne\n\ng"},
    {"a<header>b<h1>c</h1>d</header>e", NULL, NULL, "a\n\nc\n\ne"},
    {"<header><nav><h1>logo</h1></nav><h1>c</h1></header>e", NULL, NULL, "c\n\ne"},
    {"a<nav><header><h1>c</h1></header></nav>e", NULL, NULL, "a\n\ne"},
    {"a<button>b</button>c<select><option>d</select>e", NULL, NULL, "a\n\nc\n\ne"},
    {"a<template>b</template>c<noscript>d</noscript>e", NULL, NULL, "a\n\nc\n\ne"},
    {"a<textarea>b</textarea><iframe>c</iframe><svg><text>d</text></svg>e<menu>f</menu>", NULL,
     NULL, "a\n\ne"},
    /* what is left out without text parts nothing */
    {"a<svg></svg>b<script>c</script>d", NULL, NULL, "a\n\nbd"},
    {LONG_TEXT "<form>search</form>", NULL, NULL, LONG_TEXT},
    {"<form>" LONG_TEXT "</form>end", NULL, NULL, LONG_TEXT "\n\nend"},
    /* what nobody sees is no paragraph, least of all the first */
    {"\uFEFF<p>&nbsp;<p>a<td>\u3000&nbsp; &#8203;<br>&nbsp;</td><p>&nbsp;b", NULL, NULL, "a\n\n\u00A0b"},
    {"<p>&nbsp;", NULL, NULL, NULL},
    /* page furniture by name */
    {LONG_TEXT "<div class=foot_link>b</div><div id=login-modal>d</div><p class=\"masthead x\">e</p>c", NULL, NULL,
     LONG_TEXT "\n\nc"},
    {LONG_TEXT "<div class='x related-news'>b</div>c", NULL, NULL, LONG_TEXT "\n\nc"},
    {LONG_TEXT "<div id=mainMenu>b</div>c", NULL, NULL, LONG_TEXT "\n\nc"},
    {LONG_TEXT "<section class=Comments_2>b</section>c", NULL, NULL, LONG_TEXT "\n\nc"},
    {LONG_TEXT "<div class='navigate header-image-story shareholders'>b</div>c", NULL, NULL,
     LONG_TEXT "\n\nb\n\nc"},
    {LONG_TEXT "<b class=share>b</b>c", NULL, NULL, LONG_TEXT "bc"},
    {"<body class=nav-open><div class=has-sidebar><h1>h</h1>" LONG_TEXT "</div>", NULL, NULL,
     "h\n\n" LONG_TEXT},
    {"<div class=share>" LONG_TEXT "</div>x", NULL, NULL, LONG_TEXT "\n\nx"},
    /* lists of links */
    {LONG_TEXT "<div>" LINKS "</div>c", NULL, NULL, LONG_TEXT "\n\nc"},
    {LONG_TEXT "<ul><li><a>l</a><li><a>m</a><li><a>n</a></ul>c", NULL, NULL, LONG_TEXT "\n\nc"},
    {LONG_TEXT "<p>" LINKS "</p>c", NULL, NULL, LONG_TEXT "\n\nc"},
    {"<div><a>l</a> <a>m</a></div>" LONG_TEXT, NULL, NULL, "l m\n\n" LONG_TEXT},
    {"<div>" LONG_TEXT "<div>" LINKS LINKS LINKS LINKS "</div></div>", NULL, NULL, LONG_TEXT},
    /* an article or main with half of the text */
    {"a<article>" LONG_TEXT "</article>b", NULL, NULL, LONG_TEXT},
    {"a<main>x<article>" LONG_TEXT "</article></main>b", NULL, NULL, LONG_TEXT},
    {"a<div role=main>" LONG_TEXT "<aside>y</aside>z</div>b", NULL, NULL, LONG_TEXT "\n\nz"},
    {"<article>short</article>" LONG_TEXT, NULL, NULL, "short\n\n" LONG_TEXT},
    /* end tags that do not match */
    {"<p>a<nav>b</p>c</nav>d", NULL, NULL, "a\n\nd"},
    {"<div>a<aside>b</div>c", NULL, NULL, "a\n\nc"},
    {"a</nav></div></aside>b<aside>c", NULL, NULL, "a\n\nb"},
    {"<ul><li>a<aside>b<li>c</ul>d", NULL, NULL, "a\n\nc\n\nd"},
    {"<table><tr><td><aside>a<tr><td>b</table>c", NULL, NULL, "b\n\nc"},
    {"<aside><table><tr><td>a</aside>b</table>c</aside>d", NULL, NULL, "d"},
    {"<aside><span>a</aside>b</span>c", NULL, NULL, "b" "c"},
    {"<b>a<aside>b</b>c</aside>d", NULL, NULL, "a\n\nd"},
    {"<a>x<div>y</a>z</div>w", NULL, NULL, "x\n\nyz\n\nw"},
};

/* Headlines of other stories, and a story of two paragraphs. */
#define A1 "<a href=1>Council settles dispute over old harbour</a>"
#define A2 "<a href=2>Ferry service to resume in late autumn</a>"
#define A3 "<a href=3>Library opens a reading room for pupils</a>"
#define P1 "The regional museum has bought the archive of the shipyard, its director said at the weekend."
#define P2 "Visitors will see the first drawings in spring, when the new wing opens to the public."
#define STORY "<p>" P1 "</p><p>" P2 "</p>"
#define PLAIN P1 "\n\n" P2
#define HAN "\u535A\u7269\u9986\u8D2D\u5165\u8239\u5382\u6863\u6848\uFF0C\u660E\u5E74\u6625\u5929\u5C55\u51FA\u3002"
#define HAN1 "<a href=1>\u6E2F\u53E3\u4E89\u8BAE\u544A\u4E00\u6BB5\u843D</a>"
#define HAN2 "<a href=2>\u6E21\u8F6E\u79CB\u672B\u6062\u590D\u822A\u884C</a>"

/* What is main text by how much of it is linked; text NULL: there is none. */
static const struct {
    const char *what, *html, *text;
} layouts[] = {
    /* out, wherever they stand */
    {"headlines in cells of a table", STORY "<table><tr><td>" A1 "</td></tr><tr><td>" A2 "</td></tr></table>", PLAIN},
    {"a column of headlines beside the story",
     "<table><tr><td>" STORY "</td><td>" A1 "<br>" A2 "<br>" A3 "</td></tr></table>", PLAIN},
    {"headlines in a section", STORY "<section>" A1 A2 "</section><p>" P1, PLAIN "\n\n" P1},
    {"bare links in a cell", "<table><tr><td>" A1 " " A2 "<td>" STORY "</table>", PLAIN},
    {"paragraphs of a link in the story's cell",
     "<table><tr><td>" STORY "<p>" A1 "</p><p>" A2 "</p><p>" A3 "</p></table>", PLAIN},
    {"a row of cells with a headline each", "<table><tr><td>" A1 "<td>" A2 "<td>" A3 "</table>" STORY, PLAIN},
    {"sections of a link each, in the story's block",
     "<div>" STORY "<section>" A1 "</section><section>" A2 "</section></div>", PLAIN},
    {"two headlines between paragraphs", "<p>" P1 "</p><p>" A1 "</p><p>" A2 "</p><p>" P2, PLAIN},
    {"a list between paragraphs", "<p>" P1 "</p><ul><li>" A1 "<li>" A2 "</ul><p>" P2, PLAIN},
    {"short links from three on", STORY "<p><a>Home</a> | <a>News</a> | <a>Sport</a></p><p>" P1, PLAIN "\n\n" P1},
    {"lines of a paragraph", "<p>" P1 "<br>" A1 "<br>" A2 "</p><p>" P2, PLAIN},
    {"dates in cells of their own",
     "<div>" STORY "<table><tr><td>" A1 "<td>2026-04-14<tr><td>" A2 "<td>2026-04-15</table></div>", PLAIN},
    {"dates before and behind in a line",
     STORY "<p>14.04.2026 &nbsp; &nbsp; " A1 "</p><p>" A2 " (2026-04-15 10:30)</p><p>" P1, PLAIN "\n\n" P1},
    {"a note between the links of a run",
     "<div><p>" P1 "</p><p>" A1 "</p>Wed., Oct. 19, 7:00pm<p>" A2 "</p><p>" P2 "</p></div>", PLAIN},
    {"articles of a link each",
     "<article>" STORY "</article><div><article>" A1 "</article><article>" A2 "</article></div>", PLAIN},
    {"cards: one link around a headline and its teaser",
     STORY "<a href=1><h3>Council settles dispute</h3><p>The end of a long quarrel over the quay</p></a>"
           "<a href=2><h3>Ferry to resume soon</h3><p>In late autumn</p></a><p>" P1, PLAIN "\n\n" P1},
    {"links that a script follows", STORY "<dl><dt><a>Share</a><dd><a>Post</a><dd><a>Mail</a></dl>" P1, PLAIN "\n\n" P1},
    {"headlines of Han", "<p>" HAN HAN "</p><p>" HAN1 "</p><p>" HAN2 "</p><p>" HAN HAN, HAN HAN "\n\n" HAN HAN},
    {"a short story among many links",
     "<td><p>" HAN "</p>" A1 "<br>" A2 "<br>" A3 "<br>" A1 "<br>" A2 "<br>" A3 "<br>" A1 "<br>" A2 "</td>", HAN},
    {"nothing but links", "<div>" A1 "</div><p>" A2 "</p><span>" A3 "</span>", NULL},
    {"the last line", STORY "<p>" A1, PLAIN},
    {"the last line, with what it is", STORY "<p>Read more: " A1, PLAIN},
    {"the last line in front of what is no prose", STORY "<p>" A1 "</p><p>Photo: Museum</p>", PLAIN "\n\nPhoto: Museum"},
    {"by name", STORY "<div class='clear bottom'>Town Hall</div><div id=link>Our friends</div>", PLAIN},
    /* in */
    {"one link between paragraphs", "<p>" P1 "</p><p>" A1 "</p><p>" P2,
     P1 "\n\nCouncil settles dispute over old harbour\n\n" P2},
    {"the headline as a link", "<h2>" A1 "</h2>" STORY, "Council settles dispute over old harbour\n\n" PLAIN},
    {"the headline as a link, h1", "<div><h1>" A1 "</h1><p>" A2 "</p></div><p>short",
     "Council settles dispute over old harbour\n\nFerry service to resume in late autumn\n\nshort"},
    {"a link around the headline", "<a href=1><h1>Council settles</h1></a><a href=2><h1>dispute</h1></a>",
     "Council settles\n\ndispute"},
    {"prose full of links",
     "<p><a>Elmstead</a> is a <a>village</a> in the <a>district</a> of <a>Tendring</a>, where the river meets the sea.</p>",
     "Elmstead is a village in the district of Tendring, where the river meets the sea."},
    {"prose of which more than seven tenths are linked",
     "<p>It is said of <a>Elmstead in the old district of Tendring</a> that, unlike <a>the neighbouring town of Brightlingsea"
     "</a> and <a>the villages along the river Colne</a>, it never <a>sent a ship against the king of France</a>.</p>",
     "It is said of Elmstead in the old district of Tendring that, unlike the neighbouring town of Brightlingsea and the "
     "villages along the river Colne, it never sent a ship against the king of France."},
    {"items with links inside sentences",
     "<ul><li>The <a>museum</a> bought drawings of nine ships.<li>The <a>yard</a> had built forty of them.<li>The "
     "<a>town</a> paid for a third of it all.</ul>",
     "The museum bought drawings of nine ships.\n\nThe yard had built forty of them.\n\nThe town paid for a third of it all."},
    {"a table of data with a few links",
     "<table><tr><td><a>Elmstead</a><td>1,855<td>village<tr><td><a>Brightlingsea</a><td>8,076<td>small harbour town</table>",
     "Elmstead\n\n1,855\n\nvillage\n\nBrightlingsea\n\n8,076\n\nsmall harbour town"},
    {"two short links", "<p><a>Elmstead</a> <a>Tendring</a></p>" STORY, "Elmstead Tendring\n\n" PLAIN},
    {"targets are no links", "<p><a name=1>Council settles</a></p><p><a name=2>dispute over old harbour</a></p>" STORY,
     "Council settles\n\ndispute over old harbour\n\n" PLAIN},
    {"a link that never closes", "<a href=1><div><p>" P1 P1 P1 "</p><p>" P2 P2 P2 "</p></div>",
     P1 P1 P1 "\n\n" P2 P2 P2},
    {"a name that is only part of one", STORY "<p class=margin-bottom>b</p><p class=link-free>c</p>", PLAIN "\n\nb\n\nc"},
    {"short unlinked lines", "<ul><li>Elmstead<li>Tendring<li>Colne</ul>" STORY, "Elmstead\n\nTendring\n\nColne\n\n" PLAIN},
};

static void check_role(const struct tcs_document *doc, enum tcs_role role, const char *wanted,
                       const char *html)
{
    struct tcs_str found = {NULL, 0};

    for (size_t i = 0; i < doc->field_count; i++) {
        if (doc->fields[i].role == role)
            found = doc->fields[i].text;
    }
    if (!tcs_str_equal(found, str(wanted ? wanted : "")))
        fail_msg("'%s' gave '%.*s', wanted '%s'", html, (int)found.len, found.data,
                 wanted ? wanted : "(nothing)");
}

static void test_html__fields_are_what_the_page_means(void **state)
{
    struct tcs_html_scratch scratch = {0};
    struct tcs_document doc = {0};

    (void)state;
    for (size_t i = 0; i < COUNT(pages); i++) {
        must(tcs_html_document(str(pages[i].html), &scratch, &doc, NULL));
        check_role(&doc, TCS_ROLE_TITLE, pages[i].title, pages[i].html);
        check_role(&doc, TCS_ROLE_LEAD, pages[i].lead, pages[i].html);
        check_role(&doc, TCS_ROLE_TEXT, pages[i].text, pages[i].html);
        tcs_document_reset(&doc);
    }
    tcs_document_release(&doc);
    tcs_html_scratch_release(&scratch);
}

static void test_html__links_are_no_main_text_in_any_layout(void **state)
{
    struct tcs_html_scratch scratch = {0};
    struct tcs_document doc = {0};

    (void)state;
    for (size_t i = 0; i < COUNT(layouts); i++) {
        must(tcs_html_document(str(layouts[i].html), &scratch, &doc, NULL));
        check_role(&doc, TCS_ROLE_TEXT, layouts[i].text, layouts[i].what);
        tcs_document_reset(&doc);
    }
    tcs_document_release(&doc);
    tcs_html_scratch_release(&scratch);
}

/* The numbers of docs/html.md, on both sides of each: `links` links of `linked` bytes, then `own` letters, as one line. */
static const struct {
    const char *what, *before, *after;
    size_t links, linked, own;
    bool is_out;
} limits[] = {
    {"two of 23 bytes are no headlines", "<p>", "</p>" STORY, 2, 23, 0, false},
    {"two of 24 bytes are", "<p>", "</p>" STORY, 2, 24, 0, true},
    {"two short ones", "<p>", "</p>" STORY, 2, 1, 0, false},
    {"three short ones", "<p>", "</p>" STORY, 3, 1, 0, true},
    {"70 % of 100 bytes", "<p>", "</p>" STORY, 2, 35, 30, false},
    {"more than 70 %", "<p>", "</p>" STORY, 2, 35, 29, true},
    {"a link of 500 bytes", STORY "<p>", "</p>", 1, 500, 0, true},
    {"a longer one is none", STORY "<p>", "</p>", 1, 501, 0, false},
    {"99 letters are no prose", "<p>", "</p>" STORY, 3, 100, 99, true},
    {"100 letters and less than the links are none", "<p>", "</p>" STORY, 3, 100, 100, true},
    {"39 letters are no sentence", STORY "<p><a>l</a></p><p>", ".</p>", 0, 0, 39, true},
    {"40 letters are one", STORY "<p><a>l</a></p><p>", ".</p>", 0, 0, 40, false},
    {"23 letters beside links are no sentence", "<p>", ".</p>" STORY, 3, 100, 23, true},
    {"24 letters beside links are one", "<p>", ".</p>" STORY, 3, 100, 24, false},
};

/* Links are of x, own text of y; where there is no link in the line, the link l in front of it tells what it is. */
static void test_html__limits_are_where_the_contract_says(void **state)
{
    struct tcs_html_scratch scratch = {0};
    struct tcs_document doc = {0};
    struct tcs_buf html = {0};

    (void)state;
    for (size_t i = 0; i < COUNT(limits); i++) {
        struct tcs_str text = {"", 0};

        tcs_buf_reset(&html);
        must(tcs_buf_append_str(&html, str(limits[i].before)));
        for (size_t link = 0; link < limits[i].links; link++) {
            must(tcs_buf_append_str(&html, str("<a href=1>")));
            for (size_t n = 0; n < limits[i].linked; n++)
                must(tcs_buf_putc(&html, 'x'));
            must(tcs_buf_append_str(&html, str("</a>")));
        }
        for (size_t n = 0; n < limits[i].own; n++)
            must(tcs_buf_putc(&html, 'y'));
        must(tcs_buf_append_str(&html, str(limits[i].after)));
        must(tcs_html_document(tcs_buf_view(&html), &scratch, &doc, NULL));
        for (size_t n = 0; n < doc.field_count; n++)
            text = doc.fields[n].text;
        if (!memmem(text.data, text.len, limits[i].links ? "x" : "\n\nl\n\n", limits[i].links ? 1 : 5) !=
            limits[i].is_out)
            fail_msg("%s: '%.*s'", limits[i].what, (int)text.len, text.data);
        tcs_document_reset(&doc);
    }
    tcs_buf_release(&html);
    tcs_document_release(&doc);
    tcs_html_scratch_release(&scratch);
}

static const struct {
    const char *html, *url, *source, *lang, *date, *date_from;
} facts[] = {
    {"<p>x", "", "", "", "", ""},
    {"<link rel=canonical href='https://a/?x=1&amp;y'><meta property=og:url content=b>",
     "https://a/?x=1&y", "", "", "", ""},
    {"<meta property=og:url content=b><link rel='x Canonical' href=a>", "a", "", "", "", ""},
    {"<meta property=og:url content=b>", "b", "", "", "", ""},
    {"<link rel=stylesheet href=a>", "", "", "", "", ""},
    {"<html lang=zh-Hans><meta property=og:site_name content=' A  B '>", "", "A B", "zh-Hans",
     "", ""},
    {"<meta property=article:published_time content=2026-04-14T08:00:00+08:00>", "", "", "",
     "2026-04-14T08:00:00+08:00", "meta"},
    {"<meta name=date content=2026-04-14><meta name=pubdate content=2026-04-13>", "", "", "",
     "2026-04-13", "meta"},
    {"<meta name=pubdate content=today><meta name=date content=2026-04-14>", "", "", "",
     "2026-04-14", "meta"},
    {"<script type=application/ld+json>{\"datePublished\" : \"2026\\/04\\/14\"}</script>", "",
     "", "", "2026-04-14", "json-ld"},
    {"<time datetime=2026-04-12>x</time><script type=' application/ld+json; x=y'>"
     "{\"datePublished\":null,\"datePublished\":\"2026-04-14\"}</script>",
     "", "", "", "2026-04-14", "json-ld"},
    {"<script>{\"datePublished\":\"2026-04-14\"}</script><time datetime=x></time>"
     "<time datetime='2026-04-12 10:00'>",
     "", "", "", "2026-04-12T10:00:00", "time"},
    {"<script type=application/ld+json>{\"datePublished\":", "", "", "", "", ""},
};

static void test_html__metadata_comes_from_the_best_source(void **state)
{
    struct tcs_html_scratch scratch = {0};
    struct tcs_document doc = {0};

    (void)state;
    for (size_t i = 0; i < COUNT(facts); i++) {
        must(tcs_html_document(str(facts[i].html), &scratch, &doc, NULL));
        if (!tcs_str_equal(doc.url, str(facts[i].url)) ||
            !tcs_str_equal(doc.source, str(facts[i].source)) ||
            !tcs_str_equal(doc.lang, str(facts[i].lang)) ||
            !tcs_str_equal(doc.date, str(facts[i].date)) ||
            !tcs_str_equal(doc.date_from, str(facts[i].date_from)))
            fail_msg("%s", facts[i].html);
        tcs_document_reset(&doc);
    }
    tcs_document_release(&doc);
    tcs_html_scratch_release(&scratch);
}

static const struct {
    const char *text, *date; /* "": no date */
} dates[] = {
    {"2026-04-14", "2026-04-14"},
    {" 2026/4/14 ", "2026-04-14"},
    {"2026.04.14", "2026-04-14"},
    {"20260414", "2026-04-14"},
    {"2026\xE5\xB9\xB4" "4\xE6\x9C\x88" "14\xE6\x97\xA5", "2026-04-14"},
    {"2026\xE5\xB9\xB4" "04\xE6\x9C\x88" "14\xE6\x97\xA5 09:05", "2026-04-14T09:05:00"},
    {"2026-04-14T08:00:00Z", "2026-04-14T08:00:00Z"},
    {"2026-04-14T08:00:00.123+0800", "2026-04-14T08:00:00+08:00"},
    {"2026-04-14 08:00:01 -05:30", "2026-04-14T08:00:01-05:30"},
    {"2026-04-14T08:00+00:00", "2026-04-14T08:00:00Z"},
    {"2026-04-14T25:00", "2026-04-14"},
    {"2026-04-14, by A. Writer", "2026-04-14"},
    {"Tue, 14 Apr 2026 08:00:00 GMT", "2026-04-14T08:00:00Z"},
    {"April 14, 2026", "2026-04-14"},
    {"Tuesday, Sept. 1, 2026 3:04 PM", "2026-09-01T15:04:00"},
    {"14-Apr-2026", "2026-04-14"},
    {"2024-02-29", "2024-02-29"},
    {"2026-02-29", ""},
    {"2026-13-01", ""},
    {"2026-00-01", ""},
    {"2026-04-31", ""},
    {"1776153600", ""},
    {"20260414080000", ""},
    {"14/04/2026", ""}, /* or the fourth of a fourteenth month: nobody knows */
    {"1066-10-14", ""},
    {"yesterday", ""},
    {"2026-04", ""},
    {"", ""},
    {"Apr", ""},
    {"2026-04-1441", ""},
};

static void test_html__dates_are_normalised_or_left_out(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(dates); i++) {
        char out[TCS_HTML_DATE_SIZE];

        assert_int_equal(tcs_html_date_normalise(str(dates[i].text), out), *dates[i].date != '\0');
        assert_string_equal(out, dates[i].date);
    }
}

/* ---- raw bytes ---- */

static const struct {
    const char *text;
    size_t taken;
} markups[] = {
    {"<b>x", 3},
    {"<a href='>' b=\">\" c=d>x", 22},
    {"</b >x", 5},
    {"<br/>x", 5},
    {"<!-- > -->x", 10},
    {"<!-->x", 5},
    {"<!doctype html>x", 15},
    {"<?xml ?>x", 8},
    {"<![CDATA[a>b]]>", 11},
    {"</>x", 3},
    {"</ a>x", 5},
    {"<3", 0},
    {"< a>", 0},
    {"<", 0},
    {"</", 0},
    {"<\xE6>", 0},
    {"<a href=\"x>", 11},
    {"<!-- a>", 7},
    {"<a", 2},
    {"<script>x</script>", 18},
    {"<style>a<b></style>x", 19},
    {"<script>x", 9},
};

static void test_html__skip_markup_reads_as_the_tokenizer(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(markups); i++) {
        const char *text = markups[i].text;
        enum tcs_html_join join;
        const char *behind = tcs_html_skip_markup(text, text + strlen(text), &join);

        if ((size_t)(behind - text) != markups[i].taken)
            fail_msg("%s: %zu", text, (size_t)(behind - text));
    }
}

static void test_html__what_markup_joins_and_parts(void **state)
{
    static const struct {
        const char *text;
        enum tcs_html_join join;
    } cases[] = {
        {"<b>", TCS_HTML_JOINS},       {"</b>", TCS_HTML_JOINS},       {"<br>", TCS_HTML_JOINS},
        {"<unknown>", TCS_HTML_JOINS}, {"<!-- p -->", TCS_HTML_JOINS}, {"<!doctype p>", TCS_HTML_JOINS},
        {"<p>", TCS_HTML_PARTS},       {"</p>", TCS_HTML_PARTS},       {"<TD>", TCS_HTML_PARTS},
        {"<button>", TCS_HTML_PARTS},  {"</nav>", TCS_HTML_PARTS},     {"<textarea>", TCS_HTML_PARTS},
        {"<svg>", TCS_HTML_PARTS},     {"<math>", TCS_HTML_JOINS},     {"<script>x</script>", TCS_HTML_JOINS},
        {"</script>", TCS_HTML_JOINS}, {"<style></style>", TCS_HTML_JOINS},
        {"<script/>x", TCS_HTML_JOIN_UNKNOWN}, {"<![CDATA[x]]>", TCS_HTML_JOIN_UNKNOWN},
    };
    size_t i;

    (void)state;
    for (i = 0; i < COUNT(cases); i++) {
        enum tcs_html_join join;

        (void)tcs_html_skip_markup(cases[i].text, cases[i].text + strlen(cases[i].text), &join);
        if (join != cases[i].join)
            fail_msg("%s: %d", cases[i].text, (int)join);
    }
}

static void test_html__every_tag_is_found_by_its_name(void **state)
{
    static const struct {
        const char *name;
        uint64_t key;
        enum tcs_html_tag tag;
    } tags[] = {
#define TAG_CASE(id, name, key, flags) {name, key, TCS_HTML_TAG_##id},
        TCS_HTML_TAGS(TAG_CASE)
#undef TAG_CASE
    };

    (void)state;
    for (size_t i = 0; i < COUNT(tags); i++) {
        assert_int_equal(tcs_html_tag_find(str(tags[i].name), tags[i].key), tags[i].tag);
        assert_string_equal(tcs_html_tag_name(tags[i].tag), tags[i].name);
    }
    /* Same first eight letters, or a longer name. */
    assert_int_equal(tcs_html_tag_find(str("blockquack"), 0x6F75716B636F6C62u), TCS_HTML_TAG_OTHER);
    assert_int_equal(tcs_html_tag_find(str("BlockQuote"), 0x6F75716B636F6C62u),
                     TCS_HTML_TAG_BLOCKQUOTE);
}

/* ---- limits and hostile input ---- */

static void test_html__nesting_beyond_the_limit_is_ignored(void **state)
{
    struct tcs_html_scratch scratch = {0};
    struct tcs_document doc = {0};
    struct tcs_buf html = {0};

    (void)state;
    must(tcs_buf_append(&html, "<p>before</p>", 13));
    for (int i = 0; i < 2000; i++)
        must(tcs_buf_append(&html, "<div>", 5));
    must(tcs_buf_append(&html, "<nav>deep</nav>", 15));
    for (int i = 0; i < 2000; i++)
        must(tcs_buf_append(&html, "</div>", 6));
    must(tcs_buf_append(&html, "<nav>menu</nav>after", 20));
    must(tcs_html_document(tcs_buf_view(&html), &scratch, &doc, NULL));
    check_role(&doc, TCS_ROLE_TEXT, "before\n\ndeep\n\nafter", "2000 nested div");
    tcs_buf_release(&html);
    tcs_document_release(&doc);
    tcs_html_scratch_release(&scratch);
}

static uint32_t next_random(uint32_t *seed)
{
    *seed ^= *seed << 13;
    *seed ^= *seed >> 17;
    *seed ^= *seed << 5;
    return *seed;
}

static const char *const fragments[] = {
    "<p>", "</p>", "<div>", "</div>", "<div class=share>", "<nav>", "</nav>", "<header>",
    "</header>", "<h1>", "</h1>", "<article>", "</article>", "<main>", "</main>", "<form>",
    "</form>", "<ul>", "<li>", "</ul>", "<a href=x>", "</a>", "<b>", "</b>", "<br>", "<table>",
    "<tr>", "<td>", "</table>", "<title>", "</title>", "<script>", "</script>", "<!--", "-->",
    "<svg>", "</svg>", "<svg/>", "<select>", "<option>", "</select>", "<textarea>", "</textarea>",
    "<template>", "</template>", "<span class='nav x'>", "</span>", "<img alt='a b'>", "<x-y>",
    "</x-y>", "<meta name=description content=\"d\">", "<meta property=og:title content=t>",
    "<time datetime=2026-01-01>", "text ", " more  text", "\xE6\x8D\xA2\xE8\x84\xB8", "&amp;",
    "&nbsp;", "&#10;", "&not", "\n\n", "\t", "<", ">", "\"", "'", "=", "/", "&", "\xFF", "\xE6",
    "</", "<!", "<?", "-", "<button>", "</button>", "<aside>", "</aside>", "<footer>", "</footer>",
};

/* Markup in any order; memory of exactly its length, so that a sanitizer sees any over-read. */
static void test_html__random_markup_keeps_the_promises(void **state)
{
    struct tcs_html_scratch scratch = {0};
    struct tcs_document doc = {0};
    struct tcs_buf html = {0};
    uint32_t seed = 20260414;

    (void)state;
    for (int round = 0; round < 20000; round++) {
        char *exact;

        tcs_buf_reset(&html);
        for (uint32_t n = next_random(&seed) % 60; n; n--) {
            const char *piece = fragments[next_random(&seed) % COUNT(fragments)];

            must(tcs_buf_append(&html, piece, strlen(piece)));
        }
        exact = malloc(html.len ? html.len : 1);
        assert_non_null(exact);
        if (html.len)
            memcpy(exact, html.data, html.len);
        check_page((struct tcs_str){exact, html.len}, &scratch, &doc);
        free(exact);
    }
    tcs_buf_release(&html);
    tcs_document_release(&doc);
    tcs_html_scratch_release(&scratch);
}

static void test_html__random_bytes_keep_the_promises(void **state)
{
    struct tcs_html_scratch scratch = {0};
    struct tcs_document doc = {0};
    uint32_t seed = 99;

    (void)state;
    for (int round = 0; round < 20000; round++) {
        size_t len = next_random(&seed) % 200;
        bool is_markup = next_random(&seed) & 1;
        char *bytes = malloc(len ? len : 1);

        assert_non_null(bytes);
        for (size_t i = 0; i < len; i++) {
            uint32_t r = next_random(&seed) >> 8;

            bytes[i] = is_markup ? "<>!-/=&;#x'\" abp\n\xC3\0"[r % 20] : (char)r;
        }
        check_page((struct tcs_str){bytes, len}, &scratch, &doc);
        free(bytes);
    }
    tcs_document_release(&doc);
    tcs_html_scratch_release(&scratch);
}

static void test_html__fields_of_the_tables_are_in_the_flat_text(void **state)
{
    struct tcs_html_scratch scratch = {0};
    struct tcs_document doc = {0};

    (void)state;
    for (size_t i = 0; i < COUNT(pages); i++)
        check_page(str(pages[i].html), &scratch, &doc);
    for (size_t i = 0; i < COUNT(flats); i++)
        check_page(str(flats[i].html), &scratch, &doc);
    for (size_t i = 0; i < COUNT(layouts); i++)
        check_page(str(layouts[i].html), &scratch, &doc);
    for (size_t i = 0; i < COUNT(facts); i++)
        check_page(str(facts[i].html), &scratch, &doc);
    tcs_document_release(&doc);
    tcs_html_scratch_release(&scratch);
}

/* ---- real pages ---- */

static struct tcs_buf read_archive(const char *name)
{
    const char *root = getenv("TOCSIN_DATA");
    struct tcs_buf data = {0};
    char path[4096];
    FILE *file;

    if (!root) {
        print_message("skipped: TOCSIN_DATA does not name the folder that holds containers/\n");
        skip();
    }
    (void)snprintf(path, sizeof path, "%s/containers/%s", root, name);
    file = fopen(path, "rb");
    if (!file) {
        print_message("skipped: cannot read %s\n", path);
        skip();
    }
    for (;;) {
        size_t got;

        must(tcs_buf_reserve(&data, 65536));
        got = fread(data.data + data.len, 1, 65536, file);
        if (!got)
            break;
        data.len += got;
    }
    assert_int_equal(fclose(file), 0);
    return data;
}

/* Calls check_page for each record, headers and all: to a tokenizer they are text. */
static size_t check_records(const struct tcs_buf *data, struct tcs_html_scratch *scratch,
                            struct tcs_document *doc)
{
    const char *p = data->data, *end = p + data->len;
    size_t count = 0;

    for (; p < end; count++) {
        const char *next = memmem(p + 1, (size_t)(end - p - 1), "\nWARC/1.", 8);

        if (!next)
            next = end;
        check_page((struct tcs_str){p, (size_t)(next - p)}, scratch, doc);
        p = next;
    }
    return count;
}

static void test_html__fields_of_real_pages_are_in_the_flat_text(void **state)
{
    static const char *const archives[] = {
        "chatnoir-eu+chatnoir-resiliparse/warcfile.warc",
        "commoncrawl+whirlwind-python/whirlwind.warc",
    };
    struct tcs_html_scratch scratch = {0}, warm;
    struct tcs_document doc = {0};

    (void)state;
    for (size_t i = 0; i < COUNT(archives); i++) {
        struct tcs_buf data = read_archive(archives[i]);
        size_t count = check_records(&data, &scratch, &doc);

        assert_true(count >= 4);
        /* A warm worker does not allocate: not one buffer grows. */
        warm = scratch;
        for (int again = 0; again < 3; again++)
            assert_int_equal(check_records(&data, &scratch, &doc), count);
        assert_ptr_equal(scratch.flat.data, warm.flat.data);
        assert_int_equal(scratch.flat.cap, warm.flat.cap);
        assert_int_equal(scratch.attrs.cap, warm.attrs.cap);
        assert_int_equal(scratch.text.cap, warm.text.cap);
        assert_int_equal(scratch.work.cap, warm.work.cap);
        assert_int_equal(scratch.clean.cap, warm.clean.cap);
        assert_int_equal(scratch.span_cap, warm.span_cap);
        assert_int_equal(scratch.cut_cap, warm.cut_cap);
        assert_int_equal(scratch.line_cap, warm.line_cap);
        tcs_buf_release(&data);
    }
    tcs_document_release(&doc);
    tcs_html_scratch_release(&scratch);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_html__flat_text_is_as_promised),
        cmocka_unit_test(test_html__white_space_collapses_at_every_offset),
        cmocka_unit_test(test_html__fields_are_what_the_page_means),
        cmocka_unit_test(test_html__links_are_no_main_text_in_any_layout),
        cmocka_unit_test(test_html__limits_are_where_the_contract_says),
        cmocka_unit_test(test_html__metadata_comes_from_the_best_source),
        cmocka_unit_test(test_html__dates_are_normalised_or_left_out),
        cmocka_unit_test(test_html__skip_markup_reads_as_the_tokenizer),
        cmocka_unit_test(test_html__what_markup_joins_and_parts),
        cmocka_unit_test(test_html__every_tag_is_found_by_its_name),
        cmocka_unit_test(test_html__nesting_beyond_the_limit_is_ignored),
        cmocka_unit_test(test_html__random_markup_keeps_the_promises),
        cmocka_unit_test(test_html__random_bytes_keep_the_promises),
        cmocka_unit_test(test_html__fields_of_the_tables_are_in_the_flat_text),
        cmocka_unit_test(test_html__fields_of_real_pages_are_in_the_flat_text),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
