/* order: as comparing the whole texts one by one orders them; NULs, shared heads, beginnings of others and equal texts. */
#include "match_help.h"

#include "base/order.h"

#define TEXTS 400

static bool is_before(const struct tcs_str *texts, uint32_t a, uint32_t b)
{
    size_t i;

    for (i = 0; i < texts[a].len && i < texts[b].len; i++)
        if (texts[a].data[i] != texts[b].data[i])
            return (uint8_t)texts[a].data[i] < (uint8_t)texts[b].data[i];
    return texts[a].len != texts[b].len ? texts[a].len < texts[b].len : a < b;
}

/* Few bytes, so that much is equal; lengths about the eight bytes that are compared first. */
static size_t draw_texts(struct tcs_str *texts, char bytes[TEXTS][20], unsigned seed)
{
    static const char alphabet[] = {0, 'a', '\x7f', '\x80', '\xff'};
    size_t count = seed % 3 ? TEXTS : seed % 7, i, k;

    for (i = 0; i < count; i++) {
        texts[i] = (struct tcs_str){bytes[i], (seed = seed * 1103515245 + 12345) >> 16 & 15};
        for (k = 0; k < texts[i].len; k++)
            bytes[i][k] = k < 6 ? 'x' : alphabet[((seed = seed * 1103515245 + 12345) >> 16) % sizeof alphabet];
    }
    return count;
}

static void test_order__as_comparing_byte_by_byte(void **state)
{
    static struct tcs_str texts[TEXTS];
    static char bytes[TEXTS][20];
    uint32_t order[TEXTS];
    unsigned seed;
    size_t i;

    (void)state;
    for (seed = 0; seed < 50; seed++) {
        bool is_there[TEXTS] = {false};
        size_t count = draw_texts(texts, bytes, seed);

        assert_int_equal(tcs_order_texts(texts, count, order), TOCSIN_OK);
        for (i = 0; i < count; i++) {
            assert_false(is_there[order[i]]);
            is_there[order[i]] = true;
            assert_true(!i || is_before(texts, order[i - 1], order[i]));
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_order__as_comparing_byte_by_byte),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
