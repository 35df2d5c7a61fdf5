/*
 * A layout is text with slots: @name@ gives one thing, @name FORM@ a list, each item of which is FORM with %s for its
 * words, %u for its address, %j for its words in a JSON string. The story lies in <article>; what stands around it must
 * not count as the page's own text. Sites have their own style sheet and script, made of random rules and statements
 * and the same on each of their pages, as on real sites.
 */
#include "page.h"

#include <stdlib.h>

#include "base/utf8.h"

enum slot {
    TITLE, TITLE_HTML, LEAD_HTML, SITE, LANG, TIME, DATE, NUMBER_OF, KEY, LD, META, CSS, JS, CHARSET, CHARSET_META,
    RELATED_LABEL, HOT, SHARE, SOURCE, RIGHTS, SEARCH, SKIP, /* in the order of [label] */
    BODY, SECTIONS, MENU, RELATED, LATEST,
    SLOTS
};
static const char *const slot_names[SLOTS] = {
    "title", "title_html", "lead_html", "site", "lang", "time", "date", "number", "key", "ld", "meta", "css", "js",
    "charset", "charset_meta", "related_label", "hot", "share", "source", "rights", "search", "skip",
    "body", "sections", "menu", "related", "latest"};

struct part {
    const char *words; /* before the slot */
    size_t len;
    enum slot slot; /* SLOTS at the end */
    const char *form;
    size_t form_len;
};

struct layout {
    struct part *parts;
    bool has_names; /* &rsquo; and the like for what HTML has names for */
};

static const char *const layout_names[LAYOUTS] = {"modern", "mobile", "wire", "legacy", "xhtml"};
enum { MOBILE = 1, LEGACY = 3 };

/* One page being written. */
struct writer {
    struct pages *pages;
    struct plan *plan;
    const struct story *story;
    const struct layout *layout;
    struct page_charset charset;
    bool has_flagged;
    struct rng *rng;
    struct text headline, plain;
};

/* @name@ or @name FORM@, from behind the first @; returns what comes behind the second. */
static const char *read_slot(const char *path, const char *at, const char *end, struct part *part)
{
    const char *close = memchr(at, '@', (size_t)(end - at)), *blank;
    unsigned slot;

    if (!close)
        die("%s: a slot without its second @", path);
    blank = memchr(at, ' ', (size_t)(close - at));
    if (blank) {
        part->form = blank + 1;
        part->form_len = (size_t)(close - blank - 1);
    } else
        blank = close;
    for (slot = 0; slot < SLOTS; slot++)
        if (strlen(slot_names[slot]) == (size_t)(blank - at) && !memcmp(slot_names[slot], at, (size_t)(blank - at)))
            part->slot = (enum slot)slot;
    if (part->slot == SLOTS)
        die("%s: there is no slot @%.*s@", path, (int)(blank - at), at);
    return close + 1;
}

static struct layout *layout_read(const char *folder, const char *name)
{
    struct layout *layout = grow(NULL, sizeof *layout);
    struct text path = {0}, file = {0};
    const char *at, *end;
    size_t count = 0;

    putf(&path, "%s/pages/%s.html", folder, name);
    put_byte(&path, '\0');
    text_read(&file, path.data);
    *layout = (struct layout){0};
    for (at = file.data, end = at + file.len; at;) {
        const char *slot = memchr(at, '@', (size_t)(end - at));
        struct part part = {.words = at, .slot = SLOTS};

        part.len = (size_t)((slot ? slot : end) - at);
        at = slot ? read_slot(path.data, slot + 1, end, &part) : NULL;
        layout->parts = grow(layout->parts, (count + 1) * sizeof *layout->parts);
        layout->parts[count++] = part;
    }
    free(path.data);
    return layout;
}

struct pages *pages_read(const char *folder)
{
    struct pages *pages = grow(NULL, sizeof *pages);
    unsigned i;

    *pages = (struct pages){0};
    for (i = 0; i < LAYOUTS; i++)
        pages->layouts[i] = layout_read(folder, layout_names[i]);
    pages->layouts[MOBILE]->has_names = true;
    return pages;
}

bool page_may_be_silent(const struct story *story)
{
    return story->site % LAYOUTS == LEGACY;
}

/* ---- escapes ---- */

static void put_u(struct text *out, uint32_t unit)
{
    static const char digits[] = "0123456789abcdef";
    char escape[6] = {'\\', 'u', digits[unit >> 12], digits[unit >> 8 & 15], digits[unit >> 4 & 15], digits[unit & 15]};

    put(out, escape, sizeof escape);
}

void put_json(struct text *out, const char *data, size_t len, bool is_ascii)
{
    const char *end = data + len;

    while (data < end) {
        const char *from = data;
        size_t size;
        uint32_t c;

        while (data < end && *data != '"' && *data != '\\' && (unsigned char)*data >= 0x20 &&
               !(is_ascii && (*data & 0x80)))
            data++;
        put(out, from, (size_t)(data - from));
        if (data == end)
            return;
        c = tcs_utf8_decode(data, end, &size, NULL);
        if (c == '\n')
            puts_to(out, "\\n");
        else if (c == '"' || c == '\\') {
            put_byte(out, '\\');
            put_byte(out, (char)c);
        } else if (c >= 0x10000) {
            put_u(out, 0xD7C0 + (c >> 10));
            put_u(out, 0xDC00 + (c & 0x3FF));
        } else
            put_u(out, c);
        data += size;
    }
}

/* The name that HTML has for c, if it is one of those that news are full of. */
static const char *name_of(uint32_t c)
{
    static const struct {
        uint32_t c;
        const char *name;
    } names[] = {{0x201C, "&ldquo;"}, {0x201D, "&rdquo;"}, {0x2018, "&lsquo;"}, {0x2019, "&rsquo;"}, {0xA3, "&pound;"},
                 {0x2014, "&mdash;"}, {0x2026, "&hellip;"}, {0xB7, "&middot;"}, {0xE9, "&eacute;"}, {0x20AC, "&euro;"}};
    size_t i;

    for (i = 0; i < sizeof names / sizeof *names; i++)
        if (names[i].c == c)
            return names[i].name;
    return NULL;
}

static void put_escaped(struct text *out, const char *data, size_t len, bool has_names)
{
    const char *end = data + len, *from = data;

    while (data < end) {
        const char *reference = *data == '&'    ? "&amp;"
                                : *data == '<'  ? "&lt;"
                                : *data == '>'  ? "&gt;"
                                : *data == '"'  ? "&quot;"
                                : *data == '\'' ? "&#x27;"
                                                : NULL;
        size_t size = 1;

        if (!reference && has_names && (*data & 0xC0) == 0xC0)
            reference = name_of(tcs_utf8_decode(data, end, &size, NULL));
        if (reference) {
            put(out, from, (size_t)(data - from));
            puts_to(out, reference);
            from = data + size;
        }
        data += size;
    }
    put(out, from, (size_t)(end - from));
}

/* Hexadecimal and decimal references, in turn. */
static void put_references(struct text *out, const char *data, size_t len)
{
    const char *end = data + len;
    bool is_odd = false;

    while (data < end) {
        size_t size;
        uint32_t c = tcs_utf8_decode(data, end, &size, NULL);

        putf(out, is_odd ? "&#%u;" : "&#x%X;", c);
        is_odd = !is_odd;
        data += size;
    }
}

/* As corpora/markup.py does it: with tags in text, by references in titles and attributes. */
static void put_html(struct text *out, const char *data, size_t len, bool has_names, bool has_tags)
{
    const char *end = data + len;

    while (data < end) {
        const char *from = data, *close;

        while (data < end && *data != '*' && *data != '`' && *data != '{')
            data++;
        put_escaped(out, from, (size_t)(data - from), has_names);
        if (data == end)
            return;
        if (*data == '{') {
            bool is_soft = end - data >= 3 && data[1] == '-' && data[2] == '}';

            puts_to(out, is_soft ? "&shy;" : "&#8203;");
            data += 3;
            continue;
        }
        close = memchr(data + 1, *data, (size_t)(end - data - 1));
        if (!close)
            die("markup without its end: %.*s", (int)(end - data), data);
        if (*data == '*' && has_tags) {
            puts_to(out, "<b>");
            put_escaped(out, data + 1, (size_t)(close - data - 1), has_names);
            puts_to(out, "</b>");
        } else
            put_references(out, data + 1, (size_t)(close - data - 1));
        data = close + 1;
    }
}

/* ---- style sheets and scripts ---- */

static const char *const css_words[] = {
    "article", "rail", "grid", "story", "nav", "foot", "card", "menu", "wrap", "btn", "media", "tag", "byline",
    "figure", "caption", "deck", "hero", "panel", "badge", "tabs", "list", "item", "link", "icon", "date", "promo",
    "slider", "modal"};
static const char *const css_rules[] = {
    "margin:%upx %upx", "padding:%upx %upx", "color:#%06x", "background:#%06x", "font:%upx/%u serif", "width:%u%%",
    "border:%upx solid #%04x", "top:%upx", "max-width:%upx", "letter-spacing:.%uem", "opacity:.%u", "z-index:%u",
    "flex:%u 1 auto", "grid-gap:%upx", "transition:opacity .%us", "line-height:1.%u", "border-radius:%upx", "order:%u"};
static const char *const js_forms[] = {
    "function f%x(a,b){return a>%u?b+\"%x\":f%x(b,a)}",
    "var q%x=document.querySelector(\"#n%x\");if(q%x){q%x.hidden=!0}",
    "window.cfg%x={id:%u,slot:\"%x\",t:%u};", "e%x.addEventListener(\"click\",function(t){s%x(t,%u,\"%x\")});",
    "for(var i=0;i<%u;i++){if(m%x[i]&&m%x[i].n<%u){continue}}", "try{x%x.load(\"/a/%x.js\",{v:%u,k:\"%x\"})}catch(o){}",
    "ads.push({unit:\"/%u/%x\",size:[%u,%u]});", "l%x.push([\"%x\",%u,\"%x\"]);"};
#define COUNT(array) (uint32_t)(sizeof(array) / sizeof *(array))

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral" /* the forms are the tables above */
/* One of the forms, with numbers for what it asks. They are drawn first: C leaves the order of arguments open. */
static void put_form(struct text *out, const char *const *forms, uint32_t count, uint32_t limit, struct rng *rng)
{
    const char *form = forms[rng_below(rng, count)];
    unsigned numbers[4], i;

    for (i = 0; i < COUNT(numbers); i++)
        numbers[i] = rng_below(rng, limit);
    putf(out, form, numbers[0], numbers[1], numbers[2], numbers[3]);
}

static void make_css(struct text *css, struct rng *rng)
{
    size_t size = 4000 + rng_below(rng, 16000);

    while (css->len < size) {
        unsigned rules = 1 + rng_below(rng, 5), i;

        for (i = 0; i < 3; i++) {
            puts_to(css, i == 0 ? "." : i == 1 ? "-" : "__");
            puts_to(css, css_words[rng_below(rng, COUNT(css_words))]);
        }
        put_byte(css, '{');
        while (rules--) {
            put_form(css, css_rules, COUNT(css_rules), 96, rng);
            put_byte(css, rules ? ';' : '}');
        }
    }
}

static void make_js(struct text *js, struct rng *rng)
{
    size_t size = 5000 + rng_below(rng, 25000);

    while (js->len < size)
        put_form(js, js_forms, COUNT(js_forms), 60000, rng);
}
#pragma GCC diagnostic pop

/* Of the site's name alone, so that it is the same on all its pages, in every corpus. */
static const struct text *site_text(const struct writer *writer, struct text (*texts)[SITES_MAX],
                                    void (*make)(struct text *, struct rng *))
{
    const struct story *story = writer->story;
    struct text *text = &texts[story->lang - writer->plan->langs][story->site];

    if (!text->len) {
        struct rng rng = {0};
        size_t i;

        for (i = 0; i < story->slug.len; i++)
            rng.state = mix(rng.state ^ (unsigned char)story->text.data[story->slug.at + i]);
        make(text, &rng);
    }
    return text;
}

/* ---- slots ---- */

static const char *at_span(const struct story *story, struct span span)
{
    return story->text.data + span.at;
}

static void put_label(const struct writer *writer, uint32_t at, struct text *out)
{
    material_entry(writer->story->lang->material, "label", at, out);
}

static void put_time(const struct story *story, struct text *out)
{
    putf(out, "%04u-%02u-%02uT%02u:%02u:00%s", story->year, story->month, story->day, story->hour, story->minute,
         strcmp(story->lang->name, "en") ? "+08:00" : "Z");
}

static void put_field(const struct writer *writer, struct span span, bool has_tags, struct text *out)
{
    put_html(out, at_span(writer->story, span), span.len, writer->layout->has_names, has_tags);
}

static void put_json_field(const struct story *story, struct span span, struct text *scratch, struct text *out)
{
    scratch->len = 0;
    put_plain(scratch, at_span(story, span), span.len);
    put_json(out, scratch->data, scratch->len, true);
}

/* Text behind < would end the script: no title has one, and \u escapes leave none. */
static void put_ld(struct writer *writer, struct text *out)
{
    const struct story *story = writer->story;

    puts_to(out, "{\"@context\": \"https://schema.org\", \"@type\": \"NewsArticle\", \"headline\": \"");
    put_json_field(story, story->title, &writer->plain, out);
    puts_to(out, "\", \"datePublished\": \"");
    put_time(story, out);
    puts_to(out, "\", \"description\": \"");
    put_json_field(story, story->lead, &writer->plain, out);
    puts_to(out, "\", \"publisher\": {\"@type\": \"Organization\", \"name\": \"");
    put_json(out, at_span(story, story->site_name), story->site_name.len, true);
    puts_to(out, "\"}}");
}

static void put_meta(const struct writer *writer, const struct part *part, struct text *out)
{
    static const char *const names[] = {"name=\"description\"", "property=\"og:type\"", "property=\"og:site_name\"",
                                        "property=\"og:title\"", "property=\"article:published_time\""};
    const struct story *story = writer->story;
    unsigned i;

    for (i = 0; i < COUNT(names); i++) {
        putf(out, "<meta %s content=\"", names[i]);
        if (i == 0)
            put_field(writer, story->lead, false, out);
        else if (i == 1)
            puts_to(out, "article");
        else if (i == 2)
            put_field(writer, story->site_name, false, out);
        else if (i == 3)
            put_field(writer, story->title, false, out);
        else
            put_time(story, out);
        put_byte(out, '"');
        put(out, part->form, part->form_len);
        put_byte(out, '\n');
    }
    puts_to(out, "<link rel=\"canonical\" href=\"");
    put(out, at_span(story, story->url), story->url.len);
    put_byte(out, '"');
    put(out, part->form, part->form_len);
}

/* One item of a list; words hold markup. */
static void put_item(struct writer *writer, const struct part *part, const char *words, size_t len, bool has_tags,
                     uint32_t key, struct text *out)
{
    const char *at = part->form, *end = at + part->form_len;

    while (at < end) {
        const char *from = at;

        while (at < end && *at != '%')
            at++;
        put(out, from, (size_t)(at - from));
        if (at == end)
            break;
        at++;
        if (at < end && *at == 's')
            put_html(out, words, len, writer->layout->has_names, has_tags);
        else if (at < end && *at == 'j') {
            writer->plain.len = 0;
            put_plain(&writer->plain, words, len);
            put_json(out, writer->plain.data, writer->plain.len, false);
        }
        else if (at < end && *at == 'u') {
            puts_to(out, "/c");
            put_number(out, key % 97);
            put_byte(out, '/');
            put_number(out, key);
            puts_to(out, ".html");
        } else
            die("a form of a list has %%s, %%u and %%j only: %.*s", (int)part->form_len, part->form);
        at++;
    }
}

static void put_headlines(struct writer *writer, const struct part *part, struct text *out)
{
    static const uint32_t counts[] = {8, 12, 26};
    uint32_t count = counts[part->slot - MENU], i;

    for (i = 0; i < count; i++) {
        struct text *headline = &writer->headline;

        headline->len = 0;
        story_headline(writer->plan, writer->story->lang, writer->has_flagged && i % 6 == 1, writer->rng, headline);
        if (i)
            put_byte(out, '\n');
        put_item(writer, part, headline->data, headline->len, false, rng_below(writer->rng, 9000000) + 1000000, out);
    }
}

static void put_list(struct writer *writer, const struct part *part, struct text *out)
{
    const struct story *story = writer->story;
    uint32_t count, i;

    if (part->slot == BODY)
        for (i = 0; i < story->body_count; i++) {
            put_item(writer, part, at_span(story, story->body[i]), story->body[i].len, true, 0, out);
            put_byte(out, '\n');
        }
    else if (part->slot == SECTIONS)
        for (i = 0, count = material_count(story->lang->material, "section"); i < count; i++) {
            writer->headline.len = 0;
            material_entry(story->lang->material, "section", i, &writer->headline);
            put_item(writer, part, writer->headline.data, writer->headline.len, false, i, out);
            put_byte(out, '\n');
        }
    else
        put_headlines(writer, part, out);
}

static void put_slot(struct writer *writer, const struct part *part, struct text *out)
{
    const struct story *story = writer->story;

    switch (part->slot) {
    case TITLE:
        put_field(writer, story->title, false, out);
        break;
    case TITLE_HTML:
        put_field(writer, story->title, true, out);
        break;
    case LEAD_HTML:
        put_field(writer, story->lead, true, out);
        break;
    case SITE:
        put_field(writer, story->site_name, false, out);
        break;
    case LANG:
        puts_to(out, story->lang->name);
        break;
    case TIME:
        put_time(story, out);
        break;
    case DATE:
        putf(out, "%04u-%02u-%02u", story->year, story->month, story->day);
        break;
    case NUMBER_OF:
        put_number(out, story->number);
        break;
    case KEY:
        putf(out, "%016llx", (unsigned long long)mix(story->number + 1));
        break;
    case LD:
        put_ld(writer, out);
        break;
    case META:
        put_meta(writer, part, out);
        break;
    case CSS:
        put_text(out, site_text(writer, writer->pages->css, make_css));
        break;
    case JS:
        put_text(out, site_text(writer, writer->pages->js, make_js));
        break;
    case CHARSET:
        puts_to(out, writer->charset.label && writer->charset.in_meta ? writer->charset.label : "UTF-8");
        break;
    case CHARSET_META:
        if (writer->charset.label && writer->charset.in_meta)
            putf(out, "<META http-equiv=Content-Type content=\"text/html; charset=%s\">\n", writer->charset.label);
        break;
    case RELATED_LABEL:
    case HOT:
    case SHARE:
    case SOURCE:
    case RIGHTS:
    case SEARCH:
    case SKIP:
        put_label(writer, (uint32_t)(part->slot - RELATED_LABEL), out);
        break;
    case BODY:
    case SECTIONS:
    case MENU:
    case RELATED:
    case LATEST:
        put_list(writer, part, out);
        break;
    case SLOTS:
        break;
    }
}

void page_put(struct pages *pages, struct plan *plan, const struct story *story, struct page_charset charset,
              bool has_flagged_headlines, struct rng *rng, struct text *out)
{
    struct writer writer = {.pages = pages, .plan = plan, .story = story, .charset = charset, .rng = rng,
                            .layout = pages->layouts[story->site % LAYOUTS], .has_flagged = has_flagged_headlines};
    const struct part *part = writer.layout->parts;

    for (;; part++) {
        put(out, part->words, part->len);
        if (part->slot == SLOTS)
            break;
        put_slot(&writer, part, out);
    }
    free(writer.headline.data);
    free(writer.plain.data);
}
