/*
 * A simplified tree construction: an end tag closes up to its match unless a barrier of its scope
 * stands between; p, li, dd, dt, option and the parts of tables close their like; the end tag of a
 * formatting element in which blocks are open closes it alone. Counters are snapshots at the
 * opening and differences at the closing, so an element costs the same however large it is; a
 * dropped one sets them back, so that what surrounds it is judged by what is left. Spans that
 * came to nothing are taken back when no other stands behind them.
 */
#include "input/html_tree.h"

#include <string.h>
#include <strings.h>

#include "input/html_cut.h"
#include "input/html_lines.h"

#define NO_SPAN SIZE_MAX
#define NO_LINK SIZE_MAX

void tcs_html_tree_init(struct tcs_html_tree *tree, struct tcs_html_scratch *scratch)
{
    /* The stack itself is not cleared: that would cost more than many a page. */
    tree->scratch = scratch;
    tree->span_count = 0;
    tree->tally = (struct tcs_html_tally){0};
    tree->main_count = tree->line_start = tree->line_linked = tree->line_own = 0;
    tree->weighed = 0;
    tree->link_start = NO_LINK;
    tree->depth = tree->overflow = 0;
    tree->heading_count = 0;
    memset(tree->open_count, 0, sizeof tree->open_count);
    memset(tree->other_count, 0, sizeof tree->other_count);
}

static bool has_flag(enum tcs_html_tag tag, unsigned flag)
{
    return (tcs_html_tag_flags(tag) & flag) != 0;
}

static bool is_heading(enum tcs_html_tag tag)
{
    return tag >= TCS_HTML_TAG_H1 && tag <= TCS_HTML_TAG_H6;
}

/* ---- page furniture by name ---- */

static bool is_letter(char c)
{
    return (unsigned)((unsigned char)c | 0x20) - 'a' < 26;
}

static bool is_upper(char c)
{
    return c >= 'A' && c <= 'Z';
}

#define WORD(literal) {literal, sizeof literal - 1}
#define WORDS_MAX 7

/* Behind the last one of a letter stands an empty one. */
static bool is_one_of(const char *word, size_t len, const struct tcs_str *words)
{
    for (; words->len; words++)
        if (words->len == len && !strncasecmp(word, words->data, len))
            return true;
    return false;
}

/* The word [p, p + len), of letters, of a class or an id, text. */
static bool is_furniture_word(const char *p, size_t len, struct tcs_str text)
{
    static const struct tcs_str words[26][WORDS_MAX] = {
        ['a' - 'a'] = {WORD("advert"), WORD("advertisement"), WORD("adverts")},
        ['b' - 'a'] = {WORD("breadcrumb"), WORD("breadcrumbs")},
        ['c' - 'a'] = {WORD("comment"), WORD("comments"), WORD("copyright")},
        ['f' - 'a'] = {WORD("flink"), WORD("flinks"), WORD("foot"), WORD("footer"), WORD("friendlink"),
                       WORD("friendlinks")},
        ['l' - 'a'] = {WORD("login")},
        ['m' - 'a'] = {WORD("masthead"), WORD("menu")},
        ['n' - 'a'] = {WORD("nav"), WORD("navbar"), WORD("navigation"), WORD("newsletter")},
        ['r' - 'a'] = {WORD("recommend"), WORD("recommended"), WORD("recommends"), WORD("recommendation"),
                       WORD("recommendations"), WORD("related")},
        ['s' - 'a'] = {WORD("share"), WORD("sharing"), WORD("sidebar"), WORD("signin"), WORD("signup")},
    };
    static const struct tcs_str names[] = {WORD("bottom"), WORD("link"), WORD("links"), {0}}; /* margin-bottom is no footer */
    const char *end = p + len;

    if (is_one_of(p, len, words[((unsigned char)*p | 0x20) - 'a']))
        return true;
    return (p == text.data || (unsigned char)p[-1] <= ' ') &&
           (end == text.data + text.len || (unsigned char)*end <= ' ') && is_one_of(p, len, names);
}

/* True if text holds a word for page furniture; words end at non-letters and inside camelCase. */
static bool has_furniture_word(struct tcs_str text)
{
    const char *p = text.data;
    const char *end = p + text.len;

    while (p < end) {
        const char *word = p;

        while (p < end && is_letter(*p) && !(p > word && is_upper(*p) && !is_upper(p[-1])))
            p++;
        if (p == word)
            p++;
        else if (is_furniture_word(word, (size_t)(p - word), text))
            return true;
    }
    return false;
}

static bool is_named_furniture(const struct tcs_html_token *token)
{
    return (tcs_html_token_has(token, TCS_HTML_ATTR_CLASS) && has_furniture_word(token->attrs[TCS_HTML_ATTR_CLASS])) ||
           (tcs_html_token_has(token, TCS_HTML_ATTR_ID) && has_furniture_word(token->attrs[TCS_HTML_ATTR_ID]));
}

/* ---- scopes ---- */

static bool is_table_part(enum tcs_html_tag tag)
{
    switch ((unsigned)tag) {
    case TCS_HTML_TAG_CAPTION:
    case TCS_HTML_TAG_COLGROUP:
    case TCS_HTML_TAG_TABLE:
    case TCS_HTML_TAG_TBODY:
    case TCS_HTML_TAG_TD:
    case TCS_HTML_TAG_TFOOT:
    case TCS_HTML_TAG_TH:
    case TCS_HTML_TAG_THEAD:
    case TCS_HTML_TAG_TR: return true;
    default: return false;
    }
}

/* What stops the search of an end tag (or an implied end) for its element. */
enum {
    STOP_DEFAULT = 1,
    STOP_TABLE_PART = 2,
    STOP_P = 4,
    STOP_LI = 8,
    STOP_DD = 16,
    STOP_INLINE = 32 /* an element without meaning to us, such as span */
};

static unsigned stop_of(enum tcs_html_tag tag)
{
    if (is_table_part(tag))
        return STOP_TABLE_PART;
    if (tag == TCS_HTML_TAG_P)
        return STOP_P;
    if (tag == TCS_HTML_TAG_LI)
        return STOP_LI;
    if (tag == TCS_HTML_TAG_DD || tag == TCS_HTML_TAG_DT)
        return STOP_DD;
    if (!has_flag(tag, TCS_HTML_BLOCK | TCS_HTML_FORMATTING | TCS_HTML_DROPPED))
        return STOP_INLINE;
    return STOP_DEFAULT;
}

/* The searches that an open element stops. */
static unsigned stops_at(enum tcs_html_tag open)
{
    unsigned stops = has_flag(open, TCS_HTML_BLOCK) ? STOP_INLINE : 0;

    if (has_flag(open, TCS_HTML_SCOPE))
        stops |= STOP_DEFAULT | STOP_P | STOP_LI | STOP_DD | STOP_INLINE;
    switch ((unsigned)open) {
    case TCS_HTML_TAG_TABLE:
    case TCS_HTML_TAG_TEMPLATE: return stops | STOP_TABLE_PART;
    case TCS_HTML_TAG_BUTTON: return stops | STOP_P;
    case TCS_HTML_TAG_UL:
    case TCS_HTML_TAG_OL:
    case TCS_HTML_TAG_MENU: return stops | STOP_LI;
    case TCS_HTML_TAG_DL: return stops | STOP_DD;
    default: return stops;
    }
}

/* Open elements are counted by kind, unknown ones by a hash of their names. */
static size_t *count_of(struct tcs_html_tree *tree, enum tcs_html_tag tag, struct tcs_str name)
{
    unsigned first, last;

    if (is_heading(tag))
        return &tree->heading_count;
    if (tag != TCS_HTML_TAG_OTHER)
        return &tree->open_count[tag];
    first = (unsigned char)name.data[0] | 0x20u;
    last = (unsigned char)name.data[name.len - 1] | 0x20u;
    return &tree->other_count[(first * 7 + last * 31 + name.len) % TCS_HTML_OTHER_SLOTS];
}

/* ---- lines and links ---- */

/* Bytes of [start, end) that belong to the line that is being read. */
static size_t in_line(const struct tcs_html_tree *tree, size_t start, size_t end)
{
    if (start < tree->line_start)
        start = tree->line_start;
    return start < end ? end - start : 0;
}

/* Counts what has been read since the last link or border, which is in no link. */
static void weigh(struct tcs_html_tree *tree)
{
    const struct tcs_buf *flat = &tree->scratch->flat;
    size_t weight = tcs_html_weight(flat->data + tree->weighed, flat->len - tree->weighed);

    tree->tally.own += weight;
    tree->line_own += weight;
    tree->weighed = flat->len;
}

/* Called at each border: counts the line that ends there if it is prose. */
static void end_line(struct tcs_html_tree *tree)
{
    const struct tcs_buf *flat = &tree->scratch->flat;
    size_t linked = tree->line_linked;
    struct tcs_str last = {NULL, 0};

    if (tree->link_start != NO_LINK) {
        linked += in_line(tree, tree->link_start, flat->len);
    } else {
        last = (struct tcs_str){flat->data + tree->weighed, flat->len - tree->weighed};
        weigh(tree);
    }
    tree->tally.prose += tcs_html_is_prose(linked, tree->line_own, last);
    tree->line_start = flat->len;
    tree->line_linked = tree->line_own = 0;
}

static bool is_in_h1(const struct tcs_html_tree *tree)
{
    if (!tree->heading_count)
        return false;
    for (size_t i = tree->depth; i-- > 0;) {
        if (is_heading(tree->stack[i].tag))
            return tree->stack[i].tag == TCS_HTML_TAG_H1;
    }
    return false;
}

/* Notes what a link holds. False if it is none to us: without text, with a story's, or with the headline. */
static bool close_link(struct tcs_html_tree *tree, const struct tcs_html_open *open, struct tcs_html_span *span)
{
    const char *text = tree->scratch->flat.data;
    size_t len;

    tree->link_start = NO_LINK;
    tree->weighed = span->end;
    while (span->start < span->end && (text[span->start] == '\n' || text[span->start] == ' '))
        span->start++;
    tree->line_linked += in_line(tree, span->start, span->end);
    len = span->end - span->start;
    if (len > TCS_HTML_LINK_MAX) {
        tree->tally.own += len;
        tree->tally.prose++;
    }
    if (!len || len > TCS_HTML_LINK_MAX || tree->main_count != open->main_count)
        return false;
    tree->tally.linked += len;
    tree->tally.links++;
    tree->tally.headlines += len >= TCS_HTML_HEADLINE_MIN;
    return true;
}

/* ---- closing ---- */

/* True if what `open` holds is to be left out as `reason` says. */
static bool is_confirmed(const struct tcs_html_tree *tree, const struct tcs_html_open *open,
                         enum tcs_html_reason reason)
{
    const struct tcs_html_tally *tally = &tree->tally, *before = &open->before;
    bool is_guess = reason == TCS_HTML_REASON_CLASS || reason == TCS_HTML_REASON_LINKS;

    /* What holds the headline is no furniture, whatever it is called. */
    if (is_guess && tree->main_count != open->main_count)
        return false;
    if (reason == TCS_HTML_REASON_LINKS)
        return tcs_html_is_link_list(tally->links - before->links, tally->headlines - before->headlines) &&
               tcs_html_is_linked(tally->linked - before->linked, tally->own - before->own) &&
               tally->prose == before->prose;
    return true;
}

static void close_span(struct tcs_html_tree *tree, const struct tcs_html_open *open)
{
    struct tcs_html_span *span = &tree->scratch->spans[open->span];
    size_t end = tree->scratch->flat.len;
    bool is_kept;

    span->end = end;
    is_kept = span->reason == TCS_HTML_REASON_LINK ? close_link(tree, open, span)
                                                   : is_confirmed(tree, open, span->reason);
    if (!is_kept) {
        span->reason = TCS_HTML_REASON_NONE;
        if (open->span + 1 == tree->span_count)
            tree->span_count--;
        return;
    }
    /* Forms are decided when the whole page is known; a kept h1 and a link drop nothing. */
    if (span->reason == TCS_HTML_REASON_FORM || span->reason == TCS_HTML_REASON_KEEP ||
        span->reason == TCS_HTML_REASON_LINK)
        return;
    /* Nothing in it matters any more; but a header may hold an h1, and a guess by name may yield. */
    if (span->reason == TCS_HTML_REASON_TAG || span->reason == TCS_HTML_REASON_LINKS)
        tree->span_count = open->span + 1;
    tree->tally = open->before;
}

static void close_element(struct tcs_html_tree *tree, const struct tcs_html_open *open)
{
    size_t end = tree->scratch->flat.len;

    --*count_of(tree, open->tag, open->name);
    if (open->candidate != NO_SPAN)
        tree->scratch->spans[open->candidate].end = end;
    if (open->span != NO_SPAN)
        close_span(tree, open);
}

static void close_down_to(struct tcs_html_tree *tree, size_t index)
{
    while (tree->depth > index)
        close_element(tree, &tree->stack[--tree->depth]);
}

/* Closes the element at index and leaves those opened in it open. */
static void close_alone(struct tcs_html_tree *tree, size_t index)
{
    struct tcs_html_open open = tree->stack[index];

    tree->depth--;
    memmove(&tree->stack[index], &tree->stack[index + 1],
            (tree->depth - index) * sizeof tree->stack[0]);
    close_element(tree, &open);
}

static bool is_match(const struct tcs_html_open *open, enum tcs_html_tag tag, struct tcs_str name)
{
    if (is_heading(tag))
        return is_heading(open->tag);
    return open->tag == tag &&
           (tag != TCS_HTML_TAG_OTHER || tcs_str_equal_nocase(open->name, name));
}

/* Closes the innermost open `tag` in scope, if there is one. */
static void close_tag(struct tcs_html_tree *tree, enum tcs_html_tag tag, struct tcs_str name)
{
    bool is_alone = has_flag(tag, TCS_HTML_FORMATTING) || tag == TCS_HTML_TAG_FORM;
    unsigned stop = stop_of(tag);
    bool has_block = false;

    if (!*count_of(tree, tag, name))
        return;
    for (size_t i = tree->depth; i-- > 0;) {
        const struct tcs_html_open *open = &tree->stack[i];

        if (is_match(open, tag, name)) {
            if (is_alone && has_block)
                close_alone(tree, i);
            else
                close_down_to(tree, i);
            return;
        }
        if (open->stops & stop)
            return;
        has_block = has_block || open->stops & STOP_INLINE;
    }
}

static void close_named(struct tcs_html_tree *tree, enum tcs_html_tag tag)
{
    close_tag(tree, tag, (struct tcs_str){NULL, 0});
}

/* A new part of a table closes the parts that cannot hold it. */
static void close_table_parts(struct tcs_html_tree *tree, enum tcs_html_tag tag)
{
    static const enum tcs_html_tag parts[] = {
        TCS_HTML_TAG_TD,    TCS_HTML_TAG_TH,    TCS_HTML_TAG_TR,
        TCS_HTML_TAG_TBODY, TCS_HTML_TAG_THEAD, TCS_HTML_TAG_TFOOT,
    };
    bool is_cell = tag == TCS_HTML_TAG_TD || tag == TCS_HTML_TAG_TH;
    size_t count = is_cell ? 2 : tag == TCS_HTML_TAG_TR ? 3 : 6;

    for (size_t i = count; i-- > 0;)
        close_named(tree, parts[i]);
}

/* What a start tag of `tag` closes before it opens. */
static void close_implied(struct tcs_html_tree *tree, enum tcs_html_tag tag)
{
    if (has_flag(tag, TCS_HTML_CLOSES_P))
        close_named(tree, TCS_HTML_TAG_P);
    switch ((unsigned)tag) {
    case TCS_HTML_TAG_A:
    case TCS_HTML_TAG_BUTTON:
    case TCS_HTML_TAG_LI:
    case TCS_HTML_TAG_OPTION:
    case TCS_HTML_TAG_NOBR: close_named(tree, tag); break;
    case TCS_HTML_TAG_OPTGROUP:
        close_named(tree, TCS_HTML_TAG_OPTION);
        close_named(tree, TCS_HTML_TAG_OPTGROUP);
        break;
    case TCS_HTML_TAG_DD:
    case TCS_HTML_TAG_DT:
        close_named(tree, TCS_HTML_TAG_DD);
        close_named(tree, TCS_HTML_TAG_DT);
        break;
    case TCS_HTML_TAG_TBODY:
    case TCS_HTML_TAG_THEAD:
    case TCS_HTML_TAG_TFOOT:
    case TCS_HTML_TAG_TR:
    case TCS_HTML_TAG_TD:
    case TCS_HTML_TAG_TH: close_table_parts(tree, tag); break;
    default:
        if (is_heading(tag) && tree->depth && is_heading(tree->stack[tree->depth - 1].tag))
            close_down_to(tree, tree->depth - 1);
        break;
    }
}

/* ---- opening ---- */

static tocsin_status note_span(struct tcs_html_tree *tree, enum tcs_html_reason reason,
                               size_t *index_out)
{
    struct tcs_html_scratch *s = tree->scratch;
    size_t start = s->flat.len;
    tocsin_status st = TOCSIN_OK;

    if (tree->span_count == s->span_cap)
        st = TCS_GROW(s->spans, s->span_cap, tree->span_count + 1);
    if (st != TOCSIN_OK)
        return st;
    *index_out = tree->span_count;
    s->spans[tree->span_count++] = (struct tcs_html_span){start, start, reason};
    return TOCSIN_OK;
}

/* An <a> with a name and no address is a target; one with neither is a link that a script follows. */
static bool is_link(const struct tcs_html_token *token)
{
    return tcs_html_token_has(token, TCS_HTML_ATTR_HREF) || !tcs_html_token_has(token, TCS_HTML_ATTR_NAME);
}

/* The reason for which the element of this start tag may be left out. */
static enum tcs_html_reason reason_of(const struct tcs_html_tree *tree,
                                      const struct tcs_html_token *token)
{
    enum tcs_html_tag tag = token->tag;

    if (tag == TCS_HTML_TAG_HEADER)
        return TCS_HTML_REASON_HEADER;
    if (tag == TCS_HTML_TAG_FORM)
        return TCS_HTML_REASON_FORM;
    if (has_flag(tag, TCS_HTML_DROPPED))
        return TCS_HTML_REASON_TAG;
    if (tag == TCS_HTML_TAG_H1 && tree->open_count[TCS_HTML_TAG_HEADER])
        return TCS_HTML_REASON_KEEP;
    if (has_flag(tag, TCS_HTML_BLOCK) && tag != TCS_HTML_TAG_MAIN && is_named_furniture(token))
        return TCS_HTML_REASON_CLASS;
    if (tag == TCS_HTML_TAG_A)
        return is_link(token) && !is_in_h1(tree) ? TCS_HTML_REASON_LINK : TCS_HTML_REASON_NONE;
    return has_flag(tag, TCS_HTML_BLOCK) ? TCS_HTML_REASON_LINKS : TCS_HTML_REASON_NONE;
}

static tocsin_status open_element(struct tcs_html_tree *tree, const struct tcs_html_token *token)
{
    bool is_main = token->tag == TCS_HTML_TAG_MAIN ||
                   (tcs_html_token_has(token, TCS_HTML_ATTR_ROLE) &&
                    tcs_str_equal_nocase(tcs_str_trim(token->attrs[TCS_HTML_ATTR_ROLE]), TCS_STR("main")));
    enum tcs_html_reason reason = reason_of(tree, token);
    struct tcs_html_open *open = &tree->stack[tree->depth];
    tocsin_status st = TOCSIN_OK;

    open->tag = token->tag;
    open->stops = stops_at(token->tag);
    open->name = token->name;
    open->start = tree->scratch->flat.len;
    open->span = NO_SPAN;
    open->candidate = NO_SPAN;
    open->main_count = tree->main_count;
    if (reason != TCS_HTML_REASON_NONE)
        open->before = tree->tally;
    if (is_main || token->tag == TCS_HTML_TAG_H1)
        tree->main_count++;
    /* An element that is itself the main one is not judged by its class. */
    if (is_main && (reason == TCS_HTML_REASON_CLASS || reason == TCS_HTML_REASON_LINKS))
        reason = TCS_HTML_REASON_NONE;
    if (is_main || token->tag == TCS_HTML_TAG_ARTICLE)
        st = note_span(tree, TCS_HTML_REASON_CANDIDATE, &open->candidate);
    if (st == TOCSIN_OK && reason != TCS_HTML_REASON_NONE)
        st = note_span(tree, reason, &open->span);
    if (st != TOCSIN_OK)
        return st;
    if (reason == TCS_HTML_REASON_LINK) {
        weigh(tree);
        tree->link_start = open->start;
    }
    ++*count_of(tree, token->tag, token->name);
    tree->depth++;
    return TOCSIN_OK;
}

static bool is_foreign(enum tcs_html_tag tag)
{
    return tag == TCS_HTML_TAG_SVG || tag == TCS_HTML_TAG_MATH;
}

static tocsin_status step_start(struct tcs_html_tree *tree, const struct tcs_html_token *token)
{
    bool is_in_foreign = tree->open_count[TCS_HTML_TAG_SVG] || tree->open_count[TCS_HTML_TAG_MATH];

    close_implied(tree, token->tag);
    if (has_flag(token->tag, TCS_HTML_VOID))
        return TOCSIN_OK;
    if (token->is_self_closing && (is_in_foreign || is_foreign(token->tag)))
        return TOCSIN_OK;
    if (tree->depth == TCS_HTML_DEPTH_MAX) {
        tree->overflow++;
        return TOCSIN_OK;
    }
    return open_element(tree, token);
}

tocsin_status tcs_html_tree_step(struct tcs_html_tree *tree, const struct tcs_html_token *token)
{
    if (token->kind != TCS_HTML_START_TAG && token->kind != TCS_HTML_END_TAG)
        return TOCSIN_OK;
    if (tree->scratch->flat.len > tree->line_start &&
        (tcs_html_tag_is_border(token->tag) || token->tag == TCS_HTML_TAG_BR))
        end_line(tree);
    switch ((unsigned)token->tag) {
    case TCS_HTML_TAG_HTML: /* never left out, and their tags may stand anywhere */
    case TCS_HTML_TAG_HEAD:
    case TCS_HTML_TAG_BODY: return TOCSIN_OK;
    default: break;
    }
    if (token->kind == TCS_HTML_START_TAG)
        return step_start(tree, token);
    if (has_flag(token->tag, TCS_HTML_VOID))
        return TOCSIN_OK;
    if (tree->overflow)
        tree->overflow--;
    else
        close_tag(tree, token->tag, token->name);
    return TOCSIN_OK;
}

void tcs_html_tree_finish(struct tcs_html_tree *tree)
{
    end_line(tree);
    close_down_to(tree, 0);
}
