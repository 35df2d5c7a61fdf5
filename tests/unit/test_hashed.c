/*
 * hashed: reports each occurrence that a naive search finds once, and may leave out only those that their edges rule out.
 * With and without vectors; literals of every kind of key, at every distance from borders of blocks and of the data.
 */
#include "match_help.h"

#include "match/edge.h"
#include "match/hashed.h"

#define LITERALS_MAX 3000
#define TEXT_MAX 9000

struct seen {
    struct set *set;
    uint8_t *at; /* by literal and end: how often */
    size_t len;
    bool stops;
    size_t count;
};

struct set {
    struct tcs_str literals[LITERALS_MAX];
    uint8_t edges[LITERALS_MAX];
    char bytes[LITERALS_MAX * 40];
    size_t count, used;
    bool caseless;
};

static bool note(void *context, uint32_t id, size_t end)
{
    struct seen *seen = context;

    assert_true(id < seen->set->count && end <= seen->len && seen->set->literals[id].len <= end);
    seen->at[id * (seen->len + 1) + end]++;
    seen->count++;
    return seen->stops;
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
}

static bool stands_at(const struct set *set, struct tcs_str literal, const char *p)
{
    size_t i;

    for (i = 0; i < literal.len && (set->caseless ? lower(literal.data[i]) == lower(p[i]) : literal.data[i] == p[i]); i++)
        continue;
    return i == literal.len;
}

/* May it be left out? */
static bool is_ruled_out(const struct set *set, size_t id, struct tcs_str text, size_t start, size_t end)
{
    bool left = set->edges[id] & TCS_EDGE_LEFT, right = set->edges[id] & TCS_EDGE_RIGHT;
    size_t base;

    if (right && end < text.len && tcs_is_ascii_word((unsigned char)text.data[end]))
        return true;
    for (base = 0; left && base <= start; base++) /* wherever a document begins */
        if (tcs_edges_hold(true, false, text.data + base, text.data + start, text.data + end, text.data + text.len))
            left = base == start && start > 0 && tcs_is_ascii_word((unsigned char)text.data[start - 1]);
    return left;
}

static void check(struct set *set, const struct tcs_hashed *hashed, struct tcs_str text, const char *how)
{
    struct seen seen = {.set = set, .at = calloc(set->count * (text.len + 1) + 1, 1), .len = text.len};
    size_t id, start;

    assert_non_null(seen.at);
    tcs_hashed_scan(hashed, text.data, text.len, note, &seen);
    for (id = 0; id < set->count; id++)
        for (start = 0; start + set->literals[id].len <= text.len; start++) {
            size_t end = start + set->literals[id].len;
            unsigned times = seen.at[id * (text.len + 1) + end];

            if (!stands_at(set, set->literals[id], text.data + start))
                assert_int_equal(times, 0);
            else if (times != 1 && (times || !is_ruled_out(set, id, text, start, end)))
                fail_msg("%s: literal %zu \"%.*s\" (edges %u) at %zu of %zu: %u times in \"%.*s\"", how, id,
                         (int)set->literals[id].len, set->literals[id].data, set->edges[id], start, text.len, times,
                         (int)(text.len - (start > 20 ? start - 20 : 0) < 60 ? text.len - (start > 20 ? start - 20 : 0) : 60),
                         text.data + (start > 20 ? start - 20 : 0));
        }
    free(seen.at);
}

static void add(struct set *set, struct tcs_str bytes, uint8_t edges)
{
    size_t i;

    if (set->count == LITERALS_MAX || !bytes.len || bytes.len > 32 || !bytes.data[0])
        return;
    memcpy(set->bytes + set->used, bytes.data, bytes.len);
    if (set->caseless)
        for (i = 0; i < bytes.len; i++)
            set->bytes[set->used + i] = lower(bytes.data[i]);
    for (i = 0; i < set->count; i++)
        if (set->literals[i].len == bytes.len && !memcmp(set->literals[i].data, set->bytes + set->used, bytes.len))
            return;
    set->literals[set->count] = (struct tcs_str){set->bytes + set->used, bytes.len};
    set->edges[set->count++] = edges;
    set->used += bytes.len;
}

/* What literals and texts are put together from. */
static const char *const atoms[] = {"换", "脸", "換", "深", "度", "伪", "造", "，", "“", "”", "「", "\"", "'", "\\", "\\n", "\\u6362",
                                    "\\u8138", "\\u00ad", "\\u201c", "<", "</b>", "&", "&nbsp", "&#x", "a", "i", "AI", "ai", "deep", "fak",
                                    "Toy", "x", ".", " ", "-", "9", "\xC2\xAD", "\xEF\xB8\x8F", "\xEF\xBC\xA1", "\xF0\x9D\x90\x80",
                                    "\xE4", "\xB8", "\xFF", "é", "\n", "#", "kkkkkkkkkkkkkkkk"};

static void put_atoms(struct tcs_buf *out, uint32_t *seed, uint32_t count)
{
    while (count--)
        put_str(out, atoms[next_random(seed, COUNT(atoms))]);
}

static void fill_set(struct set *set, uint32_t *seed, size_t count)
{
    struct tcs_buf bytes = {0};
    size_t tries;

    *set = (struct set){.caseless = next_random(seed, 4) > 0};
    for (tries = 0; tries < count; tries++) {
        size_t cut;

        tcs_buf_reset(&bytes);
        put_atoms(&bytes, seed, 1 + next_random(seed, 5));
        cut = next_random(seed, 3) ? 0 : next_random(seed, (uint32_t)bytes.len);
        add(set, (struct tcs_str){bytes.data + cut, bytes.len - cut}, (uint8_t)next_random(seed, 4));
    }
    tcs_buf_release(&bytes);
}

/* Random atoms, many of them literals whole. */
static void put_text(struct tcs_buf *out, const struct set *set, uint32_t *seed, size_t len)
{
    while (out->len < len)
        if (set->count && next_random(seed, 3) == 0)
            must(tcs_buf_append_str(out, set->literals[next_random(seed, (uint32_t)set->count)]));
        else
            put_atoms(out, seed, 1);
}

static void check_both(struct set *set, struct tcs_str text)
{
    struct tcs_hashed *hashed;

    must(tcs_hashed_new(set->literals, set->edges, set->count, set->caseless, &hashed));
    check(set, hashed, text, "vectors");
    tcs_hashed_be_plain(hashed);
    check(set, hashed, text, "plain");
    tcs_hashed_free(hashed);
}

/* Letters behind the third of Han characters are in any case too. */
static void test_hashed__letters_in_long_keys(void **state)
{
    static const char *const literals[] = {"换脸a", "换脸ai", "换脸aigc", "换脸度aigc", "换脸度deep", "换a脸i度x"};
    struct set *set = malloc(sizeof *set);
    size_t i;

    (void)state;
    assert_non_null(set);
    *set = (struct set){.caseless = true};
    for (i = 0; i < COUNT(literals); i++)
        add(set, str(literals[i]), 0);
    check_both(set, str("换脸A 换脸AIGC换脸aIgC 换脸度AIGC 换脸度deep 换脸度DeeP，换A脸I度X换a脸i度x换脸Ai"));
    free(set);
}

static void test_hashed__random_sets(void **state)
{
    struct set *set = malloc(sizeof *set);
    struct tcs_buf text = {0};
    uint32_t seed = 20261123, trial;

    (void)state;
    assert_non_null(set);
    for (trial = 0; trial < 400; trial++) {
        fill_set(set, &seed, 1 + next_random(&seed, trial % 10 ? 30 : 400));
        tcs_buf_reset(&text);
        put_text(&text, set, &seed, next_random(&seed, trial % 3 ? 300 : 5000));
        /* in a block of its own, so that a read beyond it is seen */
        {
            char *own = malloc(text.len + 1);

            assert_non_null(own);
            if (text.len)
                memcpy(own, text.data, text.len);
            own = realloc(own, text.len ? text.len : 1);
            check_both(set, (struct tcs_str){own, text.len});
            free(own);
        }
    }
    tcs_buf_release(&text);
    free(set);
}

/* One literal of each kind at every place of a text of every length around the size of blocks. */
static void test_hashed__every_place(void **state)
{
    static const char *const literals[] = {"换脸",   "换脸深",  "换脸深度伪", "换“",    "换\"",       "换<",   "ai",
                                           "ai<",    "a<",      "deepfak",    "toy",    "\\u6362\\u8138", "\\u6362\"", "\\u00a",
                                           "\xC2\xAD", "\xEF\xB8\x8F", "&#x",  "<b",     "\xF0\x9D\x90",   "\xE4"};
    size_t which, len, at;

    (void)state;
    for (which = 0; which < COUNT(literals); which++) {
        struct set *set = calloc(1, sizeof *set);
        struct tcs_hashed *hashed[2];

        assert_non_null(set);
        set->caseless = true;
        add(set, str(literals[which]), 0);
        must(tcs_hashed_new(set->literals, set->edges, 1, true, &hashed[0]));
        must(tcs_hashed_new(set->literals, set->edges, 1, true, &hashed[1]));
        tcs_hashed_be_plain(hashed[1]);
        for (len = 0; len < 300; len += len < 70 || (len > 90 && len < 165) ? 1 : 7)
            for (at = 0; at + strlen(literals[which]) <= len; at += len < 140 ? 1 : 5) {
                char *text = malloc(len + 1);

                assert_non_null(text);
                memset(text, ' ', len);
                memcpy(text + at, literals[which], strlen(literals[which]));
                check(set, hashed[0], (struct tcs_str){text, len}, "vectors");
                check(set, hashed[1], (struct tcs_str){text, len}, "plain");
                free(text);
            }
        tcs_hashed_free(hashed[0]);
        tcs_hashed_free(hashed[1]);
        free(set);
    }
}

static bool count_one(void *context, uint32_t id, size_t end)
{
    (void)id;
    (void)end;
    ++*(size_t *)context;
    return false;
}

/* So many keys that the look at groups is not worth it and tables are large. */
static void test_hashed__many_literals(void **state)
{
    enum { MANY = 40000 };
    struct tcs_str *literals = calloc(MANY, sizeof *literals);
    struct tcs_hashed *hashed;
    struct tcs_buf bytes = {0}, text = {0}, form = {0};
    uint32_t seed = 7, i, from;
    size_t expected = 0, at;

    (void)state;
    assert_non_null(literals);
    for (i = 0; i < MANY; i++) { /* distinct by three characters that are the digits of i */
        put_cp(&bytes, 0x4E00 + i % 64);
        put_cp(&bytes, 0x5200 + i / 64 % 64);
        put_cp(&bytes, 0x6200 + i / 4096);
        if (i % 3 == 0)
            put_cp(&bytes, 0x7000 + i % 50);
    }
    for (i = from = 0; i < MANY; i++) {
        literals[i] = (struct tcs_str){bytes.data + from, i % 3 ? 9 : 12};
        from += i % 3 ? 9 : 12;
    }
    must(tcs_hashed_new(literals, NULL, MANY, true, &hashed));
    for (i = 0; i < 2000; i++) {
        put_cp(&text, 0x4E00 + next_random(&seed, 80));
        if (i % 4 == 0)
            must(tcs_buf_append_str(&text, literals[next_random(&seed, MANY)]));
    }
    for (at = 0; at < text.len; at++)
        for (i = 0; i < MANY; i++)
            expected += at + literals[i].len <= text.len && !memcmp(text.data + at, literals[i].data, literals[i].len);
    assert_true(expected >= 500);
    for (i = 0; i < 2; i++) {
        size_t found = 0;

        tcs_hashed_scan(hashed, text.data, text.len, count_one, &found);
        assert_int_equal(found, expected);
        tcs_hashed_be_plain(hashed);
    }
    must(tcs_buf_append_str(&form, tcs_hashed_form(hashed)));
    tcs_hashed_free(hashed);
    must(tcs_hashed_open(tcs_buf_view(&form), &hashed));
    assert_int_equal(tcs_hashed_count(hashed), MANY);
    for (i = 0, at = 0; i < MANY; i++)
        assert_true(tcs_str_equal(tcs_hashed_text(hashed, i), literals[i]));
    tcs_hashed_scan(hashed, text.data, text.len, count_one, &at);
    assert_int_equal(at, expected);
    tcs_hashed_free(hashed);
    tcs_buf_release(&form);
    tcs_buf_release(&bytes);
    tcs_buf_release(&text);
    free(literals);
}

/* A form that is cut short, or does not stand where its tables can be read, is refused. */
static void test_hashed__open_refuses_what_is_no_form(void **state)
{
    static const struct tcs_str literals[] = {{"换脸", 6}, {"deepfake", 8}};
    struct tcs_hashed *hashed, *opened;
    struct tcs_buf form = {0};
    size_t len;

    (void)state;
    must(tcs_hashed_new(literals, NULL, COUNT(literals), true, &hashed));
    must(tcs_buf_append_str(&form, tcs_hashed_form(hashed)));
    for (len = 0; len < form.len; len += 8)
        assert_int_equal(tcs_hashed_open((struct tcs_str){form.data, len}, &opened), TOCSIN_E_CORRUPT);
    must(tcs_buf_putc(&form, 0));
    memmove(form.data + 1, form.data, form.len - 1);
    assert_int_equal(tcs_hashed_open((struct tcs_str){form.data + 1, form.len - 1}, &opened), TOCSIN_E_CORRUPT);
    tcs_hashed_free(hashed);
    tcs_buf_release(&form);
}

static void test_hashed__stops_when_told(void **state)
{
    struct set *set = calloc(1, sizeof *set);
    struct seen seen = {.set = set, .len = 12, .stops = true};
    struct tcs_hashed *hashed;

    (void)state;
    assert_non_null(set);
    add(set, TCS_STR("换脸"), 0);
    seen.at = calloc(13, 1);
    assert_non_null(seen.at);
    must(tcs_hashed_new(set->literals, NULL, 1, true, &hashed));
    tcs_hashed_scan(hashed, "换脸换脸", 12, note, &seen);
    assert_int_equal(seen.count, 1);
    tcs_hashed_free(hashed);
    free(seen.at);
    free(set);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_hashed__letters_in_long_keys),
        cmocka_unit_test(test_hashed__random_sets),
        cmocka_unit_test(test_hashed__every_place),
        cmocka_unit_test(test_hashed__many_literals),
        cmocka_unit_test(test_hashed__open_refuses_what_is_no_form),
        cmocka_unit_test(test_hashed__stops_when_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
