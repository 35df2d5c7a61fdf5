/* guard: which bytes are admitted on both sides, by tables; and that no walk succeeds behind a byte that is not. */
#include "match_help.h"

#include "match/guard.h"

#define TEXT TCS_SYNTAX_TEXT
#define JSON TCS_SYNTAX_JSON

static const char *const texts[] = {"换脸", "p图", "a\u00f8", "ai", "s图", "s照", "gpt"};
static struct tcs_piece pieces[COUNT(texts)];
static struct tcs_context contexts[COUNT(texts)];
static uint32_t context_of[COUNT(texts)];

static struct tcs_trie *new_trie(void)
{
    struct tcs_trie *trie;
    size_t i;

    for (i = 0; i < COUNT(texts); i++) {
        uint32_t cps[16];

        pieces[i] = (struct tcs_piece){.count = (uint32_t)code_points(str(texts[i]), cps)};
        memcpy(pieces[i].cps, cps, pieces[i].count * sizeof *cps);
        context_of[i] = (uint32_t)i;
    }
    must(tcs_trie_new(pieces, COUNT(texts), &trie));
    return trie;
}

static uint8_t guard_of(struct tcs_guards *guards, const struct tcs_trie *trie, enum tcs_syntax syntax, const char *text)
{
    uint8_t guard;

    must(tcs_guards_add_next(guards, trie, syntax, str(text), &guard));
    return guard;
}

static void test_guard__table(void **state)
{
    static const struct {
        enum tcs_syntax syntax;
        const char *text;
        char next;
        bool admitted;
        const char *note;
    } cases[] = {
        {TEXT, "换\xE3\x80", '\x8C', true, "a quotation mark between Han"},
        {TEXT, "换\xE3\x80", '\x81', false, "a comma"},
        {TEXT, "换\xE3\x80", '\x8A', false, "a gap, which vanishes at a border"},
        {TEXT, "p\xE3\x80", '\x8A', true, "here is one"},
        {TEXT, "p\xE3\x80", '\x82', false, "a full stop"},
        {TEXT, "换\xE2\x80", '\x9D', true, NULL},
        {TEXT, "换\xE2\x80", '\x8B', true, "folds to nothing"},
        {TEXT, "换\xE2\x80", '\xA6', true, "folds to stops"},
        {TEXT, "换\xE2\x80", '\x94', false, "a dash"},
        {TEXT, "换\xE2\x80", 'x', true, "ill-formed: not told"},
        {TEXT, "a\xC3", '\x98', true, "\u00d8"},
        {TEXT, "a\xC3", '\xA9', false, "\u00e9"},
        {TEXT, "换\xE2", '\x81', true, "two bytes are missing: not told"},
        {TEXT, "换\\", 'n', true, "no escape in text"},
        {JSON, "换\\", 'n', false, "white space"},
        {JSON, "p\\", 'n', true, NULL},
        {JSON, "换\\", '"', true, NULL},
        {JSON, "换\\", 'u', true, NULL},
        {JSON, "换\\", '/', false, NULL},
        {JSON, "\\u6362\\u300", 'c', true, NULL},
        {JSON, "\\u6362\\u300", 'C', true, NULL},
        {JSON, "\\u6362\\u300", '1', false, NULL},
        {JSON, "\\u6362\\u201", '8', true, "folds to an apostrophe"},
        {JSON, "\\u6362\\u201", '4', false, "a dash"},
        {JSON, "\\u6362\\u201", 'd', true, NULL},
        {JSON, "\\u6362\\ud83", 'd', true, "half of a pair"},
        {JSON, "\\u6362\xE3\x80", '\x81', false, NULL},
    };
    struct tcs_trie *trie = new_trie();
    struct tcs_guards guards;
    size_t i;

    (void)state;
    must(tcs_guards_init(&guards, trie, &(struct tcs_pieces){pieces, contexts, context_of, COUNT(texts)}));
    for (i = 0; i < COUNT(cases); i++) {
        uint8_t guard = guard_of(&guards, trie, cases[i].syntax, cases[i].text);

        if (tcs_guard_admits(&guards, guard, cases[i].next) != cases[i].admitted)
            fail_msg("[%s] and %02x should be %d: %s", cases[i].text, (unsigned)(uint8_t)cases[i].next, cases[i].admitted,
                     cases[i].note ? cases[i].note : "");
    }
    assert_true(guards.next_count < COUNT(cases));
    tcs_guards_release(&guards);
    tcs_trie_free(trie);
}

static void note_any(void *context, const char *start, const char *end, uint32_t node, bool is_below)
{
    (void)start;
    (void)end;
    (void)node;
    (void)is_below;
    *(bool *)context = true;
}

static void test_guard__turns_down_no_piece(void **state)
{
    static const struct {
        enum tcs_syntax syntax;
        const char *text;
    } literals[] = {
        {TEXT, "换\xE2\x80"}, {TEXT, "换\xE3\x80"}, {TEXT, "p\xE2\x80"}, {TEXT, "p\xE3\x80"}, {TEXT, "a\xC2"}, {TEXT, "a\xC3"},
        {TEXT, "p\xE5\x9B"}, {JSON, "换\\"}, {JSON, "p\\"}, {JSON, "\\u6362\\"}, {JSON, "\\u6362\\u201"}, {JSON, "\\u6362\\u300"},
        {JSON, "p\\u56f"}, {JSON, "a\\u00f"}, {JSON, "换\\udb4"}, {JSON, "\\u6362\xE8\x84"}, {JSON, "a\\u002"},
    };
    static const char *const rests[] = {"", "脸", "图", "i", "\\u8138", "u8138", "u200b脸", "0\\udd00脸", "\x9B\xBE", "”脸", " 图"};
    struct tcs_trie *trie = new_trie();
    struct tcs_buf text = {0};
    struct tcs_guards guards;
    size_t i, k, refused = 0;
    unsigned next;

    (void)state;
    must(tcs_guards_init(&guards, trie, &(struct tcs_pieces){pieces, contexts, context_of, COUNT(texts)}));
    for (i = 0; i < COUNT(literals); i++) {
        uint8_t guard = guard_of(&guards, trie, literals[i].syntax, literals[i].text);

        assert_int_not_equal(guard, 0);
        for (next = 0; next < 256; next++) {
            if (tcs_guard_admits(&guards, guard, (char)next))
                continue;
            refused++;
            for (k = 0; k < COUNT(rests); k++) {
                bool found = false;

                tcs_buf_reset(&text);
                put_str(&text, literals[i].text);
                must(tcs_buf_putc(&text, (char)next));
                put_str(&text, rests[k]);
                tcs_walk_from(trie, literals[i].syntax, text.data, text.data + strlen(literals[i].text), text.data + text.len,
                              note_any, &found);
                if (found)
                    fail_msg("[%s] with %02x was turned down before [%s]", literals[i].text, next, rests[k]);
            }
        }
    }
    assert_true(refused > 100);
    tcs_buf_release(&text);
    tcs_guards_release(&guards);
    tcs_trie_free(trie);
}

/* ps图 and ｐs照 are the terms of s图 and s照, ai stands alone, before gpt a digit may, before 换脸 there may be anything. */
static void test_guard__left(void **state)
{
    static const struct {
        const char *text, *before;
        bool refused;
    } cases[] = {
        {"s<", "p", false},       {"s<", "P", false},      {"s<", "a", true},     {"s<", "1", true},         {"s<", "", false},
        {"s<", " ", false},       {"s<", "图", false},     {"s<", "x&nbs", false}, {"s<", "&amp", false},     {"s<", "\\n", false},
        {"s<", "\\na", true},     {"s图", "a", true},      {"s照", "r", false},   {"s照", "p", true},        {"s<", "r", false},
        {"ai", "a", true},        {"ai", "\\u4e2d", false}, {"ai", "p", true},     {"换\xE3\x80", "a", false}, {"zz", "a", false},
        {"gpt", "t", true},       {"gpt", "4", false},
    };
    struct tcs_trie *trie = new_trie();
    struct tcs_buf text = {0};
    struct tcs_guards guards;
    size_t i;

    (void)state;
    pieces[3].left_edge = true;
    contexts[4] = (struct tcs_context){.before = {'p'}, .before_count = 1};
    contexts[5] = (struct tcs_context){.before = {'r', 'h'}, .before_count = 2};
    contexts[6] = (struct tcs_context){.before = {TCS_CONTEXT_KIND}, .before_count = 1};
    must(tcs_guards_init(&guards, trie, &(struct tcs_pieces){pieces, contexts, context_of, COUNT(texts)}));
    for (i = 0; i < COUNT(cases); i++) {
        uint8_t guard;

        tcs_buf_reset(&text);
        put_str(&text, cases[i].before);
        put_str(&text, cases[i].text);
        must(tcs_guards_add_left(&guards, trie, TEXT, str(cases[i].text), &guard));
        if (tcs_guard_refuses(&guards, guard, text.data, text.data + strlen(cases[i].before)) != cases[i].refused)
            fail_msg("[%s] behind [%s] should be %d", cases[i].text, cases[i].before, cases[i].refused);
    }
    tcs_buf_release(&text);
    tcs_guards_release(&guards);
    tcs_trie_free(trie);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_guard__table),
        cmocka_unit_test(test_guard__left),
        cmocka_unit_test(test_guard__turns_down_no_piece),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
