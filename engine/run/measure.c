/*
 * Words are kept sorted by their text. Whether two are forms of one word is judged by a stem that takes off the
 * endings of `inflect`, as they are written in English: swapped, swapping and swaps are swap, nudifies is nudify.
 */
#include "run/measure.h"

#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "match/props.h"

#define STEM_BYTES 64
#define STEM_MIN 3 /* what an ending leaves must have so many letters */

tocsin_status tcs_measure_init(struct tcs_measure *measure, const struct tcs_patterns *patterns,
                               struct tocsin_error *err)
{
    *measure = (struct tcs_measure){.term_count = patterns->term_count};
    measure->terms = calloc(patterns->term_count + 1, sizeof *measure->terms);
    return measure->terms ? TOCSIN_OK : tcs_fail_nomem(err);
}

void tcs_measure_release(struct tcs_measure *measure)
{
    size_t i, k;

    for (i = 0; measure->terms && i < measure->term_count; i++) {
        for (k = 0; k < measure->terms[i].word_count; k++)
            free(measure->terms[i].words[k].text);
        free(measure->terms[i].words);
    }
    free(measure->terms);
    tcs_folded_release(&measure->folded);
    *measure = (struct tcs_measure){0};
}

/* ---- words ---- */

/* What follows the last character that belongs to no word. */
static struct tcs_str last_word(struct tcs_str text)
{
    const char *at = text.data, *end = text.data + text.len, *start = at;
    size_t len;

    for (; at < end; at += len)
        if (!(tcs_props(tcs_utf8_decode(at, end, &len, NULL)) & TCS_PROP_SPACED))
            start = at + len;
    return (struct tcs_str){start, (size_t)(end - start)};
}

static int compare_word(const struct tcs_measured_word *word, struct tcs_str text)
{
    size_t len = strlen(word->text);
    int order = memcmp(word->text, text.data, len < text.len ? len : text.len);

    return order ? order : len < text.len ? -1 : len > text.len;
}

static tocsin_status count_word(struct tcs_measured_term *term, struct tcs_str text)
{
    size_t low = 0, high = term->word_count;
    char *copy;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = compare_word(&term->words[middle], text);

        if (!order) {
            term->words[middle].count++;
            return TOCSIN_OK;
        }
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    copy = tcs_str_dup(text);
    if (!copy || TCS_GROW(term->words, term->word_cap, term->word_count + 1) != TOCSIN_OK) {
        free(copy);
        return TOCSIN_E_NOMEM;
    }
    memmove(term->words + low + 1, term->words + low, (term->word_count - low) * sizeof *term->words);
    term->words[low] = (struct tcs_measured_word){copy, 1};
    term->word_count++;
    return TOCSIN_OK;
}

static bool take_ending(char *stem, const char *ending)
{
    size_t len = strlen(stem), cut = strlen(ending);

    if (len < cut + STEM_MIN || strcmp(stem + len - cut, ending) != 0)
        return false;
    stem[len - cut] = '\0';
    return true;
}

static void make_stem(const char *word, char stem[STEM_BYTES])
{
    size_t len = strlen(word);

    len = len < STEM_BYTES - 1 ? len : STEM_BYTES - 1;
    memcpy(stem, word, len);
    stem[len] = '\0';
    if (!take_ending(stem, "ing") && !take_ending(stem, "ed") && !take_ending(stem, "es"))
        (void)take_ending(stem, "s");
    len = strlen(stem);
    if (len > STEM_MIN && stem[len - 1] == stem[len - 2])
        stem[--len] = '\0';
    if (len > STEM_MIN && stem[len - 1] == 'e')
        stem[--len] = '\0';
    if (len && stem[len - 1] == 'i')
        stem[len - 1] = 'y';
}

size_t tcs_measure_different(const struct tcs_measured_term *term)
{
    char a[STEM_BYTES], b[STEM_BYTES];
    size_t count = 0, i, k;

    for (i = 0; i < term->word_count; i++) {
        make_stem(term->words[i].text, a);
        for (k = 0; k < i; k++) {
            make_stem(term->words[k].text, b);
            if (strcmp(a, b) == 0)
                break;
        }
        count += k == i;
    }
    return count;
}

/* ---- documents ---- */

static tocsin_status count_hit(struct tcs_measure *measure, const struct tcs_pattern_term *pattern,
                               const struct tcs_hit *hit, struct tcs_str text)
{
    struct tcs_measured_term *term = &measure->terms[hit->term];
    struct tcs_str word;
    tocsin_status st;

    term->hits++;
    term->documents += term->last_document != measure->documents;
    term->last_document = measure->documents;
    if (!pattern->spec.prefix_up_to)
        return TOCSIN_OK;
    st = tcs_fold((struct tcs_str){text.data + hit->start_byte, hit->end_byte - hit->start_byte}, false, false,
                  &measure->folded);
    word = last_word(tcs_buf_view(&measure->folded.text));
    return st == TOCSIN_OK && word.len ? count_word(term, word) : st;
}

tocsin_status tcs_measure_document(struct tcs_measure *measure, const struct tcs_judge *judge,
                                   const struct tcs_document *doc, struct tocsin_error *err)
{
    const struct tcs_patterns *patterns = tcs_ruleset_patterns(judge->ruleset);
    tocsin_status st = TOCSIN_OK;
    size_t i, k;

    measure->documents++;
    for (i = 0; i < doc->field_count; i++)
        for (k = 0; k < doc->fields[i].text.len; k++)
            measure->characters += !tcs_utf8_is_continuation(doc->fields[i].text.data[k]);
    for (i = 0; st == TOCSIN_OK && i < judge->hits.count; i++) {
        const struct tcs_hit *hit = &judge->hits.items[i];

        st = count_hit(measure, &patterns->terms[hit->term], hit, doc->fields[hit->field].text);
    }
    return st == TOCSIN_OK ? st : tcs_fail_nomem(err);
}
