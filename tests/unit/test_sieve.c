/*
 * sieve: it may name a document too many, never one too few. Every way that we know to spell a piece is made here, for
 * each syntax: all members of classes, all odd code points and ignorables at all positions, quotation marks and stops
 * that the fold takes out, escapes and references mixed character by character, markup inside words. Whether a document
 * holds a piece is decided by decoding and folding it, as the judge does; the engine and the plain automaton must
 * both name it.
 */
#include "sieve_help.h"

#include "piece_help.h"

#include "match/fold_table.h"
#include "match/props.h"

static struct tcs_spellings *spellings;

/* ---- the pieces: of the kind that we ship, and of kinds that others may write ---- */

static const char *const pieces[] = {"换脸", "深度伪造", "一键脱衣", "图", "ai", "deepfak", "nudify", "gpt4",
                                     "øk",   "カab",     "бот",      "𠮷野"};

static struct rig rigs[COUNT(pieces)];

static int open_rigs(void **state)
{
    size_t i;

    (void)state;
    for (i = 0; i < COUNT(pieces); i++)
        rig_open(&rigs[i], piece_of(pieces[i]));
    return tcs_spellings_new(&spellings) != TOCSIN_OK;
}

static int close_rigs(void **state)
{
    size_t i;

    (void)state;
    for (i = 0; i < COUNT(pieces); i++)
        rig_close(&rigs[i]);
    tcs_spellings_free(spellings);
    return 0;
}

/* enough: what the documents that held their piece must at least come to, so that no test tests nothing. */
static void for_each_piece(void (*check)(struct rig *rig), size_t enough)
{
    size_t held = 0, i;

    for (i = 0; i < COUNT(pieces); i++) {
        rigs[i].held = 0;
        check(&rigs[i]);
        held += rigs[i].held;
    }
    if (held < enough)
        fail_msg("only %zu documents", held);
}

/* All products of members at positions from `at` on. */
static void spell_members(struct rig *rig, uint32_t *cps, size_t at)
{
    const uint32_t *members;
    size_t count, i;
    uint32_t one;

    if (at == rig->piece.count) {
        expect_all_ways(rig, cps, at, "members");
        return;
    }
    count = tcs_spellings_of(spellings, rig->piece.cps[at], &one, &members);
    for (i = 0; i < count; i++) {
        cps[at] = members[i];
        spell_members(rig, cps, at + 1);
    }
}

static bool has_ascii(const struct tcs_piece *piece)
{
    size_t i;

    for (i = 0; i < piece->count; i++)
        if (piece->cps[i] < 0x80)
            return true;
    return false;
}

static void check_members(struct rig *rig)
{
    uint32_t cps[TCS_PIECE_MAX], alike[TCS_PIECE_MAX];
    const uint32_t *members;
    size_t at, count, i;
    uint32_t one;

    memcpy(cps, rig->piece.cps, sizeof cps);
    if (!has_ascii(&rig->piece)) {
        spell_members(rig, cps, 0);
        return;
    }
    for (at = 0; at < rig->piece.count; at++) {
        count = tcs_spellings_of(spellings, rig->piece.cps[at], &one, &members);
        for (i = 0; i < count; i++) {
            memcpy(cps, rig->piece.cps, sizeof cps);
            cps[at] = members[i];
            expect_all_ways(rig, cps, rig->piece.count, "one member");
            expect_one_odd(rig, cps, rig->piece.count, at, "one member, the rest raw");
        }
    }
    for (i = 0; i < 8; i++) { /* all of them in the same style: capitals, full width, circled ... */
        for (at = 0; at < rig->piece.count; at++) {
            count = tcs_spellings_of(spellings, rig->piece.cps[at], &one, &members);
            alike[at] = members[i < count ? i : count - 1];
        }
        expect_all_ways(rig, alike, rig->piece.count, "members of one style");
    }
}

static void test_sieve__finds_every_member_spelling(void **state)
{
    (void)state;
    for_each_piece(check_members, 15000);
}

/* cp, which folds to several characters, wherever these agree with the piece; its text stands around. */
static void check_odd_code_point(struct rig *rig, uint32_t cp)
{
    uint32_t one, n, cps[2 * TCS_PIECE_MAX];
    const uint32_t *folded = tcs_fold_single(cp, &one, &n);
    int64_t off, i, count = rig->piece.count;

    for (i = 0; i < (int64_t)n; i++)
        if (folded[i] == '.')
            return; /* the initials' business */
    for (off = 1 - (int64_t)n; off < count; off++) {
        size_t len = 0, at;

        for (i = 0; i < (int64_t)n; i++)
            if (off + i >= 0 && off + i < count && rig->piece.cps[off + i] != folded[i])
                break;
        if (i < (int64_t)n)
            continue;
        for (i = 0; i < off; i++)
            cps[len++] = rig->piece.cps[i];
        at = len;
        cps[len++] = cp;
        for (i = off + (int64_t)n; i < count; i++)
            cps[len++] = rig->piece.cps[i];
        expect_one_odd(rig, cps, len, at, "an odd code point");
        expect_all_ways(rig, cps, len, "an odd code point");
    }
}

static void check_odd(struct rig *rig)
{
    const uint32_t *odd;
    size_t count = tcs_spellings_odd(spellings, &odd), i;
    uint32_t one, n;

    for (i = 0; i < count; i++)
        if ((void)tcs_fold_single(odd[i], &one, &n), n)
            check_odd_code_point(rig, odd[i]);
}

static void test_sieve__finds_every_odd_code_point_at_every_position(void **state)
{
    (void)state;
    for_each_piece(check_odd, 1000);
}

static void insert_between(struct rig *rig, size_t at, uint32_t cp, const char *note)
{
    uint32_t cps[TCS_PIECE_MAX + 1];

    memcpy(cps, rig->piece.cps, at * sizeof *cps);
    cps[at] = cp;
    memcpy(cps + at + 1, rig->piece.cps + at, (rig->piece.count - at) * sizeof *cps);
    expect_one_odd(rig, cps, rig->piece.count + 1, at, note);
}

static void check_ignorables(struct rig *rig)
{
    const uint32_t *odd;
    size_t count = tcs_spellings_odd(spellings, &odd), i, at;
    uint32_t one, n;

    for (i = 0; i < count; i++) {
        if ((void)tcs_fold_single(odd[i], &one, &n), n)
            continue;
        for (at = 1; at < rig->piece.count; at++) {
            if (odd[i] >= 0xE0000 && odd[i] % 97 && at > 1)
                continue; /* the 4,096 of plane 14: all at one position, some at every one */
            insert_between(rig, at, odd[i], "an ignorable");
        }
    }
}

static void test_sieve__finds_every_ignorable_at_every_position(void **state)
{
    (void)state;
    for_each_piece(check_ignorables, 30000);
}

/* Every ignorable, in every way to write it, between two escaped characters. */
static void test_sieve__finds_ignorables_among_escapes(void **state)
{
    const uint32_t *odd;
    size_t count = tcs_spellings_odd(spellings, &odd), i;
    uint32_t one, n;
    struct rig rig;

    (void)state;
    rig_open(&rig, piece_of("换脸"));
    for (i = 0; i < count; i++)
        if ((void)tcs_fold_single(odd[i], &one, &n), !n && (odd[i] < 0xE0000 || odd[i] % 16 < 2)) {
            uint32_t cps[] = {0x6362, odd[i], 0x8138};

            expect_all_ways(&rig, cps, 3, "an ignorable among escapes");
        }
    rig_close(&rig);
}

static bool is_han(uint32_t cp)
{
    return tcs_props(cp) & TCS_PROP_HAN;
}

static bool vanishes_between_han(uint32_t cp)
{
    static const uint32_t lone[] = {0x201C, 0x201D, '"', '\'', 0x300C, 0x300D, 0x300E, 0x300F};
    uint32_t one, n;
    const uint32_t *cps = tcs_fold_single(cp, &one, &n);
    size_t i;

    for (i = 0; i < COUNT(lone); i++)
        if (n == 1 && *cps == lone[i])
            return true;
    return false;
}

static void check_quotes(struct rig *rig)
{
    uint32_t cp, cps[TCS_PIECE_MAX + 1];
    size_t at;

    for (cp = 0; cp < 0x110000; cp++) {
        if (is_surrogate(cp) || !vanishes_between_han(cp))
            continue;
        for (at = 1; at < rig->piece.count; at++) {
            if (!is_han(rig->piece.cps[at - 1]) || !is_han(rig->piece.cps[at]))
                continue;
            insert_between(rig, at, cp, "a quotation mark");
            memcpy(cps, rig->piece.cps, at * sizeof *cps);
            cps[at] = cp;
            memcpy(cps + at + 1, rig->piece.cps + at, (rig->piece.count - at) * sizeof *cps);
            expect_all_ways(rig, cps, rig->piece.count + 1, "a quotation mark");
        }
    }
}

static void test_sieve__finds_quotation_marks_between_han(void **state)
{
    (void)state;
    for_each_piece(check_quotes, 500);
}

static bool is_latin(uint32_t cp)
{
    return (tcs_props(cp) & (TCS_PROP_LATIN | TCS_PROP_LETTER)) == (TCS_PROP_LATIN | TCS_PROP_LETTER);
}

/*
 * Initials: `letters` of the piece from its first Latin one on, each with a stop behind it. Those before the first must let
 * it stand alone.
 */
static void check_stops_with(struct rig *rig, uint32_t stop)
{
    uint32_t cps[2 * TCS_PIECE_MAX], capital[2 * TCS_PIECE_MAX];
    size_t first = 0, letters, len, i;

    while (first < rig->piece.count && !is_latin(rig->piece.cps[first]))
        first++;
    if (first && (tcs_props(rig->piece.cps[first - 1]) & TCS_PROP_SPACED))
        return;
    for (letters = 2; first + letters <= rig->piece.count; letters++) {
        for (len = 0, i = 0; i < rig->piece.count; i++) {
            cps[len++] = rig->piece.cps[i];
            if (i >= first && i < first + letters)
                cps[len++] = stop;
        }
        for (i = 0; i < len; i++)
            capital[i] = cps[i] >= 'a' && cps[i] <= 'z' ? cps[i] - 0x20 : cps[i];
        expect_all_ways(rig, cps, len, "initials");
        expect_all_ways(rig, capital, len, "initials");
        for (i = 0; i < len; i++)
            expect_one_odd(rig, cps, len, i, "initials");
    }
}

static void check_stops(struct rig *rig)
{
    const uint32_t *stops;
    uint32_t one;
    size_t count = tcs_spellings_of(spellings, '.', &one, &stops), i;

    for (i = 0; i < count; i++)
        check_stops_with(rig, stops[i]);
}

static void test_sieve__finds_initials(void **state)
{
    (void)state;
    for_each_piece(check_stops, 500);
}

/* A piece may be the end of a run of initials, whose first letters belong to no piece. */
static void test_sieve__finds_the_middle_of_initials(void **state)
{
    static const struct {
        const char *piece, *text;
    } cases[] = {
        {"bc", "A.B.C."}, {"bcd", "A.B.C.D."}, {"b5", "A.B.5"}, {"bカ", "A.B.カ"}, {"カab", "カA.B."}, {"ab", "ネA.B."},
        {"øæ", "Ø.Æ."},   {"aø", "A.Ø."},      {"øa", "Ø.A."},  {"øa", "Ø．A．"},  {"aø", "A\u2024Ø\uFE52"}, {"am", "㏂"},
        {"amb", "㏂B."},   {"ai", "A.I."},
    };
    struct rig rig;
    size_t i;

    (void)state;
    for (i = 0; i < COUNT(cases); i++) {
        uint32_t cps[32];
        size_t count = code_points(str(cases[i].text), cps), at;

        rig_open(&rig, piece_of(cases[i].piece));
        expect_all_ways(&rig, cps, count, "initials");
        for (at = 0; at < count; at++) {
            expect_one_odd(&rig, cps, count, at, "initials");
            tcs_buf_reset(&rig.content);
            put_cps(&rig.content, cps, at);
            put_str(&rig.content, "<b>");
            put_cps(&rig.content, cps + at, count - at);
            expect(&rig, HTML, true, "a tag among initials");
        }
        rig_close(&rig);
    }
}

/* ---- ways mixed character by character ---- */

/* Every combination of ways, for pieces of up to four characters; random ones for longer. */
static void check_mixed(struct rig *rig)
{
    enum tcs_syntax syntax;
    uint32_t seed = 31, combination, total;
    size_t i;

    for (syntax = JSON; syntax < TCS_SYNTAX_COUNT; syntax++) {
        bool all = rig->piece.count <= 4;

        for (total = 1, i = 0; all && i < rig->piece.count; i++)
            total *= ways(syntax);
        for (combination = 0; combination < (all ? total : 2000); combination++) {
            uint32_t rest = combination;
            bool safe = true;

            tcs_buf_reset(&rig->content);
            for (i = 0; i < rig->piece.count; i++) {
                unsigned way = all ? rest % ways(syntax) : next_random(&seed, ways(syntax));

                rest /= ways(syntax);
                safe &= is_safe(way);
                put_way(rig, syntax, rig->piece.cps[i], way);
            }
            expect(rig, syntax, safe, "mixed ways");
        }
    }
}

static void test_sieve__finds_mixed_escapes_and_references(void **state)
{
    (void)state;
    for_each_piece(check_mixed, 10000);
}

/* Every named reference that folds to a character of a piece, with and without its semicolon, at every position. */
static void check_names(struct rig *rig)
{
    struct tcs_str name;
    uint32_t cp[2];
    size_t i, at, k;

    for (i = 0; tcs_html_entity_at(i, &name, cp); i++) {
        uint32_t one, n;
        const uint32_t *folded = tcs_fold_single(cp[0], &one, &n);

        if (n > 1 || cp[1])
            continue; /* by chance: see the random documents */
        for (at = 0; at < rig->piece.count; at++) {
            if (n ? *folded != rig->piece.cps[at] : !at)
                continue;
            tcs_buf_reset(&rig->content);
            for (k = 0; k < rig->piece.count; k++) {
                if (k == at) {
                    put_str(&rig->content, "&");
                    must(tcs_buf_append_str(&rig->content, name));
                }
                if (k != at || !n)
                    put_cp(&rig->content, rig->piece.cps[k]);
            }
            expect(rig, HTML, name.data[name.len - 1] == ';', "a named reference");
        }
    }
}

static void test_sieve__finds_named_references(void **state)
{
    static const struct {
        const char *piece, *html;
    } doubles[] = {{"fja", "&fjlig;a"}, {"fja", "x&fjlig;<b>a"}, {"jar", "&fjlig;ar"}, {"afj", "a&fjlig;"}, {"of", "o&fjlig;"}};
    struct rig rig;
    size_t i;

    (void)state;
    for_each_piece(check_names, 500);
    for (i = 0; i < COUNT(doubles); i++) {
        rig_open(&rig, piece_of(doubles[i].piece));
        put_str(&rig.content, doubles[i].html);
        expect(&rig, HTML, true, "a reference to two code points");
        rig_close(&rig);
    }
}

/* Escaped, such a piece is longer than a literal may be: its start is looked for, and the rest compared. */
static void test_sieve__compares_the_rest_of_long_spellings(void **state)
{
    static const uint32_t cps[] = {0x20BB7, 0x20089, 0x2000B, 0x20BB7}, other[] = {0x20BB7, 0x20089, 0x2000B, 0x20BB8};
    struct rig rig;
    unsigned way;
    size_t i;

    (void)state;
    rig_open(&rig, (struct tcs_piece){.cps = {cps[0], cps[1], cps[2], cps[3]}, .count = 4});
    expect_all_ways(&rig, cps, 4, "four pairs");
    for (i = 0; i < 4; i++)
        expect_one_odd(&rig, cps, 4, i, "four pairs");
    for (way = 0; way < WAYS_OF_JSON; way++) {
        tcs_buf_reset(&rig.document);
        for (i = 0; i < 4; i++)
            put_json(&rig.document, other[i], way);
        assert_int_equal(scan(&rig, JSON, false), 0);
        assert_int_equal(scan(&rig, JSON, true), 0);
    }
    rig_close(&rig);
}

/* ---- markup ---- */

static const char *const markups[] = {
    "<b>", "</b>", "</b><i>", "<wbr>", "<span class=\"x\">", "<a href='x>y' title=\"<b>\">", "<!-- x -->", "<!---->", "<!>",
    "<?x?>", "</>", "<x-y/>", "<b\n>", "<B>", "&shy;<b>&#8203;</b>", "<!-- > -- > <b> -->", "<script>x</script>",
    "<style>x</style>", "<script><!-- <script> </script> --></script>", "<![CDATA[x]]>", "<template></template>",
    "<b a=&quot;>",
};

static void check_markup(struct rig *rig)
{
    struct tcs_buf comment = {0};
    size_t i, at, k;
    unsigned way;

    put_str(&comment, "<!--");
    for (i = 0; i < 20000; i++)
        put_str(&comment, "long ");
    put_str(&comment, "-->");
    for (i = 0; i <= COUNT(markups); i++)
        for (at = 1; at < rig->piece.count; at++)
            for (way = RAW; way < 3; way++) {
                tcs_buf_reset(&rig->content);
                for (k = 0; k < rig->piece.count; k++) {
                    if (k == at)
                        put_str(&rig->content, i < COUNT(markups) ? markups[i] : c_str(&comment));
                    put_html(&rig->content, rig->piece.cps[k], way);
                }
                expect(rig, HTML, i < 15, i < COUNT(markups) ? "markup" : "a comment of 100 KB");
            }
    /* between all characters */
    tcs_buf_reset(&rig->content);
    for (k = 0; k < rig->piece.count; k++) {
        put_html(&rig->content, rig->piece.cps[k], (unsigned)k % 3);
        put_str(&rig->content, markups[k % 15]);
    }
    expect(rig, HTML, true, "markup everywhere");
    tcs_buf_release(&comment);
}

static void test_sieve__finds_markup_inside_words(void **state)
{
    (void)state;
    for_each_piece(check_markup, 1000);
}

/* ---- random documents ---- */

static void put_decoration(struct rig *rig, enum tcs_syntax syntax, uint32_t *seed)
{
    static const uint32_t cps[] = {0x200B, 0xAD, 0xFE0F, 0xE0100, 0x34F, '.', 0xFF0E, 0x201C, 0x2019, '"', '\'', 0x300C, 0xFF62,
                                   0x301,  ' ',  '\n',   0xFFFD, 0x2060, 0xE0020};

    if (syntax == HTML && !next_random(seed, 3))
        put_str(&rig->content, markups[next_random(seed, COUNT(markups))]);
    else
        put_way(rig, syntax, cps[next_random(seed, COUNT(cps))], next_random(seed, ways(syntax)));
}

/* cps, each in any way (half of the time the same for all), as any member, with something between now and then. */
static void put_random(struct rig *rig, enum tcs_syntax syntax, const uint32_t *cps, size_t count, uint32_t *seed)
{
    unsigned way = next_random(seed, ways(syntax));
    bool is_mixed = next_random(seed, 2), is_varied = next_random(seed, 2);
    size_t i;

    for (i = 0; i < count; i++) {
        const uint32_t *members;
        uint32_t one;
        size_t n = tcs_spellings_of(spellings, cps[i], &one, &members);

        if (i && !next_random(seed, 6))
            put_decoration(rig, syntax, seed);
        put_way(rig, syntax, is_varied && n ? members[next_random(seed, (uint32_t)n)] : cps[i],
                is_mixed ? next_random(seed, ways(syntax)) : way);
    }
}

static void check_random(struct rig *rig)
{
    enum tcs_syntax syntax;
    uint32_t seed = rig->piece.cps[0], round;

    for (syntax = TEXT; syntax < TCS_SYNTAX_COUNT; syntax++)
        for (round = 0; round < 2500; round++) {
            tcs_buf_reset(&rig->content);
            if (next_random(&seed, 2))
                put_decoration(rig, syntax, &seed);
            put_random(rig, syntax, rig->piece.cps, rig->piece.count, &seed);
            if (next_random(&seed, 2))
                put_decoration(rig, syntax, &seed);
            expect(rig, syntax, false, "random spelling");
        }
}

static void test_sieve__finds_random_spellings(void **state)
{
    (void)state;
    for_each_piece(check_random, 25000);
}

/* Pieces of random terms, in the text that the term was made from. */
static void test_sieve__finds_pieces_of_random_terms(void **state)
{
    struct tcs_buf text = {0};
    uint32_t seed = 77, cps[64];
    size_t held = 0, sets = 0;
    struct rig rig;

    (void)state;
    while (sets < 12) {
        struct tcs_term term;
        struct tcs_piece piece;
        enum tcs_syntax syntax;
        uint32_t round;
        size_t count;

        nasty_text(&text, &seed, 12);
        if (init_term(&term, c_str(&text), "", NULL) != TOCSIN_OK)
            continue;
        piece = least_piece(&term, spellings);
        tcs_term_release(&term);
        if (piece.count < 2)
            continue;
        sets++;
        rig_open(&rig, piece);
        count = code_points(tcs_buf_view(&text), cps);
        for (syntax = TEXT; syntax < TCS_SYNTAX_COUNT; syntax++)
            for (round = 0; round < 300; round++) {
                tcs_buf_reset(&rig.content);
                put_random(&rig, syntax, cps, count, &seed);
                expect(&rig, syntax, false, "random term");
            }
        held += rig.held;
        rig_close(&rig);
    }
    assert_true(held > 12 * 300);
    tcs_buf_release(&text);
}

/* ---- the plain scan is the same ---- */

static void test_sieve__plain_says_the_same_on_random_bytes(void **state)
{
    static const char *const chunks[] = {"换", "脸", "臉", "\\u6362", "\\u8138", "\\u200b", "\xE2\x80\x8B", "&#x8138;", "<b>", "&",
                                         "a", "I", "A.", "ＡＩ", "deep", "fak", "ß", "\\", "\"", "“", "\xFF", "\xE6\x8D", "\n", " "};
    struct tcs_piece list[3];
    struct tcs_sieve_scratch scratch = {0};
    struct tcs_buf data = {0};
    enum tcs_syntax syntax;
    uint32_t seed = 55, round;
    size_t named = 0;

    (void)state;
    list[0] = piece_of("换脸");
    list[1] = piece_of("deepfak");
    list[2] = piece_of("ai");
    for (syntax = TEXT; syntax < TCS_SYNTAX_COUNT; syntax++) {
        struct tcs_sieve *sieve;

        must(tcs_sieve_new(&(struct tcs_sought){.pieces = list, .count = COUNT(list)}, syntax, &sieve, NULL));
        must(tcs_sieve_fit(sieve, &scratch, NULL));
        for (round = 0; round < 5000; round++) {
            uint32_t n = next_random(&seed, 40);
            bool bytes = next_random(&seed, 4) == 0;
            size_t count;

            tcs_buf_reset(&data);
            while (n--) {
                if (bytes)
                    must(tcs_buf_putc(&data, (char)next_random(&seed, 256)));
                else
                    put_str(&data, chunks[next_random(&seed, COUNT(chunks))]);
            }
            must(tcs_sieve_scan(sieve, &scratch, tcs_buf_view(&data), false, locate_all, &data.len));
            count = scratch.candidate_count;
            must(tcs_sieve_scan(sieve, &scratch, tcs_buf_view(&data), true, locate_all, &data.len));
            if (count != scratch.candidate_count)
                fail_msg("%s [%s]", syntax_name(syntax), c_str(&data));
            named += count;
        }
        tcs_sieve_free(sieve);
    }
    assert_true(named > 1000 && named < 14000);
    assert_int_equal(scratch.engine_errors, 0);
    tcs_sieve_scratch_release(&scratch);
    tcs_buf_release(&data);
}

/* ---- documents side by side ---- */

struct layout {
    struct tcs_span spans[64];
    size_t count;
};

static bool locate_in(void *context, size_t at, struct tcs_span *span_out)
{
    const struct layout *layout = context;
    size_t i;

    for (i = 0; i < layout->count; i++)
        if (at >= layout->spans[i].start && at < layout->spans[i].end) {
            *span_out = layout->spans[i];
            return true;
        }
    return false;
}

struct neighbour {
    enum tcs_syntax syntax;
    const char *document;
    bool is_candidate;
};

static const struct neighbour neighbours[] = {
    {TEXT, "他换", false}, {TEXT, "脸上", false}, {TEXT, "换\u200B", false}, {TEXT, "\u200B脸", false}, {TEXT, "用換臉", true},
    {TEXT, "换脸", true}, {TEXT, "换脸换脸换\u200B脸", true}, {TEXT, "换“", false}, {TEXT, "脸", false}, {TEXT, "Ａ", false},
    {TEXT, "Ｉ", false}, {TEXT, "A", false}, {TEXT, "I", false}, {TEXT, "换\xE8\x84", false}, {TEXT, "换\xEF\xBF\xBD脸", false},
    {TEXT, "\xB8", false}, {TEXT, "A\u200BI", true}, {TEXT, "A.", false}, {TEXT, "I.", false}, {TEXT, "", false},
    {JSON, "{\"换\":1}", false}, {JSON, "{\"脸\":1}", false}, {JSON, "{\"a\":\"\\u6362\\", false}, {JSON, "u8138\"}", false},
    {JSON, "{\"a\":\"\\u6362", false}, {JSON, "\\u8138\"}", false}, {JSON, "{\"a\":\"\\u6362脸\"}", true},
    {JSON, "{\"a\":\"换\\u200b\"}", false}, {JSON, "{\"a\":\"\\u0041\\u0069\"}", true}, {JSON, "{\"a\":\"\\u0041\"}", false},
    {HTML, "<p>换<b>", false}, {HTML, "脸</b>", false}, {HTML, "<p>换<b>脸</b>", true}, {HTML, "换<!--", false}, {HTML, "-->脸", false},
    {HTML, "换&", false}, {HTML, "#33080;", false}, {HTML, "&#25442;", false}, {HTML, "&#33080;", false}, {HTML, "&#25442;&#33080", true},
};

static void check_neighbours(enum tcs_syntax syntax, struct tcs_sieve *sieve, struct tcs_sieve_scratch *scratch,
                             const char *between, bool plain)
{
    struct layout layout = {.count = 0};
    struct tcs_buf data = {0};
    size_t i, found = 0, number = 0;

    for (i = 0; i < COUNT(neighbours); i++) {
        size_t start = data.len;

        if (neighbours[i].syntax != syntax)
            continue;
        put_str(&data, neighbours[i].document);
        layout.spans[layout.count++] = (struct tcs_span){start, data.len, i};
        put_str(&data, between);
    }
    must(tcs_sieve_scan(sieve, scratch, tcs_buf_view(&data), plain, locate_in, &layout));
    for (i = 0; i < COUNT(neighbours); i++) {
        bool named = found < scratch->candidate_count && scratch->candidates[found].number == i;

        if (neighbours[i].syntax == syntax && named != neighbours[i].is_candidate)
            fail_msg("%s, between \"%s\": [%s] should be %d", syntax_name(syntax), between, neighbours[i].document,
                     neighbours[i].is_candidate);
        found += named;
    }
    assert_int_equal(found, scratch->candidate_count);
    for (i = 0; i < found; i++, number++)
        assert_true(!i || scratch->candidates[i - 1].end <= scratch->candidates[i].start);
    tcs_buf_release(&data);
}

static void test_sieve__names_the_right_documents(void **state)
{
    static const char *const betweens[] = {"", "\n", "\r\n\r\nWARC/1.0 换脸 \\u6362\\u8138 A\u200BI &#25442;&#33080;\r\n\r\n"};
    struct tcs_piece list[] = {piece_of("换脸"), piece_of("ai")};
    struct tcs_sieve_scratch scratch = {0};
    enum tcs_syntax syntax;
    size_t i;

    (void)state;
    for (syntax = TEXT; syntax < TCS_SYNTAX_COUNT; syntax++) {
        struct tcs_sieve *sieve;

        must(tcs_sieve_new(&(struct tcs_sought){.pieces = list, .count = COUNT(list)}, syntax, &sieve, NULL));
        must(tcs_sieve_fit(sieve, &scratch, NULL));
        for (i = 0; i < COUNT(betweens); i++) {
            check_neighbours(syntax, sieve, &scratch, betweens[i], false);
            check_neighbours(syntax, sieve, &scratch, betweens[i], true);
        }
        tcs_sieve_free(sieve);
    }
    tcs_sieve_scratch_release(&scratch);
}

/* Many equal documents, so that the engine's order and the joining of spans are tried. */
static void test_sieve__each_document_is_named_once(void **state)
{
    struct tcs_piece list[] = {piece_of("换脸"), piece_of("脸谱"), piece_of("ai")};
    struct tcs_sieve_scratch scratch = {0};
    struct layout layout = {.count = 0};
    struct tcs_sieve *sieve;
    struct tcs_buf data = {0};
    size_t i;

    (void)state;
    must(tcs_sieve_new(&(struct tcs_sought){.pieces = list, .count = COUNT(list)}, TEXT, &sieve, NULL));
    must(tcs_sieve_fit(sieve, &scratch, NULL));
    for (i = 0; i < COUNT(layout.spans); i++) {
        size_t start = data.len;

        put_str(&data, i % 3 ? "AI换脸谱 换\u200B脸 ＡＩ a\u200Bi 换脸" : "他换了一张脸");
        layout.spans[layout.count++] = (struct tcs_span){start, data.len, i};
        put_str(&data, "\n");
    }
    must(tcs_sieve_scan(sieve, &scratch, tcs_buf_view(&data), false, locate_in, &layout));
    assert_int_equal(scratch.candidate_count, COUNT(layout.spans) - 22);
    for (i = 0; i < scratch.candidate_count; i++)
        assert_true(scratch.candidates[i].number % 3 && (!i || scratch.candidates[i - 1].number < scratch.candidates[i].number));
    tcs_sieve_free(sieve);
    tcs_sieve_scratch_release(&scratch);
    tcs_buf_release(&data);
}

/* ---- sides ---- */

/* 换脸 (side 1) sends on with 诈骗 (2) beside it, or 变声 (3, which wants 诈骗 too); 造假 (0) is enough. */
static void test_sieve__sides_must_meet(void **state)
{
    static const struct {
        const char *text;
        bool is_candidate;
    } texts[] = {
        {"换脸", false},
        {"诈骗", false},
        {"换脸了，诈骗", true},
        {"诈骗，换脸", true},
        {"变声 诈骗", true},
        {"换脸，变声", true},
        {"造假", true},
        {"换\u200B脸", false},
        {"换\u200B脸，诈\u200B骗", true},
        {"诈骗诈骗诈骗", false},
    };
    struct tcs_piece list[] = {piece_of("换脸"), piece_of("诈骗"), piece_of("变声"), piece_of("造假")};
    static const uint8_t side_of[] = {1, 2, 3, 0};
    static const struct tcs_sides sides = {.senders = 1 | 2 | 8, .beside = {[1] = 4, [3] = 4}};
    const struct tcs_sought sought = {.pieces = list, .count = COUNT(list), .side_of = side_of, .sides = &sides};
    struct tcs_sieve_scratch scratch = {0};
    struct tcs_buf saved = {0};
    struct tcs_sieve *sieve, *loaded;
    bool recompiled;
    size_t i;

    (void)state;
    must(tcs_sieve_new(&sought, TEXT, &sieve, NULL));
    must(tcs_sieve_save(sieve, &saved, NULL));
    must(tcs_sieve_load(tcs_buf_view(&saved), TEXT, &loaded, &recompiled, NULL));
    must(tcs_sieve_fit(sieve, &scratch, NULL));
    for (i = 0; i < COUNT(texts); i++) {
        size_t len = strlen(texts[i].text);

        must(tcs_sieve_scan(sieve, &scratch, str(texts[i].text), false, locate_all, &len));
        if ((scratch.candidate_count == 1) != texts[i].is_candidate)
            fail_msg("[%s] should be %d", texts[i].text, texts[i].is_candidate);
        must(tcs_sieve_scan(loaded, &scratch, str(texts[i].text), true, locate_all, &len));
        assert_int_equal(scratch.candidate_count, texts[i].is_candidate);
    }
    tcs_sieve_free(sieve);
    tcs_sieve_free(loaded);
    tcs_sieve_scratch_release(&scratch);
    tcs_buf_release(&saved);
}

/* ---- ordinary text ---- */

static const char *const ordinary[TCS_SYNTAX_COUNT][8] = {
    {"他换了一张新的脸谱，“换装”之后上台。", "The deep, fake-looking lake — it’s said to be 40 m deep…", "天气晴朗☀️，气温①到３５℃！",
     "Ｐｒｉｃｅ：￥１００（含税）", "👨‍👩‍👧‍👦 family 🇨🇳", "U.S. and U.N. officials met at 5 p.m.", "變換 臉譜 深度 偽造", NULL},
    {"{\"t\":\"\\u4ed6\\u6362\\u4e86\\u4e00\\u5f20\\u65b0\\u7684\\u8138\\u8c31\\uff0c\\u201c\\u6362\\u88c5\\u201d\"}",
     "{\"t\":\"line\\nline\\ttab \\\"quoted\\\" \\u0022x\\u0022 \\/ \\\\\"}", "{\"t\":\"\\u2600\\ufe0f \\ud83d\\ude00\\u200d\"}",
     "{\"t\":\"The deep, fake-looking lake\"}", "{\"price\":1.5e3,\"id\":\"a-i\"}", NULL},
    {"<p>他换了一张<b>新</b>的脸谱</p>", "<a href=\"/ai-deep/fake?换=脸\">换</a> <b>脸</b>", "<p>天气&nbsp;晴朗&#9728;&#65039;&amp;</p>",
     "<title>The deep &amp; fake lake</title><p>换</p><p>了</p>", "<!-- 换 --><p>脸</p>", NULL},
};

static void test_sieve__ordinary_text_is_no_candidate(void **state)
{
    struct tcs_piece list[] = {piece_of("换脸"), piece_of("深度伪造"), piece_of("deepfak"), piece_of("nudify")};
    struct tcs_sieve_scratch scratch = {0};
    enum tcs_syntax syntax;
    size_t i;

    (void)state;
    for (syntax = TEXT; syntax < TCS_SYNTAX_COUNT; syntax++) {
        struct tcs_sieve *sieve;

        must(tcs_sieve_new(&(struct tcs_sought){.pieces = list, .count = COUNT(list)}, syntax, &sieve, NULL));
        must(tcs_sieve_fit(sieve, &scratch, NULL));
        for (i = 0; ordinary[syntax][i]; i++) {
            size_t len = strlen(ordinary[syntax][i]);

            must(tcs_sieve_scan(sieve, &scratch, str(ordinary[syntax][i]), false, locate_all, &len));
            if (scratch.candidate_count)
                fail_msg("%s: [%s]", syntax_name(syntax), ordinary[syntax][i]);
        }
        tcs_sieve_free(sieve);
    }
    tcs_sieve_scratch_release(&scratch);
}

/* ---- borders of Han and Latin ---- */

static const struct neighbour borders[] = {
    {TEXT, "用AI照", true},     {TEXT, "ＡＩ　照", true},   {TEXT, "AI “照", true},       {TEXT, "AI\u00A0照", true},
    {TEXT, "ai*照", true},      {TEXT, "AI_「照", true},    {TEXT, "AI\t照", true},       {TEXT, "A.I. 照", true},
    {TEXT, "AI\u200B 照", true}, {TEXT, "AI12345678照", false}, {TEXT, "AI        照", true}, {TEXT, "AI         照", false},
    {TEXT, "AI、照", false},    {TEXT, "AI x照", false},    {TEXT, "A照", false},          {TEXT, "照AI", false},
    {TEXT, "P图", true},        {TEXT, "Ｐ 圖", true},      {TEXT, "P-图", false},
    {CSV, "AI\"\"照", true},    {CSV, "AI 照", true},
    {JSON, "{\"a\":\"AI照\"}", true},           {JSON, "{\"a\":\"AI\\u7167\"}", true}, {JSON, "{\"a\":\"\\u0041I \\u7167\"}", true},
    {JSON, "{\"a\":\"AI\\n照\"}", true},        {JSON, "{\"a\":\"AI\\u3000\\u7167\"}", true}, {JSON, "{\"a\":\"AI\\\"照\"}", true},
    {JSON, "{\"a\":\"AI\",\"b\":\"照\"}", false}, {JSON, "{\"a\":\"P\\u300c\\u5716\"}", true},
    {HTML, "AI&nbsp;照", true}, {HTML, "A<b>I</b> <i>照</i>", true}, {HTML, "&#65;I<!-- x -->照", true}, {HTML, "AI&ldquo;照", true},
    {HTML, "AI &#29031;", true}, {HTML, "AI<p>照", false},
};

/* A piece may go over one border, and a gap that the fold takes out may stand there. */
static void test_sieve__pieces_go_over_borders(void **state)
{
    struct tcs_piece list[] = {piece_of("ai照"), piece_of("p图")};
    enum tcs_syntax syntax;

    (void)state;
    for (syntax = TEXT; syntax < TCS_SYNTAX_COUNT; syntax++) {
        struct tcs_sieve_scratch scratch = {0};
        struct tcs_sieve *sieve;
        size_t i;
        int plain;

        must(tcs_sieve_new(&(struct tcs_sought){.pieces = list, .count = COUNT(list)}, syntax, &sieve, NULL));
        must(tcs_sieve_fit(sieve, &scratch, NULL));
        for (i = 0; i < COUNT(borders); i++) {
            size_t len = strlen(borders[i].document);

            for (plain = 0; plain < 2 && borders[i].syntax == syntax; plain++) {
                must(tcs_sieve_scan(sieve, &scratch, str(borders[i].document), plain, locate_all, &len));
                if ((scratch.candidate_count != 0) != borders[i].is_candidate)
                    fail_msg("[%s] plain %d", borders[i].document, plain);
            }
        }
        tcs_sieve_free(sieve);
        tcs_sieve_scratch_release(&scratch);
    }
}

/* ---- file form ---- */

static void test_sieve__save_then_load_is_the_same(void **state)
{
    struct tcs_piece list[] = {piece_of("换脸"), piece_of("deepfak"), piece_of("ai"), piece_of("脸谱")};
    struct tcs_context contexts[COUNT(list)] = {[3] = {.after = {'a'}, .after_count = 1}};
    enum tcs_syntax syntax;

    (void)state;
    for (syntax = TEXT; syntax < TCS_SYNTAX_COUNT; syntax++) {
        struct tcs_sieve_scratch scratch = {0};
        struct tcs_buf saved = {0}, again = {0};
        struct tcs_sieve *sieve, *loaded;
        bool recompiled = true;
        size_t i;

        must(tcs_sieve_new(&(struct tcs_sought){.pieces = list, .count = COUNT(list), .contexts = contexts}, syntax, &sieve, NULL));
        must(tcs_sieve_save(sieve, &saved, NULL));
        must(tcs_sieve_load(tcs_buf_view(&saved), syntax, &loaded, &recompiled, NULL));
        assert_false(recompiled);
        must(tcs_sieve_save(loaded, &again, NULL));
        assert_true(tcs_str_equal(tcs_buf_view(&saved), tcs_buf_view(&again)));
        assert_int_equal(tcs_sieve_literal_count(sieve), tcs_sieve_literal_count(loaded));
        must(tcs_sieve_fit(loaded, &scratch, NULL));
        for (i = 0; i < COUNT(neighbours); i++) {
            size_t len = strlen(neighbours[i].document);

            if (neighbours[i].syntax != syntax)
                continue;
            must(tcs_sieve_scan(loaded, &scratch, str(neighbours[i].document), false, locate_all, &len));
            assert_int_equal(scratch.candidate_count, neighbours[i].is_candidate);
        }
        for (i = 0; i < 2; i++) {
            const char *text = i ? "脸谱a" : "脸谱b";
            size_t len = strlen(text);

            must(tcs_sieve_scan(loaded, &scratch, str(text), false, locate_all, &len));
            assert_int_equal(scratch.candidate_count, i);
        }
        tcs_sieve_free(sieve);
        tcs_sieve_free(loaded);
        tcs_sieve_scratch_release(&scratch);
        tcs_buf_release(&saved);
        tcs_buf_release(&again);
    }
    tcs_sieve_free(NULL);
}

/* Lengths that do not fit what is there are refused, at every place where the bytes may end. */
static void test_sieve__load_refuses_what_is_cut_short(void **state)
{
    struct tcs_piece list[] = {piece_of("换脸")};
    struct tcs_buf saved = {0};
    struct tcs_sieve *sieve, *loaded;
    struct tocsin_error err = {0};
    bool recompiled;
    size_t len;

    (void)state;
    must(tcs_sieve_new(&(struct tcs_sought){.pieces = list, .count = 1}, TEXT, &sieve, NULL));
    must(tcs_sieve_save(sieve, &saved, NULL));
    for (len = 0; len < saved.len; len += len < 4000 ? 1 : 997) {
        char *copy = malloc(len + 1);

        assert_non_null(copy);
        memcpy(copy, saved.data, len);
        assert_int_equal(tcs_sieve_load((struct tcs_str){copy, len}, TEXT, &loaded, &recompiled, &err), TOCSIN_E_CORRUPT);
        free(copy);
    }
    assert_non_null(strstr(err.message, "damaged; compile it again"));
    assert_int_equal(tcs_sieve_load(tcs_buf_view(&saved), JSON, &loaded, &recompiled, &err), TOCSIN_E_CORRUPT);
    must(tcs_buf_putc(&saved, 0));
    assert_int_equal(tcs_sieve_load(tcs_buf_view(&saved), TEXT, &loaded, &recompiled, &err), TOCSIN_E_CORRUPT);
    saved.len--;
    assert_int_equal(tcs_sieve_load(tcs_buf_view(&saved), JSON, &loaded, &recompiled, &err), TOCSIN_E_CORRUPT);
    tcs_sieve_free(sieve);
    tcs_buf_release(&saved);
}

static void test_sieve__no_pieces_name_nothing(void **state)
{
    struct tcs_sieve_scratch scratch = {0};
    struct tcs_sieve *sieve;
    size_t len = 6;

    (void)state;
    must(tcs_sieve_new(&(struct tcs_sought){0}, JSON, &sieve, NULL));
    must(tcs_sieve_fit(sieve, &scratch, NULL));
    must(tcs_sieve_scan(sieve, &scratch, TCS_STR("\\u0041"), false, locate_all, &len));
    assert_int_equal(scratch.candidate_count, 0);
    assert_int_equal(tcs_sieve_literal_count(sieve), 0);
    tcs_sieve_free(sieve);
    tcs_sieve_scratch_release(&scratch);
}

/* A piece that must stand alone is let through wherever what touches it may be the end of an escape or a reference. */
static void test_sieve__edges(void **state)
{
    static const struct {
        enum tcs_syntax syntax;
        const char *text;
        bool left, right, found;
    } cases[] = {
        {TEXT, "AI", true, true, true},
        {TEXT, "用AI换", true, true, true},
        {TEXT, "(ai)", true, true, true},
        {TEXT, "mail", true, true, false},
        {TEXT, "xai", true, false, false},
        {TEXT, "aix", true, false, true},
        {TEXT, "aix", false, true, false},
        {TEXT, "xai", false, true, true},
        {TEXT, "7ai", true, true, false},
        {TEXT, "ai7", true, true, false},
        {TEXT, "mail, mail and AI", true, true, true},
        {TEXT, "\u00E9ai", true, true, true},
        {TEXT, "n ai", true, true, true},
        {JSON, "n\\nai", true, true, true},
        {JSON, "\\u4e00ai", true, true, true},
        {JSON, "nai", true, true, false},
        {JSON, "\\nThai", true, true, false},
        {JSON, "\\u4e00Thai", true, true, false},
        {JSON, "\\\\Thai", true, true, false},
        {JSON, "\\\\nai", true, true, true},
        {HTML, "&nbspai", true, true, true},
        {HTML, "&#25442ai", true, true, true},
        {HTML, "&#x6362ai", true, true, true},
        {HTML, "mail", true, true, false},
        {HTML, "m<b>ai</b>l", true, true, true},
        {HTML, "ai&eacute;", true, true, true},
        {CSV, "mail", true, true, false},
        {TEXT, "A.I.G.", true, true, false},
        {TEXT, "A.I.G", true, true, false},
        {TEXT, "A.I.G.", true, false, true},
        {TEXT, "A.I.", true, true, true},
        {TEXT, "A.I. G.", true, true, true},
        {TEXT, "A.I.\u63DB", true, true, true},
        {TEXT, "A.I..G", true, true, true},
        {HTML, "A.I.<b>G", true, true, true},
        {CSV, "ai", true, true, true},
    };
    size_t i;

    (void)state;
    for (i = 0; i < COUNT(cases); i++) {
        struct rig rig;
        struct tcs_piece piece = piece_of("ai");
        size_t found;

        piece.left_edge = cases[i].left;
        piece.right_edge = cases[i].right;
        rig_open(&rig, piece);
        put_str(&rig.document, cases[i].text);
        found = scan(&rig, cases[i].syntax, false);
        assert_int_equal(found, scan(&rig, cases[i].syntax, true));
        if (found != cases[i].found)
            fail_msg("%s [%s]: %zu", syntax_name(cases[i].syntax), cases[i].text, found);
        rig_close(&rig);
    }
}

/* A run of letters longer than any reference could be one that is cut off: let through. */
static void test_sieve__edge_behind_a_long_run(void **state)
{
    struct tcs_piece piece = piece_of("ai");
    struct rig rig;
    size_t i;

    (void)state;
    piece.left_edge = true;
    rig_open(&rig, piece);
    for (i = 0; i < 100; i++)
        put_str(&rig.document, "x");
    put_str(&rig.document, "ai");
    assert_int_equal(scan(&rig, TEXT, false), 1);
    rig_close(&rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sieve__edges),
        cmocka_unit_test(test_sieve__edge_behind_a_long_run),
        cmocka_unit_test(test_sieve__finds_every_member_spelling),
        cmocka_unit_test(test_sieve__finds_every_odd_code_point_at_every_position),
        cmocka_unit_test(test_sieve__finds_every_ignorable_at_every_position),
        cmocka_unit_test(test_sieve__finds_ignorables_among_escapes),
        cmocka_unit_test(test_sieve__finds_quotation_marks_between_han),
        cmocka_unit_test(test_sieve__finds_initials),
        cmocka_unit_test(test_sieve__finds_the_middle_of_initials),
        cmocka_unit_test(test_sieve__finds_mixed_escapes_and_references),
        cmocka_unit_test(test_sieve__finds_named_references),
        cmocka_unit_test(test_sieve__compares_the_rest_of_long_spellings),
        cmocka_unit_test(test_sieve__finds_markup_inside_words),
        cmocka_unit_test(test_sieve__finds_random_spellings),
        cmocka_unit_test(test_sieve__finds_pieces_of_random_terms),
        cmocka_unit_test(test_sieve__plain_says_the_same_on_random_bytes),
        cmocka_unit_test(test_sieve__sides_must_meet),
        cmocka_unit_test(test_sieve__names_the_right_documents),
        cmocka_unit_test(test_sieve__each_document_is_named_once),
        cmocka_unit_test(test_sieve__ordinary_text_is_no_candidate),
        cmocka_unit_test(test_sieve__pieces_go_over_borders),
        cmocka_unit_test(test_sieve__save_then_load_is_the_same),
        cmocka_unit_test(test_sieve__load_refuses_what_is_cut_short),
        cmocka_unit_test(test_sieve__no_pieces_name_nothing),
    };

    const struct CMUnitTest of_a_crowd[] = {
        cmocka_unit_test(test_sieve__finds_every_member_spelling),
        cmocka_unit_test(test_sieve__finds_ignorables_among_escapes),
        cmocka_unit_test(test_sieve__finds_quotation_marks_between_han),
        cmocka_unit_test(test_sieve__finds_initials),
        cmocka_unit_test(test_sieve__finds_the_middle_of_initials),
        cmocka_unit_test(test_sieve__finds_mixed_escapes_and_references),
        cmocka_unit_test(test_sieve__finds_markup_inside_words),
        cmocka_unit_test(test_sieve__finds_random_spellings),
        cmocka_unit_test(test_sieve__plain_says_the_same_on_random_bytes),
        cmocka_unit_test(test_sieve__pieces_go_over_borders),
    };
    int failed = cmocka_run_group_tests(tests, open_rigs, close_rigs);

    is_crowded = true;
    return failed + cmocka_run_group_tests(of_a_crowd, open_rigs, close_rigs);
}
