#include "articles.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <yaml.h>

struct loader {
    const char *path;
    yaml_parser_t parser;
};

/* The next event; the caller deletes it. */
static void next_event(struct loader *loader, yaml_event_t *event)
{
    if (!yaml_parser_parse(&loader->parser, event))
        die("%s:%zu: %s", loader->path, loader->parser.problem_mark.line + 1, loader->parser.problem);
}

static char *read_scalar(struct loader *loader)
{
    yaml_event_t event;
    char *text;

    next_event(loader, &event);
    if (event.type != YAML_SCALAR_EVENT)
        die("%s:%zu: a text is expected", loader->path, event.start_mark.line + 1);
    text = grow(NULL, event.data.scalar.length + 1);
    memcpy(text, event.data.scalar.value, event.data.scalar.length + 1);
    yaml_event_delete(&event);
    return text;
}

static void skip_value(struct loader *loader)
{
    int depth = 0;

    do {
        yaml_event_t event;

        next_event(loader, &event);
        if (event.type == YAML_MAPPING_START_EVENT || event.type == YAML_SEQUENCE_START_EVENT)
            depth++;
        else if (event.type == YAML_MAPPING_END_EVENT || event.type == YAML_SEQUENCE_END_EVENT)
            depth--;
        yaml_event_delete(&event);
    } while (depth);
}

static void expect(struct loader *loader, yaml_event_type_t type, const char *what)
{
    yaml_event_t event;

    next_event(loader, &event);
    if (event.type != type)
        die("%s:%zu: %s", loader->path, event.start_mark.line + 1, what);
    yaml_event_delete(&event);
}

/* The next key of a mapping, or NULL at its end. */
static char *read_key(struct loader *loader)
{
    yaml_event_t event;
    char *key = NULL;

    next_event(loader, &event);
    if (event.type == YAML_SCALAR_EVENT) {
        key = grow(NULL, event.data.scalar.length + 1);
        memcpy(key, event.data.scalar.value, event.data.scalar.length + 1);
    } else if (event.type != YAML_MAPPING_END_EVENT)
        die("%s:%zu: a key is expected", loader->path, event.start_mark.line + 1);
    yaml_event_delete(&event);
    return key;
}

static void read_body(struct loader *loader, struct article *article)
{
    expect(loader, YAML_SEQUENCE_START_EVENT, "the body is a list of paragraphs");
    for (;;) {
        yaml_event_t event;

        next_event(loader, &event);
        if (event.type == YAML_SEQUENCE_END_EVENT) {
            yaml_event_delete(&event);
            return;
        }
        if (event.type != YAML_SCALAR_EVENT)
            die("%s:%zu: a paragraph is a text", loader->path, event.start_mark.line + 1);
        article->body = grow(article->body, (article->body_count + 1) * sizeof *article->body);
        article->body[article->body_count] = grow(NULL, event.data.scalar.length + 1);
        memcpy(article->body[article->body_count++], event.data.scalar.value, event.data.scalar.length + 1);
        yaml_event_delete(&event);
    }
}

static bool read_expected(struct loader *loader)
{
    bool is_flagged = false;
    char *key;

    expect(loader, YAML_MAPPING_START_EVENT, "`expected` is a mapping");
    while ((key = read_key(loader))) {
        if (!strcmp(key, "flagged")) {
            char *value = read_scalar(loader);

            is_flagged = !strcmp(value, "true");
            if (!is_flagged && strcmp(value, "false"))
                die("%s: `flagged` is true or false", loader->path);
            free(value);
        } else
            skip_value(loader);
        free(key);
    }
    return is_flagged;
}

static struct article read_article(const char *path)
{
    struct loader loader = {.path = path};
    struct article article = {0};
    FILE *file = fopen(path, "rb");
    char *key;

    if (!file)
        die("%s: %s", path, strerror(errno));
    if (!yaml_parser_initialize(&loader.parser))
        die("no memory for a YAML parser");
    yaml_parser_set_input_file(&loader.parser, file);
    expect(&loader, YAML_STREAM_START_EVENT, "YAML is expected");
    expect(&loader, YAML_DOCUMENT_START_EVENT, "an article is expected");
    expect(&loader, YAML_MAPPING_START_EVENT, "an article is a mapping");
    while ((key = read_key(&loader))) {
        char **scalar = !strcmp(key, "id")      ? &article.id
                        : !strcmp(key, "lang")  ? &article.lang
                        : !strcmp(key, "title") ? &article.title
                        : !strcmp(key, "lead")  ? &article.lead
                                                : NULL;

        if (scalar)
            *scalar = read_scalar(&loader);
        else if (!strcmp(key, "body"))
            read_body(&loader, &article);
        else if (!strcmp(key, "expected"))
            article.is_flagged = read_expected(&loader);
        else
            skip_value(&loader);
        free(key);
    }
    yaml_parser_delete(&loader.parser);
    fclose(file);
    if (!article.id || !article.lang || !article.title || !article.lead || !article.body_count)
        die("%s: an article has id, lang, title, lead and body", path);
    return article;
}

static int is_yaml(const struct dirent *file)
{
    size_t len = strlen(file->d_name);

    return len > 5 && !strcmp(file->d_name + len - 5, ".yaml");
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name); /* not alphasort: that asks the locale */
}

struct articles articles_read(const char *folder)
{
    struct articles articles = {0};
    struct dirent **files;
    int count = scandir(folder, &files, is_yaml, by_name), i;

    if (count < 0)
        die("%s: %s", folder, strerror(errno));
    for (i = 0; i < count; i++) {
        struct text path = {0};

        putf(&path, "%s/%s", folder, files[i]->d_name);
        put_byte(&path, '\0');
        articles.items = grow(articles.items, (articles.count + 1) * sizeof *articles.items);
        articles.items[articles.count++] = read_article(path.data);
        free(path.data);
        free(files[i]);
    }
    free(files);
    return articles;
}

static bool is_it(const struct article *article, const char *lang, bool is_flagged)
{
    return article->is_flagged == is_flagged && !strcmp(article->lang, lang);
}

const struct article *articles_pick(const struct articles *articles, const char *lang, bool is_flagged,
                                    struct rng *rng)
{
    uint32_t count = 0, at, i;

    for (i = 0; i < articles->count; i++)
        count += is_it(&articles->items[i], lang, is_flagged);
    if (!count)
        return NULL;
    at = rng_below(rng, count);
    for (i = 0; !is_it(&articles->items[i], lang, is_flagged) || at--; i++)
        ;
    return &articles->items[i];
}

/* ---- telling again ---- */

static bool begins(const char *text, const char *with)
{
    return !strncmp(text, with, strlen(with));
}

/*
 * Whether a run of digits may become another: not a year, nor part of a word (GPT4, 3rd), a time or a fraction, nor an
 * age, which says who is a minor.
 */
static bool may_change(const char *text, const char *from, const char *to)
{
    char before = from > text ? from[-1] : ' ';

    if (isalnum((unsigned char)before) || isalnum((unsigned char)*to) || strchr(":.", before))
        return false;
    if (*to == '\0' || *to == ':' || *to == '%' || (*to == '.' && isdigit((unsigned char)to[1])))
        return false;
    if (to - from > 6 || *from == '0' || (to - from == 4 && (begins(from, "19") || begins(from, "20"))))
        return false;
    return !begins(to, "岁") && !begins(to, "歲") && !begins(to, "-") && !begins(to, " year") && !begins(to, "至") &&
           !begins(to, "到");
}

static void put_changed(uint64_t key, const char *from, const char *to, struct text *out)
{
    uint64_t old = strtoull(from, NULL, 10), low = 1, i;
    struct rng rng = rng_of(key, old);
    bool is_day = begins(to, "日") || begins(to, "号") || begins(to, "號");

    for (i = 1; i < (uint64_t)(to - from); i++)
        low *= 10;
    if (begins(to, "月"))
        put_number(out, 1 + rng_below(&rng, 12));
    else if (is_day || old <= 28)
        put_number(out, 1 + rng_below(&rng, 28));
    else
        put_number(out, low + rng_below(&rng, (uint32_t)(low * 9)));
}

/* Appends another word for the one at `at`, if there is one, and says how long the old one is; 0 if there is none. */
static size_t swap_word(const struct material *material, struct memo *memo, uint64_t key, const char *text,
                        const char *at, struct text *out)
{
    uint32_t i;

    for (i = 0; i < material->swap_count; i++) {
        const struct swap *swap = &material->swaps[i];
        bool is_part = isalpha((unsigned char)*at) && at > text && isalpha((unsigned char)at[-1]);
        struct rng rng;

        if (is_part || strncmp(at, swap->word, swap->len) ||
            (isalpha((unsigned char)*at) && isalpha((unsigned char)at[swap->len])))
            continue;
        rng = rng_of(~key, i);
        material_put(material, memo, swap->list, &rng, out);
        return swap->len;
    }
    return 0;
}

void article_retell(const struct material *material, struct memo *memo, uint64_t key, const char *text,
                    struct text *out)
{
    const char *at = text;

    while (*at) {
        const char *end = at;
        size_t len;

        while (isdigit((unsigned char)*end))
            end++;
        if (end > at) {
            if (may_change(text, at, end))
                put_changed(key, at, end, out);
            else
                put(out, at, (size_t)(end - at));
            at = end;
        } else if (((*at & 0xC0) == 0xC0 || isupper((unsigned char)*at)) &&
                   (len = swap_word(material, memo, key, text, at, out)))
            at += len;
        else
            put_byte(out, *at++);
    }
}
