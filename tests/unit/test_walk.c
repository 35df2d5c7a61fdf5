/* walk: pieces in raw bytes by a table of syntaxes, spellings and places; the trie; ends and long runs. */
#include "match_help.h"

#include <unistd.h>

#include "match/walk.h"

#define TEXT TCS_SYNTAX_TEXT
#define JSON TCS_SYNTAX_JSON
#define HTML TCS_SYNTAX_HTML

static void put_piece(struct tcs_piece *piece, const char *text)
{
    uint32_t cps[64];

    *piece = (struct tcs_piece){.count = 0};
    piece->count = (uint32_t)code_points(str(text), cps);
    assert_true(piece->count <= TCS_PIECE_MAX);
    memcpy(piece->cps, cps, piece->count * sizeof *cps);
}

static void note_any(void *context, const char *start, const char *end, uint32_t node, bool is_below)
{
    (void)start;
    (void)end;
    (void)node;
    (void)is_below;
    *(bool *)context = true;
}

static bool walks_from(const struct tcs_trie *trie, enum tcs_syntax syntax, const char *p, const char *least, const char *end)
{
    bool found = false;

    tcs_walk_from(trie, syntax, p, least, end, note_any, &found);
    return found;
}

static bool walks_around(const struct tcs_trie *trie, enum tcs_syntax syntax, const char *base, const char *p,
                         const char *least, const char *end)
{
    bool found = false;

    tcs_walk_around(trie, syntax, base, p, least, end, note_any, &found);
    return found;
}

static struct tcs_trie *new_trie(const char *const *texts)
{
    struct tcs_piece pieces[16];
    struct tcs_trie *trie;
    size_t count;

    for (count = 0; texts[count]; count++)
        put_piece(&pieces[count], texts[count]);
    must(tcs_trie_new(pieces, count, &trie));
    return trie;
}

/* ---- from a place on ---- */

static const struct {
    enum tcs_syntax syntax;
    const char *text;
    bool found;
    const char *note;
} from_cases[] = {
    /* pieces: 换脸 深伪造 ai gpt øk p图 */
    {TEXT, "换脸", true, NULL},
    {TEXT, "換臉了", true, "members of the class"},
    {TEXT, "换", false, "cut short"},
    {TEXT, "换了", false, NULL},
    {TEXT, "深伪", false, "the longer piece is not there"},
    {TEXT, "深偽造", true, NULL},
    {TEXT, "脸", false, "no piece begins here"},
    {TEXT, "x换脸", false, "only from here"},
    {TEXT, "AI ＡＩ", true, NULL},
    {TEXT, "ＡＩ", true, NULL},
    {TEXT, "A.I.", true, "initials"},
    {TEXT, "g.p.t", true, NULL},
    {TEXT, "A..I", false, "two stops"},
    {TEXT, "A I", false, NULL},
    {TEXT, "换“脸", true, "a mark between Han"},
    {TEXT, "换”“脸", false, "two"},
    {TEXT, "换 脸", false, NULL},
    {TEXT, "P “图", true, "a gap of two, at a border"},
    {HTML, "换 <script/>谱", false, "unknown, but behind a gap that stays"},
    {HTML, "P <script/>谱", true, "behind one that may vanish"},
    {TEXT, "换\u200B\uFE0F\u00AD脸", true, "ignorables"},
    {TEXT, "换\u200B“\u200B脸", true, NULL},
    {TEXT, "换\xFF脸", false, "an ill-formed byte"},
    {TEXT, "换\\u8138", false, "an escape, where there are none"},
    {TEXT, "换&#33080;", false, "a reference"},
    {TEXT, "换<b>脸", false, "a tag"},
    {JSON, "\\u6362\\u8138", true, NULL},
    {JSON, "\\u6362\\u81C9", true, NULL},
    {JSON, "\\u63db\\u81c9", true, NULL},
    {JSON, "换\\u8138", true, NULL},
    {JSON, "\\u6362脸", true, NULL},
    {JSON, "\\u6362\\u200b\\u8138", true, NULL},
    {JSON, "换\\\"脸", true, "an escaped mark"},
    {JSON, "换\\\\脸", false, "a backslash"},
    {JSON, "换\\n脸", false, NULL},
    {JSON, "\\u0041\\u0049", true, NULL},
    {JSON, "\\U0041I", false, "no escape"},
    {JSON, "换\\u81", false, "cut short"},
    {JSON, "换\\", false, NULL},
    {JSON, "换\\uD83D\\uDE00脸", false, "a pair"},
    {JSON, "换\\uDB40\\uDD00脸", true, "a pair that is ignorable"},
    {JSON, "换\\uDB40脸", false, "half of one"},
    {JSON, "换\\uDB40\\u0041脸", false, NULL},
    {JSON, "换<b>脸", false, NULL},
    {HTML, "换<b>脸", true, NULL},
    {HTML, "换</b><i class='>'>脸", true, "a tag in the attributes of which a > stands"},
    {HTML, "换<!-- 了 -->脸", true, "a comment"},
    {HTML, "换<脸", false, "no tag"},
    {HTML, "换< b>脸", false, NULL},
    {HTML, "换<b 脸", false, "a tag that never closes"},
    {HTML, "&#25442;&#33080;", true, "decimal"},
    {HTML, "&#x6362;&#X8138;", true, "hexadecimal"},
    {HTML, "&#0025442&#033080;", true, "leading zeros, no semicolon"},
    {HTML, "换&shy;脸", true, "a name"},
    {HTML, "换&quot;脸", true, NULL},
    {HTML, "换&amp;脸", false, NULL},
    {HTML, "换&脸", false, "no reference"},
    {HTML, "换&#;脸", false, NULL},
    {HTML, "&Oslash;K", true, NULL},
    {HTML, "&OslashK", true, "without its semicolon"},
    {HTML, "换\\u8138", false, NULL},
    {HTML, "换<script>x</script>脸", true, "a script is no text"},
    {HTML, "换<script>脸</script>谱", false, NULL},
    {HTML, "换<script/>谱", true, "unknown: in svg it has no content"},
    {HTML, "换<p>脸", false, "a block parts"},
    {HTML, "换</div>脸", false, NULL},
    {HTML, "换<button>脸", false, "so does what is left out of fields"},
    {HTML, "换<br>脸", true, "a line break is let through"},
    {HTML, "P        \n图", true, "white space of any length is one blank"},
    {HTML, "P   <b>   </b>   图", true, NULL},
    {HTML, "P_\"_\"   _\"_图", true, "eight, once the white space is one"},
    {HTML, "P_\"_\"   _\"_\"图", false, "nine"},
    {HTML, "a.<i>I", true, NULL},
    {TEXT, "Ø.K", true, "initials beyond ASCII"},
};

static void test_walk__from_a_place(void **state)
{
    static const char *const texts[] = {"换脸", "深伪造", "ai", "gpt", "øk", "p图", NULL};
    struct tcs_trie *trie = new_trie(texts);
    size_t i;

    (void)state;
    for (i = 0; i < COUNT(from_cases); i++) {
        const char *text = from_cases[i].text;

        if (walks_from(trie, from_cases[i].syntax, text, text, text + strlen(text)) != from_cases[i].found)
            fail_msg("[%s] should be %d: %s", text, from_cases[i].found, from_cases[i].note ? from_cases[i].note : "");
    }
    tcs_trie_free(trie);
    tcs_trie_free(NULL);
}

/* ---- around an odd spelling, which is marked by ^ in front of it ---- */

static const struct {
    enum tcs_syntax syntax;
    const char *text;
    bool found;
} around_cases[] = {
    {TEXT, "换^\u200B脸", true},
    {TEXT, "x换^\u200B脸", true},
    {TEXT, "换^\u200B了", false},
    {TEXT, "深伪^\u200B造", true},
    {TEXT, "深^\u200B伪\u200B造", true},
    {TEXT, "^ＡI", true},
    {TEXT, "A^Ｉ", true},
    {TEXT, "A.^Ｉ", true},
    {TEXT, "A^．I", true},
    {TEXT, "^ﬁ", false},
    {TEXT, "^㏂", true},  /* am */
    {TEXT, "^㏂x", true},
    {TEXT, "^㍿", true},  /* 式会: inside */
    {TEXT, "g^㏗t", false},
    {TEXT, "^\u200B换脸", false}, /* before a piece, not in it: found by itself */
    {TEXT, "深^\u200B了", false},
    {TEXT, "a^㏂", true},
    {JSON, "\\u6362^\\u200b\\u8138", true},
    {JSON, "\\ud840^\\udc00换", true}, /* the second half of a pair */
    {JSON, "换^\\u200b脸", true},
    {JSON, "^\\u0041I", true},
    {JSON, "A^\\u0049", true},
    {JSON, "\\u0041^\\u0049", true},
    {JSON, "\\u6df1\\u4f2a^\\ufe0f\\u9020", true},
    {JSON, "\\ud840\\udc00^\\ufe0f换", true}, /* a pair before it */
    {HTML, "^&#65;I", true},
    {HTML, "^&#25442;脸", true},
    {HTML, "^&#25442;了", false},
    {HTML, "^&Oslash;k", true},
    {HTML, "换^\u200B<b>脸", true},
    {HTML, "换^\u200B&#33080;", true},
};

static void test_walk__around_a_place(void **state)
{
    static const char *const texts[] = {"换脸", "深伪造", "ai", "gpt", "am", "式会", "øk", "𠀀换", NULL};
    struct tcs_trie *trie = new_trie(texts);
    struct tcs_buf text = {0};
    size_t i, at;

    (void)state;
    for (i = 0; i < COUNT(around_cases); i++) {
        at = (size_t)(strchr(around_cases[i].text, '^') - around_cases[i].text);
        tcs_buf_reset(&text);
        must(tcs_buf_append(&text, around_cases[i].text, at));
        put_str(&text, around_cases[i].text + at + 1);
        if (walks_around(trie, around_cases[i].syntax, text.data, text.data + at, text.data + at, text.data + text.len) !=
            around_cases[i].found)
            fail_msg("[%s] should be %d", around_cases[i].text, around_cases[i].found);
    }
    tcs_buf_release(&text);
    tcs_trie_free(trie);
}

/* What stands before base or behind end is not read: it is another document. */
static void test_walk__stays_in_the_document(void **state)
{
    static const char *const texts[] = {"换脸", NULL};
    static const char text[] = "换\u200B脸";
    struct tcs_trie *trie = new_trie(texts);
    size_t end;

    (void)state;
    assert_true(walks_around(trie, TEXT, text, text + 3, text + 3, text + 9));
    assert_false(walks_around(trie, TEXT, text + 3, text + 3, text + 3, text + 9));
    for (end = 0; end < 9; end++) {
        char *copy = malloc(end + 1); /* so that a sanitizer sees a read beyond */

        assert_non_null(copy);
        memcpy(copy, text, end);
        assert_false(walks_from(trie, TEXT, copy, copy, copy + end));
        free(copy);
    }
    tcs_trie_free(trie);
}

/* A piece that ends before `least` is none; a longer one that reaches it is. */
static void test_walk__reaches_as_far_as_it_must(void **state)
{
    static const char *const texts[] = {"换脸", "换脸伪造", NULL};
    static const char text[] = "换脸伪\u200B造";
    const char *end = text + sizeof text - 1;
    struct tcs_trie *trie = new_trie(texts);

    (void)state;
    assert_true(walks_from(trie, TEXT, text, text + 6, end));
    assert_true(walks_from(trie, TEXT, text, text + 7, end));
    assert_false(walks_from(trie, TEXT, text, text + 7, text + 12));
    assert_true(walks_around(trie, TEXT, text, text + 9, text + 12, end));
    assert_false(walks_around(trie, TEXT, text, text + 9, text + 12, text + 12));
    tcs_trie_free(trie);
}

static void test_walk__every_prefix_of_every_case_is_safe(void **state)
{
    static const char *const texts[] = {"换脸", "深伪造", "ai", "gpt", "øk", NULL};
    struct tcs_trie *trie = new_trie(texts);
    size_t i, len;

    (void)state;
    for (i = 0; i < COUNT(from_cases); i++)
        for (len = 1; len <= strlen(from_cases[i].text); len++) {
            char *copy = malloc(len);

            assert_non_null(copy);
            memcpy(copy, from_cases[i].text, len);
            (void)walks_from(trie, from_cases[i].syntax, copy, copy, copy + len);
            (void)walks_around(trie, from_cases[i].syntax, copy, copy + len - 1, copy, copy + len);
            free(copy);
        }
    tcs_trie_free(trie);
}

static void test_walk__long_runs_answer_yes(void **state)
{
    static const struct {
        enum tcs_syntax syntax;
        const char *before, *repeated, *after;
    } runs[] = {
        {TEXT, "换", "\u200B", "脸"}, {JSON, "换", "\\u200b", "脸"}, {HTML, "换", "<b>", "脸"}, {HTML, "换", "&shy;", "脸"},
        {HTML, "换<!--", "x", "-->脸"}, {HTML, "换<a title='", "x", "'>脸"},
    };
    static const char *const texts[] = {"换脸", NULL};
    struct tcs_trie *trie = new_trie(texts);
    struct tcs_buf text = {0};
    size_t i, k;

    (void)state;
    (void)alarm(60);
    for (i = 0; i < COUNT(runs); i++) {
        tcs_buf_reset(&text);
        put_str(&text, runs[i].before);
        for (k = 0; k < 300000; k++)
            put_str(&text, runs[i].repeated);
        put_str(&text, runs[i].after);
        assert_true(walks_from(trie, runs[i].syntax, text.data, text.data, text.data + text.len));
    }
    (void)alarm(0);
    tcs_buf_release(&text);
    tcs_trie_free(trie);
}

/* Many pieces, one the start of another among them: each is found, and what is none is not. */
static void test_walk__trie_of_many_pieces(void **state)
{
    enum { PIECES = 3000 };
    static struct tcs_piece pieces[PIECES];
    struct tcs_buf text = {0};
    struct tcs_trie *trie;
    uint32_t seed = 23, round;
    size_t i, k;

    (void)state;
    for (i = 0; i < PIECES; i++) {
        pieces[i] = (struct tcs_piece){.count = 2 + next_random(&seed, 6)};
        for (k = 0; k < pieces[i].count; k++)
            pieces[i].cps[k] = 'a' + next_random(&seed, 26);
    }
    must(tcs_trie_new(pieces, PIECES, &trie));
    for (i = 0; i < PIECES; i++) {
        tcs_buf_reset(&text);
        put_cps(&text, pieces[i].cps, pieces[i].count);
        assert_true(walks_from(trie, TEXT, text.data, text.data, text.data + text.len));
    }
    for (round = 0; round < 20000; round++) {
        uint32_t cps[8];
        bool expected = false;

        for (k = 0; k < 8; k++)
            cps[k] = 'a' + next_random(&seed, 26);
        for (i = 0; i < PIECES && !expected; i++)
            expected = !memcmp(pieces[i].cps, cps, pieces[i].count * sizeof *cps);
        tcs_buf_reset(&text);
        put_cps(&text, cps, 8);
        assert_int_equal(walks_from(trie, TEXT, text.data, text.data, text.data + text.len), expected);
    }
    tcs_trie_free(trie);
    must(tcs_trie_new(NULL, 0, &trie));
    assert_false(walks_from(trie, TEXT, text.data, text.data, text.data + text.len));
    tcs_trie_free(trie);
    tcs_buf_release(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_walk__from_a_place),
        cmocka_unit_test(test_walk__around_a_place),
        cmocka_unit_test(test_walk__stays_in_the_document),
        cmocka_unit_test(test_walk__reaches_as_far_as_it_must),
        cmocka_unit_test(test_walk__every_prefix_of_every_case_is_safe),
        cmocka_unit_test(test_walk__long_runs_answer_yes),
        cmocka_unit_test(test_walk__trie_of_many_pieces),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
