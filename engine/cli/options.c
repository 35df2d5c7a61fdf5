/* Values are converted in one place, store(); everything else only finds out which option has which value. */
#include "cli/options.h"

#include <errno.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "rules/suggest.h"

/* Where the texts of --help begin and end. */
#define HELP_COLUMN 28
#define HELP_END 100

void tcs_texts_release(struct tcs_texts *texts)
{
    free((void *)texts->items);
    *texts = (struct tcs_texts){0};
}

static tocsin_status add_text(struct tcs_texts *texts, const char *text, struct tocsin_error *err)
{
    void *items = (void *)texts->items;

    if (tcs_array_reserve(&items, &texts->cap, texts->count + 1, sizeof *texts->items) != TOCSIN_OK)
        return tcs_fail_nomem(err);
    texts->items = items;
    texts->items[texts->count++] = text;
    return TOCSIN_OK;
}

/* ---- values ---- */

/* Digits and nothing else before *end_out. */
static bool read_digits(const char *text, const char **end_out, uint64_t *value_out)
{
    uint64_t value = 0;

    if (*text < '0' || *text > '9')
        return false;
    for (; *text >= '0' && *text <= '9'; text++) {
        if (value > (UINT64_MAX - 9) / 10)
            return false;
        value = value * 10 + (uint64_t)(*text - '0');
    }
    *end_out = text;
    *value_out = value;
    return true;
}

static bool read_size(const char *text, size_t *size_out)
{
    static const char letters[] = "KMG";
    const char *suffix, *letter;
    uint64_t value, unit = 1;

    if (!read_digits(text, &suffix, &value))
        return false;
    if (*suffix) {
        uint64_t step = suffix[1] == 'i' ? 1024 : 1000;

        letter = strchr(letters, *suffix);
        if (!letter || suffix[suffix[1] == 'i' ? 2 : 1])
            return false;
        for (; letter >= letters; letter--)
            unit *= step;
    }
    if (value > SIZE_MAX / unit)
        return false;
    *size_out = (size_t)(value * unit);
    return true;
}

static bool read_count(const char *text, unsigned *count_out)
{
    const char *end;
    uint64_t value;

    if (!read_digits(text, &end, &value) || *end || value > UINT_MAX)
        return false;
    *count_out = (unsigned)value;
    return true;
}

static bool read_real(const char *text, double *real_out)
{
    char *end;

    if (!*text || strspn(text, "0123456789.") != strlen(text))
        return false;
    *real_out = strtod(text, &end);
    return !*end && isfinite(*real_out);
}

static bool read_choice(const char *text, const char *const *choices, unsigned *index_out)
{
    unsigned i;

    for (i = 0; choices[i]; i++) {
        if (strcmp(choices[i], text) == 0) {
            *index_out = i;
            return true;
        }
    }
    return false;
}

static tocsin_status refuse_value(const struct tcs_option *option, const char *value, struct tocsin_error *err)
{
    struct tcs_buf expected = {0};
    tocsin_status st = TOCSIN_OK;
    size_t i;

    if (option->kind == TCS_OPTION_SIZE)
        st = tcs_buf_printf(&expected, "a size of at least %u such as 65536, 512Ki, 16Mi or 1G", option->min);
    else if (option->kind == TCS_OPTION_COUNT)
        st = tcs_buf_printf(&expected, "a whole number of at least %u", option->min);
    else if (option->kind == TCS_OPTION_REAL)
        st = tcs_buf_printf(&expected, "a number such as 2 or 0.5");
    for (i = 0; st == TOCSIN_OK && option->choices && option->choices[i]; i++)
        st = tcs_buf_printf(&expected, "%s%s", !i ? "" : option->choices[i + 1] ? ", " : " or ", option->choices[i]);
    st = tcs_fail(err, TOCSIN_E_ARG, NULL, 0, "--%s: '%.100s' is not what is expected: %.*s", option->name, value,
                  (int)expected.len, expected.len ? expected.data : "");
    tcs_buf_release(&expected);
    return st;
}

static tocsin_status store(const struct tcs_option *option, const char *value, void *target, struct tocsin_error *err)
{
    void *slot = (char *)target + option->offset;
    bool is_good = true;

    switch (option->kind) {
    case TCS_OPTION_FLAG:
        *(bool *)slot = true;
        break;
    case TCS_OPTION_TEXT:
        *(const char **)slot = value;
        break;
    case TCS_OPTION_LIST:
        return add_text(slot, value, err);
    case TCS_OPTION_SIZE:
        is_good = read_size(value, slot) && *(size_t *)slot >= option->min;
        break;
    case TCS_OPTION_COUNT:
        is_good = read_count(value, slot) && *(unsigned *)slot >= option->min;
        break;
    case TCS_OPTION_REAL:
        is_good = read_real(value, slot);
        break;
    case TCS_OPTION_CHOICE:
        is_good = read_choice(value, option->choices, slot);
        break;
    }
    return is_good ? TOCSIN_OK : refuse_value(option, value, err);
}

/* ---- arguments ---- */

/* What is left of argv. */
struct cursor {
    char **next;
    int left;
};

static tocsin_status refuse_name(const struct tcs_option_table *table, struct tcs_str name, struct tocsin_error *err)
{
    struct tcs_suggest suggest = tcs_suggest_begin(name);
    size_t i;

    for (i = 0; i < table->count; i++)
        tcs_suggest_offer(&suggest, table->items[i].name);
    return tcs_fail(err, TOCSIN_E_ARG, NULL, 0, "there is no option --%.*s; %s%s%s`tocsin %s --help` lists all",
                    (int)(name.len < 100 ? name.len : 100), name.data, suggest.best ? "did you mean --" : "",
                    suggest.best ? suggest.best : "", suggest.best ? "? " : "", table->command);
}

/* `attached` is what stands in the same argument, NULL if nothing does. */
static tocsin_status take_value(const struct tcs_option *option, const char *attached, struct cursor *cursor,
                                void *target, struct tocsin_error *err)
{
    if (attached)
        return store(option, attached, target, err);
    if (option->if_bare)
        return store(option, option->if_bare, target, err);
    if (!cursor->left)
        return tcs_fail(err, TOCSIN_E_ARG, NULL, 0, "--%s needs a value: %s", option->name, option->value);
    cursor->left--;
    return store(option, *cursor->next++, target, err);
}

static tocsin_status parse_long(const struct tcs_option_table *table, const char *text, struct cursor *cursor,
                                void *target, struct tocsin_error *err)
{
    const char *equals = strchr(text, '=');
    struct tcs_str name = {text, equals ? (size_t)(equals - text) : strlen(text)};
    size_t i;

    for (i = 0; i < table->count; i++) {
        const struct tcs_option *option = &table->items[i];

        if (strlen(option->name) != name.len || memcmp(option->name, name.data, name.len) != 0)
            continue;
        if (option->value)
            return take_value(option, equals ? equals + 1 : NULL, cursor, target, err);
        if (equals)
            return tcs_fail(err, TOCSIN_E_ARG, NULL, 0, "--%s takes no value", option->name);
        return store(option, NULL, target, err);
    }
    return refuse_name(table, name, err);
}

/* -x, -xvalue, -x value, and flags in one argument: -qx. */
static tocsin_status parse_letters(const struct tcs_option_table *table, const char *letters, struct cursor *cursor,
                                   void *target, struct tocsin_error *err)
{
    tocsin_status st = TOCSIN_OK;
    size_t i;

    for (; st == TOCSIN_OK && *letters; letters++) {
        for (i = 0; i < table->count && table->items[i].letter != *letters; i++)
            continue;
        if (i == table->count)
            return tcs_fail(err, TOCSIN_E_ARG, NULL, 0, "there is no option -%c; `tocsin %s --help` lists all",
                            *letters, table->command);
        if (table->items[i].value)
            return take_value(&table->items[i], letters[1] ? letters + 1 : NULL, cursor, target, err);
        st = store(&table->items[i], NULL, target, err);
    }
    return st;
}

tocsin_status tcs_options_parse(const struct tcs_option_table *table, int argc, char **argv, void *target,
                                struct tcs_texts *rest, struct tocsin_error *err)
{
    struct cursor cursor = {argv + 1, argc > 0 ? argc - 1 : 0};
    tocsin_status st = TOCSIN_OK;
    bool is_over = false;

    while (st == TOCSIN_OK && cursor.left) {
        const char *text = *cursor.next++;

        cursor.left--;
        if (is_over || text[0] != '-' || !text[1])
            st = add_text(rest, text, err);
        else if (text[1] != '-')
            st = parse_letters(table, text + 1, &cursor, target, err);
        else if (text[2])
            st = parse_long(table, text + 2, &cursor, target, err);
        else
            is_over = true;
    }
    return st;
}

void tcs_options_release(const struct tcs_option_table *table, void *target)
{
    size_t i;

    for (i = 0; i < table->count; i++)
        if (table->items[i].kind == TCS_OPTION_LIST)
            tcs_texts_release((struct tcs_texts *)((char *)target + table->items[i].offset));
}

bool tcs_options_has_flag(const struct tcs_option_table *table, const void *target, const char *name)
{
    size_t i;

    for (i = 0; i < table->count; i++)
        if (table->items[i].kind == TCS_OPTION_FLAG && strcmp(table->items[i].name, name) == 0)
            return *(const bool *)((const char *)target + table->items[i].offset);
    return false;
}

/* ---- help ---- */

/* Words of text from column `at` on, wrapped. */
static void print_wrapped(const char *text, int at, FILE *out)
{
    while (*text) {
        int len = (int)strcspn(text, " ");

        if (at > HELP_COLUMN && at + 1 + len > HELP_END) {
            (void)fprintf(out, "\n%*s", HELP_COLUMN, "");
            at = HELP_COLUMN;
        } else if (at > HELP_COLUMN) {
            (void)fputc(' ', out);
            at++;
        }
        (void)fprintf(out, "%.*s", len, text);
        at += len;
        text += len;
        text += strspn(text, " ");
    }
    (void)fputc('\n', out);
}

static void print_option(const struct tcs_option *option, FILE *out)
{
    int at = 8 + (int)strlen(option->name);

    if (option->letter)
        (void)fprintf(out, "  -%c, --%s", option->letter, option->name);
    else
        (void)fprintf(out, "      --%s", option->name);
    if (option->value)
        at += fprintf(out, option->if_bare ? "[=%s]" : " %s", option->value);
    if (at + 2 > HELP_COLUMN)
        (void)fprintf(out, "\n%*s", HELP_COLUMN, "");
    else
        (void)fprintf(out, "%*s", HELP_COLUMN - at, "");
    print_wrapped(option->help, HELP_COLUMN, out);
}

void tcs_options_help(const struct tcs_option_table *table, FILE *out)
{
    size_t i;

    for (i = 0; i < table->count; i++) {
        if (!i || strcmp(table->items[i].group, table->items[i - 1].group) != 0)
            (void)fprintf(out, "\n%s:\n", table->items[i].group);
        print_option(&table->items[i], out);
    }
}
