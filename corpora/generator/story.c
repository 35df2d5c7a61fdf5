/*
 * Ordinary documents are told sentence by sentence from one topic of the material. Those near the subject are half of
 * them told from topics near it, half an ordinary article of corpora/articles told again, which mostly is a hard
 * negative. A flagged document is a flagged article told again. What is told again is filled up to its length by
 * paragraphs of calm topics, behind its own, so that nothing comes to stand nearer to anything else.
 */
#include "story.h"

#include <stdlib.h>

#define HALF_PARAGRAPH 200 /* bytes; the last paragraph is told if it ends nearer to the target with it */

/* Lengths of documents in percent of the median, as they lie in news: sixteen equal shares. */
static const uint16_t lengths[16] = {22, 33, 43, 53, 63, 74, 86, 96, 106, 118, 132, 150, 175, 210, 270, 430};

/*
 * One document of each 1/share is flagged, at a place that the seed decides: the number of flagged ones is what was
 * asked for at every length of the corpus, but for one.
 */
static bool is_flagged(const struct plan *plan, uint64_t number)
{
    const uint64_t one = 1000000000;
    uint64_t stratum, first, next;
    struct rng rng;

    if (!plan->flagged)
        return false;
    stratum = number * plan->flagged / one;
    first = (stratum * one + plan->flagged - 1) / plan->flagged;
    next = ((stratum + 1) * one + plan->flagged - 1) / plan->flagged;
    rng = rng_of(plan->seed ^ 0xF1A6, stratum);
    return number == first + rng_below(&rng, (uint32_t)(next - first));
}

static struct language *pick_language(struct plan *plan, struct rng *rng)
{
    uint32_t total = 0, at, i;

    for (i = 0; i < plan->lang_count; i++)
        total += plan->langs[i].weight;
    at = rng_below(rng, total);
    for (i = 0; at >= plan->langs[i].weight; i++)
        at -= plan->langs[i].weight;
    return &plan->langs[i];
}

static struct span *new_paragraph(struct story *story)
{
    if (story->body_count == story->body_cap) {
        story->body_cap = story->body_cap ? story->body_cap * 2 : 64;
        story->body = grow(story->body, story->body_cap * sizeof *story->body);
    }
    story->body[story->body_count] = (struct span){story->text.len, 0};
    return &story->body[story->body_count++];
}

static void end_span(struct story *story, struct span *span)
{
    span->len = story->text.len - span->at;
}

/* A sentence begins with a capital letter, also behind a quotation mark. */
static void put_sentence(struct story *story, uint32_t list, struct rng *rng)
{
    size_t at = story->text.len;
    char *first;

    material_put(story->lang->material, &story->lang->memo, list, rng, &story->text);
    first = story->text.data + at;
    if (*first == '"' && story->text.len - at > 1)
        first++;
    if (*first >= 'a' && *first <= 'z')
        *first = (char)(*first - 'a' + 'A');
}

static void put_paragraph(struct story *story, uint32_t list, struct rng *rng)
{
    struct span *paragraph = new_paragraph(story);
    uint32_t sentences = 2 + rng_below(rng, 3), i;
    bool is_spaced = !strcmp(story->lang->name, "en");

    for (i = 0; i < sentences; i++) {
        if (i && is_spaced)
            put_byte(&story->text, ' ');
        put_sentence(story, list, rng);
    }
    end_span(story, paragraph);
}

static void tell_opening(struct story *story, const struct topic *topic, struct rng *rng)
{
    story->title.at = story->text.len;
    put_sentence(story, topic->title, rng);
    end_span(story, &story->title);
    story->lead.at = story->text.len;
    put_sentence(story, topic->text, rng);
    end_span(story, &story->lead);
}

static void tell_again(struct story *story, uint64_t key)
{
    const struct article *article = story->article;
    struct material *material = story->lang->material;
    struct memo *memo = &story->lang->memo;
    uint32_t i;

    story->has_markup = true;
    story->title.at = story->text.len;
    article_retell(material, memo, key, article->title, &story->text);
    end_span(story, &story->title);
    story->lead.at = story->text.len;
    article_retell(material, memo, key, article->lead, &story->text);
    end_span(story, &story->lead);
    for (i = 0; i < article->body_count; i++) {
        struct span *paragraph = new_paragraph(story);

        article_retell(material, memo, key, article->body[i], &story->text);
        end_span(story, paragraph);
    }
}

static void date_and_place(struct story *story, struct rng *rng)
{
    const struct material *material = story->lang->material;
    struct text name = {0};
    const char *gap;

    story->year = 2026;
    story->month = 1 + rng_below(rng, 6);
    story->day = 1 + rng_below(rng, 28);
    story->hour = 6 + rng_below(rng, 16);
    story->minute = rng_below(rng, 60);
    story->site = rng_below(rng, story->lang->site_count);
    material_entry(material, "site", story->site, &name);
    gap = memchr(name.data, ' ', name.len);
    if (!gap)
        die("%s: an entry of [site] is a host, a blank and a name", material->path);
    story->slug = (struct span){story->text.len, (size_t)(gap - name.data)};
    put(&story->text, name.data, story->slug.len);
    story->site_name = (struct span){story->text.len, name.len - story->slug.len - 1};
    put(&story->text, gap + 1, story->site_name.len);
    free(name.data);
    story->url.at = story->text.len;
    puts_to(&story->text, "https://news.example/");
    put(&story->text, story->text.data + story->slug.at, story->slug.len);
    putf(&story->text, "/%u/%02u/%02u/%07llx.html", story->year, story->month, story->day,
         (unsigned long long)(story->number * 0x10001 + 0x1000000 + rng_below(rng, 0x10000)));
    end_span(story, &story->url);
}

void story_tell(struct plan *plan, uint64_t number, struct story *story)
{
    struct rng rng = rng_of(plan->seed, number);
    struct language *lang = pick_language(plan, &rng);
    const struct topic *filler;
    size_t target, start;
    bool is_near = rng_chance(&rng, plan->near);

    story->number = number;
    story->lang = lang;
    story->article = NULL;
    story->has_markup = false;
    story->text.len = 0;
    story->body_count = 0;
    memo_reset(&lang->memo, lang->material);
    story->is_flagged = is_flagged(plan, number);
    if (story->is_flagged || (is_near && rng_below(&rng, 2)))
        story->article = articles_pick(&plan->articles, lang->name, story->is_flagged, &rng);
    if (story->is_flagged && !story->article)
        die("there is no flagged article in %s; --flagged 0 needs none", lang->name);
    text_reserve(&story->text, 65536);
    date_and_place(story, &rng);
    start = story->text.len;
    target = (size_t)plan->doc_bytes * lengths[rng_below(&rng, 16)] / 100;
    filler = material_topic(lang->material, 1u << CALM, &rng);
    if (story->article)
        tell_again(story, rng_next(&rng));
    else {
        unsigned kinds = is_near ? 1u << NEAR : 1u << CALM | 1u << BUSY;
        const struct topic *topic = material_topic(lang->material, kinds, &rng);

        tell_opening(story, topic, &rng);
        if (is_near)
            put_paragraph(story, topic->text, &rng);
        else
            filler = topic;
    }
    do
        put_paragraph(story, filler->text, &rng);
    while (story->text.len - start + HALF_PARAGRAPH < target);
}

void story_headline(struct plan *plan, struct language *lang, bool is_flagged_one, struct rng *rng, struct text *out)
{
    const struct article *article = is_flagged_one ? articles_pick(&plan->articles, lang->name, true, rng) : NULL;

    if (article)
        article_retell(lang->material, &lang->memo, rng_next(rng), article->title, out);
    else
        material_put(lang->material, &lang->memo,
                     material_topic(lang->material, 1u << CALM | 1u << BUSY, rng)->title, rng, out);
}

void put_plain(struct text *out, const char *data, size_t len)
{
    const char *end = data + len;

    while (data < end) {
        if (*data == '*' || *data == '`')
            data++;
        else if (*data == '{' && end - data >= 3 && data[2] == '}' && (data[1] == '-' || data[1] == '0')) {
            puts_to(out, data[1] == '-' ? "\u00AD" : "\u200B");
            data += 3;
        } else
            put_byte(out, *data++);
    }
}
