/*
 * Each kind of fact has ranked sources: a better one replaces a worse, of equals the first stays.
 */
#include "input/html_fields.h"

#include <string.h>

#include "input/html_flat.h"

enum fact { FACT_OG_TITLE, FACT_LEAD, FACT_URL, FACT_SOURCE, FACT_DATE };

/* Names of <meta>: property, name or itemprop. */
static const struct meta {
    struct tcs_str name;
    enum fact fact;
    unsigned rank;
} metas[] = {
    {{"og:title", sizeof "og:title" - 1}, FACT_OG_TITLE, 1},
    {{"description", sizeof "description" - 1}, FACT_LEAD, 2},
    {{"og:description", sizeof "og:description" - 1}, FACT_LEAD, 1},
    {{"og:url", sizeof "og:url" - 1}, FACT_URL, 1},
    {{"og:site_name", sizeof "og:site_name" - 1}, FACT_SOURCE, 1},
    {{"article:published_time", sizeof "article:published_time" - 1}, FACT_DATE, 30},
    {{"og:published_time", sizeof "og:published_time" - 1}, FACT_DATE, 29},
    {{"datepublished", sizeof "datepublished" - 1}, FACT_DATE, 28},
    {{"pubdate", sizeof "pubdate" - 1}, FACT_DATE, 27},
    {{"publishdate", sizeof "publishdate" - 1}, FACT_DATE, 26},
    {{"publish-date", sizeof "publish-date" - 1}, FACT_DATE, 25},
    {{"publish_date", sizeof "publish_date" - 1}, FACT_DATE, 24},
    {{"publish_time", sizeof "publish_time" - 1}, FACT_DATE, 23},
    {{"publishtime", sizeof "publishtime" - 1}, FACT_DATE, 22},
    {{"published_time", sizeof "published_time" - 1}, FACT_DATE, 21},
    {{"parsely-pub-date", sizeof "parsely-pub-date" - 1}, FACT_DATE, 20},
    {{"sailthru.date", sizeof "sailthru.date" - 1}, FACT_DATE, 19},
    {{"dc.date.issued", sizeof "dc.date.issued" - 1}, FACT_DATE, 18},
    {{"dcterms.issued", sizeof "dcterms.issued" - 1}, FACT_DATE, 17},
    {{"dc.date", sizeof "dc.date" - 1}, FACT_DATE, 16},
    {{"dcterms.date", sizeof "dcterms.date" - 1}, FACT_DATE, 15},
    {{"dcterms.created", sizeof "dcterms.created" - 1}, FACT_DATE, 14},
    {{"weibo: article:create_at", sizeof "weibo: article:create_at" - 1}, FACT_DATE, 13},
    {{"date", sizeof "date" - 1}, FACT_DATE, 12},
};
#define RANK_CANONICAL 2u
#define RANK_JSON_LD 2u
#define RANK_TIME 1u

void tcs_html_fields_init(struct tcs_html_fields *fields, struct tcs_html_scratch *scratch)
{
    *fields = (struct tcs_html_fields){.scratch = scratch, .title_start = SIZE_MAX};
    tcs_buf_reset(&scratch->title);
    tcs_buf_reset(&scratch->og_title);
    tcs_buf_reset(&scratch->lead);
    tcs_buf_reset(&scratch->text);
    tcs_buf_reset(&scratch->url);
    tcs_buf_reset(&scratch->date);
    tcs_buf_reset(&scratch->source);
    tcs_buf_reset(&scratch->lang);
}

/* Replaces *out by an attribute's text if it is not empty and its rank beats *rank. */
static tocsin_status offer(struct tcs_html_fields *fields, struct tcs_str raw, unsigned rank,
                           unsigned *best, struct tcs_buf *out)
{
    struct tcs_buf *work = &fields->scratch->work;
    tocsin_status st;

    if (rank <= *best)
        return TOCSIN_OK;
    st = tcs_html_attr_text(raw, work);
    if (st != TOCSIN_OK || !work->len)
        return st;
    *best = rank;
    tcs_buf_reset(out);
    return tcs_buf_append_str(out, tcs_buf_view(work));
}

/* The same for a source that counts only where there is none yet. */
static tocsin_status offer_first(struct tcs_html_fields *fields, struct tcs_str raw,
                                 struct tcs_buf *out)
{
    unsigned best = out->len != 0;

    return offer(fields, raw, 1, &best, out);
}

/* Takes a decoded date if it is one. */
static tocsin_status offer_date(struct tcs_html_fields *fields, struct tcs_str text, unsigned rank,
                                const char *from)
{
    char date[TCS_HTML_DATE_SIZE];

    if (rank <= fields->date_rank || !tcs_html_date_normalise(text, date))
        return TOCSIN_OK;
    fields->date_rank = rank;
    fields->date_from = from;
    tcs_buf_reset(&fields->scratch->date);
    return tcs_buf_append(&fields->scratch->date, date, strlen(date));
}

static tocsin_status offer_raw_date(struct tcs_html_fields *fields, struct tcs_str raw,
                                    unsigned rank, const char *from)
{
    struct tcs_buf *work = &fields->scratch->work;
    tocsin_status st;

    if (rank <= fields->date_rank)
        return TOCSIN_OK;
    st = tcs_html_attr_text(raw, work);
    return st == TOCSIN_OK ? offer_date(fields, tcs_buf_view(work), rank, from) : st;
}

static const struct meta *find_meta(struct tcs_str name)
{
    name = tcs_str_trim(name);
    for (size_t i = 0; name.len && i < sizeof metas / sizeof metas[0]; i++)
        if (metas[i].name.len == name.len && tcs_str_equal_nocase(name, metas[i].name))
            return &metas[i];
    return NULL;
}

static tocsin_status read_meta(struct tcs_html_fields *fields, const struct tcs_html_token *token)
{
    static const enum tcs_html_attr keys[] = {TCS_HTML_ATTR_PROPERTY, TCS_HTML_ATTR_NAME,
                                              TCS_HTML_ATTR_ITEMPROP};
    struct tcs_str content = tcs_html_token_attr(token, TCS_HTML_ATTR_CONTENT);
    struct tcs_html_scratch *s = fields->scratch;
    const struct meta *meta = NULL;

    for (size_t i = 0; !meta && i < sizeof keys / sizeof keys[0]; i++)
        meta = find_meta(tcs_html_token_attr(token, keys[i]));
    if (!meta)
        return TOCSIN_OK;
    switch (meta->fact) {
    case FACT_OG_TITLE: return offer_first(fields, content, &s->og_title);
    case FACT_LEAD: return offer(fields, content, meta->rank, &fields->lead_rank, &s->lead);
    case FACT_URL: return offer(fields, content, meta->rank, &fields->url_rank, &s->url);
    case FACT_SOURCE: return offer_first(fields, content, &s->source);
    case FACT_DATE: return offer_raw_date(fields, content, meta->rank, "meta");
    }
    return TOCSIN_OK;
}

/* True if a list of words parted by white space holds `word`. */
static bool has_word(struct tcs_str list, struct tcs_str word)
{
    size_t i = 0;

    while (i < list.len) {
        size_t start = i;

        while (i < list.len && !strchr(" \t\n\f\r", list.data[i]))
            i++;
        if (tcs_str_equal_nocase((struct tcs_str){list.data + start, i - start}, word))
            return true;
        i++;
    }
    return false;
}

static tocsin_status read_link(struct tcs_html_fields *fields, const struct tcs_html_token *token)
{
    struct tcs_str rel = tcs_html_token_attr(token, TCS_HTML_ATTR_REL);

    if (!has_word(rel, TCS_STR("canonical")))
        return TOCSIN_OK;
    return offer(fields, tcs_html_token_attr(token, TCS_HTML_ATTR_HREF), RANK_CANONICAL,
                 &fields->url_rank, &fields->scratch->url);
}

/*
 * The value of the first "datePublished" of a JSON-LD script that is a date. A scan and no parse:
 * such scripts are often not quite JSON.
 */
static tocsin_status scan_json_ld(struct tcs_html_fields *fields, struct tcs_str json)
{
    static const char key[] = "\"datePublished\"";
    const char *p = json.data;
    const char *end = p + json.len;

    while (fields->date_rank < RANK_JSON_LD &&
           (p = memmem(p, (size_t)(end - p), key, sizeof key - 1)) != NULL) {
        char value[64];
        size_t len = 0;
        tocsin_status st;

        p += sizeof key - 1;
        while (p < end && (strchr(" \t\n\r:", *p) && *p))
            p++;
        if (p == end || *p++ != '"')
            continue;
        for (; p < end && *p != '"' && len < sizeof value; p++) {
            if (*p != '\\') /* the only escape in a date is that of a slash */
                value[len++] = *p;
        }
        st = offer_date(fields, (struct tcs_str){value, len}, RANK_JSON_LD, "json-ld");
        if (st != TOCSIN_OK)
            return st;
    }
    return TOCSIN_OK;
}

/* The <title> whose text is now written. An empty one does not count. */
static tocsin_status read_title(struct tcs_html_fields *fields)
{
    struct tcs_html_scratch *s = fields->scratch;
    struct tcs_str text = {s->flat.data, 0};

    if (s->title.len || fields->title_start == SIZE_MAX || fields->title_start == s->flat.len)
        return TOCSIN_OK;
    text.data += fields->title_start;
    text.len = s->flat.len - fields->title_start;
    while (text.len && *text.data == '\n') { /* the blank line before the paragraph */
        text.data++;
        text.len--;
    }
    return tcs_buf_append_str(&s->title, text);
}

static bool is_json_ld(const struct tcs_html_token *token)
{
    static const char type[] = "application/ld+json";
    struct tcs_str value = tcs_str_trim(tcs_html_token_attr(token, TCS_HTML_ATTR_TYPE));

    if (value.len > sizeof type - 1) /* a parameter may follow */
        value.len = sizeof type - 1;
    return tcs_str_equal_nocase(value, TCS_STR("application/ld+json"));
}

static tocsin_status read_start_tag(struct tcs_html_fields *fields,
                                    const struct tcs_html_token *token, bool is_in_svg)
{
    struct tcs_html_scratch *s = fields->scratch;

    switch ((unsigned)token->tag) {
    case TCS_HTML_TAG_META: return read_meta(fields, token);
    case TCS_HTML_TAG_LINK: return read_link(fields, token);
    case TCS_HTML_TAG_HTML:
        return offer_first(fields, tcs_html_token_attr(token, TCS_HTML_ATTR_LANG), &s->lang);
    case TCS_HTML_TAG_TIME:
        return offer_raw_date(fields, tcs_html_token_attr(token, TCS_HTML_ATTR_DATETIME), RANK_TIME,
                              "time");
    case TCS_HTML_TAG_SCRIPT: fields->is_json_ld = is_json_ld(token); break;
    case TCS_HTML_TAG_TITLE: fields->title_start = is_in_svg ? SIZE_MAX : s->flat.len; break;
    default: break;
    }
    return TOCSIN_OK;
}

tocsin_status tcs_html_fields_step(struct tcs_html_fields *fields,
                                   const struct tcs_html_token *token, bool is_in_svg)
{
    tocsin_status st = TOCSIN_OK;

    if (token->text_tag == TCS_HTML_TAG_SCRIPT && fields->is_json_ld)
        st = scan_json_ld(fields, token->text);
    if (token->text_tag == TCS_HTML_TAG_TITLE)
        st = read_title(fields);
    if (st == TOCSIN_OK && token->kind == TCS_HTML_START_TAG)
        st = read_start_tag(fields, token, is_in_svg);
    return st;
}
