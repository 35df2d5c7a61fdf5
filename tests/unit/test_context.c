/*
 * context: what is compared, by hand; then, beside the finder, every code point at the places where one can make or unmake a
 * term, and random spellings of random terms. Where the judge has a hit, no piece of the term may be taken for a stranger.
 */
#include "sieve_help.h"

#include "match/context.h"
#include "match/finder.h"
#include "match/fold_table.h"
#include "match/props.h"

static struct tcs_spellings *spellings;

static int open_spellings(void **state)
{
    (void)state;
    return tcs_spellings_new(&spellings) != TOCSIN_OK;
}

static int close_spellings(void **state)
{
    (void)state;
    tcs_spellings_free(spellings);
    return 0;
}

/* ---- a term and one piece of it ---- */

struct sought {
    struct tcs_term term;
    struct tcs_piece piece;
    struct tcs_context context;
    struct tcs_finder *finder;
    struct tcs_finder_scratch scratch;
    struct tcs_folded folded;
    struct tcs_hits hits;
};

struct chooser {
    struct tcs_piece want; /* by its characters */
    struct tcs_piece found;
};

static tocsin_status choose(void *context, const struct tcs_piece *piece)
{
    struct chooser *c = context;

    if (piece->count == c->want.count && !memcmp(piece->cps, c->want.cps, piece->count * sizeof *piece->cps))
        c->found = *piece;
    return TOCSIN_OK;
}

static void look_for(struct sought *s, struct tcs_piece piece)
{
    s->piece = piece;
    tcs_context_make(&s->context, &s->term, &s->piece);
}

static void sought_open(struct sought *s, const char *term, const char *options)
{
    *s = (struct sought){.finder = NULL};
    must(init_term(&s->term, term, options, NULL));
    must(tcs_finder_new(&s->term, 1, (struct tcs_str){NULL, 0}, &s->finder, NULL));
    must(tcs_finder_fit(s->finder, &s->scratch, NULL));
}

static void sought_open_piece(struct sought *s, const char *term, const char *options, const char *piece)
{
    struct chooser chooser = {.want = piece_of(piece)};

    sought_open(s, term, options);
    must(tcs_piece_each(&s->term, spellings, false, choose, &chooser));
    if (!chooser.found.count)
        fail_msg("%s is no piece of %s", piece, term);
    look_for(s, chooser.found);
}

static void sought_close(struct sought *s)
{
    assert_int_equal(s->scratch.engine_errors, 0);
    tcs_finder_scratch_release(&s->scratch);
    tcs_finder_free(s->finder);
    tcs_folded_release(&s->folded);
    free(s->hits.items);
    tcs_term_release(&s->term);
}

static bool judge_finds(struct sought *s, struct tcs_str text)
{
    s->hits.count = 0;
    must(tcs_fold(text, false, true, &s->folded));
    tcs_finder_begin(&s->scratch);
    must(tcs_finder_search(s->finder, &s->scratch, 0, tcs_buf_view(&s->folded.text)));
    must(tcs_finder_find(s->finder, &s->scratch, 0, text, &s->folded, &s->hits));
    return s->hits.count > 0;
}

static bool may_hold(const struct sought *s, enum tcs_syntax syntax, struct tcs_str document, size_t at, size_t len)
{
    const char *base = document.data;

    return tcs_context_may_hold(&s->context, &s->piece, syntax, base, base + at, base + at + len, base + document.len);
}

/* ---- by hand ---- */

static const struct {
    const char *term, *options, *piece;
    enum tcs_syntax syntax;
    const char *before, *spelled, *behind; /* the document */
    bool may_hold;
    const char *note;
} cases[] = {
    {"video app", "", "video", TEXT, "a ", "video", " app", true, NULL},
    {"video app", "", "video", TEXT, "a ", "Video", "-App!", true, "in any case, a hyphen"},
    {"video app", "", "video", TEXT, "a ", "video", " game", false, "another word"},
    {"video app", "", "video", TEXT, "a ", "video", " ap", false, "the text ends"},
    {"video app", "", "video", TEXT, "a ", "video", " apple", false, "the term would be part of a word"},
    {"video app", "i", "video", TEXT, "a ", "video", " apps", true, "its last word may have another end"},
    {"video app", "2", "video", TEXT, "a ", "video", " apple", true, NULL},
    {"video app", "v", "video", TEXT, "a ", "video", " app2", true, "a digit may touch"},
    {"video app", "v", "video", TEXT, "a ", "video", " apps", false, "but no letter a letter"},
    {"gpt", "v", "gpt", TEXT, "4", "gpt", "4", true, NULL},
    {"gpt", "v", "gpt", TEXT, "chat", "gpt", "4", false, NULL},
    {"gpt", "v", "gpt", TEXT, "", "gpt", "s", false, NULL},
    {"gpt", "vi", "gpt", TEXT, "", "gpt", "s", true, NULL},
    {"gpt4", "v", "gpt4", TEXT, "", "gpt4", "o", true, NULL},
    {"gpt4", "v", "gpt4", TEXT, "", "gpt4", "5", false, NULL},
    {"gpt", "v", "gpt", JSON, "\\n", "gpt", "", true, "a line break"},
    {"gpt", "v", "gpt", JSON, "\\u0061", "gpt", "", false, "a letter, escaped"},
    {"gpt", "v", "gpt", HTML, "&nbsp", "gpt", "", true, "a reference"},
    {"video app", "", "video", TEXT, "a ", "video", ", app", false, "a comma is no gap"},
    {"video app", "", "video", TEXT, "a ", "video", ". App", false, "nor is a full stop behind a word"},
    {"video app", "", "video", TEXT, "a ", "video", "。app", false, NULL},
    {"video app", "", "video", TEXT, "a ", "video", "app", false, "nothing is no gap"},
    {"video app", "", "video", TEXT, "a ", "video", " \r\n app", true, "more white space than a gap holds is not counted"},
    {"video app", "", "video", TEXT, "a ", "video", "” “app", true, "quotation marks"},
    {"video app", "", "video", TEXT, "a ", "video", "\u200B app", true, "an ignorable is not read"},
    {"video app", "", "video", TEXT, "a ", "video", " a\u00ADpp", true, NULL},
    {"video app", "", "video", TEXT, "a ", "video", " a\u0301pp", true, "a mark"},
    {"video app", "", "video", TEXT, "a ", "video", " ａpp", true, "a compatibility form"},
    {"video app", "", "video", TEXT, "a ", "video", " \xFF" "pp", true, "a byte that is no UTF-8"},
    {"video app", "", "video", TEXT, "a ", "video", "换", false, "Han"},
    {"video app", "", "video", TEXT, "a ", "videos", " app", true, "the piece's own edges are looked at"},
    {"ai video", "", "video", TEXT, "an AI ", "video", "", true, NULL},
    {"ai video", "", "video", TEXT, "a ", "video", "", false, NULL},
    {"ai video", "", "video", TEXT, "ai ", "video", "", true, "the text begins"},
    {"ai video", "", "video", TEXT, "i ", "video", "", false, NULL},
    {"ai video", "", "video", TEXT, "thai ", "video", "", false, "the term's other edge"},
    {"ai video", "", "video", TEXT, "A.I. ", "video", "", true, "initials"},
    {"ai video", "", "video", TEXT, "AI. ", "video", "", false, "a full stop"},
    {"虚拟ab", "", "虚拟", TEXT, "", "虚拟", "a.b.", true, NULL},
    {"虚拟ab", "", "虚拟", TEXT, "", "虚拟", "a,b.", false, NULL},
    {"ai video", "", "video", TEXT, "3. ", "video", "", false, NULL},
    {"ai video", "", "video", TEXT, "é. ", "video", "", true, "é could be an initial"},
    {"虚拟恋人", "", "虚拟", TEXT, "", "虚拟", "恋人", true, NULL},
    {"虚拟恋人", "", "虚拟", TEXT, "", "虛擬", "戀人", true, "by class"},
    {"虚拟恋人", "", "虚拟", TEXT, "", "虚拟", "货币", false, NULL},
    {"虚拟恋人", "", "虚拟", TEXT, "", "虚拟", "恋爱", false, NULL},
    {"虚拟恋人", "", "虚拟", TEXT, "", "虚拟", "，恋人", false, NULL},
    {"虚拟恋人", "", "虚拟", TEXT, "", "虚拟", " 恋人", false, "no gap between Han"},
    {"虚拟恋人", "", "虚拟", TEXT, "", "虚拟", "“恋人", true, "but one quotation mark"},
    {"虚拟恋人", "", "虚拟", TEXT, "", "虚拟", "《恋人", false, NULL},
    {"虚拟恋人", "", "虚拟", JSON, "\"", "虚拟", "\"恋人", false, "the value ends"},
    {"虚拟恋人", "", "虚拟", JSON, "\"", "虚拟", "\\\"恋人", true, NULL},
    {"虚拟恋人", "", "虚拟", JSON, "\"", "\\u865a\\u62df", "\\u604b\\u4eba", true, NULL},
    {"虚拟恋人", "", "虚拟", JSON, "\"", "\\u865a\\u62df", "\\u8d27\\u5e01", false, NULL},
    {"虚拟恋人", "", "恋人", JSON, "\"\\u865a\\u62df", "\\u604b\\u4eba", "", true, NULL},
    {"虚拟恋人", "", "恋人", JSON, "\"\\u8d27", "\\u604b\\u4eba", "", false, NULL},
    {"u62df恋人", "", "恋人", JSON, "\"\\\\u62df", "恋人", "", true, "no escape: its backslash is one"},
    {"ai video", "", "video", JSON, "\"\\n", "video", "", false, "a line break, and no word before it"},
    {"ai video", "", "video", JSON, "\"AI\\n", "video", "", true, NULL},
    {"ai video", "", "video", JSON, "\"AI\\\\n", "video", "", true, "or n: not told apart"},
    {"video app", "", "video", JSON, "\"", "video", "\\n\\tapp", true, NULL},
    {"video app", "", "video", JSON, "\"", "video", "\\n\\tgame", false, NULL},
    {"video app", "", "video", JSON, "\"", "video", "\\u0020app", true, NULL},
    {"AI换脸", "", "换脸", TEXT, "AI", "换脸", "", true, NULL},
    {"AI换脸", "", "换脸", TEXT, "AI ", "换脸", "", true, "a gap between Latin and Han"},
    {"AI换脸", "", "换脸", TEXT, "AI」", "换脸", "", true, NULL},
    {"AI换脸", "", "换脸", TEXT, "AI，", "换脸", "", false, NULL},
    {"AI换脸", "", "换脸", TEXT, "的", "换脸", "", false, NULL},
    {"AI换脸", "", "换脸", TEXT, "的 ", "换脸", "", false, NULL},
    {"video app", "", "video", HTML, "<p>", "video", "<b> app", true, "a tag may stand for nothing"},
    {"video app", "", "video", HTML, "<p>", "video", "<br>app", true, "or for white space"},
    {"video app", "", "video", HTML, "<p>", "video", "</b> game", false, NULL},
    {"video app", "", "video", HTML, "<p>", "video", "</a></li> app", false, "or for a paragraph's end"},
    {"video app", "", "video", HTML, "<", "video", " app>", true, NULL},
    {"video app", "", "video", HTML, "</", "video", "> app", false, "the piece is a tag's name"},
    {"video app", "", "video", HTML, "<p>", "video", "&nbsp;app", true, "a reference"},
    {"ai video", "", "video", HTML, "<b>AI</b> ", "video", "", true, "a tag before the piece"},
    {"ai video", "", "video", HTML, "&nbsp;", "video", "", true, NULL},
    {"ai video", "", "video", HTML, "&ai ", "video", "", true, "letters of a reference"},
    {"虚拟恋人", "", "虚拟", HTML, "<p>", "虚拟", "<b>恋人", true, NULL},
    {"虚拟恋人", "", "虚拟", HTML, "<p>", "虚拟", "<b>货币", false, NULL},
    {"虚拟恋人", "", "虚拟", HTML, "<p>", "虚拟", "<![CDATA[恋人]]>", true, "what cannot be told"},
    {"video app", "", "video", CSV, "1,\"", "video", "\"\" app", true, "a doubled quotation mark"},
    {"C++ video", "", "video", TEXT, "x,", "video", "", false, NULL},
    {"C++ video", "", "video", TEXT, "x ", "video", "", true, "what is no letter is not compared"},
};

static void test_context__by_hand(void **state)
{
    struct tcs_buf document = {0};
    size_t i;

    (void)state;
    for (i = 0; i < COUNT(cases); i++) {
        struct sought s;

        sought_open_piece(&s, cases[i].term, cases[i].options, cases[i].piece);
        tcs_buf_reset(&document);
        put_str(&document, cases[i].before);
        put_str(&document, cases[i].spelled);
        put_str(&document, cases[i].behind);
        if (may_hold(&s, cases[i].syntax, tcs_buf_view(&document), strlen(cases[i].before), strlen(cases[i].spelled)) !=
            cases[i].may_hold)
            fail_msg("%s: %s of \"%s\" in [%s] should be %d (%s)", syntax_name(cases[i].syntax), cases[i].piece, cases[i].term,
                     c_str(&document), cases[i].may_hold, cases[i].note ? cases[i].note : "");
        sought_close(&s);
    }
    tcs_buf_release(&document);
}

static void test_context__of_a_piece_that_is_the_term(void **state)
{
    struct sought s;

    (void)state;
    sought_open_piece(&s, "deepfake", "i", "deepfak");
    assert_true(tcs_context_is_empty(&s.context));
    sought_close(&s);
    sought_open_piece(&s, "换脸", "", "换脸");
    assert_true(tcs_context_is_empty(&s.context));
    look_for(&s, (struct tcs_piece){.count = 0}); /* of a term that has none */
    assert_true(tcs_context_is_empty(&s.context));
    sought_close(&s);
}

/* A term longer than what is compared. */
static void test_context__is_cut_at_its_length(void **state)
{
    struct sought s;

    (void)state;
    sought_open_piece(&s, "the video app of all the people", "", "video");
    assert_int_equal(s.context.after_count, TCS_CONTEXT_MAX);
    assert_int_equal(s.context.before_count, 5);
    assert_true(may_hold(&s, TEXT, TCS_STR("the video app of all the peoples"), 4, 5));
    assert_false(may_hold(&s, TEXT, TCS_STR("the video app of all them"), 4, 5));
    sought_close(&s);
}

/* ---- every code point ---- */

/* The code point stands at X, which is the only place of its byte. */
static const struct place {
    const char *term, *options, *piece, *text;
} places[] = {
    {"ab cd", "", "ab", "abXcd"}, {"ab cd", "", "ab", "ab Xcd"}, {"ab cd", "", "ab", "abX cd"},
    {"ab cd", "", "ab", "ab cXd"}, {"ab cd", "", "ab", "ab cX"}, {"ab cd", "", "ab", "ab cdX"},
    {"ab cd", "", "cd", "abXcd"}, {"ab cd", "", "cd", "aXb cd"}, {"ab cd", "", "cd", "Xab cd"},
    {"ab cd", "", "cd", "aX cd"}, {"ab cd", "", "cd", "ab Xcd"}, {"虚拟恋人", "", "虚拟", "虚拟X恋人"},
    {"虚拟恋人", "", "虚拟", "虚拟X人"}, {"虚拟恋人", "", "恋人", "虚拟X恋人"}, {"虚拟恋人", "", "恋人", "虚X恋人"},
    {"虚拟恋人", "", "虚拟", "虚拟恋人X"}, {"ab换脸", "", "换脸", "abX换脸"}, {"ab换脸", "", "换脸", "aXb换脸"},
    {"换脸ab", "", "换脸", "换脸X ab"}, {"换脸ab", "", "换脸", "换脸abX"}, {"a换脸", "", "换脸", "aX换脸"},
    {"a b cd", "", "cd", "a.bX cd"}, {"ab cd", "", "ab", "abX.cd"}, {"ab", "v", "ab", "Xab"},
    {"ab", "v", "ab", "abX"}, {"a4", "v", "a4", "a4X"}, {"ab cd", "v", "ab", "ab cdX"},
};

struct everywhere {
    struct rig rig;
    struct sought s;
    const struct place *place;
    size_t hits, drops;
};

static void try_code_point(struct everywhere *e, enum tcs_syntax syntax, uint32_t cp, unsigned way)
{
    const char *text = e->place->text, *hole = strchr(text, 'X'), *piece = strstr(text, e->place->piece);
    struct tcs_buf *content = &e->rig.content;
    size_t at;
    bool is_held;

    tcs_buf_reset(content);
    must(tcs_buf_append(content, text, (size_t)(hole - text)));
    put_way(&e->rig, syntax, cp, way);
    at = piece > hole ? content->len + (size_t)(piece - hole) - 1 : (size_t)(piece - text);
    put_str(content, hole + 1);
    at += strlen(make_document(&e->rig, syntax));
    is_held = may_hold(&e->s, syntax, tcs_buf_view(&e->rig.document), at, strlen(e->place->piece));
    e->drops += !is_held;
    if (!judge_finds(&e->s, decode(&e->rig, syntax)))
        return;
    e->hits++;
    if (!is_held)
        fail_msg("%s [%s]: U+%04X and \"%s\"", syntax_name(syntax), c_str(&e->rig.document), cp, e->place->term);
}

/* All that is not a plain letter of one spelling or unassigned, and some of those. */
static bool is_of_interest(uint32_t cp)
{
    uint32_t one, count;
    const uint32_t *cps;

    if (is_surrogate(cp))
        return false;
    cps = tcs_fold_single(cp, &one, &count);
    return cp < 0x3100 || count != 1 || *cps != cp || cp % 61 == 0;
}

static void test_context__every_code_point(void **state)
{
    size_t hits = 0, drops = 0, i;

    (void)state;
    for (i = 0; i < COUNT(places); i++) {
        struct everywhere e = {.place = &places[i]};
        uint32_t cp;

        sought_open_piece(&e.s, places[i].term, places[i].options, places[i].piece);
        rig_open(&e.rig, e.s.piece);
        for (cp = ' '; cp < 0x110000; cp++) {
            if (!is_of_interest(cp))
                continue;
            try_code_point(&e, TEXT, cp, RAW);
            try_code_point(&e, JSON, cp, 1);
            if (cp < 0x3100) {
                try_code_point(&e, JSON, cp, RAW);
                try_code_point(&e, HTML, cp, RAW);
                try_code_point(&e, HTML, cp, 1);
            }
        }
        hits += e.hits;
        drops += e.drops;
        rig_close(&e.rig);
        sought_close(&e.s);
    }
    assert_true(hits > 100000 && drops > 400000);
}

/* ---- random spellings ---- */

static const char *const words[] = {"video", "app", "AI", "a", "b", "I", "虚拟", "恋人", "图", "4", "GPT4", "P", "カメ", "é", "deep fake"};
static const char *const joints[] = {"", " ", " ", "-", "", "'"};

static void random_term(struct tcs_buf *text, uint32_t *seed)
{
    uint32_t n = 2 + next_random(seed, 3);

    tcs_buf_reset(text);
    while (n--) {
        put_str(text, words[next_random(seed, COUNT(words))]);
        if (n)
            put_str(text, joints[next_random(seed, COUNT(joints))]);
    }
}

static void put_strange(struct rig *rig, enum tcs_syntax syntax, uint32_t *seed)
{
    static const char *const markups[] = {"<b>", "</b>", "<br>", "<p>", "</li>", "<!-- x -->", "<i a='>'>", "<video>", "< ", "<wbr>",
                                          "<![CDATA[x]]>", "&nbsp;", "&shy;", "&amp;", "&amp", "&#x20;", "</td><td>"};
    static const uint32_t cps[] = {' ', ' ', '\n', '-', 0x2011, '.', ',', '"', '\'', 0x201C, 0x2019, 0x300C, 0x300A, 0xFF0C, 0x3002,
                                   0x200B, 0xFE0F, 0xAD, 0x301, 0x3000, 0xA0, '*', '_', ';', '#', '>', '/', 'a', '4', 0xB2, 0x2460,
                                   0x4E00, 0xFF21, 0xFFFD, ']', '\\', 't', 'n', 'u'};

    if (syntax == HTML && !next_random(seed, 2))
        put_str(&rig->content, markups[next_random(seed, COUNT(markups))]);
    else if (next_random(seed, 40))
        put_way(rig, syntax, cps[next_random(seed, COUNT(cps))], next_random(seed, 3) ? RAW : next_random(seed, ways(syntax)));
    else
        put_str(&rig->content, "\xE6\x8D");
}

/* The term, mostly plain, with strange things in few places, and a beginning or end of it beside. */
static void random_text(struct rig *rig, enum tcs_syntax syntax, struct tcs_str term, uint32_t *seed)
{
    uint32_t cps[128], strangeness = 3 + next_random(seed, 20), copies = 1 + next_random(seed, 2);
    size_t count = code_points(term, cps), i;

    tcs_buf_reset(&rig->content);
    while (copies--) {
        size_t from = next_random(seed, 4) ? 0 : next_random(seed, (uint32_t)count);
        bool is_escaped = !next_random(seed, 3);

        for (i = from; i < count; i++) {
            uint32_t one;
            const uint32_t *members;
            size_t n = tcs_spellings_of(spellings, cps[i], &one, &members);
            uint32_t cp = n && !next_random(seed, 4) ? members[next_random(seed, (uint32_t)n)] : cps[i];

            if (!next_random(seed, strangeness))
                put_strange(rig, syntax, seed);
            put_way(rig, syntax, cp, is_escaped && cp >= 0x80 ? 1 : next_random(seed, 30) ? RAW : next_random(seed, ways(syntax)));
        }
        if (!next_random(seed, 3))
            put_strange(rig, syntax, seed);
        if (!next_random(seed, 2))
            put_str(&rig->content, " ");
    }
}

struct trial {
    struct sought *s;
    struct tcs_str text; /* of the term */
    uint32_t seed;
    size_t hits, dropped;
};

/* The sieve of one piece, beside the judge. */
static tocsin_status try_piece(void *context, const struct tcs_piece *piece)
{
    struct trial *trial = context;
    enum tcs_syntax syntax;
    struct rig rig;
    uint32_t round;

    look_for(trial->s, *piece);
    if (tcs_context_is_empty(&trial->s->context) || next_random(&trial->seed, 2))
        return TOCSIN_OK;
    rig_open(&rig, *piece);
    rig.context = &trial->s->context;
    for (syntax = TEXT; syntax < TCS_SYNTAX_COUNT; syntax++)
        for (round = 0; round < 1500; round++) {
            bool is_candidate;

            random_text(&rig, syntax, trial->text, &trial->seed);
            (void)make_document(&rig, syntax);
            is_candidate = scan(&rig, syntax, true) == 1;
            trial->dropped += !is_candidate;
            if (!judge_finds(trial->s, decode(&rig, syntax)))
                continue;
            trial->hits++;
            if (!is_candidate || scan(&rig, syntax, false) != 1)
                fail_msg("%s [%s] holds \"%.*s\" and is no candidate by %s", syntax_name(syntax), c_str(&rig.document),
                         (int)trial->text.len, trial->text.data, c_str(&rig.folded_piece));
        }
    rig_close(&rig);
    return TOCSIN_OK;
}

static void test_context__random_spellings(void **state)
{
    static const char *const options[] = {"", "i", "4", "v"};
    struct tcs_buf text = {0};
    uint32_t seed = 2026, terms;
    size_t hits = 0, dropped = 0;

    (void)state;
    for (terms = 0; terms < 25; terms++) {
        struct sought s;
        struct trial trial = {.s = &s, .seed = seed + terms};
        struct tcs_term term;
        const char *option = options[next_random(&seed, COUNT(options))];

        random_term(&text, &seed);
        if (init_term(&term, c_str(&text), option, NULL) != TOCSIN_OK)
            continue;
        tcs_term_release(&term);
        sought_open(&s, c_str(&text), option);
        trial.text = tcs_buf_view(&text);
        must(tcs_piece_each(&s.term, spellings, false, try_piece, &trial));
        hits += trial.hits;
        dropped += trial.dropped;
        sought_close(&s);
    }
    assert_true(hits > 20000 && dropped > 20000);
    tcs_buf_release(&text);
}

/* ---- pieces that terms share ---- */

static size_t candidates(const struct tcs_sieve *sieve, struct tcs_sieve_scratch *scratch, const char *text, bool plain)
{
    size_t len = strlen(text);

    must(tcs_sieve_scan(sieve, scratch, str(text), plain, locate_all, &len));
    return scratch->candidate_count;
}

/* Two terms share `video`; `虚拟` is a term itself, so that what is around it does not matter. */
static void test_context__pieces_are_shared(void **state)
{
    static const struct {
        const char *text;
        bool is_candidate;
    } texts[] = {
        {"a video app", true}, {"a video feed", true}, {"a video game", false}, {"video game, video feed", true},
        {"虚拟货币", true},    {"虚拟恋人", true},      {"货币", false},         {"videogame app", false},
    };
    struct sought s[4];
    struct tcs_piece pieces[4];
    struct tcs_context contexts[4];
    struct tcs_sieve_scratch scratch = {0};
    struct tcs_sieve *sieve;
    size_t i;

    (void)state;
    sought_open_piece(&s[0], "video app", "", "video");
    sought_open_piece(&s[1], "video feed", "", "video");
    sought_open_piece(&s[2], "虚拟恋人", "", "虚拟");
    sought_open_piece(&s[3], "虚拟", "", "虚拟");
    for (i = 0; i < 4; i++) {
        pieces[i] = s[i].piece;
        contexts[i] = s[i].context;
    }
    must(tcs_sieve_new(&(struct tcs_sought){.pieces = pieces, .count = 4, .contexts = contexts}, TEXT, &sieve, NULL));
    must(tcs_sieve_fit(sieve, &scratch, NULL));
    for (i = 0; i < COUNT(texts); i++) {
        assert_int_equal(candidates(sieve, &scratch, texts[i].text, false), texts[i].is_candidate);
        assert_int_equal(candidates(sieve, &scratch, texts[i].text, true), texts[i].is_candidate);
    }
    for (i = 0; i < 4; i++)
        sought_close(&s[i]);
    tcs_sieve_free(sieve);
    tcs_sieve_scratch_release(&scratch);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_context__by_hand),
        cmocka_unit_test(test_context__of_a_piece_that_is_the_term),
        cmocka_unit_test(test_context__is_cut_at_its_length),
        cmocka_unit_test(test_context__every_code_point),
        cmocka_unit_test(test_context__random_spellings),
        cmocka_unit_test(test_context__pieces_are_shared),
    };

    return cmocka_run_group_tests(tests, open_spellings, close_spellings);
}
