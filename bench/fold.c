/*
 * bench/fold: how fast match/fold is, beside ICU, from UTF-8 to UTF-8. Runs fold, fold with a map and ICU
 * (u_strFromUTF8, nfkc_cf, u_strToUTF8) in turn, nine times, and prints the median of each and the median of the nine
 * ratios to ICU: contestants of one round share the machine's noise. Time is the processor time of this process: what
 * others take is not counted. ICU does less: neither Han classes, nor initials, nor gaps.
 * Usage: fold [-m] [-c BYTES] FILE... (-m: the machine alone, too; -c: cut each file into texts of so many bytes, as
 * documents are; else it is one text).
 * `make bench-programs` builds it as build/bench/fold; `make bench ONLY=fold` runs it.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <unicode/unorm2.h>
#include <unicode/ustring.h>

#include "base/utf8.h"
#include "match/fold.h"
#include "match/fold_fast.h"

#define RUNS 9
#define MIN_BYTES ((size_t)8 << 20) /* a run repeats a short text until it has folded so much */

struct icu {
    UChar *source, *folded;
    char *text;
    size_t cap;
};

enum contestant { FOLD, FOLD_MAP, ICU, GENERAL, CONTESTANTS };
static const char *const names[CONTESTANTS] = {"fold", "fold+map", "icu", "machine"};

static void die(const char *what)
{
    fprintf(stderr, "bench/fold: %s\n", what);
    exit(2);
}

static double now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static char *read_file(const char *path, size_t *len)
{
    FILE *file = fopen(path, "rb");
    char *data = NULL;
    long size = 0;

    if (!file || fseek(file, 0, SEEK_END) || (size = ftell(file)) < 0)
        die(path);
    rewind(file);
    data = malloc((size_t)size + 1);
    if (!data || fread(data, 1, (size_t)size, file) != (size_t)size)
        die(path);
    fclose(file);
    *len = (size_t)size;
    return data;
}

static size_t fold_icu(struct icu *icu, struct tcs_str text)
{
    UErrorCode status = U_ZERO_ERROR;
    const UNormalizer2 *nfkc_cf = unorm2_getNFKCCasefoldInstance(&status);
    int32_t cap = (int32_t)icu->cap, len;

    u_strFromUTF8WithSub(icu->source, cap, &len, text.data, (int32_t)text.len, 0xFFFD, NULL, &status);
    len = unorm2_normalize(nfkc_cf, icu->source, len, icu->folded, cap, &status);
    u_strToUTF8(icu->text, cap, &len, icu->folded, len, &status);
    if (U_FAILURE(status))
        die(u_errorName(status));
    return (size_t)len;
}

static size_t fold_one(enum contestant who, struct tcs_str text, struct tcs_folded *folded, struct icu *icu)
{
    tocsin_status st;

    if (who == ICU)
        return fold_icu(icu, text);
    if (who == GENERAL)
        st = tcs_fold_general(text, false, false, folded);
    else
        st = tcs_fold(text, false, who == FOLD_MAP, folded);
    if (st != TOCSIN_OK)
        die("tcs_fold failed");
    return folded->text.len;
}

/* Folds data in texts of at most cut bytes, which end where a character does; returns the bytes that come out. */
static size_t fold_all(enum contestant who, struct tcs_str data, size_t cut, struct tcs_folded *folded, struct icu *icu)
{
    size_t at, len, out = 0;

    for (at = 0; at < data.len; at += len) {
        len = data.len - at < cut ? data.len - at : cut;
        while (at + len < data.len && len > 1 && tcs_utf8_is_continuation(data.data[at + len]))
            len--;
        out += fold_one(who, (struct tcs_str){data.data + at, len}, folded, icu);
    }
    return out;
}

static int compare_doubles(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

static void bench(const char *path, size_t cut, int contestants)
{
    struct tcs_folded folded[CONTESTANTS] = {0};
    double times[CONTESTANTS][RUNS], ratios[CONTESTANTS][RUNS];
    struct icu icu;
    size_t len, sizes[CONTESTANTS] = {0}, repeats, i;
    char *data = read_file(path, &len);
    int run, who;

    icu.cap = len * 3 + 64;
    icu.source = malloc(icu.cap * sizeof(UChar));
    icu.folded = malloc(icu.cap * sizeof(UChar));
    icu.text = malloc(icu.cap);
    if (!icu.source || !icu.folded || !icu.text)
        die("no memory");
    repeats = len < MIN_BYTES ? MIN_BYTES / (len + 1) + 1 : 1;
    for (run = -1; run < RUNS; run++) /* -1 warms up */
        for (who = 0; who < contestants; who++) {
            double start = now();

            for (i = 0; i < repeats; i++)
                sizes[who] = fold_all((enum contestant)who, (struct tcs_str){data, len}, cut, &folded[who], &icu);
            if (run >= 0)
                times[who][run] = now() - start;
        }
    for (who = 0; who < contestants; who++)
        for (run = 0; run < RUNS; run++)
            ratios[who][run] = times[ICU][run] / times[who][run];
    printf("%s: %zu bytes\n", path, len);
    for (who = 0; who < contestants; who++) {
        double megabytes = (double)(len * repeats) / 1e6;

        qsort(times[who], RUNS, sizeof **times, compare_doubles);
        qsort(ratios[who], RUNS, sizeof **ratios, compare_doubles);
        printf("  %-9s %8.1f MB/s (best %8.1f)  %5.2f x ICU  -> %zu bytes\n", names[who],
               megabytes / times[who][RUNS / 2], megabytes / times[who][0], ratios[who][RUNS / 2], sizes[who]);
    }
    for (who = 0; who < CONTESTANTS; who++)
        tcs_folded_release(&folded[who]);
    free(icu.source);
    free(icu.folded);
    free(icu.text);
    free(data);
}

int main(int argc, char **argv)
{
    int contestants = GENERAL, option;
    size_t cut = SIZE_MAX;

    while ((option = getopt(argc, argv, "mc:")) != -1) {
        if (option == 'm')
            contestants = CONTESTANTS;
        else if (option == 'c' && strtoul(optarg, NULL, 10) > 0)
            cut = strtoul(optarg, NULL, 10);
        else
            die("usage: fold [-m] [-c BYTES] FILE...");
    }
    for (; optind < argc; optind++)
        bench(argv[optind], cut, contestants);
    return 0;
}
