/*
 * bench/naive: what one writes first. Inflates each FILE, takes a line for a document, folds the whole of it (UTF-16,
 * ICU's nfkc_cf, then each Han character by a table, or the text by ICU's Hant-Hans transliterator), turns it back into
 * UTF-8, searches it by Hyperscan until the first hit, and prints the numbers of the lines with one, from 1 on through
 * all files. It does less than Tocsin: no JSON, no spelling that a fold alone does not find, neither edges of words nor
 * places of hits.
 * Usage: naive [--lib NAME] [--transliterator] --terms FILE FILE...
 */
#include <getopt.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <hs.h>
#include <unicode/unorm2.h>
#include <unicode/ustring.h>
#include <unicode/utf16.h>
#include <unicode/utrans.h>

#include "members.h"

#define BMP 0x10000

struct text {
    char *data;
    size_t len, cap;
};

struct folder {
    const UNormalizer2 *nfkc_cf;
    UTransliterator *hans;
    bool by_transliterator;
    UChar table[BMP]; /* Han beyond the BMP stays as it is: such a character has no simplified form in common use */
    UChar *source, *folded;
    size_t cap;
    struct text out;
};

struct naive {
    struct folder folder;
    hs_database_t *database;
    hs_scratch_t *scratch;
    struct text line; /* the line that has begun */
    uint64_t number;
};

static void reserve(struct text *text, size_t cap)
{
    if (cap <= text->cap)
        return;
    text->cap = cap * 2;
    text->data = realloc(text->data, text->cap);
    if (!text->data)
        bench_die("no memory for a line of %zu bytes", cap);
}

static void append(struct text *text, const char *data, size_t len)
{
    reserve(text, text->len + len);
    memcpy(text->data + text->len, data, len);
    text->len += len;
}

static void check_icu(UErrorCode status, const char *what)
{
    if (U_FAILURE(status))
        bench_die("%s: %s", what, u_errorName(status));
}

static int32_t transliterate(struct folder *folder, UChar *text, int32_t len, int32_t cap)
{
    UErrorCode status = U_ZERO_ERROR;
    int32_t limit = len;

    utrans_transUChars(folder->hans, text, &len, cap, 0, &limit, &status);
    check_icu(status, "Hant-Hans");
    return len;
}

static void init_folder(struct folder *folder, bool by_transliterator)
{
    static const UChar id[] = u"Hant-Hans";
    UErrorCode status = U_ZERO_ERROR;
    uint32_t c;

    folder->by_transliterator = by_transliterator;
    folder->nfkc_cf = unorm2_getNFKCCasefoldInstance(&status);
    folder->hans = utrans_openU(id, -1, UTRANS_FORWARD, NULL, 0, NULL, &status);
    check_icu(status, "Hant-Hans");
    for (c = 0; c < BMP; c++) {
        UChar one[8] = {(UChar)c};

        folder->table[c] = (UChar)c;
        if (c >= 0x3400 && c < 0xA000 && transliterate(folder, one, 1, 8) == 1)
            folder->table[c] = one[0];
    }
}

static void reserve_wide(struct folder *folder, size_t cap)
{
    if (cap <= folder->cap)
        return;
    folder->cap = cap * 2;
    free(folder->source);
    free(folder->folded);
    folder->source = malloc(folder->cap * sizeof(UChar));
    folder->folded = malloc(folder->cap * sizeof(UChar));
    if (!folder->source || !folder->folded)
        bench_die("no memory for a line of %zu characters", cap);
}

/* Leaves the folded line in folder->out. */
static void fold(struct folder *folder, const char *data, size_t len)
{
    UErrorCode status = U_ZERO_ERROR;
    int32_t wide, cap, i, bytes;

    reserve_wide(folder, len * 3 + 64); /* enough for nearly all; ICU says where it is not */
    cap = (int32_t)folder->cap;
    u_strFromUTF8WithSub(folder->source, cap, &wide, data, (int32_t)len, 0xFFFD, NULL, &status);
    wide = unorm2_normalize(folder->nfkc_cf, folder->source, wide, folder->folded, cap, &status);
    check_icu(status, "nfkc_cf");
    if (folder->by_transliterator)
        wide = transliterate(folder, folder->folded, wide, cap);
    else
        for (i = 0; i < wide; i++)
            folder->folded[i] = folder->table[folder->folded[i]];
    reserve(&folder->out, (size_t)wide * 3 + 1);
    u_strToUTF8(folder->out.data, (int32_t)folder->out.cap, &bytes, folder->folded, wide, &status);
    check_icu(status, "u_strToUTF8");
    folder->out.len = (size_t)bytes;
}

static int on_hit(unsigned id, unsigned long long from, unsigned long long to, unsigned flags, void *context)
{
    (void)id, (void)from, (void)to, (void)flags;
    *(bool *)context = true;
    return 1;
}

static void search_line(struct naive *naive, const char *data, size_t len)
{
    bool is_hit = false;
    const struct text *folded = &naive->folder.out;
    hs_error_t result;

    naive->number++;
    fold(&naive->folder, data, len);
    result = hs_scan(naive->database, folded->data, (unsigned)folded->len, 0, naive->scratch, on_hit, &is_hit);
    if (result != HS_SUCCESS && result != HS_SCAN_TERMINATED)
        bench_die("line %" PRIu64 ": Hyperscan returns %d", naive->number, result);
    if (is_hit)
        printf("%" PRIu64 "\n", naive->number);
}

static void on_bytes(void *context, const unsigned char *bytes, size_t len)
{
    struct naive *naive = context;
    const char *data = (const char *)bytes, *end = data + len, *feed;

    for (; (feed = memchr(data, '\n', (size_t)(end - data))); data = feed + 1) {
        if (naive->line.len > 0) {
            append(&naive->line, data, (size_t)(feed - data));
            search_line(naive, naive->line.data, naive->line.len);
            naive->line.len = 0;
        } else
            search_line(naive, data, (size_t)(feed - data));
    }
    append(&naive->line, data, (size_t)(end - data));
}

/* Folds the terms as the lines are folded, and compiles them. */
static void compile_terms(struct naive *naive, const char *path)
{
    FILE *file = fopen(path, "r");
    char **terms = NULL, *line = NULL;
    size_t *lens = NULL, cap = 0;
    unsigned count = 0, i, *flags, *ids;
    hs_compile_error_t *error;
    ssize_t len;

    if (!file)
        bench_die("%s: cannot be opened", path);
    while ((len = getline(&line, &cap, file)) > 0) {
        len -= line[len - 1] == '\n';
        if (len == 0)
            continue;
        fold(&naive->folder, line, (size_t)len);
        terms = realloc(terms, (count + 1) * sizeof *terms);
        lens = realloc(lens, (count + 1) * sizeof *lens);
        terms[count] = strndup(naive->folder.out.data, naive->folder.out.len);
        lens[count++] = naive->folder.out.len;
    }
    fclose(file);
    free(line);
    flags = calloc(count + 1, sizeof *flags);
    ids = calloc(count + 1, sizeof *ids);
    if (hs_compile_lit_multi((const char *const *)terms, flags, ids, lens, count, HS_MODE_BLOCK, NULL, &naive->database,
                             &error))
        bench_die("%s: Hyperscan: %s", path, error->message);
    if (hs_alloc_scratch(naive->database, &naive->scratch) != HS_SUCCESS)
        bench_die("no memory for Hyperscan's scratch");
    for (i = 0; i < count; i++)
        free(terms[i]);
    free(terms);
    free(lens);
    free(flags);
    free(ids);
}

static void release(struct naive *naive)
{
    hs_free_scratch(naive->scratch);
    hs_free_database(naive->database);
    utrans_close(naive->folder.hans);
    free(naive->folder.source);
    free(naive->folder.folded);
    free(naive->folder.out.data);
    free(naive->line.data);
}

int main(int argc, char **argv)
{
    static const struct option options[] = {{"lib", required_argument, NULL, 'l'},
                                            {"terms", required_argument, NULL, 'f'},
                                            {"transliterator", no_argument, NULL, 't'},
                                            {0}};
    static struct naive naive;
    const struct bench_library *library = bench_library_find("isal");
    const char *terms = NULL;
    bool by_transliterator = false;
    struct bench_totals totals = {0};
    struct bench_reader *reader;
    int option;

    while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
        if (option == 'l')
            library = bench_library_find(optarg);
        else if (option == 'f')
            terms = optarg;
        else if (option == 't')
            by_transliterator = true;
        else
            return 2;
    }
    if (!library)
        library = bench_library_find("zlib");
    if (!terms || optind == argc)
        bench_die("usage: naive [--lib NAME] [--transliterator] --terms FILE FILE...");
    init_folder(&naive.folder, by_transliterator);
    compile_terms(&naive, terms);
    reader = bench_reader_new(library);
    for (; optind < argc; optind++)
        bench_reader_file(reader, argv[optind], on_bytes, &naive, &totals);
    if (naive.line.len > 0) /* a last line without a line feed */
        search_line(&naive, naive.line.data, naive.line.len);
    bench_reader_free(reader);
    release(&naive);
    return 0;
}
