#!/usr/bin/env bash
# test-all.sh: everything that tests. Each part runs, whatever became of those before it; run.sh adds what it counted to
# $TOTALS, and the last line is the sum. A part that fails before it counts anything (a build) is one failure.
# MAKE is the command to call make by, with its options.
set -u
cd "$(dirname "$0")/.."
TOTALS=$(mktemp)
export TOTALS
trap 'rm -f "$TOTALS"' EXIT
started=$SECONDS
failures() { awk '{ n += $2 } END { print n + 0 }' "$TOTALS"; }

for part in test test-clang test-zlib test-bare test-vectorscan asan ubsan tsan valgrind points-all "invariant-rules N=300"; do
    echo "== $part"
    before=$(failures) from=$SECONDS
    # shellcheck disable=SC2086 # MAKE is a command with options
    ${MAKE:-make} $part
    status=$?
    if [ $status -ne 0 ] && [ "$(failures)" -eq "$before" ]; then
        echo "$part: not ok - ended with status $status"
        echo "0 1 0" >>"$TOTALS"
    fi
    echo "== $part: $((SECONDS - from)) s"
done
awk -v seconds=$((SECONDS - started)) '{ p += $1; f += $2; s += $3 }
    END { printf "all: %d passed, %d failed, %d skipped in %d s\n", p, f, s, seconds; exit f > 0 }' "$TOTALS"
