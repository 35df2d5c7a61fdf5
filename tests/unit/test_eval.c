/*
 * Rules on hits: a table of edge cases for each operator, and random rules on random documents
 * against a second evaluation that follows docs/matching.md word by word, without any of the
 * engine's shortcuts.
 */
#include "rules_help.h"

#include "base/utf8.h"
#include "match/props.h"

static const char lexicons[] = "lexicon: a\nterms: {en: [x, xx, {term: k, weight: 3}]}\n"
                               "---\nlexicon: b\nterms: {en: [y, yy]}\n"
                               "---\nlexicon: han\nterms: {zh: [换脸, 脸谱]}\n"
                               "---\nrule: r\nscore: 2\nwhen: |\n  ";

struct expected {
    const char *when, *title, *lead, *text;
    bool is_true;
    const char *note;
};

static void run_rules(const struct tcs_patterns *patterns, const struct tcs_document *document,
                      struct tcs_hits *hits, struct tcs_eval_scratch *scratch,
                      struct tcs_verdict *verdict)
{
    struct tocsin_error err;
    struct tcs_evidence evidence = {.patterns = patterns, .document = document, .scratch = scratch};

    find_hits(patterns, document, hits);
    assert_int_equal(tcs_eval_unless(patterns, hits, scratch, &err), TOCSIN_OK);
    evidence.hits = hits->items;
    evidence.hit_count = hits->count;
    assert_int_equal(tcs_eval_rules(&evidence, verdict, &err), TOCSIN_OK);
}

static void check_table(const struct expected *cases, size_t count)
{
    struct tcs_eval_scratch scratch = {0};
    struct tcs_verdict verdict = {0};
    struct tcs_document document = {0};
    struct tcs_hits hits = {0};
    size_t i;

    for (i = 0; i < count; i++) {
        struct tcs_patterns patterns;
        char yaml[1024];

        (void)snprintf(yaml, sizeof yaml, "%s%s\n", lexicons, cases[i].when);
        load_patterns(&patterns, yaml);
        tcs_document_reset(&document);
        add_field(&document, TCS_ROLE_TITLE, cases[i].title);
        add_field(&document, TCS_ROLE_LEAD, cases[i].lead);
        add_field(&document, TCS_ROLE_TEXT, cases[i].text);
        run_rules(&patterns, &document, &hits, &scratch, &verdict);
        if ((verdict.rule_count == 1) != cases[i].is_true ||
            verdict.is_flagged != cases[i].is_true) {
            fail_msg("%s on [%s] should be %d: %s", cases[i].when, cases[i].text, cases[i].is_true,
                     cases[i].note);
        }
        tcs_patterns_release(&patterns);
    }
    free(hits.items);
    tcs_document_release(&document);
    tcs_verdict_release(&verdict);
    tcs_eval_scratch_release(&scratch);
}

static void test_eval__boolean(void **state)
{
    static const struct expected cases[] = {
        {"a", NULL, NULL, "x", true, "hit"},
        {"a", NULL, NULL, "", false, "empty field"},
        {"a", NULL, NULL, NULL, false, "no field at all"},
        {"\"q\"", NULL, NULL, "q", true, "quoted term"},
        {"\"q\"", NULL, NULL, "x", false, ""},
        {"a and b", "x", NULL, "y", true, "anywhere in the document"},
        {"a and b", "x", NULL, "z", false, ""},
        {"a or b", NULL, NULL, "y", true, ""},
        {"not a", NULL, NULL, "y", true, ""},
        {"not a", NULL, NULL, NULL, true, "of an empty document too"},
        {"a and not b", NULL, NULL, "x y", false, ""},
        {"atleast(2, a, b, han)", NULL, NULL, "x 换脸", true, ""},
        {"atleast(2, a, b, han)", NULL, NULL, "x x", false, "one expression, two hits"},
        {"atleast(2, a, a)", NULL, NULL, "x", true, "expressions are counted"},
    };

    (void)state;
    check_table(cases, sizeof cases / sizeof cases[0]);
}

static void test_eval__title_and_lead(void **state)
{
    static char long_text[2000];
    const struct expected cases[] = {
        {"title(a)", "x", NULL, "y", true, ""},
        {"title(a)", "y", NULL, "x", false, ""},
        {"title(a and not b)", "x", NULL, "y", true, "not, too, is about the title"},
        {"lead(a)", "y", "x", "y", true, "field of role lead"},
        {"lead(a)", "y", "z", "x", false, "no view where there is a lead"},
        {"lead(a)", "y", "", "x", true, "an empty lead is none"},
        {"lead(a)", "y", " ", "x", false, "a blank one is one"},
        {"lead(a)", NULL, NULL, "x\n\ny", true, "the view of the text"},
        {"lead(b)", NULL, NULL, "x\n\ny", false, "ends with the paragraph"},
        {"lead(b)", NULL, NULL, "x\ny", true, "a line feed ends nothing"},
        {"lead(b)", NULL, NULL, "\n\n \ny\n\nx", true, "begins with the first character"},
        {"lead(a)", NULL, NULL, "\n\n \ny\n\nx", false, ""},
        {"lead(b)", NULL, NULL, long_text, true, "the last of 200 units"},
        {"lead(a)", NULL, NULL, long_text, false, "the next one"},
        {"title(lead(a))", "y", "x", "", true, "the inner one counts"},
    };
    size_t i;

    (void)state;
    for (i = 0; i < 198; i++) {
        memcpy(long_text + 3 * i, "换", 3);
    }
    (void)snprintf(long_text + 3 * i, sizeof long_text - 3 * i, ", y, x");
    check_table(cases, sizeof cases / sizeof cases[0]);
}

static void test_eval__near(void **state)
{
    static const struct expected cases[] = {
        {"near(a, b, 0)", NULL, NULL, "x y", true, "nothing between"},
        {"near(a, b, 0)", NULL, NULL, "xy", true, "touching"},
        {"near(a, b, 1)", NULL, NULL, "x w y", false, "a word is two"},
        {"near(a, b, 2)", NULL, NULL, "x w y", true, ""},
        {"near(b, a, 2)", NULL, NULL, "x w y", true, "either order"},
        {"near(a, b, 2)", NULL, NULL, "x wordéé7 y", true, "marks and digits belong to a run"},
        {"near(a, b, 3)", NULL, NULL, "x w-w y", false, "two runs"},
        {"near(a, b, 2)", NULL, NULL, "x字字y", true, "a Han character is one"},
        {"near(a, b, 1)", NULL, NULL, "x字字y", false, ""},
        {"near(a, b, 3)", NULL, NULL, "xかハ한y", true, "Kana and Hangul too"},
        {"near(a, b, 2)", NULL, NULL, "xかハ한y", false, ""},
        {"near(a, b, 2)", NULL, NULL, "xwwwy", true, "part of a run is a run"},
        {"near(a, b, 1)", NULL, NULL, "xwwwy", false, ""},
        {"near(a, b, 0)", NULL, NULL, "x...!?\n\n  y", true, "signs and blanks are nothing"},
        {"near(a, a, 5)", NULL, NULL, "k", false, "two spans are needed"},
        {"near(a, a, 0)", NULL, NULL, "xx", true, "which may overlap"},
        {"near(a, \"x\", 9)", NULL, NULL, "x", false, "one span for both"},
        {"near(a, \"x\", 0)", NULL, NULL, "xx", true, ""},
        {"near(han, \"谱\", 0)", NULL, NULL, "换脸谱", true, "overlapping"},
        {"near(a, b, 100)", "x", NULL, "y", false, "one field"},
        {"near(a, b, 2)", NULL, NULL, "x w w w y w x", true, "the nearest pair"},
        {"near(a, b, 0)", NULL, NULL,
         "x wwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwww y",
         false, "over more than one mark"},
        {"near(a, b, 2)", NULL, NULL,
         "x wwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwww y",
         true, "a run over more than one mark"},
        {"title(near(a, b, 5))", "x", NULL, "x y", false, "in scope"},
    };

    (void)state;
    check_table(cases, sizeof cases / sizeof cases[0]);
}

static void test_eval__sentence(void **state)
{
    static const struct expected cases[] = {
        {"sentence(a, b)", NULL, NULL, "x, y", true, ""},
        {"sentence(a, b)", NULL, NULL, "x。y", false, "。"},
        {"sentence(a, b)", NULL, NULL, "x｡y", false, "｡"},
        {"sentence(a, b)", NULL, NULL, "x！y", false, "！"},
        {"sentence(a, b)", NULL, NULL, "x？y", false, "？"},
        {"sentence(a, b)", NULL, NULL, "x!y", false, "!"},
        {"sentence(a, b)", NULL, NULL, "x?y", false, "?"},
        {"sentence(a, b)", NULL, NULL, "x；y", false, "；"},
        {"sentence(a, b)", NULL, NULL, "x;y", false, ";"},
        {"sentence(a, b)", NULL, NULL, "x…y", false, "…"},
        {"sentence(a, b)", NULL, NULL, "x\ny", false, "line feed"},
        {"sentence(a, b)", NULL, NULL, "x\r\ny", false, "CRLF"},
        {"sentence(a, b)", NULL, NULL, "x\xE2\x80\xA9y", false, "paragraph separator"},
        {"sentence(a, b)", NULL, NULL, "xw. y", false, "full stop and blank"},
        {"sentence(a, b)", NULL, NULL, "xw.y", true, "full stop alone"},
        {"sentence(a, b)", NULL, NULL, "x wo. y", false, ""},
        {"sentence(a, b)", NULL, NULL, "x J. y", true, "after a single letter"},
        {"sentence(a, b)", NULL, NULL, "x 7J. y", false, "no single one after a digit"},
        {"sentence(a, b)", NULL, NULL, "x 7. y", false, "a digit is no letter"},
        {"sentence(a, b)", NULL, NULL, "x wo.\") y", false, "closers after the stop"},
        {"sentence(a, b)", NULL, NULL, "x wo.”」 y", false, ""},
        {"sentence(a, b)", NULL, NULL, "x wo.( y", true, "( opens"},
        {"sentence(a, b)", NULL, NULL, "x wo．　y", false, "full-width stop"},
        {"sentence(a, b)", NULL, NULL, "x wo... y", false, ""},
        {"sentence(a, b)", "x", NULL, "y", false, "one field"},
        {"sentence(a, a)", NULL, NULL, "k", false, "different spans"},
        {"sentence(a, a)", NULL, NULL, "k k", true, ""},
        {"sentence(a, a)", NULL, NULL, "k。k", false, ""},
        {"sentence(a, \"x\")", NULL, NULL, "x", false, ""},
        {"sentence(a, \"x\")", NULL, NULL, "x k", true, "the other hit is given to a"},
        {"sentence(\"x\", a)", NULL, NULL, "x k", true, "whatever the order"},
        {"sentence(a, a, \"x\")", NULL, NULL, "x k", false, "three arguments, two spans"},
        {"sentence(a, a, \"x\")", NULL, NULL, "k x k", true, ""},
        {"sentence(a, b)", NULL, NULL, "x。x y。y", true, "the second sentence"},
    };

    (void)state;
    check_table(cases, sizeof cases / sizeof cases[0]);
}

static void test_eval__paragraph(void **state)
{
    static const struct expected cases[] = {
        {"paragraph(a, b)", NULL, NULL, "x。\ny", true, ""},
        {"paragraph(a, b)", NULL, NULL, "x\n\ny", false, ""},
        {"paragraph(a, b)", NULL, NULL, "x\n \t　\ny", false, "blank line with blanks"},
        {"paragraph(a, b)", NULL, NULL, "x\r\ny", true, "CRLF is one break"},
        {"paragraph(a, b)", NULL, NULL, "x\n\ry", false, "LF CR are two"},
        {"paragraph(a, b)", NULL, NULL, "x\xE2\x80\xA9y", false, "a paragraph separator is two"},
        {"paragraph(a, b)", NULL, NULL, "x\xE2\x80\xA8y", true, "a line separator is one"},
        {"paragraph(a, \"x\")", NULL, NULL, "x", true, "spans may be equal"},
        {"paragraph(a, b)", "x", NULL, "y", false, "one field"},
    };

    (void)state;
    check_table(cases, sizeof cases / sizeof cases[0]);
}

static void test_eval__count_and_distinct(void **state)
{
    static const struct expected cases[] = {
        {"count(a) >= 2", NULL, NULL, "k k", true, ""},
        {"count(a) >= 2", NULL, NULL, "k", false, ""},
        {"count(a) >= 2", "k", NULL, "k", true, "over fields"},
        {"count(a) >= 2", NULL, NULL, "xx", false, "x inside xx"},
        {"count(a) >= 2", NULL, NULL, "xx x", true, ""},
        {"count(a) >= 2", NULL, NULL, "xxx", true, "overlapping ones count"},
        {"count(a) >= 3", NULL, NULL, "xxx", false, ""},
        {"count(han) >= 2", NULL, NULL, "换脸谱", true, ""},
        {"count(\"x\") >= 2", NULL, NULL, "xx", true, "another lexicon's hit hides nothing"},
        {"title(count(a) >= 2)", "k", NULL, "k", false, "in scope"},
        {"distinct(a) >= 2", NULL, NULL, "x x", false, ""},
        {"distinct(a) >= 2", NULL, NULL, "x k", true, ""},
        {"distinct(a) >= 2", NULL, NULL, "xx", true, "nested terms are different ones"},
        {"distinct(a) >= 3", NULL, NULL, "xx k", true, ""},
        {"distinct(a) >= 4", NULL, NULL, "xx k", false, ""},
    };

    (void)state;
    check_table(cases, sizeof cases / sizeof cases[0]);
}

static void test_eval__distinct_goes_by_folded_form(void **state)
{
    struct tcs_patterns patterns;
    struct tcs_eval_scratch scratch = {0};
    struct tcs_verdict verdict = {0};
    struct tcs_document document = {0};
    struct tcs_hits hits = {0};
    struct tocsin_error err;
    uint32_t folds[] = {0, 0, 2};
    struct tcs_evidence evidence = {&patterns, &document, folds, NULL, 0, &scratch};

    (void)state;
    load_patterns(&patterns, "lexicon: a\nterms: {en: [x, X, k]}\n---\n"
                             "rule: r\nwhen: distinct(a) >= 2\n");
    add_field(&document, TCS_ROLE_TEXT, "x X");
    find_hits(&patterns, &document, &hits);
    evidence.hits = hits.items;
    evidence.hit_count = hits.count;
    assert_int_equal(tcs_eval_rules(&evidence, &verdict, &err), TOCSIN_OK);
    assert_int_equal(verdict.rule_count, 0);
    evidence.term_folds = NULL;
    assert_int_equal(tcs_eval_rules(&evidence, &verdict, &err), TOCSIN_OK);
    assert_int_equal(verdict.rule_count, 1);
    free(hits.items);
    tcs_verdict_release(&verdict);
    tcs_document_release(&document);
    tcs_eval_scratch_release(&scratch);
    tcs_patterns_release(&patterns);
}

static void test_eval__unless(void **state)
{
    static const struct {
        const char *text;
        size_t hits; /* that stay */
        const char *note;
    } cases[] = {
        {"x", 1, "no phrase"},
        {"wxyw", 1, "covered whole; b's y stays"},
        {"wxyw x", 2, "another place stays"},
        {"xw", 0, "same start, phrase longer"},
        {"vx", 0, "same end, phrase begins before"},
        {"pp", 0, "same span"},
        {"xyz", 2, "covered in part: xyz and b's y stay, x does not"},
        {"yv", 1, "phrases of another lexicon do not matter"},
        {"\"q\"w", 1, "quoted terms have no phrases"},
    };
    struct tcs_patterns patterns;
    struct tcs_eval_scratch scratch = {0};
    struct tcs_hits hits = {0};
    struct tocsin_error err;
    size_t i, j;

    (void)state;
    load_patterns(&patterns, "lexicon: a\nterms: {en: [x, xyz, pp]}\n"
                             "unless: [wxyw, xw, vx, pp, xy, yv, qw]\n---\n"
                             "lexicon: b\nterms: {en: [y]}\n---\nrule: r\nwhen: |\n  \"q\"\n");
    for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct tcs_document document = {0};

        /* A phrase in another field covers nothing here. */
        add_field(&document, TCS_ROLE_TITLE, "wxyw");
        add_field(&document, TCS_ROLE_TEXT, cases[i].text);
        find_hits(&patterns, &document, &hits);
        assert_int_equal(tcs_eval_unless(&patterns, &hits, &scratch, &err), TOCSIN_OK);
        for (j = 0; j < hits.count; j++) {
            assert_false(patterns.terms[hits.items[j].term].is_unless);
        }
        if (hits.count != cases[i].hits + 1) {
            fail_msg("%s: %zu hits (%s)", cases[i].text, hits.count - 1, cases[i].note);
        }
        tcs_document_release(&document);
    }
    free(hits.items);
    tcs_eval_scratch_release(&scratch);
    tcs_patterns_release(&patterns);
}

static void test_eval__score(void **state)
{
    static const struct {
        const char *when, *text;
        double score;
        const char *note;
    } cases[] = {
        {"a", "x", 2, "score times 1"},
        {"a", "x k", 6, "the largest weight"},
        {"a or b", "y", 2, ""},
        {"b and not (a and han)", "y k", 2, "terms under not do not count"},
        {"b or near(a, han, 0)", "y k", 2, "a false leaf's terms do not count"},
        {"near(a, b, 0)", "x y y y y k", 6, "all hits of a true leaf's arguments"},
        {"b or count(a) >= 2", "y k", 2, "not reached"},
        {"not a", "y", 2, "1 where there is none"},
        {"title(b) or b", "y", 2, ""},
        {"b or (a and han)", "y k", 2, "a term in a false branch made nothing true"},
        {"b or atleast(2, a, han)", "y k", 2, "nor did one of too few"},
        {"b or title(a) and a", "y k", 2, ""},
        {"b or (a or han)", "y k", 6, "one in a true branch did"},
        {"b and (a and b or han and a)", "y k", 6, "and it need be in one only"},
    };
    struct tcs_eval_scratch scratch = {0};
    struct tcs_verdict verdict = {0};
    struct tcs_hits hits = {0};
    size_t i;

    (void)state;
    for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct tcs_document document = {0};
        struct tcs_patterns patterns;
        char yaml[1024];

        (void)snprintf(yaml, sizeof yaml, "%s%s\n", lexicons, cases[i].when);
        load_patterns(&patterns, yaml);
        add_field(&document, TCS_ROLE_TEXT, cases[i].text);
        run_rules(&patterns, &document, &hits, &scratch, &verdict);
        if (verdict.score < cases[i].score || verdict.score > cases[i].score) {
            fail_msg("%s on %s: %f (%s)", cases[i].when, cases[i].text, verdict.score,
                     cases[i].note);
        }
        tcs_document_release(&document);
        tcs_patterns_release(&patterns);
    }
    free(hits.items);
    tcs_verdict_release(&verdict);
    tcs_eval_scratch_release(&scratch);
}

static void test_eval__label_is_the_first_that_holds(void **state)
{
    static const struct {
        const char *text;
        uint32_t label;
    } cases[] = {{"x y", 0}, {"y", 1}, {"x", 2}, {"", 2}};
    struct tcs_patterns patterns, bare;
    struct tcs_eval_scratch scratch = {0};
    struct tcs_hits hits = {0};
    struct tocsin_error err;
    uint32_t label;
    size_t i;

    (void)state;
    load_patterns(&bare, "lexicon: a\nterms: {en: [x]}\n");
    load_patterns(&patterns, "lexicon: a\nterms: {en: [x]}\n---\nlabels:\n"
                             "  - {label: incident, when: a and \"y\"}\n"
                             "  - {label: hazard, when: '\"y\"'}\n  - {label: complementary}\n");
    for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct tcs_document document = {0};
        struct tcs_evidence evidence = {&patterns, &document, NULL, NULL, 0, &scratch};

        add_field(&document, TCS_ROLE_TEXT, cases[i].text);
        find_hits(&patterns, &document, &hits);
        evidence.hits = hits.items;
        evidence.hit_count = hits.count;
        assert_int_equal(tcs_eval_label(&evidence, &label, &err), TOCSIN_OK);
        assert_int_equal(label, cases[i].label);
        evidence.patterns = &bare;
        evidence.hit_count = 0;
        assert_int_equal(tcs_eval_label(&evidence, &label, &err), TOCSIN_OK);
        assert_int_equal(label, TCS_NO_LABEL);
        tcs_document_release(&document);
    }
    free(hits.items);
    tcs_eval_scratch_release(&scratch);
    tcs_patterns_release(&patterns);
    tcs_patterns_release(&bare);
}

/* ---- the second evaluation ---- */

enum naive_scope { NAIVE_ALL, NAIVE_TITLE, NAIVE_LEAD };

struct naive {
    const struct tcs_patterns *patterns;
    const struct tcs_document *document;
    struct tcs_hits hits;
};

static unsigned props_at(struct tcs_str text, size_t at, size_t *len, uint32_t *c)
{
    *c = tcs_utf8_decode(text.data + at, text.data + text.len, len, NULL);
    return tcs_props(*c);
}

static unsigned naive_units(struct tcs_str text, size_t start, size_t end)
{
    unsigned units = 0;
    bool in_run = false;
    size_t len;
    uint32_t c;

    for (; start < end; start += len) {
        unsigned props = props_at(text, start, &len, &c);

        if (props & (TCS_PROP_HAN | TCS_PROP_KANA | TCS_PROP_HANGUL)) {
            units++;
            in_run = false;
        } else if (props & (TCS_PROP_LETTER | TCS_PROP_MARK | TCS_PROP_DIGIT)) {
            units += in_run ? 0 : 2;
            in_run = true;
        } else {
            in_run = false;
        }
    }
    return units;
}

static size_t naive_break(struct tcs_str text, size_t start, bool lf_paragraph)
{
    size_t at = start, len;
    unsigned breaks = 0;
    uint32_t c;

    while (at < text.len && props_at(text, at, &len, &c) & TCS_PROP_SPACE) {
        breaks += c == '\n' || c == '\r' || c == 0x2028;
        breaks -= c == '\n' && at && text.data[at - 1] == '\r';
        breaks += c == 0x2029 ? 2 : 0;
        at += len;
    }
    return breaks >= (lf_paragraph ? 1 : 2) ? at : 0;
}

/* The character before a place; nothing has no properties. */
static unsigned props_before(struct tcs_str text, size_t *at)
{
    size_t len;
    uint32_t c;

    if (*at == 0) {
        return 0;
    }
    do {
        *at -= 1;
    } while (tcs_utf8_is_continuation(text.data[*at]));
    return props_at(text, *at, &len, &c);
}

static bool naive_is_initial(struct tcs_str text, size_t stop)
{
    unsigned spaced_letter = TCS_PROP_LETTER | TCS_PROP_SPACED;
    bool is_letter = (props_before(text, &stop) & spaced_letter) == spaced_letter;

    return is_letter &&
           !(props_before(text, &stop) & TCS_PROP_SPACED);
}

/* Whether a border of the kind lies in (from, to]. */
static bool naive_parted(const struct tcs_field *field, bool by_sentence, size_t from, size_t to)
{
    struct tcs_str text = field->text;
    size_t at, len, next, after;
    uint32_t c;

    for (at = 0; at < text.len; at += len) {
        unsigned props = props_at(text, at, &len, &c);
        size_t border = 0;

        if (!by_sentence) {
            bool is_first = at == 0 || !strchr(" \n\r", text.data[at - 1]);

            border = is_first ? naive_break(text, at, field->lf_paragraph) : 0;
        } else if (c == 0x3002 || props & TCS_PROP_LINE_BREAK) {
            border = at + len;
        } else if (c == '.' && !naive_is_initial(text, at)) {
            after = at + 1;
            while (after < text.len && text.data[after] == '"') {
                after++;
            }
            if (after < text.len && props_at(text, after, &next, &c) & TCS_PROP_SPACE) {
                border = after;
            }
        }
        if (border > from && border <= to) {
            return true;
        }
    }
    return false;
}

static size_t naive_lead_end(const struct tcs_field *field)
{
    size_t at = 0, len, end;
    uint32_t c;

    while (at < field->text.len && props_at(field->text, at, &len, &c) & TCS_PROP_SPACE) {
        at += len;
    }
    for (end = at; end < field->text.len; end++) {
        if (strchr(" \n", field->text.data[end]) &&
            naive_break(field->text, end, field->lf_paragraph)) {
            break;
        }
    }
    return end;
}

static bool naive_in_scope(const struct naive *n, const struct tcs_hit *hit, enum naive_scope scope)
{
    bool has_lead = false;
    uint32_t i, first_text = UINT32_MAX;

    for (i = 0; i < n->document->field_count; i++) {
        has_lead |= n->document->fields[i].role == TCS_ROLE_LEAD && n->document->fields[i].text.len;
        if (n->document->fields[i].role == TCS_ROLE_TEXT && first_text == UINT32_MAX) {
            first_text = i;
        }
    }
    if (scope == NAIVE_ALL) {
        return true;
    }
    if (scope == NAIVE_TITLE || has_lead) {
        return n->document->fields[hit->field].role ==
               (scope == NAIVE_TITLE ? TCS_ROLE_TITLE : TCS_ROLE_LEAD);
    }
    return hit->field == first_text &&
           hit->end_byte <= naive_lead_end(&n->document->fields[first_text]);
}

static bool naive_is_of(const struct naive *n, const struct tcs_hit *hit,
                        const struct tcs_expr *leaf, enum naive_scope scope)
{
    bool is_of = leaf->op == TCS_EXPR_TERM ? hit->term == leaf->index
                                           : n->patterns->terms[hit->term].lexicon == leaf->index;

    return is_of && naive_in_scope(n, hit, scope);
}

static bool naive_same(const struct tcs_hit *a, const struct tcs_hit *b)
{
    return a->field == b->field && a->start_byte == b->start_byte && a->end_byte == b->end_byte;
}

static const struct tcs_expr *naive_child(const struct naive *n, const struct tcs_expr *expr,
                                          uint32_t i)
{
    return &n->patterns->nodes[n->patterns->children[expr->first_child + i]];
}

/* Tries all ways to choose a hit for each argument from the given one on. */
static bool naive_choose(const struct naive *n, const struct tcs_expr *expr, enum naive_scope scope,
                         uint32_t arg, const struct tcs_hit **chosen)
{
    size_t i;
    uint32_t j;

    if (arg == expr->child_count) {
        return true;
    }
    for (i = 0; i < n->hits.count; i++) {
        const struct tcs_hit *hit = &n->hits.items[i];
        bool fits = naive_is_of(n, hit, naive_child(n, expr, arg), scope);

        for (j = 0; j < arg && fits; j++) {
            const struct tcs_hit *a = chosen[j]->start_byte < hit->start_byte ? chosen[j] : hit;
            const struct tcs_hit *b = a == hit ? chosen[j] : hit;
            const struct tcs_field *field = &n->document->fields[hit->field];

            fits = a->field == b->field && (expr->op == TCS_EXPR_PARAGRAPH || !naive_same(a, b));
            if (fits && expr->op == TCS_EXPR_NEAR) {
                fits = naive_units(field->text, a->end_byte, b->start_byte) <= expr->number;
            } else if (fits) {
                fits = !naive_parted(field, expr->op == TCS_EXPR_SENTENCE, a->start_byte,
                                     b->start_byte);
            }
        }
        chosen[arg] = hit;
        if (fits && naive_choose(n, expr, scope, arg + 1, chosen)) {
            return true;
        }
    }
    return false;
}

static bool naive_count(const struct naive *n, const struct tcs_expr *expr, enum naive_scope scope)
{
    const struct tcs_expr *leaf = naive_child(n, expr, 0);
    uint32_t count = 0;
    size_t i, j;

    for (i = 0; i < n->hits.count; i++) {
        const struct tcs_hit *hit = &n->hits.items[i];
        bool counts = naive_is_of(n, hit, leaf, scope);

        for (j = 0; j < n->hits.count && counts; j++) {
            const struct tcs_hit *other = &n->hits.items[j];

            if (!naive_is_of(n, other, leaf, scope) || other->field != hit->field) {
                continue;
            }
            if (expr->op == TCS_EXPR_DISTINCT) {
                continue;
            }
            counts = naive_same(hit, other)
                         ? j >= i
                         : other->start_byte > hit->start_byte || other->end_byte < hit->end_byte;
        }
        for (j = 0; j < i && counts && expr->op == TCS_EXPR_DISTINCT; j++) {
            counts = !(naive_is_of(n, &n->hits.items[j], leaf, scope) &&
                       n->hits.items[j].term == hit->term);
        }
        count += counts;
    }
    return count >= expr->number;
}

static bool naive_holds(const struct naive *n, const struct tcs_expr *expr, enum naive_scope scope)
{
    const struct tcs_hit *chosen[TCS_LEAD_UNITS];
    uint32_t i, count = 0;
    size_t j;

    switch (expr->op) {
    case TCS_EXPR_LEXICON:
    case TCS_EXPR_TERM:
        for (j = 0; j < n->hits.count && !naive_is_of(n, &n->hits.items[j], expr, scope); j++) {
        }
        return j < n->hits.count;
    case TCS_EXPR_NEAR:
    case TCS_EXPR_SENTENCE:
    case TCS_EXPR_PARAGRAPH: return naive_choose(n, expr, scope, 0, chosen);
    case TCS_EXPR_COUNT:
    case TCS_EXPR_DISTINCT: return naive_count(n, expr, scope);
    case TCS_EXPR_TITLE: return naive_holds(n, naive_child(n, expr, 0), NAIVE_TITLE);
    case TCS_EXPR_LEAD: return naive_holds(n, naive_child(n, expr, 0), NAIVE_LEAD);
    case TCS_EXPR_AND:
    case TCS_EXPR_OR:
    case TCS_EXPR_NOT:
    case TCS_EXPR_ATLEAST: break;
    }
    for (i = 0; i < expr->child_count; i++) {
        count += naive_holds(n, naive_child(n, expr, i), scope);
    }
    return expr->op == TCS_EXPR_AND   ? count == expr->child_count
           : expr->op == TCS_EXPR_OR  ? count > 0
           : expr->op == TCS_EXPR_NOT ? count == 0
                                      : count >= expr->number;
}

/* All hits that no phrase covers, by comparing each with each. */
static void naive_find(struct naive *n)
{
    struct tcs_hits all = {0};
    size_t i, j;

    find_hits(n->patterns, n->document, &all);
    n->hits.count = 0;
    for (i = 0; i < all.count; i++) {
        const struct tcs_hit *hit = &all.items[i];
        bool stays = !n->patterns->terms[hit->term].is_unless;

        for (j = 0; j < all.count && stays; j++) {
            const struct tcs_hit *by = &all.items[j];

            stays =
                !(n->patterns->terms[by->term].is_unless && by->field == hit->field &&
                  n->patterns->terms[by->term].lexicon == n->patterns->terms[hit->term].lexicon &&
                  by->start_byte <= hit->start_byte && by->end_byte >= hit->end_byte);
        }
        if (stays) {
            assert_int_equal(TCS_GROW(n->hits.items, n->hits.cap, n->hits.count + 1), TOCSIN_OK);
            n->hits.items[n->hits.count++] = *hit;
        }
    }
    free(all.items);
}

static void show_document(const struct tcs_document *document)
{
    size_t i;

    for (i = 0; i < document->field_count; i++) {
        print_message("role %d%s: [%s]\n", (int)document->fields[i].role,
                      document->fields[i].lf_paragraph ? " lf" : "", document->fields[i].text.data);
    }
}

/* Sets of terms that occur, before `unless`, and perhaps more. */
static void see_terms(const struct tcs_patterns *patterns, const struct tcs_document *document,
                      uint8_t *seen, uint32_t *seed)
{
    struct tcs_hits all = {0};
    size_t i;

    memset(seen, 0, tcs_patterns_set_bytes(patterns));
    find_hits(patterns, document, &all);
    for (i = 0; i < all.count; i++) {
        tcs_patterns_set_add(seen, all.items[i].term);
    }
    if (next_random(seed, 2)) {
        tcs_patterns_set_add(seen, next_random(seed, (uint32_t)patterns->term_count));
    }
    free(all.items);
}

static void test_eval__random_rules_agree_with_the_definition(void **state)
{
    struct tcs_eval_scratch scratch = {0};
    struct tcs_verdict verdict = {0};
    struct tcs_document document = {0};
    struct tcs_buf yaml = {0}, texts[4] = {{0}};
    struct tcs_hits hits = {0};
    struct naive naive = {0};
    uint32_t seed = 1, set, doc, rule, fired, total = 0;
    uint8_t seen[8];

    (void)state;
    for (set = 0; set < 300; set++) {
        struct tcs_patterns patterns;

        random_patterns(&patterns, &yaml, &seed, 6);
        for (doc = 0; doc < 30; doc++) {
            random_document(&document, texts, &seed);
            run_rules(&patterns, &document, &hits, &scratch, &verdict);
            naive.patterns = &patterns;
            naive.document = &document;
            naive_find(&naive);
            assert_int_equal(hits.count, naive.hits.count);
            for (rule = fired = 0; rule < patterns.rule_count; rule++) {
                bool is_true =
                    naive_holds(&naive, &patterns.nodes[patterns.rules[rule].root], NAIVE_ALL);
                bool has_fired = fired < verdict.rule_count && verdict.rules[fired] == rule;

                fired += has_fired;
                if (has_fired != is_true) {
                    show_document(&document);
                    fail_msg("%s\nr%u is %d, should be %d", yaml.data, rule, has_fired, is_true);
                }
            }
            total += fired;
            see_terms(&patterns, &document, seen, &seed);
            if (verdict.is_flagged && !tcs_eval_possible(&patterns, seen)) {
                show_document(&document);
                fail_msg("%s\nis flagged, but said to be impossible", yaml.data);
            }
        }
        tcs_patterns_release(&patterns);
    }
    assert_in_range(total, 5000, 300 * 30 * 6);
    for (set = 0; set < 4; set++) {
        tcs_buf_release(&texts[set]);
    }
    tcs_buf_release(&yaml);
    free(hits.items);
    free(naive.hits.items);
    tcs_document_release(&document);
    tcs_verdict_release(&verdict);
    tcs_eval_scratch_release(&scratch);
}

static void test_eval__possible(void **state)
{
    static const struct {
        const char *when;
        uint8_t seen; /* x, xx, k are bits 0 to 2, y, yy 3 and 4, 换脸 5, 脸谱 6 */
        bool is_possible;
    } cases[] = {
        {"a", 0x00, false},
        {"a", 0x04, true},
        {"a and b", 0x07, false},
        {"a and b", 0x09, true},
        {"near(a, b, 0)", 0x01, false},
        {"sentence(a, b, han)", 0x09, false},
        {"paragraph(a, b)", 0x12, true},
        {"title(a) or lead(b)", 0x20, false},
        {"title(a) or lead(b)", 0x08, true},
        {"count(a) >= 5", 0x01, true},
        {"count(a) >= 5", 0x08, false},
        {"distinct(a) >= 2", 0x02, false},
        {"distinct(a) >= 2", 0x06, true},
        {"distinct(a) >= 4", 0x07, false},
        {"not a", 0x07, true},
        {"b and not a", 0x01, false},
        {"atleast(2, a, b, han)", 0x01, false},
        {"atleast(2, a, b, han)", 0x21, true},
    };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct tcs_patterns patterns;
        char yaml[1024];

        (void)snprintf(yaml, sizeof yaml, "%s%s\n", lexicons, cases[i].when);
        load_patterns(&patterns, yaml);
        if (tcs_eval_possible(&patterns, &cases[i].seen) != cases[i].is_possible) {
            fail_msg("%s with %02x should be %d", cases[i].when, cases[i].seen,
                     cases[i].is_possible);
        }
        tcs_patterns_release(&patterns);
    }
}

static void test_eval__ad_hoc_terms_flag(void **state)
{
    struct tcs_patterns patterns;
    struct tcs_eval_scratch scratch = {0};
    struct tcs_verdict verdict = {0};
    struct tcs_document document = {0};
    struct tcs_hits hits = {0};
    struct tocsin_error err;
    uint8_t seen = 1;

    (void)state;
    tcs_patterns_init(&patterns);
    assert_int_equal(tcs_patterns_add_term(&patterns, "-e", TCS_STR("x"), &err), TOCSIN_OK);
    assert_int_equal(tcs_patterns_finish(&patterns, &err), TOCSIN_OK);
    add_field(&document, TCS_ROLE_OTHER, "wxw");
    run_rules(&patterns, &document, &hits, &scratch, &verdict);
    assert_true(verdict.is_flagged);
    assert_int_equal(verdict.rule_count, 0);
    assert_true(tcs_eval_possible(&patterns, &seen));
    seen = 0;
    assert_false(tcs_eval_possible(&patterns, &seen));
    tcs_document_reset(&document);
    run_rules(&patterns, &document, &hits, &scratch, &verdict);
    assert_false(verdict.is_flagged);
    free(hits.items);
    tcs_document_release(&document);
    tcs_verdict_release(&verdict);
    tcs_eval_scratch_release(&scratch);
    tcs_patterns_release(&patterns);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_eval__boolean),
        cmocka_unit_test(test_eval__title_and_lead),
        cmocka_unit_test(test_eval__near),
        cmocka_unit_test(test_eval__sentence),
        cmocka_unit_test(test_eval__paragraph),
        cmocka_unit_test(test_eval__count_and_distinct),
        cmocka_unit_test(test_eval__distinct_goes_by_folded_form),
        cmocka_unit_test(test_eval__unless),
        cmocka_unit_test(test_eval__score),
        cmocka_unit_test(test_eval__label_is_the_first_that_holds),
        cmocka_unit_test(test_eval__random_rules_agree_with_the_definition),
        cmocka_unit_test(test_eval__possible),
        cmocka_unit_test(test_eval__ad_hoc_terms_flag),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
