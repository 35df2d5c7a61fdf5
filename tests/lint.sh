#!/usr/bin/env bash
# lint.sh: what no compiler checks: layers include only layers before them, no banned function is called, nothing is
# left "to do", the library exports tocsin_* only.
set -u
build=${BUILD:-build}
bad=0
order="base input match rules run incidents cli"

say() { # name, findings
    if [ -z "$2" ]; then
        echo "ok - $1"
    else
        echo "not ok - $1"
        printf '%s\n' "$2"
        bad=1
    fi
}

later=$order
for layer in $order; do
    later=${later#"$layer"}
    later=${later# }
    [ -n "$later" ] && [ -d "engine/$layer" ] || continue
    say "$layer includes nothing of: $later" \
        "$(grep -rnE "^#include \"(${later// /|})/" "engine/$layer" --include='*.[ch]')"
done
say "banned functions" \
    "$(grep -rnwE '(strcpy|strcat|sprintf|strncpy|strtok|atoi|gmtime|localtime) ?\(' engine --include='*.[ch]')"
say "no TODO" "$(grep -rnE '\b(TODO|FIXME|XXX)\b' engine mk patterns --include='*.c' --include='*.h' --include='*.mk')"
say "no line beyond 126 characters" \
    "$(LC_ALL=C.UTF-8 grep -rnE '.{127}' engine --include='*.c' --include='*.h' | cut -c1-100)"
if [ -e "$build/libtocsin.so" ]; then
    say "libtocsin.so exports tocsin_* only" \
        "$(nm -D --defined-only "$build/libtocsin.so" | awk '{ print $NF }' | grep -vE '^(tocsin_|_init$|_fini$|__asan|__ubsan|__tsan)')"
else
    echo "skip - exported symbols: there is no $build/libtocsin.so"
fi
exit $bad
