/*
 * Hyperscan in block mode with pure-literal compilation. All literals of a set share one flag word: mixed flags
 * slow the engine down. Every error of Hyperscan is translated here, with its name kept.
 *
 * Vectorscan (5.4.9 and 5.4.11) loses occurrences that end in the last vector of a buffer, if the set has few literals:
 * its double-byte accelerators stop short there. So what ends in the last TAIL bytes is taken from a copy of them that has
 * as many bytes behind it. The same is done under Hyperscan: the results then depend on no guess at who the library is.
 */
#include "match/literals.h"

#include <hs.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ENGINE_MAX 20000 /* literals: with as many both are about equally fast, and the engine takes a second to compile */
#define TAIL 64 /* the widest vector of any CPU that either library is made for */

struct tcs_literals {
    struct tcs_str *texts; /* into bytes; NULL in a set above ENGINE_MAX, which has them in hashed */
    char *bytes;
    size_t count;
    bool caseless;
    bool is_few;                /* looked for one by one */
    hs_database_t *database;    /* NULL where count is 0 or above ENGINE_MAX, or is_few */
    struct tcs_hashed *hashed; /* of a set above ENGINE_MAX */
    pthread_mutex_t plain_lock;
    struct tcs_automaton *plain; /* built on first use, under the lock */
};

struct tcs_literals_scratch {
    hs_scratch_t *hs;
};

static const char *engine_error_name(hs_error_t code)
{
    switch (code) {
    case HS_SUCCESS: return "HS_SUCCESS";
    case HS_INVALID: return "HS_INVALID";
    case HS_NOMEM: return "HS_NOMEM";
    case HS_SCAN_TERMINATED: return "HS_SCAN_TERMINATED";
    case HS_COMPILER_ERROR: return "HS_COMPILER_ERROR";
    case HS_DB_VERSION_ERROR: return "HS_DB_VERSION_ERROR";
    case HS_DB_PLATFORM_ERROR: return "HS_DB_PLATFORM_ERROR";
    case HS_DB_MODE_ERROR: return "HS_DB_MODE_ERROR";
    case HS_BAD_ALIGN: return "HS_BAD_ALIGN";
    case HS_BAD_ALLOC: return "HS_BAD_ALLOC";
    case HS_SCRATCH_IN_USE: return "HS_SCRATCH_IN_USE";
    case HS_ARCH_ERROR: return "HS_ARCH_ERROR";
    default: return "HS_UNKNOWN_ERROR";
    }
}

static tocsin_status engine_failed(struct tocsin_error *err, const char *what, hs_error_t code)
{
    if (code == HS_NOMEM)
        return tcs_fail_nomem(err);
    return tcs_fail(err, TOCSIN_E_INTERNAL, NULL, 0, "%s failed with %s; run `tocsin --version` and report it", what,
                    engine_error_name(code));
}

static tocsin_status compile(struct tcs_literals *set, struct tocsin_error *err)
{
    const char **expressions = calloc(set->count, sizeof *expressions);
    unsigned *flags = calloc(set->count, sizeof *flags), *ids = calloc(set->count, sizeof *ids);
    size_t *lengths = calloc(set->count, sizeof *lengths), i;
    hs_compile_error_t *why = NULL;
    tocsin_status st = TOCSIN_OK;

    if (!expressions || !flags || !ids || !lengths) {
        st = tcs_fail_nomem(err);
        goto out;
    }
    for (i = 0; i < set->count; i++) {
        expressions[i] = set->texts[i].data;
        lengths[i] = set->texts[i].len;
        flags[i] = set->caseless ? HS_FLAG_CASELESS : 0;
        ids[i] = (unsigned)i;
    }
    if (hs_compile_lit_multi(expressions, flags, ids, lengths, (unsigned)set->count, HS_MODE_BLOCK, NULL,
                             &set->database, &why) != HS_SUCCESS) {
        if (why && why->expression >= 0 && (size_t)why->expression < set->count)
            st = tcs_fail(err, TOCSIN_E_PATTERN, NULL, 0, "%s refuses \"%.*s\": %s", tcs_literals_engine_name(),
                          (int)set->texts[why->expression].len, set->texts[why->expression].data, why->message);
        else
            st = tcs_fail(err, TOCSIN_E_INTERNAL, NULL, 0, "%s could not compile %zu literals: %s",
                          tcs_literals_engine_name(), set->count, why ? why->message : "no reason given");
    }
out:
    hs_free_compile_error(why);
    free(expressions);
    free(flags);
    free(ids);
    free(lengths);
    return st;
}

static tocsin_status check_literals(const struct tcs_str *literals, size_t count, size_t longest, struct tocsin_error *err)
{
    size_t i;

    for (i = 0; i < count; i++) {
        if (!literals[i].len || literals[i].len > longest)
            return tcs_fail(err, TOCSIN_E_INTERNAL, NULL, 0, "a literal of %zu bytes; 1 to %zu are allowed",
                            literals[i].len, longest);
        if (!literals[i].data[0])
            return tcs_fail(err, TOCSIN_E_INTERNAL, NULL, 0,
                            "a literal that begins with NUL: some engines take it for empty");
    }
    return TOCSIN_OK;
}

static tocsin_status copy_literals(struct tcs_literals *set, const struct tcs_str *literals, size_t count,
                                   struct tocsin_error *err)
{
    size_t bytes = 0, at = 0, i;

    for (i = 0; i < count; i++)
        bytes += literals[i].len;
    set->texts = calloc(count + 1, sizeof *set->texts);
    set->bytes = malloc(bytes + 1);
    if (!set->texts || !set->bytes)
        return tcs_fail_nomem(err);
    for (i = 0; i < count; i++) {
        memcpy(set->bytes + at, literals[i].data, literals[i].len);
        set->texts[i] = (struct tcs_str){set->bytes + at, literals[i].len};
        at += literals[i].len;
    }
    return TOCSIN_OK;
}

static tocsin_status make_engine(struct tcs_literals *set, const struct tcs_str *literals, size_t longest,
                                 struct tcs_str engine, bool *recompiled_out, struct tocsin_error *err)
{
    tocsin_status st = check_literals(literals, set->count, longest, err);

    if (st == TOCSIN_OK)
        st = copy_literals(set, literals, set->count, err);
    if (st != TOCSIN_OK || !set->count || set->is_few)
        return st;
    if (engine.len && hs_deserialize_database(engine.data, engine.len, &set->database) == HS_SUCCESS)
        return TOCSIN_OK;
    *recompiled_out = true;
    return compile(set, err);
}

static tocsin_status make_hashed(struct tcs_literals *set, const struct tcs_str *literals, const uint8_t *edges,
                                 size_t longest, struct tcs_str engine, bool *recompiled_out, struct tocsin_error *err)
{
    tocsin_status st = engine.len ? tcs_hashed_open(engine, &set->hashed) : TOCSIN_E_CORRUPT;

    if (st == TOCSIN_OK && tcs_hashed_count(set->hashed) != set->count) {
        tcs_hashed_free(set->hashed);
        set->hashed = NULL;
        st = TOCSIN_E_CORRUPT;
    }
    if (st == TOCSIN_E_CORRUPT && literals) {
        *recompiled_out = true;
        st = check_literals(literals, set->count, longest, err);
        if (st != TOCSIN_OK)
            return st;
        st = tcs_hashed_new(literals, edges, set->count, set->caseless, &set->hashed);
    }
    if (st == TOCSIN_E_CORRUPT)
        return tcs_fail(err, st, NULL, 0, "the literals in the database are damaged; compile it again");
    return st == TOCSIN_OK ? st : tcs_fail_nomem(err);
}

bool tcs_literals_are_in_engine(size_t count)
{
    return count > ENGINE_MAX;
}

static tocsin_status make(const struct tcs_str *literals, const uint8_t *edges, size_t count, size_t longest, bool caseless,
                          bool is_few, struct tcs_str engine, struct tcs_literals **literals_out, bool *recompiled_out,
                          struct tocsin_error *err)
{
    struct tcs_literals *set = calloc(1, sizeof *set);
    tocsin_status st;

    *recompiled_out = false;
    if (!set)
        return tcs_fail_nomem(err);
    set->caseless = caseless;
    set->is_few = is_few;
    pthread_mutex_init(&set->plain_lock, NULL);
    set->count = count;
    if (tcs_literals_are_in_engine(count))
        st = make_hashed(set, literals, edges, longest, engine, recompiled_out, err);
    else
        st = make_engine(set, literals, longest, engine, recompiled_out, err);
    if (st != TOCSIN_OK) {
        tcs_literals_free(set);
        return st;
    }
    *literals_out = set;
    return TOCSIN_OK;
}

tocsin_status tcs_literals_load(const struct tcs_str *literals, const uint8_t *edges, size_t count, bool caseless,
                                struct tcs_str engine, struct tcs_literals **literals_out, bool *recompiled_out,
                                struct tocsin_error *err)
{
    return make(literals, edges, count, TCS_LITERAL_MAX, caseless, !caseless && count <= TCS_FEW_MAX, engine, literals_out,
                recompiled_out, err);
}

tocsin_status tcs_literals_new(const struct tcs_str *literals, const uint8_t *edges, size_t count, bool caseless,
                               struct tcs_literals **literals_out, struct tocsin_error *err)
{
    bool recompiled;

    return tcs_literals_load(literals, edges, count, caseless, (struct tcs_str){NULL, 0}, literals_out, &recompiled, err);
}

void tcs_literals_free(struct tcs_literals *set)
{
    if (!set)
        return;
    hs_free_database(set->database);
    tcs_hashed_free(set->hashed);
    tcs_automaton_free(set->plain);
    pthread_mutex_destroy(&set->plain_lock);
    free(set->texts);
    free(set->bytes);
    free(set);
}

tocsin_status tcs_literals_save(const struct tcs_literals *set, struct tcs_buf *out, struct tocsin_error *err)
{
    char *bytes = NULL;
    size_t len = 0;
    hs_error_t code;
    tocsin_status st;

    if (set->hashed) {
        st = tcs_buf_append_str(out, tcs_hashed_form(set->hashed));
        return st == TOCSIN_OK ? st : tcs_fail_nomem(err);
    }
    if (!set->database)
        return TOCSIN_OK;
    code = hs_serialize_database(set->database, &bytes, &len);
    if (code != HS_SUCCESS)
        return engine_failed(err, "serialising the database", code);
    st = tcs_buf_append(out, bytes, len);
    free(bytes);
    return st == TOCSIN_OK ? st : tcs_fail_nomem(err);
}

size_t tcs_literals_count(const struct tcs_literals *set)
{
    return set->count;
}

struct tcs_str tcs_literals_text(const struct tcs_literals *set, uint32_t id)
{
    return set->hashed ? tcs_hashed_text(set->hashed, id) : set->texts[id];
}

tocsin_status tcs_literals_scratch_fit(struct tcs_literals_scratch **scratch, const struct tcs_literals *set,
                                       struct tocsin_error *err)
{
    hs_error_t code;

    if (!*scratch) {
        *scratch = calloc(1, sizeof **scratch);
        if (!*scratch)
            return tcs_fail_nomem(err);
    }
    if (!set->database)
        return TOCSIN_OK;
    code = hs_alloc_scratch(set->database, &(*scratch)->hs);
    return code == HS_SUCCESS ? TOCSIN_OK : engine_failed(err, "allocating scratch memory", code);
}

void tcs_literals_scratch_free(struct tcs_literals_scratch *scratch)
{
    if (!scratch)
        return;
    hs_free_scratch(scratch->hs);
    free(scratch);
}

/* Passes on the occurrences that end in (after, until] of the whole data, of which the engine scans what is behind base. */
struct relay {
    tcs_literal_seen seen;
    void *context;
    size_t base, after, until;
};

static int on_match(unsigned id, unsigned long long from, unsigned long long to, unsigned flags, void *context)
{
    const struct relay *relay = context;
    size_t end = relay->base + (size_t)to;

    (void)from;
    (void)flags;
    return end > relay->after && end <= relay->until && relay->seen(relay->context, id, end);
}

static hs_error_t scan_tail(const struct tcs_literals *set, struct tcs_literals_scratch *scratch, const char *data,
                            struct relay *relay)
{
    char copy[TCS_LITERAL_MAX - 1 + TAIL + TAIL] = {0};
    size_t before = relay->after < TCS_LITERAL_MAX - 1 ? relay->after : TCS_LITERAL_MAX - 1;
    size_t len;

    relay->base = relay->after - before;
    len = relay->until - relay->base;
    memcpy(copy, data + relay->base, len);
    return hs_scan(set->database, copy, (unsigned)(len + TAIL), 0, scratch->hs, on_match, relay);
}

tocsin_status tcs_literals_scan(const struct tcs_literals *set, struct tcs_literals_scratch *scratch, const char *data,
                                size_t len, tcs_literal_seen seen, void *context)
{
    struct relay relay = {seen, context, 0, 0, len > TAIL ? len - TAIL : 0};
    hs_error_t code = HS_SUCCESS;

    if (set->is_few)
        tcs_few_scan(set->texts, set->count, data, len, seen, context);
    if (set->hashed)
        tcs_hashed_scan(set->hashed, data, len, seen, context);
    if (!set->database || !len)
        return TOCSIN_OK;
    if (len > UINT32_MAX)
        return TOCSIN_E_INTERNAL;
    if (relay.until)
        code = hs_scan(set->database, data, (unsigned)len, 0, scratch->hs, on_match, &relay);
    if (code == HS_SUCCESS) {
        relay.after = relay.until;
        relay.until = len;
        code = scan_tail(set, scratch, data, &relay);
    }
    return code == HS_SUCCESS || code == HS_SCAN_TERMINATED ? TOCSIN_OK : TOCSIN_E_INTERNAL;
}

static tocsin_status make_plain(const struct tcs_literals *set, struct tcs_automaton **plain_out)
{
    struct tcs_str *texts = calloc(set->count + 1, sizeof *texts);
    tocsin_status st;
    uint32_t i;

    if (!texts)
        return TOCSIN_E_NOMEM;
    for (i = 0; i < set->count; i++)
        texts[i] = tcs_literals_text(set, i);
    st = tcs_automaton_new(texts, set->count, set->caseless, plain_out);
    free(texts);
    return st;
}

tocsin_status tcs_literals_scan_plain(const struct tcs_literals *set, const char *data, size_t len,
                                      tcs_literal_seen seen, void *context)
{
    /* the automaton is a cache behind a const set; the lock makes its one-time building safe */
    struct tcs_literals *cache = (struct tcs_literals *)(uintptr_t)set;
    tocsin_status st = TOCSIN_OK;

    pthread_mutex_lock(&cache->plain_lock);
    if (!cache->plain)
        st = make_plain(set, &cache->plain);
    pthread_mutex_unlock(&cache->plain_lock);
    if (st == TOCSIN_OK)
        tcs_automaton_scan(cache->plain, data, len, seen, context);
    return st;
}

/* They say so nowhere. Hyperscan's last open release is 5.4.2 (5.5 and later are Intel's own) and is for x86 only. */
const char *tcs_literals_engine_name(void)
{
#if defined(__x86_64__) || defined(__i386__)
    unsigned major = 0, minor = 0, patch = 0;

    if (sscanf(hs_version(), "%u.%u.%u", &major, &minor, &patch) == 3 && major == 5 && minor == 4 && patch > 2)
        return "Vectorscan";
    return "Hyperscan";
#else
    return "Vectorscan";
#endif
}

const char *tcs_literals_engine_version(void)
{
    return hs_version();
}

bool tcs_literals_engine_works_here(void)
{
    return hs_valid_platform() == HS_SUCCESS;
}

tocsin_status tcs_literals_engine_cpu(struct tcs_buf *out, struct tocsin_error *err)
{
    static const struct {
        unsigned long long bit;
        const char *name;
    } features[] = {
#ifdef HS_CPU_FEATURES_AVX2
        {HS_CPU_FEATURES_AVX2, "AVX2"},
#endif
#ifdef HS_CPU_FEATURES_AVX512
        {HS_CPU_FEATURES_AVX512, "AVX512"},
#endif
#ifdef HS_CPU_FEATURES_AVX512VBMI
        {HS_CPU_FEATURES_AVX512VBMI, "AVX512VBMI"},
#endif
        {0, NULL}};
    hs_platform_info_t platform = {0};
    hs_error_t code = hs_populate_platform(&platform);
    tocsin_status st = TOCSIN_OK;
    size_t i, count = 0;

    if (code != HS_SUCCESS)
        return engine_failed(err, "asking for the features of this CPU", code);
    for (i = 0; features[i].name && st == TOCSIN_OK; i++)
        if (platform.cpu_features & features[i].bit)
            st = tcs_buf_printf(out, "%s%s", count++ ? ", " : "", features[i].name);
    if (st == TOCSIN_OK && !count)
        st = tcs_buf_append_str(out, TCS_STR("none"));
    return st == TOCSIN_OK ? st : tcs_fail_nomem(err);
}

/* ---- trying the engine ---- */

struct occurrence {
    uint32_t id;
    size_t end;
};

struct occurrences {
    struct occurrence *items;
    size_t count, cap;
    tocsin_status st;
};

static bool keep(void *context, uint32_t id, size_t end)
{
    struct occurrences *all = context;

    all->st = TCS_GROW(all->items, all->cap, all->count + 1);
    if (all->st == TOCSIN_OK)
        all->items[all->count++] = (struct occurrence){id, end};
    return all->st != TOCSIN_OK;
}

static int compare_occurrences(const void *left, const void *right)
{
    const struct occurrence *a = left, *b = right;

    if (a->end != b->end)
        return a->end < b->end ? -1 : 1;
    return a->id < b->id ? -1 : a->id > b->id;
}

static bool are_same(struct occurrences *a, struct occurrences *b)
{
    size_t i;

    if (a->count != b->count)
        return false;
    if (a->count) {
        qsort(a->items, a->count, sizeof *a->items, compare_occurrences);
        qsort(b->items, b->count, sizeof *b->items, compare_occurrences);
    }
    for (i = 0; i < a->count && !compare_occurrences(&a->items[i], &b->items[i]); i++)
        continue;
    return i == a->count;
}

tocsin_status tcs_literals_try(const struct tcs_str *literals, size_t count, bool caseless, struct tcs_str text,
                               bool *is_sound_out, struct tocsin_error *err)
{
    struct tcs_literals *set = NULL;
    struct tcs_literals_scratch *scratch = NULL;
    struct occurrences found = {0}, expected = {0};
    bool recompiled, has_failed = false;
    tocsin_status st = make(literals, NULL, count, SIZE_MAX, caseless, false, (struct tcs_str){NULL, 0}, &set, &recompiled,
                            err);

    if (st == TOCSIN_OK)
        st = tcs_literals_scratch_fit(&scratch, set, err);
    if (st == TOCSIN_OK) {
        has_failed = tcs_literals_scan(set, scratch, text.data, text.len, keep, &found) != TOCSIN_OK;
        if (tcs_literals_scan_plain(set, text.data, text.len, keep, &expected) != TOCSIN_OK ||
            found.st != TOCSIN_OK || expected.st != TOCSIN_OK)
            st = tcs_fail_nomem(err);
    }
    *is_sound_out = st == TOCSIN_OK && !has_failed && are_same(&found, &expected);
    free(found.items);
    free(expected.items);
    tcs_literals_scratch_free(scratch);
    tcs_literals_free(set);
    return st;
}
