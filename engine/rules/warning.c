/* One table; the names are promised (docs/author-commands.md). */
#include "rules/warning.h"

#include <string.h>

const struct tcs_warning_kind tcs_warning_kinds[TCS_WARNING_COUNT] = {
    [TCS_WARNING_EMPTY_TERM] = {"empty-term", "give it a letter or remove it", true, false, false},
    [TCS_WARNING_BLANK_IN_TERM] = {"blank-in-term", "write two terms, or near(a, b, N) in a rule", true, false, false},
    [TCS_WARNING_BAD_INFLECT] = {"bad-inflect", "remove inflect", true, false, false},
    [TCS_WARNING_SAME_TERM] = {"same-term", "remove one", false, false, false},
    [TCS_WARNING_SHADOWED_TERM] = {"shadowed-term", "remove it", false, false, false},
    [TCS_WARNING_NO_EXAMPLE] = {"no-example", "add an example that holds it", false, false, false},
    [TCS_WARNING_RULE_WITHOUT_EXAMPLE] = {"rule-without-example", "add an example to its `match`", false, true, false},
    [TCS_WARNING_FULL_WIDTH_COMMA] = {"full-width-comma", "part terms by an ASCII comma", false, false, false},
    [TCS_WARNING_MARK_BETWEEN_HAN] = {"mark-between-han", "write it without the mark", false, false, false},
    [TCS_WARNING_HAN_IN_EN] = {"han-in-en", "move it to zh", false, false, false},
    [TCS_WARNING_TOO_GENERAL] = {"too-general", "write longer terms, or name in `unless` what is not meant", false,
                                 false, true},
    [TCS_WARNING_STAR_FINDS_OTHERS] = {"star-finds-others",
                                       "write {term: X, inflect: true}, or a term for each word that is meant", false,
                                       false, true},
    [TCS_WARNING_IDLE_ALLOW] = {"idle-allow", "remove it", false, false, false},
};

enum tcs_warning tcs_warning_by_name(struct tcs_str name)
{
    int i;

    for (i = 0; i < TCS_WARNING_COUNT; i++)
        if (tcs_str_equal(name, tcs_str_from(tcs_warning_kinds[i].name)))
            break;
    return (enum tcs_warning)i;
}

bool tcs_warning_can_be_allowed(enum tcs_warning warning)
{
    return warning < TCS_WARNING_COUNT && !tcs_warning_kinds[warning].is_fatal && warning != TCS_WARNING_IDLE_ALLOW;
}
