/*
 * phrases, contrast: counts, entropies and cohesion are those of a naive count; limits hold; of planted words the whole is
 * found and no fragment; what is frequent in the background, too, comes last.
 */
#include "match_help.h"

#include <math.h>

#include "run/contrast.h"

#define DOCUMENTS 200
#define CHARACTERS 12

static void add(struct tcs_phrases *p, const char *text)
{
    struct tcs_document doc = {0};

    must(tcs_document_add(&doc, "title", TCS_ROLE_TITLE, str(text)));
    must(tcs_phrases_add(p, &doc));
    tcs_document_release(&doc);
}

static void count(struct tcs_contrast *c, const char *text)
{
    struct tcs_document doc = {0};

    must(tcs_document_add(&doc, "title", TCS_ROLE_TITLE, str(text)));
    must(tcs_contrast_add(c, &doc));
    tcs_document_release(&doc);
}

static const struct tcs_phrase *find(const struct tcs_phrases *p, const char *text)
{
    size_t i;

    for (i = 0; i < p->item_count; i++) {
        struct tcs_str written = tcs_phrases_written(p, &p->items[i], 0);

        if (written.len == strlen(text) && !memcmp(written.data, text, written.len))
            return &p->items[i];
    }
    return NULL;
}

/* ---- against a naive count ---- */

/* Documents of the characters 一 to 五, three bytes each, and commas, here '0'. */
static char texts[DOCUMENTS][CHARACTERS + 1];

static bool stands_at(const char *text, int at, const char *phrase)
{
    return !strncmp(text + at, phrase, strlen(phrase));
}

static double naive_entropy(const char *phrase, int beside)
{
    double counts[6] = {0}, free_count = 0, total = 0, bits = 0;
    int d, at, k;

    for (d = 0; d < DOCUMENTS; d++)
        for (at = 0; at < CHARACTERS; at++) {
            int neighbour = beside < 0 ? at - 1 : at + (int)strlen(phrase);
            char c;

            if (!stands_at(texts[d], at, phrase))
                continue;
            c = neighbour < 0 || neighbour >= CHARACTERS ? '0' : texts[d][neighbour];
            total++;
            if (c == '0')
                free_count++;
            else
                counts[c - '0']++;
        }
    for (k = 1; k < 6; k++)
        if (counts[k] > 0)
            bits -= counts[k] / total * log2(counts[k] / total);
    return bits + free_count / total * log2(total);
}

static void naive_count(const char *phrase, size_t *occurrences, size_t *documents)
{
    int d, at;

    *occurrences = *documents = 0;
    for (d = 0; d < DOCUMENTS; d++) {
        size_t before = *occurrences;

        for (at = 0; at < CHARACTERS; at++)
            *occurrences += stands_at(texts[d], at, phrase);
        *documents += *occurrences > before;
    }
}

static double naive_cohesion(const char *phrase)
{
    size_t whole, part, documents, total = 0, k;
    double weakest = HUGE_VAL;
    int d, at;

    for (d = 0; d < DOCUMENTS; d++)
        for (at = 0; at < CHARACTERS; at++)
            total += texts[d][at] != '0';
    naive_count(phrase, &whole, &documents);
    for (k = 1; k < strlen(phrase); k++) {
        char left[8] = "";
        double bits;

        memcpy(left, phrase, k);
        naive_count(left, &part, &documents);
        bits = (double)part;
        naive_count(phrase + k, &part, &documents);
        bits = log2((double)whole * (double)total / (bits * (double)part));
        weakest = bits < weakest ? bits : weakest;
    }
    return weakest;
}

static void test_phrases__agree_with_a_naive_count(void **state)
{
    static const char *const characters[] = {"，", "一", "二", "三", "四", "五"};
    const struct tcs_phrase_limits limits = {1, 0, -100};
    struct tcs_phrases p = {.count = 0};
    uint32_t seed = 3, d, at, a, b, c, found = 0;

    (void)state;
    for (d = 0; d < DOCUMENTS; d++) {
        char text[CHARACTERS * 3 + 1] = "";

        for (at = 0; at < CHARACTERS; at++) {
            uint32_t n = next_random(&seed, 6);

            texts[d][at] = (char)('0' + n);
            strcat(text, characters[n]);
        }
        add(&p, text);
    }
    must(tcs_phrases_find(&p, &limits));
    for (a = 1; a < 6; a++)
        for (b = 1; b < 6; b++)
            for (c = 0; c < 6; c++) { /* two characters, or three */
                const char phrase[] = {(char)('0' + a), (char)('0' + b), c ? (char)('0' + c) : '\0', '\0'};
                size_t occurrences, documents;
                const struct tcs_phrase *item;
                char text[16];

                (void)sprintf(text, "%s%s%s", characters[a], characters[b], c ? characters[c] : "");
                naive_count(phrase, &occurrences, &documents);
                item = find(&p, text);
                assert_int_equal(item ? item->occurrences : 0, occurrences);
                if (!item)
                    continue;
                found++;
                assert_int_equal(item->documents, documents);
                assert_true(fabs(item->left_entropy - naive_entropy(phrase, -1)) < 1e-9);
                assert_true(fabs(item->right_entropy - naive_entropy(phrase, 1)) < 1e-9);
                assert_true(fabs(item->cohesion - naive_cohesion(phrase)) < 1e-9);
            }
    assert_int_equal(found, 5 * 5 + 5 * 5 * 5);
    tcs_phrases_release(&p);
}

/* ---- planted words ---- */

static const char *const around[] = {"记者称", "昨日", "警方：", "某地", "专家谈", "又见", "如何看", "揭秘", "关于", "远离"};

static void plant(struct tcs_phrases *p, const char *word, unsigned times)
{
    char text[128];
    unsigned i;

    for (i = 0; i < times; i++) {
        (void)sprintf(text, "%s%s%s", around[i % 10], word, around[(i * 3 + 1) % 10]);
        add(p, text);
    }
}

static void test_phrases__whole_words_and_no_fragment(void **state)
{
    const struct tcs_phrase_limits limits = {3, 1, 3};
    struct tcs_phrases p = {.count = 0};

    (void)state;
    plant(&p, "虚拟陪聊", 12);
    plant(&p, "GPT克隆", 9);
    plant(&p, "voice cloning", 9);
    plant(&p, "罕见", 2);
    must(tcs_phrases_find(&p, &limits));
    assert_non_null(find(&p, "虚拟陪聊"));
    assert_non_null(find(&p, "GPT克隆"));
    assert_non_null(find(&p, "voice cloning"));
    assert_int_equal(find(&p, "虚拟陪聊")->documents, 12);
    assert_null(find(&p, "虚拟陪"));
    assert_null(find(&p, "拟陪聊"));
    assert_null(find(&p, "拟陪"));
    assert_null(find(&p, "克隆"));
    assert_null(find(&p, "voice"));
    assert_null(find(&p, "罕见"));
    tcs_phrases_release(&p);
}

/* In a handful of titles that all hold a word nothing meets much more often than by chance. */
static void test_phrases__a_word_in_every_title_holds_together(void **state)
{
    const struct tcs_phrase_limits limits = {3, 1, 4};
    struct tcs_phrases p = {.count = 0};

    (void)state;
    add(&p, "警方通报虚拟陪聊骗局");
    add(&p, "虚拟陪聊软件下架");
    add(&p, "记者暗访虚拟陪聊");
    add(&p, "一公司因虚拟陪聊被罚");
    must(tcs_phrases_find(&p, &limits));
    assert_int_equal(p.item_count, 1);
    assert_non_null(find(&p, "虚拟陪聊"));
    tcs_phrases_release(&p);
}

static void test_phrases__contexts_keep_characters_whole(void **state)
{
    const struct tcs_phrase_limits limits = {1, 0, -100};
    struct tcs_phrases p = {.count = 0};
    const struct tcs_phrase *phrase;
    struct tcs_str context;

    (void)state;
    add(&p, "第一行\n甲乙丙换脸丁戊己\n第三行");
    must(tcs_phrases_find(&p, &limits));
    phrase = find(&p, "换脸");
    assert_non_null(phrase);
    context = tcs_phrases_context(&p, phrase, 0, 100);
    assert_true(tcs_str_equal(context, TCS_STR("甲乙丙换脸丁戊己")));
    context = tcs_phrases_context(&p, phrase, 0, 4);
    assert_true(tcs_str_equal(context, TCS_STR("丙换脸丁")));
    context = tcs_phrases_context(&p, phrase, 0, 0);
    assert_true(tcs_str_equal(context, TCS_STR("换脸")));
    tcs_phrases_release(&p);
}

/* ---- contrast ---- */

static const struct tcs_contrasted *contrasted(const struct tcs_contrast *c, const char *text)
{
    size_t i;

    for (i = 0; i < c->count; i++)
        if (tcs_str_equal(tcs_phrases_written(c->phrases, &c->phrases->items[c->items[i].phrase], 0), str(text)))
            return &c->items[i];
    fail_msg("no phrase %s", text);
    return NULL;
}

static void test_contrast__ranks_what_the_chosen_hold_more_often(void **state)
{
    const struct tcs_phrase_limits limits = {3, 1, 3};
    struct tcs_phrases p = {.count = 0};
    struct tcs_contrast c;
    const struct tcs_contrasted *planted, *common;
    double expected;
    int i;

    (void)state;
    plant(&p, "虚拟陪聊", 12);
    plant(&p, "天气预报", 20);
    must(tcs_phrases_find(&p, &limits));
    must(tcs_contrast_init(&c, &p));
    for (i = 0; i < 100; i++) {
        count(&c, i % 2 ? "天氣預報，天气预报" : "股市上涨");
        if (i < 3)
            count(&c, "有人虚拟陪聊");
    }
    tcs_contrast_rank(&c, false);
    assert_int_equal(c.documents, 103);
    planted = contrasted(&c, "虚拟陪聊");
    assert_int_equal(planted->background, 3);
    /* 12 of 32 against 3 of 103: 15 of 135 hold it */
    expected = 2 * (12 * log(12 / (32 * 15 / 135.)) + 20 * log(20 / (32 * 120 / 135.)) + 3 * log(3 / (103 * 15 / 135.)) +
                    100 * log(100 / (103 * 120 / 135.)));
    assert_true(fabs(planted->score - expected) < 1e-9);
    assert_true(fabs(planted->ratio - 12 / 32. / (3.5 / 103.5)) < 1e-9);
    common = contrasted(&c, "天气预报");
    assert_int_equal(common->background, 50); /* documents, not occurrences; and the fold makes scripts one */
    assert_true(planted < common); /* the best first */
    for (i = 1; i < (int)c.count; i++)
        assert_true(c.items[i - 1].score >= c.items[i].score);
    tcs_contrast_release(&c);
    tcs_phrases_release(&p);
}

static void test_contrast__chosen_documents_are_no_background(void **state)
{
    const struct tcs_phrase_limits limits = {3, 1, 3};
    struct tcs_phrases p = {.count = 0};
    struct tcs_contrast c;
    int i;

    (void)state;
    plant(&p, "虚拟陪聊", 12);
    must(tcs_phrases_find(&p, &limits));
    must(tcs_contrast_init(&c, &p));
    for (i = 0; i < 15; i++)
        count(&c, "又是虚拟陪聊");
    tcs_contrast_rank(&c, true);
    assert_int_equal(c.documents, 3);
    assert_int_equal(contrasted(&c, "虚拟陪聊")->background, 3);
    tcs_contrast_release(&c);
    tcs_phrases_release(&p);
}

static void test_contrast__common_words_are_edges_of_nothing(void **state)
{
    const struct tcs_phrase_limits limits = {3, 0, -100};
    struct tcs_phrases p = {.count = 0};
    struct tcs_contrast c;
    int i, common = 0;

    (void)state;
    for (i = 0; i < 5; i++)
        add(&p, "images of people");
    must(tcs_phrases_find(&p, &limits));
    must(tcs_contrast_init(&c, &p));
    for (i = 0; i < 100; i++)
        count(&c, i < 3 ? "one of many" : "nothing");
    tcs_contrast_rank(&c, false);
    for (i = 0; i < (int)c.count; i++) {
        struct tcs_str text = tcs_phrases_written(&p, &p.items[c.items[i].phrase], 0);
        bool has_edge = tcs_str_equal(text, TCS_STR("of")) || tcs_str_equal(text, TCS_STR("images of")) ||
                        tcs_str_equal(text, TCS_STR("of people"));

        assert_int_equal(c.items[i].has_common_edge, has_edge);
        common += has_edge;
    }
    assert_int_equal(common, 3);
    tcs_contrast_release(&c);
    tcs_phrases_release(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_phrases__agree_with_a_naive_count),
                                       cmocka_unit_test(test_phrases__whole_words_and_no_fragment),
                                       cmocka_unit_test(test_phrases__a_word_in_every_title_holds_together),
                                       cmocka_unit_test(test_phrases__contexts_keep_characters_whole),
                                       cmocka_unit_test(test_contrast__ranks_what_the_chosen_hold_more_often),
                                       cmocka_unit_test(test_contrast__chosen_documents_are_no_background),
                                       cmocka_unit_test(test_contrast__common_words_are_edges_of_nothing)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
