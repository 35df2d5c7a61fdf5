/*
 * ruleset_parts: what a ruleset consists of, and what the files of its module do for one another: ruleset.c builds it from
 * sources, ruleset_file.c saves and loads it, ruleset_sieves.c makes its plans and sieves. Private to them; everybody else
 * uses ruleset.h.
 */
#ifndef TOCSIN_RULESET_PARTS_H
#define TOCSIN_RULESET_PARTS_H

#include <pthread.h>

#include "match/dbfile.h"
#include "rules/frequencies.h"
#include "rules/ruleset.h"

#define TCS_RULESET_MODES 2
#define TCS_RULESET_SIEVES (TCS_RULESET_MODES * TCS_SYNTAX_COUNT)

/* What the sieves of a mode look for: distinct pieces in order; nothing where every document must be let through. */
struct tcs_piece_list {
    struct tcs_piece *items;
    struct tcs_context *contexts;
    uint8_t *side_of;
    struct tcs_sides sides;
    size_t count;
    bool needs_all, is_ready;
};

struct tcs_ruleset {
    struct tcs_patterns patterns;
    struct tcs_term *terms; /* by pattern term */
    size_t term_count;
    uint32_t *term_folds;
    uint8_t *is_reported;
    uint32_t *reporters; /* by term: the one under which its hits are reported */
    struct tcs_finder *finder;
    struct tcs_frequencies measured; /* from sources */
    struct tcs_buf sources;
    struct tcs_buf trees; /* of the sources, as rules/yaml_form keeps them */
    char hash[33];
    /* of ruleset_file.c: */
    struct tcs_dbfile file;      /* what it was loaded from; none else */
    struct tcs_buf finder_bytes; /* what a loaded finder stands in */
    char notice[512];
    /* of ruleset_sieves.c, under the lock: */
    pthread_mutex_t lock;
    struct tcs_offer offer; /* made when the first sieve is */
    bool has_offer;
    struct tcs_piece_list lists[TCS_RULESET_MODES];
    struct tcs_sieve *sieves[TCS_RULESET_SIEVES];
    struct tcs_buf sieve_bytes[TCS_RULESET_SIEVES]; /* what those that were loaded stand in */
    bool is_ready[TCS_RULESET_SIEVES];
};

/* ---- building: ruleset.c ---- */

/* Empty; NULL where there is no memory. */
struct tcs_ruleset *tcs_ruleset_new(void);
/*
 * A source is a YAML file, a table of frequencies, or, under the name "-e", one term. trees: where those of a YAML file come
 * from; NULL to parse it, and keep them.
 */
TOCSIN_MUST_CHECK tocsin_status tcs_ruleset_read_source(struct tcs_ruleset *ruleset, struct tcs_source source,
                                                        struct tcs_str *trees, struct tocsin_error *err);
/* After all sources. finder_engine: the finder's part of a file; empty to make it. */
TOCSIN_MUST_CHECK tocsin_status tcs_ruleset_finish(struct tcs_ruleset *ruleset, struct tcs_str finder_engine,
                                                   struct tocsin_error *err);
/* Returns st: where it is TOCSIN_OK, the ruleset is handed out, else freed. */
tocsin_status tcs_ruleset_hand_over(struct tcs_ruleset *ruleset, tocsin_status st, struct tcs_ruleset **ruleset_out);

/* ---- the file: ruleset_file.c ---- */

/* The tables of frequencies, which loading passes over; none where the ruleset was not loaded. */
TOCSIN_MUST_CHECK tocsin_status tcs_ruleset_load_frequencies(struct tcs_ruleset *ruleset, struct tocsin_error *err);

/* ---- sieves: ruleset_sieves.c ---- */

/*
 * Makes all sieves, by threads, and fills the TCS_RULESET_SIEVES sections of them; bytes[i] is empty where sections[i]
 * shares those of another.
 */
TOCSIN_MUST_CHECK tocsin_status tcs_ruleset_save_sieves(struct tcs_ruleset *ruleset, struct tcs_buf *bytes,
                                                        struct tcs_dbfile_section *sections, struct tocsin_error *err);
void tcs_ruleset_release_sieves(struct tcs_ruleset *ruleset);

#endif
