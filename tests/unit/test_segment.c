/* segment: what is found around a place is what one pass over the whole text finds (docs/matching.md, section 4). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "match/props.h"
#include "rules/segment.h"

#define ROUNDS 4000
#define CHARS_MAX 40

struct text {
    char bytes[4 * CHARS_MAX + 1];
    size_t len;
    uint32_t cps[CHARS_MAX];
    size_t starts[CHARS_MAX + 1]; /* of each character, and the end */
    size_t count;
};

static uint32_t next_random(uint32_t *seed)
{
    *seed = *seed * 1664525u + 1013904223u;
    return *seed >> 8;
}

/* Full of what parts sentences, paragraphs and runs. */
static void make_text(uint32_t *seed, struct text *text)
{
    static const uint32_t alphabet[] = {'a', 'b', 'Z', '7', ' ', ' ', '\n', '\n', '\r', '\t', '.', '.', '!',
                                        ';', '"', '\'', ')', ',', 0, 0x85, 0xA0, 0xE9, 0x301, 0x201D, 0x2029,
                                        0x2026, 0x3000, 0x3002, 0x300D, 0x4E00, 0x6362, 0x3042, 0xAC00, 0xFF0E,
                                        0xFF01, 0x1F600, 0x20000, 0x0E01, 0x2460};

    text->len = text->count = 0;
    for (size_t n = next_random(seed) % CHARS_MAX; n; n--) {
        uint32_t cp = alphabet[next_random(seed) % (sizeof alphabet / sizeof *alphabet)];

        text->starts[text->count] = text->len;
        text->cps[text->count++] = cp;
        text->len += tcs_utf8_encode(cp, text->bytes + text->len);
    }
    text->starts[text->count] = text->len;
}

static unsigned props_at(const struct text *text, size_t i)
{
    return i < text->count ? tcs_props(text->cps[i]) : 0;
}

static bool ends_sentence(uint32_t c)
{
    static const uint32_t ends[] = {0x3002, 0xFF61, 0xFF01, 0xFF1F, 0xFF1B, 0x2026, '!', '?', ';'};

    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
        if (c == ends[i])
            return true;
    return tcs_props(c) & TCS_PROP_LINE_BREAK;
}

static bool is_single_letter(const struct text *text, size_t i)
{
    unsigned letter = TCS_PROP_LETTER | TCS_PROP_SPACED;

    return i > 0 && (props_at(text, i - 1) & letter) == letter && !(i > 1 && props_at(text, i - 2) & TCS_PROP_SPACED);
}

/* begins[i]: does a sentence begin at character i (count: at the end)? One pass. */
static void find_sentences(const struct text *text, bool *begins)
{
    bool is_after_stop = false;

    memset(begins, 0, (CHARS_MAX + 1) * sizeof *begins);
    for (size_t i = 0; i < text->count; i++) {
        uint32_t c = text->cps[i];

        begins[i] |= is_after_stop && tcs_props(c) & TCS_PROP_SPACE;
        begins[i + 1] = ends_sentence(c);
        is_after_stop = is_after_stop && tcs_props(c) & TCS_PROP_CLOSER;
        if (c == '.' || c == 0xFF0E)
            is_after_stop = !is_single_letter(text, i);
    }
}

static void find_paragraphs(const struct text *text, bool lf_paragraph, bool *begins)
{
    size_t i, breaks = 0;

    memset(begins, 0, (CHARS_MAX + 1) * sizeof *begins);
    for (i = 0; i < text->count; i++) {
        unsigned props = props_at(text, i);

        if (!(props & TCS_PROP_SPACE)) {
            begins[i] = breaks >= (lf_paragraph ? 1 : 2);
            breaks = 0;
        } else if (props & TCS_PROP_LINE_BREAK && !(text->cps[i] == '\n' && i && text->cps[i - 1] == '\r')) {
            breaks += props & TCS_PROP_PARAGRAPH ? 2 : 1;
        }
    }
}

static void compare(const struct text *text, enum tcs_segment kind, const bool *begins)
{
    struct tcs_str str = {text->bytes, text->len};

    for (size_t from = 0; from < text->count; from++) {
        size_t start = from;

        while (start && !begins[start])
            start--;
        assert_int_equal(tcs_segment_start(str, kind, text->starts[from]), text->starts[start]);
        for (size_t to = from; to <= text->count; to++) {
            size_t next = from + 1;

            while (next <= to && !begins[next])
                next++;
            assert_int_equal(tcs_segment_next(str, kind, text->starts[from], text->starts[to]),
                             next <= to ? text->starts[next] : SIZE_MAX);
        }
    }
}

static void test_segment__borders_are_those_of_one_pass(void **state)
{
    bool begins[CHARS_MAX + 1];
    struct text text;
    uint32_t seed = 3;

    (void)state;
    for (int round = 0; round < ROUNDS; round++) {
        make_text(&seed, &text);
        find_sentences(&text, begins);
        compare(&text, TCS_SEGMENT_SENTENCE, begins);
        find_paragraphs(&text, false, begins);
        compare(&text, TCS_SEGMENT_PARAGRAPH, begins);
        find_paragraphs(&text, true, begins);
        compare(&text, TCS_SEGMENT_LF_PARAGRAPH, begins);
    }
}

/* A Han, Kana or Hangul character is one unit, a run of other letters, marks or digits two. */
static uint32_t count_units(const struct text *text, size_t from, size_t to)
{
    bool in_run = false;
    uint32_t units = 0;

    for (size_t i = from; i < to; i++) {
        bool is_one = props_at(text, i) & (TCS_PROP_HAN | TCS_PROP_KANA | TCS_PROP_HANGUL);
        bool is_word = !is_one && props_at(text, i) & (TCS_PROP_LETTER | TCS_PROP_MARK | TCS_PROP_DIGIT);

        units += is_one ? 1 : is_word && !in_run ? 2 : 0;
        in_run = is_word;
    }
    return units;
}

static void test_segment__units_are_those_of_one_pass(void **state)
{
    struct text text;
    uint32_t seed = 4;

    (void)state;
    for (int round = 0; round < ROUNDS; round++) {
        make_text(&seed, &text);
        for (size_t from = 0; from <= text.count; from++) {
            struct tcs_units whole = {.at = text.starts[from]};

            for (size_t to = from; to <= text.count; to++) {
                struct tcs_str str = {text.bytes, text.len};
                struct tcs_units some = {.at = text.starts[from]};
                uint32_t wanted = count_units(&text, from, to), most = next_random(&seed) % 12;

                tcs_segment_count_units(str, &whole, text.starts[to], UINT32_MAX); /* goes on from the last place */
                assert_int_equal(whole.count, wanted);
                tcs_segment_count_units(str, &some, text.starts[to], most);
                assert_int_equal(some.count > most, wanted > most);
                if (wanted <= most)
                    assert_int_equal(some.count, wanted);
            }
        }
    }
}

/* The first paragraph, white space before it apart, and no more than fits. */
static size_t lead_end(const struct text *text, bool lf_paragraph)
{
    bool begins[CHARS_MAX + 1];
    size_t first = 0, i;

    find_paragraphs(text, lf_paragraph, begins);
    while (first < text->count && props_at(text, first) & TCS_PROP_SPACE)
        first++;
    begins[text->count] = true;
    if (first == text->count)
        return text->len;
    for (i = first + 1; i <= text->count && !begins[i]; i++)
        ;
    if (i < text->count)
        while (props_at(text, i - 1) & TCS_PROP_SPACE)
            i--;
    return text->starts[i];
}

static void test_segment__lead_is_the_first_paragraph(void **state)
{
    struct text text;
    uint32_t seed = 6;

    (void)state;
    for (int round = 0; round < 20 * ROUNDS; round++)
        for (int lf = 0; lf < 2; lf++) {
            size_t end, at;

            make_text(&seed, &text);
            end = tcs_segment_lead_end((struct tcs_str){text.bytes, text.len}, lf);
            at = lead_end(&text, lf);
            /* white space at the text's end may or may not hold the break that would end a paragraph */
            for (size_t i = end < at ? end : at; i < (end < at ? at : end); i++)
                assert_true(strchr(" \n\r\t\xC2\x85\xA0\xE2\x80\xA9\xE3", text.bytes[i]));
        }
}

/* A text of 300 words or characters is cut behind 200 units, wherever the words begin. */
static void test_segment__lead_is_cut_at_the_unit(void **state)
{
    char bytes[3000];

    (void)state;
    for (size_t shift = 0; shift < 20; shift++) {
        size_t len = shift, words;

        memset(bytes, '-', sizeof bytes);
        for (words = 0; words < 300; words++) {
            memcpy(bytes + len, "abc ", 4);
            len += 4;
        }
        assert_int_equal(tcs_segment_lead_end((struct tcs_str){bytes, len}, false), shift + 4 * (TCS_LEAD_UNITS / 2));
        for (words = 0, len = shift; words < 300; words++, len += 3)
            memcpy(bytes + len, "\xE6\x8D\xA2", 3);
        assert_int_equal(tcs_segment_lead_end((struct tcs_str){bytes, len}, false), shift + 3 * TCS_LEAD_UNITS);
    }
}

/* The lead's end by one pass over the characters. */
static size_t one_pass_lead_end(struct tcs_str text, bool lf_paragraph)
{
    const unsigned one = TCS_PROP_HAN | TCS_PROP_KANA | TCS_PROP_HANGUL;
    size_t at, len, blank = 0, breaks = 0;
    unsigned units = 0;
    bool in_blank = false, in_run = false, has_begun = false, after_cr = false;

    for (at = 0; at < text.len; at += len) {
        uint32_t cp = tcs_utf8_decode(text.data + at, text.data + text.len, &len, NULL);
        unsigned props = tcs_props(cp);
        bool is_word = (props & (TCS_PROP_LETTER | TCS_PROP_MARK | TCS_PROP_DIGIT)) && !(props & one);

        if (props & TCS_PROP_SPACE) {
            if (!in_blank) {
                blank = at;
                breaks = 0;
                after_cr = false;
            }
            if (props & TCS_PROP_LINE_BREAK && !(cp == '\n' && after_cr))
                breaks += props & TCS_PROP_PARAGRAPH ? 2 : 1;
            if (has_begun && breaks >= (lf_paragraph ? 1 : 2))
                return blank;
        } else {
            has_begun = true;
        }
        in_blank = props & TCS_PROP_SPACE;
        after_cr = cp == '\r';
        units += props & one ? 1 : is_word && !in_run ? 2 : 0;
        in_run = is_word;
        if (units > TCS_LEAD_UNITS)
            return at;
    }
    return text.len;
}

/* Long texts of what blocks take, with something else now and then; each in memory of its own. */
static void test_segment__lead_by_blocks(void **state)
{
    static const uint32_t plain[] = {'a', 'Z', '7', ' ', '-', '.', 0x7F, 0x4E00, 0x4FFF, 0x5000, 0x6362, 0x9FFF, 0x2019, 0x2026,
                                     0x3001, 0x3010, 0xFF0C, 0xFF1F, 0x1F300, 0x1FAFF};
    static const uint32_t others[] = {'\n', '\t', 0, 0xE9, 0x301, 0x2000, 0x2028, 0x2029, 0x3000, 0x3003, 0x3042, 0x4DFF, 0xA000,
                                      0xAC00, 0xFE0F, 0xFF10, 0xFF21, 0x1F100, 0x1FBF0, 0x20000};
    uint32_t seed = 9;

    (void)state;
    for (int round = 0; round < 30000; round++) {
        char bytes[4 * 500], *copy;
        size_t len = 0, chars = next_random(&seed) % 500;
        uint32_t few = 1 + next_random(&seed) % 60, kinds = 1 + next_random(&seed) % (sizeof plain / sizeof *plain);
        struct tcs_str text;

        for (; chars; chars--)
            len += tcs_utf8_encode(next_random(&seed) % few ? plain[next_random(&seed) % kinds]
                                                            : others[next_random(&seed) % (sizeof others / sizeof *others)],
                                   bytes + len);
        copy = malloc(len + !len);
        assert_non_null(copy);
        memcpy(copy, bytes, len);
        text = (struct tcs_str){copy, len};
        assert_int_equal(tcs_segment_lead_end(text, false), one_pass_lead_end(text, false));
        assert_int_equal(tcs_segment_lead_end(text, true), one_pass_lead_end(text, true));
        free(copy);
    }
}

/* What lead_end and segment_block.h take for granted of characters. */
static void test_segment__what_looks_han_is(void **state)
{
    (void)state;
    for (uint32_t cp = 0x4E00; cp <= 0x9FFF; cp++) {
        assert_true(tcs_props(cp) & TCS_PROP_HAN);
        assert_false(tcs_props(cp) & TCS_PROP_SPACE);
    }
}

static void test_segment__what_looks_like_punctuation_is(void **state)
{
    static const uint32_t ranges[][2] = {{0x2010, 0x2027}, {0x3001, 0x3002}, {0x3008, 0x3011},
                                         {0xFF01, 0xFF0F}, {0xFF1A, 0xFF20}, {0x1F300, 0x1FAFF}};

    (void)state;
    for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++)
        for (uint32_t cp = ranges[i][0]; cp <= ranges[i][1]; cp++)
            assert_false(tcs_props(cp) & (TCS_PROP_SPACE | TCS_PROP_LINE_BREAK | TCS_PROP_LETTER | TCS_PROP_MARK |
                                          TCS_PROP_DIGIT | TCS_PROP_HAN | TCS_PROP_KANA | TCS_PROP_HANGUL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_segment__borders_are_those_of_one_pass),
        cmocka_unit_test(test_segment__units_are_those_of_one_pass),
        cmocka_unit_test(test_segment__lead_is_the_first_paragraph),
        cmocka_unit_test(test_segment__lead_is_cut_at_the_unit),
        cmocka_unit_test(test_segment__lead_by_blocks),
        cmocka_unit_test(test_segment__what_looks_han_is),
        cmocka_unit_test(test_segment__what_looks_like_punctuation_is),
    };

    return cmocka_run_group_tests_name("segment", tests, NULL, NULL);
}
