/*
 * lint: looks for mistakes in lexicons and rules that compile, and for terms that do not (docs/author-commands.md
 * lists the warnings). Collects findings; knows nothing of corpora: who counted hits in one adds what it found. Owned
 * by the caller.
 */
#ifndef TOCSIN_LINT_H
#define TOCSIN_LINT_H

#include "rules/ruleset.h"

/* One finding. Texts but `message` are borrowed from the patterns. */
struct tcs_finding {
    enum tcs_warning warning;
    const char *source; /* name of the source, as in tcs_sources */
    uint32_t line, column;
    const char *lexicon, *rule, *term; /* NULL where it is about none */
    char *message;                     /* what is wrong; owned */
};

/* All zero is empty. */
struct tcs_lint {
    struct tcs_finding *items;
    size_t count, cap;
    size_t silenced;
};

void tcs_lint_release(struct tcs_lint *lint);

/*
 * What can be seen of each term alone, and terms that could not be compiled: patterns is finished, but need not
 * compile. *is_fatal_out: some term cannot. TOCSIN_OK or TOCSIN_E_NOMEM, as below.
 */
TOCSIN_MUST_CHECK tocsin_status tcs_lint_terms(struct tcs_lint *lint, const struct tcs_patterns *patterns,
                                               bool *is_fatal_out, struct tocsin_error *err);
/* What needs the judge: terms that find the same, terms that only double, terms and rules without example. */
TOCSIN_MUST_CHECK tocsin_status tcs_lint_ruleset(struct tcs_lint *lint, struct tcs_ruleset *ruleset,
                                                 struct tocsin_error *err);
/* Adds a finding about a term of patterns that a lexicon or rule holds. */
TOCSIN_MUST_CHECK tocsin_status tcs_lint_add_term(struct tcs_lint *lint, const struct tcs_patterns *patterns,
                                                  enum tcs_warning warning, uint32_t term, struct tocsin_error *err,
                                                  const char *format, ...) __attribute__((format(printf, 6, 7)));
/*
 * Takes out what `allow` silences, adds each `allow` that silenced nothing though its warning was looked for, and
 * sorts by source, as patterns has them, and place. has_corpus, has_compiled: which warnings were looked for.
 */
TOCSIN_MUST_CHECK tocsin_status tcs_lint_finish(struct tcs_lint *lint, const struct tcs_patterns *patterns,
                                                bool has_compiled, bool has_corpus, struct tocsin_error *err);

#endif
