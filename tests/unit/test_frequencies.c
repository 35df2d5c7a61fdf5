/*
 * frequencies: the table as it is read, asked and written; offer: what terms offer to the plan; tally: what a sample holds.
 */
#include "piece_help.h"

#include "rules/frequencies.h"
#include "rules/tally.h"

static struct tcs_piece piece_of(const char *text, bool left, bool right)
{
    struct tcs_piece piece = {.left_edge = left, .right_edge = right};

    piece.count = (uint32_t)code_points(str(text), piece.cps);
    return piece;
}

static void test_frequencies__read_and_asked(void **state)
{
    struct tcs_frequencies table = {0};
    struct tcs_piece ai = piece_of("ai", true, true), loose = piece_of("ai", false, false), face = piece_of("换脸", false, false);

    (void)state;
    must(tcs_frequencies_read(&table, str("# a comment\n50000\t|ai|\n\n7\t换脸\r\n9\t换脸\n"), NULL));
    assert_int_equal(table.count, 2);
    assert_true(tcs_frequencies_of(&table, &ai) == 0.05);
    assert_true(tcs_frequencies_of(&table, &face) == 9e-6);
    assert_true(tcs_frequencies_of(&table, &loose) == tcs_piece_estimate(&loose));
    tcs_frequencies_release(&table);
}

static void test_frequencies__written_is_read(void **state)
{
    struct tcs_frequencies table = {0}, again = {0};
    struct tcs_buf first = {0}, second = {0};
    char line[64];
    uint32_t i;

    (void)state;
    for (i = 0; i < 2000; i++) {
        (void)snprintf(line, sizeof line, "%u\t%sw%u%s\n", i * 7, i % 2 ? "|" : "", i, i % 3 ? "" : "|");
        must(tcs_frequencies_read(&table, str(line), NULL));
    }
    must(tcs_frequencies_write(&table, &first));
    must(tcs_frequencies_read(&again, tcs_buf_view(&first), NULL));
    must(tcs_frequencies_write(&again, &second));
    assert_int_equal(again.count, 2000);
    assert_true(tcs_str_equal(tcs_buf_view(&first), tcs_buf_view(&second)));
    tcs_buf_release(&first);
    tcs_buf_release(&second);
    tcs_frequencies_release(&table);
    tcs_frequencies_release(&again);
}

static void test_frequencies__bad_lines(void **state)
{
    static const char *const texts[] = {"1\ta\n12\n", "1\ta\n\tb\n", "1\ta\nx\tb\n", "1\ta\n-1\tb\n", "1\ta\n1000001\tb\n",
                                        "1\ta\n1\t\n", "1\ta\n1\t|\n", "1\ta\n1\tabcdefghijklmnopq\n", "1\ta\nnan\tb\n"};
    size_t i;

    (void)state;
    for (i = 0; i < COUNT(texts); i++) {
        struct tcs_frequencies table = {0};
        struct tocsin_error err = {0};

        assert_int_equal(tcs_frequencies_read(&table, str(texts[i]), &err), TOCSIN_E_PATTERN);
        assert_int_equal(err.offset, 2);
        tcs_frequencies_release(&table);
    }
}

static void test_frequencies__sources_by_name(void **state)
{
    (void)state;
    assert_true(tcs_frequencies_is_source(str("frequencies.tsv")));
    assert_true(tcs_frequencies_is_source(str("more/frequencies.tsv")));
    assert_false(tcs_frequencies_is_source(str("myfrequencies.tsv")));
    assert_false(tcs_frequencies_is_source(str("frequencies.yaml")));
}

static void test_offer__each_piece_once(void **state)
{
    static const char *const texts[] = {"哈哈哈哈", "AI换脸", "made by AI"};
    struct tcs_frequencies measured = {0};
    struct tcs_offer offer;
    struct tcs_term terms[3];
    struct tcs_plan_offer view;
    size_t i, k, j;

    (void)state;
    must(tcs_frequencies_read(&measured, str("50000\t|ai|\n"), NULL));
    for (i = 0; i < 3; i++)
        must(init_term(&terms[i], texts[i], "", NULL));
    must(tcs_offer_make(&offer, terms, 3, &measured, NULL));
    view = tcs_offer_view(&offer);
    for (i = 0; i < 3; i++)
        for (k = view.first[i]; k < view.first[i + 1]; k++)
            for (j = view.first[i]; j < k; j++)
                assert_int_not_equal(view.piece_ids[k], view.piece_ids[j]);
    assert_int_equal(view.piece_ids[view.first[1]], view.piece_ids[view.first[3] - 1]); /* |ai| */
    assert_true(view.sent_on[view.piece_ids[view.first[1]]] == 0.05);
    assert_true(view.sent_on[view.meanings[2]] < 0.05); /* made by AI: no more than its rarest piece */
    for (i = 0; i < 3; i++)
        tcs_term_release(&terms[i]);
    tcs_offer_release(&offer);
    tcs_frequencies_release(&measured);
}

static void test_tally__documents_not_occurrences(void **state)
{
    static const char *const texts[] = {"AI AI ai", "mail", "換臉 and more 换脸", "ＡＩ「换脸", ""};
    struct tcs_frequencies none = {0};
    const struct tcs_frequencies *result;
    struct tcs_piece ai = piece_of("ai", true, true), face = piece_of("换脸", false, false);
    struct tcs_tally *tally;
    struct tcs_offer offer;
    struct tcs_term terms[2];
    size_t i;

    (void)state;
    must(init_term(&terms[0], "AI", "", NULL));
    must(init_term(&terms[1], "换脸", "", NULL));
    must(tcs_offer_make(&offer, terms, 2, &none, NULL));
    must(tcs_tally_new(&offer, &tally, NULL));
    for (i = 0; i < COUNT(texts); i++) {
        struct tcs_document doc = {0};

        tcs_document_reset(&doc);
        must(tcs_document_add(&doc, "text", TCS_ROLE_TEXT, str(texts[i])));
        must(tcs_tally_document(tally, &doc));
        tcs_document_release(&doc);
    }
    result = tcs_tally_result(tally);
    assert_int_equal(tcs_tally_documents(tally), 5);
    assert_true(tcs_frequencies_of(result, &ai) == 0.4);
    assert_true(tcs_frequencies_of(result, &face) == 0.4);
    for (i = 0; i < 2; i++)
        tcs_term_release(&terms[i]);
    tcs_tally_free(tally);
    tcs_offer_release(&offer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_frequencies__read_and_asked),
        cmocka_unit_test(test_frequencies__written_is_read),
        cmocka_unit_test(test_frequencies__bad_lines),
        cmocka_unit_test(test_frequencies__sources_by_name),
        cmocka_unit_test(test_offer__each_piece_once),
        cmocka_unit_test(test_tally__documents_not_occurrences),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
