/*
 * The grammar: a list is a choice between entries, an entry a row of pieces: words, another list, a number, or a choice
 * in brackets, which is a list without a name. Everything is compiled when it is read, and circles are found then, so
 * that giving out a text is nothing but walking and copying.
 */
#include "material.h"

#include <stdio.h>
#include <stdlib.h>

enum piece_kind { WORDS, LIST, REMEMBERED_LIST, NUMBER };

struct piece {
    enum piece_kind kind;
    uint32_t list;      /* of LIST */
    uint32_t low, span; /* of NUMBER */
    const char *words;
    size_t len;
};

struct entry {
    struct piece *pieces;
    uint32_t count;
};

struct reader {
    struct material *material;
    const char *at, *end;
    unsigned line;
};

static _Noreturn void complain(const struct reader *reader, const char *what)
{
    die("%s:%u: %s", reader->material->path, reader->line, what);
}

static uint32_t find_list(const struct material *material, const char *name, size_t len)
{
    uint32_t i;

    for (i = 0; i < material->list_count; i++) {
        const char *known = material->lists[i].name;

        if (known && strlen(known) == len && !memcmp(known, name, len))
            return i;
    }
    return UINT32_MAX;
}

/* A list that is not there yet begins empty: it may be told of before it is told. */
static uint32_t add_list(struct material *material, const char *name, size_t len)
{
    uint32_t found = name ? find_list(material, name, len) : UINT32_MAX;
    struct list *list;

    if (found != UINT32_MAX)
        return found;
    material->lists = grow(material->lists, (material->list_count + 1) * sizeof *material->lists);
    list = &material->lists[material->list_count];
    *list = (struct list){0};
    if (name) {
        list->name = grow(NULL, len + 1);
        memcpy(list->name, name, len);
        list->name[len] = '\0';
    }
    return material->list_count++;
}

static void add_entry(struct material *material, uint32_t list, struct entry entry)
{
    struct list *to = &material->lists[list];

    to->entries = grow(to->entries, (to->count + 1) * sizeof *to->entries);
    to->entries[to->count++] = entry;
}

static void add_piece(struct entry *entry, struct piece piece)
{
    entry->pieces = grow(entry->pieces, (entry->count + 1) * sizeof *entry->pieces);
    entry->pieces[entry->count++] = piece;
}

/* {list}, {=list} or {low-high}, from behind the brace. */
static void read_slot(struct reader *reader, struct entry *entry)
{
    const char *close = memchr(reader->at, '}', (size_t)(reader->end - reader->at));
    const char *name = reader->at;
    struct piece piece = {.kind = LIST};

    if (!close)
        complain(reader, "a { without its }");
    if (*name >= '0' && *name <= '9') {
        char *rest;
        unsigned long low = strtoul(name, &rest, 10), high;

        if (*rest != '-')
            complain(reader, "a number is written {LOW-HIGH}");
        high = strtoul(rest + 1, &rest, 10);
        if (rest != close || high < low || high > 1000000000)
            complain(reader, "a number is written {LOW-HIGH}");
        piece = (struct piece){.kind = NUMBER, .low = (uint32_t)low, .span = (uint32_t)(high - low + 1)};
    } else {
        if (*name == '=') {
            piece.kind = REMEMBERED_LIST;
            name++;
        }
        if (name == close)
            complain(reader, "a list without a name");
        piece.list = add_list(reader->material, name, (size_t)(close - name));
    }
    add_piece(entry, piece);
    reader->at = close + 1;
}

/* The entries up to the end of the line, or of the brackets. */
static void read_entries(struct reader *reader, uint32_t list, bool is_inner)
{
    struct entry entry = {0};

    for (;;) {
        const char *from = reader->at;

        while (reader->at < reader->end && !strchr("|(){}", *reader->at))
            reader->at++;
        if (reader->at > from)
            add_piece(&entry, (struct piece){.kind = WORDS, .words = from, .len = (size_t)(reader->at - from)});
        if (reader->at == reader->end) {
            if (is_inner)
                complain(reader, "a ( without its )");
            add_entry(reader->material, list, entry);
            return;
        }
        switch (*reader->at++) {
        case '|':
            add_entry(reader->material, list, entry);
            entry = (struct entry){0};
            break;
        case '{':
            read_slot(reader, &entry);
            break;
        case '(': {
            uint32_t inner = add_list(reader->material, NULL, 0);

            read_entries(reader, inner, true);
            add_piece(&entry, (struct piece){.kind = LIST, .list = inner});
            break;
        }
        case ')':
            if (is_inner) {
                add_entry(reader->material, list, entry);
                return;
            }
            complain(reader, "a ) without its (");
        default:
            complain(reader, "a } without its {");
        }
    }
}

static enum topic_kind kind_of(const struct reader *reader, const char *word)
{
    static const char *const names[TOPIC_KINDS] = {"calm", "busy", "near"};
    unsigned i;

    for (i = 0; i < TOPIC_KINDS; i++)
        if (!strcmp(word, names[i]))
            return (enum topic_kind)i;
    complain(reader, "a topic is calm, busy or near");
}

/* [name], or [topic.text KIND WEIGHT]; topic.title belongs to it. */
static uint32_t read_heading(struct reader *reader)
{
    struct material *material = reader->material;
    char name[64], kind[8];
    unsigned weight;
    int fields = sscanf(reader->at, "[%63[^] ] %7s %u]", name, kind, &weight);
    size_t len = strlen(name);
    uint32_t list;

    if (fields != 3 && (fields != 2 || strcmp(kind, "]")))
        complain(reader, "a heading is [NAME] or [NAME.text KIND WEIGHT]");
    list = add_list(material, name, len);
    if (material->lists[list].count)
        complain(reader, "this list has been told above");
    if (fields == 3) {
        struct topic topic = {.text = list, .kind = kind_of(reader, kind), .weight = weight};

        if (len < 6 || strcmp(name + len - 5, ".text"))
            complain(reader, "the name of a topic's sentences ends in .text");
        memcpy(name + len - 5, ".title", sizeof ".title");
        topic.title = add_list(material, name, len + 1);
        material->topics = grow(material->topics, (material->topic_count + 1) * sizeof *material->topics);
        material->topics[material->topic_count++] = topic;
        material->weights[topic.kind] += weight;
    }
    return list;
}

/* Dies where a list is empty, or leads to itself. */
static void check_list(struct material *material, uint32_t at)
{
    struct list *list = &material->lists[at];
    uint32_t i, j;

    if (list->visit == SOUND)
        return;
    if (list->visit == VISITING || !list->count)
        die("%s: list %s %s", material->path, list->name ? list->name : "in brackets",
            list->count ? "leads to itself" : "is named, but not told");
    list->visit = VISITING;
    for (i = 0; i < list->count; i++)
        for (j = 0; j < list->entries[i].count; j++)
            if (list->entries[i].pieces[j].kind == LIST || list->entries[i].pieces[j].kind == REMEMBERED_LIST)
                check_list(material, list->entries[i].pieces[j].list);
    list->visit = SOUND;
}

static void read_lines(struct reader *reader, struct text *file)
{
    uint32_t list = UINT32_MAX;
    char *line = file->data, *next;

    for (; line < file->data + file->len; line = next) {
        char *end = memchr(line, '\n', (size_t)(file->data + file->len - line));

        if (!end)
            complain(reader, "the last line has no end");
        next = end + 1;
        *end = '\0';
        reader->line++;
        reader->at = line;
        reader->end = end;
        if (memchr(line, '*', (size_t)(end - line)) || memchr(line, '`', (size_t)(end - line)))
            complain(reader, "* and ` are markup of articles/ and cannot stand here");
        if (*line == '[')
            list = read_heading(reader);
        else if (*line && *line != '#') {
            if (list == UINT32_MAX)
                complain(reader, "words before the first heading");
            read_entries(reader, list, false);
        }
    }
}

/* The entry's words, where it is nothing else. */
static const struct piece *plain_entry(const struct material *material, const struct list *list, uint32_t at)
{
    if (at >= list->count || list->entries[at].count != 1 || list->entries[at].pieces[0].kind != WORDS)
        die("%s: [%s] has no entry %u of plain words", material->path, list->name, at + 1);
    return &list->entries[at].pieces[0];
}

static void read_swaps(struct material *material)
{
    static const char prefix[] = "swap.";
    uint32_t i, j;

    for (i = 0; i < material->list_count; i++) {
        const struct list *list = &material->lists[i];

        if (!list->name || strncmp(list->name, prefix, sizeof prefix - 1))
            continue;
        material->swaps = grow(material->swaps, (material->swap_count + list->count) * sizeof *material->swaps);
        for (j = 0; j < list->count; j++) {
            const struct piece *word = plain_entry(material, list, j);

            material->swaps[material->swap_count++] =
                (struct swap){word->words, word->len, material_list(material, list->name + sizeof prefix - 1)};
        }
    }
}

struct material *material_read(const char *folder, const char *lang)
{
    struct material *material = grow(NULL, sizeof *material);
    struct reader reader = {.material = material};
    struct text path = {0}, file = {0};
    uint32_t i;

    *material = (struct material){0};
    putf(&path, "%s/%s.txt", folder, lang);
    put_byte(&path, '\0');
    material->path = path.data;
    text_read(&file, material->path);
    read_lines(&reader, &file);
    for (i = 0; i < material->list_count; i++)
        check_list(material, i);
    read_swaps(material);
    for (i = 0; i < TOPIC_KINDS; i++)
        if (!material->weights[i])
            die("%s: there is no topic of each kind: calm, busy, near", material->path);
    return material;
}

uint32_t material_list(const struct material *material, const char *name)
{
    uint32_t list = find_list(material, name, strlen(name));

    if (list == UINT32_MAX)
        die("%s: there is no list [%s]", material->path, name);
    return list;
}

uint32_t material_count(const struct material *material, const char *list)
{
    return material->lists[material_list(material, list)].count;
}

void material_entry(const struct material *material, const char *list, uint32_t at, struct text *out)
{
    const struct piece *words = plain_entry(material, &material->lists[material_list(material, list)], at);

    put(out, words->words, words->len);
}

void memo_reset(struct memo *memo, const struct material *material)
{
    if (!memo->items) {
        memo->items = grow(NULL, material->list_count * sizeof *memo->items);
        memset(memo->items, 0, material->list_count * sizeof *memo->items);
    }
    memo->document++;
    memo->text.len = 0;
}

static void put_remembered(const struct material *material, struct memo *memo, uint32_t list, struct rng *rng,
                           struct text *out)
{
    struct remembered *item = &memo->items[list];

    if (item->document != memo->document) {
        struct text words = {0};

        material_put(material, memo, list, rng, &words); /* may remember others in memo->text */
        *item = (struct remembered){memo->document, memo->text.len, words.len};
        put_text(&memo->text, &words);
        free(words.data);
    }
    put(out, memo->text.data + item->at, item->len);
}

void material_put(const struct material *material, struct memo *memo, uint32_t list, struct rng *rng, struct text *out)
{
    const struct list *from = &material->lists[list];
    const struct entry *entry = &from->entries[from->count == 1 ? 0 : rng_below(rng, from->count)];
    const struct piece *piece;

    for (piece = entry->pieces; piece < entry->pieces + entry->count; piece++)
        switch (piece->kind) {
        case WORDS:
            put(out, piece->words, piece->len);
            break;
        case LIST:
            material_put(material, memo, piece->list, rng, out);
            break;
        case REMEMBERED_LIST:
            put_remembered(material, memo, piece->list, rng, out);
            break;
        case NUMBER:
            put_number(out, piece->low + rng_below(rng, piece->span));
            break;
        }
}

const struct topic *material_topic(const struct material *material, unsigned kinds, struct rng *rng)
{
    uint32_t total = 0, at, i;

    for (i = 0; i < TOPIC_KINDS; i++)
        if (kinds & 1u << i)
            total += material->weights[i];
    at = rng_below(rng, total);
    for (i = 0; i < material->topic_count; i++)
        if (kinds & 1u << material->topics[i].kind) {
            if (at < material->topics[i].weight)
                return &material->topics[i];
            at -= material->topics[i].weight;
        }
    die("%s: the weights of topics do not add up", material->path);
}
