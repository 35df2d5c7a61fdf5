/* tokens: what is one, what joins and what breaks; the vocabulary. */
#include "match_help.h"

#include "run/tokens.h"

/* Tokens as text: those of one run by spaces, breaks as |. */
static void show(const struct tcs_tokens *tokens, struct tcs_str text, char *out)
{
    size_t i;

    *out = '\0';
    for (i = 0; i < tokens->count; i++) {
        const struct tcs_token *token = &tokens->items[i];

        if (token->id == TCS_TOKEN_BREAK)
            strcat(out, "|");
        else
            (void)sprintf(out + strlen(out), "%s%.*s", *out && out[strlen(out) - 1] != '|' ? " " : "",
                          (int)(token->end_byte - token->start_byte), text.data + token->start_byte);
    }
}

static void test_tokens__cut(void **state)
{
    static const struct {
        const char *text, *tokens;
    } cases[] = {{"", "|"},
                 {"AI换脸", "AI 换 脸|"},
                 {"AI 换脸", "AI 换 脸|"},
                 {"AI「换脸」", "AI 换 脸|"},
                 {"换脸 诈骗", "换 脸|诈 骗|"},
                 {"Face-swap tools, again.", "Face swap tools|again|"},
                 {"don't say 'no'", "don't say|no|"},
                 {"GPT4 ＡＩ2025", "GPT4 ＡＩ2025|"},
                 {"カナ ひら", "カ ナ|ひ ら|"},
                 {"a  b", "a b|"},
                 {"a - b", "a|b|"},
                 {"line\nbreak", "line|break|"},
                 {"，，。", "|"},
                 {"한국 뉴스", "한국 뉴스|"},
                 {"end ไทย", "end|ไ ท ย|"}};
    struct tcs_vocabulary vocabulary = {.count = 0};
    struct tcs_tokens tokens = {.count = 0};
    char shown[512];
    size_t i;

    (void)state;
    for (i = 0; i < sizeof cases / sizeof *cases; i++) {
        tokens.count = 0;
        must(tcs_tokens_cut(&tokens, &vocabulary, true, str(cases[i].text), false));
        show(&tokens, str(cases[i].text), shown);
        assert_string_equal(shown, cases[i].tokens);
    }
    tcs_tokens_release(&tokens);
    tcs_vocabulary_release(&vocabulary);
}

static void test_tokens__words_are_numbered(void **state)
{
    struct tcs_vocabulary vocabulary = {.count = 0};
    struct tcs_tokens tokens = {.count = 0};
    uint32_t face, i;
    char word[16];

    (void)state;
    must(tcs_tokens_cut(&tokens, &vocabulary, true, TCS_STR("Face ＦＡＣＥ face 換 换 2025"), false));
    face = tokens.items[0].id;
    assert_int_equal(face, TCS_TOKEN_FIRST_WORD);
    assert_int_equal(tokens.items[1].id, face);
    assert_int_equal(tokens.items[2].id, face);
    assert_int_equal(tokens.items[3].id, tokens.items[5].id);
    assert_true(tokens.items[3].id < TCS_TOKEN_FIRST_WORD);
    assert_true(tcs_vocabulary_has_letter(&vocabulary, face));
    assert_false(tcs_vocabulary_has_letter(&vocabulary, face + 1));
    for (i = 0; i < 3000; i++) { /* the table grows */
        (void)sprintf(word, "w%u", i);
        must(tcs_tokens_cut(&tokens, &vocabulary, true, str(word), false));
    }
    assert_int_equal(vocabulary.count, 3002);
    tokens.count = 0;
    must(tcs_tokens_cut(&tokens, &vocabulary, false, TCS_STR("face W2999 nobody"), false));
    assert_int_equal(tokens.items[0].id, face);
    assert_int_equal(tokens.items[1].id, TCS_TOKEN_FIRST_WORD + 3001);
    assert_int_equal(tokens.items[2].id, TCS_TOKEN_UNKNOWN);
    assert_int_equal(vocabulary.count, 3002);
    tcs_tokens_release(&tokens);
    tcs_vocabulary_release(&vocabulary);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_tokens__cut),
                                       cmocka_unit_test(test_tokens__words_are_numbered)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
